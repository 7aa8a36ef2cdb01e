//! One medium: where it is, who has it, who saw it last, its flags and its history.

use clap::Args;
use serde_json::Value;

use super::args::Global;
use super::exit::{Code, Failure};
use super::media_list::columns;
use super::ui::Ui;
use crate::app::{MediumView, Session};
use crate::domain::time::Timestamp;
use crate::i18n::{Head, Text, Title, Voice};
use crate::report::sheet::write_object;

/// How many entries of its history are shown; all of them: `kuraban log BARCODE`.
const HISTORY: usize = 12;
/// How many of a list in an entry are shown.
const LISTED: usize = 8;

/// The words of `media show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Its barcode, `#` and its identity, or `serial:` and its serial number
    pub barcode: String,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &ShowArgs) -> Result<Code, Failure> {
    let session = ui.session(global)?;
    let medium = session.show(&args.barcode)?;
    if args.json {
        let mut columns = columns(&ui.voice);
        let loss = session.loss(&args.barcode)?.as_ref().map(super::audit_show::loss_document);
        columns.push(super::tabled::column("loss", None, move |_: &MediumView| loss.clone().into()));
        write_object(ui.out(), &columns, &medium)?;
        ui.line("")?;
        return Ok(Code::DONE);
    }
    let now = session.time()?;
    for line in super::tabled::fields(fields(ui, &medium)) {
        ui.line(&line)?;
    }
    for flag in &medium.flags {
        let (meaning, ends) = ui.voice.flag(flag.kind);
        let (since, span) = (ui.voice.time(flag.since), ui.voice.span(now.since(flag.since)));
        let word = ui.paint(flag.severity, flag.kind.word());
        let text = Text::Flagged { flag: &word, meaning, since: &since, span: &span, ends };
        let line = ui.voice.text(&text);
        ui.line(&format!("  ! {line}"))?;
    }
    if let Some((wrong, Some(place))) = &medium.discrepancy {
        let since = ui.voice.time(wrong.since);
        let place = place.to_string();
        let line = ui.voice.text(&Text::SeenElsewhere { place: &place, since: &since });
        ui.line(&format!("    {line}"))?;
    }
    if let Some(loss) = session.loss(&args.barcode)? {
        for line in super::audit_show::loss_lines(&ui.voice, &loss) {
            ui.line(&line)?;
        }
    }
    history(ui, &session, &medium)?;
    Ok(Code::DONE)
}

fn fields(ui: &Ui<'_>, m: &MediumView) -> Vec<(String, String)> {
    let voice = &ui.voice;
    let mut fields = vec![
        (Title::Barcode, format!("{} (#{})", m.barcode, m.id)),
        (Title::State, voice.state(m.state, m.resident).to_owned()),
        (Title::Since, voice.time(m.since)),
    ];
    if let Some(place) = &m.place {
        fields.push((Title::Place, place.to_string()));
    }
    if let Some(who) = &m.custodian {
        let name = who.name.as_ref().map_or_else(String::new, |name| format!(" {name}"));
        fields.push((Title::Custodian, format!("{}{name}", who.badge)));
    }
    if let Some(due) = m.due {
        fields.push((Title::Due, voice.time(due)));
    }
    if let Some(serial) = &m.serial {
        fields.push((Title::Serial, serial.to_string()));
    }
    let seen = match (m.seen_at, m.seen_how) {
        (Some(at), Some(how)) => {
            let place = m.seen_place.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
            voice.text(&Text::Seen { at: &voice.time(at), place: &place, how: how.word() })
        }
        _ => voice.text(&Text::SeenNever),
    };
    fields.push((Title::Seen, seen));
    if let Some(d) = &m.description {
        let mut parts = vec![d.class.word().to_owned()];
        parts.extend(d.system.as_ref().map(ToString::to_string));
        if d.from.is_some() || d.until.is_some() {
            let day =
                |day: Option<crate::domain::time::Date>| day.map_or_else(String::new, |d| d.to_string());
            parts.push(format!("{}–{}", day(d.from), day(d.until)));
        }
        parts.extend(d.info.iter().map(ToString::to_string));
        parts.push(format!("persons={}", d.persons.map_or_else(|| "unknown".to_owned(), |n| n.to_string())));
        parts.push(format!("encrypted={}", d.encrypted));
        if d.legal_hold {
            parts.push("legal_hold".to_owned());
        }
        fields.push((Title::Contents, parts.join(", ")));
    }
    fields.push((Title::Chain, m.mseq.to_string()));
    let mut fields: Vec<(String, String)> =
        fields.into_iter().map(|(title, value)| (voice.text(&Text::Title(title)), value)).collect();
    if let Some(order) = m.order {
        fields.insert(3, (voice.text(&Text::Head(Head::Order)), order.to_string()));
    }
    fields
}

fn history(ui: &mut Ui<'_>, session: &Session, medium: &MediumView) -> Result<(), Failure> {
    let mut lines: std::collections::VecDeque<String> = std::collections::VecDeque::new();
    let voice = ui.voice.clone();
    session.each_entry(Some(medium.id), None, None, |entry, line| {
        let event = &entry.event;
        let by = event.by.as_ref().map_or_else(String::new, ToString::to_string);
        let details = details(&voice, line);
        if lines.len() == HISTORY {
            lines.pop_front();
        }
        lines.push_back(format!(
            "  {:>6}  {}  {by}  {}  {details}",
            entry.seq,
            voice.time(event.at),
            voice.kind(event.data.kind())
        ));
        Ok::<(), Failure>(())
    })?;
    ui.say(&Text::History)?;
    for line in lines {
        ui.line(line.trim_end())?;
    }
    Ok(())
}

/// What stands in an entry's `data` besides the barcode, as `key=value`; moments in the reader's own zone.
pub(super) fn details(voice: &Voice, line: &str) -> String {
    let Ok(entry) = serde_json::from_str::<Value>(line) else { return String::new() };
    let Some(Value::Object(data)) = entry.get("data") else { return String::new() };
    let show = |value: &Value| match value {
        Value::String(text) => Timestamp::parse_exact(text).map_or_else(|| text.clone(), |at| voice.time(at)),
        // A file's barcodes: the first of them, and how many there are; all of them stand in `log --raw`.
        Value::Array(all) if all.len() > LISTED => {
            let some: Vec<String> = all.iter().take(LISTED).map(ToString::to_string).collect();
            format!("[{},… {}]", some.join(","), all.len())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    };
    let told = data.iter().filter(|(key, value)| *key != "barcode" && !value.is_null());
    told.map(|(key, value)| format!("{key}={}", show(value))).collect::<Vec<_>>().join(" ")
}

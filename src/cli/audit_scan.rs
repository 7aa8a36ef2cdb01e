//! Counting from the command line: labels as arguments are typed, those of a scanner's memory come from a file.

use std::io::BufRead as _;

use clap::Args;
use serde_json::{Value, json};

use super::args::Global;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::moment::rfc3339;
use crate::app::{Counted, Error, Scan, Session, Who, looks_like_place};
use crate::domain::event::How;
use crate::domain::names::{AuditId, PlaceCode};
use crate::domain::refusal::{AuditRefusal, Refusal};
use crate::domain::resolve::label_trouble;
use crate::exchange::mtx::volume_tags;
use crate::i18n::{Audits, Sentence, Text};

/// The words of `audit scan`.
#[derive(Debug, Args)]
pub struct ScanArgs {
    /// The number of the stocktake
    pub audit: String,
    /// Places and barcodes as they were read, a place before what stands in it; `-` reads them from standard input,
    /// one per line, with a tab and the time of the reading after it if that was earlier
    #[arg(value_name = "LABEL")]
    pub labels: Vec<String>,
    /// Where they were read, until a place is named [else the place that is counted]
    #[arg(long, value_name = "PLACE")]
    pub at: Option<String>,
    /// A scanner's memory: one label per line, places before what stands in them; a tab and a time may follow
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
    /// Take the inventory of the changer at this device, by running mtx; --at names the library
    #[arg(long, value_name = "DEVICE", requires = "at")]
    pub changer: Option<String>,
    /// Print one JSON document at the end
    #[arg(long)]
    pub json: bool,
}

/// A count that is going on at the command line.
struct Count<'a> {
    session: &'a Session,
    who: &'a Who,
    audit: AuditId,
    json: bool,
    place: Option<PlaceCode>,
    done: Vec<Value>,
    refused: Vec<Value>,
    counts: (u64, u64),
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &ScanArgs) -> Result<Code, Failure> {
    if args.labels.is_empty() && args.file.is_none() && args.changer.is_none() {
        return Err(Failure::Usage(ui.audits(Audits::NothingToScan)));
    }
    let audit = ui.audit(&args.audit)?;
    let at = args.at.as_deref().map(|code| ui.place(code)).transpose()?;
    let (session, who) = ui.acting(global, None)?;
    let whole = session.audit(audit)?.view.scope;
    let place = match at.or(whole) {
        Some(place) => place,
        None => session.site()?,
    };
    let mut count = Count {
        session: &session,
        who: &who,
        audit,
        json: args.json,
        place: Some(place),
        done: Vec::new(),
        refused: Vec::new(),
        counts: (0, 0),
    };
    let outcome = all(ui, &mut count, args);
    // What was counted before a failure is counted all the same, and has to be told.
    if args.json {
        let document = json!({"done": count.done, "refused": count.refused});
        ui.line(&document.to_string())?;
    } else if count.counts.0 + count.counts.1 > 1 {
        let line = ui.voice.text(&Text::BatchEnd { done: count.counts.0, refused: count.counts.1 });
        ui.remark(&line)?;
    }
    outcome?;
    Ok(if count.counts.1 == 0 { Code::DONE } else { Code::REFUSED })
}

fn all(ui: &mut Ui<'_>, count: &mut Count<'_>, args: &ScanArgs) -> Result<(), Failure> {
    if let Some(device) = &args.changer {
        inventory(ui, count, device)?;
    }
    if let Some(file) = &args.file {
        memory(ui, count, file)?;
    }
    for label in &args.labels {
        if label == "-" {
            while let Some(line) = super::batch::next_line(ui)? {
                line_of(ui, count, &line, How::File)?;
            }
        } else {
            one(ui, count, &Scan { text: label, how: How::Typed, occurred: None })?;
        }
    }
    Ok(())
}

/// A line with a time, or without.
fn parted(line: &str) -> (&str, Option<&str>) {
    match line.split_once('\t') {
        Some((text, time)) if !time.trim().is_empty() => (text.trim(), Some(time.trim())),
        Some((text, _)) => (text.trim(), None),
        None => (line.trim(), None),
    }
}

fn line_of(ui: &mut Ui<'_>, count: &mut Count<'_>, line: &str, how: How) -> Result<(), Failure> {
    let (text, time) = parted(line);
    if text.is_empty() {
        return Ok(());
    }
    let occurred = time.and_then(rfc3339);
    if let (Some(time), None) = (time, occurred) {
        let shown: String = time.chars().take(64).filter(|c| !c.is_control()).collect();
        let sentence = Sentence { what: ui.voice.text(&Text::BadTime { text: &shown }), hint: None };
        return refuse(ui, count, (text, "bad_time"), &sentence);
    }
    one(ui, count, &Scan { text, how, occurred })
}

/// One label: a place, or what stands in it.
fn one(ui: &mut Ui<'_>, count: &mut Count<'_>, scan: &Scan<'_>) -> Result<(), Failure> {
    if let Some(place) = count.session.place_named(scan.text)? {
        if !count.json {
            ui.say(&Text::Audits(Audits::PlaceRead { place: place.as_str() }))?;
        }
        count.place = Some(place);
        return Ok(());
    }
    let Some(place) = count.place.clone() else {
        let refusal = Refusal::from(AuditRefusal::NoPlace { audit: count.audit });
        let sentence = ui.voice.refusal(&refusal);
        let shown: String = scan.text.chars().filter(|c| !c.is_control()).take(64).collect();
        return refuse(ui, count, (&shown, refusal.code()), &sentence);
    };
    let counted = count.session.count(count.who, count.audit, &place, scan)?;
    let (barcode, said) = match &counted {
        Counted::Done { seq, barcode } => {
            (barcode, Audits::Counted { barcode: barcode.as_str(), place: place.as_str(), seq: *seq })
        }
        Counted::Already { barcode } => {
            (barcode, Audits::Already { barcode: barcode.as_str(), place: place.as_str() })
        }
        Counted::Refused { shown, refusal, seq } => {
            if label_trouble(refusal).is_some() && count.session.may_be_place(scan.text)? {
                count.place = None;
            }
            let sentence = ui.voice.scan_refused(refusal, *seq);
            return refuse(ui, count, (shown, refusal.code()), &sentence);
        }
    };
    count.counts.0 += 1;
    if count.json {
        count.done.push(Value::from(barcode.as_str()));
        return Ok(());
    }
    Ok(ui.say(&Text::Audits(said))?)
}

fn refuse(
    ui: &mut Ui<'_>,
    count: &mut Count<'_>,
    (shown, code): (&str, &str),
    sentence: &Sentence,
) -> Result<(), Failure> {
    count.counts.1 += 1;
    if count.json {
        let refused = json!({"barcode": shown, "reason": sentence.what, "hint": sentence.hint, "code": code});
        count.refused.push(refused);
        return Ok(());
    }
    Ok(ui.problem(sentence)?)
}

/// A scanner's memory. Lines without a time are taken place by place, many to an entry; those with one singly, for
/// each is held against the record of its own time.
fn memory(ui: &mut Ui<'_>, count: &mut Count<'_>, file: &str) -> Result<(), Failure> {
    let cannot = |ui: &Ui<'_>, error: std::io::Error| {
        let error = error.to_string();
        Failure::Usage(ui.voice.text(&Text::CannotRead { file, error: &error }))
    };
    let opened = std::fs::File::open(file).map_err(|error| cannot(ui, error))?;
    let places = count.session.place_codes()?;
    let mut together = Vec::new();
    let mut input = std::io::BufReader::new(opened);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        if input.read_until(b'\n', &mut bytes).map_err(|error| cannot(ui, error))? == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&bytes);
        let line = text.trim_start_matches('\u{feff}').trim();
        let (label, time) = parted(line);
        // Nearly all lines name no place, and need not be looked up one by one for that.
        let known = places.contains(label)
            || (label.contains(char::is_lowercase) && places.contains(&label.to_uppercase()));
        let place = if known { count.session.place_named(label)? } else { None };
        if let Some(place) = place {
            read_in(ui, count, How::File, &mut together)?;
            count.place = Some(place);
        } else if time.is_some() || count.place.is_none() || in_doubt(count, label)? {
            read_in(ui, count, How::File, &mut together)?;
            line_of(ui, count, line, How::File)?;
        } else if !label.is_empty() {
            together.push(label.to_owned());
        }
    }
    read_in(ui, count, How::File, &mut together)
}

/// Whether a line that names nothing may have been meant for a place.
fn in_doubt(count: &Count<'_>, label: &str) -> Result<bool, Failure> {
    if !looks_like_place(label) {
        return Ok(false);
    }
    match count.session.show(label) {
        Err(Error::Refused(refusal)) => Ok(label_trouble(&refusal).is_some()),
        Err(error) => Err(error.into()),
        Ok(_) => Ok(false),
    }
}

fn read_in(
    ui: &mut Ui<'_>,
    count: &mut Count<'_>,
    how: How,
    together: &mut Vec<String>,
) -> Result<(), Failure> {
    let texts = std::mem::take(together);
    let Some(place) = count.place.clone().filter(|_| !texts.is_empty()) else { return Ok(()) };
    let read = count.session.read_in(count.who, count.audit, &place, how, &texts)?;
    count.counts.0 += read.counted + read.already;
    for (text, refusal) in &read.strays {
        let sentence = ui.voice.scan_refused(refusal, Some(0));
        refuse(ui, count, (text, refusal.code()), &sentence)?;
    }
    if count.json {
        return Ok(());
    }
    let strays = read.strays.len() as u64;
    let said = Audits::ReadIn { counted: read.counted, already: read.already, strays, place: place.as_str() };
    Ok(ui.say(&Text::Audits(said))?)
}

/// The inventory of a changer, asked of the changer itself: a listing that somebody hands in is only a file.
fn inventory(ui: &mut Ui<'_>, count: &mut Count<'_>, device: &str) -> Result<(), Failure> {
    let failed = |ui: &Ui<'_>, error: &str| {
        let shown: String = error.trim().chars().take(300).collect();
        Failure::Usage(ui.audits(Audits::ChangerFailed { error: &shown }))
    };
    let output = std::process::Command::new("mtx").args(["-f", device, "status"]).output();
    let output = output.map_err(|error| failed(ui, &format!("mtx: {error}")))?;
    if !output.status.success() {
        return Err(failed(ui, &String::from_utf8_lossy(&output.stderr)));
    }
    let (mut tags, bare) = volume_tags(&String::from_utf8_lossy(&output.stdout));
    if bare > 0 {
        let line = ui.audits(Audits::NoTags { bare });
        ui.remark(&line)?;
    }
    read_in(ui, count, How::Library, &mut tags)
}

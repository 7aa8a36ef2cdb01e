//! The log as it was written, or as a list.

use clap::Args;
use serde_json::Value;

use super::args::{Global, Output};
use super::exit::{Code, Failure};
use super::media_show::details;
use super::tabled::{column, moment, told};
use super::ui::Ui;
use crate::domain::event::How;
use crate::i18n::{Text, Title};
use crate::ledger::entry::Entry;
use crate::report::sheet::{Column, Sheet};

/// The words of the command.
#[derive(Debug, Args)]
pub struct LogArgs {
    /// Only the history of this medium
    pub barcode: Option<String>,
    /// Only from this time on: RFC 3339, a day, or +3d for the last three days
    #[arg(long, value_name = "T")]
    pub since: Option<String>,
    /// Only up to this time
    #[arg(long, value_name = "T")]
    pub until: Option<String>,
    /// Print the hashed bytes, one entry a line
    #[arg(long, conflicts_with_all = ["json", "csv"])]
    pub raw: bool,
    /// The form.
    #[command(flatten)]
    pub output: Output,
}

/// An entry and its line.
struct Line {
    entry: Entry,
    text: String,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &LogArgs) -> Result<Code, Failure> {
    let session = ui.session(global)?;
    let medium = args.barcode.as_deref().map(|text| session.medium_id(text)).transpose()?;
    let since = args.since.as_deref().map(|text| ui.past(text)).transpose()?;
    let until = args.until.as_deref().map(|text| ui.past(text)).transpose()?;
    if args.raw {
        let out = ui.out();
        session.each_line(medium, since, until, |line| Ok::<(), Failure>(writeln!(out, "{line}")?))?;
        out.flush()?;
        return Ok(Code::DONE);
    }
    if args.output.json {
        let (out, mut first) = (ui.out(), true);
        session.each_line(medium, since, until, |line| {
            write!(out, "{}{line}", if first { "[\n" } else { ",\n" })?;
            first = false;
            Ok::<(), Failure>(())
        })?;
        writeln!(out, "{}", if first { "[]" } else { "\n]" })?;
        out.flush()?;
        return Ok(Code::DONE);
    }
    let (columns, form) = (columns(ui), ui.form(args.output));
    let mut sheet = Sheet::begin(ui.out(), form, columns)?;
    session.each_entry(medium, since, until, |entry, text| {
        Ok::<(), Failure>(sheet.row(&Line { entry: entry.clone(), text: text.to_owned() })?)
    })?;
    sheet.end()?;
    Ok(Code::DONE)
}

fn columns(ui: &Ui<'_>) -> Vec<Column<Line>> {
    let voice = &ui.voice;
    let title = |title| Some(voice.text(&Text::Title(title)));
    let (kind, what) = (voice.clone(), voice.clone());
    vec![
        column("seq", title(Title::Seq), |l: &Line| l.entry.seq.into()),
        moment("at", title(Title::At), voice, |l: &Line| Some(l.entry.event.at)),
        moment("occurred", None, voice, |l: &Line| l.entry.event.occurred),
        told(
            "kind",
            title(Title::Kind),
            |l: &Line| l.entry.event.data.kind().word().into(),
            move |l: &Line| kind.kind(l.entry.event.data.kind()).to_owned(),
        ),
        column("medium", None, |l: &Line| l.entry.event.medium.map(|id| id.0).into()),
        column("barcode", title(Title::Barcode), |l: &Line| {
            l.entry.event.data.barcode().map(ToString::to_string).into()
        }),
        column("by", title(Title::By), |l: &Line| l.entry.event.by.as_ref().map(ToString::to_string).into()),
        column("with", None, |l: &Line| l.entry.event.with.as_ref().map(ToString::to_string).into()),
        column("station", None, |l: &Line| l.entry.event.station.as_str().into()),
        column("how", title(Title::How), |l: &Line| l.entry.event.how.map(How::word).into()).if_wide(),
        told(
            "data",
            title(Title::What),
            |l: &Line| {
                let entry: Option<Value> = serde_json::from_str(&l.text).ok();
                entry.and_then(|entry| entry.get("data").map(Value::to_string)).into()
            },
            move |l: &Line| details(&what, &l.text),
        ),
    ]
}

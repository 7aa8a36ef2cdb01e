//! The log as it was written, or as a list.

use clap::Args;

use super::args::{Global, Output};
use super::exit::{Code, Failure};
use super::media_show::details;
use super::ui::Ui;
use crate::i18n::{Text, Title};
use crate::report::history::{self, CsvLog, Line};
use crate::report::sheet::{Column, Form, Sheet};

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
    if let Form::Csv { bom } = ui.form(args.output) {
        let mut csv = CsvLog::begin(ui.out(), bom)?;
        session.each_parts(medium, since, until, |parts| Ok::<(), Failure>(csv.row(parts)?))?;
        csv.end()?;
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

/// The columns of the history, with headings and cells for people.
fn columns(ui: &Ui<'_>) -> Vec<Column<Line>> {
    let voice = &ui.voice;
    let dressed = |column: Column<Line>| {
        let title = match column.key {
            "seq" => Title::Seq,
            "at" => Title::At,
            "kind" => Title::Kind,
            "barcode" => Title::Barcode,
            "by" => Title::By,
            "how" => Title::How,
            "data" => Title::What,
            _ => return column,
        };
        let column = column.titled(voice.text(&Text::Title(title)));
        let voice = voice.clone();
        match column.key {
            "at" => column.showing(move |l: &Line| voice.time(l.entry.event.at)),
            "kind" => column.showing(move |l: &Line| voice.kind(l.entry.event.data.kind()).to_owned()),
            "data" => column.showing(move |l: &Line| details(&voice, &l.text)),
            "how" => column.if_wide(),
            _ => column,
        }
    };
    history::columns().into_iter().map(dressed).collect()
}

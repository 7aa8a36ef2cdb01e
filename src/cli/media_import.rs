//! The import of a list of media.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::args::Global;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::{BadRow, ImportError, Listed, RowTrouble};
use crate::i18n::{Sentence, Text};

/// How many bad lines are printed for a person; with `--json` all of them are.
const SHOWN: usize = 100;

/// The words of `media import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The file; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Where media stand whose line names no place [else in the hands of who acts]
    #[arg(long, value_name = "PLACE")]
    pub at: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &ImportArgs) -> Result<Code, Failure> {
    let file = args.file.display().to_string();
    // A file is read while the PIN is asked for and hashed; what is wrong with it is told after that.
    let path = args.file.clone();
    let read = move || std::fs::read(path).map(|bytes| Listed::read(&bytes));
    let reading = (file != "-").then(|| std::thread::spawn(read));
    let (session, who) = ui.acting(global, None)?;
    let place = args.at.as_deref().map(|at| ui.place(at)).transpose()?;
    let listed = match reading.map(std::thread::JoinHandle::join) {
        Some(Ok(listed)) => listed,
        Some(Err(panic)) => std::panic::resume_unwind(panic),
        None => {
            let mut bytes = Vec::new();
            ui.stdin().read_to_end(&mut bytes).map(|_| Listed::read(&bytes))
        }
    };
    let listed = listed.map_err(|error| {
        let error = error.to_string();
        Failure::Usage(ui.voice.text(&Text::CannotRead { file: &file, error: &error }))
    })?;
    let mut progress = ui.progress(&file);
    let imported = listed.and_then(|listed| session.import(&who, listed, place.as_ref(), &mut progress));
    drop(progress);
    let imported = match imported {
        Ok(imported) => imported,
        Err(ImportError::Other(error)) => return Err(error.into()),
        Err(ImportError::Bad(bad)) => return refused(ui, &file, &bad, args.json),
    };
    let (count, skipped) = (imported.count, imported.skipped);
    if args.json {
        let document = json!({
            "imported": count,
            "format": imported.format.name(),
            "encoding": imported.encoding,
            "skipped": skipped,
            "ignored_columns": imported.ignored,
        });
        ui.line(&document.to_string())?;
        return Ok(Code::DONE);
    }
    let (format, encoding) = (imported.format.name(), imported.encoding);
    ui.say(&Text::Imported { count, file: &file, format, encoding })?;
    if skipped > 0 {
        ui.say(&Text::ImportSkipped { count: skipped })?;
    }
    if !imported.ignored.is_empty() {
        ui.say(&Text::ImportIgnored { columns: &imported.ignored.join(", ") })?;
    }
    ui.say(&Text::ImportSeen { count })?;
    Ok(Code::DONE)
}

fn refused(ui: &mut Ui<'_>, file: &str, bad: &[BadRow], as_json: bool) -> Result<Code, Failure> {
    if as_json {
        let lines: Vec<_> = bad
            .iter()
            .map(|row| json!({"line": row.line, "column": row.column, "reason": why(ui, &row.trouble)}))
            .collect();
        ui.line(&json!({"imported": 0, "bad": lines}).to_string())?;
        return Ok(Code::REFUSED);
    }
    for row in bad.iter().take(SHOWN) {
        let (column, reason) = (row.column.as_deref().unwrap_or_default(), why(ui, &row.trouble));
        let line = ui.voice.text(&Text::BadLine { line: row.line, column, reason: &reason });
        ui.remark(&line)?;
    }
    if let Some(more) = bad.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let count = u64::try_from(more).unwrap_or(u64::MAX);
        let line = ui.voice.text(&Text::MoreBad { count });
        ui.remark(&line)?;
    }
    let count = u64::try_from(bad.len()).unwrap_or(u64::MAX);
    let what = ui.voice.text(&Text::ImportRefused { file, bad: count });
    ui.problem(&Sentence { what, hint: None })?;
    Ok(Code::REFUSED)
}

fn why(ui: &Ui<'_>, trouble: &RowTrouble) -> String {
    match trouble {
        RowTrouble::Form(reason) => ui.voice.bad_line(reason),
        RowTrouble::Refused(refusal) => ui.voice.refusal(refusal).what,
        RowTrouble::Name(error) => ui.voice.text(&Text::BadCell { reason: &ui.voice.name_error(*error) }),
        RowTrouble::Value(allowed) => ui.voice.text(&Text::BadCell { reason: allowed }),
    }
}

//! Reports for those who watch over the watchers. To look at one on the terminal is to read; to take it away, as
//! CSV, JSON or into a file, is itself an event.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::Value;

use super::args::{Global, Output};
use super::exit::{Code, Failure};
use super::tabled::{column, moment, told};
use super::ui::Ui;
use crate::app::{AccessRow, MonthlyRow};
use crate::domain::names::{Code as Word, Org};
use crate::domain::time::Timestamp;
use crate::i18n::{Head, Orders, Text, Title};
use crate::report::sheet::{Column, Sheet};

/// The words of the command.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Which report.
    #[command(subcommand)]
    pub report: Report,
}

/// How a report is given out.
#[derive(Debug, Args)]
pub struct Giving {
    /// The form.
    #[command(flatten)]
    pub output: Output,
    /// Write it to a new file
    #[arg(short = 'o', value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// What it is taken away for, one word; it stands in the log
    #[arg(long, value_name = "CODE", default_value = "report")]
    pub purpose: String,
}

/// The reports.
#[derive(Debug, Subcommand)]
pub enum Report {
    /// Every way out in a month, by purpose, organisation and class; overrides, late returns, refusals
    Monthly {
        /// The month, such as 2026-11 [else the present one]
        #[arg(long, value_name = "YYYY-MM")]
        month: Option<String>,
        /// How it is given out.
        #[command(flatten)]
        giving: Giving,
    },
    /// Who holds which role, since when, and when it was last used
    Access {
        /// How it is given out.
        #[command(flatten)]
        giving: Giving,
    },
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &ReportArgs) -> Result<Code, Failure> {
    match &args.report {
        Report::Monthly { month, giving } => {
            let (since, until) = bounds(ui, month.as_deref())?;
            let rows = ui.session(global)?.monthly(since, until)?;
            let columns = monthly_columns(ui);
            give(ui, global, ("monthly", giving), columns, &rows)
        }
        Report::Access { giving } => {
            let rows = ui.session(global)?.access()?;
            let columns = access_columns(ui);
            give(ui, global, ("access", giving), columns, &rows)
        }
    }
}

/// The first moment of a month in the reader's zone, and that of the next.
fn bounds(ui: &Ui<'_>, month: Option<&str>) -> Result<(Timestamp, Timestamp), Failure> {
    let now = ui.now();
    let east = i64::from((ui.voice.zone)(now)) * 1000;
    let present: String = now.plus(east).to_string().chars().take(7).collect();
    let text = month.map_or(present, |month| month.trim().to_owned());
    let read = || {
        let (year, month) = text.split_once('-')?;
        let (year, month): (u32, u32) = (year.parse().ok()?, month.parse().ok()?);
        let (next_year, next) =
            if month == 12 { (year.checked_add(1)?, 1) } else { (year, month.checked_add(1)?) };
        let first = |year: u32, month: u32| {
            let midnight = Timestamp::parse_exact(&format!("{year:04}-{month:02}-01T00:00:00.000Z"))?;
            Some(midnight.plus(-i64::from((ui.voice.zone)(midnight)) * 1000))
        };
        Some((first(year, month)?, first(next_year, next)?))
    };
    read().ok_or_else(|| {
        let shown: String = text.chars().take(64).filter(|c| !c.is_control()).collect();
        Failure::Usage(ui.voice.text(&Text::Orders(Orders::BadMonth { value: &shown })))
    })
}

/// Shows a report, or gives it away and records that.
fn give<T>(
    ui: &mut Ui<'_>,
    global: &Global,
    (name, giving): (&'static str, &Giving),
    columns: Vec<Column<T>>,
    rows: &[T],
) -> Result<Code, Failure> {
    let form = ui.form(giving.output);
    if giving.file.is_none() && !giving.output.json && !giving.output.csv {
        fill(Sheet::begin(ui.out(), form, columns), rows)?;
        return Ok(Code::DONE);
    }
    let purpose = ui.name("PURPOSE", &giving.purpose, Word::new)?;
    let report = ui.name("REPORT", name, Word::new)?;
    let (session, who) = ui.acting(global, None)?;
    // Nothing is said to be given out before there is a file to put it into.
    let open = |path: &PathBuf| match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(file) => Ok((path.clone(), file)),
        Err(error) => Err(unwritten(ui, path, &error)),
    };
    let file = giving.file.as_ref().map(open).transpose()?;
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let seq = match session.exported(&who, &report, &purpose, count) {
        Ok(seq) => seq,
        Err(error) => {
            if let Some((path, _)) = &file {
                let _ = std::fs::remove_file(path);
            }
            return Err(error.into());
        }
    };
    let said = ui.voice.text(&Text::Orders(Orders::Exported { report: name, rows: count, seq }));
    ui.remark(&said)?;
    let Some((path, file)) = file else {
        fill(Sheet::begin(ui.out(), form, columns), rows)?;
        return Ok(Code::DONE);
    };
    let mut out = BufWriter::new(file);
    let written = fill(Sheet::begin(&mut out, form, columns), rows);
    let written = written.and_then(|()| out.flush()).and_then(|()| out.get_ref().sync_all());
    written.map(|()| Code::DONE).map_err(|error| {
        let _ = std::fs::remove_file(&path);
        unwritten(ui, &path, &error)
    })
}

pub(super) fn unwritten(ui: &Ui<'_>, path: &Path, error: &std::io::Error) -> Failure {
    let (file, error) = (path.display().to_string(), error.to_string());
    let text = crate::i18n::Screens::Unwritten { file: &file, error: &error };
    Failure::Usage(ui.voice.text(&Text::Screens(text)))
}

fn fill<T>(sheet: std::io::Result<Sheet<'_, T>>, rows: &[T]) -> std::io::Result<()> {
    let mut sheet = sheet?;
    for row in rows {
        sheet.row(row)?;
    }
    sheet.end().map(|_| ())
}

fn monthly_columns(ui: &Ui<'_>) -> Vec<Column<MonthlyRow>> {
    let head = |head| Some(ui.voice.text(&Text::Head(head)));
    let media = Some(ui.voice.text(&Text::Title(Title::Media)));
    vec![
        column("section", head(Head::Section), |row: &MonthlyRow| row.section.word().into()),
        column("key", head(Head::Key), |row: &MonthlyRow| row.key.clone().into()),
        column("count", head(Head::Count), |row: &MonthlyRow| row.count.into()),
        column("media", media, |row: &MonthlyRow| row.media.into()),
    ]
}

fn access_columns(ui: &Ui<'_>) -> Vec<Column<AccessRow>> {
    let voice = &ui.voice;
    let head = |head| Some(voice.text(&Text::Head(head)));
    let title = |title| Some(voice.text(&Text::Title(title)));
    let org = |org: &Option<Org>| Value::from(org.as_ref().map(Org::as_str));
    let (role, yes) = (voice.clone(), voice.text(&Text::Yes));
    vec![
        column("badge", title(Title::Badge), |row: &AccessRow| row.badge.as_str().into()),
        column("name", title(Title::Name), |row: &AccessRow| row.name.clone().into()),
        column("org", title(Title::Org), move |row: &AccessRow| org(&row.org)),
        column("host_org", None, move |row: &AccessRow| org(&row.host_org)),
        told(
            "role",
            head(Head::Role),
            |row: &AccessRow| row.role.word().into(),
            move |row: &AccessRow| role.role(row.role).to_owned(),
        ),
        moment("since", title(Title::Since), voice, |row: &AccessRow| Some(row.since)),
        moment("last_used", head(Head::LastUsed), voice, |row: &AccessRow| row.last_used),
        told(
            "suspended",
            title(Title::Suspended),
            |row: &AccessRow| row.suspended.into(),
            move |row: &AccessRow| if row.suspended { yes.clone() } else { String::new() },
        ),
        moment("until", None, voice, |row: &AccessRow| row.until),
    ]
}

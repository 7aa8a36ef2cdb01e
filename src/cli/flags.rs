//! What needs a person: a list for people, a line for Nagios, a textfile for Prometheus.

use clap::{Args, ValueEnum};

use super::args::{Global, Output};
use super::exit::{Code, Failure};
use super::tabled::{column, moment, told};
use super::ui::Ui;
use crate::app::{FlagLine, Session};
use crate::domain::flag::Severity;
use crate::domain::names::{Barcode, PlaceCode};
use crate::domain::refusal::Refusal;
use crate::domain::time::Timestamp;
use crate::i18n::{Text, Title, Voice};
use crate::report::monitor::{Counts, WrongClock, nagios, prometheus};
use crate::report::sheet::{Column, Sheet};

/// A severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "Severity says what each is")]
pub enum MinArg {
    Notice,
    Warning,
    Critical,
}

/// The words of the command.
#[derive(Debug, Args)]
pub struct FlagsArgs {
    /// List only flags of this severity or above; the command exits with 1 when there are any
    #[arg(long, value_enum, default_value = "warning")]
    pub min: MinArg,
    /// Print a line for Nagios, and exit with its codes: 0 OK, 1 warning, 2 critical, 3 unknown
    #[arg(long, conflicts_with_all = ["prometheus", "json", "csv"])]
    pub nagios: bool,
    /// Print a textfile for Prometheus
    #[arg(long, conflicts_with_all = ["json", "csv"])]
    pub prometheus: bool,
    /// The form.
    #[command(flatten)]
    pub output: Output,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &FlagsArgs) -> Result<Code, Failure> {
    if args.nagios {
        return plugin(ui, global);
    }
    let session = ui.session(global)?;
    if args.prometheus {
        let (flags, tally) = (session.flags(Severity::Notice)?, session.tally()?);
        let text = prometheus(&counts(&flags), tally.site.as_str(), &tally.states, tally.last);
        ui.out().write_all(text.as_bytes())?;
        return Ok(Code::DONE);
    }
    let min = match args.min {
        MinArg::Notice => Severity::Notice,
        MinArg::Warning => Severity::Warning,
        MinArg::Critical => Severity::Critical,
    };
    // Where nothing but the clock is wrong, everything seems overdue.
    if let Some(ahead) = session.clock_ahead()? {
        let what = ui.voice.refusal(&ahead).what;
        ui.remark(&what)?;
    }
    let (flags, now) = (session.flags(min)?, session.time()?);
    let table = !args.output.json && !args.output.csv;
    if flags.is_empty() && table {
        ui.say(&Text::NoFlags)?;
        return Ok(Code::DONE);
    }
    write(ui, args.output, &flags, now)?;
    if table {
        let count = u64::try_from(flags.len()).unwrap_or(u64::MAX);
        let critical = flags.iter().filter(|line| line.severity == Severity::Critical).count();
        let critical = u64::try_from(critical).unwrap_or(u64::MAX);
        let end = ui.voice.text(&Text::FlagsEnd { count, critical });
        ui.remark(&end)?;
    }
    Ok(if flags.is_empty() { Code::DONE } else { Code::REFUSED })
}

/// How many media have each flag.
fn counts(flags: &[FlagLine]) -> Counts {
    let mut counts = Counts::new();
    for line in flags {
        *counts.entry((line.kind, line.severity)).or_default() += line.count;
    }
    counts
}

/// Writes the list; on a terminal the severity stands out.
fn write(ui: &mut Ui<'_>, output: Output, flags: &[FlagLine], now: Timestamp) -> Result<(), Failure> {
    let (columns, form) = (columns(ui, now), ui.form(output));
    let words = Severity::ALL.iter().map(|severity| {
        let word = ui.voice.severity(*severity);
        (word, ui.paint(*severity, word))
    });
    let words: Vec<_> = words.collect();
    let finish = move |line: &str| {
        let found = words.iter().find_map(|(word, painted)| {
            Some((painted, line.strip_prefix(word).filter(|rest| rest.starts_with(' '))?))
        });
        found.map_or_else(|| line.to_owned(), |(painted, rest)| format!("{painted}{rest}"))
    };
    let mut sheet = Sheet::begin(ui.out(), form, columns)?.finished_by(finish);
    for flag in flags {
        sheet.row(flag)?;
    }
    sheet.end()?;
    Ok(())
}

/// What monitoring hears of the clock.
fn wrong_clock(session: &Session) -> Result<Option<WrongClock>, Failure> {
    if let Some(Refusal::ClockAhead { last, now, .. }) = session.clock_ahead()? {
        return Ok(Some(WrongClock::Ahead(now.since(last))));
    }
    let behind = session.time()?.since(session.now());
    Ok((behind > 0).then_some(WrongClock::Behind(behind)))
}

/// A plugin's answer is a line and a code whatever happens; a ledger that cannot be read is UNKNOWN.
fn plugin(ui: &mut Ui<'_>, global: &Global) -> Result<Code, Failure> {
    let found =
        ui.session(global).and_then(|session| Ok((session.flags(Severity::Notice)?, wrong_clock(&session)?)));
    match found {
        Ok((flags, clock)) => {
            let (line, code) = nagios(&counts(&flags), clock);
            ui.line(&line)?;
            Ok(Code(code))
        }
        Err(failure) => {
            let code = ui.fail(&failure);
            ui.line("CUSTODY UNKNOWN - the ledger cannot be read")?;
            Ok(if code == Code::DONE { code } else { Code(3) })
        }
    }
}

fn columns(ui: &Ui<'_>, now: Timestamp) -> Vec<Column<FlagLine>> {
    let voice: &Voice = &ui.voice;
    let title = |title| Some(voice.text(&Text::Title(title)));
    let in_hand = voice.text(&Text::InHandPlace);
    let [severity, count, long, what, ends, shown_ends] = std::array::from_fn(|_| voice.clone());
    let media = move |f: &FlagLine| {
        let many = || count.text(&Text::MediaOfPlace { count: f.count });
        f.barcode.as_ref().map_or_else(many, ToString::to_string)
    };
    let place = move |f: &FlagLine| {
        let none = if f.barcode.is_none() { in_hand.clone() } else { String::new() };
        let place = f.place.as_ref().map_or(none, ToString::to_string);
        // Where the record puts it, and where it was seen instead.
        f.seen.as_ref().map_or_else(|| place.clone(), |seen| format!("{place} ≠ {seen}"))
    };
    vec![
        told(
            "severity",
            title(Title::Severity),
            |f: &FlagLine| f.severity.word().into(),
            move |f: &FlagLine| severity.severity(f.severity).to_owned(),
        ),
        told(
            "barcode",
            title(Title::Barcode),
            |f: &FlagLine| f.barcode.as_ref().map(Barcode::as_str).into(),
            media,
        ),
        column("flag", title(Title::Flag), |f: &FlagLine| f.kind.word().into()),
        moment("since", title(Title::Since), voice, |f: &FlagLine| Some(f.since)).if_wide(),
        told(
            "seconds",
            title(Title::HowLong),
            move |f: &FlagLine| (now.since(f.since) / 1000).into(),
            move |f: &FlagLine| long.span(now.since(f.since)),
        ),
        told(
            "place",
            title(Title::Place),
            |f: &FlagLine| f.place.as_ref().map(PlaceCode::as_str).into(),
            place,
        ),
        column("custodian", None, |f: &FlagLine| f.custodian.as_ref().map(|who| who.badge.as_str()).into()),
        told(
            "answerable",
            title(Title::Answerable),
            |f: &FlagLine| f.answerable.as_ref().map(|who| who.badge.as_str()).into(),
            answerable,
        ),
        column("custodian_name", None, |f: &FlagLine| {
            f.custodian.as_ref().and_then(|w| w.name.clone()).into()
        }),
        column("seen_place", None, |f: &FlagLine| f.seen.as_ref().map(PlaceCode::as_str).into()),
        column("order", None, |f: &FlagLine| f.order.map(|order| order.0).into()),
        column("count", None, |f: &FlagLine| f.count.into()),
        column("meaning", None, move |f: &FlagLine| what.flag(f.kind).0.into()),
        told(
            "ended_by",
            title(Title::Ends),
            move |f: &FlagLine| ends.flag(f.kind).1.into(),
            move |f: &FlagLine| shown_ends.flag(f.kind).1.to_owned(),
        )
        .if_wide(),
    ]
}

/// Who is answerable, by badge and name.
fn answerable(flag: &FlagLine) -> String {
    let Some(who) = &flag.answerable else { return String::new() };
    who.name.as_ref().map_or_else(|| who.badge.to_string(), |name| format!("{} {name}", who.badge))
}

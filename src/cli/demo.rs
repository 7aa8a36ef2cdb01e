//! The demonstration, told as a story on the terminal.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use clap::Args;

use super::args::Global;
use super::env::Launch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::demo::{self, JAPAN, Look, Stocktake, Story};
use crate::app::{Beside, Outside, Session, Surroundings, Trouble};
use crate::domain::flag::Severity;
use crate::domain::names::{Badge, Barcode};
use crate::domain::refusal::{OrderRefusal, Refusal};
use crate::domain::time::{DAY, HOUR, Timestamp};
use crate::i18n::{Tale, Text, Voice};

/// A moment without its zone, which the heading tells.
fn short(ui: &Ui<'_>, at: Timestamp) -> String {
    ui.voice.time(at).chars().take(16).collect()
}

/// The words of the command.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Open its ledger on the screens of a scan station, on the day of the discovery
    #[arg(long)]
    pub tui: bool,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &DemoArgs) -> Result<Code, Failure> {
    // The story happens in Japan, whoever reads it.
    let zone = Rc::new(|_| JAPAN);
    ui.voice = Voice { lang: ui.voice.lang, zone };
    let own = tempfile::tempdir();
    let path = match (&global.ledger, &own) {
        (Some(path), _) => path.clone(),
        (None, Ok(own)) => own.path().join("demo.kuraban"),
        (None, Err(error)) => {
            let error = error.to_string();
            let text = Text::CannotRead { file: &std::env::temp_dir().display().to_string(), error: &error };
            return Err(Failure::Usage(ui.voice.text(&text)));
        }
    };
    let (session, story) = demo::replay(&path, ui.busy(), ui.outside().random)?;
    drop(session);
    if args.tui {
        return show(ui, global, path, &story);
    }
    tell(ui, &story)?;
    let report = Session::verify(&path, ui.busy(), Outside::default(), &Beside::default(), &mut |_, _| {})?;
    ui.line("")?;
    super::verify::tell(ui, &report)?;
    let file = path.display().to_string();
    let kept = global.ledger.as_ref().map(|_| file.as_str());
    ui.line("")?;
    ui.say(&Text::Tale(Tale::End { kept }))?;
    if kept.is_some() {
        ui.say(&Text::Tale(Tale::Pins { pin: demo::PIN }))?;
    }
    if let (None, Ok(own)) = (kept, own) {
        own.close().map_err(|source| Failure::Trouble(Trouble::Io { path, source }))?;
    }
    Ok(Code::DONE)
}

/// Opens the screens on the day on which the story ends; from there its clock runs like any other.
fn show(ui: &mut Ui<'_>, global: &Global, path: PathBuf, story: &Story) -> Result<Code, Failure> {
    let Some(screens) = ui.screens() else {
        return Err(Failure::Usage(ui.voice.text(&Text::NoTerminal)));
    };
    let (begin, real) = (ui.now(), ui.outside().now);
    let end = story.looks.last().map_or(begin, |look| look.at);
    let now = Arc::new(move || end.plus(real().since(begin)));
    let plain = super::launch::plain(ui, global, path)?;
    let outside = Surroundings { now, beside: Beside::default(), ..plain.outside };
    screens(Launch { outside, person: Some(story.operator.clone()), ..plain })?;
    Ok(Code::DONE)
}

fn tell(ui: &mut Ui<'_>, story: &Story) -> Result<(), Failure> {
    let lost = story.lost.join(", ");
    ui.say(&Text::Tale(Tale::Heading))?;
    ui.line("")?;
    let at = short(ui, story.registered);
    ui.say(&Text::Tale(Tale::Registered { at: &at, count: demo::TAPES }))?;
    ui.say(&Text::Tale(Tale::Written { lost: &lost, persons: demo::PERSONS }))?;
    ui.say(&Text::Tale(Tale::Inventories { count: story.inventories }))?;
    ui.line("")?;
    let (order, asked, requester, approver) = &story.order;
    let (at, requester, approver) = (short(ui, *asked), requester.as_str(), approver.as_str());
    ui.say(&Text::Tale(Tale::Ordered { at: &at, order: *order, requester, approver }))?;
    let at = short(ui, story.maintenance);
    let (out, back) = story.out_and_in;
    ui.say(&Text::Tale(Tale::Maintenance { at: &at, out, back }))?;
    let Some((evening, later)) = story.looks.split_first() else { return Ok(()) };
    look(ui, evening)?;
    if let Some(who) = evening.critical.first().and_then(|flag| flag.custodian.as_ref()) {
        let (badge, name) = (who.badge.to_string(), who.name.clone().unwrap_or_default());
        ui.say(&Text::Tale(Tale::Holder { badge: &badge, name: &name }))?;
    }
    if let Some(flagged) = story.flagged {
        let at = short(ui, flagged);
        let hours = flagged.since(story.maintenance) / HOUR;
        ui.say(&Text::Tale(Tale::Flagged { at: &at, hours }))?;
    }
    ui.line("")?;
    let (closing, refusal) = &story.close;
    let at = short(ui, *closing);
    ui.say(&Text::Tale(Tale::Close { at: &at, order: *order }))?;
    if let Refusal::Order(OrderRefusal::NotBack { order, outside, .. }) = &**refusal {
        let outside: Vec<String> = outside.iter().map(ToString::to_string).collect();
        ui.say(&Text::Tale(Tale::NotClosed { order: *order, outside: &outside.join(", ") }))?;
    }
    ui.line("")?;
    let at = short(ui, story.removal);
    let last_seen: Vec<&str> = story.last_seen.iter().map(Barcode::as_str).collect();
    ui.say(&Text::Tale(Tale::Removal { at: &at, last_seen: &last_seen.join(", ") }))?;
    for (at, stocktake) in story.stocktakes.iter().enumerate() {
        ui.line("")?;
        count(ui, stocktake)?;
        if at == 0 {
            ui.line("")?;
            let (at, badge) = (short(ui, story.claimed), story.operator.as_str());
            ui.say(&Text::Tale(Tale::Claimed { at: &at, badge }))?;
        }
    }
    for day in later {
        ui.line("")?;
        look(ui, day)?;
    }
    ui.line("")?;
    let (from, until) = (short(ui, story.loss.last.at), short(ui, story.loss.until));
    let by = story.loss.last.by.as_ref().map_or("", Badge::as_str);
    let barcode = story.lost.first().map_or("", String::as_str);
    ui.say(&Text::Tale(Tale::Window { barcode, from: &from, until: &until, by }))?;
    if let (Some(flagged), Some(last)) = (story.flagged, later.last()) {
        // Whole days between the two calendar days in Japan.
        let day = |at: Timestamp| at.plus(i64::from(JAPAN) * 1000).millis().div_euclid(DAY);
        ui.line("")?;
        ui.say(&Text::Tale(Tale::Days {
            days: day(last.at) - day(flagged),
            lost: &lost,
            persons: demo::PERSONS,
        }))?;
    }
    Ok(())
}

fn count(ui: &mut Ui<'_>, stocktake: &Stocktake) -> Result<(), Failure> {
    let at = short(ui, stocktake.at);
    let Stocktake { audit, expected, seen, .. } = *stocktake;
    ui.say(&Text::Tale(Tale::Counted { at: &at, audit, expected, seen }))?;
    let missing: Vec<&str> = stocktake.missing.iter().map(Barcode::as_str).collect();
    let text = if stocktake.certified {
        Tale::Passed
    } else {
        Tale::Failed { missing: &missing.join(", "), incident: stocktake.incident }
    };
    Ok(ui.say(&Text::Tale(text))?)
}

fn look(ui: &mut Ui<'_>, look: &Look) -> Result<(), Failure> {
    let at = short(ui, look.at);
    ui.say(&Text::Tale(Tale::Look { at: &at }))?;
    for flag in &look.critical {
        let severity = ui.paint(Severity::Critical, ui.voice.severity(flag.severity));
        let badge = flag.custodian.as_ref().map(|who| who.badge.to_string()).unwrap_or_default();
        let barcode = flag.barcode.as_ref().map(ToString::to_string).unwrap_or_default();
        let since = short(ui, flag.since);
        let span = ui.voice.span(look.at.since(flag.since));
        ui.line(&format!("  {severity}  {barcode}  {:<19}  {since}  {span}  {badge}", flag.kind))?;
    }
    Ok(())
}

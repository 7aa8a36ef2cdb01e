//! What a third party does with a bundle; no ledger is needed.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use unicode_width::UnicodeWidthStr as _;

use super::exit::{Code, Failure};
use super::ui::Ui;
use super::verify::TrustArgs;
use crate::app::{BundleReport, check_bundle};
use crate::domain::event::Data;
use crate::i18n::{Bundling, Keeping, Sentence, Text, Witnessing};
use crate::ledger::bundle::History;
use crate::ledger::note::NoteKey;
use crate::ledger::verdict::Verdict;

/// The longest bundle that is read: that of a medium with a hundred thousand entries is shorter.
const LONGEST: u64 = 1 << 28;

/// The words of the command.
#[derive(Debug, Args)]
pub struct VerifyBundleArgs {
    /// The bundle
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The key of the ledger, as kuraban key show printed it there; may be given several times
    #[arg(long, value_name = "KEY")]
    pub log: Vec<String>,
    /// What it is held against.
    #[command(flatten)]
    pub trust: TrustArgs,
    /// Take a bundle that nothing from outside vouches for as a failure
    #[arg(long)]
    pub require_anchor: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

pub(super) fn run(ui: &mut Ui<'_>, args: &VerifyBundleArgs) -> Result<Code, Failure> {
    let outside = args.trust.outside(ui)?;
    let key = |text: &String| {
        let wrong = |_| Failure::Usage(ui.voice.text(&Text::Witness(Witnessing::NoKey { value: text })));
        NoteKey::parse(text).map_err(wrong)
    };
    let mut trusted = args.log.iter().map(key).collect::<Result<Vec<_>, _>>()?;
    trusted.extend(outside.trust.iter().flat_map(|trust| trust.logs().iter().cloned()));
    // What is no text is no bundle either, and is told as such.
    let text = String::from_utf8(ui.bytes_up_to(&args.file, LONGEST)?).unwrap_or_default();
    let report = check_bundle(&text, &trusted, &outside);
    if args.json {
        ui.line(&document(&report, ui).to_string())?;
    } else {
        tell(ui, &report, !trusted.is_empty())?;
    }
    for at in &report.silent {
        let file = args.trust.against.get(*at).map(|file| file.display().to_string()).unwrap_or_default();
        let what = ui.voice.text(&Text::Bundling(Bundling::SaysNothing { file: &file }));
        ui.problem(&Sentence { what, hint: None })?;
    }
    let fine = match report.verdict {
        Verdict::Anchored => report.silent.is_empty(),
        Verdict::Consistent => report.silent.is_empty() && !args.require_anchor,
        Verdict::Irregular
        | Verdict::Tampered
        | Verdict::RolledBack
        | Verdict::Forked
        | Verdict::Restored
        | Verdict::Damaged
        | Verdict::Newer => false,
    };
    Ok(if fine { Code::DONE } else { Code::REFUSED })
}

/// The barcode that the medium bears at the end of a history.
fn barcode(history: &History) -> String {
    let last = history.entries.last().map(|entry| &entry.event.data);
    let given =
        if let Some(Data::Relabel { new, .. }) = last { Some(new) } else { last.and_then(Data::barcode) };
    given.map(ToString::to_string).unwrap_or_default()
}

fn document(report: &BundleReport, ui: &Ui<'_>) -> serde_json::Value {
    let history = report.history.as_ref();
    let fault = report.fault.as_ref().map(|fault| ui.voice.text(&Text::Bundling(Bundling::Fault { fault })));
    json!({
        "verdict": report.verdict.word(),
        "barcode": history.map(barcode),
        "medium": history.map(|history| history.medium.0),
        "entries": history.map(|history| history.entries.len()),
        "size": history.map(|history| history.point.size),
        "origin": history.map(|history| history.point.origin.clone()),
        "key": history.map(|history| history.key.to_string()),
        "fault": fault,
    })
}

fn tell(ui: &mut Ui<'_>, report: &BundleReport, trusted: bool) -> Result<(), Failure> {
    let Some(history) = &report.history else {
        if let Some(fault) = &report.fault {
            ui.say(&Text::Bundling(Bundling::Broken { fault }))?;
        }
        return Ok(());
    };
    let (barcode, size, origin) = (barcode(history), history.point.size, history.point.origin.as_str());
    let entries = history.entries.len();
    let verdict = report.verdict;
    ui.say(&Text::Bundling(Bundling::Holds { verdict, barcode: &barcode, entries, size, origin }))?;
    if let Some(other) = &report.other {
        ui.say(&Text::Bundling(Bundling::Forked { root: &history.point.root, other: &other.root }))?;
    }
    for (name, at) in &report.cosigned {
        let at = ui.voice.time(*at);
        ui.say(&Text::Witness(Witnessing::Cosigned { name, at: &at }))?;
    }
    if !trusted && report.verdict == Verdict::Consistent {
        let key = history.key.to_string();
        ui.say(&Text::Bundling(Bundling::WhoseKey { key: &key }))?;
    } else if report.verdict == Verdict::Consistent {
        ui.say(&Text::Keeping(Keeping::VerdictNext { verdict: report.verdict }))?;
    }
    ui.line("")?;
    let kinds: Vec<&str> =
        history.entries.iter().map(|entry| ui.voice.kind(entry.event.data.kind())).collect();
    let widest = kinds.iter().map(|kind| kind.width()).max().unwrap_or_default();
    for (entry, kind) in history.entries.iter().zip(kinds) {
        let (at, gap) = (ui.voice.time(entry.event.at), " ".repeat(widest - kind.width()));
        let by = entry.event.by.as_ref().map_or("–", |by| by.as_str());
        ui.line(&format!("{:>8}  {at}  {kind}{gap}  {by}", entry.seq))?;
    }
    Ok(())
}

//! The check of the whole ledger.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::args::Global;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::{Outside, Report, Session};
use crate::i18n::{Bundling, Keeping, Sentence, Text, Witnessing};
use crate::ledger::identity::Incarnation;
use crate::ledger::note::leading;
use crate::ledger::trust::Trust;
use crate::ledger::verdict::Verdict;
use crate::ledger::witness::WitnessKey;

/// What comes from outside, and whom an auditor trusts.
#[derive(Debug, Args)]
pub struct TrustArgs {
    /// Hold it against a checkpoint that was kept outside; may be given several times
    #[arg(long, value_name = "NOTE")]
    pub against: Vec<PathBuf>,
    /// Let only those checkpoints count that this witness has cosigned; of several, one is enough
    #[arg(long, value_name = "KEY")]
    pub witness: Vec<String>,
    /// Let only what this file trusts count: the keys of logs and of witnesses, and how many of these (C2SP tlog-policy)
    #[arg(long, value_name = "FILE", conflicts_with = "witness")]
    pub policy: Option<PathBuf>,
}

impl TrustArgs {
    /// What was given, read and checked for its form.
    pub(super) fn outside(&self, ui: &Ui<'_>) -> Result<Outside, Failure> {
        let notes = self.against.iter().map(|file| Ok(leading(&ui.note_text(file)?).to_owned()));
        let notes = notes.collect::<Result<Vec<_>, Failure>>()?;
        let key = |text: &String| {
            let wrong =
                |_| Failure::Usage(ui.voice.text(&Text::Witness(Witnessing::NoWitness { value: text })));
            WitnessKey::parse(text).map_err(wrong)
        };
        let witnesses = self.witness.iter().map(key).collect::<Result<Vec<_>, _>>()?;
        let policy = |file: &PathBuf| {
            let text = ui.file_text(file)?;
            let file = file.display().to_string();
            let wrong = |fault| {
                Failure::Usage(ui.voice.text(&Text::Bundling(Bundling::BadPolicy { file: &file, fault })))
            };
            Trust::parse(&text).map_err(wrong)
        };
        let trust = self.policy.as_ref().map(policy).transpose()?;
        Ok(Outside { notes, witnesses, trust, ..Outside::default() })
    }
}

/// The words of the command.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// What it is held against.
    #[command(flatten)]
    pub trust: TrustArgs,
    /// Check the time stamps that the ledger keeps by these certificates of authorities (PEM)
    #[arg(long, value_name = "FILE")]
    pub tsa: Option<PathBuf>,
    /// Hold every index of the file against its table too; takes longer
    #[arg(long)]
    pub deep: bool,
    /// Take a ledger that nothing outside vouches for as a failure
    #[arg(long)]
    pub require_anchor: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &VerifyArgs) -> Result<Code, Failure> {
    let path = ui.ledger(global)?;
    if args.trust.against.is_empty() && !args.trust.witness.is_empty() {
        return Err(Failure::Usage(ui.voice.text(&Text::Bundling(Bundling::NothingWitnessed))));
    }
    let mut outside = args.trust.outside(ui)?;
    outside.deep = args.deep;
    outside.authorities = args.tsa.as_ref().map(|file| ui.file_text(file)).transpose()?;
    let beside = ui.outside().beside;
    let mut progress = ui.progress(&path.display().to_string());
    let report = Session::verify(&path, ui.busy(), outside, &beside, &mut progress)?;
    let code = match report.verdict {
        // What was to vouch for the ledger and does not is never passed over.
        Verdict::Anchored | Verdict::Consistent if !report.strangers.is_empty() => Code::REFUSED,
        Verdict::Anchored | Verdict::Consistent if !report.stamps.broken.is_empty() => Code::REFUSED,
        Verdict::Consistent if args.require_anchor => Code::REFUSED,
        Verdict::Anchored | Verdict::Consistent => Code::DONE,
        Verdict::Irregular
        | Verdict::Tampered
        | Verdict::RolledBack
        | Verdict::Restored
        | Verdict::Forked => Code::REFUSED,
        Verdict::Damaged | Verdict::Newer => Code::TROUBLE,
    };
    let stamped = report.stamps.newest.as_ref().map(|(size, _)| *size);
    let stamped = stamped.filter(|_| report.verdict == Verdict::Anchored);
    if args.json {
        let first = report.first_break.as_ref().map(|first| {
            json!({"seq": first.seq, "reason": ui.voice.reason(&first.reason), "media": report.media})
        });
        let document = json!({
            "verdict": report.verdict.word(),
            "size": report.size,
            "head": report.head.to_string(),
            "anchor": report.anchor.max(stamped),
            "restores": report.restores.iter().map(|one| {
                json!({"incarnation": one.number, "at": one.began, "lost": (one.lost >= one.began).then_some(one.lost)})
            }).collect::<Vec<_>>(),
            "acknowledged": report.acknowledged.iter().map(|(entry, _)| entry).collect::<Vec<_>>(),
            "stamp": report.stamps.newest.as_ref().map(|(size, stamp)| {
                json!({"size": size, "at": stamp.at.to_string(), "authority": stamp.authority})
            }),
            "first_break": first,
        });
        ui.line(&document.to_string())?;
    } else {
        tell(ui, &report)?;
    }
    for (at, error) in &report.strangers {
        let given = &args.trust.against;
        let file = given.iter().chain(&report.delivered).nth(*at);
        let file = file.map(|file| file.display().to_string()).unwrap_or_default();
        let what = ui.voice.text(&Text::Stranger { file: &file, error: *error });
        ui.problem(&Sentence { what, hint: None })?;
    }
    if let Some(trouble) = &report.unmarked {
        let sentence = ui.voice.trouble(trouble);
        let what = ui.voice.text(&Text::Keeping(Keeping::NotRemembered { error: &sentence.what }));
        ui.remark(&what)?;
    }
    for (size, error) in &report.stamps.broken {
        let what = ui.voice.text(&Text::Bundling(Bundling::StampBroken { size: *size, error: *error }));
        ui.problem(&Sentence { what, hint: None })?;
    }
    if !args.json && report.verdict != Verdict::Anchored {
        let verdict = report.verdict;
        let (hint, next) =
            (ui.voice.text(&Text::Hint), ui.voice.text(&Text::Keeping(Keeping::VerdictNext { verdict })));
        ui.remark(&format!("{hint}: {next}"))?;
    }
    Ok(code)
}

/// The verdict in words.
pub(super) fn tell(ui: &mut Ui<'_>, report: &Report) -> Result<(), Failure> {
    ui.say(&Text::Verdict { verdict: report.verdict, size: report.size, head: &report.head })?;
    for (name, at) in report.cosigned.iter().filter(|_| report.first_break.is_none()) {
        let at = ui.voice.time(*at);
        ui.say(&Text::Witness(Witnessing::Cosigned { name, at: &at }))?;
    }
    for Incarnation { number, began, lost, .. } in &report.restores {
        ui.say(&Text::Keeping(Keeping::WasRestored { number: *number, began: *began, lost: *lost }))?;
    }
    for (entry, seq) in &report.acknowledged {
        ui.say(&Text::Keeping(Keeping::Acknowledged { entry: *entry, seq: *seq }))?;
    }
    if let Some((size, stamp)) = &report.stamps.newest {
        let (at, authority) = (stamp.at, stamp.authority.as_str());
        let later = report.size.saturating_sub(*size);
        ui.say(&Text::Bundling(Bundling::Stamped { size: *size, at, authority, later }))?;
    }
    match &report.first_break {
        None => match report.anchor {
            Some(size) => {
                let later = report.size.saturating_sub(size);
                ui.say(&Text::Anchored { size, later })?;
            }
            None if report.verdict == Verdict::Consistent => ui.say(&Text::Unanchored)?,
            // The time stamp has been told above.
            None => {}
        },
        Some(first) => {
            let reason = ui.voice.reason(&first.reason);
            ui.say(&Text::FirstBreak { seq: first.seq, reason: reason.trim_end_matches(['.', '。']) })?;
            if !report.media.is_empty() {
                ui.say(&Text::Touches { media: &report.media.join(", ") })?;
            }
        }
    }
    Ok(())
}

//! The check of the whole ledger.

use clap::Args;
use serde_json::json;

use super::args::Global;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::{Report, Session};
use crate::i18n::Text;
use crate::ledger::verdict::Verdict;

/// The words of the command.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Take a ledger that nothing outside vouches for as a failure
    #[arg(long)]
    pub require_anchor: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &VerifyArgs) -> Result<Code, Failure> {
    let path = ui.ledger(global)?;
    let mut progress = ui.progress(&path.display().to_string());
    let report = Session::verify(&path, ui.busy(), &mut progress)?;
    let code = match report.verdict {
        Verdict::Consistent if args.require_anchor => Code::REFUSED,
        Verdict::Consistent => Code::DONE,
        Verdict::Irregular | Verdict::Tampered => Code::REFUSED,
        Verdict::Damaged | Verdict::Newer => Code::TROUBLE,
    };
    if args.json {
        let first = report.first_break.as_ref().map(|first| {
            json!({"seq": first.seq, "reason": ui.voice.reason(&first.reason), "media": report.media})
        });
        let document = json!({
            "verdict": report.verdict.word(),
            "size": report.size,
            "head": report.head.to_string(),
            "first_break": first,
        });
        ui.line(&document.to_string())?;
    } else {
        tell(ui, &report)?;
    }
    Ok(code)
}

/// The verdict in words.
pub(super) fn tell(ui: &mut Ui<'_>, report: &Report) -> Result<(), Failure> {
    ui.say(&Text::Verdict { verdict: report.verdict, size: report.size, head: &report.head })?;
    match &report.first_break {
        None => ui.say(&Text::Unanchored)?,
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

//! Making the projections anew from the log.

use clap::Args;

use super::args::Global;
use super::exit::{Code, Failure};
use super::ui::Ui;
use super::verify;
use crate::i18n::{Sentence, Text};

/// The words of the command.
#[derive(Debug, Args)]
pub struct RebuildArgs {
    /// A second person, for a log whose end is not signed with the ledger's key
    #[arg(long, value_name = "BADGE")]
    pub with: Option<String>,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &RebuildArgs) -> Result<Code, Failure> {
    let (session, who) = ui.acting(global, args.with.as_deref())?;
    let mut progress = ui.progress(&session.path().display().to_string());
    match session.rebuild(&who, &mut progress)? {
        Err(report) => {
            let what = ui.voice.text(&Text::CannotRebuild);
            ui.problem(&Sentence { what, hint: None })?;
            verify::tell(ui, &report)?;
            Ok(Code::REFUSED)
        }
        Ok(rebuilt) => {
            for difference in &rebuilt.differences {
                let line = ui.voice.reason(&difference.reason);
                ui.line(&line)?;
            }
            match rebuilt.seq {
                Some(seq) => ui.say(&Text::Rebuilt { count: rebuilt.count, seq })?,
                None => ui.say(&Text::RebuiltNothing { size: rebuilt.size })?,
            }
            Ok(Code::DONE)
        }
    }
}

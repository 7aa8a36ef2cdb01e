//! Two people stand by an entry that the rules had not allowed.

use clap::Args;

use super::args::Global;
use super::exit::{Code, Failure};
use super::ui::Ui;
use super::verify;
use crate::i18n::{Keeping, Sentence, Text};

/// The words of the command.
#[derive(Debug, Args)]
pub struct AcknowledgeArgs {
    /// The number of the entry, as kuraban verify names it
    #[arg(value_name = "ENTRY")]
    pub entry: u64,
    /// The second person
    #[arg(long, value_name = "BADGE")]
    pub with: String,
    /// Why: a code of your own, such as `old_program`; after a colon in your own words
    #[arg(long, value_name = "WHY")]
    pub why: String,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &AcknowledgeArgs) -> Result<Code, Failure> {
    let said = ui.why(&args.why)?;
    let (session, who) = ui.acting(global, Some(&args.with))?;
    let mut progress = ui.progress(&session.path().display().to_string());
    match session.acknowledge(&who, args.entry, &said, &mut progress)? {
        Ok(seq) => {
            ui.say(&Text::Keeping(Keeping::Acknowledged { entry: args.entry, seq }))?;
            Ok(Code::DONE)
        }
        Err(report) => {
            let what = ui.voice.text(&Text::Keeping(Keeping::NotIrregular { entry: args.entry }));
            ui.problem(&Sentence { what, hint: None })?;
            verify::tell(ui, &report)?;
            Ok(Code::REFUSED)
        }
    }
}

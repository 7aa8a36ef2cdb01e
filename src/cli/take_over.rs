//! Taking charge of media whose custodian cannot act, an approver beside who takes them.

use clap::Args;

use super::args::{Batch, Global};
use super::batch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::Verb;

/// The words of the command.
#[derive(Debug, Args)]
pub struct TakeOverArgs {
    /// Why the custodian cannot act: a code, `code: words`, or words
    #[arg(long, value_name = "WHY")]
    pub why: String,
    /// The media; --with names the approver.
    #[command(flatten)]
    pub batch: Batch,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &TakeOverArgs) -> Result<Code, Failure> {
    let verb = Verb::TakeOver(ui.why(&args.why)?);
    batch::run(ui, global, &args.batch, &verb)
}

//! Taking the last step of a medium back, by who took it, within the window of the policy.

use clap::Args;

use super::args::{Batch, Global};
use super::batch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::Verb;

/// The words of the command.
#[derive(Debug, Args)]
pub struct VoidArgs {
    /// The media.
    #[command(flatten)]
    pub batch: Batch,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &VoidArgs) -> Result<Code, Failure> {
    let verb = Verb::Void;
    batch::run(ui, global, &args.batch, &verb)
}

//! Taking media out of their device.

use clap::Args;

use super::args::{Batch, Global};
use super::batch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::Verb;

/// The words of the command.
#[derive(Debug, Args)]
pub struct EjectArgs {
    /// The media.
    #[command(flatten)]
    pub batch: Batch,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &EjectArgs) -> Result<Code, Failure> {
    let verb = Verb::Eject;
    batch::run(ui, global, &args.batch, &verb)
}

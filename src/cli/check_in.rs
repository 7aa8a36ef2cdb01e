//! Putting media into a vault.

use clap::Args;

use super::args::{Batch, Global};
use super::batch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::Verb;

/// The words of the command.
#[derive(Debug, Args)]
pub struct CheckInArgs {
    /// The vault, or the shelf or slot in it
    #[arg(long, value_name = "PLACE")]
    pub to: String,
    /// The media.
    #[command(flatten)]
    pub batch: Batch,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &CheckInArgs) -> Result<Code, Failure> {
    let verb = Verb::CheckIn(ui.place(&args.to)?);
    batch::run(ui, global, &args.batch, &verb)
}

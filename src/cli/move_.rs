//! Re-slotting within a vault.

use clap::Args;

use super::args::{Batch, Global};
use super::batch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::Verb;

/// The words of the command.
#[derive(Debug, Args)]
pub struct MoveArgs {
    /// Where they stand now
    #[arg(long, value_name = "PLACE")]
    pub to: String,
    /// The media.
    #[command(flatten)]
    pub batch: Batch,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &MoveArgs) -> Result<Code, Failure> {
    let verb = Verb::Move(ui.place(&args.to)?);
    batch::run(ui, global, &args.batch, &verb)
}

//! Standing by check-outs that had no order, as an approver.

use clap::Args;

use super::args::{Batch, Global};
use super::batch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::Verb;

/// The words of the command.
#[derive(Debug, Args)]
pub struct RatifyArgs {
    /// The media; of each the oldest check-out without an order that nobody has ratified.
    #[command(flatten)]
    pub batch: Batch,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &RatifyArgs) -> Result<Code, Failure> {
    batch::run(ui, global, &args.batch, &Verb::Ratify)
}

//! Recording that media were seen; nothing is moved by it.

use clap::Args;

use super::args::{Batch, Global};
use super::batch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::Verb;

/// The words of the command.
#[derive(Debug, Args)]
pub struct SightArgs {
    /// Where they were seen
    #[arg(long, value_name = "PLACE")]
    pub at: String,
    /// The media.
    #[command(flatten)]
    pub batch: Batch,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &SightArgs) -> Result<Code, Failure> {
    let verb = Verb::Sight(ui.place(&args.at)?);
    batch::run(ui, global, &args.batch, &verb)
}

//! Recording that media turned up; they are in the hands of who records it.

use clap::Args;

use super::args::{Batch, Global};
use super::batch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::Verb;

/// The words of the command.
#[derive(Debug, Args)]
pub struct FoundArgs {
    /// Where they were found
    #[arg(long, value_name = "PLACE")]
    pub at: String,
    /// The media.
    #[command(flatten)]
    pub batch: Batch,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &FoundArgs) -> Result<Code, Failure> {
    let verb = Verb::Found(ui.place(&args.at)?);
    batch::run(ui, global, &args.batch, &verb)
}

//! Declaring media missing.

use clap::Args;

use super::args::{Batch, Global};
use super::batch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::Verb;

/// The words of the command.
#[derive(Debug, Args)]
pub struct MissingArgs {
    /// Why: a code, `code: words`, or words
    #[arg(long, value_name = "WHY")]
    pub why: String,
    /// The media.
    #[command(flatten)]
    pub batch: Batch,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &MissingArgs) -> Result<Code, Failure> {
    let verb = Verb::DeclareMissing(ui.why(&args.why)?);
    batch::run(ui, global, &args.batch, &verb)
}

//! Handing media over to another person.

use clap::Args;

use super::args::{Batch, Global};
use super::batch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::Verb;

/// The words of the command.
#[derive(Debug, Args)]
pub struct HandOverArgs {
    /// Who takes them
    #[arg(long, value_name = "BADGE")]
    pub to: String,
    /// The media.
    #[command(flatten)]
    pub batch: Batch,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &HandOverArgs) -> Result<Code, Failure> {
    batch::run_as(ui, global, &args.batch, |ui, session| {
        Ok(Verb::HandOver(ui.recipient(global, session, &args.to)?))
    })
}

//! Taking media out of the vault.

use clap::Args;

use super::args::{Batch, Global};
use super::batch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::Verb;

/// The words of the command.
#[derive(Debug, Args)]
pub struct CheckOutArgs {
    /// When they must be back: RFC 3339, +4h, +3d or 17:00 [else the policy says]
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// The media.
    #[command(flatten)]
    pub batch: Batch,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &CheckOutArgs) -> Result<Code, Failure> {
    let verb = Verb::CheckOut(args.until.as_deref().map(|text| ui.moment(text)).transpose()?);
    batch::run(ui, global, &args.batch, &verb)
}

//! Taking media out of the vault.

use clap::Args;

use super::args::{Batch, Global};
use super::batch;
use super::exit::{Code, Failure};
use super::order::number;
use super::ui::Ui;
use crate::app::{Leaving, Verb};

/// The words of the command.
#[derive(Debug, Args)]
pub struct CheckOutArgs {
    /// The order under which they go [else the one in force that lists them]
    #[arg(long, value_name = "N")]
    pub order: Option<String>,
    /// When they must be back: RFC 3339, +4h, +3d or 17:00 [else the end of the order, or the policy says]
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Without an order, in an emergency: why, as a code, `code: words`, or words; critical until ratified
    #[arg(long = "override", value_name = "WHY", conflicts_with = "order")]
    pub without: Option<String>,
    /// The media.
    #[command(flatten)]
    pub batch: Batch,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &CheckOutArgs) -> Result<Code, Failure> {
    let leaving = Leaving {
        until: args.until.as_deref().map(|text| ui.moment(text)).transpose()?,
        order: args.order.as_deref().map(|text| number(ui, text)).transpose()?,
        without: args.without.as_deref().map(|why| ui.why(why)).transpose()?,
    };
    batch::run(ui, global, &args.batch, &Verb::CheckOut(leaving))
}

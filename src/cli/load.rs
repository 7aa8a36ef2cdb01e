//! Loading media into a device.

use clap::Args;

use super::args::{Batch, Global};
use super::batch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::Verb;
use crate::domain::names::Term;

/// The words of the command.
#[derive(Debug, Args)]
pub struct LoadArgs {
    /// The drive or library
    #[arg(long, value_name = "DEVICE")]
    pub into: String,
    /// The element of it, as a remark
    #[arg(long, value_name = "NAME")]
    pub element: Option<String>,
    /// The media.
    #[command(flatten)]
    pub batch: Batch,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &LoadArgs) -> Result<Code, Failure> {
    let verb = Verb::Load(
        ui.place(&args.into)?,
        args.element.as_deref().map(|text| ui.name("NAME", text, Term::new)).transpose()?,
    );
    batch::run(ui, global, &args.batch, &verb)
}

//! Giving a medium another barcode; the medium stays the same, and the old barcode is never used again.

use clap::Args;

use super::args::{Batch, Global};
use super::batch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::Verb;

/// The words of the command.
#[derive(Debug, Args)]
pub struct RelabelArgs {
    /// The barcode that it has
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The barcode that it gets
    #[arg(value_name = "NEW")]
    pub new: String,
    /// The second person
    #[arg(long, value_name = "BADGE")]
    pub with: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: RelabelArgs) -> Result<Code, Failure> {
    let batch = Batch { barcodes: vec![args.old], with: args.with, json: args.json };
    batch::run(ui, global, &batch, &Verb::Relabel(args.new))
}

//! Destroying media for good, before a second person who certifies it.

use clap::Args;

use super::args::{Batch, Global};
use super::batch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::Verb;
use crate::domain::names::{Code as Word, Term};
use crate::i18n::{Orders, Text};

/// The words of the command.
#[derive(Debug, Args)]
pub struct DestroyArgs {
    /// How: one word, such as shred, degauss, incinerate
    #[arg(long, value_name = "METHOD")]
    pub method: String,
    /// The number of the certificate
    #[arg(long, value_name = "TEXT")]
    pub certificate: Option<String>,
    /// The media; --with names who certifies it.
    #[command(flatten)]
    pub batch: Batch,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &DestroyArgs) -> Result<Code, Failure> {
    let Ok(method) = Word::new(args.method.trim()) else {
        return Err(Failure::Usage(ui.voice.text(&Text::Orders(Orders::BadMethod))));
    };
    let certificate = args.certificate.as_deref();
    let certificate = certificate.map(|text| ui.name("CERTIFICATE", text, Term::new)).transpose()?;
    batch::run(ui, global, &args.batch, &Verb::Destroy(method, certificate))
}

//! A checkpoint on demand.

use clap::Args;

use super::args::Global;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::i18n::Text;
use crate::report::qr::qr;

/// The words of the command.
#[derive(Debug, Args)]
pub struct CheckpointArgs {
    /// Print the request to a witness that has seen N entries: the proof that nothing before was changed, and the note
    #[arg(long, value_name = "N", conflicts_with = "qr")]
    pub since: Option<u64>,
    /// Print the note as a QR code too, for a manifest
    #[arg(long)]
    pub qr: bool,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &CheckpointArgs) -> Result<Code, Failure> {
    let (session, who) = ui.acting(global, None)?;
    let taken = session.take_checkpoint(&who, args.since)?;
    ui.line(taken.request.as_ref().unwrap_or(&taken.note).trim_end())?;
    if args.qr {
        ui.line("")?;
        for line in qr(&taken.note, ui.paints()).into_iter().flatten() {
            ui.line(&line)?;
        }
    }
    let told = ui.voice.text(&Text::CheckpointTaken { seq: taken.seq });
    ui.remark(&told)?;
    Ok(Code::DONE)
}

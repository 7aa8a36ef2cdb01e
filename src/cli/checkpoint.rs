//! A checkpoint on demand.

use clap::Args;

use super::args::Global;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::i18n::{Keeping, Sentence, Text};
use crate::report::qr::qr;

/// The words of the command.
#[derive(Debug, Args)]
pub struct CheckpointArgs {
    /// Print the request to a witness that has seen N entries: the proof that nothing before was changed, and the note
    #[arg(long, value_name = "N", conflicts_with = "qr")]
    pub since: Option<u64>,
    /// Name the newest entry of every medium too, so that bundles can be made; also done once a day by itself
    #[arg(long)]
    pub heads: bool,
    /// Take none, but print the last one again
    #[arg(long, conflicts_with_all = ["since", "heads"])]
    pub last: bool,
    /// Take none, but print that of N entries again
    #[arg(long, value_name = "N", conflicts_with_all = ["since", "heads", "last"])]
    pub size: Option<u64>,
    /// Print the note as a QR code too, for a manifest
    #[arg(long)]
    pub qr: bool,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &CheckpointArgs) -> Result<Code, Failure> {
    if args.last || args.size.is_some() {
        let kept = ui.session(global)?.kept_checkpoint(args.size)?;
        let Some((_, note)) = kept else {
            let what = ui.voice.text(&Text::Keeping(Keeping::NoCheckpoint { size: args.size }));
            ui.problem(&Sentence { what, hint: None })?;
            return Ok(Code::REFUSED);
        };
        show(ui, &note, &note, args.qr)?;
        return Ok(Code::DONE);
    }
    let (session, who) = ui.acting(global, None)?;
    let taken = session.take_checkpoint(&who, args.since, args.heads)?;
    show(ui, taken.request.as_ref().unwrap_or(&taken.note), &taken.note, args.qr)?;
    let told = ui.voice.text(&Text::CheckpointTaken { seq: taken.seq });
    ui.remark(&told)?;
    ui.delivered(&session)?;
    Ok(Code::DONE)
}

fn show(ui: &mut Ui<'_>, text: &str, note: &str, as_qr: bool) -> Result<(), Failure> {
    ui.line(text.trim_end())?;
    if as_qr {
        ui.line("")?;
        for line in qr(note, ui.paints()).into_iter().flatten() {
            ui.line(&line)?;
        }
    }
    Ok(())
}

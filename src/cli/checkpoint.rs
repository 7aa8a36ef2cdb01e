//! A checkpoint on demand.

use std::path::{Path, PathBuf};

use clap::Args;

use super::args::Global;
use super::exit::{Code, Failure};
use super::inputs::new_file;
use super::ui::Ui;
use crate::app::{Session, Trouble};
use crate::i18n::{Bundling, Keeping, Sentence, Text};
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
    /// Write the request to a time stamp authority (RFC 3161) for its note into a new file
    #[arg(long, value_name = "FILE")]
    pub tsq: Option<PathBuf>,
    /// Take none, but attach the answer of an authority to the checkpoint that it stamps
    #[arg(long, value_name = "FILE", conflicts_with_all = ["since", "heads", "last", "size", "tsq", "qr"])]
    pub tsr: Option<PathBuf>,
    /// Print the note as a QR code too, for a manifest
    #[arg(long)]
    pub qr: bool,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &CheckpointArgs) -> Result<Code, Failure> {
    if let Some(file) = &args.tsr {
        return attach(ui, global, file);
    }
    if args.last || args.size.is_some() {
        let session = ui.session(global)?;
        let Some((size, note)) = session.kept_checkpoint(args.size)? else {
            let what = ui.voice.text(&Text::Keeping(Keeping::NoCheckpoint { size: args.size }));
            ui.problem(&Sentence { what, hint: None })?;
            return Ok(Code::REFUSED);
        };
        show(ui, &note, &note, args.qr)?;
        ask(ui, &session, args.tsq.as_deref(), (size, &note))?;
        return Ok(Code::DONE);
    }
    let (session, who) = ui.acting(global, None)?;
    // What cannot be written is told before anything is recorded.
    if let Some(file) = args.tsq.as_ref().filter(|file| file.exists()) {
        return Err(Failure::Trouble(Trouble::Exists(file.clone())));
    }
    let taken = session.take_checkpoint(&who, args.since, args.heads)?;
    show(ui, taken.request.as_ref().unwrap_or(&taken.note), &taken.note, args.qr)?;
    let told = ui.voice.text(&Text::CheckpointTaken { seq: taken.seq });
    ui.remark(&told)?;
    if let Some(since) = args.since.filter(|since| *since > taken.seq) {
        // The witness will not cosign it, and says so with what it has seen: that is what it is for.
        let what = ui.voice.text(&Text::Keeping(Keeping::SinceBeyond { since, size: taken.seq }));
        ui.problem(&Sentence { what, hint: None })?;
    }
    let delivered = ui.delivered(&session)?;
    ask(ui, &session, args.tsq.as_deref(), (taken.seq, &taken.note))?;
    Ok(if delivered { Code::DONE } else { Code::REFUSED })
}

/// Writes the request to an authority, if one is asked for.
fn ask(
    ui: &mut Ui<'_>,
    session: &Session,
    file: Option<&Path>,
    (size, note): (u64, &str),
) -> Result<(), Failure> {
    let Some(file) = file else { return Ok(()) };
    new_file(file, &session.stamp_query(note)?)?;
    let file = file.display().to_string();
    let told = ui.voice.text(&Text::Bundling(Bundling::QueryWritten { file: &file, size }));
    ui.remark(&told)?;
    Ok(())
}

/// Attaches an authority's answer.
fn attach(ui: &mut Ui<'_>, global: &Global, file: &Path) -> Result<Code, Failure> {
    let response = ui.file_bytes(file)?;
    let session = ui.unlocked(global)?;
    match session.attach_stamp(&response)? {
        Ok(size) => {
            ui.say(&Text::Bundling(Bundling::StampKept { size }))?;
            Ok(Code::DONE)
        }
        Err(why) => {
            let file = file.display().to_string();
            let what = ui.voice.text(&Text::Bundling(Bundling::NoStamp { file: &file, why }));
            ui.problem(&Sentence { what, hint: None })?;
            Ok(Code::REFUSED)
        }
    }
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

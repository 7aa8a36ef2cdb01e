//! One medium's history, for a third party.

use std::path::PathBuf;

use clap::Args;

use super::args::Global;
use super::exit::{Code, Failure};
use super::inputs::new_file;
use super::ui::Ui;
use crate::i18n::{Bundling, Sentence, Text};
use crate::ledger::note::leading;

/// The words of the command.
#[derive(Debug, Args)]
pub struct BundleArgs {
    /// The medium
    #[arg(value_name = "BARCODE")]
    pub barcode: String,
    /// Complete up to the checkpoint of N entries, not up to the last one that names every medium's newest entry
    #[arg(long, value_name = "N")]
    pub size: Option<u64>,
    /// Put this note into it, which a witness has cosigned, and take its checkpoint
    #[arg(long, value_name = "NOTE", conflicts_with = "size")]
    pub note: Option<PathBuf>,
    /// Write it into a new file, not to standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &BundleArgs) -> Result<Code, Failure> {
    let note = args.note.as_ref().map(|file| ui.note_text(file)).transpose()?;
    let session = ui.session(global)?;
    let bundled = match session.bundle(&args.barcode, args.size, note.as_deref().map(leading))? {
        Ok(bundled) => bundled,
        Err(why) => {
            let what = ui.voice.text(&Text::Bundling(Bundling::None { barcode: &args.barcode, why }));
            let hint = ui.voice.text(&Text::Bundling(Bundling::Next { why }));
            ui.problem(&Sentence { what, hint: Some(hint) })?;
            return Ok(Code::REFUSED);
        }
    };
    match &args.output {
        None => ui.line(bundled.text.trim_end())?,
        Some(file) => new_file(file, bundled.text.as_bytes())?,
    }
    let (barcode, size) = (bundled.barcode.as_str(), bundled.size);
    let (entries, later) = (bundled.entries, bundled.later);
    let told = ui.voice.text(&Text::Bundling(Bundling::Made { barcode, entries, size, later }));
    ui.remark(&told)?;
    Ok(Code::DONE)
}

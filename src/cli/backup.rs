//! A copy of the ledger that is known to hold.

use std::path::PathBuf;

use clap::Args;

use super::args::Global;
use super::exit::{Code, Failure};
use super::ui::Ui;
use super::verify;
use crate::i18n::{Keeping, Sentence, Text};

/// The words of the command.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The new file; never over an existing one
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &BackupArgs) -> Result<Code, Failure> {
    let session = ui.session(global)?;
    let file = args.file.display().to_string();
    let mut progress = ui.progress(&file);
    match session.back_up(&args.file, &mut progress)? {
        Err(report) => {
            let what = ui.voice.text(&Text::Keeping(Keeping::BackupBroken));
            ui.problem(&Sentence { what, hint: None })?;
            verify::tell(ui, &report)?;
            Ok(Code::REFUSED)
        }
        Ok(report) => {
            ui.say(&Text::Keeping(Keeping::BackedUp { file: &file, size: report.size }))?;
            let key = session.key_file().display().to_string();
            let told = ui.voice.text(&Text::Keeping(Keeping::NoKeyInIt { key: &key }));
            ui.remark(&told)?;
            Ok(Code::DONE)
        }
    }
}

//! A backup put in the ledger's place, with an entry that says so.

use std::path::PathBuf;

use clap::Args;

use super::args::Global;
use super::exit::{Code, Failure};
use super::ui::Ui;
use super::verify;
use crate::app::{Restoring, Seen};
use crate::i18n::{Keeping, Sentence, Text};
use crate::ledger::note::leading;

/// The words of the command.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// A checkpoint that was kept outside, for what is lost if the ledger's own file is gone; may be given several times
    #[arg(long, value_name = "NOTE")]
    pub against: Vec<PathBuf>,
    /// A second person who stands by
    #[arg(long, value_name = "BADGE")]
    pub with: Option<String>,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &RestoreArgs) -> Result<Code, Failure> {
    let ledger = ui.ledger(global)?;
    let file = args.file.display().to_string();
    // Whoever forgot to say who they are is told before anything is read.
    ui.actor(global)?;
    let mut progress = ui.progress(&file);
    let restoring = Restoring::begin(&args.file, &ledger, ui.busy(), ui.outside(), &mut progress)?;
    let mut restoring = match restoring {
        Ok(restoring) => restoring,
        Err(report) => {
            let what = ui.voice.text(&Text::Keeping(Keeping::RestoreBroken { file: &file }));
            let hint = Some(ui.voice.text(&Text::Keeping(Keeping::RestoreBrokenNext)));
            ui.problem(&Sentence { what, hint })?;
            verify::tell(ui, &report)?;
            return Ok(Code::REFUSED);
        }
    };
    let Some(seen) = seen_in(ui, &args.against, |note| restoring.seen_in(note))? else {
        return Ok(Code::REFUSED);
    };
    let who = ui.signing_on(global, &mut restoring.session, args.with.as_deref())?;
    let restored = restoring.end(&who, &seen)?;
    ui.say(&Text::Keeping(Keeping::Restored { seq: restored.seq, incarnation: restored.incarnation }))?;
    match restored.lost {
        Some((from, until)) => ui.say(&Text::Keeping(Keeping::Lost { from, until }))?,
        None if restored.unread => ui.say(&Text::Keeping(Keeping::LostUnknown))?,
        None => ui.say(&Text::Keeping(Keeping::NothingLost))?,
    }
    if let Some(aside) = &restored.aside {
        let file = aside.display().to_string();
        ui.say(&Text::Keeping(Keeping::Aside { file: &file }))?;
    }
    let told = ui.voice.text(&Text::Keeping(Keeping::AfterRestore));
    ui.remark(&told)?;
    Ok(Code::DONE)
}

/// How far the ledger had come by these notes; none if one of them is of another ledger, which is told.
pub(super) fn seen_in(
    ui: &mut Ui<'_>,
    notes: &[PathBuf],
    seen: impl Fn(&str) -> Option<Seen>,
) -> Result<Option<Vec<Seen>>, Failure> {
    let mut all = Vec::new();
    for note in notes {
        let text = ui.note_text(note)?;
        let Some(one) = seen(leading(&text)) else {
            let file = note.display().to_string();
            let what = ui.voice.text(&Text::Keeping(Keeping::NoteOfAnother { file: &file }));
            ui.problem(&Sentence { what, hint: None })?;
            return Ok(None);
        };
        all.push(one);
    }
    Ok(Some(all))
}

//! A ledger made anew from the lines of its entries.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use super::args::Global;
use super::exit::{Code, Failure};
use super::init::InitArgs;
use super::restore::seen_in;
use super::ui::Ui;
use super::verify;
use crate::app::{Checked, Renewed, Renewing, make_directory};
use crate::domain::refusal::Refusal;
use crate::i18n::{Keeping, Salvaging, Sentence, Text};

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &InitArgs, from: &Path) -> Result<Code, Failure> {
    let ledger = ui.ledger(global)?;
    // Whoever forgot to say who they are is told before anything is read.
    ui.actor(global)?;
    if global.ledger.is_none() {
        make_directory(&ledger)?;
    }
    let mut renewing = match begin(ui, &ledger, args, from)? {
        Ok(renewing) => renewing,
        Err(report) => {
            let file = from.display().to_string();
            let what = ui.voice.text(&Text::Keeping(Keeping::RestoreBroken { file: &file }));
            ui.problem(&Sentence { what, hint: None })?;
            verify::tell(ui, &report)?;
            return Ok(Code::REFUSED);
        }
    };
    let Some(seen) = seen_in(ui, &args.against, |note| renewing.seen_in(note))? else {
        return Ok(Code::REFUSED);
    };
    let makers = ui.makers(global, args.with.as_deref(), &mut renewing);
    if let Some(Refusal::PinWrong { badge, .. }) = refusal(&makers) {
        let what = ui.voice.text(&Text::Salvaging(Salvaging::WrongPin { badge: badge.as_str() }));
        ui.problem(&Sentence { what, hint: None })?;
        return Ok(Code::REFUSED);
    }
    let renewed = renewing.end(makers?, ui.station(global)?, &seen).map_err(Failure::from);
    if let Some(ahead @ Refusal::ClockAhead { .. }) = refusal(&renewed) {
        let hint = Some(ui.voice.text(&Text::Salvaging(Salvaging::OldEntries)));
        let what = ui.voice.refusal(ahead).what;
        ui.problem(&Sentence { what, hint })?;
        return Ok(Code::REFUSED);
    }
    tell(ui, &renewed?)?;
    Ok(Code::DONE)
}

/// Why it was refused, if it was.
fn refusal<T>(done: &Result<T, Failure>) -> Option<&Refusal> {
    if let Err(Failure::Refused(refusal)) = done { Some(refusal) } else { None }
}

fn begin(ui: &mut Ui<'_>, ledger: &Path, args: &InitArgs, from: &Path) -> Result<Checked<Renewing>, Failure> {
    let (context, kept) = ((ui.busy(), ui.outside()), &args.kept);
    let mut progress = ui.progress(&from.display().to_string());
    if from.as_os_str() == "-" {
        return Ok(Renewing::begin(&mut *ui.stdin(), kept, ledger, context, &mut progress)?);
    }
    let unread = |error: std::io::Error| {
        let (file, error) = (from.display().to_string(), error.to_string());
        Failure::Usage(ui.voice.text(&Text::CannotRead { file: &file, error: &error }))
    };
    let mut lines = BufReader::new(File::open(from).map_err(unread)?);
    // A directory opens too, and cannot be read.
    lines.fill_buf().map(drop).map_err(unread)?;
    Ok(Renewing::begin(&mut lines, kept, ledger, context, &mut progress)?)
}

fn tell(ui: &mut Ui<'_>, renewed: &Renewed) -> Result<(), Failure> {
    let &Renewed { size, seq, incarnation, .. } = renewed;
    let say = |ui: &mut Ui<'_>, text| ui.say(&Text::Salvaging(text));
    say(ui, Salvaging::Renewed { size, seq, incarnation })?;
    match renewed.lost {
        Some((from, until)) => ui.say(&Text::Keeping(Keeping::Lost { from, until }))?,
        None => ui.say(&Text::Keeping(Keeping::NothingLost))?,
    }
    if let Some(seq) = renewed.contradicted {
        say(ui, Salvaging::Contradicted { seq })?;
    }
    if renewed.after > 0 {
        say(ui, Salvaging::After { count: renewed.after })?;
    }
    if renewed.rubbish > 0 {
        say(ui, Salvaging::NoEntries { count: renewed.rubbish })?;
    }
    if renewed.texts > 0 {
        say(ui, Salvaging::TextsLost { count: renewed.texts })?;
    }
    for (badge, seq) in &renewed.pins {
        say(ui, Salvaging::NewPin { badge: badge.as_str(), seq: *seq })?;
    }
    let told = ui.voice.text(&Text::Keeping(Keeping::AfterRestore));
    ui.remark(&told)?;
    Ok(())
}

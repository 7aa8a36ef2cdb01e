//! Where a scanner's burst is no reading: it is refused aloud, and never run as keys.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{dialogs, keys, scan};
use crate::domain::names::Reading;
use crate::domain::resolve::shown;
use crate::i18n::{Remark, Sentence, Text};
use crate::tui::gate::{Gate, Holds};
use crate::tui::input::Terminator;
use crate::tui::keymap::{Command, command};
use crate::tui::message::Effect;
use crate::tui::model::{Dialog, Mark, Model, Screen};

/// What a printable key does here, where it must be held; none where all keys are taken as they come.
pub(super) fn holds(model: &Model, escaped: bool) -> Option<Holds> {
    match &model.dialog {
        Some(Dialog::Help { .. }) => Some(Holds::Commands),
        Some(Dialog::Export { .. }) => Some(Holds::Line),
        // A label may be scanned where one is asked for; elsewhere in a form it is no answer.
        Some(Dialog::Form(form)) => match form.field() {
            Some(field) if field.takes_labels() => None,
            Some(field) if field.is_secret() => Some(Holds::Digits),
            Some(_) | None => Some(Holds::Line),
        },
        Some(Dialog::Pin { .. }) => Some(Holds::Digits),
        // What is searched for may be scanned; the self-test is there to be scanned into.
        Some(Dialog::Search { .. } | Dialog::Probe(_)) => None,
        None => match model.screen {
            Screen::Scan if escaped => Some(Holds::Escaped),
            Screen::Scan => None,
            Screen::Board | Screen::Medium | Screen::Ledger | Screen::Places | Screen::Orders => {
                Some(Holds::Commands)
            }
        },
    }
}

/// The key that ends a reading, if it is one; a line feed comes as Ctrl-J on a raw terminal.
pub(super) fn terminator(key: KeyEvent) -> Option<Terminator> {
    if key.code == KeyCode::Enter {
        Some(Terminator::Cr)
    } else if key.code == KeyCode::Tab {
        Some(Terminator::Tab)
    } else {
        let feed = key.code == KeyCode::Char('j') && key.modifiers.contains(KeyModifiers::CONTROL);
        feed.then_some(Terminator::Lf)
    }
}

/// Takes a printable key.
pub(super) fn take(model: &mut Model, c: char, at: u64, holds: Holds) -> Vec<Effect> {
    let mut effects = if model.gate.holds == holds { Vec::new() } else { flush(model) };
    if model.gate.keys.is_empty() {
        model.gate.holds = holds;
        model.gate.before = line(model).cloned().unwrap_or_default();
    }
    model.gate.push(c, at);
    match holds {
        Holds::Line | Holds::Digits => effects.extend(dialogs::key(model, typed(c), at)),
        Holds::Escaped if model.gate.keys.len() > 1 => read(model),
        Holds::Commands if model.dialog.is_none() => effects.extend(repeat(model, c)),
        Holds::Escaped | Holds::Commands => {}
    }
    effects
}

/// A key that is held down moves on while it is held.
fn repeat(model: &mut Model, c: char) -> Vec<Effect> {
    let moves = matches!(command(model.screen, true, typed(c)), Some(Command::Up | Command::Down));
    if !moves || model.gate.keys.len() < 2 || !model.gate.is_repeated() {
        return Vec::new();
    }
    model.gate.passed += 1;
    run(model, c, 0)
}

/// A burst after Esc on the scan screen is a reading like any other; the Esc is dropped.
fn read(model: &mut Model) {
    let run = model.gate.take();
    run.keys.into_iter().for_each(|(c, at)| model.scan.wedge.key(c, at));
}

/// Takes a key that may end a burst; none if it ends nothing and means what it always does.
pub(super) fn end(model: &mut Model, key: KeyEvent, at: u64) -> Option<Vec<Effect>> {
    terminator(key)?;
    if model.gate.keys.is_empty() {
        // Some scanners send two keys at the end.
        let echoes = model.gate.echoes(at);
        model.gate.ended = echoes.then_some(at);
        return echoes.then(Vec::new);
    }
    if model.gate.holds == Holds::Escaped {
        read(model);
        return None;
    }
    if !model.gate.is_burst(true) {
        return None;
    }
    let run = model.gate.take();
    model.gate.ended = Some(at);
    Some(refuse(model, &run))
}

/// Lets time pass: what was held and is not followed by another key is what it always is.
pub(super) fn settle(model: &mut Model, at: u64) -> Vec<Effect> {
    if model.gate.due().is_some_and(|due| due <= at) { flush(model) } else { Vec::new() }
}

/// Ends the run of keys: a burst is refused, other keys are run.
pub(super) fn flush(model: &mut Model) -> Vec<Effect> {
    let gate = model.gate.take();
    if gate.is_burst(false) {
        return refuse(model, &gate);
    }
    match gate.holds {
        Holds::Commands | Holds::Escaped => {
            let keys = gate.keys.into_iter().skip(gate.passed);
            keys.flat_map(|(c, at)| run(model, c, at)).collect()
        }
        Holds::Line | Holds::Digits => Vec::new(),
    }
}

/// Runs a key that was held.
fn run(model: &mut Model, c: char, at: u64) -> Vec<Effect> {
    match &model.dialog {
        Some(Dialog::Help { .. }) => return dialogs::key(model, typed(c), at),
        // It was pressed before this was asked.
        Some(_) => return Vec::new(),
        None => {}
    }
    if let Some(command) = command(model.screen, true, typed(c)) {
        return keys::obey(model, command);
    }
    if model.screen == Screen::Scan {
        model.scan.wedge.key(c, at);
    }
    Vec::new()
}

fn typed(c: char) -> KeyEvent {
    KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)
}

/// The line of text that a dialog asks for, where a burst is no answer.
fn line(model: &Model) -> Option<&String> {
    match &model.dialog {
        Some(Dialog::Export { path }) => Some(path),
        Some(Dialog::Pin { text, .. }) => Some(text),
        Some(Dialog::Form(form)) => form.text(),
        Some(Dialog::Help { .. } | Dialog::Search { .. } | Dialog::Probe(_)) | None => None,
    }
}

/// Refuses a burst aloud; the line into which it was sent is as before.
fn refuse(model: &mut Model, run: &Gate) -> Vec<Effect> {
    let mut text: String = run.keys.iter().map(|(c, _)| c).collect();
    let asked = matches!(model.dialog, Some(Dialog::Pin { .. }));
    if asked && let Some((_, first)) = run.keys.first() {
        // Its beginning may have come a moment before the question.
        text = model.scan.wedge.take_run(*first) + &text;
    }
    if run.holds == Holds::Line || run.holds == Holds::Digits {
        match &mut model.dialog {
            Some(Dialog::Export { path: line } | Dialog::Pin { text: line, .. }) => {
                line.clone_from(&run.before);
            }
            Some(Dialog::Form(form)) => {
                if let Some(line) = form.text_mut() {
                    line.clone_from(&run.before);
                }
            }
            Some(Dialog::Help { .. } | Dialog::Search { .. } | Dialog::Probe(_)) | None => {}
        }
    }
    let label = shown(text.trim()).as_ref().map(Reading::to_string).unwrap_or_default();
    let said = if asked { Remark::InsteadOfPin(&label) } else { Remark::ReadElsewhere(&label) };
    let what = model.voice.text(&Text::Remark(said));
    if asked {
        scan::refused(model, label, Sentence { what: what.clone(), hint: None });
    }
    model.notice = Some((Mark::Refused, what));
    vec![Effect::Bell]
}

//! Dialogs, and the questions for a new ledger: what is typed there stays there, and is never a scan.
#![allow(clippy::wildcard_enum_match_arm, reason = "all the other keys of a keyboard mean nothing here")]

use std::path::PathBuf;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{form, keys, lists, scan};
use crate::app::station::Order;
use crate::app::{DIGITS, Pin};
use crate::i18n::Text;
use crate::tui::help;
use crate::tui::input::Terminator;
use crate::tui::message::Effect;
use crate::tui::model::{Dialog, Mark, Model, Screen};
use crate::tui::probe::Came;

/// The longest text that a dialog takes.
const LONGEST: usize = 200;

/// A key while a dialog is open.
pub(super) fn key(model: &mut Model, key: KeyEvent, at: u64) -> Vec<Effect> {
    if key.code == KeyCode::Esc {
        model.dialog = None;
        return Vec::new();
    }
    // The way to the scan screen is open from everything that is not itself about the scanner or a person.
    if key.code == KeyCode::F(1)
        && !matches!(model.dialog, Some(Dialog::Probe(_) | Dialog::Pin { .. } | Dialog::Form(_)))
    {
        model.dialog = None;
        return keys::go(model, Screen::Scan).into_iter().collect();
    }
    match &mut model.dialog {
        Some(Dialog::Probe(probe)) => {
            let control = key.modifiers.contains(KeyModifiers::CONTROL);
            match key.code {
                KeyCode::Char('j') if control => probe.take(Came::End(Terminator::Lf), at),
                KeyCode::Char(c) if control => probe.take(Came::Other(c.to_ascii_uppercase()), at),
                KeyCode::Char(c) => probe.take(Came::Char(c), at),
                KeyCode::Enter => probe.take(Came::End(Terminator::Cr), at),
                KeyCode::Tab => probe.take(Came::End(Terminator::Tab), at),
                _ => {}
            }
            Vec::new()
        }
        Some(Dialog::Search { .. }) => search(model, key),
        Some(Dialog::Export { .. }) => export(model, key),
        Some(Dialog::Pin { .. }) => pin(model, key),
        Some(Dialog::Form(_)) => form::key(model, key),
        Some(Dialog::Help { top }) => {
            let top = *top;
            scroll(model, top, key.code);
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// The help is moved through; any other key leaves it.
fn scroll(model: &mut Model, top: usize, key: KeyCode) {
    let page = isize::try_from(help::page(model)).unwrap_or(isize::MAX);
    let by = match key {
        KeyCode::Up => -1,
        KeyCode::Down => 1,
        KeyCode::PageUp => -page,
        KeyCode::PageDown => page,
        KeyCode::Home => isize::MIN,
        KeyCode::End => isize::MAX,
        _ => {
            model.dialog = None;
            return;
        }
    };
    model.dialog = Some(Dialog::Help { top: help::scrolled(model, top, by) });
}

/// Changes a line of text by a key; whether it did.
fn edit(text: &mut String, key: KeyEvent) -> bool {
    match key.code {
        KeyCode::Backspace => text.pop().is_some(),
        KeyCode::Char(c)
            if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
                && text.chars().count() < LONGEST =>
        {
            text.push(c);
            true
        }
        _ => false,
    }
}

fn search(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let Some(Dialog::Search { text, found, selected, .. }) = &mut model.dialog else { return Vec::new() };
    match key.code {
        KeyCode::Up => *selected = selected.saturating_sub(1),
        KeyCode::Down => *selected = (*selected + 1).min(found.len().saturating_sub(1)),
        KeyCode::Enter => {
            let name = found.get(*selected).map(lists::name);
            return name.map_or_else(Vec::new, |name| vec![lists::show(model, name)]);
        }
        _ if edit(text, key) => return vec![Effect::Search(text.clone())],
        _ => {}
    }
    Vec::new()
}

/// A PIN: digits alone, and Enter; a keypad is enough.
fn pin(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let Some(Dialog::Pin { badge, text }) = &mut model.dialog else { return Vec::new() };
    if key.code != KeyCode::Enter {
        edit(text, key);
        return Vec::new();
    }
    let (badge, pin) = (badge.clone(), Pin::new(text));
    let Some(pin) = pin else {
        text.clear();
        let (least, most) = DIGITS;
        let said = model.voice.text(&Text::BadPin { least, most });
        model.notice = Some((Mark::Refused, said));
        return vec![Effect::Bell];
    };
    model.dialog = None;
    model.sent(1);
    vec![Effect::Station(Order::SignOn(badge, pin))]
}

fn export(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let Some(Dialog::Export { path }) = &mut model.dialog else { return Vec::new() };
    if key.code != KeyCode::Enter {
        edit(path, key);
        return Vec::new();
    }
    let (path, medium) = (PathBuf::from(path.trim()), model.medium.as_ref());
    let name = medium.map(|page| lists::name(&page.medium));
    if path.as_os_str().is_empty() {
        return Vec::new();
    }
    model.dialog = None;
    name.map_or_else(Vec::new, |name| vec![Effect::Export(name, path)])
}

/// Each pasted line is a reading on the scan screen; in a dialog a paste is text for it, and no scan.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    let line = || text.chars().filter(|c| !c.is_control());
    if let Some(setup) = &mut model.setup {
        line().for_each(|c| setup.letter(c));
        return Vec::new();
    }
    match &mut model.dialog {
        Some(Dialog::Probe(probe)) => probe.paste(text),
        Some(Dialog::Search { text: wanted, .. }) => {
            wanted.extend(line().take(LONGEST.saturating_sub(wanted.chars().count())));
            return vec![Effect::Search(wanted.clone())];
        }
        Some(Dialog::Export { path }) => {
            path.extend(line().take(LONGEST.saturating_sub(path.chars().count())));
        }
        // A PIN is typed, by its person; a paste of several lines into a list of media is a list of media.
        Some(Dialog::Form(form)) => {
            let secret = form.field().is_some_and(crate::tui::form::Field::is_secret);
            let parted = text.chars().map(|c| if c.is_control() { ' ' } else { c });
            parted.filter(|_| !secret).for_each(|c| form.letter(c));
        }
        None if model.screen == Screen::Scan => return scan::paste(model, text),
        // A PIN is typed, by its person.
        Some(Dialog::Help { .. } | Dialog::Pin { .. }) | None => {}
    }
    Vec::new()
}

/// A key while there is no ledger yet.
pub(super) fn setup(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let Some(setup) = &mut model.setup else { return Vec::new() };
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return if key.code == KeyCode::Char('c') { vec![Effect::Quit] } else { Vec::new() };
    }
    if setup.sent {
        return Vec::new();
    }
    match key.code {
        KeyCode::Esc | KeyCode::F(10) => return vec![Effect::Quit],
        KeyCode::Up | KeyCode::BackTab => setup.step(-1),
        KeyCode::Down | KeyCode::Tab => setup.step(1),
        KeyCode::Backspace => setup.backspace(),
        KeyCode::Enter => {
            if let Some(founding) = setup.enter() {
                return vec![Effect::Found(Box::new(founding))];
            }
        }
        KeyCode::Char(c) => setup.letter(c),
        _ => {}
    }
    Vec::new()
}

//! Keys: to the dialog if one is open, to the entry line of the scan screen, or through the table of keys.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use super::{needs, scan};
use crate::app::station::{Mode, Order};
use crate::tui::keymap::{Command, command};
use crate::tui::message::Effect;
use crate::tui::model::{Dialog, Mark, Model, Screen};

pub(super) fn key(model: &mut Model, key: KeyEvent, at: u64) -> Vec<Effect> {
    if key.kind == KeyEventKind::Release {
        return Vec::new();
    }
    model.failure = None;
    if model.dialog.is_some() {
        return in_dialog(model, key);
    }
    let escaped = std::mem::take(&mut model.escaped);
    if let Some(command) = command(model.screen, escaped, key) {
        return obey(model, command);
    }
    if key.code == KeyCode::Esc {
        // The first Esc awaits a command; a second one empties the entry line.
        if escaped {
            model.scan.wedge.clear();
        }
        model.escaped = !escaped;
        return Vec::new();
    }
    if model.screen == Screen::Scan { scan::key(model, key, at) } else { Vec::new() }
}

fn obey(model: &mut Model, command: Command) -> Vec<Effect> {
    let page = isize::from(i16::try_from(model.size.1 / 2).unwrap_or(i16::MAX));
    match command {
        Command::Go(screen) => {
            model.screen = screen;
            let selected = model.board.rows.get(model.board.selected);
            if screen == Screen::Medium
                && model.medium.is_none()
                && let Some(row) = selected
            {
                return vec![Effect::Medium(format!("#{}", row.id))];
            }
            return needs(screen).into_iter().collect();
        }
        Command::Help => model.dialog = Some(Dialog::Help),
        Command::Quit => return vec![Effect::Quit],
        Command::Mode(mode) => return order(model, Order::Mode(mode)),
        Command::NextMode => {
            let at = Mode::ALL.iter().position(|mode| *mode == model.scan.mode).unwrap_or(0);
            let next = Mode::ALL.get(at + 1).or(Mode::ALL.first()).copied();
            return next.map_or_else(Vec::new, |mode| order(model, Order::Mode(mode)));
        }
        Command::Undo => return order(model, Order::Undo),
        Command::Filter => {
            model.scan.filter = match model.scan.filter {
                None => Some(Mark::Refused),
                Some(Mark::Refused) => Some(Mark::Again),
                Some(Mark::Again) => Some(Mark::Done),
                Some(Mark::Done | Mark::Set) => None,
            }
        }
        Command::Up => step(model, -1),
        Command::Down => step(model, 1),
        Command::PageUp => step(model, -page),
        Command::PageDown => step(model, page),
        Command::Top => step(model, isize::MIN),
        Command::Bottom => step(model, isize::MAX),
        Command::Open => {
            let Some(row) = model.board.rows.get(model.board.selected) else { return Vec::new() };
            let name = format!("#{}", row.id);
            return open(model, name);
        }
        Command::Search => {
            model.dialog = Some(Dialog::Search { text: String::new(), found: Vec::new(), selected: 0 });
        }
        Command::Verify => {
            if model.verifying.is_none() {
                model.verifying = Some((0, 1));
                return vec![Effect::Verify];
            }
        }
    }
    Vec::new()
}

fn order(model: &mut Model, order: Order) -> Vec<Effect> {
    model.scan.waiting += 1;
    vec![Effect::Station(order)]
}

fn open(model: &mut Model, name: String) -> Vec<Effect> {
    model.dialog = None;
    model.screen = Screen::Medium;
    model.medium = None;
    vec![Effect::Medium(name)]
}

fn step(model: &mut Model, by: isize) {
    match model.screen {
        Screen::Scan => {}
        Screen::Board => model.board.step(by),
        Screen::Medium => {
            let last = model.medium.as_ref().map_or(0, |page| page.history.len().saturating_sub(1));
            model.scroll = model.scroll.saturating_add_signed(by).min(last);
        }
        Screen::Ledger => model.tail.step(by),
        Screen::Places => model.places.step(by),
    }
}

/// What is typed in a dialog stays in it: it is never a scan.
fn in_dialog(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let Some(Dialog::Search { text, found, selected }) = &mut model.dialog else {
        model.dialog = None;
        return Vec::new();
    };
    match key.code {
        KeyCode::Esc => model.dialog = None,
        KeyCode::Up => *selected = selected.saturating_sub(1),
        KeyCode::Down => *selected = (*selected + 1).min(found.len().saturating_sub(1)),
        KeyCode::Enter => {
            let name = found.get(*selected).map(|medium| format!("#{}", medium.id));
            return name.map_or_else(Vec::new, |name| open(model, name));
        }
        KeyCode::Backspace => {
            text.pop();
            return vec![Effect::Search(text.clone())];
        }
        KeyCode::Char(c) if text.chars().count() < 64 => {
            text.push(c);
            return vec![Effect::Search(text.clone())];
        }
        KeyCode::Left
        | KeyCode::Right
        | KeyCode::Home
        | KeyCode::End
        | KeyCode::PageUp
        | KeyCode::PageDown
        | KeyCode::Tab
        | KeyCode::BackTab
        | KeyCode::Delete
        | KeyCode::Insert
        | KeyCode::F(_)
        | KeyCode::Char(_)
        | KeyCode::Null
        | KeyCode::CapsLock
        | KeyCode::ScrollLock
        | KeyCode::NumLock
        | KeyCode::PrintScreen
        | KeyCode::Pause
        | KeyCode::Menu
        | KeyCode::KeypadBegin
        | KeyCode::Media(_)
        | KeyCode::Modifier(_) => {}
    }
    Vec::new()
}

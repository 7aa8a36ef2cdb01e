//! Keys: to the dialog if one is open, to the entry line of the scan screen, or through the table of keys.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::{dialogs, form, gate, lists, needs, scan};
use crate::app::station::{Mode, Order};
use crate::i18n::{Screens, Text};
use crate::tui::gate::Holds;
use crate::tui::keymap::{Command, command};
use crate::tui::message::Effect;
use crate::tui::model::{Dialog, ESCAPED, Mark, Model, Screen};
use crate::tui::probe::Probe;
use crate::tui::timeline::copied;

pub(super) fn key(model: &mut Model, mut key: KeyEvent, at: u64) -> Vec<Effect> {
    if key.kind == KeyEventKind::Release {
        return Vec::new();
    }
    let said = model.notice.take();
    (model.touched, model.clock) = (at, at);
    if model.setup.is_some() {
        return dialogs::setup(model, key);
    }
    let mut effects = gate::settle(model, at);
    if let Some(more) = gate::end(model, key, at) {
        // What was said of the burst stays when its end comes in two keys.
        model.notice = model.notice.take().or(said);
        effects.extend(more);
        return effects;
    }
    if model.dialog.is_some() && key.modifiers.contains(KeyModifiers::ALT) {
        // Esc and the key after it came in one piece: the dialog is left, and the key is for the screen.
        effects.extend(gate::flush(model));
        model.dialog = None;
        key.modifiers.remove(KeyModifiers::ALT);
    }
    effects.extend(press(model, key, at));
    effects
}

/// A printable key is held where it may begin a burst that is no reading; all else is what it always is.
fn press(model: &mut Model, key: KeyEvent, at: u64) -> Vec<Effect> {
    let awaited = model.escaped.is_some_and(|pressed| at.saturating_sub(pressed) < ESCAPED);
    let held = model.gate.holds == Holds::Escaped && !model.gate.keys.is_empty();
    let escaped = awaited || held || key.modifiers.contains(KeyModifiers::ALT);
    if let KeyCode::Char(c) = key.code
        && !key.modifiers.contains(KeyModifiers::CONTROL)
        && let Some(holds) = gate::holds(model, escaped)
    {
        model.escaped = None;
        return gate::take(model, c, at, holds);
    }
    let mut effects = gate::flush(model);
    if model.dialog.is_some() {
        effects.extend(dialogs::key(model, key, at));
        return effects;
    }
    let escaped = model.escaped.take().is_some() && awaited;
    if let Some(command) = command(model.screen, escaped, key) {
        effects.extend(obey(model, command));
    } else if key.code == KeyCode::Esc {
        // The first Esc awaits a command; a second one empties the entry line.
        if escaped {
            model.scan.wedge.clear();
        }
        model.escaped = (!escaped).then_some(at);
    } else if model.screen == Screen::Scan {
        effects.extend(scan::key(model, key, at));
    }
    effects
}

/// The list shows the refused only, then what was scanned again, then what was recorded, then all.
const fn next_filter(filter: Option<Mark>) -> Option<Mark> {
    match filter {
        None => Some(Mark::Refused),
        Some(Mark::Refused) => Some(Mark::Again),
        Some(Mark::Again) => Some(Mark::Done),
        Some(Mark::Done | Mark::Set) => None,
    }
}

pub(super) fn obey(model: &mut Model, command: Command) -> Vec<Effect> {
    let page = isize::from(i16::try_from(model.size.1 / 2).unwrap_or(i16::MAX));
    let effect = match command {
        Command::Go(screen) => go(model, screen),
        Command::Help => open(model, Dialog::Help { top: 0 }),
        Command::Probe => open(model, Dialog::Probe(Probe::default())),
        Command::Search => {
            let (text, found) = (String::new(), Vec::new());
            open(model, Dialog::Search { text, found, more: false, selected: 0 })
        }
        Command::Quit => Some(Effect::Quit),
        Command::Suspend => Some(Effect::Suspend),
        Command::Mode(mode) => Some(order(model, Order::Mode(mode))),
        Command::NextMode => {
            let at = Mode::ALL.iter().position(|mode| *mode == model.scan.mode).unwrap_or(0);
            let next = Mode::ALL.get(at + 1).or(Mode::ALL.first()).copied();
            next.map(|mode| order(model, Order::Mode(mode)))
        }
        Command::Undo => Some(order(model, Order::Undo)),
        Command::Filter => {
            model.scan.filter = next_filter(model.scan.filter);
            None
        }
        Command::Up => lists::step(model, -1),
        Command::Down => lists::step(model, 1),
        Command::PageUp => lists::step(model, -page),
        Command::PageDown => lists::step(model, page),
        Command::Top => lists::step(model, isize::MIN),
        Command::Bottom => lists::step(model, isize::MAX),
        Command::Open => lists::open(model),
        Command::Back => {
            (model.contents, model.orders.page) = (None, None);
            None
        }
        Command::Witness
        | Command::Override
        | Command::NextShift
        | Command::OpenAudit
        | Command::Recount
        | Command::CloseAudit
        | Command::NewOrder
        | Command::Approve
        | Command::Reject
        | Command::Extend
        | Command::Close
        | Command::Ratify
        | Command::AllOrders => return form::obey(model, command),
        Command::Narrow(by) => {
            model.board.narrow(by);
            None
        }
        Command::Copy => {
            let text = copied(model);
            let said = model.voice.text(&Text::Screens(Screens::Copied));
            model.notice = text.as_ref().map(|_| (Mark::Done, said));
            text.map(Effect::Copy)
        }
        Command::Export => {
            let barcode = model.medium.as_ref().map(|page| page.medium.barcode.to_string());
            barcode.and_then(|barcode| open(model, Dialog::Export { path: file_name(&barcode) }))
        }
        Command::Verify if model.verifying.is_none() => {
            model.verifying = Some((0, 1));
            Some(Effect::Verify)
        }
        Command::Verify => None,
    };
    effect.into_iter().collect()
}

/// A name that every file system takes.
fn file_name(barcode: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
    format!("{}.csv", barcode.chars().map(kept).collect::<String>())
}

fn open(model: &mut Model, dialog: Dialog) -> Option<Effect> {
    model.dialog = Some(dialog);
    None
}

pub(super) fn go(model: &mut Model, screen: Screen) -> Option<Effect> {
    model.screen = screen;
    if screen != Screen::Medium {
        return needs(model);
    }
    let shown = model.medium.as_ref().map(|page| lists::name(&page.medium));
    let name = shown.or_else(|| model.board.medium().map(lists::name));
    name.map(Effect::Medium)
}

fn order(model: &mut Model, order: Order) -> Effect {
    model.sent(1);
    Effect::Station(order)
}

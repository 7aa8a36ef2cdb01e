//! The keys of a screen in words, from the one table of keys.

use unicode_width::UnicodeWidthStr as _;

use super::board::By;
use super::keymap::{Command, KEYS};
use super::model::{Model, Screen};
use crate::app::station::UNDO_LABEL;
use crate::i18n::{Asked, Orders, Probing, Screens, Station, Text, Title};

/// The columns for the keys.
const COLUMNS: usize = 24;

/// The name of a screen.
const fn screen_name(screen: Screen) -> Screens<'static> {
    match screen {
        Screen::Scan => Screens::Scan,
        Screen::Board => Screens::Board,
        Screen::Medium => Screens::Medium,
        Screen::Ledger => Screens::Ledger,
        Screen::Places => Screens::Places,
        Screen::Orders => Screens::Orders,
    }
}

/// What a command is called in footer and help.
#[must_use]
pub(super) fn command_name(model: &Model, command: Command) -> String {
    let text = match command {
        Command::Go(screen) => Text::Screens(screen_name(screen)),
        Command::Help => Text::Screens(Screens::Keys),
        Command::Quit => Text::Screens(Screens::Quit),
        Command::Mode(mode) => Text::Station(Station::ModeName(mode)),
        Command::NextMode => Text::Screens(Screens::NextMode),
        Command::Undo => Text::Screens(Screens::Undo),
        Command::Witness => Text::Orders(Orders::WitnessKey),
        Command::Override => Text::Orders(Orders::AskTitle(Asked::Override)),
        Command::NextShift => Text::Orders(Orders::AskTitle(Asked::Shift)),
        Command::NewOrder => Text::Orders(Orders::AskTitle(Asked::Request)),
        Command::Approve => Text::Orders(Orders::AskTitle(Asked::Approve)),
        Command::Reject => Text::Orders(Orders::AskTitle(Asked::Reject)),
        Command::Extend => Text::Orders(Orders::AskTitle(Asked::Extend)),
        Command::Close => Text::Orders(Orders::AskTitle(Asked::Close)),
        Command::Ratify => Text::Orders(Orders::AskTitle(Asked::Ratify)),
        Command::OpenAudit => Text::Orders(Orders::AskTitle(Asked::OpenAudit)),
        Command::Recount => Text::Orders(Orders::AskTitle(Asked::Recount)),
        Command::CloseAudit => Text::Orders(Orders::AskTitle(Asked::CloseAudit)),
        Command::AllOrders => Text::Orders(Orders::AllKey),
        Command::Filter => Text::Screens(Screens::Filter),
        Command::Up
        | Command::Down
        | Command::PageUp
        | Command::PageDown
        | Command::Top
        | Command::Bottom => Text::Screens(Screens::Move),
        Command::Open => Text::Screens(Screens::Open),
        Command::Search => Text::Screens(Screens::Search),
        Command::Verify => Text::Screens(Screens::Verify),
        Command::Back => Text::Screens(Screens::Back),
        Command::Narrow(By::Severity) => Text::Screens(Screens::NarrowBy(Title::Severity)),
        Command::Narrow(By::State) => Text::Screens(Screens::NarrowBy(Title::State)),
        Command::Narrow(By::Custodian) => Text::Screens(Screens::NarrowBy(Title::Custodian)),
        Command::Narrow(By::Place) => Text::Screens(Screens::NarrowBy(Title::Place)),
        Command::Narrow(By::Nothing) => Text::Screens(Screens::ShowAll),
        Command::Copy => Text::Screens(Screens::Copy),
        Command::Export => Text::Screens(Screens::Export),
        Command::Probe => Text::Probing(Probing::Title),
        Command::Suspend => Text::Screens(Screens::Suspend),
    };
    model.voice.text(&text)
}

/// One line for each thing that can be done on the screen, with all keys that do it.
#[must_use]
pub(super) fn lines(model: &Model) -> Vec<String> {
    let mut rows: Vec<(String, String)> = Vec::new();
    for binding in KEYS.iter().filter(|binding| binding.scope.holds(model.screen)) {
        let keys: Vec<String> = binding.keys.iter().map(|key| key.shown(model.screen)).collect();
        let label = if let Command::Mode(mode) = binding.command {
            format!("  [{}]", mode.label())
        } else if binding.command == Command::Undo {
            format!("  [{UNDO_LABEL}]")
        } else {
            String::new()
        };
        let (keys, name) = (keys.join(" "), format!("{}{label}", command_name(model, binding.command)));
        match rows.last_mut() {
            Some((before, same)) if *same == name && before.width() + 1 + keys.width() < COLUMNS => {
                *before = format!("{before} {keys}");
            }
            _ => rows.push((keys, name)),
        }
    }
    let line = |(keys, name): (String, String)| {
        let gap = " ".repeat(COLUMNS.saturating_sub(keys.width()));
        format!("{keys}{gap}{name}")
    };
    rows.into_iter().map(line).collect()
}

/// How many lines stand on the screen at once: all rows but header, footer and the border.
#[must_use]
pub(super) fn page(model: &Model) -> usize {
    usize::from(model.size.1.saturating_sub(4)).max(1)
}

/// The first line that is shown, so many lines further; it never leaves the lines behind.
#[must_use]
pub(super) fn scrolled(model: &Model, top: usize, by: isize) -> usize {
    let last = lines(model).len().saturating_sub(page(model));
    top.min(last).saturating_add_signed(by).min(last)
}

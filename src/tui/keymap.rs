//! The one table of keys: it feeds dispatch, the footer and the help, so that none of them can drift.
//!
//! Printable keys belong to the entry line of the scan screen: a label that begins with `1` or `u` must never
//! be a command. There, a command is a function key, or Esc and then the key; elsewhere the key alone does.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::board::By;
use super::model::Screen;
use crate::app::station::Mode;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Show this screen.
    Go(Screen),
    /// Show or hide the help.
    Help,
    /// End the program.
    Quit,
    /// Set the mode of the station.
    Mode(Mode),
    /// Set the next mode.
    NextMode,
    /// Take the last step back.
    Undo,
    /// Let a second person stand by.
    Witness,
    /// Take media out without an order.
    Override,
    /// Hand the shift over.
    NextShift,
    /// Ask for an order.
    NewOrder,
    /// Approve the order.
    Approve,
    /// Turn the order down.
    Reject,
    /// Give the order more time.
    Extend,
    /// Close the order.
    Close,
    /// Stand by a check-out that had no order.
    Ratify,
    /// Open a stocktake.
    OpenAudit,
    /// Begin the second count of the stocktake that is counted.
    Recount,
    /// Close the stocktake that is counted.
    CloseAudit,
    /// Show also the orders that are closed or rejected, or only the open ones.
    AllOrders,
    /// Show only one sort of answer in the list, then the next sort, then all.
    Filter,
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// To the first line.
    Top,
    /// To the last line.
    Bottom,
    /// Open what is selected.
    Open,
    /// Back to the list from which something was opened.
    Back,
    /// Search among all media.
    Search,
    /// Narrow the board.
    Narrow(By),
    /// Put the medium's history into the clipboard.
    Copy,
    /// Write the medium's history to a file.
    Export,
    /// Show what the scanner sends.
    Probe,
    /// Give the terminal back to the shell for a while.
    Suspend,
    /// Check the whole ledger.
    Verify,
}

/// Where a binding holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everywhere.
    All,
    /// On the scan screen.
    Scan,
    /// On the screens with a list to move in.
    Lists,
    /// On the board.
    Board,
    /// On the board, among the places and among the orders.
    Opens,
    /// On the screen of one medium.
    Medium,
    /// On the ledger screen.
    Ledger,
    /// Among the places and among the orders.
    Opened,
    /// Among the orders.
    Orders,
}

impl Scope {
    /// Whether it holds on this screen.
    #[must_use]
    pub const fn holds(self, screen: Screen) -> bool {
        match self {
            Self::All => true,
            Self::Scan => matches!(screen, Screen::Scan),
            Self::Lists => !matches!(screen, Screen::Scan),
            Self::Board => matches!(screen, Screen::Board),
            Self::Opens => matches!(screen, Screen::Board | Screen::Places | Screen::Orders),
            Self::Medium => matches!(screen, Screen::Medium),
            Self::Ledger => matches!(screen, Screen::Ledger),
            Self::Opened => matches!(screen, Screen::Places | Screen::Orders),
            Self::Orders => matches!(screen, Screen::Orders),
        }
    }
}

/// A key, as it is pressed and as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// A function key, or one that prints nothing.
    Code(KeyCode),
    /// A printable key; on the scan screen after Esc.
    Char(char),
    /// A key together with Ctrl.
    Ctrl(char),
}

impl Press {
    /// How it is shown on this screen.
    #[must_use]
    pub fn shown(self, screen: Screen) -> String {
        match self {
            Self::Char(c) if screen == Screen::Scan => format!("Esc {c}"),
            Self::Char(c) => c.to_string(),
            Self::Ctrl(c) => format!("Ctrl-{c}"),
            Self::Code(KeyCode::F(number)) => format!("F{number}"),
            Self::Code(KeyCode::Up) => "↑".to_owned(),
            Self::Code(KeyCode::Down) => "↓".to_owned(),
            Self::Code(KeyCode::PageUp) => "PgUp".to_owned(),
            Self::Code(KeyCode::PageDown) => "PgDn".to_owned(),
            Self::Code(KeyCode::Enter) => "↵".to_owned(),
            Self::Code(KeyCode::Backspace) => "←".to_owned(),
            Self::Code(other) => format!("{other}"),
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where it holds.
    pub scope: Scope,
    /// The keys.
    pub keys: &'static [Press],
    /// What they ask for.
    pub command: Command,
    /// Whether the footer shows it.
    pub footer: bool,
}

const fn bind(scope: Scope, keys: &'static [Press], command: Command, footer: bool) -> Binding {
    Binding { scope, keys, command, footer }
}

use Press::{Char, Code, Ctrl};

/// The table.
pub const KEYS: &[Binding] = &[
    bind(Scope::All, &[Code(KeyCode::F(1)), Char('1')], Command::Go(Screen::Scan), true),
    bind(Scope::All, &[Code(KeyCode::F(2)), Char('2')], Command::Go(Screen::Board), true),
    bind(Scope::All, &[Code(KeyCode::F(3)), Char('3')], Command::Go(Screen::Medium), true),
    bind(Scope::All, &[Code(KeyCode::F(4)), Char('4')], Command::Go(Screen::Ledger), true),
    bind(Scope::All, &[Code(KeyCode::F(5)), Char('5')], Command::Go(Screen::Places), true),
    bind(Scope::All, &[Code(KeyCode::F(6)), Char('6')], Command::Go(Screen::Orders), true),
    bind(Scope::Scan, &[Code(KeyCode::F(7)), Char('m')], Command::NextMode, true),
    bind(Scope::Scan, &[Char('o')], Command::Mode(Mode::CheckOut), false),
    bind(Scope::Scan, &[Char('l')], Command::Mode(Mode::Load), false),
    bind(Scope::Scan, &[Char('e')], Command::Mode(Mode::Eject), false),
    bind(Scope::Scan, &[Char('i')], Command::Mode(Mode::CheckIn), false),
    bind(Scope::Scan, &[Char('h')], Command::Mode(Mode::HandOver), false),
    bind(Scope::Scan, &[Char('s')], Command::Mode(Mode::Sight), false),
    bind(Scope::Scan, &[Char('a')], Command::Mode(Mode::Audit), false),
    bind(Scope::Scan, &[Char('b')], Command::OpenAudit, false),
    bind(Scope::Scan, &[Char('r')], Command::Recount, false),
    bind(Scope::Scan, &[Char('c')], Command::CloseAudit, false),
    bind(Scope::Scan, &[Char('u')], Command::Undo, true),
    bind(Scope::Scan, &[Char('w')], Command::Witness, false),
    bind(Scope::Scan, &[Char('x')], Command::Override, false),
    bind(Scope::Scan, &[Char('n')], Command::NextShift, false),
    bind(Scope::Scan, &[Char('f')], Command::Filter, false),
    bind(Scope::Scan, &[Char('t')], Command::Probe, false),
    bind(Scope::Lists, &[Code(KeyCode::Up), Char('k')], Command::Up, false),
    bind(Scope::Lists, &[Code(KeyCode::Down), Char('j')], Command::Down, false),
    bind(Scope::Lists, &[Code(KeyCode::PageUp)], Command::PageUp, false),
    bind(Scope::Lists, &[Code(KeyCode::PageDown)], Command::PageDown, false),
    bind(Scope::Lists, &[Code(KeyCode::Home), Char('g')], Command::Top, false),
    bind(Scope::Lists, &[Code(KeyCode::End), Char('G')], Command::Bottom, false),
    bind(Scope::Opens, &[Code(KeyCode::Enter)], Command::Open, true),
    bind(Scope::Opened, &[Code(KeyCode::Backspace), Code(KeyCode::Esc)], Command::Back, false),
    bind(Scope::Board, &[Char('s')], Command::Narrow(By::Severity), false),
    bind(Scope::Board, &[Char('t')], Command::Narrow(By::State), false),
    bind(Scope::Board, &[Char('c')], Command::Narrow(By::Custodian), false),
    bind(Scope::Board, &[Char('p')], Command::Narrow(By::Place), false),
    bind(Scope::Board, &[Char('x')], Command::Narrow(By::Nothing), false),
    bind(Scope::Orders, &[Char('n')], Command::NewOrder, false),
    bind(Scope::Orders, &[Char('a')], Command::Approve, false),
    bind(Scope::Orders, &[Char('r')], Command::Reject, false),
    bind(Scope::Orders, &[Char('x')], Command::Extend, false),
    bind(Scope::Orders, &[Char('c')], Command::Close, false),
    bind(Scope::Orders, &[Char('f')], Command::AllOrders, false),
    bind(Scope::Medium, &[Char('c')], Command::Copy, true),
    bind(Scope::Medium, &[Char('e')], Command::Export, true),
    bind(Scope::Medium, &[Char('r')], Command::Ratify, false),
    bind(Scope::Ledger, &[Char('v')], Command::Verify, true),
    bind(Scope::All, &[Code(KeyCode::F(9)), Char('?')], Command::Help, true),
    bind(Scope::Lists, &[Char('/')], Command::Search, true),
    bind(Scope::All, &[Code(KeyCode::F(10)), Char('q'), Ctrl('c')], Command::Quit, false),
    bind(Scope::All, &[Ctrl('z')], Command::Suspend, false),
];

/// What a key asks for on this screen; `escaped` is whether Esc was pressed before it.
#[must_use]
pub fn command(screen: Screen, escaped: bool, key: KeyEvent) -> Option<Command> {
    // Over a slow line Esc and the key after it come in one piece, which reads as Alt and the key.
    let escaped = escaped || key.modifiers.contains(KeyModifiers::ALT);
    let pressed = if let KeyCode::Char(c) = key.code {
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            Press::Ctrl(c)
        } else if screen == Screen::Scan && !escaped {
            return None;
        } else {
            Press::Char(c)
        }
    } else {
        Press::Code(key.code)
    };
    let holds = |binding: &&Binding| binding.scope.holds(screen) && binding.keys.contains(&pressed);
    KEYS.iter().find(holds).map(|binding| binding.command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    #[test]
    fn no_printable_key_is_a_command_on_the_scan_screen_without_esc() {
        for c in ' '..='~' {
            assert_eq!(command(Screen::Scan, false, key(KeyCode::Char(c))), None, "{c}");
        }
        assert_eq!(command(Screen::Scan, true, key(KeyCode::Char('u'))), Some(Command::Undo));
        let at_once = KeyEvent::new(KeyCode::Char('u'), KeyModifiers::ALT);
        assert_eq!(command(Screen::Scan, false, at_once), Some(Command::Undo));
        assert_eq!(command(Screen::Board, false, key(KeyCode::Char('1'))), Some(Command::Go(Screen::Scan)));
    }

    #[test]
    fn no_key_means_two_things_on_one_screen() {
        for screen in Screen::ALL {
            let mut seen = Vec::new();
            for binding in KEYS.iter().filter(|binding| binding.scope.holds(*screen)) {
                for press in binding.keys {
                    assert!(!seen.contains(press), "{press:?} on {screen:?}");
                    seen.push(*press);
                }
            }
        }
    }
}

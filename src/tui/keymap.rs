//! The one table of keys: it feeds dispatch, the footer and the help, so that none of them can drift.
//!
//! Printable keys belong to the entry line of the scan screen: a label that begins with `1` or `u` must never
//! be a command. There, a command is a function key, or Esc and then the key; elsewhere the key alone does.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

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
    /// Open the selected medium.
    Open,
    /// Search among all media.
    Search,
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
    /// On the ledger screen.
    Ledger,
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
            Self::Ledger => matches!(screen, Screen::Ledger),
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
}

impl Press {
    /// How it is shown on this screen.
    #[must_use]
    pub fn shown(self, screen: Screen) -> String {
        match self {
            Self::Char(c) if screen == Screen::Scan => format!("Esc {c}"),
            Self::Char(c) => c.to_string(),
            Self::Code(KeyCode::F(number)) => format!("F{number}"),
            Self::Code(KeyCode::Up) => "↑".to_owned(),
            Self::Code(KeyCode::Down) => "↓".to_owned(),
            Self::Code(KeyCode::PageUp) => "PgUp".to_owned(),
            Self::Code(KeyCode::PageDown) => "PgDn".to_owned(),
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

use Press::{Char, Code};

/// The table.
pub const KEYS: &[Binding] = &[
    bind(Scope::All, &[Code(KeyCode::F(1)), Char('1')], Command::Go(Screen::Scan), true),
    bind(Scope::All, &[Code(KeyCode::F(2)), Char('2')], Command::Go(Screen::Board), true),
    bind(Scope::All, &[Code(KeyCode::F(3)), Char('3')], Command::Go(Screen::Medium), true),
    bind(Scope::All, &[Code(KeyCode::F(4)), Char('4')], Command::Go(Screen::Ledger), true),
    bind(Scope::All, &[Code(KeyCode::F(5)), Char('5')], Command::Go(Screen::Places), true),
    bind(Scope::Scan, &[Code(KeyCode::F(6)), Char('m')], Command::NextMode, true),
    bind(Scope::Scan, &[Char('o')], Command::Mode(Mode::CheckOut), false),
    bind(Scope::Scan, &[Char('l')], Command::Mode(Mode::Load), false),
    bind(Scope::Scan, &[Char('e')], Command::Mode(Mode::Eject), false),
    bind(Scope::Scan, &[Char('i')], Command::Mode(Mode::CheckIn), false),
    bind(Scope::Scan, &[Char('h')], Command::Mode(Mode::HandOver), false),
    bind(Scope::Scan, &[Char('s')], Command::Mode(Mode::Sight), false),
    bind(Scope::Scan, &[Char('u')], Command::Undo, true),
    bind(Scope::Scan, &[Char('f')], Command::Filter, false),
    bind(Scope::Lists, &[Code(KeyCode::Up), Char('k')], Command::Up, false),
    bind(Scope::Lists, &[Code(KeyCode::Down), Char('j')], Command::Down, false),
    bind(Scope::Lists, &[Code(KeyCode::PageUp)], Command::PageUp, false),
    bind(Scope::Lists, &[Code(KeyCode::PageDown)], Command::PageDown, false),
    bind(Scope::Lists, &[Code(KeyCode::Home), Char('g')], Command::Top, false),
    bind(Scope::Lists, &[Code(KeyCode::End), Char('G')], Command::Bottom, false),
    bind(Scope::Board, &[Code(KeyCode::Enter)], Command::Open, true),
    bind(Scope::Board, &[Char('/')], Command::Search, true),
    bind(Scope::Ledger, &[Char('v')], Command::Verify, true),
    bind(Scope::All, &[Char('?')], Command::Help, true),
    bind(Scope::All, &[Code(KeyCode::F(10)), Char('q')], Command::Quit, true),
];

/// What a key asks for on this screen; `escaped` is whether Esc was pressed before it.
#[must_use]
pub fn command(screen: Screen, escaped: bool, key: KeyEvent) -> Option<Command> {
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return (key.code == KeyCode::Char('c')).then_some(Command::Quit);
    }
    // Over a slow line Esc and the key after it come in one piece, which reads as Alt and the key.
    let escaped = escaped || key.modifiers.contains(KeyModifiers::ALT);
    let pressed = if let KeyCode::Char(c) = key.code {
        if screen == Screen::Scan && !escaped {
            return None;
        }
        Press::Char(c)
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

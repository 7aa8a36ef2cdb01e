//! Roles of style, so that no view names a colour. Colours are the sixteen that every terminal has, never on a
//! background that may be light or dark; without colours there are signs, bold and reverse.

use ratatui::style::{Color, Modifier, Style};

use super::model::Mark;
use crate::domain::flag::Severity;

/// The styles of a terminal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Theme {
    pub(super) colours: bool,
}

impl Theme {
    /// The one line that is read from two metres.
    pub(super) fn banner(self, mark: Mark) -> Style {
        let style = Style::new().add_modifier(Modifier::BOLD);
        if !self.colours {
            return style.add_modifier(Modifier::REVERSED);
        }
        match mark {
            Mark::Done => style.fg(Color::Black).bg(Color::Green),
            Mark::Refused => style.fg(Color::White).bg(Color::Red),
            Mark::Again => style.fg(Color::Black).bg(Color::Yellow),
            Mark::Set => style.add_modifier(Modifier::REVERSED),
        }
    }

    /// A sign on a ground of its own colour, so that it can be read on light and dark terminals alike.
    fn ground(self, letter: Color, ground: Color) -> Style {
        let style = Style::new().add_modifier(Modifier::BOLD);
        if self.colours { style.fg(letter).bg(ground) } else { style }
    }

    /// The sign of a line of the list.
    pub(super) fn mark(self, mark: Mark) -> Style {
        match mark {
            Mark::Done => self.ground(Color::Black, Color::Green),
            Mark::Refused => self.ground(Color::White, Color::Red),
            Mark::Again => self.ground(Color::Black, Color::Yellow),
            Mark::Set => Style::new(),
        }
    }

    /// Something with a severity.
    pub(super) fn severity(self, severity: Severity) -> Style {
        match severity {
            Severity::Critical => self.ground(Color::White, Color::Red),
            Severity::Warning => self.ground(Color::Black, Color::Yellow),
            Severity::Notice => Style::new(),
        }
    }

    /// Headings and the selected row.
    pub(super) fn strong() -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// Header, footer and the selected row.
    pub(super) fn bar() -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }
}

/// The sign of a severity, for those who see no colour.
pub(super) const fn severity_sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "✗",
        Severity::Warning => "!",
        Severity::Notice => "·",
    }
}

/// The sign of an answer, for those who see no colour.
pub(super) const fn sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Done => "✓",
        Mark::Refused => "✗",
        Mark::Again => "!",
        Mark::Set => "·",
    }
}

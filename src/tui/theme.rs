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
    fn colour(self, colour: Color) -> Style {
        if self.colours { Style::new().fg(colour) } else { Style::new() }
    }

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

    /// A line of the list.
    pub(super) fn mark(self, mark: Mark) -> Style {
        match mark {
            Mark::Done => self.colour(Color::Green),
            Mark::Refused => self.colour(Color::Red).add_modifier(Modifier::BOLD),
            Mark::Again => self.colour(Color::Yellow),
            Mark::Set => Style::new(),
        }
    }

    /// Something with a severity.
    pub(super) fn severity(self, severity: Severity) -> Style {
        match severity {
            Severity::Critical => self.colour(Color::Red).add_modifier(Modifier::BOLD),
            Severity::Warning => self.colour(Color::Yellow),
            Severity::Notice => self.colour(Color::Cyan),
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

/// The sign of an answer, for those who see no colour.
pub(super) const fn sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Done => "✓",
        Mark::Refused => "✗",
        Mark::Again => "!",
        Mark::Set => "·",
    }
}

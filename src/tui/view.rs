//! Draws the model: a header, one screen, a footer, and a dialog over them if one is open.

mod board;
mod count;
mod dialog;
mod entries;
mod fit;
mod form;
mod frame;
mod ledger;
mod medium;
mod orders;
mod places;
mod probe;
mod scan;
mod setup;

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::widgets::Paragraph;

use super::model::{Model, Screen};
use super::theme::Theme;
use crate::i18n::{Screens, Text};

/// The smallest terminal in which the screens work, in columns and rows.
const SMALLEST: (u16, u16) = (60, 16);

/// Draws the model.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        let text = model.voice.text(&Text::Screens(Screens::TooSmall));
        frame.render_widget(Paragraph::new(text), area);
        return;
    }
    let theme = Theme { colours: model.colours };
    if let Some(questions) = &model.setup {
        setup::draw(model, questions, frame, area);
        return;
    }
    let said = frame::notice(model, area.width);
    let rows = u16::try_from(said.len()).unwrap_or_default().clamp(1, 3);
    let [head, body, foot] =
        Layout::vertical([Constraint::Length(1), Constraint::Min(1), Constraint::Length(rows)]).areas(area);
    frame::header(model, frame, head);
    screen(model, theme, frame, body);
    frame::footer(model, theme, said, frame, foot);
    if let Some(dialog) = &model.dialog {
        dialog::draw(model, dialog, frame, body);
    }
}

/// The rows of a list that are drawn: so many that the selected one stands among them.
fn window(selected: usize, length: usize, height: u16) -> Range<usize> {
    let height = usize::from(height);
    let first = selected.saturating_sub(height / 2).min(length.saturating_sub(height));
    first..length.min(first + height)
}

fn screen(model: &Model, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    match model.screen {
        Screen::Scan => scan::draw(model, theme, frame, area),
        Screen::Board => board::draw(model, theme, frame, area),
        Screen::Medium => medium::draw(model, theme, frame, area),
        Screen::Ledger => ledger::draw(model, frame, area),
        Screen::Places => places::draw(model, frame, area),
        Screen::Orders => orders::draw(model, theme, frame, area),
    }
}

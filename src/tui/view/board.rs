//! What is outside, missing or in dispute, the most urgent first.
//!
//! ```text
//! ✗ ejected_not_vaulted  K00017L5  in hand   B-2001   2026-11-24 18:00+09:00  ██████████ 9 h
//! ```

use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::text::Text as Lines;
use ratatui::widgets::{Cell, Paragraph, Row, Table, TableState};

use crate::app::MediumView;
use crate::domain::flag::Severity;
use crate::i18n::{Screens, Text, Title};
use crate::tui::model::Model;
use crate::tui::theme::Theme;

/// How many cells the bar of used allowance has.
const BAR: i64 = 10;

pub(super) fn draw(model: &Model, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    if model.board.rows.is_empty() {
        let text = model.voice.text(&Text::Screens(Screens::NothingOutside));
        frame.render_widget(Paragraph::new(text), area);
        return;
    }
    let heading = |title| model.voice.text(&Text::Title(title));
    let header = [Title::Flag, Title::Barcode, Title::State, Title::Place, Title::Due, Title::HowLong];
    let widths = [
        Constraint::Length(21),
        Constraint::Min(9),
        Constraint::Length(9),
        Constraint::Length(10),
        Constraint::Length(13),
        Constraint::Length(11),
    ];
    let rows = model.board.rows.iter().map(|medium| row(model, theme, medium));
    let table = Table::new(rows, widths)
        .header(Row::new(header.map(heading)).style(Theme::strong()))
        .row_highlight_style(Theme::bar());
    let mut state = TableState::new().with_selected(Some(model.board.selected));
    frame.render_stateful_widget(table, area, &mut state);
}

/// The sign of a severity, for those who see no colour.
const fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "✗",
        Severity::Warning => "!",
        Severity::Notice => "·",
    }
}

fn row<'a>(model: &Model, theme: Theme, medium: &MediumView) -> Row<'a> {
    let gravest = medium.gravest();
    let flag = gravest.map_or_else(String::new, |flag| format!("{} {}", sign(flag.severity), flag.kind));
    let style = gravest.map(|flag| theme.severity(flag.severity)).unwrap_or_default();
    let place = medium.place.as_ref().map(ToString::to_string);
    let who = medium.custodian.as_ref().map(|who| who.badge.to_string());
    // Month, day, hour and minute are what matters of a due time on the board; the medium's screen has all.
    let due: String =
        medium.due.map(|due| model.voice.time(due).chars().skip(5).take(11).collect()).unwrap_or_default();
    Row::new([
        Cell::from(Lines::styled(flag, style)),
        Cell::from(medium.barcode.to_string()),
        Cell::from(model.voice.state(medium.state, medium.resident)),
        Cell::from(who.or(place).unwrap_or_default()),
        Cell::from(due),
        Cell::from(bar(model, medium)),
    ])
}

/// How much of the allowance is used; full and more when it is past.
fn bar(model: &Model, medium: &MediumView) -> String {
    let Some(due) = medium.due else {
        return model.voice.span(model.now.since(medium.since));
    };
    let (used, whole) = (model.now.since(medium.since).max(0), due.since(medium.since).max(1));
    let full = (used.saturating_mul(BAR) / whole).clamp(0, BAR);
    (0..BAR).map(|cell| if cell < full { '█' } else { '░' }).collect()
}

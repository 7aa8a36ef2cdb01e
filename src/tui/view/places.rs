//! The tree of places, with how many media stand in each and how many it holds, resident devices apart; and
//! what stands in one of them.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::widgets::{Cell, Paragraph, Row, Table, TableState};

use crate::i18n::{Screens, Text, Title};
use crate::tui::model::{Contents, Model};
use crate::tui::places::PlaceLine;
use crate::tui::theme::Theme;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    if let Some(contents) = &model.contents {
        draw_contents(model, contents, frame, area);
        return;
    }
    let lines = &model.places.rows;
    let heading = |title| model.voice.text(&Text::Title(title));
    let header =
        [heading(Title::Code), heading(Title::Kind), heading(Title::Media), heading(Title::Capacity)];
    let widths =
        [Constraint::Min(24), Constraint::Length(16), Constraint::Length(12), Constraint::Length(16)];
    // One row is the heading of the columns, one that of the resident devices.
    let range = super::window(model.places.selected, lines.len(), area.height.saturating_sub(2));
    let apart = lines.iter().position(|line| line.view.place.resident);
    let mut rows = Vec::new();
    let mut selected = 0;
    for (at, line) in lines.iter().enumerate().take(range.end).skip(range.start) {
        if Some(at) == apart {
            let title = model.voice.text(&Text::Screens(Screens::Residents));
            rows.push(Row::new([Cell::from(title)]).style(Theme::strong()));
        }
        if at == model.places.selected {
            selected = rows.len();
        }
        rows.push(row(model, line));
    }
    let table = Table::new(rows, widths)
        .header(Row::new(header).style(Theme::strong()))
        .row_highlight_style(Theme::bar());
    let mut state = TableState::new().with_selected(Some(selected));
    frame.render_stateful_widget(table, area, &mut state);
}

fn row<'a>(model: &Model, line: &PlaceLine) -> Row<'a> {
    let place = &line.view.place;
    let held = place.capacity.map_or_else(String::new, |capacity| {
        let capacity = capacity.to_string();
        model.voice.text(&Text::Screens(Screens::Of { media: line.view.media, capacity: &capacity }))
    });
    let indent = if place.resident { 1 } else { line.depth };
    Row::new([
        format!("{}{}", "  ".repeat(indent), place.code),
        model.voice.place_kind(place.kind).to_owned(),
        line.all.to_string(),
        held,
    ])
}

fn draw_contents(model: &Model, contents: &Contents, frame: &mut Frame<'_>, area: Rect) {
    let [title, area] = Layout::vertical([Constraint::Length(1), Constraint::Min(1)]).areas(area);
    let all = model.places.rows.iter().find(|line| line.view.place.code == contents.place);
    let count = all.map_or(0, |line| line.all);
    let text = Text::Screens(Screens::Contents { place: contents.place.as_str(), count });
    frame.render_widget(Paragraph::new(model.voice.text(&text)).style(Theme::strong()), title);
    let list = &contents.list;
    let heading = |title| model.voice.text(&Text::Title(title));
    let header = [Title::Barcode, Title::State, Title::Place, Title::Seen].map(heading);
    let widths =
        [Constraint::Min(12), Constraint::Length(10), Constraint::Length(16), Constraint::Length(24)];
    let range = super::window(list.selected, list.rows.len(), area.height.saturating_sub(1));
    let first = range.start;
    let rows = list.rows.get(range).unwrap_or_default().iter().map(|medium| {
        let seen =
            medium.seen_at.map_or_else(|| model.voice.text(&Text::SeenNever), |at| model.voice.time(at));
        Row::new([
            medium.barcode.to_string(),
            model.voice.state(medium.state, medium.resident).to_owned(),
            medium.place.as_ref().map(ToString::to_string).unwrap_or_default(),
            seen,
        ])
    });
    let table = Table::new(rows, widths)
        .header(Row::new(header).style(Theme::strong()))
        .row_highlight_style(Theme::bar());
    let mut state = TableState::new().with_selected(Some(list.selected.saturating_sub(first)));
    frame.render_stateful_widget(table, area, &mut state);
}

//! The tree of places, with how many media stand in each and how many it holds, resident devices apart; and
//! what stands in one of them.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::widgets::{Cell, Paragraph, Row, Table, TableState};

use super::fit::{Plan, fit};
use crate::app::MediumView;
use crate::i18n::{Screens, Text, Title};
use crate::tui::model::{Contents, Model};
use crate::tui::places::PlaceLine;
use crate::tui::theme::Theme;

/// From this width on the columns stand well apart.
const WIDE: usize = 72;

/// How the tree gives way: its code is cut last.
const fn tree_plan(room: usize) -> Plan<'static, 4> {
    let least = if room >= WIDE { [24, 16, 12, 16] } else { [8, 8, 7, 8] };
    Plan { least, leave: &[], cut: &[1, 3, 0], gap: 1 }
}

/// How the media of a place give way: their state, then when they were seen; a barcode is cut last.
const fn contents_plan(room: usize) -> Plan<'static, 4> {
    let least = if room >= WIDE { [12, 10, 16, 24] } else { [9, 8, 6, 8] };
    Plan { least, leave: &[1], cut: &[3, 2, 0], gap: 1 }
}

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    if let Some(contents) = &model.contents {
        draw_contents(model, contents, frame, area);
        return;
    }
    let lines = &model.places.rows;
    let heading = |title| model.voice.text(&Text::Title(title));
    let header =
        [heading(Title::Code), heading(Title::Kind), heading(Title::Media), heading(Title::Capacity)];
    let room = usize::from(area.width);
    let texts: Vec<[String; 4]> = lines.iter().map(|line| cells(model, line)).collect();
    let widths = tree_plan(room).widths(texts.iter().chain([&header]), room);
    let widths = stretched(widths, 0, room);
    // One row is the heading of the columns, one that of the resident devices.
    let range = super::window(model.places.selected, lines.len(), area.height.saturating_sub(2));
    let apart = lines.iter().position(|line| line.view.place.resident);
    let mut rows = Vec::new();
    let mut selected = 0;
    for (at, cells) in texts.iter().enumerate().take(range.end).skip(range.start) {
        if Some(at) == apart {
            let title = model.voice.text(&Text::Screens(Screens::Residents));
            rows.push(Row::new([Cell::from(title)]).style(Theme::strong()));
        }
        if at == model.places.selected {
            selected = rows.len();
        }
        rows.push(row(cells, widths));
    }
    let table = Table::new(rows, constraints(widths))
        .header(row(&header, widths).style(Theme::strong()))
        .row_highlight_style(Theme::bar());
    let mut state = TableState::new().with_selected(Some(selected));
    frame.render_stateful_widget(table, area, &mut state);
}

fn cells(model: &Model, line: &PlaceLine) -> [String; 4] {
    let place = &line.view.place;
    let held = place.capacity.map_or_else(String::new, |capacity| {
        let capacity = capacity.to_string();
        line.view.media.map_or_else(
            || capacity.clone(),
            |media| model.voice.text(&Text::Screens(Screens::Of { media, capacity: &capacity })),
        )
    });
    let indent = if place.resident { 1 } else { line.depth };
    [
        format!("{}{}", "  ".repeat(indent), place.code),
        model.voice.place_kind(place.kind).to_owned(),
        line.all.map_or_else(|| "–".to_owned(), |all| all.to_string()),
        held,
    ]
}

/// A row in columns of these widths; nothing in it is cut without a sign.
fn row<'a>(cells: &[String; 4], widths: [usize; 4]) -> Row<'a> {
    let shown = cells.iter().zip(widths).filter(|(_, width)| *width > 0);
    Row::new(shown.map(|(text, width)| fit(text, width)))
}

fn constraints(widths: [usize; 4]) -> impl Iterator<Item = Constraint> {
    let shown = widths.into_iter().filter(|width| *width > 0);
    shown.map(|width| Constraint::Length(u16::try_from(width).unwrap_or(u16::MAX)))
}

/// The widths with what is left of the room given to one of them.
fn stretched(mut widths: [usize; 4], at: usize, room: usize) -> [usize; 4] {
    let gaps = widths.iter().filter(|width| **width > 0).count().saturating_sub(1);
    let left = room.saturating_sub(widths.iter().sum::<usize>() + gaps);
    if let Some(width) = widths.get_mut(at) {
        *width += left;
    }
    widths
}

fn draw_contents(model: &Model, contents: &Contents, frame: &mut Frame<'_>, area: Rect) {
    let [title, area] = Layout::vertical([Constraint::Length(1), Constraint::Min(1)]).areas(area);
    let all = model.places.rows.iter().find(|line| line.view.place.code == contents.place);
    let count = all.and_then(|line| line.all).unwrap_or_default();
    let text = Text::Screens(Screens::Contents { place: contents.place.as_str(), count });
    let text = fit(&model.voice.text(&text), usize::from(title.width));
    frame.render_widget(Paragraph::new(text).style(Theme::strong()), title);
    let list = &contents.list;
    let heading = |title| model.voice.text(&Text::Title(title));
    let header = [Title::Barcode, Title::State, Title::Place, Title::Seen].map(heading);
    let range = super::window(list.selected, list.rows.len(), area.height.saturating_sub(1));
    let first = range.start;
    let cells = |medium: &MediumView| {
        let seen =
            medium.seen_at.map_or_else(|| model.voice.text(&Text::SeenNever), |at| model.voice.time(at));
        [
            medium.barcode.to_string(),
            model.voice.state(medium.state, medium.resident).to_owned(),
            medium.place.as_ref().map(ToString::to_string).unwrap_or_default(),
            seen,
        ]
    };
    let texts: Vec<[String; 4]> = list.rows.get(range).unwrap_or_default().iter().map(cells).collect();
    let room = usize::from(area.width);
    let widths = stretched(contents_plan(room).widths(texts.iter().chain([&header]), room), 0, room);
    let table = Table::new(texts.iter().map(|cells| row(cells, widths)), constraints(widths))
        .header(row(&header, widths).style(Theme::strong()))
        .row_highlight_style(Theme::bar());
    let mut state = TableState::new().with_selected(Some(list.selected.saturating_sub(first)));
    frame.render_stateful_widget(table, area, &mut state);
}

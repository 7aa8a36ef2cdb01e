//! The tree of places, with how many media stand in each and how many it holds.

use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::widgets::{Row, Table, TableState};

use crate::app::PlaceView;
use crate::i18n::{Screens, Text, Title};
use crate::tui::model::Model;
use crate::tui::theme::Theme;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let rows = model.places.rows.iter().map(|place| {
        let indent = "  ".repeat(depth(&model.places.rows, place));
        let media = place.media.to_string();
        let held = match place.place.capacity {
            Some(capacity) => {
                let capacity = capacity.to_string();
                model.voice.text(&Text::Screens(Screens::Of { media: place.media, capacity: &capacity }))
            }
            None => media,
        };
        let resident = if place.place.resident {
            model.voice.state(crate::domain::custody::State::InDevice, true)
        } else {
            ""
        };
        Row::new([
            format!("{indent}{}", place.place.code),
            model.voice.place_kind(place.place.kind).to_owned(),
            held,
            resident.to_owned(),
        ])
    });
    let heading = |title| model.voice.text(&Text::Title(title));
    let header = [heading(Title::Code), heading(Title::Kind), heading(Title::Media), String::new()];
    let widths =
        [Constraint::Min(24), Constraint::Length(16), Constraint::Length(12), Constraint::Length(10)];
    let table = Table::new(rows, widths)
        .header(Row::new(header).style(Theme::strong()))
        .row_highlight_style(Theme::bar());
    let mut state = TableState::new().with_selected(Some(model.places.selected));
    frame.render_stateful_widget(table, area, &mut state);
}

/// How deep a place stands in the tree.
fn depth(all: &[PlaceView], place: &PlaceView) -> usize {
    let mut depth = 0;
    let mut parent = place.place.parent;
    while let Some(id) = parent {
        depth += 1;
        parent = all.iter().find(|other| other.place.id == id).and_then(|other| other.place.parent);
    }
    depth
}

//! What stands over a screen: its keys, or the search among all media.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, List, ListState, Paragraph};

use super::frame::command_name;
use crate::i18n::{Screens, Text};
use crate::tui::keymap::{Command, KEYS};
use crate::tui::model::{Dialog, Model, Screen};
use crate::tui::theme::Theme;

pub(super) fn draw(model: &Model, dialog: &Dialog, frame: &mut Frame<'_>, area: Rect) {
    let [_, middle, _] =
        Layout::horizontal([Constraint::Fill(1), Constraint::Length(56), Constraint::Fill(1)]).areas(area);
    // One column more on either side: a wide letter that reaches under the border would tear a hole into it.
    let under = Rect { x: middle.x.saturating_sub(1), width: middle.width + 2, ..middle };
    frame.render_widget(Clear, under.intersection(area));
    match dialog {
        Dialog::Help => help(model, frame, middle),
        Dialog::Search { text, found, selected } => {
            let title = model.voice.text(&Text::Screens(Screens::Search));
            let count = u64::try_from(found.len()).unwrap_or(u64::MAX);
            let below = model.voice.text(&Text::Screens(Screens::Found(count)));
            let block =
                Block::bordered().title(format!(" {title}: {text}_ ")).title_bottom(format!(" {below} "));
            let items = found.iter().map(|medium| {
                let state = model.voice.state(medium.state, medium.resident);
                let place = medium.place.as_ref().map(ToString::to_string);
                let who = medium.custodian.as_ref().map(|who| who.badge.to_string());
                format!("{}  {state}  {}", medium.barcode, who.or(place).unwrap_or_default())
            });
            let list = List::new(items).block(block).highlight_style(Theme::bar());
            let mut state = ListState::default().with_selected(Some(*selected));
            frame.render_stateful_widget(list, middle, &mut state);
        }
    }
}

fn help(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let mut lines: Vec<Line<'_>> = KEYS
        .iter()
        .filter(|binding| binding.scope.holds(model.screen))
        .map(|binding| {
            let keys: Vec<String> = binding.keys.iter().map(|key| key.shown(model.screen)).collect();
            let label = if let Command::Mode(mode) = binding.command {
                format!("  [{}]", mode.label())
            } else if binding.command == Command::Undo {
                format!("  [{}]", crate::app::station::UNDO_LABEL)
            } else {
                String::new()
            };
            Line::raw(format!("{:<12}{}{label}", keys.join(", "), command_name(model, binding.command)))
        })
        .collect();
    if model.screen != Screen::Scan {
        lines.dedup();
    }
    let title = model.voice.text(&Text::Screens(Screens::Keys));
    let block = Block::bordered().title(format!(" {title} "));
    frame.render_widget(Paragraph::new(lines).block(block), area);
}

//! What stands over a screen: its keys, or the search among all media.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, List, ListState, Paragraph};
use unicode_width::UnicodeWidthStr as _;

use super::frame::command_name;
use crate::i18n::{Screens, Text};
use crate::tui::keymap::{Command, KEYS};
use crate::tui::model::{Dialog, Model};
use crate::tui::theme::Theme;

pub(super) fn draw(model: &Model, dialog: &Dialog, frame: &mut Frame<'_>, area: Rect) {
    let [_, middle, _] =
        Layout::horizontal([Constraint::Fill(1), Constraint::Length(56), Constraint::Fill(1)]).areas(area);
    // One column more on either side: a wide letter that reaches under the border would tear a hole into it.
    let under = Rect { x: middle.x.saturating_sub(1), width: middle.width + 2, ..middle };
    frame.render_widget(Clear, under.intersection(area));
    match dialog {
        Dialog::Help => help(model, frame, middle),
        Dialog::Probe(found) => super::probe::draw(model, found, frame, middle),
        Dialog::Export { path } => {
            let title = model.voice.text(&Text::Screens(Screens::ExportTo));
            let below = model.voice.text(&Text::Screens(Screens::EnterOrEsc));
            let block = Block::bordered().title(format!(" {title} ")).title_bottom(format!(" {below} "));
            let area = Rect { height: 3.min(middle.height), ..middle };
            let room = usize::from(area.width).saturating_sub(3);
            frame.render_widget(Paragraph::new(super::tail(&format!("{path}_"), room)).block(block), area);
        }
        Dialog::Pin { badge, text } => {
            let title = model.voice.text(&Text::AskPin { badge: badge.as_str() });
            let below = model.voice.text(&Text::Screens(Screens::EnterOrLeave));
            let block = Block::bordered().title(format!(" {title}")).title_bottom(format!(" {below} "));
            let area = Rect { height: 3.min(middle.height), ..middle };
            let hidden = format!("{}_", "•".repeat(text.chars().count().min(20)));
            frame.render_widget(Paragraph::new(hidden).block(block), area);
        }
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

/// The columns for the keys in the help.
const KEY_COLUMNS: usize = 24;

fn help(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    // One line for each thing that can be done, with all keys that do it.
    let mut rows: Vec<(String, String)> = Vec::new();
    for binding in KEYS.iter().filter(|binding| binding.scope.holds(model.screen)) {
        let keys: Vec<String> = binding.keys.iter().map(|key| key.shown(model.screen)).collect();
        let label = if let Command::Mode(mode) = binding.command {
            format!("  [{}]", mode.label())
        } else if binding.command == Command::Undo {
            format!("  [{}]", crate::app::station::UNDO_LABEL)
        } else {
            String::new()
        };
        let (keys, name) = (keys.join(" "), format!("{}{label}", command_name(model, binding.command)));
        match rows.last_mut() {
            Some((before, same)) if *same == name && before.width() + 1 + keys.width() < KEY_COLUMNS => {
                *before = format!("{before} {keys}");
            }
            _ => rows.push((keys, name)),
        }
    }
    let lines = rows.into_iter().map(|(keys, name)| {
        let gap = " ".repeat(KEY_COLUMNS.saturating_sub(keys.width()));
        Line::raw(format!("{keys}{gap}{name}"))
    });
    let title = model.voice.text(&Text::Screens(Screens::Keys));
    let block = Block::bordered().title(format!(" {title} "));
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()).block(block), area);
}

//! What stands over a screen: its keys, or the search among all media.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, List, ListState, Paragraph};
use unicode_width::UnicodeWidthStr as _;

use super::fit::{fit, tail};
use crate::i18n::{Remark, Screens, Text};
use crate::tui::help;
use crate::tui::model::{Dialog, Model};
use crate::tui::theme::Theme;

pub(super) fn draw(model: &Model, dialog: &Dialog, frame: &mut Frame<'_>, area: Rect) {
    if let Dialog::Form(form) = dialog {
        super::form::draw(model, form, frame, area);
        return;
    }
    let [_, middle, _] =
        Layout::horizontal([Constraint::Fill(1), Constraint::Length(56), Constraint::Fill(1)]).areas(area);
    // One column more on either side: a wide letter that reaches under the border would tear a hole into it.
    let under = match dialog {
        // A single line covers whole rows and no more, so that nothing is left beside it or blanked below it.
        Dialog::Pin { .. } | Dialog::Export { .. } => Rect { height: 3.min(area.height), ..area },
        Dialog::Help { .. } | Dialog::Search { .. } | Dialog::Probe(_) | Dialog::Form(_) => {
            Rect { x: middle.x.saturating_sub(1), width: middle.width + 2, ..middle }
        }
    };
    frame.render_widget(Clear, under.intersection(area));
    match dialog {
        Dialog::Form(_) => {}
        Dialog::Help { top } => help(model, *top, frame, middle),
        Dialog::Probe(found) => super::probe::draw(model, found, frame, middle),
        Dialog::Export { path } => {
            let title = model.voice.text(&Text::Screens(Screens::ExportTo));
            let below = model.voice.text(&Text::Screens(Screens::EnterOrEsc));
            let block = Block::bordered().title(format!(" {title} ")).title_bottom(format!(" {below} "));
            let area = Rect { height: 3.min(middle.height), ..middle };
            let room = usize::from(area.width).saturating_sub(3);
            frame.render_widget(Paragraph::new(tail(&format!("{path}_"), room)).block(block), area);
        }
        Dialog::Pin { badge, text } => {
            let title = model.voice.text(&Text::AskPin { badge: badge.as_str() });
            let below = model.voice.text(&Text::Screens(Screens::EnterOrLeave));
            let block = Block::bordered().title(format!(" {title}")).title_bottom(format!(" {below} "));
            let area = Rect { height: 3.min(middle.height), ..middle };
            let hidden = format!("{}_", "•".repeat(text.chars().count().min(20)));
            frame.render_widget(Paragraph::new(hidden).block(block), area);
        }
        Dialog::Search { text, found, more, selected } => {
            let title = model.voice.text(&Text::Screens(Screens::Search));
            let count = u64::try_from(found.len()).unwrap_or(u64::MAX);
            let below = if *more {
                Text::Remark(Remark::FoundFirst(count))
            } else {
                Text::Screens(Screens::Found(count))
            };
            let below = model.voice.text(&below);
            let room = usize::from(middle.width.saturating_sub(2));
            let text = tail(text, room.saturating_sub(title.width() + 5));
            let block =
                Block::bordered().title(format!(" {title}: {text}_ ")).title_bottom(format!(" {below} "));
            let items = found.iter().map(|medium| {
                let state = model.voice.state(medium.state, medium.resident);
                let place = medium.place.as_ref().map(ToString::to_string);
                let who = medium.custodian.as_ref().map(|who| who.badge.to_string());
                fit(&format!("{}  {state}  {}", medium.barcode, who.or(place).unwrap_or_default()), room)
            });
            let list = List::new(items).block(block).highlight_style(Theme::bar());
            let mut state = ListState::default().with_selected(Some(*selected));
            frame.render_stateful_widget(list, middle, &mut state);
        }
    }
}

fn help(model: &Model, top: usize, frame: &mut Frame<'_>, area: Rect) {
    let lines = help::lines(model);
    let height = usize::from(area.height.saturating_sub(2));
    let top = top.min(lines.len().saturating_sub(height));
    let mut block = Block::bordered().title(format!(" {} ", model.voice.text(&Text::Screens(Screens::Keys))));
    if lines.len() > height {
        let more = model.voice.text(&Text::Remark(Remark::MoreKeys));
        let shown = format!("{}–{}/{}", top + 1, (top + height).min(lines.len()), lines.len());
        block = block.title_bottom(format!(" {shown}  {more} "));
    }
    let room = usize::from(area.width.saturating_sub(2));
    let lines = lines.into_iter().skip(top).take(height).map(|line| Line::raw(fit(&line, room)));
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()).block(block), area);
}

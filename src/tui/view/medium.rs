//! One medium: what is known of it, and its chain as a timeline with the gaps between and the open end.
//!
//! ```text
//! K00001L9 (#15)  in hand  B-1001 Sato
//!   42  2026-11-23 18:00+09:00  check-out  B-1001  V1-A  scanned  9f2c01ab
//!    │  3 h later
//!   43  2026-11-23 21:00+09:00  load …
//! ```

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::entries;
use super::fit::fit;
use crate::domain::flag::Severity;
use crate::i18n::{Audits, Screens, Text};
use crate::tui::model::Model;
use crate::tui::theme::{Theme, severity_sign};
use crate::tui::timeline::{facts, timeline};

pub(super) fn draw(model: &Model, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let Some(page) = &model.medium else {
        let text = model.voice.text(&Text::Screens(Screens::NoMedium));
        frame.render_widget(Paragraph::new(text), area);
        return;
    };
    let flags = u16::try_from(page.medium.flags.len()).unwrap_or(u16::MAX).min(4);
    let [head, flagged, window, chain] = Layout::vertical([
        Constraint::Length(2),
        Constraint::Length(flags),
        Constraint::Length(u16::from(page.loss.is_some())),
        Constraint::Min(1),
    ])
    .areas(area);
    if let Some(loss) = &page.loss {
        let (from, until) = (model.voice.time(loss.last.at), model.voice.time(loss.until));
        let text = model.voice.text(&Text::Audits(Audits::Lost { from: &from, until: &until }));
        frame.render_widget(Paragraph::new(fit(&text, usize::from(area.width))), window);
    }
    let [name, seen] = facts(model, page);
    let room = usize::from(area.width);
    let facts = vec![Line::styled(fit(&name, room), Theme::strong()), Line::raw(fit(&seen, room))];
    frame.render_widget(Paragraph::new(facts), head);
    let lines: Vec<Line<'_>> = page
        .medium
        .flags
        .iter()
        .map(|flag| {
            let (meaning, _) = model.voice.flag(flag.kind);
            let span = model.voice.span(model.now.since(flag.since));
            let text = format!("{} {}: {meaning} ({span})", severity_sign(flag.severity), flag.kind);
            Line::styled(fit(&text, room), theme.severity(flag.severity))
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), flagged);
    let rows = timeline(model, page);
    let at = rows.iter().position(|row| row.entry == Some(model.entry)).unwrap_or_default();
    // With the last entry selected, the open end below it must be seen too.
    let last = model.entry + 1 >= page.history.len();
    let range = super::window(if last { rows.len() } else { at }, rows.len(), chain.height);
    let entries = entries::lines(model, page.history.iter(), false, chain.width);
    let lines = rows.get(range).unwrap_or_default().iter().map(|row| {
        let entry = row.entry.and_then(|index| entries.get(index));
        let text = entry.cloned().unwrap_or_else(|| fit(&row.text, room));
        let style = if row.open {
            theme.severity(Severity::Critical)
        } else if row.entry == Some(model.entry) {
            Theme::bar()
        } else {
            ratatui::style::Style::new()
        };
        Line::styled(text, style)
    });
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), chain);
}

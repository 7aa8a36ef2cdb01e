//! The tail of the log, live, and what the check of the whole ledger says.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Gauge, List, ListState, Paragraph};

use super::entries;
use super::fit::{fit, wrapped};
use super::frame::verdict;
use crate::i18n::{Keeping, Screens, Text};
use crate::tui::model::Model;
use crate::tui::theme::Theme;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let told = findings(model, usize::from(area.width));
    let rows = u16::try_from(told.len()).unwrap_or(u16::MAX).max(2);
    let [head, said, log] =
        Layout::vertical([Constraint::Length(1), Constraint::Length(rows), Constraint::Min(1)]).areas(area);
    let entries = model.voice.text(&Text::Screens(Screens::Entries(model.status.size)));
    let title = fit(&format!("{} · {entries}", model.ledger), usize::from(head.width));
    frame.render_widget(Paragraph::new(title).style(Theme::strong()), head);
    if let Some((done, total)) = model.verifying {
        // For the eye alone: a share of one, cut to whole thousandths.
        let share = done.saturating_mul(1000).checked_div(total.max(1)).unwrap_or_default().min(1000);
        let ratio = f64::from(u32::try_from(share).unwrap_or(1000)) / 1000.0;
        frame.render_widget(Gauge::default().ratio(ratio).label(verdict(model)), said);
    } else {
        let lines = told.into_iter().map(Line::raw);
        frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), said);
    }
    let list = &model.log.list;
    let range = super::window(list.selected, list.rows.len(), log.height);
    let first = range.start;
    let rows = list.rows.get(range).unwrap_or_default();
    let items = entries::lines(model, rows.iter(), true, log.width);
    let items = List::new(items).highlight_style(Theme::bar());
    let mut state = ListState::default().with_selected(Some(list.selected.saturating_sub(first)));
    frame.render_stateful_widget(items, log, &mut state);
}

/// The most lines of what was found, and of what is to be done about it.
const MOST: usize = 3;

/// The verdict in words, what was found, and what is to be done.
fn findings(model: &Model, columns: usize) -> Vec<String> {
    let voice = &model.voice;
    let Some(report) = model.report.as_ref().filter(|_| model.verifying.is_none()) else {
        return vec![verdict(model)];
    };
    let told = Text::Verdict { verdict: report.verdict, size: report.size, head: &report.head };
    let first = voice.text(&told).lines().next().unwrap_or_default().to_owned();
    let second = match &report.first_break {
        None => voice.text(&report.anchor.map_or(Text::Unanchored, |size| {
            let later = report.size.saturating_sub(size);
            Text::Anchored { size, later }
        })),
        Some(found) => voice.text(&Text::FirstBreak { seq: found.seq, reason: &voice.reason(&found.reason) }),
    };
    let next = voice.text(&Text::Keeping(Keeping::VerdictNext { verdict: report.verdict }));
    let next = format!("{}: {next}", voice.text(&Text::Hint));
    let mut lines = vec![fit(&first, columns)];
    for text in [second, next] {
        let mut broken = wrapped(&text, columns);
        if broken.len() > MOST {
            broken.truncate(MOST);
            if let Some(last) = broken.last_mut() {
                *last = fit(&format!("{last} …"), columns);
            }
        }
        lines.extend(broken);
    }
    lines
}

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
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::{LogRow, MediumPage};
use crate::domain::time::{DAY, HOUR};
use crate::i18n::{Screens, Text, Voice};
use crate::tui::model::Model;
use crate::tui::theme::Theme;

pub(super) fn draw(model: &Model, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let Some(page) = &model.medium else {
        let text = model.voice.text(&Text::Screens(Screens::NoMedium));
        frame.render_widget(Paragraph::new(text), area);
        return;
    };
    let flags = u16::try_from(page.medium.flags.len()).unwrap_or(u16::MAX).min(4);
    let [head, flagged, chain] =
        Layout::vertical([Constraint::Length(2), Constraint::Length(flags), Constraint::Min(1)]).areas(area);
    frame.render_widget(Paragraph::new(facts(model, page)), head);
    let lines: Vec<Line<'_>> = page
        .medium
        .flags
        .iter()
        .map(|flag| {
            let (meaning, _) = model.voice.flag(flag.kind);
            let span = model.voice.span(model.now.since(flag.since));
            Line::styled(format!("! {}: {meaning} ({span})", flag.kind), theme.severity(flag.severity))
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), flagged);
    let lines = timeline(model, theme, page);
    let top = u16::try_from(model.scroll.saturating_mul(2)).unwrap_or(u16::MAX);
    frame.render_widget(Paragraph::new(lines).scroll((top, 0)), chain);
}

fn facts<'a>(model: &Model, page: &MediumPage) -> Vec<Line<'a>> {
    let (voice, m) = (&model.voice, &page.medium);
    let place = m.place.as_ref().map_or_else(String::new, |place| format!("  {place}"));
    let who = m.custodian.as_ref().map_or_else(String::new, |who| {
        format!("  {} {}", who.badge, who.name.as_deref().unwrap_or_default())
    });
    let state = voice.state(m.state, m.resident);
    let seen = match (m.seen_at, m.seen_how) {
        (Some(at), Some(how)) => {
            let place = m.seen_place.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
            voice.text(&Text::Seen { at: &voice.time(at), place: &place, how: how.word() })
        }
        _ => voice.text(&Text::SeenNever),
    };
    let title = voice.text(&Text::Title(crate::i18n::Title::Seen));
    vec![
        Line::from(vec![
            Span::styled(format!("{} (#{})", m.barcode, m.id), Theme::strong()),
            Span::raw(format!("  {state}{place}{who}")),
        ]),
        Line::raw(format!("{title}: {seen}")),
    ]
}

/// The longest line between two entries, in rows.
fn gap_rows(millis: i64) -> usize {
    if millis < HOUR {
        0
    } else if millis < DAY {
        1
    } else if millis < 30 * DAY {
        2
    } else {
        3
    }
}

fn timeline<'a>(model: &Model, theme: Theme, page: &MediumPage) -> Vec<Line<'a>> {
    let voice = &model.voice;
    let mut lines = Vec::new();
    let mut before: Option<&LogRow> = None;
    for entry in &page.history {
        if let Some(before) = before {
            let gap = entry.at.since(before.at);
            for row in 0..gap_rows(gap) {
                let said = if row == 0 {
                    voice.text(&Text::Screens(Screens::Gap(&voice.span(gap))))
                } else {
                    String::new()
                };
                lines.push(Line::raw(format!("       │  {said}")));
            }
        }
        lines.push(Line::raw(entry_line(voice, entry)));
        before = Some(entry);
    }
    if let Some(last) = before {
        let open = model.now.since(last.at);
        let at_rest = page.medium.due.is_none() && page.medium.flags.is_empty();
        for row in 0..gap_rows(open).max(1) {
            let said = if row == 0 {
                voice.text(&Text::Screens(Screens::OpenEnd(&voice.span(open))))
            } else {
                String::new()
            };
            let style = if at_rest {
                ratatui::style::Style::new()
            } else {
                theme.severity(crate::domain::flag::Severity::Critical)
            };
            lines.push(Line::styled(format!("       ┆  {said}"), style));
        }
    }
    lines
}

/// One entry on one line.
pub(super) fn entry_line(voice: &Voice, entry: &LogRow) -> String {
    let by = entry.by.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
    let place = entry.place.as_deref().unwrap_or("–");
    let how = entry.how.map_or("–", |how| how.word());
    format!(
        "{:>6}  {}  {}  {by}  {place}  {how}  {}",
        entry.seq,
        voice.time(entry.at),
        voice.kind(entry.kind),
        entry.hash
    )
}

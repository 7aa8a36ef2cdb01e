//! The movement orders: how far each has come; and one of them with all its media.
//!
//! ```text
//! Order State    Purpose Until       By                Media Out Back Outside
//! #178  approved restore 11-23 18:00 B-2001 █████▓▓░░░ 24    12  9    3
//! ```

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::fit::{Plan, fit, padded};
use crate::app::{Counts, OrderLine, OrderPage, OrderView};
use crate::domain::order::OrderState;
use crate::i18n::{Head, Orders, Text, Title};
use crate::tui::keymap::Scope;
use crate::tui::model::Model;
use crate::tui::theme::Theme;

/// The columns of the list.
const COLUMNS: usize = 10;
/// How many cells the bar has.
const BAR: u64 = 10;

pub(super) fn draw(model: &Model, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let [area, keys] = Layout::vertical([Constraint::Min(1), Constraint::Length(1)]).areas(area);
    frame.render_widget(super::frame::own_keys(model, Scope::Orders, keys.width), keys);
    if let Some(page) = &model.orders.page {
        draw_page(model, page, theme, frame, area);
        return;
    }
    let list = &model.orders.list;
    if list.rows.is_empty() {
        let text = model.voice.text(&Text::Orders(Orders::NoOrders));
        frame.render_widget(Paragraph::new(text), area);
        return;
    }
    let heads = heads(model);
    let range = super::window(list.selected, list.rows.len(), area.height.saturating_sub(1));
    let first = range.start;
    let shown = list.rows.get(range).unwrap_or_default();
    let rows: Vec<[String; COLUMNS]> = shown.iter().map(|order| cells(model, order)).collect();
    let plan = Plan { least: [0; COLUMNS], leave: &[2, 6, 7, 8, 4], cut: &[1], gap: 1 };
    let widths = plan.widths(std::iter::once(&heads).chain(&rows), usize::from(area.width));
    let mut lines = vec![Line::styled(line(&heads, &widths), Theme::strong())];
    for ((at, row), order) in rows.iter().enumerate().zip(shown) {
        let style = if first + at == list.selected { Theme::bar() } else { urgency(theme, order) };
        lines.push(Line::styled(line(row, &widths), style));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

fn heads(model: &Model) -> [String; COLUMNS] {
    let head = |head| model.voice.text(&Text::Head(head));
    [
        head(Head::Order),
        model.voice.text(&Text::Title(Title::State)),
        head(Head::Purpose),
        head(Head::Until),
        model.voice.text(&Text::Title(Title::By)),
        String::new(),
        head(Head::Expected),
        head(Head::Taken),
        head(Head::Returned),
        head(Head::Outside),
    ]
}

/// Month, day, hour and minute.
fn short(model: &Model, at: crate::domain::time::Timestamp) -> String {
    model.voice.time(at).chars().skip(5).take(11).collect()
}

fn cells(model: &Model, view: &OrderView) -> [String; COLUMNS] {
    let (order, counts) = (&view.order, view.counts);
    let standing = order.nightly.is_some();
    let number = |count: u64| if standing { String::new() } else { count.to_string() };
    [
        format!("#{}", order.id),
        model.voice.text(&Text::Orders(Orders::State { state: order.state, over: view.over })),
        order.purpose.to_string(),
        short(model, order.until),
        view.requester.as_ref().map(|who| who.badge.to_string()).unwrap_or_default(),
        order.nightly.map_or_else(|| bar(counts), |nightly| format!("≤ {}", nightly.most)),
        number(counts.expected),
        number(counts.taken),
        number(counts.returned),
        number(counts.outside + counts.missing),
    ]
}

/// How much of an order is back, how much is outside, and how much has not moved.
fn bar(counts: Counts) -> String {
    let whole = counts.expected.max(1);
    let away = counts.outside + counts.missing;
    let back = (counts.returned.min(whole.saturating_sub(away)) * BAR) / whole;
    // Whatever is outside has a cell, be it one of ten thousand.
    let out = (away * BAR).div_ceil(whole).min(BAR - back);
    (0..BAR)
        .map(|at| {
            if at < back {
                '█'
            } else if at < back + out {
                '▓'
            } else {
                '░'
            }
        })
        .collect()
}

fn urgency(theme: Theme, view: &OrderView) -> ratatui::style::Style {
    use crate::domain::flag::Severity;
    let away = view.counts.outside + view.counts.missing;
    if view.over && away > 0 {
        theme.severity(Severity::Critical)
    } else if view.order.state == OrderState::Requested {
        theme.severity(Severity::Warning)
    } else {
        ratatui::style::Style::new()
    }
}

fn line<const N: usize>(row: &[String; N], widths: &[usize; N]) -> String {
    let cells = row.iter().zip(widths).filter(|(_, width)| **width > 0);
    cells.map(|(text, width)| padded(text, *width)).collect::<Vec<_>>().join(" ").trim_end().to_owned()
}

fn draw_page(model: &Model, page: &OrderPage, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let above = summary(model, page);
    let height = u16::try_from(above.len()).unwrap_or_default();
    let [top, body] = Layout::vertical([Constraint::Length(height), Constraint::Min(1)]).areas(area);
    let room = usize::from(area.width);
    let mut lines: Vec<Line<'_>> = above.iter().map(|text| Line::raw(fit(text, room))).collect();
    if let Some(first) = lines.first_mut() {
        *first = first.clone().style(Theme::strong());
    }
    frame.render_widget(Paragraph::new(lines), top);
    let range = super::window(model.orders.line, page.lines.len(), body.height.saturating_sub(1));
    let first = range.start;
    let shown = page.lines.get(range).unwrap_or_default();
    let title = |title| model.voice.text(&Text::Title(title));
    let head = |head| model.voice.text(&Text::Head(head));
    let heads = [
        title(Title::Barcode),
        title(Title::State),
        title(Title::Where),
        head(Head::Taken),
        head(Head::Ejected),
        head(Head::Returned),
    ];
    let rows: Vec<[String; 6]> = shown.iter().map(|line| line_cells(model, line)).collect();
    let plan = Plan { least: [0; 6], leave: &[4], cut: &[2], gap: 1 };
    let widths = plan.widths(std::iter::once(&heads).chain(&rows), room);
    let mut lines = vec![Line::styled(line(&heads, &widths), Theme::strong())];
    for ((at, row), medium) in rows.iter().enumerate().zip(shown) {
        let style = if first + at == model.orders.line {
            Theme::bar()
        } else if medium.at_rest || !page.view.over {
            ratatui::style::Style::new()
        } else {
            theme.severity(crate::domain::flag::Severity::Critical)
        };
        lines.push(Line::styled(line(row, &widths), style));
    }
    frame.render_widget(Paragraph::new(lines), body);
}

/// What stands above the media of an order.
fn summary(model: &Model, page: &OrderPage) -> Vec<String> {
    let (voice, view) = (&model.voice, &page.view);
    let order = &view.order;
    let text = |text| voice.text(&Text::Orders(text));
    let head = |head| voice.text(&Text::Head(head));
    let state = text(Orders::State { state: order.state, over: view.over });
    let (from, until) = (voice.time(order.from), voice.time(order.until));
    let badge = |who: &Option<crate::app::Custodian>| {
        who.as_ref().map_or_else(|| "–".to_owned(), |who| who.badge.to_string())
    };
    let to = order.destination.as_ref().map_or_else(String::new, |to| format!(" → {to}"));
    let mut lines = vec![
        format!("#{}  {state}  {}{to}", order.id, order.purpose),
        text(Orders::Window { from: &from, until: &until }),
        format!(
            "{}: {}   {}: {}",
            head(Head::Requester),
            badge(&view.requester),
            head(Head::Approver),
            badge(&view.decided_by)
        ),
    ];
    lines.extend(page.text.iter().chain(&page.work).cloned());
    lines.push(match order.nightly {
        Some(nightly) => text(Orders::Standing { most: nightly.most, used: nightly.used }),
        None => format!("{}  {}", bar(view.counts), text(Orders::Counts(view.counts))),
    });
    lines
}

fn line_cells(model: &Model, line: &OrderLine) -> [String; 6] {
    let resident = line.at_rest && line.state == crate::domain::custody::State::InDevice;
    let place = line.place.as_ref().map(ToString::to_string);
    let who = line.custodian.as_ref().map(|who| who.badge.to_string());
    let mark = |yes: bool| if yes { "✓" } else { "" }.to_owned();
    [
        line.barcode.to_string(),
        model.voice.state(line.state, resident).to_owned(),
        who.or(place).unwrap_or_default(),
        mark(line.marks.taken),
        mark(line.marks.ejected),
        mark(line.marks.returned),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_what_is_back_what_is_outside_and_what_has_not_moved() {
        let bar = |expected, returned, outside| {
            super::bar(Counts { expected, returned, outside, ..Counts::default() })
        };
        for (counts, shown) in [
            ((0, 0, 0), "░░░░░░░░░░"),
            ((10, 0, 0), "░░░░░░░░░░"),
            ((10, 5, 2), "█████▓▓░░░"),
            ((24, 22, 2), "█████████▓"),
            ((10_000, 0, 1), "▓░░░░░░░░░"),
            ((2, 2, 0), "██████████"),
        ] {
            assert_eq!(bar(counts.0, counts.1, counts.2), shown, "{counts:?}");
        }
    }
}

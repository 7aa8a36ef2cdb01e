//! What is outside, missing or in dispute: how many by hour and by time outside, then what needs a person, the
//! most urgent first, then the calm rest.
//!
//! ```text
//! Outside, by hour (now 7, most 9)                      By time outside
//! ▁▁▂▂▂▃▃▅▅▆▇▇▇█▇▇▅▅                                      2   0   5   0   0   0   0
//!                                                        <4h 4h+ 12h+ 1d+ 3d+ 7d+ 30d+
//! Flag                   Barcode    State     Where   Since        Due          Used
//! ✗ ejected_not_vaulted  K00017L5   in hand   B-2001  11-24 12:00  11-24 18:00  ██████████
//! ▸ 12 media · B-2 · in time
//! ```

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line as TextLine, Span};
use ratatui::widgets::{Cell, Paragraph, Row, Sparkline, Table, TableState};

use super::fit::{Plan, fit};
use crate::app::MediumView;
use crate::domain::time::{DAY, Timestamp};
use crate::i18n::{Screens, Text, Title};
use crate::tui::board::{Group, Line};
use crate::tui::model::Model;
use crate::tui::theme::{Theme, severity_sign};

/// The rows of the charts, and the least height of the screen that has room for them.
const CHARTS: (u16, u16) = (4, 16);
/// The classes of time outside, as they begin.
const TIMES: [&str; 7] = ["<4h", "4h+", "12h+", "1d+", "3d+", "7d+", "30d+"];
/// From here on a moment is told by its date with the year.
const FAR: i64 = 180 * DAY;
/// The columns of one class.
const CLASS: u16 = 5;

pub(super) fn draw(model: &Model, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let charts = if area.height >= CHARTS.1 { CHARTS.0 } else { 0 };
    let said = narrowed(model);
    let [top, line, list] = Layout::vertical([
        Constraint::Length(charts),
        Constraint::Length(u16::from(said.is_some())),
        Constraint::Min(1),
    ])
    .areas(area);
    if charts > 0 {
        draw_charts(model, frame, top);
    }
    if let Some(said) = said {
        frame.render_widget(Paragraph::new(fit(&said, usize::from(line.width))).style(Theme::strong()), line);
    }
    if model.board.lines.is_empty() {
        let none = if model.board.page.total == 0 { Screens::NothingOutside } else { Screens::NothingShown };
        frame.render_widget(Paragraph::new(model.voice.text(&Text::Screens(none))), list);
        return;
    }
    draw_list(model, theme, frame, list);
}

fn draw_charts(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let classes = CLASS * u16::try_from(TIMES.len()).unwrap_or_default();
    let [hours, _, times] =
        Layout::horizontal([Constraint::Min(10), Constraint::Length(2), Constraint::Length(classes)])
            .areas(area);
    let room = usize::from(hours.width);
    let shown = model.board.hours.get(model.board.hours.len().saturating_sub(room)..).unwrap_or_default();
    let (now, most) =
        (shown.last().copied().unwrap_or_default(), shown.iter().copied().max().unwrap_or_default());
    let [title, chart] = Layout::vertical([Constraint::Length(1), Constraint::Length(2)]).areas(hours);
    let text = model.voice.text(&Text::Screens(Screens::ByHour { hours: shown.len(), now, most }));
    frame.render_widget(Paragraph::new(fit(&text, usize::from(title.width))).style(Theme::strong()), title);
    frame.render_widget(Sparkline::default().data(shown), chart);
    let title = model.voice.text(&Text::Screens(Screens::ByTime));
    let counts = &model.board.page.times;
    let most = counts.iter().copied().max().unwrap_or_default().max(1);
    let cells = |cell: &dyn Fn(usize, u64) -> String| {
        let cells = counts.iter().enumerate().map(|(at, count)| format!("{:>5}", cell(at, *count)));
        TextLine::raw(cells.collect::<String>())
    };
    let bar = |_, count: u64| {
        const LEVELS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
        let level = usize::try_from((count * 8).div_ceil(most)).unwrap_or(8);
        LEVELS.get(level).unwrap_or(&"█").repeat(3)
    };
    let lines = vec![
        TextLine::styled(title, Theme::strong()),
        cells(&bar),
        cells(&|_, count| if count == 0 { "·".to_owned() } else { count.to_string() }),
        cells(&|at, _| TIMES.get(at).copied().unwrap_or_default().to_owned()),
    ];
    frame.render_widget(Paragraph::new(lines), times);
}

/// By what the board is narrowed, and what is not listed, if either is so.
fn narrowed(model: &Model) -> Option<String> {
    let (board, voice) = (&model.board, &model.voice);
    let narrow = &board.narrow;
    let parts: Vec<String> = [
        narrow.severity.map(|least| format!("≥ {}", voice.severity(least))),
        narrow.state.map(|state| voice.state(state, false).to_owned()),
        narrow.custodian.as_ref().map(ToString::to_string),
        narrow.place.as_ref().map(ToString::to_string),
    ]
    .into_iter()
    .flatten()
    .collect();
    let listed = u64::try_from(board.page.media.len()).unwrap_or(u64::MAX);
    let more = (board.page.total > listed)
        .then(|| voice.text(&Text::Screens(Screens::Listed { listed, total: board.page.total })));
    let only = (!parts.is_empty()).then(|| voice.text(&Text::Screens(Screens::Narrowed(&parts.join(", ")))));
    match (only, more) {
        (Some(only), Some(more)) => Some(format!("{only}   {more}")),
        (only, more) => only.or(more),
    }
}

/// The columns of the list.
const COLUMNS: [Title; 7] =
    [Title::Flag, Title::Barcode, Title::State, Title::Where, Title::Since, Title::Due, Title::Used];
/// Where there is no room: the moment of leaving gives way, the share of the allowance, the state; then the
/// place is cut, then what the flag is called, and a barcode only where nothing else is left.
const PLAN: Plan<'_, 7> = Plan { least: [0; 7], leave: &[4, 6, 2], cut: &[3, 0, 1], gap: 1 };

/// One line as text, and the style of its sign.
type Cells = ([String; COLUMNS.len()], Style);

fn draw_list(model: &Model, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let board = &model.board;
    let range = super::window(board.selected, board.lines.len(), area.height.saturating_sub(1));
    let first = range.start;
    let bar = if area.width >= 100 { 10 } else { 5 };
    let lines: Vec<Cells> = board
        .lines
        .get(range)
        .unwrap_or_default()
        .iter()
        .filter_map(|line| match line {
            Line::Medium { index, inner } => {
                Some(cells(model, theme, board.page.media.get(*index)?, *inner, bar))
            }
            Line::Group { group, count, due, open } => Some(group_cells(model, group, *count, *due, *open)),
        })
        .collect();
    let heads = COLUMNS.map(|title| model.voice.text(&Text::Title(title)));
    let texts = lines.iter().map(|(cells, _)| cells).chain([&heads]);
    let widths = PLAN.widths(texts, usize::from(area.width));
    let shown = |cells: [String; COLUMNS.len()]| {
        let cells = cells.into_iter().zip(widths).filter(|(_, width)| *width > 0);
        cells.map(|(text, width)| fit(&text, width))
    };
    let rows =
        lines.into_iter().map(|(cells, style)| {
            let cells = shown(cells).enumerate();
            Row::new(cells.map(|(at, text)| {
                Cell::from(if at == 0 { signed(&text, style) } else { TextLine::raw(text) })
            }))
        });
    let columns = widths.iter().filter(|width| **width > 0);
    let columns = columns.map(|width| Constraint::Length(u16::try_from(*width).unwrap_or(u16::MAX)));
    let table = Table::new(rows, columns)
        .header(Row::new(shown(heads)).style(Theme::strong()))
        .row_highlight_style(Theme::bar());
    let mut state = TableState::new().with_selected(Some(board.selected.saturating_sub(first)));
    frame.render_stateful_widget(table, area, &mut state);
}

/// The sign in its style, and the rest of the cell.
fn signed<'a>(text: &str, style: Style) -> TextLine<'a> {
    let mut letters = text.chars();
    let sign: String = letters.next().into_iter().collect();
    TextLine::from(vec![Span::styled(sign, style), Span::raw(letters.as_str().to_owned())])
}

/// Month, day, hour and minute: what matters of a moment on the board; of one that is far from now, the date.
fn short(model: &Model, at: Option<Timestamp>) -> String {
    let Some(at) = at else { return String::new() };
    let time = model.voice.time(at);
    let far = model.now.since(at).abs() > FAR;
    let (from, count) = if far { (0, 10) } else { (5, 11) };
    time.chars().skip(from).take(count).collect()
}

fn cells(model: &Model, theme: Theme, medium: &MediumView, inner: bool, columns: u16) -> Cells {
    let gravest = medium.gravest();
    let flag =
        gravest.map_or_else(String::new, |flag| format!("{} {}", severity_sign(flag.severity), flag.kind));
    let style = gravest.map(|flag| theme.severity(flag.severity)).unwrap_or_default();
    let place = medium.place.as_ref().map(ToString::to_string);
    let who = medium.custodian.as_ref().map(|who| match (&who.name, model.size.0 >= 100) {
        (Some(name), true) => format!("{} {name}", who.badge),
        _ => who.badge.to_string(),
    });
    let cells = [
        flag,
        if inner { format!(" {}", medium.barcode) } else { medium.barcode.to_string() },
        model.voice.state(medium.state, medium.resident).to_owned(),
        who.or(place).unwrap_or_default(),
        short(model, medium.left.or(Some(medium.since))),
        short(model, medium.due),
        bar(model, medium, columns),
    ];
    (cells, style)
}

fn group_cells(model: &Model, group: &Group, count: usize, due: Option<Timestamp>, open: bool) -> Cells {
    let (sign, said) = (if open { "▾" } else { "▸" }, Text::Screens(Screens::InTime(count)));
    let name = match group {
        Group::Order(order) => model.voice.text(&Text::Screens(Screens::UnderOrder(*order))),
        Group::Holder(holder) => holder.clone(),
    };
    let none = String::new;
    let said = format!("{sign} {}", model.voice.text(&said));
    ([said, none(), none(), name, none(), short(model, due), none()], Style::new())
}

/// How much of the allowance is used; full when it is past.
fn bar(model: &Model, medium: &MediumView, columns: u16) -> String {
    let (Some(due), Some(left)) = (medium.due, medium.left) else {
        return model.voice.span(model.now.since(medium.since));
    };
    let (used, whole) = (model.now.since(left).max(0), due.since(left).max(1));
    let cells = i64::from(columns);
    let full = (used.saturating_mul(cells) / whole).clamp(0, cells);
    (0..cells).map(|cell| if cell < full { '█' } else { '░' }).collect()
}

//! A form: its lines one under another, what may be filled in, and what is wrong; above a shift's, what is open.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Wrap};
use unicode_width::UnicodeWidthStr as _;

use super::fit::{fit, tail};
use crate::i18n::{Asked, Blank, Orders, Text};
use crate::tui::form::{Ask, Field, Form, Wrong};
use crate::tui::model::{Mark, Model};
use crate::tui::theme::{Theme, sign};

const fn asked(ask: Ask) -> Asked {
    match ask {
        Ask::Request => Asked::Request,
        Ask::Approve(_) => Asked::Approve,
        Ask::Reject(_) => Asked::Reject,
        Ask::Extend(_) => Asked::Extend,
        Ask::Close(_) => Asked::Close,
        Ask::Override => Asked::Override,
        Ask::Ratify(_) => Asked::Ratify,
        Ask::Shift(_) => Asked::Shift,
        Ask::OpenAudit => Asked::OpenAudit,
        Ask::Recount(_) => Asked::Recount,
        Ask::CloseAudit(_) => Asked::CloseAudit,
    }
}

const fn blank(field: Field) -> Blank {
    match field {
        Field::Purpose => Blank::Purpose,
        Field::Until => Blank::Until,
        Field::Media => Blank::Media,
        Field::To => Blank::To,
        Field::Text => Blank::Text,
        Field::Work => Blank::Work,
        Field::Why => Blank::Why,
        Field::Missing => Blank::Missing,
        Field::Badge => Blank::Badge,
        Field::Pin => Blank::Pin,
        Field::OwnPin => Blank::OwnPin,
        Field::With => Blank::With,
        Field::Place => Blank::Place,
        Field::Next => Blank::Next,
        Field::NextPin => Blank::NextPin,
    }
}

pub(super) fn draw(model: &Model, form: &Form, frame: &mut Frame<'_>, area: Rect) {
    let said = |text| model.voice.text(&Text::Orders(text));
    let order = match form.ask {
        Ask::Approve(order) | Ask::Reject(order) | Ask::Extend(order) | Ask::Close(order) => {
            format!(" #{order}")
        }
        Ask::Ratify(_) => {
            model.medium.as_ref().map_or_else(String::new, |page| format!(" {}", page.medium.barcode))
        }
        Ask::Request | Ask::Override | Ask::Shift(_) | Ask::OpenAudit => String::new(),
        Ask::Recount(audit) | Ask::CloseAudit(audit) => format!(" {audit}"),
    };
    let width = area.width.min(78);
    let room = usize::from(width.saturating_sub(2));
    let open: Vec<String> =
        open(model, form).iter().flat_map(|line| super::fit::wrapped(line, room)).collect();
    let rows = u16::try_from(2 * form.lines.len() + 2 + open.len()).unwrap_or(u16::MAX);
    let height = rows.saturating_add(2).min(area.height);
    frame.render_widget(Clear, Rect { height, ..area });
    let area = Rect { x: area.x + (area.width - width) / 2, width, height, ..area };
    let title = format!(" {}{order} ", said(Orders::AskTitle(asked(form.ask))));
    let block = Block::bordered().title(title).title_bottom(format!(" {} ", said(Orders::FormKeys)));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    // Where there is little room, what is open comes first, and only the line that is filled in is shown.
    let fields = u16::try_from(2 * form.lines.len()).unwrap_or(u16::MAX);
    let left = inside.height.saturating_sub(2 + u16::try_from(open.len()).unwrap_or(u16::MAX));
    let fields = if open.is_empty() { fields } else { fields.min(left.max(2)) };
    let [above, middle, below] =
        Layout::vertical([Constraint::Min(0), Constraint::Length(fields), Constraint::Length(2)])
            .areas(inside);
    draw_open(model, (&open, form.top), frame, above);
    draw_lines(model, form, frame, middle);
    draw_wrong(model, form, frame, below);
}

/// As many lines of what is open as there is room for, from the first that has not been turned over; the last row
/// tells how many follow or went before.
fn draw_open(model: &Model, (open, top): (&[String], usize), frame: &mut Frame<'_>, area: Rect) {
    let most = usize::from(area.height);
    let all = open.len() <= most;
    let shown = if all { most } else { most.saturating_sub(1) };
    let top = top.min(open.len().saturating_sub(shown));
    let mut lines: Vec<Line<'_>> =
        open.iter().skip(top).take(shown).map(|line| Line::raw(line.as_str())).collect();
    if !all {
        let (from, to) = (top + 1, top + lines.len());
        let text = Orders::Turn { from, to, of: open.len() };
        lines.push(Line::styled(model.voice.text(&Text::Orders(text)), Theme::strong()));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

fn draw_lines(model: &Model, form: &Form, frame: &mut Frame<'_>, area: Rect) {
    let said = |text| model.voice.text(&Text::Orders(text));
    let room = usize::from(area.width).saturating_sub(4);
    let mut lines = Vec::new();
    for (at, (field, text)) in form.lines.iter().enumerate() {
        let here = at == form.at;
        let style = if here { Theme::bar() } else { Theme::strong() };
        let hint = if !here {
            String::new()
        } else if *field == Field::Purpose {
            format!("  {}", model.status.purposes)
        } else {
            format!("  {}", said(Orders::BlankHint(blank(*field))))
        };
        let name = format!(" {} ", said(Orders::Blank(blank(*field))));
        let hint = fit(&hint, usize::from(area.width).saturating_sub(name.width()));
        lines.push(Line::from(vec![Span::styled(name, style), Span::raw(hint)]));
        let shown = if field.is_secret() { "•".repeat(text.chars().count()) } else { text.clone() };
        let text = format!("{shown}{}", if here { "_" } else { "" });
        lines.push(Line::raw(format!("   {}", tail(&text, room))));
    }
    // On a small terminal the line that is filled in stays in sight.
    let skip = (2 * form.at + 2).saturating_sub(usize::from(area.height));
    frame.render_widget(Paragraph::new(lines.into_iter().skip(skip).collect::<Vec<_>>()), area);
}

fn draw_wrong(model: &Model, form: &Form, frame: &mut Frame<'_>, area: Rect) {
    let said = |text| model.voice.text(&Text::Orders(text));
    let name = |field| said(Orders::Blank(blank(field)));
    let text = match &form.wrong {
        None => return,
        Some(Wrong::Empty(field)) => said(Orders::NothingFilled { line: &name(*field) }),
        Some(Wrong::Moment(value)) => model.voice.text(&Text::BadMoment { value }),
        Some(Wrong::Name(field, value)) => said(Orders::NotAName { line: &name(*field), value }),
        Some(Wrong::Pin) => {
            let (least, most) = crate::app::DIGITS;
            model.voice.text(&Text::BadPin { least, most })
        }
        Some(Wrong::Said(text)) => text.clone(),
    };
    let text = format!("{} {text}", sign(Mark::Refused));
    frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: true }), area);
}

/// What is open at the end of a shift: in numbers, then every order and every medium outside, the most urgent
/// first.
fn open(model: &Model, form: &Form) -> Vec<String> {
    let Ask::Shift(Some(open)) = form.ask else { return Vec::new() };
    let mut lines = vec![model.voice.text(&Text::Orders(Orders::ShiftList(open)))];
    lines.extend(model.orders.list.rows.iter().filter(|view| view.order.is_open()).map(|view| {
        let state = Orders::State { state: view.order.state, over: view.over };
        let state = model.voice.text(&Text::Orders(state));
        let until = model.voice.time(view.order.until);
        let counts = model.voice.text(&Text::Orders(Orders::Counts(view.counts)));
        format!("#{} {state} – {until}: {counts}", view.order.id)
    }));
    lines.extend(model.board.page.media.iter().map(|medium| {
        let flag = medium.gravest().map_or_else(String::new, |flag| flag.kind.to_string());
        let place = medium.place.as_ref().map(ToString::to_string);
        let who = medium.custodian.as_ref().map(|who| who.badge.to_string());
        let state = model.voice.state(medium.state, medium.resident);
        format!("{}  {state} {}  {flag}", medium.barcode, who.or(place).unwrap_or_default())
    }));
    lines
}

//! The scan station.
//!
//! ```text
//! CHECK-IN   place V1-A   person B-1001
//!
//! OK K00001L9                                            <- large letters, on the answer's colour
//!   ✓  K00001L9 checked in to V1-A (entry 42)
//!
//! > K00002_
//! recorded 12   refused 1   scanned again 0
//! 18:00 ✓ K00001L9 checked in to V1-A (entry 42)
//! ```

use ratatui::Frame;
use ratatui::layout::{Alignment, Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Padding, Paragraph, Wrap};
use tui_big_text::{BigText, PixelSize};

use crate::app::station::Mode;
use crate::domain::names::{Badge, PlaceCode};
use crate::i18n::{Screens, Station, Text};
use crate::tui::model::{Mark, Model, ScanLine};
use crate::tui::theme::{Theme, sign};

pub(super) fn draw(model: &Model, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let tall = if area.height >= TALL { LARGE.0 } else { 1 };
    let [top, banner, hint, entry, counts, list] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(tall + 3),
        Constraint::Length(2),
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Min(1),
    ])
    .areas(area);
    settings(model, frame, top);
    answer(model, theme, frame, (banner, hint));
    let text = format!("> {}_", model.scan.wedge.text());
    frame.render_widget(Paragraph::new(super::tail(&text, usize::from(entry.width))), entry);
    counters(model, frame, counts);
    let lines = model.scan.lines.iter().filter(|line| model.scan.filter.is_none_or(|mark| mark == line.mark));
    let lines: Vec<Line<'_>> =
        lines.take(usize::from(list.height)).map(|line| row(model, theme, line)).collect();
    frame.render_widget(Paragraph::new(lines), list);
}

fn settings(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let (voice, scan) = (&model.voice, &model.scan);
    let none = voice.text(&Text::Screens(Screens::NotYet));
    let or_none = |text: Option<&str>| text.map_or_else(|| none.clone(), str::to_owned);
    let mode = voice.text(&Text::Station(Station::ModeName(scan.mode)));
    let person = or_none(scan.person.as_ref().map(Badge::as_str));
    let mut spans = vec![
        Span::styled(format!(" {mode} "), Theme::bar()),
        Span::raw(format!("  {}", voice.text(&Text::Screens(Screens::Person(&person))))),
    ];
    if scan.mode.needs_place() {
        let place = or_none(scan.place.as_ref().map(PlaceCode::as_str));
        spans.push(Span::raw(format!("  {}", voice.text(&Text::Screens(Screens::Place(&place))))));
    }
    if scan.mode == Mode::HandOver {
        let to = or_none(scan.recipient.as_ref().map(Badge::as_str));
        spans.push(Span::raw(format!("  {}", voice.text(&Text::Screens(Screens::Recipient(&to))))));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

/// The rows of the large letters, and the columns of each.
const LARGE: (u16, usize) = (4, 4);
/// The least height of the screen that has room for them.
const TALL: u16 = 20;

/// What is written large: the sign as a word, and what the answer is about. None where it would not fit; the
/// sentence below it says all.
fn large(line: &ScanLine, area: Rect) -> Option<String> {
    let sign = match line.mark {
        Mark::Done => "OK ",
        Mark::Refused => "NO ",
        Mark::Again => "! ",
        Mark::Set => "",
    };
    let text = format!("{sign}{}", line.about);
    let fits = text.is_ascii() && (text.len() + 1) * LARGE.1 <= usize::from(area.width);
    (fits && area.height > LARGE.0 && !text.is_empty()).then_some(text)
}

fn answer(model: &Model, theme: Theme, frame: &mut Frame<'_>, (banner, hint): (Rect, Rect)) {
    let Some(last) = model.scan.lines.front() else {
        let text = model.voice.text(&Text::Screens(Screens::Ready));
        let block = Block::new().padding(Padding::top(1));
        frame.render_widget(Paragraph::new(text).alignment(Alignment::Center).block(block), banner);
        if let Some(needed) = needed(model) {
            let text = format!("→ {}", model.voice.text(&Text::Station(needed)));
            frame.render_widget(Paragraph::new(text).alignment(Alignment::Center), hint);
        }
        return;
    };
    let (style, side) = (theme.banner(last.mark), Padding::horizontal(2));
    frame.render_widget(Block::new().style(style), banner);
    let mut said = Rect { y: banner.y + 1, height: banner.height.saturating_sub(1), ..banner };
    if let Some(text) = large(last, banner) {
        let area = Rect { x: banner.x + 2, width: banner.width.saturating_sub(2), height: LARGE.0, ..banner };
        let mut letters = BigText::builder();
        letters.pixel_size(PixelSize::Quadrant).lines([Line::raw(text)]).style(style);
        frame.render_widget(letters.build(), area);
        said = Rect { y: banner.y + LARGE.0, height: banner.height - LARGE.0, ..banner };
    }
    let text = format!("{}  {}", sign(last.mark), last.text);
    let block = Block::new().padding(side).style(style);
    frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: true }).block(block), said);
    if let Some(next) = &last.hint {
        frame.render_widget(Paragraph::new(format!("→ {next}")).wrap(Wrap { trim: true }), hint);
    }
}

/// What must be scanned before any medium.
fn needed(model: &Model) -> Option<Station<'static>> {
    let scan = &model.scan;
    if scan.person.is_none() {
        return Some(Station::NeedPerson);
    }
    if scan.mode == Mode::HandOver && scan.recipient.is_none() {
        return Some(Station::NeedRecipient);
    }
    (scan.mode.needs_place() && scan.place.is_none()).then_some(Station::NeedPlace(scan.mode))
}

fn counters(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let [recorded, refused, again] = model.scan.counts;
    let mut text = model.voice.text(&Text::Screens(Screens::Counts { recorded, refused, again }));
    if model.scan.waiting > 0 {
        let waiting = model.voice.text(&Text::Screens(Screens::Waiting(model.scan.waiting)));
        text = format!("{text}   {waiting}");
    }
    if let Some(mark) = model.scan.filter {
        text = format!("{text}   [{}]", sign(mark));
    }
    frame.render_widget(Paragraph::new(text).style(Theme::strong()), area);
}

fn row<'a>(model: &Model, theme: Theme, line: &'a ScanLine) -> Line<'a> {
    // The hour and minute of the reader's own clock: characters 11 to 16 of a moment as it is shown.
    let time: String = model.voice.time(line.at).chars().skip(11).take(5).collect();
    let sign = Span::styled(sign(line.mark), theme.mark(line.mark));
    Line::from(vec![Span::raw(time), Span::raw(" "), sign, Span::raw(" "), Span::raw(line.text.as_str())])
}

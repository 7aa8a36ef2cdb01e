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

use super::count;
use super::fit::{fit, tail};
use crate::app::DIGITS;
use crate::app::station::Mode;
use crate::domain::names::{Badge, PlaceCode};
use crate::i18n::{Orders, Screens, Station, Text};
use crate::tui::model::{Mark, Model, ScanLine};
use crate::tui::theme::{Theme, sign};

pub(super) fn draw(model: &Model, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let tall = if area.height >= TALL { LARGE.0 } else { 1 };
    let audit = model.scan.mode == Mode::Audit;
    let rows = |rows: u16| if audit { rows } else { 0 };
    let [top, place, banner, hint, entry, counts, who, list] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(rows(count::place_rows(area.height >= TALL))),
        Constraint::Length(tall + 3),
        Constraint::Length(2),
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(rows(1)),
        Constraint::Min(1),
    ])
    .areas(area);
    settings(model, frame, top);
    if audit {
        count::place(model, frame, place);
        count::counters(model, frame, who);
    }
    answer(model, theme, frame, (banner, hint));
    let text = format!("> {}_", entered(model));
    frame.render_widget(Paragraph::new(tail(&text, usize::from(entry.width))), entry);
    counters(model, frame, counts);
    let lines = model.scan.lines.iter().filter(|line| model.scan.filter.is_none_or(|mark| mark == line.mark));
    let lines: Vec<Line<'_>> =
        lines.take(usize::from(list.height)).map(|line| row(model, theme, line, list.width)).collect();
    frame.render_widget(Paragraph::new(lines), list);
}

/// What stands in the entry line. Digits after a badge may be a PIN, and are not shown.
fn entered(model: &Model) -> String {
    let text = model.scan.wedge.text();
    let (_, most) = DIGITS;
    let letters = text.chars().count();
    let hidden = model.scan.after_badge && letters <= most && text.chars().all(char::is_numeric);
    if hidden { "•".repeat(letters) } else { text }
}

fn settings(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let (voice, scan) = (&model.voice, &model.scan);
    let none = voice.text(&Text::Screens(Screens::NotYet));
    let or_none = |text: Option<&str>| text.map_or_else(|| none.clone(), str::to_owned);
    let mode = voice.text(&Text::Station(Station::ModeName(scan.mode)));
    let person = or_none(scan.person.as_ref().map(Badge::as_str));
    let mut parts = vec![voice.text(&Text::Screens(Screens::Person(&person)))];
    if scan.mode.needs_place() {
        let place = or_none(scan.place.as_ref().map(PlaceCode::as_str));
        parts.push(voice.text(&Text::Screens(Screens::Place(&place))));
    }
    if scan.mode == Mode::HandOver {
        let to = or_none(scan.recipient.as_ref().map(Badge::as_str));
        parts.push(voice.text(&Text::Screens(Screens::Recipient(&to))));
    }
    if scan.mode == Mode::CheckOut {
        parts.extend(scan.order.map(|order| voice.text(&Text::Orders(Orders::Under { order }))));
        parts.extend(scan.without.then(|| voice.text(&Text::Orders(Orders::WithoutOrder))));
    }
    if let Some(witness) = &scan.witness {
        parts.push(voice.text(&Text::Orders(Orders::WithWitness(witness.as_str()))));
    }
    let mode = Span::styled(format!(" {mode} "), Theme::bar());
    let room = usize::from(area.width).saturating_sub(mode.width() + 2);
    let line = vec![mode, Span::raw("  "), Span::raw(fit(&parts.join("  "), room))];
    frame.render_widget(Paragraph::new(Line::from(line)), area);
}

/// The rows of the large letters, and the columns of each.
const LARGE: (u16, usize) = (4, 4);
/// The least height of the screen that has room for them.
const TALL: u16 = 20;

/// What is written large: the sign as a word, and what the answer is about where that fits. The sentence below
/// it says all.
fn large(line: &ScanLine, area: Rect) -> Option<String> {
    let sign = match line.mark {
        Mark::Done => "OK ",
        Mark::Refused => "NO ",
        Mark::Again => "! ",
        Mark::Set => "",
    };
    let fits = |text: &str| text.is_ascii() && (text.len() + 1) * LARGE.1 <= usize::from(area.width);
    let all = [format!("{sign}{}", line.about), sign.to_owned()];
    let text = all.into_iter().find(|text| fits(text)).filter(|text| !text.trim().is_empty());
    text.filter(|_| area.height > LARGE.0)
}

fn answer(model: &Model, theme: Theme, frame: &mut Frame<'_>, (banner, hint): (Rect, Rect)) {
    // An answer that is late must not look like the answer to the last scan.
    let late = (model.scan.late && model.scan.waiting > 0).then(|| ScanLine {
        at: model.now,
        mark: Mark::Again,
        text: model.voice.text(&Text::Station(Station::Late)),
        hint: None,
        about: String::new(),
    });
    // While nobody stands here, the screen asks who does; a refusal or a question is still answered.
    let nobody = model.scan.person.is_none() && late.is_none() && model.status.size > 0;
    let last = late.as_ref().or(model.scan.lines.front());
    if nobody && last.is_none_or(|last| last.mark == Mark::Set || last.mark == Mark::Done) {
        sign_on(model, frame, (banner, hint));
        return;
    }
    let Some(last) = last else {
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
        // By itself: a sentence in Japanese is one long word, which after the arrow would begin on the next line.
        let [arrow, words] = Layout::horizontal([Constraint::Length(2), Constraint::Min(0)]).areas(hint);
        frame.render_widget("→", arrow);
        frame.render_widget(Paragraph::new(next.as_str()).wrap(Wrap { trim: true }), words);
    }
}

/// Asks who stands here, large enough for somebody with gloves and a badge in hand.
fn sign_on(model: &Model, frame: &mut Frame<'_>, (banner, hint): (Rect, Rect)) {
    let text = model.voice.text(&Text::Orders(Orders::SignOn));
    if banner.height > LARGE.0 {
        let area = Rect { x: banner.x + 2, width: banner.width.saturating_sub(2), height: LARGE.0, ..banner };
        let mut letters = BigText::builder();
        letters.pixel_size(PixelSize::Quadrant).lines([Line::raw(text)]);
        frame.render_widget(letters.build(), area);
    } else {
        frame.render_widget(Paragraph::new(text).style(Theme::strong()).alignment(Alignment::Center), banner);
    }
    let text = format!("→ {}", model.voice.text(&Text::Station(Station::NeedPerson)));
    frame.render_widget(Paragraph::new(text).alignment(Alignment::Center), hint);
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
    let counted = count::progress(model).filter(|_| model.scan.mode == Mode::Audit);
    let own = || model.voice.text(&Text::Screens(Screens::Counts { recorded, refused, again }));
    let mut text = counted.unwrap_or_else(own);
    if model.scan.waiting > 0 {
        let waiting = model.voice.text(&Text::Screens(Screens::Waiting(model.scan.waiting)));
        text = format!("{text}   {waiting}");
    }
    if let Some(mark) = model.scan.filter {
        text = format!("{text}   [{}]", sign(mark));
    }
    frame.render_widget(Paragraph::new(text).style(Theme::strong()), area);
}

fn row(model: &Model, theme: Theme, line: &ScanLine, columns: u16) -> Line<'static> {
    // The hour and minute of the reader's own clock: characters 11 to 16 of a moment as it is shown.
    let time: String = model.voice.time(line.at).chars().skip(11).take(5).collect();
    let text = fit(&line.text, usize::from(columns).saturating_sub(8));
    let sign = Span::styled(sign(line.mark), theme.mark(line.mark));
    Line::from(vec![Span::raw(time), Span::raw(" "), sign, Span::raw(" "), Span::raw(text)])
}

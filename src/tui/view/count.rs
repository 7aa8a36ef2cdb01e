//! The scan screen in a count, made for walking along shelves: the place in large letters, how much was read, and
//! who else is counting. What is expected is nowhere in it.
//!
//! ```text
//! AUDIT   person B-2001   place V1-A
//! V1-A                                                   <- large letters
//! OK K00001L9                                            <- large letters, on the answer's colour
//! 12 here   340 read by all counters   3 of 40 places
//! B-2001  210  18:00     B-2002  130  17:58
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use tui_big_text::{BigText, PixelSize};

use super::fit::fit;
use crate::app::Counting;
use crate::domain::names::{Badge, PlaceCode};
use crate::i18n::{Audits, Text};
use crate::tui::model::Model;
use crate::tui::theme::Theme;

/// The rows of the large letters, and the columns of each.
const LARGE: (u16, usize) = (4, 4);

/// The rows that the place takes.
pub(super) const fn place_rows(tall: bool) -> u16 {
    if tall { LARGE.0 } else { 1 }
}

fn say(model: &Model, text: Audits<'_>) -> String {
    model.voice.text(&Text::Audits(text))
}

/// The place that is being counted.
pub(super) fn place(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let scanned = model.scan.place.as_ref().filter(|_| model.scan.audit.is_some());
    let Some(place) = scanned else {
        let none = model.counting.is_none() && model.scan.audit.is_none();
        let text = if none { Audits::NoneOpen } else { Audits::ScanPlace };
        let text = format!("→ {}", say(model, text));
        frame.render_widget(Paragraph::new(fit(&text, usize::from(area.width))).style(Theme::strong()), area);
        return;
    };
    if area.height >= LARGE.0 && (place.as_str().len() + 1) * LARGE.1 <= usize::from(area.width) {
        let mut letters = BigText::builder();
        letters.pixel_size(PixelSize::Quadrant).lines([Line::raw(place.to_string())]).style(Theme::strong());
        frame.render_widget(letters.build(), area);
    } else {
        frame.render_widget(Paragraph::new(place.to_string()).style(Theme::strong()), area);
    }
}

/// How many media were read at a place.
fn here(counting: &Counting, place: Option<&PlaceCode>) -> u64 {
    let own = |count: &&crate::app::PlaceCount| Some(&count.place) == place;
    counting.places.iter().find(own).map_or(0, |count| count.media)
}

/// What was read so far: here, in all, and in how many places.
pub(super) fn progress(model: &Model) -> Option<String> {
    let counting = model.counting.as_ref()?;
    let progress = counting.progress;
    let parts = [
        Audits::CountedHere { count: here(counting, model.scan.place.as_ref()) },
        Audits::CountedAll { count: counting.view.seen },
        Audits::PlacesDone { visited: progress.visited, places: progress.places },
    ];
    Some(parts.map(|part| say(model, part)).join("   "))
}

/// Who counts: badge, labels, and when the last of them was read.
pub(super) fn counters(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let Some(counting) = &model.counting else {
        let text = say(model, Audits::ScreenKeys);
        frame.render_widget(Paragraph::new(fit(&text, usize::from(area.width))), area);
        return;
    };
    let one = |counter: &crate::app::Counter| {
        let badge = counter.who.as_ref().map_or("–", |who| Badge::as_str(&who.badge));
        let time: String = model.voice.time(counter.last).chars().skip(11).take(5).collect();
        format!("{badge} {} {time}", counter.labels)
    };
    let all: Vec<String> = counting.counters.iter().map(one).collect();
    let text = if all.is_empty() { say(model, Audits::ScreenKeys) } else { all.join("   ") };
    frame.render_widget(Paragraph::new(fit(&text, usize::from(area.width))), area);
}

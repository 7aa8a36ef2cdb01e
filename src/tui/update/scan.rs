//! The scan screen: readings out, answers in, newest first and never reordered.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::station::{Answer, Order, Reading};
use crate::domain::event::How;
use crate::i18n::{Sentence, Station, Text};
use crate::tui::input::Terminator;
use crate::tui::message::Effect;
use crate::tui::model::{Dialog, MOST_LINES, Mark, Model, ScanLine};

pub(super) fn key(model: &mut Model, key: KeyEvent, at: u64) -> Vec<Effect> {
    let wedge = &mut model.scan.wedge;
    // On a raw terminal a line feed comes as Ctrl-J; no other control key is part of a label.
    let control = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    let read = if let KeyCode::Char(c) = key.code {
        if key.modifiers.contains(KeyModifiers::CONTROL) && c == 'j' {
            wedge.end(Terminator::Lf)
        } else {
            if !control {
                wedge.key(c, at);
            }
            None
        }
    } else if key.code == KeyCode::Enter {
        wedge.end(Terminator::Cr)
    } else if key.code == KeyCode::Tab {
        wedge.end(Terminator::Tab)
    } else {
        if key.code == KeyCode::Backspace {
            wedge.backspace();
        }
        None
    };
    send(model, read)
}

pub(super) fn tick(model: &mut Model, at: u64) -> Vec<Effect> {
    let read = model.scan.wedge.tick(at);
    send(model, read)
}

fn send(model: &mut Model, read: Option<(String, How)>) -> Vec<Effect> {
    let Some((text, how)) = read else { return Vec::new() };
    model.scan.waiting += 1;
    vec![Effect::Station(Order::Read(Reading { text, how, at: model.now }))]
}

/// Each pasted line is a reading of its own, and no scan.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    let lines = text.split(['\n', '\r', '\t']).filter(|line| !line.trim().is_empty());
    let effects: Vec<Effect> = lines
        .map(|line| Reading { text: line.to_owned(), how: How::Pasted, at: model.now })
        .map(|reading| Effect::Station(Order::Read(reading)))
        .collect();
    model.scan.waiting += u64::try_from(effects.len()).unwrap_or(u64::MAX);
    effects
}

pub(super) fn answer(model: &mut Model, answer: &Answer) -> Vec<Effect> {
    let scan = &mut model.scan;
    scan.waiting = scan.waiting.saturating_sub(1);
    let station = |text: Station<'_>| Sentence { what: model.voice.text(&Text::Station(text)), hint: None };
    let (mark, sentence) = match answer {
        Answer::Bounce => return Vec::new(),
        Answer::Present(badge) => {
            scan.person = Some(badge.clone());
            return Vec::new();
        }
        Answer::PinWanted(badge) => {
            model.dialog = Some(Dialog::Pin { badge: badge.clone(), text: String::new() });
            return Vec::new();
        }
        Answer::PinRefused(_, refusal) => (Mark::Refused, model.voice.refusal(refusal)),
        Answer::Mode(mode) => {
            (scan.mode, scan.recipient) = (*mode, None);
            (Mark::Set, station(Station::ModeSet(*mode)))
        }
        Answer::Place(place) => {
            scan.place = Some(place.clone());
            (Mark::Set, station(Station::PlaceSet(place.as_str())))
        }
        Answer::Person(badge) => {
            scan.person = Some(badge.clone());
            (Mark::Set, station(Station::PersonSet(badge.as_str())))
        }
        Answer::Recipient(badge) => {
            scan.recipient = Some(badge.clone());
            (Mark::Set, station(Station::RecipientSet(badge.as_str())))
        }
        Answer::Done { barcode, verb, seq, under } => {
            let what = model.voice.text(&Text::Done { verb, barcode, seq: *seq, under: *under });
            (Mark::Done, Sentence { what, hint: None })
        }
        Answer::Refused { shown, refusal } => {
            let sentence = model.voice.refusal(refusal);
            let named = !shown.is_empty() && sentence.what.contains(shown.as_str());
            let what = if named { sentence.what } else { format!("{shown}: {}", sentence.what) };
            (Mark::Refused, Sentence { what, hint: sentence.hint })
        }
        Answer::Already { barcode, seq } => {
            (Mark::Again, station(Station::Already { barcode: barcode.as_str(), seq: *seq }))
        }
        Answer::TwoLabels { shown } => (Mark::Refused, station(Station::TwoLabels(shown))),
        Answer::Forgotten => {
            (scan.person, scan.recipient) = (None, None);
            let minutes = model.status.idle_lock_minutes;
            (Mark::Set, station(Station::Forgotten(minutes)))
        }
        Answer::NeedPerson => (Mark::Again, station(Station::NeedPerson)),
        Answer::NeedPlace(mode) => (Mark::Again, station(Station::NeedPlace(*mode))),
        Answer::NeedRecipient => (Mark::Again, station(Station::NeedRecipient)),
        Answer::NothingToUndo => (Mark::Again, station(Station::NothingToUndo)),
    };
    let Sentence { what: text, hint } = sentence;
    let scan = &mut model.scan;
    if let Some(count) = count_of(mark, answer).and_then(|index| scan.counts.get_mut(index)) {
        *count += 1;
    }
    let about = about(answer);
    scan.lines.push_front(ScanLine { at: model.now, mark, text, hint, about });
    scan.lines.truncate(MOST_LINES);
    model.stale |= matches!(mark, Mark::Done | Mark::Refused);
    if matches!(mark, Mark::Refused | Mark::Again) { vec![Effect::Bell] } else { Vec::new() }
}

/// A reading that could not be recorded stands in the list like a refused one: the tape is to be scanned again.
pub(super) fn unrecorded(model: &mut Model, label: &str, why: Sentence) -> Vec<Effect> {
    let text = model.voice.text(&Text::Station(Station::Unrecorded { label, why: &why.what }));
    let scan = &mut model.scan;
    scan.waiting = scan.waiting.saturating_sub(1);
    let [_, refused, _] = &mut scan.counts;
    *refused += 1;
    let line = ScanLine { at: model.now, mark: Mark::Refused, text, hint: why.hint, about: label.to_owned() };
    scan.lines.push_front(line);
    scan.lines.truncate(MOST_LINES);
    vec![Effect::Bell]
}

/// What an answer is about, in the letters of a label.
fn about(answer: &Answer) -> String {
    match answer {
        Answer::Mode(mode) => mode.word().to_uppercase(),
        Answer::Place(place) => place.to_string(),
        Answer::Person(badge) | Answer::Recipient(badge) | Answer::PinRefused(badge, _) => badge.to_string(),
        Answer::Done { barcode, .. } | Answer::Already { barcode, .. } => barcode.to_string(),
        Answer::Refused { shown, .. } | Answer::TwoLabels { shown } => shown.clone(),
        Answer::Bounce
        | Answer::Present(_)
        | Answer::PinWanted(_)
        | Answer::Forgotten
        | Answer::NeedPerson
        | Answer::NeedPlace(_)
        | Answer::NeedRecipient
        | Answer::NothingToUndo => String::new(),
    }
}

/// Which counter an answer moves: recorded, refused, scanned again.
const fn count_of(mark: Mark, answer: &Answer) -> Option<usize> {
    match (mark, answer) {
        (Mark::Done, _) => Some(0),
        (Mark::Refused, _) => Some(1),
        (_, Answer::Already { .. }) => Some(2),
        _ => None,
    }
}

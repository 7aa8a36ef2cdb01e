//! The scan screen: readings out, answers in, newest first and never reordered.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::gate;
use crate::app::Verb;
use crate::app::station::{Answer, Mode, ORDER_LABEL, Order, Reading};
use crate::domain::event::How;
use crate::domain::names::Badge;
use crate::domain::refusal::Refusal;
use crate::i18n::{Sentence, Station, Text};
use crate::tui::message::Effect;
use crate::tui::model::{Dialog, MOST_LINES, Mark, Model, ScanLine};

/// Up to so many media a count is told anew after each reading.
const QUICK: u64 = 5000;

pub(super) fn key(model: &mut Model, key: KeyEvent, at: u64) -> Vec<Effect> {
    let wedge = &mut model.scan.wedge;
    // No control key is part of a label.
    let control = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    let read = if let Some(terminator) = gate::terminator(key) {
        wedge.end(terminator)
    } else {
        if key.code == KeyCode::Backspace {
            wedge.backspace();
        } else if let KeyCode::Char(c) = key.code
            && !control
        {
            wedge.key(c, at);
        }
        None
    };
    send(model, read)
}

pub(super) fn tick(model: &mut Model, at: u64) -> Vec<Effect> {
    // While a PIN is asked for, the rest of a burst may still go there: then it is refused as a whole.
    if matches!(model.dialog, Some(Dialog::Pin { .. })) && model.gate.due().is_some() {
        return Vec::new();
    }
    let read = model.scan.wedge.tick(at);
    send(model, read)
}

fn send(model: &mut Model, read: Option<(String, How)>) -> Vec<Effect> {
    let Some((text, how)) = read else { return Vec::new() };
    model.sent(1);
    vec![Effect::Station(Order::Read(Reading { text, how, at: model.now }))]
}

/// Each pasted line is a reading of its own, and no scan.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    let lines = text.split(['\n', '\r', '\t']).filter(|line| !line.trim().is_empty());
    let effects: Vec<Effect> = lines
        .map(|line| Reading { text: line.to_owned(), how: How::Pasted, at: model.now })
        .map(|reading| Effect::Station(Order::Read(reading)))
        .collect();
    model.sent(u64::try_from(effects.len()).unwrap_or(u64::MAX));
    effects
}

pub(super) fn answer(model: &mut Model, answer: &Answer) -> Vec<Effect> {
    if matches!(answer, Answer::Bounce | Answer::Present(_)) {
        return Vec::new();
    }
    if let Answer::PinWanted(badge) = answer {
        ask_pin(model, badge);
        return Vec::new();
    }
    if let Answer::Mode(mode) = answer {
        model.scan.mode = *mode;
    }
    if matches!(answer, Answer::Order(_) | Answer::Override) {
        model.scan.mode = Mode::CheckOut;
    }
    let (mark, sentence) = told(model, answer);
    if let Answer::PinRefused(badge, refusal) = answer
        && matches!(**refusal, Refusal::PinWrong { locked: None, .. })
    {
        ask_pin(model, badge);
        model.notice = Some((mark, sentence.what.clone()));
    }
    if let Some(count) = count_of(mark, answer).and_then(|index| model.scan.counts.get_mut(index)) {
        *count += 1;
    }
    model.stale |= matches!(mark, Mark::Done | Mark::Refused);
    list(model, mark, sentence, about(answer));
    let mut effects = counting(model, answer);
    if matches!(mark, Mark::Refused | Mark::Again) {
        effects.push(Effect::Bell);
    }
    effects
}

/// How far the count has come is asked again where an answer has changed it, while that is quickly told; a large
/// one is told once a second.
fn counting(model: &Model, answer: &Answer) -> Vec<Effect> {
    let quick = model.counting.as_ref().is_none_or(|counting| counting.view.seen < QUICK);
    let set = matches!(answer, Answer::Mode(_) | Answer::Place(_) | Answer::NoAudit(_));
    let changes = set || (quick && matches!(answer, Answer::Done { .. }));
    if model.scan.mode == Mode::Audit && changes {
        return vec![Effect::Counting(model.scan.audit)];
    }
    Vec::new()
}

/// Asks for a PIN. Digits that were typed before the question came are its beginning.
fn ask_pin(model: &mut Model, badge: &Badge) {
    let typed = model.scan.wedge.text();
    let digits = !typed.is_empty() && typed.chars().all(char::is_numeric);
    if digits {
        model.scan.wedge.clear();
    }
    let text = if digits { typed } else { String::new() };
    model.dialog = Some(Dialog::Pin { badge: badge.clone(), text });
}

/// The sort of an answer, and what is said.
fn told(model: &Model, answer: &Answer) -> (Mark, Sentence) {
    let say = |text: Station<'_>| Sentence { what: model.voice.text(&Text::Station(text)), hint: None };
    match answer {
        Answer::PinRefused(_, refusal) => (Mark::Refused, model.voice.refusal(refusal)),
        Answer::Mode(mode) => (Mark::Set, say(Station::ModeSet(*mode))),
        Answer::Place(place) => (Mark::Set, say(Station::PlaceSet(place.as_str()))),
        Answer::Person(badge) | Answer::Present(badge) | Answer::PinWanted(badge) => {
            (Mark::Set, say(Station::PersonSet(badge.as_str())))
        }
        Answer::SignedOn(badge) => (Mark::Set, say(Station::SignedOn(badge.as_str()))),
        Answer::Recipient(badge) => (Mark::Set, say(Station::RecipientSet(badge.as_str()))),
        Answer::WitnessWanted => (Mark::Set, say(Station::WitnessWanted)),
        Answer::Witness(badge) => (Mark::Set, say(Station::WitnessSet(badge.as_str()))),
        Answer::Order(order) => (Mark::Set, say(Station::OrderSet(*order))),
        Answer::Override => (Mark::Again, say(Station::OverrideSet)),
        Answer::ShiftOver(hours) => (Mark::Again, say(Station::ShiftOver(*hours))),
        Answer::Done { barcode, verb, seq, under } => {
            let what = model.voice.text(&Text::Done { verb, barcode, seq: *seq, under: *under });
            (Mark::Done, Sentence { what, hint: None })
        }
        Answer::Refused { shown, refusal, seq } => {
            let sentence = model.voice.scan_refused(refusal, *seq);
            let named = !shown.is_empty() && sentence.what.contains(shown.as_str());
            let what = if named { sentence.what } else { format!("{shown}: {}", sentence.what) };
            (Mark::Refused, Sentence { what, hint: sentence.hint })
        }
        Answer::Already { barcode, seq } => {
            (Mark::Again, say(Station::Already { barcode: barcode.as_str(), seq: *seq }))
        }
        Answer::CountedBefore { barcode } => (Mark::Again, say(Station::CountedBefore(barcode.as_str()))),
        Answer::NoAudit(place) => (Mark::Refused, say(Station::NoAudit(place.as_str()))),
        Answer::TwoLabels { shown } => (Mark::Refused, say(Station::TwoLabels(shown))),
        Answer::PinLike(digits) => (Mark::Again, say(Station::PinLike(&"•".repeat(*digits)))),
        Answer::Forgotten => (Mark::Set, say(Station::Forgotten(model.status.idle_lock_minutes))),
        Answer::NeedPerson => (Mark::Again, say(Station::NeedPerson)),
        Answer::NeedPlace(mode) => (Mark::Again, say(Station::NeedPlace(*mode))),
        Answer::NeedRecipient => (Mark::Again, say(Station::NeedRecipient)),
        Answer::NothingToUndo | Answer::Bounce => (Mark::Again, say(Station::NothingToUndo)),
    }
}

/// Puts a line on top of the list.
fn list(model: &mut Model, mark: Mark, sentence: Sentence, about: String) {
    let Sentence { what: text, hint } = sentence;
    model.scan.lines.push_front(ScanLine { at: model.now, mark, text, hint, about });
    model.scan.lines.truncate(MOST_LINES);
}

/// A reading that could not be recorded stands in the list like a refused one: the tape is to be scanned again.
pub(super) fn unrecorded(model: &mut Model, label: &str, why: Sentence) -> Vec<Effect> {
    let what = model.voice.text(&Text::Station(Station::Unrecorded { label, why: &why.what }));
    refused(model, label.to_owned(), Sentence { what, hint: why.hint });
    vec![Effect::Bell]
}

/// A reading that never came to the station stands in the list as refused.
pub(super) fn refused(model: &mut Model, label: String, sentence: Sentence) {
    let [_, refused, _] = &mut model.scan.counts;
    *refused += 1;
    list(model, Mark::Refused, sentence, label);
}

/// What an answer is about, in the letters of a label.
fn about(answer: &Answer) -> String {
    match answer {
        Answer::Mode(mode) => mode.word().to_uppercase(),
        Answer::Place(place) | Answer::NoAudit(place) => place.to_string(),
        Answer::Person(badge)
        | Answer::SignedOn(badge)
        | Answer::Recipient(badge)
        | Answer::Witness(badge)
        | Answer::PinRefused(badge, _) => badge.to_string(),
        Answer::Done { barcode, .. }
        | Answer::Already { barcode, .. }
        | Answer::CountedBefore { barcode } => barcode.to_string(),
        Answer::Refused { shown, .. } | Answer::TwoLabels { shown } => shown.clone(),
        Answer::Order(order) => format!("{ORDER_LABEL}{order}"),
        Answer::Bounce
        | Answer::WitnessWanted
        | Answer::Override
        | Answer::ShiftOver(_)
        | Answer::PinLike(_)
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
fn count_of(mark: Mark, answer: &Answer) -> Option<usize> {
    match (mark, answer) {
        // A step that was taken back is no tape more.
        (Mark::Done, Answer::Done { verb, .. }) if matches!(**verb, Verb::Void) => None,
        (Mark::Done, _) => Some(0),
        (Mark::Refused, _) => Some(1),
        (_, Answer::Already { .. } | Answer::CountedBefore { .. }) => Some(2),
        _ => None,
    }
}

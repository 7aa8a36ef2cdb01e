//! How the model changes: no IO, no clock, only messages in and effects out.

mod dialogs;
mod form;
mod gate;
mod keys;
mod lists;
mod scan;

use super::message::{Effect, Message};
use super::model::{Dialog, ESCAPED, LATE, Mark, Model, Screen};
use super::places::tree;
use crate::app::station::{Mode, Order};
use crate::app::{Error, Status};
use crate::domain::names::Badge;
use crate::domain::time::{MINUTE, Timestamp};
use crate::i18n::{Remark, Screens, Sentence, Text};

/// Milliseconds after which it is asked whether there are new entries, and after which all is read again.
const REFRESH: (i64, i64) = (1000, 15_000);

/// Changes the model by a message, and gives what it asks for, in order.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    match message {
        Message::Key(key, at) => return keys::key(model, key, at),
        Message::Paste(text) => return dialogs::paste(model, &text),
        Message::Tick(at, now) => return tick(model, at, now),
        Message::Resize(width, height) => model.size = (width, height),
        Message::Answer(answer, standing) => {
            model.answered(&standing);
            return scan::answer(model, &answer);
        }
        Message::Status(status) => take_status(model, *status),
        Message::Flags(flags) => model.flags = Some(flags),
        Message::Size(size) => {
            if size != model.status.size {
                return refresh(model);
            }
        }
        Message::Board(page, hours) => model.board.set(*page, hours),
        Message::Medium(page) => {
            model.entry = page.history.len().saturating_sub(1);
            model.medium = Some(*page);
        }
        Message::Found(wanted, media, rest) => {
            if let Some(Dialog::Search { text, found, more, selected }) = &mut model.dialog
                && *text == wanted
            {
                (*found, *more, *selected) = (media, rest, 0);
            }
        }
        Message::Log(part, rows) => lists::log(model, part, rows),
        Message::Counting(counting) => model.counting = counting.map(|counting| *counting),
        Message::Places(rows) => model.places.set(tree(&rows)),
        Message::Contents(place, window, media) => lists::contents(model, &place, &window, media),
        message @ (Message::Orders(_)
        | Message::Order(_)
        | Message::Open(_)
        | Message::Acted(..)
        | Message::Declined(..)) => return form::take(model, message),
        Message::Verifying(done, total) => model.verifying = Some((done, total)),
        Message::Verified(report) => (model.verifying, model.report) = (None, Some(*report)),
        Message::Founded(badge) => return founded(model, badge),
        Message::Exported(path) => {
            let path = path.display().to_string();
            model.notice = Some((Mark::Done, model.voice.text(&Text::Screens(Screens::Exported(&path)))));
        }
        Message::Unwritten(path, error) => {
            let file = path.display().to_string();
            let text = Text::Screens(Screens::Unwritten { file: &file, error: &error });
            return failed(model, model.voice.text(&text));
        }
        Message::Unrecorded(label, error, standing) => {
            model.answered(&standing);
            let why = sentence(model, &error);
            return scan::unrecorded(model, &label, why);
        }
        Message::Failed(error) => {
            let what = sentence(model, &error).what;
            model.verifying = None;
            if let Some(setup) = &mut model.setup {
                setup.sent = false;
            }
            return failed(model, what);
        }
    }
    Vec::new()
}

/// Takes the header's facts. That nothing can be recorded here is said before anybody scans for nothing, and that the clock
/// is wrong before it dates anything.
fn take_status(model: &mut Model, status: Status) {
    if status.read_only && !model.status.read_only {
        model.notice = Some((Mark::Refused, model.voice.text(&Text::Remark(Remark::OnlyRead))));
    }
    if let Some(ahead) = status.ahead.as_ref().filter(|_| model.status.ahead.is_none()) {
        model.notice = Some((Mark::Refused, model.voice.refusal(ahead).what));
    }
    if let Some(behind) = status.behind.filter(|_| model.status.behind.is_none()) {
        model.notice = Some((Mark::Again, model.voice.behind(behind)));
    }
    model.status = status;
}

/// Why something could not be done.
fn sentence(model: &Model, error: &Error) -> Sentence {
    match error {
        Error::Trouble(trouble) => model.voice.trouble(trouble),
        Error::Refused(refusal) => model.voice.refusal(refusal),
        Error::NoRandomness => Sentence { what: model.voice.text(&Text::NoRandomness), hint: None },
    }
}

fn failed(model: &mut Model, what: String) -> Vec<Effect> {
    let again = model.notice.as_ref().is_some_and(|(_, said)| *said == what);
    model.notice = Some((Mark::Refused, what));
    // What goes wrong every second rings once.
    if again { Vec::new() } else { vec![Effect::Bell] }
}

/// What a screen begins with; perhaps somebody stands before the station by what the environment says.
pub fn present(model: &mut Model, badge: Option<Badge>) -> Vec<Effect> {
    let mut effects = vec![Effect::Status];
    if let Some(badge) = badge {
        model.sent(1);
        effects.push(Effect::Station(Order::Badge(badge)));
    }
    // What takes longest comes last, so that the first frame need not wait for it.
    effects.push(Effect::Flags);
    effects
}

fn founded(model: &mut Model, badge: Badge) -> Vec<Effect> {
    model.setup = None;
    model.scan.person = Some(badge);
    model.screen = Screen::Scan;
    vec![Effect::Status, Effect::Flags]
}

/// What a screen needs to be read when it is shown.
#[must_use]
pub fn needs(model: &Model) -> Option<Effect> {
    match model.screen {
        Screen::Scan if model.scan.mode == Mode::Audit => Some(Effect::Counting(model.scan.audit)),
        Screen::Scan | Screen::Medium => None,
        Screen::Board => Some(Effect::Board),
        Screen::Ledger => (model.log.part == crate::app::Part::Newest).then_some(Effect::Log(model.log.part)),
        Screen::Places => Some(Effect::Places),
        Screen::Orders => Some(Effect::Orders(model.orders.all)),
    }
}

/// Everything that is shown, read again.
fn refresh(model: &mut Model) -> Vec<Effect> {
    (model.asked, model.stale) = (model.now, false);
    [Effect::Status, Effect::Flags].into_iter().chain(needs(model)).collect()
}

fn tick(model: &mut Model, at: u64, now: Timestamp) -> Vec<Effect> {
    (model.now, model.clock) = (now, at);
    if model.setup.is_some() {
        return Vec::new();
    }
    let mut effects = gate::settle(model, at);
    model.escaped = model.escaped.filter(|pressed| at.saturating_sub(*pressed) < ESCAPED);
    model.scan.late |= model.scan.waiting > 0 && at.saturating_sub(model.scan.since) >= LATE;
    effects.extend(scan::tick(model, at));
    effects.extend(lock(model, at));
    let waited = now.since(model.asked);
    // A clock that was set back must not stop the screen.
    if !(0..REFRESH.1).contains(&waited) || (model.stale && waited >= REFRESH.0) {
        effects.extend(refresh(model));
    } else if !(0..REFRESH.0).contains(&now.since(model.pulse)) {
        model.pulse = now;
        effects.push(Effect::Size);
    }
    effects
}

/// After the policy's time without a key the station forgets who stands before it.
fn lock(model: &mut Model, at: u64) -> Option<Effect> {
    let minutes = model.status.idle_lock_minutes;
    let idle = at.saturating_sub(model.touched);
    if model.scan.person.is_none() || minutes == 0 || idle < minutes.saturating_mul(MINUTE.unsigned_abs()) {
        return None;
    }
    (model.dialog, model.screen) = (None, Screen::Scan);
    model.scan.wedge.clear();
    drop(model.gate.take());
    (model.scan.person, model.escaped) = (None, None);
    model.sent(1);
    Some(Effect::Station(Order::Forget))
}

//! How the model changes: no IO, no clock, only messages in and effects out.

mod keys;
mod scan;

use super::message::{Effect, Message};
use super::model::{Dialog, Model, Screen};
use crate::app::{Error, PlaceView};
use crate::domain::names::PlaceId;
use crate::domain::time::Timestamp;
use crate::i18n::Text;

/// Milliseconds after which the header is read again when something was recorded, and when nothing was.
const REFRESH: (i64, i64) = (1000, 15_000);

/// Changes the model by a message, and gives what it asks for, in order.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    match message {
        Message::Key(key, at) => keys::key(model, key, at),
        Message::Paste(text) => scan::paste(model, &text),
        Message::Tick(at, now) => tick(model, at, now),
        Message::Resize(width, height) => {
            model.size = (width, height);
            Vec::new()
        }
        Message::Answer(answer) => scan::answer(model, &answer),
        Message::Status(status) => {
            model.status = *status;
            Vec::new()
        }
        Message::Board(rows) => {
            model.board.set(rows);
            Vec::new()
        }
        Message::Medium(page) => {
            model.medium = Some(*page);
            model.scroll = 0;
            Vec::new()
        }
        Message::Found(wanted, media) => {
            if let Some(Dialog::Search { text, found, selected }) = &mut model.dialog
                && *text == wanted
            {
                (*found, *selected) = (media, 0);
            }
            Vec::new()
        }
        Message::Tail(rows) => {
            let at_end = model.tail.selected + 1 >= model.tail.rows.len();
            model.tail.set(rows);
            if at_end {
                model.tail.selected = model.tail.rows.len().saturating_sub(1);
            }
            Vec::new()
        }
        Message::Places(rows) => {
            model.places.set(tree(&rows, None));
            Vec::new()
        }
        Message::Verifying(done, total) => {
            model.verifying = Some((done, total));
            Vec::new()
        }
        Message::Verified(report) => {
            (model.verifying, model.report) = (None, Some(*report));
            Vec::new()
        }
        Message::Failed(error) => {
            let what = match &*error {
                Error::Trouble(trouble) => model.voice.trouble(trouble).what,
                Error::Refused(refusal) => model.voice.refusal(refusal).what,
                Error::NoRandomness => model.voice.text(&Text::NoRandomness),
            };
            // A reading that was under way was not recorded, and the operator must see that.
            model.scan.waiting = 0;
            model.verifying = None;
            model.failure = Some(what);
            vec![Effect::Bell]
        }
    }
}

/// Places with what stands in each right after it.
fn tree(rows: &[PlaceView], parent: Option<PlaceId>) -> Vec<PlaceView> {
    let children = rows.iter().filter(|row| row.place.parent == parent && !row.place.retired);
    children.flat_map(|row| std::iter::once(row.clone()).chain(tree(rows, Some(row.place.id)))).collect()
}

/// What a screen needs to be read when it is shown.
pub(super) fn needs(screen: Screen) -> Option<Effect> {
    match screen {
        Screen::Scan | Screen::Medium => None,
        Screen::Board => Some(Effect::Board),
        Screen::Ledger => Some(Effect::Tail),
        Screen::Places => Some(Effect::Places),
    }
}

fn tick(model: &mut Model, at: u64, now: Timestamp) -> Vec<Effect> {
    model.now = now;
    let mut effects = scan::tick(model, at);
    let waited = now.since(model.asked);
    // A clock that was set back must not stop the screen.
    if waited < 0 || waited >= if model.stale { REFRESH.0 } else { REFRESH.1 } {
        (model.asked, model.stale) = (now, false);
        effects.push(Effect::Status);
        effects.extend(needs(model.screen));
    }
    effects
}

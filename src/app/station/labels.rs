//! What a reading names: a place, a badge, a command, a medium; or two of them at once.

use super::terms::{Mode, ORDER_LABEL, UNDO_LABEL};
use crate::app::session::{Error, Session};
use crate::app::views::MediumView;
use crate::domain::barcode::MAX_LENGTH;
use crate::domain::event::LabelTrouble;
use crate::domain::names::{Badge, OrderId, PlaceCode};
use crate::domain::refusal::Refusal;
use crate::domain::resolve::{barcode, label_trouble, read_label, resolve};
use crate::domain::rules::Stop;
use crate::domain::world::World;
use crate::store::View;

/// A label that sets something for the media after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) enum Setting {
    /// The place.
    Place(PlaceCode),
    /// Who acts, or who takes.
    Badge(Badge),
}

/// A command label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    /// Take the last step back.
    Undo,
    /// Set this mode.
    Mode(Mode),
    /// Take media out under this order.
    Order(OrderId),
}

/// The command that a label gives.
pub(super) fn command(text: &str) -> Option<Command> {
    let upper = text.to_uppercase();
    if upper == UNDO_LABEL {
        return Some(Command::Undo);
    }
    if let Some(number) = upper.strip_prefix(ORDER_LABEL) {
        return number.parse().ok().map(OrderId).map(Command::Order);
    }
    Mode::ALL.iter().find(|mode| mode.label() == upper).copied().map(Command::Mode)
}

/// A place or a badge, if that is what the text is; a medium's own barcode goes before both.
pub(in crate::app) fn setting(session: &Session, text: &str) -> Result<Option<Setting>, Error> {
    if text.len() > MAX_LENGTH {
        return Ok(None);
    }
    session.look(|view| {
        let label = read_label(text, view.policy()).ok().and_then(|label| barcode(&label).ok());
        let taken = match &label {
            Some(label) => view.holder(label)?.is_some(),
            None => false,
        };
        if taken { Ok(None) } else { set_by(view, text) }
    })
}

/// The badge that this text is, whatever else it may be.
pub(super) fn badge_of(session: &Session, text: &str) -> Result<Option<Badge>, Error> {
    let Ok(badge) = Badge::new(text) else { return Ok(None) };
    session.look(|view| Ok(view.person_by_badge(&badge)?.map(|person| person.badge)))
}

fn set_by(view: &View<'_>, text: &str) -> Result<Option<Setting>, Error> {
    // A wedge under caps lock, or a list that was typed, may have the letters of a code in the other case.
    for code in [text.to_owned(), text.to_uppercase()] {
        if let Ok(code) = PlaceCode::new(&code)
            && let Some(place) = view.place_by_code(&code)?.filter(|place| !place.retired)
        {
            return Ok(Some(Setting::Place(place.code)));
        }
    }
    let person = match Badge::new(text) {
        Ok(badge) => view.person_by_badge(&badge)?,
        Err(_) => None,
    };
    Ok(person.map(|person| Setting::Badge(person.badge)))
}

/// Whether a reading that names nothing is two labels that each name something: nothing ended the first.
pub(super) fn two_known(session: &Session, text: &str) -> Result<bool, Error> {
    if text.len() > 2 * MAX_LENGTH {
        return Ok(false);
    }
    session.look(|view| {
        for (at, _) in text.char_indices().skip(1) {
            let (one, other) = text.split_at(at);
            if is_known(view, one.trim())? && is_known(view, other.trim())? {
                return Ok(true);
            }
        }
        Ok(false)
    })
}

fn is_known(view: &View<'_>, part: &str) -> Result<bool, Error> {
    // These name a medium without its label.
    if part.starts_with('#') || part.starts_with("serial:") {
        return Ok(false);
    }
    if command(part).is_some() || set_by(view, part)?.is_some() {
        return Ok(true);
    }
    match resolve(view, part) {
        Ok(_) => Ok(true),
        Err(Stop::Refused(refusal)) => {
            Ok(matches!(*refusal, Refusal::Ambiguous { .. } | Refusal::OldBarcode { .. }))
        }
        Err(Stop::Failed(error)) => Err(error.into()),
    }
}

/// Whether a text names no medium, and no barcode that ever was one's.
pub(super) fn names_nothing(named: &Result<MediumView, Error>) -> bool {
    let Err(Error::Refused(refusal)) = named else { return false };
    matches!(label_trouble(refusal), Some(LabelTrouble::Unknown | LabelTrouble::Unreadable))
}

//! From what was scanned or typed to the one medium that is meant, or to the reason why there is none.

use super::barcode::{CapsFold, Label, LabelError};
use super::event::LabelTrouble;
use super::medium::Medium;
use super::names::{Barcode, MediumId, Reading, Serial};
use super::policy::{CapsLock, Policy};
use super::refusal::{Candidate, Refusal};
use super::rules::Stop;
use super::world::World;

/// A label in its canonical form, or the refusal that shows what was read.
///
/// # Errors
/// When no label carries such a text.
pub fn read_label(text: &str, policy: &Policy) -> Result<Label, Refusal> {
    let caps = match policy.caps_lock {
        CapsLock::Upcase => CapsFold::Upcase,
        CapsLock::Reject => CapsFold::Reject,
    };
    Label::parse(text, caps).map_err(|error| unreadable(text, error))
}

fn unreadable(text: &str, error: LabelError) -> Refusal {
    let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
    match shown(text) {
        Some(shown) => Refusal::Unreadable { shown, length, error },
        None => Refusal::Inconsistent { key: "barcode" },
    }
}

/// The beginning of a label that could not be resolved, as much as the log keeps of it; what cannot be
/// printed is shown as `·`.
#[must_use]
pub fn shown(text: &str) -> Option<Reading> {
    let visible = |c: char| if c.is_control() || is_invisible(c) { '·' } else { c };
    let cut: String = text.chars().take(Reading::LIMIT).map(visible).collect();
    Reading::new(if cut.is_empty() { "·" } else { &cut }).ok()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The barcode of a label.
///
/// # Errors
/// When it cannot stand in the log; after [`read_label`] this does not happen.
pub fn barcode(label: &Label) -> Result<Barcode, Refusal> {
    Barcode::new(label.text()).map_err(|_| Refusal::Inconsistent { key: "barcode" })
}

/// The medium that a scan means. `#17` names a medium by identity and `serial:…` by serial number, for the
/// cases where a label is not enough.
///
/// # Errors
/// A refusal when it is unreadable, unknown, ambiguous or out of use; or the record cannot be read.
pub fn resolve<W: World>(world: &W, text: &str) -> Result<Medium, Stop<W::Error>> {
    let text = text.trim();
    let by_name = if let Some(id) = text.strip_prefix('#').and_then(|digits| digits.parse().ok()) {
        Some(Some(MediumId(id)))
    } else if let Some(serial) = text.strip_prefix("serial:").and_then(|s| Serial::new(s.trim()).ok()) {
        Some(world.by_serial(&serial).map_err(Stop::Failed)?)
    } else {
        None
    };
    let found = match by_name {
        Some(Some(id)) => world.medium(id).map_err(Stop::Failed)?,
        Some(None) => None,
        None => by_label(world, text)?,
    };
    found.ok_or_else(|| match shown(text) {
        Some(label) => Refusal::UnknownBarcode { label }.into(),
        None => Refusal::Inconsistent { key: "barcode" }.into(),
    })
}

fn by_label<W: World>(world: &W, text: &str) -> Result<Option<Medium>, Stop<W::Error>> {
    let label = read_label(text, world.policy())?;
    let exact = world.holder(&barcode(&label)?).map_err(Stop::Failed)?;
    if let Some(holder) = exact {
        let medium = world.medium(holder.medium).map_err(Stop::Failed)?;
        if !holder.current {
            let old = barcode(&label)?;
            return match medium {
                Some(medium) => Err(Refusal::OldBarcode { old, new: medium.barcode }.into()),
                None => Ok(None),
            };
        }
        if label.media_id().is_some() {
            return Ok(medium);
        }
    }
    // A short scan of a long label, or a long scan of a short one: the volser decides, if it can.
    let mut candidates = Vec::new();
    for id in world.by_volser(label.volser()).map_err(Stop::Failed)? {
        let Some(medium) = world.medium(id).map_err(Stop::Failed)? else { continue };
        let own = Label::parse(medium.barcode.as_str(), CapsFold::Upcase);
        if own.is_ok_and(|own| own.matches(&label)) {
            candidates.push(medium);
        }
    }
    if candidates.len() > 1 {
        let candidate = |m: &Medium| Candidate { barcode: m.barcode.clone(), serial: m.serial.clone() };
        let candidates = candidates.iter().map(candidate).collect();
        let label = shown(text).ok_or(Refusal::Inconsistent { key: "barcode" })?;
        return Err(Refusal::Ambiguous { label, candidates }.into());
    }
    Ok(candidates.pop())
}

/// Why a label was not resolved, if that is what the refusal says.
#[must_use]
pub const fn label_trouble(refusal: &Refusal) -> Option<LabelTrouble> {
    if let Refusal::Unreadable { .. } = refusal {
        Some(LabelTrouble::Unreadable)
    } else if let Refusal::UnknownBarcode { .. } = refusal {
        Some(LabelTrouble::Unknown)
    } else if let Refusal::Ambiguous { .. } = refusal {
        Some(LabelTrouble::Ambiguous)
    } else {
        None
    }
}

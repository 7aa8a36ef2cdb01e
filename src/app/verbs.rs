//! What people ask for: what is to be done with the medium whose barcode they scan, and why.

use unicode_normalization::UnicodeNormalization as _;

use crate::domain::custody::State;
use crate::domain::event::Kind;
use crate::domain::medium::{Class, Description, Encrypted};
use crate::domain::names::{AuditId, Badge, Code, OrderId, PlaceCode, Serial, Term};
use crate::domain::time::{Date, Timestamp};

use super::credentials::Signed;

/// Why something is done, as it was said: a code, and in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The code.
    pub why: Code,
    /// The words.
    pub text: Option<String>,
}

impl Said {
    /// A reason as people give it: `code`, `code: words`, or words alone, which go under the code `other`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let normal: String = text.trim().nfc().filter(|c| !c.is_control()).take(1000).collect();
        if let Ok(why) = Code::new(&normal) {
            return Some(Self { why, text: None });
        }
        if let Some((code, words)) = normal.split_once(':')
            && let Ok(why) = Code::new(code.trim())
            && !words.trim().is_empty()
        {
            return Some(Self { why, text: Some(words.trim().to_owned()) });
        }
        let why = Code::new("other").ok()?;
        if normal.is_empty() { None } else { Some(Self { why, text: Some(normal) }) }
    }
}

/// What a description is to say from now on; what is not named stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(missing_docs, reason = "each field is the field of Description of the same name")]
pub struct Telling {
    pub class: Option<Class>,
    pub system: Option<Term>,
    pub from: Option<Date>,
    pub until: Option<Date>,
    pub info: Option<Vec<Term>>,
    pub persons: Option<Option<u64>>,
    pub encrypted: Option<Encrypted>,
    pub legal_hold: Option<bool>,
}

impl Telling {
    /// The description after it.
    #[must_use]
    pub fn after(&self, before: Option<&Description>) -> Description {
        let old = before.cloned().unwrap_or_default();
        Description {
            class: self.class.unwrap_or(old.class),
            system: self.system.clone().or(old.system),
            from: self.from.or(old.from),
            until: self.until.or(old.until),
            info: self.info.clone().unwrap_or(old.info),
            persons: self.persons.unwrap_or(old.persons),
            encrypted: self.encrypted.unwrap_or(old.encrypted),
            legal_hold: self.legal_hold.unwrap_or(old.legal_hold),
        }
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How a medium is to leave the vault.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leaving {
    /// Due back then; else at the end of the order, else by the policy.
    pub until: Option<Timestamp>,
    /// Under this order; else under the one in force that lists the medium.
    pub order: Option<OrderId>,
    /// Without any order, in an emergency, for this reason.
    pub without: Option<Said>,
}

/// What is to be done with the scanned medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// Register it.
    Register {
        /// Its serial number.
        serial: Option<Serial>,
        /// Where it stands.
        place: Option<PlaceCode>,
    },
    /// Describe it.
    Describe(Box<Telling>),
    /// Put it elsewhere in the vault.
    Move(PlaceCode),
    /// Take it out.
    CheckOut(Leaving),
    /// Load it into a device, at an element of it.
    Load(PlaceCode, Option<Term>),
    /// Take it out of its device.
    Eject,
    /// Put it into a vault.
    CheckIn(PlaceCode),
    /// Hand it over.
    HandOver(Signed),
    /// Take charge of it, for its custodian cannot act.
    TakeOver(Said),
    /// Stand by a check-out that had no order.
    Ratify,
    /// Destroy it, by this method and under this certificate.
    Destroy(Code, Option<Term>),
    /// Say that it was seen.
    Sight(PlaceCode),
    /// Count it in a stocktake.
    Count(AuditId, PlaceCode),
    /// Declare it missing.
    DeclareMissing(Said),
    /// Say that it turned up.
    Found(PlaceCode),
    /// Put the record right.
    Correct {
        /// What is physically so.
        state: State,
        /// Where.
        place: Option<PlaceCode>,
        /// In whose hands.
        custodian: Option<Badge>,
        /// Due back when.
        due: Option<Timestamp>,
        /// Why record and reality differ.
        said: Said,
    },
    /// Take the last step back.
    Void,
    /// Give it this barcode.
    Relabel(String),
}

impl Verb {
    /// The kind of event that it asks for.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Register { .. } => Kind::Register,
            Self::Describe(_) => Kind::Describe,
            Self::Move(_) => Kind::Move,
            Self::CheckOut(_) => Kind::CheckOut,
            Self::Load(..) => Kind::Load,
            Self::Eject => Kind::Eject,
            Self::CheckIn(_) => Kind::CheckIn,
            Self::HandOver(_) => Kind::HandOver,
            Self::TakeOver(_) => Kind::TakeOver,
            Self::Ratify => Kind::Ratify,
            Self::Destroy(..) => Kind::Destroy,
            Self::Sight(_) | Self::Count(..) => Kind::Sight,
            Self::DeclareMissing(_) => Kind::DeclareMissing,
            Self::Found(_) => Kind::Found,
            Self::Correct { .. } => Kind::Correct,
            Self::Void => Kind::Void,
            Self::Relabel(_) => Kind::Relabel,
        }
    }

    /// The stocktake that it counts in.
    #[must_use]
    pub const fn audit(&self) -> Option<AuditId> {
        if let Self::Count(audit, _) = self { Some(*audit) } else { None }
    }

    /// The place that it names.
    #[must_use]
    pub const fn place(&self) -> Option<&PlaceCode> {
        match self {
            Self::Move(place)
            | Self::Load(place, _)
            | Self::CheckIn(place)
            | Self::Sight(place)
            | Self::Count(_, place)
            | Self::Found(place) => Some(place),
            Self::Register { place, .. } | Self::Correct { place, .. } => place.as_ref(),
            Self::Describe(_)
            | Self::CheckOut(_)
            | Self::Eject
            | Self::HandOver(_)
            | Self::TakeOver(_)
            | Self::Ratify
            | Self::Destroy(..)
            | Self::DeclareMissing(_)
            | Self::Void
            | Self::Relabel(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_a_code_or_words() {
        let plain = |text| Said::read(text).map(|said| (said.why.to_string(), said.text));
        assert_eq!(plain("damaged"), Some(("damaged".to_owned(), None)));
        assert_eq!(plain("damaged: label torn"), Some(("damaged".to_owned(), Some("label torn".to_owned()))));
        assert_eq!(plain("棚にない"), Some(("other".to_owned(), Some("棚にない".to_owned()))));
        assert_eq!(plain("  "), None);
    }
}

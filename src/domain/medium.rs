//! One medium: what it is called, what is on it, where it is, and who has really seen it.

use std::sync::Arc;

use super::custody::Custody;
use super::event::{How, Kind};
use super::names::{Barcode, MediumId, PersonId, PlaceId, Serial, Term};
use super::order::Line;
use super::time::{Date, Timestamp};

super::words! {
    /// What a medium is used for.
    Class {
        /// It holds data.
        Data = "data",
        /// It may be overwritten.
        Scratch = "scratch",
        /// It cleans drives.
        Cleaning = "cleaning",
    }
}

super::words! {
    /// Whether what is on it is encrypted.
    Encrypted {
        /// It is.
        Yes = "yes",
        /// It is not.
        No = "no",
        /// Nobody said.
        Unknown = "unknown",
    }
}

/// What is on a medium, for the day when someone must answer for its loss.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Description {
    /// What it is used for.
    pub class: Class,
    /// The system whose data it holds.
    pub system: Option<Term>,
    /// The first day of the data's period.
    pub from: Option<Date>,
    /// The last day of the data's period.
    pub until: Option<Date>,
    /// The types of information on it (name, address, medical …).
    pub info: Vec<Term>,
    /// How many persons' data it holds; none when that is not known.
    pub persons: Option<u64>,
    /// Whether it is encrypted.
    pub encrypted: Encrypted,
    /// Whether it must not be destroyed.
    pub legal_hold: bool,
}

impl Default for Description {
    fn default() -> Self {
        Self {
            class: Class::Data,
            system: None,
            from: None,
            until: None,
            info: Vec::new(),
            persons: None,
            encrypted: Encrypted::Unknown,
            legal_hold: false,
        }
    }
}

/// The last time that somebody or something read the label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// When.
    pub at: Timestamp,
    /// Where, if that was told.
    pub place: Option<PlaceId>,
    /// By what means.
    pub how: How,
}

/// It was seen where the record does not put it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discrepancy {
    /// When it was first seen there.
    pub since: Timestamp,
    /// Where it was seen.
    pub place: PlaceId,
}

/// The step that a `void` would take back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prior {
    /// The `seq` of that step.
    pub event: u64,
    /// Its kind.
    pub kind: Kind,
    /// Who took it.
    pub by: PersonId,
    /// When it was recorded.
    pub at: Timestamp,
    /// The custody before it.
    pub custody: Custody,
    /// How far the order that it counted under had come before it.
    pub line: Option<Line>,
}

/// A time when it was taken out without an order, which nobody has ratified yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Override {
    /// The entry.
    pub event: u64,
    /// Who took it out.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
}

/// One medium as the rules see it. Cheap to clone: its texts are shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Medium {
    /// The `seq` of its `register` event.
    pub id: MediumId,
    /// The barcode on it now.
    pub barcode: Barcode,
    /// The maker's serial number.
    pub serial: Option<Serial>,
    /// When it was registered.
    pub registered: Timestamp,
    /// Where it is, by the record.
    pub custody: Custody,
    /// The last step in its custody, if it may still be taken back.
    pub prior: Option<Arc<Prior>>,
    /// When its label was last read, by whatever means; none if it was only ever declared.
    pub seen: Option<Sighting>,
    /// When it was last seen in a way that counts as proof.
    pub read_at: Option<Timestamp>,
    /// The open contradiction between sighting and record.
    pub discrepancy: Option<Discrepancy>,
    /// What is on it.
    pub description: Option<Arc<Description>>,
    /// The times when it was taken out without an order that nobody has ratified yet, oldest first.
    pub overrides: Arc<[Override]>,
    /// Who brought it into its present state; none only while nobody is known.
    pub stepped_by: Option<PersonId>,
    /// How many events its own chain has.
    pub mseq: u64,
}

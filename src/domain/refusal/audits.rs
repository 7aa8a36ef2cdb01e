//! Every way in which a stocktake says no.

use super::Refusal;
use crate::domain::audit::AuditState;
use crate::domain::names::{AuditId, Badge, PlaceCode};
use crate::domain::place::PlaceKind;
use crate::domain::time::Timestamp;

/// Why a stocktake says no.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the fields are the values that the sentence names; each variant says what for"
)]
pub enum AuditRefusal {
    /// There is no such stocktake.
    Unknown { audit: AuditId },
    /// It is not being counted: only drawn yet, or closed.
    NotOpen { audit: AuditId, state: AuditState, closed: Option<Timestamp> },
    /// Another stocktake of the same places is being counted.
    Overlaps { audit: AuditId, place: Option<PlaceCode> },
    /// By the record there is no medium to be counted.
    NothingThere { place: Option<PlaceCode> },
    /// The place is not among those that are counted.
    Outside { audit: AuditId, scope: PlaceCode, place: PlaceCode },
    /// A medium was read before a place.
    NoPlace { audit: AuditId },
    /// The label was read before the stocktake was opened.
    Before { audit: AuditId, opened: Timestamp, read: Timestamp },
    /// Nothing waits for the auditor's number.
    NotDrawn { audit: AuditId },
    /// A sample is from 1 to 100 in a hundred.
    BadPercent { percent: u64 },
    /// The second count has been begun already.
    Recounted { audit: AuditId },
    /// Who counted first does not take part in the second count.
    FirstCounter { audit: AuditId, badge: Badge },
    /// Nothing was counted yet.
    NotCounted { audit: AuditId },
    /// Only a library's inventory is read from a library.
    NoLibrary { place: PlaceCode, kind: PlaceKind },
    /// Only vaults have a day on which they are to be audited.
    NoVault { place: PlaceCode, kind: PlaceKind },
    /// Who counts a place is given no list of it.
    Blind { audit: AuditId, badge: Option<Badge> },
}

impl From<AuditRefusal> for Refusal {
    fn from(refusal: AuditRefusal) -> Self {
        Self::Audit(refusal)
    }
}

impl AuditRefusal {
    /// The one word for it, as it stands in a `refused` event and in JSON.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "unknown_audit",
            Self::NotOpen { .. } => "audit_not_open",
            Self::Overlaps { .. } => "audit_overlaps",
            Self::NothingThere { .. } => "nothing_to_count",
            Self::Outside { .. } => "outside_audit",
            Self::NoPlace { .. } => "no_place",
            Self::Before { .. } => "before_audit",
            Self::NotDrawn { .. } => "not_drawn",
            Self::BadPercent { .. } => "bad_percent",
            Self::Recounted { .. } => "recounted",
            Self::FirstCounter { .. } => "first_counter",
            Self::NotCounted { .. } => "not_counted",
            Self::NoLibrary { .. } => "no_library",
            Self::NoVault { .. } => "no_vault",
            Self::Blind { .. } => "blind_count",
        }
    }
}

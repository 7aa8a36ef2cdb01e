//! Refusals: every way in which the rules say no, with the data that a sentence about it needs.
//!
//! The sentences themselves, in each language, are in `i18n`; here is only what is true.

mod audits;
mod orders;

pub use audits::AuditRefusal;
pub use orders::OrderRefusal;

use super::barcode::LabelError;
use super::custody::State;
use super::event::Kind;
use super::names::{Badge, Barcode, Code, Org, PlaceCode, Reading, Serial};
use super::person::Role;
use super::place::PlaceKind;
use super::separation::Separation;
use super::time::Timestamp;

/// What the record holds about a medium, in words that can be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Its barcode.
    pub barcode: Barcode,
    /// Its state.
    pub state: State,
    /// Whether it lives in the device it is in.
    pub resident: bool,
    /// The place it is in, or the last one known.
    pub place: Option<PlaceCode>,
    /// Who has it, or had it last.
    pub custodian: Option<Badge>,
    /// Since when it is so.
    pub since: Timestamp,
    /// Who recorded it.
    pub by: Option<Badge>,
}

/// One of several media that a short scan may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its whole barcode.
    pub barcode: Barcode,
    /// Its serial number.
    pub serial: Option<Serial>,
}

/// What a place must be for an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceNeed {
    /// A vault, or a shelf or slot in one.
    Rest,
    /// A drive or a library.
    Device,
    /// A vault place or a device in which media live.
    RestOrResident,
    /// Something nearer than the whole site.
    Inner,
}

/// Why the rules say no.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the fields are the values that the sentence names; each variant says what for"
)]
pub enum Refusal {
    /// The scan is not a barcode that a label carries.
    Unreadable { shown: Reading, length: u64, error: LabelError },
    /// No medium has this barcode.
    UnknownBarcode { label: Reading },
    /// The short scan may mean any of these.
    Ambiguous { label: Reading, candidates: Vec<Candidate> },
    /// The medium was given a new barcode; this one is never used again.
    OldBarcode { old: Barcode, new: Barcode },
    /// The barcode is or was in use.
    BarcodeTaken { barcode: Barcode, holding: Box<Holding> },
    /// The serial number belongs to another medium.
    SerialTaken { serial: Serial, barcode: Barcode },
    /// The step is not allowed from the state that the record holds.
    WrongState { action: Kind, holding: Box<Holding> },
    /// Somebody else has it in hand.
    NotCustodian { action: Kind, holding: Box<Holding> },
    /// The record already says so.
    AlreadySo { action: Kind, holding: Box<Holding> },
    /// It is in another device than was said.
    OtherDevice { holding: Box<Holding> },
    /// It may be moved within one vault only.
    OtherVault { to: PlaceCode, holding: Box<Holding> },
    /// Nothing contradicts the record, so there is nothing to find.
    NotLost { holding: Box<Holding> },
    /// There is no step that can be taken back.
    NothingToVoid { holding: Box<Holding> },
    /// Only who took the step may take it back.
    VoidByOther { kind: Kind, by: Badge },
    /// It is too late to take the step back.
    VoidTooLate { kind: Kind, at: Timestamp, minutes: u64 },
    /// No place has this code.
    UnknownPlace { code: PlaceCode },
    /// The place takes media no more.
    RetiredPlace { code: PlaceCode },
    /// The place is of the wrong sort for this.
    WrongPlace { code: PlaceCode, kind: PlaceKind, need: PlaceNeed },
    /// The place holds as many media as it can.
    PlaceFull { code: PlaceCode, capacity: u64, one: Option<Barcode> },
    /// A place with this code exists or existed.
    CodeTaken { code: PlaceCode, kind: PlaceKind },
    /// A place of this sort cannot stand there.
    WrongParent { kind: PlaceKind, parent: PlaceCode, parent_kind: PlaceKind },
    /// A place of this sort has a capacity of its own, or none at all.
    BadCapacity { kind: PlaceKind },
    /// Media live only in a library.
    NotResident { kind: PlaceKind },
    /// There is one site in a ledger, opened with it.
    OneSite,
    /// Media or places still stand in it.
    PlaceInUse { code: PlaceCode, media: u64, places: u64, some: Vec<Barcode> },
    /// Nobody said who acts.
    NoActor { action: Kind },
    /// No person has this badge.
    UnknownPerson { badge: Badge },
    /// The person may act no more.
    SuspendedPerson { badge: Badge },
    /// The person has no PIN yet, and cannot show who they are.
    NoPin { badge: Badge },
    /// The temporary badge has ended.
    BadgeEnded { badge: Badge, until: Timestamp },
    /// A temporary badge holds for one shift at most.
    ShiftTooLong { hours: u64 },
    /// Who carries a temporary badge is an operator, and nothing else.
    TemporaryRoles { badge: Badge },
    /// The person has a PIN, and it was not given.
    PinMissing { badge: Badge },
    /// The PIN is wrong; so many more lock the person, or they are locked until then.
    PinWrong { badge: Badge, left: u64, locked: Option<Timestamp> },
    /// No PIN is taken from the person until then.
    PinLocked { badge: Badge, until: Timestamp },
    /// The stored hash of the PIN is not the one that the log tells of.
    PinAltered { badge: Badge },
    /// The stored hash of the PIN is not there.
    PinLost { badge: Badge },
    /// Only the person and an administrator may set a PIN.
    PinOfOther { badge: Badge },
    /// The person lacks the role.
    RoleMissing { badge: Badge, action: Kind, needs: &'static [Role] },
    /// The step needs a second person.
    WitnessMissing { action: Kind },
    /// The same person may not play both parts.
    SamePerson { row: Separation, badge: Badge },
    /// One of the two must be an approver.
    ApproverMissing { action: Kind },
    /// A hand-over to another organisation needs an approver beside the two.
    OtherOrganisation { from: Option<Org>, to: Option<Org> },
    /// Nobody hands over to themself.
    HandOverToSelf { badge: Badge },
    /// The badge is in use.
    BadgeTaken { badge: Badge },
    /// A person needs a role.
    NoRoles { badge: Badge },
    /// Somebody must be left who can administer.
    LastAdmin { badge: Badge },
    /// A movement order says no.
    Order(OrderRefusal),
    /// A stocktake says no.
    Audit(AuditRefusal),
    /// The medium was not taken out without an order, or that is ratified.
    NothingToRatify { barcode: Barcode },
    /// The medium must be kept.
    LegalHold { barcode: Barcode },
    /// The due time is not in the future.
    DueInPast { due: Timestamp, now: Timestamp },
    /// The claimed time is later than now.
    OccurredAhead { occurred: Timestamp, now: Timestamp },
    /// The period ends before it begins.
    PeriodReversed,
    /// The policy has no value of this name, which cannot even be a name.
    NoSuchPolicy,
    /// The policy has no value of this name, or it may not be so.
    BadPolicy { name: Code, allowed: Option<String> },
    /// The clock is further ahead of the last entry than the policy allows.
    ClockAhead { last: Timestamp, now: Timestamp, days: u64 },
    /// An entry would be dated before the last one.
    ClockBehind { last: Timestamp, now: Timestamp },
    /// Nothing would change.
    NoChange,
    /// The event does not say what the record holds at that point; live, this cannot happen.
    Inconsistent { key: &'static str },
}

impl Refusal {
    /// The one word for it, as it stands in a `refused` event and in JSON.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::UnknownBarcode { .. } => "unknown_barcode",
            Self::Ambiguous { .. } => "ambiguous",
            Self::OldBarcode { .. } => "old_barcode",
            Self::BarcodeTaken { .. } => "barcode_taken",
            Self::SerialTaken { .. } => "serial_taken",
            Self::WrongState { .. } => "wrong_state",
            Self::NotCustodian { .. } => "not_custodian",
            Self::AlreadySo { .. } => "already_so",
            Self::OtherDevice { .. } => "other_device",
            Self::OtherVault { .. } => "other_vault",
            Self::NotLost { .. } => "not_lost",
            Self::NothingToVoid { .. } => "nothing_to_void",
            Self::VoidByOther { .. } => "void_by_other",
            Self::VoidTooLate { .. } => "void_too_late",
            Self::UnknownPlace { .. } => "unknown_place",
            Self::RetiredPlace { .. } => "retired_place",
            Self::WrongPlace { .. } => "wrong_place",
            Self::PlaceFull { .. } => "place_full",
            Self::CodeTaken { .. } => "code_taken",
            Self::WrongParent { .. } => "wrong_parent",
            Self::BadCapacity { .. } => "bad_capacity",
            Self::NotResident { .. } => "not_resident",
            Self::OneSite => "one_site",
            Self::PlaceInUse { .. } => "place_in_use",
            Self::NoActor { .. } => "no_actor",
            Self::UnknownPerson { .. } => "unknown_person",
            Self::SuspendedPerson { .. } => "suspended_person",
            Self::NoPin { .. } => "no_pin",
            Self::BadgeEnded { .. } => "badge_ended",
            Self::ShiftTooLong { .. } => "shift_too_long",
            Self::TemporaryRoles { .. } => "temporary_roles",
            Self::PinMissing { .. } => "pin_missing",
            Self::PinWrong { .. } => "pin_wrong",
            Self::PinLocked { .. } => "pin_locked",
            Self::PinAltered { .. } => "pin_altered",
            Self::PinLost { .. } => "pin_lost",
            Self::PinOfOther { .. } => "pin_of_other",
            Self::RoleMissing { .. } => "role_missing",
            Self::WitnessMissing { .. } => "witness_missing",
            Self::SamePerson { .. } => "same_person",
            Self::OtherOrganisation { .. } => "other_organisation",
            Self::ApproverMissing { .. } => "approver_missing",
            Self::HandOverToSelf { .. } => "hand_over_to_self",
            Self::BadgeTaken { .. } => "badge_taken",
            Self::NoRoles { .. } => "no_roles",
            Self::LastAdmin { .. } => "last_admin",
            Self::Order(refusal) => refusal.code(),
            Self::Audit(refusal) => refusal.code(),
            Self::NothingToRatify { .. } => "nothing_to_ratify",
            Self::LegalHold { .. } => "legal_hold",
            Self::DueInPast { .. } => "due_in_past",
            Self::OccurredAhead { .. } => "occurred_ahead",
            Self::PeriodReversed => "period_reversed",
            Self::NoSuchPolicy | Self::BadPolicy { .. } => "bad_policy",
            Self::ClockAhead { .. } => "clock_ahead",
            Self::ClockBehind { .. } => "clock_behind",
            Self::NoChange => "no_change",
            Self::Inconsistent { .. } => "inconsistent",
        }
    }
}

//! Events: the facts that the log is made of, one variant for each kind, with the keys of its `data` in the
//! order in which they are written. A kind never changes shape; a new shape is a new kind.

mod about;

pub use super::kind::Kind;

use super::audit::Tally;
use super::custody::State;
use super::medium::{Class, Encrypted};
use super::names::{
    AuditId, Badge, Barcode, Code, Digest, IncidentId, Kept, LedgerId, MediumId, OrderId, Org, PlaceCode,
    Reading, Serial, Setting, Signature, SiteName, Station, Term,
};
use super::person::Roles;
use super::place::PlaceKind;
use super::policy::Policy;
use super::time::{Date, Timestamp};

/// The most texts that one event names as lost.
pub const MOST_TEXTS: usize = 256;

super::words! {
    /// How a barcode got in: the grade of the evidence.
    How {
        /// A reader of kuraban's own took it from the label.
        Scanned = "scanned",
        /// Somebody typed it, or gave it as an argument.
        Typed = "typed",
        /// It was pasted.
        Pasted = "pasted",
        /// It came from a scanner's memory or standard input.
        File = "file",
        /// A tape library's inventory told it.
        Library = "library",
        /// An intact seal stands for what was scanned when it was sealed.
        Seal = "seal",
        /// A sensor saw it.
        Sensor = "sensor",
        /// Nobody read a label: an import, a bulk load.
        Declared = "declared",
    }
}

impl How {
    /// Whether it proves that the medium was there. Keys and files prove it only with a second person.
    #[must_use]
    pub const fn is_reading(self, second_person: bool) -> bool {
        match self {
            Self::Scanned | Self::Library | Self::Sensor => true,
            Self::Typed | Self::Pasted | Self::File => second_person,
            Self::Seal | Self::Declared => false,
        }
    }

    /// Whether a label was read at all, by whatever means.
    #[must_use]
    pub const fn is_sighting(self) -> bool {
        !matches!(self, Self::Declared)
    }
}

super::words! {
    /// Why a label could not be resolved to one medium.
    LabelTrouble {
        /// No medium has it.
        Unknown = "unknown",
        /// More than one medium may be meant.
        Ambiguous = "ambiguous",
        /// It is not a barcode that a label carries.
        Unreadable = "unreadable",
    }
}

/// One side of a correction: a state, with the place or the person that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The state.
    pub state: State,
    /// The place, of a medium in a vault or device, or the last one known of a missing one.
    pub place: Option<PlaceCode>,
    /// The custodian, of a medium in hand, or the last one known of a missing one.
    pub custodian: Option<Badge>,
}

/// What happened, with the keys of `data` in the order in which they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the keys of docs/ledger-format.md, which explains each")]
pub enum Data {
    LedgerOpened {
        ledger: LedgerId,
        key: Digest,
        site: SiteName,
        rules: u64,
        policy: Policy,
    },
    PersonEnrolled {
        badge: Badge,
        name: Kept,
        pin: Option<Kept>,
        org: Option<Org>,
        host_org: Option<Org>,
        roles: Roles,
    },
    PersonRoles {
        badge: Badge,
        roles: Roles,
    },
    PersonSuspended {
        badge: Badge,
        why: Code,
        text: Option<Kept>,
    },
    PersonReinstated {
        badge: Badge,
    },
    TemporaryBadge {
        badge: Badge,
        name: Kept,
        pin: Kept,
        org: Option<Org>,
        until: Timestamp,
    },
    CredentialSet {
        badge: Badge,
        pin: Kept,
    },
    PinRefused {
        badge: Badge,
    },
    SignedOn {
        badge: Badge,
    },
    ShiftHandedOver {
        outside: u64,
        orders: u64,
        overrides: u64,
    },
    PlaceAdded {
        code: PlaceCode,
        kind: PlaceKind,
        parent: Option<PlaceCode>,
        capacity: Option<u64>,
        resident: bool,
    },
    PlaceRetired {
        code: PlaceCode,
        elements: Option<u64>,
    },
    PolicyChanged {
        name: Code,
        value: Setting,
    },
    ClockHeld {
        clock: Timestamp,
    },
    ClockConfirmed {
        from: Timestamp,
    },
    Rebuilt {
        count: u64,
        differences: Vec<Reading>,
    },
    Checkpoint {
        media: u64,
        heads: Option<Digest>,
    },
    KeyRotated {
        key: Digest,
        old: Signature,
        new: Signature,
    },
    Restore {
        incarnation: u64,
        size: u64,
        head: Option<Digest>,
    },
    TextsLost {
        texts: Vec<Kept>,
    },
    IrregularAcknowledged {
        event: u64,
        why: Code,
        text: Option<Kept>,
    },
    OrderRequested {
        purpose: Code,
        text: Option<Kept>,
        work: Option<Kept>,
        from: Timestamp,
        until: Timestamp,
        destination: Option<Term>,
        nightly: Option<u64>,
        media: Vec<MediumId>,
    },
    OrderNight {
        order: OrderId,
        until: Timestamp,
        media: Vec<MediumId>,
    },
    OrderApproved {
        order: OrderId,
    },
    OrderRejected {
        order: OrderId,
        why: Code,
        text: Option<Kept>,
    },
    OrderExtended {
        order: OrderId,
        until: Timestamp,
    },
    OrderClosed {
        order: OrderId,
        missing: Vec<MediumId>,
    },
    AuditDrawn {
        place: Option<PlaceCode>,
        percent: u64,
        size: u64,
        head: Digest,
    },
    AuditOpened {
        place: Option<PlaceCode>,
        draw: Option<AuditId>,
        number: Option<u64>,
        size: u64,
        head: Digest,
        expected: u64,
    },
    AuditRead {
        audit: AuditId,
        place: PlaceCode,
        barcodes: Vec<Barcode>,
    },
    AuditRecounted {
        audit: AuditId,
    },
    AuditDueSet {
        place: PlaceCode,
        due: Timestamp,
        why: Code,
        text: Option<Kept>,
    },
    IncidentOpened {
        audit: AuditId,
        missing: u64,
    },
    AuditCertified {
        audit: AuditId,
        tally: Tally,
    },
    AuditRefused {
        audit: AuditId,
        incident: IncidentId,
        tally: Tally,
    },
    ExportMade {
        report: Code,
        purpose: Code,
        rows: u64,
    },
    UnknownLabel {
        label: Reading,
        length: u64,
        place: Option<PlaceCode>,
        action: Code,
        badge: Option<Badge>,
        why: LabelTrouble,
        audit: Option<AuditId>,
    },
    Register {
        barcode: Barcode,
        serial: Option<Serial>,
        place: Option<PlaceCode>,
    },
    Describe {
        barcode: Barcode,
        class: Class,
        system: Option<Term>,
        from: Option<Date>,
        until: Option<Date>,
        info: Vec<Term>,
        persons: Option<u64>,
        encrypted: Encrypted,
        legal_hold: bool,
    },
    Move {
        barcode: Barcode,
        place: PlaceCode,
    },
    CheckOut {
        barcode: Barcode,
        place: PlaceCode,
        order: Option<OrderId>,
        due: Timestamp,
        why: Option<Code>,
        text: Option<Kept>,
    },
    Load {
        barcode: Barcode,
        device: PlaceCode,
        element: Option<Term>,
    },
    Eject {
        barcode: Barcode,
        device: PlaceCode,
        order: Option<OrderId>,
        due: Timestamp,
    },
    CheckIn {
        barcode: Barcode,
        place: PlaceCode,
    },
    HandOver {
        barcode: Barcode,
        to: Badge,
    },
    TakeOver {
        barcode: Barcode,
        from: Badge,
        why: Code,
        text: Option<Kept>,
    },
    Ratify {
        barcode: Barcode,
        event: u64,
    },
    Sight {
        barcode: Barcode,
        place: PlaceCode,
        audit: Option<AuditId>,
    },
    DeclareMissing {
        barcode: Barcode,
        why: Code,
        text: Option<Kept>,
        audit: Option<AuditId>,
        incident: Option<IncidentId>,
    },
    Found {
        barcode: Barcode,
        place: PlaceCode,
        due: Timestamp,
    },
    Correct {
        barcode: Barcode,
        from: Standing,
        to: Standing,
        due: Option<Timestamp>,
        why: Code,
        text: Option<Kept>,
        gap: bool,
    },
    Void {
        barcode: Barcode,
        event: u64,
        kind: Kind,
    },
    Relabel {
        barcode: Barcode,
        new: Barcode,
    },
    Destroy {
        barcode: Barcode,
        method: Code,
        certificate: Option<Term>,
    },
    Refused {
        barcode: Barcode,
        action: Code,
        place: Option<PlaceCode>,
        badge: Option<Badge>,
        why: Code,
    },
}

/// One fact, before it has a place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The medium that it is about, if it is about one.
    pub medium: Option<MediumId>,
    /// When it was recorded.
    pub at: Timestamp,
    /// The earlier time that is claimed for it.
    pub occurred: Option<Timestamp>,
    /// Who acted; none only for the opening and for refusals of people whom the record does not know.
    pub by: Option<Badge>,
    /// The second person.
    pub with: Option<Badge>,
    /// Where it was entered.
    pub station: Station,
    /// How the barcode got in; none where no barcode was read.
    pub how: Option<How>,
    /// What happened.
    pub data: Data,
}

//! The sentences that the faces say, without their words.

use super::audits::Audits;
use super::bundling::Bundling;
use super::dialogs::{Asking, Probing, Remark};
use super::keeping::Keeping;
use super::orders::{Head, Orders};
use super::salvaging::Salvaging;
use super::witness::Witnessing;
use crate::app::Verb;
use crate::app::station::Mode;
use crate::domain::names::{AuditId, Barcode, Digest, IncidentId, OrderId};
use crate::ledger::note::NoteError;
use crate::ledger::verdict::Verdict;

/// A sentence of the faces.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each variant is one sentence, and its fields are the values in it")]
pub enum Text<'a> {
    Error,
    Hint,
    Yes,
    No,
    Nobody,
    /// A scan was recorded.
    Done {
        verb: &'a Verb,
        barcode: &'a Barcode,
        seq: u64,
        /// The order that it counts under.
        under: Option<OrderId>,
    },
    /// The end of a batch.
    BatchEnd {
        done: u64,
        refused: u64,
    },
    /// A line of a batch whose time cannot be read.
    BadTime {
        text: &'a str,
    },
    NoBarcodes,
    Opened {
        path: &'a str,
        site: &'a str,
        badge: &'a str,
    },
    Enrolled {
        badge: &'a str,
        seq: u64,
    },
    RolesSet {
        badge: &'a str,
        roles: &'a str,
        seq: u64,
    },
    Suspended {
        badge: &'a str,
        seq: u64,
    },
    PlaceAdded {
        code: &'a str,
        seq: u64,
    },
    PlaceRetired {
        code: &'a str,
        seq: u64,
    },
    PolicySet {
        name: &'a str,
        value: &'a str,
        seq: u64,
    },
    ClockConfirmed {
        at: &'a str,
        seq: u64,
    },
    NoFlags,
    FlagsEnd {
        count: u64,
        critical: u64,
    },
    MediaOfPlace {
        count: u64,
    },
    InHandPlace,
    Verdict {
        verdict: Verdict,
        size: u64,
        head: &'a Digest,
    },
    Unanchored,
    Anchored {
        size: u64,
        later: u64,
    },
    Stranger {
        file: &'a str,
        error: NoteError,
    },
    CheckpointTaken {
        seq: u64,
    },
    FirstBreak {
        seq: Option<u64>,
        reason: &'a str,
    },
    Touches {
        media: &'a str,
    },
    RebuiltNothing {
        size: u64,
    },
    Rebuilt {
        count: u64,
        seq: u64,
    },
    CannotRebuild,
    Reading {
        what: &'a str,
    },
    Imported {
        count: u64,
        file: &'a str,
        format: &'a str,
        encoding: &'a str,
    },
    ImportSkipped {
        count: u64,
    },
    ImportIgnored {
        columns: &'a str,
    },
    ImportSeen {
        count: u64,
    },
    ImportRefused {
        file: &'a str,
        bad: u64,
    },
    BadCell {
        reason: &'a str,
    },
    BadLine {
        line: u64,
        column: &'a str,
        reason: &'a str,
    },
    MoreBad {
        count: u64,
    },
    CannotRead {
        file: &'a str,
        error: &'a str,
    },
    NoActor,
    AskPin {
        badge: &'a str,
    },
    AskNewPin {
        badge: &'a str,
    },
    AskPinAgain {
        badge: &'a str,
    },
    PinsDiffer,
    NoNewPin,
    BadPin {
        least: usize,
        most: usize,
    },
    PinSet {
        badge: &'a str,
        seq: u64,
    },
    NoPinYet {
        badge: &'a str,
    },
    NoTerminal,
    NoLedgerPath,
    BadName {
        what: &'a str,
        value: &'a str,
        reason: &'a str,
    },
    BadMoment {
        value: &'a str,
    },
    BadState {
        value: &'a str,
    },
    CorrectNeeds {
        state: &'a str,
        option: &'a str,
    },
    NothingToDescribe,
    BadPeriod {
        value: &'a str,
    },
    NoRandomness,
    Title(Title),
    History,
    SeenNever,
    Seen {
        at: &'a str,
        place: &'a str,
        how: &'a str,
    },
    Flagged {
        flag: &'a str,
        meaning: &'a str,
        since: &'a str,
        span: &'a str,
        ends: &'a str,
    },
    Tale(Tale<'a>),
    Station(Station<'a>),
    Screens(Screens<'a>),
    Probing(Probing<'a>),
    Asking(Asking<'a>),
    Audits(Audits<'a>),
    Witness(Witnessing<'a>),
    Keeping(Keeping<'a>),
    Bundling(Bundling<'a>),
    Salvaging(Salvaging<'a>),
    Orders(Orders<'a>),
    Head(Head),
    Remark(Remark<'a>),
    SeenElsewhere {
        place: &'a str,
        since: &'a str,
    },
}

/// The head of a column, or the name of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is one heading")]
pub enum Title {
    Barcode,
    State,
    Place,
    Custodian,
    Answerable,
    Since,
    Due,
    Flags,
    Severity,
    Flag,
    HowLong,
    Ends,
    Serial,
    Seen,
    Contents,
    Badge,
    Name,
    Org,
    Roles,
    Suspended,
    Code,
    Kind,
    In,
    Capacity,
    Media,
    Retired,
    Seq,
    At,
    By,
    With,
    Station,
    How,
    What,
    Value,
    Allowed,
    Chain,
    Where,
    Used,
    Pin,
}

/// The sentences of the demonstration.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each variant is one sentence, and its fields are the values in it")]
pub enum Tale<'a> {
    Heading,
    Registered { at: &'a str, count: u64 },
    Written { lost: &'a str, persons: u64 },
    Inventories { count: u64 },
    Ordered { at: &'a str, order: OrderId, requester: &'a str, approver: &'a str },
    Maintenance { at: &'a str, out: u64, back: u64 },
    Close { at: &'a str, order: OrderId },
    NotClosed { order: OrderId, outside: &'a str },
    Look { at: &'a str },
    Holder { badge: &'a str, name: &'a str },
    Flagged { at: &'a str, hours: i64 },
    Removal { at: &'a str, last_seen: &'a str },
    Counted { at: &'a str, audit: AuditId, expected: u64, seen: u64 },
    Failed { missing: &'a str, incident: Option<IncidentId> },
    Passed,
    Claimed { at: &'a str, badge: &'a str },
    Window { barcode: &'a str, from: &'a str, until: &'a str, by: &'a str },
    Pins { pin: &'a str },
    Days { days: i64, lost: &'a str, persons: u64 },
    End { kept: Option<&'a str> },
}

/// What a scan station says.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each variant is one sentence, and its fields are the values in it")]
pub enum Station<'a> {
    ModeName(Mode),
    ModeSet(Mode),
    PlaceSet(&'a str),
    PersonSet(&'a str),
    RecipientSet(&'a str),
    Already { barcode: &'a str, seq: u64 },
    CountedBefore(&'a str),
    NoAudit(&'a str),
    TwoLabels(&'a str),
    SignedOn(&'a str),
    PinLike(&'a str),
    Late,
    NeedPerson,
    BadgeAtScan,
    NeedPlace(Mode),
    NeedRecipient,
    NothingToUndo,
    Forgotten(u64),
    WitnessWanted,
    WitnessSet(&'a str),
    OrderSet(OrderId),
    OverrideSet,
    ShiftOver(u64),
    Unrecorded { label: &'a str, why: &'a str },
}

/// What the screens say besides.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each variant is one heading, name or sentence")]
pub enum Screens<'a> {
    Scan,
    Board,
    Medium,
    Ledger,
    Places,
    Orders,
    Keys,
    Quit,
    NextMode,
    Undo,
    Filter,
    Move,
    Open,
    Search,
    Verify,
    Person(&'a str),
    Place(&'a str),
    Recipient(&'a str),
    NotYet,
    Counts { recorded: u64, refused: u64, again: u64 },
    Waiting(u64),
    Ready,
    EscAwaits,
    TooSmall,
    NothingOutside,
    NoMedium,
    NotVerified,
    Verifying { done: u64, total: u64 },
    Entries(u64),
    Found(u64),
    OpenEnd(&'a str),
    Gap(&'a str),
    Of { media: u64, capacity: &'a str },
    NothingShown,
    ByHour { hours: usize, now: u64, most: u64 },
    ByTime,
    Narrowed(&'a str),
    Listed { listed: u64, total: u64 },
    InTime(usize),
    UnderOrder(OrderId),
    Residents,
    Contents { place: &'a str, count: u64 },
    Back,
    NarrowBy(Title),
    ShowAll,
    Copy,
    Copied,
    Export,
    ExportTo,
    Exported(&'a str),
    Unwritten { file: &'a str, error: &'a str },
    EnterOrEsc,
    EnterOrLeave,
    Suspend,
}

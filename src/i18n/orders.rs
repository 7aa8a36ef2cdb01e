//! The sentences about movement orders and people, without their words.

use crate::app::{Counts, Open};
use crate::domain::custody::State;
use crate::domain::names::OrderId;
use crate::domain::order::OrderState;

/// What is said about orders and people.
#[derive(Debug, Clone, Copy)]
#[allow(
    missing_docs,
    reason = "each variant is one sentence or heading, and its fields are the values in it"
)]
pub enum Orders<'a> {
    Requested {
        order: OrderId,
    },
    NightOpened {
        order: OrderId,
        parent: OrderId,
    },
    Approved {
        order: OrderId,
        seq: u64,
    },
    Rejected {
        order: OrderId,
        seq: u64,
    },
    Extended {
        order: OrderId,
        until: &'a str,
        seq: u64,
    },
    Closed {
        order: OrderId,
        seq: u64,
    },
    BadMedia {
        count: usize,
    },
    MissingNeedsWhy,
    NoMediaNamed,
    BadNumber {
        value: &'a str,
    },
    Under {
        order: OrderId,
    },
    State {
        state: OrderState,
        over: bool,
    },
    Standing {
        most: u64,
        used: u64,
    },
    Text,
    Work,
    Window {
        from: &'a str,
        until: &'a str,
    },
    Where {
        state: State,
        resident: bool,
        place: &'a str,
    },
    Lent {
        badge: &'a str,
        until: &'a str,
        seq: u64,
    },
    Reinstated {
        badge: &'a str,
        seq: u64,
    },
    ShiftList(Open),
    ShiftDone {
        from: &'a str,
        to: &'a str,
        seq: u64,
    },
    Ratified {
        barcode: &'a str,
        seq: u64,
    },
    LastSeenIn {
        place: &'a str,
        media: &'a str,
        count: usize,
    },
    Exported {
        report: &'a str,
        rows: u64,
        seq: u64,
    },
    BadMonth {
        value: &'a str,
    },
    BadMethod,
    /// The name of a form, also in the footer.
    AskTitle(Asked),
    WitnessKey,
    AllKey,
    /// A line of a form.
    Blank(Blank),
    /// What may be filled in there.
    BlankHint(Blank),
    FormKeys,
    NothingFilled {
        line: &'a str,
    },
    NotAName {
        line: &'a str,
        value: &'a str,
    },
    NoOrders,
    Counts(Counts),
    Turn {
        from: usize,
        to: usize,
        of: usize,
    },
    SignOn,
    WithoutOrder,
    WithWitness(&'a str),
}

/// What a form is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is one form")]
pub enum Asked {
    Request,
    Approve,
    Reject,
    Extend,
    Close,
    Override,
    Shift,
    Ratify,
    OpenAudit,
    Recount,
    CloseAudit,
}

/// A line of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is one line")]
pub enum Blank {
    Purpose,
    Until,
    Media,
    To,
    Text,
    Work,
    Why,
    Missing,
    Place,
    With,
    Badge,
    Pin,
    OwnPin,
    Next,
    NextPin,
}

/// The heads of the columns of orders and reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is one heading")]
pub enum Head {
    Order,
    Purpose,
    Requester,
    Approver,
    Closer,
    From,
    Until,
    Destination,
    Expected,
    Taken,
    Ejected,
    Returned,
    Outside,
    Missing,
    Parent,
    Nightly,
    Section,
    Key,
    Count,
    Role,
    LastUsed,
    Host,
    History,
    Locked,
}

//! Every way in which a movement order says no.

use super::Refusal;
use crate::domain::names::{Badge, Barcode, Code, OrderId};
use crate::domain::order::OrderState;
use crate::domain::time::Timestamp;

/// Why a movement order says no.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the fields are the values that the sentence names; each variant says what for"
)]
pub enum OrderRefusal {
    /// There is no such order.
    Unknown { order: OrderId },
    /// Nothing leaves without an order that lists it.
    Missing { barcode: Barcode },
    /// The order does not list the medium.
    NotListed { order: OrderId, barcode: Barcode },
    /// The order is not approved, or this is not its time.
    NotInForce { order: OrderId, state: OrderState, from: Timestamp, until: Timestamp },
    /// Several orders in force list the medium.
    Several { barcode: Barcode, orders: Vec<OrderId> },
    /// The order was decided on or closed before.
    Decided { order: OrderId, state: OrderState, by: Option<Badge>, at: Option<Timestamp> },
    /// Media of the order are still outside.
    NotBack { order: OrderId, outside: Vec<Barcode>, count: u64 },
    /// Nights of the standing order are not closed.
    NightsOpen { order: OrderId, count: u64 },
    /// The order is not a standing one.
    NotStanding { order: OrderId },
    /// The list is longer than the standing order allows in a night.
    NightFull { order: OrderId, most: u64, used: u64, asked: u64 },
    /// A standing order holds for so many days at most.
    StandingTooLong { days: i64 },
    /// An order lists at least one medium.
    NoMedia,
    /// An order lists so many media at most.
    TooManyMedia { count: u64, limit: usize },
    /// The policy has no such purpose.
    UnknownPurpose { purpose: Code, known: Vec<Code> },
    /// The window does not end after it begins, or is over.
    BadWindow { from: Timestamp, until: Timestamp, now: Timestamp },
    /// The due time is after the end of the order.
    DueAfterOrder { order: OrderId, due: Timestamp, until: Timestamp },
}

impl From<OrderRefusal> for Refusal {
    fn from(refusal: OrderRefusal) -> Self {
        Self::Order(refusal)
    }
}

impl OrderRefusal {
    /// The one word for it, as it stands in a `refused` event and in JSON.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "unknown_order",
            Self::Missing { .. } => "order_missing",
            Self::NotListed { .. } => "not_listed",
            Self::NotInForce { .. } => "order_not_in_force",
            Self::Several { .. } => "several_orders",
            Self::Decided { .. } => "order_decided",
            Self::NotBack { .. } => "not_back",
            Self::NightsOpen { .. } => "nights_open",
            Self::NotStanding { .. } => "not_standing",
            Self::NightFull { .. } => "night_full",
            Self::StandingTooLong { .. } => "standing_too_long",
            Self::NoMedia => "no_media",
            Self::TooManyMedia { .. } => "too_many_media",
            Self::UnknownPurpose { .. } => "unknown_purpose",
            Self::BadWindow { .. } => "bad_window",
            Self::DueAfterOrder { .. } => "due_after_order",
        }
    }
}

//! Movement orders: who asks to take which media out, what for, until when, and who approved it. A standing
//! order is approved for nights to come; each night's list is an order of its own under it.

use super::names::{Code, OrderId, PersonId, Term};
use super::time::{DAY, Timestamp};

super::words! {
    /// Where an order stands.
    OrderState {
        /// It was asked for, and nobody has decided on it.
        Requested = "requested",
        /// Another person has approved it.
        Approved = "approved",
        /// It was turned down.
        Rejected = "rejected",
        /// Each of its media is back, or named as missing.
        Closed = "closed",
    }
}

/// The most media that one order lists.
pub const MOST_MEDIA: usize = 10_000;

/// The longest time for which a standing order is approved, in days.
pub const STANDING_DAYS: i64 = 92;

/// What a standing order allows in a night, and how much of it the present night has used. A night is a day
/// of 24 hours, counted from the beginning of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nightly {
    /// The most media that the lists of one night may name.
    pub most: u64,
    /// The number of the last night that had a list.
    pub night: u64,
    /// How many media the lists of that night have named.
    pub used: u64,
}

/// One order as the rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The `seq` of the event that opened it, which is also its number.
    pub id: OrderId,
    /// Who asked for it.
    pub requester: PersonId,
    /// When.
    pub requested: Timestamp,
    /// What for, one of the policy's purposes.
    pub purpose: Code,
    /// When media may go out under it at the earliest.
    pub from: Timestamp,
    /// When all of them must be back.
    pub until: Timestamp,
    /// Where they go: a device, a place, an address.
    pub destination: Option<Term>,
    /// Where it stands.
    pub state: OrderState,
    /// Who approved or rejected it.
    pub decided_by: Option<PersonId>,
    /// Who closed it.
    pub closed_by: Option<PersonId>,
    /// When it was approved, rejected or closed last.
    pub decided: Option<Timestamp>,
    /// The standing order that it is a night of.
    pub parent: Option<OrderId>,
    /// What it allows by night; none for an order with a list of its own.
    pub nightly: Option<Nightly>,
}

impl Order {
    /// Whether media may move under it at this moment.
    #[must_use]
    pub fn in_force(&self, at: Timestamp) -> bool {
        self.state == OrderState::Approved && self.from <= at && at < self.until
    }

    /// Whether something is still expected of somebody.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.state, OrderState::Requested | OrderState::Approved)
    }

    /// The number of the night at this moment.
    #[must_use]
    pub fn night(&self, at: Timestamp) -> u64 {
        u64::try_from(at.since(self.from).div_euclid(DAY)).unwrap_or_default()
    }
}

/// How far one medium of an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// It has left its place of rest.
    pub taken: bool,
    /// It was taken out of a device.
    pub ejected: bool,
    /// It has come back to a vault since.
    pub returned: bool,
}

impl Marks {
    /// All three as one number below 8.
    #[must_use]
    pub fn bits(self) -> u64 {
        u64::from(self.taken) | u64::from(self.ejected) << 1 | u64::from(self.returned) << 2
    }

    /// The marks of such a number; none for any other.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Option<Self> {
        if bits > 7 {
            return None;
        }
        Some(Self { taken: bits & 1 != 0, ejected: bits & 2 != 0, returned: bits & 4 != 0 })
    }

    /// After it has left its place of rest.
    #[must_use]
    pub const fn out(self) -> Self {
        Self { taken: true, returned: false, ..self }
    }

    /// After it was taken out of a device.
    #[must_use]
    pub const fn ejected(self) -> Self {
        Self { ejected: true, ..self }
    }

    /// After it has come back to a vault.
    #[must_use]
    pub const fn back(self) -> Self {
        Self { returned: true, ..self }
    }
}

/// How far one medium of one order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The order.
    pub order: OrderId,
    /// How far.
    pub marks: Marks,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_have_one_number_each() {
        for bits in 0..8 {
            assert_eq!(Marks::from_bits(bits).map(Marks::bits), Some(bits));
        }
        assert_eq!(Marks::from_bits(8), None);
        let once = Marks::default().out().ejected().back();
        assert_eq!(once.bits(), 7);
        assert_eq!(once.out(), Marks { taken: true, ejected: true, returned: false }, "out again");
    }
}

//! Custody: where one medium is in the eyes of the record. Each variant carries what is known only then.

use super::names::{OrderId, PersonId, PlaceId, Term};
use super::time::Timestamp;

super::words! {
    /// How a medium came into somebody's hands.
    Origin {
        /// Taken out of a vault.
        CheckOut = "check_out",
        /// Taken out of a device.
        Eject = "eject",
        /// Handed over by the custodian before.
        HandOver = "hand_over",
        /// Taken over from a custodian who cannot act.
        TakeOver = "take_over",
        /// Turned up again.
        Found = "found",
        /// New, and not yet in a vault.
        Intake = "intake",
        /// The record was put right.
        Correct = "correct",
    }
}

super::words! {
    /// The state of a medium, without what it carries.
    State {
        /// In a vault.
        Vaulted = "vaulted",
        /// In a person's hands.
        InHand = "in_hand",
        /// In a drive or a library.
        InDevice = "in_device",
        /// Declared missing.
        Missing = "missing",
        /// Destroyed, and certified to be so.
        Destroyed = "destroyed",
    }
}

/// By what leave a medium is outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// It did not leave: it is new, or turned up again.
    Intake,
    /// It left without an order, where the policy asked for none or nobody could be asked.
    None,
    /// It is out under this movement order.
    Order(OrderId),
    /// It was taken out without an order in an emergency, by this entry.
    Override(u64),
}

impl Leave {
    /// The movement order, if it is out under one.
    #[must_use]
    pub const fn order(self) -> Option<OrderId> {
        match self {
            Self::Order(order) => Some(order),
            Self::Intake | Self::None | Self::Override(_) => None,
        }
    }
}

/// One stay away from rest, from leaving a vault (or a resident device) until the next check-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outing {
    /// When it left.
    pub left: Timestamp,
    /// When it must be back.
    pub due: Timestamp,
    /// By what leave it is out.
    pub leave: Leave,
    /// When it was last ejected and not loaded since: the grace until the vault runs from here.
    pub ejected: Option<Timestamp>,
}

/// Where a medium is, by the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Custody {
    /// It rests in a vault.
    Vaulted {
        /// The vault, or the shelf or slot in it.
        place: PlaceId,
        /// Since when.
        since: Timestamp,
    },
    /// A person has it.
    InHand {
        /// Who answers for it.
        custodian: PersonId,
        /// Since when this person has it.
        since: Timestamp,
        /// How they came by it.
        origin: Origin,
        /// The stay away that this is part of.
        outing: Outing,
    },
    /// It is in a drive or a library.
    InDevice {
        /// Which.
        device: PlaceId,
        /// The element (slot, drive number) that was named; a remark, for robots move media.
        element: Option<Term>,
        /// Since when.
        since: Timestamp,
        /// The stay away that this is part of; none for a medium that lives in this resident device.
        outing: Option<Outing>,
    },
    /// It was declared missing.
    Missing {
        /// Since when.
        since: Timestamp,
        /// The last place that the record knew.
        place: Option<PlaceId>,
        /// The last custodian that the record knew.
        custodian: Option<PersonId>,
    },
    /// It was destroyed.
    Destroyed {
        /// Since when.
        since: Timestamp,
    },
}

impl Custody {
    /// The state without what it carries.
    #[must_use]
    pub const fn state(&self) -> State {
        match self {
            Self::Vaulted { .. } => State::Vaulted,
            Self::InHand { .. } => State::InHand,
            Self::InDevice { .. } => State::InDevice,
            Self::Missing { .. } => State::Missing,
            Self::Destroyed { .. } => State::Destroyed,
        }
    }

    /// Since when the medium is in this state.
    #[must_use]
    pub const fn since(&self) -> Timestamp {
        match self {
            Self::Vaulted { since, .. }
            | Self::InHand { since, .. }
            | Self::InDevice { since, .. }
            | Self::Missing { since, .. }
            | Self::Destroyed { since } => *since,
        }
    }

    /// The place it is in (of a missing medium: the last one known).
    #[must_use]
    pub const fn place(&self) -> Option<PlaceId> {
        match self {
            Self::Vaulted { place, .. } | Self::InDevice { device: place, .. } => Some(*place),
            Self::Missing { place, .. } => *place,
            Self::InHand { .. } | Self::Destroyed { .. } => None,
        }
    }

    /// The place in which it takes up room; none when it is in hand or missing.
    #[must_use]
    pub const fn occupied(&self) -> Option<PlaceId> {
        match self {
            Self::Vaulted { place, .. } | Self::InDevice { device: place, .. } => Some(*place),
            Self::Missing { .. } | Self::InHand { .. } | Self::Destroyed { .. } => None,
        }
    }

    /// Who has it in hand (of a missing medium: the last one known).
    #[must_use]
    pub const fn custodian(&self) -> Option<PersonId> {
        match self {
            Self::InHand { custodian, .. } => Some(*custodian),
            Self::Missing { custodian, .. } => *custodian,
            Self::Vaulted { .. } | Self::InDevice { .. } | Self::Destroyed { .. } => None,
        }
    }

    /// The stay away that it is part of.
    #[must_use]
    pub const fn outing(&self) -> Option<&Outing> {
        match self {
            Self::InHand { outing, .. } => Some(outing),
            Self::InDevice { outing, .. } => outing.as_ref(),
            Self::Vaulted { .. } | Self::Missing { .. } | Self::Destroyed { .. } => None,
        }
    }

    /// Gives a medium that is out under this order, and was due at its end, until its new end.
    pub fn extend(&mut self, order: OrderId, (end, until): (Timestamp, Timestamp)) {
        let outing = match self {
            Self::InHand { outing, .. } => Some(outing),
            Self::InDevice { outing, .. } => outing.as_mut(),
            Self::Vaulted { .. } | Self::Missing { .. } | Self::Destroyed { .. } => None,
        };
        if let Some(outing) = outing.filter(|outing| outing.leave == Leave::Order(order) && outing.due == end)
        {
            outing.due = until;
        }
    }

    /// Whether it is at rest: in a vault, living in a resident device, or destroyed.
    #[must_use]
    pub const fn at_rest(&self) -> bool {
        match self {
            Self::Vaulted { .. } | Self::Destroyed { .. } => true,
            Self::InDevice { outing, .. } => outing.is_none(),
            Self::InHand { .. } | Self::Missing { .. } => false,
        }
    }
}

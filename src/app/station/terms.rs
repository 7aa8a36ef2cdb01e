//! What a station is asked and what it answers: its modes, orders and answers, without what it does with them.

use crate::app::credentials::Pin;
use crate::app::verbs::{Said, Verb};
use crate::domain::event::{How, Kind};
use crate::domain::names::{AuditId, Badge, Barcode, OrderId, PlaceCode};
use crate::domain::refusal::Refusal;
use crate::domain::time::Timestamp;

crate::domain::words! {
    /// What a station does with the media that are scanned.
    Mode {
        /// Takes them out of the vault.
        CheckOut = "check-out",
        /// Loads them into a device.
        Load = "load",
        /// Takes them out of their device.
        Eject = "eject",
        /// Puts them into a vault.
        CheckIn = "check-in",
        /// Hands them over to another person.
        HandOver = "hand-over",
        /// Records that they were seen.
        Sight = "sight",
        /// Counts them in a stocktake.
        Audit = "audit",
    }
}

impl Mode {
    /// What its command label says, to be printed as a barcode: `KB-CHECK-OUT`.
    #[must_use]
    pub fn label(self) -> String {
        format!("KB-{}", self.word().to_uppercase())
    }

    /// Whether it needs a place.
    #[must_use]
    pub const fn needs_place(self) -> bool {
        matches!(self, Self::Load | Self::CheckIn | Self::Sight | Self::Audit)
    }

    /// The kind of event that it records.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::CheckOut => Kind::CheckOut,
            Self::Load => Kind::Load,
            Self::Eject => Kind::Eject,
            Self::CheckIn => Kind::CheckIn,
            Self::HandOver => Kind::HandOver,
            Self::Sight | Self::Audit => Kind::Sight,
        }
    }
}

/// What the label of an order begins with: `KB-ORDER-12`, to be printed with it and scanned before its media.
pub const ORDER_LABEL: &str = "KB-ORDER-";

/// The command label that takes the last step back.
pub const UNDO_LABEL: &str = "KB-UNDO";

/// What was read, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The text.
    pub text: String,
    /// By what means.
    pub how: How,
    /// When.
    pub at: Timestamp,
}

/// What a station is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Take this reading.
    Read(Reading),
    /// Change the mode.
    Mode(Mode),
    /// This person stands before it.
    Badge(Badge),
    /// This person gives this PIN.
    SignOn(Badge, Pin),
    /// The next badge is that of a second person, who stands by what follows.
    Witness,
    /// What is taken out from now on goes without an order, for this reason.
    Override(Said),
    /// Take the last step back.
    Undo,
    /// Forget who stands before it: nobody has touched it for long.
    Forget,
}

/// What a station answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The mode is set, and a new batch begun.
    Mode(Mode),
    /// The place is set, and a new batch begun.
    Place(PlaceCode),
    /// This person acts from now on.
    Person(Badge),
    /// This person takes what is handed over.
    Recipient(Badge),
    /// Now the second person's badge is wanted.
    WitnessWanted,
    /// This person stands by what follows.
    Witness(Badge),
    /// What is taken out from now on goes under this order.
    Order(OrderId),
    /// What is taken out from now on goes without an order.
    Override,
    /// The shift of so many hours is over: whoever stands there signs on anew.
    ShiftOver(u64),
    /// A medium's step is recorded.
    Done {
        /// The medium.
        barcode: Barcode,
        /// What was done.
        verb: Box<Verb>,
        /// The entry.
        seq: u64,
        /// The order that the step counts under.
        under: Option<OrderId>,
    },
    /// A medium's step was refused.
    Refused {
        /// What was read.
        shown: String,
        /// Why.
        refusal: Box<Refusal>,
        /// The entry that says so, if there is one.
        seq: Option<u64>,
    },
    /// The label was already taken in this batch, as this entry.
    Already {
        /// The medium.
        barcode: Barcode,
        /// The entry.
        seq: u64,
    },
    /// This counter has the label at this place already; nothing more is on record.
    CountedBefore {
        /// The medium.
        barcode: Barcode,
    },
    /// No stocktake that is being counted has this place in it.
    NoAudit(PlaceCode),
    /// The scanner fired twice; it is one reading.
    Bounce,
    /// This person acts already, and needs no PIN again.
    SignedOn(Badge),
    /// So many digits that look like a PIN were typed after a badge; they are neither recorded nor shown.
    PinLike(usize),
    /// Two labels came as one reading; neither is taken.
    TwoLabels {
        /// What was read.
        shown: String,
    },
    /// This person stands before it, from the start.
    Present(Badge),
    /// This person's PIN is wanted first.
    PinWanted(Badge),
    /// This person's PIN was not taken.
    PinRefused(Badge, Box<Refusal>),
    /// Nobody stands before it any more.
    Forgotten,
    /// First somebody must say who they are.
    NeedPerson,
    /// First the place must be scanned.
    NeedPlace(Mode),
    /// First the badge of who takes them must be scanned.
    NeedRecipient,
    /// There is nothing to take back.
    NothingToUndo,
}

impl Answer {
    /// Whether an answer is about a badge that was read, or about digits after one.
    pub(super) const fn is_of_badge(&self) -> bool {
        match self {
            Self::Person(_)
            | Self::Recipient(_)
            | Self::SignedOn(_)
            | Self::Present(_)
            | Self::PinWanted(_)
            | Self::PinRefused(..)
            | Self::Witness(_)
            | Self::PinLike(_) => true,
            Self::Mode(_)
            | Self::Place(_)
            | Self::WitnessWanted
            | Self::Order(_)
            | Self::Override
            | Self::ShiftOver(_)
            | Self::Done { .. }
            | Self::Refused { .. }
            | Self::Already { .. }
            | Self::CountedBefore { .. }
            | Self::NoAudit(_)
            | Self::Bounce
            | Self::TwoLabels { .. }
            | Self::Forgotten
            | Self::NeedPerson
            | Self::NeedPlace(_)
            | Self::NeedRecipient
            | Self::NothingToUndo => false,
        }
    }
}

/// Who a station serves at this moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Who acts.
    pub person: Option<Badge>,
    /// Who takes what is handed over.
    pub recipient: Option<Badge>,
    /// Who stands by.
    pub witness: Option<Badge>,
    /// The order under which media are taken out.
    pub order: Option<OrderId>,
    /// The place that was read last.
    pub place: Option<PlaceCode>,
    /// The stocktake in which media are counted.
    pub audit: Option<AuditId>,
    /// Whether media are taken out without an order.
    pub without: bool,
    /// Whether a badge was the last that was read, so that digits typed now may be a PIN.
    pub after_badge: bool,
}

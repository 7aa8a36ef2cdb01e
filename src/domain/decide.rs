//! From what a person wants to do to the event that says so, or to the refusal.

mod deeds;

use deeds::{close_data, deed_data, in_order, open_data, open_drawn_data, request_data};

use super::event::{Data, Event, How, Kind, Standing};
use super::medium::Description;
use super::names::{
    AuditId, Badge, Barcode, Code, IncidentId, Kept, MediumId, OrderId, Org, PlaceCode, Serial, Setting,
    Station, Term,
};
use super::person::Roles;
use super::place::PlaceKind;
use super::refusal::Refusal;
use super::rules::{Effect, Stop, step};
use super::time::Timestamp;
use super::world::World;

/// Who acts, when, where and how.
#[derive(Debug, Clone)]
pub struct Context {
    /// The `seq` that the event will have.
    pub seq: u64,
    /// When it is recorded.
    pub at: Timestamp,
    /// The earlier time that is claimed.
    pub occurred: Option<Timestamp>,
    /// Who acts.
    pub by: Option<Badge>,
    /// The second person.
    pub with: Option<Badge>,
    /// Where it is entered.
    pub station: Station,
    /// How a barcode got in.
    pub how: How,
}

/// Why something was done: a code, and if the person said more, the identity of that text in `kept`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The code.
    pub why: Code,
    /// The text.
    pub text: Option<Kept>,
}

/// How a medium is to leave the vault.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Departure {
    /// Due back then; else at the end of the order, else by the policy.
    pub due: Option<Timestamp>,
    /// Under this order; else under the one in force that lists the medium.
    pub order: Option<OrderId>,
    /// Without any order, for this reason.
    pub override_why: Option<Reason>,
}

/// What a person wants done with one medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Say what is on it.
    Describe(Box<Description>),
    /// Put it elsewhere in the same vault.
    Move(PlaceCode),
    /// Take it out of the vault.
    CheckOut(Departure),
    /// Put it into a device, at an element of it if one is named.
    Load(PlaceCode, Option<Term>),
    /// Take it out of the device it is in.
    Eject,
    /// Put it into a vault.
    CheckIn(PlaceCode),
    /// Give it to another person.
    HandOver(Badge),
    /// Take charge of it, for its custodian cannot act.
    TakeOver(Reason),
    /// Stand by a check-out that had no order.
    Ratify,
    /// Say that it was seen; in the count of a stocktake, if one is named.
    Sight(PlaceCode, Option<AuditId>),
    /// Declare it missing; by a stocktake and under its incident, if they are named.
    DeclareMissing(Reason, Option<(AuditId, IncidentId)>),
    /// Say that it turned up.
    Found(PlaceCode),
    /// Put the record right.
    Correct(Standing, Option<Timestamp>, Reason),
    /// Take the last step back.
    Void,
    /// Give it another barcode.
    Relabel(Barcode),
    /// Destroy it, by this method and under this certificate.
    Destroy(Code, Option<Term>),
    /// Record that a step was refused.
    Refused {
        /// What was tried.
        action: Kind,
        /// The place that was named.
        place: Option<PlaceCode>,
        /// The badge that was given, if nobody known has it.
        badge: Option<Badge>,
        /// The refusal's code.
        why: Code,
    },
}

impl Deed {
    /// The kind of event that it becomes.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Describe(_) => Kind::Describe,
            Self::Move(_) => Kind::Move,
            Self::CheckOut(_) => Kind::CheckOut,
            Self::Load(..) => Kind::Load,
            Self::Eject => Kind::Eject,
            Self::CheckIn(_) => Kind::CheckIn,
            Self::HandOver(_) => Kind::HandOver,
            Self::TakeOver(_) => Kind::TakeOver,
            Self::Ratify => Kind::Ratify,
            Self::Sight(..) => Kind::Sight,
            Self::DeclareMissing(..) => Kind::DeclareMissing,
            Self::Found(_) => Kind::Found,
            Self::Correct(..) => Kind::Correct,
            Self::Void => Kind::Void,
            Self::Relabel(_) => Kind::Relabel,
            Self::Destroy(..) => Kind::Destroy,
            Self::Refused { .. } => Kind::Refused,
        }
    }

    /// The place that it names, if it names one.
    #[must_use]
    pub const fn place(&self) -> Option<&PlaceCode> {
        match self {
            Self::Move(place)
            | Self::Load(place, _)
            | Self::CheckIn(place)
            | Self::Sight(place, _)
            | Self::Found(place) => Some(place),
            Self::Correct(to, ..) => to.place.as_ref(),
            Self::Refused { place, .. } => place.as_ref(),
            Self::Describe(_)
            | Self::CheckOut(_)
            | Self::Eject
            | Self::HandOver(_)
            | Self::TakeOver(_)
            | Self::Ratify
            | Self::Destroy(..)
            | Self::DeclareMissing(..)
            | Self::Void
            | Self::Relabel(_) => None,
        }
    }
}

/// An order that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What for.
    pub purpose: Code,
    /// What for in words, in `kept`.
    pub text: Option<Kept>,
    /// The work to be done, in `kept`.
    pub work: Option<Kept>,
    /// When media may go out at the earliest; now if nothing is said.
    pub from: Option<Timestamp>,
    /// When all must be back.
    pub until: Timestamp,
    /// Where they go.
    pub destination: Option<Term>,
    /// The most media of a night, if it is a standing order.
    pub nightly: Option<u64>,
    /// The media.
    pub media: Vec<MediumId>,
}

/// What a person wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Register a new medium.
    Register {
        /// Its barcode.
        barcode: Barcode,
        /// Its serial number.
        serial: Option<Serial>,
        /// Where it stands; in the actor's hands if nowhere.
        place: Option<PlaceCode>,
    },
    /// Something with one medium.
    Medium(MediumId, Deed),
    /// Enrol a person.
    Enrol {
        /// Their badge.
        badge: Badge,
        /// Their name, in `kept`.
        name: Kept,
        /// The hash of their PIN, in `kept`.
        pin: Option<Kept>,
        /// Their home organisation.
        org: Option<Org>,
        /// Their host organisation.
        host_org: Option<Org>,
        /// Their roles.
        roles: Roles,
    },
    /// Set a person's roles.
    SetRoles(Badge, Roles),
    /// Let a person act no more.
    Suspend(Badge, Reason),
    /// Add a place.
    AddPlace {
        /// Its code.
        code: PlaceCode,
        /// Its sort.
        kind: PlaceKind,
        /// Where it stands; none only for the site.
        parent: Option<PlaceCode>,
        /// How many media it holds; a slot and a drive always one.
        capacity: Option<u64>,
        /// Whether media live in it.
        resident: bool,
    },
    /// Let a suspended person act again.
    Reinstate(Badge),
    /// Let a place take media no more; so many elements of a device were looked at and found empty.
    RetirePlace(PlaceCode, Option<u64>),
    /// Set a policy value.
    SetPolicy(Code, Setting),
    /// Ask for an order.
    Request(Box<Request>),
    /// Open a night's list under a standing order.
    Night(OrderId, Timestamp, Vec<MediumId>),
    /// Approve an order.
    Approve(OrderId),
    /// Turn an order down.
    Reject(OrderId, Reason),
    /// Give an order more time.
    Extend(OrderId, Timestamp),
    /// Close an order.
    Close(OrderId),
    /// Fix the head for a sample of so many in a hundred, of this place or of the whole site.
    DrawAudit(Option<PlaceCode>, u64),
    /// Open a stocktake of this place, or of the whole site.
    OpenAudit(Option<PlaceCode>),
    /// Open a stocktake of the sample that follows from this draw and this number.
    OpenDrawn(AuditId, u64),
    /// Any other event, as it stands.
    Plain(Data),
}

/// An event that may be recorded, and what it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The event.
    pub event: Event,
    /// What it changes.
    pub effect: Effect,
}

/// Decides on an action: the event that records it and its effect.
///
/// # Errors
/// The refusal, or the failure to read the record.
pub fn decide<W: World>(world: &W, action: Action, context: &Context) -> Result<Decision, Stop<W::Error>> {
    let (medium, data) = match action {
        Action::Register { barcode, serial, place } => {
            (Some(MediumId(context.seq)), Data::Register { barcode, serial, place })
        }
        Action::Medium(id, deed) => {
            let medium = world.medium(id).map_err(Stop::Failed)?;
            let medium = medium.ok_or(Refusal::Inconsistent { key: "medium" })?;
            (Some(id), deed_data(world, &medium, deed, context)?)
        }
        Action::Enrol { badge, name, pin, org, host_org, roles } => {
            (None, Data::PersonEnrolled { badge, name, pin, org, host_org, roles })
        }
        Action::SetRoles(badge, roles) => (None, Data::PersonRoles { badge, roles }),
        Action::Suspend(badge, reason) => {
            (None, Data::PersonSuspended { badge, why: reason.why, text: reason.text })
        }
        Action::AddPlace { code, kind, parent, capacity, resident } => {
            let one = matches!(kind, PlaceKind::Slot | PlaceKind::Drive);
            let capacity = if one { capacity.or(Some(1)) } else { capacity };
            (None, Data::PlaceAdded { code, kind, parent, capacity, resident })
        }
        Action::Reinstate(badge) => (None, Data::PersonReinstated { badge }),
        Action::RetirePlace(code, elements) => (None, Data::PlaceRetired { code, elements }),
        Action::SetPolicy(name, value) => (None, Data::PolicyChanged { name, value }),
        Action::Request(request) => (None, request_data(*request, context)),
        Action::Night(order, until, media) => {
            (None, Data::OrderNight { order, until, media: in_order(media) })
        }
        Action::Approve(order) => (None, Data::OrderApproved { order }),
        Action::Reject(order, reason) => {
            (None, Data::OrderRejected { order, why: reason.why, text: reason.text })
        }
        Action::Extend(order, until) => (None, Data::OrderExtended { order, until }),
        Action::Close(order) => (None, close_data(world, order)?),
        Action::DrawAudit(place, percent) => {
            let (size, head) = world.head();
            (None, Data::AuditDrawn { place, percent, size, head })
        }
        Action::OpenAudit(place) => (None, open_data(world, place)?),
        Action::OpenDrawn(draw, number) => (None, open_drawn_data(world, draw, number)?),
        Action::Plain(data) => (None, data),
    };
    let reads = data.kind().has_how();
    let event = Event {
        medium,
        at: context.at,
        occurred: context.occurred,
        by: context.by.clone(),
        with: context.with.clone(),
        station: context.station.clone(),
        how: reads.then_some(context.how),
        data,
    };
    let effect = step(world, context.seq, &event)?;
    Ok(Decision { event, effect })
}

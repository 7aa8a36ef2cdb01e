//! From what a person wants to do to the event that says so, or to the refusal.

use super::custody::State;
use super::event::{Data, Event, How, Kind, Standing};
use super::medium::{Description, Medium};
use super::names::{Badge, Barcode, Code, Kept, MediumId, Org, PlaceCode, Serial, Station, Term};
use super::person::Roles;
use super::place::PlaceKind;
use super::refusal::{PlaceNeed, Refusal};
use super::rules::{Effect, Stop, resolve_place, standing, step, usual_due};
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

/// What a person wants done with one medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Say what is on it.
    Describe(Box<Description>),
    /// Put it elsewhere in the same vault.
    Move(PlaceCode),
    /// Take it out of the vault; due back at the given time, else by the policy.
    CheckOut(Option<Timestamp>),
    /// Put it into a device, at an element of it if one is named.
    Load(PlaceCode, Option<Term>),
    /// Take it out of the device it is in.
    Eject,
    /// Put it into a vault.
    CheckIn(PlaceCode),
    /// Give it to another person.
    HandOver(Badge),
    /// Say that it was seen.
    Sight(PlaceCode),
    /// Declare it missing.
    DeclareMissing(Reason),
    /// Say that it turned up.
    Found(PlaceCode),
    /// Put the record right.
    Correct(Standing, Option<Timestamp>, Reason),
    /// Take the last step back.
    Void,
    /// Give it another barcode.
    Relabel(Barcode),
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
            Self::Sight(_) => Kind::Sight,
            Self::DeclareMissing(_) => Kind::DeclareMissing,
            Self::Found(_) => Kind::Found,
            Self::Correct(..) => Kind::Correct,
            Self::Void => Kind::Void,
            Self::Relabel(_) => Kind::Relabel,
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
            | Self::Sight(place)
            | Self::Found(place) => Some(place),
            Self::Correct(to, ..) => to.place.as_ref(),
            Self::Refused { place, .. } => place.as_ref(),
            Self::Describe(_)
            | Self::CheckOut(_)
            | Self::Eject
            | Self::HandOver(_)
            | Self::DeclareMissing(_)
            | Self::Void
            | Self::Relabel(_) => None,
        }
    }
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
    /// Let a place take media no more.
    RetirePlace(PlaceCode),
    /// Set a policy value.
    SetPolicy(Code, Term),
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
        Action::RetirePlace(code) => (None, Data::PlaceRetired { code }),
        Action::SetPolicy(name, value) => (None, Data::PolicyChanged { name, value }),
        Action::Plain(data) => (None, data),
    };
    let reads = medium.is_some() || data.kind() == Kind::UnknownLabel;
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

fn deed_data<W: World>(
    world: &W,
    medium: &Medium,
    deed: Deed,
    context: &Context,
) -> Result<Data, Stop<W::Error>> {
    let barcode = medium.barcode.clone();
    let usual = usual_due(world.policy(), context.at);
    Ok(match deed {
        Deed::Describe(said) => {
            let Description { class, system, from, until, info, persons, encrypted, legal_hold } = *said;
            Data::Describe { barcode, class, system, from, until, info, persons, encrypted, legal_hold }
        }
        Deed::Move(place) => Data::Move { barcode, place },
        Deed::CheckOut(due) => {
            let place = place_for(world, medium, Kind::CheckOut, State::Vaulted)?;
            Data::CheckOut { barcode, place, order: None, due: due.unwrap_or(usual) }
        }
        Deed::Load(device, element) => Data::Load { barcode, device, element },
        Deed::Eject => {
            let device = place_for(world, medium, Kind::Eject, State::InDevice)?;
            let due = medium.custody.outing().map_or(usual, |outing| outing.due);
            Data::Eject { barcode, device, order: None, due }
        }
        Deed::CheckIn(place) => Data::CheckIn { barcode, place },
        Deed::HandOver(to) => Data::HandOver { barcode, to },
        Deed::Sight(place) => Data::Sight { barcode, place, audit: None },
        Deed::DeclareMissing(reason) => {
            Data::DeclareMissing { barcode, why: reason.why, text: reason.text, audit: None, incident: None }
        }
        Deed::Found(place) => Data::Found { barcode, place, due: usual },
        Deed::Correct(to, due, reason) => correct_data(world, medium, (to, due, reason), usual)?,
        Deed::Void => {
            let Some(prior) = &medium.prior else {
                let holding = super::rules::holding(world, medium)?;
                return Err(Refusal::NothingToVoid { holding }.into());
            };
            Data::Void { barcode, event: prior.event, kind: prior.kind }
        }
        Deed::Relabel(new) => Data::Relabel { barcode, new },
        Deed::Refused { action, place, badge, why } => {
            let action = Code::new(action.word()).map_err(|_| Refusal::Inconsistent { key: "action" })?;
            Data::Refused { barcode, action, place, badge, why }
        }
    })
}

/// The place that the record gives for a medium that must be in this state for the step.
fn place_for<W: World>(
    world: &W,
    medium: &Medium,
    action: Kind,
    state: State,
) -> Result<PlaceCode, Stop<W::Error>> {
    let holding = super::rules::holding(world, medium)?;
    match (&holding.place, holding.state == state) {
        (Some(place), true) => Ok(place.clone()),
        _ => Err(Refusal::WrongState { action, holding }.into()),
    }
}

fn correct_data<W: World>(
    world: &W,
    medium: &Medium,
    (to, due, reason): (Standing, Option<Timestamp>, Reason),
    usual: Timestamp,
) -> Result<Data, Stop<W::Error>> {
    let outside = match (to.state, &to.place) {
        (State::InHand, _) => true,
        (State::InDevice, Some(code)) => !resolve_place(world, code)?.resident,
        (State::Vaulted, Some(code)) => {
            let place = resolve_place(world, code)?;
            if !place.is_rest() {
                let need = PlaceNeed::Rest;
                return Err(Refusal::WrongPlace { code: place.code, kind: place.kind, need }.into());
            }
            false
        }
        _ => false,
    };
    let due = outside.then(|| due.unwrap_or(usual));
    Ok(Data::Correct {
        barcode: medium.barcode.clone(),
        from: standing(world, medium)?,
        to,
        due,
        why: reason.why,
        text: reason.text,
        gap: true,
    })
}

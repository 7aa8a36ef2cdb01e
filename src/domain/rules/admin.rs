//! People, places, the policy and the clock.

use super::{Actors, Effect, Outcome, Stop, audits, credentials, lookup};
use crate::domain::event::{Data, Event, Kind, MOST_TEXTS};
use crate::domain::names::{Badge, MAX_INTEGER, PersonId, PlaceCode, PlaceId};
use crate::domain::person::{Person, Role, Roles};
use crate::domain::place::{Place, PlaceKind};
use crate::domain::policy::Policy;
use crate::domain::refusal::Refusal;
use crate::domain::time::{HOUR, Timestamp};
use crate::domain::world::World;

pub(super) fn step<W: World>(world: &W, seq: u64, event: &Event, actors: &Actors) -> Outcome<Effect, W> {
    if let Data::PersonEnrolled { .. } = &event.data {
        return enrol(world, seq, event);
    }
    if let Data::PersonRoles { badge, roles } = &event.data {
        return set_roles(world, badge, *roles);
    }
    if let Data::PersonSuspended { badge, .. } = &event.data {
        return suspend(world, badge);
    }
    if let Data::PersonReinstated { badge } = &event.data {
        return reinstate(world, badge);
    }
    if let Data::TemporaryBadge { .. } = &event.data {
        return lend_badge(world, seq, event);
    }
    if let Data::ShiftHandedOver { .. } = &event.data {
        return if actors.with.is_some() {
            Ok(Effect::None)
        } else {
            Err(Refusal::WitnessMissing { action: Kind::ShiftHandedOver }.into())
        };
    }
    if let Data::CredentialSet { badge, pin } = &event.data {
        return credentials::set(world, badge, *pin, actors);
    }
    if let Data::SignedOn { badge } = &event.data {
        return credentials::signed_on(event, badge, actors).map_err(Into::into);
    }
    if let Data::PlaceAdded { .. } = &event.data {
        return add_place(world, seq, event);
    }
    if let Data::PlaceRetired { code, elements } = &event.data {
        return retire_place(world, (code, *elements), actors);
    }
    if let Data::PolicyChanged { name, value } = &event.data {
        let Some(policy) = world.policy().with(name.as_str(), value.as_str()) else {
            let allowed = Policy::allowed(name.as_str());
            return Err(Refusal::BadPolicy { name: name.clone(), allowed }.into());
        };
        return if policy == *world.policy() {
            Err(Refusal::NoChange.into())
        } else {
            Ok(Effect::Policy(policy))
        };
    }
    if let Data::UnknownLabel { .. } = &event.data {
        return audits::stray(world, seq, event, Some(actors));
    }
    clock(world, event, actors)
}

fn clock<W: World>(world: &W, event: &Event, actors: &Actors) -> Outcome<Effect, W> {
    let last = world.clock().last;
    let legal = if let Data::ClockHeld { clock } = &event.data {
        Some(event.at) == last && *clock < event.at && !world.clock().held
    } else if let Data::ClockConfirmed { from } = &event.data {
        if actors.with.is_none() {
            return Err(Refusal::WitnessMissing { action: Kind::ClockConfirmed }.into());
        }
        Some(*from) == last
    } else if let Data::KeyRotated { .. } | Data::IrregularAcknowledged { .. } = &event.data {
        // Signatures, the numbers of incarnations and what was irregular are the business of who reads the log.
        if actors.with.is_none() {
            return Err(Refusal::WitnessMissing { action: event.data.kind() }.into());
        }
        true
    } else if let Data::TextsLost { texts } = &event.data {
        // What may stand before it is the business of who reads the log too.
        (1..=MOST_TEXTS).contains(&texts.len()) && texts.is_sorted_by(|a, b| a < b)
    } else {
        true
    };
    if legal { Ok(Effect::None) } else { Err(Refusal::Inconsistent { key: "data" }.into()) }
}

fn enrol<W: World>(world: &W, seq: u64, event: &Event) -> Outcome<Effect, W> {
    let Data::PersonEnrolled { badge, pin, org, host_org, roles, .. } = &event.data else {
        return Err(Refusal::Inconsistent { key: "kind" }.into());
    };
    free(world, badge, event.at)?;
    if roles.is_empty() {
        return Err(Refusal::NoRoles { badge: badge.clone() }.into());
    }
    Ok(Effect::Person(Person {
        id: PersonId(seq),
        badge: badge.clone(),
        org: org.clone(),
        host_org: host_org.clone(),
        roles: *roles,
        suspended: false,
        until: None,
        pin: *pin,
        wrong_pins: 0,
        locked: None,
    }))
}

/// Refuses a badge that somebody carries. A temporary one is given out again after its end.
fn free<W: World>(world: &W, badge: &Badge, at: Timestamp) -> Outcome<(), W> {
    match world.person_by_badge(badge).map_err(Stop::Failed)? {
        Some(person) if person.ended_at(at).is_none() => {
            Err(Refusal::BadgeTaken { badge: badge.clone() }.into())
        }
        Some(_) | None => Ok(()),
    }
}

/// A badge for one shift, with its own PIN: its holder is an operator and nothing else.
fn lend_badge<W: World>(world: &W, seq: u64, event: &Event) -> Outcome<Effect, W> {
    let Data::TemporaryBadge { badge, pin, org, until, .. } = &event.data else {
        return Err(Refusal::Inconsistent { key: "kind" }.into());
    };
    free(world, badge, event.at)?;
    if *until <= event.at {
        return Err(Refusal::DueInPast { due: *until, now: event.at }.into());
    }
    let hours = world.policy().shift_hours;
    if until.since(event.at) > i64::try_from(hours).unwrap_or(i64::MAX).saturating_mul(HOUR) {
        return Err(Refusal::ShiftTooLong { hours }.into());
    }
    Ok(Effect::Person(Person {
        id: PersonId(seq),
        badge: badge.clone(),
        org: org.clone(),
        host_org: None,
        roles: Roles::of(&[Role::Operator]),
        suspended: false,
        until: Some(*until),
        pin: Some(*pin),
        wrong_pins: 0,
        locked: None,
    }))
}

fn reinstate<W: World>(world: &W, badge: &Badge) -> Outcome<Effect, W> {
    match world.person_by_badge(badge).map_err(Stop::Failed)? {
        None => Err(Refusal::UnknownPerson { badge: badge.clone() }.into()),
        Some(person) if !person.suspended => Err(Refusal::NoChange.into()),
        Some(person) => Ok(Effect::Person(Person { suspended: false, ..person })),
    }
}

fn set_roles<W: World>(world: &W, badge: &Badge, roles: Roles) -> Outcome<Effect, W> {
    let person = lookup::person(world, badge)?;
    if roles.is_empty() {
        return Err(Refusal::NoRoles { badge: badge.clone() }.into());
    }
    if person.roles == roles {
        return Err(Refusal::NoChange.into());
    }
    if person.until.is_some() {
        return Err(Refusal::TemporaryRoles { badge: badge.clone() }.into());
    }
    if !roles.has(Role::Admin) {
        keep_an_admin(world, &person)?;
    }
    Ok(Effect::Person(Person { roles, ..person }))
}

fn suspend<W: World>(world: &W, badge: &Badge) -> Outcome<Effect, W> {
    let person = lookup::person(world, badge)?;
    keep_an_admin(world, &person)?;
    Ok(Effect::Person(Person { suspended: true, ..person }))
}

fn keep_an_admin<W: World>(world: &W, person: &Person) -> Outcome<(), W> {
    if person.keeps_the_keys() && world.admins().map_err(Stop::Failed)? <= 1 {
        return Err(Refusal::LastAdmin { badge: person.badge.clone() }.into());
    }
    Ok(())
}

fn add_place<W: World>(world: &W, seq: u64, event: &Event) -> Outcome<Effect, W> {
    let Data::PlaceAdded { code, kind, parent, capacity, resident } = &event.data else {
        return Err(Refusal::Inconsistent { key: "kind" }.into());
    };
    if let Some(other) = world.place_by_code(code).map_err(Stop::Failed)? {
        return Err(Refusal::CodeTaken { code: code.clone(), kind: other.kind }.into());
    }
    let id = PlaceId(seq);
    let parent = match parent {
        // The site comes right after the opening and the first person, and never again.
        None if *kind == PlaceKind::Site && seq == 3 => None,
        None => return Err(Refusal::OneSite.into()),
        Some(code) => Some(lookup::resolve_place(world, code)?),
    };
    if let Some(parent) = &parent
        && !kind.stands_in(parent.kind)
    {
        let (parent, parent_kind) = (parent.code.clone(), parent.kind);
        return Err(Refusal::WrongParent { kind: *kind, parent, parent_kind }.into());
    }
    let fits = match kind {
        PlaceKind::Slot | PlaceKind::Drive => *capacity == Some(1),
        PlaceKind::Site | PlaceKind::Desk => capacity.is_none(),
        PlaceKind::Vault | PlaceKind::Shelf | PlaceKind::Library => *capacity != Some(0),
    };
    let fits = fits && capacity.is_none_or(|capacity| capacity <= MAX_INTEGER);
    if !fits {
        return Err(Refusal::BadCapacity { kind: *kind }.into());
    }
    if *resident && *kind != PlaceKind::Library {
        return Err(Refusal::NotResident { kind: *kind }.into());
    }
    let vault = if *kind == PlaceKind::Vault { Some(id) } else { parent.as_ref().and_then(|p| p.vault) };
    Ok(Effect::Place(Place {
        id,
        code: code.clone(),
        kind: *kind,
        parent: parent.map(|p| p.id),
        capacity: *capacity,
        resident: *resident,
        vault,
        retired: false,
        added: event.at,
        audited: None,
        audit_due: None,
    }))
}

fn retire_place<W: World>(
    world: &W,
    (code, elements): (&PlaceCode, Option<u64>),
    actors: &Actors,
) -> Outcome<Effect, W> {
    let place = lookup::resolve_place(world, code)?;
    if elements.is_some_and(|elements| elements > MAX_INTEGER) {
        return Err(Refusal::BadCapacity { kind: place.kind }.into());
    }
    if place.kind == PlaceKind::Site {
        return Err(Refusal::OneSite.into());
    }
    let media = world.occupants(place.id).map_err(Stop::Failed)?.count;
    let places = world.children(place.id).map_err(Stop::Failed)?;
    if media > 0 || places > 0 {
        let mut some = Vec::new();
        for id in world.some_in(place.id).map_err(Stop::Failed)? {
            some.extend(world.medium(id).map_err(Stop::Failed)?.map(|medium| medium.barcode));
        }
        return Err(Refusal::PlaceInUse { code: place.code, media, places, some }.into());
    }
    // An empty device is confirmed by two people, for that is where two tapes were once overlooked.
    if place.kind.is_device() && actors.with.is_none() {
        return Err(Refusal::WitnessMissing { action: Kind::PlaceRetired }.into());
    }
    Ok(Effect::Place(Place { retired: true, ..place }))
}

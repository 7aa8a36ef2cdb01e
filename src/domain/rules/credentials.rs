//! PINs: who may set one, and what wrong and right ones do. That a PIN was right the rules cannot see; that
//! each step is taken by who said who they are is the business of [`crate::app`].

use super::{Actors, Effect, Outcome, Stop, lookup};
use crate::domain::event::{Data, Event};
use crate::domain::names::{Badge, Kept};
use crate::domain::person::{Person, Role};
use crate::domain::refusal::Refusal;
use crate::domain::world::World;

/// A new PIN: set by the person or by an administrator. It also ends what wrong ones have locked.
pub(super) fn set<W: World>(world: &W, badge: &Badge, pin: Kept, actors: &Actors) -> Outcome<Effect, W> {
    let person = lookup::person(world, badge)?;
    if actors.by.id != person.id && !actors.by.roles.has(Role::Admin) {
        return Err(Refusal::PinOfOther { badge: badge.clone() }.into());
    }
    Ok(Effect::Person(Person { pin: Some(pin), ..person.after_right_pin() }))
}

/// A wrong PIN was given. Nobody acts: who typed it is just what is not known.
pub(super) fn refused<W: World>(world: &W, event: &Event) -> Outcome<Effect, W> {
    let Data::PinRefused { badge } = &event.data else {
        return Err(Refusal::Inconsistent { key: "kind" }.into());
    };
    if event.by.is_some() || event.with.is_some() {
        return Err(Refusal::Inconsistent { key: "by" }.into());
    }
    let person = world.person_by_badge(badge).map_err(Stop::Failed)?;
    let person = person.ok_or_else(|| Refusal::UnknownPerson { badge: badge.clone() })?;
    if person.pin.is_none() || person.locked_at(event.at).is_some() {
        return Err(Refusal::Inconsistent { key: "badge" }.into());
    }
    Ok(Effect::Person(person.after_wrong_pin(event.at)))
}

/// The right PIN after wrong ones.
///
/// # Errors
/// While the person is locked, or when there is nothing to tell.
pub(super) fn signed_on(event: &Event, badge: &Badge, actors: &Actors) -> Result<Effect, Refusal> {
    let person = &actors.by;
    if person.badge != *badge || actors.with.is_some() || person.wrong_pins == 0 {
        return Err(Refusal::Inconsistent { key: "badge" });
    }
    if let Some(until) = person.locked_at(event.at) {
        return Err(Refusal::PinLocked { badge: badge.clone(), until });
    }
    Ok(Effect::Person(person.clone().after_right_pin()))
}

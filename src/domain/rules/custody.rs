//! The ordinary way of a medium: out of the vault, into a device, out again, from hand to hand, and back.

use std::sync::Arc;

use super::{Actors, Outcome, Stop, lookup};
use crate::domain::custody::{Custody, Origin, Outing};
use crate::domain::event::{Data, Event};
use crate::domain::medium::{Medium, Prior};
use crate::domain::names::{Badge, OrderId, PlaceCode, PlaceId, Term};
use crate::domain::refusal::{PlaceNeed, Refusal};
use crate::domain::time::Timestamp;
use crate::domain::world::World;

/// Applies one ordinary step; gives the place where the medium was seen doing it.
pub(super) fn step<W: World>(
    world: &W,
    seq: u64,
    event: &Event,
    actors: &Actors,
    medium: &mut Medium,
) -> Outcome<Option<PlaceId>, W> {
    let before = medium.custody.clone();
    let (custody, seen) = next(world, event, actors, medium)?;
    let kind = event.data.kind();
    if kind.is_voidable() {
        let (by, at) = (actors.by.id, event.at);
        medium.prior = Some(Arc::new(Prior { event: seq, kind, by, at, custody: before }));
    }
    medium.custody = custody;
    Ok(seen)
}

type Step = (Custody, Option<PlaceId>);

fn next<W: World>(world: &W, event: &Event, actors: &Actors, medium: &mut Medium) -> Outcome<Step, W> {
    if let Data::Move { place, .. } = &event.data {
        return shelve(world, event, medium, place);
    }
    if let Data::CheckOut { place, order, due, .. } = &event.data {
        return check_out(world, event, actors, medium, (place, *order, *due));
    }
    if let Data::Load { device, element, .. } = &event.data {
        return load(world, event, actors, medium, (device, element.clone()));
    }
    if let Data::Eject { device, order, due, .. } = &event.data {
        return eject(world, event, actors, medium, (device, *order, *due));
    }
    if let Data::CheckIn { place, .. } = &event.data {
        return check_in(world, event, actors, medium, place);
    }
    if let Data::HandOver { to, .. } = &event.data {
        return hand_over(world, event, actors, medium, to);
    }
    Err(Refusal::Inconsistent { key: "kind" }.into())
}

fn wrong_state<T, W: World>(world: &W, event: &Event, medium: &Medium) -> Outcome<T, W> {
    let holding = lookup::holding(world, medium)?;
    Err(Refusal::WrongState { action: event.data.kind(), holding }.into())
}

fn no_order(order: Option<OrderId>) -> Result<(), Refusal> {
    order.map_or(Ok(()), |order| Err(Refusal::UnknownOrder { order }))
}

fn shelve<W: World>(world: &W, event: &Event, medium: &Medium, to: &PlaceCode) -> Outcome<Step, W> {
    let Custody::Vaulted { place: from, .. } = medium.custody else {
        return wrong_state(world, event, medium);
    };
    let to = lookup::place(world, to, PlaceNeed::Rest)?;
    if to.id == from {
        let holding = lookup::holding(world, medium)?;
        return Err(Refusal::AlreadySo { action: event.data.kind(), holding }.into());
    }
    let vault = world.place(from).map_err(Stop::Failed)?.and_then(|place| place.vault);
    if vault != to.vault {
        let holding = lookup::holding(world, medium)?;
        return Err(Refusal::OtherVault { to: to.code, holding }.into());
    }
    lookup::room(world, &to)?;
    Ok((Custody::Vaulted { place: to.id, since: event.at }, Some(to.id)))
}

fn check_out<W: World>(
    world: &W,
    event: &Event,
    actors: &Actors,
    medium: &Medium,
    (from, order, due): (&PlaceCode, Option<OrderId>, Timestamp),
) -> Outcome<Step, W> {
    let Custody::Vaulted { place, .. } = medium.custody else {
        return wrong_state(world, event, medium);
    };
    if lookup::code_of(world, Some(place))?.as_ref() != Some(from) {
        return Err(Refusal::Inconsistent { key: "place" }.into());
    }
    no_order(order)?;
    if due <= event.at {
        return Err(Refusal::DueInPast { due, now: event.at }.into());
    }
    let outing = Outing { left: event.at, due, order, ejected: None };
    let (custodian, since) = (actors.by.id, event.at);
    Ok((Custody::InHand { custodian, since, origin: Origin::CheckOut, outing }, Some(place)))
}

fn load<W: World>(
    world: &W,
    event: &Event,
    actors: &Actors,
    medium: &Medium,
    (device, element): (&PlaceCode, Option<Term>),
) -> Outcome<Step, W> {
    let Custody::InHand { custodian, outing, .. } = medium.custody else {
        return wrong_state(world, event, medium);
    };
    if custodian != actors.by.id {
        let holding = lookup::holding(world, medium)?;
        return Err(Refusal::NotCustodian { action: event.data.kind(), holding }.into());
    }
    let device = lookup::place(world, device, PlaceNeed::Device)?;
    lookup::room(world, &device)?;
    let outing = (!device.resident).then_some(Outing { ejected: None, ..outing });
    Ok((Custody::InDevice { device: device.id, element, since: event.at, outing }, Some(device.id)))
}

fn eject<W: World>(
    world: &W,
    event: &Event,
    actors: &Actors,
    medium: &Medium,
    (from, order, due): (&PlaceCode, Option<OrderId>, Timestamp),
) -> Outcome<Step, W> {
    let Custody::InDevice { device, outing, .. } = medium.custody else {
        return wrong_state(world, event, medium);
    };
    if lookup::code_of(world, Some(device))?.as_ref() != Some(from) {
        let holding = lookup::holding(world, medium)?;
        return Err(Refusal::OtherDevice { holding }.into());
    }
    no_order(order)?;
    if outing.is_none() && due <= event.at {
        return Err(Refusal::DueInPast { due, now: event.at }.into());
    }
    let left = outing.map_or(event.at, |outing| outing.left);
    let outing = Outing { left, due, order, ejected: Some(event.at) };
    let (custodian, since) = (actors.by.id, event.at);
    Ok((Custody::InHand { custodian, since, origin: Origin::Eject, outing }, Some(device)))
}

fn check_in<W: World>(
    world: &W,
    event: &Event,
    actors: &Actors,
    medium: &mut Medium,
    to: &PlaceCode,
) -> Outcome<Step, W> {
    let Custody::InHand { .. } = medium.custody else {
        return wrong_state(world, event, medium);
    };
    let place = lookup::place(world, to, PlaceNeed::Rest)?;
    lookup::room(world, &place)?;
    if world.policy().check_in_witness && actors.with.is_none() {
        return Err(Refusal::WitnessMissing { action: event.data.kind() }.into());
    }
    medium.discrepancy = None;
    Ok((Custody::Vaulted { place: place.id, since: event.at }, Some(place.id)))
}

fn hand_over<W: World>(
    world: &W,
    event: &Event,
    actors: &Actors,
    medium: &Medium,
    to: &Badge,
) -> Outcome<Step, W> {
    let Custody::InHand { custodian, outing, .. } = medium.custody else {
        return wrong_state(world, event, medium);
    };
    if custodian != actors.by.id {
        let holding = lookup::holding(world, medium)?;
        return Err(Refusal::NotCustodian { action: event.data.kind(), holding }.into());
    }
    let to = lookup::person(world, to)?;
    if to.id == custodian {
        return Err(Refusal::HandOverToSelf { badge: to.badge }.into());
    }
    Ok((Custody::InHand { custodian: to.id, since: event.at, origin: Origin::HandOver, outing }, None))
}

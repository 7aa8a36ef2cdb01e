//! The ordinary way of a medium: out of the vault, into a device, out again, from hand to hand, and back.

use std::sync::Arc;

use super::{Actors, Outcome, Stop, lookup, orders};
use crate::domain::custody::{Custody, Leave, Origin, Outing};
use crate::domain::event::{Data, Event};
use crate::domain::medium::{Class, Medium, Override, Prior};
use crate::domain::names::{Badge, OrderId, PlaceCode, PlaceId, Term};
use crate::domain::order::{Line, Marks};
use crate::domain::person::Role;
use crate::domain::refusal::{OrderRefusal, PlaceNeed, Refusal};
use crate::domain::separation::Separation;
use crate::domain::time::Timestamp;
use crate::domain::world::World;

/// Applies one ordinary step; gives the place where the medium was seen doing it, and in `line` how far the order
/// that it counts under has come with it.
pub(super) fn step<W: World>(
    world: &W,
    seq: u64,
    event: &Event,
    actors: &Actors,
    medium: &mut Medium,
    line: &mut Option<Line>,
) -> Outcome<Option<PlaceId>, W> {
    let before = medium.custody.clone();
    let Step { custody, seen, line: moved } = next(world, seq, event, actors, medium)?;
    let kind = event.data.kind();
    *line = moved.map(|(_, after)| after);
    if kind.is_voidable() {
        let (by, at) = (actors.by.id, event.at);
        let line = moved.map(|(before, _)| before);
        medium.prior = Some(Arc::new(Prior { event: seq, kind, by, at, custody: before, line }));
    }
    medium.custody = custody;
    Ok(seen)
}

/// Where a step takes a medium.
struct Step {
    custody: Custody,
    /// Where it was seen.
    seen: Option<PlaceId>,
    /// How far its order had come with it, and how far it has come now.
    line: Option<(Line, Line)>,
}

impl Step {
    const fn to(custody: Custody, seen: Option<PlaceId>) -> Self {
        Self { custody, seen, line: None }
    }

    /// As it is, with what it moves in the order.
    fn under(self, line: Option<Line>, marks: impl Fn(Marks) -> Marks) -> Self {
        let line = line.map(|line| (line, Line { marks: marks(line.marks), ..line }));
        Self { line, ..self }
    }
}

fn next<W: World>(
    world: &W,
    seq: u64,
    event: &Event,
    actors: &Actors,
    medium: &mut Medium,
) -> Outcome<Step, W> {
    if let Data::Move { place, .. } = &event.data {
        return shelve(world, event, medium, place);
    }
    if let Data::CheckOut { .. } = &event.data {
        return check_out(world, seq, event, actors, medium);
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

fn shelve<W: World>(world: &W, event: &Event, medium: &mut Medium, to: &PlaceCode) -> Outcome<Step, W> {
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
    // Put on record where it was seen, it is in dispute no more.
    if let Some(wrong) = medium.discrepancy
        && (lookup::within(world, wrong.place, to.id)? || lookup::within(world, to.id, wrong.place)?)
    {
        medium.discrepancy = None;
    }
    Ok(Step::to(Custody::Vaulted { place: to.id, since: event.at }, Some(to.id)))
}

fn check_out<W: World>(
    world: &W,
    seq: u64,
    event: &Event,
    actors: &Actors,
    medium: &mut Medium,
) -> Outcome<Step, W> {
    let Data::CheckOut { place: from, order, due, why, .. } = &event.data else {
        return Err(Refusal::Inconsistent { key: "kind" }.into());
    };
    let Custody::Vaulted { place, .. } = medium.custody else {
        return wrong_state(world, event, medium);
    };
    if lookup::code_of(world, Some(place))?.as_ref() != Some(from) {
        return Err(Refusal::Inconsistent { key: "place" }.into());
    }
    let due = *due;
    let (leave, line) = match (*order, why) {
        (Some(_), Some(_)) => return Err(Refusal::Inconsistent { key: "why" }.into()),
        (Some(id), None) => {
            let (order, line) = orders::covers(world, medium, id, event.at)?;
            if due > order.until {
                return Err(OrderRefusal::DueAfterOrder { order: id, due, until: order.until }.into());
            }
            (Leave::Order(id), Some(line))
        }
        (None, Some(_)) => {
            let one = Override { event: seq, by: actors.by.id, at: event.at };
            medium.overrides = medium.overrides.iter().copied().chain([one]).collect();
            (Leave::Override(seq), None)
        }
        (None, None) if world.policy().order_required => {
            return Err(OrderRefusal::Missing { barcode: medium.barcode.clone() }.into());
        }
        (None, None) => (Leave::None, None),
    };
    // After what the order says: one that is over is the reason, not the due time that it gave.
    if due <= event.at {
        return Err(Refusal::DueInPast { due, now: event.at }.into());
    }
    let outing = Outing { left: event.at, due, leave, ejected: None };
    let (custodian, since) = (actors.by.id, event.at);
    let custody = Custody::InHand { custodian, since, origin: Origin::CheckOut, outing };
    Ok(Step::to(custody, Some(place)).under(line, Marks::out))
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
    Ok(Step::to(Custody::InDevice { device: device.id, element, since: event.at, outing }, Some(device.id)))
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
    if outing.is_none() && due <= event.at {
        return Err(Refusal::DueInPast { due, now: event.at }.into());
    }
    let carried = outing.map(|outing| outing.leave);
    let (leave, line) = match order {
        // An order that has ended since stays with the medium that went out under it.
        Some(id) if carried == Some(Leave::Order(id)) => {
            (Leave::Order(id), orders::line(world, medium, Some(id))?)
        }
        Some(id) => {
            let (order, line) = orders::covers(world, medium, id, event.at)?;
            if due > order.until {
                return Err(OrderRefusal::DueAfterOrder { order: id, due, until: order.until }.into());
            }
            (Leave::Order(id), Some(line))
        }
        None if carried.is_some_and(|leave| leave.order().is_some()) => {
            return Err(Refusal::Inconsistent { key: "order" }.into());
        }
        // A machine gives tapes out whether or not somebody has asked: it is recorded, and flagged.
        None => (carried.unwrap_or(Leave::None), None),
    };
    // Under the leave that it had, nobody has more time than before.
    if outing.is_some_and(|outing| outing.leave == leave && outing.due != due) {
        return Err(Refusal::Inconsistent { key: "due" }.into());
    }
    let leaves = outing.is_none();
    let left = outing.map_or(event.at, |outing| outing.left);
    let outing = Outing { left, due, leave, ejected: Some(event.at) };
    let (custodian, since) = (actors.by.id, event.at);
    let custody = Custody::InHand { custodian, since, origin: Origin::Eject, outing };
    let marks = |marks: Marks| if leaves { marks.out().ejected() } else { marks.ejected() };
    Ok(Step::to(custody, Some(device)).under(line, marks))
}

fn check_in<W: World>(
    world: &W,
    event: &Event,
    actors: &Actors,
    medium: &mut Medium,
    to: &PlaceCode,
) -> Outcome<Step, W> {
    let Custody::InHand { outing, .. } = medium.custody else {
        return wrong_state(world, event, medium);
    };
    let place = lookup::place(world, to, PlaceNeed::Rest)?;
    lookup::room(world, &place)?;
    let class = medium.description.as_ref().map_or(Class::Data, |described| described.class);
    if world.policy().check_in_witness.contains(&class) && actors.with.is_none() {
        return Err(Refusal::WitnessMissing { action: event.data.kind() }.into());
    }
    medium.discrepancy = None;
    let line = orders::line(world, medium, outing.leave.order())?;
    let custody = Custody::Vaulted { place: place.id, since: event.at };
    Ok(Step::to(custody, Some(place.id)).under(line, Marks::back))
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
    let to = lookup::acting(world, to, event.at)?;
    if to.id == custodian {
        return Err(Refusal::HandOverToSelf { badge: to.badge }.into());
    }
    if actors.by.works_for() != to.works_for() {
        let (from, to_org) = (actors.by.works_for().cloned(), to.works_for().cloned());
        let approver = actors.with.as_ref().filter(|with| with.roles.has(Role::Approver));
        let Some(approver) = approver else {
            return Err(Refusal::OtherOrganisation { from, to: to_org }.into());
        };
        Separation::PartyApprover.check(world.policy(), to.id, (approver.id, &approver.badge))?;
    }
    let (custodian, since) = (to.id, event.at);
    Ok(Step::to(Custody::InHand { custodian, since, origin: Origin::HandOver, outing }, None))
}

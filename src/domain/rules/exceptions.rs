//! When reality and record differ, or somebody was wrong: sightings, losses, corrections, steps taken back,
//! new labels, and the steps that were refused.

use super::{Actors, Effect, Outcome, Stop, audits, lookup};
use crate::domain::custody::{Custody, Leave, Origin, Outing, State};
use crate::domain::event::{Data, Event, Kind, Standing};
use crate::domain::medium::{Discrepancy, Medium};
use crate::domain::names::{Badge, PersonId, PlaceCode, PlaceId};
use crate::domain::order::Line;
use crate::domain::person::Role;
use crate::domain::refusal::{PlaceNeed, Refusal};
use crate::domain::separation::Separation;
use crate::domain::time::{MINUTE, Timestamp};
use crate::domain::world::World;

/// Applies one exceptional step; gives the place where the medium was seen, if it was.
pub(super) fn step<W: World>(
    world: &W,
    seq: u64,
    event: &Event,
    actors: &Actors,
    medium: &mut Medium,
    line: &mut Option<Line>,
) -> Outcome<Option<PlaceId>, W> {
    if let Data::Sight { place, .. } = &event.data {
        return sight(world, event, medium, place);
    }
    if let Data::DeclareMissing { audit, incident, .. } = &event.data {
        audits::escalates(world, seq, (*audit, *incident))?;
        return declare_missing(world, event, medium);
    }
    if let Data::Found { place, due, .. } = &event.data {
        return found(world, event, actors.by.id, medium, (place, *due));
    }
    if let Data::Correct { from, to, due, gap: true, .. } = &event.data {
        return correct(world, event, actors, medium, (from, to, *due));
    }
    if let Data::Void { event: taken_back, kind, .. } = &event.data {
        *line = medium.prior.as_ref().and_then(|prior| prior.line);
        return void(world, event, actors.by.id, medium, (*taken_back, *kind));
    }
    if let Data::TakeOver { from, .. } = &event.data {
        return take_over(world, event, actors, medium, from);
    }
    if let Data::Ratify { event: overridden, .. } = &event.data {
        return ratify(world, actors, medium, *overridden);
    }
    if let Data::Destroy { .. } = &event.data {
        return destroy(world, event, actors, medium);
    }
    if let Data::Relabel { .. } = &event.data {
        return relabel(world, event, actors, medium);
    }
    Err(Refusal::Inconsistent { key: "data" }.into())
}

fn sight<W: World>(
    world: &W,
    event: &Event,
    medium: &mut Medium,
    place: &PlaceCode,
) -> Outcome<Option<PlaceId>, W> {
    let counts = matches!(event.data, Data::Sight { audit: Some(_), .. });
    let place = if counts {
        lookup::resolve_place(world, place)?
    } else {
        lookup::place(world, place, PlaceNeed::Inner)?
    };
    // A label that a scanner remembers from before the last step is held against the record of that time, by the
    // stocktake when it is closed.
    if counts && event.occurred.is_some_and(|read| read < medium.custody.since()) {
        return Ok(Some(place.id));
    }
    if medium.discrepancy.is_none() && !lookup::agrees(world, medium, &place)? {
        medium.discrepancy = Some(Discrepancy { since: event.at, place: place.id });
    }
    Ok(Some(place.id))
}

fn declare_missing<W: World>(world: &W, event: &Event, medium: &mut Medium) -> Outcome<Option<PlaceId>, W> {
    let state = medium.custody.state();
    if matches!(state, State::Missing | State::Destroyed) {
        let (action, holding) = (event.data.kind(), lookup::holding(world, medium)?);
        let gone = state == State::Destroyed;
        return Err(if gone {
            Refusal::WrongState { action, holding }
        } else {
            Refusal::AlreadySo { action, holding }
        }
        .into());
    }
    let (place, custodian) = (medium.custody.place(), medium.custody.custodian());
    medium.custody = Custody::Missing { since: event.at, place, custodian };
    Ok(None)
}

fn found<W: World>(
    world: &W,
    event: &Event,
    by: PersonId,
    medium: &mut Medium,
    (place, due): (&PlaceCode, Timestamp),
) -> Outcome<Option<PlaceId>, W> {
    let place = lookup::resolve_place(world, place)?;
    if medium.custody.state() == State::Destroyed {
        let holding = lookup::holding(world, medium)?;
        return Err(Refusal::WrongState { action: event.data.kind(), holding }.into());
    }
    let contradicted = medium.discrepancy.is_some() || !lookup::agrees(world, medium, &place)?;
    if !contradicted {
        let holding = lookup::holding(world, medium)?;
        return Err(Refusal::NotLost { holding }.into());
    }
    if due <= event.at {
        return Err(Refusal::DueInPast { due, now: event.at }.into());
    }
    medium.custody = in_hand(&medium.custody, by, Origin::Found, event.at, due);
    medium.discrepancy = None;
    Ok(Some(place.id))
}

/// In somebody's hands by other than the ordinary way; a stay away that had begun goes on.
fn in_hand(before: &Custody, custodian: PersonId, origin: Origin, at: Timestamp, due: Timestamp) -> Custody {
    let outing = before.outing().map_or_else(|| unasked(before, at, due), |outing| Outing { due, ..*outing });
    Custody::InHand { custodian, since: at, origin, outing }
}

/// A stay away that begins because reality says so: what should be at rest has left without an order.
fn unasked(before: &Custody, at: Timestamp, due: Timestamp) -> Outing {
    let leave = if before.at_rest() { Leave::None } else { Leave::Intake };
    Outing { left: at, due, leave, ejected: None }
}

fn correct<W: World>(
    world: &W,
    event: &Event,
    actors: &Actors,
    medium: &mut Medium,
    (from, to, due): (&Standing, &Standing, Option<Timestamp>),
) -> Outcome<Option<PlaceId>, W> {
    if actors.with.is_none() {
        return Err(Refusal::WitnessMissing { action: Kind::Correct }.into());
    }
    if !actors.has_approver() {
        return Err(Refusal::ApproverMissing { action: Kind::Correct }.into());
    }
    if lookup::standing(world, medium)? != *from {
        return Err(Refusal::Inconsistent { key: "from" }.into());
    }
    if to == from {
        return Err(Refusal::NoChange.into());
    }
    medium.custody = corrected(world, event, medium, to, due)?;
    medium.discrepancy = None;
    Ok(None)
}

fn corrected<W: World>(
    world: &W,
    event: &Event,
    medium: &Medium,
    to: &Standing,
    due: Option<Timestamp>,
) -> Outcome<Custody, W> {
    let since = event.at;
    let needs_due = || due.filter(|due| *due > since).ok_or(Refusal::Inconsistent { key: "due" });
    match (to.state, &to.place, &to.custodian, due) {
        (State::Vaulted, Some(code), None, None) => {
            let place = lookup::place(world, code, PlaceNeed::Rest)?;
            lookup::room(world, &place)?;
            Ok(Custody::Vaulted { place: place.id, since })
        }
        (State::InHand, None, Some(badge), _) => {
            let custodian = lookup::person(world, badge)?.id;
            Ok(in_hand(&medium.custody, custodian, Origin::Correct, since, needs_due()?))
        }
        (State::InDevice, Some(code), None, _) => {
            let device = lookup::place(world, code, PlaceNeed::Device)?;
            lookup::room(world, &device)?;
            let outing = if device.resident {
                None
            } else {
                let fresh = unasked(&medium.custody, since, needs_due()?);
                let stay = medium.custody.outing();
                Some(stay.map_or(fresh, |o| Outing { left: o.left, leave: o.leave, ..fresh }))
            };
            Ok(Custody::InDevice { device: device.id, element: None, since, outing })
        }
        (State::Missing, None, None, None) => {
            let (place, custodian) = (medium.custody.place(), medium.custody.custodian());
            Ok(Custody::Missing { since, place, custodian })
        }
        _ => Err(Refusal::Inconsistent { key: "to" }.into()),
    }
}

fn void<W: World>(
    world: &W,
    event: &Event,
    by: PersonId,
    medium: &mut Medium,
    (taken_back, kind): (u64, Kind),
) -> Outcome<Option<PlaceId>, W> {
    let Some(prior) = medium.prior.take() else {
        let holding = lookup::holding(world, medium)?;
        return Err(Refusal::NothingToVoid { holding }.into());
    };
    if (prior.event, prior.kind) != (taken_back, kind) {
        return Err(Refusal::Inconsistent { key: "event" }.into());
    }
    if prior.by != by {
        let who = lookup::badge_of(world, Some(prior.by))?.ok_or(Refusal::Inconsistent { key: "by" })?;
        return Err(Refusal::VoidByOther { kind, by: who }.into());
    }
    let minutes = world.policy().void_window_minutes;
    let window = i64::try_from(minutes).unwrap_or(i64::MAX).saturating_mul(MINUTE);
    if event.at.since(prior.at) > window {
        return Err(Refusal::VoidTooLate { kind, at: prior.at, minutes }.into());
    }
    if let Some(place) = prior.custody.occupied() {
        let place =
            world.place(place).map_err(Stop::Failed)?.ok_or(Refusal::Inconsistent { key: "event" })?;
        if place.retired {
            return Err(Refusal::RetiredPlace { code: place.code }.into());
        }
        lookup::room(world, &place)?;
    }
    medium.custody = prior.custody.clone();
    Ok(None)
}

/// The custodian cannot act: another person takes charge, an approver beside them.
fn take_over<W: World>(
    world: &W,
    event: &Event,
    actors: &Actors,
    medium: &mut Medium,
    from: &Badge,
) -> Outcome<Option<PlaceId>, W> {
    let Custody::InHand { custodian, outing, .. } = medium.custody else {
        let holding = lookup::holding(world, medium)?;
        return Err(Refusal::WrongState { action: Kind::TakeOver, holding }.into());
    };
    if custodian == actors.by.id {
        return Err(Refusal::HandOverToSelf { badge: actors.by.badge.clone() }.into());
    }
    if lookup::badge_of(world, Some(custodian))?.as_ref() != Some(from) {
        return Err(Refusal::Inconsistent { key: "from" }.into());
    }
    let Some(with) = &actors.with else {
        return Err(Refusal::WitnessMissing { action: Kind::TakeOver }.into());
    };
    if !with.roles.has(Role::Approver) {
        return Err(Refusal::ApproverMissing { action: Kind::TakeOver }.into());
    }
    let (custodian, since) = (actors.by.id, event.at);
    medium.custody = Custody::InHand { custodian, since, origin: Origin::TakeOver, outing };
    Ok(None)
}

/// An approver stands by a check-out that had no order.
fn ratify<W: World>(
    world: &W,
    actors: &Actors,
    medium: &mut Medium,
    overridden: u64,
) -> Outcome<Option<PlaceId>, W> {
    let Some(found) = medium.overrides.iter().find(|one| one.event == overridden) else {
        return Err(Refusal::NothingToRatify { barcode: medium.barcode.clone() }.into());
    };
    Separation::ActorRatifier.check(world.policy(), found.by, (actors.by.id, &actors.by.badge))?;
    medium.overrides = medium.overrides.iter().filter(|one| one.event != overridden).copied().collect();
    Ok(None)
}

fn destroy<W: World>(
    world: &W,
    event: &Event,
    actors: &Actors,
    medium: &mut Medium,
) -> Outcome<Option<PlaceId>, W> {
    if medium.custody.state() != State::InHand {
        let holding = lookup::holding(world, medium)?;
        return Err(Refusal::WrongState { action: Kind::Destroy, holding }.into());
    }
    if medium.description.as_ref().is_some_and(|described| described.legal_hold) {
        return Err(Refusal::LegalHold { barcode: medium.barcode.clone() }.into());
    }
    if actors.with.is_none() {
        return Err(Refusal::WitnessMissing { action: Kind::Destroy }.into());
    }
    medium.custody = Custody::Destroyed { since: event.at };
    medium.discrepancy = None;
    Ok(None)
}

fn relabel<W: World>(
    world: &W,
    event: &Event,
    actors: &Actors,
    medium: &mut Medium,
) -> Outcome<Option<PlaceId>, W> {
    let Data::Relabel { new, .. } = &event.data else {
        return Err(Refusal::Inconsistent { key: "kind" }.into());
    };
    if medium.custody.state() != State::InHand {
        let holding = lookup::holding(world, medium)?;
        return Err(Refusal::WrongState { action: Kind::Relabel, holding }.into());
    }
    if world.policy().relabel_witness && actors.with.is_none() {
        return Err(Refusal::WitnessMissing { action: Kind::Relabel }.into());
    }
    if let Some(holder) = world.holder(new).map_err(Stop::Failed)? {
        let other = world.medium(holder.medium).map_err(Stop::Failed)?;
        let other = other.ok_or(Refusal::Inconsistent { key: "new" })?;
        let holding = lookup::holding(world, &other)?;
        return Err(Refusal::BarcodeTaken { barcode: new.clone(), holding }.into());
    }
    medium.barcode = new.clone();
    Ok(None)
}

/// A refused step changes nothing but that the label was read, if the medium was there for it.
pub(super) fn refused<W: World>(world: &W, event: &Event) -> Outcome<Effect, W> {
    let Data::Refused { action, place, .. } = &event.data else {
        return Err(Refusal::Inconsistent { key: "kind" }.into());
    };
    let by = match &event.by {
        None => None,
        Some(badge) => {
            let person = world.person_by_badge(badge).map_err(Stop::Failed)?;
            Some(person.ok_or_else(|| Refusal::UnknownPerson { badge: badge.clone() })?)
        }
    };
    let before = lookup::medium(world, event)?;
    // The step before it may still be taken back: a refusal between does not count.
    let mut after = before.clone();
    after.mseq += 1;
    if Kind::parse(action.as_str()).is_some_and(Kind::is_physical) {
        let place = match place {
            None => None,
            Some(code) => world.place_by_code(code).map_err(Stop::Failed)?.map(|place| place.id),
        };
        let counts = action.as_str() == Kind::Sight.word();
        let proof = !counts || !lookup::counts_own(world, &before, by.map(|person| person.id));
        lookup::witness(&mut after, event, place, proof, true);
    }
    Ok(Effect::Medium { before: Some(Box::new(before)), after: Box::new(after), line: None, count: None })
}

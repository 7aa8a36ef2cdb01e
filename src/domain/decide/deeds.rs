//! The data of an event: what a person says, and what the record adds to it.

use super::{Context, Deed, Departure, Reason, Request};
use crate::domain::custody::State;
use crate::domain::event::{Data, Kind, Standing};
use crate::domain::medium::{Description, Medium};
use crate::domain::names::{AuditId, Code, IncidentId, MediumId, OrderId, PlaceCode};
use crate::domain::order::OrderState;
use crate::domain::refusal::{AuditRefusal, OrderRefusal, PlaceNeed, Refusal};
use crate::domain::rules::{Stop, gate, in_force, resolve_place, scope_of, standing, usual_due};
use crate::domain::time::Timestamp;
use crate::domain::world::World;

pub(super) fn request_data(request: Request, context: &Context) -> Data {
    let Request { purpose, text, work, from, until, destination, nightly, media } = request;
    let (from, media) = (from.unwrap_or(context.at), in_order(media));
    Data::OrderRequested { purpose, text, work, from, until, destination, nightly, media }
}

/// Each once, in the order of their identities.
pub(super) fn in_order(mut media: Vec<MediumId>) -> Vec<MediumId> {
    media.sort_unstable();
    media.dedup();
    media
}

/// An order that nobody approved is closed without looking where its media are: nothing moved under it.
pub(super) fn close_data<W: World>(world: &W, order: OrderId) -> Result<Data, Stop<W::Error>> {
    let known = world.order(order).map_err(Stop::Failed)?;
    let approved = known.is_some_and(|known| known.state == OrderState::Approved);
    let missing = if approved { gate(world, order) } else { Ok(Vec::new()) };
    // Whether the gate opens the rules say, after they have said who may ask.
    let missing = match missing {
        Err(Stop::Refused(_)) => Vec::new(),
        other => other?,
    };
    Ok(Data::OrderClosed { order, missing })
}

/// What a stocktake of this place would freeze now.
pub(super) fn open_data<W: World>(world: &W, place: Option<PlaceCode>) -> Result<Data, Stop<W::Error>> {
    let (scope, place) = scope_of(world, place)?;
    let mut expected = 0;
    world.each_expected(scope, &mut |_| expected += 1).map_err(Stop::Failed)?;
    let (size, head) = world.head();
    Ok(Data::AuditOpened { place, draw: None, number: None, size, head, expected })
}

/// What the stocktake of a sample would freeze now.
pub(super) fn open_drawn_data<W: World>(
    world: &W,
    draw: AuditId,
    number: u64,
) -> Result<Data, Stop<W::Error>> {
    let audit = world.audit(draw).map_err(Stop::Failed)?.ok_or(AuditRefusal::Unknown { audit: draw })?;
    let Some(sample) = audit.sample else { return Err(AuditRefusal::NotDrawn { audit: draw }.into()) };
    let mut all: u64 = 0;
    world.each_expected(audit.scope, &mut |_| all += 1).map_err(Stop::Failed)?;
    let expected = all.saturating_mul(sample.percent).div_ceil(100);
    let place = match audit.scope {
        None => None,
        Some(id) => world.place(id).map_err(Stop::Failed)?.map(|place| place.code),
    };
    let (size, head) = world.head();
    Ok(Data::AuditOpened { place, draw: Some(draw), number: Some(number), size, head, expected })
}

fn check_out_data<W: World>(
    world: &W,
    medium: &Medium,
    departure: Departure,
    context: &Context,
) -> Result<Data, Stop<W::Error>> {
    let Departure { due, order, override_why } = departure;
    let place = place_for(world, medium, Kind::CheckOut, State::Vaulted)?;
    let order = match order {
        Some(order) => {
            let known = world.order(order).map_err(Stop::Failed)?;
            Some(known.ok_or(OrderRefusal::Unknown { order })?)
        }
        None if override_why.is_some() => None,
        None => in_force(world, medium, context.at)?,
    };
    let usual = usual_due(world.policy(), context.at);
    let due = due.unwrap_or_else(|| order.as_ref().map_or(usual, |order| order.until));
    let (why, text) = override_why.map_or((None, None), |reason| (Some(reason.why), reason.text));
    let (barcode, order) = (medium.barcode.clone(), order.map(|order| order.id));
    Ok(Data::CheckOut { barcode, place, order, due, why, text })
}

/// Each movement counts under the order that is in force when it is made; else under the one before.
fn eject_data<W: World>(world: &W, medium: &Medium, context: &Context) -> Result<Data, Stop<W::Error>> {
    let device = place_for(world, medium, Kind::Eject, State::InDevice)?;
    let carried = medium.custody.outing().and_then(|outing| outing.leave.order());
    let now = match in_force(world, medium, context.at) {
        Ok(order) => order,
        // Of several the one under which it is out already; else none, rather than a tape in the mail slot.
        Err(Stop::Refused(_)) => None,
        Err(Stop::Failed(error)) => return Err(Stop::Failed(error)),
    };
    let order = now.as_ref().map(|order| order.id).or(carried);
    let before = medium.custody.outing().filter(|_| order == carried).map(|outing| outing.due);
    let usual = usual_due(world.policy(), context.at);
    let due = before.unwrap_or_else(|| now.map_or(usual, |order| order.until));
    Ok(Data::Eject { barcode: medium.barcode.clone(), device, order, due })
}

pub(super) fn deed_data<W: World>(
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
        Deed::CheckOut(departure) => check_out_data(world, medium, departure, context)?,
        Deed::Load(device, element) => Data::Load { barcode, device, element },
        Deed::Eject => eject_data(world, medium, context)?,
        Deed::CheckIn(place) => Data::CheckIn { barcode, place },
        Deed::HandOver(to) => Data::HandOver { barcode, to },
        Deed::TakeOver(reason) => {
            let holding = crate::domain::rules::holding(world, medium)?;
            let Some(from) = holding.custodian.clone().filter(|_| holding.state == State::InHand) else {
                return Err(Refusal::WrongState { action: Kind::TakeOver, holding }.into());
            };
            Data::TakeOver { barcode, from, why: reason.why, text: reason.text }
        }
        Deed::Ratify => {
            let Some(oldest) = medium.overrides.first() else {
                return Err(Refusal::NothingToRatify { barcode }.into());
            };
            Data::Ratify { barcode, event: oldest.event }
        }
        Deed::Destroy(method, certificate) => Data::Destroy { barcode, method, certificate },
        Deed::Sight(place, audit) => Data::Sight { barcode, place, audit },
        Deed::DeclareMissing(Reason { why, text }, by) => {
            // Without a stocktake the entry itself opens the incident.
            let (audit, incident) = by.map_or((None, IncidentId(context.seq)), |(a, i)| (Some(a), i));
            Data::DeclareMissing { barcode, why, text, audit, incident: Some(incident) }
        }
        Deed::Found(place) => Data::Found { barcode, place, due: usual },
        Deed::Correct(to, due, reason) => correct_data(world, medium, (to, due, reason), usual)?,
        Deed::Void => {
            let Some(prior) = &medium.prior else {
                let holding = crate::domain::rules::holding(world, medium)?;
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
    let holding = crate::domain::rules::holding(world, medium)?;
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

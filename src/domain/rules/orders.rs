//! Movement orders: asked for, approved by another person, extended, and closed only when each of their media
//! is back or is named as missing.

use super::{Actors, Effect, OrderChange, Outcome, Stop, lookup};
use crate::domain::custody::State;
use crate::domain::event::{Data, Event};
use crate::domain::medium::Medium;
use crate::domain::names::{Code, MediumId, OrderId};
use crate::domain::order::{Line, MOST_MEDIA, Marks, Nightly, Order, OrderState, STANDING_DAYS};
use crate::domain::person::{Person, Role};
use crate::domain::refusal::{OrderRefusal, Refusal};
use crate::domain::separation::Separation;
use crate::domain::time::{DAY, Timestamp};
use crate::domain::world::World;

/// The most media that a refusal names.
const NAMED: usize = 10;

pub(super) fn step<W: World>(world: &W, seq: u64, event: &Event, actors: &Actors) -> Outcome<Effect, W> {
    if let Data::OrderRequested { .. } = &event.data {
        return request(world, seq, event, &actors.by);
    }
    if let Data::OrderNight { order, until, media } = &event.data {
        return night(world, seq, event, actors, (*order, *until, media));
    }
    if let Data::OrderApproved { order } = &event.data {
        return decide_on(world, event, &actors.by, *order, OrderState::Approved);
    }
    if let Data::OrderRejected { order, .. } = &event.data {
        return decide_on(world, event, &actors.by, *order, OrderState::Rejected);
    }
    if let Data::OrderExtended { order, until } = &event.data {
        return extend(world, event, &actors.by, (*order, *until));
    }
    if let Data::OrderClosed { order, missing } = &event.data {
        return close(world, event, &actors.by, (*order, missing));
    }
    Err(Refusal::Inconsistent { key: "kind" }.into())
}

fn changed(order: Order, lines: Vec<MediumId>, parent: Option<Order>) -> Effect {
    Effect::Order(Box::new(OrderChange { order, lines, parent }))
}

/// The order of this number.
///
/// # Errors
/// When there is none, or the record cannot be read.
pub(super) fn order<W: World>(world: &W, id: OrderId) -> Outcome<Order, W> {
    let order = world.order(id).map_err(Stop::Failed)?;
    Ok(order.ok_or(OrderRefusal::Unknown { order: id })?)
}

fn not_open<T, W: World>(world: &W, order: &Order) -> Outcome<T, W> {
    let by = lookup::badge_of(world, order.closed_by.or(order.decided_by))?;
    Err(OrderRefusal::Decided { order: order.id, state: order.state, by, at: order.decided }.into())
}

/// A window must have an end that is still to come.
fn window(from: Timestamp, until: Timestamp, now: Timestamp) -> Result<(), OrderRefusal> {
    if from < until && now < until { Ok(()) } else { Err(OrderRefusal::BadWindow { from, until, now }) }
}

fn standing(from: Timestamp, until: Timestamp) -> Result<(), OrderRefusal> {
    let most = STANDING_DAYS;
    if until.since(from) <= most * DAY { Ok(()) } else { Err(OrderRefusal::StandingTooLong { days: most }) }
}

/// The media of a list: each once, in the order of their identities, and none that is destroyed.
fn list<W: World>(world: &W, media: &[MediumId]) -> Outcome<(), W> {
    if media.is_empty() {
        return Err(OrderRefusal::NoMedia.into());
    }
    if media.len() > MOST_MEDIA {
        let count = u64::try_from(media.len()).unwrap_or(u64::MAX);
        return Err(OrderRefusal::TooManyMedia { count, limit: MOST_MEDIA }.into());
    }
    if !media.is_sorted_by(|a, b| a < b) {
        return Err(Refusal::Inconsistent { key: "media" }.into());
    }
    for id in media {
        let state = world.state(*id).map_err(Stop::Failed)?.ok_or(Refusal::Inconsistent { key: "media" })?;
        if state == State::Destroyed
            && let Some(medium) = world.medium(*id).map_err(Stop::Failed)?
        {
            let holding = lookup::holding(world, &medium)?;
            return Err(Refusal::WrongState { action: crate::domain::event::Kind::CheckOut, holding }.into());
        }
    }
    Ok(())
}

/// Refuses a purpose that the policy does not name.
pub(super) fn purpose<W: World>(world: &W, purpose: &Code) -> Result<(), OrderRefusal> {
    let known = &world.policy().purposes;
    if known.contains(purpose) {
        return Ok(());
    }
    Err(OrderRefusal::UnknownPurpose { purpose: purpose.clone(), known: known.clone() })
}

fn request<W: World>(world: &W, seq: u64, event: &Event, by: &Person) -> Outcome<Effect, W> {
    let Data::OrderRequested { purpose: what, from, until, destination, nightly, media, .. } = &event.data
    else {
        return Err(Refusal::Inconsistent { key: "kind" }.into());
    };
    purpose(world, what)?;
    window(*from, *until, event.at)?;
    match nightly {
        None => list(world, media)?,
        Some(0) => return Err(OrderRefusal::NoMedia.into()),
        Some(_) if !media.is_empty() => return Err(Refusal::Inconsistent { key: "media" }.into()),
        Some(most) if *most > MOST_MEDIA as u64 => {
            return Err(OrderRefusal::TooManyMedia { count: *most, limit: MOST_MEDIA }.into());
        }
        Some(_) => standing(*from, *until)?,
    }
    let order = Order {
        id: OrderId(seq),
        requester: by.id,
        requested: event.at,
        purpose: what.clone(),
        from: *from,
        until: *until,
        destination: destination.clone(),
        state: OrderState::Requested,
        decided_by: None,
        closed_by: None,
        decided: None,
        parent: None,
        nightly: nightly.map(|most| Nightly { most, night: 0, used: 0 }),
    };
    Ok(changed(order, media.clone(), None))
}

/// A night's list under a standing order: approved with it, as long as it stays within it.
fn night<W: World>(
    world: &W,
    seq: u64,
    event: &Event,
    actors: &Actors,
    (id, until, media): (OrderId, Timestamp, &[MediumId]),
) -> Outcome<Effect, W> {
    let parent = order(world, id)?;
    let Some(nightly) = parent.nightly else { return Err(OrderRefusal::NotStanding { order: id }.into()) };
    if !parent.in_force(event.at) {
        return Err(not_in_force(&parent).into());
    }
    // Who has approved the nights in advance does not choose what goes out in one of them.
    let by = &actors.by;
    if let Some(approver) = parent.decided_by {
        Separation::RequesterApprover.check(world.policy(), approver, (by.id, &by.badge))?;
    }
    window(event.at, until, event.at)?;
    if until > parent.until {
        return Err(OrderRefusal::DueAfterOrder { order: id, due: until, until: parent.until }.into());
    }
    list(world, media)?;
    let night = parent.night(event.at);
    let used = if nightly.night == night { nightly.used } else { 0 };
    let asked = u64::try_from(media.len()).unwrap_or(u64::MAX);
    if used.saturating_add(asked) > nightly.most {
        return Err(OrderRefusal::NightFull { order: id, most: nightly.most, used, asked }.into());
    }
    let order = Order {
        id: OrderId(seq),
        requester: by.id,
        requested: event.at,
        from: event.at,
        until,
        decided: Some(event.at),
        parent: Some(id),
        nightly: None,
        ..parent.clone()
    };
    let nightly = Some(Nightly { most: nightly.most, night, used: used + asked });
    Ok(changed(order, media.to_vec(), Some(Order { nightly, ..parent })))
}

fn decide_on<W: World>(
    world: &W,
    event: &Event,
    by: &Person,
    id: OrderId,
    state: OrderState,
) -> Outcome<Effect, W> {
    let before = order(world, id)?;
    if before.state != OrderState::Requested {
        return not_open(world, &before);
    }
    if state == OrderState::Approved {
        Separation::RequesterApprover.check(world.policy(), before.requester, (by.id, &by.badge))?;
        window(before.from, before.until, event.at)?;
    }
    let (decided_by, decided) = (Some(by.id), Some(event.at));
    Ok(changed(Order { state, decided_by, decided, ..before }, Vec::new(), None))
}

fn extend<W: World>(
    world: &W,
    event: &Event,
    by: &Person,
    (id, until): (OrderId, Timestamp),
) -> Outcome<Effect, W> {
    let before = order(world, id)?;
    if before.state != OrderState::Approved {
        return not_open(world, &before);
    }
    Separation::RequesterApprover.check(world.policy(), before.requester, (by.id, &by.badge))?;
    window(before.from, until, event.at)?;
    if until <= before.until {
        return Err(OrderRefusal::BadWindow { from: before.until, until, now: event.at }.into());
    }
    if before.nightly.is_some() {
        standing(before.from, until)?;
    }
    Ok(changed(Order { until, ..before }, Vec::new(), None))
}

fn close<W: World>(
    world: &W,
    event: &Event,
    by: &Person,
    (id, missing): (OrderId, &[MediumId]),
) -> Outcome<Effect, W> {
    let before = order(world, id)?;
    if !before.is_open() {
        return not_open(world, &before);
    }
    let nights = world.open_nights(id).map_err(Stop::Failed)?;
    if nights > 0 {
        return Err(OrderRefusal::NightsOpen { order: id, count: nights }.into());
    }
    // Nothing has moved under an order that nobody approved: closing it is to withdraw it, for who asked for it
    // or could have approved it.
    if before.state == OrderState::Requested && before.requester != by.id && !by.roles.has(Role::Approver) {
        let (badge, action) = (by.badge.clone(), event.data.kind());
        return Err(Refusal::RoleMissing { badge, action, needs: &[Role::Approver] }.into());
    }
    let named = if before.state == OrderState::Approved { gate(world, id)? } else { Vec::new() };
    if named != missing {
        return Err(Refusal::Inconsistent { key: "missing" }.into());
    }
    let order =
        Order { state: OrderState::Closed, closed_by: Some(by.id), decided: Some(event.at), ..before };
    Ok(changed(order, Vec::new(), None))
}

/// The gate: each medium of the order is at rest or declared missing. Gives those that are missing.
///
/// # Errors
/// The refusal that names the media that are still outside.
pub fn gate<W: World>(world: &W, id: OrderId) -> Outcome<Vec<MediumId>, W> {
    let (mut missing, mut outside, mut count) = (Vec::new(), Vec::new(), 0);
    for (medium, _) in world.lines(id).map_err(Stop::Failed)? {
        let Some(medium) = world.medium(medium).map_err(Stop::Failed)? else { continue };
        if medium.custody.state() == State::Missing {
            missing.push(medium.id);
        } else if !medium.custody.at_rest() {
            count += 1;
            if outside.len() < NAMED {
                outside.push(medium.barcode);
            }
        }
    }
    if count == 0 {
        return Ok(missing);
    }
    Err(OrderRefusal::NotBack { order: id, outside, count }.into())
}

fn not_in_force(order: &Order) -> OrderRefusal {
    let Order { id, state, from, until, .. } = order;
    OrderRefusal::NotInForce { order: *id, state: *state, from: *from, until: *until }
}

/// Checks that a medium may move under an order at this moment.
pub(super) fn covers<W: World>(
    world: &W,
    medium: &Medium,
    id: OrderId,
    at: Timestamp,
) -> Outcome<(Order, Line), W> {
    let order = order(world, id)?;
    let Some(marks) = world.line(id, medium.id).map_err(Stop::Failed)? else {
        return Err(OrderRefusal::NotListed { order: id, barcode: medium.barcode.clone() }.into());
    };
    if !order.in_force(at) {
        return Err(not_in_force(&order).into());
    }
    Ok((order, Line { order: id, marks }))
}

/// How far a medium has come under the order that it is out under.
pub(super) fn line<W: World>(world: &W, medium: &Medium, order: Option<OrderId>) -> Outcome<Option<Line>, W> {
    let Some(order) = order else { return Ok(None) };
    let marks = world.line(order, medium.id).map_err(Stop::Failed)?;
    Ok(marks.map(|marks: Marks| Line { order, marks }))
}

/// The order in force that lists a medium, if there is one.
///
/// # Errors
/// When there are several, so that one must be named; or the record cannot be read.
pub fn in_force<W: World>(world: &W, medium: &Medium, at: Timestamp) -> Outcome<Option<Order>, W> {
    let mut all = Vec::new();
    for id in world.listed(medium.id).map_err(Stop::Failed)? {
        all.extend(world.order(id).map_err(Stop::Failed)?.filter(|order| order.in_force(at)));
    }
    if all.len() > 1 {
        let orders = all.iter().map(|order| order.id).collect();
        return Err(OrderRefusal::Several { barcode: medium.barcode.clone(), orders }.into());
    }
    Ok(all.pop())
}

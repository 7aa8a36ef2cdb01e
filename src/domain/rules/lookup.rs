//! What every rule asks first: which person, which place, which medium, is there room, and who has it.

use super::{Outcome, Stop};
use crate::domain::event::{Event, Standing};
use crate::domain::medium::{Medium, Sighting};
use crate::domain::names::{Badge, PersonId, PlaceCode, PlaceId};
use crate::domain::person::Person;
use crate::domain::place::{Place, PlaceKind};
use crate::domain::refusal::{Holding, PlaceNeed, Refusal};
use crate::domain::separation::Separation;
use crate::domain::time::Timestamp;
use crate::domain::world::World;

pub(super) fn person<W: World>(world: &W, badge: &Badge) -> Outcome<Person, W> {
    match world.person_by_badge(badge).map_err(Stop::Failed)? {
        None => Err(Refusal::UnknownPerson { badge: badge.clone() }.into()),
        Some(person) if person.suspended => Err(Refusal::SuspendedPerson { badge: badge.clone() }.into()),
        Some(person) => Ok(person),
    }
}

/// A person who may act now: not suspended, with a badge that holds and a PIN that shows who they are.
pub(super) fn acting<W: World>(world: &W, badge: &Badge, at: Timestamp) -> Outcome<Person, W> {
    let person = person(world, badge)?;
    if let Some(until) = person.ended_at(at) {
        return Err(Refusal::BadgeEnded { badge: badge.clone(), until }.into());
    }
    if person.pin.is_none() {
        return Err(Refusal::NoPin { badge: badge.clone() }.into());
    }
    Ok(person)
}

/// The place with this code.
///
/// # Errors
/// When there is none, or it is retired; or the record cannot be read.
pub fn resolve_place<W: World>(world: &W, code: &PlaceCode) -> Outcome<Place, W> {
    match world.place_by_code(code).map_err(Stop::Failed)? {
        None => Err(Refusal::UnknownPlace { code: code.clone() }.into()),
        Some(place) if place.retired => Err(Refusal::RetiredPlace { code: code.clone() }.into()),
        Some(place) => Ok(place),
    }
}

/// The place with this code, if it is of the sort that the step needs.
pub(super) fn place<W: World>(world: &W, code: &PlaceCode, need: PlaceNeed) -> Outcome<Place, W> {
    let place = resolve_place(world, code)?;
    let fits = match need {
        PlaceNeed::Rest => place.is_rest(),
        PlaceNeed::Device => place.kind.is_device(),
        PlaceNeed::RestOrResident => place.is_rest() || place.resident,
        PlaceNeed::Inner => place.kind != PlaceKind::Site,
    };
    if fits {
        Ok(place)
    } else {
        Err(Refusal::WrongPlace { code: code.clone(), kind: place.kind, need }.into())
    }
}

/// Refuses a place that holds as many media as it can.
pub(super) fn room<W: World>(world: &W, place: &Place) -> Outcome<(), W> {
    let Some(capacity) = place.capacity else { return Ok(()) };
    let occupants = world.occupants(place.id).map_err(Stop::Failed)?;
    if occupants.count < capacity {
        return Ok(());
    }
    let one = match occupants.one {
        None => None,
        Some(id) => world.medium(id).map_err(Stop::Failed)?.map(|m| m.barcode),
    };
    Err(Refusal::PlaceFull { code: place.code.clone(), capacity, one }.into())
}

/// The medium that the event is about, under the barcode that it carries now.
pub(super) fn medium<W: World>(world: &W, event: &Event) -> Outcome<Medium, W> {
    let id = event.medium.ok_or(Refusal::Inconsistent { key: "medium" })?;
    let medium = world.medium(id).map_err(Stop::Failed)?.ok_or(Refusal::Inconsistent { key: "medium" })?;
    if event.data.barcode() != Some(&medium.barcode) {
        return Err(Refusal::Inconsistent { key: "barcode" }.into());
    }
    Ok(medium)
}

pub(super) fn code_of<W: World>(world: &W, id: Option<PlaceId>) -> Outcome<Option<PlaceCode>, W> {
    let Some(id) = id else { return Ok(None) };
    Ok(world.place(id).map_err(Stop::Failed)?.map(|place| place.code))
}

pub(super) fn badge_of<W: World>(world: &W, id: Option<PersonId>) -> Outcome<Option<Badge>, W> {
    let Some(id) = id else { return Ok(None) };
    Ok(world.person(id).map_err(Stop::Failed)?.map(|person| person.badge))
}

/// What the record holds about a medium, with codes and badges instead of identities.
///
/// # Errors
/// When the record cannot be read.
pub fn holding<W: World>(world: &W, medium: &Medium) -> Outcome<Box<Holding>, W> {
    let custody = &medium.custody;
    Ok(Box::new(Holding {
        barcode: medium.barcode.clone(),
        state: custody.state(),
        resident: custody.at_rest(),
        place: code_of(world, custody.place())?,
        custodian: badge_of(world, custody.custodian())?,
        since: custody.since(),
        by: badge_of(world, medium.stepped_by)?,
    }))
}

/// The medium's custody as one side of a correction.
///
/// # Errors
/// When the record cannot be read.
pub fn standing<W: World>(world: &W, medium: &Medium) -> Outcome<Standing, W> {
    Ok(Standing {
        state: medium.custody.state(),
        place: code_of(world, medium.custody.place())?,
        custodian: badge_of(world, medium.custody.custodian())?,
    })
}

/// Whether a medium seen at `seen` is where the record puts it: there, or in a place around or within it.
pub(super) fn agrees<W: World>(world: &W, medium: &Medium, seen: &Place) -> Outcome<bool, W> {
    if let Some(place) = medium.custody.occupied() {
        return Ok(within(world, place, seen.id)? || within(world, seen.id, place)?);
    }
    let in_hand = medium.custody.outing().is_some();
    Ok(in_hand && !seen.is_rest() && !seen.kind.is_device())
}

/// Whether `inner` is `outer` or stands in it, at whatever depth.
pub(super) fn within<W: World>(world: &W, inner: PlaceId, outer: PlaceId) -> Outcome<bool, W> {
    let mut at = Some(inner);
    while let Some(id) = at {
        if id == outer {
            return Ok(true);
        }
        at = world.place(id).map_err(Stop::Failed)?.and_then(|place| place.parent);
    }
    Ok(false)
}

/// Whether who counts a medium has it in hand, and so does not prove that it is there: its reading is recorded
/// all the same.
pub(super) fn counts_own<W: World>(world: &W, medium: &Medium, by: Option<PersonId>) -> bool {
    let own = by.is_some() && medium.custody.custodian() == by;
    own && world.policy().separate.contains(&Separation::CounterCustodian)
}

/// Notes that the label was read, and whether that is proof. A claimed earlier time never takes back a later
/// sighting. In a count keys prove nothing by a second person's PIN (`paired` is then false): there another counter
/// must have read the same label.
pub(super) fn witness(medium: &mut Medium, event: &Event, place: Option<PlaceId>, proof: bool, paired: bool) {
    let Some(how) = event.how.filter(|how| how.is_sighting()) else { return };
    let at = event.occurred.unwrap_or(event.at);
    if medium.seen.is_none_or(|seen| seen.at <= at) {
        medium.seen = Some(Sighting { at, place, how });
    }
    if proof && how.is_reading(paired && event.with.is_some()) && medium.read_at.is_none_or(|read| read < at)
    {
        medium.read_at = Some(at);
    }
}

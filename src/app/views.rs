//! What the faces show: media, people and places with codes, badges and names in place of identities.

use crate::domain::custody::State;
use crate::domain::event::How;
use crate::domain::flag::{Flag, flags};
use crate::domain::medium::{Description, Discrepancy, Medium};
use crate::domain::names::{Badge, Barcode, MediumId, OrderId, PersonId, PlaceCode, PlaceId, Serial};
use crate::domain::person::Person;
use crate::domain::place::Place;
use crate::domain::time::Timestamp;
use crate::domain::world::World;
use crate::store::{StoreError, View};

/// A person who has, or had, a medium in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custodian {
    /// Their badge.
    pub badge: Badge,
    /// Their name; none if it was forgotten.
    pub name: Option<String>,
}

/// One medium, ready to be shown.
#[derive(Debug, Clone)]
#[allow(
    missing_docs,
    reason = "each field is that of Medium or Custody of the same name, with names resolved"
)]
pub struct MediumView {
    pub id: MediumId,
    pub barcode: Barcode,
    pub serial: Option<Serial>,
    pub registered: Timestamp,
    pub state: State,
    pub resident: bool,
    pub place: Option<PlaceCode>,
    pub custodian: Option<Custodian>,
    pub since: Timestamp,
    pub due: Option<Timestamp>,
    pub order: Option<OrderId>,
    pub mseq: u64,
    pub seen_at: Option<Timestamp>,
    pub seen_place: Option<PlaceCode>,
    pub seen_how: Option<How>,
    pub read_at: Option<Timestamp>,
    pub discrepancy: Option<(Discrepancy, Option<PlaceCode>)>,
    pub description: Option<Description>,
    pub flags: Vec<Flag>,
}

/// One person, ready to be shown.
#[derive(Debug, Clone)]
pub struct PersonView {
    /// The person.
    pub person: Person,
    /// Their name; none if it was forgotten.
    pub name: Option<String>,
}

/// One place, ready to be shown.
#[derive(Debug, Clone)]
pub struct PlaceView {
    /// The place.
    pub place: Place,
    /// The code of the place it stands in.
    pub parent: Option<PlaceCode>,
    /// How many media stand in it.
    pub media: u64,
}

pub(super) fn place_code(view: &View<'_>, id: Option<PlaceId>) -> Result<Option<PlaceCode>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    Ok(view.place(id)?.map(|place| place.code))
}

pub(super) fn custodian(view: &View<'_>, id: Option<PersonId>) -> Result<Option<Custodian>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    let Some(person) = view.person(id)? else { return Ok(None) };
    let name = view.name_of(id)?;
    Ok(Some(Custodian { badge: person.badge, name }))
}

pub(super) fn medium(view: &View<'_>, medium: &Medium, now: Timestamp) -> Result<MediumView, StoreError> {
    let custody = &medium.custody;
    let outing = custody.outing();
    let discrepancy = match medium.discrepancy {
        None => None,
        Some(wrong) => Some((wrong, place_code(view, Some(wrong.place))?)),
    };
    Ok(MediumView {
        id: medium.id,
        barcode: medium.barcode.clone(),
        serial: medium.serial.clone(),
        registered: medium.registered,
        state: custody.state(),
        resident: custody.state() == State::InDevice && custody.at_rest(),
        place: place_code(view, custody.place())?,
        custodian: custodian(view, custody.custodian())?,
        since: custody.since(),
        due: outing.map(|outing| outing.due),
        order: outing.and_then(|outing| outing.order),
        mseq: medium.mseq,
        seen_at: medium.seen.map(|seen| seen.at),
        seen_place: place_code(view, medium.seen.and_then(|seen| seen.place))?,
        seen_how: medium.seen.map(|seen| seen.how),
        read_at: medium.read_at,
        discrepancy,
        description: medium.description.as_deref().cloned(),
        flags: flags(medium, view.policy(), now),
    })
}

//! What the faces show: media, people and places with codes, badges and names in place of identities.

use super::clocks::Behind;
use crate::domain::custody::State;
use crate::domain::event::{Data, How, Kind};
use crate::domain::flag::{self, Flag};
use crate::domain::medium::{Description, Discrepancy, Medium};
use crate::domain::names::{Badge, Barcode, MediumId, OrderId, PersonId, PlaceCode, PlaceId, Serial};
use crate::domain::person::Person;
use crate::domain::place::Place;
use crate::domain::refusal::Refusal;
use crate::domain::time::Timestamp;
use crate::domain::world::World;
use crate::ledger::entry::{Entry, entry_hash};
use crate::ledger::wire::FormError;
use crate::store::{StoreError, View};

use super::audits::Loss;

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
    pub left: Option<Timestamp>,
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

/// One person and what the log says of them.
#[derive(Debug, Clone)]
pub struct PersonPage {
    /// The person.
    pub view: PersonView,
    /// Every entry about their enrolment, roles and suspension, with its stored line.
    pub history: Vec<(Entry, String)>,
}

/// One place, ready to be shown.
#[derive(Debug, Clone)]
pub struct PlaceView {
    /// The place.
    pub place: Place,
    /// The code of the place it stands in.
    pub parent: Option<PlaceCode>,
    /// How many media stand in it; none where that is kept from who counts it.
    pub media: Option<u64>,
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

/// The flags of a medium, with the order it is out under.
pub(super) fn flags(view: &View<'_>, medium: &Medium, now: Timestamp) -> Result<Vec<Flag>, StoreError> {
    let order = match medium.custody.outing().and_then(|outing| outing.leave.order()) {
        Some(order) => view.order(order)?,
        None => None,
    };
    Ok(flag::flags(medium, view.policy(), order.as_ref(), now))
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
        left: outing.map(|outing| outing.left),
        due: outing.map(|outing| outing.due),
        order: outing.and_then(|outing| outing.leave.order()),
        mseq: medium.mseq,
        seen_at: medium.seen.map(|seen| seen.at),
        seen_place: place_code(view, medium.seen.and_then(|seen| seen.place))?,
        seen_how: medium.seen.map(|seen| seen.how),
        read_at: medium.read_at,
        discrepancy,
        description: medium.description.as_deref().cloned(),
        flags: flags(view, medium, now)?,
    })
}

/// The header of a screen: what the ledger is, and what needs a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// The site.
    pub site: String,
    /// How many entries the ledger has.
    pub size: u64,
    /// Minutes without a key after which a station forgets who stands before it; zero for never.
    pub idle_lock_minutes: u64,
    /// What an order may be for, with commas between.
    pub purposes: String,
    /// Whether nothing can be recorded here: the file may only be read.
    pub read_only: bool,
    /// By how much the clock is behind the ledger's time, if it is.
    pub behind: Option<Behind>,
    /// That the clock is so far ahead of it that it is not believed, if so.
    pub ahead: Option<Refusal>,
}

/// One entry of the log, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// Its number.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// Its kind.
    pub kind: Kind,
    /// The medium's barcode.
    pub barcode: Option<Barcode>,
    /// Who acted.
    pub by: Option<Badge>,
    /// How the barcode got in.
    pub how: Option<How>,
    /// The place, device or person that it names.
    pub place: Option<String>,
    /// The first eight digits of its hash.
    pub hash: String,
}

impl LogRow {
    /// The row of a stored line.
    ///
    /// # Errors
    /// When the line is not an entry.
    pub fn read(line: &str) -> Result<Self, FormError> {
        let entry = Entry::decode(line)?;
        let hash = entry_hash(line.as_bytes()).short();
        let event = entry.event;
        Ok(Self {
            seq: entry.seq,
            at: event.at,
            kind: event.data.kind(),
            barcode: event.data.barcode().cloned(),
            by: event.by,
            how: event.how,
            place: named(&event.data),
            hash,
        })
    }
}

/// The place or device that an event's data names.
pub(super) fn place_of(data: &Data) -> Option<&PlaceCode> {
    if let Data::Move { place, .. }
    | Data::CheckOut { place, .. }
    | Data::CheckIn { place, .. }
    | Data::Sight { place, .. }
    | Data::AuditRead { place, .. }
    | Data::AuditDueSet { place, .. }
    | Data::Found { place, .. } = data
    {
        Some(place)
    } else if let Data::Load { device, .. } | Data::Eject { device, .. } = data {
        Some(device)
    } else if let Data::Register { place, .. }
    | Data::Refused { place, .. }
    | Data::AuditDrawn { place, .. }
    | Data::AuditOpened { place, .. }
    | Data::UnknownLabel { place, .. } = data
    {
        place.as_ref()
    } else if let Data::PlaceAdded { code, .. } | Data::PlaceRetired { code, .. } = data {
        Some(code)
    } else {
        None
    }
}

/// The place, device or person that an event's data names.
fn named(data: &Data) -> Option<String> {
    let person = if let Data::HandOver { to, .. } = data { Some(to.to_string()) } else { None };
    place_of(data).map(ToString::to_string).or(person)
}

/// One medium and its history.
#[derive(Debug, Clone)]
pub struct MediumPage {
    /// The medium.
    pub medium: MediumView,
    /// Its chain, oldest first.
    pub history: Vec<LogRow>,
    /// The window in which it was lost, if it is.
    pub loss: Option<Loss>,
}

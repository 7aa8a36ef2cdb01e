//! The state that the log gives, rebuilt in memory by the same rules that recorded it.

mod audits;
mod lines;
mod media;
mod packed;
mod slab;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;

use super::entry::Entry;
use crate::domain::audit::Move;
use crate::domain::barcode::{CapsFold, Label};
use crate::domain::event::Data;
use crate::domain::medium::{Medium, Sighting};
use crate::domain::names::{
    Badge, Barcode, Digest, Kept, LedgerId, MediumId, OrderId, PersonId, PlaceCode, PlaceId, SiteName,
};
use crate::domain::order::{Line, Marks, Order};
use crate::domain::person::Person;
use crate::domain::place::Place;
use crate::domain::policy::Policy;
use crate::domain::refusal::Refusal;
use crate::domain::rules::{AuditChange, Effect, OrderChange, Stop, step};
use crate::domain::world::Clock;
use audits::Audits;
use lines::Lines;
use media::Media;

/// The time during which a barcode belonged to a medium, in entry numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tenure {
    /// Whose it is or was.
    pub medium: MediumId,
    /// The entry that gave it.
    pub from: u64,
    /// The entry that took it away; none while it is in use.
    pub until: Option<u64>,
}

/// A person and what of them is kept apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// The person.
    pub person: Person,
    /// Their name in `kept`.
    pub name: Kept,
}

/// Everything that the projections hold, computed from the log.
#[derive(Debug, Default)]
pub struct Replay {
    opened: Option<(LedgerId, SiteName)>,
    policy: Policy,
    clock: Clock,
    media: Media,
    people: BTreeMap<PersonId, Enrolled>,
    badges: HashMap<Badge, PersonId>,
    places: BTreeMap<PlaceId, Place>,
    codes: HashMap<PlaceCode, PlaceId>,
    occupied: HashMap<PlaceId, u64>,
    orders: BTreeMap<OrderId, Order>,
    lines: Lines,
    /// The open orders that list a medium, oldest first.
    listed: HashMap<MediumId, Vec<OrderId>>,
    kept: BTreeSet<Kept>,
    audits: Audits,
    head: (u64, Digest),
}

/// The volser of a barcode in its canonical form.
#[must_use]
pub fn volser(barcode: &Barcode) -> String {
    Label::parse(barcode.as_str(), CapsFold::Upcase)
        .map_or_else(|_| barcode.as_str().to_owned(), |label| label.volser().to_owned())
}

/// The ledger's time after an entry of this time and kind.
#[must_use]
pub fn clock_after(before: Clock, entry: &crate::domain::event::Event) -> Clock {
    let standing = before.held && before.last == Some(entry.at);
    let held = standing || matches!(entry.data, Data::ClockHeld { .. });
    Clock { last: Some(entry.at), held }
}

impl Replay {
    /// Judges the next entry and takes it in, with the hash of its bytes.
    ///
    /// # Errors
    /// Why the rules then in force did not allow it; the state is then unchanged.
    pub fn absorb(&mut self, entry: &Entry, hash: Digest) -> Result<(), Box<Refusal>> {
        let effect = match step(self, entry.seq, &entry.event) {
            Ok(effect) => effect,
            Err(Stop::Refused(refusal)) => return Err(refusal),
            Err(Stop::Failed(never)) => match never {},
        };
        if let Data::TextsLost { texts } = &entry.event.data {
            if !texts.iter().all(|text| self.kept.contains(text)) {
                return Err(Box::new(Refusal::Inconsistent { key: "texts" }));
            }
            self.kept.retain(|text| texts.binary_search(text).is_err());
        }
        self.kept.extend(entry.event.data.kept());
        self.clock = clock_after(self.clock, &entry.event);
        match effect {
            Effect::Opened { ledger, site, policy } => {
                self.opened = Some((ledger, site));
                self.policy = policy;
            }
            Effect::Medium { before, after, line, count } => {
                if let Some((audit, count)) = count {
                    self.audits.count(audit, count);
                }
                if let Some(before) = before.as_deref().filter(|before| before.custody != after.custody) {
                    self.audits.step(after.id, Move::by(entry.seq, &entry.event, &before.custody));
                }
                if let Some(Line { order, marks }) = line {
                    self.lines.set(order, after.id, marks);
                }
                self.set_medium(entry.seq, before.as_deref(), &after);
            }
            Effect::Order(change) => self.set_order(*change),
            Effect::Audit(change) => self.set_audit(*change),
            Effect::Counted(audit, counts) => {
                for count in counts {
                    self.audits.count(audit, count);
                }
            }
            Effect::Stray(audit, label) => self.audits.stray(audit, label),
            Effect::Person(person) => self.set_person(person, &entry.event.data),
            Effect::Place(place) => self.set_place(place),
            Effect::Policy(policy) => self.policy = policy,
            Effect::None => {}
        }
        self.head = (entry.seq, hash);
        Ok(())
    }

    /// Makes room for so many media.
    pub fn expect(&mut self, media: usize) {
        self.media.expect(media);
    }

    /// Fetches the media at these places in the order of registration; what comes back says nothing.
    #[must_use]
    pub fn glance(&self, places: &[usize]) -> u64 {
        self.media.glance(places)
    }

    /// Passes an entry over that the rules did not allow: it changes nothing, but stands in the chains.
    pub fn pass_over(&mut self, entry: &Entry, hash: Digest) {
        self.kept.extend(entry.event.data.kept());
        self.clock = clock_after(self.clock, &entry.event);
        if let (Some(id), Some(link)) = (entry.event.medium, entry.link) {
            self.media.change(id, |medium| medium.mseq = link.mseq);
        }
        self.head = (entry.seq, hash);
    }

    fn set_place(&mut self, place: Place) {
        self.codes.insert(place.code.clone(), place.id);
        self.places.insert(place.id, place);
    }

    fn set_audit(&mut self, change: AuditChange) {
        for one in &change.seen {
            self.media.change(one.medium, |medium| {
                if let Some((at, place, how)) = one.seen {
                    medium.seen = Some(Sighting { at, place: Some(place), how });
                }
                medium.read_at = one.read_at.or(medium.read_at);
                medium.discrepancy = one.wrong.or(medium.discrepancy);
            });
        }
        let AuditChange { audit, sample, findings, vaults, .. } = change;
        for vault in vaults {
            self.set_place(vault);
        }
        self.audits.set(audit, &sample, findings);
    }

    fn set_person(&mut self, person: Person, data: &Data) {
        let name = if let Data::PersonEnrolled { name, .. } | Data::TemporaryBadge { name, .. } = data {
            Some(*name)
        } else {
            self.people.get(&person.id).map(|enrolled| enrolled.name)
        };
        self.badges.insert(person.badge.clone(), person.id);
        if let Some(name) = name {
            self.people.insert(person.id, Enrolled { person, name });
        }
    }

    fn set_order(&mut self, change: OrderChange) {
        let OrderChange { order, lines, parent } = change;
        for medium in &lines {
            self.listed.entry(*medium).or_default().push(order.id);
        }
        self.lines.list(order.id, lines);
        if !order.is_open() {
            for (medium, _) in self.lines.of(order.id) {
                if let Some(open) = self.listed.get_mut(&medium) {
                    open.retain(|one| *one != order.id);
                    if open.is_empty() {
                        self.listed.remove(&medium);
                    }
                }
            }
        }
        if let Some(before) = self.orders.get(&order.id).filter(|before| before.until < order.until) {
            let window = (before.until, order.until);
            for (medium, _) in self.lines.of(order.id) {
                self.media.change(medium, |medium| medium.custody.extend(order.id, window));
            }
        }
        if let Some(parent) = parent {
            self.orders.insert(parent.id, parent);
        }
        self.orders.insert(order.id, order);
    }

    fn set_medium(&mut self, seq: u64, before: Option<&Medium>, after: &Medium) {
        let left = before.and_then(|m| m.custody.occupied());
        let entered = after.custody.occupied();
        if left != entered {
            if let Some(count) = left.and_then(|place| self.occupied.get_mut(&place)) {
                *count -= 1;
            }
            if let Some(place) = entered {
                *self.occupied.entry(place).or_default() += 1;
            }
        }
        let renamed = before.map(|m| &m.barcode) != Some(&after.barcode);
        self.media.set(before, after, renamed.then_some(seq));
    }

    /// The ledger's identity and site; none before the first entry.
    #[must_use]
    pub const fn opened(&self) -> Option<&(LedgerId, SiteName)> {
        self.opened.as_ref()
    }

    /// All media by identity.
    pub fn media(&self) -> impl Iterator<Item = Medium> {
        self.media.iter()
    }

    /// All barcodes that were ever given, in the order of their letters.
    pub fn barcodes(&self) -> impl Iterator<Item = (Barcode, Tenure)> {
        self.media.tenures()
    }

    /// All people by identity.
    pub fn people(&self) -> impl Iterator<Item = &Enrolled> {
        self.people.values()
    }

    /// All places by identity.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.places.values()
    }

    /// All orders by number.
    pub fn orders(&self) -> impl Iterator<Item = &Order> {
        self.orders.values()
    }

    /// All lines of all orders, by order and medium, and whether the order is open.
    pub fn order_lines(&self) -> impl Iterator<Item = (OrderId, MediumId, Marks, bool)> {
        self.lines.iter().map(|(order, medium, marks)| {
            let open = self.orders.get(&order).is_some_and(Order::is_open);
            (order, medium, marks, open)
        })
    }

    /// All stocktakes, and what belongs to them.
    #[must_use]
    pub const fn audits(&self) -> &Audits {
        &self.audits
    }

    /// The texts that the log refers to.
    #[must_use]
    pub const fn kept(&self) -> &BTreeSet<Kept> {
        &self.kept
    }

    /// The barcode of a medium, if it is known.
    #[must_use]
    pub fn barcode_of(&self, id: MediumId) -> Option<Barcode> {
        self.media.barcode_of(id)
    }
}

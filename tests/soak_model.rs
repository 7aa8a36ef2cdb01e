//! The reference model of the soak: what the record holds, in plain maps and lists, as the documents say it. It shares
//! with the program the words of the domain (states, kinds, classes) and nothing that knows a rule.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use kuraban::domain::audit::{AuditState, Class as Finding};
use kuraban::domain::custody::State;
use kuraban::domain::event::{How, Kind, LabelTrouble};
use kuraban::domain::order::OrderState;
use kuraban::domain::person::Role;
use kuraban::domain::place::PlaceKind;
use serde_json::Value;

/// The number of the entry that opened something.
pub(crate) type Id = u64;
/// Milliseconds since 1970.
pub(crate) type Moment = i64;
pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// One entry of the log; its number is its place in the list.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    pub(crate) at: Moment,
    pub(crate) occurred: Option<Moment>,
    pub(crate) medium: Option<(Id, u64)>,
    pub(crate) by: Option<String>,
    pub(crate) with: Option<String>,
    pub(crate) station: String,
    pub(crate) how: Option<How>,
    /// What its data must hold; what is drawn by lot (identities of texts, heads) is left out.
    pub(crate) data: Value,
    /// The text that is kept apart.
    pub(crate) text: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: Id,
    pub(crate) badge: String,
    pub(crate) name: String,
    pub(crate) org: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) roles: BTreeSet<Role>,
    pub(crate) suspended: bool,
    pub(crate) until: Option<Moment>,
    pub(crate) pin: Option<String>,
    pub(crate) wrong: u32,
    pub(crate) locked: Option<Moment>,
    /// Since when each role is held, and when it was last used.
    pub(crate) since: BTreeMap<Role, Moment>,
    pub(crate) used: BTreeMap<Role, Moment>,
}

impl Person {
    pub(crate) fn works_for(&self) -> Option<&str> {
        self.host.as_deref().or(self.org.as_deref())
    }

    pub(crate) fn ended(&self, at: Moment) -> bool {
        self.until.is_some_and(|until| until <= at)
    }

    /// Whether they can administer, now and later.
    pub(crate) fn governs(&self) -> bool {
        self.roles.contains(&Role::Admin) && !self.suspended && self.pin.is_some() && self.until.is_none()
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) id: Id,
    pub(crate) code: String,
    pub(crate) kind: PlaceKind,
    pub(crate) parent: Option<Id>,
    pub(crate) capacity: Option<u64>,
    pub(crate) resident: bool,
    pub(crate) retired: bool,
    pub(crate) added: Moment,
    pub(crate) audited: Option<Moment>,
    pub(crate) day: Option<Moment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leave {
    Intake,
    Without,
    Order(Id),
    Override,
}

/// A stay away from rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outing {
    pub(crate) left: Moment,
    pub(crate) due: Moment,
    pub(crate) leave: Leave,
    pub(crate) ejected: Option<Moment>,
}

/// Where a medium is by the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Custody {
    pub(crate) state: State,
    pub(crate) since: Moment,
    /// The place, of a missing medium the last one.
    pub(crate) place: Option<Id>,
    /// Who has it, of a missing medium the last one.
    pub(crate) who: Option<Id>,
    pub(crate) outing: Option<Outing>,
}

impl Custody {
    /// The place in which it takes up room.
    pub(crate) fn fills(&self) -> Option<Id> {
        self.place.filter(|_| matches!(self.state, State::Vaulted | State::InDevice))
    }

    pub(crate) fn is_out(&self) -> bool {
        self.outing.is_some() || self.state == State::Missing
    }

    pub(crate) fn order(&self) -> Option<Id> {
        match self.outing?.leave {
            Leave::Order(order) => Some(order),
            Leave::Intake | Leave::Without | Leave::Override => None,
        }
    }
}

/// One change of custody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) seq: Id,
    pub(crate) at: Moment,
    pub(crate) before: Custody,
    pub(crate) after: Custody,
    /// When a reader read the label in taking it.
    pub(crate) read: Option<Moment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Marks {
    pub(crate) taken: bool,
    pub(crate) ejected: bool,
    pub(crate) returned: bool,
}

/// The step that can be taken back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prior {
    pub(crate) seq: Id,
    pub(crate) kind: Kind,
    pub(crate) by: Id,
    pub(crate) at: Moment,
    pub(crate) custody: Custody,
    pub(crate) line: Option<(Id, Marks)>,
    pub(crate) told: Option<Moment>,
}

/// What is on a medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Described {
    pub(crate) class: &'static str,
    pub(crate) system: Option<String>,
    pub(crate) from: Option<&'static str>,
    pub(crate) until: Option<&'static str>,
    pub(crate) encrypted: &'static str,
    pub(crate) hold: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Medium {
    pub(crate) id: Id,
    pub(crate) barcode: String,
    pub(crate) serial: Option<String>,
    pub(crate) registered: Moment,
    pub(crate) custody: Custody,
    pub(crate) prior: Option<Prior>,
    pub(crate) seen: Option<(Moment, Option<Id>, How)>,
    pub(crate) read: Option<Moment>,
    pub(crate) wrong: Option<(Moment, Id)>,
    pub(crate) described: Option<Described>,
    /// Entry, person and moment of each time it went out without an order and nobody stood by it.
    pub(crate) overrides: Vec<(Id, Id, Moment)>,
    pub(crate) stepped_by: Id,
    pub(crate) mseq: u64,
    /// The due time that the last way out told.
    pub(crate) told: Option<Moment>,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) id: Id,
    pub(crate) requester: Id,
    pub(crate) requested: Moment,
    pub(crate) purpose: String,
    pub(crate) text: Option<String>,
    pub(crate) from: Moment,
    pub(crate) until: Moment,
    pub(crate) state: OrderState,
    pub(crate) decided_by: Option<Id>,
    pub(crate) closed_by: Option<Id>,
    pub(crate) decided: Option<Moment>,
    pub(crate) parent: Option<Id>,
    /// Of a standing order: the most of a night, the last night, how many it named.
    pub(crate) nightly: Option<(u64, u64, u64)>,
    pub(crate) lines: BTreeMap<Id, Marks>,
}

impl Order {
    pub(crate) fn in_force(&self, at: Moment) -> bool {
        self.state == OrderState::Approved && self.from <= at && at < self.until
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state, OrderState::Requested | OrderState::Approved)
    }
}

/// One label that was read in a stocktake.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Count {
    pub(crate) medium: Id,
    pub(crate) place: Id,
    pub(crate) counter: Id,
    pub(crate) how: How,
    pub(crate) at: Moment,
    pub(crate) seq: Id,
    pub(crate) again: bool,
}

/// A label in a stocktake that names no medium.
#[derive(Debug, Clone)]
pub(crate) struct Stray {
    pub(crate) seq: Id,
    pub(crate) text: String,
    pub(crate) place: Option<Id>,
    pub(crate) why: LabelTrouble,
    pub(crate) counter: Option<Id>,
    pub(crate) again: bool,
}

/// What a stocktake found of one medium.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) medium: Id,
    pub(crate) expected: bool,
    pub(crate) class: Finding,
    pub(crate) passes: bool,
    /// By the record at the opening.
    pub(crate) stood: Custody,
    pub(crate) seen: Option<Id>,
    pub(crate) also: Option<Id>,
    pub(crate) counter: Option<Id>,
    pub(crate) how: Option<How>,
    pub(crate) settled_by: Option<Id>,
    pub(crate) proved: Option<Moment>,
}

#[derive(Debug, Clone)]
pub(crate) struct Audit {
    pub(crate) id: Id,
    pub(crate) scope: Option<Id>,
    /// How many in a hundred, and how many entries the log had when the head was fixed.
    pub(crate) percent: Option<(u64, u64)>,
    pub(crate) sample: Option<BTreeSet<Id>>,
    pub(crate) state: AuditState,
    /// How many entries the log had at the opening.
    pub(crate) size: u64,
    pub(crate) expected: u64,
    pub(crate) opened: Moment,
    pub(crate) opened_by: Id,
    pub(crate) recounted: Option<Moment>,
    pub(crate) incident: Option<Id>,
    pub(crate) closed: Option<Moment>,
    pub(crate) closing: Option<Id>,
    pub(crate) closed_by: Option<Id>,
    pub(crate) closed_with: Option<Id>,
    pub(crate) counts: Vec<Count>,
    /// Who has counted, and whether already in the first count.
    pub(crate) counters: BTreeMap<Id, bool>,
    pub(crate) strays: Vec<Stray>,
    /// All that it had to say, once it is closed.
    pub(crate) found: Vec<Found>,
    pub(crate) tally: BTreeMap<String, u64>,
}

/// What is open when a shift ends, a way out of rest, a way back: what the reports count.
#[derive(Debug, Clone)]
pub(crate) struct Tale {
    pub(crate) at: Moment,
    pub(crate) section: &'static str,
    pub(crate) key: String,
    pub(crate) medium: Option<Id>,
    /// Of an override: the entry, for whether it is ratified shows later.
    pub(crate) overridden: Option<Id>,
}

/// The whole record.
#[derive(Clone)]
pub(crate) struct Model {
    /// The clock on the wall.
    pub(crate) now: Moment,
    pub(crate) site: String,
    /// The name of the station where the present step is entered.
    pub(crate) station: String,
    pub(crate) policy: BTreeMap<&'static str, String>,
    pub(crate) people: Vec<Person>,
    pub(crate) places: Vec<Place>,
    pub(crate) media: BTreeMap<Id, Medium>,
    /// Every barcode that was ever given: whose, and whether it is in use.
    pub(crate) labels: BTreeMap<String, (Id, bool)>,
    pub(crate) orders: BTreeMap<Id, Order>,
    pub(crate) audits: BTreeMap<Id, Audit>,
    pub(crate) log: Vec<Rc<Entry>>,
    pub(crate) tales: Vec<Tale>,
    /// Whether the ledger's time stands still, and the log says so.
    pub(crate) held: bool,
    /// How many entries the last checkpoint covers, and when one last named the root over the media.
    pub(crate) noted: u64,
    pub(crate) heads: Option<Moment>,
    pub(crate) incarnation: u64,
    /// How many entries the ledger has had at most.
    pub(crate) furthest: u64,
    /// The record as it was when it was last backed up.
    pub(crate) backup: Option<Rc<Model>>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a ledger of {} entries", self.log.len())
    }
}

impl Model {
    pub(crate) fn last(&self) -> Moment {
        self.log.last().map_or(i64::MIN, |entry| entry.at)
    }

    /// When the next entry is dated.
    pub(crate) fn at(&self) -> Moment {
        self.now.max(self.last())
    }

    pub(crate) fn size(&self) -> u64 {
        self.log.len() as u64
    }

    pub(crate) fn number(&self, name: &str) -> i64 {
        self.policy[name].parse().unwrap()
    }

    pub(crate) fn says(&self, name: &str, word: &str) -> bool {
        self.policy[name].split(',').any(|one| one == word)
    }

    /// Who carries a badge, or carried it last.
    pub(crate) fn person(&self, badge: &str) -> Option<&Person> {
        self.people.iter().rev().find(|person| person.badge == badge)
    }

    pub(crate) fn badge(&self, id: Id) -> &str {
        self.people.iter().find(|person| person.id == id).map_or("?", |person| &person.badge)
    }

    pub(crate) fn place(&self, code: &str) -> Option<&Place> {
        self.places.iter().find(|place| place.code == code)
    }

    pub(crate) fn spot(&self, id: Id) -> &Place {
        self.places.iter().find(|place| place.id == id).unwrap()
    }

    pub(crate) fn code(&self, id: Option<Id>) -> Option<&str> {
        id.map(|id| self.spot(id).code.as_str())
    }
}

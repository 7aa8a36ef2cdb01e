//! The reports of the mutual checks: every way out of a month, counted so that the sums can be held against the
//! log, and who holds which role.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::decide::{Action, decide};
use crate::domain::event::{Data, Event, How};
use crate::domain::medium::Class;
use crate::domain::names::{Badge, Code, MediumId, Org, PersonId};
use crate::domain::person::{Role, Roles};
use crate::domain::rules::roles_for;
use crate::domain::time::Timestamp;
use crate::domain::world::World as _;
use crate::ledger::entry::Entry;
use crate::store::{PersonRow, StoreError, View};

use super::query::decoded;
use super::session::{Error, Session};
use super::who::Who;

crate::domain::words! {
    /// The sections of the monthly report.
    Section {
        /// All ways out of rest, and those that were taken back.
        WaysOut = "ways_out",
        /// Ways out by the purpose of their order; `override` and `none` where there was no order.
        Purpose = "purpose",
        /// Ways out by the organisation that the person works for.
        Organisation = "organisation",
        /// Ways out by what the medium was used for.
        Class = "class",
        /// Check-outs without an order, ratified or not.
        Overrides = "overrides",
        /// Returns, before and after the due time, and those that were taken back.
        LateReturns = "late_returns",
        /// Refused steps by their code.
        Refusals = "refusals",
        /// All entries of the month by kind.
        Log = "log",
    }
}

/// One line of the monthly report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthlyRow {
    /// Which section it stands in.
    pub section: Section,
    /// What is counted; `total` for the sum of the section.
    pub key: String,
    /// How many entries.
    pub count: u64,
    /// How many different media they are about.
    pub media: u64,
}

/// One line of the access report: a person and one of their roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRow {
    /// The person's badge.
    pub badge: Badge,
    /// Their name; none if it was forgotten.
    pub name: Option<String>,
    /// Their home organisation.
    pub org: Option<Org>,
    /// The organisation they are seconded to.
    pub host_org: Option<Org>,
    /// The role.
    pub role: Role,
    /// Since when they have held it without a break.
    pub since: Timestamp,
    /// When they last recorded something that the role allows.
    pub last_used: Option<Timestamp>,
    /// Whether they are suspended.
    pub suspended: bool,
    /// Until when their temporary badge holds.
    pub until: Option<Timestamp>,
}

/// What a section counts under one key.
#[derive(Default)]
struct Cell {
    count: u64,
    media: BTreeSet<MediumId>,
}

/// The month as it is counted.
struct Month<'v, 'c> {
    view: &'v View<'c>,
    people: Vec<PersonRow>,
    cells: BTreeMap<(Section, String), Cell>,
    classes: HashMap<MediumId, Class>,
    dues: HashMap<MediumId, Option<Timestamp>>,
}

/// The due time that an event sets, if it sets one.
fn due(data: &Data) -> Option<Timestamp> {
    if let Data::CheckOut { due, .. } | Data::Eject { due, .. } | Data::Found { due, .. } = data {
        Some(*due)
    } else if let Data::Correct { due, .. } = data {
        *due
    } else {
        None
    }
}

impl Month<'_, '_> {
    fn add(&mut self, section: Section, key: impl Into<String>, medium: Option<MediumId>) {
        let cell = self.cells.entry((section, key.into())).or_default();
        cell.count += 1;
        cell.media.extend(medium);
    }

    /// Who carried a badge at this entry.
    fn holder(&self, badge: &Badge, seq: u64) -> Option<&PersonRow> {
        let held = |row: &&PersonRow| row.person.badge == *badge && row.person.id.0 <= seq;
        self.people.iter().rev().find(held)
    }

    fn class(&mut self, medium: MediumId, seq: u64) -> Result<Class, StoreError> {
        if let Some(class) = self.classes.get(&medium) {
            return Ok(*class);
        }
        let mut found = Class::Data;
        self.view.each_before(medium, seq, |entry| {
            if let Data::Describe { class, .. } = entry.event.data {
                found = class;
                return false;
            }
            true
        })?;
        self.classes.insert(medium, found);
        Ok(found)
    }

    /// When a medium was due before this entry.
    fn due_before(&mut self, medium: MediumId, seq: u64) -> Result<Option<Timestamp>, StoreError> {
        if let Some(known) = self.dues.get(&medium) {
            return Ok(*known);
        }
        let (mut found, mut taken_back) = (None, BTreeSet::new());
        self.view.each_before(medium, seq, |entry| {
            if let Data::Void { event, .. } = entry.event.data {
                taken_back.insert(event);
            }
            if taken_back.contains(&entry.seq) {
                return true;
            }
            found = due(&entry.event.data);
            found.is_none() && !matches!(entry.event.data, Data::CheckIn { .. })
        })?;
        Ok(found)
    }

    /// Whether an event takes a medium out of rest.
    fn is_way_out(&self, data: &Data) -> Result<bool, StoreError> {
        if let Data::Eject { device, .. } = data {
            return Ok(self.view.place_by_code(device)?.is_some_and(|place| place.resident));
        }
        Ok(matches!(data, Data::CheckOut { .. }))
    }

    fn way_out(&mut self, seq: u64, event: &Event, medium: MediumId) -> Result<(), StoreError> {
        let order = if let Data::CheckOut { order, .. } | Data::Eject { order, .. } = &event.data {
            *order
        } else {
            None
        };
        let overridden = matches!(event.data, Data::CheckOut { why: Some(_), .. });
        let purpose = match order {
            Some(order) => self.view.order(order)?.map(|order| order.purpose.to_string()),
            None if overridden => Some("override".to_owned()),
            None => None,
        };
        let person = event.by.as_ref().and_then(|badge| self.holder(badge, seq));
        let org = person.and_then(|row| row.person.works_for()).map(Org::to_string);
        let class = self.class(medium, seq)?;
        let none = || "none".to_owned();
        self.add(Section::WaysOut, "total", Some(medium));
        self.add(Section::Purpose, purpose.unwrap_or_else(none), Some(medium));
        self.add(Section::Organisation, org.unwrap_or_else(none), Some(medium));
        self.add(Section::Class, class.word(), Some(medium));
        if overridden {
            let open = self.view.medium(medium)?;
            let open = open.is_some_and(|medium| medium.overrides.iter().any(|one| one.event == seq));
            self.add(Section::Overrides, if open { "not_ratified" } else { "ratified" }, Some(medium));
        }
        Ok(())
    }

    fn take(&mut self, entry: &Entry) -> Result<(), StoreError> {
        let (seq, event) = (entry.seq, &entry.event);
        self.add(Section::Log, event.data.kind().word(), event.medium);
        self.add(Section::Log, "total", event.medium);
        if let Data::Refused { why, .. } = &event.data {
            self.add(Section::Refusals, why.as_str(), event.medium);
        }
        if let Data::UnknownLabel { why, .. } = &event.data {
            self.add(Section::Refusals, format!("label_{why}"), None);
        }
        let Some(medium) = event.medium else { return Ok(()) };
        if let Data::Describe { class, .. } = event.data {
            self.classes.insert(medium, class);
        }
        if self.is_way_out(&event.data)? {
            self.way_out(seq, event, medium)?;
        }
        if let Data::Void { event: taken_back, .. } = event.data {
            // What is due again after it is not known without its chain, which is then asked.
            self.dues.remove(&medium);
            let back = self.view.entry(taken_back)?.map(|entry| entry.event.data);
            if let Some(Data::CheckIn { .. }) = back {
                self.add(Section::LateReturns, "taken_back", Some(medium));
            }
            if let Some(back) = back
                && self.is_way_out(&back)?
            {
                self.add(Section::WaysOut, "taken_back", Some(medium));
            }
        }
        if let Data::CheckIn { .. } = event.data {
            let late = self.due_before(medium, seq)?.is_some_and(|due| event.at > due);
            self.add(Section::LateReturns, if late { "late" } else { "in_time" }, Some(medium));
            self.dues.insert(medium, None);
        }
        if let Some(due) = due(&event.data) {
            self.dues.insert(medium, Some(due));
        }
        Ok(())
    }

    fn rows(self) -> Vec<MonthlyRow> {
        let row = |((section, key), cell): ((Section, String), Cell)| MonthlyRow {
            section,
            key,
            count: cell.count,
            media: u64::try_from(cell.media.len()).unwrap_or(u64::MAX),
        };
        let mut rows: Vec<MonthlyRow> = self.cells.into_iter().map(row).collect();
        // Of each section the largest first, its total last.
        rows.sort_by_key(|row| {
            (row.section, row.key == "total", std::cmp::Reverse(row.count), row.key.clone())
        });
        rows
    }
}

/// The roles of one person over time.
#[derive(Default)]
struct Holding {
    roles: Roles,
    since: HashMap<Role, Timestamp>,
    used: HashMap<Role, Timestamp>,
}

impl Holding {
    fn set(&mut self, roles: Roles, at: Timestamp) {
        for role in Role::ALL {
            if roles.has(*role) && !self.roles.has(*role) {
                self.since.insert(*role, at);
            }
        }
        self.roles = roles;
    }
}

impl Session {
    /// Every way out between two moments, by purpose, organisation and class; overrides, late returns,
    /// refusals; and all entries by kind, so that the sums can be held against the log.
    ///
    /// # Errors
    /// When the record cannot be read. So also below.
    pub fn monthly(&self, since: Timestamp, until: Timestamp) -> Result<Vec<MonthlyRow>, Error> {
        self.look(|view| {
            let mut month = Month {
                view,
                people: view.everybody()?,
                cells: BTreeMap::new(),
                classes: HashMap::new(),
                dues: HashMap::new(),
            };
            view.each_line(None, Some(since), Some(until.plus(-1)), |line| {
                month.take(&decoded(line)?).map_err(Error::from)
            })?;
            Ok(month.rows())
        })
    }

    /// Who holds which role, since when, and when it was last used.
    ///
    /// # Errors
    /// As for [`Self::monthly`].
    pub fn access(&self) -> Result<Vec<AccessRow>, Error> {
        self.look(|view| {
            let mut badges: HashMap<Badge, PersonId> = HashMap::new();
            let mut all: HashMap<PersonId, Holding> = HashMap::new();
            view.each_line(None, None, None, |line| {
                let Entry { seq, event, .. } = decoded(line)?;
                if let Data::PersonEnrolled { badge, roles, .. } = &event.data {
                    badges.insert(badge.clone(), PersonId(seq));
                    all.entry(PersonId(seq)).or_default().set(*roles, event.at);
                } else if let Data::TemporaryBadge { badge, .. } = &event.data {
                    badges.insert(badge.clone(), PersonId(seq));
                    all.entry(PersonId(seq)).or_default().set(Roles::of(&[Role::Operator]), event.at);
                } else if let Data::PersonRoles { badge, roles } = &event.data
                    && let Some(holding) = badges.get(badge).and_then(|id| all.get_mut(id))
                {
                    holding.set(*roles, event.at);
                }
                let by = event.by.as_ref().and_then(|badge| badges.get(badge));
                if let Some(holding) = by.and_then(|id| all.get_mut(id)) {
                    for role in roles_for(event.data.kind()) {
                        if holding.roles.has(*role) {
                            holding.used.insert(*role, event.at);
                        }
                    }
                }
                Ok::<(), Error>(())
            })?;
            let mut rows = Vec::new();
            for PersonRow { person, name } in view.everybody()? {
                let Some(holding) = all.get(&person.id) else { continue };
                rows.extend(person.roles.iter().map(|role| AccessRow {
                    badge: person.badge.clone(),
                    name: name.clone(),
                    org: person.org.clone(),
                    host_org: person.host_org.clone(),
                    role,
                    since: holding.since.get(&role).copied().unwrap_or_default(),
                    last_used: holding.used.get(&role).copied(),
                    suspended: person.suspended,
                    until: person.until,
                }));
            }
            Ok(rows)
        })
    }

    /// Records that a report was given out: which, to whom, for what, how many rows.
    ///
    /// # Errors
    /// When it is refused, or cannot be written.
    pub fn exported(&self, who: &Who, report: &Code, purpose: &Code, rows: u64) -> Result<u64, Error> {
        self.store.write(|txn| {
            let context = self.context(txn, who, How::Typed, None)?;
            let data = Data::ExportMade { report: report.clone(), purpose: purpose.clone(), rows };
            let decision = decide(txn.view(), Action::Plain(data), &context)?;
            Ok(txn.append(&decision)?.seq)
        })
    }
}

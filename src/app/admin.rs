//! People, places, the policy, the clock: what an administrator does.

use crate::domain::decide::Action;
use crate::domain::event::{Data, How};
use crate::domain::names::{Badge, Barcode, Code, Org, PlaceCode, Setting};
use crate::domain::person::Roles;
use crate::domain::place::PlaceKind;
use crate::domain::policy::Policy;
use crate::domain::refusal::Refusal;
use crate::domain::rules::resolve_place;
use crate::domain::time::{HOUR, Timestamp};
use crate::domain::world::World;

use super::credentials::{Hashed, Pin};
use crate::store::{Filter, StoreError, View};

use super::session::{Error, Session};
use super::verbs::Said;
use super::who::Who;

fn open_matters(view: &View<'_>) -> Result<Open, StoreError> {
    let mut overrides = 0;
    view.each_medium(&Filter { outside: true, weighed: true, ..Filter::default() }, |medium| {
        overrides += u64::try_from(medium.overrides.len()).unwrap_or_default();
        Ok::<(), StoreError>(())
    })?;
    Ok(Open { outside: view.count_outside()?, orders: view.count_open_orders()?, overrides })
}

/// The station that an entry names when the machine has no name of its own.
pub const DEFAULT_STATION: &str = "unnamed";

/// A place to be added.
#[derive(Debug, Clone)]
pub struct NewPlace {
    /// Its code.
    pub code: PlaceCode,
    /// Its sort.
    pub kind: PlaceKind,
    /// Where it stands; at the site itself if nowhere else.
    pub parent: Option<PlaceCode>,
    /// How many media it holds.
    pub capacity: Option<u64>,
    /// Whether media live in it.
    pub resident: bool,
}

/// A person to be enrolled.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Their badge.
    pub badge: Badge,
    /// Their name.
    pub name: String,
    /// Their home organisation.
    pub org: Option<Org>,
    /// The organisation they are seconded to.
    pub host_org: Option<Org>,
    /// What they may do.
    pub roles: Roles,
    /// Their PIN, if they are to have one.
    pub pin: Option<Pin>,
}

/// A badge for one shift.
#[derive(Debug, Clone)]
pub struct Temporary {
    /// The badge.
    pub badge: Badge,
    /// Who carries it.
    pub name: String,
    /// Their organisation.
    pub org: Option<Org>,
    /// Their own PIN.
    pub pin: Pin,
    /// Until when it holds; for a whole shift if nothing is said.
    pub until: Option<Timestamp>,
}

/// What is open when a shift ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Open {
    /// Media that are outside or missing.
    pub outside: u64,
    /// Orders that are not closed.
    pub orders: u64,
    /// Check-outs without an order that nobody has ratified.
    pub overrides: u64,
}

impl Session {
    /// Gives a new colleague a badge for one shift, with their own PIN.
    ///
    /// # Errors
    /// When it is refused, or cannot be written; so also below. Gives the entry's number.
    pub fn lend_badge(&self, who: &Who, new: &Temporary) -> Result<u64, Error> {
        let (kept, salt) = self.keepsake(&new.name)?;
        let pin = self.hashed(&new.pin)?;
        self.store.write(|txn| {
            let context = self.context(txn, who, How::Typed, None)?;
            let hours = i64::try_from(txn.view().policy().shift_hours).unwrap_or(i64::MAX);
            let data = Data::TemporaryBadge {
                badge: new.badge.clone(),
                name: kept,
                pin: pin.id(),
                org: new.org.clone(),
                until: new.until.unwrap_or_else(|| context.at.plus(hours.saturating_mul(HOUR))),
            };
            let decision = crate::domain::decide::decide(txn.view(), Action::Plain(data), &context)?;
            let seq = txn.append(&decision)?.seq;
            txn.keep(kept, &salt, &new.name)?;
            pin.keep(txn)?;
            Ok(seq)
        })
    }

    /// Lets a suspended person act again.
    ///
    /// # Errors
    /// When it is refused, or cannot be written.
    pub fn reinstate(&self, who: &Who, badge: &Badge) -> Result<u64, Error> {
        Ok(self.perform(who, Action::Reinstate(badge.clone()))?.seq)
    }

    /// What is open: the list that one shift shows to the next.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn open_matters(&self) -> Result<Open, Error> {
        self.look(|view| Ok(open_matters(view)?))
    }

    /// Hands the shift over to the second person: both confirm with their PINs what is open. It moves no
    /// custody.
    ///
    /// # Errors
    /// When it is refused, or cannot be written.
    pub fn hand_shift_over(&self, who: &Who) -> Result<(u64, Open), Error> {
        self.closing(who, false, |txn| {
            let open = open_matters(txn.view())?;
            let Open { outside, orders, overrides } = open;
            let context = self.context(txn, who, How::Typed, None)?;
            let data = Data::ShiftHandedOver { outside, orders, overrides };
            let decision = crate::domain::decide::decide(txn.view(), Action::Plain(data), &context)?;
            Ok((txn.append(&decision)?.seq, open))
        })
    }

    /// Enrols a person; their name goes to `kept`, and so does the hash of their PIN.
    ///
    /// # Errors
    /// When it is refused, or cannot be written; so also below. Gives the entry's number.
    pub fn enrol(&self, who: &Who, new: NewPerson) -> Result<u64, Error> {
        let NewPerson { badge, name, org, host_org, roles, pin } = new;
        let (kept, salt) = self.keepsake(&name)?;
        let pin = pin.map(|pin| self.hashed(&pin)).transpose()?;
        let hash = pin.as_ref().map(Hashed::id);
        let enrol = Action::Enrol { badge, name: kept, pin: hash, org, host_org, roles };
        self.store.write(|txn| {
            let context = self.context(txn, who, How::Typed, None)?;
            let decision = crate::domain::decide::decide(txn.view(), enrol, &context)?;
            let appended = txn.append(&decision)?;
            txn.keep(kept, &salt, &name)?;
            if let Some(pin) = &pin {
                pin.keep(txn)?;
            }
            Ok(appended.seq)
        })
    }

    /// Sets a person's roles.
    ///
    /// # Errors
    /// When it is refused, or cannot be written.
    pub fn set_roles(&self, who: &Who, badge: &Badge, roles: Roles) -> Result<u64, Error> {
        Ok(self.perform(who, Action::SetRoles(badge.clone(), roles))?.seq)
    }

    /// Lets a person act no more.
    ///
    /// # Errors
    /// When it is refused, or cannot be written.
    pub fn suspend(&self, who: &Who, badge: &Badge, said: &Said) -> Result<u64, Error> {
        let action = |text| {
            Action::Suspend(badge.clone(), crate::domain::decide::Reason { why: said.why.clone(), text })
        };
        Ok(self.perform_keeping(who, said.text.as_deref(), action)?.seq)
    }

    /// Adds a place.
    ///
    /// # Errors
    /// When it is refused, or cannot be written.
    pub fn add_place(&self, who: &Who, new: NewPlace) -> Result<u64, Error> {
        let NewPlace { code, kind, parent, capacity, resident } = new;
        let parent = match parent {
            Some(parent) => parent,
            None => self.site()?,
        };
        let action = Action::AddPlace { code, kind, parent: Some(parent), capacity, resident };
        Ok(self.perform(who, action)?.seq)
    }

    /// Lets a place take media no more. A device needs the second person who saw that it is empty, and records
    /// how many elements the two looked at: as many as they say, else as many as it has.
    ///
    /// # Errors
    /// When it is refused, or cannot be written.
    pub fn retire_place(&self, who: &Who, code: PlaceCode, elements: Option<u64>) -> Result<u64, Error> {
        let known = self.look(|view| Ok::<_, Error>(view.place_by_code(&code)?))?;
        let elements =
            known.filter(|place| place.kind.is_device()).and_then(|place| place.capacity.or(elements));
        Ok(self.perform(who, Action::RetirePlace(code, elements))?.seq)
    }

    /// The media that are not back in a vault and whose label was last read in this device: what to look for in it
    /// before it goes. Of another place there is nothing to say.
    ///
    /// # Errors
    /// A refusal when there is no such place; or the record cannot be read.
    pub fn last_seen_in(&self, code: &PlaceCode) -> Result<Vec<Barcode>, Error> {
        self.look(|view| {
            let place = resolve_place(view, code)?;
            Ok(if place.kind.is_device() { view.last_seen_in(place.id)? } else { Vec::new() })
        })
    }

    /// Sets a policy value.
    ///
    /// # Errors
    /// When it is refused, or cannot be written.
    pub fn set_policy(&self, who: &Who, name: &str, value: &str) -> Result<u64, Error> {
        let code = Code::new(name).map_err(|_| Refusal::NoSuchPolicy)?;
        let Ok(value) = Setting::new(value) else {
            return Err(Refusal::BadPolicy { allowed: Policy::allowed(name), name: code }.into());
        };
        Ok(self.perform(who, Action::SetPolicy(code, value))?.seq)
    }

    /// Confirms, by two people, that the clock is right although it ran far ahead of the last entry.
    ///
    /// # Errors
    /// When it is refused, or cannot be written.
    pub fn confirm_clock(&self, who: &Who) -> Result<u64, Error> {
        self.store.write(|txn| {
            let from = txn.view().clock().last.ok_or(Refusal::NoChange)?;
            // One that is behind is not made right by anybody's word.
            if self.now() < from {
                return Err(Refusal::ClockBehind { last: from, now: self.now() }.into());
            }
            let context = self.context(txn, who, How::Typed, None)?;
            let action = Action::Plain(Data::ClockConfirmed { from });
            let decision = crate::domain::decide::decide(txn.view(), action, &context)?;
            Ok(txn.append(&decision)?.seq)
        })
    }
}

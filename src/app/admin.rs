//! People, places, the policy, the clock: what an administrator does.

use crate::domain::decide::Action;
use crate::domain::event::{Data, How};
use crate::domain::names::{Badge, Code, Org, PlaceCode, Term};
use crate::domain::person::Roles;
use crate::domain::place::PlaceKind;
use crate::domain::policy::Policy;
use crate::domain::refusal::Refusal;
use crate::domain::world::World;

use super::credentials::{Hashed, Pin};
use super::custody::Said;
use super::session::{Error, Session, Who};

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

impl Session {
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

    /// Lets a place take media no more. A device needs the second person who saw that it is empty.
    ///
    /// # Errors
    /// When it is refused, or cannot be written.
    pub fn retire_place(&self, who: &Who, code: PlaceCode) -> Result<u64, Error> {
        Ok(self.perform(who, Action::RetirePlace(code))?.seq)
    }

    /// Sets a policy value.
    ///
    /// # Errors
    /// When it is refused, or cannot be written.
    pub fn set_policy(&self, who: &Who, name: &str, value: &str) -> Result<u64, Error> {
        let code = Code::new(name).map_err(|_| Refusal::NoSuchPolicy)?;
        let Ok(value) = Term::new(value) else {
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
            let context = self.context(txn, who, How::Typed, None)?;
            let action = Action::Plain(Data::ClockConfirmed { from });
            let decision = crate::domain::decide::decide(txn.view(), action, &context)?;
            Ok(txn.append(&decision)?.seq)
        })
    }
}

//! People in the model: enrolled, given roles and PINs, suspended, lent a badge, and one shift after the other.

use std::collections::{BTreeMap, BTreeSet};

use kuraban::domain::event::Kind;
use kuraban::domain::person::Role;
use serde_json::json;

use crate::soak_acts::{Foreseen, Staffing};
use crate::soak_model::{HOUR, Model, Moment, Person};
use crate::soak_steps::{WHY, WORDS};
use crate::soak_world::{No, Pair, spelt};

/// The PINs that people have, one after the other.
pub(crate) const PINS: [&str; 2] = ["1234", "23456"];

fn when(is_so: bool, why: &'static str) -> Option<&'static str> {
    is_so.then_some(why)
}

fn words(roles: &[Role]) -> Vec<&'static str> {
    let roles: BTreeSet<Role> = roles.iter().copied().collect();
    roles.into_iter().map(Role::word).collect()
}

impl Model {
    /// Why nothing is done with the person of this badge.
    fn unfit(&self, badge: &str) -> No {
        match self.person(badge) {
            None => vec!["unknown_person"],
            Some(person) => when(person.suspended, "suspended_person").into_iter().collect(),
        }
    }

    fn person_mut(&mut self, badge: &str) -> &mut Person {
        self.people.iter_mut().rev().find(|person| person.badge == badge).unwrap()
    }

    fn is_last_admin(&self, badge: &str) -> bool {
        let governs = self.person(badge).is_some_and(Person::governs);
        governs && self.people.iter().filter(|person| person.governs()).count() <= 1
    }

    fn enlist(&mut self, badge: &str, roles: &[Role], org: Option<&str>, until: Option<Moment>, pin: bool) {
        let at = self.last();
        self.people.push(Person {
            id: self.size(),
            badge: badge.to_owned(),
            name: name(badge),
            org: org.map(str::to_owned),
            host: None,
            roles: roles.iter().copied().collect(),
            suspended: false,
            until,
            pin: pin.then(|| PINS[0].to_owned()),
            wrong: 0,
            locked: None,
            since: roles.iter().map(|role| (*role, at)).collect(),
            used: BTreeMap::new(),
        });
    }

    pub(crate) fn person_deed(&mut self, deed: &Staffing, pair: Pair<'_>) -> Foreseen {
        match deed {
            Staffing::Enrol(badge, roles, org, pin) => self.enrol(pair, badge, (roles, *org, *pin)),
            Staffing::SetRoles(badge, roles) => self.set_roles(pair, badge, roles),
            Staffing::Suspend(badge) => self.suspend(pair, badge),
            Staffing::Reinstate(badge) => self.reinstate(pair, badge),
            Staffing::Lend(badge, until) => self.lend(pair, badge, *until),
            Staffing::SetPin(badge) => self.set_pin(pair, badge),
            Staffing::HandShift => self.hand_shift_over(pair),
        }
    }

    fn enrol(
        &mut self,
        pair: Pair<'_>,
        badge: &str,
        (roles, org, pin): (&[Role], Option<&str>, bool),
    ) -> Foreseen {
        let no = |model: &Self| {
            let at = model.at();
            let taken = model.person(badge).is_some_and(|person| !person.ended(at));
            [when(taken, "badge_taken"), when(roles.is_empty(), "no_roles")].into_iter().flatten().collect()
        };
        self.perform(Kind::PersonEnrolled, pair, no, |model| {
            let mut data = json!({ "badge": badge, "org": org, "host_org": null, "roles": words(roles) });
            if !pin {
                data["pin"] = serde_json::Value::Null;
            }
            let seq = model.push(Kind::PersonEnrolled, pair, data);
            model.enlist(badge, roles, org, None, pin);
            seq
        })
    }

    fn suspend(&mut self, pair: Pair<'_>, badge: &str) -> Foreseen {
        let no = |model: &Self| {
            let mut no = model.unfit(badge);
            no.extend(when(model.is_last_admin(badge), "last_admin"));
            no
        };
        self.perform(Kind::PersonSuspended, pair, no, |model| {
            let seq = model.push(Kind::PersonSuspended, pair, json!({ "badge": badge, "why": WHY }));
            model.person_mut(badge).suspended = true;
            model.in_words(seq, WORDS)
        })
    }

    fn reinstate(&mut self, pair: Pair<'_>, badge: &str) -> Foreseen {
        let no = |model: &Self| match model.person(badge) {
            None => vec!["unknown_person"],
            Some(person) => when(!person.suspended, "no_change").into_iter().collect(),
        };
        self.perform(Kind::PersonReinstated, pair, no, |model| {
            let seq = model.push(Kind::PersonReinstated, pair, json!({ "badge": badge }));
            model.person_mut(badge).suspended = false;
            seq
        })
    }

    fn set_pin(&mut self, pair: Pair<'_>, badge: &str) -> Foreseen {
        let no = |model: &Self| {
            let mut no = model.unfit(badge);
            let own = pair.by == badge || model.has_role(pair.by, Role::Admin);
            no.extend(when(!own, "pin_of_other"));
            no
        };
        self.perform(Kind::CredentialSet, pair, no, |model| {
            let seq = model.push(Kind::CredentialSet, pair, json!({ "badge": badge }));
            let pin = model.next_pin(badge);
            let person = model.person_mut(badge);
            (person.pin, person.wrong, person.locked) = (Some(pin.to_owned()), 0, None);
            seq
        })
    }

    /// The PIN that a person is given next.
    pub(crate) fn next_pin(&self, badge: &str) -> &'static str {
        let old = self.person(badge).and_then(|person| person.pin.as_deref());
        PINS.into_iter().find(|pin| Some(*pin) != old).unwrap()
    }

    fn lend(&mut self, pair: Pair<'_>, badge: &str, until: Option<i64>) -> Foreseen {
        let until = until.map(|until| self.now + until);
        let ends = |model: &Self| until.unwrap_or_else(|| model.at() + model.number("shift_hours") * HOUR);
        let no = |model: &Self| {
            let (at, until) = (model.at(), ends(model));
            let taken = model.person(badge).is_some_and(|person| !person.ended(at));
            let long = until - at > model.number("shift_hours") * HOUR;
            let no =
                [when(taken, "badge_taken"), when(until <= at, "due_in_past"), when(long, "shift_too_long")];
            no.into_iter().flatten().collect()
        };
        self.perform(Kind::TemporaryBadge, pair, no, |model| {
            let until = ends(model);
            let data = json!({ "badge": badge, "org": null, "until": spelt(until) });
            let seq = model.push(Kind::TemporaryBadge, pair, data);
            model.enlist(badge, &[Role::Operator], None, Some(until), true);
            seq
        })
    }

    fn set_roles(&mut self, pair: Pair<'_>, badge: &str, roles: &[Role]) -> Foreseen {
        let wanted: BTreeSet<Role> = roles.iter().copied().collect();
        let no = |model: &Self| {
            let mut no = model.unfit(badge);
            if let Some(person) = model.person(badge) {
                no.extend(when(wanted.is_empty(), "no_roles"));
                no.extend(when(person.roles == wanted, "no_change"));
                no.extend(when(person.until.is_some(), "temporary_roles"));
                let keys = !wanted.contains(&Role::Admin) && model.is_last_admin(badge);
                no.extend(when(keys, "last_admin"));
            }
            no
        };
        self.perform(Kind::PersonRoles, pair, no, |model| {
            let data = json!({ "badge": badge, "roles": words(roles) });
            let seq = model.push(Kind::PersonRoles, pair, data);
            let at = model.last();
            let person = model.person_mut(badge);
            for role in &wanted {
                if !person.roles.contains(role) {
                    person.since.insert(*role, at);
                }
            }
            person.roles.clone_from(&wanted);
            seq
        })
    }

    /// What is outside, what is open, what nobody stood by.
    pub(crate) fn open_matters(&self) -> (u64, u64, u64) {
        let outside = self.media.values().filter(|medium| medium.custody.is_out()).count();
        let orders = self.orders.values().filter(|order| order.is_open()).count();
        let overrides: usize = self.media.values().map(|medium| medium.overrides.len()).sum();
        (outside as u64, orders as u64, overrides as u64)
    }

    fn hand_shift_over(&mut self, pair: Pair<'_>) -> Foreseen {
        let heads = self.heads_due(false);
        self.whole(|model| {
            let (outside, orders, overrides) = model.open_matters();
            model.begin(pair);
            let alone = when(pair.with.is_none(), "witness_missing");
            model.allow(Kind::ShiftHandedOver, pair, |_| alone.into_iter().collect())?;
            let data = json!({ "outside": outside, "orders": orders, "overrides": overrides });
            let seq = model.push(Kind::ShiftHandedOver, pair, data);
            model.checkpoint(pair, heads)?;
            Ok(format!("entry {seq}: {outside} {orders} {overrides}"))
        })
    }
}

/// The name of who carries a badge.
pub(crate) fn name(badge: &str) -> String {
    format!("Name of {badge}")
}

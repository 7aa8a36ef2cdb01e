//! People: a badge, organisations and roles. The name is not here; it is kept apart so that it can be
//! forgotten (see `docs/ledger-format.md`, "kept").

use std::fmt;

use super::names::{Badge, Kept, Org, PersonId};
use super::time::{MINUTE, Timestamp};

super::words! {
    /// What a person may do.
    Role {
        /// Enrols people, adds places, sets the policy.
        Admin = "admin",
        /// Takes media out, loads, ejects, checks in.
        Operator = "operator",
        /// Approves, and stands behind corrections and losses.
        Approver = "approver",
        /// Looks at everything, takes stock, declares media missing.
        Auditor = "auditor",
    }
}

/// A set of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Roles(u8);

impl Roles {
    /// The set of the given roles.
    #[must_use]
    pub fn of(roles: &[Role]) -> Self {
        roles.iter().fold(Self(0), |set, &role| set.and(role))
    }

    /// This set and one more role.
    #[must_use]
    pub const fn and(self, role: Role) -> Self {
        Self(self.0 | 1 << role as u8)
    }

    /// Whether the role is in the set.
    #[must_use]
    pub const fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    /// Whether any of the roles is in the set.
    #[must_use]
    pub fn has_any(self, roles: &[Role]) -> bool {
        roles.iter().any(|&role| self.has(role))
    }

    /// Whether no role is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles in the set, in the order of [`Role::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(move |&role| self.has(role))
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.iter().map(Role::word).collect();
        f.pad(&words.join(","))
    }
}

/// One person as the rules see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The `seq` of the `person_enrolled` event.
    pub id: PersonId,
    /// The badge they carry now.
    pub badge: Badge,
    /// Their home organisation.
    pub org: Option<Org>,
    /// The organisation they are seconded to.
    pub host_org: Option<Org>,
    /// What they may do.
    pub roles: Roles,
    /// Whether they may act no more.
    pub suspended: bool,
    /// Until when their badge holds; none for one that is not temporary.
    pub until: Option<Timestamp>,
    /// The hash of their PIN, in `kept`; none while they have no PIN.
    pub pin: Option<Kept>,
    /// Wrong PINs since the last right one.
    pub wrong_pins: u64,
    /// Until when no PIN is taken from them.
    pub locked: Option<Timestamp>,
}

/// How many wrong PINs lock a person.
pub const WRONG_PINS: u64 = 5;

impl Person {
    /// The moment at which their temporary badge ended, if it has.
    #[must_use]
    pub fn ended_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.until.filter(|until| *until <= now)
    }

    /// Whether they administer and can go on doing so: a person without a PIN does nothing, and a temporary badge
    /// ends by itself.
    #[must_use]
    pub const fn keeps_the_keys(&self) -> bool {
        self.roles.has(Role::Admin) && !self.suspended && self.pin.is_some() && self.until.is_none()
    }

    /// The organisation for which they work: the one they are seconded to, else their home.
    #[must_use]
    pub fn works_for(&self) -> Option<&Org> {
        self.host_org.as_ref().or(self.org.as_ref())
    }

    /// The moment until which no PIN is taken, if that is still to come.
    #[must_use]
    pub fn locked_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.locked.filter(|until| *until > now)
    }

    /// The person after one more wrong PIN: from the fifth on locked, each time for twice as long, from a
    /// minute to a day.
    #[must_use]
    pub fn after_wrong_pin(self, at: Timestamp) -> Self {
        let wrong_pins = self.wrong_pins.saturating_add(1);
        let locked = wrong_pins.checked_sub(WRONG_PINS).map(|over| {
            let minutes = 1_i64 << over.min(10);
            at.plus(minutes.saturating_mul(MINUTE).min(super::time::DAY))
        });
        Self { wrong_pins, locked, ..self }
    }

    /// The person after a right PIN, or with a new one.
    #[must_use]
    pub fn after_right_pin(self) -> Self {
        Self { wrong_pins: 0, locked: None, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::DAY;

    #[test]
    fn the_fifth_wrong_pin_locks_and_each_further_one_for_longer() {
        let at = Timestamp::from_millis(0);
        let mut person = Person {
            id: PersonId(2),
            badge: Badge::new("B-1").unwrap(),
            org: None,
            host_org: None,
            roles: Roles::of(&[Role::Operator]),
            suspended: false,
            until: None,
            pin: None,
            wrong_pins: 0,
            locked: None,
        };
        let mut spans = Vec::new();
        for _ in 0..20 {
            person = person.after_wrong_pin(at);
            spans.push(person.locked_at(at).map(|until| until.since(at) / MINUTE));
        }
        assert_eq!(&spans[..8], &[None, None, None, None, Some(1), Some(2), Some(4), Some(8)]);
        assert_eq!(spans.last(), Some(&Some(1024)), "never more than a day: {}", DAY / MINUTE);
        assert_eq!(person.locked_at(at.plus(DAY)), None);
        assert_eq!(person.after_right_pin().wrong_pins, 0);
    }
}

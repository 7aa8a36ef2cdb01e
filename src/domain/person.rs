//! People: a badge, organisations and roles. The name is not here; it is kept apart so that it can be
//! forgotten (see `docs/ledger-format.md`, "kept").

use std::fmt;

use super::names::{Badge, Org, PersonId};

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
}

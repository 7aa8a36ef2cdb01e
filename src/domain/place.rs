//! Places: a tree from the site down to the slot, each with a code that can be printed and scanned.

use super::names::{PlaceCode, PlaceId};
use super::time::{DAY, Timestamp};

super::words! {
    /// What sort of place it is.
    PlaceKind {
        /// The whole site; the root of the tree, opened with the ledger.
        Site = "site",
        /// A locked room or safe where media may rest.
        Vault = "vault",
        /// A shelf in a vault.
        Shelf = "shelf",
        /// A slot for one medium.
        Slot = "slot",
        /// A drive, which takes one medium.
        Drive = "drive",
        /// A tape library.
        Library = "library",
        /// A desk or a room where media are handled but do not rest.
        Desk = "desk",
    }
}

impl PlaceKind {
    /// Whether media are loaded into it: a drive or a library.
    #[must_use]
    pub const fn is_device(self) -> bool {
        matches!(self, Self::Drive | Self::Library)
    }

    /// Whether a place of this kind may stand in one of kind `parent`.
    #[must_use]
    pub const fn stands_in(self, parent: Self) -> bool {
        match self {
            Self::Site => false,
            Self::Vault => matches!(parent, Self::Site),
            Self::Shelf => matches!(parent, Self::Vault | Self::Shelf),
            Self::Slot => matches!(parent, Self::Vault | Self::Shelf),
            Self::Drive => matches!(parent, Self::Site | Self::Vault | Self::Desk | Self::Library),
            Self::Library | Self::Desk => matches!(parent, Self::Site | Self::Vault | Self::Desk),
        }
    }
}

/// One place as the rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The `seq` of the `place_added` event.
    pub id: PlaceId,
    /// What is printed on it.
    pub code: PlaceCode,
    /// What sort of place it is.
    pub kind: PlaceKind,
    /// The place it stands in; none for the site.
    pub parent: Option<PlaceId>,
    /// How many media it holds at most; none for any number. A slot and a drive hold one.
    pub capacity: Option<u64>,
    /// Whether media live in this device, so that the machine moves them and people do not.
    pub resident: bool,
    /// The vault it is or stands in, if any.
    pub vault: Option<PlaceId>,
    /// Whether it takes media no more.
    pub retired: bool,
    /// When it was added.
    pub added: Timestamp,
    /// Of a vault: when it was last certified whole.
    pub audited: Option<Timestamp>,
    /// Of a vault: by when it must be audited, if that was set apart from the policy.
    pub audit_due: Option<Timestamp>,
}

impl Place {
    /// Of a vault: by when it must be audited, `days` after the last time unless another day was set.
    #[must_use]
    pub fn due(&self, days: u64) -> Option<Timestamp> {
        if self.kind != PlaceKind::Vault || self.retired {
            return None;
        }
        let usual = self.audited.unwrap_or(self.added);
        let days = i64::try_from(days).unwrap_or(i64::MAX);
        Some(self.audit_due.unwrap_or_else(|| usual.plus(days.saturating_mul(DAY))))
    }

    /// Whether a medium may rest here by hand: a vault, or a shelf or slot in one.
    #[must_use]
    pub const fn is_rest(&self) -> bool {
        self.vault.is_some() && matches!(self.kind, PlaceKind::Vault | PlaceKind::Shelf | PlaceKind::Slot)
    }
}

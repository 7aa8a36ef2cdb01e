//! The first start: a new ledger with its first person and its first vault, from four answers.

use std::path::Path;
use std::time::Duration;

use crate::domain::names::{Badge, PlaceCode, SiteName, Station};
use crate::domain::place::PlaceKind;
use crate::domain::policy::Policy;
use crate::store::StoreError;

use super::admin::NewPlace;
use super::credentials::{Claim, Pin, Signed};
use super::session::{Error, Opening, Session, Surroundings, Who};

/// The answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founding {
    /// The name of the site.
    pub site: SiteName,
    /// The badge of the first person.
    pub badge: Badge,
    /// Their name.
    pub name: String,
    /// Their PIN.
    pub pin: Pin,
    /// The code of the first vault.
    pub vault: PlaceCode,
}

impl Founding {
    /// Makes the ledger, and signs its first person on.
    ///
    /// # Errors
    /// When the file exists or cannot be written, or a rule says no.
    pub fn found(
        self,
        path: &Path,
        busy: Duration,
        outside: Surroundings,
        station: Station,
    ) -> Result<(Session, Signed), Error> {
        let opening = Opening {
            site: self.site,
            admin: self.badge.clone(),
            name: self.name,
            pin: self.pin.clone(),
            org: None,
            station: station.clone(),
            policy: Policy::default(),
        };
        let session = Session::create(path, busy, outside, opening)?;
        let signed = session.sign_on(Claim { badge: &self.badge, pin: Some(&self.pin) }, &station)?;
        let who = Who::new(signed.clone(), None, station);
        let (code, kind) = (self.vault, PlaceKind::Vault);
        session.add_place(&who, NewPlace { code, kind, parent: None, capacity: None, resident: false })?;
        Ok((session, signed))
    }
}

/// Makes the directory in which a ledger is to stand.
///
/// # Errors
/// When that is not possible.
pub fn make_directory(ledger: &Path) -> Result<(), Error> {
    match ledger.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => std::fs::create_dir_all(parent)
            .map_err(|source| Error::Trouble(StoreError::Io { path: parent.to_owned(), source })),
        _ => Ok(()),
    }
}

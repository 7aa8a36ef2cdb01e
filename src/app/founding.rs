//! The first start: a new ledger with its first person and its first vault, from four answers.

use std::path::Path;
use std::time::Duration;

use crate::domain::names::{Badge, PlaceCode, SiteName, Station};
use crate::domain::place::PlaceKind;
use crate::domain::policy::Policy;
use crate::store::{Beside, StoreError, key_path, seen_in};

use super::admin::NewPlace;
use super::credentials::{Claim, Pin, Signed};
use super::session::{Error, Opening, Session, Surroundings};
use super::who::Who;

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

/// What to say of a ledger that is not there, if this station has seen it: its disk may be away, and a new ledger must not
/// take its place.
#[must_use]
pub fn seen_before(ledger: &Path, beside: &Beside) -> Option<StoreError> {
    let seen = seen_in(beside.marks.as_deref()?, ledger)?;
    Some(StoreError::Away { path: ledger.to_owned(), seen })
}

/// Finds out whether a ledger can be made there, so that nobody answers questions for nothing. Leaves nothing
/// behind.
///
/// # Errors
/// When its directory is missing and may not be made, or cannot be written, or this station has seen a ledger there.
pub fn may_found(ledger: &Path, may_make_directory: bool, beside: &Beside) -> Result<(), Error> {
    if let Some(seen) = seen_before(ledger, beside) {
        return Err(Error::Trouble(seen));
    }
    let here = Path::new(".");
    let mut directory = ledger.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(here);
    while may_make_directory && !directory.exists() {
        let Some(parent) = directory.parent() else { break };
        directory = if parent.as_os_str().is_empty() { here } else { parent };
    }
    let key = key_path(ledger);
    if std::fs::symlink_metadata(&key).is_ok() {
        return Err(Error::Trouble(StoreError::Vanished(ledger.to_owned())));
    }
    match tempfile::tempfile_in(directory) {
        Ok(_) => Ok(()),
        Err(source) => Err(Error::Trouble(StoreError::Io { path: directory.to_owned(), source })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_known_beforehand_whether_a_ledger_can_be_made() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, b"").unwrap();
        for (ledger, makes, may) in [
            (dir.path().join("ledger"), false, true),
            (dir.path().join("new/ledger"), false, false),
            (dir.path().join("new/er/ledger"), true, true),
            (file.join("ledger"), true, false),
            (file.join("new/ledger"), true, false),
        ] {
            assert_eq!(may_found(&ledger, makes, &Beside::default()).is_ok(), may, "{}", ledger.display());
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left behind");
        // A key that waits for its ledger is not to be met only after all questions are answered.
        std::fs::write(dir.path().join("ledger.key"), b"").unwrap();
        assert!(may_found(&dir.path().join("ledger"), false, &Beside::default()).is_err());
    }
}

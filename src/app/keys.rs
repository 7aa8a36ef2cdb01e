//! The ledger's secret key: opened with a passphrase, sealed with one, exchanged for a new one.

use std::path::PathBuf;

use crate::domain::decide::{Action, decide};
use crate::domain::event::How;
use crate::ledger::identity::rotated;
use crate::ledger::note::{NoteKey, NoteSigner};
use crate::ledger::sealed::seal;
use crate::store::{StoreError, is_key_sealed, retired_path};

use super::session::{Error, Session};
use super::who::Who;

/// A key that took over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The entry that tells of it.
    pub seq: u64,
    /// The new key.
    pub key: NoteKey,
    /// Where the old secret is kept.
    pub retired: PathBuf,
}

impl Session {
    /// The file of the secret key.
    #[must_use]
    pub fn key_file(&self) -> PathBuf {
        self.store.key_file()
    }

    /// Whether the file may only be read, or could not be opened for more when it was.
    #[must_use]
    pub const fn is_read_only(&self) -> bool {
        self.store.is_read_only()
    }

    /// Whether it is known before anything is tried that nothing can be recorded: the file may only be read, the key is not
    /// at hand, or this station does not believe the ledger.
    #[must_use]
    pub fn cannot_record(&self) -> bool {
        self.store.is_read_only() || !self.store.has_key() || !matches!(self.store.doubt(), Ok(None))
    }

    /// Whether a passphrase is needed before anything can be recorded. A key that is not there is told when it is needed.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.store.passphrase().is_none() && is_key_sealed(&self.key_file()).unwrap_or(false)
    }

    /// The passphrase of the secret key, if it was given.
    #[must_use]
    pub fn passphrase(&self) -> Option<&str> {
        self.store.passphrase()
    }

    /// Opens the secret key with a passphrase.
    ///
    /// # Errors
    /// When it does not open it, or there is no key.
    pub fn unlock(&mut self, passphrase: &str) -> Result<(), Error> {
        Ok(self.store.unlock(passphrase)?)
    }

    /// The secret key as its file is to hold it: sealed, if there is a passphrase.
    pub(super) fn key_text(&self, signer: &NoteSigner, passphrase: Option<&str>) -> Result<String, Error> {
        let Some(passphrase) = passphrase else { return Ok(signer.secret()) };
        let (mut salt, mut nonce) = ([0; 16], [0; 24]);
        self.fill(&mut salt)?;
        self.fill(&mut nonce)?;
        let cost = (self.outside.cost.memory, self.outside.cost.passes);
        let wrong = |_| StoreError::KeyWrong(self.key_file());
        Ok(seal(signer, passphrase, (&salt, &nonce), cost).map_err(wrong)?)
    }

    /// Seals the secret key with a passphrase, or with none lets it lie open, for its owner alone.
    ///
    /// # Errors
    /// When the key cannot be read or written.
    pub fn seal_key(&self, passphrase: Option<&str>) -> Result<(), Error> {
        self.store.rewrite_key(|signer| self.key_text(signer, passphrase))
    }

    /// Exchanges the key for a new one: an entry that both have signed. The old secret is kept beside the new one.
    ///
    /// # Errors
    /// When it is refused, or a key cannot be read or written.
    pub fn rotate_key(&self, who: &Who) -> Result<Rotated, Error> {
        let mut seed = [0; 32];
        self.fill(&mut seed)?;
        let (seq, old) = self.store.write(|txn| {
            let context = self.context(txn, who, How::Typed, None)?;
            let old = txn.signer();
            let wrong = || StoreError::KeyWrong(self.key_file());
            let new = NoteSigner::new(old.key().name(), &seed).ok_or_else(wrong)?;
            let action = Action::Plain(rotated((context.seq, txn.last()), &old, &new));
            let decision = decide(txn.view(), action, &context)?;
            // Sealed as the one before it is, and never by chance.
            let sealed = is_key_sealed(&self.key_file())?;
            let passphrase = self.store.passphrase().filter(|_| sealed);
            self.store.prepare_key(&self.key_text(&new, passphrase)?)?;
            let seq = txn.append(&decision)?.seq;
            txn.sign_with(new);
            Ok::<_, Error>((seq, old.key().public()))
        })?;
        // Where that cannot be done now, the next writing does it.
        let _ = self.store.settle_key();
        Ok(Rotated { seq, key: self.key()?, retired: retired_path(&self.key_file(), old) })
    }
}

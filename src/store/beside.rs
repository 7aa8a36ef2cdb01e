//! What lies beside and outside the ledger's file: its secret key, what this station remembers of it, and where the notes
//! of its checkpoints go.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::key_file::{Keyring, install_waiting, read_key, read_waiting, write_waiting};
use super::proofs::deliver;
use super::{Store, StoreError};
use crate::domain::names::Digest;
use crate::ledger::note::{NoteKey, NoteSigner};

/// Where things lie that belong to a ledger and are not in its file.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// Its secret key.
    pub keyring: Keyring,
    /// The directory where this station remembers what it has seen of ledgers; none if it remembers nothing.
    pub marks: Option<PathBuf>,
    /// The directory into which the note of every checkpoint is written; none if that is not asked.
    pub notes: Option<PathBuf>,
}

impl Store {
    /// Says what lies beside and outside the ledger. The secret key is read at the first writing.
    #[must_use]
    pub fn with(mut self, beside: Beside) -> Self {
        self.beside = beside;
        self
    }

    /// Why the last note could not be written there, if so; it is told once.
    pub fn undelivered(&self) -> Option<StoreError> {
        self.undelivered.take()
    }

    pub(super) fn deliver(&self, notes: &[(u64, String)]) {
        let Some(directory) = &self.beside.notes else { return };
        for (size, note) in notes {
            if let Err(error) = deliver(directory, *size, note) {
                self.undelivered.replace(Some(error));
            }
        }
    }

    pub(super) fn marks(&self) -> Option<&Path> {
        self.beside.marks.as_deref()
    }

    /// Takes this key for what is written from now on.
    pub fn sign_with(&self, signer: NoteSigner) {
        self.signer.replace(Some(Arc::new(signer)));
    }

    /// Where the secret key is looked for.
    #[must_use]
    pub fn key_file(&self) -> PathBuf {
        self.beside.keyring.path(self.path())
    }

    /// The passphrase with which the key is sealed, if that was given.
    #[must_use]
    pub fn passphrase(&self) -> Option<&str> {
        self.beside.keyring.passphrase.as_deref()
    }

    /// Opens the secret key with this passphrase, for what is written from now on.
    ///
    /// # Errors
    /// When it does not open it, or there is no key.
    pub fn unlock(&mut self, passphrase: &str) -> Result<(), StoreError> {
        self.sign_with(read_key(&self.key_file(), Some(passphrase))?);
        self.beside.keyring.passphrase = Some(passphrase.to_owned());
        Ok(())
    }

    /// Writes the key that is to take the place of the present one, where it waits until [`Store::install_key`].
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn prepare_key(&self, text: &str) -> Result<(), StoreError> {
        write_waiting(&self.key_file(), text)
    }

    /// Lets the prepared key take the place of the present one. One that was exchanged is kept beside it, with the first
    /// digits of its public half after its name: a backup from its time is signed with it. Gives where that is.
    ///
    /// # Errors
    /// When a file cannot be renamed.
    pub fn install_key(&self, exchanged: Option<&NoteKey>) -> Result<PathBuf, StoreError> {
        let name = exchanged.map(|key| key.public().to_string().chars().take(8).collect::<String>());
        install_waiting(&self.key_file(), name.as_deref())
    }

    /// The key that waits, if it is the one of this public half, put in its place: an exchange that did not come to its end
    /// is ended.
    pub(super) fn settle_key(&self, public: Digest) -> Result<Option<Arc<NoteSigner>>, StoreError> {
        let path = self.key_file();
        let Some(new) = read_waiting(&path, self.passphrase()).filter(|new| new.key().public() == public)
        else {
            return Ok(None);
        };
        let old = self.signer()?;
        self.install_key(Some(old.key()))?;
        self.sign_with(new);
        self.signer().map(Some)
    }

    pub(super) fn signer(&self) -> Result<Arc<NoteSigner>, StoreError> {
        if let Some(signer) = &*self.signer.borrow() {
            return Ok(Arc::clone(signer));
        }
        let signer = Arc::new(read_key(&self.key_file(), self.beside.keyring.passphrase.as_deref())?);
        self.signer.replace(Some(Arc::clone(&signer)));
        Ok(signer)
    }
}

//! What lies beside and outside the ledger's file: its secret key, what this station remembers of it, and where the notes
//! of its checkpoints go.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::connection::ROOM;
use super::end;
use super::key_file::{Keyring, install_waiting, read_key, read_waiting, retire, write_waiting};
use super::notes::deliver;
use super::{Store, StoreError};
use crate::domain::names::Digest;
use crate::ledger::entry::Entry;
use crate::ledger::identity::takes_over;
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

/// Whether an entry of the log says that this key took over from the one at hand, which has signed that. The head row alone
/// says nothing: whoever can write the file can write there what they like.
fn took_over(connection: &Connection, held: &NoteKey, public: Digest) -> bool {
    let body: rusqlite::Result<String> = connection.query_row(
        "SELECT body FROM event WHERE seq = (SELECT max(began) FROM key WHERE key = ?1)",
        [public.0],
        |row| row.get(0),
    );
    let entry = body.ok().and_then(|body| Entry::decode(&body).ok());
    entry.is_some_and(|entry| takes_over(&entry, held, public))
}

impl Store {
    /// Says what lies beside and outside the ledger, which is to be worked with: it gets room for its pages. The secret key is
    /// read at the first writing.
    #[must_use]
    pub fn with(mut self, beside: Beside) -> Self {
        self.beside = beside;
        // Where that is not to be had, it works all the same.
        let _ = self.connection.pragma_update(None, "cache_size", -ROOM);
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

    /// Writes the key that is to take the place of the present one, where it waits until [`Store::settle_key`]. Done under the
    /// ledger's write lock, as all that is done to the key's file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn prepare_key(&self, text: &str) -> Result<(), StoreError> {
        write_waiting(&self.key_file(), text)
    }

    /// Whether the key of the ledger is at hand, or the one that is to take its place.
    #[must_use]
    pub fn has_key(&self) -> bool {
        let in_force = end::read(&self.connection).ok().flatten().map(|(_, key, _)| key);
        let held = self.signer().is_ok_and(|held| Some(held.key().public()) == in_force);
        let reread = || read_key(&self.key_file(), self.passphrase());
        held || reread().is_ok_and(|read| Some(read.key().public()) == in_force)
    }

    /// Ends an exchange of the key whose entry is written: the new one takes the place of the old, which is kept beside it,
    /// with the first digits of its public half after its name, for a backup from its time is signed with it.
    ///
    /// # Errors
    /// When the lock cannot be had, or a file cannot be written.
    pub fn settle_key(&self) -> Result<(), StoreError> {
        self.under_lock(|| Ok(()))
    }

    /// Writes the present key into its file in other words: sealed, or open.
    ///
    /// # Errors
    /// When the lock cannot be had, the key is not that of the ledger, or the file cannot be written.
    pub fn rewrite_key<E: From<StoreError>>(
        &self,
        spell: impl FnOnce(&NoteSigner) -> Result<String, E>,
    ) -> Result<(), E> {
        self.under_lock(|| {
            let path = self.key_file();
            let signer = read_key(&path, self.passphrase())?;
            write_waiting(&path, &spell(&signer)?)?;
            Ok(install_waiting(&path)?)
        })
    }

    /// Does something to the key's file under the ledger's write lock, with an exchange that was begun brought to its end.
    fn under_lock<T, E: From<StoreError>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let begun = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate);
        let locked = begun.map_err(StoreError::from)?;
        let (_, in_force, _) = end::read(&locked)?.ok_or(StoreError::Keyless)?;
        self.signer.take();
        self.signer_for(&locked, in_force)?;
        work()
    }

    /// The secret key of this public half: what is at hand; else what the file holds now, for another process may have
    /// exchanged it; else the one that waits, which then takes its place. Under the ledger's write lock.
    pub(super) fn signer_for(
        &self,
        connection: &Connection,
        public: Digest,
    ) -> Result<Arc<NoteSigner>, StoreError> {
        let is_it = |signer: &NoteSigner| signer.key().public() == public;
        if let Some(signer) = self.signer.borrow().as_ref().filter(|signer| is_it(signer)) {
            return Ok(Arc::clone(signer));
        }
        let path = self.key_file();
        let held = read_key(&path, self.passphrase())?;
        let waiting = read_waiting(&path, self.passphrase()).filter(is_it);
        let signer = if is_it(&held) {
            held
        } else if let Some(new) = waiting.filter(|_| took_over(connection, held.key(), public)) {
            retire(&path, held.key().public())?;
            install_waiting(&path)?;
            new
        } else {
            return Err(StoreError::KeyWrong(path));
        };
        self.sign_with(signer);
        self.signer()
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

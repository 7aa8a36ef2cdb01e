//! Appending: one transaction under the write lock, in which the rules are asked and the entry is written.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Transaction, TransactionBehavior, params};

use super::apply::Row;
use super::cells::int;
use super::connection::{Known, ROOM, data_version};
use super::end::{self, End};
use super::held::EVENT;
use super::view::View;
use super::{Store, StoreError, proofs};
use crate::domain::decide::Decision;
use crate::domain::event::Data;
use crate::domain::names::{Digest, Kept, LedgerId, SiteName};
use crate::domain::policy::Policy;
use crate::domain::rules::Effect;
use crate::ledger::checkpoint::name;
use crate::ledger::entry::{Entry, Link, entry_hash};
use crate::ledger::head::Head;
use crate::ledger::identity::Incarnation;
use crate::ledger::note::NoteSigner;
use crate::ledger::replay::clock_after;
use crate::ledger::verify::Reading;

/// KiB of pages that a connection keeps in memory for an import.
const MUCH: i64 = 64_000;

/// An entry that was written; it is durable once the transaction has committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// Its number.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
}

/// A write transaction: the rules read through [`Txn::view`], entries go in by [`Txn::append`].
#[derive(Debug)]
pub struct Txn<'a> {
    pub(super) view: View<'a>,
    end: End,
    signer: Arc<NoteSigner>,
    /// Whether anything was appended.
    changed: bool,
    /// What is wrong with the end of the log, where it is made anew.
    doubt: Option<StoreError>,
    /// The notes that were signed, with how many entries they cover.
    notes: Vec<(u64, String)>,
    /// Where they go.
    directory: Option<&'a Path>,
}

impl Store {
    /// Runs `work` in one transaction under the write lock and commits if it succeeds.
    ///
    /// # Errors
    /// When the lock cannot be had, the head row does not agree with the log, the schema is foreign, `work`
    /// fails, or the commit does; nothing is written then.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_from(false, work)
    }

    /// As [`Self::write`], for so much that SQLite's pages should have more room than a scan needs.
    ///
    /// # Errors
    /// As for [`Self::write`].
    pub fn write_much<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        // Where the room is not to be had, it works all the same; and what was recorded must not be told as failed.
        let room = |kibibytes: i64| drop(self.connection.pragma_update(None, "cache_size", -kibibytes));
        room(MUCH);
        let done = self.write(work);
        room(ROOM);
        done
    }

    /// One transaction; `anew` where the head row must not be asked.
    pub(super) fn write_from<T, E: From<StoreError>>(
        &self,
        anew: bool,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_inner(anew, work).map_err(|error| match self.moved().map_or(error, Failed::Own) {
            Failed::Own(StoreError::Locked { .. }) => {
                StoreError::Locked { seconds: self.busy.as_secs() }.into()
            }
            Failed::Own(error) => error.into(),
            Failed::Work(error) => error,
        })
    }

    /// Which of the ledger's files is not where it was: that is then why something could not be done.
    fn moved(&self) -> Option<StoreError> {
        let moved = self.stands().err()?;
        if matches!(moved, StoreError::LogGone(_)) {
            self.salvage_log();
        }
        Some(moved)
    }

    fn write_inner<T, E>(
        &self,
        anew: bool,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, E>,
    ) -> Result<T, Failed<E>> {
        if self.is_read_only() {
            return Err(self.unwritable().into());
        }
        if let Some(found) = self.foreign_schema() {
            return Err(StoreError::ForeignSchema { found: found.to_owned() }.into());
        }
        let mut signer = self.signer()?;
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let version = data_version(&transaction)?;
        let known = self.known.borrow().as_ref().filter(|known| known.version == version && !anew).cloned();
        let (end, policy) = known.map_or((None, None), |Known { end, policy, .. }| (Some(end), Some(policy)));
        let known = end.is_some();
        let end = end.map_or_else(|| end::checked(&transaction, signer.key()), Ok);
        let end = match end {
            // What everything is made anew from is held against the key then.
            Err(StoreError::KeyOther(_)) if anew => Err(StoreError::KeyWrong(self.key_file())),
            Err(StoreError::KeyOther(in_force)) => {
                signer = self.signer_for(&transaction, in_force)?;
                end::checked(&transaction, signer.key())
            }
            end => end,
        };
        if let (Ok(end), false) = (&end, known) {
            self.believes(end)?;
        }
        let mut txn = match end {
            Err(doubt) if anew => Txn::new(View::blank(&transaction), End::default(), signer, Some(doubt)),
            Ok(end) if anew => Txn::new(View::blank(&transaction), end, signer, None),
            end => {
                let end = end?;
                let view = match policy {
                    Some(policy) => View::known(&transaction, policy, &end.head),
                    None => View::load(&transaction)?,
                };
                Txn::new(view, end, signer, None)
            }
        };
        txn.directory = self.beside.notes.as_deref();
        let done = work(&mut txn).map_err(Failed::Work)?;
        let Done { end, signer, changed, notes, policy } = txn.done()?;
        if changed {
            end::write(&transaction, &end, &signer)?;
            // Nothing is told that goes into a file which nobody will find again.
            self.stands()?;
        }
        transaction.commit()?;
        self.signer.replace(Some(signer));
        if changed {
            self.remember(&end);
            self.deliver(&notes);
        }
        // Where all is made anew, the policy was not asked for.
        self.known.replace((!anew).then_some(Known { version, end, policy }));
        if changed {
            self.take_in();
        }
        Ok(done)
    }
}

/// What is left of a transaction.
struct Done {
    end: End,
    signer: Arc<NoteSigner>,
    changed: bool,
    notes: Vec<(u64, String)>,
    policy: Policy,
}

enum Failed<E> {
    Own(StoreError),
    Work(E),
}

impl<E> From<StoreError> for Failed<E> {
    fn from(error: StoreError) -> Self {
        Self::Own(error)
    }
}

impl<E> From<rusqlite::Error> for Failed<E> {
    fn from(error: rusqlite::Error) -> Self {
        Self::Own(error.into())
    }
}

impl<'a> Txn<'a> {
    /// Writes what is held back, and lets go of the connection.
    fn done(self) -> Result<Done, StoreError> {
        let Self { view, end, signer, changed, notes, .. } = self;
        view.connection()?;
        Ok(Done { end, signer, changed, notes, policy: view.policy })
    }

    /// What the rules may ask.
    #[must_use]
    pub const fn view(&self) -> &View<'a> {
        &self.view
    }

    /// The number that the next entry will have.
    #[must_use]
    pub const fn next(&self) -> u64 {
        self.end.head.size() + 1
    }

    fn new(view: View<'a>, end: End, signer: Arc<NoteSigner>, doubt: Option<StoreError>) -> Self {
        Self { view, end, signer, changed: false, doubt, notes: Vec::new(), directory: None }
    }

    /// The end of the log as it stands, and the key with which it will be signed.
    pub(super) fn end(&self) -> (&End, &NoteSigner) {
        (&self.end, &self.signer)
    }

    /// How many entries there are since the last checkpoint.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn since_checkpoint(&mut self) -> Result<u64, StoreError> {
        let noted = match self.end.noted {
            Some(noted) => noted,
            None => self.view.last_note(None, false)?.map_or(0, |(size, _)| size),
        };
        self.end.noted = Some(noted);
        Ok(self.end.head.size().saturating_sub(noted))
    }

    pub(super) fn noted(&mut self, size: u64, note: String) {
        self.end.noted = Some(size);
        self.notes.push((size, note));
    }

    /// The directory into which notes are written.
    pub(super) const fn notes_directory(&self) -> Option<&Path> {
        self.directory
    }

    /// How many media were registered.
    #[must_use]
    pub const fn media(&self) -> u64 {
        self.end.head.media
    }

    /// The hash of the last entry.
    #[must_use]
    pub const fn last(&self) -> Digest {
        self.end.head.hash
    }

    /// The key that signs so far.
    #[must_use]
    pub fn signer(&self) -> Arc<NoteSigner> {
        Arc::clone(&self.signer)
    }

    /// Lets this key sign from here on.
    pub fn sign_with(&mut self, signer: NoteSigner) {
        self.signer = Arc::new(signer);
    }

    /// What is wrong with the end of the log, where everything is made anew; none if it is whole and signed, or this was
    /// asked before.
    pub fn take_doubt(&mut self) -> Option<StoreError> {
        self.doubt.take()
    }

    /// Takes policy and clock from their tables again, and the end of the log from its reading; it is signed once more.
    pub(super) fn reload(&mut self, reading: &Reading) -> Result<(), StoreError> {
        let identity = &reading.identity;
        let (name, incarnation) = (identity.name().to_owned(), identity.incarnation());
        self.end = End { head: reading.head.clone(), name, incarnation, noted: None };
        self.view = View::load(self.view.connection()?)?;
        self.changed = true;
        Ok(())
    }

    /// Writes a text into `kept` under the identity that the log will hold.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, id: Kept, salt: &[u8], value: &str) -> Result<(), StoreError> {
        self.view
            .raw()
            .prepare_cached("INSERT INTO kept (id, salt, value) VALUES (?1, ?2, ?3)")?
            .execute(params![id.0.0, salt, value])?;
        Ok(())
    }

    /// Writes the event as the next entry, what it changes, and the new head.
    ///
    /// # Errors
    /// When anything of it cannot be written.
    pub fn append(&mut self, decision: &Decision) -> Result<Appended, StoreError> {
        let Decision { event, effect } = decision;
        let link = match effect {
            Effect::Medium { before: None, after, .. } => {
                Some(Link { mseq: after.mseq, mprev: Digest::ZERO })
            }
            Effect::Medium { before: Some(before), after, .. } => {
                Some(self.view.next_link(after.id, after.mseq, &before.barcode)?)
            }
            Effect::Opened { .. }
            | Effect::Order(_)
            | Effect::Audit(_)
            | Effect::Counted(..)
            | Effect::Stray(..)
            | Effect::Person(_)
            | Effect::Place(_)
            | Effect::Policy(_)
            | Effect::None => None,
        };
        let entry = Entry { seq: self.next(), prev: self.end.head.hash, link, event: event.clone() };
        let body = entry.encode();
        let hash = entry_hash(body.as_bytes());
        self.view.forget(effect);
        if !matches!(effect, Effect::Medium { before: None, .. }) {
            let insert = params![int(entry.seq), body, hash.0];
            self.view.connection()?.prepare_cached(&format!("{EVENT}(?1, ?2, ?3)"))?.execute(insert)?;
        }
        self.apply(effect, event, Row { seq: entry.seq, body, hash })?;
        self.view.clock = clock_after(self.view.clock, event);
        self.extend(entry.seq, &event.data, hash)?;
        self.view.head = (entry.seq, hash);
        Ok(Appended { seq: entry.seq, hash })
    }

    /// Lets the log end with this hash; the head row is written once, when all is done.
    fn extend(&mut self, seq: u64, data: &Data, hash: Digest) -> Result<(), StoreError> {
        if let Data::Restore { incarnation, size, head } = *data {
            self.end.incarnation = incarnation;
            let incarnation = Incarnation { number: incarnation, began: seq, lost: size, head };
            proofs::write_incarnation(self.view.raw(), &incarnation)?;
        }
        if let Data::LedgerOpened { key, .. } | Data::KeyRotated { key, .. } = data {
            proofs::write_key_row(self.view.raw(), seq, *key)?;
        }
        let mut tiles = Vec::new();
        let Head { hash: last, tree, clock, media } = &mut self.end.head;
        (*last, *clock) = (hash, self.view.clock);
        *media += u64::from(matches!(data, Data::Register { .. }));
        tree.push_tiled(hash, |level, number, root| tiles.push((level, number, root)));
        for tile in tiles {
            proofs::write_tile(self.view.raw(), tile)?;
        }
        self.changed = true;
        Ok(())
    }

    /// Begins the head row of a new ledger.
    pub(super) fn begin(&mut self, ledger: LedgerId, site: &SiteName) -> Result<(), StoreError> {
        self.view.raw().execute(
            "INSERT INTO head (id, size, hash, at, held, media, ledger, site, incarnation, key, frontier)
             VALUES (1, 0, ?1, 0, 0, 0, ?2, ?3, 1, ?4, x'')",
            params![Digest::ZERO.0, ledger.to_string(), site.as_str(), self.signer.key().public().0],
        )?;
        self.end = End { name: name(site, ledger), incarnation: 1, ..End::default() };
        Ok(())
    }
}

//! Appending: one transaction under the write lock, in which the rules are asked and the entry is written.

use std::sync::Arc;

use rusqlite::types::Value;
use rusqlite::{Transaction, TransactionBehavior, params, params_from_iter};

use super::cells::{self, MEDIUM, int, text};
use super::end::{self, End};
use super::media::View;
use super::{Store, StoreError, audits, orders, people, places, proofs};
use crate::domain::audit::Move;
use crate::domain::decide::Decision;
use crate::domain::event::{Data, Event};
use crate::domain::medium::Medium;
use crate::domain::names::{Digest, Kept, LedgerId, SiteName};
use crate::domain::policy::Policy;
use crate::domain::rules::Effect;
use crate::ledger::checkpoint::name;
use crate::ledger::entry::{Entry, Link, entry_hash};
use crate::ledger::head::Head;
use crate::ledger::identity::Incarnation;
use crate::ledger::note::NoteSigner;
use crate::ledger::replay::{clock_after, volser};
use crate::ledger::verify::Reading;

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
    view: View<'a>,
    end: End,
    signer: Arc<NoteSigner>,
    /// Whether anything was appended.
    changed: bool,
    /// What is wrong with the end of the log, where it is made anew.
    doubt: Option<StoreError>,
    /// The notes that were signed, with how many entries they cover.
    notes: Vec<(u64, String)>,
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

    /// One transaction; `anew` where the head row must not be asked.
    pub(super) fn write_from<T, E: From<StoreError>>(
        &self,
        anew: bool,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_inner(anew, work).map_err(|error| match error {
            Failed::Own(StoreError::Locked { .. }) => {
                StoreError::Locked { seconds: self.busy.as_secs() }.into()
            }
            Failed::Own(error) => error.into(),
            Failed::Work(error) => error,
        })
    }

    fn write_inner<T, E>(
        &self,
        anew: bool,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, E>,
    ) -> Result<T, Failed<E>> {
        if self.is_read_only() {
            return Err(StoreError::ReadOnly.into());
        }
        if let Some(found) = self.foreign_schema() {
            return Err(StoreError::ForeignSchema { found: found.to_owned() }.into());
        }
        let mut signer = self.signer()?;
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let version = transaction.pragma_query_value(None, "data_version", |row| row.get::<_, i64>(0))?;
        let end = self.known.borrow().as_ref().filter(|(seen, _)| *seen == version && !anew).cloned();
        let known = end.is_some();
        let end = end.map_or_else(|| end::checked(&transaction, signer.key()), |(_, end)| Ok(end));
        let end = match end {
            Err(StoreError::KeyOther(in_force)) => {
                signer = self.signer_for(in_force)?;
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
            end => Txn::new(View::load(&transaction)?, end?, signer, None),
        };
        let done = work(&mut txn).map_err(Failed::Work)?;
        let Txn { view, end, signer, changed, notes, .. } = txn;
        if changed {
            end::write(&transaction, &end, view.clock, &signer)?;
        }
        transaction.commit()?;
        self.signer.replace(Some(signer));
        if changed {
            self.remember(&end);
            self.deliver(&notes);
        }
        self.known.replace(Some((version, end)));
        Ok(done)
    }
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
        Self { view, end, signer, changed: false, doubt, notes: Vec::new() }
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

    /// Takes policy and clock from their tables again, and the end of the log from its reading.
    pub(super) fn reload(&mut self, reading: &Reading) -> Result<(), StoreError> {
        let identity = &reading.identity;
        let (name, incarnation) = (identity.name().to_owned(), identity.incarnation());
        self.end = End { head: reading.head.clone(), name, incarnation, noted: None };
        self.view = View::load(self.view.connection())?;
        Ok(())
    }

    /// Writes a text into `kept` under the identity that the log will hold.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, id: Kept, salt: &[u8], value: &str) -> Result<(), StoreError> {
        self.view
            .connection()
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
            Effect::Medium { after, .. } => {
                Some(Link { mseq: after.mseq, mprev: self.view.medium_head(after.id)? })
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
        let connection = self.view.connection();
        connection
            .prepare_cached("INSERT INTO event (seq, body, hash) VALUES (?1, ?2, ?3)")?
            .execute(params![int(entry.seq), body, hash.0])?;
        self.view.clock = clock_after(self.view.clock, event);
        self.apply(entry.seq, effect, event, hash)?;
        self.extend(entry.seq, &event.data, hash)?;
        self.view.head = (entry.seq, hash);
        Ok(Appended { seq: entry.seq, hash })
    }

    /// Lets the log end with this hash; the head row is written once, when all is done.
    fn extend(&mut self, seq: u64, data: &Data, hash: Digest) -> Result<(), StoreError> {
        if let Data::Restore { incarnation, size, head } = *data {
            self.end.incarnation = incarnation;
            let incarnation = Incarnation { number: incarnation, began: seq, lost: size, head };
            proofs::write_incarnation(self.view.connection(), &incarnation)?;
        }
        if let Data::LedgerOpened { key, .. } | Data::KeyRotated { key, .. } = data {
            proofs::write_key_row(self.view.connection(), seq, *key)?;
        }
        let mut tiles = Vec::new();
        let Head { hash: last, tree } = &mut self.end.head;
        *last = hash;
        tree.push_tiled(hash, |level, number, root| tiles.push((level, number, root)));
        for tile in tiles {
            proofs::write_tile(self.view.connection(), tile)?;
        }
        self.changed = true;
        Ok(())
    }

    /// Begins the head row of a new ledger.
    fn begin(&mut self, ledger: LedgerId, site: &SiteName) -> Result<(), StoreError> {
        self.view.connection().execute(
            "INSERT INTO head (id, size, hash, at, held, ledger, site, incarnation, key, frontier)
             VALUES (1, 0, ?1, 0, 0, ?2, ?3, 1, ?4, x'')",
            params![Digest::ZERO.0, ledger.to_string(), site.as_str(), self.signer.key().public().0],
        )?;
        self.end = End { name: name(site, ledger), incarnation: 1, ..End::default() };
        Ok(())
    }

    fn apply(&mut self, seq: u64, effect: &Effect, event: &Event, hash: Digest) -> Result<(), StoreError> {
        let connection = self.view.connection();
        match effect {
            Effect::Opened { policy, ledger, site } => {
                self.begin(*ledger, site)?;
                self.set_policy(policy)?;
            }
            Effect::Policy(policy) => self.set_policy(policy)?,
            Effect::Medium { before, after, line, count } => {
                if let Some(line) = line {
                    orders::write_line(connection, *line, after.id)?;
                }
                if let Some((audit, count)) = count {
                    audits::write_counts(connection, *audit, std::slice::from_ref(count))?;
                }
                if let Some(before) = before.as_deref().filter(|before| before.custody != after.custody) {
                    audits::write_move(connection, after.id, &Move::by(seq, event, &before.custody))?;
                }
                self.set_medium(seq, before.as_deref(), after, hash)?;
            }
            Effect::Order(change) => orders::write(connection, change)?,
            Effect::Audit(change) => audits::write(connection, change)?,
            Effect::Counted(audit, counts) => audits::write_counts(connection, *audit, counts)?,
            Effect::Stray(audit, label) => audits::write_label(connection, *audit, label)?,
            Effect::Person(person) => {
                let data = &event.data;
                let new = matches!(data, Data::PersonEnrolled { .. } | Data::TemporaryBadge { .. });
                let name = data.kept().next().filter(|_| new);
                people::write(connection, person, name)?;
            }
            Effect::Place(place) => places::write(connection, place)?,
            Effect::None => {}
        }
        Ok(())
    }

    fn set_policy(&mut self, policy: &Policy) -> Result<(), StoreError> {
        let mut upsert = self.view.connection().prepare_cached(
            "INSERT INTO policy (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
        )?;
        for name in Policy::NAMES {
            upsert.execute(params![name, policy.get(name)])?;
        }
        drop(upsert);
        self.view.policy = policy.clone();
        Ok(())
    }

    fn set_medium(
        &self,
        seq: u64,
        before: Option<&Medium>,
        after: &Medium,
        hash: Digest,
    ) -> Result<(), StoreError> {
        let connection = self.view.connection();
        if before.map(|m| &m.barcode) != Some(&after.barcode) {
            if let Some(before) = before {
                connection
                    .prepare_cached("UPDATE barcode SET ended = ?2 WHERE text = ?1")?
                    .execute(params![before.barcode.as_str(), int(seq)])?;
            }
            connection
                .prepare_cached("INSERT INTO barcode (text, volser, medium, given) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![
                    after.barcode.as_str(),
                    volser(&after.barcode),
                    int(after.id.0),
                    int(seq)
                ])?;
        }
        let sql = if before.is_none() { insert_medium() } else { update_medium() };
        connection.prepare_cached(&sql)?.execute(params_from_iter(cells::medium(after, hash)))?;
        Ok(())
    }
}

pub(super) fn insert_medium() -> String {
    let marks = vec!["?"; MEDIUM.len()].join(", ");
    format!("INSERT INTO medium ({}) VALUES ({marks})", MEDIUM.join(", "))
}

fn update_medium() -> String {
    let sets: Vec<String> =
        MEDIUM.iter().enumerate().map(|(i, name)| format!("{name} = ?{}", i + 1)).collect();
    format!("UPDATE medium SET {} WHERE id = ?1", sets.join(", "))
}

/// The cells of a barcode's row: text, volser, medium, given, ended.
pub(super) fn barcode_cells(
    barcode: &crate::domain::names::Barcode,
    tenure: &crate::ledger::replay::Tenure,
) -> Vec<Value> {
    vec![
        text(barcode.as_str()),
        text(&volser(barcode)),
        int(tenure.medium.0),
        int(tenure.from),
        cells::or_null(tenure.until, int),
    ]
}

//! Appending: one transaction under the write lock, in which the rules are asked and the entry is written.

use rusqlite::types::Value;
use rusqlite::{Transaction, TransactionBehavior, params, params_from_iter};

use super::cells::{self, MEDIUM, int, text};
use super::media::View;
use super::{Store, StoreError, audits, orders, people, places};
use crate::domain::audit::Move;
use crate::domain::decide::Decision;
use crate::domain::event::{Data, Event};
use crate::domain::medium::Medium;
use crate::domain::names::{Digest, Kept};
use crate::domain::policy::Policy;
use crate::domain::rules::Effect;
use crate::ledger::entry::{Entry, Link, entry_hash};
use crate::ledger::replay::{clock_after, volser};
use crate::ledger::verdict::Reading;

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
    size: u64,
    head: Digest,
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
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let mut txn = if anew {
            Txn { view: View::blank(&transaction), size: 0, head: Digest::ZERO }
        } else {
            let (size, head) = checked_head(&transaction)?;
            Txn { view: View::load(&transaction)?, size, head }
        };
        let done = work(&mut txn).map_err(Failed::Work)?;
        transaction.commit()?;
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

/// The head row, checked against the last entry: an honest scan must never be written upon a forgery.
fn checked_head(transaction: &Transaction<'_>) -> Result<(u64, Digest), StoreError> {
    let last = transaction
        .prepare_cached("SELECT seq, body, hash FROM event ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| {
            let hash = entry_hash(row.get_ref(1)?.as_bytes().unwrap_or_default());
            Ok((row.get::<_, i64>(0)?, hash, row.get_ref(2)?.as_bytes().unwrap_or_default() == hash.0))
        });
    let (seq, hash, sound) = match last {
        Err(rusqlite::Error::QueryReturnedNoRows) => (0, Digest::ZERO, true),
        other => other?,
    };
    let size = u64::try_from(seq).unwrap_or_default();
    let row = transaction
        .prepare_cached("SELECT size, hash FROM head")?
        .query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)));
    let agrees = match row {
        Err(rusqlite::Error::QueryReturnedNoRows) => size == 0,
        other => other? == (seq, hash.0.to_vec()),
    };
    if sound && agrees { Ok((size, hash)) } else { Err(StoreError::HeadBroken { seq: size }) }
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
        self.size + 1
    }

    /// Takes policy and clock from their tables again, and the end of the log from its reading.
    pub(super) fn reload(&mut self, reading: &Reading) -> Result<(), StoreError> {
        (self.size, self.head) = (reading.size, reading.head);
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
        let entry = Entry { seq: self.next(), prev: self.head, link, event: event.clone() };
        let body = entry.encode();
        let hash = entry_hash(body.as_bytes());
        let connection = self.view.connection();
        connection
            .prepare_cached("INSERT INTO event (seq, body, hash) VALUES (?1, ?2, ?3)")?
            .execute(params![int(entry.seq), body, hash.0])?;
        self.view.clock = clock_after(self.view.clock, event);
        let clock = self.view.clock;
        if let Effect::Opened { ledger, site, .. } = effect {
            connection.execute(
                "INSERT INTO head (id, size, hash, at, held, ledger, site) VALUES (1, 0, ?1, 0, 0, ?2, ?3)",
                params![hash.0, ledger.to_string(), site.as_str()],
            )?;
        }
        connection
            .prepare_cached("UPDATE head SET size = ?1, hash = ?2, at = ?3, held = ?4")?
            .execute(params![int(entry.seq), hash.0, event.at.millis(), clock.held])?;
        self.apply(entry.seq, effect, event, hash)?;
        (self.size, self.head) = (entry.seq, hash);
        self.view.head = (entry.seq, hash);
        Ok(Appended { seq: entry.seq, hash })
    }

    fn apply(&mut self, seq: u64, effect: &Effect, event: &Event, hash: Digest) -> Result<(), StoreError> {
        let connection = self.view.connection();
        match effect {
            Effect::Opened { policy, .. } | Effect::Policy(policy) => self.set_policy(policy)?,
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

//! What proofs are made of: tiles, hashes of single entries, and the notes of checkpoints that were taken.

use std::ops::Range;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Row, params, params_from_iter};

use super::StoreError;
use super::cells::{int, or_null};
use super::end;
use super::notes::not_behind;
use super::view::View;
use super::write::Txn;
use crate::domain::names::Digest;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::identity::Incarnation;
use crate::ledger::note::NoteKey;
use crate::ledger::tree::{Frontier, Stretch, stretches};
use crate::ledger::verdict::{Break, Reason};
use crate::ledger::verify::{Point, Reading, Tile};

/// Keeps a tile that was completed.
pub(super) fn write_tile(connection: &Connection, (level, number, root): Tile) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO tile (level, number, root) VALUES (?1, ?2, ?3)")?
        .execute(params![int(level), int(number), root.0])?;
    Ok(())
}

/// Keeps a key that is in force from this entry on.
pub(super) fn write_key_row(connection: &Connection, began: u64, key: Digest) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO key (began, key) VALUES (?1, ?2)")?
        .execute(params![int(began), key.0])?;
    Ok(())
}

/// The cells of an incarnation that began with a restore.
pub(super) fn incarnation_cells(one: &Incarnation) -> Vec<Value> {
    vec![
        int(one.number),
        int(one.began),
        int(one.lost),
        or_null(one.head, |hash| Value::Blob(hash.0.to_vec())),
    ]
}

/// Keeps an incarnation that a restore began.
pub(super) fn write_incarnation(connection: &Connection, one: &Incarnation) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO incarnation (number, began, lost, head) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params_from_iter(incarnation_cells(one)))?;
    Ok(())
}

impl View<'_> {
    /// The root of the tree over a run of leaves, from whole tiles as far as there are any. The run must begin where a
    /// subtree of its size can begin, as those of proofs do.
    ///
    /// # Errors
    /// When a tile or an entry is not there or cannot be read.
    pub fn root_of(&self, run: Range<u64>) -> Result<Digest, StoreError> {
        let size = run.end - run.start;
        let mut tree = Frontier::default();
        for Stretch { level, numbers } in stretches(run) {
            let (sql, from, to) = if level == 0 {
                let sql = "SELECT hash FROM event WHERE seq > ?1 AND seq <= ?2 AND ?3 = 0 ORDER BY seq";
                (sql, numbers.start, numbers.end)
            } else {
                let sql =
                    "SELECT root FROM tile WHERE level = ?3 AND number >= ?1 AND number < ?2 ORDER BY number";
                (sql, numbers.start, numbers.end)
            };
            let mut statement = self.connection()?.prepare_cached(sql)?;
            let mut rows = statement.query(params![int(from), int(to), level])?;
            while let Some(row) = rows.next()? {
                tree.push_tile(level, Digest(row.get(0)?));
            }
        }
        if tree.size() == size { Ok(tree.root()) } else { Err(StoreError::Damaged("tile".to_owned())) }
    }

    /// The roots over these runs of leaves, as a proof has them.
    ///
    /// # Errors
    /// When a tile or an entry is not there or cannot be read.
    pub fn roots_of(&self, runs: Vec<Range<u64>>) -> Result<Vec<Digest>, StoreError> {
        runs.into_iter().map(|run| self.root_of(run)).collect()
    }

    /// The key in force under the name of the checkpoints' origin, as the head row has both; none before the first entry.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn key(&self) -> Result<Option<NoteKey>, StoreError> {
        Ok(end::read(self.connection()?)?.and_then(|(end, key, _)| NoteKey::new(&end.origin(), key)))
    }

    /// The key that was in force when there were so many entries, under this name.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn key_at(&self, size: u64, name: &str) -> Result<Option<NoteKey>, StoreError> {
        let key: Option<[u8; 32]> = self
            .connection()?
            .prepare_cached("SELECT key FROM key WHERE began <= ?1 ORDER BY began DESC LIMIT 1")?
            .query_row([int(size)], |row| row.get(0))
            .optional()?;
        Ok(key.and_then(|key| NoteKey::new(name, Digest(key))))
    }

    /// The newest checkpoint that is kept, or the newest up to a size, or of those that name a root over the media: its size
    /// and its note.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn last_note(
        &self,
        until: Option<u64>,
        with_heads: bool,
    ) -> Result<Option<(u64, String)>, StoreError> {
        let sql = if with_heads {
            "SELECT size, note FROM checkpoint WHERE heads IS NOT NULL AND size <= ?1 ORDER BY size DESC LIMIT 1"
        } else {
            "SELECT size, note FROM checkpoint WHERE size <= ?1 ORDER BY size DESC LIMIT 1"
        };
        let until = until.map_or(i64::MAX, |until| i64::try_from(until).unwrap_or(i64::MAX));
        let from =
            |row: &Row<'_>| Ok((u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default(), row.get(1)?));
        Ok(self.connection()?.prepare_cached(sql)?.query_row([until], from).optional()?)
    }

    /// Hands the size, the note and the time stamp of every checkpoint that has one to `each`, the newest first.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn each_stamp(&self, mut each: impl FnMut(u64, &str, &[u8])) -> Result<(), StoreError> {
        let sql = "SELECT size, note, stamp FROM checkpoint WHERE stamp IS NOT NULL ORDER BY size DESC";
        let mut statement = self.connection()?.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let size = u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default();
            let note = row.get_ref(1)?.as_str_or_null().ok().flatten().unwrap_or_default();
            // What is no blob is no stamp either, and is told as one that does not hold.
            each(size, note, row.get_ref(2)?.as_bytes_or_null().ok().flatten().unwrap_or_default());
        }
        Ok(())
    }

    /// Hands the size, the note and the root over the media of every checkpoint that is kept to `each`, in their order,
    /// until it says false.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn each_note(
        &self,
        mut each: impl FnMut(u64, &str, Option<Digest>) -> bool,
    ) -> Result<(), StoreError> {
        let sql = "SELECT size, note, heads FROM checkpoint ORDER BY size";
        let mut statement = self.connection()?.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let size = u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default();
            let note = row.get_ref(1)?.as_str_or_null().ok().flatten().unwrap_or_default();
            let heads = row.get_ref(2)?.as_blob_or_null().ok().flatten();
            // What is no hash is not that of any checkpoint.
            let heads = heads.map(|heads| heads.try_into().map_or(Digest::ZERO, Digest));
            if !each(size, note, heads) {
                break;
            }
        }
        Ok(())
    }
}

impl View<'_> {
    /// Hands every difference between the notes that are kept and the checkpoints of the log to `each`, and whether the
    /// head row is signed, until it says false.
    pub(super) fn compare_notes(
        &self,
        reading: &Reading,
        mut each: impl FnMut(Break) -> bool,
    ) -> Result<(), StoreError> {
        let mut told = |seq, reason| each(Break { seq, reason, media: Vec::new() });
        let mut due = reading.points.iter().peekable();
        let mut goes_on = true;
        let lacks =
            |point: &Point| Reason::RowMissing { table: "checkpoint", key: point.note.size.to_string() };
        self.each_note(|size, note, heads| {
            while let Some(point) = due.next_if(|point| point.note.size < size) {
                goes_on = goes_on && told(Some(point.note.size), lacks(point));
            }
            let key = reading.identity.key_at(size);
            if let Some(point) = due.next_if(|point| point.note.size == size) {
                let signed = key.is_some_and(|key| Checkpoint::open(note, key).as_ref() == Ok(&point.note));
                let holds = signed && point.heads == heads;
                goes_on = goes_on && (holds || told(Some(size), Reason::NoteAltered { size }));
            } else {
                let reason = Reason::RowExtra { table: "checkpoint", key: size.to_string() };
                goes_on = goes_on && told(None, reason);
            }
            goes_on
        })?;
        for point in due {
            goes_on = goes_on && told(Some(point.note.size), lacks(point));
        }
        if goes_on && !self.is_signed(reading)? {
            told(None, Reason::HeadUnsigned);
        }
        Ok(())
    }

    /// Whether the head row bears the signature of the key in force over the end that the log has.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn is_signed(&self, reading: &Reading) -> Result<bool, StoreError> {
        let signed = end::read(self.connection()?)?;
        let holds = |(_, _, signature): &end::Signed| {
            let (head, identity) = (&reading.head, &reading.identity);
            identity.key().is_some_and(|key| head.holds(&identity.origin(), key, signature))
        };
        Ok(signed.as_ref().is_some_and(holds))
    }
}

impl Txn<'_> {
    /// Makes the notes of all checkpoints anew, as far as they are signed by the key at hand; those that are no
    /// checkpoint's are taken away.
    pub(super) fn restore_notes(&self, reading: &Reading) -> Result<(), StoreError> {
        let (connection, (_, signer)) = (self.view().connection()?, self.end());
        let mut left = reading.points.iter().peekable();
        let mut extra = Vec::new();
        self.view().each_note(|size, _, _| {
            while left.next_if(|point| point.note.size < size).is_some() {}
            if left.next_if(|point| point.note.size == size).is_none() {
                extra.push(size);
            }
            true
        })?;
        for size in extra {
            connection.execute("DELETE FROM checkpoint WHERE size = ?1", [int(size)])?;
        }
        let ours = |point: &&Point| reading.identity.key_at(point.note.size) == Some(signer.key());
        let mut write = connection.prepare(
            "INSERT INTO checkpoint (size, note, heads) VALUES (?1, ?2, ?3)
             ON CONFLICT (size) DO UPDATE SET note = ?2, heads = ?3",
        )?;
        for Point { note, heads } in reading.points.iter().filter(ours) {
            write.execute(params![int(note.size), note.signed(signer), heads.map(|root| root.0)])?;
        }
        Ok(())
    }

    /// Keeps the note of a checkpoint that another key has signed than the one at hand.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_note(&self, point: &Point, note: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO checkpoint (size, note, heads) VALUES (?1, ?2, ?3)";
        let heads = point.heads.map(|root| root.0);
        self.view().connection()?.execute(sql, params![int(point.note.size), note, heads])?;
        Ok(())
    }

    /// Keeps a time stamp for the checkpoint of this size, if it has none; says whether it is kept.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_stamp(&self, size: u64, stamp: &[u8]) -> Result<bool, StoreError> {
        let sql = "UPDATE checkpoint SET stamp = ?2 WHERE size = ?1 AND stamp IS NULL";
        Ok(self.view().connection()?.execute(sql, params![int(size), stamp])? == 1)
    }

    /// Signs a checkpoint over all entries so far, the one that tells of it included, and keeps its note.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn sign_checkpoint(&mut self, heads: Option<Digest>) -> Result<String, StoreError> {
        let (end, signer) = self.end();
        let point = Checkpoint { origin: end.origin(), size: end.head.size(), root: end.head.tree.root() };
        if let Some(directory) = self.notes_directory() {
            not_behind(directory, self.view(), end, &point, signer.key())?;
        }
        let note = point.signed(signer);
        self.view()
            .raw()
            .prepare_cached("INSERT INTO checkpoint (size, note, heads) VALUES (?1, ?2, ?3)")?
            .execute(params![int(point.size), note, heads.map(|root| root.0)])?;
        self.noted(point.size, note.clone());
        Ok(note)
    }
}

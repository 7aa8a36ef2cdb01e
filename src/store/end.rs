//! The end of the log: what a writer must find whole and signed before it writes, and what it signs afterwards.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::StoreError;
use super::cells::int;
use crate::domain::names::Digest;
use crate::domain::time::Timestamp;
use crate::domain::world::Clock;
use crate::ledger::entry::entry_hash;
use crate::ledger::head::Head;
use crate::ledger::identity::origin;
use crate::ledger::note::{NoteKey, NoteSigner};
use crate::ledger::tree::Frontier;

/// The end of the log, as the head row has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct End {
    pub(super) head: Head,
    /// What the ledger is called in its checkpoints, without the number of its incarnation.
    pub(super) name: String,
    pub(super) incarnation: u64,
    /// The size of the last checkpoint, once that was asked for.
    pub(super) noted: Option<u64>,
}

impl End {
    pub(super) fn origin(&self) -> String {
        origin(&self.name, self.incarnation)
    }
}

/// The head row: the end, the key in force, and the signature.
pub(super) type Signed = (End, Digest, Vec<u8>);

/// Reads the head row; none before the first entry, or where it cannot be one.
pub(super) fn read(connection: &Connection) -> Result<Option<Signed>, StoreError> {
    let from = |row: &Row<'_>| {
        let size = u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default();
        let frontier = row.get_ref(2)?.as_blob_or_null().ok().flatten().unwrap_or_default();
        let Some(tree) = Frontier::from_bytes(size, frontier) else { return Ok(None) };
        let name = format!("kuraban/{}/{}", row.get::<_, String>(4)?, row.get::<_, String>(3)?);
        let incarnation = u64::try_from(row.get::<_, i64>(5)?).unwrap_or_default();
        let clock = Clock { last: Some(Timestamp::from_millis(row.get(8)?)), held: row.get(9)? };
        let media = u64::try_from(row.get::<_, i64>(10)?).unwrap_or_default();
        let head = Head { hash: Digest(row.get(1)?), tree, clock, media };
        let end = End { head, name, incarnation, noted: None };
        Ok(Some((end, Digest(row.get(6)?), row.get(7)?)))
    };
    let read = connection
        .prepare_cached(
            "SELECT size, hash, frontier, ledger, site, incarnation, key, signature, at, held, media
             FROM head",
        )?
        .query_row([], from)
        .optional();
    match read {
        Err(rusqlite::Error::InvalidColumnType(..) | rusqlite::Error::FromSqlConversionFailure(..)) => {
            Ok(None)
        }
        other => Ok(other?.flatten()),
    }
}

/// The end of the log, checked against its last entry and the signature of the key with which it is to go on: an honest
/// scan must never be written upon a forgery.
pub(super) fn checked(connection: &Connection, key: &NoteKey) -> Result<End, StoreError> {
    let last = connection
        .prepare_cached("SELECT seq, body, hash FROM event ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| {
            let hash = entry_hash(row.get_ref(1)?.as_bytes().unwrap_or_default());
            let sound = row.get_ref(2)?.as_bytes().unwrap_or_default() == hash.0;
            Ok((u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default(), sound.then_some(hash)))
        })
        .optional()?;
    let (size, hash) = last.unwrap_or((0, Some(Digest::ZERO)));
    let broken = StoreError::HeadBroken { seq: size };
    let Some((end, in_force, signature)) = read(connection)? else {
        return if size == 0 { Ok(End::default()) } else { Err(broken) };
    };
    if end.head.size() != size || Some(end.head.hash) != hash {
        return Err(broken);
    }
    if in_force != key.public() || end.name != key.name() {
        return Err(StoreError::KeyOther(in_force));
    }
    if !end.head.holds(&end.origin(), key, &signature) {
        return Err(StoreError::HeadUnsigned { seq: size });
    }
    Ok(end)
}

/// Writes and signs the head row.
pub(super) fn write(connection: &Connection, end: &End, signer: &NoteSigner) -> Result<(), StoreError> {
    let Clock { last, held } = end.head.clock;
    let at = last.map(Timestamp::millis).unwrap_or_default();
    connection
        .prepare_cached(
            "UPDATE head SET size = ?1, hash = ?2, at = ?3, held = ?4, incarnation = ?5, key = ?6, frontier = ?7,
             signature = ?8, media = ?9",
        )?
        .execute(params![
            int(end.head.size()),
            end.head.hash.0,
            at,
            held,
            int(end.incarnation),
            signer.key().public().0,
            end.head.tree.bytes(),
            end.head.sign(&end.origin(), signer),
            int(end.head.media),
        ])?;
    Ok(())
}

//! The newest entry of every medium, for the tree over the media.

use rusqlite::{OptionalExtension as _, params};

use super::StoreError;
use super::cells::int;
use super::view::View;
use crate::domain::names::{Digest, MediumId};
use crate::domain::time::Timestamp;
use crate::ledger::entry::Entry;
use crate::ledger::heads::MediaHeads;

fn number(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}

impl View<'_> {
    /// The tree over all media as they are, and how many entries the log has.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn media_heads(&self) -> Result<(MediaHeads, u64), StoreError> {
        let mut heads = MediaHeads::default();
        let mut statement = self.connection()?.prepare("SELECT id, mseq, mhash FROM medium ORDER BY id")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            heads.set(MediumId(number(row.get(0)?)), number(row.get(1)?), Digest(row.get(2)?));
        }
        Ok((heads, self.head.0))
    }

    /// Brings the tree over the media, as they were after `from` entries, to what they are now.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn bring_up(&self, heads: &mut MediaHeads, from: u64) -> Result<(), StoreError> {
        let sql = "SELECT id, mseq, mhash FROM medium WHERE id IN
                   (SELECT medium FROM event WHERE seq > ?1 AND medium IS NOT NULL) ORDER BY id";
        let mut statement = self.connection()?.prepare_cached(sql)?;
        let mut rows = statement.query([int(from)])?;
        while let Some(row) = rows.next()? {
            heads.set(MediumId(number(row.get(0)?)), number(row.get(1)?), Digest(row.get(2)?));
        }
        Ok(())
    }

    /// The tree over all media as it was after `size` entries.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn media_heads_at(&self, size: u64) -> Result<MediaHeads, StoreError> {
        let mut heads = MediaHeads::default();
        let mut last = self.connection()?.prepare(
            "SELECT body, hash FROM event WHERE medium = ?1 AND seq <= ?2 ORDER BY seq DESC LIMIT 1",
        )?;
        // A medium's identity is the number of the entry that registered it.
        let sql =
            "SELECT id, mseq, mhash, id IN (SELECT medium FROM event WHERE seq > ?1 AND medium IS NOT NULL)
                   FROM medium WHERE id <= ?1 ORDER BY id";
        let mut statement = self.connection()?.prepare(sql)?;
        let mut rows = statement.query([int(size)])?;
        while let Some(row) = rows.next()? {
            let id = MediumId(number(row.get(0)?));
            if !row.get::<_, bool>(3)? {
                heads.set(id, number(row.get(1)?), Digest(row.get(2)?));
                continue;
            }
            let damaged = || StoreError::Damaged(format!("event of medium {id}"));
            let (body, hash): (String, [u8; 32]) =
                last.query_row(params![int(id.0), int(size)], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let link = Entry::decode(&body).ok().and_then(|entry| entry.link).ok_or_else(damaged)?;
            heads.set(id, link.mseq, Digest(hash));
        }
        Ok(heads)
    }

    /// When the last checkpoint was taken that names a root over the media.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn heads_taken(&self) -> Result<Option<Timestamp>, StoreError> {
        let Some((size, _)) = self.last_note(None, true)? else { return Ok(None) };
        let at: Option<String> = self
            .connection()?
            .prepare_cached("SELECT at FROM entry WHERE seq = ?1")?
            .query_row([int(size)], |row| row.get(0))
            .optional()?;
        Ok(at.and_then(|at| Timestamp::parse_exact(&at)))
    }
}

//! Reading the log itself: bodies and hashes, never the generated columns, so that nothing stands between
//! the reader and the bytes that were hashed.

use rusqlite::{OptionalExtension, params};

use super::cells::int;
use super::view::View;
use super::{Store, StoreError};
use crate::domain::names::{Digest, MediumId};
use crate::domain::time::Timestamp;
use crate::ledger::entry::Entry;

/// Bytes of lines that are read at once by who hands them on: so many that to begin anew costs nothing beside them.
const TOGETHER: usize = 1 << 20;

/// For how many media room is made at most before they are there.
const ROOM: usize = 1 << 22;

/// Some lines of the log.
#[derive(Debug, Default)]
struct Lines {
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Lines {
    fn push(&mut self, line: &str) {
        self.text.push_str(line);
        self.ends.push(self.text.len());
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins.zip(&self.ends).filter_map(|(begin, end)| self.text.get(begin..*end))
    }
}

impl Store {
    /// As [`View::each_line`], of the log as it is when this begins; but `each` gets its lines while the ledger is not read. Whoever
    /// prints them may be as slow as they like, or never come to an end: as long as somebody reads, the write-ahead log of all
    /// others grows.
    ///
    /// # Errors
    /// When a row cannot be read, or `each` fails.
    pub fn each_line<E: From<StoreError>>(
        &self,
        medium: Option<MediumId>,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        mut each: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut lines = Lines::default();
        // What is appended meanwhile comes after the end, and nothing before it changes.
        let (mut next, end) = self.inspect(|view| view.between(since, until))?;
        while next < end {
            lines.clear();
            let mut last = None;
            let read: Result<(), StoreError> = self.inspect(|view| {
                view.rows(medium, (next, end), |seq, line| {
                    lines.push(line);
                    last = Some(seq);
                    Ok(lines.text.len() < TOGETHER)
                })
            });
            // What stands before a row that cannot be read is worth having.
            lines.iter().try_for_each(&mut each)?;
            read?;
            let Some(last) = last else { break };
            next = last + 1;
        }
        Ok(())
    }

    /// How many rows the log has, as far as that can be told; for a progress bar.
    #[must_use]
    pub fn size_hint(&self) -> u64 {
        let last: Result<Option<i64>, _> =
            self.connection.query_row("SELECT max(seq) FROM event", [], |row| row.get(0));
        last.ok().flatten().and_then(|seq| u64::try_from(seq).ok()).unwrap_or_default()
    }
}

impl View<'_> {
    /// Hands every row of the log to `each`, as number, stored bytes and stored hash, until it says false.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn each_row(&self, mut each: impl FnMut(u64, &[u8], &[u8]) -> bool) -> Result<(), StoreError> {
        let mut statement = self.connection()?.prepare("SELECT seq, body, hash FROM event ORDER BY seq")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let seq = u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default();
            let body = row.get_ref(1)?.as_bytes_or_null().ok().flatten().unwrap_or_default();
            let hash = row.get_ref(2)?.as_bytes_or_null().ok().flatten().unwrap_or_default();
            if !each(seq, body, hash) {
                break;
            }
        }
        Ok(())
    }

    /// How many media there are by the signed end, to make room in memory; no more than do no harm where that is wrong.
    #[must_use]
    pub fn media_hint(&self) -> usize {
        let media: Result<i64, _> = self
            .connection()
            .and_then(|connection| Ok(connection.query_row("SELECT media FROM head", [], |row| row.get(0))?));
        media.ok().and_then(|media| usize::try_from(media).ok()).unwrap_or_default().min(ROOM)
    }

    /// Hands the stored lines of one medium's chain, or of the whole log, to `each`, between two moments.
    ///
    /// # Errors
    /// When a row cannot be read, or `each` fails.
    pub fn each_line<E: From<StoreError>>(
        &self,
        medium: Option<MediumId>,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        mut each: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        let between = self.between(since, until)?;
        self.rows(medium, between, |_, line| each(line).map(|()| true))
    }

    /// The number of the first entry between two moments, and that of the first after them.
    fn between(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> Result<(i64, i64), StoreError> {
        let first = since.map_or(Ok(1), |since| self.first_at(since))?;
        let end = match until {
            Some(until) => self.first_at(until.plus(1))?,
            None => i64::try_from(self.size()?).unwrap_or(i64::MAX).saturating_add(1),
        };
        Ok((first, end))
    }

    /// Hands the stored lines from one number up to another to `each`, with their numbers, until it says false.
    fn rows<E: From<StoreError>>(
        &self,
        medium: Option<MediumId>,
        (first, end): (i64, i64),
        mut each: impl FnMut(i64, &str) -> Result<bool, E>,
    ) -> Result<(), E> {
        let own = StoreError::from;
        let sql = if medium.is_some() {
            "SELECT seq, body FROM event WHERE medium = ?3 AND seq >= ?1 AND seq < ?2 ORDER BY seq"
        } else {
            "SELECT seq, body FROM event WHERE seq >= ?1 AND seq < ?2 ORDER BY seq"
        };
        let mut statement = self.connection()?.prepare_cached(sql).map_err(own)?;
        statement.raw_bind_parameter(1, first).map_err(own)?;
        statement.raw_bind_parameter(2, end).map_err(own)?;
        if let Some(id) = medium {
            statement.raw_bind_parameter(3, int(id.0)).map_err(own)?;
        }
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(own)? {
            let bad = |_| StoreError::Damaged("event.body".to_owned());
            let seq = row.get(0).map_err(own)?;
            if !each(seq, row.get_ref(1).map_err(own)?.as_str().map_err(bad)?)? {
                break;
            }
        }
        Ok(())
    }

    /// How many entries the log has.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn size(&self) -> Result<u64, StoreError> {
        let last: Option<i64> = self
            .connection()?
            .prepare_cached("SELECT max(seq) FROM event")?
            .query_row([], |row| row.get(0))?;
        Ok(last.and_then(|seq| u64::try_from(seq).ok()).unwrap_or_default())
    }

    /// How many entries there are by the last row, and the hash that is stored there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn end_of_log(&self) -> Result<(u64, Digest), StoreError> {
        let last = self
            .connection()?
            .prepare_cached("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1")?
            .query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))
            .optional()?;
        let (seq, hash) = last.unwrap_or((0, [0; 32]));
        Ok((u64::try_from(seq).unwrap_or_default(), Digest(hash)))
    }

    /// Hands the stored lines of at most `count` entries from number `first` on to `each`.
    ///
    /// # Errors
    /// When a row cannot be read, or `each` fails.
    pub fn lines_from<E: From<StoreError>>(
        &self,
        first: u64,
        count: u32,
        mut each: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        let own = StoreError::from;
        let sql = "SELECT body FROM event WHERE seq >= ?1 ORDER BY seq LIMIT ?2";
        let mut statement = self.connection()?.prepare_cached(sql).map_err(own)?;
        let mut rows = statement.query(params![int(first), count]).map_err(own)?;
        while let Some(row) = rows.next().map_err(own)? {
            let bad = |_| StoreError::Damaged("event.body".to_owned());
            each(row.get_ref(0).map_err(own)?.as_str().map_err(bad)?)?;
        }
        Ok(())
    }

    /// Hands the entries of one medium before number `end` to `each`, newest first, until it says false.
    ///
    /// # Errors
    /// When a row cannot be read or is not an entry.
    pub fn each_before(
        &self,
        medium: MediumId,
        end: u64,
        mut each: impl FnMut(Entry) -> bool,
    ) -> Result<(), StoreError> {
        let sql = "SELECT body FROM event WHERE medium = ?1 AND seq < ?2 ORDER BY seq DESC";
        let mut statement = self.connection()?.prepare_cached(sql)?;
        let mut rows = statement.query(params![int(medium.0), int(end)])?;
        while let Some(row) = rows.next()? {
            let bad = |error| StoreError::Damaged(format!("event.body: {error}"));
            let body: String = row.get(0)?;
            if !each(Entry::decode(&body).map_err(bad)?) {
                break;
            }
        }
        Ok(())
    }

    /// The first entry recorded at this moment or later, by bisection, for `at` never runs backwards.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn first_at(&self, moment: Timestamp) -> Result<i64, StoreError> {
        let connection = self.connection()?;
        let last: Option<i64> = connection.query_row("SELECT max(seq) FROM event", [], |row| row.get(0))?;
        let moment = moment.to_string();
        let mut at = connection.prepare_cached("SELECT at FROM entry WHERE seq = ?1")?;
        let (mut low, mut high) = (1, last.unwrap_or_default() + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            let time: Option<String> = at.query_row(params![middle], |row| row.get(0)).optional()?;
            // Years 0 to 9999 in one form of 24 bytes: the order of the texts is the order of the times.
            if time.is_none_or(|time| time < moment) { low = middle + 1 } else { high = middle }
        }
        Ok(low)
    }

    /// The stored line of one entry.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn line_of(&self, seq: u64) -> Result<Option<String>, StoreError> {
        Ok(self
            .connection()?
            .prepare_cached("SELECT body FROM event WHERE seq = ?1")?
            .query_row([int(seq)], |row| row.get(0))
            .optional()?)
    }

    /// The stored lines of one medium up to entry `size`, in their order, and how many it has after that.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn history_until(
        &self,
        medium: MediumId,
        size: u64,
    ) -> Result<(Vec<(u64, String)>, u64), StoreError> {
        let sql = "SELECT seq, body FROM event WHERE medium = ?1 ORDER BY seq";
        let mut statement = self.connection()?.prepare_cached(sql)?;
        let mut rows = statement.query([int(medium.0)])?;
        let (mut lines, mut later) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            match u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default() {
                seq if seq <= size => lines.push((seq, row.get(1)?)),
                _ => later += 1,
            }
        }
        Ok((lines, later))
    }

    /// One entry.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn entry(&self, seq: u64) -> Result<Option<Entry>, StoreError> {
        let body: Option<String> = self
            .connection()?
            .prepare_cached("SELECT body FROM event WHERE seq = ?1")?
            .query_row([int(seq)], |row| row.get(0))
            .optional()?;
        let bad = |error| StoreError::Damaged(format!("event {seq}: {error}"));
        body.map(|body| Entry::decode(&body).map_err(bad)).transpose()
    }
}

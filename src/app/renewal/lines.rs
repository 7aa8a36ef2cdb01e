//! The lines of a log: those that are a ledger's entries one after the other, and what comes after them.

use std::io::{BufRead, Read as _};
use std::path::PathBuf;

use crate::app::backup::Seen;
use crate::app::session::Error;
use crate::domain::event::Data;
use crate::domain::names::Digest;
use crate::ledger::entry::{Entry, entry_hash};
use crate::store::{Store, StoreError};

/// The longest line that is read.
const LONGEST: u64 = 1 << 24;

/// What comes after the entries that can be replayed.
#[derive(Debug, Default)]
pub(super) struct Rest {
    /// How many entries.
    pub(super) count: u64,
    /// The entry that the one after it contradicts, if that is why they cannot.
    pub(super) contradicted: Option<u64>,
    /// How many lines that are none.
    pub(super) rubbish: u64,
    /// The last of them.
    pub(super) last: Option<Seen>,
    /// The last incarnation that one of them begins.
    pub(super) incarnation: u64,
    /// The keys that they put in force.
    pub(super) keys: Vec<Digest>,
}

/// Puts the lines into a new ledger as far as each is the next entry, and looks at what comes after.
pub(super) fn put(store: &Store, lines: &mut dyn BufRead) -> Result<Rest, Error> {
    let (mut rest, mut apart, mut ended) = (Rest::default(), None, false);
    // Each is held until the next one has named it: of two that do not agree neither is believed.
    let mut held: Option<(Entry, String, Digest)> = None;
    store.put_lines(|| {
        while !ended {
            let line = next(lines)?;
            let (seq, hash) = held.as_ref().map_or((0, Digest::ZERO), |(entry, _, hash)| (entry.seq, *hash));
            match line {
                Some(Ok((entry, line))) if (entry.seq, entry.prev) == (seq + 1, hash) => {
                    let hash = entry_hash(line.as_bytes());
                    if let Some((entry, line, hash)) = held.replace((entry, line, hash)) {
                        return Ok::<_, Error>(Some((entry.seq, line, hash)));
                    }
                }
                other => {
                    if matches!(&other, Some(Ok((entry, _))) if entry.seq == seq + 1) {
                        rest.contradicted = held.take().map(|(entry, ..)| entry.seq);
                    }
                    (apart, ended) = (other, true);
                }
            }
        }
        Ok(held.take().map(|(entry, line, hash)| (entry.seq, line, hash)))
    })?;
    while let Some(line) = apart {
        match line {
            Ok((entry, line)) => rest.take(&entry, &line),
            Err(NoEntry) => rest.rubbish += 1,
        }
        apart = next(lines)?;
    }
    Ok(rest)
}

/// A line that is no entry of this version.
struct NoEntry;

/// A line and what it says.
type Line = Result<(Entry, String), NoEntry>;

/// The next line that is not empty; none at the end.
fn next(lines: &mut dyn BufRead) -> Result<Option<Line>, Error> {
    let io = |source| StoreError::Io { path: PathBuf::from("-"), source };
    loop {
        let mut bytes = Vec::new();
        if lines.take(LONGEST).read_until(b'\n', &mut bytes).map_err(io)? == 0 {
            return Ok(None);
        }
        let Ok(text) = std::str::from_utf8(&bytes) else { return Ok(Some(Err(NoEntry))) };
        let line = text.trim_end_matches(['\r', '\n']);
        if !line.is_empty() {
            return Ok(Some(Entry::decode(line).map(|entry| (entry, line.to_owned())).map_err(|_| NoEntry)));
        }
    }
}

impl Rest {
    fn take(&mut self, entry: &Entry, line: &str) {
        self.count += 1;
        if let Data::Restore { incarnation, .. } = entry.event.data {
            self.incarnation = self.incarnation.max(incarnation);
        } else if let Data::KeyRotated { key, .. } = entry.event.data {
            self.keys.push(key);
        }
        if self.last.is_none_or(|last| last.size < entry.seq) {
            let hash = Some(entry_hash(line.as_bytes()));
            self.last = Some(Seen { incarnation: self.incarnation, size: entry.seq, hash });
        }
    }
}

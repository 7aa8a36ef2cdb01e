//! Keeps the write-ahead log short where many are at the ledger at once.
//!
//! SQLite takes it into the file every thousand pages, and begins it anew when nobody reads from it. Among sixteen stations
//! somebody always does: it grows for as long as they work, and every scan that takes it in takes in more. So whoever finds it
//! long after a commit keeps the others out for a moment, takes in all of it, and lets it begin anew.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Store;
use super::key_file::suffixed;

/// Bytes from which on it is long: about four times as many as SQLite lets it have where one station is alone.
const LONG: u64 = 16 << 20;
/// By how much it must have grown before it is tried again.
const MORE: u64 = 4 << 20;
/// Bytes of its file that are kept when it has begun anew; fewer than make it long.
pub(super) const KEPT: i64 = 8 << 20;
/// How long others are waited for, and kept out meanwhile.
const MOMENT: Duration = Duration::from_millis(20);

/// The write-ahead log of a ledger.
#[derive(Debug)]
pub(super) struct Ahead {
    file: PathBuf,
    /// The size at which it is next begun anew.
    next: Cell<u64>,
}

impl Ahead {
    /// That of the ledger in this file.
    pub(super) fn of(ledger: &Path) -> Self {
        Self { file: suffixed(ledger, "-wal"), next: Cell::new(LONG) }
    }
}

impl Store {
    /// Takes in the write-ahead log where it is long. What was committed is so in any case.
    pub(super) fn take_in(&self) {
        let size = std::fs::metadata(&self.ahead.file).map_or(0, |meta| meta.len());
        if size < self.ahead.next.get() {
            return;
        }
        self.patience.set(MOMENT);
        let sql = "PRAGMA wal_checkpoint(RESTART)";
        let left = self.connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        self.patience.set(self.busy);
        self.ahead.next.set(if matches!(left, Ok(0)) { LONG } else { size + MORE });
    }
}

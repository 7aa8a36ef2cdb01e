//! Whether the files of an open ledger still stand where they were. What is written to a file that was moved or deleted is
//! found by nobody, and who shares neither the write-ahead log nor its index with others writes over what they have written.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use super::key_file::{directory_of, suffixed};
use super::{Store, StoreError};
use rusqlite::config::DbConfig;

/// After so many looks at an unchanged directory the files in it are not looked at one by one: so many commits take longer
/// than the clock is coarse by which file systems date.
const QUIET: u32 = 256;

/// Which file it is, as the system numbers them: the numbers of its device and of itself.
type Number = (u64, u64);

/// A directory, and when a name in it changed last, in seconds and nanoseconds.
type Stamp = (Number, (i64, i64));

/// Where the files of an open ledger stood when it was opened.
#[derive(Debug)]
pub(super) struct Standing {
    /// The ledger, its write-ahead log and that one's index; without a number is what there was not, or cannot be told.
    files: [(PathBuf, Option<Number>); 3],
    /// The directory in which all of them stand; none where the ledger's name is a link to elsewhere.
    directory: Option<PathBuf>,
    /// What the directory was at the last look, and at how many looks before.
    seen: Cell<(Option<Stamp>, u32)>,
}

impl Standing {
    /// Where they stand now.
    pub(super) fn of(path: &Path) -> Self {
        let link = std::fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink());
        // SQLite makes the other files where the file itself is.
        let real = if link { std::fs::canonicalize(path).ok() } else { None };
        let beside = |end| suffixed(real.as_deref().unwrap_or(path), end);
        let files = [path.to_owned(), beside("-wal"), beside("-shm")];
        let files = files.map(|path| {
            let number = stamp(&path).map(|(number, _)| number);
            (path, number)
        });
        let directory = (!link).then(|| directory_of(path).to_owned());
        Self { files, directory, seen: Cell::default() }
    }

    /// Whether they do; costs one look at their directory while nothing changes in it.
    ///
    /// # Errors
    /// Which of them does not.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let now = self.directory.as_deref().and_then(stamp);
        let (before, looks) = self.seen.get();
        let quiet = now.is_some() && now == before;
        self.seen.set((now, if quiet { looks.saturating_add(1) } else { 0 }));
        if quiet && looks >= QUIET { Ok(()) } else { self.look() }
    }

    /// The same, file by file.
    fn look(&self) -> Result<(), StoreError> {
        for (at, (path, opened)) in self.files.iter().enumerate() {
            let now = stamp(path).map(|(number, _)| number);
            if opened.is_none() || now == *opened {
                continue;
            }
            return Err(match (at, now) {
                (0, None) => StoreError::Gone(path.clone()),
                (0, Some(_)) => StoreError::Replaced,
                _ => StoreError::LogGone(path.clone()),
            });
        }
        Ok(())
    }

    /// Whether the write-ahead log has no name any more, and nobody has written another one. Whoever opens the ledger then
    /// makes an empty one, and an index if that is gone too; written the log can only be by who knows nothing of the old one,
    /// or once nothing is left to be taken out of that.
    fn has_lost_its_log(&self) -> bool {
        let [_, (log, _), (index, opened)] = &self.files;
        let another = std::fs::symlink_metadata(log).map(|meta| meta.len());
        match (another, stamp(index)) {
            (Err(_), None) => true,
            (Err(_) | Ok(0), Some((number, _))) => Some(number) == *opened,
            _ => false,
        }
    }
}

#[cfg(unix)]
fn stamp(path: &Path) -> Option<Stamp> {
    use std::os::unix::fs::MetadataExt as _;
    let meta = std::fs::metadata(path).ok()?;
    Some(((meta.dev(), meta.ino()), (meta.mtime(), meta.mtime_nsec())))
}

#[cfg(not(unix))]
fn stamp(_: &Path) -> Option<Stamp> {
    None
}

impl Store {
    /// Whether the ledger's files still stand where they were when it was opened.
    ///
    /// # Errors
    /// Which of them does not: what is read is of a file that others do not see, and nothing may be written.
    pub fn stands(&self) -> Result<(), StoreError> {
        self.standing.check()
    }

    /// Takes into the ledger's file what stands only in a write-ahead log that was deleted, if that cannot harm what others
    /// have written; and leaves to SQLite neither of the two when the file is closed.
    pub(super) fn salvage_log(&self) {
        if self.standing.has_lost_its_log() {
            // Where it cannot be done, it is as lost as before.
            let _ = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        }
        let _ = self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if matches!(self.standing.look(), Err(StoreError::LogGone(_))) {
            self.salvage_log();
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_taken_away_is_missed_at_the_next_look() {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("home");
        let [ledger, log, index] = ["", "-wal", "-shm"].map(|end| home.join(format!("ledger{end}")));
        for (looks, linked) in [(1, false), (2 * QUIET, false), (2 * QUIET, true)] {
            for (taken, wanted) in
                [(&home, "vanished"), (&ledger, "vanished"), (&log, "log gone"), (&index, "log gone")]
            {
                std::fs::create_dir(&home).unwrap();
                for file in [&ledger, &log, &index] {
                    std::fs::write(file, b"").unwrap();
                }
                let link = dir.path().join("link");
                std::os::unix::fs::symlink(&ledger, &link).unwrap();
                let standing = Standing::of(if linked { &link } else { &ledger });
                for _ in 0..looks {
                    standing.check().unwrap();
                }
                let away = dir.path().join("away");
                std::fs::rename(taken, &away).unwrap();
                let found = standing.check().unwrap_err().to_string();
                assert!(found.ends_with(wanted), "{taken:?} after {looks}: {found}");
                // Back again it is what it was; another one in its place is not.
                std::fs::rename(&away, taken).unwrap();
                standing.check().unwrap();
                if taken != &home {
                    std::fs::rename(taken, &away).unwrap();
                    std::fs::write(taken, b"").unwrap();
                    standing.check().unwrap_err();
                    std::fs::remove_file(&away).unwrap();
                }
                std::fs::remove_file(&link).unwrap();
                std::fs::remove_dir_all(&home).unwrap();
            }
        }
    }
}

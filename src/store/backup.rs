//! Copies of the ledger as a whole, and how one takes another's place.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::connection::harden;
use super::end::{self, End};
use super::key_file::sync_directory;
use super::{Store, StoreError};
use crate::domain::names::Digest;
use crate::ledger::note::NoteKey;

fn with(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// A file that will be whole before it has its name: made beside it, and taken away unless it is kept.
#[derive(Debug)]
pub struct Draft {
    file: tempfile::NamedTempFile,
    sides: Sides,
    target: PathBuf,
}

/// The files that SQLite makes beside one of this name; they go when it goes.
#[derive(Debug)]
struct Sides(PathBuf);

impl Drop for Sides {
    fn drop(&mut self) {
        for suffix in ["-wal", "-shm", "-journal"] {
            let _ = std::fs::remove_file(with(&self.0, suffix));
        }
    }
}

impl Draft {
    /// An empty file beside the one that it will become.
    ///
    /// # Errors
    /// When none can be made there.
    pub fn beside(target: &Path) -> Result<Self, StoreError> {
        let here = Path::new(".");
        let directory = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(here);
        let file = tempfile::Builder::new()
            .prefix(".kuraban-")
            .tempfile_in(directory)
            .map_err(|source| StoreError::Io { path: directory.to_owned(), source })?;
        let sides = Sides(file.path().to_owned());
        Ok(Self { file, sides, target: target.to_owned() })
    }

    /// Where it lies until it is kept.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Gives it its name, durably. Nothing that is there is written over.
    ///
    /// # Errors
    /// When there is a file of that name, or it cannot be done.
    pub fn keep(self) -> Result<(), StoreError> {
        let Self { file, sides, target } = self;
        drop(sides);
        let io = |source| StoreError::Io { path: target.clone(), source };
        file.as_file().sync_all().map_err(io)?;
        file.persist_noclobber(&target).map_err(|error| StoreError::not_made(&target, error.error))?;
        sync_directory(&target);
        Ok(())
    }
}

impl Store {
    /// Copies the ledger as it is at one moment into a draft, with SQLite's online backup: others may write meanwhile.
    ///
    /// # Errors
    /// When it cannot be read, or the draft cannot be written.
    pub fn copy_into(&self, draft: &Draft) -> Result<(), StoreError> {
        let mut to = Connection::open_with_flags(draft.path(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        to.busy_timeout(self.busy)?;
        let backup = Backup::new(&self.connection, &mut to)?;
        // All at once: in between another process could write, and it would begin anew. Where the lock is not had, the busy
        // timeout has waited already.
        let done = matches!(backup.step(-1)?, StepResult::Done);
        if done { Ok(()) } else { Err(StoreError::Locked { seconds: self.busy.as_secs() }) }
    }

    /// The same, but only of a log whose end is whole and signed with this key.
    ///
    /// # Errors
    /// Why it is not, or cannot be read.
    pub fn signed_claims(&self, key: &NoteKey) -> Result<Claims, StoreError> {
        let End { head, name, incarnation, .. } = end::checked(&self.connection, key)?;
        Ok(Claims { name, incarnation, size: head.size(), hash: head.hash })
    }

    /// The ledger's name, the number of its incarnation, how many entries its head row names, and the hash of the last; none
    /// where the head row cannot be read. Nothing of it is checked.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn claims(&self) -> Result<Option<Claims>, StoreError> {
        let from = |(End { head, name, incarnation, .. }, ..): end::Signed| Claims {
            name,
            incarnation,
            size: head.size(),
            hash: head.hash,
        };
        Ok(end::read(&self.connection)?.map(from))
    }
}

impl Store {
    /// The key that the head row names, under this name.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn key_named(&self, name: &str) -> Result<Option<NoteKey>, StoreError> {
        Ok(end::read(&self.connection)?.and_then(|(_, key, _)| NoteKey::new(name, key)))
    }
}

/// What a ledger's head row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// What it is called in its checkpoints, without the number of the incarnation.
    pub name: String,
    /// The number of the incarnation.
    pub incarnation: u64,
    /// How many entries it has.
    pub size: u64,
    /// The hash of the last.
    pub hash: Digest,
}

/// Makes sure that no other program has the ledger open, and that all of it is in the one file. A file that is no database
/// any more is left as it is.
///
/// # Errors
/// When another program has it open.
pub fn close_for_all(path: &Path, busy: Duration) -> Result<(), StoreError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(busy)?;
    // Only who is alone with the file can leave the write-ahead log, and takes it in and away with that.
    match connection.pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get::<_, String>(0)) {
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
            Err(StoreError::Locked { seconds: busy.as_secs() })
        }
        Ok(mode) if mode.eq_ignore_ascii_case("wal") => Err(StoreError::Locked { seconds: busy.as_secs() }),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Moves a ledger's file away under another name, with what is left of its write-ahead log.
///
/// # Errors
/// When a file has that name already, or it cannot be moved.
pub fn set_aside(path: &Path, name: &Path) -> Result<(), StoreError> {
    let io = |source| StoreError::Io { path: path.to_owned(), source };
    for suffix in ["", "-wal", "-shm"] {
        let (from, to) = (with(path, suffix), with(name, suffix));
        if std::fs::symlink_metadata(&to).is_ok() {
            return Err(StoreError::Exists(to));
        }
        match std::fs::rename(&from, &to) {
            Err(error) if suffix.is_empty() || error.kind() != std::io::ErrorKind::NotFound => {
                return Err(io(error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Lets a copy be written in the way in which ledgers are: with a write-ahead log.
///
/// # Errors
/// When it cannot be written.
pub fn wake(draft: &Draft, busy: Duration) -> Result<(), StoreError> {
    let connection = Connection::open_with_flags(draft.path(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    harden(&connection, busy)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    Ok(())
}

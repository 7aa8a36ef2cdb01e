//! Copies of the ledger as a whole, and how one takes another's place.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use super::connection::harden;
use super::end::{self, End};
use super::key_file::{directory_of, suffixed, sync_directory};
use super::{Store, StoreError};
use crate::domain::names::Digest;
use crate::ledger::note::NoteKey;

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
            let _ = std::fs::remove_file(suffixed(&self.0, suffix));
        }
    }
}

impl Draft {
    /// An empty file beside the one that it will become.
    ///
    /// # Errors
    /// When none can be made there.
    pub fn beside(target: &Path) -> Result<Self, StoreError> {
        Self::made(target, &mut tempfile::Builder::new())
    }

    /// The same for a new ledger, with the rights that any new file gets here; nothing may be there yet, nor what SQLite
    /// would take for a part of it.
    ///
    /// # Errors
    /// When there is a file of that name, or none can be made there.
    pub fn of_new(target: &Path) -> Result<Self, StoreError> {
        for end in ["", "-wal", "-journal"] {
            let path = suffixed(target, end);
            if std::fs::symlink_metadata(&path).is_ok() {
                return Err(StoreError::Exists(path));
            }
        }
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        Self::made(target, &mut builder)
    }

    fn made(target: &Path, builder: &mut tempfile::Builder<'_, '_>) -> Result<Self, StoreError> {
        let directory = directory_of(target);
        let file = builder
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

    /// Puts it in the place of a ledger of so many entries in one step, with the rights that the file there had; that is
    /// kept under the first of these names that is free, and nobody writes to it meanwhile. Gives that name; none where there
    /// was no file.
    ///
    /// # Errors
    /// When another program has the ledger open, or a file cannot be written: the ledger is then as it was.
    pub fn replace(
        self,
        ledger: &Path,
        name: impl Fn(u64) -> PathBuf,
        (size, busy): (Option<u64>, Duration),
    ) -> Result<Option<PathBuf>, StoreError> {
        let Ok(before) = std::fs::metadata(ledger) else {
            // What is left beside a file that is gone would else become a part of this one.
            for end in ["-wal", "-shm", "-journal"] {
                let _ = std::fs::rename(suffixed(ledger, end), suffixed(&name(0), end));
            }
            self.keep()?;
            return Ok(None);
        };
        let free = |path: &PathBuf| {
            ["", "-wal", "-shm"].iter().all(|end| std::fs::symlink_metadata(suffixed(path, end)).is_err())
        };
        let aside = (0..1000).map(name).find(free).ok_or_else(|| StoreError::Exists(ledger.to_owned()))?;
        // Whoever waits for this lock finds another file in its place, and does not write to this one.
        let holder = held_alone(ledger, busy)?;
        let now = holder.as_ref().and_then(|holder| end::read(holder).ok().flatten());
        if now.is_some_and(|(end, ..)| Some(end.head.size()) != size) {
            return Err(StoreError::InUse(ledger.to_owned()));
        }
        let io = |source| StoreError::Io { path: ledger.to_owned(), source };
        std::fs::hard_link(ledger, &aside).map_err(io)?;
        for end in ["-wal", "-shm"] {
            // Of a file that is no database any more there may be some left.
            let _ = std::fs::rename(suffixed(ledger, end), suffixed(&aside, end));
        }
        let Self { file, sides, .. } = self;
        drop(sides);
        std::fs::set_permissions(file.path(), before.permissions()).map_err(io)?;
        file.as_file().sync_all().map_err(io)?;
        file.persist(ledger).map_err(|error| io(error.error))?;
        sync_directory(ledger);
        drop(holder);
        Ok(Some(aside))
    }
}

/// A connection that keeps everybody else from a ledger; none where the file is no database.
fn held_alone(path: &Path, busy: Duration) -> Result<Option<Connection>, StoreError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(busy)?;
    match connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE") {
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
            Err(StoreError::InUse(path.to_owned()))
        }
        Ok(()) => Ok(Some(connection)),
        Err(_) => Ok(None),
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

    /// The stored hash of an entry; none if there is no such entry.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn hash_of(&self, seq: u64) -> Result<Option<Digest>, StoreError> {
        let hash: Option<[u8; 32]> = self
            .connection
            .prepare_cached("SELECT hash FROM event WHERE seq = ?1")?
            .query_row([super::cells::int(seq)], |row| row.get(0))
            .optional()?;
        Ok(hash.map(Digest))
    }

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

/// Takes all of a draft into its one file, so that nothing that lies beside it is needed.
///
/// # Errors
/// When it cannot be written, or another program has it open.
pub fn gather(draft: &Draft, busy: Duration) -> Result<(), StoreError> {
    let connection = Connection::open_with_flags(draft.path(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(busy)?;
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get(0))?;
    if mode.eq_ignore_ascii_case("delete") { Ok(()) } else { Err(StoreError::InUse(draft.path().to_owned())) }
}

/// Lets a copy be written in the way in which ledgers are: with a write-ahead log.
///
/// # Errors
/// When it cannot be written.
pub fn wake(draft: &Draft, busy: Duration) -> Result<(), StoreError> {
    let mut connection = Connection::open_with_flags(draft.path(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    harden(&mut connection, busy)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    Ok(())
}

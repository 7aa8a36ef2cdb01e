//! Opening a ledger: what it must be, how it is hardened, and what this program calls its schema.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest as _, Sha256};

use super::StoreError;
use super::ahead::{Ahead, KEPT};
use super::backup::Draft;
use super::beside::Beside;
use super::end::End;
use super::key_file::{directory_of, suffixed};
use super::mark::Seen;
use super::patience::Patience;
use super::standing::Standing;
use crate::domain::policy::Policy;
use crate::ledger::note::NoteSigner;

/// `schema.sql`, the only place where tables are made.
pub(super) const SCHEMA: &str = include_str!("../../schema.sql");
/// "Krbn": marks a SQLite file as a ledger of kuraban.
pub(super) const APPLICATION_ID: i64 = 0x4b72_626e;
/// The version of the file's layout.
pub(super) const USER_VERSION: i64 = 1;
/// SHA-256 over the SQL of `schema.sql` as SQLite stores it; a test holds it to the file.
pub(super) const FINGERPRINT: &str = "c749b6b3197dbf95dd1424f97fc05471119747ab6d38cb14aab4dbd497f00ce7";

/// KiB of pages that a connection keeps in memory where it is to write: the upper levels of all trees of a big ledger.
pub(super) const ROOM: i64 = 8_000;

/// How many bytes SQLite needs at least beside a ledger, for the index of its write-ahead log.
const BESIDE: usize = 32 * 1024;

/// An open ledger file.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: Connection,
    pub(super) busy: Duration,
    pub(super) patience: Patience,
    pub(super) ahead: Ahead,
    read_only: bool,
    /// Whether that is so because there was no room.
    full: bool,
    foreign: Option<String>,
    path: PathBuf,
    pub(super) standing: Standing,
    pub(super) beside: Beside,
    /// Why the last note could not be written there.
    pub(super) undelivered: RefCell<Option<StoreError>>,
    /// The secret key, once it was read.
    pub(super) signer: RefCell<Option<Arc<NoteSigner>>>,
    /// What held after this connection's last commit: while no other connection commits, it need not be asked again.
    pub(super) known: RefCell<Option<Known>>,
    /// What this station calls the ledger in what it remembers.
    pub(super) seen: RefCell<Option<Seen>>,
}

/// What held at SQLite's `data_version` of then.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) version: i64,
    pub(super) end: End,
    pub(super) policy: Policy,
}

/// Whether a file is surely no ledger: it is empty, or SQLite would take in what stands beside it. Nothing is touched.
fn is_spoilt(path: &Path, length: u64) -> bool {
    if length == 0 {
        return true;
    }
    if !std::fs::metadata(suffixed(path, "-wal")).is_ok_and(|meta| meta.len() > 0) {
        return false;
    }
    // SQLite itself opens it, for if anybody else does and closes it, the locks are gone that this process has on it.
    let id = Connection::open_with_flags(uri(path, "immutable=1"), READING)
        .and_then(|file| file.pragma_query_value(None, "application_id", |row| row.get::<_, i64>(0)));
    match id {
        Ok(id) => id != APPLICATION_ID,
        Err(error) => error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase),
    }
}

impl Store {
    /// Makes a new, empty ledger of a draft; nothing stands in it until its first entry is written.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn create(draft: &Draft, busy: Duration) -> Result<Self, StoreError> {
        let path = draft.path();
        let mut connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        connection.pragma_update(None, "user_version", USER_VERSION)?;
        connection.execute_batch(SCHEMA)?;
        let patience = harden(&mut connection, busy)?;
        Ok(Self::new(connection, (busy, patience), path, (false, None)))
    }

    /// Opens a ledger file; for reading only where it may not be written.
    ///
    /// # Errors
    /// When there is none, it is something else, is of a later version or cannot be read.
    pub fn open(path: &Path, busy: Duration) -> Result<Self, StoreError> {
        let length = match std::fs::metadata(path) {
            Ok(meta) if meta.is_dir() => return Err(StoreError::Directory(path.to_owned())),
            Ok(meta) => meta.len(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let keyed = super::key_file::key_path(path).exists();
                let path = path.to_owned();
                return Err(if keyed { StoreError::Vanished(path) } else { StoreError::Missing(path) });
            }
            Err(source) => return Err(StoreError::Io { path: path.to_owned(), source }),
        };
        // SQLite takes away the log beside a file that is empty, and writes it into one whose beginning is gone.
        if is_spoilt(path, length) {
            return Err(StoreError::NotALedger(path.to_owned()));
        }
        match Self::open_as(path, Way::Shared, busy) {
            Err(
                first @ (StoreError::ReadOnly
                | StoreError::Full
                | StoreError::Disk(_)
                | StoreError::Sqlite(_)),
            ) => {
                // Only a log that holds nothing may be passed over.
                let logged = std::fs::metadata(suffixed(path, "-wal")).is_ok_and(|meta| meta.len() > 0);
                let way = if logged { Way::Alone } else { Way::Frozen };
                let full = has_no_room(path);
                match Self::open_as(path, way, busy) {
                    Ok(mut store) => {
                        store.full = full;
                        Ok(store)
                    }
                    Err(_) if full => Err(StoreError::Full),
                    Err(_) => Err(first),
                }
            }
            other => other,
        }
    }

    fn open_as(path: &Path, way: Way, busy: Duration) -> Result<Self, StoreError> {
        let (name, flags) = match way {
            Way::Shared => (path.to_owned(), OpenFlags::SQLITE_OPEN_READ_WRITE),
            Way::Frozen => (uri(path, "immutable=1"), READING),
            Way::Alone => (uri(path, "vfs=unix-none"), READING),
        };
        let mut connection = Connection::open_with_flags(name, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|e| own(e, path))?;
        if way == Way::Alone {
            connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        }
        let patience = harden(&mut connection, busy).map_err(|e| own(e, path))?;
        let application: i64 = connection
            .pragma_query_value(None, "application_id", |row| row.get(0))
            .map_err(|e| own(e, path))?;
        if application != APPLICATION_ID {
            return Err(StoreError::NotALedger(path.to_owned()));
        }
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version > USER_VERSION {
            return Err(StoreError::Newer { found: version, known: USER_VERSION });
        }
        let found = fingerprint(&connection)?;
        let foreign = (found != FINGERPRINT || version != USER_VERSION).then_some(found);
        let read_only = connection.is_readonly(rusqlite::MAIN_DB)?;
        if !read_only && foreign.is_none() {
            log_ahead(&connection)?;
        }
        Ok(Self::new(connection, (busy, patience), path, (read_only, foreign)))
    }

    fn new(
        connection: Connection,
        (busy, patience): (Duration, Patience),
        path: &Path,
        (read_only, foreign): (bool, Option<String>),
    ) -> Self {
        Self {
            connection,
            busy,
            patience,
            ahead: Ahead::of(path),
            read_only,
            full: false,
            foreign,
            path: path.to_owned(),
            standing: Standing::of(path),
            beside: Beside::default(),
            undelivered: RefCell::default(),
            signer: RefCell::default(),
            known: RefCell::default(),
            seen: RefCell::default(),
        }
    }

    /// Whether it can only be read.
    #[must_use]
    pub const fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Why it can only be read.
    pub(super) const fn unwritable(&self) -> StoreError {
        if self.full { StoreError::Full } else { StoreError::ReadOnly }
    }

    /// The fingerprint of its schema, if that is not the one of this version.
    #[must_use]
    pub fn foreign_schema(&self) -> Option<&str> {
        self.foreign.as_deref()
    }

    /// How long it waits for another process's lock.
    #[must_use]
    pub const fn busy(&self) -> Duration {
        self.busy
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What SQLite itself says about the file's pages, and `deep` about its indexes too; nothing if all is well.
    ///
    /// # Errors
    /// When even that cannot be asked.
    pub fn quick_check(&self, deep: bool) -> Result<Option<String>, StoreError> {
        let check = if deep { "integrity_check" } else { "quick_check" };
        let said: String = self.connection.pragma_query_value(None, check, |row| row.get(0))?;
        Ok((said != "ok").then_some(said))
    }
}

/// A number that changes when another connection has committed.
pub(super) fn data_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))
}

/// With which flags a file is opened that nobody writes.
const READING: OpenFlags = OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_URI);

/// How a ledger is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// For writing, with others.
    Shared,
    /// For reading, without its side files: they hold nothing, and may not be made.
    Frozen,
    /// For reading, with a write-ahead log whose index may not be made: SQLite makes it in memory, and asks nobody. Nobody
    /// writes meanwhile who could not have made the index.
    Alone,
}

/// Whether there is no room for what SQLite makes beside the file.
fn has_no_room(path: &Path) -> bool {
    let made =
        tempfile::tempfile_in(directory_of(path)).and_then(|mut file| file.write_all(&vec![1; BESIDE]));
    made.is_err_and(|error| [ErrorKind::StorageFull, ErrorKind::QuotaExceeded].contains(&error.kind()))
}

/// The path as a URI with a parameter under which SQLite reads the file.
fn uri(path: &Path, parameter: &str) -> PathBuf {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri.push('?');
    uri.push_str(parameter);
    PathBuf::from(uri)
}

/// Makes sure that the file has a write-ahead log; it is left without one where a restore that took it away did not come to
/// its end.
fn log_ahead(connection: &Connection) -> Result<(), StoreError> {
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode != "wal" {
        connection.pragma_update(None, "journal_mode", "WAL")?;
    }
    Ok(())
}

fn own(error: rusqlite::Error, path: &Path) -> StoreError {
    if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) {
        return StoreError::NotALedger(path.to_owned());
    }
    error.into()
}

pub(super) fn harden(connection: &mut Connection, busy: Duration) -> rusqlite::Result<Patience> {
    let patience = Patience::of(connection, busy)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // Plans come from the SQL alone: else a statement that meets a partial index is prepared anew at each value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "recursive_triggers", true)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "journal_size_limit", KEPT)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(patience)
}

/// SHA-256 over every object of the schema: type, name, table and SQL.
fn fingerprint(connection: &Connection) -> Result<String, StoreError> {
    let mut statement = connection
        .prepare("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name")?;
    let mut rows = statement.query([])?;
    let mut hasher = Sha256::new();
    while let Some(row) = rows.next()? {
        for column in 0..4 {
            hasher.update(row.get_ref(column)?.as_bytes_or_null().ok().flatten().unwrap_or_default());
            hasher.update([0]);
        }
    }
    Ok(crate::domain::names::Digest(hasher.finalize().into()).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_that_of_the_schema_file() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        assert_eq!(fingerprint(&connection).unwrap(), FINGERPRINT);
    }

    #[test]
    fn every_connection_is_hardened() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("l");
        let busy = Duration::from_secs(3);
        let draft = Draft::beside(&path).unwrap();
        let made = Store::create(&draft, busy).unwrap();
        // No ledger gets its name before its file says what it is.
        made.connection.pragma_update(None, "wal_checkpoint", "PASSIVE").unwrap();
        let opened = Store::open(draft.path(), busy).unwrap();
        for store in [made, opened] {
            let value = |pragma: &str| -> String {
                let text = |row: &rusqlite::Row<'_>| Ok(format!("{:?}", row.get_ref(0)?));
                store.connection.pragma_query_value(None, pragma, text).unwrap()
            };
            for (pragma, wanted) in [
                ("application_id", "Integer(1265787502)"),
                ("user_version", "Integer(1)"),
                ("journal_mode", "Text(\"wal\")"),
                ("synchronous", "Integer(2)"),
                ("fullfsync", "Integer(1)"),
                ("foreign_keys", "Integer(1)"),
                ("recursive_triggers", "Integer(1)"),
                ("cell_size_check", "Integer(1)"),
                ("trusted_schema", "Integer(0)"),
                ("page_size", "Integer(4096)"),
            ] {
                let value = value(pragma);
                let value = value.replace("[119, 97, 108]", "\"wal\"");
                assert_eq!(value, wanted, "{pragma}");
            }
            let defensive = store.connection.db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE).unwrap();
            assert!(defensive);
            let load = store.connection.query_row("SELECT load_extension('x')", [], |_| Ok(()));
            assert!(load.is_err());
        }
    }

    #[test]
    fn the_bundled_engine_is_new_enough() {
        assert!(rusqlite::version_number() >= 3_051_003, "{}", rusqlite::version());
    }
}

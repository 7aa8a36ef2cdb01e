//! Why the ledger file cannot be used, each with what a person needs to know to go on.

use std::path::{Path, PathBuf};

use crate::domain::names::Digest;

/// Why the ledger cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no file.
    #[error("{0}: no such file")]
    Missing(PathBuf),
    /// There is already a file.
    #[error("{0}: already exists")]
    Exists(PathBuf),
    /// It is a directory.
    #[error("{0}: is a directory")]
    Directory(PathBuf),
    /// It is something else.
    #[error("{0}: not a kuraban ledger")]
    NotALedger(PathBuf),
    /// It was made by a later version.
    #[error("ledger format {found}, this program knows {known}")]
    Newer {
        /// The format's number in the file.
        found: i64,
        /// The number that this program knows.
        known: i64,
    },
    /// Its tables or triggers are not those of this version.
    #[error("foreign schema {found}")]
    ForeignSchema {
        /// The fingerprint that was found.
        found: String,
    },
    /// Another process has kept it locked for longer than the busy timeout.
    #[error("locked by another process for more than {seconds} s")]
    Locked {
        /// How long it was waited for.
        seconds: u64,
    },
    /// It may not be written.
    #[error("read-only")]
    ReadOnly,
    /// There is no room left.
    #[error("disk full")]
    Full,
    /// The disk cannot be read or written.
    #[error("{0}")]
    Disk(String),
    /// Pages or rows cannot be read.
    #[error("damaged: {0}")]
    Damaged(String),
    /// The head row does not agree with the log, so nothing is written upon it.
    #[error("head row and log disagree at entry {seq}")]
    HeadBroken {
        /// The last entry.
        seq: u64,
    },
    /// The head row is not signed with the ledger's key, so nothing is written upon it.
    #[error("the head row at entry {seq} is not signed")]
    HeadUnsigned {
        /// The last entry.
        seq: u64,
    },
    /// A note outside that the same key has signed is of another history.
    #[error("{0}: of another history")]
    OtherNote(PathBuf),
    /// Nothing in it is an entry of a ledger.
    #[error("{0}: no entry is left")]
    NothingLeft(PathBuf),
    /// What was given does not begin with the entries with which a ledger begins.
    #[error("not the beginning of a log")]
    NoBeginning,
    /// Another program has the ledger open that must not.
    #[error("{0}: open in another program")]
    InUse(PathBuf),
    /// There is no file, and this station has seen a ledger there.
    #[error("{path}: no such file, but {seen} entries were seen")]
    Away {
        /// The file.
        path: PathBuf,
        /// How many entries were seen.
        seen: u64,
    },
    /// The ledger's file is gone, and its key is still there.
    #[error("{0}: vanished")]
    Vanished(PathBuf),
    /// The ledger's file is not where it was when it was opened.
    #[error("{0}: vanished")]
    Gone(PathBuf),
    /// The write-ahead log of an open ledger, or that one's index, is not where it was.
    #[error("{0}: log gone")]
    LogGone(PathBuf),
    /// The ledger's file is another one than was opened.
    #[error("the ledger's file was replaced")]
    Replaced,
    /// This station has seen more entries than there are.
    #[error("{size} entries, but {seen} were seen")]
    BelowMark {
        /// How many were seen.
        seen: u64,
        /// How many there are.
        size: u64,
    },
    /// This station has seen another entry of this number.
    #[error("entry {seen} is another one than was seen")]
    Marked {
        /// The last entry that was seen.
        seen: u64,
    },
    /// The ledger names this key, not the one at hand; in which file that is, is told by [`Self::KeyWrong`].
    #[error("the ledger names another key")]
    KeyOther(Digest),
    /// A projection's row cannot be what this program wrote.
    #[error("{table}: {column} cannot be read")]
    Projection {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A backup is not of the ledger in whose place it is to be put.
    #[error("{0}: another ledger")]
    OtherLedger(PathBuf),
    /// It is no state file of a witness.
    #[error("{0}: not a witness's state file")]
    NotAWitness(PathBuf),
    /// The file of the secret key is not there.
    #[error("{0}: no such key file")]
    KeyMissing(PathBuf),
    /// Others than its owner may read the secret key.
    #[error("{0}: readable by others")]
    KeyExposed(PathBuf),
    /// It does not hold the ledger's key.
    #[error("{0}: not the key of this ledger")]
    KeyWrong(PathBuf),
    /// The secret key is sealed, and no passphrase was given.
    #[error("{0}: sealed")]
    KeySealed(PathBuf),
    /// The passphrase does not open the secret key.
    #[error("{0}: wrong passphrase")]
    KeyPassphrase(PathBuf),
    /// The head row names no key.
    #[error("the ledger has no key")]
    Keyless,
    /// The operating system said no.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// Anything else that SQLite says.
    #[error("SQLite: {0}")]
    Sqlite(rusqlite::Error),
}

impl StoreError {
    /// Whether what is open is of no more use, so that it is closed and opened anew for what comes next.
    #[must_use]
    pub const fn ends_the_connection(&self) -> bool {
        matches!(self, Self::Gone(_) | Self::LogGone(_) | Self::Disk(_) | Self::Sqlite(_))
    }

    /// Why a new file could not be made.
    pub(super) fn not_made(path: &Path, source: std::io::Error) -> Self {
        let path = path.to_owned();
        if source.kind() == std::io::ErrorKind::AlreadyExists {
            Self::Exists(path)
        } else {
            Self::Io { path, source }
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let code = error.sqlite_error_code();
        if code == Some(ErrorCode::DatabaseBusy) || code == Some(ErrorCode::DatabaseLocked) {
            Self::Locked { seconds: 0 }
        } else if code == Some(ErrorCode::ReadOnly) {
            Self::ReadOnly
        } else if code == Some(ErrorCode::DiskFull) {
            Self::Full
        } else if code == Some(ErrorCode::SystemIoFailure) {
            Self::Disk(error.to_string())
        } else if code == Some(ErrorCode::DatabaseCorrupt) || code == Some(ErrorCode::NotADatabase) {
            Self::Damaged(error.to_string())
        } else {
            Self::Sqlite(error)
        }
    }
}

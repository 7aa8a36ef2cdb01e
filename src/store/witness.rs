//! The state file of a witness: a small SQLite file of its own, so that what was seen is on the disk before anything is
//! cosigned, and two that ask at once are answered one after the other.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior};

use super::StoreError;

/// "Krbw": marks a SQLite file as a witness's state.
const APPLICATION_ID: i64 = 0x4b72_6277;
const SCHEMA: &str = "
CREATE TABLE witness (
  one    INTEGER PRIMARY KEY CHECK (one = 1),
  secret TEXT NOT NULL,
  log    TEXT NOT NULL,
  seen   TEXT
) STRICT;";

/// What a witness remembers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessRow {
    /// Its secret key.
    pub secret: String,
    /// The key of the ledger that it witnesses.
    pub log: String,
    /// The last note that it has seen.
    pub seen: Option<String>,
}

/// An open state file.
#[derive(Debug)]
pub struct WitnessStore {
    connection: Connection,
}

fn ready(connection: &Connection, busy: Duration) -> rusqlite::Result<()> {
    connection.busy_timeout(busy)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)
}

impl WitnessStore {
    /// Makes a new state file, open to its owner alone.
    ///
    /// # Errors
    /// When the file exists or cannot be made; nothing is left behind then.
    pub fn create(path: &Path, busy: Duration, row: &WitnessRow) -> Result<(), StoreError> {
        super::key_file::claim(path)?;
        let fill = || -> Result<(), StoreError> {
            let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            ready(&connection, busy)?;
            connection.pragma_update(None, "application_id", APPLICATION_ID)?;
            connection.execute_batch(SCHEMA)?;
            let WitnessRow { secret, log, seen } = row;
            connection.execute("INSERT INTO witness VALUES (1, ?1, ?2, ?3)", (secret, log, seen))?;
            Ok(())
        };
        fill().inspect_err(|_| {
            let _ = std::fs::remove_file(path);
        })
    }

    /// Opens a state file.
    ///
    /// # Errors
    /// When there is none, or it is something else.
    pub fn open(path: &Path, busy: Duration) -> Result<Self, StoreError> {
        if !path.exists() {
            return Err(StoreError::Missing(path.to_owned()));
        }
        let foreign = |_| StoreError::NotAWitness(path.to_owned());
        let connection =
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(foreign)?;
        ready(&connection, busy).map_err(foreign)?;
        let id: i64 =
            connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(foreign)?;
        if id == APPLICATION_ID {
            Ok(Self { connection })
        } else {
            Err(StoreError::NotAWitness(path.to_owned()))
        }
    }

    /// What it remembers.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn row(&self) -> Result<WitnessRow, StoreError> {
        row(&self.connection)
    }

    /// Lets `judge` look at what was seen, and writes the note that it gives in its place; what comes with the note is
    /// given back only after that is on the disk.
    ///
    /// # Errors
    /// When `judge` fails (then nothing is written), or the file cannot be written.
    pub fn advance<T, E: From<StoreError>>(
        &mut self,
        judge: impl FnOnce(&WitnessRow) -> Result<(String, T), E>,
    ) -> Result<T, E> {
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begun.map_err(StoreError::from)?;
        let (note, given) = judge(&row(&transaction)?)?;
        transaction.execute("UPDATE witness SET seen = ?1", [note]).map_err(StoreError::from)?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(given)
    }
}

fn row(connection: &Connection) -> Result<WitnessRow, StoreError> {
    let take =
        |row: &rusqlite::Row<'_>| Ok(WitnessRow { secret: row.get(0)?, log: row.get(1)?, seen: row.get(2)? });
    let found = connection.query_row("SELECT secret, log, seen FROM witness", [], take).optional()?;
    found.ok_or_else(|| StoreError::Damaged("witness".to_owned()))
}

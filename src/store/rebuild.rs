//! Making the projections anew from the log.

use rusqlite::{params, params_from_iter};

use super::cells::int;
use super::compare::{TABLES, expected};
use super::view::View;
use super::write::Txn;
use super::{Store, StoreError};
use crate::domain::names::Digest;
use crate::ledger::verify::Reading;

impl Txn<'_> {
    /// Throws every projection away and writes what the log gives.
    ///
    /// # Errors
    /// When a table cannot be written.
    pub fn rewrite(&mut self, reading: &Reading) -> Result<(), StoreError> {
        let connection = self.view().connection()?;
        for table in &TABLES {
            connection.execute(&format!("DELETE FROM {}", table.name), [])?;
            let marks = vec!["?"; table.columns.len()].join(", ");
            let sql = format!("INSERT INTO {} ({}) VALUES ({marks})", table.name, table.columns.join(", "));
            let mut insert = connection.prepare(&sql)?;
            for row in expected(table, reading) {
                insert.execute(params_from_iter(row))?;
            }
        }
        self.restore_notes(reading)?;
        self.reload(reading)
    }
}

impl Store {
    /// Writes the lines of a log into a new ledger in which nothing stands yet, as long as `next` gives some; all else is made
    /// of them by [`Txn::rewrite`].
    ///
    /// # Errors
    /// When they cannot be written, or `next` fails.
    pub fn put_lines<E: From<StoreError>>(
        &self,
        mut next: impl FnMut() -> Result<Option<(u64, String, Digest)>, E>,
    ) -> Result<(), E> {
        let own = StoreError::from;
        let begun = self.connection.unchecked_transaction().map_err(own)?;
        {
            let sql = "INSERT INTO event (seq, body, hash) VALUES (?1, ?2, ?3)";
            let mut insert = begun.prepare(sql).map_err(own)?;
            while let Some((seq, line, hash)) = next()? {
                insert.execute(params![int(seq), line, hash.0]).map_err(own)?;
            }
        }
        Ok(begun.commit().map_err(own)?)
    }
}

impl Store {
    /// As [`Store::write`], but on a blank view and without asking the head row: both are projections, and
    /// made anew by [`Txn::rewrite`] in here.
    ///
    /// # Errors
    /// As for [`Store::write`].
    pub fn write_anew<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_from(true, work)
    }

    /// As [`Store::read`], but on a blank view: for `verify`, which believes nothing but the log.
    ///
    /// # Errors
    /// When it cannot be read, or `look` fails.
    pub fn inspect<T, E: From<StoreError>>(
        &self,
        look: impl FnOnce(&View<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let begun = self.connection.unchecked_transaction().map_err(StoreError::from)?;
        look(&View::blank(&begun))
    }
}

//! Rows of new media that are held back in a transaction, so that many are written by one statement: SQLite then goes to
//! where they belong once. Nothing is read past them: they are written before anything else is asked or written.

use rusqlite::{CachedStatement, Connection};

use super::StoreError;
use super::apply::{Row, named};
use super::cells::{self, Cell};
use crate::domain::medium::Medium;
use crate::domain::names::{Barcode, MediumId, Serial};
use crate::ledger::replay::volser;

/// How many are written by one statement.
const TOGETHER: usize = 32;

/// The beginning of what writes an entry.
pub(super) const EVENT: &str = "INSERT OR ROLLBACK INTO event (seq, body, hash) VALUES ";
/// The beginning of what gives a barcode.
pub(super) const BARCODE: &str = "INSERT OR ROLLBACK INTO barcode (text, volser, medium, given) VALUES ";

/// A new medium and its entry.
#[derive(Debug)]
struct New {
    row: Row,
    medium: Medium,
}

/// What is held back, and the statements by which so many are written.
#[derive(Default)]
pub(super) struct Held<'a> {
    all: Vec<New>,
    together: Option<Together<'a>>,
}

struct Together<'a> {
    event: CachedStatement<'a>,
    barcode: CachedStatement<'a>,
    /// The columns for which the statement is.
    medium: (u64, CachedStatement<'a>),
}

impl std::fmt::Debug for Held<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held").field("all", &self.all).finish_non_exhaustive()
    }
}

impl<'a> Held<'a> {
    /// Holds a new medium back, or writes it with those that are.
    ///
    /// # Errors
    /// When they cannot be written; the transaction is at its end then.
    pub(super) fn add(
        &mut self,
        connection: &'a Connection,
        row: Row,
        medium: &Medium,
    ) -> Result<(), StoreError> {
        self.all.push(New { row, medium: medium.clone() });
        if self.all.len() < TOGETHER {
            return Ok(());
        }
        let columns = self.all.iter().map(New::columns).fold(0, |all, one| all | one);
        let mut together = match self.together.take() {
            Some(together) if together.medium.0 == columns => together,
            _ => Together::new(connection, columns)?,
        };
        together.write(&self.all)?;
        self.together = Some(together);
        self.all.clear();
        Ok(())
    }

    /// Whether nothing is held back.
    pub(super) const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Writes all that is held back.
    ///
    /// # Errors
    /// As for [`Self::add`].
    pub(super) fn write(&mut self, connection: &Connection) -> Result<(), StoreError> {
        for new in self.all.drain(..) {
            new.write(connection)?;
        }
        Ok(())
    }

    /// The medium that has this barcode, if it is held back.
    pub(super) fn holder(&self, barcode: &Barcode) -> Option<MediumId> {
        self.all.iter().find(|new| new.medium.barcode == *barcode).map(|new| new.medium.id)
    }

    /// The medium of this serial number, if it is held back.
    pub(super) fn by_serial(&self, serial: &Serial) -> Option<MediumId> {
        self.all.iter().find(|new| new.medium.serial.as_ref() == Some(serial)).map(|new| new.medium.id)
    }
}

impl New {
    /// The columns of its row that hold something, a bit for each.
    fn columns(&self) -> u64 {
        let mut columns = 0;
        cells::each_cell(&self.medium, &self.row.hash, |at, _| columns |= 1 << at);
        columns
    }

    fn entry(&self) -> [Cell<'_>; 3] {
        let Row { seq, body, hash } = &self.row;
        [Cell::int(*seq), Cell::text(body), Cell::Blob(&hash.0)]
    }

    fn barcode(&self) -> [Cell<'_>; 4] {
        let (id, barcode) = (Cell::int(self.row.seq), &self.medium.barcode);
        [Cell::text(barcode.as_str()), Cell::owned(volser(barcode)), id.clone(), id]
    }

    /// Writes the rows by themselves.
    fn write(&self, connection: &Connection) -> Result<(), StoreError> {
        let (columns, rows) = (self.columns(), std::slice::from_ref(self));
        execute(&mut connection.prepare_cached(&values(EVENT, 3, 1))?, rows, New::entry)?;
        execute(&mut connection.prepare_cached(&values(BARCODE, 4, 1))?, rows, New::barcode)?;
        execute_media(&mut connection.prepare_cached(&media(columns, 1))?, rows, columns)
    }
}

impl<'a> Together<'a> {
    fn new(connection: &'a Connection, columns: u64) -> Result<Self, StoreError> {
        let event = connection.prepare_cached(&values(EVENT, 3, TOGETHER))?;
        let barcode = connection.prepare_cached(&values(BARCODE, 4, TOGETHER))?;
        let medium = connection.prepare_cached(&media(columns, TOGETHER))?;
        Ok(Self { event, barcode, medium: (columns, medium) })
    }

    fn write(&mut self, all: &[New]) -> Result<(), StoreError> {
        execute(&mut self.event, all, New::entry)?;
        execute(&mut self.barcode, all, New::barcode)?;
        execute_media(&mut self.medium.1, all, self.medium.0)
    }
}

/// What inserts so many rows of so many cells.
fn values(insert: &str, width: usize, rows: usize) -> String {
    let row = format!("({})", vec!["?"; width].join(", "));
    format!("{insert}{}", vec![row; rows].join(", "))
}

/// What inserts so many media, of which these columns hold something.
fn media(columns: u64, rows: usize) -> String {
    let names: Vec<&str> = named(columns).collect();
    let insert = format!("INSERT OR ROLLBACK INTO medium ({}) VALUES ", names.join(", "));
    values(&insert, names.len(), rows)
}

fn execute<'n, const N: usize>(
    statement: &mut CachedStatement<'_>,
    all: &'n [New],
    cells: fn(&'n New) -> [Cell<'n>; N],
) -> Result<(), StoreError> {
    for (at, cell) in (1..).zip(all.iter().flat_map(cells)) {
        statement.raw_bind_parameter(at, cell)?;
    }
    statement.raw_execute()?;
    Ok(())
}

fn execute_media(statement: &mut CachedStatement<'_>, all: &[New], columns: u64) -> Result<(), StoreError> {
    let width = columns.count_ones() as usize;
    for (new, before) in all.iter().zip((0..).step_by(width)) {
        if new.columns() != columns {
            for at in 1..=width {
                statement.raw_bind_parameter(before + at, Cell::Null)?;
            }
        }
        let mut bound = Ok(());
        cells::each_cell(&new.medium, &new.row.hash, |at, cell| {
            let rank = (columns & ((2 << at) - 1)).count_ones() as usize;
            if bound.is_ok() {
                bound = statement.raw_bind_parameter(before + rank, cell);
            }
        });
        bound?;
    }
    statement.raw_execute()?;
    Ok(())
}

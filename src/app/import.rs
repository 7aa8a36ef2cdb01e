//! The import of a list of media: all or nothing, graded `declared`, with every bad line named at once.

use crate::domain::decide::{Action, Context, Deed, decide};
use crate::domain::event::How;
use crate::domain::medium::{Class, Description, Encrypted};
use crate::domain::names::{MAX_INTEGER, MediumId, NameError, PlaceCode, Serial, Term};
use crate::domain::refusal::Refusal;
use crate::domain::resolve::{barcode, read_label};
use crate::domain::rules::Stop;
use crate::domain::time::Date;
use crate::domain::world::World as _;
use crate::exchange::{BadLine, BadReason, Column, Format, MediaList, MediaRow, read_media};
use crate::store::{StoreError, Txn};

use super::session::{Error, Session};
use super::verify::Progress;
use super::who::Who;

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// How many media were registered.
    pub count: u64,
    /// The form of the list.
    pub format: Format,
    /// Its encoding.
    pub encoding: &'static str,
    /// Headings that were not used.
    pub ignored: Vec<String>,
    /// Volumes on disk that were passed over.
    pub skipped: u64,
}

/// A line that stands in the way of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// The line, from 1.
    pub line: u64,
    /// The column's heading as it is written in the file.
    pub column: Option<String>,
    /// Why.
    pub trouble: RowTrouble,
}

/// Why a line stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowTrouble {
    /// It cannot be read.
    Form(BadReason),
    /// The rules say no.
    Refused(Box<Refusal>),
    /// The cell cannot be a name.
    Name(NameError),
    /// The cell is none of the values that it may have.
    Value(&'static str),
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// These lines stand in the way.
    #[error("{} bad lines", .0.len())]
    Bad(Vec<BadRow>),
    /// The import as such was refused, or the ledger cannot be used.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}

/// A list of media that was read, and not yet held against the record.
#[derive(Debug)]
pub struct Listed(MediaList);

impl Listed {
    /// Reads a list.
    ///
    /// # Errors
    /// What is wrong with it as a whole.
    pub fn read(bytes: &[u8]) -> Result<Self, ImportError> {
        read_media(bytes)
            .map(Self)
            .map_err(|bad| ImportError::Bad(bad.into_iter().map(BadRow::from).collect()))
    }
}

impl From<BadLine> for BadRow {
    fn from(bad: BadLine) -> Self {
        Self { line: bad.line, column: bad.column, trouble: RowTrouble::Form(bad.reason) }
    }
}

impl Session {
    /// Registers every medium of a list, at the place that its line names, else at `place`.
    ///
    /// # Errors
    /// Every bad line; or why the ledger cannot be used. Nothing is written then.
    pub fn import(
        &self,
        who: &Who,
        Listed(mut list): Listed,
        place: Option<&PlaceCode>,
        progress: Progress<'_>,
    ) -> Result<Imported, ImportError> {
        let total = u64::try_from(list.rows.len()).unwrap_or(u64::MAX);
        let mut bad: Vec<BadRow> = std::mem::take(&mut list.bad).into_iter().map(BadRow::from).collect();
        self.store.write_much(|txn| {
            let mut context = self.context(txn, who, How::Declared, None)?;
            for (row, done) in list.rows.iter().zip(1..) {
                if let Err(stop) = one(txn, &mut context, row, place) {
                    match stop {
                        Halt::Row(column, trouble) => bad.push(bad_row(&list, row, column, trouble)),
                        Halt::Whole(error) => return Err(error.into()),
                    }
                }
                if done % 512 == 0 || done == total {
                    progress(done, total);
                }
            }
            bad.sort_by_key(|bad| bad.line);
            if bad.is_empty() { Ok(()) } else { Err(ImportError::Bad(bad)) }
        })?;
        let MediaList { format, encoding, ignored, skipped, .. } = list;
        Ok(Imported { count: total, format, encoding, ignored, skipped })
    }
}

/// What stops at a row: the row itself is bad, or the whole import cannot be.
enum Halt {
    Row(Column, RowTrouble),
    Whole(Error),
}

fn bad_row(list: &MediaList, row: &MediaRow, column: Column, trouble: RowTrouble) -> BadRow {
    let column = list.headings.get(column as usize).cloned().flatten();
    BadRow { line: row.line, column, trouble }
}

fn one(
    txn: &mut Txn<'_>,
    context: &mut Context,
    row: &MediaRow,
    place: Option<&PlaceCode>,
) -> Result<(), Halt> {
    let refused = |refusal: Refusal| Halt::Row(Column::Barcode, RowTrouble::Refused(Box::new(refusal)));
    let text = row.get(Column::Barcode).unwrap_or_default();
    let label = read_label(text, txn.view().policy()).map_err(refused)?;
    let barcode = barcode(&label).map_err(refused)?;
    let serial = name(row, Column::Serial, Serial::new)?;
    let place = name(row, Column::Place, PlaceCode::new)?.or_else(|| place.cloned());
    context.seq = txn.next();
    let id = MediumId(context.seq);
    record(txn, context, Action::Register { barcode, serial, place })?;
    if let Some(described) = description(row)? {
        context.seq = txn.next();
        record(txn, context, Action::Medium(id, Deed::Describe(Box::new(described))))?;
    }
    Ok(())
}

fn record(txn: &mut Txn<'_>, context: &Context, action: Action) -> Result<(), Halt> {
    let decision = decide(txn.view(), action, context).map_err(|stop| match stop {
        Stop::Failed(error) => Halt::Whole(error.into()),
        Stop::Refused(refusal) => match column_of(&refusal) {
            Some(column) => Halt::Row(column, RowTrouble::Refused(refusal)),
            None => Halt::Whole(Error::Refused(refusal)),
        },
    })?;
    txn.append(&decision).map_err(|error| Halt::Whole(error.into()))?;
    Ok(())
}

/// The column that a refusal is about; none where it is about the whole import (who acts, the clock).
const fn column_of(refusal: &Refusal) -> Option<Column> {
    if let Refusal::BarcodeTaken { .. } = refusal {
        Some(Column::Barcode)
    } else if let Refusal::SerialTaken { .. } = refusal {
        Some(Column::Serial)
    } else if let Refusal::PeriodReversed = refusal {
        Some(Column::Until)
    } else if let Refusal::UnknownPlace { .. }
    | Refusal::RetiredPlace { .. }
    | Refusal::WrongPlace { .. }
    | Refusal::PlaceFull { .. } = refusal
    {
        Some(Column::Place)
    } else {
        None
    }
}

fn name<T>(
    row: &MediaRow,
    column: Column,
    check: fn(&str) -> Result<T, NameError>,
) -> Result<Option<T>, Halt> {
    row.get(column)
        .map(|cell| check(cell).map_err(|error| Halt::Row(column, RowTrouble::Name(error))))
        .transpose()
}

fn value<T>(
    row: &MediaRow,
    column: Column,
    allowed: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Halt> {
    row.get(column).map(|cell| read(cell).ok_or(Halt::Row(column, RowTrouble::Value(allowed)))).transpose()
}

/// Yes, no or unknown in the words of both languages.
fn tristate(cell: &str) -> Option<Encrypted> {
    match cell.to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "はい" | "有" | "あり" | "済" => Some(Encrypted::Yes),
        "no" | "n" | "false" | "0" | "いいえ" | "無" | "なし" | "未" => Some(Encrypted::No),
        "unknown" | "?" | "不明" => Some(Encrypted::Unknown),
        _ => None,
    }
}

/// A day as ISO 8601 or as Excel shows it in Japan.
fn day(cell: &str) -> Option<Date> {
    if let Some(day) = Date::parse_exact(cell) {
        return Some(day);
    }
    let mut parts = cell.split('/').map(|part| part.parse::<u32>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() {
        return None;
    }
    Date::parse_exact(&format!("{year:04}-{month:02}-{day:02}"))
}

fn description(row: &MediaRow) -> Result<Option<Description>, Halt> {
    let class =
        value(row, Column::Class, "data | scratch | cleaning", |cell| Class::parse(&cell.to_lowercase()))?;
    let persons = value(row, Column::Persons, "0–9007199254740991 | unknown", |cell| match cell {
        "unknown" | "不明" => Some(None),
        number => {
            let digits: String = number.chars().filter(|c| *c != ',').collect();
            digits.parse().ok().filter(|n| *n <= MAX_INTEGER).map(Some)
        }
    })?;
    let info = row.get(Column::Info).map(|cell| {
        let types = cell.split([',', ';', '、', '\n']).map(str::trim).filter(|term| !term.is_empty());
        types.map(Term::new).collect::<Result<Vec<_>, _>>()
    });
    let info = info.transpose().map_err(|error| Halt::Row(Column::Info, RowTrouble::Name(error)))?;
    let described = Description {
        class: class.unwrap_or(Class::Data),
        system: name(row, Column::System, Term::new)?,
        from: value(row, Column::From, "2026-11-23", day)?,
        until: value(row, Column::Until, "2026-11-23", day)?,
        info: info.unwrap_or_default(),
        persons: persons.flatten(),
        encrypted: value(row, Column::Encrypted, "yes | no | unknown", tristate)?
            .unwrap_or(Encrypted::Unknown),
        legal_hold: value(row, Column::LegalHold, "yes | no", tristate)? == Some(Encrypted::Yes),
    };
    // A line that tells nothing is no description, though one that says "unknown" is.
    let told = [Column::Class, Column::System, Column::From, Column::Until, Column::Info, Column::Persons]
        .into_iter()
        .chain([Column::Encrypted, Column::LegalHold])
        .any(|column| row.get(column).is_some());
    Ok(told.then_some(described))
}

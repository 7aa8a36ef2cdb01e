//! Every projection against what the log gives: cell by cell, row by row, in one merge over both.

use std::fmt::Write as _;

use rusqlite::types::{Value, ValueRef};

use super::StoreError;
use super::cells::{self, MEDIUM, int, text};
use super::media::View;
use super::people::{self, PERSON};
use super::places::{self, PLACE};
use super::write::barcode_cells;
use crate::domain::names::{Digest, MediumId};
use crate::domain::policy::Policy;
use crate::domain::world::World;
use crate::ledger::entry::kept_id;
use crate::ledger::replay::Replay;
use crate::ledger::verdict::{Break, Reading, Reason};

/// One projection: its table, its columns, and which of them names the medium of a row.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [&'static str],
    medium: Option<usize>,
}

pub(super) const TABLES: [Table; 6] = [
    Table { name: "medium", columns: &MEDIUM, medium: Some(0) },
    Table { name: "barcode", columns: &["text", "volser", "medium", "given", "ended"], medium: Some(2) },
    Table { name: "person", columns: &PERSON, medium: None },
    Table { name: "place", columns: &PLACE, medium: None },
    Table { name: "policy", columns: &["name", "value"], medium: None },
    Table { name: "head", columns: &["id", "size", "hash", "at", "held", "ledger", "site"], medium: None },
];

/// The rows that a table must have, in the order of its key.
pub(super) fn expected<'a>(table: &Table, reading: &'a Reading) -> Box<dyn Iterator<Item = Vec<Value>> + 'a> {
    let replay = &reading.replay;
    match table.name {
        "medium" => Box::new(replay.media().map(|(medium, hash)| cells::medium(medium, *hash))),
        "barcode" => Box::new(replay.barcodes().map(|(barcode, tenure)| barcode_cells(barcode, tenure))),
        "person" => Box::new(replay.people().map(|enrolled| people::cells(&enrolled.person, enrolled.name))),
        "place" => Box::new(replay.places().map(places::cells)),
        "policy" => {
            let value = |name| replay.policy().get(name).unwrap_or_default();
            Box::new(Policy::NAMES.into_iter().map(move |name| vec![text(name), Value::Text(value(name))]))
        }
        _ => Box::new(head(replay, reading.size, reading.head).into_iter()),
    }
}

fn head(replay: &Replay, entries: u64, last: Digest) -> Option<Vec<Value>> {
    let (identity, site) = replay.opened()?;
    let clock = replay.clock();
    Some(vec![
        int(1),
        int(entries),
        Value::Blob(last.0.to_vec()),
        Value::Integer(clock.last?.millis()),
        Value::Integer(i64::from(clock.held)),
        Value::Text(identity.to_string()),
        text(site.as_str()),
    ])
}

fn show(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => format!("{number} (real)"),
        ValueRef::Text(bytes) => String::from_utf8_lossy(bytes).chars().take(80).collect(),
        ValueRef::Blob(bytes) => hex(bytes),
    }
}

fn key_of(row: &[Value]) -> String {
    row.first().map(|key| show(key.into())).unwrap_or_default()
}

fn order(expected: &Value, found: ValueRef<'_>) -> std::cmp::Ordering {
    match (expected, found) {
        (Value::Integer(a), ValueRef::Integer(b)) => a.cmp(&b),
        (Value::Text(a), ValueRef::Text(b)) => a.as_bytes().cmp(b),
        // A key of another type sorts where SQLite puts it: numbers before texts before blobs.
        (Value::Integer(_), _) | (_, ValueRef::Blob(_)) => std::cmp::Ordering::Less,
        _ => std::cmp::Ordering::Greater,
    }
}

/// A break in a row: the key that is an entry's number, and the medium that the row is about.
fn touching(table: &Table, row: &[Value], reason: Reason) -> Break {
    let number = |index: usize| {
        let Some(Value::Integer(number)) = row.get(index) else { return None };
        u64::try_from(*number).ok()
    };
    let own_key = matches!(table.name, "medium" | "person" | "place").then(|| number(0)).flatten();
    let media = table.medium.and_then(number).map(MediumId).into_iter().collect();
    Break { seq: own_key, reason, media }
}

/// Bytes in hexadecimal digits, as many as are shown.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(32).fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

impl View<'_> {
    /// Hands every difference between the projections and the log to `each`, until it says false.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn compare(&self, reading: &Reading, mut each: impl FnMut(Break) -> bool) -> Result<(), StoreError> {
        for table in &TABLES {
            if !self.compare_table(table, reading, &mut each)? {
                return Ok(());
            }
        }
        self.compare_kept(&reading.replay, each)
    }

    fn compare_table(
        &self,
        table: &Table,
        reading: &Reading,
        each: &mut impl FnMut(Break) -> bool,
    ) -> Result<bool, StoreError> {
        let (name, columns) = (table.name, table.columns);
        let key = columns.first().copied().unwrap_or_default();
        let sql = format!("SELECT {} FROM {name} NOT INDEXED ORDER BY {key}", columns.join(", "));
        let mut statement = self.connection().prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut wanted = expected(table, reading).peekable();
        while let Some(row) = rows.next()? {
            let found_key = row.get_ref(0)?;
            while let Some(missing) =
                wanted.next_if(|w| w.first().is_some_and(|k| order(k, found_key).is_lt()))
            {
                let reason = Reason::RowMissing { table: name, key: key_of(&missing) };
                if !each(touching(table, &missing, reason)) {
                    return Ok(false);
                }
            }
            let matching = wanted.next_if(|w| w.first().is_some_and(|k| order(k, found_key).is_eq()));
            let Some(want) = matching else {
                let reason = Reason::RowExtra { table: name, key: show(found_key) };
                if !each(Break { seq: None, reason, media: Vec::new() }) {
                    return Ok(false);
                }
                continue;
            };
            for (index, (cell, column)) in want.iter().zip(columns).enumerate() {
                let found = row.get_ref(index)?;
                if ValueRef::from(cell) == found {
                    continue;
                }
                let (key, expected, found) = (key_of(&want), show(cell.into()), show(found));
                let reason = Reason::Projection { table: name, key, column, expected, found };
                if !each(touching(table, &want, reason)) {
                    return Ok(false);
                }
            }
        }
        for missing in wanted {
            let reason = Reason::RowMissing { table: name, key: key_of(&missing) };
            if !each(touching(table, &missing, reason)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn compare_kept(&self, replay: &Replay, mut each: impl FnMut(Break) -> bool) -> Result<(), StoreError> {
        let mut statement = self.connection().prepare("SELECT id, salt, value FROM kept ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut missing = replay.kept().clone();
        while let Some(row) = rows.next()? {
            let id = row.get_ref(0)?;
            let salt = row.get_ref(1)?.as_bytes_or_null().ok().flatten().unwrap_or_default();
            let value = row.get_ref(2)?.as_str_or_null().ok().flatten();
            let real = value.map(|value| kept_id(salt, value));
            let sound = real.is_some_and(|real| id == ValueRef::Blob(&real.0.0) && missing.remove(&real));
            if !sound {
                let reason = Reason::KeptAltered { id: show(id) };
                if !each(Break { seq: None, reason, media: Vec::new() }) {
                    return Ok(());
                }
            }
        }
        for id in missing {
            if !each(Break { seq: None, reason: Reason::KeptMissing { id: id.0 }, media: Vec::new() }) {
                break;
            }
        }
        Ok(())
    }
}

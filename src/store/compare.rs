//! Every projection against what the log gives: cell by cell, row by row, in one merge over both.

use std::cmp::Ordering;
use std::fmt::Write as _;

use rusqlite::Row;
use rusqlite::types::{Value, ValueRef};

use super::StoreError;
use super::apply::barcode_cells;
use super::audits::{self, AUDIT, COUNT, COUNTER, FINDING, LABEL, MOVE, SAMPLE};
use super::cells::{self, MEDIUM, int, text};
use super::orders::{self, LINE, ORDER};
use super::people::{self, PERSON};
use super::places::{self, PLACE};
use super::proofs;
use super::view::View;
use crate::domain::medium::Medium;
use crate::domain::names::{Digest, Kept, MediumId};
use crate::domain::policy::Policy;
use crate::domain::world::World;
use crate::ledger::entry::kept_id;
use crate::ledger::replay::Replay;
use crate::ledger::verdict::{Break, Reason};
use crate::ledger::verify::Reading;

/// One projection: its table, its columns, how many of the first are its key, and which names the medium of a row.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [&'static str],
    key: usize,
    medium: Option<usize>,
}

pub(super) const TABLES: [Table; 18] = [
    Table { name: "medium", columns: &MEDIUM, key: 1, medium: Some(0) },
    Table {
        name: "barcode",
        columns: &["text", "volser", "medium", "given", "ended"],
        key: 1,
        medium: Some(2),
    },
    Table { name: "person", columns: &PERSON, key: 1, medium: None },
    Table { name: "place", columns: &PLACE, key: 1, medium: None },
    Table { name: "movement_order", columns: &ORDER, key: 1, medium: None },
    Table { name: "order_line", columns: &LINE, key: 2, medium: Some(1) },
    Table { name: "audit", columns: &AUDIT, key: 1, medium: None },
    Table { name: "audit_sample", columns: &SAMPLE, key: 2, medium: Some(1) },
    Table { name: "audit_count", columns: &COUNT, key: 5, medium: Some(1) },
    Table { name: "audit_counter", columns: &COUNTER, key: 2, medium: None },
    Table { name: "audit_move", columns: &MOVE, key: 3, medium: Some(1) },
    Table { name: "audit_label", columns: &LABEL, key: 2, medium: None },
    Table { name: "audit_finding", columns: &FINDING, key: 2, medium: Some(1) },
    Table { name: "policy", columns: &["name", "value"], key: 1, medium: None },
    Table {
        name: "head",
        columns: &[
            "id",
            "size",
            "hash",
            "at",
            "held",
            "media",
            "ledger",
            "site",
            "incarnation",
            "key",
            "frontier",
        ],
        key: 1,
        medium: None,
    },
    Table { name: "tile", columns: &["level", "number", "root"], key: 2, medium: None },
    Table { name: "key", columns: &["began", "key"], key: 1, medium: None },
    Table { name: "incarnation", columns: &["number", "began", "lost", "head"], key: 1, medium: None },
];

/// The rows that a table must have, in the order of its key.
pub(super) fn expected<'a>(table: &Table, reading: &'a Reading) -> Box<dyn Iterator<Item = Vec<Value>> + 'a> {
    let replay = &reading.replay;
    match table.name {
        "medium" => Box::new(replay.media().map(|medium| {
            let hash = reading.chains.end_of(medium.id).map_or(Digest::ZERO, |(_, hash)| hash);
            cells::medium(&medium, &hash).into_iter().map(cells::value).collect()
        })),
        "barcode" => Box::new(replay.barcodes().map(|(barcode, tenure)| barcode_cells(&barcode, &tenure))),
        "person" => Box::new(replay.people().map(|enrolled| people::cells(&enrolled.person, enrolled.name))),
        "place" => Box::new(replay.places().map(places::cells)),
        "movement_order" => Box::new(replay.orders().map(orders::cells)),
        "order_line" => Box::new(replay.order_lines().map(orders::line_cells)),
        "audit" => Box::new(replay.audits().all().map(audits::cells)),
        "audit_sample" => Box::new(replay.audits().samples().map(audits::sample_cells)),
        "audit_count" => Box::new(replay.audits().counts().map(audits::count_cells)),
        "audit_counter" => Box::new(replay.audits().counters().map(audits::counter_cells)),
        "audit_move" => Box::new(replay.audits().moves().map(audits::move_cells)),
        "audit_label" => Box::new(replay.audits().labels().map(audits::label_cells)),
        "audit_finding" => Box::new(replay.audits().findings().map(audits::finding_cells)),
        "policy" => {
            let value = |name| replay.policy().get(name).unwrap_or_default();
            Box::new(Policy::NAMES.into_iter().map(move |name| vec![text(name), Value::Text(value(name))]))
        }
        "tile" => Box::new(tiles(reading).into_iter()),
        "key" => {
            let keys = reading.identity.keys().iter();
            Box::new(keys.map(|(began, key)| vec![int(*began), blob(key.public())]))
        }
        "incarnation" => {
            let restored = reading.identity.incarnations().iter().filter(|one| one.number > 1);
            Box::new(restored.map(proofs::incarnation_cells))
        }
        _ => Box::new(head(reading).into_iter()),
    }
}

fn tiles(reading: &Reading) -> Vec<Vec<Value>> {
    // They come in the order in which they were completed; the table has them by level.
    let mut tiles = reading.tiles.clone();
    tiles.sort_by_key(|(level, number, _)| (*level, *number));
    tiles.iter().map(|(level, number, root)| vec![int(*level), int(*number), blob(*root)]).collect()
}

fn head(reading: &Reading) -> Option<Vec<Value>> {
    let (identity, site) = reading.replay.opened()?;
    let clock = reading.replay.clock();
    Some(vec![
        int(1),
        int(reading.size()),
        blob(reading.head.hash),
        Value::Integer(clock.last?.millis()),
        Value::Integer(i64::from(clock.held)),
        int(reading.head.media),
        Value::Text(identity.to_string()),
        text(site.as_str()),
        int(reading.identity.incarnation()),
        blob(reading.identity.key()?.public()),
        Value::Blob(reading.head.tree.bytes()),
    ])
}

fn blob(hash: Digest) -> Value {
    Value::Blob(hash.0.to_vec())
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

fn key_of(table: &Table, row: &[Value]) -> String {
    let key: Vec<String> = row.iter().take(table.key).map(|key| show(key.into())).collect();
    key.join("/")
}

/// How the key of a wanted row stands to that of a found one.
fn order_of(table: &Table, wanted: &[Value], found: &Row<'_>) -> rusqlite::Result<Ordering> {
    for (at, value) in wanted.iter().enumerate().take(table.key) {
        let order = order(value, found.get_ref(at)?);
        if order.is_ne() {
            return Ok(order);
        }
    }
    Ok(Ordering::Equal)
}

fn order(expected: &Value, found: ValueRef<'_>) -> Ordering {
    match (expected, found) {
        (Value::Integer(a), ValueRef::Integer(b)) => a.cmp(&b),
        (Value::Text(a), ValueRef::Text(b)) => a.as_bytes().cmp(b),
        // A key of another type sorts where SQLite puts it: numbers before texts before blobs.
        (Value::Integer(_), _) | (_, ValueRef::Blob(_)) => Ordering::Less,
        _ => Ordering::Greater,
    }
}

/// A break in a row: the key that is an entry's number, and the medium that the row is about.
fn touching(table: &Table, row: &[Value], reason: Reason) -> Break {
    let number = |index: usize| {
        let Some(Value::Integer(number)) = row.get(index) else { return None };
        u64::try_from(*number).ok()
    };
    let own_key = matches!(table.name, "medium" | "person" | "place" | "movement_order" | "audit")
        .then(|| number(0))
        .flatten();
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

/// Whether the row is that of this medium.
fn is_row(medium: &Medium, hash: &Digest, row: &Row<'_>) -> rusqlite::Result<bool> {
    let (mut same, mut next) = (Ok(true), 0);
    cells::each_cell(medium, hash, |at, cell| {
        // Between two that hold something there is nothing.
        for index in next..=at {
            let wanted = if index == at { cell.value() } else { ValueRef::Null };
            match row.get_ref(index) {
                Ok(found) if found != wanted => same = Ok(false),
                Ok(_) => {}
                Err(error) => same = Err(error),
            }
        }
        next = at + 1;
    });
    same
}

/// A half of what is compared: the table of media is as much work as all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// The table of media.
    Media,
    /// All other tables.
    Others,
}

impl View<'_> {
    /// The first difference between half of the projections and the log.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn first_difference(&self, reading: &Reading, half: Half) -> Result<Option<Break>, StoreError> {
        let mut first = None;
        let mut take = |found| {
            first = Some(found);
            false
        };
        let in_half = |table: &&Table| (table.name == "medium") == (half == Half::Media);
        for table in TABLES.iter().filter(in_half) {
            if !self.compare_table(table, reading, &mut take)? {
                return Ok(first);
            }
        }
        Ok(None)
    }

    /// The first difference in what is kept apart and in the notes.
    ///
    /// # Errors
    /// As for [`Self::first_difference`].
    pub fn first_apart(&self, reading: &Reading) -> Result<Option<Break>, StoreError> {
        let mut first = None;
        let mut take = |found| {
            first = Some(found);
            false
        };
        if self.compare_kept(&reading.replay, &mut take)? {
            self.compare_notes(reading, take)?;
        }
        Ok(first)
    }

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
        if !self.compare_kept(&reading.replay, &mut each)? {
            return Ok(());
        }
        self.compare_notes(reading, each)
    }

    fn compare_table(
        &self,
        table: &Table,
        reading: &Reading,
        each: &mut impl FnMut(Break) -> bool,
    ) -> Result<bool, StoreError> {
        if table.name == "medium" && self.has_media(reading)? {
            return Ok(true);
        }
        let (name, columns) = (table.name, table.columns);
        let key = columns.get(..table.key).unwrap_or_default().join(", ");
        let sql = format!("SELECT {} FROM {name} NOT INDEXED ORDER BY {key}", columns.join(", "));
        let mut statement = self.connection()?.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut wanted = expected(table, reading).peekable();
        while let Some(row) = rows.next()? {
            let mut order = None;
            while let Some(next) = wanted.peek() {
                let stands = order_of(table, next, row)?;
                if stands.is_ge() {
                    order = Some(stands);
                    break;
                }
                if let Some(missing) = wanted.next() {
                    let reason = Reason::RowMissing { table: name, key: key_of(table, &missing) };
                    if !each(touching(table, &missing, reason)) {
                        return Ok(false);
                    }
                }
            }
            let Some(want) = wanted.next_if(|_| order.is_some_and(Ordering::is_eq)) else {
                let found: Vec<Value> =
                    (0..table.key).map(|at| row.get(at)).collect::<rusqlite::Result<_>>()?;
                let reason = Reason::RowExtra { table: name, key: key_of(table, &found) };
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
                let (key, expected, found) = (key_of(table, &want), show(cell.into()), show(found));
                let reason = Reason::Projection { table: name, key, column, expected, found };
                if !each(touching(table, &want, reason)) {
                    return Ok(false);
                }
            }
        }
        for missing in wanted {
            let reason = Reason::RowMissing { table: name, key: key_of(table, &missing) };
            if !each(touching(table, &missing, reason)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the table of media is exactly what the log gives, without a word about what is not.
    fn has_media(&self, reading: &Reading) -> Result<bool, StoreError> {
        let sql = format!("SELECT {} FROM medium NOT INDEXED ORDER BY id", MEDIUM.join(", "));
        let mut statement = self.connection()?.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut media = reading.replay.media();
        while let Some(row) = rows.next()? {
            let Some(medium) = media.next() else { return Ok(false) };
            let hash = reading.chains.end_of(medium.id).map_or(Digest::ZERO, |(_, hash)| hash);
            if !is_row(&medium, &hash, row)? {
                return Ok(false);
            }
        }
        Ok(media.next().is_none())
    }

    fn compare_kept(
        &self,
        replay: &Replay,
        each: &mut impl FnMut(Break) -> bool,
    ) -> Result<bool, StoreError> {
        let mut statement = self.connection()?.prepare("SELECT id, salt, value FROM kept ORDER BY id")?;
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
                    return Ok(false);
                }
            }
        }
        let lacks =
            |id: &Kept| Break { seq: None, reason: Reason::KeptMissing { id: id.0 }, media: Vec::new() };
        Ok(missing.iter().all(|id| each(lacks(id))))
    }
}

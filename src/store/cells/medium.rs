//! The row of a medium as it is written: borrowed where it can be, for it is written at every scan.

use std::borrow::Cow;
use std::iter::repeat_n;

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};

use crate::domain::custody::{Custody, Leave, State};
use crate::domain::medium::{Description, Medium, Override};
use crate::domain::names::{Digest, Term};
use crate::domain::time::Timestamp;

/// How many columns `medium` has.
const COLUMNS: usize = 51;

/// The columns of `medium`, in order.
pub(in crate::store) const MEDIUM: [&str; COLUMNS] = [
    "id",
    "barcode",
    "serial",
    "registered",
    "state",
    "place",
    "custodian",
    "since",
    "origin",
    "element",
    "out_left",
    "out_due",
    "out_leave",
    "out_under",
    "out_ejected",
    "prior_event",
    "prior_kind",
    "prior_by",
    "prior_at",
    "prior_state",
    "prior_place",
    "prior_custodian",
    "prior_since",
    "prior_origin",
    "prior_element",
    "prior_left",
    "prior_due",
    "prior_leave",
    "prior_under",
    "prior_ejected",
    "prior_line",
    "prior_marks",
    "seen_at",
    "seen_place",
    "seen_how",
    "read_at",
    "read_day",
    "wrong_since",
    "wrong_place",
    "class",
    "system",
    "period_from",
    "period_until",
    "info",
    "persons",
    "encrypted",
    "legal_hold",
    "overrides",
    "stepped_by",
    "mseq",
    "mhash",
];

/// How many of them are about the step that could be taken back.
pub(in crate::store) const PRIOR: usize = 17;

/// How many of them are about what is on it.
pub(in crate::store) const DESCRIPTION: usize = 8;

/// A cell of the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) enum Cell<'a> {
    /// Nothing.
    Null,
    /// A number or a moment.
    Integer(i64),
    /// A text.
    Text(Cow<'a, str>),
    /// A hash.
    Blob(&'a [u8]),
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.value()))
    }
}

impl<'a> Cell<'a> {
    /// As SQLite has it.
    pub(in crate::store) fn value(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }
    }

    /// A number.
    pub(in crate::store) fn int(number: u64) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }

    fn time(at: Timestamp) -> Self {
        Self::Integer(at.millis())
    }

    const fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    const fn owned(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }

    fn or_null<T>(value: Option<T>, cell: impl Fn(T) -> Self) -> Self {
        value.map_or(Self::Null, cell)
    }
}

/// Takes cells out of what they were borrowed from.
pub(in crate::store) fn values(cells: Vec<Cell<'_>>) -> Vec<Value> {
    let value = |cell| match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => Value::Integer(number),
        Cell::Text(text) => Value::Text(text.into_owned()),
        Cell::Blob(bytes) => Value::Blob(bytes.to_vec()),
    };
    cells.into_iter().map(value).collect()
}

/// The cells of a custody: state, place, custodian, since, origin, element, left, due, leave, under, ejected.
fn custody(custody: &Custody) -> [Cell<'_>; 11] {
    let outing = custody.outing();
    let (origin, element) = match custody {
        Custody::InHand { origin, .. } => (Some(origin), None),
        Custody::InDevice { element, .. } => (None, element.as_ref()),
        Custody::Vaulted { .. } | Custody::Missing { .. } | Custody::Destroyed { .. } => (None, None),
    };
    let leave = outing.map(|o| leave(o.leave));
    [
        Cell::text(custody.state().word()),
        Cell::or_null(custody.place(), |id| Cell::int(id.0)),
        Cell::or_null(custody.custodian(), |id| Cell::int(id.0)),
        Cell::time(custody.since()),
        Cell::or_null(origin, |origin| Cell::text(origin.word())),
        Cell::or_null(element, |element| Cell::text(element.as_str())),
        Cell::or_null(outing, |o| Cell::time(o.left)),
        Cell::or_null(outing, |o| Cell::time(o.due)),
        Cell::or_null(leave, |(word, _)| Cell::text(word)),
        Cell::or_null(leave.and_then(|(_, under)| under), Cell::int),
        Cell::or_null(outing.and_then(|o| o.ejected), Cell::time),
    ]
}

/// A leave as a word, and the number of the order or of the entry.
const fn leave(leave: Leave) -> (&'static str, Option<u64>) {
    match leave {
        Leave::Intake => ("intake", None),
        Leave::None => ("none", None),
        Leave::Order(order) => ("order", Some(order.0)),
        Leave::Override(event) => ("override", Some(event)),
    }
}

/// Overrides as lines of entry, person and moment; nothing for none.
fn overrides(all: &[Override]) -> Cell<'static> {
    if all.is_empty() {
        return Cell::Null;
    }
    let lines: Vec<String> =
        all.iter().map(|one| format!("{} {} {}", one.event, one.by.0, one.at.millis())).collect();
    Cell::owned(lines.join("\n"))
}

/// The cells of a medium, in the order of [`MEDIUM`].
pub(in crate::store) fn medium<'a>(m: &'a Medium, hash: &'a Digest) -> Vec<Cell<'a>> {
    let mut cells = Vec::with_capacity(COLUMNS);
    cells.extend([
        Cell::int(m.id.0),
        Cell::text(m.barcode.as_str()),
        Cell::or_null(m.serial.as_ref(), |serial| Cell::text(serial.as_str())),
        Cell::time(m.registered),
    ]);
    cells.extend(custody(&m.custody));
    match &m.prior {
        None => cells.extend(repeat_n(Cell::Null, PRIOR)),
        Some(prior) => {
            let kind = Cell::text(prior.kind.word());
            cells.extend([Cell::int(prior.event), kind, Cell::int(prior.by.0), Cell::time(prior.at)]);
            cells.extend(custody(&prior.custody));
            cells.push(Cell::or_null(prior.line, |line| Cell::int(line.order.0)));
            cells.push(Cell::or_null(prior.line, |line| Cell::int(line.marks.bits())));
        }
    }
    cells.extend([
        Cell::or_null(m.seen, |seen| Cell::time(seen.at)),
        Cell::or_null(m.seen.and_then(|seen| seen.place), |id| Cell::int(id.0)),
        Cell::or_null(m.seen, |seen| Cell::text(seen.how.word())),
        Cell::or_null(m.read_at, Cell::time),
        Cell::or_null(read_day(m), Cell::Integer),
        Cell::or_null(m.discrepancy, |wrong| Cell::time(wrong.since)),
        Cell::or_null(m.discrepancy, |wrong| Cell::int(wrong.place.0)),
    ]);
    match m.description.as_deref() {
        None => cells.extend(repeat_n(Cell::Null, DESCRIPTION)),
        Some(described) => cells.extend(description(described)),
    }
    cells.push(overrides(&m.overrides));
    cells.extend([Cell::or_null(m.stepped_by, |id| Cell::int(id.0)), Cell::int(m.mseq), Cell::Blob(&hash.0)]);
    cells
}

/// The day from which the next reading is counted.
fn read_day(m: &Medium) -> Option<i64> {
    let from = m.read_at.unwrap_or(m.registered);
    (m.custody.state() != State::Destroyed).then(|| from.day())
}

fn description(d: &Description) -> [Cell<'_>; DESCRIPTION] {
    let info: Vec<&str> = d.info.iter().map(Term::as_str).collect();
    [
        Cell::text(d.class.word()),
        Cell::or_null(d.system.as_ref(), |system| Cell::text(system.as_str())),
        Cell::or_null(d.from, |day| Cell::owned(day.to_string())),
        Cell::or_null(d.until, |day| Cell::owned(day.to_string())),
        // No name may hold a line end, so it parts them safely.
        Cell::owned(info.join("\n")),
        Cell::or_null(d.persons, Cell::int),
        Cell::text(d.encrypted.word()),
        Cell::Integer(i64::from(d.legal_hold)),
    ]
}

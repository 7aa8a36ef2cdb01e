//! The row of a medium as it is written: borrowed where it can be, for it is written at every scan.

use std::borrow::Cow;

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

    /// A text that stays where it is.
    pub(in crate::store) const fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// A text that was made for it.
    pub(in crate::store) const fn owned(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

/// Takes a cell out of what it was borrowed from.
pub(in crate::store) fn value(cell: Cell<'_>) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => Value::Integer(number),
        Cell::Text(text) => Value::Text(text.into_owned()),
        Cell::Blob(bytes) => Value::Blob(bytes.to_vec()),
    }
}

/// Where the custody, the step that could be taken back, and what follows it begin.
const CUSTODY: usize = 4;
const PRIOR_AT: usize = 15;
const SEEN: usize = PRIOR_AT + PRIOR;
const DESCRIBED: usize = SEEN + 7;
const LAST: usize = DESCRIBED + DESCRIPTION;

/// The cells of a custody from column `at` on: state, place, custodian, since, origin, element, left, due, leave, under,
/// ejected.
fn custody<'a>(custody: &'a Custody, at: usize, put: &mut impl FnMut(usize, Cell<'a>)) {
    put(at, Cell::text(custody.state().word()));
    if let Some(id) = custody.place() {
        put(at + 1, Cell::int(id.0));
    }
    if let Some(id) = custody.custodian() {
        put(at + 2, Cell::int(id.0));
    }
    put(at + 3, Cell::time(custody.since()));
    match custody {
        Custody::InHand { origin, .. } => put(at + 4, Cell::text(origin.word())),
        Custody::InDevice { element: Some(element), .. } => put(at + 5, Cell::text(element.as_str())),
        Custody::InDevice { element: None, .. }
        | Custody::Vaulted { .. }
        | Custody::Missing { .. }
        | Custody::Destroyed { .. } => {}
    }
    let Some(outing) = custody.outing() else { return };
    put(at + 6, Cell::time(outing.left));
    put(at + 7, Cell::time(outing.due));
    let (word, under) = leave(outing.leave);
    put(at + 8, Cell::text(word));
    if let Some(under) = under {
        put(at + 9, Cell::int(under));
    }
    if let Some(ejected) = outing.ejected {
        put(at + 10, Cell::time(ejected));
    }
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

/// Overrides as lines of entry, person and moment.
fn overrides(all: &[Override]) -> Cell<'static> {
    let lines: Vec<String> =
        all.iter().map(|one| format!("{} {} {}", one.event, one.by.0, one.at.millis())).collect();
    Cell::owned(lines.join("\n"))
}

/// The cells of a medium, in the order of [`MEDIUM`].
pub(in crate::store) fn medium<'a>(m: &'a Medium, hash: &'a Digest) -> [Cell<'a>; COLUMNS] {
    let mut cells = [const { Cell::Null }; COLUMNS];
    each_cell(m, hash, |at, cell| {
        if let Some(place) = cells.get_mut(at) {
            *place = cell;
        }
    });
    cells
}

/// Hands on each cell of a medium that holds something, with the column that it is of, in order.
pub(in crate::store) fn each_cell<'a>(m: &'a Medium, hash: &'a Digest, mut put: impl FnMut(usize, Cell<'a>)) {
    put(0, Cell::int(m.id.0));
    put(1, Cell::text(m.barcode.as_str()));
    if let Some(serial) = &m.serial {
        put(2, Cell::text(serial.as_str()));
    }
    put(3, Cell::time(m.registered));
    custody(&m.custody, CUSTODY, &mut put);
    if let Some(prior) = m.prior.as_deref() {
        put(PRIOR_AT, Cell::int(prior.event));
        put(PRIOR_AT + 1, Cell::text(prior.kind.word()));
        put(PRIOR_AT + 2, Cell::int(prior.by.0));
        put(PRIOR_AT + 3, Cell::time(prior.at));
        custody(&prior.custody, PRIOR_AT + 4, &mut put);
        if let Some(line) = prior.line {
            put(SEEN - 2, Cell::int(line.order.0));
            put(SEEN - 1, Cell::int(line.marks.bits()));
        }
    }
    if let Some(seen) = m.seen {
        put(SEEN, Cell::time(seen.at));
        if let Some(place) = seen.place {
            put(SEEN + 1, Cell::int(place.0));
        }
        put(SEEN + 2, Cell::text(seen.how.word()));
    }
    if let Some(at) = m.read_at {
        put(SEEN + 3, Cell::time(at));
    }
    if let Some(day) = read_day(m) {
        put(SEEN + 4, Cell::Integer(day));
    }
    if let Some(wrong) = m.discrepancy {
        put(SEEN + 5, Cell::time(wrong.since));
        put(SEEN + 6, Cell::int(wrong.place.0));
    }
    if let Some(described) = m.description.as_deref() {
        description(described, &mut put);
    }
    if !m.overrides.is_empty() {
        put(LAST, overrides(&m.overrides));
    }
    if let Some(by) = m.stepped_by {
        put(LAST + 1, Cell::int(by.0));
    }
    put(LAST + 2, Cell::int(m.mseq));
    put(LAST + 3, Cell::Blob(&hash.0));
}

/// The day from which the next reading is counted.
fn read_day(m: &Medium) -> Option<i64> {
    let from = m.read_at.unwrap_or(m.registered);
    (m.custody.state() != State::Destroyed).then(|| from.day())
}

fn description<'a>(d: &'a Description, put: &mut impl FnMut(usize, Cell<'a>)) {
    let info: Vec<&str> = d.info.iter().map(Term::as_str).collect();
    put(DESCRIBED, Cell::text(d.class.word()));
    if let Some(system) = &d.system {
        put(DESCRIBED + 1, Cell::text(system.as_str()));
    }
    if let Some(day) = d.from {
        put(DESCRIBED + 2, Cell::owned(day.to_string()));
    }
    if let Some(day) = d.until {
        put(DESCRIBED + 3, Cell::owned(day.to_string()));
    }
    // No name may hold a line end, so it parts them safely.
    put(DESCRIBED + 4, Cell::owned(info.join("\n")));
    if let Some(persons) = d.persons {
        put(DESCRIBED + 5, Cell::int(persons));
    }
    put(DESCRIBED + 6, Cell::text(d.encrypted.word()));
    put(DESCRIBED + 7, Cell::Integer(i64::from(d.legal_hold)));
}

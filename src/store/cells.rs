//! The one place where domain values become cells of a projection and cells become values again.
//!
//! Writing, `rebuild` and `verify` all use the same functions, so that a projection is compared with exactly
//! what would have been written.

use std::sync::Arc;

use rusqlite::Row;
use rusqlite::types::Value;

use super::StoreError;
use crate::domain::custody::{Custody, Leave, Origin, Outing, State};
use crate::domain::event::{How, Kind};
use crate::domain::medium::{Class, Description, Discrepancy, Encrypted, Medium, Override, Prior, Sighting};
use crate::domain::names::{Barcode, Digest, MediumId, OrderId, PersonId, PlaceId, Serial, Term};
use crate::domain::order::{Line, Marks};
use crate::domain::time::{Date, Timestamp};

/// The columns of `medium`, in order.
pub(super) const MEDIUM: [&str; 50] = [
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

pub(super) fn int(number: u64) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(super) fn time(at: Timestamp) -> Value {
    Value::Integer(at.millis())
}

pub(super) fn or_null<T>(value: Option<T>, cell: impl Fn(T) -> Value) -> Value {
    value.map_or(Value::Null, cell)
}

/// The cells of a custody: state, place, custodian, since, origin, element, left, due, leave, under, ejected.
fn custody(custody: &Custody) -> [Value; 11] {
    let outing = custody.outing();
    let (origin, element) = match custody {
        Custody::InHand { origin, .. } => (Some(origin), None),
        Custody::InDevice { element, .. } => (None, element.as_ref()),
        Custody::Vaulted { .. } | Custody::Missing { .. } | Custody::Destroyed { .. } => (None, None),
    };
    let leave = outing.map(|o| leave(o.leave));
    [
        text(custody.state().word()),
        or_null(custody.place(), |id| int(id.0)),
        or_null(custody.custodian(), |id| int(id.0)),
        time(custody.since()),
        or_null(origin, |origin| text(origin.word())),
        or_null(element, |element| text(element.as_str())),
        or_null(outing, |o| time(o.left)),
        or_null(outing, |o| time(o.due)),
        or_null(leave, |(word, _)| text(word)),
        or_null(leave.and_then(|(_, under)| under), int),
        or_null(outing.and_then(|o| o.ejected), time),
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

fn leave_from(word: &str, under: Option<u64>) -> Option<Leave> {
    match (word, under) {
        ("intake", None) => Some(Leave::Intake),
        ("none", None) => Some(Leave::None),
        ("order", Some(order)) => Some(Leave::Order(OrderId(order))),
        ("override", Some(event)) => Some(Leave::Override(event)),
        _ => None,
    }
}

/// Overrides as lines of entry, person and moment; nothing for none.
fn overrides(all: &[Override]) -> Value {
    if all.is_empty() {
        return Value::Null;
    }
    let lines: Vec<String> =
        all.iter().map(|one| format!("{} {} {}", one.event, one.by.0, one.at.millis())).collect();
    Value::Text(lines.join("\n"))
}

fn overrides_from(text: &str) -> Option<Vec<Override>> {
    let one = |line: &str| {
        let mut parts = line.split(' ');
        let event = parts.next()?.parse().ok()?;
        let by = PersonId(parts.next()?.parse().ok()?);
        let at = Timestamp::from_millis(parts.next()?.parse().ok()?);
        parts.next().is_none().then_some(Override { event, by, at })
    };
    text.lines().map(one).collect()
}

/// The cells of a medium, in the order of [`MEDIUM`].
pub(super) fn medium(m: &Medium, hash: Digest) -> Vec<Value> {
    let mut cells = Vec::with_capacity(MEDIUM.len());
    cells.extend([
        int(m.id.0),
        text(m.barcode.as_str()),
        or_null(m.serial.as_ref(), |serial| text(serial.as_str())),
        time(m.registered),
    ]);
    cells.extend(custody(&m.custody));
    match &m.prior {
        None => cells.extend(std::iter::repeat_n(Value::Null, 17)),
        Some(prior) => {
            cells.extend([int(prior.event), text(prior.kind.word()), int(prior.by.0), time(prior.at)]);
            cells.extend(custody(&prior.custody));
            cells.push(or_null(prior.line, |line| int(line.order.0)));
            cells.push(or_null(prior.line, |line| int(line.marks.bits())));
        }
    }
    cells.extend([
        or_null(m.seen, |seen| time(seen.at)),
        or_null(m.seen.and_then(|seen| seen.place), |id| int(id.0)),
        or_null(m.seen, |seen| text(seen.how.word())),
        or_null(m.read_at, time),
        or_null(m.discrepancy, |wrong| time(wrong.since)),
        or_null(m.discrepancy, |wrong| int(wrong.place.0)),
    ]);
    match m.description.as_deref() {
        None => cells.extend(std::iter::repeat_n(Value::Null, 8)),
        Some(described) => cells.extend(description(described)),
    }
    cells.push(overrides(&m.overrides));
    cells.extend([or_null(m.stepped_by, |id| int(id.0)), int(m.mseq), Value::Blob(hash.0.to_vec())]);
    cells
}

fn description(d: &Description) -> [Value; 8] {
    let info: Vec<&str> = d.info.iter().map(Term::as_str).collect();
    [
        text(d.class.word()),
        or_null(d.system.as_ref(), |system| text(system.as_str())),
        or_null(d.from, |day| Value::Text(day.to_string())),
        or_null(d.until, |day| Value::Text(day.to_string())),
        // No name may hold a line end, so it parts them safely.
        Value::Text(info.join("\n")),
        or_null(d.persons, int),
        text(d.encrypted.word()),
        Value::Integer(i64::from(d.legal_hold)),
    ]
}

/// Reads cells of one row by position and knows which column it is at.
pub(super) struct Cells<'a> {
    row: &'a Row<'a>,
    table: &'static str,
    columns: &'static [&'static str],
    at: usize,
}

impl<'a> Cells<'a> {
    pub(super) const fn new(row: &'a Row<'a>, table: &'static str, columns: &'static [&'static str]) -> Self {
        Self { row, table, columns, at: 0 }
    }

    fn bad(&self) -> StoreError {
        let column = self.columns.get(self.at.saturating_sub(1)).copied().unwrap_or("?");
        StoreError::Projection { table: self.table, column }
    }

    pub(super) fn int(&mut self) -> Result<Option<u64>, StoreError> {
        self.at += 1;
        let cell = self.row.get_ref(self.at - 1)?.as_i64_or_null().map_err(|_| self.bad())?;
        cell.map(|n| u64::try_from(n).map_err(|_| self.bad())).transpose()
    }

    pub(super) fn time(&mut self) -> Result<Option<Timestamp>, StoreError> {
        self.at += 1;
        let cell = self.row.get_ref(self.at - 1)?.as_i64_or_null().map_err(|_| self.bad())?;
        Ok(cell.map(Timestamp::from_millis))
    }

    pub(super) fn text<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, StoreError> {
        self.at += 1;
        let cell = self.row.get_ref(self.at - 1)?.as_str_or_null().map_err(|_| self.bad())?;
        cell.map(|text| read(text).ok_or_else(|| self.bad())).transpose()
    }

    pub(super) fn digest(&mut self) -> Result<Digest, StoreError> {
        self.at += 1;
        let cell = self.row.get_ref(self.at - 1)?.as_blob().map_err(|_| self.bad())?;
        cell.try_into().map(Digest).map_err(|_| self.bad())
    }

    pub(super) fn digest_or_null(&mut self) -> Result<Option<Digest>, StoreError> {
        self.at += 1;
        let cell = self.row.get_ref(self.at - 1)?.as_blob_or_null().map_err(|_| self.bad())?;
        cell.map(|bytes| bytes.try_into().map(Digest).map_err(|_| self.bad())).transpose()
    }

    pub(super) fn flag(&mut self) -> Result<bool, StoreError> {
        let cell = self.int()?;
        self.need(cell).map(|n| n != 0)
    }

    pub(super) fn need<T>(&self, cell: Option<T>) -> Result<T, StoreError> {
        cell.ok_or_else(|| self.bad())
    }

    fn custody(&mut self) -> Result<Option<Custody>, StoreError> {
        let state = self.text(State::parse)?;
        let place = self.int()?.map(PlaceId);
        let custodian = self.int()?.map(PersonId);
        let since = self.time()?;
        let origin = self.text(Origin::parse)?;
        let element = self.text(|text| Term::new(text).ok())?;
        let (left, due) = (self.time()?, self.time()?);
        let leave = self.text(|word| Some(word.to_owned()))?;
        let under = self.int()?;
        let leave = match leave {
            None => None,
            Some(word) => Some(leave_from(&word, under).ok_or_else(|| self.bad())?),
        };
        let ejected = self.time()?;
        let outing = left.zip(due).zip(leave);
        let outing = outing.map(|((left, due), leave)| Outing { left, due, leave, ejected });
        let (Some(state), Some(since)) = (state, since) else { return Ok(None) };
        Ok(Some(match state {
            State::Vaulted => Custody::Vaulted { place: self.need(place)?, since },
            State::InHand => Custody::InHand {
                custodian: self.need(custodian)?,
                since,
                origin: self.need(origin)?,
                outing: self.need(outing)?,
            },
            State::InDevice => Custody::InDevice { device: self.need(place)?, element, since, outing },
            State::Missing => Custody::Missing { since, place, custodian },
            State::Destroyed => Custody::Destroyed { since },
        }))
    }

    fn prior(&mut self) -> Result<Option<Arc<Prior>>, StoreError> {
        let event = self.int()?;
        let kind = self.text(Kind::parse)?;
        let by = self.int()?.map(PersonId);
        let at = self.time()?;
        let custody = self.custody()?;
        let order = self.int()?.map(OrderId);
        let bits = self.int()?;
        let marks = bits.map(|bits| Marks::from_bits(bits).ok_or_else(|| self.bad())).transpose()?;
        let line = order.zip(marks).map(|(order, marks)| Line { order, marks });
        let (Some(event), Some(kind), Some(by), Some(at), Some(custody)) = (event, kind, by, at, custody)
        else {
            return Ok(None);
        };
        Ok(Some(Arc::new(Prior { event, kind, by, at, custody, line })))
    }

    fn description(&mut self) -> Result<Option<Arc<Description>>, StoreError> {
        let class = self.text(Class::parse)?;
        let system = self.text(|text| Term::new(text).ok())?;
        let from = self.text(Date::parse_exact)?;
        let until = self.text(Date::parse_exact)?;
        let info = self.text(|text| text.lines().map(|line| Term::new(line).ok()).collect())?;
        let persons = self.int()?;
        let encrypted = self.text(Encrypted::parse)?;
        let legal_hold = self.int()?;
        let Some(class) = class else { return Ok(None) };
        Ok(Some(Arc::new(Description {
            class,
            system,
            from,
            until,
            info: self.need(info)?,
            persons,
            encrypted: self.need(encrypted)?,
            legal_hold: self.need(legal_hold)? != 0,
        })))
    }

    /// A medium and the hash of its last entry, from the columns of [`MEDIUM`].
    pub(super) fn medium(&mut self) -> Result<(Medium, Digest), StoreError> {
        let id = self.int()?;
        let id = MediumId(self.need(id)?);
        let barcode = self.text(|text| Barcode::new(text).ok())?;
        let barcode = self.need(barcode)?;
        let serial = self.text(|text| Serial::new(text).ok())?;
        let registered = self.time()?;
        let registered = self.need(registered)?;
        let custody = self.custody()?;
        let custody = self.need(custody)?;
        let prior = self.prior()?;
        let seen_at = self.time()?;
        let seen_place = self.int()?.map(PlaceId);
        let how = self.text(How::parse)?;
        let seen = seen_at.zip(how).map(|(at, how)| Sighting { at, place: seen_place, how });
        let read_at = self.time()?;
        let wrong = self.time()?.zip(self.int()?.map(PlaceId));
        let discrepancy = wrong.map(|(since, place)| Discrepancy { since, place });
        let description = self.description()?;
        let overrides = self.text(overrides_from)?.unwrap_or_default().into();
        let stepped_by = self.int()?.map(PersonId);
        let mseq = self.int()?;
        let mseq = self.need(mseq)?;
        let hash = self.digest()?;
        let medium = Medium {
            id,
            barcode,
            serial,
            registered,
            custody,
            prior,
            seen,
            read_at,
            discrepancy,
            description,
            overrides,
            stepped_by,
            mseq,
        };
        Ok((medium, hash))
    }
}

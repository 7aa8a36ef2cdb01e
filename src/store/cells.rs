//! The one place where domain values become cells of a projection and cells become values again.
//!
//! Writing, `rebuild` and `verify` all use the same functions, so that a projection is compared with exactly
//! what would have been written.

mod medium;

pub(super) use medium::{Cell, DESCRIPTION, MEDIUM, PRIOR, each_cell, medium, value};

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

fn leave_from(word: &str, under: Option<u64>) -> Option<Leave> {
    match (word, under) {
        ("intake", None) => Some(Leave::Intake),
        ("none", None) => Some(Leave::None),
        ("order", Some(order)) => Some(Leave::Order(OrderId(order))),
        ("override", Some(event)) => Some(Leave::Override(event)),
        _ => None,
    }
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

/// How much of a medium is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it.
    All,
    /// Without the step that could be taken back, of which lists show nothing.
    Listed,
    /// Nor what is on it.
    Weighed,
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
    pub(super) fn medium(&mut self, part: Part) -> Result<(Medium, Digest), StoreError> {
        let id = self.int()?;
        let id = MediumId(self.need(id)?);
        let barcode = self.text(|text| Barcode::new(text).ok())?;
        let barcode = self.need(barcode)?;
        let serial = self.text(|text| Serial::new(text).ok())?;
        let registered = self.time()?;
        let registered = self.need(registered)?;
        let custody = self.custody()?;
        let custody = self.need(custody)?;
        let prior = if part == Part::All {
            self.prior()?
        } else {
            self.at += PRIOR;
            None
        };
        let seen_at = self.time()?;
        let seen_place = self.int()?.map(PlaceId);
        let how = self.text(How::parse)?;
        let seen = seen_at.zip(how).map(|(at, how)| Sighting { at, place: seen_place, how });
        let read_at = self.time()?;
        // It follows from others, and is there to be searched by.
        self.at += 1;
        let wrong = self.time()?.zip(self.int()?.map(PlaceId));
        let discrepancy = wrong.map(|(since, place)| Discrepancy { since, place });
        let description = if part == Part::Weighed {
            self.at += DESCRIPTION;
            None
        } else {
            self.description()?
        };
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

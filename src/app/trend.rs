//! How many media were outside, hour by hour: counted back from now over the steps that the log tells.

use std::collections::HashMap;

use crate::domain::custody::State;
use crate::domain::event::{Data, Standing};
use crate::domain::names::{MediumId, PlaceCode};
use crate::domain::time::{HOUR, Timestamp};
use crate::domain::world::World as _;
use crate::ledger::entry::Entry;
use crate::store::{StoreError, View};

use super::session::{Error, Session};

/// How many hours the chart covers.
pub const HOURS: usize = 96;
/// The most entries that are read for it at once; on a log that is busier, the chart begins later.
const MOST: u32 = 50_000;

/// The steps out of rest and back into it in the last hours, as far as they have been read.
#[derive(Debug, Default)]
pub struct Trend {
    /// The number of the next entry to read.
    next: u64,
    /// The moment from which the steps are known.
    begin: Timestamp,
    /// When a medium went out (+1) or came back (−1), in the order of time.
    steps: Vec<(Timestamp, i64)>,
    /// Whether the media that have moved since are outside now.
    outside: HashMap<MediumId, bool>,
}

/// What an entry says about being outside.
enum Said {
    /// The medium is outside from here on.
    Outside,
    /// It is at rest from here on.
    AtRest,
    /// It is as it was before this entry.
    AsBefore(u64),
    /// Nothing.
    Nothing,
}

fn in_device(view: &View<'_>, device: &PlaceCode) -> Result<Said, StoreError> {
    let resident = view.place_by_code(device)?.is_some_and(|place| place.resident);
    Ok(if resident { Said::AtRest } else { Said::Outside })
}

fn said(view: &View<'_>, data: &Data) -> Result<Said, StoreError> {
    if let Data::Load { device, .. } = data {
        return in_device(view, device);
    }
    if let Data::Correct { to: Standing { state, place, .. }, .. } = data {
        return match (state, place) {
            (State::Vaulted, _) => Ok(Said::AtRest),
            (State::InDevice, Some(device)) => in_device(view, device),
            (State::InHand | State::InDevice | State::Missing | State::Destroyed, _) => Ok(Said::Outside),
        };
    }
    Ok(if let Data::Void { event, .. } = data {
        Said::AsBefore(*event)
    } else if matches!(
        data,
        Data::Register { place: Some(_), .. } | Data::CheckIn { .. } | Data::Destroy { .. }
    ) {
        Said::AtRest
    } else if matches!(
        data,
        Data::Register { .. }
            | Data::CheckOut { .. }
            | Data::Eject { .. }
            | Data::HandOver { .. }
            | Data::TakeOver { .. }
            | Data::DeclareMissing { .. }
            | Data::Found { .. }
    ) {
        Said::Outside
    } else {
        Said::Nothing
    })
}

/// Whether a medium was outside right before an entry; false before its first.
fn before(view: &View<'_>, medium: MediumId, mut end: u64) -> Result<bool, StoreError> {
    loop {
        let mut found = Ok(Said::Nothing);
        view.each_before(medium, end, |entry| {
            found = said(view, &entry.event.data);
            matches!(found, Ok(Said::Nothing))
        })?;
        match found? {
            Said::Outside => return Ok(true),
            Said::AtRest | Said::Nothing => return Ok(false),
            // What is taken back is always earlier, so that this comes to an end.
            Said::AsBefore(earlier) => end = earlier.min(end.saturating_sub(1)),
        }
    }
}

impl Trend {
    fn take(&mut self, view: &View<'_>, entry: &Entry) -> Result<(), StoreError> {
        self.next = entry.seq + 1;
        let Some(medium) = entry.event.medium else { return Ok(()) };
        let now = match said(view, &entry.event.data)? {
            Said::Nothing => return Ok(()),
            Said::Outside => true,
            Said::AtRest => false,
            Said::AsBefore(earlier) => before(view, medium, earlier)?,
        };
        let was = match self.outside.get(&medium) {
            Some(was) => *was,
            None => before(view, medium, entry.seq)?,
        };
        self.outside.insert(medium, now);
        if was != now {
            self.steps.push((entry.event.at, if now { 1 } else { -1 }));
        }
        Ok(())
    }

    /// Reads what is new in the log.
    fn read(&mut self, view: &View<'_>, since: Timestamp) -> Result<(), Error> {
        let first = u64::try_from(view.first_at(since)?).unwrap_or(1);
        let newest = view.size()?.saturating_sub(u64::from(MOST) - 1);
        if self.next < first.max(newest) {
            let cut = if newest > first { view.entry(newest)?.map(|entry| entry.event.at) } else { None };
            *self = Self { next: first.max(newest), begin: cut.unwrap_or(since), ..Self::default() };
        }
        view.lines_from(self.next, MOST, |line| {
            let bad = |error| StoreError::Damaged(format!("event.body: {error}"));
            self.take(view, &Entry::decode(line).map_err(bad)?)?;
            Ok::<(), Error>(())
        })?;
        // What is forgotten is not known any more, should the clock run back.
        self.steps.retain(|(at, _)| *at >= since);
        self.begin = self.begin.max(since);
        Ok(())
    }

    /// The number outside at the end of each hour up to now, oldest first, given the number now.
    fn hours(&self, now: Timestamp, outside: u64) -> Vec<u64> {
        let mut count = i64::try_from(outside).unwrap_or(i64::MAX);
        let mut steps = self.steps.iter().rev().peekable();
        let hours = i64::try_from(HOURS).unwrap_or(i64::MAX);
        let mut all: Vec<u64> = (0..hours)
            .map(|back| now.plus(-back * HOUR))
            .take_while(|end| *end >= self.begin)
            .map(|end| {
                while let Some((_, step)) = steps.next_if(|(at, _)| *at > end) {
                    count -= step;
                }
                u64::try_from(count).unwrap_or_default()
            })
            .collect();
        all.reverse();
        all
    }
}

impl Session {
    /// How many media were outside or missing, one number for each of the last [`HOURS`], the last for now;
    /// fewer numbers where the log is so busy that it is not read as far back.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn trend(&self, known: &mut Trend) -> Result<Vec<u64>, Error> {
        let hours = i64::try_from(HOURS).unwrap_or(i64::MAX);
        self.look(|view| {
            let now = self.present(view);
            known.read(view, now.plus(-hours * HOUR))?;
            Ok(known.hours(now, view.count_outside()?))
        })
    }
}

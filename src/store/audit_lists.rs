//! What people look at of a stocktake: who has counted what, where, and what it found.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, Row, params};

use super::StoreError;
use super::audits::{self, FINDING};
use super::cells::{Cells, int};
use super::view::View;
use crate::domain::audit::{Audit, Class, Finding, Stand};
use crate::domain::custody::State;
use crate::domain::event::How;
use crate::domain::names::{AuditId, Digest, MediumId, PersonId, PlaceId};
use crate::domain::time::Timestamp;
use crate::domain::world::World as _;

/// How much one counter has read in a stocktake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CounterRow {
    /// The counter.
    pub person: PersonId,
    /// How many labels.
    pub labels: u64,
    /// When the first.
    pub first: Timestamp,
    /// When the last.
    pub last: Timestamp,
}

impl CounterRow {
    fn take(&mut self, at: Timestamp) {
        self.labels += 1;
        self.first = self.first.min(at);
        self.last = self.last.max(at);
    }
}

/// What was read in a stocktake, summed up in one pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// How many media were read, each once.
    pub media: u64,
    /// How many media were read at each place, by place.
    pub places: Vec<(PlaceId, u64)>,
    /// Who has counted, in the order of their first reading.
    pub counters: Vec<CounterRow>,
    /// How many readings there are by each means, by the words of the means.
    pub grades: Vec<(How, u64)>,
}

fn number(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(at).map(|n| u64::try_from(n).unwrap_or_default())
}

fn finding(row: &Row<'_>) -> Result<(AuditId, Finding), StoreError> {
    let mut cells = Cells::new(row, "audit_finding", &FINDING);
    let audit = cells.int()?;
    let audit = AuditId(cells.need(audit)?);
    let medium = cells.int()?;
    let medium = MediumId(cells.need(medium)?);
    let expected = cells.flag()?;
    let class = cells.text(Class::parse)?;
    let class = cells.need(class)?;
    let state = cells.text(State::parse)?;
    let state = cells.need(state)?;
    let stood = Stand { state, place: cells.int()?.map(PlaceId), custodian: cells.int()?.map(PersonId) };
    let (seen, also) = (cells.int()?.map(PlaceId), cells.int()?.map(PlaceId));
    let counter = cells.int()?.map(PersonId);
    let how = cells.text(How::parse)?;
    let settled_by = cells.int()?.map(PersonId);
    let proved = cells.time()?;
    Ok((audit, Finding { medium, expected, class, stood, seen, also, counter, how, settled_by, proved }))
}

impl View<'_> {
    /// Stocktakes, the newest first: before a number; at most so many.
    ///
    /// # Errors
    /// When the record cannot be read. So also below.
    pub fn audits(&self, before: Option<AuditId>, limit: u32) -> Result<Vec<Audit>, StoreError> {
        let end = before.map_or(i64::MAX, |id| i64::try_from(id.0).unwrap_or(i64::MAX));
        let sql = "SELECT * FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
        let mut statement = self.connection()?.prepare_cached(sql)?;
        let mut rows = statement.query(params![end, limit])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(audits::from(row)?);
        }
        Ok(all)
    }

    /// Whether a person has read a label in a stocktake.
    ///
    /// # Errors
    /// As for [`Self::audits`].
    pub fn is_counter(&self, audit: AuditId, person: PersonId) -> Result<bool, StoreError> {
        self.counts_in(audit, person, false)
    }

    /// By what means and when a counter has read a medium at a place: the latest reading, proof before the rest.
    ///
    /// # Errors
    /// As for [`Self::audits`].
    pub fn counted(
        &self,
        audit: AuditId,
        medium: MediumId,
        place: PlaceId,
        counter: PersonId,
    ) -> Result<Option<(How, Timestamp)>, StoreError> {
        let row: Option<(String, i64)> = self
            .connection()?
            .prepare_cached(
                "SELECT how, at FROM audit_count
                 WHERE audit = ?1 AND medium = ?2 AND place = ?3 AND counter = ?4
                 ORDER BY how IN ('scanned', 'library', 'sensor') DESC, at DESC LIMIT 1",
            )?
            .query_row([int(audit.0), int(medium.0), int(place.0), int(counter.0)], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        Ok(row.and_then(|(how, at)| Some((How::parse(&how)?, Timestamp::from_millis(at)))))
    }

    /// How many media were read in a stocktake, each once.
    ///
    /// # Errors
    /// As for [`Self::audits`].
    pub fn counted_media(&self, audit: AuditId) -> Result<u64, StoreError> {
        let sql = "SELECT count(DISTINCT medium) FROM audit_count WHERE audit = ?1";
        Ok(self.connection()?.prepare_cached(sql)?.query_row([int(audit.0)], |row| number(row, 0))?)
    }

    /// What was read in a stocktake, summed up.
    ///
    /// # Errors
    /// As for [`Self::audits`].
    pub fn sums(&self, audit: AuditId) -> Result<Sums, StoreError> {
        // In the order of the key nothing has to be sorted, and a medium or place is new where it changes.
        let sql = "SELECT medium, place, counter, how, at FROM audit_count WHERE audit = ?1
                   ORDER BY medium, place, counter";
        let mut statement = self.connection()?.prepare_cached(sql)?;
        let mut rows = statement.query([int(audit.0)])?;
        let (mut places, mut counters, mut grades) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
        let (mut sums, mut before) = (Sums::default(), None);
        while let Some(row) = rows.next()? {
            let (medium, place) = (row.get::<_, i64>(0)?, number(row, 1)?);
            let (counter, at) = (number(row, 2)?, Timestamp::from_millis(row.get(4)?));
            let bad = StoreError::Projection { table: "audit_count", column: "how" };
            let how = row.get_ref(3)?.as_str().ok().and_then(How::parse).ok_or(bad)?;
            sums.media += u64::from(before.is_none_or(|(last, _)| last != medium));
            if before != Some((medium, place)) {
                *places.entry(PlaceId(place)).or_default() += 1;
            }
            before = Some((medium, place));
            *grades.entry(how).or_default() += 1;
            let person = PersonId(counter);
            match counters.iter_mut().find(|row: &&mut CounterRow| row.person == person) {
                Some(row) => row.take(at),
                None => counters.push(CounterRow { person, labels: 1, first: at, last: at }),
            }
        }
        counters.sort_by_key(|row| (row.first, row.person));
        sums.places = places.into_iter().collect();
        sums.grades = grades.into_iter().collect();
        sums.grades.sort_by_key(|(how, _)| how.word());
        Ok(Sums { counters, ..sums })
    }

    /// What a closed stocktake found, but for what was simply read where it belongs, in the order of media.
    ///
    /// # Errors
    /// As for [`Self::audits`]; or `each` fails.
    pub fn each_finding<E: From<StoreError>>(
        &self,
        audit: AuditId,
        mut each: impl FnMut(Finding) -> Result<(), E>,
    ) -> Result<(), E> {
        let own = StoreError::from;
        let sql = "SELECT * FROM audit_finding WHERE audit = ?1 ORDER BY medium";
        let mut statement = self.connection()?.prepare_cached(sql).map_err(own)?;
        let mut rows = statement.query([int(audit.0)]).map_err(own)?;
        while let Some(row) = rows.next().map_err(own)? {
            each(finding(row)?.1)?;
        }
        Ok(())
    }

    /// What one stocktake found of one medium, if its certificate names it.
    ///
    /// # Errors
    /// As for [`Self::audits`].
    pub fn finding_of(&self, audit: AuditId, medium: MediumId) -> Result<Option<Finding>, StoreError> {
        let sql = "SELECT * FROM audit_finding WHERE audit = ?1 AND medium = ?2";
        let mut statement = self.connection()?.prepare_cached(sql)?;
        let mut rows = statement.query([int(audit.0), int(medium.0)])?;
        Ok(rows.next()?.map(finding).transpose()?.map(|(_, finding)| finding))
    }

    /// The readings of one medium in one stocktake: place, counter, means and moment.
    ///
    /// # Errors
    /// As for [`Self::audits`].
    pub fn readings_of(
        &self,
        audit: AuditId,
        medium: MediumId,
    ) -> Result<Vec<(PlaceId, PersonId, How, Timestamp)>, StoreError> {
        let sql =
            "SELECT place, counter, how, at FROM audit_count WHERE audit = ?1 AND medium = ?2 ORDER BY at";
        let mut statement = self.connection()?.prepare_cached(sql)?;
        let mut rows = statement.query([int(audit.0), int(medium.0)])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let how = How::parse(&row.get::<_, String>(2)?);
            let how = how.ok_or(StoreError::Projection { table: "audit_count", column: "how" })?;
            let at = Timestamp::from_millis(row.get(3)?);
            all.push((PlaceId(number(row, 0)?), PersonId(number(row, 1)?), how, at));
        }
        Ok(all)
    }

    /// Whether a sample has chosen a medium.
    ///
    /// # Errors
    /// As for [`Self::audits`].
    pub fn is_sampled(&self, audit: AuditId, medium: MediumId) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM audit_sample WHERE audit = ?1 AND medium = ?2)";
        Ok(self
            .connection()?
            .prepare_cached(sql)?
            .query_row([int(audit.0), int(medium.0)], |row| row.get(0))?)
    }

    /// How many media stand in a place and in all that stands in it.
    ///
    /// # Errors
    /// As for [`Self::audits`].
    pub fn count_in(&self, place: PlaceId) -> Result<u64, StoreError> {
        let sql = "WITH RECURSIVE inner (id) AS (VALUES (?1) UNION
                   SELECT place.id FROM place JOIN inner ON place.parent = inner.id)
                   SELECT count(*) FROM medium
                   WHERE place IN (SELECT id FROM inner) AND state IN ('vaulted', 'in_device')";
        Ok(self.connection()?.prepare_cached(sql)?.query_row([int(place.0)], |row| number(row, 0))?)
    }

    /// The hash of an entry.
    ///
    /// # Errors
    /// As for [`Self::audits`].
    pub fn hash_of(&self, seq: u64) -> Result<Option<Digest>, StoreError> {
        let hash: Option<[u8; 32]> = self
            .connection()?
            .prepare_cached("SELECT hash FROM event WHERE seq = ?1")?
            .query_row([int(seq)], |row| row.get(0))
            .optional()?;
        Ok(hash.map(Digest))
    }
}

//! Lists of media, as people look at them.

use super::StoreError;
use rusqlite::OptionalExtension;

use super::cells::Part;
use super::cells::int;
use super::view::{SELECT_LISTED, SELECT_WEIGHED, View, part_from};
use crate::domain::medium::Medium;
use crate::domain::names::{Barcode, MediumId, PlaceId};
use crate::domain::time::Timestamp;

/// Which media a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only those that are outside, missing or in dispute.
    pub outside: bool,
    /// Only those in this place or in one that stands in it.
    pub at: Option<PlaceId>,
    /// Only those whose barcode or serial number holds this text, in whatever case.
    pub find: Option<String>,
    /// Only those whose barcode comes after this one.
    pub after: Option<Barcode>,
    /// Only those whose barcode comes before this one.
    pub before: Option<Barcode>,
    /// From the last to the first.
    pub backwards: bool,
    /// In whatever order, and without what is on them: for who weighs them all.
    pub weighed: bool,
    /// At most so many.
    pub limit: Option<u32>,
}

/// Several media of one place that share a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// The place; none for media in hand.
    pub place: Option<PlaceId>,
    /// How many.
    pub count: u64,
    /// The oldest moment among them.
    pub since: Timestamp,
}

impl View<'_> {
    /// Hands every medium that the filter lets through to `each`, in the order of their barcodes; without the step that
    /// could be taken back.
    ///
    /// # Errors
    /// When the record cannot be read, or `each` fails.
    pub fn each_medium<E: From<StoreError>>(
        &self,
        filter: &Filter,
        each: impl FnMut(Medium) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut sql = String::new();
        if filter.at.is_some() {
            sql.push_str(
                "WITH RECURSIVE inner (id) AS (VALUES (?1) UNION
                 SELECT place.id FROM place JOIN inner ON place.parent = inner.id) ",
            );
        }
        sql.push_str(if filter.weighed { &SELECT_WEIGHED } else { &SELECT_LISTED });
        if filter.outside {
            sql.push_str(
                " WHERE (m.out_left IS NOT NULL OR m.state = 'missing' OR m.wrong_since IS NOT NULL
                         OR m.overrides IS NOT NULL)",
            );
        } else {
            sql.push_str(" JOIN barcode b ON b.medium = m.id WHERE b.ended IS NULL");
        }
        if filter.at.is_some() {
            sql.push_str(" AND m.place IN (SELECT id FROM inner) AND m.state IN ('vaulted', 'in_device')");
        }
        if filter.find.is_some() {
            // Through the small trees of the labels, before any medium is looked up.
            sql.push_str(if filter.outside { " AND m.id IN (" } else { " AND b.medium IN (" });
            sql.push_str(
                "SELECT medium FROM barcode WHERE ended IS NULL AND instr(upper(text), upper(?2)) > 0
                 UNION ALL SELECT id FROM medium WHERE serial IS NOT NULL
                           AND instr(upper(serial), upper(?2)) > 0)",
            );
        }
        if filter.after.is_some() {
            sql.push_str(if filter.outside { " AND m.barcode > ?3" } else { " AND b.text > ?3" });
        }
        if filter.before.is_some() {
            sql.push_str(if filter.outside { " AND m.barcode < ?4" } else { " AND b.text < ?4" });
        }
        if !filter.weighed {
            sql.push_str(if filter.outside { " ORDER BY m.barcode" } else { " ORDER BY b.text" });
        }
        if filter.backwards {
            sql.push_str(" DESC");
        }
        if let Some(limit) = filter.limit {
            sql.push_str(" LIMIT ");
            sql.push_str(&limit.to_string());
        }
        let barcode = |barcode: &'_ Option<Barcode>| barcode.as_ref().map(ToString::to_string);
        let texts = [filter.find.clone(), barcode(&filter.after), barcode(&filter.before)];
        let part = if filter.weighed { Part::Weighed } else { Part::Listed };
        self.each((&sql, part), filter.at.map(|id| int(id.0)), texts, each)
    }

    fn each<E: From<StoreError>>(
        &self,
        (sql, part): (&str, Part),
        at: Option<rusqlite::types::Value>,
        texts: [Option<String>; 3],
        mut each: impl FnMut(Medium) -> Result<(), E>,
    ) -> Result<(), E> {
        let own = StoreError::from;
        let mut statement = self.connection()?.prepare_cached(sql).map_err(own)?;
        if let Some(at) = at {
            statement.raw_bind_parameter(1, at).map_err(own)?;
        }
        for (index, text) in (2..).zip(texts) {
            if let Some(text) = text {
                statement.raw_bind_parameter(index, text).map_err(own)?;
            }
        }
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(own)? {
            each(part_from(row, part)?)?;
        }
        Ok(())
    }

    /// Hands the barcodes that are in use to `each`, in their order, and whose they are.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn each_barcode(&self, mut each: impl FnMut(&str, MediumId)) -> Result<(), StoreError> {
        let sql = "SELECT text, medium FROM barcode WHERE ended IS NULL ORDER BY text";
        let mut statement = self.connection()?.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let bad = |_| StoreError::Projection { table: "barcode", column: "text" };
        while let Some(row) = rows.next()? {
            let id = MediumId(u64::try_from(row.get::<_, i64>(1)?).unwrap_or_default());
            each(row.get_ref(0)?.as_str().map_err(bad)?, id);
        }
        Ok(())
    }

    /// The serial numbers of all media that have one, by identity.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn serials(&self) -> Result<Vec<(MediumId, Box<str>)>, StoreError> {
        let sql = "SELECT id, serial FROM medium WHERE serial IS NOT NULL";
        let mut statement = self.connection()?.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push((MediumId(u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default()), row.get(1)?));
        }
        all.sort_unstable_by_key(|(id, _)| *id);
        Ok(all)
    }

    /// The media of which no label was ever read, by place.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn never_seen(&self) -> Result<Vec<Summary>, StoreError> {
        self.summary(
            "SELECT CASE WHEN state IN ('vaulted', 'in_device') THEN place END, count(*), min(registered)
             FROM medium WHERE seen_at IS NULL AND state <> 'destroyed' GROUP BY 1 ORDER BY 1",
            None,
        )
    }

    /// The media that were last physically seen before `horizon`, by place.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn audit_due(&self, horizon: Timestamp) -> Result<Vec<Summary>, StoreError> {
        self.summary(
            "SELECT CASE WHEN state IN ('vaulted', 'in_device') THEN place END, count(*),
                    min(coalesce(read_at, registered))
             FROM medium WHERE read_day <= ?2 AND coalesce(read_at, registered) < ?1
             GROUP BY 1 ORDER BY 1",
            Some(horizon),
        )
    }

    fn summary(&self, sql: &str, horizon: Option<Timestamp>) -> Result<Vec<Summary>, StoreError> {
        let mut statement = self.connection()?.prepare_cached(sql)?;
        if let Some(horizon) = horizon {
            statement.raw_bind_parameter(1, horizon.millis())?;
            statement.raw_bind_parameter(2, horizon.day())?;
        }
        let mut rows = statement.raw_query();
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let place: Option<i64> = row.get(0)?;
            all.push(Summary {
                place: place.and_then(|id| u64::try_from(id).ok()).map(PlaceId),
                count: u64::try_from(row.get::<_, i64>(1)?).unwrap_or_default(),
                since: Timestamp::from_millis(row.get(2)?),
            });
        }
        Ok(all)
    }

    /// How many media are outside or missing.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn count_outside(&self) -> Result<u64, StoreError> {
        let count: i64 = self
            .connection()?
            .prepare_cached(
                "SELECT count(*) FROM medium
                 WHERE (out_left IS NOT NULL OR state = 'missing' OR wrong_since IS NOT NULL
                        OR overrides IS NOT NULL)
                   AND (out_left IS NOT NULL OR state = 'missing')",
            )?
            .query_row([], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// How many media are in each state, by its word; residents of a device under `resident`.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn count_by_state(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let mut statement = self.connection()?.prepare_cached(
            "SELECT CASE WHEN state = 'in_device' AND out_left IS NULL THEN 'resident' ELSE state END,
                    count(*) FROM medium GROUP BY 1 ORDER BY 1",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
        rows.map(|row| {
            row.map(|(state, n)| (state, u64::try_from(n).unwrap_or_default())).map_err(Into::into)
        })
        .collect()
    }

    /// One of the media that were written; those held back are asked for before.
    pub(super) fn id(&self, sql: &str, key: &str) -> Result<Option<MediumId>, StoreError> {
        let id: Option<i64> =
            self.raw().prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?;
        Ok(id.and_then(|id| u64::try_from(id).ok()).map(MediumId))
    }
}

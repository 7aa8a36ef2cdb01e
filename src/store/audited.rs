//! The media of a stocktake in one pass: the record, the readings and the steps since the opening, merged by medium.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, Rows};

use super::StoreError;
use super::cells::int;
use crate::domain::audit::{Audit, Audited, Count, Move, Stand};
use crate::domain::custody::{Leave, State};
use crate::domain::event::How;
use crate::domain::names::{MediumId, OrderId, PersonId, PlaceId};
use crate::domain::time::Timestamp;

const COLUMNS: &str =
    "m.id, m.state, m.place, m.custodian, m.out_leave, m.out_under, m.overrides IS NOT NULL,
     m.stepped_by, m.seen_at, m.read_at, m.wrong_since IS NOT NULL";

/// Which media a stocktake may have something to say about.
fn sql(audit: &Audit) -> String {
    let touched = "SELECT medium FROM audit_move WHERE audit = ?1 UNION
                   SELECT medium FROM audit_count WHERE audit = ?1";
    match (audit.sample, audit.scope) {
        (Some(_), _) => format!(
            "SELECT {COLUMNS}, EXISTS (SELECT 1 FROM audit_sample s WHERE s.audit = ?1 AND s.medium = m.id)
             FROM medium m WHERE m.id IN (SELECT medium FROM audit_sample WHERE audit = ?1 UNION {touched})
             AND ?2 IS ?2 ORDER BY m.id"
        ),
        (None, None) => {
            format!("SELECT {COLUMNS}, 0 FROM medium m NOT INDEXED WHERE ?1 IS ?1 AND ?2 IS ?2 ORDER BY m.id")
        }
        (None, Some(_)) => format!(
            "WITH RECURSIVE inner (id) AS (VALUES (?2) UNION
             SELECT place.id FROM place JOIN inner ON place.parent = inner.id)
             SELECT {COLUMNS}, 0 FROM medium m WHERE m.id IN (
               SELECT id FROM medium WHERE place IN (SELECT id FROM inner) AND state IN ('vaulted', 'in_device')
               UNION SELECT id FROM medium WHERE state = 'missing' AND place IN (SELECT id FROM inner)
               AND (out_left IS NOT NULL OR state = 'missing' OR wrong_since IS NOT NULL OR overrides IS NOT NULL)
               UNION {touched}) ORDER BY m.id"
        ),
    }
}

fn number(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<u64>> {
    let cell = row.get_ref(at)?.as_i64_or_null().map_err(|_| rusqlite::Error::InvalidQuery)?;
    Ok(cell.and_then(|cell| u64::try_from(cell).ok()))
}

fn moment(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Timestamp>> {
    let cell = row.get_ref(at)?.as_i64_or_null().map_err(|_| rusqlite::Error::InvalidQuery)?;
    Ok(cell.map(Timestamp::from_millis))
}

const fn bad(table: &'static str, column: &'static str) -> StoreError {
    StoreError::Projection { table, column }
}

fn word<T>(
    row: &Row<'_>,
    at: usize,
    read: fn(&str) -> Option<T>,
    column: (&'static str, &'static str),
) -> Result<T, StoreError> {
    let text = row.get_ref(at)?.as_str().ok();
    text.and_then(read).ok_or_else(|| bad(column.0, column.1))
}

fn stand(row: &Row<'_>, at: usize, table: &'static str) -> Result<Stand, StoreError> {
    Ok(Stand {
        state: word(row, at, State::parse, (table, "state"))?,
        place: number(row, at + 1)?.map(PlaceId),
        custodian: number(row, at + 2)?.map(PersonId),
    })
}

fn leave(row: &Row<'_>) -> Result<Option<Leave>, StoreError> {
    let Some(word) = row.get_ref(4)?.as_str_or_null().map_err(|_| bad("medium", "out_leave"))? else {
        return Ok(None);
    };
    Ok(Some(match (word, number(row, 5)?) {
        ("intake", _) => Leave::Intake,
        ("none", _) => Leave::None,
        ("order", Some(order)) => Leave::Order(OrderId(order)),
        ("override", Some(event)) => Leave::Override(event),
        _ => return Err(bad("medium", "out_leave")),
    }))
}

fn count(row: &Row<'_>) -> Result<Count, StoreError> {
    let need = |cell: Option<u64>, column| cell.ok_or_else(|| bad("audit_count", column));
    Ok(Count {
        medium: MediumId(need(number(row, 0)?, "medium")?),
        place: PlaceId(need(number(row, 1)?, "place")?),
        counter: PersonId(need(number(row, 2)?, "counter")?),
        how: word(row, 3, How::parse, ("audit_count", "how"))?,
        at: moment(row, 4)?.ok_or_else(|| bad("audit_count", "at"))?,
        seq: need(number(row, 5)?, "seq")?,
        recount: need(number(row, 6)?, "recount")? != 0,
    })
}

fn step(row: &Row<'_>) -> Result<(MediumId, Move), StoreError> {
    let medium = number(row, 0)?.ok_or_else(|| bad("audit_move", "medium"))?;
    let step = Move {
        seq: number(row, 1)?.ok_or_else(|| bad("audit_move", "seq"))?,
        at: moment(row, 2)?.ok_or_else(|| bad("audit_move", "at"))?,
        before: stand(row, 3, "audit_move")?,
        read: moment(row, 6)?,
    };
    Ok((MediumId(medium), step))
}

/// Rows that are taken in step with the media, one ahead.
struct Ahead<'a, T> {
    rows: Rows<'a>,
    read: fn(&Row<'_>) -> Result<(MediumId, T), StoreError>,
    next: Option<(MediumId, T)>,
}

impl<'a, T> Ahead<'a, T> {
    fn begin(
        rows: Rows<'a>,
        read: fn(&Row<'_>) -> Result<(MediumId, T), StoreError>,
    ) -> Result<Self, StoreError> {
        let mut ahead = Self { rows, read, next: None };
        ahead.advance()?;
        Ok(ahead)
    }

    fn advance(&mut self) -> Result<Option<T>, StoreError> {
        let next = self.rows.next()?.map(self.read).transpose()?;
        Ok(std::mem::replace(&mut self.next, next).map(|(_, value)| value))
    }

    /// Takes what belongs to this medium; what belongs to one before it, which is not in the list, is passed by.
    fn take(&mut self, medium: MediumId, into: &mut Vec<T>) -> Result<(), StoreError> {
        into.clear();
        while let Some((of, _)) = &self.next {
            if *of > medium {
                break;
            }
            let wanted = *of == medium;
            into.extend(self.advance()?.filter(|_| wanted));
        }
        Ok(())
    }
}

pub(super) fn each(
    connection: &Connection,
    audit: &Audit,
    each: &mut dyn FnMut(&Audited) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut counts = connection.prepare_cached(
        "SELECT medium, place, counter, how, at, seq, recount FROM audit_count WHERE audit = ?1
         ORDER BY medium, place, counter, seq",
    )?;
    let mut moves = connection.prepare_cached(
        "SELECT medium, seq, at, state, place, custodian, read FROM audit_move WHERE audit = ?1
         ORDER BY medium, seq",
    )?;
    let id = int(audit.id.0);
    let of_count = |row: &Row<'_>| count(row).map(|count| (count.medium, count));
    let mut counts = Ahead::begin(counts.query([&id])?, of_count)?;
    let mut moves = Ahead::begin(moves.query([&id])?, step)?;
    let mut media = connection.prepare_cached(&sql(audit))?;
    let scope = audit.scope.map_or(Value::Null, |scope| int(scope.0));
    let mut rows = media.query([id, scope])?;
    let mut buffers = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let medium = MediumId(number(row, 0)?.ok_or_else(|| bad("medium", "id"))?);
        counts.take(medium, &mut buffers.0)?;
        moves.take(medium, &mut buffers.1)?;
        let one = Audited {
            medium,
            now: stand(row, 1, "medium")?,
            leave: leave(row)?,
            overridden: row.get(6)?,
            sampled: row.get(11)?,
            stepped_by: number(row, 7)?.map(PersonId),
            seen_at: moment(row, 8)?,
            read_at: moment(row, 9)?,
            disputed: row.get(10)?,
            moves: std::mem::take(&mut buffers.1),
            counts: std::mem::take(&mut buffers.0),
        };
        each(&one)?;
        buffers = (one.counts, one.moves);
    }
    Ok(())
}

//! Stocktakes in their tables: what was opened, drawn, read, moved meanwhile, and found.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};

use super::cells::{Cells, int, or_null, text, time};
use super::{StoreError, places};
use crate::domain::audit::{Audit, AuditState, Count, Finding, Move, Sample, Stand, StrayLabel};
use crate::domain::event::LabelTrouble;
use crate::domain::names::{AuditId, IncidentId, MediumId, PersonId, PlaceId, Reading};
use crate::domain::rules::{Absorbed, AuditChange};

/// The columns of `audit`, in order.
pub(super) const AUDIT: [&str; 17] = [
    "id",
    "scope",
    "percent",
    "draw_head",
    "number",
    "state",
    "size",
    "head",
    "expected",
    "opened",
    "opened_by",
    "recounted",
    "incident",
    "closed",
    "closing",
    "closed_by",
    "closed_with",
];
/// The columns of `audit_sample`, in order.
pub(super) const SAMPLE: [&str; 2] = ["audit", "medium"];
/// The columns of `audit_count`, in order.
pub(super) const COUNT: [&str; 8] = ["audit", "medium", "place", "counter", "seq", "how", "at", "recount"];
/// The columns of `audit_counter`, in order.
pub(super) const COUNTER: [&str; 3] = ["audit", "person", "first"];
/// The columns of `audit_move`, in order.
pub(super) const MOVE: [&str; 8] = ["audit", "medium", "seq", "at", "state", "place", "custodian", "read"];
/// The columns of `audit_label`, in order.
pub(super) const LABEL: [&str; 7] = ["audit", "seq", "text", "place", "why", "counter", "recount"];
/// The columns of `audit_finding`, in order.
pub(super) const FINDING: [&str; 13] = [
    "audit",
    "medium",
    "expected",
    "class",
    "state",
    "place",
    "custodian",
    "seen",
    "also",
    "counter",
    "how",
    "settled_by",
    "proved",
];

fn place(id: Option<PlaceId>) -> Value {
    or_null(id, |id| int(id.0))
}

fn person(id: Option<PersonId>) -> Value {
    or_null(id, |id| int(id.0))
}

/// The cells of a stocktake, in the order of [`AUDIT`].
pub(super) fn cells(audit: &Audit) -> Vec<Value> {
    let sample = audit.sample;
    vec![
        int(audit.id.0),
        place(audit.scope),
        or_null(sample, |sample| int(sample.percent)),
        or_null(sample, |sample| Value::Blob(sample.head.0.to_vec())),
        or_null(sample.and_then(|sample| sample.number), int),
        text(audit.state.word()),
        int(audit.size),
        Value::Blob(audit.head.0.to_vec()),
        int(audit.expected),
        time(audit.opened),
        int(audit.opened_by.0),
        or_null(audit.recounted, time),
        or_null(audit.incident, |id| int(id.0)),
        or_null(audit.closed, time),
        or_null(audit.closing, int),
        person(audit.closed_by),
        person(audit.closed_with),
    ]
}

/// The cells of a drawn medium, in the order of [`SAMPLE`].
pub(super) fn sample_cells((audit, medium): (AuditId, MediumId)) -> Vec<Value> {
    vec![int(audit.0), int(medium.0)]
}

/// The cells of a reading, in the order of [`COUNT`].
pub(super) fn count_cells((audit, count): (AuditId, &Count)) -> Vec<Value> {
    vec![
        int(audit.0),
        int(count.medium.0),
        int(count.place.0),
        int(count.counter.0),
        int(count.seq),
        text(count.how.word()),
        time(count.at),
        Value::Integer(i64::from(count.recount)),
    ]
}

/// The cells of a counter, in the order of [`COUNTER`].
pub(super) fn counter_cells((audit, person, first): (AuditId, PersonId, bool)) -> Vec<Value> {
    vec![int(audit.0), int(person.0), Value::Integer(i64::from(first))]
}

/// The cells of a step, in the order of [`MOVE`].
pub(super) fn move_cells((audit, medium, step): (AuditId, MediumId, &Move)) -> Vec<Value> {
    let Stand { state, place: at, custodian } = step.before;
    vec![
        int(audit.0),
        int(medium.0),
        int(step.seq),
        time(step.at),
        text(state.word()),
        place(at),
        person(custodian),
        or_null(step.read, time),
    ]
}

/// The cells of a label that names no medium, in the order of [`LABEL`].
pub(super) fn label_cells((audit, label): (AuditId, &StrayLabel)) -> Vec<Value> {
    vec![
        int(audit.0),
        int(label.seq),
        text(label.text.as_str()),
        place(label.place),
        text(label.why.word()),
        person(label.counter),
        Value::Integer(i64::from(label.recount)),
    ]
}

/// The cells of a finding, in the order of [`FINDING`].
pub(super) fn finding_cells((audit, found): (AuditId, &Finding)) -> Vec<Value> {
    vec![
        int(audit.0),
        int(found.medium.0),
        Value::Integer(i64::from(found.expected)),
        text(found.class.word()),
        text(found.stood.state.word()),
        place(found.stood.place),
        person(found.stood.custodian),
        place(found.seen),
        place(found.also),
        person(found.counter),
        or_null(found.how, |how| text(how.word())),
        person(found.settled_by),
        or_null(found.proved, time),
    ]
}

pub(super) fn from(row: &Row<'_>) -> Result<Audit, StoreError> {
    let mut cells = Cells::new(row, "audit", &AUDIT);
    let id = cells.int()?;
    let id = AuditId(cells.need(id)?);
    let scope = cells.int()?.map(PlaceId);
    let (percent, drawn, number) = (cells.int()?, cells.digest_or_null()?, cells.int()?);
    let sample = percent.zip(drawn).map(|(percent, head)| Sample { percent, head, number });
    let state = cells.text(AuditState::parse)?;
    let state = cells.need(state)?;
    let size = cells.int()?;
    let size = cells.need(size)?;
    let head = cells.digest()?;
    let expected = cells.int()?;
    let expected = cells.need(expected)?;
    let opened = cells.time()?;
    let opened = cells.need(opened)?;
    let opened_by = cells.int()?;
    let opened_by = PersonId(cells.need(opened_by)?);
    let recounted = cells.time()?;
    let incident = cells.int()?.map(IncidentId);
    let closed = cells.time()?;
    let closing = cells.int()?;
    let (closed_by, closed_with) = (cells.int()?.map(PersonId), cells.int()?.map(PersonId));
    Ok(Audit {
        id,
        scope,
        sample,
        state,
        size,
        head,
        expected,
        opened,
        opened_by,
        recounted,
        incident,
        closed,
        closed_by,
        closing,
        closed_with,
    })
}

pub(super) fn by_id(connection: &Connection, id: AuditId) -> Result<Option<Audit>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT * FROM audit WHERE id = ?1")?;
    let mut rows = statement.query([int(id.0)])?;
    rows.next()?.map(from).transpose()
}

pub(super) fn open(connection: &Connection) -> Result<Vec<Audit>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT * FROM audit WHERE state = 'open' ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(from(row)?);
    }
    Ok(all)
}

pub(super) fn each_expected(
    connection: &Connection,
    scope: Option<PlaceId>,
    each: &mut dyn FnMut(MediumId),
) -> Result<(), StoreError> {
    let sql = if scope.is_some() {
        "WITH RECURSIVE inner (id) AS (VALUES (?1) UNION
         SELECT place.id FROM place JOIN inner ON place.parent = inner.id)
         SELECT id FROM medium WHERE place IN (SELECT id FROM inner) AND state IN ('vaulted', 'in_device')
         UNION
         SELECT id FROM medium WHERE place IN (SELECT id FROM inner) AND state = 'missing'
         AND (out_left IS NOT NULL OR state = 'missing' OR wrong_since IS NOT NULL OR overrides IS NOT NULL)
         ORDER BY 1"
    } else {
        "SELECT id FROM medium WHERE state <> 'destroyed' AND ?1 IS NULL ORDER BY id"
    };
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([place(scope)])?;
    while let Some(row) = rows.next()? {
        each(MediumId(u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default()));
    }
    Ok(())
}

pub(super) fn counted_any(connection: &Connection, id: AuditId) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM audit_counter WHERE audit = ?1)")?
        .query_row([int(id.0)], |row| row.get(0))?)
}

pub(super) fn recounted_places(connection: &Connection, id: AuditId) -> Result<Vec<PlaceId>, StoreError> {
    let sql = "SELECT DISTINCT place FROM audit_count WHERE audit = ?1 AND recount = 1 ORDER BY place";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([int(id.0)])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(PlaceId(u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default()));
    }
    Ok(all)
}

pub(super) fn labels(connection: &Connection, id: AuditId) -> Result<Vec<StrayLabel>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM audit_label WHERE audit = ?1 ORDER BY seq")?;
    let mut rows = statement.query([int(id.0)])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let mut cells = Cells::new(row, "audit_label", &LABEL);
        let _ = cells.int()?;
        let seq = cells.int()?;
        let seq = cells.need(seq)?;
        let label = cells.text(|text| Reading::new(text).ok())?;
        let label = cells.need(label)?;
        let place = cells.int()?.map(PlaceId);
        let why = cells.text(LabelTrouble::parse)?;
        let why = cells.need(why)?;
        let counter = cells.int()?.map(PersonId);
        let recount = cells.flag()?;
        all.push(StrayLabel { seq, text: label, place, why, counter, recount });
    }
    Ok(all)
}

fn marks(columns: &[&str]) -> String {
    vec!["?"; columns.len()].join(", ")
}

/// Writes what a step changes in a stocktake.
pub(super) fn write(connection: &Connection, change: &AuditChange) -> Result<(), StoreError> {
    let AuditChange { audit, sample, findings, seen, vaults } = change;
    connection
        .prepare_cached(&format!("INSERT OR REPLACE INTO audit VALUES ({})", marks(&AUDIT)))?
        .execute(params_from_iter(cells(audit)))?;
    let mut insert = connection.prepare_cached("INSERT INTO audit_sample VALUES (?, ?)")?;
    for medium in sample {
        insert.execute(params_from_iter(sample_cells((audit.id, *medium))))?;
    }
    let mut insert =
        connection.prepare_cached(&format!("INSERT INTO audit_finding VALUES ({})", marks(&FINDING)))?;
    for finding in findings {
        insert.execute(params_from_iter(finding_cells((audit.id, finding))))?;
    }
    absorb(connection, seen)?;
    vaults.iter().try_for_each(|vault| places::write(connection, vault))
}

/// Notes with each medium what the count from files tells of it.
fn absorb(connection: &Connection, seen: &[Absorbed]) -> Result<(), StoreError> {
    let mut update = connection.prepare_cached(
        "UPDATE medium SET seen_at = ifnull(?2, seen_at), seen_place = ifnull(?3, seen_place),
                seen_how = ifnull(?4, seen_how), read_at = ifnull(?5, read_at),
                read_day = CASE WHEN state <> 'destroyed' THEN ifnull(?8, read_day) END,
                wrong_since = ifnull(?6, wrong_since), wrong_place = ifnull(?7, wrong_place) WHERE id = ?1",
    )?;
    for one in seen {
        update.execute(params![
            int(one.medium.0),
            one.seen.map(|(at, _, _)| at.millis()),
            one.seen.map(|(_, place, _)| int(place.0)),
            one.seen.map(|(_, _, how)| how.word()),
            one.read_at.map(crate::domain::time::Timestamp::millis),
            one.wrong.map(|wrong| wrong.since.millis()),
            one.wrong.map(|wrong| int(wrong.place.0)),
            one.read_at.map(crate::domain::time::Timestamp::day),
        ])?;
    }
    Ok(())
}

/// Writes readings of one counter.
pub(super) fn write_counts(
    connection: &Connection,
    audit: AuditId,
    counts: &[Count],
) -> Result<(), StoreError> {
    let mut insert =
        connection.prepare_cached("INSERT INTO audit_count VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
    if let Some(count) = counts.first() {
        connection
            .prepare_cached("INSERT OR IGNORE INTO audit_counter VALUES (?1, ?2, ?3)")?
            .execute(params![int(audit.0), int(count.counter.0), !count.recount])?;
    }
    for count in counts {
        insert.execute(params![
            int(audit.0),
            int(count.medium.0),
            int(count.place.0),
            int(count.counter.0),
            int(count.seq),
            count.how.word(),
            count.at.millis(),
            count.recount,
        ])?;
    }
    Ok(())
}

/// Notes a step of a medium with every stocktake that is open.
pub(super) fn write_move(connection: &Connection, medium: MediumId, step: &Move) -> Result<(), StoreError> {
    for audit in open(connection)? {
        connection
            .prepare_cached(&format!("INSERT INTO audit_move VALUES ({})", marks(&MOVE)))?
            .execute(params_from_iter(move_cells((audit.id, medium, step))))?;
    }
    Ok(())
}

pub(super) fn write_label(
    connection: &Connection,
    audit: AuditId,
    label: &StrayLabel,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(&format!("INSERT INTO audit_label VALUES ({})", marks(&LABEL)))?
        .execute(params_from_iter(label_cells((audit, label))))?;
    Ok(())
}

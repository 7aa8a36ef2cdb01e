//! Places in their table.

use std::collections::HashSet;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::StoreError;
use super::cells::{Cells, int, or_null, text, time};
use super::view::View;
use crate::domain::audit::judge::Tree;
use crate::domain::names::{Barcode, PlaceCode, PlaceId};
use crate::domain::place::{Place, PlaceKind};

/// The columns of `place`, in order.
pub(super) const PLACE: [&str; 11] =
    ["id", "code", "kind", "parent", "capacity", "resident", "vault", "retired", "added", "audited", "due"];

/// The cells of a place, in the order of [`PLACE`].
pub(super) fn cells(place: &Place) -> Vec<Value> {
    vec![
        int(place.id.0),
        text(place.code.as_str()),
        text(place.kind.word()),
        or_null(place.parent, |id| int(id.0)),
        or_null(place.capacity, int),
        Value::Integer(i64::from(place.resident)),
        or_null(place.vault, |id| int(id.0)),
        Value::Integer(i64::from(place.retired)),
        time(place.added),
        or_null(place.audited, time),
        or_null(place.audit_due, time),
    ]
}

fn from(row: &Row<'_>) -> Result<Place, StoreError> {
    let mut cells = Cells::new(row, "place", &PLACE);
    let id = cells.int()?;
    let id = PlaceId(cells.need(id)?);
    let code = cells.text(|text| PlaceCode::new(text).ok())?;
    let code = cells.need(code)?;
    let kind = cells.text(PlaceKind::parse)?;
    let kind = cells.need(kind)?;
    let parent = cells.int()?.map(PlaceId);
    let capacity = cells.int()?;
    let resident = cells.flag()?;
    let vault = cells.int()?.map(PlaceId);
    let retired = cells.flag()?;
    let added = cells.time()?;
    let added = cells.need(added)?;
    let (audited, audit_due) = (cells.time()?, cells.time()?);
    Ok(Place { id, code, kind, parent, capacity, resident, vault, retired, added, audited, audit_due })
}

pub(super) fn write(connection: &Connection, place: &Place) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET retired = ?8, audited = ?10, due = ?11",
        )?
        .execute(params_from_iter(cells(place)))?;
    Ok(())
}

fn one(connection: &Connection, sql: &str, key: Value) -> Result<Option<Place>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([key])?;
    rows.next()?.map(from).transpose()
}

pub(super) fn by_id(connection: &Connection, id: PlaceId) -> Result<Option<Place>, StoreError> {
    one(connection, "SELECT * FROM place WHERE id = ?1", int(id.0))
}

pub(super) fn by_code(connection: &Connection, code: &PlaceCode) -> Result<Option<Place>, StoreError> {
    one(connection, "SELECT * FROM place WHERE code = ?1", text(code.as_str()))
}

pub(super) fn count_in(connection: &Connection, id: PlaceId) -> Result<u64, StoreError> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM place WHERE parent = ?1 AND retired = 0")?
        .query_row([int(id.0)], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

pub(super) fn vaults(connection: &Connection) -> Result<Vec<Place>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM place WHERE kind = 'vault' AND retired = 0 ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(from(row)?);
    }
    Ok(all)
}

pub(super) fn tree(connection: &Connection) -> Result<Tree, StoreError> {
    let mut tree = Tree::default();
    for place in all(connection)? {
        tree.add(&place);
    }
    Ok(tree)
}

fn all(connection: &Connection) -> Result<Vec<Place>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT * FROM place ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(from(row)?);
    }
    Ok(all)
}

impl View<'_> {
    /// The code of the site, the root of all places.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn site(&self) -> Result<PlaceCode, StoreError> {
        let code: String =
            self.connection()?.prepare_cached("SELECT site FROM head")?.query_row([], |row| row.get(0))?;
        PlaceCode::new(&code).map_err(|_| StoreError::Projection { table: "head", column: "site" })
    }

    /// All places, parents before what stands in them.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn places(&self) -> Result<Vec<Place>, StoreError> {
        all(self.connection()?)
    }

    /// The codes of all places that are not retired.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn place_codes(&self) -> Result<HashSet<String>, StoreError> {
        let mut statement = self.connection()?.prepare_cached("SELECT code FROM place WHERE retired = 0")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The media that are outside or missing and whose label was last read in this place, oldest first.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn last_seen_in(&self, id: PlaceId) -> Result<Vec<Barcode>, StoreError> {
        let mut statement = self.connection()?.prepare_cached(
            "SELECT barcode FROM medium
             WHERE (out_left IS NOT NULL OR state = 'missing' OR wrong_since IS NOT NULL
                    OR overrides IS NOT NULL)
               AND (out_left IS NOT NULL OR state = 'missing') AND seen_place = ?1 ORDER BY seen_at, id",
        )?;
        let mut rows = statement.query([int(id.0)])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let bad = |_| StoreError::Projection { table: "medium", column: "barcode" };
            all.push(Barcode::new(&row.get::<_, String>(0)?).map_err(bad)?);
        }
        Ok(all)
    }

    /// Hands every place to `each`, parents before what stands in them, with the number of media in it.
    ///
    /// # Errors
    /// When the record cannot be read, or `each` fails.
    pub fn each_place<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(Place, u64) -> Result<(), E>,
    ) -> Result<(), E> {
        let own = StoreError::from;
        let sql = "SELECT p.*, (SELECT count(*) FROM medium m
                                WHERE m.place = p.id AND m.state IN ('vaulted', 'in_device'))
                   FROM place p ORDER BY p.id";
        let mut statement = self.connection()?.prepare_cached(sql).map_err(own)?;
        let mut rows = statement.query([]).map_err(own)?;
        while let Some(row) = rows.next().map_err(own)? {
            let media: i64 = row.get(PLACE.len()).map_err(own)?;
            each(from(row)?, u64::try_from(media).unwrap_or_default())?;
        }
        Ok(())
    }
}

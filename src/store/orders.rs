//! Movement orders and what they list, in their tables.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Row, params, params_from_iter};

use super::StoreError;
use super::cells::{Cells, int, or_null, text};
use super::view::View;
use crate::domain::names::{Code, MediumId, OrderId, PersonId, Term};
use crate::domain::order::{Line, Marks, Nightly, Order, OrderState};
use crate::domain::rules::OrderChange;
use crate::domain::time::Timestamp;

/// The columns of `movement_order`, in order.
pub(super) const ORDER: [&str; 15] = [
    "id",
    "requester",
    "requested",
    "purpose",
    "begins",
    "ends",
    "destination",
    "state",
    "decided_by",
    "closed_by",
    "decided",
    "parent",
    "nightly",
    "night",
    "used",
];

/// The columns of `order_line`, in order.
pub(super) const LINE: [&str; 4] = ["movement", "medium", "marks", "open"];

/// How many media of an order are how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// How many it lists.
    pub expected: u64,
    /// How many have left their place of rest under it.
    pub taken: u64,
    /// How many were taken out of a device under it.
    pub ejected: u64,
    /// How many have come back to a vault since.
    pub returned: u64,
    /// How many are outside now.
    pub outside: u64,
    /// How many are missing now.
    pub missing: u64,
}

/// The cells of an order, in the order of [`ORDER`].
pub(super) fn cells(order: &Order) -> Vec<Value> {
    let time = |at: Timestamp| Value::Integer(at.millis());
    let nightly = order.nightly;
    vec![
        int(order.id.0),
        int(order.requester.0),
        time(order.requested),
        text(order.purpose.as_str()),
        time(order.from),
        time(order.until),
        or_null(order.destination.as_ref(), |to| text(to.as_str())),
        text(order.state.word()),
        or_null(order.decided_by, |id| int(id.0)),
        or_null(order.closed_by, |id| int(id.0)),
        or_null(order.decided, time),
        or_null(order.parent, |id| int(id.0)),
        or_null(nightly, |nightly| int(nightly.most)),
        or_null(nightly, |nightly| int(nightly.night)),
        or_null(nightly, |nightly| int(nightly.used)),
    ]
}

/// The cells of a line, in the order of [`LINE`].
pub(super) fn line_cells((order, medium, marks, open): (OrderId, MediumId, Marks, bool)) -> Vec<Value> {
    vec![int(order.0), int(medium.0), int(marks.bits()), Value::Integer(i64::from(open))]
}

fn from(row: &Row<'_>) -> Result<Order, StoreError> {
    let mut cells = Cells::new(row, "movement_order", &ORDER);
    let id = cells.int()?;
    let id = OrderId(cells.need(id)?);
    let requester = cells.int()?;
    let requester = PersonId(cells.need(requester)?);
    let asked = cells.time()?;
    let asked = cells.need(asked)?;
    let purpose = cells.text(|text| Code::new(text).ok())?;
    let purpose = cells.need(purpose)?;
    let from = cells.time()?;
    let from = cells.need(from)?;
    let until = cells.time()?;
    let until = cells.need(until)?;
    let destination = cells.text(|text| Term::new(text).ok())?;
    let state = cells.text(OrderState::parse)?;
    let state = cells.need(state)?;
    let decided_by = cells.int()?.map(PersonId);
    let closed_by = cells.int()?.map(PersonId);
    let decided = cells.time()?;
    let parent = cells.int()?.map(OrderId);
    let (most, night, used) = (cells.int()?, cells.int()?, cells.int()?);
    let nightly = most.zip(night).zip(used).map(|((most, night), used)| Nightly { most, night, used });
    Ok(Order {
        id,
        requester,
        requested: asked,
        purpose,
        from,
        until,
        destination,
        state,
        decided_by,
        closed_by,
        decided,
        parent,
        nightly,
    })
}

fn write_order(connection: &Connection, order: &Order) -> Result<(), StoreError> {
    let marks = vec!["?"; ORDER.len()].join(", ");
    let sql = format!("INSERT OR REPLACE INTO movement_order ({}) VALUES ({marks})", ORDER.join(", "));
    connection.prepare_cached(&sql)?.execute(params_from_iter(cells(order)))?;
    Ok(())
}

/// Writes what a step changes in an order.
pub(super) fn write(connection: &Connection, change: &OrderChange) -> Result<(), StoreError> {
    let OrderChange { order, lines, parent } = change;
    if let Some(parent) = parent {
        write_order(connection, parent)?;
    }
    // Who was given until the end of the order has until its new end.
    connection
        .prepare_cached(
            "UPDATE medium SET out_due = ?2 WHERE out_leave = 'order' AND out_under = ?1
             AND id IN (SELECT medium FROM order_line WHERE movement = ?1)
             AND out_due = (SELECT ends FROM movement_order WHERE id = ?1) AND out_due < ?2",
        )?
        .execute(params![int(order.id.0), super::cells::time(order.until)])?;
    write_order(connection, order)?;
    if !lines.is_empty() {
        let mut insert = connection.prepare_cached("INSERT INTO order_line VALUES (?1, ?2, ?3, ?4)")?;
        for medium in lines {
            let line = (order.id, *medium, Marks::default(), true);
            insert.execute(params_from_iter(line_cells(line)))?;
        }
    }
    if !order.is_open() {
        connection
            .prepare_cached("UPDATE order_line SET open = 0 WHERE movement = ?1")?
            .execute([int(order.id.0)])?;
    }
    Ok(())
}

/// Writes how far an order has come with one medium.
pub(super) fn write_line(connection: &Connection, line: Line, medium: MediumId) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE order_line SET marks = ?3 WHERE movement = ?1 AND medium = ?2")?
        .execute(params![int(line.order.0), int(medium.0), int(line.marks.bits())])?;
    Ok(())
}

fn marks(bits: i64) -> Result<Marks, StoreError> {
    let bits = u64::try_from(bits).ok().and_then(Marks::from_bits);
    bits.ok_or(StoreError::Projection { table: "order_line", column: "marks" })
}

pub(super) fn by_id(connection: &Connection, id: OrderId) -> Result<Option<Order>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT * FROM movement_order WHERE id = ?1")?;
    let mut rows = statement.query([int(id.0)])?;
    rows.next()?.map(from).transpose()
}

pub(super) fn line(
    connection: &Connection,
    order: OrderId,
    medium: MediumId,
) -> Result<Option<Marks>, StoreError> {
    let bits: Option<i64> = connection
        .prepare_cached("SELECT marks FROM order_line WHERE movement = ?1 AND medium = ?2")?
        .query_row(params![int(order.0), int(medium.0)], |row| row.get(0))
        .optional()?;
    bits.map(marks).transpose()
}

pub(super) fn lines(connection: &Connection, order: OrderId) -> Result<Vec<(MediumId, Marks)>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT medium, marks FROM order_line WHERE movement = ?1 ORDER BY medium")?;
    let mut rows = statement.query([int(order.0)])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let medium = u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default();
        all.push((MediumId(medium), marks(row.get(1)?)?));
    }
    Ok(all)
}

pub(super) fn listed(connection: &Connection, medium: MediumId) -> Result<Vec<OrderId>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT movement FROM order_line WHERE medium = ?1 AND open = 1 ORDER BY movement")?;
    let mut rows = statement.query([int(medium.0)])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(OrderId(u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default()));
    }
    Ok(all)
}

pub(super) fn open_nights(connection: &Connection, order: OrderId) -> Result<u64, StoreError> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM movement_order WHERE parent = ?1 AND state = 'approved'")?
        .query_row([int(order.0)], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

impl View<'_> {
    /// Hands orders to `each`, the newest first: those that are open, or all; before a number; at most so many.
    ///
    /// # Errors
    /// When the record cannot be read, or `each` fails.
    pub fn each_order<E: From<StoreError>>(
        &self,
        open: bool,
        before: Option<OrderId>,
        limit: u32,
        mut each: impl FnMut(Order) -> Result<(), E>,
    ) -> Result<(), E> {
        let own = StoreError::from;
        let sql = if open {
            "SELECT * FROM movement_order WHERE state IN ('requested', 'approved') AND id < ?1
             ORDER BY id DESC LIMIT ?2"
        } else {
            "SELECT * FROM movement_order WHERE id < ?1 ORDER BY id DESC LIMIT ?2"
        };
        let end = before.map_or(i64::MAX, |id| i64::try_from(id.0).unwrap_or(i64::MAX));
        let mut statement = self.connection()?.prepare_cached(sql).map_err(own)?;
        let mut rows = statement.query(params![end, limit]).map_err(own)?;
        while let Some(row) = rows.next().map_err(own)? {
            each(from(row)?)?;
        }
        Ok(())
    }

    /// How many orders are open.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn count_open_orders(&self) -> Result<u64, StoreError> {
        let count: i64 = self
            .connection()?
            .prepare_cached("SELECT count(*) FROM movement_order WHERE state IN ('requested', 'approved')")?
            .query_row([], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// How many media of an order are how far.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn order_counts(&self, order: OrderId) -> Result<Counts, StoreError> {
        let sql = "SELECT count(*), total(marks & 1), total((marks & 2) > 0), total((marks & 4) > 0),
                          total(m.out_left IS NOT NULL), total(m.state = 'missing')
                   FROM order_line l JOIN medium m ON m.id = l.medium WHERE l.movement = ?1";
        let counts = self.connection()?.prepare_cached(sql)?.query_row([int(order.0)], |row| {
            // `total` gives a real number also for no row; counts of media are exact in it.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows")]
            let count = |at: usize| row.get::<_, f64>(at).map(|count| count as u64);
            Ok(Counts {
                expected: u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default(),
                taken: count(1)?,
                ejected: count(2)?,
                returned: count(3)?,
                outside: count(4)?,
                missing: count(5)?,
            })
        })?;
        Ok(counts)
    }
}

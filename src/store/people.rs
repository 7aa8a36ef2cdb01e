//! People in their table; their names lie in `kept`.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::StoreError;
use super::cells::{Cells, int, or_null, text};
use super::view::View;
use crate::domain::names::{Badge, Digest, Kept, Org, PersonId};
use crate::domain::person::{Person, Role, Roles};
use crate::domain::time::Timestamp;

/// The columns of `person`, in order.
pub(super) const PERSON: [&str; 11] =
    ["id", "badge", "name", "org", "host_org", "roles", "suspended", "until", "pin", "wrong", "locked"];

/// A person with their name; none if it was forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// The person.
    pub person: Person,
    /// Their name.
    pub name: Option<String>,
}

/// The cells of a person, in the order of [`PERSON`].
pub(super) fn cells(person: &Person, name: Kept) -> Vec<Value> {
    vec![
        int(person.id.0),
        text(person.badge.as_str()),
        Value::Blob(name.0.0.to_vec()),
        or_null(person.org.as_ref(), |org| text(org.as_str())),
        or_null(person.host_org.as_ref(), |org| text(org.as_str())),
        Value::Text(person.roles.to_string()),
        Value::Integer(i64::from(person.suspended)),
        or_null(person.until, |until| Value::Integer(until.millis())),
        pin_cell(person),
        int(person.wrong_pins),
        or_null(person.locked, |until| Value::Integer(until.millis())),
    ]
}

fn pin_cell(person: &Person) -> Value {
    or_null(person.pin, |pin| Value::Blob(pin.0.0.to_vec()))
}

fn from(row: &Row<'_>) -> Result<(Person, Kept), StoreError> {
    let mut cells = Cells::new(row, "person", &PERSON);
    let id = cells.int()?;
    let id = PersonId(cells.need(id)?);
    let badge = cells.text(|text| Badge::new(text).ok())?;
    let badge = cells.need(badge)?;
    let name = cells.digest()?;
    let org = cells.text(|text| Org::new(text).ok())?;
    let host_org = cells.text(|text| Org::new(text).ok())?;
    let roles = cells.text(|text| text.split(',').map(Role::parse).collect::<Option<Vec<_>>>())?;
    let roles = Roles::of(&cells.need(roles)?);
    let suspended = cells.flag()?;
    let until = cells.time()?;
    let pin = cells.digest_or_null()?.map(Kept);
    let wrong = cells.int()?;
    let wrong_pins = cells.need(wrong)?;
    let locked = cells.time()?;
    let person = Person { id, badge, org, host_org, roles, suspended, until, pin, wrong_pins, locked };
    Ok((person, Kept(name)))
}

pub(super) fn write(connection: &Connection, person: &Person, name: Option<Kept>) -> Result<(), StoreError> {
    if let Some(name) = name {
        connection
            .prepare_cached("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?
            .execute(params_from_iter(cells(person, name)))?;
    } else {
        connection
            .prepare_cached(
                "UPDATE person SET roles = ?2, suspended = ?3, pin = ?4, wrong = ?5, locked = ?6 WHERE id = ?1",
            )?
            .execute(params![
                int(person.id.0),
                person.roles.to_string(),
                person.suspended,
                pin_cell(person),
                int(person.wrong_pins),
                person.locked.map(Timestamp::millis),
            ])?;
    }
    Ok(())
}

fn one(connection: &Connection, sql: &str, key: Value) -> Result<Option<Person>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([key])?;
    Ok(rows.next()?.map(from).transpose()?.map(|(person, _)| person))
}

pub(super) fn by_id(connection: &Connection, id: PersonId) -> Result<Option<Person>, StoreError> {
    one(connection, "SELECT * FROM person WHERE id = ?1", int(id.0))
}

pub(super) fn by_badge(connection: &Connection, badge: &Badge) -> Result<Option<Person>, StoreError> {
    one(connection, "SELECT * FROM person WHERE badge = ?1 ORDER BY id DESC LIMIT 1", text(badge.as_str()))
}

pub(super) fn count(connection: &Connection) -> Result<u64, StoreError> {
    let count: i64 =
        connection.prepare_cached("SELECT count(*) FROM person")?.query_row([], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

pub(super) fn count_admins(connection: &Connection) -> Result<u64, StoreError> {
    let count: i64 = connection
        .prepare_cached(
            "SELECT count(*) FROM person WHERE suspended = 0 AND pin IS NOT NULL AND until IS NULL
             AND instr(',' || roles || ',', ',admin,') > 0",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

impl View<'_> {
    /// All people, in the order in which they were enrolled.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn everybody(&self) -> Result<Vec<PersonRow>, StoreError> {
        let mut statement = self.connection()?.prepare_cached("SELECT * FROM person ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let (person, name) = from(row)?;
            all.push(PersonRow { person, name: self.kept_text(name)? });
        }
        Ok(all)
    }

    /// The salt and the text behind an identity in `kept`; none if it was forgotten.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn kept_row(&self, id: Kept) -> Result<Option<(Vec<u8>, String)>, StoreError> {
        let Kept(Digest(id)) = id;
        Ok(self
            .connection()?
            .prepare_cached("SELECT salt, value FROM kept WHERE id = ?1")?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?)
    }

    /// A text that the log refers to; none if it was forgotten.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn kept_text(&self, id: Kept) -> Result<Option<String>, StoreError> {
        let Kept(Digest(id)) = id;
        Ok(self
            .connection()?
            .prepare_cached("SELECT value FROM kept WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()?)
    }
}

pub(super) fn name_of(connection: &Connection, id: PersonId) -> Result<Option<String>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT k.value FROM person p JOIN kept k ON k.id = p.name WHERE p.id = ?1")?
        .query_row([int(id.0)], |row| row.get(0))
        .optional()?)
}

//! The record at one moment: what the rules ask first and most, read once.

use std::cell::RefCell;
use std::sync::LazyLock;

use rusqlite::{Connection, OptionalExtension, Row};

use super::cells::{Cells, MEDIUM, Part, int};
use super::connection::data_version;
use super::held::Held;
use super::memo::Memo;
use super::{Store, StoreError, orders, people, places};
use crate::domain::event::Data;
use crate::domain::medium::Medium;
use crate::domain::names::{Badge, Barcode, Digest, MediumId, OrderId, PersonId, PlaceCode, PlaceId};
use crate::domain::order::Order;
use crate::domain::person::Person;
use crate::domain::place::Place;
use crate::domain::policy::Policy;
use crate::domain::rules::Effect;
use crate::domain::time::Timestamp;
use crate::domain::world::Clock;
use crate::ledger::entry::{Entry, Link, entry_hash};
use crate::ledger::head::Head;

/// The record at one moment, inside a transaction.
#[derive(Debug)]
pub struct View<'a> {
    connection: &'a Connection,
    pub(super) policy: Policy,
    pub(super) clock: Clock,
    /// How many entries the log has, and the hash of the last.
    pub(super) head: (u64, Digest),
    read: Read,
    /// What was recorded and is not written yet.
    pub(super) held: RefCell<Held<'a>>,
}

/// What was read: a step asks for its medium more than once, and many steps and lists for the same people and places.
#[derive(Debug, Default)]
struct Read {
    medium: RefCell<Option<Medium>>,
    badges: Memo<Badge, Person>,
    people: Memo<PersonId, Person>,
    names: Memo<PersonId, String>,
    codes: Memo<PlaceCode, Place>,
    places: Memo<PlaceId, Place>,
    orders: Memo<OrderId, Order>,
}

impl<'a> View<'a> {
    pub(super) fn load(connection: &'a Connection) -> Result<Self, StoreError> {
        let mut policy = Policy::default();
        let mut statement = connection.prepare_cached("SELECT name, value FROM policy")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (name, value): (String, String) = (row.get(0)?, row.get(1)?);
            let bad = StoreError::Projection { table: "policy", column: "value" };
            policy = policy.with(&name, &value).ok_or(bad)?;
        }
        let clock = connection
            .prepare_cached("SELECT at, held, size, hash FROM head")?
            .query_row([], |row| {
                let clock = (row.get::<_, i64>(0)?, row.get::<_, i64>(1)? != 0);
                Ok((clock, row.get::<_, i64>(2)?, row.get::<_, [u8; 32]>(3)?))
            })
            .optional()?;
        let (clock, head) =
            clock.map_or((Clock::default(), (0, Digest::ZERO)), |((at, held), size, hash)| {
                let clock = Clock { last: Some(Timestamp::from_millis(at)), held };
                (clock, (u64::try_from(size).unwrap_or_default(), Digest(hash)))
            });
        Ok(Self { connection, policy, clock, head, read: Read::default(), held: RefCell::default() })
    }

    /// A view whose policy and clock are not asked for, for they may be what is broken.
    pub(super) fn blank(connection: &'a Connection) -> Self {
        Self::known(connection, Policy::default(), &Head::default())
    }

    /// A view of which policy and end of the log are known.
    pub(super) fn known(connection: &'a Connection, policy: Policy, head: &Head) -> Self {
        let (clock, head) = (head.clock, (head.size(), head.hash));
        Self { connection, policy, clock, head, read: Read::default(), held: RefCell::default() }
    }

    /// Forgets what may be other than it was read, for this is about to be written.
    pub(super) fn forget(&self, effect: &Effect) {
        self.read.medium.take();
        if !matches!(effect, Effect::Medium { .. } | Effect::Counted(..) | Effect::Stray(..) | Effect::None) {
            self.read.badges.forget();
            self.read.people.forget();
            self.read.names.forget();
            self.read.codes.forget();
            self.read.places.forget();
            self.read.orders.forget();
        }
    }

    pub(super) fn by_badge(&self, badge: &Badge) -> Result<Option<Person>, StoreError> {
        self.read.badges.get(badge, || people::by_badge(self.connection, badge))
    }

    pub(super) fn person_of(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        self.read.people.get(&id, || people::by_id(self.connection, id))
    }

    /// The name of a person; none if it was forgotten.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn name_of(&self, id: PersonId) -> Result<Option<String>, StoreError> {
        self.read.names.get(&id, || people::name_of(self.connection, id))
    }

    pub(super) fn by_code(&self, code: &PlaceCode) -> Result<Option<Place>, StoreError> {
        self.read.codes.get(code, || places::by_code(self.connection, code))
    }

    pub(super) fn place_of(&self, id: PlaceId) -> Result<Option<Place>, StoreError> {
        self.read.places.get(&id, || places::by_id(self.connection, id))
    }

    pub(super) fn order_of(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        self.read.orders.get(&id, || orders::by_id(self.connection, id))
    }

    /// The medium of this identity.
    pub(super) fn medium_of(&self, id: MediumId) -> Result<Option<Medium>, StoreError> {
        static SQL: LazyLock<String> = LazyLock::new(|| format!("{} WHERE m.id = ?1", *SELECT_MEDIUM));
        if let Some(last) = self.read.medium.borrow().as_ref().filter(|last| last.id == id) {
            return Ok(Some(last.clone()));
        }
        let mut statement = self.connection()?.prepare_cached(&SQL)?;
        let mut rows = statement.query([int(id.0)])?;
        let medium = rows.next()?.map(medium_from).transpose()?;
        self.read.medium.replace(medium.clone());
        Ok(medium)
    }

    /// The connection, once it has all that was recorded.
    pub(super) fn connection(&self) -> Result<&'a Connection, StoreError> {
        if !self.held.borrow().is_empty() {
            self.held.borrow_mut().write(self.connection)?;
        }
        Ok(self.connection)
    }

    /// The connection for what does not touch entries, barcodes and media.
    pub(super) const fn raw(&self) -> &'a Connection {
        self.connection
    }

    /// The link of the next entry of a medium's chain, which must be this number in it, and of the barcode that it had before. What its table says is held against
    /// the log: an honest scan must not go on from a number or a hash that somebody wrote there.
    pub(super) fn next_link(&self, id: MediumId, mseq: u64, barcode: &Barcode) -> Result<Link, StoreError> {
        let last: Option<(String, Option<[u8; 32]>)> = self
            .connection()?
            .prepare_cached(
                "SELECT body, (SELECT mhash FROM medium WHERE id = ?1) FROM event WHERE medium = ?1
                 ORDER BY seq DESC LIMIT 1",
            )?
            .query_row([int(id.0)], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let link = last.and_then(|(body, kept)| {
            let mprev = entry_hash(body.as_bytes());
            let last = Entry::decode(&body).ok()?;
            let given = if let Data::Relabel { new, .. } = &last.event.data {
                Some(new)
            } else {
                last.event.data.barcode()
            };
            let same = kept == Some(mprev.0) && last.link?.mseq + 1 == mseq && given == Some(barcode);
            same.then_some(Link { mseq, mprev })
        });
        link.ok_or(StoreError::Projection { table: "medium", column: "mhash" })
    }
}

pub(super) fn medium_from(row: &Row<'_>) -> Result<Medium, StoreError> {
    Cells::new(row, "medium", &MEDIUM).medium(Part::All).map(|(medium, _)| medium)
}

/// So much of it as is needed.
pub(super) fn part_from(row: &Row<'_>, part: Part) -> Result<Medium, StoreError> {
    Cells::new(row, "medium", &MEDIUM).medium(part).map(|(medium, _)| medium)
}

/// The beginning of what reads media; nothing stands for what is not needed.
fn select(without: &[&str]) -> String {
    let column = |name: &str| {
        let left_out = without.iter().any(|part| name.starts_with(part));
        if left_out { "NULL".to_owned() } else { format!("m.{name}") }
    };
    format!("SELECT {} FROM medium m", MEDIUM.map(column).join(", "))
}

/// The beginning of what lists media.
pub(super) static SELECT_LISTED: LazyLock<String> = LazyLock::new(|| select(&["prior_"]));
/// The beginning of what weighs media.
pub(super) static SELECT_WEIGHED: LazyLock<String> = LazyLock::new(|| {
    select(&["prior_", "class", "system", "period_", "info", "persons", "encrypted", "legal_hold"])
});

/// The beginning of what reads media whole.
pub(super) static SELECT_MEDIUM: LazyLock<String> = LazyLock::new(|| select(&[]));

impl Store {
    /// Runs `look` on one unchanging state of the record.
    ///
    /// # Errors
    /// When it cannot be read, or `look` fails.
    pub fn read<T, E: From<StoreError>>(&self, look: impl FnOnce(&View<'_>) -> Result<T, E>) -> Result<T, E> {
        let begun = self.connection.unchecked_transaction().map_err(StoreError::from)?;
        let version = data_version(&begun).map_err(StoreError::from)?;
        let known = self.known.borrow().as_ref().filter(|known| known.version == version).cloned();
        look(&match known {
            Some(known) => View::known(&begun, known.policy, &known.end.head),
            None => View::load(&begun)?,
        })
    }
}

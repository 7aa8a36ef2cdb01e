//! What the rules ask the record, answered from the tables.

use rusqlite::params;

use super::cells::int;
use super::view::View;
use super::{StoreError, audited, audits, barcodes, orders, people, places};
use crate::domain::audit::judge::Tree;
use crate::domain::audit::{Audit, Audited, StrayLabel};
use crate::domain::medium::Medium;
use crate::domain::names::{
    AuditId, Badge, Barcode, Digest, MediumId, OrderId, PersonId, PlaceCode, PlaceId, Serial,
};
use crate::domain::order::{Marks, Order};
use crate::domain::person::Person;
use crate::domain::place::Place;
use crate::domain::policy::Policy;
use crate::domain::world::{Clock, Holder, Occupants, World};

impl World for View<'_> {
    type Error = StoreError;

    fn medium(&self, id: MediumId) -> Result<Option<Medium>, StoreError> {
        self.medium_of(id)
    }

    fn holder(&self, barcode: &Barcode) -> Result<Option<Holder>, StoreError> {
        if let Some(medium) = self.held.borrow().holder(barcode) {
            return Ok(Some(Holder { medium, current: true }));
        }
        barcodes::one(self.raw(), barcode)
    }

    fn holders(&self, barcodes: &[Barcode]) -> Result<Vec<Option<Holder>>, StoreError> {
        barcodes::many(self.connection()?, barcodes)
    }

    fn by_volser(&self, volser: &str) -> Result<Vec<MediumId>, StoreError> {
        let mut statement = self.connection()?.prepare_cached(
            "SELECT medium FROM barcode WHERE volser = ?1 AND ended IS NULL ORDER BY text LIMIT 20",
        )?;
        let mut rows = statement.query([volser])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.extend(u64::try_from(row.get::<_, i64>(0)?).ok().map(MediumId));
        }
        Ok(all)
    }

    fn by_serial(&self, serial: &Serial) -> Result<Option<MediumId>, StoreError> {
        if let Some(medium) = self.held.borrow().by_serial(serial) {
            return Ok(Some(medium));
        }
        self.id("SELECT id FROM medium WHERE serial = ?1", serial.as_str())
    }

    fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        self.person_of(id)
    }

    fn person_by_badge(&self, badge: &Badge) -> Result<Option<Person>, StoreError> {
        self.by_badge(badge)
    }

    fn people(&self) -> Result<u64, StoreError> {
        people::count(self.connection()?)
    }

    fn admins(&self) -> Result<u64, StoreError> {
        people::count_admins(self.connection()?)
    }

    fn place(&self, id: PlaceId) -> Result<Option<Place>, StoreError> {
        self.place_of(id)
    }

    fn place_by_code(&self, code: &PlaceCode) -> Result<Option<Place>, StoreError> {
        self.by_code(code)
    }

    fn children(&self, id: PlaceId) -> Result<u64, StoreError> {
        places::count_in(self.connection()?, id)
    }

    fn occupants(&self, id: PlaceId) -> Result<Occupants, StoreError> {
        let (count, one) = self
            .connection()?
            .prepare_cached(
                "SELECT count(*), min(id) FROM medium WHERE place = ?1 AND state IN ('vaulted', 'in_device')",
            )?
            .query_row(params![int(id.0)], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?))
            })?;
        let one = one.and_then(|id| u64::try_from(id).ok()).map(MediumId);
        Ok(Occupants { count: u64::try_from(count).unwrap_or_default(), one })
    }

    fn some_in(&self, id: PlaceId) -> Result<Vec<MediumId>, StoreError> {
        let mut statement = self.connection()?.prepare_cached(
            "SELECT id FROM medium WHERE place = ?1 AND state IN ('vaulted', 'in_device') ORDER BY id LIMIT 10",
        )?;
        let mut rows = statement.query([int(id.0)])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.extend(u64::try_from(row.get::<_, i64>(0)?).ok().map(MediumId));
        }
        Ok(all)
    }

    fn order(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        self.order_of(id)
    }

    fn line(&self, order: OrderId, medium: MediumId) -> Result<Option<Marks>, StoreError> {
        orders::line(self.connection()?, order, medium)
    }

    fn lines(&self, order: OrderId) -> Result<Vec<(MediumId, Marks)>, StoreError> {
        orders::lines(self.connection()?, order)
    }

    fn listed(&self, medium: MediumId) -> Result<Vec<OrderId>, StoreError> {
        orders::listed(self.connection()?, medium)
    }

    fn open_nights(&self, order: OrderId) -> Result<u64, StoreError> {
        orders::open_nights(self.connection()?, order)
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn clock(&self) -> Clock {
        self.clock
    }

    fn audit(&self, id: AuditId) -> Result<Option<Audit>, StoreError> {
        audits::by_id(self.connection()?, id)
    }

    fn open_audits(&self) -> Result<Vec<Audit>, StoreError> {
        audits::open(self.connection()?)
    }

    fn each_expected(
        &self,
        scope: Option<PlaceId>,
        each: &mut dyn FnMut(MediumId),
    ) -> Result<(), StoreError> {
        audits::each_expected(self.connection()?, scope, each)
    }

    fn each_audited(
        &self,
        audit: &Audit,
        each: &mut dyn FnMut(&Audited) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        audited::each(self.connection()?, audit, each)
    }

    fn counted_any(&self, audit: AuditId) -> Result<bool, StoreError> {
        audits::counted_any(self.connection()?, audit)
    }

    fn recounted_places(&self, audit: AuditId) -> Result<Vec<PlaceId>, StoreError> {
        audits::recounted_places(self.connection()?, audit)
    }

    fn counts_in(&self, audit: AuditId, person: PersonId, first: bool) -> Result<bool, StoreError> {
        let sql =
            "SELECT EXISTS (SELECT 1 FROM audit_counter WHERE audit = ?1 AND person = ?2 AND first >= ?3)";
        let key = params![int(audit.0), int(person.0), first];
        Ok(self.connection()?.prepare_cached(sql)?.query_row(key, |row| row.get(0))?)
    }

    fn stray_labels(&self, audit: AuditId) -> Result<Vec<StrayLabel>, StoreError> {
        audits::labels(self.connection()?, audit)
    }

    fn tree(&self) -> Result<Tree, StoreError> {
        places::tree(self.connection()?)
    }

    fn vaults(&self) -> Result<Vec<Place>, StoreError> {
        places::vaults(self.connection()?)
    }

    fn head(&self) -> (u64, Digest) {
        self.head
    }
}

//! What the rules ask the record, answered from memory.

use std::convert::Infallible;

use super::{Enrolled, Replay, Tenure};
use crate::domain::audit::judge::Tree;
use crate::domain::audit::{Audit, Audited, Stand, StrayLabel};
use crate::domain::custody::State;
use crate::domain::medium::Medium;
use crate::domain::names::{
    AuditId, Badge, Barcode, Digest, MediumId, OrderId, PersonId, PlaceCode, PlaceId, Serial,
};
use crate::domain::order::{Marks, Order};
use crate::domain::person::Person;
use crate::domain::place::{Place, PlaceKind};
use crate::domain::policy::Policy;
use crate::domain::world::{Clock, Holder, Occupants, World};

impl World for Replay {
    type Error = Infallible;

    fn medium(&self, id: MediumId) -> Result<Option<Medium>, Infallible> {
        Ok(self.media.get(id))
    }

    fn state(&self, id: MediumId) -> Result<Option<State>, Infallible> {
        Ok(self.media.state(id))
    }

    fn holder(&self, barcode: &Barcode) -> Result<Option<Holder>, Infallible> {
        let holder = |t: Tenure| Holder { medium: t.medium, current: t.until.is_none() };
        Ok(self.media.tenure(barcode).map(holder))
    }

    fn by_volser(&self, volser: &str) -> Result<Vec<MediumId>, Infallible> {
        Ok(self.media.by_volser(volser))
    }

    fn by_serial(&self, serial: &Serial) -> Result<Option<MediumId>, Infallible> {
        Ok(self.media.by_serial(serial))
    }

    fn person(&self, id: PersonId) -> Result<Option<Person>, Infallible> {
        Ok(self.people.get(&id).map(|enrolled| enrolled.person.clone()))
    }

    fn person_by_badge(&self, badge: &Badge) -> Result<Option<Person>, Infallible> {
        self.badges.get(badge).map_or(Ok(None), |id| self.person(*id))
    }

    fn people(&self) -> Result<u64, Infallible> {
        Ok(u64::try_from(self.people.len()).unwrap_or(u64::MAX))
    }

    fn admins(&self) -> Result<u64, Infallible> {
        let admin = |e: &&Enrolled| e.person.keeps_the_keys();
        Ok(u64::try_from(self.people.values().filter(admin).count()).unwrap_or(u64::MAX))
    }

    fn place(&self, id: PlaceId) -> Result<Option<Place>, Infallible> {
        Ok(self.places.get(&id).cloned())
    }

    fn place_by_code(&self, code: &PlaceCode) -> Result<Option<Place>, Infallible> {
        Ok(self.codes.get(code).and_then(|id| self.places.get(id)).cloned())
    }

    fn children(&self, id: PlaceId) -> Result<u64, Infallible> {
        let child = |place: &&Place| place.parent == Some(id) && !place.retired;
        Ok(u64::try_from(self.places.values().filter(child).count()).unwrap_or(u64::MAX))
    }

    fn occupants(&self, id: PlaceId) -> Result<Occupants, Infallible> {
        Ok(Occupants { count: self.occupied.get(&id).copied().unwrap_or_default(), one: None })
    }

    fn some_in(&self, id: PlaceId) -> Result<Vec<MediumId>, Infallible> {
        let there = self.media.iter().filter(|medium| medium.custody.occupied() == Some(id));
        Ok(there.map(|medium| medium.id).take(10).collect())
    }

    fn order(&self, id: OrderId) -> Result<Option<Order>, Infallible> {
        Ok(self.orders.get(&id).cloned())
    }

    fn line(&self, order: OrderId, medium: MediumId) -> Result<Option<Marks>, Infallible> {
        Ok(self.lines.get(order, medium))
    }

    fn lines(&self, order: OrderId) -> Result<Vec<(MediumId, Marks)>, Infallible> {
        Ok(self.lines.of(order).collect())
    }

    fn listed(&self, medium: MediumId) -> Result<Vec<OrderId>, Infallible> {
        Ok(self.listed.get(&medium).cloned().unwrap_or_default())
    }

    fn open_nights(&self, order: OrderId) -> Result<u64, Infallible> {
        let later = self.orders.range(order..).map(|(_, order)| order);
        let nights = later.filter(|one| one.parent == Some(order) && one.is_open());
        Ok(u64::try_from(nights.count()).unwrap_or(u64::MAX))
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn clock(&self) -> Clock {
        self.clock
    }

    fn audit(&self, id: AuditId) -> Result<Option<Audit>, Infallible> {
        Ok(self.audits.get(id))
    }

    fn open_audits(&self) -> Result<Vec<Audit>, Infallible> {
        Ok(self.audits.open())
    }

    fn each_expected(
        &self,
        scope: Option<PlaceId>,
        each: &mut dyn FnMut(MediumId),
    ) -> Result<(), Infallible> {
        let tree = self.tree()?;
        let there = self.media.stands().filter(|(_, stand)| tree.covers(scope, stand));
        there.for_each(|(id, _)| each(id));
        Ok(())
    }

    fn each_audited(
        &self,
        audit: &Audit,
        each: &mut dyn FnMut(&Audited) -> Result<(), Infallible>,
    ) -> Result<(), Infallible> {
        let (tree, touched) = (self.tree()?, self.audits.touched(audit.id));
        // One that stands elsewhere, has not moved and was not read has nothing to do with the stocktake.
        for (id, stand) in self.media.stands() {
            if !tree.covers(audit.scope, &stand) && !touched.contains(&id) {
                continue;
            }
            let Some(medium) = self.media.get(id) else { continue };
            let outing = medium.custody.outing();
            each(&Audited {
                medium: medium.id,
                now: Stand::of(&medium.custody),
                leave: outing.map(|outing| outing.leave),
                overridden: !medium.overrides.is_empty(),
                sampled: self.audits.is_sampled(audit.id, medium.id),
                stepped_by: medium.stepped_by,
                seen_at: medium.seen.map(|seen| seen.at),
                read_at: medium.read_at,
                disputed: medium.discrepancy.is_some(),
                moves: self.audits.moves_of(audit.id, medium.id),
                counts: self.audits.counts_of(audit.id, medium.id),
            })?;
        }
        Ok(())
    }

    fn counted_any(&self, audit: AuditId) -> Result<bool, Infallible> {
        Ok(self.audits.any_count(audit))
    }

    fn recounted_places(&self, audit: AuditId) -> Result<Vec<PlaceId>, Infallible> {
        Ok(self.audits.recounted_places(audit))
    }

    fn counts_in(&self, audit: AuditId, person: PersonId, first: bool) -> Result<bool, Infallible> {
        Ok(self.audits.counts_in(audit, person, first))
    }

    fn stray_labels(&self, audit: AuditId) -> Result<Vec<StrayLabel>, Infallible> {
        Ok(self.audits.strays_of(audit))
    }

    fn tree(&self) -> Result<Tree, Infallible> {
        let mut tree = Tree::default();
        self.places.values().for_each(|place| tree.add(place));
        Ok(tree)
    }

    fn vaults(&self) -> Result<Vec<Place>, Infallible> {
        let vault = |place: &&Place| place.kind == PlaceKind::Vault && !place.retired;
        Ok(self.places.values().filter(vault).cloned().collect())
    }

    fn head(&self) -> (u64, Digest) {
        self.head
    }
}

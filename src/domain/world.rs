//! What the rules ask the record. The store answers inside its write transaction, the replay from memory.

use super::audit::judge::Tree;
use super::audit::{Audit, Audited, StrayLabel};
use super::custody::State;
use super::medium::Medium;
use super::names::{
    AuditId, Badge, Barcode, Digest, MediumId, OrderId, PersonId, PlaceCode, PlaceId, Serial,
};
use super::order::{Marks, Order};
use super::person::Person;
use super::place::Place;
use super::policy::Policy;
use super::time::Timestamp;

/// Who has a barcode, or had it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// The medium.
    pub medium: MediumId,
    /// Whether it carries the barcode now; otherwise it was given another one since.
    pub current: bool,
}

/// How many media stand in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Occupants {
    /// How many.
    pub count: u64,
    /// One of them, for the sentence that says the place is full.
    pub one: Option<MediumId>,
}

/// The ledger's own time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clock {
    /// When the last entry was recorded; none in an empty ledger.
    pub last: Option<Timestamp>,
    /// Whether the time is being held since the clock ran backwards.
    pub held: bool,
}

/// The record, as far as the rules need it.
pub trait World {
    /// Why an answer may fail to come.
    type Error;

    /// The medium with this identity.
    ///
    /// # Errors
    /// When the record cannot be read; so also below.
    fn medium(&self, id: MediumId) -> Result<Option<Medium>, Self::Error>;
    /// The state of its custody.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn state(&self, id: MediumId) -> Result<Option<State>, Self::Error> {
        Ok(self.medium(id)?.map(|medium| medium.custody.state()))
    }
    /// Who has or had this barcode, to the letter.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn holder(&self, barcode: &Barcode) -> Result<Option<Holder>, Self::Error>;
    /// Who has or had each of these barcodes; quickest where they come in their order.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn holders(&self, barcodes: &[Barcode]) -> Result<Vec<Option<Holder>>, Self::Error> {
        barcodes.iter().map(|barcode| self.holder(barcode)).collect()
    }
    /// The media whose present barcode has this volser.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn by_volser(&self, volser: &str) -> Result<Vec<MediumId>, Self::Error>;
    /// The medium with this serial number.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn by_serial(&self, serial: &Serial) -> Result<Option<MediumId>, Self::Error>;
    /// The person with this identity.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn person(&self, id: PersonId) -> Result<Option<Person>, Self::Error>;
    /// The person who carries this badge, or carried it last.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn person_by_badge(&self, badge: &Badge) -> Result<Option<Person>, Self::Error>;
    /// How many people are enrolled.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn people(&self) -> Result<u64, Self::Error>;
    /// How many people administer and can go on doing so.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn admins(&self) -> Result<u64, Self::Error>;
    /// The place with this identity.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn place(&self, id: PlaceId) -> Result<Option<Place>, Self::Error>;
    /// The place with this code, retired or not.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn place_by_code(&self, code: &PlaceCode) -> Result<Option<Place>, Self::Error>;
    /// How many places stand in this one that are not retired.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn children(&self, id: PlaceId) -> Result<u64, Self::Error>;
    /// The media that stand in this place itself.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn occupants(&self, id: PlaceId) -> Result<Occupants, Self::Error>;
    /// The first media in this place itself, ten at most, to be named in a sentence.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn some_in(&self, id: PlaceId) -> Result<Vec<MediumId>, Self::Error>;
    /// The order of this number.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn order(&self, id: OrderId) -> Result<Option<Order>, Self::Error>;
    /// How far a medium has come under an order; none if the order does not list it.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn line(&self, order: OrderId, medium: MediumId) -> Result<Option<Marks>, Self::Error>;
    /// All media that an order lists, in the order of their identities, and how far each has come.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn lines(&self, order: OrderId) -> Result<Vec<(MediumId, Marks)>, Self::Error>;
    /// The orders that are not decided against or closed and that list a medium, oldest first.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn listed(&self, medium: MediumId) -> Result<Vec<OrderId>, Self::Error>;
    /// How many nights of a standing order are not closed.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn open_nights(&self, order: OrderId) -> Result<u64, Self::Error>;
    /// The stocktake of this number.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn audit(&self, id: AuditId) -> Result<Option<Audit>, Self::Error>;
    /// The stocktakes that are being counted, oldest first.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn open_audits(&self) -> Result<Vec<Audit>, Self::Error>;
    /// The media that a stocktake of this place, or of the whole site, would expect now, in the order of their
    /// identities.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn each_expected(
        &self,
        scope: Option<PlaceId>,
        each: &mut dyn FnMut(MediumId),
    ) -> Result<(), Self::Error>;
    /// Hands every medium on which a stocktake may have something to say to `each`, in the order of identities.
    ///
    /// # Errors
    /// When the record cannot be read, or `each` fails.
    fn each_audited(
        &self,
        audit: &Audit,
        each: &mut dyn FnMut(&Audited) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error>;
    /// Whether any label of a medium was read in a stocktake.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn counted_any(&self, audit: AuditId) -> Result<bool, Self::Error>;
    /// The places where a label of a medium was read in the second count, each once.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn recounted_places(&self, audit: AuditId) -> Result<Vec<PlaceId>, Self::Error>;
    /// Whether a person has read a label in a stocktake; only in its first count, if `first`.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn counts_in(&self, audit: AuditId, person: PersonId, first: bool) -> Result<bool, Self::Error>;
    /// The labels in a count that name no medium, in the order of their entries.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn stray_labels(&self, audit: AuditId) -> Result<Vec<StrayLabel>, Self::Error>;
    /// The tree of all places.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn tree(&self) -> Result<Tree, Self::Error>;
    /// The vaults that are not retired.
    ///
    /// # Errors
    /// When the record cannot be read.
    fn vaults(&self) -> Result<Vec<Place>, Self::Error>;
    /// How many entries the log has, and the hash of the last.
    fn head(&self) -> (u64, Digest);
    /// The policy in force.
    fn policy(&self) -> &Policy;
    /// The ledger's time.
    fn clock(&self) -> Clock;
}

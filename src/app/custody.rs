//! Scans: from a barcode as it came in to an event in a medium's chain, or to a refusal that is itself
//! recorded. Each scan is a transaction of its own, so that one refused tape never holds back the others.

use std::sync::Arc;

use crate::domain::audit::AuditState;
use crate::domain::decide::{Action, Context, Deed, Departure, decide};
use crate::domain::event::{Data, How, Kind, LabelTrouble, Standing};
use crate::domain::medium::Medium;
use crate::domain::names::{AuditId, Badge, Barcode, Code, Kept, MediumId, OrderId, PlaceCode};
use crate::domain::refusal::Refusal;
use crate::domain::resolve::{barcode, label_trouble, read_label, resolve, shown};
use crate::domain::rules::{Effect, Stop};
use crate::domain::time::Timestamp;
use crate::domain::world::World;
use crate::store::{StoreError, Txn};

use super::session::{Error, Session};
use super::verbs::{Leaving, Said, Verb};
use super::who::Who;

/// One barcode as it came in.
#[derive(Debug, Clone)]
pub struct Scan<'a> {
    /// What was read.
    pub text: &'a str,
    /// By what means.
    pub how: How,
    /// When, if that was earlier.
    pub occurred: Option<Timestamp>,
}

/// What became of one scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is recorded.
    Done {
        /// The entry's number.
        seq: u64,
        /// The medium's barcode.
        barcode: Barcode,
        /// The order that the step counts under.
        under: Option<OrderId>,
    },
    /// It was refused.
    Refused {
        /// The barcode as it was read, as much as is shown of it.
        shown: String,
        /// Why.
        refusal: Box<Refusal>,
        /// The entry that says so; none if not even that could be recorded.
        seq: Option<u64>,
    },
}

impl Session {
    /// Records one scan, or its refusal.
    ///
    /// # Errors
    /// Only when the ledger cannot be written; a refusal is an outcome.
    pub fn scan(&self, who: &Who, verb: &Verb, scan: &Scan<'_>) -> Result<Outcome, Error> {
        self.store.write(|txn| {
            let context = self.context(txn, who, scan.how, scan.occurred)?;
            match self.attempt(txn, verb, scan, &context) {
                Ok(done) => Ok(done),
                Err(Error::Refused(refusal)) => {
                    let seq = record_refusal(txn, verb, scan, &context, &refusal)?;
                    let shown = shown(scan.text).map_or_else(String::new, |text| text.to_string());
                    Ok(Outcome::Refused { shown, refusal, seq })
                }
                Err(error) => Err(error),
            }
        })
    }

    /// Records a reading that is no medium's label.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub(super) fn unread(&self, who: &Who, unread: Unread, scan: &Scan<'_>) -> Result<(), Error> {
        self.store.write(|txn| {
            let mut context = self.context(txn, who, scan.how, scan.occurred)?;
            let Some(data) = unknown_label(txn, unread, scan, &mut context, None)? else { return Ok(()) };
            match decide(txn.view(), Action::Plain(data), &context) {
                Ok(decision) => Ok(txn.append(&decision).map(drop)?),
                // The clock, for one: then nothing can be recorded until that is settled.
                Err(Stop::Refused(_)) => Ok(()),
                Err(Stop::Failed(error)) => Err(error.into()),
            }
        })
    }

    fn attempt(
        &self,
        txn: &mut Txn<'_>,
        verb: &Verb,
        scan: &Scan<'_>,
        context: &Context,
    ) -> Result<Outcome, Error> {
        if let Verb::Register { serial, place } = verb {
            let label = read_label(scan.text.trim(), txn.view().policy())?;
            let barcode = barcode(&label)?;
            let action =
                Action::Register { barcode: barcode.clone(), serial: serial.clone(), place: place.clone() };
            let decision = decide(txn.view(), action, context)?;
            let seq = txn.append(&decision)?.seq;
            return Ok(Outcome::Done { seq, barcode, under: None });
        }
        let medium = resolve(txn.view(), scan.text)?;
        let (deed, kept) = self.deed(txn, verb, &medium)?;
        let decision = decide(txn.view(), Action::Medium(medium.id, deed), context)?;
        let seq = txn.append(&decision)?.seq;
        if let Some((id, salt, text)) = kept {
            txn.keep(id, &salt, text)?;
        }
        let Effect::Medium { after, line, .. } = decision.effect else {
            return Err(Refusal::Inconsistent { key: "medium" }.into());
        };
        Ok(Outcome::Done { seq, barcode: after.barcode, under: line.map(|line| line.order) })
    }

    /// The deed that a verb asks for with this medium, and the text to keep if it is done.
    fn deed<'v>(&self, txn: &Txn<'_>, verb: &'v Verb, medium: &Medium) -> Result<(Deed, Keeping<'v>), Error> {
        let told = |said: &'v Said| -> Result<_, Error> {
            let (reason, kept) = self.reason(said)?;
            let keeping = kept.zip(said.text.as_deref()).map(|((id, salt), text)| (id, salt, text));
            Ok((reason, keeping))
        };
        Ok(match verb {
            Verb::Register { .. } => return Err(Refusal::Inconsistent { key: "action" }.into()),
            Verb::Describe(telling) => {
                (Deed::Describe(Box::new(telling.after(medium.description.as_ref().map(Arc::as_ref)))), None)
            }
            Verb::Move(place) => (Deed::Move(place.clone()), None),
            Verb::CheckOut(Leaving { until, order, without }) => {
                let told = without.as_ref().map(told).transpose()?;
                let (override_why, kept) = told.map_or((None, None), |(why, kept)| (Some(why), kept));
                (Deed::CheckOut(Departure { due: *until, order: *order, override_why }), kept)
            }
            Verb::TakeOver(said) => {
                let (reason, kept) = told(said)?;
                (Deed::TakeOver(reason), kept)
            }
            Verb::Ratify => (Deed::Ratify, None),
            Verb::Destroy(method, certificate) => (Deed::Destroy(method.clone(), certificate.clone()), None),
            Verb::Load(device, element) => (Deed::Load(device.clone(), element.clone()), None),
            Verb::Eject => (Deed::Eject, None),
            Verb::CheckIn(place) => (Deed::CheckIn(place.clone()), None),
            Verb::HandOver(to) => (Deed::HandOver(to.badge().clone()), None),
            Verb::Sight(place) => (Deed::Sight(place.clone(), None), None),
            Verb::Count(audit, place) => (Deed::Sight(place.clone(), Some(*audit)), None),
            Verb::DeclareMissing(said) => {
                let (reason, kept) = told(said)?;
                (Deed::DeclareMissing(reason, None), kept)
            }
            Verb::Found(place) => (Deed::Found(place.clone()), None),
            Verb::Correct { state, place, custodian, due, said } => {
                let (reason, kept) = told(said)?;
                let to = Standing { state: *state, place: place.clone(), custodian: custodian.clone() };
                (Deed::Correct(to, *due, reason), kept)
            }
            Verb::Void => (Deed::Void, None),
            Verb::Relabel(new) => {
                let label = read_label(new.trim(), txn.view().policy())?;
                (Deed::Relabel(barcode(&label)?), None)
            }
        })
    }
}

/// A text to keep: its identity, its salt, itself.
type Keeping<'a> = Option<(Kept, [u8; 32], &'a str)>;

/// A reading that is no medium's label, as it goes on record.
#[derive(Debug, Clone)]
pub(super) struct Unread {
    /// What was to be done.
    pub(super) action: Kind,
    /// Where.
    pub(super) place: Option<PlaceCode>,
    /// Why it was not resolved.
    pub(super) why: LabelTrouble,
    /// The stocktake in whose count it was read.
    pub(super) audit: Option<AuditId>,
}

/// The event of a label that was not resolved; none if it cannot be written down.
fn unknown_label(
    txn: &Txn<'_>,
    unread: Unread,
    scan: &Scan<'_>,
    context: &mut Context,
    claimed: Option<Badge>,
) -> Result<Option<Data>, StoreError> {
    // Who may not act has still read a label that nobody knows; their badge is then only claimed.
    let active = match &context.by {
        Some(badge) => txn.view().person_by_badge(badge)?.is_some_and(|person| {
            !person.suspended && person.pin.is_some() && person.ended_at(context.at).is_none()
        }),
        None => false,
    };
    let badge = if active { None } else { context.by.take().or(claimed) };
    let (Some(label), Ok(action)) = (shown(scan.text), Code::new(unread.action.word())) else {
        return Ok(None);
    };
    let length = u64::try_from(scan.text.chars().count()).unwrap_or_default();
    let Unread { place, why, audit, .. } = unread;
    Ok(Some(Data::UnknownLabel { label, length, place, action, badge, why, audit }))
}

/// Writes the refusal into the chain of the medium that it is about, or as an unknown label.
fn record_refusal(
    txn: &mut Txn<'_>,
    verb: &Verb,
    scan: &Scan<'_>,
    context: &Context,
    refusal: &Refusal,
) -> Result<Option<u64>, StoreError> {
    // Badge and second person are named only if the record knows them; a claimed badge stands in the data.
    let known = |badge: &Option<Badge>| -> Result<Option<Badge>, StoreError> {
        let Some(badge) = badge else { return Ok(None) };
        Ok(txn.view().person_by_badge(badge)?.map(|person| person.badge))
    };
    let by = known(&context.by)?;
    let claimed = if by.is_some() { None } else { context.by.clone() };
    let mut context = Context { seq: txn.next(), by, with: None, ..context.clone() };
    if context.occurred.is_some_and(|occurred| occurred > context.at) {
        context.occurred = None;
    }
    let action = match subject(txn, scan, verb.audit().is_some())? {
        Subject::Medium(id) => {
            let Ok(why) = Code::new(refusal.code()) else { return Ok(None) };
            let (action, place) = (verb.kind(), verb.place().cloned());
            Action::Medium(id, Deed::Refused { action, place, badge: claimed, why })
        }
        Subject::Label(why) => {
            // Of a stocktake that counts no more, a label is on record like any other.
            let audit = match verb.audit() {
                Some(id) => txn.view().audit(id)?.filter(|audit| audit.state == AuditState::Open),
                None => None,
            };
            let audit = audit.map(|audit| audit.id);
            let unread = Unread { action: verb.kind(), place: verb.place().cloned(), why, audit };
            let Some(data) = unknown_label(txn, unread, scan, &mut context, claimed)? else {
                return Ok(None);
            };
            Action::Plain(data)
        }
        Subject::None => return Ok(None),
    };
    match decide(txn.view(), action, &context) {
        Ok(decision) => Ok(Some(txn.append(&decision)?.seq)),
        // The clock, for one: then nothing can be recorded until that is settled.
        Err(Stop::Refused(_)) => Ok(None),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// What a refusal is about.
enum Subject {
    Medium(MediumId),
    Label(LabelTrouble),
    None,
}

/// In a count a label that was replaced is one that no cartridge should carry, and in question like an unknown one.
fn subject(txn: &Txn<'_>, scan: &Scan<'_>, counts: bool) -> Result<Subject, StoreError> {
    let medium = match resolve(txn.view(), scan.text) {
        Ok(medium) => Some(medium.id),
        Err(Stop::Failed(error)) => return Err(error),
        Err(Stop::Refused(why)) => {
            if let Refusal::OldBarcode { .. } = *why
                && counts
            {
                return Ok(Subject::Label(LabelTrouble::Unknown));
            }
            if let Refusal::OldBarcode { new, .. } = *why {
                txn.view().holder(&new)?.map(|holder| holder.medium)
            } else if let Some(trouble) = label_trouble(&why) {
                return Ok(Subject::Label(trouble));
            } else {
                None
            }
        }
    };
    Ok(medium.map_or(Subject::None, Subject::Medium))
}

//! Stocktakes: opened over a frozen set, counted blind, closed by two people.

mod blind;
mod history;
mod pages;
mod read_in;

pub(super) use blind::hidden;
pub use history::{AuditPassage, Loss, LossStep, Passage};
pub use pages::{AuditLine, AuditPage, AuditView, Counter, Counting, Due, PlaceCount, Progress, Stray};
pub use read_in::ReadIn;
use read_in::strays_of;

use std::collections::HashSet;

use crate::domain::audit::{Audit, AuditState, Class};
use crate::domain::custody::State;
use crate::domain::decide::{Action, Deed, Reason, decide};
use crate::domain::event::{Data, How, Kind};
use crate::domain::names::{AuditId, Barcode, Code, Digest, IncidentId, MediumId, PlaceCode, PlaceId};
use crate::domain::refusal::{AuditRefusal, Refusal};
use crate::domain::resolve::{label_trouble, resolve, shown};
use crate::domain::rules::{Stop, reckon, resolve_place, roles_for, scope_of};
use crate::domain::time::Timestamp;
use crate::domain::world::World as _;
use crate::store::{StoreError, Txn, View};

use super::custody::{Outcome, Scan};
use super::session::{Error, Session};
use super::verbs::{Said, Verb};
use super::who::Who;

/// The fewest characters of a volser as tapes carry it.
const SHORTEST: usize = 6;

/// Whether a label has the form of a place's code, and no volser is so short or so written.
#[must_use]
pub fn looks_like_place(text: &str) -> bool {
    let text = text.trim();
    let volser = text.len() >= SHORTEST && !text.contains(['-', '.', '_', '/', ':']);
    !volser && PlaceCode::new(text).is_ok()
}

/// What became of one label in a count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counted {
    /// It is counted.
    Done {
        /// The entry.
        seq: u64,
        /// The medium.
        barcode: Barcode,
    },
    /// This counter had it at this place already; nothing more is on record.
    Already {
        /// The medium.
        barcode: Barcode,
    },
    /// It was refused.
    Refused {
        /// What was read.
        shown: String,
        /// Why.
        refusal: Box<Refusal>,
        /// The entry that says so, if there is one.
        seq: Option<u64>,
    },
}

/// How a stocktake ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    /// Certified or refused.
    pub state: AuditState,
    /// The last entry.
    pub seq: u64,
    /// How many media were declared missing.
    pub declared: u64,
    /// The incident that was opened.
    pub incident: Option<IncidentId>,
}

impl Session {
    /// Fixes the head for a sample of `percent` in a hundred; gives its number and that head.
    ///
    /// # Errors
    /// When it is refused, or cannot be written. So also below.
    pub fn draw_audit(
        &self,
        who: &Who,
        place: Option<&PlaceCode>,
        percent: u64,
    ) -> Result<(AuditId, Digest), Error> {
        let place = self.look(|view| Ok::<_, Error>(scope_of(view, place.cloned())?.1))?;
        let id = AuditId(self.perform(who, Action::DrawAudit(place, percent))?.seq);
        let audit = self.look(|view| Ok::<_, Error>(view.audit(id)?))?;
        let head = audit.and_then(|audit| audit.sample).map(|sample| sample.head);
        Ok((id, head.ok_or(Refusal::Inconsistent { key: "audit" })?))
    }

    /// Opens a stocktake of a place, or of the whole site.
    ///
    /// # Errors
    /// As for [`Self::draw_audit`].
    pub fn open_audit(&self, who: &Who, place: Option<&PlaceCode>) -> Result<AuditId, Error> {
        Ok(AuditId(self.perform(who, Action::OpenAudit(place.cloned()))?.seq))
    }

    /// Opens the stocktake of a sample with the auditor's number.
    ///
    /// # Errors
    /// As for [`Self::draw_audit`].
    pub fn open_drawn(&self, who: &Who, draw: AuditId, number: u64) -> Result<AuditId, Error> {
        self.perform(who, Action::OpenDrawn(draw, number))?;
        Ok(draw)
    }

    /// Begins the second count.
    ///
    /// # Errors
    /// As for [`Self::draw_audit`].
    pub fn recount(&self, who: &Who, audit: AuditId) -> Result<u64, Error> {
        Ok(self.perform(who, Action::Plain(Data::AuditRecounted { audit }))?.seq)
    }

    /// Sets the day by which a vault must be audited.
    ///
    /// # Errors
    /// As for [`Self::draw_audit`].
    pub fn set_audit_due(
        &self,
        who: &Who,
        place: &PlaceCode,
        due: Timestamp,
        said: &Said,
    ) -> Result<u64, Error> {
        let (place, why) = (place.clone(), said.why.clone());
        let action = |text| Action::Plain(Data::AuditDueSet { place, due, why, text });
        Ok(self.perform_keeping(who, said.text.as_deref(), action)?.seq)
    }

    /// The place that a text names, if it is one that is not retired and no medium's own barcode.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn place_named(&self, text: &str) -> Result<Option<PlaceCode>, Error> {
        match super::station::setting(self, text.trim())? {
            Some(super::station::Setting::Place(code)) => Ok(Some(code)),
            Some(super::station::Setting::Badge(_)) | None => Ok(None),
        }
    }

    /// The codes of all places that are not retired: what is none of them needs no look-up by [`Self::place_named`].
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn place_codes(&self) -> Result<HashSet<String>, Error> {
        self.look(|view| Ok(view.place_codes()?))
    }

    /// The stocktake that is being counted and has this place in it; there is at most one.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn audit_at(&self, place: &PlaceCode) -> Result<Option<AuditId>, Error> {
        self.look(|view| {
            let Some(place) = view.place_by_code(place)? else { return Ok(None) };
            let tree = view.tree()?;
            let covers = |audit: &Audit| audit.scope.is_none_or(|scope| tree.within(place.id, scope));
            Ok(view.open_audits()?.into_iter().find(covers).map(|audit| audit.id))
        })
    }

    /// Whether a label that names no medium may have been that of a place: it has the form of a code, and either no
    /// volser is so short or so written, or a place of this code was retired. What is read after it did not stand where
    /// the last place was read.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn may_be_place(&self, text: &str) -> Result<bool, Error> {
        if looks_like_place(text) {
            return Ok(true);
        }
        let Ok(code) = PlaceCode::new(text.trim()) else { return Ok(false) };
        self.look(|view| Ok(view.place_by_code(&code)?.is_some_and(|place| place.retired)))
    }

    /// Counts one label at a place. The same label again, by the same counter at the same place and no better
    /// read, is not recorded twice; nor is one that names no medium.
    ///
    /// # Errors
    /// When the ledger cannot be used; a refusal is an outcome.
    pub fn count(
        &self,
        who: &Who,
        audit: AuditId,
        place: &PlaceCode,
        scan: &Scan<'_>,
    ) -> Result<Counted, Error> {
        if let Some(before) = self.look(|view| already(view, who, (audit, place), scan))? {
            return Ok(before);
        }
        Ok(match self.scan(who, &Verb::Count(audit, place.clone()), scan)? {
            Outcome::Done { seq, barcode, .. } => Counted::Done { seq, barcode },
            Outcome::Refused { shown, refusal, seq } => Counted::Refused { shown, refusal, seq },
        })
    }

    /// Closes a stocktake: certified if nothing is unresolved; else what was not found is declared missing under
    /// an incident, and it is refused. All of it happens, or nothing.
    ///
    /// # Errors
    /// As for [`Self::draw_audit`].
    pub fn close_audit(&self, who: &Who, id: AuditId) -> Result<Closed, Error> {
        self.closing(who, true, |txn| {
            let context = self.context(txn, who, How::Typed, None)?;
            let audit =
                txn.view().audit(id)?.ok_or(AuditRefusal::Unknown { audit: id }).map_err(Refusal::from)?;
            may_close(txn.view(), who)?;
            let mut lost = Vec::new();
            let tally = if audit.state == AuditState::Open {
                reckon(txn.view(), &audit, context.at, &mut |audited, finding| {
                    if finding.class == Class::NotFound
                        && !matches!(audited.now.state, State::Missing | State::Destroyed)
                    {
                        lost.push(audited.medium);
                    }
                })?
            } else {
                crate::domain::audit::Tally::default()
            };
            if tally.unresolved == 0 {
                let seq = self.record(txn, who, Action::Plain(Data::AuditCertified { audit: id, tally }))?;
                return Ok(Closed { state: AuditState::Certified, seq, declared: 0, incident: None });
            }
            let missing = lost.len() as u64;
            let opened = Action::Plain(Data::IncidentOpened { audit: id, missing });
            let incident = IncidentId(self.record(txn, who, opened)?);
            let why = Code::new("audit").map_err(|_| Refusal::Inconsistent { key: "why" })?;
            for medium in lost {
                let reason = Reason { why: why.clone(), text: None };
                let deed = Deed::DeclareMissing(reason, Some((id, incident)));
                self.record(txn, who, Action::Medium(medium, deed))?;
            }
            let refused = Data::AuditRefused { audit: id, incident, tally };
            let seq = self.record(txn, who, Action::Plain(refused))?;
            let state = AuditState::Refused;
            Ok(Closed { state, seq, declared: missing, incident: Some(incident) })
        })
    }

    /// One step of several in a transaction.
    pub(super) fn record(&self, txn: &mut Txn<'_>, who: &Who, action: Action) -> Result<u64, Error> {
        // Nothing may come between them: no checkpoint that is due by itself.
        let context = self.dated(txn, who, How::Declared, None)?;
        let decision = decide(txn.view(), action, &context)?;
        Ok(txn.append(&decision)?.seq)
    }

    /// The identity of a place.
    ///
    /// # Errors
    /// A refusal when there is none of this code.
    pub fn place_id(&self, code: &PlaceCode) -> Result<PlaceId, Error> {
        self.look(|view| Ok(resolve_place(view, code)?.id))
    }
}

/// Who may not close a stocktake is told so in the same words whatever it would come to, for a counter who could ask
/// for the result would count until it is the right one.
fn may_close(view: &View<'_>, who: &Who) -> Result<(), Error> {
    let (action, badge) = (Kind::AuditCertified, who.badge().clone());
    let needs = roles_for(action);
    let roles = view.person_by_badge(&badge)?.map(|person| person.roles);
    if !roles.is_some_and(|roles| roles.has_any(needs)) {
        return Err(Refusal::RoleMissing { badge, action, needs }.into());
    }
    if !who.has_second() {
        return Err(Refusal::WitnessMissing { action }.into());
    }
    Ok(())
}

/// What became of a label that this counter has at this place already, no better read now.
fn already(
    view: &View<'_>,
    who: &Who,
    (audit, place): (AuditId, &PlaceCode),
    scan: &Scan<'_>,
) -> Result<Option<Counted>, Error> {
    // What is closed refuses by itself.
    if view.audit(audit)?.is_none_or(|audit| audit.state != AuditState::Open) {
        return Ok(None);
    }
    let medium = match resolve(view, scan.text) {
        Ok(medium) => medium,
        Err(Stop::Refused(refusal)) => {
            let label = shown(scan.text).filter(|_| label_trouble(&refusal).is_some());
            let Some(label) = label else { return Ok(None) };
            let seq = strays_of(view, who, (audit, place))?.remove(&label);
            return Ok(seq.map(|seq| Counted::Refused { shown: label.to_string(), refusal, seq: Some(seq) }));
        }
        Err(Stop::Failed(error)) => return Err(error.into()),
    };
    let (Some(place), Some(counter)) = (view.place_by_code(place)?, view.person_by_badge(who.badge())?)
    else {
        return Ok(None);
    };
    // Who takes no part in the second count is told so, whatever they read.
    let second = view.audit(audit)?.is_some_and(|audit| audit.recounted.is_some());
    if second && view.counts_in(audit, counter.id, true)? {
        return Ok(None);
    }
    let before = view.counted(audit, medium.id, place.id, counter.id)?;
    let covers = before.is_some_and(|(how, at)| {
        let better = scan.how.is_reading(false) && !how.is_reading(false);
        let moved = medium.custody.since() > at;
        !better && !moved && scan.occurred.is_none_or(|occurred| occurred <= at)
    });
    Ok(covers.then_some(Counted::Already { barcode: medium.barcode }))
}

fn code(view: &View<'_>, place: Option<PlaceId>) -> Result<Option<PlaceCode>, StoreError> {
    super::views::place_code(view, place)
}

fn barcode(view: &View<'_>, medium: MediumId) -> Result<Option<Barcode>, StoreError> {
    Ok(view.medium(medium)?.map(|medium| medium.barcode))
}

//! Hindsight: which stocktakes passed over a medium, and between which two moments it went.

use crate::domain::audit::{Audit, AuditState, Class};
use crate::domain::custody::State;
use crate::domain::event::{Data, Event, How, Kind};
use crate::domain::medium::Medium;
use crate::domain::names::{AuditId, Badge, PlaceCode};
use crate::domain::refusal::Refusal;
use crate::domain::resolve::resolve;
use crate::domain::time::Timestamp;
use crate::domain::world::World as _;
use crate::ledger::entry::Entry;
use crate::store::{StoreError, View};

use super::super::session::{Error, Session};
use super::super::views::{self, Custodian};
use super::pages::{self, AuditView};
use super::{barcode, code};

/// Where the record had a medium, as the log names it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stood {
    state: State,
    place: Option<PlaceCode>,
    custodian: Option<Badge>,
}

/// What one stocktake had to say about one medium.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// It was not yet registered, or destroyed.
    NotThere,
    /// It stood outside what was counted.
    OutOfScope,
    /// The sample did not choose it.
    NotDrawn,
    /// It is still being counted.
    Open,
    /// It was put into this class.
    Class(Class),
}

/// One stocktake in the history of one medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPassage {
    /// The stocktake.
    pub view: AuditView,
    /// What it had to say.
    pub passage: Passage,
    /// The state by the record at the opening.
    pub state: Option<State>,
    /// The place by the record at the opening.
    pub place: Option<PlaceCode>,
    /// The custodian by the record at the opening.
    pub custodian: Option<Badge>,
    /// Where, by whom, how and when it was read in it.
    pub read: Option<(PlaceCode, Option<Custodian>, How, Timestamp)>,
    /// Whether it passed although the medium had been read for the last time before, and is lost.
    pub passed_over: bool,
}

/// One step between the last reading and the first sign of the loss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LossStep {
    /// The entry.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What was recorded.
    pub kind: Kind,
    /// By whom.
    pub by: Option<Badge>,
    /// The device or place.
    pub place: Option<PlaceCode>,
    /// In whose hands it was after it.
    pub custodian: Option<Badge>,
    /// By what means the barcode came in.
    pub how: Option<How>,
}

/// The window in which a medium was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The last time that its label was read in a way that counts as proof; the registration, if it never was.
    pub last: LossStep,
    /// Whether that is a reading, and not only the registration.
    pub read: bool,
    /// The first moment when it was looked for and not found, or declared missing.
    pub until: Timestamp,
    /// The stocktake that did not find it.
    pub audit: Option<AuditId>,
    /// The steps in between.
    pub steps: Vec<LossStep>,
}

/// The place or device that a step names.
fn place_of(data: &Data) -> Option<&PlaceCode> {
    if let Data::Correct { to, .. } = data { to.place.as_ref() } else { views::place_of(data) }
}

/// Where a step leaves a medium; none if it stays where it was. A place of registration is a device, if it is
/// `resident`.
fn after(event: &Event, before: Option<&Stood>, resident: bool) -> Option<Stood> {
    let hand = |badge: Option<Badge>| Some(Stood { state: State::InHand, place: None, custodian: badge });
    let there = |state, place: &PlaceCode| Stood { state, place: Some(place.clone()), custodian: None };
    let missing = || Some(Stood { state: State::Missing, ..before?.clone() });
    let data = &event.data;
    if let Data::Register { place: Some(place), .. } = data {
        return Some(there(if resident { State::InDevice } else { State::Vaulted }, place));
    }
    if let Data::Move { place, .. } | Data::CheckIn { place, .. } = data {
        return Some(there(State::Vaulted, place));
    }
    if let Data::Load { device, .. } = data {
        return Some(there(State::InDevice, device));
    }
    if let Data::HandOver { to, .. } = data {
        return hand(Some(to.clone()));
    }
    if let Data::Correct { to, .. } = data {
        if to.state == State::Missing {
            return missing();
        }
        let (state, place, custodian) = (to.state, to.place.clone(), to.custodian.clone());
        return Some(Stood { state, place, custodian });
    }
    let kind = data.kind();
    let taken = matches!(kind, Kind::Register | Kind::CheckOut | Kind::Eject | Kind::TakeOver | Kind::Found);
    if taken {
        return hand(event.by.clone());
    }
    if kind == Kind::DeclareMissing {
        return missing();
    }
    let gone = Stood { state: State::Destroyed, place: None, custodian: None };
    (kind == Kind::Destroy).then_some(gone)
}

/// A medium's whole chain, with where it stood after each entry.
fn trail(view: &View<'_>, medium: &Medium) -> Result<Vec<(Entry, Stood)>, Error> {
    let mut all: Vec<(Entry, Stood)> = Vec::new();
    view.each_line(Some(medium.id), None, None, |line| {
        let bad = |error| StoreError::Damaged(format!("event.body: {error}"));
        let entry = Entry::decode(line).map_err(bad)?;
        let resident = match place_of(&entry.event.data) {
            Some(code) => view.place_by_code(code)?.is_some_and(|place| place.kind.is_device()),
            None => false,
        };
        let last = all.last().map(|(_, stood)| stood);
        let stood = if let Data::Void { event, .. } = entry.event.data {
            all.iter().rev().find(|(before, _)| before.seq < event).map(|(_, stood)| stood.clone())
        } else {
            after(&entry.event, last, resident)
        };
        let nowhere = Stood { state: State::Missing, place: None, custodian: None };
        let stood = stood.or_else(|| last.cloned()).unwrap_or(nowhere);
        all.push((entry, stood));
        Ok::<(), Error>(())
    })?;
    Ok(all)
}

/// Whether a label was read in an entry, also where the step was refused.
fn reads(event: &Event) -> bool {
    let kind = if let Data::Refused { action, .. } = &event.data {
        Kind::parse(action.as_str())
    } else {
        Some(event.data.kind())
    };
    kind.is_some_and(Kind::is_physical) && event.how.is_some_and(How::is_sighting)
}

fn step((entry, stood): &(Entry, Stood)) -> LossStep {
    let event = &entry.event;
    LossStep {
        seq: entry.seq,
        at: event.occurred.unwrap_or(event.at),
        kind: event.data.kind(),
        by: event.by.clone(),
        place: place_of(&event.data).cloned(),
        custodian: stood.custodian.clone(),
        how: event.how,
    }
}

/// The last reading that is proof, by the moment that the record keeps, and whether the medium's own chain tells it: one
/// of a stocktake may have come from a file.
fn proof(
    view: &View<'_>,
    medium: &Medium,
    trail: &[(Entry, Stood)],
) -> Result<Option<(LossStep, bool)>, Error> {
    let Some(read) = medium.read_at else { return Ok(None) };
    let is_it = |entry: &Entry| reads(&entry.event) && entry.event.occurred.unwrap_or(entry.event.at) == read;
    if let Some(found) = trail.iter().rev().find(|(entry, _)| is_it(entry)) {
        return Ok(Some((step(found), true)));
    }
    for audit in view.audits(None, u32::MAX)? {
        let mut readings = view.readings_of(audit.id, medium.id)?.into_iter();
        if let Some((place, counter, how, at)) = readings.find(|(.., at)| *at == read) {
            // The entry that closed the stocktake made it proof.
            let (seq, kind) = (audit.closing.unwrap_or(audit.id.0), Kind::AuditRead);
            let by = views::custodian(view, Some(counter))?.map(|who| who.badge);
            let place = code(view, Some(place))?;
            let reading = LossStep { seq, at, kind, by, place, custodian: None, how: Some(how) };
            return Ok(Some((reading, false)));
        }
    }
    Ok(None)
}

/// The window of a loss, if the medium is missing or was looked for and not found since it was read last.
fn loss(view: &View<'_>, medium: &Medium, trail: &[(Entry, Stood)]) -> Result<Option<Loss>, Error> {
    let proof = proof(view, medium, trail)?;
    let read = proof.is_some();
    let first = || trail.first().map(|first| (step(first), true));
    let Some((last, in_chain)) = proof.or_else(first) else { return Ok(None) };
    let since = last.at;
    let follows = |entry: &Entry| if in_chain { entry.seq > last.seq } else { entry.event.at > since };
    let is_declared = |entry: &Entry| matches!(entry.event.data, Data::DeclareMissing { .. });
    let after: Vec<&(Entry, Stood)> = trail.iter().filter(|(entry, _)| follows(entry)).collect();
    let mut until = after.iter().find_map(|(entry, _)| {
        // A stocktake that is being closed declares it first, and that is the stocktake's doing.
        let Data::DeclareMissing { audit, .. } = entry.event.data else { return None };
        Some((entry.event.at, audit))
    });
    for audit in view.audits(None, u32::MAX)? {
        let missed =
            view.finding_of(audit.id, medium.id)?.is_some_and(|found| found.class == Class::NotFound);
        let Some(closed) = audit.closed.filter(|closed| missed && *closed >= since) else { continue };
        if until.is_none_or(|(at, _)| closed <= at) {
            until = Some((closed, Some(audit.id)));
        }
    }
    let Some((until, audit)) = until else { return Ok(None) };
    let between = after.iter().filter(|(entry, _)| entry.event.at <= until && !is_declared(entry));
    let steps = between.map(|found| step(found)).collect();
    Ok(Some(Loss { last, read, until, audit, steps }))
}

/// Where the record had it at the opening.
fn stood_at<'t>(audit: &Audit, trail: &'t [(Entry, Stood)]) -> Option<&'t Stood> {
    trail.iter().rev().find(|(entry, _)| entry.seq <= audit.size).map(|(_, stood)| stood)
}

/// Whether an event may change where the record has its medium.
const fn moves(kind: Kind) -> bool {
    let moves = matches!(kind, Kind::Move | Kind::TakeOver | Kind::DeclareMissing | Kind::Found);
    moves || kind.is_voidable() || matches!(kind, Kind::Correct | Kind::Void | Kind::Destroy)
}

fn passage(
    view: &View<'_>,
    audit: &Audit,
    medium: &Medium,
    trail: &[(Entry, Stood)],
) -> Result<Passage, Error> {
    let stood = stood_at(audit, trail);
    let Some(stood) = stood.filter(|stood| stood.state != State::Destroyed) else {
        return Ok(Passage::NotThere);
    };
    // While it is counted, not even whether it was drawn is told.
    if matches!(audit.state, AuditState::Drawn | AuditState::Open) {
        return Ok(Passage::Open);
    }
    let finding = view.finding_of(audit.id, medium.id)?;
    if let Some(found) = finding {
        return Ok(Passage::Class(found.class));
    }
    if audit.sample.is_some() && !view.is_sampled(audit.id, medium.id)? {
        return Ok(Passage::NotDrawn);
    }
    if let Some(scope) = audit.scope {
        let place = match &stood.place {
            Some(place) => view.place_by_code(place)?,
            None => None,
        };
        let tree = view.tree()?;
        let resting = matches!(stood.state, State::Vaulted | State::InDevice | State::Missing);
        if !resting || !place.is_some_and(|place| tree.within(place.id, scope)) {
            return Ok(Passage::OutOfScope);
        }
    }
    // Neither of the two is named by a certificate: which it was follows from the steps.
    let while_open = |entry: &Entry| entry.seq > audit.size && Some(entry.seq) < audit.closing;
    let steps = |(entry, _): &(Entry, Stood)| while_open(entry) && moves(entry.event.data.kind());
    let moved = trail.iter().any(steps) || view.readings_of(audit.id, medium.id)?.is_empty();
    Ok(Passage::Class(if moved { Class::Moved } else { Class::Present }))
}

impl Session {
    /// What every stocktake had to say about one medium, the newest first, and the window of its loss.
    ///
    /// # Errors
    /// A refusal when none or more than one medium is meant; or the record cannot be read.
    pub fn audit_history(&self, text: &str) -> Result<(Vec<AuditPassage>, Option<Loss>), Error> {
        self.look(|view| {
            let medium = resolve(view, text)?;
            let trail = trail(view, &medium)?;
            let loss = loss(view, &medium, &trail)?;
            let mut all = Vec::new();
            for audit in view.audits(None, u32::MAX)? {
                if audit.state == AuditState::Drawn {
                    continue;
                }
                let stood = stood_at(&audit, &trail);
                let passage = passage(view, &audit, &medium, &trail)?;
                let reading = view.readings_of(audit.id, medium.id)?.pop();
                let read = match reading {
                    Some((place, counter, how, at)) => code(view, Some(place))?
                        .map(|place| {
                            Ok::<_, StoreError>((place, views::custodian(view, Some(counter))?, how, at))
                        })
                        .transpose()?,
                    None => None,
                };
                let gone = loss.as_ref().is_some_and(|loss| audit.closed.is_some_and(|at| at > loss.last.at));
                let passed_over = audit.state == AuditState::Certified && gone && read.is_none();
                all.push(AuditPassage {
                    view: pages::view(view, audit)?,
                    passage,
                    state: stood.map(|stood| stood.state),
                    place: stood.and_then(|stood| stood.place.clone()),
                    custodian: stood.and_then(|stood| stood.custodian.clone()),
                    read,
                    passed_over,
                });
            }
            Ok((all, loss))
        })
    }

    /// The window in which a medium was lost, if it is.
    ///
    /// # Errors
    /// As for [`Self::audit_history`].
    pub fn loss(&self, text: &str) -> Result<Option<Loss>, Error> {
        self.look(|view| {
            let medium = resolve(view, text)?;
            if barcode(view, medium.id)?.is_none() {
                return Err(Refusal::Inconsistent { key: "medium" }.into());
            }
            loss(view, &medium, &trail(view, &medium)?)
        })
    }
}

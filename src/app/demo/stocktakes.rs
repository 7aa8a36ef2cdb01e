//! The two stocktakes that passed in reality, taken as kuraban takes them.

use super::{LOST, Stage, name, place, tape};
use crate::app::audits::{Counted, Loss};
use crate::app::credentials::Signed;
use crate::app::custody::{Outcome, Scan};
use crate::app::session::{Error, Session};
use crate::app::verbs::Verb;
use crate::app::who::Who;
use crate::domain::audit::{AuditState, Class};
use crate::domain::event::How;
use crate::domain::names::{AuditId, Badge, Barcode, IncidentId, Station};
use crate::domain::refusal::Refusal;
use crate::domain::time::{HOUR, MINUTE, Timestamp};

/// A stocktake and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stocktake {
    /// When it was opened.
    pub at: Timestamp,
    /// Its number.
    pub audit: AuditId,
    /// How many media it expected.
    pub expected: u64,
    /// How many were read.
    pub seen: u64,
    /// Whether it was certified.
    pub certified: bool,
    /// The media that it did not find.
    pub missing: Vec<Barcode>,
    /// The incident that it opened.
    pub incident: Option<IncidentId>,
}

/// The people of a stocktake.
pub(super) struct Auditors {
    auditor: Who,
    counter: Who,
}

impl Auditors {
    /// Who opens and closes it, and who counts.
    pub(super) fn new(auditor: Signed, counter: Signed, station: &Station) -> Self {
        let who = |signed| Who::new(signed, None, station.clone());
        Self { auditor: who(auditor), counter: who(counter) }
    }
}

/// Nothing was recorded for weeks: two people confirm that the clock is right.
fn later(stage: &Stage, at: Timestamp) -> Result<(), Error> {
    stage.set(at);
    stage.session.confirm_clock(&stage.admin.with(stage.second.clone()))?;
    Ok(())
}

/// Takes stock of the whole site: every tape in the vault is scanned, and the two are not there to be scanned.
pub(super) fn take(stage: &Stage, at: Timestamp) -> Result<Stocktake, Error> {
    later(stage, at)?;
    let (session, people) = (&stage.session, &stage.auditors);
    let audit = session.open_audit(&people.auditor, None)?;
    let shelf = place("V1-A")?;
    for number in (1..=super::TAPES).filter(|number| !LOST.contains(number)) {
        stage.set(stage.now().plus(MINUTE));
        let text = tape(number);
        let scan = Scan { text: &text, how: How::Scanned, occurred: None };
        if let Counted::Refused { refusal, .. } = session.count(&people.counter, audit, &shelf, &scan)? {
            return Err(Error::Refused(refusal));
        }
    }
    stage.set(at.plus(HOUR));
    let closed = session.close_audit(&people.auditor.with(stage.admin.actor().clone()), audit)?;
    let page = session.audit(audit)?;
    let lost = page.lines.iter().filter(|line| line.class == Class::NotFound);
    Ok(Stocktake {
        at,
        audit,
        expected: page.view.audit.expected,
        seen: page.view.seen,
        certified: closed.state == AuditState::Certified,
        missing: lost.map(|line| line.barcode.clone()).collect(),
        incident: closed.incident,
    })
}

/// Somebody says that the two have turned up, and types their barcodes; nobody has read a label.
pub(super) fn claim(stage: &Stage, at: Timestamp) -> Result<(), Error> {
    later(stage, at)?;
    let desk = Verb::Found(place("OFFICE")?);
    for number in LOST {
        let text = tape(number);
        let scan = Scan { text: &text, how: How::Typed, occurred: None };
        if let Outcome::Refused { refusal, .. } = stage.session.scan(&stage.operator, &desk, &scan)? {
            return Err(Error::Refused(refusal));
        }
    }
    Ok(())
}

/// The window in which the first of the two was lost.
pub(super) fn window(session: &Session) -> Result<Loss, Error> {
    let first = LOST.first().copied().unwrap_or_default();
    session.loss(&tape(first))?.ok_or_else(|| Refusal::Inconsistent { key: "loss" }.into())
}

/// The badges of the people of the stocktakes.
pub(super) fn badges() -> Result<[Badge; 2], Error> {
    Ok([Badge::new("B-4001").map_err(name)?, Badge::new("B-3001").map_err(name)?])
}

//! What forms ask for, done where the ledger is.

use std::sync::Arc;

use super::form::{Act, By};
use super::message::Message;
use super::worker::Desk;
use crate::app::{Claim, Closed, Error, Open, OrderError, Outcome, Scan, Session, Signed, Verb, Who};
use crate::domain::event::How;
use crate::domain::names::{AuditId, Badge, Barcode, OrderId, PlaceCode};
use crate::domain::time::Timestamp;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acted {
    /// An order was asked for.
    Requested(OrderId),
    /// An order was approved.
    Approved(OrderId, u64),
    /// An order was turned down.
    Rejected(OrderId, u64),
    /// An order was given more time.
    Extended(OrderId, Timestamp, u64),
    /// An order was closed.
    Closed(OrderId, u64),
    /// A check-out without an order was ratified.
    Ratified(Barcode, u64),
    /// A stocktake was opened.
    AuditOpened(AuditId, Option<PlaceCode>),
    /// The second count was begun.
    Recounted(AuditId, u64),
    /// A stocktake was closed.
    AuditClosed(AuditId, Closed),
    /// The shift was handed over, from and to whom, with this open.
    ShiftDone(Badge, Badge, u64, Open),
}

impl Desk {
    /// Does what a form asks, or says why not.
    pub(super) fn act(&mut self, act: &Act) -> Message {
        match self.done(act) {
            Ok(acted) => Message::Acted(Box::new(acted), self.station.standing()),
            Err(error) => {
                if let OrderError::Other(error) = &error {
                    self.part(error);
                }
                Message::Declined(Arc::new(error), self.station.standing())
            }
        }
    }

    fn done(&mut self, act: &Act) -> Result<Acted, OrderError> {
        self.session()?;
        let Some(session) = &self.session else { return Err(Error::NoRandomness.into()) };
        Ok(match act {
            Act::Request(new) => Acted::Requested(session.request(&self.here()?, new)?),
            Act::Approve(order, by) => {
                Acted::Approved(*order, session.approve(&self.who(session, by)?, *order)?)
            }
            Act::Reject(order, said, by) => {
                Acted::Rejected(*order, session.reject(&self.who(session, by)?, *order, said)?)
            }
            Act::Extend(order, until, by) => {
                Acted::Extended(*order, *until, session.extend(&self.who(session, by)?, *order, *until)?)
            }
            Act::Close(order, missing, said, by) => {
                let who = self.who(session, by)?;
                Acted::Closed(*order, session.close(&who, *order, missing, said.as_ref())?)
            }
            Act::Ratify(medium, by) => {
                let who = self.who(session, by)?;
                let text = format!("#{medium}");
                let scan = Scan { text: &text, how: How::Typed, occurred: None };
                match session.scan(&who, &Verb::Ratify, &scan)? {
                    Outcome::Done { barcode, seq, .. } => Acted::Ratified(barcode, seq),
                    Outcome::Refused { refusal, .. } => return Err(Error::Refused(refusal).into()),
                }
            }
            Act::OpenAudit(place, by) => {
                let audit = session.open_audit(&self.who(session, by)?, place.as_ref())?;
                Acted::AuditOpened(audit, place.clone())
            }
            Act::Recount(audit, by) => {
                Acted::Recounted(*audit, session.recount(&self.who(session, by)?, *audit)?)
            }
            Act::CloseAudit(audit, by, with, pin) => {
                let claim = Claim { badge: with, pin: Some(pin) };
                let who = self.who(session, by)?.with(session.sign_on(claim, &self.setup.station)?);
                Acted::AuditClosed(*audit, session.close_audit(&who, *audit)?)
            }
            Act::Shift(pin, to, to_pin) => {
                let from = self.here()?.badge().clone();
                let sign = |badge, pin| session.sign_on(Claim { badge, pin: Some(pin) }, &self.setup.station);
                let (own, next) = (sign(&from, pin)?, sign(to, to_pin)?);
                let who = Who::new(own, Some(next.clone()), self.setup.station.clone());
                let (seq, open) = session.hand_shift_over(&who)?;
                self.station.relieve(session, next)?;
                Acted::ShiftDone(from, to.clone(), seq, open)
            }
        })
    }

    /// Who stands before the station.
    fn here(&self) -> Result<Who, Error> {
        let action = crate::domain::event::Kind::OrderRequested;
        let nobody = || Error::from(crate::domain::refusal::Refusal::NoActor { action });
        let badge = self.station.standing().person.ok_or_else(nobody)?;
        let signed = self.station.signed(&badge).cloned().ok_or_else(nobody)?;
        Ok(Who::new(signed, None, self.setup.station.clone()))
    }

    /// Who is named: whoever stands here has signed on, everybody else gives their PIN.
    fn who(&self, session: &Session, (badge, pin): &By) -> Result<Who, Error> {
        let signed: Signed = match (self.station.signed(badge), pin) {
            (Some(signed), None) => signed.clone(),
            (_, pin) => session.sign_on(Claim { badge, pin: pin.as_ref() }, &self.setup.station)?,
        };
        Ok(Who::new(signed, None, self.setup.station.clone()))
    }
}

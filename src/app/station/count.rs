//! Counting at a station: the place decides which stocktake a label counts in.

use super::{Answer, Reading, Station};
use crate::app::audits::Counted;
use crate::app::credentials::Signed;
use crate::app::custody::Scan;
use crate::app::session::{Error, Session};
use crate::app::verbs::Verb;
use crate::app::who::Who;
use crate::domain::names::{AuditId, PlaceCode};
use crate::domain::resolve::label_trouble;

impl Station {
    /// The place that is counted from now on, in the stocktake that it belongs to.
    pub(super) fn count_at(&mut self, session: &Session, code: PlaceCode) -> Result<Answer, Error> {
        self.begin_batch();
        self.audit = session.audit_at(&code)?;
        if self.audit.is_none() {
            self.place = None;
            return Ok(Answer::NoAudit(code));
        }
        self.place = Some(code.clone());
        Ok(Answer::Place(code))
    }

    /// One label in the count.
    pub(super) fn count(
        &mut self,
        session: &Session,
        by: Signed,
        (audit, place): (AuditId, &PlaceCode),
        reading: &Reading,
    ) -> Result<Answer, Error> {
        let who = Who::new(by, None, self.name.clone());
        let scan = Scan { text: &reading.text, how: reading.how, occurred: None };
        Ok(match session.count(&who, audit, place, &scan)? {
            Counted::Done { seq, barcode } => {
                let verb = Box::new(Verb::Count(audit, place.clone()));
                Answer::Done { barcode, verb, seq, under: None }
            }
            Counted::Already { barcode } => Answer::CountedBefore { barcode },
            Counted::Refused { shown, refusal, seq } => {
                if label_trouble(&refusal).is_some() && session.may_be_place(&reading.text)? {
                    (self.place, self.audit) = (None, None);
                }
                Answer::Refused { shown, refusal, seq }
            }
        })
    }
}

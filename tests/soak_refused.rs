//! Refused scans in the model: what stays of them in the chain of their medium, or as a label that names none.

use kuraban::domain::audit::AuditState;
use kuraban::domain::event::{Kind, LabelTrouble};
use serde_json::json;

use crate::soak_model::{Count, Entry, Id, Model, Moment, Stray};
use crate::soak_rules::Scan;
use crate::soak_steps::witness;
use crate::soak_world::{Nothing, Pair, physical, proves};

impl Model {
    /// Counts a label in a stocktake.
    pub(crate) fn count(&mut self, audit: Id, count: Count) {
        let audit = self.audits.get_mut(&audit).unwrap();
        let again = audit.recounted.is_some();
        audit.counters.entry(count.counter).or_insert(!again);
        audit.counts.push(Count { again, ..count });
    }

    /// Records that a scan was refused: in the chain of its medium, or as a label that names none.
    pub(crate) fn refuse(&mut self, scan: &Scan<'_>, why: &'static str) -> Option<Id> {
        let known = self.person(scan.pair.by).map(|person| person.badge.clone());
        let claimed = (known.is_none()).then(|| scan.pair.by.to_owned());
        let meant = match self.meant(scan.text) {
            Err(Nothing::Old(id)) if scan.audit.is_none() => Ok(id),
            Err(Nothing::Old(_)) => Err(Nothing::Unknown),
            other => other,
        };
        if self.is_ahead() {
            return None;
        }
        let occurred = scan.occurred.filter(|occurred| *occurred <= self.at());
        let (kind, place) = (scan.verb.kind(), scan.verb.place());
        let id = match meant {
            Ok(id) => id,
            Err(nothing) => return Some(self.unknown(scan, &nothing, (known, claimed), occurred)),
        };
        let mut medium = self.media[&id].clone();
        medium.mseq += 1;
        let by = self.person(scan.pair.by).map(|person| person.id);
        if physical(kind) {
            let own = kind == Kind::Sight && by.is_some_and(|by| self.is_own(&medium, by));
            let spot = place.and_then(|code| self.place(code)).map(|place| place.id);
            let at = occurred.unwrap_or_else(|| self.at());
            witness(&mut medium, at, spot, scan.how, !own && proves(scan.how, false));
        }
        let data = json!({ "barcode": medium.barcode, "action": kind.word(), "place": place,
            "badge": claimed, "why": why });
        let plain = Scan { occurred, pair: Pair { with: None, ..scan.pair }, ..*scan };
        let entry = self.entry(Kind::Refused, &plain, Some((id, medium.mseq)), data);
        self.media.insert(id, medium);
        Some(self.enter(Entry { by: known, ..entry }))
    }

    /// Records a label that names no medium; who may not act is then only claimed.
    fn unknown(
        &mut self,
        scan: &Scan<'_>,
        nothing: &Nothing,
        (known, claimed): (Option<String>, Option<String>),
        occurred: Option<Moment>,
    ) -> Id {
        let active = known.is_some() && self.idle(scan.pair.by).is_none();
        let badge = if active { None } else { known.clone().or(claimed) };
        let why = match nothing {
            Nothing::Unreadable => LabelTrouble::Unreadable,
            Nothing::Ambiguous => LabelTrouble::Ambiguous,
            Nothing::Unknown | Nothing::Old(_) => LabelTrouble::Unknown,
        };
        let open = |id: &Id| self.audits.get(id).is_some_and(|audit| audit.state == AuditState::Open);
        let audit = scan.audit.filter(open);
        let (label, length) = (scan.text, scan.text.chars().count());
        let place = scan.verb.place();
        let data = json!({ "label": label, "length": length, "place": place,
            "action": scan.verb.kind().word(), "badge": badge, "why": why.word(), "audit": audit });
        let plain = Scan { occurred, pair: Pair { with: None, ..scan.pair }, ..*scan };
        let entry = self.entry(Kind::UnknownLabel, &plain, None, data);
        let seq = self.enter(Entry { by: known.filter(|_| active), ..entry });
        if let Some(audit) = audit {
            self.stray(audit, scan.text, place, why, active.then_some(scan.pair.by), seq);
        }
        seq
    }

    pub(crate) fn stray(
        &mut self,
        audit: Id,
        text: &str,
        place: Option<&str>,
        why: LabelTrouble,
        by: Option<&str>,
        seq: Id,
    ) {
        let place = place.and_then(|code| self.place(code)).map(|place| place.id);
        let counter = by.and_then(|by| self.person(by)).map(|person| person.id);
        let audit = self.audits.get_mut(&audit).unwrap();
        let again = audit.recounted.is_some();
        audit.strays.push(Stray { seq, text: text.to_owned(), place, why, counter, again });
    }
}

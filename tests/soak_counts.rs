//! Counting in the model: label by label, or a file of them; what this counter has there already is not counted again.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use kuraban::domain::event::{How, Kind, LabelTrouble};
use kuraban::domain::place::PlaceKind;
use serde_json::json;

use crate::soak_acts::{Foreseen, Oracle};
use crate::soak_model::{Count, Entry, Id, Model, Stray};
use crate::soak_rules::Scan;
use crate::soak_world::{No, Nothing, Pair, proves};

impl Model {
    /// The labels that name no medium and that this person has on record at this place, in this count.
    fn strays_of(&self, id: Id, badge: &str, code: &str) -> BTreeMap<String, Id> {
        let place = self.place(code).map(|place| place.id);
        let counter = self.person(badge).map(|person| person.id);
        let strays = self.audits.get(&id).into_iter().flat_map(|audit| {
            let again = audit.recounted.is_some();
            let own =
                move |stray: &&Stray| (stray.place, stray.counter, stray.again) == (place, counter, again);
            audit.strays.iter().filter(own)
        });
        strays.map(|stray| (stray.text.clone(), stray.seq)).collect()
    }

    /// The best reading of a medium that a counter has at a place: proof before the rest, then the latest.
    fn counted(&self, id: Id, medium: Id, place: Id, counter: Id) -> Option<Count> {
        let own = |count: &&Count| (count.medium, count.place, count.counter) == (medium, place, counter);
        let all = self.audits[&id].counts.iter().filter(own);
        all.max_by_key(|count| (proves(count.how, false), count.at)).copied()
    }

    /// Counts one label; what this counter has there already is not recorded again.
    pub(crate) fn count_one(&mut self, scan: &Scan<'_>, oracle: &Oracle<'_>) -> Foreseen {
        let (id, code) = (scan.audit.unwrap(), scan.verb.place().unwrap());
        if !self.unless_open(id).is_empty() {
            return self.scan(scan, oracle);
        }
        match self.meant(scan.text) {
            Err(Nothing::Old(_)) => {}
            Err(nothing) => {
                if let Some(seq) = self.strays_of(id, scan.pair.by, code).get(scan.text) {
                    return Foreseen::refused(vec![nothing.code()], Some(*seq));
                }
            }
            Ok(medium) => {
                if let Some(place) = self.place(code)
                    && let Some(counter) = self.person(scan.pair.by)
                    && !self.counted_first(id, scan.pair.by)
                    && let Some(before) = self.counted(id, medium, place.id, counter.id)
                {
                    let medium = &self.media[&medium];
                    let better = proves(scan.how, false) && !proves(before.how, false);
                    let moved = medium.custody.since > before.at;
                    if !better && !moved && scan.occurred.is_none_or(|occurred| occurred <= before.at) {
                        return Foreseen::done(format!("already {}", medium.barcode));
                    }
                }
            }
        }
        self.scan(scan, oracle)
    }

    /// Counts a file, or a library's inventory.
    pub(crate) fn read_in(
        &mut self,
        pair: Pair<'_>,
        id: Id,
        code: &str,
        how: How,
        texts: &[String],
    ) -> Foreseen {
        let (mut known, mut strays) = (BTreeSet::new(), Vec::new());
        for text in texts {
            match self.meant(text) {
                Ok(medium) => drop(known.insert(medium)),
                Err(nothing) => {
                    let old = matches!(nothing, Nothing::Old(_));
                    strays.push((text, if old { Nothing::Unknown } else { nothing }));
                }
            }
        }
        let all = known.len();
        if let (Some(place), Some(counter), true) =
            (self.place(code), self.person(pair.by), self.audits.contains_key(&id))
        {
            let there = |medium: &Id| {
                let before = self.counted(id, *medium, place.id, counter.id);
                before.is_some_and(|before| {
                    proves(before.how, false) >= proves(how, false)
                        && self.media[medium].custody.since <= before.at
                })
            };
            known.retain(|medium| !there(medium));
        }
        if !known.is_empty() {
            let done = self.whole(|model| model.read_list(pair, id, code, how, &known));
            if !done.no.is_empty() {
                return done;
            }
        }
        let told: Vec<String> = strays.iter().map(|(text, why)| format!("{text} {}", why.code())).collect();
        let told = format!("{} counted, {} already, {told:?}", known.len(), all - known.len());
        if strays.is_empty() {
            return Foreseen::done(told);
        }
        self.whole(|model| {
            let mut before = model.strays_of(id, pair.by, code);
            for (text, nothing) in &strays {
                if before.contains_key(*text) {
                    continue;
                }
                model.begin(pair);
                model.allow(Kind::UnknownLabel, pair, |model| model.unless_open(id))?;
                let why = match nothing {
                    Nothing::Unreadable => LabelTrouble::Unreadable,
                    Nothing::Ambiguous => LabelTrouble::Ambiguous,
                    Nothing::Unknown | Nothing::Old(_) => LabelTrouble::Unknown,
                };
                let data = json!({ "label": text, "length": text.chars().count(), "place": code,
                    "action": "sight", "badge": null, "why": why.word(), "audit": id });
                let seq = model.push(Kind::UnknownLabel, pair, data);
                model.read_by(how);
                model.stray(id, text, Some(code), why, Some(pair.by), seq);
                before.insert((*text).clone(), seq);
            }
            Ok(told)
        })
    }

    fn read_list(
        &mut self,
        pair: Pair<'_>,
        id: Id,
        code: &str,
        how: How,
        known: &BTreeSet<Id>,
    ) -> Result<String, No> {
        self.begin(pair);
        self.allow(Kind::AuditRead, pair, |model| {
            let mut no = model.unless_open(id);
            no.extend(model.counted_first(id, pair.by).then_some("first_counter"));
            match model.live(code) {
                Err(why) => no.push(why),
                Ok(place) => {
                    let device = matches!(place.kind, PlaceKind::Drive | PlaceKind::Library);
                    no.extend((how == How::Library && !device).then_some("no_library"));
                    let scope = model.audits.get(&id).and_then(|audit| audit.scope);
                    let out = scope.is_some_and(|scope| !model.within(place.id, scope));
                    no.extend(out.then_some("outside_audit"));
                }
            }
            no
        })?;
        let mut barcodes: Vec<&str> = known.iter().map(|id| self.media[id].barcode.as_str()).collect();
        barcodes.sort_unstable();
        let data = json!({ "audit": id, "place": code, "barcodes": barcodes });
        let seq = self.push(Kind::AuditRead, pair, data);
        self.read_by(how);
        let (place, counter) = (self.place(code).unwrap().id, self.person(pair.by).unwrap().id);
        for medium in known {
            let at = self.last();
            self.count(id, Count { medium: *medium, place, counter, how, at, seq, again: false });
        }
        Ok(String::new())
    }

    /// Gives the last entry the means by which its labels were read.
    fn read_by(&mut self, how: How) {
        let last = self.log.last_mut().unwrap();
        *last = Rc::new(Entry { how: Some(how), ..Entry::clone(last) });
    }
}

//! The steps in and out of rest in the model, and what the monthly report counts of them.

use kuraban::domain::custody::State;
use kuraban::domain::event::Kind;
use serde_json::json;

use crate::soak_acts::Verb;
use crate::soak_model::{Custody, Id, Leave, Marks, Medium, Model, Outing, Tale};
use crate::soak_rules::Scan;
use crate::soak_steps::{Change, WHY};
use crate::soak_world::spelt;

/// The step before is taken back.
pub(crate) fn take_back(medium: &mut Medium) -> Change {
    let prior = medium.prior.unwrap();
    let line = prior.line.map(|(order, marks)| (order, Marks::default(), marks));
    (medium.custody, medium.told) = (prior.custody, prior.told);
    let data = json!({ "barcode": medium.barcode, "event": prior.seq, "kind": prior.kind.word() });
    Change { line, ..Change::saying(data) }
}

impl Model {
    pub(crate) fn check_out(&self, medium: &mut Medium, by: Id, scan: &Scan<'_>) -> Change {
        let Verb::CheckOut { order, until, without } = scan.verb else { unreachable!() };
        let (at, from) = (self.at(), medium.custody.place.unwrap());
        let order = match order {
            Some(number) => Some(self.order_at(*number)),
            None if *without => None,
            None => self.leaves(medium.id).first().map(|order| order.id),
        };
        let end = order.map_or_else(|| self.usual(), |order| self.orders[&order].until);
        let due = until.map_or(end, |until| self.now + until);
        let leave = match order {
            Some(order) => Leave::Order(order),
            None if *without => Leave::Override,
            None => Leave::Without,
        };
        if *without {
            medium.overrides.push((self.size() + 1, by, at));
        }
        let out = |marks: &mut Marks| (marks.taken, marks.returned) = (true, false);
        let line = self.line(order, medium.id, out);
        medium.custody = Custody::held(by, at, Outing { left: at, due, leave, ejected: None });
        medium.told = Some(due);
        let data = json!({ "barcode": medium.barcode, "place": self.code(Some(from)), "order": order,
            "due": spelt(due), "why": without.then_some(WHY) });
        Change { line, text: *without, ..Change::saying(data).at(from) }
    }

    /// Machines do not ask: under the order that lists it now, else as it went in.
    pub(crate) fn eject(&self, medium: &mut Medium, by: Id) -> Change {
        let (at, device, stay) = (self.at(), medium.custody.place.unwrap(), medium.custody.outing);
        let carried = medium.custody.order();
        let leaves = self.leaves(medium.id);
        let now = if leaves.len() == 1 { Some(leaves[0]) } else { None };
        let order = now.map(|order| order.id).or(carried);
        let kept = stay.filter(|_| order == carried);
        let due = kept.map(|stay| stay.due).or(now.map(|order| order.until));
        let due = due.unwrap_or_else(|| self.usual());
        let leave = match order {
            Some(order) => Leave::Order(order),
            None => stay.map_or(Leave::Without, |stay| stay.leave),
        };
        let line = self.line(order, medium.id, |marks| {
            marks.ejected = true;
            if stay.is_none() {
                (marks.taken, marks.returned) = (true, false);
            }
        });
        let left = stay.map_or(at, |stay| stay.left);
        medium.custody = Custody::held(by, at, Outing { left, due, leave, ejected: Some(at) });
        medium.told = Some(due);
        let device_code = self.code(Some(device));
        let data =
            json!({ "barcode": medium.barcode, "device": device_code, "order": order, "due": spelt(due) });
        Change { line, ..Change::saying(data).at(device) }
    }

    pub(crate) fn correct(&self, medium: &mut Medium, scan: &Scan<'_>) -> Change {
        let Verb::Correct { state, place, who, due } = scan.verb else { unreachable!() };
        let (at, before) = (self.at(), medium.custody);
        let spot = place.map(|code| self.place(code).unwrap());
        let lives = spot.is_some_and(|spot| spot.resident);
        let out = *state == State::InHand || (*state == State::InDevice && !lives);
        let due = out.then(|| due.map_or_else(|| self.usual(), |due| self.now + due));
        let stay = due.map(|due| before.stay(at, due));
        medium.custody = match state {
            State::Missing => Custody { state: *state, since: at, outing: None, ..before },
            State::InHand => Custody::held(self.person(who.unwrap()).unwrap().id, at, stay.unwrap()),
            State::Vaulted | State::InDevice | State::Destroyed => {
                let outing = stay.map(|stay| Outing { ejected: None, ..stay });
                Custody { outing, ..Custody::resting(*state, spot.unwrap().id, at) }
            }
        };
        medium.wrong = None;
        medium.told = due.or(medium.told);
        let from = json!({ "state": before.state.word(), "place": self.code(before.place),
            "custodian": before.who.map(|who| self.badge(who)) });
        let to = json!({ "state": state.word(), "place": place, "custodian": who });
        let data = json!({ "barcode": medium.barcode, "from": from, "to": to, "due": due.map(spelt),
            "why": WHY, "gap": true });
        Change::saying(data).in_words()
    }
}

/// Notes of what reports count.
impl Model {
    fn note(&mut self, section: &'static str, key: &str, medium: Id, overridden: Option<Id>) {
        let (at, key) = (self.last(), key.to_owned());
        self.tales.push(Tale { at, section, key, medium: Some(medium), overridden });
    }

    /// What the monthly report counts of a step that was just taken.
    pub(crate) fn tell_of(&mut self, id: Id, before: &Medium, scan: &Scan<'_>) {
        let leaves = |kind: Kind, from: &Custody| {
            kind == Kind::CheckOut || kind == Kind::Eject && from.outing.is_none()
        };
        let kind = scan.verb.kind();
        if leaves(kind, &before.custody) {
            let after = &self.media[&id];
            let overridden = after.custody.outing.is_some_and(|outing| outing.leave == Leave::Override);
            let purpose = match after.custody.order() {
                Some(order) => self.orders[&order].purpose.clone(),
                None if overridden && kind == Kind::CheckOut => "override".to_owned(),
                None => "none".to_owned(),
            };
            let org = self.person(scan.pair.by).and_then(|person| person.works_for()).unwrap_or("none");
            let (org, class) = (org.to_owned(), before.class());
            self.note("ways_out", "total", id, None);
            self.note("purpose", &purpose, id, None);
            self.note("organisation", &org, id, None);
            self.note("class", class, id, None);
            if overridden && kind == Kind::CheckOut {
                self.note("overrides", "", id, Some(self.size()));
            }
        }
        if let (Verb::Void, Some(prior)) = (scan.verb, &before.prior) {
            if prior.kind == Kind::CheckIn {
                self.note("late_returns", "taken_back", id, None);
            }
            if leaves(prior.kind, &prior.custody) {
                self.note("ways_out", "taken_back", id, None);
            }
        }
        if kind == Kind::CheckIn {
            let late = before.told.is_some_and(|due| self.last() > due);
            self.note("late_returns", if late { "late" } else { "in_time" }, id, None);
        }
    }
}

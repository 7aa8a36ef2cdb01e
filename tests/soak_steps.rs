//! Steps with a medium in the model: what one changes if nothing speaks against it, and what its refusal leaves.

use kuraban::domain::custody::State;
use kuraban::domain::event::{How, Kind};
use serde_json::{Value, json};

use crate::soak_acts::{Foreseen, Oracle, Verb};
use crate::soak_changes::take_back;
use crate::soak_model::{
    Count, Custody, Entry, Id, Leave, Marks, Medium, Model, Moment, Outing, Prior, Step,
};
use crate::soak_rules::Scan;
use crate::soak_world::{No, physical, proves, spelt};

/// Why people say something is so, in a word and in words.
pub(crate) const WHY: &str = "test";
pub(crate) const WORDS: &str = "言葉 \"quoted\"";

/// What a step changes beside the medium.
pub(crate) struct Change {
    pub(crate) data: Value,
    /// Where the medium was seen.
    pub(crate) spot: Option<Id>,
    /// How far its order had come with it, and how far it has come.
    pub(crate) line: Option<(Id, Marks, Marks)>,
    pub(crate) text: bool,
}

impl Change {
    pub(crate) const fn saying(data: Value) -> Self {
        Self { data, spot: None, line: None, text: false }
    }

    pub(crate) fn at(self, spot: Id) -> Self {
        Self { spot: Some(spot), ..self }
    }

    pub(crate) fn in_words(self) -> Self {
        Self { text: true, ..self }
    }
}

impl Custody {
    pub(crate) const fn resting(state: State, place: Id, since: Moment) -> Self {
        Self { state, since, place: Some(place), who: None, outing: None }
    }

    pub(crate) const fn held(who: Id, since: Moment, outing: Outing) -> Self {
        Self { state: State::InHand, since, place: None, who: Some(who), outing: Some(outing) }
    }

    /// The stay away that goes on, or begins, where reality says that it is not at rest.
    pub(crate) fn stay(&self, at: Moment, due: Moment) -> Outing {
        let leave = if self.is_out() { Leave::Intake } else { Leave::Without };
        self.outing.map_or(Outing { left: at, due, leave, ejected: None }, |outing| Outing { due, ..outing })
    }
}

/// Notes that a label was read.
pub(crate) fn witness(medium: &mut Medium, at: Moment, spot: Option<Id>, how: How, proof: bool) {
    if how == How::Declared {
        return;
    }
    if medium.seen.is_none_or(|(before, ..)| before <= at) {
        medium.seen = Some((at, spot, how));
    }
    if proof && medium.read.is_none_or(|before| before < at) {
        medium.read = Some(at);
    }
}

impl Model {
    /// One scan: recorded, or refused and that recorded.
    pub(crate) fn scan(&mut self, scan: &Scan<'_>, oracle: &Oracle<'_>) -> Foreseen {
        self.begin(scan.pair);
        let no = self.speaks_against(scan);
        if !no.is_empty() {
            let why = oracle.one_of(&no);
            let seq = self.refuse(scan, why);
            return Foreseen::refused(no, seq);
        }
        let (id, under) = if let Verb::Register { serial, place } = scan.verb {
            (self.register(scan, *serial, *place), None)
        } else {
            let id = self.meant(scan.text).unwrap();
            (id, self.step(id, scan))
        };
        let under = under.map_or_else(String::new, |order| format!(" under {order}"));
        Foreseen::done(format!("entry {} {}{under}", self.size(), self.media[&id].barcode))
    }

    fn speaks_against(&self, scan: &Scan<'_>) -> No {
        let kind = scan.verb.kind();
        let mut no = No::new();
        if let Verb::Register { serial, place } = scan.verb {
            let label = match self.canonical(scan.text) {
                Err(nothing) => return vec![nothing.code()],
                Ok(label) => label,
            };
            no.extend(self.labels.contains_key(&label).then_some("barcode_taken"));
            let taken = |medium: &Medium| serial.is_some() && medium.serial.as_deref() == *serial;
            no.extend(self.media.values().any(taken).then_some("serial_taken"));
            no.extend(place.and_then(|place| self.room_in(place, true, false, true).err()));
        } else {
            match self.meant(scan.text) {
                Err(nothing) => return vec![nothing.code()],
                Ok(id) => no.extend(self.against(&self.media[&id], scan)),
            }
        }
        no.extend(self.barred(kind, scan.pair));
        no.extend(scan.occurred.is_some_and(|occurred| occurred > self.at()).then_some("occurred_ahead"));
        no
    }

    pub(crate) fn entry(&self, kind: Kind, scan: &Scan<'_>, medium: Option<(Id, u64)>, data: Value) -> Entry {
        Entry {
            kind,
            at: self.at(),
            occurred: scan.occurred,
            medium,
            by: Some(scan.pair.by.to_owned()),
            with: scan.pair.with.map(str::to_owned),
            station: self.station.clone(),
            how: Some(scan.how),
            data,
            text: None,
        }
    }

    /// Takes a new medium in.
    pub(crate) fn register(&mut self, scan: &Scan<'_>, serial: Option<&str>, place: Option<&str>) -> Id {
        let barcode = self.canonical(scan.text).unwrap();
        let (id, at) = (self.size() + 1, self.at());
        let by = self.person(scan.pair.by).unwrap().id;
        let spot = place.map(|code| self.place(code).unwrap().clone());
        let custody = match &spot {
            Some(spot) if spot.resident => Custody::resting(State::InDevice, spot.id, at),
            Some(spot) => Custody::resting(State::Vaulted, spot.id, at),
            None => {
                let outing = Outing { left: at, due: self.usual(), leave: Leave::Intake, ejected: None };
                Custody::held(by, at, outing)
            }
        };
        let mut medium = Medium {
            id,
            barcode: barcode.clone(),
            serial: serial.map(str::to_owned),
            registered: at,
            custody,
            prior: None,
            seen: None,
            read: None,
            wrong: None,
            described: None,
            overrides: Vec::new(),
            stepped_by: by,
            mseq: 1,
            told: None,
            steps: Vec::new(),
        };
        let proof = proves(scan.how, scan.pair.with.is_some());
        let seen = scan.occurred.unwrap_or(at);
        witness(&mut medium, seen, spot.map(|spot| spot.id), scan.how, proof);
        let data = json!({ "barcode": barcode, "serial": serial, "place": place });
        let entry = self.entry(Kind::Register, scan, Some((id, 1)), data);
        self.enter(entry);
        self.labels.insert(barcode, (id, true));
        self.media.insert(id, medium);
        id
    }

    /// Takes a step with a medium; the order comes back that it counts under.
    pub(crate) fn step(&mut self, id: Id, scan: &Scan<'_>) -> Option<Id> {
        let (kind, seq, at) = (scan.verb.kind(), self.size() + 1, self.at());
        let by = self.person(scan.pair.by).unwrap().id;
        let before = self.media[&id].clone();
        let mut medium = before.clone();
        medium.mseq += 1;
        let Change { data, spot, line, text } = self.changed(&mut medium, by, scan);
        if matches!(kind, Kind::CheckOut | Kind::Load | Kind::Eject | Kind::CheckIn | Kind::HandOver) {
            let line = line.map(|(order, before, _)| (order, before));
            medium.prior =
                Some(Prior { seq, kind, by, at, custody: before.custody, line, told: before.told });
        } else if kind != Kind::Ratify {
            medium.prior = None;
        }
        let seen = scan.occurred.unwrap_or(at);
        if physical(kind) {
            let own = kind == Kind::Sight && self.is_own(&before, by);
            let second = scan.audit.is_none() && scan.pair.with.is_some();
            witness(&mut medium, seen, spot, scan.how, !own && proves(scan.how, second));
        }
        if medium.custody != before.custody {
            medium.stepped_by = by;
            let read = (physical(kind) && proves(scan.how, false)).then_some(seen);
            let after = medium.custody;
            medium.steps.push(Step { seq, at, before: before.custody, after, read });
        }
        if medium.barcode != before.barcode {
            self.labels.insert(before.barcode.clone(), (id, false));
            self.labels.insert(medium.barcode.clone(), (id, true));
        }
        if let Some((order, _, marks)) = line {
            self.orders.get_mut(&order).unwrap().lines.insert(id, marks);
        }
        if let (Some(audit), Some(place)) = (scan.audit, spot) {
            self.count(
                audit,
                Count { medium: id, place, counter: by, how: scan.how, at: seen, seq, again: false },
            );
        }
        let mut entry = self.entry(kind, scan, Some((id, medium.mseq)), data);
        entry.text = text.then(|| WORDS.to_owned());
        self.media.insert(id, medium);
        self.enter(entry);
        self.tell_of(id, &before, scan);
        line.map(|(order, ..)| order)
    }

    /// Whether who reads a medium has it in hand, and so proves nothing by it.
    pub(crate) fn is_own(&self, medium: &Medium, by: Id) -> bool {
        medium.custody.who == Some(by) && self.says("separate", "counter_custodian")
    }

    pub(crate) fn line(
        &self,
        order: Option<Id>,
        medium: Id,
        marks: impl Fn(&mut Marks),
    ) -> Option<(Id, Marks, Marks)> {
        let order = order?;
        let before = *self.orders.get(&order)?.lines.get(&medium)?;
        let mut after = before;
        marks(&mut after);
        Some((order, before, after))
    }

    fn changed(&self, medium: &mut Medium, by: Id, scan: &Scan<'_>) -> Change {
        let (barcode, at) = (medium.barcode.clone(), self.at());
        let spot = |code: &str| self.place(code).unwrap().id;
        match scan.verb {
            Verb::Register { .. } => unreachable!("it has a way of its own"),
            Verb::Describe(tell) => {
                let told = tell.after(medium.described.as_ref());
                let data = json!({ "barcode": barcode, "class": told.class, "system": told.system,
                    "from": told.from, "until": told.until, "info": [], "persons": null,
                    "encrypted": told.encrypted, "legal_hold": told.hold });
                medium.described = Some(told);
                Change::saying(data)
            }
            Verb::Move(to) => {
                let place = spot(to);
                medium.custody = Custody::resting(State::Vaulted, place, at);
                medium.wrong = medium.wrong.filter(|(_, seen)| !self.touch(*seen, place));
                Change::saying(json!({ "barcode": barcode, "place": to })).at(place)
            }
            Verb::CheckOut { .. } => self.check_out(medium, by, scan),
            Verb::Load(device) => {
                let place = self.place(device).unwrap();
                let outing = medium.custody.outing.filter(|_| !place.resident);
                let outing = outing.map(|outing| Outing { ejected: None, ..outing });
                medium.custody = Custody { outing, ..Custody::resting(State::InDevice, place.id, at) };
                let data = json!({ "barcode": barcode, "device": device, "element": null });
                Change::saying(data).at(place.id)
            }
            Verb::Eject => self.eject(medium, by),
            Verb::CheckIn(to) => {
                let line = self.line(medium.custody.order(), medium.id, |marks| marks.returned = true);
                medium.custody = Custody::resting(State::Vaulted, spot(to), at);
                (medium.wrong, medium.told) = (None, None);
                let change = Change::saying(json!({ "barcode": barcode, "place": to }));
                Change { line, ..change }.at(spot(to))
            }
            Verb::HandOver(to) => {
                let taker = self.person(to).unwrap().id;
                medium.custody = Custody { who: Some(taker), since: at, ..medium.custody };
                Change::saying(json!({ "barcode": barcode, "to": to }))
            }
            Verb::TakeOver => {
                let from = medium.custody.who.map(|who| self.badge(who));
                let data = json!({ "barcode": barcode, "from": from, "why": WHY });
                medium.custody = Custody { who: Some(by), since: at, ..medium.custody };
                Change::saying(data).in_words()
            }
            Verb::Ratify => {
                let (event, ..) = medium.overrides.remove(0);
                Change::saying(json!({ "barcode": barcode, "event": event }))
            }
            Verb::Destroy => {
                let gone = State::Destroyed;
                medium.custody = Custody { state: gone, since: at, place: None, who: None, outing: None };
                medium.wrong = None;
                Change::saying(json!({ "barcode": barcode, "method": "shred", "certificate": null }))
            }
            Verb::Sight(code) => {
                let place = spot(code);
                let earlier = scan.occurred.is_some_and(|read| read < medium.custody.since);
                let told = scan.audit.is_some() && earlier;
                if !told && medium.wrong.is_none() && !self.agrees(&medium.custody, place) {
                    medium.wrong = Some((at, place));
                }
                Change::saying(json!({ "barcode": barcode, "place": code, "audit": scan.audit })).at(place)
            }
            Verb::Missing => {
                medium.custody = Custody { state: State::Missing, since: at, outing: None, ..medium.custody };
                let incident = self.size() + 1;
                let data = json!({ "barcode": barcode, "why": WHY, "audit": null, "incident": incident });
                Change::saying(data).in_words()
            }
            Verb::Found(code) => {
                let due = self.usual();
                medium.custody = Custody::held(by, at, medium.custody.stay(at, due));
                (medium.wrong, medium.told) = (None, Some(due));
                let data = json!({ "barcode": barcode, "place": code, "due": spelt(due) });
                Change::saying(data).at(spot(code))
            }
            Verb::Correct { .. } => self.correct(medium, scan),
            Verb::Void => take_back(medium),
            Verb::Relabel(new) => {
                let new = self.canonical(new).unwrap();
                medium.barcode.clone_from(&new);
                Change::saying(json!({ "barcode": barcode, "new": new }))
            }
        }
    }
}

//! Stocktakes in the model: opened over what the record holds, drawn, counted blind, closed by two people.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use kuraban::domain::audit::{AuditState, Class};
use kuraban::domain::custody::State;
use kuraban::domain::event::{How, Kind};
use kuraban::domain::place::PlaceKind;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::soak_acts::{Auditing, Foreseen, Oracle, Verb};
use crate::soak_model::{Audit, Entry, Id, Medium, Model};
use crate::soak_rules::Scan;
use crate::soak_steps::{WHY, WORDS};
use crate::soak_world::{No, Pair, spelt};

fn when(is_so: bool, why: &'static str) -> Option<&'static str> {
    is_so.then_some(why)
}

/// The media that a sample chooses, as the document on stocktakes has it.
fn drawn(head: [u8; 32], number: u64, percent: u64, media: &[Id]) -> BTreeSet<Id> {
    let seed = Sha256::new().chain_update(head).chain_update(number.to_string()).finalize();
    let rank = |id: &Id| Sha256::new().chain_update(seed).chain_update(id.to_be_bytes()).finalize();
    let mut ranked: Vec<_> = media.iter().map(|id| (rank(id), *id)).collect();
    ranked.sort();
    let many = usize::try_from((media.len() as u64 * percent).div_ceil(100)).unwrap();
    ranked.into_iter().take(many).map(|(_, id)| id).collect()
}

impl Model {
    /// What is counted: a place, or the whole site by whatever name.
    fn scope(&self, place: Option<&str>) -> Result<Option<Id>, &'static str> {
        let Some(code) = place else { return Ok(None) };
        let place = self.live(code)?;
        Ok(Some(place.id).filter(|_| place.kind != PlaceKind::Site))
    }

    fn expected(&self, scope: Option<Id>) -> Vec<Id> {
        let covered = |medium: &&Medium| self.covers(scope, &medium.custody);
        self.media.values().filter(covered).map(|medium| medium.id).collect()
    }

    fn begun_audit(&self, id: Id, state: AuditState, scope: Option<Id>, by: &str) -> Audit {
        Audit {
            id,
            scope,
            percent: None,
            sample: None,
            state,
            size: self.size(),
            expected: 0,
            opened: self.at(),
            opened_by: self.person(by).unwrap().id,
            recounted: None,
            incident: None,
            closed: None,
            closing: None,
            closed_by: None,
            closed_with: None,
            counts: Vec::new(),
            counters: BTreeMap::new(),
            strays: Vec::new(),
            found: Vec::new(),
            tally: BTreeMap::new(),
        }
    }

    fn against_opening(&self, scope: Option<Id>) -> No {
        let meets = |audit: &Audit| {
            audit.state == AuditState::Open
                && audit.scope.zip(scope).is_none_or(|(one, other)| self.touch(one, other))
        };
        let no = [
            when(self.audits.values().any(meets), "audit_overlaps"),
            when(self.expected(scope).is_empty(), "nothing_to_count"),
        ];
        no.into_iter().flatten().collect()
    }

    pub(crate) fn audit_deed(&mut self, deed: &Auditing, pair: Pair<'_>, oracle: &Oracle<'_>) -> Foreseen {
        match deed {
            Auditing::Open(place) => self.open(pair, *place),
            Auditing::Draw(place, percent) => self.draw(pair, *place, *percent),
            Auditing::OpenDrawn(number, lot) => self.open_drawn(pair, self.audit_at(*number), *lot, oracle),
            Auditing::Recount(number) => self.recount(pair, self.audit_at(*number)),
            Auditing::ReadIn(number, place, how, texts) => {
                self.read_in(pair, self.audit_at(*number), place, *how, texts)
            }
            Auditing::Close(number) => {
                let id = self.audit_at(*number);
                self.whole(|model| model.close_audit(pair, id))
            }
            Auditing::SetDay(code, due) => self.set_day(pair, code, self.now + due),
            Auditing::Count(..) => unreachable!("it is a scan"),
        }
    }

    fn open(&mut self, pair: Pair<'_>, place: Option<&str>) -> Foreseen {
        let no = |model: &Self| match model.scope(place) {
            Err(why) => vec![why],
            Ok(scope) => model.against_opening(scope),
        };
        self.perform(Kind::AuditOpened, pair, no, |model| {
            let scope = model.scope(place).unwrap();
            let (id, expected) = (model.size() + 1, model.expected(scope).len() as u64);
            let audit = model.begun_audit(id, AuditState::Open, scope, pair.by);
            let data = json!({ "place": model.code(scope), "draw": null, "number": null,
                "size": audit.size, "expected": expected });
            model.audits.insert(id, Audit { expected, ..audit });
            model.push(Kind::AuditOpened, pair, data)
        })
    }

    fn draw(&mut self, pair: Pair<'_>, place: Option<&str>, percent: u64) -> Foreseen {
        let scope = match self.scope(place) {
            Err(why) => return Foreseen::refused(vec![why], None),
            Ok(scope) => scope,
        };
        let no = |_: &Self| when(!(1..=100).contains(&percent), "bad_percent").into_iter().collect();
        self.perform(Kind::AuditDrawn, pair, no, |model| {
            let id = model.size() + 1;
            let audit = model.begun_audit(id, AuditState::Drawn, scope, pair.by);
            let data = json!({ "place": model.code(scope), "percent": percent, "size": audit.size });
            model.audits.insert(id, Audit { percent: Some((percent, audit.size)), ..audit });
            model.push(Kind::AuditDrawn, pair, data)
        })
    }

    fn open_drawn(&mut self, pair: Pair<'_>, id: Id, lot: u64, oracle: &Oracle<'_>) -> Foreseen {
        let no = |model: &Self| {
            let Some(audit) = model.audits.get(&id) else { return vec!["unknown_audit"] };
            let mut no = model.against_opening(audit.scope);
            no.extend(when(audit.percent.is_none() || audit.state != AuditState::Drawn, "not_drawn"));
            let retired = audit.scope.is_some_and(|scope| model.spot(scope).retired);
            no.extend(when(retired, "retired_place"));
            no
        };
        let done = self.perform(Kind::AuditOpened, pair, no, |model| {
            let drawn_before = model.audits[&id].clone();
            let (percent, size) = drawn_before.percent.unwrap();
            let scope = drawn_before.scope;
            let sample = drawn((oracle.hash)(size), lot, percent, &model.expected(scope));
            let expected = sample.len() as u64;
            let audit = model.begun_audit(id, AuditState::Open, scope, pair.by);
            let data = json!({ "place": model.code(scope), "draw": id, "number": lot,
                "size": audit.size, "expected": expected });
            let (percent, sample) = (drawn_before.percent, Some(sample));
            model.audits.insert(id, Audit { percent, sample, expected, ..audit });
            model.push(Kind::AuditOpened, pair, data)
        });
        if done.no.is_empty() { Foreseen::done(format!("entry {id}")) } else { done }
    }

    pub(crate) fn unless_open(&self, id: Id) -> No {
        match self.audits.get(&id) {
            None => vec!["unknown_audit"],
            Some(audit) => when(audit.state != AuditState::Open, "audit_not_open").into_iter().collect(),
        }
    }

    fn recount(&mut self, pair: Pair<'_>, id: Id) -> Foreseen {
        let no = |model: &Self| {
            let mut no = model.unless_open(id);
            if let Some(audit) = model.audits.get(&id) {
                no.extend(when(audit.recounted.is_some(), "recounted"));
                no.extend(when(audit.counters.is_empty(), "not_counted"));
            }
            no
        };
        self.perform(Kind::AuditRecounted, pair, no, |model| {
            let seq = model.push(Kind::AuditRecounted, pair, json!({ "audit": id }));
            model.audits.get_mut(&id).unwrap().recounted = Some(model.last());
            seq
        })
    }

    fn set_day(&mut self, pair: Pair<'_>, code: &str, due: i64) -> Foreseen {
        let no = |model: &Self| {
            let place = match model.live(code) {
                Err(why) => return vec![why],
                Ok(place) => place,
            };
            let no = [
                when(place.kind != PlaceKind::Vault, "no_vault"),
                when(due <= model.at(), "due_in_past"),
                when(place.day == Some(due), "no_change"),
            ];
            no.into_iter().flatten().collect()
        };
        self.perform(Kind::AuditDueSet, pair, no, |model| {
            let data = json!({ "place": code, "due": spelt(due), "why": WHY });
            let seq = model.push(Kind::AuditDueSet, pair, data);
            model.places.iter_mut().find(|place| place.code == code).unwrap().day = Some(due);
            model.in_words(seq, WORDS)
        })
    }

    fn close_audit(&mut self, pair: Pair<'_>, id: Id) -> Result<String, No> {
        self.begin(pair);
        if !self.audits.contains_key(&id) {
            return Err(vec!["unknown_audit"]);
        }
        let alone = when(pair.with.is_none(), "witness_missing");
        let unknown = when(self.person(pair.by).is_none(), "role_missing");
        let no = |model: &Self| model.unless_open(id).into_iter().chain(alone).chain(unknown).collect();
        self.allow(Kind::AuditCertified, pair, no)?;
        let audit = self.audits[&id].clone();
        let (found, mut tally) = self.reckon(&audit);
        let certified = tally["unresolved"] == 0;
        let mut lost = Vec::new();
        if !certified {
            let live = |id: &Id| !matches!(self.media[id].custody.state, State::Missing | State::Destroyed);
            let missed = found.iter().filter(|one| one.class == Class::NotFound).map(|one| one.medium);
            lost = missed.filter(live).collect();
            let data = json!({ "audit": id, "missing": lost.len() });
            let incident = self.push(Kind::IncidentOpened, pair, data);
            self.audits.get_mut(&id).unwrap().incident = Some(incident);
            for medium in &lost {
                self.lose(*medium, pair, id, incident);
            }
        }
        let audit = self.audits[&id].clone();
        let (found, again) = self.reckon(&audit);
        assert_eq!(tally, again, "to declare what is lost changes nothing in the sums");
        tally = again;
        self.absorb(&audit, &found);
        let (state, kind) = if certified {
            (AuditState::Certified, Kind::AuditCertified)
        } else {
            (AuditState::Refused, Kind::AuditRefused)
        };
        let mut data = json!({ "audit": id, "tally": tally });
        if !certified {
            data["incident"] = json!(audit.incident);
        }
        let seq = self.push(kind, pair, data);
        let closed = Some(self.last());
        let person = |badge: &str| self.person(badge).map(|person| person.id);
        let (closed_by, closed_with) = (person(pair.by), pair.with.and_then(person));
        if certified && audit.percent.is_none() {
            let whole = |id: Id| audit.scope.is_none_or(|scope| scope == id);
            for place in self.places.iter_mut().filter(|place| whole(place.id) && !place.retired) {
                if place.kind == PlaceKind::Vault {
                    (place.audited, place.day) = (closed, None);
                }
            }
        }
        let incident = audit.incident;
        let closing = Some(seq);
        let audit = Audit { state, closed, closing, closed_by, closed_with, found, tally, ..audit };
        self.audits.insert(id, audit);
        self.checkpoint(pair, true)?;
        Ok(format!("{state} {seq}, {} declared, incident {incident:?}", lost.len()))
    }

    /// Declares a medium missing that a stocktake did not find.
    fn lose(&mut self, medium: Id, pair: Pair<'_>, audit: Id, incident: Id) {
        let text = format!("#{medium}");
        let (verb, how, occurred) = (&Verb::Missing, How::Declared, None);
        self.step(medium, &Scan { pair, text: &text, verb, how, occurred, audit: None });
        let last = self.log.last_mut().unwrap();
        let mut entry = Entry { text: None, ..Entry::clone(last) };
        entry.data["why"] = json!("audit");
        entry.data["audit"] = json!(audit);
        entry.data["incident"] = json!(incident);
        *last = Rc::new(entry);
    }
}

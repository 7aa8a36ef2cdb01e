//! What the model makes of an act: signing on, the clock, checkpoints, and what is recorded whole or not at all.

use std::rc::Rc;

use kuraban::domain::event::{How, Kind};
use serde_json::json;

use crate::soak_acts::{Act, Auditing, Deed, Foreseen, Given, Oracle, Upkeep, Verb};
use crate::soak_model::{DAY, Entry, Id, MINUTE, Model};
use crate::soak_rules::Scan;
use crate::soak_world::{No, Pair, spelt};

/// How many wrong PINs lock a person.
const WRONG: u32 = 5;

impl Model {
    /// Does what is done, and says what the program must say to it.
    pub(crate) fn act(&mut self, act: &Act, oracle: &Oracle<'_>) -> Foreseen {
        self.now += act.pause;
        self.station = station(act.session);
        let pair = Pair { by: act.by, with: act.with };
        if let Deed::Keep(upkeep) = act.deed {
            return self.keep(upkeep);
        }
        let to = if let Deed::Scan(_, Verb::HandOver(to)) = &act.deed { Some(*to) } else { None };
        let right = |badge| (badge, Given::Right);
        for (badge, given) in
            [Some((act.by, act.pin)), act.with.map(right), to.map(right)].into_iter().flatten()
        {
            if let Err(no) = self.sign_on(badge, given) {
                return Foreseen::refused(no, None);
            }
        }
        self.deed(act, pair, oracle)
    }

    fn deed(&mut self, act: &Act, pair: Pair<'_>, oracle: &Oracle<'_>) -> Foreseen {
        let occurred = act.occurred.map(|occurred| self.now + occurred);
        let scan = |text, verb, audit| Scan { pair, text, verb, how: act.how, occurred, audit };
        match &act.deed {
            Deed::Scan(text, verb) => self.scan(&scan(text, verb, None), oracle),
            Deed::Import(rows) => self.import(pair, rows),
            Deed::Order(deed) => self.order_deed(deed, pair),
            Deed::Audit(Auditing::Count(number, place, text)) => {
                let (audit, verb) = (self.audit_at(*number), Verb::Sight(place));
                self.count_one(&scan(text, &verb, Some(audit)), oracle)
            }
            Deed::Audit(deed) => self.audit_deed(deed, pair, oracle),
            Deed::People(deed) => self.person_deed(deed, pair),
            Deed::Site(deed) => self.site_deed(deed, pair),
            Deed::Keep(_) => unreachable!("nobody signs on for it"),
        }
    }

    fn keep(&mut self, upkeep: Upkeep) -> Foreseen {
        match upkeep {
            Upkeep::Reopen => Foreseen::done("opened"),
            Upkeep::Verify => Foreseen::done(self.verdict()),
            Upkeep::BackUp => {
                let told = format!("{} copied", self.size());
                self.backup = Some(Rc::new(Self { backup: None, ..self.clone() }));
                Foreseen::done(told)
            }
        }
    }

    /// What a check of the whole says.
    fn verdict(&self) -> String {
        let word = if self.incarnation > 1 { "restored" } else { "consistent_unanchored" };
        format!("{word} {}", self.size())
    }

    /// Signs somebody on. While the clock is not believed, it is when the last entry was recorded.
    fn sign_on(&mut self, badge: &str, given: Given) -> Result<(), No> {
        let wall = self.now;
        if self.is_ahead() {
            self.now = self.last();
        }
        let signed = self.sign_on_now(badge, given);
        self.now = wall;
        signed
    }

    /// A wrong PIN, and the right one after it, are entries.
    fn sign_on_now(&mut self, badge: &str, given: Given) -> Result<(), No> {
        let Some(person) = self.person(badge) else { return Ok(()) };
        if person.pin.is_none() {
            return Ok(());
        }
        if given == Given::None {
            return Err(vec!["pin_missing"]);
        }
        if person.locked.is_some_and(|until| until > self.now) {
            return Err(vec!["pin_locked"]);
        }
        let wrong = if given == Given::Wrong { person.wrong + 1 } else { 0 };
        if given == Given::Right && person.wrong == 0 {
            return Ok(());
        }
        if given == Given::Right
            && let Some(idle) = self.idle(badge)
        {
            return Err(vec![idle]);
        }
        let by = if given == Given::Right { badge } else { "" };
        let kind = if given == Given::Right { Kind::SignedOn } else { Kind::PinRefused };
        self.push(kind, Pair { by, with: None }, json!({ "badge": badge }));
        let at = self.last();
        let over = wrong.checked_sub(WRONG);
        let locked = over.map(|over| at + ((1_i64 << over.min(10)) * MINUTE).min(DAY));
        let person = self.people.iter_mut().rev().find(|person| person.badge == badge).unwrap();
        (person.wrong, person.locked) = (wrong, locked);
        if given == Given::Right { Ok(()) } else { Err(vec!["pin_wrong"]) }
    }

    /// What comes before an entry: a checkpoint that is due, and that the ledger's time stands still.
    pub(crate) fn begin(&mut self, pair: Pair<'_>) {
        let every = self.number("checkpoint_every").unsigned_abs();
        if every > 0 && self.size() - self.noted >= every {
            let _ = self.checkpoint(pair, false);
        }
        self.dated(pair);
    }

    /// Says once that the clock on the wall is behind.
    pub(crate) fn dated(&mut self, pair: Pair<'_>) {
        if self.now < self.last() && !self.held && self.idle(pair.by).is_none() {
            let data = json!({ "clock": spelt(self.now) });
            self.push(Kind::ClockHeld, Pair { with: None, ..pair }, data);
        }
    }

    pub(crate) fn checkpoint(&mut self, pair: Pair<'_>, heads: bool) -> Result<(), No> {
        self.dated(pair);
        let no = self.barred(Kind::Checkpoint, pair);
        if !no.is_empty() {
            return Err(no);
        }
        let mut data = json!({ "media": self.media.len() });
        if !heads {
            data["heads"] = serde_json::Value::Null;
        }
        self.noted = self.push(Kind::Checkpoint, pair, data);
        if heads {
            self.heads = Some(self.last());
        }
        Ok(())
    }

    /// Whether the next checkpoint that ends something names the root over the media.
    pub(crate) fn heads_due(&self, asked: bool) -> bool {
        asked || self.heads.is_none_or(|at| self.now - at >= DAY)
    }

    /// Records something whole, or nothing of it.
    pub(crate) fn whole(&mut self, work: impl FnOnce(&mut Self) -> Result<String, No>) -> Foreseen {
        let before = self.clone();
        match work(self) {
            Ok(told) => Foreseen::done(told),
            Err(no) => {
                *self = before;
                Foreseen::refused(no, None)
            }
        }
    }

    /// One entry, if nothing speaks against it.
    pub(crate) fn perform(
        &mut self,
        kind: Kind,
        pair: Pair<'_>,
        against: impl FnOnce(&Self) -> No,
        done: impl FnOnce(&mut Self) -> Id,
    ) -> Foreseen {
        self.whole(|model| {
            model.begin(pair);
            model.allow(kind, pair, against)?;
            Ok(format!("entry {}", done(model)))
        })
    }

    pub(crate) fn allow(
        &self,
        kind: Kind,
        pair: Pair<'_>,
        against: impl FnOnce(&Self) -> No,
    ) -> Result<(), No> {
        let mut no = against(self);
        no.extend(self.barred(kind, pair));
        if no.is_empty() { Ok(()) } else { Err(no) }
    }

    /// A list of new media: all of it, or every bad line.
    fn import(&mut self, pair: Pair<'_>, rows: &[(String, Option<&'static str>)]) -> Foreseen {
        // What stands in it for the second time cannot be read.
        let again = |text: &str, before: usize| {
            rows.iter().take(before).any(|(other, _)| other.to_uppercase() == text.to_uppercase())
        };
        let mut bad: Vec<usize> = Vec::new();
        let done = self.whole(|model| {
            model.begin(pair);
            for (line, (text, place)) in (2..).zip(rows) {
                if again(text, line - 2) {
                    bad.push(line);
                    continue;
                }
                let Ok(label) = model.canonical(text) else {
                    bad.push(line);
                    continue;
                };
                let no = model.barred(Kind::Register, pair);
                if !no.is_empty() {
                    bad.clear();
                    return Err(no);
                }
                let taken = model.labels.contains_key(&label);
                if taken || place.is_some_and(|place| model.room_in(place, true, false, true).is_err()) {
                    bad.push(line);
                    continue;
                }
                let verb = Verb::Register { serial: None, place: *place };
                let (how, occurred, audit) = (How::Declared, None, None);
                model.register(&Scan { pair, text, verb: &verb, how, occurred, audit }, None, *place);
            }
            if bad.is_empty() { Ok(format!("{} imported", rows.len())) } else { Err(vec!["bad_rows"]) }
        });
        if bad.is_empty() { done } else { Foreseen { told: format!("{bad:?}"), ..done } }
    }

    /// Puts the backup in the place of the record: who may do so is decided by what is in force.
    pub(crate) fn restore(&mut self, pair: Pair<'_>) -> Foreseen {
        let Some(backup) = self.backup.clone() else { return Foreseen::done("no backup") };
        let mut copy = Self { now: self.now, station: self.station.clone(), ..Self::clone(&backup) };
        let mut no = self.barred(Kind::Restore, pair);
        no.extend(copy.barred(Kind::Restore, pair));
        if !no.is_empty() {
            return Foreseen::refused(no, None);
        }
        let size = self.furthest.max(backup.size());
        copy.incarnation = self.incarnation.max(backup.incarnation) + 1;
        copy.push(Kind::Restore, pair, json!({ "incarnation": copy.incarnation, "size": size }));
        copy.furthest = size.max(copy.size());
        copy.backup = Some(backup);
        *self = copy;
        Foreseen::done(format!("entry {}, incarnation {}", self.size(), self.incarnation))
    }

    /// Gives the last entry the text that is kept apart from it.
    pub(crate) fn in_words(&mut self, seq: Id, text: &str) -> Id {
        let last = self.log.last_mut().unwrap();
        *last = Rc::new(Entry { text: Some(text.to_owned()), ..Entry::clone(last) });
        seq
    }
}

/// The name of the station of a session.
pub(crate) fn station(session: usize) -> String {
    format!("soak-{session}")
}

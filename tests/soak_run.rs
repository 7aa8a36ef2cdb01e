//! One history of the soak: each act is done by the program and by the model, and then every question is asked of both.

use std::collections::{BTreeMap, BTreeSet};

use kuraban::app::{Claim, Pin, Session, Signed};
use kuraban::domain::names::{Badge, Station};

use crate::dice::Dice;
use crate::soak_acts::{Act, Deed, Given, Oracle, Running, Upkeep};
use crate::soak_chance::BADGES;
use crate::soak_ledger::Ledger;
use crate::soak_media::{media, places, trouble};
use crate::soak_model::Model;
use crate::soak_shown::{Checked, same};
use crate::support::Bench;
use crate::{soak_audit_pages, soak_flags, soak_hindsight, soak_log, soak_pages};

/// After how many steps what costs the most is asked again.
const SELDOM: usize = 5;

/// How often each act was done and refused, for which reasons, and what else was reached.
#[derive(Debug, Default)]
pub(crate) struct Reached {
    pub(crate) acts: BTreeMap<&'static str, [u64; 2]>,
    pub(crate) reasons: BTreeMap<String, u64>,
    pub(crate) flags: BTreeSet<String>,
    pub(crate) classes: BTreeMap<String, u64>,
    pub(crate) steps: u64,
    pub(crate) cases: u64,
    pub(crate) entries: u64,
}

impl Reached {
    /// Takes in what a history has come to.
    fn take(&mut self, model: &Model) {
        self.cases += 1;
        self.entries += model.size();
        for audit in model.audits.values() {
            *self.classes.entry(audit.state.word().to_owned()).or_default() += 1;
            for found in &audit.found {
                let put_right = if found.passes { "" } else { " open" };
                *self.classes.entry(format!("{}{put_right}", found.class)).or_default() += 1;
            }
        }
    }
}

/// A ledger, the model of it, and how much of its log was compared.
pub(crate) struct Soak {
    pub(crate) ledger: Ledger,
    pub(crate) model: Model,
    compared: u64,
    steps: usize,
}

impl Soak {
    pub(crate) fn new(bench: Bench, model: Model) -> Self {
        let compared = model.size();
        Self { ledger: Ledger::new(bench), model, compared, steps: 0 }
    }

    /// One act, by the program and by the model.
    ///
    /// # Errors
    /// What differs.
    pub(crate) fn step(&mut self, act: &Act, reached: &mut Reached) -> Checked {
        self.ledger.bench.pass(act.pause);
        let got = self.ledger.act(act, &self.model)?;
        let ledger = &self.ledger;
        let oracle = Oracle { why: got.why.as_deref(), hash: &|seq| ledger.hash(seq) };
        let foreseen = self.model.act(act, &oracle);
        match &got.why {
            None if foreseen.no.is_empty() => {}
            Some(why) if foreseen.no.contains(&why.as_str()) => {}
            why => {
                return Err(format!("it was refused for {why:?} ({}), foreseen {:?}", got.told, foreseen.no));
            }
        }
        same("what was told", &got.told, &foreseen.told)?;
        let refused = usize::from(got.why.is_some());
        reached.acts.entry(act.name()).or_default()[refused] += 1;
        if let Some(why) = got.why {
            *reached.reasons.entry(why).or_default() += 1;
        }
        reached.steps += 1;
        self.steps += 1;
        if matches!(act.deed, Deed::Site(Running::Restore)) {
            self.compared = 0;
        }
        self.ask(act.asker, self.steps.is_multiple_of(SELDOM))?;
        for medium in self.model.media.values() {
            let flags = self.model.flags(medium).into_iter();
            reached.flags.extend(flags.map(|(kind, severity, _)| format!("{kind} {severity}")));
        }
        Ok(())
    }

    /// Asks a session every question; what costs the most only if `all` is to be asked.
    fn ask(&mut self, asker: usize, all: bool) -> Checked {
        let (session, model) = (&self.ledger.sessions[asker], &self.model);
        let mut dice = Dice::of("soak questions", self.steps);
        soak_log::entries(session, model, self.compared)?;
        self.compared = model.size();
        media(session, model, &mut dice)?;
        soak_flags::flags(session, model)?;
        soak_flags::status(session, model)?;
        soak_pages::orders(session, model)?;
        soak_audit_pages::audits(session, model)?;
        soak_pages::people(session, model)?;
        places(session, model, &readers(session, model, &mut dice)?)?;
        if !all {
            return Ok(());
        }
        soak_pages::access(session, model)?;
        soak_log::log(session, model, &mut dice)?;
        soak_hindsight::histories(session, model)?;
        soak_flags::trend(session, model, &mut self.ledger.trends[asker])
    }

    /// The end of a history: all is asked of every session and of a new one, the whole log is compared, and it holds,
    /// also made anew and copied.
    ///
    /// # Errors
    /// What differs.
    pub(crate) fn end(mut self, reached: &mut Reached) -> Checked {
        for asker in 0..self.ledger.sessions.len() {
            self.ask(asker, true)?;
        }
        let nobody = &mut Reached::default();
        for deed in [
            Deed::Keep(Upkeep::Verify),
            Deed::Site(Running::Rebuild),
            Deed::Keep(Upkeep::BackUp),
            Deed::Keep(Upkeep::Reopen),
        ] {
            let by = "X-1";
            let pin = Given::Right;
            self.step(&Act { pause: 0, pin, ..Act::new(by, deed) }, nobody)
                .map_err(|error| format!("in the end: {error}"))?;
        }
        self.compared = 0;
        self.ask(0, true)?;
        reached.take(&self.model);
        Ok(())
    }
}

/// Nobody, somebody whom nobody knows, and some who sign on without a trace.
fn readers(session: &Session, model: &Model, dice: &mut Dice) -> Result<Vec<Option<Signed>>, String> {
    let mut readers = vec![None];
    for _ in 0..3 {
        let badge = BADGES[dice.roll(BADGES.len())];
        let person = model.person(badge);
        if person.is_some_and(|person| person.wrong > 0) {
            continue;
        }
        let pin = person.and_then(|person| person.pin.as_deref()).and_then(Pin::new);
        let station = Station::new("reading room").unwrap();
        let claim = Badge::new(badge).unwrap();
        readers.push(Some(
            session.sign_on(Claim { badge: &claim, pin: pin.as_ref() }, &station).map_err(trouble)?,
        ));
    }
    Ok(readers)
}

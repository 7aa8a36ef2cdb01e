//! Hindsight: what every stocktake had to say about a medium, and between which two moments it was lost.

use std::rc::Rc;

use kuraban::app::{AuditPassage, Loss, LossStep, Passage, Session};
use kuraban::domain::audit::{AuditState, Class};
use kuraban::domain::custody::State;
use kuraban::domain::event::{How, Kind};

use crate::soak_media::trouble;
use crate::soak_model::{Audit, Count, Custody, Entry, Id, Medium, Model, Moment};
use crate::soak_shown::{Checked, alike, same, someone};
use crate::soak_world::physical;

/// The window of a loss: from the last proof, of whatever kind, to the first sign.
#[derive(Debug, PartialEq, Eq)]
struct Window {
    from: Moment,
    read: bool,
    until: Moment,
    audit: Option<Id>,
    steps: Vec<Id>,
}

/// Where the record had it after so many entries; none before its registration.
fn stood(medium: &Medium, size: u64) -> Option<Custody> {
    let later = medium.steps.iter().find(|step| step.seq > size);
    (medium.id <= size).then(|| later.map_or(medium.custody, |step| step.before))
}

impl Model {
    fn chain(&self, medium: Id) -> Vec<(Id, &Rc<Entry>)> {
        let own = |(_, entry): &(Id, &Rc<Entry>)| entry.medium.is_some_and(|(id, _)| id == medium);
        (1..).zip(&self.log).filter(own).collect()
    }

    fn passage(&self, audit: &Audit, medium: &Medium) -> Passage {
        let Some(stood) = stood(medium, audit.size).filter(|stood| stood.state != State::Destroyed) else {
            return Passage::NotThere;
        };
        if audit.state == AuditState::Open {
            return Passage::Open;
        }
        let found = audit.found.iter().find(|found| found.medium == medium.id);
        match found.map(|found| found.class) {
            Some(class) if !matches!(class, Class::Present | Class::Moved) => Passage::Class(class),
            _ if audit.sample.as_ref().is_some_and(|sample| !sample.contains(&medium.id)) => {
                Passage::NotDrawn
            }
            _ if !self.covers(audit.scope, &stood) => Passage::OutOfScope,
            class => Passage::Class(class.unwrap()),
        }
    }

    /// The last proof that it was there: the entry in its chain, if that tells it, and when it was read.
    fn last_proof(&self, medium: &Medium) -> Option<(Option<Id>, Moment)> {
        let read = medium.read?;
        let is_it = |(_, entry): &&(Id, &Rc<Entry>)| {
            let refused = entry.kind == Kind::Refused;
            let tried = entry.data["action"].as_str().and_then(Kind::parse).filter(|_| refused);
            let label = physical(tried.unwrap_or(entry.kind)) && entry.how != Some(How::Declared);
            label && entry.occurred.unwrap_or(entry.at) == read
        };
        let chain = self.chain(medium.id);
        Some((chain.iter().rev().find(is_it).map(|(seq, _)| *seq), read))
    }

    fn loss(&self, medium: &Medium) -> Option<Window> {
        let proof = self.last_proof(medium);
        let (seq, from) = proof.unwrap_or((Some(medium.id), medium.registered));
        let chain = self.chain(medium.id);
        let follows = |(number, entry): &&(Id, &Rc<Entry>)| match seq {
            Some(seq) => *number > seq,
            None => entry.at > from,
        };
        let after: Vec<&(Id, &Rc<Entry>)> = chain.iter().filter(follows).collect();
        let declared = |(_, entry): &&&(Id, &Rc<Entry>)| entry.kind == Kind::DeclareMissing;
        let first = after.iter().find(|one| declared(one));
        let mut until = first.map(|(_, entry)| (entry.at, entry.data["audit"].as_u64()));
        let missed = |audit: &&Audit| {
            let found = audit.found.iter().find(|found| found.medium == medium.id);
            found.is_some_and(|found| found.class == Class::NotFound)
        };
        for audit in self.audits.values().rev().filter(missed) {
            let closed = audit.closed.unwrap();
            if closed >= from && until.is_none_or(|(at, _)| closed <= at) {
                until = Some((closed, Some(audit.id)));
            }
        }
        let (until, audit) = until?;
        let steps = after.iter().filter(|one| one.1.at <= until && !declared(one));
        let steps = steps.map(|(seq, _)| *seq).collect();
        Some(Window { from, read: proof.is_some(), until, audit, steps })
    }
}

fn window(loss: &Loss) -> Window {
    Window {
        from: loss.last.at.millis(),
        read: loss.read,
        until: loss.until.millis(),
        audit: loss.audit.map(|audit| audit.0),
        steps: loss.steps.iter().map(|step| step.seq).collect(),
    }
}

/// A step in a window, against the entry.
fn step(step: &LossStep, model: &Model) -> Checked {
    let entry = &model.log[usize::try_from(step.seq - 1).unwrap()];
    let found = (step.at.millis(), step.kind, step.by.as_ref().map(ToString::to_string), step.how);
    let wanted = (entry.occurred.unwrap_or(entry.at), entry.kind, entry.by.clone(), entry.how);
    same(&format!("step {} of a window", step.seq), &found, &wanted)
}

/// Every medium's history of stocktakes, and the window of its loss.
pub(crate) fn histories(session: &Session, model: &Model) -> Checked {
    for medium in model.media.values() {
        let text = format!("#{}", medium.id);
        let (passages, loss) = session.audit_history(&text).map_err(trouble)?;
        let wanted = model.loss(medium);
        same(&format!("the window of the loss of {text}"), &loss.as_ref().map(window), &wanted)?;
        same("the same", &session.loss(&text).map_err(trouble)?, &loss)?;
        loss.iter().flat_map(|loss| &loss.steps).try_for_each(|one| step(one, model))?;
        let shown = model.audits.values().rev().filter(|audit| audit.state != AuditState::Drawn);
        let shown: Vec<&Audit> = shown.collect();
        let what = format!("audit history {text}");
        same(&format!("{what}, how many"), &passages.len(), &shown.len())?;
        for (found, audit) in passages.iter().zip(shown) {
            passage(model, medium, (found, audit), wanted.as_ref(), &what)?;
        }
    }
    Ok(())
}

fn passage(
    model: &Model,
    medium: &Medium,
    (found, audit): (&AuditPassage, &Audit),
    loss: Option<&Window>,
    what: &str,
) -> Checked {
    let what = format!("{what}, stocktake {}", audit.id);
    let before = stood(medium, audit.size);
    let code = |custody: Custody| model.code(custody.place).map(str::to_owned);
    let who = |custody: Custody| custody.who.map(|who| model.badge(who).to_owned());
    let told = (
        found.passage,
        found.state,
        found.place.as_ref().map(ToString::to_string),
        found.custodian.as_ref().map(ToString::to_string),
    );
    let wanted = (
        model.passage(audit, medium),
        before.map(|stood| stood.state),
        before.and_then(code),
        before.and_then(who),
    );
    same(&what, &told, &wanted)?;
    // Of several readings of one moment any is the last.
    let counts = audit.counts.iter().filter(|count| count.medium == medium.id);
    let last = counts.clone().map(|count| count.at).max();
    let line = |count: &Count| {
        format!(
            "{} {} {} {}",
            model.spot(count.place).code,
            model.someone(Some(count.counter)),
            count.how,
            count.at
        )
    };
    let any: Vec<String> = counts.filter(|count| Some(count.at) == last).map(line).collect();
    let read = found.read.as_ref().map(|(place, counter, how, at)| {
        format!("{place} {} {how} {}", someone(counter.as_ref()), at.millis())
    });
    if read.as_ref().is_some_and(|read| !any.contains(read)) || read.is_none() != any.is_empty() {
        return alike(&format!("{what}, the last reading"), &read.into_iter().collect::<Vec<_>>(), &any);
    }
    let late = loss.is_some_and(|loss| audit.closed.is_some_and(|closed| closed > loss.from));
    let over = audit.state == AuditState::Certified && late && any.is_empty();
    same(&format!("{what}, whether it was passed over"), &found.passed_over, &over)
}

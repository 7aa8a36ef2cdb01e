//! The end of a stocktake: what the count comes to, and the one of two results that follows from it.

use std::collections::{BTreeMap, BTreeSet};

use super::{changed, counted_now};
use crate::domain::audit::judge::{Court, Tree, judge};
use crate::domain::audit::{Audit, AuditState, Audited, Class, Finding, Tally};
use crate::domain::custody::{Leave, State};
use crate::domain::event::{Data, Event, Kind, LabelTrouble};
use crate::domain::medium::Discrepancy;
use crate::domain::names::{AuditId, IncidentId, OrderId};
use crate::domain::place::Place;
use crate::domain::refusal::Refusal;
use crate::domain::resolve::resolve;
use crate::domain::rules::{Absorbed, Actors, AuditChange, Effect, Outcome, Stop};
use crate::domain::separation::Separation;
use crate::domain::time::Timestamp;
use crate::domain::world::World;

/// Whether media that are outside by these leaves are so rightly, at one moment; each order is asked for once.
struct Leaves<'a, W> {
    world: &'a W,
    at: Timestamp,
    orders: BTreeMap<OrderId, bool>,
}

impl<W: World> Leaves<'_, W> {
    fn hold(&mut self, audited: &Audited) -> Result<bool, W::Error> {
        let order = match audited.leave {
            None | Some(Leave::Intake) => return Ok(true),
            Some(Leave::None) => return Ok(!self.world.policy().order_required),
            Some(Leave::Override(_)) => return Ok(!audited.overridden),
            Some(Leave::Order(order)) => order,
        };
        if let Some(known) = self.orders.get(&order) {
            return Ok(*known);
        }
        let holds = self.world.order(order)?.is_some_and(|order| order.in_force(self.at));
        self.orders.insert(order, holds);
        Ok(holds)
    }
}

/// What the count of a stocktake comes to at this moment: each finding goes to `each`, the sums come back.
///
/// # Errors
/// When the record cannot be read.
pub fn reckon<W: World>(
    world: &W,
    audit: &Audit,
    at: Timestamp,
    each: &mut dyn FnMut(&Audited, &Finding),
) -> Outcome<Tally, W> {
    let tree: Tree = world.tree().map_err(Stop::Failed)?;
    let own_counts = !world.policy().separate.contains(&Separation::CounterCustodian);
    let mut leaves = Leaves { world, at, orders: BTreeMap::new() };
    let mut tally = Tally::default();
    let court = Court { audit, tree: &tree, own_counts };
    let mut take = |audited: &Audited| {
        let valid = leaves.hold(audited)?;
        if let Some(finding) = judge(court, audited, valid) {
            tally.add(&finding);
            each(audited, &finding);
        }
        Ok(())
    };
    world.each_audited(audit, &mut take).map_err(Stop::Failed)?;
    add_strays(world, audit, &tree, &mut tally)?;
    Ok(tally)
}

/// Labels that name no medium: in question as long as they name none, and nobody has read the place again in the second
/// count without coming upon them.
fn add_strays<W: World>(world: &W, audit: &Audit, tree: &Tree, tally: &mut Tally) -> Outcome<(), W> {
    let (mut unknown, mut foreign) = (BTreeSet::new(), BTreeSet::new());
    let strays = world.stray_labels(audit.id).map_err(Stop::Failed)?;
    let again = match audit.recounted {
        Some(_) if !strays.is_empty() => world.recounted_places(audit.id).map_err(Stop::Failed)?,
        _ => Vec::new(),
    };
    for label in strays {
        let looked = label.place.is_some_and(|place| again.iter().any(|one| tree.one(*one, place)));
        if label.why == LabelTrouble::Unreadable {
            foreign.insert(label.text);
        } else if label.recount || !looked {
            match resolve(world, label.text.as_str()) {
                Ok(_) => {}
                Err(Stop::Refused(_)) => drop(unknown.insert(label.text)),
                Err(failed @ Stop::Failed(_)) => return Err(failed),
            }
        }
    }
    tally.unknown = u64::try_from(unknown.len()).unwrap_or(u64::MAX);
    tally.foreign = u64::try_from(foreign.len()).unwrap_or(u64::MAX);
    tally.unresolved += tally.unknown;
    Ok(())
}

/// An incident for what a count does not find. Nothing is refused to a stocktake that could be certified.
pub(super) fn incident<W: World>(
    world: &W,
    seq: u64,
    actors: &Actors,
    (id, missing): (AuditId, u64),
) -> Outcome<Effect, W> {
    let audit = counted_now(world, id)?;
    if actors.with.is_none() {
        return Err(Refusal::WitnessMissing { action: Kind::AuditRefused }.into());
    }
    if audit.incident.is_some() || missing > audit.expected {
        return Err(Refusal::Inconsistent { key: "audit" }.into());
    }
    Ok(changed(Audit { incident: Some(IncidentId(seq)), ..audit }))
}

pub(super) fn close<W: World>(world: &W, seq: u64, event: &Event, actors: &Actors) -> Outcome<Effect, W> {
    let (Data::AuditCertified { audit: id, tally: told } | Data::AuditRefused { audit: id, tally: told, .. }) =
        &event.data
    else {
        return Err(Refusal::Inconsistent { key: "kind" }.into());
    };
    let certifies = event.data.kind() == Kind::AuditCertified;
    let state = if certifies { AuditState::Certified } else { AuditState::Refused };
    let audit = counted_now(world, *id)?;
    let Some(with) = &actors.with else {
        return Err(Refusal::WitnessMissing { action: event.data.kind() }.into());
    };
    if let Data::AuditRefused { incident, .. } = &event.data
        && audit.incident != Some(*incident)
    {
        return Err(Refusal::Inconsistent { key: "incident" }.into());
    }
    let (mut findings, mut seen, mut loose) = (Vec::new(), Vec::new(), false);
    let tally = reckon(world, &audit, event.at, &mut |audited, finding| {
        // What was not found is declared missing first, each medium in its own chain.
        let live = !matches!(audited.now.state, State::Missing | State::Destroyed);
        loose |= finding.class == Class::NotFound && live;
        seen.extend(absorbed(audited, finding));
        if finding.is_named() {
            findings.push(*finding);
        }
    })?;
    let passes = tally.unresolved == 0;
    if tally != *told || passes != certifies || loose {
        return Err(Refusal::Inconsistent { key: "tally" }.into());
    }
    let vaults = if passes { certified_vaults(world, &audit, event.at)? } else { Vec::new() };
    let closed = Some(event.at);
    let (closing, closed_by, closed_with) = (Some(seq), Some(actors.by.id), Some(with.id));
    let audit = Audit { state, closed, closed_by, closing, closed_with, ..audit };
    Ok(Effect::Audit(Box::new(AuditChange { audit, sample: Vec::new(), findings, seen, vaults })))
}

/// What a count from files tells of a medium, for its own chain holds nothing of it.
fn absorbed(audited: &Audited, finding: &Finding) -> Option<Absorbed> {
    let last = audited.counts.iter().max_by_key(|count| (count.at, count.seq))?;
    let news = audited.seen_at.is_none_or(|seen| seen < last.at);
    let seen = news.then_some((last.at, last.place, last.how));
    let read_at = finding.proved.filter(|proved| audited.read_at.is_none_or(|read| read < *proved));
    let against = matches!(finding.class, Class::Elsewhere | Class::TwoPlaces) && !finding.passes();
    let place = finding.seen.filter(|_| against && !audited.disputed);
    let wrong = place.map(|place| Discrepancy { since: last.at, place });
    let any = seen.is_some() || read_at.is_some() || wrong.is_some();
    any.then_some(Absorbed { medium: audited.medium, seen, read_at, wrong })
}

/// The vaults of which nothing was left out.
fn certified_vaults<W: World>(world: &W, audit: &Audit, at: Timestamp) -> Outcome<Vec<Place>, W> {
    if audit.sample.is_some() {
        return Ok(Vec::new());
    }
    let vaults = world.vaults().map_err(Stop::Failed)?.into_iter();
    let whole = vaults.filter(|vault| audit.scope.is_none_or(|scope| scope == vault.id));
    Ok(whole.map(|vault| Place { audited: Some(at), audit_due: None, ..vault }).collect())
}

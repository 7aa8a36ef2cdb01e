//! Stocktakes: opened over a frozen set, counted blind, closed by two people with what the count comes to.

mod close;

pub use close::reckon;

use super::{Actors, AuditChange, Effect, Outcome, Stop, lookup};
use crate::domain::audit::{Audit, AuditState, Count, MOST_BARCODES, Sample, StrayLabel, drawn, seed};
use crate::domain::event::{Data, Event, How};
use crate::domain::names::{AuditId, Barcode, Digest, IncidentId, MAX_INTEGER, MediumId, PlaceCode, PlaceId};
use crate::domain::person::Person;
use crate::domain::place::{Place, PlaceKind};
use crate::domain::refusal::{AuditRefusal, Refusal};
use crate::domain::time::Timestamp;
use crate::domain::world::World;

pub(super) fn step<W: World>(world: &W, seq: u64, event: &Event, actors: &Actors) -> Outcome<Effect, W> {
    if let Data::AuditDrawn { place, percent, size, head } = &event.data {
        return draw(world, seq, event, actors, (place.as_ref(), *percent, (*size, *head)));
    }
    if let Data::AuditOpened { .. } = &event.data {
        return open(world, seq, event, actors);
    }
    if let Data::AuditRead { audit, place, barcodes } = &event.data {
        return read(world, seq, event, actors, (*audit, place, barcodes));
    }
    if let Data::AuditRecounted { audit } = &event.data {
        return recount(world, event, *audit);
    }
    if let Data::AuditDueSet { place, due, .. } = &event.data {
        return set_due(world, event, (place, *due));
    }
    if let Data::IncidentOpened { audit, missing } = &event.data {
        return close::incident(world, seq, actors, (*audit, *missing));
    }
    close::close(world, seq, event, actors)
}

pub(super) fn changed(audit: Audit) -> Effect {
    let (sample, findings, seen, vaults) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    Effect::Audit(Box::new(AuditChange { audit, sample, findings, seen, vaults }))
}

/// The stocktake of this number, if it is being counted.
pub(super) fn counted_now<W: World>(world: &W, id: AuditId) -> Outcome<Audit, W> {
    let audit = world.audit(id).map_err(Stop::Failed)?.ok_or(AuditRefusal::Unknown { audit: id })?;
    if audit.state == AuditState::Open {
        return Ok(audit);
    }
    Err(AuditRefusal::NotOpen { audit: id, state: audit.state, closed: audit.closed }.into())
}

/// The place that a stocktake is to count and how the log names it; none for the whole site, by whatever name.
///
/// # Errors
/// When there is no such place, or the record cannot be read.
pub fn scope_of<W: World>(
    world: &W,
    place: Option<PlaceCode>,
) -> Outcome<(Option<PlaceId>, Option<PlaceCode>), W> {
    let Some(code) = place else { return Ok((None, None)) };
    let place = lookup::resolve_place(world, &code)?;
    Ok(if place.kind == PlaceKind::Site { (None, None) } else { (Some(place.id), Some(place.code)) })
}

/// The scope as an event names it, which is never the site's own code.
fn named_scope<W: World>(world: &W, place: Option<&PlaceCode>) -> Outcome<Option<PlaceId>, W> {
    match scope_of(world, place.cloned())? {
        (None, _) if place.is_some() => Err(Refusal::Inconsistent { key: "place" }.into()),
        (scope, _) => Ok(scope),
    }
}

fn at_head<W: World>(world: &W, told: (u64, Digest)) -> Result<(), Refusal> {
    if world.head() == told { Ok(()) } else { Err(Refusal::Inconsistent { key: "head" }) }
}

fn draw<W: World>(
    world: &W,
    seq: u64,
    event: &Event,
    actors: &Actors,
    (place, percent, head): (Option<&PlaceCode>, u64, (u64, Digest)),
) -> Outcome<Effect, W> {
    if !(1..=100).contains(&percent) {
        return Err(AuditRefusal::BadPercent { percent }.into());
    }
    at_head(world, head)?;
    let scope = named_scope(world, place)?;
    let sample = Some(Sample { percent, head: head.1, number: None });
    let blank = begun(AuditId(seq), (scope, AuditState::Drawn), event.at, &actors.by);
    Ok(changed(Audit { sample, size: head.0, head: head.1, ..blank }))
}

/// A stocktake that has just begun.
fn begun(id: AuditId, (scope, state): (Option<PlaceId>, AuditState), at: Timestamp, by: &Person) -> Audit {
    Audit {
        id,
        scope,
        sample: None,
        state,
        size: 0,
        head: Digest::ZERO,
        expected: 0,
        opened: at,
        opened_by: by.id,
        recounted: None,
        incident: None,
        closed: None,
        closing: None,
        closed_by: None,
        closed_with: None,
    }
}

fn open<W: World>(world: &W, seq: u64, event: &Event, actors: &Actors) -> Outcome<Effect, W> {
    let Data::AuditOpened { place, draw, number, size, head, expected } = &event.data else {
        return Err(Refusal::Inconsistent { key: "kind" }.into());
    };
    at_head(world, (*size, *head))?;
    let scope = named_scope(world, place.as_ref())?;
    let (id, sample) = match (draw, number) {
        (None, None) => (AuditId(seq), None),
        (Some(draw), Some(number)) if *number <= MAX_INTEGER => {
            (*draw, Some(waiting(world, *draw, scope, *number)?))
        }
        _ => return Err(Refusal::Inconsistent { key: "number" }.into()),
    };
    for other in world.open_audits().map_err(Stop::Failed)? {
        if overlaps(world, other.scope, scope)? {
            let place = lookup::code_of(world, other.scope)?;
            return Err(AuditRefusal::Overlaps { audit: other.id, place }.into());
        }
    }
    let mut media = Vec::new();
    let mut count: u64 = 0;
    let keep = sample.is_some();
    let mut take = |id| {
        count += 1;
        if keep {
            media.push(id);
        }
    };
    world.each_expected(scope, &mut take).map_err(Stop::Failed)?;
    if count == 0 {
        return Err(AuditRefusal::NothingThere { place: place.clone() }.into());
    }
    if let Some((sample, number)) = sample.and_then(|sample| Some((sample, sample.number?))) {
        media = drawn(seed(sample.head, number), sample.percent, media);
        count = u64::try_from(media.len()).unwrap_or(u64::MAX);
    }
    if count != *expected {
        return Err(Refusal::Inconsistent { key: "expected" }.into());
    }
    let blank = begun(id, (scope, AuditState::Open), event.at, &actors.by);
    let audit = Audit { sample, size: *size, head: *head, expected: count, ..blank };
    let (findings, seen, vaults) = (Vec::new(), Vec::new(), Vec::new());
    Ok(Effect::Audit(Box::new(AuditChange { audit, sample: media, findings, seen, vaults })))
}

/// The draw that waits for this number, over the same scope.
fn waiting<W: World>(world: &W, draw: AuditId, scope: Option<PlaceId>, number: u64) -> Outcome<Sample, W> {
    let known = world.audit(draw).map_err(Stop::Failed)?.ok_or(AuditRefusal::Unknown { audit: draw })?;
    match known.sample {
        Some(sample) if known.state == AuditState::Drawn => {
            if known.scope != scope {
                return Err(Refusal::Inconsistent { key: "place" }.into());
            }
            Ok(Sample { number: Some(number), ..sample })
        }
        _ => Err(AuditRefusal::NotDrawn { audit: draw }.into()),
    }
}

fn overlaps<W: World>(world: &W, one: Option<PlaceId>, other: Option<PlaceId>) -> Outcome<bool, W> {
    let (Some(one), Some(other)) = (one, other) else { return Ok(true) };
    Ok(lookup::within(world, one, other)? || lookup::within(world, other, one)?)
}

/// The place, if it is among those that are counted.
fn counted_place<W: World>(world: &W, audit: &Audit, code: &PlaceCode) -> Outcome<Place, W> {
    // In a count of the whole site a label may be read without saying where: then no slot is compared.
    let place = lookup::resolve_place(world, code)?;
    match audit.scope {
        Some(scope) if !lookup::within(world, place.id, scope)? => {
            let scope = lookup::code_of(world, audit.scope)?.ok_or(Refusal::Inconsistent { key: "audit" })?;
            Err(AuditRefusal::Outside { audit: audit.id, scope, place: code.clone() }.into())
        }
        _ => Ok(place),
    }
}

/// What a sighting counts in a stocktake, if it is part of one.
pub(super) fn counted<W: World>(
    world: &W,
    seq: u64,
    event: &Event,
    (by, medium): (&Person, MediumId),
) -> Outcome<Option<(AuditId, Count)>, W> {
    let Data::Sight { place, audit: Some(id), .. } = &event.data else { return Ok(None) };
    let audit = counted_now(world, *id)?;
    let place = counted_place(world, &audit, place)?.id;
    let at = event.occurred.unwrap_or(event.at);
    if at < audit.opened {
        return Err(AuditRefusal::Before { audit: *id, opened: audit.opened, read: at }.into());
    }
    let how = event.how.ok_or(Refusal::Inconsistent { key: "how" })?;
    if !how.is_sighting() || how == How::Seal {
        return Err(Refusal::Inconsistent { key: "how" }.into());
    }
    let recount = second_count(world, &audit, by)?;
    Ok(Some((*id, Count { medium, place, counter: by.id, how, at, seq, recount })))
}

/// Whether the second count has begun, in which nobody takes part who has counted before.
fn second_count<W: World>(world: &W, audit: &Audit, by: &Person) -> Outcome<bool, W> {
    let second = audit.recounted.is_some();
    if second && world.counts_in(audit.id, by.id, true).map_err(Stop::Failed)? {
        return Err(AuditRefusal::FirstCounter { audit: audit.id, badge: by.badge.clone() }.into());
    }
    Ok(second)
}

fn read<W: World>(
    world: &W,
    seq: u64,
    event: &Event,
    actors: &Actors,
    (id, code, barcodes): (AuditId, &PlaceCode, &[Barcode]),
) -> Outcome<Effect, W> {
    let audit = counted_now(world, id)?;
    let place = counted_place(world, &audit, code)?;
    let how = event.how.ok_or(Refusal::Inconsistent { key: "how" })?;
    if how == How::Library && !place.kind.is_device() {
        return Err(AuditRefusal::NoLibrary { place: place.code, kind: place.kind }.into());
    }
    let sound = matches!(how, How::File | How::Library) && event.occurred.is_none();
    let listed = (1..=MOST_BARCODES).contains(&barcodes.len()) && barcodes.is_sorted_by(|a, b| a < b);
    if !sound || !listed {
        return Err(Refusal::Inconsistent { key: "barcodes" }.into());
    }
    let recount = second_count(world, &audit, &actors.by)?;
    let (counter, at) = (actors.by.id, event.at);
    let mut rows = Vec::with_capacity(barcodes.len());
    for holder in world.holders(barcodes).map_err(Stop::Failed)? {
        let holder = holder.filter(|holder| holder.current);
        let medium = holder.ok_or(Refusal::Inconsistent { key: "barcodes" })?.medium;
        rows.push(Count { medium, place: place.id, counter, how, at, seq, recount });
    }
    Ok(Effect::Counted(id, rows))
}

/// A label that names no medium; counted, where it was read in a stocktake.
pub(super) fn stray<W: World>(
    world: &W,
    seq: u64,
    event: &Event,
    actors: Option<&Actors>,
) -> Outcome<Effect, W> {
    let Data::UnknownLabel { label, place, why, audit: Some(id), .. } = &event.data else {
        return Ok(Effect::None);
    };
    let audit = counted_now(world, *id)?;
    let place = match place {
        None => None,
        Some(code) => world.place_by_code(code).map_err(Stop::Failed)?.map(|place| place.id),
    };
    let counter = actors.map(|actors| actors.by.id);
    let recount = audit.recounted.is_some();
    Ok(Effect::Stray(*id, StrayLabel { seq, text: label.clone(), place, why: *why, counter, recount }))
}

fn recount<W: World>(world: &W, event: &Event, id: AuditId) -> Outcome<Effect, W> {
    let audit = counted_now(world, id)?;
    if audit.recounted.is_some() {
        return Err(AuditRefusal::Recounted { audit: id }.into());
    }
    if !world.counted_any(id).map_err(Stop::Failed)? {
        return Err(AuditRefusal::NotCounted { audit: id }.into());
    }
    Ok(changed(Audit { recounted: Some(event.at), ..audit }))
}

fn set_due<W: World>(world: &W, event: &Event, (code, due): (&PlaceCode, Timestamp)) -> Outcome<Effect, W> {
    let place = lookup::resolve_place(world, code)?;
    if place.kind != PlaceKind::Vault {
        return Err(AuditRefusal::NoVault { place: place.code, kind: place.kind }.into());
    }
    if due <= event.at {
        return Err(Refusal::DueInPast { due, now: event.at }.into());
    }
    if place.audit_due == Some(due) {
        return Err(Refusal::NoChange.into());
    }
    Ok(Effect::Place(Place { audit_due: Some(due), ..place }))
}

/// Whether a medium may be declared missing so: by itself, which opens an incident, or by a stocktake that is being
/// closed, under the incident that it has opened.
pub(super) fn escalates<W: World>(
    world: &W,
    seq: u64,
    by: (Option<AuditId>, Option<IncidentId>),
) -> Outcome<(), W> {
    let legal = match by {
        (None, incident) => incident == Some(IncidentId(seq)),
        (Some(audit), incident) => incident.is_some() && counted_now(world, audit)?.incident == incident,
    };
    if legal { Ok(()) } else { Err(Refusal::Inconsistent { key: "incident" }.into()) }
}

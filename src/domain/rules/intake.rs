//! Registration and description: a medium enters the record, and what is on it is told.

use std::sync::Arc;

use super::{Actors, Effect, Outcome, Stop, lookup};
use crate::domain::custody::{Custody, Leave, Origin, Outing};
use crate::domain::event::{Data, Event};
use crate::domain::medium::{Description, Medium};
use crate::domain::names::{MediumId, PersonId, PlaceId};
use crate::domain::place::Place;
use crate::domain::policy::Policy;
use crate::domain::refusal::{PlaceNeed, Refusal};
use crate::domain::time::{HOUR, Timestamp};
use crate::domain::world::World;

/// When a medium that goes out now must be back, if nobody says otherwise.
#[must_use]
pub fn usual_due(policy: &Policy, now: Timestamp) -> Timestamp {
    now.plus(i64::try_from(policy.allowance_hours).unwrap_or(i64::MAX).saturating_mul(HOUR))
}

pub(super) fn register<W: World>(world: &W, seq: u64, event: &Event, actors: &Actors) -> Outcome<Effect, W> {
    let Data::Register { barcode, serial, place } = &event.data else {
        return Err(Refusal::Inconsistent { key: "kind" }.into());
    };
    if event.medium != Some(MediumId(seq)) {
        return Err(Refusal::Inconsistent { key: "medium" }.into());
    }
    if let Some(holder) = world.holder(barcode).map_err(Stop::Failed)? {
        let medium = world.medium(holder.medium).map_err(Stop::Failed)?;
        let medium = medium.ok_or(Refusal::Inconsistent { key: "barcode" })?;
        let holding = lookup::holding(world, &medium)?;
        return Err(Refusal::BarcodeTaken { barcode: barcode.clone(), holding }.into());
    }
    if let Some(serial) = serial
        && let Some(other) = world.by_serial(serial).map_err(Stop::Failed)?
        && let Some(other) = world.medium(other).map_err(Stop::Failed)?
    {
        return Err(Refusal::SerialTaken { serial: serial.clone(), barcode: other.barcode }.into());
    }
    let place = match place {
        None => None,
        Some(code) => Some(lookup::place(world, code, PlaceNeed::RestOrResident)?),
    };
    if let Some(place) = &place {
        lookup::room(world, place)?;
    }
    let mut medium = Medium {
        id: MediumId(seq),
        barcode: barcode.clone(),
        serial: serial.clone(),
        registered: event.at,
        custody: first_custody(place.as_ref(), actors.by.id, event.at, world.policy()),
        prior: None,
        seen: None,
        read_at: None,
        discrepancy: None,
        description: None,
        overrides: Arc::from([]),
        stepped_by: Some(actors.by.id),
        mseq: 1,
    };
    lookup::witness(&mut medium, event, place.map(|place| place.id), true, true);
    Ok(Effect::Medium { before: None, after: Box::new(medium), line: None, count: None })
}

fn first_custody(place: Option<&Place>, by: PersonId, at: Timestamp, policy: &Policy) -> Custody {
    match place {
        Some(place) if place.resident => {
            Custody::InDevice { device: place.id, element: None, since: at, outing: None }
        }
        Some(place) => Custody::Vaulted { place: place.id, since: at },
        None => Custody::InHand {
            custodian: by,
            since: at,
            origin: Origin::Intake,
            outing: Outing { left: at, due: usual_due(policy, at), leave: Leave::Intake, ejected: None },
        },
    }
}

pub(super) fn describe(medium: &mut Medium, event: &Event) -> Result<Option<PlaceId>, Refusal> {
    let Data::Describe { class, system, from, until, info, persons, encrypted, legal_hold, .. } = &event.data
    else {
        return Err(Refusal::Inconsistent { key: "kind" });
    };
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        return Err(Refusal::PeriodReversed);
    }
    let described = Description {
        class: *class,
        system: system.clone(),
        from: *from,
        until: *until,
        info: info.clone(),
        persons: *persons,
        encrypted: *encrypted,
        legal_hold: *legal_hold,
    };
    if medium.description.as_deref() == Some(&described) {
        return Err(Refusal::NoChange);
    }
    medium.description = Some(Arc::new(described));
    Ok(None)
}

//! What a refusal says of the record: where it puts a medium, what is legal next, and who may not be the same.

use crate::domain::custody::State;
use crate::domain::event::Kind;
use crate::domain::names::Barcode;
use crate::domain::refusal::{Holding, PlaceNeed};
use crate::domain::separation::Separation;
use crate::i18n::{Sentence, Voice};

/// Where the record puts a medium, since when, and who recorded it.
pub(super) fn holds(voice: &Voice, h: &Holding) -> String {
    let place = h.place.as_ref().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let who = h.custodian.as_ref().map_or_else(|| "nobody".to_owned(), ToString::to_string);
    let standing = match h.state {
        State::Vaulted => format!("in the vault at {place}"),
        State::InHand => format!("in the hands of {who}"),
        State::InDevice if h.resident => format!("living in {place}"),
        State::InDevice => format!("in device {place}"),
        State::Missing => match (&h.place, &h.custodian) {
            (Some(place), _) => format!("missing, last known at {place}"),
            (None, Some(who)) => format!("missing, last in the hands of {who}"),
            (None, None) => "missing".to_owned(),
        },
        State::Destroyed => "destroyed".to_owned(),
    };
    let by = h.by.as_ref().map_or_else(String::new, |by| format!(", recorded by {by}"));
    format!("the record holds {} {standing} since {}{by}", h.barcode, voice.time(h.since))
}

/// The next legal step from what the record holds, and how to record that reality differs.
pub(super) fn next(h: &Holding) -> String {
    let b = &h.barcode;
    match h.state {
        State::Vaulted => format!(
            "To take it out: kuraban check-out {b}. If it is physically in your hands: kuraban found {b} --at PLACE."
        ),
        State::InHand => format!(
            "To put it into a vault: kuraban check-in --to PLACE {b}. Its custodian can load it or hand it over."
        ),
        State::InDevice => format!(
            "To take it out of the device: kuraban eject {b}. If it is physically elsewhere: kuraban found {b} --at PLACE."
        ),
        State::Missing => format!("If you have it before you: kuraban found {b} --at PLACE."),
        State::Destroyed => format!(
            "If it lies before you: kuraban sight --at PLACE {b}, and tell an approver; two people put the record right: kuraban correct."
        ),
    }
}

pub(super) const fn cannot(kind: Kind) -> &'static str {
    match kind {
        Kind::Move => "cannot be moved",
        Kind::CheckOut => "cannot be checked out",
        Kind::Load => "cannot be loaded",
        Kind::Eject => "cannot be ejected",
        Kind::CheckIn => "cannot be checked in",
        Kind::HandOver => "cannot be handed over",
        Kind::TakeOver => "cannot be taken over",
        Kind::Destroy => "cannot be destroyed",
        Kind::Relabel => "cannot be relabelled",
        Kind::Register => "cannot be registered",
        Kind::Describe => "cannot be described",
        Kind::Sight => "cannot be sighted",
        Kind::DeclareMissing => "cannot be declared missing",
        Kind::Found => "cannot be recorded as found",
        Kind::Correct => "cannot be corrected",
        Kind::Void
        | Kind::Refused
        | Kind::LedgerOpened
        | Kind::PersonEnrolled
        | Kind::PersonRoles
        | Kind::PersonSuspended
        | Kind::CredentialSet
        | Kind::PinRefused
        | Kind::SignedOn
        | Kind::PlaceAdded
        | Kind::PlaceRetired
        | Kind::PolicyChanged
        | Kind::ClockHeld
        | Kind::ClockConfirmed
        | Kind::Rebuilt
        | Kind::Checkpoint
        | Kind::KeyRotated
        | Kind::IrregularAcknowledged
        | Kind::Restore
        | Kind::TextsLost
        | Kind::PersonReinstated
        | Kind::TemporaryBadge
        | Kind::ShiftHandedOver
        | Kind::OrderRequested
        | Kind::OrderNight
        | Kind::OrderApproved
        | Kind::OrderRejected
        | Kind::OrderExtended
        | Kind::OrderClosed
        | Kind::AuditDrawn
        | Kind::AuditOpened
        | Kind::AuditRead
        | Kind::AuditRecounted
        | Kind::AuditDueSet
        | Kind::IncidentOpened
        | Kind::AuditCertified
        | Kind::AuditRefused
        | Kind::ExportMade
        | Kind::Ratify
        | Kind::UnknownLabel => "cannot be recorded so",
    }
}

/// Some of the media that are meant, and how many more there are.
pub(super) fn named(some: &[Barcode], count: u64) -> String {
    let names: Vec<&str> = some.iter().map(Barcode::as_str).collect();
    match count.saturating_sub(names.len() as u64) {
        _ if names.is_empty() => String::new(),
        0 => format!(": {}", names.join(", ")),
        more => format!(": {} and {more} more", names.join(", ")),
    }
}

pub(super) fn same_person(row: Separation, badge: &str) -> Sentence {
    let (what, next) = match row {
        Separation::RequesterApprover => (
            "cannot both ask for what goes out and approve it",
            "Another person plays the other part: kuraban person list.",
        ),
        Separation::ActorWitness => {
            ("cannot be their own second person", "Name another person: --with BADGE.")
        }
        Separation::ActorRatifier => (
            "took it out without an order, and cannot ratify that too",
            "Another approver does: kuraban ratify BARCODE.",
        ),
        Separation::PartyApprover => {
            ("takes the medium, and cannot approve that too", "Name another approver: --with BADGE.")
        }
        Separation::CounterCustodian => {
            ("has the medium in hand, and does not count it too", "Another person counts it.")
        }
        Separation::DestroyerCertifier => {
            ("destroys the medium, and cannot certify that too", "Name another person: --with BADGE.")
        }
    };
    Sentence::new(format!("{badge} {what}."), next)
}

pub(super) const fn need(need: PlaceNeed) -> &'static str {
    match need {
        PlaceNeed::Rest => "a vault, or a shelf or slot in one",
        PlaceNeed::Device => "a drive or a library",
        PlaceNeed::RestOrResident => "a vault place or a resident library",
        PlaceNeed::Inner => "a place within the site",
    }
}

//! Single words and short names.

use crate::domain::custody::State;
use crate::domain::event::Kind;
use crate::domain::flag::FlagKind;

pub(in crate::i18n) const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::LedgerOpened => "opening of the ledger",
        Kind::PersonEnrolled => "enrolment",
        Kind::PersonRoles => "change of roles",
        Kind::PersonSuspended => "suspension",
        Kind::CredentialSet => "new PIN",
        Kind::PinRefused => "wrong PIN",
        Kind::SignedOn => "sign-on",
        Kind::PlaceAdded => "new place",
        Kind::PlaceRetired => "retirement of a place",
        Kind::PolicyChanged => "change of policy",
        Kind::Checkpoint => "checkpoint",
        Kind::KeyRotated => "new key",
        Kind::Restore => "restore",
        Kind::TextsLost => "loss of texts",
        Kind::IrregularAcknowledged => "acknowledgement",
        Kind::ClockHeld => "clock held",
        Kind::ClockConfirmed => "clock confirmed",
        Kind::Rebuilt => "rebuild",
        Kind::UnknownLabel => "unknown label",
        Kind::Register => "registration",
        Kind::Describe => "description",
        Kind::Move => "move",
        Kind::CheckOut => "check-out",
        Kind::Load => "load",
        Kind::Eject => "eject",
        Kind::CheckIn => "check-in",
        Kind::HandOver => "hand-over",
        Kind::Sight => "sighting",
        Kind::DeclareMissing => "declaration as missing",
        Kind::Found => "find",
        Kind::Correct => "correction",
        Kind::Void => "void",
        Kind::Relabel => "relabelling",
        Kind::PersonReinstated => "reinstatement",
        Kind::TemporaryBadge => "temporary badge",
        Kind::ShiftHandedOver => "shift handover",
        Kind::OrderRequested => "request for an order",
        Kind::OrderNight => "night of a standing order",
        Kind::OrderApproved => "approval of an order",
        Kind::OrderRejected => "rejection of an order",
        Kind::OrderExtended => "extension of an order",
        Kind::OrderClosed => "closing of an order",
        Kind::AuditDrawn => "draw of a sample",
        Kind::AuditOpened => "opening of a stocktake",
        Kind::AuditRead => "labels read in for a stocktake",
        Kind::AuditRecounted => "second count",
        Kind::AuditDueSet => "change of an audit date",
        Kind::IncidentOpened => "opening of an incident",
        Kind::AuditCertified => "certification of a stocktake",
        Kind::AuditRefused => "refusal of a stocktake",
        Kind::ExportMade => "export",
        Kind::TakeOver => "take-over",
        Kind::Ratify => "ratification",
        Kind::Destroy => "destruction",
        Kind::Refused => "refused step",
    }
}

pub(in crate::i18n) const fn state(state: State, resident: bool) -> &'static str {
    match state {
        State::Vaulted => "vaulted",
        State::InHand => "in hand",
        State::InDevice if resident => "resident",
        State::InDevice => "in device",
        State::Missing => "missing",
        State::Destroyed => "destroyed",
    }
}

pub(in crate::i18n) const fn flag(kind: FlagKind) -> (&'static str, &'static str) {
    match kind {
        FlagKind::Outside => ("outside a vault", "check-in"),
        FlagKind::Overdue => ("past its due time", "check-in"),
        FlagKind::EjectedNotVaulted => {
            ("ejected, and not in a vault within the grace", "check-in, or missing")
        }
        FlagKind::InDeviceTooLong => ("in a device for too long", "eject, then check-in"),
        FlagKind::NoOrder => ("outside without an order in force", "check-in, or order extend"),
        FlagKind::Override => ("taken out without an order", "ratify"),
        FlagKind::Missing => ("declared missing", "found"),
        FlagKind::Discrepancy => ("seen where the record does not put it", "found, or correct"),
        FlagKind::NeverSeen => ("its label was never read", "sight"),
        FlagKind::AuditDue => ("not seen, or not audited, within its interval", "a reading, or audit"),
    }
}

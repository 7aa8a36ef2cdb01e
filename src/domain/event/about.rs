//! What is true of an event by its data alone: its kind, the barcode in it, and the texts that it refers to.

use super::{Data, Kind};
use crate::domain::names::{Badge, Barcode, Kept};

impl Data {
    /// The kind of event that carries this data.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::LedgerOpened { .. } => Kind::LedgerOpened,
            Self::PersonEnrolled { .. } => Kind::PersonEnrolled,
            Self::PersonRoles { .. } => Kind::PersonRoles,
            Self::PersonSuspended { .. } => Kind::PersonSuspended,
            Self::PersonReinstated { .. } => Kind::PersonReinstated,
            Self::TemporaryBadge { .. } => Kind::TemporaryBadge,
            Self::CredentialSet { .. } => Kind::CredentialSet,
            Self::PinRefused { .. } => Kind::PinRefused,
            Self::SignedOn { .. } => Kind::SignedOn,
            Self::ShiftHandedOver { .. } => Kind::ShiftHandedOver,
            Self::PlaceAdded { .. } => Kind::PlaceAdded,
            Self::PlaceRetired { .. } => Kind::PlaceRetired,
            Self::PolicyChanged { .. } => Kind::PolicyChanged,
            Self::ClockHeld { .. } => Kind::ClockHeld,
            Self::ClockConfirmed { .. } => Kind::ClockConfirmed,
            Self::Rebuilt { .. } => Kind::Rebuilt,
            Self::Checkpoint { .. } => Kind::Checkpoint,
            Self::KeyRotated { .. } => Kind::KeyRotated,
            Self::Restore { .. } => Kind::Restore,
            Self::TextsLost { .. } => Kind::TextsLost,
            Self::IrregularAcknowledged { .. } => Kind::IrregularAcknowledged,
            Self::OrderRequested { .. } => Kind::OrderRequested,
            Self::OrderNight { .. } => Kind::OrderNight,
            Self::OrderApproved { .. } => Kind::OrderApproved,
            Self::OrderRejected { .. } => Kind::OrderRejected,
            Self::OrderExtended { .. } => Kind::OrderExtended,
            Self::OrderClosed { .. } => Kind::OrderClosed,
            Self::AuditDrawn { .. } => Kind::AuditDrawn,
            Self::AuditOpened { .. } => Kind::AuditOpened,
            Self::AuditRead { .. } => Kind::AuditRead,
            Self::AuditRecounted { .. } => Kind::AuditRecounted,
            Self::AuditDueSet { .. } => Kind::AuditDueSet,
            Self::IncidentOpened { .. } => Kind::IncidentOpened,
            Self::AuditCertified { .. } => Kind::AuditCertified,
            Self::AuditRefused { .. } => Kind::AuditRefused,
            Self::ExportMade { .. } => Kind::ExportMade,
            Self::UnknownLabel { .. } => Kind::UnknownLabel,
            Self::Register { .. } => Kind::Register,
            Self::Describe { .. } => Kind::Describe,
            Self::Move { .. } => Kind::Move,
            Self::CheckOut { .. } => Kind::CheckOut,
            Self::Load { .. } => Kind::Load,
            Self::Eject { .. } => Kind::Eject,
            Self::CheckIn { .. } => Kind::CheckIn,
            Self::HandOver { .. } => Kind::HandOver,
            Self::TakeOver { .. } => Kind::TakeOver,
            Self::Ratify { .. } => Kind::Ratify,
            Self::Sight { .. } => Kind::Sight,
            Self::DeclareMissing { .. } => Kind::DeclareMissing,
            Self::Found { .. } => Kind::Found,
            Self::Correct { .. } => Kind::Correct,
            Self::Void { .. } => Kind::Void,
            Self::Relabel { .. } => Kind::Relabel,
            Self::Destroy { .. } => Kind::Destroy,
            Self::Refused { .. } => Kind::Refused,
        }
    }

    /// The barcode by which the medium is named; none where the event is about no one medium.
    #[must_use]
    pub const fn barcode(&self) -> Option<&Barcode> {
        match self {
            Self::Register { barcode, .. }
            | Self::Describe { barcode, .. }
            | Self::Move { barcode, .. }
            | Self::CheckOut { barcode, .. }
            | Self::Load { barcode, .. }
            | Self::Eject { barcode, .. }
            | Self::CheckIn { barcode, .. }
            | Self::HandOver { barcode, .. }
            | Self::TakeOver { barcode, .. }
            | Self::Ratify { barcode, .. }
            | Self::Sight { barcode, .. }
            | Self::DeclareMissing { barcode, .. }
            | Self::Found { barcode, .. }
            | Self::Correct { barcode, .. }
            | Self::Void { barcode, .. }
            | Self::Relabel { barcode, .. }
            | Self::Destroy { barcode, .. }
            | Self::Refused { barcode, .. } => Some(barcode),
            Self::LedgerOpened { .. }
            | Self::PersonEnrolled { .. }
            | Self::PersonRoles { .. }
            | Self::PersonSuspended { .. }
            | Self::PersonReinstated { .. }
            | Self::TemporaryBadge { .. }
            | Self::CredentialSet { .. }
            | Self::PinRefused { .. }
            | Self::SignedOn { .. }
            | Self::ShiftHandedOver { .. }
            | Self::PlaceAdded { .. }
            | Self::PlaceRetired { .. }
            | Self::PolicyChanged { .. }
            | Self::ClockHeld { .. }
            | Self::ClockConfirmed { .. }
            | Self::Rebuilt { .. }
            | Self::Checkpoint { .. }
            | Self::KeyRotated { .. }
            | Self::Restore { .. }
            | Self::TextsLost { .. }
            | Self::IrregularAcknowledged { .. }
            | Self::OrderRequested { .. }
            | Self::OrderNight { .. }
            | Self::OrderApproved { .. }
            | Self::OrderRejected { .. }
            | Self::OrderExtended { .. }
            | Self::OrderClosed { .. }
            | Self::AuditDrawn { .. }
            | Self::AuditOpened { .. }
            | Self::AuditRead { .. }
            | Self::AuditRecounted { .. }
            | Self::AuditDueSet { .. }
            | Self::IncidentOpened { .. }
            | Self::AuditCertified { .. }
            | Self::AuditRefused { .. }
            | Self::ExportMade { .. }
            | Self::UnknownLabel { .. } => None,
        }
    }

    /// The badge of the person whose enrolment, roles or standing it is about.
    #[must_use]
    pub const fn person(&self) -> Option<&Badge> {
        if let Self::PersonEnrolled { badge, .. }
        | Self::TemporaryBadge { badge, .. }
        | Self::PersonRoles { badge, .. }
        | Self::PersonSuspended { badge, .. }
        | Self::PersonReinstated { badge } = self
        {
            Some(badge)
        } else {
            None
        }
    }

    /// The texts in `kept` that it refers to.
    pub fn kept(&self) -> impl Iterator<Item = Kept> {
        let (one, other) = if let Self::PersonEnrolled { name, pin, .. } = self {
            (Some(*name), *pin)
        } else if let Self::TemporaryBadge { name, pin, .. } = self {
            (Some(*name), Some(*pin))
        } else if let Self::CredentialSet { pin, .. } = self {
            (Some(*pin), None)
        } else if let Self::OrderRequested { text, work, .. } = self {
            (*text, *work)
        } else if let Self::PersonSuspended { text, .. }
        | Self::IrregularAcknowledged { text, .. }
        | Self::OrderRejected { text, .. }
        | Self::AuditDueSet { text, .. }
        | Self::CheckOut { text, .. }
        | Self::TakeOver { text, .. }
        | Self::DeclareMissing { text, .. }
        | Self::Correct { text, .. } = self
        {
            (*text, None)
        } else {
            (None, None)
        };
        one.into_iter().chain(other)
    }
}

//! The kinds of event, and what is true of all events of one kind.

super::words! {
    /// The kinds of event, as they are written in an entry.
    Kind {
        /// The ledger was opened; always the first event.
        LedgerOpened = "ledger_opened",
        /// A person was enrolled.
        PersonEnrolled = "person_enrolled",
        /// A person's roles were set.
        PersonRoles = "person_roles",
        /// A person may act no more.
        PersonSuspended = "person_suspended",
        /// A suspended person may act again.
        PersonReinstated = "person_reinstated",
        /// A new colleague was given a badge for one shift.
        TemporaryBadge = "temporary_badge",
        /// A person has a new PIN.
        CredentialSet = "credential_set",
        /// A wrong PIN was given for a person.
        PinRefused = "pin_refused",
        /// A person gave the right PIN after wrong ones.
        SignedOn = "signed_on",
        /// A shift was handed over to another person.
        ShiftHandedOver = "shift_handed_over",
        /// A place was added.
        PlaceAdded = "place_added",
        /// A place takes media no more.
        PlaceRetired = "place_retired",
        /// A policy value was set.
        PolicyChanged = "policy_changed",
        /// The clock ran backwards; the ledger's time stands until it has caught up.
        ClockHeld = "clock_held",
        /// Two people confirmed that the clock is right although it ran far ahead.
        ClockConfirmed = "clock_confirmed",
        /// The projections were made anew from the log.
        Rebuilt = "rebuilt",
        /// The size and the root of the tree are given out, to be remembered outside.
        Checkpoint = "checkpoint",
        /// The ledger's key was exchanged for a new one.
        KeyRotated = "key_rotated",
        /// A backup was put in the ledger's place; what came after it is lost.
        Restore = "restore",
        /// Names, texts and PINs to which the log refers were lost with a ledger that was made anew from its entries.
        TextsLost = "texts_lost",
        /// Two people stand by an entry that the rules had not allowed.
        IrregularAcknowledged = "irregular_acknowledged",
        /// A movement order was asked for.
        OrderRequested = "order_requested",
        /// A night's list was opened under a standing order.
        OrderNight = "order_night",
        /// An order was approved.
        OrderApproved = "order_approved",
        /// An order was turned down.
        OrderRejected = "order_rejected",
        /// An order was given more time.
        OrderExtended = "order_extended",
        /// An order was closed.
        OrderClosed = "order_closed",
        /// The head was fixed from which a random sample follows.
        AuditDrawn = "audit_drawn",
        /// A stocktake was opened, and what it expects is frozen.
        AuditOpened = "audit_opened",
        /// Barcodes were read in for a stocktake from a file or a library.
        AuditRead = "audit_read",
        /// The second count of a stocktake was begun.
        AuditRecounted = "audit_recounted",
        /// A vault's next stocktake was set to another day.
        AuditDueSet = "audit_due_set",
        /// An incident was opened, for a stocktake that did not come out.
        IncidentOpened = "incident_opened",
        /// A stocktake was closed, and nothing is unresolved.
        AuditCertified = "audit_certified",
        /// A stocktake was closed, and something is unresolved.
        AuditRefused = "audit_refused",
        /// A report was given out.
        ExportMade = "export_made",
        /// A label that the record does not know was read.
        UnknownLabel = "unknown_label",
        /// A medium was registered.
        Register = "register",
        /// What is on it was described.
        Describe = "describe",
        /// It was put to another place in the same vault.
        Move = "move",
        /// It was taken out of a vault.
        CheckOut = "check_out",
        /// It was put into a device.
        Load = "load",
        /// It was taken out of a device.
        Eject = "eject",
        /// It was put into a vault.
        CheckIn = "check_in",
        /// Another person took charge of it.
        HandOver = "hand_over",
        /// Another person took charge of it, for its custodian cannot act.
        TakeOver = "take_over",
        /// An approver stood by a check-out that had no order.
        Ratify = "ratify",
        /// It was seen.
        Sight = "sight",
        /// It was declared missing.
        DeclareMissing = "declare_missing",
        /// It turned up.
        Found = "found",
        /// The record was put right.
        Correct = "correct",
        /// Its last step was taken back.
        Void = "void",
        /// It was given another barcode.
        Relabel = "relabel",
        /// It was destroyed.
        Destroy = "destroy",
        /// A step was refused.
        Refused = "refused",
    }
}

impl Kind {
    /// Whether an event of this kind is about one medium and stands in its chain.
    #[must_use]
    pub const fn is_of_medium(self) -> bool {
        self as u8 >= Self::Register as u8
    }

    /// Whether an event of this kind is about a movement order.
    #[must_use]
    pub const fn is_of_order(self) -> bool {
        self as u8 >= Self::OrderRequested as u8 && self as u8 <= Self::OrderClosed as u8
    }

    /// Whether an event of this kind is about a stocktake.
    #[must_use]
    pub const fn is_of_audit(self) -> bool {
        self as u8 >= Self::AuditDrawn as u8 && self as u8 <= Self::AuditRefused as u8
    }

    /// Whether such an event says how a barcode came in.
    #[must_use]
    pub const fn has_how(self) -> bool {
        self.is_of_medium() || matches!(self, Self::UnknownLabel | Self::AuditRead)
    }

    /// Whether the medium itself is there when such an event is recorded, so that it is a sighting.
    #[must_use]
    pub const fn is_physical(self) -> bool {
        self.is_of_medium()
            && !matches!(
                self,
                Self::Describe
                    | Self::DeclareMissing
                    | Self::Correct
                    | Self::Void
                    | Self::Refused
                    | Self::Ratify
            )
    }

    /// Whether a `void` can take it back.
    #[must_use]
    pub const fn is_voidable(self) -> bool {
        matches!(self, Self::CheckOut | Self::Load | Self::Eject | Self::CheckIn | Self::HandOver)
    }
}

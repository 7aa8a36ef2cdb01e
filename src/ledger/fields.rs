//! The spelling of each type and of the `data` of each kind: which keys, in which order.

use std::fmt::{Display, Write as _};

use super::wire::{Fault, FormError, Reader, Wire, put_text};
use crate::domain::audit::Tally;
use crate::domain::custody::State;
use crate::domain::event::{Data, How, Kind, LabelTrouble, Standing};
use crate::domain::medium::{Class, Encrypted};
use crate::domain::names::{
    AuditId, Badge, Barcode, Code, Digest, IncidentId, Kept, LedgerId, MediumId, OrderId, Org, PlaceCode,
    Reading, Serial, Setting, Signature, SiteName, Station, Term,
};
use crate::domain::person::{Role, Roles};
use crate::domain::place::PlaceKind;
use crate::domain::policy::Policy;
use crate::domain::time::{Date, Timestamp};

/// Types that are written as they are shown, in so many bytes without anything to be escaped, and read from that by a
/// function that answers nothing for a wrong one.
macro_rules! texts {
    ($($type:ty: $length:literal, $shown:expr, $take:expr;)+) => {$(
        impl Wire for $type {
            fn put(&self, out: &mut String) {
                let shown: fn(&$type) -> &dyn Display = $shown;
                let _ = write!(out, "\"{}\"", shown(self));
            }
            fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
                let take: fn(&str) -> Option<$type> = $take;
                let before = reader.mark();
                if let Some(value) = reader.fixed($length).and_then(take) {
                    return Ok(value);
                }
                // It is none: what is wrong with it the long way tells.
                reader.back_to(before);
                let text = reader.string()?;
                take(&text).map_or_else(|| reader.bad_value(), Ok)
            }
        }
    )+};
}

texts! {
    Timestamp: 24, |it| it, Timestamp::parse_exact;
    Date: 10, |it| it, Date::parse_exact;
    Digest: 64, |it| it, Digest::parse;
    Kept: 64, |kept| &kept.0, |text| Digest::parse(text).map(Kept);
    Signature: 128, |it| it, Signature::parse;
    LedgerId: 32, |it| it, LedgerId::parse;
}

/// Checked names: written as they are, read through their check.
macro_rules! names {
    ($($type:ty),+) => {$(
        impl Wire for $type {
            fn put(&self, out: &mut String) {
                put_text(out, self.as_str());
            }
            fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
                let text = reader.string()?;
                <$type>::new(&text).or_else(|_| reader.bad_value())
            }
        }
    )+};
}

names!(Badge, PlaceCode, Barcode, Serial, Station, Org, Term, Setting, SiteName, Reading, Code);

/// Enums of one word each.
macro_rules! words {
    ($($type:ty),+) => {$(
        impl Wire for $type {
            fn put(&self, out: &mut String) {
                put_text(out, self.word());
            }
            fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
                let text = reader.string()?;
                <$type>::parse(&text).map_or_else(|| reader.bad_value(), Ok)
            }
        }
    )+};
}

words!(How, Class, Encrypted, State, PlaceKind, LabelTrouble, Role);

impl Wire for Kind {
    fn put(&self, out: &mut String) {
        put_text(out, self.word());
    }
    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
        let text = reader.string()?;
        Self::parse(&text)
            .map_or_else(|| reader.fail(Fault::UnknownKind(text.chars().take(64).collect())), Ok)
    }
}

macro_rules! identities {
    ($($type:ident),+) => {$(
        impl Wire for $type {
            fn put(&self, out: &mut String) {
                self.0.put(out);
            }
            fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
                reader.integer().map(Self)
            }
        }
    )+};
}

identities!(MediumId, OrderId, AuditId, IncidentId);

impl Wire for Roles {
    fn put(&self, out: &mut String) {
        self.iter().collect::<Vec<_>>().put(out);
    }
    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
        let roles = Vec::<Role>::take(reader)?;
        if roles.is_sorted_by(|a, b| a < b) { Ok(Self::of(&roles)) } else { reader.bad_value() }
    }
}

impl Wire for Policy {
    fn put(&self, out: &mut String) {
        for (index, name) in Self::NAMES.into_iter().enumerate() {
            out.push(if index == 0 { '{' } else { ',' });
            put_text(out, name);
            out.push(':');
            put_text(out, &self.get(name).unwrap_or_default());
        }
        out.push('}');
    }
    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
        let mut policy = Self::default();
        for (index, name) in Self::NAMES.into_iter().enumerate() {
            reader.expect(if index == 0 { "{" } else { "," })?;
            if reader.string()? != name {
                return reader.fail(Fault::Expected(name));
            }
            reader.expect(":")?;
            let value = reader.string()?;
            match policy.with(name, &value) {
                Some(next) => policy = next,
                None => return reader.bad_value(),
            }
        }
        reader.expect("}")?;
        Ok(policy)
    }
}

/// Writes `{"first":…,"second":…}` from fields in their order.
macro_rules! put_object {
    ($out:ident, $first:ident $(, $more:ident)*) => {{
        $out.push_str(concat!("{\"", stringify!($first), "\":"));
        $first.put($out);
        $($out.push_str(concat!(",\"", stringify!($more), "\":")); $more.put($out);)*
        $out.push('}');
    }};
}

/// Reads the same, binding each field.
macro_rules! take_object {
    ($reader:ident, $first:ident $(, $more:ident)*) => {
        let $first = $reader.member(concat!("{\"", stringify!($first), "\":"), stringify!($first))?;
        $(let $more = $reader.member(concat!(",\"", stringify!($more), "\":"), stringify!($more))?;)*
        $reader.expect("}")?;
    };
}

/// A structure whose fields are written as one object, in this order.
macro_rules! object {
    ($type:ident { $($field:ident),+ $(,)? }) => {
        impl Wire for $type {
            fn put(&self, out: &mut String) {
                let Self { $($field),+ } = self;
                put_object!(out, $($field),+);
            }
            fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
                take_object!(reader, $($field),+);
                Ok(Self { $($field),+ })
            }
        }
    };
}

object!(Standing { state, place, custodian });
object!(Tally {
    expected,
    present,
    outside,
    moved,
    known_missing,
    corrected,
    elsewhere,
    two_places,
    found_again,
    no_order,
    unproven,
    not_found,
    unknown,
    foreign,
    unresolved,
    scanned,
    typed,
    pasted,
    file,
    library,
    sensor,
});

macro_rules! kinds {
    ($($variant:ident { $($field:ident),+ })+) => {
        /// Writes the `data` of an event.
        pub(super) fn put_data(data: &Data, out: &mut String) {
            match data { $(Data::$variant { $($field),+ } => put_object!(out, $($field),+)),+ }
        }

        /// Reads the `data` of an event of this kind.
        pub(super) fn take_data(kind: Kind, reader: &mut Reader<'_>) -> Result<Data, FormError> {
            match kind {
                $(Kind::$variant => {
                    take_object!(reader, $($field),+);
                    Ok(Data::$variant { $($field),+ })
                })+
            }
        }
    };
}

kinds! {
    LedgerOpened { ledger, key, site, rules, policy }
    PersonEnrolled { badge, name, pin, org, host_org, roles }
    PersonRoles { badge, roles }
    PersonSuspended { badge, why, text }
    PersonReinstated { badge }
    TemporaryBadge { badge, name, pin, org, until }
    CredentialSet { badge, pin }
    PinRefused { badge }
    SignedOn { badge }
    ShiftHandedOver { outside, orders, overrides }
    PlaceAdded { code, kind, parent, capacity, resident }
    PlaceRetired { code, elements }
    PolicyChanged { name, value }
    ClockHeld { clock }
    ClockConfirmed { from }
    Rebuilt { count, differences }
    Checkpoint { media, heads }
    KeyRotated { key, old, new }
    Restore { incarnation, size, head }
    TextsLost { texts }
    IrregularAcknowledged { event, why, text }
    OrderRequested { purpose, text, work, from, until, destination, nightly, media }
    OrderNight { order, until, media }
    OrderApproved { order }
    OrderRejected { order, why, text }
    OrderExtended { order, until }
    OrderClosed { order, missing }
    AuditDrawn { place, percent, size, head }
    AuditOpened { place, draw, number, size, head, expected }
    AuditRead { audit, place, barcodes }
    AuditRecounted { audit }
    AuditDueSet { place, due, why, text }
    IncidentOpened { audit, missing }
    AuditCertified { audit, tally }
    AuditRefused { audit, incident, tally }
    ExportMade { report, purpose, rows }
    UnknownLabel { label, length, place, action, badge, why, audit }
    Register { barcode, serial, place }
    Describe { barcode, class, system, from, until, info, persons, encrypted, legal_hold }
    Move { barcode, place }
    CheckOut { barcode, place, order, due, why, text }
    Load { barcode, device, element }
    Eject { barcode, device, order, due }
    CheckIn { barcode, place }
    HandOver { barcode, to }
    TakeOver { barcode, from, why, text }
    Ratify { barcode, event }
    Sight { barcode, place, audit }
    DeclareMissing { barcode, why, text, audit, incident }
    Found { barcode, place, due }
    Correct { barcode, from, to, due, why, text, gap }
    Void { barcode, event, kind }
    Relabel { barcode, new }
    Destroy { barcode, method, certificate }
    Refused { barcode, action, place, badge, why }
}

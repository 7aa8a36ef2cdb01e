//! A medium in few bytes: the replay of a big archive holds every one of them.
//!
//! Numbers are written in as few bytes as they need, moments as the time from when the present custody began. The form
//! is never stored anywhere, and only [`unpack`] reads what [`pack`] wrote.

use std::sync::Arc;

use crate::domain::custody::{Custody, Leave, Origin, Outing, State};
use crate::domain::event::{How, Kind};
use crate::domain::medium::{Discrepancy, Medium, Override, Prior, Sighting};
use crate::domain::names::{Barcode, MediumId, OrderId, PersonId, PlaceId, Serial, Term};
use crate::domain::order::{Line, Marks};
use crate::domain::time::Timestamp;

/// What stands in the pool of descriptions, by its number.
pub(super) type Described<'a> = &'a dyn Fn(usize) -> Option<Arc<crate::domain::medium::Description>>;

struct Writer<'a> {
    out: &'a mut Vec<u8>,
    base: i64,
}

impl Writer<'_> {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.out.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
            number >>= 7;
        }
        self.out.push(u8::try_from(number).unwrap_or_default());
    }

    fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)).cast_unsigned());
    }

    fn time(&mut self, at: Timestamp) {
        self.signed(at.millis().wrapping_sub(self.base));
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.out.extend_from_slice(text.as_bytes());
    }

    fn option<T>(&mut self, value: Option<T>, put: impl FnOnce(&mut Self, T)) {
        self.out.push(u8::from(value.is_some()));
        if let Some(value) = value {
            put(self, value);
        }
    }

    fn outing(&mut self, outing: &Outing) {
        self.time(outing.left);
        self.time(outing.due);
        let (leave, under) = match outing.leave {
            Leave::Intake => (0, None),
            Leave::None => (1, None),
            Leave::Order(order) => (2, Some(order.0)),
            Leave::Override(event) => (3, Some(event)),
        };
        self.out.push(leave);
        if let Some(under) = under {
            self.number(under);
        }
        self.option(outing.ejected, Self::time);
    }

    fn custody(&mut self, custody: &Custody) {
        self.out.push(custody.state() as u8);
        self.time(custody.since());
        match custody {
            Custody::Vaulted { place, .. } => self.number(place.0),
            Custody::InHand { custodian, origin, outing, .. } => {
                self.number(custodian.0);
                self.out.push(*origin as u8);
                self.outing(outing);
            }
            Custody::InDevice { device, element, outing, .. } => {
                self.number(device.0);
                self.option(element.as_ref(), |w, element| w.text(element.as_str()));
                self.option(outing.as_ref(), Self::outing);
            }
            Custody::Missing { place, custodian, .. } => {
                self.option(*place, |w, place| w.number(place.0));
                self.option(*custodian, |w, custodian| w.number(custodian.0));
            }
            Custody::Destroyed { .. } => {}
        }
    }

    fn prior(&mut self, prior: &Prior) {
        self.number(prior.event);
        self.out.push(prior.kind as u8);
        self.number(prior.by.0);
        self.time(prior.at);
        self.custody(&prior.custody);
        self.option(prior.line, |w, line| {
            w.number(line.order.0);
            w.number(line.marks.bits());
        });
    }
}

/// Writes a medium but for its identity, whose description has this number in the pool.
pub(super) fn pack(medium: &Medium, described: Option<usize>, out: &mut Vec<u8>) {
    let w = &mut Writer { out, base: medium.custody.since().millis() };
    // The barcode is first, for it is looked for most.
    w.text(medium.barcode.as_str());
    w.signed(w.base);
    w.option(medium.serial.as_ref(), |w, serial| w.text(serial.as_str()));
    w.time(medium.registered);
    w.custody(&medium.custody);
    w.option(medium.prior.as_deref(), Writer::prior);
    w.option(medium.seen, |w, seen| {
        w.time(seen.at);
        w.option(seen.place, |w, place| w.number(place.0));
        w.out.push(seen.how as u8);
    });
    w.option(medium.read_at, Writer::time);
    w.option(medium.discrepancy, |w, wrong| {
        w.time(wrong.since);
        w.number(wrong.place.0);
    });
    w.option(described, |w, described| w.number(described as u64));
    w.number(medium.overrides.len() as u64);
    for one in &*medium.overrides {
        w.number(one.event);
        w.number(one.by.0);
        w.time(one.at);
    }
    w.option(medium.stepped_by, |w, by| w.number(by.0));
    w.number(medium.mseq);
}

struct Reader<'a> {
    rest: &'a [u8],
    base: i64,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
            shift += 7;
        }
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    fn time(&mut self) -> Option<Timestamp> {
        Some(Timestamp::from_millis(self.base.wrapping_add(self.signed()?)))
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        std::str::from_utf8(text).ok()
    }

    /// Passes a text over.
    fn skip_text(&mut self) -> Option<()> {
        let length = usize::try_from(self.number()?).ok()?;
        self.rest = self.rest.get(length..)?;
        Some(())
    }

    /// What may be there.
    #[allow(clippy::option_option, reason = "the outer nothing is a form that is none")]
    fn option<T>(&mut self, take: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.byte()? == 0 { Some(None) } else { take(self).map(Some) }
    }

    /// One of a fixed list.
    fn of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        let at = self.byte()?;
        all.get(usize::from(at)).copied()
    }

    fn outing(&mut self) -> Option<Outing> {
        let (left, due) = (self.time()?, self.time()?);
        let leave = match self.byte()? {
            0 => Leave::Intake,
            1 => Leave::None,
            2 => Leave::Order(OrderId(self.number()?)),
            _ => Leave::Override(self.number()?),
        };
        Some(Outing { left, due, leave, ejected: self.option(Self::time)? })
    }

    fn custody(&mut self) -> Option<Custody> {
        let (state, since) = (self.of(State::ALL)?, self.time()?);
        Some(match state {
            State::Vaulted => Custody::Vaulted { place: PlaceId(self.number()?), since },
            State::InHand => {
                let custodian = PersonId(self.number()?);
                let origin = self.of(Origin::ALL)?;
                Custody::InHand { custodian, since, origin, outing: self.outing()? }
            }
            State::InDevice => {
                let device = PlaceId(self.number()?);
                let element = self.option(|r| Term::new(r.text()?).ok())?;
                Custody::InDevice { device, element, since, outing: self.option(Self::outing)? }
            }
            State::Missing => {
                let place = self.option(Self::number)?.map(PlaceId);
                Custody::Missing { since, place, custodian: self.option(Self::number)?.map(PersonId) }
            }
            State::Destroyed => Custody::Destroyed { since },
        })
    }

    fn prior(&mut self) -> Option<Prior> {
        Some(Prior {
            event: self.number()?,
            kind: self.of(Kind::ALL)?,
            by: PersonId(self.number()?),
            at: self.time()?,
            custody: self.custody()?,
            line: self.option(|r| {
                let order = OrderId(r.number()?);
                Some(Line { order, marks: Marks::from_bits(r.number()?)? })
            })?,
        })
    }
}

/// The barcode that stands in a packed medium.
pub(super) fn barcode_in(bytes: &[u8]) -> Option<&str> {
    Reader { rest: bytes, base: 0 }.text()
}

/// The serial number that stands in a packed medium.
pub(super) fn serial_in(bytes: &[u8]) -> Option<&str> {
    let r = &mut Reader { rest: bytes, base: 0 };
    r.skip_text()?;
    r.signed()?;
    r.option(Reader::text)?
}

/// The custody that stands in a packed medium.
pub(super) fn custody_in(bytes: &[u8]) -> Option<Custody> {
    let r = &mut Reader { rest: bytes, base: 0 };
    r.skip_text()?;
    r.base = r.signed()?;
    r.option(Reader::skip_text)?;
    r.time()?;
    r.custody()
}

/// The state of the custody that stands in a packed medium.
pub(super) fn state_in(bytes: &[u8]) -> Option<State> {
    let r = &mut Reader { rest: bytes, base: 0 };
    r.skip_text()?;
    r.signed()?;
    r.option(Reader::skip_text)?;
    r.signed()?;
    r.of(State::ALL)
}

/// Reads what [`pack`] wrote of the medium of this identity.
pub(super) fn unpack(id: MediumId, bytes: &[u8], described: Described<'_>) -> Option<Medium> {
    let r = &mut Reader { rest: bytes, base: 0 };
    let barcode = Barcode::again(r.text()?);
    r.base = r.signed()?;
    Some(Medium {
        id,
        barcode,
        serial: r.option(|r| r.text().map(Serial::again))?,
        registered: r.time()?,
        custody: r.custody()?,
        prior: r.option(Reader::prior)?.map(Arc::new),
        seen: r.option(|r| {
            let at = r.time()?;
            let place = r.option(Reader::number)?.map(PlaceId);
            Some(Sighting { at, place, how: r.of(How::ALL)? })
        })?,
        read_at: r.option(Reader::time)?,
        discrepancy: r.option(|r| {
            let since = r.time()?;
            Some(Discrepancy { since, place: PlaceId(r.number()?) })
        })?,
        description: match r.option(Reader::number)? {
            None => None,
            Some(number) => Some(described(usize::try_from(number).ok()?)?),
        },
        overrides: {
            let count = r.number()?;
            let one = |_| {
                let (event, by) = (r.number()?, PersonId(r.number()?));
                Some(Override { event, by, at: r.time()? })
            };
            if count == 0 {
                Arc::default()
            } else {
                (0..count).map(one).collect::<Option<Arc<[Override]>>>()?
            }
        },
        stepped_by: r.option(Reader::number)?.map(PersonId),
        mseq: r.number()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn time() -> impl Strategy<Value = Timestamp> {
        (0..4_000_000_000_000_i64).prop_map(Timestamp::from_millis)
    }

    fn outing() -> impl Strategy<Value = Outing> {
        let leave = prop_oneof![
            Just(Leave::Intake),
            Just(Leave::None),
            any::<u32>().prop_map(|order| Leave::Order(OrderId(order.into()))),
            any::<u32>().prop_map(|event| Leave::Override(event.into())),
        ];
        (time(), time(), leave, prop::option::of(time())).prop_map(|(left, due, leave, ejected)| Outing {
            left,
            due,
            leave,
            ejected,
        })
    }

    fn custody() -> impl Strategy<Value = Custody> {
        let number = || any::<u32>().prop_map(u64::from);
        prop_oneof![
            (number(), time()).prop_map(|(at, since)| Custody::Vaulted { place: PlaceId(at), since }),
            (number(), time(), outing()).prop_map(|(by, since, outing)| {
                Custody::InHand { custodian: PersonId(by), since, origin: Origin::Eject, outing }
            }),
            (number(), time(), prop::option::of(outing())).prop_map(|(at, since, outing)| {
                let element = Term::new("slot 12").ok();
                Custody::InDevice { device: PlaceId(at), element, since, outing }
            }),
            (time(), prop::option::of(number())).prop_map(|(since, at)| {
                Custody::Missing { since, place: at.map(PlaceId), custodian: at.map(PersonId) }
            }),
            time().prop_map(|since| Custody::Destroyed { since }),
        ]
    }

    proptest! {
        #[test]
        fn what_is_packed_is_there_in_whole_and_in_each_part(
            custody in custody(), registered in time(), serial in any::<bool>(), overrides in 0..3_u64, mseq in any::<u32>(),
        ) {
            let one = |event| Override { event, by: PersonId(7), at: registered };
            let medium = Medium {
                id: MediumId(9),
                barcode: Barcode::again("K00001L9"),
                serial: serial.then(|| Serial::again("HB1234")),
                registered,
                custody,
                prior: None,
                seen: None,
                read_at: Some(registered),
                discrepancy: None,
                description: None,
                overrides: (0..overrides).map(one).collect(),
                stepped_by: None,
                mseq: mseq.into(),
            };
            let mut bytes = Vec::new();
            pack(&medium, None, &mut bytes);
            prop_assert_eq!(barcode_in(&bytes), Some("K00001L9"));
            prop_assert_eq!(serial_in(&bytes), medium.serial.as_ref().map(Serial::as_str));
            prop_assert_eq!(state_in(&bytes), Some(medium.custody.state()));
            prop_assert_eq!(custody_in(&bytes), Some(medium.custody.clone()));
            prop_assert_eq!(unpack(medium.id, &bytes, &|_| None), Some(medium));
        }
    }
}

//! Moments as the ledger writes them: UTC, three fraction digits, always the same 24 bytes.
//!
//! No function here reads a clock; a moment comes in from outside, so that a replay of the log and the
//! live program compute the same thing.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};

/// Milliseconds in one minute.
pub const MINUTE: i64 = 60_000;
/// Milliseconds in one hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Milliseconds in one day.
pub const DAY: i64 = 24 * HOUR;

/// A moment in milliseconds since 1970-01-01T00:00:00Z, between the years 0 and 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The earliest moment that can be written, 0000-01-01T00:00:00.000Z.
    pub const MIN: Self = Self(-62_167_219_200_000);
    /// The latest moment that can be written, 9999-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// A moment from milliseconds since 1970, held within what can be written.
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole days since 1970-01-01, in UTC.
    #[must_use]
    pub const fn day(self) -> i64 {
        self.0.div_euclid(DAY)
    }

    /// This moment moved by a number of milliseconds, held within what can be written.
    #[must_use]
    pub fn plus(self, millis: i64) -> Self {
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this moment; negative if `earlier` is in fact later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// The same moment as a calendar date and time in UTC.
    #[must_use]
    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }

    /// Reads exactly the form `2026-11-23T09:00:00.123Z`; anything else is `None`.
    #[must_use]
    pub fn parse_exact(text: &str) -> Option<Self> {
        let b: &[u8; 24] = text.as_bytes().try_into().ok()?;
        let fixed = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'.'), (23, b'Z')];
        if fixed.iter().any(|&(at, want)| b.get(at) != Some(&want)) {
            return None;
        }
        let number = |range: std::ops::Range<usize>| -> Option<u32> {
            b.get(range)?.iter().try_fold(0, |n, d| d.is_ascii_digit().then(|| n * 10 + u32::from(d - b'0')))
        };
        let date =
            NaiveDate::from_ymd_opt(i32::try_from(number(0..4)?).ok()?, number(5..7)?, number(8..10)?)?;
        let (second, milli) = (number(17..19)?, number(20..23)?);
        let time = date.and_hms_milli_opt(number(11..13)?, number(14..16)?, second, milli)?;
        Some(Self(time.and_utc().timestamp_millis()))
    }
}

/// A calendar day, between the years 0 and 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(NaiveDate);

impl Date {
    /// Reads exactly the form `2026-11-23`; anything else is `None`.
    #[must_use]
    pub fn parse_exact(text: &str) -> Option<Self> {
        let midnight = Timestamp::parse_exact(&format!("{text}T00:00:00.000Z"))?;
        Some(Self(midnight.to_utc().date_naive()))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use chrono::Datelike;
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use chrono::Datelike;
        let date = self.to_utc().date_naive();
        let mut text = *b"0000-00-00T00:00:00.000Z";
        // From the last digit to the first; nothing of it is negative, and none has more digits than there is room for.
        let mut put = |end: usize, digits: usize, value: i64| {
            let mut rest = value.unsigned_abs();
            for digit in text.iter_mut().take(end).rev().take(digits) {
                *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
                rest /= 10;
            }
        };
        let within = self.0.rem_euclid(DAY);
        put(4, 4, date.year().into());
        put(7, 2, date.month().into());
        put(10, 2, date.day().into());
        put(13, 2, within / HOUR);
        put(16, 2, within % HOUR / MINUTE);
        put(19, 2, within % MINUTE / 1000);
        put(23, 3, within % 1000);
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_one_spelling_is_read() {
        assert_eq!(Timestamp::parse_exact("1970-01-01T00:00:00.000Z"), Some(Timestamp(0)));
        for wrong in [
            "1970-01-01T00:00:00Z",
            "1970-01-01T00:00:00.000+",
            "1970-01-01 00:00:00.000Z",
            "1970-02-30T00:00:00.000Z",
            "1970-01-01T24:00:00.000Z",
            "+970-01-01T00:00:00.000Z",
            "1970-01-01T00:00:60.000Z",
            "",
            "１970-01-01T00:00:00.00Z",
        ] {
            assert_eq!(Timestamp::parse_exact(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_moment_reads_back(ms in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let t = Timestamp(ms);
            prop_assert_eq!(Timestamp::parse_exact(&t.to_string()), Some(t));
            prop_assert_eq!(t.to_string().len(), 24);
        }
    }
}

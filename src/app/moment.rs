//! Moments as people write them: RFC 3339, `+4h`, `17:00`, a day.

use chrono::{DateTime, NaiveTime, Timelike as _};

use crate::domain::time::{DAY, Date, HOUR, MINUTE, Timestamp};

/// A moment in RFC 3339.
#[must_use]
pub fn rfc3339(text: &str) -> Option<Timestamp> {
    let moment = DateTime::parse_from_rfc3339(text.trim()).ok()?;
    Some(Timestamp::from_millis(moment.timestamp_millis()))
}

/// A span such as `+30m`, `+4h`, `+3d`, in milliseconds.
fn span(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('+')?;
    let (number, unit) = match digits.char_indices().next_back()? {
        (at, 'm') => (digits.get(..at)?, MINUTE),
        (at, 'h') => (digits.get(..at)?, HOUR),
        (at, 'd') => (digits.get(..at)?, DAY),
        _ => return None,
    };
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    number.parse::<i64>().ok()?.checked_mul(unit)
}

/// A moment to come: RFC 3339, a span from now, or the next such time of day so many seconds east of Greenwich.
#[must_use]
pub fn to_come(text: &str, now: Timestamp, east: i32) -> Option<Timestamp> {
    let text = text.trim();
    let next = || {
        let time = NaiveTime::parse_from_str(text, "%H:%M").ok()?;
        let east = i64::from(east) * 1000;
        let local = now.plus(east).millis();
        let wanted = i64::from(time.num_seconds_from_midnight()) * 1000;
        let today = local - local.rem_euclid(DAY) + wanted;
        let day = if today > local { today } else { today + DAY };
        Some(Timestamp::from_millis(day - east))
    };
    rfc3339(text).or_else(|| span(text).map(|millis| now.plus(millis))).or_else(next)
}

/// A moment that has been: RFC 3339, a span back from now (`+3d` is three days ago), or the beginning of a day.
#[must_use]
pub fn past(text: &str, now: Timestamp, zone: &dyn Fn(Timestamp) -> i32) -> Option<Timestamp> {
    let text = text.trim();
    let day = || {
        let date = Date::parse_exact(text)?;
        let midnight = Timestamp::parse_exact(&format!("{date}T00:00:00.000Z"))?;
        Some(midnight.plus(-i64::from(zone(midnight)) * 1000))
    };
    rfc3339(text).or_else(|| span(text).map(|millis| now.plus(-millis))).or_else(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_plain_numbers_with_a_unit() {
        assert_eq!(span("+4h"), Some(4 * HOUR));
        assert_eq!(span("+30m"), Some(30 * MINUTE));
        assert_eq!(span("+3d"), Some(3 * DAY));
        for wrong in
            ["4h", "+h", "+-4h", "+4", "+4w", "+99999999999999999999d", "+9223372036854775807d", "+４h"]
        {
            assert_eq!(span(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_time_of_day_is_the_next_one_here() {
        let now = Timestamp::parse_exact("2026-11-23T09:30:00.000Z").unwrap();
        let told = |text: &str, east| to_come(text, now, east).map(|at| at.to_string());
        assert_eq!(told("17:00", 0).as_deref(), Some("2026-11-23T17:00:00.000Z"));
        assert_eq!(told("17:00", 9 * 3600).as_deref(), Some("2026-11-24T08:00:00.000Z"), "18:30 there");
        assert_eq!(told("19:00", 9 * 3600).as_deref(), Some("2026-11-23T10:00:00.000Z"));
        assert_eq!(told(" +1h ", 0).as_deref(), Some("2026-11-23T10:30:00.000Z"));
        assert_eq!(told("25:00", 0), None);
    }
}

//! Small inputs: times, days, roles and reasons as people write them.

use chrono::{DateTime, NaiveTime, Timelike as _};
use unicode_normalization::UnicodeNormalization as _;

use super::exit::Failure;
use super::ui::Ui;
use crate::app::Said;
use crate::domain::names::{Code, NameError, PlaceCode, Term};
use crate::domain::person::{Role, Roles};
use crate::domain::time::{DAY, Date, HOUR, MINUTE, Timestamp};
use crate::i18n::Text;

/// A moment in RFC 3339.
pub(super) fn rfc3339(text: &str) -> Option<Timestamp> {
    let moment = DateTime::parse_from_rfc3339(text.trim()).ok()?;
    Some(Timestamp::from_millis(moment.timestamp_millis()))
}

/// A span such as `+30m`, `+4h`, `+3d`.
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

impl Ui<'_> {
    /// A moment to come, for `--until`: RFC 3339, a span from now, or the next such time of day here.
    pub(super) fn moment(&self, text: &str) -> Result<Timestamp, Failure> {
        let now = self.now();
        let text = text.trim();
        let next = || {
            let time = NaiveTime::parse_from_str(text, "%H:%M").ok()?;
            let east = i64::from((self.voice.zone)(now)) * 1000;
            let local = now.plus(east).millis();
            let wanted = i64::from(time.num_seconds_from_midnight()) * 1000;
            let today = local - local.rem_euclid(DAY) + wanted;
            let day = if today > local { today } else { today + DAY };
            Some(Timestamp::from_millis(day - east))
        };
        rfc3339(text)
            .or_else(|| span(text).map(|millis| now.plus(millis)))
            .or_else(next)
            .ok_or_else(|| self.bad_moment(text))
    }

    /// A moment that has been, for `--since`: RFC 3339, a day, or a span back from now (`+3d` is three days ago).
    pub(super) fn past(&self, text: &str) -> Result<Timestamp, Failure> {
        let now = self.now();
        let day = || {
            let date = Date::parse_exact(text.trim())?;
            let midnight = Timestamp::parse_exact(&format!("{date}T00:00:00.000Z"))?;
            Some(midnight.plus(-i64::from((self.voice.zone)(midnight)) * 1000))
        };
        rfc3339(text)
            .or_else(|| span(text.trim()).map(|millis| now.plus(-millis)))
            .or_else(day)
            .ok_or_else(|| self.bad_moment(text))
    }

    fn bad_moment(&self, text: &str) -> Failure {
        let shown: String = text.chars().take(64).filter(|c| !c.is_control()).collect();
        Failure::Usage(self.voice.text(&Text::BadMoment { value: &shown }))
    }

    /// A day.
    pub(super) fn day(&self, text: &str) -> Result<Date, Failure> {
        let shown: String = text.chars().take(64).filter(|c| !c.is_control()).collect();
        Date::parse_exact(text.trim())
            .ok_or_else(|| Failure::Usage(self.voice.text(&Text::BadPeriod { value: &shown })))
    }

    /// The code of a place.
    pub(super) fn place(&self, text: &str) -> Result<PlaceCode, Failure> {
        self.name("PLACE", text, PlaceCode::new)
    }

    /// A person's name, which goes to `kept`.
    pub(super) fn person_name(&self, text: &str) -> Result<String, Failure> {
        Ok(self.name("NAME", text, Term::new)?.as_str().to_owned())
    }

    /// Words that go to `kept`: what can be printed of them, in one line.
    pub(super) fn words(&self, text: &str) -> Result<String, Failure> {
        let normal: String = text.trim().nfc().filter(|c| !c.is_control()).take(1000).collect();
        if normal.is_empty() {
            let reason = self.voice.name_error(NameError::Empty);
            let empty = Text::BadName { what: "TEXT", value: "", reason: &reason };
            return Err(Failure::Usage(self.voice.text(&empty)));
        }
        Ok(normal)
    }

    /// A reason.
    pub(super) fn why(&self, text: &str) -> Result<Said, Failure> {
        let reason = self.voice.name_error(NameError::Empty);
        let empty = Text::BadName { what: "WHY", value: "", reason: &reason };
        said(text).ok_or_else(|| Failure::Usage(self.voice.text(&empty)))
    }

    /// Roles, separated by commas.
    pub(super) fn roles(&self, texts: &[String]) -> Result<Roles, Failure> {
        let mut roles = Roles::default();
        for word in texts.iter().flat_map(|text| text.split(',')).map(str::trim) {
            let Some(role) = Role::parse(word) else {
                let all: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
                let shown: String = word.chars().take(64).filter(|c| !c.is_control()).collect();
                let reason = all.join(", ");
                let text = Text::BadName { what: "ROLE", value: &shown, reason: &reason };
                return Err(Failure::Usage(self.voice.text(&text)));
            };
            roles = roles.and(role);
        }
        Ok(roles)
    }
}

/// A reason as it was said: `code`, `code: words`, or words alone, which go under the code `other`.
pub(super) fn said(text: &str) -> Option<Said> {
    let normal: String = text.trim().nfc().filter(|c| !c.is_control()).take(1000).collect();
    if let Ok(why) = Code::new(&normal) {
        return Some(Said { why, text: None });
    }
    if let Some((code, words)) = normal.split_once(':')
        && let Ok(why) = Code::new(code.trim())
        && !words.trim().is_empty()
    {
        return Some(Said { why, text: Some(words.trim().to_owned()) });
    }
    let why = Code::new("other").ok()?;
    if normal.is_empty() { None } else { Some(Said { why, text: Some(normal) }) }
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
    fn a_reason_is_a_code_or_words() {
        let plain = |text| said(text).map(|said| (said.why.to_string(), said.text));
        assert_eq!(plain("damaged"), Some(("damaged".to_owned(), None)));
        assert_eq!(plain("damaged: label torn"), Some(("damaged".to_owned(), Some("label torn".to_owned()))));
        assert_eq!(plain("棚にない"), Some(("other".to_owned(), Some("棚にない".to_owned()))));
        assert_eq!(plain("  "), None);
    }
}

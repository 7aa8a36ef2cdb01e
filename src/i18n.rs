//! Every sentence that a person reads, in English and in Japanese.
//!
//! Each language has the same functions with exhaustive matches, so that a sentence that is missing in one
//! of them does not compile. Words that scripts rely on (JSON keys, codes, commands) are not translated.

mod audits;
mod bundling;
mod dialogs;
mod en;
mod ja;
mod keeping;
mod orders;
mod salvaging;
mod text;
mod witness;

use std::rc::Rc;

pub use audits::Audits;
pub use bundling::Bundling;
pub use dialogs::{Asking, Probing, Remark};
pub use keeping::Keeping;
pub use orders::{Asked, Blank, Head, Orders};
pub use salvaging::Salvaging;
pub use text::{Screens, Station, Tale, Text, Title};
pub use witness::Witnessing;

use crate::app::{Behind, Trouble};
use crate::domain::event::Kind;
use crate::domain::flag::{FlagKind, Severity};
use crate::domain::names::NameError;
use crate::domain::person::Role;
use crate::domain::place::PlaceKind;
use crate::domain::refusal::Refusal;
use crate::domain::time::{DAY, HOUR, MINUTE, Timestamp};
use crate::exchange::BadReason;
use crate::ledger::verdict::Reason;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// English.
    En,
    /// Japanese.
    Ja,
}

impl Lang {
    /// The language asked for, else that of the environment (`KURABAN_LANG`, `LC_ALL`, `LC_MESSAGES`, `LANG`).
    #[must_use]
    pub fn choose(asked: Option<&str>, var: impl Fn(&str) -> Option<String>) -> Self {
        let first = ["KURABAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| var(name).filter(|value| !value.is_empty()));
        match asked.map(str::to_owned).or(first) {
            Some(name) if name.starts_with("ja") => Self::Ja,
            _ => Self::En,
        }
    }
}

/// What happened, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// What happened, and what the record holds.
    pub what: String,
    /// The next step.
    pub hint: Option<String>,
}

impl Sentence {
    fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { what: what.into(), hint: Some(hint.into()) }
    }

    fn plain(what: impl Into<String>) -> Self {
        Self { what: what.into(), hint: None }
    }
}

/// Seconds east of Greenwich at a moment.
pub type Zone = Rc<dyn Fn(Timestamp) -> i32>;

/// A language together with the reader's time zone.
#[derive(Clone)]
pub struct Voice {
    /// The language.
    pub lang: Lang,
    /// The time zone.
    pub zone: Zone,
}

impl std::fmt::Debug for Voice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Voice({:?})", self.lang)
    }
}

impl Voice {
    /// A moment as people read it, in their own zone and saying which that is: `2026-11-23 18:00+09:00`.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> String {
        let seconds = (self.zone)(at);
        let local = at.plus(i64::from(seconds) * 1000).to_utc().format("%Y-%m-%d %H:%M");
        if seconds == 0 {
            return format!("{local}Z");
        }
        let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs() / 60);
        format!("{local}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// That the clock is behind the ledger's time.
    #[must_use]
    pub fn behind(&self, behind: Behind) -> String {
        let Behind { now, last } = behind;
        let (span, now, last) = (self.span(last.since(now)), self.time(now), self.time(last));
        self.text(&Text::Remark(Remark::ClockBehind { now: &now, last: &last, span: &span }))
    }

    /// A length of time in its two largest units.
    #[must_use]
    pub fn span(&self, millis: i64) -> String {
        let millis = millis.max(0);
        let (days, hours, minutes) = (millis / DAY, millis % DAY / HOUR, millis % HOUR / MINUTE);
        match (self.lang, days, hours) {
            (Lang::En, 0, 0) => format!("{minutes} min"),
            (Lang::En, 0, _) if minutes > 0 => format!("{hours} h {minutes} min"),
            (Lang::En, 0, _) => format!("{hours} h"),
            (Lang::En, _, 0) => format!("{days} d"),
            (Lang::En, ..) => format!("{days} d {hours} h"),
            (Lang::Ja, 0, 0) => format!("{minutes}分"),
            (Lang::Ja, 0, _) if minutes > 0 => format!("{hours}時間{minutes}分"),
            (Lang::Ja, 0, _) => format!("{hours}時間"),
            (Lang::Ja, _, 0) => format!("{days}日"),
            (Lang::Ja, ..) => format!("{days}日{hours}時間"),
        }
    }

    /// A sentence of the faces.
    #[must_use]
    pub fn text(&self, text: &Text<'_>) -> String {
        match self.lang {
            Lang::En => en::text::say(self, text),
            Lang::Ja => ja::text::say(self, text),
        }
    }

    /// Why the rules say no.
    #[must_use]
    pub fn refusal(&self, refusal: &Refusal) -> Sentence {
        match self.lang {
            Lang::En => en::refusal::say(self, refusal),
            Lang::Ja => ja::refusal::say(self, refusal),
        }
    }

    /// Why a scan was refused, and that a label that names nothing is on record, if an entry says so.
    #[must_use]
    pub fn scan_refused(&self, refusal: &Refusal, entry: Option<u64>) -> Sentence {
        let mut sentence = self.refusal(refusal);
        let names_nothing = matches!(refusal, Refusal::Unreadable { .. } | Refusal::UnknownBarcode { .. });
        if let (Some(hint), true, true) = (&mut sentence.hint, names_nothing, entry.is_some()) {
            hint.push_str(match self.lang {
                Lang::En => en::refusal::ON_RECORD,
                Lang::Ja => ja::refusal::ON_RECORD,
            });
        }
        sentence
    }

    /// Why the ledger cannot be used.
    #[must_use]
    pub fn trouble(&self, trouble: &Trouble) -> Sentence {
        match self.lang {
            Lang::En => en::trouble::say(trouble),
            Lang::Ja => ja::trouble::say(trouble),
        }
    }

    /// What contradicts the record.
    #[must_use]
    pub fn reason(&self, reason: &Reason) -> String {
        match self.lang {
            Lang::En => en::trouble::reason(self, reason),
            Lang::Ja => ja::trouble::reason(self, reason),
        }
    }

    /// Why a line of an imported list cannot be read.
    #[must_use]
    pub fn bad_line(&self, reason: &BadReason) -> String {
        match self.lang {
            Lang::En => en::trouble::bad_line(reason),
            Lang::Ja => ja::trouble::bad_line(reason),
        }
    }

    /// Why a text is not a name of its kind.
    #[must_use]
    pub fn name_error(&self, error: NameError) -> String {
        match self.lang {
            Lang::En => en::trouble::name_error(error),
            Lang::Ja => ja::trouble::name_error(error),
        }
    }

    /// The name of a kind of event, as a noun.
    #[must_use]
    pub const fn kind(&self, kind: Kind) -> &'static str {
        match self.lang {
            Lang::En => en::words::kind(kind),
            Lang::Ja => ja::words::kind(kind),
        }
    }

    /// The name of a role.
    #[must_use]
    pub const fn role(&self, role: Role) -> &'static str {
        match self.lang {
            Lang::En => role.word(),
            Lang::Ja => ja::words::role(role),
        }
    }

    /// The name of a sort of place.
    #[must_use]
    pub const fn place_kind(&self, kind: PlaceKind) -> &'static str {
        match self.lang {
            Lang::En => kind.word(),
            Lang::Ja => ja::words::place_kind(kind),
        }
    }

    /// A severity.
    #[must_use]
    pub const fn severity(&self, severity: Severity) -> &'static str {
        match self.lang {
            Lang::En => severity.word(),
            Lang::Ja => ja::words::severity(severity),
        }
    }

    /// What a flag means and the action that ends it.
    #[must_use]
    pub const fn flag(&self, kind: FlagKind) -> (&'static str, &'static str) {
        match self.lang {
            Lang::En => en::words::flag(kind),
            Lang::Ja => ja::words::flag(kind),
        }
    }

    /// A state of custody; `resident` for a medium that lives in its device.
    #[must_use]
    pub const fn state(&self, state: crate::domain::custody::State, resident: bool) -> &'static str {
        match self.lang {
            Lang::En => en::words::state(state, resident),
            Lang::Ja => ja::words::state(state, resident),
        }
    }
}

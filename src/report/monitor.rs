//! Lines for monitoring: a Nagios plugin's answer and a Prometheus textfile.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::domain::flag::{FlagKind, Severity};
use crate::domain::time::{DAY, MINUTE, Timestamp};

/// How many media have each flag, by severity.
pub type Counts = BTreeMap<(FlagKind, Severity), u64>;

fn of_kind(counts: &Counts, kind: FlagKind) -> u64 {
    counts.iter().filter(|((k, _), _)| *k == kind).map(|(_, n)| n).sum()
}

/// A clock that is wrong, as far as the ledger can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongClock {
    /// It is behind the last entry by so many milliseconds: nothing becomes overdue meanwhile.
    Behind(i64),
    /// It is ahead of it by so many, and not believed: nothing is recorded, and what is overdue may not be.
    Ahead(i64),
}

impl WrongClock {
    /// What is said of it; nothing of what is less than a minute.
    fn said(self) -> Option<String> {
        match self {
            Self::Behind(millis) if millis < MINUTE => None,
            Self::Behind(millis) => Some(format!("the clock is {} min behind the ledger", millis / MINUTE)),
            Self::Ahead(millis) => Some(format!("the clock is {} days ahead of the ledger", millis / DAY)),
        }
    }
}

/// One line by the monitoring plugins' guidelines, and the exit code: 0 OK, 1 warning, 2 critical. A clock that is wrong is at
/// least a warning.
#[must_use]
pub fn nagios(counts: &Counts, clock: Option<WrongClock>) -> (String, u8) {
    let clock = clock.and_then(WrongClock::said);
    let worst = counts.keys().map(|(_, severity)| *severity).max();
    let (word, code) = match worst {
        Some(Severity::Critical) => ("CRITICAL", 2),
        Some(Severity::Warning) => ("WARNING", 1),
        Some(Severity::Notice) | None if clock.is_some() => ("WARNING", 1),
        Some(Severity::Notice) | None => ("OK", 0),
    };
    let mut said: Vec<String> = clock.into_iter().collect();
    for kind in FlagKind::ALL {
        let n: u64 = counts
            .iter()
            .filter(|((k, severity), _)| k == kind && *severity > Severity::Notice)
            .map(|(_, n)| n)
            .sum();
        if n > 0 {
            said.push(format!("{n} {kind}"));
        }
    }
    let said = if said.is_empty() { "nothing needs attention".to_owned() } else { said.join(", ") };
    let mut line = format!("CUSTODY {word} - {said} |");
    for kind in FlagKind::ALL {
        let _ = write!(line, " {kind}={};;;0", of_kind(counts, *kind));
    }
    (line, code)
}

/// A label's value, escaped as the text exposition format 0.0.4 says.
fn label(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// A textfile for Prometheus's node exporter, without time stamps: media by state (its word and their number),
/// flags, and the time of the newest entry.
#[must_use]
pub fn prometheus(
    counts: &Counts,
    site: &str,
    by_state: &[(String, u64)],
    last: Option<Timestamp>,
) -> String {
    let site = label(site);
    let mut out =
        String::from("# HELP kuraban_media Media by state of custody.\n# TYPE kuraban_media gauge\n");
    let states = ["vaulted", "in_hand", "in_device", "resident", "missing", "destroyed"];
    for state in states {
        let n = by_state.iter().find(|(word, _)| word == state).map_or(0, |(_, n)| *n);
        let _ = writeln!(out, "kuraban_media{{site=\"{site}\",state=\"{state}\"}} {n}");
    }
    out.push_str(
        "# HELP kuraban_flags Media that need a person, by flag and severity.\n# TYPE kuraban_flags gauge\n",
    );
    for kind in FlagKind::ALL {
        for severity in Severity::ALL {
            let n = counts.get(&(*kind, *severity)).copied().unwrap_or_default();
            if n > 0 || *severity == usual(*kind) {
                let _ = writeln!(
                    out,
                    "kuraban_flags{{flag=\"{kind}\",severity=\"{severity}\",site=\"{site}\"}} {n}"
                );
            }
        }
    }
    if let Some(last) = last {
        out.push_str("# HELP kuraban_last_event_timestamp_seconds Unix time of the newest entry.\n");
        out.push_str("# TYPE kuraban_last_event_timestamp_seconds gauge\n");
        let (seconds, millis) = (last.millis().div_euclid(1000), last.millis().rem_euclid(1000));
        let _ =
            writeln!(out, "kuraban_last_event_timestamp_seconds{{site=\"{site}\"}} {seconds}.{millis:03}");
    }
    out
}

/// The severity under which a flag is reported even when there is none of it, so that its series never ends.
const fn usual(kind: FlagKind) -> Severity {
    match kind {
        FlagKind::Outside | FlagKind::NeverSeen => Severity::Notice,
        FlagKind::Overdue | FlagKind::InDeviceTooLong | FlagKind::AuditDue => Severity::Warning,
        FlagKind::EjectedNotVaulted
        | FlagKind::NoOrder
        | FlagKind::Override
        | FlagKind::Missing
        | FlagKind::Discrepancy => Severity::Critical,
    }
}

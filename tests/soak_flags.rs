//! Every question about what needs a person: flags and their sums, the board, the chart, what is open.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use kuraban::app::{FlagLine, HOURS, Session, TIMES, Trend};
use kuraban::domain::custody::State;
use kuraban::domain::flag::{FlagKind, Severity};
use kuraban::domain::place::PlaceKind;

use crate::soak_media::trouble;
use crate::soak_model::{DAY, HOUR, Id, Medium, Model, Moment, Place};
use crate::soak_shown::{Checked, Flag, alike, millis, same, shown, someone};

/// The most that the board lists.
const MOST: usize = 2_000;

fn by_place(kind: FlagKind) -> bool {
    matches!(kind, FlagKind::NeverSeen | FlagKind::AuditDue)
}

/// A line of the list of flags.
fn told(line: &FlagLine) -> String {
    format!(
        "{} {} {:?} x{} since {} at {:?} with {} by {} seen {:?} order {:?}",
        line.severity,
        line.kind,
        line.barcode.as_ref().map(ToString::to_string),
        line.count,
        line.since.millis(),
        line.place.as_ref().map(ToString::to_string),
        someone(line.custodian.as_ref()),
        someone(line.answerable.as_ref()),
        line.seen.as_ref().map(ToString::to_string),
        line.order.map(|order| order.0),
    )
}

/// Media of one place that share a flag: how many, and since when.
type Sums = BTreeMap<Option<Id>, (u64, Moment)>;

impl Model {
    fn of_medium(&self, medium: &Medium, (kind, severity, since): Flag) -> String {
        let custody = &medium.custody;
        let without = medium.overrides.first().filter(|_| kind == FlagKind::Override);
        let answers = match without {
            Some((_, by, _)) => Some(*by),
            None => custody.who.or(Some(medium.stepped_by)),
        };
        let wrong = medium.wrong.filter(|_| kind == FlagKind::Discrepancy);
        format!(
            "{severity} {kind} {:?} x1 since {since} at {:?} with {} by {} seen {:?} order {:?}",
            Some(&medium.barcode),
            self.code(custody.place).map(str::to_owned),
            self.someone(custody.who),
            self.someone(answers),
            self.code(wrong.map(|(_, seen)| seen)).map(str::to_owned),
            custody.order(),
        )
    }

    fn of_place(
        &self,
        (kind, severity): (FlagKind, Severity),
        at: Option<Id>,
        (count, since): (u64, Moment),
    ) -> String {
        format!(
            "{severity} {kind} None x{count} since {since} at {:?} with nobody by nobody seen None order None",
            self.code(at).map(str::to_owned),
        )
    }

    /// Media that have a flag of this kind, by the place where they stand; in hand or missing, by none.
    fn sums(&self, kind: FlagKind) -> Sums {
        let mut sums = Sums::new();
        for medium in self.media.values() {
            for (_, _, since) in self.flags(medium).into_iter().filter(|flag| flag.0 == kind) {
                let sum = sums.entry(medium.custody.fills()).or_insert((0, since));
                *sum = (sum.0 + 1, sum.1.min(since));
            }
        }
        sums
    }

    /// Vaults whose day is past, and since when.
    fn vaults_due(&self) -> Vec<(Id, Moment)> {
        let vaults = self.places.iter().filter(|place| place.kind == PlaceKind::Vault && !place.retired);
        let due = vaults.map(|vault| (vault.id, self.day_of(vault)));
        due.filter(|(_, day)| *day < self.at()).collect()
    }

    pub(crate) fn day_of(&self, vault: &Place) -> Moment {
        let usual = vault.audited.unwrap_or(vault.added) + self.number("vault_audit_days") * DAY;
        vault.day.unwrap_or(usual)
    }

    fn flag_lines(&self, min: Severity) -> Vec<String> {
        let mut lines = Vec::new();
        for medium in self.media.values() {
            let own = self.flags(medium).into_iter();
            let own = own.filter(|flag| flag.1 >= min && !by_place(flag.0));
            lines.extend(own.map(|flag| self.of_medium(medium, flag)));
        }
        if min <= Severity::Warning {
            let due = (FlagKind::AuditDue, Severity::Warning);
            let sums = self.sums(due.0);
            lines.extend(sums.iter().map(|(at, sum)| self.of_place(due, *at, *sum)));
            for (vault, since) in self.vaults_due() {
                if !sums.contains_key(&Some(vault)) {
                    let inside = self.media.values().filter(|medium| self.stands_in(medium, vault)).count();
                    lines.push(self.of_place(due, Some(vault), (inside as u64, since)));
                }
            }
        }
        if min <= Severity::Notice {
            let never = (FlagKind::NeverSeen, Severity::Notice);
            lines.extend(self.sums(never.0).iter().map(|(at, sum)| self.of_place(never, *at, *sum)));
        }
        lines.sort();
        lines
    }

    /// How many flags of each severity there are; of a place each medium counts.
    fn flag_counts(&self) -> [u64; 3] {
        let mut counts = [0; 3];
        for (_, severity, _) in self.media.values().flat_map(|medium| self.flags(medium)) {
            counts[severity as usize] += 1;
        }
        counts[Severity::Warning as usize] += self.vaults_due().len() as u64;
        counts
    }
}

/// Flags, as a list and in sums.
pub(crate) fn flags(session: &Session, model: &Model) -> Checked {
    for min in Severity::ALL {
        let found = session.flags(*min).map_err(trouble)?;
        let key = |line: &FlagLine| (Reverse(line.severity), line.since);
        if !found.is_sorted_by_key(key) {
            return Err(format!("the gravest and oldest do not come first: {found:#?}"));
        }
        let mut found: Vec<String> = found.iter().map(told).collect();
        found.sort();
        alike(&format!("flags --min {min}"), &found, &model.flag_lines(*min))?;
    }
    same("how many flags", &session.count_flags().map_err(trouble)?, &model.flag_counts())?;
    let mut states: BTreeMap<String, u64> = BTreeMap::new();
    for medium in model.media.values() {
        let lives = medium.custody.state == State::InDevice && medium.custody.outing.is_none();
        let word = if lives { "resident" } else { medium.custody.state.word() };
        *states.entry(word.to_owned()).or_default() += 1;
    }
    let tally = session.tally().map_err(trouble)?;
    same("media by state", &tally.states, &states.into_iter().collect())?;
    same("when the last entry was", &millis(tally.last), &Some(model.last()))?;
    board(session, model)
}

fn board(session: &Session, model: &Model) -> Checked {
    let page = session.board().map_err(trouble)?;
    let watched = model.media.values().filter(|medium| Model::is_watched(medium));
    let urgency = |medium: &&Medium| {
        let gravest =
            model.flags(medium).into_iter().map(|(_, severity, since)| (Reverse(severity), since)).min();
        let (severity, since) =
            gravest.map_or((None, None), |(severity, since)| (Some(severity.0), Some(since)));
        (Reverse(severity), since, medium.barcode.clone())
    };
    let mut media: Vec<&Medium> = watched.collect();
    media.sort_by_key(urgency);
    same("how many are on the board", &page.total, &(media.len() as u64))?;
    let found: Vec<String> = page.media.iter().map(shown).collect();
    let wanted: Vec<String> = media.iter().take(MOST).map(|medium| model.shown(medium)).collect();
    alike("the board", &found, &wanted)?;
    let mut times = [0; TIMES.len()];
    for outing in media.iter().filter_map(|medium| medium.custody.outing) {
        let class = TIMES.iter().rposition(|begin| model.at() - outing.left >= *begin).unwrap_or(0);
        times[class] += 1;
    }
    same("how long they are out", &page.times, &times)
}

/// The chart of what was outside hour by hour; `known` is what the session remembers of it.
pub(crate) fn trend(session: &Session, model: &Model, known: &mut Trend) -> Checked {
    let hours = i64::try_from(HOURS).unwrap();
    let outside_at = |moment: Moment| {
        let was = |medium: &&Medium| {
            let last = medium.steps.iter().rev().find(|step| step.at <= moment);
            let first = medium.steps.first().map_or(medium.custody, |step| step.before);
            medium.registered <= moment && last.map_or(first, |step| step.after).is_out()
        };
        model.media.values().filter(was).count() as u64
    };
    let wanted: Vec<u64> = (0..hours).rev().map(|back| outside_at(model.at() - back * HOUR)).collect();
    same("the chart", &session.trend(&mut Trend::default()).map_err(trouble)?, &wanted)?;
    let kept = session.trend(known).map_err(trouble)?;
    // After a clock that ran back it is not known as far back.
    let from = wanted.len().saturating_sub(kept.len());
    same("the chart that is kept", &kept.as_slice(), &&wanted[from..])
}

/// What the head of a screen shows, and what one shift shows the next.
pub(crate) fn status(session: &Session, model: &Model) -> Checked {
    let status = session.status().map_err(trouble)?;
    let purposes = model.policy["purposes"].replace(',', ", ");
    let found = (status.site, status.size, status.idle_lock_minutes, status.purposes, status.read_only);
    let idle = model.policy["idle_lock_minutes"].parse().unwrap();
    same("the head of the screen", &found, &(model.site.clone(), model.size(), idle, purposes, false))?;
    same("the size", &session.size().map_err(trouble)?, &model.size())?;
    let open = session.open_matters().map_err(trouble)?;
    same("what is open", &(open.outside, open.orders, open.overrides), &model.open_matters())?;
    let policy = session.policy().map_err(trouble)?;
    for (name, value) in &model.policy {
        same(&format!("policy {name}"), &policy.get(name).as_ref(), &Some(value))?;
    }
    let noted = session.kept_checkpoint(None).map_err(trouble)?.map(|(size, _)| size);
    same("the last checkpoint", &noted, &Some(model.noted).filter(|noted| *noted > 0))
}

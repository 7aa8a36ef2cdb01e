//! The end of a stocktake in the model: from what was read to the one class of each medium.

use std::collections::{BTreeMap, BTreeSet};

use kuraban::domain::audit::Class;
use kuraban::domain::custody::State;
use kuraban::domain::event::{How, LabelTrouble};

use crate::soak_model::{Audit, Count, Custody, Found, Id, Leave, Medium, Model, Step};
use crate::soak_world::proves;

/// The sums of a stocktake, in the words of its last entry.
const SUMS: [&str; 21] = [
    "expected",
    "present",
    "outside",
    "moved",
    "known_missing",
    "corrected",
    "elsewhere",
    "two_places",
    "found_again",
    "no_order",
    "unproven",
    "not_found",
    "unknown",
    "foreign",
    "unresolved",
    "scanned",
    "typed",
    "pasted",
    "file",
    "library",
    "sensor",
];

/// How good a reading is.
const fn grade(how: How) -> u8 {
    match how {
        How::Scanned | How::Library | How::Sensor => 3,
        How::File => 2,
        How::Pasted | How::Typed | How::Seal | How::Declared => 1,
    }
}

/// A medium before a stocktake.
struct Case<'a> {
    model: &'a Model,
    audit: &'a Audit,
    medium: &'a Medium,
    /// Its steps since the opening.
    moves: Vec<&'a Step>,
    expected: bool,
    /// Whether it is out without a leave that holds.
    loose: bool,
}

/// What its readings come to.
#[derive(Default)]
struct Sum {
    best: Option<Count>,
    proof: Option<Count>,
    /// The latest with which the record did not agree.
    wrong: Option<Count>,
    apart: Option<(Id, Id)>,
}

impl Case<'_> {
    /// Where the record had it when a label was read.
    fn when(&self, count: &Count) -> Custody {
        let later = |step: &&&Step| (step.at, step.seq) > (count.at, count.seq);
        self.moves.iter().find(later).map_or(self.medium.custody, |step| step.before)
    }

    fn agreed(&self, count: &Count) -> bool {
        self.model.agrees(&self.when(count), count.place)
    }

    fn is_own(&self, count: &Count) -> bool {
        self.model.says("separate", "counter_custodian") && self.when(count).who == Some(count.counter)
    }

    fn proves(&self, count: &Count, counts: &[Count]) -> bool {
        let second = |other: &Count| {
            other.counter != count.counter
                && self.model.touch(other.place, count.place)
                && !self.is_own(other)
        };
        let seconded = || proves(count.how, true) && counts.iter().any(second);
        !self.is_own(count) && (proves(count.how, false) || seconded())
    }

    /// Whether a step between two readings at places apart tells why there are two.
    fn explained(&self, a: &Count, b: &Count) -> bool {
        let (one, other) = ((a.at, a.seq), (b.at, b.seq));
        let (first, last) = (one.min(other), one.max(other));
        let between = |step: &&Step| first < (step.at, step.seq) && (step.at, step.seq) < last;
        self.moves.iter().any(between) && self.agreed(a) && self.agreed(b)
    }

    fn sum(&self, counts: &[Count]) -> Sum {
        let mut sum = Sum::default();
        for (number, count) in counts.iter().enumerate() {
            let better = |old: &Option<Count>| old.is_none_or(|old| grade(old.how) < grade(count.how));
            if better(&sum.best) {
                sum.best = Some(*count);
            }
            if self.proves(count, counts) && better(&sum.proof) {
                sum.proof = Some(*count);
            }
            let later = sum.wrong.is_none_or(|wrong| (wrong.at, wrong.seq) < (count.at, count.seq));
            if later && !self.agreed(count) {
                sum.wrong = Some(*count);
            }
            let apart =
                |other: &&Count| !self.model.touch(count.place, other.place) && !self.explained(count, other);
            if sum.apart.is_none() {
                sum.apart = counts[number + 1..].iter().find(apart).map(|other| (count.place, other.place));
            }
        }
        sum
    }

    /// Whether its label was read in its last step since the opening.
    fn read_moving(&self) -> bool {
        self.moves.last().is_some_and(|step| step.read.is_some_and(|read| read >= self.audit.opened))
    }

    /// Whether the record was put right after the last reading that it contradicted.
    fn settled(&self, sum: &Sum) -> bool {
        let (Some(wrong), Some(last)) = (sum.wrong, self.moves.last()) else { return false };
        let again = last.read.is_some_and(|read| read >= wrong.at);
        let follows = sum.proof.is_some() && self.model.agrees(&self.medium.custody, wrong.place);
        !self.loose && (last.at, last.seq) > (wrong.at, wrong.seq) && (again || follows)
    }

    fn gone(&self, counts: &[Count], sum: &Sum) -> Option<Class> {
        let since = self.moves.last().map(|step| (step.at, step.seq));
        if counts.iter().any(|count| since.is_none_or(|since| (count.at, count.seq) > since)) {
            return Some(Class::FoundAgain);
        }
        let read = self.read_moving() || (sum.proof.is_some() && sum.wrong.is_none());
        let destroyed = self.medium.custody.state == State::Destroyed;
        let class = match (destroyed, read) {
            (true, true) => Class::Moved,
            (false, _) if self.moves.is_empty() => Class::KnownMissing,
            (true, false) | (false, _) => Class::NotFound,
        };
        self.expected.then_some(class)
    }

    fn class(&self, counts: &[Count], sum: &Sum) -> Option<Class> {
        let expected = |class| self.expected.then_some(class);
        if matches!(self.medium.custody.state, State::Missing | State::Destroyed) {
            return self.gone(counts, sum);
        }
        if counts.is_empty() {
            return expected(match (self.read_moving(), self.loose) {
                (true, true) => Class::NoOrder,
                (true, false) => Class::Moved,
                (false, _) => Class::NotFound,
            });
        }
        if sum.apart.is_some() {
            return Some(Class::TwoPlaces);
        }
        if sum.wrong.is_some() {
            return Some(Class::Elsewhere);
        }
        if sum.proof.is_none() && !self.read_moving() {
            return expected(Class::Unproven);
        }
        if self.medium.custody.outing.is_some() {
            return Some(if self.loose { Class::NoOrder } else { Class::Outside });
        }
        if !self.moves.is_empty() || self.medium.id > self.audit.size {
            return Some(Class::Moved);
        }
        expected(Class::Present)
    }

    fn found(&self, counts: &[Count]) -> Option<Found> {
        let sum = self.sum(counts);
        let class = self.class(counts, &sum)?;
        let settled = class == Class::Elsewhere && self.settled(&sum);
        let told = sum.proof.or(sum.best);
        let (seen, also) = match sum.apart {
            Some((one, other)) => (Some(one), Some(other)),
            None => (sum.wrong.or(told).map(|count| count.place), None),
        };
        let good = matches!(class, Class::Present | Class::Outside | Class::Moved | Class::KnownMissing);
        Some(Found {
            medium: self.medium.id,
            expected: self.expected,
            class,
            passes: good || settled,
            stood: self.moves.first().map_or(self.medium.custody, |step| step.before),
            seen,
            also,
            counter: told.map(|count| count.counter),
            how: told.map(|count| count.how),
            settled_by: settled.then_some(self.medium.stepped_by),
            proved: sum.proof.map(|count| count.at),
        })
    }
}

impl Model {
    /// Whether a medium that stands so is among what this counts.
    pub(crate) fn covers(&self, scope: Option<Id>, custody: &Custody) -> bool {
        match scope {
            None => custody.state != State::Destroyed,
            Some(scope) => {
                let lies = matches!(custody.state, State::Vaulted | State::InDevice | State::Missing);
                lies && custody.place.is_some_and(|place| self.within(place, scope))
            }
        }
    }

    fn leave_holds(&self, medium: &Medium) -> bool {
        match medium.custody.outing.map(|outing| outing.leave) {
            None | Some(Leave::Intake) => true,
            Some(Leave::Without) => !self.says("order_required", "yes"),
            Some(Leave::Override) => medium.overrides.is_empty(),
            Some(Leave::Order(order)) => self.orders[&order].in_force(self.at()),
        }
    }

    fn judge(&self, audit: &Audit, medium: &Medium) -> Option<Found> {
        let moves: Vec<&Step> = medium.steps.iter().filter(|step| step.seq > audit.size).collect();
        let stood = moves.first().map_or(medium.custody, |step| step.before);
        let asked = match &audit.sample {
            Some(sample) => sample.contains(&medium.id),
            None => self.covers(audit.scope, &stood),
        };
        let expected = medium.id <= audit.size && asked;
        let loose = medium.custody.outing.is_some() && !self.leave_holds(medium);
        let case = Case { model: self, audit, medium, moves, expected, loose };
        let mut counts: Vec<Count> =
            audit.counts.iter().filter(|count| count.medium == medium.id).copied().collect();
        counts.sort_by_key(|count| (count.place, count.counter, count.seq));
        let first = case.found(&counts);
        if first.as_ref().is_none_or(|found| found.passes) {
            return first;
        }
        // What other counters read in the second count answers, if by itself it settles the question.
        let before: BTreeSet<Id> =
            counts.iter().filter(|count| !count.again).map(|count| count.counter).collect();
        counts.retain(|count| count.again && !before.contains(&count.counter));
        if counts.is_empty() {
            return first;
        }
        case.found(&counts).filter(|found| found.passes).or(first)
    }

    /// What the count comes to now: what it found of each medium, and the sums.
    pub(crate) fn reckon(&self, audit: &Audit) -> (Vec<Found>, BTreeMap<String, u64>) {
        let found: Vec<Found> = self.media.values().filter_map(|medium| self.judge(audit, medium)).collect();
        let mut tally: BTreeMap<String, u64> = SUMS.iter().map(|sum| ((*sum).to_owned(), 0)).collect();
        let mut add = |sum: &str| *tally.get_mut(sum).unwrap() += 1;
        for one in &found {
            let put_right = one.class == Class::Elsewhere && one.passes;
            add(if put_right { "corrected" } else { one.class.word() });
            if one.expected {
                add("expected");
            }
            if !one.passes {
                add("unresolved");
            }
            if let Some(how) = one.how.filter(|how| !matches!(how, How::Seal | How::Declared)) {
                add(how.word());
            }
        }
        let (mut unknown, mut foreign) = (BTreeSet::new(), BTreeSet::new());
        for stray in &audit.strays {
            let looked = |count: &Count| {
                count.again && stray.place.is_some_and(|place| self.touch(count.place, place))
            };
            if stray.why == LabelTrouble::Unreadable {
                foreign.insert(&stray.text);
            } else if (stray.again || !audit.counts.iter().any(looked)) && self.meant(&stray.text).is_err() {
                unknown.insert(&stray.text);
            }
        }
        for _ in &unknown {
            add("unknown");
            add("unresolved");
        }
        for _ in &foreign {
            add("foreign");
        }
        (found, tally)
    }

    /// Notes with each medium what the count tells that its own chain does not.
    pub(crate) fn absorb(&mut self, audit: &Audit, found: &[Found]) {
        for one in found {
            let counts = audit.counts.iter().filter(|count| count.medium == one.medium);
            let Some(last) = counts.max_by_key(|count| (count.at, count.seq)) else { continue };
            let medium = self.media.get_mut(&one.medium).unwrap();
            if medium.seen.is_none_or(|(at, ..)| at < last.at) {
                medium.seen = Some((last.at, Some(last.place), last.how));
            }
            if let Some(proved) = one.proved.filter(|proved| medium.read.is_none_or(|read| read < *proved)) {
                medium.read = Some(proved);
            }
            let against = matches!(one.class, Class::Elsewhere | Class::TwoPlaces) && !one.passes;
            if against && medium.wrong.is_none() {
                medium.wrong = one.seen.map(|seen| (last.at, seen));
            }
        }
    }
}

//! From what was read to the one class of each medium. Pure, so that the live program, the replay of an old
//! ledger and the tests can only come to the same answer.

use std::collections::HashMap;

use super::{Audit, Audited, Class, Count, Finding, Move, Stand};
use crate::domain::custody::State;
use crate::domain::event::How;
use crate::domain::names::{PersonId, PlaceId};
use crate::domain::place::Place;

/// The tree of places, as far as a count needs it.
#[derive(Debug, Default)]
pub struct Tree(HashMap<PlaceId, (Option<PlaceId>, bool)>);

impl Tree {
    /// Takes a place in.
    pub fn add(&mut self, place: &Place) {
        let for_people = !place.is_rest() && !place.kind.is_device();
        self.0.insert(place.id, (place.parent, for_people));
    }

    /// Whether `inner` is `outer` or stands in it, at whatever depth.
    #[must_use]
    pub fn within(&self, inner: PlaceId, outer: PlaceId) -> bool {
        self.outward(inner).any(|around| around == outer)
    }

    /// This place, the one that it stands in, and so on to the root.
    pub fn outward(&self, from: PlaceId) -> impl Iterator<Item = PlaceId> {
        std::iter::successors(Some(from), |id| self.0.get(id).and_then(|(parent, _)| *parent))
    }

    /// Whether one of two places is the other or stands in it.
    #[must_use]
    pub fn one(&self, a: PlaceId, b: PlaceId) -> bool {
        self.within(a, b) || self.within(b, a)
    }

    /// Whether a medium that stands so may be seen at this place: there, or in a place around or within it;
    /// in somebody's hands, wherever people are.
    #[must_use]
    pub fn agrees(&self, stand: &Stand, seen: PlaceId) -> bool {
        match (stand.state, stand.place) {
            (State::Vaulted | State::InDevice, Some(place)) => self.one(place, seen),
            (State::InHand, _) => self.0.get(&seen).is_some_and(|(_, for_people)| *for_people),
            (State::Vaulted | State::InDevice, None) | (State::Missing | State::Destroyed, _) => false,
        }
    }

    /// Whether a medium that stands so belongs to what is counted here.
    #[must_use]
    pub fn covers(&self, scope: Option<PlaceId>, stand: &Stand) -> bool {
        let Some(scope) = scope else { return stand.state != State::Destroyed };
        let placed = matches!(stand.state, State::Vaulted | State::InDevice | State::Missing);
        placed && stand.place.is_some_and(|place| self.within(place, scope))
    }
}

/// What a judgement needs beside the medium.
#[derive(Debug, Clone, Copy)]
pub struct Court<'a> {
    /// The stocktake.
    pub audit: &'a Audit,
    /// The places.
    pub tree: &'a Tree,
    /// Whether who has a medium in hand may count it.
    pub own_counts: bool,
}

/// What the readings of one medium come to.
#[derive(Default)]
struct Readings {
    agreed: Option<PlaceId>,
    /// The latest of those with which the record did not agree.
    wrong: Option<Count>,
    split: Option<(PlaceId, PlaceId)>,
    best: Option<Count>,
    proof: Option<Count>,
}

/// The class of a medium; none if the stocktake has nothing to say about it. `valid` tells whether it is outside
/// by a leave that holds.
#[must_use]
pub fn judge(court: Court<'_>, audited: &Audited, valid: bool) -> Option<Finding> {
    let all: Vec<&Count> = audited.counts.iter().collect();
    let first = judge_by(court, audited, valid, &all);
    if first.is_none_or(|finding| finding.passes()) {
        return first;
    }
    // Where the first count leaves a question, what other counters read in the second count answers it.
    let before: Vec<PersonId> =
        all.iter().filter(|count| !count.recount).map(|count| count.counter).collect();
    let again: Vec<&Count> =
        all.into_iter().filter(|count| count.recount && !before.contains(&count.counter)).collect();
    if again.is_empty() {
        return first;
    }
    judge_by(court, audited, valid, &again).filter(Finding::passes).or(first)
}

fn judge_by(court: Court<'_>, audited: &Audited, valid: bool, counts: &[&Count]) -> Option<Finding> {
    let Court { audit, tree, .. } = court;
    let stood = audited.at_opening();
    let whole = audit.sample.is_none() && tree.covers(audit.scope, &stood);
    let expected = audit.knew(audited.medium) && (whole || audited.sampled);
    let readings = weigh(court, audited, counts);
    let class = class(court, audited, (counts, &readings), (expected, valid))?;
    let told = readings.proof.or(readings.best);
    let (seen, also) = match readings.split {
        Some((one, other)) => (Some(one), Some(other)),
        None => (readings.wrong.or(told).map(|count| count.place), None),
    };
    let elsewhere = class == Class::Elsewhere;
    Some(Finding {
        medium: audited.medium,
        expected,
        class,
        stood,
        seen,
        also,
        counter: told.map(|count| count.counter),
        how: told.map(|count| count.how),
        settled_by: audited.stepped_by.filter(|_| elsewhere && settled(court, audited, &readings, valid)),
        proved: readings.proof.map(|count| count.at),
    })
}

/// Where it was read, whether the record agreed then, and whether that is proof.
fn weigh(court: Court<'_>, audited: &Audited, counts: &[&Count]) -> Readings {
    let mut found = Readings::default();
    let weight = |how: How| match how {
        How::Scanned | How::Library | How::Sensor => 3,
        How::File => 2,
        How::Pasted | How::Typed | How::Seal | How::Declared => 1,
    };
    for count in counts {
        let stand = audited.when(count);
        if court.tree.agrees(&stand, count.place) {
            found.agreed = Some(count.place);
        } else {
            let latest = found.wrong.is_none_or(|wrong| (wrong.at, wrong.seq) < (count.at, count.seq));
            found.wrong = if latest { Some(**count) } else { found.wrong };
        }
        if found.best.is_none_or(|best| weight(best.how) < weight(count.how)) {
            found.best = Some(**count);
        }
        let own = !court.own_counts && stand.custodian == Some(count.counter);
        let second = |other: &&&Count| {
            other.counter != count.counter
                && court.tree.one(other.place, count.place)
                && !is_own(court, audited, other)
        };
        let proves = count.how.is_reading(false)
            || (count.how.is_reading(true) && counts.iter().any(|other| second(&other)));
        if !own && proves && found.proof.is_none_or(|best| weight(best.how) < weight(count.how)) {
            found.proof = Some(**count);
        }
    }
    found.split = split(court, audited, counts);
    found
}

/// Two readings at places that have nothing to do with each other, which no step in between explains: one label is on
/// two cartridges, or somebody has moved the only one unseen.
fn split(court: Court<'_>, audited: &Audited, counts: &[&Count]) -> Option<(PlaceId, PlaceId)> {
    let agrees = |count: &Count| court.tree.agrees(&audited.when(count), count.place);
    let apart = |a: &Count, b: &Count| {
        let when = |count: &Count| (count.at, count.seq);
        let (first, last) = (when(a).min(when(b)), when(a).max(when(b)));
        let between = |step: &Move| first < (step.at, step.seq) && (step.at, step.seq) < last;
        let explained = audited.moves.iter().any(between) && agrees(a) && agrees(b);
        !court.tree.one(a.place, b.place) && !explained
    };
    counts.iter().enumerate().find_map(|(index, a)| {
        let other = counts.iter().skip(index + 1).find(|b| apart(a, b));
        other.map(|b| (a.place, b.place))
    })
}

fn is_own(court: Court<'_>, audited: &Audited, reading: &Count) -> bool {
    !court.own_counts && audited.when(reading).custodian == Some(reading.counter)
}

/// Whether what was read elsewhere has been put right since: by a step after the reading, in which its label was read
/// again, or which brings the record to where it was read; and it is not outside without leave.
fn settled(court: Court<'_>, audited: &Audited, readings: &Readings, valid: bool) -> bool {
    let (Some(wrong), Some(last)) = (readings.wrong, audited.moves.last()) else { return false };
    if audited.leave.is_some() && !valid {
        return false;
    }
    let again = last.read.is_some_and(|read| read >= wrong.at);
    let follows = readings.proof.is_some() && court.tree.agrees(&audited.now, wrong.place);
    (last.at, last.seq) > (wrong.at, wrong.seq) && (again || follows)
}

fn class(
    court: Court<'_>,
    audited: &Audited,
    (counts, readings): (&[&Count], &Readings),
    (expected, valid): (bool, bool),
) -> Option<Class> {
    let last_step = audited.moves.last();
    let read_moving = last_step.and_then(|step| step.read).is_some_and(|read| read >= court.audit.opened);
    if matches!(audited.now.state, State::Missing | State::Destroyed) {
        let read = read_moving || (readings.proof.is_some() && readings.wrong.is_none());
        return gone(audited, counts, expected, read);
    }
    if counts.is_empty() {
        let outside = audited.leave.is_some() && !valid;
        return expected.then_some(match read_moving {
            // What was read in handing it on is there, but its leave is no better for that.
            true if outside => Class::NoOrder,
            true => Class::Moved,
            false => Class::NotFound,
        });
    }
    if readings.split.is_some() {
        return Some(Class::TwoPlaces);
    }
    if readings.wrong.is_some() {
        return Some(Class::Elsewhere);
    }
    if readings.proof.is_none() && !read_moving {
        // What was not expected needs no proof.
        return expected.then_some(Class::Unproven);
    }
    if audited.leave.is_some() {
        return Some(if valid { Class::Outside } else { Class::NoOrder });
    }
    if last_step.is_some() || !court.audit.knew(audited.medium) {
        return Some(Class::Moved);
    }
    // A medium that a sample did not choose, read where it belongs.
    expected.then_some(Class::Present)
}

/// The class of what the record has missing or destroyed.
fn gone(audited: &Audited, counts: &[&Count], expected: bool, read: bool) -> Option<Class> {
    let since = audited.moves.last().map(|step| (step.at, step.seq));
    if counts.iter().any(|count| since.is_none_or(|since| (count.at, count.seq) > since)) {
        return Some(Class::FoundAgain);
    }
    if !expected {
        return None;
    }
    Some(match audited.now.state {
        State::Destroyed if read => Class::Moved,
        State::Missing if audited.moves.is_empty() => Class::KnownMissing,
        State::Vaulted | State::InHand | State::InDevice | State::Missing | State::Destroyed => {
            Class::NotFound
        }
    })
}

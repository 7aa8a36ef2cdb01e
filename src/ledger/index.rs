//! Media in the order of their registration: from an identity to its place in that order.

use crate::domain::names::MediumId;

/// Entries that stand together in a run: a bit for each.
const RUN: u64 = 64;

/// Which of a run of entries registered a medium.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    /// A bit for each entry, the lowest for the first.
    bits: u64,
    /// How many media there are before it.
    before: u32,
}

/// Numbers, each larger than the one before it, in half the bytes.
#[derive(Debug, Clone, Default)]
struct Rising {
    /// The lower half of each.
    halves: Vec<u32>,
    /// The places from which on the upper half is larger by one.
    turns: Vec<usize>,
}

impl Rising {
    fn push(&mut self, number: u64) {
        let turns = usize::try_from(number >> 32).unwrap_or(usize::MAX);
        self.turns.resize(turns, self.halves.len());
        self.halves.push(u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default());
    }

    fn get(&self, place: usize) -> Option<u64> {
        let low = u64::from(*self.halves.get(place)?);
        let later = self.turns.iter().rev().take_while(|turn| **turn > place).count();
        Some(((self.turns.len() - later) as u64) << 32 | low)
    }
}

/// The identities of media, each larger than the one before it.
///
/// An identity is the number of an entry, so that a bit for each entry tells whether it is one, and how many bits are before it
/// tells its place: of ten million entries that are less than three megabytes, and one look.
#[derive(Debug, Clone, Default)]
pub struct Index {
    ids: Rising,
    runs: Vec<Run>,
}

impl Index {
    /// How many media there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ids.halves.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ids.halves.is_empty()
    }

    /// Adds a medium after the others; false if its identity is not the largest so far.
    pub fn push(&mut self, id: MediumId) -> bool {
        let (before, run) = (u32::try_from(self.len()), usize::try_from(id.0 / RUN));
        let (Ok(before), Ok(run)) = (before, run) else { return false };
        if self.len().checked_sub(1).and_then(|last| self.at(last)).is_some_and(|last| last >= id) {
            return false;
        }
        if self.runs.len() <= run {
            self.runs.resize(run + 1, Run { bits: 0, before });
        }
        if let Some(run) = self.runs.get_mut(run) {
            run.bits |= 1 << (id.0 % RUN);
        }
        self.ids.push(id.0);
        true
    }

    /// The place of a medium; none if it is not there.
    #[must_use]
    pub fn find(&self, id: MediumId) -> Option<usize> {
        let run = self.runs.get(usize::try_from(id.0 / RUN).ok()?)?;
        let bit = 1 << (id.0 % RUN);
        let place = run.before + (run.bits & (bit - 1)).count_ones();
        if run.bits & bit == 0 { None } else { usize::try_from(place).ok() }
    }

    /// The medium at this place.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<MediumId> {
        self.ids.get(place).map(MediumId)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = MediumId> {
        (0..self.len()).filter_map(|place| self.at(place))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rising_numbers_stand_where_they_were_put(steps in prop::collection::vec(1..6_000_000_000_u64, 0..60)) {
            let (mut rising, mut last) = (Rising::default(), 0);
            let all: Vec<u64> = steps.iter().map(|step| { last += step; last }).collect();
            for number in &all {
                rising.push(*number);
            }
            let found: Vec<u64> = (0..all.len()).filter_map(|place| rising.get(place)).collect();
            prop_assert_eq!(found, all);
            prop_assert_eq!(rising.get(steps.len()), None);
        }

        #[test]
        fn every_medium_is_found_and_no_other(
            some in prop::collection::btree_set(0..5_000_u64, 0..300),
            run in (0..5_000_u64, 0..1_500_u64),
            others in prop::collection::vec(0..6_000_u64, 50),
        ) {
            // Some stand alone, and some follow one another for whole blocks.
            let ids: BTreeSet<u64> = some.into_iter().chain(run.0..run.0 + run.1).collect();
            let mut index = Index::default();
            for id in &ids {
                prop_assert!(index.push(MediumId(*id)));
                prop_assert!(!index.push(MediumId(*id)));
            }
            let found: BTreeSet<u64> = index.iter().map(|id| id.0).collect();
            prop_assert_eq!(&found, &ids);
            prop_assert_eq!(index.len(), ids.len());
            for (place, id) in ids.iter().enumerate() {
                prop_assert_eq!(index.find(MediumId(*id)), Some(place));
                prop_assert_eq!(index.at(place), Some(MediumId(*id)));
            }
            for id in others.into_iter().filter(|id| !ids.contains(id)) {
                prop_assert_eq!(index.find(MediumId(id)), None);
            }
        }
    }
}

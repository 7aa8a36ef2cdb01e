//! Media in the order of their registration: from an identity to its place in that order.

use crate::domain::names::MediumId;

/// Entries for each of which the index knows where its media begin.
const BLOCK: u64 = 256;

/// The identities of media, each larger than the one before it.
///
/// An identity is the number of an entry, so that only those of one short run of entries need to be searched.
#[derive(Debug, Clone, Default)]
pub struct Index {
    ids: Vec<MediumId>,
    /// For each block of entries the place of the first medium that is not before it.
    begins: Vec<u32>,
}

impl Index {
    /// How many media there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Adds a medium after the others; false if its identity is not the largest so far.
    pub fn push(&mut self, id: MediumId) -> bool {
        let (place, block) = (u32::try_from(self.ids.len()), usize::try_from(id.0 / BLOCK));
        let (Ok(place), Ok(block)) = (place, block) else { return false };
        if self.ids.last().is_some_and(|last| *last >= id) {
            return false;
        }
        if self.begins.len() <= block {
            self.begins.resize(block + 1, place);
        }
        self.ids.push(id);
        true
    }

    /// The place of a medium; none if it is not there.
    #[must_use]
    pub fn find(&self, id: MediumId) -> Option<usize> {
        let block = usize::try_from(id.0 / BLOCK).ok()?;
        let begin = usize::try_from(*self.begins.get(block)?).ok()?;
        let end = self.begins.get(block + 1).and_then(|end| usize::try_from(*end).ok());
        let end = end.unwrap_or(self.ids.len());
        if end - begin == usize::try_from(BLOCK).ok()? {
            // Each entry of the block is of a new medium, as in an import: nothing needs to be looked for.
            return Some(begin + usize::try_from(id.0 % BLOCK).ok()?);
        }
        let near = self.ids.get(begin..end)?;
        Some(begin + near.binary_search(&id).ok()?)
    }

    /// The medium at this place.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<MediumId> {
        self.ids.get(place).copied()
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = MediumId> {
        self.ids.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    proptest! {
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

//! The tree over all media (RFC 6962): one leaf for each, in the order of their identities, which names the newest entry
//! of its chain. By it an extract of the log can show that it leaves nothing out.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use super::tree::{empty_root, node};
use crate::domain::names::{Digest, MediumId};

/// The leaf of a medium: SHA-256 of a zero byte, its identity and the length of its chain as eight bytes each, the most
/// significant first, and the hash of its newest entry.
#[must_use]
pub fn leaf(medium: MediumId, mseq: u64, hash: Digest) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(medium.0.to_be_bytes());
    hasher.update(mseq.to_be_bytes());
    hasher.update(hash.0);
    Digest(hasher.finalize().into())
}

/// The tree over the media, kept whole, so that a change costs no more than its path.
#[derive(Debug, Clone, Default)]
pub struct Heads {
    /// The leaves, then the nodes above them level by level; a last one without a partner goes up as it is.
    levels: Vec<Vec<Digest>>,
    /// The leaves that changed since the nodes above them were computed.
    dirty: BTreeSet<usize>,
}

impl Heads {
    /// Sets the leaf of this index; the next index after the last adds one.
    pub fn set(&mut self, index: usize, leaf: Digest) {
        if self.levels.is_empty() {
            self.levels.push(Vec::new());
        }
        let Some(leaves) = self.levels.first_mut() else { return };
        match leaves.get_mut(index) {
            Some(slot) => *slot = leaf,
            None => leaves.push(leaf),
        }
        self.dirty.insert(index);
    }

    /// How many leaves there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.levels.first().map_or(0, Vec::len)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn settle(&mut self) {
        let mut dirty = std::mem::take(&mut self.dirty);
        let mut level = 0;
        while self.levels.get(level).is_some_and(|nodes| nodes.len() > 1) {
            if self.levels.len() == level + 1 {
                self.levels.push(Vec::new());
            }
            let (below, above) = self.levels.split_at_mut(level + 1);
            let (Some(below), Some(above)) = (below.last(), above.first_mut()) else { return };
            dirty = dirty.into_iter().map(|index| index / 2).collect();
            for index in &dirty {
                let Some(left) = below.get(index * 2) else { continue };
                let new = below.get(index * 2 + 1).map_or(*left, |right| node(*left, *right));
                match above.get_mut(*index) {
                    Some(slot) => *slot = new,
                    None => above.push(new),
                }
            }
            level += 1;
        }
    }

    /// The root.
    #[must_use]
    pub fn root(&mut self) -> Digest {
        self.settle();
        self.levels.last().and_then(|top| top.first()).copied().unwrap_or_else(empty_root)
    }

    /// The proof that the leaf of this index is in the tree (RFC 6962, section 2.1.1).
    #[must_use]
    pub fn proof(&mut self, index: usize) -> Vec<Digest> {
        self.settle();
        let on = |(level, nodes): (usize, &Vec<Digest>)| nodes.get((index >> level) ^ 1).copied();
        self.levels.iter().enumerate().filter_map(on).collect()
    }
}

/// The same with the identities of the media, so that they are found.
#[derive(Debug, Clone, Default)]
pub struct MediaHeads {
    media: Vec<MediumId>,
    tree: Heads,
}

impl MediaHeads {
    /// Sets the newest entry of a medium; one that is new must have a larger identity than all others, as it has when it was
    /// registered after them.
    pub fn set(&mut self, medium: MediumId, mseq: u64, hash: Digest) {
        let leaf = leaf(medium, mseq, hash);
        match self.media.binary_search(&medium) {
            Ok(index) => self.tree.set(index, leaf),
            Err(index) if index == self.media.len() => {
                self.media.push(medium);
                self.tree.set(index, leaf);
            }
            Err(_) => {}
        }
    }

    /// How many media there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        u64::try_from(self.media.len()).unwrap_or(u64::MAX)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.media.is_empty()
    }

    /// The root.
    #[must_use]
    pub fn root(&mut self) -> Digest {
        self.tree.root()
    }

    /// Where a medium stands, and the proof that its leaf is in the tree.
    #[must_use]
    pub fn proof(&mut self, medium: MediumId) -> Option<(u64, Vec<Digest>)> {
        let index = self.media.binary_search(&medium).ok()?;
        Some((u64::try_from(index).ok()?, self.tree.proof(index)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::{Frontier, is_included};
    use super::*;
    use proptest::prelude::*;

    fn made(leaves: &[Digest]) -> Heads {
        let mut heads = Heads::default();
        leaves.iter().enumerate().for_each(|(index, leaf)| heads.set(index, *leaf));
        heads
    }

    fn root(leaves: &[Digest]) -> Digest {
        let mut tree = Frontier::default();
        for leaf in leaves {
            tree.push(*leaf);
        }
        tree.root()
    }

    #[test]
    fn its_root_and_its_proofs_are_those_of_the_log_tree_at_every_size() {
        for size in 0..70_u8 {
            let leaves: Vec<Digest> = (0..size).map(|n| Digest([n; 32])).collect();
            let mut heads = made(&leaves);
            assert_eq!(heads.root(), root(&leaves), "{size}");
            for (index, leaf) in leaves.iter().enumerate() {
                let at = |index| u64::try_from(index).unwrap();
                let proof = heads.proof(index);
                assert!(
                    is_included((at(index), *leaf), (size.into(), root(&leaves)), &proof),
                    "{size} {index}"
                );
                assert!(!is_included((at(index), Digest([99; 32])), (size.into(), root(&leaves)), &proof));
            }
        }
    }

    proptest! {
        #[test]
        fn it_is_the_same_however_it_came_to_be(
            steps in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..120),
        ) {
            let (mut leaves, mut heads) = (Vec::new(), Heads::default());
            for (at, byte, ask) in steps {
                let index = at.index(leaves.len() + 1);
                let leaf = Digest([byte; 32]);
                if index == leaves.len() { leaves.push(leaf) } else { leaves[index] = leaf }
                heads.set(index, leaf);
                if ask {
                    prop_assert_eq!(heads.root(), root(&leaves));
                }
            }
            prop_assert_eq!(heads.len(), leaves.len());
            prop_assert_eq!(heads.root(), root(&leaves));
        }
    }

    #[test]
    fn a_leaf_names_medium_number_and_hash() {
        let one = leaf(MediumId(1), 2, Digest([3; 32]));
        for other in [
            leaf(MediumId(2), 1, Digest([3; 32])),
            leaf(MediumId(1), 3, Digest([3; 32])),
            leaf(MediumId(1), 2, Digest([4; 32])),
        ] {
            assert_ne!(one, other);
        }
        assert!(made(&[one]).root() == one && !made(&[one]).is_empty() && made(&[]).is_empty());
    }
}

//! The root over all media while the log is read: what changed is noted by a bit, and hashed only when a checkpoint asks.

use super::heads::Heads;
use super::tree::node;
use crate::domain::names::Digest;

/// Leaves of which only the root is kept: they can be had again, and are most of the tree.
const GROUP: usize = 4;

/// The tree over the media without its lowest levels.
#[derive(Debug, Default)]
pub(super) struct RunningHeads {
    groups: Heads,
    /// A bit for each group in which something changed.
    changed: Vec<u64>,
}

impl RunningHeads {
    /// Notes that the leaf at this place changed, or is new.
    pub(super) fn touch(&mut self, place: usize) {
        let (word, bit) = (place / GROUP / 64, place / GROUP % 64);
        if self.changed.len() <= word {
            self.changed.resize(word + 1, 0);
        }
        if let Some(bits) = self.changed.get_mut(word) {
            *bits |= 1 << bit;
        }
    }

    /// The root over so many leaves.
    pub(super) fn root(&mut self, count: usize, leaf: impl Fn(usize) -> Option<Digest>) -> Digest {
        for (word, bits) in self.changed.iter_mut().enumerate() {
            let mut left = std::mem::take(bits);
            while left != 0 {
                let group = word * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                let places = group * GROUP..count.min((group + 1) * GROUP);
                let mut nodes: Vec<Digest> = places.filter_map(&leaf).collect();
                while nodes.len() > 1 {
                    let pair = |pair: &[Digest]| match pair {
                        [left, right] => node(*left, *right),
                        other => other.first().copied().unwrap_or_default(),
                    };
                    nodes = nodes.chunks(2).map(pair).collect();
                }
                if let Some(root) = nodes.first() {
                    self.groups.set(group, *root);
                }
            }
        }
        self.groups.root()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn its_root_is_that_of_the_whole_tree_whenever_it_is_asked(
            steps in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..400),
        ) {
            let (mut leaves, mut whole, mut running) = (Vec::new(), Heads::default(), RunningHeads::default());
            for (at, byte, ask) in steps {
                let place = at.index(leaves.len() + 1);
                let leaf = Digest([byte; 32]);
                if place == leaves.len() { leaves.push(leaf) } else { leaves[place] = leaf }
                whole.set(place, leaf);
                running.touch(place);
                if ask {
                    prop_assert_eq!(running.root(leaves.len(), |place| leaves.get(place).copied()), whole.root());
                }
            }
            prop_assert_eq!(running.root(leaves.len(), |place| leaves.get(place).copied()), whole.root());
        }
    }
}

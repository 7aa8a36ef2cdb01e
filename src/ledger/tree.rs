//! The Merkle tree over the entries (RFC 6962, section 2.1): its leaves are the entry hashes, which are already hashes
//! with the leaf's prefix 0x00, so that chain and tree can never tell different stories.

use std::ops::Range;

use sha2::{Digest as _, Sha256};

use crate::domain::names::Digest;

/// The root of the tree without leaves: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Digest {
    Digest(Sha256::digest([]).into())
}

/// The hash of an inner node.
#[must_use]
pub fn node(left: Digest, right: Digest) -> Digest {
    Digest(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// The roots of the complete subtrees that make up a tree, the largest first: one for each bit of its size. It is all
/// that is needed to add a leaf or to tell the root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    roots: Vec<Digest>,
}

impl Frontier {
    /// How many leaves the tree has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its hash.
    pub fn push(&mut self, leaf: Digest) {
        let mut new = leaf;
        // As many subtrees are completed as the size has low bits that are set.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.roots.pop() {
                new = node(left, new);
            }
        }
        self.roots.push(new);
        self.size += 1;
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Digest {
        let mut from_right = self.roots.iter().rev().copied();
        let last = from_right.next();
        last.map_or_else(empty_root, |last| from_right.fold(last, |right, left| node(left, right)))
    }
}

/// The largest power of two below a size of at least two.
const fn split(size: u64) -> u64 {
    1 << (u64::BITS - 1 - (size - 1).leading_zeros())
}

/// Which runs of leaves give, each as the root of its own tree, the proof that the tree of `size` leaves goes on from
/// that of its first `old` (RFC 6962, section 2.1.2); none for an old tree that is empty, the same or larger.
#[must_use]
pub fn consistency(old: u64, size: u64) -> Vec<Range<u64>> {
    let mut runs = Vec::new();
    if old == 0 || old >= size {
        return runs;
    }
    let (mut from, mut to, mut whole) = (0, size, true);
    // What stands last in the proof is met first.
    while old != to {
        let middle = from + split(to - from);
        if old <= middle {
            runs.push(middle..to);
            to = middle;
        } else {
            runs.push(from..middle);
            (from, whole) = (middle, false);
        }
    }
    if !whole {
        runs.push(from..to);
    }
    runs.reverse();
    runs
}

/// Whether a proof shows that the tree of `size` leaves and this root goes on from one of `old` leaves and that root
/// (RFC 9162, section 2.1.4.2). From an empty tree every other goes on.
#[must_use]
pub fn goes_on((old, old_root): (u64, Digest), (size, root): (u64, Digest), proof: &[Digest]) -> bool {
    if old == 0 || old >= size {
        return proof.is_empty() && (old == 0 || (old == size && old_root == root));
    }
    let (mut first, mut second) = (old - 1, size - 1);
    let full = first.trailing_ones();
    (first, second) =
        (first.checked_shr(full).unwrap_or_default(), second.checked_shr(full).unwrap_or_default());
    // Where the old tree is one complete subtree, its root is not said again.
    let begin = if first == 0 { Some(&old_root) } else { proof.first() };
    let rest = if first == 0 { proof } else { proof.get(1..).unwrap_or_default() };
    let Some(&begin) = begin else { return false };
    let (mut before, mut after) = (begin, begin);
    for &hash in rest {
        if second == 0 {
            return false;
        }
        if first & 1 == 1 || first == second {
            (before, after) = (node(hash, before), node(hash, after));
            while first & 1 == 0 && first != 0 {
                (first, second) = (first >> 1, second >> 1);
            }
        } else {
            after = node(after, hash);
        }
        (first, second) = (first >> 1, second >> 1);
    }
    second == 0 && before == old_root && after == root
}

/// Computes the roots of runs of leaves while the leaves go by once.
#[derive(Debug)]
pub struct Runs {
    at: u64,
    runs: Vec<(Range<u64>, Frontier)>,
}

impl Runs {
    /// Waits for these runs.
    #[must_use]
    pub fn new(runs: Vec<Range<u64>>) -> Self {
        Self { at: 0, runs: runs.into_iter().map(|run| (run, Frontier::default())).collect() }
    }

    /// Takes the next leaf.
    pub fn push(&mut self, leaf: Digest) {
        let at = self.at;
        self.runs.iter_mut().filter(|(run, _)| run.contains(&at)).for_each(|(_, tree)| tree.push(leaf));
        self.at += 1;
    }

    /// The roots, in the order of the runs.
    #[must_use]
    pub fn roots(&self) -> Vec<Digest> {
        self.runs.iter().map(|(_, tree)| tree.root()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(leaves: &[Digest], old: u64, size: u64) -> Vec<Digest> {
        let mut runs = Runs::new(consistency(old, size));
        for leaf in leaves {
            runs.push(*leaf);
        }
        runs.roots()
    }

    #[test]
    fn every_tree_goes_on_from_every_smaller_one_and_no_wrong_proof_shows_it() {
        let leaves: Vec<Digest> = (0..40_u32).map(|n| leaf(&n.to_be_bytes())).collect();
        let roots: Vec<Digest> = (0..=leaves.len()).map(|size| by_definition(&leaves[..size])).collect();
        let tree = |size: u64| (size, roots[usize::try_from(size).unwrap()]);
        let wrong = Digest([7; 32]);
        for size in 1..=40 {
            for old in 1..=size {
                let shown = proof(&leaves, old, size);
                assert!(goes_on(tree(old), tree(size), &shown), "{old} {size}");
                assert!(!goes_on((old, wrong), tree(size), &shown), "{old} {size}");
                assert!(!goes_on(tree(old), (size, wrong), &shown), "{old} {size}");
                let other = old % size + 1;
                assert!(other == old || !goes_on((other, tree(old).1), tree(size), &shown), "{old} {size}");
                assert!(!goes_on(tree(old), tree(size), &[&shown[..], &[wrong]].concat()), "{old} {size}");
                for at in 0..shown.len() {
                    let mut cut = shown.clone();
                    cut.remove(at);
                    assert!(!goes_on(tree(old), tree(size), &cut), "{old} {size}");
                    let mut changed = shown.clone();
                    changed[at] = wrong;
                    assert!(!goes_on(tree(old), tree(size), &changed), "{old} {size}");
                    let mut swapped = shown.clone();
                    swapped.rotate_left(1);
                    assert!(swapped == shown || !goes_on(tree(old), tree(size), &swapped), "{old} {size}");
                }
            }
            assert!(goes_on(tree(0), tree(size), &[]) && !goes_on(tree(0), tree(size), &[wrong]));
            assert!(!goes_on(tree(size), tree(size - 1), &[]), "{size}");
        }
        assert!(!goes_on((u64::MAX, wrong), (u64::MAX, roots[1]), &[]));
        assert!(!goes_on((u64::MAX - 1, wrong), (u64::MAX, roots[1]), &[wrong; 70]));
    }

    #[test]
    fn the_proofs_are_those_of_the_published_examples() {
        // RFC 6962, section 2.1.3: the tree of seven leaves; PROOF(3), PROOF(4) and PROOF(6).
        let of = |old| consistency(old, 7);
        assert_eq!(of(3), [2..3, 3..4, 0..2, 4..7]);
        assert_eq!(of(4), vec![4..7]);
        assert_eq!(of(6), [4..6, 6..7, 0..4]);
    }

    fn leaf(data: &[u8]) -> Digest {
        Digest(Sha256::new().chain_update([0]).chain_update(data).finalize().into())
    }

    /// RFC 6962's own definition: split at the largest power of two below the size.
    fn by_definition(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            more => {
                let split = 1 << (usize::BITS - 1 - (more.len() - 1).leading_zeros());
                let (left, right) = more.split_at(split);
                node(by_definition(left), by_definition(right))
            }
        }
    }

    #[test]
    fn the_root_is_that_of_the_definition_at_every_size() {
        let leaves: Vec<Digest> = (0..200_u32).map(|n| leaf(&n.to_be_bytes())).collect();
        let mut tree = Frontier::default();
        for (size, next) in (0..).zip(&leaves) {
            assert_eq!(tree.root(), by_definition(leaves.get(..size).unwrap()), "{size}");
            tree.push(*next);
            assert_eq!(u64::try_from(size).unwrap() + 1, tree.size());
        }
    }

    #[test]
    fn the_roots_are_those_of_the_published_test_vectors() {
        // Certificate Transparency's reference inputs and roots of their trees of 0, 1, 2, 3 and 8 leaves.
        let inputs: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
            (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
            (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
        ];
        for (size, root) in roots {
            let mut tree = Frontier::default();
            inputs.iter().take(size).for_each(|input| tree.push(leaf(input)));
            assert_eq!(tree.root().to_string(), root, "{size}");
        }
    }
}

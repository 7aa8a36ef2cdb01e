//! The Merkle tree over the entries (RFC 6962, section 2.1): its leaves are the entry hashes, which are already hashes
//! with the leaf's prefix 0x00, so that chain and tree can never tell different stories.

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

#[cfg(test)]
mod tests {
    use super::*;

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

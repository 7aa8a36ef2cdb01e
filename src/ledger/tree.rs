//! The Merkle tree over the entries (RFC 6962, section 2.1): its leaves are the entry hashes, which are already hashes
//! with the leaf's prefix 0x00, so that chain and tree can never tell different stories.

use std::ops::Range;

use sha2::{Digest as _, Sha256};

use crate::domain::names::Digest;

/// A complete subtree of 256 leaves is kept as a tile of level 1, one of 256 such tiles as one of level 2, and so on.
const TILE_BITS: u32 = 8;

/// How many leaves a tile of level 1 has.
pub const TILE: usize = 1 << TILE_BITS;

/// The root of the tree without leaves: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Digest {
    Digest(Sha256::digest([]).into())
}

/// The hash of an inner node.
#[must_use]
pub fn node(left: Digest, right: Digest) -> Digest {
    // One piece: there are as many of these as entries.
    let mut bytes = [1; 65];
    let (_, nodes) = bytes.split_at_mut(1);
    nodes.iter_mut().zip(left.0.iter().chain(&right.0)).for_each(|(to, from)| *to = *from);
    Digest(Sha256::digest(bytes).into())
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
        self.push_tree(0, leaf, &mut |_, _, _| {});
    }

    /// As [`Self::push`]; each tile that is completed is handed to `tile`, as its level, number and root.
    pub fn push_tiled(&mut self, leaf: Digest, mut tile: impl FnMut(u64, u64, Digest)) {
        self.push_tree(0, leaf, &mut tile);
    }

    /// Adds a complete subtree of 256^`level` leaves by its root; the size must be a multiple of that.
    pub fn push_tile(&mut self, level: u32, root: Digest) {
        self.push_tree(level * TILE_BITS, root, &mut |_, _, _| {});
    }

    /// Adds a complete subtree of [`TILE`] leaves by its root; the size must be a multiple of that. It is handed to `tile`, as are
    /// those that are completed with it.
    pub fn push_first_tile(&mut self, root: Digest, mut tile: impl FnMut(u64, u64, Digest)) {
        tile(1, self.size >> TILE_BITS, root);
        self.push_tree(TILE_BITS, root, &mut tile);
    }

    fn push_tree(&mut self, height: u32, root: Digest, tile: &mut impl FnMut(u64, u64, Digest)) {
        let mut new = root;
        // As many subtrees are completed as the size has low bits that are set.
        for done in 1..=(self.size >> height).trailing_ones() {
            if let Some(left) = self.roots.pop() {
                new = node(left, new);
            }
            let height = height + done;
            if height.is_multiple_of(TILE_BITS) {
                tile(u64::from(height / TILE_BITS), self.size >> height, new);
            }
        }
        self.roots.push(new);
        self.size += 1 << height;
    }

    /// The roots one after the other, the largest subtree first.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.roots.iter().flat_map(|root| root.0).collect()
    }

    /// Reads what [`Self::bytes`] gives for a tree of this size; none if it is not as long.
    #[must_use]
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<Self> {
        let (roots, rest) = bytes.as_chunks::<32>();
        let whole = rest.is_empty() && u32::try_from(roots.len()) == Ok(size.count_ones());
        whole.then(|| Self { size, roots: roots.iter().copied().map(Digest).collect() })
    }

    /// The roots of its complete subtrees, the largest first.
    #[must_use]
    pub fn roots(&self) -> &[Digest] {
        &self.roots
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

/// Which runs of leaves give, each as the root of its own tree, the proof that the leaf of this index (from 0) is in
/// the tree of `size` leaves (RFC 6962, section 2.1.1); none for a leaf that is not.
#[must_use]
pub fn inclusion(index: u64, size: u64) -> Vec<Range<u64>> {
    let mut runs = Vec::new();
    if index >= size {
        return runs;
    }
    let (mut from, mut to) = (0, size);
    // What stands last in the proof is met first.
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            runs.push(middle..to);
            to = middle;
        } else {
            runs.push(from..middle);
            from = middle;
        }
    }
    runs.reverse();
    runs
}

/// Whether a proof shows that the leaf of this index (from 0) and this hash is in the tree of `size` leaves and this root
/// (RFC 9162, section 2.1.3.2).
#[must_use]
pub fn is_included((index, leaf): (u64, Digest), (size, root): (u64, Digest), proof: &[Digest]) -> bool {
    if index >= size {
        return false;
    }
    let (mut first, mut second, mut result) = (index, size - 1, leaf);
    for &hash in proof {
        if second == 0 {
            return false;
        }
        if first & 1 == 1 || first == second {
            result = node(hash, result);
            while first & 1 == 0 && first != 0 {
                (first, second) = (first >> 1, second >> 1);
            }
        } else {
            result = node(result, hash);
        }
        (first, second) = (first >> 1, second >> 1);
    }
    second == 0 && result == root
}

/// A stretch of leaves (level 0) or of tiles of one level, by their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// 0 for leaves, 1 for tiles of 256 leaves, 2 for tiles of 65,536, …
    pub level: u32,
    /// Their numbers on that level, from 0.
    pub numbers: Range<u64>,
}

/// How a run of leaves is made up of whole tiles, as large ones as there are, and single leaves, from left to right. The
/// run must begin where a subtree as large as itself can begin, as those of the proofs do.
#[must_use]
pub fn stretches(run: Range<u64>) -> Vec<Stretch> {
    let mut parts: Vec<Stretch> = Vec::new();
    let mut at = run.start;
    while at < run.end {
        let fits = |level: &u32| {
            let width = 1_u64 << (level * TILE_BITS);
            at.is_multiple_of(width) && run.end - at >= width
        };
        // The trees of 2^53 leaves at most need six levels.
        let level = (1..=6).rev().find(fits).unwrap_or(0);
        let number = at >> (level * TILE_BITS);
        match parts.last_mut().filter(|part| part.level == level && part.numbers.end == number) {
            Some(part) => part.numbers.end += 1,
            None => parts.push(Stretch { level, numbers: number..number + 1 }),
        }
        at += 1 << (level * TILE_BITS);
    }
    parts
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
mod tests;

//! The tree held against the definitions of RFC 6962, and every proof also cut, swapped and changed.

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
fn every_leaf_is_shown_to_be_in_its_tree_and_no_wrong_proof_shows_it() {
    let leaves: Vec<Digest> = (0..40_u32).map(|n| leaf(&n.to_be_bytes())).collect();
    let wrong = Digest([7; 32]);
    for size in 1..=40_u64 {
        let root = by_definition(&leaves[..usize::try_from(size).unwrap()]);
        for index in 0..size {
            let mut runs = Runs::new(inclusion(index, size));
            for leaf in &leaves {
                runs.push(*leaf);
            }
            let (shown, own) = (runs.roots(), leaves[usize::try_from(index).unwrap()]);
            let holds =
                |index, leaf, size, root, proof: &[Digest]| is_included((index, leaf), (size, root), proof);
            assert!(holds(index, own, size, root, &shown), "{index} {size}");
            assert!(!holds(index, wrong, size, root, &shown) && !holds(index, own, size, wrong, &shown));
            for other in (0..size + 2).filter(|other| *other != index) {
                // Two leaves of one proof's length may be mistaken only if their paths turn alike.
                assert!(!holds(other, own, size, root, &shown), "{index} {other} {size}");
            }
            assert!(!holds(index, own, size, root, &[&shown[..], &[wrong]].concat()), "{index} {size}");
            for at in 0..shown.len() {
                let mut cut = shown.clone();
                cut.remove(at);
                assert!(!holds(index, own, size, root, &cut), "{index} {size}");
                let mut changed = shown.clone();
                changed[at] = wrong;
                assert!(!holds(index, own, size, root, &changed), "{index} {size}");
                let mut swapped = shown.clone();
                swapped.rotate_left(1);
                assert!(swapped == shown || !holds(index, own, size, root, &swapped), "{index} {size}");
            }
        }
        assert!(inclusion(size, size).is_empty() && !is_included((size, root), (size, root), &[]));
    }
    assert!(!is_included((u64::MAX - 1, wrong), (u64::MAX, wrong), &[wrong; 70]));
}

#[test]
fn a_run_is_made_of_the_tiles_that_the_tree_completes() {
    // Small leaves, so that the tree has tiles of two levels.
    let size: u64 = 2 * 65_536 + 3 * 256 + 5;
    let (mut tree, mut tiles) = (Frontier::default(), std::collections::HashMap::new());
    let leaf = |n: u64| Digest([n.to_be_bytes(), [1; 8], [2; 8], [3; 8]].concat().try_into().unwrap());
    (0..size).for_each(|n| {
        tree.push_tiled(leaf(n), |level, number, root| {
            assert!(tiles.insert((level, number), root).is_none());
        });
    });
    assert_eq!(tiles.len(), 2 * 256 + 3 + 2);
    for old in [1, 255, 256, 257, 65_536, 65_537, 131_072, 131_900, size - 1] {
        let runs = consistency(old, size);
        let mut plain = Runs::new(runs.clone());
        (0..size).for_each(|n| plain.push(leaf(n)));
        let from_tiles: Vec<Digest> = runs
            .into_iter()
            .map(|run| {
                let mut root = Frontier::default();
                let parts = stretches(run.clone());
                assert!(
                    parts.iter().map(|part| part.numbers.end - part.numbers.start).sum::<u64>()
                        <= 3 * 255 + 2
                );
                for Stretch { level, numbers } in parts {
                    for number in numbers {
                        let hash = if level == 0 { leaf(number) } else { tiles[&(u64::from(level), number)] };
                        root.push_tile(level, hash);
                    }
                }
                assert_eq!(root.size(), run.end - run.start);
                root.root()
            })
            .collect();
        assert_eq!(from_tiles, plain.roots(), "{old}");
    }
}

#[test]
fn a_frontier_is_read_back_and_has_one_length() {
    let mut tree = Frontier::default();
    for size in 0..70_u64 {
        let bytes = tree.bytes();
        assert_eq!(Frontier::from_bytes(size, &bytes), Some(tree.clone()));
        assert_eq!(Frontier::from_bytes(size, &[&bytes[..], &[0]].concat()), None);
        assert_eq!(Frontier::from_bytes(size, &[&bytes[..], &[0; 32]].concat()), None);
        tree.push(leaf(&size.to_be_bytes()));
    }
}

#[test]
fn the_proofs_are_those_of_the_published_examples() {
    // RFC 6962, section 2.1.3: the tree of seven leaves; PROOF(3), PROOF(4) and PROOF(6).
    let of = |old| consistency(old, 7);
    assert_eq!(of(3), [2..3, 3..4, 0..2, 4..7]);
    assert_eq!(of(4), vec![4..7]);
    assert_eq!(of(6), [4..6, 6..7, 0..4]);
    // And the paths of its leaves 0, 3, 4 and 6.
    let path = |index| inclusion(index, 7);
    assert_eq!(path(0), [1..2, 2..4, 4..7]);
    assert_eq!(path(3), [2..3, 0..2, 4..7]);
    assert_eq!(path(4), [5..6, 6..7, 0..4]);
    assert_eq!(path(6), [4..6, 0..4]);
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

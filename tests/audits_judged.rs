//! The judgement itself, continued: what was put right, lost, destroyed, counted twice, and what was expected at all.

use kuraban::domain::audit::{Class, Sample};
use kuraban::domain::custody::State;
use kuraban::domain::event::How;
use kuraban::domain::names::{Digest, MediumId};

use Class::{Elsewhere, FoundAgain, KnownMissing, Moved, NotFound, Outside, Present, TwoPlaces, Unproven};
use How::{Scanned, Typed};

use crate::audits_judge::{
    ANN, BOB, DESK, DRIVE, EVE, OTHER, SHELF, SIZE, SLOT, Tale, V1, V2, at, bad, gone, good, hand, held,
    judged, missing, shelved, to,
};

#[test]
fn what_was_read_elsewhere_and_put_right() {
    let astray = |how| shelved().counted(ANN, OTHER, how, 105);
    let there = || to(State::Vaulted, OTHER);
    judged(vec![
        (
            "put where it was read, by a reader",
            astray(Scanned).step(there(), 110, Some(110)),
            good(Elsewhere),
        ),
        ("put where it was read, by keys", astray(Scanned).step(there(), 110, None), good(Elsewhere)),
        ("put elsewhere, by keys", astray(Scanned).step(to(State::Vaulted, V2), 110, None), bad(Elsewhere)),
        (
            "put elsewhere, by a reader",
            astray(Scanned).step(to(State::Vaulted, V2), 110, Some(110)),
            good(Elsewhere),
        ),
        ("typed, and put right by keys", astray(Typed).step(there(), 110, None), bad(Elsewhere)),
        ("typed, and put right by a reader", astray(Typed).step(there(), 110, Some(110)), good(Elsewhere)),
        // Only what was read after it answers it.
        (
            "typed, and put right by a reading from before it",
            astray(Typed).step(there(), 110, Some(104)),
            bad(Elsewhere),
        ),
        (
            "typed, and put right by a reading from before the opening",
            astray(Typed).step(there(), 110, Some(99)),
            bad(Elsewhere),
        ),
        (
            "told only after it was put right",
            shelved().step(there(), 110, Some(110)).counted(ANN, OTHER, Scanned, 105),
            good(Elsewhere),
        ),
        (
            "told only after it was put right by keys",
            shelved().step(there(), 110, None).counted(ANN, OTHER, Scanned, 105),
            good(Elsewhere),
        ),
        (
            "read after it was moved by a reader",
            shelved().step(to(State::Vaulted, V2), 110, Some(110)).counted(ANN, OTHER, Scanned, 111),
            bad(Elsewhere),
        ),
        // A step taken back is none.
        (
            "put right, and that taken back",
            astray(Scanned).step(there(), 110, Some(110)).step(to(State::Vaulted, SHELF), 111, None),
            bad(Elsewhere),
        ),
        (
            "in hands without leave",
            astray(Scanned).step(hand(BOB), 110, Some(110)).with(|tale| tale.valid = false),
            bad(Elsewhere),
        ),
        ("in hands with leave", astray(Scanned).step(hand(BOB), 110, Some(110)), good(Elsewhere)),
    ]);
    assert_eq!(astray(Scanned).step(there(), 110, None).finding().unwrap().settled_by, Some(BOB));
}

#[test]
fn what_is_missing_or_destroyed() {
    let lost = || at(State::Missing, Some(SHELF), None);
    let shredded = |read| held(ANN).step(gone(), 110, read);
    judged(vec![
        ("missing since before", lost(), good(KnownMissing)),
        ("missing since before, and read", lost().counted(ANN, SHELF, Typed, 101), bad(FoundAgain)),
        (
            "found, and shown",
            lost().step(hand(ANN), 110, Some(110)).counted(BOB, DESK, Scanned, 111),
            good(Outside),
        ),
        ("found, and only typed", lost().step(hand(ANN), 110, None), bad(NotFound)),
        ("declared meanwhile", shelved().step(missing(SHELF), 110, None), bad(NotFound)),
        (
            "read, then declared",
            shelved().counted(ANN, SHELF, Scanned, 105).step(missing(SHELF), 110, None),
            bad(NotFound),
        ),
        (
            "declared, then read",
            shelved().step(missing(SHELF), 110, None).counted(ANN, SHELF, Scanned, 111),
            bad(FoundAgain),
        ),
        (
            "declared, found and declared again",
            lost().step(hand(ANN), 110, Some(110)).step(missing(SHELF), 111, None),
            bad(NotFound),
        ),
        ("destroyed, its label read", shredded(Some(110)), good(Moved)),
        ("destroyed, nobody read it", shredded(None), bad(NotFound)),
        (
            "shown, then destroyed",
            held(ANN).counted(BOB, DESK, Scanned, 105).step(gone(), 110, None),
            good(Moved),
        ),
        (
            "destroyed, and read after that",
            shredded(Some(110)).counted(BOB, DESK, Scanned, 111),
            bad(FoundAgain),
        ),
        (
            "destroyed before, and read",
            at(State::Destroyed, None, None).counted(ANN, SHELF, Scanned, 101),
            bad(FoundAgain),
        ),
    ]);
}

#[test]
fn what_the_second_count_answers() {
    let two = || shelved().counted(ANN, SHELF, Scanned, 101).counted(ANN, OTHER, Scanned, 102);
    let typed = || shelved().counted(ANN, SHELF, Typed, 101);
    judged(vec![
        ("read by another where it belongs", two().again(BOB, SHELF, Scanned, 120), good(Present)),
        ("read by the same", two().again(ANN, SHELF, Scanned, 120), bad(TwoPlaces)),
        ("read by the same in its slot", two().again(ANN, SLOT, Scanned, 120), bad(TwoPlaces)),
        ("read by another, not in the second count", two().counted(BOB, SHELF, Scanned, 120), bad(TwoPlaces)),
        ("read by another in the wrong place", two().again(BOB, OTHER, Scanned, 120), bad(TwoPlaces)),
        (
            "read by another in both places",
            two().again(BOB, SHELF, Scanned, 120).again(EVE, OTHER, Scanned, 121),
            bad(TwoPlaces),
        ),
        ("typed by another", two().again(BOB, SHELF, Typed, 120), bad(TwoPlaces)),
        (
            "typed by two others",
            two().again(BOB, SHELF, Typed, 120).again(EVE, SHELF, Typed, 121),
            good(Present),
        ),
        ("typed before, typed by another", typed().again(BOB, SHELF, Typed, 120), good(Present)),
        (
            "typed before, typed by the same elsewhere on the shelf",
            typed().again(ANN, SLOT, Typed, 120),
            bad(Unproven),
        ),
        ("not found before", shelved().again(BOB, SHELF, Scanned, 120), good(Present)),
        (
            "wrong before",
            shelved().counted(ANN, OTHER, Scanned, 101).again(BOB, SHELF, Scanned, 120),
            good(Present),
        ),
        (
            "right before, wrong after",
            shelved().counted(ANN, SHELF, Scanned, 101).again(BOB, OTHER, Scanned, 120),
            bad(TwoPlaces),
        ),
    ]);
}

#[test]
fn what_was_expected() {
    let scoped = |tale: Tale, scope| tale.with(|tale| tale.audit.scope = Some(scope));
    let sampled = |tale: Tale, chosen| {
        tale.with(|tale| {
            tale.audit.sample = Some(Sample { percent: 10, head: Digest::ZERO, number: Some(1) });
            tale.one.sampled = chosen;
        })
    };
    let new = || shelved().with(|tale| tale.one.medium = MediumId(SIZE + 5));
    let last = || shelved().with(|tale| tale.one.medium = MediumId(SIZE));
    let out = || shelved().step(hand(ANN), 110, None);
    let cases = vec![
        ("of the whole site", shelved(), Some((NotFound, true))),
        ("destroyed before", at(State::Destroyed, None, None), None),
        ("of its vault", scoped(shelved(), V1), Some((NotFound, true))),
        ("of its slot's shelf", scoped(at(State::Vaulted, Some(SLOT), None), SHELF), Some((NotFound, true))),
        ("of a slot in its shelf", scoped(shelved(), SLOT), None),
        ("of another vault", scoped(shelved(), V2), None),
        ("in hand, of a vault", scoped(held(ANN), V1), None),
        (
            "in a drive on the desk",
            scoped(at(State::InDevice, Some(DRIVE), None), DESK),
            Some((NotFound, true)),
        ),
        ("missing from there", scoped(at(State::Missing, Some(SHELF), None), V1), Some((KnownMissing, true))),
        ("missing from anywhere", scoped(at(State::Missing, None, Some(ANN)), V1), None),
        ("went out after the opening", scoped(out(), V1), Some((NotFound, true))),
        (
            "came in after the opening",
            scoped(held(ANN).step(to(State::Vaulted, SHELF), 110, Some(110)), V1),
            None,
        ),
        (
            "of another vault, read there",
            scoped(shelved().counted(ANN, V2, Scanned, 101), V2),
            Some((Elsewhere, false)),
        ),
        ("the last before the opening", last(), Some((NotFound, true))),
        ("new", new(), None),
        ("new, and read", new().counted(ANN, SHELF, Scanned, 101), Some((Moved, false))),
        ("new, and read astray", new().counted(ANN, V2, Scanned, 101), Some((Elsewhere, false))),
        ("new, and typed by one", new().counted(ANN, SHELF, Typed, 101), None),
        ("not chosen, and typed by one", sampled(shelved().counted(ANN, SHELF, Typed, 101), false), None),
        (
            "chosen, and typed by one",
            sampled(shelved().counted(ANN, SHELF, Typed, 101), true),
            Some((Unproven, true)),
        ),
        ("chosen", sampled(shelved(), true), Some((NotFound, true))),
        ("not chosen", sampled(shelved(), false), None),
        ("not chosen, and read", sampled(shelved().counted(ANN, SHELF, Scanned, 101), false), None),
        (
            "not chosen, and read astray",
            sampled(shelved().counted(ANN, V2, Scanned, 101), false),
            Some((Elsewhere, false)),
        ),
        (
            "chosen, and read",
            sampled(shelved().counted(ANN, SHELF, Scanned, 101), true),
            Some((Present, true)),
        ),
    ];
    for (case, tale, wanted) in cases {
        let found = tale.finding();
        assert_eq!(found.map(|found| (found.class, found.expected)), wanted, "{case}: {found:?}");
    }
}

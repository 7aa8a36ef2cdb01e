//! A stocktake against what is known to have happened: each medium meets a fate while others meet theirs, in whatever
//! order, and is put into the class of that fate and into no other.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use kuraban::app::{Counted, Outcome, Said, Scan, Session, Verb};
use kuraban::domain::audit::{AuditState, Class};
use kuraban::domain::custody::State;
use kuraban::domain::event::How;
use kuraban::domain::names::{AuditId, Code};
use kuraban::domain::time::Timestamp;
use proptest::prelude::*;

use crate::orders::{approved, ok, strict};
use crate::support::{Bench, Photo, place, who};

/// The fates and the list of all of them.
macro_rules! fates {
    ($($(#[$doc:meta])* $fate:ident,)+) => {
        /// What becomes of a medium. Its own shelf is even, the other one odd.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        enum Fate { $($(#[$doc])* $fate,)+ }

        const FATES: &[Fate] = &[$(Fate::$fate),+];
    };
}

fates! {
    Fine,
    FineByKeys,
    FineByFiles,
    KeysAlone,
    KeysTwice,
    KeysApart,
    Lost,
    Carried,
    CountedThenCarried,
    CarriedThenCounted,
    CarriedByKeys,
    WrongShelf,
    PutRight,
    LabelTwice,
    LabelTwiceAnswered,
    MissingSinceBefore,
    FoundAgain,
    FoundByHand,
    DeclaredMeanwhile,
    Shown,
    ShownByFilesOfTwo,
    NotShown,
    ShownToSelf,
    ShownWithoutLeave,
    InDrive,
    Returned,
    Shredded,
    /// A scanner's memory, told late: where it was before it was carried, where after, and where ahead of the record.
    RememberedBefore,
    RememberedAfter,
    RememberedAhead,
    SwappedOne,
    SwappedOther,
}

use Fate::{
    Carried, CarriedByKeys, CarriedThenCounted, CountedThenCarried, DeclaredMeanwhile, Fine, FineByFiles,
    FineByKeys, FoundAgain, FoundByHand, InDrive, KeysAlone, KeysApart, KeysTwice, LabelTwice,
    LabelTwiceAnswered, Lost, MissingSinceBefore, NotShown, PutRight, RememberedAfter, RememberedAhead,
    RememberedBefore, Returned, Shown, ShownByFilesOfTwo, ShownToSelf, ShownWithoutLeave, Shredded,
    SwappedOne, SwappedOther, WrongShelf,
};

/// The class that each fate comes to, and whether nothing is left open by it.
const fn truth(fate: Fate) -> (Class, bool) {
    match fate {
        Fine | FineByKeys | FineByFiles | LabelTwiceAnswered => (Class::Present, true),
        KeysAlone | KeysTwice | ShownToSelf => (Class::Unproven, false),
        KeysApart | LabelTwice => (Class::TwoPlaces, false),
        Lost | NotShown | DeclaredMeanwhile | CarriedByKeys => (Class::NotFound, false),
        Carried | CountedThenCarried | CarriedThenCounted | Returned | Shredded | RememberedBefore
        | RememberedAfter => (Class::Moved, true),
        WrongShelf | SwappedOne | SwappedOther => (Class::Elsewhere, false),
        PutRight | RememberedAhead => (Class::Elsewhere, true),
        MissingSinceBefore => (Class::KnownMissing, true),
        FoundAgain => (Class::FoundAgain, false),
        Shown | ShownByFilesOfTwo | InDrive | FoundByHand => (Class::Outside, true),
        ShownWithoutLeave => (Class::NoOrder, false),
    }
}

/// One thing that is done with a medium: read by somebody at a place in one way or another; read in the second count;
/// told from a scanner's memory, so many seconds after its last step; or a step.
#[derive(Clone)]
enum Step {
    Read(&'static str, &'static str, How),
    Again(&'static str, &'static str),
    Remember(&'static str, i64),
    Do(&'static str, Verb, How),
}

fn steps(fate: Fate) -> Vec<Step> {
    use How::{File, Library, Pasted, Scanned, Typed};
    use Step::{Again, Do, Read, Remember};
    let (own, other) = ("V1-A", "V1-B");
    let carry = |how| Do("B-1", Verb::Move(place(other)), how);
    let first = || Read("B-2", own, Scanned);
    match fate {
        Lost | MissingSinceBefore | NotShown => Vec::new(),
        Fine => vec![first()],
        FineByKeys => vec![Read("B-2", own, Typed), Read("X-1", own, Pasted)],
        FineByFiles => vec![Read("B-3", own, File), Read("B-2", "V1", File)],
        KeysAlone | FoundAgain => vec![Read("B-2", own, Typed)],
        KeysTwice => vec![Read("B-2", own, Typed), Read("B-2", "V1", File)],
        KeysApart => vec![Read("B-2", own, Typed), Read("X-1", other, Typed)],
        Carried => vec![carry(Scanned)],
        CountedThenCarried => vec![first(), carry(Typed)],
        CarriedThenCounted => vec![carry(Typed), Read("B-2", other, Scanned)],
        CarriedByKeys => vec![carry(Typed)],
        WrongShelf => vec![Read("X-1", other, Scanned)],
        PutRight => vec![Read("X-1", other, Typed), carry(Scanned)],
        LabelTwice => vec![first(), Read("X-1", "V2", Scanned)],
        LabelTwiceAnswered => vec![first(), Read("B-2", "V2", Scanned), Again("X-2", own)],
        FoundByHand => vec![Do("B-1", Verb::Found(place("DESK")), Scanned), Read("X-1", "DESK", Typed)],
        DeclaredMeanwhile => {
            let said = Said { why: Code::new("gone").unwrap(), text: None };
            vec![first(), Do("A-1", Verb::DeclareMissing(said), Typed)]
        }
        Shown | ShownWithoutLeave => vec![Read("X-1", "DESK", Scanned)],
        ShownByFilesOfTwo => vec![Read("X-1", "DESK", File), Read("B-2", "DESK", File)],
        ShownToSelf => vec![Read("B-1", "DESK", Scanned)],
        InDrive => vec![Read("B-2", "D1", Library)],
        Returned => vec![Do("B-1", Verb::CheckIn(place("V2")), Scanned)],
        Shredded => vec![Do("B-1", Verb::Destroy(Code::new("shred").unwrap(), None), Scanned)],
        RememberedBefore => vec![carry(Typed), Remember(own, -30)],
        RememberedAfter => vec![carry(Typed), Remember(other, 30)],
        RememberedAhead => vec![carry(Typed), Remember(other, -30)],
        SwappedOne => vec![Read("B-2", "SLOT-2", Scanned)],
        SwappedOther => vec![Read("B-2", "SLOT-1", Scanned)],
    }
}

fn barcode(fate: Fate) -> String {
    format!("F{:05}L9", FATES.iter().position(|one| *one == fate).unwrap())
}

/// One medium for each of these fates, as it is when stock is taken.
fn stage(fates: &[Fate]) -> Bench {
    static STAGE: OnceLock<Photo> = OnceLock::new();
    let photo = STAGE.get_or_init(|| {
        let bench = strict();
        ok(&bench, "place add V1-B --kind shelf --in V1");
        ok(&bench, "person add X-2 Someone --role auditor");
        for slot in ["SLOT-1", "SLOT-2"] {
            ok(&bench, &format!("place add {slot} --kind slot --in V1-A"));
        }
        bench.photo()
    });
    let bench = photo.bench();
    let all = |which: &[Fate]| {
        let those = fates.iter().filter(|fate| which.contains(fate));
        those.map(|fate| barcode(*fate)).collect::<Vec<_>>().join(" ")
    };
    let out = [Shown, ShownByFilesOfTwo, NotShown, ShownToSelf, InDrive, Returned, Shredded];
    let lost = [MissingSinceBefore, FoundAgain, FoundByHand];
    ok(&bench, &format!("media add --at V1-A {}", all(FATES)));
    if !all(&out).is_empty() {
        approved(&bench, &format!("--until +20h {}", all(&out)));
    }
    for (command, which) in [
        ("check-out --by B-1", &out[..]),
        ("load --by B-1 --into D1", &[InDrive]),
        ("check-out --by B-1 --override fire", &[ShownWithoutLeave]),
        ("missing --by A-1 --why gone", &lost),
        ("move --by B-1 --to SLOT-1", &[SwappedOne]),
        ("move --by B-1 --to SLOT-2", &[SwappedOther]),
    ] {
        let media = all(which);
        if !media.is_empty() {
            ok(&bench, &format!("{command} {media}"));
        }
    }
    bench.pass(60_000);
    bench
}

/// Takes one step, and gives the moment of it if it moved the medium.
fn take(session: &Session, audit: AuditId, (fate, step): (Fate, &Step), moved: Option<Timestamp>) -> bool {
    let text = barcode(fate);
    let (by, at, how, occurred) = match step {
        Step::Read(by, at, how) => (*by, *at, *how, None),
        Step::Again(by, at) => (*by, *at, How::Scanned, None),
        Step::Remember(at, after) => ("B-2", *at, How::Scanned, Some(moved.unwrap().plus(after * 1000))),
        Step::Do(by, verb, how) => {
            let with = (*by == "B-1").then_some("A-1");
            let scan = Scan { text: &text, how: *how, occurred: None };
            let done = session.scan(&who(session, by, with), verb, &scan).unwrap();
            assert!(matches!(done, Outcome::Done { .. }), "{fate:?}: {done:?}");
            return true;
        }
    };
    let scan = Scan { text: &text, how, occurred };
    let counted = session.count(&who(session, by, None), audit, &place(at), &scan).unwrap();
    assert!(matches!(counted, Counted::Done { .. }), "{fate:?}: {counted:?}");
    false
}

/// The steps of all fates in some order in which each medium meets its own one after the other; those of a second
/// count come last.
fn order(fates: &[Fate], picks: &[prop::sample::Index]) -> (Vec<(Fate, Step)>, Vec<(Fate, Step)>) {
    let mut waiting: Vec<(Fate, Vec<Step>)> =
        fates.iter().map(|fate| (*fate, steps(*fate).into_iter().rev().collect())).collect();
    let (mut all, mut last) = (Vec::new(), Vec::new());
    let mut picks = picks.iter().cycle();
    loop {
        waiting.retain(|(_, steps)| !steps.is_empty());
        if waiting.is_empty() {
            return (all, last);
        }
        let at = picks.next().map_or(0, |pick| pick.index(waiting.len()));
        let (fate, steps) = &mut waiting[at];
        let step = steps.pop().unwrap();
        let again = matches!(step, Step::Again(..));
        if again { &mut last } else { &mut all }.push((*fate, step));
    }
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let passing: Vec<Fate> = FATES.iter().copied().filter(|fate| truth(*fate).1).collect();
    let all = passing.len();
    prop_oneof![
        1 => prop::sample::subsequence(FATES.to_vec(), 1..=FATES.len()),
        1 => prop::sample::subsequence(passing, 1..=all),
    ]
}

/// Lets a stocktake of media with these fates take its course.
fn run(fates: &[Fate], picks: &[prop::sample::Index]) -> (Bench, Session, AuditId) {
    let bench = stage(fates);
    let session = bench.session();
    let auditor = who(&session, "X-1", Some("A-1"));
    let audit = session.open_audit(&auditor, None).unwrap();
    for medium in 1..=6 {
        let (text, counter) = (format!("K0000{medium}L9"), who(&session, "B-3", None));
        let scan = Scan { text: &text, how: How::Scanned, occurred: None };
        session.count(&counter, audit, &place("V1-A"), &scan).unwrap();
    }
    let (all, last) = order(fates, picks);
    let mut moved: BTreeMap<Fate, Timestamp> = BTreeMap::new();
    for (fate, step) in &all {
        bench.pass(60_000);
        if take(&session, audit, (*fate, step), moved.get(fate).copied()) {
            moved.insert(*fate, session.now());
        }
    }
    if !last.is_empty() {
        session.recount(&auditor, audit).unwrap();
    }
    for (fate, step) in &last {
        take(&session, audit, (*fate, step), None);
    }
    (bench, session, audit)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn each_medium_comes_to_the_class_of_its_fate(
        fates in fates(),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 1..40),
    ) {
        let (bench, session, audit) = run(&fates, &picks);
        let closed = session.close_audit(&who(&session, "X-1", Some("A-1")), audit).unwrap();
        let passes = fates.iter().all(|fate| truth(*fate).1);
        prop_assert_eq!(closed.state == AuditState::Certified, passes, "{:?}", fates);
        let page = session.audit(audit).unwrap();
        let tally = page.view.tally.unwrap();
        let known: BTreeMap<String, (Class, bool)> =
            fates.iter().map(|fate| (barcode(*fate), truth(*fate))).collect();
        let named = known.iter().filter(|(_, (class, _))| !matches!(class, Class::Present | Class::Moved));
        let named: BTreeMap<String, (Class, bool)> = named.map(|(text, class)| (text.clone(), *class)).collect();
        let told = page.lines.iter().map(|line| (line.barcode.to_string(), (line.class, line.passes)));
        prop_assert_eq!(told.collect::<BTreeMap<_, _>>(), named);
        for class in Class::ALL {
            let of = known.values().filter(|one| **one == (*class, one.1) && **one != (Class::Elsewhere, true));
            let six = if *class == Class::Present { 6 } else { 0 };
            prop_assert_eq!(tally.of(*class), of.count() as u64 + six, "{}", class);
        }
        let right = known.values().filter(|one| **one == (Class::Elsewhere, true)).count() as u64;
        prop_assert_eq!((tally.corrected, tally.expected), (right, fates.len() as u64 + 6));
        // What was not found is missing from now on, and nothing else is that was not missing before.
        for fate in &fates {
            let lost = matches!(fate, MissingSinceBefore | FoundAgain) || truth(*fate).0 == Class::NotFound;
            let page = session.show(&barcode(*fate)).unwrap();
            prop_assert_eq!(page.state == State::Missing, lost, "{:?}", fate);
        }
        bench.holds();
    }
}

/// Each fate alone, so that none hides behind another.
#[test]
fn each_fate_alone() {
    for &fate in FATES {
        let (bench, session, audit) = run(&[fate], &[]);
        let closed = session.close_audit(&who(&session, "X-1", Some("A-1")), audit).unwrap();
        let (class, passes) = truth(fate);
        assert_eq!(closed.state == AuditState::Certified, passes, "{fate:?}");
        let page = session.audit(audit).unwrap();
        let line = page.lines.iter().find(|line| line.barcode.as_str() == barcode(fate));
        let plain = matches!(class, Class::Present | Class::Moved);
        assert_eq!(line.map(|line| line.class), (!plain).then_some(class), "{fate:?}");
        bench.holds();
    }
}

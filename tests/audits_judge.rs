//! The judgement itself, over hand-made readings: every class, and what stands at the edge of it.

use kuraban::domain::audit::judge::{Court, Tree, judge};
use kuraban::domain::audit::{Audit, AuditState, Audited, Class, Count, Finding, Move, Stand};
use kuraban::domain::custody::{Leave, State};
use kuraban::domain::event::How;
use kuraban::domain::names::{AuditId, Digest, MediumId, OrderId, PersonId, PlaceCode, PlaceId};
use kuraban::domain::place::{Place, PlaceKind};
use kuraban::domain::time::Timestamp;

use Class::{Elsewhere, Moved, NoOrder, NotFound, Outside, Present, TwoPlaces, Unproven};
use How::{Declared, File, Library, Pasted, Scanned, Seal, Sensor, Typed};

/// The moment of the opening, in minutes; the log had so many entries then.
pub(crate) const OPENED: i64 = 100;
pub(crate) const SIZE: u64 = 1000;

pub(crate) const SITE: PlaceId = PlaceId(1);
pub(crate) const V1: PlaceId = PlaceId(2);
pub(crate) const SHELF: PlaceId = PlaceId(3);
pub(crate) const SLOT: PlaceId = PlaceId(4);
pub(crate) const OTHER: PlaceId = PlaceId(5);
pub(crate) const V2: PlaceId = PlaceId(6);
pub(crate) const DESK: PlaceId = PlaceId(7);
pub(crate) const DRIVE: PlaceId = PlaceId(8);

pub(crate) const ANN: PersonId = PersonId(20);
pub(crate) const BOB: PersonId = PersonId(21);
pub(crate) const EVE: PersonId = PersonId(22);

fn tree() -> Tree {
    let mut tree = Tree::default();
    for (id, kind, parent, vault) in [
        (SITE, PlaceKind::Site, None, None),
        (V1, PlaceKind::Vault, Some(SITE), Some(V1)),
        (SHELF, PlaceKind::Shelf, Some(V1), Some(V1)),
        (SLOT, PlaceKind::Slot, Some(SHELF), Some(V1)),
        (OTHER, PlaceKind::Shelf, Some(V1), Some(V1)),
        (V2, PlaceKind::Vault, Some(SITE), Some(V2)),
        (DESK, PlaceKind::Desk, Some(SITE), None),
        (DRIVE, PlaceKind::Drive, Some(DESK), None),
    ] {
        tree.add(&Place {
            id,
            code: PlaceCode::new(&format!("P{}", id.0)).unwrap(),
            kind,
            parent,
            capacity: None,
            resident: false,
            vault,
            retired: false,
            added: Timestamp::from_millis(0),
            audited: None,
            audit_due: None,
        });
    }
    tree
}

pub(crate) fn minute(minute: i64) -> Timestamp {
    Timestamp::from_millis(minute * 60_000)
}

/// A stocktake and one medium in it, told step by step. Entries are numbered as they are told.
#[derive(Clone)]
pub(crate) struct Tale {
    pub(crate) audit: Audit,
    pub(crate) one: Audited,
    seq: u64,
    pub(crate) valid: bool,
    pub(crate) own_counts: bool,
}

/// A medium that stands so at the opening of a stocktake of the whole site.
pub(crate) fn at(state: State, place: Option<PlaceId>, custodian: Option<PersonId>) -> Tale {
    let audit = Audit {
        id: AuditId(SIZE + 1),
        scope: None,
        sample: None,
        state: AuditState::Open,
        size: SIZE,
        head: Digest::ZERO,
        expected: 1,
        opened: minute(OPENED),
        opened_by: EVE,
        recounted: None,
        incident: None,
        closed: None,
        closed_by: None,
        closing: None,
        closed_with: None,
    };
    let leave = (state == State::InHand).then_some(Leave::Order(OrderId(9)));
    let one = Audited {
        medium: MediumId(500),
        now: Stand { state, place, custodian },
        leave,
        overridden: false,
        sampled: false,
        stepped_by: None,
        seen_at: None,
        read_at: None,
        disputed: false,
        moves: Vec::new(),
        counts: Vec::new(),
    };
    Tale { audit, one, seq: SIZE + 1, valid: true, own_counts: false }
}

pub(crate) fn shelved() -> Tale {
    at(State::Vaulted, Some(SHELF), None)
}

pub(crate) fn held(custodian: PersonId) -> Tale {
    at(State::InHand, None, Some(custodian))
}

impl Tale {
    pub(crate) fn counted(self, by: PersonId, place: PlaceId, how: How, at: i64) -> Self {
        self.count((by, place, how, at), false)
    }

    /// In the second count.
    pub(crate) fn again(self, by: PersonId, place: PlaceId, how: How, at: i64) -> Self {
        self.count((by, place, how, at), true)
    }

    fn count(mut self, (counter, place, how, at): (PersonId, PlaceId, How, i64), recount: bool) -> Self {
        self.seq += 1;
        let (medium, at, seq) = (self.one.medium, minute(at), self.seq);
        self.one.counts.push(Count { medium, place, counter, how, at, seq, recount });
        self
    }

    /// A step to another stand, with a reading of its label at that time or without.
    pub(crate) fn step(mut self, to: Stand, at: i64, read: Option<i64>) -> Self {
        self.seq += 1;
        let (before, read) = (self.one.now, read.map(minute));
        self.one.moves.push(Move { seq: self.seq, at: minute(at), before, read });
        self.one.leave = (to.state == State::InHand).then_some(Leave::Order(OrderId(9)));
        (self.one.now, self.one.stepped_by) = (to, Some(BOB));
        self
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(crate) fn finding(&self) -> Option<Finding> {
        let court = Court { audit: &self.audit, tree: &tree(), own_counts: self.own_counts };
        judge(court, &self.one, self.valid)
    }
}

pub(crate) fn to(state: State, place: PlaceId) -> Stand {
    Stand { state, place: Some(place), custodian: None }
}

pub(crate) fn hand(custodian: PersonId) -> Stand {
    Stand { state: State::InHand, place: None, custodian: Some(custodian) }
}

pub(crate) fn missing(place: PlaceId) -> Stand {
    to(State::Missing, place)
}

pub(crate) const fn gone() -> Stand {
    Stand { state: State::Destroyed, place: None, custodian: None }
}

/// Asserts the class of each tale, and whether it passes.
#[track_caller]
pub(crate) fn judged(table: Vec<(&str, Tale, (Class, bool))>) {
    for (case, tale, wanted) in table {
        let found = tale.finding();
        assert_eq!(found.map(|found| (found.class, found.passes())), Some(wanted), "{case}: {found:?}");
    }
}

pub(crate) const fn good(class: Class) -> (Class, bool) {
    (class, true)
}

pub(crate) const fn bad(class: Class) -> (Class, bool) {
    (class, false)
}

#[test]
fn where_it_was_read() {
    let drive = || at(State::InDevice, Some(DRIVE), None);
    judged(vec![
        ("not read", shelved(), bad(NotFound)),
        ("there", shelved().counted(ANN, SHELF, Scanned, 101), good(Present)),
        ("at the very opening", shelved().counted(ANN, SHELF, Scanned, OPENED), good(Present)),
        ("in a slot of the shelf", shelved().counted(ANN, SLOT, Scanned, 101), good(Present)),
        ("in the vault around it", shelved().counted(ANN, V1, Scanned, 101), good(Present)),
        ("somewhere on the site", shelved().counted(ANN, SITE, Scanned, 101), good(Present)),
        ("on the next shelf", shelved().counted(ANN, OTHER, Scanned, 101), bad(Elsewhere)),
        ("on a desk", shelved().counted(ANN, DESK, Scanned, 101), bad(Elsewhere)),
        ("on the next shelf, typed", shelved().counted(ANN, OTHER, Typed, 101), bad(Elsewhere)),
        (
            "twice, one within the other",
            shelved().counted(ANN, V1, Scanned, 101).counted(BOB, SLOT, Scanned, 102),
            good(Present),
        ),
        (
            "twice, apart",
            shelved().counted(ANN, SHELF, Scanned, 101).counted(BOB, OTHER, Scanned, 102),
            bad(TwoPlaces),
        ),
        (
            "twice, apart, and typed",
            shelved().counted(ANN, SHELF, Typed, 101).counted(ANN, V2, Typed, 101),
            bad(TwoPlaces),
        ),
        (
            "twice, both wrong",
            shelved().counted(ANN, OTHER, Scanned, 101).counted(ANN, V2, Scanned, 102),
            bad(TwoPlaces),
        ),
        ("in its drive", drive().counted(ANN, DRIVE, Library, 101), good(Present)),
        ("on the desk that the drive stands on", drive().counted(ANN, DESK, Scanned, 101), good(Present)),
        ("in another place than its drive", drive().counted(ANN, SHELF, Scanned, 101), bad(Elsewhere)),
    ]);
    let found = shelved().counted(ANN, SHELF, Scanned, 101).counted(BOB, OTHER, Scanned, 102);
    let found = found.finding().unwrap();
    assert_eq!((found.seen, found.also), (Some(SHELF), Some(OTHER)));
    let found = shelved().counted(ANN, OTHER, Scanned, 101).finding().unwrap();
    assert_eq!((found.seen, found.also, found.counter), (Some(OTHER), None, Some(ANN)));
    assert_eq!((found.how, found.stood), (Some(Scanned), to(State::Vaulted, SHELF)));
}

#[test]
fn what_proves_it() {
    let mut table = Vec::new();
    for how in How::ALL {
        let proof = matches!(how, Scanned | Library | Sensor);
        let alone = if proof { good(Present) } else { bad(Unproven) };
        table.push(("one counter", shelved().counted(ANN, SHELF, *how, 101), alone));
        for then in How::ALL {
            let both = |by, place| shelved().counted(ANN, SHELF, *how, 101).counted(by, place, *then, 102);
            let sealed = |how: &How| matches!(how, Seal | Declared);
            let any = proof || matches!(then, Scanned | Library | Sensor);
            let pair = any || !(sealed(how) && sealed(then));
            table.push(("two counters", both(BOB, SHELF), if pair { good(Present) } else { bad(Unproven) }));
            table.push((
                "and in its slot",
                both(BOB, SLOT),
                if pair { good(Present) } else { bad(Unproven) },
            ));
            table.push((
                "one counter twice",
                both(ANN, SLOT),
                if any { good(Present) } else { bad(Unproven) },
            ));
            table.push(("apart", both(BOB, OTHER), bad(TwoPlaces)));
        }
    }
    judged(table);
    // The best of the evidence is what the certificate names.
    let told = |first, then| {
        let pair = shelved().counted(ANN, SHELF, first, 101).counted(BOB, SHELF, then, 102);
        pair.finding().unwrap().how
    };
    assert_eq!(
        [told(Typed, Scanned), told(Scanned, Typed), told(Pasted, File)],
        [Some(Scanned), Some(Scanned), Some(File)]
    );
}

#[test]
fn who_has_it_in_hand() {
    let shown = |by, how| held(ANN).counted(by, DESK, how, 101);
    judged(vec![
        ("nobody was shown it", held(ANN), bad(NotFound)),
        ("shown to another", shown(BOB, Scanned), good(Outside)),
        ("shown without saying where", held(ANN).counted(BOB, SITE, Scanned, 101), good(Outside)),
        ("seen in a vault", held(ANN).counted(BOB, SHELF, Scanned, 101), bad(Elsewhere)),
        ("seen in a drive", held(ANN).counted(BOB, DRIVE, Scanned, 101), bad(Elsewhere)),
        ("counted by who has it", shown(ANN, Scanned), bad(Unproven)),
        ("where policy lets it be", shown(ANN, Scanned).with(|tale| tale.own_counts = true), good(Outside)),
        ("typed by another", shown(BOB, Typed), bad(Unproven)),
        (
            "typed by another, and by who has it",
            shown(BOB, Typed).counted(ANN, DESK, Typed, 102),
            bad(Unproven),
        ),
        (
            "typed by another, and read by who has it",
            shown(BOB, Typed).counted(ANN, DESK, Scanned, 102),
            bad(Unproven),
        ),
        ("typed by two others", shown(BOB, Typed).counted(EVE, DESK, File, 102), good(Outside)),
        ("shown, but out without leave", shown(BOB, Scanned).with(|tale| tale.valid = false), bad(NoOrder)),
        // Whoever has it now may have read it while it stood there, and the other way round.
        (
            "read before it was taken",
            shelved().counted(ANN, SHELF, Scanned, 101).step(hand(ANN), 102, None),
            good(Outside),
        ),
        (
            "read before it was put back",
            held(ANN).counted(ANN, DESK, Scanned, 101).step(to(State::Vaulted, SHELF), 102, None),
            bad(Unproven),
        ),
        (
            "read after it was put back",
            held(ANN).step(to(State::Vaulted, SHELF), 102, None).counted(ANN, SHELF, Scanned, 103),
            good(Moved),
        ),
    ]);
}

#[test]
fn what_moved_meanwhile() {
    let away = |read| shelved().step(to(State::Vaulted, OTHER), 110, read);
    judged(vec![
        ("moved and read", away(Some(110)), good(Moved)),
        ("moved, and nobody read it", away(None), bad(NotFound)),
        ("moved, read before the opening", away(Some(99)), bad(NotFound)),
        ("moved, read at the opening", away(Some(OPENED)), good(Moved)),
        (
            "read, then moved on without a reading",
            away(Some(110)).step(to(State::Vaulted, V2), 111, None),
            bad(NotFound),
        ),
        ("moved unread, then read", away(None).step(to(State::Vaulted, V2), 111, Some(111)), good(Moved)),
        ("seen where it came from, before", away(None).counted(ANN, SHELF, Scanned, 109), good(Moved)),
        ("seen where it came from, after", away(None).counted(ANN, SHELF, Scanned, 111), bad(Elsewhere)),
        ("seen where it went, after", away(None).counted(ANN, OTHER, Scanned, 111), good(Moved)),
        (
            "in both places in their time",
            away(None).counted(ANN, SHELF, Scanned, 109).counted(ANN, OTHER, Scanned, 111),
            good(Moved),
        ),
        (
            "in both places, after",
            away(None).counted(ANN, SHELF, Scanned, 111).counted(BOB, OTHER, Scanned, 112),
            bad(TwoPlaces),
        ),
        // What happened at once happened in the order of the entries.
        ("read at once, told after", away(None).counted(ANN, OTHER, Scanned, 110), good(Moved)),
        (
            "read at once, told before",
            shelved().counted(ANN, SHELF, Scanned, 110).step(to(State::Vaulted, OTHER), 110, None),
            good(Moved),
        ),
        ("moved by keys, typed by one", away(None).counted(ANN, OTHER, Typed, 111), bad(Unproven)),
        (
            "moved by keys, typed by two",
            away(None).counted(ANN, OTHER, Typed, 111).counted(BOB, OTHER, Typed, 112),
            good(Moved),
        ),
        (
            "typed here before and there after",
            away(None).counted(ANN, SHELF, Typed, 109).counted(BOB, OTHER, Typed, 111),
            bad(Unproven),
        ),
        ("moved by a reader, typed by one", away(Some(110)).counted(ANN, OTHER, Typed, 111), good(Moved)),
        (
            "taken out without leave",
            shelved()
                .step(hand(BOB), 110, Some(110))
                .counted(ANN, DESK, Scanned, 111)
                .with(|tale| tale.valid = false),
            bad(NoOrder),
        ),
        (
            "taken out without leave, and shown to nobody",
            shelved().step(hand(BOB), 110, Some(110)).with(|tale| tale.valid = false),
            bad(NoOrder),
        ),
        ("taken out with leave, and shown to nobody", shelved().step(hand(BOB), 110, Some(110)), good(Moved)),
    ]);
}

//! Random stocktakes: what people do while one goes on, mostly as they would, and sometimes as nobody should.

use std::sync::OnceLock;

use kuraban::app::{Leaving, Said, Scan, Session, Verb, Who};
use kuraban::domain::custody::State;
use kuraban::domain::event::How;
use kuraban::domain::names::{AuditId, Badge, Code, PlaceCode};
use proptest::prelude::*;

use crate::support::{Bench, Photo, place, who};

const MINUTE: i64 = 60_000;
/// Everybody who counts; B-1 and B-2 also carry media about.
const COUNTERS: [&str; 4] = ["B-1", "B-2", "B-3", "X-1"];
/// All media of the stage.
const MEDIA: std::ops::Range<u64> = 0..8;
const HOWS: [How; 6] = [How::Scanned, How::Typed, How::Pasted, How::File, How::Library, How::Sensor];

/// What somebody does; stocktakes are meant by how many were begun after them.
#[derive(Debug, Clone)]
enum Deed {
    Open(Option<&'static str>),
    Sample(u64, u64),
    /// Reads what the record has everywhere, but for these, which are carried on and read in that.
    Sweep(How, Vec<u64>, bool),
    /// Two counters, each in a pass of their own.
    Both(How, How),
    /// Reads one medium, where the record has it or elsewhere, so many minutes ago.
    Count(u64, Option<&'static str>, How, i64),
    /// Reads one medium on the other shelf, and puts the record right, some minutes ago.
    Astray(u64, How, How, i64),
    /// Takes media from a scanner's memory, all at one place.
    Memory(&'static str, Vec<u64>),
    Medium(u64, Verb, How, i64),
    /// What comes next for the medium, by who has it.
    Onward(u64, bool, How, i64),
    /// The same, and who did it takes it back.
    Undone(u64, bool, How),
    New,
    HandOver(u64, &'static str, How),
    Recount,
    Close,
}

#[derive(Debug, Clone)]
pub(crate) struct Act {
    deed: Deed,
    by: &'static str,
    with: Option<&'static str>,
    /// Which of the open stocktakes.
    back: usize,
    pause: i64,
}

fn said() -> Said {
    Said { why: Code::new("test").unwrap(), text: None }
}

fn how() -> impl Strategy<Value = How> {
    prop_oneof![4 => Just(How::Scanned), 2 => Just(How::Typed), 3 => prop::sample::select(&HOWS[..])]
}

fn correction() -> impl Strategy<Value = Verb> {
    let to = [
        (State::Vaulted, Some("V2"), None),
        (State::Vaulted, Some("V1-A"), None),
        (State::InHand, None, Some("B-3")),
        (State::InDevice, Some("D1"), None),
        (State::Missing, None, None),
    ];
    prop::sample::select(to.to_vec()).prop_map(|(state, at, hand)| Verb::Correct {
        state,
        place: at.map(place),
        custodian: hand.map(|badge| Badge::new(badge).unwrap()),
        due: None,
        said: said(),
    })
}

fn verb() -> impl Strategy<Value = Verb> {
    let at = |codes: &'static [&'static str]| prop::sample::select(codes).prop_map(place);
    prop_oneof![
        3 => at(&["V1-A", "V1-A-01", "V1-B", "V1", "V2"]).prop_map(Verb::Move),
        3 => at(&["V1-A", "V1-A-01", "V2"]).prop_map(Verb::CheckIn),
        2 => Just(Verb::Eject),
        1 => Just(Verb::Void),
        3 => correction(),
        2 => at(&["DESK", "V1-A"]).prop_map(Verb::Found),
        1 => Just(Verb::DeclareMissing(said())),
        4 => Just(Verb::TakeOver(said())),
        1 => Just(Verb::Destroy(Code::new("shred").unwrap(), None)),
        1 => at(&["DESK", "V1", "V2"]).prop_map(Verb::Sight),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    let scope = || prop::sample::select(&[None, Some("V1"), Some("V1-A"), Some("V2"), Some("LIB")][..]);
    let at = prop::option::weighted(
        0.15,
        prop::sample::select(&["V1-A", "V1-A-01", "V1-B", "V2", "DESK", "TOKYO"][..]),
    );
    let left = prop_oneof![3 => Just(Vec::new()), 2 => prop::collection::vec(MEDIA, 1..3)];
    let ago = || prop_oneof![3 => Just(0_i64), 1 => 1..40_i64];
    let media = prop::collection::vec(MEDIA, 1..6);
    prop_oneof![
        3 => scope().prop_map(Deed::Open),
        1 => (prop::sample::select(&[10_u64, 40, 100][..]), 0..9_u64).prop_map(|(share, number)| Deed::Sample(share, number)),
        8 => (how(), left, prop::bool::weighted(0.7)).prop_map(|(how, left, carry)| Deed::Sweep(how, left, carry)),
        4 => (how(), how()).prop_map(|(one, other)| Deed::Both(one, other)),
        5 => (MEDIA, at, how(), ago()).prop_map(|(medium, at, how, ago)| Deed::Count(medium, at, how, ago)),
        2 => (MEDIA, how(), how(), ago()).prop_map(|(medium, how, then, ago)| Deed::Astray(medium, how, then, ago)),
        1 => (prop::sample::select(&["V1-A", "V1", "V2", "DESK"][..]), media).prop_map(|(at, media)| Deed::Memory(at, media)),
        4 => (MEDIA, verb(), how(), ago()).prop_map(|(medium, verb, how, ago)| Deed::Medium(medium, verb, how, ago)),
        4 => (MEDIA, any::<bool>(), how(), ago()).prop_map(|(medium, load, how, ago)| Deed::Onward(medium, load, how, ago)),
        2 => (MEDIA, any::<bool>(), how()).prop_map(|(medium, load, how)| Deed::Undone(medium, load, how)),
        1 => Just(Deed::New),
        1 => (MEDIA, prop::sample::select(&COUNTERS[..3]), how()).prop_map(|(medium, to, how)| Deed::HandOver(medium, to, how)),
        1 => Just(Deed::Recount),
        2 => Just(Deed::Close),
    ]
}

/// A history of stocktakes.
pub(crate) fn acts() -> impl Strategy<Value = Vec<Act>> {
    let with = prop::option::weighted(0.5, prop::sample::select(&["A-1", "B-1", "B-2"][..]));
    let pause = prop_oneof![1 => Just(0), 3 => 0..10 * MINUTE];
    let act = (deed(), prop::sample::select(&COUNTERS[..]), with, 0..2_usize, pause)
        .prop_map(|(deed, by, with, back, pause)| Act { deed, by, with, back, pause });
    prop::collection::vec(act, 20..60)
}

/// Media in a slot, on a shelf, in another vault, in hand, in a drive, in a library, and missing.
pub(crate) fn stage() -> Bench {
    static STAGE: OnceLock<Photo> = OnceLock::new();
    let photo = STAGE.get_or_init(|| {
        let bench = Bench::furnished();
        for words in [
            &["place", "add", "V1-B", "--kind", "shelf", "--in", "V1"][..],
            &["move", "--to", "V1-A-01", "K00001L9"],
            &["media", "add", "--at", "LIB", "K00007L9"],
            &["media", "add", "--at", "V2", "K00008L9"],
            &["check-out", "--by", "B-2", "K00003L9", "K00004L9"],
            &["load", "--by", "B-2", "--into", "D1", "K00004L9"],
            &["missing", "--by", "A-1", "--why", "gone", "K00005L9"],
        ] {
            bench.ok(words);
        }
        bench.photo()
    });
    photo.bench()
}

fn label(medium: u64) -> String {
    format!("K0000{}L9", medium + 1)
}

/// Where somebody who looks for a medium finds it, if the record is right.
fn shown(session: &Session, text: &str) -> Option<PlaceCode> {
    let page = session.show(text).ok()?;
    match page.state {
        State::Vaulted | State::InDevice => page.place,
        State::InHand => Some(place("DESK")),
        State::Missing | State::Destroyed => None,
    }
}

/// A second person who is not the first.
fn other(by: &str, with: Option<&'static str>) -> Option<&'static str> {
    with.filter(|with| *with != by)
}

/// Does it all; whatever is refused is refused.
pub(crate) fn perform(bench: &Bench, acts: &[Act]) {
    let session = bench.session();
    let mut new = 0;
    for Act { deed, by, with, back, pause } in acts {
        bench.pass(*pause);
        let person = who(&session, by, other(by, *with));
        let open = session.open_audits().unwrap();
        let audit = open.iter().rev().nth(*back).or(open.last()).map(|view| view.audit.id);
        let ago = |minutes: i64| (minutes > 0).then(|| session.now().plus(-minutes * MINUTE));
        match deed {
            Deed::Open(scope) => {
                drop(session.open_audit(&who(&session, "X-1", None), scope.map(place).as_ref()));
            }
            Deed::Sample(share, number) => {
                let auditor = who(&session, "X-1", None);
                if let Ok((draw, _)) = session.draw_audit(&auditor, None, *share) {
                    drop(session.open_drawn(&auditor, draw, *number));
                }
            }
            Deed::New => {
                new += 1;
                let verb = Verb::Register { serial: None, place: Some(place("V2")) };
                let text = format!("N0000{new}L9");
                session
                    .scan(&person, &verb, &Scan { text: &text, how: How::Declared, occurred: None })
                    .unwrap();
            }
            Deed::Medium(medium, verb, how, minutes) => {
                let scan = Scan { text: &label(*medium), how: *how, occurred: ago(*minutes) };
                let person = if let Verb::Correct { .. } | Verb::Destroy(..) | Verb::DeclareMissing(_) = verb
                {
                    who(&session, "B-1", Some("A-1"))
                } else {
                    person
                };
                session.scan(&person, verb, &scan).unwrap();
            }
            Deed::Onward(medium, load, how, minutes) => {
                let scan = Scan { text: &label(*medium), how: *how, occurred: ago(*minutes) };
                onward(&session, &scan, *load);
            }
            Deed::Undone(medium, load, how) => {
                let scan = Scan { text: &label(*medium), how: *how, occurred: None };
                let person = onward(&session, &scan, *load);
                bench.pass(*pause / 4);
                session.scan(&person, &Verb::Void, &scan).unwrap();
            }
            Deed::HandOver(medium, to, how) => {
                let text = label(*medium);
                let Some(holder) = session.show(&text).unwrap().custodian else { continue };
                let giver = who(&session, holder.badge.as_str(), None);
                let pin = kuraban::app::Pin::new(crate::support::PIN);
                let claim = kuraban::app::Claim { badge: &Badge::new(to).unwrap(), pin: pin.as_ref() };
                let station = kuraban::domain::names::Station::new("test").unwrap();
                let signed = session.sign_on(claim, &station).unwrap();
                let scan = Scan { text: &text, how: *how, occurred: None };
                session.scan(&giver, &Verb::HandOver(signed), &scan).unwrap();
            }
            Deed::Sweep(..)
            | Deed::Both(..)
            | Deed::Count(..)
            | Deed::Astray(..)
            | Deed::Memory(..)
            | Deed::Recount
            | Deed::Close => {
                if let Some(audit) = audit {
                    count(&session, audit, (by, *with), deed);
                }
            }
        }
    }
}

/// What belongs to one stocktake.
fn count(session: &Session, audit: AuditId, (by, with): (&str, Option<&'static str>), deed: &Deed) {
    let counter = who(session, by, None);
    match deed {
        Deed::Sweep(how, left, carry) => {
            for medium in left.iter().filter(|_| *carry) {
                let scan = Scan { text: &label(*medium), how: How::Scanned, occurred: None };
                onward(session, &scan, true);
            }
            for medium in MEDIA.filter(|medium| !left.contains(medium)) {
                let text = label(medium);
                let Some(at) = shown(session, &text) else { continue };
                let scan = Scan { text: &text, how: *how, occurred: None };
                session.count(&counter, audit, &at, &scan).unwrap();
            }
        }
        Deed::Both(one, other) => {
            for (by, how) in [("B-3", one), ("X-1", other)] {
                count(session, audit, (by, None), &Deed::Sweep(*how, Vec::new(), false));
            }
        }
        Deed::Count(medium, at, how, minutes) => {
            let text = label(*medium);
            let Some(at) = at.map(place).or_else(|| shown(session, &text)) else { return };
            let occurred = (*minutes > 0).then(|| session.now().plus(-minutes * MINUTE));
            session.count(&counter, audit, &at, &Scan { text: &text, how: *how, occurred }).unwrap();
        }
        Deed::Astray(medium, how, then, minutes) => {
            let text = label(*medium);
            let shelf = if shown(session, &text) == Some(place("V1-B")) { "V1-A" } else { "V1-B" };
            let read = Scan { text: &text, how: *how, occurred: None };
            session.count(&counter, audit, &place(shelf), &read).unwrap();
            let occurred = (*minutes > 0).then(|| session.now().plus(-minutes * MINUTE));
            let moved = Scan { text: &text, how: *then, occurred };
            session.scan(&counter, &Verb::Move(place(shelf)), &moved).unwrap();
        }
        Deed::Memory(at, media) => {
            let mut texts: Vec<String> = media.iter().map(|medium| label(*medium)).collect();
            if media.len() > 1 {
                texts.retain(|text| shown(session, text) == Some(place(at)));
            }
            drop(session.read_in(&counter, audit, &place(at), How::File, &texts));
        }
        Deed::Recount => drop(session.recount(&who(session, "X-1", None), audit)),
        Deed::Close => {
            let pair = who(session, "X-1", other("X-1", with));
            drop(session.close_audit(&pair, audit));
        }
        Deed::Open(_)
        | Deed::Sample(..)
        | Deed::Medium(..)
        | Deed::Onward(..)
        | Deed::Undone(..)
        | Deed::New
        | Deed::HandOver(..) => {}
    }
}

/// The next legal step, by who may take it.
fn onward(session: &Session, scan: &Scan<'_>, load: bool) -> Who {
    let page = session.show(scan.text).unwrap();
    let verb = match page.state {
        State::Vaulted => Verb::CheckOut(Leaving::default()),
        State::InHand if load => Verb::Load(place("D1"), None),
        State::InHand => Verb::CheckIn(place("V1-A")),
        State::InDevice => Verb::Eject,
        State::Missing | State::Destroyed => Verb::Found(place("DESK")),
    };
    let by = page.custodian.map_or_else(|| "B-2".to_owned(), |holder| holder.badge.to_string());
    let by = if ["B-1", "B-2", "B-3"].contains(&by.as_str()) { by } else { "B-2".to_owned() };
    let person = who(session, &by, None);
    session.scan(&person, &verb, scan).unwrap();
    person
}

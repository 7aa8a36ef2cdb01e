//! Whatever people do, in whatever order: what was accepted verifies, the projections are what the log gives,
//! and a rebuild changes nothing.

use kuraban::app::{Claim, Leaving, Pin, Said, Session, Telling, Verb};
use kuraban::domain::custody::State;
use kuraban::domain::medium::Encrypted;
use kuraban::domain::names::{Badge, Code, Station};
use proptest::prelude::*;

use crate::support::{Bench, PIN, place, scan, who};

/// One thing that somebody does.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    todo: Todo,
    medium: usize,
    by: &'static str,
    with: Option<&'static str>,
    pause: i64,
}

/// What is done: handing over needs somebody who signs on, and that needs a ledger.
#[derive(Debug, Clone)]
enum Todo {
    Verb(Verb),
    HandOver(Badge),
}

const PLACES: [&str; 8] = ["V1", "V1-A", "V1-A-01", "V2", "D1", "LIB", "DESK", "NOWHERE"];
const PEOPLE: [&str; 5] = ["B-1", "B-2", "A-1", "X-1", "B-9"];

fn todo() -> impl Strategy<Value = Todo> {
    let to = prop::sample::select(&PEOPLE[..]).prop_map(|badge| Todo::HandOver(Badge::new(badge).unwrap()));
    prop_oneof![11 => verb().prop_map(Todo::Verb), 1 => to]
}

fn verb() -> impl Strategy<Value = Verb> {
    let at = || prop::sample::select(&PLACES[..]).prop_map(place);
    let said = || Said { why: Code::new("test").unwrap(), text: Some("言葉 \"quoted\"\n".to_owned()) };
    let badge = || prop::sample::select(&PEOPLE[..]).prop_map(|badge| Badge::new(badge).unwrap());
    prop_oneof![
        3 => Just(Verb::CheckOut(Leaving::default())),
        3 => at().prop_map(|at| Verb::Load(at, None)),
        3 => Just(Verb::Eject),
        3 => at().prop_map(Verb::CheckIn),
        1 => at().prop_map(Verb::Move),
        2 => at().prop_map(Verb::Sight),
        1 => Just(Verb::DeclareMissing(said())),
        2 => at().prop_map(Verb::Found),
        2 => Just(Verb::Void),
        1 => "[A-Z]{3}[0-9]{3}L9".prop_map(Verb::Relabel),
        1 => Just(Verb::Describe(Box::new(Telling { encrypted: Some(Encrypted::Yes), ..Telling::default() }))),
        1 => at().prop_map(|at| Verb::Register { serial: None, place: Some(at) }),
        1 => (prop::sample::select(State::ALL), at(), badge()).prop_map(move |(state, at, badge)| Verb::Correct {
            state,
            place: matches!(state, State::Vaulted | State::InDevice).then_some(at),
            custodian: (state == State::InHand).then_some(badge),
            due: None,
            said: said(),
        }),
    ]
}

/// A sequence of acts.
pub(crate) fn acts(length: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Act>> {
    let with = prop_oneof![2 => Just(None), 1 => prop::sample::select(&PEOPLE[..]).prop_map(Some)];
    let by = prop_oneof![4 => Just("B-1"), 2 => Just("B-2"), 1 => prop::sample::select(&PEOPLE[..])];
    let act = (todo(), 0..7_usize, by, with, 0..20 * 60_000_i64)
        .prop_map(|(todo, medium, by, with, pause)| Act { todo, medium, by, with, pause });
    prop::collection::vec(act, length)
}

/// Does it all, and gives the session.
pub(crate) fn perform(bench: &Bench, acts: &[Act]) -> Session {
    let session = bench.session();
    for act in acts {
        // The seventh is known to nobody; by their identities the others stay themselves when relabelled.
        let text = format!("#{}", 15 + act.medium);
        bench.pass(act.pause);
        let verb = match &act.todo {
            Todo::Verb(verb) => verb.clone(),
            Todo::HandOver(badge) => {
                let station = Station::new("test").unwrap();
                Verb::HandOver(
                    session.sign_on(Claim { badge, pin: Pin::new(PIN).as_ref() }, &station).unwrap(),
                )
            }
        };
        scan(&session, &who(&session, act.by, act.with), &verb, &text);
    }
    session
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_was_accepted_verifies_and_rebuilds_to_the_same(acts in acts(1..60)) {
        let bench = Bench::furnished();
        let session = perform(&bench, &acts);
        let size = bench.verify()["size"].as_u64().unwrap();
        bench.holds();
        let rebuilt = session.rebuild(&who(&session, "B-1", None), &mut |_, _| {}).unwrap().unwrap();
        prop_assert_eq!((rebuilt.count, rebuilt.seq, rebuilt.size), (0, None, size));
    }

    #[test]
    fn a_rebuild_restores_whatever_was_changed_in_a_projection(acts in acts(1..20), victim in 0..6_usize) {
        let bench = Bench::furnished();
        let session = perform(&bench, &acts);
        let before = dump(&bench);
        let raw = bench.raw();
        let change = [
            "UPDATE medium SET state = 'vaulted', place = 8, custodian = NULL, out_left = NULL, since = 1",
            "DELETE FROM medium WHERE id = 16",
            "DELETE FROM barcode",
            "UPDATE person SET roles = 'admin', suspended = 1",
            "UPDATE head SET size = 3, held = 1",
            "UPDATE policy SET value = '9' WHERE name = 'eject_grace_hours'",
        ][victim];
        raw.execute_batch(change).unwrap();
        drop(raw);
        prop_assert_eq!(&bench.verify()["verdict"], "tampered");
        let alone = session.rebuild(&who(&session, "B-1", None), &mut |_, _| {});
        // What is not signed as the key left it is made anew only by two people.
        prop_assert_eq!(alone.is_err(), victim == 4);
        let rebuilt = match alone {
            Ok(rebuilt) => rebuilt.unwrap(),
            Err(_) => session.rebuild(&who(&session, "B-1", Some("A-1")), &mut |_, _| {}).unwrap().unwrap(),
        };
        prop_assert!(rebuilt.count > 0);
        bench.holds();
        let after = dump(&bench);
        // The head has moved on by the `rebuilt` entry; all else is as it was.
        prop_assert_eq!(before, after);
    }
}

/// All projections but the head, as text.
pub(crate) fn dump(bench: &Bench) -> Vec<String> {
    let raw = bench.raw();
    let mut all = Vec::new();
    for table in ["medium", "barcode", "person", "place", "policy", "movement_order", "order_line", "kept"] {
        let mut statement = raw.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let cells: Vec<_> = (0..columns).map(|at| format!("{:?}", row.get_ref(at).unwrap())).collect();
            all.push(format!("{table}: {}", cells.join(" | ")));
        }
    }
    all
}

//! Separation of duties over random histories: whatever people ask for, approve, take out, ratify and close, in
//! whatever order, the log that comes of it keeps to the rules. What it says is read anew here, from the bytes
//! alone, without asking the program.

use std::collections::BTreeMap;

use kuraban::app::{Leaving, NewOrder, Said, Verb, Wanted};
use kuraban::domain::custody::State;
use kuraban::domain::names::{Badge, Code, OrderId};
use kuraban::domain::person::{Role, Roles};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::forgery::spoilt_is_found;
use crate::orders::strict;
use crate::orders_tale::Tale;
use crate::sequences::dump;
use crate::support::{Bench, place, scan, who};

const PEOPLE: [&str; 5] = ["B-1", "B-2", "A-1", "A-2", "X-1"];
const MINUTE: i64 = 60_000;

/// What somebody does; orders are meant by how many were there before them.
#[derive(Debug, Clone)]
enum Deed {
    Request {
        media: Vec<u64>,
        from: i64,
        until: i64,
    },
    Standing {
        most: u64,
        until: i64,
    },
    Night {
        order: usize,
        media: Vec<u64>,
    },
    Approve(usize),
    Reject(usize),
    Extend(usize, i64),
    Close {
        order: usize,
        missing: Vec<u64>,
    },
    CheckOut {
        medium: u64,
        order: Option<usize>,
        without: bool,
    },
    Medium(u64, Verb),
    /// What comes next for the medium, by who has it.
    Onward(u64, bool),
    Roles(&'static str, &'static [Role]),
}

#[derive(Debug, Clone)]
struct Act {
    deed: Deed,
    by: &'static str,
    with: Option<&'static str>,
    pause: i64,
}

fn said() -> Said {
    Said { why: Code::new("test").unwrap(), text: None }
}

fn media() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(15_u64..18, 1..4)
}

fn deed() -> impl Strategy<Value = Deed> {
    let order = || prop_oneof![4 => Just(0_usize), 2 => Just(1), 1 => 2..4_usize];
    let until = || 30..180_i64;
    let medium = || 15_u64..18;
    let verb = prop_oneof![
        5 => Just(Verb::CheckIn(place("V1"))),
        3 => Just(Verb::Load(place("D1"), None)),
        1 => Just(Verb::Load(place("LIB"), None)),
        4 => Just(Verb::Eject),
        6 => Just(Verb::Ratify),
        4 => Just(Verb::Void),
        1 => Just(Verb::Found(place("DESK"))),
        1 => Just(Verb::DeclareMissing(said())),
        4 => Just(Verb::TakeOver(said())),
    ];
    let roles: &[&[Role]] = &[&[Role::Approver], &[Role::Operator], &[Role::Operator, Role::Approver]];
    prop_oneof![
        4 => (media(), 0..24_i64, until()).prop_map(|(media, from, until)| Deed::Request { media, from, until }),
        2 => (2..5_u64, until()).prop_map(|(most, until)| Deed::Standing { most, until }),
        4 => (order(), media()).prop_map(|(order, media)| Deed::Night { order, media }),
        7 => order().prop_map(Deed::Approve),
        1 => order().prop_map(Deed::Reject),
        4 => (order(), 120..300_i64).prop_map(|(order, until)| Deed::Extend(order, until)),
        4 => (order(), prop_oneof![3 => Just(Vec::new()), 1 => media()])
            .prop_map(|(order, missing)| Deed::Close { order, missing }),
        8 => (medium(), prop::option::of(order()), prop::bool::weighted(0.2))
            .prop_map(|(medium, order, without)| Deed::CheckOut { medium, order, without }),
        9 => (medium(), verb).prop_map(|(medium, verb)| Deed::Medium(medium, verb)),
        9 => (medium(), any::<bool>()).prop_map(|(medium, load)| Deed::Onward(medium, load)),
        1 => (prop::sample::select(&["A-1", "A-2"][..]), prop::sample::select(roles))
            .prop_map(|(badge, roles)| Deed::Roles(badge, roles)),
    ]
}

/// Mostly who may do it, for a refusal leaves nothing to look at.
fn actor(deed: &Deed, at: usize) -> &'static str {
    let likely: &[&str] = match deed {
        Deed::Approve(_) | Deed::Reject(_) | Deed::Extend(..) | Deed::Medium(_, Verb::Ratify) => {
            &["A-1", "A-2", "B-1"]
        }
        Deed::Medium(_, Verb::DeclareMissing(_)) | Deed::Close { .. } => &["A-1", "B-1", "B-2"],
        Deed::Roles(..) => &["B-1"],
        Deed::Request { .. }
        | Deed::Standing { .. }
        | Deed::Night { .. }
        | Deed::CheckOut { .. }
        | Deed::Medium(..)
        | Deed::Onward(..) => &["B-1", "B-1", "B-2"],
    };
    likely[at % likely.len()]
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let by = (prop::bool::weighted(0.15), 0..60_usize);
    let with = prop::option::weighted(0.4, prop::sample::select(&["A-1", "A-2", "B-1", "B-2"][..]));
    let act = (deed(), by, with, 0..6 * MINUTE).prop_map(|(deed, (any, at), with, pause)| {
        let by = if any { PEOPLE[at % PEOPLE.len()] } else { actor(&deed, at) };
        Act { deed, by, with, pause }
    });
    prop::collection::vec(act, 30..150)
}

/// Does it all; whatever is refused is refused.
fn perform(bench: &Bench, acts: &[Act]) {
    let session = bench.session();
    let (mut orders, mut standing): (Vec<OrderId>, Vec<OrderId>) = (Vec::new(), Vec::new());
    for Act { deed, by, with, pause } in acts {
        bench.pass(*pause);
        let who = who(&session, by, with.filter(|with| with != by));
        let now = session.now();
        let texts = |media: &[u64]| media.iter().map(|id| format!("#{id}")).collect::<Vec<_>>();
        let wanted = |media: &[u64]| Wanted { texts: texts(media), ..Wanted::default() };
        // The newest are the likeliest to be open.
        let nth = |back: usize| orders.iter().rev().nth(back).copied().unwrap_or(OrderId(999));
        let new = |media: &[u64], nightly: Option<u64>, from: i64, until: i64| NewOrder {
            purpose: Code::new("test").unwrap(),
            text: None,
            work: None,
            from: (from > 20).then(|| now.plus((from - 20) * MINUTE)),
            until: now.plus(until * MINUTE),
            destination: None,
            nightly,
            wanted: wanted(media),
        };
        match deed {
            Deed::Request { media, from, until } => {
                orders.extend(session.request(&who, &new(media, None, *from, *until)).ok());
            }
            Deed::Standing { most, until } => {
                let opened = session.request(&who, &new(&[], Some(*most), 0, *until * 20)).ok();
                standing.extend(opened);
                orders.extend(opened);
            }
            Deed::Night { order, media } => {
                let parent = standing.iter().rev().nth(*order).copied().unwrap_or(OrderId(999));
                orders.extend(session.night(&who, parent, None, &wanted(media)).ok());
            }
            Deed::Approve(order) => drop(session.approve(&who, nth(*order))),
            Deed::Reject(order) => drop(session.reject(&who, nth(*order), &said())),
            Deed::Extend(order, until) => drop(session.extend(&who, nth(*order), now.plus(*until * MINUTE))),
            Deed::Close { order, missing } => {
                drop(session.close(&who, nth(*order), &texts(missing), Some(&said())));
            }
            Deed::CheckOut { medium, order, without } => {
                let order = order.filter(|_| !without).map(nth);
                let leaving = Leaving { until: None, order, without: without.then(said) };
                scan(&session, &who, &Verb::CheckOut(leaving), &format!("#{medium}"));
            }
            Deed::Medium(medium, verb) => drop(scan(&session, &who, verb, &format!("#{medium}"))),
            Deed::Onward(medium, load) => {
                let text = format!("#{medium}");
                let page = session.show(&text).unwrap();
                let verb = match page.state {
                    State::Vaulted => Verb::CheckOut(Leaving::default()),
                    State::InHand if *load => Verb::Load(place("D1"), None),
                    State::InHand => Verb::CheckIn(place("V1")),
                    State::InDevice => Verb::Eject,
                    State::Missing | State::Destroyed => Verb::Found(place("DESK")),
                };
                let holder =
                    page.custodian.map(|holder| crate::support::who(&session, holder.badge.as_str(), None));
                scan(&session, &holder.unwrap_or_else(|| who.clone()), &verb, &text);
            }
            Deed::Roles(badge, roles) => {
                let badge = Badge::new(badge).unwrap();
                drop(session.set_roles(&who, &badge, Roles::of(roles)));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn duties_stay_separate_over_any_history(acts in acts()) {
        let bench = strict();
        perform(&bench, &acts);
        let mut tale = Tale::default();
        for line in bench.ok(&["log", "--raw"]).out.lines() {
            let entry: Value = serde_json::from_str(line).unwrap();
            if let Err(broken) = tale.take(&entry) {
                prop_assert!(false, "{}", broken);
            }
        }
        // And the whole is what the log gives, also anew.
        bench.holds();
        let before = dump(&bench);
        bench.raw().execute_batch(
            "DELETE FROM order_line; UPDATE movement_order SET state = 'approved', decided_by = 2, ends = 9",
        ).unwrap();
        let session = bench.session();
        let rebuilt = session.rebuild(&who(&session, "B-1", None), &mut |_, _| {}).unwrap().unwrap();
        let has_orders = before.iter().any(|row| row.starts_with("movement_order"));
        prop_assert_eq!(rebuilt.count > 0, has_orders);
        prop_assert_eq!(before, dump(&bench));
        bench.holds();
    }

    #[test]
    fn any_one_cell_of_an_order_is_found(
        acts in acts(),
        table in prop::sample::select(&["movement_order", "order_line"][..]),
        row in any::<prop::sample::Index>(),
        column in 0..15_usize,
    ) {
        let bench = strict();
        perform(&bench, &acts);
        spoilt_is_found(&bench, table, row.index(1000), column)?;
    }
}

/// The property above is worth what its histories reach.
#[test]
fn the_histories_reach_what_they_are_about() {
    let mut runner = TestRunner::deterministic();
    let mut reached: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..24 {
        let bench = strict();
        perform(&bench, &acts().new_tree(&mut runner).unwrap().current());
        for line in bench.ok(&["log", "--raw"]).out.lines() {
            let entry: Value = serde_json::from_str(line).unwrap();
            let (kind, data) = (entry["kind"].as_str().unwrap(), &entry["data"]);
            let under = !data["order"].is_null();
            let named = data["missing"].as_array().is_some_and(|missing| !missing.is_empty());
            *reached
                .entry(format!(
                    "{kind}{}{}",
                    if under { " order" } else { "" },
                    if named { " named" } else { "" }
                ))
                .or_default() += 1;
        }
    }
    for wanted in [
        "order_requested",
        "order_night order",
        "order_approved order",
        "order_rejected order",
        "order_extended order",
        "order_closed order",
        "order_closed order named",
        "check_out",
        "check_out order",
        "eject",
        "eject order",
        "ratify",
        "check_in",
        "void",
        "person_roles",
    ] {
        assert!(reached.get(wanted).is_some_and(|count| *count > 1), "{wanted}: {reached:#?}");
    }
}

//! What is outside without an order: in an emergency, because a machine gave it out, or because it just is.

use serde_json::Value;

use crate::orders::{approved, code, flagged, flags, log, ok, refused, run, show, strict};
use crate::support::Bench;

const HOUR: i64 = 3_600_000;

fn overrides(bench: &Bench) -> Value {
    bench.ok(&["shift", "show", "--json"]).json()["overrides"].clone()
}

#[test]
fn one_person_alone_is_not_stopped_and_two_are_named() {
    for with in ["", "--with B-3"] {
        let bench = strict();
        assert_eq!(code(&bench, "check-out --by B-2 K00001L9"), "order_missing");
        ok(&bench, &format!("check-out --by B-2 {with} --override fire:burns K00001L9"));
        let last = log(&bench).pop().unwrap();
        assert_eq!((&last["kind"], &last["data"]["why"]), (&"check_out".into(), &"fire".into()));
        assert_eq!(last["with"].is_null(), with.is_empty());
        assert_eq!(last["data"]["order"], Value::Null);
        assert!(flagged(&bench, "K00001L9", "override"));
        assert!(!flagged(&bench, "K00001L9", "no_order"), "flagged once, by what ends it");
        assert_eq!(bench.show("K00001L9")["due"], "2026-11-24T00:00:00.000Z", "by the allowance");
        bench.holds();
    }
    let bench = strict();
    let order = approved(&bench, "--until +8h K00001L9");
    run(&bench, &format!("check-out --order {order} --override fire K00001L9")).code(2);
    bench.holds();
}

#[test]
fn an_override_is_critical_until_another_approver_ratifies_it() {
    let bench = strict();
    ok(&bench, "check-out --by B-1 --override fire K00001L9");
    for (step, wanted) in [
        ("ratify --by B-1 K00001L9", "same_person"),
        ("ratify --by B-2 K00001L9", "role_missing"),
        ("ratify --by A-1 K00002L9", "nothing_to_ratify"),
    ] {
        assert_eq!(code(&bench, step), wanted, "{step}");
    }
    // Also when the tape is back, for however long.
    ok(&bench, "check-in --by B-2 --to V1 K00001L9");
    bench.pass(13 * 24 * HOUR);
    assert_eq!(flags(&bench, "K00001L9"), ["critical override"]);
    // Who took it out answers for it, not who brought it back.
    let told = bench.run(&["flags", "--json"]).json();
    let flag = told.as_array().unwrap().iter().find(|flag| flag["flag"] == "override").unwrap();
    assert_eq!(flag["answerable"], "B-1", "{flag}");
    assert_eq!(overrides(&bench), 1);
    ok(&bench, "ratify --by A-1 K00001L9");
    assert_eq!((flags(&bench, "K00001L9").len(), overrides(&bench)), (0, 0.into()));
    assert_eq!(code(&bench, "ratify --by A-1 K00001L9"), "nothing_to_ratify");
    bench.holds();
}

#[test]
fn a_medium_that_was_overridden_twice_is_ratified_twice_the_oldest_first() {
    let bench = strict();
    let mut taken = Vec::new();
    for by in ["B-1", "B-2"] {
        ok(&bench, &format!("check-out --by {by} --override fire K00001L9"));
        taken.push(log(&bench).len());
        ok(&bench, &format!("check-in --by {by} --to V1 K00001L9"));
        bench.pass(60_000);
    }
    assert_eq!(overrides(&bench), 2);
    assert_eq!(flags(&bench, "K00001L9").iter().filter(|flag| flag.contains("override")).count(), 2);
    // The first was taken by B-1, who may ratify only the other.
    assert_eq!(code(&bench, "ratify --by B-1 K00001L9"), "same_person");
    for (by, event, left) in [("A-1", taken[0], 1), ("B-1", taken[1], 0)] {
        ok(&bench, &format!("ratify --by {by} K00001L9"));
        assert_eq!(log(&bench).pop().unwrap()["data"]["event"], event);
        assert_eq!(overrides(&bench), left);
    }
    bench.holds();
}

#[test]
fn an_override_that_is_taken_back_or_destroyed_is_still_to_be_ratified() {
    for after in
        ["void K00001L9", "destroy --method shred --with A-2 K00001L9", "missing --by A-1 --why x K00001L9"]
    {
        let bench = strict();
        ok(&bench, "check-out --by B-2 --override fire K00001L9");
        let by = if after.contains("--by") { "" } else { " --by B-2" };
        ok(&bench, &format!("{after}{by}"));
        assert!(flagged(&bench, "K00001L9", "override"), "{after}");
        ok(&bench, "ratify --by A-1 K00001L9");
        assert!(!flagged(&bench, "K00001L9", "override"), "{after}");
        bench.holds();
    }
}

#[test]
fn a_ratification_takes_nobody_the_step_before_it() {
    let bench = strict();
    ok(&bench, "check-out --by B-2 --override fire K00001L9");
    ok(&bench, "ratify --by A-1 K00001L9");
    ok(&bench, "void --by B-2 K00001L9");
    assert_eq!(bench.show("K00001L9")["state"], "vaulted");
    bench.holds();
}

#[test]
fn a_library_that_gives_out_a_tape_without_an_order_is_recorded_and_critical() {
    let bench = strict();
    ok(&bench, "media add --at LIB R00001L9");
    ok(&bench, "eject --by B-2 R00001L9");
    assert!(flagged(&bench, "R00001L9", "no_order"));
    assert_eq!(bench.show("R00001L9")["order"], Value::Null);
    ok(&bench, "load --by B-2 --into LIB R00001L9");
    assert!(!flagged(&bench, "R00001L9", "no_order"));
    // With one in force it counts under it; with two it is critical rather than stuck in the mail slot.
    let order = approved(&bench, "--until +8h R00001L9");
    ok(&bench, "eject --by B-2 R00001L9");
    assert_eq!(
        (show(&bench, order)["taken"].clone(), show(&bench, order)["ejected"].clone()),
        (1.into(), 1.into())
    );
    assert!(!flagged(&bench, "R00001L9", "no_order"));
    ok(&bench, "load --by B-2 --into LIB R00001L9");
    approved(&bench, "--until +9h R00001L9");
    ok(&bench, "eject --by B-2 R00001L9");
    assert!(flagged(&bench, "R00001L9", "no_order"));
    bench.holds();
}

#[test]
fn each_way_to_be_outside_without_an_order_is_critical() {
    // What is done, where nothing leaves without an order and where anything may, and whether that is flagged.
    for (steps, strictly) in [
        (&["found --at DESK K00001L9"][..], true),
        (&["correct --to-state in_hand --why seen --with A-1 K00001L9"], true),
        (&["correct --to-state in_device --place D1 --why seen --with A-1 K00001L9"], true),
        (&["missing --by A-1 --why gone K00001L9", "found --at DESK K00001L9"], false),
        (&["media add K00001L8"], false),
    ] {
        for required in [true, false] {
            let bench = if required { strict() } else { Bench::furnished() };
            for step in steps {
                ok(&bench, step);
            }
            let barcode = if steps[0].contains("add") { "K00001L8" } else { "K00001L9" };
            assert_eq!(flagged(&bench, barcode, "no_order"), strictly && required, "{steps:?} {required}");
            assert!(flags(&bench, barcode).contains(&"notice outside".to_owned()), "{steps:?}");
            bench.holds();
        }
    }
    // Taken out while none was asked for, it is critical from the moment on at which one is.
    let bench = Bench::furnished();
    ok(&bench, "check-out K00001L9");
    assert!(!flagged(&bench, "K00001L9", "no_order"));
    ok(&bench, "policy set order_required yes");
    assert!(flagged(&bench, "K00001L9", "no_order"));
    bench.holds();
}

#[test]
fn an_order_approved_afterwards_takes_over_what_moves_under_it() {
    let bench = strict();
    ok(&bench, "check-out --by B-2 --override fire K00001L9");
    ok(&bench, "load --by B-2 --into D1 K00001L9");
    let order = approved(&bench, "--until +8h K00001L9");
    ok(&bench, "eject --by B-2 K00001L9");
    assert_eq!(bench.show("K00001L9")["order"], order);
    assert!(flagged(&bench, "K00001L9", "override"), "that it went without one is not mended by it");
    refused(&bench, &format!("order close {order}"), "K00001L9");
    ok(&bench, "check-in --by B-2 --to V1 K00001L9");
    assert_eq!(show(&bench, order)["returned"], 1);
    ok(&bench, &format!("order close {order}"));
    bench.holds();
}

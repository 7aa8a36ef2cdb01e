//! How far an order has come, side by side, and the gate at its end: it closes only when each of its media is
//! back or named as missing.

use serde_json::{Value, json};

use crate::orders::{approved, code, flagged, log, ok, refused, requested, run, show, strict};
use crate::support::Bench;

const HOUR: i64 = 3_600_000;

/// Expected, taken, ejected, returned, outside, missing; the same wherever they are told.
#[track_caller]
fn counts(bench: &Bench, order: u64) -> [u64; 6] {
    const KEYS: [&str; 6] = ["expected", "taken", "ejected", "returned", "outside", "missing"];
    let page = show(bench, order);
    let list = bench.ok(&["order", "list", "--all", "--json"]).json();
    let row = list.as_array().unwrap().iter().find(|row| row["number"] == order).unwrap();
    let media = page["media"].as_array().unwrap();
    KEYS.map(|key| {
        assert_eq!(page[key], row[key], "{key}");
        let lines = match key {
            "expected" => media.len(),
            "missing" => media.iter().filter(|line| line["state"] == "missing").count(),
            _ => media.iter().filter(|line| line[key] == true).count(),
        };
        assert_eq!(page[key], lines, "{key} of the lines: {page}");
        page[key].as_u64().unwrap()
    })
}

#[test]
fn counts_stand_side_by_side_and_follow_what_is_taken_back() {
    let bench = strict();
    ok(&bench, "media add --at LIB R00001L9");
    let order = approved(&bench, "--until +8h K00001L9 K00002L9 K00003L9 R00001L9");
    for (step, wanted) in [
        ("check-out K00001L9", [4, 1, 0, 0, 1, 0]),
        ("void K00001L9", [4, 0, 0, 0, 0, 0]),
        ("check-out K00001L9 K00002L9", [4, 2, 0, 0, 2, 0]),
        ("load --into D1 K00001L9", [4, 2, 0, 0, 2, 0]),
        ("eject K00001L9", [4, 2, 1, 0, 2, 0]),
        ("void K00001L9", [4, 2, 0, 0, 2, 0]),
        ("eject K00001L9", [4, 2, 1, 0, 2, 0]),
        ("check-in --to V1 K00001L9", [4, 2, 1, 1, 1, 0]),
        ("void K00001L9", [4, 2, 1, 0, 2, 0]),
        ("check-in --to V2 K00001L9", [4, 2, 1, 1, 1, 0]),
        // A library in which media live is a place of rest: what it gives out has left.
        ("eject R00001L9", [4, 3, 2, 1, 2, 0]),
        ("void R00001L9", [4, 2, 1, 1, 1, 0]),
        ("eject R00001L9", [4, 3, 2, 1, 2, 0]),
        ("load --into LIB R00001L9", [4, 3, 2, 1, 1, 0]),
        ("eject R00001L9", [4, 3, 2, 1, 2, 0]),
        ("hand-over --to B-3 R00001L9", [4, 3, 2, 1, 2, 0]),
        ("check-in --to V1 R00001L9", [4, 3, 2, 2, 1, 0]),
        ("missing --by A-1 --why gone K00002L9", [4, 3, 2, 2, 0, 1]),
        // Out again, it is back no more.
        ("check-out K00001L9", [4, 3, 2, 1, 1, 1]),
        ("check-in --to V1 K00001L9", [4, 3, 2, 2, 0, 1]),
    ] {
        let by = if step.contains("--by") { "" } else { " --by B-2" };
        ok(&bench, &format!("{step}{by}"));
        assert_eq!(counts(&bench, order), wanted, "{step}");
    }
    ok(&bench, &format!("order close {order}"));
    assert_eq!(counts(&bench, order), [4, 3, 2, 2, 0, 1]);
    bench.holds();
}

#[test]
fn an_order_closes_only_when_each_medium_is_back_or_named() {
    let bench = strict();
    let order = approved(&bench, "--until +8h K00001L9 K00002L9 K00003L9");
    ok(&bench, "check-out K00001L9 K00002L9");
    let close = format!("order close {order}");
    let words = "2 media are not back in a vault: K00001L9, K00002L9";
    refused(&bench, &close, words);
    refused(&bench, &format!("{close} --by A-1"), words);
    // Who may not declare a medium missing does not close with one; nor does who may not close at all.
    let named = format!("{close} --missing K00001L9 K00002L9 --why lost:nobody_saw_it");
    refused(&bench, &format!("{named} --by B-2"), "B-2 may not record this declaration as missing");
    refused(&bench, &format!("{named} --by X-1"), "X-1 may not record this closing");
    // All of it, or nothing.
    refused(&bench, &format!("{close} --by A-1 --missing K00001L9 --why lost"), "1 medium is not back");
    refused(&bench, &format!("{close} --by A-1 --missing K00001L9 NOPE01L9 --why lost"), "1 bad barcode");
    let other = format!("{close} --by A-1 --missing K00001L9 K00002L9 K00004L9 --why lost");
    refused(&bench, &other, "does not list K00004L9");
    for barcode in ["K00001L9", "K00002L9"] {
        assert_eq!(bench.show(barcode)["state"], "in_hand");
    }
    ok(&bench, "check-in --to V1 K00002L9");
    ok(&bench, &format!("{close} --by A-1 --missing K00001L9 --why lost:nobody_saw_it"));
    assert_eq!(counts(&bench, order), [3, 2, 0, 1, 0, 1]);
    assert!(flagged(&bench, "K00001L9", "missing"));
    let log = log(&bench);
    let [declared, closed, _] = &log[log.len() - 3..] else { panic!("{log:?}") };
    assert_eq!((&declared["kind"], &declared["data"]["why"]), (&json!("declare_missing"), &json!("lost")));
    assert_eq!((&closed["kind"], &closed["data"]["missing"]), (&json!("order_closed"), &json!([15])));
    bench.holds();
}

#[test]
fn what_was_declared_missing_before_is_named_by_the_closing() {
    let bench = strict();
    let order = approved(&bench, "--until +8h K00001L9 K00002L9");
    ok(&bench, "check-out K00001L9");
    ok(&bench, "missing --by X-1 --why gone K00001L9");
    // Named again it is not declared again; and one that rests in the vault by the record may be named too.
    ok(&bench, &format!("order close {order} --by A-1 --missing K00001L9 K00002L9 --why gone"));
    // A closing is followed by its checkpoint.
    let all = log(&bench);
    let [.., closed, _] = &all[..] else { panic!("{all:?}") };
    assert_eq!(closed["data"]["missing"], json!([15, 16]));
    let declared = log(&bench).iter().filter(|entry| entry["kind"] == "declare_missing").count();
    assert_eq!(declared, 2);
    bench.holds();
}

#[test]
fn an_order_that_ends_between_the_check_out_and_the_eject() {
    for extended in [false, true] {
        let bench = strict();
        let order = approved(&bench, "--until +2h K00001L9");
        ok(&bench, "check-out --by B-3 K00001L9");
        ok(&bench, "load --by B-3 --into D1 K00001L9");
        bench.pass(2 * HOUR - 1);
        assert!(!flagged(&bench, "K00001L9", "no_order"));
        bench.pass(1);
        assert!(flagged(&bench, "K00001L9", "no_order"));
        assert_eq!(show(&bench, order)["over"], true);
        if extended {
            refused(&bench, &format!("order extend --by B-2 {order} --until +4h"), "B-2 may not record");
            refused(&bench, &format!("order extend --by A-2 {order} --until +0m"), "must end after");
            ok(&bench, &format!("order extend --by A-2 {order} --until +4h"));
            assert!(!flagged(&bench, "K00001L9", "no_order"));
        }
        // Machines do not ask: what they give out is recorded under the order that it went out under.
        ok(&bench, "eject --by B-2 K00001L9");
        assert_eq!(bench.show("K00001L9")["order"], order);
        assert_eq!(flagged(&bench, "K00001L9", "no_order"), !extended);
        assert_eq!(counts(&bench, order), [1, 1, 1, 0, 1, 0]);
        refused(&bench, &format!("order close {order}"), "K00001L9");
        ok(&bench, "check-in --by B-2 --to V1 K00001L9");
        assert!(!flagged(&bench, "K00001L9", "no_order"));
        assert_eq!(counts(&bench, order), [1, 1, 1, 1, 0, 0]);
        ok(&bench, &format!("order close {order}"));
        bench.holds();
    }
}

#[test]
fn an_extension_is_an_approval_by_another_person() {
    let bench = strict();
    let order = approved(&bench, "--by B-1 --until +2h K00001L9");
    refused(&bench, &format!("order extend --by B-1 {order} --until +4h"), "B-1");
    refused(&bench, &format!("order extend --by A-2 {order} --until +1h"), "must end after");
    ok(&bench, &format!("order extend --by A-2 {order} --until +4h"));
    bench.pass(3 * HOUR);
    ok(&bench, "check-out --by B-3 K00001L9");
    assert_eq!(bench.show("K00001L9")["due"], "2026-11-23T04:00:00.000Z");
    bench.holds();
}

#[test]
fn what_comes_out_again_after_the_closing_is_out_without_an_order_since_then() {
    let bench = strict();
    let order = approved(&bench, "--until +8h K00001L9");
    ok(&bench, "check-out K00001L9");
    ok(&bench, "check-in --to V1 K00001L9");
    bench.pass(60_000);
    ok(&bench, &format!("order close {order}"));
    bench.pass(60_000);
    ok(&bench, "void K00001L9");
    for minutes in [0, 7] {
        bench.pass(minutes * 60_000);
        let flags = bench.run(&["flags", "--json"]).json();
        let flag = flags.as_array().unwrap().iter().find(|flag| flag["flag"] == "no_order").unwrap().clone();
        assert_eq!(flag["since"], "2026-11-23T00:01:00.000Z", "after {minutes} more minutes: {flag}");
    }
    assert_eq!(code(&bench, "load --by B-2 --into D1 K00001L9"), "not_custodian");
    ok(&bench, "check-in --to V1 K00001L9");
    assert!(!flagged(&bench, "K00001L9", "no_order"));
    bench.holds();
}

#[test]
fn people_who_are_suspended_leave_their_orders_and_their_media_to_others() {
    let bench = strict();
    let order = approved(&bench, "--until +8h K00001L9 K00002L9");
    let waiting = requested(&bench, "--until +8h K00003L9");
    ok(&bench, "check-out --by B-3 K00001L9");
    for badge in ["B-2", "B-3", "A-1"] {
        ok(&bench, &format!("person suspend {badge}"));
    }
    // The request of one who is gone may still be decided on, and what was approved holds.
    ok(&bench, &format!("order approve --by A-2 {waiting}"));
    ok(&bench, "check-out K00002L9 K00003L9");
    refused(&bench, &format!("order close --by B-2 {order}"), "B-2");
    refused(&bench, &format!("order extend --by A-1 --until +9h {order}"), "A-1");
    for (step, wanted) in [
        ("load --by B-3 --into D1 K00001L9", "suspended_person"),
        ("check-in --by B-3 --to V1 K00001L9", "suspended_person"),
        ("load --into D1 K00001L9", "not_custodian"),
        ("hand-over --to B-3 K00002L9", "suspended_person"),
        ("take-over --why ill --with B-3 K00001L9", "suspended_person"),
    ] {
        assert_eq!(code(&bench, step), wanted, "{step}");
    }
    ok(&bench, "take-over --why ill --with A-2 K00001L9");
    ok(&bench, "check-in --to V1 K00001L9 K00002L9 K00003L9");
    ok(&bench, &format!("order close {order}"));
    ok(&bench, "person reinstate B-2");
    ok(&bench, &format!("order close --by B-2 {waiting}"));
    assert!(run(&bench, "person reinstate B-2").code(1).err.contains("Nothing would change"));
    bench.holds();
}

#[test]
fn a_badge_may_read_like_a_barcode() {
    let bench = strict();
    ok(&bench, "person add K00001L9 Someone --role operator");
    let order = approved(&bench, "--by K00001L9 --until +8h K00001L9");
    ok(&bench, "check-out --by K00001L9 K00001L9");
    let medium = bench.show("K00001L9");
    assert_eq!((&medium["custodian"], &medium["order"]), (&Value::from("K00001L9"), &Value::from(order)));
    ok(&bench, "check-in --to V1 --by K00001L9 K00001L9");
    ok(&bench, &format!("order close --by K00001L9 {order}"));
    bench.holds();
}

#[test]
fn an_extension_gives_what_is_out_until_the_new_end() {
    let bench = strict();
    let overdue =
        |barcode: &str| bench.show(barcode)["flags"].as_array().unwrap().contains(&json!("overdue"));
    let order = approved(&bench, "--until +2h K00001L9 K00002L9 K00003L9");
    ok(&bench, "check-out --by B-2 K00001L9 K00002L9");
    ok(&bench, "load --by B-2 --into D1 K00002L9");
    ok(&bench, "check-out --by B-2 --until +1h K00003L9");
    bench.pass(HOUR / 2);
    ok(&bench, &format!("order extend --by A-1 --until +5h {order}"));
    // What was to be back at its end has until the new one; what was promised earlier stays promised.
    for (barcode, due) in [("K00001L9", "05:30"), ("K00002L9", "05:30"), ("K00003L9", "01:00")] {
        assert_eq!(bench.show(barcode)["due"], format!("2026-11-23T{due}:00.000Z"), "{barcode}");
    }
    bench.pass(4 * HOUR);
    ok(&bench, "eject --by B-2 K00002L9");
    for (barcode, late) in [("K00001L9", false), ("K00002L9", false), ("K00003L9", true)] {
        assert_eq!(overdue(barcode), late, "{barcode}");
    }
    bench.holds();
    // Also one that was over already.
    bench.pass(HOUR + 1);
    assert!(overdue("K00001L9"));
    ok(&bench, &format!("order extend --by A-1 --until +2h {order}"));
    assert!(!overdue("K00001L9"));
    bench.holds();
}

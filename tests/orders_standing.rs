//! Standing orders: approved for nights to come, each night a list of its own within the maximum.

use crate::orders::{approved, flagged, log, ok, refused, requested, run, show, strict};
use crate::support::Bench;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Opens a night as B-2; gives its number.
#[track_caller]
fn night(bench: &Bench, standing: u64, words: &str) -> u64 {
    let told = ok(bench, &format!("order night --json --by B-2 {standing} {words}")).json();
    told["number"].as_u64().unwrap()
}

#[test]
fn a_standing_order_holds_for_ninety_two_days_at_most() {
    let bench = strict();
    for (words, may) in [
        ("--until +92d", true),
        ("--until +93d", false),
        ("--from +10d --until +102d", true),
        ("--from +10d --until +103d", false),
    ] {
        let words = format!("order new --purpose backup --nightly 2 {words}");
        if may {
            ok(&bench, &words);
        } else {
            refused(&bench, &words, "92 days at most");
        }
    }
    // Nor does an extension make it longer.
    let standing = approved(&bench, "--until +90d --nightly 2");
    refused(&bench, &format!("order extend --by A-2 --until +93d {standing}"), "92 days at most");
    ok(&bench, &format!("order extend --by A-2 --until +92d {standing}"));
    bench.holds();
}

#[test]
fn a_night_is_an_order_of_its_own() {
    let bench = strict();
    let standing = approved(&bench, "--until +30d --nightly 3 --to D1");
    let first = night(&bench, standing, "K00001L9 K00002L9");
    let page = show(&bench, first);
    assert_eq!(
        [&page["state"], &page["decided_by"], &page["requester"], &page["destination"], &page["purpose"]]
            .map(|value| value.as_str().unwrap()),
        ["approved", "A-1", "B-2", "D1", "test"]
    );
    assert_eq!((&page["standing"], &page["until"]), (&standing.into(), &"2026-11-24T00:00:00.000Z".into()));
    ok(&bench, "check-out --by B-3 K00001L9");
    assert_eq!(bench.show("K00001L9")["order"], first);
    // Its gate is its own, and the standing order stays open as long as a night is.
    refused(&bench, &format!("order close {first}"), "K00001L9");
    refused(&bench, &format!("order close {standing}"), "1 night");
    ok(&bench, "check-in --by B-3 --to V1 K00001L9");
    refused(&bench, &format!("order close {standing}"), "1 night");
    ok(&bench, &format!("order close {first}"));
    ok(&bench, &format!("order close {standing}"));
    refused(&bench, &format!("order night --by B-2 {standing} K00001L9"), "is not in force");
    bench.holds();
}

#[test]
fn the_lists_of_one_night_stay_within_the_maximum_and_the_next_counts_anew() {
    let bench = strict();
    bench.pass(5 * HOUR);
    let standing = approved(&bench, "--until +30d --nightly 3");
    let open = |words: &str| format!("order night --by B-2 {standing} {words}");
    let full = "allows 3 media a night";
    refused(&bench, &open("K00001L9 K00002L9 K00003L9 K00004L9"), full);
    night(&bench, standing, "K00001L9 K00001L9");
    assert_eq!(show(&bench, standing)["used"], 1, "each medium once");
    night(&bench, standing, "K00002L9 K00003L9");
    refused(&bench, &open("K00004L9"), "3 are used, and 1 more");
    // A night is a day of 24 hours from the beginning of the order.
    bench.pass(DAY - 1);
    refused(&bench, &open("K00004L9"), full);
    bench.pass(1);
    night(&bench, standing, "K00004L9 K00005L9");
    assert_eq!(show(&bench, standing)["used"], 2);
    refused(&bench, &open("K00001L9 K00002L9"), "2 are used, and 2 more");
    bench.pass(3 * DAY);
    night(&bench, standing, "K00001L9 K00002L9 K00003L9");
    bench.holds();
}

#[test]
fn what_a_night_may_not_be() {
    let bench = strict();
    let standing = approved(&bench, "--by B-3 --until +30d --nightly 3");
    let waiting = requested(&bench, "--until +30d --nightly 3");
    let plain = approved(&bench, "--until +8h K00001L9");
    let night = |words: &str| format!("order night --by B-2 {words}");
    for (words, part) in [
        (format!("{plain} K00002L9"), "is not a standing order"),
        ("999 K00002L9".to_owned(), "no movement order 999"),
        (format!("{waiting} K00002L9"), "is not in force"),
        (format!("{standing} --until +31d K00002L9"), "is after the end of order"),
        (format!("{standing} --until 2026-11-22T00:00:00Z K00002L9"), "must end after"),
        (format!("{standing} --find nothing"), "at least one medium"),
        (format!("{standing} NOPE01L9 K00002L9"), "1 bad barcode"),
    ] {
        refused(&bench, &night(&words), part);
    }
    run(&bench, &night(&standing.to_string())).code(2);
    // A night ends with the standing order, be the allowance longer.
    bench.pass(30 * DAY - 3 * HOUR);
    bench.ok(&["clock", "confirm", "--with", "A-1"]);
    let told = ok(&bench, &format!("order night --json --by B-2 {standing} K00002L9")).json();
    let last = show(&bench, told["number"].as_u64().unwrap());
    assert_eq!(last["until"], show(&bench, standing)["until"]);
    ok(&bench, "check-out --by B-2 K00002L9");
    bench.pass(3 * HOUR);
    assert!(flagged(&bench, "K00002L9", "no_order"));
    refused(&bench, &night(&format!("{standing} K00003L9")), "is not in force");
    bench.holds();
}

#[test]
fn who_approved_the_nights_opens_none_of_them() {
    let bench = strict();
    let standing = requested(&bench, "--by B-3 --until +30d --nightly 3");
    ok(&bench, &format!("order approve --by B-1 {standing}"));
    for (lang, claim) in [("en", "asked for this order"), ("ja", "申請者なので")] {
        let told = run(&bench, &format!("order night --by B-1 --lang {lang} {standing} K00001L9")).code(1);
        assert!(told.err.contains("B-1") && !told.err.contains(claim), "B-1 did not ask: {}", told.err);
    }
    ok(&bench, &format!("order night --by B-3 {standing} K00001L9"));
    ok(&bench, &format!("order night --by A-2 {standing} K00002L9"));
    // Of a night too its opener gives themself no more time.
    let opened = log(&bench).len();
    refused(&bench, &format!("order extend --by A-2 --until +29h {opened}"), "A-2");
    ok(&bench, &format!("order extend --by A-1 --until +29h {opened}"));
    bench.holds();
}

//! Stocktakes at the command line: opened over what nobody may choose, counted blind, closed by two people.

use std::collections::BTreeSet;

use kuraban::app::{Counted, Scan};
use kuraban::domain::event::How;
use kuraban::domain::names::AuditId;
use serde_json::Value;

use crate::audit_tale::chosen;
use crate::orders::{log, ok, refused, run};
use crate::support::{Bench, Run, place, who};

/// Opens a stocktake as X-1 with these words; gives its number.
#[track_caller]
pub(crate) fn opened(bench: &Bench, words: &str) -> u64 {
    let told = ok(bench, &format!("audit open --by X-1 --json {words}")).json();
    told["number"].as_u64().unwrap()
}

/// Counts as somebody; `{audit}` of the command line is the number.
pub(crate) fn scan(bench: &Bench, audit: u64, words: &str) -> Run {
    run(bench, &format!("audit scan {audit} {words}"))
}

/// Two counters read everything that stands on the shelf of the furnished ledger.
#[track_caller]
pub(crate) fn swept(bench: &Bench, audit: u64) {
    for counter in ["B-2", "B-3"] {
        let media = "K00001L9 K00002L9 K00003L9 K00004L9 K00005L9 K00006L9";
        scan(bench, audit, &format!("--by {counter} --at V1-A {media}")).code(0);
    }
}

/// The furnished ledger with a medium in V2 and one in the library.
pub(crate) fn spread() -> Bench {
    let bench = Bench::furnished();
    ok(&bench, "media add --at V2 L00001L9");
    ok(&bench, "media add --at LIB L00002L9");
    bench
}

#[test]
fn two_stocktakes_of_the_same_places_cannot_run_at_once() {
    for (first, second, both) in [
        ("", "", false),
        ("", "--at V2", false),
        ("--at TOKYO", "--at V2", false),
        ("--at V2", "", false),
        ("--at V2", "--at TOKYO", false),
        ("--at V1", "--at V1", false),
        ("--at V1", "--at V1-A", false),
        ("--at V1-A", "--at V1", false),
        ("--at V1", "--at V2", true),
        ("--at V1-A", "--at LIB", true),
    ] {
        let bench = spread();
        let one = opened(&bench, first);
        if both {
            opened(&bench, second);
        } else {
            refused(&bench, &format!("audit open --by X-1 {second}"), "cannot run at once");
            // A sample of the same places neither, though its head may be fixed meanwhile.
            let draw = opened(&bench, &format!("--sample 50 {second}"));
            let told = format!("audit open --by X-1 --draw {draw} --number 1");
            refused(&bench, &told, "cannot run at once");
            run(&bench, &format!("audit close --by X-1 --with A-1 {one}")).code(1);
            ok(&bench, &told);
        }
        bench.holds();
    }
}

#[test]
fn the_code_of_the_site_is_the_whole_site() {
    let [by_code, by_none] = ["--at TOKYO", ""].map(|words| {
        let bench = spread();
        ok(&bench, "check-out --by B-2 K00001L9");
        ok(&bench, "missing --by A-1 --why gone K00002L9");
        opened(&bench, words);
        let entry = log(&bench).pop().unwrap();
        bench.holds();
        entry["data"].clone()
    });
    assert_eq!(by_code["place"], Value::Null);
    assert_eq!((&by_code["expected"], &by_none["expected"]), (&Value::from(8), &Value::from(8)));
}

#[test]
fn a_place_in_which_nothing_stands_is_not_counted() {
    let bench = Bench::furnished();
    for place in ["V2", "D1", "LIB", "DESK", "V1-A-01"] {
        refused(&bench, &format!("audit open --by X-1 --at {place}"), "there is no medium");
    }
    refused(&bench, "audit open --by X-1 --at NOWHERE", "NOWHERE");
}

#[test]
fn a_sample_can_be_repeated_by_hand() {
    for (words, percent, number, of) in [
        ("", 1, 0, 8),
        ("", 34, 4711, 8),
        ("", 50, 9_007_199_254_740_991, 8),
        ("", 100, 7, 8),
        ("--at V1", 50, 42, 6),
        ("--at V1-A", 17, 3, 6),
    ] {
        let bench = spread();
        let draw = opened(&bench, &format!("--sample {percent} {words}"));
        let head = ok(&bench, &format!("audit show --json {draw}")).json()["sample"]["head"].clone();
        // What comes in after the head was fixed can be chosen as well.
        ok(&bench, "media add --at LIB L00003L9");
        ok(&bench, &format!("audit open --by X-1 --draw {draw} --number {number}"));
        let page = ok(&bench, &format!("audit show --json {draw}")).json();
        assert_eq!(page["sample"]["head"], head);
        assert_eq!(
            (&page["sample"]["percent"], &page["sample"]["number"]),
            (&percent.into(), &number.into())
        );
        let entries = log(&bench);
        let drawn = entries.iter().find(|entry| entry["kind"] == "audit_drawn").unwrap();
        assert_eq!((&drawn["data"]["head"], &drawn["prev"]), (&head, &head), "fixed before the number");
        let there =
            |entry: &&Value| words.is_empty() || entry["data"]["place"].as_str().unwrap().starts_with("V1");
        let registered = entries.iter().filter(|entry| entry["kind"] == "register").filter(there);
        let all: BTreeSet<u64> = registered.map(|entry| entry["seq"].as_u64().unwrap()).collect();
        assert_eq!(all.len(), of + usize::from(words.is_empty()));
        let wanted = chosen(head.as_str().unwrap(), number, percent, &all);
        let raw = bench.raw();
        let mut rows = raw.prepare("SELECT medium FROM audit_sample WHERE audit = ?1 ORDER BY 1").unwrap();
        let rows = rows.query_map([draw.cast_signed()], |row| row.get::<_, i64>(0)).unwrap();
        let some: Vec<u64> = rows.map(|row| row.unwrap().cast_unsigned()).collect();
        assert_eq!(some, wanted, "{percent} % of {all:?} by {number}");
        assert_eq!(entries.last().unwrap()["data"]["expected"], wanted.len());
        bench.holds();
    }
}

#[test]
fn a_draw_that_was_left_stays_in_the_list() {
    let bench = Bench::furnished();
    let left = opened(&bench, "--sample 20");
    let used = opened(&bench, "--sample 30");
    ok(&bench, &format!("audit open --by X-1 --draw {used} --number 5"));
    let list = ok(&bench, "audit list --json").json();
    let told: Vec<(u64, &str, u64)> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["number"].as_u64().unwrap(),
                one["state"].as_str().unwrap(),
                one["percent"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(told, [(used, "open", 30), (left, "drawn", 20)]);
    // A number is told once, and what is only drawn is not counted, counted again or closed.
    let again = format!("audit open --by X-1 --draw {used} --number 6");
    refused(&bench, &again, "waits for a number");
    refused(&bench, &format!("audit recount --by X-1 {left}"), "nothing is counted");
    refused(&bench, &format!("audit close --by X-1 --with A-1 {left}"), "nothing is counted");
    let told = scan(&bench, left, "--by B-2 --at V1-A --json K00001L9").code(1).json();
    assert_eq!(told["refused"][0]["code"], "audit_not_open");
    ok(&bench, &format!("audit show {left}"));
    bench.holds();
}

#[test]
fn bad_numbers_are_refused_in_a_sentence_and_leave_nothing() {
    let bench = Bench::furnished();
    let draw = opened(&bench, "--sample 20");
    let open = opened(&bench, "");
    let size = log(&bench).len();
    let numbers = [
        "0",
        "7",
        "99999",
        "-1",
        "+",
        "x",
        "１",
        "1.5",
        "0x1",
        "1e3",
        "#",
        "9007199254740991",
        "9007199254740992",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "99999999999999999999999999999999",
        "\u{1b}[31m",
        "'; DROP TABLE audit; --",
        "",
    ];
    let mut calls: Vec<Vec<String>> = Vec::new();
    for number in numbers {
        for words in [
            "audit status N",
            "audit status --json N",
            "audit show N",
            "audit show --json N",
            "audit show --html N",
            "audit recount --by X-1 N",
            "audit close --by X-1 --with A-1 N",
            "audit open --by X-1 --draw N --number 1",
        ] {
            calls.push(
                words.split(' ').map(|word| if word == "N" { number } else { word }.to_owned()).collect(),
            );
        }
    }
    let draw = draw.to_string();
    for number in
        ["-1", "x", "", "１", "1.5", "9007199254740992", "18446744073709551615", "18446744073709551616"]
    {
        let words = ["audit", "open", "--by", "X-1", "--draw", &draw, "--number", number];
        calls.push(words.map(str::to_owned).to_vec());
    }
    for share in ["0", "101", "-1", "x", "", "1.5", "18446744073709551615", "18446744073709551616"] {
        calls.push(["audit", "open", "--by", "X-1", "--sample", share].map(str::to_owned).to_vec());
    }
    for call in calls {
        let words: Vec<&str> = call.iter().map(String::as_str).collect();
        let told = bench.run(&words);
        assert!([1, 2].contains(&told.code) && told.out.is_empty(), "{call:?}: {told:?}");
        assert!(!told.err.is_empty() && !told.err.contains('\u{1b}'), "{call:?}: {told:?}");
        assert!(!told.err.contains("number” agrees"), "{call:?}: {told:?}");
    }
    assert_eq!(log(&bench).len(), size, "nothing is recorded");
    // A list before any number is a list.
    for number in ["0", "1", "9223372036854775808", "18446744073709551615"] {
        ok(&bench, &format!("audit list --json --before {number}"));
    }
    // What is scanned for a stocktake that there is not is on record as refused.
    let told = scan(&bench, 99_999, "--by B-2 --at V1-A K00001L9").code(1);
    assert!(told.err.contains("99999"), "{told:?}");
    assert_eq!(ok(&bench, &format!("audit status --json {open}")).json()["seen"], 0);
    bench.holds();
}

#[test]
fn the_same_again_writes_no_entry() {
    let rows = [
        ("B-2", "V1-A", How::Typed, true),
        ("B-2", "V1-A", How::Typed, false),
        ("B-2", "V1-A", How::File, false),
        ("B-3", "V1-A", How::Typed, true),
        ("B-2", "V1", How::Typed, true),
        ("B-2", "V1-A", How::Scanned, true),
        ("B-2", "V1-A", How::Scanned, false),
        ("B-2", "V1-A", How::Typed, false),
        ("B-2", "V1-A", How::Library, false),
        ("B-3", "V1-A", How::Typed, false),
    ];
    let bench = Bench::furnished();
    let session = bench.session();
    let audit = AuditId(opened(&bench, ""));
    for (index, (by, at, how, new)) in rows.into_iter().enumerate() {
        bench.pass(1000);
        let (size, scan) = (log(&bench).len(), Scan { text: "K00001L9", how, occurred: None });
        let counted = session.count(&who(&session, by, None), audit, &place(at), &scan).unwrap();
        assert_eq!(matches!(counted, Counted::Done { .. }), new, "{index}: {counted:?}");
        assert_eq!(matches!(counted, Counted::Already { .. }), !new, "{index}: {counted:?}");
        assert_eq!(log(&bench).len(), size + usize::from(new), "{index}");
    }
    // Once it has moved, the same again is news.
    ok(&bench, "check-out --by B-1 K00001L9");
    bench.pass(1000);
    let scan = Scan { text: "K00001L9", how: How::Typed, occurred: None };
    let counted = session.count(&who(&session, "B-2", None), audit, &place("V1-A"), &scan).unwrap();
    assert!(matches!(counted, Counted::Done { .. }), "{counted:?}");
    // Nor does a label that names no medium, but at another place, or from another counter.
    for (by, at, text, new) in [
        ("B-2", "V1-A", "NOPE01L9", true),
        ("B-2", "V1-A", "NOPE01L9", false),
        ("B-2", "V1-A", "*NOPE01L9*", true),
        ("B-2", "V1", "NOPE01L9", true),
        ("B-3", "V1-A", "NOPE01L9", true),
        ("B-3", "V1-A", "NOPE01L9", false),
    ] {
        let (size, scan) = (log(&bench).len(), Scan { text, how: How::Typed, occurred: None });
        let counted = session.count(&who(&session, by, None), audit, &place(at), &scan).unwrap();
        let Counted::Refused { seq: Some(seq), .. } = counted else { panic!("{counted:?}") };
        assert_eq!(log(&bench).len(), size + usize::from(new), "{by} {at} {text}");
        assert_eq!(log(&bench)[usize::try_from(seq).unwrap() - 1]["data"]["label"], text);
    }
    bench.holds();
}

#[test]
fn closing_takes_two_people() {
    let bench = Bench::furnished();
    let audit = opened(&bench, "");
    swept(&bench, audit);
    refused(&bench, &format!("audit close --by X-1 {audit}"), "second person");
    refused(&bench, &format!("audit close --by X-1 --with X-1 {audit}"), "X-1");
    refused(&bench, &format!("audit close --by X-1 --with B-9 {audit}"), "B-9");
    refused(&bench, &format!("audit close --by B-2 --with B-3 {audit}"), "needs the role");
    ok(&bench, &format!("audit close --by X-1 --with B-2 {audit}"));
    let page = ok(&bench, &format!("audit show --json {audit}")).json();
    assert_eq!((&page["closed_by"], &page["closed_with"]), (&"X-1".into(), &"B-2".into()));
    assert_eq!((&page["state"], &page["unresolved"]), (&"certified".into(), &0.into()));
    bench.holds();
    // One that does not come out takes two as well, and without them nothing is declared missing.
    let bench = Bench::furnished();
    let audit = opened(&bench, "");
    refused(&bench, &format!("audit close --by X-1 {audit}"), "second person");
    assert_eq!(bench.show("K00001L9")["state"], "vaulted");
}

#[test]
fn what_is_closed_takes_nothing_more() {
    for certified in [true, false] {
        let bench = Bench::furnished();
        let audit = opened(&bench, "");
        if certified {
            swept(&bench, audit);
        }
        run(&bench, &format!("audit close --by X-1 --with A-1 {audit}")).code(u8::from(!certified));
        let page = page_of(&bench, audit);
        let told = scan(&bench, audit, "--by X-1 --at V1 --json K00001L9").code(1).json();
        assert_eq!(told["refused"][0]["code"], "audit_not_open", "{told}");
        let file = bench.file("memory", b"V1-A\nK00002L9\n");
        scan(&bench, audit, &format!("--by X-1 --file {file}")).code(1);
        refused(&bench, &format!("audit recount --by X-1 {audit}"), "nothing is counted");
        refused(&bench, &format!("audit close --by X-1 --with A-1 {audit}"), "nothing is counted");
        // And what happens later does not change its certificate.
        run(&bench, "found --by B-1 --at DESK K00003L9");
        run(&bench, "check-out --by B-1 K00004L9");
        assert_eq!(page_of(&bench, audit), page);
        bench.holds();
    }
}

/// A stocktake as its document tells it, however it ended.
pub(crate) fn page_of(bench: &Bench, audit: u64) -> Value {
    run(bench, &format!("audit show --json {audit}")).json()
}

#[test]
fn who_counts_is_not_told_what_to_expect() {
    let bench = Bench::furnished();
    let audit = opened(&bench, "--at V1");
    scan(&bench, audit, "--by B-2 --at V1-A K00001L9").code(0);
    for command in ["status", "show"] {
        let page = ok(&bench, &format!("audit {command} --json {audit}")).json();
        let told = page.get("expected").is_none_or(Value::is_null);
        let none = |key: &str| page.get(key).and_then(Value::as_array).is_none_or(Vec::is_empty);
        assert!(told && ["lines", "missing", "unproven", "misplaced"].into_iter().all(none), "{page}");
        let words = ok(&bench, &format!("audit {command} {audit}")).out;
        assert!(!words.contains("expected") && !words.contains("K00002L9"), "{words}");
    }
    assert_eq!(ok(&bench, "audit list --json").json()[0]["expected"], Value::Null);
    for (by, may) in [("--by B-2", false), ("--by B-3", true), ("", true)] {
        let told = run(&bench, &format!("media list --json --at V1-A {by}"));
        assert_eq!(told.code, u8::from(!may), "{by}: {told:?}");
        assert!(may || !told.err.contains("K0000"), "{told:?}");
    }
    bench.holds();
}

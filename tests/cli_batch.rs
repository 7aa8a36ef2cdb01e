//! Batches: recorded one by one, from arguments and from standard input.

use crate::support::Bench;

#[test]
fn one_refused_tape_does_not_hold_back_the_others() {
    let bench = Bench::furnished();
    let run = bench.run(&["check-out", "--json", "K00001L9", "NOPE99L9", "K00002L9"]).code(1);
    let told = run.json();
    assert_eq!(told["done"], serde_json::json!(["K00001L9", "K00002L9"]));
    assert_eq!(told["refused"][0]["barcode"], "NOPE99L9");
    assert_eq!(told["refused"].as_array().unwrap().len(), 1);
    bench.holds();
}

#[test]
fn standard_input_is_graded_file_and_may_carry_times() {
    let bench = Bench::furnished();
    bench.pass(3_600_000);
    let lines = "\u{feff}K00001L9\r\n\r\n*K00002L9*\t2026-11-23T00:30:00Z\nK00003\t2026-11-23T09:15:00+09:00\n\
                 K00004L9\tyesterday\nK00005L9\t2026-11-23T02:00:00Z\nNOPE99L9\nK00006L9";
    let run = bench.run_with(&["sight", "--at", "V1-A", "--json", "-"], lines.as_bytes()).code(1);
    let told = run.json();
    assert_eq!(told["done"], serde_json::json!(["K00001L9", "K00002L9", "K00003L9", "K00006L9"]));
    let codes: Vec<_> = told["refused"].as_array().unwrap().iter().map(|r| r["code"].clone()).collect();
    assert_eq!(codes, ["bad_time", "occurred_ahead", "unknown_barcode"]);
    let show = bench.show("K00003L9");
    assert_eq!((&show["seen_at"], &show["seen_how"]), (&"2026-11-23T00:15:00.000Z".into(), &"file".into()));
    // A file alone proves nothing; with a second person it counts as a reading.
    assert!(show["read_at"].is_null());
    bench.ok(&["sight", "--at", "V1-A", "--with", "B-2", "K00003L9"]);
    assert_eq!(bench.show("K00003L9")["read_at"], "2026-11-23T01:00:00.000Z");
    bench.holds();
}

#[test]
fn each_line_is_told_as_it_is_recorded() {
    let bench = Bench::furnished();
    let run = bench.run_with(&["check-out", "-"], b"K00001L9\nK00001L9\nK00002L9\n").code(1);
    assert_eq!(run.out.lines().count(), 2, "{}", run.out);
    assert!(run.err.contains("K00001L9 cannot be checked out"), "{}", run.err);
    assert!(run.err.contains("2 recorded, 1 refused."), "{}", run.err);
}

#[test]
fn a_scan_in_any_dress_is_the_same_medium() {
    for scan in [
        "*K00001L9*",
        "]A0K00001L9",
        "L9K00001",
        "k00001l9",
        "K00001",
        " K00001L9 ",
        "Ｋ００００１Ｌ９",
        "#15",
    ] {
        let bench = Bench::furnished();
        let told = bench.run(&["check-out", "--json", scan]).code(0).json();
        assert_eq!(told["done"], serde_json::json!(["K00001L9"]), "{scan}");
    }
}

#[test]
fn ambiguity_is_settled_by_the_serial_number() {
    let bench = Bench::furnished();
    bench.ok(&["media", "add", "--at", "V1", "--serial", "HU-77", "K00001L8"]);
    let run = bench.run(&["check-out", "K00001"]).code(1);
    assert!(run.err.contains("K00001L8 (serial:HU-77), K00001L9"), "{}", run.err);
    bench.ok(&["check-out", "serial:HU-77"]);
    assert_eq!(bench.show("K00001L8")["state"], "in_hand");
    assert_eq!(bench.show("K00001L9")["state"], "vaulted");
    bench.holds();
}

//! A scanner's memory read in for a stocktake: places before what stands in them, in whatever form it comes.

use serde_json::Value;

use crate::audits::{opened, scan};
use crate::orders::{log, ok};
use crate::support::{Bench, Run};

/// What was counted, as place, medium and how.
fn counted(bench: &Bench) -> Vec<(String, String, String)> {
    let raw = bench.raw();
    let mut rows = raw
        .prepare(
            "SELECT place.code, medium.barcode, how FROM audit_count
             JOIN place ON place.id = audit_count.place JOIN medium ON medium.id = audit_count.medium ORDER BY 1, 2, 3",
        )
        .unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn memory(bench: &Bench, audit: u64, bytes: &[u8]) -> Run {
    let file = bench.file("memory.txt", bytes);
    scan(bench, audit, &format!("--by B-2 --json --file {file}"))
}

fn row(place: &str, medium: u64) -> (String, String, String) {
    (place.to_owned(), format!("K0000{medium}L9"), "file".to_owned())
}

/// A ledger with a second shelf.
fn shelves() -> Bench {
    let bench = Bench::furnished();
    ok(&bench, "place add V1-B --kind shelf --in V1");
    bench
}

#[test]
fn places_stand_before_what_stands_in_them_in_every_form_of_file() {
    let all = || vec![row("V1-A", 1), row("V1-A", 2), row("V1-B", 3)];
    for (case, bytes) in [
        ("lines", &b"V1-A\nK00001L9\nK00002L9\nV1-B\nK00003L9\n"[..]),
        ("no last line feed", b"V1-A\nK00001L9\nK00002L9\nV1-B\nK00003L9"),
        ("CRLF", b"V1-A\r\nK00001L9\r\nK00002L9\r\nV1-B\r\nK00003L9\r\n"),
        ("BOM", b"\xef\xbb\xbfV1-A\nK00001L9\nK00002L9\nV1-B\nK00003L9\n"),
        ("BOM and CRLF", b"\xef\xbb\xbfV1-A\r\nK00001L9\r\nK00002L9\r\nV1-B\r\nK00003L9\r\n"),
        ("empty lines and spaces", b"\n\n  V1-A \n K00001L9\t\n\n\nK00002L9 \n\t\nV1-B\n   K00003L9\n\n"),
        ("start and stop characters", b"V1-A\n*K00001L9*\nK00002L9\nV1-B\n*K00003L9*\n"),
        ("volsers alone", b"V1-A\nK00001\nK00002\nV1-B\nK00003\n"),
        ("each twice", b"V1-A\nK00001L9\nK00001L9\nK00002L9\nV1-B\nK00003L9\nV1-A\nK00002L9\n"),
        ("a place in which nothing stands", b"V1-A-01\nV1-A\nK00001L9\nK00002L9\nV2\nV1-B\nK00003L9\nDESK\n"),
    ] {
        let bench = shelves();
        let audit = opened(&bench, "");
        memory(&bench, audit, bytes).code(0);
        assert_eq!(counted(&bench), all(), "{case}");
        let entries = log(&bench).iter().filter(|entry| entry["kind"] == "audit_read").count();
        assert!(entries <= 3, "{case}: one entry for each stay at a place");
        bench.holds();
    }
}

#[test]
fn before_any_place_is_named_it_is_the_place_that_is_counted() {
    for (scope, at, wanted) in
        [("", "", "TOKYO"), ("--at V1", "", "V1"), ("--at V1-A", "", "V1-A"), ("", "--at V1-A", "V1-A")]
    {
        let bench = shelves();
        let audit = opened(&bench, scope);
        let file = bench.file("memory.txt", b"K00001L9\nV1-A\nK00002L9\n");
        scan(&bench, audit, &format!("--by B-2 {at} --file {file}")).code(0);
        let mut rows = vec![row(wanted, 1), row("V1-A", 2)];
        rows.sort();
        assert_eq!(counted(&bench), rows, "{scope} {at}");
        bench.holds();
    }
}

#[test]
fn lines_with_a_time_are_held_against_the_record_of_that_time() {
    let bench = shelves();
    let audit = opened(&bench, "");
    bench.pass(10 * 60_000);
    ok(&bench, "move --by B-1 --to V1-B K00001L9");
    bench.pass(10 * 60_000);
    let lines = "V1-A\nK00001L9\t2026-11-23T00:05:00Z\nK00002L9\t2026-11-23T09:06:00+09:00\r\nK00003L9\n\
                 V1-B\nK00001L9\t2026-11-23T00:15:00Z\n";
    memory(&bench, audit, lines.as_bytes()).code(0);
    let wanted = vec![row("V1-A", 1), row("V1-A", 2), row("V1-A", 3), row("V1-B", 1)];
    assert_eq!(counted(&bench), wanted);
    let occurred: Vec<Value> = log(&bench).iter().map(|entry| entry["occurred"].clone()).collect();
    for time in ["2026-11-23T00:05:00.000Z", "2026-11-23T00:06:00.000Z", "2026-11-23T00:15:00.000Z"] {
        assert!(occurred.contains(&time.into()), "{time}: {occurred:?}");
    }
    bench.pass(60_000);
    // Another counter's own pass makes each a reading: it stood there before it was moved, and here after that.
    scan(&bench, audit, "--by B-3 V1-B K00001L9 V1-A K00002L9 K00003L9 K00004L9 K00005L9 K00006L9").code(0);
    scan(&bench, audit, "--by B-1 V1-A K00004L9 K00005L9 K00006L9").code(0);
    let told = ok(&bench, &format!("audit close --by X-1 --with A-1 --json {audit}")).json();
    assert_eq!((&told["classes"]["moved"], &told["classes"]["present"]), (&1.into(), &5.into()), "{told}");
    bench.holds();
}

#[test]
fn times_that_cannot_be_are_refused_and_the_rest_is_counted() {
    for (time, code) in [
        ("2026-11-22T23:59:59.999Z", "before_audit"),
        ("1970-01-01T00:00:00Z", "before_audit"),
        ("2026-11-23T00:20:00.001Z", "occurred_ahead"),
        ("9999-12-31T23:59:59Z", "occurred_ahead"),
        ("yesterday", "bad_time"),
        ("2026-02-30T00:00:00Z", "bad_time"),
        ("2026-11-23 00:05", "bad_time"),
        ("2026-11-23T00:05:00Z\t2026-11-23T00:06:00Z", "bad_time"),
        ("\u{1b}[2J", "bad_time"),
    ] {
        let bench = shelves();
        let audit = opened(&bench, "");
        bench.pass(20 * 60_000);
        let lines = format!("V1-A\nK00001L9\t{time}\nK00002L9\nK00003L9\t2026-11-23T00:00:00Z\n");
        let told = memory(&bench, audit, lines.as_bytes()).code(1).json();
        assert_eq!(told["refused"].as_array().unwrap().len(), 1, "{told}");
        assert_eq!(told["refused"][0]["code"], code, "{time}: {told}");
        assert!(!told["refused"][0]["reason"].as_str().unwrap().contains('\u{1b}'), "{told}");
        assert_eq!(counted(&bench), vec![row("V1-A", 2), row("V1-A", 3)], "{time}");
        bench.holds();
    }
}

#[test]
fn garbage_is_named_line_by_line_and_never_ends_the_reading() {
    let bench = shelves();
    let audit = opened(&bench, "");
    let mut bytes = b"V1-A\nK00001L9\n".to_vec();
    let garbage: [&[u8]; 9] = [
        b"NOPE01L9",
        b"\xff\xfe\x00garbage",
        b"\x1b[31mred",
        b"'; DROP TABLE medium; --",
        "棚 3".as_bytes(),
        b"K00001L9K00002L9",
        b"#99999",
        b"-",
        &[b'X'; 5000],
    ];
    for line in garbage {
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
    }
    // What follows a label that might have been a shelf waits for the next shelf.
    bytes.extend_from_slice(b"V1-A\nK00002L9\n");
    let told = memory(&bench, audit, &bytes).code(1).json();
    assert_eq!(told["refused"].as_array().unwrap().len(), garbage.len(), "{told}");
    assert_eq!(counted(&bench), vec![row("V1-A", 1), row("V1-A", 2)]);
    let labels = || log(&bench).iter().filter(|entry| entry["kind"] == "unknown_label").count();
    let before = labels();
    assert!((1..=garbage.len()).contains(&before));
    // The same again names them again, and adds nothing.
    let size = log(&bench).len();
    memory(&bench, audit, &bytes).code(1);
    assert_eq!(log(&bench).len(), size, "the same file again adds nothing");
    let page = ok(&bench, &format!("audit status --json {audit}")).json();
    assert_eq!(page["strays"], before, "{page}");
    // In the second count they are in question again.
    ok(&bench, &format!("audit recount --by X-1 {audit}"));
    let file = bench.file("again.txt", b"V1-A\nNOPE01L9\nNOPE01L9\n");
    scan(&bench, audit, &format!("--by B-3 --file {file}")).code(1);
    assert_eq!(labels(), before + 1);
    bench.holds();
}

#[test]
fn a_thousand_labels_make_four_entries_and_the_same_again_makes_none() {
    let bench = Bench::furnished();
    let labels: Vec<String> = (0..1000).map(|n| format!("T{n:05}L9")).collect();
    let list = bench.file("list.csv", format!("barcode\n{}\n", labels.join("\n")).as_bytes());
    ok(&bench, &format!("media import --at V2 {list}"));
    let audit = opened(&bench, "--at V2");
    let size = log(&bench).len();
    let bytes = format!("V2\n{}\n", labels.join("\n"));
    for counter in ["B-2", "B-3"] {
        let file = bench.file("memory.txt", bytes.as_bytes());
        let told = scan(&bench, audit, &format!("--by {counter} --file {file}")).code(0);
        assert!(told.out.contains("1000 counted, 0 counted before"), "{told:?}");
        let told = scan(&bench, audit, &format!("--by {counter} --file {file}")).code(0);
        assert!(told.out.contains("0 counted, 1000 counted before"), "{told:?}");
    }
    let new = log(&bench).split_off(size);
    assert_eq!(new.len(), 8);
    for entry in &new {
        let barcodes: Vec<&str> =
            entry["data"]["barcodes"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
        assert!(entry["kind"] == "audit_read" && entry["how"] == "file" && barcodes.len() <= 256);
        assert!(barcodes.is_sorted_by(|a, b| a < b));
    }
    let told = ok(&bench, &format!("audit close --by X-1 --with A-1 --json {audit}")).json();
    assert_eq!((&told["expected"], &told["grades"]["file"]), (&1000.into(), &1000.into()));
    bench.holds();
}

#[test]
fn a_label_that_a_file_has_again_after_its_medium_has_moved_is_news() {
    let bench = shelves();
    let audit = opened(&bench, "");
    memory(&bench, audit, b"V1-A\nK00001L9\n").code(0);
    bench.pass(60_000);
    ok(&bench, "check-out --by B-1 K00001L9");
    ok(&bench, "check-in --by B-1 --to V2 K00001L9");
    bench.pass(60_000);
    // By the record it is in V2 now; the counter still has it on the shelf.
    memory(&bench, audit, b"V1-A\nK00001L9\n").code(0);
    for counter in ["B-1", "B-3"] {
        scan(&bench, audit, &format!("--by {counter} V1-A K00002L9 K00003L9 K00004L9 K00005L9 K00006L9"))
            .code(0);
    }
    let told = crate::orders::run(&bench, &format!("audit close --by X-1 --with A-1 --json {audit}")).json();
    assert_eq!(told["misplaced"], serde_json::json!(["K00001L9"]), "{told}");
    bench.holds();
}

#[test]
fn files_that_are_not_there_and_files_of_nothing() {
    let bench = shelves();
    let audit = opened(&bench, "");
    let size = log(&bench).len();
    let told = scan(&bench, audit, "--by B-2 --file /nowhere/memory.txt").code(2);
    assert!(told.err.contains("/nowhere/memory.txt"), "{told:?}");
    scan(&bench, audit, &format!("--by B-2 --file {}", bench.path().display())).code(2);
    scan(&bench, audit, "--by B-2").code(2);
    memory(&bench, audit, b"").code(0);
    memory(&bench, audit, b"\n\r\n \n\xef\xbb\xbf\n").code(0);
    memory(&bench, audit, b"V1-A\nV1-B\n").code(0);
    assert_eq!(log(&bench).len(), size);
    bench.holds();
}

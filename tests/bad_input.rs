//! Bad input gets a sentence and loses nothing. Never a panic, never a backtrace.

use crate::support::Bench;

#[test]
fn a_monstrous_barcode_is_cut_and_recorded() {
    let bench = Bench::furnished();
    let monster = "A".repeat(10_000);
    let run = bench.run(&["check-in", "--to", "V1", &monster]).code(1);
    assert!(run.err.len() < 600 && run.err.contains("(10000 characters)"), "{}", run.err);
    let log = bench.ok(&["log", "--json"]).json();
    let last = log.as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["kind"], &last["data"]["length"]), (&"unknown_label".into(), &10_000.into()));
    assert_eq!(last["data"]["label"].as_str().unwrap().len(), 64);
    let line = [vec![b'B'; 200_000], b"\nK00001L9\n".to_vec()].concat();
    let run = bench.run_with(&["check-out", "--json", "-"], &line).code(1);
    assert_eq!(run.json()["done"], serde_json::json!(["K00001L9"]));
    bench.holds();
}

#[test]
fn control_characters_and_broken_text_never_reach_the_terminal() {
    let bench = Bench::furnished();
    for scan in [
        "\u{1b}[2JK00001L9",
        "K00001\u{0}L9",
        "K\u{202e}00001L9",
        "\u{7}",
        "",
        "   ",
        "*",
        "']\"--",
        "#",
        "#99",
        "serial:",
    ] {
        let run = bench.run(&["check-out", scan]).code(1);
        let text = format!("{}{}", run.out, run.err);
        assert!(text.chars().all(|c| !c.is_control() || c == '\n'), "{scan:?}: {text:?}");
        assert!(run.err.contains("error: "), "{scan:?}");
    }
    let run = bench.run_with(&["check-out", "-"], b"\xff\xfe\x00K\n\x00\n\xe3\x81\nK00001L9\n").code(1);
    assert!(run.out.contains("K00001L9 checked out"), "{run:?}");
    bench.holds();
}

#[test]
fn wrong_words_are_usage_and_record_nothing() {
    let bench = Bench::furnished();
    let size = bench.verify()["size"].clone();
    for words in [
        &["check-out"][..],
        &["check-out", "--until", "soon", "K00001L9"],
        &["check-out", "--until", "+", "K00001L9"],
        &["check-out", "--until", "+999999999999d", "K00001L9"],
        &["check-in", "K00001L9"],
        &["check-in", "--to", "a place", "K00001L9"],
        &["check-in", "--to", "", "K00001L9"],
        &["correct", "--to-state", "gone", "--why", "x", "K00001L9"],
        &["correct", "--to-state", "vaulted", "--why", "x", "K00001L9"],
        &["correct", "--to-state", "vaulted", "--place", "V1", "--why", " ", "K00001L9"],
        &["media", "describe", "K00001L9"],
        &["media", "describe", "--persons", "-5", "K00001L9"],
        &["media", "describe", "--from", "2026-02-30", "K00001L9"],
        &["media", "import", "/nowhere/at/all.csv"],
        &["media", "list", "--csv", "--json"],
        &["person", "add", "B-9", "", "--role", "operator"],
        &["person", "add", "B-9", "N", "--role", "king"],
        &["place", "add", "X", "--kind", "moon"],
        &["log", "--since", "once"],
        &["no-such-command"],
        &["--lang", "fr", "flags"],
        &["--by", "B 1", "check-out", "K00001L9"],
        &[],
    ] {
        let run = bench.run(words).code(2);
        assert!(!run.err.is_empty(), "{words:?}");
        assert!(!run.err.contains("panicked"), "{words:?}");
    }
    bench.vars.borrow_mut().remove("KURABAN_BADGE");
    let run = bench.run(&["check-out", "K00001L9"]).code(2);
    assert!(run.err.contains("KURABAN_BADGE"), "{}", run.err);
    assert_eq!(bench.verify()["size"], size);
}

#[test]
fn what_is_no_ledger_is_left_alone_with_exit_3() {
    let bench = Bench::empty();
    let jpeg = [b"\xff\xd8\xff\xe0\x00\x10JFIF".to_vec(), vec![7; 9000]].concat();
    let other = bench.path().join("other.db").display().to_string();
    let foreign = rusqlite::Connection::open(&other).unwrap();
    foreign.execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1);").unwrap();
    drop(foreign);
    for (name, part) in [
        (bench.file("photo.jpg", &jpeg), "not a kuraban ledger"),
        (bench.file("empty", b""), "not a kuraban ledger"),
        (bench.file("short", b"SQLite format 3\0"), "not a kuraban ledger"),
        (other, "not a kuraban ledger"),
        (bench.path().display().to_string(), "is a directory"),
        (bench.path().join("missing").display().to_string(), "There is no ledger"),
    ] {
        let before = std::fs::read(&name).ok();
        for words in [&["flags"][..], &["verify"], &["check-out", "K1"], &["rebuild"], &["log", "--raw"]] {
            let words: Vec<&str> = ["--ledger", &name].into_iter().chain(words.iter().copied()).collect();
            let run = bench.run(&words).code(3);
            assert!(run.err.contains(part), "{name}: {}", run.err);
            assert!(run.err.contains("hint: "), "{}", run.err);
        }
        assert_eq!(std::fs::read(&name).ok(), before, "{name} was touched");
        let run = bench.run(&["--ledger", &name, "flags", "--nagios"]).code(3);
        assert!(run.out.starts_with("CUSTODY UNKNOWN"), "{run:?}");
    }
}

#[test]
fn init_never_overwrites() {
    let bench = Bench::furnished();
    let before = std::fs::read(bench.ledger()).unwrap();
    let run = bench.run(&["init", "--site", "OTHER", "--admin", "B-1", "--name", "X"]).code(3);
    assert!(run.err.contains("never overwritten"), "{}", run.err);
    assert_eq!(std::fs::read(bench.ledger()).unwrap(), before);
    let empty = Bench::empty();
    empty.run(&["init", "--site", "no spaces", "--admin", "B-1", "--name", "X"]).code(2);
    assert!(!empty.ledger().exists());
}

#[test]
fn a_ledger_of_a_later_version_is_not_touched() {
    let bench = Bench::furnished();
    bench.raw().pragma_update(None, "user_version", 99).unwrap();
    let run = bench.run(&["flags"]).code(3);
    assert!(run.err.contains("format 99"), "{}", run.err);
    bench.run(&["verify"]).code(3);
}

#[test]
fn a_lock_that_outlasts_the_timeout_is_told_and_nothing_is_recorded() {
    let bench = Bench::furnished();
    bench.vars.borrow_mut().insert("KURABAN_BUSY_TIMEOUT".to_owned(), "0".to_owned());
    let other = bench.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let run = bench.run(&["check-out", "K00001L9"]).code(3);
    assert!(run.err.contains("locked"), "{}", run.err);
    // Reading goes on meanwhile.
    bench.ok(&["media", "show", "K00001L9"]);
    other.execute_batch("ROLLBACK").unwrap();
    bench.ok(&["check-out", "K00001L9"]);
    bench.holds();
}

#[test]
fn the_clock_may_not_run_back_nor_far_ahead() {
    let bench = Bench::furnished();
    bench.pass(-3_600_000);
    bench.ok(&["check-out", "K00001L9"]);
    bench.ok(&["check-out", "K00002L9"]);
    let log = bench.ok(&["log", "--json"]).json();
    let kinds: Vec<_> = log.as_array().unwrap().iter().rev().take(3).map(|e| e["kind"].clone()).collect();
    assert_eq!(kinds, ["check_out", "check_out", "clock_held"]);
    bench.pass(15 * 24 * 3_600_000 + 3_600_000);
    let run = bench.run(&["check-in", "--to", "V1", "K00001L9"]).code(1);
    assert!(run.err.contains("clock confirm"), "{}", run.err);
    bench.run(&["clock", "confirm", "--with", "B-1"]).code(1);
    bench.ok(&["clock", "confirm", "--with", "B-2"]);
    bench.ok(&["check-in", "--to", "V1", "K00001L9"]);
    bench.holds();
}

#[test]
fn a_reading_is_said_to_be_on_record_exactly_where_it_is() {
    let bench = Bench::furnished();
    for (words, recorded) in [
        (&["media", "show", "K99999L9"][..], false),
        (&["order", "new", "--purpose", "backup", "--until", "+4h", "K99999L9"], false),
        (&["check-out", "K99999L9"], true),
        (&["check-in", "--to", "V1", "K 9"], true),
        (&["sight", "--at", "V1", "K99999L9"], true),
    ] {
        let before = bench.verify()["size"].as_u64().unwrap();
        for (lang, sentence) in [("en", "on record"), ("ja", "記録されています")] {
            let words = [&["--lang", lang], words].concat();
            let run = bench.run(&words).code(1);
            assert_eq!(run.err.contains(sentence), recorded, "{words:?}: {}", run.err);
        }
        let after = bench.verify()["size"].as_u64().unwrap();
        assert_eq!(after - before, 2 * u64::from(recorded), "{words:?}");
    }
}

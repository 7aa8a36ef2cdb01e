//! The same in both languages: snapshots of what people read.

use std::fmt::Write;

use crate::support::Bench;

/// Runs a script and writes down everything that it prints.
fn transcript(lang: &str) -> String {
    let bench = Bench::furnished();
    bench.zone.set(9 * 3600);
    bench.vars.borrow_mut().insert("KURABAN_LANG".to_owned(), lang.to_owned());
    let mut told = String::new();
    let mut run = |words: &[&str]| {
        let run = bench.run(words);
        let path = bench.path().display().to_string();
        let text = format!("{}{}", run.out, run.err).replace(&path, "…");
        let _ = writeln!(told, "$ kuraban {}\n{text}[{}]\n", words.join(" "), run.code);
    };
    run(&[
        "media",
        "describe",
        "--system",
        "契約管理",
        "--info",
        "氏名,住所",
        "--persons",
        "39585",
        "K00001L9",
    ]);
    run(&["check-out", "--until", "+4h", "K00001L9", "K00002L9", "NOPE01L9"]);
    run(&["load", "--into", "D1", "K00001L9"]);
    run(&["load", "--into", "D1", "K00002L9"]);
    run(&["eject", "K00001L9"]);
    run(&["check-in", "--to", "DESK", "K00001L9"]);
    run(&["check-in", "--to", "V9", "K00001L9"]);
    run(&["hand-over", "--to", "B-2", "K00001L9"]);
    run(&["load", "--into", "D1", "K00001L9"]);
    run(&["sight", "--at", "D1", "K00003L9"]);
    run(&["found", "--at", "V1-A", "K00004L9"]);
    run(&["missing", "--why", "gone", "--by", "B-2", "K00004L9"]);
    run(&["missing", "--why", "gone", "--by", "A-1", "K00004L9"]);
    run(&["correct", "--to-state", "vaulted", "--place", "V1", "--why", "counted twice", "K00004L9"]);
    run(&["relabel", "K00002L9", "N00002L9", "--with", "A-1"]);
    run(&["check-in", "--to", "V1", "K00002L9"]);
    run(&["media", "add", "K00003L9"]);
    run(&["media", "add", "KRB1234L6"]);
    run(&["void", "K00005L9"]);
    run(&["place", "retire", "V1-A"]);
    run(&["person", "roles", "B-1", "operator"]);
    run(&["policy", "set", "eject_grace_hours", "999"]);
    run(&["check-out", "--until", "never", "K00005L9"]);
    bench.pass(9 * 3_600_000);
    run(&["flags", "--min", "notice"]);
    run(&["flags", "--nagios"]);
    run(&["media", "list", "--outside"]);
    run(&["media", "show", "K00001L9"]);
    run(&["person", "list"]);
    run(&["place", "list"]);
    run(&["policy", "list"]);
    run(&["log", "K00002L9"]);
    run(&["verify"]);
    run(&["rebuild"]);
    run(&["--ledger", "nowhere", "flags"]);
    bench.holds();
    told
}

#[test]
fn everything_is_said_in_english() {
    insta::assert_snapshot!(transcript("en"));
}

#[test]
fn everything_is_said_in_japanese() {
    insta::assert_snapshot!(transcript("ja"));
}

#[test]
fn the_language_follows_option_then_variable_then_locale() {
    let bench = Bench::furnished();
    let japanese = |words: &[&str]| bench.run(words).err.contains("エラー");
    assert!(!japanese(&["check-out", "X"]));
    bench.vars.borrow_mut().insert("LANG".to_owned(), "ja_JP.UTF-8".to_owned());
    assert!(japanese(&["check-out", "X"]));
    bench.vars.borrow_mut().insert("LC_ALL".to_owned(), "C".to_owned());
    assert!(!japanese(&["check-out", "X"]));
    bench.vars.borrow_mut().insert("KURABAN_LANG".to_owned(), "ja".to_owned());
    assert!(japanese(&["check-out", "X"]));
    assert!(!japanese(&["--lang", "en", "check-out", "X"]));
}

#[test]
fn monitoring_is_the_same_in_every_language() {
    let bench = Bench::furnished();
    bench.ok(&["check-out", "K00001L9"]);
    bench.pass(25 * 3_600_000);
    let nagios = bench.run(&["--lang", "ja", "flags", "--nagios"]).code(1);
    assert_eq!(nagios.out, bench.run(&["flags", "--nagios"]).out);
    assert!(
        nagios.out.starts_with("CUSTODY WARNING - 1 overdue | outside=1;;;0 overdue=1;;;0 "),
        "{}",
        nagios.out
    );
    let prometheus = bench.ok(&["flags", "--prometheus"]).out;
    insta::assert_snapshot!(prometheus);
}

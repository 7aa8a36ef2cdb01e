//! A history rewritten with right hashes, in which somebody approved, took or closed what they could not have:
//! `verify` says irregular, at that entry.

use serde_json::Value;

use crate::forgery::forge;
use crate::orders::{approved, log, ok, requested, strict};
use crate::support::Bench;

/// Rewrites an entry of an honest ledger, and asserts that it is named as the first that the rules forbid.
#[track_caller]
fn irregular(bench: &Bench, seq: usize, (from, to): (&str, &str), part: &str) {
    bench.holds();
    forge(bench, seq, |body| {
        assert!(body.contains(from), "{from}: {body}");
        body.replacen(from, to, 1)
    });
    let told = bench.verify();
    assert_eq!(told["verdict"], "irregular", "{from} → {to}: {told}");
    assert_eq!(told["first_break"]["seq"], seq, "{from} → {to}: {told}");
    let reason = told["first_break"]["reason"].as_str().unwrap();
    assert!(reason.contains(part), "{from} → {to}: {told}");
}

/// The number of the last entry of this kind.
#[track_caller]
fn last(bench: &Bench, kind: &str) -> usize {
    let log = log(bench);
    let entry = log.iter().rev().find(|entry| entry["kind"] == kind).unwrap();
    usize::try_from(entry["seq"].as_u64().unwrap()).unwrap()
}

#[test]
fn an_approval_by_somebody_who_did_not_hold_the_role_at_that_time() {
    const HOUR: i64 = 3_600_000;
    for (before, after, forged, part) in [
        (&["person roles A-2 operator"][..], &[][..], "A-2", "needs the role approver"),
        (&["person suspend A-2"], &[], "A-2", "suspended"),
        (&[], &["person roles B-3 approver"], "B-3", "needs the role approver"),
        (&["no pin", "person add P-1 Someone --role approver"], &[], "P-1", "no PIN"),
        (&["person temporary --by A-1 --until +1h T-1 Temp", "pass"], &[], "T-1", "T-1"),
        (&[], &["person add N-1 Someone --role approver"], "N-1", "N-1"),
        // Who holds the role, and asked for the order.
        (&[], &[], "B-1", "B-1"),
    ] {
        for deed in ["approve", "reject --why no", "extend --until +20h"] {
            if forged == "B-1" && deed.starts_with("reject") {
                continue;
            }
            let bench = strict();
            let order = requested(&bench, "--by B-1 --until +9h K00001L9");
            if deed.starts_with("extend") {
                ok(&bench, &format!("order approve --by A-1 {order}"));
            }
            for step in before {
                match *step {
                    "pass" => bench.pass(HOUR),
                    "no pin" => drop(bench.vars.borrow_mut().remove("KURABAN_NEW_PIN")),
                    step => drop(ok(&bench, step)),
                }
            }
            ok(&bench, &format!("order {deed} --by A-1 {order}"));
            let seq = log(&bench).len();
            for step in after {
                ok(&bench, step);
            }
            irregular(&bench, seq, ("\"by\":\"A-1\"", &format!("\"by\":\"{forged}\"")), part);
        }
    }
}

#[test]
fn a_check_out_under_an_order_that_gives_no_leave() {
    for (words, decided, wait, part) in [
        ("--until +9h K00001L9", "", 0, "not in force"),
        ("--until +9h K00001L9", "reject --why no --by A-1", 0, "not in force"),
        ("--until +9h K00001L9", "close", 0, "not in force"),
        ("--until +1h K00001L9", "approve --by A-1", 60, "not in force"),
        ("--from +2h --until +9h K00001L9", "approve --by A-1", 60, "not in force"),
        ("--until +9h K00002L9", "approve --by A-1", 0, "does not list K00001L9"),
        ("--until +9h --nightly 3", "approve --by A-1", 0, "does not list K00001L9"),
    ] {
        let bench = strict();
        let good = approved(&bench, "--until +9h K00001L9");
        let bad = requested(&bench, words);
        if !decided.is_empty() {
            ok(&bench, &format!("order {decided} {bad}"));
        }
        bench.pass(wait * 60_000);
        ok(&bench, &format!("check-out --order {good} K00001L9"));
        let seq = log(&bench).len();
        irregular(&bench, seq, (&format!("\"order\":{good}"), &format!("\"order\":{bad}")), part);
    }
    // Or under none at all.
    let bench = strict();
    let order = approved(&bench, "--until +9h K00001L9");
    ok(&bench, "check-out K00001L9");
    let seq = log(&bench).len();
    irregular(&bench, seq, (&format!("\"order\":{order}"), "\"order\":null"), "no approved order");
}

#[test]
fn a_closing_while_media_were_outside() {
    // The tape did not come back: somebody only said that they saw it.
    let bench = strict();
    let order = approved(&bench, "--until +9h K00001L9");
    ok(&bench, "check-out --by B-2 K00001L9");
    ok(&bench, "check-in --by B-2 --to V1 K00001L9");
    let back = log(&bench).len();
    ok(&bench, &format!("order close {order}"));
    let seq = log(&bench).len() - 1;
    bench.holds();
    forge(&bench, back, |body| {
        let body = body.replacen("\"kind\":\"check_in\"", "\"kind\":\"sight\"", 1);
        body.replacen("\"place\":\"V1\"", "\"place\":\"V1\",\"audit\":null", 1)
    });
    let told = bench.verify();
    assert_eq!((&told["verdict"], &told["first_break"]["seq"]), (&"irregular".into(), &seq.into()), "{told}");
    assert!(told["first_break"]["reason"].as_str().unwrap().contains("K00001L9"), "{told}");
    // It was declared missing, and the closing hides that; or names another one.
    for media in ["[]", "[16]", "[15,16]"] {
        let bench = strict();
        let order = approved(&bench, "--until +9h K00001L9 K00002L9");
        ok(&bench, "check-out K00001L9");
        ok(&bench, &format!("order close --by A-1 {order} --missing K00001L9 --why gone"));
        let seq = log(&bench).len() - 1;
        irregular(&bench, seq, ("\"missing\":[15]", &format!("\"missing\":{media}")), "missing");
    }
}

#[test]
fn each_second_person_who_was_not_there() {
    let out = "check-out --by B-1 --override fire K00001L9";
    for (steps, kind, change, part) in [
        (
            &[out, "destroy --by B-1 --method shred --with A-1 K00001L9"][..],
            "destroy",
            ("\"with\":\"A-1\"", "\"with\":null"),
            "second person",
        ),
        (
            &[out, "destroy --by B-1 --method shred --with A-1 K00001L9"],
            "destroy",
            ("\"with\":\"A-1\"", "\"with\":\"B-1\""),
            "B-1",
        ),
        (
            &["policy set check_in_witness data", out, "check-in --by B-1 --with B-2 --to V1 K00001L9"],
            "check_in",
            ("\"with\":\"B-2\"", "\"with\":null"),
            "second person",
        ),
        (
            &["place retire D1 --with A-1"],
            "place_retired",
            ("\"with\":\"A-1\"", "\"with\":null"),
            "second person",
        ),
        (
            &["shift hand-over --to B-2"],
            "shift_handed_over",
            ("\"with\":\"B-2\"", "\"with\":null"),
            "second person",
        ),
        (
            &[out, "take-over --by B-2 --with A-1 --why ill K00001L9"],
            "take_over",
            ("\"with\":\"A-1\"", "\"with\":\"B-3\""),
            "approver",
        ),
        (
            &[
                "person add F-1 Foreign --role operator --org F",
                out,
                "hand-over --to F-1 --with A-1 K00001L9",
            ],
            "hand_over",
            ("\"with\":\"A-1\"", "\"with\":null"),
            "approver",
        ),
        (&[out, "ratify --by A-1 K00001L9"], "ratify", ("\"by\":\"A-1\"", "\"by\":\"B-1\""), "B-1"),
        (&[out, "ratify --by A-1 K00001L9"], "ratify", ("\"by\":\"A-1\"", "\"by\":\"B-2\""), "approver"),
    ] {
        let bench = strict();
        for step in steps {
            ok(&bench, step);
        }
        let seq = last(&bench, kind);
        irregular(&bench, seq, change, part);
    }
}

#[test]
fn a_night_beyond_its_standing_order_and_a_due_time_beyond_the_order() {
    let night = || {
        let bench = strict();
        let standing = requested(&bench, "--by B-2 --until +30d --nightly 1");
        ok(&bench, &format!("order approve --by B-1 {standing}"));
        ok(&bench, &format!("order night --by B-2 {standing} K00001L9"));
        (log(&bench).len(), bench)
    };
    for (change, part) in [
        (("\"media\":[15]", "\"media\":[15,16]"), "1 media a night"),
        (("\"media\":[15]", "\"media\":[]"), "at least one"),
        (("\"until\":\"2026-11-24", "\"until\":\"2026-12-24"), "after the end"),
        (("\"by\":\"B-2\"", "\"by\":\"B-1\""), "B-1"),
    ] {
        let (seq, bench) = night();
        irregular(&bench, seq, change, part);
    }
    // Who ejects a tape has no more time for it than the order, or than they had.
    let ejected = |steps: &[&str]| {
        let bench = strict();
        ok(&bench, "media add --at LIB R00001L9");
        approved(&bench, "--until +9h K00001L9 R00001L9");
        for step in steps {
            ok(&bench, step);
        }
        (log(&bench).len(), bench)
    };
    for steps in
        [&["check-out K00001L9", "load --into D1 K00001L9", "eject K00001L9"][..], &["eject R00001L9"]]
    {
        let (seq, bench) = ejected(steps);
        let part = if steps.len() > 1 { "due" } else { "after the end" };
        irregular(&bench, seq, ("\"due\":\"2026-11-23", "\"due\":\"2026-11-28"), part);
    }
}

#[test]
fn a_log_that_is_only_written_anew_is_as_good_as_before() {
    let bench = strict();
    let order = approved(&bench, "--until +9h K00001L9");
    let seq = log(&bench).len();
    forge(&bench, seq, |body| body.replacen("vault-door-1", "vault-door-2", 1));
    bench.holds();
    ok(&bench, &format!("order extend --by A-2 --until +10h {order}"));
    assert_eq!(log(&bench)[seq - 1]["station"], Value::from("vault-door-2"));
    bench.holds();
}

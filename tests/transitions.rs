//! The transition table: every action from every state, and every refusal by its code.

use serde_json::Value;

use crate::support::Bench;

/// Media in each state: vaulted, in hand (of B-2), in a drive, living in a library, missing.
const STATES: [(&str, &str); 5] = [
    ("vaulted", "K00001L9"),
    ("in_hand", "K00002L9"),
    ("in_device", "K00003L9"),
    ("resident", "R00001L9"),
    ("missing", "K00005L9"),
];

fn stage() -> Bench {
    let bench = Bench::furnished();
    bench.ok(&["check-out", "--by", "B-2", "K00002L9", "K00003L9"]);
    bench.ok(&["load", "--by", "B-2", "--into", "D1", "K00003L9"]);
    bench.ok(&["media", "add", "--at", "LIB", "R00001L9"]);
    bench.ok(&["missing", "--by", "A-1", "--why", "not_on_shelf", "K00005L9"]);
    bench
}

/// For each action: what becomes of a medium from each of the states, in their order.
const TABLE: [(&[&str], [&str; 5]); 14] = [
    (
        &["media", "describe", "--class", "scratch"],
        ["vaulted", "in_hand", "in_device", "in_device", "missing"],
    ),
    (&["move", "--to", "V1"], ["vaulted", "!wrong_state", "!wrong_state", "!wrong_state", "!wrong_state"]),
    (
        &["move", "--to", "V2"],
        ["!other_vault", "!wrong_state", "!wrong_state", "!wrong_state", "!wrong_state"],
    ),
    (&["check-out"], ["in_hand", "!wrong_state", "!wrong_state", "!wrong_state", "!wrong_state"]),
    (
        &["load", "--into", "LIB"],
        ["!wrong_state", "in_device", "!wrong_state", "!wrong_state", "!wrong_state"],
    ),
    (&["eject"], ["!wrong_state", "!wrong_state", "in_hand", "in_hand", "!wrong_state"]),
    (
        &["check-in", "--to", "V2"],
        ["!wrong_state", "vaulted", "!wrong_state", "!wrong_state", "!wrong_state"],
    ),
    (
        &["hand-over", "--to", "B-3"],
        ["!wrong_state", "in_hand", "!wrong_state", "!wrong_state", "!wrong_state"],
    ),
    (&["sight", "--at", "DESK"], ["vaulted", "in_hand", "in_device", "in_device", "missing"]),
    (
        &["missing", "--by", "A-1", "--why", "gone"],
        ["missing", "missing", "missing", "missing", "!already_so"],
    ),
    (&["found", "--at", "DESK"], ["in_hand", "!not_lost", "in_hand", "in_hand", "in_hand"]),
    (
        &["correct", "--to-state", "vaulted", "--place", "V2", "--why", "miscounted", "--with", "A-1"],
        ["vaulted", "vaulted", "vaulted", "vaulted", "vaulted"],
    ),
    (&["void"], ["!nothing_to_void", "in_hand", "in_hand", "!nothing_to_void", "!nothing_to_void"]),
    (
        &["relabel", "--with", "A-1"],
        ["!wrong_state", "in_hand", "!wrong_state", "!wrong_state", "!wrong_state"],
    ),
];

fn words<'a>(action: &[&'a str], barcode: &'a str) -> Vec<&'a str> {
    let mut words = action.to_vec();
    words.push(barcode);
    if action.first() == Some(&"relabel") {
        words.push("N00009L9");
    }
    if !action.contains(&"--by") {
        words.extend(["--by", "B-2"]);
    }
    words.push("--json");
    words
}

#[test]
fn every_action_from_every_state_does_what_the_table_says() {
    for (action, row) in TABLE {
        for ((state, barcode), wanted) in STATES.into_iter().zip(row) {
            let bench = stage();
            let before = bench.show(barcode);
            let run = bench.run(&words(action, barcode));
            let told = run.json();
            let case = format!("{action:?} from {state}: {told}");
            let name = if action[0] == "relabel" && wanted == "in_hand" { "N00009L9" } else { barcode };
            let after = bench.show(name);
            // A void of the check-out takes it back to the vault.
            let wanted = if action[0] == "void" && state == "in_hand" { "vaulted" } else { wanted };
            if let Some(code) = wanted.strip_prefix('!') {
                assert_eq!(run.code, 1, "{case}");
                assert_eq!(told["refused"][0]["code"], code, "{case}");
                assert!(told["refused"][0]["reason"].as_str().unwrap().contains(barcode), "{case}");
                assert!(told["refused"][0]["hint"].is_string(), "{case}");
                for key in ["state", "place", "custodian", "since", "due"] {
                    assert_eq!(before[key], after[key], "{case}");
                }
            } else {
                assert_eq!((run.code, &told["done"][0]), (0, &Value::from(name)), "{case}");
                assert_eq!(after["state"], wanted, "{case}");
            }
            // Refused or not, it stands in the medium's chain.
            assert_eq!(after["mseq"].as_u64(), before["mseq"].as_u64().map(|n| n + 1), "{case}");
            bench.holds();
        }
    }
}

/// Refusals that no cell of the table above gives: what is done first, then the refused step and its code.
const REFUSALS: [(&[&[&str]], &[&str], &str); 26] = [
    (&[], &["check-in", "--to", "V1", "NOPE01L9"], "unknown_barcode"),
    (&[], &["check-in", "--to", "V1", "KRB1234L6"], "unreadable"),
    (&[&["media", "add", "K00001L8"]], &["check-out", "K00001"], "ambiguous"),
    (&[], &["media", "add", "K00001L9"], "barcode_taken"),
    (&[&["media", "add", "--serial", "S1", "N1"]], &["media", "add", "--serial", "S1", "N2"], "serial_taken"),
    (
        &[&["check-out", "K00001L9"], &["relabel", "--with", "A-1", "K00001L9", "N00001L9"]],
        &["check-in", "--to", "V1", "K00001L9"],
        "old_barcode",
    ),
    (
        &[&["check-out", "K00001L9"], &["relabel", "--with", "A-1", "K00001L9", "N00001L9"]],
        &["media", "add", "K00001L9"],
        "barcode_taken",
    ),
    (&[&["check-out", "--by", "B-2", "K00001L9"]], &["load", "--into", "D1", "K00001L9"], "not_custodian"),
    (
        &[&["check-out", "--by", "B-2", "K00001L9"]],
        &["hand-over", "--to", "B-3", "K00001L9"],
        "not_custodian",
    ),
    (&[&["check-out", "K00001L9"]], &["hand-over", "--to", "B-1", "K00001L9"], "hand_over_to_self"),
    (&[&["check-out", "K00001L9"]], &["hand-over", "--to", "B-9", "K00001L9"], "unknown_person"),
    (&[&["check-out", "K00001L9"]], &["check-in", "--to", "V9", "K00001L9"], "unknown_place"),
    (&[&["check-out", "K00001L9"]], &["check-in", "--to", "DESK", "K00001L9"], "wrong_place"),
    (&[&["check-out", "K00001L9"]], &["load", "--into", "V1", "K00001L9"], "wrong_place"),
    (
        &[&["place", "retire", "V2"], &["check-out", "K00001L9"]],
        &["check-in", "--to", "V2", "K00001L9"],
        "retired_place",
    ),
    (&[&["move", "--to", "V1-A-01", "K00001L9"]], &["move", "--to", "V1-A-01", "K00002L9"], "place_full"),
    (&[], &["move", "--to", "V1-A", "K00001L9"], "already_so"),
    (&[], &["check-out", "--until", "2026-11-22T00:00:00Z", "K00001L9"], "due_in_past"),
    (&[], &["sight", "--at", "TOKYO", "K00001L9"], "wrong_place"),
    (&[], &["check-out", "--by", "X-1", "K00001L9"], "role_missing"),
    (&[], &["check-out", "--by", "B-9", "K00001L9"], "unknown_person"),
    (&[&["person", "suspend", "B-2"]], &["check-out", "--by", "B-2", "K00001L9"], "suspended_person"),
    (&[&["check-out", "K00001L9"]], &["relabel", "K00001L9", "N00001L9"], "witness_missing"),
    (&[&["check-out", "K00001L9"]], &["relabel", "--with", "B-1", "K00001L9", "N1"], "same_person"),
    (
        &[],
        &[
            "correct",
            "--by",
            "B-2",
            "--with",
            "B-3",
            "--to-state",
            "vaulted",
            "--place",
            "V2",
            "--why",
            "x",
            "K00001L9",
        ],
        "approver_missing",
    ),
    (&[&["check-out", "--by", "B-2", "K00001L9"]], &["void", "K00001L9"], "void_by_other"),
];

#[test]
fn every_refusal_says_why_and_is_on_record() {
    for (before, step, code) in REFUSALS {
        let bench = Bench::furnished();
        for words in before {
            bench.ok(words);
        }
        let size = bench.verify()["size"].as_u64().unwrap();
        let mut words = step.to_vec();
        words.push("--json");
        let told = bench.run(&words).code(1).json();
        assert_eq!(told["refused"][0]["code"], code, "{step:?}: {told}");
        let log = bench.ok(&["log", "--json"]).json();
        let last = log.as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["seq"], size + 1, "{step:?} left no trace");
        assert!(["refused", "unknown_label"].contains(&last["kind"].as_str().unwrap()), "{last}");
        bench.holds();
    }
}

#[test]
fn a_step_can_be_taken_back_for_ten_minutes_even_after_a_refusal() {
    let bench = Bench::furnished();
    bench.ok(&["check-out", "K00001L9"]);
    bench.run(&["load", "--into", "V1", "K00001L9"]).code(1);
    bench.pass(10 * 60_000);
    bench.ok(&["void", "K00001L9"]);
    assert_eq!(bench.show("K00001L9")["state"], "vaulted");
    bench.ok(&["check-out", "K00001L9"]);
    bench.pass(10 * 60_000 + 1);
    let told = bench.run(&["void", "--json", "K00001L9"]).code(1).json();
    assert_eq!(told["refused"][0]["code"], "void_too_late");
    bench.holds();
}

#[test]
fn a_void_does_not_put_a_second_medium_into_a_full_slot() {
    let bench = Bench::furnished();
    bench.ok(&["move", "--to", "V1-A-01", "K00001L9"]);
    bench.ok(&["check-out", "K00001L9"]);
    bench.ok(&["move", "--to", "V1-A-01", "K00002L9"]);
    let told = bench.run(&["void", "--json", "K00001L9"]).code(1).json();
    assert_eq!(told["refused"][0]["code"], "place_full");
    bench.holds();
}

#[test]
fn administration_is_refused_with_a_sentence_and_exit_1() {
    for (words, part) in [
        (&["place", "add", "V1", "--kind", "vault"][..], "V1 is already the code of a vault"),
        (&["place", "add", "S1", "--kind", "shelf", "--in", "D1"], "cannot stand in D1"),
        (
            &["place", "add", "S1", "--kind", "slot", "--in", "V1", "--capacity", "2"],
            "cannot have that capacity",
        ),
        // A number that no reader of the log could take would end the ledger.
        (&["place", "add", "V9", "--kind", "vault", "--capacity", "9007199254740992"], "that capacity"),
        (
            &["place", "retire", "LIB", "--with", "A-1", "--elements", "9007199254740992"],
            "cannot have that capacity",
        ),
        (&["place", "add", "S1", "--kind", "drive", "--resident"], "do not live in a drive"),
        (&["place", "add", "S1", "--kind", "desk", "--in", "XX"], "No place has the code XX"),
        (&["place", "retire", "V1-A"], "still holds 6 media and 1 place: K00001L9"),
        (&["place", "retire", "TOKYO"], "one site"),
        (&["place", "retire", "D1"], "second person"),
        (&["person", "add", "B-2", "Twice", "--role", "operator"], "B-2 is already in use"),
        (&["person", "roles", "B-1", "operator"], "last administrator"),
        (&["person", "suspend", "B-1"], "last administrator"),
        (&["person", "roles", "B-2", "operator"], "Nothing would change"),
        (&["person", "add", "B-9", "N", "--role", "operator", "--by", "B-2"], "needs the role admin"),
        (&["policy", "set", "eject_grace_hours", "0"], "eject_grace_hours can be 1–168"),
        (&["policy", "set", "no_such_thing", "1"], "no policy no_such_thing"),
    ] {
        let bench = Bench::furnished();
        let run = bench.run(words).code(1);
        assert!(run.err.contains(part), "{words:?}: {}", run.err);
        bench.holds();
    }
}

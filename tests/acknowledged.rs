//! An entry that the rules had not allowed is named until two people stand by it; then it changes nothing.

use crate::forgery::{bodies, forge};
use crate::support::Bench;

/// A ledger with two steps by somebody who may not take them: entries 22 and 24.
fn irregular() -> Bench {
    let bench = Bench::furnished();
    bench.ok(&["check-out", "K00001L9"]);
    bench.ok(&["sight", "--at", "V1", "K00002L9"]);
    bench.ok(&["checkpoint"]);
    for seq in [22, 24] {
        forge(&bench, seq, |body| body.replacen("\"by\":\"B-1\"", "\"by\":\"B-9\"", 1));
    }
    bench
}

#[track_caller]
fn names(bench: &Bench, seq: u64) {
    let told = bench.run(&["verify", "--json"]).code(1).json();
    assert_eq!((&told["verdict"], &told["first_break"]["seq"]), (&"irregular".into(), &seq.into()), "{told}");
}

#[test]
fn two_people_stand_by_one_entry_after_the_other_and_the_record_goes_on_without_it() {
    let bench = irregular();
    names(&bench, 22);
    let acknowledge = |by: &str, with: &str, seq: &str| {
        bench.run(&["acknowledge", "--by", by, "--with", with, "--why", "old_program: 旧版", seq])
    };
    // One alone, one who may not, and an entry that is not the first.
    for (by, with, seq) in
        [("A-1", "A-1", "22"), ("B-2", "A-1", "22"), ("A-1", "X-1", "24"), ("A-1", "X-1", "21")]
    {
        let size = bodies(&bench.raw()).len();
        acknowledge(by, with, seq).code(1);
        assert_eq!(bodies(&bench.raw()).len(), size, "{by} {with} {seq}");
    }
    assert!(acknowledge("A-1", "X-1", "24").err.contains("not the first"));
    acknowledge("A-1", "X-1", "22").code(0);
    names(&bench, 24);
    acknowledge("X-1", "A-1", "24").code(0);
    // The record still has what it once took from the first of them: that is named, and made anew.
    let told = bench.run(&["verify", "--json"]).code(1).json();
    assert_eq!(told["verdict"], "tampered", "{told}");
    assert_eq!(told["first_break"]["media"], serde_json::json!(["K00001L9"]));
    bench.ok(&["rebuild"]);
    let out = bench.ok(&["verify"]).out;
    assert!(
        out.starts_with("CONSISTENT")
            && out.contains("Entry 22 was not allowed")
            && out.contains("(entry 26)"),
        "{out}"
    );
    assert_eq!(bench.show("K00001L9")["state"], "vaulted");
    // Its chain goes on from the entry that was passed over.
    bench.ok(&["check-out", "K00001L9"]);
    assert_eq!(bench.show("K00001L9")["mseq"], 3);
    bench.holds();
    // Once acknowledged it is not acknowledged again.
    acknowledge("A-1", "X-1", "22").code(1);
}

#[test]
fn an_acknowledgement_before_its_entry_or_of_a_regular_one_stands_for_nothing() {
    let bench = irregular();
    bench.ok(&["acknowledge", "--by", "A-1", "--with", "X-1", "--why", "x", "22"]);
    // With the key at hand it is made to name the other one, or itself.
    let last = bodies(&bench.raw()).len();
    for other in ["24", &last.to_string(), "1"] {
        let bench = bench.photo().bench();
        forge(&bench, last, |body| body.replacen("\"event\":22", &format!("\"event\":{other}"), 1));
        names(&bench, 22);
    }
}

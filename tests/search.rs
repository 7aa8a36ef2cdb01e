//! Search as one types finds what the list finds, whatever others have recorded meanwhile.

use kuraban::app::{Leaving, Outcome, Verb};

use crate::support::{Bench, scan, who};

/// What the list finds, at most as many as a search shows.
fn listed(bench: &Bench, text: &str) -> Vec<String> {
    let found = bench.ok(&["media", "list", "--find", text, "--json"]).json();
    let barcode = |medium: &serde_json::Value| medium["barcode"].as_str().unwrap().to_owned();
    found.as_array().unwrap().iter().map(barcode).take(20).collect()
}

#[test]
fn a_search_in_a_session_that_stays_open_finds_what_the_list_finds() {
    let bench = Bench::furnished();
    let session = bench.session();
    let check = || {
        for text in ["k", "L9", "00001", "K00003L9", "HU7", "hu70", "zz", "#", "1L9\n", "\u{1}", "Q000"] {
            let found = session.search(text).unwrap().0;
            let found: Vec<String> = found.iter().map(|medium| medium.barcode.to_string()).collect();
            assert_eq!(found, listed(&bench, text), "{text:?}");
        }
    };
    check();
    bench.ok(&["media", "add", "--at", "V1", "--serial", "HU7001", "Q00001L9"]);
    check();
    bench.ok(&["check-out", "K00003L9"]);
    bench.ok(&["relabel", "--with", "A-1", "K00003L9", "ZZ0003L9"]);
    check();
    // More than are shown, among them some that sort before those that were read first.
    let many: String = (0..30).map(|n| format!("A{n:05}L9\n")).collect();
    bench.run_with(&["media", "add", "--at", "V1", "-"], many.as_bytes()).code(0);
    check();
    assert!(session.search("L9").unwrap().1, "there are more");
}

#[test]
fn a_session_that_has_recorded_sees_what_others_record_and_decide_after_it() {
    let bench = Bench::furnished();
    let session = bench.session();
    let by = who(&session, "B-1", None);
    let check_out = |barcode: &str| scan(&session, &by, &Verb::CheckOut(Leaving::default()), barcode);
    assert!(matches!(check_out("K00001L9"), Outcome::Done { .. }));
    assert!(session.search("Q0000").unwrap().0.is_empty());
    bench.ok(&["media", "add", "--at", "V1", "Q00001L9"]);
    assert_eq!(session.search("Q0000").unwrap().0.len(), 1);
    bench.ok(&["policy", "set", "order_required", "yes"]);
    let Outcome::Refused { refusal, .. } = check_out("K00002L9") else { panic!("the policy is another now") };
    assert_eq!(refusal.code(), "order_missing");
    bench.ok(&["policy", "set", "order_required", "no"]);
    assert!(matches!(check_out("K00002L9"), Outcome::Done { .. }));
    bench.holds();
}

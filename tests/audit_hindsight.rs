//! What a stocktake may not pass, and what is told of a loss after it.

use kuraban::app::Verb;
use kuraban::domain::names::AuditId;

use crate::support::{Bench, place, scan, who};

const REST: [&str; 5] = ["K00001L9", "K00003L9", "K00004L9", "K00005L9", "K00006L9"];

fn opened(bench: &Bench, args: &[&str]) -> String {
    let line = [&["audit", "open", "--json", "--by", "X-1"], args].concat();
    bench.ok(&line).json()["number"].to_string()
}

#[test]
fn a_hand_over_that_was_scanned_is_no_leave_to_be_outside() {
    let bench = Bench::furnished();
    bench.ok(&["policy", "set", "order_required", "yes"]);
    bench.ok(&["check-out", "--override", "urgent", "--by", "B-2", "K00002L9"]);
    let audit = opened(&bench, &[]);
    let session = bench.session();
    let to = who(&session, "B-3", None).actor().clone();
    scan(&session, &who(&session, "B-2", None), &Verb::HandOver(to), "K00002L9");
    let counter = who(&session, "X-1", None);
    let count = Verb::Count(AuditId(audit.parse().unwrap()), place("V1-A"));
    for label in REST {
        scan(&session, &counter, &count, label);
    }
    let line = ["audit", "close", "--json", "--by", "X-1", "--with", "A-1", &audit];
    let page = bench.run(&line).code(1).json();
    assert_eq!((&page["state"], &page["classes"]["no_order"]), (&"refused".into(), &1.into()), "{page}");
    assert_eq!(page["lines"][0]["barcode"], "K00002L9");
    bench.holds();
}

#[test]
fn what_was_read_moving_and_came_back_has_only_moved() {
    let bench = Bench::furnished();
    bench.ok(&["policy", "set", "order_required", "yes"]);
    bench.ok(&["check-out", "--override", "urgent", "--by", "B-2", "K00002L9"]);
    let audit = opened(&bench, &[]);
    let session = bench.session();
    scan(&session, &who(&session, "B-2", None), &Verb::CheckIn(place("V1-A")), "K00002L9");
    let counter = who(&session, "X-1", None);
    let count = Verb::Count(AuditId(audit.parse().unwrap()), place("V1-A"));
    for label in REST {
        scan(&session, &counter, &count, label);
    }
    let page = bench.ok(&["audit", "close", "--json", "--by", "X-1", "--with", "A-1", &audit]).json();
    assert_eq!(page["classes"]["moved"], 1, "{page}");
    bench.holds();
}

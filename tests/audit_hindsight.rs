//! What a stocktake may not pass, and what is told of a loss after it.

use kuraban::app::Verb;
use kuraban::domain::names::AuditId;

use kuraban::app::Scan;
use kuraban::domain::event::How;
use kuraban::domain::time::HOUR;

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

#[test]
fn who_may_not_close_learns_nothing_of_what_it_would_come_to() {
    let bench = Bench::furnished();
    let audit = opened(&bench, &["--at", "V1"]);
    let asked = |by: &str, with: &[&str]| {
        let run = bench.run(&[&["audit", "close", "--by", by, &audit], with].concat()).code(1);
        assert!(run.out.is_empty(), "{run:?}");
        run.err
    };
    let count = |labels: &[&str]| {
        for counter in ["B-2", "B-3"] {
            bench.ok(&[&["audit", "scan", "--by", counter, &audit, "V1-A"], labels].concat());
        }
    };
    count(&REST);
    let before = (asked("B-2", &["--with", "B-3"]), asked("X-1", &[]), asked("X-1", &["--with", "X-1"]));
    count(&["K00002L9"]);
    let after = (asked("B-2", &["--with", "B-3"]), asked("X-1", &[]), asked("X-1", &["--with", "X-1"]));
    assert_eq!(before, after);
    bench.ok(&["audit", "close", "--by", "X-1", "--with", "A-1", &audit]);
    bench.holds();
}

#[test]
fn the_sums_of_the_document_are_whole() {
    let bench = Bench::furnished();
    bench.ok(&["place", "add", "V1-B", "--kind", "shelf", "--in", "V1"]);
    let audit = opened(&bench, &["--at", "V1"]);
    for counter in ["B-2", "B-3"] {
        bench.ok(&[&["audit", "scan", "--by", counter, &audit, "V1-A"], &REST[..]].concat());
        bench.ok(&["audit", "scan", "--by", counter, &audit, "V1-B", "K00002L9"]);
        bench.run(&["audit", "scan", "--by", counter, &audit, "V1-A", "NOPE01L9", "\u{1f600}"]).code(1);
    }
    bench.ok(&["move", "--by", "B-2", "--to", "V1-B", "K00002L9"]);
    let line = ["audit", "close", "--json", "--by", "X-1", "--with", "A-1", &audit];
    let page = bench.run(&line).code(1).json();
    let classes: u64 = page["classes"].as_object().unwrap().values().map(|sum| sum.as_u64().unwrap()).sum();
    assert_eq!((classes, &page["corrected"]), (5, &1.into()), "{page}");
    assert_eq!((&page["unknown"], &page["foreign"]), (&1.into(), &1.into()), "{page}");
    bench.holds();
}

/// Where the window of a loss begins, and what is told between it and its end.
fn window(bench: &Bench, barcode: &str) -> (String, serde_json::Value) {
    let told = bench.ok(&["audit", "history", barcode]).out;
    (told, bench.show(barcode)["loss"].clone())
}

#[test]
fn a_window_of_loss_begins_with_the_reading_of_a_stocktake() {
    let bench = Bench::furnished();
    let audit = opened(&bench, &["--at", "V1"]);
    bench.pass(3_600_000);
    let all = ["K00001L9", "K00002L9", "K00003L9", "K00004L9", "K00005L9", "K00006L9"];
    let memory = bench.file("memory.txt", format!("V1-A\n{}\n", all.join("\n")).as_bytes());
    bench.ok(&["audit", "scan", "--by", "B-2", "--file", &memory, &audit]);
    bench.pass(3_600_000);
    bench.ok(&[&["audit", "scan", "--by", "B-3", &audit, "V1-A"], &all[..]].concat());
    bench.ok(&["audit", "close", "--by", "X-1", "--with", "A-1", &audit]);
    bench.pass(3_600_000);
    bench.ok(&["check-out", "--by", "B-2", "K00002L9"]);
    bench.pass(3_600_000);
    bench.ok(&["missing", "--why", "gone", "--by", "A-1", "K00002L9"]);
    let (told, loss) = window(&bench, "K00002L9");
    assert!(!told.contains("never read") && !told.contains("in between: declaration"), "{told}");
    assert_eq!((&loss["read"], &loss["last"]["at"]), (&true.into(), &"2026-11-23T01:00:00.000Z".into()));
    assert_eq!((&loss["last"]["kind"], &loss["last"]["by"]), (&"audit_read".into(), &"B-2".into()), "{loss}");
    let steps: Vec<&str> =
        loss["steps"].as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap()).collect();
    assert_eq!(steps, ["sight", "check_out"], "{loss}");
    bench.holds();
}

#[test]
fn a_reading_that_a_second_counter_made_proof_is_told_as_one() {
    let bench = Bench::furnished();
    let audit = opened(&bench, &["--at", "V1"]);
    for counter in ["B-2", "B-3"] {
        bench.pass(3_600_000);
        bench.ok(&[&["audit", "scan", "--by", counter, &audit, "V1-A", "K00002L9"], &REST[..]].concat());
    }
    bench.ok(&["audit", "close", "--by", "X-1", "--with", "A-1", &audit]);
    bench.pass(3_600_000);
    bench.ok(&["missing", "--why", "gone", "--by", "A-1", "K00002L9"]);
    let (told, loss) = window(&bench, "K00002L9");
    assert!(told.contains("last reading: sighting V1-A by B-"), "{told}");
    assert_eq!((&loss["read"], &loss["last"]["kind"]), (&true.into(), &"sight".into()), "{loss}");
    bench.holds();
}

#[test]
fn what_a_stocktake_declares_missing_it_has_missed_itself() {
    let bench = Bench::furnished();
    let audit = opened(&bench, &["--at", "V1"]);
    bench.ok(&[&["audit", "scan", "--by", "B-2", &audit, "V1-A"], &REST[..]].concat());
    // The clock goes on between the entries of one closing.
    let steady = bench.outside();
    let (now, clock) = (steady.now.clone(), std::sync::atomic::AtomicI64::new(0));
    let ticking = kuraban::app::Surroundings {
        now: std::sync::Arc::new(move || {
            let tick = clock.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            kuraban::domain::time::Timestamp::from_millis(now().millis() + tick)
        }),
        ..steady
    };
    let session =
        kuraban::app::Session::open(&bench.ledger(), std::time::Duration::from_secs(10), ticking).unwrap();
    let closer = who(&session, "X-1", Some("A-1"));
    session.close_audit(&closer, AuditId(audit.parse().unwrap())).unwrap();
    bench.pass(3_600_000);
    let loss = bench.show("K00002L9")["loss"].clone();
    assert_eq!(loss["audit"].to_string(), audit, "{loss}");
    bench.holds();
}

#[test]
fn a_loss_begins_with_the_last_proof_and_with_nothing_else() {
    let bench = Bench::furnished();
    let session = bench.session();
    let (by, judge) = (who(&session, "B-2", None), who(&session, "A-1", None));
    let window = |label: &str| {
        let loss = session.loss(label).unwrap().unwrap();
        (loss.last.seq, session.show(label).unwrap().read_at == Some(loss.last.at))
    };
    bench.pass(HOUR);
    // A step that is refused has read the label all the same.
    scan(&session, &by, &Verb::Move(place("V2")), "K00001L9");
    let refused = session.size().unwrap();
    // What a scanner remembers from before is no later proof.
    scan(&session, &by, &Verb::Move(place("V1")), "K00002L9");
    let moved = session.size().unwrap();
    let earlier = Some(session.now().plus(-HOUR / 2));
    let offline = Scan { text: "K00002L9", how: How::Scanned, occurred: earlier };
    session.scan(&by, &Verb::Sight(place("V1")), &offline).unwrap();
    // Who has it in hand proves nothing by counting it.
    scan(&session, &by, &Verb::CheckOut(kuraban::app::Leaving::default()), "K00003L9");
    let taken = session.size().unwrap();
    bench.pass(HOUR);
    scan(&session, &by, &Verb::Sight(place("DESK")), "K00003L9");
    bench.pass(HOUR);
    let said = kuraban::app::Said::read("gone").unwrap();
    for (label, seq) in [("K00001L9", refused), ("K00002L9", moved), ("K00003L9", taken)] {
        scan(&session, &judge, &Verb::DeclareMissing(said.clone()), label);
        assert_eq!(window(label), (seq, true), "{label}");
    }
    bench.holds();
}

#[test]
fn what_moved_while_it_was_counted_has_moved_in_hindsight_too() {
    let bench = Bench::furnished();
    let audit = opened(&bench, &[]);
    let session = bench.session();
    scan(&session, &who(&session, "B-2", None), &Verb::Move(place("V1")), "K00002L9");
    let counter = who(&session, "X-1", None);
    let count = Verb::Count(AuditId(audit.parse().unwrap()), place("V1"));
    for label in REST.into_iter().chain(["K00002L9"]) {
        scan(&session, &counter, &count, label);
    }
    bench.ok(&["audit", "close", "--by", "X-1", "--with", "A-1", &audit]);
    for (label, class) in [("K00001L9", "present"), ("K00002L9", "moved")] {
        let told = bench.ok(&["audit", "history", label]).out;
        assert!(told.contains(class), "{told}");
    }
}

//! Several stocktakes at once, and several people at one.

use std::sync::{Arc, Barrier};
use std::time::Duration;

use kuraban::app::{Counted, Leaving, Scan, Session, Verb};
use kuraban::domain::event::How;
use kuraban::domain::names::AuditId;

use crate::audits::{opened, page_of, spread};
use crate::orders::{log, ok, run};
use crate::support::{Bench, place, scan, who};

#[test]
fn two_stocktakes_of_disjoint_places_share_a_move() {
    let bench = spread();
    let (one, two) = (opened(&bench, "--at V1"), opened(&bench, "--at V2"));
    let session = bench.session();
    let read = |audit: u64, at: &str, text: &str| {
        let scan = Scan { text, how: How::Scanned, occurred: None };
        session.count(&who(&session, "X-1", None), AuditId(audit), &place(at), &scan).unwrap()
    };
    for medium in 2..=6 {
        read(one, "V1-A", &format!("K0000{medium}L9"));
    }
    read(two, "V2", "L00001L9");
    assert!(matches!(read(one, "V2", "L00001L9"), Counted::Refused { .. }), "V2 is not in V1");
    ok(&bench, "check-out --by B-1 K00001L9");
    ok(&bench, "check-in --by B-1 --to V2 K00001L9");
    read(two, "V2", "K00001L9");
    ok(&bench, &format!("audit close --by X-1 --with A-1 {two}"));
    let page = ok(&bench, &format!("audit show --json {two}")).json();
    assert_eq!((&page["expected"], &page["classes"]["moved"]), (&1.into(), &1.into()), "{page}");
    // In the other it went out by keys, and nobody of its counters has read it.
    run(&bench, &format!("audit close --by X-1 --with A-1 {one}")).code(1);
    let page = page_of(&bench, one);
    assert_eq!(
        (&page["expected"], &page["missing"]),
        (&6.into(), &serde_json::json!(["K00001L9"])),
        "{page}"
    );
    bench.holds();
}

#[test]
fn two_sessions_count_one_stocktake_at_once() {
    let bench = Bench::furnished();
    let audit = AuditId(opened(&bench, ""));
    let barrier = Arc::new(Barrier::new(2));
    let counters = ["B-2", "B-3"].map(|badge| {
        let (path, outside, barrier) = (bench.ledger(), bench.outside(), Arc::clone(&barrier));
        std::thread::spawn(move || {
            let session = Session::open(&path, Duration::from_secs(60), outside).unwrap();
            let person = who(&session, badge, None);
            barrier.wait();
            for round in 0..2 {
                for medium in 1..=6 {
                    let text = format!("K0000{medium}L9");
                    let scan = Scan { text: &text, how: How::Typed, occurred: None };
                    let counted = session.count(&person, audit, &place("V1-A"), &scan).unwrap();
                    assert_eq!(matches!(counted, Counted::Done { .. }), round == 0, "{counted:?}");
                }
            }
        })
    });
    for counter in counters {
        counter.join().unwrap();
    }
    let counts = log(&bench).iter().filter(|entry| entry["kind"] == "sight").count();
    assert_eq!(counts, 12, "each label once for each counter");
    ok(&bench, &format!("audit close --by X-1 --with A-1 {audit}"));
    bench.holds();
}

/// Whoever takes a step back has the label in hand, but it only says that the step was none.
#[test]
fn a_step_that_was_taken_back_is_no_reading() {
    for (taken_back, class) in [(false, "moved"), (true, "not_found")] {
        let bench = Bench::furnished();
        let audit = opened(&bench, "");
        let session = bench.session();
        let custodian = who(&session, "B-1", None);
        for medium in 2..=6 {
            let text = format!("K0000{medium}L9");
            let scan = Scan { text: &text, how: How::Scanned, occurred: None };
            session.count(&who(&session, "X-1", None), AuditId(audit), &place("V1-A"), &scan).unwrap();
        }
        scan(&session, &custodian, &Verb::CheckOut(Leaving::default()), "K00001L9");
        if taken_back {
            scan(&session, &custodian, &Verb::Void, "K00001L9");
        }
        run(&bench, &format!("audit close --by X-1 --with A-1 {audit}")).code(u8::from(taken_back));
        let page = page_of(&bench, audit);
        assert_eq!((&page["classes"][class], &page["classes"]["present"]), (&1.into(), &5.into()), "{page}");
        bench.holds();
    }
}

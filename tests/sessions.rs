//! What a session keeps of the record in memory is what the record holds, whatever it has done before.

use kuraban::app::{Leaving, Outcome, Trend, Verb};
use kuraban::domain::time::HOUR;

use crate::support::{Bench, place, scan, who};

#[test]
fn a_session_that_has_rebuilt_goes_by_the_policy_in_force() {
    let bench = Bench::furnished();
    bench.ok(&["policy", "set", "relabel_witness", "no"]);
    let session = bench.session();
    let by = who(&session, "B-1", None);
    let rebuilt = session.rebuild(&by, &mut |_, _| {}).unwrap().unwrap();
    assert_eq!(rebuilt.count, 0);
    // A new ledger asks for orders and for witnesses of new labels; this one does not any more.
    assert!(!session.policy().unwrap().order_required);
    for verb in [Verb::CheckOut(Leaving::default()), Verb::Relabel("Q00001L9".to_owned())] {
        assert!(matches!(scan(&session, &by, &verb, "#15"), Outcome::Done { .. }), "{verb:?}");
    }
    bench.holds();
}

#[test]
fn a_chart_that_is_kept_is_right_after_the_clock_ran_back() {
    let bench = Bench::furnished();
    let session = bench.session();
    let by = who(&session, "B-1", None);
    let mut kept = Trend::default();
    for (verb, hours) in [(Verb::CheckOut(Leaving::default()), 20), (Verb::CheckIn(place("V1")), 90)] {
        assert!(matches!(scan(&session, &by, &verb, "K00001L9"), Outcome::Done { .. }));
        bench.pass(hours * HOUR);
        session.trend(&mut kept).unwrap();
    }
    bench.pass(-60 * HOUR);
    let anew = session.trend(&mut Trend::default()).unwrap();
    let kept = session.trend(&mut kept).unwrap();
    assert!(anew.contains(&1), "{anew:?}");
    assert!(!kept.is_empty() && anew.ends_with(&kept), "{kept:?} is not the end of {anew:?}");
}

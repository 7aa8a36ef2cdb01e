//! Certificates over random histories: whatever people move, count, type, lose and find while stock is taken, none is
//! given that the log itself does not bear out. What it bears out is read anew here, from the bytes alone.

use std::collections::BTreeMap;

use kuraban::domain::audit::AuditState;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::audit_acts::{acts, perform, stage};
use crate::audit_tale::Tale;
use crate::forgery::spoilt_is_found;
use crate::support::Bench;

/// What the log tells, or what it breaks.
fn told(bench: &Bench) -> Result<Tale, String> {
    let mut tale = Tale::default();
    for line in bench.ok(&["log", "--raw"]).out.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        tale.take(&entry)?;
    }
    Ok(tale)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_certified_that_was_not_read(acts in acts()) {
        let bench = stage();
        perform(&bench, &acts);
        let tale = told(&bench);
        if let Err(broken) = &tale {
            prop_assert!(false, "{}", broken);
        }
        let raw = bench.raw();
        for (audit, chosen) in tale.unwrap().samples {
            let mut statement =
                raw.prepare("SELECT medium FROM audit_sample WHERE audit = ?1 ORDER BY 1").unwrap();
            let rows = statement.query_map([audit.cast_signed()], |row| row.get::<_, i64>(0)).unwrap();
            let drawn: Vec<u64> = rows.map(|id| id.unwrap().cast_unsigned()).collect();
            prop_assert_eq!(drawn, chosen);
        }
        bench.holds();
        // What the certificates say is what their events say.
        let session = bench.session();
        for view in session.audits(None).unwrap() {
            let page = session.audit(view.audit.id).unwrap();
            let unresolved = page.lines.iter().filter(|line| !line.passes).count() as u64;
            if let Some(tally) = view.tally {
                prop_assert_eq!(unresolved + tally.unknown, tally.unresolved);
                prop_assert_eq!(view.audit.state == AuditState::Certified, tally.unresolved == 0);
                prop_assert_eq!(tally.expected, view.audit.expected);
            }
        }
    }

    #[test]
    fn any_one_cell_of_a_stocktake_is_found(
        acts in acts(),
        table in prop::sample::select(&["audit", "audit_count", "audit_move", "audit_sample", "audit_finding"][..]),
        row in any::<prop::sample::Index>(),
        column in 0..17_usize,
    ) {
        let bench = stage();
        perform(&bench, &acts);
        spoilt_is_found(&bench, table, row.index(1000), column)?;
    }
}

/// The property above is worth what its histories reach.
#[test]
fn the_histories_reach_certificates_of_every_sort() {
    let mut runner = TestRunner::deterministic();
    let mut reached: BTreeMap<String, u64> = BTreeMap::new();
    for _ in 0..96 {
        let bench = stage();
        perform(&bench, &acts().new_tree(&mut runner).unwrap().current());
        for kinds in told(&bench).unwrap().certified {
            *reached.entry("certified".to_owned()).or_default() += 1;
            for (kind, many) in kinds {
                *reached.entry(kind.to_owned()).or_default() += many;
            }
        }
        for line in bench.ok(&["log", "--raw"]).out.lines() {
            let entry: Value = serde_json::from_str(line).unwrap();
            let offline = if entry["occurred"].is_null() { "" } else { " offline" };
            let counts = if entry["data"]["audit"].is_null() { "" } else { " counted" };
            let kind = format!("{}{counts}{offline}", entry["kind"].as_str().unwrap());
            *reached.entry(kind).or_default() += 1;
            for (class, many) in entry["data"]["tally"].as_object().into_iter().flatten() {
                *reached.entry(format!("class {class}")).or_default() += many.as_u64().unwrap();
            }
        }
    }
    let mut missed = vec![
        "certified",
        "known missing",
        "a reader in the count",
        "a reader in the last movement",
        "two counters",
        "audit_opened",
        "audit_drawn",
        "audit_recounted counted",
        "audit_read counted",
        "audit_refused counted",
        "declare_missing counted",
        "sight counted",
        "sight counted offline",
        "check_out offline",
        "check_in",
        "void",
        "correct",
        "found",
        "take_over",
        "hand_over",
        "destroy",
        "class present",
        "class outside",
        "class moved",
        "class known_missing",
        "class corrected",
        "class elsewhere",
        "class two_places",
        "class found_again",
        "class unproven",
        "class not_found",
    ];
    missed.retain(|wanted| reached.get(*wanted).is_none_or(|count| *count < 2));
    assert!(missed.is_empty(), "{missed:?}: {reached:#?}");
}

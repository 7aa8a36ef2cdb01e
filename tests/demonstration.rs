//! The demonstration: the two tapes are flagged on the day of the maintenance.

use crate::support::Bench;

#[test]
fn the_demonstration_flags_the_two_tapes_the_same_day() {
    let bench = Bench::empty();
    let file = bench.path().join("demo.kuraban").display().to_string();
    let run = bench.ok(&["demo", "--ledger", &file]);
    let flagged = run.out.lines().find(|line| line.contains("ejected_not_vaulted")).unwrap();
    assert!(flagged.contains("K00017L5") && flagged.contains("2012-12-28"), "{flagged}");
    assert!(run.out.contains("413 days"), "{}", run.out);
    assert!(
        run.out
            .lines()
            .filter(|line| !line.contains("--ledger"))
            .all(|line| unicode_width::UnicodeWidthStr::width(line) <= 80),
        "{}",
        run.out
    );
    for month in ["2013-03-15", "2013-08-15"] {
        let told = run.out.split(month).nth(1).unwrap();
        let refused = told.lines().find(|line| line.contains("REFUSED")).unwrap();
        assert!(refused.contains("K00017L5, K00018L5"), "{month}: {refused}");
    }
    assert!(
        run.out.contains("Window of loss: 2012-12-28 10:32 (read by B-2001) → 2013-03-15"),
        "{}",
        run.out
    );
    bench.vars.borrow_mut().insert("KURABAN_LEDGER".to_owned(), file);
    bench.holds();
    let audits = bench.ok(&["audit", "list", "--json"]).json();
    let states: Vec<_> = audits.as_array().unwrap().iter().map(|audit| audit["state"].clone()).collect();
    assert_eq!(states, ["refused", "refused"]);
    for audit in audits.as_array().unwrap() {
        let page = bench.run(&["audit", "show", "--json", &audit["number"].to_string()]).code(1).json();
        assert_eq!(page["missing"], serde_json::json!(["K00017L5", "K00018L5"]));
        assert_eq!((&page["classes"]["present"], &page["grades"]["scanned"]), (&22.into(), &22.into()));
    }
    let outside = bench.ok(&["media", "list", "--outside", "--json"]).json();
    let barcodes: Vec<_> = outside.as_array().unwrap().iter().map(|m| m["barcode"].clone()).collect();
    assert_eq!(barcodes, ["K00017L5", "K00018L5"]);
    assert_eq!(bench.show("K00017L5")["persons"], 39_585);
}

#[test]
fn without_a_file_it_leaves_nothing_behind_and_in_japanese_it_tells_the_same() {
    let bench = Bench::empty();
    let run = bench.ok(&["--lang", "ja", "demo"]);
    assert!(run.out.contains("413 日前"), "{}", run.out);
    assert_eq!(run.out.matches("不合格(REFUSED)").count(), 2, "{}", run.out);
    assert!(
        run.out
            .lines()
            .filter(|line| !line.contains("--ledger"))
            .all(|line| unicode_width::UnicodeWidthStr::width(line) <= 80),
        "{}",
        run.out
    );
    assert!(!bench.ledger().exists());
    let again = bench.ok(&["--lang", "ja", "demo"]);
    assert_eq!(run.out.lines().count(), again.out.lines().count());
}

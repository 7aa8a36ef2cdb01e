//! Stocktakes in a history rewritten with right hashes, and in rows that somebody changed: a certificate that the
//! count does not bear out is irregular, and a row that the log does not give is tampered with.

use serde_json::Value;

use crate::audits::{opened, scan, swept};
use crate::forgery::forge;
use crate::orders::{log, ok, run};
use crate::support::Bench;

/// What is changed in a body: each of these texts into the other.
type Changes<'a> = &'a [(&'a str, &'a str)];

fn changed(body: &str, changes: Changes<'_>) -> String {
    changes.iter().fold(body.to_owned(), |body, (from, to)| {
        assert!(body.contains(from), "{from}: {body}");
        body.replacen(from, to, 1)
    })
}

/// Rewrites an entry of an honest ledger, and asserts that the rules forbid what is then written at this entry.
#[track_caller]
fn irregular(bench: &Bench, (forged, broken): (usize, usize), changes: Changes<'_>, part: &str) {
    bench.holds();
    forge(bench, forged, |body| changed(body, changes));
    let told = bench.verify();
    assert_eq!(told["verdict"], "irregular", "{changes:?}: {told}");
    assert_eq!(told["first_break"]["seq"], broken, "{changes:?}: {told}");
    let reason = told["first_break"]["reason"].as_str().unwrap();
    assert!(reason.contains(part), "{changes:?}: {told}");
}

/// The number of the last entry of this kind.
#[track_caller]
fn last(bench: &Bench, kind: &str) -> usize {
    let log = log(bench);
    let entry = log.iter().rev().find(|entry| entry["kind"] == kind).unwrap();
    usize::try_from(entry["seq"].as_u64().unwrap()).unwrap()
}

/// A stocktake that is certified.
fn certified() -> Bench {
    let bench = Bench::furnished();
    let audit = opened(&bench, "");
    swept(&bench, audit);
    ok(&bench, &format!("audit close --by X-1 --with A-1 {audit}"));
    bench
}

/// A stocktake that is refused: one medium was only typed, one not found, one read in another vault.
fn refused() -> Bench {
    let bench = Bench::furnished();
    let audit = opened(&bench, "");
    for counter in ["B-2", "B-3"] {
        scan(&bench, audit, &format!("--by {counter} V1-A K00001L9 K00002L9 K00003L9 V2 K00004L9")).code(0);
    }
    scan(&bench, audit, "--by B-2 V1-A K00005L9").code(0);
    run(&bench, &format!("audit close --by X-1 --with A-1 {audit}")).code(1);
    bench
}

#[test]
fn a_certificate_although_something_is_unresolved() {
    let certifies =
        [("\"kind\":\"audit_refused\"", "\"kind\":\"audit_certified\""), ("\"incident\":32,", "")];
    let clean = [
        ("\"elsewhere\":1", "\"elsewhere\":0"),
        ("\"unproven\":1", "\"unproven\":0"),
        ("\"not_found\":1", "\"not_found\":0"),
        ("\"unresolved\":3", "\"unresolved\":0"),
    ];
    let present = [("\"present\":3", "\"present\":6")];
    for changes in [
        &certifies[..],
        &[&certifies[..], &clean].concat(),
        &[&certifies[..], &clean, &present].concat(),
        // Refused it stays, but with less in question.
        &clean,
        &[("\"not_found\":1", "\"not_found\":0"), ("\"present\":3", "\"present\":4")],
        &[("\"expected\":6", "\"expected\":5")],
        &[("\"typed\":5", "\"typed\":4"), ("\"scanned\":0", "\"scanned\":1")],
    ] {
        let bench = refused();
        let closing = last(&bench, "audit_refused");
        assert_eq!(log(&bench)[closing - 1]["data"]["incident"], 32);
        irregular(&bench, (closing, closing), changes, "");
    }
    // And one that is refused although nothing is.
    let bench = certified();
    let closing = last(&bench, "audit_certified");
    let refuses = [("audit_certified", "audit_refused"), (",\"tally\"", ",\"incident\":9,\"tally\"")];
    irregular(&bench, (closing, closing), &refuses, "");
}

#[test]
fn a_count_that_was_other_than_the_certificate_says() {
    for (kind, changes) in [
        // It counted in no stocktake, at another place, by the other counter, or was seen before.
        ("sight", &[("\"audit\":22", "\"audit\":null")][..]),
        ("sight", &[("\"place\":\"V1-A\"", "\"place\":\"V2\"")]),
        ("sight", &[("\"by\":\"B-3\"", "\"by\":\"B-2\"")]),
        ("sight", &[("\"how\":\"typed\"", "\"how\":\"scanned\"")]),
        ("audit_opened", &[("\"expected\":6", "\"expected\":5")]),
        ("audit_opened", &[("\"place\":null", "\"place\":\"V2\"")]),
        ("audit_opened", &[("\"size\":21", "\"size\":20")]),
        ("audit_certified", &[("\"with\":\"A-1\"", "\"with\":null")]),
        ("audit_certified", &[("\"with\":\"A-1\"", "\"with\":\"X-1\"")]),
        ("audit_certified", &[("\"by\":\"X-1\"", "\"by\":\"B-2\"")]),
        ("audit_certified", &[("\"audit\":22", "\"audit\":21")]),
    ] {
        let bench = certified();
        let (forged, closing) = (last(&bench, kind), last(&bench, "audit_certified"));
        assert_eq!(last(&bench, "audit_opened"), 22);
        let broken = if kind == "sight" { closing } else { forged };
        irregular(&bench, (forged, broken), changes, "");
    }
}

#[test]
fn media_declared_missing_by_no_stocktake_of_theirs() {
    for (kind, changes) in [
        ("declare_missing", &[("\"audit\":22", "\"audit\":null")][..]),
        ("declare_missing", &[("\"audit\":22", "\"audit\":21")]),
        ("declare_missing", &[("\"incident\":32", "\"incident\":null")]),
        ("declare_missing", &[("\"incident\":32", "\"incident\":31")]),
        ("incident_opened", &[("\"missing\":1", "\"missing\":7")]),
        ("incident_opened", &[("\"with\":\"A-1\"", "\"with\":null")]),
        ("audit_refused", &[("\"incident\":32", "\"incident\":33")]),
    ] {
        let bench = refused();
        let forged = last(&bench, kind);
        irregular(&bench, (forged, forged), changes, "");
    }
    // Whose medium it was is in the sums.
    let bench = refused();
    let (forged, closing) = (last(&bench, "declare_missing"), last(&bench, "audit_refused"));
    irregular(
        &bench,
        (forged, closing),
        &[
            ("\"kind\":\"declare_missing\"", "\"kind\":\"sight\""),
            (
                "\"why\":\"audit\",\"text\":null,\"audit\":22,\"incident\":32",
                "\"place\":\"V1-A\",\"audit\":null",
            ),
            ("\"barcode\":\"K00006L9\",", "\"barcode\":\"K00006L9\","),
        ],
        "",
    );
}

#[test]
fn a_file_whose_labels_could_not_be_so() {
    for changes in [
        &[("[\"K00001L9\",\"K00002L9\"]", "[\"K00002L9\",\"K00001L9\"]")][..],
        &[("[\"K00001L9\",\"K00002L9\"]", "[\"K00001L9\",\"K00001L9\"]")],
        &[("[\"K00001L9\",\"K00002L9\"]", "[]")],
        &[("[\"K00001L9\",\"K00002L9\"]", "[\"K00001L9\",\"NOPE01L9\"]")],
        &[("\"how\":\"file\"", "\"how\":\"scanned\"")],
        &[("\"how\":\"file\"", "\"how\":\"library\"")],
        &[("\"how\":\"file\"", "\"how\":\"typed\"")],
        &[("\"occurred\":null", "\"occurred\":\"2026-11-23T00:00:00.000Z\"")],
        &[("\"by\":\"B-2\"", "\"by\":\"A-1\"")],
        &[("\"place\":\"V1-A\"", "\"place\":\"NOWHERE\"")],
    ] {
        let bench = Bench::furnished();
        let audit = opened(&bench, "");
        let file = bench.file("memory", b"V1-A\nK00002L9\nK00001L9\n");
        scan(&bench, audit, &format!("--by B-2 --file {file}")).code(0);
        let forged = last(&bench, "audit_read");
        irregular(&bench, (forged, forged), changes, "");
    }
}

#[test]
fn a_sample_whose_head_or_number_was_other() {
    let sample = || {
        let bench = Bench::furnished();
        let draw = opened(&bench, "--sample 50");
        ok(&bench, &format!("audit open --by X-1 --draw {draw} --number 5"));
        bench
    };
    for (kind, changes) in [
        ("audit_drawn", &[("\"percent\":50", "\"percent\":0")][..]),
        ("audit_drawn", &[("\"percent\":50", "\"percent\":101")]),
        ("audit_drawn", &[("\"size\":21", "\"size\":20")]),
        ("audit_opened", &[("\"draw\":22", "\"draw\":21")]),
        ("audit_opened", &[("\"draw\":22", "\"draw\":null")]),
        ("audit_opened", &[("\"number\":5", "\"number\":null")]),
        ("audit_opened", &[("\"expected\":3", "\"expected\":2")]),
        ("audit_opened", &[("\"place\":null", "\"place\":\"V1\"")]),
    ] {
        let bench = sample();
        let forged = last(&bench, kind);
        irregular(&bench, (forged, forged), changes, "");
    }
    // Another number is a number as well, but it draws others.
    let bench = sample();
    let forged = last(&bench, "audit_opened");
    forge(&bench, forged, |body| changed(body, &[("\"number\":5", "\"number\":6")]));
    let told = bench.verify();
    assert_eq!(told["verdict"], "tampered", "{told}");
    assert!(told["first_break"]["reason"].as_str().unwrap().contains("audit"), "{told}");
}

#[test]
fn rows_that_the_log_does_not_give() {
    for (table, sql) in [
        ("audit", "UPDATE audit SET state = 'certified', incident = NULL"),
        ("audit", "UPDATE audit SET expected = 5"),
        ("audit", "UPDATE audit SET size = size - 1"),
        ("audit", "UPDATE audit SET closed_with = 2"),
        ("audit", "UPDATE audit SET closed = closed + 1"),
        ("audit", "DELETE FROM audit"),
        ("audit_count", "UPDATE audit_count SET how = 'scanned' WHERE medium = 19"),
        (
            "audit_count",
            "UPDATE audit_count SET place = (SELECT id FROM place WHERE code = 'DESK') WHERE medium = 18",
        ),
        (
            "audit_count",
            "UPDATE audit_count SET counter = (SELECT id FROM person WHERE badge = 'A-1') WHERE medium = 19",
        ),
        ("audit_count", "UPDATE audit_count SET at = at + 1 WHERE medium = 15"),
        ("audit_count", "UPDATE audit_count SET recount = 1 WHERE medium = 15"),
        ("audit_count", "DELETE FROM audit_count WHERE medium = 18"),
        (
            "audit_count",
            "INSERT INTO audit_count SELECT audit, 20, place, counter, seq, how, at, recount FROM audit_count WHERE medium = 19",
        ),
        ("audit_finding", "UPDATE audit_finding SET class = 'present' WHERE medium = 20"),
        ("audit_finding", "UPDATE audit_finding SET settled_by = 2 WHERE medium = 18"),
        ("audit_finding", "UPDATE audit_finding SET expected = 0 WHERE medium = 20"),
        ("audit_finding", "DELETE FROM audit_finding WHERE medium = 20"),
        ("audit_move", "UPDATE audit_move SET read = at"),
        ("audit_move", "DELETE FROM audit_move"),
        ("audit_label", "INSERT INTO audit_label VALUES (22, 30, 'NOPE01L9', NULL, 'unknown', 2, 0)"),
        ("audit_sample", "INSERT INTO audit_sample VALUES (22, 15)"),
    ] {
        let bench = refused();
        bench.holds();
        assert!(bench.raw().execute(sql, []).unwrap() > 0, "{sql}");
        let told = bench.verify();
        assert_eq!(told["verdict"], "tampered", "{sql}: {told}");
        let reason = told["first_break"]["reason"].as_str().unwrap();
        assert!(reason.contains(table), "{sql}: {told}");
        let page = |bench: &Bench| -> Value { run(bench, "audit show --json 22").json() };
        ok(&bench, "rebuild");
        bench.holds();
        let mut honest = page(&refused());
        // Salts and hashes are of each ledger; all else is as it was.
        let mut again = page(&bench);
        for told in [&mut honest, &mut again] {
            told["closing"] = Value::Null;
            told["opening"] = Value::Null;
        }
        assert_eq!(again, honest, "{sql}");
    }
}

#[test]
fn a_log_that_is_only_written_anew_is_as_good_as_before() {
    let bench = certified();
    let seq = last(&bench, "sight");
    forge(&bench, seq, |body| body.replacen("vault-door-1", "vault-door-2", 1));
    let told = bench.verify();
    // The heads that a stocktake remembers are those of its own log, so that only what came after it can be.
    assert_eq!(told["verdict"], "consistent_unanchored", "{told}");
}

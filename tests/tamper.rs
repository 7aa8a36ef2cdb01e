//! Somebody with the file in hand: whatever they change, `verify` says so and names it. And the one change
//! that it cannot see, so that the documentation stays honest.

use kuraban::ledger::entry::entry_hash;
use proptest::prelude::*;
use rusqlite::params;
use serde_json::Value;

use crate::forgery::{bodies, forge, spoilt_is_found, untriggered};
use crate::sequences::{acts, perform};
use crate::support::Bench;

/// A ledger with a story in it.
fn told() -> Bench {
    let bench = Bench::furnished();
    bench.ok(&["check-out", "K00001L9", "K00002L9"]);
    bench.ok(&["load", "--into", "D1", "K00001L9"]);
    bench.ok(&["eject", "K00001L9"]);
    bench.ok(&["check-in", "--to", "V1", "K00002L9"]);
    bench.ok(&["missing", "--by", "A-1", "--why", "gone: nobody saw it", "K00003L9"]);
    bench.holds();
    bench
}

/// Asserts the verdict and the number at which the first break is named.
#[track_caller]
fn broken(bench: &Bench, verdict: &str, seq: impl Into<Value>) -> Value {
    let told = bench.verify();
    assert_eq!(told["verdict"], verdict, "{told}");
    assert_eq!(told["first_break"]["seq"], seq.into(), "{told}");
    let code = match verdict {
        "damaged" | "newer" => 3,
        _ => 1,
    };
    let words = bench.run(&["verify"]).code(code);
    assert!(words.out.to_lowercase().contains(verdict), "{}", words.out);
    told
}

#[test]
fn a_bit_flipped_in_the_file_itself_is_found() {
    for (seq, offset) in [(1, 40), (7, 100), (16, 250), (23, 30), (27, 310)] {
        let bench = told();
        let body = bodies(&bench.raw())[seq - 1].clone();
        bench.raw().pragma_update(None, "wal_checkpoint", "TRUNCATE").unwrap();
        let mut file = std::fs::read(bench.ledger()).unwrap();
        // Pages that were split leave old copies behind: all of them are hit.
        let hits: Vec<usize> =
            (0..file.len() - body.len()).filter(|at| file[*at..].starts_with(body.as_bytes())).collect();
        assert!(!hits.is_empty());
        for at in hits {
            file[at + offset] ^= 0x04;
        }
        std::fs::write(bench.ledger(), file).unwrap();
        broken(&bench, "tampered", seq);
    }
}

#[test]
fn a_changed_hash_is_found() {
    let bench = told();
    untriggered(&bench, |raw| {
        raw.execute("UPDATE event SET hash = zeroblob(32) WHERE seq = 9", []).unwrap();
    });
    broken(&bench, "tampered", 9);
}

#[test]
fn an_entry_with_a_hash_of_its_own_made_to_fit_breaks_the_next_one() {
    let bench = told();
    untriggered(&bench, |raw| {
        let body = bodies(raw)[8].replacen("vault-door-1", "vault-door-2", 1);
        let hash = entry_hash(body.as_bytes());
        let sql = "UPDATE event SET body = ?1, hash = ?2 WHERE seq = 9";
        raw.execute(sql, params![body, hash.0]).unwrap();
    });
    let told = broken(&bench, "tampered", 10);
    assert!(told["first_break"]["reason"].as_str().unwrap().contains("follows on"), "{told}");
}

#[test]
fn deleted_swapped_duplicated_and_renumbered_rows_are_found() {
    for (sql, seq) in [
        ("DELETE FROM event WHERE seq = 9", 10),
        ("DELETE FROM event WHERE seq = 1", 2),
        ("DELETE FROM event", 1),
        ("DELETE FROM event WHERE seq > 20", 20),
        (
            "UPDATE event SET seq = 900 WHERE seq = 9; UPDATE event SET seq = 9 WHERE seq = 10; UPDATE event SET seq = 10 WHERE seq = 900",
            9,
        ),
        ("UPDATE event SET seq = seq + 100 WHERE seq > 20", 121),
        ("INSERT INTO event (seq, body, hash) SELECT 28, body, hash FROM event WHERE seq = 27", 28),
        ("INSERT INTO event (seq, body, hash) SELECT 0, body, hash FROM event WHERE seq = 1", 0),
        ("INSERT INTO event (seq, body, hash) SELECT -5, body, hash FROM event WHERE seq = 1", 0),
        (
            "UPDATE event SET body = (SELECT body FROM event WHERE seq = 10), hash = (SELECT hash FROM event WHERE seq = 10) WHERE seq = 9",
            9,
        ),
    ] {
        let bench = told();
        untriggered(&bench, |raw| raw.execute_batch(sql).unwrap());
        let told = bench.verify();
        assert_eq!(told["verdict"], "tampered", "{sql}: {told}");
        if sql.contains("> 20") && sql.starts_with("DELETE") {
            // A tail that is gone shows in the projections, which know more than the log.
            assert!(told["first_break"]["reason"].as_str().unwrap().contains("the log gives"), "{told}");
        } else {
            assert_eq!(told["first_break"]["seq"], seq, "{sql}: {told}");
        }
    }
}

#[test]
fn triggers_stop_accidents() {
    let raw = told().raw();
    for sql in [
        "UPDATE event SET body = body",
        "DELETE FROM event WHERE seq = 3",
        "INSERT OR REPLACE INTO event (seq, body, hash) SELECT 3, body, hash FROM event WHERE seq = 4",
        "INSERT INTO event (seq, body, hash) SELECT 99, body, hash FROM event WHERE seq = 4",
    ] {
        assert!(raw.execute_batch(sql).is_err(), "{sql}");
    }
}

#[test]
fn a_rewritten_history_that_the_rules_forbid_is_irregular() {
    for (seq, from, to, part) in [
        // Who acted was no operator; the place does not exist; the check-in never had a check-out.
        (23, "\"by\":\"B-1\"", "\"by\":\"X-1\"", "role"),
        (23, "\"place\":\"V1-A\"", "\"place\":\"V2\"", "place"),
        (24, "\"device\":\"D1\"", "\"device\":\"V1\"", "is a vault"),
        (25, "\"device\":\"D1\"", "\"device\":\"LIB\"", "another device"),
        (24, "\"kind\":\"load\"", "\"kind\":\"eject\"", "not an entry"),
        (4, "\"roles\":[\"operator\"]", "\"roles\":[\"auditor\"]", ""),
        (16, "\"how\":\"typed\"", "\"how\":null", "how"),
        (23, "\"at\":\"2026-11-23T", "\"at\":\"2026-11-22T", "before the last one"),
        (23, "\"at\":\"2026-11-23T", "\"at\":\"2026-12-23T", "not believed"),
    ] {
        let bench = told();
        forge(&bench, seq, |body| {
            assert!(body.contains(from), "{body}");
            body.replacen(from, to, 1)
        });
        let told = bench.verify();
        let verdict = told["verdict"].as_str().unwrap();
        let reason = told["first_break"]["reason"].as_str().unwrap();
        assert!(["irregular", "tampered"].contains(&verdict), "{from} → {to}: {told}");
        assert!(reason.contains(part), "{from} → {to}: {told}");
    }
}

#[test]
fn a_medium_whose_own_chain_does_not_go_on_is_found() {
    let bench = told();
    forge(&bench, 24, |body| {
        let (head, tail) = body.split_once("\"mprev\":\"").unwrap();
        format!("{head}\"mprev\":\"{}{}", "0".repeat(64), tail.split_at(64).1)
    });
    let told_of = broken(&bench, "tampered", 24);
    assert_eq!(told_of["first_break"]["media"], serde_json::json!(["K00001L9"]));
    let bench = told();
    forge(&bench, 24, |body| body.replacen("\"mseq\":3", "\"mseq\":4", 1));
    broken(&bench, "tampered", 24);
}

#[test]
fn a_medium_is_called_after_no_entry_that_is_still_to_come() {
    // However large the number is, nothing is kept ready for all that come before it.
    for other in ["17", "4294967296", "9007199254740991"] {
        let bench = told();
        forge(&bench, 16, |body| {
            assert!(body.contains("\"kind\":\"register\",\"medium\":16,"), "{body}");
            body.replacen("\"medium\":16,", &format!("\"medium\":{other},"), 1)
        });
        broken(&bench, "tampered", 16);
    }
}

#[test]
fn no_room_is_made_for_as_many_media_as_somebody_claims() {
    for claimed in [0, 5, i64::MAX, -1] {
        let bench = told();
        bench.raw().execute("UPDATE head SET media = ?1", [claimed]).unwrap();
        assert_eq!(bench.verify()["verdict"], "tampered", "{claimed}");
    }
}

#[test]
fn another_spelling_of_the_same_meaning_is_found() {
    for (from, to) in [
        ("{\"v\":1,", "{\"v\":1, "),
        ("\"v\":1,", "\"v\":1.0,"),
        ("\"v\":1,", "\"v\":1,\"v\":1,"),
        ("\"occurred\":null,", ""),
        ("\"occurred\":null,\"by\":\"B-1\",", "\"by\":\"B-1\",\"occurred\":null,"),
        ("\"typed\"", "\"t\\u0079ped\""),
        ("vault-door-1", "vault\\/door-1"),
        ("vault-door-1", "か\u{3099}"),
        ("\"at\":\"2026-11-23T00:00:00.000Z\"", "\"at\":\"2026-11-23T00:00:00Z\""),
        ("\"mseq\":2", "\"mseq\":99999999999999999999"),
        ("\"mseq\":2", "\"mseq\":2e0"),
        ("K00001L9", "K00001L9\\u0000"),
    ] {
        let bench = told();
        forge(&bench, 22, |body| {
            assert!(body.contains(from), "{from}: {body}");
            body.replacen(from, to, 1)
        });
        broken(&bench, "tampered", 22);
    }
    let bench = told();
    untriggered(&bench, |raw| {
        let body = b"{\"v\":1,\"station\":\"\xff\"}";
        let sql = "UPDATE event SET body = CAST(?1 AS TEXT), hash = ?2 WHERE seq = 9";
        raw.execute(sql, params![&body[..], entry_hash(body).0]).unwrap();
    });
    broken(&bench, "tampered", 9);
}

#[test]
fn a_later_version_is_newer_not_tampered() {
    for (from, to) in [("{\"v\":1,", "{\"v\":2,"), ("\"kind\":\"check_out\"", "\"kind\":\"teleport\"")] {
        let bench = told();
        untriggered(&bench, |raw| {
            let body = bodies(raw)[22].replacen(from, to, 1);
            let hash = entry_hash(body.as_bytes());
            raw.execute("UPDATE event SET body = ?1, hash = ?2 WHERE seq = 23", params![body, hash.0])
                .unwrap();
        });
        broken(&bench, "newer", 23);
    }
}

#[test]
fn what_was_kept_apart_is_checked() {
    for sql in [
        "UPDATE kept SET value = 'Tanaka' WHERE value = 'Sato'",
        "DELETE FROM kept WHERE value = 'nobody saw it'",
        "INSERT INTO kept VALUES (zeroblob(32), zeroblob(32), 'more')",
    ] {
        let bench = told();
        bench.raw().execute_batch(sql).unwrap();
        let told = broken(&bench, "tampered", Value::Null);
        assert!(told["first_break"]["reason"].as_str().unwrap().contains("kept"), "{told}");
    }
}

#[test]
fn a_foreign_schema_is_tampered_and_takes_no_writes() {
    for sql in [
        "DROP TRIGGER event_is_never_changed",
        "CREATE TRIGGER more AFTER INSERT ON event BEGIN DELETE FROM medium; END",
        "CREATE TABLE more (a)",
        "DROP INDEX medium_watched",
        "ALTER TABLE medium RENAME TO m2; CREATE VIEW medium AS SELECT * FROM m2",
        "DROP TABLE medium",
        "ALTER TABLE event RENAME TO e2; CREATE VIEW event AS SELECT seq, body, hash FROM e2",
    ] {
        let bench = told();
        bench.raw().execute_batch(sql).unwrap();
        let told = bench.verify();
        assert_eq!(told["verdict"], "tampered", "{sql}: {told}");
        let run = bench.run(&["check-out", "K00004L9"]).code(3);
        assert!(run.err.contains("fingerprint"), "{sql}: {}", run.err);
    }
}

#[test]
fn nothing_is_written_upon_a_forged_end() {
    let bench = told();
    untriggered(&bench, |raw| {
        let body = bodies(raw).last().unwrap().replacen("gone", "lost", 1);
        let hash = entry_hash(body.as_bytes());
        raw.execute(
            "UPDATE event SET body = ?1, hash = ?2 WHERE seq = (SELECT max(seq) FROM event)",
            params![body, hash.0],
        )
        .unwrap();
    });
    let run = bench.run(&["check-out", "K00004L9"]).code(3);
    assert!(run.err.contains("head row"), "{}", run.err);
    let bench = told();
    untriggered(&bench, |raw| raw.execute_batch("DELETE FROM event WHERE seq > 23").unwrap());
    bench.run(&["check-out", "K00004L9"]).code(3);
}

#[test]
fn pages_that_cannot_be_read_are_damage() {
    let bench = told();
    bench.raw().pragma_update(None, "wal_checkpoint", "TRUNCATE").unwrap();
    let mut file = std::fs::read(bench.ledger()).unwrap();
    let half = file.len() / 2;
    file.truncate(half);
    std::fs::write(bench.ledger(), file).unwrap();
    let told = bench.run(&["verify", "--json"]);
    assert!([1, 3].contains(&told.code), "{told:?}");
    assert!(!told.err.contains("panicked"));
}

/// The honest limit: who rewrites everything, and keeps to the rules, is not found without a note from outside.
#[test]
fn a_whole_history_rewritten_within_the_rules_is_not_found() {
    let bench = told();
    forge(&bench, 23, |body| body.replacen("vault-door-1", "vault-door-2", 1));
    bench.holds();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_one_cell_of_any_projection_is_found(
        table in prop::sample::select(&["medium", "barcode", "person", "place", "policy", "head", "kept"][..]),
        row in any::<prop::sample::Index>(),
        column in 0..45_usize,
        acts in acts(0..25),
    ) {
        let bench = Bench::furnished();
        perform(&bench, &acts);
        bench.holds();
        spoilt_is_found(&bench, table, row.index(1000), column)?;
    }

    #[test]
    fn any_one_entry_flipped_dropped_swapped_doubled_or_inserted_is_found(
        what in 0..5,
        pick in any::<prop::sample::Index>(),
        acts in acts(1..30),
    ) {
        let bench = Bench::furnished();
        perform(&bench, &acts);
        let mut named = 0;
        untriggered(&bench, |raw| {
            let count = bodies(raw).len();
            let seq = 1 + pick.index(count - 1);
            named = seq;
            let shift = format!("UPDATE event SET seq = -(seq + 1) WHERE seq > {seq}; UPDATE event SET seq = -seq WHERE seq < 0;");
            let sql = match what {
                0 => format!("UPDATE event SET body = replace(body, '\"v\":1', '\"v\":3') WHERE seq = {seq}"),
                1 => { named += 1; format!("DELETE FROM event WHERE seq = {seq}") }
                2 => format!(
                    "UPDATE event SET seq = -1 WHERE seq = {seq}; UPDATE event SET seq = {seq} WHERE seq = {0};
                     UPDATE event SET seq = {0} WHERE seq = -1", seq + 1),
                3 => { named += 1; format!("{shift} INSERT INTO event (seq, body, hash) SELECT {0}, body, hash FROM event WHERE seq = {seq}", seq + 1) }
                _ => { named += 1; format!("{shift} INSERT INTO event (seq, body, hash) VALUES ({0}, '{{}}', zeroblob(32))", seq + 1) }
            };
            raw.execute_batch(&sql).unwrap();
        });
        let told = bench.verify();
        prop_assert_eq!(&told["verdict"], "tampered", "{} {}", what, told);
        prop_assert_eq!(&told["first_break"]["seq"], named, "{} {}", what, told);
    }
}

//! Everything that somebody with the file, or with the file and the key, can do to it, each over random ledgers: with the
//! verdict that must come of it and the place that must be named. And the one thing that must not be found.

use kuraban::ledger::entry::entry_hash;
use kuraban::ledger::note::NoteSigner;
use proptest::prelude::*;
use rusqlite::{Connection, params};
use serde_json::Value;

use crate::forgery::{bodies, falsify_heads, forge, forge_keyless, rechain, resign, untriggered};
use crate::sequences::{acts, perform};
use crate::support::Bench;

/// Where the first break must be named.
#[derive(Debug, Clone, PartialEq)]
enum Place {
    /// At this entry.
    Entry(usize),
    /// At no one entry, in words that hold this.
    Words(&'static str),
    /// Nowhere: nothing is found.
    Nowhere,
}

/// What is attacked: a ledger with checkpoints that were kept outside, and an entry somewhere in it.
struct Scene {
    bench: Bench,
    /// Another ledger with a key of its own.
    other: Bench,
    /// The notes outside: one over the beginning, one over all but the last entries.
    notes: [String; 2],
    /// An entry that is neither the first nor the last.
    seq: usize,
    /// How many entries there are.
    size: usize,
    /// The file as it was when the first note was taken.
    old: Vec<u8>,
}

type Outcome = (&'static str, Place);
/// A name, whether the notes are held against the ledger, and what is done.
type Attack = (&'static str, bool, fn(&Scene) -> Outcome);

fn row(seq: usize) -> i64 {
    i64::try_from(seq).unwrap()
}

fn sql(scene: &Scene, sql: &str) {
    untriggered(&scene.bench, |raw| raw.execute_batch(sql).unwrap());
}

/// Writes these bytes as the body of an entry, with its own hash made to fit.
fn body(scene: &Scene, seq: usize, bytes: &[u8]) {
    untriggered(&scene.bench, |raw| {
        // What is no JSON can have no row in the index.
        raw.execute_batch("DROP INDEX event_of_medium").unwrap();
        let sql = "UPDATE event SET body = CAST(?1 AS TEXT), hash = ?2 WHERE seq = ?3";
        raw.execute(sql, params![bytes, entry_hash(bytes).0, row(seq)]).unwrap();
        let _ = raw.execute_batch("CREATE INDEX event_of_medium ON event (medium) WHERE medium IS NOT NULL");
    });
}

fn spelt(scene: &Scene, from: &str, to: &str) -> Outcome {
    let was = bodies(&scene.bench.raw())[scene.seq - 1].clone();
    assert!(was.contains(from), "{from}: {was}");
    body(scene, scene.seq, was.replacen(from, to, 1).as_bytes());
    ("tampered", Place::Entry(scene.seq))
}

fn rewritten(body: &str) -> String {
    body.replacen("\"station\":\"", "\"station\":\"x", 1)
}

/// Puts the copy back that was made when the first note was taken.
fn older(scene: &Scene) {
    for suffix in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(scene.bench.path().join(format!("ledger.kuraban{suffix}")));
    }
    std::fs::write(scene.bench.ledger(), &scene.old).unwrap();
}

const ATTACKS: &[Attack] = &[
    ("a bit in a body", false, |scene| {
        let was = bodies(&scene.bench.raw())[scene.seq - 1].clone().into_bytes();
        let mut bytes = was.clone();
        // Anywhere in its texts; SQLite itself takes nothing that is no JSON into such a table.
        let hash = String::from_utf8_lossy(&was).find("\"prev\":\"").unwrap() + 9;
        bytes[hash + scene.seq % 60] ^= 1;
        untriggered(&scene.bench, |raw| {
            raw.execute_batch("DROP INDEX event_of_medium").unwrap();
            let sql = "UPDATE event SET body = CAST(?1 AS TEXT) WHERE seq = ?2";
            raw.execute(sql, params![bytes, row(scene.seq)]).unwrap();
            let _ =
                raw.execute_batch("CREATE INDEX event_of_medium ON event (medium) WHERE medium IS NOT NULL");
        });
        ("tampered", Place::Entry(scene.seq))
    }),
    ("a bit in a hash", false, |scene| {
        untriggered(&scene.bench, |raw| {
            let sql = "SELECT hash FROM event WHERE seq = ?1";
            let mut hash: [u8; 32] = raw.query_row(sql, [row(scene.seq)], |row| row.get(0)).unwrap();
            hash[scene.seq % 32] ^= 0x10;
            raw.execute("UPDATE event SET hash = ?1 WHERE seq = ?2", params![hash, row(scene.seq)]).unwrap();
        });
        ("tampered", Place::Entry(scene.seq))
    }),
    ("a projection only", false, |scene| {
        sql(scene, "UPDATE place SET retired = 1 WHERE code = 'V1'");
        ("tampered", Place::Words("table place"))
    }),
    ("a row deleted", false, |scene| {
        sql(scene, &format!("DELETE FROM event WHERE seq = {}", scene.seq));
        ("tampered", Place::Entry(scene.seq + 1))
    }),
    ("two rows swapped", false, |scene| {
        let (a, b) = (scene.seq, scene.seq + 1);
        sql(
            scene,
            &format!(
                "UPDATE event SET seq = -1 WHERE seq = {a}; UPDATE event SET seq = {a} WHERE seq = {b}; UPDATE event SET seq = {b} WHERE seq = -1"
            ),
        );
        ("tampered", Place::Entry(a))
    }),
    ("a row twice", false, |scene| {
        sql(
            scene,
            &format!(
                "INSERT INTO event (seq, body, hash) SELECT {}, body, hash FROM event WHERE seq = {}",
                scene.size + 1,
                scene.seq
            ),
        );
        ("tampered", Place::Entry(scene.size + 1))
    }),
    ("a row inserted", false, |scene| {
        let after = scene.seq;
        sql(
            scene,
            &format!(
                "UPDATE event SET seq = -(seq + 1) WHERE seq > {after}; UPDATE event SET seq = -seq WHERE seq < 0; INSERT INTO event (seq, body, hash) SELECT {0}, body, hash FROM event WHERE seq = {after}",
                after + 1
            ),
        );
        ("tampered", Place::Entry(after + 1))
    }),
    ("rows renumbered", false, |scene| {
        sql(scene, &format!("UPDATE event SET seq = seq + 100 WHERE seq > {}", scene.seq));
        ("tampered", Place::Entry(scene.seq + 101))
    }),
    ("the tail deleted", false, |scene| {
        sql(scene, &format!("DELETE FROM event WHERE seq > {}", scene.seq));
        ("tampered", Place::Words("the log"))
    }),
    ("the first entry deleted", false, |scene| {
        sql(scene, "DELETE FROM event WHERE seq = 1");
        ("tampered", Place::Entry(2))
    }),
    ("everything deleted", false, |scene| {
        sql(scene, "DELETE FROM event");
        ("tampered", Place::Entry(1))
    }),
    ("the chain computed anew without the key", false, |scene| {
        forge_keyless(&scene.bench, scene.seq, rewritten);
        // The notes that the ledger keeps itself tell it first, and after the last of them the head row.
        ("tampered", Place::Words("signed"))
    }),
    ("the chain computed anew with the key", true, |scene| {
        forge(&scene.bench, scene.seq, rewritten);
        ("tampered", Place::Words("names the root"))
    }),
    ("a step that was not allowed, with the key", false, |scene| {
        forge(&scene.bench, scene.seq, |body| body.replacen("\"by\":\"B-1\"", "\"by\":\"X-9\"", 1));
        ("irregular", Place::Entry(scene.seq))
    }),
    ("a step that was not allowed, without the key", false, |scene| {
        forge_keyless(&scene.bench, scene.seq, |body| body.replacen("\"by\":\"B-1\"", "\"by\":\"X-9\"", 1));
        ("tampered", Place::Words("not signed"))
    }),
    ("the clock set back, with the key", false, |scene| {
        forge(&scene.bench, scene.seq, |body| {
            let (head, tail) = body.split_once("\"at\":\"2026").unwrap();
            format!("{head}\"at\":\"2025{tail}")
        });
        ("irregular", Place::Entry(scene.seq))
    }),
    ("an older copy put back, which no note knows", false, |scene| {
        older(scene);
        ("consistent_unanchored", Place::Nowhere)
    }),
    ("an older copy put back", true, |scene| {
        older(scene);
        ("rolled_back", Place::Words("its end was cut off"))
    }),
    ("an older copy put back and gone on with", true, |scene| {
        older(scene);
        // As far as the longer one had come and further, by other entries.
        for _ in 0..=scene.size {
            scene.bench.ok(&["sight", "--at", "V2", "#15"]);
        }
        ("tampered", Place::Words("names the root"))
    }),
    ("two histories signed from one beginning", true, |scene| {
        older(scene);
        for _ in 0..=scene.size {
            scene.bench.ok(&["sight", "--at", "V2", "#15"]);
        }
        let note = scene.bench.ok(&["checkpoint"]).out;
        scene.bench.file("third", note.as_bytes());
        ("forked", Place::Words("two histories"))
    }),
    ("the notes in the ledger deleted", false, |scene| {
        sql(scene, "DELETE FROM checkpoint");
        ("tampered", Place::Words("table checkpoint lacks"))
    }),
    ("the signature of the end deleted", false, |scene| {
        sql(scene, "UPDATE head SET signature = x''");
        ("tampered", Place::Words("not signed"))
    }),
    ("the head row deleted", false, |scene| {
        sql(scene, "DELETE FROM head");
        ("tampered", Place::Words("table head lacks"))
    }),
    ("a checkpoint's entry deleted and the chain computed anew, with the key", true, |scene| {
        untriggered(&scene.bench, |raw| {
            let kept = |body: &String| !body.contains("\"kind\":\"checkpoint\"");
            let left: Vec<_> = bodies(raw).into_iter().filter(kept).collect();
            let numbered = left.into_iter().zip(1..).map(|(body, seq)| {
                let (_, rest) = body.split_once(",\"prev\"").unwrap();
                (format!("{{\"v\":1,\"seq\":{seq},\"prev\"{rest}"), body)
            });
            rechain(raw, &numbered.collect::<Vec<_>>());
            raw.execute_batch("DELETE FROM checkpoint").unwrap();
        });
        resign(&scene.bench, &scene.bench.signer());
        ("tampered", Place::Words("names the root"))
    }),
    ("the key exchanged in the file", true, |scene| {
        let key = scene.bench.signer();
        let own = NoteSigner::new(key.key().name(), &[7; 32]).unwrap();
        let (was, new) = (key.key().public().to_string(), own.key().public().to_string());
        forge_keyless(&scene.bench, 1, |body| body.replacen(&was, &new, 1));
        resign(&scene.bench, &own);
        // Nothing in it contradicts itself; the notes are then no longer its own, and that is told.
        ("consistent_unanchored", Place::Nowhere)
    }),
    ("another ledger's entry in the place of one", false, |scene| {
        let foreign = bodies(&scene.other.raw())[scene.seq - 1].clone();
        body(scene, scene.seq, foreign.as_bytes());
        ("tampered", Place::Entry(scene.seq))
    }),
    ("another ledger's entries after this one's", false, |scene| {
        let foreign = bodies(&scene.other.raw()).pop().unwrap();
        untriggered(&scene.bench, |raw| {
            let sql = "INSERT INTO event (seq, body, hash) VALUES (?1, ?2, ?3)";
            raw.execute(sql, params![row(scene.size + 1), foreign, entry_hash(foreign.as_bytes()).0])
                .unwrap();
        });
        ("tampered", Place::Entry(scene.size + 1))
    }),
    ("a false root over the media, with the key", false, |scene| {
        let all = bodies(&scene.bench.raw());
        let (seq, body) = (1..).zip(&all).find(|(_, body)| body.contains("\"heads\":\"")).unwrap();
        let entry: Value = serde_json::from_str(body).unwrap();
        falsify_heads(&scene.bench, seq, entry["data"]["heads"].as_str().unwrap());
        ("tampered", Place::Entry(seq))
    }),
    ("a trigger dropped", false, |scene| {
        scene.bench.raw().execute_batch("DROP TRIGGER event_is_never_deleted").unwrap();
        ("tampered", Place::Words("fingerprint"))
    }),
    ("a trigger added", false, |scene| {
        scene
            .bench
            .raw()
            .execute_batch("CREATE TRIGGER more AFTER INSERT ON event BEGIN DELETE FROM medium; END")
            .unwrap();
        ("tampered", Place::Words("fingerprint"))
    }),
    ("a table replaced by a view", false, |scene| {
        scene
            .bench
            .raw()
            .execute_batch("ALTER TABLE medium RENAME TO m2; CREATE VIEW medium AS SELECT * FROM m2")
            .unwrap();
        ("tampered", Place::Words("fingerprint"))
    }),
    ("white space", false, |scene| spelt(scene, "\"v\":1,", "\"v\":1, ")),
    ("a key twice", false, |scene| spelt(scene, "\"v\":1,", "\"v\":1,\"v\":1,")),
    ("a fraction", false, |scene| spelt(scene, "\"v\":1,", "\"v\":1.0,")),
    ("a huge number", false, |scene| spelt(scene, "\"v\":1,\"seq\":", "\"v\":1,\"seq\":9999999999999999")),
    ("a key left out", false, |scene| spelt(scene, "\"occurred\":null,", "")),
    ("keys in another order", false, |scene| {
        spelt(scene, "\"occurred\":null,\"by\":\"B-1\",", "\"by\":\"B-1\",\"occurred\":null,")
    }),
    ("a zero byte", false, |scene| spelt(scene, "\"station\":\"", "\"station\":\"\\u0000")),
    ("a text not in NFC", false, |scene| spelt(scene, "\"station\":\"", "\"station\":\"か\u{3099}")),
    ("bytes that are no text", false, |scene| {
        body(scene, scene.seq, b"{\"v\":1,\"station\":\"\xff\xfe\"}");
        ("tampered", Place::Entry(scene.seq))
    }),
    ("a later version", false, |scene| {
        spelt(scene, "{\"v\":1,", "{\"v\":2,");
        ("newer", Place::Entry(scene.seq))
    }),
    // The negative control. If this is ever found, the documents are wrong.
    ("an edit after the last outside checkpoint, by who holds the key", true, |scene| {
        forge(&scene.bench, scene.size, rewritten);
        ("anchored", Place::Nowhere)
    }),
];

/// A copy of a scene's ledgers, for one attack.
fn copy(scene: &Scene) -> Scene {
    let bench = scene.bench.photo().bench();
    let note = |file: &String, name: &str| bench.file(name, &std::fs::read(file).unwrap());
    let notes = [note(&scene.notes[0], "first"), note(&scene.notes[1], "second")];
    Scene {
        bench,
        other: scene.other.photo().bench(),
        notes,
        seq: scene.seq,
        size: scene.size,
        old: scene.old.clone(),
    }
}

fn attack(scene: &Scene, (name, with_notes, act): &Attack) -> Result<(), TestCaseError> {
    let scene = copy(scene);
    let (verdict, place) = act(&scene);
    let mut args = vec!["verify", "--json"];
    let third = scene.bench.path().join("third").display().to_string();
    if *with_notes {
        args.extend(scene.notes.iter().flat_map(|note| ["--against", note]));
        if std::path::Path::new(&third).exists() {
            args.extend(["--against", &third]);
        }
    }
    let run = scene.bench.run(&args);
    let told = run.json();
    prop_assert_eq!(&told["verdict"], verdict, "{}: {}", name, told);
    let first = &told["first_break"];
    match place {
        Place::Entry(seq) => prop_assert_eq!(&first["seq"], seq, "{}: {}", name, told),
        Place::Words(part) => {
            let reason = first["reason"].as_str().unwrap_or_default();
            prop_assert!(reason.contains(part), "{}: {}", name, told);
        }
        Place::Nowhere => prop_assert!(first.is_null(), "{}: {}", name, told),
    }
    let fine = matches!(verdict, "anchored" | "consistent_unanchored") && run.err.is_empty();
    let code = if fine {
        0
    } else if matches!(verdict, "newer" | "damaged") {
        3
    } else {
        1
    };
    prop_assert_eq!(run.code, code, "{}: {:?}", name, run);
    Ok(())
}

/// A ledger as random acts make it, with notes that were kept outside.
fn scene(
    before: &[crate::sequences::Act],
    after: &[crate::sequences::Act],
    at: prop::sample::Index,
) -> Scene {
    let bench = Bench::furnished();
    perform(&bench, before);
    let first = bench.ok(&["checkpoint"]).out;
    bench.raw().pragma_update(None, "wal_checkpoint", "TRUNCATE").unwrap();
    let old = std::fs::read(bench.ledger()).unwrap();
    perform(&bench, after);
    bench.ok(&["sight", "--at", "V1", "#15"]);
    let second = bench.ok(&["checkpoint"]).out;
    bench.ok(&["policy", "set", "eject_grace_hours", "7"]);
    let notes = [bench.file("first", first.as_bytes()), bench.file("second", second.as_bytes())];
    let all = bodies(&bench.raw());
    let size = all.len();
    // An entry under the checkpoint, by somebody who is there.
    let able =
        |(seq, body): &(usize, &String)| *seq > 8 && *seq < size - 2 && body.contains("\"by\":\"B-1\"");
    let able: Vec<usize> = (1..).zip(&all).filter(able).map(|(seq, _)| seq).collect();
    let seq = able[at.index(able.len())];
    let other = Bench::stranger();
    other.ok(&["init", "--site", "OSAKA", "--admin", "B-1", "--name", "Ban"]);
    let labels: String = (0..size).map(|n| format!("Q{n:05}L9\n")).collect();
    other.ok(&["place", "add", "V1", "--kind", "vault", "--in", "OSAKA"]);
    other.run_with(&["media", "add", "--at", "V1", "-"], labels.as_bytes()).code(0);
    Scene { bench, other, notes, seq, size, old }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, max_shrink_iters: 8, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_to_a_ledger_is_told_as_what_it_is(
        before in acts(0..12),
        after in acts(0..12),
        at in any::<prop::sample::Index>(),
    ) {
        let scene = scene(&before, &after, at);
        for one in ATTACKS {
            attack(&scene, one)?;
        }
    }
}

/// The write-ahead log thrown away: what is left is a valid older state, which only something outside can tell.
#[test]
fn a_dropped_write_ahead_log_is_an_older_state_that_a_note_or_a_station_s_mark_tells() {
    let bench = Bench::furnished();
    bench.raw().pragma_update(None, "wal_checkpoint", "TRUNCATE").unwrap();
    let keeper: Connection = bench.raw();
    let open: i64 = keeper.query_row("SELECT count(*) FROM event", [], |row| row.get(0)).unwrap();
    assert_eq!(open, 21);
    let marks = bench.path().join("marks").display().to_string();
    bench.vars.borrow_mut().insert("KURABAN_MARKS".to_owned(), marks);
    bench.ok(&["check-out", "K00001L9"]);
    let note = bench.file("note", bench.ok(&["checkpoint"]).out.as_bytes());
    // As after a crash: the file itself, without what stands in the log beside it.
    let file = std::fs::read(bench.ledger()).unwrap();
    drop(keeper);
    for suffix in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(bench.path().join(format!("ledger.kuraban{suffix}")));
    }
    std::fs::write(bench.ledger(), file).unwrap();
    let told = bench.run(&["verify", "--json"]).code(1).json();
    assert_eq!((&told["verdict"], &told["size"]), (&"rolled_back".into(), &21.into()), "{told}");
    bench.vars.borrow_mut().remove("KURABAN_MARKS");
    bench.holds();
    let told = bench.run(&["verify", "--json", "--against", &note]).code(1).json();
    assert_eq!(told["verdict"], "rolled_back", "{told}");
}

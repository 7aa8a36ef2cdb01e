//! The ledger's key: who has it not writes nothing that holds; it is sealed, and exchanged for another.

use kuraban::ledger::identity::rotated;
use kuraban::ledger::note::NoteSigner;
use kuraban::store::key_path;
use proptest::prelude::*;
use serde_json::Value;

use crate::forgery::{bodies, forge_keyless, resign, spoil, untriggered};
use crate::sequences::{acts, perform};
use crate::support::{Bench, Run};

#[track_caller]
fn verdict(bench: &Bench, notes: &[&str]) -> Value {
    let mut args = vec!["verify", "--json"];
    args.extend(notes.iter().flat_map(|note| ["--against", note]));
    bench.run(&args).json()
}

/// Nothing is written any more: neither by scans nor by a rebuild of one person.
#[track_caller]
fn refuses(bench: &Bench, part: &str) {
    let size = bodies(&bench.raw()).len();
    for args in [&["sight", "--at", "V1", "K00005L9"][..], &["checkpoint"], &["rebuild"]] {
        let run = bench.run(args).code(3);
        assert!(run.err.contains(part), "{args:?}: {}", run.err);
    }
    assert_eq!(bodies(&bench.raw()).len(), size);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Whichever entry is rewritten, with every hash, link, tile and projection made to fit: without the key it is found by
    /// `verify`, and the next scan is not written upon it.
    #[test]
    fn a_history_rewritten_without_the_key_is_found_and_never_gone_on_with(
        acts in acts(0..12),
        at in any::<prop::sample::Index>(),
    ) {
        let bench = Bench::furnished();
        perform(&bench, &acts);
        let seq = at.index(bodies(&bench.raw()).len() - 1) + 2;
        forge_keyless(&bench, seq, |body| body.replacen("\"station\":\"", "\"station\":\"x", 1));
        let told = bench.verify();
        prop_assert_eq!(&told["verdict"], "tampered", "{}", told);
        prop_assert!(told["first_break"]["reason"].as_str().unwrap().contains("not signed"), "{}", told);
        refuses(&bench, "not signed");
    }
}

#[test]
fn whatever_is_changed_in_the_head_row_is_found_before_the_next_entry() {
    let mut tried = 0;
    for column in 0..11 {
        let bench = Bench::furnished();
        let Some(changed) = spoil(&bench.raw(), "head", 0, column) else { continue };
        let run = bench.run(&["sight", "--at", "V1", "K00005L9"]);
        assert_eq!(run.code, 3, "{changed}: {}", run.err);
        tried += 1;
    }
    assert!(tried >= 9, "{tried}");
}

#[test]
fn a_forged_end_is_let_stand_only_by_two_people_and_the_log_says_so() {
    let bench = Bench::furnished();
    forge_keyless(&bench, 20, |body| body.replacen("\"station\":\"", "\"station\":\"x", 1));
    bench.run(&["rebuild"]).code(3);
    let out = bench.ok(&["rebuild", "--with", "A-1"]).out;
    assert!(out.contains("not signed with the ledger's key"), "{out}");
    bench.holds();
    let last = bodies(&bench.raw()).pop().unwrap();
    assert!(last.contains("\"with\":\"A-1\"") && last.contains("head 1: signature"), "{last}");
}

#[test]
fn another_process_s_forgery_is_found_by_one_that_has_written_before() {
    let bench = Bench::furnished();
    let session = bench.session();
    let who = crate::support::who(&session, "B-1", None);
    let sight = kuraban::app::Verb::Sight(crate::support::place("V1"));
    crate::support::scan(&session, &who, &sight, "K00001L9");
    forge_keyless(&bench, 20, |body| body.replacen("\"station\":\"", "\"station\":\"x", 1));
    let scan =
        kuraban::app::Scan { text: "K00002L9", how: kuraban::domain::event::How::Scanned, occurred: None };
    let error = session.scan(&who, &sight, &scan).unwrap_err().to_string();
    assert!(error.contains("not signed"), "{error}");
}

fn with_passphrase(bench: &Bench, name: &str, passphrase: &str, args: &[&str]) -> Run {
    bench.vars.borrow_mut().insert(name.to_owned(), passphrase.to_owned());
    let run = bench.run(args);
    bench.vars.borrow_mut().remove(name);
    run
}

#[test]
fn a_sealed_key_writes_only_with_its_passphrase() {
    let bench = Bench::furnished();
    let secret = bench.signer().secret();
    let run = bench.run(&["key", "seal"]).code(2);
    assert!(run.err.contains("KURABAN_NEW_KEY_PASSPHRASE"), "{}", run.err);
    with_passphrase(&bench, "KURABAN_NEW_KEY_PASSPHRASE", "三時の蔵", &["key", "seal"]).code(0);
    let file = std::fs::read_to_string(key_path(&bench.ledger())).unwrap();
    let part = secret.rsplit('+').next().unwrap();
    assert!(file.starts_with("kuraban-sealed-key/1\n") && !file.contains(part), "{file}");
    let sight = ["sight", "--at", "V1", "K00001L9"];
    let run = bench.run(&sight).code(3);
    assert!(run.err.contains("sealed with a passphrase"), "{}", run.err);
    let run = with_passphrase(&bench, "KURABAN_KEY_PASSPHRASE", "二時の蔵", &sight).code(3);
    assert!(run.err.contains("does not open"), "{}", run.err);
    // Reading needs no key.
    bench.holds();
    bench.ok(&["media", "list"]);
    with_passphrase(&bench, "KURABAN_KEY_PASSPHRASE", "三時の蔵", &sight).code(0);
    // An exchanged key is sealed as the old one was.
    with_passphrase(&bench, "KURABAN_KEY_PASSPHRASE", "三時の蔵", &["key", "rotate", "--with", "A-1"])
        .code(0);
    let run = bench.run(&sight).code(3);
    assert!(run.err.contains("sealed"), "{}", run.err);
    with_passphrase(&bench, "KURABAN_KEY_PASSPHRASE", "三時の蔵", &["key", "unseal"]).code(0);
    bench.ok(&sight);
    bench.holds();
}

#[test]
fn a_key_can_be_sealed_from_the_first_moment_on() {
    let bench = Bench::empty();
    let init = ["init", "--site", "TOKYO", "--admin", "B-1", "--name", "Sato"];
    with_passphrase(&bench, "KURABAN_NEW_KEY_PASSPHRASE", "三時の蔵", &init).code(0);
    let file = std::fs::read_to_string(key_path(&bench.ledger())).unwrap();
    assert!(file.starts_with("kuraban-sealed-key/1\n"), "{file}");
    bench.run(&["checkpoint"]).code(3);
    with_passphrase(&bench, "KURABAN_KEY_PASSPHRASE", "三時の蔵", &["checkpoint"]).code(0);
    bench.holds();
}

#[test]
fn a_key_is_exchanged_by_two_people_and_notes_of_both_hold() {
    let bench = Bench::furnished();
    let old = bench.signer();
    let before = bench.kept("before");
    bench.run(&["key", "rotate"]).code(2);
    bench.run(&["key", "rotate", "--with", "B-1"]).code(1);
    let told = bench.ok(&["key", "rotate", "--with", "A-1"]).out;
    let shown = bench.ok(&["key", "show"]).out;
    assert!(told.contains(shown.trim()), "{told}");
    assert_ne!(bench.signer().key(), old.key());
    // The old secret is kept beside it, and is still the old one.
    let short: String = old.key().public().to_string().chars().take(8).collect();
    let retired = bench.path().join(format!("ledger.kuraban.key.{short}"));
    assert_eq!(std::fs::read_to_string(retired).unwrap().trim(), old.secret());
    let after = bench.kept("after");
    assert_eq!(verdict(&bench, &[&before, &after])["verdict"], "anchored");
    // What the old key signs from now on vouches for nothing.
    let size = bench.verify()["size"].as_u64().unwrap();
    let text = std::fs::read_to_string(&after).unwrap();
    let point = kuraban::ledger::checkpoint::Checkpoint::unsigned(&text).unwrap();
    assert_eq!(point.size, size);
    let stale = bench.file("stale", point.signed(&old).as_bytes());
    let run = bench.run(&["verify", "--against", &stale]).code(1);
    assert!(run.err.contains("not signed with this ledger's key"), "{}", run.err);
    bench.holds();
}

#[test]
fn another_station_goes_on_with_the_key_that_was_exchanged_under_its_hands() {
    let bench = Bench::furnished();
    let session = bench.session();
    let who = crate::support::who(&session, "B-1", None);
    let sight = kuraban::app::Verb::Sight(crate::support::place("V1"));
    crate::support::scan(&session, &who, &sight, "K00001L9");
    bench.ok(&["key", "rotate", "--with", "A-1"]);
    crate::support::scan(&session, &who, &sight, "K00002L9");
    bench.ok(&["key", "rotate", "--with", "A-1"]);
    // It takes over what was cut off between the entry and the files, while the other has not come to that yet.
    let key = key_path(&bench.ledger());
    let waiting = bench.path().join("ledger.kuraban.key.new");
    let second = std::fs::read_dir(bench.path()).unwrap().map(|file| file.unwrap().path());
    let retired: Vec<_> = second.filter(|path| path.to_string_lossy().contains(".key.")).collect();
    assert_eq!(retired.len(), 2);
    std::fs::rename(&key, &waiting).unwrap();
    let public = |path: &std::path::Path| {
        NoteSigner::parse(&std::fs::read_to_string(path).unwrap()).unwrap().key().public()
    };
    let newest = public(&waiting);
    let old = retired.iter().find(|path| {
        let begun: Value = serde_json::from_str(&bodies(&bench.raw())[0]).unwrap();
        public(path).to_string() != begun["data"]["key"].as_str().unwrap()
    });
    std::fs::copy(old.unwrap(), &key).unwrap();
    crate::support::scan(&session, &who, &sight, "K00003L9");
    assert!(!waiting.exists());
    assert_eq!(public(&key), newest);
    bench.holds();
    // Sealed meanwhile, it is still the same key.
    with_passphrase(&bench, "KURABAN_NEW_KEY_PASSPHRASE", "三時の蔵", &["key", "seal"]).code(0);
    crate::support::scan(&session, &who, &sight, "K00004L9");
    bench.holds();
}

#[test]
fn an_exchange_that_was_cut_off_after_its_entry_is_ended_by_the_next_writing() {
    let bench = Bench::furnished();
    let old = std::fs::read_to_string(key_path(&bench.ledger())).unwrap();
    bench.ok(&["key", "rotate", "--with", "A-1"]);
    // As it lay when the power failed: the old key in its place, the new one waiting.
    let key = key_path(&bench.ledger());
    let waiting = bench.path().join("ledger.kuraban.key.new");
    std::fs::rename(&key, &waiting).unwrap();
    kuraban::store::write_key(&key, &old).unwrap();
    bench.ok(&["sight", "--at", "V1", "K00001L9"]);
    assert!(!waiting.exists());
    bench.holds();
    // One that was cut off before its entry changes nothing.
    let other = NoteSigner::new(bench.signer().key().name(), &[5; 32]).unwrap();
    kuraban::store::write_key(&waiting, &other.secret()).unwrap();
    bench.ok(&["sight", "--at", "V1", "K00001L9"]);
    bench.ok(&["key", "rotate", "--with", "A-1"]);
    bench.holds();
}

#[test]
fn a_key_that_only_one_side_signed_for_does_not_take_over() {
    let bench = Bench::furnished();
    let old = bench.signer();
    bench.ok(&["key", "rotate", "--with", "A-1"]);
    let seq = bodies(&bench.raw()).len();
    let own = NoteSigner::new(old.key().name(), &[9; 32]).unwrap();
    let entry = kuraban::ledger::entry::Entry::decode(&bodies(&bench.raw())[seq - 1]).unwrap();
    let place = (entry.seq, entry.prev);
    let thief = NoteSigner::new(old.key().name(), &[8; 32]).unwrap();
    for (data, signer) in [
        // The old key never signed; the new one never signed; signed for another place; the same key again.
        (rotated(place, &thief, &own), &own),
        (rotated((place.0, kuraban::domain::names::Digest::ZERO), &old, &own), &own),
        (rotated(place, &old, &old), &old),
    ] {
        let forged = kuraban::ledger::entry::Entry {
            event: kuraban::domain::event::Event { data, ..entry.event.clone() },
            ..entry.clone()
        };
        forge_keyless(&bench, seq, |_| forged.encode());
        resign(&bench, signer);
        let told = bench.verify();
        assert_eq!(told["verdict"], "tampered", "{told}");
        assert_eq!(told["first_break"]["seq"], seq, "{told}");
        assert!(
            told["first_break"]["reason"].as_str().unwrap().contains("not signed by both keys"),
            "{told}"
        );
    }
}

#[test]
fn notes_that_are_kept_in_the_ledger_are_held_against_its_log() {
    for (sql, part) in [
        ("DELETE FROM checkpoint", "lacks row 22"),
        ("UPDATE checkpoint SET size = 21", "row 21 that the log does not give"),
        ("UPDATE checkpoint SET note = replace(note, '22', '21')", "the note that is kept"),
        ("UPDATE checkpoint SET note = ''", "the note that is kept"),
        ("UPDATE checkpoint SET heads = NULL", "the note that is kept"),
        ("UPDATE checkpoint SET heads = x'00'", "the note that is kept"),
        (
            "INSERT INTO checkpoint SELECT 23, note, heads, stamp FROM checkpoint",
            "row 23 that the log does not give",
        ),
    ] {
        let bench = Bench::furnished();
        bench.ok(&["checkpoint"]);
        bench.raw().execute_batch(sql).unwrap();
        let told = bench.verify();
        assert_eq!(told["verdict"], "tampered", "{sql}: {told}");
        assert!(told["first_break"]["reason"].as_str().unwrap().contains(part), "{sql}: {told}");
        // Whoever has the key can make them anew, and the log says that they did.
        bench.ok(&["rebuild"]);
        bench.holds();
    }
}

#[test]
fn tiles_make_proofs_short_and_a_changed_one_is_found() {
    let bench = Bench::furnished();
    let labels: String = (0..600).map(|n| format!("T{n:05}L9\n")).collect();
    bench.run_with(&["media", "add", "--at", "V1", "-"], labels.as_bytes()).code(0);
    bench.holds();
    let tiles: i64 = bench.raw().query_row("SELECT count(*) FROM tile", [], |row| row.get(0)).unwrap();
    assert_eq!(tiles, 2);
    let witness = Bench::empty();
    let key = bench.ok(&["key", "show"]).out;
    let state = witness.path().join("state").display().to_string();
    witness.ok(&["witness", "init", &state, "--name", "audit.example.jp", "--log", key.trim()]);
    for since in ["0", "622"] {
        let request = bench.ok(&["checkpoint", "--since", since]).out;
        witness.ok(&["witness", "cosign", &state, &witness.file("request", request.as_bytes())]);
    }
    for sql in [
        "UPDATE tile SET root = zeroblob(32) WHERE number = 1",
        "DELETE FROM tile WHERE number = 0",
        "INSERT INTO tile VALUES (2, 0, zeroblob(32))",
    ] {
        let bench = bench.photo().bench();
        bench.raw().execute_batch(sql).unwrap();
        let told = bench.verify();
        assert_eq!(told["verdict"], "tampered", "{sql}: {told}");
        assert!(told["first_break"]["reason"].as_str().unwrap().contains("table tile"), "{sql}: {told}");
        bench.ok(&["rebuild"]);
        bench.holds();
    }
    // A tile that is not there is told, and no wrong proof is given.
    untriggered(&bench, |raw| raw.execute_batch("DELETE FROM tile").map(drop).unwrap());
    let run = bench.run(&["checkpoint", "--since", "10"]).code(3);
    assert!(run.err.contains("damaged"), "{}", run.err);
}

/// Somebody without the secret lets the head row name a key of their own, and lays that key where an exchange would lay it.
#[test]
fn a_key_that_waits_is_not_believed_without_its_entry() {
    let bench = Bench::furnished();
    let own = NoteSigner::new(bench.signer().key().name(), &[9; 32]).unwrap();
    let secret = bench.signer().secret();
    resign(&bench, &own);
    kuraban::store::write_key(&bench.path().join("ledger.kuraban.key.new"), &own.secret()).unwrap();
    refuses(&bench, "does not hold the key of this ledger");
    bench.run(&["key", "seal"]).code(2);
    with_passphrase(&bench, "KURABAN_NEW_KEY_PASSPHRASE", "x", &["key", "seal"]).code(3);
    assert_eq!(bench.signer().secret(), secret);
    // With an entry that only the new key has signed it is no better.
    let entry = bodies(&bench.raw()).pop().unwrap();
    let entry = kuraban::ledger::entry::Entry::decode(&entry).unwrap();
    let data = rotated((entry.seq, entry.prev), &own, &own);
    let event = kuraban::domain::event::Event { data, ..entry.event.clone() };
    let forged = kuraban::ledger::entry::Entry { event, ..entry.clone() };
    forge_keyless(&bench, usize::try_from(entry.seq).unwrap(), |_| forged.encode());
    resign(&bench, &own);
    bench
        .raw()
        .execute("INSERT INTO key VALUES (?1, ?2)", (entry.seq.cast_signed(), own.key().public().0))
        .unwrap();
    refuses(&bench, "does not hold the key of this ledger");
}

#[test]
fn two_people_make_a_head_row_anew_only_with_the_ledger_s_own_key_and_against_no_evidence() {
    // Another ledger's key does not become this one's.
    let bench = Bench::furnished();
    let own = NoteSigner::new(bench.signer().key().name(), &[9; 32]).unwrap();
    let other = bench.path().join("other.key").display().to_string();
    kuraban::store::write_key(std::path::Path::new(&other), &own.secret()).unwrap();
    bench.raw().execute_batch("UPDATE head SET size = 3").unwrap();
    let run = bench.run(&["--key", &other, "rebuild", "--with", "A-1"]).code(3);
    assert!(run.err.contains("does not hold the key"), "{}", run.err);
    bench.ok(&["rebuild", "--with", "A-1"]);
    bench.holds();
    // A head row that names no key any more is mended with the right one.
    bench.raw().execute_batch("UPDATE head SET key = zeroblob(32)").unwrap();
    bench.run(&["rebuild"]).code(3);
    bench.ok(&["rebuild", "--with", "A-1"]);
    bench.holds();
    // What this station has seen stands against it, whoever stands by.
    let marks = bench.path().join("marks").display().to_string();
    bench.vars.borrow_mut().insert("KURABAN_MARKS".to_owned(), marks);
    bench.ok(&["sight", "--at", "V1", "K00001L9"]);
    let last = bodies(&bench.raw()).len();
    forge_keyless(&bench, last, |body| body.replacen("\"station\":\"", "\"station\":\"x", 1));
    let run = bench.run(&["rebuild", "--with", "A-1"]).code(1);
    assert!(run.out.starts_with("TAMPERED") && run.out.contains("this station has seen"), "{}", run.out);
    assert_eq!(bench.verify()["verdict"], "tampered");
}

#[test]
fn a_scan_is_not_written_upon_a_medium_that_its_own_last_entry_contradicts() {
    for sql in [
        "UPDATE medium SET mhash = zeroblob(32) WHERE id = 16",
        "UPDATE medium SET mseq = 7 WHERE id = 16",
        "UPDATE medium SET barcode = 'K00009L9' WHERE id = 16",
    ] {
        let bench = Bench::furnished();
        bench.raw().execute_batch(sql).unwrap();
        let size = bodies(&bench.raw()).len();
        let run = bench.run(&["sight", "--at", "V1", "#16"]).code(3);
        assert!(run.err.contains("table medium"), "{sql}: {}", run.err);
        assert_eq!(bodies(&bench.raw()).len(), size, "{sql}");
        bench.ok(&["rebuild"]);
        bench.ok(&["sight", "--at", "V1", "#16"]);
        bench.holds();
    }
}

#[cfg(unix)]
#[test]
fn a_key_behind_a_link_is_sealed_where_it_lies() {
    let bench = Bench::furnished();
    let key = key_path(&bench.ledger());
    let real = bench.path().join("elsewhere.key");
    std::fs::rename(&key, &real).unwrap();
    std::os::unix::fs::symlink(&real, &key).unwrap();
    with_passphrase(&bench, "KURABAN_NEW_KEY_PASSPHRASE", "三時の蔵", &["key", "seal"]).code(0);
    assert!(std::fs::read_to_string(&real).unwrap().starts_with("kuraban-sealed-key/1\n"));
    with_passphrase(&bench, "KURABAN_KEY_PASSPHRASE", "三時の蔵", &["checkpoint"]).code(0);
    bench.holds();
}

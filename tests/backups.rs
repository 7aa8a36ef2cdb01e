//! Backups that are known to hold, and restores that never pass for the ledger that went on.

use rusqlite::Connection;
use serde_json::Value;

use crate::forgery::{bodies, forge_keyless};
use crate::support::Bench;

fn path(bench: &Bench, name: &str) -> String {
    bench.path().join(name).display().to_string()
}

fn kept(bench: &Bench, name: &str) -> String {
    let note = bench.ok(&["checkpoint"]).out;
    bench.file(name, note.as_bytes())
}

#[track_caller]
fn held(bench: &Bench, notes: &[&str]) -> Value {
    let mut args = vec!["verify", "--json"];
    args.extend(notes.iter().flat_map(|note| ["--against", note]));
    bench.run(&args).json()
}

#[track_caller]
fn leaves_nothing(bench: &Bench) {
    let left: Vec<_> =
        std::fs::read_dir(bench.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".kuraban-")), "{left:?}");
}

/// A ledger of 21 entries with a backup of it, after which two more were recorded, and a note over each end.
fn gone_on() -> (Bench, String, [String; 2]) {
    let bench = Bench::furnished();
    let first = kept(&bench, "first");
    let backup = path(&bench, "backup");
    let told = bench.ok(&["backup", &backup]);
    assert!(told.out.contains("22 entries") && told.err.contains("ledger.kuraban.key"), "{told:?}");
    bench.ok(&["check-out", "K00001L9"]);
    let second = kept(&bench, "second");
    (bench, backup, [first, second])
}

#[test]
fn a_backup_is_a_whole_ledger_of_its_own_and_nothing_is_written_over() {
    let (bench, backup, [first, _]) = gone_on();
    let told = bench.ok(&["--ledger", &backup, "verify", "--json"]).json();
    assert_eq!((&told["verdict"], &told["size"]), (&"consistent_unanchored".into(), &22.into()));
    assert_eq!(
        bench.ok(&["--ledger", &backup, "verify", "--json", "--against", &first]).json()["verdict"],
        "anchored"
    );
    let before = std::fs::read(&backup).unwrap();
    let run = bench.run(&["backup", &backup]).code(3);
    assert!(run.err.contains("already exists"), "{}", run.err);
    assert_eq!(std::fs::read(&backup).unwrap(), before);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&backup).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // Nothing else is left behind, neither of the copy nor of one that failed.
    bench.run(&["backup", &path(&bench, "no/such/place")]).code(3);
    leaves_nothing(&bench);
    bench.holds();
}

#[test]
fn what_does_not_hold_is_not_kept_as_a_backup() {
    let bench = Bench::furnished();
    forge_keyless(&bench, 20, |body| body.replacen("\"station\":\"", "\"station\":\"x", 1));
    let backup = path(&bench, "backup");
    let run = bench.run(&["backup", &backup]).code(1);
    assert!(run.out.starts_with("TAMPERED") && run.err.contains("was not kept"), "{run:?}");
    assert!(!std::path::Path::new(&backup).exists());
}

#[test]
fn a_restore_names_what_is_lost_and_is_restored_until_a_checkpoint_vouches_for_it() {
    let (bench, backup, [first, second]) = gone_on();
    let old_head = bench.verify()["head"].as_str().unwrap().to_owned();
    let told = bench.ok(&["restore", &backup]);
    assert!(
        told.out.contains("entry 23, incarnation 2") && told.out.contains("entries 23 to 24"),
        "{}",
        told.out
    );
    let entry: Value = serde_json::from_str(&bodies(&bench.raw())[22]).unwrap();
    assert_eq!(entry["kind"], "restore");
    assert_eq!(entry["data"], serde_json::json!({"incarnation": 2, "size": 24, "head": old_head}));
    for notes in [&[][..], &[first.as_str()], &[&first, &second], &[&second]] {
        let told = held(&bench, notes);
        assert_eq!(told["verdict"], "restored", "{notes:?}: {told}");
        assert_eq!(told["first_break"]["seq"], 23, "{told}");
    }
    let words = bench.run(&["verify"]).code(1).out;
    assert!(words.starts_with("RESTORED") && words.contains("23 to 24 is lost"), "{words}");
    let words = bench.run(&["--lang", "ja", "verify"]).code(1).out;
    assert!(words.contains("復元") && words.contains("23 から 24"), "{words}");
    // The file that was there is kept, and still says what it said.
    let aside = path(&bench, "ledger.kuraban.before-restore-2");
    assert_eq!(bench.ok(&["--ledger", &aside, "verify", "--json"]).json()["size"], 24);
    let third = kept(&bench, "third");
    assert!(std::fs::read_to_string(&third).unwrap().lines().next().unwrap().ends_with("/2"));
    assert_eq!(held(&bench, &[&first, &second, &third])["verdict"], "anchored");
    assert_eq!(held(&bench, &[&third])["anchor"], 24);
    // A history that went on further than the restore tells is not explained by it.
    let further = bench.path().join("further");
    std::fs::copy(&aside, &further).unwrap();
    let ledger = path(&bench, "ledger.kuraban");
    let key = path(&bench, "ledger.kuraban.key");
    let note = bench.ok(&["--ledger", further.to_str().unwrap(), "--key", &key, "checkpoint"]).out;
    let fourth = bench.file("fourth", note.as_bytes());
    let told =
        bench.run(&["--ledger", &ledger, "verify", "--json", "--against", &fourth, "--against", &third]);
    assert_eq!(told.json()["verdict"], "rolled_back", "{told:?}");
}

#[test]
fn a_restore_after_a_restore_has_a_number_of_its_own() {
    let (bench, backup, [first, second]) = gone_on();
    bench.ok(&["restore", &backup]);
    let third = kept(&bench, "third");
    bench.ok(&["restore", &backup]);
    let told = held(&bench, &[&first, &second, &third]);
    assert_eq!(told["verdict"], "restored", "{told}");
    let entry: Value = serde_json::from_str(&bodies(&bench.raw())[22]).unwrap();
    assert_eq!((&entry["data"]["incarnation"], &entry["data"]["size"]), (&3.into(), &24.into()));
    let fourth = kept(&bench, "fourth");
    assert_eq!(held(&bench, &[&first, &second, &third, &fourth])["verdict"], "anchored");
}

#[test]
fn where_the_ledger_is_gone_the_notes_tell_how_far_it_had_come() {
    let (bench, backup, [first, second]) = gone_on();
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(path(&bench, &format!("ledger.kuraban{suffix}")));
    }
    let wrong = bench.file("wrong", b"nothing");
    let run = bench.run(&["restore", &backup, "--against", &wrong]).code(1);
    assert!(run.err.contains("no checkpoint of this ledger") && !bench.ledger().exists(), "{}", run.err);
    let told = bench.ok(&["restore", &backup, "--against", &second, "--against", &first]);
    assert!(told.out.contains("entries 23 to 24") && !told.out.contains("before-restore"), "{}", told.out);
    assert_eq!(held(&bench, &[&second])["verdict"], "restored");
    // Had nobody known, the note would say what the restore does not.
    let (bench, backup, [_, second]) = gone_on();
    std::fs::remove_file(bench.ledger()).unwrap();
    let _ = std::fs::remove_file(path(&bench, "ledger.kuraban-wal"));
    let told = bench.ok(&["restore", &backup]);
    assert!(told.out.contains("nothing is lost"), "{}", told.out);
    assert_eq!(held(&bench, &[&second])["verdict"], "rolled_back");
}

#[test]
fn a_damaged_ledger_is_moved_away_and_a_forged_one_is_not_believed() {
    let (bench, backup, _) = gone_on();
    std::fs::write(bench.ledger(), b"no database at all").unwrap();
    bench.ok(&["restore", &backup]);
    assert_eq!(
        std::fs::read(path(&bench, "ledger.kuraban.before-restore-2")).unwrap(),
        b"no database at all"
    );
    assert_eq!(bench.verify()["verdict"], "restored");
    let (bench, backup, [_, second]) = gone_on();
    bench.raw().execute_batch("UPDATE head SET size = 24000").unwrap();
    bench.ok(&["restore", &backup]);
    let entry: Value = serde_json::from_str(&bodies(&bench.raw())[22]).unwrap();
    assert_eq!(entry["data"]["size"], 22);
    assert_eq!(held(&bench, &[&second])["verdict"], "rolled_back");
}

#[test]
fn what_may_not_be_restored_changes_nothing() {
    let (bench, backup, _) = gone_on();
    let before = bench.verify();
    // By whom it may not, with a wrong PIN, of another ledger, not a ledger, tampered with.
    bench.run(&["restore", "--by", "B-2", &backup]).code(1);
    bench.vars.borrow_mut().insert("KURABAN_PIN".to_owned(), "9999".to_owned());
    bench.run(&["restore", &backup]).code(1);
    bench.vars.borrow_mut().insert("KURABAN_PIN".to_owned(), crate::support::PIN.to_owned());
    let other = Bench::stranger();
    other.ok(&["init", "--site", "OSAKA", "--admin", "B-1", "--name", "Ban"]);
    let foreign = path(&bench, "foreign");
    other.ok(&["backup", &foreign]);
    let run = bench.run(&["restore", &foreign]).code(3);
    assert!(run.err.contains("not of the ledger"), "{}", run.err);
    let text = bench.file("text", b"no ledger");
    bench.run(&["restore", &text]).code(3);
    bench.run(&["restore", &path(&bench, "missing")]).code(3);
    let spoilt = path(&bench, "spoilt");
    std::fs::copy(&backup, &spoilt).unwrap();
    Connection::open(&spoilt).unwrap().execute_batch("UPDATE medium SET place = NULL WHERE id = 16").unwrap();
    let run = bench.run(&["restore", &spoilt]).code(1);
    assert!(run.out.starts_with("TAMPERED") && run.err.contains("nothing was changed"), "{run:?}");
    // While somebody else has the ledger open, nothing is put in its place under their feet.
    let station = bench.session();
    station.size().unwrap();
    bench.vars.borrow_mut().insert("KURABAN_BUSY_TIMEOUT".to_owned(), "0".to_owned());
    let run = bench.run(&["restore", &backup]).code(3);
    assert!(run.err.contains("kept the ledger locked"), "{}", run.err);
    drop(station);
    assert_eq!(bench.verify(), before);
    leaves_nothing(&bench);
    bench.ok(&["sight", "--at", "V1", "K00005L9"]);
    bench.holds();
}

#[test]
fn what_is_known_of_a_ledger_needs_no_secret_and_survives_an_exchange_of_its_key() {
    let (bench, backup, _) = gone_on();
    bench.ok(&["key", "rotate", "--with", "A-1"]);
    let newest = bench.verify()["size"].clone();
    let old = std::fs::read_dir(bench.path()).unwrap().map(|file| file.unwrap().path());
    let retired: Vec<_> = old.filter(|path| path.to_string_lossy().contains(".key.")).collect();
    bench.ok(&["--key", retired[0].to_str().unwrap(), "restore", &backup]);
    let entry: Value = serde_json::from_str(&bodies(&bench.raw())[22]).unwrap();
    assert_eq!(entry["data"]["size"], newest);
}

#[test]
fn a_backup_from_before_an_exchange_is_restored_with_the_old_key() {
    let (bench, backup, _) = gone_on();
    let old = bench.signer();
    bench.ok(&["key", "rotate", "--with", "A-1"]);
    let run = bench.run(&["restore", &backup]).code(3);
    assert!(run.err.contains("does not hold the key of this ledger"), "{}", run.err);
    let short: String = old.key().public().to_string().chars().take(8).collect();
    let retired = path(&bench, &format!("ledger.kuraban.key.{short}"));
    bench.ok(&["--key", &retired, "restore", &backup]);
    assert_eq!(bench.verify()["verdict"], "restored");
}

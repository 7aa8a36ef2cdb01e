//! Backups that are known to hold, and restores that never pass for the ledger that went on.

use rusqlite::Connection;
use serde_json::Value;

use crate::forgery::{bodies, forge_keyless};
use crate::support::Bench;

fn path(bench: &Bench, name: &str) -> String {
    bench.path().join(name).display().to_string()
}

#[track_caller]
fn held(bench: &Bench, notes: &[&str]) -> Value {
    bench.verified(notes).json()
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
    let first = bench.kept("first");
    let backup = path(&bench, "backup");
    let told = bench.ok(&["backup", &backup]);
    assert!(told.out.contains("22 entries") && told.err.contains("ledger.kuraban.key"), "{told:?}");
    bench.ok(&["check-out", "K00001L9"]);
    let second = bench.kept("second");
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
    let third = bench.kept("third");
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
    let third = bench.kept("third");
    bench.ok(&["restore", &backup]);
    let told = held(&bench, &[&first, &second, &third]);
    assert_eq!(told["verdict"], "restored", "{told}");
    let entry: Value = serde_json::from_str(&bodies(&bench.raw())[22]).unwrap();
    assert_eq!((&entry["data"]["incarnation"], &entry["data"]["size"]), (&3.into(), &24.into()));
    let fourth = bench.kept("fourth");
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
    // By whom it may not, with a wrong PIN, of another ledger, not a ledger, tampered with.
    bench.run(&["restore", "--by", "B-2", &backup]).code(1);
    bench.vars.borrow_mut().insert("KURABAN_PIN".to_owned(), "9999".to_owned());
    bench.run(&["restore", &backup]).code(1);
    bench.vars.borrow_mut().insert("KURABAN_PIN".to_owned(), crate::support::PIN.to_owned());
    // The wrong PIN is on record in the ledger, and the right one ends that.
    bench.ok(&["sight", "--at", "V1", "K00005L9"]);
    let before = bench.verify();
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
    assert!(
        run.out.starts_with("TAMPERED")
            && run.err.contains("nothing was changed")
            && run.err.contains("Take another backup"),
        "{run:?}"
    );
    // While somebody else has the ledger open, nothing is put in its place under their feet.
    let station = bench.session();
    station.size().unwrap();
    bench.vars.borrow_mut().insert("KURABAN_BUSY_TIMEOUT".to_owned(), "0".to_owned());
    let run = bench.run(&["restore", &backup]).code(3);
    assert!(run.err.contains("Another program has"), "{}", run.err);
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
fn a_backup_from_before_an_exchange_is_restored_with_the_old_key_which_is_then_in_force() {
    let (bench, backup, _) = gone_on();
    let old = bench.signer();
    bench.ok(&["key", "rotate", "--with", "A-1"]);
    let newer = bench.signer();
    let note = bench.kept("newer");
    bench.ok(&["restore", &backup]);
    let told = held(&bench, &[]);
    assert_eq!(told["verdict"], "restored");
    assert_eq!(told["restores"], serde_json::json!([{"incarnation": 2, "at": 23, "lost": 26}]));
    assert_eq!(bench.signer().secret(), old.secret());
    // The one that was in force is not lost either, and recording goes on.
    let short: String = newer.key().public().to_string().chars().take(8).collect();
    let kept = std::fs::read_to_string(path(&bench, &format!("ledger.kuraban.key.{short}"))).unwrap();
    assert_eq!(kept.trim(), newer.secret());
    bench.ok(&["sight", "--at", "V1", "K00005L9"]);
    // What the newer key signed is known to the restore where the file is gone.
    let (bench, backup, _) = gone_on();
    bench.ok(&["key", "rotate", "--with", "A-1"]);
    std::fs::remove_file(bench.ledger()).unwrap();
    let _ = std::fs::remove_file(path(&bench, "ledger.kuraban-wal"));
    let note = bench.file("note", &std::fs::read(note).unwrap());
    bench.run(&["restore", &backup, "--against", &note]).code(0);
}

#[test]
fn a_history_that_is_discarded_is_named_even_where_it_is_shorter() {
    let (bench, old, _) = gone_on();
    let new = path(&bench, "new");
    bench.ok(&["backup", &new]);
    bench.ok(&["restore", &old]);
    bench.ok(&["sight", "--at", "V1-A", "K00002L9"]);
    let second = bench.kept("of the second life");
    let told = bench.ok(&["restore", &new]).out;
    assert!(told.contains("entries 23 to 25 is lost"), "{told}");
    let third = bench.kept("of the third life");
    // What was signed in the life that is gone is explained by the log alone, and the restores stay in sight.
    let run = bench.run(&["verify", "--json", "--against", &second, "--against", &third]);
    assert_eq!(run.json()["verdict"], "anchored", "{run:?}");
    let words = bench.ok(&["verify", "--against", &third]).out;
    assert!(words.contains("was restored at entry 25"), "{words}");
}

#[test]
fn a_second_restore_explains_what_the_first_had_lost() {
    let (bench, backup, [_, second]) = gone_on();
    for _ in 0..4 {
        bench.ok(&["sight", "--at", "V1", "K00005L9"]);
    }
    let far = bench.kept("far");
    let middle = path(&bench, "middle");
    bench.ok(&["restore", &backup]);
    bench.ok(&["backup", &middle]);
    bench.ok(&["restore", &backup]);
    for notes in [&[second.as_str()][..], &[&far]] {
        assert_eq!(held(&bench, notes)["verdict"], "restored", "{notes:?}");
    }
}

#[test]
fn who_may_restore_is_decided_by_the_ledger_that_is_replaced() {
    let (bench, backup, _) = gone_on();
    bench.ok(&["person", "add", "B-8", "Second", "--role", "admin"]);
    let (bench, backup) = {
        // A backup in which B-8 is an administrator.
        let newer = path(&bench, "newer");
        bench.ok(&["backup", &newer]);
        drop(backup);
        (bench, newer)
    };
    bench.ok(&["person", "suspend", "B-8", "--why", "left"]);
    let run = bench.run(&["restore", "--by", "B-8", &backup]).code(1);
    assert!(run.err.contains("B-8"), "{}", run.err);
    // A wrong PIN is on record there, and counts.
    bench.vars.borrow_mut().insert("KURABAN_PIN".to_owned(), "9999".to_owned());
    for _ in 0..6 {
        bench.run(&["restore", &backup]).code(1);
    }
    bench.vars.borrow_mut().insert("KURABAN_PIN".to_owned(), crate::support::PIN.to_owned());
    let run = bench.run(&["restore", &backup]).code(1);
    assert!(run.err.contains("No PIN is taken"), "{}", run.err);
}

#[test]
fn the_restore_is_the_first_entry_after_the_backup_and_no_note_of_the_old_life_comes_of_it() {
    let bench = Bench::furnished();
    bench.ok(&["policy", "set", "checkpoint_every", "5"]);
    let notes = bench.path().join("notes");
    std::fs::create_dir(&notes).unwrap();
    bench.vars.borrow_mut().insert("KURABAN_NOTES".to_owned(), notes.display().to_string());
    // A checkpoint is due, and the clock of the restore is behind.
    let backup = path(&bench, "backup");
    bench.ok(&["backup", &backup]);
    bench.ok(&["sight", "--at", "V1", "K00001L9"]);
    let true_one = bench.kept("true");
    bench.pass(-60_000);
    bench.ok(&["restore", &backup]);
    let body = bodies(&bench.raw()).pop().unwrap();
    assert!(body.contains("\"seq\":23") && body.contains("\"kind\":\"restore\""), "{body}");
    assert_eq!(held(&bench, &[&true_one])["verdict"], "restored");
    bench.ok(&["checkpoint"]);
    assert_eq!(held(&bench, &[&true_one])["verdict"], "anchored");
}

#[cfg(unix)]
#[test]
fn a_ledger_that_was_open_is_not_written_to_under_another_name() {
    use std::os::unix::fs::PermissionsExt as _;
    let (bench, backup, _) = gone_on();
    std::fs::set_permissions(bench.ledger(), std::fs::Permissions::from_mode(0o660)).unwrap();
    bench.ok(&["restore", &backup]);
    assert_eq!(std::fs::metadata(bench.ledger()).unwrap().permissions().mode() & 0o777, 0o660);
    // A program that has it open is not left with the file that somebody puts aside, past kuraban.
    let station = bench.session();
    let who = crate::support::who(&station, "B-1", None);
    let sight = kuraban::app::Verb::Sight(crate::support::place("V1"));
    let scan =
        kuraban::app::Scan { text: "K00005L9", how: kuraban::domain::event::How::Scanned, occurred: None };
    station.scan(&who, &sight, &scan).unwrap();
    let aside = bench.path().join("aside");
    std::fs::copy(bench.ledger(), &aside).unwrap();
    std::fs::remove_file(bench.ledger()).unwrap();
    for (there, wanted) in [(false, "vanished"), (true, "replaced")] {
        if there {
            std::fs::copy(&aside, bench.ledger()).unwrap();
        }
        let error = station.scan(&who, &sight, &scan).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}

#[test]
fn a_backup_that_is_older_than_a_clock_may_jump_is_put_back_by_two_people() {
    let (bench, backup, _) = gone_on();
    for _ in 0..3 {
        bench.pass(10 * 24 * 3_600_000);
        bench.ok(&["sight", "--at", "V1", "K00002L9"]);
    }
    let run = bench.run(&["restore", &backup]).code(1);
    assert!(run.err.contains("30 days") && run.err.contains("restore FILE --with"), "{}", run.err);
    bench.run(&["restore", &backup, "--with", "B-1"]).code(1);
    bench.ok(&["restore", &backup, "--with", "A-1"]);
    bench.ok(&["sight", "--at", "V1", "K00002L9"]);
    assert_eq!(held(&bench, &[])["verdict"], "restored");
    leaves_nothing(&bench);
}

#[test]
fn what_is_left_beside_a_ledger_that_is_gone_becomes_no_part_of_another() {
    let (bench, backup, _) = gone_on();
    let station = bench.session();
    station.size().unwrap();
    bench.ok(&["check-out", "K00002L9"]);
    let log = path(&bench, "ledger.kuraban-wal");
    let left = std::fs::read(&log).unwrap();
    assert!(left.len() > 10_000);
    drop(station);
    std::fs::remove_file(bench.ledger()).unwrap();
    std::fs::write(&log, &left).unwrap();
    std::fs::rename(path(&bench, "ledger.kuraban.key"), path(&bench, "key")).unwrap();
    let run = bench.run(&["init", "--site", "OSAKA", "--admin", "B-1", "--name", "Ban"]).code(3);
    assert!(run.err.contains("ledger.kuraban-wal already exists"), "{run:?}");
    std::fs::rename(path(&bench, "key"), path(&bench, "ledger.kuraban.key")).unwrap();
    bench.ok(&["restore", &backup]);
    let told = held(&bench, &[]);
    assert_eq!((&told["verdict"], &told["size"]), (&"restored".into(), &23.into()), "{told}");
    assert_eq!(std::fs::read(path(&bench, "ledger.kuraban.before-restore-2-wal")).unwrap(), left);
    bench.ok(&["sight", "--at", "V1", "K00005L9"]);
}

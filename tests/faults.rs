//! What becomes of scans, lists, checkpoints and copies when the disk fails: the program says so or goes on all the same,
//! what it told is in the ledger, and the next start works.

use crate::failing::{Case, Trial, give, go_through};
use crate::support::Bench;
use crate::told::{found, kuraban, scans_of, sound};

/// Whatever is left there, the next one goes on from it.
#[track_caller]
fn goes_on(bench: &Bench, trial: &Trial) {
    let next = kuraban(bench).args(["check-out", "K00006L9"]).output().unwrap();
    assert!(next.status.success() && next.stderr.is_empty(), "{next:?}, after {trial:#?}");
    sound(bench);
}

/// Only who was killed, or may delete nothing any more, leaves a draft behind.
#[track_caller]
fn leaves_no_draft(bench: &Bench, trial: &Trial) {
    let left = std::fs::read_dir(bench.path()).unwrap().map(|file| file.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with(".kuraban-")).collect();
    let may = trial.code.is_none() || trial.call == "unlink";
    assert!(may || left.is_empty(), "{left:?}: {trial:#?}");
}

#[test]
fn a_scan_with_a_fault_is_there_if_it_was_told() {
    let judge = |bench: &Bench, before: u64, trial: &Trial| {
        sound(bench);
        let (told, found) = (scans_of(&trial.out), found(bench, before, "check_out"));
        assert!(found.starts_with(&told), "{told:?} told, {found:?} found: {trial:#?}");
        assert!(found.len() <= told.len() + 1, "{told:?} told, {found:?} found: {trial:#?}");
        assert!(trial.code != Some(0) || found.len() == 2, "{found:?}: {trial:#?}");
        let nothing = trial.err.contains("nothing was recorded");
        assert!(!nothing || found.len() == told.len(), "{found:?}: {trial:#?}");
        goes_on(bench, trial);
    };
    let case =
        Case { name: "scan", torn: false, args: &["check-out", "-"], stdin: b"K00001L9\nK00002L9\n", judge };
    go_through(&case);
    go_through(&Case { name: "scan after a crash", torn: true, ..case });
}

#[test]
fn an_import_with_a_fault_is_there_whole_or_not_at_all() {
    let judge = |bench: &Bench, before: u64, trial: &Trial| {
        sound(bench);
        let found = found(bench, before, "register").len();
        assert!([0, 3].contains(&found), "{found} found: {trial:#?}");
        let told = trial.out.contains("3 media") || trial.code == Some(0);
        assert!(!told || found == 3, "{found} found: {trial:#?}");
        goes_on(bench, trial);
    };
    go_through(&Case {
        name: "import",
        torn: false,
        args: &["media", "import", "list.csv", "--at", "V2"],
        stdin: b"",
        judge,
    });
}

#[test]
fn a_checkpoint_with_a_fault_vouches_for_the_ledger_if_its_note_is_out() {
    let judge = |bench: &Bench, before: u64, trial: &Trial| {
        let after = sound(bench);
        assert!(after == before || after == before + 1, "{trial:#?}");
        let delivered = std::fs::read_dir(bench.path().join("notes")).unwrap();
        let delivered = delivered.filter(|file| file.as_ref().unwrap().path().extension().is_some()).count();
        goes_on(bench, trial);
        if trial.code == Some(0) {
            assert_eq!((after, delivered), (before + 1, 1), "{trial:#?}");
        }
        if !trial.out.is_empty() {
            let note = bench.file("told.note", trial.out.as_bytes());
            let held = bench.verified(&[&note]).code(0).json();
            assert_eq!(
                (&held["verdict"], held["anchor"].as_u64()),
                (&"anchored".into(), Some(after)),
                "{trial:#?}"
            );
        }
    };
    go_through(&Case { name: "checkpoint", torn: false, args: &["checkpoint"], stdin: b"", judge });
}

#[test]
fn a_backup_with_a_fault_is_whole_or_is_not_there() {
    let judge = |bench: &Bench, before: u64, trial: &Trial| {
        assert_eq!(sound(bench), before);
        let copy = bench.path().join("copy");
        assert!(trial.code != Some(0) || copy.exists(), "{trial:#?}");
        if copy.exists() {
            let held = bench.ok(&["verify", "--json", "--ledger", &copy.display().to_string()]).json();
            assert_eq!(held["size"].as_u64(), Some(before), "{trial:#?}");
        }
        leaves_no_draft(bench, trial);
        bench.ok(&["backup", &bench.path().join("another").display().to_string()]);
        goes_on(bench, trial);
    };
    go_through(&Case { name: "backup", torn: false, args: &["backup", "copy"], stdin: b"", judge });
}

/// A restore, which leaves the ledger as it was or is done whole.
const RESTORE: Case = Case {
    name: "restore",
    torn: false,
    args: &["restore", "monday.backup"],
    stdin: b"",
    judge: |bench, before, trial| {
        let held = bench.verify();
        let (verdict, size) = (held["verdict"].as_str().unwrap(), held["size"].as_u64().unwrap());
        // The backup has one entry less, and the restore is one.
        assert!(["consistent_unanchored", "restored"].contains(&verdict), "{held}: {trial:#?}");
        assert_eq!(size, before, "{held}: {trial:#?}");
        assert!(trial.code != Some(0) || verdict == "restored", "{held}: {trial:#?}");
        leaves_no_draft(bench, trial);
        let next = kuraban(bench).args(["check-out", "K00006L9"]).output().unwrap();
        assert!(next.status.success() && next.stderr.is_empty(), "{next:?}, after {trial:#?}");
        let backup = bench.path().join("monday.backup").display().to_string();
        assert!(bench.ok(&["restore", &backup]).out.contains("incarnation"), "{trial:#?}");
        assert_eq!(bench.verify()["verdict"], "restored");
    },
};

#[test]
fn a_restore_with_a_fault_leaves_the_ledger_or_is_done_whole() {
    go_through(&RESTORE);
}

#[test]
fn a_restored_copy_is_whole_before_it_takes_the_place_of_the_ledger() {
    // From the first page on that is taken out of the copy's write-ahead log, each ninth write finds no room.
    let tally = give(&RESTORE, |all| {
        let writes = || all.iter().filter(|one| one.call == "pwrite64" && one.args.contains("/.kuraban-"));
        let logged = writes().filter(|one| one.args.contains("-wal>")).map(|one| one.nth).max().unwrap();
        let pages = writes().filter(|one| one.nth > logged && !one.args.contains("-shm>"));
        pages.take(3).map(|one| (one.clone(), ("error=ENOSPC", "+9"))).collect()
    });
    assert!(tally.is_none_or(|tally| tally == [0, 3, 0]), "{tally:?}");
}

/// The file of the ledger that was to be made, and whether it is there. Who is killed between its two names leaves a key of no
/// ledger, which is taken away here.
fn new_ledger(bench: &Bench, trial: &Trial) -> (String, bool) {
    let new = bench.path().join("new.ledger.kuraban");
    let (is_there, key) = (new.exists(), kuraban::store::key_path(&new));
    assert!(trial.code != Some(0) || is_there, "{trial:#?}");
    if !is_there && trial.code.is_none() && key.exists() {
        std::fs::remove_file(&key).unwrap();
    }
    (new.display().to_string(), is_there)
}

#[test]
fn a_new_ledger_with_a_fault_is_there_whole_with_its_key_or_is_in_nobodys_way() {
    let args =
        &["init", "--site", "OSAKA", "--admin", "B-1", "--name", "Sato", "--ledger", "new.ledger.kuraban"];
    let judge = |bench: &Bench, _: u64, trial: &Trial| {
        let (file, is_there) = new_ledger(bench, trial);
        if !is_there {
            let again = ["init", "--site", "OSAKA", "--admin", "B-1", "--name", "Sato", "--ledger", &file];
            assert_eq!(bench.run(&again).code, 0, "{trial:#?}");
        }
        let next = ["place", "add", "V9", "--kind", "vault", "--ledger", &file];
        assert_eq!(bench.run(&next).code, 0, "{trial:#?}");
        bench.ok(&["verify", "--ledger", &file]);
        leaves_no_draft(bench, trial);
        goes_on(bench, trial);
    };
    go_through(&Case { name: "init", torn: false, args, stdin: b"", judge });
}

#[test]
fn a_ledger_that_is_made_anew_with_a_fault_is_there_whole_or_is_in_nobodys_way() {
    // The entries come from a file that each bench is given first, the key from beside the damaged ledger.
    const NEW: [&str; 6] = ["init", "--from", "saved", "--kept", "ledger.kuraban", "--ledger"];
    let args = &["init", "--from", "saved", "--kept", "ledger.kuraban", "--ledger", "new.ledger.kuraban"];
    let judge = |bench: &Bench, _: u64, trial: &Trial| {
        let (file, is_there) = new_ledger(bench, trial);
        if !is_there {
            let path = |name: &str| bench.path().join(name).display().to_string();
            let (saved, kept) = (path("saved"), path("ledger.kuraban"));
            let again = [NEW[0], NEW[1], &saved, NEW[3], &kept, NEW[5], &file];
            assert_eq!(bench.run(&again).code, 0, "{trial:#?}");
        }
        assert_eq!(
            bench.run(&["verify", "--json", "--ledger", &file]).json()["verdict"],
            "restored",
            "{trial:#?}"
        );
        let next = ["place", "add", "V9", "--kind", "vault", "--ledger", &file];
        assert_eq!(bench.run(&next).code, 0, "{trial:#?}");
        leaves_no_draft(bench, trial);
        goes_on(bench, trial);
    };
    go_through(&Case { name: "init --from", torn: false, args, stdin: b"", judge });
}

#[test]
fn a_document_with_a_fault_is_whole_or_is_not_there() {
    let judge = |bench: &Bench, _: u64, trial: &Trial| {
        let there = bench.path().join("document").exists();
        assert!(trial.code != Some(0) || there, "{trial:#?}");
        // It may be there and only not have been told, or not be taken away any more.
        let may = trial.code.is_none() || trial.mute || trial.call == "unlink";
        assert!(trial.code == Some(0) || !there || may, "{trial:#?}");
        goes_on(bench, trial);
    };
    let args = &["bundle", "K00001L9", "-o", "document"];
    go_through(&Case { name: "bundle", torn: false, args, stdin: b"", judge });
    let args = &["salvage", "ledger.kuraban", "-o", "document"];
    go_through(&Case { name: "salvage", torn: false, args, stdin: b"", judge });
    let args = &["report", "access", "--csv", "-o", "document"];
    go_through(&Case { name: "report", torn: false, args, stdin: b"", judge });
}

//! A ledger that is made anew from its entries: what is lost is named, who does it is asked, and nothing is written over.

use std::path::PathBuf;

use kuraban::ledger::entry::entry_hash;
use kuraban::store::{key_path, retired_path};
use serde_json::{Value, json};

use crate::damage::lines;
use crate::forgery::{bodies, untriggered};
use crate::support::{Bench, PIN, Run};

/// A ledger of which something is lost: its log was printed, and its file put aside.
struct Lost {
    bench: Bench,
    log: Vec<String>,
    aside: String,
    /// Notes over 22 and over 27 entries.
    notes: [String; 2],
}

/// A ledger of 30 entries.
fn lost() -> Lost {
    let bench = Bench::furnished();
    let first = bench.kept("first");
    for barcode in ["K00001L9", "K00002L9", "K00003L9", "K00004L9"] {
        bench.ok(&["check-out", barcode]);
    }
    let second = bench.kept("second");
    bench.ok(&["missing", "--by", "A-1", "--why", "gone: nobody saw it", "K00005L9"]);
    bench.ok(&["check-in", "--to", "V2", "K00001L9", "K00002L9"]);
    put_aside(bench, [first, second])
}

fn put_aside(bench: Bench, notes: [String; 2]) -> Lost {
    let log = bodies(&bench.raw());
    let aside = bench.file("aside", bench.photo().ledger());
    for file in ["ledger.kuraban", "ledger.kuraban-wal", "ledger.kuraban-shm"] {
        let _ = std::fs::remove_file(bench.path().join(file));
    }
    Lost { bench, log, aside, notes }
}

impl Lost {
    /// What is given to the new ledger: the entries but for these numbers.
    fn saved(&self, without: &[usize]) -> String {
        let left = self.log.iter().zip(1..).filter(|(_, seq)| !without.contains(seq));
        let left: Vec<&str> = left.map(|(line, _)| line.as_str()).collect();
        self.bench.file("saved", lines(&left).as_bytes())
    }

    fn anew(&self, saved: &str, more: &[&str]) -> Run {
        self.bench.run(&[&["init", "--from", saved], more].concat())
    }

    /// Asserts that nothing came of it.
    #[track_caller]
    fn is_nothing(&self) {
        assert!(!self.bench.ledger().exists());
        leaves_no_draft(&self.bench);
    }
}

#[track_caller]
fn leaves_no_draft(bench: &Bench) {
    let left: Vec<_> =
        std::fs::read_dir(bench.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".kuraban-")), "{left:?}");
}

fn data(line: &str) -> Value {
    serde_json::from_str::<Value>(line).unwrap()["data"].clone()
}

#[test]
fn what_comes_before_the_first_gap_is_the_ledger_again_and_the_rest_is_told() {
    let lost = lost();
    let run = lost.anew(&lost.saved(&[25]), &["--kept", &lost.aside]).code(0);
    assert!(run.out.contains("made anew of 24 entries (entry 25, incarnation 2)"), "{run:?}");
    assert!(
        run.out.contains("entries 25 to 30 is lost") && run.out.contains("5 more entries come after"),
        "{run:?}"
    );
    assert!(run.err.contains("count the media"), "{run:?}");
    let bench = &lost.bench;
    let now = bodies(&bench.raw());
    assert_eq!(now[..24], lost.log[..24]);
    let head = entry_hash(lost.log[29].as_bytes()).to_string();
    assert_eq!(data(&now[24]), json!({"incarnation": 2, "size": 30, "head": head}));
    // The text of entry 28 is not lost, for nothing speaks of it any more; all others were taken over.
    assert_eq!(now.len(), 25);
    let [first, second] = &lost.notes;
    for notes in [&[][..], &[first.as_str()], &[first, second], &[second]] {
        let told = bench.verified(notes).code(1).json();
        assert_eq!(told["verdict"], "restored", "{notes:?}: {told}");
        assert_eq!(told["restores"], json!([{"incarnation": 2, "at": 25, "lost": 30}]));
    }
    assert_eq!(bench.show("K00001L9")["state"], "in_hand");
    assert_eq!(bench.show("K00004L9")["state"], "vaulted");
    bench.ok(&["check-in", "--to", "V2", "K00001L9"]);
    let third = bench.kept("third");
    assert_eq!(bench.verified(&[first, second, &third]).code(0).json()["verdict"], "anchored");
    leaves_no_draft(bench);
    let words = bench.run(&["--lang", "ja", "verify"]).out;
    assert!(words.contains("25 から 30 は失われました"), "{words}");
}

#[test]
fn what_a_note_or_a_station_knows_of_the_end_is_owned_up_to() {
    for against in [false, true] {
        let lost = lost();
        let second = lost.notes[1].clone();
        let saved = lost.saved(&(23..=30).collect::<Vec<_>>());
        let more: &[&str] = if against { &["--against", &second] } else { &[] };
        let run = lost.anew(&saved, more).code(0);
        assert_eq!(run.out.contains("entries 23 to 27 is lost"), against, "{run:?}");
        let told = lost.bench.verified(&[&second]).code(1).json();
        assert_eq!(told["verdict"], if against { "restored" } else { "rolled_back" }, "{told}");
    }
    // What the file itself says, signed; and what this station remembers, which else would not go on.
    for (kept, marks) in [(true, false), (false, true)] {
        let bench = Bench::furnished();
        let directory = bench.path().join("marks").display().to_string();
        if marks {
            bench.vars.borrow_mut().insert("KURABAN_MARKS".to_owned(), directory);
        }
        bench.ok(&["check-out", "K00001L9", "K00002L9"]);
        let lost = put_aside(bench, Default::default());
        let saved = lost.saved(&[22, 23]);
        let run = lost.anew(&saved, &["--kept", &lost.aside][..if kept { 2 } else { 0 }]).code(0);
        assert!(run.out.contains("entries 22 to 23 is lost"), "{kept} {marks}: {run:?}");
        lost.bench.ok(&["sight", "--at", "V1-A", "K00003L9"]);
        assert_eq!(lost.bench.verify()["verdict"], "restored");
    }
}

#[test]
fn who_may_do_it_is_decided_by_the_saved_ledger() {
    let lost = lost();
    let saved = lost.saved(&[]);
    let pin = |pin: &str| drop(lost.bench.vars.borrow_mut().insert("KURABAN_PIN".to_owned(), pin.to_owned()));
    for (by, said) in [("B-2", "B-2"), ("B-9", "B-9"), ("X-1", "X-1")] {
        for more in [&["--by", by][..], &["--by", by, "--kept", &lost.aside]] {
            let run = lost.anew(&saved, more).code(1);
            assert!(run.err.contains(said), "{more:?}: {run:?}");
            lost.is_nothing();
        }
    }
    pin("9999");
    let run = lost.anew(&saved, &["--kept", &lost.aside]).code(1);
    assert!(run.err.contains("Wrong PIN for B-1. Nothing was recorded"), "{run:?}");
    lost.is_nothing();
    // Whose PIN is in none of the files chooses a new one; the old one opens nothing any more.
    let new =
        |pin: &str| drop(lost.bench.vars.borrow_mut().insert("KURABAN_NEW_PIN".to_owned(), pin.to_owned()));
    lost.bench.vars.borrow_mut().remove("KURABAN_NEW_PIN");
    lost.anew(&saved, &[]).code(2);
    lost.is_nothing();
    new("2468");
    let run = lost.anew(&saved, &[]).code(0);
    assert!(run.out.contains("The PIN of B-1 was lost; the new one is in force (entry 33)"), "{run:?}");
    for (given, code) in [("1234", 1), ("2468", 0)] {
        pin(given);
        assert_eq!(lost.bench.run(&["sight", "--at", "V1-A", "K00006L9"]).code, code);
    }
    assert_eq!(lost.bench.verify()["verdict"], "restored");
}

#[test]
fn what_is_older_than_the_clock_is_believed_needs_a_second_person() {
    for kept in [true, false] {
        let lost = lost();
        lost.bench.pass(60 * 24 * 3_600_000);
        let (saved, kept) = (lost.saved(&[25]), &["--kept", &lost.aside][..if kept { 2 } else { 0 }]);
        let run = lost.anew(&saved, kept).code(1);
        assert!(
            run.err.contains("60 days after the last entry")
                && run.err.contains("init --from FILE --with BADGE"),
            "{run:?}"
        );
        lost.anew(&saved, &[kept, &["--with", "B-1"]].concat()).code(1);
        lost.anew(&saved, &[kept, &["--with", "B-9"]].concat()).code(1);
        lost.is_nothing();
        let run = lost.anew(&saved, &[kept, &["--with", "A-1"]].concat()).code(0);
        assert_eq!(run.out.contains("The PIN of A-1 was lost"), kept.is_empty(), "{run:?}");
        lost.bench.ok(&["check-in", "--to", "V2", "--with", "A-1", "K00001L9"]);
        assert_eq!(lost.bench.verify()["verdict"], "restored");
    }
}

#[test]
fn names_and_texts_that_are_lost_are_named_one_by_one_and_no_others_may_be_missing() {
    let lost = lost();
    let saved = lost.saved(&[]);
    let run = lost.anew(&saved, &[]).code(0);
    assert!(run.out.contains("11 names, texts and PINs are lost"), "{run:?}");
    let bench = &lost.bench;
    let now = bodies(&bench.raw());
    let named = data(&now[31])["texts"].as_array().unwrap().clone();
    assert_eq!((now.len(), named.len()), (33, 11));
    // Nobody else can sign on until an administrator gives them another PIN; their names are gone.
    let run = bench.run(&["sight", "--by", "B-2", "--at", "V1-A", "K00006L9"]).code(1);
    assert!(run.err.contains("The stored PIN of B-2, of which the log tells, is not there"), "{run:?}");
    let run = bench.run(&["--lang", "ja", "sight", "--by", "B-2", "--at", "V1-A", "K00006L9"]).code(1);
    assert!(run.err.contains("B-2 の PIN が保存されていません"), "{run:?}");
    bench.ok(&["person", "pin", "B-2"]);
    bench.ok(&["sight", "--by", "B-2", "--at", "V1-A", "K00006L9"]);
    for list in [
        &["person", "list"][..],
        &["person", "list", "--json"],
        &["log", "--csv"],
        &["report", "access", "--csv"],
    ] {
        bench.ok(list);
    }
    assert_eq!(bench.verify()["verdict"], "restored");
    // One more that goes, and one that comes from nowhere, are found.
    let pin: [u8; 32] = bench.raw().query_row("SELECT id FROM kept", [], |row| row.get(0)).unwrap();
    let before = bench.photo();
    for (sql, said) in [
        ("DELETE FROM kept WHERE id = ?1", "is not in kept"),
        (
            "INSERT INTO kept (id, salt, value) SELECT zeroblob(32), salt, 'Sato' FROM kept WHERE id = ?1",
            "not one to which",
        ),
    ] {
        let bench = before.bench();
        bench.raw().execute(sql, [pin]).unwrap();
        let told = bench.verify();
        assert_eq!(told["verdict"], "tampered", "{told}");
        assert!(told["first_break"]["reason"].as_str().unwrap().contains(said), "{told}");
    }
    // A backup that comes to light has them all.
    let again = put_aside(before.bench(), Default::default());
    let run = again.anew(&saved, &["--kept", &lost.aside]).code(0);
    assert!(!run.out.contains("are lost."), "{run:?}");
    assert_eq!(bodies(&again.bench.raw()).len(), 31);
    assert!(again.bench.ok(&["person", "list"]).out.contains("Sato"));
}

#[test]
fn nothing_is_written_over_and_what_is_no_log_makes_no_ledger() {
    let lost = lost();
    let bench = &lost.bench;
    let key = std::fs::read(key_path(&bench.ledger())).unwrap();
    let changed = lost.log[9].replacen("vault-door-1", "vault-door-2", 1);
    let mut forged = lost.log.clone();
    forged[9] = changed;
    let forged: Vec<&str> = forged.iter().map(String::as_str).collect();
    for (what, text, said) in [
        ("nothing", String::new(), "not the first entries"),
        (
            "no beginning",
            lines(&[&lost.log[1], &lost.log[2], &lost.log[3], &lost.log[4]]),
            "not the first entries",
        ),
        ("two entries", lines(&[&lost.log[0], &lost.log[1]]), "not the first entries"),
        ("rubbish", "\u{1}\n{}\n".repeat(9), "not the first entries"),
    ] {
        let file = bench.file("saved", text.as_bytes());
        let run = lost.anew(&file, &[]).code(3);
        assert!(run.err.contains(said), "{what}: {run:?}");
        lost.is_nothing();
    }
    lost.anew(&bench.path().join("missing").display().to_string(), &[]).code(2);
    lost.anew(&bench.path().display().to_string(), &[]).code(2);
    lost.is_nothing();
    for wrong in [
        &["init", "--site", "TOKYO", "--admin", "B-1"][..],
        &["init", "--from", "saved", "--site", "TOKYO"],
        &["init", "--site", "TOKYO", "--admin", "B-1", "--name", "Sato", "--kept", "aside"],
    ] {
        bench.run(wrong).code(2);
    }
    assert_eq!(std::fs::read(key_path(&bench.ledger())).unwrap(), key);
    // A changed entry is no entry of this log, as the next one says, nor does any that follows go on from it.
    let file = bench.file("saved", lines(&forged).as_bytes());
    let run = lost.anew(&file, &["--kept", &lost.aside]).code(0);
    assert!(run.out.contains("made anew of 9 entries") && run.out.contains("20 more"), "{run:?}");
    assert!(run.out.contains("Entry 10 is not the one that entry 11 names"), "{run:?}");
    assert_eq!(bodies(&bench.raw())[..9], lost.log[..9]);
    let there = std::fs::read(bench.ledger()).unwrap();
    let run = lost.anew(&lost.saved(&[]), &["--kept", &lost.aside]).code(3);
    assert!(run.err.contains("already exists"), "{run:?}");
    assert_eq!(std::fs::read(bench.ledger()).unwrap(), there);
    leaves_no_draft(bench);
}

#[test]
fn lines_come_from_standard_input_and_from_other_systems() {
    let lost = lost();
    let text = lost.log.iter().map(|line| format!("{line}\r\n\r\n")).collect::<String>();
    let run = lost.bench.run_with(&["init", "--from", "-", "--kept", &lost.aside], text.as_bytes()).code(0);
    assert!(run.out.contains("made anew of 30 entries") && run.out.contains("nothing is lost"), "{run:?}");
    assert_eq!(bodies(&lost.bench.raw())[..30], lost.log);
}

/// The key's file, and what lies in it.
fn key(bench: &Bench) -> (PathBuf, String) {
    let path = key_path(&bench.ledger());
    let text = std::fs::read_to_string(&path).unwrap();
    (path, text)
}

#[test]
fn it_is_the_same_ledger_only_with_its_key() {
    let lost = lost();
    let bench = &lost.bench;
    let (path, secret) = key(bench);
    let saved = lost.saved(&[]);
    std::fs::rename(&path, bench.path().join("elsewhere")).unwrap();
    let run = lost.anew(&saved, &[]).code(3);
    assert!(run.err.contains("secret key is not in") && run.err.contains("--key FILE"), "{run:?}");
    // Another ledger's key is none.
    let other = Bench::stranger();
    other.ok(&["init", "--site", "OSAKA", "--admin", "B-1", "--name", "Ban"]);
    std::fs::copy(key_path(&other.ledger()), &path).unwrap();
    let run = lost.anew(&saved, &[]).code(3);
    assert!(run.err.contains("does not hold the key of this ledger"), "{run:?}");
    std::fs::remove_file(&path).unwrap();
    lost.is_nothing();
    // Where it lies elsewhere it stays; where it lies beside the damaged file, the new one gets a copy.
    let elsewhere = bench.path().join("elsewhere").display().to_string();
    lost.anew(&saved, &["--key", &elsewhere]).code(0);
    assert!(!path.exists());
    bench.ok(&["--key", &elsewhere, "sight", "--at", "V1-A", "K00006L9"]);
    std::fs::remove_file(bench.ledger()).unwrap();
    std::fs::rename(&elsewhere, format!("{}.key", lost.aside)).unwrap();
    lost.anew(&saved, &["--kept", &lost.aside]).code(0);
    assert_eq!(key(bench).1, secret);
    bench.ok(&["sight", "--at", "V1-A", "K00006L9"]);
    assert_eq!(bench.verify()["verdict"], "restored");
}

#[test]
fn a_sealed_key_is_opened_first() {
    let bench = Bench::furnished();
    let set = |bench: &Bench, name: &str, value: &str| {
        bench.vars.borrow_mut().insert(name.to_owned(), value.to_owned());
    };
    set(&bench, "KURABAN_NEW_KEY_PASSPHRASE", "a long one");
    bench.ok(&["key", "seal"]);
    let lost = put_aside(bench, Default::default());
    let saved = lost.saved(&[]);
    lost.anew(&saved, &["--kept", &lost.aside]).code(3);
    set(&lost.bench, "KURABAN_KEY_PASSPHRASE", "a wrong one");
    lost.anew(&saved, &["--kept", &lost.aside]).code(3);
    lost.is_nothing();
    set(&lost.bench, "KURABAN_KEY_PASSPHRASE", "a long one");
    lost.anew(&saved, &["--kept", &lost.aside]).code(0);
    lost.bench.ok(&["sight", "--at", "V1-A", "K00006L9"]);
    assert_eq!(lost.bench.verify()["verdict"], "restored");
}

#[test]
fn a_key_that_was_exchanged_signs_what_it_had_signed() {
    let begun = || {
        let bench = Bench::furnished();
        let first = bench.kept("first");
        let old = bench.signer().key().public();
        bench.ok(&["key", "rotate", "--with", "A-1"]);
        let second = bench.kept("second");
        (put_aside(bench, [first, second]), old)
    };
    // What is left ends before the exchange: the old key is in force again, the new one kept beside it.
    let (lost, old) = begun();
    let newer = lost.bench.signer().key().public();
    lost.anew(&lost.saved(&[23]), &["--kept", &lost.aside]).code(0);
    assert_eq!(lost.bench.signer().key().public(), old);
    assert!(retired_path(&key_path(&lost.bench.ledger()), newer).exists());
    lost.bench.ok(&["sight", "--at", "V1-A", "K00006L9"]);
    assert_eq!(lost.bench.verified(&[&lost.notes[0]]).json()["verdict"], "restored");
    // It goes on after it: the old note is made anew with the old secret, or comes from the damaged file.
    for (secret, kept, code) in [(true, false, 0), (false, true, 0), (false, false, 3)] {
        let (lost, old) = begun();
        let retired = retired_path(&key_path(&lost.bench.ledger()), old);
        if !secret {
            std::fs::remove_file(&retired).unwrap();
        }
        let run = lost.anew(&lost.saved(&[]), &["--kept", &lost.aside][..if kept { 2 } else { 0 }]);
        assert_eq!(run.code, code, "{run:?}");
        if code == 3 {
            assert!(run.err.contains(&retired.display().to_string()), "{run:?}");
            lost.is_nothing();
            continue;
        }
        let third = lost.bench.kept("third");
        let [first, second] = &lost.notes;
        let told = lost.bench.verified(&[first, second, &third]).json();
        assert_eq!(told["verdict"], "anchored", "{secret} {kept}: {told}");
    }
}

#[test]
fn what_the_rules_had_not_allowed_stays_so_and_what_does_not_hold_is_not_made_a_ledger_of() {
    let bench = Bench::furnished();
    bench.ok(&["checkpoint"]);
    crate::forgery::forge(&bench, 22, |body| body.replacen("\"by\":\"B-1\"", "\"by\":\"B-9\"", 1));
    let lost = put_aside(bench, Default::default());
    lost.anew(&lost.saved(&[]), &["--kept", &lost.aside]).code(0);
    assert_eq!(lost.bench.verify()["verdict"], "irregular");
    // Numbers and links fit, but the checkpoint does not count the media.
    let bench = Bench::furnished();
    bench.ok(&["checkpoint"]);
    untriggered(&bench, |raw| {
        let body = bodies(raw)[21].replacen("\"media\":6", "\"media\":7", 1);
        let hash = entry_hash(body.as_bytes());
        raw.execute("UPDATE event SET body = ?1, hash = ?2 WHERE seq = 22", rusqlite::params![body, hash.0])
            .unwrap();
    });
    let lost = put_aside(bench, Default::default());
    let run = lost.anew(&lost.saved(&[]), &[]).code(1);
    assert!(run.out.starts_with("TAMPERED") && run.err.contains("nothing was changed"), "{run:?}");
    lost.is_nothing();
}

#[cfg(unix)]
#[test]
fn the_program_saves_and_makes_anew_through_a_pipe() {
    let bench = Bench::furnished_today();
    let mut file = bench.photo().ledger().to_vec();
    file[..100].fill(0);
    let damaged = bench.file("damaged", &file);
    std::fs::remove_file(bench.ledger()).unwrap();
    let mut salvage = crate::told::kuraban(&bench).args(["salvage", &damaged]).spawn().unwrap();
    let mut init = crate::told::kuraban(&bench);
    init.args(["init", "--from", "-", "--kept", &damaged])
        .stdin(std::process::Stdio::from(salvage.stdout.take().unwrap()));
    let out = init.output().unwrap();
    let said = salvage.wait_with_output().unwrap();
    let words = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.code() == Some(0) && words.contains("All 21 entries verify"), "{words}");
    let words = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success() && words.contains("made anew of 21 entries"), "{words} {out:?}");
    let next = crate::told::kuraban(&bench).args(["sight", "--at", "V1-A", "K00001L9"]).output().unwrap();
    assert!(next.status.success(), "{next:?}");
    let verify = crate::told::kuraban(&bench).args(["verify"]).output().unwrap();
    assert_eq!((verify.status.code(), verify.stdout.starts_with(b"RESTORED")), (Some(1), true), "{verify:?}");
    assert_eq!(bench.vars.borrow()["KURABAN_PIN"], PIN);
}

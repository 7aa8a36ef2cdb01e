//! What a station remembers, and the checkpoints that are taken by themselves.

use serde_json::Value;

use crate::forgery::{bodies, forge};
use crate::support::Bench;

/// A station that remembers what it has seen.
fn station(bench: &Bench) {
    let marks = bench.path().join("marks").display().to_string();
    bench.vars.borrow_mut().insert("KURABAN_MARKS".to_owned(), marks);
}

/// Puts a ledger's file in another's place, past kuraban.
fn put(from: &Bench, to: &Bench) {
    from.raw().pragma_update(None, "wal_checkpoint", "TRUNCATE").unwrap();
    for suffix in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(to.path().join(format!("ledger.kuraban{suffix}")));
    }
    std::fs::copy(from.ledger(), to.ledger()).unwrap();
}

#[track_caller]
fn disbelieves(bench: &Bench, verdict: &str, part: &str) {
    let size = bodies(&bench.raw()).len();
    let run = bench.run(&["sight", "--at", "V1", "K00005L9"]).code(3);
    assert!(run.err.contains(part), "{}", run.err);
    assert_eq!(bodies(&bench.raw()).len(), size);
    // Whoever only reads is told as well, and reads.
    let run = bench.ok(&["media", "list"]);
    assert!(run.err.contains(part) && run.out.contains("K00005L9"), "{run:?}");
    let told = bench.run(&["verify", "--json"]).code(1).json();
    assert_eq!(told["verdict"], verdict, "{told}");
}

#[test]
fn a_station_does_not_go_on_with_a_ledger_that_was_longer() {
    let bench = Bench::furnished();
    station(&bench);
    bench.holds();
    let old = bench.photo();
    bench.ok(&["check-out", "K00001L9"]);
    put(&old.bench(), &bench);
    disbelieves(&bench, "rolled_back", "has seen 22 entries");
    let words = bench.run(&["--lang", "ja", "sight", "--at", "V1", "K00005L9"]).code(3).err;
    assert!(words.contains("記録 22 件"), "{words}");
    // Another station, which has seen nothing, goes on; then there is another entry of that number.
    let other = old.bench();
    other.ok(&["check-out", "K00002L9"]);
    other.ok(&["check-in", "--to", "V1", "K00002L9"]);
    put(&other, &bench);
    disbelieves(&bench, "tampered", "another entry 22");
    // The newer file put back is believed again.
    let forged = old.bench();
    forged.ok(&["check-out", "K00001L9"]);
    put(&forged, &bench);
    bench.ok(&["sight", "--at", "V1", "K00005L9"]);
    bench.holds();
}

#[test]
fn one_entry_rewritten_with_the_key_is_found_by_who_has_seen_it() {
    let bench = Bench::furnished();
    station(&bench);
    bench.ok(&["check-out", "K00001L9"]);
    forge(&bench, 22, |body| body.replacen("\"station\":\"", "\"station\":\"x", 1));
    disbelieves(&bench, "tampered", "another entry 22");
}

#[test]
fn a_restore_explains_what_a_station_has_seen() {
    let bench = Bench::furnished();
    station(&bench);
    let backup = bench.path().join("backup").display().to_string();
    bench.ok(&["backup", &backup]);
    bench.ok(&["check-out", "K00001L9"]);
    // The ledger's own file is gone: what the station has seen says how far it had come.
    std::fs::remove_file(bench.ledger()).unwrap();
    let _ = std::fs::remove_file(bench.path().join("ledger.kuraban-wal"));
    let old = bench.path().join("marks.old");
    let told = bench.ok(&["restore", &backup]).out;
    assert!(told.contains("What had been entry 22 is lost"), "{told}");
    assert_eq!(bench.verify()["verdict"], "restored");
    bench.ok(&["sight", "--at", "V1", "K00005L9"]);
    // A station that saw only the old life believes it too, and one that saw more than the restore says does not.
    let id = std::fs::read_dir(bench.path().join("marks")).unwrap().next().unwrap().unwrap();
    let mark = std::fs::read_to_string(id.path()).unwrap();
    let lines: Vec<&str> = mark.lines().collect();
    assert_eq!(lines[2], "2");
    std::fs::create_dir_all(&old).unwrap();
    bench.vars.borrow_mut().insert("KURABAN_MARKS".to_owned(), old.display().to_string());
    for (size, code) in [(22, 0), (23, 3)] {
        let seen = format!("{}\n{}\n1\n{size}\n{}\n", lines[0], lines[1], "0".repeat(64));
        std::fs::write(old.join(id.file_name()), seen).unwrap();
        bench.run(&["sight", "--at", "V1", "K00005L9"]).code(code);
    }
}

#[test]
fn two_programs_of_one_station_keep_the_higher_mark() {
    let bench = Bench::furnished();
    station(&bench);
    let (one, other) = (bench.session(), bench.session());
    drop((one, other));
    bench.ok(&["check-out", "K00001L9"]);
    bench.ok(&["check-in", "--to", "V1", "K00001L9"]);
    let id = std::fs::read_dir(bench.path().join("marks")).unwrap().next().unwrap().unwrap();
    let mark = std::fs::read_to_string(id.path()).unwrap();
    assert_eq!(mark.lines().nth(3), Some("23"), "{mark}");
    // A directory that cannot be made keeps nobody from working.
    let file = bench.file("file", b"");
    bench.vars.borrow_mut().insert("KURABAN_MARKS".to_owned(), format!("{file}/marks"));
    bench.ok(&["check-out", "K00001L9"]);
}

fn kinds(bench: &Bench) -> Vec<(String, Value)> {
    let log = bench.ok(&["log", "--json"]).json();
    let kind = |entry: &Value| (entry["kind"].as_str().unwrap().to_owned(), entry["data"].clone());
    log.as_array().unwrap().iter().map(kind).collect()
}

#[test]
fn a_checkpoint_follows_every_so_many_entries_and_goes_out_as_a_file() {
    let bench = Bench::furnished();
    bench.ok(&["policy", "set", "checkpoint_every", "5"]);
    let notes = bench.path().join("notes");
    std::fs::create_dir(&notes).unwrap();
    bench.vars.borrow_mut().insert("KURABAN_NOTES".to_owned(), notes.display().to_string());
    for _ in 0..6 {
        bench.ok(&["sight", "--at", "V1", "K00001L9", "K00002L9"]);
    }
    let at: Vec<usize> =
        (1..).zip(kinds(&bench)).filter(|(_, (kind, _))| kind == "checkpoint").map(|(seq, _)| seq).collect();
    assert_eq!(at, [23, 29, 35]);
    let mut files: Vec<_> = std::fs::read_dir(&notes).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), 3);
    for file in &files {
        let told = bench.run(&["verify", "--json", "--against", file.to_str().unwrap()]).code(0).json();
        assert_eq!(told["verdict"], "anchored", "{told}");
    }
    // It can be printed again, and one that was never taken cannot.
    let last = bench.ok(&["checkpoint", "--last"]).out;
    assert_eq!(last, std::fs::read_to_string(&files[2]).unwrap());
    assert_eq!(bench.ok(&["checkpoint", "--size", "29"]).out, std::fs::read_to_string(&files[1]).unwrap());
    bench.run(&["checkpoint", "--size", "28"]).code(1);
    // Where it cannot go out, it is taken all the same, and that is told.
    std::fs::remove_dir_all(&notes).unwrap();
    let run = bench.run(&["checkpoint"]).code(1);
    assert!(run.err.contains("KURABAN_NOTES"), "{}", run.err);
    bench.ok(&["policy", "set", "checkpoint_every", "0"]);
    for _ in 0..4 {
        bench.ok(&["sight", "--at", "V1", "K00001L9", "K00002L9"]);
    }
    assert_eq!(kinds(&bench).iter().filter(|(kind, _)| kind == "checkpoint").count(), 4);
    bench.holds();
    assert!(Bench::furnished().run(&["checkpoint", "--last"]).code(1).err.contains("No checkpoint"));
}

#[test]
fn the_root_over_the_media_is_named_once_a_day_and_when_it_is_asked_for() {
    let bench = Bench::furnished();
    let heads = |bench: &Bench| kinds(bench).pop().unwrap().1["heads"].clone();
    let hour = 3_600_000;
    for (pass, args, named) in [
        (0, &["checkpoint"][..], true),
        (hour, &["checkpoint"], false),
        (hour, &["checkpoint", "--heads"], true),
        (23 * hour, &["checkpoint"], false),
        (hour, &["shift", "hand-over", "--to", "B-2"], true),
        (hour, &["shift", "hand-over", "--to", "B-2"], false),
    ] {
        bench.pass(pass);
        bench.ok(args);
        assert_eq!(heads(&bench).is_string(), named, "{args:?}");
        bench.ok(&["sight", "--at", "V1", "K00001L9"]);
    }
    bench.holds();
    // A false root is found, with the key at hand and everything else made to fit.
    let seq = kinds(&bench).len() - 1;
    let raw = bodies(&bench.raw());
    assert!(raw[seq - 1].contains("checkpoint"));
    let with_root = (1..).zip(&raw).filter(|(_, body)| body.contains("\"heads\":\"")).last().unwrap();
    let entry: Value = serde_json::from_str(with_root.1).unwrap();
    let root = entry["data"]["heads"].as_str().unwrap();
    crate::forgery::falsify_heads(&bench, with_root.0, root);
    let told = bench.verify();
    assert_eq!(
        (&told["verdict"], &told["first_break"]["seq"]),
        (&"tampered".into(), &with_root.0.into()),
        "{told}"
    );
    assert!(told["first_break"]["reason"].as_str().unwrap().contains("over the media"), "{told}");
}

#[test]
fn a_note_outside_is_never_written_over_and_none_is_signed_beside_it() {
    let bench = Bench::furnished();
    let notes = bench.path().join("notes");
    std::fs::create_dir(&notes).unwrap();
    bench.vars.borrow_mut().insert("KURABAN_NOTES".to_owned(), notes.display().to_string());
    let old = bench.photo();
    bench.ok(&["sight", "--at", "V1", "K00001L9"]);
    let true_one = bench.ok(&["checkpoint"]).out;
    let file = std::fs::read_dir(&notes).unwrap().next().unwrap().unwrap().path();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), true_one);
    // An older copy put back, and gone on with until the next checkpoint is due at the same size.
    put(&old.bench(), &bench);
    bench.ok(&["sight", "--at", "V2", "K00002L9"]);
    let run = bench.run(&["checkpoint"]).code(3);
    assert!(run.err.contains("over another history"), "{}", run.err);
    bench.ok(&["policy", "set", "checkpoint_every", "1"]);
    bench.run(&["sight", "--at", "V1", "K00002L9"]).code(3);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), true_one);
    assert_eq!(std::fs::read_dir(&notes).unwrap().count(), 1);
    assert_eq!(bench.run(&["verify", "--json"]).code(1).json()["verdict"], "tampered");
    // What lies there and is no note of this key keeps nobody from working.
    let id = bench.signer().key().name().rsplit('/').next().unwrap().to_owned();
    std::fs::write(notes.join(format!("{id}-1-0000009999.note")), "no note").unwrap();
    std::fs::create_dir(notes.join(format!("{id}-1-0000009998.note"))).unwrap();
    std::fs::remove_file(&file).unwrap();
    bench.ok(&["sight", "--at", "V1", "K00002L9"]);
}

#[cfg(unix)]
#[test]
fn a_link_in_the_ledger_s_place_does_not_make_a_station_forget() {
    let bench = Bench::furnished();
    station(&bench);
    let old = bench.photo();
    bench.ok(&["check-out", "K00001L9"]);
    put(&old.bench(), &bench);
    let moved = bench.path().join("moved");
    std::fs::rename(bench.ledger(), &moved).unwrap();
    std::os::unix::fs::symlink(&moved, bench.ledger()).unwrap();
    disbelieves(&bench, "rolled_back", "has seen 22 entries");
}

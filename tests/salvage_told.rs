//! What a salvage tells beside the entries: what a ledger can be made of, what was of no use, and that nobody read it to its end.

use std::process::{Command, Stdio};

use crate::damage::{PAGE, whole};
use crate::support::{Bench, Run};

/// A salvage of the file with these pages gone.
fn salvage(bench: &Bench, gone: &[usize], more: &[&str]) -> Run {
    let mut file = whole().file.clone();
    for page in gone {
        file[page * PAGE..(page + 1) * PAGE].fill(0);
    }
    let path = bench.file("hit", &file);
    bench.run(&[&["salvage", &path], more].concat())
}

#[test]
fn what_a_ledger_can_be_made_of_is_told() {
    let bench = whole().photo.bench();
    // Nothing is gone: whether the rest of the file holds is another question.
    let run = salvage(&bench, &[], &[]).code(0);
    assert!(run.err.contains("kuraban verify says") && !run.err.contains("before the first gap"), "{run:?}");
    // What comes after a gap is saved, but no ledger.
    let run = salvage(&bench, &[whole().page_of(100)], &[]).code(1);
    let first = run.out.lines().zip(1..).take_while(|(line, seq)| line.contains(&format!("\"seq\":{seq},")));
    let first = format!("only of what comes before the first gap ({})", first.count());
    assert!(run.err.contains(&first) && run.err.contains("salvage FILE --backup BACKUP"), "{run:?}");
    // Without the beginning there is none.
    let run = salvage(&bench, &[whole().page_of(1)], &[]).code(1);
    assert!(run.err.contains("no ledger can be made of what was saved"), "{run:?}");
}

#[test]
fn notes_and_copies_that_are_of_no_use_are_told() {
    let bench = whole().photo.bench();
    let note = bench.ok(&["checkpoint"]).out;
    let (note, text) = (bench.file("note", note.as_bytes()), bench.file("text", b"Dear auditor,\n"));
    let gone = [whole().page_of(100)];
    let run =
        salvage(&bench, &gone, &["--against", &note, "--backup", &bench.ledger().display().to_string()]);
    assert!(!run.err.contains("Not used") && !run.err.contains("looks like an entry"), "{run:?}");
    let run = salvage(&bench, &gone, &["--against", &note, "--against", &text, "--backup", &text]);
    assert!(run.err.contains("Not used: 1 note,") && run.err.contains("Nothing in "), "{run:?}");
    let ledger = bench.ledger().display().to_string();
    let run = salvage(&bench, &gone, &["--backup", &text, "--backup", &ledger]).code(0);
    let said = format!("Nothing in {text} looks");
    assert!(run.err.contains(&said) && run.err.matches("Nothing in").count() == 1, "{run:?}");
    // Of a ledger that nothing tells the name of, no note is.
    let run = salvage(&bench, &[whole().page_of(1)], &["--against", &note]);
    assert!(run.err.contains("Not used: 1 note,"), "{run:?}");
    let japanese = salvage(&bench, &gone, &["--lang", "ja", "--against", &text, "--backup", &text]).err;
    assert!(japanese.contains("1 件は使いませんでした") && japanese.contains("記録らしいもの"), "{japanese}");
}

#[test]
fn who_does_not_read_all_that_is_saved_is_no_success() {
    let bench = whole().photo.bench();
    let mut salvage = Command::new(env!("CARGO_BIN_EXE_kuraban"))
        .arg("salvage")
        .arg(bench.ledger())
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(salvage.stdout.take());
    let ended = salvage.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(3), "{told}");
    assert!(told.starts_with("error: "), "{told}");
}

//! The power fails while files are made: a copy, a note, a new ledger with its key. What was told to be there is there and
//! whole; what was not told stands in nobody's way.

use crate::power::{KURABAN, bench, each_cut};
use crate::recorded::Recorder;
use crate::support::Bench;
use crate::told::sound;
use crate::traced::can_trace;

/// At how many moments the power fails of each command; each is looked at whole.
const CUTS: usize = 60;

/// Lets the power fail while a command runs in the directory of its files, and just after it. `look` is given what was told.
fn fails(name: &str, args: &[&str], mut look: impl FnMut(&Bench, &str)) {
    if !can_trace() {
        return;
    }
    let bench = bench();
    let mut recorder = Recorder::new(&bench);
    recorder.run(KURABAN, args, b"");
    let (mut untold, mut told) = (0, 0);
    each_cut(&recorder, name, CUTS, |text, _| {
        look(&bench, text);
        *(if text.is_empty() { &mut untold } else { &mut told }) += 1;
    });
    // Most of what a command does comes before it tells of it: the end alone, as often.
    recorder.begin_at_the_end();
    each_cut(&recorder, name, CUTS, |_, _| {
        look(&bench, "told");
        told += 1;
    });
    eprintln!("{name}: {untold} power failures before it was told, {told} after");
    assert!(untold > 0);
}

#[test]
fn a_backup_that_was_told_is_there_and_whole() {
    fails("backup", &["backup", "copy"], |bench, told| {
        let copy = bench.path().join("copy");
        assert!(told.is_empty() || copy.exists(), "told: {told}");
        if copy.exists() {
            bench.ok(&["verify", "--ledger", &copy.display().to_string()]);
        }
        sound(bench);
    });
}

#[test]
fn a_note_that_was_told_is_where_notes_go() {
    fails("checkpoint", &["checkpoint"], |bench, told| {
        let notes = std::fs::read_dir(bench.path().join("notes")).unwrap().map(|file| file.unwrap().path());
        let notes: Vec<_> = notes.filter(|path| path.extension().is_some_and(|end| end == "note")).collect();
        assert!(told.is_empty() || !notes.is_empty(), "told: {told}");
        sound(bench);
    });
}

#[test]
fn a_new_ledger_that_was_told_is_there_with_its_key() {
    let args = ["init", "--site", "OSAKA", "--admin", "B-1", "--name", "Sato", "--ledger", "other"];
    fails("init", &args, |bench, told| {
        let other = bench.path().join("other");
        assert!(told.is_empty() || other.exists(), "told: {told}");
        // Whether it was told or not, what is there is whole.
        if other.exists() {
            let other = other.display().to_string();
            bench.ok(&["place", "add", "V9", "--kind", "vault", "--ledger", &other]);
            bench.ok(&["verify", "--ledger", &other]);
        }
    });
}

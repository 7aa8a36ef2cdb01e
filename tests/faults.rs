//! Every system call by which something is kept fails once, and fails from then on, and is the last one before the program
//! is killed: the program says so or goes on all the same, what it told is in the ledger, and the next start works.

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Output;

use kuraban::store::suffixed;

use crate::dice::{Dice, times};
use crate::support::{Bench, Photo};
use crate::told::{found, kuraban, scans_of, sound};
use crate::traced::{calls, can_trace, strace};

/// How many faults each command is given, unless `KURABAN_FAULTS` says otherwise.
const USUAL: usize = 25;
/// The system calls by which something is kept.
const CALLS: &str = "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,ftruncate,openat,unlink,mkdir";
/// What becomes of one, in the words of strace, from then on with a `+`.
const KINDS: [(&str, &str); 5] = [
    ("error=EIO", ""),
    ("error=ENOSPC", ""),
    ("signal=SIGKILL", ""),
    ("error=EIO", "+"),
    ("error=ENOSPC", "+"),
];

/// A command that is given faults, and how it is judged.
struct Case {
    /// Whether it begins where somebody was killed.
    torn: bool,
    args: &'static [&'static str],
    stdin: &'static [u8],
    judge: fn(&Bench, u64, &Trial),
}

/// Which call of a name that is in its thread, and whether it is one by which somebody is told something.
type Occurrence = (String, usize, bool);

/// One run with one fault.
#[derive(Debug)]
struct Trial {
    call: String,
    /// Whether nothing can be told any more.
    mute: bool,
    /// None where it was killed.
    code: Option<i32>,
    out: String,
    err: String,
}

impl Trial {
    fn new(call: &str, mute: bool, output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        assert!([None, Some(9)].contains(&output.status.signal()), "{output:?}");
        let (out, err) = (text(output.stdout), text(output.stderr));
        Self { call: call.to_owned(), mute, code: output.status.code(), out, err }
    }

    /// Says why it was not done, in a sentence, with the code for it; or was done.
    #[track_caller]
    fn is_told(&self) {
        let Some(code) = self.code else { return };
        assert!(!self.err.contains("panicked"), "{self:#?}");
        // What the call names and cannot be read is told as its fault.
        let usage = code == 2 && self.err.contains("list.csv cannot be read");
        assert!([0, 1, 3].contains(&code) || usage, "{self:#?}");
        // Where not even that can be written, the code says it all.
        if code != 0 && !self.mute {
            let told = self.err.lines().find_map(|line| line.strip_prefix("error: ")).unwrap_or_default();
            let bare = ["Input/output error", "No space left"].iter().any(|words| told.starts_with(words));
            assert!(told.len() > 20 && told.ends_with('.') && !bare, "no sentence: {self:#?}");
        }
    }
}

/// What every trial of a case begins from.
struct Beginning {
    photo: Photo,
    /// The write-ahead log that somebody left who was killed.
    log: Option<Vec<u8>>,
}

impl Beginning {
    /// A ledger at rest, or one that somebody left who was killed. The clock is that of the wall, which the real program
    /// goes by.
    fn new(torn: bool) -> Self {
        let photo = Bench::furnished_today().photo();
        if !torn {
            return Self { photo, log: None };
        }
        let bench = photo.bench();
        let held = bench.session();
        bench.ok(&["sight", "--at", "V1", "K00003L9"]);
        let log = std::fs::read(suffixed(&bench.ledger(), "-wal")).unwrap();
        drop(held);
        Self { photo, log: Some(log) }
    }

    /// A bench that goes on from there, where this station remembers and notes go out.
    fn bench(&self) -> Bench {
        let bench = self.photo.bench();
        if let Some(log) = &self.log {
            std::fs::write(suffixed(&bench.ledger(), "-wal"), log).unwrap();
        }
        for (name, directory) in [("KURABAN_MARKS", "marks"), ("KURABAN_NOTES", "notes")] {
            let path = bench.path().join(directory).display().to_string();
            bench.vars.borrow_mut().insert(name.to_owned(), path);
        }
        std::fs::create_dir(bench.path().join("notes")).unwrap();
        bench.file("list.csv", b"barcode\nN00001L9\nN00002L9\nN00003L9\n");
        bench
    }
}

/// Which call of each name that is, counted in its own thread, from the first that is about the ledger on; what comes
/// before is the loader's.
fn occurrences(case: &Case, begin: &Beginning) -> Vec<Occurrence> {
    let bench = begin.bench();
    let file = bench.path().join("trace").display().to_string();
    let options = ["-o", &file, "-e", &format!("trace={CALLS}")];
    let run = strace(&bench, &options, env!("CARGO_BIN_EXE_kuraban"), case.args, case.stdin);
    assert!(run.status.success(), "{run:?}");
    let mut counts = std::collections::BTreeMap::new();
    let (mut about, mut all) = (false, BTreeSet::new());
    for call in calls(&std::fs::read_to_string(file).unwrap()) {
        let nth: &mut usize = counts.entry((call.thread, call.name.clone())).or_default();
        *nth += 1;
        about |= call.args.contains("ledger.kuraban");
        if about {
            let tells = call.name == "write" && call.args.starts_with("2,");
            all.insert((call.name, *nth, tells));
        }
    }
    all.into_iter().collect()
}

/// Gives a command its faults: all of them, or some by chance.
fn go_through(name: &str, case: &Case) {
    if !can_trace() {
        return;
    }
    let begin = Beginning::new(case.torn);
    let before = sound(&begin.bench());
    let occurrences = occurrences(case, &begin);
    let count = occurrences.len() * KINDS.len();
    let mut dice = Dice::of(name, 0);
    // As many of each kind.
    let mut left = KINDS.map(|_| occurrences.clone());
    let chosen = (0..times("KURABAN_FAULTS", USUAL).min(count)).map(|at| {
        let (kind, left) = (KINDS[at % KINDS.len()], &mut left[at % KINDS.len()]);
        (left.swap_remove(dice.roll(left.len())), kind)
    });
    let all: Vec<_> = chosen.collect();
    let (mut killed, mut failed, mut done) = (0, 0, 0);
    for (one, kind) in &all {
        let bench = begin.bench();
        let inject = format!("inject={}:{}:when={}{}", one.0, kind.0, one.1, kind.1);
        eprintln!("{inject}");
        let options = ["-o", "/dev/null", "-e", &format!("trace={CALLS}"), "-e", &inject];
        let run = strace(&bench, &options, env!("CARGO_BIN_EXE_kuraban"), case.args, case.stdin);
        let mute = one.2 || (one.0 == "write" && kind.1 == "+");
        let trial = Trial::new(&one.0, mute, run);
        let tally = match trial.code {
            None => &mut killed,
            Some(0) => &mut done,
            Some(_) => &mut failed,
        };
        *tally += 1;
        trial.is_told();
        (case.judge)(&bench, before, &trial);
        // Whatever is left there, the next one goes on from it.
        let next = kuraban(&bench).args(["check-out", "K00006L9"]).output().unwrap();
        assert!(next.status.success() && next.stderr.is_empty(), "{next:?}, after {trial:#?}");
        sound(&bench);
    }
    eprintln!(
        "{name}: {} of {count} faults at {} calls: {killed} killed, {failed} failed, {done} done all the same",
        all.len(),
        occurrences.len()
    );
    assert!(killed * 10 >= all.len() && failed * 10 >= all.len(), "too few came to anything");
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
    };
    let case = Case { torn: false, args: &["check-out", "-"], stdin: b"K00001L9\nK00002L9\n", judge };
    go_through("scan", &case);
    go_through("scan after a crash", &Case { torn: true, ..case });
}

#[test]
fn an_import_with_a_fault_is_there_whole_or_not_at_all() {
    let judge = |bench: &Bench, before: u64, trial: &Trial| {
        sound(bench);
        let found = found(bench, before, "register").len();
        assert!([0, 3].contains(&found), "{found} found: {trial:#?}");
        let told = trial.out.contains("3 media") || trial.code == Some(0);
        assert!(!told || found == 3, "{found} found: {trial:#?}");
    };
    go_through(
        "import",
        &Case { torn: false, args: &["media", "import", "list.csv", "--at", "V2"], stdin: b"", judge },
    );
}

#[test]
fn a_checkpoint_with_a_fault_vouches_for_the_ledger_if_its_note_is_out() {
    let judge = |bench: &Bench, before: u64, trial: &Trial| {
        let after = sound(bench);
        assert!(after == before || after == before + 1, "{trial:#?}");
        let delivered = std::fs::read_dir(bench.path().join("notes")).unwrap();
        let delivered = delivered.filter(|file| file.as_ref().unwrap().path().extension().is_some()).count();
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
    go_through("checkpoint", &Case { torn: false, args: &["checkpoint"], stdin: b"", judge });
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
        let left = std::fs::read_dir(bench.path()).unwrap().map(|file| file.unwrap().file_name());
        let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with(".kuraban-")).collect();
        // Only who was killed, or may delete nothing any more, leaves something behind.
        let may = trial.code.is_none() || trial.call == "unlink";
        assert!(may || left.is_empty(), "{left:?}: {trial:#?}");
        bench.ok(&["backup", &bench.path().join("another").display().to_string()]);
    };
    go_through("backup", &Case { torn: false, args: &["backup", "copy"], stdin: b"", judge });
}

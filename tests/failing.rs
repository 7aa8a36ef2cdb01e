//! A command whose system calls fail: each by which something is kept, once or from then on, or as the last one before the
//! program is killed.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Output;

use kuraban::store::suffixed;

use crate::dice::{Dice, times};
use crate::support::{Bench, Photo};
use crate::told::sound;
use crate::traced::{calls, can_trace, strace};

/// How many faults each command is given, unless `KURABAN_FAULTS` says otherwise.
const USUAL: usize = 25;
/// The system calls by which something is kept.
const CALLS: &str = "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,ftruncate,openat,unlink,mkdir";
/// What becomes of one, in the words of strace: with a `+` from then on, and with a number after it each so many calls; eight
/// are those by which SQLite makes room for the index of a write-ahead log, which may well find it where others do not.
const KINDS: [Kind; 7] = [
    ("error=EIO", ""),
    ("error=ENOSPC", ""),
    ("signal=SIGKILL", ""),
    ("error=EIO", "+"),
    ("error=ENOSPC", "+"),
    ("error=EIO", "+9"),
    ("error=ENOSPC", "+9"),
];

/// A command that is given faults, and how it is judged.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    /// What the faults are told as.
    pub(crate) name: &'static str,
    /// Whether it begins where somebody was killed.
    pub(crate) torn: bool,
    pub(crate) args: &'static [&'static str],
    pub(crate) stdin: &'static [u8],
    pub(crate) judge: fn(&Bench, u64, &Trial),
}

/// One system call of a command.
#[derive(Debug, Clone)]
pub(crate) struct Occurrence {
    pub(crate) call: String,
    /// Which of that name it is in its thread.
    pub(crate) nth: usize,
    /// Its arguments, with the paths of open files.
    pub(crate) args: String,
}

/// What becomes of a system call: what strace does to it, and from when on again.
pub(crate) type Kind = (&'static str, &'static str);

/// One run with one fault.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) call: String,
    /// Whether nothing can be told any more.
    pub(crate) mute: bool,
    /// None where it was killed.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
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
        // What the call names and cannot be read or written is told as its fault.
        let words = ["list.csv cannot be read", "saved cannot be read", "document was not written"];
        let usage = code == 2 && (self.mute || words.iter().any(|words| self.err.contains(words)));
        assert!([0, 1, 3].contains(&code) || usage, "{self:#?}");
        // Where not even that can be written, the code says it all.
        if code != 0 && !self.mute {
            let told = self.err.lines().find_map(|line| line.strip_prefix("error: ")).unwrap_or_default();
            let bare = ["Input/output error", "No space left"].iter().any(|words| told.starts_with(words));
            let misled = self.err.contains("No space left") && self.err.contains("permissions");
            assert!(!misled, "{self:#?}");
            assert!(told.len() > 20 && told.ends_with('.') && !bare, "no sentence: {self:#?}");
        }
    }
}

/// What every trial of a case begins from.
struct Beginning {
    photo: Photo,
    /// The write-ahead log that somebody left who was killed.
    log: Option<Vec<u8>>,
    /// A copy from when it had one entry less.
    backup: Vec<u8>,
    /// Its entries, as they are printed.
    saved: String,
}

impl Beginning {
    /// A ledger at rest, or one that somebody left who was killed. The clock is that of the wall, which the real program
    /// goes by.
    fn new(torn: bool) -> Self {
        let bench = Bench::furnished_today();
        bench.ok(&["checkpoint", "--heads"]);
        bench.photo();
        let backup = std::fs::read(bench.ledger()).unwrap();
        bench.ok(&["sight", "--at", "V1", "K00005L9"]);
        let photo = bench.photo();
        let saved = bench.ok(&["log", "--raw"]).out;
        if !torn {
            return Self { photo, log: None, backup, saved };
        }
        let bench = photo.bench();
        let held = bench.session();
        bench.ok(&["sight", "--at", "V1", "K00003L9"]);
        let log = std::fs::read(suffixed(&bench.ledger(), "-wal")).unwrap();
        drop(held);
        Self { photo, log: Some(log), backup, saved }
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
        bench.file("monday.backup", &self.backup);
        bench.file("saved", self.saved.as_bytes());
        bench.file("list.csv", b"barcode\nN00001L9\nN00002L9\nN00003L9\n");
        bench
    }
}

/// Which call of each name that is, counted in its own thread, from the first that is about the ledger or a draft of it
/// on; what comes before is the loader's.
fn occurrences(case: &Case, begin: &Beginning) -> Vec<Occurrence> {
    let bench = begin.bench();
    let file = bench.path().join("trace").display().to_string();
    let options = ["-y", "-o", &file, "-e", &format!("trace={CALLS}")];
    let run = strace(&bench, &options, env!("CARGO_BIN_EXE_kuraban"), case.args, case.stdin);
    assert!(run.status.success(), "{run:?}");
    let mut counts = BTreeMap::new();
    let (mut about, mut all, mut loading) = (false, BTreeMap::new(), BTreeMap::new());
    for call in calls(&std::fs::read_to_string(file).unwrap()) {
        let nth: &mut usize = counts.entry((call.thread, call.name.clone())).or_default();
        *nth += 1;
        about |= ["ledger.kuraban", "/.kuraban-"].iter().any(|name| call.args.contains(name));
        if about {
            all.insert((call.name, *nth), call.args);
        } else {
            loading.insert(call.name, *nth);
        }
    }
    // Each thread counts for itself: what has the number of one of the loader's would fail there first.
    all.retain(|(name, nth), _| loading.get(name).is_none_or(|last| nth > last));
    all.into_iter().map(|((call, nth), args)| Occurrence { call, nth, args }).collect()
}

/// Gives a command its faults: all of them, or some by chance, and as many of each kind.
pub(crate) fn go_through(case: &Case) {
    let tally = give(case, |occurrences| {
        let mut dice = Dice::of(case.name, 0);
        let mut left = KINDS.map(|_| occurrences.to_vec());
        let count = times("KURABAN_FAULTS", USUAL).min(occurrences.len() * KINDS.len());
        let one = |at: usize| {
            let left = &mut left[at % KINDS.len()];
            (left.swap_remove(dice.roll(left.len())), KINDS[at % KINDS.len()])
        };
        (0..count).map(one).collect()
    });
    if let Some([killed, failed, done]) = tally {
        let all = killed + failed + done;
        assert!(killed * 20 >= all && failed * 20 >= all, "too few of {all} came to anything");
    }
}

/// Gives a command the faults that are chosen of all its calls; gives in how many it was killed, failed, and was done all
/// the same. None where nothing can be traced.
pub(crate) fn give(
    case: &Case,
    choose: impl FnOnce(&[Occurrence]) -> Vec<(Occurrence, Kind)>,
) -> Option<[usize; 3]> {
    if !can_trace() {
        return None;
    }
    let begin = Beginning::new(case.torn);
    let before = sound(&begin.bench());
    let occurrences = occurrences(case, &begin);
    let chosen = choose(&occurrences);
    let mut tally = [0; 3];
    for (one, kind) in &chosen {
        let bench = begin.bench();
        let inject = format!("inject={}:{}:when={}{}", one.call, kind.0, one.nth, kind.1);
        eprintln!("{inject}");
        let options = ["-o", "/dev/null", "-e", &format!("trace={CALLS}"), "-e", &inject];
        let run = strace(&bench, &options, env!("CARGO_BIN_EXE_kuraban"), case.args, case.stdin);
        let mute = one.call == "write" && (one.args.starts_with("2<") || kind.1.starts_with('+'));
        let trial = Trial::new(&one.call, mute, run);
        tally[trial.code.map_or(0, |code| if code == 0 { 2 } else { 1 })] += 1;
        trial.is_told();
        (case.judge)(&bench, before, &trial);
    }
    let (name, count) = (case.name, occurrences.len());
    let [killed, failed, done] = tally;
    eprintln!(
        "{name}: {} faults at {count} calls: {killed} killed, {failed} failed, {done} done all the same",
        chosen.len()
    );
    Some(tally)
}

//! Recording: one scan against one bare durable write, and the import of a list against SQLite's own import of the rows
//! that come of it.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use kuraban::app::{Beside, Outcome, Scan, Session, Surroundings, Verb};
use kuraban::domain::event::How;
use kuraban::domain::names::PlaceCode;

use crate::large::{self, SHELVES, barcode, person, still};
use crate::tools::{Copy, kuraban, memory, program, sqlite_script};
use crate::{Bound, Figure, Measure, percentile, size, time};

/// Scans that are measured, and runs of the import.
const TIMES: (usize, usize) = (2_000, 3);
/// Bytes of the file into which the reference writes, one page at a time.
const FILE: u64 = 64 << 20;
/// What takes one scan to a medium that is far away; prime.
const STRIDE: usize = 5_915_587;

/// A file that is there already, and written page by page.
struct Bare {
    file: File,
    at: u64,
}

impl Bare {
    fn new(path: &Path) -> Self {
        std::fs::write(path, vec![1; usize::try_from(FILE).unwrap()]).unwrap();
        let file = OpenOptions::new().write(true).open(path).unwrap();
        file.sync_all().unwrap();
        Self { file, at: 0 }
    }

    fn write(&mut self) {
        self.file.write_all_at(&[2; 4096], self.at).unwrap();
        self.file.sync_data().unwrap();
        self.at = (self.at + 4096) % FILE;
    }
}

/// Scans one after the other, each beside a bare write.
pub(crate) fn scans(media: usize, times: usize) -> (Vec<Duration>, Vec<Duration>) {
    let copy = Copy::of(&large::ledger(media));
    let clock = Arc::new(AtomicI64::new(0));
    let marks = copy.dir().join("marks");
    let outside =
        Surroundings { beside: Beside { marks: Some(marks), ..Beside::default() }, ..still(&clock) };
    let session = Session::open(copy.path(), Duration::from_secs(5), outside).unwrap();
    // It goes on at the moment at which the ledger ends.
    clock.store(session.tally().unwrap().last.unwrap().millis(), Ordering::Relaxed);
    let who = person(&session, "B-3");
    let mut bare = Bare::new(&copy.dir().join("bare"));
    let mut both = (Vec::new(), Vec::new());
    for n in (0..times).map(|n| n * STRIDE % media) {
        let verb = Verb::Sight(PlaceCode::new(&format!("V1-{:02}", n % SHELVES)).unwrap());
        let text = barcode(n);
        let scan = Scan { text: &text, how: How::Scanned, occurred: None };
        both.0.push(time(|| assert!(matches!(session.scan(&who, &verb, &scan), Ok(Outcome::Done { .. })))));
        both.1.push(time(|| bare.write()));
    }
    both
}

/// The list that is imported, and the rows that come of it for the reference.
struct Lists {
    list: PathBuf,
    rows: PathBuf,
}

fn found(dir: &Path, name: &str) -> PathBuf {
    let ledger = dir.join(name);
    kuraban(&ledger, &["init", "--site", "TOKYO", "--admin", "B-1", "--name", "Sato"]);
    kuraban(&ledger, &["place", "add", "V1", "--kind", "vault"]);
    ledger
}

/// A list of so many media.
fn list(dir: &Path, media: usize) -> PathBuf {
    let mut text = "barcode,place\n".to_owned();
    (0..media).for_each(|n| writeln!(text, "{},V1", barcode(n)).unwrap());
    let list = dir.join("list.csv");
    std::fs::write(&list, text).unwrap();
    list
}

fn lists(dir: &Path, media: usize) -> Lists {
    let lists = Lists { list: list(dir, media), rows: dir.join("rows.csv") };
    let ledger = found(dir, "first.kuraban");
    kuraban(&ledger, &["media", "import", &lists.list.display().to_string()]);
    let rows = File::create(&lists.rows).unwrap();
    let done = Command::new("sqlite3")
        .arg("-csv")
        .arg(&ledger)
        .arg("SELECT seq, body, hex(hash) FROM entry WHERE kind = 'register'")
        .stdout(Stdio::from(rows))
        .status();
    assert!(done.unwrap().success());
    lists
}

/// An import is of one delivery, into a ledger that has none yet.
fn imports(media: usize) -> (Duration, Duration) {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let lists = lists(dir.path(), media);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for n in 0..TIMES.1 {
        let ledger = found(dir.path(), &format!("{n}.kuraban"));
        ours.push(time(|| kuraban(&ledger, &["media", "import", &lists.list.display().to_string()])));
        let bare = dir.path().join(format!("{n}.sqlite"));
        let script = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE event (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL);\n";
        let script = format!("{script}.import --csv {} event\n", lists.rows.display());
        theirs.push(time(|| sqlite_script(&bare, &script)));
    }
    (percentile(ours, 50), percentile(theirs, 50))
}

pub(crate) fn measure() -> Vec<Measure> {
    let (ours, theirs) = scans(size(), TIMES.0);
    let share = |share, must, aim| Measure {
        name: format!("record one scan durably, p{share}"),
        ours: Figure::Time(percentile(ours.clone(), share)),
        reference: Some(("bare 4 KiB pwrite and fdatasync", percentile(theirs.clone(), share))),
        must: Bound::AtMost(must),
        aim: Bound::AtMost(aim),
    };
    vec![share(50, 2.5, 1.8), share(99, 3.0, 2.0)]
}

pub(crate) fn import() -> Vec<Measure> {
    let media = 100_000.min(size());
    let (ours, theirs) = imports(media);
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (ledger, list) = (found(dir.path(), "most.kuraban"), list(dir.path(), size()));
    let most = memory(program(&ledger).args(["media", "import"]).arg(list));
    vec![
        Measure {
            name: format!("media import of {media}, rows/s"),
            ours: Figure::Time(ours),
            reference: Some(("sqlite3 .import of its event rows", theirs)),
            must: Bound::AtLeast(0.5),
            aim: Bound::AtLeast(0.8),
        },
        Measure {
            name: format!("media import of {}, most memory", size()),
            ours: Figure::Memory(most),
            reference: None,
            must: Bound::None,
            aim: Bound::None,
        },
    ]
}

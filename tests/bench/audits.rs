//! A stocktake of a big archive from scanners' memories, against SQLite's own shell on the same two files.
//!
//! Two counters read every label, each into a file, in an order of their own: a file proves that a medium is there
//! only where a second counter's file agrees. A few media are in no file, a few in one, and a few labels are of
//! media that the ledger does not know; both sides have to name them all.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use kuraban::app::{Claim, Cost, Counted, Pin, Scan, Session, Surroundings, Who};
use kuraban::cli::{self, Env};
use kuraban::domain::event::How;
use kuraban::domain::names::{AuditId, Badge, PlaceCode, Station};
use kuraban::domain::time::Timestamp;

use crate::{Bound, Figure, Measure, kept, percentile, time};

/// The first word of a call of this program that only takes the stocktake.
pub(crate) const CHILD: &str = "--audit";
/// How often both sides are measured, and how often what takes little time is.
const TIMES: (usize, usize) = (3, 200);
/// Media that nobody reads, media that only the first counter reads, and labels of media that are unknown.
const ODD: (usize, usize, usize) = (5, 3, 5);
/// Shelves of the vault.
const SHELVES: usize = 100;
/// What takes a reader from one label to another one that is far away; a prime above every number of media.
const STRIDES: [usize; 3] = [7_368_787, 5_915_587, 9_999_991];

fn media() -> usize {
    crate::size()
}

fn barcode(n: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(n / 100_000).unwrap());
    assert!(letter < 'Z', "as many media as there are labels of this form");
    format!("{letter}{:05}L9", n % 100_000)
}

fn unknown(n: usize) -> String {
    format!("Z{n:05}L9")
}

/// The media that nobody reads, and those that only the first counter reads.
fn odd(media: usize) -> (Vec<usize>, Vec<usize>) {
    let at = |n: usize| n * media / (ODD.0 + ODD.1) + media / 40;
    ((0..ODD.0).map(at).collect(), (ODD.0..ODD.0 + ODD.1).map(at).collect())
}

fn outside() -> Surroundings {
    Surroundings {
        now: Arc::new(|| Timestamp::from_millis(1_795_000_000_000)),
        random: Arc::new(|buffer| getrandom::fill(buffer).is_ok()),
        // As cheap as it can be: what a PIN costs is not what is measured.
        cost: Cost { memory: 8, passes: 1 },
        beside: kuraban::app::Beside::default(),
    }
}

/// Runs one command line in this process and gives what it printed.
fn kuraban(ledger: &Path, by: &str, args: &[&str]) -> (u8, String) {
    let vars = [("KURABAN_LEDGER", ledger.as_os_str()), ("KURABAN_BADGE", by.as_ref())];
    let pins = ["KURABAN_PIN", "KURABAN_WITH_PIN", "KURABAN_NEW_PIN"].map(|name| (name, "1234".as_ref()));
    let mut out = Vec::new();
    let env = Env {
        vars: vars.into_iter().chain(pins).map(|(name, value)| (name.to_owned(), value.into())).collect(),
        outside: outside(),
        zone: Rc::new(|_| 0),
        stdin: Box::new(std::io::empty()),
        stdout: Box::new(&mut out),
        stderr: Box::new(std::io::sink()),
        stdout_is_terminal: false,
        stderr_is_terminal: false,
        width: None,
        hostname: Some("bench".to_owned()),
        ask: None,
        screens: None,
    };
    let words = std::iter::once("kuraban").chain(args.iter().copied()).map(OsString::from);
    let code = cli::run(words, env).0;
    (code, String::from_utf8(out).unwrap())
}

fn done(ledger: &Path, by: &str, args: &[&str]) -> String {
    let (code, out) = kuraban(ledger, by, args);
    assert_eq!(code, 0, "{args:?}");
    out
}

/// What is measured with: the ledger, the two files, and SQLite's table of what is expected.
struct Archive {
    ledger: PathBuf,
    files: [PathBuf; 2],
    expected: PathBuf,
}

/// Made once and kept under the build directory.
fn archive(media: usize) -> Archive {
    let dir = kept(&format!("audits-{media}"));
    let archive = |dir: &Path| Archive {
        ledger: dir.join("archive.kuraban"),
        files: [dir.join("B-2.txt"), dir.join("B-3.txt")],
        expected: dir.join("expected.sqlite"),
    };
    if !dir.exists() {
        let making = dir.with_extension("making");
        let _ = std::fs::remove_dir_all(&making);
        std::fs::create_dir(&making).unwrap();
        make(&archive(&making), media);
        std::fs::rename(&making, &dir).unwrap();
    }
    archive(&dir)
}

fn make(archive: &Archive, media: usize) {
    let Archive { ledger, files, expected } = archive;
    let run = |args: &[&str]| done(ledger, "B-1", args);
    run(&["init", "--site", "TOKYO", "--admin", "B-1", "--name", "Sato"]);
    for (badge, role) in [("B-2", "operator"), ("B-3", "operator"), ("A-1", "approver"), ("X-1", "auditor")] {
        run(&["person", "add", badge, "Someone", "--role", role]);
    }
    run(&["place", "add", "V1", "--kind", "vault"]);
    for shelf in 0..SHELVES {
        run(&["place", "add", &format!("V1-{shelf:02}"), "--kind", "shelf", "--in", "V1"]);
    }
    let list = ledger.with_extension("csv");
    // Registered in an order that is not the one of their barcodes, as archives grow.
    let rows =
        (0..media).map(|n| format!("{},V1-{:02}\n", barcode(n * STRIDES[2] % media), n * SHELVES / media));
    std::fs::write(&list, std::iter::once("barcode,place\n".to_owned()).chain(rows).collect::<String>())
        .unwrap();
    run(&["media", "import", &list.display().to_string()]);
    let (nobody, one) = odd(media);
    for (index, (file, stride)) in files.iter().zip(STRIDES).enumerate() {
        let mut out = BufWriter::new(std::fs::File::create(file).unwrap());
        let read = (0..media).map(|n| n * stride % media);
        for n in read.filter(|n| !nobody.contains(n) && (index == 0 || !one.contains(n))) {
            writeln!(out, "{}", barcode(n)).unwrap();
        }
        (0..ODD.2).for_each(|n| writeln!(out, "{}", unknown(n)).unwrap());
        out.flush().unwrap();
    }
    let labels = ledger.with_extension("labels");
    std::fs::write(&labels, (0..media).map(|n| barcode(n) + "\n").collect::<String>()).unwrap();
    sqlite(
        expected,
        &format!(
            "CREATE TABLE expected (label TEXT PRIMARY KEY) WITHOUT ROWID;\n.import {} expected\n",
            labels.display()
        ),
    );
    for file in [list, labels] {
        std::fs::remove_file(file).unwrap();
    }
}

fn sqlite(database: &Path, script: &str) -> String {
    let mut child = Command::new("sqlite3")
        .arg("-bail")
        .arg(database)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// Takes the copy of a file away, and what stands beside it.
fn discard(of: &Path) -> PathBuf {
    let copy = of.with_extension("copy");
    for suffix in ["", "-wal", "-shm", "-journal", ".key"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", copy.display()));
    }
    copy
}

/// A fresh copy to be written to.
fn copy(of: &Path) -> PathBuf {
    let copy = discard(of);
    std::fs::copy(of, &copy).unwrap();
    // A ledger has its key beside it; SQLite's table has none.
    let _ = std::fs::copy(format!("{}.key", of.display()), format!("{}.key", copy.display()));
    // What the copy leaves to be written to the disk must not be paid by what is measured.
    std::fs::File::open(&copy).unwrap().sync_all().unwrap();
    copy
}

/// Takes the whole stocktake in this process and prints the most memory that it had, and what was left unresolved.
pub(crate) fn child(words: &[String]) {
    let [ledger, files @ ..] = words else { panic!("{words:?}") };
    let ledger = Path::new(ledger);
    let mut took = Vec::new();
    let opened = done(ledger, "X-1", &["audit", "open", "--json"]);
    let opened: serde_json::Value = serde_json::from_str(&opened).unwrap();
    let number = opened["number"].to_string();
    for (file, by) in files.iter().zip(["B-2", "B-3"]) {
        took.push(time(|| {
            let (code, _) = kuraban(ledger, by, &["audit", "scan", &number, "--at", "V1", "--file", file]);
            assert_eq!(code, 1, "there are labels that name no medium");
        }));
    }
    let mut page = String::new();
    took.push(time(|| {
        let (code, out) = kuraban(ledger, "X-1", &["audit", "close", "--json", "--with", "A-1", &number]);
        assert_eq!(code, 1, "it is refused");
        page = out;
    }));
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let took: Vec<u128> = took.iter().map(Duration::as_millis).collect();
    println!("{}", most.trim().trim_end_matches(" kB"));
    println!("{took:?}");
    println!("{page}");
}

/// Takes the stocktake in a process of its own; gives its time, its most memory, and what it named.
fn ours(archive: &Archive) -> (Duration, u64, String, [BTreeSet<String>; 2]) {
    let ledger = copy(&archive.ledger);
    let mut output = None;
    let taken = time(|| {
        let program = std::env::current_exe().unwrap();
        let child = Command::new(program).arg(CHILD).arg(&ledger).args(&archive.files).output().unwrap();
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
        output = Some(String::from_utf8(child.stdout).unwrap());
    });
    let output = output.unwrap();
    let mut lines = output.splitn(3, '\n');
    let most = lines.next().unwrap().trim().parse().unwrap();
    let steps = lines.next().unwrap().to_owned();
    let page: serde_json::Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    assert_eq!(page["state"], "refused");
    let names = |key: &str| -> Vec<String> {
        page[key].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    let missing = names("missing").into_iter().chain(names("unproven")).collect();
    (taken, most, steps, [missing, names("unexpected").into_iter().collect()])
}

/// The same two files against the table of what is expected: what both counters read is counted.
fn reference(archive: &Archive) -> (Duration, [BTreeSet<String>; 2]) {
    let database = copy(&archive.expected);
    let [one, other] = archive.files.each_ref().map(|file| file.display().to_string());
    // With its labels as the key a table is larger to fill, but neither difference has to sort it: the faster way.
    let script = format!(
        "CREATE TABLE one (label TEXT PRIMARY KEY) WITHOUT ROWID;\n\
         CREATE TABLE other (label TEXT PRIMARY KEY) WITHOUT ROWID;\n\
         .import {one} one\n.import {other} other\n\
         CREATE VIEW counted AS SELECT label FROM one INTERSECT SELECT label FROM other;\n\
         SELECT label FROM expected EXCEPT SELECT label FROM counted;\n.print\n\
         SELECT label FROM counted EXCEPT SELECT label FROM expected;\n"
    );
    let mut out = String::new();
    let taken = time(|| out = sqlite(&database, &script));
    let (missing, unknown) = out.split_once("\n\n").unwrap();
    (taken, [missing, unknown].map(|part| part.lines().map(str::to_owned).collect()))
}

/// How long one durable scan takes, and one look at how far the count has come, with a million readings there.
fn meanwhile(archive: &Archive, media: usize) -> (Vec<Duration>, Vec<Duration>) {
    let ledger = copy(&archive.ledger);
    let opened: serde_json::Value =
        serde_json::from_str(&done(&ledger, "X-1", &["audit", "open", "--json"])).unwrap();
    let audit = AuditId(opened["number"].as_u64().unwrap());
    let file = archive.files[0].display().to_string();
    kuraban(&ledger, "B-2", &["audit", "scan", &audit.to_string(), "--at", "V1", "--file", &file]);
    let session = Session::open(&ledger, Duration::from_secs(5), outside()).unwrap();
    let (badge, station) = (Badge::new("B-3").unwrap(), Station::new("bench").unwrap());
    let who: Who =
        session.who(Claim { badge: &badge, pin: Pin::new("1234").as_ref() }, None, station).unwrap();
    let place = PlaceCode::new("V1").unwrap();
    let scan = |n: usize| {
        let text = barcode(n * STRIDES[0] % media);
        let scan = Scan { text: &text, how: How::Scanned, occurred: None };
        time(|| assert!(matches!(session.count(&who, audit, &place, &scan), Ok(Counted::Done { .. }))))
    };
    let scans = (1..=TIMES.1).map(scan).collect();
    let look = |_| time(|| assert_eq!(session.counting(audit).unwrap().counters.len(), 2));
    (scans, (0..9).map(look).collect())
}

pub(crate) fn measure() -> Vec<Measure> {
    let media = media();
    let archive = archive(media);
    let (mut took, mut theirs, mut most) = (Vec::new(), Vec::new(), 0);
    for _ in 0..TIMES.0 {
        let (taken, memory, steps, named) = ours(&archive);
        took.push(taken);
        most = most.max(memory);
        println!("  the first file, the second, the closing: {steps} ms of {} ms", taken.as_millis());
        let (taken, wanted) = reference(&archive);
        theirs.push(taken);
        assert_eq!(named, wanted, "both name the same media");
        assert_eq!(named.each_ref().map(BTreeSet::len), [ODD.0 + ODD.1, ODD.2]);
    }
    let (scans, looks) = meanwhile(&archive, media);
    for of in [&archive.ledger, &archive.expected] {
        discard(of);
    }
    let measure = |what: &str, ours, reference, must| {
        let name = format!("{what} ({} k media)", media / 1000);
        Measure { name, ours, reference, must, aim: Bound::None }
    };
    let theirs = Some(("sqlite3, .import and two set differences", percentile(theirs, 50)));
    vec![
        measure(
            "audit: 2 files read in, closed",
            Figure::Time(percentile(took, 50)),
            theirs,
            Bound::AtMost(3.0),
        ),
        measure("audit: most memory of all of it", Figure::Memory(most), None, Bound::Units(512.0)),
        measure("one scan in an audit, p50", Figure::Time(percentile(scans, 50)), None, Bound::None),
        measure("audit status, p50", Figure::Time(percentile(looks, 50)), None, Bound::Units(300.0)),
    ]
}

//! What can be counted and does not depend on how busy the machine is: system calls, pages and allocations. These are
//! held to bounds, and one size against another: the cost of a scan must not grow with the ledger.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use kuraban::app::{Outcome, Scan, Session, Verb};
use kuraban::domain::event::How;
use kuraban::domain::names::PlaceCode;
use rusqlite::{Connection, OpenFlags};

use crate::large::{self, SHELVES, barcode, person, still};
use crate::tools::{Copy, kuraban, program};
use crate::{Bound, Figure, Measure};

/// Media of the two ledgers.
const SIZES: [usize; 2] = [1_000, 10_000];
/// Scans that are counted.
const SCANS: usize = 200;

/// The calls of a command to these, each a line, on the ledger's own files.
fn calls(command: &Command, which: &str, dir: &Path, stdin: Stdio) -> Vec<String> {
    let trace = dir.join("trace");
    let mut traced = Command::new("strace");
    traced.args(["-f", "-y", "-e", &format!("trace={which}"), "-o"]).arg(&trace);
    traced.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            traced.env(name, value);
        }
    }
    let status = traced.stdin(stdin).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(matches!(status.code(), Some(0 | 1)), "{command:?}: {status}");
    let text = std::fs::read_to_string(trace).unwrap();
    text.lines().filter(|line| line.contains("archive.kuraban")).map(str::to_owned).collect()
}

fn entries(ledger: &Path) -> usize {
    let plain = Connection::open_with_flags(ledger, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let size: i64 = plain.query_row("SELECT size FROM head", [], |row| row.get(0)).unwrap();
    usize::try_from(size).unwrap()
}

/// How often a scan from standard input syncs, and how often it writes, both times [`SCANS`].
fn synced_and_written(media: usize) -> (usize, usize) {
    let copy = Copy::of(&large::ledger(media));
    let labels = copy.dir().join("labels");
    // All of one shelf, so that none is in dispute afterwards.
    let text: String =
        (0..SCANS).map(|n| barcode(n * SHELVES % media + n * SHELVES / media) + "\n").collect();
    std::fs::write(&labels, text).unwrap();
    // The ledger ended some time ago.
    kuraban(copy.path(), &["clock", "confirm", "--with", "A-1"]);
    let before = entries(copy.path());
    let mut command = program(copy.path());
    command.env("KURABAN_BADGE", "B-3").args(["sight", "--at", "V1", "-"]);
    let stdin = Stdio::from(std::fs::File::open(&labels).unwrap());
    let calls = calls(&command, "fsync,fdatasync,pwrite64", copy.dir(), stdin);
    assert!(entries(copy.path()) >= before + SCANS, "every label is on record");
    let synced = calls.iter().filter(|line| line.contains("sync(")).count();
    (synced, calls.len() - synced)
}

/// The pages of the log that `flags` reads.
fn pages_of_the_log(media: usize) -> usize {
    let copy = Copy::of(&large::ledger(media));
    let mut command = program(copy.path());
    command.args(["flags", "--min", "notice"]);
    let calls = calls(&command, "pread64", copy.dir(), Stdio::null());
    let offset = |line: &String| -> Option<u64> {
        let (_, end) = line.rsplit_once(") = ").and_then(|(call, _)| call.rsplit_once(", "))?;
        end.parse().ok()
    };
    let read: BTreeSet<u64> = calls.iter().filter_map(offset).map(|at| at / 4096 + 1).collect();
    assert!(read.contains(&1), "the trace shows what was read: {calls:?}");
    let plain = Connection::open_with_flags(copy.path(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let sql = "SELECT pageno FROM dbstat WHERE name IN ('event', 'event_of_medium')";
    let mut statement = plain.prepare(sql).unwrap();
    let log = statement.query_map([], |row| row.get::<_, i64>(0)).unwrap();
    log.filter(|page| read.contains(&page.as_ref().unwrap().cast_unsigned())).count()
}

/// Allocations of a scan, on the average.
fn allocations(media: usize) -> u64 {
    let copy = Copy::of(&large::ledger(media));
    let clock = Arc::new(AtomicI64::new(0));
    let session = Session::open(copy.path(), Duration::from_secs(5), still(&clock)).unwrap();
    clock.store(session.tally().unwrap().last.unwrap().millis(), Ordering::Relaxed);
    let who = person(&session, "B-3");
    let verb = Verb::Sight(PlaceCode::new("V1").unwrap());
    let scan = |n: usize| {
        let text = barcode(n * 7 % media);
        let scan = Scan { text: &text, how: How::Scanned, occurred: None };
        assert!(matches!(session.scan(&who, &verb, &scan), Ok(Outcome::Done { .. })));
    };
    // The first ones prepare statements and take the checkpoint that is due.
    (0..20).for_each(scan);
    let info = allocation_counter::measure(|| (20..20 + SCANS).for_each(scan));
    info.count_total / SCANS as u64
}

fn counted(name: &str, count: u64, most: u64) -> Measure {
    assert!(count <= most, "{name}: {count}, where {most} are enough");
    Measure {
        name: name.to_owned(),
        ours: Figure::Count(count),
        reference: None,
        must: Bound::Units(f64::from(u32::try_from(most).unwrap())),
        aim: Bound::None,
    }
}

pub(crate) fn measure() -> Vec<Measure> {
    let mut all = Vec::new();
    if Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_ok() {
        let [small, large] = SIZES.map(synced_and_written);
        let scans = SCANS as u64;
        // Each commit syncs once; the rest is the beginning and the end of the write-ahead log.
        all.push(counted("syncs of 200 scans", large.0 as u64, scans + scans / 20));
        all.push(counted("writes of 200 scans", large.1 as u64, scans * 16));
        let more = (large.1 * 100 / small.1) as u64;
        all.push(counted("writes against a tenth of the ledger, in hundredths", more, 150));
        let [small, large] = SIZES.map(pages_of_the_log);
        assert_eq!((small, large), (0, 0), "the flags are read from what the log comes to");
        all.push(counted("pages of the log that flags reads", large as u64, 0));
    } else {
        assert!(std::env::var("CI").is_err(), "strace is needed");
        eprintln!("strace is not here: system calls are not counted");
    }
    let [small, large] = SIZES.map(allocations);
    all.push(counted("allocations of a scan", large, 100));
    all.push(counted("allocations against a tenth of the ledger, in hundredths", large * 100 / small, 120));
    all
}

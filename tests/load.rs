//! Sixteen processes at one ledger, each at work of its own: what each was told is in the log once, nothing else is, the
//! whole of it holds, and nobody waits for ever.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::dice::{Dice, times};
use crate::load_work::{Desk, Told, audits, exports, guards, imports, orders, scans, watches};
use crate::support::Bench;
use crate::told::sound;

/// How many processes scan.
const STATIONS: usize = 8;
/// How many ask for orders.
const ORDERS: usize = 2;

/// How long it goes on.
#[derive(Debug, Clone, Copy)]
enum Until {
    /// So many turns of each.
    Turns(usize),
    /// Whoever is done after this has no further turn.
    Moment(Instant),
}

impl Until {
    /// `KURABAN_LOAD_SECONDS`, else one turn of each.
    fn asked() -> Self {
        match times("KURABAN_LOAD_SECONDS", 0) {
            0 => Self::Turns(1),
            seconds => Self::Moment(Instant::now() + Duration::from_secs(seconds as u64)),
        }
    }

    fn is_over(self, turns: usize) -> bool {
        match self {
            Self::Turns(all) => turns >= all,
            Self::Moment(end) => Instant::now() >= end,
        }
    }
}

/// What somebody does in one turn, as the so manieth of their kind.
type Work = fn(&Desk, usize, &mut Dice, &mut Told);

/// All works, and how many do each: 16 processes at any time, for a stocktake has two counters at once.
const WORKS: [(Work, usize); 7] =
    [(scans, STATIONS), (orders, ORDERS), (audits, 1), (exports, 1), (watches, 1), (guards, 1), (imports, 1)];

/// A ledger whose checkpoints come often, whose notes go outside, and whose stations remember what they have seen.
fn ledger() -> Bench {
    let bench = Bench::furnished_today();
    for (name, directory) in [("KURABAN_MARKS", "marks"), ("KURABAN_NOTES", "notes")] {
        let path = bench.path().join(directory);
        std::fs::create_dir(&path).unwrap();
        bench.vars.borrow_mut().insert(name.to_owned(), path.display().to_string());
    }
    bench.ok(&["policy", "set", "checkpoint_every", "50"]);
    for (badge, role) in [("A-2", "approver"), ("X-2", "auditor")] {
        bench.ok(&["person", "add", badge, "Someone", "--role", role]);
    }
    bench
}

/// Registers the media that are worked with.
fn stock(bench: &Bench) {
    for (place, labels) in crate::load_work::stock(STATIONS, ORDERS) {
        let lines: String = labels.iter().map(|label| format!("{label}\n")).collect();
        bench.run_with(&["media", "add", "--at", place, "-"], lines.as_bytes()).code(0);
    }
}

/// Lets all work at once until it is over; gives what each was told.
fn worked(desk: &Desk, until: Until) -> Vec<Told> {
    let all = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        let everybody = WORKS.iter().flat_map(|(work, count)| (0..*count).map(move |number| (work, number)));
        for (at, (work, number)) in everybody.enumerate() {
            let all = &all;
            scope.spawn(move || {
                let (mut told, mut dice, mut turns) = (Told::default(), Dice::of("load", at), 0);
                while !until.is_over(turns) {
                    work(desk, number, &mut dice, &mut told);
                    turns += 1;
                }
                all.lock().unwrap().push(told);
            });
        }
    });
    all.into_inner().unwrap()
}

/// What an entry of the log is about, as whoever made it was told.
fn subject(kind: &str, entry: &serde_json::Value) -> String {
    match kind {
        "order_requested" | "audit_opened" => entry["seq"].to_string(),
        _ => entry["data"]["barcode"].as_str().unwrap_or_default().to_owned(),
    }
}

/// Holds the log, from after so many entries on, against what everybody was told.
fn same(bench: &Bench, after: u64, all: &[Told]) -> usize {
    let (mut numbered, mut counted) = (BTreeMap::new(), BTreeMap::new());
    for told in all {
        for (seq, what) in &told.numbered {
            let before = numbered.insert(*seq, what.clone());
            assert_eq!(before, None, "entry {seq} was told to two: {what:?}");
        }
        for what in &told.counted {
            *counted.entry(what.clone()).or_insert(0) += 1;
        }
    }
    let bodies = crate::forgery::bodies(&bench.raw());
    let mut found = 0;
    for (body, seq) in bodies.iter().zip(1_u64..).skip(usize::try_from(after).unwrap()) {
        let entry: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(entry["seq"], seq);
        let kind = entry["kind"].as_str().unwrap();
        // These two nobody asks for, or they are told by their notes.
        if ["checkpoint", "clock_held"].contains(&kind) {
            continue;
        }
        found += 1;
        let what = (kind.to_owned(), subject(kind, &entry));
        if let Some(told) = numbered.remove(&seq) {
            assert_eq!(told, what, "{body}");
            continue;
        }
        let left = counted.get_mut(&what).unwrap_or_else(|| panic!("nobody was told of it: {body}"));
        *left -= 1;
        if *left == 0 {
            counted.remove(&what);
        }
    }
    assert!(numbered.is_empty() && counted.is_empty(), "told and not there: {numbered:?} {counted:?}");
    found
}

/// Says how long scans took from when they were sent until they were told.
fn say(all: &[Told], found: usize, wal: u64) {
    let mut waits: Vec<Duration> = all.iter().flat_map(|told| told.waits.iter().copied()).collect();
    waits.sort_unstable();
    let part = |of: usize| waits[(waits.len() - 1) * of / 1000].as_millis();
    let sum = |count: fn(&Told) -> usize| all.iter().map(count).sum::<usize>();
    eprintln!(
        "{} processes, {found} entries, {} refused; {} scans: half told within {} ms, 99 % within {} ms, 99.9 % within \
         {} ms, all within {} ms; the write-ahead log had {} KiB at most",
        sum(|told| told.processes),
        sum(|told| told.refused),
        waits.len(),
        part(500),
        part(990),
        part(999),
        part(1000),
        wal / 1024,
    );
}

#[test]
fn sixteen_processes_at_once_lose_nothing_record_nothing_twice_and_nobody_is_left_waiting() {
    let bench = ledger();
    stock(&bench);
    let before = sound(&bench);
    let desk = Desk::at(&bench);
    let all = worked(&desk, Until::asked());
    let size = sound(&bench);
    let found = same(&bench, before, &all);
    say(&all, found, desk.largest());
    // Every note that was taken meanwhile vouches for what there is now.
    let notes = desk.notes();
    assert!(!notes.is_empty());
    let notes: Vec<&str> = notes.iter().map(String::as_str).collect();
    let verdict = bench.verified(&notes).code(0).json();
    assert_eq!((&verdict["verdict"], &verdict["size"]), (&"anchored".into(), &size.into()), "{verdict}");
    assert!(found > 300, "{found} entries: too few to say anything");
    assert!(all.iter().any(|told| told.refused > 0), "nobody was in anybody's way");
}

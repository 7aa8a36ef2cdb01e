//! Speed, measured side by side with what a bare tool needs for the same on the same machine: `cargo bench`.
//!
//! Prints one line for each measure as a table, and then all of them as JSON with a description of the machine, which is
//! also left in `target/tmp/bench.json`. No time is asserted: only that both came to the same result, and in `smoke` what
//! can be counted.
//! `cargo bench -- verify export` measures these parts alone; `small` among the words takes the small ledger.
#![allow(
    clippy::unwrap_used,
    clippy::format_collect,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement that cannot be taken ends, and what it prints is its purpose"
)]

mod audits;
mod export;
mod growth;
mod large;
mod machine;
mod queries;
mod record;
mod screens;
mod smoke;
mod tools;
mod verify;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Media of the small and of the large ledger; there are ten times as many events.
const SIZES: (usize, usize) = (10_000, 1_000_000);

static SIZE: AtomicUsize = AtomicUsize::new(SIZES.1);

/// Media of the ledger that is measured.
pub(crate) fn size() -> usize {
    SIZE.load(Ordering::Relaxed)
}

/// What was measured.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Figure {
    /// How long it took.
    Time(Duration),
    /// How much memory it took at the most, in KiB.
    Memory(u64),
    /// How many there were.
    Count(u64),
}

impl Figure {
    /// The unit, short and as a word, and how many of them.
    fn told(self) -> (&'static str, &'static str, f64) {
        match self {
            Self::Time(time) => ("ms", "milliseconds", time.as_secs_f64() * 1000.0),
            Self::Count(count) => ("", "count", f64::from(u32::try_from(count).unwrap())),
            Self::Memory(kib) => ("MiB", "mebibytes", f64::from(u32::try_from(kib).unwrap()) / 1024.0),
        }
    }
}

/// What a measure is held against.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    /// So many times as long as the reference, at the most.
    AtMost(f64),
    /// So many times as fast as the reference, at the least.
    AtLeast(f64),
    /// So many milliseconds or MiB at the most.
    Units(f64),
    /// Nothing.
    None,
}

impl Bound {
    /// As it is shown, and whether the measure is within it.
    fn told(self, ours: f64, reference: Option<f64>) -> (String, Option<bool>) {
        let ratio = reference.map(|reference| ours / reference);
        match self {
            Self::AtMost(most) => (format!("≤ {most}×"), ratio.map(|ratio| ratio <= most)),
            Self::AtLeast(least) => (format!("≥ {least}×"), ratio.map(|ratio| 1.0 / ratio >= least)),
            Self::Units(most) => (format!("≤ {most}"), Some(ours <= most)),
            Self::None => ("–".to_owned(), None),
        }
    }
}

/// One measure: what it took, and how long the reference took, if there is one.
pub(crate) struct Measure {
    pub(crate) name: String,
    pub(crate) ours: Figure,
    pub(crate) reference: Option<(&'static str, Duration)>,
    pub(crate) must: Bound,
    pub(crate) aim: Bound,
}

/// The value below which this share of all times lies, in hundredths.
pub(crate) fn percentile(mut times: Vec<Duration>, share: usize) -> Duration {
    times.sort_unstable();
    let at = (times.len() * share / 100).min(times.len().saturating_sub(1));
    times.get(at).copied().unwrap_or_default()
}

/// How long something takes.
pub(crate) fn time(work: impl FnOnce()) -> Duration {
    let begin = Instant::now();
    work();
    begin.elapsed()
}

/// The medians of two things that are done in turn, so that both meet the same noise.
pub(crate) fn in_turn(
    times: usize,
    mut ours: impl FnMut() -> Duration,
    mut theirs: impl FnMut() -> Duration,
) -> (Duration, Duration) {
    let both: Vec<(Duration, Duration)> = (0..times).map(|_| (ours(), theirs())).collect();
    let (ours, theirs) = both.into_iter().unzip();
    (percentile(ours, 50), percentile(theirs, 50))
}

/// Where something that is made once is kept; under another name as soon as the tables are others.
pub(crate) fn kept(name: &str) -> PathBuf {
    let mut tables = DefaultHasher::new();
    include_str!("../../schema.sql").hash(&mut tables);
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{:08x}-{name}", tables.finish() >> 32))
}

/// A part of the measures, by its name.
type Part = (&'static str, fn() -> Vec<Measure>);

const PARTS: [Part; 9] = [
    ("smoke", smoke::measure),
    ("import", record::import),
    ("record", record::measure),
    ("verify", verify::measure),
    ("queries", queries::measure),
    ("export", export::measure),
    ("screens", screens::measure),
    ("audits", audits::measure),
    ("growth", growth::measure),
];

fn main() {
    let mut words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if words.first().is_some_and(|word| word == audits::CHILD) {
        audits::child(words.get(1..).unwrap());
        return;
    }
    if words.first().is_some_and(|word| word == "make") {
        println!("{}", large::ledger(words.get(1).unwrap().parse().unwrap()).display());
        return;
    }
    if words.iter().any(|word| word == "small") {
        SIZE.store(SIZES.0, Ordering::Relaxed);
        words.retain(|word| word != "small");
    }
    let (mut json, machine) = (Vec::new(), machine::described());
    println!("{} media, {} events; {}\n", size(), size() * 10, machine["processor"].as_str().unwrap());
    println!("{:<58} {:>14} {:>13} {:>8}  {:<9} aim", "measure", "kuraban", "reference", "ratio", "must");
    for (name, part) in PARTS {
        if words.is_empty() || words.iter().any(|word| word == name) {
            json.extend(part().iter().map(told));
        }
    }
    let all = serde_json::json!({ "machine": machine, "media": size(), "measures": json });
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench.json"), all.to_string()).unwrap();
    println!("\n{all}");
}

/// Prints one measure as a line of the table, and gives it as JSON.
fn told(measure: &Measure) -> serde_json::Value {
    let (unit, word, ours) = measure.ours.told();
    let reference = measure.reference.map(|(what, time)| (what, time.as_secs_f64() * 1000.0));
    let time = reference.map(|(_, time)| time);
    let speed = matches!(measure.must, Bound::AtLeast(_));
    let ratio = time.map(|reference| if speed { reference / ours } else { ours / reference });
    let shown = time.map_or_else(|| "–".to_owned(), |time| format!("{time:.2} ms"));
    let factor = ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2}×"));
    let mark = |(bound, met): (String, Option<bool>)| match met {
        Some(true) => format!("{bound} ✓"),
        Some(false) => format!("{bound} ✗"),
        None => bound,
    };
    let (must, aim) = (measure.must.told(ours, time), measure.aim.told(ours, time));
    let json = serde_json::json!({
        "measure": measure.name,
        word: ours,
        "reference": reference.map(|(what, _)| what),
        "reference_milliseconds": time,
        "ratio": ratio,
        "must": must.0, "must_met": must.1,
        "aim": aim.0, "aim_met": aim.1,
    });
    let (name, must, aim) = (&measure.name, mark(must), mark(aim));
    println!("{name:<58} {ours:>10.2} {unit:<3} {shown:>13} {factor:>8}  {must:<9} {aim}");
    json
}

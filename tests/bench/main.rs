//! Speed, measured side by side with what a bare tool needs for the same on the same machine: `cargo bench`.
//!
//! Prints one line for each measure as a table, and all of them as JSON at the end. Nothing is asserted here but
//! that both came to the same result. `cargo bench -- audits` measures one part alone.
#![allow(
    clippy::unwrap_used,
    clippy::format_collect,
    clippy::print_stdout,
    reason = "a measurement that cannot be taken ends, and what it prints is its purpose"
)]

mod audits;
mod large;
mod screens;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What was measured.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Figure {
    /// How long it took.
    Time(Duration),
    /// How much memory it took at the most, in KiB.
    Memory(u64),
}

impl Figure {
    /// The unit, short and as a word, and how many of them: milliseconds or MiB.
    fn told(self) -> (&'static str, &'static str, f64) {
        match self {
            Self::Time(time) => ("ms", "milliseconds", time.as_secs_f64() * 1000.0),
            Self::Memory(kib) => ("MiB", "mebibytes", f64::from(u32::try_from(kib).unwrap()) / 1024.0),
        }
    }
}

/// One measure: what it took, and how long the reference took, if there is one.
pub(crate) struct Measure {
    pub(crate) name: String,
    pub(crate) ours: Figure,
    pub(crate) reference: Option<(&'static str, Duration)>,
    pub(crate) must: &'static str,
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

/// Where something that is made once is kept; under another name as soon as the tables are others.
pub(crate) fn kept(name: &str) -> PathBuf {
    let mut tables = DefaultHasher::new();
    include_str!("../../schema.sql").hash(&mut tables);
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{:08x}-{name}", tables.finish() >> 32))
}

/// A part of the measures, by its name.
type Part = (&'static str, fn() -> Vec<Measure>);

const PARTS: [Part; 2] = [("screens", screens::measure), ("audits", audits::measure)];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if words.first().is_some_and(|word| word == audits::CHILD) {
        audits::child(words.get(1..).unwrap());
        return;
    }
    if words.first().is_some_and(|word| word == "make") {
        println!("{}", large::ledger(words.get(1).unwrap().parse().unwrap()).display());
        return;
    }
    let mut json = Vec::new();
    println!("{:<52} {:>14} {:>13} {:>8}  must", "measure", "kuraban", "reference", "ratio");
    for (name, part) in PARTS {
        if !words.is_empty() && !words.iter().any(|word| word == name) {
            continue;
        }
        for measure in part() {
            json.push(told(&measure));
        }
    }
    println!("{}", serde_json::Value::from(json));
}

/// Prints one measure as a line of the table, and gives it as JSON.
fn told(measure: &Measure) -> serde_json::Value {
    let (unit, word, ours) = measure.ours.told();
    let reference = measure.reference.map(|(what, time)| (what, time.as_secs_f64() * 1000.0));
    let ratio = reference.map(|(_, reference)| ours / reference);
    let shown = reference.map_or_else(|| "–".to_owned(), |(_, time)| format!("{time:.2} ms"));
    let factor = ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2}×"));
    println!("{:<52} {ours:>10.2} {unit:<3} {shown:>13} {factor:>8}  {}", measure.name, measure.must);
    let mut json = serde_json::json!({
        "measure": measure.name,
        "reference": reference.map(|(what, _)| what),
        "reference_milliseconds": reference.map(|(_, time)| time),
        "ratio": ratio,
        "must": measure.must,
    });
    json[word] = ours.into();
    json
}

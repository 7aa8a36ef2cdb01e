//! Speed, measured side by side with what a bare tool needs for the same on the same machine: `cargo bench`.
//!
//! Prints one line for each measure as a table, and all of them as JSON at the end. Nothing is asserted here.
#![allow(
    clippy::unwrap_used,
    clippy::format_collect,
    clippy::print_stdout,
    reason = "a measurement that cannot be taken ends, and what it prints is its purpose"
)]

mod screens;

use std::time::{Duration, Instant};

/// One measure: how long it took, and how long the reference took, if there is one.
pub(crate) struct Measure {
    pub(crate) name: &'static str,
    pub(crate) ours: Duration,
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

fn main() {
    let mut json = Vec::new();
    println!("{:<44} {:>12} {:>12} {:>8}  must", "measure", "kuraban", "reference", "ratio");
    for measure in screens::measure() {
        let ours = measure.ours.as_secs_f64() * 1000.0;
        let reference = measure.reference.map(|(what, time)| (what, time.as_secs_f64() * 1000.0));
        let ratio = reference.map(|(_, reference)| ours / reference);
        let shown = reference.map_or_else(|| "–".to_owned(), |(_, time)| format!("{time:.2} ms"));
        let factor = ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2}×"));
        println!("{:<44} {ours:>9.2} ms {shown:>12} {factor:>8}  {}", measure.name, measure.must);
        json.push(serde_json::json!({
            "measure": measure.name,
            "milliseconds": ours,
            "reference": reference.map(|(what, _)| what),
            "reference_milliseconds": reference.map(|(_, time)| time),
            "ratio": ratio,
            "must": measure.must,
        }));
    }
    println!("{}", serde_json::Value::from(json));
}

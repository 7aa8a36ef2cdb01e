//! Several processes at one ledger: nothing lost, nothing twice, the chain whole.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::support::Bench;

const PROCESSES: usize = 8;
const BARCODES: usize = 500;

/// Where nothing can be written, as on a disk that is full.
#[cfg(target_os = "linux")]
const FULL: &str = "/dev/full";

fn kuraban(bench: &Bench) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kuraban"));
    command.env_clear().env("KURABAN_LEDGER", bench.ledger()).env("KURABAN_BADGE", "B-1");
    command.envs(crate::support::PINS.map(|name| (name, crate::support::PIN)));
    command.env("KURABAN_BUSY_TIMEOUT", "120").stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn eight_processes_register_five_hundred_barcodes_each() {
    let bench = Bench::empty();
    let init = ["init", "--site", "TOKYO", "--admin", "B-1", "--name", "Sato"];
    assert!(kuraban(&bench).args(init).status().unwrap().success());
    assert!(kuraban(&bench).args(["place", "add", "V1", "--kind", "vault"]).status().unwrap().success());
    let start = |process: usize| {
        let station = format!("station-{process}");
        let args = ["media", "add", "--at", "V1", "--station", station.as_str(), "--json", "-"];
        let mut child = kuraban(&bench).args(args).stdin(Stdio::piped()).spawn().unwrap();
        let lines: String = (0..BARCODES).map(|n| format!("P{process}{n:04}L9\n")).collect();
        child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        child
    };
    let children: Vec<_> = (0..PROCESSES).map(start).collect();
    for (child, process) in children.into_iter().zip(0..) {
        let out = child.wait_with_output().unwrap();
        assert!(out.status.success(), "{process}: {}", String::from_utf8_lossy(&out.stderr));
        let told: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        let wanted: Vec<String> = (0..BARCODES).map(|n| format!("P{process}{n:04}L9")).collect();
        assert_eq!(told["done"], serde_json::json!(wanted), "each in the order of its own scanner");
    }
    let verdict = kuraban(&bench).args(["verify", "--json"]).output().unwrap();
    let verdict: serde_json::Value = serde_json::from_slice(&verdict.stdout).unwrap();
    assert_eq!(verdict["verdict"], "consistent_unanchored", "{verdict}");
    // After every thousand entries comes one checkpoint, whichever process is at it.
    let media = PROCESSES * BARCODES;
    assert_eq!(verdict["size"], 4 + media + media / 1000);
}

#[test]
fn the_same_scan_from_two_stations_is_recorded_once_and_refused_once() {
    let bench = Bench::furnished();
    let (one, other) = (bench.session(), bench.session());
    let who = crate::support::who(&one, "B-1", None);
    let verb = kuraban::app::Verb::CheckOut(kuraban::app::Leaving::default());
    let done = crate::support::scan(&one, &who, &verb, "K00001L9");
    let again = crate::support::scan(&other, &who, &verb, "K00001L9");
    assert!(matches!(done, kuraban::app::Outcome::Done { .. }));
    assert!(matches!(again, kuraban::app::Outcome::Refused { .. }), "{again:?}");
    bench.holds();
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let bench = Bench::furnished_today();
    let mut child = kuraban(&bench).args(["log", "--raw"]).spawn().unwrap();
    drop(child.stdout.take());
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success(), "{out:?}");
    assert!(out.stderr.is_empty(), "{}", String::from_utf8_lossy(&out.stderr));
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_printed_is_recorded_all_the_same_and_that_is_said() {
    let bench = Bench::furnished_today();
    let full = || std::fs::OpenOptions::new().write(true).open(FULL).unwrap();
    let mut command = kuraban(&bench);
    let out = command.args(["check-out", "K00001L9", "K00002L9"]).stdout(full()).output().unwrap();
    let err = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(3), "{err}");
    assert!(err.contains("error: What there was to say cannot be printed: No space left"), "{err}");
    assert!(err.contains("hint: What was recorded stays recorded"), "{err}");
    // It ends with the first that could not be told.
    assert_eq!(bench.show("K00001L9")["state"], "in_hand");
    assert_eq!(bench.show("K00002L9")["state"], "vaulted");
    // Where nothing can be said at all, the code says it.
    let mut command = kuraban(&bench);
    let out = command.args(["check-out", "K00002L9"]).stdout(full()).stderr(full()).output().unwrap();
    assert_eq!(out.status.code(), Some(3), "{out:?}");
    assert_eq!(bench.show("K00002L9")["state"], "in_hand");
    bench.holds();
}

#[cfg(unix)]
#[test]
fn an_input_that_cannot_be_read_is_told_as_such() {
    let bench = Bench::furnished_today();
    let mut command = kuraban(&bench);
    let directory = std::fs::File::open(bench.path()).unwrap();
    let out = command.args(["sight", "--at", "V1", "-"]).stdin(directory).output().unwrap();
    let err = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(2), "{err}");
    assert!(err.starts_with("error: - cannot be read: Is a directory"), "{err}");
}

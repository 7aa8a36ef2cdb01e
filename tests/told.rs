//! What the program told of its scans, held against what its ledger has afterwards.

use std::process::{Command, Stdio};

use kuraban::ledger::entry::Entry;

use crate::support::Bench;

/// A scan: the label, and the number of its entry.
pub(crate) type Scanned = (String, u64);

/// The real program, in the environment of a bench alone.
pub(crate) fn kuraban(bench: &Bench) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kuraban"));
    as_at(bench, &mut command);
    command
}

/// Gives a command the environment of a bench, its directory, and pipes.
pub(crate) fn as_at(bench: &Bench, command: &mut Command) {
    command.env_clear().envs(bench.vars.borrow().iter()).current_dir(bench.path());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
}

/// The scan of a line such as `K00001L9 seen at V1 (entry 7)`; none of any other line.
pub(crate) fn scan_of(line: &str) -> Option<Scanned> {
    let label = line.split(' ').next()?;
    let (_, entry) = line.rsplit_once("(entry ")?;
    Some((label.to_owned(), entry.strip_suffix(')')?.parse().ok()?))
}

/// The scans that an output tells of.
pub(crate) fn scans_of(output: &str) -> Vec<Scanned> {
    output.lines().filter_map(scan_of).collect()
}

/// What the ledger has from after so many entries on, in its order: scans of this kind, and checkpoints, which are
/// left out. Anything else fails.
#[track_caller]
pub(crate) fn found(bench: &Bench, after: u64, kind: &str) -> Vec<Scanned> {
    let bodies = crate::forgery::bodies(&bench.raw());
    let later = bodies.iter().skip(usize::try_from(after).unwrap());
    let entries = later.map(|body| (body, Entry::decode(body).unwrap()));
    let scans = entries.filter(|(_, entry)| entry.event.data.kind().word() != "checkpoint");
    let scan = |(body, entry): (&String, Entry)| {
        assert_eq!(entry.event.data.kind().word(), kind, "{body}");
        let value: serde_json::Value = serde_json::from_str(body).unwrap();
        (value["data"]["barcode"].as_str().unwrap().to_owned(), entry.seq)
    };
    scans.map(scan).collect()
}

/// How many entries the ledger has, after the whole of it was checked: it holds, and so do this station's memory of it and
/// the notes that were sent outside.
#[track_caller]
pub(crate) fn sound(bench: &Bench) -> u64 {
    let run = bench.run(&["verify", "--json"]);
    let verdict = run.clone().code(0).json();
    assert!(["consistent_unanchored", "anchored"].map(Into::into).contains(&verdict["verdict"]), "{verdict}");
    assert!(run.err.is_empty(), "{}", run.err);
    verdict["size"].as_u64().unwrap()
}

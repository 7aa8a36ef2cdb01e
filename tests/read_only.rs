//! A ledger that may only be read: everything that reads works, everything else says so.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use crate::support::{Bench, has};

/// Runs the program as somebody who may write nothing here; tests often run as one who may write everywhere.
fn as_nobody(bench: &Bench, args: &[&str]) -> Output {
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]);
    command.arg(bench.path().join("kuraban")).args(args);
    command.env_clear().env("KURABAN_LEDGER", bench.ledger()).env("KURABAN_BADGE", "B-1");
    command.envs(crate::support::PINS.map(|name| (name, crate::support::PIN)));
    command.output().unwrap()
}

/// Puts the program where nobody may run it. Another process copies it: a file that is open for writing here
/// while another test starts a program could not be run at that moment.
fn bring(bench: &Bench) {
    let program = bench.path().join("kuraban");
    assert!(Command::new("cp").arg(env!("CARGO_BIN_EXE_kuraban")).arg(&program).status().unwrap().success());
}

fn mode(path: &std::path::Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn is_root() -> bool {
    let out = Command::new("id").arg("-u").output();
    let root = out.is_ok_and(|out| out.stdout == b"0\n");
    if !root {
        assert!(std::env::var_os("CI").is_none(), "CI runs this as root");
        eprintln!("skipped: only root can become nobody");
    }
    root
}

#[test]
fn reading_works_and_writing_is_refused_with_a_sentence() {
    if !has("setpriv") || !is_root() {
        return;
    }
    let bench = Bench::furnished_today();
    bench.ok(&["check-out", "K00001L9"]);
    bench.raw().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    bring(&bench);
    mode(&bench.path().join("kuraban"), 0o755);
    mode(&bench.ledger(), 0o444);
    mode(bench.path(), 0o555);
    for args in [
        &["media", "show", "K00001L9"][..],
        &["verify"],
        &["log", "--raw"],
        &["media", "list", "--csv"],
        &["flags", "--min", "critical"],
    ] {
        let out = as_nobody(&bench, args);
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        assert!(!out.stdout.is_empty());
    }
    let out = as_nobody(&bench, &["check-in", "--to", "V1", "K00001L9"]);
    let said = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(3), "{said}");
    assert!(said.contains("may only be read"), "{said}");
    mode(bench.path(), 0o755);
}

#[test]
fn a_ledger_that_may_not_even_be_read_says_so() {
    if !has("setpriv") || !is_root() {
        return;
    }
    let bench = Bench::furnished_today();
    bring(&bench);
    mode(&bench.path().join("kuraban"), 0o755);
    mode(bench.path(), 0o755);
    mode(&bench.ledger(), 0o600);
    let out = as_nobody(&bench, &["flags"]);
    let said = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(3), "{said}");
    assert!(said.contains("cannot use the ledger") || said.contains("permission"), "{said}");
}

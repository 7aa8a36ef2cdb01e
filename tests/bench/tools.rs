//! What the measures are taken with: the program as it is, SQLite's shell, copies of ledgers, and the memory that a
//! process had.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::time;

/// The program on a ledger, whose station remembers things beside it.
pub(crate) fn program(ledger: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kuraban"));
    command
        .env("KURABAN_LEDGER", ledger)
        .env("KURABAN_BADGE", "B-1")
        .envs(["KURABAN_PIN", "KURABAN_NEW_PIN", "KURABAN_WITH_PIN"].map(|name| (name, "1234")))
        .env("XDG_STATE_HOME", ledger.with_file_name("state"))
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Runs it, which must succeed or say that there are flags.
pub(crate) fn kuraban(ledger: &Path, args: &[&str]) {
    let code = program(ledger).args(args).status().unwrap().code();
    assert!(matches!(code, Some(0 | 1)), "{args:?}: {code:?}");
}

/// How long a command takes, which must succeed.
pub(crate) fn run(command: &mut Command) -> Duration {
    let mut status = None;
    let taken = time(|| status = command.status().ok());
    assert!(status.is_some_and(|status| status.success()), "{command:?}");
    taken
}

/// The same of one that may say by its code that there are flags.
pub(crate) fn run_flagged(command: &mut Command) -> Duration {
    let mut code = None;
    let taken = time(|| code = command.status().unwrap().code());
    assert!(matches!(code, Some(0 | 1)), "{command:?}");
    taken
}

/// SQLite's shell on a file that it only reads, with one question.
pub(crate) fn sqlite(file: &Path, options: &[&str], sql: &str) -> Command {
    let mut command = Command::new("sqlite3");
    command.arg("-readonly").args(options).arg(file).arg(sql).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// SQLite's shell with a script.
pub(crate) fn sqlite_script(file: &Path, script: &str) {
    let mut child = Command::new("sqlite3")
        .arg("-bail")
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "{script}");
}

/// The most memory that a command had, in KiB, as GNU time tells it.
pub(crate) fn memory(command: &Command) -> u64 {
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "%M"]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            timed.env(name, value);
        }
    }
    let output = timed.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    text.lines().last().and_then(|line| line.trim().parse().ok()).unwrap()
}

/// A copy of a ledger with its key, to be written to.
pub(crate) struct Copy(tempfile::TempDir, PathBuf);

impl Copy {
    pub(crate) fn of(ledger: &Path) -> Self {
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let path = dir.path().join(ledger.file_name().unwrap());
        for suffix in ["", ".key"] {
            let name = |path: &Path| format!("{}{suffix}", path.display());
            std::fs::copy(name(ledger), name(&path)).unwrap();
        }
        // What the copy leaves to be written to the disk must not be paid by what is measured.
        std::fs::File::open(&path).unwrap().sync_all().unwrap();
        Self(dir, path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.1
    }

    pub(crate) fn dir(&self) -> &Path {
        self.0.path()
    }
}

//! The real program, whose clock jumps while it runs: libfaketime stands between it and the clock of the machine.

use std::io::{BufReader, Write as _};
use std::path::PathBuf;

use portable_pty::CommandBuilder;

use crate::support::{Bench, PIN, has};
use crate::terminal::Terminal;
use crate::told::{kuraban, scan_of, sound};

/// What stands between a program and its clock, and the file that says by how much it is off.
struct Fake {
    library: PathBuf,
    file: PathBuf,
}

impl Fake {
    /// None where there is no such library.
    fn new(bench: &Bench) -> Option<Self> {
        if !has("faketime") {
            return None;
        }
        let directories = std::fs::read_dir("/usr/lib").unwrap().flatten().map(|entry| entry.path());
        let mut found =
            directories.map(|path| path.join("faketime/libfaketime.so.1")).filter(|path| path.exists());
        let library = found.next().unwrap_or_else(|| "/usr/lib/faketime/libfaketime.so.1".into());
        let fake = Self { library, file: bench.path().join("clock") };
        fake.jump("+0");
        Some(fake)
    }

    /// Lets the clock be off by so much: `-1h`, `+10y`.
    fn jump(&self, to: &str) {
        // In one step: it may be read at any moment.
        let draft = self.file.with_extension("draft");
        std::fs::write(&draft, to).unwrap();
        std::fs::rename(draft, &self.file).unwrap();
    }

    /// What the program is started with.
    fn variables(&self) -> [(&str, String); 4] {
        [
            ("LD_PRELOAD", self.library.display().to_string()),
            ("FAKETIME_TIMESTAMP_FILE", self.file.display().to_string()),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ]
    }
}

#[test]
fn a_stream_goes_through_an_hour_back_and_ten_years_ahead() {
    let bench = Bench::furnished_today();
    let Some(fake) = Fake::new(&bench) else { return };
    let before = sound(&bench);
    let mut command = kuraban(&bench);
    let mut child = command.args(["sight", "--at", "V1", "-"]).envs(fake.variables()).spawn().unwrap();
    let (mut input, mut answers) =
        (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let line = |from: &mut dyn std::io::BufRead| {
        let mut line = String::new();
        from.read_line(&mut line).unwrap();
        line
    };
    let mut told = Vec::new();
    for (jump, label) in [("+0", 1), ("-1h", 2), ("-1h", 3), ("+10y", 4), ("+0", 5)] {
        fake.jump(jump);
        writeln!(input, "K0000{label}L9").unwrap();
        match (jump, label) {
            ("+10y", _) => {
                let said = line(&mut errors);
                assert!(said.contains("are not believed unasked"), "{said}");
                assert!(line(&mut errors).contains("clock confirm"));
                continue;
            }
            ("-1h", 2) => {
                let said = line(&mut errors);
                assert!(said.contains("before the ledger's last entry"), "{said}");
                assert!(line(&mut errors).contains("Set the clock right"));
            }
            _ => {}
        }
        told.push(scan_of(line(&mut answers).trim_end()).unwrap().1);
    }
    drop(input);
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut errors, &mut rest).unwrap();
    assert_eq!((child.wait().unwrap().code(), rest.as_str()), (Some(1), "4 recorded, 1 refused.\n"));
    // An entry says that the clock was held.
    let wanted: Vec<u64> = [1, 3, 4, 5].iter().map(|step| before + step).collect();
    assert_eq!((told, sound(&bench)), (wanted, before + 5));
}

fn sign_on_again(terminal: &mut Terminal) {
    terminal.send(b"B-1\r");
    terminal.wait_for("PIN of B-1");
    terminal.send(format!("{PIN}\r").as_bytes());
    terminal.wait_until(|terminal| !terminal.shows("PIN of B-1"));
}

#[test]
fn the_screens_go_through_an_hour_back_and_ten_years_ahead() {
    let bench = Bench::furnished_today();
    let Some(fake) = Fake::new(&bench) else { return };
    let before = sound(&bench);
    let mut command = CommandBuilder::new("/usr/bin/env");
    command.args(fake.variables().map(|(name, value)| format!("{name}={value}")));
    command.arg(env!("CARGO_BIN_EXE_kuraban"));
    let mut terminal = Terminal::start(&bench, command);
    terminal.sign_on();
    terminal.send(b"KB-SIGHT\rV1\rK00001L9\r");
    terminal.wait_for("recorded 1");
    fake.jump("-1h");
    terminal.wait_for("before the ledger's last entry");
    terminal.send(b"K00002L9\r");
    terminal.wait_for("recorded 2");
    fake.jump("+10y");
    terminal.send(b"K00003L9\r");
    terminal.wait_for("shift of 12 h is over");
    sign_on_again(&mut terminal);
    terminal.send(b"K00003L9\r");
    terminal.wait_for("are not believed");
    fake.jump("+0");
    // Not the same label again, which could be a bounce.
    terminal.send(b"K00004L9\r");
    terminal.wait_for("person –");
    sign_on_again(&mut terminal);
    terminal.send(b"K00005L9\r");
    terminal.wait_for("recorded 3");
    terminal.send(b"\x1bq");
    assert_eq!(terminal.end().0, 0);
    // Three scans, and that the clock was held.
    assert_eq!(sound(&bench), before + 4);
}

//! The real program on a real pseudo-terminal.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::support::Bench;

/// How long the program may be silent before a test gives up; far more than it ever needs.
const PATIENCE: Duration = Duration::from_secs(20);

struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    seen: String,
    screen: vt100::Parser,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    fn open(bench: &Bench, args: &[&str]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_kuraban"));
        command.args(args);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("KURABAN_LEDGER", bench.ledger());
        command.env("KURABAN_BADGE", "B-1");
        command.env("KURABAN_SCAN_END", "cr");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, output) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65536];
            while let Ok(count) = reader.read(&mut buffer) {
                if count == 0 || send.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self {
            child,
            keys,
            output,
            seen: String::new(),
            screen: vt100::Parser::new(NonZeroU16::new(24).unwrap(), NonZeroU16::new(80).unwrap(), 0),
            _master: pair.master,
        }
    }

    fn send(&mut self, keys: &[u8]) {
        self.keys.write_all(keys).unwrap();
        self.keys.flush().unwrap();
    }

    fn take(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.seen.push_str(&String::from_utf8_lossy(bytes));
    }

    /// Reads until this stands on the screen.
    fn wait_for(&mut self, text: &str) {
        let begin = Instant::now();
        while !self.screen.screen().contents().contains(text) {
            let left = PATIENCE.saturating_sub(begin.elapsed());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(error) => panic!("{text:?} never came ({error}):\n{}", self.screen.screen().contents()),
            }
        }
    }

    fn end(mut self) -> (u32, String) {
        // The output ends when the program has closed the terminal.
        loop {
            match self.output.recv_timeout(PATIENCE) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("it did not end:\n{}", self.screen.screen().contents())
                }
            }
        }
        let status = self.child.wait().unwrap();
        (status.exit_code(), std::mem::take(&mut self.seen))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A test that failed must not leave a program behind that waits for keys.
        let _ = self.child.kill();
    }
}

/// Whether the terminal was given back: its own screen left, the cursor shown.
fn restored(seen: &str) -> bool {
    seen.rfind("\u{1b}[?1049l").is_some_and(|left| left > seen.rfind("\u{1b}[?1049h").unwrap_or(0))
        && seen.rfind("\u{1b}[?25h") > seen.rfind("\u{1b}[?25l")
}

#[test]
fn five_thousand_barcodes_come_through_without_one_lost_or_doubled() {
    let bench = Bench::furnished();
    let barcodes: Vec<String> = (0..5000).map(|n| format!("S{n:05}L9")).collect();
    let lines: String = barcodes.iter().map(|barcode| format!("{barcode}\n")).collect();
    bench.run_with(&["media", "add", "--at", "V2", "--json", "-"], lines.as_bytes()).code(0);
    let before = bench.verify()["size"].as_u64().unwrap();
    let mut terminal = Terminal::open(&bench, &[]);
    terminal.wait_for("ready to scan");
    terminal.send(b"KB-SIGHT\rV2\r");
    terminal.wait_for("place: V2");
    for barcode in &barcodes {
        terminal.send(format!("{barcode}\r").as_bytes());
    }
    terminal.wait_for("recorded 5000");
    terminal.send(b"\x1bq");
    let (code, seen) = terminal.end();
    assert_eq!(code, 0);
    assert!(restored(&seen));
    let log = bench.ok(&["log", "--json"]).json();
    let scanned: Vec<&str> = log
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["kind"] == "sight")
        .map(|entry| entry["data"]["barcode"].as_str().unwrap())
        .collect();
    assert_eq!(scanned, barcodes, "each once, in the order in which they were scanned");
    assert_eq!(bench.verify()["size"], before + 5000);
    bench.holds();
}

#[cfg(unix)]
#[test]
fn the_terminal_is_given_back_after_a_signal() {
    for signal in ["TERM", "HUP", "INT"] {
        let bench = Bench::furnished();
        let mut terminal = Terminal::open(&bench, &[]);
        terminal.wait_for("ready to scan");
        terminal.send(b"KB-CHECK-OUT\rK00001L9\r");
        terminal.wait_for("checked out");
        let id = terminal.child.process_id().unwrap().to_string();
        assert!(
            std::process::Command::new("kill").args([&format!("-{signal}"), &id]).status().unwrap().success()
        );
        let (code, seen) = terminal.end();
        assert_eq!(code, 0, "{signal}");
        assert!(restored(&seen), "{signal}: {seen:?}");
        assert_eq!(bench.show("K00001L9")["state"], "in_hand");
        bench.holds();
    }
}

#[test]
fn a_ledger_that_cannot_be_opened_is_told_in_plain_sentences() {
    let bench = Bench::empty();
    std::fs::write(bench.ledger(), b"not a ledger").unwrap();
    let terminal = Terminal::open(&bench, &[]);
    let (code, seen) = terminal.end();
    assert_eq!(code, 3, "{seen}");
    assert!(seen.contains("not a kuraban ledger") && !seen.contains("\u{1b}[?1049h"), "{seen}");
}

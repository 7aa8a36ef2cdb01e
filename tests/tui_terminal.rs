//! The real program on a real pseudo-terminal.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use kuraban::app::{Cost, Surroundings};
use kuraban::domain::names::Station;
use kuraban::domain::time::Timestamp;
use kuraban::i18n::{Lang, Voice};
use kuraban::tui::input::Settings;
use kuraban::tui::runtime;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::support::{Bench, PIN};

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
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_kuraban"));
        command.args(args);
        Self::start(bench, command)
    }

    fn start(bench: &Bench, mut command: CommandBuilder) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
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

    /// The PIN of the person that the environment names.
    fn sign_on(&mut self) {
        self.wait_for("PIN of B-1");
        self.send(format!("{PIN}\r").as_bytes());
        self.wait_for("person: B-1");
    }

    fn send(&mut self, keys: &[u8]) {
        self.keys.write_all(keys).unwrap();
        self.keys.flush().unwrap();
    }

    fn take(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.seen.push_str(&String::from_utf8_lossy(bytes));
    }

    /// What has come after the first so many bytes.
    fn since(&self, bytes: usize) -> &str {
        self.seen.get(bytes..).unwrap_or_default()
    }

    fn shows(&self, text: &str) -> bool {
        self.screen.screen().contents().contains(text)
    }

    /// Reads until this stands on the screen.
    fn wait_for(&mut self, text: &str) {
        self.wait_until(|terminal| terminal.shows(text));
    }

    /// Reads until this is so; looks again after each piece of output, and every now and then without.
    #[track_caller]
    fn wait_until(&mut self, so: impl Fn(&Self) -> bool) {
        let begin = Instant::now();
        while !so(self) {
            match self.output.recv_timeout(Duration::from_millis(50)) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) if begin.elapsed() < PATIENCE => {}
                Err(error) => panic!("it never came ({error}):\n{}", self.screen.screen().contents()),
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
    let bench = Bench::furnished_today();
    let barcodes: Vec<String> = (0..5000).map(|n| format!("S{n:05}L9")).collect();
    let lines: String = barcodes.iter().map(|barcode| format!("{barcode}\n")).collect();
    bench.run_with(&["media", "add", "--at", "V2", "--json", "-"], lines.as_bytes()).code(0);
    let before = bench.verify()["size"].as_u64().unwrap();
    let mut terminal = Terminal::open(&bench, &[]);
    terminal.sign_on();
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
    let checkpoints = log
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["kind"] == "checkpoint" && entry["seq"].as_u64() > Some(before))
        .count();
    assert_eq!(checkpoints, 5, "one after each thousand entries");
    assert_eq!(bench.verify()["size"], before + 5000 + 5);
    bench.holds();
}

#[cfg(unix)]
#[test]
fn the_terminal_is_given_back_after_a_signal() {
    for signal in ["TERM", "HUP", "INT"] {
        let bench = Bench::furnished_today();
        let mut terminal = Terminal::open(&bench, &[]);
        terminal.sign_on();
        terminal.send(b"KB-CHECK-OUT\rK00001L9\r");
        terminal.wait_for("checked out");
        let id = terminal.child.process_id().unwrap().to_string();
        self::signal(signal, &id);
        let (code, seen) = terminal.end();
        assert_eq!(code, 0, "{signal}");
        assert!(restored(&seen), "{signal}: {seen:?}");
        assert_eq!(bench.show("K00001L9")["state"], "in_hand");
        bench.holds();
    }
}

#[cfg(unix)]
#[test]
fn a_stopped_job_gives_the_terminal_back_and_takes_it_again() {
    let bench = Bench::furnished_today();
    let mut terminal = Terminal::open(&bench, &[]);
    terminal.sign_on();
    let id = terminal.child.process_id().unwrap().to_string();
    let stopped = || {
        let state = std::process::Command::new("ps").args(["-o", "stat=", "-p", &id]).output().unwrap();
        String::from_utf8_lossy(&state.stdout).starts_with('T')
    };
    for by_key in [true, false] {
        let seen = terminal.seen.len();
        if by_key {
            terminal.send(b"\x1a");
        } else {
            signal("TSTP", &id);
        }
        terminal.wait_until(|terminal| restored(terminal.since(seen)));
        terminal.wait_until(|_| stopped());
        let seen = terminal.seen.len();
        signal("CONT", &id);
        terminal.wait_until(|terminal| {
            terminal.since(seen).contains("\u{1b}[?1049h") && terminal.shows("recorded")
        });
    }
    terminal.send(b"KB-CHECK-OUT\rK00001L9\r");
    terminal.wait_for("checked out");
    terminal.send(b"\x1bq");
    assert_eq!(terminal.end().0, 0);
    bench.holds();
}

#[cfg(unix)]
fn signal(name: &str, id: &str) {
    let name = format!("-{name}");
    assert!(std::process::Command::new("kill").args([&name, id]).status().unwrap().success());
}

/// Not a test of its own: the program that the next test runs, with a clock that panics after a while.
#[test]
#[ignore = "run by the_terminal_is_given_back_after_a_panic in a terminal of its own"]
fn a_clock_that_panics() {
    let Some(ledger) = std::env::var_os("KURABAN_LEDGER") else { return };
    let calls = AtomicU64::new(0);
    let outside = Surroundings {
        now: Arc::new(move || {
            assert!(calls.fetch_add(1, Ordering::Relaxed) < 20, "the clock is broken");
            Timestamp::MIN
        }),
        random: Arc::new(|_| true),
        cost: Cost::default(),
        beside: kuraban::app::Beside::default(),
    };
    let _ = runtime::run(&runtime::Options {
        ledger: ledger.into(),
        busy: Duration::from_secs(1),
        outside,
        voice: Voice { lang: Lang::En, zone: Rc::new(|_| 0) },
        station: Station::new("test").unwrap(),
        person: None,
        scanner: Settings::default(),
        colours: true,
        new: false,
        may_make_directory: false,
    });
}

#[test]
fn the_terminal_is_given_back_after_a_panic() {
    let bench = Bench::furnished_today();
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["--exact", "tui_terminal::a_clock_that_panics", "--ignored", "--nocapture"]);
    let (code, seen) = Terminal::start(&bench, command).end();
    assert_eq!(code, 101, "{seen}");
    let (_, after) = seen.rsplit_once("\u{1b}[?1049l").unwrap();
    assert!(restored(&seen) && after.contains("the clock is broken"), "{seen}");
    assert!(seen.contains("\u{1b}[?2004l"), "bracketed paste is switched off: {seen}");
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

#[test]
fn nobody_answers_questions_for_a_ledger_that_cannot_be_made() {
    let bench = Bench::empty();
    let file = bench.path().join("none/ledger.kuraban").display().to_string();
    let (code, seen) = Terminal::open(&bench, &["--ledger", &file]).end();
    assert_eq!(code, 3, "{seen}");
    assert!(seen.contains("none: ") && !seen.contains("\u{1b}[?1049h"), "{seen}");
}

#[test]
fn a_scanner_on_another_screen_never_drives_the_program() {
    let bench = Bench::furnished_today();
    let before = bench.verify()["size"].clone();
    let mut terminal = Terminal::open(&bench, &[]);
    terminal.sign_on();
    // A key alone is a command, after the moment for which it is held.
    terminal.send(b"\x1b2");
    terminal.wait_for("Nothing is outside");
    terminal.send(b"12345678\r");
    terminal.wait_for("12345678 was read outside the scan screen");
    terminal.send(b"q1K00001L9\r");
    terminal.wait_for("q1K00001L9 was read");
    assert!(terminal.shows("Nothing is outside"));
    terminal.send(b"4");
    terminal.wait_for("entries");
    terminal.send(b"q");
    assert_eq!(terminal.end().0, 0);
    assert_eq!(bench.verify()["size"], before);
}

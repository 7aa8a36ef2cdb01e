//! The real program on a real pseudo-terminal.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use kuraban::app::{Cost, Surroundings};
use kuraban::domain::names::Station;
use kuraban::domain::time::Timestamp;
use kuraban::i18n::{Lang, Voice};
use kuraban::tui::input::Settings;
use kuraban::tui::runtime;
use portable_pty::CommandBuilder;

use crate::support::Bench;
#[cfg(unix)]
use crate::terminal::signal;
use crate::terminal::{Terminal, restored};

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
    for name in ["TERM", "HUP", "INT"] {
        let bench = Bench::furnished_today();
        let mut terminal = Terminal::open(&bench, &[]);
        terminal.sign_on();
        terminal.send(b"KB-CHECK-OUT\rK00001L9\r");
        terminal.wait_for("checked out");
        let id = terminal.child.process_id().unwrap().to_string();
        signal(name, &id);
        let (code, seen) = terminal.end();
        assert_eq!(code, 0, "{name}");
        assert!(restored(&seen), "{name}: {seen:?}");
        assert_eq!(bench.show("K00001L9")["state"], "in_hand");
        bench.holds();
    }
}

/// Whether a process is stopped.
#[cfg(unix)]
fn stopped(id: &str) -> bool {
    let state = std::process::Command::new("ps").args(["-o", "stat=", "-p", id]).output().unwrap();
    String::from_utf8_lossy(&state.stdout).starts_with('T')
}

#[cfg(unix)]
#[test]
fn a_stopped_job_gives_the_terminal_back_and_takes_it_again() {
    let bench = Bench::furnished_today();
    let mut terminal = Terminal::open(&bench, &[]);
    terminal.sign_on();
    let id = terminal.child.process_id().unwrap().to_string();
    for by_key in [true, false] {
        let seen = terminal.seen.len();
        if by_key {
            terminal.send(b"\x1a");
        } else {
            signal("TSTP", &id);
        }
        terminal.wait_until(|terminal| restored(terminal.since(seen)));
        terminal.wait_until(|_| stopped(&id));
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
#[test]
fn a_job_that_is_stopped_in_the_middle_of_a_burst_keeps_nobody_from_the_ledger() {
    let bench = Bench::furnished_today();
    let labels: Vec<String> = (0..200).map(|n| format!("S{n:05}L9")).collect();
    let lines: String = labels.iter().map(|label| format!("{label}\n")).collect();
    bench.run_with(&["media", "add", "--at", "V2", "-"], lines.as_bytes()).code(0);
    // Whoever finds it locked does not wait.
    bench.vars.borrow_mut().insert("KURABAN_BUSY_TIMEOUT".to_owned(), "0".to_owned());
    let mut terminal = Terminal::open(&bench, &[]);
    terminal.sign_on();
    terminal.send(b"KB-SIGHT\rV2\r");
    terminal.wait_for("place: V2");
    let id = terminal.child.process_id().unwrap().to_string();
    for (burst, done) in labels.chunks(40).zip(1..) {
        let keys: String = burst.iter().map(|label| format!("{label}\r")).collect();
        terminal.send(format!("{keys}\x1a").as_bytes());
        terminal.wait_until(|_| stopped(&id));
        bench.ok(&["sight", "--at", "V1", "K00001L9"]);
        signal("CONT", &id);
        terminal.wait_for(&format!("recorded {}", done * burst.len()));
    }
    terminal.send(b"\x1bq");
    assert_eq!(terminal.end().0, 0);
    bench.holds();
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

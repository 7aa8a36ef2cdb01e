//! The screens: from the start of the program to its first frame, and from a key to the frame that shows it.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kuraban::app::{Claim, Cost, Outcome, Pin, Scan, Session, Surroundings, Verb};
use kuraban::domain::event::How;
use kuraban::domain::names::{Badge, PlaceCode, Station};
use kuraban::domain::time::Timestamp;
use kuraban::i18n::{Lang, Voice};
use kuraban::tui::input::Settings;
use kuraban::tui::message::{Effect, Message};
use kuraban::tui::model::{Model, Start};
use kuraban::tui::update::update;
use kuraban::tui::view::view;
use kuraban::tui::worker::{Desk, Setup};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use crate::{Figure, Measure, kept, percentile, time};

/// Media of the ledger, and how many of them are outside.
const MEDIA: (u64, u64) = (10_000, 1_000);
/// How often each thing is measured.
const TIMES: (usize, usize) = (41, 4_000);

fn kuraban(ledger: &Path, args: &[&str], stdin: &str) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kuraban"))
        .args(args)
        .env("KURABAN_LEDGER", ledger)
        .env("KURABAN_BADGE", "B-1")
        .envs(["KURABAN_PIN", "KURABAN_NEW_PIN"].map(|name| (name, "1234")))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "{args:?}");
}

/// The ledger that is measured, made once and kept under the build directory.
fn ledger() -> PathBuf {
    let ledger = kept(&format!("{}-{}.kuraban", MEDIA.0, MEDIA.1));
    if ledger.exists() {
        return ledger;
    }
    let making = ledger.with_file_name("making.kuraban");
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", making.display()));
    }
    kuraban(&making, &["init", "--site", "TOKYO", "--admin", "B-1", "--name", "Sato"], "");
    kuraban(&making, &["place", "add", "V1", "--kind", "vault"], "");
    let barcodes = |count| (0..count).map(|n| format!("K{n:05}L9\n")).collect::<String>();
    let list = making.with_extension("csv");
    std::fs::write(&list, format!("barcode\n{}", barcodes(MEDIA.0))).unwrap();
    kuraban(&making, &["media", "import", "--at", "V1", &list.display().to_string()], "");
    kuraban(&making, &["policy", "set", "order_required", "no"], "");
    kuraban(&making, &["check-out", "-"], &barcodes(MEDIA.1));
    std::fs::rename(&making, &ledger).unwrap();
    ledger
}

/// From the start of the process until its first frame has come through the terminal.
fn first_frame(ledger: &Path) -> Duration {
    let pair =
        native_pty_system().openpty(PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 }).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_kuraban"));
    command.env_clear();
    for (name, value) in [("TERM", "xterm-256color"), ("KURABAN_BADGE", "B-1")] {
        command.env(name, value);
    }
    command.env("KURABAN_LEDGER", ledger);
    let begin = Instant::now();
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let (mut seen, mut buffer) = (Vec::new(), vec![0; 65536]);
    // The footer is the last of a frame, and the site in the header comes from the ledger.
    let whole = |seen: &[u8]| {
        let text = String::from_utf8_lossy(seen);
        text.contains("TOKYO") && text.contains("Places")
    };
    while !whole(&seen) {
        let count = reader.read(&mut buffer).unwrap();
        assert!(count > 0, "it ended");
        seen.extend_from_slice(buffer.get(..count).unwrap_or_default());
    }
    let taken = begin.elapsed();
    child.kill().unwrap();
    child.wait().unwrap();
    taken
}

fn sqlite(ledger: &Path) -> Duration {
    time(|| {
        let done = Command::new("sqlite3")
            .args(["-readonly", &ledger.display().to_string()])
            .arg("SELECT size, site FROM head")
            .stdout(Stdio::null())
            .status();
        assert!(done.unwrap().success());
    })
}

fn model(ledger: &Path) -> (Model, Desk) {
    let begin = Timestamp::from_millis(1_795_000_000_000);
    let ticks = AtomicU64::new(0);
    let outside = Surroundings {
        now: Arc::new(move || {
            let tick = i64::try_from(ticks.fetch_add(1, Ordering::Relaxed)).unwrap_or_default();
            begin.plus(tick)
        }),
        random: Arc::new(|_| true),
        cost: Cost::default(),
        beside: kuraban::app::Beside::default(),
    };
    let model = Model::new(Start {
        voice: Voice { lang: Lang::Ja, zone: Rc::new(|_| 32_400) },
        colours: true,
        ledger: "bench.kuraban".to_owned(),
        scanner: Settings::default(),
        now: begin,
        size: (120, 40),
        new: false,
    });
    let station = Station::new("bench").unwrap();
    let busy = Duration::from_secs(5);
    let path = ledger.to_owned();
    (model, Desk::new(Setup { path, may_make_directory: false, busy, outside, station }))
}

/// From a key to the bytes of the frame that shows it, on the board with a thousand media outside.
fn key_to_frame(ledger: &Path) -> Vec<Duration> {
    let (mut model, mut desk) = model(ledger);
    let mut feed = |model: &mut Model, message| {
        for effect in update(model, message) {
            if let Some(answer) = desk.answer(effect) {
                update(model, answer);
            }
        }
    };
    let key = |code| Message::Key(KeyEvent::new(code, KeyModifiers::NONE), 0);
    feed(&mut model, key(KeyCode::F(2)));
    feed(&mut model, key(KeyCode::Enter));
    // Frames go where a terminal would read them, which takes nothing here.
    let mut terminal = Terminal::with_options(
        CrosstermBackend::new(std::io::sink()),
        ratatui::TerminalOptions {
            viewport: ratatui::Viewport::Fixed(ratatui::layout::Rect::new(0, 0, 120, 40)),
        },
    )
    .unwrap();
    (0..TIMES.1)
        .map(|at| {
            let code = if at / 900 % 2 == 0 { KeyCode::Down } else { KeyCode::Up };
            time(|| {
                let effects: Vec<Effect> = update(&mut model, key(code));
                assert!(effects.is_empty());
                terminal.draw(|frame| view(&model, frame)).unwrap();
            })
        })
        .collect()
}

/// One scan as the station does it, durably, for the reader who wonders how far a scanner is from the limit.
fn scans(ledger: &Path) -> Vec<Duration> {
    let copy = ledger.with_extension("copy");
    std::fs::copy(ledger, &copy).unwrap();
    let outside = Surroundings {
        now: Arc::new(|| Timestamp::from_millis(1_795_000_000_000)),
        random: Arc::new(|_| true),
        cost: Cost::default(),
        beside: kuraban::app::Beside::default(),
    };
    let session = Session::open(&copy, Duration::from_secs(5), outside).unwrap();
    let station = Station::new("bench").unwrap();
    let badge = Badge::new("B-1").unwrap();
    let who = session.who(Claim { badge: &badge, pin: Pin::new("1234").as_ref() }, None, station).unwrap();
    let verb = Verb::Sight(PlaceCode::new("V1").unwrap());
    let times = (0..1000)
        .map(|n| {
            let text = format!("K{:05}L9", MEDIA.1 + n);
            time(|| {
                let scan = Scan { text: &text, how: How::Scanned, occurred: None };
                assert!(matches!(session.scan(&who, &verb, &scan), Ok(Outcome::Done { .. })));
            })
        })
        .collect();
    drop(session);
    std::fs::remove_file(&copy).unwrap();
    times
}

pub(crate) fn measure() -> Vec<Measure> {
    let ledger = ledger();
    // Alternating, so that both meet the same noise.
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..TIMES.0 {
        ours.push(first_frame(&ledger));
        theirs.push(sqlite(&ledger));
    }
    vec![
        Measure {
            name: "start to first frame (10 k media), p50".to_owned(),
            ours: Figure::Time(percentile(ours, 50)),
            reference: Some(("sqlite3, open and one SELECT", percentile(theirs, 50))),
            must: "≤ 5×",
        },
        Measure {
            name: "key to frame (1 k outside, 120×40), p99".to_owned(),
            ours: Figure::Time(percentile(key_to_frame(&ledger), 99)),
            reference: None,
            must: "≤ 16 ms",
        },
        Measure {
            name: "one scan, durable, p50".to_owned(),
            ours: Figure::Time(percentile(scans(&ledger), 50)),
            reference: None,
            must: "– (see the write ratios)",
        },
    ]
}

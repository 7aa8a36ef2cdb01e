//! The screens: from the start of the program to its first frame, and from a key to the frame that shows it.

use std::io::Read;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kuraban::app::{Cost, Surroundings};
use kuraban::domain::names::Station;
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

use crate::tools::{run, sqlite};
use crate::{Bound, Figure, Measure, in_turn, large, percentile, size, time};

/// How often each thing is measured.
const TIMES: (usize, usize) = (41, 4_000);

/// From the start of the process until its first frame has come through the terminal.
pub(crate) fn first_frame(ledger: &Path) -> Duration {
    start(ledger, |_| {})
}

/// The same; then something is done with the number of the process.
fn start(ledger: &Path, then: impl FnOnce(u32)) -> Duration {
    let pair =
        native_pty_system().openpty(PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 }).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_kuraban"));
    command.env_clear();
    for (name, value) in [("TERM", "xterm-256color"), ("KURABAN_BADGE", "B-1")] {
        command.env(name, value);
    }
    command.env("KURABAN_LEDGER", ledger);
    command.env("XDG_STATE_HOME", ledger.with_file_name("state"));
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
    then(child.process_id().unwrap());
    child.kill().unwrap();
    child.wait().unwrap();
    taken
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

/// From a key to the bytes of the frame that shows it, on the board with one in a thousand media outside.
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

/// The most memory that the program had until its first frame, in KiB.
fn most_memory(ledger: &Path) -> u64 {
    let mut most = 0;
    start(ledger, |process| {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        most = line.trim().trim_end_matches(" kB").parse().unwrap();
    });
    most
}

pub(crate) fn measure() -> Vec<Measure> {
    let ledger = large::ledger(size());
    let select = "SELECT size, site FROM head";
    let (ours, theirs) = in_turn(TIMES.0, || first_frame(&ledger), || run(&mut sqlite(&ledger, &[], select)));
    vec![
        Measure {
            name: "start to first frame, whole process".to_owned(),
            ours: Figure::Time(ours),
            reference: Some(("sqlite3, open and one SELECT", theirs)),
            must: Bound::AtMost(5.0),
            aim: Bound::AtMost(1.5),
        },
        Measure {
            name: "key to frame on the board, 120×40, p99".to_owned(),
            ours: Figure::Time(percentile(key_to_frame(&ledger), 99)),
            reference: None,
            must: Bound::Units(16.0),
            aim: Bound::Units(4.0),
        },
        Measure {
            name: "screens until the first frame, most memory".to_owned(),
            ours: Figure::Memory(most_memory(&ledger)),
            reference: None,
            must: Bound::Units(256.0),
            aim: Bound::None,
        },
    ]
}

//! The only room of the terminal that does IO: it reads keys, performs effects, and draws.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::Show;
use crossterm::event::{self, DisableBracketedPaste, EnableBracketedPaste, Event};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, enable_raw_mode};
use ratatui::DefaultTerminal;
use ratatui::backend::CrosstermBackend;

use super::input::Settings;
use super::message::{Effect, Message};
use super::model::{Model, Start};
use super::turn::Turn;
use super::update::{present, update};
use super::view::view;
use super::worker::{Setup, work};
use crate::app::Surroundings;
use crate::domain::names::{Badge, Station};
use crate::domain::time::MINUTE;
use crate::i18n::Voice;

/// How often time is told to the model; a burst's silence is measured by it.
const TICK: Duration = Duration::from_millis(50);

/// What the terminal is opened with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The ledger's file.
    pub ledger: PathBuf,
    /// How long to wait for another process's lock.
    pub busy: Duration,
    /// Clock and randomness.
    pub outside: Surroundings,
    /// The language and the zone.
    pub voice: Voice,
    /// The station's name.
    pub station: Station,
    /// Who has said who they are.
    pub person: Option<Badge>,
    /// What the scanner sends.
    pub scanner: Settings,
    /// Whether there is no ledger yet, so that one is to be made.
    pub new: bool,
    /// Whether the directory of a new ledger may be made with it.
    pub may_make_directory: bool,
    /// Whether colours may be used.
    pub colours: bool,
}

/// Asked from outside: to end, and to give the terminal back to the shell for a while.
#[derive(Debug, Default)]
struct Asked {
    end: Arc<AtomicBool>,
    suspend: Arc<AtomicBool>,
}

impl Asked {
    fn listen() -> io::Result<Self> {
        let asked = Self::default();
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
            for signal in [SIGTERM, SIGHUP, SIGINT] {
                signal_hook::flag::register(signal, Arc::clone(&asked.end))?;
            }
            signal_hook::flag::register(SIGTSTP, Arc::clone(&asked.suspend))?;
        }
        Ok(asked)
    }
}

/// After a panic on any thread the terminal is given back, the message printed, and the program ended.
fn end_on_panic() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let _ = execute!(io::stdout(), DisableBracketedPaste, Show);
        before(panic);
        std::process::exit(101);
    }));
}

/// Runs the terminal until the person ends it. The terminal is restored also after a panic or a signal.
///
/// # Errors
/// When the terminal cannot be read or written.
pub fn run(options: &Options) -> io::Result<()> {
    let asked = Asked::listen()?;
    end_on_panic();
    let mut terminal = ratatui::try_init()?;
    let pasting = execute!(io::stdout(), EnableBracketedPaste);
    let size = terminal.size()?;
    let model = Model::new(Start {
        voice: options.voice.clone(),
        colours: options.colours,
        ledger: options
            .ledger
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        scanner: options.scanner.clone(),
        now: (options.outside.now)(),
        size: (size.width, size.height),
        new: options.new,
    });
    let outcome = pasting.and_then(|()| converse(&mut terminal, model, options, &asked));
    let _ = execute!(io::stdout(), DisableBracketedPaste);
    ratatui::restore();
    outcome
}

/// Gives the terminal back and stops, as the shell's Ctrl-Z asks; goes on when the shell says so.
fn suspend(terminal: &mut DefaultTerminal, turn: &Turn) -> io::Result<Message> {
    execute!(io::stdout(), DisableBracketedPaste)?;
    ratatui::try_restore()?;
    execute!(io::stdout(), Show)?;
    #[cfg(unix)]
    turn.between(|| signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP))?;
    #[cfg(not(unix))]
    let _ = turn;
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
    // A terminal that knows nothing of what is on the screen draws all of it.
    *terminal = DefaultTerminal::new(CrosstermBackend::new(io::stdout()))?;
    let size = terminal.size()?;
    Ok(Message::Resize(size.width, size.height))
}

/// Reads keys on a thread of its own, so that each has the moment at which it came.
fn listen(begin: Instant, messages: &Sender<Message>) {
    while let Ok(event) = event::read() {
        let message = match event {
            Event::Key(key) => Message::Key(key, millis(begin)),
            Event::Paste(text) => Message::Paste(text),
            Event::Resize(width, height) => Message::Resize(width, height),
            Event::FocusGained | Event::FocusLost | Event::Mouse(_) => continue,
        };
        if messages.send(message).is_err() {
            return;
        }
    }
}

/// Milliseconds since the beginning, of a clock that never jumps.
fn millis(begin: Instant) -> u64 {
    u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn converse(
    terminal: &mut DefaultTerminal,
    mut model: Model,
    options: &Options,
    asked: &Asked,
) -> io::Result<()> {
    let begin = Instant::now();
    let (send, messages) = mpsc::channel();
    let (ask, effects) = mpsc::channel();
    let setup = Setup {
        path: options.ledger.clone(),
        may_make_directory: options.may_make_directory,
        busy: options.busy,
        outside: options.outside.clone(),
        station: options.station.clone(),
    };
    let (answers, turn) = (send.clone(), Arc::new(Turn::default()));
    let taken = Arc::clone(&turn);
    let worker = std::thread::spawn(move || work(&setup, &effects, &answers, &taken));
    std::thread::spawn(move || listen(begin, &send));
    if !options.new {
        for effect in present(&mut model, options.person.clone()) {
            let _ = ask.send(effect);
        }
    }
    terminal.draw(|frame| view(&model, frame))?;
    let mut drawn = model.now;
    while !asked.end.load(Ordering::Relaxed) {
        let mut come = gather(&messages, wait(&model, millis(begin)));
        if asked.suspend.swap(false, Ordering::Relaxed) {
            come.push(suspend(terminal, &turn)?);
        }
        let now = (options.outside.now)();
        // What is shown of time is minutes; a tick alone changes nothing else that can be seen.
        let mut fresh =
            !come.is_empty() || now.millis().div_euclid(MINUTE) != drawn.millis().div_euclid(MINUTE);
        let at = millis(begin);
        fresh |= model.wake().is_some_and(|due| due <= at);
        come.push(Message::Tick(at, now));
        let mut effects = Vec::new();
        for message in come {
            effects.extend(update(&mut model, message));
        }
        fresh |= effects.iter().any(|effect| *effect != Effect::Size);
        match perform(effects, &ask)? {
            Next::End => break,
            Next::Suspend => asked.suspend.store(true, Ordering::Relaxed),
            Next::Go => {}
        }
        if fresh {
            terminal.draw(|frame| view(&model, frame))?;
            drawn = now;
        }
    }
    // What was read before the end is still recorded; then the worker has nothing more to wait for.
    drop(ask);
    let _ = worker.join();
    Ok(())
}

/// How long to wait for the next message: no longer than until something changes by time alone.
fn wait(model: &Model, at: u64) -> Duration {
    model.wake().map_or(TICK, |due| TICK.min(Duration::from_millis(due.saturating_sub(at))))
}

/// All that has come since the last frame; a crowd of keys costs one frame, not one each.
fn gather(messages: &Receiver<Message>, wait: Duration) -> Vec<Message> {
    let mut all = match messages.recv_timeout(wait) {
        Ok(message) => vec![message],
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Vec::new(),
    };
    all.extend(messages.try_iter());
    all
}

/// What follows on effects.
enum Next {
    Go,
    Suspend,
    End,
}

/// Hands effects to the worker, and does what concerns the terminal.
fn perform(effects: Vec<Effect>, ask: &Sender<Effect>) -> io::Result<Next> {
    let (mut bell, mut next) = (false, Next::Go);
    for effect in effects {
        match effect {
            Effect::Quit => return Ok(Next::End),
            Effect::Suspend => next = Next::Suspend,
            Effect::Bell => bell = true,
            Effect::Copy(text) => execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))?,
            asked @ (Effect::Station(_)
            | Effect::Status
            | Effect::Flags
            | Effect::Size
            | Effect::Board
            | Effect::Medium(_)
            | Effect::Search(_)
            | Effect::Log(_)
            | Effect::Places
            | Effect::Orders(_)
            | Effect::Order(_)
            | Effect::Counting(_)
            | Effect::Open
            | Effect::Act(_)
            | Effect::Contents(..)
            | Effect::Found(_)
            | Effect::Export(..)
            | Effect::Verify) => {
                // The worker lives as long as the screen.
                let _ = ask.send(asked);
            }
        }
    }
    if bell {
        let mut out = io::stdout();
        out.write_all(b"\x07")?;
        out.flush()?;
    }
    Ok(next)
}

//! The only room of the terminal that does IO: it reads keys, performs effects, and draws.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use crossterm::event::{self, DisableBracketedPaste, EnableBracketedPaste, Event};
use crossterm::execute;

use super::input::Settings;
use super::message::{Effect, Message};
use super::model::{Model, Start};
use super::update::{needs, update};
use super::view::view;
use super::worker::{Setup, work};
use crate::app::Surroundings;
use crate::domain::names::{Badge, Station};
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
    /// Whether colours may be used.
    pub colours: bool,
}

/// Runs the terminal until the person ends it. The terminal is restored also after a panic or a signal.
///
/// # Errors
/// When the terminal cannot be read or written.
pub fn run(options: &Options) -> io::Result<()> {
    let ended = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&ended))?;
    }
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
        person: options.person.clone(),
        scanner: options.scanner.clone(),
        now: (options.outside.now)(),
        size: (size.width, size.height),
    });
    let outcome = pasting.and_then(|()| converse(&mut terminal, model, options, &ended));
    let _ = execute!(io::stdout(), DisableBracketedPaste);
    ratatui::restore();
    outcome
}

/// Reads keys on a thread of its own, so that each has the moment at which it came.
fn listen(begin: Instant, messages: &Sender<Message>) {
    let millis = |at: Instant| u64::try_from(at.duration_since(begin).as_millis()).unwrap_or(u64::MAX);
    while let Ok(event) = event::read() {
        let message = match event {
            Event::Key(key) => Message::Key(key, millis(Instant::now())),
            Event::Paste(text) => Message::Paste(text),
            Event::Resize(width, height) => Message::Resize(width, height),
            Event::FocusGained | Event::FocusLost | Event::Mouse(_) => continue,
        };
        if messages.send(message).is_err() {
            return;
        }
    }
}

fn converse(
    terminal: &mut ratatui::DefaultTerminal,
    mut model: Model,
    options: &Options,
    ended: &AtomicBool,
) -> io::Result<()> {
    let begin = Instant::now();
    let (send, messages) = mpsc::channel();
    let (ask, asked) = mpsc::channel();
    let setup = Setup {
        path: options.ledger.clone(),
        busy: options.busy,
        outside: options.outside.clone(),
        station: options.station.clone(),
        person: options.person.clone(),
    };
    let answers = send.clone();
    let worker = std::thread::spawn(move || work(&setup, &asked, &answers));
    std::thread::spawn(move || listen(begin, &send));
    let _ = ask.send(Effect::Status);
    if let Some(effect) = needs(model.screen) {
        let _ = ask.send(effect);
    }
    terminal.draw(|frame| view(&model, frame))?;
    while !ended.load(Ordering::Relaxed) {
        let tick = || {
            let at = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
            Message::Tick(at, (options.outside.now)())
        };
        let mut effects = Vec::new();
        for message in gather(&messages, tick) {
            effects.extend(update(&mut model, message));
        }
        if !perform(effects, &ask)? {
            break;
        }
        terminal.draw(|frame| view(&model, frame))?;
    }
    // What was read before the end is still recorded; then the worker has nothing more to wait for.
    drop(ask);
    let _ = worker.join();
    Ok(())
}

/// All that has come since the last frame, and the time; a crowd of keys costs one frame, not one each.
fn gather(messages: &Receiver<Message>, tick: impl Fn() -> Message) -> Vec<Message> {
    let mut all = match messages.recv_timeout(TICK) {
        Ok(message) => vec![message],
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Vec::new(),
    };
    all.extend(messages.try_iter());
    all.push(tick());
    all
}

/// Hands effects to the worker; false when the program is to end.
fn perform(effects: Vec<Effect>, ask: &Sender<Effect>) -> io::Result<bool> {
    let mut bell = false;
    for effect in effects {
        if effect == Effect::Quit {
            return Ok(false);
        }
        if effect == Effect::Bell {
            bell = true;
        } else {
            // The worker ends early only when the ledger could not be opened, which it has said.
            let _ = ask.send(effect);
        }
    }
    if bell {
        let mut out = io::stdout();
        out.write_all(b"\x07")?;
        out.flush()?;
    }
    Ok(true)
}

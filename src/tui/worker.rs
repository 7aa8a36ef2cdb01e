//! The thread where the ledger is: it does what the screens ask, one after the other, and sends answers back.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::time::Duration;

use super::message::{Effect, Message};
use super::turn::Turn;
use crate::app::station::{Order, Station, UNDO_LABEL};
use crate::app::{
    Error, ExportError, Founding, Outside, Session, Surroundings, Trend, Trouble, make_directory,
};
use crate::domain::names::Station as StationName;

/// What the worker needs to begin.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The ledger's file.
    pub path: PathBuf,
    /// Whether the directory of the ledger may be made with it.
    pub may_make_directory: bool,
    /// How long to wait for another process's lock.
    pub busy: Duration,
    /// Clock and randomness.
    pub outside: Surroundings,
    /// The station's name.
    pub station: StationName,
}

/// The ledger and the station, as far as they are there.
#[derive(Debug)]
pub struct Desk {
    pub(super) setup: Setup,
    pub(super) session: Option<Session>,
    pub(super) station: Station,
    trend: Trend,
}

impl Desk {
    /// A desk before its ledger is opened.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        let station = Station::new(setup.station.clone(), None);
        Self { setup, session: None, station, trend: Trend::default() }
    }

    pub(super) fn session(&mut self) -> Result<&Session, Error> {
        if self.session.is_none() {
            let Setup { path, busy, outside, .. } = &self.setup;
            self.session = Some(Session::open(path, *busy, outside.clone()).map_err(gone)?);
        }
        self.session.as_ref().ok_or(Error::NoRandomness)
    }

    /// Does one thing that the screens ask, and gives the answer, also when it could not be done; nothing for
    /// what is no business of the ledger.
    pub fn answer(&mut self, effect: Effect) -> Option<Message> {
        // What could only be read may be writable by now.
        let begins = matches!(effect, Effect::Station(_) | Effect::Act(_) | Effect::Status);
        if begins && self.session.as_ref().is_some_and(Session::is_read_only) {
            self.session = None;
        }
        let label = if let Effect::Station(order) = &effect { Some(self.asked(order)) } else { None };
        self.perform(effect).unwrap_or_else(|error| {
            self.part(&error);
            let error = Arc::new(error);
            Some(match label {
                Some(label) => Message::Unrecorded(label, error, self.station.standing()),
                None => Message::Failed(error),
            })
        })
    }

    /// Closes a ledger that is of no more use as it is open; what comes next opens it anew.
    pub(super) fn part(&mut self, error: &Error) {
        if matches!(error, Error::Trouble(trouble) if trouble.ends_the_connection()) {
            self.session = None;
        }
    }

    /// What was asked of the station, as its list tells it; what may be a PIN is not told.
    fn asked(&self, order: &Order) -> String {
        let hidden = self.station.may_be_pin(order);
        match order {
            Order::Read(_) if hidden => "••••".to_owned(),
            Order::Read(reading) => reading.text.chars().filter(|c| !c.is_control()).take(64).collect(),
            Order::Mode(mode) => mode.label(),
            Order::Badge(badge) | Order::SignOn(badge, _) => badge.to_string(),
            Order::Undo => UNDO_LABEL.to_owned(),
            Order::Override(said) => said.why.to_string(),
            Order::Forget | Order::Witness => String::new(),
        }
    }

    fn perform(&mut self, effect: Effect) -> Result<Option<Message>, Error> {
        if let Effect::Found(founding) = effect {
            return Ok(Some(self.found(*founding)?));
        }
        if let Effect::Act(act) = effect {
            return Ok(Some(self.act(&act)));
        }
        self.session()?;
        let Some(session) = &self.session else { return Ok(None) };
        Ok(Some(match effect {
            Effect::Station(order) => {
                let answer = self.station.obey(session, &order)?;
                Message::Answer(Box::new(answer), self.station.standing())
            }
            // That a note did not go out is told before anything else.
            Effect::Status => match session.undelivered() {
                Some(trouble) => Message::Failed(Arc::new(Error::Trouble(trouble))),
                None => Message::Status(Box::new(session.status()?)),
            },
            Effect::Flags => Message::Flags(session.count_flags()?),
            Effect::Size => Message::Size(session.size()?),
            Effect::Board => {
                let hours = session.trend(&mut self.trend)?;
                Message::Board(Box::new(session.board()?), hours)
            }
            Effect::Medium(name) => Message::Medium(Box::new(session.page(&name)?)),
            Effect::Search(text) => {
                session.may_list(self.station.person(), None)?;
                let (found, more) = session.search(&text)?;
                Message::Found(text, found, more)
            }
            Effect::Log(part) => Message::Log(part, session.part(part)?),
            Effect::Places => Message::Places(session.places(self.station.person())?),
            Effect::Contents(place, window) => {
                session.may_list(self.station.person(), Some(session.place_id(&place)?))?;
                let media = session.contents(&place, &window)?;
                Message::Contents(place, window, media)
            }
            Effect::Orders(all) => Message::Orders(session.orders(!all, None)?),
            Effect::Order(order) => Message::Order(Box::new(session.order(order)?)),
            Effect::Counting(audit) => Message::Counting(session.counting_now(audit)?.map(Box::new)),
            Effect::Open => Message::Open(session.open_matters()?),
            Effect::Export(name, path) => export(session, &name, path)?,
            Effect::Verify
            | Effect::Found(_)
            | Effect::Act(_)
            | Effect::Copy(_)
            | Effect::Suspend
            | Effect::Bell
            | Effect::Quit => return Ok(None),
        }))
    }

    fn found(&mut self, founding: Founding) -> Result<Message, Error> {
        let Setup { path, busy, outside, station, .. } = &self.setup;
        if self.setup.may_make_directory {
            make_directory(path)?;
        }
        let badge = founding.badge.clone();
        let (session, signed) = founding.found(path, *busy, outside.clone(), station.clone())?;
        self.session = Some(session);
        self.station = Station::new(station.clone(), Some(signed));
        Ok(Message::Founded(badge))
    }
}

/// That a ledger is not there which was there when the screens were opened.
fn gone(error: Error) -> Error {
    match error {
        Error::Trouble(Trouble::Missing(path) | Trouble::Vanished(path) | Trouble::Away { path, .. }) => {
            Trouble::Gone(path).into()
        }
        Error::Trouble(_) | Error::Refused(_) | Error::NoRandomness => error,
    }
}

fn export(session: &Session, name: &str, path: PathBuf) -> Result<Message, Error> {
    match session.export_to(name, &path) {
        Ok(full) => Ok(Message::Exported(full)),
        Err(ExportError::File(error)) => Ok(Message::Unwritten(path, error.to_string())),
        Err(ExportError::Ledger(error)) => Err(error),
    }
}

/// Works until nobody asks any more.
pub(super) fn work(setup: &Setup, asked: &Receiver<Effect>, answers: &Sender<Message>, turn: &Turn) {
    let mut desk = Desk::new(setup.clone());
    while let Ok(first) = asked.recv() {
        let mut effects: Vec<Effect> = std::iter::once(first).chain(asked.try_iter()).collect();
        // Of several searches that were typed meanwhile, only the last is still wanted.
        let last = effects.iter().rposition(|effect| matches!(effect, Effect::Search(_)));
        let mut at = 0;
        effects.retain(|effect| {
            at += 1;
            !matches!(effect, Effect::Search(_)) || Some(at - 1) == last
        });
        for effect in effects {
            if effect == Effect::Verify {
                verify_aside(setup, answers);
                continue;
            }
            // What was scanned is recorded even when the screen is gone and nobody hears the answer.
            if let Some(message) = turn.use_ledger(|| desk.answer(effect)) {
                let _ = answers.send(message);
            }
        }
    }
}

/// A check takes as long as it takes; scanning goes on meanwhile.
fn verify_aside(setup: &Setup, answers: &Sender<Message>) {
    let (setup, answers) = (setup.clone(), answers.clone());
    std::thread::spawn(move || {
        let mut told = |done, total| {
            let _ = answers.send(Message::Verifying(done, total));
        };
        let message = match Session::verify(
            &setup.path,
            setup.busy,
            Outside::default(),
            &setup.outside.beside,
            &mut told,
        ) {
            Ok(report) => Message::Verified(Box::new(report)),
            Err(error) => Message::Failed(Arc::new(error)),
        };
        let _ = answers.send(message);
    });
}

//! The thread where the ledger is: it does what the screens ask, one after the other, and sends answers back.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::time::Duration;

use super::message::{Effect, Message};
use crate::app::station::Station;
use crate::app::{Error, Session, Surroundings};
use crate::domain::names::{Badge, Station as StationName};

/// How many of the newest entries the ledger screen shows.
const TAIL: u32 = 200;

/// What the worker needs to begin.
#[derive(Debug, Clone)]
pub(super) struct Setup {
    pub(super) path: PathBuf,
    pub(super) busy: Duration,
    pub(super) outside: Surroundings,
    pub(super) station: StationName,
    pub(super) person: Option<Badge>,
}

/// Works until nobody asks any more.
pub(super) fn work(setup: &Setup, asked: &Receiver<Effect>, answers: &Sender<Message>) {
    let session = match Session::open(&setup.path, setup.busy, setup.outside.clone()) {
        Ok(session) => session,
        Err(error) => {
            let _ = answers.send(Message::Failed(Arc::new(error)));
            return;
        }
    };
    let mut station = Station::new(setup.station.clone(), setup.person.clone());
    while let Ok(effect) = asked.recv() {
        if effect == Effect::Verify {
            verify_aside(setup, answers);
            continue;
        }
        let answer = perform(&session, &mut station, effect);
        let message = answer.unwrap_or_else(|error| Some(Message::Failed(Arc::new(error))));
        // When nobody listens any more, the screen is gone, and so is the reason to work.
        if message.is_some_and(|message| answers.send(message).is_err()) {
            return;
        }
    }
}

/// Does one thing that the screens ask, and gives the answer; nothing for what is no business of the ledger.
///
/// # Errors
/// When the ledger cannot be used.
pub fn perform(session: &Session, station: &mut Station, effect: Effect) -> Result<Option<Message>, Error> {
    Ok(Some(match effect {
        Effect::Station(order) => Message::Answer(Box::new(station.obey(session, &order)?)),
        Effect::Status => Message::Status(Box::new(session.status()?)),
        Effect::Board => Message::Board(session.board()?),
        Effect::Medium(name) => Message::Medium(Box::new(session.page(&name)?)),
        Effect::Search(text) => {
            let found = session.search(&text)?;
            Message::Found(text, found)
        }
        Effect::Tail => Message::Tail(session.tail(TAIL)?),
        Effect::Places => Message::Places(session.places()?),
        Effect::Verify | Effect::Bell | Effect::Quit => return Ok(None),
    }))
}

/// A check takes as long as it takes; scanning goes on meanwhile.
fn verify_aside(setup: &Setup, answers: &Sender<Message>) {
    let (setup, answers) = (setup.clone(), answers.clone());
    std::thread::spawn(move || {
        let mut told = |done, total| {
            let _ = answers.send(Message::Verifying(done, total));
        };
        let message = match Session::verify(&setup.path, setup.busy, &mut told) {
            Ok(report) => Message::Verified(Box::new(report)),
            Err(error) => Message::Failed(Arc::new(error)),
        };
        let _ = answers.send(message);
    });
}

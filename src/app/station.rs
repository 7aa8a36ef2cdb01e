//! A scan station: what each label means that is held before its scanner, given the labels before it.
//!
//! A command label sets the mode, a place label the place, a badge the person; everything else is a medium.
//! The station runs where the ledger is, in the order in which labels were read, so that a place label and the
//! tape after it can never change places, however fast they come.

use std::collections::HashMap;

use crate::domain::barcode::{MAX_LENGTH, two_in_one};
use crate::domain::event::How;
use crate::domain::names::{Badge, Barcode, OrderId, PlaceCode, Station as StationName};
use crate::domain::refusal::Refusal;
use crate::domain::resolve::{barcode, read_label, shown};
use crate::domain::time::Timestamp;
use crate::domain::world::World;

use super::credentials::{Claim, Pin, Signed};
use super::custody::{Outcome, Scan};
use super::session::{Error, Session, Who};
use super::verbs::{Leaving, Verb};

crate::domain::words! {
    /// What a station does with the media that are scanned.
    Mode {
        /// Takes them out of the vault.
        CheckOut = "check-out",
        /// Loads them into a device.
        Load = "load",
        /// Takes them out of their device.
        Eject = "eject",
        /// Puts them into a vault.
        CheckIn = "check-in",
        /// Hands them over to another person.
        HandOver = "hand-over",
        /// Records that they were seen.
        Sight = "sight",
    }
}

impl Mode {
    /// What its command label says, to be printed as a barcode: `KB-CHECK-OUT`.
    #[must_use]
    pub fn label(self) -> String {
        format!("KB-{}", self.word().to_uppercase())
    }

    /// Whether it needs a place.
    #[must_use]
    pub const fn needs_place(self) -> bool {
        matches!(self, Self::Load | Self::CheckIn | Self::Sight)
    }
}

/// The command label that takes the last step back.
pub const UNDO_LABEL: &str = "KB-UNDO";

/// Milliseconds within which the same label again is the scanner firing twice.
const BOUNCE: i64 = 400;

/// What was read, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The text.
    pub text: String,
    /// By what means.
    pub how: How,
    /// When.
    pub at: Timestamp,
}

/// What a station is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Take this reading.
    Read(Reading),
    /// Change the mode.
    Mode(Mode),
    /// This person stands before it.
    Badge(Badge),
    /// This person gives this PIN.
    SignOn(Badge, Pin),
    /// Take the last step back.
    Undo,
    /// Forget who stands before it: nobody has touched it for long.
    Forget,
}

/// What a station answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The mode is set, and a new batch begun.
    Mode(Mode),
    /// The place is set, and a new batch begun.
    Place(PlaceCode),
    /// This person acts from now on.
    Person(Badge),
    /// This person takes what is handed over.
    Recipient(Badge),
    /// A medium's step is recorded.
    Done {
        /// The medium.
        barcode: Barcode,
        /// What was done.
        verb: Box<Verb>,
        /// The entry.
        seq: u64,
        /// The order that the step counts under.
        under: Option<OrderId>,
    },
    /// A medium's step was refused.
    Refused {
        /// What was read.
        shown: String,
        /// Why.
        refusal: Box<Refusal>,
    },
    /// The label was already taken in this batch, as this entry.
    Already {
        /// The medium.
        barcode: Barcode,
        /// The entry.
        seq: u64,
    },
    /// The scanner fired twice; it is one reading.
    Bounce,
    /// Two labels came as one reading; neither is taken.
    TwoLabels {
        /// What was read.
        shown: String,
    },
    /// This person stands before it, from the start.
    Present(Badge),
    /// This person's PIN is wanted first.
    PinWanted(Badge),
    /// This person's PIN was not taken.
    PinRefused(Badge, Box<Refusal>),
    /// Nobody stands before it any more.
    Forgotten,
    /// First somebody must say who they are.
    NeedPerson,
    /// First the place must be scanned.
    NeedPlace(Mode),
    /// First the badge of who takes them must be scanned.
    NeedRecipient,
    /// There is nothing to take back.
    NothingToUndo,
}

/// The state of a station.
#[derive(Debug)]
pub struct Station {
    name: StationName,
    mode: Mode,
    person: Option<Signed>,
    place: Option<PlaceCode>,
    recipient: Option<Signed>,
    batch: HashMap<Barcode, u64>,
    last_done: Vec<Barcode>,
    last_read: Option<(String, Timestamp)>,
}

impl Station {
    /// A station of this name, with the person who has signed on.
    #[must_use]
    pub fn new(name: StationName, person: Option<Signed>) -> Self {
        Self {
            name,
            mode: Mode::CheckIn,
            person,
            place: None,
            recipient: None,
            batch: HashMap::new(),
            last_done: Vec::new(),
            last_read: None,
        }
    }

    /// The mode it begins with and is in.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Does what is asked.
    ///
    /// # Errors
    /// When the ledger cannot be used; nothing was recorded then.
    pub fn obey(&mut self, session: &Session, order: &Order) -> Result<Answer, Error> {
        match order {
            Order::Mode(mode) => Ok(self.set_mode(*mode)),
            Order::Undo => self.undo(session),
            Order::Badge(badge) => {
                let answer = self.badge(session, badge.clone())?;
                Ok(if let Answer::Person(badge) = answer { Answer::Present(badge) } else { answer })
            }
            Order::SignOn(badge, pin) => self.sign_on(session, badge, Some(pin)),
            Order::Forget => {
                (self.person, self.recipient) = (None, None);
                self.last_done.clear();
                self.begin_batch();
                Ok(Answer::Forgotten)
            }
            Order::Read(reading) => self.read(session, reading),
        }
    }

    fn begin_batch(&mut self) {
        self.batch.clear();
    }

    fn set_mode(&mut self, mode: Mode) -> Answer {
        self.mode = mode;
        self.recipient = None;
        self.begin_batch();
        Answer::Mode(mode)
    }

    fn read(&mut self, session: &Session, reading: &Reading) -> Result<Answer, Error> {
        let text = reading.text.trim();
        let upper = text.to_uppercase();
        if let Some((last, at)) = &self.last_read
            && *last == upper
            && reading.at.since(*at) < BOUNCE
            && reading.how == How::Scanned
        {
            self.last_read = Some((upper, reading.at));
            return Ok(Answer::Bounce);
        }
        self.last_read = Some((upper.clone(), reading.at));
        if upper == UNDO_LABEL {
            return self.undo(session);
        }
        if let Some(mode) = Mode::ALL.iter().find(|mode| mode.label() == upper) {
            return Ok(self.set_mode(*mode));
        }
        if two_in_one(text) {
            let shown = shown(text).map_or_else(String::new, |text| text.to_string());
            return Ok(Answer::TwoLabels { shown });
        }
        if let Some(answer) = self.setting(session, text)? {
            return Ok(answer);
        }
        self.medium(session, reading)
    }

    /// A place or a badge, if that is what the text is; a medium's own barcode goes before both.
    fn setting(&mut self, session: &Session, text: &str) -> Result<Option<Answer>, Error> {
        if text.len() > MAX_LENGTH {
            return Ok(None);
        }
        let (place, person) = session.look(|view| {
            let label = read_label(text, view.policy()).ok().and_then(|label| barcode(&label).ok());
            let taken = match &label {
                Some(label) => view.holder(label)?.is_some(),
                None => false,
            };
            if taken {
                return Ok((None, None));
            }
            let place = match PlaceCode::new(text) {
                Ok(code) => view.place_by_code(&code)?.filter(|place| !place.retired),
                Err(_) => None,
            };
            let person = match Badge::new(text) {
                Ok(badge) if place.is_none() => view.person_by_badge(&badge)?,
                _ => None,
            };
            Ok::<_, Error>((place, person))
        })?;
        if let Some(place) = place {
            self.place = Some(place.code.clone());
            self.begin_batch();
            return Ok(Some(Answer::Place(place.code)));
        }
        let Some(person) = person else { return Ok(None) };
        self.badge(session, person.badge).map(Some)
    }

    /// A badge was read. Who stands here already needs no PIN again.
    fn badge(&mut self, session: &Session, badge: Badge) -> Result<Answer, Error> {
        if self.person.as_ref().is_some_and(|by| *by.badge() == badge) {
            self.begin_batch();
            return Ok(Answer::Person(badge));
        }
        self.sign_on(session, &badge, None)
    }

    fn sign_on(&mut self, session: &Session, badge: &Badge, pin: Option<&Pin>) -> Result<Answer, Error> {
        let signed = match session.sign_on(Claim { badge, pin }, &self.name) {
            Ok(signed) => signed,
            Err(Error::Refused(refusal)) if matches!(*refusal, Refusal::PinMissing { .. }) => {
                return Ok(Answer::PinWanted(badge.clone()));
            }
            Err(Error::Refused(refusal)) => return Ok(Answer::PinRefused(badge.clone(), refusal)),
            Err(error) => return Err(error),
        };
        self.begin_batch();
        if self.mode == Mode::HandOver && self.person.as_ref().is_some_and(|by| by.badge() != badge) {
            self.recipient = Some(signed);
            return Ok(Answer::Recipient(badge.clone()));
        }
        self.person = Some(signed);
        Ok(Answer::Person(badge.clone()))
    }

    fn medium(&mut self, session: &Session, reading: &Reading) -> Result<Answer, Error> {
        let Some(by) = self.person.clone() else { return Ok(Answer::NeedPerson) };
        let Some(verb) = self.verb() else {
            return Ok(if self.mode == Mode::HandOver {
                Answer::NeedRecipient
            } else {
                Answer::NeedPlace(self.mode)
            });
        };
        // The same medium by whatever spelling: asked of the record before anything is written.
        if let Ok(known) = session.show(&reading.text)
            && let Some(seq) = self.batch.get(&known.barcode)
        {
            return Ok(Answer::Already { barcode: known.barcode, seq: *seq });
        }
        let who = Who::new(by, None, self.name.clone());
        let scan = Scan { text: &reading.text, how: reading.how, occurred: None };
        match session.scan(&who, &verb, &scan)? {
            Outcome::Done { seq, barcode, under } => {
                self.batch.insert(barcode.clone(), seq);
                self.last_done.push(barcode.clone());
                Ok(Answer::Done { barcode, verb: Box::new(verb), seq, under })
            }
            Outcome::Refused { shown, refusal, .. } => Ok(Answer::Refused { shown, refusal }),
        }
    }

    fn verb(&self) -> Option<Verb> {
        Some(match self.mode {
            Mode::CheckOut => Verb::CheckOut(Leaving::default()),
            Mode::Load => Verb::Load(self.place.clone()?, None),
            Mode::Eject => Verb::Eject,
            Mode::CheckIn => Verb::CheckIn(self.place.clone()?),
            Mode::HandOver => Verb::HandOver(self.recipient.clone()?),
            Mode::Sight => Verb::Sight(self.place.clone()?),
        })
    }

    fn undo(&mut self, session: &Session) -> Result<Answer, Error> {
        let Some(by) = self.person.clone() else { return Ok(Answer::NeedPerson) };
        let Some(barcode) = self.last_done.pop() else { return Ok(Answer::NothingToUndo) };
        let who = Who::new(by, None, self.name.clone());
        let scan = Scan { text: barcode.as_str(), how: How::Typed, occurred: None };
        Ok(match session.scan(&who, &Verb::Void, &scan)? {
            Outcome::Done { seq, barcode, .. } => {
                self.batch.remove(&barcode);
                Answer::Done { barcode, verb: Box::new(Verb::Void), seq, under: None }
            }
            Outcome::Refused { shown, refusal, .. } => Answer::Refused { shown, refusal },
        })
    }
}

//! A scan station: what each label means that is held before its scanner, given the labels before it.
//!
//! A command label sets the mode, a place label the place, a badge the person; everything else is a medium.
//! The station runs where the ledger is, in the order in which labels were read, so that a place label and the
//! tape after it can never change places, however fast they come.

mod count;
mod labels;
mod terms;

use std::collections::HashMap;

use crate::domain::barcode::two_in_one;
use crate::domain::event::{How, LabelTrouble};
use crate::domain::names::{AuditId, Badge, Barcode, OrderId, PlaceCode, Station as StationName};
use crate::domain::refusal::Refusal;
use crate::domain::resolve::shown;
use crate::domain::time::{HOUR, Timestamp};

use super::clocks::Shift;
use super::credentials::{Claim, Pin, Signed};
use super::custody::{Outcome, Scan, Unread};
use super::session::{Error, Session};
use super::verbs::{Leaving, Said, Verb};
use super::views::MediumView;
use super::who::Who;
use labels::{Command, badge_of, command, names_nothing, two_known};
pub(super) use labels::{Setting, setting};
pub use terms::{Answer, Mode, ORDER_LABEL, Order, Reading, Standing, UNDO_LABEL};

/// Milliseconds within which the same label again is a bounce.
const BOUNCE: i64 = 400;

/// The state of a station.
#[derive(Debug)]
pub struct Station {
    name: StationName,
    mode: Mode,
    person: Option<Signed>,
    /// The shift of that person.
    shift: Option<Shift>,
    place: Option<PlaceCode>,
    recipient: Option<Signed>,
    witness: Option<Signed>,
    /// Whether the next badge is that of a second person.
    awaits_witness: bool,
    order: Option<OrderId>,
    audit: Option<AuditId>,
    without: Option<Said>,
    batch: HashMap<Barcode, u64>,
    last_done: Vec<Barcode>,
    last_read: Option<(String, Timestamp)>,
    after_badge: bool,
}

impl Station {
    /// A station of this name, with the person who has signed on.
    #[must_use]
    pub fn new(name: StationName, person: Option<Signed>) -> Self {
        Self {
            name,
            mode: Mode::CheckIn,
            person,
            shift: None,
            place: None,
            recipient: None,
            witness: None,
            awaits_witness: false,
            order: None,
            audit: None,
            without: None,
            batch: HashMap::new(),
            last_done: Vec::new(),
            last_read: None,
            after_badge: false,
        }
    }

    /// The mode it begins with and is in.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Whom it serves.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let badge = |signed: &Option<Signed>| signed.as_ref().map(|signed| signed.badge().clone());
        Standing {
            person: badge(&self.person),
            recipient: badge(&self.recipient),
            witness: badge(&self.witness),
            order: self.order,
            place: self.place.clone(),
            audit: self.audit,
            without: self.without.is_some(),
            after_badge: self.after_badge,
        }
    }

    /// Whether what was read may be a PIN, which is never shown: digits typed right after a badge.
    #[must_use]
    pub fn may_be_pin(&self, order: &Order) -> bool {
        matches!(order, Order::Read(reading) if self.after_badge
            && reading.how == How::Typed && Pin::new(&reading.text).is_some())
    }

    /// Does what is asked.
    ///
    /// # Errors
    /// When the ledger cannot be used; nothing was recorded then.
    pub fn obey(&mut self, session: &Session, order: &Order) -> Result<Answer, Error> {
        let answer = match order {
            Order::Mode(mode) => self.set_mode(*mode),
            Order::Undo => self.undo(session)?,
            Order::Badge(badge) => {
                let answer = self.badge(session, badge.clone())?;
                if let Answer::Person(badge) = answer { Answer::Present(badge) } else { answer }
            }
            Order::SignOn(badge, pin) => self.sign_on(session, badge, Some(pin))?,
            Order::Witness => {
                (self.witness, self.awaits_witness) = (None, true);
                Answer::WitnessWanted
            }
            Order::Override(said) => {
                self.set_mode(Mode::CheckOut);
                self.without = Some(said.clone());
                Answer::Override
            }
            Order::Forget => {
                self.forget();
                Answer::Forgotten
            }
            Order::Read(_) if self.may_be_pin(order) => self.read_digits(session, order)?,
            Order::Read(reading) => self.read(session, reading)?,
        };
        if !matches!(answer, Answer::Mode(_) | Answer::Bounce) {
            self.after_badge = answer.is_of_badge();
        }
        Ok(answer)
    }

    fn begin_batch(&mut self) {
        self.batch.clear();
    }

    /// Nobody stands here any more.
    fn forget(&mut self) {
        (self.person, self.shift) = (None, None);
        self.last_done.clear();
        self.alone();
    }

    /// What was set for the batch is set no more.
    fn alone(&mut self) {
        (self.recipient, self.witness, self.awaits_witness) = (None, None, false);
        (self.order, self.audit, self.without) = (None, None, None);
        self.begin_batch();
    }

    /// Somebody stands here from now on, until the shift is over.
    fn begin(&mut self, session: &Session, person: Signed) -> Result<(), Error> {
        let hours = i64::try_from(session.policy()?.shift_hours).unwrap_or(i64::MAX);
        self.shift = Some(Shift { began: session.now(), length: hours.saturating_mul(HOUR) });
        self.person = Some(person);
        Ok(())
    }

    /// Who stands here and has signed on.
    #[must_use]
    pub const fn person(&self) -> Option<&Signed> {
        self.person.as_ref()
    }

    /// Who stands here, if this is their badge: they have signed on and need no PIN again.
    #[must_use]
    pub fn signed(&self, badge: &Badge) -> Option<&Signed> {
        self.person.as_ref().filter(|by| by.badge() == badge)
    }

    /// The shift was handed over: this person stands here now.
    ///
    /// # Errors
    /// When the policy cannot be read.
    pub fn relieve(&mut self, session: &Session, person: Signed) -> Result<(), Error> {
        self.forget();
        self.begin(session, person)
    }

    fn set_mode(&mut self, mode: Mode) -> Answer {
        self.mode = mode;
        self.alone();
        if mode == Mode::Audit {
            // The place decides which stocktake a label counts in, so it is read again.
            self.place = None;
        }
        Answer::Mode(mode)
    }

    fn read(&mut self, session: &Session, reading: &Reading) -> Result<Answer, Error> {
        let text = reading.text.trim();
        let upper = text.to_uppercase();
        if let Some((last, at)) = &self.last_read
            && *last == upper
            && (0..BOUNCE).contains(&reading.at.since(*at))
            && reading.how == How::Scanned
        {
            self.last_read = Some((upper, reading.at));
            return Ok(Answer::Bounce);
        }
        self.last_read = Some((upper, reading.at));
        match command(text) {
            Some(Command::Undo) => return self.undo(session),
            Some(Command::Mode(mode)) => return Ok(self.set_mode(mode)),
            Some(Command::Order(order)) => return self.under(session, order),
            None => {}
        }
        if self.shift.is_some_and(|shift| shift.is_over(session.now())) {
            self.forget();
            return session.policy().map(|policy| Answer::ShiftOver(policy.shift_hours));
        }
        if two_in_one(text) {
            return self.two_labels(session, reading);
        }
        if self.wants_badge()
            && let Some(badge) = badge_of(session, text)?
        {
            return self.badge(session, badge);
        }
        match setting(session, text)? {
            Some(Setting::Place(code)) if self.mode == Mode::Audit => return self.count_at(session, code),
            Some(Setting::Place(code)) => {
                self.place = Some(code.clone());
                self.begin_batch();
                return Ok(Answer::Place(code));
            }
            Some(Setting::Badge(badge)) => return self.badge(session, badge),
            None => {}
        }
        let named = session.show(&reading.text);
        if names_nothing(&named) && two_known(session, text)? {
            return self.two_labels(session, reading);
        }
        self.medium(session, reading, named)
    }

    /// Whether nothing goes on before a badge is read: then one that is also a barcode or a place is the badge.
    const fn wants_badge(&self) -> bool {
        let nobody_takes = matches!(self.mode, Mode::HandOver) && self.recipient.is_none();
        self.person.is_none() || self.awaits_witness || nobody_takes
    }

    /// What is taken out from now on goes under this order; it must be there.
    fn under(&mut self, session: &Session, order: OrderId) -> Result<Answer, Error> {
        match session.order(order) {
            Ok(_) => {
                self.set_mode(Mode::CheckOut);
                self.order = Some(order);
                Ok(Answer::Order(order))
            }
            Err(Error::Refused(refusal)) => {
                Ok(Answer::Refused { shown: format!("{ORDER_LABEL}{order}"), refusal, seq: None })
            }
            Err(error) => Err(error),
        }
    }

    /// Digits that may be a PIN, typed where it is not asked for, go nowhere unless they name something.
    fn read_digits(&mut self, session: &Session, order: &Order) -> Result<Answer, Error> {
        let Order::Read(reading) = order else { return Ok(Answer::Bounce) };
        let text = reading.text.trim();
        if setting(session, text)?.is_none() && names_nothing(&session.show(text)) {
            return Ok(Answer::PinLike(text.chars().count()));
        }
        self.read(session, reading)
    }

    /// Two labels in one reading: neither is taken, and the reading is on record like any that names nothing.
    fn two_labels(&self, session: &Session, reading: &Reading) -> Result<Answer, Error> {
        if let Some(by) = self.person.clone() {
            let who = Who::new(by, None, self.name.clone());
            let place = self.place.clone().filter(|_| self.mode.needs_place());
            let (action, why, audit) = (self.mode.kind(), LabelTrouble::Unreadable, self.audit);
            let unread = Unread { action, place, why, audit };
            session.unread(&who, unread, &Scan { text: &reading.text, how: reading.how, occurred: None })?;
        }
        let shown = shown(&reading.text).map_or_else(String::new, |text| text.to_string());
        Ok(Answer::TwoLabels { shown })
    }

    /// A badge was read. Who stands here already needs no PIN again.
    fn badge(&mut self, session: &Session, badge: Badge) -> Result<Answer, Error> {
        if self.person.as_ref().is_some_and(|by| *by.badge() == badge) {
            self.begin_batch();
            return Ok(Answer::SignedOn(badge));
        }
        self.sign_on(session, &badge, None)
    }

    /// Whoever was there before is gone at once: a sign-on that fails or is left must not act in their name.
    fn sign_on(&mut self, session: &Session, badge: &Badge, pin: Option<&Pin>) -> Result<Answer, Error> {
        let other = self.person.as_ref().is_some_and(|by| by.badge() != badge);
        let stands_by = other && self.awaits_witness;
        let takes = other && self.mode == Mode::HandOver && !stands_by;
        if takes {
            self.recipient = None;
        } else if !stands_by {
            self.forget();
        }
        self.begin_batch();
        let signed = match session.sign_on(Claim { badge, pin }, &self.name) {
            Ok(signed) => signed,
            Err(Error::Refused(refusal)) if matches!(*refusal, Refusal::PinMissing { .. }) => {
                return Ok(Answer::PinWanted(badge.clone()));
            }
            Err(Error::Refused(refusal)) => return Ok(Answer::PinRefused(badge.clone(), refusal)),
            Err(error) => return Err(error),
        };
        if stands_by {
            (self.witness, self.awaits_witness) = (Some(signed), false);
            return Ok(Answer::Witness(badge.clone()));
        }
        if takes {
            self.recipient = Some(signed);
            return Ok(Answer::Recipient(badge.clone()));
        }
        self.begin(session, signed)?;
        Ok(Answer::Person(badge.clone()))
    }

    fn medium(
        &mut self,
        session: &Session,
        reading: &Reading,
        named: Result<MediumView, Error>,
    ) -> Result<Answer, Error> {
        let Some(by) = self.person.clone() else { return Ok(Answer::NeedPerson) };
        let Some(verb) = self.verb() else {
            return Ok(if self.mode == Mode::HandOver {
                Answer::NeedRecipient
            } else {
                Answer::NeedPlace(self.mode)
            });
        };
        if let Verb::Count(audit, place) = &verb {
            return self.count(session, by, (*audit, place), reading);
        }
        // The same medium by whatever spelling: asked of the record before anything is written.
        if let Ok(known) = named
            && let Some(seq) = self.batch.get(&known.barcode)
        {
            return Ok(Answer::Already { barcode: known.barcode, seq: *seq });
        }
        let who = Who::new(by, self.witness.clone(), self.name.clone());
        let scan = Scan { text: &reading.text, how: reading.how, occurred: None };
        match session.scan(&who, &verb, &scan)? {
            Outcome::Done { seq, barcode, under } => {
                self.batch.insert(barcode.clone(), seq);
                self.last_done.push(barcode.clone());
                Ok(Answer::Done { barcode, verb: Box::new(verb), seq, under })
            }
            Outcome::Refused { shown, refusal, seq } => Ok(Answer::Refused { shown, refusal, seq }),
        }
    }

    fn verb(&self) -> Option<Verb> {
        Some(match self.mode {
            Mode::CheckOut => {
                let (order, without) = (self.order, self.without.clone());
                Verb::CheckOut(Leaving { until: None, order, without })
            }
            Mode::Load => Verb::Load(self.place.clone()?, None),
            Mode::Eject => Verb::Eject,
            Mode::CheckIn => Verb::CheckIn(self.place.clone()?),
            Mode::HandOver => Verb::HandOver(self.recipient.clone()?),
            Mode::Sight => Verb::Sight(self.place.clone()?),
            Mode::Audit => Verb::Count(self.audit?, self.place.clone()?),
        })
    }

    fn undo(&mut self, session: &Session) -> Result<Answer, Error> {
        let Some(by) = self.person.clone() else { return Ok(Answer::NeedPerson) };
        // A reading is a fact: it is not taken back, and what was done before the count is no part of it.
        if self.mode == Mode::Audit {
            return Ok(Answer::NothingToUndo);
        }
        let Some(barcode) = self.last_done.pop() else { return Ok(Answer::NothingToUndo) };
        let who = Who::new(by, None, self.name.clone());
        let scan = Scan { text: barcode.as_str(), how: How::Typed, occurred: None };
        Ok(match session.scan(&who, &Verb::Void, &scan)? {
            Outcome::Done { seq, barcode, .. } => {
                self.batch.remove(&barcode);
                Answer::Done { barcode, verb: Box::new(Verb::Void), seq, under: None }
            }
            Outcome::Refused { shown, refusal, seq } => Answer::Refused { shown, refusal, seq },
        })
    }
}

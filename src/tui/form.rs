//! Forms: what is asked for in a few lines that a person fills in. A scan goes only into the lines that ask for
//! a label; everything else is typed.

use crate::app::moment::to_come;
use crate::app::{NewOrder, Open, Pin, Said, Wanted};
use crate::domain::names::{AuditId, Badge, Code, MediumId, OrderId, PlaceCode, Term};
use crate::domain::time::Timestamp;

/// What a form is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// A new order.
    Request,
    /// Approving an order.
    Approve(OrderId),
    /// Turning an order down.
    Reject(OrderId),
    /// Giving an order more time.
    Extend(OrderId),
    /// Closing an order.
    Close(OrderId),
    /// Standing by a check-out that had no order.
    Ratify(MediumId),
    /// Taking media out without an order.
    Override,
    /// Handing the shift over, with what is open.
    Shift(Option<Open>),
    /// Opening a stocktake.
    OpenAudit,
    /// Beginning the second count.
    Recount(AuditId),
    /// Closing a stocktake.
    CloseAudit(AuditId),
}

crate::domain::words! {
    /// A line of a form.
    Field {
        /// The purpose of an order.
        Purpose = "purpose",
        /// When all must be back.
        Until = "until",
        /// The media.
        Media = "media",
        /// Where they go.
        To = "to",
        /// What for, in words.
        Text = "text",
        /// The work to be done.
        Work = "work",
        /// Why.
        Why = "why",
        /// The media that cannot be found.
        Missing = "missing",
        /// What is counted; the whole site, if nothing is said.
        Place = "place",
        /// The badge of who does it.
        Badge = "badge",
        /// Their PIN.
        Pin = "pin",
        /// The PIN of who hands over.
        OwnPin = "own_pin",
        /// The badge of the second person.
        With = "with",
        /// The badge of who takes on.
        Next = "next",
        /// Their PIN.
        NextPin = "next_pin",
    }
}

impl Field {
    /// Whether a label may be scanned into it.
    #[must_use]
    pub const fn takes_labels(self) -> bool {
        matches!(self, Self::Media | Self::Missing | Self::Place | Self::Badge | Self::With | Self::Next)
    }

    /// Whether it holds several labels.
    #[must_use]
    pub const fn takes_many(self) -> bool {
        matches!(self, Self::Media | Self::Missing)
    }

    /// Whether it is a PIN, which is never shown.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::Pin | Self::OwnPin | Self::NextPin)
    }
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// It must be filled in.
    Empty(Field),
    /// It is not a moment.
    Moment(String),
    /// It is not a name of its kind.
    Name(Field, String),
    /// It is not a PIN.
    Pin,
    /// The ledger says so.
    Said(String),
}

/// A form and what has been filled in so far.
#[derive(Debug, Clone)]
pub struct Form {
    /// What it is for.
    pub ask: Ask,
    /// Its lines, and what stands in them.
    pub lines: Vec<(Field, String)>,
    /// Which line is filled in.
    pub at: usize,
    /// What is wrong.
    pub wrong: Option<Wrong>,
    /// Whether it was sent and is being done.
    pub sent: bool,
    /// A line with what is taken for granted, which the first letter replaces.
    pub granted: Option<Field>,
    /// How many lines of what is open have been turned over.
    pub top: usize,
}

/// Who does it: a badge, and the PIN if one was given.
pub type By = (Badge, Option<Pin>);

/// What a form asks the ledger for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Ask for this order.
    Request(Box<NewOrder>),
    /// Approve this order.
    Approve(OrderId, By),
    /// Turn it down.
    Reject(OrderId, Said, By),
    /// Give it more time.
    Extend(OrderId, Timestamp, By),
    /// Close it; these media are missing, and why.
    Close(OrderId, Vec<String>, Option<Said>, By),
    /// Stand by the oldest check-out of a medium that had no order.
    Ratify(MediumId, By),
    /// Hand the shift over: the PIN of who stands here, and the badge and PIN of who takes on.
    Shift(Pin, Badge, Pin),
    /// Open a stocktake of this place, or of the whole site.
    OpenAudit(Option<PlaceCode>, By),
    /// Begin the second count.
    Recount(AuditId, By),
    /// Close it, with this second person.
    CloseAudit(AuditId, By, Badge, Pin),
}

/// What a form that is filled in comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Something for the ledger.
    Act(Act),
    /// The station takes media out without an order from now on.
    Override(Said),
}

/// The longest line, in letters; a list of media may be longer.
const LONGEST: (usize, usize) = (200, 20_000);

impl Form {
    /// An empty form; where somebody stands before the station, they are who does it unless another is named.
    #[must_use]
    pub fn new(ask: Ask, person: Option<&Badge>) -> Self {
        use Field::{
            Badge as B, Media, Missing, Next, NextPin, OwnPin, Pin, Place, Purpose, Text, To, Until, Why,
            With, Work,
        };
        let fields: &[Field] = match ask {
            Ask::Request => &[Purpose, Until, Media, To, Text, Work],
            Ask::Approve(_) | Ask::Ratify(_) | Ask::Recount(_) => &[B, Pin],
            Ask::OpenAudit => &[Place, B, Pin],
            Ask::CloseAudit(_) => &[B, Pin, With, NextPin],
            Ask::Reject(_) => &[Why, B, Pin],
            Ask::Extend(_) => &[Until, B, Pin],
            Ask::Close(_) => &[Missing, Why, B, Pin],
            Ask::Override => &[Why],
            Ask::Shift(_) => &[OwnPin, Next, NextPin],
        };
        let begin = |field: Field| match (field, person) {
            (B, Some(person)) => person.to_string(),
            _ => String::new(),
        };
        let lines = fields.iter().map(|field| (*field, begin(*field))).collect();
        Self { ask, lines, at: 0, wrong: None, sent: false, granted: person.map(|_| B), top: 0 }
    }

    /// The line that is filled in.
    #[must_use]
    pub fn field(&self) -> Option<Field> {
        self.lines.get(self.at).map(|(field, _)| *field)
    }

    /// What stands in the line that is filled in.
    #[must_use]
    pub fn text(&self) -> Option<&String> {
        self.lines.get(self.at).map(|(_, text)| text)
    }

    /// The same, to be changed.
    pub fn text_mut(&mut self) -> Option<&mut String> {
        self.lines.get_mut(self.at).map(|(_, text)| text)
    }

    /// Takes a letter.
    pub fn letter(&mut self, c: char) {
        let replaces = self.granted.is_some() && self.granted == self.field();
        if replaces {
            self.granted = None;
            self.text_mut().into_iter().for_each(String::clear);
        }
        let many = self.field().is_some_and(Field::takes_many);
        let most = if many { LONGEST.1 } else { LONGEST.0 };
        if let Some(text) = self.text_mut()
            && text.chars().count() < most
        {
            text.push(c);
        }
    }

    /// Takes the last letter back.
    pub fn backspace(&mut self) {
        if self.granted == self.field() {
            self.granted = None;
        }
        if let Some(text) = self.text_mut() {
            text.pop();
        }
    }

    /// Goes to another line.
    pub fn step(&mut self, by: isize) {
        self.at = self.at.saturating_add_signed(by).min(self.lines.len().saturating_sub(1));
    }

    /// Ends a line: a label of several is parted from the next; after the last line, true.
    pub fn enter(&mut self) -> bool {
        let many = self.field().is_some_and(Field::takes_many);
        if let Some(text) = self.text_mut().filter(|text| many && !text.is_empty() && !text.ends_with(' ')) {
            text.push(' ');
            return false;
        }
        let last = self.at + 1 >= self.lines.len();
        self.step(1);
        last
    }

    /// What stands in a line, without spaces around it.
    #[must_use]
    pub fn told(&self, field: Field) -> &str {
        self.lines.iter().find(|(one, _)| *one == field).map_or("", |(_, text)| text.trim())
    }

    /// What it asks for, at this moment so many seconds east of Greenwich.
    ///
    /// # Errors
    /// The first line that is wrong, and why.
    pub fn wish(&self, now: Timestamp, east: i32) -> Result<Wish, Wrong> {
        let until = || {
            let text = self.told(Field::Until);
            to_come(text, now, east).ok_or_else(|| Wrong::Moment(text.to_owned()))
        };
        let why = || Said::read(self.told(Field::Why)).ok_or(Wrong::Empty(Field::Why));
        Ok(Wish::Act(match self.ask {
            Ask::Override => return Ok(Wish::Override(why()?)),
            Ask::Request => Act::Request(Box::new(self.order(until()?)?)),
            Ask::Approve(order) => Act::Approve(order, self.by()?),
            Ask::Ratify(medium) => Act::Ratify(medium, self.by()?),
            Ask::Reject(order) => Act::Reject(order, why()?, self.by()?),
            Ask::Extend(order) => Act::Extend(order, until()?, self.by()?),
            Ask::Close(order) => {
                let missing = labels(self.told(Field::Missing));
                let said = if missing.is_empty() { None } else { Some(why()?) };
                Act::Close(order, missing, said, self.by()?)
            }
            Ask::OpenAudit => Act::OpenAudit(self.place()?, self.by()?),
            Ask::Recount(audit) => Act::Recount(audit, self.by()?),
            Ask::CloseAudit(audit) => {
                Act::CloseAudit(audit, self.by()?, self.badge(Field::With)?, self.pin(Field::NextPin)?)
            }
            Ask::Shift(_) => {
                Act::Shift(self.pin(Field::OwnPin)?, self.badge(Field::Next)?, self.pin(Field::NextPin)?)
            }
        }))
    }

    fn order(&self, until: Timestamp) -> Result<NewOrder, Wrong> {
        let purpose = self.told(Field::Purpose);
        let purpose = Code::new(purpose).map_err(|_| Wrong::Name(Field::Purpose, purpose.to_owned()))?;
        let texts = labels(self.told(Field::Media));
        if texts.is_empty() {
            return Err(Wrong::Empty(Field::Media));
        }
        let to = self.told(Field::To);
        let destination = if to.is_empty() {
            None
        } else {
            Some(Term::new(to).map_err(|_| Wrong::Name(Field::To, to.to_owned()))?)
        };
        let words = |field| Some(self.told(field)).filter(|text| !text.is_empty()).map(str::to_owned);
        Ok(NewOrder {
            purpose,
            text: words(Field::Text),
            work: words(Field::Work),
            from: None,
            until,
            destination,
            nightly: None,
            wanted: Wanted { texts, ..Wanted::default() },
        })
    }

    fn badge(&self, field: Field) -> Result<Badge, Wrong> {
        let text = self.told(field);
        if text.is_empty() {
            return Err(Wrong::Empty(field));
        }
        Badge::new(text).map_err(|_| Wrong::Name(field, text.to_owned()))
    }

    fn place(&self) -> Result<Option<PlaceCode>, Wrong> {
        let text = self.told(Field::Place);
        if text.is_empty() {
            return Ok(None);
        }
        PlaceCode::new(text).map(Some).map_err(|_| Wrong::Name(Field::Place, text.to_owned()))
    }

    fn pin(&self, field: Field) -> Result<Pin, Wrong> {
        Pin::new(self.told(field)).ok_or(Wrong::Pin)
    }

    fn by(&self) -> Result<By, Wrong> {
        let pin = self.told(Field::Pin);
        let pin = if pin.is_empty() { None } else { Some(Pin::new(pin).ok_or(Wrong::Pin)?) };
        Ok((self.badge(Field::Badge)?, pin))
    }
}

/// The labels in a line.
fn labels(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;

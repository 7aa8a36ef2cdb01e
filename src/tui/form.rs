//! Forms: what is asked for in a few lines that a person fills in. A scan goes only into the lines that ask for
//! a label; everything else is typed.

use crate::app::moment::to_come;
use crate::app::{NewOrder, Open, Pin, Said, Wanted};
use crate::domain::names::{Badge, Code, MediumId, OrderId, Term};
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
        /// The badge of who does it.
        Badge = "badge",
        /// Their PIN.
        Pin = "pin",
        /// The PIN of who hands over.
        OwnPin = "own_pin",
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
        matches!(self, Self::Media | Self::Missing | Self::Badge | Self::Next)
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
            Badge as B, Media, Missing, Next, NextPin, OwnPin, Pin, Purpose, Text, To, Until, Why, Work,
        };
        let fields: &[Field] = match ask {
            Ask::Request => &[Purpose, Until, Media, To, Text, Work],
            Ask::Approve(_) | Ask::Ratify(_) => &[B, Pin],
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
mod tests {
    use super::*;
    use crate::domain::time::HOUR;

    fn filled(ask: Ask, texts: &[&str]) -> Result<Wish, Wrong> {
        let mut form = Form::new(ask, None);
        for ((_, line), text) in form.lines.iter_mut().zip(texts) {
            (*text).clone_into(line);
        }
        form.wish(Timestamp::MIN, 0)
    }

    #[test]
    fn a_form_says_which_line_is_wrong() {
        let order = OrderId(7);
        for (ask, texts, wrong) in [
            (Ask::Request, &["Restore"][..], Wrong::Moment(String::new())),
            (Ask::Request, &["", "+4h", "K1"], Wrong::Name(Field::Purpose, String::new())),
            (Ask::Request, &["restore", "soon", "K1"], Wrong::Moment("soon".to_owned())),
            (Ask::Request, &["restore", "+4h", " "], Wrong::Empty(Field::Media)),
            (Ask::Approve(order), &["", "1234"], Wrong::Empty(Field::Badge)),
            (Ask::Approve(order), &["A-1", "12"], Wrong::Pin),
            (Ask::Reject(order), &["", "A-1"], Wrong::Empty(Field::Why)),
            (Ask::Close(order), &["K1", "", "A-1"], Wrong::Empty(Field::Why)),
            (Ask::Shift(None), &["1234", "B-2", ""], Wrong::Pin),
        ] {
            assert_eq!(filled(ask, texts), Err(wrong), "{ask:?} {texts:?}");
        }
    }

    #[test]
    fn a_form_that_is_filled_in_is_an_act() {
        let Ok(Wish::Act(Act::Request(new))) =
            filled(Ask::Request, &["restore", "+4h", "K1 K2 ", "", "why", ""])
        else {
            panic!("no request");
        };
        assert_eq!((new.wanted.texts.len(), new.until), (2, Timestamp::MIN.plus(4 * HOUR)));
        assert_eq!((new.text.as_deref(), new.work, new.destination), (Some("why"), None, None));
        let by = (Badge::new("A-1").unwrap(), None);
        for (ask, texts, act) in [
            (Ask::Approve(OrderId(7)), &["A-1", ""][..], Act::Approve(OrderId(7), by.clone())),
            (Ask::Close(OrderId(7)), &["", "", "A-1"], Act::Close(OrderId(7), Vec::new(), None, by)),
        ] {
            assert_eq!(filled(ask, texts), Ok(Wish::Act(act)));
        }
        assert!(matches!(filled(Ask::Override, &["fire"]), Ok(Wish::Override(_))));
    }

    #[test]
    fn labels_are_parted_by_their_ends_and_the_last_line_sends() {
        let mut form = Form::new(Ask::Close(OrderId(7)), Some(&Badge::new("B-1").unwrap()));
        for label in ["K1", "K2"] {
            label.chars().for_each(|c| form.letter(c));
            assert!(!form.enter());
        }
        assert_eq!((form.told(Field::Missing), form.at), ("K1 K2", 0));
        assert!(!form.enter() && form.at == 1);
        assert!(!form.enter() && !form.enter() && form.at == 3);
        assert!(form.enter());
        assert_eq!(form.told(Field::Badge), "B-1");
    }
}

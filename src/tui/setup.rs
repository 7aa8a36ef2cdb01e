//! The first start: the questions whose answers make a new ledger.

use unicode_normalization::UnicodeNormalization as _;

use crate::app::{Founding, Pin};
use crate::domain::names::{Badge, NameError, PlaceCode, SiteName, Term};

crate::domain::words! {
    /// A question.
    Field {
        /// The name of the site.
        Site = "site",
        /// The badge of the first person.
        Badge = "badge",
        /// Their name.
        Name = "name",
        /// Their PIN.
        Pin = "pin",
        /// The same PIN again.
        Again = "again",
        /// The code of the first vault.
        Vault = "vault",
    }
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It is not a name of its kind.
    Name(NameError),
    /// The vault would have the code of the site.
    Taken,
    /// It is not a PIN.
    Pin,
    /// The two PINs differ.
    Differs,
}

/// The questions and what has been typed so far.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// What has been typed, in the order of [`Field::ALL`].
    pub texts: [String; 6],
    /// Which question is asked.
    pub at: usize,
    /// What is wrong with an answer.
    pub wrong: Option<(Field, Wrong)>,
    /// Whether the answers were sent and the ledger is being made.
    pub sent: bool,
}

/// The longest answer, in letters.
const LONGEST: usize = 80;

impl Setup {
    /// The answer to a question as typed, without spaces around it.
    #[must_use]
    pub fn text(&self, field: Field) -> &str {
        self.texts.get(field as usize).map_or("", |text| text.trim())
    }

    /// Takes a letter.
    pub fn letter(&mut self, c: char) {
        if let Some(text) = self.texts.get_mut(self.at)
            && text.chars().count() < LONGEST
        {
            text.push(c);
        }
    }

    /// Takes the last letter back.
    pub fn backspace(&mut self) {
        if let Some(text) = self.texts.get_mut(self.at) {
            text.pop();
        }
    }

    /// Goes to another question.
    pub fn step(&mut self, by: isize) {
        self.at = self.at.saturating_add_signed(by).min(Field::ALL.len() - 1);
    }

    /// Goes to the next question; after the last one, the answers, if all are right.
    pub fn enter(&mut self) -> Option<Founding> {
        let checked = self.check();
        let last = self.at + 1 == Field::ALL.len();
        match checked {
            Ok(founding) if last => {
                (self.wrong, self.sent) = (None, true);
                return Some(founding);
            }
            // Questions that are yet to come are not wrong yet.
            Err((field, error)) if field as usize <= self.at => {
                (self.wrong, self.at) = (Some((field, error)), field as usize);
            }
            Ok(_) | Err(_) => {
                self.wrong = None;
                self.step(1);
            }
        }
        None
    }

    fn check(&self) -> Result<Founding, (Field, Wrong)> {
        let wrong = |field| move |error| (field, Wrong::Name(error));
        let site = SiteName::new(self.text(Field::Site));
        let site = site.and_then(|site| PlaceCode::new(site.as_str()).map(|_| site));
        let site = site.map_err(wrong(Field::Site))?;
        let badge = Badge::new(self.text(Field::Badge)).map_err(wrong(Field::Badge))?;
        let name: String = self.text(Field::Name).nfc().collect();
        let name = Term::new(&name).map_err(wrong(Field::Name))?.to_string();
        let pin = Pin::new(self.text(Field::Pin)).ok_or((Field::Pin, Wrong::Pin))?;
        if Pin::new(self.text(Field::Again)).as_ref() != Some(&pin) {
            return Err((Field::Again, Wrong::Differs));
        }
        let vault = PlaceCode::new(self.text(Field::Vault)).map_err(wrong(Field::Vault))?;
        if vault.as_str() == site.as_str() {
            return Err((Field::Vault, Wrong::Taken));
        }
        Ok(Founding { site, badge, name, pin, vault })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(setup: &mut Setup, text: &str) -> Option<Founding> {
        text.chars().for_each(|c| setup.letter(c));
        setup.enter()
    }

    #[test]
    fn each_question_is_asked_until_its_answer_is_right() {
        let mut setup = Setup::default();
        assert_eq!(setup.enter(), None);
        assert_eq!((setup.at, setup.wrong), (0, Some((Field::Site, Wrong::Name(NameError::Empty)))));
        assert_eq!(answer(&mut setup, "TOKYO"), None);
        assert_eq!((setup.at, setup.wrong), (1, None));
        assert_eq!(answer(&mut setup, "B 1"), None);
        assert!(matches!(setup.wrong, Some((Field::Badge, Wrong::Name(NameError::Character { .. })))));
        (0..2).for_each(|_| setup.backspace());
        assert_eq!(answer(&mut setup, "-1"), None);
        assert_eq!(answer(&mut setup, "佐藤 花子"), None);
        assert_eq!(answer(&mut setup, "12x"), None);
        assert_eq!(setup.wrong, Some((Field::Pin, Wrong::Pin)));
        (0..3).for_each(|_| setup.backspace());
        assert_eq!(answer(&mut setup, "2468"), None);
        assert_eq!(answer(&mut setup, "2469"), None);
        assert_eq!(setup.wrong, Some((Field::Again, Wrong::Differs)));
        setup.backspace();
        assert_eq!(answer(&mut setup, "8"), None);
        assert_eq!(answer(&mut setup, "TOKYO"), None);
        assert_eq!(setup.wrong, Some((Field::Vault, Wrong::Taken)));
        (0..5).for_each(|_| setup.backspace());
        let founding = answer(&mut setup, "V1").unwrap();
        assert_eq!((founding.badge.as_str(), founding.name.as_str()), ("B-1", "佐藤 花子"));
        assert!(setup.sent);
    }
}

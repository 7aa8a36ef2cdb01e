//! Small inputs: times, days, roles and reasons as people write them.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use unicode_normalization::UnicodeNormalization as _;

use super::exit::Failure;
use super::ui::Ui;
use crate::app::{Said, moment};
use crate::domain::names::{NameError, PlaceCode, Term};
use crate::domain::person::{Role, Roles};
use crate::domain::time::{Date, Timestamp};
use crate::i18n::Text;

/// The longest note that is read: a checkpoint with the signatures of many witnesses is far shorter.
const LONGEST: u64 = 1 << 20;

impl Ui<'_> {
    /// A moment to come, for `--until`: RFC 3339, a span from now, or the next such time of day here.
    pub(super) fn moment(&self, text: &str) -> Result<Timestamp, Failure> {
        moment::to_come(text, self.now(), (self.voice.zone)(self.now())).ok_or_else(|| self.bad_moment(text))
    }

    /// A moment that has been, for `--since`: RFC 3339, a day, or a span back from now (`+3d` is three days ago).
    pub(super) fn past(&self, text: &str) -> Result<Timestamp, Failure> {
        let zone = |at| (self.voice.zone)(at);
        moment::past(text, self.now(), &zone).ok_or_else(|| self.bad_moment(text))
    }

    /// The text of a note or a request in a file. What is no text is no note either, and will be told as such.
    pub(super) fn file_text(&self, file: &Path) -> Result<String, Failure> {
        let read = File::open(file).and_then(|open| {
            let mut bytes = Vec::new();
            open.take(LONGEST).read_to_end(&mut bytes).map(|_| bytes)
        });
        match read {
            Ok(bytes) => Ok(String::from_utf8(bytes).unwrap_or_default()),
            Err(error) => {
                let (file, error) = (file.display().to_string(), error.to_string());
                Err(Failure::Usage(self.voice.text(&Text::CannotRead { file: &file, error: &error })))
            }
        }
    }

    fn bad_moment(&self, text: &str) -> Failure {
        let shown: String = text.chars().take(64).filter(|c| !c.is_control()).collect();
        Failure::Usage(self.voice.text(&Text::BadMoment { value: &shown }))
    }

    /// A day.
    pub(super) fn day(&self, text: &str) -> Result<Date, Failure> {
        let shown: String = text.chars().take(64).filter(|c| !c.is_control()).collect();
        Date::parse_exact(text.trim())
            .ok_or_else(|| Failure::Usage(self.voice.text(&Text::BadPeriod { value: &shown })))
    }

    /// The code of a place.
    pub(super) fn place(&self, text: &str) -> Result<PlaceCode, Failure> {
        self.name("PLACE", text, PlaceCode::new)
    }

    /// A person's name, which goes to `kept`.
    pub(super) fn person_name(&self, text: &str) -> Result<String, Failure> {
        Ok(self.name("NAME", text, Term::new)?.as_str().to_owned())
    }

    /// Words that go to `kept`: what can be printed of them, in one line.
    pub(super) fn words(&self, text: &str) -> Result<String, Failure> {
        let normal: String = text.trim().nfc().filter(|c| !c.is_control()).take(1000).collect();
        if normal.is_empty() {
            let reason = self.voice.name_error(NameError::Empty);
            let empty = Text::BadName { what: "TEXT", value: "", reason: &reason };
            return Err(Failure::Usage(self.voice.text(&empty)));
        }
        Ok(normal)
    }

    /// A reason.
    pub(super) fn why(&self, text: &str) -> Result<Said, Failure> {
        let reason = self.voice.name_error(NameError::Empty);
        let empty = Text::BadName { what: "WHY", value: "", reason: &reason };
        Said::read(text).ok_or_else(|| Failure::Usage(self.voice.text(&empty)))
    }

    /// Roles, separated by commas.
    pub(super) fn roles(&self, texts: &[String]) -> Result<Roles, Failure> {
        let mut roles = Roles::default();
        for word in texts.iter().flat_map(|text| text.split(',')).map(str::trim) {
            let Some(role) = Role::parse(word) else {
                let all: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
                let shown: String = word.chars().take(64).filter(|c| !c.is_control()).collect();
                let reason = all.join(", ");
                let text = Text::BadName { what: "ROLE", value: &shown, reason: &reason };
                return Err(Failure::Usage(self.voice.text(&text)));
            };
            roles = roles.and(role);
        }
        Ok(roles)
    }
}

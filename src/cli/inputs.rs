//! Small inputs: times, days, roles and reasons as people write them.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;

use unicode_normalization::UnicodeNormalization as _;

use super::exit::Failure;
use super::ui::Ui;
use crate::app::{Said, Trouble, moment};
use crate::domain::names::{NameError, PlaceCode, Term};
use crate::domain::person::{Role, Roles};
use crate::domain::time::{Date, Timestamp};
use crate::i18n::Text;

/// The longest note that is read: a checkpoint with the signatures of many witnesses is far shorter.
const LONGEST: u64 = 1 << 20;

/// Writes a new file and has it on the disk; never over an existing one. One that cannot be written is taken away again, so
/// that it is not in the way of the next try.
pub(super) fn write_new(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut open = File::create_new(file)?;
    let written = open.write_all(bytes).and_then(|()| open.sync_all());
    written.inspect_err(|_| {
        let _ = std::fs::remove_file(file);
    })
}

/// The same, where it is told as trouble.
pub(super) fn new_file(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_new(file, bytes).map_err(|source| {
        let path = file.to_owned();
        let there = source.kind() == std::io::ErrorKind::AlreadyExists;
        Failure::Trouble(if there { Trouble::Exists(path) } else { Trouble::Io { path, source } })
    })
}

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
        Ok(String::from_utf8(self.file_bytes(file)?).unwrap_or_default())
    }

    /// The text of a note; line ends that a mail program has changed are put right.
    pub(super) fn note_text(&self, file: &Path) -> Result<String, Failure> {
        Ok(self.file_text(file)?.replace("\r\n", "\n"))
    }

    /// The bytes of a small file.
    pub(super) fn file_bytes(&self, file: &Path) -> Result<Vec<u8>, Failure> {
        self.bytes_up_to(file, LONGEST)
    }

    /// The bytes of a file, up to so many.
    pub(super) fn bytes_up_to(&self, file: &Path, longest: u64) -> Result<Vec<u8>, Failure> {
        let read = File::open(file).and_then(|open| {
            let mut bytes = Vec::new();
            open.take(longest).read_to_end(&mut bytes).map(|_| bytes)
        });
        read.map_err(|error| {
            let (file, error) = (file.display().to_string(), error.to_string());
            Failure::Usage(self.voice.text(&Text::CannotRead { file: &file, error: &error }))
        })
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

//! What a command line gets from outside, so that a test can give all of it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::time::Duration;

use crate::app::Surroundings;
use crate::domain::names::{Badge, Station};
use crate::i18n::{Voice, Zone};

/// The world around one run of the program.
pub struct Env<'a> {
    /// The environment's variables.
    pub vars: BTreeMap<String, OsString>,
    /// Clock and randomness.
    pub outside: Surroundings,
    /// The reader's time zone.
    pub zone: Zone,
    /// Standard input.
    pub stdin: Box<dyn BufRead + 'a>,
    /// Standard output.
    pub stdout: Box<dyn Write + 'a>,
    /// Standard error.
    pub stderr: Box<dyn Write + 'a>,
    /// Whether standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// How many columns the terminal has.
    pub width: Option<u16>,
    /// The machine's name.
    pub hostname: Option<String>,
    /// What asks for a secret on the terminal without showing it; none where nobody can be asked.
    pub ask: Option<Ask<'a>>,
    /// What opens the screens; none where there is no terminal to open them on.
    pub screens: Option<Screens<'a>>,
}

/// What asks for a secret with this prompt.
pub type Ask<'a> = Box<dyn FnMut(&str) -> std::io::Result<String> + 'a>;

/// What opens the screens and comes back when the person ends them.
pub type Screens<'a> = Box<dyn FnOnce(Launch) -> std::io::Result<()> + 'a>;

/// What the screens are opened with.
#[derive(Debug, Clone)]
pub struct Launch {
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
    /// What the scanner sends before a label, after it, and at its end (`any`, `cr`, `lf`, `tab`).
    pub scanner: [String; 3],
    /// Whether colours may be used.
    pub colours: bool,
    /// Whether there is no ledger yet, so that one is to be made.
    pub new: bool,
    /// Whether the directory of a new ledger may be made with it.
    pub may_make_directory: bool,
}

impl std::fmt::Debug for Env<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Env")
    }
}

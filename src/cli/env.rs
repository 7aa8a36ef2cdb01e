//! What a command line gets from outside, so that a test can give all of it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead, Write};

use crate::app::Surroundings;
use crate::i18n::Zone;

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
}

impl std::fmt::Debug for Env<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Env")
    }
}

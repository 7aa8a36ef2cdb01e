//! How a command ends: the exit codes that scripts may rely on, and what stands behind each.

use std::io;

use crate::app::{Error, Trouble};
use crate::domain::refusal::Refusal;

/// An exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code(pub u8);

impl Code {
    /// Done.
    pub const DONE: Self = Self(0);
    /// Refused, or something needs attention.
    pub const REFUSED: Self = Self(1);
    /// Wrong usage.
    pub const USAGE: Self = Self(2);
    /// The ledger cannot be opened or is damaged.
    pub const TROUBLE: Self = Self(3);
}

/// Why a command did not come to its end.
#[derive(Debug)]
pub(super) enum Failure {
    /// The rules say no.
    Refused(Box<Refusal>),
    /// The ledger cannot be used.
    Trouble(Trouble),
    /// The call's words are wrong; the sentence says which.
    Usage(String),
    /// The operating system gives no random bytes.
    NoRandomness,
    /// What is printed cannot be written; a closed pipe is no fault.
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Trouble(trouble) => Self::Trouble(trouble),
            Error::Refused(refusal) => Self::Refused(refusal),
            Error::NoRandomness => Self::NoRandomness,
        }
    }
}

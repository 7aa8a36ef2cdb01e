//! The sentences about witnesses, without their words.

use crate::ledger::witness::WitnessError;

/// What is said about a witness.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each variant is one sentence, and its fields are the values in it")]
pub enum Witnessing<'a> {
    NoKey { value: &'a str },
    NoName { value: &'a str },
    Knows { key: &'a str, log: &'a str, size: u64 },
    Refused { error: &'a WitnessError },
    Next { error: &'a WitnessError },
    LastSeen,
    NoWitness { value: &'a str },
    Cosigned { name: &'a str, at: &'a str },
}

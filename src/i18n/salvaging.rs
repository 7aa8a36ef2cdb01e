//! The sentences about damaged ledgers and what is saved of them, without their words.

/// What is said about a damaged ledger, and about one that is made anew.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each variant is one sentence, and its fields are the values in it")]
pub enum Salvaging<'a> {
    Whole { count: u64 },
    Saved { count: u64 },
    Missing { ranges: &'a [(u64, u64)], count: u64 },
    First { count: u64 },
    NoBeginning,
    StrangeNotes { count: u64 },
    NoCopy { file: &'a str },
    Holds { file: &'a str },
    EndsLater { size: u64 },
    EndUnknown { last: u64 },
    Unread,
    Next { file: &'a str, saved: &'a str },
    Renewed { size: u64, seq: u64, incarnation: u64 },
    After { count: u64 },
    Contradicted { seq: u64 },
    WrongPin { badge: &'a str },
    OldEntries,
    NoEntries { count: u64 },
    TextsLost { count: u64 },
    NewPin { badge: &'a str, seq: u64 },
}

/// The most ranges that a sentence names.
pub(super) const NAMED: usize = 12;

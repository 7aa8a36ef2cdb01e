//! What `verify` says, and the first thing that contradicts the record.

use super::checkpoint::Checkpoint;
use super::identity::Incarnation;
use super::wire::FormError;
use crate::domain::names::{Digest, MediumId};
use crate::domain::refusal::Refusal;

crate::domain::words! {
    /// The word for what was found. Nothing is ever just "OK".
    Verdict {
        /// Nothing contradicts itself, nor the checkpoints from outside that it was held against.
        Anchored = "anchored",
        /// Nothing contradicts itself, but nothing outside vouches for it.
        Consistent = "consistent_unanchored",
        /// Hashes are right, but a step was not allowed by the rules then in force.
        Irregular = "irregular",
        /// The record was changed.
        Tampered = "tampered",
        /// An outside checkpoint is larger than the ledger.
        RolledBack = "rolled_back",
        /// Two checkpoints are signed that no single history contains.
        Forked = "forked",
        /// A backup was put in the ledger's place, and nothing outside vouches for it since.
        Restored = "restored",
        /// Rows cannot be read.
        Damaged = "damaged",
        /// An entry is of a later version than this program.
        Newer = "newer",
    }
}

/// What contradicts the record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the two values that differ, or the place where they do")]
pub enum Reason {
    /// There is no first entry.
    Empty,
    /// The entry's number is not the next one.
    Number { expected: u64, found: u64 },
    /// The row's number is not the one in its entry.
    RowNumber { row: u64, entry: u64 },
    /// The stored hash is not that of the stored bytes.
    Hash { expected: Digest, found: String },
    /// The entry does not name the hash of the one before it.
    Previous { expected: Digest, found: Digest },
    /// The entry's number in its medium's chain is not the next one.
    MediumNumber { expected: u64, found: u64 },
    /// The entry does not name the hash of its medium's one before it.
    MediumPrevious { expected: Digest, found: Digest },
    /// The medium was never registered.
    MediumUnknown { medium: MediumId },
    /// The bytes are not an entry.
    Form(FormError),
    /// The bytes are not even text.
    NotText,
    /// The step was not allowed when it was recorded.
    Illegal(Box<Refusal>),
    /// A projection's row does not say what the log says.
    Projection { table: &'static str, key: String, column: &'static str, expected: String, found: String },
    /// A projection lacks a row.
    RowMissing { table: &'static str, key: String },
    /// A projection has a row that the log does not give.
    RowExtra { table: &'static str, key: String },
    /// A text that the log refers to is not in `kept`.
    KeptMissing { id: Digest },
    /// A text in `kept` is not what the log refers to.
    KeptAltered { id: String },
    /// A checkpoint event does not count the media that there were.
    MediaCount { expected: u64, found: u64 },
    /// An outside checkpoint names another root; what differs lies between the two entries, both included.
    Root { from: u64, size: u64, expected: Digest, found: Digest },
    /// An outside checkpoint covers more entries than there are.
    Shorter { noted: u64, size: u64 },
    /// An outside checkpoint is of an incarnation that the ledger does not have at that size.
    Elsewhere { noted: u64, incarnation: u64 },
    /// Two outside checkpoints contradict each other.
    Forked { first: Box<Checkpoint>, second: Box<Checkpoint> },
    /// An entry exchanges the key, but not both keys have signed it.
    Rotation,
    /// An entry tells of texts that were lost, but nothing was restored right before it.
    TextsLost,
    /// An entry begins an incarnation that was there before.
    Incarnation { expected: u64, found: u64 },
    /// A checkpoint event names another root over the media than the log gives.
    Heads { expected: Digest, found: Digest },
    /// The head row is not signed with the ledger's key.
    HeadUnsigned,
    /// The note that is kept for a checkpoint is not the one of this entry, signed with the ledger's key.
    NoteAltered { size: u64 },
    /// None of the ledger's keys is one that the auditor's policy trusts.
    Untrusted { key: Digest },
    /// The time stamp that is kept for a checkpoint is of something else.
    StampAltered { size: u64 },
    /// A station has seen more entries than there are.
    BelowMark { seen: u64, size: u64 },
    /// A station has seen another entry at this size.
    Marked { size: u64, expected: Digest, found: Digest },
    /// A backup was put in the ledger's place, and no checkpoint since then was given.
    Restored(Incarnation),
    /// The tables, indexes or triggers are not those of this version.
    Schema { found: String },
    /// The database pages contradict each other.
    Pages { message: String },
    /// A row cannot be read.
    Unreadable { message: String },
}

/// The first break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The entry, or the projection row's key; none where no one entry is touched.
    pub seq: Option<u64>,
    /// What is wrong there.
    pub reason: Reason,
    /// The media that it touches.
    pub media: Vec<MediumId>,
}

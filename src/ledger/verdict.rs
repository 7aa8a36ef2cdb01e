//! What `verify` says, and the first thing that contradicts the record.

use std::fmt::Write as _;

use super::anchor::{Anchoring, Anchors};
use super::chain::Chains;
use super::checkpoint::Checkpoint;
use super::entry::{Entry, entry_hash};
use super::replay::Replay;
use super::wire::{Fault, FormError};
use super::witness::WitnessKey;
use crate::domain::event::Data;
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
    /// Two outside checkpoints contradict each other.
    Forked { first: Box<Checkpoint>, second: Box<Checkpoint> },
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

/// Reads the log row by row and keeps the first break of each weight.
#[derive(Debug, Default)]
pub struct Verifier {
    chains: Chains,
    replay: Replay,
    anchors: Anchors,
    irregular: Option<Break>,
    fatal: Option<(Verdict, Break)>,
}

impl Verifier {
    /// Nothing yet read, and the notes of checkpoints that the log is to be held against.
    #[must_use]
    pub fn against(notes: Vec<String>, witnesses: Vec<WitnessKey>) -> Self {
        Self { anchors: Anchors::new(notes, witnesses), ..Self::default() }
    }

    /// Takes the next row of the log; false when there is no use in going on.
    pub fn row(&mut self, row: u64, body: &[u8], stored: &[u8]) -> bool {
        if let Err(found) = self.check(row, body, stored) {
            let (verdict, first) = *found;
            if verdict == Verdict::Irregular {
                // From here on the state is not known, but hashes and links still are: tampering outweighs.
                self.irregular.get_or_insert(first);
            } else {
                self.fatal = Some((verdict, first));
            }
        }
        self.fatal.is_none()
    }

    fn check(&mut self, row: u64, body: &[u8], stored: &[u8]) -> Result<(), Box<(Verdict, Break)>> {
        let text = std::str::from_utf8(body);
        let decoded = text.ok().map(Entry::decode);
        let medium = decoded.iter().flatten().find_map(|entry| entry.event.medium);
        let broken = |verdict, reason| {
            Box::new((verdict, Break { seq: Some(row), reason, media: medium.into_iter().collect() }))
        };
        let tampered = |reason| broken(Verdict::Tampered, reason);
        let expected = entry_hash(body);
        if stored != expected.0 {
            let found = stored.iter().take(32).fold(String::new(), |mut out, byte| {
                let _ = write!(out, "{byte:02x}");
                out
            });
            return Err(tampered(Reason::Hash { expected, found }));
        }
        let entry = match decoded {
            None => return Err(tampered(Reason::NotText)),
            Some(Ok(entry)) => entry,
            Some(Err(error)) => {
                let newer = matches!(error.fault, Fault::NewerVersion(_) | Fault::UnknownKind(_));
                let verdict = if newer { Verdict::Newer } else { Verdict::Tampered };
                return Err(broken(verdict, Reason::Form(error)));
            }
        };
        if entry.seq != row {
            return Err(tampered(Reason::RowNumber { row, entry: entry.seq }));
        }
        self.chains.follow(&entry, expected).map_err(tampered)?;
        self.anchors.take(&entry, expected);
        if let Data::Checkpoint { media, .. } = entry.event.data
            && media != self.chains.media()
        {
            return Err(tampered(Reason::MediaCount { expected: self.chains.media(), found: media }));
        }
        if self.irregular.is_none()
            && let Err(refusal) = self.replay.absorb(&entry, expected)
        {
            return Err(broken(Verdict::Irregular, Reason::Illegal(refusal)));
        }
        Ok(())
    }

    /// Ends the reading: the verdict over the log alone, and the state that it gives if every step was legal.
    #[must_use]
    pub fn finish(self) -> Reading {
        let (size, head) = (self.chains.size(), self.chains.head());
        let empty = (size == 0 && self.fatal.is_none())
            .then(|| (Verdict::Tampered, Break { seq: Some(1), reason: Reason::Empty, media: Vec::new() }));
        let irregular = self.irregular.map(|first| (Verdict::Irregular, first));
        let whole = self.fatal.is_none() && irregular.is_none() && empty.is_none();
        let anchoring = self.anchors.finish(self.fatal.is_none());
        let first = self.fatal.or(empty).or(irregular);
        Reading { size, head, first, replay: self.replay, whole, anchoring }
    }

    /// The state after the entries so far, for naming media in a report.
    #[must_use]
    pub const fn replay(&self) -> &Replay {
        &self.replay
    }
}

/// What the log alone says.
#[derive(Debug)]
pub struct Reading {
    /// How many entries hold.
    pub size: u64,
    /// The hash of the last of them.
    pub head: Digest,
    /// The gravest break, if there is one.
    pub first: Option<(Verdict, Break)>,
    /// The state that the entries give.
    pub replay: Replay,
    /// Whether that state is of the whole log.
    pub whole: bool,
    /// What the checkpoints from outside say, if there were any.
    pub anchoring: Anchoring,
}

//! Checkpoints that come from outside, held against the log while it is read.

use super::checkpoint::{Checkpoint, name};
use super::entry::Entry;
use super::note::{NoteError, NoteKey};
use super::tree::Frontier;
use super::verdict::{Break, Reason, Verdict};
use super::witness::WitnessKey;
use crate::domain::event::Data;
use crate::domain::names::Digest;
use crate::domain::time::Timestamp;

/// The number of the only incarnation that a ledger has so far.
const INCARNATION: u64 = 1;

/// The key by which a ledger's checkpoints are signed, as its first entry names it, and their origin.
#[must_use]
pub fn key_of(first: &Entry) -> Option<(NoteKey, String)> {
    let Data::LedgerOpened { ledger, key: Some(key), site, .. } = &first.event.data else { return None };
    let name = name(site, *ledger);
    let origin = format!("{name}/{INCARNATION}");
    NoteKey::new(&name, *key).map(|key| (key, origin))
}

/// What the checkpoints say of the log.
#[derive(Debug, Default)]
pub struct Anchoring {
    /// The size of the largest one that the log agrees with.
    pub size: Option<u64>,
    /// Which of the named witnesses cosigned that one, and when.
    pub cosigned: Vec<(String, Timestamp)>,
    /// What contradicts one of them.
    pub found: Option<(Verdict, Break)>,
    /// Which notes, counted from nought, are no checkpoints of this ledger, and why.
    pub strangers: Vec<(usize, NoteError)>,
}

/// Compares the log with checkpoints while it is read.
#[derive(Debug, Default)]
pub struct Anchors {
    notes: Vec<String>,
    witnesses: Vec<WitnessKey>,
    /// By which witness, and when, checkpoints of which size were cosigned.
    cosigned: Vec<(u64, String, Timestamp)>,
    points: Vec<Checkpoint>,
    strangers: Vec<(usize, NoteError)>,
    tree: Frontier,
    /// The next of `points` to be compared.
    next: usize,
    agreed: Option<u64>,
    /// The first that does not agree, with the root that the log gives.
    broken: Option<(Checkpoint, Digest)>,
    /// Two that no single history contains.
    forked: Option<(Checkpoint, Checkpoint)>,
}

impl Anchors {
    /// Nothing yet read, and these notes to compare with; where witnesses are named, only what one of them has
    /// cosigned counts.
    #[must_use]
    pub fn new(notes: Vec<String>, witnesses: Vec<WitnessKey>) -> Self {
        Self { notes, witnesses, ..Self::default() }
    }

    /// Takes the next entry, whose hash is that of its bytes.
    pub fn take(&mut self, entry: &Entry, hash: Digest) {
        if self.notes.is_empty() {
            return;
        }
        if self.tree.size() == 0 {
            self.open(entry);
        }
        self.tree.push(hash);
        while let Some(point) = self.points.get(self.next).filter(|point| point.size == self.tree.size()) {
            self.next += 1;
            let root = self.tree.root();
            if point.root == root {
                self.agreed = Some(point.size);
                // What came before it is in its history, or was signed for another one.
                if let Some((other, _)) = &self.broken {
                    self.forked.get_or_insert_with(|| (other.clone(), point.clone()));
                }
            } else if self.broken.is_none() {
                self.broken = Some((point.clone(), root));
            }
        }
    }

    /// Which of the named witnesses have cosigned a note, and when. A cosignature that does not hold is none.
    fn seen(&self, note: &str, size: u64) -> Result<Vec<(u64, String, Timestamp)>, NoteError> {
        let by = |key: &WitnessKey| Some((size, key.name().to_owned(), key.cosigned(note).ok()?));
        let seen: Vec<_> = self.witnesses.iter().filter_map(by).collect();
        if seen.is_empty() && !self.witnesses.is_empty() { Err(NoteError::Unwitnessed) } else { Ok(seen) }
    }

    fn open(&mut self, first: &Entry) {
        let key = key_of(first);
        for (at, note) in self.notes.iter().enumerate() {
            let point = match &key {
                None => Err(NoteError::Key),
                Some((key, origin)) => Checkpoint::open(note, key).and_then(|point| {
                    if point.origin == *origin && point.size > 0 { Ok(point) } else { Err(NoteError::Origin) }
                }),
            };
            match point.and_then(|point| Ok((self.seen(note, point.size)?, point))) {
                Ok((seen, point)) => {
                    self.cosigned.extend(seen);
                    self.points.push(point);
                }
                Err(error) => self.strangers.push((at, error)),
            }
        }
        self.points.sort_by_key(|point| point.size);
        self.forked = self
            .points
            .windows(2)
            .filter_map(|two| if let [a, b] = two { Some((a, b)) } else { None })
            .find(|(a, b)| a.size == b.size && a.root != b.root)
            .map(|(a, b)| (a.clone(), b.clone()));
    }

    /// Ends the reading. Where it did not come to the log's end, nothing is said about what lies beyond.
    #[must_use]
    pub fn finish(self, to_the_end: bool) -> Anchoring {
        let ledger = self.tree.size();
        let beyond = self.points.last().filter(|point| to_the_end && point.size > ledger);
        let found = if let Some((first, second)) = self.forked {
            Some((Verdict::Forked, Reason::Forked { first: Box::new(first), second: Box::new(second) }))
        } else if let Some((point, found)) = self.broken {
            let from = self.agreed.map_or(1, |agreed| agreed + 1);
            let (size, expected) = (point.size, point.root);
            Some((Verdict::Tampered, Reason::Root { from, size, expected, found }))
        } else {
            beyond.map(|point| (Verdict::RolledBack, Reason::Shorter { noted: point.size, size: ledger }))
        };
        let found = found.map(|(verdict, reason)| (verdict, Break { seq: None, reason, media: Vec::new() }));
        let last =
            |(size, name, at): (u64, String, Timestamp)| (Some(size) == self.agreed).then_some((name, at));
        let cosigned = self.cosigned.into_iter().filter_map(last).collect();
        Anchoring { size: self.agreed, cosigned, found, strangers: self.strangers }
    }
}

//! Checkpoints that come from outside, held against the log while it is read.

use super::checkpoint::{Checkpoint, name};
use super::entry::Entry;
use super::note::{NoteError, NoteKey};
use super::tree::Frontier;
use super::verdict::{Break, Reason, Verdict};
use crate::domain::event::Data;
use crate::domain::names::Digest;

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
    /// What contradicts one of them.
    pub found: Option<(Verdict, Break)>,
    /// Which notes, counted from nought, are no checkpoints of this ledger, and why.
    pub strangers: Vec<(usize, NoteError)>,
}

/// Compares the log with checkpoints while it is read.
#[derive(Debug, Default)]
pub struct Anchors {
    notes: Vec<String>,
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
    /// Nothing yet read, and these notes to compare with.
    #[must_use]
    pub fn new(notes: Vec<String>) -> Self {
        Self { notes, ..Self::default() }
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

    fn open(&mut self, first: &Entry) {
        let key = key_of(first);
        for (at, note) in self.notes.iter().enumerate() {
            let point = match &key {
                None => Err(NoteError::Key),
                Some((key, origin)) => Checkpoint::open(note, key).and_then(|point| {
                    if point.origin == *origin && point.size > 0 { Ok(point) } else { Err(NoteError::Origin) }
                }),
            };
            match point {
                Ok(point) => self.points.push(point),
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
        Anchoring { size: self.agreed, found, strangers: self.strangers }
    }
}

//! What comes from outside, held against the log while it is read: checkpoints, and what a station remembers.

use super::checkpoint::Checkpoint;
use super::head::Head;
use super::identity::{Identity, Incarnation};
use super::note::{NoteError, NoteKey};
use super::trust::Trust;
use super::verdict::{Break, Reason, Verdict};
use super::witness::WitnessKey;
use crate::domain::names::Digest;
use crate::domain::time::Timestamp;

/// What a station has seen of a ledger: how many entries, and the hash of the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The number of the incarnation in which it was seen.
    pub incarnation: u64,
    /// How many entries there were.
    pub size: u64,
    /// The hash of the last of them.
    pub hash: Digest,
}

/// What comes from outside, to hold a ledger against.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    /// The notes of checkpoints.
    pub notes: Vec<String>,
    /// The witnesses of which one must have cosigned a note, for it to count; none if that is not asked.
    pub witnesses: Vec<WitnessKey>,
    /// Whom an auditor trusts: only what one of these logs has signed counts, and enough of these witnesses have cosigned.
    pub trust: Option<Trust>,
    /// The certificates, in PEM, by which the time stamps that the ledger keeps are checked.
    pub authorities: Option<String>,
    /// What this station remembers.
    pub mark: Option<Mark>,
    /// Whether every index of the file is held against its table too (SQLite's `integrity_check`).
    pub deep: bool,
}

impl Outside {
    /// Which of the witnesses have cosigned a note, and when. A cosignature that does not hold is none.
    ///
    /// # Errors
    /// When they are not enough.
    pub fn cosigned(&self, note: &str) -> Result<Vec<(String, Timestamp)>, NoteError> {
        let by = |name: &str, key: &WitnessKey| Some((name.to_owned(), key.cosigned(note).ok()?));
        let mut seen: Vec<_> = self.witnesses.iter().filter_map(|key| by(key.name(), key)).collect();
        if seen.is_empty() && !self.witnesses.is_empty() {
            return Err(NoteError::Unwitnessed);
        }
        if let Some(trust) = &self.trust {
            seen.extend(trust.witnesses().filter_map(|(name, key)| by(name, key)));
            let names: Vec<&str> = seen.iter().map(|(name, _)| name.as_str()).collect();
            if !trust.is_quorum(&names) {
                return Err(NoteError::Unwitnessed);
            }
        }
        Ok(seen)
    }

    /// Whether a key under this name is one that is trusted, or trust is not asked for.
    fn trusts(&self, key: &NoteKey, name: &str) -> bool {
        // In whichever incarnation: a restore changes the origin, not who answers for it.
        let named = key.named(name);
        let same = |log: &NoteKey| named.as_ref().is_some_and(|key| log.is_same_log(key));
        self.trust.as_ref().is_none_or(|trust| trust.logs().iter().any(same))
    }

    /// Whether one of the ledger's keys is one that is trusted, in whichever incarnation, or trust is not asked for.
    fn trusts_ledger(&self, identity: &Identity) -> bool {
        let ours = |log: &NoteKey| {
            let is_key = identity.keys().iter().any(|(_, key)| key.public() == log.public());
            is_key && identity.incarnation_in(log.name()).is_some()
        };
        self.trust.as_ref().is_none_or(|trust| trust.logs().iter().any(ours))
    }
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

/// A note whose text could be read.
#[derive(Debug, Clone)]
struct Pending {
    /// Which of the notes it is, counted from nought.
    at: usize,
    note: String,
    point: Checkpoint,
    incarnation: u64,
}

/// Compares the log with what comes from outside while it is read.
#[derive(Debug, Default)]
pub struct Anchors {
    outside: Outside,
    /// By size.
    pending: Vec<Pending>,
    /// The next of `pending` to be compared.
    next: usize,
    /// What is of another incarnation than the log at that size.
    apart: Vec<Pending>,
    /// By which witness, and when, checkpoints of which size were cosigned.
    cosigned: Vec<(u64, String, Timestamp)>,
    strangers: Vec<(usize, NoteError)>,
    /// The checkpoints that the log was compared with.
    met: Vec<Checkpoint>,
    /// The size of the largest that it agrees with.
    agreed: Option<u64>,
    /// The first that does not agree, with the entry after the last that did, and the root that the log gives.
    broken: Option<(u64, Checkpoint, Digest)>,
    /// Two that no single history contains.
    forked: Option<(Checkpoint, Checkpoint)>,
    /// What the station saw where the log has another entry, whose hash this is.
    marked: Option<(Mark, Digest)>,
}

impl Anchors {
    /// Nothing yet read. Where witnesses are named, only what one of them has cosigned counts.
    #[must_use]
    pub fn new(outside: Outside) -> Self {
        Self { outside, ..Self::default() }
    }

    /// Whether anything is to be held against the log's end after this entry.
    #[must_use]
    pub fn wants(&self, seq: u64) -> bool {
        let next = self.pending.get(self.next);
        seq == 1
            || self.outside.mark.is_some_and(|mark| mark.size == seq)
            || next.is_some_and(|next| next.point.size == seq)
    }

    /// Takes the log's end after an entry that is wanted.
    pub fn take(&mut self, identity: &Identity, head: &Head) {
        if head.size() == 1 {
            self.open(identity);
        }
        let mark = self.outside.mark.filter(|mark| mark.size == head.size());
        if let Some(mark) = mark
            && mark.incarnation == identity.incarnation()
            && mark.hash != head.hash
        {
            self.marked = Some((mark, head.hash));
        }
        while let Some(pending) =
            self.pending.get(self.next).filter(|pending| pending.point.size == head.size())
        {
            let pending = pending.clone();
            self.next += 1;
            if pending.incarnation != identity.incarnation() {
                self.apart.push(pending);
            } else if self.is_signed(&pending, identity.key().into_iter()) {
                self.compare(pending.point, head);
            }
        }
    }

    fn compare(&mut self, point: Checkpoint, head: &Head) {
        if let Some(other) =
            self.met.iter().find(|other| other.size == point.size && other.root != point.root)
        {
            self.forked.get_or_insert_with(|| (other.clone(), point.clone()));
        }
        let root = head.tree.root();
        if point.root == root {
            self.agreed = Some(point.size);
            // What came before it is in its history, or was signed for another one.
            if let Some((_, other, _)) = &self.broken {
                self.forked.get_or_insert_with(|| (other.clone(), point.clone()));
            }
        } else if self.broken.is_none() {
            let from = self.agreed.map_or(1, |size| size + 1);
            self.broken = Some((from, point.clone(), root));
        }
        self.met.push(point);
    }

    /// Whether one of these keys signed it, and one of the named witnesses cosigned it; if not, it is a stranger.
    fn is_signed<'a>(&mut self, pending: &Pending, mut keys: impl Iterator<Item = &'a NoteKey>) -> bool {
        let opened =
            keys.try_fold(NoteError::Unsigned, |_, key| match Checkpoint::open(&pending.note, key) {
                Ok(_) => Err(key),
                Err(error) => Ok(error),
            });
        let seen = match opened {
            Ok(error) => Err(error),
            Err(key) if !self.outside.trusts(key, &pending.point.origin) => Err(NoteError::Untrusted),
            Err(_) => self.outside.cosigned(&pending.note),
        };
        match seen {
            Ok(seen) => {
                let size = pending.point.size;
                self.cosigned.extend(seen.into_iter().map(|(name, at)| (size, name, at)));
                true
            }
            Err(error) => {
                self.strangers.push((pending.at, error));
                false
            }
        }
    }

    fn open(&mut self, identity: &Identity) {
        for (at, note) in std::mem::take(&mut self.outside.notes).into_iter().enumerate() {
            let read = Checkpoint::unsigned(&note).and_then(|point| {
                let incarnation = identity.incarnation_in(&point.origin).filter(|_| point.size > 0);
                let incarnation = incarnation.ok_or_else(|| foreign(identity, &note))?;
                Ok((point, incarnation))
            });
            match read {
                Ok((point, incarnation)) => self.pending.push(Pending { at, note, point, incarnation }),
                Err(error) => self.strangers.push((at, error)),
            }
        }
        self.pending.sort_by_key(|pending| pending.point.size);
    }

    /// Ends the reading. Where it did not come to the log's end, nothing is said about what lies beyond.
    #[must_use]
    pub fn finish(mut self, identity: &Identity, size: u64, to_the_end: bool) -> Anchoring {
        let rest = self.pending.split_off(self.next.min(self.pending.len()));
        let mut beyond = Vec::new();
        for pending in std::mem::take(&mut self.apart).into_iter().chain(rest) {
            let keys: Vec<NoteKey> = identity.keys().iter().map(|(_, key)| key.clone()).collect();
            if !self.is_signed(&pending, keys.iter()) {
                continue;
            }
            let Pending { point, incarnation, .. } = pending;
            if let Some(other) =
                self.met.iter().find(|other| other.size == point.size && other.origin == point.origin)
                && other.root != point.root
            {
                self.forked.get_or_insert_with(|| (other.clone(), point.clone()));
            }
            if to_the_end && !is_known(identity.incarnations(), size, (incarnation, point.size)) {
                beyond.push((point.size, incarnation));
            }
            self.met.push(point);
        }
        let unknown = |mark: &Mark| !is_known(identity.incarnations(), size, (mark.incarnation, mark.size));
        let mark = self.outside.mark.filter(|mark| to_the_end && unknown(mark));
        let agreed = self.agreed;
        let untrusted = to_the_end && !self.outside.trusts_ledger(identity);
        let found = if let (true, Some((_, key))) = (untrusted, identity.keys().first()) {
            Some((Verdict::Tampered, Reason::Untrusted { key: key.public() }))
        } else if let Some((first, second)) = self.forked {
            Some((Verdict::Forked, Reason::Forked { first: Box::new(first), second: Box::new(second) }))
        } else if let Some((from, point, found)) = self.broken {
            let (size, expected) = (point.size, point.root);
            Some((Verdict::Tampered, Reason::Root { from, size, expected, found }))
        } else if let Some((mark, found)) = self.marked {
            Some((Verdict::Tampered, Reason::Marked { size: mark.size, expected: mark.hash, found }))
        } else if let Some((noted, incarnation)) = beyond.into_iter().max() {
            let reason = Reason::Shorter { noted, size };
            Some((
                Verdict::RolledBack,
                if noted > size { reason } else { Reason::Elsewhere { noted, incarnation } },
            ))
        } else {
            mark.map(|mark| (Verdict::RolledBack, Reason::BelowMark { seen: mark.size, size }))
        };
        let found = found.map(|(verdict, reason)| (verdict, Break { seq: None, reason, media: Vec::new() }));
        let found = found.or_else(|| restored(identity, agreed));
        let last = |(size, name, at): (u64, String, Timestamp)| (Some(size) == agreed).then_some((name, at));
        let cosigned = self.cosigned.into_iter().filter_map(last).collect();
        self.strangers.sort_by_key(|(at, _)| *at);
        Anchoring { size: agreed, cosigned, found, strangers: self.strangers }
    }
}

/// Why a note does not name this ledger: whether at least its key has signed it.
fn foreign(identity: &Identity, note: &str) -> NoteError {
    let ours = identity.keys().iter().any(|(_, key)| Checkpoint::open(note, key).is_ok());
    if ours { NoteError::Origin } else { NoteError::Unsigned }
}

/// Whether a log of `size` entries with these incarnations has this size of this incarnation in it, or a restore tells that
/// it was lost.
#[must_use]
pub fn is_known(all: &[Incarnation], size: u64, (incarnation, noted): (u64, u64)) -> bool {
    let own = all.iter().find(|one| one.number == incarnation);
    let next = all.iter().find(|one| one.number > incarnation);
    match (own, next) {
        (Some(own), next) => (own.began..=next.map_or(size, |next| next.lost)).contains(&noted),
        // Of a ledger that had been restored before, and is lost.
        (None, Some(next)) => noted <= next.lost,
        (None, None) => false,
    }
}

/// What is told of a ledger that was restored, until a checkpoint since then is given.
fn restored(identity: &Identity, agreed: Option<u64>) -> Option<(Verdict, Break)> {
    let last = identity.incarnations().last().filter(|last| last.number > 1)?;
    let vouched = agreed.is_some_and(|size| size >= last.began);
    let found = Break { seq: Some(last.began), reason: Reason::Restored(*last), media: Vec::new() };
    (!vouched).then_some((Verdict::Restored, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_known_that_its_life_reached_or_a_restore_owns_up_to() {
        let life = |number, began, lost| Incarnation { number, began, lost, head: None };
        // Opened, restored at 10 (25 were there), and restored again at 18 from a backup of the third life (30 were there).
        let all = [life(1, 1, 0), life(2, 10, 25), life(4, 18, 30)];
        for (incarnation, noted, known) in [
            (1, 1, true),
            (1, 25, true),
            (1, 26, false),
            (2, 9, false),
            (2, 10, true),
            (2, 30, true),
            (2, 31, false),
            // Of the third life nothing is in this log but what the restore tells.
            (3, 5, true),
            (3, 30, true),
            (3, 31, false),
            (4, 17, false),
            (4, 18, true),
            (4, 40, true),
            (4, 41, false),
            (5, 1, false),
        ] {
            assert_eq!(is_known(&all, 40, (incarnation, noted)), known, "{incarnation} {noted}");
        }
        assert!(!is_known(&[], 40, (1, 1)));
    }
}

//! What can be saved of a damaged ledger: every entry whose bytes have the hash that is stored with them and that the entries
//! around it name, in their order. The file is read past SQLite, and never written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::domain::event::Data;
use crate::domain::names::Digest;
use crate::ledger::checkpoint::name;
use crate::ledger::note::NoteKey;
use crate::store::{Aside, Beside, Place, Remains, Saved, Sighted, StoreError, short};

use super::backup::Seen;
use super::session::Error;
use super::verify::Progress;

/// What is left of a damaged ledger.
#[derive(Debug)]
pub struct Salvage {
    files: Vec<Remains>,
    /// The entries that verify, by number.
    entries: Vec<(u64, Spot)>,
    /// What is told of them.
    told: Told,
}

/// In which of the files, and where in that; the first is the damaged one, the others are copies of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Spot(usize, Place);

/// What may be an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    seq: u64,
    short: u64,
    spot: Spot,
}

/// What is told of a salvage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// How many entries verify.
    pub count: u64,
    /// The number of the last of them.
    pub last: u64,
    /// The ranges of numbers, first and last, of entries that were there and do not.
    pub missing: Vec<(u64, u64)>,
    /// How many of them stand before the first gap: of these a ledger can be made.
    pub first: u64,
    /// Whether that is all that there was.
    pub ending: Ending,
    /// How many of the notes say nothing of this ledger, as far as its entries tell which it is.
    pub strangers: u64,
    /// Which of the copies, counted from nought, have nothing in them that looks like an entry.
    pub blank: Vec<usize>,
    /// Whether the disk did not give all of the file.
    pub unread: bool,
}

/// Where the log ends, as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With the last entry that verifies: the signed head, a note or this station says so.
    Known,
    /// With a later one, of this number.
    Later(u64),
    /// Nothing tells.
    Unknown,
}

impl Told {
    /// Whether nothing is missing, and something says so.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.missing.is_empty() && self.ending == Ending::Known && !self.unread
    }
}

impl Salvage {
    /// Looks for what is left of a ledger, and for what is not in copies of it from other times, held against what this
    /// station remembers, and what notes say of its end.
    ///
    /// # Errors
    /// When there is no file, it cannot be read, or no entry is found in it.
    pub fn of(
        path: &Path,
        copies: &[PathBuf],
        (beside, notes): (&Beside, &[String]),
        progress: Progress<'_>,
    ) -> Result<Self, Error> {
        let files: Vec<Remains> = std::iter::once(path)
            .chain(copies.iter().map(PathBuf::as_path))
            .map(Remains::open)
            .collect::<Result<_, _>>()?;
        let (certain, doubtful, others) = seen(&files, progress);
        let has_any = |copy: &usize| others.iter().any(|one| one.spot.0 == copy + 1);
        let blank = (0..copies.len()).filter(|copy| !has_any(copy)).collect();
        let mut chain = Chain::backwards(&files, &certain);
        // Upwards from what verifies and downwards; then what stands between two gaps.
        for one in doubtful.iter().chain(doubtful.iter().rev()) {
            chain.extend(one, None);
        }
        for one in &doubtful {
            chain.extend(one, Some(&doubtful));
        }
        // What only copies have: what the next entry names; and what follows, where they cannot be of another life.
        for one in others.iter().rev() {
            if chain.has(one.seq + 1) {
                chain.extend(one, None);
            }
        }
        let file = files.first();
        let known = file.map(|file| chain.facts.end(file, path, beside, notes)).unwrap_or_default();
        for one in others.iter().filter(|_| known.one_life) {
            if chain.has(one.seq.saturating_sub(1)) {
                chain.extend(one, None);
            }
        }
        let Chain { mut entries, extra, .. } = chain;
        entries.extend(extra.into_iter().map(|(seq, (spot, ..))| (seq, spot)));
        entries.sort_unstable();
        if let Some((size, hash)) = known.head {
            // What the signed head does not name never was the entry of that number, nor one of a copy that comes after it.
            let is_it = |spot| entry(&files, spot).is_some_and(|one| one.hash == hash);
            entries.retain(|(seq, spot)| {
                *seq < size || *seq > size && spot.0 == 0 || *seq == size && is_it(*spot)
            });
        }
        let Some((last, _)) = entries.last().copied() else {
            return Err(StoreError::NothingLeft(path.to_owned()).into());
        };
        let ending = match known.size {
            Some(size) if size > last => Ending::Later(size),
            Some(size) if size == last => Ending::Known,
            Some(_) | None => Ending::Unknown,
        };
        let until = known.size.unwrap_or(last).max(last);
        let missing = missing(entries.iter().map(|(seq, _)| *seq), until);
        let count = u64::try_from(entries.len()).unwrap_or(u64::MAX);
        let first = missing.first().map_or(count, |(from, _)| from - 1);
        let (unread, strangers) = (files.iter().any(Remains::has_failed), known.strangers);
        let told = Told { count, last, missing, first, ending, strangers, blank, unread };
        Ok(Self { files, entries, told })
    }

    /// What is told of it.
    #[must_use]
    pub const fn told(&self) -> &Told {
        &self.told
    }

    /// Hands the bytes of every entry that verifies to `each`, in their order.
    ///
    /// # Errors
    /// When `each` fails.
    pub fn each_line<E>(&self, mut each: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        let mut lines = self.entries.iter().filter_map(|(_, spot)| entry(&self.files, *spot));
        lines.try_for_each(|saved| each(&saved.line))
    }
}

/// What may be an entry: in the damaged file for certain, in its log behind a break, and in the copies.
fn seen(files: &[Remains], progress: Progress<'_>) -> (Vec<Candidate>, Vec<Candidate>, Vec<Candidate>) {
    let mut all = (Vec::new(), Vec::new(), Vec::new());
    for (file, remains) in files.iter().enumerate() {
        let take = |Sighted { seq, doubtful, short, place }: Sighted| {
            let one = Candidate { seq, short, spot: Spot(file, place) };
            match (file, doubtful) {
                (0, false) => all.0.push(one),
                (0, true) => all.1.push(one),
                _ => all.2.push(one),
            }
        };
        remains.each_entry(take, progress);
    }
    for some in [&mut all.0, &mut all.1, &mut all.2] {
        // Pages that were split and frames of the log hold the same entry again and again.
        some.sort_unstable();
        some.dedup_by_key(|one| (one.seq, one.short));
    }
    all
}

fn entry(files: &[Remains], Spot(file, place): Spot) -> Option<Saved> {
    files.get(file)?.entry(place)
}

/// The ranges of numbers up to this one that are not among those given, which rise.
fn missing(seqs: impl Iterator<Item = u64>, until: u64) -> Vec<(u64, u64)> {
    let (mut next, mut missing) = (1, Vec::new());
    for seq in seqs.chain(std::iter::once(until.saturating_add(1))) {
        if seq > next {
            missing.push((next, seq - 1));
        }
        next = seq.saturating_add(1);
    }
    missing
}

/// The entry that has the number by which it is known; none if its bytes are not the one spelling of one.
fn read(files: &[Remains], one: &Candidate) -> Option<Saved> {
    entry(files, one.spot).filter(|saved| saved.entry.seq == one.seq)
}

/// What verifies, and what was learnt with it.
struct Chain<'a> {
    files: &'a [Remains],
    entries: Vec<(u64, Spot)>,
    /// What goes on from that in a log that SQLite would not believe, and in copies: where, its hash and the hash that it names.
    extra: BTreeMap<u64, (Spot, Digest, Digest)>,
    facts: Facts,
}

impl<'a> Chain<'a> {
    /// What verifies, from the newest to the oldest: each is the one whose hash the next one names, where there is a next one.
    fn backwards(files: &'a [Remains], certain: &[Candidate]) -> Self {
        let (mut next, mut entries, mut facts) = (None, Vec::new(), Facts::default());
        for same in certain.chunk_by(|a, b| a.seq == b.seq).rev() {
            let named = |one: &Saved| {
                let successor = next.filter(|(seq, _)| *seq == one.entry.seq + 1);
                successor.is_none_or(|(_, prev)| prev == one.hash)
            };
            let found = same.iter().find_map(|one| Some((one, read(files, one).filter(named)?)));
            if let Some((one, saved)) = found {
                next = Some((one.seq, saved.entry.prev));
                facts.take(&saved);
                entries.push((one.seq, one.spot));
            }
        }
        entries.reverse();
        Self { files, entries, extra: BTreeMap::new(), facts }
    }

    fn has(&self, seq: u64) -> bool {
        self.extra.contains_key(&seq) || self.spot(seq).is_some()
    }

    fn spot(&self, seq: u64) -> Option<Spot> {
        let at = self.entries.binary_search_by_key(&seq, |(seq, _)| *seq).ok()?;
        Some(self.entries.get(at)?.1)
    }

    /// The hash of the entry of this number, and the one that it names.
    fn links(&self, seq: u64) -> Option<(Digest, Digest)> {
        if let Some((_, hash, prev)) = self.extra.get(&seq) {
            return Some((*hash, *prev));
        }
        let saved = entry(self.files, self.spot(seq)?)?;
        Some((saved.hash, saved.entry.prev))
    }

    /// Takes an entry in whose number is free, if all that stand beside it agree. One that nothing stands beside may be of a
    /// commit that never came to its end, and that others took the place of: only where what it follows on is not among
    /// `all` others, which were not taken, is it believed.
    fn extend(&mut self, one: &Candidate, all: Option<&[Candidate]>) {
        if one.seq == 0 || self.has(one.seq) {
            return;
        }
        let (before, after) = (self.links(one.seq - 1), self.links(one.seq + 1));
        let alone = before.is_none() && after.is_none();
        if alone && all.is_none() {
            return;
        }
        let Some(saved) = read(self.files, one) else { return };
        let (hash, prev) = (saved.hash, saved.entry.prev);
        let known = (one.seq - 1, short(prev));
        let follows =
            |all: &[Candidate]| all.binary_search_by_key(&known, |one| (one.seq, one.short)).is_ok();
        if alone && all.is_some_and(follows) {
            return;
        }
        if before.is_none_or(|(hash, _)| hash == prev) && after.is_none_or(|(_, prev)| prev == hash) {
            self.facts.take(&saved);
            self.extra.insert(one.seq, (one.spot, hash, prev));
        }
    }
}

/// What the entries say of the ledger itself.
#[derive(Default)]
struct Facts {
    name: Option<String>,
    keys: BTreeSet<[u8; 32]>,
    /// The incarnations that restores have begun.
    lives: BTreeSet<u64>,
}

/// How far a log had come.
#[derive(Default)]
struct End {
    /// What the signed head row names, with its hash.
    head: Option<(u64, Digest)>,
    /// The furthest that anything says.
    size: Option<u64>,
    /// How many of the notes outside say nothing of it.
    strangers: u64,
    /// Whether every restore of which that head row knows is among the entries.
    one_life: bool,
}

impl Facts {
    fn take(&mut self, saved: &Saved) {
        let data = &saved.entry.event.data;
        if let Data::LedgerOpened { ledger, site, .. } = data {
            self.name = Some(name(site, *ledger));
        }
        if let Data::LedgerOpened { key, .. } | Data::KeyRotated { key, .. } = data {
            self.keys.insert(key.0);
        }
        if let Data::Restore { incarnation, .. } = data {
            self.lives.insert(*incarnation);
        }
    }

    /// How far the log had come in its last life, by its signed head row and its notes, by this station, and by the notes
    /// outside.
    fn end(&self, remains: &Remains, path: &Path, beside: &Beside, notes: &[String]) -> End {
        let Some(name) = &self.name else { return End { strangers: notes.len() as u64, ..End::default() } };
        let keys: Vec<NoteKey> =
            self.keys.iter().filter_map(|key| NoteKey::new(name, Digest(*key))).collect();
        let Aside { head, notes: kept } = remains.aside(name, &keys, |_, _, _| {});
        let seen_in = |note: &str| Seen::in_note(note, name, &keys);
        let strangers = notes.iter().filter(|note| seen_in(note).is_none()).count() as u64;
        let notes = notes.iter().chain(kept.iter().map(|(_, note)| note)).filter_map(|note| seen_in(note));
        let last = self.lives.last().copied().unwrap_or(1);
        let head = head.filter(|head| head.incarnation >= last);
        let one_life =
            head.as_ref().is_some_and(|head| (2..=head.incarnation).all(|life| self.lives.contains(&life)));
        let mut seen = Seen::remembered(beside, name, path, seen_in);
        seen.extend(notes);
        // What was seen before a restore, the restore itself tells of.
        let sizes = seen.iter().filter(|seen| seen.incarnation >= last).map(|seen| seen.size);
        End {
            size: sizes.chain(head.as_ref().map(|head| head.size)).max(),
            head: head.map(|head| (head.size, head.hash)),
            strangers,
            one_life,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_named_in_ranges() {
        for (there, until, gone) in [
            (&[][..], 0, &[][..]),
            (&[], 3, &[(1, 3)]),
            (&[1, 2, 3], 3, &[]),
            (&[2, 3, 7], 9, &[(1, 1), (4, 6), (8, 9)]),
            (&[1, u64::MAX], u64::MAX, &[(2, u64::MAX - 1)]),
        ] {
            assert_eq!(missing(there.iter().copied(), until), gone, "{there:?} {until}");
        }
    }
}

//! Reading the whole log once: every entry, both chains, the tree, and what comes from outside.

use std::fmt::Write as _;

use super::anchor::{Anchoring, Anchors, Outside};
use super::chain::Chains;
use super::checkpoint::Checkpoint;
use super::entry::{Entry, entry_hash};
use super::head::Head;
use super::heads::leaf;
use super::identity::Identity;
use super::replay::Replay;
use super::running::RunningHeads;
use super::tree::{Frontier, TILE};
use super::verdict::{Break, Reason, Verdict};
use super::wire::{Fault, FormError};
use crate::domain::event::Data;
use crate::domain::names::Digest;
use crate::domain::world::World as _;

/// Reads the log row by row and keeps the first break of each weight.
#[derive(Debug, Default)]
pub struct Verifier {
    chains: Chains,
    replay: Replay,
    anchors: Anchors,
    identity: Identity,
    head: Head,
    /// At which places the media of the next rows are likely to be.
    near: Vec<usize>,
    /// The hashes of entries that are not in the tree yet.
    leaves: Vec<Digest>,
    tiles: Vec<Tile>,
    points: Vec<Point>,
    /// The tree over the media.
    heads: RunningHeads,
    /// What the rules did not allow, up to [`MOST`], and nobody has acknowledged so far.
    irregular: Vec<Break>,
    /// The first of those that are more than that; nobody can acknowledge it.
    beyond: Option<Break>,
    /// Which entries were acknowledged, each with the entry that says so.
    acknowledged: Vec<(u64, u64)>,
    fatal: Option<(Verdict, Break)>,
}

/// How many irregular entries are kept in mind: each later one is one all the same, but cannot be acknowledged.
const MOST: usize = 10_000;

/// How many rows it is looked ahead: what they are about fits into the nearest memory.
const AHEAD: usize = 64;

type Found = Box<(Verdict, Break)>;

/// A row of the log by itself: its entry and the hash of that, or what is wrong with them.
#[derive(Debug)]
pub struct Checked(Result<(Entry, Digest), Found>);

/// Rows that follow on one another, each looked at by itself.
#[derive(Debug)]
pub struct Batch {
    rows: Vec<Checked>,
    /// The root of the subtree over them, if they would fill one.
    tile: Option<Digest>,
}

impl Batch {
    /// Takes rows together. [`TILE`] of them are quickest, the first with number 1.
    #[must_use]
    pub fn new(rows: Vec<Checked>) -> Self {
        let mut tree = Frontier::default();
        rows.iter().filter_map(|row| row.0.as_ref().ok()).for_each(|(_, hash)| tree.push(*hash));
        let tile = (rows.len() == TILE && tree.size() == TILE as u64).then(|| tree.root());
        Self { rows, tile }
    }
}

/// Hashes a row of the log and reads what stands in it; which rows were before it does not matter.
#[must_use]
pub fn checked(row: u64, body: &[u8], stored: &[u8]) -> Checked {
    let decoded = std::str::from_utf8(body).ok().map(Entry::decode);
    let hash = entry_hash(body);
    let medium = |decoded: &Option<Result<Entry, FormError>>| {
        decoded.iter().flatten().find_map(|entry| entry.event.medium).into_iter().collect()
    };
    let broken =
        |verdict, reason, media| Checked(Err(Box::new((verdict, Break { seq: Some(row), reason, media }))));
    if stored != hash.0 {
        let found = stored.iter().take(32).fold(String::new(), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        });
        return broken(Verdict::Tampered, Reason::Hash { expected: hash, found }, medium(&decoded));
    }
    match decoded {
        None => broken(Verdict::Tampered, Reason::NotText, Vec::new()),
        Some(Ok(entry)) if entry.seq != row => {
            let reason = Reason::RowNumber { row, entry: entry.seq };
            broken(Verdict::Tampered, reason, entry.event.medium.into_iter().collect())
        }
        Some(Ok(entry)) => Checked(Ok((entry, hash))),
        Some(Err(error)) => {
            let newer = matches!(error.fault, Fault::NewerVersion(_) | Fault::UnknownKind(_));
            let verdict = if newer { Verdict::Newer } else { Verdict::Tampered };
            broken(verdict, Reason::Form(error), Vec::new())
        }
    }
}

/// A checkpoint that the log tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// What its note says.
    pub note: Checkpoint,
    /// The root over the media, where its event names one.
    pub heads: Option<Digest>,
}

/// A complete subtree: its level, its number on that level, and its root.
pub type Tile = (u64, u64, Digest);

impl Verifier {
    /// Nothing yet read, and what the log is to be held against.
    #[must_use]
    pub fn against(outside: Outside) -> Self {
        Self { anchors: Anchors::new(outside), ..Self::default() }
    }

    /// Makes room for as many media as the log is likely to register.
    #[must_use]
    pub fn expecting(mut self, media: usize) -> Self {
        self.chains.expect(media);
        self.replay.expect(media);
        self
    }

    /// Takes the next rows of the log; false when there is no use in going on.
    pub fn take(&mut self, batch: &Batch) -> bool {
        let begins = self.leaves.is_empty() && self.head.tree.size().is_multiple_of(TILE as u64);
        let on = batch.rows.chunks(AHEAD).all(|rows| {
            self.foresee(rows);
            rows.iter().all(|row| self.take_row(row))
        });
        let whole = on && begins && self.leaves.len() == TILE;
        if let (true, Some(root)) = (whole, batch.tile) {
            self.leaves.clear();
            self.head
                .tree
                .push_first_tile(root, |level, number, root| self.tiles.push((level, number, root)));
        }
        self.settle();
        on
    }

    /// Looks at what the next rows are about, at one independently of the other: so memory is waited for once, and not once for
    /// each.
    fn foresee(&mut self, rows: &[Checked]) {
        let ids = rows.iter().filter_map(|row| row.0.as_ref().ok()?.0.event.medium);
        self.near.clear();
        self.near.extend(ids.filter_map(|id| self.chains.place(id)));
        std::hint::black_box(self.chains.glance(&self.near) ^ self.replay.glance(&self.near));
    }

    /// Brings the tree up to the entries that were read.
    fn settle(&mut self) {
        for leaf in self.leaves.drain(..) {
            self.head.tree.push_tiled(leaf, |level, number, root| self.tiles.push((level, number, root)));
        }
    }

    fn take_row(&mut self, row: &Checked) -> bool {
        let taken = match &row.0 {
            Ok((entry, hash)) => self.follow(entry, *hash),
            Err(found) => Err(found.clone()),
        };
        if let Err(found) = taken {
            let (verdict, first) = *found;
            if verdict == Verdict::Irregular {
                // The state goes on without it; hashes and links are still known: tampering outweighs.
                if self.irregular.len() < MOST {
                    self.irregular.push(first);
                } else {
                    self.beyond.get_or_insert(first);
                }
            } else {
                self.fatal = Some((verdict, first));
            }
        }
        self.fatal.is_none()
    }

    fn follow(&mut self, entry: &Entry, hash: Digest) -> Result<(), Found> {
        let broken = |verdict, reason| {
            let media = entry.event.medium.into_iter().collect();
            Box::new((verdict, Break { seq: Some(entry.seq), reason, media }))
        };
        let tampered = |reason| broken(Verdict::Tampered, reason);
        if let Some(place) = self.chains.follow(entry, hash).map_err(tampered)? {
            self.heads.touch(place);
        }
        self.identity.take(entry).map_err(tampered)?;
        self.head.hash = hash;
        self.head.media = self.chains.media();
        self.leaves.push(hash);
        if self.anchors.wants(entry.seq) {
            self.settle();
            self.anchors.take(&self.identity, &self.head);
        }
        self.follow_heads(entry).map_err(tampered)?;
        if let Err(refusal) = self.replay.absorb(entry, hash) {
            self.replay.pass_over(entry, hash);
            self.head.clock = self.replay.clock();
            return Err(broken(Verdict::Irregular, Reason::Illegal(refusal)));
        }
        self.head.clock = self.replay.clock();
        if let Data::IrregularAcknowledged { event, .. } = entry.event.data {
            let before = self.irregular.len();
            self.irregular.retain(|one| one.seq != Some(event));
            if self.irregular.len() < before {
                self.acknowledged.push((event, entry.seq));
            }
        }
        Ok(())
    }

    /// What a checkpoint event says of the media, held against their chains.
    fn follow_heads(&mut self, entry: &Entry) -> Result<(), Reason> {
        let Data::Checkpoint { media, heads } = entry.event.data else { return Ok(()) };
        if media != self.chains.media() {
            return Err(Reason::MediaCount { expected: self.chains.media(), found: media });
        }
        if let Some(found) = heads {
            let leaf = |place| self.chains.at(place).map(|(medium, mseq, hash)| leaf(medium, mseq, hash));
            let count = usize::try_from(media).unwrap_or_default();
            let expected = self.heads.root(count, leaf);
            if found != expected {
                return Err(Reason::Heads { expected, found });
            }
        }
        self.settle();
        let origin = self.identity.origin();
        let note = Checkpoint { origin, size: entry.seq, root: self.head.tree.root() };
        self.points.push(Point { note, heads });
        Ok(())
    }

    /// Ends the reading: the verdict over the log alone, and the state that it gives if every step was legal.
    #[must_use]
    pub fn finish(mut self) -> Reading {
        self.settle();
        let empty = (self.chains.size() == 0 && self.fatal.is_none())
            .then(|| (Verdict::Tampered, Break { seq: Some(1), reason: Reason::Empty, media: Vec::new() }));
        let irregular =
            self.irregular.into_iter().next().or(self.beyond).map(|first| (Verdict::Irregular, first));
        let read = self.fatal.is_none() && empty.is_none();
        let whole = read && irregular.is_none();
        let anchoring = self.anchors.finish(&self.identity, self.head.size(), self.fatal.is_none());
        let first = self.fatal.or(empty).or(irregular);
        let Self { chains, replay, identity, head, tiles, points, acknowledged, .. } = self;
        Reading { head, first, chains, replay, read, whole, anchoring, identity, tiles, points, acknowledged }
    }
}

/// What the log alone says.
#[derive(Debug)]
pub struct Reading {
    /// The end of the entries that hold.
    pub head: Head,
    /// The gravest break, if there is one.
    pub first: Option<(Verdict, Break)>,
    /// The chains.
    pub chains: Chains,
    /// The state that the entries give.
    pub replay: Replay,
    /// Whether every entry holds.
    pub read: bool,
    /// Whether the state is of the whole log.
    pub whole: bool,
    /// What the checkpoints from outside say, if there were any.
    pub anchoring: Anchoring,
    /// Who the ledger is.
    pub identity: Identity,
    /// The tiles that are complete.
    pub tiles: Vec<Tile>,
    /// The checkpoints that the log tells of.
    pub points: Vec<Point>,
    /// Which entries the rules had not allowed and two people acknowledged, each with the entry that says so.
    pub acknowledged: Vec<(u64, u64)>,
}

impl Reading {
    /// How many entries hold.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.head.size()
    }
}

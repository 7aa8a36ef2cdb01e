//! Reading the whole log once: every entry, both chains, the tree, and what comes from outside.

use std::fmt::Write as _;

use super::anchor::{Anchoring, Anchors, Outside};
use super::chain::Chains;
use super::checkpoint::Checkpoint;
use super::entry::{Entry, entry_hash};
use super::head::Head;
use super::heads::MediaHeads;
use super::identity::Identity;
use super::replay::Replay;
use super::verdict::{Break, Reason, Verdict};
use super::wire::Fault;
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
    tiles: Vec<Tile>,
    points: Vec<Point>,
    /// The tree over the media, from the first checkpoint on that names its root.
    heads: Option<MediaHeads>,
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

    /// Takes the next row of the log; false when there is no use in going on.
    pub fn row(&mut self, row: u64, body: &[u8], stored: &[u8]) -> bool {
        if let Err(found) = self.check(row, body, stored) {
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
        self.identity.take(&entry).map_err(tampered)?;
        self.head.hash = expected;
        self.head.media = self.chains.media();
        self.head.tree.push_tiled(expected, |level, number, root| self.tiles.push((level, number, root)));
        self.anchors.take(&self.identity, &self.head);
        self.follow_heads(&entry).map_err(tampered)?;
        if let Err(refusal) = self.replay.absorb(&entry, expected) {
            self.replay.pass_over(&entry, expected);
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
        if let (Some(heads), Some(medium)) = (&mut self.heads, entry.event.medium)
            && let Some((mseq, hash)) = self.chains.end_of(medium)
        {
            heads.set(medium, mseq, hash);
        }
        let Data::Checkpoint { media, heads } = entry.event.data else { return Ok(()) };
        if media != self.chains.media() {
            return Err(Reason::MediaCount { expected: self.chains.media(), found: media });
        }
        if let Some(found) = heads {
            let chains = &self.chains;
            let tree = self.heads.get_or_insert_with(|| {
                let mut tree = MediaHeads::default();
                chains.ends().for_each(|(medium, mseq, hash)| tree.set(medium, mseq, hash));
                tree
            });
            let expected = tree.root();
            if found != expected {
                return Err(Reason::Heads { expected, found });
            }
        }
        let origin = self.identity.origin();
        let note = Checkpoint { origin, size: entry.seq, root: self.head.tree.root() };
        self.points.push(Point { note, heads });
        Ok(())
    }

    /// Ends the reading: the verdict over the log alone, and the state that it gives if every step was legal.
    #[must_use]
    pub fn finish(self) -> Reading {
        let empty = (self.chains.size() == 0 && self.fatal.is_none())
            .then(|| (Verdict::Tampered, Break { seq: Some(1), reason: Reason::Empty, media: Vec::new() }));
        let irregular =
            self.irregular.into_iter().next().or(self.beyond).map(|first| (Verdict::Irregular, first));
        let read = self.fatal.is_none() && empty.is_none();
        let whole = read && irregular.is_none();
        let anchoring = self.anchors.finish(&self.identity, self.head.size(), self.fatal.is_none());
        let first = self.fatal.or(empty).or(irregular);
        let Self { replay, identity, head, tiles, points, acknowledged, .. } = self;
        Reading { head, first, replay, read, whole, anchoring, identity, tiles, points, acknowledged }
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
    /// The end of the entries that hold.
    pub head: Head,
    /// The gravest break, if there is one.
    pub first: Option<(Verdict, Break)>,
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

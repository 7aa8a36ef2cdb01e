//! Both chains: every entry names the hash of the one before it, and the hash of its medium's one before it.

use super::entry::{Entry, Link};
use super::verdict::Reason;
use crate::domain::event::Kind;
use crate::domain::names::{Digest, MediumId};

/// The ends of all chains after the entries seen so far.
#[derive(Debug, Default)]
pub struct Chains {
    size: u64,
    head: Option<Digest>,
    /// In order of registration, which is the order of identities.
    media: Vec<(MediumId, Link)>,
}

impl Chains {
    /// How many entries were seen.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// How many media were registered.
    #[must_use]
    pub fn media(&self) -> u64 {
        u64::try_from(self.media.len()).unwrap_or(u64::MAX)
    }

    /// The hash of the last entry; zeros before the first.
    #[must_use]
    pub fn head(&self) -> Digest {
        self.head.unwrap_or(Digest::ZERO)
    }

    /// The length of a medium's chain and the hash of its last entry.
    #[must_use]
    pub fn end_of(&self, id: MediumId) -> Option<(u64, Digest)> {
        let index = self.media.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.media.get(index).map(|(_, link)| (link.mseq, link.mprev))
    }

    /// The same of all media, in the order of their identities.
    pub fn ends(&self) -> impl Iterator<Item = (MediumId, u64, Digest)> {
        self.media.iter().map(|(id, link)| (*id, link.mseq, link.mprev))
    }

    /// Takes the next entry, with the hash of its bytes.
    ///
    /// # Errors
    /// Why it does not follow on what came before.
    pub fn follow(&mut self, entry: &Entry, hash: Digest) -> Result<(), Reason> {
        let expected = self.size + 1;
        if entry.seq != expected {
            return Err(Reason::Number { expected, found: entry.seq });
        }
        if entry.prev != self.head() {
            return Err(Reason::Previous { expected: self.head(), found: entry.prev });
        }
        if let (Some(id), Some(link)) = (entry.event.medium, entry.link) {
            self.follow_medium(id, entry.event.data.kind(), link, hash)?;
        }
        self.size = expected;
        self.head = Some(hash);
        Ok(())
    }

    fn follow_medium(&mut self, id: MediumId, kind: Kind, link: Link, hash: Digest) -> Result<(), Reason> {
        let place = self.media.binary_search_by_key(&id, |(id, _)| *id).ok();
        let end = place.and_then(|index| self.media.get(index));
        let (last, mprev) = end.map_or((0, Digest::ZERO), |(_, end)| (end.mseq, end.mprev));
        if link.mseq != last + 1 {
            return Err(Reason::MediumNumber { expected: last + 1, found: link.mseq });
        }
        if link.mprev != mprev {
            return Err(Reason::MediumPrevious { expected: mprev, found: link.mprev });
        }
        let next = Link { mseq: link.mseq, mprev: hash };
        if let Some((_, end)) = place.and_then(|index| self.media.get_mut(index)) {
            *end = next;
        } else if kind == Kind::Register && self.media.last().is_none_or(|(last, _)| *last < id) {
            self.media.push((id, next));
        } else {
            return Err(Reason::MediumUnknown { medium: id });
        }
        Ok(())
    }
}

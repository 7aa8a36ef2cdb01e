//! Both chains: every entry names the hash of the one before it, and the hash of its medium's one before it.

use super::entry::{Entry, Link};
use super::index::Index;
use super::verdict::Reason;
use crate::domain::event::Kind;
use crate::domain::names::{Digest, MediumId};

/// The ends of all chains after the entries seen so far.
#[derive(Debug, Default)]
pub struct Chains {
    size: u64,
    head: Option<Digest>,
    /// In order of registration, which is the order of identities.
    media: Index,
    /// The length of each medium's chain, and the hash of its last entry.
    ends: Vec<(u64, Digest)>,
}

impl Chains {
    /// Makes room for so many media.
    pub fn expect(&mut self, media: usize) {
        self.ends.reserve(media);
    }

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
        self.ends.get(self.media.find(id)?).copied()
    }

    /// The same of the medium at this place in the order of registration, with its identity.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<(MediumId, u64, Digest)> {
        let (mseq, hash) = self.ends.get(place)?;
        Some((self.media.at(place)?, *mseq, *hash))
    }

    /// The place of a medium in the order of registration.
    #[must_use]
    pub fn place(&self, id: MediumId) -> Option<usize> {
        self.media.find(id)
    }

    /// Fetches what stands at these places; what comes back says nothing.
    #[must_use]
    pub fn glance(&self, places: &[usize]) -> u64 {
        places.iter().filter_map(|place| self.ends.get(*place)).fold(0, |all, (mseq, _)| all ^ mseq)
    }

    /// Takes the next entry, with the hash of its bytes; the place of its medium in the order of registration comes back.
    ///
    /// # Errors
    /// Why it does not follow on what came before.
    pub fn follow(&mut self, entry: &Entry, hash: Digest) -> Result<Option<usize>, Reason> {
        let expected = self.size + 1;
        if entry.seq != expected {
            return Err(Reason::Number { expected, found: entry.seq });
        }
        if entry.prev != self.head() {
            return Err(Reason::Previous { expected: self.head(), found: entry.prev });
        }
        let place = match (entry.event.medium, entry.link) {
            (Some(id), Some(link)) => Some(self.follow_medium(id, entry, link, hash)?),
            _ => None,
        };
        self.size = expected;
        self.head = Some(hash);
        Ok(place)
    }

    fn follow_medium(
        &mut self,
        id: MediumId,
        entry: &Entry,
        link: Link,
        hash: Digest,
    ) -> Result<usize, Reason> {
        let place = self.media.find(id);
        let end = place.and_then(|place| self.ends.get(place)).copied();
        let (last, mprev) = end.unwrap_or((0, Digest::ZERO));
        if link.mseq != last + 1 {
            return Err(Reason::MediumNumber { expected: last + 1, found: link.mseq });
        }
        if link.mprev != mprev {
            return Err(Reason::MediumPrevious { expected: mprev, found: link.mprev });
        }
        let next = (link.mseq, hash);
        if let Some(place) = place {
            if let Some(end) = self.ends.get_mut(place) {
                *end = next;
            }
            return Ok(place);
        }
        // It is called after an entry, and none that is still to come.
        let registers = entry.event.data.kind() == Kind::Register && id.0 <= entry.seq;
        if !registers || !self.media.push(id) {
            return Err(Reason::MediumUnknown { medium: id });
        }
        self.ends.push(next);
        Ok(self.ends.len() - 1)
    }
}

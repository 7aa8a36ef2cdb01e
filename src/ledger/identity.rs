//! Who a ledger is at each point of its log: its name, its key, and the number of its incarnation.

use super::checkpoint::name;
use super::entry::Entry;
use super::note::{NoteKey, NoteSigner};
use super::verdict::Reason;
use crate::domain::event::Data;
use crate::domain::names::{Digest, Signature};

/// A part of a ledger's life that begins with its opening, or with a backup that was put in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Incarnation {
    /// Its number, from 1.
    pub number: u64,
    /// The entry that began it.
    pub began: u64,
    /// How many entries the ledger had had before: those from `began` on were lost.
    pub lost: u64,
    /// The hash of the last of them, as far as it was known.
    pub head: Option<Digest>,
}

/// What the log says of itself up to some entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    name: String,
    /// From which entry on each key is in force.
    keys: Vec<(u64, NoteKey)>,
    incarnations: Vec<Incarnation>,
    /// The last entry of a restore, or of what was lost with it: only right after it may more be told as lost.
    restored: Option<u64>,
}

/// What both keys sign when one takes the place of the other: where it stands in which log, and both keys.
fn rotation(name: &str, seq: u64, prev: Digest, old: Digest, new: Digest) -> String {
    format!("kuraban-key/1\n{name}\n{seq}\n{prev}\n{old}\n{new}\n")
}

/// The data of the entry with which a new key takes over, signed by both.
#[must_use]
pub fn rotated((seq, prev): (u64, Digest), old: &NoteSigner, new: &NoteSigner) -> Data {
    let key = new.key().public();
    let text = rotation(old.key().name(), seq, prev, old.key().public(), key);
    let by = |signer: &NoteSigner| Signature(signer.signature(&text));
    Data::KeyRotated { key, old: by(old), new: by(new) }
}

/// Whether an entry lets this key take over from that one, with the signatures of both.
#[must_use]
pub fn takes_over(entry: &Entry, last: &NoteKey, public: Digest) -> bool {
    let Data::KeyRotated { key, old, new } = &entry.event.data else { return false };
    let Some(next) = NoteKey::new(last.name(), *key) else { return false };
    let text = rotation(last.name(), entry.seq, entry.prev, last.public(), *key);
    *key == public && *last != next && last.holds(&text, &old.0) && next.holds(&text, &new.0)
}

impl Identity {
    /// Takes in the next entry.
    ///
    /// # Errors
    /// When it exchanges the key without the signatures of both, begins an incarnation that was there before, or tells of
    /// lost texts although nothing was restored right before.
    pub fn take(&mut self, entry: &Entry) -> Result<(), Reason> {
        if let Data::LedgerOpened { ledger, key, site, .. } = &entry.event.data {
            self.name = name(site, *ledger);
            self.keys = NoteKey::new(&self.name, *key).map(|key| (1, key)).into_iter().collect();
            self.incarnations = vec![Incarnation { number: 1, began: 1, lost: 0, head: None }];
        } else if let Data::KeyRotated { key, .. } = &entry.event.data {
            let next = NoteKey::new(&self.name, *key).ok_or(Reason::Rotation)?;
            if !self.key().is_some_and(|last| takes_over(entry, last, *key)) {
                return Err(Reason::Rotation);
            }
            self.keys.push((entry.seq, next));
        } else if let Data::Restore { incarnation, size, head } = entry.event.data {
            // A number may be left out: of a ledger that had been restored before, and is lost.
            let expected = self.incarnation() + 1;
            if incarnation < expected || size + 1 < entry.seq {
                return Err(Reason::Incarnation { expected, found: incarnation });
            }
            self.incarnations.push(Incarnation { number: incarnation, began: entry.seq, lost: size, head });
            self.restored = Some(entry.seq);
        } else if let Data::TextsLost { .. } = entry.event.data {
            if self.restored.is_none_or(|restored| restored + 1 != entry.seq) {
                return Err(Reason::TextsLost);
            }
            self.restored = Some(entry.seq);
        }
        Ok(())
    }

    /// What the ledger's checkpoints are called, without the number of the incarnation.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key in force; none before the first entry.
    #[must_use]
    pub fn key(&self) -> Option<&NoteKey> {
        self.keys.last().map(|(_, key)| key)
    }

    /// All its keys, each with the entry from which on it is in force.
    #[must_use]
    pub fn keys(&self) -> &[(u64, NoteKey)] {
        &self.keys
    }

    /// The key that was in force when there were so many entries.
    #[must_use]
    pub fn key_at(&self, size: u64) -> Option<&NoteKey> {
        self.keys.iter().rev().find(|(from, _)| *from <= size).map(|(_, key)| key)
    }

    /// The number of the present incarnation.
    #[must_use]
    pub fn incarnation(&self) -> u64 {
        self.incarnations.last().map_or(0, |last| last.number)
    }

    /// All incarnations, in their order.
    #[must_use]
    pub fn incarnations(&self) -> &[Incarnation] {
        &self.incarnations
    }

    /// The origin of the checkpoints of the present incarnation.
    #[must_use]
    pub fn origin(&self) -> String {
        origin(&self.name, self.incarnation())
    }

    /// The number of the incarnation that an origin names; none if it is of another ledger.
    #[must_use]
    pub fn incarnation_in(&self, origin: &str) -> Option<u64> {
        let number = origin.strip_prefix(self.name.as_str())?.strip_prefix('/')?;
        number.parse().ok().filter(|known: &u64| known.to_string() == number && *known > 0)
    }
}

/// The origin of the checkpoints of one incarnation of a ledger of this name.
#[must_use]
pub fn origin(name: &str, incarnation: u64) -> String {
    format!("{name}/{incarnation}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::Event;
    use crate::domain::names::{Kept, Station};
    use crate::domain::time::Timestamp;

    const NAME: &str = "kuraban/TOKYO/00";
    const PREV: Digest = Digest([9; 32]);

    fn entry(seq: u64, data: Data) -> Entry {
        let (at, station) = (Timestamp::from_millis(1_764_000_000_000), Station::new("S1").unwrap());
        let event =
            Event { medium: None, at, occurred: None, by: None, with: None, station, how: None, data };
        Entry { seq, prev: PREV, link: None, event }
    }

    fn signer(name: &str, seed: u8) -> NoteSigner {
        NoteSigner::new(name, &[seed; 32]).unwrap()
    }

    /// A ledger with this key whose first life is its only one.
    fn begun(key: &NoteKey) -> Identity {
        let first = Incarnation { number: 1, began: 1, lost: 0, head: None };
        Identity {
            name: NAME.into(),
            keys: vec![(1, key.clone())],
            incarnations: vec![first],
            restored: None,
        }
    }

    #[test]
    fn a_key_takes_over_only_with_the_signatures_of_both_over_that_very_entry() {
        let (old, new, third) = (signer(NAME, 1), signer(NAME, 2), signer(NAME, 3));
        let elsewhere = signer("kuraban/OSAKA/00", 1);
        let signed = |seq, prev, old: &NoteSigner, new: &NoteSigner| {
            let Data::KeyRotated { key, old, new } = rotated((seq, prev), old, new) else { unreachable!() };
            (key, old, new)
        };
        let (key, by_old, by_new) = signed(7, PREV, &old, &new);
        let mut honest = begun(old.key());
        honest.take(&entry(7, Data::KeyRotated { key, old: by_old, new: by_new })).unwrap();
        assert_eq!((honest.key(), honest.key_at(6)), (Some(new.key()), Some(old.key())));

        let (other, other_old, other_new) = signed(7, PREV, &old, &third);
        let forged = [
            ("the old one never signed", key, signed(7, PREV, &third, &new).1, by_new),
            ("the new one never signed", key, by_old, other_new),
            ("the old one signed for another key", key, other_old, by_new),
            ("both signed for another key", key, other_old, other_new),
            ("it names a key that neither meant", other, by_old, by_new),
            ("it was signed for another place", key, signed(8, PREV, &old, &new).1, by_new),
            ("it was signed upon another entry", key, by_old, signed(7, Digest::ZERO, &old, &new).2),
            ("it was signed in another ledger", key, signed(7, PREV, &elsewhere, &new).1, by_new),
            ("the two are exchanged", key, by_new, by_old),
        ];
        for (what, key, old_hand, new_hand) in forged {
            let mut identity = begun(old.key());
            let taken = identity.take(&entry(7, Data::KeyRotated { key, old: old_hand, new: new_hand }));
            assert_eq!(taken, Err(Reason::Rotation), "{what}");
            assert_eq!(identity, begun(old.key()), "{what}");
        }
        let (key, by_old, by_new) = signed(7, PREV, &old, &old);
        let to_itself = entry(7, Data::KeyRotated { key, old: by_old, new: by_new });
        assert_eq!(begun(old.key()).take(&to_itself), Err(Reason::Rotation));
    }

    #[test]
    fn an_incarnation_is_never_used_again_and_loses_only_what_comes_after() {
        // The entry, the number it claims, and how many entries it says there were.
        for (seq, incarnation, size, holds) in [
            (20, 2, 19, true),
            (20, 2, 25, true),
            (20, 5, 25, true),
            (20, 1, 25, false),
            (20, 0, 25, false),
            (20, 2, 18, false),
        ] {
            let mut identity = begun(signer(NAME, 1).key());
            let taken = identity.take(&entry(seq, Data::Restore { incarnation, size, head: None }));
            let refused = Err(Reason::Incarnation { expected: 2, found: incarnation });
            assert_eq!(taken, if holds { Ok(()) } else { refused }, "{seq} {incarnation} {size}");
            assert_eq!(identity.incarnation(), if holds { incarnation } else { 1 });
            // Only a restore tells of texts that were lost, right after itself.
            let texts = |seq| entry(seq, Data::TextsLost { texts: vec![Kept(Digest([7; 32]))] });
            let mut others = identity.clone();
            let told = [seq, seq + 2, seq + 1, seq + 1, seq + 2].map(|seq| others.take(&texts(seq)).is_ok());
            assert_eq!(told, [false, false, holds, false, holds], "{seq}");
            if holds {
                let again = entry(30, Data::Restore { incarnation, size: 40, head: None });
                assert!(identity.take(&again).is_err());
            }
        }
    }
}

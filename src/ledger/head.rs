//! The end of the log as it is signed at each commit, so that who writes to the file without the key is found by the
//! next scan.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::note::{NoteKey, NoteSigner};
use super::tree::Frontier;
use crate::domain::names::Digest;
use crate::domain::time::Timestamp;
use crate::domain::world::Clock;

/// What the signed text begins with. In a checkpoint a number stands in the second line; here never.
const MAGIC: &str = "kuraban-head/1";

/// The end of the log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// The hash of the last entry; zeros before the first.
    pub hash: Digest,
    /// The tree over all entries.
    pub tree: Frontier,
    /// The ledger's time.
    pub clock: Clock,
    /// How many media were registered.
    pub media: u64,
}

impl Head {
    /// How many entries there are.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The text that is signed: what it is, the origin of the ledger's checkpoints, how many entries there are, the hash
    /// of the last in hexadecimal digits, the ledger's time in milliseconds, whether it is held (1) or not (0) and how many
    /// media there are, and the roots of the complete subtrees in base64, a line each.
    #[must_use]
    pub fn text(&self, origin: &str) -> String {
        let (at, held) =
            (self.clock.last.map(Timestamp::millis).unwrap_or_default(), u8::from(self.clock.held));
        let (size, hash, media) = (self.size(), self.hash, self.media);
        let mut text = format!("{MAGIC}\n{origin}\n{size}\n{hash}\n{at} {held} {media}\n");
        for root in self.tree.roots() {
            STANDARD.encode_string(root.0, &mut text);
            text.push('\n');
        }
        text
    }

    /// Its Ed25519 signature.
    #[must_use]
    pub fn sign(&self, origin: &str, signer: &NoteSigner) -> [u8; 64] {
        signer.signature(&self.text(origin))
    }

    /// Whether a signature by this key holds.
    #[must_use]
    pub fn holds(&self, origin: &str, key: &NoteKey, signature: &[u8]) -> bool {
        key.holds(&self.text(origin), signature)
    }
}

#[cfg(test)]
mod tests {
    use super::super::checkpoint::Checkpoint;
    use super::*;

    #[test]
    fn a_head_is_no_checkpoint_and_every_part_of_it_is_signed() {
        let signer = NoteSigner::new("kuraban/TOKYO/00", &[3; 32]).unwrap();
        let mut tree = Frontier::default();
        (0..7).for_each(|n| tree.push(Digest([n; 32])));
        let clock = Clock { last: Some(Timestamp::from_millis(1_764_000_000_000)), held: false };
        let head = Head { hash: Digest([6; 32]), tree, clock, media: 3 };
        let signature = head.sign("kuraban/TOKYO/00/1", &signer);
        assert!(head.holds("kuraban/TOKYO/00/1", signer.key(), &signature));
        assert!(!head.holds("kuraban/TOKYO/00/2", signer.key(), &signature));
        let other = NoteSigner::new("kuraban/TOKYO/00", &[4; 32]).unwrap();
        assert!(!head.holds("kuraban/TOKYO/00/1", other.key(), &signature));
        assert!(!head.holds("kuraban/TOKYO/00/1", signer.key(), &signature[..63]));
        let hash = Head { hash: Digest([7; 32]), ..head.clone() };
        let mut longer = head.clone();
        longer.tree.push(Digest([7; 32]));
        let mut bytes = head.tree.bytes();
        bytes[40] ^= 1;
        let root = Head { tree: Frontier::from_bytes(7, &bytes).unwrap(), ..head.clone() };
        let standing = Head { clock: Clock { held: true, ..clock }, ..head.clone() };
        let later = Head {
            clock: Clock { last: Some(Timestamp::from_millis(1_764_000_000_001)), ..clock },
            ..head.clone()
        };
        let fewer = Head { media: 2, ..head.clone() };
        for changed in [hash, longer, root, standing, later, fewer] {
            assert!(!changed.holds("kuraban/TOKYO/00/1", signer.key(), &signature), "{changed:?}");
        }
        // Whatever stands in it, nobody can take it for a checkpoint.
        let note = signer.sign(&head.text("kuraban/TOKYO/00/1"));
        assert!(Checkpoint::open(&note, signer.key()).is_err());
    }
}

//! What a witness does (C2SP `tlog-witness` and `tlog-cosignature`): it remembers the last checkpoint that it saw, takes
//! a new one only with the proof that it goes on from there, and says so with a signature of its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;

use super::checkpoint::Checkpoint;
use super::note::{NoteError, NoteKey, NoteSigner, parts as parts_of_note, verify};
use super::tree::goes_on;
use crate::domain::names::{Digest, MAX_INTEGER};
use crate::domain::time::Timestamp;

/// The algorithm byte of timestamped Ed25519 cosignatures.
const COSIGNATURE: u8 = 4;

/// Why a witness does not cosign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WitnessError {
    /// It is no request: `old N`, a proof, an empty line and a checkpoint.
    #[error("not a request")]
    Form,
    /// The checkpoint in it is none of the ledger that is witnessed.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The proof begins at another size than the one that was last seen.
    #[error("the proof begins at {old}, but {seen} entries were seen")]
    Elsewhere {
        /// Where it begins.
        old: u64,
        /// How many entries the last checkpoint covers.
        seen: u64,
    },
    /// It covers fewer entries than one that was seen.
    #[error("{size} entries, but {seen} were seen")]
    Behind {
        /// How many it covers.
        size: u64,
        /// How many the last one covers.
        seen: u64,
    },
    /// It does not go on from the one that was last seen.
    #[error("{size} entries do not go on from the {seen} that were seen")]
    Forked {
        /// How many it covers.
        size: u64,
        /// How many the last one covers.
        seen: u64,
    },
}

/// Asks a witness to cosign a note: from which size the proof leads, the proof, and the note.
#[must_use]
pub fn request(old: u64, proof: &[Digest], note: &str) -> String {
    let mut text = format!("old {old}\n");
    for hash in proof {
        STANDARD.encode_string(hash.0, &mut text);
        text.push('\n');
    }
    text + "\n" + note
}

/// Reads a request.
fn parts(request: &str) -> Option<(u64, Vec<Digest>, &str)> {
    let (head, note) = request.split_once("\n\n")?;
    let mut lines = head.lines();
    let old = lines.next()?.strip_prefix("old ")?;
    let old = old.parse().ok().filter(|size: &u64| size.to_string() == old && *size <= MAX_INTEGER)?;
    let hash = |line: &str| STANDARD.decode(line).ok()?.try_into().ok().map(Digest);
    // No tree of a size that can be written needs more.
    let proof: Option<Vec<Digest>> = lines.take(64).map(hash).collect();
    Some((old, proof?, note))
}

/// Judges a request by the last checkpoint that was seen, and gives the new one with its note.
///
/// # Errors
/// Why it is not to be cosigned; then what was seen stays what it was.
pub fn judge<'a>(
    request: &'a str,
    log: &NoteKey,
    seen: Option<&Checkpoint>,
) -> Result<(Checkpoint, &'a str), WitnessError> {
    let (old, proof, note) = parts(request).ok_or(WitnessError::Form)?;
    let new = Checkpoint::open(note, log)?;
    if new.origin != log.name() || new.size == 0 {
        return Err(NoteError::Origin.into());
    }
    let last = seen.map_or((0, super::tree::empty_root()), |seen| (seen.size, seen.root));
    let (size, seen) = (new.size, last.0);
    if size < seen {
        return Err(WitnessError::Behind { size, seen });
    }
    // The same again is cosigned again, wherever its proof begins: the first answer may have been lost.
    let again = size == seen && new.root == last.1;
    if !again && size == seen {
        return Err(WitnessError::Forked { size, seen });
    }
    if !again && old != seen {
        return Err(WitnessError::Elsewhere { old, seen });
    }
    if !again && !goes_on(last, (size, new.root), &proof) {
        return Err(WitnessError::Forked { size, seen });
    }
    Ok((new, note))
}

/// The key with which a witness's cosignatures are checked, as `name+hash+base64`.
#[must_use]
pub fn witness_key(signer: &NoteSigner) -> String {
    signer.key().as_text(COSIGNATURE)
}

/// A key with which a witness's cosignatures are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessKey(NoteKey);

impl WitnessKey {
    /// Reads `name+hash+base64`, as [`witness_key`] gives it.
    ///
    /// # Errors
    /// When it is not one.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        NoteKey::parse_as(text, COSIGNATURE).map(Self)
    }

    /// What the witness is called.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// When the witness cosigned a note: the latest time, if it did so more than once.
    ///
    /// # Errors
    /// When it did not, or its signature does not hold.
    pub fn cosigned(&self, note: &str) -> Result<Timestamp, NoteError> {
        let key = VerifyingKey::from_bytes(&self.0.public().0).map_err(|_| NoteError::Key)?;
        let (text, lines) = parts_of_note(note)?;
        let mut last = None;
        for line in lines.iter().filter(|line| self.0.is_by(line, COSIGNATURE)) {
            let (time, signature) = line.signature.split_first_chunk::<8>().ok_or(NoteError::Signature)?;
            let seconds = u64::from_be_bytes(*time);
            verify(&key, &message(seconds, text), signature)?;
            last = last.max(Some(seconds));
        }
        let seconds = last.ok_or(NoteError::Unwitnessed)?;
        let millis = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000);
        Ok(Timestamp::from_millis(millis))
    }
}

/// What a cosignature is over.
fn message(seconds: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

/// The note with the witness's signature line under it: that at this moment it knew of no other history.
#[must_use]
pub fn cosign(note: &str, signer: &NoteSigner, at: Timestamp) -> String {
    let text = note.rfind("\n\n").and_then(|end| note.get(..=end)).unwrap_or(note);
    let seconds = u64::try_from(at.millis() / 1000).unwrap_or_default();
    let signature: Vec<u8> =
        seconds.to_be_bytes().into_iter().chain(signer.signature(&message(seconds, text))).collect();
    format!("{note}{}", signer.line(COSIGNATURE, &signature))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::tree::{Frontier, Runs, consistency};
    use ed25519_dalek::Signature;
    use proptest::prelude::*;

    fn log() -> NoteSigner {
        NoteSigner::new("kuraban/TOKYO/00/1", &[3; 32]).unwrap()
    }

    /// The checkpoint over entries that are these bytes, and the request that leads to it from an older size.
    fn point(entries: &[u8], old: u64) -> (Checkpoint, String) {
        let size = u64::try_from(entries.len()).unwrap();
        let (mut tree, mut runs) = (Frontier::default(), Runs::new(consistency(old, size)));
        for entry in entries {
            tree.push(Digest([*entry; 32]));
            runs.push(Digest([*entry; 32]));
        }
        let point = Checkpoint { origin: "kuraban/TOKYO/00/1".to_owned(), size, root: tree.root() };
        let text = request(old, &runs.roots(), &point.signed(&log()));
        (point, text)
    }

    proptest! {
        /// Only what goes on from the last is taken: the same history, and longer.
        #[test]
        fn what_is_cosigned_is_one_history(
            first in prop::collection::vec(0..4_u8, 1..40),
            second in prop::collection::vec(0..4_u8, 1..40),
            begin in any::<bool>(),
        ) {
            let second = if begin { [&first[..], &second[..]].concat() } else { second };
            let (seen, text) = point(&first, 0);
            prop_assert_eq!(judge(&text, log().key(), None).unwrap().0, seen.clone());
            let (new, text) = point(&second, seen.size);
            let taken = judge(&text, log().key(), Some(&seen));
            if second.starts_with(&first) {
                prop_assert_eq!(taken.unwrap().0, new);
            } else if second.len() < first.len() {
                prop_assert_eq!(taken, Err(WitnessError::Behind { size: new.size, seen: seen.size }));
            } else {
                prop_assert_eq!(taken, Err(WitnessError::Forked { size: new.size, seen: seen.size }));
            }
        }

        #[test]
        fn whatever_is_asked_nothing_panics(text in "(old [0-9]{1,22}\n)?([A-Za-z0-9+/=]{0,44}\n){0,3}\n?.*") {
            let _ = judge(&text, log().key(), None).is_ok();
        }
    }

    #[test]
    fn a_proof_from_another_size_or_a_changed_one_is_not_taken() {
        let entries: Vec<u8> = (0..20).collect();
        let (seen, _) = point(&entries[..7], 0);
        let ask = |text: &str| judge(text, log().key(), Some(&seen)).map(|_| ());
        let (_, text) = point(&entries, 7);
        assert_eq!(ask(&text), Ok(()));
        assert_eq!(ask(&point(&entries, 6).1), Err(WitnessError::Elsewhere { old: 6, seen: 7 }));
        assert_eq!(ask(&text.replace("old 7", "old 07")), Err(WitnessError::Form));
        let without = format!("old 7\n\n{}", text.split_once("\n\n").unwrap().1);
        assert_eq!(ask(&without), Err(WitnessError::Forked { size: 20, seen: 7 }));
        assert_eq!(ask(&text.replace("\n20\n", "\n21\n")), Err(NoteError::Signature.into()));
        // Another history of the same length, wherever its proof begins; and a checkpoint of nothing.
        let other: Vec<u8> = (1..8).collect();
        assert_eq!(ask(&point(&other, 0).1), Err(WitnessError::Forked { size: 7, seen: 7 }));
        assert_eq!(judge(&point(&[], 0).1, log().key(), None), Err(NoteError::Origin.into()));
        // The same again, for the answer may have been lost on its way.
        assert_eq!(ask(&point(&entries[..7], 0).1), Ok(()));
    }

    #[test]
    fn a_cosignature_is_what_the_specification_says() {
        let witness = NoteSigner::new("witness.example", &[5; 32]).unwrap();
        let (point, text) = point(&[1, 2, 3], 0);
        let (_, note) = judge(&text, log().key(), None).unwrap();
        let cosigned = cosign(note, &witness, Timestamp::from_millis(1_679_315_147_999));
        assert!(cosigned.starts_with(note));
        let last = cosigned.lines().last().unwrap().strip_prefix("— witness.example ").unwrap();
        let bytes = STANDARD.decode(last).unwrap();
        assert_eq!(bytes.len(), 4 + 8 + 64);
        let key = witness_key(&witness);
        let mut parts = key.splitn(3, '+');
        let (name, id, key) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        assert_eq!(
            (name, id),
            (
                "witness.example",
                format!("{:08x}", u32::from_be_bytes(bytes[..4].try_into().unwrap())).as_str()
            )
        );
        let key = STANDARD.decode(key).unwrap();
        assert_eq!(key[0], 4);
        assert_eq!(bytes[4..12], 1_679_315_147_u64.to_be_bytes());
        let message = format!("cosignature/v1\ntime 1679315147\n{}", point.text());
        let public = VerifyingKey::from_bytes(&key[1..].try_into().unwrap()).unwrap();
        public.verify_strict(message.as_bytes(), &Signature::from_slice(&bytes[12..]).unwrap()).unwrap();
        // Read again by its own key, and by no other; and never for another time or text.
        let key = WitnessKey::parse(&witness_key(&witness)).unwrap();
        assert_eq!(key.cosigned(&cosigned), Ok(Timestamp::from_millis(1_679_315_147_000)));
        assert_eq!(key.cosigned(note), Err(NoteError::Unwitnessed));
        let again = cosign(&cosigned, &witness, Timestamp::from_millis(1_679_315_150_000));
        assert_eq!(key.cosigned(&again), Ok(Timestamp::from_millis(1_679_315_150_000)));
        let other = NoteSigner::new("witness.example", &[6; 32]).unwrap();
        let other = WitnessKey::parse(&witness_key(&other)).unwrap();
        assert_eq!(other.cosigned(&cosigned), Err(NoteError::Unwitnessed));
        let mut later = bytes.clone();
        later[11] ^= 1;
        let later = cosigned.replace(last, &STANDARD.encode(later));
        assert_eq!(key.cosigned(&later), Err(NoteError::Signature));
        assert_eq!(key.cosigned(&cosigned.replace("\n3\n", "\n4\n")), Err(NoteError::Signature));
        let short = cosigned.replace(last, &STANDARD.encode(&bytes[..7]));
        assert_eq!(key.cosigned(&short), Err(NoteError::Signature));
        assert_eq!(WitnessKey::parse(&witness.key().to_string()), Err(NoteError::Key));
        // The ledger's own signature is still found under it.
        assert_eq!(Checkpoint::open(&cosigned, log().key()), Ok(point));
    }
}

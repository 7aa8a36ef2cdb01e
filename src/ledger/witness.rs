//! What a witness does (C2SP `tlog-witness` and `tlog-cosignature`): it remembers the last checkpoint that it saw, takes
//! a new one only with the proof that it goes on from there, and says so with a signature of its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::checkpoint::Checkpoint;
use super::note::{NoteError, NoteKey, NoteSigner};
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
    if new.origin != format!("{}/1", log.name()) || new.size == 0 {
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

/// The note with the witness's signature line under it: that at this moment it knew of no other history.
#[must_use]
pub fn cosign(note: &str, signer: &NoteSigner, at: Timestamp) -> String {
    let text = note.rfind("\n\n").and_then(|end| note.get(..=end)).unwrap_or(note);
    let seconds = u64::try_from(at.millis() / 1000).unwrap_or_default();
    let message = format!("cosignature/v1\ntime {seconds}\n{text}");
    let signature: Vec<u8> = seconds.to_be_bytes().into_iter().chain(signer.signature(&message)).collect();
    format!("{note}{}", signer.line(COSIGNATURE, &signature))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::tree::{Frontier, Runs, consistency};
    use ed25519_dalek::{Signature, VerifyingKey};
    use proptest::prelude::*;

    fn log() -> NoteSigner {
        NoteSigner::new("kuraban/TOKYO/00", &[3; 32]).unwrap()
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
        let key = VerifyingKey::from_bytes(&key[1..].try_into().unwrap()).unwrap();
        key.verify_strict(message.as_bytes(), &Signature::from_slice(&bytes[12..]).unwrap()).unwrap();
        // The ledger's own signature is still found under it.
        assert_eq!(Checkpoint::open(&cosigned, log().key()), Ok(point));
    }
}

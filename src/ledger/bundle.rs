//! A bundle: one medium's whole history for a third party, with proof that it is in the ledger and that nothing of it is
//! left out up to a checkpoint. `docs/ledger-format.md` has its form; `docs/verify_bundle.py` checks it without kuraban.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::checkpoint::Checkpoint;
use super::entry::{Entry, entry_hash};
use super::heads::leaf;
use super::note::NoteKey;
use super::tree::is_included;
use crate::domain::event::{Data, Kind};
use crate::domain::names::{Digest, MediumId};

/// The name of the format, with its version.
pub const FORMAT: &str = "kuraban-bundle/1";

/// An entry, and the proof that it is in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proved {
    /// The stored line.
    pub entry: String,
    /// The proof (RFC 6962, section 2.1.1), each hash in base64.
    pub proof: Vec<String>,
}

/// The proof that a medium's last entry in the bundle is its newest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Newest {
    /// Where the medium stands in the order of identities, from nought.
    pub index: u64,
    /// The proof, each hash in base64.
    pub proof: Vec<String>,
}

/// A bundle, as its JSON file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// The name of the format.
    pub format: String,
    /// The key that signed the note, as `name+hash+base64`. It is worth what the place is worth where one has it from.
    pub key: String,
    /// The note of a checkpoint.
    pub note: String,
    /// The entry that tells of the checkpoint and names the root over the media.
    pub checkpoint: Proved,
    /// The medium's identity.
    pub medium: u64,
    /// The proof that its last entry here is its newest.
    pub newest: Newest,
    /// All its entries, from its registration on.
    pub entries: Vec<Proved>,
}

/// Why a bundle does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleFault {
    /// It is no bundle.
    #[error("not a bundle")]
    Form,
    /// It is of a later format.
    #[error("another format")]
    Format,
    /// The key in it is none, or not one that is trusted.
    #[error("another key")]
    Key,
    /// The note is not a checkpoint that the key has signed.
    #[error("the note does not hold")]
    Note,
    /// The checkpoint's entry is not the last that the note covers, or names no root over the media.
    #[error("the checkpoint's entry does not hold")]
    Checkpoint,
    /// An entry, counted from 1, is not one, is of another medium, or does not follow on the one before.
    #[error("entry {0} of the medium does not go on")]
    Chain(u64),
    /// An entry, counted from 1, is not in the ledger at the checkpoint.
    #[error("entry {0} of the medium is not in the ledger")]
    Inclusion(u64),
    /// The last entry is not the medium's newest at the checkpoint: later ones are left out.
    #[error("the medium's newest entries are left out")]
    Newest,
}

/// A bundle that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The key that signed the note, under the name of the origin.
    pub key: NoteKey,
    /// The checkpoint up to which it is complete.
    pub point: Checkpoint,
    /// The note itself.
    pub note: String,
    /// The medium.
    pub medium: MediumId,
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// Hashes in base64, as proofs have them.
#[must_use]
pub fn encoded(proof: &[Digest]) -> Vec<String> {
    proof.iter().map(|hash| STANDARD.encode(hash.0)).collect()
}

fn decoded(proof: &[String]) -> Option<Vec<Digest>> {
    proof.iter().map(|hash| STANDARD.decode(hash).ok()?.try_into().ok().map(Digest)).collect()
}

impl Proved {
    /// Reads the entry, if it stands at this place in the tree.
    fn read(&self, point: &Checkpoint) -> Option<(Entry, Digest)> {
        let entry = Entry::decode(&self.entry).ok()?;
        let (hash, proof) = (entry_hash(self.entry.as_bytes()), decoded(&self.proof)?);
        let index = entry.seq.checked_sub(1)?;
        is_included((index, hash), (point.size, point.root), &proof).then_some((entry, hash))
    }
}

impl Bundle {
    /// Its JSON text, with a line end.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Reads a bundle and checks all of it. Where keys are trusted, it must be signed by one of them; else by the one that
    /// it names itself, which shows no more than that it is in one piece.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn check(text: &str, trusted: &[NoteKey]) -> Result<History, BundleFault> {
        let bundle: Self = serde_json::from_str(text).map_err(|_| BundleFault::Form)?;
        if bundle.format != FORMAT {
            return Err(BundleFault::Format);
        }
        let key = NoteKey::parse(&bundle.key).map_err(|_| BundleFault::Key)?;
        // A key has one spelling; and a restore changes the name of the origin, not who answers for it.
        let known = trusted.is_empty() || trusted.iter().any(|one| one.is_same_log(&key));
        if !known || bundle.key != key.to_string() {
            return Err(BundleFault::Key);
        }
        let point = Checkpoint::open(&bundle.note, &key).map_err(|_| BundleFault::Note)?;
        if point.origin != key.name() {
            return Err(BundleFault::Note);
        }
        let (media, heads) = bundle.root_over_media(&point).ok_or(BundleFault::Checkpoint)?;
        let (entries, last) = bundle.history(&point)?;
        let medium = MediumId(bundle.medium);
        let mseq = u64::try_from(entries.len()).map_err(|_| BundleFault::Form)?;
        let proof = decoded(&bundle.newest.proof).ok_or(BundleFault::Form)?;
        let place = (bundle.newest.index, leaf(medium, mseq, last));
        if !is_included(place, (media, heads), &proof) {
            return Err(BundleFault::Newest);
        }
        Ok(History { key, point, note: bundle.note, medium, entries })
    }

    /// How many media there were, and the root over them, as the checkpoint's entry says.
    fn root_over_media(&self, point: &Checkpoint) -> Option<(u64, Digest)> {
        let (entry, _) = self.checkpoint.read(point)?;
        let Data::Checkpoint { media, heads: Some(heads) } = entry.event.data else { return None };
        (entry.seq == point.size).then_some((media, heads))
    }

    /// The entries, each in the ledger and following on the one before, and the hash of the last.
    fn history(&self, point: &Checkpoint) -> Result<(Vec<Entry>, Digest), BundleFault> {
        let (mut entries, mut last, mut seq) = (Vec::<Entry>::new(), Digest::ZERO, 0);
        for (proved, count) in self.entries.iter().zip(1..) {
            let entry = Entry::decode(&proved.entry).map_err(|_| BundleFault::Chain(count))?;
            let link = entry.link.filter(|link| link.mseq == count && link.mprev == last);
            let registers = entry.event.data.kind() == Kind::Register;
            let first = count > 1 || entry.seq == self.medium;
            let ours = entry.event.medium == Some(MediumId(self.medium)) && entry.seq > seq;
            if link.is_none() || !ours || !first || registers != (count == 1) {
                return Err(BundleFault::Chain(count));
            }
            let (entry, hash) = proved.read(point).ok_or(BundleFault::Inclusion(count))?;
            (last, seq) = (hash, entry.seq);
            entries.push(entry);
        }
        if entries.is_empty() { Err(BundleFault::Chain(1)) } else { Ok((entries, last)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_is_read_nothing_panics(text in any::<String>()) {
            prop_assert!(Bundle::check(&text, &[]).is_err());
        }
    }
}

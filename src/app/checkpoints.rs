//! Checkpoints: what the ledger is at one moment, signed, to be kept where nobody who can change the file can
//! reach it.

use std::path::Path;

use crate::domain::decide::{Action, decide};
use crate::domain::event::{Data, How};
use crate::ledger::anchor::key_of;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::note::NoteKey;
use crate::ledger::tree::{Frontier, Runs, consistency};
use crate::ledger::witness::request;
use crate::store::{StoreError, key_path, read_key};

use super::session::{Error, Session, Who};

/// A checkpoint that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The entry that tells of it, which is also how many entries it covers.
    pub seq: u64,
    /// The signed note.
    pub note: String,
    /// The request to a witness that has seen as many entries as were named.
    pub request: Option<String>,
}

impl Session {
    /// The key with which this ledger's checkpoints are checked, and what they are called.
    ///
    /// # Errors
    /// When it has none, or cannot be read.
    pub fn key(&self) -> Result<(NoteKey, String), Error> {
        let first = self.store.read(|view| view.entry(1))?;
        first.as_ref().and_then(key_of).ok_or(Error::Trouble(StoreError::Keyless))
    }

    /// Records that a checkpoint is taken, and signs it, with the key in this file or in the one beside the
    /// ledger. Reads every hash of the log once. For a witness that has seen `since` entries, gives the proof that the
    /// checkpoint goes on from there.
    ///
    /// # Errors
    /// When the key is not to be had or not this ledger's, it is refused, or the log cannot be read or written;
    /// nothing is recorded before the key is at hand.
    pub fn take_checkpoint(
        &self,
        who: &Who,
        key_file: Option<&Path>,
        since: Option<u64>,
    ) -> Result<Taken, Error> {
        let (key, origin) = self.key()?;
        let beside = key_path(self.path());
        let path = key_file.unwrap_or(&beside);
        let signer = read_key(path)?;
        if *signer.key() != key {
            return Err(StoreError::KeyWrong(path.to_owned()).into());
        }
        let seq = self.store.write(|txn| {
            let media = txn.view().count_media()?;
            let context = self.context(txn, who, How::Typed, None)?;
            let action = Action::Plain(Data::Checkpoint { media, heads: None });
            let decision = decide(txn.view(), action, &context)?;
            Ok::<_, Error>(txn.append(&decision)?.seq)
        })?;
        let mut tree = Frontier::default();
        let mut runs = Runs::new(consistency(since.unwrap_or_default(), seq));
        self.store.read(|view| {
            view.each_hash(seq, |hash| {
                tree.push(hash);
                runs.push(hash);
            })
        })?;
        if tree.size() != seq {
            return Err(StoreError::Damaged("event".to_owned()).into());
        }
        let note = Checkpoint { origin, size: seq, root: tree.root() }.signed(&signer);
        let request = since.map(|since| request(since, &runs.roots(), &note));
        Ok(Taken { seq, note, request })
    }
}

//! Checkpoints: what the ledger is at one moment, signed, to be kept where nobody who can change the file can
//! reach it.

use crate::domain::decide::{Action, decide};
use crate::domain::event::{Data, How};
use crate::ledger::note::NoteKey;
use crate::ledger::tree::consistency;
use crate::ledger::witness::request;
use crate::store::{StoreError, Txn};

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
    /// The key with which this ledger's checkpoints are checked.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn key(&self) -> Result<NoteKey, Error> {
        self.store.read(|view| view.key()?.ok_or(Error::Trouble(StoreError::Keyless)))
    }

    /// Records that a checkpoint is taken, and signs it. For a witness that has seen `since` entries, gives the proof that
    /// the checkpoint goes on from there.
    ///
    /// # Errors
    /// When the key is not to be had or not this ledger's, it is refused, or the log cannot be read or written.
    pub fn take_checkpoint(&self, who: &Who, since: Option<u64>) -> Result<Taken, Error> {
        let (seq, note) = self.store.write(|txn| self.checkpoint(txn, who))?;
        let proof = since.map(|since| {
            self.store.read(|view| Ok::<_, Error>((since, view.roots_of(consistency(since, seq))?)))
        });
        let request = proof.transpose()?.map(|(since, proof)| request(since, &proof, &note));
        Ok(Taken { seq, note, request })
    }

    /// Records that a checkpoint is taken, as the next entry of a transaction, and signs it.
    fn checkpoint(&self, txn: &mut Txn<'_>, who: &Who) -> Result<(u64, String), Error> {
        let media = txn.view().count_media()?;
        let context = self.context(txn, who, How::Typed, None)?;
        let action = Action::Plain(Data::Checkpoint { media, heads: None });
        let decision = decide(txn.view(), action, &context)?;
        let seq = txn.append(&decision)?.seq;
        Ok((seq, txn.sign_checkpoint()?))
    }
}

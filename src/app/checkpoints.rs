//! Checkpoints: what the ledger is at one moment, signed, to be kept where nobody who can change the file can
//! reach it.

use crate::domain::decide::{Action, decide};
use crate::domain::event::{Data, How};
use crate::domain::time::DAY;
use crate::domain::world::World as _;
use crate::ledger::heads::MediaHeads;
use crate::ledger::note::NoteKey;
use crate::ledger::tree::consistency;
use crate::ledger::witness::request;
use crate::store::{StoreError, Txn};

use super::session::{Error, Session};
use super::who::Who;

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

/// The tree over the media, and after how many entries it was so.
type Heads = (MediaHeads, u64);

impl Session {
    /// The key with which this ledger's checkpoints are checked.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn key(&self) -> Result<NoteKey, Error> {
        self.store.read(|view| view.key()?.ok_or(Error::Trouble(StoreError::Keyless)))
    }

    /// Records that a checkpoint is taken, and signs it. For a witness that has seen `since` entries, gives the proof that
    /// the checkpoint goes on from there. With `heads`, or where the last such one is older than a day, it names the root
    /// over all media, so that bundles can be made.
    ///
    /// # Errors
    /// When the key is not to be had or not this ledger's, it is refused, or the log cannot be read or written.
    pub fn take_checkpoint(&self, who: &Who, since: Option<u64>, heads: bool) -> Result<Taken, Error> {
        let heads = self.heads_due(heads)?;
        let (seq, note) = self.store.write(|txn| self.checkpoint(txn, who, heads))?;
        let proof = since.map(|since| {
            self.store.read(|view| Ok::<_, Error>((since, view.roots_of(consistency(since, seq))?)))
        });
        let request = proof.transpose()?.map(|(since, proof)| request(since, &proof, &note));
        Ok(Taken { seq, note, request })
    }

    /// A checkpoint that was taken before: the last, or that of so many entries.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn kept_checkpoint(&self, size: Option<u64>) -> Result<Option<(u64, String)>, Error> {
        self.store.read(|view| {
            let last = view.last_note(size, false)?;
            Ok(last.filter(|(found, _)| size.is_none_or(|size| size == *found)))
        })
    }

    /// Ends something with a checkpoint, in one transaction.
    pub(super) fn closing<T, E: From<StoreError> + From<Error>>(
        &self,
        who: &Who,
        heads: bool,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let heads = self.heads_due(heads)?;
        self.store.write(|txn| {
            let done = work(txn)?;
            self.checkpoint(txn, who, heads)?;
            Ok(done)
        })
    }

    /// Takes a checkpoint by itself where there are as many entries since the last as the policy says.
    pub(super) fn checkpoint_if_due(&self, txn: &mut Txn<'_>, who: &Who) -> Result<(), Error> {
        let every = txn.view().policy().checkpoint_every;
        if every == 0 || txn.since_checkpoint()? < every {
            return Ok(());
        }
        match self.checkpoint(txn, who, None) {
            // Where somebody acts who may not even do this, that is refused by itself.
            Ok(_) | Err(Error::Refused(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The tree over the media, if it is asked for or has not been named for a day; computed before the lock is had.
    fn heads_due(&self, asked: bool) -> Result<Option<Heads>, Error> {
        self.store.read(|view| {
            let now = self.now();
            let due = asked || view.heads_taken()?.is_none_or(|at| now.since(at) >= DAY);
            Ok(if due { Some(view.media_heads()?) } else { None })
        })
    }

    /// Records that a checkpoint is taken, as the next entry of a transaction, and signs it.
    fn checkpoint(&self, txn: &mut Txn<'_>, who: &Who, heads: Option<Heads>) -> Result<(u64, String), Error> {
        let context = self.dated(txn, who, How::Typed, None)?;
        let (media, heads) = match heads {
            None => (txn.media(), None),
            Some((mut tree, from)) => {
                txn.view().bring_up(&mut tree, from)?;
                (tree.len(), Some(tree.root()))
            }
        };
        let action = Action::Plain(Data::Checkpoint { media, heads });
        let decision = decide(txn.view(), action, &context)?;
        let seq = txn.append(&decision)?.seq;
        Ok((seq, txn.sign_checkpoint(heads)?))
    }

    /// Why the last note could not be written outside the ledger, if so; it is told once.
    pub fn undelivered(&self) -> Option<StoreError> {
        self.store.undelivered()
    }
}

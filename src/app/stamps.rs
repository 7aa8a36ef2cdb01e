//! Time stamps of checkpoints by an authority outside (RFC 3161): asked for, attached, checked.

use sha2::{Digest as _, Sha256};

use crate::domain::names::Digest;
use crate::ledger::timestamp::{Stamp, StampError, check, imprint, query};
use crate::ledger::verdict::{Break, Reason};
use crate::store::{StoreError, View};

use super::session::{Error, Session};

/// What the time stamps say that a ledger keeps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stamps {
    /// The newest that holds: of how many entries, and what the authority said.
    pub newest: Option<(u64, Stamp)>,
    /// Those that do not hold: of how many entries, and why.
    pub broken: Vec<(u64, StampError)>,
    /// The first that is of something else than its note.
    pub(super) altered: Option<Break>,
}

/// Why a time stamp was not attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoStamp {
    /// It is no time stamp.
    Stamp(StampError),
    /// It is of no checkpoint of this ledger.
    Stranger,
    /// The checkpoint of this size has one.
    Already {
        /// How many entries it covers.
        size: u64,
    },
}

fn digest(note: &str) -> Digest {
    Digest(Sha256::digest(note).into())
}

impl Stamps {
    /// Checks every time stamp that is kept, against the authorities that are trusted; without any, only whether each is of
    /// its note.
    pub(super) fn read(view: &View<'_>, authorities: Option<&str>) -> Result<Self, StoreError> {
        let mut stamps = Self::default();
        view.each_stamp(|size, note, stamp| {
            if imprint(stamp) != Ok(digest(note)) {
                let reason = Reason::StampAltered { size };
                stamps.altered = Some(Break { seq: Some(size), reason, media: Vec::new() });
            } else if let Some(authorities) = authorities {
                match check(stamp, note.as_bytes(), authorities) {
                    Ok(stamp) => drop(stamps.newest.get_or_insert((size, stamp))),
                    Err(error) => stamps.broken.push((size, error)),
                }
            }
        })?;
        Ok(stamps)
    }
}

impl Session {
    /// What is sent to an authority for it to stamp a note.
    ///
    /// # Errors
    /// When there are no random bytes.
    pub fn stamp_query(&self, note: &str) -> Result<Vec<u8>, Error> {
        let mut nonce = [0; 8];
        self.fill(&mut nonce)?;
        Ok(query(note.as_bytes(), u64::from_be_bytes(nonce)))
    }

    /// Attaches an authority's answer to the checkpoint whose note it stamps. Gives how many entries that covers.
    ///
    /// # Errors
    /// When the ledger cannot be read or written; why it was not attached.
    pub fn attach_stamp(&self, response: &[u8]) -> Result<Result<u64, NoStamp>, Error> {
        let stamped = match imprint(response) {
            Ok(stamped) => stamped,
            Err(error) => return Ok(Err(NoStamp::Stamp(error))),
        };
        self.store.write(|txn| {
            let mut found = None;
            txn.view().each_note(|size, note, _| {
                found = (digest(note) == stamped).then_some(size);
                found.is_none()
            })?;
            let Some(size) = found else { return Ok(Err(NoStamp::Stranger)) };
            // The earlier one is worth more: it says that the entries existed by then.
            Ok(if txn.keep_stamp(size, response)? { Ok(size) } else { Err(NoStamp::Already { size }) })
        })
    }
}

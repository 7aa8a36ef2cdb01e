//! A witness: somebody elsewhere who remembers a ledger's last checkpoint, and cosigns only what goes on from it.

use std::path::Path;
use std::time::Duration;

use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::note::{NoteError, NoteKey, NoteSigner};
use crate::ledger::witness::{WitnessError, cosign, judge, witness_key};
use crate::store::{StoreError, WitnessRow, WitnessStore};

use super::session::Surroundings;

/// Why a witness did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum WitnessTrouble {
    /// Its state file cannot be used.
    #[error(transparent)]
    Trouble(#[from] StoreError),
    /// It does not cosign. With the note that it has seen last, which may be evidence.
    #[error("{0}")]
    Refused(WitnessError, Option<String>),
    /// Nobody can be called so in a signature.
    #[error("not a name")]
    Name,
    /// There are no random bytes.
    #[error("no random bytes")]
    NoRandomness,
}

/// What a witness knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessView {
    /// The key with which its cosignatures are checked.
    pub key: String,
    /// The key of the ledger that it witnesses.
    pub log: String,
    /// How many entries the last checkpoint covers; nought before the first.
    pub size: u64,
    /// The note of that checkpoint.
    pub note: Option<String>,
}

/// Makes a witness of this name for the ledger with this key, and gives the key of its cosignatures.
///
/// # Errors
/// When the file exists or cannot be made, or nobody can be called so.
pub fn create(
    path: &Path,
    busy: Duration,
    outside: &Surroundings,
    (name, log): (&str, &NoteKey),
) -> Result<String, WitnessTrouble> {
    let mut seed = [0; 32];
    if !(outside.random)(&mut seed) {
        return Err(WitnessTrouble::NoRandomness);
    }
    let signer = NoteSigner::new(name, &seed).ok_or(WitnessTrouble::Name)?;
    let row = WitnessRow { secret: signer.secret(), log: log.to_string(), seen: None };
    WitnessStore::create(path, busy, &row)?;
    Ok(witness_key(&signer))
}

/// The parts of what is remembered; a state file in which they cannot be read was changed by somebody.
fn parts(row: &WitnessRow) -> Result<(NoteSigner, NoteKey, Option<Checkpoint>), WitnessTrouble> {
    let read = || -> Result<_, NoteError> {
        let log = NoteKey::parse(&row.log)?;
        let seen = row.seen.as_ref().map(|note| Checkpoint::open(note, &log)).transpose()?;
        Ok((NoteSigner::parse(&row.secret)?, log, seen))
    };
    read().map_err(|_| StoreError::Damaged("witness".to_owned()).into())
}

/// Cosigns the checkpoint of a request, after it is remembered, and gives the note with both signatures.
///
/// # Errors
/// When it does not go on from the last, or the state file cannot be used.
pub fn witness(
    path: &Path,
    busy: Duration,
    outside: &Surroundings,
    request: &str,
) -> Result<String, WitnessTrouble> {
    WitnessStore::open(path, busy)?.advance(|row| {
        let (signer, log, seen) = parts(row)?;
        let judged = judge(request, &log, seen.as_ref());
        let (_, note) = judged.map_err(|error| WitnessTrouble::Refused(error, row.seen.clone()))?;
        Ok((note.to_owned(), cosign(note, &signer, (outside.now)())))
    })
}

/// What a witness knows.
///
/// # Errors
/// When the state file cannot be used.
pub fn view(path: &Path, busy: Duration) -> Result<WitnessView, WitnessTrouble> {
    let row = WitnessStore::open(path, busy)?.row()?;
    let (signer, _, seen) = parts(&row)?;
    let size = seen.map_or(0, |seen| seen.size);
    Ok(WitnessView { key: witness_key(&signer), log: row.log, size, note: row.seen })
}

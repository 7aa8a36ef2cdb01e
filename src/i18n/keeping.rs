//! The sentences about the ledger's key, backups and what is given to third parties, without their words.

use crate::ledger::verdict::Verdict;

/// What is said about what is kept beside or outside the ledger.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each variant is one sentence, and its fields are the values in it")]
pub enum Keeping<'a> {
    AskPassphrase { file: &'a str },
    AskNewPassphrase,
    AskPassphraseAgain,
    PassphrasesDiffer,
    NoPassphrase,
    Sealed { file: &'a str },
    Unsealed { file: &'a str },
    Rotated { seq: u64, key: &'a str, file: &'a str },
    BackedUp { file: &'a str, size: u64 },
    NoKeyInIt { key: &'a str },
    BackupBroken,
    RestoreBroken { file: &'a str },
    RestoreBrokenNext,
    Restored { seq: u64, incarnation: u64 },
    Lost { from: u64, until: u64 },
    NothingLost,
    LostUnknown,
    WasRestored { number: u64, began: u64, lost: u64 },
    NotRemembered { error: &'a str },
    SinceBeyond { since: u64, size: u64 },
    Aside { file: &'a str },
    AfterRestore,
    NoCheckpoint { size: Option<u64> },
    NotDelivered { error: &'a str },
    Acknowledged { entry: u64, seq: u64 },
    NotIrregular { entry: u64 },
    VerdictShort { verdict: Verdict },
    VerdictNext { verdict: Verdict },
    NoteOfAnother { file: &'a str },
    Unprinted { error: &'a str },
    UnprintedNext,
}

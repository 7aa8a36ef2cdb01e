//! The key, backups and what is given to third parties, in English.

use super::text::verdict_word;
use crate::i18n::Keeping;
use crate::ledger::verdict::Verdict;

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn say(text: Keeping<'_>) -> String {
    match text {
        Keeping::AskPassphrase { file } => format!("Passphrase of the key {file}: "),
        Keeping::AskNewPassphrase => "New passphrase of the ledger's key: ".into(),
        Keeping::Unprinted { error } => format!("What there was to say cannot be printed: {error}."),
        Keeping::UnprintedNext => "What was recorded stays recorded: look with kuraban log before you do it again.".into(),
        Keeping::AskPassphraseAgain => "The same again: ".into(),
        Keeping::PassphrasesDiffer => "The two passphrases are not the same; nothing was changed.".into(),
        Keeping::NoPassphrase => {
            "There is no terminal to ask for the new passphrase on: give it in KURABAN_NEW_KEY_PASSPHRASE.".into()
        }
        Keeping::Sealed { file } => format!(
            "The key in {file} is sealed. The passphrase is needed before anything is recorded, and is written down nowhere: keep it, and a copy of the file."
        ),
        Keeping::Unsealed { file } => {
            format!("The key in {file} lies open; only the file's permissions protect it now.")
        }
        Keeping::Rotated { seq, key, file } => format!(
            "The ledger has a new key (entry {seq}):\n{key}\nGive it to whoever checks notes of this ledger. The old secret is kept in {file}: a backup from its time is signed with it. Move it to where old keys are kept."
        ),
        Keeping::BackedUp { file, size } => {
            format!("Copied {size} entries into {file}; the copy was checked whole.")
        }
        Keeping::NoKeyInIt { key } => {
            format!("The secret key is not in it. Keep a copy of {key} elsewhere: without it nothing can be recorded.")
        }
        Keeping::BackupBroken => {
            "The copy does not hold, so it was not kept. As evidence, copy the ledger's file itself.".into()
        }
        Keeping::RestoreBrokenNext => {
            "Take another backup. What can still be read of this one goes into the gaps of a damaged ledger: kuraban salvage LEDGER --backup FILE.".into()
        }
        Keeping::RestoreBroken { file } => {
            format!("The backup {file} does not hold; nothing was changed.")
        }
        Keeping::Restored { seq, incarnation } => {
            format!("The backup is the ledger now (entry {seq}, incarnation {incarnation}).")
        }
        Keeping::Lost { from, until } if from == until => {
            format!("What had been entry {from} is lost: look at what it recorded, and record it anew.")
        }
        Keeping::Lost { from, until } => format!(
            "What had been entries {from} to {until} is lost: look at what they recorded, and record it anew."
        ),
        Keeping::LostUnknown => {
            "The file that was there could not be read: whether anything is lost is not known. Look for notes and paper.".into()
        }
        Keeping::NothingLost => "As far as is known, nothing is lost.".into(),
        Keeping::WasRestored { number, began, lost } if lost >= began => format!(
            "The ledger was restored at entry {began} (incarnation {number}); what had been entries {began} to {lost} is lost."
        ),
        Keeping::WasRestored { number, began, .. } => {
            format!("The ledger was restored at entry {began} (incarnation {number}).")
        }
        Keeping::NotRemembered { error } => {
            format!("This station remembers nothing of what it saw, and will not notice a roll-back: {error}")
        }
        Keeping::SinceBeyond { since, size } => format!(
            "A witness that has seen {since} entries will not cosign this: the ledger has only {size}. If it has seen so many, the end was cut off, or an older copy was put back; tell an auditor."
        ),
        Keeping::Aside { file } => format!("The file that was there is kept as {file}."),
        Keeping::AfterRestore => {
            "Until a checkpoint of it is held against it, kuraban verify says RESTORED: take one now (kuraban checkpoint), give it to an auditor, and count the media.".into()
        }
        Keeping::NoCheckpoint { size: None } => {
            "No checkpoint was taken yet. Take one: kuraban checkpoint.".into()
        }
        Keeping::NoCheckpoint { size: Some(size) } => format!(
            "No checkpoint of {size} entries was taken. The last one: kuraban checkpoint --last."
        ),
        Keeping::NotDelivered { error } => {
            format!("The checkpoint is taken, but its note was not written to KURABAN_NOTES: {error}")
        }
        Keeping::Acknowledged { entry, seq } => format!(
            "Entry {entry} was not allowed by the rules; two people stand by it (entry {seq}). It changes nothing in the record."
        ),
        Keeping::NotIrregular { entry } => format!(
            "Entry {entry} is not the first that the rules had not allowed; nothing was recorded."
        ),
        Keeping::VerdictShort { verdict } => short(verdict).into(),
        Keeping::VerdictNext { verdict } => next(verdict).into(),
        Keeping::NoteOfAnother { file } => {
            format!("{file} is no checkpoint of this ledger that its key has signed; nothing was changed.")
        }
    }
}

/// What each verdict asks of whoever reads it.
const fn next(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Anchored => {
            "Nothing is to be done. What came after the checkpoint is vouched for by the next one."
        }
        Verdict::Consistent => {
            "Whoever holds the key could have rewritten it. Hold it against a checkpoint that was kept outside: --against NOTE; or keep one from now on: kuraban checkpoint."
        }
        Verdict::Irregular => {
            "The bytes are as they were recorded, but kuraban would have refused the step. Ask who recorded it, and have an auditor look at it. Two people may stand by it: kuraban acknowledge ENTRY; it then changes nothing, and kuraban rebuild makes the record so."
        }
        Verdict::Tampered => {
            "Somebody changed the file. Record nothing more, keep it and its checkpoints as they are, and tell an auditor; a backup is put back only with kuraban restore."
        }
        Verdict::RolledBack => {
            "Find the newer file before anything is recorded, and keep both. If it is lost, an administrator puts a backup back with kuraban restore, which says so in the log."
        }
        Verdict::Forked => {
            "Whoever holds the key has shown different histories to different people. Keep both notes and the file, and tell an auditor."
        }
        Verdict::Restored => {
            "Look at why, count the media, and record anew what is lost. Then take a checkpoint, keep it outside, and hold the ledger against it: --against NOTE."
        }
        Verdict::Damaged => {
            "Copy the file as it is, with its -wal file, and look at the disk. Save what can still be read: kuraban salvage FILE. Put a backup back: kuraban restore FILE; without one, kuraban init --from makes a ledger of what was saved."
        }
        Verdict::Newer => "Use the newer kuraban that wrote it.",
    }
}

/// The verdict for the header of the screens, where room is short.
const fn short(verdict: Verdict) -> &'static str {
    if matches!(verdict, Verdict::Consistent) { "CONSISTENT" } else { verdict_word(verdict) }
}

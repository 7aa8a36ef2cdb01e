//! What is wrong with the ledger file, and what contradicts the record.

use crate::app::Trouble;
use crate::domain::barcode::LabelError;
use crate::domain::names::NameError;
use crate::exchange::BadReason;
use crate::i18n::{Sentence, Voice};
use crate::ledger::identity::Incarnation;
use crate::ledger::note::NoteError;
use crate::ledger::verdict::Reason;

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn say(trouble: &Trouble) -> Sentence {
    match trouble {
        Trouble::Missing(path) => Sentence::new(
            format!("There is no ledger at {}.", path.display()),
            "Name it with --ledger FILE or KURABAN_LEDGER, or open a new one: kuraban init --site NAME --admin BADGE --name NAME.",
        ),
        Trouble::Exists(path) => Sentence::new(
            format!("{} already exists, and is never overwritten.", path.display()),
            "Choose another file; for a ledger with --ledger FILE. A file FILE.key is the key of the ledger FILE, and FILE-wal is a part of it, wherever that is now.",
        ),
        Trouble::Directory(path) => Sentence::new(
            format!("{} is a directory.", path.display()),
            "Name the ledger file in it: --ledger FILE.",
        ),
        Trouble::NotALedger(path) => Sentence::new(
            format!("{} is not a kuraban ledger; it was not touched.", path.display()),
            "Name the ledger with --ledger FILE or KURABAN_LEDGER. If it was one and is damaged: kuraban salvage FILE.",
        ),
        Trouble::Newer { found, known } => Sentence::new(
            format!("The ledger is in format {found}; this program knows formats up to {known}."),
            "Use the newer kuraban that wrote it. It was not touched.",
        ),
        Trouble::ForeignSchema { found } => Sentence::new(
            format!(
                "The ledger's tables or triggers are not those of this version (fingerprint {found}); nothing is written upon them."
            ),
            "Somebody changed the file outside kuraban. Run kuraban verify, keep a copy, and tell an auditor.",
        ),
        Trouble::Locked { seconds } => Sentence::new(
            format!(
                "Another program has kept the ledger locked for more than {seconds} s; nothing was recorded."
            ),
            "Try again. If it stays locked, look for a backup job or a program that has the file open.",
        ),
        Trouble::ReadOnly => Sentence::new(
            "The ledger may only be read here; nothing was recorded.",
            "Check the permissions of the file and of its directory.",
        ),
        Trouble::Full => Sentence::new("The disk is full; nothing was recorded.", "Make room and try again."),
        Trouble::Disk(message) => Sentence::new(
            format!("The disk cannot be read or written ({message}); what was told before stands."),
            "Look with kuraban log whether the last one is there, before it is scanned again. If it fails again, save the ledger on another disk: kuraban backup FILE.",
        ),
        Trouble::Damaged(message) => Sentence::new(
            format!("The ledger file is damaged: {message}."),
            "Copy it as it is, with its -wal file. Save what can still be read: kuraban salvage FILE; or put a backup back: kuraban restore FILE.",
        ),
        Trouble::HeadBroken { seq } => Sentence::new(
            format!(
                "The head row does not agree with the log at entry {seq}; nothing is written upon a record that contradicts itself."
            ),
            "Run kuraban verify and tell an auditor.",
        ),
        Trouble::HeadUnsigned { seq } => Sentence::new(
            format!(
                "The end of the record (entry {seq}) is not signed with the ledger's key: somebody wrote to the file past kuraban. Nothing is written upon it."
            ),
            "Keep a copy of the file, run kuraban verify with the newest checkpoint that you have outside, and tell an auditor.",
        ),
        Trouble::OtherNote(path) => Sentence::new(
            format!(
                "{} is a checkpoint that the ledger's key has signed over another history: the ledger is not what it was. No checkpoint is signed beside it.",
                path.display()
            ),
            "Keep that file and the ledger as they are, run kuraban verify, and tell an auditor.",
        ),
        Trouble::NothingLeft(path) => Sentence::new(
            format!("No entry of a ledger is left in {}; it was not touched.", path.display()),
            "If its -wal file is still somewhere, put a copy of both in one directory and try again. Else put a backup in its place: kuraban restore FILE.",
        ),
        Trouble::NoBeginning => Sentence::new(
            "These are not the first entries of a ledger, so no ledger can be made of them; nothing was changed.",
            "Keep them for the auditors. An older backup has the beginning: kuraban restore FILE, or kuraban salvage FILE for one that is damaged too.",
        ),
        Trouble::InUse(path) => Sentence::new(
            format!("Another program has {} open; nothing was changed.", path.display()),
            "End the screens of every station and whatever else works with it, then do it again.",
        ),
        Trouble::Vanished(path) => Sentence::new(
            format!("The ledger {} is gone; its key is still there.", path.display()),
            "Find out who took it away. An administrator puts a backup back: kuraban restore FILE. For a new ledger choose another name.",
        ),
        Trouble::Away { path, seen } => Sentence::new(
            format!(
                "The ledger {} is not there; this station has seen {seen} entries of it.",
                path.display()
            ),
            "Look whether its disk is there before anything else; a new ledger must not take its place. If it is lost, an administrator puts a backup back: kuraban restore FILE.",
        ),
        Trouble::Gone(path) => Sentence::new(
            format!(
                "The ledger {} is gone: it was moved or deleted while this program had it open, or its disk is not there any more. Nothing was recorded.",
                path.display()
            ),
            "Find out where it is, and put it back as it was, with the files beside it. What was told before stands in it.",
        ),
        Trouble::LogGone(path) => Sentence::new(
            format!(
                "{} was deleted or replaced while this program had the ledger open: the newest entries may stand there alone. Nothing was recorded.",
                path.display()
            ),
            "Nobody but kuraban may touch that file. End kuraban at every station, then run kuraban verify.",
        ),
        Trouble::Replaced => Sentence::new(
            "The ledger's file was replaced while this program had it open; nothing was recorded.",
            "Open it again. If nobody has just restored a backup, tell an auditor.",
        ),
        Trouble::BelowMark { seen, size } if seen <= size => Sentence::new(
            "This station has seen the ledger after a restore; this file is from before that. Nothing is written upon it.",
            "Find the ledger that was restored. What a restore replaced is kept beside it, with .before-restore-N after its name, for reading.",
        ),
        Trouble::BelowMark { seen, size } => Sentence::new(
            format!(
                "This station has seen {seen} entries of the ledger, but it has only {size} now: its end was cut off, its -wal file was deleted, or an older copy was put in its place. Nothing is written upon it."
            ),
            "Find the newer file. If it is lost, an administrator puts a backup back with kuraban restore --against NOTE, with the newest note that there is; the log then says what is lost.",
        ),
        Trouble::Marked { seen } => Sentence::new(
            format!(
                "This station has seen another entry {seen} than the ledger has now: it was rewritten. Nothing is written upon it."
            ),
            "Keep a copy of the file, run kuraban verify with the newest checkpoint that you have outside, and tell an auditor.",
        ),
        Trouble::Projection { table, column } => Sentence::new(
            format!("The table {table} holds a {column} that kuraban did not write."),
            "Run kuraban verify and tell an auditor; kuraban rebuild restores the table from the log.",
        ),
        Trouble::OtherLedger(path) => Sentence::new(
            format!("The backup is not of the ledger in {}; nothing was changed.", path.display()),
            "Name the ledger that it is of with --ledger FILE, or a file that is not there yet.",
        ),
        Trouble::NotAWitness(path) => Sentence::new(
            format!("{} is no state file of a witness.", path.display()),
            "If it was one, keep it as it is: a new one remembers nothing. To begin one: kuraban witness init FILE --name NAME --log KEY.",
        ),
        Trouble::KeyMissing(path) => Sentence::new(
            format!("The ledger's secret key is not in {}; nothing was recorded.", path.display()),
            "Every entry is signed with it. If it lies elsewhere: --key FILE or KURABAN_KEY. Reading needs no key.",
        ),
        Trouble::KeyExposed(path) => Sentence::new(
            format!(
                "Others than its owner may read the secret key in {}; nothing was recorded.",
                path.display()
            ),
            format!(
                "Who reads it can forge checkpoints. Find out who could, tell an auditor, then: chmod 600 {}",
                path.display()
            ),
        ),
        Trouble::KeyWrong(path) => Sentence::new(
            format!("{} does not hold the key of this ledger; nothing was recorded.", path.display()),
            "Compare with kuraban key show, and with the key that was kept outside. If neither the key nor the ledger was moved or exchanged by you, tell an auditor.",
        ),
        Trouble::KeySealed(path) => Sentence::new(
            format!(
                "The secret key in {} is sealed with a passphrase; nothing was recorded.",
                path.display()
            ),
            "Give it on the terminal, or in KURABAN_KEY_PASSPHRASE. Reading needs no key.",
        ),
        Trouble::KeyPassphrase(path) => Sentence::new(
            format!(
                "The passphrase does not open the secret key in {}; nothing was recorded.",
                path.display()
            ),
            "Try again. The passphrase is not written down anywhere; without it or a copy of the key nothing can be recorded.",
        ),
        Trouble::Keyless | Trouble::KeyOther(_) => Sentence::new(
            "The head row names no key of this ledger.",
            "Run kuraban verify and tell an auditor.",
        ),
        Trouble::Io { path, source } => {
            let path = path.display();
            if source.kind() == std::io::ErrorKind::StorageFull {
                let what = format!("{path} was not written: the disk is full.");
                return Sentence::new(what, "Make room and try again.");
            }
            Sentence::new(format!("{path}: {source}."), "Check the path and its permissions.")
        }
        Trouble::Sqlite(error) => Sentence::new(
            format!("SQLite cannot use the ledger: {error}."),
            "Check that the file and its directory can be read, then run kuraban verify.",
        ),
    }
}

/// Why a note is no checkpoint of the ledger.
pub(super) const fn stranger(error: NoteError) -> &'static str {
    match error {
        NoteError::Form => "it is not a signed note",
        NoteError::Key => "this ledger has no key to check it with",
        NoteError::Unsigned => {
            "it is not signed with this ledger's key. If it was once taken from this ledger, the key in the file was exchanged; tell an auditor"
        }
        NoteError::Unwitnessed => "none of the named witnesses has cosigned it",
        NoteError::Untrusted => "the key that signed it is none that the policy trusts under this name",
        NoteError::Origin => "it is signed with this ledger's key, but is of another log",
        NoteError::Signature => "its signature does not hold: the note was changed",
    }
}

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn reason(voice: &Voice, reason: &Reason) -> String {
    match reason {
        Reason::Empty => "the log has no entries".to_owned(),
        Reason::Number { expected, found } => {
            format!(
                "entry {expected} should come next, but entry {found} does: entries are missing or out of order"
            )
        }
        Reason::RowNumber { row, entry } => format!("row {row} holds an entry numbered {entry}"),
        Reason::Hash { expected, found } => {
            format!("the stored hash is {found}, but the stored bytes give {expected}")
        }
        Reason::Previous { expected, found } => {
            format!("the entry follows on {found}, but the entry before it has the hash {expected}")
        }
        Reason::MediumNumber { expected, found } => {
            format!("the medium's own chain should go on with {expected}, but has {found}")
        }
        Reason::MediumPrevious { expected, found } => {
            format!(
                "in the medium's own chain the entry follows on {found}, but the one before it has the hash {expected}"
            )
        }
        Reason::MediumUnknown { medium } => format!("medium #{medium} was never registered"),
        Reason::Form(error) => format!("the bytes are not an entry: {error}"),
        Reason::NotText => "the bytes are not UTF-8 text".to_owned(),
        Reason::Illegal(refusal) => {
            format!("the step was not allowed when it was recorded: {}", voice.refusal(refusal).what)
        }
        Reason::Projection { table, key, column, expected, found } => {
            format!("table {table}, row {key}: {column} is {found}; the log gives {expected}")
        }
        Reason::RowMissing { table, key } => format!("table {table} lacks row {key}, which the log gives"),
        Reason::RowExtra { table, key } => {
            format!("table {table} has a row {key} that the log does not give")
        }
        Reason::KeptMissing { id } => format!("the text {id}, to which the log refers, is not in kept"),
        Reason::KeptAltered { id } => format!("the text {id} in kept is not one to which the log refers"),
        Reason::Schema { found } => {
            format!("the tables, indexes or triggers are not those of this version (fingerprint {found})")
        }
        Reason::Pages { message } => format!("SQLite finds the file's pages damaged: {message}"),
        Reason::MediaCount { expected, found } => {
            format!("the checkpoint entry counts {found} media, but {expected} were registered")
        }
        Reason::Root { from, size, expected, found } => format!(
            "the checkpoint of {size} entries names the root {expected}, but the ledger gives {found}: it was rewritten between entry {from} and entry {size}"
        ),
        Reason::Shorter { noted, size } => format!(
            "a checkpoint covers {noted} entries, but the ledger has only {size}: its end was cut off, or an older copy was put in its place"
        ),
        Reason::Elsewhere { noted, incarnation } => format!(
            "a checkpoint of {noted} entries is of incarnation {incarnation}, which the ledger does not have there: an older copy was put in its place"
        ),
        Reason::Forked { first, second } => format!(
            "the ledger's key has signed two histories: {} entries with the root {}, and {} entries with the root {}; keep both notes as evidence",
            first.size, first.root, second.size, second.root
        ),
        Reason::Rotation => "the entry exchanges the ledger's key, but is not signed by both keys".to_owned(),
        Reason::TextsLost => {
            "the entry says that texts were lost, but nothing was restored right before it".to_owned()
        }
        Reason::Incarnation { expected, found } => {
            format!("the entry begins incarnation {found}, but {expected} is the least that can follow")
        }
        Reason::Heads { expected, found } => format!(
            "the checkpoint entry names the root {found} over the media, but their chains give {expected}"
        ),
        Reason::HeadUnsigned => {
            "the head row is not signed with the ledger's key over what the log holds: somebody wrote to the file without the key".to_owned()
        }
        Reason::NoteAltered { size } => format!(
            "the note that is kept for the checkpoint of {size} entries is not what the ledger's key has signed"
        ),
        Reason::Untrusted { key } => format!(
            "the ledger's key {key} is none that the policy trusts: the file is of another ledger, or its key was exchanged"
        ),
        Reason::StampAltered { size } => {
            format!("the time stamp that is kept for the checkpoint of {size} entries is of something else")
        }
        Reason::BelowMark { seen, size } if seen <= size => {
            "this station has seen the ledger after a restore; this file is from before that".to_owned()
        }
        Reason::BelowMark { seen, size } => format!(
            "this station has seen {seen} entries, but the ledger has only {size}: its end was cut off, or an older copy was put in its place"
        ),
        Reason::Marked { size, expected, found } => format!(
            "this station has seen entry {size} with the hash {expected}, but the ledger has {found}: it was rewritten"
        ),
        Reason::Restored(Incarnation { number, began, lost, .. }) => format!(
            "the ledger was restored (incarnation {number}){}; no checkpoint since then was given",
            lost_range(*began, *lost)
        ),
        Reason::Unreadable { message } => format!("it cannot be read: {message}"),
    }
}

/// Which entries a restore lost.
fn lost_range(began: u64, lost: u64) -> String {
    match lost {
        _ if lost < began => String::new(),
        _ if lost == began => format!(", and what had been entry {began} is lost"),
        _ => format!(", and what had been entries {began} to {lost} is lost"),
    }
}

/// Why a line of an imported list cannot be read.
pub(in crate::i18n) fn bad_line(reason: &BadReason) -> String {
    match reason {
        BadReason::Empty => "the file is empty".into(),
        BadReason::Binary => "the file is not text".into(),
        BadReason::Undecodable => "the file is in none of UTF-8, UTF-16 and CP932 (Shift_JIS)".into(),
        BadReason::NoBarcodeColumn { found } => {
            format!("the first line must name a column barcode; it has: {}", found.join(", "))
        }
        BadReason::RepeatedColumn => "this column comes twice".into(),
        BadReason::CellCount { expected, found } => format!("{found} cells where the header has {expected}"),
        BadReason::UnclosedQuote => "a quotation mark is opened here and never closed".into(),
        BadReason::MissingBarcode => "there is no barcode".into(),
        BadReason::Repeated { first } => format!("the barcode stands in line {first} already"),
        BadReason::Spreadsheet { cell } => {
            format!(
                "“{cell}” is what a spreadsheet made of a barcode: format the column as text and export it again"
            )
        }
        BadReason::Control => "the cell holds a control character".into(),
        BadReason::TooLong { length } => format!("the cell has {length} characters, 1000 are allowed"),
        BadReason::NotAVolume => "this is no volume that can be read".into(),
        BadReason::OnlyDisk { skipped } => format!("the list names no tape; {skipped} volumes are on disk"),
    }
}

/// Why a text is not a label.
pub(super) fn label_error(error: LabelError) -> String {
    error.to_string()
}

/// Why a text is not a name of its kind.
pub(in crate::i18n) fn name_error(error: NameError) -> String {
    error.to_string()
}

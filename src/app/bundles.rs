//! Bundles: one medium's history, given to a third party; and what such a party finds.

use crate::domain::names::Barcode;
use crate::domain::resolve::resolve;
use crate::domain::time::Timestamp;
use crate::ledger::anchor::Outside;
use crate::ledger::bundle::{Bundle, BundleFault, FORMAT, History, Newest, Proved, encoded};
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::note::NoteKey;
use crate::ledger::tree::inclusion;
use crate::ledger::verdict::Verdict;
use crate::store::{StoreError, View};

use super::session::{Error, Session};

/// A bundle that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundled {
    /// Its text.
    pub text: String,
    /// The medium's barcode.
    pub barcode: Barcode,
    /// Up to which checkpoint it is complete.
    pub size: u64,
    /// How many entries of the medium are in it.
    pub entries: u64,
    /// How many entries of the medium came after the checkpoint.
    pub later: u64,
}

/// Why no bundle can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoBundle {
    /// There is no checkpoint that names the root over the media, or not of this size.
    NoHeads {
        /// The size that was asked for.
        size: Option<u64>,
    },
    /// The medium was registered after the checkpoint.
    Later {
        /// How many entries the checkpoint covers.
        size: u64,
    },
    /// The note is no checkpoint of this ledger.
    Note,
}

/// What a third party finds in a bundle.
#[derive(Debug)]
pub struct BundleReport {
    /// The word for it.
    pub verdict: Verdict,
    /// The bundle, if it holds.
    pub history: Option<History>,
    /// What does not hold.
    pub fault: Option<BundleFault>,
    /// Which of the named witnesses cosigned its note, and when.
    pub cosigned: Vec<(String, Timestamp)>,
    /// The checkpoint from outside that the key has signed for the same size, but over another history.
    pub other: Option<Checkpoint>,
    /// Which of the notes, counted from nought, are of another size or of another ledger, so that they say nothing of it.
    pub silent: Vec<usize>,
}

fn proved(view: &View<'_>, (seq, entry): (u64, String), size: u64) -> Result<Proved, StoreError> {
    Ok(Proved { entry, proof: encoded(&view.roots_of(inclusion(seq.saturating_sub(1), size))?) })
}

impl Session {
    /// Makes the bundle of a medium, complete up to the last checkpoint that names the root over the media, or up to that of
    /// a size; with the note that is kept, or with one from outside, which a witness may have cosigned.
    ///
    /// # Errors
    /// When the ledger cannot be read, or no medium is meant; why there is no bundle.
    pub fn bundle(
        &self,
        text: &str,
        size: Option<u64>,
        note: Option<&str>,
    ) -> Result<Result<Bundled, NoBundle>, Error> {
        self.look(|view| {
            let medium = resolve(view, text)?;
            let outside = note.map(Checkpoint::unsigned).transpose();
            let Ok(outside) = outside else { return Ok(Err(NoBundle::Note)) };
            let size = outside.map_or(size, |point| Some(point.size));
            let kept =
                view.last_note(size, true)?.filter(|(found, _)| size.is_none_or(|size| size == *found));
            let Some((size, kept)) = kept else { return Ok(Err(NoBundle::NoHeads { size })) };
            let note = note.unwrap_or(&kept);
            let own =
                Checkpoint::unsigned(&kept).map_err(|_| StoreError::Damaged("checkpoint".to_owned()))?;
            let keyless = || Error::Trouble(StoreError::Keyless);
            let key = view.key_at(size, &own.origin)?.ok_or_else(keyless)?;
            if Checkpoint::open(note, &key) != Ok(own) {
                return Ok(Err(NoBundle::Note));
            }
            if medium.id.0 > size {
                return Ok(Err(NoBundle::Later { size }));
            }
            let missing = || StoreError::Damaged(format!("event {size}"));
            let checkpoint = proved(view, (size, view.line_of(size)?.ok_or_else(missing)?), size)?;
            let (lines, later) = view.history_until(medium.id, size)?;
            let lines: Result<Vec<_>, _> = lines.into_iter().map(|line| proved(view, line, size)).collect();
            let entries = lines?;
            let unknown = || StoreError::Damaged("medium".to_owned());
            let (index, proof) = view.media_heads_at(size)?.proof(medium.id).ok_or_else(unknown)?;
            let count = u64::try_from(entries.len()).unwrap_or(u64::MAX);
            let newest = Newest { index, proof: encoded(&proof) };
            let (key, note) = (key.to_string(), note.to_owned());
            let format = FORMAT.to_owned();
            let bundle = Bundle { format, key, note, checkpoint, medium: medium.id.0, newest, entries };
            Ok(Ok(Bundled { text: bundle.text(), barcode: medium.barcode, size, entries: count, later }))
        })
    }
}

/// Checks a bundle without a ledger, against the keys that are trusted and what comes from outside.
#[must_use]
pub fn check_bundle(text: &str, trusted: &[NoteKey], outside: &Outside) -> BundleReport {
    let mut report = BundleReport {
        verdict: Verdict::Tampered,
        history: None,
        fault: None,
        cosigned: Vec::new(),
        other: None,
        silent: Vec::new(),
    };
    let history = match Bundle::check(text, trusted) {
        Ok(history) => history,
        Err(fault) => return BundleReport { fault: Some(fault), ..report },
    };
    let mut anchored = false;
    for (at, note) in outside.notes.iter().enumerate() {
        match Checkpoint::open(note, &history.key) {
            // Where witnesses are asked for, the note from outside must bear their signatures itself.
            Ok(point) if point == history.point => {
                if outside.cosigned(note).is_ok() {
                    anchored = true;
                } else {
                    report.silent.push(at);
                }
            }
            Ok(point) if point.origin == history.point.origin && point.size == history.point.size => {
                report.other = Some(point);
            }
            Ok(_) | Err(_) => report.silent.push(at),
        }
    }
    report.cosigned = outside.cosigned(&history.note).unwrap_or_default();
    report.verdict = if report.other.is_some() {
        Verdict::Forked
    } else if anchored || !report.cosigned.is_empty() {
        Verdict::Anchored
    } else {
        Verdict::Consistent
    };
    report.history = Some(history);
    report
}

//! The check of the whole ledger, and the repair of what can be repaired: the projections.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::domain::decide::{Action, Reason as Why, decide};
use crate::domain::event::{Data, How};
use crate::domain::names::{Digest, Reading as Line};
use crate::domain::resolve::shown;
use crate::domain::time::Timestamp;
use crate::ledger::anchor::Mark;
pub use crate::ledger::anchor::Outside;
use crate::ledger::identity::Incarnation;
use crate::ledger::note::NoteError;
use crate::ledger::verdict::{Break, Reason, Verdict};
use crate::ledger::verify::Reading;
use crate::store::{Beside, Half, Seen, Store, StoreError, View, delivered_notes, read_mark, write_mark};

use super::reading::read_log;
use super::second::{self, Pages, Second};
use super::session::{Error, Session};
use super::stamps::Stamps;
use super::verbs::Said;
use super::weigh::{Found, report, unopened, unreadable};
use super::who::Who;

/// What is told while the log is read: how many entries of how many.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// What `verify` found.
#[derive(Debug, Clone)]
pub struct Report {
    /// The word for it.
    pub verdict: Verdict,
    /// How many entries hold.
    pub size: u64,
    /// The hash of the last of them.
    pub head: Digest,
    /// How many entries checkpoints from outside vouch for.
    pub anchor: Option<u64>,
    /// Which of the named witnesses cosigned the last of those, and when.
    pub cosigned: Vec<(String, Timestamp)>,
    /// The files of the notes that were found where notes are written to; they were compared after those that were given.
    pub delivered: Vec<PathBuf>,
    /// Which of the notes, counted from nought, are no checkpoints of this ledger, and why.
    pub strangers: Vec<(usize, NoteError)>,
    /// The restores of which the log tells.
    pub restores: Vec<Incarnation>,
    /// Why nothing could be remembered of what was seen, if so.
    pub unmarked: Option<Arc<StoreError>>,
    /// How many entries the ledger has had at most, before what restores have lost.
    pub furthest: u64,
    /// What the time stamps say that the ledger keeps.
    pub stamps: Stamps,
    /// Which entries the rules had not allowed and two people acknowledged, each with the entry that says so.
    pub acknowledged: Vec<(u64, u64)>,
    /// The first break.
    pub first_break: Option<Break>,
    /// The barcodes of the media that it touches, or `#identity` where none is known.
    pub media: Vec<String>,
}

/// What `rebuild` did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// How many differences there were.
    pub count: u64,
    /// The first of them.
    pub differences: Vec<Break>,
    /// The entry that names them; none if nothing differed and nothing was written.
    pub seq: Option<u64>,
    /// How many entries the log had.
    pub size: u64,
}

impl Session {
    /// Reads the whole ledger and says what it is worth, held against the notes of checkpoints from outside, and against what
    /// this station remembers and the newest of the notes that were written outside.
    ///
    /// # Errors
    /// When it cannot even be opened as one.
    pub fn verify(
        path: &Path,
        busy: Duration,
        outside: Outside,
        beside: &Beside,
        progress: Progress<'_>,
    ) -> Result<Report, Error> {
        let store = match Store::open(path, busy) {
            Err(StoreError::Damaged(message)) => return Ok(unopened(message)),
            opened => opened.map_err(|error| error.remembered(beside.marks.as_deref()))?,
        };
        let name = store.claims().ok().flatten().map(|claims| claims.name);
        let given = outside.notes.len();
        let alone = outside.witnesses.is_empty() && outside.trust.is_none();
        let (outside, delivered) = gathered(outside, beside, name.as_deref(), path);
        let total = store.size_hint();
        let mut stamps = Stamps::default();
        let (authorities, deep) = (outside.authorities.clone(), outside.deep);
        let (read, pages) = std::thread::scope(|scope| {
            let mut second = Some(Second::begin(scope, path, busy, deep));
            let mut pages = Ok(None);
            let read = store.inspect(|view| {
                let reading = Arc::new(read_log(view, outside, total, progress)?);
                let (difference, said) = compared(view, &reading, second.take());
                pages = said;
                let mut found = difference?;
                if reading.whole && found.is_none() {
                    stamps = Stamps::read(view, authorities.as_deref())?;
                    found = stamps.altered.take().map(|first| (Verdict::Tampered, first));
                }
                let reading = Arc::into_inner(reading);
                Ok((reading.ok_or_else(|| StoreError::Damaged("log".to_owned()))?, found))
            });
            (read, second.map_or(pages, |second| second.end().pages))
        });
        // What a second connection could not find out the first can.
        let pages = pages.or_else(|_| store.quick_check(deep));
        let (reading, found) = read.or_else(|error| unreadable(&store, &error))?;
        let seen = Mark {
            incarnation: reading.identity.incarnation(),
            size: reading.head.size(),
            hash: reading.head.hash,
        };
        let mut report = report(store.foreign_schema(), reading, found, pages).stamped(stamps, alone);
        report.delivered = delivered;
        // Who asks for witnesses does not ask each note for them that only lies there.
        let unasked = |error: &NoteError| matches!(error, NoteError::Unwitnessed | NoteError::Untrusted);
        report.strangers.retain(|(at, error)| *at < given || !unasked(error));
        // What holds is what this station has seen.
        if let (None, Some(marks), Some(name)) = (&report.first_break, &beside.marks, name) {
            let written = write_mark(marks, &Seen::new(&name, path), &seen);
            report.unmarked =
                written.err().map(|source| Arc::new(StoreError::Io { path: marks.clone(), source }));
        }
        Ok(report)
    }

    /// The report on a log of which nothing but itself is there yet.
    pub(super) fn report_on(&self, reading: Reading) -> Report {
        report(self.store.foreign_schema(), reading, None, Ok(None))
    }

    /// What this station remembers of the ledger, and the notes that were written outside, with their files.
    fn seen_outside(&self) -> (Outside, Vec<PathBuf>) {
        let name = self.store.claims().ok().flatten().map(|claims| claims.name);
        gathered(Outside::default(), &self.outside.beside, name.as_deref(), self.path())
    }

    /// Lets two people stand by an entry that the rules had not allowed; it must be the first that nobody has acknowledged.
    ///
    /// # Errors
    /// When it is refused, or cannot be written; the report, if that is not what the ledger says of this entry.
    pub fn acknowledge(
        &self,
        who: &Who,
        seq: u64,
        said: &Said,
        progress: Progress<'_>,
    ) -> Result<Result<u64, Box<Report>>, Error> {
        let total = self.store.size_hint();
        let reading = self.store.inspect(|view| read_log(view, Outside::default(), total, progress))?;
        let entry = self.store.read(|view| view.entry(seq))?;
        // Without a registration nothing of its medium could be judged: that stays irregular.
        let registers = entry.is_some_and(|entry| matches!(entry.event.data, Data::Register { .. }));
        let is_it =
            |(verdict, first): &(Verdict, Break)| *verdict == Verdict::Irregular && first.seq == Some(seq);
        if registers || !reading.first.as_ref().is_some_and(is_it) {
            let pages = self.store.quick_check(false);
            return Ok(Err(Box::new(report(self.store.foreign_schema(), reading, None, pages))));
        }
        let (reason, kept) = self.reason(said)?;
        let Why { why, text } = reason;
        let action = Action::Plain(Data::IrregularAcknowledged { event: seq, why, text });
        self.store.write(|txn| {
            let context = self.context(txn, who, How::Typed, None)?;
            let decision = decide(txn.view(), action, &context)?;
            let seq = txn.append(&decision)?.seq;
            if let (Some((id, salt)), Some(text)) = (kept, &said.text) {
                txn.keep(id, &salt, text)?;
            }
            Ok(Ok(seq))
        })
    }

    /// Makes the projections anew from the log, and records what differed.
    ///
    /// # Errors
    /// When the log itself does not hold (then `verify` says where), or it cannot be written; and when the log's end is
    /// not signed, unless a second person stands by.
    pub fn rebuild(&self, who: &Who, progress: Progress<'_>) -> Result<Result<Rebuilt, Box<Report>>, Error> {
        let total = self.store.size_hint();
        let mut broken = None;
        let rebuilt = self.store.write_anew(|txn| {
            if let Some(doubt) = txn.take_doubt()
                && !who.has_second()
            {
                return Err(doubt.into());
            }
            let (outside, _) = self.seen_outside();
            let reading = read_log(txn.view(), outside, total, progress)?;
            if reading.whole && reading.identity.key() != Some(txn.signer().key()) {
                return Err(StoreError::KeyWrong(self.store.key_file()).into());
            }
            // What stands against the log itself is not to be written over, however many stand by.
            let against =
                reading.anchoring.found.as_ref().filter(|(verdict, _)| *verdict != Verdict::Restored);
            if !reading.whole || against.is_some() {
                let pages = self.store.quick_check(false);
                broken = Some(Box::new(report(self.store.foreign_schema(), reading, None, pages)));
                return Ok(Rebuilt { count: 0, differences: Vec::new(), seq: None, size: 0 });
            }
            let mut differences = Vec::new();
            let mut count: u64 = 0;
            txn.view().compare(&reading, |first| {
                // What is kept apart is no projection: it cannot be made anew, and `verify` tells of it.
                if !matches!(first.reason, Reason::KeptMissing { .. } | Reason::KeptAltered { .. }) {
                    count += 1;
                    if differences.len() < 20 {
                        differences.push(first);
                    }
                }
                true
            })?;
            let size = reading.size();
            if count == 0 {
                return Ok(Rebuilt { count, differences, seq: None, size });
            }
            txn.rewrite(&reading)?;
            let named: Vec<Line> = differences.iter().filter_map(|d| shown(&name(d))).collect();
            let context = self.context(txn, who, How::Typed, None)?;
            let action = Action::Plain(Data::Rebuilt { count, differences: named });
            let decision = decide(txn.view(), action, &context)?;
            let seq = txn.append(&decision)?.seq;
            Ok::<_, Error>(Rebuilt { count, differences, seq: Some(seq), size })
        })?;
        Ok(broken.map_or(Ok(rebuilt), Err))
    }
}

/// A difference in a few words, as it stands in the `rebuilt` event.
fn name(difference: &Break) -> String {
    if let Reason::Projection { table, key, column, .. } = &difference.reason {
        format!("{table} {key}: {column}")
    } else if let Reason::RowMissing { table, key } = &difference.reason {
        format!("{table} {key}: missing")
    } else if let Reason::RowExtra { table, key } = &difference.reason {
        format!("{table} {key}: extra")
    } else if let Reason::HeadUnsigned = &difference.reason {
        "head 1: signature".to_owned()
    } else if let Reason::NoteAltered { size } = &difference.reason {
        format!("checkpoint {size}: note")
    } else {
        "other".to_owned()
    }
}

impl Report {
    /// The same with what time stamps say: one that holds vouches for the ledger as a checkpoint from outside does, unless
    /// witnesses or a policy were asked for.
    fn stamped(mut self, stamps: Stamps, alone: bool) -> Self {
        if alone && stamps.newest.is_some() && self.verdict == Verdict::Consistent {
            self.verdict = Verdict::Anchored;
        }
        self.stamps = stamps;
        self
    }
}

/// What is given, with what a station remembers of the ledger of this name in this file, and the notes that were written
/// outside, whose files are told.
fn gathered(
    mut outside: Outside,
    beside: &Beside,
    name: Option<&str>,
    path: &Path,
) -> (Outside, Vec<PathBuf>) {
    let Some(name) = name else { return (outside, Vec::new()) };
    outside.mark = beside.marks.as_deref().and_then(|marks| read_mark(marks, &Seen::new(name, path)));
    let delivered = beside.notes.as_deref().map(|notes| delivered_notes(notes, name));
    let (delivered, texts): (Vec<_>, Vec<_>) = delivered.unwrap_or_default().into_iter().unzip();
    outside.notes.extend(texts);
    (outside, delivered)
}

/// Holds the tables against what the log comes to, half of them on the second connection; what SQLite says of the pages
/// comes with it.
fn compared(
    view: &View<'_>,
    reading: &Arc<Reading>,
    second: Option<Second<'_>>,
) -> (Result<Found, StoreError>, Pages) {
    if reading.whole
        && let Some(second) = &second
    {
        second.give(reading);
    }
    let own = if reading.whole { view.first_difference(reading, Half::Media) } else { Ok(None) };
    let second::Found { pages, half } =
        second.map_or(second::Found { pages: Ok(None), half: None }, Second::end);
    let rest = || half.unwrap_or_else(|| view.first_difference(reading, Half::Others));
    let first = own.and_then(|first| match first {
        Some(first) => Ok(Some(first)),
        None if reading.whole => match rest()? {
            Some(first) => Ok(Some(first)),
            None => view.first_apart(reading),
        },
        None => Ok(None),
    });
    let found = match first {
        Ok(None) if reading.read && !reading.whole => view.is_signed(reading).map(|signed| {
            let broken = Break { seq: None, reason: Reason::HeadUnsigned, media: Vec::new() };
            (!signed).then_some((Verdict::Tampered, broken))
        }),
        Ok(first) => Ok(first.map(|first| (Verdict::Tampered, first))),
        Err(error) => {
            let reason = Reason::Unreadable { message: error.to_string() };
            Ok(Some((Verdict::Damaged, Break { seq: None, reason, media: Vec::new() })))
        }
    };
    (found, pages)
}

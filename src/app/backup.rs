//! Backups of the ledger, and how one is put back: never silently, for an older copy is also how a history is undone.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::domain::decide::{Action, decide};
use crate::domain::event::{Data, How};
use crate::domain::names::Digest;
use crate::ledger::anchor::Mark;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::note::NoteKey;
use crate::ledger::verdict::Verdict;
use crate::store::backup::{Claims, Draft, close_for_all, set_aside, wake};
use crate::store::{Appended, Beside, Seen as Here, Store, StoreError, read_mark, write_mark};

use super::session::{Error, Session, Surroundings, Who};
use super::verify::{Outside, Progress, Report};

/// What a backup or a restore came to.
pub type Checked<T> = Result<T, Box<Report>>;

/// A restore that waits for somebody to sign on.
#[derive(Debug)]
pub struct Restoring {
    /// The copy, on which people sign on.
    pub session: Session,
    draft: Draft,
    ledger: PathBuf,
    claims: Claims,
    /// How far the ledger had come that is replaced, as far as that is known.
    before: Vec<Seen>,
    marks: Option<PathBuf>,
}

/// How far a ledger was seen to have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// In which incarnation.
    pub incarnation: u64,
    /// How many entries it had.
    pub size: u64,
    /// The hash of the last, if that is known.
    pub hash: Option<Digest>,
}

/// A backup that was put in the ledger's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The entry that tells of it.
    pub seq: u64,
    /// The number of the incarnation that it begins.
    pub incarnation: u64,
    /// How many entries the ledger had come to before.
    pub lost: u64,
    /// Under which name the file that was there is kept.
    pub aside: Option<PathBuf>,
}

/// Whether a copy may stand in for a ledger: nothing in it contradicts itself.
fn is_sound(report: &Report) -> bool {
    matches!(report.verdict, Verdict::Anchored | Verdict::Consistent | Verdict::Irregular | Verdict::Restored)
}

impl Session {
    /// Copies the ledger as it is at this moment into a new file, checks the copy whole, and only then gives it its name.
    ///
    /// # Errors
    /// When the file exists, or a file cannot be read or written; the report of a copy that does not hold.
    pub fn back_up(&self, target: &Path, progress: Progress<'_>) -> Result<Checked<Report>, Error> {
        if std::fs::symlink_metadata(target).is_ok() {
            return Err(StoreError::Exists(target.to_owned()).into());
        }
        let draft = Draft::beside(target)?;
        self.store.copy_into(&draft)?;
        let report =
            Self::verify(draft.path(), self.store.busy(), Outside::default(), &Beside::default(), progress)?;
        if !is_sound(&report) {
            return Ok(Err(Box::new(report)));
        }
        draft.keep()?;
        Ok(Ok(report))
    }
}

impl Restoring {
    /// Checks a backup whole and copies it beside the ledger whose place it is to take.
    ///
    /// # Errors
    /// When the backup is none of this ledger, another program has the ledger open, or a file cannot be read or written; the
    /// report of a backup that does not hold.
    pub fn begin(
        backup: &Path,
        ledger: &Path,
        busy: Duration,
        outside: Surroundings,
        progress: Progress<'_>,
    ) -> Result<Checked<Self>, Error> {
        let report = Session::verify(backup, busy, Outside::default(), &Beside::default(), progress)?;
        if !is_sound(&report) {
            return Ok(Err(Box::new(report)));
        }
        let source = Store::open(backup, busy)?;
        let damaged = || StoreError::Damaged("head".to_owned());
        let claims = source.claims()?.ok_or_else(damaged)?;
        let key = source.key_named(&claims.name)?.ok_or_else(damaged)?;
        let before = replaced(ledger, busy, &key)?;
        let marked = outside
            .beside
            .marks
            .as_deref()
            .and_then(|marks| read_mark(marks, &Here::new(&claims.name, ledger)));
        let seen = |Mark { incarnation, size, hash }| Seen { incarnation, size, hash: Some(hash) };
        let before = before.into_iter().chain(marked.map(seen)).collect();
        let draft = Draft::beside(ledger)?;
        source.copy_into(&draft)?;
        wake(&draft, busy)?;
        let mut outside = outside;
        outside.beside.keyring.file = Some(outside.beside.keyring.path(ledger));
        // What the station has seen is what the restore is to explain.
        let marks = outside.beside.marks.take();
        let session = Session::open(draft.path(), busy, outside)?;
        Ok(Ok(Self { session, draft, ledger: ledger.to_owned(), claims, before, marks }))
    }

    /// How far the ledger had come by a checkpoint of it; none if the key of the backup has not signed it.
    ///
    /// # Errors
    /// When the backup cannot be read.
    pub fn seen_in(&self, note: &str) -> Result<Option<Seen>, Error> {
        let key = self.session.key()?;
        let Ok(point) = Checkpoint::open(note, &key) else { return Ok(None) };
        let number =
            point.origin.strip_prefix(self.claims.name.as_str()).and_then(|rest| rest.strip_prefix('/'));
        let incarnation = number.and_then(|number| number.parse().ok());
        Ok(incarnation.map(|incarnation| Seen { incarnation, size: point.size, hash: None }))
    }

    /// Records the restore upon the copy, with the furthest that is known of the ledger before, and puts the copy in its
    /// place. The file that was there is kept under another name.
    ///
    /// # Errors
    /// When it is refused, or a file cannot be written.
    pub fn end(self, who: &Who, notes: &[Seen]) -> Result<Restored, Error> {
        let Self { session, draft, ledger, claims, before, marks } = self;
        let seen: Vec<Seen> = notes.iter().copied().chain(before).collect();
        let furthest = seen.iter().max_by_key(|seen| (seen.size, seen.hash.is_some()));
        let incarnation = seen.iter().map(|seen| seen.incarnation).fold(claims.incarnation, u64::max) + 1;
        let (Appended { seq, hash }, lost) = session.store.write(|txn| {
            let context = session.context(txn, who, How::Typed, None)?;
            // Entries that only say who signed on, or that the clock was held, may have come before it.
            let least = context.seq - 1;
            let known = furthest.filter(|seen| seen.size >= least);
            let (size, head) = known.map_or((least, None), |seen| (seen.size, seen.hash));
            let action = Action::Plain(Data::Restore { incarnation, size, head });
            let decision = decide(txn.view(), action, &context)?;
            Ok::<_, Error>((txn.append(&decision)?, size))
        })?;
        let busy = session.store.busy();
        drop(session);
        close_for_all(draft.path(), busy)?;
        wake(&draft, busy)?;
        let aside = std::fs::symlink_metadata(&ledger).is_ok().then(|| aside(&ledger, incarnation));
        if let Some(aside) = &aside {
            set_aside(&ledger, aside)?;
        }
        draft.keep()?;
        if let Some(marks) = &marks {
            let _ =
                write_mark(marks, &Here::new(&claims.name, &ledger), &Mark { incarnation, size: seq, hash });
        }
        Ok(Restored { seq, incarnation, lost, aside })
    }
}

/// Under which name the file is kept that a restore replaces.
fn aside(ledger: &Path, incarnation: u64) -> PathBuf {
    let mut name = ledger.as_os_str().to_owned();
    name.push(format!(".before-restore-{incarnation}"));
    PathBuf::from(name)
}

/// What is known of the ledger that is to be replaced, as far as its own key vouches for it; none where there is none, or
/// where nothing of it can be believed.
fn replaced(ledger: &Path, busy: Duration, backup: &NoteKey) -> Result<Option<Seen>, Error> {
    if std::fs::symlink_metadata(ledger).is_err() {
        return Ok(None);
    }
    // What cannot even be opened is moved away as it is.
    if let Err(error @ StoreError::Locked { .. }) = close_for_all(ledger, busy) {
        return Err(error.into());
    }
    let Ok(store) = Store::open(ledger, busy) else { return Ok(None) };
    let claimed = store.claims().ok().flatten();
    if claimed.is_some_and(|claims| claims.name != backup.name()) {
        return Err(StoreError::OtherLedger(ledger.to_owned()).into());
    }
    let mut claims = store.signed_claims(backup).ok();
    if claims.is_none() {
        // Its key may have been exchanged since the backup: then all of it must hold.
        let report = Session::verify(ledger, busy, Outside::default(), &Beside::default(), &mut |_, _| {});
        let sound = report.is_ok_and(|report| is_sound(&report));
        claims = if sound { store.claims().ok().flatten() } else { None };
    }
    Ok(claims.map(|Claims { incarnation, size, hash, .. }| Seen { incarnation, size, hash: Some(hash) }))
}

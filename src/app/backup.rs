//! Backups of the ledger, and how one is put back: never silently, for an older copy is also how a history is undone.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::domain::decide::{Action, Context, decide};
use crate::domain::event::Data;
use crate::domain::names::Digest;
use crate::ledger::anchor::Mark;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::note::NoteKey;
use crate::ledger::verdict::Verdict;
use crate::store::backup::{Claims, Draft, close_for_all, gather, wake};
use crate::store::{
    Appended, Beside, Keyring, Seen as Here, Store, StoreError, delivered_notes, put_back_key, read_key,
    read_mark, retired_path, suffixed, write_mark,
};

use super::session::{Error, Session, Surroundings};
use super::verify::{Outside, Progress, Report};
use super::who::Who;

/// What a backup or a restore came to.
pub type Checked<T> = Result<T, Box<Report>>;

/// A restore that waits for somebody to sign on.
#[derive(Debug)]
pub struct Restoring {
    /// Where people sign on: the ledger that is replaced, if its end is whole, for who may do this is decided by what is in
    /// force; else a copy of the backup, of which nothing is kept.
    pub session: Session,
    scratch: Option<Draft>,
    job: Job,
}

impl Session {
    /// Whether these people may restore a backup, as the ledger stands.
    fn may_restore(&self, who: &Who) -> Result<(), Error> {
        self.look(|view| {
            let (seq, at) = (view.size()? + 1, self.present(view));
            let context = Context { seq, ..who.context(at) };
            let action = Action::Plain(Data::Restore { incarnation: 0, size: seq, head: None });
            decide(view, action, &context)?;
            Ok(())
        })
    }
}

/// What a restore goes by.
#[derive(Debug)]
struct Job {
    source: Store,
    /// The file that is replaced, and the name under which it was asked for.
    ledger: PathBuf,
    named: PathBuf,
    claims: Claims,
    /// The key that has signed the backup.
    key: NoteKey,
    beside: Beside,
    /// The file of the present key, and that of the one that was exchanged, where the backup is signed by that one.
    present: PathBuf,
    retired: Option<PathBuf>,
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
    /// Which entries of the ledger before are not in the backup, as far as that is known.
    pub lost: Option<(u64, u64)>,
    /// Under which name the file that was there is kept.
    pub aside: Option<PathBuf>,
    /// Whether that file could not be read, so that what is lost is not known.
    pub unread: bool,
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
    /// Checks a backup whole, and looks at the ledger whose place it is to take.
    ///
    /// # Errors
    /// When the backup is none of this ledger, another program has the ledger open, or a file cannot be read or written; the
    /// report of a backup that does not hold.
    pub fn begin(
        backup: &Path,
        ledger: &Path,
        busy: Duration,
        mut outside: Surroundings,
        progress: Progress<'_>,
    ) -> Result<Checked<Self>, Error> {
        let report = Session::verify(backup, busy, Outside::default(), &Beside::default(), progress)?;
        if !is_sound(&report) {
            return Ok(Err(Box::new(report)));
        }
        let named = ledger.to_owned();
        // A link is followed: it is the file that is replaced, not the way to it.
        let ledger = std::fs::canonicalize(ledger).unwrap_or_else(|_| named.clone());
        let source = Store::open(backup, busy)?;
        let damaged = || StoreError::Damaged("head".to_owned());
        let claims = source.claims()?.ok_or_else(damaged)?;
        let key = source.key_named(&claims.name)?.ok_or_else(damaged)?;
        let beside = std::mem::take(&mut outside.beside);
        let present = beside.keyring.path(&named);
        let held = read_key(&present, beside.keyring.passphrase.as_deref());
        let is_it = held.is_ok_and(|held| held.key().public() == key.public());
        // The secret that signed the backup may have been exchanged since.
        let retired = Some(retired_path(&present, key.public())).filter(|path| !is_it && path.exists());
        let stands = standing(&ledger, busy, &key)?.is_some_and(|standing| standing.seen.is_some());
        let job = Job { source, ledger, named, claims, key, beside, present, retired };
        let (session, scratch) = if stands {
            outside.beside.keyring = job.keyring(None);
            (Session::open(&job.ledger, busy, outside)?, None)
        } else {
            let (session, draft) = job.copy(busy, outside)?;
            (session, Some(draft))
        };
        Ok(Ok(Self { session, scratch, job }))
    }

    /// How far the ledger had come by a checkpoint of it; none if no key of the ledger that is at hand has signed it.
    #[must_use]
    pub fn seen_in(&self, note: &str) -> Option<Seen> {
        self.job.seen_in(note)
    }

    /// Records the restore upon a fresh copy, as the first entry after the backup's, with the furthest that is known of the
    /// ledger before, and puts the copy in its place. The file that was there is kept under another name.
    ///
    /// # Errors
    /// When it is refused, another program records meanwhile, or a file cannot be written: the ledger is then as it was.
    pub fn end(self, who: &Who, notes: &[Seen]) -> Result<Restored, Error> {
        let Self { session, scratch, mut job } = self;
        if scratch.is_none() {
            // Nobody regains by a backup what was taken from them since.
            session.may_restore(who)?;
        }
        let busy = session.store.busy();
        job.beside.keyring.passphrase = session.store.passphrase().map(str::to_owned);
        let outside = session.outside.clone();
        drop(session);
        drop(scratch);
        let standing = standing(&job.ledger, busy, &job.key)?;
        let now = standing.as_ref().and_then(|standing| standing.seen);
        let seen: Vec<Seen> = notes.iter().copied().chain(now).chain(job.remembered()).collect();
        let furthest = seen.iter().max_by_key(|seen| (seen.size, seen.hash.is_some()));
        let past = seen.iter().map(|seen| seen.incarnation);
        let incarnation = past.fold(job.claims.incarnation, u64::max) + 1;
        let (session, draft) = job.copy(busy, outside)?;
        let (Appended { seq, hash }, lost) = session.store.write(|txn| {
            let context = session.first_context(txn, who);
            let least = context.seq - 1;
            let known = furthest.filter(|seen| seen.size >= least);
            let (size, head) = known.map_or((least, None), |seen| (seen.size, seen.hash));
            let action = Action::Plain(Data::Restore { incarnation, size, head });
            let decision = decide(txn.view(), action, &context)?;
            Ok::<_, Error>((txn.append(&decision)?, size))
        })?;
        drop(session);
        gather(&draft, busy)?;
        wake(&draft, busy)?;
        let lost = match standing.as_ref().and_then(|standing| standing.parted(&job.source)) {
            Some((from, until)) => Some((from, until.max(lost))),
            None => (lost >= seq).then_some((seq, lost)),
        };
        let size = standing.as_ref().and_then(|standing| standing.size);
        let unread = standing.is_some_and(|standing| standing.seen.is_none());
        let aside = draft.replace(&job.ledger, |at| aside(&job.ledger, incarnation, at), (size, busy))?;
        if let Some(retired) = &job.retired {
            put_back_key(&job.present, retired)?;
        }
        if let Some(marks) = &job.beside.marks {
            let mark = Mark { incarnation, size: seq, hash };
            let _ = write_mark(marks, &Here::new(&job.claims.name, &job.named), &mark);
        }
        Ok(Restored { seq, incarnation, lost, aside, unread })
    }
}

impl Job {
    fn keyring(&self, file: Option<&PathBuf>) -> Keyring {
        let file = Some(file.unwrap_or(&self.present).clone());
        Keyring { file, passphrase: self.beside.keyring.passphrase.clone() }
    }

    /// A copy of the backup beside the ledger, opened for writing with the key that signed it.
    fn copy(&self, busy: Duration, mut outside: Surroundings) -> Result<(Session, Draft), Error> {
        let draft = Draft::beside(&self.ledger)?;
        self.source.copy_into(&draft)?;
        wake(&draft, busy)?;
        // What the station has seen is what the restore is to explain, and no note of it goes out before it is done.
        outside.beside = Beside { keyring: self.keyring(self.retired.as_ref()), ..Beside::default() };
        Ok((Session::open(draft.path(), busy, outside)?, draft))
    }

    fn seen_in(&self, note: &str) -> Option<Seen> {
        let held = read_key(&self.present, self.beside.keyring.passphrase.as_deref()).ok();
        let held = held.map(|held| held.key().clone()).filter(|held| held.name() == self.claims.name);
        let keys: Vec<NoteKey> = std::iter::once(self.key.clone()).chain(held).collect();
        Seen::in_note(note, &self.claims.name, &keys)
    }

    /// What this station has seen, and what the notes say that were written outside.
    fn remembered(&self) -> Vec<Seen> {
        Seen::remembered(&self.beside, &self.claims.name, &self.named, |note| self.seen_in(note))
    }
}

impl Seen {
    /// How far the ledger of this name had come by a checkpoint of it; none if none of these keys has signed it.
    pub(super) fn in_note(note: &str, name: &str, keys: &[NoteKey]) -> Option<Self> {
        let point = keys.iter().find_map(|key| Checkpoint::open(note, key).ok())?;
        let incarnation = point.origin.strip_prefix(name)?.strip_prefix('/')?.parse().ok()?;
        Some(Self { incarnation, size: point.size, hash: None })
    }

    /// What this station has seen of the ledger of this name in this file, and what the notes say that were written outside.
    pub(super) fn remembered(
        beside: &Beside,
        name: &str,
        file: &Path,
        seen_in: impl Fn(&str) -> Option<Self>,
    ) -> Vec<Self> {
        let mark = beside.marks.as_deref().and_then(|marks| read_mark(marks, &Here::new(name, file)));
        let mark = mark.map(|Mark { incarnation, size, hash }| Self { incarnation, size, hash: Some(hash) });
        let notes = beside.notes.as_deref().map(|notes| delivered_notes(notes, name));
        let notes = notes.unwrap_or_default().into_iter().filter_map(|(_, note)| seen_in(&note));
        notes.chain(mark).collect()
    }
}

/// Under which name the file is kept that a restore replaces; the first that is free.
fn aside(ledger: &Path, incarnation: u64, at: u64) -> PathBuf {
    let again = if at > 0 { format!("-{at}") } else { String::new() };
    suffixed(ledger, &format!(".before-restore-{incarnation}{again}"))
}

/// The ledger that stands where a backup is to be put.
struct Standing {
    store: Option<Store>,
    /// How far it has come, as far as its own key vouches for it.
    seen: Option<Seen>,
    /// How many entries its head row names.
    size: Option<u64>,
}

impl Standing {
    /// From which of its entries on it is another history than a backup, and its last one; none if the backup has them all.
    fn parted(&self, backup: &Store) -> Option<(u64, u64)> {
        let (store, size) = (self.store.as_ref()?, self.size.filter(|_| self.seen.is_some())?);
        let same =
            |seq| matches!((store.hash_of(seq), backup.hash_of(seq)), (Ok(Some(a)), Ok(Some(b))) if a == b);
        // Each entry names the one before it: what is the same once was the same before.
        let (mut low, mut high) = (1, size + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            if same(middle) { low = middle + 1 } else { high = middle }
        }
        (low <= size).then_some((low, size))
    }
}

/// What is known of the ledger that is to be replaced; none where there is none.
fn standing(ledger: &Path, busy: Duration, backup: &NoteKey) -> Result<Option<Standing>, Error> {
    if std::fs::symlink_metadata(ledger).is_err() {
        return Ok(None);
    }
    // What cannot even be opened is moved away as it is.
    if let Err(StoreError::Locked { .. }) = close_for_all(ledger, busy) {
        return Err(StoreError::InUse(ledger.to_owned()).into());
    }
    let store = match Store::open(ledger, busy) {
        Ok(store) => store,
        Err(StoreError::Damaged(_) | StoreError::NotALedger(_)) => {
            return Ok(Some(Standing { store: None, seen: None, size: None }));
        }
        Err(error) => return Err(error.into()),
    };
    let claimed = store.claims().ok().flatten();
    if claimed.as_ref().is_some_and(|claims| claims.name != backup.name()) {
        return Err(StoreError::OtherLedger(ledger.to_owned()).into());
    }
    // Where all of it holds, its key may have been exchanged since, and what earlier restores have lost is lost once more.
    let report = Session::verify(ledger, busy, Outside::default(), &Beside::default(), &mut |_, _| {});
    let report = report.ok().filter(is_sound);
    let size = claimed.as_ref().map(|claims| claims.size);
    let claims = if report.is_some() { claimed } else { store.signed_claims(backup).ok() };
    let seen = claims.map(|Claims { incarnation, size, hash, .. }| {
        let furthest = report.map_or(size, |report| report.furthest);
        let hash = Some(hash).filter(|_| furthest == size);
        Seen { incarnation, size: furthest, hash }
    });
    Ok(Some(Standing { store: Some(store), seen, size }))
}

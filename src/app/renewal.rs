//! A ledger made anew from the lines of its entries, where its file is damaged beyond use: what can be replayed is the ledger
//! again, and a restore tells what is not.

mod lines;

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::domain::decide::{Action, Context, decide};
use crate::domain::event::{Data, MOST_TEXTS};
use crate::domain::names::{Badge, Digest, Kept, Station};
use crate::ledger::anchor::{Mark, Outside};
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::note::NoteKey;
use crate::ledger::verify::{Point, Reading};
use crate::store::backup::{Draft, gather, wake};
use crate::store::{
    Appended, Beside, Keyring, Remains, Seen as Here, Store, StoreError, Txn, copy_key, key_path,
    public_half, put_back_key, read_key, retired_path, write_mark,
};

use super::backup::{Checked, Seen};
use super::clocks::Noticed;
use super::credentials::{Hashed, Pin, Signed};
use super::reading::read_log;
use super::session::{Error, Session, Surroundings};
use super::verify::Progress;
use super::who::Who;
use lines::{Rest, put};

/// A ledger that is being made anew, under another name until it is whole.
#[derive(Debug)]
pub struct Renewing {
    /// Where its secret key is opened.
    pub session: Session,
    draft: Draft,
    /// Where people sign on, once the key is open: a copy of which nothing is kept.
    scratch: Option<(Session, Draft)>,
    ledger: PathBuf,
    outside: Surroundings,
    reading: Reading,
    rest: Rest,
    keys: Vec<NoteKey>,
    /// The key's file, and where it was found.
    present: PathBuf,
    secret: PathBuf,
    saved: Saved,
}

/// What other files have that the lines do not.
#[derive(Debug, Default)]
struct Saved {
    texts: BTreeMap<Kept, (Vec<u8>, String)>,
    notes: Vec<(Checkpoint, String)>,
    seen: Vec<Seen>,
}

/// A ledger that was made anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewed {
    /// How many entries it was made of.
    pub size: u64,
    /// The entry that tells of it.
    pub seq: u64,
    /// The number of the incarnation that it begins.
    pub incarnation: u64,
    /// Which entries are lost, as far as that is known.
    pub lost: Option<(u64, u64)>,
    /// How many entries came after those and cannot be replayed.
    pub after: u64,
    /// The first of those, if it is not the one that the entry after it names.
    pub contradicted: Option<u64>,
    /// How many lines were no entries.
    pub rubbish: u64,
    /// How many names, texts and PINs to which the log refers are lost.
    pub texts: u64,
    /// The entries with the new PINs of who did it, if theirs were among them.
    pub pins: Vec<(Badge, u64)>,
}

/// Who makes a ledger anew, or stands by: they have signed on, or have lost their PIN with it and choose another.
pub struct Maker {
    signed: Signed,
    /// The PIN in the place of one that was lost.
    pin: Option<Hashed>,
}

impl std::fmt::Debug for Maker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Maker({:?})", self.signed)
    }
}

impl From<Signed> for Maker {
    fn from(signed: Signed) -> Self {
        Self { signed, pin: None }
    }
}

impl Renewing {
    /// The fewest entries with which a ledger stands: its opening, its first person, its site.
    pub const FEWEST: u64 = 3;

    /// Takes the lines of a log as far as each is the next entry, and makes a ledger of them that has no name yet. Names, texts
    /// and PINs, which are in no log, come from these files as far as they hold.
    ///
    /// # Errors
    /// When there is a file of the ledger's name, the lines do not begin with a ledger's first entries, the key that was in
    /// force is not at hand, or a file cannot be read or written; the report of a log that does not hold. Nothing is left
    /// behind then.
    pub fn begin(
        lines: &mut dyn BufRead,
        kept: &[PathBuf],
        ledger: &Path,
        (busy, outside): (Duration, Surroundings),
        progress: Progress<'_>,
    ) -> Result<Checked<Self>, Error> {
        let draft = Draft::of_new(ledger)?;
        let store = Store::create(&draft, busy)?;
        let rest = put(&store, lines)?;
        let total = store.size_hint();
        if total < Self::FEWEST {
            return Err(StoreError::NoBeginning.into());
        }
        let reading = store.inspect(|view| read_log(view, Outside::default(), total, progress))?;
        let Some(key) = reading.identity.key().filter(|_| reading.read).map(NoteKey::public) else {
            let making = Session::beginning(store, outside);
            return Ok(Err(Box::new(making.report_on(reading))));
        };
        let present = outside.beside.keyring.path(ledger);
        let secret = found(key, &present, kept)?;
        let keyring = Keyring { file: Some(secret.clone()), ..outside.beside.keyring.clone() };
        let store = store.with(Beside { keyring, ..Beside::default() });
        let name = reading.identity.name();
        let later = rest.keys.iter().filter_map(|key| NoteKey::new(name, *key));
        let keys: Vec<NoteKey> =
            reading.identity.keys().iter().map(|(_, key)| key.clone()).chain(later).collect();
        let saved = Saved::from(kept, &reading, &keys)?;
        let session = Session::beginning(store, outside.clone());
        let (ledger, scratch) = (ledger.to_owned(), None);
        Ok(Ok(Self { session, draft, scratch, ledger, outside, reading, rest, keys, present, secret, saved }))
    }

    /// How far the ledger had come by a checkpoint of it; none if no key that the entries name has signed it.
    #[must_use]
    pub fn seen_in(&self, note: &str) -> Option<Seen> {
        Seen::in_note(note, self.reading.identity.name(), &self.keys)
    }

    /// Makes everything that stands beside the log anew from it and signs its end, so that people can sign on.
    ///
    /// # Errors
    /// When the key is not open, the secret of a key with which a note is to be made anew is not at hand, or a file cannot be
    /// written.
    pub fn sign(&mut self) -> Result<(), Error> {
        let (reading, saved) = (&self.reading, &self.saved);
        self.session.store.write_anew(|txn| {
            txn.rewrite(reading)?;
            for (id, (salt, text)) in &saved.texts {
                txn.keep(*id, salt, text)?;
            }
            let now = txn.signer().key().public();
            let older = |point: &&Point| {
                reading.identity.key_at(point.note.size).is_some_and(|key| key.public() != now)
            };
            reading.points.iter().filter(older).try_for_each(|point| self.keep_note(txn, point))
        })?;
        let draft = Draft::beside(&self.ledger)?;
        self.session.store.copy_into(&draft)?;
        let busy = self.session.store.busy();
        wake(&draft, busy)?;
        let mut keyring = self.session.outside.beside.keyring.clone();
        keyring.passphrase = self.session.store.passphrase().map(str::to_owned);
        keyring.file = Some(self.secret.clone());
        let outside =
            Surroundings { beside: Beside { keyring, ..Beside::default() }, ..self.outside.clone() };
        self.scratch = Some((Session::open(draft.path(), busy, outside)?, draft));
        Ok(())
    }

    /// Keeps the note of a checkpoint that an earlier key has signed: as it was found, or signed once more.
    fn keep_note(&self, txn: &Txn<'_>, point: &Point) -> Result<(), Error> {
        let Some(key) = self.reading.identity.key_at(point.note.size) else { return Ok(()) };
        let holds =
            |(of, note): &&(Checkpoint, String)| *of == point.note && Checkpoint::open(note, key).is_ok();
        if let Some((_, note)) = self.saved.notes.iter().find(holds) {
            return Ok(txn.keep_note(point, note)?);
        }
        let secret = retired_path(&self.present, key.public());
        let signer = read_key(&secret, self.session.store.passphrase())?;
        Ok(txn.keep_note(point, &point.note.signed(&signer))?)
    }

    /// The copy on which people sign on.
    ///
    /// # Errors
    /// Before the end of the log is signed.
    pub fn scratch(&self) -> Result<&Session, Error> {
        let unsigned = || StoreError::HeadUnsigned { seq: self.reading.size() }.into();
        self.scratch.as_ref().map(|(session, _)| session).ok_or_else(unsigned)
    }

    /// Whether this person has lost their PIN with the ledger.
    ///
    /// # Errors
    /// When that cannot be read.
    pub fn has_lost_pin(&self, badge: &Badge) -> Result<bool, Error> {
        self.session.has_lost_pin(badge)
    }

    /// Lets a person act who has lost their PIN with the ledger; none if they have not.
    ///
    /// # Errors
    /// When that cannot be read.
    pub fn regain(&self, badge: &Badge, pin: &Pin) -> Result<Option<Maker>, Error> {
        let regained = self.session.regain(badge, pin)?;
        Ok(regained.map(|(signed, pin)| Maker { signed, pin: Some(pin) }))
    }

    /// Records what is lost, by an administrator, with a second person where the last entry is older than the clock is
    /// believed, and gives the ledger its name.
    ///
    /// # Errors
    /// When it is refused, or a file cannot be written: nothing is left behind then.
    pub fn end(
        self,
        (by, with): (Maker, Option<Maker>),
        station: Station,
        notes: &[Seen],
    ) -> Result<Renewed, Error> {
        let mut pins = Vec::new();
        let mut signed = |Maker { signed, pin }: Maker| {
            pins.extend(pin.map(|pin| (signed.badge().clone(), pin)));
            signed
        };
        let by = signed(by);
        let who = Who::new(by, with.map(signed), station);
        let name = self.reading.identity.name().to_owned();
        let known = Seen::remembered(&self.outside.beside, &name, &self.ledger, |note| self.seen_in(note));
        let seen: Vec<Seen> = notes
            .iter()
            .copied()
            .chain(known)
            .chain(self.saved.seen.iter().copied())
            .chain(self.rest.last)
            .collect();
        let Self { session, draft, scratch, ledger, outside, reading, rest, present, secret, saved, .. } =
            self;
        drop(scratch);
        let past = seen.iter().map(|seen| seen.incarnation).chain([rest.incarnation]);
        let incarnation = past.fold(reading.identity.incarnation(), u64::max) + 1;
        let size = reading.size();
        let furthest =
            seen.iter().filter(|seen| seen.size >= size).max_by_key(|seen| (seen.size, seen.hash.is_some()));
        let (until, head) = furthest.map_or((size, None), |seen| (seen.size, seen.hash));
        let missing: Vec<Kept> =
            reading.replay.kept().iter().filter(|id| !saved.texts.contains_key(id)).copied().collect();
        let restore = Data::Restore { incarnation, size: until, head };
        let (pins, Appended { seq, hash }) = session.store.write(|txn| {
            let mut last = session.tell(txn, &who, restore)?;
            for texts in missing.chunks(MOST_TEXTS) {
                last = session.tell(txn, &who, Data::TextsLost { texts: texts.to_vec() })?;
            }
            let mut set = Vec::new();
            for (badge, pin) in pins {
                let data = Data::CredentialSet { badge: badge.clone(), pin: pin.id() };
                last = session.tell(txn, &who, data)?;
                pin.keep(txn)?;
                set.push((badge, last.seq));
            }
            Ok::<_, Error>((set, last))
        })?;
        let busy = session.store.busy();
        drop(session);
        gather(&draft, busy)?;
        wake(&draft, busy)?;
        name_it(draft, &present, &secret)?;
        if let Some(marks) = &outside.beside.marks {
            let _ = write_mark(marks, &Here::new(&name, &ledger), &Mark { incarnation, size: seq, hash });
        }
        Ok(Renewed {
            size,
            seq: size + 1,
            incarnation,
            lost: (until > size).then_some((size + 1, until)),
            after: rest.count,
            contradicted: rest.contradicted,
            rubbish: rest.rubbish,
            texts: u64::try_from(missing.len()).unwrap_or(u64::MAX),
            pins,
        })
    }
}

impl Session {
    /// A session with a ledger that is not whole yet.
    fn beginning(store: Store, outside: Surroundings) -> Self {
        Self { store, outside, finder: std::cell::RefCell::default(), behind: Noticed::default() }
    }

    /// Records what is told of a ledger that is made anew, before anything else.
    fn tell(&self, txn: &mut Txn<'_>, who: &Who, data: Data) -> Result<Appended, Error> {
        let context: Context = self.first_context(txn, who);
        let decision = decide(txn.view(), Action::Plain(data), &context)?;
        Ok(txn.append(&decision)?)
    }
}

/// Gives the new ledger its name, with its key beside it.
fn name_it(draft: Draft, present: &Path, secret: &Path) -> Result<(), Error> {
    if secret == present {
        return Ok(draft.keep()?);
    }
    if std::fs::symlink_metadata(present).is_ok() {
        draft.keep()?;
        return Ok(put_back_key(present, secret)?);
    }
    copy_key(secret, present)?;
    draft.keep().map_err(|error| {
        let _ = std::fs::remove_file(present);
        Error::from(error)
    })
}

/// Where the secret of this key is: in the ledger's key file, in that of a key that was exchanged, or beside one of the files
/// from which texts come.
fn found(key: Digest, present: &Path, kept: &[PathBuf]) -> Result<PathBuf, Error> {
    let beside =
        kept.iter().map(|file| key_path(file)).filter(|_| std::fs::symlink_metadata(present).is_err());
    let mut wrong = None;
    for path in std::iter::once(present.to_owned()).chain(beside) {
        let retired = retired_path(&path, key);
        for path in [path, retired] {
            match public_half(&path) {
                Ok(Some(public)) if public == key => return Ok(path),
                Ok(_) => wrong = wrong.or(Some(StoreError::KeyWrong(path))),
                Err(StoreError::KeyMissing(_)) => {}
                Err(error) => wrong = wrong.or(Some(error)),
            }
        }
    }
    Err(wrong.unwrap_or_else(|| StoreError::KeyMissing(present.to_owned())).into())
}

impl Saved {
    /// What these files still have of a ledger: a damaged one, or backups of it.
    fn from(files: &[PathBuf], reading: &Reading, keys: &[NoteKey]) -> Result<Self, Error> {
        let (mut saved, wanted) = (Self::default(), reading.replay.kept());
        for file in files {
            let found = Remains::open(file)?.aside(reading.identity.name(), keys, |id, salt, text| {
                if wanted.contains(&id) {
                    saved.texts.entry(id).or_insert_with(|| (salt.to_owned(), text.to_owned()));
                }
            });
            let head = found.head.map(|head| Seen {
                incarnation: head.incarnation,
                size: head.size,
                hash: Some(head.hash),
            });
            let notes =
                found.notes.iter().filter_map(|(_, note)| Seen::in_note(note, reading.identity.name(), keys));
            saved.seen.extend(notes.chain(head));
            saved.notes.extend(found.notes);
        }
        Ok(saved)
    }
}

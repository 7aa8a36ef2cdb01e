//! A session with one ledger: the clock and the randomness that come from outside, and the way in which a
//! transaction is opened, dated and closed.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::decide::{Action, Context, Decision, Reason, decide};
use crate::domain::event::{Data, How};
use crate::domain::names::{Badge, Code, Digest, Kept, LedgerId, Org, PlaceCode, SiteName, Station};
use crate::domain::person::{Role, Roles};
use crate::domain::place::PlaceKind;
use crate::domain::policy::Policy;
use crate::domain::refusal::{OrderRefusal, Refusal};
use crate::domain::rules::{RULES, Stop};
use crate::domain::time::Timestamp;
use crate::domain::world::World;
use crate::ledger::checkpoint::name;
use crate::ledger::entry::kept_id;
use crate::ledger::note::NoteSigner;
use crate::store::backup::{Draft, gather, wake};
use crate::store::{Appended, Beside, Keyring, Store, StoreError, Txn, View, write_key};

use super::clocks::Noticed;
use super::credentials::{Cost, Pin};
use super::finder::Finder;
use super::verbs::Said;
use super::who::Who;

/// Fills a buffer with random bytes; false if there are none to be had.
pub type Random = Arc<dyn Fn(&mut [u8]) -> bool + Send + Sync>;

/// A text's identity in `kept`, and its salt.
pub(super) type Keepsake = (Kept, [u8; 32]);

/// What comes from outside: the time, and random bytes for identities and salts.
#[derive(Clone)]
pub struct Surroundings {
    /// The present moment.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// The source of random bytes.
    pub random: Random,
    /// What the hash of a PIN costs.
    pub cost: Cost,
    /// What lies beside and outside the ledger.
    pub beside: Beside,
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Surroundings")
    }
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The ledger cannot be used.
    #[error(transparent)]
    Trouble(#[from] StoreError),
    /// The rules say no.
    #[error("refused: {}", .0.code())]
    Refused(Box<Refusal>),
    /// The operating system gives no random bytes.
    #[error("no random bytes")]
    NoRandomness,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<OrderRefusal> for Error {
    fn from(refusal: OrderRefusal) -> Self {
        Refusal::from(refusal).into()
    }
}

impl From<Stop<StoreError>> for Error {
    fn from(stop: Stop<StoreError>) -> Self {
        match stop {
            Stop::Refused(refusal) => Self::Refused(refusal),
            Stop::Failed(error) => Self::Trouble(error),
        }
    }
}

/// What a new ledger starts with.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The site's name, which is also the code of its root place.
    pub site: SiteName,
    /// The first person's badge.
    pub admin: Badge,
    /// Their name.
    pub name: String,
    /// Their PIN.
    pub pin: Pin,
    /// Their organisation.
    pub org: Option<Org>,
    /// The station where it is opened.
    pub station: Station,
    /// The policy to begin with.
    pub policy: Policy,
}

/// One open ledger.
#[derive(Debug)]
pub struct Session {
    pub(super) store: Store,
    pub(super) outside: Surroundings,
    /// For search as you type, once somebody has searched.
    pub(super) finder: RefCell<Finder>,
    /// Whether the clock is behind the ledger's time.
    pub(super) behind: Noticed,
}

impl Session {
    /// Opens an existing ledger.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path, busy: Duration, outside: Surroundings) -> Result<Self, Error> {
        let opened = Store::open(path, busy);
        let store = opened.map_err(|error| error.remembered(outside.beside.marks.as_deref()))?;
        let store = store.with(outside.beside.clone());
        Ok(Self { store, outside, finder: RefCell::default(), behind: Noticed::default() })
    }

    /// Makes a new ledger with its first person and its site; never over an existing file.
    ///
    /// # Errors
    /// When the file exists or cannot be written; nothing is left behind then.
    pub fn create(
        path: &Path,
        busy: Duration,
        outside: Surroundings,
        opening: Opening,
    ) -> Result<Self, Error> {
        let site =
            PlaceCode::new(opening.site.as_str()).map_err(|_| Refusal::Inconsistent { key: "site" })?;
        // Made beside its name, which it gets when all of it is there: whatever comes between, nothing half made is in the way.
        let draft = Draft::of_new(path)?;
        let keyring =
            Keyring { file: Some(outside.beside.keyring.path(path)), ..outside.beside.keyring.clone() };
        let beside = Beside { keyring, ..Beside::default() };
        let store = Store::create(&draft, busy)?.with(beside);
        let making =
            Self { store, outside: outside.clone(), finder: RefCell::default(), behind: Noticed::default() };
        let (ledger, key, secret) = making.new_key(&opening.site)?;
        making.open_ledger(ledger, key, opening, site)?;
        let key_file = making.store.key_file();
        drop(making);
        gather(&draft, busy)?;
        wake(&draft, busy)?;
        // A key that was there before is somebody's, and stays.
        write_key(&key_file, &secret)?;
        if let Err(error) = draft.keep() {
            let _ = std::fs::remove_file(&key_file);
            return Err(error.into());
        }
        let session = Self::open(path, busy, outside)?;
        session.store.remember_end()?;
        Ok(session)
    }

    /// The identity of a new ledger, and its key with the secret as its file is to hold it.
    fn new_key(&self, site: &SiteName) -> Result<(LedgerId, Digest, String), Error> {
        let (mut id, mut seed) = ([0; 16], [0; 32]);
        self.fill(&mut id)?;
        self.fill(&mut seed)?;
        let ledger = LedgerId(id);
        let signer = NoteSigner::new(&name(site, ledger), &seed)
            .ok_or_else(|| Error::from(Refusal::Inconsistent { key: "site" }))?;
        let secret = self.key_text(&signer, self.store.passphrase())?;
        let key = signer.key().public();
        self.store.sign_with(signer);
        Ok((ledger, key, secret))
    }

    fn open_ledger(
        &self,
        ledger: LedgerId,
        key: Digest,
        opening: Opening,
        site: PlaceCode,
    ) -> Result<(), Error> {
        let Opening { site: name, admin, name: person, pin, org, station, policy } = opening;
        let pin = self.hashed(&pin)?;
        self.store.write(|txn| {
            let at = (self.outside.now)();
            let context = |txn: &Txn<'_>, by: Option<&Badge>| Context {
                seq: txn.next(),
                at,
                occurred: None,
                by: by.cloned(),
                with: None,
                station: station.clone(),
                how: How::Typed,
            };
            let open = Data::LedgerOpened { ledger, key, site: name, rules: RULES, policy };
            let opened = decide(txn.view(), Action::Plain(open), &context(txn, None))?;
            txn.append(&opened)?;
            let (kept, salt) = self.keepsake(&person)?;
            // With nobody else there yet, the first person must be able to do everything but audit.
            let roles = Roles::of(&[Role::Admin, Role::Operator, Role::Approver]);
            let enrol = Action::Enrol {
                badge: admin.clone(),
                name: kept,
                pin: Some(pin.id()),
                org,
                host_org: None,
                roles,
            };
            let enrolled = decide(txn.view(), enrol, &context(txn, Some(&admin)))?;
            txn.append(&enrolled)?;
            txn.keep(kept, &salt, &person)?;
            pin.keep(txn)?;
            let root = Action::AddPlace {
                code: site,
                kind: PlaceKind::Site,
                parent: None,
                capacity: None,
                resident: false,
            };
            let root = decide(txn.view(), root, &context(txn, Some(&admin)))?;
            txn.append(&root)?;
            Ok(())
        })
    }

    pub(super) fn fill(&self, buffer: &mut [u8]) -> Result<(), Error> {
        if (self.outside.random)(buffer) { Ok(()) } else { Err(Error::NoRandomness) }
    }

    /// The identity under which a text will be kept, and its fresh salt.
    pub(super) fn keepsake(&self, text: &str) -> Result<Keepsake, Error> {
        let mut salt = [0; 32];
        self.fill(&mut salt)?;
        Ok((kept_id(&salt, text), salt))
    }

    /// The ledger's time: now, or that of its last entry while the clock is behind it. What was overdue by the record does
    /// not cease to be because somebody has set a clock back.
    pub(super) fn present(&self, view: &View<'_>) -> Timestamp {
        let now = (self.outside.now)();
        view.clock().last.map_or(now, |last| last.max(now))
    }

    /// When the next entry is dated.
    pub(super) fn moment(&self, txn: &Txn<'_>) -> Timestamp {
        self.present(txn.view())
    }

    /// The context of an entry before which nothing else may be recorded: neither a checkpoint nor that the clock is held.
    pub(super) fn first_context(&self, txn: &Txn<'_>, who: &Who) -> Context {
        Context { seq: txn.next(), ..who.context(self.moment(txn)) }
    }

    /// The context of the next entry, before which a checkpoint is taken if it is time for one.
    pub(super) fn context(
        &self,
        txn: &mut Txn<'_>,
        who: &Who,
        how: How,
        occurred: Option<Timestamp>,
    ) -> Result<Context, Error> {
        self.checkpoint_if_due(txn, who)?;
        self.dated(txn, who, how, occurred)
    }

    /// The context of the next entry. If the clock ran backwards, the ledger's time stands and says so once.
    pub(super) fn dated(
        &self,
        txn: &mut Txn<'_>,
        who: &Who,
        how: How,
        occurred: Option<Timestamp>,
    ) -> Result<Context, Error> {
        let now = (self.outside.now)();
        let clock = txn.view().clock();
        let behind = clock.last.filter(|last| now < *last);
        self.behind.look(now, clock.last);
        let mut context = Context {
            seq: txn.next(),
            at: behind.unwrap_or(now),
            occurred,
            by: Some(who.by.badge().clone()),
            with: who.with.as_ref().map(|with| with.badge().clone()),
            station: who.station.clone(),
            how,
        };
        if behind.is_some() && !clock.held {
            let held = Context { occurred: None, with: None, ..context.clone() };
            match decide(txn.view(), Action::Plain(Data::ClockHeld { clock: now }), &held) {
                Ok(decision) => {
                    txn.append(&decision)?;
                    context.seq = txn.next();
                }
                // Somebody unknown acts: that will be refused by itself, and dated all the same.
                Err(Stop::Refused(_)) => {}
                Err(Stop::Failed(error)) => return Err(error.into()),
            }
        }
        Ok(context)
    }

    /// Decides on an action about no medium and records it in a transaction of its own.
    pub(super) fn perform(&self, who: &Who, action: Action) -> Result<Appended, Error> {
        self.store.write(|txn| {
            let context = self.context(txn, who, How::Typed, None)?;
            let decision: Decision = decide(txn.view(), action, &context)?;
            Ok(txn.append(&decision)?)
        })
    }

    /// As [`Self::perform`], with a text that is kept apart.
    pub(super) fn perform_keeping(
        &self,
        who: &Who,
        text: Option<&str>,
        action: impl FnOnce(Option<Kept>) -> Action,
    ) -> Result<Appended, Error> {
        let kept = text.map(|text| self.keepsake(text)).transpose()?;
        self.store.write(|txn| {
            let context = self.context(txn, who, How::Typed, None)?;
            let decision = decide(txn.view(), action(kept.map(|(id, _)| id)), &context)?;
            let appended = txn.append(&decision)?;
            if let (Some((id, salt)), Some(text)) = (kept, text) {
                txn.keep(id, &salt, text)?;
            }
            Ok(appended)
        })
    }

    /// A reason with its text's identity, and what must be kept once the event is written.
    pub(super) fn reason(&self, said: &Said) -> Result<(Reason, Option<Keepsake>), Error> {
        let kept = said.text.as_deref().map(|text| self.keepsake(text)).transpose()?;
        let why: Code = said.why.clone();
        Ok((Reason { why, text: kept.map(|(id, _)| id) }, kept))
    }

    /// What keeps this station from believing the ledger: it has seen more of it, or something else. Nothing is recorded
    /// then.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn doubt(&self) -> Result<Option<StoreError>, Error> {
        Ok(self.store.doubt()?)
    }

    /// The ledger's file.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.store.path()
    }

    /// The present moment, as the session sees it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.outside.now)()
    }
}

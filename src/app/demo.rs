//! The demonstration: the loss of two backup tapes, replayed through the same session that people use, on a
//! clock that follows a script instead of the wall.
//!
//! What happened is public (a life insurer in Japan, 2012–2014); barcodes, badges and the number of tapes
//! that came out are made up. Labels are recorded as scanned and library inventories as such, as a scan
//! station and a changer would have delivered them.

mod stocktakes;

pub use stocktakes::Stocktake;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::domain::event::How;
use crate::domain::flag::{FlagKind, Severity};
use crate::domain::medium::{Class, Encrypted};
use crate::domain::names::{Badge, Barcode, Code, NameError, OrderId, PlaceCode, SiteName, Station, Term};
use crate::domain::person::{Role, Roles};
use crate::domain::place::PlaceKind;
use crate::domain::policy::Policy;
use crate::domain::refusal::Refusal;
use crate::domain::time::{DAY, Date, HOUR, MINUTE, Timestamp};

use crate::store::Beside;

use super::admin::{NewPerson, NewPlace};
use super::audits::Loss;
use super::credentials::{Claim, Cost, Pin, Signed};
use super::custody::{Outcome, Scan};
use super::flags::FlagLine;
use super::orders::{NewOrder, OrderError, Wanted};
use super::session::{Error, Opening, Random, Session, Surroundings};
use super::verbs::{Telling, Verb};
use super::who::Who;
use stocktakes::Auditors;

/// The tapes that come out of the server.
pub const TAPES: u64 = 24;
/// The two of them that never reach the vault.
pub const LOST: [u64; 2] = [17, 18];
/// Persons whose documents are on those two.
pub const PERSONS: u64 = 39_585;
/// The PIN of everybody in it.
pub const PIN: &str = "1234";
/// Seconds east of Greenwich where it happened.
pub const JAPAN: i32 = 9 * 3600;

/// A day on which somebody looks at the flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: Timestamp,
    /// What is critical then.
    pub critical: Vec<FlagLine>,
}

/// What the replay showed.
#[derive(Debug, Clone)]
pub struct Story {
    /// When the tapes were registered in the library.
    pub registered: Timestamp,
    /// How often the library told its inventory.
    pub inventories: u64,
    /// When the maintenance began.
    pub maintenance: Timestamp,
    /// The maintenance order: its number, when it was asked for, by whom, and who approved it.
    pub order: (OrderId, Timestamp, Badge, Badge),
    /// How many tapes were ejected, and how many checked in.
    pub out_and_in: (u64, u64),
    /// When somebody tried to close the order, and why that could not be.
    pub close: (Timestamp, Box<Refusal>),
    /// The moment from which the first tape was flagged as ejected and not vaulted.
    pub flagged: Option<Timestamp>,
    /// When the empty library was retired.
    pub removal: Timestamp,
    /// The media that were last seen in it and had reached no vault since.
    pub last_seen: Vec<Barcode>,
    /// The evening of the maintenance, and the day of the discovery.
    pub looks: Vec<Look>,
    /// The two stocktakes that passed in reality.
    pub stocktakes: Vec<Stocktake>,
    /// When between them somebody claimed to have the two.
    pub claimed: Timestamp,
    /// The window in which the first of the two was lost.
    pub loss: Loss,
    /// The barcodes of the two tapes.
    pub lost: Vec<String>,
    /// The badge of who took them out.
    pub operator: Badge,
}

struct Stage {
    clock: Arc<AtomicI64>,
    session: Session,
    admin: Who,
    operator: Who,
    second: Signed,
    auditors: Auditors,
}

fn name(error: NameError) -> Error {
    let key = match error {
        NameError::Empty | NameError::TooLong { .. } | NameError::Character { .. } => "name",
    };
    Refusal::Inconsistent { key }.into()
}

fn plain(error: OrderError) -> Error {
    match error {
        OrderError::Other(error) => error,
        OrderError::Media(mut bad) => match bad.pop() {
            Some((_, refusal)) => Error::Refused(refusal),
            None => Refusal::Inconsistent { key: "media" }.into(),
        },
    }
}

fn place(code: &str) -> Result<PlaceCode, Error> {
    PlaceCode::new(code).map_err(name)
}

/// A moment in Japan.
fn japan(day: &str, hour: i64) -> Timestamp {
    let midnight = Timestamp::parse_exact(&format!("{day}T00:00:00.000Z")).unwrap_or(Timestamp::MIN);
    midnight.plus(hour * HOUR - i64::from(JAPAN) * 1000)
}

/// The barcode of the n-th tape.
fn tape(number: u64) -> String {
    format!("K{number:05}L5")
}

/// Replays the case into a new ledger at `path`.
///
/// # Errors
/// When the file exists or cannot be written.
pub fn replay(path: &Path, busy: Duration, random: Random) -> Result<(Session, Story), Error> {
    let registered = japan("2012-11-15", 9);
    let stage = open(path, busy, random, registered)?;
    stage.register()?;
    let mut inventories = 0;
    let maintenance = japan("2012-12-28", 10);
    while stage.now().plus(7 * DAY) < maintenance {
        stage.set(stage.now().plus(7 * DAY));
        stage.all(&Verb::Sight(place("SV")?), How::Library, 0, |_| true)?;
        inventories += 1;
    }
    let asked = japan("2012-12-27", 9);
    stage.set(asked);
    let order = stage.order(maintenance)?;
    stage.set(maintenance);
    let out = stage.all(&Verb::Eject, How::Scanned, 2 * MINUTE, |_| true)?;
    stage.set(maintenance.plus(HOUR));
    let shelf = Verb::CheckIn(place("V1-A")?);
    let back = stage.all(&shelf, How::Scanned, 2 * MINUTE, |number| !LOST.contains(&number))?;
    let evening = stage.look(japan("2012-12-28", 18))?;
    let close = (stage.now(), stage.close(order)?);
    let flagged =
        evening.critical.iter().filter(|f| f.kind == FlagKind::EjectedNotVaulted).map(|f| f.since).min();
    let removal = japan("2013-01-10", 10);
    stage.set(removal);
    let last_seen = stage.session.last_seen_in(&place("SV")?)?;
    stage.session.retire_place(&stage.admin.with(stage.second.clone()), place("SV")?, Some(TAPES))?;
    let march = stocktakes::take(&stage, japan("2013-03-15", 9))?;
    let claimed = japan("2013-04-02", 17);
    stocktakes::claim(&stage, claimed)?;
    let august = stocktakes::take(&stage, japan("2013-08-15", 9))?;
    let looks = vec![evening, stage.look(japan("2014-02-14", 9))?];
    let window = stocktakes::window(&stage.session)?;
    let lost = LOST.iter().map(|number| tape(*number)).collect();
    let story = Story {
        registered,
        inventories,
        maintenance,
        order: (order, asked, stage.operator.badge().clone(), stage.admin.badge().clone()),
        out_and_in: (out, back),
        close,
        flagged,
        removal,
        last_seen,
        looks,
        stocktakes: vec![march, august],
        claimed,
        loss: window,
        lost,
        operator: stage.operator.badge().clone(),
    };
    Ok((stage.session, story))
}

fn open(path: &Path, busy: Duration, random: Random, begin: Timestamp) -> Result<Stage, Error> {
    let clock = Arc::new(AtomicI64::new(begin.millis()));
    let outside = Surroundings {
        now: {
            let clock = Arc::clone(&clock);
            Arc::new(move || Timestamp::from_millis(clock.load(Ordering::Relaxed)))
        },
        random,
        cost: Cost::default(),
        beside: Beside::default(),
    };
    let pin = Pin::new(PIN).ok_or(Refusal::Inconsistent { key: "pin" })?;
    let station = Station::new("demo").map_err(name)?;
    let (lead, operator) = (Badge::new("B-1001").map_err(name)?, Badge::new("B-2001").map_err(name)?);
    let opening = Opening {
        site: SiteName::new("TOKYO").map_err(name)?,
        admin: lead.clone(),
        name: "Maintenance lead".to_owned(),
        pin: pin.clone(),
        org: None,
        station: station.clone(),
        policy: Policy::default(),
    };
    let session = Session::create(path, busy, outside, opening)?;
    let sign_on = |badge| session.sign_on(Claim { badge, pin: Some(&pin) }, &station);
    let admin = Who::new(sign_on(&lead)?, None, station.clone());
    let [auditor, counter] = stocktakes::badges()?;
    for (badge, name, role) in [
        (&operator, "Maintenance operator", Role::Operator),
        (&counter, "Stock counter", Role::Operator),
        (&auditor, "Auditor", Role::Auditor),
    ] {
        let (badge, name, roles) = (badge.clone(), name.to_owned(), Roles::of(&[role]));
        let new = NewPerson { badge, name, org: None, host_org: None, roles, pin: Some(pin.clone()) };
        session.enrol(&admin, new)?;
    }
    let new = |code: &str, kind, parent: Option<&str>, resident| {
        let parent = parent.map(place).transpose()?;
        session.add_place(&admin, NewPlace { code: place(code)?, kind, parent, capacity: None, resident })
    };
    new("V1", PlaceKind::Vault, None, false)?;
    new("V1-A", PlaceKind::Shelf, Some("V1"), false)?;
    new("SV", PlaceKind::Library, None, true)?;
    new("OFFICE", PlaceKind::Desk, None, false)?;
    let auditors = Auditors::new(sign_on(&auditor)?, sign_on(&counter)?, &station);
    let second = sign_on(&operator)?;
    let operator = Who::new(second.clone(), None, station);
    Ok(Stage { clock, session, admin, operator, second, auditors })
}

impl Stage {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.load(Ordering::Relaxed))
    }

    fn set(&self, at: Timestamp) {
        self.clock.store(at.millis(), Ordering::Relaxed);
    }

    fn register(&self) -> Result<(), Error> {
        self.all(&Verb::Register { serial: None, place: Some(place("SV")?) }, How::Scanned, 0, |_| true)?;
        let term = |text| Term::new(text).map_err(name);
        let info = ["name", "address", "sex", "date of birth", "medical"];
        let claims = Telling {
            class: Some(Class::Data),
            system: Some(term("claims images")?),
            from: Date::parse_exact("2012-10-25"),
            until: Date::parse_exact("2012-11-16"),
            info: Some(info.into_iter().map(term).collect::<Result<_, _>>()?),
            persons: Some(Some(PERSONS)),
            encrypted: Some(Encrypted::No),
            legal_hold: None,
        };
        self.all(&Verb::Describe(Box::new(claims)), How::Typed, 0, |number| LOST.contains(&number))?;
        Ok(())
    }

    /// Does the same with all tapes that `which` names, each `pause` after the one before; counts them.
    fn all(&self, verb: &Verb, how: How, pause: i64, which: impl Fn(u64) -> bool) -> Result<u64, Error> {
        let mut count = 0;
        for number in (1..=TAPES).filter(|number| which(*number)) {
            let text = tape(number);
            match self.session.scan(&self.operator, verb, &Scan { text: &text, how, occurred: None })? {
                Outcome::Done { .. } => count += 1,
                Outcome::Refused { refusal, .. } => return Err(Error::Refused(refusal)),
            }
            self.set(self.now().plus(pause));
        }
        Ok(count)
    }

    /// The maintenance order: all tapes out of the library and into the vault within the day.
    fn order(&self, from: Timestamp) -> Result<OrderId, Error> {
        let new = NewOrder {
            purpose: Code::new("maintenance").map_err(name)?,
            text: Some("Year-end maintenance".to_owned()),
            work: Some("All tapes out of SV and into the vault".to_owned()),
            from: Some(from),
            until: from.plus(8 * HOUR),
            destination: Some(Term::new("V1").map_err(name)?),
            nightly: None,
            wanted: Wanted { at: Some(place("SV")?), ..Wanted::default() },
        };
        let order = self.session.request(&self.operator, &new).map_err(plain)?;
        self.set(self.now().plus(8 * HOUR));
        self.session.approve(&self.admin, order)?;
        Ok(order)
    }

    /// The attempt to close it, and why it fails.
    fn close(&self, order: OrderId) -> Result<Box<Refusal>, Error> {
        match self.session.close(&self.operator, order, &[], None).map_err(plain) {
            Err(Error::Refused(refusal)) => Ok(refusal),
            Err(error) => Err(error),
            Ok(_) => Err(Refusal::Inconsistent { key: "order" }.into()),
        }
    }

    fn look(&self, at: Timestamp) -> Result<Look, Error> {
        self.set(at);
        Ok(Look { at, critical: self.session.flags(Severity::Critical)? })
    }
}

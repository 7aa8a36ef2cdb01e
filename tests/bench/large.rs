//! The ledger of a big archive: years of weekly rotation under movement orders, spot checks, stocktakes, refusals and
//! unknown labels, a few media outside and a few lost; the same for the same number of media, and made by the rules
//! themselves, entry by entry.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use kuraban::app::{Beside, Claim, Cost, NewPerson, NewPlace, Opening, Pin, Session, Surroundings, Who};
use kuraban::domain::decide::{Action, Context, Deed, Departure, Reason, Request, decide};
use kuraban::domain::event::{Data, How, Kind, LabelTrouble};
use kuraban::domain::medium::{Class, Description, Encrypted};
use kuraban::domain::names::{
    Badge, Barcode, Code, MediumId, OrderId, PlaceCode, Reading, Serial, SiteName, Station, Term,
};
use kuraban::domain::person::{Role, Roles};
use kuraban::domain::place::PlaceKind;
use kuraban::domain::policy::Policy;
use kuraban::domain::time::{DAY, Date, Timestamp};
use kuraban::store::{Store, StoreError, Txn};

use crate::kept;

/// When the first entry is recorded: 2024-11-01T00:00:00Z.
const BEGIN: i64 = 1_730_419_200_000;
/// Weeks of rotation; each medium goes out once or twice in them.
const WEEKS: usize = 104;
/// Weeks after which a shelf is counted, and after which every label is read.
const AUDIT: (usize, usize) = (26, 52);
/// Shelves of the vault.
pub(crate) const SHELVES: usize = 100;
/// Media of one order.
const ORDER: usize = 500;
/// What takes the rotation from one medium to another that is far away; prime.
const STRIDE: usize = 7_368_787;
/// The people: badge, name, role.
const PEOPLE: [(&str, &str, Role); 6] = [
    ("B-2", "高橋 美咲", Role::Operator),
    ("B-3", "田中 太郎", Role::Operator),
    ("B-4", "Ito Kenji", Role::Operator),
    ("A-1", "渡辺 恵", Role::Approver),
    ("A-2", "Yamamoto Sora", Role::Approver),
    ("X-1", "監査 花子", Role::Auditor),
];

/// The barcode of medium number `n`, below 2,500,000.
pub(crate) fn barcode(n: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(n / 100_000).unwrap());
    format!("{letter}{:05}L9", n % 100_000)
}

fn shelf(n: usize) -> String {
    format!("V1-{:02}", n % SHELVES)
}

/// What is outside of a ledger that is made in no time: a clock that is set, and no randomness, so that each time the
/// same comes out of it.
pub(crate) fn still(clock: &Arc<AtomicI64>) -> Surroundings {
    let (clock, seed) = (Arc::clone(clock), Arc::new(AtomicI64::new(1)));
    Surroundings {
        now: Arc::new(move || Timestamp::from_millis(clock.load(Ordering::Relaxed))),
        random: Arc::new(move |buffer| {
            let number = seed.fetch_add(1, Ordering::Relaxed).to_le_bytes();
            buffer.iter_mut().zip(number.into_iter().cycle()).for_each(|(byte, next)| *byte = next);
            true
        }),
        cost: Cost { memory: 8, passes: 1 },
        beside: Beside::default(),
    }
}

/// The ledger of so many media and ten times as many events, made once and kept under the build directory.
pub(crate) fn ledger(media: usize) -> PathBuf {
    let dir = kept(&format!("large-{media}"));
    let path = |dir: &Path| dir.join("archive.kuraban");
    if !dir.exists() {
        let making = dir.with_extension("making");
        let _ = std::fs::remove_dir_all(&making);
        std::fs::create_dir_all(&making).unwrap();
        eprintln!("making a ledger of {media} media and {} events", media * 10);
        Archive::found(&path(&making), media).make();
        std::fs::rename(&making, &dir).unwrap();
    }
    path(&dir)
}

/// An archive in the making.
struct Archive {
    session: Session,
    store: Store,
    media: usize,
    /// Events so far.
    size: u64,
    there: There,
}

/// What is in it.
struct There {
    clock: Arc<AtomicI64>,
    /// The identities of the media that are registered, in the order of their numbers.
    ids: Vec<MediumId>,
    /// The numbers of those that are not where they belong: lost, or outside.
    gone: BTreeSet<usize>,
    /// Steps so far; every so many are followed by something else.
    steps: u64,
}

/// One entry in a transaction, by this badge.
fn record(
    txn: &mut Txn<'_>,
    clock: &AtomicI64,
    by: &str,
    how: How,
    action: Action,
) -> Result<u64, StoreError> {
    let context = Context {
        seq: txn.next(),
        at: Timestamp::from_millis(clock.fetch_add(7, Ordering::Relaxed)),
        occurred: None,
        by: Some(Badge::new(by).unwrap()),
        with: None,
        station: Station::new("scan-01").unwrap(),
        how,
    };
    let decision = decide(txn.view(), action, &context).unwrap();
    Ok(txn.append(&decision)?.seq)
}

impl Archive {
    fn found(path: &Path, media: usize) -> Self {
        let clock = Arc::new(AtomicI64::new(BEGIN));
        let (busy, station) = (Duration::from_secs(5), Station::new("scan-01").unwrap());
        let pin = Pin::new("1234").unwrap();
        let opening = Opening {
            site: SiteName::new("TOKYO").unwrap(),
            admin: Badge::new("B-1").unwrap(),
            name: "佐藤 一郎".to_owned(),
            pin: pin.clone(),
            org: None,
            station: station.clone(),
            // So that it has the same flags whenever it is looked at.
            policy: policy(),
        };
        let session = Session::create(path, busy, still(&clock), opening).unwrap();
        let who = person(&session, "B-1");
        for (badge, name, role) in PEOPLE {
            let new = NewPerson {
                badge: Badge::new(badge).unwrap(),
                name: name.to_owned(),
                org: None,
                host_org: None,
                roles: Roles::of(&[role]),
                pin: Some(pin.clone()),
            };
            session.enrol(&who, new).unwrap();
        }
        let add = |code: &str, kind, parent: Option<&str>| {
            let parent = parent.map(|code| PlaceCode::new(code).unwrap());
            let code = PlaceCode::new(code).unwrap();
            session
                .add_place(&who, NewPlace { code, kind, parent, capacity: None, resident: false })
                .unwrap();
        };
        add("V1", PlaceKind::Vault, None);
        (0..SHELVES).for_each(|n| add(&shelf(n), PlaceKind::Shelf, Some("V1")));
        add("LIB1", PlaceKind::Library, None);
        let store = Store::open(path, busy).unwrap();
        let there = There { clock, ids: Vec::new(), gone: BTreeSet::new(), steps: 0 };
        Self { session, store, media, size: 0, there }
    }

    fn make(mut self) {
        // Most media are there from the beginning; the others come in the weeks that follow.
        self.register(self.media * 7 / 10);
        let weekly = (self.media * 3 / 2).div_ceil(WEEKS);
        let mut at = 0;
        for week in 0..WEEKS {
            let begin = BEGIN + (i64::try_from(week).unwrap() + 1) * 7 * DAY;
            self.there.clock.store(begin, Ordering::Relaxed);
            let known = self.media * 7 / 10 + self.media * 3 * (week + 1) / 10 / WEEKS;
            self.register(known);
            let (from, there) = (at, &mut self.there);
            at += weekly.min(there.ids.len());
            let out = (from..at).map(|n| n * STRIDE % there.ids.len());
            let out: Vec<usize> = out.filter(|n| !there.gone.contains(n)).collect();
            let rotate = |txn: &mut Txn<'_>| {
                let mut nights = out.chunks(ORDER).zip(week * 7..);
                nights.try_for_each(|(list, night)| there.rotate(txn, list, night, week + 1 < WEEKS))
            };
            self.store.write_much(rotate).unwrap();
            if (week + 1) % AUDIT.0 == 0 {
                self.count(week / AUDIT.0);
            }
            if (week + 1) % AUDIT.1 == 0 {
                self.walk();
            }
        }
        self.fill();
        let auditor = person(&self.session, "X-1");
        self.session.take_checkpoint(&auditor, None, true).unwrap();
        drop(self.session);
    }

    /// Registers media until there are so many, and says of some what is on them.
    fn register(&mut self, until: usize) {
        while self.there.ids.len() < until {
            let end = until.min(self.there.ids.len() + 10_000);
            let (ids, clock) = (&mut self.there.ids, &self.there.clock);
            self.store
                .write_much(|txn| {
                    for n in ids.len()..end {
                        let serial = Serial::new(&format!("HU{n:08}")).unwrap();
                        let register = Action::Register {
                            barcode: Barcode::new(&barcode(n)).unwrap(),
                            serial: n.is_multiple_of(2).then_some(serial),
                            place: Some(PlaceCode::new(&shelf(n)).unwrap()),
                        };
                        let id = MediumId(record(txn, clock, "B-2", How::Declared, register)?);
                        if n % 10 < 4 {
                            let deed = Deed::Describe(Box::new(described(n)));
                            record(txn, clock, "B-2", How::Declared, Action::Medium(id, deed))?;
                        }
                        ids.push(id);
                    }
                    Ok::<_, StoreError>(())
                })
                .unwrap();
        }
    }

    /// A shelf is counted by two people and certified, and the shift is handed over.
    fn count(&mut self, number: usize) {
        let auditor = person(&self.session, "X-1");
        let place = PlaceCode::new(&shelf(number)).unwrap();
        let audit = self.session.open_audit(&auditor, Some(&place)).unwrap();
        let there = |n: &usize| n % SHELVES == number % SHELVES && !self.there.gone.contains(n);
        let there: Vec<String> = (0..self.there.ids.len()).filter(there).map(barcode).collect();
        for badge in ["B-2", "B-3"] {
            let counter = person(&self.session, badge);
            self.session.read_in(&counter, audit, &place, How::File, &there).unwrap();
        }
        self.there.clock.fetch_add(DAY, Ordering::Relaxed);
        let approver = person(&self.session, "A-1");
        let auditor = person(&self.session, "X-1").with(approver.actor().clone());
        self.session.close_audit(&auditor, audit).unwrap();
        let next = person(&self.session, "B-3");
        let operator = person(&self.session, "B-2").with(next.actor().clone());
        self.session.hand_shift_over(&operator).unwrap();
    }

    /// Somebody goes along all shelves and reads every label that is there.
    fn walk(&mut self) {
        for from in (0..self.there.ids.len()).step_by(10_000) {
            let (ids, clock, gone) = (&self.there.ids, &self.there.clock, &self.there.gone);
            self.store
                .write_much(|txn| {
                    for n in (from..ids.len().min(from + 10_000)).filter(|n| !gone.contains(n)) {
                        sight(txn, clock, n, ids[n])?;
                    }
                    Ok::<_, StoreError>(())
                })
                .unwrap();
        }
    }

    /// Spot checks until there are as many events as there should be.
    fn fill(&mut self) {
        let (wanted, media) = (self.media as u64 * 10, self.there.ids.len());
        let (ids, clock, gone, mut n) = (&self.there.ids, &self.there.clock, &self.there.gone, 0);
        while self.size + 1 < wanted {
            self.size = self
                .store
                .write_much(|txn| {
                    for _ in 0..10_000 {
                        if txn.next() + 1 >= wanted {
                            break;
                        }
                        n = (n + STRIDE) % media;
                        if gone.contains(&n) {
                            continue;
                        }
                        sight(txn, clock, n, ids[n])?;
                    }
                    Ok::<_, StoreError>(txn.next())
                })
                .unwrap();
        }
    }
}

impl There {
    /// One order: asked for, approved, and every medium out, into the library, out again and back; where it is not
    /// closed, in the last week, a few stay where they are.
    fn rotate(
        &mut self,
        txn: &mut Txn<'_>,
        media: &[usize],
        night: usize,
        closing: bool,
    ) -> Result<(), StoreError> {
        let operator = ["B-2", "B-3", "B-4"][night % 3];
        let approver = ["A-1", "A-2"][night % 2];
        // One in a thousand of all media is outside at the end: of the last week's more.
        let outside = |n: usize| !closing && n.is_multiple_of((1_500 / WEEKS).max(1));
        let lost = |n: usize| n % 50_021 == 17;
        let (ids, clock, steps, gone) = (&self.ids, &self.clock, &mut self.steps, &mut self.gone);
        let order = request(txn, clock, operator, media.iter().map(|n| ids[*n]).collect())?;
        record(txn, clock, approver, How::Typed, Action::Approve(order))?;
        let mut step = |txn: &mut Txn<'_>, n: usize, deed: Deed| {
            *steps += 1;
            if steps.is_multiple_of(997) {
                aside(txn, clock, operator, (*steps, ids[n]))?;
            }
            record(txn, clock, operator, How::Scanned, Action::Medium(ids[n], deed))
        };
        let device = PlaceCode::new("LIB1").unwrap();
        for &n in media {
            let departure = Departure { due: None, order: Some(order), override_why: None };
            step(txn, n, Deed::CheckOut(departure))?;
        }
        for &n in media {
            let element = Term::new(&format!("slot {}", n % 800)).unwrap();
            step(txn, n, Deed::Load(device.clone(), Some(element)))?;
        }
        gone.extend(media.iter().filter(|n| outside(**n)));
        for &n in media.iter().filter(|n| !(outside(**n) && **n % 3 == 0)) {
            step(txn, n, Deed::Eject)?;
        }
        for &n in media.iter().filter(|n| !outside(**n)) {
            if lost(n) {
                let why = Reason { why: Code::new("lost").unwrap(), text: None };
                let deed = Deed::DeclareMissing(why, None);
                record(txn, clock, approver, How::Typed, Action::Medium(ids[n], deed))?;
                gone.insert(n);
            } else {
                step(txn, n, Deed::CheckIn(PlaceCode::new(&shelf(n)).unwrap()))?;
            }
        }
        if closing {
            record(txn, clock, operator, How::Typed, Action::Close(order))?;
        }
        Ok(())
    }
}

/// One label is read where its medium belongs.
fn sight(txn: &mut Txn<'_>, clock: &AtomicI64, n: usize, id: MediumId) -> Result<u64, StoreError> {
    let deed = Deed::Sight(PlaceCode::new(&shelf(n)).unwrap(), None);
    record(txn, clock, "B-4", How::Scanned, Action::Medium(id, deed))
}

fn policy() -> Policy {
    let set = |policy: Policy, name| policy.with(name, "3650").unwrap();
    ["audit_interval_days", "vault_audit_days"].into_iter().fold(Policy::default(), set)
}

/// A person who has signed on.
pub(crate) fn person(session: &Session, badge: &str) -> Who {
    let (badge, pin) = (Badge::new(badge).unwrap(), Pin::new("1234"));
    let claim = Claim { badge: &badge, pin: pin.as_ref() };
    session.who(claim, None, Station::new("scan-01").unwrap()).unwrap()
}

fn request(
    txn: &mut Txn<'_>,
    clock: &AtomicI64,
    by: &str,
    media: Vec<MediumId>,
) -> Result<OrderId, StoreError> {
    let now = Timestamp::from_millis(clock.load(Ordering::Relaxed));
    let request = Request {
        purpose: Code::new("backup").unwrap(),
        text: None,
        work: None,
        from: Some(now),
        until: now.plus(7 * DAY),
        destination: Some(Term::new("LIB1").unwrap()),
        nightly: None,
        media,
    };
    record(txn, clock, by, How::Typed, Action::Request(Box::new(request))).map(OrderId)
}

/// What happens between the steps: a label that nobody knows, a step that was refused, a report that was given out.
fn aside(
    txn: &mut Txn<'_>,
    clock: &AtomicI64,
    by: &str,
    (step, id): (u64, MediumId),
) -> Result<(), StoreError> {
    let code = |word: &str| Code::new(word).unwrap();
    let (action, how) = match step / 997 % 4 {
        0 => {
            let label = Reading::new(&format!("Z{:05}L9", step % 100_000)).unwrap();
            let data = Data::UnknownLabel {
                length: 8,
                label,
                place: None,
                action: code("check_in"),
                badge: None,
                why: LabelTrouble::Unknown,
                audit: None,
            };
            (Action::Plain(data), How::Scanned)
        }
        1 => {
            let data = Data::ExportMade { report: code("events"), purpose: code("audit"), rows: step };
            (Action::Plain(data), How::Typed)
        }
        _ => {
            let (action, why) = (Kind::CheckOut, code("order_missing"));
            let deed = Deed::Refused { action, place: None, badge: None, why };
            (Action::Medium(id, deed), How::Scanned)
        }
    };
    record(txn, clock, by, how, action).map(drop)
}

/// What is on medium number `n`.
fn described(n: usize) -> Description {
    let systems = ["電子カルテ", "billing", "mail archive", "画像診断"];
    let term = |text: &str| Term::new(text).unwrap();
    let info = if n.is_multiple_of(20) { vec![term("name"), term("medical")] } else { vec![term("log")] };
    Description {
        class: Class::Data,
        system: Some(term(systems[n / 10 % systems.len()])),
        from: Date::parse_exact("2024-01-01"),
        until: Date::parse_exact("2024-12-31"),
        info,
        persons: n.is_multiple_of(20).then_some(39_585),
        encrypted: if n.is_multiple_of(3) { Encrypted::Yes } else { Encrypted::No },
        legal_hold: n % 1_000 == 1,
    }
}

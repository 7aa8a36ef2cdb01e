//! The real ledger of the soak: acts are done through the application's sessions, several of which are open at once.

use std::time::Duration;

use kuraban::app::{
    Beside, Claim, Error, ImportError, OrderError, Outside, Pin, Restoring, Session, Signed, Trend, Who,
};
use kuraban::domain::names::{Badge, Station};

use crate::soak_acts::{Act, Deed, Given, Running, Upkeep, Verb};
use crate::soak_calls::{audit, import, order, real, run, scan, staff};
use crate::soak_deeds::station;
use crate::soak_model::Model;
use crate::support::Bench;

/// How many sessions are open at once.
pub(crate) const SESSIONS: usize = 3;

/// What the program made of an act: why it said no, if it did, and what it told.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) why: Option<String>,
    pub(crate) told: String,
}

/// Why something was not done.
pub(crate) enum Halt {
    No(Got),
    /// The ledger could not be used, which it always can here.
    Trouble(String),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => {
                Self::No(Got { why: Some(refusal.code().to_owned()), told: "no entry".to_owned() })
            }
            Error::Trouble(_) | Error::NoRandomness => Self::Trouble(format!("{error:?}")),
        }
    }
}

impl From<OrderError> for Halt {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::Other(error) => error.into(),
            OrderError::Media(bad) => {
                let bad: Vec<String> =
                    bad.iter().map(|(text, refusal)| format!("{text} {}", refusal.code())).collect();
                Self::No(Got { why: Some("bad_media".to_owned()), told: format!("{bad:?}") })
            }
        }
    }
}

impl From<ImportError> for Halt {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Other(error) => error.into(),
            ImportError::Bad(bad) => {
                let lines: Vec<u64> = bad.iter().map(|row| row.line).collect();
                Self::No(Got { why: Some("bad_rows".to_owned()), told: format!("{lines:?}") })
            }
        }
    }
}

/// A real ledger with its sessions.
pub(crate) struct Ledger {
    pub(crate) bench: Bench,
    pub(crate) sessions: Vec<Session>,
    /// What each session knows of the chart, as the screens keep it.
    pub(crate) trends: Vec<Trend>,
    backups: usize,
}

impl Ledger {
    pub(crate) fn new(bench: Bench) -> Self {
        let sessions = (0..SESSIONS).map(|_| bench.session()).collect();
        let trends = (0..SESSIONS).map(|_| Trend::default()).collect();
        Self { bench, sessions, trends, backups: 0 }
    }

    /// The hash of an entry.
    pub(crate) fn hash(&self, seq: u64) -> [u8; 32] {
        self.bench
            .raw()
            .query_row("SELECT hash FROM event WHERE seq = ?1", [seq.cast_signed()], |row| row.get(0))
            .unwrap()
    }

    /// Does what is done. The model stands as it was before.
    ///
    /// # Errors
    /// When the program fails rather than refuses.
    pub(crate) fn act(&mut self, act: &Act, before: &Model) -> Result<Got, String> {
        let done = match &act.deed {
            Deed::Keep(Upkeep::Reopen) => {
                self.sessions[act.session] = self.bench.session();
                self.trends[act.session] = Trend::default();
                Ok("opened".to_owned())
            }
            Deed::Keep(Upkeep::BackUp) => self.back_up(act.session),
            Deed::Keep(Upkeep::Verify) => verified(&self.bench),
            Deed::Site(Running::Restore) => self.restore(act, before),
            Deed::Scan(..)
            | Deed::Import(_)
            | Deed::Order(_)
            | Deed::Audit(_)
            | Deed::People(_)
            | Deed::Site(_) => self.signed(act, before),
        };
        match done {
            Ok(told) => Ok(Got { why: None, told }),
            Err(Halt::No(got)) => Ok(got),
            Err(Halt::Trouble(trouble)) => Err(trouble),
        }
    }

    fn signed(&self, act: &Act, before: &Model) -> Result<String, Halt> {
        let session = &self.sessions[act.session];
        let who = sign_on(session, act, before)?;
        match &act.deed {
            Deed::Scan(text, verb) => {
                let to = if let Verb::HandOver(to) = verb {
                    Some(one(session, act, before, to, Given::Right)?)
                } else {
                    None
                };
                scan(session, &who, act, text, &real(verb, before, session.now(), to))
            }
            Deed::Import(rows) => import(session, &who, rows),
            Deed::Order(deed) => order(session, &who, deed, before),
            Deed::Audit(deed) => audit(session, &who, act, deed, before),
            Deed::People(deed) => staff(session, &who, deed, before),
            Deed::Site(deed) => run(session, &who, deed),
            Deed::Keep(_) => unreachable!("nobody signs on for it"),
        }
    }

    fn back_up(&mut self, session: usize) -> Result<String, Halt> {
        self.backups += 1;
        let target = self.bench.path().join(format!("backup-{}", self.backups));
        match self.sessions[session].back_up(&target, &mut |_, _| {})? {
            Ok(report) => Ok(format!("{} copied", report.size)),
            Err(report) => Err(Halt::Trouble(format!("{report:?}"))),
        }
    }

    /// Puts the last backup in the ledger's place, for which nobody may have it open.
    fn restore(&mut self, act: &Act, before: &Model) -> Result<String, Halt> {
        if self.backups == 0 {
            sign_on(&self.sessions[act.session], act, before)?;
            return Ok("no backup".to_owned());
        }
        self.sessions.clear();
        let done = self.restored(act, before);
        self.sessions = (0..SESSIONS).map(|_| self.bench.session()).collect();
        self.trends = (0..SESSIONS).map(|_| Trend::default()).collect();
        done
    }

    fn restored(&self, act: &Act, before: &Model) -> Result<String, Halt> {
        let backup = self.bench.path().join(format!("backup-{}", self.backups));
        let (busy, outside) = (Duration::from_secs(10), self.bench.outside());
        let begun = Restoring::begin(&backup, &self.bench.ledger(), busy, outside, &mut |_, _| {})?;
        let restoring = begun.map_err(|report| Halt::Trouble(format!("{report:?}")))?;
        let who = sign_on(&restoring.session, act, before)?;
        let restored = restoring.end(&who, &[])?;
        if let Some(aside) = restored.aside {
            std::fs::remove_file(aside).unwrap();
        }
        Ok(format!("entry {}, incarnation {}", restored.seq, restored.incarnation))
    }
}

/// What a check of the whole says.
fn verified(bench: &Bench) -> Result<String, Halt> {
    let (busy, outside) = (Duration::from_secs(10), Outside::default());
    let report = Session::verify(&bench.ledger(), busy, outside, &Beside::default(), &mut |_, _| {})?;
    match report.first_break.filter(|_| report.restores.is_empty()) {
        None => Ok(format!("{} {}", report.verdict, report.size)),
        Some(found) => Err(Halt::Trouble(format!("{} {found:?}", report.verdict))),
    }
}

fn one(session: &Session, act: &Act, before: &Model, who: &str, given: Given) -> Result<Signed, Halt> {
    let right = before.person(who).and_then(|person| person.pin.as_deref()).unwrap_or("1234");
    let pin = match given {
        Given::Right => Pin::new(right),
        Given::Wrong => Pin::new("99999"),
        Given::None => None,
    };
    let station = Station::new(&station(act.session)).unwrap();
    Ok(session.sign_on(Claim { badge: &Badge::new(who).unwrap(), pin: pin.as_ref() }, &station)?)
}

fn sign_on(session: &Session, act: &Act, before: &Model) -> Result<Who, Halt> {
    let by = one(session, act, before, act.by, act.pin)?;
    let with = act.with.map(|with| one(session, act, before, with, Given::Right)).transpose()?;
    Ok(Who::new(by, with, Station::new(&station(act.session)).unwrap()))
}

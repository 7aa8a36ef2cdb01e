//! What somebody does in the soak, and what the model foresees of it.

use std::fmt;

use kuraban::domain::custody::State;
use kuraban::domain::event::How;
use kuraban::domain::person::Role;
use kuraban::domain::place::PlaceKind;

use crate::soak_model::{Id, Model};
use crate::soak_world::No;

/// A number that opens nothing.
const NONE: Id = 99_999;

/// What is told of a medium; what is not named stays as it was.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tell {
    pub(crate) class: Option<&'static str>,
    pub(crate) system: Option<&'static str>,
    pub(crate) from: Option<&'static str>,
    pub(crate) until: Option<&'static str>,
    pub(crate) encrypted: Option<&'static str>,
    pub(crate) hold: Option<bool>,
}

/// What is done with a scanned medium. Times are milliseconds from now; orders and stocktakes are meant by how many were
/// there before them.
#[derive(Debug, Clone)]
pub(crate) enum Verb {
    Register { serial: Option<&'static str>, place: Option<&'static str> },
    Describe(Tell),
    Move(&'static str),
    CheckOut { order: Option<usize>, until: Option<i64>, without: bool },
    Load(&'static str),
    Eject,
    CheckIn(&'static str),
    HandOver(&'static str),
    TakeOver,
    Ratify,
    Destroy,
    Sight(&'static str),
    Missing,
    Found(&'static str),
    Correct { state: State, place: Option<&'static str>, who: Option<&'static str>, due: Option<i64> },
    Void,
    Relabel(String),
}

/// Which media an order is to list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Media {
    pub(crate) texts: Vec<String>,
    pub(crate) at: Option<&'static str>,
    pub(crate) find: Option<&'static str>,
}

/// An order that is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) purpose: &'static str,
    pub(crate) from: Option<i64>,
    pub(crate) until: i64,
    pub(crate) nightly: Option<u64>,
    pub(crate) media: Media,
}

/// A place that is added.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot {
    pub(crate) code: &'static str,
    pub(crate) kind: PlaceKind,
    pub(crate) parent: Option<&'static str>,
    pub(crate) capacity: Option<u64>,
    pub(crate) resident: bool,
}

/// What is done with an order.
#[derive(Debug, Clone)]
pub(crate) enum Ordering {
    New(Wish),
    Night(usize, Option<i64>, Media),
    Approve(usize),
    Reject(usize),
    Extend(usize, i64),
    Close(usize, Vec<String>),
}

/// What is done with a stocktake.
#[derive(Debug, Clone)]
pub(crate) enum Auditing {
    Open(Option<&'static str>),
    Draw(Option<&'static str>, u64),
    OpenDrawn(usize, u64),
    Count(usize, &'static str, String),
    ReadIn(usize, &'static str, How, Vec<String>),
    Recount(usize),
    Close(usize),
    SetDay(&'static str, i64),
}

/// What is done with people.
#[derive(Debug, Clone)]
pub(crate) enum Staffing {
    Enrol(&'static str, Vec<Role>, Option<&'static str>, bool),
    SetRoles(&'static str, Vec<Role>),
    Suspend(&'static str),
    Reinstate(&'static str),
    Lend(&'static str, Option<i64>),
    SetPin(&'static str),
    HandShift,
}

/// What is done with the site and the ledger as a whole.
#[derive(Debug, Clone)]
pub(crate) enum Running {
    AddPlace(Spot),
    Retire(&'static str),
    Policy(&'static str, &'static str),
    ConfirmClock,
    Checkpoint(bool),
    Export,
    Rebuild,
    Restore,
}

/// What needs nobody.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Upkeep {
    Reopen,
    Verify,
    BackUp,
}

/// What is done.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    Scan(String, Verb),
    Import(Vec<(String, Option<&'static str>)>),
    Order(Ordering),
    Audit(Auditing),
    People(Staffing),
    Site(Running),
    Keep(Upkeep),
}

/// The PIN that who acts gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    Right,
    Wrong,
    None,
}

/// What one person does at one moment.
#[derive(Clone)]
pub(crate) struct Act {
    pub(crate) deed: Deed,
    pub(crate) by: &'static str,
    pub(crate) with: Option<&'static str>,
    pub(crate) pin: Given,
    /// How the wall's clock moves before it.
    pub(crate) pause: i64,
    pub(crate) how: How,
    /// The moment that is claimed, from now.
    pub(crate) occurred: Option<i64>,
    /// Which of the open sessions does it, and which is asked afterwards.
    pub(crate) session: usize,
    pub(crate) asker: usize,
}

impl fmt::Debug for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { deed, by, with, pin, pause, how, occurred, session, asker } = self;
        write!(f, "+{pause} ms, {by}")?;
        if let Some(with) = with {
            write!(f, " with {with}")?;
        }
        if *pin != Given::Right {
            write!(f, ", PIN {pin:?}")?;
        }
        if let Some(occurred) = occurred {
            write!(f, ", occurred {occurred} ms")?;
        }
        write!(f, ", {how}, session {session}, asked {asker}: {deed:?}")
    }
}

/// What the model foresees: why it says no, if it does, and else what is told.
#[derive(Debug, Clone)]
pub(crate) struct Foreseen {
    pub(crate) no: No,
    pub(crate) told: String,
}

impl Foreseen {
    pub(crate) fn done(told: impl Into<String>) -> Self {
        Self { no: No::new(), told: told.into() }
    }

    /// Refused; the entry that says so is told.
    pub(crate) fn refused(no: No, seq: Option<Id>) -> Self {
        Self { no, told: seq.map_or_else(|| "no entry".to_owned(), |seq| format!("entry {seq}")) }
    }
}

/// What the program has to be asked for: which of several refusals it was, and what is drawn by lot.
pub(crate) struct Oracle<'a> {
    pub(crate) why: Option<&'a str>,
    pub(crate) hash: &'a dyn Fn(Id) -> [u8; 32],
}

impl Oracle<'_> {
    /// Which of these reasons the program gave; the first, if it gave none of them.
    pub(crate) fn one_of(&self, no: &No) -> &'static str {
        no.iter().find(|one| Some(**one) == self.why).unwrap_or(&no[0])
    }
}

impl Act {
    /// How labels come in, and what passes between two acts, where nothing else is said.
    pub(crate) const PLAIN: How = How::Scanned;
    pub(crate) const MOMENT: i64 = 1_000;
    /// Ways to make an act simpler.
    pub(crate) const SIMPLER: [fn(&mut Self); 7] = [
        |act| act.with = None,
        |act| act.occurred = None,
        |act| act.pin = Given::Right,
        |act| act.how = Self::PLAIN,
        |act| act.session = 0,
        |act| act.asker = act.session,
        |act| act.pause = Self::MOMENT,
    ];

    /// Something that a person does with nobody beside them.
    pub(crate) const fn new(by: &'static str, deed: Deed) -> Self {
        Self {
            deed,
            by,
            with: None,
            pin: Given::Right,
            pause: Self::MOMENT,
            how: Self::PLAIN,
            occurred: None,
            session: 0,
            asker: 0,
        }
    }

    /// The name under which it is counted.
    pub(crate) const fn name(&self) -> &'static str {
        match &self.deed {
            Deed::Scan(_, verb) => match verb {
                Verb::Register { .. } => "register",
                Verb::Describe(_) => "describe",
                Verb::Move(_) => "move",
                Verb::CheckOut { .. } => "check_out",
                Verb::Load(_) => "load",
                Verb::Eject => "eject",
                Verb::CheckIn(_) => "check_in",
                Verb::HandOver(_) => "hand_over",
                Verb::TakeOver => "take_over",
                Verb::Ratify => "ratify",
                Verb::Destroy => "destroy",
                Verb::Sight(_) => "sight",
                Verb::Missing => "missing",
                Verb::Found(_) => "found",
                Verb::Correct { .. } => "correct",
                Verb::Void => "void",
                Verb::Relabel(_) => "relabel",
            },
            Deed::Import(_) => "import",
            Deed::Order(Ordering::New(_)) => "order new",
            Deed::Order(Ordering::Night(..)) => "order night",
            Deed::Order(Ordering::Approve(_)) => "order approve",
            Deed::Order(Ordering::Reject(_)) => "order reject",
            Deed::Order(Ordering::Extend(..)) => "order extend",
            Deed::Order(Ordering::Close(..)) => "order close",
            Deed::Audit(Auditing::Open(_)) => "audit open",
            Deed::Audit(Auditing::Draw(..)) => "audit draw",
            Deed::Audit(Auditing::OpenDrawn(..)) => "audit open drawn",
            Deed::Audit(Auditing::Count(..)) => "audit scan",
            Deed::Audit(Auditing::ReadIn(..)) => "audit file",
            Deed::Audit(Auditing::Recount(_)) => "audit recount",
            Deed::Audit(Auditing::Close(_)) => "audit close",
            Deed::Audit(Auditing::SetDay(..)) => "audit due",
            Deed::People(Staffing::Enrol(..)) => "person add",
            Deed::People(Staffing::SetRoles(..)) => "person roles",
            Deed::People(Staffing::Suspend(_)) => "person suspend",
            Deed::People(Staffing::Reinstate(_)) => "person reinstate",
            Deed::People(Staffing::Lend(..)) => "person temporary",
            Deed::People(Staffing::SetPin(_)) => "person pin",
            Deed::People(Staffing::HandShift) => "shift hand over",
            Deed::Site(Running::AddPlace(_)) => "place add",
            Deed::Site(Running::Retire(_)) => "place retire",
            Deed::Site(Running::Policy(..)) => "policy set",
            Deed::Site(Running::ConfirmClock) => "clock confirm",
            Deed::Site(Running::Checkpoint(_)) => "checkpoint",
            Deed::Site(Running::Export) => "export",
            Deed::Site(Running::Rebuild) => "rebuild",
            Deed::Site(Running::Restore) => "restore",
            Deed::Keep(Upkeep::Reopen) => "reopen",
            Deed::Keep(Upkeep::Verify) => "verify",
            Deed::Keep(Upkeep::BackUp) => "backup",
        }
    }
}

impl Model {
    /// The order that was asked for after so many others.
    pub(crate) fn order_at(&self, number: usize) -> Id {
        self.orders.keys().nth(number).copied().unwrap_or(NONE)
    }

    /// The stocktake that was opened or drawn after so many others.
    pub(crate) fn audit_at(&self, number: usize) -> Id {
        self.audits.keys().nth(number).copied().unwrap_or(NONE)
    }
}

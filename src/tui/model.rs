//! Everything that the screens show, and nothing else.

use std::collections::VecDeque;

use super::board::Board;
use super::form::Form;
use super::gate::Gate;
use super::input::{End, Settings, Wedge};
use super::orders::Orders;
use super::places::PlaceLine;
use super::probe::Probe;
use super::setup::Setup;
use crate::app::station::{Mode, Standing};
use crate::app::{Counting, LogRow, MediumPage, MediumView, Part, Report, Status};
use crate::domain::names::{AuditId, Badge, OrderId, PlaceCode};
use crate::domain::time::Timestamp;
use crate::i18n::Voice;

crate::domain::words! {
    /// The screens.
    Screen {
        /// The scan station.
        Scan = "scan",
        /// What is outside.
        Board = "board",
        /// One medium.
        Medium = "medium",
        /// The log.
        Ledger = "ledger",
        /// The places.
        Places = "places",
        /// The movement orders.
        Orders = "orders",
    }
}

/// What stands over a screen.
#[derive(Debug, Clone)]
pub enum Dialog {
    /// The keys of the screen.
    Help {
        /// The first line that is shown.
        top: usize,
    },
    /// A search among all media.
    Search {
        /// What is searched for.
        text: String,
        /// What was found for it.
        found: Vec<MediumView>,
        /// Whether there are more than were found.
        more: bool,
        /// Which of them is selected.
        selected: usize,
    },
    /// The file to which a medium's history is to be written.
    Export {
        /// Its name.
        path: String,
    },
    /// What the scanner sends.
    Probe(Probe),
    /// A form that is filled in.
    Form(Form),
    /// The PIN of a person who would sign on.
    Pin {
        /// Their badge.
        badge: Badge,
        /// What has been typed, which is never shown.
        text: String,
    },
}

crate::domain::words! {
    /// The sort of an answer: its colour and its sign.
    Mark {
        /// It is recorded.
        Done = "done",
        /// It was refused.
        Refused = "refused",
        /// It was already taken, or something is needed first.
        Again = "again",
        /// A mode, place or person was set.
        Set = "set",
    }
}

/// One line of the scan screen's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanLine {
    /// When it was answered.
    pub at: Timestamp,
    /// Its sort.
    pub mark: Mark,
    /// What is said.
    pub text: String,
    /// The next step, if there is one to say.
    pub hint: Option<String>,
    /// What it is about, short enough to be written large.
    pub about: String,
}

/// The most lines that the scan screen keeps; the ledger keeps all.
pub const MOST_LINES: usize = 10_000;

/// The scan screen.
#[derive(Debug, Clone)]
pub struct ScanModel {
    /// The entry line.
    pub wedge: Wedge,
    /// The mode.
    pub mode: Mode,
    /// Who acts.
    pub person: Option<Badge>,
    /// The place.
    pub place: Option<PlaceCode>,
    /// Who takes what is handed over.
    pub recipient: Option<Badge>,
    /// Who stands by.
    pub witness: Option<Badge>,
    /// The order under which media are taken out.
    pub order: Option<OrderId>,
    /// The stocktake in which media are counted.
    pub audit: Option<AuditId>,
    /// Whether media are taken out without an order.
    pub without: bool,
    /// Answers, newest first.
    pub lines: VecDeque<ScanLine>,
    /// How many were recorded, refused, and scanned again.
    pub counts: [u64; 3],
    /// Which sort the list shows; all if none.
    pub filter: Option<Mark>,
    /// Readings that were sent and not yet answered.
    pub waiting: u64,
    /// Since when nothing was answered, in milliseconds of a clock that never jumps.
    pub since: u64,
    /// Whether the answer is late, so that it is said.
    pub late: bool,
    /// Whether a badge was the last that was read, so that digits typed now may be a PIN.
    pub after_badge: bool,
}

/// A list to move in.
#[derive(Debug, Clone)]
pub struct List<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// The selected row.
    pub selected: usize,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), selected: 0 }
    }
}

impl<T> List<T> {
    /// Takes new rows and keeps the selection within them.
    pub fn set(&mut self, rows: Vec<T>) {
        self.rows = rows;
        self.selected = self.selected.min(self.rows.len().saturating_sub(1));
    }

    /// Moves the selection.
    pub fn step(&mut self, by: isize) {
        let last = self.rows.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }
}

/// What stands in one place.
#[derive(Debug, Clone)]
pub struct Contents {
    /// The place.
    pub place: PlaceCode,
    /// The media of the window that is shown.
    pub list: List<MediumView>,
}

/// The part of the log that is shown.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// Which part.
    pub part: Part,
    /// Its entries, oldest first.
    pub list: List<LogRow>,
}

/// Milliseconds after which a pending Esc awaits no command any more.
pub const ESCAPED: u64 = 3000;
/// Milliseconds after which it is said that the station has not answered yet.
pub const LATE: u64 = 1000;

/// The whole.
#[derive(Debug, Clone)]
pub struct Model {
    /// The language and the zone.
    pub voice: Voice,
    /// Whether colours may be used.
    pub colours: bool,
    /// The screen that is shown.
    pub screen: Screen,
    /// What stands over it.
    pub dialog: Option<Dialog>,
    /// When Esc was pressed, while a command key is awaited.
    pub escaped: Option<u64>,
    /// Printable keys that may be the beginning of a burst where that is no reading.
    pub gate: Gate,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The time of day.
    pub now: Timestamp,
    /// The ledger's file.
    pub ledger: String,
    /// The header's facts.
    pub status: Status,
    /// How many flags there are by severity (notice, warning, critical); none before they were counted.
    pub flags: Option<[u64; 3]>,
    /// Whether something was recorded since they were read.
    pub stale: bool,
    /// When they were last asked for.
    pub asked: Timestamp,
    /// When it was last asked whether there are new entries.
    pub pulse: Timestamp,
    /// The scan screen.
    pub scan: ScanModel,
    /// The board.
    pub board: Board,
    /// How far the count has come.
    pub counting: Option<Counting>,
    /// The medium that is shown.
    pub medium: Option<MediumPage>,
    /// The selected entry of its history.
    pub entry: usize,
    /// The log.
    pub log: Log,
    /// The movement orders.
    pub orders: Orders,
    /// The places.
    pub places: List<PlaceLine>,
    /// What stands in one of them, if one is open.
    pub contents: Option<Contents>,
    /// How far a running check has come.
    pub verifying: Option<(u64, u64)>,
    /// What the last check found.
    pub report: Option<Report>,
    /// What was done aside, or could not be done.
    pub notice: Option<(Mark, String)>,
    /// When the last key came, in milliseconds of a clock that never jumps.
    pub touched: u64,
    /// The present moment of that clock.
    pub clock: u64,
    /// The questions for a new ledger, while there is none.
    pub setup: Option<Setup>,
}

/// What a model begins with.
#[derive(Debug, Clone)]
pub struct Start {
    /// The language and the zone.
    pub voice: Voice,
    /// Whether colours may be used.
    pub colours: bool,
    /// The ledger's file.
    pub ledger: String,
    /// What the scanner sends.
    pub scanner: Settings,
    /// The time of day.
    pub now: Timestamp,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Whether there is no ledger yet.
    pub new: bool,
}

impl Model {
    /// The model at the beginning.
    #[must_use]
    pub fn new(start: Start) -> Self {
        let gate = Gate::new(start.scanner.end != End::Any);
        let scan = ScanModel {
            wedge: Wedge::new(start.scanner),
            mode: Mode::CheckIn,
            person: None,
            place: None,
            recipient: None,
            witness: None,
            order: None,
            audit: None,
            without: false,
            lines: VecDeque::new(),
            counts: [0; 3],
            filter: None,
            waiting: 0,
            since: 0,
            late: false,
            after_badge: false,
        };
        Self {
            voice: start.voice,
            colours: start.colours,
            screen: Screen::Scan,
            dialog: None,
            escaped: None,
            gate,
            size: start.size,
            now: start.now,
            ledger: start.ledger,
            status: Status::default(),
            flags: None,
            stale: false,
            asked: start.now,
            pulse: start.now,
            scan,
            board: Board::default(),
            counting: None,
            medium: None,
            entry: 0,
            log: Log::default(),
            places: List::default(),
            orders: Orders::default(),
            contents: None,
            verifying: None,
            report: None,
            notice: None,
            touched: 0,
            clock: 0,
            setup: start.new.then(Setup::default),
        }
    }

    /// Something was sent to the station.
    pub fn sent(&mut self, count: u64) {
        if self.scan.waiting == 0 {
            (self.scan.since, self.scan.late) = (self.clock, false);
        }
        self.scan.waiting = self.scan.waiting.saturating_add(count);
    }

    /// The station has answered once, and serves these people now.
    pub fn answered(&mut self, standing: &Standing) {
        let scan = &mut self.scan;
        scan.waiting = scan.waiting.saturating_sub(1);
        (scan.since, scan.late) = (self.clock, false);
        self.stands(standing);
    }

    /// The station serves these people now.
    pub fn stands(&mut self, standing: &Standing) {
        let scan = &mut self.scan;
        scan.person.clone_from(&standing.person);
        scan.recipient.clone_from(&standing.recipient);
        scan.witness.clone_from(&standing.witness);
        scan.place.clone_from(&standing.place);
        (scan.order, scan.audit, scan.without) = (standing.order, standing.audit, standing.without);
        scan.after_badge = standing.after_badge;
    }

    /// The next moment at which something changes on the screen though nothing comes in.
    #[must_use]
    pub fn wake(&self) -> Option<u64> {
        let escaped = self.escaped.map(|at| at + ESCAPED);
        let late = (self.scan.waiting > 0 && !self.scan.late).then_some(self.scan.since + LATE);
        [self.gate.due(), escaped, late].into_iter().flatten().min()
    }
}

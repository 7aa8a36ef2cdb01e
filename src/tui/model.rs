//! Everything that the screens show, and nothing else.

use std::collections::VecDeque;

use super::input::{Settings, Wedge};
use crate::app::station::Mode;
use crate::app::{LogRow, MediumPage, MediumView, PlaceView, Report, Status};
use crate::domain::names::{Badge, PlaceCode};
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
    }
}

/// What stands over a screen.
#[derive(Debug, Clone)]
pub enum Dialog {
    /// The keys of the screen.
    Help,
    /// A search among all media.
    Search {
        /// What is searched for.
        text: String,
        /// What was found for it.
        found: Vec<MediumView>,
        /// Which of them is selected.
        selected: usize,
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
    /// Answers, newest first.
    pub lines: VecDeque<ScanLine>,
    /// How many were recorded, refused, and scanned again.
    pub counts: [u64; 3],
    /// Which sort the list shows; all if none.
    pub filter: Option<Mark>,
    /// Readings that were sent and not yet answered.
    pub waiting: u64,
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
    /// Whether Esc was pressed and a command key is awaited.
    pub escaped: bool,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The time of day.
    pub now: Timestamp,
    /// The ledger's file.
    pub ledger: String,
    /// The header's facts.
    pub status: Status,
    /// Whether something was recorded since they were read.
    pub stale: bool,
    /// When they were last asked for.
    pub asked: Timestamp,
    /// The scan screen.
    pub scan: ScanModel,
    /// The board.
    pub board: List<MediumView>,
    /// The medium that is shown.
    pub medium: Option<MediumPage>,
    /// How far its history is scrolled.
    pub scroll: usize,
    /// The newest entries.
    pub tail: List<LogRow>,
    /// The places.
    pub places: List<PlaceView>,
    /// How far a running check has come.
    pub verifying: Option<(u64, u64)>,
    /// What the last check found.
    pub report: Option<Report>,
    /// What could not be done.
    pub failure: Option<String>,
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
    /// Who has said who they are.
    pub person: Option<Badge>,
    /// What the scanner sends.
    pub scanner: Settings,
    /// The time of day.
    pub now: Timestamp,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
}

impl Model {
    /// The model at the beginning.
    #[must_use]
    pub fn new(start: Start) -> Self {
        let scan = ScanModel {
            wedge: Wedge::new(start.scanner),
            mode: Mode::CheckIn,
            person: start.person,
            place: None,
            recipient: None,
            lines: VecDeque::new(),
            counts: [0; 3],
            filter: None,
            waiting: 0,
        };
        Self {
            voice: start.voice,
            colours: start.colours,
            screen: Screen::Scan,
            dialog: None,
            escaped: false,
            size: start.size,
            now: start.now,
            ledger: start.ledger,
            status: Status::default(),
            stale: false,
            asked: start.now,
            scan,
            board: List::default(),
            medium: None,
            scroll: 0,
            tail: List::default(),
            places: List::default(),
            verifying: None,
            report: None,
            failure: None,
        }
    }
}

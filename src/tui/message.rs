//! What comes in to the model, and what it asks for.

use std::sync::Arc;

use crossterm::event::KeyEvent;

use crate::app::station::{Answer, Order};
use crate::app::{Error, LogRow, MediumPage, MediumView, PlaceView, Report, Status};
use crate::domain::time::Timestamp;

/// What has happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// A key was pressed, at a moment in milliseconds of a clock that never jumps.
    Key(KeyEvent, u64),
    /// Something was pasted.
    Paste(String),
    /// Time has passed: the same clock, and the time of day.
    Tick(u64, Timestamp),
    /// The terminal has this many columns and rows.
    Resize(u16, u16),
    /// The station has answered.
    Answer(Box<Answer>),
    /// The header's facts.
    Status(Box<Status>),
    /// What is outside.
    Board(Vec<MediumView>),
    /// One medium with its history.
    Medium(Box<MediumPage>),
    /// Media that a search found.
    Found(String, Vec<MediumView>),
    /// The newest entries, oldest first.
    Tail(Vec<LogRow>),
    /// All places.
    Places(Vec<PlaceView>),
    /// The check of the ledger has come so far.
    Verifying(u64, u64),
    /// The check of the ledger is done.
    Verified(Box<Report>),
    /// Something could not be done.
    Failed(Arc<Error>),
}

/// What the model asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Let the station do this.
    Station(Order),
    /// Read the header's facts again.
    Status,
    /// Read what is outside again.
    Board,
    /// Read one medium, by its barcode or `#identity`.
    Medium(String),
    /// Search all media for this text.
    Search(String),
    /// Read the newest entries again.
    Tail,
    /// Read the places again.
    Places,
    /// Check the whole ledger.
    Verify,
    /// Ring the bell.
    Bell,
    /// End.
    Quit,
}

//! What comes in to the model, and what it asks for.

use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::KeyEvent;

use super::acts::Acted;
use super::form::Act;
use crate::app::station::{Answer, Order, Standing};
use crate::app::{
    BoardPage, Counting, Error, Founding, LogRow, MediumPage, MediumView, Open, OrderError, OrderPage,
    OrderView, Part, PlaceView, Report, Status, Window,
};
use crate::domain::names::{AuditId, Badge, OrderId, PlaceCode};
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
    /// The station has answered, and serves these people now.
    Answer(Box<Answer>, Standing),
    /// The header's facts.
    Status(Box<Status>),
    /// How many flags there are by severity.
    Flags([u64; 3]),
    /// How many entries the ledger has.
    Size(u64),
    /// What is outside, and how many were at the end of each of the last hours.
    Board(Box<BoardPage>, Vec<u64>),
    /// One medium with its history.
    Medium(Box<MediumPage>),
    /// Media that a search found, and whether there are more.
    Found(String, Vec<MediumView>, bool),
    /// A part of the log, oldest first.
    Log(Part, Vec<LogRow>),
    /// All places.
    Places(Vec<PlaceView>),
    /// A window over what stands in a place.
    Contents(PlaceCode, Window, Vec<MediumView>),
    /// Orders, the newest first.
    Orders(Vec<OrderView>),
    /// One order with its media.
    Order(Box<OrderPage>),
    /// How far a count has come; none while nothing is being counted.
    Counting(Option<Box<Counting>>),
    /// What is open at the end of a shift.
    Open(Open),
    /// What a form asked for was done; the station serves these people now.
    Acted(Box<Acted>, Standing),
    /// What a form asked for was not done, and why.
    Declined(Arc<OrderError>, Standing),
    /// The check of the ledger has come so far.
    Verifying(u64, u64),
    /// The check of the ledger is done.
    Verified(Box<Report>),
    /// A new ledger is there, and this is its first person.
    Founded(Badge),
    /// A history stands in this file.
    Exported(PathBuf),
    /// A file could not be written, and why.
    Unwritten(PathBuf, String),
    /// What was read, or asked of the station, was not recorded; it serves these people now.
    Unrecorded(String, Arc<Error>, Standing),
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
    /// Count the flags again.
    Flags,
    /// Read what is outside again.
    Board,
    /// Read one medium, by its barcode or `#identity`.
    Medium(String),
    /// Search all media for this text.
    Search(String),
    /// Read how many entries there are.
    Size,
    /// Read a part of the log.
    Log(Part),
    /// Read the places again.
    Places,
    /// Read a window over what stands in a place.
    Contents(PlaceCode, Window),
    /// Read the orders: the open ones, or all.
    Orders(bool),
    /// Read one order with its media.
    Order(OrderId),
    /// Read how far this count has come, or the only one there is.
    Counting(Option<AuditId>),
    /// Read what is open at the end of a shift.
    Open,
    /// Do what a form asks for.
    Act(Box<Act>),
    /// Make the ledger.
    Found(Box<Founding>),
    /// Write the history of a medium to a new file.
    Export(String, PathBuf),
    /// Put a text into the clipboard of the terminal.
    Copy(String),
    /// Check the whole ledger.
    Verify,
    /// Give the terminal back to the shell for a while.
    Suspend,
    /// Ring the bell.
    Bell,
    /// End.
    Quit,
}

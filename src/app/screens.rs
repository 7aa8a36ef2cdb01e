//! What the other screens show, in windows: one medium with its history, the log, a search, a place's media.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::domain::names::{Barcode, PlaceCode};
use crate::report::history::CsvLog;
use crate::store::{Filter, StoreError};

use super::session::{Error, Session};
use super::views::{self, LogRow, MediumPage, MediumView};

/// The most media that a search gives.
const FOUND: usize = 20;
/// The most entries of the log, or media of a place, that a screen holds at once.
pub const WINDOW: u32 = 200;

/// Which part of the log is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// The newest entries.
    #[default]
    Newest,
    /// The entries before this one.
    Before(u64),
    /// This entry and those after it.
    From(u64),
}

/// Which window over the media of a place is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Window {
    /// The first media.
    #[default]
    First,
    /// Those after this one.
    After(Barcode),
    /// Those before this one.
    Before(Barcode),
    /// The last media.
    Last,
}

impl Session {
    /// The first media whose barcode or serial number holds this text, and whether there are more.
    ///
    /// # Errors
    /// When the record cannot be read; so also below.
    pub fn search(&self, text: &str) -> Result<(Vec<MediumView>, bool), Error> {
        if text.is_empty() {
            return Ok((Vec::new(), false));
        }
        self.look(|view| {
            let now = self.present(view);
            let mut found = self.finder.borrow_mut().find(view, text, FOUND + 1)?;
            let more = found.len() > FOUND;
            found.truncate(FOUND);
            let found = found.iter().map(|medium| views::medium(view, medium, now));
            Ok((found.collect::<Result<_, StoreError>>()?, more))
        })
    }

    /// At most [`WINDOW`] media in a place and in all that stands in it, in the order of barcodes.
    ///
    /// # Errors
    /// A refusal when there is no such place.
    pub fn contents(&self, code: &PlaceCode, window: &Window) -> Result<Vec<MediumView>, Error> {
        let at = Filter { limit: Some(WINDOW), ..self.filter_at(code)? };
        let filter = match window {
            Window::First => at,
            Window::After(barcode) => Filter { after: Some(barcode.clone()), ..at },
            Window::Before(barcode) => Filter { before: Some(barcode.clone()), backwards: true, ..at },
            Window::Last => Filter { backwards: true, ..at },
        };
        let mut media = self.some_media(&filter)?;
        if filter.backwards {
            media.reverse();
        }
        Ok(media)
    }

    fn some_media(&self, filter: &Filter) -> Result<Vec<MediumView>, Error> {
        let mut all = Vec::new();
        self.each_medium(filter, |medium| {
            all.push(medium.clone());
            Ok::<(), StoreError>(())
        })?;
        Ok(all)
    }

    /// One medium with its whole chain.
    ///
    /// # Errors
    /// A refusal when none or more than one is meant.
    pub fn page(&self, text: &str) -> Result<MediumPage, Error> {
        let medium = self.show(text)?;
        let mut history = Vec::new();
        self.each_line(Some(medium.id), None, None, |line| push(&mut history, line))?;
        let loss = self.loss(text)?;
        Ok(MediumPage { medium, history, loss })
    }

    /// A part of the log of at most [`WINDOW`] entries, oldest first.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn part(&self, part: Part) -> Result<Vec<LogRow>, Error> {
        let window = u64::from(WINDOW);
        self.look(|view| {
            let end = match part {
                Part::Newest => view.size()? + 1,
                Part::Before(end) => end,
                Part::From(first) => first + window,
            };
            let first = end.saturating_sub(window).max(1);
            let count = u32::try_from(end.saturating_sub(first)).unwrap_or(WINDOW);
            let mut all = Vec::new();
            view.lines_from(first, count, |line| push(&mut all, line))?;
            Ok(all)
        })
    }

    /// Writes the chain of one medium as CSV.
    ///
    /// # Errors
    /// A refusal when none or more than one is meant; when it cannot be written.
    pub fn export(&self, text: &str, out: &mut dyn Write) -> Result<(), ExportError> {
        let medium = self.medium_id(text)?;
        let mut csv = CsvLog::begin(out, false)?;
        self.each_parts(Some(medium), None, None, |parts| Ok::<(), ExportError>(csv.row(parts)?))?;
        Ok(csv.end()?)
    }
}

impl Session {
    /// Writes the chain of one medium as CSV to a file that does not exist yet, and gives its full path. What
    /// was written in part is taken away.
    ///
    /// # Errors
    /// As [`Self::export`]; also when the file exists.
    pub fn export_to(&self, text: &str, path: &Path) -> Result<PathBuf, ExportError> {
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        let mut out = BufWriter::new(file);
        let done = self.export(text, &mut out).and_then(|()| Ok(out.flush()?));
        let done = done.and_then(|()| Ok(out.get_ref().sync_all()?));
        if done.is_err() {
            // Only what was made here a moment ago; if it stays, it is seen to be cut short.
            let _ = std::fs::remove_file(path);
        }
        done.map(|()| path.canonicalize().unwrap_or_else(|_| path.to_owned()))
    }
}

/// Why a list was not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The ledger says no.
    #[error(transparent)]
    Ledger(#[from] Error),
    /// The file cannot be written.
    #[error(transparent)]
    File(#[from] std::io::Error),
}

impl From<StoreError> for ExportError {
    fn from(error: StoreError) -> Self {
        Self::Ledger(Error::Trouble(error))
    }
}

fn push(all: &mut Vec<LogRow>, line: &str) -> Result<(), Error> {
    all.push(LogRow::read(line).map_err(|error| StoreError::Damaged(format!("event.body: {error}")))?);
    Ok(())
}

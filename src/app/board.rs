//! What the screens of a station show: the board, one medium with its history, the tail of the log, a search.

use crate::domain::flag::Severity;
use crate::store::{Filter, StoreError, View};

use super::session::{Error, Session};
use super::views::{LogRow, MediumPage, MediumView, Status};

/// The most media that the board lists; what is beyond is counted in the header.
const BOARD: u32 = 2_000;
/// The most media that a search gives.
const FOUND: u32 = 20;

impl Session {
    /// The header of a screen.
    ///
    /// # Errors
    /// When the record cannot be read; so also below.
    pub fn status(&self) -> Result<Status, Error> {
        let mut flags = [0; 3];
        for line in self.flags(Severity::Notice)? {
            if let Some(count) = flags.get_mut(line.severity as usize) {
                *count += line.count;
            }
        }
        self.look(|view| Ok(Status { site: view.site()?.to_string(), size: view.size()?, flags }))
    }

    /// Media that are outside, missing or in dispute, the most urgent first.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn board(&self) -> Result<Vec<MediumView>, Error> {
        let mut rows = self.some_media(&Filter { outside: true, limit: Some(BOARD), ..Filter::default() })?;
        rows.sort_by_key(|medium| {
            let gravest = medium.gravest();
            (std::cmp::Reverse(gravest.map(|flag| flag.severity)), gravest.map(|flag| flag.since))
        });
        Ok(rows)
    }

    /// The first media whose barcode or serial number holds this text.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn search(&self, text: &str) -> Result<Vec<MediumView>, Error> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        self.some_media(&Filter { find: Some(text.to_owned()), limit: Some(FOUND), ..Filter::default() })
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
        let history = self.look(|view| rows(|each| view.each_line(Some(medium.id), None, None, each)))?;
        Ok(MediumPage { medium, history })
    }

    /// The newest entries, oldest first.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn tail(&self, count: u32) -> Result<Vec<LogRow>, Error> {
        self.look(|view: &View<'_>| rows(|each| view.last_lines(count, each)))
    }
}

/// Gathers the rows of stored lines.
fn rows(
    read: impl FnOnce(&mut dyn FnMut(&str) -> Result<(), Error>) -> Result<(), Error>,
) -> Result<Vec<LogRow>, Error> {
    let mut all = Vec::new();
    read(&mut |line| {
        all.push(LogRow::read(line).map_err(|error| StoreError::Damaged(format!("event.body: {error}")))?);
        Ok(())
    })?;
    Ok(all)
}

impl MediumView {
    /// Its gravest flag, and of several the one that began first.
    #[must_use]
    pub fn gravest(&self) -> Option<crate::domain::flag::Flag> {
        self.flags
            .iter()
            .copied()
            .min_by_key(|flag| (std::cmp::Reverse(flag.severity), flag.since, std::cmp::Reverse(flag.kind)))
    }
}

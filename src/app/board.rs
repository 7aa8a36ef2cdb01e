//! What the board shows: everything that is outside, missing or in dispute, the most urgent first.

use std::cmp::Reverse;

use crate::domain::flag::{Severity, gravest};
use crate::domain::medium::Medium;
use crate::domain::time::{DAY, HOUR, Timestamp};
use crate::domain::world::World as _;
use crate::store::{Filter, StoreError};

use super::clocks::Behind;
use super::session::{Error, Session};
use super::views::{self, MediumView, Status};

/// The most media that the board lists: the most urgent ones. All are counted.
const MOST: usize = 2_000;

/// Where the classes of time outside begin, in milliseconds; the first begins at nothing.
pub const TIMES: [i64; 7] = [0, 4 * HOUR, 12 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY];

/// What the board shows.
#[derive(Debug, Clone, Default)]
pub struct BoardPage {
    /// The most urgent media, the most urgent first.
    pub media: Vec<MediumView>,
    /// How many there are in all.
    pub total: u64,
    /// How many of them are outside for so long, by the classes of [`TIMES`].
    pub times: [u64; TIMES.len()],
}

/// The gravest flag and its beginning; media without one come last.
type Urgency = (Reverse<Option<Severity>>, Option<Timestamp>);

/// Keeps the most urgent ones; the order among them is made at the end.
fn shed(urgent: &mut Vec<(Urgency, Medium)>) {
    if urgent.len() >= 2 * MOST {
        urgent.select_nth_unstable_by_key(MOST, |(urgency, medium)| (*urgency, medium.id));
        urgent.truncate(MOST);
    }
}

impl Session {
    /// The header of a screen but for the flags, which take longer to count than to read the rest.
    ///
    /// # Errors
    /// When the record cannot be read; so also below.
    pub fn status(&self) -> Result<Status, Error> {
        self.look(|view| {
            let idle_lock_minutes = view.policy().idle_lock_minutes;
            let (site, read_only) = (view.site()?.to_string(), self.cannot_record());
            let purposes = view.policy().get("purposes").unwrap_or_default().replace(',', ", ");
            let behind = Behind::of(self.now(), view.clock().last);
            let ahead = self.ahead(view);
            Ok(Status { site, size: view.size()?, idle_lock_minutes, purposes, read_only, behind, ahead })
        })
    }

    /// How many entries the ledger has.
    ///
    /// # Errors
    /// When the record cannot be read, or is not where it was any more.
    pub fn size(&self) -> Result<u64, Error> {
        self.store.stands()?;
        self.look(|view| Ok(view.size()?))
    }

    /// Media that are outside, missing or in dispute, the most urgent first.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn board(&self) -> Result<BoardPage, Error> {
        self.look(|view| {
            let now = self.present(view);
            let mut page = BoardPage::default();
            let mut urgent = Vec::new();
            view.each_medium(&Filter { outside: true, ..Filter::default() }, |medium| {
                page.total += 1;
                if let Some(outing) = medium.custody.outing() {
                    let long = now.since(outing.left);
                    let class = TIMES.iter().rposition(|begin| long >= *begin).unwrap_or_default();
                    if let Some(count) = page.times.get_mut(class) {
                        *count += 1;
                    }
                }
                let worst = gravest(&views::flags(view, &medium, now)?);
                let urgency = (Reverse(worst.map(|flag| flag.severity)), worst.map(|flag| flag.since));
                urgent.push((urgency, medium));
                shed(&mut urgent);
                Ok::<(), StoreError>(())
            })?;
            urgent.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.barcode.cmp(&other.barcode)));
            urgent.truncate(MOST);
            page.media = urgent
                .iter()
                .map(|(_, medium)| views::medium(view, medium, now))
                .collect::<Result<Vec<MediumView>, StoreError>>()?;
            Ok(page)
        })
    }
}

impl MediumView {
    /// Its gravest flag, and of several the one that began first.
    #[must_use]
    pub fn gravest(&self) -> Option<crate::domain::flag::Flag> {
        gravest(&self.flags)
    }
}

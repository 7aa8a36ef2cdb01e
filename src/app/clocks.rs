//! What is said of a clock that is not right: one that is behind the ledger's time, or far ahead of it.

use std::cell::Cell;

use super::session::{Error, Session};
use crate::domain::refusal::Refusal;
use crate::domain::rules::too_far_ahead;
use crate::domain::time::{MINUTE, Timestamp};
use crate::domain::world::World as _;
use crate::store::View;

/// A clock that is behind the ledger's last entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    /// What it says.
    pub now: Timestamp,
    /// When the last entry was recorded: so is everything dated until the clock has come up to it.
    pub last: Timestamp,
}

impl Behind {
    /// By how much it is behind, if that is worth a word: what is shown of time is minutes.
    pub(super) fn of(now: Timestamp, last: Option<Timestamp>) -> Option<Self> {
        let last = last.filter(|last| last.since(now) >= MINUTE)?;
        Some(Self { now, last })
    }
}

/// For how long somebody may stand at a station who has signed on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shift {
    /// When they did.
    pub(super) began: Timestamp,
    /// In milliseconds.
    pub(super) length: i64,
}

impl Shift {
    /// Whether it is over; also where the clock was set back so far that it would not end for a long time.
    pub(super) fn is_over(self, now: Timestamp) -> bool {
        !(-self.length..self.length).contains(&now.since(self.began))
    }
}

/// Whether the clock was found behind, and that was told.
#[derive(Debug, Default)]
pub(super) struct Noticed(Cell<State>);

#[derive(Debug, Clone, Copy, Default)]
enum State {
    #[default]
    Right,
    Untold(Behind),
    Told,
}

impl Noticed {
    /// Looks at the clock.
    pub(super) fn look(&self, now: Timestamp, last: Option<Timestamp>) {
        self.0.set(match (Behind::of(now, last), self.0.get()) {
            (None, _) => State::Right,
            (Some(_), State::Told) => State::Told,
            (Some(behind), State::Right | State::Untold(_)) => State::Untold(behind),
        });
    }

    fn take(&self) -> Option<Behind> {
        if let State::Untold(behind) = self.0.get() {
            self.0.set(State::Told);
            return Some(behind);
        }
        None
    }
}

impl Session {
    /// The ledger's time: now, or that of its last entry while the clock is behind it.
    ///
    /// # Errors
    /// When the record cannot be read; so also below.
    pub fn time(&self) -> Result<Timestamp, Error> {
        self.look(|view| Ok(self.present(view)))
    }

    /// Whether the clock is behind the ledger's last entry; told once for as long as it is.
    ///
    /// # Errors
    /// As above.
    pub fn clock_behind(&self) -> Result<Option<Behind>, Error> {
        self.behind.look(self.now(), self.look(|view| Ok::<_, Error>(view.clock().last))?);
        Ok(self.behind.take())
    }

    /// The same, as it was found when something was last recorded.
    #[must_use]
    pub fn found_behind(&self) -> Option<Behind> {
        self.behind.take()
    }

    /// Why nothing will be recorded unasked: the clock is too far ahead of the last entry.
    ///
    /// # Errors
    /// As above.
    pub fn clock_ahead(&self) -> Result<Option<Refusal>, Error> {
        self.look(|view| Ok(self.ahead(view)))
    }

    /// The same.
    pub(super) fn ahead(&self, view: &View<'_>) -> Option<Refusal> {
        too_far_ahead(view.policy(), view.clock().last?, self.now())
    }

    /// What the clock says; where it is too far ahead to be believed, when the last entry was recorded.
    pub(super) fn believed(&self, view: &View<'_>) -> Timestamp {
        let doubted = self.ahead(view).and(view.clock().last);
        doubted.unwrap_or_else(|| self.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::DAY;

    #[test]
    fn a_shift_ends_also_where_the_clock_is_set_back_by_years() {
        let shift = Shift { began: Timestamp::from_millis(10 * DAY), length: DAY };
        for (now, over) in [(10, false), (11, true), (4000, true), (9, false), (8, true), (-4000, true)] {
            assert_eq!(shift.is_over(Timestamp::from_millis(now * DAY)), over, "{now}");
        }
    }

    #[test]
    fn a_clock_that_is_behind_is_told_once_until_it_was_right_again() {
        let noticed = Noticed::default();
        let last = Timestamp::from_millis(10 * DAY);
        let at = |before: i64| {
            noticed.look(last.plus(-before), Some(last));
            noticed.take().map(|behind| last.since(behind.now))
        };
        for (before, told) in [
            (0, None),
            (MINUTE - 1, None),
            (MINUTE, Some(MINUTE)),
            (DAY, None),
            (-DAY, None),
            (DAY, Some(DAY)),
            (0, None),
        ] {
            assert_eq!(at(before), told, "{before}");
        }
        noticed.look(last, None);
        assert_eq!(noticed.take(), None);
    }
}

//! Who acts: people who have signed on, and where they stand.

use crate::domain::decide::Context;
use crate::domain::event::How;
use crate::domain::names::{Badge, Station};
use crate::domain::time::Timestamp;

use super::credentials::Signed;

/// Who acts, with whom, and where. Only [`super::Session::who`] and people who have signed on make one.
#[derive(Debug, Clone)]
pub struct Who {
    pub(super) by: Signed,
    pub(super) with: Option<Signed>,
    pub(super) station: Station,
}

impl Who {
    /// People who have signed on.
    #[must_use]
    pub const fn new(by: Signed, with: Option<Signed>, station: Station) -> Self {
        Self { by, with, station }
    }

    /// The actor's badge.
    #[must_use]
    pub const fn badge(&self) -> &Badge {
        self.by.badge()
    }

    /// Who acts, as they have signed on.
    #[must_use]
    pub const fn actor(&self) -> &Signed {
        &self.by
    }

    /// Whether a second person stands by.
    #[must_use]
    pub const fn has_second(&self) -> bool {
        self.with.is_some()
    }

    /// The context of what they enter at this moment, but for the number of the entry.
    pub(super) fn context(&self, at: Timestamp) -> Context {
        Context {
            seq: 0,
            at,
            occurred: None,
            by: Some(self.by.badge().clone()),
            with: self.with.as_ref().map(|with| with.badge().clone()),
            station: self.station.clone(),
            how: How::Typed,
        }
    }

    /// The same with this second person.
    #[must_use]
    pub fn with(&self, with: Signed) -> Self {
        Self { with: Some(with), ..self.clone() }
    }
}

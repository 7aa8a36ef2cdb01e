//! Questions: one medium, lists of media, people and places, the log.

use crate::domain::audit::Audit;
use crate::domain::audit::judge::Tree;
use crate::domain::names::{Badge, MediumId, PlaceCode};
use crate::domain::policy::Policy;
use crate::domain::refusal::Refusal;
use crate::domain::resolve::resolve;
use crate::domain::rules::{Stop, resolve_place};
use crate::domain::time::Timestamp;
use crate::domain::world::World;
use crate::ledger::cut::Parts;
use crate::ledger::entry::Entry;
use crate::store::{Filter, StoreError, View};

use super::audits::hidden;
use super::credentials::Signed;
use super::session::{Error, Session};
use super::views::{self, MediumView, PersonPage, PersonView, PlaceView};

impl Session {
    pub(super) fn look<T, E: From<StoreError>>(
        &self,
        look: impl FnOnce(&View<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.store.read(look)
    }

    /// The code of the site, the root of all places.
    ///
    /// # Errors
    /// When the record cannot be read; so also below.
    pub fn site(&self) -> Result<PlaceCode, Error> {
        self.look(|view| Ok(view.site()?))
    }

    /// The medium that a barcode, `#identity` or `serial:…` names.
    ///
    /// # Errors
    /// A refusal when none or more than one is meant.
    pub fn show(&self, text: &str) -> Result<MediumView, Error> {
        self.look(|view| {
            let now = self.present(view);
            let medium = resolve(view, text)?;
            Ok(views::medium(view, &medium, now)?)
        })
    }

    /// Hands every medium that the filter lets through to `each`, in the order of barcodes.
    ///
    /// # Errors
    /// When the record cannot be read, or `each` fails.
    pub fn each_medium<E: From<StoreError>>(
        &self,
        filter: &Filter,
        mut each: impl FnMut(&MediumView) -> Result<(), E>,
    ) -> Result<(), E> {
        self.look(|view| {
            let now = self.present(view);
            view.each_medium(filter, |medium| each(&views::medium(view, &medium, now)?))
        })
    }

    /// A filter for the media in a place and in all that stands in it.
    ///
    /// # Errors
    /// A refusal when there is no such place.
    pub fn filter_at(&self, code: &PlaceCode) -> Result<Filter, Error> {
        self.look(|view| Ok(Filter { at: Some(resolve_place(view, code)?.id), ..Filter::default() }))
    }

    /// All people.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn people(&self) -> Result<Vec<PersonView>, Error> {
        self.look(|view| {
            let rows = view.everybody()?;
            Ok(rows.into_iter().map(|row| PersonView { person: row.person, name: row.name }).collect())
        })
    }

    /// Who carries a badge, or carried it last, and every entry about their enrolment, roles and suspension.
    ///
    /// # Errors
    /// A refusal when nobody has the badge.
    pub fn person(&self, badge: &Badge) -> Result<PersonPage, Error> {
        let rows = self.people()?;
        let view = rows.into_iter().rev().find(|row| row.person.badge == *badge);
        let view = view.ok_or_else(|| Refusal::UnknownPerson { badge: badge.clone() })?;
        let mut history = Vec::new();
        self.each_line(None, None, None, |line| {
            // Entries about people are rare: the others are not even read.
            if !(line.contains("\"kind\":\"person_") || line.contains("\"kind\":\"temporary_badge\"")) {
                return Ok(());
            }
            let entry = decoded(line)?;
            if entry.event.data.person() == Some(badge) && entry.seq >= view.person.id.0 {
                history.push((entry, line.to_owned()));
            }
            Ok::<(), Error>(())
        })?;
        Ok(PersonPage { view, history })
    }

    /// All places, parents first.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn places(&self, reader: Option<&Signed>) -> Result<Vec<PlaceView>, Error> {
        self.look(|view| {
            let mut all: Vec<PlaceView> = Vec::new();
            let hidden = hidden(view, reader)?;
            let tree = if hidden.is_empty() { Tree::default() } else { view.tree()? };
            view.each_place(|place, media| {
                let counted = |audit: &Audit| audit.scope.is_none_or(|scope| tree.within(place.id, scope));
                let media = (!hidden.iter().any(counted)).then_some(media);
                let parent = views::place_code(view, place.parent)?;
                all.push(PlaceView { place, parent, media });
                Ok::<(), StoreError>(())
            })?;
            Ok(all)
        })
    }

    /// The policy in force.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn policy(&self) -> Result<Policy, Error> {
        self.look(|view| Ok(view.policy().clone()))
    }

    /// The identity of the medium that a text names, for [`Self::each_line`].
    ///
    /// # Errors
    /// A refusal when none or more than one is meant. A barcode that was replaced names its medium still.
    pub fn medium_id(&self, text: &str) -> Result<MediumId, Error> {
        self.look(|view| match resolve(view, text) {
            Ok(medium) => Ok(medium.id),
            Err(Stop::Refused(refusal)) => {
                if let Refusal::OldBarcode { new, .. } = &*refusal {
                    return Ok(resolve(view, new.as_str())?.id);
                }
                Err(Error::Refused(refusal))
            }
            Err(stop) => Err(stop.into()),
        })
    }

    /// Hands the stored lines of the log, or of one medium's chain, to `each`, which may take as long as it likes.
    ///
    /// # Errors
    /// When the record cannot be read, or `each` fails.
    pub fn each_line<E: From<StoreError>>(
        &self,
        medium: Option<MediumId>,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        each: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        self.store.each_line(medium, since, until, each)
    }

    /// As [`Self::each_line`], decoded.
    ///
    /// # Errors
    /// When the record cannot be read, an entry is not in its form, or `each` fails.
    pub fn each_entry<E: From<StoreError>>(
        &self,
        medium: Option<MediumId>,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        mut each: impl FnMut(&Entry, &str) -> Result<(), E>,
    ) -> Result<(), E> {
        self.each_line(medium, since, until, |line| each(&decoded(line)?, line))
    }

    /// As [`Self::each_line`], cut into parts.
    ///
    /// # Errors
    /// As for [`Self::each_entry`].
    pub fn each_parts<E: From<StoreError>>(
        &self,
        medium: Option<MediumId>,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        mut each: impl FnMut(&Parts<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let bad = |error| StoreError::Damaged(format!("event.body: {error}"));
        self.each_line(medium, since, until, |line| each(&Parts::of(line).map_err(bad)?))
    }

    /// The text behind an identity in `kept`; none if it was forgotten.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn kept_text(&self, id: crate::domain::names::Kept) -> Result<Option<String>, Error> {
        self.look(|view| Ok(view.kept_text(id)?))
    }
}

/// A stored line as an entry.
pub(super) fn decoded(line: &str) -> Result<Entry, StoreError> {
    Entry::decode(line).map_err(|error| StoreError::Damaged(format!("event.body: {error}")))
}

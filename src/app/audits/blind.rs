//! Counting is blind: while a place is being counted, who counts it is given no list of it, and neither is whoever
//! does not say who they are, for that may be a counter.

use crate::domain::audit::Audit;
use crate::domain::names::PlaceId;
use crate::domain::refusal::{AuditRefusal, Refusal};
use crate::domain::world::World as _;
use crate::store::View;

use super::super::credentials::Signed;
use super::super::session::{Error, Session};

/// Whether a stocktake keeps its lists from this reader.
fn hides(view: &View<'_>, audit: &Audit, reader: Option<&Signed>) -> Result<bool, Error> {
    let Some(reader) = reader else { return Ok(true) };
    let person = view.person_by_badge(reader.badge())?;
    Ok(match person {
        None => true,
        Some(person) => view.is_counter(audit.id, person.id)?,
    })
}

/// What is being counted and kept from this reader; none where nothing is.
pub(in crate::app) fn hidden(view: &View<'_>, reader: Option<&Signed>) -> Result<Vec<Audit>, Error> {
    let mut all = Vec::new();
    for audit in view.open_audits()? {
        if hides(view, &audit, reader)? {
            all.push(audit);
        }
    }
    Ok(all)
}

impl Session {
    /// Refuses a list of the media in this place, or in the whole site, where a part of it is being counted.
    ///
    /// # Errors
    /// The refusal; or the record cannot be read.
    pub fn may_list(&self, reader: Option<&Signed>, at: Option<PlaceId>) -> Result<(), Error> {
        self.look(|view| {
            let hidden = hidden(view, reader)?;
            if hidden.is_empty() {
                return Ok(());
            }
            let tree = view.tree()?;
            let meets = |audit: &Audit| {
                let both = audit.scope.zip(at);
                both.is_none_or(|(scope, at)| tree.within(scope, at) || tree.within(at, scope))
            };
            match hidden.into_iter().find(meets) {
                None => Ok(()),
                Some(audit) => {
                    let badge = reader.map(|reader| reader.badge().clone());
                    Err(Refusal::from(AuditRefusal::Blind { audit: audit.id, badge }).into())
                }
            }
        })
    }
}

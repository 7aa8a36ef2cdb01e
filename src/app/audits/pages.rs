//! Stocktakes as they are shown: while they are counted, without what they expect; afterwards, as a certificate.

use std::collections::HashSet;

use crate::domain::audit::judge::Tree;
use crate::domain::audit::{Audit, AuditState, Class, Finding, Tally};
use crate::domain::custody::State;
use crate::domain::event::{Data, How, LabelTrouble};
use crate::domain::names::{AuditId, Barcode, Digest, IncidentId, PlaceCode, PlaceId};
use crate::domain::place::PlaceKind;
use crate::domain::refusal::{AuditRefusal, Refusal};
use crate::domain::time::Timestamp;
use crate::domain::world::World as _;
use crate::store::{CounterRow, StoreError, Sums, View};

use super::super::session::{Error, Session};
use super::super::views::{self, Custodian};
use super::{barcode, code};

/// The most stocktakes that a list gives at once.
const MOST: u32 = 500;

/// One stocktake, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditView {
    /// The stocktake. While it is counted, how many media it expects is not for its counters.
    pub audit: Audit,
    /// What it counts; none for the whole site.
    pub scope: Option<PlaceCode>,
    /// Who opened it.
    pub opened_by: Option<Custodian>,
    /// Who closed it.
    pub closed_by: Option<Custodian>,
    /// The second person at the closing.
    pub closed_with: Option<Custodian>,
    /// The sums, once it is closed.
    pub tally: Option<Tally>,
    /// How many media were read in it.
    pub seen: u64,
}

/// One counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    /// Who.
    pub who: Option<Custodian>,
    /// Whether in the second count.
    pub second: bool,
    /// How many labels.
    pub labels: u64,
    /// When the first.
    pub first: Timestamp,
    /// When the last.
    pub last: Timestamp,
}

/// What was read at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceCount {
    /// The place.
    pub place: PlaceCode,
    /// How many media.
    pub media: u64,
}

/// How far the counters have come: what was read, never what is expected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many places something was read in.
    pub visited: u64,
    /// How many places there are.
    pub places: u64,
}

/// A stocktake while it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counting {
    /// The stocktake.
    pub view: AuditView,
    /// Who has counted.
    pub counters: Vec<Counter>,
    /// How many labels by which means.
    pub grades: Vec<(How, u64)>,
    /// What was read where.
    pub places: Vec<PlaceCount>,
    /// How many of all places.
    pub progress: Progress,
    /// How many labels were read that name no medium.
    pub strays: u64,
}

/// A line of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// The medium.
    pub barcode: Barcode,
    /// Whether it was expected.
    pub expected: bool,
    /// What was found.
    pub class: Class,
    /// Whether nothing about it is unresolved.
    pub passes: bool,
    /// Its state at the opening.
    pub state: State,
    /// Its place then.
    pub place: Option<PlaceCode>,
    /// Its custodian then.
    pub custodian: Option<Custodian>,
    /// Where it was read.
    pub seen: Option<PlaceCode>,
    /// Where else it was read.
    pub also: Option<PlaceCode>,
    /// Who read it.
    pub counter: Option<Custodian>,
    /// By what means.
    pub how: Option<How>,
    /// Who put the record right.
    pub settled_by: Option<Custodian>,
    /// The incident under which it is missing.
    pub incident: Option<IncidentId>,
}

/// A label that names no medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// What was read.
    pub text: String,
    /// Where.
    pub place: Option<PlaceCode>,
    /// Why it names none.
    pub why: LabelTrouble,
    /// Who read it.
    pub counter: Option<Custodian>,
}

/// A stocktake with all that its certificate tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// The stocktake.
    pub view: AuditView,
    /// Who has counted.
    pub counters: Vec<Counter>,
    /// How many of all places.
    pub progress: Progress,
    /// What a certificate names.
    pub lines: Vec<AuditLine>,
    /// Labels that name no medium.
    pub strays: Vec<Stray>,
    /// The head of the log at the closing: the entry that closed it, and its hash.
    pub closing: Option<(u64, Digest)>,
}

/// A vault and the day by which it must be audited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The vault.
    pub place: PlaceCode,
    /// When it was last certified whole.
    pub audited: Option<Timestamp>,
    /// By when it must be again.
    pub due: Timestamp,
    /// Whether that day was set apart from the policy.
    pub set: bool,
    /// Whether it is past.
    pub over: bool,
}

pub(super) fn view(view: &View<'_>, audit: Audit) -> Result<AuditView, StoreError> {
    let seen = view.counted_media(audit.id)?;
    of(view, audit, seen)
}

/// A stocktake in which so many media were read.
fn of(view: &View<'_>, audit: Audit, seen: u64) -> Result<AuditView, StoreError> {
    let closing = match audit.closing {
        Some(seq) => view.entry(seq)?.map(|entry| entry.event.data),
        None => None,
    };
    let tally = match closing {
        Some(Data::AuditCertified { tally, .. } | Data::AuditRefused { tally, .. }) => Some(tally),
        _ => None,
    };
    Ok(AuditView {
        scope: code(view, audit.scope)?,
        opened_by: views::custodian(view, Some(audit.opened_by))?,
        closed_by: views::custodian(view, audit.closed_by)?,
        closed_with: views::custodian(view, audit.closed_with)?,
        tally,
        seen,
        audit,
    })
}

fn counters(view: &View<'_>, audit: AuditId, rows: &[CounterRow]) -> Result<Vec<Counter>, StoreError> {
    rows.iter()
        .map(|row| {
            let who = views::custodian(view, Some(row.person))?;
            let second = !view.counts_in(audit, row.person, true)?;
            Ok(Counter { who, second, labels: row.labels, first: row.first, last: row.last })
        })
        .collect()
}

/// Of the places in the scope those in which something was read: itself, in something within it, or around it.
fn progress(view: &View<'_>, audit: &Audit, sums: &Sums) -> Result<Progress, StoreError> {
    let (places, mut tree) = (view.places()?, Tree::default());
    for place in &places {
        tree.add(place);
    }
    let mut read: HashSet<PlaceId> = sums.places.iter().map(|(place, _)| *place).collect();
    // What was read without saying where has visited no place.
    if let Some(site) = places.iter().find(|place| place.kind == PlaceKind::Site) {
        read.remove(&site.id);
    }
    let around: HashSet<PlaceId> = read.iter().flat_map(|place| tree.outward(*place)).collect();
    let mut told = Progress::default();
    for place in places.iter().filter(|place| !place.retired && place.kind != PlaceKind::Site) {
        if audit.scope.is_none_or(|scope| tree.within(place.id, scope)) {
            let visited = around.contains(&place.id) || place.parent.is_some_and(|one| read.contains(&one));
            told.places += 1;
            told.visited += u64::from(visited);
        }
    }
    Ok(told)
}

fn line(view: &View<'_>, audit: &Audit, found: Finding) -> Result<Option<AuditLine>, StoreError> {
    let Some(barcode) = barcode(view, found.medium)? else { return Ok(None) };
    let missing = matches!(found.class, Class::KnownMissing | Class::NotFound);
    let end = audit.closing.unwrap_or(u64::MAX);
    Ok(Some(AuditLine {
        barcode,
        expected: found.expected,
        class: found.class,
        passes: found.passes(),
        state: found.stood.state,
        place: code(view, found.stood.place)?,
        custodian: views::custodian(view, found.stood.custodian)?,
        seen: code(view, found.seen)?,
        also: code(view, found.also)?,
        counter: views::custodian(view, found.counter)?,
        how: found.how,
        settled_by: views::custodian(view, found.settled_by)?,
        incident: if missing { incident(view, found.medium, end)? } else { None },
    }))
}

/// The incident of a medium's last declaration as missing before an entry.
fn incident(
    view: &View<'_>,
    medium: crate::domain::names::MediumId,
    end: u64,
) -> Result<Option<IncidentId>, StoreError> {
    let mut found = None;
    view.each_before(medium, end.min(crate::domain::names::MAX_INTEGER), |entry| {
        if let Data::DeclareMissing { incident, .. } = entry.event.data {
            found = incident;
            return false;
        }
        true
    })?;
    Ok(found)
}

fn known(view: &View<'_>, id: AuditId) -> Result<Audit, Error> {
    let audit = view.audit(id)?;
    Ok(audit.ok_or(AuditRefusal::Unknown { audit: id }).map_err(Refusal::from)?)
}

impl Session {
    /// Stocktakes, the newest first, before a number; at most 500.
    ///
    /// # Errors
    /// When the record cannot be read. So also below.
    pub fn audits(&self, before: Option<AuditId>) -> Result<Vec<AuditView>, Error> {
        self.look(|look| {
            let all = look.audits(before, MOST)?.into_iter();
            all.map(|audit| Ok(view(look, audit)?)).collect()
        })
    }

    /// The stocktakes that are being counted, oldest first.
    ///
    /// # Errors
    /// As for [`Self::audits`].
    pub fn open_audits(&self) -> Result<Vec<AuditView>, Error> {
        self.look(|look| {
            let all = look.open_audits()?.into_iter();
            all.map(|audit| Ok(view(look, audit)?)).collect()
        })
    }

    /// How far a count has come.
    ///
    /// # Errors
    /// A refusal when there is no such stocktake.
    pub fn counting(&self, id: AuditId) -> Result<Counting, Error> {
        self.look(|look| {
            let audit = known(look, id)?;
            let sums = look.sums(id)?;
            let mut places = Vec::new();
            for (place, media) in sums.places.iter().copied() {
                places.extend(code(look, Some(place))?.map(|place| PlaceCount { place, media }));
            }
            Ok(Counting {
                counters: counters(look, id, &sums.counters)?,
                places,
                progress: progress(look, &audit, &sums)?,
                strays: look.stray_labels(id)?.len() as u64,
                view: of(look, audit, sums.media)?,
                grades: sums.grades,
            })
        })
    }

    /// How far this count has come, or the only one there is; none if there is none, or several.
    ///
    /// # Errors
    /// As for [`Self::counting`].
    pub fn counting_now(&self, audit: Option<AuditId>) -> Result<Option<Counting>, Error> {
        let id = match audit {
            Some(id) => Some(id),
            None => self.look(|look| {
                let open = look.open_audits()?;
                Ok::<_, Error>(open.first().filter(|_| open.len() == 1).map(|audit| audit.id))
            })?,
        };
        id.map(|id| self.counting(id)).transpose()
    }

    /// A stocktake as its certificate tells it; while it is counted, nothing that was found or is expected.
    ///
    /// # Errors
    /// A refusal when there is no such stocktake.
    pub fn audit(&self, id: AuditId) -> Result<AuditPage, Error> {
        self.look(|look| {
            let audit = known(look, id)?;
            let sums = look.sums(id)?;
            let (mut lines, mut strays) = (Vec::new(), Vec::new());
            let closed = matches!(audit.state, AuditState::Certified | AuditState::Refused);
            if closed {
                look.each_finding(id, |found| {
                    lines.extend(line(look, &audit, found)?);
                    Ok::<(), StoreError>(())
                })?;
                // What is unresolved comes first: it is why somebody looks.
                lines.sort_by_key(|line| line.passes);
                for label in look.stray_labels(id)? {
                    let (text, why) = (label.text.to_string(), label.why);
                    let place = code(look, label.place)?;
                    let counter = views::custodian(look, label.counter)?;
                    strays.push(Stray { text, place, why, counter });
                }
            }
            let closing = match audit.closing {
                Some(seq) => look.hash_of(seq)?.map(|hash| (seq, hash)),
                None => None,
            };
            let (counters, progress) = (counters(look, id, &sums.counters)?, progress(look, &audit, &sums)?);
            Ok(AuditPage { view: of(look, audit, sums.media)?, counters, progress, lines, strays, closing })
        })
    }

    /// The vaults with the days by which they must be audited, the most urgent first.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn audits_due(&self) -> Result<Vec<Due>, Error> {
        self.look(|look| {
            let now = self.present(look);
            let days = look.policy().vault_audit_days;
            let vaults = look.vaults()?.into_iter();
            let due = vaults.filter_map(|vault| {
                let due = vault.due(days)?;
                let (set, over) = (vault.audit_due.is_some(), due < now);
                Some(Due { place: vault.code, audited: vault.audited, due, set, over })
            });
            let mut all: Vec<Due> = due.collect();
            all.sort_by(|a, b| a.due.cmp(&b.due).then_with(|| a.place.cmp(&b.place)));
            Ok(all)
        })
    }
}

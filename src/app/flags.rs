//! The flags of the whole ledger at this moment: one line for each medium that needs a person, one for each
//! place where many only wait for the next stocktake.

use crate::domain::flag::{FlagKind, Severity, audit_horizon};
use crate::domain::names::{Barcode, OrderId, PlaceCode};
use crate::domain::time::{DAY, Timestamp};
use crate::domain::world::World;
use crate::store::{Filter, StoreError, Summary, View};

use super::session::{Error, Session};
use super::views::{self, Custodian};

/// One line of the list of flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagLine {
    /// The medium; none where the line is about all media of a place.
    pub barcode: Option<Barcode>,
    /// How many media it is about.
    pub count: u64,
    /// What is wrong.
    pub kind: FlagKind,
    /// How much it matters.
    pub severity: Severity,
    /// Since when.
    pub since: Timestamp,
    /// The place, or the last one known.
    pub place: Option<PlaceCode>,
    /// Who has it in hand, or had it last.
    pub custodian: Option<Custodian>,
    /// Who is answerable: the custodian, else who brought it where the record puts it; for a check-out without an
    /// order that nobody has ratified, who took it out.
    pub answerable: Option<Custodian>,
    /// Where it was seen against the record.
    pub seen: Option<PlaceCode>,
    /// The order it is out under.
    pub order: Option<OrderId>,
}

/// The numbers that monitoring wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The site's code.
    pub site: PlaceCode,
    /// Media by state.
    pub states: Vec<(String, u64)>,
    /// When the last entry was recorded.
    pub last: Option<Timestamp>,
}

impl Session {
    /// All flags of at least this severity, the gravest and oldest first.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn flags(&self, min: Severity) -> Result<Vec<FlagLine>, Error> {
        self.look(|view| {
            let now = self.present(view);
            let mut lines = Vec::new();
            let watched = Filter { outside: true, weighed: true, ..Filter::default() };
            view.each_medium(&watched, |medium| {
                let mut flags = views::flags(view, &medium, now)?;
                flags.retain(|flag| flag.severity >= min && !flag.kind.is_by_place());
                if flags.is_empty() {
                    return Ok(());
                }
                // What all flags of a medium have in common is looked up once.
                let custodian = views::custodian(view, medium.custody.custodian())?;
                let place = views::place_code(view, medium.custody.place())?;
                let brought = match &custodian {
                    Some(who) => Some(who.clone()),
                    None => views::custodian(view, medium.stepped_by)?,
                };
                for flag in flags {
                    let without = medium.overrides.first().filter(|_| flag.kind == FlagKind::Override);
                    let answerable = match without {
                        Some(one) => views::custodian(view, Some(one.by))?,
                        None => brought.clone(),
                    };
                    let wrong = medium.discrepancy.filter(|_| flag.kind == FlagKind::Discrepancy);
                    lines.push(FlagLine {
                        barcode: Some(medium.barcode.clone()),
                        count: 1,
                        kind: flag.kind,
                        severity: flag.severity,
                        since: flag.since,
                        place: place.clone(),
                        custodian: custodian.clone(),
                        answerable,
                        seen: views::place_code(view, wrong.map(|wrong| wrong.place))?,
                        order: medium.custody.outing().and_then(|outing| outing.leave.order()),
                    });
                }
                Ok::<(), StoreError>(())
            })?;
            if min <= Severity::Warning {
                let days = i64::try_from(view.policy().audit_interval_days).unwrap_or(i64::MAX);
                for sum in view.audit_due(audit_horizon(view.policy(), now))? {
                    let sum = Summary { since: sum.since.plus(days.saturating_mul(DAY)), ..sum };
                    lines.push(by_place(view, FlagKind::AuditDue, Severity::Warning, sum)?);
                }
                vaults_due(view, now, &mut lines)?;
            }
            if min <= Severity::Notice {
                for sum in view.never_seen()? {
                    lines.push(by_place(view, FlagKind::NeverSeen, Severity::Notice, sum)?);
                }
            }
            // The keys are sorted, not the lines, which are long.
            lines.sort_by_cached_key(|line| {
                (std::cmp::Reverse(line.severity), line.since, line.barcode.clone())
            });
            Ok(lines)
        })
    }

    /// How many flags of each severity there are, without naming them: notice, warning, critical.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn count_flags(&self) -> Result<[u64; 3], Error> {
        self.look(|view| {
            let now = self.present(view);
            let mut counts = [0; 3];
            let mut add = |severity: Severity, more: u64| {
                if let Some(count) = counts.get_mut(severity as usize) {
                    *count += more;
                }
            };
            view.each_medium(&Filter { outside: true, weighed: true, ..Filter::default() }, |medium| {
                let own = views::flags(view, &medium, now)?;
                own.iter().filter(|flag| !flag.kind.is_by_place()).for_each(|flag| add(flag.severity, 1));
                Ok::<(), StoreError>(())
            })?;
            let mut due = Vec::new();
            vaults_due(view, now, &mut due)?;
            add(Severity::Warning, due.len() as u64);
            view.audit_due(audit_horizon(view.policy(), now))?
                .iter()
                .for_each(|sum| add(Severity::Warning, sum.count));
            view.never_seen()?.iter().for_each(|sum| add(Severity::Notice, sum.count));
            Ok(counts)
        })
    }

    /// The numbers for monitoring.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn tally(&self) -> Result<Tally, Error> {
        let site = self.site()?;
        self.look(|view| Ok(Tally { site, states: view.count_by_state()?, last: view.clock().last }))
    }
}

/// The vaults whose day for a stocktake is past. One whose own media wait for it already has its line.
fn vaults_due(view: &View<'_>, now: Timestamp, lines: &mut Vec<FlagLine>) -> Result<(), StoreError> {
    for vault in view.vaults()? {
        let Some(since) = vault.due(view.policy().vault_audit_days).filter(|due| *due < now) else {
            continue;
        };
        let same =
            |line: &FlagLine| line.kind == FlagKind::AuditDue && line.place.as_ref() == Some(&vault.code);
        if lines.iter().any(same) {
            continue;
        }
        let sum = Summary { place: Some(vault.id), count: view.count_in(vault.id)?, since };
        lines.push(by_place(view, FlagKind::AuditDue, Severity::Warning, sum)?);
    }
    Ok(())
}

fn by_place(
    view: &View<'_>,
    kind: FlagKind,
    severity: Severity,
    sum: Summary,
) -> Result<FlagLine, StoreError> {
    Ok(FlagLine {
        barcode: None,
        count: sum.count,
        kind,
        severity,
        since: sum.since,
        place: views::place_code(view, sum.place)?,
        custodian: None,
        answerable: None,
        seen: None,
        order: None,
    })
}

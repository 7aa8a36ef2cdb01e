//! Flags: what a person must look at, computed from the state, the policy and the time, never stored.

use super::custody::{Custody, Leave, Outing};
use super::medium::Medium;
use super::order::{Order, OrderState};
use super::policy::Policy;
use super::time::{DAY, HOUR, Timestamp};

super::words! {
    /// How much a flag matters.
    Severity {
        /// To know.
        Notice = "notice",
        /// To act on soon.
        Warning = "warning",
        /// To act on now.
        Critical = "critical",
    }
}

super::words! {
    /// What is wrong.
    FlagKind {
        /// The chain ends outside a vault.
        Outside = "outside",
        /// Past the due time.
        Overdue = "overdue",
        /// Ejected, and not in a vault within the grace.
        EjectedNotVaulted = "ejected_not_vaulted",
        /// Outside without an approved order in force.
        NoOrder = "no_order",
        /// Taken out without an order in an emergency, and nobody has ratified it.
        Override = "override",
        /// In a drive for too long.
        InDeviceTooLong = "in_device_too_long",
        /// Declared missing and not found.
        Missing = "missing",
        /// Seen where the record does not put it.
        Discrepancy = "discrepancy",
        /// No label of it was ever read.
        NeverSeen = "never_seen",
        /// Not physically seen within the audit interval.
        AuditDue = "audit_due",
    }
}

impl FlagKind {
    /// Whether it is shown as one line for each place instead of one for each medium.
    #[must_use]
    pub const fn is_by_place(self) -> bool {
        matches!(self, Self::NeverSeen | Self::AuditDue)
    }
}

/// One flag of one medium.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag {
    /// What is wrong.
    pub kind: FlagKind,
    /// How much it matters.
    pub severity: Severity,
    /// Since when it is so.
    pub since: Timestamp,
}

/// The gravest of a medium's flags, and of several the one that began first.
#[must_use]
pub fn gravest(flags: &[Flag]) -> Option<Flag> {
    let weight = |flag: &Flag| (std::cmp::Reverse(flag.severity), flag.since, std::cmp::Reverse(flag.kind));
    flags.iter().copied().min_by_key(weight)
}

fn millis(count: u64, unit: i64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).saturating_mul(unit)
}

/// The moment before which a medium's last reading is too old.
#[must_use]
pub fn audit_horizon(policy: &Policy, now: Timestamp) -> Timestamp {
    now.plus(-millis(policy.audit_interval_days, DAY))
}

/// Since when a medium is outside without an order in force, if it is; `order` is the one it is out under.
fn no_order(outing: &Outing, policy: &Policy, order: Option<&Order>, now: Timestamp) -> Option<Timestamp> {
    match outing.leave {
        // An override is flagged by itself, until an approver ratifies it.
        Leave::Intake | Leave::Override(_) => None,
        Leave::None => policy.order_required.then_some(outing.left),
        Leave::Order(_) => {
            // What comes out again after the closing, by a step taken back, is out without one since then.
            let closed = |order: &Order| order.decided.filter(|_| order.state != OrderState::Approved);
            let ended = order.map(|order| closed(order).unwrap_or(order.until).min(order.until));
            ended.filter(|ended| *ended <= now)
        }
    }
}

/// All flags of one medium at one moment, `order` being the one it is out under. Media at rest, seen in time
/// and undisputed have none.
#[must_use]
pub fn flags(medium: &Medium, policy: &Policy, order: Option<&Order>, now: Timestamp) -> Vec<Flag> {
    let mut out = Vec::new();
    let mut add = |kind, severity, since| out.push(Flag { kind, severity, since });
    for one in medium.overrides.iter() {
        add(FlagKind::Override, Severity::Critical, one.at);
    }
    match &medium.custody {
        Custody::Destroyed { .. } => {
            // It is there no more, and yet somebody has read its label.
            if let Some(found) = medium.discrepancy {
                add(FlagKind::Discrepancy, Severity::Critical, found.since);
            }
            return out;
        }
        Custody::Missing { since, .. } => add(FlagKind::Missing, Severity::Critical, *since),
        custody @ (Custody::Vaulted { .. } | Custody::InHand { .. } | Custody::InDevice { .. }) => {
            if let Some(outing) = custody.outing() {
                add(FlagKind::Outside, Severity::Notice, outing.left);
                if let Some(since) = no_order(outing, policy, order, now) {
                    add(FlagKind::NoOrder, Severity::Critical, since);
                }
                if now > outing.due {
                    let late = now.since(outing.due);
                    let allowed = outing.due.since(outing.left).max(0);
                    let severity = if late > allowed { Severity::Critical } else { Severity::Warning };
                    add(FlagKind::Overdue, severity, outing.due);
                }
                if let Some(ejected) = outing.ejected {
                    let limit = ejected.plus(millis(policy.eject_grace_hours, HOUR));
                    if now > limit {
                        add(FlagKind::EjectedNotVaulted, Severity::Critical, limit);
                    }
                }
                let limit = custody.since().plus(millis(policy.in_device_days, DAY));
                if matches!(custody, Custody::InDevice { .. }) && now > limit {
                    add(FlagKind::InDeviceTooLong, Severity::Warning, limit);
                }
            }
        }
    }
    if let Some(found) = medium.discrepancy {
        add(FlagKind::Discrepancy, Severity::Critical, found.since);
    }
    if medium.seen.is_none() {
        add(FlagKind::NeverSeen, Severity::Notice, medium.registered);
    }
    let read = medium.read_at.unwrap_or(medium.registered);
    if read < audit_horizon(policy, now) {
        let limit = read.plus(millis(policy.audit_interval_days, DAY));
        add(FlagKind::AuditDue, Severity::Warning, limit);
    }
    out
}

//! The rules: is this event legal after all that came before it, and what does it change?
//!
//! [`step`] is asked twice in an event's life: by [`decide`](super::decide::decide) before it is recorded,
//! and by the replay of `verify` ever after, with the policy that was then in force. The rules of an old
//! version are never tightened; stricter ones get a new version number in the first event.

mod admin;
mod audits;
mod credentials;
mod custody;
mod exceptions;
mod intake;
mod lookup;
mod orders;

pub use audits::{reckon, scope_of};
pub use intake::usual_due;
pub use lookup::{holding, resolve_place, standing};
pub use orders::{gate, in_force};

use super::audit::{Audit, Count, Finding, StrayLabel};
use super::custody::State;
use super::event::{Data, Event, How, Kind};
use super::medium::{Discrepancy, Medium};
use super::names::{AuditId, LedgerId, MediumId, SiteName};
use super::order::{Line, Order};
use super::person::{Person, Role};
use super::place::Place;
use super::policy::Policy;
use super::refusal::{AuditRefusal, OrderRefusal, Refusal};
use super::separation::Separation;
use super::time::{DAY, Timestamp};
use super::world::World;

/// The version of the rules that this program writes.
pub const RULES: u64 = 1;

/// Why a step does not happen: the rules say no, or the record could not be asked.
#[derive(Debug)]
pub enum Stop<E> {
    /// The rules say no.
    Refused(Box<Refusal>),
    /// The record could not be read.
    Failed(E),
}

impl<E> From<Refusal> for Stop<E> {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl<E> From<OrderRefusal> for Stop<E> {
    fn from(refusal: OrderRefusal) -> Self {
        Refusal::from(refusal).into()
    }
}

impl<E> From<AuditRefusal> for Stop<E> {
    fn from(refusal: AuditRefusal) -> Self {
        Refusal::from(refusal).into()
    }
}

/// What an event changes in the projections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The ledger is open under this identity, site and policy.
    Opened {
        /// Its identity.
        ledger: LedgerId,
        /// Its site.
        site: SiteName,
        /// Its policy.
        policy: Policy,
    },
    /// The medium is now so; `before` is what it was, none if it is new.
    Medium {
        /// The medium before the step.
        before: Option<Box<Medium>>,
        /// The medium after it.
        after: Box<Medium>,
        /// How far the order that it counts under has come with it now, if that has changed.
        line: Option<Line>,
        /// What was counted with it.
        count: Option<(AuditId, Count)>,
    },
    /// The order is now so.
    Order(Box<OrderChange>),
    /// The stocktake is now so.
    Audit(Box<AuditChange>),
    /// These labels were counted.
    Counted(AuditId, Vec<Count>),
    /// A label was read in a count that names no medium.
    Stray(AuditId, StrayLabel),
    /// The person is now so.
    Person(Person),
    /// The place is now so.
    Place(Place),
    /// The policy is now so.
    Policy(Policy),
    /// Nothing but the log changes.
    None,
}

/// An order after a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderChange {
    /// The order.
    pub order: Order,
    /// The media that it lists, if it is new.
    pub lines: Vec<MediumId>,
    /// The standing order that it is a night of, if that has changed with it.
    pub parent: Option<Order>,
}

/// A stocktake after a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditChange {
    /// The stocktake.
    pub audit: Audit,
    /// The media that were drawn, if it is a sample that was opened now.
    pub sample: Vec<MediumId>,
    /// What it found and a certificate names, if it was closed now.
    pub findings: Vec<Finding>,
    /// What media were seen by the labels that came in from files, if it was closed now.
    pub seen: Vec<Absorbed>,
    /// The vaults that were certified whole.
    pub vaults: Vec<Place>,
}

/// What a closed stocktake tells of one medium that its own chain does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absorbed {
    /// The medium.
    pub medium: MediumId,
    /// When, where and how its label was last read, if that is news.
    pub seen: Option<(Timestamp, super::names::PlaceId, How)>,
    /// When that was proof, if that is news.
    pub read_at: Option<Timestamp>,
    /// Where it was read against the record, if that is news.
    pub wrong: Option<Discrepancy>,
}

type Outcome<T, W> = Result<T, Stop<<W as World>::Error>>;

/// The people behind a step.
struct Actors {
    by: Person,
    with: Option<Person>,
}

impl Actors {
    fn has_approver(&self) -> bool {
        self.by.roles.has(Role::Approver) || self.with.as_ref().is_some_and(|p| p.roles.has(Role::Approver))
    }
}

/// Who may take a step of this kind.
#[must_use]
pub const fn roles_for(kind: Kind) -> &'static [Role] {
    match kind {
        Kind::LedgerOpened
        | Kind::PersonEnrolled
        | Kind::PersonRoles
        | Kind::PersonSuspended
        | Kind::PersonReinstated
        | Kind::PlaceAdded
        | Kind::PlaceRetired
        | Kind::PolicyChanged
        | Kind::KeyRotated
        | Kind::Restore
        | Kind::TextsLost
        | Kind::Rebuilt => &[Role::Admin],
        Kind::CredentialSet
        | Kind::PinRefused
        | Kind::SignedOn
        | Kind::ExportMade
        | Kind::ClockHeld
        | Kind::Checkpoint
        | Kind::ClockConfirmed
        | Kind::UnknownLabel
        | Kind::Refused => Role::ALL,
        Kind::Register => &[Role::Operator, Role::Admin],
        Kind::Describe => &[Role::Operator, Role::Admin, Role::Approver],
        Kind::Sight | Kind::AuditRead => &[Role::Operator, Role::Auditor],
        Kind::IrregularAcknowledged
        | Kind::DeclareMissing
        | Kind::AuditDrawn
        | Kind::AuditOpened
        | Kind::AuditRecounted
        | Kind::AuditDueSet
        | Kind::IncidentOpened
        | Kind::AuditCertified
        | Kind::AuditRefused => &[Role::Approver, Role::Auditor],
        Kind::TemporaryBadge
        | Kind::OrderApproved
        | Kind::OrderRejected
        | Kind::OrderExtended
        | Kind::Ratify => &[Role::Approver],
        Kind::Move
        | Kind::CheckOut
        | Kind::Load
        | Kind::Eject
        | Kind::CheckIn
        | Kind::HandOver
        | Kind::TakeOver
        | Kind::ShiftHandedOver
        | Kind::OrderRequested
        | Kind::OrderNight
        | Kind::OrderClosed
        | Kind::Destroy
        | Kind::Found
        | Kind::Correct
        | Kind::Void
        | Kind::Relabel => &[Role::Operator, Role::Approver, Role::Admin],
    }
}

/// Judges the event that would become entry `seq`, and says what it changes.
///
/// # Errors
/// The refusal, if the rules and the policy in force do not allow it; or the failure to read the record.
pub fn step<W: World>(world: &W, seq: u64, event: &Event) -> Outcome<Effect, W> {
    if let Data::LedgerOpened { ledger, site, rules, policy, .. } = &event.data {
        let first = seq == 1 && *rules == RULES && event.by.is_none() && event.medium.is_none();
        return if first {
            Ok(Effect::Opened { ledger: *ledger, site: site.clone(), policy: policy.clone() })
        } else {
            Err(Refusal::Inconsistent { key: "kind" }.into())
        };
    }
    check_time(world, event)?;
    check_how(event)?;
    if let Data::Refused { .. } = event.data {
        return exceptions::refused(world, event);
    }
    if let Data::PinRefused { .. } = event.data {
        return credentials::refused(world, event);
    }
    let Some(actors) = actors(world, event)? else {
        return audits::stray(world, seq, event, None);
    };
    let kind = event.data.kind();
    if kind.is_of_audit() {
        return audits::step(world, seq, event, &actors);
    }
    if kind.is_of_medium() {
        return of_medium(world, seq, event, &actors);
    }
    if kind.is_of_order() {
        return orders::step(world, seq, event, &actors);
    }
    admin::step(world, seq, event, &actors)
}

/// Why a clock that says `now` is not believed unasked, if it is not: it is too far ahead of the last entry.
#[must_use]
pub fn too_far_ahead(policy: &Policy, last: Timestamp, now: Timestamp) -> Option<Refusal> {
    let days = policy.clock_jump_days;
    let limit = i64::try_from(days).unwrap_or(i64::MAX).saturating_mul(DAY);
    (now.since(last) > limit).then_some(Refusal::ClockAhead { last, now, days })
}

fn check_time<W: World>(world: &W, event: &Event) -> Outcome<(), W> {
    let Some(last) = world.clock().last else {
        return Err(Refusal::Inconsistent { key: "kind" }.into());
    };
    let now = event.at;
    if now < last {
        return Err(Refusal::ClockBehind { last, now }.into());
    }
    // Two people who put an old backup back stand by the clock with it: nothing may come before that entry.
    let kind = event.data.kind();
    let confirmed = kind == Kind::ClockConfirmed || (kind == Kind::Restore && event.with.is_some());
    if !confirmed && let Some(ahead) = too_far_ahead(world.policy(), last, now) {
        return Err(ahead.into());
    }
    match event.occurred {
        Some(occurred) if occurred > now => Err(Refusal::OccurredAhead { occurred, now }.into()),
        _ => Ok(()),
    }
}

/// A barcode always comes in somehow; where there is none, there is no grade either.
fn check_how(event: &Event) -> Result<(), Refusal> {
    let kind = event.data.kind();
    if kind.has_how() != event.how.is_some() {
        return Err(Refusal::Inconsistent { key: "how" });
    }
    if kind.is_of_medium() != event.medium.is_some() {
        return Err(Refusal::Inconsistent { key: "medium" });
    }
    Ok(())
}

/// The people named by an event, if they may take such a step; none for an unknown label read by nobody known.
fn actors<W: World>(world: &W, event: &Event) -> Outcome<Option<Actors>, W> {
    let kind = event.data.kind();
    let Some(badge) = &event.by else {
        return if kind == Kind::UnknownLabel {
            Ok(None)
        } else {
            Err(Refusal::NoActor { action: kind }.into())
        };
    };
    if let Data::PersonEnrolled { badge: new, roles, pin, .. } = &event.data
        && world.people().map_err(Stop::Failed)? == 0
    {
        if pin.is_none() {
            // Nobody could ever give the first person a PIN.
            return Err(Refusal::NoPin { badge: badge.clone() }.into());
        }
        return if badge == new && roles.has(Role::Admin) && event.with.is_none() {
            let (badge, id) = (badge.clone(), super::names::PersonId(0));
            let first = Person {
                id,
                badge,
                org: None,
                host_org: None,
                roles: *roles,
                suspended: false,
                until: None,
                pin: *pin,
                wrong_pins: 0,
                locked: None,
            };
            Ok(Some(Actors { by: first, with: None }))
        } else {
            Err(Refusal::RoleMissing { badge: badge.clone(), action: kind, needs: roles_for(kind) }.into())
        };
    }
    let by = lookup::acting(world, badge, event.at)?;
    let needs = roles_for(kind);
    if !by.roles.has_any(needs) {
        return Err(Refusal::RoleMissing { badge: badge.clone(), action: kind, needs }.into());
    }
    let with = match &event.with {
        None => None,
        Some(with) => Some(lookup::acting(world, with, event.at)?),
    };
    if let Some(with) = &with {
        let destroys = kind == Kind::Destroy;
        let row = if destroys { Separation::DestroyerCertifier } else { Separation::ActorWitness };
        row.check(world.policy(), by.id, (with.id, &with.badge))?;
    }
    Ok(Some(Actors { by, with }))
}

fn of_medium<W: World>(world: &W, seq: u64, event: &Event, actors: &Actors) -> Outcome<Effect, W> {
    if let Data::Register { .. } = event.data {
        return intake::register(world, seq, event, actors);
    }
    let before = lookup::medium(world, event)?;
    let kind = event.data.kind();
    // It is there no more to be described or seen; if it is, the record is put right by two people.
    let counts = matches!(event.data, Data::Sight { audit: Some(_), .. });
    if before.custody.state() == State::Destroyed && matches!(kind, Kind::Describe | Kind::Sight) && !counts {
        let holding = lookup::holding(world, &before)?;
        return Err(Refusal::WrongState { action: kind, holding }.into());
    }
    let mut after = before.clone();
    after.mseq += 1;
    let mut line = None;
    let seen_at = if kind == Kind::Describe {
        intake::describe(&mut after, event)?
    } else if kind == Kind::Move || kind.is_voidable() {
        custody::step(world, seq, event, actors, &mut after, &mut line)?
    } else {
        exceptions::step(world, seq, event, actors, &mut after, &mut line)?
    };
    let count = audits::counted(world, seq, event, (&actors.by, before.id))?;
    // A step that changes nothing of its custody leaves the step before it to be taken back.
    if !kind.is_voidable() && kind != Kind::Ratify {
        after.prior = None;
    }
    if kind.is_physical() {
        let proof = kind != Kind::Sight || !lookup::counts_own(world, &before, Some(actors.by.id));
        lookup::witness(&mut after, event, seen_at, proof, count.is_none());
    }
    if after.custody != before.custody {
        after.stepped_by = Some(actors.by.id);
    }
    Ok(Effect::Medium { before: Some(Box::new(before)), after: Box::new(after), line, count })
}

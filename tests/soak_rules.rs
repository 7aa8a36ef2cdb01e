//! What the model has against a step with a medium, verb by verb, as the custody model has it. Everything that speaks
//! against it is named: which of it the program names first is its own affair.

use kuraban::domain::audit::AuditState;
use kuraban::domain::custody::State;
use kuraban::domain::event::{How, Kind};
use kuraban::domain::person::Role;
use kuraban::domain::place::PlaceKind;

use crate::soak_acts::{Tell, Verb};
use crate::soak_model::{Custody, Described, HOUR, Id, MINUTE, Medium, Model, Moment, Order};
use crate::soak_world::{No, Pair};

/// A scan: who, what is to be done, and how the label came in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scan<'a> {
    pub(crate) pair: Pair<'a>,
    pub(crate) text: &'a str,
    pub(crate) verb: &'a Verb,
    pub(crate) how: How,
    pub(crate) occurred: Option<Moment>,
    /// The stocktake in which it is counted.
    pub(crate) audit: Option<Id>,
}

impl Verb {
    /// The kind of its entry.
    pub(crate) const fn kind(&self) -> Kind {
        match self {
            Self::Register { .. } => Kind::Register,
            Self::Describe(_) => Kind::Describe,
            Self::Move(_) => Kind::Move,
            Self::CheckOut { .. } => Kind::CheckOut,
            Self::Load(_) => Kind::Load,
            Self::Eject => Kind::Eject,
            Self::CheckIn(_) => Kind::CheckIn,
            Self::HandOver(_) => Kind::HandOver,
            Self::TakeOver => Kind::TakeOver,
            Self::Ratify => Kind::Ratify,
            Self::Destroy => Kind::Destroy,
            Self::Sight(_) => Kind::Sight,
            Self::Missing => Kind::DeclareMissing,
            Self::Found(_) => Kind::Found,
            Self::Correct { .. } => Kind::Correct,
            Self::Void => Kind::Void,
            Self::Relabel(_) => Kind::Relabel,
        }
    }

    /// The place that it names.
    pub(crate) const fn place(&self) -> Option<&'static str> {
        match self {
            Self::Move(place)
            | Self::Load(place)
            | Self::CheckIn(place)
            | Self::Sight(place)
            | Self::Found(place) => Some(place),
            Self::Register { place, .. } | Self::Correct { place, .. } => *place,
            Self::Describe(_)
            | Self::CheckOut { .. }
            | Self::Eject
            | Self::HandOver(_)
            | Self::TakeOver
            | Self::Ratify
            | Self::Destroy
            | Self::Missing
            | Self::Void
            | Self::Relabel(_) => None,
        }
    }
}

impl Tell {
    /// What is on a medium after it was told.
    pub(crate) fn after(self, before: Option<&Described>) -> Described {
        let old = before.cloned().unwrap_or(Described {
            class: "data",
            system: None,
            from: None,
            until: None,
            encrypted: "unknown",
            hold: false,
        });
        Described {
            class: self.class.unwrap_or(old.class),
            system: self.system.map(str::to_owned).or(old.system),
            from: self.from.or(old.from),
            until: self.until.or(old.until),
            encrypted: self.encrypted.unwrap_or(old.encrypted),
            hold: self.hold.unwrap_or(old.hold),
        }
    }
}

/// What the rules say where something is so.
fn when(is_so: bool, why: &'static str) -> Option<&'static str> {
    is_so.then_some(why)
}

fn against_telling(medium: &Medium, tell: Tell) -> No {
    let after = tell.after(medium.described.as_ref());
    let reversed = after.from.zip(after.until).is_some_and(|(from, until)| until < from);
    let no = [
        when(medium.custody.state == State::Destroyed, "wrong_state"),
        when(reversed, "period_reversed"),
        when(medium.described.as_ref() == Some(&after), "no_change"),
    ];
    no.into_iter().flatten().collect()
}

impl Medium {
    /// What a step that begins in one state says of another.
    fn unless(&self, state: State) -> Option<&'static str> {
        when(self.custody.state != state, "wrong_state")
    }

    pub(crate) fn class(&self) -> &'static str {
        self.described.as_ref().map_or("data", |described| described.class)
    }
}

impl Model {
    /// When it is due if nobody says otherwise.
    pub(crate) fn usual(&self) -> Moment {
        self.at() + self.number("allowance_hours") * HOUR
    }

    /// The orders in force that list a medium.
    pub(crate) fn leaves(&self, medium: Id) -> Vec<&Order> {
        let at = self.at();
        self.orders.values().filter(|order| order.lines.contains_key(&medium) && order.in_force(at)).collect()
    }

    pub(crate) fn has_role(&self, badge: &str, role: Role) -> bool {
        self.person(badge).is_some_and(|person| person.roles.contains(&role))
    }

    /// All that speaks against a step with a medium but who takes it.
    pub(crate) fn against(&self, medium: &Medium, scan: &Scan<'_>) -> No {
        let pair = scan.pair;
        let by = self.person(pair.by).map(|person| person.id);
        let unwitnessed = when(pair.with.is_none(), "witness_missing");
        let not_theirs = when(by.is_some() && medium.custody.who != by, "not_custodian");
        let custody = &medium.custody;
        match scan.verb {
            Verb::Register { .. } => No::new(),
            Verb::Describe(tell) => against_telling(medium, *tell),
            Verb::Move(to) => self.against_moving(custody, to),
            Verb::CheckOut { order, until, without } => {
                let order = order.map(|number| self.order_at(number));
                self.against_leaving(medium, order, until.map(|until| self.now + until), *without)
            }
            Verb::Load(device) => {
                let into = self.room_in(device, false, true, false).err();
                let out = medium.unless(State::InHand);
                let theirs = not_theirs.filter(|_| out.is_none());
                out.into_iter().chain(theirs).chain(into).collect()
            }
            Verb::Eject => medium.unless(State::InDevice).into_iter().collect(),
            Verb::CheckIn(place) => {
                let into = self.room_in(place, true, false, false).err();
                let alone = unwitnessed.filter(|_| self.says("check_in_witness", medium.class()));
                medium.unless(State::InHand).into_iter().chain(into).chain(alone).collect()
            }
            Verb::HandOver(to) => {
                let out = medium.unless(State::InHand);
                let theirs = not_theirs.filter(|_| out.is_none());
                out.into_iter().chain(theirs).chain(self.against_handing(pair, to)).collect()
            }
            Verb::TakeOver => {
                let out = medium.unless(State::InHand);
                let own = when(out.is_none() && by.is_some() && custody.who == by, "hand_over_to_self");
                let approver = pair.with.is_none_or(|with| self.has_role(with, Role::Approver));
                let no = when(!approver, "approver_missing");
                out.into_iter().chain(own).chain(unwitnessed).chain(no).collect()
            }
            Verb::Ratify => match medium.overrides.first() {
                None => vec!["nothing_to_ratify"],
                Some((_, who, _)) => when(by == Some(*who), "same_person").into_iter().collect(),
            },
            Verb::Destroy => {
                let held = medium.described.as_ref().is_some_and(|described| described.hold);
                let no = [medium.unless(State::InHand), when(held, "legal_hold"), unwitnessed];
                no.into_iter().flatten().collect()
            }
            Verb::Sight(place) => match scan.audit {
                Some(audit) => self.against_counting(scan, audit, place),
                None => self.against_sighting(custody, place),
            },
            Verb::Missing => match custody.state {
                State::Missing => vec!["already_so"],
                State::Destroyed => vec!["wrong_state"],
                State::Vaulted | State::InHand | State::InDevice => No::new(),
            },
            Verb::Found(place) => self.against_finding(medium, place),
            Verb::Correct { state, place, who, due } => {
                let due = due.map(|due| self.now + due);
                self.against_correcting(medium, scan, (*state, *place, *who, due))
            }
            Verb::Void => self.against_taking_back(medium, by),
            Verb::Relabel(new) => {
                let alone = unwitnessed.filter(|_| self.says("relabel_witness", "yes"));
                let label = match self.canonical(new) {
                    Err(nothing) => Some(nothing.code()),
                    Ok(label) => when(self.labels.contains_key(&label), "barcode_taken"),
                };
                medium.unless(State::InHand).into_iter().chain(alone).chain(label).collect()
            }
        }
    }

    fn against_moving(&self, custody: &Custody, to: &str) -> No {
        let vaulted = custody.state == State::Vaulted;
        let into = self.room_in(to, true, false, false);
        let mut no: No = when(!vaulted, "wrong_state").into_iter().chain(into.err()).collect();
        if let (true, Ok(place), Some(from)) = (vaulted, self.live(to), custody.place) {
            no.extend(when(place.id == from, "already_so"));
            no.extend(when(self.vault_of(place.id) != self.vault_of(from), "other_vault"));
        }
        no
    }

    fn against_leaving(&self, medium: &Medium, order: Option<Id>, due: Option<Moment>, without: bool) -> No {
        let at = self.at();
        let mut no: No = medium.unless(State::Vaulted).into_iter().collect();
        let leaves = self.leaves(medium.id);
        let until = match order {
            Some(id) => {
                let Some(order) = self.orders.get(&id) else {
                    no.push("unknown_order");
                    return no;
                };
                no.extend(when(!order.lines.contains_key(&medium.id), "not_listed"));
                no.extend(when(!order.in_force(at), "order_not_in_force"));
                Some(order.until)
            }
            None if without => None,
            None if leaves.len() > 1 => {
                no.push("several_orders");
                None
            }
            None => {
                no.extend(when(leaves.is_empty() && self.says("order_required", "yes"), "order_missing"));
                leaves.first().map(|order| order.until)
            }
        };
        no.extend(when(due.zip(until).is_some_and(|(due, until)| due > until), "due_after_order"));
        let due = due.or(until).unwrap_or_else(|| self.usual());
        no.extend(when(due <= at, "due_in_past"));
        no
    }

    fn against_handing(&self, pair: Pair<'_>, to: &str) -> No {
        let mut no: No = self.idle(to).into_iter().collect();
        let (Some(by), Some(taker)) = (self.person(pair.by), self.person(to)) else { return no };
        no.extend(when(by.id == taker.id, "hand_over_to_self"));
        if by.works_for() != taker.works_for() {
            let approver = pair.with.filter(|with| self.has_role(with, Role::Approver));
            no.extend(when(approver.is_none(), "other_organisation"));
            no.extend(when(approver == Some(to), "same_person"));
        }
        no
    }

    fn against_sighting(&self, custody: &Custody, place: &str) -> No {
        let mut no: No = when(custody.state == State::Destroyed, "wrong_state").into_iter().collect();
        match self.live(place) {
            Err(why) => no.push(why),
            Ok(place) => no.extend(when(place.kind == PlaceKind::Site, "wrong_place")),
        }
        no
    }

    fn against_counting(&self, scan: &Scan<'_>, id: Id, place: &str) -> No {
        let mut no: No = when(scan.how == How::Declared, "inconsistent").into_iter().collect();
        let place = self.live(place);
        no.extend(place.as_ref().err());
        let Some(audit) = self.audits.get(&id) else {
            no.push("unknown_audit");
            return no;
        };
        no.extend(when(audit.state != AuditState::Open, "audit_not_open"));
        let read = scan.occurred.unwrap_or_else(|| self.at());
        no.extend(when(read < audit.opened, "before_audit"));
        if let (Ok(place), Some(scope)) = (place, audit.scope) {
            no.extend(when(!self.within(place.id, scope), "outside_audit"));
        }
        no.extend(when(self.counted_first(id, scan.pair.by), "first_counter"));
        no
    }

    /// Whether the second count has begun, and this person has counted in the first.
    pub(crate) fn counted_first(&self, audit: Id, badge: &str) -> bool {
        let Some((audit, person)) = self.audits.get(&audit).zip(self.person(badge)) else { return false };
        audit.recounted.is_some() && audit.counters.get(&person.id) == Some(&true)
    }

    fn against_finding(&self, medium: &Medium, place: &str) -> No {
        let mut no: No = when(medium.custody.state == State::Destroyed, "wrong_state").into_iter().collect();
        match self.live(place) {
            Err(why) => no.push(why),
            Ok(place) => {
                let agrees = medium.wrong.is_none() && self.agrees(&medium.custody, place.id);
                no.extend(when(agrees, "not_lost"));
            }
        }
        no
    }

    fn against_correcting(
        &self,
        medium: &Medium,
        scan: &Scan<'_>,
        (state, place, who, due): (State, Option<&str>, Option<&str>, Option<Moment>),
    ) -> No {
        let Pair { by, with } = scan.pair;
        let approver =
            self.has_role(by, Role::Approver) || with.is_some_and(|with| self.has_role(with, Role::Approver));
        let custody = &medium.custody;
        let same = custody.state == state
            && self.code(custody.place) == place
            && custody.who.map(|who| self.badge(who)) == who;
        let late = due.is_some_and(|due| due <= self.at());
        let mut no: No = when(with.is_none(), "witness_missing").into_iter().collect();
        no.extend(when(!approver, "approver_missing"));
        no.extend(when(same, "no_change"));
        match (state, place, who) {
            (State::Vaulted, Some(code), None) => no.extend(self.room_in(code, true, false, false).err()),
            (State::InDevice, Some(code), None) => {
                let into = self.room_in(code, false, true, false);
                let lives = self.place(code).is_some_and(|place| place.resident);
                no.extend(when(late && !lives, "inconsistent"));
                no.extend(into.err());
            }
            (State::InHand, None, Some(badge)) => {
                no.extend(when(late, "inconsistent"));
                // A badge that has ended may still have something in hand.
                let idle = match self.person(badge) {
                    None => Some("unknown_person"),
                    Some(person) => when(person.suspended, "suspended_person"),
                };
                no.extend(idle);
            }
            (State::Missing, None, None) => {}
            _ => no.push("inconsistent"),
        }
        no
    }

    fn against_taking_back(&self, medium: &Medium, by: Option<Id>) -> No {
        let Some(prior) = &medium.prior else { return vec!["nothing_to_void"] };
        let window = self.number("void_window_minutes") * MINUTE;
        let mut no: No = when(by.is_some() && by != Some(prior.by), "void_by_other").into_iter().collect();
        no.extend(when(self.at() - prior.at > window, "void_too_late"));
        if let Some(place) = prior.custody.fills().map(|id| self.spot(id)) {
            no.extend(when(place.retired, "retired_place"));
            no.extend(when(self.is_full(place), "place_full"));
        }
        no
    }
}

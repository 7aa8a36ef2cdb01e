//! What somebody does next, by chance: mostly what makes sense as the record stands, now and then anything.

use kuraban::domain::custody::State;
use kuraban::domain::event::How;
use kuraban::domain::person::Role;

use crate::dice::Dice;
use crate::soak_acts::{Act, Auditing, Deed, Given, Running, Staffing, Tell, Upkeep, Verb};
use crate::soak_chance_clock::{in_time, pause};
use crate::soak_chance_desk::{auditing, ordering};
use crate::soak_chance_site::{places, running, staffing};
use crate::soak_model::{DAY, HOUR, Id, MINUTE, Medium, Model};

/// Every badge that is read; nobody has the last one.
pub(crate) const BADGES: [&str; 13] =
    ["B-1", "B-2", "B-3", "A-1", "A-2", "X-1", "N-1", "E-1", "E-2", "E-3", "T-1", "T-2", "B-9"];
/// Labels that are given to new media.
const LABELS: [&str; 20] = [
    "N10001L9",
    "N10002L9",
    "N10003L9",
    "N10003L8",
    "N10004",
    "N10004L9",
    "N10005L9",
    "N10006L9",
    "N10007L9",
    "N10008L9",
    "N10009L9",
    "N10010L9",
    "N10011L9",
    "N10012L9",
    "K00001L8",
    "K00002",
    "k00008l9",
    "*N10013L9*",
    "N10014L9",
    "N10015L9",
];
const SERIALS: [&str; 4] = ["HU7001", "HU7002", "sn-2", "HU7003"];
pub(crate) const MOVERS: &[Role] = &[Role::Operator, Role::Approver, Role::Admin];
const COUNTERS: &[Role] = &[Role::Operator, Role::Auditor];
const JUDGES: &[Role] = &[Role::Approver, Role::Auditor];

/// One of these.
pub(crate) fn one<T: Copy>(all: &[T], dice: &mut Dice) -> T {
    all[dice.roll(all.len())]
}

/// Whether something is so, so often in a hundred.
pub(crate) fn often(percent: usize, dice: &mut Dice) -> bool {
    dice.roll(100) < percent
}

/// A span of at most so long.
pub(crate) fn span(most: i64, dice: &mut Dice) -> i64 {
    let thousandth = i64::try_from(dice.roll(1000)).unwrap();
    most / 1000 * thousandth
}

fn badge(model: &Model, id: Id) -> &'static str {
    let own = model.badge(id);
    BADGES.into_iter().find(|badge| *badge == own).unwrap_or("B-1")
}

/// Somebody who may act in one of these roles, if there is anybody.
pub(crate) fn somebody(model: &Model, roles: &[Role], dice: &mut Dice) -> &'static str {
    let may = |badge: &&&str| {
        let has =
            model.person(badge).is_some_and(|person| roles.iter().any(|role| person.roles.contains(role)));
        has && model.idle(badge).is_none()
    };
    let all: Vec<&'static str> = BADGES.iter().filter(may).copied().collect();
    if all.is_empty() { one(&BADGES, dice) } else { one(&all, dice) }
}

/// A medium that is like this, if there is one; else any.
pub(crate) fn medium<'a>(model: &'a Model, like: impl Fn(&Medium) -> bool, dice: &mut Dice) -> &'a Medium {
    let all: Vec<&Medium> = model.media.values().filter(|medium| like(medium)).collect();
    if all.is_empty() {
        let all: Vec<&Medium> = model.media.values().collect();
        return all[dice.roll(all.len())];
    }
    all[dice.roll(all.len())]
}

/// What is read of a medium: mostly its barcode.
pub(crate) fn text(model: &Model, medium: &Medium, dice: &mut Dice) -> String {
    let own = medium.barcode.clone();
    match dice.roll(40) {
        0..=5 => format!("#{}", medium.id),
        6 | 7 => own.to_lowercase(),
        8 | 9 => own.get(..6).unwrap_or(&own).to_owned(),
        10 => format!("*{own}*"),
        11 => "N99999L9".to_owned(),
        12 => format!("*{own}"),
        13 => medium.serial.as_ref().map_or(own, |serial| format!("serial:{serial}")),
        14 | 15 => {
            let old = model.labels.iter().find(|(_, (_, current))| !current);
            old.map_or(own, |(old, _)| old.clone())
        }
        _ => own,
    }
}

fn leaving(model: &Model, medium: &Medium, dice: &mut Dice) -> Verb {
    let leaves = model.leaves(medium.id);
    let own = leaves.first().and_then(|order| model.orders.keys().position(|id| *id == order.id));
    let order = match own {
        Some(number) if often(40, dice) => Some(number),
        _ if often(8, dice) => Some(dice.roll(model.orders.len() + 1)),
        _ => None,
    };
    let until = often(20, dice).then(|| span(2 * DAY, dice) - HOUR / 2);
    let without = order.is_none() && often(if leaves.is_empty() { 45 } else { 10 }, dice);
    Verb::CheckOut { order, until, without }
}

fn telling(dice: &mut Dice) -> Verb {
    let some = |all: &[&'static str], dice: &mut Dice| often(40, dice).then(|| one(all, dice));
    Verb::Describe(Tell {
        class: some(&["data", "scratch", "cleaning"], dice),
        system: some(&["PAYROLL", "MAIL"], dice),
        from: some(&["2026-01-01", "2026-03-01"], dice),
        until: some(&["2026-02-01", "2026-12-31"], dice),
        encrypted: some(&["yes", "no", "unknown"], dice),
        hold: often(20, dice).then(|| often(40, dice)),
    })
}

fn correcting(model: &Model, dice: &mut Dice) -> Verb {
    let (rest, device, _) = places(model);
    let state =
        one(&[State::Vaulted, State::InHand, State::InDevice, State::Missing, State::Destroyed], dice);
    let odd = often(10, dice);
    let place = match state {
        State::Vaulted => Some(one(&rest, dice)),
        State::InDevice => Some(one(&device, dice)),
        State::InHand | State::Missing | State::Destroyed => odd.then(|| one(&rest, dice)),
    };
    let who = (state == State::InHand).then(|| one(&BADGES, dice));
    let due = often(30, dice).then(|| span(DAY, dice) - HOUR);
    Verb::Correct { state, place, who, due }
}

/// What is done with a medium that stands so, or anything.
fn verb(model: &Model, medium: &Medium, dice: &mut Dice) -> Verb {
    let (rest, device, any) = places(model);
    let states = [State::Vaulted, State::InHand, State::InHand, State::InDevice, State::Missing];
    let state = if often(85, dice) { medium.custody.state } else { one(&states, dice) };
    if (!medium.overrides.is_empty() && often(20, dice)) || often(1, dice) {
        return Verb::Ratify;
    }
    match (state, dice.roll(20)) {
        (_, 0) => telling(dice),
        (_, 1) => Verb::Sight(one(&any, dice)),
        (_, 2) if often(50, dice) => Verb::Missing,
        (_, 3) => correcting(model, dice),
        (_, 4) => Verb::Found(one(&any, dice)),
        (_, 5) if often(30, dice) => Verb::Void,
        (State::Vaulted, 6..=8) => Verb::Move(one(&rest, dice)),
        (State::Vaulted, _) => leaving(model, medium, dice),
        (State::InHand, 6..=8) => Verb::Load(one(&device, dice)),
        (State::InHand, 9 | 10) if often(80, dice) => Verb::HandOver(somebody(model, MOVERS, dice)),
        (State::InHand, 9 | 10) => Verb::HandOver(one(&BADGES, dice)),
        (State::InHand, 11) => Verb::TakeOver,
        (State::InHand, 12) => Verb::Relabel(one(&LABELS, dice).to_owned()),
        (State::InHand, 13) => Verb::Destroy,
        (State::InHand, _) => Verb::CheckIn(one(&rest, dice)),
        (State::InDevice, _) => Verb::Eject,
        (State::Missing, _) => Verb::Found(one(&any, dice)),
        (State::Destroyed, _) => Verb::Sight(one(&any, dice)),
    }
}

/// Who does it: mostly who has the medium, or took the step that is taken back.
fn actor(model: &Model, medium: &Medium, verb: &Verb, dice: &mut Dice) -> &'static str {
    let holder = medium.custody.who.map(|who| badge(model, who));
    match verb {
        Verb::Void => match &medium.prior {
            Some(prior) if often(85, dice) => badge(model, prior.by),
            _ => somebody(model, MOVERS, dice),
        },
        Verb::Load(_) | Verb::HandOver(_) | Verb::CheckIn(_) if often(80, dice) => {
            holder.unwrap_or_else(|| somebody(model, MOVERS, dice))
        }
        Verb::Ratify => somebody(model, &[Role::Approver], dice),
        Verb::Sight(_) => somebody(model, COUNTERS, dice),
        Verb::Missing => somebody(model, JUDGES, dice),
        Verb::Register { .. } => somebody(model, &[Role::Operator, Role::Admin], dice),
        Verb::Describe(_)
        | Verb::Move(_)
        | Verb::CheckOut { .. }
        | Verb::Load(_)
        | Verb::Eject
        | Verb::CheckIn(_)
        | Verb::HandOver(_)
        | Verb::TakeOver
        | Verb::Destroy
        | Verb::Found(_)
        | Verb::Correct { .. }
        | Verb::Relabel(_) => somebody(model, MOVERS, dice),
    }
}

fn scanning(model: &Model, dice: &mut Dice) -> (Deed, &'static str) {
    if often(5, dice) {
        let (rest, _, any) = places(model);
        let place = match dice.roll(4) {
            0 => None,
            1 => Some(one(&any, dice)),
            2 => Some("LIB"),
            _ => Some(one(&rest, dice)),
        };
        let verb = Verb::Register { serial: often(30, dice).then(|| one(&SERIALS, dice)), place };
        let by = somebody(model, &[Role::Operator, Role::Admin], dice);
        return (Deed::Scan(one(&LABELS, dice).to_owned(), verb), by);
    }
    let window = model.number("void_window_minutes") * MINUTE;
    let may_go =
        |medium: &Medium| medium.custody.state == State::Vaulted && !model.leaves(medium.id).is_empty();
    let fresh = |medium: &Medium| medium.prior.is_some_and(|prior| model.at() - prior.at < window);
    let (medium, verb) = match dice.roll(20) {
        0 | 1 if model.media.values().any(fresh) => (medium(model, fresh, dice), Verb::Void),
        2..=4 if model.media.values().any(may_go) => {
            let medium = medium(model, may_go, dice);
            (medium, leaving(model, medium, dice))
        }
        _ => {
            let medium = medium(model, |_| true, dice);
            (medium, verb(model, medium, dice))
        }
    };
    let by = actor(model, medium, &verb, dice);
    (Deed::Scan(text(model, medium, dice), verb), by)
}

fn importing(model: &Model, dice: &mut Dice) -> (Deed, &'static str) {
    let (rest, _, any) = places(model);
    let rows = (0..=dice.roll(2)).map(|_| {
        let place = match dice.roll(8) {
            0 => None,
            1 => Some(one(&any, dice)),
            _ => Some(one(&rest, dice)),
        };
        (one(&LABELS, dice).to_owned(), place)
    });
    (Deed::Import(rows.collect()), somebody(model, &[Role::Operator, Role::Admin], dice))
}

/// Whether such a deed goes better with a second person.
fn wants_second(deed: &Deed) -> bool {
    match deed {
        Deed::Scan(_, verb) => matches!(
            verb,
            Verb::TakeOver | Verb::Destroy | Verb::Correct { .. } | Verb::Relabel(_) | Verb::HandOver(_)
        ),
        Deed::Audit(deed) => matches!(deed, Auditing::Close(_)),
        Deed::Site(deed) => matches!(deed, Running::ConfirmClock | Running::Retire(_)),
        Deed::People(deed) => matches!(deed, Staffing::HandShift),
        Deed::Import(_) | Deed::Order(_) | Deed::Keep(_) => false,
    }
}

/// The next act.
pub(crate) fn act(model: &Model, dice: &mut Dice) -> Act {
    if often(4, dice)
        && let Some((deed, by, pause)) = in_time(model, dice)
    {
        let (session, asker) = (dice.roll(3), dice.roll(3));
        return Act { pause, session, asker, ..Act::new(by, deed) };
    }
    let (deed, likely) = match dice.roll(100) {
        _ if model.is_ahead() && often(50, dice) => {
            (Deed::Site(Running::ConfirmClock), somebody(model, Role::ALL, dice))
        }
        0..=54 => scanning(model, dice),
        55..=71 => ordering(model, dice),
        72..=88 => auditing(model, dice),
        89..=92 => staffing(model, dice),
        93..=96 => running(model, dice),
        97 => importing(model, dice),
        _ => (Deed::Keep(one(&[Upkeep::Reopen, Upkeep::BackUp, Upkeep::Verify], dice)), "B-1"),
    };
    let by = if often(6, dice) { one(&BADGES, dice) } else { likely };
    let second = often(if wants_second(&deed) { 80 } else { 12 }, dice);
    let seconds: &[Role] = if often(60, dice) { &[Role::Approver] } else { Role::ALL };
    let with =
        second.then(|| if often(95, dice) { somebody(model, seconds, dice) } else { one(&BADGES, dice) });
    let doubted = model.people.iter().any(|person| person.badge == by && (1..6).contains(&person.wrong));
    let pin = match dice.roll(100) {
        0 => Given::None,
        1 => Given::Wrong,
        _ if doubted && often(60, dice) => Given::Wrong,
        _ => Given::Right,
    };
    let how = match dice.roll(20) {
        0..=11 => How::Scanned,
        12..=15 => How::Typed,
        _ => one(&[How::File, How::Pasted, How::Library, How::Declared], dice),
    };
    let occurred = match dice.roll(100) {
        0..=7 => Some(-span(4 * HOUR, dice)),
        8 => Some(HOUR),
        _ => None,
    };
    let with = with.filter(|with| *with != by || often(10, dice));
    let pause = pause(model, &deed, dice);
    Act { deed, by, with, pin, pause, how, occurred, session: dice.roll(3), asker: dice.roll(3) }
}

//! By chance: what is done with orders and stocktakes.

use kuraban::domain::audit::AuditState;
use kuraban::domain::custody::State;
use kuraban::domain::event::How;
use kuraban::domain::order::OrderState;
use kuraban::domain::person::Role;

use crate::dice::Dice;
use crate::soak_acts::{Auditing, Deed, Media, Ordering, Wish};
use crate::soak_chance::{MOVERS, medium, often, one, somebody, span, text};
use crate::soak_chance_site::places;
use crate::soak_model::{DAY, HOUR, Medium, Model, Order};

const COUNTERS: &[Role] = &[Role::Operator, Role::Auditor];
const JUDGES: &[Role] = &[Role::Approver, Role::Auditor];

/// The number of an order that is like this; of any, where there is none.
fn order(model: &Model, like: impl Fn(&Order) -> bool, dice: &mut Dice) -> usize {
    let all = model.orders.values().enumerate().filter(|(_, order)| like(order)).map(|(number, _)| number);
    let all: Vec<usize> = all.collect();
    if all.is_empty() || often(6, dice) { dice.roll(model.orders.len() + 2) } else { one(&all, dice) }
}

fn wanted(model: &Model, dice: &mut Dice) -> Media {
    let mut texts = Vec::new();
    for _ in 0..=dice.roll(4) {
        let rests = |medium: &Medium| medium.custody.state != State::Destroyed;
        let medium = if often(97, dice) { medium(model, rests, dice) } else { medium(model, |_| true, dice) };
        texts.push(if often(90, dice) { medium.barcode.clone() } else { text(model, medium, dice) });
    }
    let (_, _, any) = places(model);
    let at = often(8, dice).then(|| one(&any, dice));
    let find = often(8, dice).then(|| one(&["K0000", "n1", "hu7"], dice));
    if at.is_some() && often(50, dice) {
        texts.clear();
    }
    Media { texts, at, find }
}

fn wish(model: &Model, dice: &mut Dice) -> Wish {
    let nightly = often(25, dice).then(|| one(&[3, 6, 6, 6, 0, 20_000], dice));
    let media = if nightly.is_some() && often(95, dice) { Media::default() } else { wanted(model, dice) };
    let most = if nightly.is_some() { 110 * DAY } else { 8 * DAY };
    Wish {
        purpose: one(&["restore", "restore", "restore", "restore", "test", "holiday"], dice),
        from: often(15, dice).then(|| span(2 * HOUR, dice) - HOUR),
        until: span(most, dice) - HOUR / 4,
        nightly,
        media,
    }
}

fn closing(model: &Model, dice: &mut Dice) -> (Ordering, &'static str) {
    let number = order(model, Order::is_open, dice);
    let (mut missing, mut by) = (Vec::new(), somebody(model, MOVERS, dice));
    if let Some(order) = model.orders.values().nth(number).filter(|_| often(35, dice)) {
        let out = order.lines.keys().filter(|id| model.media[*id].custody.outing.is_some());
        missing.extend(out.map(|id| model.media[id].barcode.clone()));
        by = somebody(model, JUDGES, dice);
    }
    if often(4, dice) {
        missing.push(one(&["N99999L9", "K00001L9"], dice).to_owned());
    }
    (Ordering::Close(number, missing), by)
}

pub(crate) fn ordering(model: &Model, dice: &mut Dice) -> (Deed, &'static str) {
    let requested = |order: &Order| order.state == OrderState::Requested;
    let approved = |order: &Order| order.state == OrderState::Approved;
    let standing = |order: &Order| order.state == OrderState::Approved && order.nightly.is_some();
    let any = |like: fn(&Order) -> bool| model.orders.values().any(like);
    let mover = somebody(model, MOVERS, dice);
    let judge = somebody(model, &[Role::Approver], dice);
    let odd = often(4, dice);
    let (deed, by) = match dice.roll(20) {
        0..=7 if odd || any(requested) => (Ordering::Approve(order(model, requested, dice)), judge),
        8 if odd || any(requested) => (Ordering::Reject(order(model, requested, dice)), judge),
        9..=11 if odd || any(standing) => {
            let until = often(25, dice).then(|| span(2 * DAY, dice) - HOUR / 4);
            (Ordering::Night(order(model, standing, dice), until, wanted(model, dice)), mover)
        }
        12 | 13 if odd || any(approved) => {
            (Ordering::Extend(order(model, approved, dice), span(9 * DAY, dice)), judge)
        }
        14..=16 if odd || any(Order::is_open) => closing(model, dice),
        _ => (Ordering::New(wish(model, dice)), mover),
    };
    (Deed::Order(deed), by)
}

/// Who takes stock, and where: mostly what is there.
pub(crate) fn auditing(model: &Model, dice: &mut Dice) -> (Deed, &'static str) {
    let judge = somebody(model, JUDGES, dice);
    let (_, _, any) = places(model);
    let open: Vec<usize> = (0..)
        .zip(model.audits.values())
        .filter(|(_, audit)| audit.state == AuditState::Open)
        .map(|(number, _)| number)
        .collect();
    let drawn = (0..).zip(model.audits.values()).find(|(_, audit)| audit.state == AuditState::Drawn);
    if open.is_empty() || often(6, dice) {
        let full: Vec<&'static str> = any
            .iter()
            .filter(|code| model.place(code).is_some_and(|place| model.occupants(place.id).next().is_some()))
            .copied()
            .collect();
        let place = match dice.roll(8) {
            0 | 1 => None,
            2 => Some(one(&any, dice)),
            _ => Some(if full.is_empty() { "V1" } else { one(&full, dice) }),
        };
        let deed = match (drawn, dice.roll(10)) {
            (Some((number, _)), 0..=5) => Auditing::OpenDrawn(number, dice.roll(1000) as u64),
            (_, 0 | 1) => Auditing::Draw(place, one(&[10, 30, 100, 0, 101], dice)),
            (_, 2) => Auditing::SetDay(one(&["V1", "V2", "D1"], dice), span(9 * DAY, dice) - HOUR),
            _ => Auditing::Open(place),
        };
        return (Deed::Audit(deed), judge);
    }
    let number = if often(95, dice) { one(&open, dice) } else { dice.roll(model.audits.len() + 1) };
    let Some(audit) = model.audits.values().nth(number) else {
        return (Deed::Audit(Auditing::Recount(number)), judge);
    };
    let counter = somebody(model, COUNTERS, dice);
    let inside = |medium: &Medium| model.covers(audit.scope, &medium.custody);
    let deed = match dice.roll(20) {
        0..=9 => {
            let medium =
                if often(85, dice) { medium(model, inside, dice) } else { medium(model, |_| true, dice) };
            let own = medium
                .custody
                .place
                .and_then(|place| any.iter().find(|code| model.spot(place).code == **code));
            let place = own.copied().filter(|_| often(80, dice)).unwrap_or_else(|| one(&any, dice));
            let text = if often(85, dice) { medium.barcode.clone() } else { text(model, medium, dice) };
            Auditing::Count(number, place, text)
        }
        10..=15 => {
            let scope =
                any.iter().find(|code| audit.scope.is_some_and(|scope| model.spot(scope).code == **code));
            let place = scope.copied().filter(|_| often(90, dice)).unwrap_or_else(|| one(&any, dice));
            let media = model.media.values().filter(|medium| inside(medium));
            let mut texts: Vec<String> = media.map(|medium| medium.barcode.clone()).collect();
            if often(40, dice) {
                texts.retain(|_| often(70, dice));
            }
            if often(20, dice) {
                texts.push(text(model, medium(model, |_| true, dice), dice));
            }
            let how = if often(30, dice) { How::Library } else { How::File };
            Auditing::ReadIn(number, place, how, texts)
        }
        16 => return (Deed::Audit(Auditing::Recount(number)), judge),
        _ => return (Deed::Audit(Auditing::Close(number)), judge),
    };
    (Deed::Audit(deed), counter)
}

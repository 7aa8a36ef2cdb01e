//! By chance: how much time passes. Mostly a little, and now and then just so much that something ends at that moment.

use kuraban::domain::custody::State;
use kuraban::domain::person::Role;
use kuraban::domain::place::PlaceKind;

use crate::dice::Dice;
use crate::soak_acts::{Deed, Media, Ordering, Running, Verb};
use crate::soak_chance::{BADGES, MOVERS, often, one, somebody, span};
use crate::soak_model::{DAY, HOUR, Id, MINUTE, Medium, Model, Moment};

impl Medium {
    /// When something about it begins or ends.
    fn edges(&self, model: &Model) -> Vec<Moment> {
        let days = |name: &str| model.number(name) * DAY;
        let mut edges = vec![self.read.unwrap_or(self.registered) + days("audit_interval_days")];
        if let Some(prior) = &self.prior {
            edges.push(prior.at + model.number("void_window_minutes") * MINUTE);
        }
        if let Some(outing) = &self.custody.outing {
            edges.extend([outing.due, outing.due + (outing.due - outing.left)]);
            edges.push(self.custody.since + days("in_device_days"));
            edges.extend([4 * HOUR, 12 * HOUR, DAY].map(|long| outing.left + long));
            edges.extend(outing.ejected.map(|at| at + model.number("eject_grace_hours") * HOUR));
        }
        edges
    }
}

/// The moments to come at which something begins or ends.
fn edges(model: &Model) -> Vec<Moment> {
    let mut edges: Vec<Moment> = model.media.values().flat_map(|medium| medium.edges(model)).collect();
    edges.extend(
        model.orders.values().filter(|order| order.is_open()).flat_map(|order| [order.from, order.until]),
    );
    edges.extend(model.people.iter().flat_map(|person| [person.until, person.locked]).flatten());
    let vaults = model.places.iter().filter(|place| place.kind == PlaceKind::Vault);
    edges.extend(vaults.map(|vault| model.day_of(vault)));
    edges.push(model.last() + model.number("clock_jump_days") * DAY);
    edges.extend(model.heads.map(|at| at + DAY));
    edges.retain(|edge| *edge > model.now && *edge < model.now + 30 * DAY);
    edges.sort_unstable();
    edges
}

/// What somebody does at the very moment at which it begins or ceases to be allowed: takes back a step, moves something
/// under an order, goes by a badge. With how much time until then; none where nothing is about to end.
pub(crate) fn in_time(model: &Model, dice: &mut Dice) -> Option<(Deed, &'static str, i64)> {
    let known = |id: Id| BADGES.into_iter().find(|badge| *badge == model.badge(id));
    let mut all: Vec<(Deed, &'static str, Moment)> = Vec::new();
    for medium in model.media.values() {
        if let Some(prior) = &medium.prior
            && let Some(by) = known(prior.by)
        {
            let window = model.number("void_window_minutes") * MINUTE;
            all.push((Deed::Scan(medium.barcode.clone(), Verb::Void), by, prior.at + window));
        }
    }
    for (number, order) in model.orders.values().enumerate().filter(|(_, order)| order.is_open()) {
        let edge = if often(20, dice) { order.from } else { order.until };
        let mover = somebody(model, MOVERS, dice);
        for medium in order.lines.keys().map(|id| &model.media[id]) {
            let verb = match medium.custody.state {
                State::Vaulted => Verb::CheckOut { order: None, until: None, without: false },
                State::InDevice => Verb::Eject,
                State::InHand | State::Missing | State::Destroyed => continue,
            };
            all.push((Deed::Scan(medium.barcode.clone(), verb), mover, edge));
        }
        let texts = vec!["K00001L9".to_owned()];
        let media = Media { texts, ..Media::default() };
        let judge = somebody(model, &[Role::Approver], dice);
        all.push(if order.nightly.is_some() {
            (Deed::Order(Ordering::Night(number, None, media)), mover, edge)
        } else {
            (Deed::Order(Ordering::Approve(number)), judge, edge)
        });
    }
    for person in &model.people {
        let by = BADGES.into_iter().find(|badge| *badge == person.badge);
        for (by, edge) in by.into_iter().flat_map(|by| [(by, person.until), (by, person.locked)]) {
            all.extend(edge.map(|edge| (Deed::Site(Running::Checkpoint(false)), by, edge)));
        }
    }
    all.retain(|(.., edge)| *edge > model.now);
    all.sort_by_key(|(.., edge)| *edge);
    let near = all.len().min(12);
    let (deed, by, edge) = (near > 0).then(|| all.swap_remove(dice.roll(near)))?;
    Some((deed, by, edge - model.now + one(&[-1, 0, 0, 1], dice)))
}

/// How the clock on the wall moves before a deed.
pub(crate) fn pause(model: &Model, deed: &Deed, dice: &mut Dice) -> i64 {
    if often(10, dice) {
        let edges = edges(model);
        // The next ones above all, or the clock would never stand still.
        let near = edges.len().min(4);
        if near > 0 {
            return edges[dice.roll(near)] - model.now + one(&[-1, 0, 0, 1], dice);
        }
    }
    if matches!(deed, Deed::Scan(_, Verb::Void)) {
        return span(4 * MINUTE, dice);
    }
    match dice.roll(200) {
        0..=119 => span(5 * MINUTE, dice),
        120..=169 => span(4 * HOUR, dice),
        170..=183 => span(2 * DAY, dice),
        184 => span(30 * DAY, dice),
        185..=191 => -span(6 * HOUR, dice),
        _ => 0,
    }
}

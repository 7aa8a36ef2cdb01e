//! By chance: how much time passes. Mostly a little, and now and then just so much that something ends at that moment.

use kuraban::domain::place::PlaceKind;

use crate::dice::Dice;
use crate::soak_acts::{Deed, Verb};
use crate::soak_chance::{often, one, span};
use crate::soak_model::{DAY, HOUR, MINUTE, Medium, Model, Moment};

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

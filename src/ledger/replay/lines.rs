//! What orders list, in few bytes: there are as many lines as media ever went out.

use std::collections::BTreeMap;

use crate::domain::names::{MediumId, OrderId};
use crate::domain::order::Marks;

/// The media of one order by identity, and the marks of each.
#[derive(Debug, Default)]
struct List {
    media: Vec<MediumId>,
    marks: Vec<u8>,
}

/// The lines of all orders.
#[derive(Debug, Default)]
pub(super) struct Lines(BTreeMap<OrderId, List>);

fn bits(marks: Marks) -> u8 {
    u8::try_from(marks.bits()).unwrap_or_default()
}

fn marks(bits: u8) -> Marks {
    Marks::from_bits(bits.into()).unwrap_or_default()
}

impl Lines {
    /// Lets an order list these media, which are sorted; nothing has happened with them yet.
    pub(super) fn list(&mut self, order: OrderId, media: Vec<MediumId>) {
        if !media.is_empty() {
            let none = vec![bits(Marks::default()); media.len()];
            self.0.insert(order, List { media, marks: none });
        }
    }

    /// Sets how far a medium has come.
    pub(super) fn set(&mut self, order: OrderId, medium: MediumId, marks: Marks) {
        let list = self.0.entry(order).or_default();
        match list.media.binary_search(&medium) {
            Ok(at) => {
                if let Some(slot) = list.marks.get_mut(at) {
                    *slot = bits(marks);
                }
            }
            Err(at) => {
                list.media.insert(at, medium);
                list.marks.insert(at, bits(marks));
            }
        }
    }

    /// How far a medium has come; none if the order does not list it.
    pub(super) fn get(&self, order: OrderId, medium: MediumId) -> Option<Marks> {
        let list = self.0.get(&order)?;
        list.marks.get(list.media.binary_search(&medium).ok()?).copied().map(marks)
    }

    /// The media of an order.
    pub(super) fn of(&self, order: OrderId) -> impl Iterator<Item = (MediumId, Marks)> {
        self.0.get(&order).into_iter().flat_map(List::iter)
    }

    /// All lines by order and medium.
    pub(super) fn iter(&self) -> impl Iterator<Item = (OrderId, MediumId, Marks)> {
        self.0.iter().flat_map(|(order, list)| list.iter().map(|(medium, marks)| (*order, medium, marks)))
    }
}

impl List {
    fn iter(&self) -> impl Iterator<Item = (MediumId, Marks)> {
        self.media.iter().copied().zip(self.marks.iter().copied().map(marks))
    }
}

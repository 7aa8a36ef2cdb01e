//! The orders as the screen holds them: the list, and the one that is open.

use super::model::List;
use crate::app::{OrderPage, OrderView};
use crate::domain::names::OrderId;

/// The screen of orders.
#[derive(Debug, Clone, Default)]
pub struct Orders {
    /// The orders, the newest first.
    pub list: List<OrderView>,
    /// Whether those that are closed or rejected are shown too.
    pub all: bool,
    /// The one that is open.
    pub page: Option<OrderPage>,
    /// Which of its media is selected.
    pub line: usize,
}

impl Orders {
    /// The order that a command is about: the one that is open, else the selected one.
    #[must_use]
    pub fn chosen(&self) -> Option<OrderId> {
        let open = self.page.as_ref().map(|page| page.view.order.id);
        open.or_else(|| self.list.rows.get(self.list.selected).map(|view| view.order.id))
    }

    /// Moves the selection.
    pub fn step(&mut self, by: isize) {
        let Some(page) = &self.page else {
            self.list.step(by);
            return;
        };
        let last = page.lines.len().saturating_sub(1);
        self.line = self.line.saturating_add_signed(by).min(last);
    }

    /// Takes the list anew; the selected order stays selected.
    pub fn set(&mut self, rows: Vec<OrderView>) {
        let chosen = self.list.rows.get(self.list.selected).map(|view| view.order.id);
        let at = rows.iter().position(|view| Some(view.order.id) == chosen);
        self.list =
            List { selected: at.unwrap_or(self.list.selected).min(rows.len().saturating_sub(1)), rows };
    }
}

//! The lines of the board: what needs a person, medium by medium; below it, what is merely outside in time,
//! one calm line for each order, or for each person or device where there is none, opened on demand.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::{BoardPage, MediumView};
use crate::domain::custody::State;
use crate::domain::flag::Severity;
use crate::domain::names::{Badge, OrderId, PlaceCode};
use crate::domain::time::Timestamp;

/// What calm media have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// They are out under this order.
    Order(OrderId),
    /// This person has them, or this device.
    Holder(String),
}

/// One line of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A medium by its index in the page; `inner` if it stands under its group.
    Medium {
        /// Which.
        index: usize,
        /// Whether its group is above it.
        inner: bool,
    },
    /// Media that are outside in time.
    Group {
        /// What they have in common.
        group: Group,
        /// How many they are.
        count: usize,
        /// When the first of them is due.
        due: Option<Timestamp>,
        /// Whether they are shown below.
        open: bool,
    },
}

/// Which media are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrow {
    /// Only those with a flag of at least this severity.
    pub severity: Option<Severity>,
    /// Only those in this state.
    pub state: Option<State>,
    /// Only those that this person has.
    pub custodian: Option<Badge>,
    /// Only those in this place.
    pub place: Option<PlaceCode>,
}

/// By what the board is narrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The severity of the gravest flag.
    Severity,
    /// The state.
    State,
    /// Who has it.
    Custodian,
    /// Where it is.
    Place,
    /// Nothing: all are shown again.
    Nothing,
}

impl Narrow {
    /// Whether a medium is shown.
    #[must_use]
    pub fn shows(&self, medium: &MediumView) -> bool {
        let badge = medium.custodian.as_ref().map(|who| &who.badge);
        self.severity.is_none_or(|least| medium.gravest().is_some_and(|flag| flag.severity >= least))
            && self.state.is_none_or(|state| medium.state == state)
            && self.custodian.as_ref().is_none_or(|wanted| badge == Some(wanted))
            && self.place.as_ref().is_none_or(|wanted| medium.place.as_ref() == Some(wanted))
    }
}

/// The value after this one among those that there are, in their order; none after the last.
fn next<T: Ord + Clone>(now: Option<&T>, all: impl Iterator<Item = T>) -> Option<T> {
    let all: BTreeSet<T> = all.collect();
    match now {
        None => all.first().cloned(),
        Some(now) => all.into_iter().find(|value| value > now),
    }
}

/// The board.
#[derive(Debug, Clone, Default)]
pub struct Board {
    /// What was read.
    pub page: BoardPage,
    /// How many were outside at the end of each hour, oldest first.
    pub hours: Vec<u64>,
    /// Which are shown.
    pub narrow: Narrow,
    /// The groups that are open.
    pub open: BTreeSet<Group>,
    /// The lines.
    pub lines: Vec<Line>,
    /// The selected line.
    pub selected: usize,
}

/// Whether a medium is outside in time and needs nobody.
fn is_calm(medium: &MediumView) -> bool {
    medium.gravest().is_none_or(|flag| flag.severity == Severity::Notice) && medium.due.is_some()
}

fn group_of(medium: &MediumView) -> Group {
    let who = medium.custodian.as_ref().map(|who| who.badge.to_string());
    let place = medium.place.as_ref().map(ToString::to_string);
    medium.order.map_or_else(|| Group::Holder(who.or(place).unwrap_or_default()), Group::Order)
}

impl Board {
    /// Takes what was read; the selection stays on what it was on.
    pub fn set(&mut self, page: BoardPage, hours: Vec<u64>) {
        let before = self.selected_name();
        (self.page, self.hours) = (page, hours);
        self.lay_out();
        if let Some(before) = before {
            let same = (0..self.lines.len()).find(|at| self.name_at(*at).as_ref() == Some(&before));
            self.selected = same.unwrap_or(self.selected);
        }
    }

    fn name_at(&self, at: usize) -> Option<String> {
        match self.lines.get(at)? {
            Line::Medium { index, .. } => self.page.media.get(*index).map(|medium| format!("#{}", medium.id)),
            Line::Group { group, .. } => Some(format!("{group:?}")),
        }
    }

    fn selected_name(&self) -> Option<String> {
        self.name_at(self.selected)
    }

    fn lay_out(&mut self) {
        let mut lines = Vec::new();
        let mut calm: BTreeMap<Group, Vec<usize>> = BTreeMap::new();
        for (index, medium) in self.page.media.iter().enumerate().filter(|(_, m)| self.narrow.shows(m)) {
            if is_calm(medium) {
                calm.entry(group_of(medium)).or_default().push(index);
            } else {
                lines.push(Line::Medium { index, inner: false });
            }
        }
        for (group, members) in calm {
            if let [index] = *members {
                lines.push(Line::Medium { index, inner: false });
                continue;
            }
            let open = self.open.contains(&group);
            let due = members.iter().filter_map(|index| self.page.media.get(*index)?.due).min();
            lines.push(Line::Group { group, count: members.len(), due, open });
            if open {
                lines.extend(members.into_iter().map(|index| Line::Medium { index, inner: true }));
            }
        }
        self.lines = lines;
        self.selected = self.selected.min(self.lines.len().saturating_sub(1));
    }

    /// Moves the selection.
    pub fn step(&mut self, by: isize) {
        let last = self.lines.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    /// The selected medium.
    #[must_use]
    pub fn medium(&self) -> Option<&MediumView> {
        match self.lines.get(self.selected)? {
            Line::Medium { index, .. } => self.page.media.get(*index),
            Line::Group { .. } => None,
        }
    }

    /// Opens or closes the selected group; false where no group is selected.
    pub fn toggle(&mut self) -> bool {
        let Some(Line::Group { group, .. }) = self.lines.get(self.selected) else { return false };
        let group = group.clone();
        if !self.open.remove(&group) {
            self.open.insert(group);
        }
        self.lay_out();
        true
    }

    /// Narrows by the next value that there is, or by none after the last.
    pub fn narrow(&mut self, by: By) {
        let media = self.page.media.iter();
        let narrow = &mut self.narrow;
        match by {
            By::Severity => {
                narrow.severity = match narrow.severity {
                    None => Some(Severity::Warning),
                    Some(Severity::Warning) => Some(Severity::Critical),
                    Some(Severity::Critical | Severity::Notice) => None,
                }
            }
            By::State => narrow.state = next(narrow.state.as_ref(), media.map(|m| m.state)),
            By::Custodian => {
                let badges = media.filter_map(|m| Some(m.custodian.as_ref()?.badge.clone()));
                narrow.custodian = next(narrow.custodian.as_ref(), badges);
            }
            By::Place => {
                narrow.place = next(narrow.place.as_ref(), media.filter_map(|m| m.place.clone()));
            }
            By::Nothing => *narrow = Narrow::default(),
        }
        self.lay_out();
    }
}

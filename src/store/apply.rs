//! What an entry changes in the projections, in the transaction that writes it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use rusqlite::types::Value;
use rusqlite::{params, params_from_iter};

use super::cells::{self, Cell, MEDIUM, int, text};
use super::held::BARCODE;
use super::write::Txn;
use super::{StoreError, audits, orders, people, places};
use crate::domain::audit::Move;
use crate::domain::event::{Data, Event};
use crate::domain::medium::Medium;
use crate::domain::names::Digest;
use crate::domain::policy::Policy;
use crate::domain::rules::Effect;
use crate::ledger::replay::volser;

/// An entry as it is stored.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) seq: u64,
    pub(super) body: String,
    pub(super) hash: Digest,
}

impl Txn<'_> {
    /// Writes what an entry changes; with a new medium the entry itself, which is held back with it.
    pub(super) fn apply(&mut self, effect: &Effect, event: &Event, row: Row) -> Result<(), StoreError> {
        let connection = self.view.raw();
        match effect {
            Effect::Opened { policy, ledger, site } => {
                self.begin(*ledger, site)?;
                self.set_policy(policy)?;
            }
            Effect::Policy(policy) => self.set_policy(policy)?,
            Effect::Medium { before, after, line, count } => {
                if let Some(line) = line {
                    orders::write_line(connection, *line, after.id)?;
                }
                if let Some((audit, count)) = count {
                    audits::write_counts(connection, *audit, std::slice::from_ref(count))?;
                }
                if let Some(before) = before.as_deref().filter(|before| before.custody != after.custody) {
                    audits::write_move(connection, after.id, &Move::by(row.seq, event, &before.custody))?;
                }
                match before {
                    None => self.view.held.borrow_mut().add(connection, row, after)?,
                    Some(before) => self.change_medium(&row, before, after)?,
                }
            }
            Effect::Order(change) => orders::write(connection, change)?,
            Effect::Audit(change) => audits::write(connection, change)?,
            Effect::Counted(audit, counts) => audits::write_counts(connection, *audit, counts)?,
            Effect::Stray(audit, label) => audits::write_label(connection, *audit, label)?,
            Effect::Person(person) => {
                let data = &event.data;
                let new = matches!(data, Data::PersonEnrolled { .. } | Data::TemporaryBadge { .. });
                let name = data.kept().next().filter(|_| new);
                people::write(connection, person, name)?;
            }
            Effect::Place(place) => places::write(connection, place)?,
            Effect::None => {}
        }
        Ok(())
    }

    fn set_policy(&mut self, policy: &Policy) -> Result<(), StoreError> {
        let mut upsert = self.view.raw().prepare_cached(
            "INSERT INTO policy (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
        )?;
        for name in Policy::NAMES {
            upsert.execute(params![name, policy.get(name)])?;
        }
        drop(upsert);
        self.view.policy = policy.clone();
        Ok(())
    }

    /// Changes the row of a medium; no index is touched, and no statement made, for what stays as it is.
    fn change_medium(&self, row: &Row, before: &Medium, after: &Medium) -> Result<(), StoreError> {
        let connection = self.view.raw();
        if before.barcode != after.barcode {
            connection
                .prepare_cached("UPDATE barcode SET ended = ?2 WHERE text = ?1")?
                .execute(params![before.barcode.as_str(), int(row.seq)])?;
            let (text, volser) = (after.barcode.as_str(), volser(&after.barcode));
            connection.prepare_cached(&format!("{BARCODE}(?1, ?2, ?3, ?4)"))?.execute(params![
                text,
                volser,
                int(after.id.0),
                int(row.seq)
            ])?;
        }
        let (old, new) = (cells::medium(before, &row.hash), cells::medium(after, &row.hash));
        let last = MEDIUM.len() - 1;
        let pairs = old.iter().zip(&new).enumerate();
        let changed = bits(pairs.map(|(at, (old, new))| at == last || old != new));
        let cells = new.into_iter().zip(0..).filter(|(_, at)| changed & 1 << at != 0).map(|(cell, _)| cell);
        let sql = update_medium(changed);
        connection.prepare_cached(&sql)?.execute(params_from_iter(cells.chain([Cell::int(after.id.0)])))?;
        Ok(())
    }
}

/// The statements that are made for some of the columns of a medium, a bit for each.
type Made = RefCell<HashMap<u64, Rc<str>>>;

thread_local! {
    static UPDATES: Made = RefCell::default();
}

/// A bit for each that is so.
fn bits(all: impl Iterator<Item = bool>) -> u64 {
    all.zip(0..).fold(0, |bits, (one, at)| bits | u64::from(one) << at)
}

/// The names of these columns.
pub(super) fn named(columns: u64) -> impl Iterator<Item = &'static str> {
    MEDIUM.into_iter().zip(0..).filter_map(move |(name, at)| (columns & 1 << at != 0).then_some(name))
}

/// The statement that sets these columns of a medium and takes its identity last.
fn update_medium(columns: u64) -> Rc<str> {
    let made = || {
        let sets: Vec<String> = named(columns).map(|name| format!("{name} = ?")).collect();
        format!("UPDATE medium SET {} WHERE id = ?", sets.join(", ")).into()
    };
    UPDATES.with_borrow_mut(|updates| Rc::clone(updates.entry(columns).or_insert_with(made)))
}

/// The cells of a barcode's row: text, volser, medium, given, ended.
pub(super) fn barcode_cells(
    barcode: &crate::domain::names::Barcode,
    tenure: &crate::ledger::replay::Tenure,
) -> Vec<Value> {
    vec![
        text(barcode.as_str()),
        text(&volser(barcode)),
        int(tenure.medium.0),
        int(tenure.from),
        cells::or_null(tenure.until, int),
    ]
}

//! What an entry changes in the projections, in the transaction that writes it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use rusqlite::types::Value;
use rusqlite::{params, params_from_iter};

use super::cells::{self, Cell, MEDIUM, int, text};
use super::write::Txn;
use super::{StoreError, audits, orders, people, places};
use crate::domain::audit::Move;
use crate::domain::event::{Data, Event};
use crate::domain::medium::Medium;
use crate::domain::names::Digest;
use crate::domain::policy::Policy;
use crate::domain::rules::Effect;
use crate::ledger::replay::volser;

impl Txn<'_> {
    pub(super) fn apply(
        &mut self,
        seq: u64,
        effect: &Effect,
        event: &Event,
        hash: Digest,
    ) -> Result<(), StoreError> {
        let connection = self.view.connection();
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
                    audits::write_move(connection, after.id, &Move::by(seq, event, &before.custody))?;
                }
                self.set_medium(seq, before.as_deref(), after, hash)?;
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
        let mut upsert = self.view.connection().prepare_cached(
            "INSERT INTO policy (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
        )?;
        for name in Policy::NAMES {
            upsert.execute(params![name, policy.get(name)])?;
        }
        drop(upsert);
        self.view.policy = policy.clone();
        Ok(())
    }

    fn set_medium(
        &mut self,
        seq: u64,
        before: Option<&Medium>,
        after: &Medium,
        hash: Digest,
    ) -> Result<(), StoreError> {
        let connection = self.view.connection();
        if before.map(|m| &m.barcode) != Some(&after.barcode) {
            if let Some(before) = before {
                connection
                    .prepare_cached("UPDATE barcode SET ended = ?2 WHERE text = ?1")?
                    .execute(params![before.barcode.as_str(), int(seq)])?;
            }
            let sql = "INSERT INTO barcode (text, volser, medium, given) VALUES (?1, ?2, ?3, ?4)";
            let insert = match &mut self.insert.barcode {
                Some(insert) => insert,
                none => none.insert(connection.prepare_cached(sql)?),
            };
            insert.execute(params![
                after.barcode.as_str(),
                volser(&after.barcode),
                int(after.id.0),
                int(seq)
            ])?;
        }
        let mut cells = cells::medium(after, &hash);
        let Some(before) = before else {
            let there = bits(cells.iter().map(|cell| *cell != Cell::Null));
            cells.retain(|cell| *cell != Cell::Null);
            let insert = match &mut self.insert.medium {
                Some((columns, insert)) if *columns == there => insert,
                other => &mut other.insert((there, connection.prepare_cached(&insert_medium(there))?)).1,
            };
            insert.execute(params_from_iter(cells))?;
            return Ok(());
        };
        // No index is touched, and no statement made, for what stays as it is.
        let old = cells::medium(before, &hash);
        let last = MEDIUM.len() - 1;
        let pairs = old.iter().zip(&cells).enumerate();
        let changed = bits(pairs.map(|(at, (old, new))| at == last || old != new));
        let mut at = 0..;
        cells.retain(|_| at.next().is_some_and(|at| changed & 1 << at != 0));
        let sql = update_medium(changed);
        connection
            .prepare_cached(&sql)?
            .execute(params_from_iter(cells.into_iter().chain([Cell::int(after.id.0)])))?;
        Ok(())
    }
}

/// The statements that are made for some of the columns of a medium, a bit for each.
type Made = RefCell<HashMap<u64, Rc<str>>>;

thread_local! {
    static INSERTS: Made = RefCell::default();
    static UPDATES: Made = RefCell::default();
}

/// A bit for each that is so.
fn bits(all: impl Iterator<Item = bool>) -> u64 {
    all.zip(0..).fold(0, |bits, (one, at)| bits | u64::from(one) << at)
}

/// The names of these columns.
fn named(columns: u64) -> impl Iterator<Item = &'static str> {
    MEDIUM.into_iter().zip(0..).filter_map(move |(name, at)| (columns & 1 << at != 0).then_some(name))
}

/// The statement that makes the row of a new medium, of which these columns hold something; few sets of columns occur.
fn insert_medium(columns: u64) -> Rc<str> {
    let made = || {
        let names: Vec<&str> = named(columns).collect();
        let marks = vec!["?"; names.len()].join(", ");
        format!("INSERT INTO medium ({}) VALUES ({marks})", names.join(", ")).into()
    };
    INSERTS.with_borrow_mut(|inserts| Rc::clone(inserts.entry(columns).or_insert_with(made)))
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

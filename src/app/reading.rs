//! The reading of the whole log on several threads: one reads rows, some hash and decode them, one follows the chains and
//! the rules. Rows go from one to the next in batches, so that no more of them are in memory than are in the making.

use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::ledger::anchor::Outside;
use crate::ledger::verify::{Checked, Reading, Verifier, checked};
use crate::store::{StoreError, View};

use super::verify::Progress;

/// Rows that go together.
const TOGETHER: usize = 256;
/// Batches that wait for each thread at the most.
const WAITING: usize = 2;
/// The most threads that hash and decode.
const MOST: usize = 6;

/// Rows as they are stored, one after the other.
#[derive(Debug, Default)]
struct Rows {
    bytes: Vec<u8>,
    /// Of each row its number, and where its body and its hash end.
    ends: Vec<(u64, usize, usize)>,
}

impl Rows {
    fn push(&mut self, row: u64, body: &[u8], hash: &[u8]) {
        self.bytes.extend_from_slice(body);
        let body = self.bytes.len();
        self.bytes.extend_from_slice(hash);
        self.ends.push((row, body, self.bytes.len()));
    }

    fn checked(&self) -> Vec<Checked> {
        let part = |from: usize, to: usize| self.bytes.get(from..to).unwrap_or_default();
        let mut begin = 0;
        let one = |&(row, body, end): &(u64, usize, usize)| {
            let from = std::mem::replace(&mut begin, end);
            checked(row, part(from, body), part(body, end))
        };
        self.ends.iter().map(one).collect()
    }
}

/// Reads the log to its end, or to where it breaks, and holds it against what comes from outside.
///
/// # Errors
/// When a row cannot be read.
pub(super) fn read_log(
    view: &View<'_>,
    outside: Outside,
    total: u64,
    progress: Progress<'_>,
) -> Result<Reading, StoreError> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).saturating_sub(1).clamp(1, MOST);
    thread::scope(|scope| {
        let (mut ways, mut ends) = (Vec::new(), Vec::new());
        for _ in 0..threads {
            let (way, rows) = sync_channel::<Rows>(WAITING);
            let (next, end) = sync_channel(WAITING);
            scope.spawn(move || check(&rows, &next));
            ways.push(way);
            ends.push(end);
        }
        let judge = scope.spawn(move || follow(outside, &ends));
        let read = send(view, &ways, total, progress);
        drop(ways);
        match judge.join() {
            Ok(reading) => read.map(|()| reading),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Reads rows and hands them to the threads in turn, until nobody wants more.
fn send(
    view: &View<'_>,
    ways: &[SyncSender<Rows>],
    total: u64,
    progress: Progress<'_>,
) -> Result<(), StoreError> {
    let (mut count, mut rows, mut turn) = (0, Rows::default(), ways.iter().cycle());
    let mut pass = |rows: &mut Rows| {
        let room = Rows { bytes: Vec::with_capacity(rows.bytes.len()), ends: Vec::with_capacity(TOGETHER) };
        turn.next().is_some_and(|way| way.send(std::mem::replace(rows, room)).is_ok())
    };
    view.each_row(|seq, body, hash| {
        count += 1;
        if count % 4096 == 0 {
            progress(count, total);
        }
        rows.push(seq, body, hash);
        rows.ends.len() < TOGETHER || pass(&mut rows)
    })?;
    pass(&mut rows);
    progress(total.max(count), total);
    Ok(())
}

/// Hashes and decodes what comes.
fn check(rows: &Receiver<Rows>, next: &SyncSender<Vec<Checked>>) {
    for batch in rows {
        if next.send(batch.checked()).is_err() {
            return;
        }
    }
}

/// Follows the entries in their order: the threads give them in turn, and the first that has none left was the last.
fn follow(outside: Outside, ends: &[Receiver<Vec<Checked>>]) -> Reading {
    let mut verifier = Verifier::against(outside);
    for end in ends.iter().cycle() {
        let Ok(batch) = end.recv() else { break };
        if !batch.into_iter().all(|row| verifier.take(row)) {
            break;
        }
    }
    verifier.finish()
}

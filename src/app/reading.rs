//! The reading of the whole log on several threads: one reads rows, one follows the chains and the rules, and whoever has time
//! hashes and decodes. Rows go from one to the next in batches, so that no more of them are in memory than
//! are in the making.

use std::num::NonZero;
use std::thread;

use crate::ledger::anchor::Outside;
use crate::ledger::tree::TILE;
use crate::ledger::verify::{Batch, Reading, Verifier, checked};
use crate::store::{StoreError, View};

use super::crew::{Bringer, Crew};
use super::verify::Progress;

/// Rows that go together from one thread to the next: so many that the threads seldom wake each other, for whoever is woken
/// takes the processor from another.
const TOGETHER: usize = 2 * TILE;
/// Bytes that go together at most, but for one row more.
const WEIGHT: usize = 1 << 20;
/// How many times that may be in the making for each thread, and how many times where there are few: the more, the better the
/// times in which one thread has much to do are made up for, but all of it is in memory.
const WAITING: usize = 2;
const LEAST: usize = 8;
/// The most threads that hash and decode, beside the one that reads.
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

    fn checked(self) -> Vec<Batch> {
        let part = |from: usize, to: usize| self.bytes.get(from..to).unwrap_or_default();
        let mut begin = 0;
        let mut one = |&(row, body, end): &(u64, usize, usize)| {
            let from = std::mem::replace(&mut begin, end);
            checked(row, part(from, body), part(body, end))
        };
        // Entry 1 is the first of a tile.
        let tile = |row: u64| row.wrapping_sub(1) / TILE as u64;
        let tiles = self.ends.chunk_by(|(a, ..), (b, ..)| tile(*a) == tile(*b));
        tiles.map(|rows| Batch::new(rows.iter().map(&mut one).collect())).collect()
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
    // One is for who reads, and one for who follows: both help.
    let helpers = thread::available_parallelism().map_or(1, NonZero::get).saturating_sub(2).min(MOST);
    let crew = Crew::new(LEAST.max((helpers + 2) * WAITING), Rows::checked);
    let mut verifier = Verifier::against(outside).expecting(view.media_hint());
    thread::scope(|scope| {
        // First of all: where no thread can be begun, the others that have been are not left waiting.
        let bringer = crew.bringer();
        for _ in 0..helpers {
            scope.spawn(|| crew.help());
        }
        let judge = scope.spawn(|| {
            let _ = crew.taker().all(|batches| batches.iter().all(|batch| verifier.take(batch)));
            verifier.finish()
        });
        let read = send(view, &bringer, total, progress);
        drop(bringer);
        match judge.join() {
            Ok(reading) => read.map(|()| reading),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Reads rows and has them looked at, until nobody wants more.
fn send(
    view: &View<'_>,
    line: &Bringer<'_, Rows, Vec<Batch>>,
    total: u64,
    progress: Progress<'_>,
) -> Result<(), StoreError> {
    let (mut count, mut rows) = (0, Rows::default());
    let pass = |rows: &mut Rows| {
        let room = Rows { bytes: Vec::with_capacity(rows.bytes.len()), ends: Vec::with_capacity(TOGETHER) };
        line.put(std::mem::replace(rows, room))
    };
    view.each_row(|seq, body, hash| {
        count += 1;
        if count % 4096 == 0 {
            progress(count, total);
        }
        rows.push(seq, body, hash);
        let full = seq.is_multiple_of(TOGETHER as u64) || rows.ends.len() >= TOGETHER;
        !(full || rows.bytes.len() >= WEIGHT) || pass(&mut rows)
    })?;
    pass(&mut rows);
    progress(total.max(count), total);
    Ok(())
}

//! Questions to a big ledger: what is outside, the flags, one medium's history, and search as one types.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use kuraban::app::{Filter, Session};
use kuraban::store::{Store, StoreError};
use rusqlite::{Connection, OpenFlags};

use crate::large::{self, barcode, still};
use crate::tools::{program, run_flagged, sqlite};
use crate::{Bound, Figure, Measure, in_turn, percentile, size, time};

/// Runs of a question in this process, of a process, and searches.
const TIMES: (usize, usize, usize) = (101, 21, 2_000);

/// What SQLite is asked: the same media, by the index that was made for it.
const OUTSIDE: &str = "SELECT barcode, state, place, custodian, since, out_left, out_due, out_leave, seen_at
    FROM medium WHERE out_left IS NOT NULL OR state = 'missing' OR wrong_since IS NOT NULL
                      OR overrides IS NOT NULL";

/// In this process, each on a connection of its own.
fn outside(ledger: &Path) -> (Duration, Duration) {
    let store = Store::open(ledger, Duration::from_secs(5)).unwrap();
    let plain = Connection::open_with_flags(ledger, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let ours = || {
        let mut count = 0;
        store
            .read(|view| {
                let filter = Filter { outside: true, weighed: true, ..Filter::default() };
                view.each_medium(&filter, |_| {
                    count += 1;
                    Ok::<_, StoreError>(())
                })
            })
            .unwrap();
        count
    };
    let theirs = || {
        let mut statement = plain.prepare_cached(OUTSIDE).unwrap();
        let mut rows = statement.query([]).unwrap();
        let mut count = 0;
        while let Some(row) = rows.next().unwrap() {
            let _: String = row.get(0).unwrap();
            count += 1;
        }
        count
    };
    assert_eq!(ours(), theirs());
    in_turn(TIMES.0, || time(|| assert!(ours() > 0)), || time(|| assert!(theirs() > 0)))
}

/// Both as processes.
pub(crate) fn flags(ledger: &Path) -> (Duration, Duration) {
    in_turn(
        TIMES.1,
        || run_flagged(program(ledger).args(["flags", "--csv"])),
        || run_flagged(&mut sqlite(ledger, &["-csv"], OUTSIDE)),
    )
}

/// Both as processes.
pub(crate) fn history(ledger: &Path, media: usize) -> (Duration, Duration) {
    let text = barcode(media / 3);
    // The reference is told the identity: it would not use its index with one that it has to look up.
    let plain = Connection::open_with_flags(ledger, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let id: i64 =
        plain.query_row("SELECT medium FROM barcode WHERE text = ?1", [&text], |row| row.get(0)).unwrap();
    let sql = format!("SELECT body FROM event WHERE medium = {id} ORDER BY seq");
    in_turn(
        TIMES.1,
        || run_flagged(program(ledger).args(["log", "--raw", &text])),
        || run_flagged(&mut sqlite(ledger, &[], &sql)),
    )
}

/// The first search, which reads all labels, and the others: parts of barcodes and serial numbers, found or not.
fn searches(ledger: &Path, media: usize) -> (Duration, Vec<Duration>) {
    let session =
        Session::open(ledger, Duration::from_secs(5), still(&Arc::new(AtomicI64::new(1_800_000_000_000))))
            .unwrap();
    let first = time(|| assert!(!session.search("L9").unwrap().0.is_empty()));
    let word = |n: usize| {
        let whole = if n.is_multiple_of(5) { format!("HU{n:08}") } else { barcode(n * 7_919 % media) };
        let from = n % 4;
        let mut word: String = whole.chars().skip(from).take(1 + n % 6).collect();
        if n.is_multiple_of(7) {
            word.push('#');
        }
        word
    };
    let one = |n| {
        let word = word(n);
        time(|| assert!(session.search(&word).unwrap().0.is_empty() == word.ends_with('#')))
    };
    (first, (0..TIMES.2).map(one).collect())
}

pub(crate) fn measure() -> Vec<Measure> {
    let ledger = large::ledger(size());
    let against = |name: &str, (ours, theirs), reference, must, aim| Measure {
        name: name.to_owned(),
        ours: Figure::Time(ours),
        reference: Some((reference, theirs)),
        must: Bound::AtMost(must),
        aim: Bound::AtMost(aim),
    };
    let (first, searches) = searches(&ledger, size());
    let select = "sqlite3 and the indexed SELECT, whole process";
    vec![
        against("media outside, the query", outside(&ledger), "SQLite, the indexed SELECT", 2.0, 1.0),
        against("flags, whole process", flags(&ledger), select, 2.0, 1.2),
        against("one medium's history, whole process", history(&ledger, size()), select, 2.0, 1.2),
        Measure {
            name: "search as you type, any part of a label, p99".to_owned(),
            ours: Figure::Time(percentile(searches, 99)),
            reference: None,
            must: Bound::Units(4.0),
            aim: Bound::Units(0.5),
        },
        Measure {
            name: "… the first, which reads all labels".to_owned(),
            ours: Figure::Time(first),
            reference: None,
            must: Bound::None,
            aim: Bound::None,
        },
    ]
}

//! The whole log as CSV, against SQLite's shell with the same columns.

use crate::tools::{memory, program, run, sqlite};
use crate::{Bound, Figure, Measure, in_turn, large, size};

/// Runs of each.
const TIMES: usize = 3;

/// The columns of `kuraban log --csv`, cut from the stored line by SQLite.
const SAME: &str = "SELECT seq, at, body ->> 'occurred', kind, medium, body ->> '$.data.barcode', actor,
    body ->> 'with', body ->> 'station', body ->> 'how', body -> 'data' FROM entry ORDER BY seq";

/// Four columns that need no cutting but of the generated ones.
const FEW: &str = "SELECT seq, kind, medium, at FROM entry ORDER BY seq";

pub(crate) fn measure() -> Vec<Measure> {
    let ledger = large::ledger(size());
    let export = || {
        let mut command = program(&ledger);
        command.args(["log", "--csv"]);
        command
    };
    let (ours, theirs) = in_turn(TIMES, || run(&mut export()), || run(&mut sqlite(&ledger, &["-csv"], SAME)));
    let few = run(&mut sqlite(&ledger, &["-csv"], FEW));
    vec![
        Measure {
            name: "log --csv of all events, rows/s".to_owned(),
            ours: Figure::Time(ours),
            reference: Some(("sqlite3 -csv of the same columns", theirs)),
            must: Bound::AtLeast(1.5),
            aim: Bound::AtLeast(3.0),
        },
        Measure {
            name: "… all eleven columns against four, rows/s".to_owned(),
            ours: Figure::Time(ours),
            reference: Some(("sqlite3 -csv of seq, kind, medium, at", few)),
            must: Bound::None,
            aim: Bound::None,
        },
        Measure {
            name: "log --csv, most memory".to_owned(),
            ours: Figure::Memory(memory(&export())),
            reference: None,
            must: Bound::Units(256.0),
            aim: Bound::None,
        },
    ]
}

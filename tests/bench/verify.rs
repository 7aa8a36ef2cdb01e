//! The check of the whole ledger, against the mere hash of its file.

use std::process::{Command, Stdio};

use crate::tools::{memory, program, run};
use crate::{Bound, Figure, Measure, in_turn, large, percentile, size};

/// Runs of each.
const TIMES: usize = 3;

pub(crate) fn measure() -> Vec<Measure> {
    let ledger = large::ledger(size());
    let verify = || {
        let mut command = program(&ledger);
        command.arg("verify");
        command
    };
    let hashed = |words: &[&str]| {
        let (name, args) = words.split_first().unwrap();
        run(Command::new(name).args(args).arg(&ledger).stdout(Stdio::null()))
    };
    // Once before, so that both find the file in memory.
    hashed(&["sha256sum"]);
    let mut openssl = Vec::new();
    let (ours, theirs) = in_turn(
        TIMES,
        || {
            openssl.push(hashed(&["openssl", "dgst", "-sha256"]));
            run(&mut verify())
        },
        || hashed(&["sha256sum"]),
    );
    let openssl = percentile(openssl, 50);
    vec![
        Measure {
            name: "verify, with replay and projections".to_owned(),
            ours: Figure::Time(ours),
            reference: Some(("sha256sum of the file", theirs)),
            must: Bound::AtMost(1.5),
            aim: Bound::AtMost(0.6),
        },
        Measure {
            name: "… against the processor's own SHA-256".to_owned(),
            ours: Figure::Time(ours),
            reference: Some(("openssl dgst -sha256 of the file", openssl)),
            must: Bound::None,
            aim: Bound::AtMost(2.5),
        },
        Measure {
            name: "verify, most memory".to_owned(),
            ours: Figure::Memory(memory(&verify())),
            reference: None,
            must: Bound::Units(256.0),
            aim: Bound::None,
        },
    ]
}

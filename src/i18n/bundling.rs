//! The sentences about bundles and time stamps, without their words.

use crate::app::{NoBundle, NoStamp};
use crate::domain::names::Digest;
use crate::domain::time::Timestamp;
use crate::ledger::bundle::BundleFault;
use crate::ledger::timestamp::StampError;
use crate::ledger::trust::TrustFault;
use crate::ledger::verdict::Verdict;

/// What is said about bundles, time stamps and an auditor's policy.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each variant is one sentence, and its fields are the values in it")]
pub enum Bundling<'a> {
    None { barcode: &'a str, why: NoBundle },
    Next { why: NoBundle },
    Made { barcode: &'a str, entries: u64, size: u64, later: u64 },
    Broken { fault: &'a BundleFault },
    Fault { fault: &'a BundleFault },
    Holds { verdict: Verdict, barcode: &'a str, entries: usize, size: u64, origin: &'a str },
    Forked { root: &'a Digest, other: &'a Digest },
    WhoseKey { key: &'a str },
    NothingWitnessed,
    SaysNothing { file: &'a str },
    BadPolicy { file: &'a str, fault: TrustFault },
    QueryWritten { file: &'a str, size: u64 },
    StampKept { size: u64 },
    NoStamp { file: &'a str, why: NoStamp },
    Stamped { size: u64, at: Timestamp, authority: &'a str, later: u64 },
    StampBroken { size: u64, error: StampError },
}

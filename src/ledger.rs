//! The log as bytes: entries with one spelling each, hashes, both chains, the replay of the rules, verdicts.
//!
//! Everything here is pure: rows come in, findings go out. What the bytes mean is told to auditors in
//! `docs/ledger-format.md`, which a program of forty lines can check without kuraban.

pub mod anchor;
pub mod bundle;
pub mod chain;
pub mod checkpoint;
pub mod cut;
pub mod entry;
mod fields;
pub mod head;
pub mod heads;
pub mod identity;
pub mod index;
pub mod note;
pub mod replay;
mod running;
pub mod sealed;
pub mod timestamp;
pub mod tree;
pub mod trust;
pub mod verdict;
pub mod verify;
pub mod wire;
pub mod witness;

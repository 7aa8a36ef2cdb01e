//! The ledger file: SQLite behind a narrow set of functions. SQL stands here and in `schema.sql` alone.
//!
//! Every change is one transaction under `BEGIN IMMEDIATE`: the entry, its projection and the head row
//! become durable together or not at all. Reading never writes.

mod ahead;
mod apply;
mod audit_lists;
mod audited;
mod audits;
pub mod backup;
mod barcodes;
mod beside;
mod cells;
pub mod compare;
mod connection;
#[cfg(test)]
mod costs;
mod end;
mod error;
mod frames;
mod heads;
mod held;
mod key_file;
mod log;
mod mark;
mod media;
mod memo;
mod notes;
mod orders;
mod pages;
mod patience;
mod people;
mod places;
mod proofs;
mod rebuild;
mod remains;
mod standing;
mod view;
mod witness;
mod world;
mod write;

pub use audit_lists::{CounterRow, Sums};
pub use beside::Beside;
pub use compare::Half;
pub use connection::Store;
pub use error::StoreError;
pub use key_file::{
    Keyring, copy_key, is_key_sealed, key_path, public_half, put_back_key, read_key, retired_path, suffixed,
    write_key,
};
pub use mark::{Seen, read_mark, seen_in, write_mark};
pub use media::{Filter, Summary};
pub use notes::delivered_notes;
pub use orders::Counts;
pub use pages::Place;
pub use people::PersonRow;
pub use remains::{Aside, Remains, Saved, Sighted, short};
pub use view::View;
pub use witness::{WitnessRow, WitnessStore};
pub use write::{Appended, Txn};

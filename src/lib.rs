//! kuraban keeps the custody of backup media: where each tape is, in whose hands, and who has seen it.
//!
//! The crate is built in layers, and an arrow only points down:
//!
//! ```text
//!             main.rs          the real clock, terminal, locale, exit code
//!                |
//!               cli            commands and what they print; no rules
//!                |
//!               app            use cases: a Session that executes actions and answers questions
//!          /     |    \
//!      store  report  exchange SQLite · what goes out · formats of the outside world
//!          \     |    /
//!            ledger            pure: event bytes, hashes, replay, verdicts
//!                |
//!            domain            pure: words and rules of custody
//! ```
//!
//! `i18n` holds every sentence in English and Japanese and may be used by `cli` and `report` only.

pub mod app;
pub mod cli;
pub mod domain;
pub mod exchange;
pub mod i18n;
pub mod ledger;
pub mod report;
pub mod store;
pub mod tui;

//! What goes out, as bytes: tables for people, CSV and JSON for programs, lines for monitoring. The caller
//! decides where the bytes go.

pub mod certificate;
pub mod history;
pub mod monitor;
pub mod qr;
pub mod sheet;

//! Entries of the log as rows: the columns that `log` and the export of one medium's chain share.

use serde_json::Value;

use super::sheet::Column;
use crate::domain::event::How;
use crate::ledger::entry::Entry;

/// An entry and its stored line.
#[derive(Debug, Clone)]
pub struct Line {
    /// The entry.
    pub entry: Entry,
    /// Its stored bytes.
    pub text: String,
}

/// The columns for programs; headings and cells for people are put to them by the face that prints a table.
#[must_use]
pub fn columns() -> Vec<Column<Line>> {
    vec![
        Column::new("seq", |l: &Line| l.entry.seq.into()),
        Column::new("at", |l: &Line| l.entry.event.at.to_string().into()),
        Column::new("occurred", |l: &Line| l.entry.event.occurred.map(|at| at.to_string()).into()),
        Column::new("kind", |l: &Line| l.entry.event.data.kind().word().into()),
        Column::new("medium", |l: &Line| l.entry.event.medium.map(|id| id.0).into()),
        Column::new("barcode", |l: &Line| l.entry.event.data.barcode().map(ToString::to_string).into()),
        Column::new("by", |l: &Line| l.entry.event.by.as_ref().map(ToString::to_string).into()),
        Column::new("with", |l: &Line| l.entry.event.with.as_ref().map(ToString::to_string).into()),
        Column::new("station", |l: &Line| l.entry.event.station.as_str().into()),
        Column::new("how", |l: &Line| l.entry.event.how.map(How::word).into()),
        Column::new("data", |l: &Line| {
            let entry: Option<Value> = serde_json::from_str(&l.text).ok();
            entry.and_then(|entry| entry.get("data").map(Value::to_string)).into()
        }),
    ]
}

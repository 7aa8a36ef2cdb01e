//! Lists: columns that show the same to people as to programs, and the writing of a list that is at hand.

use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use super::args::Output;
use super::exit::Failure;
use super::ui::Ui;
use crate::domain::time::Timestamp;
use crate::i18n::Voice;
use crate::report::sheet::{Column, Sheet};

/// A column whose cell for people is its value's text.
pub(super) fn column<T>(
    key: &'static str,
    title: Option<String>,
    value: impl Fn(&T) -> Value + Clone + 'static,
) -> Column<T> {
    Column { title, ..Column::new(key, value) }
}

/// A column whose cell for people differs from its value.
pub(super) fn told<T>(
    key: &'static str,
    title: Option<String>,
    value: impl Fn(&T) -> Value + Clone + 'static,
    shown: impl Fn(&T) -> String + 'static,
) -> Column<T> {
    column(key, title, value).showing(shown)
}

/// A column of moments: UTC for programs, the reader's own zone for people.
pub(super) fn moment<T>(
    key: &'static str,
    title: Option<String>,
    voice: &Voice,
    at: impl Fn(&T) -> Option<Timestamp> + Clone + 'static,
) -> Column<T> {
    let (voice, shown) = (voice.clone(), at.clone());
    let shown = move |thing: &T| shown(thing).map_or_else(String::new, |at| voice.time(at));
    told(key, title, move |thing| at(thing).map(|at| at.to_string()).into(), shown)
}

/// Names and values under one another, the values in one column.
pub(super) fn fields(rows: impl IntoIterator<Item = (String, String)>) -> Vec<String> {
    let rows: Vec<(String, String)> = rows.into_iter().collect();
    let width = rows.iter().map(|(name, _)| name.width()).max().unwrap_or_default().max(13);
    let line = |(name, value): &(String, String)| {
        format!("{name}{}  {value}", " ".repeat(width.saturating_sub(name.width())))
    };
    rows.iter().map(line).collect()
}

/// Writes a list that is at hand; gives the number of its rows.
pub(super) fn list<T>(
    ui: &mut Ui<'_>,
    output: Output,
    columns: Vec<Column<T>>,
    things: &[T],
) -> Result<u64, Failure> {
    let form = ui.form(output);
    let mut sheet = Sheet::begin(ui.out(), form, columns)?;
    for thing in things {
        sheet.row(thing)?;
    }
    Ok(sheet.end()?)
}

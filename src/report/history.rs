//! Entries of the log as rows: the columns that `log` and the export of one medium's chain share.

use std::io::{self, Write};

use super::sheet::{Column, csv_writer, defused};
use crate::domain::event::How;
use crate::ledger::cut::Parts;
use crate::ledger::entry::Entry;

/// An entry and its stored line.
#[derive(Debug, Clone)]
pub struct Line {
    /// The entry.
    pub entry: Entry,
    /// Its stored bytes.
    pub text: String,
}

/// The keys of the columns.
const KEYS: [&str; 11] =
    ["seq", "at", "occurred", "kind", "medium", "barcode", "by", "with", "station", "how", "data"];

/// The columns; headings and cells for people are put to them by the face that prints a table.
#[must_use]
pub fn columns() -> Vec<Column<Line>> {
    let [seq, at, occurred, kind, medium, barcode, by, with, station, how, data] = KEYS;
    vec![
        Column::new(seq, |l: &Line| l.entry.seq.into()),
        Column::new(at, |l: &Line| l.entry.event.at.to_string().into()),
        Column::new(occurred, |l: &Line| l.entry.event.occurred.map(|at| at.to_string()).into()),
        Column::new(kind, |l: &Line| l.entry.event.data.kind().word().into()),
        Column::new(medium, |l: &Line| l.entry.event.medium.map(|id| id.0).into()),
        Column::new(barcode, |l: &Line| l.entry.event.data.barcode().map(ToString::to_string).into()),
        Column::new(by, |l: &Line| l.entry.event.by.as_ref().map(ToString::to_string).into()),
        Column::new(with, |l: &Line| l.entry.event.with.as_ref().map(ToString::to_string).into()),
        Column::new(station, |l: &Line| l.entry.event.station.as_str().into()),
        Column::new(how, |l: &Line| l.entry.event.how.map(How::word).into()),
        Column::new(data, |l: &Line| Parts::of(&l.text).ok().map(|parts| parts.data.to_owned()).into()),
    ]
}

/// Writes entries as CSV, straight from their lines.
pub struct CsvLog<W: Write>(csv::Writer<W>);

impl<W: Write> std::fmt::Debug for CsvLog<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CsvLog")
    }
}

impl<W: Write> CsvLog<W> {
    /// Begins with the header row, and with a byte order mark before it where Excel is to read it.
    ///
    /// # Errors
    /// When it cannot be written; so also below.
    pub fn begin(out: W, bom: bool) -> io::Result<Self> {
        let mut writer = csv_writer(out, bom)?;
        writer.write_record(KEYS)?;
        Ok(Self(writer))
    }

    /// Writes one entry.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn row(&mut self, line: &Parts<'_>) -> io::Result<()> {
        let Parts { seq, kind, medium, at, occurred, by, with, station, how, barcode, data } = line;
        // What may begin as a formula does is only what people have named.
        let (barcode, by, with, station) = (defused(barcode), defused(by), defused(with), defused(station));
        let cells: [&str; 11] = [seq, at, occurred, kind, medium, &barcode, &by, &with, &station, how, data];
        Ok(self.0.write_record(cells)?)
    }

    /// Ends the list.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sheet::{Form, Sheet};

    #[test]
    fn rows_from_lines_are_those_of_the_columns() {
        let lines = [
            r#"{"v":1,"seq":7,"prev":"00","kind":"sight","medium":3,"mseq":2,"mprev":"00","at":"2026-11-23T09:00:00.000Z","occurred":null,"by":"B-2","with":null,"station":"=1+1","how":"scanned","data":{"barcode":"A\"B","place":"V1","audit":null}}"#,
            r#"{"v":1,"seq":8,"prev":"00","kind":"checkpoint","medium":null,"mseq":null,"mprev":null,"at":"2026-11-23T09:00:00.000Z","occurred":"2026-11-23T08:00:00.000Z","by":"B-2","with":"A-1","station":"棚, 1","how":null,"data":{"media":1,"heads":null}}"#,
        ];
        let lines = lines.map(|line| line.replace("\"00\"", &format!("\"{}\"", "0".repeat(64))));
        let (mut slow, mut fast) = (Vec::new(), Vec::new());
        let mut sheet = Sheet::begin(&mut slow, Form::Csv { bom: true }, columns()).unwrap();
        let mut csv = CsvLog::begin(&mut fast, true).unwrap();
        for text in &lines {
            let entry = Entry::decode(text).unwrap();
            sheet.row(&Line { entry, text: text.clone() }).unwrap();
            csv.row(&Parts::of(text).unwrap()).unwrap();
        }
        sheet.end().unwrap();
        csv.end().unwrap();
        let text = String::from_utf8(fast).unwrap();
        assert_eq!(text, String::from_utf8(slow).unwrap());
        assert!(text.contains("'=1+1") && text.contains("\"棚, 1\""), "{text}");
        for cut in [lines[0].get(..100).unwrap(), "{}", ""] {
            assert!(Parts::of(cut).is_err(), "{cut}");
        }
    }
}

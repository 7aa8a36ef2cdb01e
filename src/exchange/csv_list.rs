//! Separated values with a header, in any order of columns.

use smol_str::SmolStr;
use unicode_normalization::UnicodeNormalization as _;

use super::{BadLine, BadReason, Column, Format, MediaList, MediaRow};

/// Reads the text as CSV: what can be read, and the lines that cannot.
///
/// # Errors
/// What is wrong with the file as a whole, so that no line of it makes sense.
pub(super) fn read(text: &str, encoding: &'static str) -> Result<MediaList, Vec<BadLine>> {
    // Lines end with LF, CR LF, or CR alone (old Macintosh programs); they are counted by LF.
    let unix = text.contains('\r').then(|| text.replace("\r\n", "\n").replace('\r', "\n"));
    let text = unix.as_deref().unwrap_or(text);
    let delimiter = delimiter(text);
    if let Some(line) = unclosed(text, delimiter) {
        return Err(vec![BadLine { line, column: None, reason: BadReason::UnclosedQuote }]);
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut header: Option<Header> = None;
    let (mut rows, mut bad) = (Vec::new(), Vec::new());
    while reader.read_record(&mut record).unwrap_or(false) {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let line = record.position().map_or(1, csv::Position::line);
        let Some(header) = &header else {
            header = Some(Header::read(&record, line)?);
            continue;
        };
        match header.row(&record, line) {
            Ok(row) => rows.push(row),
            Err(reason) => bad.push(BadLine { line, column: None, reason }),
        }
    }
    let Some(Header { headings, ignored, .. }) = header else {
        return Err(vec![BadLine { line: 1, column: None, reason: BadReason::Empty }]);
    };
    Ok(MediaList { rows, format: Format::Csv, encoding, headings, ignored, skipped: 0, bad })
}

struct Header {
    width: usize,
    columns: Vec<Option<Column>>,
    headings: [Option<String>; 11],
    ignored: Vec<String>,
}

impl Header {
    fn read(record: &csv::StringRecord, line: u64) -> Result<Self, Vec<BadLine>> {
        let mut header = Self {
            width: record.len(),
            columns: Vec::new(),
            headings: Default::default(),
            ignored: Vec::new(),
        };
        let mut bad = Vec::new();
        for heading in record {
            let heading: String = heading.trim().chars().filter(|c| !c.is_control()).take(60).collect();
            let column = Column::named(&heading);
            header.columns.push(column);
            let slot = column.and_then(|column| header.headings.get_mut(column as usize));
            match slot {
                Some(Some(_)) => {
                    bad.push(BadLine { line, column: Some(heading), reason: BadReason::RepeatedColumn });
                }
                Some(slot) => *slot = Some(heading),
                None if heading.is_empty() => {}
                None => header.ignored.push(heading),
            }
        }
        if header.headings.first().is_none_or(Option::is_none) {
            let found = record.iter().take(20).map(|h| h.trim().chars().take(40).collect()).collect();
            bad.push(BadLine { line, column: None, reason: BadReason::NoBarcodeColumn { found } });
        }
        if bad.is_empty() { Ok(header) } else { Err(bad) }
    }

    fn row(&self, record: &csv::StringRecord, line: u64) -> Result<MediaRow, BadReason> {
        let beyond = record.iter().skip(self.width).any(|cell| !cell.trim().is_empty());
        if record.len() < self.width || beyond {
            return Err(BadReason::CellCount { expected: self.width, found: record.len() });
        }
        let used = self.columns.iter().flatten().map(|column| *column as usize + 1).max().unwrap_or_default();
        let mut cells = vec![None; used].into_boxed_slice();
        for (cell, column) in record.iter().zip(&self.columns) {
            let slot = column.and_then(|column| cells.get_mut(column as usize));
            if let Some(slot) = slot {
                *slot = normal(cell);
            }
        }
        Ok(MediaRow { line, cells })
    }
}

/// A cell trimmed and in NFC; the apostrophe that kept a spreadsheet from taking it for a formula is taken off.
fn normal(cell: &str) -> Option<SmolStr> {
    let cell = cell.trim();
    let cell = match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => cell,
    };
    if cell.is_empty() {
        None
    } else if cell.is_ascii() {
        Some(SmolStr::new(cell))
    } else {
        Some(cell.nfc().collect())
    }
}

fn delimiter(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: u8| header.bytes().filter(|b| *b == delimiter).count();
    let mut best = b',';
    for other in [b'\t', b';'] {
        if count(other) > count(best) {
            best = other;
        }
    }
    best
}

/// The line of a quotation mark that opens a cell and is never closed; it would swallow the rest of the file.
fn unclosed(text: &str, delimiter: u8) -> Option<u64> {
    let mut bytes = text.bytes().peekable();
    let (mut line, mut opened, mut at_start) = (1_u64, None, true);
    while let Some(byte) = bytes.next() {
        if byte == b'\n' {
            line += 1;
        }
        if opened.is_some() {
            if byte == b'"' && bytes.next_if_eq(&b'"').is_none() {
                opened = None;
            }
            at_start = false;
        } else {
            if byte == b'"' && at_start {
                opened = Some(line);
            }
            at_start = byte == delimiter || byte == b'\n' || byte == b'\r';
        }
    }
    opened
}

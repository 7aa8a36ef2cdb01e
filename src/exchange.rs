//! Formats of the outside world: lists of media as spreadsheets and backup software write them.
//!
//! Bytes come in, rows go out; what a row means for custody is decided elsewhere. A list is read whole and
//! every bad line is named, so that a person can mend the file in one go.

mod csv_list;
mod decode;
pub mod mtx;
mod volumes;

use smol_str::SmolStr;

/// A column that a list of media may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The barcode; the only one that must be there.
    Barcode,
    /// The serial number.
    Serial,
    /// Where it stands.
    Place,
    /// What it is used for.
    Class,
    /// The system whose data it holds.
    System,
    /// The first day of the period.
    From,
    /// The last day of the period.
    Until,
    /// The types of information.
    Info,
    /// The number of persons.
    Persons,
    /// Whether it is encrypted.
    Encrypted,
    /// Whether it must not be destroyed.
    LegalHold,
}

impl Column {
    /// All of them, in order.
    pub const ALL: [Self; 11] = [
        Self::Barcode,
        Self::Serial,
        Self::Place,
        Self::Class,
        Self::System,
        Self::From,
        Self::Until,
        Self::Info,
        Self::Persons,
        Self::Encrypted,
        Self::LegalHold,
    ];

    /// The headings by which it is known: letters and digits only, in small letters.
    const fn headings(self) -> &'static [&'static str] {
        match self {
            Self::Barcode => &[
                "barcode",
                "label",
                "volume",
                "volumename",
                "volser",
                "medium",
                "media",
                "tape",
                "cartridge",
                "バーコード",
                "媒体",
                "媒体番号",
                "媒体id",
                "ラベル",
                "ボリューム",
                "ボリューム名",
                "テープ番号",
            ],
            Self::Serial => &["serial", "serialnumber", "serialno", "製造番号", "シリアル", "シリアル番号"],
            Self::Place => &["place", "location", "shelf", "at", "保管場所", "場所", "棚", "棚番号", "所在"],
            Self::Class => &["class", "区分", "用途"],
            Self::System => &["system", "application", "システム", "システム名", "業務"],
            Self::From => &["from", "periodfrom", "開始日", "期間開始"],
            Self::Until => &["until", "to", "perioduntil", "終了日", "期間終了"],
            Self::Info => &["info", "informationtypes", "contents", "情報種別", "情報種類", "内容"],
            Self::Persons => &["persons", "people", "人数", "件数"],
            Self::Encrypted => &["encrypted", "encryption", "暗号化"],
            Self::LegalHold => &["legalhold", "hold", "廃棄保留"],
        }
    }

    /// The column that a heading names, in whatever width and case.
    #[must_use]
    pub fn named(heading: &str) -> Option<Self> {
        use unicode_normalization::UnicodeNormalization as _;
        let plain: String = heading
            .nfkc()
            .flat_map(char::to_lowercase)
            .filter(|c| c.is_alphanumeric() || *c == 'ー')
            .collect();
        Self::ALL.into_iter().find(|column| column.headings().contains(&plain.as_str()))
    }
}

/// The form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Separated values with a header.
    Csv,
    /// A table as Bacula and Bareos draw it.
    Table,
    /// One field a line (`llist`).
    Records,
    /// The answer of Bareos's JSON interface.
    Json,
}

impl Format {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Table => "Bacula/Bareos list",
            Self::Records => "Bacula/Bareos llist",
            Self::Json => "Bareos JSON",
        }
    }
}

/// One medium of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaRow {
    /// The line where it begins, from 1.
    pub line: u64,
    /// Its cells by [`Column`], as far as any is used, trimmed and in NFC; an empty cell is none.
    pub cells: Box<[Option<SmolStr>]>,
}

impl MediaRow {
    /// The cell of a column.
    #[must_use]
    pub fn get(&self, column: Column) -> Option<&str> {
        self.cells.get(column as usize).and_then(|cell| cell.as_deref())
    }
}

/// A list of media.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaList {
    /// The media.
    pub rows: Vec<MediaRow>,
    /// The form of the list.
    pub format: Format,
    /// The encoding in which it was written.
    pub encoding: &'static str,
    /// The heading of each column as it is written in the file, by [`Column`].
    pub headings: [Option<String>; 11],
    /// Headings that were not used.
    pub ignored: Vec<String>,
    /// Volumes on disk, which are no cartridges.
    pub skipped: u64,
    /// The lines that cannot be read, in order; none of them is among the media.
    pub bad: Vec<BadLine>,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// The line, from 1.
    pub line: u64,
    /// The column's heading as it is written in the file, if it is about one.
    pub column: Option<String>,
    /// Why.
    pub reason: BadReason,
}

/// Why a line cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the values that the sentence names")]
pub enum BadReason {
    /// There is nothing in the file.
    Empty,
    /// It is no text: zeros, a picture.
    Binary,
    /// The bytes are in none of the encodings that are known.
    Undecodable,
    /// The first line names no column of barcodes.
    NoBarcodeColumn { found: Vec<String> },
    /// Two columns have one meaning.
    RepeatedColumn,
    /// The line has more or fewer cells than the header.
    CellCount { expected: usize, found: usize },
    /// A quotation mark is opened here and never closed.
    UnclosedQuote,
    /// There is no barcode.
    MissingBarcode,
    /// The barcode stands in the file already.
    Repeated { first: u64 },
    /// A spreadsheet has made a number or an error of the barcode.
    Spreadsheet { cell: String },
    /// The cell holds a control character.
    Control,
    /// The cell is longer than any that makes sense.
    TooLong { length: usize },
    /// It looks like a listing of volumes, but this line of it cannot be read.
    NotAVolume,
    /// The list names volumes, but none of them is a tape.
    OnlyDisk { skipped: u64 },
}

/// Reads a list of media in any form that is known, and names every line that cannot be read.
///
/// # Errors
/// What is wrong with the list as a whole, so that no line of it makes sense.
pub fn read_media(bytes: &[u8]) -> Result<MediaList, Vec<BadLine>> {
    let whole = |reason| vec![BadLine { line: 1, column: None, reason }];
    let (text, encoding) = decode::decode(bytes).map_err(whole)?;
    let list = volumes::read(&text, encoding).unwrap_or_else(|| csv_list::read(&text, encoding));
    list.map(checked)
}

/// What holds for every form: each medium once, and none of them spoilt.
fn checked(mut list: MediaList) -> MediaList {
    let mut seen = std::collections::HashMap::with_capacity(list.rows.len());
    let MediaList { rows, headings, bad, .. } = &mut list;
    let heading = |column: Column| headings.get(column as usize).cloned().flatten();
    rows.retain(|row| {
        let before = bad.len();
        let mut wrong =
            |reason| bad.push(BadLine { line: row.line, column: heading(Column::Barcode), reason });
        match row.get(Column::Barcode) {
            None => wrong(BadReason::MissingBarcode),
            Some(cell) if is_spoilt(cell) => wrong(BadReason::Spreadsheet { cell: cell.to_owned() }),
            Some(cell) => {
                let first = *seen.entry(cell.to_uppercase()).or_insert(row.line);
                if first != row.line {
                    wrong(BadReason::Repeated { first });
                }
            }
        }
        for (column, cell) in Column::ALL.into_iter().zip(&row.cells) {
            let Some(cell) = cell else { continue };
            let length = if cell.is_ascii() { cell.len() } else { cell.chars().count() };
            let control = cell.chars().any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t');
            if length > 1000 {
                let reason = BadReason::TooLong { length };
                bad.push(BadLine { line: row.line, column: heading(column), reason });
            } else if control {
                bad.push(BadLine { line: row.line, column: heading(column), reason: BadReason::Control });
            }
        }
        bad.len() == before
    });
    bad.sort_by_key(|bad| bad.line);
    list
}

/// Whether a spreadsheet took the barcode for a number (`1.2E+15`, `12345.0`) or made an error of it (`#N/A`).
fn is_spoilt(cell: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let decimal = |text: &str| match text.split_once('.') {
        Some((whole, part)) => number(whole) && number(part),
        None => number(text),
    };
    let exponent = cell.split_once("E+").or_else(|| cell.split_once("e+"));
    cell.starts_with('#')
        || exponent.is_some_and(|(mantissa, power)| decimal(mantissa) && number(power))
        || cell.strip_suffix(".0").is_some_and(number)
}

#[cfg(test)]
mod tests;

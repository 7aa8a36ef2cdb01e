//! A list of things in three forms from one set of columns: a table for people, CSV, JSON.

use std::borrow::Cow;
use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::Value;

/// One column: its key for programs, its heading for people (none: programs only), and both kinds of cell.
pub struct Column<T: ?Sized> {
    /// The key in JSON and the head in CSV.
    pub key: &'static str,
    /// The heading in a table; none where the column is for programs only.
    pub title: Option<String>,
    /// The cell for programs.
    pub value: Box<dyn Fn(&T) -> Value>,
    /// The cell for people.
    pub shown: Box<dyn Fn(&T) -> String>,
    /// Whether a table leaves it out where the terminal is narrow.
    pub wide: bool,
}

impl<T: ?Sized> Column<T> {
    /// A column for programs only.
    pub fn new(key: &'static str, value: impl Fn(&T) -> Value + Clone + 'static) -> Self {
        let text = value.clone();
        Self {
            key,
            title: None,
            value: Box::new(value),
            shown: Box::new(move |thing| listed(text(thing))),
            wide: false,
        }
    }

    /// The same column with a heading for people.
    #[must_use]
    pub fn titled(self, title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), ..self }
    }

    /// The same column with other cells for people than for programs.
    #[must_use]
    pub fn showing(self, shown: impl Fn(&T) -> String + 'static) -> Self {
        Self { shown: Box::new(shown), ..self }
    }

    /// The same column, left out of a table on a narrow terminal.
    #[must_use]
    pub fn if_wide(self) -> Self {
        Self { wide: true, ..self }
    }
}

impl<T: ?Sized> std::fmt::Debug for Column<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Column({})", self.key)
    }
}

/// The form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A table, as wide as the terminal.
    Table {
        /// Columns of the terminal; none if it is none.
        width: Option<u16>,
    },
    /// RFC 4180 with a header row.
    Csv {
        /// Whether it starts with a byte order mark, as Excel wants.
        bom: bool,
    },
    /// One document, an array.
    Json,
}

/// Terminals with fewer columns than this are narrow.
const WIDE: u16 = 110;

/// What is done to each line of a table at last.
type Finish = Box<dyn Fn(&str) -> String>;

/// Rows that a table holds before it is printed and a new one begun, so that a long list stays out of memory.
const PAGE: usize = 500;

/// Where rows go: with its own buffer where they are CSV.
enum Out<'a> {
    Plain(&'a mut dyn Write),
    Csv(Box<csv::Writer<&'a mut dyn Write>>),
}

/// Writes rows as they come.
pub struct Sheet<'a, T: ?Sized> {
    out: Out<'a>,
    form: Form,
    columns: Vec<Column<T>>,
    page: Vec<Vec<String>>,
    rows: u64,
    finish: Option<Finish>,
}

impl<T: ?Sized> std::fmt::Debug for Sheet<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sheet({:?}, {} rows)", self.form, self.rows)
    }
}

impl<'a, T: ?Sized> Sheet<'a, T> {
    /// Begins a list.
    ///
    /// # Errors
    /// When it cannot be written; so also below.
    pub fn begin(out: &'a mut dyn Write, form: Form, mut columns: Vec<Column<T>>) -> io::Result<Self> {
        if let Form::Table { width: Some(width) } = form
            && width < WIDE
        {
            columns.retain(|column| !column.wide);
        }
        let out = if let Form::Csv { bom } = form {
            let mut csv = csv_writer(out, bom)?;
            csv.write_record(columns.iter().map(|column| column.key))?;
            Out::Csv(Box::new(csv))
        } else {
            Out::Plain(out)
        };
        Ok(Self { out, form, columns, page: Vec::new(), rows: 0, finish: None })
    }

    /// Finishes every line of a table with this function, which may add colours but no visible width.
    #[must_use]
    pub fn finished_by(self, finish: impl Fn(&str) -> String + 'static) -> Self {
        Self { finish: Some(Box::new(finish)), ..self }
    }

    /// Writes one row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn row(&mut self, thing: &T) -> io::Result<()> {
        self.rows += 1;
        match (&mut self.out, self.form) {
            (Out::Csv(csv), _) => {
                for column in &self.columns {
                    csv.write_field(defused(&plain((column.value)(thing))).as_ref())?;
                }
                Ok(csv.write_record(None::<&[u8]>)?)
            }
            (Out::Plain(out), Form::Json) => {
                out.write_all(if self.rows == 1 { b"[\n" } else { b",\n" })?;
                write_object(out, &self.columns, thing)
            }
            (Out::Plain(_), Form::Table { .. } | Form::Csv { .. }) => {
                let titled = self.columns.iter().filter(|column| column.title.is_some());
                self.page.push(titled.map(|column| (column.shown)(thing)).collect());
                if self.page.len() >= PAGE {
                    self.flush_page()?;
                }
                Ok(())
            }
        }
    }

    /// Ends the list and tells how many rows it has.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(mut self) -> io::Result<u64> {
        self.flush_page()?;
        match &mut self.out {
            Out::Csv(csv) => csv.flush()?,
            Out::Plain(out) => {
                if matches!(self.form, Form::Json) {
                    out.write_all(if self.rows == 0 { b"[]\n" } else { b"\n]\n" })?;
                }
                out.flush()?;
            }
        }
        Ok(self.rows)
    }

    fn flush_page(&mut self) -> io::Result<()> {
        let Out::Plain(out) = &mut self.out else { return Ok(()) };
        if self.page.is_empty() {
            return Ok(());
        }
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        if let Form::Table { width: Some(width) } = self.form {
            table.set_width(width);
        } else {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
        table.set_header(self.columns.iter().filter_map(|column| column.title.as_deref()));
        for row in self.page.drain(..) {
            table.add_row(row);
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        for line in table.lines() {
            let line = line.trim_end();
            match &self.finish {
                Some(finish) => writeln!(out, "{}", finish(line))?,
                None => writeln!(out, "{line}")?,
            }
        }
        Ok(())
    }
}

/// Writes one thing as a JSON object with its keys in the order of the columns.
///
/// # Errors
/// When it cannot be written.
pub fn write_object<T: ?Sized>(out: &mut dyn Write, columns: &[Column<T>], thing: &T) -> io::Result<()> {
    for (index, column) in columns.iter().enumerate() {
        let separator = if index == 0 { "{" } else { "," };
        write!(out, "{separator}\"{}\":{}", column.key, (column.value)(thing))?;
    }
    out.write_all(b"}")
}

/// A value as people read it: lists joined by a comma, nothing for null.
fn listed(value: Value) -> String {
    match value {
        Value::Array(all) => all.into_iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Null | Value::String(_) | Value::Bool(_) | Value::Number(_) | Value::Object(_) => plain(value),
    }
}

/// A value as a CSV cell: lists joined by a semicolon, nothing for null.
fn plain(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Array(all) => all.into_iter().map(plain).collect::<Vec<_>>().join(";"),
        Value::Number(ref number) => {
            // Most are whole, and these are written faster by themselves.
            number.as_i64().map_or_else(|| number.to_string(), |whole| whole.to_string())
        }
        Value::Bool(_) | Value::Object(_) => value.to_string(),
    }
}

/// A cell that no spreadsheet takes for a formula: an apostrophe goes before `=`, `+`, `-`, `@`, tab and CR.
#[must_use]
pub fn defused(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// Begins a file by RFC 4180, with a byte order mark before it where Excel is to read it.
///
/// # Errors
/// When it cannot be written.
pub fn csv_writer<W: Write>(mut out: W, bom: bool) -> io::Result<csv::Writer<W>> {
    if bom {
        out.write_all("\u{feff}".as_bytes())?;
    }
    let mut builder = csv::WriterBuilder::new();
    Ok(builder.terminator(csv::Terminator::CRLF).buffer_capacity(1 << 16).from_writer(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column<str>> {
        vec![
            Column {
                key: "text",
                title: Some("Text".to_owned()),
                value: Box::new(|text: &str| Value::from(text)),
                shown: Box::new(|text: &str| text.to_owned()),
                wide: false,
            },
            Column {
                key: "list",
                title: None,
                value: Box::new(|text: &str| Value::from(vec![text, "b"])),
                shown: Box::new(|_: &str| String::new()),
                wide: false,
            },
        ]
    }

    fn written(form: Form, rows: &[&str]) -> String {
        let mut out = Vec::new();
        let mut sheet = Sheet::begin(&mut out, form, columns()).unwrap();
        for row in rows {
            sheet.row(row).unwrap();
        }
        sheet.end().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn csv_is_quoted_defused_and_marked_for_excel() {
        let csv = written(Form::Csv { bom: true }, &["=1+1", "a,\"b\"\n", "棚"]);
        assert_eq!(
            csv,
            "\u{feff}text,list\r\n'=1+1,'=1+1;b\r\n\"a,\"\"b\"\"\n\",\"a,\"\"b\"\"\n;b\"\r\n棚,棚;b\r\n"
        );
    }

    #[test]
    fn json_is_one_document_even_when_it_is_empty() {
        assert_eq!(written(Form::Json, &[]), "[]\n");
        let json: Value = serde_json::from_str(&written(Form::Json, &["a", "b"])).unwrap();
        assert_eq!(json[1]["list"][1], "b");
    }

    #[test]
    fn a_table_counts_japanese_letters_as_two_columns() {
        let table = written(Form::Table { width: Some(40) }, &["保管庫", "x"]);
        assert!(table.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 40), "{table}");
        assert!(table.contains("保管庫"));
    }
}

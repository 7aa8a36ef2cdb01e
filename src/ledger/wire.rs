//! The strict form: a reader and a writer of the one JSON spelling that an entry may have.
//!
//! A general JSON library accepts many spellings of one value; here each value has exactly one, so that the
//! hashed bytes can be told from the meaning and back. A test holds the writer against `serde_json`.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_normalization::is_nfc;

use crate::domain::names::MAX_INTEGER;

/// Why bytes are not an entry, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault} at byte {at}")]
pub struct FormError {
    /// The byte offset in the entry.
    pub at: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong with the form of an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Something else should stand there.
    #[error("expected {0}")]
    Expected(&'static str),
    /// A number that is not a whole one below 2^53 in its shortest form.
    #[error("not a whole number below 2^53 in its one form")]
    Integer,
    /// A text with a control character or an escape in another form.
    #[error("an escape that is not the one form")]
    Escape,
    /// A text that is not in Unicode's form NFC.
    #[error("a text that is not in NFC")]
    NotNfc,
    /// A value that this key cannot have.
    #[error("a value that `{0}` cannot have")]
    Value(&'static str),
    /// A version of the format that this program does not know.
    #[error("format version {0}, newer than this program")]
    NewerVersion(u64),
    /// A kind of event that this program does not know.
    #[error("a kind of event that this program does not know: {0}")]
    UnknownKind(String),
}

/// A value with one spelling.
pub(super) trait Wire: Sized {
    /// Writes it.
    fn put(&self, out: &mut String);
    /// Reads it.
    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError>;
}

/// Reads along the bytes of one entry.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    key: &'static str,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0, key: "v" }
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    pub(super) const fn fail<T>(&self, fault: Fault) -> Result<T, FormError> {
        Err(FormError { at: self.at, fault })
    }

    pub(super) const fn bad_value<T>(&self) -> Result<T, FormError> {
        self.fail(Fault::Value(self.key))
    }

    #[inline]
    pub(super) fn expect(&mut self, literal: &'static str) -> Result<(), FormError> {
        if self.rest().starts_with(literal.as_bytes()) {
            self.at += literal.len();
            Ok(())
        } else {
            self.fail(Fault::Expected(literal))
        }
    }

    pub(super) fn end(&self) -> Result<(), FormError> {
        if self.rest().is_empty() { Ok(()) } else { self.fail(Fault::Expected("the end")) }
    }

    /// Reads what stands before a value (a brace or a comma, and its key with quotes and colon), then the value.
    #[inline]
    pub(super) fn member<T: Wire>(
        &mut self,
        before: &'static str,
        key: &'static str,
    ) -> Result<T, FormError> {
        self.expect(before)?;
        self.key = key;
        T::take(self)
    }

    pub(super) fn integer(&mut self) -> Result<u64, FormError> {
        let digits = self.rest().iter().take_while(|b| b.is_ascii_digit()).count();
        let Some(number) = self.text.get(self.at..self.at + digits) else { return self.fail(Fault::Integer) };
        let shortest = digits == 1 || (digits > 1 && !number.starts_with('0'));
        match number.parse() {
            Ok(value) if shortest && value <= MAX_INTEGER => {
                self.at += digits;
                Ok(value)
            }
            _ => self.fail(Fault::Integer),
        }
    }

    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, FormError> {
        self.expect("\"")?;
        let start = self.at;
        let plain = plain_bytes(self.rest());
        let Some(head) = self.text.get(start..start + plain) else {
            return self.fail(Fault::Expected("a text"));
        };
        self.at += plain;
        let text =
            if self.peek() == Some(b'"') { Cow::Borrowed(head) } else { Cow::Owned(self.escaped(head)?) };
        self.expect("\"")?;
        if !text.is_ascii() && !is_nfc(&text) {
            return Err(FormError { at: start, fault: Fault::NotNfc });
        }
        Ok(text)
    }

    /// Where it is, to come back to.
    pub(super) const fn mark(&self) -> usize {
        self.at
    }

    /// Goes back to where it was.
    pub(super) const fn back_to(&mut self, mark: usize) {
        self.at = mark;
    }

    /// A text of so many bytes, each of which stands for itself and none of which is looked at.
    pub(super) fn fixed(&mut self, length: usize) -> Option<&'a str> {
        let text = self.text.get(self.at + 1..self.at + 1 + length)?;
        let ends = [self.peek(), self.text.as_bytes().get(self.at + 1 + length).copied()];
        if ends != [Some(b'"'); 2] {
            return None;
        }
        self.at += length + 2;
        Some(text)
    }

    /// A text; an empty one for null.
    pub(super) fn text_or_null(&mut self) -> Result<Cow<'a, str>, FormError> {
        if self.peek() == Some(b'n') {
            self.expect("null").map(|()| Cow::Borrowed(""))
        } else {
            self.string()
        }
    }

    /// The digits of a number as they stand; an empty text for null.
    pub(super) fn digits_or_null(&mut self) -> Result<&'a str, FormError> {
        if self.peek() == Some(b'n') {
            return self.expect("null").map(|()| "");
        }
        let from = self.at;
        self.integer()?;
        Ok(self.text.get(from..self.at).unwrap_or_default())
    }

    /// All that is left but for its end.
    pub(super) fn but_for(&self, end: &'static str) -> Result<&'a str, FormError> {
        let rest = self.text.get(self.at..).and_then(|rest| rest.strip_suffix(end));
        rest.map_or_else(|| self.fail(Fault::Expected(end)), Ok)
    }

    fn escaped(&mut self, head: &str) -> Result<String, FormError> {
        let mut text = head.to_owned();
        loop {
            match self.peek() {
                Some(b'"') => return Ok(text),
                Some(b'\\') => text.push(self.escape()?),
                Some(b) if b >= 0x20 => {
                    let more = plain_bytes(self.rest());
                    text.push_str(self.text.get(self.at..self.at + more).unwrap_or_default());
                    self.at += more;
                }
                _ => return self.fail(Fault::Escape),
            }
        }
    }

    fn escape(&mut self) -> Result<char, FormError> {
        for c in ('\0'..' ').chain(['"', '\\']) {
            let spelling = spelling(c);
            if self.rest().starts_with(spelling.as_bytes()) {
                self.at += spelling.len();
                return Ok(c);
            }
        }
        self.fail(Fault::Escape)
    }
}

/// How many bytes stand for themselves, up to the end of a text or the first escape.
fn plain_bytes(bytes: &[u8]) -> usize {
    let special = |byte: &u8| *byte == b'"' || *byte == b'\\' || *byte < 0x20;
    // Eight at a time, for most are hexadecimal digits: no byte of them may be special.
    let (words, _) = bytes.as_chunks::<8>();
    let whole = words.iter().take_while(|word| !word.iter().fold(false, |any, byte| any | special(byte)));
    let whole = whole.count() * 8;
    whole + bytes.get(whole..).unwrap_or_default().iter().take_while(|byte| !special(byte)).count()
}

/// How a character that may not stand as it is is written.
fn spelling(c: char) -> Cow<'static, str> {
    Cow::Borrowed(match c {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{8}' => "\\b",
        '\u{c}' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        other => return Cow::Owned(format!("\\u{:04x}", u32::from(other))),
    })
}

/// Writes a text in its one spelling.
pub(super) fn put_text(out: &mut String, text: &str) {
    out.push('"');
    if text.bytes().any(|b| b < b' ' || b == b'"' || b == b'\\') {
        for c in text.chars() {
            if c < ' ' || c == '"' || c == '\\' {
                out.push_str(&spelling(c));
            } else {
                out.push(c);
            }
        }
    } else {
        out.push_str(text);
    }
    out.push('"');
}

impl Wire for u64 {
    fn put(&self, out: &mut String) {
        let _ = write!(out, "{self}");
    }
    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
        reader.integer()
    }
}

impl Wire for bool {
    fn put(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
        let yes = reader.peek() == Some(b't');
        reader.expect(if yes { "true" } else { "false" })?;
        Ok(yes)
    }
}

impl<T: Wire> Wire for Option<T> {
    fn put(&self, out: &mut String) {
        match self {
            Some(value) => value.put(out),
            None => out.push_str("null"),
        }
    }
    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
        if reader.peek() == Some(b'n') {
            reader.expect("null")?;
            return Ok(None);
        }
        T::take(reader).map(Some)
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn put(&self, out: &mut String) {
        out.push('[');
        for (index, value) in self.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            value.put(out);
        }
        out.push(']');
    }
    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
        reader.expect("[")?;
        let mut all = Self::new();
        while reader.peek() != Some(b']') {
            if !all.is_empty() {
                reader.expect(",")?;
            }
            all.push(T::take(reader)?);
        }
        reader.expect("]")?;
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_is_spelt_as_serde_json_spells_it(text in any::<String>()) {
            let mut out = String::new();
            put_text(&mut out, &text);
            prop_assert_eq!(&out, &serde_json::to_string(&text).unwrap());
            let read = Reader::new(&out).string();
            if is_nfc(&text) {
                prop_assert_eq!(read.unwrap(), text);
            } else {
                prop_assert_eq!(read.unwrap_err().fault, Fault::NotNfc);
            }
        }

        #[test]
        fn whatever_is_read_is_written_the_same(text in "\"(\\\\u00[01][0-9a-fA-F]|\\\\[nrtbf/\"u]|[a-zあ\u{0}-\u{8}]){0,6}\"") {
            let mut reader = Reader::new(&text);
            if let Ok(read) = reader.string() {
                let mut out = String::new();
                put_text(&mut out, &read);
                prop_assert!(text.starts_with(&out), "{} {}", text, out);
            }
        }
    }

    #[test]
    fn a_number_has_one_spelling() {
        for (text, value) in [("0", Some(0)), ("7,", Some(7)), ("9007199254740991", Some(MAX_INTEGER))] {
            assert_eq!(Reader::new(text).integer().ok(), value, "{text}");
        }
        for text in ["", "00", "01", "-1", "+1", "9007199254740992", "99999999999999999999999", "１"] {
            assert!(Reader::new(text).integer().is_err(), "{text}");
        }
    }
}

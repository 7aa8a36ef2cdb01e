//! An entry cut into its parts without reading what they mean, for lists of many.

use std::borrow::Cow;

use super::wire::{FormError, Reader};

/// The parts of an entry as they stand in its line; an empty text for null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts<'a> {
    /// Its number.
    pub seq: &'a str,
    /// The word of its kind.
    pub kind: Cow<'a, str>,
    /// The identity of its medium.
    pub medium: &'a str,
    /// When it was recorded.
    pub at: Cow<'a, str>,
    /// The earlier time that is claimed for it.
    pub occurred: Cow<'a, str>,
    /// Who acted.
    pub by: Cow<'a, str>,
    /// The second person.
    pub with: Cow<'a, str>,
    /// Where it was entered.
    pub station: Cow<'a, str>,
    /// How the barcode got in.
    pub how: Cow<'a, str>,
    /// The barcode of the one medium that it is about.
    pub barcode: Cow<'a, str>,
    /// The object of what only its kind has.
    pub data: &'a str,
}

impl<'a> Parts<'a> {
    /// Cuts the line of an entry.
    ///
    /// # Errors
    /// Where and why it does not have the form of one. What stands in `data` is not looked at but for the barcode.
    pub fn of(line: &'a str) -> Result<Self, FormError> {
        let r = &mut Reader::new(line);
        r.expect("{\"v\":1,\"seq\":")?;
        let seq = r.digits_or_null()?;
        r.expect(",\"prev\":")?;
        r.text_or_null()?;
        r.expect(",\"kind\":")?;
        let kind = r.text_or_null()?;
        r.expect(",\"medium\":")?;
        let medium = r.digits_or_null()?;
        r.expect(",\"mseq\":")?;
        r.digits_or_null()?;
        r.expect(",\"mprev\":")?;
        r.text_or_null()?;
        r.expect(",\"at\":")?;
        let at = r.text_or_null()?;
        r.expect(",\"occurred\":")?;
        let occurred = r.text_or_null()?;
        r.expect(",\"by\":")?;
        let by = r.text_or_null()?;
        r.expect(",\"with\":")?;
        let with = r.text_or_null()?;
        r.expect(",\"station\":")?;
        let station = r.text_or_null()?;
        r.expect(",\"how\":")?;
        let how = r.text_or_null()?;
        r.expect(",\"data\":")?;
        let data = r.but_for("}")?;
        let r = &mut Reader::new(data);
        let barcode = if r.expect("{\"barcode\":").is_ok() { r.text_or_null()? } else { Cow::Borrowed("") };
        Ok(Self { seq, kind, medium, at, occurred, by, with, station, how, barcode, data })
    }
}

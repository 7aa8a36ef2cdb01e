//! Barcodes as scanners, libraries, lists and fingers deliver them, brought to one form.
//!
//! A label is a volser (usually six characters) and usually a media identifier (two characters; one on SDLT).
//! What readers add around it — start and stop characters, symbology identifiers, padding, folded case, the
//! identifier in front — is taken away here and nowhere else, so that one cartridge has one barcode.

use std::borrow::Cow;

super::words! {
    /// What sort of cartridge a label names.
    LabelKind {
        /// It holds data.
        Data = "data",
        /// It holds data and can be written once.
        Worm = "worm",
        /// It cleans drives.
        Clean = "clean",
        /// It is for the service engineer.
        Diag = "diag",
        /// Its label does not tell.
        Unknown = "unknown",
    }
}

/// How a scan in small letters is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CapsFold {
    /// As capital letters: a keyboard scanner under caps lock sends small ones.
    Upcase,
    /// Not at all.
    Reject,
}

/// Why a text is not a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// Nothing is left of it.
    #[error("it is empty")]
    Empty,
    /// It is longer than any label.
    #[error("it has {length} characters, a label at most {MAX_LENGTH}")]
    TooLong {
        /// Characters found.
        length: usize,
    },
    /// It holds a character that no label carries.
    #[error("the character {found:?} is on no label")]
    Character {
        /// The first such character.
        found: char,
    },
    /// It is in small letters, and the policy says that this is not read.
    #[error("it is in small letters (caps lock?)")]
    SmallLetters,
    /// A start or stop character was misread: one mark stands alone, or a tape label has a character too many.
    #[error("a start or stop character was misread")]
    Misread,
}

/// The longest label, in characters.
pub const MAX_LENGTH: usize = 64;

/// The media identifiers: LTO generations with their WORM and cleaning forms (LTO bar code label
/// specification), IBM 3592, StorageTek T10000.
const MEDIA_IDS: [([u8; 2], LabelKind); 42] = [
    (*b"L1", LabelKind::Data),
    (*b"L2", LabelKind::Data),
    (*b"L3", LabelKind::Data),
    (*b"L4", LabelKind::Data),
    (*b"L5", LabelKind::Data),
    (*b"L6", LabelKind::Data),
    (*b"L7", LabelKind::Data),
    (*b"L8", LabelKind::Data),
    (*b"L9", LabelKind::Data),
    (*b"LA", LabelKind::Data),
    (*b"PA", LabelKind::Data),
    (*b"M8", LabelKind::Data),
    (*b"LT", LabelKind::Worm),
    (*b"LU", LabelKind::Worm),
    (*b"LV", LabelKind::Worm),
    (*b"LW", LabelKind::Worm),
    (*b"LX", LabelKind::Worm),
    (*b"LY", LabelKind::Worm),
    (*b"LZ", LabelKind::Worm),
    (*b"CU", LabelKind::Clean),
    (*b"JA", LabelKind::Data),
    (*b"JB", LabelKind::Data),
    (*b"JC", LabelKind::Data),
    (*b"JD", LabelKind::Data),
    (*b"JE", LabelKind::Data),
    (*b"JF", LabelKind::Data),
    (*b"JJ", LabelKind::Data),
    (*b"JK", LabelKind::Data),
    (*b"JL", LabelKind::Data),
    (*b"JM", LabelKind::Data),
    (*b"JW", LabelKind::Worm),
    (*b"JR", LabelKind::Worm),
    (*b"JX", LabelKind::Worm),
    (*b"JY", LabelKind::Worm),
    (*b"JZ", LabelKind::Worm),
    (*b"JV", LabelKind::Worm),
    (*b"T1", LabelKind::Data),
    (*b"T2", LabelKind::Data),
    (*b"TS", LabelKind::Data),
    (*b"TT", LabelKind::Data),
    (*b"CT", LabelKind::Clean),
    (*b"CC", LabelKind::Clean),
];

/// What a media identifier says of the cartridge; none if no such identifier is known.
#[must_use]
pub fn kind_of(media_id: &str) -> Option<LabelKind> {
    let media_id: [u8; 2] = media_id.as_bytes().try_into().ok()?;
    MEDIA_IDS.iter().find(|(id, _)| *id == media_id).map(|(_, kind)| *kind)
}

/// A label in its one form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Label {
    text: String,
    /// Where the media identifier begins; the length where there is none.
    split: usize,
}

impl Label {
    /// Reads what a scanner, a library, a list or a person delivers.
    ///
    /// # Errors
    /// When no label carries such a text.
    pub fn parse(raw: &str, caps: CapsFold) -> Result<Self, LabelError> {
        let bare = unwrapped(raw)?;
        let text = folded(&bare, caps)?;
        let text = rotated(&text).unwrap_or_else(|| text.into_owned());
        if is_misread(&text) {
            return Err(LabelError::Misread);
        }
        let split = text.len() - media_id_length(&text);
        Ok(Self { text, split })
    }

    /// The whole label: volser and media identifier.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The volser.
    #[must_use]
    pub fn volser(&self) -> &str {
        self.text.get(..self.split).unwrap_or(&self.text)
    }

    /// The media identifier, if the label has one.
    #[must_use]
    pub fn media_id(&self) -> Option<&str> {
        self.text.get(self.split..).filter(|id| !id.is_empty())
    }

    /// What sort of cartridge it names.
    #[must_use]
    pub fn kind(&self) -> LabelKind {
        let volser = self.volser();
        if volser.starts_with("CLN") {
            return LabelKind::Clean;
        }
        // The vendors' own way is a space; without it the letters may be anybody's.
        if volser.starts_with("DG ") {
            return LabelKind::Diag;
        }
        if volser.starts_with("DIAG") {
            return LabelKind::Unknown;
        }
        match self.media_id() {
            Some(id) => kind_of(id).unwrap_or(LabelKind::Data),
            None => LabelKind::Data,
        }
    }

    /// Whether both may be on one cartridge: the same text, or the same volser where one lacks the identifier.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.text == other.text
            || (self.volser() == other.volser() && self.media_id().is_some() != other.media_id().is_some())
    }
}

/// Whether two labels with media identifiers came as one text, because nothing ended the first of them.
#[must_use]
pub fn two_in_one(raw: &str) -> bool {
    let text = raw.trim();
    let halves = text.get(..8).zip(text.get(8..)).filter(|(_, rest)| rest.len() == 8);
    halves.is_some_and(|(one, other)| {
        [one, other].iter().all(|half| plain(half) && ends_in_id(&half.to_uppercase()))
    })
}

/// Takes away what readers put around a label.
fn unwrapped(raw: &str) -> Result<Cow<'_, str>, LabelError> {
    let mut text = raw.trim();
    // An AIM symbology identifier: `]`, a letter, a digit.
    if let Some(rest) = text.strip_prefix(']') {
        let mut chars = rest.chars();
        if chars.next().is_some_and(|c| c.is_ascii_alphabetic())
            && chars.next().is_some_and(|c| c.is_ascii_digit())
        {
            text = chars.as_str();
        }
    }
    // Start and stop characters printed through: `*` of Code 39, `$` of Tri-optic.
    for mark in ['*', '$'] {
        if let Some(inner) = text.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark)) {
            text = inner;
        }
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(LabelError::Empty);
    }
    // Half a pair of marks: the other one was misread, and with it perhaps a letter.
    if text.contains('*') || text.starts_with('$') || text.ends_with('$') {
        return Err(LabelError::Misread);
    }
    // Bytes bound characters from above, so that a huge input is not counted through for nothing.
    let length = text.chars().take(raw.len().min(1 << 20)).count();
    if length > MAX_LENGTH {
        return Err(LabelError::TooLong { length });
    }
    if text.is_ascii() {
        return checked(Cow::Borrowed(text));
    }
    // A Japanese input method left on: full-width letters and digits are meant as plain ones.
    checked(Cow::Owned(text.chars().map(narrowed).collect()))
}

fn narrowed(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    }
}

fn checked(text: Cow<'_, str>) -> Result<Cow<'_, str>, LabelError> {
    // `#17` and `serial:…` name a medium without its label, so no label may look like them.
    if text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("serial:")) {
        return Err(LabelError::Character { found: ':' });
    }
    match text.chars().find(|c| *c == '#' || !(c.is_ascii_graphic() || *c == ' ')) {
        Some(found) => Err(LabelError::Character { found }),
        None => Ok(text),
    }
}

/// Brings the case in order: only a tape label all in small letters is taken for caps lock's work.
fn folded(text: &str, caps: CapsFold) -> Result<Cow<'_, str>, LabelError> {
    let small = text.bytes().any(|b| b.is_ascii_lowercase());
    let capital = text.bytes().any(|b| b.is_ascii_uppercase());
    let tape = (6..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ');
    match (small && !capital && tape, caps) {
        (false, _) => Ok(Cow::Borrowed(text)),
        (true, CapsFold::Upcase) => Ok(Cow::Owned(text.to_ascii_uppercase())),
        (true, CapsFold::Reject) => Err(LabelError::SmallLetters),
    }
}

/// Some libraries report the media identifier first; only a label of eight that ends in none can be such.
fn rotated(text: &str) -> Option<String> {
    let (id, volser) = (text.get(..2)?, text.get(2..)?);
    let rotated = volser.len() == 6 && plain(text) && kind_of(id).is_some() && !ends_in_id(text);
    rotated.then(|| format!("{volser}{id}"))
}

fn plain(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn ends_in_id(text: &str) -> bool {
    text.len().checked_sub(2).and_then(|at| text.get(at..)).is_some_and(|id| kind_of(id).is_some())
}

/// Nine characters ending in a media identifier: a label of eight with a start or stop character misread.
fn is_misread(text: &str) -> bool {
    text.len() == 9 && plain(text) && ends_in_id(text)
}

fn media_id_length(text: &str) -> usize {
    if text.len() == 8 && ends_in_id(text) {
        2
    } else {
        // SDLT: seven characters, the last one S. A label of six is never split: its end may be anything.
        usize::from(text.len() == 7 && plain(text) && text.ends_with('S'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_row_of_the_table_is_read_as_it_says() {
        let table = include_str!("../../fixtures/barcodes.tsv");
        let mut rows = 0;
        for line in table.lines().filter(|line| !line.starts_with('#')).skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [raw, volser, media_id, kind, ..] = cells[..] else { panic!("{line}") };
            rows += 1;
            let read = Label::parse(raw, CapsFold::Reject);
            if volser.is_empty() {
                assert!(read.is_err(), "{line}: {read:?}");
                continue;
            }
            let label = read.unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(label.volser(), volser, "{line}");
            assert_eq!(label.media_id().unwrap_or(""), media_id, "{line}");
            assert_eq!(label.kind().word(), kind, "{line}");
        }
        assert!(rows > 30, "{rows}");
    }

    #[test]
    fn caps_lock_is_undone_for_tape_labels_only() {
        let upcased = |raw| Label::parse(raw, CapsFold::Upcase).map(|label| label.text().to_owned());
        assert_eq!(upcased("abc123l8"), Ok("ABC123L8".to_owned()));
        assert_eq!(upcased("Full-0001"), Ok("Full-0001".to_owned()));
        assert_eq!(upcased("full-0001"), Ok("full-0001".to_owned()));
        assert_eq!(Label::parse("abc123l8", CapsFold::Reject), Err(LabelError::SmallLetters));
    }

    #[test]
    fn long_and_short_forms_match_by_volser_but_never_two_media_ids() {
        let label = |raw| Label::parse(raw, CapsFold::Upcase).unwrap();
        assert!(label("ABC123").matches(&label("ABC123L8")));
        assert!(label("ABC123L8").matches(&label("L8ABC123")));
        assert!(!label("ABC123L8").matches(&label("ABC123L9")));
        assert!(!label("ABC123").matches(&label("ABC124L8")));
    }

    #[test]
    fn two_labels_in_one_reading_are_known_for_what_they_are() {
        assert!(two_in_one("KRB123L9KRB124L9"));
        assert!(two_in_one(" krb123l9krb124l9 "));
        assert!(!two_in_one("KRB123L9"));
        assert!(!two_in_one("KRB-2026-0042-AB"));
        assert!(!two_in_one("棚棚棚棚"));
    }

    #[test]
    fn what_no_label_carries_is_named() {
        let error = |raw: &str| Label::parse(raw, CapsFold::Upcase).unwrap_err();
        assert_eq!(error(" \t"), LabelError::Empty);
        assert_eq!(error("**"), LabelError::Empty);
        assert_eq!(error(&"A".repeat(10_000)), LabelError::TooLong { length: 10_000 });
        assert_eq!(error("ABC\u{1b}12"), LabelError::Character { found: '\u{1b}' });
        assert_eq!(error("ABC123\u{0}L8"), LabelError::Character { found: '\0' });
        assert_eq!(error("媒体１"), LabelError::Character { found: '媒' });
        assert_eq!(error("#17"), LabelError::Character { found: '#' });
        assert_eq!(error("Serial:17"), LabelError::Character { found: ':' });
        assert_eq!(error("XABC123L6"), LabelError::Misread);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic_and_its_own_text_reads_back(raw in ".{0,80}") {
            if let Ok(label) = Label::parse(&raw, CapsFold::Upcase) {
                let again = Label::parse(label.text(), CapsFold::Reject);
                prop_assert_eq!(again.as_ref(), Ok(&label), "{}", raw);
            }
        }

        #[test]
        fn wrapping_and_padding_change_nothing(label in "[A-Z0-9]{6}(L[1-9]|LZ|JF|T2)?") {
            let bare = Label::parse(&label, CapsFold::Reject).unwrap();
            for wrapped in [format!("*{label}*"), format!("${label}$"), format!("]A0{label}"), format!("{label}        ")] {
                prop_assert_eq!(Label::parse(&wrapped, CapsFold::Reject).unwrap(), bare.clone());
            }
            let wide: String = label.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
            prop_assert_eq!(Label::parse(&wide, CapsFold::Reject).unwrap(), bare);
        }
    }
}

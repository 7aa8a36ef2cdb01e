//! Identifiers, each a type of its own, so that a badge can never stand where a place code is meant.
//!
//! An *identity* is the `seq` of the event that opened the thing; it is never reissued. Badges, codes and
//! barcodes are attributes that people print and scan; the log names things by them.

use std::fmt;

use smol_str::SmolStr;

/// The largest whole number that the log may hold: 2^53 − 1, exact in every JSON reader.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

macro_rules! identities {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    )+};
}

identities! {
    /// A medium: the `seq` of its `register` event.
    MediumId,
    /// A place: the `seq` of its `place_added` event.
    PlaceId,
    /// A person: the `seq` of their `person_enrolled` event.
    PersonId,
    /// A movement order: the `seq` of its request.
    OrderId,
    /// A stocktake: the `seq` of its opening.
    AuditId,
    /// An incident: the `seq` of its opening.
    IncidentId,
}

/// Why a text is not a valid name of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing is left of it.
    #[error("it is empty")]
    Empty,
    /// It has more characters than its kind allows.
    #[error("it has {length} characters, {limit} are allowed")]
    TooLong {
        /// Characters found.
        length: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// It holds a character that its kind does not allow.
    #[error("the character {found:?} is not allowed in it")]
    Character {
        /// The first such character.
        found: char,
    },
}

/// Names are short and many: those of at most 23 bytes need no memory of their own.
fn checked(text: &str, limit: usize, allowed: impl Fn(char) -> bool) -> Result<SmolStr, NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    let length = if text.is_ascii() { text.len() } else { text.chars().count() };
    if length > limit {
        return Err(NameError::TooLong { length, limit });
    }
    match text.chars().find(|&c| !allowed(c)) {
        Some(found) => Err(NameError::Character { found }),
        None => Ok(SmolStr::new(text)),
    }
}

fn printable(c: char) -> bool {
    matches!(c, ' '..='~')
        || !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn scannable(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '/' | ':')
}

fn host(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.')
}

fn word(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident ($limit:literal, $allowed:ident)),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(SmolStr);

        impl $name {
            /// The most characters it may have.
            pub const LIMIT: usize = $limit;

            /// Checks a text (expected in NFC).
            ///
            /// # Errors
            /// When it is empty, too long, or holds a character that is not allowed.
            pub fn new(text: &str) -> Result<Self, NameError> {
                checked(text, $limit, $allowed).map(Self)
            }

            /// A text that was checked before, when it became a name.
            #[allow(dead_code, reason = "not every sort of name is read back in this way")]
            pub(crate) fn again(text: &str) -> Self {
                Self(SmolStr::new(text))
            }

            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    )+};
}

names! {
    /// What is printed on a person's badge.
    Badge(32, scannable),
    /// What is printed on a place and can be scanned there.
    PlaceCode(32, scannable),
    /// A medium's barcode in its canonical form, as [`crate::domain::barcode::Label::text`] gives it.
    Barcode(64, printable),
    /// A cartridge's serial number, as the maker printed it or its memory chip tells it.
    Serial(64, printable),
    /// Where an entry was made: a terminal, a door, a host.
    Station(64, printable),
    /// An organisation's short name.
    Org(64, printable),
    /// A system, department or other short name in a description.
    Term(64, printable),
    /// A value of the policy.
    Setting(512, printable),
    /// The site's name as it stands in checkpoints (C2SP origin): letters, digits, `-` and `.`.
    SiteName(63, host),
    /// The rest of a label that could not be resolved, cut to what the log keeps.
    Reading(64, any),
    /// The code of a rule or a reason, in lower case.
    Code(32, word),
}

fn any(_: char) -> bool {
    true
}

/// A SHA-256 value; by default [`Digest::ZERO`].
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// 32 zero bytes: what stands before the first entry of a chain.
    pub const ZERO: Self = Self([0; 32]);

    /// Reads 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        unhex(text).map(Self)
    }

    /// Its first eight digits, for people to tell one from another.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string().chars().take(8).collect()
    }
}

/// An Ed25519 signature (RFC 8032), as it stands in an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

impl Signature {
    /// Reads 128 lower-case hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        unhex(text).map(Self)
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, |digits| f.write_str(digits))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The identity of a text that stands in the `kept` table: SHA-256 of its salt and itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kept(pub Digest);

/// A ledger's random 128-bit identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LedgerId(pub [u8; 16]);

impl LedgerId {
    /// Reads 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        unhex(text).map(Self)
    }
}

impl fmt::Display for LedgerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, |digits| f.write_str(digits))
    }
}

/// Hands over two lower-case hexadecimal digits for each byte, at most sixteen bytes at a time.
fn hex<E>(bytes: &[u8], mut each: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + (nibble - 10) };
    for some in bytes.chunks(16) {
        let mut digits = [0; 32];
        for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(some) {
            *pair = [digit(byte >> 4), digit(byte & 15)];
        }
        each(std::str::from_utf8(digits.get(..some.len() * 2).unwrap_or_default()).unwrap_or_default())?;
    }
    Ok(())
}

/// Reads two lower-case hexadecimal digits for each byte.
fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    let (mut out, mut wrong) = ([0; N], 0);
    for (byte, [high, low]) in out.iter_mut().zip(pairs) {
        let (high, low) = (NIBBLES[usize::from(*high)], NIBBLES[usize::from(*low)]);
        wrong |= high | low;
        *byte = high << 4 | low & 15;
    }
    (wrong < 16).then_some(out)
}

/// The value of each byte as a lower-case hexadecimal digit; 255 for what is none.
const NIBBLES: [u8; 256] = {
    let mut all = [255; 256];
    let mut value = 0;
    while value < 16 {
        all[if value < 10 { b'0' + value } else { b'a' + value - 10 } as usize] = value;
        value += 1;
    }
    all
};

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, |digits| f.write_str(digits))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_why_they_are_refused() {
        assert_eq!(Badge::new(""), Err(NameError::Empty));
        assert_eq!(Badge::new("山田"), Err(NameError::Character { found: '山' }));
        assert_eq!(PlaceCode::new("V1 A"), Err(NameError::Character { found: ' ' }));
        assert_eq!(Badge::new(&"B".repeat(33)), Err(NameError::TooLong { length: 33, limit: 32 }));
        assert_eq!(Station::new("a\u{202e}b"), Err(NameError::Character { found: '\u{202e}' }));
        assert_eq!(SiteName::new("tokyo_1"), Err(NameError::Character { found: '_' }));
        assert_eq!(PlaceCode::new("V1-A-03").map(|c| c.to_string()), Ok("V1-A-03".to_owned()));
    }

    #[test]
    fn a_digest_has_one_spelling() {
        let d = Digest([0xab; 32]);
        assert_eq!(Digest::parse(&d.to_string()), Some(d));
        assert_eq!(Digest::parse(&d.to_string().to_uppercase()), None);
        assert_eq!(Digest::parse("ab"), None);
    }
}

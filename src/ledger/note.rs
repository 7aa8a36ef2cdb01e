//! Signed notes (C2SP `signed-note`): a text and the signatures under it, as Go's `sumdb/note` reads and writes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::domain::names::Digest;

/// The algorithm byte of Ed25519.
const ED25519: u8 = 1;
/// What a signature line begins with.
const DASH: &str = "\u{2014} ";

/// Why a text is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It is not a note: text, an empty line, and one signature line or more.
    #[error("not a signed note")]
    Form,
    /// It is no key in the form `name+hash+base64`.
    #[error("not a verifier key")]
    Key,
    /// No signature under it is by this key.
    #[error("not signed by the key")]
    Unsigned,
    /// It is a checkpoint of another log.
    #[error("a checkpoint of another log")]
    Origin,
    /// None of the witnesses that were named has cosigned it.
    #[error("not cosigned by a witness")]
    Unwitnessed,
    /// The key that signed it is not one that the auditor's policy trusts.
    #[error("not signed by a trusted key")]
    Untrusted,
    /// A signature by this key's name and hash does not hold.
    #[error("the signature does not hold")]
    Signature,
}

/// Whether a name may stand in a key: neither empty, nor with white space or a plus sign in it.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('+') && !name.contains(char::is_whitespace)
}

/// The first four bytes of SHA-256 over name, line end, algorithm and key.
fn key_hash(name: &str, public: &[u8; 32], algorithm: u8) -> [u8; 4] {
    let hash = Sha256::new()
        .chain_update(name)
        .chain_update(b"\n")
        .chain_update([algorithm])
        .chain_update(public)
        .finalize();
    let mut first = [0; 4];
    first.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    first
}

fn hex(bytes: [u8; 4]) -> String {
    format!("{:08x}", u32::from_be_bytes(bytes))
}

/// One signature line.
pub(super) struct SignatureLine<'a> {
    name: &'a str,
    hash: [u8; 4],
    /// What follows the key's hash.
    pub(super) signature: Vec<u8>,
}

/// A note's text, with its last line end, and its signature lines.
pub(super) fn parts(note: &str) -> Result<(&str, Vec<SignatureLine<'_>>), NoteError> {
    let split = note.rfind("\n\n").ok_or(NoteError::Form)?;
    let (Some(text), Some(lines)) = (note.get(..=split), note.get(split + 2..)) else {
        return Err(NoteError::Form);
    };
    if lines.is_empty() || !lines.ends_with('\n') || text.chars().any(|c| c < ' ' && c != '\n') {
        return Err(NoteError::Form);
    }
    let lines = lines.lines().map(|line| {
        let (name, signature) = line.strip_prefix(DASH)?.split_once(' ')?;
        let bytes = STANDARD.decode(signature).ok()?;
        let (hash, rest) = bytes.split_first_chunk::<4>()?;
        Some(SignatureLine { name, hash: *hash, signature: rest.to_vec() })
    });
    Ok((text, lines.collect::<Option<_>>().ok_or(NoteError::Form)?))
}

/// Checks an Ed25519 signature, strictly.
pub(super) fn verify(key: &VerifyingKey, text: &str, signature: &[u8]) -> Result<(), NoteError> {
    let signature = Signature::from_slice(signature).map_err(|_| NoteError::Signature)?;
    key.verify_strict(text.as_bytes(), &signature).map_err(|_| NoteError::Signature)
}

/// The note with which a text begins: up to its last signature line. What a manifest prints below it is left away.
#[must_use]
pub fn leading(text: &str) -> &str {
    let Some(begin) = text.find("\n\n") else { return text };
    let lines = text.get(begin + 2..).unwrap_or_default().split_inclusive('\n');
    let signatures: usize = lines.take_while(|line| line.starts_with(DASH)).map(str::len).sum();
    text.get(..begin + 2 + signatures).unwrap_or(text)
}

/// A key with which notes are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteKey {
    name: String,
    public: [u8; 32],
}

impl NoteKey {
    /// A key of this name; none if nobody could be called so.
    #[must_use]
    pub fn new(name: &str, public: Digest) -> Option<Self> {
        is_name(name).then(|| Self { name: name.to_owned(), public: public.0 })
    }

    /// Reads `name+hash+base64`.
    ///
    /// # Errors
    /// When it is not one, or its hash is not that of name and key.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        Self::parse_as(text, ED25519)
    }

    /// Reads a key for signatures by this algorithm.
    pub(super) fn parse_as(text: &str, algorithm: u8) -> Result<Self, NoteError> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(hash), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key);
        };
        let bytes = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let Some((first, public)) = bytes.split_first() else { return Err(NoteError::Key) };
        let public: [u8; 32] = public.try_into().map_err(|_| NoteError::Key)?;
        if *first != algorithm || !is_name(name) || hex(key_hash(name, &public, algorithm)) != hash {
            return Err(NoteError::Key);
        }
        Ok(Self { name: name.to_owned(), public })
    }

    /// The same key under another name; none if nobody could be called so.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<Self> {
        Self::new(name, self.public())
    }

    /// Whether it is the same key of the same log, in whichever incarnation: the last part of an origin is its number.
    #[must_use]
    pub fn is_same_log(&self, other: &Self) -> bool {
        let base = |key: &Self| key.name.rsplit_once('/').map(|(base, _)| base.to_owned());
        self.public == other.public && base(self) == base(other)
    }

    /// The key itself.
    #[must_use]
    pub const fn public(&self) -> Digest {
        Digest(self.public)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether this key has signed these words with Ed25519.
    pub(super) fn holds(&self, text: &str, signature: &[u8]) -> bool {
        VerifyingKey::from_bytes(&self.public).is_ok_and(|key| verify(&key, text, signature).is_ok())
    }

    /// Whether a line names this key, for signatures by this algorithm; those of others are not its business.
    pub(super) fn is_by(&self, line: &SignatureLine<'_>, algorithm: u8) -> bool {
        line.name == self.name && line.hash == key_hash(&self.name, &self.public, algorithm)
    }

    /// The key as `name+hash+base64` for signatures by this algorithm.
    pub(super) fn as_text(&self, algorithm: u8) -> String {
        let bytes: Vec<u8> = std::iter::once(algorithm).chain(self.public).collect();
        let hash = hex(key_hash(&self.name, &self.public, algorithm));
        format!("{}+{hash}+{}", self.name, STANDARD.encode(bytes))
    }

    /// The text of a note that this key has signed.
    ///
    /// # Errors
    /// When it is no note, or this key's signature is not under it, or does not hold.
    pub fn open<'a>(&self, note: &'a str) -> Result<&'a str, NoteError> {
        let key = VerifyingKey::from_bytes(&self.public).map_err(|_| NoteError::Key)?;
        let (text, lines) = parts(note)?;
        let mut signed = false;
        for line in lines.iter().filter(|line| self.is_by(line, ED25519)) {
            verify(&key, text, &line.signature)?;
            signed = true;
        }
        if signed { Ok(text) } else { Err(NoteError::Unsigned) }
    }
}

impl std::fmt::Display for NoteKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.as_text(ED25519))
    }
}

/// A secret key with which notes are signed.
#[derive(Clone)]
pub struct NoteSigner {
    key: NoteKey,
    secret: SigningKey,
}

impl std::fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NoteSigner({})", self.key)
    }
}

impl NoteSigner {
    /// The key of this name that grows from these 32 random bytes; none if nobody could be called so.
    #[must_use]
    pub fn new(name: &str, seed: &[u8; 32]) -> Option<Self> {
        let secret = SigningKey::from_bytes(seed);
        let key = NoteKey::new(name, Digest(secret.verifying_key().to_bytes()))?;
        Some(Self { key, secret })
    }

    /// Reads `PRIVATE+KEY+name+hash+base64`.
    ///
    /// # Errors
    /// When it is not one.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let rest = text.trim().strip_prefix("PRIVATE+KEY+").ok_or(NoteError::Key)?;
        let mut parts = rest.splitn(3, '+');
        let (Some(name), Some(hash), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key);
        };
        let bytes = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let Some((&ED25519, seed)) = bytes.split_first() else { return Err(NoteError::Key) };
        let seed: [u8; 32] = seed.try_into().map_err(|_| NoteError::Key)?;
        let signer = Self::new(name, &seed).ok_or(NoteError::Key)?;
        if hex(key_hash(name, &signer.key.public, ED25519)) == hash {
            Ok(signer)
        } else {
            Err(NoteError::Key)
        }
    }

    /// The secret in the form that [`Self::parse`] reads.
    #[must_use]
    pub fn secret(&self) -> String {
        let bytes: Vec<u8> = std::iter::once(ED25519).chain(self.secret.to_bytes()).collect();
        let NoteKey { name, public } = &self.key;
        format!("PRIVATE+KEY+{name}+{}+{}", hex(key_hash(name, public, ED25519)), STANDARD.encode(bytes))
    }

    /// The key with which its notes are checked.
    #[must_use]
    pub const fn key(&self) -> &NoteKey {
        &self.key
    }

    /// The note of a text that ends with a line end.
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        self.sign_as(&self.key.name, text)
    }

    /// The note, signed under this name, which must be one that a key can have.
    #[must_use]
    pub fn sign_as(&self, name: &str, text: &str) -> String {
        format!("{text}\n{}", self.line_as(name, ED25519, &self.signature(text)))
    }

    /// The Ed25519 signature of these words.
    pub(super) fn signature(&self, text: &str) -> [u8; 64] {
        self.secret.sign(text.as_bytes()).to_bytes()
    }

    /// The line with a signature by this algorithm.
    pub(super) fn line(&self, algorithm: u8, signature: &[u8]) -> String {
        self.line_as(&self.key.name, algorithm, signature)
    }

    fn line_as(&self, name: &str, algorithm: u8, signature: &[u8]) -> String {
        let bytes = [&key_hash(name, &self.key.public, algorithm)[..], signature].concat();
        format!("{DASH}{name} {}\n", STANDARD.encode(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The example of the specification of Go's `sumdb/note`: a key, and a note that it has signed.
    const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const QUOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn a_note_by_another_program_is_opened() {
        let key = NoteKey::parse(PETER).unwrap();
        assert_eq!(key.to_string(), PETER);
        let text = key.open(QUOTE).unwrap();
        assert!(text.starts_with("If you think") && text.ends_with("problem is.\n"));
        assert_eq!(key.open(&QUOTE.replace("answer", "Answer")), Err(NoteError::Signature));
        let other = NoteSigner::new("PeterNeumann", &[7; 32]).unwrap();
        assert_eq!(other.key().open(QUOTE), Err(NoteError::Unsigned));
    }

    #[test]
    fn a_key_is_read_back_and_no_other_text_is_one() {
        let signer = NoteSigner::new("kuraban/TOKYO/00", &[9; 32]).unwrap();
        assert_eq!(NoteSigner::parse(&signer.secret()).unwrap().key(), signer.key());
        for wrong in [
            "",
            "a",
            "a+b+c",
            "PRIVATE+KEY+a+b+c",
            &PETER.replace("c74f20a3", "c74f20a4"),
            &PETER.replace("ARpc", "AhPc"),
        ] {
            assert_eq!(NoteKey::parse(wrong), Err(NoteError::Key), "{wrong}");
            assert!(NoteSigner::parse(wrong).is_err(), "{wrong}");
        }
        assert!(NoteSigner::new("no plus+", &[9; 32]).is_none());
    }

    proptest! {
        #[test]
        fn a_note_with_one_changed_character_is_not_opened(at in any::<prop::sample::Index>(), other in "[ -~\n]") {
            let signer = NoteSigner::new("kuraban/TOKYO/00", &[9; 32]).unwrap();
            let note = signer.sign("kuraban/TOKYO/00/1\n42\nroot\n");
            prop_assert_eq!(signer.key().open(&note), Ok("kuraban/TOKYO/00/1\n42\nroot\n"));
            let mut chars: Vec<String> = note.chars().map(String::from).collect();
            let at = at.index(chars.len());
            if chars[at] != other {
                chars[at] = other;
                let changed = chars.concat();
                prop_assert!(signer.key().open(&changed).is_err(), "{}", changed);
            }
        }

        #[test]
        fn a_note_is_found_at_the_beginning_of_what_is_printed(below in "(\n[ -~▀█\n]*)?") {
            let signer = NoteSigner::new("kuraban/TOKYO/00", &[9; 32]).unwrap();
            let note = signer.sign("kuraban/TOKYO/00/1\n42\nroot\n");
            let printed = format!("{note}{below}");
            prop_assert_eq!(leading(&printed), note);
        }

        #[test]
        fn whatever_is_read_nothing_panics(text in any::<String>()) {
            let _ = leading(&text);
            let key = NoteKey::parse(PETER).unwrap();
            let _ = (key.open(&text), NoteKey::parse(&text).is_ok(), NoteSigner::parse(&text).is_ok());
        }
    }
}

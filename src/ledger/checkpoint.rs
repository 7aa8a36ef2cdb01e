//! Checkpoints (C2SP `tlog-checkpoint`): the size and the root of the tree at one moment, to be remembered outside.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::note::{NoteError, NoteKey, NoteSigner, parts};
use crate::domain::names::{Digest, LedgerId, MAX_INTEGER, SiteName};

/// What a ledger is called in its checkpoints, without the number of its incarnation.
#[must_use]
pub fn name(site: &SiteName, ledger: LedgerId) -> String {
    format!("kuraban/{site}/{ledger}")
}

/// One checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log it is of: the ledger's name and the number of its incarnation.
    pub origin: String,
    /// How many entries it covers.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Digest,
}

impl Checkpoint {
    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.0))
    }

    /// The note, signed by this key under the name of the origin, as checkpoints are.
    #[must_use]
    pub fn signed(&self, signer: &NoteSigner) -> String {
        signer.sign_as(&self.origin, &self.text())
    }

    /// Reads a note and checks its signature: by this key, under the name of the origin.
    ///
    /// # Errors
    /// When it is no note, is not signed by this key, or its text is no checkpoint.
    pub fn open(note: &str, key: &NoteKey) -> Result<Self, NoteError> {
        let point = Self::unsigned(note)?;
        key.named(&point.origin).ok_or(NoteError::Origin)?.open(note)?;
        Ok(point)
    }

    /// Reads a note without checking who signed it.
    ///
    /// # Errors
    /// When it is no note, or its text is no checkpoint.
    pub fn unsigned(note: &str) -> Result<Self, NoteError> {
        Self::read(parts(note)?.0)
    }

    /// Reads the text of a note. Lines after the third are extensions, and left alone.
    fn read(text: &str) -> Result<Self, NoteError> {
        let mut lines = text.lines();
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(NoteError::Form);
        };
        let shortest = size == "0" || !size.starts_with('0');
        let digits = !size.is_empty() && size.bytes().all(|b| b.is_ascii_digit());
        let size = size.parse().ok().filter(|size| shortest && digits && *size <= MAX_INTEGER);
        let root = STANDARD.decode(root).ok().and_then(|bytes| bytes.try_into().ok()).map(Digest);
        match (origin.is_empty(), size, root) {
            (false, Some(size), Some(root)) => Ok(Self { origin: origin.to_owned(), size, root }),
            _ => Err(NoteError::Form),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_read_back_and_has_one_form() {
        let signer = NoteSigner::new("kuraban/TOKYO/00", &[3; 32]).unwrap();
        let point = Checkpoint { origin: "kuraban/TOKYO/00/1".to_owned(), size: 42, root: Digest([8; 32]) };
        let note = point.signed(&signer);
        assert!(note.starts_with(
            "kuraban/TOKYO/00/1\n42\nCAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=\n\n\u{2014} "
        ));
        assert_eq!(Checkpoint::open(&note, signer.key()), Ok(point));
        for text in [
            "",
            "o\n",
            "o\n042\nCAgI\n",
            "o\n42\nCAgI\n",
            "\n42\nCAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=\n",
            "o\n-1\nCAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=\n",
        ] {
            assert_eq!(Checkpoint::open(&signer.sign(text), signer.key()), Err(NoteError::Form), "{text}");
        }
        let more = "o\n1\nCAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=\nan extension\n";
        assert!(Checkpoint::open(&signer.sign_as("o", more), signer.key()).is_ok());
        // Under any other name than that of its origin it is nobody's.
        assert_eq!(Checkpoint::open(&signer.sign(more), signer.key()), Err(NoteError::Unsigned));
    }
}

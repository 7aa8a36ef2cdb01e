//! A secret key sealed with a passphrase: Argon2id (RFC 9106) makes a key of the passphrase, and XChaCha20-Poly1305 seals
//! the secret with it. The text is four lines; the first three are authenticated with the secret.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::note::{NoteError, NoteSigner};

/// What a sealed key begins with.
const MAGIC: &str = "kuraban-sealed-key/1";
/// The most memory in KiB that is spent on opening one, and the most passes: a file must not be able to ask for all.
const MOST: (u32, u32) = (1 << 20, 64);

/// What Argon2id costs: memory in KiB, and passes over it.
pub type Cost = (u32, u32);

/// Why a text is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It is no sealed key.
    #[error("not a sealed key")]
    Form,
    /// The passphrase is wrong, or the text was changed.
    #[error("the passphrase does not open it")]
    Passphrase,
}

fn cipher(passphrase: &str, salt: &[u8], (memory, passes): Cost) -> Result<XChaCha20Poly1305, SealError> {
    let mut key = [0; 32];
    let params = Params::new(memory, passes, 1, Some(key.len())).map_err(|_| SealError::Form)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut key)
        .map_err(|_| SealError::Form)?;
    XChaCha20Poly1305::new_from_slice(&key).map_err(|_| SealError::Form)
}

/// Seals a secret key with a passphrase, with a fresh salt and a fresh nonce.
///
/// # Errors
/// When Argon2id cannot run at that cost.
pub fn seal(
    signer: &NoteSigner,
    passphrase: &str,
    (salt, nonce): (&[u8; 16], &[u8; 24]),
    cost: Cost,
) -> Result<String, SealError> {
    let (memory, passes) = cost;
    let salted = STANDARD.encode(salt);
    let head = format!("{MAGIC}\n{}\nargon2id m={memory},t={passes},p=1 {salted}\n", signer.key());
    let secret = signer.secret();
    let sealed = cipher(passphrase, salt, cost)?
        .encrypt(&XNonce::from(*nonce), Payload { msg: secret.as_bytes(), aad: head.as_bytes() })
        .map_err(|_| SealError::Form)?;
    Ok(format!("{head}xchacha20poly1305 {} {}\n", STANDARD.encode(nonce), STANDARD.encode(sealed)))
}

/// Whether a text is a sealed key, so that a passphrase is needed.
#[must_use]
pub fn is_sealed(text: &str) -> bool {
    text.starts_with(MAGIC)
}

fn numbers(text: &str) -> Option<Cost> {
    let (memory, rest) = text.strip_prefix("m=")?.split_once(",t=")?;
    let (memory, passes): Cost = (memory.parse().ok()?, rest.strip_suffix(",p=1")?.parse().ok()?);
    (memory <= MOST.0 && passes <= MOST.1).then_some((memory, passes))
}

type Parts<'a> = (&'a str, Cost, Vec<u8>, [u8; 24], Vec<u8>);

fn parts(text: &str) -> Option<Parts<'_>> {
    let end = text.match_indices('\n').nth(2)?.0 + 1;
    let (head, tail) = text.split_at_checked(end)?;
    let mut lines = head.lines().skip(2);
    let (cost, salt) = lines.next()?.strip_prefix("argon2id ")?.split_once(' ')?;
    let (nonce, sealed) = tail.trim_end().strip_prefix("xchacha20poly1305 ")?.split_once(' ')?;
    let nonce = STANDARD.decode(nonce).ok()?.try_into().ok()?;
    Some((head, numbers(cost)?, STANDARD.decode(salt).ok()?, nonce, STANDARD.decode(sealed).ok()?))
}

/// Opens a sealed key.
///
/// # Errors
/// When it is none, or the passphrase does not open it.
pub fn open(text: &str, passphrase: &str) -> Result<NoteSigner, SealError> {
    let (head, cost, salt, nonce, sealed) = parts(text).filter(|_| is_sealed(text)).ok_or(SealError::Form)?;
    let secret = cipher(passphrase, &salt, cost)?
        .decrypt(&XNonce::from(nonce), Payload { msg: &sealed, aad: head.as_bytes() })
        .map_err(|_| SealError::Passphrase)?;
    let secret = std::str::from_utf8(&secret).map_err(|_| SealError::Form)?;
    NoteSigner::parse(secret).map_err(|_: NoteError| SealError::Form)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CHEAP: Cost = (8, 1);

    fn sealed() -> (NoteSigner, String) {
        let signer = NoteSigner::new("kuraban/TOKYO/00", &[3; 32]).unwrap();
        let text = seal(&signer, "蔵番 at three", (&[5; 16], &[6; 24]), CHEAP).unwrap();
        (signer, text)
    }

    #[test]
    fn only_the_passphrase_opens_it_and_the_secret_is_not_in_it() {
        let (signer, text) = sealed();
        assert!(is_sealed(&text) && !is_sealed(&signer.secret()));
        assert_eq!(open(&text, "蔵番 at three").unwrap().secret(), signer.secret());
        assert_eq!(open(&text, "蔵番 at four").unwrap_err(), SealError::Passphrase);
        let secret = signer.secret();
        assert!(!text.contains(secret.rsplit('+').next().unwrap()));
        for wrong in [
            "",
            "kuraban-sealed-key/1",
            &secret,
            &text.replace("p=1", "p=2"),
            &text.replace("m=8,", "m=4000000,"),
        ] {
            assert_eq!(open(wrong, "蔵番 at three").unwrap_err(), SealError::Form, "{wrong}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn with_one_changed_character_it_is_not_opened(at in any::<prop::sample::Index>(), other in "[ -~\n]") {
            let (_, text) = sealed();
            let mut chars: Vec<String> = text.chars().map(String::from).collect();
            let at = at.index(chars.len() - 1);
            if chars[at] != other {
                chars[at] = other;
                prop_assert!(open(&chars.concat(), "蔵番 at three").is_err());
            }
        }
    }
}

//! Time stamps (RFC 3161): what is asked of an authority, and whether what it answered holds.
//!
//! An authority that knows nothing of the ledger says by its signature that some bytes existed at a moment. All
//! that can be checked without a network is checked here, as of the moment of the stamp. Two things are not:
//! whether a certificate was revoked, and whether the nonce is that of the query, which nobody keeps.

mod certificate;
mod form;
mod signature;
mod signer;

use sha2::{Digest as _, Sha256};

use self::certificate::Certificate;
use crate::domain::names::Digest;
use crate::domain::time::Timestamp;

/// Why an answer is no time stamp, or not one to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StampError {
    /// It is not the DER of a time stamp response (RFC 3161, section 2.4.2), or breaks a rule of its form.
    #[error("not a time stamp response")]
    Form,
    /// The authority gave no stamp (RFC 3161, section 2.4.2, `PKIStatus`).
    #[error("the authority gave no time stamp (status {status})")]
    Refused {
        /// The status as the authority gave it; 2 is a rejection.
        status: u8,
    },
    /// It rests on an algorithm, or on a size of key, that is not accepted.
    #[error("the time stamp rests on an algorithm that is not accepted")]
    Algorithm,
    /// It stamps something else.
    #[error("the time stamp is of something else")]
    Imprint,
    /// What it holds is not what was signed, or the signature does not hold (RFC 5652, section 5.4).
    #[error("the signature of the time stamp does not hold")]
    Signature,
    /// The certificate that the signature names is not there (RFC 5035, section 5).
    #[error("the certificate of the time stamp's signer is missing")]
    Certificate,
    /// The text in which trusted certificates should stand holds none, or one that cannot be read.
    #[error("no readable certificates of time stamp authorities")]
    Authorities,
    /// No trusted certificate vouches for the signer's (RFC 5280, section 6.1).
    #[error("no trusted authority vouches for the time stamp's signer")]
    Chain,
    /// The signer's certificate is not for time stamps alone (RFC 3161, section 2.3).
    #[error("the certificate of the time stamp's signer is not for time stamps alone")]
    Purpose,
    /// A certificate on which it rests was not valid at the moment of the stamp.
    #[error("a certificate was not valid at the moment of the time stamp")]
    Expired,
}

/// What an authority said by a time stamp that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// By when the bytes existed; what is finer than milliseconds is cut off.
    pub at: Timestamp,
    /// The subject of the signer's certificate, in one line as RFC 4514 writes it.
    pub authority: String,
    /// The number of this stamp at its authority, in lower-case hexadecimal, two digits a byte.
    pub serial: String,
}

/// The DER of a request to stamp a message (RFC 3161, section 2.4.1, `TimeStampReq`): the SHA-256 of the message,
/// the nonce, and that the answer should hold the signer's certificate.
#[must_use]
pub fn query(message: &[u8], nonce: u64) -> Vec<u8> {
    // Nothing of so few bytes fails to be written to memory.
    form::request(&Sha256::digest(message), nonce).unwrap_or_default()
}

/// The SHA-256 value that a response stamps (RFC 3161, section 2.4.2); whether it holds is not checked.
///
/// # Errors
/// When the response is malformed, no stamp was granted, or the hash is not SHA-256.
pub fn imprint(response: &[u8]) -> Result<Digest, StampError> {
    form::granted(response)?.info()?.digest()
}

/// Checks a response against the message that it should stamp and against the certificates that are trusted, one
/// or more in PEM (RFC 7468). Each may be a root, an intermediate one, or the signer's own.
///
/// # Errors
/// When the response is malformed, no stamp was granted, it stamps something else, or it does not hold: by its
/// signature (RFC 5652, section 5.4), by the signer's certificate (RFC 3161, section 2.3; RFC 5035, section 5), or
/// by the path from there to a trusted certificate (RFC 5280, section 6.1), each valid at the moment of the stamp.
pub fn check(response: &[u8], message: &[u8], authorities: &str) -> Result<Stamp, StampError> {
    let trusted = certificate::trusted(authorities)?;
    let token = form::granted(response)?;
    let info = token.info()?;
    if info.digest()? != Digest(Sha256::digest(message).into()) {
        return Err(StampError::Imprint);
    }
    let at = info.at()?;
    let offered = token.certificates()?;
    let known: Vec<&Certificate> = trusted.iter().chain(&offered).collect();
    let signer = signer::signer(&token, &known)?;
    signer.stamps()?;
    certificate::path(signer, &trusted, &known, at)?;
    Ok(Stamp { at, authority: signer.subject(), serial: info.serial() })
}

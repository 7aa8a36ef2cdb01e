//! Requests, responses and what is signed in them, as bytes: RFC 3161, sections 2.4.1 and 2.4.2.

use std::fmt::Write as _;

use der::asn1::{AnyRef, BitStringRef, IntRef, ObjectIdentifier, OctetStringRef, SetOfVec, UintRef};
use der::oid::db::rfc3161::ID_CT_TST_INFO;
use der::oid::db::rfc5911::ID_SIGNED_DATA;
use der::oid::db::rfc5912::ID_SHA_256;
use der::{Decode, Encode as _, Sequence, Tag, Tagged as _};
use x509_cert::ext::Extensions;
use x509_cert::spki::AlgorithmIdentifierRef;

use super::StampError;
use super::certificate::Certificate;
use super::signature::Hash;
use crate::domain::names::Digest;
use crate::domain::time::Timestamp;

/// The most certificates that a response may bring along.
const MOST: usize = 32;

/// Reads the whole of some bytes as DER.
pub(super) fn read<'a, T: Decode<'a>>(bytes: &'a [u8]) -> Result<T, StampError> {
    T::from_der(bytes).map_err(|_| StampError::Form)
}

#[derive(Sequence)]
struct TimeStampReq<'a> {
    version: u8,
    imprint: MessageImprint<'a>,
    nonce: u64,
    certificate: bool,
}

#[derive(Sequence)]
struct MessageImprint<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    hashed: &'a OctetStringRef,
}

/// A request to stamp a SHA-256 value.
pub(super) fn request(hashed: &[u8], nonce: u64) -> der::Result<Vec<u8>> {
    // RFC 5754 allows these parameters to be left out; more authorities are used to NULL.
    let algorithm = AlgorithmIdentifierRef { oid: ID_SHA_256, parameters: Some(AnyRef::NULL) };
    let imprint = MessageImprint { algorithm, hashed: OctetStringRef::new(hashed)? };
    TimeStampReq { version: 1, imprint, nonce, certificate: true }.to_der()
}

#[derive(Sequence)]
struct TimeStampResp<'a> {
    status: PkiStatusInfo<'a>,
    token: Option<ContentInfo<'a>>,
}

#[derive(Sequence)]
struct PkiStatusInfo<'a> {
    status: u8,
    text: Option<Vec<AnyRef<'a>>>,
    failure: Option<BitStringRef<'a>>,
}

/// RFC 5652, section 3.
#[derive(Sequence)]
struct ContentInfo<'a> {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: AnyRef<'a>,
}

/// The signed content of a response by which a stamp was granted.
pub(super) fn granted(response: &[u8]) -> Result<SignedData<'_>, StampError> {
    let TimeStampResp { status: PkiStatusInfo { status, .. }, token } = read(response)?;
    // 0 is granted, 1 is granted with changes.
    if status > 1 {
        return Err(StampError::Refused { status });
    }
    let token = token.filter(|token| token.kind == ID_SIGNED_DATA).ok_or(StampError::Form)?;
    let signed: SignedData<'_> = token.content.decode_as().map_err(|_| StampError::Form)?;
    let right = (3..=5).contains(&signed.version) && signed.content.kind == ID_CT_TST_INFO;
    if right { Ok(signed) } else { Err(StampError::Form) }
}

/// RFC 5652, section 5.1. What it brings along may stand in any order.
#[derive(Sequence)]
pub(super) struct SignedData<'a> {
    version: u8,
    hashes: SetOfVec<AlgorithmIdentifierRef<'a>>,
    content: EncapsulatedContentInfo<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    certificates: Option<Vec<AnyRef<'a>>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    revocations: Option<Vec<AnyRef<'a>>>,
    signers: AnyRef<'a>,
}

/// RFC 5652, section 5.2.
#[derive(Sequence)]
struct EncapsulatedContentInfo<'a> {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: &'a OctetStringRef,
}

impl<'a> SignedData<'a> {
    /// The bytes that were signed.
    pub(super) fn content(&self) -> &'a [u8] {
        self.content.content.as_bytes()
    }

    /// The same, read.
    pub(super) fn info(&self) -> Result<TstInfo<'a>, StampError> {
        let info: TstInfo<'_> = read(self.content())?;
        // Of an extension that must be understood nothing is understood here.
        let critical = info.extensions.iter().flatten().any(|extension| extension.critical);
        if info.version == 1 && !critical { Ok(info) } else { Err(StampError::Form) }
    }

    /// The certificates that it brings along. They are an offer: what cannot be read is not used.
    pub(super) fn certificates(&self) -> Result<Vec<Certificate>, StampError> {
        let all = self.certificates.as_deref().unwrap_or_default();
        if all.len() > MOST {
            return Err(StampError::Form);
        }
        Ok(all.iter().filter_map(|any| Certificate::read(any.to_der().ok()?)).collect())
    }

    /// Whether a hash is among those that it announces.
    pub(super) fn announces(&self, hash: Hash) -> bool {
        self.hashes.iter().any(|one| Hash::of(one) == Ok(hash))
    }

    /// The only member of the set of signers.
    pub(super) fn signer<T: Decode<'a>>(&self) -> Result<T, StampError> {
        if self.signers.tag() == Tag::Set { read(self.signers.value()) } else { Err(StampError::Form) }
    }
}

/// RFC 3161, section 2.4.2: what an authority says.
#[derive(Sequence)]
pub(super) struct TstInfo<'a> {
    version: u8,
    policy: ObjectIdentifier,
    imprint: MessageImprint<'a>,
    serial: UintRef<'a>,
    at: AnyRef<'a>,
    accuracy: Option<Accuracy>,
    #[asn1(default = "Default::default")]
    ordering: bool,
    nonce: Option<IntRef<'a>>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    authority: Option<AnyRef<'a>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    extensions: Option<Extensions>,
}

#[derive(Sequence)]
struct Accuracy {
    seconds: Option<u64>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    millis: Option<u16>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    micros: Option<u16>,
}

impl TstInfo<'_> {
    /// What is stamped.
    pub(super) fn digest(&self) -> Result<Digest, StampError> {
        if Hash::of(&self.imprint.algorithm)? != Hash::Sha256 {
            return Err(StampError::Algorithm);
        }
        self.imprint.hashed.as_bytes().try_into().map(Digest).map_err(|_| StampError::Form)
    }

    /// When it was stamped.
    pub(super) fn at(&self) -> Result<Timestamp, StampError> {
        let text = (self.at.tag() == Tag::GeneralizedTime).then(|| self.at.value());
        text.and_then(|text| moment(str::from_utf8(text).ok()?)).ok_or(StampError::Form)
    }

    pub(super) fn serial(&self) -> String {
        self.serial.as_bytes().iter().fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// Reads `20261123090000.123Z`, the fraction of any length and without noughts at its end. The type that `der` has
/// for this knows no fraction, as RFC 5280 forbids it in certificates.
fn moment(text: &str) -> Option<Timestamp> {
    let text = text.strip_suffix('Z')?;
    let (whole, fraction) = match text.split_once('.') {
        Some((_, fraction)) if fraction.is_empty() || fraction.ends_with('0') => return None,
        Some(both) => both,
        None => (text, "0"),
    };
    if whole.len() != 14 || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |range| whole.get(range).unwrap_or_default();
    let (day, time) = ([part(0..4), part(4..6), part(6..8)], [part(8..10), part(10..12), part(12..14)]);
    Timestamp::parse_exact(&format!("{}T{}.{fraction:0<3.3}Z", day.join("-"), time.join(":")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_one_spelling() {
        for (text, same) in [
            ("20261123090000Z", "2026-11-23T09:00:00.000Z"),
            ("20261123090000.1Z", "2026-11-23T09:00:00.100Z"),
            ("20261123090000.123Z", "2026-11-23T09:00:00.123Z"),
            ("20261123090000.123999Z", "2026-11-23T09:00:00.123Z"),
        ] {
            assert_eq!(moment(text), Timestamp::parse_exact(same), "{text}");
        }
        for wrong in [
            "",
            "Z",
            "20261123090000",
            "202611230900Z",
            "20261123090060Z",
            "20261323090000Z",
            "20261123090000+0900",
            "20261123090000.Z",
            "20261123090000.0Z",
            "20261123090000.120Z",
            "20261123090000,5Z",
            "20261123090000.1.1Z",
            "２0261123090Z",
        ] {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
    }
}

//! Who signed: the one signer of a response, what it signed beside the content, and its certificate.

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::oid::db::rfc3161::ID_CT_TST_INFO;
use der::oid::db::rfc5911::{
    ID_AA_SIGNING_CERTIFICATE, ID_AA_SIGNING_CERTIFICATE_V_2, ID_CONTENT_TYPE, ID_MESSAGE_DIGEST,
};
use der::{Encode as _, Sequence, Tag, TagNumber, Tagged as _};
use sha1::{Digest as _, Sha1};
use x509_cert::attr::Attributes;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierRef;

use super::StampError;
use super::certificate::Certificate;
use super::form::{SignedData, read};
use super::signature::{Hash, holds};

/// RFC 5652, section 5.3.
#[derive(Sequence)]
struct SignerInfo<'a> {
    version: u8,
    name: AnyRef<'a>,
    digest: AlgorithmIdentifierRef<'a>,
    signed: AnyRef<'a>,
    algorithm: AlgorithmIdentifierRef<'a>,
    signature: &'a OctetStringRef,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    unsigned: Option<Vec<AnyRef<'a>>>,
}

/// RFC 5652, section 10.2.4.
#[derive(Sequence)]
struct IssuerAndSerialNumber {
    issuer: Name,
    serial: SerialNumber,
}

/// RFC 5035, sections 3 and 5.
#[derive(Sequence)]
struct SigningCertificate<'a> {
    certificates: Vec<EssCertId<'a>>,
    policies: Option<Vec<AnyRef<'a>>>,
}

/// RFC 5035, sections 4 and 5. The first version has no algorithm. What may stand in it of the issuer is no matter:
/// the hash is of the whole certificate, in which that stands.
#[derive(Sequence)]
struct EssCertId<'a> {
    algorithm: Option<AlgorithmIdentifierRef<'a>>,
    hash: &'a OctetStringRef,
    issuer: Option<AnyRef<'a>>,
}

impl SignerInfo<'_> {
    /// The signed attributes, and their bytes as they were signed: with the tag of a set (RFC 5652, section 5.4), and
    /// in the order in which they stand, since some authorities sign them unsorted.
    fn attributes(&self) -> Result<(Vec<u8>, Attributes), StampError> {
        if self.signed.tag() != (Tag::ContextSpecific { constructed: true, number: TagNumber(0) }) {
            return Err(StampError::Form);
        }
        let set = AnyRef::new(Tag::Set, self.signed.value()).and_then(|set| set.to_der());
        let set = set.map_err(|_| StampError::Form)?;
        let attributes = read(&set)?;
        Ok((set, attributes))
    }

    /// Whether a certificate is the one that it names (RFC 5652, section 5.3).
    fn names(&self, certificate: &Certificate) -> bool {
        if self.name.tag() == (Tag::ContextSpecific { constructed: false, number: TagNumber(0) }) {
            return certificate.key_identifier().is_some_and(|key| key == self.name.value());
        }
        let name = self.name.decode_as::<IssuerAndSerialNumber>();
        name.is_ok_and(|name| certificate.is(&name.issuer, &name.serial))
    }
}

/// A hash by which a signer names its certificate.
enum Fingerprint {
    First(Vec<u8>),
    Second(Hash, Vec<u8>),
}

impl Fingerprint {
    fn is_of(&self, certificate: &Certificate) -> bool {
        match self {
            Self::First(hash) => Sha1::digest(certificate.der()).as_slice() == hash,
            Self::Second(kind, hash) => kind.digest(certificate.der()) == *hash,
        }
    }
}

/// The fingerprints that are among the signed attributes, in both versions or one (RFC 5035, section 3).
fn fingerprints(attributes: &Attributes) -> Result<Vec<Fingerprint>, StampError> {
    let mut all = Vec::new();
    for oid in [ID_AA_SIGNING_CERTIFICATE, ID_AA_SIGNING_CERTIFICATE_V_2] {
        let Some(bytes) = sole(attributes, oid)? else { continue };
        // The first is of the signer's; any others are of those who issued it.
        let SigningCertificate { certificates, .. } = read(&bytes)?;
        let EssCertId { algorithm, hash, .. } = certificates.first().ok_or(StampError::Form)?;
        let hash = hash.as_bytes().to_vec();
        all.push(match algorithm {
            None if oid == ID_AA_SIGNING_CERTIFICATE => Fingerprint::First(hash),
            Some(_) if oid == ID_AA_SIGNING_CERTIFICATE => return Err(StampError::Form),
            None => Fingerprint::Second(Hash::Sha256, hash),
            Some(algorithm) => Fingerprint::Second(Hash::of(algorithm)?, hash),
        });
    }
    Ok(all)
}

/// The DER of the only value of the only attribute of its kind, if there is one.
fn sole(attributes: &Attributes, oid: ObjectIdentifier) -> Result<Option<Vec<u8>>, StampError> {
    let mut all = attributes.iter().filter(|attribute| attribute.oid == oid);
    let Some(first) = all.next() else { return Ok(None) };
    match (all.next(), first.values.as_slice()) {
        (None, [value]) => value.to_der().map(Some).map_err(|_| StampError::Form),
        _ => Err(StampError::Form),
    }
}

/// The certificate, one of those that are known, by whose key a content is signed (RFC 5652, section 5.4), once it
/// is clear that it is: the signature holds, and what it covers names both the content and the certificate.
pub(super) fn signer<'a>(
    signed: &SignedData<'_>,
    known: &[&'a Certificate],
) -> Result<&'a Certificate, StampError> {
    let info: SignerInfo<'_> = signed.signer()?;
    if !matches!(info.version, 1 | 3) {
        return Err(StampError::Form);
    }
    let hash = Hash::of(&info.digest)?;
    if !signed.announces(hash) {
        return Err(StampError::Form);
    }
    let (message, attributes) = info.attributes()?;
    let kind = sole(&attributes, ID_CONTENT_TYPE)?.ok_or(StampError::Form)?;
    let digest = sole(&attributes, ID_MESSAGE_DIGEST)?.ok_or(StampError::Form)?;
    if read::<ObjectIdentifier>(&kind)? != ID_CT_TST_INFO
        || read::<&OctetStringRef>(&digest)?.as_bytes() != hash.digest(signed.content())
    {
        return Err(StampError::Signature);
    }
    let own = fingerprints(&attributes)?;
    let mut named = known.iter().filter(|one| !own.is_empty() && info.names(one));
    let certificate = named.find(|one| own.iter().all(|fingerprint| fingerprint.is_of(one)));
    let certificate = certificate.ok_or(StampError::Certificate)?;
    holds(certificate.key(), &info.algorithm, Some(hash), &message, info.signature.as_bytes())?;
    Ok(certificate)
}

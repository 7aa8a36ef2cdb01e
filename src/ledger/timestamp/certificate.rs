//! Certificates (RFC 5280) and the path from a signer's to one that is trusted.

use std::collections::VecDeque;

use der::asn1::{AnyRef, BitString, ObjectIdentifier};
use der::oid::AssociatedOid;
use der::oid::db::rfc5280::{
    ANY_EXTENDED_KEY_USAGE, ID_CE_BASIC_CONSTRAINTS, ID_CE_CERTIFICATE_POLICIES, ID_CE_EXT_KEY_USAGE,
    ID_CE_KEY_USAGE, ID_CE_SUBJECT_ALT_NAME, ID_KP_TIME_STAMPING,
};
use der::referenced::OwnedToRef as _;
use der::{Decode, Document, Encode as _, Sequence};
use x509_cert::TbsCertificate;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoRef};
use x509_cert::time::Time;

use super::StampError;
use super::signature::holds;
use crate::domain::time::Timestamp;

/// What ends a certificate in PEM.
const END: &str = "-----END CERTIFICATE-----";

/// The extensions that may be critical, as they are heeded or restrict nothing.
const UNDERSTOOD: [ObjectIdentifier; 5] = [
    ID_CE_BASIC_CONSTRAINTS,
    ID_CE_CERTIFICATE_POLICIES,
    ID_CE_EXT_KEY_USAGE,
    ID_CE_KEY_USAGE,
    ID_CE_SUBJECT_ALT_NAME,
];

/// RFC 5280, section 4.1, with the bytes of the part that is signed.
#[derive(Sequence)]
struct Envelope<'a> {
    signed: AnyRef<'a>,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
}

/// A certificate, and its bytes as they were signed.
pub(super) struct Certificate {
    der: Vec<u8>,
    signed: Vec<u8>,
    fields: TbsCertificate,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
}

/// The certificates in a text in PEM, of which there must be at least one. What stands between them is no matter.
pub(super) fn trusted(text: &str) -> Result<Vec<Certificate>, StampError> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some((body, after)) = rest.split_once(END) {
        let block = format!("{body}{END}");
        let document = Document::from_pem(&block).ok().filter(|(label, _)| *label == "CERTIFICATE");
        let certificate = document.and_then(|(_, document)| Certificate::read(document.as_bytes().to_vec()));
        all.push(certificate.ok_or(StampError::Authorities)?);
        rest = after;
    }
    // What is begun must have ended.
    if all.is_empty() || rest.contains("-----BEGIN") { Err(StampError::Authorities) } else { Ok(all) }
}

/// Looks for a path from a signer's certificate to a trusted one, over others that are known (RFC 5280, section
/// 6.1). The shortest way to a certificate is taken, so that no limit on the length of a path is met in vain.
pub(super) fn path(
    signer: &Certificate,
    trusted: &[Certificate],
    known: &[&Certificate],
    at: Timestamp,
) -> Result<(), StampError> {
    signer.sound(at)?;
    let mut reached = VecDeque::from([(signer, 0)]);
    let mut seen = vec![signer.der()];
    let mut wrong = StampError::Chain;
    while let Some((certificate, between)) = reached.pop_front() {
        if trusted.iter().any(|one| one.der == certificate.der) {
            return Ok(());
        }
        for issuer in known.iter().filter(|one| one.fields.subject() == certificate.fields.issuer()) {
            if seen.contains(&issuer.der()) {
                continue;
            }
            match issuer.issued(certificate, between, at) {
                Ok(()) => {
                    seen.push(issuer.der());
                    reached.push_back((issuer, between + 1));
                }
                Err(StampError::Chain) => {}
                Err(other) => wrong = other,
            }
        }
    }
    Err(wrong)
}

impl Certificate {
    /// Reads the DER of a certificate.
    pub(super) fn read(der: Vec<u8>) -> Option<Self> {
        let Envelope { signed, algorithm, signature } = Envelope::from_der(&der).ok()?;
        let signed = signed.to_der().ok()?;
        let fields = TbsCertificate::from_der(&signed).ok()?;
        (*fields.signature() == algorithm).then_some(Self { der, signed, fields, algorithm, signature })
    }

    /// All its bytes.
    pub(super) fn der(&self) -> &[u8] {
        &self.der
    }

    pub(super) fn key(&self) -> SubjectPublicKeyInfoRef<'_> {
        self.fields.subject_public_key_info().owned_to_ref()
    }

    /// Whether it is the one that this issuer gave this number.
    pub(super) fn is(&self, issuer: &Name, serial: &SerialNumber) -> bool {
        self.fields.issuer() == issuer && self.fields.serial_number() == serial
    }

    /// The name of its key (RFC 5280, section 4.2.1.2), if it tells it.
    pub(super) fn key_identifier(&self) -> Option<Vec<u8>> {
        self.extension::<SubjectKeyIdentifier>().ok()?.map(|(_, key)| key.0.as_bytes().to_vec())
    }

    /// Whose it is, without what would break a line or turn its direction.
    pub(super) fn subject(&self) -> String {
        let breaks = |c: char| {
            c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
        };
        let text = self.fields.subject().to_string();
        text.chars().map(|c| if breaks(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
    }

    /// Whether it is for time stamps and nothing else, and says so critically (RFC 3161, section 2.3).
    pub(super) fn stamps(&self) -> Result<(), StampError> {
        let alone = self.extension::<ExtendedKeyUsage>().is_ok_and(|found| {
            found.is_some_and(|(critical, usage)| critical && usage.0 == [ID_KP_TIME_STAMPING])
        });
        let signs = self.extension::<KeyUsage>().is_ok_and(|found| {
            found.is_none_or(|(_, usage)| usage.digital_signature() || usage.non_repudiation())
        });
        if alone && signs { Ok(()) } else { Err(StampError::Purpose) }
    }

    /// Whether it was valid at a moment, and asks for nothing that is not understood here.
    fn sound(&self, at: Timestamp) -> Result<(), StampError> {
        let validity = self.fields.validity();
        if !(millis(validity.not_before)..=millis(validity.not_after)).contains(&i128::from(at.millis())) {
            return Err(StampError::Expired);
        }
        let mut extensions = self.fields.extensions().into_iter().flatten();
        let understood = extensions.all(|one| !one.critical || UNDERSTOOD.contains(&one.extn_id));
        if understood { Ok(()) } else { Err(StampError::Chain) }
    }

    /// Whether it is of a certification authority that may issue certificates for time stamps, and issued another
    /// one, from which so many lead to the signer's own.
    fn issued(&self, other: &Self, between: usize, at: Timestamp) -> Result<(), StampError> {
        let authority = self.extension::<BasicConstraints>()?.is_some_and(|(_, constraints)| {
            constraints.ca && constraints.path_len_constraint.is_none_or(|most| between <= usize::from(most))
        });
        let signs = self.extension::<KeyUsage>()?.is_none_or(|(_, usage)| usage.key_cert_sign());
        let stamps = self.extension::<ExtendedKeyUsage>()?.is_none_or(|(_, usage)| {
            usage.0.contains(&ID_KP_TIME_STAMPING) || usage.0.contains(&ANY_EXTENDED_KEY_USAGE)
        });
        let signature = other.signature.as_bytes().filter(|_| authority && signs && stamps);
        let signature = signature.ok_or(StampError::Chain)?;
        match holds(self.key(), &other.algorithm.owned_to_ref(), None, &other.signed, signature) {
            Err(StampError::Signature) => Err(StampError::Chain),
            held => held.and_then(|()| self.sound(at)),
        }
    }

    fn extension<'a, T: Decode<'a, Error = der::Error> + AssociatedOid>(
        &'a self,
    ) -> Result<Option<(bool, T)>, StampError> {
        self.fields.get_extension().map_err(|_| StampError::Chain)
    }
}

/// Milliseconds since 1970.
fn millis(time: Time) -> i128 {
    i128::try_from(time.to_unix_duration().as_millis()).unwrap_or(i128::MAX)
}

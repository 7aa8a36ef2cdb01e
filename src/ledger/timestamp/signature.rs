//! The hashes and signatures that are accepted: RSA PKCS#1 v1.5 and ECDSA over P-256 and P-384, with SHA-2.

use der::asn1::{AnyRef, ObjectIdentifier};
use der::oid::AssociatedOid;
use der::oid::db::rfc5912::{
    ECDSA_WITH_SHA_256, ECDSA_WITH_SHA_384, ECDSA_WITH_SHA_512, ID_EC_PUBLIC_KEY, ID_SHA_256, ID_SHA_384,
    ID_SHA_512, RSA_ENCRYPTION, SECP_256_R_1, SECP_384_R_1, SHA_256_WITH_RSA_ENCRYPTION,
    SHA_384_WITH_RSA_ENCRYPTION, SHA_512_WITH_RSA_ENCRYPTION,
};
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use rsa::traits::PublicKeyParts as _;
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_cert::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::StampError;

/// The fewest bytes that the modulus of an RSA key has.
const RSA_LEAST: usize = 256;

/// A hash that is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(super) fn of(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<Self, StampError> {
        let hashes = [(ID_SHA_256, Self::Sha256), (ID_SHA_384, Self::Sha384), (ID_SHA_512, Self::Sha512)];
        let found = hashes.into_iter().find(|(oid, _)| *oid == algorithm.oid && plain(algorithm));
        found.map(|(_, hash)| hash).ok_or(StampError::Algorithm)
    }

    pub(super) fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha384 => Sha384::digest(bytes).to_vec(),
            Self::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }
}

/// Whether an algorithm has no parameters, which is written in two ways.
fn plain(algorithm: &AlgorithmIdentifierRef<'_>) -> bool {
    algorithm.parameters.is_none_or(AnyRef::is_null)
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Rsa,
    Ecdsa,
}

/// What each name of an algorithm says of the kind of key and of the hash.
const KINDS: [(ObjectIdentifier, Kind, Option<Hash>); 7] = [
    (RSA_ENCRYPTION, Kind::Rsa, None),
    (SHA_256_WITH_RSA_ENCRYPTION, Kind::Rsa, Some(Hash::Sha256)),
    (SHA_384_WITH_RSA_ENCRYPTION, Kind::Rsa, Some(Hash::Sha384)),
    (SHA_512_WITH_RSA_ENCRYPTION, Kind::Rsa, Some(Hash::Sha512)),
    (ECDSA_WITH_SHA_256, Kind::Ecdsa, Some(Hash::Sha256)),
    (ECDSA_WITH_SHA_384, Kind::Ecdsa, Some(Hash::Sha384)),
    (ECDSA_WITH_SHA_512, Kind::Ecdsa, Some(Hash::Sha512)),
];

/// Whether a signature over a message holds by a key. Where the hash is named apart from the algorithm, as in
/// RFC 5652, section 5.3, it is `hash`; if both name one, they must agree.
pub(super) fn holds(
    key: SubjectPublicKeyInfoRef<'_>,
    algorithm: &AlgorithmIdentifierRef<'_>,
    hash: Option<Hash>,
    message: &[u8],
    signature: &[u8],
) -> Result<(), StampError> {
    let kind = KINDS.into_iter().find(|(oid, ..)| *oid == algorithm.oid && plain(algorithm));
    let (_, kind, own) = kind.ok_or(StampError::Algorithm)?;
    let hash = own.or(hash).filter(|one| hash.is_none_or(|other| other == *one));
    let fits = match kind {
        Kind::Rsa => key.algorithm.oid == RSA_ENCRYPTION,
        Kind::Ecdsa => key.algorithm.oid == ID_EC_PUBLIC_KEY,
    };
    if !fits {
        return Err(StampError::Signature);
    }
    match (kind, hash.ok_or(StampError::Algorithm)?) {
        (Kind::Rsa, Hash::Sha256) => rsa::<Sha256>(key, message, signature),
        (Kind::Rsa, Hash::Sha384) => rsa::<Sha384>(key, message, signature),
        (Kind::Rsa, Hash::Sha512) => rsa::<Sha512>(key, message, signature),
        (Kind::Ecdsa, hash) => ecdsa(key, &hash.digest(message), signature),
    }
}

fn rsa<D: Digest + AssociatedOid>(
    key: SubjectPublicKeyInfoRef<'_>,
    message: &[u8],
    signature: &[u8],
) -> Result<(), StampError> {
    let key = rsa::pkcs1v15::VerifyingKey::<D>::try_from(key).map_err(|_| StampError::Algorithm)?;
    if key.as_ref().size() < RSA_LEAST {
        return Err(StampError::Algorithm);
    }
    rsa::pkcs1v15::Signature::try_from(signature)
        .and_then(|signature| key.verify(message, &signature))
        .map_err(|_| StampError::Signature)
}

fn ecdsa(key: SubjectPublicKeyInfoRef<'_>, digest: &[u8], signature: &[u8]) -> Result<(), StampError> {
    let curve = key.algorithm.parameters_oid().map_err(|_| StampError::Algorithm)?;
    let held = if curve == SECP_256_R_1 {
        let key = p256::ecdsa::VerifyingKey::try_from(key).map_err(|_| StampError::Algorithm)?;
        p256::ecdsa::DerSignature::from_bytes(signature)
            .and_then(|signature| key.verify_prehash(digest, &signature))
    } else if curve == SECP_384_R_1 {
        let key = p384::ecdsa::VerifyingKey::try_from(key).map_err(|_| StampError::Algorithm)?;
        p384::ecdsa::DerSignature::from_bytes(signature)
            .and_then(|signature| key.verify_prehash(digest, &signature))
    } else {
        return Err(StampError::Algorithm);
    };
    held.map_err(|_| StampError::Signature)
}

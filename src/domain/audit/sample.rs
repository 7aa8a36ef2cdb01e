//! Random samples that nobody can choose and everybody can repeat.

use sha2::{Digest as _, Sha256};

use crate::domain::names::{Digest, MediumId};

/// The seed of a sample: SHA-256 of the 32 bytes of the head that was fixed first, and the decimal digits of
/// the number that the auditor told after that.
#[must_use]
pub fn seed(head: Digest, number: u64) -> Digest {
    Digest(Sha256::new().chain_update(head.0).chain_update(number.to_string()).finalize().into())
}

/// The media of a sample of `percent` in a hundred, rounded up, in the order of their identities: those whose
/// SHA-256 of seed and identity (8 bytes, most significant first) comes first.
#[must_use]
pub fn drawn(seed: Digest, percent: u64, media: Vec<MediumId>) -> Vec<MediumId> {
    let count = (media.len() as u64).saturating_mul(percent).div_ceil(100);
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let rank = |id: MediumId| -> [u8; 32] {
        Sha256::new().chain_update(seed.0).chain_update(id.0.to_be_bytes()).finalize().into()
    };
    let mut ranked: Vec<([u8; 32], MediumId)> = media.into_iter().map(|id| (rank(id), id)).collect();
    ranked.sort_unstable();
    ranked.truncate(count);
    let mut chosen: Vec<MediumId> = ranked.into_iter().map(|(_, id)| id).collect();
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_can_be_repeated_by_hand() {
        // printf '%064d' 0 | xxd -r -p | cat - <(printf 42) | sha256sum
        let seed = seed(Digest::ZERO, 42);
        assert_eq!(seed.to_string(), "f8b22fc7663292a71a94c45e845d667ad86d0b6008132a647caf667ad71b3644");
        let media: Vec<MediumId> = (1..=10).map(MediumId).collect();
        let some = drawn(seed, 25, media.clone());
        assert_eq!(some.len(), 3, "a quarter of ten, rounded up");
        assert!(some.is_sorted() && some.iter().all(|one| media.contains(one)));
        assert_eq!(some, drawn(seed, 25, media.clone()));
        assert_eq!(drawn(seed, 100, media.clone()), media);
        assert_eq!(drawn(seed, 1, Vec::new()), Vec::new());
    }
}

//! The frames of a write-ahead log that may be believed. SQLite itself takes those up to the last commit before the first
//! frame whose checksum does not hold; where the log was damaged, what was committed after that is there as well.

/// The bytes before the first frame.
pub(super) const HEADER: usize = 32;
/// The bytes before the page of a frame.
pub(super) const FRAME: usize = 24;

/// A version of a page that was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// The number of the page.
    pub(super) page: u32,
    /// Where its bytes begin in the log.
    pub(super) at: u64,
    /// Whether SQLite would take it.
    pub(super) certain: bool,
}

type Sum = (u32, u32);

/// Salts and checksum of a frame, or of the log's beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seal {
    salts: (u32, u32),
    sum: Sum,
}

fn number(bytes: &[u8], at: usize) -> u32 {
    let word = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>());
    word.map_or(0, |word| u32::from_be_bytes(*word))
}

fn seal(bytes: &[u8], at: usize) -> Seal {
    let word = |index: usize| number(bytes, at + 4 * index);
    Seal { salts: (word(0), word(1)), sum: (word(2), word(3)) }
}

/// SQLite's checksum, carried on over these bytes.
fn summed(sum: Sum, bytes: &[u8], big: bool) -> Sum {
    let word = |word: &[u8; 4]| if big { u32::from_be_bytes(*word) } else { u32::from_le_bytes(*word) };
    let (words, _) = bytes.as_chunks::<4>();
    let (pairs, _) = words.as_chunks::<2>();
    pairs.iter().fold(sum, |(a, b), [first, second]| {
        let a = a.wrapping_add(word(first)).wrapping_add(b);
        (a, b.wrapping_add(word(second)).wrapping_add(a))
    })
}

/// The size of the pages that a log is of, as its beginning says.
pub(super) fn page_size(header: &[u8]) -> Option<usize> {
    let size = usize::try_from(number(header, 8)).ok()?;
    let magic = number(header, 0) & !1 == 0x377f_0682;
    (magic && size.is_power_of_two() && (512..=65_536).contains(&size)).then_some(size)
}

/// Where the page begins in which a byte of the log is.
pub(super) fn page_around(at: u64, size: u64) -> Option<u64> {
    let (header, frame) = (u64::try_from(HEADER).ok()?, u64::try_from(FRAME).ok()?);
    Some(at.checked_sub(header)? / (frame + size) * (frame + size) + header + frame)
}

/// The frames that were committed, in their order: those that SQLite would take, and those whose checksum carries on the one
/// before them, in a log of the same salts in which a commit follows.
pub(super) fn usable(header: &[u8], length: u64, size: usize, frame: impl Fn(u64) -> Vec<u8>) -> Vec<Frame> {
    let big = number(header, 0) & 1 == 1;
    let begun = seal(header, 16);
    let (mut before, mut holds) =
        (begun, header.get(..24).map(|head| summed((0, 0), head, big)) == Some(begun.sum));
    let step = u64::try_from(FRAME + size).unwrap_or(u64::MAX);
    let (mut kept, mut run, mut at) =
        (Vec::new(), Vec::<Frame>::new(), u64::try_from(HEADER).unwrap_or_default());
    while at.checked_add(step).is_some_and(|end| end <= length) {
        let bytes = frame(at);
        let (own, page) = (seal(&bytes, 8), number(&bytes, 0));
        let sum = bytes.get(..8).map(|head| summed(before.sum, head, big));
        let sum = sum.zip(bytes.get(FRAME..)).map(|(sum, page)| summed(sum, page, big));
        let follows = own.salts == before.salts && sum == Some(own.sum) && page > 0;
        if holds && !follows {
            // SQLite stops here, and goes back to the last commit.
            holds = false;
            for frame in &mut run {
                frame.certain = false;
            }
        }
        if own.salts != before.salts {
            // The rest of an earlier log begins here; what was left open of the one before was never committed.
            run.clear();
        }
        if follows {
            run.push(Frame { page, at: at + u64::try_from(FRAME).unwrap_or_default(), certain: holds });
            if number(&bytes, 4) > 0 {
                kept.append(&mut run);
            }
        }
        before = own;
        at += step;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = 512;

    /// A log whose frames are of page 1, 2, 3 …, each of which is a commit where it says so, begun with these salts.
    fn log(salts: (u32, u32), commits: &[bool]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let words = [0x377f_0683, 3_007_000, 512, 0, salts.0, salts.1];
        bytes.extend(words.iter().flat_map(|word: &u32| word.to_be_bytes()));
        let mut sum = summed((0, 0), &bytes, true);
        bytes.extend([sum.0, sum.1].iter().flat_map(|word| word.to_be_bytes()));
        for (commit, page) in commits.iter().zip(1_u32..) {
            let head: Vec<u8> =
                [page, u32::from(*commit)].iter().flat_map(|word| word.to_be_bytes()).collect();
            let body = vec![u8::try_from(page).unwrap(); SIZE];
            sum = summed(summed(sum, &head, true), &body, true);
            bytes.extend(head);
            bytes.extend([salts.0, salts.1, sum.0, sum.1].iter().flat_map(|word| word.to_be_bytes()));
            bytes.extend(body);
        }
        bytes
    }

    fn found(bytes: &[u8]) -> Vec<(u32, bool)> {
        let frame = |at: u64| {
            let at = usize::try_from(at).unwrap();
            bytes[at..at + FRAME + SIZE].to_vec()
        };
        let all = usable(&bytes[..HEADER], bytes.len() as u64, SIZE, frame);
        all.iter().map(|frame| (frame.page, frame.certain)).collect()
    }

    #[test]
    fn what_was_committed_counts_and_nothing_else() {
        let whole = log((7, 9), &[false, true, true, false, true, false]);
        assert_eq!(page_size(&whole), Some(SIZE));
        let all = [(1, true), (2, true), (3, true), (4, true), (5, true)];
        assert_eq!(found(&whole), all);
        // Cut off within a frame: the commits before it are there.
        for (end, left) in
            [(whole.len() - 1, 5), (HEADER + 4 * (FRAME + SIZE) + 7, 3), (HEADER + 9, 0), (HEADER, 0)]
        {
            assert_eq!(found(&whole[..end]), all[..left], "{end}");
        }
        // A frame that was hit is not there; what was committed after it is, although SQLite would not take it.
        let mut hit = whole.clone();
        hit[HEADER + FRAME + SIZE + FRAME + 40] ^= 1;
        assert_eq!(found(&hit), [1, 3, 4, 5].map(|page| (page, false)));
        // With its checksum it takes the next one along.
        hit[HEADER + FRAME + SIZE + 17] ^= 1;
        assert_eq!(found(&hit), [1, 4, 5].map(|page| (page, false)));
    }

    #[test]
    fn what_is_left_of_an_earlier_log_counts_as_far_as_it_carries_on_by_itself() {
        let (old, new) =
            (log((6, 3), &[true, true, true, false, true, false]), log((7, 9), &[false, true, false]));
        let bytes = [&new[..], &old[new.len()..]].concat();
        assert_eq!(found(&bytes), [(1, true), (2, true), (5, false)]);
    }

    #[test]
    fn what_begins_with_rubbish_is_no_log_for_sqlite() {
        let mut bytes = log((7, 9), &[true, true]);
        bytes[3] ^= 0x40;
        assert_eq!(page_size(&bytes), None);
        assert_eq!(found(&bytes), [(1, false), (2, false)]);
        assert_eq!(found(&[0; HEADER]), []);
    }
}

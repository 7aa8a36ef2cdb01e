//! Many short byte strings that change in length, without a word of memory for each beside its place.

/// Bytes by which slots grow, and steps of the smallest: no smaller than what most media come to, for a slot that one has
/// grown out of may never be needed again.
const STEP: usize = 8;
const LEAST: usize = 12;

/// Where a byte string stands: how large its slot is, in steps, and which of that size it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(Rust, packed)]
pub(super) struct Slot {
    class: u8,
    at: u32,
}

/// Slots of one size, one after the other.
#[derive(Debug, Default)]
struct Pool {
    bytes: Vec<u8>,
    free: Vec<u32>,
}

/// All slots.
#[derive(Debug, Default)]
pub(super) struct Slab {
    pools: Vec<Pool>,
    /// What is too long for a pool.
    long: Vec<Vec<u8>>,
}

impl Slab {
    fn class(length: usize) -> u8 {
        // Nought stands for what is too long.
        u8::try_from(length.div_ceil(STEP).max(LEAST)).unwrap_or_default()
    }

    fn range(slot: Slot) -> std::ops::Range<usize> {
        let size = usize::from(slot.class) * STEP;
        let from = usize::try_from(slot.at).unwrap_or(usize::MAX).saturating_mul(size);
        from..from.saturating_add(size)
    }

    /// The bytes in a slot, with whatever fills it up after them.
    pub(super) fn get(&self, slot: Slot) -> &[u8] {
        if slot.class == 0 {
            let at = usize::try_from(slot.at).unwrap_or(usize::MAX);
            return self.long.get(at).map(Vec::as_slice).unwrap_or_default();
        }
        let pool = self.pools.get(usize::from(slot.class));
        pool.and_then(|pool| pool.bytes.get(Self::range(slot))).unwrap_or_default()
    }

    /// Puts bytes somewhere.
    pub(super) fn add(&mut self, bytes: &[u8]) -> Slot {
        let class = Self::class(bytes.len());
        if class == 0 {
            self.long.push(bytes.to_vec());
            return Slot { class, at: u32::try_from(self.long.len() - 1).unwrap_or(u32::MAX) };
        }
        let index = usize::from(class);
        if self.pools.len() <= index {
            self.pools.resize_with(index + 1, Pool::default);
        }
        let Some(pool) = self.pools.get_mut(index) else { return Slot { class: 0, at: u32::MAX } };
        let at = pool.free.pop().unwrap_or_else(|| {
            let at = pool.bytes.len() / (index * STEP);
            pool.bytes.resize(pool.bytes.len() + index * STEP, 0);
            u32::try_from(at).unwrap_or(u32::MAX)
        });
        let slot = Slot { class, at };
        self.fill(slot, bytes);
        slot
    }

    fn fill(&mut self, slot: Slot, bytes: &[u8]) {
        let pool = self.pools.get_mut(usize::from(slot.class));
        if let Some(room) = pool.and_then(|pool| pool.bytes.get_mut(Self::range(slot)))
            && let Some(room) = room.get_mut(..bytes.len())
        {
            room.copy_from_slice(bytes);
        }
    }

    /// Puts other bytes in the place of those in a slot, which is given back where they do not fit it.
    pub(super) fn set(&mut self, slot: Slot, bytes: &[u8]) -> Slot {
        if slot.class != 0 && slot.class == Self::class(bytes.len()) {
            self.fill(slot, bytes);
            return slot;
        }
        if slot.class == 0 {
            if let Some(long) = usize::try_from(slot.at).ok().and_then(|at| self.long.get_mut(at)) {
                // A long one stays where it is, however short it has become: there are few.
                *long = bytes.to_vec();
                return slot;
            }
        } else if let Some(pool) = self.pools.get_mut(usize::from(slot.class)) {
            pool.free.push(slot.at);
        }
        self.add(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_put_is_there_whatever_else_was_put(
            steps in prop::collection::vec((any::<prop::sample::Index>(), 0..2_500_usize, any::<u8>()), 1..200),
        ) {
            let (mut slab, mut model) = (Slab::default(), Vec::<(Slot, Vec<u8>)>::new());
            for (at, length, byte) in steps {
                let bytes = vec![byte; length];
                let at = at.index(model.len() + 1);
                if let Some((slot, held)) = model.get_mut(at) {
                    *slot = slab.set(*slot, &bytes);
                    *held = bytes;
                } else {
                    model.push((slab.add(&bytes), bytes));
                }
                for (slot, bytes) in &model {
                    prop_assert!(slab.get(*slot).starts_with(bytes));
                }
            }
        }
    }
}

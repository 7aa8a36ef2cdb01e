//! Chance that is the same everywhere: a seed, and how often something is tried.

/// A small generator (xorshift64*), so that a run is the same everywhere.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The generator of this seed.
    pub(crate) const fn new(seed: u64) -> Self {
        // Zero would give nothing but zeros.
        Self(seed ^ 0x6b75_7261_6261_6e00)
    }

    /// The generator of this number of this test: of the seed `KURABAN_SEED`, if that is set.
    pub(crate) fn of(test: &str, number: usize) -> Self {
        let seed: u64 = std::env::var("KURABAN_SEED").map_or(0, |text| text.parse().unwrap());
        let name =
            test.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        let mut dice = Self::new(name.wrapping_add(u64::try_from(number).unwrap() << 20));
        // Seeds that are alike begin alike.
        for _ in 0..8 {
            dice.roll(2);
        }
        dice
    }

    /// A number below this one.
    pub(crate) fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).unwrap() % below.max(1)
    }

    /// A number below two to the power of this, small ones as often as large ones.
    pub(crate) fn any_size(&mut self, bits: usize) -> usize {
        let bits = self.roll(bits + 1);
        self.roll(1 << bits)
    }
}

/// How often something is tried: as the variable says, else as often as in an ordinary run.
pub(crate) fn times(variable: &str, usual: usize) -> usize {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

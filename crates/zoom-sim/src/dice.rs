//! Pseudo-random numbers that are a function of the seed.
//!
//! They are hashes and not a stream of a generator, because the number for (person, day) must be
//! available without computing those of earlier days.

/// Hashes two numbers to 64 bits, with the finaliser of splitmix64.
pub(crate) const fn mix(a: u64, b: u64) -> u64 {
    let mut x = a ^ b
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(0x7f4a_7c15_9e37_79b9);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A short sequence of draws that is a function of one number.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The draws for one purpose of the object with this key.
    pub(crate) const fn of(key: u64, purpose: u64) -> Self {
        Self(mix(key, purpose))
    }

    pub(crate) const fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0, 0x5851_f42d)
    }

    /// A number from 0 up to, not including, `end`; 0 when `end` is 0.
    pub(crate) const fn below(&mut self, end: u64) -> u64 {
        ((self.draw() as u128 * end as u128) >> 64) as u64
    }

    /// A number from `low` to `high`, both included.
    pub(crate) const fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True in `of_10_000` of ten thousand cases.
    pub(crate) const fn chance(&mut self, of_10_000: u64) -> bool {
        self.below(10_000) < of_10_000
    }

    /// A waiting time with this mean and an exponential distribution.
    pub(crate) fn waiting(&mut self, mean: f64) -> f64 {
        let unit = ((self.draw() >> 11) as f64 + 1.0) / 9_007_199_254_740_993.0;
        -unit.ln() * mean
    }

    /// The index of one of the weighted choices.
    pub(crate) fn weighted(&mut self, weights: impl IntoIterator<Item = u32> + Clone) -> usize {
        let sum: u64 = weights.clone().into_iter().map(u64::from).sum();
        let mut left = self.below(sum);
        for (index, weight) in weights.into_iter().enumerate() {
            if left < u64::from(weight) {
                return index;
            }
            left -= u64::from(weight);
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn draws_repeat_and_stay_in_their_range() {
        let mut one = Dice::of(7, 1);
        let mut two = Dice::of(7, 1);
        for _ in 0..1000 {
            let drawn = one.between(3, 9);
            assert_eq!(drawn, two.between(3, 9));
            assert!((3..=9).contains(&drawn));
        }
    }
}

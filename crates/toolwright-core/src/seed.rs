//! Derived randomness: the same seed and labels give the same values on every machine, in every order.
//!
//! A sample's randomness is derived from (run seed, stage, sample index) and never from the order in which
//! work arrives, so a run gives the same bytes for any number of threads. The generator is SplitMix64 (Steele,
//! Lea, Flood 2014); it is written here, in a few lines, because the bytes of every dataset depend on it and no
//! library update may change them. It is not for secrets.

use serde::{Deserialize, Serialize};

/// A point in the tree of derived seeds; written as its number.
///
/// ```
/// use toolwright_core::seed::Seed;
/// let run = Seed::new(7);
/// assert_eq!(run.child("plan").index(3), Seed::new(7).child("plan").index(3));
/// assert_ne!(run.child("plan").index(3), run.child("world").index(3));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seed(u64);

impl Seed {
    /// The root of a tree.
    pub const fn new(seed: u64) -> Self {
        Self(mix(seed ^ 0x6a09_e667_f3bc_c908))
    }

    /// The branch with this name.
    #[must_use]
    pub fn child(self, label: &str) -> Self {
        let mut hash = self.0 ^ (label.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for chunk in label.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            hash = mix(hash ^ u64::from_le_bytes(word));
        }
        Self(mix(hash))
    }

    /// The branch with this number.
    #[must_use]
    pub const fn index(self, index: u64) -> Self {
        Self(mix(self.0.rotate_left(32) ^ mix(index.wrapping_add(0x2545_f491_4f6c_dd1d))))
    }

    /// A generator that starts here.
    pub const fn rng(self) -> Rng {
        Rng { state: self.0 }
    }

    /// This point as a number, for names and hashes.
    pub const fn value(self) -> u64 {
        self.0
    }
}

const fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A stream of random numbers; made by [`Seed::rng`].
#[derive(Clone, Debug)]
pub struct Rng {
    state: u64,
}

impl Rng {
    /// The next 64 random bits.
    pub const fn next_u64(&mut self) -> u64 {
        let out = mix(self.state);
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        out
    }

    /// A number in `0..n`; 0 where `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next_u64()) * n as u128) >> 64) as usize
    }

    /// A number in `low..=high`; `low` where the range is empty.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        if high <= low {
            return low;
        }
        let span = high.wrapping_sub(low) as u64;
        if span == u64::MAX {
            return self.next_u64() as i64;
        }
        let offset = ((u128::from(self.next_u64()) * (u128::from(span) + 1)) >> 64) as u64;
        low.wrapping_add(offset as i64)
    }

    /// A number in `[0, 1)`.
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of the items, or `None` of an empty slice.
    pub fn choose<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// The position of a weight, drawn in proportion; `None` where no weight is positive.
    pub fn weighted(&mut self, weights: impl IntoIterator<Item = f64> + Clone) -> Option<usize> {
        let total: f64 = weights.clone().into_iter().filter(|w| *w > 0.0).sum();
        if total.is_nan() || total <= 0.0 {
            return None;
        }
        let mut left = self.unit() * total;
        let mut last = None;
        for (at, weight) in weights.into_iter().enumerate() {
            if weight > 0.0 {
                last = Some(at);
                left -= weight;
                if left < 0.0 {
                    break;
                }
            }
        }
        last
    }

    /// Brings the items into random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_pinned() {
        let mut rng = Seed::new(7).child("plan").index(3).rng();
        let first: Vec<u64> = (0..3).map(|_| rng.next_u64()).collect();
        assert_eq!(first, PINNED);
    }
    const PINNED: [u64; 3] =
        [9_939_516_458_748_375_401, 14_325_052_153_538_252_308, 1_580_641_888_353_728_488];

    #[test]
    fn ranges_hold() {
        let mut rng = Seed::new(1).rng();
        for _ in 0..10_000 {
            assert!(rng.below(7) < 7);
            assert!((-3..=4).contains(&rng.between(-3, 4)));
            assert!((0.0..1.0).contains(&rng.unit()));
        }
        assert_eq!(rng.below(0), 0);
        assert_eq!(rng.between(5, 5), 5);
        let _ = rng.between(i64::MIN, i64::MAX);
    }

    #[test]
    fn weights_are_kept() {
        let mut rng = Seed::new(2).rng();
        let mut counts = [0; 3];
        for _ in 0..30_000 {
            counts[rng.weighted([1.0, 0.0, 2.0]).expect("positive")] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!((9_500..10_500).contains(&counts[0]), "{counts:?}");
        assert_eq!(rng.weighted([0.0]), None);
    }
}

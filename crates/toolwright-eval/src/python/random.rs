//! `random.Random(seed)`: the Mersenne Twister, seeded and drawn from as Python does it.
//!
//! Source: M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudo-random number generator", 1998, and its
//! initialisation by array of 2002.

const LENGTH: usize = 624;
const MIDDLE: usize = 397;

/// A generator. One that goes on from a state is made when it is first drawn from.
#[derive(Clone, Debug)]
pub(crate) struct Random {
    seed: i64,
    /// Words drawn so far; with the seed they are the whole state.
    drawn: u64,
    twister: Option<Box<Twister>>,
}

impl Random {
    pub(crate) fn new(seed: i64) -> Self {
        Self { seed, drawn: 0, twister: Some(Box::new(Twister::new(seed.unsigned_abs()))) }
    }

    /// The generator that has given so many words.
    pub(crate) const fn after(seed: i64, drawn: u64) -> Self {
        Self { seed, drawn, twister: None }
    }

    /// The seed, and how many words were drawn.
    pub(crate) const fn state(&self) -> (i64, u64) {
        (self.seed, self.drawn)
    }

    /// `randint(low, high)`, both ends included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        let range = high.saturating_sub(low).saturating_add(1);
        let bits = u64::BITS - range.leading_zeros();
        loop {
            let drawn = self.bits(bits);
            if drawn < range {
                return low + drawn;
            }
        }
    }

    /// `uniform(low, high)`.
    pub(crate) fn uniform(&mut self, low: f64, high: f64) -> f64 {
        let (a, b) = (self.word() >> 5, self.word() >> 6);
        let unit = (f64::from(a) * 67_108_864.0 + f64::from(b)) * (1.0 / 9_007_199_254_740_992.0);
        low + (high - low) * unit
    }

    /// `getrandbits(bits)`: whole words from the lowest on, and the upper bits of the last.
    fn bits(&mut self, bits: u32) -> u64 {
        match bits {
            0 => 0,
            1..=32 => u64::from(self.word() >> (32 - bits)),
            bits => {
                let low = u64::from(self.word());
                low | (u64::from(self.word() >> (64 - bits.min(64))) << 32)
            }
        }
    }

    fn word(&mut self) -> u32 {
        let (seed, drawn) = (self.seed, self.drawn);
        self.drawn += 1;
        let twister = self.twister.get_or_insert_with(|| {
            let mut twister = Box::new(Twister::new(seed.unsigned_abs()));
            for _ in 0..drawn {
                twister.next();
            }
            twister
        });
        twister.next()
    }
}

#[derive(Clone, Debug)]
struct Twister {
    state: [u32; LENGTH],
    at: usize,
}

impl Twister {
    /// Seeded by the words of a number, the lowest first.
    fn new(seed: u64) -> Self {
        let (low, high) = ((seed & 0xffff_ffff) as u32, (seed >> 32) as u32);
        let key: &[u32] = if high == 0 { &[low] } else { &[low, high] };
        let mut state = [0u32; LENGTH];
        state[0] = 19_650_218;
        for at in 1..LENGTH {
            let before = state[at - 1];
            state[at] = 1_812_433_253u32.wrapping_mul(before ^ (before >> 30)).wrapping_add(at as u32);
        }
        let mut at = 1;
        let mixed = |state: &[u32; LENGTH], at: usize, factor: u32| {
            let before = state[at - 1];
            state[at] ^ (before ^ (before >> 30)).wrapping_mul(factor)
        };
        let wrapped = |state: &mut [u32; LENGTH], at: &mut usize| {
            *at += 1;
            if *at == LENGTH {
                state[0] = state[LENGTH - 1];
                *at = 1;
            }
        };
        for step in 0..LENGTH.max(key.len()) {
            let place = step % key.len();
            state[at] = mixed(&state, at, 1_664_525).wrapping_add(key[place]).wrapping_add(place as u32);
            wrapped(&mut state, &mut at);
        }
        for _ in 1..LENGTH {
            state[at] = mixed(&state, at, 1_566_083_941).wrapping_sub(at as u32);
            wrapped(&mut state, &mut at);
        }
        state[0] = 0x8000_0000;
        let mut twister = Self { state, at: 0 };
        twister.twist();
        twister
    }

    /// The next words, all at once.
    fn twist(&mut self) {
        for at in 0..LENGTH {
            let next = self.state[(at + 1) % LENGTH];
            let joined = (self.state[at] & 0x8000_0000) | (next & 0x7fff_ffff);
            let twist = if joined & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[at] = self.state[(at + MIDDLE) % LENGTH] ^ (joined >> 1) ^ twist;
        }
        self.at = 0;
    }

    fn next(&mut self) -> u32 {
        if self.at == LENGTH {
            self.twist();
        }
        let mut word = self.state[self.at];
        self.at += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_draws_what_python_draws() {
        let mut random = Random::new(141_053);
        let drawn: Vec<u64> = (0..4).map(|_| random.between(100_000, 999_999)).collect();
        assert_eq!(drawn, [251_675, 966_117, 376_965, 488_941]);
        let mut random = Random::new(1_053_520);
        assert_eq!(random.between(100_000_000_000, 999_999_999_999), 158_096_061_786);
        assert_eq!(random.uniform(-10.0, 40.0), 14.714677309837906);
        let (seed, drawn) = random.state();
        let mut again = Random::after(seed, drawn);
        assert_eq!(again.between(0, 1 << 20), random.between(0, 1 << 20));
    }
}

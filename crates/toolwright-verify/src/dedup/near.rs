//! Near-duplicates: tools whose descriptions and parameter names are nearly the same text.
//!
//! Two tools are near-duplicates when the Jaccard similarity of the character 5-grams of their description and parameter names
//! is at least [`NEAR`]. Found exactly and without comparing all pairs, as set joins do it (AllPairs, PPJoin): under any fixed
//! order of the grams, two sets that are so alike share many of the first few of each, so only tools that share enough of those
//! are compared in full. The rarer the grams that come first, the fewer comparisons: how often each occurs is counted again
//! whenever the sets have doubled.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use toolwright_core::Tool;

/// From this Jaccard similarity of character 5-grams on, two tools are near-duplicates.
pub const NEAR: f64 = 0.7;

type Table<T> = HashMap<u32, T, BuildHasherDefault<Hashed>>;

/// The keys are hashes already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    }

    fn write_u32(&mut self, key: u32) {
        self.0 = u64::from(key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// The 5-grams of a text, as 32-bit hashes in ascending order, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grams(Vec<u32>);

impl Grams {
    /// Those of a tool's description and parameter names.
    pub fn of(tool: &Tool) -> Self {
        let mut text = tool.description.clone();
        for (name, _) in tool.properties() {
            text.push(' ');
            text.push_str(name);
        }
        Self::of_text(&text)
    }

    /// Those of a text in lower case; of a text with fewer than five characters, the whole is the one gram.
    pub fn of_text(text: &str) -> Self {
        let text: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
        let hash = |window: &[char]| {
            let hash = window.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, c| {
                (hash ^ u64::from(u32::from(*c))).wrapping_mul(0x0100_0000_01b3)
            });
            (hash ^ (hash >> 32)) as u32
        };
        let mut grams: Vec<u32> = text.windows(5.min(text.len().max(1))).map(hash).collect();
        grams.sort_unstable();
        grams.dedup();
        Self(grams)
    }

    /// The grams, in ascending order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter().copied()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The share of these grams that the other ones hold; 0 where there are none.
    pub(super) fn held_by(&self, other: &Self) -> f64 {
        let held = self.0.iter().filter(|gram| other.0.binary_search(gram).is_ok()).count();
        if self.0.is_empty() { 0.0 } else { held as f64 / self.0.len() as f64 }
    }

    /// The Jaccard similarity: shared grams over all grams; 0 where there are none.
    ///
    /// ```
    /// use toolwright_verify::dedup::Grams;
    /// let (a, b) = (Grams::of_text("flights"), Grams::of_text("flight"));
    /// // `fligh` and `light` are shared, `ights` is not.
    /// assert!((a.similarity(&b) - 2.0 / 3.0).abs() < 1e-9);
    /// ```
    pub fn similarity(&self, other: &Self) -> f64 {
        let (mut at, mut shared) = (0, 0);
        for gram in &self.0 {
            while other.0.get(at).is_some_and(|there| there < gram) {
                at += 1;
            }
            if other.0.get(at) == Some(gram) {
                shared += 1;
                at += 1;
            }
        }
        let all = self.0.len() + other.0.len() - shared;
        if all == 0 { 0.0 } else { shared as f64 / all as f64 }
    }
}

/// The sets seen so far, ready to be asked for one that is near.
#[derive(Debug, Default)]
pub struct Near {
    sets: Vec<Grams>,
    /// For each gram, the sets that lead with it.
    first: Table<Vec<u32>>,
    /// How often each gram occurred when that was last counted.
    frequency: Table<u32>,
    /// How many sets there were then.
    counted: usize,
    /// How many leading grams each set shares with the one that is asked about; zeros between two questions.
    shared: Vec<u32>,
}

/// Below so many sets, counting is not worth it.
const FEW: usize = 64;

impl Near {
    /// The position of an earlier set that this one is nearly the same as.
    pub fn find(&mut self, set: &Grams) -> Option<usize> {
        let mut touched: Vec<u32> = Vec::new();
        for gram in self.leading(set) {
            for at in self.first.get(&gram).into_iter().flatten() {
                let shared = &mut self.shared[*at as usize];
                if *shared == 0 {
                    touched.push(*at);
                }
                *shared += 1;
            }
        }
        let mut found = None;
        for at in touched {
            let at = at as usize;
            let shared = std::mem::take(&mut self.shared[at]);
            let other = &self.sets[at];
            if found.is_none()
                && shared >= least_shared(set.0.len(), other.0.len())
                && other.similarity(set) >= NEAR
            {
                found = Some(at);
            }
        }
        found
    }

    /// Adds a set; returns its position.
    pub fn push(&mut self, set: Grams) -> usize {
        let at = self.sets.len();
        self.sets.push(set);
        self.shared.push(0);
        if self.sets.len() >= FEW && self.sets.len() >= 2 * self.counted {
            self.count();
        } else {
            self.enter(at);
        }
        at
    }

    /// Counts the grams and enters all sets anew.
    fn count(&mut self) {
        self.frequency.clear();
        self.first.clear();
        for gram in self.sets.iter().flat_map(|set| &set.0) {
            *self.frequency.entry(*gram).or_default() += 1;
        }
        self.counted = self.sets.len();
        (0..self.sets.len()).for_each(|at| self.enter(at));
    }

    fn enter(&mut self, at: usize) {
        for gram in self.leading(&self.sets[at]) {
            self.first.entry(gram).or_default().push(at as u32);
        }
    }

    /// The rarest grams of a set, as many as two sets that are near must share one of.
    fn leading(&self, set: &Grams) -> Vec<u32> {
        let many = leads(set.0.len());
        let rank = |gram: &u32| (self.frequency.get(gram).copied().unwrap_or_default(), *gram);
        let mut ranked: Vec<(u32, u32)> = set.0.iter().map(rank).collect();
        if many < ranked.len() {
            ranked.select_nth_unstable(many);
            ranked.truncate(many);
        }
        ranked.into_iter().map(|(_, gram)| gram).collect()
    }
}

/// How many grams lead a set of this size: two sets that are near share one of them.
fn leads(len: usize) -> usize {
    (len - ((NEAR * len as f64).ceil() as usize).min(len) + 1).min(len)
}

/// How many leading grams two sets of these sizes share at least where they are near.
///
/// Near sets share `NEAR / (1 + NEAR)` of the sum of their sizes. All shared grams that lead the one whose leading grams end first
/// lead the other as well; so at most what does not lead it can be shared beside them.
fn least_shared(a: usize, b: usize) -> u32 {
    let (small, large) = (a.min(b), a.max(b));
    if (small as f64) < NEAR * large as f64 {
        return u32::MAX;
    }
    // The bound is a float; a little slack keeps what is exactly on it.
    let overlap = (NEAR / (1.0 + NEAR) * (a + b) as f64 - 1e-6).ceil() as usize;
    let least = |len: usize| overlap.saturating_sub(len - leads(len));
    u32::try_from(least(a).min(least(b))).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use toolwright_core::seed::Seed;

    /// How many sets are nearly the same as one before them.
    fn count(sets: impl IntoIterator<Item = Grams>) -> usize {
        let mut near = Near::default();
        let mut found = 0;
        for set in sets {
            found += usize::from(near.find(&set).is_some());
            near.push(set);
        }
        found
    }

    /// All pairs, one by one.
    fn plainly(sets: &[Grams]) -> usize {
        let near = |at: usize| sets[..at].iter().any(|other| other.similarity(&sets[at]) >= NEAR);
        (0..sets.len()).filter(|at| near(*at)).count()
    }

    #[test]
    fn the_index_finds_what_comparing_all_pairs_finds() {
        let seed = 20_261_126;
        println!("seed {seed}");
        let words = [
            "city", "weather", "in", "the", "forecast", "hourly", "of", "book", "table", "guests", "a",
            "list",
        ];
        for round in 0..40 {
            let mut rng = Seed::new(seed).index(round).rng();
            let base: Vec<String> = (0..6)
                .map(|_| (0..12).map(|_| words[rng.below(words.len())]).collect::<Vec<_>>().join(" "))
                .collect();
            let sets: Vec<Grams> = (0..300)
                .map(|_| {
                    let mut text = base[rng.below(base.len())].clone();
                    for _ in 0..rng.below(4) {
                        text.push(' ');
                        text.push_str(words[rng.below(words.len())]);
                    }
                    Grams::of_text(&text)
                })
                .collect();
            assert_eq!(count(sets.clone()), plainly(&sets), "round {round}");
        }
    }

    #[test]
    fn short_and_empty_texts_are_compared() {
        let sets = ["", "", "a", "a", "ab"].map(Grams::of_text);
        assert_eq!(count(sets.to_vec()), 1);
    }
}

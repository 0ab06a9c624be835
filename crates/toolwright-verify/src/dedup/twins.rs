//! Near-duplicates among dialogs: sketches by MinHash, found by locality-sensitive hashing.
//!
//! Source: Broder, "On the resemblance and containment of documents" (1997), for MinHash; Leskovec, Rajaraman and Ullman, "Mining of Massive
//!         Datasets", chapter 3, for bands.
//! Ours:   a dialog is the set of its runs of three words, over what users and the assistant say and call; results and tools do not count, for
//!         tools repeat themselves. 112 hashes in 14 bands of 8, so that of two dialogs whose sets are alike to 0.8, 92 in 100 meet in a band, and of
//!         those alike to 0.5, 5 in 100; who meets is compared by all hashes. A sketch is 224 bytes, so that a million fit into memory.
//!         The crate `gaoya` does the same with a thread pool, three generators of randomness and two hash functions of its own, and keeps 448
//!         bytes of hashes a dialog beside its tables; here the first of twins in the order of the set is kept, whatever the threads.
//! Fails:  with a probability that the bands have. Paraphrases have few words in common and are no twins.

use std::collections::HashMap;

use serde_json::Value;
use toolwright_core::{Dialog, Role};

/// Hashes of a sketch, and how they make up bands.
const HASHES: usize = BANDS * ROWS;
const BANDS: usize = 14;
const ROWS: usize = 8;
/// Words that a run has.
const RUN: usize = 3;
/// So many earlier dialogs of one band are looked at; more of them are a set that says the same all over.
const MOST: usize = 64;

/// What is kept of a dialog to tell what is nearly the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    bands: [u64; BANDS],
    /// The lowest byte of each hash: two that differ have the same in one of 256 cases.
    hashes: [u8; HASHES],
    /// Whether there was anything to hash.
    blank: bool,
}

/// Sketches a dialog.
pub fn sketch(dialog: &Dialog) -> Sketch {
    let mut runs = Runs::default();
    for message in dialog.messages.iter().filter(|one| matches!(one.role, Role::User | Role::Assistant)) {
        runs.text(message.said());
        for call in &message.calls {
            runs.text(&call.name);
            call.arguments.iter().for_each(|(name, value)| {
                runs.text(name);
                runs.value(value);
            });
        }
    }
    runs.sketch()
}

/// The runs of words so far, hashed into the least of each hash.
struct Runs {
    least: [u32; HASHES],
    last: [u64; RUN],
    words: usize,
}

impl Default for Runs {
    fn default() -> Self {
        Self { least: [u32::MAX; HASHES], last: [0; RUN], words: 0 }
    }
}

impl Runs {
    fn text(&mut self, text: &str) {
        let mut hash = BASIS;
        let mut any = false;
        for c in text.chars() {
            if c.is_alphanumeric() {
                any = true;
                c.to_lowercase().for_each(|c| hash = mixed(hash ^ u64::from(u32::from(c))));
            } else if any {
                self.word(hash);
                (hash, any) = (BASIS, false);
            }
        }
        if any {
            self.word(hash);
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.text(text),
            Value::Array(items) => items.iter().for_each(|item| self.value(item)),
            Value::Object(map) => map.iter().for_each(|(name, item)| {
                self.text(name);
                self.value(item);
            }),
            other => self.text(&other.to_string()),
        }
    }

    fn word(&mut self, word: u64) {
        self.last.rotate_left(1);
        self.last[RUN - 1] = word;
        self.words += 1;
        if self.words >= RUN {
            self.run();
        }
    }

    fn run(&mut self) {
        let run = self.last.iter().fold(BASIS, |hash, word| mixed(hash.rotate_left(5) ^ word));
        let (low, high) = (run as u32, (run >> 32) as u32 | 1);
        for (n, least) in self.least.iter_mut().enumerate() {
            // One multiplication a hash: the family of Kirsch and Mitzenmacher, stirred once more.
            let hash = low.wrapping_add(high.wrapping_mul(SEEDS[n]));
            let hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
            *least = (*least).min(hash ^ (hash >> 12));
        }
    }

    fn sketch(mut self) -> Sketch {
        if (1..RUN).contains(&self.words) {
            self.run();
        }
        let mut bands = [0; BANDS];
        for (band, rows) in bands.iter_mut().zip(self.least.chunks(ROWS)) {
            *band = rows.iter().fold(BASIS, |hash, least| mixed(hash.rotate_left(7) ^ u64::from(*least)));
        }
        Sketch { bands, hashes: self.least.map(|least| least as u8), blank: self.words == 0 }
    }
}

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

const fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}

/// What tells the hashes apart.
const SEEDS: [u32; HASHES] = {
    let mut seeds = [0; HASHES];
    let mut n = 0;
    while n < HASHES {
        seeds[n] = mixed(n as u64 + 1) as u32 | 1;
        n += 1;
    }
    seeds
};

impl Sketch {
    /// How alike two dialogs are, as far as their sketches tell: the share of runs of words that they have in common.
    pub fn similarity(&self, other: &Self) -> f64 {
        if self.blank || other.blank {
            return 0.0;
        }
        let same = self.hashes.iter().zip(&other.hashes).filter(|(a, b)| a == b).count() as f64;
        // What meets by chance is taken off.
        let share = same / HASHES as f64;
        ((share - 1.0 / 256.0) / (1.0 - 1.0 / 256.0)).clamp(0.0, 1.0)
    }
}

/// An earlier dialog that one is nearly the same as.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Twin {
    /// Its position among those that were kept.
    pub at: usize,
    /// How alike they are, from 0 to 1.
    pub similarity: f64,
}

/// The dialogs kept so far, ready to be asked for a twin.
///
/// ```
/// use toolwright_core::{Dialog, Message, Role};
/// use toolwright_verify::dedup::{Twins, sketch};
/// let say = |text: &str| Dialog { messages: vec![Message::text(Role::User, text)], ..Dialog::default() };
/// let mut twins = Twins::new(0.7);
/// assert_eq!(twins.keep(sketch(&say("Book a table for two in Oslo on Friday evening, please, with a view."))), None);
/// let twin = twins.keep(sketch(&say("book a table for two in Oslo on Friday evening please with a VIEW")));
/// assert_eq!(twin.map(|twin| (twin.at, twin.similarity)), Some((0, 1.0)));
/// assert_eq!(twins.keep(sketch(&say("What is the weather in Oslo?"))), None);
/// ```
#[derive(Debug)]
pub struct Twins {
    least: f64,
    kept: Vec<Sketch>,
    /// The latest kept dialog of each band, and for each dialog the one before it in each of its bands; positions from 1.
    latest: HashMap<u64, u32>,
    before: Vec<[u32; BANDS]>,
}

impl Twins {
    /// None so far; twins are alike to this share at least, above 0.5.
    pub fn new(least: f64) -> Self {
        Self { least, kept: Vec::new(), latest: HashMap::new(), before: Vec::new() }
    }

    /// Keeps a dialog that has no twin among those kept; else gives the first twin that is found.
    pub fn keep(&mut self, sketch: Sketch) -> Option<Twin> {
        let twin = self.find(&sketch);
        if twin.is_none() {
            self.add(sketch);
        }
        twin
    }

    /// The first of those kept that is a twin, as far as the bands tell.
    pub fn find(&self, sketch: &Sketch) -> Option<Twin> {
        // What says nothing has no twin.
        if sketch.blank {
            return None;
        }
        let mut best: Option<Twin> = None;
        for (band, key) in sketch.bands.iter().enumerate() {
            let mut at = self.latest.get(&keyed(*key, band)).copied().unwrap_or(0);
            for _ in 0..MOST {
                let Some(position) = (at as usize).checked_sub(1) else { break };
                let (Some(other), Some(before)) = (self.kept.get(position), self.before.get(position)) else {
                    break;
                };
                let similarity = sketch.similarity(other);
                if similarity >= self.least && best.is_none_or(|best| position < best.at) {
                    best = Some(Twin { at: position, similarity });
                }
                at = before[band];
            }
        }
        best
    }

    /// Keeps a dialog, whatever it is like.
    pub fn add(&mut self, sketch: Sketch) {
        let mut before = [0; BANDS];
        // What says nothing has a position like everybody else; past four billion nothing is found any more.
        if let Ok(position) = u32::try_from(self.kept.len() + 1)
            && !sketch.blank
        {
            for (band, key) in sketch.bands.iter().enumerate() {
                before[band] = self.latest.insert(keyed(*key, band), position).unwrap_or(0);
            }
        }
        self.before.push(before);
        self.kept.push(sketch);
    }
}

fn keyed(key: u64, band: usize) -> u64 {
    key.rotate_left(u32::try_from(band).unwrap_or_default()) ^ band as u64
}

#[cfg(test)]
mod tests {
    use toolwright_core::Message;
    use toolwright_core::seed::Seed;

    use super::*;

    fn say(text: &str) -> Sketch {
        sketch(&Dialog { messages: vec![Message::text(Role::User, text)], ..Dialog::default() })
    }

    #[test]
    fn similarity_is_about_that_of_the_sets() {
        let seed = 20_261_127;
        println!("seed {seed}");
        let mut rng = Seed::new(seed).rng();
        for changed in [0usize, 2, 5, 12, 40] {
            let mut off = 0.0;
            for _ in 0..40 {
                let words: Vec<String> = (0..120).map(|_| format!("w{}", rng.below(5000))).collect();
                let mut other = words.clone();
                for _ in 0..changed {
                    let at = rng.below(other.len());
                    other[at] = format!("x{}", rng.below(5000));
                }
                let runs = |words: &[String]| -> std::collections::BTreeSet<String> {
                    words.windows(RUN).map(|run| run.join(" ")).collect()
                };
                let (a, b) = (runs(&words), runs(&other));
                let exact = a.intersection(&b).count() as f64 / a.union(&b).count() as f64;
                off += say(&words.join(" ")).similarity(&say(&other.join(" "))) - exact;
            }
            assert!((off / 40.0).abs() < 0.03, "{changed} words changed: {}", off / 40.0);
        }
    }

    #[test]
    fn twins_are_found_and_others_are_not() {
        let seed = 20_261_127;
        println!("seed {seed}");
        let mut rng = Seed::new(seed).rng();
        let mut twins = Twins::new(0.7);
        let mut texts = Vec::new();
        for _ in 0..2000 {
            let words: Vec<String> = (0..60).map(|_| format!("w{}", rng.below(900))).collect();
            assert_eq!(twins.keep(say(&words.join(" "))), None);
            texts.push(words);
        }
        let mut found = 0;
        for (at, words) in texts.iter().enumerate() {
            let mut words = words.clone();
            let place = rng.below(words.len());
            words[place] = "another".into();
            found += usize::from(twins.keep(say(&words.join(" "))).is_some_and(|twin| twin.at == at));
        }
        assert!(found >= 1990, "{found} of 2000");
    }

    #[test]
    fn what_says_nothing_has_no_twin() {
        let mut twins = Twins::new(0.7);
        assert_eq!((twins.keep(say("")), twins.keep(say(""))), (None, None));
        assert_eq!(twins.keep(say("Hi")), None);
        assert_eq!(twins.keep(say("hi!")).map(|twin| twin.at), Some(2));
    }
}

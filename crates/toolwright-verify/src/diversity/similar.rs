//! SS: how near a request is to the exchange before it.
//!
//! Source: ToolFlow (arXiv:2410.18447): the cosine of the sentence vectors of request and response of turn t-1 and of the
//!         request of turn t, averaged.
//! Ours:   no encoder. A text has two vectors: of its words, and of the character 3- to 5-grams of its words with their ends
//!         marked. A feature is a 64-bit hash; it weighs `(1 + ln count) · ln((1 + N) / (1 + df))`, where N are the turns of
//!         the sample, the user's and the assistant's, and df those that have it. The similarity is the mean of the two
//!         cosines, 0 where a text has no words. So it sees shared words and stems, and no synonyms: values are lower
//!         than an encoder's and not to be compared with the paper's. What they are to be compared with is the same
//!         number for exchanges and requests of different dialogs ([`Paired::unrelated`]).

use std::collections::HashMap;

use toolwright_core::seed::Seed;

/// How often a text has each feature of a kind, or what that weighs, in the order of features.
type Features = Vec<(u64, f64)>;

/// How rare each feature is, over all turns of a sample.
#[derive(Default)]
pub(super) struct Rarity {
    turns: usize,
    with: HashMap<u64, usize>,
}

impl Rarity {
    /// Counts a turn.
    pub(super) fn add(&mut self, words: &[String]) {
        self.turns += 1;
        for (feature, _) in features([words]).iter().flatten() {
            *self.with.entry(*feature).or_default() += 1;
        }
    }

    /// Two unit vectors of the words of one or more texts.
    pub(super) fn vectors<'a>(&self, texts: impl IntoIterator<Item = &'a [String]>) -> Vectors {
        let mut vectors = features(texts);
        for vector in &mut vectors {
            for (feature, count) in vector.iter_mut() {
                let with = self.with.get(feature).copied().unwrap_or_default();
                *count = (1.0 + count.ln()) * ((1 + self.turns) as f64 / (1 + with) as f64).ln();
            }
            let length = vector.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
            if length > 0.0 {
                vector.iter_mut().for_each(|(_, weight)| *weight /= length);
            }
        }
        Vectors(vectors)
    }
}

/// A text as two unit vectors, of words and of grams.
pub(super) struct Vectors([Features; 2]);

impl Vectors {
    pub(super) fn similarity(&self, other: &Self) -> f64 {
        self.0.iter().zip(&other.0).map(|(one, other)| cosine(one, other)).sum::<f64>() / 2.0
    }
}

/// Of unit vectors.
fn cosine(one: &[(u64, f64)], other: &[(u64, f64)]) -> f64 {
    let (mut sum, mut others) = (0.0, other.iter().peekable());
    for (feature, weight) in one {
        while others.next_if(|(other, _)| other < feature).is_some() {}
        if let Some((_, other)) = others.next_if(|(other, _)| other == feature) {
            sum += weight * other;
        }
    }
    sum
}

fn features<'a>(texts: impl IntoIterator<Item = &'a [String]>) -> [Features; 2] {
    const WORDS: Seed = Seed::new(1);
    const GRAMS: Seed = Seed::new(2);
    let (mut whole, mut grams) = (Vec::new(), Vec::new());
    for word in texts.into_iter().flatten() {
        whole.push(WORDS.child(word).value());
        let marked = format!("<{word}>");
        let bounds: Vec<usize> = marked.char_indices().map(|(at, _)| at).chain([marked.len()]).collect();
        for size in 3..=5 {
            let ends = bounds.iter().zip(bounds.iter().skip(size));
            let parts = ends.filter_map(|(start, end)| marked.get(*start..*end));
            grams.extend(parts.map(|gram| GRAMS.child(gram).value()));
        }
    }
    [counted(whole), counted(grams)]
}

fn counted(mut features: Vec<u64>) -> Features {
    features.sort_unstable();
    let runs = features.chunk_by(|one, other| one == other);
    runs.filter_map(|run| Some((*run.first()?, run.len() as f64))).collect()
}

/// A mean over requests and what comes before them.
#[derive(Default)]
pub(super) struct Paired {
    /// Of what comes before in their dialogs.
    pub(super) related: Mean,
    /// Of what comes before in other dialogs: what the sample's manner of speaking alone gives.
    pub(super) unrelated: Mean,
}

/// A mean of what there is.
#[derive(Default)]
pub(super) struct Mean {
    sum: f64,
    count: usize,
}

impl Mean {
    pub(super) fn add(&mut self, value: f64) {
        self.sum += value;
        self.count += 1;
    }

    pub(super) fn value(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    #[test]
    fn similarity_follows_shared_words_and_stems() {
        let texts =
            ["book a flight to Oslo", "which flights are cheap?", "what is the tax on wine?", "book it"]
                .map(words);
        let mut rarity = Rarity::default();
        texts.iter().for_each(|words| rarity.add(words));
        let [flight, flights, tax, _] = texts.each_ref().map(|words| rarity.vectors([words.as_slice()]));
        assert!((flight.similarity(&flight) - 1.0).abs() < 1e-9);
        assert!(flight.similarity(&flights) > flight.similarity(&tax), "a stem is shared");
        assert_eq!(flight.similarity(&rarity.vectors([])), 0.0);
        let both = rarity.vectors([texts[0].as_slice(), &texts[2]]);
        assert!(both.similarity(&tax) > flight.similarity(&tax));
    }
}

//! How varied are the words of a set? Entropy, distinct trigrams, distinct words, openings, repetitions.
//!
//! Source: ToolFlow (arXiv:2410.18447): H, the Shannon entropy of the distribution of words, and D-3, distinct trigrams by all.
//! Ours:   H is in bits (the paper does not say). A trigram lies within one turn. All of these grow or fall with the amount of
//!         text, so they are taken over the first words, or turns, of the sample, as many for every set that is compared; a
//!         set that has fewer has no such number.

use std::collections::{BTreeMap, BTreeSet};

/// The first `most` words of the turns, the last turn cut; `None` where there are fewer, or none are asked for.
fn first_words<'a>(turns: impl Iterator<Item = &'a [String]>, most: usize) -> Option<Vec<&'a [String]>> {
    let (mut taken, mut left) = (Vec::new(), most);
    for turn in turns {
        let part = turn.get(..left).unwrap_or(turn);
        left -= part.len();
        taken.push(part);
        if left == 0 {
            break;
        }
    }
    (left == 0 && most > 0).then_some(taken)
}

/// H: `-Σ p log₂ p` over the shares `p` of the distinct words.
pub(super) fn entropy<'a>(turns: impl Iterator<Item = &'a [String]>, most: usize) -> Option<f64> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in first_words(turns, most)?.into_iter().flatten() {
        *counts.entry(word).or_default() += 1;
    }
    let share = |count: &usize| *count as f64 / most as f64;
    // Minus zero reads oddly.
    Some(0.0 - counts.values().map(|count| share(count) * share(count).log2()).sum::<f64>())
}

/// D-3: distinct trigrams by all trigrams.
pub(super) fn distinct_trigrams<'a>(turns: impl Iterator<Item = &'a [String]>, most: usize) -> Option<f64> {
    let turns = first_words(turns, most)?;
    let trigrams = || turns.iter().flat_map(|turn| turn.windows(3));
    let distinct = trigrams().collect::<BTreeSet<_>>().len();
    share(distinct, trigrams().count())
}

/// Distinct words by all words.
pub(super) fn distinct_words<'a>(turns: impl Iterator<Item = &'a [String]>, most: usize) -> Option<f64> {
    let turns = first_words(turns, most)?;
    share(turns.into_iter().flatten().collect::<BTreeSet<_>>().len(), most)
}

/// Distinct first three words by all turns.
pub(super) fn distinct_openings<'a>(turns: impl Iterator<Item = &'a [String]>, most: usize) -> Option<f64> {
    let openings: Vec<&[String]> = turns.take(most).map(|turn| turn.get(..3).unwrap_or(turn)).collect();
    let distinct = openings.iter().collect::<BTreeSet<_>>().len();
    if openings.len() < most { None } else { share(distinct, most) }
}

/// Turns that say what an earlier turn of the sample says, by all turns.
pub(super) fn repeated<'a>(turns: impl Iterator<Item = &'a str>, most: usize) -> Option<f64> {
    let turns: Vec<&str> = turns.take(most).collect();
    let distinct = turns.iter().collect::<BTreeSet<_>>().len();
    if turns.len() < most { None } else { share(most - distinct, most) }
}

/// A part by the whole; of nothing there are no parts.
pub(super) fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    #[test]
    fn numbers_are_those_of_the_definitions() {
        let turns = [words("a b a b"), words("a b a c")];
        let all = || turns.iter().map(Vec::as_slice);
        // Four `a`, three `b`, one `c`.
        let expected = 0.5 + 0.375 * (8.0_f64 / 3.0).log2() + 0.125 * 3.0;
        assert!(entropy(all(), 8).is_some_and(|bits| (bits - expected).abs() < 1e-12));
        // aba bab aba bac
        assert_eq!(distinct_trigrams(all(), 8), Some(0.75));
        assert_eq!(distinct_trigrams(all(), 7), Some(2.0 / 3.0), "the last turn is cut");
        assert_eq!(distinct_words(all(), 8), Some(0.375));
        assert_eq!(distinct_openings(all(), 2), Some(0.5));
        assert_eq!(repeated(["x", "y", "x", "x"].into_iter(), 4), Some(0.5));
        assert_eq!(entropy(all(), 1), Some(0.0));
    }

    #[test]
    fn sets_that_are_too_small_have_no_number() {
        let turns = [words("a b")];
        let all = || turns.iter().map(Vec::as_slice);
        assert_eq!(
            (entropy(all(), 3), distinct_words(all(), 0), distinct_trigrams(all(), 2)),
            (None, None, None)
        );
        assert_eq!((distinct_openings(all(), 2), repeated(["x"].into_iter(), 2)), (None, None));
    }
}

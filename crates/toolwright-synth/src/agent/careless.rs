//! Careless typing: small letters, lost marks and apostrophes, swapped and doubled letters, the abbreviations of chats.
//!
//! Words that give values keep their letters; names and days may lose their capitals. What stands in quotation marks stays.

use toolwright_core::seed::Rng;

use super::pieces::{Piece, Said};
use super::style::Topic;

/// What chats make of words.
#[rustfmt::skip]
const SHORT: &[(&str, &str)] = &[
    ("please", "pls"), ("thanks", "thx"), ("you", "u"), ("because", "bc"), ("okay", "ok"), ("something", "smth"),
    ("information", "info"), ("message", "msg"), ("about", "abt"), ("without", "w/o"), ("though", "tho"), ("your", "ur"),
    ("probably", "prob"), ("tonight", "tonite"), ("really", "rly"),
];

/// Types a text carelessly.
pub(crate) fn typed(said: &mut Said, _: &Topic, rng: &mut Rng) {
    let (small, marks, apostrophes) = (rng.chance(0.85), rng.chance(0.6), rng.chance(0.7));
    let mut slips = rng.below(3);
    let mut quoted = false;
    let last = said.pieces.len().saturating_sub(1);
    for at in 0..said.pieces.len() {
        match &said.pieces[at] {
            Piece::Value(words) => {
                if small && !quoted && is_name(words) {
                    let new = words.to_lowercase();
                    said.reword(at, &new);
                }
            }
            Piece::Free(text) => {
                // A list or payload is pasted, not typed.
                let (own, pasted) = text.split_at(text.find('\n').unwrap_or(text.len()));
                let mut out = String::with_capacity(text.len());
                for (n, part) in own.split('"').enumerate() {
                    if n > 0 {
                        out.push('"');
                        quoted = !quoted;
                    }
                    if quoted {
                        out.push_str(part);
                    } else {
                        retyped(part, small, apostrophes, &mut slips, &mut out, rng);
                    }
                }
                if marks && at == last && pasted.is_empty() && !quoted {
                    out.truncate(out.trim_end_matches(['.', '?']).len());
                }
                out.push_str(pasted);
                let done = !pasted.is_empty();
                said.pieces[at] = Piece::Free(out);
                if done {
                    return;
                }
            }
        }
    }
}

/// Words of names and days: letters alone, and not in capitals throughout.
fn is_name(words: &str) -> bool {
    let month = words.bytes().any(|byte| byte.is_ascii_digit())
        && words.split(' ').next_back().is_some_and(|year| year.len() == 4);
    let plain = words.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '-');
    let shouted = words.split([' ', '-']).any(|word| word.len() > 1 && !word.chars().any(char::is_lowercase));
    (plain && !shouted || month && words.contains(", ")) && words.len() < 40
}

fn retyped(text: &str, small: bool, apostrophes: bool, slips: &mut usize, out: &mut String, rng: &mut Rng) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        if end == 0 {
            if first != '\'' || !apostrophes {
                out.push(first);
            }
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (word, after) = rest.split_at(end);
        rest = after;
        let lowered = if small { word.to_lowercase() } else { word.to_owned() };
        // What a chat would write is short, what the fingers miss is long.
        match SHORT.iter().find(|(long, _)| *long == lowered) {
            Some((_, short)) if rng.chance(0.55) => out.push_str(short),
            _ if *slips > 0
                && lowered.len() > 4
                && lowered.bytes().all(|b| b.is_ascii_lowercase())
                && rng.chance(0.2) =>
            {
                *slips -= 1;
                slip(&lowered, out, rng);
            }
            _ => out.push_str(&lowered),
        }
    }
}

/// A word with two letters swapped, one doubled or one lost; its first letter stays.
fn slip(word: &str, out: &mut String, rng: &mut Rng) {
    let at = 1 + rng.below(word.len() - 2);
    let (head, tail) = word.split_at(at);
    let mut tail = tail.chars();
    let (Some(a), Some(b)) = (tail.next(), tail.next()) else {
        out.push_str(word);
        return;
    };
    out.push_str(head);
    match rng.below(3) {
        0 => out.extend([b, a]),
        1 => out.extend([a, a, b]),
        _ => out.push(b),
    }
    out.push_str(tail.as_str());
}

#[cfg(test)]
mod tests {
    use super::super::Quote;
    use super::super::sentence::Mood;
    use super::*;
    use toolwright_core::seed::Seed;

    #[test]
    fn values_and_quoted_words_survive() {
        let topic = Topic { reads: true, mood: Mood::Opening };
        let values = ["KB-4117", "Ann Lee", "March 14, 2026", "Solar Roof", "USD"];
        for n in 0..400 {
            let mut rng = Seed::new(n).rng();
            let quotes =
                values.map(|words| Quote { step: 0, call: 0, argument: "/x".into(), words: words.into() });
            let text =
                "Could you please open \"Solar Roof\" in USD for Ann Lee's order KB-4117 on March 14, 2026?";
            let mut said = Said::new(text, quotes.to_vec());
            typed(&mut said, &topic, &mut rng);
            let (text, quotes) = said.together();
            for (quote, value) in quotes.iter().zip(values) {
                assert!(text.contains(&quote.words), "{text}: {}", quote.words);
                assert!(toolwright_verify::ground::supports(&value.into(), &quote.words), "{text}");
            }
            assert!(
                text.contains("\"Solar Roof\"") && text.contains("KB-4117") && text.contains("USD"),
                "{text}"
            );
        }
    }
}

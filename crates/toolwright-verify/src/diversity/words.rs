//! What a word is here, and which words carry content.
//!
//! Ours: a word is a run of letters, digits and marks, lowercased, with an apostrophe inside kept (`don't`); scripts that write
//!       no spaces give a word a character. So `3.5` is two words and punctuation is none. A word carries content where it has two
//!       characters or is not ASCII, and is none of `function_words.txt`, a list of English: in other languages more words count.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use unicode_script::{Script, UnicodeScript};

/// The words of a text.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let inside = matches!(c, '\'' | '’')
            && !word.is_empty()
            && rest.peek().is_some_and(|next| next.is_alphanumeric());
        if stands_alone(c) {
            words.extend(taken(&mut word));
            words.push(c.to_string());
        } else if inside {
            word.push('\'');
        } else if c.is_alphanumeric() || is_mark(c) {
            word.extend(c.to_lowercase());
        } else {
            words.extend(taken(&mut word));
        }
    }
    words.extend(taken(&mut word));
    words
}

fn taken(word: &mut String) -> Option<String> {
    (!word.is_empty()).then(|| std::mem::take(word))
}

/// Whether it is a letter of a script without spaces.
fn stands_alone(c: char) -> bool {
    use Script::{Han, Hiragana, Katakana, Khmer, Lao, Myanmar, Thai};
    !c.is_ascii() && matches!(c.script(), Han | Hiragana | Katakana | Khmer | Lao | Myanmar | Thai)
}

/// Whether it is a sign on a letter, such as the virama, which is no letter by itself.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && !matches!(c.script(), Script::Common | Script::Unknown)
}

/// Whether a word, as [`words`] gives it, says what a text is about.
pub(crate) fn carries_content(word: &str) -> bool {
    let long = word.chars().nth(1).is_some() || !word.is_ascii();
    long && !FUNCTION_WORDS.contains(word)
}

static FUNCTION_WORDS: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| include_str!("function_words.txt").split_whitespace().collect());

/// A text with its case and spacing folded, by which two texts are the same.
pub(super) fn folded(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_the_header_says() {
        assert_eq!(
            words("Don’t pay $3.50 -- to 'Ann's' e-shop!"),
            ["don't", "pay", "3", "50", "to", "ann's", "e", "shop"]
        );
        assert_eq!(words("Größe 東京の天気 AQI"), ["größe", "東", "京", "の", "天", "気", "aqi"]);
        assert_eq!(words("हिन्दी में"), ["हिन्दी", "में"]);
        assert!(words("... \u{1f600} —").is_empty());
    }

    #[test]
    fn content_is_told_from_grammar() {
        for word in ["flight", "42", "uk", "京"] {
            assert!(carries_content(word), "{word}");
        }
        for word in ["the", "don't", "7", "x", "please"] {
            assert!(!carries_content(word), "{word}");
        }
    }
}

//! The facts in an answer that can be held against results: numbers, dates, times of day, identifiers, quoted words.

use std::ops::Range;

use crate::ground::{Moment, digits, moments, multiplier};

/// A fact, with the bytes that state it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fact {
    pub(super) bytes: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Moment(Moment),
    /// A number with as many decimals, and what the word after it multiplies it by.
    Number {
        value: f64,
        places: i32,
        times: f64,
    },
    /// One word of letters and digits: `BK-20417`.
    Id,
    /// What stands between quotation marks.
    Quoted,
}

/// The facts of a text, in order. Numbers of one digit are none: lists are counted in them, and people.
pub(super) fn facts(text: &str) -> Vec<Fact> {
    if !text.bytes().any(|byte| byte.is_ascii_digit() || byte == b'"') {
        return Vec::new();
    }
    let mut all: Vec<Fact> = moments(text)
        .into_iter()
        .filter(|(bytes, _)| text[bytes.clone()].bytes().any(|byte| byte.is_ascii_digit()))
        .map(|(bytes, moment)| Fact { bytes, kind: Kind::Moment(moment) })
        .collect();
    let dated = all.len();
    let taken = |at: usize| all[..dated].iter().find(|fact| fact.bytes.contains(&at)).map(|f| f.bytes.end);
    let mut more = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if let Some(end) = taken(at) {
            at = end.max(at + 1);
            continue;
        }
        let byte = text.as_bytes()[at];
        let end = match byte {
            b'"' => match quoted(text, at) {
                Some(end) => {
                    more.push(Fact { bytes: at + 1..end - 1, kind: Kind::Quoted });
                    end
                }
                None => at + 1,
            },
            _ if byte.is_ascii_alphanumeric() || byte == b'_' => {
                let word = word(text, at);
                match fact(text, at..word) {
                    Some(found) => {
                        let end = found.bytes.end;
                        more.push(found);
                        end
                    }
                    None => word,
                }
            }
            _ => at + 1,
        };
        at = end;
        while !text.is_char_boundary(at) {
            at += 1;
        }
    }
    all.append(&mut more);
    all.sort_by_key(|fact| fact.bytes.start);
    all
}

/// Where a short quotation that opens here ends, mark included.
fn quoted(text: &str, start: usize) -> Option<usize> {
    const LONGEST: usize = 80;
    let rest = text.get(start + 1..)?;
    let end = rest.find('"')?;
    (1..=LONGEST).contains(&end).then_some(())?;
    (!rest[..end].contains('\n')).then_some(start + 1 + end + 1)
}

/// Where a run of letters, digits and the marks inside identifiers ends.
fn word(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let inside = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let mut end = start;
    while let Some(&byte) = bytes.get(end) {
        let joins =
            matches!(byte, b'-' | b'/' | b':' | b'.') && bytes.get(end + 1).is_some_and(|b| inside(*b));
        if !(inside(byte) || joins && end > start) {
            break;
        }
        end += 1;
    }
    end
}

/// The fact that a word states, if any.
fn fact(text: &str, word: Range<usize>) -> Option<Fact> {
    let said = &text[word.clone()];
    let glued = || text[..word.start].chars().next_back().is_some_and(char::is_alphanumeric);
    if said.as_bytes()[0].is_ascii_digit() && !glued() {
        let (number, end) = digits(text, word.start);
        let unit = text[end..word.end.max(end)].trim_start_matches(|c: char| c.is_ascii_alphabetic());
        // `5km`, `20`, `1,200`: what follows is a unit or nothing.
        if unit.is_empty() {
            let places = number.split_once('.').map_or(0, |(_, fraction)| fraction.len());
            let long = number.bytes().filter(u8::is_ascii_digit).count() > 1;
            let value: f64 = number.parse().ok().filter(|_| long)?;
            let times = multiplier(&text[end..]).unwrap_or(1.0);
            // What lists begin their items with is none.
            let opens = text[..word.start].rsplit('\n').next().is_none_or(|line| line.trim().is_empty());
            let rest = &text[end..];
            if opens && (rest.starts_with(". ") || rest.starts_with(") ")) {
                return None;
            }
            let kind = Kind::Number { value, places: i32::try_from(places).unwrap_or(0), times };
            return Some(Fact { bytes: word.start..end.max(word.end), kind });
        }
    }
    let mixed = || {
        let digits = said.bytes().filter(u8::is_ascii_digit).count();
        digits > 1 && said.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    // Ranges (`10-20`), addresses of pages and the like are no identifiers.
    let plain = || !said.contains("//") && !said.contains('.') && !said.contains(':');
    (mixed() && plain() && said.len() <= 64).then_some(Fact { bytes: word, kind: Kind::Id })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(text: &str) -> Vec<&str> {
        facts(text).into_iter().map(|fact| &text[fact.bytes]).collect()
    }

    #[test]
    fn facts_are_found_where_they_stand() {
        assert_eq!(
            said("Flight FL-20417 leaves on March 14, 2026 at 3:30 pm for $1,200.50 (20% off)."),
            ["FL-20417", "March 14, 2026", "3:30 pm", "1,200.50", "20"]
        );
        assert_eq!(
            said("Saved as \"Spring tour\", 3 songs, 12km, 1.5 million fans."),
            ["Spring tour", "12km", "1.5"]
        );
        assert_eq!(said("See https://a.b/c12 and v1.2.3, 10-20 people."), Vec::<&str>::new());
        assert!(facts("Nothing here: 1, 2, x.").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,80}", tricky in "[0-9a-zA-Z\":/. ,%$é東-]{0,60}") {
            for text in [text, tricky] {
                for fact in facts(&text) {
                    prop_assert!(text.get(fact.bytes).is_some());
                }
            }
        }
    }
}

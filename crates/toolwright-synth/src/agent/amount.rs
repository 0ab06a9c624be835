//! Amounts as people say them, where the words around a number tell its unit: `$1,200`, `1,200 dollars`, `20%`, `half an hour`.

use toolwright_core::seed::Rng;

use super::pieces::{Piece, Said};

const SMALL: [&str; 13] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
];

/// Things that are counted in words where they are few.
#[rustfmt::skip]
const COUNTED: &[&str] = &[
    "nights", "days", "weeks", "months", "years", "people", "guests", "tickets", "seats", "persons", "adults", "children", "visitors",
    "items", "units", "hours", "minutes", "km", "kilometers", "kilometres", "miles", "meters", "metres", "liters", "litres", "bottles",
    "boxes", "rooms", "players", "copies", "pieces", "passengers", "bags", "meals", "servings", "lessons", "stops", "rounds",
];

/// Currencies by their sign: the word, the code.
const SIGNS: &[(char, &str, &str)] = &[('$', "dollars", ""), ('€', "euros", "EUR"), ('£', "pounds", "GBP")];

/// Says amounts in other ways that mean the same.
pub(crate) fn reworded(said: &mut Said, rng: &mut Rng) {
    for at in 0..said.pieces.len() {
        let Piece::Value(words) = &said.pieces[at] else { continue };
        let Some(number) = read(words) else { continue };
        let (before, after) = (said.before(at), said.after(at));
        let sign = before.chars().next_back().and_then(|c| SIGNS.iter().find(|(sign, ..)| *sign == c));
        if let Some((sign, noun, code)) = sign {
            let (sign, noun, code) = (*sign, *noun, *code);
            let stem = before.trim_end_matches(sign);
            let free = ends_phrase(after) && !stem.ends_with("a ") && !stem.ends_with("the ");
            let grouped = grouped(words);
            let way = rng.below(4);
            let thousands = (1000.0..1e6).contains(&number) && (number % 100.0).abs() < f64::EPSILON;
            match way {
                0 if free && stem.ends_with(' ') => {
                    let new = grouped;
                    swap(said, at, &new, sign, "", &format!(" {noun}"));
                }
                1 if free && !code.is_empty() => {
                    let new = words.clone();
                    swap(said, at, &new, sign, &format!("{code} "), "");
                }
                2 if thousands => {
                    let new = format!("{}k", number / 1000.0);
                    said.reword(at, &new);
                }
                _ => {
                    said.reword(at, &grouped);
                }
            }
            continue;
        }
        let unit = after.strip_prefix(' ').unwrap_or_default();
        let unit = &unit[..unit.find(|c: char| !c.is_alphabetic()).unwrap_or(unit.len())];
        if unit == "percent" && rng.chance(0.5) {
            if let Some(Piece::Free(text)) = said.pieces.get_mut(at + 1) {
                text.replace_range(.." percent".len(), "%");
            }
            continue;
        }
        let loose = !before.ends_with("a ") && !before.ends_with('-') && !after.starts_with('-');
        if let Some(said_so) = hours(number, unit).filter(|_| loose && rng.chance(0.7)) {
            let length = 1 + unit.len();
            if said.reword(at, &said_so)
                && let Some(Piece::Free(text)) = said.pieces.get_mut(at + 1)
            {
                text.replace_range(..length, "");
            }
            continue;
        }
        let few = if (2.0..=12.0).contains(&number) && number.fract() == 0.0 {
            SMALL.get(number as usize)
        } else {
            None
        };
        if let Some(few) = few.filter(|_| COUNTED.contains(&unit) && loose && rng.chance(0.5)) {
            said.reword(at, few);
        }
    }
}

/// A number as it is written in a request.
fn read(words: &str) -> Option<f64> {
    let plain =
        words.len() < 12 && words.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',');
    plain.then(|| words.replace(',', "").parse().ok()).flatten()
}

/// With thousands set apart.
pub(crate) fn grouped(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    if whole.contains(',') || whole.len() < 4 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut out = String::with_capacity(number.len() + 3);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}

/// Whether nothing follows that the amount would stand before: `a $50 voucher`.
fn ends_phrase(after: &str) -> bool {
    const NEXT: &[&str] = &[
        "on", "for", "to", "in", "from", "at", "and", "with", "per", "each", "into", "by", "as", "a",
        "until", "then", "over",
    ];
    match after.strip_prefix(' ') {
        None => !after.starts_with(|c: char| c.is_alphanumeric() || c == '-'),
        Some(rest) => NEXT.contains(&&rest[..rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len())]),
    }
}

/// Takes the sign away and puts words before and after the number.
fn swap(said: &mut Said, at: usize, new: &str, sign: char, before: &str, after: &str) {
    if !said.reword(at, new) {
        return;
    }
    if let Some(Piece::Free(text)) = at.checked_sub(1).and_then(|at| said.pieces.get_mut(at))
        && text.ends_with(sign)
    {
        text.truncate(text.len() - sign.len_utf8());
        text.push_str(before);
    }
    if after.is_empty() {
        return;
    }
    match said.pieces.get_mut(at + 1) {
        Some(Piece::Free(text)) => text.insert_str(0, after),
        _ => said.pieces.insert(at + 1, Piece::Free(after.to_owned())),
    }
}

/// Times of hours and minutes that have words of their own.
fn hours(number: f64, unit: &str) -> Option<String> {
    let minutes = match unit {
        "minutes" => number,
        "hours" => number * 60.0,
        _ => return None,
    };
    if minutes.fract() != 0.0 || !(15.0..=360.0).contains(&minutes) {
        return None;
    }
    let minutes = minutes as u32;
    Some(match minutes {
        15 => "a quarter of an hour".into(),
        30 => "half an hour".into(),
        90 => "an hour and a half".into(),
        150 => "two and a half hours".into(),
        _ if minutes > 60 && minutes % 60 > 9 => format!("{} h {:02}", minutes / 60, minutes % 60),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Quote;
    use super::*;
    use serde_json::json;
    use toolwright_core::seed::Seed;
    use toolwright_verify::ground::supports;

    #[test]
    fn amounts_are_read_back() {
        let mut ways = std::collections::BTreeSet::new();
        for (text, value, words) in [
            ("Add $1200 to goal 7.", json!(1200), "1200"),
            ("Pay €45 for it.", json!(45), "45"),
            ("Set it to 20 percent.", json!(20), "20"),
            ("Park for 30 minutes.", json!(30), "30"),
            ("Park for 135 minutes.", json!(135), "135"),
            ("Book 1.5 hours in the hall.", json!(1.5), "1.5"),
            ("Look within 5 kilometers.", json!(5), "5"),
            ("Sell it for $1234.5 today.", json!(1234.5), "1234.5"),
            ("A $3500 voucher.", json!(3500), "3500"),
        ] {
            for n in 0..60 {
                let quote = Quote { step: 0, call: 0, argument: "/x".into(), words: words.into() };
                let mut said = Said::new(text, vec![quote]);
                reworded(&mut said, &mut Seed::new(n).rng());
                let (text, quotes) = said.together();
                assert!(text.contains(&quotes[0].words), "{text}: {}", quotes[0].words);
                assert!(supports(&value, &quotes[0].words), "{text}: {value} by {}", quotes[0].words);
                ways.insert(text);
            }
        }
        for way in [
            "Add $1,200 to goal 7.", "Add 1,200 dollars to goal 7.", "Add $1.2k to goal 7.",
            "Pay 45 euros for it.", "Pay EUR 45 for it.", "Set it to 20%.", "Park for half an hour.",
            "Park for 2 h 15.", "Look within five kilometers.", "Book an hour and a half in the hall.",
            "A $3.5k voucher.",
        ] {
            assert!(ways.contains(way), "{way} not in {ways:?}");
        }
        assert!(!ways.contains("A 3,500 dollars voucher."));
    }
}

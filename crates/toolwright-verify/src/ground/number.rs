//! The numbers that a text says: in digits, in words, with what multiplies them.

use super::dense;

/// Every number that a text says, as floats and, where they are whole, exactly.
pub(super) fn numbers(text: &str) -> (Vec<f64>, Vec<i128>) {
    let (mut floats, mut integers) = (Vec::new(), Vec::new());
    let mut push = |float: f64, integer: Option<i128>| {
        floats.push(float);
        let whole = || (float.fract() == 0.0 && float.abs() < 1e15).then_some(float as i128);
        integers.extend(integer.or_else(whole));
    };
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let glued =
            text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() && !dense(c) || c == '_');
        if byte.is_ascii_digit()
            || byte == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) && !glued
        {
            let (digits, end) = digits(text, at);
            // A digit that follows a letter belongs to a name: `AB12`.
            if !glued && let Ok(size) = digits.parse::<f64>() {
                let sign = if negative(&text[..at]) { -1.0 } else { 1.0 };
                let integer = digits.parse::<i128>().ok().map(|n| if sign < 0.0 { -n } else { n });
                push(sign * size, integer);
                let rest = &text[end..];
                if let Some(hours) = hours_and(size, rest) {
                    [1.0, 60.0, 3600.0].into_iter().for_each(|times| push(hours * times, None));
                }
                if let Some(times) = multiplier(rest) {
                    push(sign * size * times, None);
                } else if rest.starts_with('%') || rest.trim_start().starts_with("percent") {
                    push(sign * size / 100.0, None);
                }
            }
            at = end;
        } else if byte.is_ascii_alphabetic() && !glued {
            let (said, end) = number_words(text, at);
            if let Some(hours) = part_hours(&text[at..]).or_else(|| hours_and(said?, &text[end..])) {
                [1.0, 60.0, 3600.0].into_iter().for_each(|times| push(hours * times, None));
            }
            if let Some(said) = said {
                push(said, None);
                multiplier(&text[end..]).into_iter().for_each(|times| push(said * times, None));
            }
            at = end;
        } else {
            at += 1;
            while !text.is_char_boundary(at) {
                at += 1;
            }
        }
    }
    (floats, integers)
}

/// The digits from a byte on, without thousands separators, and where they end.
pub(crate) fn digits(text: &str, start: usize) -> (String, usize) {
    let bytes = text.as_bytes();
    let run = |from: usize| {
        from + bytes.get(from..).unwrap_or_default().iter().take_while(|b| b.is_ascii_digit()).count()
    };
    let mut end = run(start);
    let mut out = text[start..end].to_string();
    if (1..=3).contains(&out.len()) {
        while let Some(separator) =
            text[end..].chars().next().filter(|c| matches!(c, ',' | '\'' | '’' | '_' | '\u{a0}' | '\u{202f}'))
        {
            let from = end + separator.len_utf8();
            if run(from) != from + 3 {
                break;
            }
            out.push_str(&text[from..from + 3]);
            end = from + 3;
        }
    }
    if bytes.get(end) == Some(&b'.') && run(end + 1) > end + 1 {
        let fraction = run(end + 1);
        out.push_str(&text[end..fraction]);
        end = fraction;
    }
    (out, end)
}

/// Whether a number after this text is negative: `-5`, `minus 5`, but not `3-5` or `A-5`.
fn negative(before: &str) -> bool {
    let bare = before.trim_end_matches(['$', '€', '£', '¥']);
    match bare.strip_suffix(['-', '−']) {
        Some(front) => !front.ends_with(|c: char| c.is_alphanumeric()),
        None => bare.trim_end().ends_with("minus"),
    }
}

/// What the word after a number makes of it.
pub(crate) fn multiplier(rest: &str) -> Option<f64> {
    let rest = rest.trim_start_matches([' ', '-']);
    let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    match rest[..end].len() {
        1..=8 => {}
        _ => return None,
    }
    Some(match rest[..end].to_lowercase().as_str() {
        "hundred" => 1e2,
        "k" | "thousand" => 1e3,
        "million" => 1e6,
        "billion" => 1e9,
        _ => return None,
    })
}

/// `half an hour`, `an hour and a half` in hours.
fn part_hours(text: &str) -> Option<f64> {
    if !text.starts_with(['h', 'H', 'a', 'A', 'q', 'Q']) {
        return None;
    }
    const PARTS: [(&str, f64); 5] = [
        ("half an hour", 0.5),
        ("half hour", 0.5),
        ("an hour and a half", 1.5),
        ("a quarter of an hour", 0.25),
        ("quarter of an hour", 0.25),
    ];
    let head = |part: &str| {
        text.get(..part.len()).is_some_and(|head| head.eq_ignore_ascii_case(part)) && {
            !text[part.len()..].starts_with(char::is_alphanumeric)
        }
    };
    PARTS.iter().find(|(part, _)| head(part)).map(|(_, hours)| *hours)
}

/// Hours and minutes after a number of hours: `2 h 30`, `2 hours and 30 minutes`, `two and a half hours`. Hours alone are no more
/// than their number: in which unit a value is, a quote does not say.
fn hours_and(size: f64, rest: &str) -> Option<f64> {
    let mut words = rest.trim_start().splitn(6, [' ', '-']);
    let hour = |word: &str| ["h", "hr", "hrs", "hour", "hours"].contains(&word.trim_end_matches(['.', ',']));
    if !rest.trim_start().starts_with(['h', 'a']) || size.fract() != 0.0 {
        return None;
    }
    let first = words.next()?;
    if first == "and" {
        let half = words.next() == Some("a") && words.next() == Some("half") && hour(words.next()?);
        return half.then_some(size + 0.5);
    }
    // `2h30` is one word.
    let joined = first.strip_prefix('h').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let next = match joined {
        Some(minutes) => minutes,
        None if hour(first) => match words.next()? {
            "and" => words.next()?,
            other => other,
        },
        None => return None,
    };
    let digits = next.bytes().take_while(u8::is_ascii_digit).count();
    let minutes: f64 = next[..digits].parse().ok().filter(|minutes| *minutes < 60.0)?;
    let unit = next[digits..].trim_end_matches(['.', ',', '?', '!']);
    let unit = if unit.is_empty() { words.next().unwrap_or_default() } else { unit };
    let plain = unit.trim_end_matches(['.', ',', '?', '!']);
    let minutes_said = plain.is_empty() || ["m", "min", "mins", "minutes", "minute"].contains(&plain);
    (minutes_said || digits == 2 && joined.is_some()).then_some(size + minutes / 60.0)
}

/// The whole number that one word says.
pub(super) fn number_word(word: &str) -> Option<i64> {
    let (said, end) = number_words(word, 0);
    said.filter(|_| end == word.len()).map(|said| said as i64)
}

/// The number that the words from a byte on say, and where the words that were looked at end.
fn number_words(text: &str, start: usize) -> (Option<f64>, usize) {
    #[rustfmt::skip]
    const UNITS: [&str; 21] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let unit = |word: &str| UNITS.iter().position(|name| name.eq_ignore_ascii_case(word));
    let tens = |word: &str| TENS.iter().position(|name| name.eq_ignore_ascii_case(word)).map(|n| n * 10 + 20);
    let end_of = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        from + rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len())
    };
    let end = end_of(start);
    let word = &text[start..end];
    // Most words can be told from numbers by how they begin.
    if !word.starts_with(['z', 'o', 't', 'f', 's', 'e', 'n', 'Z', 'O', 'T', 'F', 'S', 'E', 'N']) {
        return (None, end);
    }
    if let Some(tens) = tens(word) {
        if text[end..].starts_with(['-', ' ']) {
            let next = end_of(end + 1);
            if let Some(unit) = unit(&text[end + 1..next]).filter(|unit| (1..10).contains(unit)) {
                return (Some((tens + unit) as f64), next);
            }
        }
        return (Some(tens as f64), end);
    }
    (unit(word).map(|unit| unit as f64), end)
}

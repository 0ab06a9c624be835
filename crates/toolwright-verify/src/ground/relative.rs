//! Dates that are said from a day on: `tomorrow`, `next Friday`, `in two weeks`, `the 21st`.
//!
//! Source: ours. People date things by today; data whose dialogs say what day it is can be asked which day is meant.
//! Ours:   every phrase has one reading. A week begins on Monday.
//!
//! | said on a day | is |
//! | --- | --- |
//! | `today`, `tonight` | that day |
//! | `tomorrow`, `tmrw`, `the day after tomorrow` | one, two days on |
//! | `yesterday`, `the day before yesterday` | one, two days back |
//! | `in 3 days`, `three days from now`, `in a week` | so many days on |
//! | `3 days ago`, `two weeks ago` | so many days back |
//! | `Friday`, `on Friday` | the first Friday after that day |
//! | `this Friday`, `this coming Friday` | the same |
//! | `next Friday` | the Friday of the week after that day's |
//! | `last Friday` | the latest Friday before that day |
//! | `a week from Friday`, `two weeks from tomorrow` | so many days after `Friday`, `tomorrow` |
//! | `the 21st` | the first 21st after that day |
//! | `March 21`, `21 March` | the first one that is not before that day |

use jiff::Span;
use jiff::civil::Date;

use super::moment::{Token, abbreviates, date, month, ordinal, skip, tokens};
use super::number::number_word;

/// Every date that a text says from a day on.
pub(super) fn dates(text: &str, today: Date) -> Vec<Date> {
    let tokens = tokens(text);
    let (mut rest, mut found) = (&tokens[..], Vec::new());
    while !rest.is_empty() {
        // A whole date holds words that alone would be relative ones: `Friday, March 20, 2026`.
        if let Some((_, after)) = date(rest) {
            rest = after;
        } else if let Some((date, after)) = relative(rest, today) {
            found.extend(date);
            rest = after;
        } else {
            rest = &rest[1..];
        }
    }
    found
}

/// The day that a text says it is: `Today is Saturday, March 14, 2026.`, `Current date: 2026-03-14`. The last one counts.
pub(super) fn stated(text: &str) -> Option<Date> {
    // A date has a year, of four digits in a row.
    let digits = |four: &[u8]| four.iter().all(u8::is_ascii_digit);
    if !text.as_bytes().windows(4).any(digits) {
        return None;
    }
    let tokens = tokens(text);
    (0..tokens.len()).rev().find_map(|at| {
        let after = announced(&tokens[at..])?;
        // Between the words and the date stand at most a weekday, an article and some marks.
        (0..after.len().min(7)).find_map(|skipped| {
            let ((y, m, d), _) = date(&after[skipped..])?;
            Date::new(i16::try_from(y).ok()?, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok()
        })
    })
}

/// What follows the words that announce today's date.
fn announced<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<&'t [Token<'a>]> {
    #[rustfmt::skip]
    const WAYS: &[&[&str]] = &[
        &["today", "is"], &["today", "'", "s"], &["today", "’", "s"], &["today", ":"], &["today", "="], &["date", "today"],
        &["current", "date"], &["current", "day"], &["current", "time"], &["current", "datetime"], &["the", "date", "is"],
        &["it", "is", "now"], &["it", "is", "currently"], &["now", "is"], &["now", ":"],
    ];
    let Some(Token::Word(first)) = tokens.first() else { return None };
    if !first.starts_with(['t', 'T', 'c', 'C', 'd', 'D', 'i', 'I', 'n', 'N']) {
        return None;
    }
    WAYS.iter().find_map(|way| {
        let (head, after) = tokens.split_at_checked(way.len())?;
        head.iter().zip(*way).all(|(token, word)| is(*token, word)).then_some(after)
    })
}

fn is(token: Token, word: &str) -> bool {
    match token {
        Token::Word(said) => said.eq_ignore_ascii_case(word),
        Token::Mark(mark) => word.chars().eq([mark]),
        Token::Digits(..) => false,
    }
}

type Found<'t, 'a> = Option<(Option<Date>, &'t [Token<'a>])>;

/// A relative date at the head of the tokens, and what follows it.
fn relative<'t, 'a>(tokens: &'t [Token<'a>], today: Date) -> Found<'t, 'a> {
    let (first, after) = tokens.split_first()?;
    let on = |days: i64| today.checked_add(Span::new().try_days(days).ok()?).ok();
    match first {
        Token::Word(word) => {
            let word = word.to_ascii_lowercase();
            match word.as_str() {
                "today" | "tonight" => return Some((on(0), after)),
                "tomorrow" | "tmrw" => return Some((on(1), after)),
                "yesterday" => return Some((on(-1), after)),
                "in" => {
                    let (days, after) = days(after)?;
                    // `in three days from now` and `in 3 days or less` are another matter.
                    return Some((on(days), after));
                }
                "day" if follows(after, &["after", "tomorrow"]) => return Some((on(2), &after[2..])),
                "day" if follows(after, &["before", "yesterday"]) => return Some((on(-2), &after[2..])),
                "the" => return the_nth(after, today),
                "this" | "coming" | "next" | "last" => {
                    let after = skip(after, |token| is(token, "coming"));
                    let (Token::Word(name), after) = after.split_first().map(|(t, r)| (*t, r))? else {
                        return None;
                    };
                    let day = weekday(name)?;
                    if after.first().is_some_and(|token| is(*token, "of")) {
                        return None;
                    }
                    let days = match word.as_str() {
                        "next" => 7 - offset(today) + day,
                        "last" => -ahead(offset(today), day, 7),
                        _ => ahead(day, offset(today), 7),
                    };
                    return Some((on(days), after));
                }
                _ => {}
            }
            if let Some(day) = weekday(&word).filter(|_| word.len() > 5) {
                let bare = skip(after, |token| is(token, ","));
                return (calendar(bare, today).is_none() && date(bare).is_none())
                    .then(|| (on(ahead(day, offset(today), 7)), after));
            }
            if let Some(found) = calendar(tokens, today) {
                return Some(found);
            }
        }
        Token::Digits(..) => {
            if let Some(found) = calendar(tokens, today) {
                return Some(found);
            }
        }
        Token::Mark(_) => return None,
    }
    let (days, after) = days(tokens)?;
    match after.split_first()? {
        (Token::Word(word), rest) if word.eq_ignore_ascii_case("ago") => Some((on(-days), rest)),
        (Token::Word(word), rest) if word.eq_ignore_ascii_case("from") => {
            let (from, rest) = match rest.split_first()? {
                (now, rest) if is(*now, "now") => (Some(today), rest),
                _ => relative(rest, today)?,
            };
            Some((from.and_then(|from| from.checked_add(Span::new().try_days(days).ok()?).ok()), rest))
        }
        _ => None,
    }
}

fn follows(tokens: &[Token], words: &[&str]) -> bool {
    tokens.len() >= words.len() && tokens.iter().zip(words).all(|(token, word)| is(*token, word))
}

/// `3 days`, `two weeks`, `a week` in days.
fn days<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<(i64, &'t [Token<'a>])> {
    let (count, after) = match tokens.split_first()? {
        (Token::Digits(count, 1..=3), after) => (i64::from(*count), after),
        (Token::Word(word), after) => {
            let one = word.eq_ignore_ascii_case("a") || word.eq_ignore_ascii_case("an");
            (if one { 1 } else { number_word(word)? }, after)
        }
        _ => return None,
    };
    let (Token::Word(unit), after) = after.split_first().map(|(t, r)| (*t, r))? else { return None };
    let unit = unit.to_ascii_lowercase();
    match unit.trim_end_matches('s') {
        "day" => Some((count, after)),
        "week" => Some((count * 7, after)),
        _ => None,
    }
}

/// `21st` after `the`: the first such day after today; or `day after tomorrow`, left to the next token.
fn the_nth<'t, 'a>(tokens: &'t [Token<'a>], today: Date) -> Found<'t, 'a> {
    let [Token::Digits(n, 1..=2), end, after @ ..] = tokens else { return None };
    let of = after
        .first()
        .is_some_and(|token| is(*token, "of") || matches!(token, Token::Word(word) if month(word).is_some()));
    if !ordinal(*end) || of || !(1..=31).contains(n) {
        return None;
    }
    let wanted = i8::try_from(*n).ok()?;
    let found = (1..=62)
        .filter_map(|days| today.checked_add(Span::new().days(days)).ok())
        .find(|date| date.day() == wanted);
    Some((found, after))
}

/// `March 21`, `21 March` and `the 21st of March` without a year: the first one from today on.
fn calendar<'t, 'a>(tokens: &'t [Token<'a>], today: Date) -> Found<'t, 'a> {
    let (m, d, after) = match tokens {
        [Token::Word(name), Token::Digits(d, 1..=2), after @ ..] => (month(name)?, *d, skip(after, ordinal)),
        [Token::Digits(d, 1..=2), after @ ..] => {
            let after = skip(skip(after, ordinal), |token| is(token, "of"));
            let (Token::Word(name), after) = after.split_first().map(|(t, r)| (*t, r))? else { return None };
            (month(name)?, *d, after)
        }
        _ => return None,
    };
    if let [Token::Digits(_, 4), ..] | [Token::Mark(','), Token::Digits(_, 4), ..] = after {
        return None;
    }
    let (m, d) = (i8::try_from(m).ok()?, i8::try_from(d).ok()?);
    let found = (0..=8)
        .filter_map(|years| Date::new(today.year().checked_add(years)?, m, d).ok())
        .find(|date| *date >= today);
    Some((found, after))
}

/// Monday is 0.
fn offset(day: Date) -> i64 {
    i64::from(day.weekday().to_monday_zero_offset())
}

/// The days from one weekday to the next other one, 1 to 7.
fn ahead(to: i64, from: i64, week: i64) -> i64 {
    match (to - from).rem_euclid(week) {
        0 => week,
        days => days,
    }
}

fn weekday(word: &str) -> Option<i64> {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    DAYS.iter().zip(0..).find(|(day, _)| abbreviates(word, day)).map(|(_, at)| at)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day;
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::{stated_date, supports, supports_on};
    use super::*;

    #[test]
    fn each_phrase_has_one_reading() {
        // A Saturday.
        let today = day(2026, 3, 14);
        for (said, is) in [
            ("today", "2026-03-14"),
            ("tomorrow", "2026-03-15"),
            ("tmrw at 3 pm", "2026-03-15"),
            ("the day after tomorrow", "2026-03-16"),
            ("yesterday", "2026-03-13"),
            ("the day before yesterday", "2026-03-12"),
            ("in three days", "2026-03-17"),
            ("in 10 days", "2026-03-24"),
            ("3 days from now", "2026-03-17"),
            ("in a week", "2026-03-21"),
            ("in two weeks", "2026-03-28"),
            ("two weeks ago", "2026-02-28"),
            ("on Friday", "2026-03-20"),
            ("Saturday", "2026-03-21"),
            ("this Sunday", "2026-03-15"),
            ("this coming Monday", "2026-03-16"),
            ("next Friday", "2026-03-20"),
            ("next Sunday", "2026-03-22"),
            ("last Tuesday", "2026-03-10"),
            ("last Saturday", "2026-03-07"),
            ("a week from Monday", "2026-03-23"),
            ("two weeks from tomorrow", "2026-03-29"),
            ("the 21st", "2026-03-21"),
            ("the 14th", "2026-04-14"),
            ("the 3rd", "2026-04-03"),
            ("March 21", "2026-03-21"),
            ("march 14th", "2026-03-14"),
            ("3 March", "2027-03-03"),
            ("29 February", "2028-02-29"),
            ("the 2nd of May", "2026-05-02"),
        ] {
            assert!(supports_on(&json!(is), said, today), "{said}: {is} not in {:?}", dates(said, today));
            assert!(supports_on(&json!(format!("{is}T00:00:00Z")), said, today) || said.contains("pm"));
            assert!(!supports(&json!(is), said), "{said}: no day was stated");
            assert_eq!(dates(said, today).len(), 1, "{said}");
        }
        assert!(supports_on(&json!("2026-03-15T15:00:00Z"), "tomorrow at 3 pm", today));
        assert!(!supports_on(&json!("2026-03-15T16:00:00Z"), "tomorrow at 3 pm", today));
        assert!(!supports_on(&json!("2026-03-21"), "Saturday, March 28, 2026", today));
        assert!(!supports_on(&json!("2026-03-21"), "Saturday, March 28", today));
        assert!(!supports_on(&json!("2026-03-14"), "the first Friday of the month", today));
    }

    #[test]
    fn the_day_is_stated_in_many_ways() {
        for text in [
            "Today is Saturday, March 14, 2026.",
            "You are helpful. Today is 2026-03-14. Be brief.",
            "Today's date is 14 March 2026",
            "today’s date: 14.03.2026",
            "Current date: 2026-03-14",
            "The current date is Sat, Mar 14th, 2026.",
            "current time: 2026-03-14T09:30:00Z",
            "Today: 03/14/2026",
            "It is now Saturday the 14th of March 2026.",
            "The date is March 14, 2026.",
            "Today is March 1, 2026. Correction: today is March 14, 2026.",
        ] {
            assert_eq!(stated_date(text), Some(day(2026, 3, 14)), "{text}");
        }
        for text in [
            "I was born on March 14, 2026.",
            "Today is a good day.",
            "Today is February 30, 2026.",
            "",
            "Is it due today? I think it was March 14, 2026.",
        ] {
            assert_eq!(stated_date(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[\\s\\S]{0,60}", words in "(in |next |last |the |a |3 |week|days|from|friday|21st|march |, |99999999 ){0,8}", days in 0i64..4_000_000) {
            let today = day(-9999, 1, 1).saturating_add(Span::new().days(days));
            for text in [&text, &words] {
                let _ = (dates(text, today), stated(text));
            }
        }
    }
}

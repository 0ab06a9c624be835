//! Dates as people say them on a day that both know: `tomorrow`, `next Friday`, `in two weeks`.
//!
//! What each phrase means is defined where it is read, in `toolwright_verify::ground`. A phrase that people read in two ways (*next
//! Friday* on a Tuesday) is said only where both give the same day.

use jiff::civil::Date;
use toolwright_core::seed::Rng;

use super::pieces::{Piece, Said};
use crate::world::lexicon::{MONTHS, WEEKDAYS};

/// A phrase for a date.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Phrase {
    words: String,
    /// Whether `on` stands before it: on the 21st, but tomorrow without.
    on: bool,
    /// Whether it names the month.
    month: bool,
    /// Whether it stands after `from`, `until` and the like.
    noun: bool,
}

/// Says dates from today on where that reads well. `dates` are the values behind the words, by the words.
pub(crate) fn relative(said: &mut Said, today: Date, dates: &[(String, Date)], rng: &mut Rng) {
    for at in 0..said.pieces.len() {
        let Piece::Value(words) = &said.pieces[at] else { continue };
        let Some((_, date)) = dates.iter().find(|(known, _)| known == words) else { continue };
        let (before, after) = (said.before(at), said.after(at));
        let on = before.ends_with(" on ");
        let noun =
            ["for", "from", "until", "till", "by", "to", "since", "before", "after", "through", "starting"]
                .iter()
                .any(|word| {
                    before
                        .strip_suffix(' ')
                        .and_then(|b| b.strip_suffix(word))
                        .is_some_and(|b| b.is_empty() || b.ends_with(' '))
                });
        let label = before.ends_with(": ");
        // Of a list of dates every one would need the word before it.
        let listed =
            (after == " and " || after == ", ") && matches!(said.pieces.get(at + 2), Some(Piece::Value(_)));
        if !(on || noun || label) || listed || after.starts_with(['\'', '/', '-']) || !rng.chance(0.75) {
            continue;
        }
        let from = before.ends_with("from ");
        let mut ways: Vec<Phrase> = phrases(*date, today)
            .into_iter()
            .filter(|phrase| (on || phrase.noun) && !(from && phrase.words.contains(" from ")))
            .collect();
        // Of a day nearby the month is rarely said.
        if ways.iter().any(|phrase| !phrase.month) && rng.chance(0.8) {
            ways.retain(|phrase| !phrase.month);
        }
        let Some(phrase) = rng.choose(&ways) else { continue };
        if said.reword(at, &phrase.words)
            && on
            && !phrase.on
            && let Some(Piece::Free(text)) = said.pieces.get_mut(at - 1)
        {
            text.truncate(text.len() - "on ".len());
        }
    }
}

/// Says the only date of an answer from today on.
pub(crate) fn answered(said: &mut Said, today: Date, date: Date, rng: &mut Rng) {
    let ways: Vec<Phrase> = phrases(date, today).into_iter().filter(|phrase| phrase.noun).collect();
    let Some(at) = said.pieces.iter().position(|piece| matches!(piece, Piece::Value(_))) else { return };
    if rng.chance(0.75)
        && let Some(phrase) = rng.choose(&ways)
    {
        let words = if at == 0 { super::name::capitalised(&phrase.words) } else { phrase.words.clone() };
        said.reword(at, &words);
    }
}

/// The phrases that say a date on a day; none where it is too far away.
fn phrases(date: Date, today: Date) -> Vec<Phrase> {
    const SMALL: [&str; 11] =
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let Ok(days) = today.until(date).map(|span| i64::from(span.get_days())) else { return Vec::new() };
    let mut out = Vec::new();
    let mut say = |words: String, on: bool, noun: bool| out.push(Phrase { words, on, noun, month: false });
    let index = |day: Date| usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0).min(6);
    let (now, then) = (index(today), index(date));
    let weekday = WEEKDAYS[then];
    let same_week = then > now;
    match days {
        0 => say("today".into(), false, true),
        1 => say("tomorrow".into(), false, true),
        2 => say("the day after tomorrow".into(), false, true),
        -1 => say("yesterday".into(), false, true),
        -2 => say("the day before yesterday".into(), false, true),
        _ => {}
    }
    if (2..=6).contains(&days) {
        if same_week {
            say(format!("this {weekday}"), false, true);
        } else {
            say(format!("next {weekday}"), false, true);
        }
        say(weekday.to_owned(), true, true);
    }
    // On a later day of the week, next Friday is beyond doubt the one of the week after.
    if (-6..=-2).contains(&days) && then > now {
        say(format!("last {weekday}"), false, true);
    }
    const WEEKS: [&str; 8] = [
        "a week", "two weeks", "three weeks", "four weeks", "five weeks", "six weeks", "seven weeks",
        "eight weeks",
    ];
    let weeks =
        |days: i64| usize::try_from(days / 7 - 1).ok().and_then(|at| WEEKS.get(at)).filter(|_| days % 7 == 0);
    // Friday is the first one after today, one to seven days on; two weeks from Friday are fourteen more.
    let first = (days - 1).rem_euclid(7) + 1;
    if let Some(weeks) = weeks(days - first).filter(|_| days < 28) {
        match first {
            1 => say(format!("{weeks} from tomorrow"), false, true),
            7 => {}
            _ => say(format!("{weeks} from {weekday}"), false, true),
        }
    }
    if let Some(weeks) = weeks(days) {
        say(format!("in {weeks}"), false, false);
        say(format!("{weeks} from now"), false, true);
    }
    if let Some(weeks) = weeks(-days).filter(|_| days > -50) {
        say(format!("{weeks} ago"), false, false);
    }
    if let Some(number) = usize::try_from(days - 2).ok().and_then(|at| SMALL.get(at)) {
        say(format!("in {number} days"), false, false);
        if days < 7 {
            say(format!("in {days} days"), false, false);
        }
    }
    if let Some(number) = usize::try_from(-days - 2).ok().and_then(|at| SMALL.get(at)).filter(|_| days > -11)
    {
        say(format!("{number} days ago"), false, false);
    }
    if (3..=20).contains(&days) {
        say(format!("the {}{}", date.day(), ordinal(date.day())), true, true);
    }
    if (3..=150).contains(&days) {
        let month = MONTHS[usize::try_from(date.month() - 1).unwrap_or(0).min(11)];
        for words in [format!("{month} {}", date.day()), format!("{} {month}", date.day())] {
            out.push(Phrase { words, on: true, noun: true, month: true });
        }
    }
    out
}

const fn ordinal(day: i8) -> &'static str {
    match (day % 10, day / 10) {
        (1, tens) if tens != 1 => "st",
        (2, tens) if tens != 1 => "nd",
        (3, tens) if tens != 1 => "rd",
        _ => "th",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Span;
    use serde_json::json;
    use toolwright_core::seed::Seed;
    use toolwright_verify::ground::{supports, supports_on};

    /// Every phrase is read back as its date, and as no other.
    #[test]
    fn phrases_are_read_back() {
        for start in 0..40 {
            let today = jiff::civil::date(2026, 2, 20).saturating_add(Span::new().days(start));
            for days in -30..160 {
                let date = today.saturating_add(Span::new().days(days));
                for phrase in phrases(date, today) {
                    let says = |date: Date| supports_on(&json!(date.to_string()), &phrase.words, today);
                    assert!(says(date), "{} on {today} for {date}", phrase.words);
                    for off in [-14, -7, -1, 1, 7, 14, 28, 31, 365] {
                        assert!(
                            !says(date.saturating_add(Span::new().days(off))),
                            "{} on {today}",
                            phrase.words
                        );
                    }
                    assert!(!supports(&json!(date.to_string()), &phrase.words), "{}", phrase.words);
                }
            }
        }
    }

    #[test]
    fn prepositions_fit() {
        let today = jiff::civil::date(2026, 3, 14);
        let date = jiff::civil::date(2026, 3, 15);
        for n in 0..30 {
            let quote =
                super::super::Quote { step: 0, call: 0, argument: "/x".into(), words: "2026-03-15".into() };
            let mut said = Said::new("Book it on 2026-03-15 at noon.", vec![quote]);
            relative(&mut said, today, &[("2026-03-15".into(), date)], &mut Seed::new(n).rng());
            let (text, quotes) = said.together();
            let fits = ["Book it tomorrow at noon.", "Book it on 2026-03-15 at noon."];
            assert!(fits.contains(&text.as_str()) && text.contains(&quotes[0].words), "{text}");
        }
    }
}

//! Does a quote give a value? The ways in which people say the values that tools take.
//!
//! Source: ToolACE (arXiv:2409.00920) asks a model whether an argument is made up. Where a quote is recorded beside each
//! argument, code can answer; this is that code, for `grounding` and for whoever looks for a quote.
//!
//! It errs on the side of doubt: a value that people would say in a way that is not known here is not supported. Numbers
//! are read without a locale (`1,234.5`), dates with the month first (`03/14/2026`) unless that cannot be, and the zone of
//! a time is not compared. Relative dates (`next Friday`) are read where it is known from which day on: [`supports_on`].

mod relative;

use std::cell::OnceCell;

use jiff::civil;
use serde_json::{Number, Value};

/// Whether the quote gives the value.
///
/// - Text is found in the quote as whole words, whatever its case, spacing and punctuation: `in_progress` in `In progress`.
///   `""` is never given.
/// - Numbers: `1,200`, `$1200`, `20%` (for 20 and 0.2), `5km`, `twenty-one`, `2 million`, `3.5k`; `half an hour` and `2 h 30`
///   in hours, minutes and seconds.
/// - `true` and `false`: a phrase of any words, but not a plain answer that says the opposite (`no` for `true`).
/// - Dates and times in text: `2026-03-14` by `March 14, 2026`, `15:30` by `3:30 pm`.
/// - Arrays and objects: every leaf is given. One without leaves is not, and `null` is not.
///
/// ```
/// use serde_json::json;
/// use toolwright_verify::ground::supports;
/// assert!(supports(&json!("2026-03-14"), "on Saturday, 14 March 2026"));
/// assert!(supports(&json!({"city": "Oslo", "days": 3}), "three days in Oslo"));
/// assert!(!supports(&json!("Bergen"), "three days in Oslo"));
/// ```
pub fn supports(value: &Value, quote: &str) -> bool {
    Quote::new(quote, None).gives(value, DEEPEST)
}

/// Whether the quote, said on this day, gives the value: as [`supports`], and dates may be said from the day on.
///
/// ```
/// use jiff::civil::date;
/// use serde_json::json;
/// use toolwright_verify::ground::{stated_date, supports_on};
/// let today = stated_date("You book flights. Today is Saturday, March 14, 2026.");
/// assert_eq!(today, Some(date(2026, 3, 14)));
/// assert!(supports_on(&json!("2026-03-20"), "next Friday", date(2026, 3, 14)));
/// assert!(!supports_on(&json!("2026-03-21"), "next Friday", date(2026, 3, 14)));
/// ```
///
/// What each phrase means is fixed, whichever way people differ: a week begins on Monday, `Friday` and `this Friday` are the first one
/// after the day, `next Friday` is that of the following week, `last Friday` is the latest one before the day, `the 21st` and
/// `March 21` are yet to come.
pub fn supports_on(value: &Value, quote: &str, today: civil::Date) -> bool {
    Quote::new(quote, Some(today)).gives(value, DEEPEST)
}

/// The date that a text says it is: `Today is Saturday, March 14, 2026.`, `Current date: 2026-03-14`. The last one counts.
pub fn stated_date(text: &str) -> Option<civil::Date> {
    relative::stated(text)
}

/// Deeper values are not looked into.
const DEEPEST: usize = 128;

/// A quote, read once for all the leaves it may give, and only as far as they ask.
struct Quote<'a> {
    raw: &'a str,
    today: Option<civil::Date>,
    words: OnceCell<String>,
    numbers: OnceCell<(Vec<f64>, Vec<i128>)>,
    moments: OnceCell<Moments>,
}

impl<'a> Quote<'a> {
    const fn new(raw: &'a str, today: Option<civil::Date>) -> Self {
        Self { raw, today, words: OnceCell::new(), numbers: OnceCell::new(), moments: OnceCell::new() }
    }

    fn words(&self) -> &str {
        self.words.get_or_init(|| words(self.raw))
    }

    fn numbers(&self) -> &(Vec<f64>, Vec<i128>) {
        self.numbers.get_or_init(|| numbers(self.raw))
    }

    fn moments(&self) -> &Moments {
        self.moments.get_or_init(|| Moments::of(self.raw))
    }

    fn gives(&self, value: &Value, deep: usize) -> bool {
        match value {
            Value::Null => false,
            Value::Bool(wanted) => {
                !self.words().trim().is_empty() && self.answers().is_none_or(|said| said == *wanted)
            }
            Value::Number(number) => self.gives_number(number),
            Value::String(text) => self.gives_text(text),
            Value::Array(items) => {
                deep > 0 && !items.is_empty() && items.iter().all(|item| self.gives(item, deep - 1))
            }
            Value::Object(map) => {
                deep > 0 && !map.is_empty() && map.values().all(|item| self.gives(item, deep - 1))
            }
        }
    }

    fn gives_text(&self, text: &str) -> bool {
        let wanted = words(text);
        // What is made of marks, or begins with a sign, must stand there as it is.
        let signed =
            text.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if wanted.trim().is_empty() || signed {
            return !text.trim().is_empty() && self.raw.contains(text);
        }
        self.words().contains(&wanted) || self.squeezed_is(&wanted) || self.gives_moment(text)
    }

    /// Whether the whole quote is the text but for spaces: `e-mail` is `email`, `inProgress` is `in progress`. Digits
    /// that a mark keeps apart stay apart.
    fn squeezed_is(&self, wanted: &str) -> bool {
        let apart = |words: &str| {
            let mut bytes = words.as_bytes().windows(3);
            bytes.any(|three| matches!(three, [a, b' ', b] if a.is_ascii_digit() && b.is_ascii_digit()))
        };
        squeezed(self.words()).eq(squeezed(wanted)) && !apart(self.words()) && !apart(wanted)
    }

    fn gives_moment(&self, text: &str) -> bool {
        let wanted = Moments::of(text);
        if !wanted.alone || wanted.dates.is_empty() && wanted.times.is_empty() {
            return false;
        }
        let whole_day = self.moments().times.is_empty() && !wanted.dates.is_empty();
        wanted.dates.iter().all(|date| self.moments().dates.contains(date) || self.gives_day(*date))
            && wanted
                .times
                .iter()
                .all(|time| self.moments().times.contains(time) || whole_day && *time == MIDNIGHT)
    }

    /// Whether the quote says a date from the day on which it is said.
    fn gives_day(&self, (year, month, day): Date) -> bool {
        self.today.is_some_and(|today| {
            relative::dates(self.raw, today).iter().any(|date| {
                (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()))
                    == (year.into(), month.into(), day.into())
            })
        })
    }

    fn gives_number(&self, number: &Number) -> bool {
        let integer = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
        match (integer, number.as_f64()) {
            (Some(integer), _) => self.numbers().1.contains(&integer),
            (None, Some(float)) => self.numbers().0.iter().any(|said| close(*said, float)),
            (None, None) => false,
        }
    }

    /// Which way a quote points that is a plain answer: `yes`, `off`. A phrase (`with private access`) is taken at its word:
    /// what it means for a flag is not for a rule to say.
    fn answers(&self) -> Option<bool> {
        match self.words().trim() {
            "yes" | "true" | "on" | "yes please" => Some(true),
            "no" | "false" | "off" | "none" | "no thanks" => Some(false),
            _ => None,
        }
    }
}

/// The words of a text in lower case with a space before, between and after them, so that finding one text in another
/// finds whole words. Characters of scripts that are written without spaces are words of their own.
fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(' ');
    let mut spaced = true;
    for c in text.chars() {
        let (gap, alone) = (parts(c), !c.is_ascii() && dense(c));
        if (gap || alone) && !spaced {
            out.push(' ');
        }
        if gap {
            spaced = true;
            continue;
        }
        match c.is_ascii() {
            true => out.push(c.to_ascii_lowercase()),
            false => out.extend(c.to_lowercase()),
        }
        spaced = alone;
        if alone {
            out.push(' ');
        }
    }
    if !spaced {
        out.push(' ');
    }
    out
}

/// Whether a character only parts words: a space, or a mark that people leave out or put in. Not among them are
/// `+ # @ & % $ = ^`, which make another word.
fn parts(c: char) -> bool {
    match c {
        '\0'..='\x7f' => {
            c.is_ascii_whitespace()
                || c.is_ascii_punctuation() && !matches!(c, '+' | '#' | '@' | '&' | '%' | '$' | '=' | '^')
        }
        '‘' | '’' | '“' | '”' | '–' | '—' | '…' | '«' | '»' | '。' | '，' | '、' | '！' | '？' | '：'
        | '；' | '「' | '」' | '（' | '）' | '《' | '》' | '¿' | '¡' => true,
        _ => c.is_whitespace(),
    }
}

/// A text without its spaces.
fn squeezed(words: &str) -> impl Iterator<Item = char> {
    words.chars().filter(|c| *c != ' ')
}

const fn dense(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn close(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

/// Every number that a text says, as floats and, where they are whole, exactly.
fn numbers(text: &str) -> (Vec<f64>, Vec<i128>) {
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
fn digits(text: &str, start: usize) -> (String, usize) {
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
fn multiplier(rest: &str) -> Option<f64> {
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
fn number_word(word: &str) -> Option<i64> {
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

/// Hours, minutes, seconds.
type Time = (u32, u32, u32);
/// Year, month, day.
type Date = (u32, u32, u32);

const MIDNIGHT: Time = (0, 0, 0);

/// The dates and times of day in a text.
#[derive(Default)]
struct Moments {
    dates: Vec<Date>,
    times: Vec<Time>,
    /// Whether the text says nothing else.
    alone: bool,
}

/// A piece of text: a number with its digits, a word, a mark.
#[derive(Clone, Copy, PartialEq)]
enum Token<'a> {
    Digits(u32, usize),
    Word(&'a str),
    Mark(char),
}

impl Moments {
    fn of(text: &str) -> Self {
        let mut moments = Self { alone: true, ..Self::default() };
        // A date has digits; most text need not be looked at.
        if !text.bytes().any(|byte| byte.is_ascii_digit())
            && !["noon", "midnight"].iter().any(|w| text.contains(w))
        {
            moments.alone = false;
            return moments;
        }
        let tokens = tokens(text);
        let mut rest = &tokens[..];
        while let Some((first, after)) = rest.split_first() {
            rest = if let Some((date, after)) = date(rest) {
                moments.dates.push(date);
                after
            } else if let Some((time, after)) = time(rest) {
                moments.times.push(time);
                after
            } else {
                moments.alone &= filler(*first);
                after
            };
        }
        moments
    }
}

/// What may stand around a date without saying more.
fn filler(token: Token) -> bool {
    const WORDS: &[&str] = &["t", "at", "on", "the"];
    match token {
        Token::Word(word) => WORDS.iter().any(|filler| filler.eq_ignore_ascii_case(word)) || weekday(word),
        Token::Mark(mark) => matches!(mark, ',' | '.'),
        Token::Digits(..) => false,
    }
}

fn weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    DAYS.iter().any(|day| abbreviates(word, day))
}

/// Whether a word is a name or its first letters, at least three.
fn abbreviates(word: &str, name: &str) -> bool {
    let short = word.len() == 3 || word.eq_ignore_ascii_case("sept") || word.eq_ignore_ascii_case("thurs");
    (short || word.len() == name.len())
        && name.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
}

/// Spaces are left out: no date needs them.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let (mut tokens, mut rest) = (Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        let same: fn(char) -> bool = if first.is_ascii_digit() {
            |c| c.is_ascii_digit()
        } else if first.is_alphabetic() {
            char::is_alphabetic
        } else {
            let (_, after) = rest.split_at(first.len_utf8());
            if !first.is_whitespace() {
                tokens.push(Token::Mark(first));
            }
            rest = after;
            continue;
        };
        let (piece, after) = rest.split_at(rest.find(|c| !same(c)).unwrap_or(rest.len()));
        tokens.push(if first.is_ascii_digit() {
            // More digits than a number holds are no part of a date.
            Token::Digits(piece.parse().unwrap_or(u32::MAX), piece.len())
        } else {
            Token::Word(piece)
        });
        rest = after;
    }
    tokens
}

type Read<'t, 'a, T> = Option<(T, &'t [Token<'a>])>;

fn date<'t, 'a>(tokens: &'t [Token<'a>]) -> Read<'t, 'a, Date> {
    use Token::{Digits, Mark, Word};
    let (date, after) = match tokens {
        [
            Digits(y, 4),
            Mark(a @ ('-' | '/' | '.')),
            Digits(m, 1..=2),
            Mark(b),
            Digits(d, 1..=2),
            after @ ..,
        ] if a == b => ((*y, *m, *d), after),
        [Digits(a, 1..=2), Mark('/' | '-'), Digits(b, 1..=2), Mark('/' | '-'), Digits(y, 4), after @ ..] => {
            (if *a > 12 { (*y, *b, *a) } else { (*y, *a, *b) }, after)
        }
        [Digits(d, 1..=2), Mark('.'), Digits(m, 1..=2), Mark('.'), Digits(y, 4), after @ ..] => {
            ((*y, *m, *d), after)
        }
        [Word(name), after @ ..] if month(name).is_some() => {
            let after = skip(after, |t| t == Mark('.'));
            let [Digits(d, 1..=2), after @ ..] = after else { return None };
            let after = skip(skip(after, ordinal), |t| t == Mark(','));
            let [Digits(y, 4), after @ ..] = after else { return None };
            ((*y, month(name)?, *d), after)
        }
        [Digits(d, 1..=2), after @ ..] => {
            let after = skip(skip(after, ordinal), |t| matches!(t, Word(w) if w.eq_ignore_ascii_case("of")));
            let [Word(name), after @ ..] = after else { return None };
            let after = skip(skip(after, |t| t == Mark('.')), |t| t == Mark(','));
            let [Digits(y, 4), after @ ..] = after else { return None };
            ((*y, month(name)?, *d), after)
        }
        _ => return None,
    };
    ((1..=12).contains(&date.1) && (1..=31).contains(&date.2)).then_some((date, after))
}

fn ordinal(token: Token) -> bool {
    matches!(token, Token::Word(word) if ["st", "nd", "rd", "th"].iter().any(|end| end.eq_ignore_ascii_case(word)))
}

fn skip<'t, 'a>(tokens: &'t [Token<'a>], what: impl Fn(Token<'a>) -> bool) -> &'t [Token<'a>] {
    match tokens {
        [first, after @ ..] if what(*first) => after,
        _ => tokens,
    }
}

fn month(word: &str) -> Option<u32> {
    #[rustfmt::skip]
    const MONTHS: [&str; 12] = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ];
    MONTHS.iter().zip(1..).find(|(name, _)| abbreviates(word, name)).map(|(_, number)| number)
}

fn time<'t, 'a>(tokens: &'t [Token<'a>]) -> Read<'t, 'a, Time> {
    use Token::{Digits, Mark, Word};
    let ((h, m, s), after) = match tokens {
        [
            Digits(h, 1..=2),
            Mark(':'),
            Digits(m, 2),
            Mark(':'),
            Digits(s, 2),
            Mark('.'),
            Digits(..),
            after @ ..,
        ]
        | [Digits(h, 1..=2), Mark(':'), Digits(m, 2), Mark(':'), Digits(s, 2), after @ ..] => {
            ((*h, *m, *s), after)
        }
        [Digits(h, 1..=2), Mark(':'), Digits(m, 2), after @ ..] => ((*h, *m, 0), after),
        [Digits(h, 1..=2), after @ ..] if half(after).is_some() => ((*h, 0, 0), after),
        [Word(word), after @ ..] if word.eq_ignore_ascii_case("noon") => return Some(((12, 0, 0), after)),
        [Word(word), after @ ..] if word.eq_ignore_ascii_case("midnight") => return Some((MIDNIGHT, after)),
        _ => return None,
    };
    let (h, after) = match half(after) {
        Some(_) if !(1..=12).contains(&h) => return None,
        Some((afternoon, after)) => (h % 12 + if afternoon { 12 } else { 0 }, after),
        None => (h, after),
    };
    (h < 24 && m < 60 && s < 60).then(|| ((h, m, s), zone(after)))
}

/// `am`, `pm`, `a.m.`, `p.m.`; the value is whether it is the afternoon.
fn half<'t, 'a>(tokens: &'t [Token<'a>]) -> Read<'t, 'a, bool> {
    use Token::{Mark, Word};
    let afternoon = |word: &str| word.starts_with(['p', 'P']);
    match tokens {
        [Word(word), after @ ..] if word.eq_ignore_ascii_case("am") || word.eq_ignore_ascii_case("pm") => {
            Some((afternoon(word), after))
        }
        [Word(word @ ("a" | "p" | "A" | "P")), Mark('.'), Word("m" | "M"), after @ ..] => {
            Some((afternoon(word), skip(after, |t| t == Mark('.'))))
        }
        _ => None,
    }
}

/// Passes over a zone: `Z`, `UTC`, `+02:00`.
fn zone<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    use Token::{Digits, Mark, Word};
    match tokens {
        [Word(word), after @ ..]
            if ["z", "utc", "gmt"].iter().any(|zone| zone.eq_ignore_ascii_case(word)) =>
        {
            after
        }
        [Mark('+' | '-'), Digits(_, 2), Mark(':'), Digits(_, 2), after @ ..]
        | [Mark('+' | '-'), Digits(_, 4), after @ ..] => after,
        _ => tokens,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn given(pairs: &[(Value, &str)]) {
        for (value, quote) in pairs {
            assert!(supports(value, quote), "{value} by {quote:?}");
        }
    }

    fn not_given(pairs: &[(Value, &str)]) {
        for (value, quote) in pairs {
            assert!(!supports(value, quote), "{value} by {quote:?}");
        }
    }

    #[test]
    fn text() {
        given(&[
            (json!("Oslo"), "oslo"),
            (json!("in_progress"), "in progress"),
            (json!("in_progress"), "which are In-Progress, please"),
            (json!("inProgress"), "in progress"),
            (json!("email"), "e-mail"),
            (json!("  New   York "), "to New York."),
            (json!("東京"), "東京の天気"),
            (json!("C++"), "in C++"),
            (json!("a.b@c.org"), "to a.b@c.org please"),
            (json!("+"), "a + b"),
            (json!("10001"), "zip 10001"),
            (json!("-5"), "at -5"),
            (json!("Straße"), "straße"),
        ]);
        not_given(&[
            (json!(""), "anything"),
            (json!(" "), "any thing"),
            (json!(""), ""),
            (json!("Oslo"), "Bergen"),
            (json!("art"), "start"),
            (json!("C++"), "in C"),
            (json!("3.5"), "35"),
            (json!("-5"), "at 5"),
            (json!("!"), "no"),
        ]);
    }

    #[test]
    fn numbers_as_people_say_them() {
        given(&[
            (json!(5), "5"),
            (json!(5), "five nights"),
            (json!(5.0), "5"),
            (json!(1200), "$1,200"),
            (json!(1_234_567.5), "1,234,567.5"),
            (json!(1200), "1’200"),
            (json!(20), "20%"),
            (json!(0.2), "20 percent"),
            (json!(0.2), "20%"),
            (json!(25), "25°C"),
            (json!(3), "the 3rd"),
            (json!(5), "within 5km"),
            (json!(-5), "-5 degrees"),
            (json!(-5), "minus 5"),
            (json!(5), "3-5 people"),
            (json!(0.5), ".5"),
            (json!(21), "twenty-one"),
            (json!(200), "two hundred"),
            (json!(2_000_000), "2 million"),
            (json!(5000), "5k"),
            (json!(0), "zero"),
            (json!(u64::MAX), "18446744073709551615"),
            (json!(20), "Twenty"),
            (json!(3500), "3.5k"),
            (json!(45), "€45"),
            (json!(45), "EUR 45"),
            (json!(1200), "1,200 dollars"),
            (json!(5), "five kilometres"),
            (json!(30), "half an hour"),
            (json!(0.5), "half an hour"),
            (json!(90), "an hour and a half"),
            (json!(150), "2 h 30"),
            (json!(150), "2h30"),
            (json!(2.5), "2 hours and 30 minutes"),
            (json!(2.5), "two and a half hours"),
            (json!(9000), "2 hours 30 minutes."),
            (json!(3), "今天3点"),
        ]);
        not_given(&[
            (json!(5), "6"),
            (json!(12), "AB12"),
            (json!(5), "-5 degrees"),
            (json!(u64::MAX), "18446744073709551614"),
            (json!(1), "someone"),
            (json!(5), ""),
            (json!(12), "1,2"),
            (json!(120), "2 hours"),
            (json!(150), "2 hours, 30 people"),
            (json!(30), "half an hourglass"),
        ]);
    }

    #[test]
    fn yes_and_no() {
        given(&[
            (json!(true), "with breakfast"),
            (json!(false), "without breakfast"),
            (json!(false), "I don't need parking"),
            (json!(false), "I don’t need parking"),
            (json!(false), "turn it off"),
            (json!(false), "不要"),
        ]);
        not_given(&[
            (json!(true), "no"),
            (json!(true), "off"),
            (json!(true), ""),
            (json!(true), "…"),
            (json!(false), ""),
            (json!(false), "yes"),
            (json!(null), "null"),
        ]);
    }

    #[test]
    fn dates_and_times() {
        for quote in [
            "2026-03-14", "March 14, 2026", "14 March 2026", "14 Mar 2026", "03/14/2026",
            "Saturday, March 14th, 2026", "on the 14th of March 2026", "14/03/2026", "14.03.2026",
            "Sat 14 Mar. 2026", "2026/3/14",
        ] {
            assert!(supports(&json!("2026-03-14"), quote), "{quote}");
            assert!(supports(&json!("2026-03-14T00:00:00Z"), quote), "{quote}");
            assert!(!supports(&json!("2026-03-15"), quote), "{quote}");
            assert!(!supports(&json!("2026-03-14T09:00:00"), quote), "{quote}");
        }
        given(&[
            (json!("15:30"), "3:30 pm"),
            (json!("15:30"), "at 3:30 p.m."),
            (json!("15:30:00"), "15:30"),
            (json!("15:00"), "3pm"),
            (json!("12:00"), "at noon"),
            (json!("00:15"), "12:15 am"),
            (json!("2026-03-14T15:30:00+02:00"), "March 14, 2026 at 3:30 pm"),
            (json!("03/14/2026"), "14 March 2026"),
        ]);
        not_given(&[
            (json!("15:30"), "3:30 am"),
            (json!("15:30"), "3:30"),
            (json!("2026-03-14"), "March 14"),
            (json!("2026-03-14 sharp"), "March 14, 2026"),
            (json!("2026-13-14"), "14/13/2026"),
        ]);
    }

    #[test]
    fn containers() {
        given(&[(json!(["Oslo", {"days": 3}]), "three days in Oslo")]);
        not_given(&[
            (json!([]), "none"),
            (json!({}), "none"),
            (json!(["Oslo", ""]), "Oslo"),
            (json!(["Oslo", 4]), "3 in Oslo"),
        ]);
    }

    #[test]
    fn long_quotes_take_linear_time() {
        for piece in ["1,", "twenty-", "14 ", "a.", "- ", "東", "don't "] {
            let quote = piece.repeat(500_000);
            assert!(!supports(&json!("2026-03-14 nowhere"), &quote));
        }
        let deep = (0..1000).fold(json!("Oslo"), |value, _| json!([value]));
        assert!(!supports(&deep, "Oslo"));
    }

    proptest! {
        #[test]
        fn a_value_supports_itself(text in "[a-zA-Z0-9 _.,'-]{0,20}", integer: i64, float in -1e9..1e9f64) {
            if text.chars().any(|c| c.is_ascii_alphanumeric()) {
                prop_assert!(supports(&json!(text), &text));
            }
            prop_assert!(supports(&json!(integer), &integer.to_string()));
            prop_assert!(supports(&json!(float), &float.to_string()));
        }

        #[test]
        fn any_quote_is_read(quote in "[\\s\\S]{0,100}", tricky in "[0-9/:. ,'apmT+%$-]{0,40}", value in "\\PC{0,20}") {
            for quote in [&quote, &tricky] {
                for value in [json!(value), json!(1.5), json!(true), json!("2026-03-14")] {
                    let _ = supports(&value, quote);
                }
            }
        }
    }
}

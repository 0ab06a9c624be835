//! The dates and times of day that a text says.

use std::ops::Range;

/// Hours, minutes, seconds.
pub(crate) type Time = (u32, u32, u32);
/// Year, month, day.
pub(crate) type Date = (u32, u32, u32);

pub(super) const MIDNIGHT: Time = (0, 0, 0);

/// The dates and times of day in a text.
#[derive(Debug, Default)]
pub(crate) struct Moments {
    pub(crate) dates: Vec<Date>,
    pub(crate) times: Vec<Time>,
    /// Whether the text says nothing else.
    pub(super) alone: bool,
}

/// A piece of text: a number with its digits, a word, a mark.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    Digits(u32, usize),
    Word(&'a str),
    Mark(char),
}

impl Moments {
    pub(super) fn of(text: &str) -> Self {
        let mut moments = Self { alone: true, ..Self::default() };
        if !may_hold(text.as_bytes()) {
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
pub(super) fn abbreviates(word: &str, name: &str) -> bool {
    let short = word.len() == 3 || word.eq_ignore_ascii_case("sept") || word.eq_ignore_ascii_case("thurs");
    (short || word.len() == name.len())
        && name.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
}

/// Whether a text may hold a date or a time: it has the four digits of a year, a colon between digits, half a day behind a digit, or
/// a word that is a time. Most text has none, and need not be taken apart.
fn may_hold(text: &[u8]) -> bool {
    let mut run = 0;
    for (at, byte) in text.iter().enumerate() {
        if byte.is_ascii_digit() {
            run += 1;
            if run == 4 {
                return true;
            }
            continue;
        }
        let after = |n: usize| text.get(at + n).map_or(0, u8::to_ascii_lowercase);
        let half = |n: usize| matches!(after(n), b'a' | b'p') && matches!(after(n + 1), b'm' | b'.');
        let timed = match byte {
            b':' => run > 0 && after(1).is_ascii_digit(),
            b' ' => run > 0 && half(1),
            b'a' | b'A' | b'p' | b'P' => run > 0 && half(0),
            b'n' | b'N' => after(1) == b'o' && after(2) == b'o' && after(3) == b'n',
            b'm' | b'M' => after(1) == b'i' && after(2) == b'd' && after(3) == b'n',
            _ => false,
        };
        if timed {
            return true;
        }
        run = 0;
    }
    false
}

/// A date or a time of day in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    Date(Date),
    Time(Time),
}

/// Every date and time of day in a text, with the bytes that say it.
pub(crate) fn moments(text: &str) -> Vec<(Range<usize>, Moment)> {
    if !may_hold(text.as_bytes()) {
        return Vec::new();
    }
    let (tokens, ends) = placed(text);
    let (mut rest, mut found) = (&tokens[..], Vec::new());
    while let Some((_, next)) = rest.split_first() {
        let read = date(rest).map(|(date, after)| (Moment::Date(date), after));
        let read = read.or_else(|| time(rest).map(|(time, after)| (Moment::Time(time), after)));
        let Some((moment, after)) = read else {
            rest = next;
            continue;
        };
        let (first, last) = (tokens.len() - rest.len(), tokens.len() - after.len());
        let start = if first == 0 { 0 } else { ends[first - 1] };
        // Spaces before the first token are none of it.
        let spaces = text[start..].len() - text[start..].trim_start().len();
        found.push((start + spaces..ends[last - 1], moment));
        rest = after;
    }
    found
}

/// Spaces are left out: no date needs them.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    placed(text).0
}

/// The tokens of a text, and where each ends.
fn placed(text: &str) -> (Vec<Token<'_>>, Vec<usize>) {
    /// Bytes of a token with the space around it, in most text.
    const EACH: usize = 5;
    let most = text.len() / EACH + 1;
    let (mut tokens, mut ends, mut rest) = (Vec::with_capacity(most), Vec::with_capacity(most), text);
    while let Some(first) = rest.chars().next() {
        let same: fn(char) -> bool = if first.is_ascii_digit() {
            |c| c.is_ascii_digit()
        } else if first.is_alphabetic() {
            char::is_alphabetic
        } else {
            let (_, after) = rest.split_at(first.len_utf8());
            if !first.is_whitespace() {
                tokens.push(Token::Mark(first));
                ends.push(text.len() - after.len());
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
        ends.push(text.len() - after.len());
        rest = after;
    }
    (tokens, ends)
}

type Read<'t, 'a, T> = Option<(T, &'t [Token<'a>])>;

pub(super) fn date<'t, 'a>(tokens: &'t [Token<'a>]) -> Read<'t, 'a, Date> {
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

pub(super) fn ordinal(token: Token) -> bool {
    matches!(token, Token::Word(word) if ["st", "nd", "rd", "th"].iter().any(|end| end.eq_ignore_ascii_case(word)))
}

pub(super) fn skip<'t, 'a>(tokens: &'t [Token<'a>], what: impl Fn(Token<'a>) -> bool) -> &'t [Token<'a>] {
    match tokens {
        [first, after @ ..] if what(*first) => after,
        _ => tokens,
    }
}

pub(super) fn month(word: &str) -> Option<u32> {
    #[rustfmt::skip]
    const MONTHS: [&str; 12] = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ];
    let first = word.bytes().next()?.to_ascii_lowercase();
    let named = |name: &str| name.as_bytes().first() == Some(&first) && abbreviates(word, name);
    MONTHS.iter().zip(1..).find(|(name, _)| named(name)).map(|(_, number)| number)
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

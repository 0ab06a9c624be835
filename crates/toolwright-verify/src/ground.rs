//! Does a quote give a value? The ways in which people say the values that tools take.
//!
//! Source: ToolACE (arXiv:2409.00920) asks a model whether an argument is made up. Where a quote is recorded beside each
//! argument, code can answer; this is that code, for `grounding` and for whoever looks for a quote.
//!
//! It errs on the side of doubt: a value that people would say in a way that is not known here is not supported. Numbers
//! are read without a locale (`1,234.5`), dates with the month first (`03/14/2026`) unless that cannot be, and the zone of
//! a time is not compared. Relative dates (`next Friday`) are read where it is known from which day on: [`supports_on`].

mod moment;
mod number;
mod relative;

use std::borrow::Cow;
use std::cell::OnceCell;

use jiff::civil;
use serde_json::{Number, Value};

use moment::{Date, MIDNIGHT, Moments};
pub(crate) use moment::{Moment, moments};
use number::numbers;
pub(crate) use number::{digits, multiplier};

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
    Quote::new(quote, None).supports(value)
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
    Quote::new(quote, Some(today)).supports(value)
}

/// The date that a text says it is: `Today is Saturday, March 14, 2026.`, `Current date: 2026-03-14`. The last one counts.
pub fn stated_date(text: &str) -> Option<civil::Date> {
    relative::stated(text)
}

/// Deeper values are not looked into.
const DEEPEST: usize = 128;

/// A quote, read once for all the leaves it may give, and only as far as they ask.
#[derive(Debug)]
pub(crate) struct Quote<'a> {
    raw: Cow<'a, str>,
    today: Option<civil::Date>,
    words: OnceCell<String>,
    numbers: OnceCell<(Vec<f64>, Vec<i128>)>,
    moments: OnceCell<Moments>,
}

impl<'a> Quote<'a> {
    /// A text, said on this day where the day is known.
    pub(crate) fn new(raw: impl Into<Cow<'a, str>>, today: Option<civil::Date>) -> Self {
        let raw = raw.into();
        Self { raw, today, words: OnceCell::new(), numbers: OnceCell::new(), moments: OnceCell::new() }
    }

    /// The text.
    pub(crate) fn raw(&self) -> &str {
        &self.raw
    }

    /// Its words, each between two spaces, in lower case.
    pub(crate) fn words(&self) -> &str {
        self.words.get_or_init(|| words(&self.raw))
    }

    /// The numbers that it says, and those of them that are whole.
    pub(crate) fn numbers(&self) -> &(Vec<f64>, Vec<i128>) {
        self.numbers.get_or_init(|| numbers(&self.raw))
    }

    /// The dates and times of day that it says.
    pub(crate) fn moments(&self) -> &Moments {
        self.moments.get_or_init(|| Moments::of(&self.raw))
    }

    /// Whether it gives the value.
    pub(crate) fn supports(&self, value: &Value) -> bool {
        self.gives(value, DEEPEST)
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
            relative::dates(&self.raw, today).iter().any(|date| {
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
pub(crate) fn words(text: &str) -> String {
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

//! Values as people write them. Whatever is written here can be read back: the rule `grounding` checks it.

use jiff::civil::Date;
use serde_json::Value;
use toolwright_core::seed::Rng;

use crate::world::lexicon::MONTHS;

/// How a speaker writes values; one manner per speaker, so that a person does not switch styles within a sentence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    date: DateManner,
    twelve_hours: bool,
    thousands: bool,
    /// Whether a date with a time is put in words: who asks for one names it to the letter, its zone included.
    moments: bool,
    /// Whether values stand in sentences, where some names take an article.
    prose: bool,
    /// How many items of a list are read out, the rest being counted.
    pub(super) most: usize,
}

/// So many items of a longer list are read out.
const MOST: usize = 5;

#[derive(Clone, Copy, Debug)]
enum DateManner {
    MonthDay,
    DayMonth,
    Iso,
}

impl Manner {
    /// A speaker's manner, drawn once.
    pub(crate) fn draw(rng: &mut Rng) -> Self {
        let date = match rng.below(10) {
            0..=4 => DateManner::MonthDay,
            5..=7 => DateManner::DayMonth,
            _ => DateManner::Iso,
        };
        Self {
            date,
            twelve_hours: rng.chance(0.6),
            thousands: rng.chance(0.3),
            moments: false,
            prose: true,
            most: MOST,
        }
    }

    /// As machines write them: ISO dates, 24 hours, digits alone.
    pub(crate) const fn exact() -> Self {
        Self {
            date: DateManner::Iso,
            twelve_hours: false,
            thousands: false,
            moments: false,
            prose: false,
            most: MOST,
        }
    }

    /// The assistant's manner: the same in every dialog.
    pub(crate) const fn plain() -> Self {
        Self {
            date: DateManner::MonthDay,
            twelve_hours: false,
            thousands: true,
            moments: true,
            prose: true,
            most: MOST,
        }
    }

    /// The same in short: of a list only the first two are read out.
    pub(crate) const fn brief(self) -> Self {
        Self { most: 2, ..self }
    }

    /// A value in words; `None` for what has no words of its own: null, empty text, lists of objects, objects.
    pub(crate) fn say(&self, value: &Value) -> Option<String> {
        match value {
            Value::String(text) => self.say_text(text),
            Value::Number(number) => Some(self.say_number(number)),
            Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
            Value::Array(items) => {
                let said: Option<Vec<String>> =
                    items.iter().filter(|i| !i.is_array()).map(|item| self.say(item)).collect();
                said.filter(|said| !said.is_empty() && said.len() == items.len())
                    .map(|said| super::name::listed(&said))
            }
            Value::Null | Value::Object(_) => None,
        }
    }

    fn say_text(&self, text: &str) -> Option<String> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return None;
        }
        if let Some(date) = iso_date(trimmed) {
            return Some(self.say_date(date));
        }
        if let Some((hour, minute)) = clock(trimmed) {
            return Some(self.say_clock(hour, minute));
        }
        if self.moments
            && let Some(moment) = self.say_moment(trimmed)
        {
            return Some(moment);
        }
        if let Some(words) = camel_words(trimmed) {
            return Some(words);
        }
        if self.prose && THE.contains(&trimmed) {
            return Some(format!("the {trimmed}"));
        }
        Some(if is_code_word(trimmed) { trimmed.replace('_', " ").to_lowercase() } else { text.to_owned() })
    }

    fn say_date(&self, date: Date) -> String {
        let month = MONTHS[usize::try_from(date.month() - 1).unwrap_or(0).min(11)];
        match self.date {
            DateManner::MonthDay => format!("{month} {}, {}", date.day(), date.year()),
            DateManner::DayMonth => format!("{} {month} {}", date.day(), date.year()),
            DateManner::Iso => date.to_string(),
        }
    }

    /// `March 14, 2026 at 17:23`; a zone other than UTC is told.
    fn say_moment(&self, text: &str) -> Option<String> {
        let (day, time) = text.split_at_checked(10)?;
        let time = time.strip_prefix(['T', ' '])?;
        let date = iso_date(day)?;
        let (hour, minute) = clock(time.get(..5)?)?;
        let rest = time[5..].trim_start_matches(|c: char| c == ':' || c == '.' || c.is_ascii_digit());
        let zone = match rest {
            "" | "Z" | "+00:00" => String::new(),
            offset if offset.len() == 6 && offset.starts_with(['+', '-']) => format!(" (UTC{offset})"),
            _ => return None,
        };
        Some(format!("{} at {}{zone}", self.say_date(date), self.say_clock(hour, minute)))
    }

    fn say_clock(&self, hour: u32, minute: u32) -> String {
        if !self.twelve_hours {
            return format!("{hour:02}:{minute:02}");
        }
        let half = if hour < 12 { "am" } else { "pm" };
        let twelve = if hour.is_multiple_of(12) { 12 } else { hour % 12 };
        if minute == 0 { format!("{twelve} {half}") } else { format!("{twelve}:{minute:02} {half}") }
    }

    fn say_number(&self, number: &serde_json::Number) -> String {
        let plain = number.to_string();
        let plain = plain.strip_suffix(".0").unwrap_or(&plain);
        let (whole, rest) = plain.split_at(plain.find(['.', 'e', 'E']).unwrap_or(plain.len()));
        let digits = whole.trim_start_matches('-');
        if !self.thousands || digits.len() < 5 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return plain.to_owned();
        }
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        format!("{}{grouped}{rest}", if whole.starts_with('-') { "-" } else { "" })
    }
}

/// Names that take an article in a sentence.
const THE: &[&str] = &[
    "United States", "United Kingdom", "Netherlands", "Philippines", "Czech Republic",
    "United Arab Emirates", "Dominican Republic", "Maldives", "Bahamas", "Seychelles",
];

/// A word of a code list that reads as words: `in_progress`, `PREMIUM_ECONOMY`, `SHIPPED`.
fn is_code_word(text: &str) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    let snake = text.contains('_')
        && (text.bytes().all(|b| !b.is_ascii_uppercase()) || text.bytes().all(|b| !b.is_ascii_lowercase()));
    let shouted = text.len() > 4 && text.bytes().all(|b| b.is_ascii_uppercase()) && pronounceable(text);
    let words = plain && !text.starts_with('_') && !text.ends_with('_') && (snake || shouted);
    words || counted(text)
}

/// The words of a code in camel case: `price history` for `priceHistory`; but `macOS` and `eBay` are names.
fn camel_words(text: &str) -> Option<String> {
    let first = text.bytes().take_while(u8::is_ascii_lowercase).count();
    if first < 3 || first == text.len() || !text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let words = super::name::tokens(text);
    words.iter().all(|word| word.len() > 2).then(|| words.join(" "))
}

/// Words with small numbers among them: `every_15_minutes`, `round_of_16`; but `user_4711` is an identifier.
fn counted(text: &str) -> bool {
    let word = |part: &str| part.bytes().all(|b| b.is_ascii_lowercase());
    let number = |part: &str| part.len() < 3 && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split('_').collect();
    parts.len() > 1
        && parts.iter().all(|part| !part.is_empty() && (word(part) || number(part)))
        && parts.iter().any(|part| part.len() > 2)
}

/// Whether letters make a word and not a code: vowels are never far apart.
fn pronounceable(text: &str) -> bool {
    text.split(|c: char| "AEIOUY".contains(c)).all(|consonants| consonants.len() < 4)
        && text.contains(|c: char| "AEIOU".contains(c))
}

pub(crate) fn iso_date(text: &str) -> Option<Date> {
    // Most texts of this length are no date, and what fails to parse costs more than what is looked at first.
    let looks = text.len() == 10
        && matches!(text.as_bytes(), [b'0'..=b'9', .., b'0'..=b'9'])
        && text.as_bytes()[4] == b'-';
    looks.then(|| text.parse().ok()).flatten()
}

fn clock(text: &str) -> Option<(u32, u32)> {
    let (hour, minute) = text.split_once(':')?;
    let two_digits = |part: &str| (part.len() == 2).then(|| part.parse::<u32>().ok()).flatten();
    let (hour, minute) = (two_digits(hour)?, two_digits(minute)?);
    (hour < 24 && minute < 60).then_some((hour, minute))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_written_as_people_do() {
        let plain = Manner::plain();
        assert_eq!(plain.say(&json!("2026-03-14")).as_deref(), Some("March 14, 2026"));
        assert_eq!(plain.say(&json!("in_progress")).as_deref(), Some("in progress"));
        assert_eq!(plain.say(&json!("every_15_minutes")).as_deref(), Some("every 15 minutes"));
        assert_eq!(plain.say(&json!("priceHistory")).as_deref(), Some("price history"));
        assert_eq!(plain.say(&json!("macOS")).as_deref(), Some("macOS"));
        assert_eq!(plain.say(&json!("user_4711")).as_deref(), Some("user_4711"));
        assert_eq!(plain.say(&json!("OSL")).as_deref(), Some("OSL"));
        assert_eq!(plain.say(&json!(26507)).as_deref(), Some("26,507"));
        assert_eq!(plain.say(&json!(["a", "b", "c"])).as_deref(), Some("a, b and c"));
        assert_eq!(plain.say(&json!({"a": 1})), None);
        assert_eq!(plain.say(&json!("2026-03-14T17:23:00Z")).as_deref(), Some("March 14, 2026 at 17:23"));
        assert_eq!(
            plain.say(&json!("2026-03-14T17:23:00.5+02:00")).as_deref(),
            Some("March 14, 2026 at 17:23 (UTC+02:00)")
        );
        let other = Manner {
            date: DateManner::Iso,
            twelve_hours: true,
            thousands: false,
            moments: false,
            prose: true,
            most: MOST,
        };
        assert_eq!(other.say(&json!("15:30")).as_deref(), Some("3:30 pm"));
        assert_eq!(other.say(&json!("00:00")).as_deref(), Some("12 am"));
    }
}

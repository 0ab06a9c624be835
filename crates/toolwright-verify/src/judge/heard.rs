//! What has been said in a dialog up to a turn, and whether it gives a value.

use std::borrow::Cow;
use std::collections::HashSet;

use jiff::civil::Date;
use memchr::memmem::Finder;
use serde_json::Value;
use toolwright_core::{Dialog, Message, Role};

use crate::ground::{Quote, stated_date, words};

/// The most text, in bytes, that is searched for one dialog, so that many questions about long dialogs take no quadratic time.
const MOST_TEXT: usize = 64 << 20;
/// What looking at a text costs beside its bytes.
const EACH: usize = 16;

/// What has been said so far. Every text is read once, and only as far as a question needs it.
#[derive(Default)]
pub(super) struct Heard<'a> {
    quotes: Vec<Quote<'a>>,
    /// What asking all of the texts costs, and what has been spent so far.
    size: usize,
    spent: usize,
    today: Option<Date>,
    /// The stems of the words of the first so many quotes, and the beginnings of the longer ones.
    stems: HashSet<String>,
    stemmed: usize,
}

/// How many letters two words share that are taken for kin: `technology` and `tech`.
const KIN: usize = 4;

impl<'a> Heard<'a> {
    /// Adds what a message says.
    pub(super) fn add(&mut self, message: &'a Message) {
        if matches!(message.role, Role::System | Role::User) {
            self.today = stated_date(message.said()).or(self.today);
        }
        let said = message.said();
        if !said.is_empty() {
            self.push(if message.role == Role::Tool { unescaped(said) } else { said.into() });
        }
    }

    /// Adds the values of a message's calls.
    pub(super) fn add_calls(&mut self, message: &'a Message) {
        for value in message.calls.iter().flat_map(|call| call.arguments.values()) {
            let text = match value {
                Value::String(text) => Cow::Borrowed(&**text),
                other => other.to_string().into(),
            };
            self.push(text);
        }
    }

    /// Adds a text.
    pub(super) fn push(&mut self, text: Cow<'a, str>) {
        self.size += text.len() + EACH;
        self.quotes.push(Quote::new(text, self.today));
    }

    /// Whether one more question may be asked of all that was heard. Where not, the answer is open.
    pub(super) fn may_ask(&mut self) -> bool {
        self.may_spend(self.size)
    }

    /// Whether so much more text may be looked at.
    pub(super) fn may_spend(&mut self, text: usize) -> bool {
        self.spent = self.spent.saturating_add(text);
        self.spent <= MOST_TEXT
    }

    /// Whether any text holds these words, digits or marks as they stand, with no letter or digit right beside them.
    pub(super) fn holds(&self, text: &str) -> bool {
        if text.is_empty() {
            return false;
        }
        let wanted = Finder::new(text);
        self.quotes.iter().any(|quote| stands(quote.raw(), &wanted))
    }

    /// Whether any text gives the value as a whole.
    pub(super) fn gives(&self, value: &Value) -> bool {
        self.quotes.iter().any(|quote| quote.supports(value))
    }

    /// Whether a number was said that the test accepts.
    pub(super) fn number(&self, test: impl Fn(f64) -> bool) -> bool {
        self.quotes.iter().any(|quote| quote.numbers().0.iter().any(|number| test(*number)))
    }

    /// Whether two numbers were said that the test accepts, of the first so many.
    pub(super) fn two_numbers(&self, test: impl Fn(f64, f64) -> bool) -> bool {
        const MOST: usize = 64;
        let all = self.quotes.iter().flat_map(|quote| quote.numbers().0.iter().copied());
        let all: Vec<f64> = all.take(MOST).collect();
        all.iter().any(|one| all.iter().any(|other| test(*one, *other)))
    }

    /// The texts.
    pub(super) fn quotes(&self) -> impl Iterator<Item = &Quote<'a>> {
        self.quotes.iter()
    }

    /// How many of these words, as [`words`] gives them, were said in some form.
    pub(super) fn known<'w>(&mut self, wanted: impl Iterator<Item = &'w str>) -> usize {
        for quote in &self.quotes[self.stemmed..] {
            for word in quote.words().split_ascii_whitespace() {
                let stem = stem(word);
                if let Some(beginning) = beginning(stem) {
                    self.stems.insert(format!("{beginning}*"));
                }
                self.stems.insert(stem.to_owned());
            }
        }
        self.stemmed = self.quotes.len();
        let said = |word: &str| {
            let stem = stem(word);
            self.stems.contains(stem)
                || beginning(stem).is_some_and(|beginning| self.stems.contains(&format!("{beginning}*")))
        };
        wanted.filter(|word| said(word)).count()
    }
}

/// Whether a text holds another, not as part of a longer word or number.
fn stands(text: &str, wanted: &Finder<'_>) -> bool {
    let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    wanted.find_iter(text.as_bytes()).any(|at| {
        let after = &text[at + wanted.needle().len()..];
        // The point of a decimal goes on with digits.
        let goes_on =
            after.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let comes =
            text[..at].strip_suffix('.').is_some_and(|head| head.ends_with(|c: char| c.is_ascii_digit()));
        !inside(text[..at].chars().next_back()) && !inside(after.chars().next()) && !goes_on && !comes
    })
}

/// The words of a text that carry content.
pub(super) fn content(text: &str) -> Vec<String> {
    let all = words(text);
    let kept = all.split_ascii_whitespace().filter(|word| crate::diversity::carries_content(word));
    kept.map(str::to_owned).collect()
}

/// A word without the ending that its forms differ in.
fn stem(word: &str) -> &str {
    const ENDINGS: [&str; 8] = ["ings", "ing", "ies", "ed", "es", "s", "y", "e"];
    let cut = ENDINGS.iter().find_map(|ending| word.strip_suffix(ending).filter(|stem| stem.len() > 2));
    cut.unwrap_or(word)
}

/// The first letters of a longer word.
fn beginning(stem: &str) -> Option<&str> {
    let last = stem.char_indices().nth(KIN - 1)?;
    stem.get(..last.0 + last.1.len_utf8()).filter(|head| head.chars().all(char::is_alphabetic))
}

/// A JSON text with its escapes undone, where it has any.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return text.into();
    }
    let Ok(value) = serde_json::from_str::<Value>(text) else { return text.into() };
    let mut out = String::with_capacity(text.len());
    leaves(&value, "", &mut |key, leaf| {
        out.push_str(key);
        out.push(' ');
        match leaf {
            Value::String(text) => out.push_str(text),
            other => out.push_str(&other.to_string()),
        }
        out.push('\n');
    });
    out.into()
}

/// Visits the leaves of a value that was read from text, each with the name it stands under.
pub(super) fn leaves<'v>(value: &'v Value, key: &'v str, each: &mut dyn FnMut(&'v str, &'v Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| leaves(item, key, each)),
        Value::Object(map) => map.iter().for_each(|(key, item)| leaves(item, key, each)),
        leaf => each(key, leaf),
    }
}

/// The result that a tool message holds, where it is JSON.
pub(super) fn result(message: &Message) -> Option<Value> {
    serde_json::from_str(message.said()).ok()
}

/// The message whose call a tool message answers, with the position of the call.
pub(crate) fn answered(dialog: &Dialog, at: usize) -> Option<(usize, usize)> {
    let message = dialog.messages.get(at)?;
    let before = dialog.messages.get(..at)?;
    let (from, calls) = before
        .iter()
        .enumerate()
        .rev()
        .take_while(|(_, one)| one.role != Role::User)
        .find(|(_, one)| !one.calls.is_empty())?;
    if message.call_id.is_some() {
        let by_id = calls.calls.iter().position(|call| call.id == message.call_id);
        return by_id.map(|n| (from, n));
    }
    // Without ids, results come in the order of calls.
    let nth = before[from..].iter().filter(|one| one.role == Role::Tool).count();
    let call = calls.calls.get(nth)?;
    message.name.as_ref().is_none_or(|name| *name == call.name).then_some((from, nth))
}

//! `consistency`: does the assistant do what was asked, and does it report what came of it?
//!
//! Source: ToolACE (arXiv:2409.00920), model layer, consistency expert: does the reply finish the user's task and keep every constraint?
//! Ours:   as far as code can tell. An answer that follows results is held against them: its numbers, dates, times, identifiers and quoted
//!         words stand in what came before, but for rounding, another unit, a count, a sum or an average of a list, and arithmetic with
//!         numbers that it states itself. It says anything at all of what was asked, called or returned. Where every call failed, it says so.
//!         Where the user names several things side by side and calls were made for one of them, the others are called or spoken of as well.
//!         Nobody is asked for what has just been said, as far as the form of an identifier or a list of choices shows that it was.
//!         A call that is told in a reply is made.
//!         What the system prompt demands of formats is the rule `demanded-format`.
//! Fails:  an answer that mixes up two rows of a result passes, and so does one that is wrong in words; what answers that no result precedes
//!         say is not looked at.

use std::cell::OnceCell;

use serde_json::{Value, json};
use toolwright_core::schema::Checker;
use toolwright_core::{Dialog, Message, Role};

use super::fact::{Kind, facts};
use super::heard::{Heard, content, leaves, result};
use super::{Expert, Opinion};
use crate::failure;
use crate::finding::{Findings, cut};
use crate::ground::{Moment, words};
use crate::rule::offer::masked;

pub(super) const EXPERT: Expert = Expert {
    id: "consistency",
    asks: "Is everything asked for done and answered, as the results have it?",
    source: "ToolACE (arXiv:2409.00920), model layer, consistency expert",
    judge,
};

fn judge(dialog: &Dialog) -> Opinion {
    let results = dialog.messages.iter().any(|message| message.role == Role::Tool);
    if !results && dialog.tools.is_empty() {
        return Opinion::NotApplicable("no results and no tools");
    }
    let mut found = Findings::of(EXPERT.id);
    let (mut heard, mut turn, mut open) = (Heard::default(), Turn::default(), false);
    for (at, message) in dialog.messages.iter().enumerate() {
        match message.role {
            Role::User => {
                open |= !turn.close(dialog, &mut heard, &mut found);
                turn = Turn { asked: Some(at), ..Turn::default() };
            }
            Role::Tool => turn.results.push(at),
            Role::Assistant if message.calls.is_empty() && message.malformed.is_none() => {
                if !masked(dialog, at) {
                    let needless = || needless(dialog, turn.asked, message.said());
                    let why = turn.calls.is_empty().then(needless).flatten();
                    why.or_else(|| told(dialog, at)).into_iter().for_each(|why| found.message(at, why));
                }
                if !turn.results.is_empty() && !message.said().trim().is_empty() && !masked(dialog, at) {
                    open |= !Answer::of(dialog, at, &turn, &mut heard).judge(&mut found);
                }
                turn.replies.push(at);
            }
            Role::Assistant => {
                turn.calls.push(at);
                turn.replies.push(at);
            }
            Role::System => {}
        }
        heard.add(message);
        heard.add_calls(message);
    }
    open |= !turn.close(dialog, &mut heard, &mut found);
    let found = found.all();
    if open && found.is_empty() {
        return Opinion::Undecided("the dialog has more text than is searched".into());
    }
    Opinion::Found(found)
}

/// What has happened since the user last spoke, by positions of messages.
#[derive(Default)]
struct Turn {
    asked: Option<usize>,
    calls: Vec<usize>,
    results: Vec<usize>,
    replies: Vec<usize>,
}

/// An answer that follows results.
struct Answer<'a, 'h> {
    dialog: &'a Dialog,
    at: usize,
    text: &'a str,
    results: Vec<&'a Message>,
    calls: Vec<&'a Message>,
    asked: &'a str,
    heard: &'h mut Heard<'a>,
    derived: OnceCell<Derived>,
}

/// What follows from results without standing in them.
struct Derived {
    /// Counts, sums, means and spans of lists.
    numbers: Vec<f64>,
    /// What the tools that were called say of themselves.
    described: String,
}

impl<'a, 'h> Answer<'a, 'h> {
    fn of(dialog: &'a Dialog, at: usize, turn: &Turn, heard: &'h mut Heard<'a>) -> Self {
        let all = |places: &[usize]| places.iter().filter_map(|at| dialog.messages.get(*at)).collect();
        Self {
            dialog,
            at,
            text: dialog.messages.get(at).map_or("", Message::said),
            results: all(&turn.results),
            calls: all(&turn.calls),
            asked: turn.asked.and_then(|at| dialog.messages.get(at)).map_or("", Message::said),
            heard,
            derived: OnceCell::new(),
        }
    }

    /// Looks at the answer; `false` where there is more text than is searched.
    fn judge(mut self, found: &mut Findings) -> bool {
        let about: usize = self.results.iter().chain(&self.calls).map(|one| one.said().len() + 64).sum();
        if !self.heard.may_spend(about + self.text.len()) {
            return false;
        }
        let all = facts(self.text);
        let mut any = false;
        // What an answer says again is looked for once.
        let mut looked: Vec<(&str, &str)> = Vec::new();
        for fact in &all {
            if !self.heard.may_ask() {
                return false;
            }
            let said = &self.text[fact.bytes.clone()];
            let unit = self.text[fact.bytes.end..].split_whitespace().next().unwrap_or_default();
            if looked.contains(&(said, unit)) {
                continue;
            }
            if looked.len() < 64 {
                looked.push((said, unit));
            }
            let known = match &fact.kind {
                Kind::Moment(Moment::Date(date)) => self.dated(*date),
                Kind::Moment(Moment::Time(time)) => self.timed(*time),
                Kind::Number { value, places, times } => {
                    let rest = &self.text[fact.bytes.end..];
                    scale_end(&self.text[..fact.bytes.start], *value)
                        || self.counted(*value, *places, *times, said, rest)
                        || self.stated(*value, fact, &all)
                }
                Kind::Id | Kind::Quoted => self.worded(said),
            };
            if !known {
                let what = match fact.kind {
                    Kind::Quoted => format!("\"{}\"", cut(said)),
                    _ => cut(said),
                };
                found.message(self.at, format!("the answer says {what}, which nothing before it gives"));
            }
            any |= known;
        }
        if self.results.iter().all(|result| failure::of(result.said()).is_some()) {
            if self.claims() {
                found.message(self.at, "every call failed, and the answer does not say so");
            }
        } else if !any && self.says_nothing() {
            found.message(self.at, "the answer says nothing of what was asked, called or returned");
        }
        true
    }

    /// Whether an answer after failures speaks as if all were well.
    fn claims(&self) -> bool {
        #[rustfmt::skip]
        const WORDS: [&str; 16] = [
            "not", "no", "none", "nothing", "cannot", "error", "errors", "problem", "issue", "again", "later", "wrong", "unknown", "down", "another",
            "instead",
        ];
        #[rustfmt::skip]
        const STEMS: [&str; 19] = [
            "n't", "n’t", "fail", "unable", "sorry", "unfortunate", "unavailab", "invalid", "denied", "permission", "trouble", "timed out", "timeout",
            "missing", "reject", "refus", "apolog", "too many", "limit",
        ];
        let (lower, plain) = (self.text.to_lowercase(), words(self.text));
        let owns_up = WORDS.iter().any(|word| plain.contains(&format!(" {word} ")))
            || STEMS.iter().any(|stem| lower.contains(stem));
        !self.text.contains('?') && self.text.is_ascii() && !owns_up
    }

    /// Whether the answer has no word in common with what it answers.
    fn says_nothing(&mut self) -> bool {
        #[rustfmt::skip]
        const DONE: [&str; 12] =
            ["done", "set", "confirmed", "success", "successfully", "complete", "completed", "ready", "sent", "saved", "booked", "updated"];
        // What was said beside the calls is part of the answer, and who asks back has more to come.
        let beside = self.calls.iter().any(|message| !message.said().trim().is_empty());
        let asks = self.text.contains('?') || self.text.to_lowercase().contains("please provide");
        // Of nothing there is nothing to say.
        let empty = |result: &&Message| ["", "{}", "[]", "null", "\"\""].contains(&result.said().trim());
        let nothing = self.results.iter().all(empty);
        if beside || nothing || asks && !self.text.contains("anything else") {
            return false;
        }
        let own = content(self.text);
        if own.is_empty() || !self.text.is_ascii() || own.iter().any(|word| DONE.contains(&word.as_str())) {
            return false;
        }
        let mut about = Heard::default();
        about.push(self.asked.into());
        for message in self.results.iter().chain(&self.calls) {
            about.add(message);
            about.add_calls(message);
        }
        for call in self.calls.iter().flat_map(|message| &message.calls) {
            about.push(spaced(&call.name).into());
            let described = self.dialog.tool_at(self.at, &call.name).map(|tool| tool.description.as_str());
            about.push(described.unwrap_or_default().into());
        }
        about.known(own.iter().map(String::as_str)) == 0
    }

    fn dated(&self, (year, month, day): (u32, u32, u32)) -> bool {
        let iso = format!("{year:04}-{month:02}-{day:02}");
        if self.heard.quotes().any(|quote| quote.raw().contains(&iso)) {
            return true;
        }
        let iso = Value::from(iso);
        self.heard.gives(&iso)
            || self.derived().described.contains(iso.as_str().unwrap_or_default())
            // Results may have a date as seconds, or only its parts.
            || self.heard.quotes().any(|quote| {
                let numbers = &quote.numbers().0;
                let has = |part: u32| numbers.contains(&f64::from(part));
                has(year) && has(month) && has(day) || quote.raw().contains(&format!("{year:04}{month:02}{day:02}"))
            })
            || self.epochs().any(|(y, m, d, _)| (y, m, d) == (year, month, day))
    }

    fn timed(&self, time: (u32, u32, u32)) -> bool {
        let (hours, minutes, seconds) = time;
        let of_day = |quote: &crate::ground::Quote<'_>| {
            let times = &quote.moments().times;
            // Seconds may be left out.
            times.iter().any(|(h, m, s)| (*h, *m) == (hours, minutes) && (*s == seconds || seconds == 0))
        };
        let plain = format!("{hours:02}:{minutes:02}");
        if seconds == 0 && self.heard.quotes().any(|quote| quote.raw().contains(&plain)) {
            return true;
        }
        let small = f64::from(hours * 60 + minutes);
        let long = f64::from(hours * 3600 + minutes * 60 + seconds);
        self.heard.quotes().any(of_day)
            || self.heard.number(|number| [small, long, small * 60_000.0].contains(&number.round()))
            || self.heard.number(|number| minutes == 0 && number == f64::from(hours))
            || self.epochs().any(|(.., of_day)| of_day == (hours, minutes))
            || self.worded(&format!("{hours}:{minutes:02}"))
    }

    /// The days and minutes of what may be seconds or milliseconds since 1970.
    fn epochs(&self) -> impl Iterator<Item = (u32, u32, u32, (u32, u32))> {
        let numbers = self.heard.quotes().flat_map(|quote| quote.numbers().0.iter().copied());
        numbers.filter_map(|number| {
            let seconds = if number > 1e11 { number / 1000.0 } else { number };
            if !(1e8..1e10).contains(&seconds) {
                return None;
            }
            let at = jiff::Timestamp::from_second(seconds as i64).ok()?.to_zoned(jiff::tz::TimeZone::UTC);
            let part = |n: i8| u32::try_from(n).ok();
            let year = u32::try_from(at.year()).ok()?;
            Some((year, part(at.month())?, part(at.day())?, (part(at.hour())?, part(at.minute())?)))
        })
    }

    /// Whether a number was said, or follows from what was.
    fn counted(&self, value: f64, places: i32, times: f64, said: &str, rest: &str) -> bool {
        if self.heard.holds(said) || said.contains(',') && self.heard.holds(&said.replace(',', "")) {
            return true;
        }
        let unit = 10f64.powi(-places);
        let rounds = |source: f64| (source.abs() - value).abs() <= unit * 0.5 + 1e-9 * value;
        let scales = scales(said, rest, times);
        let follows = |source: f64| scales.iter().any(|scale| rounds(source * scale));
        self.heard.number(|source| follows(source) || converted(source, rest).is_some_and(rounds))
            || self.grouped(said)
            || self.derived().numbers.iter().any(|source| follows(*source))
            || self.worded_number(said)
    }

    /// Whether the number is what an operation makes of two others that the answer states.
    fn stated(&self, value: f64, own: &super::fact::Fact, all: &[super::fact::Fact]) -> bool {
        let numbers: Vec<f64> = all
            .iter()
            .filter(|fact| *fact != own)
            .filter_map(|fact| match fact.kind {
                Kind::Number { value, times, .. } => Some(value * times),
                _ => None,
            })
            .take(24)
            .collect();
        let near = |made: f64| (made - value).abs() <= 0.005 * value.abs().max(1.0);
        numbers.iter().enumerate().any(|(n, a)| {
            let pairs = numbers.iter().skip(n + 1);
            pairs
                .into_iter()
                .any(|b| near(a + b) || near((a - b).abs()) || near(a * b) || near((a - b).abs() / b * 100.0))
        })
    }

    /// Whether the digits stand in a result with other marks between them, as in a telephone number.
    fn grouped(&self, said: &str) -> bool {
        let at = self.text.find(said).unwrap_or_default();
        let inside = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '+' | '.' | '/');
        let before = self.text[..at].len() - self.text[..at].trim_end_matches(inside).len();
        let after = self.text[at..].find(|c| !inside(c)).unwrap_or(self.text.len() - at);
        let digits: String =
            self.text[at - before..at + after].chars().filter(char::is_ascii_digit).collect();
        let plain = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        digits.len() > 6 && self.heard.quotes().any(|quote| plain(quote.raw()).contains(&digits))
    }

    /// Whether the number stands inside a word of a result: the `14` of `iPhone14`.
    fn worded_number(&self, said: &str) -> bool {
        let digits = said.trim_end_matches(|c: char| !c.is_ascii_digit());
        let glued = |text: &str| {
            text.match_indices(digits).any(|(at, _)| {
                let (before, after) =
                    (text[..at].chars().next_back(), text[at + digits.len()..].chars().next());
                let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
                let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() || c == '#' || c == '_');
                (letter(before) || letter(after)) && !digit(before) && !digit(after)
            })
        };
        self.heard.quotes().any(|quote| glued(quote.raw()))
            || words(&self.derived().described).contains(&words(digits))
    }

    fn worded(&self, said: &str) -> bool {
        let wanted = words(said);
        wanted.trim().is_empty()
            || self.heard.quotes().any(|quote| quote.raw().contains(said))
            || self.heard.quotes().any(|quote| quote.words().contains(&wanted))
            || words(&self.derived().described).contains(&wanted)
    }

    fn derived(&self) -> &Derived {
        self.derived.get_or_init(|| {
            let mut numbers = Vec::new();
            for message in &self.results {
                if let Some(value) = result(message) {
                    lists(&value, &mut |items| of_list(items, &mut numbers));
                }
            }
            let names = self.calls.iter().flat_map(|message| &message.calls).map(|call| &call.name);
            let tools = names.filter_map(|name| self.dialog.tool_at(self.at, name));
            let described = tools.map(|tool| format!("{} {}\n", tool.description, tool.parameters)).collect();
            Derived { numbers, described }
        })
    }
}

/// Whether a number is the upper end of a scale: `8.4 out of 10`, `4.5/5.0`.
fn scale_end(before: &str, value: f64) -> bool {
    let before = before.trim_end().to_lowercase();
    // `25 of 100 points`
    let counted = before.strip_suffix(" of").is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_digit()));
    counted
        || [5.0, 10.0, 20.0, 100.0].contains(&value)
            && ["out of", "of a possible", "scale of", "to", "/"].iter().any(|lead| before.ends_with(lead))
}

/// By what a source may be multiplied to be said in the unit that follows.
fn scales(said: &str, rest: &str, times: f64) -> Vec<f64> {
    let glued: String = said.chars().filter(|c| c.is_alphabetic()).collect();
    let next = rest.trim_start().split(|c: char| !c.is_alphabetic() && c != '%').next().unwrap_or_default();
    let unit = if glued.is_empty() { next.to_lowercase() } else { glued.to_lowercase() };
    let mut all = vec![1.0];
    if times != 1.0 {
        all.push(1.0 / times);
    }
    match unit.as_str() {
        _ if rest.starts_with('%') => all.push(100.0),
        "percent" => all.push(100.0),
        "h" | "hr" | "hrs" | "hour" | "hours" => all.extend([1.0 / 60.0, 1.0 / 3600.0, 24.0]),
        "min" | "mins" | "minute" | "minutes" => all.extend([60.0, 1.0 / 60.0, 1.0 / 60_000.0]),
        "s" | "sec" | "second" | "seconds" => all.extend([60.0, 0.001]),
        "day" | "days" | "night" | "nights" => all.extend([7.0, 1.0 / 24.0, 1.0 / 86_400.0]),
        "week" | "weeks" | "month" | "months" => all.extend([1.0 / 7.0, 12.0]),
        "year" | "years" => all.extend([1.0 / 12.0, 1.0 / 365.0]),
        "m" | "g" | "w" | "ml" | "mm" | "cm" | "meters" | "grams" => all.extend([1000.0, 100.0, 10.0]),
        "km" | "kg" | "kw" | "kb" | "mb" | "gb" | "tb" | "kilometers" | "l" | "t" | "kwh" | "mwh" => {
            all.extend([0.001, 1e-6, 1.0 / 1024.0, 1.0 / 1_048_576.0, 1.0 / 1_073_741_824.0]);
        }
        "dollars" | "euros" | "usd" | "eur" => all.push(0.01),
        _ => {}
    }
    all
}

/// A source in the other system of units that the text names.
fn converted(source: f64, rest: &str) -> Option<f64> {
    let rest = rest.trim_start();
    let unit = rest.split(|c: char| !c.is_alphabetic() && c != '°').next().unwrap_or_default();
    Some(match unit.to_lowercase().as_str() {
        "°f" | "f" | "fahrenheit" => source * 1.8 + 32.0,
        "°c" | "c" | "celsius" => (source - 32.0) / 1.8,
        "miles" | "mi" | "mph" => source / 1.609_344,
        "km" | "kilometers" | "kilometres" => source * 1.609_344,
        "pounds" | "lbs" | "lb" => source * 2.204_622,
        "kg" | "kilograms" => source / 2.204_622,
        "feet" | "ft" => source / 0.3048,
        "m" | "meters" | "metres" => source * 0.3048,
        _ => return None,
    })
}

/// Visits every list in a value that was read from text.
fn lists<'v>(value: &'v Value, each: &mut dyn FnMut(&'v [Value])) {
    match value {
        Value::Array(items) => {
            each(items);
            items.iter().for_each(|item| lists(item, each));
        }
        Value::Object(map) => map.values().for_each(|item| lists(item, each)),
        _ => {}
    }
}

/// The count of a list, and the sum, the mean and the span of each number that its items have.
fn of_list(items: &[Value], numbers: &mut Vec<f64>) {
    numbers.push(items.len() as f64);
    let mut columns: Vec<(&str, Vec<f64>)> = Vec::new();
    for item in items {
        leaves(item, "", &mut |key, leaf| {
            let Some(number) = leaf.as_f64() else { return };
            // Rows have few columns; what has many is no table.
            let few = columns.len() < 32;
            match columns.iter_mut().find(|(known, _)| *known == key) {
                Some((_, column)) => column.push(number),
                None if few => columns.push((key, vec![number])),
                None => {}
            }
        });
    }
    for (_, column) in columns {
        let sum: f64 = column.iter().sum();
        let low = column.iter().copied().fold(f64::INFINITY, f64::min);
        let high = column.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        numbers.extend([sum, sum / column.len() as f64, high - low]);
    }
}

/// The words of a name: `get_weather`, `getWeather`.
fn spaced(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_uppercase() {
            out.push(' ');
        }
        out.push(if c.is_alphanumeric() { c } else { ' ' });
    }
    out
}

impl Turn {
    /// Looks back at what was asked, once all is done for it; `false` where there is more text than is searched.
    fn close(&self, dialog: &Dialog, heard: &mut Heard<'_>, found: &mut Findings) -> bool {
        let Some(asked) = self.asked.and_then(|at| dialog.messages.get(at)) else { return true };
        let Some(first) = self.calls.first().copied().filter(|_| !self.results.is_empty()) else {
            return true;
        };
        let pairs = side_by_side(asked.said());
        if pairs.is_empty() {
            return true;
        }
        let replies = self.replies.iter().filter_map(|at| dialog.messages.get(*at));
        if !heard.may_spend(asked.said().len() + replies.map(|one| one.said().len() + 64).sum::<usize>()) {
            return false;
        }
        let mut done = Heard::default();
        for message in self.replies.iter().filter_map(|at| dialog.messages.get(*at)) {
            done.add(message);
            done.add_calls(message);
        }
        for (served, other) in pairs {
            let given = |done: &mut Heard<'_>, text: &str| {
                let all = content(text);
                !all.is_empty() && done.known(all.iter().map(String::as_str)) == all.len()
            };
            if given(&mut done, served) && !given(&mut done, other) && self.replies.len() < 8 {
                let why = format!(
                    "the user names \"{}\" beside \"{}\", and no call or answer is about it",
                    cut(other),
                    cut(served)
                );
                found.message(first, why);
                break;
            }
        }
        true
    }
}

/// The call that a reply tells of and does not make.
fn told(dialog: &Dialog, at: usize) -> Option<String> {
    let said = dialog.messages.get(at)?.said();
    if !said.contains(['(', '{']) {
        return None;
    }
    dialog.tools.iter().map(|tool| &tool.name).find_map(|name| {
        let program =
            name.contains(['_', '.', '-']) || name.bytes().skip(1).any(|byte| byte.is_ascii_uppercase());
        let after = &said[said.find(name.as_str()).filter(|_| program)? + name.len()..];
        let after = after.trim_start_matches(['`', '"', '\'']).trim_start();
        let called = after.starts_with('(')
            || after.split('{').next().is_some_and(|lead| after.contains('{') && lead.len() < 24);
        called.then(|| format!("the reply tells of a call to `{}` and makes none", cut(name)))
    })
}

/// What a question asks for that the user has just said; only the one who said it knows other values.
fn needless(dialog: &Dialog, asked: Option<usize>, question: &str) -> Option<String> {
    /// Longer questions are about more than one thing.
    const LONGEST: usize = 200;
    let said = dialog.messages.get(asked?)?.said();
    if !question.contains('?') || question.len() > LONGEST {
        return None;
    }
    let wanted = words(question);
    let given: Vec<&str> = said
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '=' | '(' | ')' | '"'))
        .map(|word| word.trim_matches(|c: char| c.is_ascii_punctuation()))
        .filter(|word| word.bytes().filter(u8::is_ascii_digit).count() > 1)
        .collect();
    dialog.tools.iter().find_map(|tool| {
        tool.properties().find_map(|(name, schema)| {
            let label = words(&spaced(name));
            if label.trim().is_empty() || !wanted.contains(&label) {
                return None;
            }
            let form = schema
                .get("pattern")
                .filter(|pattern| pattern.as_str().is_some_and(|p| p.contains("[0-9]")))?;
            let checker = Checker::new(&json!({ "type": "string", "pattern": form })).ok()?;
            let value = given.iter().find(|word| checker.accepts(&Value::from(**word)))?;
            Some(format!(
                "the assistant asks for the{}, which the user has given: {:?}",
                label.trim_end(),
                cut(value)
            ))
        })
    })
}

/// Names that a text puts side by side: `Oslo and Bergen`, `A, B and C`; each pair both ways.
fn side_by_side(text: &str) -> Vec<(&str, &str)> {
    const MOST: usize = 64;
    let mut pairs = Vec::new();
    for (at, joined) in text.match_indices(" and ").take(MOST) {
        let before = name_before(&text[..at]);
        let after = name_after(&text[at + joined.len()..]);
        if let (Some(before), Some(after)) = (before, after)
            && before != after
            && is_id(before) == is_id(after)
        {
            pairs.push((before, after));
            pairs.push((after, before));
        }
    }
    pairs
}

/// The run of capitalised words or the number that a text ends with.
fn name_before(text: &str) -> Option<&str> {
    let mut start = text.len();
    // An identifier stands for itself, whatever comes before it: `SIDs NO737d`.
    let last = text.rsplit(' ').next().unwrap_or_default();
    let most = if is_id(last) { 1 } else { 4 };
    for word in text.rsplit(' ').take(most) {
        if !names(word) || word.ends_with([',', '.', '?', '!', ':', ';']) && start < text.len() {
            break;
        }
        start = text[..start].trim_end().len() - word.len();
    }
    let found = text.get(start..)?.trim().trim_end_matches([',', ')']);
    // The first word of a sentence is capitalised whatever it is.
    let opens =
        text[..start].trim_end().chars().next_back().is_none_or(|c| matches!(c, '.' | '!' | '?' | '\n'));
    (!found.is_empty() && (!opens || found.contains(' '))).then_some(found)
}

/// The run of capitalised words or the number that a text begins with.
fn name_after(text: &str) -> Option<&str> {
    let mut end = 0;
    let most = if is_id(text.split(' ').next().unwrap_or_default()) { 1 } else { 4 };
    for word in text.split_inclusive(' ').take(most) {
        if !names(word.trim_end()) {
            break;
        }
        end += word.len();
        if word.trim_end().ends_with([',', '.', '?', '!', ':', ';']) {
            break;
        }
    }
    let found = text.get(..end)?.trim().trim_end_matches([',', '.', '?', '!', ':', ';', ')']);
    (!found.is_empty()).then_some(found)
}

/// Whether a word has digits enough to be an identifier.
fn is_id(word: &str) -> bool {
    word.bytes().filter(u8::is_ascii_digit).count() > 1
}

/// Whether a word is a name or an identifier.
fn names(word: &str) -> bool {
    let bare = word.trim_end_matches([',', '.', '?', '!', ':', ';', ')']);
    let first = bare.chars().next();
    let upper = first.is_some_and(char::is_uppercase) && bare.len() > 1;
    let id = is_id(bare);
    let plain = bare.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'' | '’' | '&'));
    (upper || id) && plain && !["I'm", "I'll", "I'd", "I've", "ID", "IDs", "No"].contains(&bare)
}

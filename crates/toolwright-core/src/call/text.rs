//! What the readers of call text share: where the text proper starts and ends, and how failures are told.

use std::ops::Range;

use memchr::memmem;
use serde_json::{Map, Value};

use super::{Call, Malformed, Parsed};
use crate::schema::nests_within;
use crate::{Error, Result};

/// How deep the values of arguments may nest: a number is 0 deep, `[1]` is 1 deep. It leaves room for what the formats
/// put around arguments, so that no text nests deeper than the 127 levels that `serde_json` reads.
pub const MAX_DEPTH: usize = 120;

/// Why reading stopped: bytes of the whole text, and a reason.
#[derive(Debug)]
pub(super) struct Fail {
    pub(super) span: Range<usize>,
    pub(super) why: String,
}

impl Fail {
    pub(super) fn new(span: Range<usize>, why: impl Into<String>) -> Self {
        Self { span, why: why.into() }
    }

    /// "Found this at byte `at`, expected that"; the span is the character found, empty at the end of the text.
    pub(super) fn found(text: &str, at: usize, expected: impl std::fmt::Display) -> Self {
        let next = text.get(at..).and_then(|rest| rest.chars().next());
        let (end, found) = match next {
            Some('`') => (at + 1, "a backtick".to_owned()),
            Some(found) if found.is_control() => {
                (at + found.len_utf8(), format!("`{}`", found.escape_default()))
            }
            Some(found) => (at + found.len_utf8(), format!("`{found}`")),
            None => (at, "the end of the text".to_owned()),
        };
        Self::new(at..end, format!("found {found}, expected {expected}"))
    }

    pub(super) fn of(self, text: &str) -> Parsed {
        Parsed::Malformed(Malformed { raw: text.to_owned(), span: self.span, why: self.why })
    }
}

/// What was read, as an outcome: no calls are no call.
pub(super) fn outcome(text: &str, read: Result<Vec<Call>, Fail>) -> Parsed {
    match read {
        Ok(calls) if calls.is_empty() => Parsed::NoCall,
        Ok(calls) => Parsed::Calls(calls),
        Err(fail) => fail.of(text),
    }
}

/// The bytes of the text that count: without leading reasoning, blanks around and one code fence.
pub(super) fn payload(text: &str) -> Range<usize> {
    unfenced(text, trimmed(text, after_thinking(text)..text.len()))
}

/// Where the answer starts after a leading `<think>…</think>`; the end of the text where the thinking never ends.
pub(super) fn after_thinking(text: &str) -> usize {
    let start = text.len() - text.trim_start().len();
    match text.get(start..) {
        Some(rest) if rest.starts_with("<think>") => memmem::find(rest.as_bytes(), b"</think>")
            .map_or(text.len(), |end| start + end + "</think>".len()),
        _ => start,
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inner = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (inner.len() - inner.trim_start().len());
    start..start + inner.trim().len()
}

/// Takes off ```` ```word … ``` ```` or single backticks. A fence that is not closed at the end loses its opening only.
fn unfenced(text: &str, range: Range<usize>) -> Range<usize> {
    let inner = text.get(range.clone()).unwrap_or_default();
    let ticks = inner.bytes().take_while(|byte| *byte == b'`').count();
    if ticks != 3 && ticks != 1 {
        return range;
    }
    let fence = inner.get(..ticks).unwrap_or_default();
    let body = inner.get(ticks..).unwrap_or_default();
    let body_start = range.start + ticks + if ticks == 3 { info_string(body) } else { 0 };
    let closed = body.ends_with(fence) && range.end - ticks >= body_start;
    trimmed(text, body_start..if closed { range.end - ticks } else { range.end })
}

/// How long the word after an opening fence is; a word counts only with the rest of its line empty.
fn info_string(body: &str) -> usize {
    let line = body.find('\n').and_then(|end| body.get(..end)).unwrap_or_default();
    let is_word = line.trim().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_word { line.len() } else { 0 }
}

/// Whether some argument nests deeper than [`MAX_DEPTH`].
pub(super) fn too_deep(arguments: &Map<String, Value>) -> bool {
    !arguments.values().all(|value| nests_within(value, MAX_DEPTH))
}

/// What every format asks of the calls that it writes: at least one, each with a name and arguments within the bound.
pub(super) fn check_renderable(calls: &[Call]) -> Result<()> {
    if calls.is_empty() {
        return Err(Error::new("found no calls, expected at least one; text without calls is plain text"));
    }
    for (at, call) in calls.iter().enumerate() {
        if call.name.is_empty() {
            return Err(
                Error::new("found an empty name, expected the name of a tool").at(format!("call {at}"))
            );
        }
        if too_deep(&call.arguments) {
            let why =
                format!("found arguments nested deeper than {MAX_DEPTH}, expected them within that bound");
            return Err(Error::new(why).at(format!("call {at}, `{}`", call.name)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> &str {
        &text[payload(text)]
    }

    #[test]
    fn fences_blanks_and_thinking_come_off() {
        assert_eq!(body("  [f()]\n"), "[f()]");
        assert_eq!(body("```json\n[1]\n```"), "[1]");
        assert_eq!(body("``` python \n[1]\n```\n"), "[1]");
        assert_eq!(body("```\n[1]\n```"), "[1]");
        assert_eq!(body("```[1]```"), "[1]");
        assert_eq!(body("`[1]`"), "[1]");
        assert_eq!(body("```json\n[1]"), "[1]");
        assert_eq!(body("<think>[f()]</think>\n\n[g()]"), "[g()]");
        assert_eq!(body("<think>[f()]"), "");
        for text in ["", "`", "``", "```", "````", "``````", "```a```", "```\n```", "`é", "```é\n"] {
            let _ = body(text);
        }
    }

    #[test]
    fn failures_say_what_was_found() {
        assert_eq!(Fail::found("aé", 1, "`(`").why, "found `é`, expected `(`");
        assert_eq!(Fail::found("aé", 1, "`(`").span, 1..3);
        assert_eq!(Fail::found("a", 1, "`(`").why, "found the end of the text, expected `(`");
        assert_eq!(Fail::found("\n", 0, "`(`").why, "found `\\n`, expected `(`");
    }
}

//! `hermes`: calls as `<tool_call>` blocks of JSON, with text around them.
//!
//! Source: NousResearch Hermes function calling; Qwen 2.5 and Qwen 3 write the same.
//!
//! Ours: a block may hold several objects one after another, as ToolRL's data has them, in the shapes that
//! [`json`] reads. A block ends where its JSON ends, so that `</tool_call>` may stand in a string.
//! Text around blocks is not looked at; a call's `raw` is its JSON.
//!
//! What counts as which outcome, after a leading `<think>…</think>` is taken off:
//!
//! - **Calls**: there are blocks, and each is closed and holds calls only.
//! - **Malformed**: a block is not closed, is empty or holds something else, or there is a closing tag alone.
//! - **No call**: there is no tag, or the thinking never ends.

use memchr::memmem;

use super::text::{Fail, after_thinking, check_renderable, outcome};
use super::{Call, CallFormat, Parsed, json};
use crate::Result;

const OPEN: &str = "<tool_call>";
const CLOSE: &str = "</tool_call>";

/// The format's line in [`CALL_FORMATS`](super::CALL_FORMATS).
pub const FORMAT: CallFormat = CallFormat {
    id: "hermes",
    says: "`<tool_call>` blocks of JSON, with text around them",
    source: "NousResearch Hermes; Qwen 2.5 and Qwen 3",
    example: "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}\n</tool_call>",
    parse,
    render,
};

/// Reads the calls of all `<tool_call>` blocks; the module's header says what counts as which outcome.
///
/// ```
/// use toolwright_core::call::{Parsed, hermes};
/// let text = "<think>They want the time.</think>Let me see.\n<tool_call>{\"name\": \"now\"}</tool_call>";
/// let Parsed::Calls(calls) = hermes::parse(text) else { unreachable!() };
/// assert_eq!(calls[0].name, "now");
///
/// let Parsed::Malformed(malformed) = hermes::parse("<tool_call>{\"name\": \"now\"}") else { unreachable!() };
/// assert_eq!(malformed.why, "found the end of the text, expected `</tool_call>` or another call");
/// ```
pub fn parse(text: &str) -> Parsed {
    outcome(text, read_blocks(text))
}

/// Writes one block a call, one after another. [`parse`] gives the same names and arguments back.
///
/// A `</tool_call>` in a string is written with `\u003c`, for readers that look for the closing tag first.
///
/// # Errors
/// No calls; an empty name; arguments nested beyond the bound.
///
/// ```
/// use toolwright_core::{Call, call::hermes};
/// let call = Call::new("now", Default::default());
/// assert_eq!(hermes::render(&[call])?, "<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>");
/// # Ok::<(), toolwright_core::Error>(())
/// ```
pub fn render(calls: &[Call]) -> Result<String> {
    check_renderable(calls)?;
    // In JSON a `<` can only stand in a string.
    let block =
        |call| format!("{OPEN}\n{}\n{CLOSE}", json::object_text(call).replace(CLOSE, "\\u003c/tool_call>"));
    Ok(calls.iter().map(block).collect::<Vec<_>>().join("\n"))
}

/// What stands around the blocks of a text, a line for each part; blanks at its ends are taken off.
pub(crate) fn around(text: &str) -> String {
    let (mut parts, mut from) = (Vec::new(), 0);
    let mut at = after_thinking(text);
    while let Some(open) = find(text, at, OPEN) {
        let Ok(end) = read_block(text, open, &mut Vec::new()) else { break };
        parts.push(text.get(from..open).unwrap_or_default().trim());
        (from, at) = (end, end);
    }
    parts.push(text.get(from..).unwrap_or_default().trim());
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn read_blocks(text: &str) -> Result<Vec<Call>, Fail> {
    let mut calls = Vec::new();
    let mut at = after_thinking(text);
    while let Some(open) = find(text, at, OPEN) {
        at = read_block(text, open, &mut calls)?;
    }
    match find(text, at, CLOSE) {
        Some(close) => Err(Fail::new(
            close..close + CLOSE.len(),
            "found `</tool_call>`, expected `<tool_call>` before it",
        )),
        None => Ok(calls),
    }
}

fn find(text: &str, from: usize, tag: &str) -> Option<usize> {
    memmem::find(text.as_bytes().get(from..)?, tag.as_bytes()).map(|found| from + found)
}

/// Reads the block that opens at `open` and returns where it ends.
fn read_block(text: &str, open: usize, calls: &mut Vec<Call>) -> Result<usize, Fail> {
    let mut at = open + OPEN.len();
    let before = calls.len();
    loop {
        let rest = text.get(at..).unwrap_or_default();
        at += rest.len() - rest.trim_start().len();
        let rest = rest.trim_start();
        if rest.starts_with(CLOSE) && calls.len() > before {
            return Ok(at + CLOSE.len());
        }
        if !rest.starts_with('{') {
            let expected = if calls.len() > before {
                "`</tool_call>` or another call"
            } else {
                "a call as a JSON object in `<tool_call>`"
            };
            return Err(Fail::found(text, at, expected));
        }
        let (value, end) = json::next_value(text, at)?;
        calls.push(json::announced(value, text, at..end)?);
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_with_text_around() {
        let text = "<think>Use <tool_call>?</think>\nFirst:\n<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": \"</tool_call>\"}}\n\
                    {\"name\": \"g\", \"parameters\": {}}\n</tool_call> then <tool_call>{\"name\": \"h\"}</tool_call> done";
        let Parsed::Calls(calls) = parse(text) else { panic!("expected calls, found {:?}", parse(text)) };
        let names: Vec<_> = calls.iter().map(|call| call.name.as_str()).collect();
        assert_eq!(names, ["f", "g", "h"]);
        assert_eq!(calls[0].arguments["a"], "</tool_call>");
        assert_eq!(calls[2].raw.as_deref(), Some("{\"name\": \"h\"}"));
    }

    #[test]
    fn the_text_around_blocks_is_kept() {
        let text = "<think>Two.</think>\nFirst:\n<tool_call>{\"name\": \"f\"}</tool_call> <tool_call>\n{\"name\": \"g\", \"arguments\": \
                    {\"a\": \"</tool_call>\"}}\n</tool_call>\n done";
        assert_eq!(around(text), "<think>Two.</think>\nFirst:\ndone");
        assert_eq!(around("Hi <tool_call>{"), "Hi <tool_call>{");
        assert_eq!(around(" Hi "), "Hi");
    }

    #[test]
    fn failures_say_where_and_what() {
        for (text, at, reason) in [
            (
                "a <tool_call>",
                "",
                "found the end of the text, expected a call as a JSON object in `<tool_call>`",
            ),
            ("<tool_call></tool_call>", "<", "found `<`, expected a call as a JSON object in `<tool_call>`"),
            (
                "<tool_call>f(a=1)</tool_call>",
                "f",
                "found `f`, expected a call as a JSON object in `<tool_call>`",
            ),
            (
                "<tool_call>{\"name\": \"f\"}",
                "",
                "found the end of the text, expected `</tool_call>` or another call",
            ),
            ("<tool_call>{\"name\": Oslo}</tool_call>", "O", "found `O`, expected JSON (expected value)"),
            (
                "<tool_call>{\"a\": 1}</tool_call>",
                "{\"a\": 1}",
                "found an object, expected a call: an object with `name` and `arguments`",
            ),
            (
                "{\"name\": \"f\"}\n</tool_call>",
                "</tool_call>",
                "found `</tool_call>`, expected `<tool_call>` before it",
            ),
        ] {
            let Parsed::Malformed(malformed) = parse(text) else { panic!("{text}: found {:?}", parse(text)) };
            assert_eq!((&text[malformed.span], malformed.why.as_str()), (at, reason), "{text}");
        }
    }

    #[test]
    fn text_without_tags_and_unended_thinking_are_no_call() {
        for text in ["", "Hello.", "[f(a=1)]", "<think><tool_call>{\"name\": \"f\"}</tool_call>"] {
            assert_eq!(parse(text), Parsed::NoCall, "{text}");
        }
    }

    #[test]
    fn closing_tags_in_strings_are_written_for_readers_that_look_for_tags_first() {
        let call = Call::new("f", [("a".to_owned(), "</tool_call>".into())].into_iter().collect());
        let text = render(std::slice::from_ref(&call)).expect("it can be written");
        assert_eq!(text.matches(CLOSE).count(), 1);
        let Parsed::Calls(calls) = parse(&text) else { panic!("{text}") };
        assert_eq!(calls[0].arguments, call.arguments);
    }
}

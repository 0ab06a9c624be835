//! `json`: calls as JSON objects, in the shapes that models and APIs write them.
//!
//! | shape | from |
//! | --- | --- |
//! | `{"name": …, "arguments": {…}}` | Hermes, Mistral, ToolACE's function-call turns |
//! | `{"name": …, "parameters": {…}}` | Llama 3 |
//! | `{"type": "function", "function": {"name": …, "arguments": …}, "id": …}` | OpenAI chat completions |
//! | `{"type": "function_call", "name": …, "arguments": …, "call_id": …}` | OpenAI responses |
//! | `{"tool_calls": [call, …]}`, `{"function_call": call}` | a whole assistant message |
//!
//! One object, a list of objects, or several one after another (blanks, `,` or `;` between them). Arguments are an object,
//! or JSON text of one, as OpenAI writes them; `null` and `""` are no arguments. Of equal keys the last one counts.
//!
//! What counts as which outcome, after a leading `<think>…</think>`, blanks and one code fence are taken off:
//!
//! - **Calls**: JSON from end to end, and every object is a call.
//! - **Malformed**: an object is a call in shape but not in content (no text as name, no object as arguments), only some
//!   of the objects are calls, or text is left over; or the text is not JSON but starts as an object or a list of
//!   objects and either its first key is `name`, `function`, `tool_calls` or `function_call`, or one of `arguments`,
//!   `tool_calls` and `function_call` stands in quotes somewhere.
//! - **No call**: anything else: prose, and JSON that is no call, such as `{"answer": 3}` or the definition of a tool.

use std::ops::Range;

use memchr::{memchr_iter, memchr2, memmem};
use serde_json::{Map, Value, json};

use super::text::{Fail, MAX_DEPTH, check_renderable, outcome, payload, too_deep};
use super::{Call, CallFormat, Parsed};
use crate::Result;

/// The format's line in [`CALL_FORMATS`](super::CALL_FORMATS).
pub const FORMAT: CallFormat = CallFormat {
    id: "json",
    says: "JSON objects with a name and arguments: alone, in a list, one per line or as OpenAI's tool calls",
    source: "OpenAI chat completions and responses; Llama 3; ToolACE's function-call turns",
    example: r#"[{"name": "get_weather", "arguments": {"city": "Oslo"}}, {"name": "now", "arguments": {}}]"#,
    parse,
    render,
};

/// Reads calls from JSON text; the module's header lists the shapes and says what counts as which outcome.
///
/// ```
/// use toolwright_core::call::{Parsed, json};
/// let text = r#"{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"a\": 1}"}}"#;
/// let Parsed::Calls(calls) = json::parse(text) else { unreachable!() };
/// assert_eq!((calls[0].id.as_deref(), calls[0].name.as_str()), (Some("c1"), "f"));
/// assert_eq!(calls[0].arguments["a"], 1);
///
/// assert_eq!(json::parse(r#"{"answer": 3}"#), Parsed::NoCall);
/// let Parsed::Malformed(malformed) = json::parse(r#"{"name": "f", "arguments": [1]}"#) else { unreachable!() };
/// assert_eq!(malformed.why, "the call `f`: found a list as arguments, expected an object");
/// ```
pub fn parse(text: &str) -> Parsed {
    let body = payload(text);
    let start = body.start;
    let inner = text.get(body.clone()).unwrap_or_default();
    if !opens_object(inner) {
        return Parsed::NoCall;
    }
    outcome(text, read_all(text.get(..body.end).unwrap_or_default(), start))
}

/// Writes calls as a JSON list of `{"name", "arguments"}`. [`parse`] gives the same names and arguments back.
///
/// # Errors
/// No calls; an empty name; arguments nested beyond the bound.
///
/// ```
/// use toolwright_core::{Call, call::json};
/// let call = Call::new("now", Default::default());
/// assert_eq!(json::render(&[call])?, r#"[{"name": "now", "arguments": {}}]"#);
/// # Ok::<(), toolwright_core::Error>(())
/// ```
pub fn render(calls: &[Call]) -> Result<String> {
    check_renderable(calls)?;
    let objects: Vec<String> = calls.iter().map(object_text).collect();
    Ok(format!("[{}]", objects.join(", ")))
}

/// A call as `{"name": …, "arguments": {…}}`, with a blank after the outer colons and commas as models write it.
pub(super) fn object_text(call: &Call) -> String {
    let name = json!(call.name);
    let mut arguments = String::from("{");
    for (at, (key, value)) in call.arguments.iter().enumerate() {
        arguments.push_str(if at > 0 { ", " } else { "" });
        arguments.push_str(&format!("{}: {value}", json!(key)));
    }
    format!(r#"{{"name": {name}, "arguments": {arguments}}}}}"#)
}

/// Whether the text starts with `{`, or with `[` and then `{`.
fn opens_object(body: &str) -> bool {
    let inner = body.strip_prefix('[').unwrap_or(body);
    inner.trim_start().starts_with('{')
}

/// Whether text that is not JSON was to be calls.
fn sets_out(body: &str) -> bool {
    let first = body.trim_start_matches(|c: char| c == '[' || c == '{' || c.is_whitespace());
    let quoted = |key: &str| first.strip_prefix(['"', '\'']).is_some_and(|rest| rest.starts_with(key));
    let anywhere = |key: &str| {
        let mut found = memmem::find_iter(body.as_bytes(), key.as_bytes());
        found.any(|at| {
            let before = body.as_bytes().get(at.wrapping_sub(1));
            matches!(before, Some(b'"' | b'\'')) && before == body.as_bytes().get(at + key.len())
        })
    };
    ["name\"", "name'", "function\"", "function'", "tool_calls", "function_call"].into_iter().any(quoted)
        || ["arguments", "tool_calls", "function_call"].into_iter().any(anywhere)
}

/// The calls of a text that starts as JSON at `start`; none where it is no call.
fn read_all(text: &str, start: usize) -> Result<Vec<Call>, Fail> {
    let mut items = Items::default();
    let mut at = start;
    while at < text.len() {
        match next_value(text, at) {
            Ok((value, end)) => {
                items.add(value, text, at..end)?;
                at = end + separators(text.get(end..).unwrap_or_default());
            }
            Err(_) if items.calls.is_empty() && !sets_out(text.get(start..).unwrap_or_default()) => {
                return Ok(Vec::new());
            }
            Err(fail) => return Err(fail),
        }
    }
    items.finish(text)
}

fn separators(text: &str) -> usize {
    text.len() - text.trim_start_matches(|c: char| matches!(c, ',' | ';') || c.is_whitespace()).len()
}

/// The calls found so far, and the first thing that is none.
#[derive(Default)]
struct Items {
    calls: Vec<Call>,
    other: Option<Range<usize>>,
}

impl Items {
    fn add(&mut self, value: Value, text: &str, range: Range<usize>) -> Result<(), Fail> {
        match value {
            Value::Array(items) => {
                let parts = parts(text, range);
                for (item, part) in items.into_iter().zip(parts) {
                    self.add_one(item, text, part)?;
                }
            }
            Value::Object(message)
                if message.contains_key("tool_calls") || message.contains_key("function_call") =>
            {
                self.calls.extend(of_message(message, text, range)?);
            }
            value => self.add_one(value, text, range)?,
        }
        Ok(())
    }

    fn add_one(&mut self, value: Value, text: &str, range: Range<usize>) -> Result<(), Fail> {
        match read_call(value, text, range.clone(), Shape::Recognised)? {
            Some(call) => self.calls.push(call),
            None => self.other = self.other.take().or(Some(range)),
        }
        Ok(())
    }

    fn finish(self, text: &str) -> Result<Vec<Call>, Fail> {
        match self.other {
            Some(other) if !self.calls.is_empty() => {
                let why = Fail::found(
                    text,
                    other.start,
                    "a call like the others: an object with `name` and `arguments`",
                )
                .why;
                Err(Fail::new(other, why))
            }
            _ => Ok(self.calls),
        }
    }
}

/// The calls of a whole message: `tool_calls`, or else `function_call`.
fn of_message(mut message: Map<String, Value>, text: &str, range: Range<usize>) -> Result<Vec<Call>, Fail> {
    let key =
        if message.get("tool_calls").is_none_or(Value::is_null) { "function_call" } else { "tool_calls" };
    let value = message.remove(key).unwrap_or_default();
    // A key that is written with escapes is not found again; then the call's text is the whole message.
    let place = member(text, range.clone(), key).unwrap_or(range);
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) if key == "tool_calls" => {
            let mut parts = parts(text, place.clone()).into_iter();
            let read = |item| announced(item, text, parts.next().unwrap_or(place.clone()));
            items.into_iter().map(read).collect()
        }
        value if key == "function_call" => Ok(vec![announced(value, text, place)?]),
        value => Err(Fail::new(place, format!("found {} as `tool_calls`, expected a list", kind(&value)))),
    }
}

/// The call in a place where only a call can stand.
pub(super) fn announced(value: Value, text: &str, range: Range<usize>) -> Result<Call, Fail> {
    let why = format!("found {}, expected a call: an object with `name` and `arguments`", kind(&value));
    read_call(value, text, range.clone(), Shape::Announced)?.ok_or(Fail::new(range, why))
}

/// Whether a call is known by its shape alone, or by the place where it stands.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Recognised,
    Announced,
}

/// The call that an object is; none where it is something else.
fn read_call(value: Value, text: &str, range: Range<usize>, shape: Shape) -> Result<Option<Call>, Fail> {
    let Value::Object(mut outer) = value else { return Ok(None) };
    let id = ["call_id", "id"].into_iter().find_map(|key| outer.get(key)?.as_str().map(str::to_owned));
    let (mut object, shape) = match outer.get_mut("function").map(Value::take) {
        // In `function` a call needs no arguments; with a description it is a tool's definition.
        Some(Value::Object(inner)) if shape == Shape::Recognised && !inner.contains_key("description") => {
            (inner, if outer.get("type").is_some() { Shape::Announced } else { shape })
        }
        Some(Value::Object(inner)) => (inner, shape),
        _ => (outer, shape),
    };
    let given = match object.remove("arguments") {
        Some(arguments) => Some(arguments),
        None if is_definition(&object) => return Ok(None),
        None => object.remove("parameters"),
    };
    let name = match (object.remove("name"), &given) {
        (Some(Value::String(name)), _) if !name.is_empty() => name,
        (None, None) => return Ok(None),
        (_, None) | (None, _) if shape == Shape::Recognised => return Ok(None),
        (Some(other), _) => {
            let found = if other == "" { "an empty text" } else { kind(&other) };
            return Err(Fail::new(
                range,
                format!("found {found} as a call's name, expected the name of a tool"),
            ));
        }
        (None, _) => return Err(Fail::new(range, "found a call without a name, expected `name`")),
    };
    let arguments = match given {
        None if shape == Shape::Recognised => return Ok(None),
        None => Map::new(),
        Some(given) => {
            let read = read_arguments(given);
            read.map_err(|why| Fail::new(range.clone(), format!("the call `{name}`: {why}")))?
        }
    };
    let raw = text.get(range).map(str::to_owned);
    Ok(Some(Call { id, name, arguments, raw }))
}

/// Whether `parameters` is a schema, so that the object defines a tool.
fn is_definition(object: &Map<String, Value>) -> bool {
    object.get("parameters").is_some_and(|schema| {
        schema.get("type").is_some_and(Value::is_string)
            && schema.get("properties").is_some_and(Value::is_object)
    })
}

fn read_arguments(given: Value) -> Result<Map<String, Value>, String> {
    let value = match given {
        Value::String(text) if text.trim().is_empty() => Value::Null,
        Value::String(text) => serde_json::from_str(&text).map_err(|error| {
            format!("found arguments as text that is not JSON ({error}), expected an object")
        })?,
        other => other,
    };
    match value {
        Value::Null => Ok(Map::new()),
        Value::Object(arguments) if too_deep(&arguments) => {
            Err(format!("found arguments nested deeper than {MAX_DEPTH}, expected them within that bound"))
        }
        Value::Object(arguments) => Ok(arguments),
        other => Err(format!("found {} as arguments, expected an object", kind(&other))),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The JSON value that starts at `at`, and where it ends.
pub(super) fn next_value(text: &str, at: usize) -> Result<(Value, usize), Fail> {
    let rest = text.get(at..).unwrap_or_default();
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
    match values.next() {
        Some(Ok(value)) => Ok((value, at + values.byte_offset())),
        Some(Err(error)) => Err(syntax_fail(text, at, &error)),
        None => Err(Fail::found(text, text.len(), "a JSON value")),
    }
}

/// `serde_json`'s error, with its line and column turned into bytes of the text.
fn syntax_fail(text: &str, at: usize, error: &serde_json::Error) -> Fail {
    let rest = text.get(at..).unwrap_or_default();
    let line_start = match error.line().checked_sub(2) {
        Some(breaks) => memchr_iter(b'\n', rest.as_bytes()).nth(breaks).map_or(rest.len(), |found| found + 1),
        None => 0,
    };
    let column = if error.is_eof() { rest.len() } else { error.column().saturating_sub(1) };
    let mut place = (at + line_start + column).min(text.len());
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    Fail::found(text, place, format_args!("JSON ({message})"))
}

/// Where the items of a list stand. The text there is known to be JSON.
fn parts(text: &str, list: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = list.start + 1;
    while at < list.end {
        let end = item_end(text.as_bytes(), at, list.end);
        let item = text.get(at..end).unwrap_or_default();
        let start = at + (item.len() - item.trim_start().len());
        if start < end {
            found.push(start..start + item.trim().len());
        }
        at = end + 1;
    }
    found
}

/// Where the value of a key of an object stands; the last one where the key is there twice.
fn member(text: &str, object: Range<usize>, key: &str) -> Option<Range<usize>> {
    let quoted = format!("\"{key}\"");
    parts(text, object).into_iter().rev().find_map(|part| {
        let item = text.get(part.clone())?;
        let value = item.strip_prefix(&quoted)?.trim_start().strip_prefix(':')?.trim_start();
        Some(part.end - value.len()..part.end)
    })
}

/// Where the item at `at` ends: at the next `,` or closing bracket outside of strings and inner brackets.
fn item_end(bytes: &[u8], mut at: usize, end: usize) -> usize {
    let mut depth = 0usize;
    while at < end {
        match bytes.get(at) {
            Some(b'"') => at = string_end(bytes, at),
            Some(b'[' | b'{') => depth += 1,
            Some(b',' | b']' | b'}') if depth == 0 => return at,
            Some(b']' | b'}') => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    end
}

/// The closing quote of the string that opens at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    at += 1;
    while let Some(next) = memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
        at += next;
        if bytes.get(at) == Some(&b'"') {
            return at;
        }
        at += 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(text: &str) -> Vec<Call> {
        match parse(text) {
            Parsed::Calls(calls) => calls,
            other => panic!("{text}: expected calls, found {other:?}"),
        }
    }

    /// The text at the span, and the reason.
    fn why(text: &str) -> (String, String) {
        match parse(text) {
            Parsed::Malformed(malformed) => (text[malformed.span].to_owned(), malformed.why),
            other => panic!("{text}: expected malformed text, found {other:?}"),
        }
    }

    #[test]
    fn every_shape_is_read() {
        for text in [
            r#"{"name": "f", "arguments": {"a": 1}}"#,
            r#"{"name": "f", "parameters": {"a": 1}}"#,
            r#"{"name": "f", "arguments": "{\"a\": 1}"}"#,
            r#"{"thought": "hm", "arguments": {"a": 1}, "name": "f"}"#,
            r#"{"function": {"name": "f", "arguments": {"a": 1}}}"#,
            r#"{"type": "function", "function": {"name": "f", "arguments": "{\"a\": 1}"}}"#,
            r#"{"type": "function", "name": "f", "parameters": {"a": 1}}"#,
            r#"{"tool_calls": [{"function": {"name": "f", "arguments": "{\"a\": 1}"}}]}"#,
            r#"{"role": "assistant", "content": null, "tool_calls": [{"name": "f", "arguments": {"a": 1}}]}"#,
            r#"{"function_call": {"name": "f", "arguments": "{\"a\": 1}"}}"#,
            r#"{"tool_calls": null, "function_call": {"name": "f", "arguments": {"a": 1}}}"#,
            r#"[{"name": "f", "arguments": {"a": 1}}]"#,
            " [ {\"name\": \"f\", \"arguments\": {\"a\": 1}} ]\n",
            "```json\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n```",
            "<think>{</think>{\"name\": \"f\", \"arguments\": {\"a\": 1}}",
        ] {
            let calls = calls(text);
            assert_eq!(calls.len(), 1, "{text}");
            assert_eq!((calls[0].name.as_str(), &calls[0].arguments["a"]), ("f", &json!(1)), "{text}");
        }
    }

    #[test]
    fn several_objects_are_several_calls_and_each_keeps_its_text() {
        let f = r#"{"name": "f", "arguments": {"a": "]},{\""}}"#;
        let g = r#"{"id": "c2", "name": "g", "parameters": {}}"#;
        for text in [
            format!("{f}\n{g}"),
            format!("{f}, {g}"),
            format!("{f}; {g}"),
            format!("[{f},{g}]"),
            format!("[ {f} , {g} ]"),
            format!("{{\"content\": \"[\", \"tool_calls\": [{f}, {g}]}}"),
        ] {
            let calls = calls(&text);
            let raw: Vec<_> = calls.iter().filter_map(|call| call.raw.as_deref()).collect();
            assert_eq!(raw, [f, g], "{text}");
            assert_eq!(calls[1].id.as_deref(), Some("c2"));
        }
    }

    #[test]
    fn calls_may_have_no_arguments_where_only_calls_stand() {
        for text in [
            r#"{"type": "function", "function": {"name": "now"}}"#,
            r#"{"tool_calls": [{"name": "now"}]}"#,
            r#"{"function_call": {"name": "now", "arguments": ""}}"#,
            r#"{"name": "now", "arguments": null}"#,
            r#"{"name": "now", "arguments": ""}"#,
        ] {
            assert!(calls(text)[0].arguments.is_empty(), "{text}");
        }
    }

    #[test]
    fn plain_json_is_no_call() {
        for text in [
            r#"{"answer": 3}"#,
            r#"{"answer": 3"#,
            r#"{"name": "Bob"}"#,
            r#"{"name": "Bob", "age": 3}"#,
            r#"{"tool_calls": []}"#,
            r#"{"tool_calls": null}"#,
            r#"[{"a": 1}, {"b": 2}]"#,
            r#"[1, 2]"#,
            "{a} and [b]",
            "[{x}](y)",
            r#"{"name": "f", "description": "d", "parameters": {"type": "object", "properties": {}}}"#,
            r#"[{"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object", "properties": {}}}}]"#,
            r#"Sure: {"name": "f", "arguments": {}}"#,
        ] {
            assert_eq!(parse(text), Parsed::NoCall, "{text}");
        }
    }

    #[test]
    fn failures_say_where_and_what() {
        let call = r#"{"name": "f", "arguments": {}}"#;
        for (text, at, reason) in [
            (
                r#"{"name": "f", "arguments": 3}"#,
                r#"{"name": "f", "arguments": 3}"#,
                "the call `f`: found a number as arguments, expected an object",
            ),
            (
                r#"{"name": "f", "arguments": "{a"}"#,
                r#"{"name": "f", "arguments": "{a"}"#,
                "the call `f`: found arguments as text that is not JSON (key must be a string at line 1 column 2), expected an object",
            ),
            (
                r#"[{"name": 3, "arguments": {}}]"#,
                r#"{"name": 3, "arguments": {}}"#,
                "found a number as a call's name, expected the name of a tool",
            ),
            (
                r#"{"name": "", "arguments": {}}"#,
                r#"{"name": "", "arguments": {}}"#,
                "found an empty text as a call's name, expected the name of a tool",
            ),
            (
                &format!("[{call}, 7]"),
                "7",
                "found `7`, expected a call like the others: an object with `name` and `arguments`",
            ),
            (&format!("{call}\nHope it helps"), "H", "found `H`, expected JSON (expected value)"),
            (
                r#"{"tool_calls": [1]}"#,
                "1",
                "found a number, expected a call: an object with `name` and `arguments`",
            ),
            (r#"{"tool_calls": {}}"#, "{}", "found an object as `tool_calls`, expected a list"),
            (
                r#"{"name": "f", "arg"#,
                "",
                "found the end of the text, expected JSON (EOF while parsing a string)",
            ),
            ("{\n\"é\": 1,\n'arguments': 2}", "'", "found `'`, expected JSON (key must be a string)"),
            (r#"{'name': 'f', 'arguments': {}}"#, "'", "found `'`, expected JSON (key must be a string)"),
        ] {
            let (found_at, found_why) = why(text);
            assert_eq!((found_at.as_str(), found_why.as_str()), (at, reason), "{text}");
        }
    }
}

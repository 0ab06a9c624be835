//! JavaScript: arguments are text, `[1, 2]` or `{key: "x"}`, and become what their declared type makes of them.
//!
//! The patterns are the official converter's, quirks included: what fits no pattern stays text, and objects are read no
//! further than to their first `}`.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern;
use crate::python::text::{float, inside, int, is_space, strip};
use crate::python::{Dict, Type, Value};

/// Each declared type and the Python type that its values get.
pub(super) const TYPES: &[(&str, Type)] = &[
    ("String", Type::Str),
    ("integer", Type::Int),
    ("float", Type::Float),
    ("Bigint", Type::Int),
    ("Boolean", Type::Bool),
    ("dict", Type::Dict),
    ("array", Type::List),
    ("any", Type::Str),
];

static WHOLE: LazyLock<Regex> = pattern!(r"^-?\d+\n?$");
static FLOAT: LazyLock<Regex> = pattern!(r"^-?\d+(\.\d+)?\n?$");
static BIGINT: LazyLock<Regex> = pattern!(r"^-?\d+n\n?$");
static LISTS: LazyLock<Regex> = pattern!(
    r"^(?:\[[\s\x1c-\x1f]*\[.*?\][\s\x1c-\x1f]*(?:,[\s\x1c-\x1f]*\[.*?\][\s\x1c-\x1f]*)*\]|new[\s\x1c-\x1f]+Array\([\s\x1c-\x1f]*\[.*?\][\s\x1c-\x1f]*(?:,[\s\x1c-\x1f]*\[.*?\][\s\x1c-\x1f]*)*\))"
);
static LIST: LazyLock<Regex> = pattern!(r"^(?:\[(.*?)\]|new[\s\x1c-\x1f]+Array\((.*?)\))");
static INNER: LazyLock<Regex> = pattern!(r"\[(.*?)\]");
static OBJECT: LazyLock<Regex> = pattern!(r"^\{(.*?)\}");

/// The value that a text has as this type; `items` is the declared type of a list's items.
///
/// # Errors
/// What the official converter raises.
pub(super) fn convert<'a>(text: &'a str, declared: &str, items: Option<&str>) -> Result<Value<'a>, String> {
    let not_whole = || format!("ValueError: {text:?} is no whole number, or has too many digits");
    match declared {
        "String" if is_quoted(text) => Ok(Value::text(inside(text))),
        "integer" if WHOLE.is_match(text) => int(text).ok_or_else(not_whole),
        "float" if FLOAT.is_match(text) => Ok(float(text).map_or(Value::text(text), Value::Float)),
        "Bigint" if BIGINT.is_match(text) => {
            let mut chars = text.chars();
            chars.next_back();
            int(chars.as_str()).ok_or_else(not_whole)
        }
        "Boolean" if text == "true" || text == "false" => Ok(Value::Bool(text == "true")),
        "dict" => Ok(object(strip(text))),
        "array" => Ok(array(strip(text), items)),
        _ => Ok(Value::text(text)),
    }
}

fn is_quoted(text: &str) -> bool {
    ['"', '\''].iter().any(|quote| text.starts_with(*quote) && text.ends_with(*quote))
}

fn array<'a>(code: &'a str, items: Option<&str>) -> Value<'a> {
    if let Some(lists) = LISTS.find(code) {
        let inner = INNER.captures_iter(lists.as_str()).filter_map(|inner| inner.get(1));
        let list = inner.enumerate().map(|(at, inner)| {
            let inner = strip(inner.as_str());
            let inner = if at == 0 { inner.strip_prefix('[').unwrap_or(inner) } else { inner };
            Value::List(inner.split(',').map(|part| value(strip(part))).collect())
        });
        return Value::List(list.collect());
    }
    let Some(found) = LIST.captures(code) else { return Value::text(code) };
    let inner = strip(found.get(1).or_else(|| found.get(2)).map_or("", |inner| inner.as_str()));
    if inner.is_empty() {
        return Value::List(Vec::new());
    }
    let converted = inner.split(',').map(|part| match (strip(part), items) {
        (part, None) => Ok(value(part)),
        // The official converter gives the items of a list of lists this type.
        (part, Some(items)) if part.starts_with(['"', '\'']) => convert(part, items, Some("String")),
        (part, Some(items)) => convert(part, items, None),
    });
    // Whatever goes wrong inside, the whole stays text.
    converted.collect::<Result<_, _>>().map_or_else(|_| Value::text(code), Value::List)
}

fn object(code: &str) -> Value<'_> {
    if code == "{}" {
        return Value::Dict(Dict::default());
    }
    let Some(found) = OBJECT.captures(code) else { return Value::text(code) };
    let inner = found.get(1).map_or("", |inner| inner.as_str());
    let mut dict = Dict::default();
    for (key, text) in pairs(inner) {
        let key = strip(key).trim_matches(['\'', '"']);
        let text = strip(text);
        let value = if text.starts_with('[') && text.ends_with(']') {
            array(text, None)
        } else if text.starts_with('{') && text.ends_with('}') {
            object(text)
        } else {
            value(text.trim_matches(['\'', '"']))
        };
        dict.insert(Value::text(key), value);
    }
    Value::Dict(dict)
}

/// The matches of `([^:]+):\s*(.*?)(?:,\s*(?=[^,]+:)|$)`: a value ends at the comma before the next key, or at the end.
/// Written out, because the pattern looks ahead.
fn pairs(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(colon) = text[start..].find(':').map(|at| start + at) {
        if colon == start {
            start += 1;
            continue;
        }
        let after = &text[colon + 1..];
        let from = colon + 1 + (after.len() - after.trim_start_matches(is_space).len());
        match value_end(text, from) {
            Some((end, next)) => {
                found.push((&text[start..colon], &text[from..end]));
                start = next;
            }
            None => start = colon + 1,
        }
    }
    found
}

/// Where the value that starts at `from` ends, and where the next key starts.
fn value_end(text: &str, from: usize) -> Option<(usize, usize)> {
    for (at, next) in text[from..].char_indices().map(|(at, next)| (from + at, next)) {
        match next {
            ',' => {
                if let Some(key) = next_key(text, at + 1) {
                    return Some((at, key));
                }
            }
            '\n' => return (at + 1 == text.len()).then_some((at, at)),
            _ => {}
        }
    }
    Some((text.len(), text.len()))
}

/// Where the key starts of which `,\s*(?=[^,]+:)` sees the colon, behind a comma.
fn next_key(text: &str, from: usize) -> Option<usize> {
    let rest = &text[from..];
    let run = &rest[..rest.find(',').unwrap_or(rest.len())];
    let colon = run.rfind(':')?;
    let blanks = run.len() - run.trim_start_matches(is_space).len();
    // One character at least must stand before the colon; a blank gives way for that.
    let last = run[..colon].char_indices().next_back()?.0;
    let key = blanks.min(last);
    Some(from + key)
}

/// A value whose type is not declared.
fn value(text: &str) -> Value<'_> {
    let text = strip(text);
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        text if is_quoted(text) => Value::text(inside(text)),
        text => int(text).or_else(|| float(text).map(Value::Float)).unwrap_or(Value::text(text)),
    }
}

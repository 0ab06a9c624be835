//! Java: arguments are text, `5L` or `new ArrayList<>(Arrays.asList("a"))`, and become what their declared type makes of them.
//!
//! The patterns are the official converter's, quirks included: what fits no pattern stays text.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern;
use crate::python::text::{float, int, strip};
use crate::python::{Dict, Type, Value};

/// Each declared type and the Python type that its values get.
pub(super) const TYPES: &[(&str, Type)] = &[
    ("byte", Type::Int),
    ("short", Type::Int),
    ("integer", Type::Int),
    ("float", Type::Float),
    ("double", Type::Float),
    ("long", Type::Int),
    ("boolean", Type::Bool),
    ("char", Type::Str),
    ("Array", Type::List),
    ("ArrayList", Type::List),
    ("Set", Type::Set),
    ("HashMap", Type::Dict),
    ("Hashtable", Type::Dict),
    ("Queue", Type::List),
    ("Stack", Type::List),
    ("String", Type::Str),
    ("any", Type::Str),
];

static WHOLE: LazyLock<Regex> = pattern!(r"^-?\d+\n?$");
static FLOAT: LazyLock<Regex> = pattern!(r"^-?\d+(\.\d+)?([eE][+-]?\d+)?[fF]\n?$");
static DOUBLE: LazyLock<Regex> = pattern!(r"^-?\d+(\.\d+)?([eE][+-]?\d+)?\n?$");
static LONG: LazyLock<Regex> = pattern!(r"^-?\d+[lL]\n?$");
static LIST_OF: LazyLock<Regex> =
    pattern!(r"new[\s\x1c-\x1f]+ArrayList<[\p{L}\p{N}_]*>\(Arrays\.asList\((.+?)\)\)");
static LIST_WITH: LazyLock<Regex> = pattern!(
    r"(?s)new[\s\x1c-\x1f]+ArrayList<[\p{L}\p{N}_]*>\(\)[\s\x1c-\x1f]*\{\{[\s\x1c-\x1f]*(.+?)[\s\x1c-\x1f]*\}\}"
);
static LIST_EMPTY: LazyLock<Regex> = pattern!(r"new[\s\x1c-\x1f]+ArrayList<[\p{L}\p{N}_]*>\(\)");
static ADD: LazyLock<Regex> = pattern!(r"add\((.+?)\)");
static ARRAY: LazyLock<Regex> = pattern!(r"new[\s\x1c-\x1f]+[\p{L}\p{N}_]+\[\][\s\x1c-\x1f]*\{(.*?)\}");
static MAP_WITH: LazyLock<Regex> = pattern!(
    r"(?s)new[\s\x1c-\x1f]+HashMap<.*?>[\s\x1c-\x1f]*\(\)[\s\x1c-\x1f]*\{[\s\x1c-\x1f]*\{?[\s\x1c-\x1f]*(.*?)[\s\x1c-\x1f]*\}?[\s\x1c-\x1f]*\}"
);
static MAP_EMPTY: LazyLock<Regex> = pattern!(r"new[\s\x1c-\x1f]+HashMap<.*?>[\s\x1c-\x1f]*\(\)");
static PUT: LazyLock<Regex> = pattern!(r#"put\("(.*?)",[\s\x1c-\x1f]*(.*?)\)"#);

/// The value that a text has as this type; `items` is the declared type of a list's items.
///
/// # Errors
/// What the official converter raises.
pub(super) fn convert<'a>(text: &'a str, declared: &str, items: Option<&str>) -> Result<Value<'a>, String> {
    let as_it_is = Ok(Value::text(text));
    let cut = |letters: [char; 2]| text.trim_end_matches('\n').trim_end_matches(letters).to_owned();
    let too_long = || "ValueError: a whole number has too many digits".to_owned();
    match declared {
        "byte" | "short" | "integer" if WHOLE.is_match(text) => int(text).ok_or_else(too_long),
        "long" if LONG.is_match(text) => int(&cut(['l', 'L'])).ok_or_else(too_long),
        "float" if FLOAT.is_match(text) => {
            Ok(float(&cut(['f', 'F'])).map_or(Value::text(text), Value::Float))
        }
        "double" if DOUBLE.is_match(text) => Ok(float(text).map_or(Value::text(text), Value::Float)),
        "boolean" if text == "true" || text == "false" => Ok(Value::Bool(text == "true")),
        "Array" => array(text, items),
        "ArrayList" => array_list(text, items),
        "HashMap" => Ok(hash_map(text)),
        "Set" | "Hashtable" | "Queue" | "Stack" => {
            Err(format!("NotImplementedError: {declared} conversion is not implemented"))
        }
        _ => as_it_is,
    }
}

/// A text without its first and last character.
fn inside(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next();
    chars.next_back();
    chars.as_str()
}

fn element<'a>(text: &'a str, items: Option<&str>) -> Result<Value<'a>, String> {
    match items {
        Some("char" | "String") => Ok(Value::text(inside(text))),
        other => item(text, other),
    }
}

fn item<'a>(text: &'a str, items: Option<&str>) -> Result<Value<'a>, String> {
    match items {
        Some(items) => convert(text, items, None),
        None => Ok(value(text)),
    }
}

fn array_list<'a>(text: &'a str, items: Option<&str>) -> Result<Value<'a>, String> {
    if let Some(found) = LIST_OF.captures(text) {
        let inner = found.get(1).map_or("", |inner| inner.as_str());
        return list(inner.split(',').map(|part| element(strip(part), items)));
    }
    if let Some(found) = LIST_WITH.captures(text) {
        let inner = found.get(1).map_or("", |inner| inner.as_str());
        let added = ADD.captures_iter(inner).filter_map(|add| add.get(1));
        return list(added.map(|added| element(strip(added.as_str()), items)));
    }
    Ok(if LIST_EMPTY.is_match(text) { Value::List(Vec::new()) } else { Value::text(text) })
}

fn list<'a>(items: impl Iterator<Item = Result<Value<'a>, String>>) -> Result<Value<'a>, String> {
    items.collect::<Result<_, _>>().map(Value::List)
}

fn array<'a>(text: &'a str, items: Option<&str>) -> Result<Value<'a>, String> {
    let Some(found) = ARRAY.captures(text) else { return Ok(Value::text(text)) };
    let inner = found.get(1).map_or("", |inner| inner.as_str());
    list(inner.split(',').map(strip).filter(|part| !part.is_empty()).map(|part| item(part, items)))
}

fn hash_map(text: &str) -> Value<'_> {
    if let Some(found) = MAP_WITH.captures(text) {
        let inner = found.get(1).map_or("", |inner| inner.as_str());
        let put = |put: regex::Captures<'_>| {
            (put.get(1).map(|key| key.range()), put.get(2).map(|value| value.range()))
        };
        let members = PUT
            .captures_iter(inner)
            .map(put)
            .filter_map(|(key, of)| Some((Value::text(inner.get(key?)?), value(strip(inner.get(of?)?)))));
        return Value::Dict(Dict::of(members.collect()));
    }
    match MAP_EMPTY.is_match(text) {
        true => Value::Dict(Dict::default()),
        false => Value::text(text),
    }
}

/// A value whose type is not declared.
fn value(text: &str) -> Value<'_> {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        text if text.starts_with('"') && text.ends_with('"') => Value::text(inside(text)),
        text => {
            let long = LONG.is_match(text).then(|| int(inside_end(text))).flatten();
            let single = || FLOAT.is_match(text).then(|| float(inside_end(text))).flatten().map(Value::Float);
            long.or_else(single)
                .or_else(|| int(text))
                .or_else(|| float(text).map(Value::Float))
                .unwrap_or(Value::text(text))
        }
    }
}

/// A text without its last character.
fn inside_end(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next_back();
    chars.as_str()
}

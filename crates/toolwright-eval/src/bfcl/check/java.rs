//! Java: arguments are text, `5L` or `new ArrayList<>(Arrays.asList("a"))`, and become what their declared type makes of them.
//!
//! The patterns are the official converter's, quirks included: what fits no pattern stays text.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern;
use crate::python::text::{digit, float, inside, int, strip};
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

/// What a number's text is by its form: `^-?\d+(\.\d+)?([eE][+-]?\d+)?` with a letter behind it or none. A line break may
/// follow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Literal {
    Whole,
    /// With a fraction or an exponent.
    Double,
    /// With an `f` behind it.
    Float,
    /// A whole number with an `l` behind it.
    Long,
}

fn literal(text: &str) -> Option<Literal> {
    let digits = |text: &'_ str| text.trim_start_matches(|next| digit(next).is_some()).len();
    let mut rest = text.strip_suffix('\n').unwrap_or(text);
    rest = rest.strip_prefix('-').unwrap_or(rest);
    let take = |rest: &mut &'_ str| {
        let left = digits(rest);
        let some = left < rest.len();
        *rest = &rest[rest.len() - left..];
        some
    };
    take(&mut rest).then_some(())?;
    let mut whole = true;
    if let Some(mut fraction) = rest.strip_prefix('.')
        && take(&mut fraction)
    {
        (rest, whole) = (fraction, false);
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let mut exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if take(&mut exponent) {
            (rest, whole) = (exponent, false);
        }
    }
    match rest {
        "" if whole => Some(Literal::Whole),
        "" => Some(Literal::Double),
        "f" | "F" => Some(Literal::Float),
        "l" | "L" if whole => Some(Literal::Long),
        _ => None,
    }
}

/// The value that a text has as this type; `items` is the declared type of a list's items.
///
/// # Errors
/// What the official converter raises.
pub(super) fn convert<'a>(text: &'a str, declared: &str, items: Option<&str>) -> Result<Value<'a>, String> {
    let as_it_is = Ok(Value::text(text));
    let cut = |letters: [char; 2]| text.trim_end_matches('\n').trim_end_matches(letters).to_owned();
    let too_long = || "ValueError: a whole number has too many digits".to_owned();
    match declared {
        "byte" | "short" | "integer" if literal(text) == Some(Literal::Whole) => {
            int(text).ok_or_else(too_long)
        }
        "long" if literal(text) == Some(Literal::Long) => int(&cut(['l', 'L'])).ok_or_else(too_long),
        "float" if literal(text) == Some(Literal::Float) => {
            Ok(float(&cut(['f', 'F'])).map_or(Value::text(text), Value::Float))
        }
        "double" if matches!(literal(text), Some(Literal::Whole | Literal::Double)) => {
            Ok(float(text).map_or(Value::text(text), Value::Float))
        }
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
            let suffixed = match literal(text) {
                Some(Literal::Long) => int(inside_end(text)),
                Some(Literal::Float) => float(inside_end(text)).map(Value::Float),
                _ => None,
            };
            suffixed
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

//! `hermes`: a text with a tagged JSON object for each call, on lines of their own.
//!
//! Source: the function-calling handler of Qwen models, whose template follows Hermes. Whatever stands outside the tags is
//! passed over, and so is a tag whose inside is no JSON.

use super::{Answer, Decoded, Decoder, Flavour, Language, Pair, named};
use crate::python::Value;
use crate::python::json::loads;

pub(super) const DECODER: Decoder = Decoder {
    id: "hermes",
    says: "text with `<tool_call>` tags around JSON objects",
    source: "Hermes and Qwen templates",
    example: r#""<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}\n</tool_call>""#,
    decode,
    recognises: |answer| matches!(answer, Answer::Text(text) if text.contains("<tool_call>")),
};

const OPEN: &str = "<tool_call>\n";
const CLOSE: &str = "\n</tool_call>";

fn decode<'a>(answer: &'a Answer<'a>, _: Language, _: Flavour) -> Decoded<'a> {
    let Answer::Text(text) = answer else { return Decoded::Failed("expected a text".to_owned()) };
    let calls: Vec<Value<'a>> = tagged(text).filter_map(|inside| loads(inside).ok()).collect();
    Decoded::of_pairs(calls.into_iter().map(call))
}

fn call(item: Value<'_>) -> Result<Pair<'_>, String> {
    let (name, arguments) = named(item)?;
    match arguments {
        Value::Dict(_) => Ok((name, arguments)),
        other => Err(format!("expected arguments as an object, found a {}", other.kind().name())),
    }
}

/// The text between each opening tag and the first closing one after it.
fn tagged(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(OPEN)? + OPEN.len();
        let end = start + rest[start..].find(CLOSE)?;
        let inside = &rest[start..end];
        rest = &rest[end + CLOSE.len()..];
        Some(inside)
    })
}

//! `tool-calls`: a text that is one JSON object, `{"tool_calls": [{"name": …, "arguments": {…}}]}`, or the list alone.
//!
//! Source: xLAM models of 2024; the package has no handler for this form any more.

use super::{Answer, Decoded, Decoder, Flavour, Language, named};
use crate::python::Value;
use crate::python::json::loads;

pub(super) const DECODER: Decoder = Decoder {
    id: "tool-calls",
    says: "text that is a JSON object with a list `tool_calls`",
    source: "xLAM models of 2024",
    example: r#""{\"tool_calls\": [{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}]}""#,
    decode,
    recognises: |answer| matches!(answer, Answer::Text(text) if announces(text)),
};

/// Whether the text opens an object whose first key is `tool_calls`.
fn announces(text: &str) -> bool {
    let inside = text.trim_start().strip_prefix('{').map(str::trim_start);
    inside.is_some_and(|inside| inside.starts_with("\"tool_calls\""))
}

fn decode<'a>(answer: &'a Answer<'a>, _: Language, _: Flavour) -> Decoded<'a> {
    let Answer::Text(text) = answer else { return Decoded::Failed("expected a text".to_owned()) };
    let value = match loads(text) {
        Ok(value) => value,
        Err(fault) => return Decoded::Failed(fault.to_string()),
    };
    let calls = match value {
        Value::Dict(message) => message.take("tool_calls").unwrap_or_else(Value::Dict),
        other => other,
    };
    match calls {
        Value::List(calls) => Decoded::of_pairs(calls.into_iter().map(named)),
        Value::Dict(dict) if dict.len() == 0 => Decoded::Calls(Vec::new()),
        Value::Str(text) if text.is_empty() => Decoded::Calls(Vec::new()),
        other => Decoded::Failed(format!("expected a list of calls, found a {}", other.kind().name())),
    }
}

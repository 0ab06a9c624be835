//! `json`: a list with one object a call, its name and the arguments as JSON text: `[{"f": "{\"a\": 1}"}]`.
//!
//! Source: the function-calling handlers of OpenAI, Anthropic, Mistral and others. Arguments are taken as they are, with no
//! conversion. Ours: arguments that are an object are taken, too; some handlers store them so.

use super::{Answer, Decoded, Decoder, Flavour, Language, Pair};
use crate::python::json::loads;
use crate::python::{Value, repr};

pub(super) const DECODER: Decoder = Decoder {
    id: "json",
    says: "a list of objects, a name with its arguments as JSON text each",
    source: "function-calling APIs (OpenAI, Anthropic, Mistral and others)",
    example: r#"[{"get_weather": "{\"city\": \"Oslo\"}"}]"#,
    decode,
    recognises: |answer| matches!(answer, Answer::List(_)),
};

fn decode<'a>(answer: &'a Answer<'a>, _: Language, _: Flavour) -> Decoded<'a> {
    let items = match answer {
        Answer::List(items) => items,
        // The official decoder walks over whatever it is given, and finds nothing in what is empty.
        Answer::Text(text) if text.is_empty() => return Decoded::Calls(Vec::new()),
        Answer::Other(Value::Dict(dict)) if dict.len() == 0 => return Decoded::Calls(Vec::new()),
        _ => return Decoded::Failed("expected a list of calls".to_owned()),
    };
    Decoded::of_pairs(items.iter().map(pair))
}

fn pair<'a>(item: &'a Value<'a>) -> Result<Pair<'a>, String> {
    let Value::Dict(item) = item else { return Err(format!("expected an object, found {}", repr(item))) };
    let (name, arguments) = item.iter().next().ok_or("expected a name, found an empty object")?;
    let arguments = match arguments {
        Value::Str(text) => loads(text).map_err(|fault| format!("the arguments are {fault}"))?,
        Value::Dict(_) => arguments.clone(),
        other => return Err(format!("expected arguments as text, found a {}", other.kind().name())),
    };
    Ok((name.clone(), arguments))
}

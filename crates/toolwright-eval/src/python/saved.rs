//! Values as JSON that is read back to the same: what JSON has no form for is an object with one member that says what it is.

use serde_json::{Value as Json, json};

use super::eval::literal;
use super::ops::{Object, Outcome, Raised};
use super::{Dict, Value, repr};

/// The value as JSON.
pub(crate) fn to_json(value: &Value<'_>) -> Json {
    let list = |items: &[Value<'_>]| items.iter().map(to_json).collect::<Vec<_>>();
    match value {
        Value::None => Json::Null,
        Value::Bool(bool) => json!(bool),
        Value::Int(int) => json!(int),
        Value::Float(float) if float.is_finite() => json!(float),
        Value::Str(text) => json!(text),
        Value::List(items) => json!(list(items)),
        Value::Tuple(items) => json!({ "tuple": list(items) }),
        Value::Dict(dict) => {
            let members: Vec<Json> =
                dict.iter().map(|(key, value)| json!([to_json(key), to_json(value)])).collect();
            json!({ "dict": members })
        }
        other => json!({ "literal": repr(other) }),
    }
}

/// The value that was written.
pub(crate) fn from_json(json: &Json) -> Outcome {
    let wrong = || Raised::other(format!("no saved value: {json}"));
    let list = |items: &[Json]| items.iter().map(from_json).collect::<Outcome<Vec<Object>>>();
    Ok(match json {
        Json::Null => Value::None,
        Json::Bool(bool) => Value::Bool(*bool),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(int), _) => Value::Int(int),
            (None, Some(float)) => Value::Float(float),
            (None, None) => return Err(wrong()),
        },
        Json::String(text) => Value::text(text.clone()),
        Json::Array(items) => Value::List(list(items)?),
        Json::Object(object) => match object.iter().next().map(|(kind, value)| (kind.as_str(), value)) {
            Some(("tuple", Json::Array(items))) => Value::Tuple(list(items)?),
            Some(("literal", Json::String(text))) => literal(text)?,
            Some(("dict", Json::Array(members))) => {
                let member = |member: &Json| match member.as_array().map(Vec::as_slice) {
                    Some([key, value]) => {
                        let key = from_json(key)?;
                        if key.is_hashable() { Ok((key, from_json(value)?)) } else { Err(wrong()) }
                    }
                    _ => Err(wrong()),
                };
                Value::Dict(Dict::of(members.iter().map(member).collect::<Outcome<_>>()?))
            }
            _ => return Err(wrong()),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let text = "{1: [None, True, 1.0, 5, 'é(((', (1, 'x')], 'k': {}, (1, 2): 10000000000000000000000, 2.5: inf, 'b': b'x', 'e': ..., 'z': -0.0}";
        let value = literal(text).expect("a literal");
        let written = to_json(&value).to_string();
        let read = from_json(&serde_json::from_str(&written).expect("JSON")).expect("it was written");
        assert_eq!(repr(&read), repr(&value));
        for wrong in [
            json!({}),
            json!({"dict": [1]}),
            json!({"dict": [[[], 1]]}),
            json!({"other": 1}),
            json!({"literal": "f("}),
        ] {
            assert!(from_json(&wrong).is_err(), "{wrong}");
        }
    }
}

//! `json.dumps(value, ensure_ascii=False)`, as the official score files are written.

use std::fmt::Write;

use super::json::special;
use super::repr::float_repr;
use super::{Dict, Value, repr};

/// The value as JSON, with a blank after each comma and colon. What JSON has no form for becomes its `str`, as the
/// official writer does it.
pub(crate) fn dumps(out: &mut String, value: &Value<'_>) {
    match value {
        Value::None => out.push_str("null"),
        Value::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
        Value::Int(int) => {
            let _ = write!(out, "{int}");
        }
        Value::Float(float) => out.push_str(&float_json(*float)),
        Value::Str(text) => dumps_str(out, text),
        Value::Tuple(items) if !items.iter().all(is_json) => dumps_str(out, &repr(value)),
        Value::List(items) | Value::Tuple(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                dumps(out, item);
            }
            out.push(']');
        }
        Value::Dict(dict) => dumps_dict(out, dict),
        Value::Big(big) => {
            let _ = write!(out, "{big}");
        }
        Value::Complex(..) | Value::Bytes(_) | Value::Ellipsis => dumps_str(out, &repr(value)),
    }
}

/// `json.dumps(value)`, which writes ASCII alone; none where it raises an exception.
pub(crate) fn dumps_ascii(value: &Value<'_>) -> Option<String> {
    if !is_json(value) {
        return None;
    }
    let mut plain = String::new();
    dumps(&mut plain, value);
    if plain.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Some(plain);
    }
    let mut out = String::with_capacity(plain.len() * 2);
    for next in plain.chars() {
        match next {
            ' '..='~' => out.push(next),
            next => next.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                let _ = write!(out, "\\u{unit:04x}");
            }),
        }
    }
    Some(out)
}

/// Whether JSON has a form for the value as it is.
fn is_json(value: &Value<'_>) -> bool {
    match value {
        Value::Complex(..) | Value::Bytes(_) | Value::Ellipsis => false,
        Value::List(items) | Value::Tuple(items) => items.iter().all(is_json),
        Value::Dict(dict) => dict.iter().all(|(key, value)| {
            is_json(value)
                && !matches!(key, Value::Tuple(_) | Value::Bytes(_) | Value::Complex(..) | Value::Ellipsis)
        }),
        _ => true,
    }
}

fn dumps_dict(out: &mut String, dict: &Dict<'_>) {
    out.push('{');
    for (at, (key, value)) in dict.iter().enumerate() {
        out.push_str(if at > 0 { ", " } else { "" });
        match key {
            Value::Str(text) => dumps_str(out, text),
            Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Big(_) => {
                out.push('"');
                dumps(out, key);
                out.push('"');
            }
            // The official writer fails here; we write what the key looks like.
            other => dumps_str(out, &repr(other)),
        }
        out.push_str(": ");
        dumps(out, value);
    }
    out.push('}');
}

/// Python writes floats that JSON does not know, too.
fn float_json(float: f64) -> String {
    match float {
        _ if float.is_nan() => "NaN".to_owned(),
        f64::INFINITY => "Infinity".to_owned(),
        f64::NEG_INFINITY => "-Infinity".to_owned(),
        float => float_repr(float),
    }
}

/// A text in double quotes; only quotes, backslashes and control characters are escaped.
pub(crate) fn dumps_str(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    loop {
        let at = special(rest.as_bytes(), 0);
        let Some(next) = rest.as_bytes().get(at) else { break };
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match next {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x08 => out.push_str("\\b"),
            0x0c => out.push_str("\\f"),
            control => {
                let _ = write!(out, "\\u{control:04x}");
            }
        }
    }
    out.push_str(rest);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_python_writes_them() {
        let text = "é\u{7f}\u{1}\"\\\n\u{2028}";
        let dict = Dict::of(vec![
            (Value::text("a"), Value::Tuple(vec![Value::Float(1.0), Value::None])),
            (Value::None, Value::Bool(true)),
            (Value::Int(1), Value::Float(f64::NAN)),
            (Value::text("t"), Value::text(text)),
            (Value::text("b"), Value::Bytes(b"x".to_vec())),
        ]);
        let mut out = String::new();
        dumps(&mut out, &Value::Dict(dict));
        let expected = "{\"a\": [1.0, null], \"null\": true, \"1\": NaN, \"t\": \"é\u{7f}\\u0001\\\"\\\\\\n\u{2028}\", \
                        \"b\": \"b'x'\"}";
        assert_eq!(out, expected);
        assert_eq!(
            dumps_ascii(&Value::text("é\u{7f}😀a")).as_deref(),
            Some("\"\\u00e9\\u007f\\ud83d\\ude00a\"")
        );
        assert_eq!(dumps_ascii(&Value::List(vec![Value::Complex(0.0, 1.0)])), None);
    }
}

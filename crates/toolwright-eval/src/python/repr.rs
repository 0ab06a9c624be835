//! `repr()` and `str()`, as messages of the official scorer show values.

use std::fmt::Write;
use std::sync::LazyLock;

use num_bigint::BigInt;
use regex::Regex;
use toolwright_core::call::python::float_text;

use super::{Dict, Value};

/// `repr(value)`.
pub(crate) fn repr(value: &Value<'_>) -> String {
    let mut out = String::new();
    write_repr(&mut out, value);
    out
}

/// `str(value)`: a string as it is, anything else as its `repr`.
pub(crate) fn str_of(value: &Value<'_>) -> String {
    match value {
        Value::Str(text) => text.clone().into_owned(),
        value => repr(value),
    }
}

pub(super) fn write_repr(out: &mut String, value: &Value<'_>) {
    match value {
        Value::None => out.push_str("None"),
        Value::Ellipsis => out.push_str("Ellipsis"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Int(int) => {
            let _ = write!(out, "{int}");
        }
        Value::Big(big) => write_whole(out, big),
        Value::Float(float) => out.push_str(&float_repr(*float)),
        Value::Complex(real, imaginary) => write_complex(out, *real, *imaginary),
        Value::Str(text) => write_str(out, text),
        Value::Bytes(bytes) => write_bytes(out, bytes),
        Value::List(items) => write_items(out, items, "[", "]"),
        Value::Tuple(items) if items.len() == 1 => write_items(out, items, "(", ",)"),
        Value::Tuple(items) => write_items(out, items, "(", ")"),
        Value::Dict(dict) => write_dict(out, dict),
    }
}

fn write_items(out: &mut String, items: &[Value<'_>], open: &str, close: &str) {
    out.push_str(open);
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at > 0 { ", " } else { "" });
        write_repr(out, item);
    }
    out.push_str(close);
}

fn write_dict(out: &mut String, dict: &Dict<'_>) {
    out.push('{');
    for (at, (key, value)) in dict.iter().enumerate() {
        out.push_str(if at > 0 { ", " } else { "" });
        write_repr(out, key);
        out.push_str(": ");
        write_repr(out, value);
    }
    out.push('}');
}

/// Python refuses to write whole numbers of more than 4,300 digits; we write them.
fn write_whole(out: &mut String, big: &BigInt) {
    let _ = write!(out, "{big}");
}

/// `repr` of a float: `inf`, `nan`, or the shortest digits that read back the same.
pub(super) fn float_repr(float: f64) -> String {
    match float {
        _ if float.is_nan() => "nan".to_owned(),
        f64::INFINITY => "inf".to_owned(),
        f64::NEG_INFINITY => "-inf".to_owned(),
        float => float_text(float),
    }
}

/// `1j`, `(1+2j)`, `(-0+1j)`: parts that are whole have no point.
fn write_complex(out: &mut String, real: f64, imaginary: f64) {
    let part = |part: f64| float_repr(part).trim_end_matches(".0").to_owned();
    if real == 0.0 && real.is_sign_positive() {
        let _ = write!(out, "{}j", part(imaginary));
    } else {
        let sign = if imaginary.is_sign_negative() { "" } else { "+" };
        let _ = write!(out, "({}{sign}{}j)", part(real), part(imaginary));
    }
}

/// In single quotes, unless the text holds those and no double ones.
fn write_str(out: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for next in text.chars() {
        match next {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            next if next == quote => {
                out.push('\\');
                out.push(next);
            }
            ' '..='~' => out.push(next),
            next if is_printable(next) => out.push(next),
            next => {
                let code = u32::from(next);
                let _ = match code {
                    0..=0xff => write!(out, "\\x{code:02x}"),
                    0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push(quote);
}

fn write_bytes(out: &mut String, bytes: &[u8]) {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
    out.push('b');
    out.push(char::from(quote));
    for byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            byte if *byte == quote => {
                out.push('\\');
                out.push(char::from(quote));
            }
            b' '..=b'~' => out.push(char::from(*byte)),
            byte => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push(char::from(quote));
}

/// `str.isprintable`, beyond ASCII: neither separators nor the categories called Other.
fn is_printable(next: char) -> bool {
    static HIDDEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^[\p{C}\p{Z}]").expect("the pattern is a constant"));
    !HIDDEN.is_match(next.encode_utf8(&mut [0; 4]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_python_writes_them() {
        let text = |text: &'static str| Value::text(text);
        for (value, expected) in [
            (Value::None, "None"),
            (Value::Bool(true), "True"),
            (Value::Int(-3), "-3"),
            (Value::whole(BigInt::from(10).pow(20)), "100000000000000000000"),
            (Value::Float(1.0), "1.0"),
            (Value::Float(-0.0), "-0.0"),
            (Value::Float(1e16), "1e+16"),
            (Value::Float(0.00001), "1e-05"),
            (Value::Float(f64::NAN), "nan"),
            (Value::Complex(0.0, 1.0), "1j"),
            (Value::Complex(1.5, -2.0), "(1.5-2j)"),
            (text("x"), "'x'"),
            (text("it's"), "\"it's\""),
            (text("it's \"so\""), r#"'it\'s "so"'"#),
            (text("a\nb\t\\\u{7f}\u{a0}\u{2028}é😀\u{e000}"), "'a\\nb\\t\\\\\\x7f\\xa0\\u2028é😀\\ue000'"),
            (Value::Bytes(b"a'\xff".to_vec()), "b\"a'\\xff\""),
            (Value::List(vec![]), "[]"),
            (Value::List(vec![text("x"), Value::Int(1)]), "['x', 1]"),
            (Value::Tuple(vec![Value::Int(1)]), "(1,)"),
            (Value::Tuple(vec![]), "()"),
            (
                Value::Dict(Dict::of(vec![(text("k"), Value::None), (Value::Int(1), text(""))])),
                "{'k': None, 1: ''}",
            ),
        ] {
            assert_eq!(repr(&value), expected);
        }
        assert_eq!(str_of(&text("it's")), "it's");
    }
}

//! JSON values within text, so that most of them look like nothing special.
//!
//! A string stands as it is where that cannot be taken for JSON (`metric`, `^[a-z]+$`); anything else stands as JSON (`5`,
//! `true`, `"5"`, `["a"]`). Readers take what is JSON for that, and the rest for a string: one is the inverse of the other.
//! Space around a value means nothing to them, so a string that begins or ends with some is written as JSON, too; and so is
//! an empty one, and one with characters that cannot be seen.

use std::borrow::Cow;
use std::fmt::Write;

use serde_json::Value;

/// A value on one line.
pub(super) fn line(value: &Value) -> Cow<'_, str> {
    value_where(value, shows)
}

/// A value on as many lines as it has.
pub(super) fn lines(value: &Value) -> Cow<'_, str> {
    value_where(value, shows_in_lines)
}

/// A text on one line, where only texts can stand: it may look like other JSON than that of a text.
pub(super) fn text_line(text: &str) -> Cow<'_, str> {
    text_where(text, shows)
}

/// A text on as many lines as it has, where only texts can stand.
pub(super) fn text_lines(text: &str) -> Cow<'_, str> {
    text_where(text, shows_in_lines)
}

/// The value that a text stands for.
pub(super) fn read(text: &str) -> Value {
    let text = text.trim();
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// The text that a text stands for.
pub(super) fn read_text(text: &str) -> String {
    let text = text.trim();
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// A text as a JSON string in which every character shows.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if shows(c) => out.push(c),
            // All that do not show are of the first plane. Writing to a string cannot fail.
            c => _ = write!(out, "\\u{:04x}", u32::from(c)),
        }
    }
    out.push('"');
    out
}

/// Whether a character shows on a line. YAML and XML have no place for most of those that do not.
pub(super) fn shows(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether a character shows in a text of several lines.
pub(super) fn shows_in_lines(c: char) -> bool {
    shows(c) || matches!(c, '\n' | '\t')
}

fn value_where(value: &Value, shows: impl Fn(char) -> bool) -> Cow<'_, str> {
    match value {
        Value::String(text) if bare(text, shows) && serde_json::from_str::<Value>(text).is_err() => {
            text.into()
        }
        Value::String(text) => quoted(text).into(),
        other => other.to_string().into(),
    }
}

fn text_where(text: &str, shows: impl Fn(char) -> bool) -> Cow<'_, str> {
    if bare(text, shows) && serde_json::from_str::<String>(text).is_err() {
        text.into()
    } else {
        quoted(text).into()
    }
}

fn bare(text: &str, shows: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.trim() == text && text.chars().all(shows)
}

//! Does a result tell of a failure, and may the same call succeed a little later?
//!
//! Source: ours, after how services answer: a member `error` or `errors`, problem details (RFC 9457), the Model Context Protocol's
//!         `isError`, a flag of success, a status in words or by its HTTP number, a text that begins with `Error`.

use serde_json::{Map, Value};

/// A failure that a result tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Whether it may pass: a limit, a timeout, an outage.
    pub(crate) passes: bool,
}

/// The failure that a result, as it stands in the dialog, tells of.
pub(crate) fn of(text: &str) -> Option<Failure> {
    match text.trim_start().bytes().next()? {
        b'{' if !may_tell(text.as_bytes()) => None,
        b'{' | b'"' => of_value(text, serde_json::from_str(text).ok().as_ref()),
        _ => of_value(text, None),
    }
}

/// Whether a JSON object may have a member that tells of failures or of how things stand. Most results have none, and need not be read.
fn may_tell(object: &[u8]) -> bool {
    const BEGIN: [&[u8]; 8] = [b"err", b"exc", b"ise", b"is_", b"suc", b"ok\"", b"sta", b"cod"];
    // An escape can stand for any letter of a name.
    memchr::memchr(b'\\', object).is_some()
        || memchr::memchr_iter(b'"', object).any(|quote| {
            let name = object.get(quote + 1..quote + 4).unwrap_or_default();
            BEGIN.iter().any(|begin| name.eq_ignore_ascii_case(begin))
        })
}

/// The same, where it is known what value the text is, if any.
pub(crate) fn of_value(text: &str, value: Option<&Value>) -> Option<Failure> {
    let failed = match value {
        Some(Value::Object(map)) => told(map),
        Some(Value::String(inner)) => begins(inner),
        Some(_) => false,
        None => begins(text.trim()),
    };
    failed.then(|| Failure { passes: passes(text) })
}

fn begins(text: &str) -> bool {
    let head: String = text.chars().take(40).flat_map(char::to_lowercase).collect();
    ["error", "exception", "traceback", "failed", "failure"].iter().any(|word| head.starts_with(word))
}

fn told(map: &Map<String, Value>) -> bool {
    let says = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !["", "none", "null", "ok"].contains(&text.trim().to_lowercase().as_str()),
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Number(number) => number.as_i64() != Some(0),
        Value::Bool(true) => true,
    };
    let status = |value: &Value| match value {
        Value::Number(number) => number.as_i64().is_some_and(|code| (400..600).contains(&code)),
        Value::String(text) => ["error", "failed", "failure", "fail"].contains(&text.to_lowercase().as_str()),
        _ => false,
    };
    map.iter().any(|(key, value)| match &*key.to_lowercase() {
        "error" | "errors" | "exception" | "error_message" | "errormessage" => says(value),
        "iserror" | "is_error" => value == &Value::Bool(true),
        "success" | "ok" | "succeeded" => value == &Value::Bool(false),
        "status" | "status_code" | "statuscode" => status(value),
        "code" => status(value) && map.contains_key("message"),
        _ => false,
    })
}

fn passes(text: &str) -> bool {
    #[rustfmt::skip]
    const SAYS: [&str; 13] = [
        "429", "503", "504", "rate limit", "rate_limit", "too many requests", "timeout", "timed out", "temporar", "unavailable", "try again",
        "retry", "no answer within",
    ];
    let lower = text.get(..text.len().min(4096)).unwrap_or(text).to_lowercase();
    SAYS.iter().any(|says| lower.contains(says))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_told_from_results() {
        for (text, passes) in [
            (r#"{"error": "no such city"}"#, false),
            (r#"{"error": {"code": 429, "message": "Slow down."}}"#, true),
            (r#"{"type": "about:blank", "title": "Not Found", "status": 404}"#, false),
            (r#"{"content": [{"text": "timed out"}], "isError": true}"#, true),
            (r#"{"success": false}"#, false),
            (r#" {"\u0065rror": "no such city"}"#, false),
            (r#""Error: no such city""#, false),
            ("Error: connection refused", false),
            (r#"{"status": "error", "message": "Service unavailable"}"#, true),
        ] {
            assert_eq!(of(text), Some(Failure { passes }), "{text}");
        }
        for text in [
            r#"{"error": null, "city": "Oslo"}"#, r#"{"errors": []}"#, "[]", "12", "{}", "", "Sunny",
            r#"{"status": "delivered"}"#, r#"{"success": true, "error": ""}"#, r#"{"code": 404}"#,
            r#"{"status": 200}"#,
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}

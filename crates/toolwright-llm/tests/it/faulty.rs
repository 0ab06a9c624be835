//! Every way in which a reply can fail to come, or come oddly.

use std::time::Duration;

use serde_json::{Value, json};

use crate::server::Act;

pub(crate) fn raw(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Act {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Act::Raw { status, headers, body: body.into() }
}

/// A way for a reply not to come, or to come oddly.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// What the server does instead of sending this good body plainly.
    pub(crate) act: fn(&str) -> Act,
    /// What it is called in the tally; nothing where it is no fault.
    pub(crate) tallied: Option<&'static str>,
}

/// Every case.
pub(crate) fn faults() -> Vec<Case> {
    const fn case(name: &'static str, act: fn(&str) -> Act, tallied: Option<&'static str>) -> Case {
        Case { name, act, tallied }
    }
    vec![
        case("429 with Retry-After", |_| raw(429, &[("retry-after-ms", "30")], "{}"), Some("busy")),
        case(
            "429 without Retry-After",
            |_| raw(429, &[], r#"{"error": {"message": "slow down"}}"#),
            Some("busy"),
        ),
        case("503", |_| raw(503, &[("retry-after", "0")], "no capacity"), Some("busy")),
        case("500", |_| raw(500, &[], "oops"), Some("failed")),
        case("slow first byte", |body| Act::Late(Duration::from_millis(1500), body.to_owned()), Some("slow")),
        case("stalled body", |body| Act::Stall(body.to_owned()), Some("slow")),
        case("reset", |_| Act::Reset, Some("broken")),
        case("cut transfer", |body| Act::Cut(body.to_owned()), Some("broken")),
        case("truncated JSON", |body| raw(200, &[], &body[..60]), Some("garbled")),
        case(
            "invalid UTF-8",
            |_| raw(200, &[], &b"{\"choices\": [{\"message\": {\"content\": \"\xff\"}}]}"[..]),
            Some("garbled"),
        ),
        case("wrong schema", |_| raw(200, &[], r#"{"choices": {"message": "no list"}}"#), Some("garbled")),
        case(
            "empty choices",
            |_| raw(200, &[], r#"{"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 0}}"#),
            Some("empty"),
        ),
        case(
            "wrong content type",
            |_| raw(200, &[("content-type", "text/html")], "<html>login</html>"),
            Some("garbled"),
        ),
        case(
            "200 with an error",
            |_| raw(200, &[], r#"{"error": {"message": "worker died", "code": 500}}"#),
            Some("failed"),
        ),
        case("a reply of another type", |body| raw(200, &[("content-type", "text/plain")], body), None),
        case("duplicate call ids", |body| raw(200, &[], changed(body, twice)), None),
        case("a reply of 5 MB", |body| raw(200, &[], changed(body, padded)), None),
    ]
}

/// A body with its messages changed.
fn changed(body: &str, change: fn(&mut Value)) -> String {
    let mut body: Value = serde_json::from_str(body).expect("a good body");
    for choice in body["choices"].as_array_mut().into_iter().flatten() {
        change(&mut choice["message"]);
    }
    body.to_string()
}

fn twice(message: &mut Value) {
    let call = json!({"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}});
    message["tool_calls"] = json!([call, call]);
}

fn padded(message: &mut Value) {
    let said = message["content"].as_str().unwrap_or_default();
    message["content"] = format!("{said}{}", " ".repeat(5 << 20)).into();
}

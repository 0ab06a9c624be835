//! A dataset of one's own as a benchmark: each assistant turn is a test, and an answer is right if it makes the turn's calls.
//!
//! Calls are compared under the policy `Typed` of the core: as multisets, by maximum matching, values by what they are. A turn
//! that makes no call is a test, too: there the right answer makes none, and text that sets out to make calls and fails is a
//! third thing, wrong on both sides.
//!
//! ```
//! use toolwright_core::{Call, Dialog, Message, Role};
//! use toolwright_eval::dataset::{Outcome, judge, tests};
//! let call = Call::new("now", serde_json::Map::new());
//! let messages = vec![Message::text(Role::User, "What time is it?"), Message::calling(vec![call])];
//! let dialog = Dialog { messages, ..Dialog::default() };
//! let test = &tests(&dialog, 1)[0];
//! assert_eq!(test.id, "1:1");
//! assert_eq!(judge(test, &serde_json::json!("[now()]")), Outcome::Right);
//! assert_eq!(judge(test, &serde_json::json!("It is noon.")), Outcome::NoCall);
//! ```

use serde_json::Value;
use toolwright_core::call::matching::{Comparison, Expected, Mismatch, compare, matches};
use toolwright_core::call::{Parsed, detect};
use toolwright_core::{Call, Dialog, Message, Role};

/// A turn of the assistant, as a test.
#[derive(Clone, Debug)]
pub struct Test<'a> {
    /// `ROW:MESSAGE`: the dialog's row from 1, and the turn's place among its messages from 0.
    pub id: String,
    /// What was said before.
    pub before: &'a [Message],
    /// The calls that are right; none where none is to be made.
    pub calls: &'a [Call],
}

/// What was made of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The expected calls and no other; or none where none was expected.
    Right,
    /// Calls were expected, and the answer makes none.
    NoCall,
    /// No call was expected, and the answer makes some.
    Superfluous,
    /// The answer sets out to make calls and fails: where, and why.
    Malformed(String),
    /// Some call is missing, wrong or too much: what the comparison gave, and the first thing that is wrong.
    Wrong(Comparison, String),
}

impl Outcome {
    /// The outcome's name in summaries.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::NoCall => "no_call",
            Self::Superfluous => "superfluous",
            Self::Malformed(_) => "malformed",
            Self::Wrong(..) => "wrong",
        }
    }

    /// Every name, in the order of summaries.
    pub const NAMES: [&'static str; 5] = ["right", "wrong", "no_call", "superfluous", "malformed"];
}

/// The tests of a dialog, one for each turn of the assistant that is fit to learn from.
///
/// - `row`: where the dialog stands in its dataset: its row from 1, and its part of a row that holds several dialogs.
pub fn tests(dialog: &Dialog, row: impl std::fmt::Display) -> Vec<Test<'_>> {
    let turns = dialog.messages.iter().enumerate();
    let fit = |message: &Message| {
        message.role == Role::Assistant && message.malformed.is_none() && message.train != Some(false)
    };
    turns
        .filter(|(_, message)| fit(message))
        .map(|(at, message)| Test {
            id: format!("{row}:{at}"),
            before: &dialog.messages[..at],
            calls: &message.calls,
        })
        .collect()
}

/// Judges a result: text in any call format, a list of calls, or a whole assistant message.
pub fn judge(test: &Test<'_>, result: &Value) -> Outcome {
    let text = match result {
        Value::String(text) => text.clone(),
        // A message with calls, or a list of them, is text in the JSON call format; one without is what it says.
        Value::Object(message) if has_no_calls(message) => {
            message.get("content").and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        Value::Array(calls) if calls.is_empty() => String::new(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let calls = match detect(&text).1 {
        Parsed::Malformed(malformed) => {
            return Outcome::Malformed(format!("at byte {}: {}", malformed.span.start, malformed.why));
        }
        Parsed::NoCall => Vec::new(),
        Parsed::Calls(calls) => calls,
    };
    let expected: Vec<Expected> = test.calls.iter().map(Expected::exactly).collect();
    let comparison = compare(&expected, &calls);
    match (expected.is_empty(), calls.is_empty()) {
        _ if comparison.is_exact() => Outcome::Right,
        (false, true) => Outcome::NoCall,
        (true, false) => Outcome::Superfluous,
        _ => {
            let why = why(&expected, &calls, &comparison);
            Outcome::Wrong(comparison, why)
        }
    }
}

fn has_no_calls(message: &serde_json::Map<String, Value>) -> bool {
    let empty = |key: &str| {
        message.get(key).is_none_or(|calls| calls.is_null() || calls.as_array().is_some_and(Vec::is_empty))
    };
    message.contains_key("content") && empty("tool_calls") && empty("function_call")
}

/// The first thing that is wrong: what keeps the nearest call from being the first expected one without a partner.
fn why(expected: &[Expected], calls: &[Call], comparison: &Comparison) -> String {
    let Some(missing) = comparison.missing.first().and_then(|at| expected.get(*at)) else {
        let names: Vec<&str> = comparison
            .superfluous
            .iter()
            .filter_map(|at| calls.get(*at))
            .map(|call| call.name.as_str())
            .collect();
        return format!("{} calls too many: {}", names.len(), names.join(", "));
    };
    let free = comparison.superfluous.iter().filter_map(|at| calls.get(*at));
    let mismatches: Vec<Mismatch<'_>> = free.filter_map(|call| matches(missing, call).err()).collect();
    let same_tool = mismatches.iter().find(|mismatch| !matches!(mismatch, Mismatch::Name { .. }));
    match same_tool.or(mismatches.first()) {
        Some(mismatch) => mismatch.to_string(),
        None => format!("a call of `{}` is missing", missing.name),
    }
}

#[cfg(test)]
mod tests_of_outcomes {
    use super::*;
    use serde_json::json;

    fn dialog(calls: Value) -> Dialog {
        let calls = calls.as_array().expect("a list").iter().map(|call| {
            Call::new(
                call["name"].as_str().expect("a name"),
                call["arguments"].as_object().cloned().unwrap_or_default(),
            )
        });
        Dialog {
            messages: vec![Message::text(Role::User, "?"), Message::calling(calls.collect())],
            ..Dialog::default()
        }
    }

    #[test]
    fn answers_come_in_many_forms() {
        let dialog = dialog(json!([{"name": "f", "arguments": {"a": 1}}, {"name": "g"}]));
        let test = &tests(&dialog, 7)[0];
        assert_eq!((test.id.as_str(), test.before.len()), ("7:1", 1));
        for right in [
            json!("[g(), f(a=1.0)]"),
            json!(
                "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n</tool_call>\n<tool_call>\n{\"name\": \"g\", \"arguments\": {}}\n</tool_call>"
            ),
            json!([{"name": "f", "arguments": {"a": 1}}, {"name": "g", "arguments": {}}]),
            json!({"role": "assistant", "content": null, "tool_calls": [
                {"id": "1", "type": "function", "function": {"name": "g", "arguments": "{}"}},
                {"id": "2", "type": "function", "function": {"name": "f", "arguments": "{\"a\": 1}"}}]}),
        ] {
            assert_eq!(judge(test, &right), Outcome::Right, "{right}");
        }
        for (wrong, name, why) in [
            (json!("[f(a=2), g()]"), "wrong", "argument `a`: found 2, expected 1"),
            (json!("[f(a=1), h()]"), "wrong", "found a call of `h`, expected `g`"),
            (json!("[f(a=1)]"), "wrong", "a call of `g` is missing"),
            (json!("[f(a=1), g(), g()]"), "wrong", "1 calls too many: g"),
            (json!("[f(a=1"), "malformed", ""),
            (json!("I cannot."), "no_call", ""),
            (json!(null), "no_call", ""),
            (json!([]), "no_call", ""),
            (json!({"role": "assistant", "content": "Hello."}), "no_call", ""),
            (json!({"role": "assistant", "content": "", "tool_calls": []}), "no_call", ""),
        ] {
            let outcome = judge(test, &wrong);
            assert_eq!(outcome.name(), name, "{wrong}");
            if let Outcome::Wrong(_, found) = &outcome {
                assert_eq!(found, why);
            }
        }
    }

    #[test]
    fn where_no_call_is_expected_none_is_right() {
        let dialog = dialog(json!([]));
        let test = &tests(&dialog, 1)[0];
        assert_eq!(judge(test, &json!("I cannot do that.")), Outcome::Right);
        assert_eq!(judge(test, &json!("[f(a=1)]")), Outcome::Superfluous);
        assert_eq!(judge(test, &json!("[f(a=")).name(), "malformed");
    }
}

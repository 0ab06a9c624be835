//! `when2call`: the test rows of When2Call.
//!
//! Source: When2Call (NVIDIA): a `question`, `tools` that are JSON text each, four `answers`, and which of them is the `correct_answer`:
//!         `direct`, `tool_call`, `request_for_info` or `cannot_answer`.
//! Ours:   only read. A dialog is the question and the correct answer; the others stay in `meta.row.answers`. A `tool_call` that is no call is
//!         malformed. Names of types are those of BFCL (`dict`), which are read as the standard's.
//! Worked: `{"question": "AQI in Turin?", "correct_answer": "tool_call", "answers": {"tool_call": "{\"name\": \"get_aqi\", \"arguments\":
//!         {\"city\": \"Turin\"}}", …}, "tools": ["{\"name\": \"get_aqi\", …}"]}`

use std::sync::Arc;

use serde_json::Value;

use super::{DatasetFormat, keep_rest, malformed, openai, toolace, wrong};
use crate::call::{Parsed, json as calls_as_json};
use crate::{Dialog, Error, Message, Result, Role};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "when2call",
    says: "When2Call's test rows: a question, four answers and which is right: to call, to ask, to decline or to say it.",
    source: "https://github.com/NVIDIA/When2Call, data/test",
    sniff,
    read,
    parts: None,
    write: None,
    tools_as_text: false,
    loses: &[],
};

/// The answer that is a call.
const CALL: &str = "tool_call";

fn sniff(row: &Value) -> bool {
    row.get("correct_answer").is_some_and(Value::is_string)
        && row.get("answers").is_some_and(Value::is_object)
}

fn read(row: &Value) -> Result<Dialog> {
    let object = row.as_object().ok_or_else(|| wrong("an object with `question`", row))?;
    let text = |key: &str| {
        let value = object.get(key).unwrap_or(&Value::Null);
        value.as_str().ok_or_else(|| wrong("text", value).at(key))
    };
    let (question, correct) = (text("question")?, text("correct_answer")?);
    let answer = object.get("answers").and_then(|answers| answers.get(correct)).unwrap_or(&Value::Null);
    let answer = answer.as_str().ok_or_else(|| wrong("text", answer).at(format!("answers: {correct}")))?;
    let mut dialog = Dialog::default();
    let rest = object.iter().filter(|(key, _)| !["question", "tools"].contains(&key.as_str()));
    keep_rest(&mut dialog.meta, rest.map(|(key, value)| (key.clone(), value.clone())).collect());
    let tools = object.get("tools").unwrap_or(&Value::Null);
    for (n, tool) in tools.as_array().into_iter().flatten().enumerate() {
        let read = read_tool(tool).map_err(|error| error.at(format!("tools[{n}]")))?;
        dialog.tools.push(Arc::new(read));
    }
    dialog.messages.push(Message::text(Role::User, question));
    let mut reply = Message::text(Role::Assistant, answer);
    if correct == CALL {
        match calls_as_json::parse(answer) {
            Parsed::Calls(calls) => {
                reply.content = Some(String::new());
                reply.calls = calls;
            }
            Parsed::Malformed(why) => reply.malformed = Some(why),
            Parsed::NoCall => {
                reply.malformed =
                    Some(malformed(answer, "the answer is a tool_call, and its text is no call"));
            }
        }
    }
    dialog.messages.push(reply);
    Ok(dialog)
}

/// A tool, or its JSON text.
fn read_tool(tool: &Value) -> Result<crate::Tool> {
    match tool {
        Value::String(text) => {
            let tool: Value = serde_json::from_str(text).map_err(|error| {
                Error::new(format!("expected the JSON text of a tool: {error}")).caused_by(error)
            })?;
            openai::read_tool(&tool)
        }
        tool => openai::read_tool(tool),
    }
    .map(toolace::in_our_types)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::detect;
    use super::*;

    fn row(correct: &str) -> Value {
        let answers = json!({"direct": "41.", "tool_call": r#"{"name": "f", "arguments": {"a": 1}}"#, "cannot_answer": "No."});
        let tool = r#"{"name": "f", "description": "d", "parameters": {"type": "dict", "properties": {}}}"#;
        json!({"uuid": "u", "question": "AQI?", "correct_answer": correct, "answers": answers, "tools": [tool]})
    }

    #[test]
    fn the_right_answer_is_the_reply() {
        assert_eq!(detect(&row("direct")).map(|format| format.id), Some("when2call"));
        let dialog = read(&row("tool_call")).expect("the row is good");
        assert_eq!((dialog.messages[1].calls[0].name.as_str(), dialog.tools[0].name.as_str()), ("f", "f"));
        let dialog = read(&row("cannot_answer")).expect("the row is good");
        assert_eq!((dialog.messages[1].said(), dialog.messages[1].calls.len()), ("No.", 0));
        assert_eq!(dialog.meta.other["row"]["correct_answer"], "cannot_answer");
    }

    #[test]
    fn errors_say_where_and_why() {
        let refused = |row: Value| read(&row).expect_err("the row is bad").to_string();
        assert_eq!(refused(row("maybe")), "answers: maybe: expected text, found null");
        assert!(
            refused(json!({"question": "?", "correct_answer": "a", "answers": {"a": ""}, "tools": ["{"]}))
                .starts_with("tools[0]: expected the JSON text of a tool")
        );
    }
}

//! `sharegpt`: the rows of LLaMA-Factory's tool-call files, among them its part of Glaive's function-calling dialogs.
//!
//! Source: LLaMA-Factory, `formatting: sharegpt`: turns `from` human, gpt, function_call and observation, a `system` text,
//!         and `tools` as the JSON text of a list. A call turn is the JSON text of `{"name", "arguments"}`, or of a list of
//!         them. Glaive's data is published there in this shape (glaive-function-calling-v2, Apache-2.0).
//! Ours:   only read. A `function_call` turn that is no call is malformed, whatever its text is. An observation answers the
//!         calls before it; a JSON list with a value for each of several calls is a result each. Where `tools` lists
//!         nothing, a list in the `system` text is taken, as conversions of ToolACE need it. There are no ids; calls get
//!         `call_1`, `call_2`, …. Glaive's own first form, one text with `USER:` and `<functioncall>`, is not read.
//! Worked: `{"conversations": [{"from": "human", "value": "AQI in Turin?"}, {"from": "function_call", "value":
//!         "{\"name\": \"get_aqi\", \"arguments\": {\"city\": \"Turin\"}}"}, {"from": "observation", "value": "{\"aqi\": 41}"},
//!         {"from": "gpt", "value": "It is 41."}], "tools": "[{\"name\": \"get_aqi\", …}]"}`

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{DatasetFormat, keep_rest, malformed, openai, toolace, wrong};
use crate::call::{Parsed, json};
use crate::{Call, Dialog, Error, Message, Result, Role};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "sharegpt",
    says: "LLaMA-Factory's ShareGPT rows, as Glaive's dialogs are published there: calls as JSON text in turns of their own.",
    source: "https://github.com/hiyouga/LLaMA-Factory, data/glaive_toolcall_en_demo.json",
    sniff,
    read,
    parts: None,
    write: None,
    tools_as_text: false,
    loses: &[],
};

const SPEAKERS: &str = "human, gpt, function_call, observation or system";

fn sniff(row: &Value) -> bool {
    let speaker = |turn: &Value| {
        turn.get("from").and_then(Value::as_str).is_some_and(|from| Speaker::of(from).is_some())
    };
    let turns = row.get("conversations").and_then(Value::as_array);
    turns.is_some_and(|turns| !turns.is_empty() && turns.iter().all(speaker))
}

#[derive(Clone, Copy)]
enum Speaker {
    Plain(Role),
    Call,
    Result,
}

impl Speaker {
    fn of(from: &str) -> Option<Self> {
        Some(match from {
            "human" => Self::Plain(Role::User),
            "gpt" => Self::Plain(Role::Assistant),
            "system" => Self::Plain(Role::System),
            "function_call" => Self::Call,
            "observation" => Self::Result,
            _ => return None,
        })
    }
}

fn read(row: &Value) -> Result<Dialog> {
    let object = row.as_object().ok_or_else(|| wrong("an object with `conversations`", row))?;
    let turns = object.get("conversations").unwrap_or(&Value::Null);
    let turns = turns.as_array().ok_or_else(|| wrong("a list of turns", turns).at("conversations"))?;
    let mut dialog = Dialog::default();
    let rest = object.iter().filter(|(key, _)| !["system", "tools", "conversations"].contains(&key.as_str()));
    keep_rest(&mut dialog.meta, rest.map(|(key, value)| (key.clone(), value.clone())).collect());
    read_tools(object, &mut dialog).map_err(|error| error.at("tools"))?;
    read_system(object, &mut dialog)?;
    let mut calls = 0;
    for (n, turn) in turns.iter().enumerate() {
        read_turn(turn, &mut calls, &mut dialog.messages)
            .map_err(|error| error.at(format!("conversations[{n}]")))?;
    }
    Ok(dialog)
}

/// The tools: a list, or the JSON text of one.
fn read_tools(row: &Map<String, Value>, dialog: &mut Dialog) -> Result<()> {
    let held;
    let list = match row.get("tools") {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(()),
        Some(Value::String(text)) => {
            held = serde_json::from_str::<Value>(text).map_err(|error| {
                Error::new(format!("expected the JSON text of a list: {error}")).caused_by(error)
            })?;
            &held
        }
        Some(value) => value,
    };
    let list = list.as_array().ok_or_else(|| wrong("a list of tools", list))?;
    for (n, tool) in list.iter().enumerate() {
        dialog.tools.push(Arc::new(openai::read_tool(tool).map_err(|error| error.at(format!("[{n}]")))?));
    }
    Ok(())
}

fn read_system(row: &Map<String, Value>, dialog: &mut Dialog) -> Result<()> {
    match row.get("system") {
        None | Some(Value::Null) => {}
        Some(Value::String(system)) if system.is_empty() => {}
        Some(Value::String(system)) if dialog.tools.is_empty() => toolace::read_system(system, dialog),
        Some(Value::String(system)) => dialog.messages.push(Message::text(Role::System, system)),
        Some(other) => return Err(wrong("text", other).at("system")),
    }
    Ok(())
}

fn read_turn(turn: &Value, calls: &mut usize, messages: &mut Vec<Message>) -> Result<()> {
    let text = |key: &str| {
        let value = turn.get(key).unwrap_or(&Value::Null);
        value.as_str().ok_or_else(|| wrong("text", value).at(key))
    };
    let (from, value) = (text("from")?, text("value")?);
    match Speaker::of(from) {
        Some(Speaker::Plain(role)) => messages.push(Message::text(role, value)),
        Some(Speaker::Call) => messages.push(read_call(value, calls)),
        Some(Speaker::Result) => read_results(value, messages),
        None => return Err(wrong(SPEAKERS, &from.into()).at("from")),
    }
    Ok(())
}

/// `count`: the calls of the dialog so far, which ids go on from.
fn read_call(value: &str, count: &mut usize) -> Message {
    let mut message = Message::text(Role::Assistant, value);
    match json::parse(value) {
        Parsed::Calls(calls) => {
            message.content = Some(toolace::thought(value).into());
            message.calls = calls;
        }
        Parsed::Malformed(malformed) => message.malformed = Some(malformed),
        Parsed::NoCall => {
            message.malformed =
                Some(malformed(value, "the turn is a function_call, and its text is no call"));
        }
    }
    for call in &mut message.calls {
        *count += 1;
        call.id = Some(format!("call_{count}"));
    }
    message
}

/// A message for each call of the step; one as it stands where the text is not a value for each of several.
fn read_results(value: &str, messages: &mut Vec<Message>) {
    let calls: &[Call] = messages.last().map_or(&[], |step| &step.calls);
    let results = match calls {
        [call] => vec![Message::result(call, value)],
        [_, _, ..] => match serde_json::from_str::<Vec<Value>>(value) {
            Ok(values) if values.len() == calls.len() => {
                let each = calls.iter().zip(values);
                each.map(|(call, value)| Message::result(call, toolace::result_text(value))).collect()
            }
            _ => vec![Message::text(Role::Tool, value)],
        },
        [] => vec![Message::text(Role::Tool, value)],
    };
    messages.extend(results);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn dialog(turns: &[(&str, &str)]) -> Dialog {
        let turns: Vec<_> = turns.iter().map(|(from, value)| json!({"from": from, "value": value})).collect();
        let row =
            json!({"conversations": turns, "tools": r#"[{"name": "get_aqi", "description": "d"}]"#, "id": 3});
        assert!(sniff(&row) && !(toolace::FORMAT.sniff)(&row));
        read(&row).expect("the row is good")
    }

    #[test]
    fn a_dialog_is_read() {
        let call = r#"{"name": "get_aqi", "arguments": {"city": "Turin"}}"#;
        let turns =
            [("human", "AQI?"), ("function_call", call), ("observation", "{\"aqi\": 41}"), ("gpt", "41.")];
        let dialog = dialog(&turns);
        let roles: Vec<&str> = dialog.messages.iter().map(|message| message.role.name()).collect();
        assert_eq!(roles, ["user", "assistant", "tool", "assistant"]);
        assert_eq!(
            (dialog.tools[0].name.as_str(), &dialog.meta.other["row"]),
            ("get_aqi", &json!({"id": 3}))
        );
        let read = &dialog.messages[1].calls[0];
        assert_eq!((read.id.as_deref(), read.raw.as_deref()), (Some("call_1"), Some(call)));
        assert_eq!(
            (dialog.messages[2].call_id.as_deref(), dialog.messages[2].said()),
            (Some("call_1"), "{\"aqi\": 41}")
        );
    }

    #[test]
    fn results_of_several_calls_are_told_apart() {
        let calls = r#"[{"name": "f", "arguments": {}}, {"name": "g", "arguments": {}}]"#;
        let said = |result: &str| {
            let dialog = dialog(&[("function_call", calls), ("observation", result)]);
            let results = dialog.messages[1..].iter();
            results.map(|message| (message.name.clone(), message.said().to_owned())).collect::<Vec<_>>()
        };
        let some = |name: &str, text: &str| (Some(name.to_owned()), text.to_owned());
        assert_eq!(said(r#"[{"a":1}, "two"]"#), [some("f", r#"{"a":1}"#), some("g", "two")]);
        for whole in ["[1]", "oops"] {
            assert_eq!(said(whole), [(None, whole.to_owned())]);
        }
    }

    #[test]
    fn a_call_turn_without_a_call_is_malformed() {
        for text in ["I would rather not.", r#"{"name": "f", "arguments": {"a": ]}"#, ""] {
            let dialog = dialog(&[("function_call", text)]);
            let malformed = dialog.messages[0].malformed.as_ref().expect("it is no call");
            assert_eq!((malformed.raw.as_str(), dialog.messages[0].said()), (text, text));
        }
    }

    #[test]
    fn tools_may_stand_in_the_system_text() {
        let system = r#"Use these: [{"name": "f", "description": "d", "parameters": {"type": "dict"}}]"#;
        let turns = json!([{"from": "human", "value": "Hi"}]);
        let dialog =
            read(&json!({"system": system, "tools": "[]", "conversations": turns})).expect("it is good");
        assert_eq!((dialog.tools.len(), dialog.messages.len()), (1, 1));
        let row = json!({"system": "Be kind.", "tools": [{"name": "f"}], "conversations": turns});
        assert_eq!(read(&row).expect("it is good").messages[0].said(), "Be kind.");
    }

    #[test]
    fn errors_say_where_and_why() {
        let refused = |row: Value| read(&row).expect_err("the row is bad").to_string();
        let turns = |from: &str| json!([{"from": "human", "value": "Hi"}, {"from": from, "value": "Hi"}]);
        assert_eq!(
            refused(json!({"conversations": turns("bot")})),
            "conversations[1]: from: expected human, gpt, function_call, observation or system, found \"bot\""
        );
        assert!(
            refused(json!({"tools": "[", "conversations": []}))
                .starts_with("tools: expected the JSON text of a list")
        );
        assert_eq!(
            refused(json!({"tools": [{}], "conversations": []})),
            "tools: [0]: expected a tool with a name, found an object"
        );
    }
}

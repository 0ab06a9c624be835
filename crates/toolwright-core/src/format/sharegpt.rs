//! `sharegpt`: the rows of LLaMA-Factory's tool-call files, among them its part of Glaive's function-calling dialogs.
//!
//! Source: LLaMA-Factory, `formatting: sharegpt`: turns `from` human, gpt, function_call and observation, a `system` text,
//!         and `tools` as the JSON text of a list. A call turn is the JSON text of `{"name", "arguments"}`, or of a list of
//!         them. Glaive's data is published there in this shape (glaive-function-calling-v2, Apache-2.0).
//!         The loader wants what people and results say in turn with what the model says and calls, beginning with the
//!         former and ending with the latter; it skips a row that differs with a warning only. `ranking` rows are not written.
//! Ours:   a `function_call` turn that is no call is malformed, whatever its text is. An observation answers the
//!         calls before it; a JSON list with a value for each of several calls is a result each. Where `tools` lists
//!         nothing, a list in the `system` text is taken, as conversions of ToolACE need it. There are no ids; calls get
//!         `call_1`, `call_2`, …. What the loader would skip is not written. A leading `<think>…</think>` beside calls stays in
//!         the content, and other text beside calls has no place.
//! Worked: `{"conversations": [{"from": "human", "value": "AQI in Turin?"}, {"from": "function_call", "value":
//!         "{\"name\": \"get_aqi\", \"arguments\": {\"city\": \"Turin\"}}"}, {"from": "observation", "value": "{\"aqi\": 41}"},
//!         {"from": "gpt", "value": "It is 41."}], "tools": "[{\"name\": \"get_aqi\", …}]"}`

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::steps::{self, Run, Step};
use super::{DatasetFormat, keep_rest, malformed, openai, toolace, wrong};
use crate::call::{Parsed, json as calls_as_json};
use crate::{Call, Dialog, Error, Message, Result, Role};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "sharegpt",
    says: "LLaMA-Factory's ShareGPT rows, as Glaive's dialogs are published there: calls as JSON text in turns of their own.",
    source: "https://github.com/hiyouga/LLaMA-Factory, data/glaive_toolcall_en_demo.json",
    sniff,
    read,
    parts: None,
    write: Some(write),
    tools_as_text: false,
    loses: &[
        "meta: kind, situation, seed, provenance, measurements, verdicts",
        "the structured thinking",
        "the ids of calls, and the text that a call was read from",
        "the order of a step's results where it is not that of the calls",
        "the spacing of the JSON of several results and the spelling of its numbers",
        "calls that training must not learn, with their results",
        "who says that tools come or go in the course of the dialog: the next user turn begins with it",
        "the schema of a tool's result, and what is known of a tool beyond its definition",
        "which turns training learns from, and the names of speakers",
        "the difference between no content and empty content",
    ],
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
    read_tools(object.get("tools").unwrap_or(&Value::Null), &mut dialog)
        .map_err(|error| error.at("tools"))?;
    read_system(object, &mut dialog)?;
    let mut calls = 0;
    for (n, turn) in turns.iter().enumerate() {
        read_turn(turn, &mut calls, &mut dialog.messages)
            .map_err(|error| error.at(format!("conversations[{n}]")))?;
    }
    Ok(dialog)
}

/// The tools: a list, or the JSON text of one.
pub(super) fn read_tools(tools: &Value, dialog: &mut Dialog) -> Result<()> {
    let held;
    let list = match tools {
        Value::Null => return Ok(()),
        Value::String(text) if text.trim().is_empty() => return Ok(()),
        Value::String(text) => {
            held = serde_json::from_str::<Value>(text).map_err(|error| {
                Error::new(format!("expected the JSON text of a list: {error}")).caused_by(error)
            })?;
            &held
        }
        value => value,
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
    match calls_as_json::parse(value) {
        Parsed::Calls(calls) => {
            message.content = Some(steps::thought(value).into());
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
                each.map(|(call, value)| Message::result(call, steps::result_text(value))).collect()
            }
            _ => vec![Message::text(Role::Tool, value)],
        },
        [] => vec![Message::text(Role::Tool, value)],
    };
    messages.extend(results);
}

// Writing.

fn write(dialog: &Dialog) -> Result<Value> {
    let mut turns: Vec<Value> = Vec::new();
    let mut step = Step::default();
    for run in steps::runs(dialog, false) {
        let message = run.first();
        let written = write_turn(&run, &mut step).and_then(|turn| in_turn(turns.len(), turn));
        let (from, value) = written.map_err(|error| error.at(format!("messages[{}]", run.at)))?;
        turns.push(json!({"from": from, "value": value}));
        if !message.calls.is_empty() {
            step = Step::of(&message.calls);
        }
    }
    if turns.is_empty() || turns.len() % 2 == 1 {
        return Err(Error::new(
            "the dialog ends before the model speaks; the loader skips such a row, so add a reply or leave the last turn out",
        ));
    }
    let tools: Vec<Value> = dialog.tools.iter().map(|tool| tool.to_openai()["function"].take()).collect();
    let system = steps::prompt(dialog).map_or("", Message::said);
    Ok(json!({"conversations": turns, "system": system, "tools": Value::from(tools).to_string()}))
}

fn write_turn(run: &Run<'_>, step: &mut Step) -> Result<(&'static str, String)> {
    let message = run.first();
    Ok(match message.role {
        Role::System => return Err(steps::late_prompt()),
        Role::User => {
            steps::calls_nothing(message)?;
            ("human", run.said())
        }
        Role::Tool => ("observation", write_results(run.messages, step)?),
        Role::Assistant if !message.calls.is_empty() => ("function_call", write_calls(message)?),
        Role::Assistant => match &message.malformed {
            None => ("gpt", message.said().to_owned()),
            // What is read as the same again keeps its place.
            Some(malformed) if read_call(message.said(), &mut 0).malformed.as_ref() == Some(malformed) => {
                ("function_call", message.said().to_owned())
            }
            Some(malformed) => return Err(steps::no_place(&malformed.why)),
        },
    })
}

/// The turn, where it stands in turn with the others.
///
/// - `before`: how many turns are before it.
fn in_turn(before: usize, turn: (&'static str, String)) -> Result<(&'static str, String)> {
    let answers = ["gpt", "function_call"].contains(&turn.0);
    if answers == (before % 2 == 1) {
        return Ok(turn);
    }
    let expected = if answers { "human or observation" } else { "gpt or function_call" };
    Err(Error::new(format!(
        "a {} turn stands where the loader wants {expected}; it skips a row whose turns do not alternate",
        turn.0
    )))
}

fn write_calls(message: &Message) -> Result<String> {
    let thought = steps::beside_calls(message)?;
    let mut calls: Vec<Value> =
        message.calls.iter().map(|call| json!({"name": call.name, "arguments": call.arguments})).collect();
    let calls = if let [_] = &calls[..] { calls.remove(0) } else { calls.into() };
    let text = format!("{thought}{calls}");
    // Names that no call has would be read as something else.
    match calls_as_json::parse(&text) {
        Parsed::Calls(read) if read.len() == message.calls.len() => Ok(text),
        _ => Err(Error::new("the calls would not be read as calls again")),
    }
}

/// What a step came to, in one turn: the result, or a list with one for each of several calls.
fn write_results(run: &[Message], step: &mut Step) -> Result<String> {
    let results = step.in_order(run)?;
    if let ([_], [(_, result)]) = (step.calls, &results[..]) {
        return Ok(result.said().to_owned());
    }
    if results.len() < step.calls.len() {
        return Err(Error::new(format!(
            "{} of the step's {} calls have no result; the format links results by order and needs all",
            step.calls.len() - results.len(),
            step.calls.len()
        )));
    }
    let values = results.into_iter().map(|(_, result)| steps::results_value(result.said()));
    Ok(Value::from_iter(values).to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::{any_dialog, learned_calls};

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
    fn a_row_is_written_as_it_was_read() {
        let two = r#"[{"name":"f","arguments":{}},{"name":"f","arguments":{"a":1}}]"#;
        let turns = json!([
            {"from": "human", "value": "Both?"}, {"from": "function_call", "value": two},
            {"from": "observation", "value": r#"[{"x":1},"two"]"#}, {"from": "gpt", "value": "1 and two."},
        ]);
        let tools = r#"[{"name":"f","description":"d","parameters":{"type":"object"}}]"#;
        let row = json!({"conversations": turns, "system": "Be kind.", "tools": tools});
        let dialog = read(&row).expect("the row is good");
        assert_eq!(write(&dialog).expect("it has all it needs"), row);
    }

    #[test]
    fn what_the_loader_would_skip_is_refused() {
        let refused = |messages: Vec<Message>| {
            write(&Dialog { messages, ..Dialog::default() }).expect_err("it would be skipped").to_string()
        };
        let (ask, reply) = (Message::text(Role::User, "Hi"), Message::text(Role::Assistant, "Hello"));
        let calls = vec![Call::new("f", Map::new()), Call::new("g", Map::new())];
        let result = Message { name: Some("f".into()), ..Message::text(Role::Tool, "1") };
        assert!(refused(vec![ask.clone()]).starts_with("the dialog ends before the model speaks"));
        assert!(
            refused(vec![ask.clone(), reply.clone(), reply.clone()])
                .starts_with("messages[2]: a gpt turn stands where the loader wants human or observation")
        );
        assert!(refused(vec![reply]).starts_with("messages[0]: a gpt turn"));
        let step = Message::calling(calls);
        assert_eq!(
            refused(vec![ask, step, result]),
            "messages[2]: 1 of the step's 2 calls have no result; the format links results by order and needs all"
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_to_the_same_row(dialog in any_dialog()) {
            if let Ok(row) = write(&dialog) {
                let again = read(&row).expect("it was just written");
                let turns = |row: &Value| row["conversations"].clone();
                prop_assert_eq!(write(&again).as_ref().map(turns).ok(), Some(turns(&row)));
                prop_assert_eq!(learned_calls(&again), learned_calls(&dialog));
            }
        }
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

//! `ms-swift`: the rows of ms-swift's agent training.
//!
//! Source: ms-swift (main, 2026-08): `messages` of system, user, assistant, tool_call and tool_response, and `tools` as the JSON text of
//!         a list. A `tool_call` is the JSON text of `{"name", "arguments"}`; several in a row are parallel, and a text before them
//!         belongs to them. A `tool_response` answers the calls before it in their order. A message may have `loss`, whether it is
//!         learned; of a run of calls the first one's counts.
//! Ours:   a `tool_call` that is no call is malformed. There are no ids; calls get `call_1`, `call_2`, …. A system prompt stands first
//!         and nowhere else. Rows of preference pairs (`rejected_response`) are read as their first half; the rest goes to `meta.row`.
//! Worked: `{"messages": [{"role": "user", "content": "AQI in Turin?"}, {"role": "tool_call", "content":
//!         "{\"name\": \"get_aqi\", \"arguments\": {\"city\": \"Turin\"}}"}, {"role": "tool_response", "content": "{\"aqi\": 41}"},
//!         {"role": "assistant", "content": "41."}], "tools": "[{\"type\": \"function\", …}]"}`

use serde_json::{Map, Value, json};

use super::steps::{self, Run, Step};
use super::{DatasetFormat, keep_rest, malformed, sharegpt, wrong};
use crate::call::{Parsed, json as calls_as_json};
use crate::{Dialog, Error, Message, Result, Role};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "ms-swift",
    says: "ms-swift's rows: messages with tool_call and tool_response turns, tools as JSON text.",
    source: "https://swift.readthedocs.io, customization: agent support",
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
        "who says that tools come or go in the course of the dialog: the next user turn begins with it",
        "the schema of a tool's result, and what is known of a tool beyond its definition",
        "whether what others than the assistant say is learned, and the names of speakers",
        "the difference between no content and empty content",
    ],
};

const ROLES: &str = "system, user, assistant, tool_call, tool_response or tool";

/// Its own roles, or tools as text; what has neither is read as `openai`, which comes to the same.
fn sniff(row: &Value) -> bool {
    let messages = row.get("messages").and_then(Value::as_array);
    let named = |message: &Value, names: &[&str]| {
        message.get("role").and_then(Value::as_str).is_some_and(|role| names.contains(&role))
    };
    messages.is_some_and(|messages| {
        let known = ["system", "user", "assistant", "tool", "tool_call", "tool_response"];
        messages.iter().all(|message| named(message, &known) && message.get("tool_calls").is_none())
            && messages.iter().any(|message| named(message, &["tool_call", "tool_response"]))
    })
}

// Reading.

fn read(row: &Value) -> Result<Dialog> {
    let object = row.as_object().ok_or_else(|| wrong("an object with `messages`", row))?;
    let messages = object.get("messages").unwrap_or(&Value::Null);
    let messages = messages.as_array().ok_or_else(|| wrong("a list of messages", messages).at("messages"))?;
    let mut dialog = Dialog::default();
    let rest = object.iter().filter(|(key, _)| !["messages", "tools"].contains(&key.as_str()));
    keep_rest(&mut dialog.meta, rest.map(|(key, value)| (key.clone(), value.clone())).collect());
    let tools = object.get("tools").unwrap_or(&Value::Null);
    sharegpt::read_tools(tools, &mut dialog).map_err(|error| error.at("tools"))?;
    let mut reader = Reader::default();
    for (n, message) in messages.iter().enumerate() {
        reader.message(message).map_err(|error| error.at(format!("messages[{n}]")))?;
    }
    dialog.messages = reader.done();
    Ok(dialog)
}

#[derive(Default)]
struct Reader {
    messages: Vec<Message>,
    /// Whether the last message still takes calls.
    open: bool,
    calls: usize,
    /// The calls of the last step that have no result yet, the next last: (id, name).
    waiting: Vec<(Option<String>, String)>,
}

impl Reader {
    fn message(&mut self, message: &Value) -> Result<()> {
        let object = message.as_object().ok_or_else(|| wrong("a message object", message))?;
        let text = |key: &str| {
            let value = object.get(key).unwrap_or(&Value::Null);
            value.as_str().ok_or_else(|| wrong("text", value).at(key))
        };
        let (role, content) = (text("role")?, text("content")?);
        let train = object.get("loss").and_then(Value::as_bool);
        match role {
            "tool_call" => self.call(content, train),
            "tool_response" | "tool" => self.result(content),
            role => {
                let known = [Role::System, Role::User, Role::Assistant];
                let role = known.into_iter().find(|known| known.name() == role);
                let role = role.ok_or_else(|| wrong(ROLES, &object["role"]).at("role"))?;
                self.push(Message { train, ..Message::text(role, content) });
                self.open = role == Role::Assistant;
            }
        }
        Ok(())
    }

    fn push(&mut self, message: Message) {
        self.waiting.clear();
        self.messages.push(message);
    }

    fn call(&mut self, content: &str, train: Option<bool>) {
        let parsed = calls_as_json::parse(content);
        if !self.open {
            self.push(Message { train, ..Message::calling(Vec::new()) });
            self.open = true;
        }
        let Some(message) = self.messages.last_mut() else { return };
        match parsed {
            Parsed::Calls(calls) => {
                for mut call in calls {
                    self.calls += 1;
                    call.id = Some(format!("call_{}", self.calls));
                    self.waiting.insert(0, (call.id.clone(), call.name.clone()));
                    message.calls.push(call);
                }
            }
            // Of several the first is kept.
            Parsed::Malformed(malformed) => {
                message.malformed = message.malformed.take().or(Some(malformed));
            }
            Parsed::NoCall => {
                let why = "the turn is a tool_call, and its text is no call";
                message.malformed = message.malformed.take().or_else(|| Some(malformed(content, why)));
            }
        }
    }

    fn result(&mut self, content: &str) {
        self.open = false;
        let (call_id, name) = self.waiting.pop().map_or((None, None), |(id, name)| (id, Some(name)));
        self.messages.push(Message { call_id, name, ..Message::text(Role::Tool, content) });
    }

    fn done(self) -> Vec<Message> {
        self.messages
    }
}

// Writing.

fn write(dialog: &Dialog) -> Result<Value> {
    let mut messages: Vec<Value> = Vec::new();
    if let Some(prompt) = steps::prompt(dialog) {
        messages.push(json!({"role": "system", "content": prompt.said()}));
    }
    let mut step = Step::default();
    let mut assistant = false;
    for run in steps::runs(dialog, true) {
        let message = run.first();
        write_turn(&run, &mut step, assistant, &mut messages)
            .map_err(|error| error.at(format!("messages[{}]", run.at)))?;
        assistant = message.role == Role::Assistant;
        if !message.calls.is_empty() {
            step = Step::of(&message.calls);
        }
    }
    let mut row = Map::new();
    row.insert("messages".into(), messages.into());
    if !dialog.tools.is_empty() {
        let tools: Vec<Value> = dialog.tools.iter().map(|tool| tool.to_openai()).collect();
        row.insert("tools".into(), Value::from(tools).to_string().into());
    }
    Ok(row.into())
}

/// - `after_assistant`: whether the turn before is the assistant's too; trainers join the two.
fn write_turn(run: &Run<'_>, step: &mut Step, after_assistant: bool, out: &mut Vec<Value>) -> Result<()> {
    let message = run.first();
    match message.role {
        Role::System => return Err(steps::late_prompt()),
        Role::User => {
            steps::calls_nothing(message)?;
            out.push(json!({"role": "user", "content": run.said()}));
        }
        Role::Tool => {
            for (n, (place, result)) in step.in_order(run.messages)?.into_iter().enumerate() {
                if n != place {
                    return Err(Error::new(
                        "an earlier call of the step has no result; the format links results by order and would give it this one",
                    ));
                }
                out.push(json!({"role": "tool_response", "content": result.said()}));
            }
        }
        Role::Assistant => {
            if let Some(malformed) = &message.malformed {
                return Err(steps::no_place(&malformed.why));
            }
            if after_assistant {
                return Err(Error::new(
                    "two turns of the assistant follow one another; the trainer would join them to one",
                ));
            }
            let mut turns = Vec::new();
            if message.calls.is_empty() || !message.said().is_empty() {
                turns.push(("assistant", message.said().to_owned()));
            }
            for call in &message.calls {
                let text = json!({"name": call.name, "arguments": call.arguments}).to_string();
                if !matches!(calls_as_json::parse(&text), Parsed::Calls(_)) {
                    return Err(Error::new("the call would not be read as a call again"));
                }
                turns.push(("tool_call", text));
            }
            for (role, content) in turns {
                let mut turn = json!({"role": role, "content": content});
                if let Some(train) = message.train {
                    turn["loss"] = train.into();
                }
                out.push(turn);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::{any_dialog, learned_calls};
    use super::super::detect;
    use super::*;
    use crate::Call;

    fn row() -> Value {
        json!({
            "messages": [
                {"role": "system", "content": "Be kind."},
                {"role": "user", "content": "AQI in Turin and Bari?"},
                {"role": "assistant", "content": "Let me look.", "loss": false},
                {"role": "tool_call", "content": r#"{"name":"get_aqi","arguments":{"city":"Turin"}}"#, "loss": false},
                {"role": "tool_call", "content": r#"{"name":"get_aqi","arguments":{"city":"Bari"}}"#, "loss": false},
                {"role": "tool_response", "content": "{\"aqi\": 41}"},
                {"role": "tool_response", "content": "{\"aqi\": 37}"},
                {"role": "assistant", "content": "41 and 37."}
            ],
            "tools": r#"[{"type":"function","function":{"name":"get_aqi","description":"AQI","parameters":{"type":"object"}}}]"#
        })
    }

    #[test]
    fn a_row_is_read_and_written_as_it_was() {
        assert_eq!(detect(&row()).map(|format| format.id), Some("ms-swift"));
        let dialog = read(&row()).expect("the row is good");
        let step = &dialog.messages[2];
        assert_eq!((step.said(), step.calls.len(), step.train), ("Let me look.", 2, Some(false)));
        let results: Vec<_> =
            dialog.messages[3..5].iter().map(|message| message.call_id.as_deref()).collect();
        assert_eq!(results, [Some("call_1"), Some("call_2")]);
        assert_eq!(write(&dialog).expect("it has all it needs"), row());
    }

    #[test]
    fn a_call_turn_without_a_call_is_malformed() {
        let dialog = |content: &str| {
            read(&json!({"messages": [{"role": "tool_call", "content": content}]})).expect("it is held")
        };
        for text in ["I would rather not.", r#"{"name": "f", "arguments": [1]}"#] {
            let dialog = dialog(text);
            assert!(dialog.messages[0].calls.is_empty(), "{text}");
            assert_eq!(dialog.messages[0].malformed.as_ref().expect("it is no call").raw, text);
            assert!(write(&dialog).expect_err("it has no place").to_string().contains("malformed calls"));
        }
    }

    #[test]
    fn what_would_be_read_otherwise_is_refused() {
        let (f, g) = (Call::new("f", Map::new()), Call::new("g", Map::new()));
        let refused = |messages: Vec<Message>| {
            let dialog = Dialog { messages, ..Dialog::default() };
            write(&dialog).expect_err("it would be read otherwise").to_string()
        };
        let second = Message::result(&g, "1");
        assert_eq!(
            refused(vec![Message::calling(vec![f, g]), second]),
            "messages[1]: an earlier call of the step has no result; the format links results by order and would give it this one"
        );
        let reply = Message::text(Role::Assistant, "Hi");
        assert!(refused(vec![reply.clone(), reply]).starts_with("messages[1]: two turns of the assistant"));
        let late = vec![Message::text(Role::User, "Hi"), Message::text(Role::System, "Be kind.")];
        assert!(refused(late).starts_with("messages[1]: the format has one system prompt"));
    }

    #[test]
    fn errors_say_where_and_why() {
        let refused = |row: Value| read(&row).expect_err("the row is bad").to_string();
        assert_eq!(
            refused(json!({"messages": [{"role": "bot", "content": "Hi"}]})),
            "messages[0]: role: expected system, user, assistant, tool_call, tool_response or tool, found \"bot\""
        );
        assert_eq!(
            refused(json!({"messages": [{"role": "tool_call", "content": {}}]})),
            "messages[0]: content: expected text, found an object"
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_to_the_same_row(dialog in any_dialog()) {
            if let Ok(row) = write(&dialog) {
                let again = read(&row).expect("it was just written");
                let turns = |row: &Value| row["messages"].clone();
                prop_assert_eq!(write(&again).as_ref().map(turns).ok(), Some(turns(&row)));
                prop_assert_eq!(learned_calls(&again), learned_calls(&dialog));
            }
        }
    }
}

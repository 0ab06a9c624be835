//! `hermes`: the rows of Hermes function calling, all of it text.
//!
//! Source: NousResearch, hermes-function-calling-v1: turns `from` system, human, gpt and tool. The tools are JSON in `<tools>` of the system
//!         turn, calls `<tool_call>` blocks of JSON in the model's text, results `<tool_response>` blocks with `{"name", "content"}`. Qwen 2.5
//!         and Qwen 3 are prompted alike.
//! Ours:   the system turn is the dialog's own prompt, a blank line, our instructions, the tools, one JSON object a line. What else foreign rows say around
//!         `<tools>` belongs to the format and goes to `meta.row.system`. A row that lists its tools beside the turns as well is
//!         read by the system turn. A tag within a JSON string is written with an escape. There are no ids; calls get `call_1`, `call_2`, …, and results follow
//!         them by name and order. What would be read as something else is not written.
//! Worked: `{"conversations": [{"from": "system", "value": "…<tools>\n{…}\n</tools>"}, {"from": "human", "value": "AQI?"}, {"from": "gpt",
//!         "value": "<tool_call>\n{\"name\": \"get_aqi\", \"arguments\": {}}\n</tool_call>"}, {"from": "tool", "value":
//!         "<tool_response>\n{\"name\": \"get_aqi\", \"content\": {\"aqi\": 41}}\n</tool_response>"}, {"from": "gpt", "value": "41."}]}`

use std::sync::Arc;

use serde_json::{Value, json};

use super::steps::{self, Run, Step};
use super::{DatasetFormat, keep_rest, openai, wrong};
use crate::call::{Parsed, hermes as calls};
use crate::{Dialog, Error, Message, Result, Role, Tool};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "hermes",
    says: "Hermes' rows: tools, calls and results as JSON in tags within the text of the turns.",
    source: "https://huggingface.co/datasets/NousResearch/hermes-function-calling-v1",
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
        "the spacing of a result's JSON and the spelling of its numbers",
        "blanks around the text beside calls",
        "calls that training must not learn, with their results",
        "who says that tools come or go in the course of the dialog: the next user turn begins with it",
        "the schema of a tool's result, and what is known of a tool beyond its definition",
        "which turns training learns from, and the names of speakers",
        "the difference between no content and empty content",
    ],
};

const INSTRUCTIONS: &str = "You can use the functions that are listed between the tags, one to a line. To use some, write for each a JSON object with \
    its `name` and its `arguments` between <tool_call> and </tool_call>; what it gives comes back between <tool_response> and \
    </tool_response>. If none serves what is asked, or something that a function requires was not said, say so in words.";
const TOOLS: (&str, &str) = ("<tools>", "</tools>");
const RESPONSE: (&str, &str) = ("<tool_response>", "</tool_response>");
const SPEAKERS: &str = "system, human, gpt or tool";

/// Its turns, with tools or calls in tags: turns alone are those of other formats, too.
fn sniff(row: &Value) -> bool {
    let turns = row.get("conversations").and_then(Value::as_array);
    let text = |turn: &Value, key: &str| turn.get(key).and_then(Value::as_str).map(str::to_owned);
    turns.is_some_and(|turns| {
        turns.iter().all(|turn| text(turn, "from").is_some_and(|from| role(&from).is_some()))
            && turns.iter().any(|turn| {
                let value = text(turn, "value").unwrap_or_default();
                match text(turn, "from").as_deref() {
                    Some("system") => value.contains(TOOLS.0),
                    Some("gpt") => value.contains("<tool_call>"),
                    Some("tool") => true,
                    _ => false,
                }
            })
    })
}

fn role(from: &str) -> Option<Role> {
    Some(match from {
        "system" => Role::System,
        "human" => Role::User,
        "gpt" => Role::Assistant,
        "tool" => Role::Tool,
        _ => return None,
    })
}

// Reading.

fn read(row: &Value) -> Result<Dialog> {
    let object = row.as_object().ok_or_else(|| wrong("an object with `conversations`", row))?;
    let turns = object.get("conversations").unwrap_or(&Value::Null);
    let turns = turns.as_array().ok_or_else(|| wrong("a list of turns", turns).at("conversations"))?;
    let mut dialog = Dialog::default();
    let rest = object.iter().filter(|(key, _)| !["conversations", "tools"].contains(&key.as_str()));
    keep_rest(&mut dialog.meta, rest.map(|(key, value)| (key.clone(), value.clone())).collect());
    let mut count = 0;
    for (n, turn) in turns.iter().enumerate() {
        read_turn(turn, n, &mut count, &mut dialog)
            .map_err(|error| error.at(format!("conversations[{n}]")))?;
    }
    steps::link_results(&mut dialog.messages);
    Ok(dialog)
}

/// `count`: the calls of the dialog so far, which ids go on from.
fn read_turn(turn: &Value, n: usize, count: &mut usize, dialog: &mut Dialog) -> Result<()> {
    let text = |key: &str| {
        let value = turn.get(key).unwrap_or(&Value::Null);
        value.as_str().ok_or_else(|| wrong("text", value).at(key))
    };
    let (from, value) = (text("from")?, text("value")?);
    match role(from) {
        Some(Role::System) if n == 0 => read_system(value, dialog)?,
        Some(Role::Assistant) => dialog.messages.push(read_assistant(value, count)),
        Some(Role::Tool) => read_results(value, &mut dialog.messages),
        Some(role) => dialog.messages.push(Message::text(role, value)),
        None => return Err(wrong(SPEAKERS, &from.into()).at("from")),
    }
    Ok(())
}

/// The tools between the tags, and the prompt before our instructions; a text without tools is a prompt.
fn read_system(system: &str, dialog: &mut Dialog) -> Result<()> {
    let Some((before, list)) = system.rsplit_once(TOOLS.0) else {
        dialog.messages.push(Message::text(Role::System, system));
        return Ok(());
    };
    let (list, after) = list.split_once(TOOLS.1).unwrap_or((list, ""));
    for value in serde_json::Deserializer::from_str(list).into_iter::<Value>() {
        let value = value.map_err(|error| {
            Error::new(format!("expected JSON between {} and {}: {error}", TOOLS.0, TOOLS.1)).caused_by(error)
        })?;
        let tools = if let Value::Array(tools) = value { tools } else { vec![value] };
        for tool in &tools {
            dialog.tools.push(Arc::new(openai::read_tool(tool)?));
        }
    }
    let before = before.trim_end();
    match before.strip_suffix(INSTRUCTIONS).filter(|_| after.trim().is_empty()) {
        Some("") => {}
        Some(own) => {
            dialog.messages.push(Message::text(Role::System, own.strip_suffix("\n\n").unwrap_or(own)));
        }
        None => {
            let system = [("system".to_owned(), system.into())];
            keep_rest(&mut dialog.meta, system.into_iter().collect());
        }
    }
    Ok(())
}

fn read_assistant(value: &str, count: &mut usize) -> Message {
    let mut message = Message::text(Role::Assistant, value);
    match calls::parse(value) {
        Parsed::NoCall => {}
        Parsed::Malformed(malformed) => message.malformed = Some(malformed),
        Parsed::Calls(calls) => {
            message.content = Some(calls::around(value));
            message.calls = calls;
        }
    }
    for call in &mut message.calls {
        *count += 1;
        call.id = Some(format!("call_{count}"));
    }
    message
}

/// A message for each block; a text without blocks is one result.
fn read_results(value: &str, messages: &mut Vec<Message>) {
    let blocks: Vec<&str> = value
        .split(RESPONSE.0)
        .skip(1)
        .map(|block| block.rsplit_once(RESPONSE.1).map_or(block, |(inner, _)| inner).trim_matches('\n'))
        .collect();
    if blocks.is_empty() {
        messages.push(Message::text(Role::Tool, value));
    }
    messages.extend(blocks.into_iter().map(|block| match named(block) {
        Some((name, content)) => Message { name: Some(name), ..Message::text(Role::Tool, content) },
        None => Message::text(Role::Tool, block),
    }));
}

/// The tool and its result, of `{"name", "content"}`.
fn named(block: &str) -> Option<(String, String)> {
    let Ok(Value::Object(mut entry)) = serde_json::from_str(block) else { return None };
    let (Some(Value::String(name)), Some(content), true) =
        (entry.shift_remove("name"), entry.shift_remove("content"), entry.is_empty())
    else {
        return None;
    };
    Some((name, steps::result_text(content)))
}

// Writing.

fn write(dialog: &Dialog) -> Result<Value> {
    let mut turns = Vec::new();
    if let Some(system) = write_system(dialog)? {
        turns.push(json!({"from": "system", "value": system}));
    }
    let (mut claimed, mut read) = (Step::default(), Step::default());
    for run in steps::runs(dialog, false) {
        let written = write_turn(&run, &mut claimed, &mut read);
        let (from, value) = written.map_err(|error| error.at(format!("messages[{}]", run.at)))?;
        turns.push(json!({"from": from, "value": value}));
        if !run.first().calls.is_empty() {
            claimed = Step::of(&run.first().calls);
            read = claimed.clone();
        }
    }
    Ok(json!({ "conversations": turns }))
}

fn write_system(dialog: &Dialog) -> Result<Option<String>> {
    let prompt = steps::prompt(dialog).map(Message::said);
    if dialog.tools.is_empty() {
        return match prompt {
            Some(prompt) if prompt.contains(TOOLS.0) => Err(Error::new(format!(
                "the prompt holds {}, which would be read as the list of tools",
                TOOLS.0
            ))),
            prompt => Ok(prompt.map(str::to_owned)),
        };
    }
    let tools: Vec<String> = dialog.tools.iter().map(|tool| tool_text(tool)).collect();
    let prompt = prompt.filter(|prompt| !prompt.is_empty()).map(|prompt| format!("{prompt}\n\n"));
    let (open, close) = TOOLS;
    Ok(Some(format!("{}{INSTRUCTIONS}\n{open}\n{}\n{close}", prompt.unwrap_or_default(), tools.join("\n"))))
}

/// A tool on one line. In JSON a `<` can only stand in a string.
fn tool_text(tool: &Tool) -> String {
    escaped(&tool.to_openai().to_string())
}

fn escaped(json: &str) -> String {
    json.replace('<', "\\u003c")
}

fn write_turn(run: &Run<'_>, claimed: &mut Step, read: &mut Step) -> Result<(&'static str, String)> {
    let message = run.first();
    Ok(match message.role {
        Role::System => return Err(steps::late_prompt()),
        Role::User => {
            steps::calls_nothing(message)?;
            ("human", run.said())
        }
        Role::Assistant => ("gpt", write_assistant(message)?),
        Role::Tool => {
            let mut blocks = Vec::with_capacity(run.messages.len());
            for (n, result) in claimed.in_order(run.messages)? {
                let Some(call) = claimed.calls.get(n) else { continue };
                if read.named(&call.name) != Some(n) {
                    return Err(Error::new(format!(
                        "an earlier call of `{}` in the step has no result yet; results are linked by name and order, and it would \
                         be given this one",
                        call.name
                    )));
                }
                let entry = json!({"name": call.name, "content": steps::results_value(result.said())});
                blocks.push(format!("{}\n{}\n{}", RESPONSE.0, escaped(&entry.to_string()), RESPONSE.1));
            }
            ("tool", blocks.join("\n"))
        }
    })
}

fn write_assistant(message: &Message) -> Result<String> {
    let said = message.said();
    let text = match (&message.malformed, &message.calls[..]) {
        (Some(_), [_, ..]) => {
            return Err(Error::new("a turn that holds calls and malformed ones has no place"));
        }
        (_, []) => said.to_owned(),
        (None, calls) if said.trim().is_empty() => calls::render(calls)?,
        (None, calls) => format!("{}\n{}", said.trim(), calls::render(calls)?),
    };
    let again = read_assistant(&text, &mut 0);
    let alike = again.malformed == message.malformed
        && again.calls.len() == message.calls.len()
        && (message.calls.is_empty() || again.said() == said.trim());
    if alike {
        Ok(text)
    } else {
        Err(Error::new("the reply would be read as something else: it holds the tags of calls"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::{any_dialog, learned_calls};
    use super::super::detect;
    use super::*;

    #[test]
    fn a_row_is_read_and_written_as_it_was() {
        let system = format!(
            "Be kind.\n\n{INSTRUCTIONS}\n<tools>\n{}\n</tools>",
            r#"{"type":"function","function":{"name":"get_aqi","description":"AQI, \u003c 500","parameters":{"type":"object"}}}"#
        );
        let calls = "Let me look.\n<tool_call>\n{\"name\": \"get_aqi\", \"arguments\": {\"city\": \"Turin\"}}\n</tool_call>\n\
            <tool_call>\n{\"name\": \"get_aqi\", \"arguments\": {\"city\": \"Bari\"}}\n</tool_call>";
        let results = "<tool_response>\n{\"name\":\"get_aqi\",\"content\":{\"aqi\":41}}\n</tool_response>\n<tool_response>\n\
            {\"name\":\"get_aqi\",\"content\":\"none\"}\n</tool_response>";
        let row = json!({"conversations": [
            {"from": "system", "value": system}, {"from": "human", "value": "AQI in Turin and Bari?"}, {"from": "gpt", "value": calls},
            {"from": "tool", "value": results}, {"from": "gpt", "value": "41, and none."},
        ]});
        assert_eq!(detect(&row).map(|format| format.id), Some("hermes"));
        let dialog = read(&row).expect("the row is good");
        assert_eq!(
            (dialog.messages[0].said(), dialog.tools[0].description.as_str()),
            ("Be kind.", "AQI, < 500")
        );
        assert_eq!((dialog.messages[2].said(), dialog.messages[2].calls.len()), ("Let me look.", 2));
        let results: Vec<_> =
            dialog.messages[3..5].iter().map(|one| (one.call_id.as_deref(), one.said())).collect();
        assert_eq!(results, [(Some("call_1"), r#"{"aqi":41}"#), (Some("call_2"), "none")]);
        assert_eq!(write(&dialog).expect("it has all it needs"), row);
    }

    #[test]
    fn foreign_instructions_are_kept_aside() {
        let system = "You call functions. <tools> [{'name'] </tools>";
        let bad = json!({"conversations": [{"from": "system", "value": system}]});
        assert!(
            read(&bad)
                .expect_err("that is no JSON")
                .to_string()
                .starts_with("conversations[0]: expected JSON between <tools>")
        );
        let system = r#"You call functions. <tools> [{"name": "f"}] </tools> For each, write JSON."#;
        let row = json!({"conversations": [{"from": "system", "value": system}, {"from": "human", "value": "Hi"}], "id": 7});
        let dialog = read(&row).expect("the row is good");
        assert_eq!((dialog.tools.len(), dialog.messages.len()), (1, 1));
        assert_eq!(dialog.meta.other["row"], json!({"id": 7, "system": system}));
    }

    #[test]
    fn what_would_be_read_otherwise_is_refused() {
        let refused = |messages: Vec<Message>| {
            write(&Dialog { messages, ..Dialog::default() })
                .expect_err("it would be read otherwise")
                .to_string()
        };
        let tagged = Message::text(Role::Assistant, "Write <tool_call> and JSON.");
        assert_eq!(
            refused(vec![tagged]),
            "messages[0]: the reply would be read as something else: it holds the tags of calls"
        );
        assert!(
            refused(vec![Message::text(Role::System, "a <tools> b")]).starts_with("the prompt holds <tools>")
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_to_the_same_row(dialog in any_dialog()) {
            if let Ok(row) = write(&dialog) {
                let again = read(&row).expect("it was just written");
                let turns = |row: &Value| row["conversations"].as_array().map(|all| all.iter().filter(|turn| turn["from"] != "system").cloned().collect::<Vec<_>>());
                prop_assert_eq!(write(&again).as_ref().map(turns).ok(), Some(turns(&row)));
                prop_assert_eq!(learned_calls(&again), learned_calls(&dialog));
            }
        }
    }
}

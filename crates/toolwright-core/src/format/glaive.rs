//! `glaive`: the rows of Glaive's function-calling data, a prompt and a chat as two texts.
//!
//! Source: glaiveai/glaive-function-calling-v2: `system` is `SYSTEM: `, a sentence and the tools as JSON objects one after another; `chat` is turns
//!         behind `USER: `, `ASSISTANT: ` and `FUNCTION RESPONSE: `, with two empty lines between them and `<|endoftext|>` after the assistant's. A
//!         call is `<functioncall> {"name": …, "arguments": '{…}'}`, its arguments JSON between single quotes.
//! Ours:   only read; what people train on is written in other formats. The sentence before the tools belongs to the format and goes to
//!         `meta.row.system`; where there are no tools it is the dialog's prompt. A call gets an id, and the response after it belongs to it.
//! Worked: `{"system": "SYSTEM: You may use these. -\n{\"name\": \"get_aqi\", …}\n", "chat": "USER: AQI?\n\n\nASSISTANT: <functioncall> {\"name\":
//!         \"get_aqi\", \"arguments\": '{\"city\": \"Turin\"}'} <|endoftext|>\n\n\nFUNCTION RESPONSE: {\"aqi\": 41}\n\n\nASSISTANT: 41. <|endoftext|>"}`

use std::sync::Arc;

use serde_json::Value;

use super::{DatasetFormat, keep_rest, malformed, openai, steps, wrong};
use crate::{Call, Dialog, Error, Message, Result, Role};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "glaive",
    says: "Glaive's rows: a prompt with the tools and a whole chat, each one text.",
    source: "https://huggingface.co/datasets/glaiveai/glaive-function-calling-v2",
    sniff,
    read,
    parts: None,
    write: None,
    tools_as_text: false,
    loses: &[],
};

/// How each turn begins.
const TURNS: [(&str, Role); 3] =
    [("USER:", Role::User), ("ASSISTANT:", Role::Assistant), ("FUNCTION RESPONSE:", Role::Tool)];
const SYSTEM: &str = "SYSTEM:";
const CALL: &str = "<functioncall>";
const END: &str = "<|endoftext|>";

fn sniff(row: &Value) -> bool {
    let text = |key: &str| row.get(key).and_then(Value::as_str);
    text("system").is_some_and(|system| system.trim_start().starts_with(SYSTEM))
        && text("chat").is_some_and(|chat| head(chat.trim_start()).is_some())
}

/// The role that a text begins with, and what follows.
fn head(text: &str) -> Option<(Role, &str)> {
    TURNS.iter().find_map(|(mark, role)| Some((*role, text.strip_prefix(mark)?)))
}

fn read(row: &Value) -> Result<Dialog> {
    let object = row.as_object().ok_or_else(|| wrong("an object with `system` and `chat`", row))?;
    let text = |key: &str| {
        let value = object.get(key).unwrap_or(&Value::Null);
        value.as_str().ok_or_else(|| wrong("text", value).at(key))
    };
    let (system, chat) = (text("system")?, text("chat")?);
    let mut dialog = Dialog::default();
    let rest = object.iter().filter(|(key, _)| !["system", "chat"].contains(&key.as_str()));
    keep_rest(&mut dialog.meta, rest.map(|(key, value)| (key.clone(), value.clone())).collect());
    read_system(system, &mut dialog).map_err(|error| error.at("system"))?;
    let mut count = 0;
    for (role, said) in turns(chat).map_err(|error| error.at("chat"))? {
        dialog.messages.push(match role {
            Role::Assistant => assistant(said, &mut count),
            role => Message::text(role, said),
        });
    }
    steps::link_results(&mut dialog.messages);
    Ok(dialog)
}

/// The tools, one JSON object after another; a text without any is a prompt.
fn read_system(system: &str, dialog: &mut Dialog) -> Result<()> {
    let system = system.trim_start();
    let system = system.strip_prefix(SYSTEM).unwrap_or(system).trim();
    let Some(open) = system.find('{') else {
        if !system.is_empty() {
            dialog.messages.push(Message::text(Role::System, system));
        }
        return Ok(());
    };
    let (sentence, list) = system.split_at(open);
    for value in serde_json::Deserializer::from_str(list).into_iter::<Value>() {
        let value = value.map_err(|error| {
            Error::new(format!("expected the tools as JSON objects: {error}")).caused_by(error)
        })?;
        dialog.tools.push(Arc::new(openai::read_tool(&value)?));
    }
    let sentence = [("system".to_owned(), sentence.trim_end().into())];
    keep_rest(&mut dialog.meta, sentence.into_iter().collect());
    Ok(())
}

/// Who speaks and what is said. A turn begins at the start of a line, behind an empty one.
fn turns(chat: &str) -> Result<Vec<(Role, &str)>> {
    let mut rest = chat.trim();
    let mut turns = Vec::new();
    while !rest.is_empty() {
        let Some((role, said)) = head(rest) else {
            let marks = TURNS.map(|(mark, _)| format!("`{mark}`"));
            return Err(wrong(&format!("a turn that begins with {}", marks.join(", ")), &rest.into()));
        };
        let (said, after) = said.split_at(end_of_turn(said));
        turns.push((role, said.trim().trim_end_matches(END).trim()));
        rest = after.trim_start();
    }
    Ok(turns)
}

/// Where the next turn begins, or the text ends.
fn end_of_turn(said: &str) -> usize {
    let mut from = 0;
    while let Some(gap) = said[from..].find("\n\n") {
        let after = said[from + gap..].trim_start_matches('\n');
        from = said.len() - after.len();
        if head(after).is_some() {
            return from;
        }
    }
    said.len()
}

/// `count`: the calls of the dialog so far, which ids go on from.
fn assistant(said: &str, count: &mut usize) -> Message {
    let Some((before, call)) = said.split_once(CALL) else { return Message::text(Role::Assistant, said) };
    match called(call.trim().trim_end_matches(END).trim()) {
        Some(mut call) => {
            *count += 1;
            call.id = Some(format!("call_{count}"));
            let content = Some(before.trim().to_owned()).filter(|before| !before.is_empty());
            Message { content: content.or(Some(String::new())), ..Message::calling(vec![call]) }
        }
        None => {
            let why = "expected `{\"name\": …, \"arguments\": '{…}'}`";
            Message { malformed: Some(malformed(said, why)), ..Message::text(Role::Assistant, said) }
        }
    }
}

/// `{"name": "f", "arguments": '{"a": 1}'}`; later rows have the arguments as an object or as a JSON string.
fn called(text: &str) -> Option<Call> {
    let quoted = || {
        let (head, rest) = text.split_once("\"arguments\"")?;
        let inner = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('\'')?;
        let (inner, tail) = inner.rsplit_once('\'')?;
        let arguments: Value =
            serde_json::from_str(inner).or_else(|_| serde_json::from_str(&inner.replace("\\'", "'"))).ok()?;
        let whole = format!("{head}\"arguments\": {arguments}{tail}");
        serde_json::from_str::<Value>(&whole).ok()
    };
    let mut call = serde_json::from_str::<Value>(text).ok().or_else(quoted)?;
    let call = call.as_object_mut()?;
    let name = call.get("name")?.as_str()?.to_owned();
    let arguments = match call.shift_remove("arguments") {
        None => Value::Object(serde_json::Map::new()),
        Some(Value::String(text)) => serde_json::from_str(&text).ok()?,
        Some(other) => other,
    };
    match arguments {
        Value::Object(arguments) => Some(Call::new(name, arguments)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::detect;
    use super::*;

    const TOOL: &str = r#"{
    "name": "get_aqi",
    "description": "The air.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
}"#;

    fn row(chat: &str) -> Value {
        json!({"system": format!("SYSTEM: You may use these functions. -\n{TOOL}\n\n{}\n", TOOL.replace("aqi", "uvi")), "chat": chat})
    }

    #[test]
    fn turns_calls_and_responses_are_read() {
        let row = row(concat!(
            "USER: How is the air in Mary's town, Turin?\n\nUSER is my name.\n\n\n",
            "ASSISTANT: <functioncall> {\"name\": \"get_aqi\", \"arguments\": '{\"city\": \"Turin\", \"note\": \"Mary\\'s\"}'} <|endoftext|>\n\n\n",
            "FUNCTION RESPONSE: {\"aqi\": 41}\n\n\nASSISTANT: It is 41.\n\nThat is good. <|endoftext|>\n\n\n"
        ));
        assert_eq!(detect(&row).map(|format| format.id), Some("glaive"));
        let dialog = read(&row).expect("the row is good");
        assert_eq!(dialog.tools.iter().map(|tool| &*tool.name).collect::<Vec<_>>(), ["get_aqi", "get_uvi"]);
        let roles: Vec<Role> = dialog.messages.iter().map(|message| message.role).collect();
        assert_eq!(roles, [Role::User, Role::Assistant, Role::Tool, Role::Assistant]);
        assert_eq!(dialog.messages[0].said(), "How is the air in Mary's town, Turin?\n\nUSER is my name.");
        let call = &dialog.messages[1].calls[0];
        assert_eq!(Value::Object(call.arguments.clone()), json!({"city": "Turin", "note": "Mary's"}));
        assert_eq!(
            (&dialog.messages[2].call_id, dialog.messages[2].name.as_deref()),
            (&call.id, Some("get_aqi"))
        );
        assert_eq!(dialog.messages[3].said(), "It is 41.\n\nThat is good.");
        assert_eq!(dialog.meta.other["row"]["system"], "You may use these functions. -");
    }

    #[test]
    fn rows_without_tools_and_broken_calls_are_read() {
        let plain = json!({"system": "SYSTEM: You are helpful, without functions.", "chat": "USER: Hi!\n\n\nASSISTANT: Hello! <|endoftext|>"});
        let dialog = read(&plain).expect("the row is good");
        assert_eq!(dialog.messages[0].said(), "You are helpful, without functions.");
        let dialog = read(&row(
            "USER: AQI?\n\n\nASSISTANT: <functioncall> {\"name\": \"get_aqi\", \"arguments\": '{city}'}",
        ))
        .expect("it is held");
        assert!(dialog.messages[1].malformed.is_some() && dialog.messages[1].calls.is_empty());
        let error = read(&row("HUMAN: AQI?")).expect_err("nobody is called that").to_string();
        assert!(error.starts_with("chat: expected a turn that begins with `USER:`"), "{error}");
    }

    proptest! {
        #[test]
        fn any_chat_is_read_or_refused(chat in "(USER:|ASSISTANT:|FUNCTION RESPONSE:|<functioncall>|<\\|endoftext\\|>|[ \n\"'{}:,a]|é){0,24}", system in "(SYSTEM:|[ \n\"'{}:,a]|é){0,12}") {
            let _ = read(&json!({"system": system, "chat": chat}));
        }
    }
}

//! `openai`: the rows of OpenAI's fine-tuning files, which many trainers and services read.
//!
//! Source: OpenAI's guide to supervised fine-tuning; a row has `messages`, `tools` and `parallel_tool_calls`, and services
//!         refuse rows with other keys. Arguments are JSON in a string, every result gives the id of its call, and an
//!         assistant turn may have a `weight` of 0 or 1.
//! Ours:   reading is lenient, because files that call themselves so differ: arguments as objects, `functions` and
//!         `function_call` of earlier days, content in parts, tools without their wrapper. Arguments that are no JSON
//!         object make the turn malformed. A call without an id gets one in writing. Other keys of a row go to `meta.row`.
//! Worked: `{"messages": [{"role": "user", "content": "AQI?"}, {"role": "assistant", "content": "", "tool_calls": [{"id": "call_1_0",
//!         "type": "function", "function": {"name": "get_aqi", "arguments": "{\"city\":\"Turin\"}"}}]}]}`

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{DatasetFormat, keep_rest, kind, wrong};
use crate::schema::nests_within;
use crate::{Call, Dialog, Error, Malformed, Message, OfferChange, Result, Role, Tool};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "openai",
    says: "OpenAI's fine-tuning rows: messages, tools and parallel_tool_calls, with arguments as JSON text.",
    source: "https://platform.openai.com/docs/guides/supervised-fine-tuning",
    sniff,
    read,
    parts: None,
    write: Some(write),
    tools_as_text: false,
    loses: &[
        "meta: kind, situation, seed, provenance, measurements, verdicts",
        "the structured thinking",
        "what the results of tools are like that come on offer in the course of the dialog",
        "the text that a call was read from",
        "the schema of a tool's result, and what is known of a tool beyond its definition",
        "the difference between no content and empty content",
    ],
};

fn sniff(row: &Value) -> bool {
    row.get("messages").is_some_and(Value::is_array)
}

// Reading.

fn read(row: &Value) -> Result<Dialog> {
    let object = row.as_object().ok_or_else(|| wrong("an object with `messages`", row))?;
    let messages =
        list(object.get("messages").unwrap_or(&Value::Null)).map_err(|error| error.at("messages"))?;
    let mut dialog = Dialog::default();
    keep_rest(&mut dialog.meta, rest(object));
    for (n, message) in messages.iter().enumerate() {
        dialog.messages.push(read_message(message).map_err(|error| error.at(format!("messages[{n}]")))?);
    }
    for (key, tools) in ["tools", "functions"].into_iter().filter_map(|key| Some((key, object.get(key)?))) {
        for (n, tool) in optional_list(tools).map_err(|error| error.at(key))?.iter().enumerate() {
            let tool = read_tool(tool).map_err(|error| error.at(format!("{key}[{n}]")))?;
            dialog.tools.push(Arc::new(tool));
        }
    }
    name_results(&mut dialog.messages);
    Ok(dialog)
}

/// What else a row says.
fn rest(row: &Map<String, Value>) -> Map<String, Value> {
    const READ: [&str; 4] = ["messages", "tools", "functions", "parallel_tool_calls"];
    let rest = row.iter().filter(|(key, _)| !READ.contains(&key.as_str()));
    rest.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn read_message(value: &Value) -> Result<Message> {
    let object = value.as_object().ok_or_else(|| wrong("a message object", value))?;
    let role = object.get("role").unwrap_or(&Value::Null);
    let role: Role = serde_json::from_value(role.clone())
        .map_err(|_| wrong("system, developer, user, assistant, tool or function", role).at("role"))?;
    let content =
        object.get("content").map_or(Ok(None), read_content).map_err(|error| error.at("content"))?;
    let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut message =
        Message { content, call_id: text("tool_call_id"), name: text("name"), ..Message::text(role, "") };
    if role == Role::System {
        message.offer =
            OfferChange::read(message.said()).filter(|(_, rest)| rest.is_empty()).map(|(change, _)| change);
    }
    message.train = object.get("weight").and_then(Value::as_f64).map(|weight| weight > 0.0);
    let calls = object
        .get("tool_calls")
        .map_or(Ok(&[][..]), optional_list)
        .map_err(|error| error.at("tool_calls"))?;
    let before = object.get("function_call").filter(|call| !call.is_null());
    for (n, call) in calls.iter().chain(before).enumerate() {
        read_call(call, &mut message).map_err(|error| error.at(format!("tool_calls[{n}]")))?;
    }
    Ok(message)
}

/// Text, nothing, or text in parts.
fn read_content(value: &Value) -> Result<Option<String>> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        Value::Array(parts) => {
            let text =
                |part: &Value| part.get("text").or_else(|| part.get("refusal"))?.as_str().map(str::to_owned);
            parts
                .iter()
                .map(|part| text(part).ok_or_else(|| wrong("a part with text", part)))
                .collect::<Result<_>>()
                .map(Some)
        }
        _ => Err(wrong("text", value)),
    }
}

/// Adds a call to the message, or says in `malformed` why it is none.
fn read_call(value: &Value, message: &mut Message) -> Result<()> {
    let function = value.get("function").unwrap_or(value);
    let name =
        function.get("name").and_then(Value::as_str).ok_or_else(|| wrong("a call with a name", value))?;
    let id = value.get("id").and_then(Value::as_str).map(str::to_owned);
    let arguments = match function.get("arguments") {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(arguments)) => Ok(arguments.clone()),
        // Some writers leave the text of no arguments empty.
        Some(Value::String(text)) if text.trim().is_empty() => Ok(Map::new()),
        Some(Value::String(text)) => read_arguments(name, text),
        Some(other) => return Err(wrong("an object or its text", other).at("arguments")),
    };
    match arguments {
        Ok(arguments) => message.calls.push(Call { id, ..Call::new(name, arguments) }),
        // Of several the first is kept, as a reader of text would have stopped there.
        Err(malformed) => message.malformed = message.malformed.take().or(Some(malformed)),
    }
    Ok(())
}

/// The arguments in a text, or why they are none.
pub(super) fn read_arguments(name: &str, text: &str) -> Result<Map<String, Value>, Malformed> {
    let (span, why) = match serde_json::from_str(text) {
        Ok(Value::Object(arguments)) if arguments.values().all(|value| nests_within(value, DEEPEST)) => {
            return Ok(arguments);
        }
        Ok(Value::Object(_)) => (0..text.len(), format!("it is nested deeper than {DEEPEST} levels")),
        Ok(other) => (0..text.len(), format!("expected an object, found {}", kind(&other))),
        Err(error) => {
            let at = if error.is_eof() { text.len() } else { offset(text, error.line(), error.column()) };
            (at..text.len(), error.to_string())
        }
    };
    Err(Malformed {
        raw: text.into(),
        span,
        why: format!("the arguments of `{name}` are no JSON object: {why}"),
    })
}

/// Deeper arguments would make a row of ours too deep to be read again.
pub(super) const DEEPEST: usize = 100;

/// The byte at a line and column, both from 1, at the beginning of a character.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let at = (start + column.saturating_sub(1)).min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

pub(super) fn read_tool(value: &Value) -> Result<Tool> {
    let function = value.get("function").unwrap_or(value);
    let text = |key: &str| function.get(key).and_then(Value::as_str);
    let name = text("name").ok_or_else(|| wrong("a tool with a name", value))?;
    // By the API's reference a function without parameters takes none.
    let parameters = function.get("parameters").filter(|parameters| !parameters.is_null()).cloned();
    let parameters = parameters.unwrap_or_else(|| json!({"type": "object", "properties": {}}));
    Ok(Tool::new(name, text("description").unwrap_or_default(), parameters))
}

/// Results name their call by id alone; we keep the tool's name as well.
fn name_results(messages: &mut [Message]) {
    let mut names: HashMap<String, String> = HashMap::new();
    for message in messages {
        for call in &message.calls {
            names.extend(call.id.clone().map(|id| (id, call.name.clone())));
        }
        if message.role == Role::Tool && message.name.is_none() {
            message.name = message.call_id.as_ref().and_then(|id| names.get(id)).cloned();
        }
    }
}

fn list(value: &Value) -> Result<&[Value]> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| wrong("a list", value))
}

fn optional_list(value: &Value) -> Result<&[Value]> {
    if value.is_null() { Ok(&[]) } else { list(value) }
}

// Writing.

fn write(dialog: &Dialog) -> Result<Value> {
    let mut ids = Ids::of(dialog);
    let messages = dialog.messages.iter().enumerate().map(|(at, message)| {
        write_message(at, message, &mut ids).map_err(|error| error.at(format!("messages[{at}]")))
    });
    let mut row = Map::new();
    row.insert("messages".into(), messages.collect::<Result<Vec<_>>>()?.into());
    if !dialog.tools.is_empty() {
        row.insert("tools".into(), dialog.tools.iter().map(|tool| tool.to_openai()).collect());
        let parallel = dialog.messages.iter().any(|message| message.calls.len() > 1);
        row.insert("parallel_tool_calls".into(), parallel.into());
    }
    Ok(row.into())
}

fn write_message(at: usize, message: &Message, ids: &mut Ids) -> Result<Value> {
    if let Some(malformed) = &message.malformed {
        return Err(Error::new(format!("the format has no place for malformed calls ({})", malformed.why)));
    }
    let mut out = Map::new();
    out.insert("role".into(), message.role.name().into());
    if message.role == Role::Tool {
        out.insert("tool_call_id".into(), ids.answered(message)?.into());
    }
    out.insert("content".into(), message.said().into());
    if !message.calls.is_empty() {
        let calls =
            message.calls.iter().enumerate().map(|(n, call)| write_call(call, ids.opened(at, n, call)));
        out.insert("tool_calls".into(), calls.collect());
    }
    if let (Role::Assistant, Some(train)) = (message.role, message.train) {
        out.insert("weight".into(), u8::from(train).into());
    }
    Ok(out.into())
}

fn write_call(call: &Call, id: String) -> Value {
    let arguments = Value::Object(call.arguments.clone()).to_string();
    json!({"id": id, "type": "function", "function": {"name": call.name, "arguments": arguments}})
}

/// Gives every call an id and every result the id of its call. A call that has its result stays in the queues it was not
/// taken from and is passed over there.
#[derive(Default)]
struct Ids<'a> {
    taken: HashSet<&'a str>,
    /// The calls so far, each with its id until it has a result.
    open: Vec<Option<String>>,
    by_id: HashMap<String, VecDeque<usize>>,
    by_name: HashMap<String, VecDeque<usize>>,
    in_order: VecDeque<usize>,
}

impl<'a> Ids<'a> {
    fn of(dialog: &'a Dialog) -> Self {
        let taken = dialog.calls().filter_map(|(_, _, call)| call.id.as_deref()).collect();
        Self { taken, ..Self::default() }
    }

    fn opened(&mut self, message: usize, n: usize, call: &Call) -> String {
        let mut id = call.id.clone().unwrap_or_else(|| format!("call_{message}_{n}"));
        while call.id.is_none() && self.taken.contains(id.as_str()) {
            id.push('_');
        }
        let at = self.open.len();
        self.open.push(Some(id.clone()));
        self.by_id.entry(id.clone()).or_default().push_back(at);
        self.by_name.entry(call.name.clone()).or_default().push_back(at);
        self.in_order.push_back(at);
        id
    }

    /// The call that a result answers: by id where it has one, else by name where it has one, else the first that is open.
    fn answered(&mut self, result: &Message) -> Result<String> {
        let queue = match (&result.call_id, &result.name) {
            (Some(id), _) => self.by_id.get_mut(id),
            (None, Some(name)) => self.by_name.get_mut(name),
            (None, None) => Some(&mut self.in_order),
        };
        let open = &mut self.open;
        let mut calls = queue.into_iter().flat_map(|queue| std::iter::from_fn(|| queue.pop_front()));
        calls
            .find_map(|call| open.get_mut(call)?.take())
            .ok_or_else(|| Error::new("the result answers no earlier call; the format wants the id of one"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::any_dialog;
    use super::*;
    use crate::Meta;

    #[test]
    fn a_whole_row() {
        let row = json!({
            "messages": [
                {"role": "user", "content": "AQI in Turin?"},
                {"role": "assistant", "content": "", "tool_calls": [
                    {"id": "call_01", "type": "function", "function": {"name": "get_aqi", "arguments": "{\"city\":\"Turin\"}"}}
                ], "weight": 0},
                {"role": "tool", "tool_call_id": "call_01", "content": "{\"aqi\": 41}"},
                {"role": "assistant", "content": "It is 41."}
            ],
            "tools": [{"type": "function", "function": {"name": "get_aqi", "description": "AQI", "parameters": {"type": "object"}}}],
            "parallel_tool_calls": false
        });
        let dialog = read(&row).expect("the row is good");
        assert_eq!(dialog.messages[2].name.as_deref(), Some("get_aqi"));
        assert_eq!(dialog.messages[1].train, Some(false));
        assert_eq!(write(&dialog).expect("it has all it needs"), row);
    }

    #[test]
    fn reading_is_lenient() {
        let row = json!({
            "id": 7,
            "messages": [
                {"role": "developer", "content": [{"type": "text", "text": "Be "}, {"type": "text", "text": "kind."}]},
                {"role": "assistant", "content": null, "tool_calls": [{"function": {"name": "f", "arguments": {"a": 1}}}]},
                {"role": "assistant", "function_call": {"name": "g", "arguments": " "}},
                {"role": "function", "name": "g", "content": "1"}
            ],
            "functions": [{"name": "f"}]
        });
        let dialog = read(&row).expect("the row is good enough");
        assert_eq!(dialog.messages[0].said(), "Be kind.");
        assert_eq!(dialog.messages[1].calls[0].arguments["a"], 1);
        assert_eq!((dialog.messages[2].calls[0].name.as_str(), dialog.messages[3].role), ("g", Role::Tool));
        assert_eq!((dialog.tools[0].name.as_str(), &dialog.meta.other["row"]["id"]), ("f", &json!(7)));
    }

    #[test]
    fn bad_argument_text_is_malformed() {
        let call = |text: &str| json!({"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": text}}]}]});
        let dialog = read(&call("{\"a\": é}")).expect("it can be held");
        let malformed = dialog.messages[0].malformed.clone().expect("the text is no JSON");
        assert_eq!((malformed.span, malformed.raw.as_str()), (6..9, "{\"a\": é}"));
        assert!(
            malformed.why.starts_with("the arguments of `f` are no JSON object: expected value"),
            "{}",
            malformed.why
        );
        assert!(dialog.messages[0].calls.is_empty());
        let error = write(&dialog).expect_err("there is no place for it").to_string();
        assert!(error.starts_with("messages[0]: the format has no place for malformed calls"), "{error}");
        assert!(read(&call("[1]")).expect("it can be held").messages[0].malformed.is_some());
    }

    #[test]
    fn deep_arguments_are_malformed() {
        let text = format!("{{\"a\": {}{}}}", "[".repeat(110), "]".repeat(110));
        let why = read_arguments("f", &text).expect_err("it is too deep").why;
        assert!(why.ends_with("nested deeper than 100 levels"), "{why}");
        let cut = read_arguments("f", "{\"a\": 1").expect_err("it breaks off");
        assert_eq!(cut.span, 7..7);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(mut dialog in any_dialog()) {
            normalise(&mut dialog);
            let row = write(&dialog).expect("the dialog has all that the format wants");
            let text = serde_json::to_string(&row).expect("rows are JSON");
            prop_assert_eq!(read(&serde_json::from_str(&text).expect("it was just written")).expect("so was this"), dialog);
        }

        #[test]
        fn any_row_is_read_or_refused(dialog in any_dialog(), at in 0..400usize, byte in "[\"\\[\\]{}0n:,]") {
            let Ok(row) = write(&dialog) else { return Ok(()) };
            let mut text = row.to_string();
            if text.is_char_boundary(at) && text.is_char_boundary(at + 1) && at < text.len() {
                text.replace_range(at..=at, &byte);
            }
            if let Ok(row) = serde_json::from_str(&text) {
                let _ = read(&row);
            }
        }
    }

    /// Brings a dialog to what the format can hold.
    fn normalise(dialog: &mut Dialog) {
        dialog.meta = Meta::default();
        dialog.messages.retain(|message| message.role != Role::Tool);
        for tool in &mut dialog.tools {
            *tool = Arc::new(Tool::new(&*tool.name, &*tool.description, json!({"type": "object"})));
        }
        let mut results = Vec::new();
        for (at, message) in dialog.messages.iter_mut().enumerate() {
            (message.thinking, message.malformed, message.name, message.call_id) = (None, None, None, None);
            message.content = Some(message.said().into());
            message.offer = None;
            message.train = message.train.filter(|_| message.role == Role::Assistant);
            for (n, call) in message.calls.iter_mut().enumerate() {
                (call.id, call.raw) = (Some(format!("c{at}.{n}")), None);
                results.push(Message::result(call, "{}"));
            }
        }
        dialog.messages.extend(results);
    }

    #[test]
    fn errors_say_where() {
        let error = |row: Value| read(&row).expect_err("the row is bad").to_string();
        assert_eq!(
            error(json!({"messages": [{"role": "bot"}]})),
            "messages[0]: role: expected system, developer, user, assistant, tool or function, found \"bot\""
        );
        assert_eq!(
            error(json!({"messages": [], "tools": [{}]})),
            "tools[0]: expected a tool with a name, found an object"
        );
        assert_eq!(
            error(json!({"messages": [{"role": "user", "content": 7}]})),
            "messages[0]: content: expected text, found a number"
        );
    }

    #[test]
    fn ids_are_given_and_found() {
        let call =
            |id: Option<&str>, name: &str| Call { id: id.map(Into::into), ..Call::new(name, Map::new()) };
        let calls = vec![call(None, "f"), call(Some("call_0_0"), "g"), call(None, "h")];
        let named = Message { name: Some("h".into()), ..Message::text(Role::Tool, "3") };
        let messages = vec![Message::calling(calls), named, Message::text(Role::Tool, "1")];
        let row = write(&Dialog { messages, ..Dialog::default() }).expect("every result has a call");
        let id = |pointer| row.pointer(pointer).and_then(Value::as_str);
        assert_eq!(id("/messages/0/tool_calls/0/id"), Some("call_0_0_"));
        assert_eq!(id("/messages/1/tool_call_id"), Some("call_0_2"));
        assert_eq!(id("/messages/2/tool_call_id"), Some("call_0_0_"));
        let stray = Dialog { messages: vec![Message::text(Role::Tool, "1")], ..Dialog::default() };
        assert!(
            write(&stray).expect_err("it answers nothing").to_string().contains("answers no earlier call")
        );
    }
}

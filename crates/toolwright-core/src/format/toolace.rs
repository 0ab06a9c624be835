//! `toolace`: the rows of the ToolACE dataset.
//!
//! Source: ToolACE (arXiv:2409.00920), the published dataset. A row is a `system` text that holds the JSON list of the
//!         tools, and turns `from` user, assistant and tool. Calls are Python-call text; a tool turn is a JSON list with
//!         `{"name", "results"}` for each call of the step before it. There are no ids: results follow their calls by
//!         name, and calls of one name by order.
//! Ours:   `system` is written as the dialog's own system prompt, a blank line, our instructions, the list. The list is in
//!         the notation that `meta.tool_notation` names, JSON where it names none: the paper's first version mixes JSON,
//!         YAML, XML and Markdown into training; the published rows have JSON. Reading finds all four. What else
//!         foreign rows say in `system` is mostly the same instructions in other words; they belong to the format, not to
//!         the dialog, and go to `meta.row.system`. A text without a list is a system prompt. Schemas are normalised on
//!         reading, and written with the dataset's names of types. A turn that would be read as something else, or a
//!         result that would be taken for another call's, is not written. A leading `<think>…</think>` beside calls stays
//!         in the content.
//! Worked: `{"system": "…\n[{\"name\": \"get_aqi\", …}]", "conversations": [{"from": "user", "value": "AQI?"},
//!         {"from": "assistant", "value": "[get_aqi(city=\"Turin\")]"}, {"from": "tool", "value":
//!         "[{\"name\": \"get_aqi\", \"results\": {\"aqi\": 41}}]"}, {"from": "assistant", "value": "It is 41."}]}`

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::steps::{self, Step};
use super::{DatasetFormat, keep_rest, wrong};
use crate::call::{Parsed, python};
use crate::render::{Found, TOOL_NOTATIONS, ToolNotation, find_definitions, tool_notation};
use crate::schema::normalise;
use crate::{Dialog, Error, Message, OfferChange, Result, Role, Tool};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "toolace",
    says: "ToolACE's rows: the tools as a list in `system`, in JSON or another notation, calls as Python-call text.",
    source: "https://huggingface.co/datasets/Team-ACE/ToolACE",
    sniff,
    read,
    parts: None,
    write: Some(write),
    tools_as_text: true,
    loses: &[
        "meta: kind, situation, seed, provenance, measurements, verdicts",
        "the structured thinking",
        "the ids of calls, and the text that a call was read from where it differs from what is written",
        "the order of a step's results where it is not that of the calls",
        "the spacing of a result's JSON and the spelling of its numbers",
        "calls that training must not learn, with their results",
        "who says that tools come or go in the course of the dialog: the next user turn begins with it",
        "the schema of a tool's result, and what is known of a tool beyond its definition",
        "the order of a schema's keywords, where the tools are in XML or Markdown",
        "which turns training learns from, and the names of speakers",
        "the difference between no content and empty content",
    ],
};

/// Stands before the list, with the title of the list's notation and a colon on the rest of the line. What tools say
/// cannot pass for the beginning of a list, in any notation: the last one found that a list alone follows is ours.
const INSTRUCTIONS: &str = "Functions are at your service. To use them, answer with the list of calls alone, written as \
    [name(parameter=value), another name(parameter=value)].\nIf none of them serves what is asked, or the request leaves \
    open an argument that a function requires, say that in words instead.\nThe functions, in ";

fn sniff(row: &Value) -> bool {
    let turns = row.get("conversations").and_then(Value::as_array);
    let speaker =
        |turn: &Value| turn.get("from").and_then(Value::as_str).is_some_and(|from| role(from).is_some());
    row.get("system").is_some_and(Value::is_string) && turns.is_some_and(|turns| turns.iter().all(speaker))
}

fn role(from: &str) -> Option<Role> {
    [Role::User, Role::Assistant, Role::Tool].into_iter().find(|role| role.name() == from)
}

// Reading.

fn read(row: &Value) -> Result<Dialog> {
    let object = row.as_object().ok_or_else(|| wrong("an object with `system` and `conversations`", row))?;
    let turns = object.get("conversations").unwrap_or(&Value::Null);
    let turns = turns.as_array().ok_or_else(|| wrong("a list of turns", turns).at("conversations"))?;
    let mut dialog = Dialog::default();
    let rest = object.iter().filter(|(key, _)| !["system", "conversations"].contains(&key.as_str()));
    keep_rest(&mut dialog.meta, rest.map(|(key, value)| (key.clone(), value.clone())).collect());
    match object.get("system") {
        None | Some(Value::Null) => {}
        Some(Value::String(system)) => read_system(system, &mut dialog),
        Some(other) => return Err(wrong("text", other).at("system")),
    }
    let mut calls = 0;
    for (n, turn) in turns.iter().enumerate() {
        read_turn(turn, &mut calls, &mut dialog.messages)
            .map_err(|error| error.at(format!("conversations[{n}]")))?;
    }
    steps::link_results(&mut dialog.messages);
    Ok(dialog)
}

/// Takes the tools out of the text, and the system prompt where one can be told from the instructions.
pub(super) fn read_system(system: &str, dialog: &mut Dialog) {
    if let Some((before, notation, tools)) = instructed(system) {
        offer(dialog, notation, tools);
        let prompt = before.strip_suffix("\n\n");
        dialog.messages.extend(prompt.map(|prompt| Message::text(Role::System, prompt)));
    } else if let Some((notation, (place, tools))) = found(system) {
        offer(dialog, notation, tools);
        let (before, after) = (system.get(..place.start), system.get(place.end..));
        let rest = [before, after].map(Option::unwrap_or_default).concat();
        keep_rest(&mut dialog.meta, Map::from_iter([("system".to_owned(), rest.into())]));
    } else if !system.is_empty() {
        dialog.messages.push(Message::text(Role::System, system));
    }
}

/// The list behind our instructions, its notation, and what stands before them.
///
/// The time is linear: a reader gives up where the instructions that follow the ones before its list begin.
fn instructed(system: &str) -> Option<(&str, &'static ToolNotation, Vec<Tool>)> {
    memchr::memmem::rfind_iter(system.as_bytes(), INSTRUCTIONS).find_map(|at| {
        let (before, text) = system.split_at_checked(at)?;
        let text = text.get(INSTRUCTIONS.len()..)?;
        TOOL_NOTATIONS.iter().find_map(|notation| {
            let list = text.strip_prefix(notation.title)?.strip_prefix(":\n")?;
            Some((before, notation, (notation.read)(list).ok()?))
        })
    })
}

/// The first list in a text of others, in the first notation that it has one in.
fn found(system: &str) -> Option<(&'static ToolNotation, Found)> {
    TOOL_NOTATIONS.iter().find_map(|notation| Some((notation, (notation.find)(system)?)))
}

fn offer(dialog: &mut Dialog, notation: &ToolNotation, tools: Vec<Tool>) {
    dialog.meta.tool_notation = (notation.id != JSON).then(|| notation.id.to_owned());
    dialog.tools = tools.into_iter().map(|tool| Arc::new(in_our_types(tool))).collect();
}

/// The notation of rows that name none.
const JSON: &str = "json";

/// The definitions of the tools that a system prompt lists, as it has them: the first JSON list of objects with a `name`,
/// bare or inside `function`. `None` where the text has no such list.
///
/// This is how a row of ToolACE says what its tools are, and how many other prompts do.
///
/// ```
/// use toolwright_core::format::system_definitions;
/// let system = r#"You may call: [{"name": "get_aqi", "parameters": {"type": "dict"}}]. Answer with calls [f(a=1)]."#;
/// let found = system_definitions(system).expect("a list of tools");
/// assert_eq!(found[0]["name"], "get_aqi");
/// assert_eq!(system_definitions("You are a [helpful] assistant."), None);
/// ```
pub fn system_definitions(system: &str) -> Option<Vec<Map<String, Value>>> {
    find_definitions(system).map(|(_, definitions, _)| definitions)
}

/// A tool as a row has it, its schema in the standard dialect.
pub(super) fn in_our_types(mut tool: Tool) -> Tool {
    let none = || json!({"type": "dict", "properties": {}});
    let given = Some(tool.parameters).filter(|parameters| !parameters.is_null()).unwrap_or_else(none);
    tool.parameters = normalise(&given).schema;
    // The dataset's own names of types are no news: writing gives them back.
    tool.original = (in_its_types(&tool.parameters) != given).then_some(given);
    tool
}

fn read_turn(turn: &Value, calls: &mut usize, messages: &mut Vec<Message>) -> Result<()> {
    let text = |key: &str| {
        let value = turn.get(key).unwrap_or(&Value::Null);
        value.as_str().ok_or_else(|| wrong("text", value).at(key))
    };
    let (from, value) = (text("from")?, text("value")?);
    match role(from) {
        Some(Role::Assistant) => messages.push(read_assistant(value, calls)),
        Some(Role::Tool) => read_results(value, messages),
        // What we write at the head of a user turn is no word of the user's.
        Some(Role::User) => match OfferChange::read(value) {
            Some((change, rest)) if rest.starts_with("\n\n") => {
                let news = &value[..value.len() - rest.len()];
                messages.push(Message { offer: Some(change), ..Message::text(Role::System, news) });
                messages.push(Message::text(Role::User, &rest[2..]));
            }
            _ => messages.push(Message::text(Role::User, value)),
        },
        Some(role) => messages.push(Message::text(role, value)),
        None => return Err(wrong("user, assistant or tool", &from.into()).at("from")),
    }
    Ok(())
}

/// `count`: the calls of the dialog so far, which ids go on from.
fn read_assistant(value: &str, count: &mut usize) -> Message {
    let mut message = Message::text(Role::Assistant, value);
    match python::parse(value) {
        Parsed::NoCall => {}
        Parsed::Malformed(malformed) => message.malformed = Some(malformed),
        Parsed::Calls(calls) => {
            message.content = Some(steps::thought(value).into());
            message.calls = calls;
        }
    }
    for call in &mut message.calls {
        *count += 1;
        call.id = Some(format!("call_{count}"));
    }
    message
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    results: Value,
}

/// A message for each entry; a value of another shape is one result, as it stands.
fn read_results(value: &str, messages: &mut Vec<Message>) {
    match serde_json::from_str::<Vec<Entry>>(value) {
        Ok(entries) if !entries.is_empty() => messages.extend(entries.into_iter().map(|entry| Message {
            name: Some(entry.name),
            ..Message::text(Role::Tool, steps::result_text(entry.results))
        })),
        _ => messages.push(Message::text(Role::Tool, value)),
    }
}

// Writing.

fn write(dialog: &Dialog) -> Result<Value> {
    let mut turns = Vec::new();
    let (mut claimed, mut read) = (Step::default(), Step::default());
    for run in steps::runs(dialog, false) {
        let message = run.first();
        let value = match message.role {
            Role::Tool => write_results(run.messages, &mut claimed, &mut read),
            _ => write_message(message),
        };
        let value = value.map_err(|error| error.at(format!("messages[{}]", run.at)))?;
        turns.push(json!({"from": message.role.name(), "value": format!("{}{value}", run.news)}));
        if !message.calls.is_empty() {
            claimed = Step::of(&message.calls);
            read = claimed.clone();
        }
    }
    Ok(json!({"system": write_system(dialog)?, "conversations": turns}))
}

fn write_system(dialog: &Dialog) -> Result<String> {
    let notation = tool_notation(dialog.meta.tool_notation.as_deref().unwrap_or(JSON));
    let notation = notation.map_err(|error| error.at("meta: tool_notation"))?;
    let tools: Vec<Tool> = dialog.tools.iter().map(|tool| with_its_types(tool)).collect();
    let list = (notation.write)(&tools.iter().collect::<Vec<_>>());
    let prompt = steps::prompt(dialog).map(|prompt| format!("{}\n\n", prompt.said()));
    Ok(format!("{}{INSTRUCTIONS}{}:\n{}", prompt.unwrap_or_default(), notation.title, list))
}

fn with_its_types(tool: &Tool) -> Tool {
    Tool::new(&*tool.name, &*tool.description, in_its_types(&tool.parameters))
}

fn write_message(message: &Message) -> Result<String> {
    let said = message.said();
    match message.role {
        Role::System => Err(steps::late_prompt()),
        Role::Assistant if !message.calls.is_empty() => write_calls(message),
        Role::Assistant => match (python::parse(said), &message.malformed) {
            (Parsed::NoCall, None) => Ok(said.into()),
            (Parsed::Malformed(read), Some(malformed)) if read == *malformed => Ok(said.into()),
            (_, Some(malformed)) => Err(steps::no_place(&malformed.why)),
            _ => Err(Error::new(
                "the reply would be read as calls; the format cannot tell such text from calls",
            )),
        },
        _ => steps::calls_nothing(message).map(|()| said.into()),
    }
}

fn write_calls(message: &Message) -> Result<String> {
    Ok(format!("{}{}", steps::beside_calls(message)?, python::render(&message.calls)?))
}

/// One turn of a step's results, in the order of its calls.
///
/// - `claimed`: the calls that have no result yet.
/// - `read`: the same as a reader sees it, who has only names and order.
fn write_results(run: &[Message], claimed: &mut Step, read: &mut Step) -> Result<String> {
    let mut entries = Vec::with_capacity(run.len());
    for (n, result) in claimed.in_order(run)? {
        let Some(call) = claimed.calls.get(n) else { continue };
        if read.named(&call.name) != Some(n) {
            let why = format!("an earlier call of `{}` in the step has no result yet", call.name);
            return Err(Error::new(format!(
                "{why}; the format links results by order and would give it this one"
            )));
        }
        entries.push(json!({"name": call.name, "results": steps::results_value(result.said())}));
    }
    Ok(Value::Array(entries).to_string())
}

/// Deeper schemas keep the names of their types.
const DEEPEST: usize = 100;

/// A schema with the dataset's names of types, which normalising reads.
fn in_its_types(schema: &Value) -> Value {
    let mut schema = schema.clone();
    rename_types(&mut schema, DEEPEST);
    schema
}

fn rename_types(schema: &mut Value, levels: usize) {
    let (Value::Object(fields), Some(levels)) = (schema, levels.checked_sub(1)) else { return };
    for (key, value) in fields {
        match (key.as_str(), value) {
            ("type", Value::Array(names)) => names.iter_mut().for_each(rename_type),
            ("type", name) => rename_type(name),
            ("properties" | "patternProperties" | "$defs" | "definitions", Value::Object(schemas)) => {
                schemas.values_mut().for_each(|schema| rename_types(schema, levels));
            }
            ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(schemas)) => {
                schemas.iter_mut().for_each(|schema| rename_types(schema, levels));
            }
            ("items" | "additionalProperties", schema) => rename_types(schema, levels),
            _ => {}
        }
    }
}

fn rename_type(name: &mut Value) {
    let renamed = match name.as_str() {
        Some("object") => "dict",
        Some("number") => "float",
        Some("integer") => "int",
        _ => return,
    };
    *name = renamed.into();
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::super::{FORMATS, arbitrary::any_dialog, detect};
    use super::*;
    use crate::Call;
    use crate::{Malformed, Meta};

    fn call(name: &str, arguments: Value) -> Call {
        Call::new(name, arguments.as_object().cloned().unwrap_or_default())
    }

    fn row() -> Value {
        json!({
            "system": "Use these: [see below]\n[{\"name\": \"Market Trends API\", \"description\": \"Trends [of] \\\"markets\\\".\", \
                \"parameters\": {\"type\": \"dict\", \"properties\": {\"n\": {\"type\": \"int\"}}, \"required\": []}, \"required\": null}]. Go!",
            "conversations": [
                {"from": "user", "value": "Trends of 1 and 2?"},
                {"from": "assistant", "value": "[Market Trends API(n=1), Market Trends API(n=2)]"},
                {"from": "tool", "value": "[{\"name\": \"Market Trends API\", \"results\": {\"up\": true}}, {\"name\": \"Market Trends API\", \"results\": \"none\"}]"},
                {"from": "assistant", "value": "The first goes up."},
            ],
            "id": 7,
        })
    }

    #[test]
    fn a_published_row() {
        assert_eq!(detect(&row()).map(|format| format.id), Some("toolace"));
        let dialog = read(&row()).expect("the row is good");
        let tool = &dialog.tools[0];
        assert_eq!(
            (tool.name.as_str(), tool.description.as_str()),
            ("Market Trends API", "Trends [of] \"markets\".")
        );
        assert_eq!(
            tool.parameters,
            json!({"type": "object", "properties": {"n": {"type": "integer"}}, "required": []})
        );
        assert_eq!(tool.original, None, "the names of types are the format's");
        assert_eq!(dialog.meta.other["row"], json!({"id": 7, "system": "Use these: [see below]\n. Go!"}));

        let said: Vec<_> = dialog.messages.iter().map(|message| (message.role, message.said())).collect();
        let expected = [
            (Role::User, "Trends of 1 and 2?"),
            (Role::Assistant, ""),
            (Role::Tool, "{\"up\":true}"),
            (Role::Tool, "none"),
            (Role::Assistant, "The first goes up."),
        ];
        assert_eq!(said, expected);
        assert_eq!(dialog.messages[1].calls[1].arguments["n"], 2);
        assert_eq!(dialog.messages[1].calls[1].raw.as_deref(), Some("Market Trends API(n=2)"));
        let links = dialog.messages[2..4].iter().map(|result| result.call_id.as_deref());
        assert_eq!(links.collect::<Vec<_>>(), [Some("call_1"), Some("call_2")]);

        let written = write(&dialog).expect("it was read");
        assert_eq!(written["conversations"][1], row()["conversations"][1]);
        assert_eq!(read(&written).expect("it was written").messages, dialog.messages);
    }

    #[test]
    fn a_written_row() {
        let calls = vec![
            Call { id: Some("b".into()), ..call("get aqi", json!({"city": "Turin"})) },
            Call { id: Some("a".into()), ..call("get aqi", json!({"city": "Bari"})) },
        ];
        let messages = vec![
            Message::text(Role::System, "Be kind."),
            Message::text(Role::User, "AQI?"),
            Message::calling(calls.clone()),
            Message::result(&calls[1], "{\"aqi\": 37}"),
            Message::result(&calls[0], "41"),
        ];
        let schema = json!({"type": "object", "properties": {"city": {"type": ["string", "null"]}, "n": {"type": "number"}}});
        let tools = vec![Arc::new(Tool::new("get aqi", "AQI", schema.clone()))];
        let row = write(&Dialog { tools, messages, ..Dialog::default() }).expect("it has a place for all");
        let turns = json!([
            {"from": "user", "value": "AQI?"},
            {"from": "assistant", "value": "[get aqi(city=\"Turin\"), get aqi(city=\"Bari\")]"},
            {"from": "tool", "value": "[{\"name\":\"get aqi\",\"results\":41},{\"name\":\"get aqi\",\"results\":{\"aqi\":37}}]"},
        ]);
        assert_eq!(row["conversations"], turns);
        let system = row["system"].as_str().expect("it is text");
        let list = system
            .strip_prefix("Be kind.\n\n")
            .and_then(|rest| rest.strip_prefix(INSTRUCTIONS)?.strip_prefix("JSON:\n"))
            .expect("in this order");
        let tool = json!({"name": "get aqi", "description": "AQI", "parameters": {
            "type": "dict", "properties": {"city": {"type": ["string", "null"]}, "n": {"type": "float"}},
        }});
        assert_eq!(serde_json::from_str::<Value>(list).expect("a JSON list"), json!([tool]));
        let again = read(&row).expect("it was written");
        assert_eq!((again.tools[0].parameters.clone(), again.messages[0].said()), (schema, "Be kind."));
    }

    #[test]
    fn system_prompts_come_back() {
        let hostile = format!("{INSTRUCTIONS}JSON:\n[{{\"name\": \"f\"}}]\n\n{INSTRUCTIONS}JSON:\n");
        for prompt in [None, Some(""), Some("\n\n"), Some("[{\"name\": \"f\"}]"), Some(&*hostile)] {
            let mut dialog = Dialog::default();
            dialog.messages.extend(prompt.map(|prompt| Message::text(Role::System, prompt)));
            assert_eq!(read(&write(&dialog).expect("it is text")).expect("it was written"), dialog);
        }
        let plain = read(&json!({"system": "Be kind [always].", "conversations": []})).expect("it is good");
        assert_eq!((plain.messages[0].said(), plain.tools.len()), ("Be kind [always].", 0));
    }

    #[test]
    fn lists_of_every_notation_come_back() {
        let beginnings = [
            "JSON:\n[]",
            "YAML:\n[]",
            "YAML:\n- name: f\n  description: d\n  parameters: |\n",
            "XML:\n<tools></tools>",
            "Markdown:\nNo tools.",
            "Markdown:\n## f\n\n**Parameters**: a\n\n",
            "",
        ];
        for hostile in beginnings.map(|beginning| format!("{INSTRUCTIONS}{beginning}")) {
            let schema = json!({"type": "object", "properties": {"a": {"type": "integer", "description": hostile}}, "required": ["a"]});
            let tools = vec![
                Arc::new(Tool::new("f", &*hostile, schema)),
                Arc::new(Tool::new(&*hostile, "", json!({"type": "object"}))),
            ];
            for notation in TOOL_NOTATIONS {
                let mut dialog = Dialog { tools: tools.clone(), ..Dialog::default() };
                dialog.messages.push(Message::text(Role::System, &*hostile));
                dialog.meta.tool_notation = Some(notation.id.into());
                let row = write(&dialog).expect("the notation is known");
                let system = row["system"].as_str().expect("it is text");
                assert!(system.contains(&format!("\nThe functions, in {}:\n", notation.title)), "{system}");
                assert!(notation.id == JSON || system.contains("int"), "the types are the dataset's");
                dialog.meta.tool_notation = dialog.meta.tool_notation.filter(|id| id != JSON);
                assert_eq!(read(&row).expect("it was written"), dialog, "{system}");
            }
        }
        let unknown = Meta { tool_notation: Some("ymal".into()), ..Meta::default() };
        let error =
            write(&Dialog { meta: unknown, ..Dialog::default() }).expect_err("there is none").to_string();
        assert_eq!(
            error,
            "meta: tool_notation: no tool notation is called `ymal`; did you mean `yaml`? There are: json, yaml, xml, markdown"
        );
    }

    #[test]
    fn lists_of_others_are_found_in_every_notation() {
        let tool = Tool::new("f", "d", json!({"type": "dict", "properties": {"n": {"type": "int"}}}));
        for notation in TOOL_NOTATIONS {
            let system = format!("Be kind.\n{}\n\nAnswer soon.", (notation.write)(&[&tool]));
            let dialog = read(&json!({"system": system, "conversations": []})).expect("it can be held");
            let properties = json!({"n": {"type": "integer"}});
            assert_eq!(
                (&dialog.tools[0].parameters["properties"], &dialog.tools[0].original),
                (&properties, &None)
            );
            assert_eq!(dialog.meta.other["row"]["system"], "Be kind.\n\n\nAnswer soon.");
            assert_eq!(dialog.meta.tool_notation.as_deref(), Some(notation.id).filter(|id| *id != JSON));
        }
    }

    #[test]
    fn what_is_no_call_stays_text_and_what_is_malformed_says_so() {
        let turn = |value: &str| {
            let row = json!({"system": "", "conversations": [{"from": "assistant", "value": value}]});
            (read(&row).expect("it can be held"), row)
        };
        let (dialog, row) = turn("[get_aqi('Turin')]");
        assert_eq!(dialog.messages[0].said(), "[get_aqi('Turin')]");
        assert_eq!(
            dialog.messages[0].malformed.as_ref().map(|malformed| malformed.span.clone()),
            Some(9..10)
        );
        assert_eq!(write(&dialog).expect("it is in the text")["conversations"], row["conversations"]);

        let (dialog, row) = turn("<think>Air?</think>[aqi()]");
        assert_eq!((dialog.messages[0].said(), dialog.messages[0].calls.len()), ("<think>Air?</think>", 1));
        assert_eq!(
            write(&dialog).expect("it stands before the calls")["conversations"],
            row["conversations"]
        );
        assert!(turn("See [1].").0.messages[0].malformed.is_none());
    }

    #[test]
    fn results_of_other_shapes_are_kept() {
        let results = |value: &str| {
            let turns =
                json!([{"from": "assistant", "value": "[f(), g()]"}, {"from": "tool", "value": value}]);
            let dialog = read(&json!({"system": "", "conversations": turns})).expect("it can be held");
            let results = dialog.messages[1..].iter();
            results
                .map(|result| (result.call_id.clone(), result.name.clone(), result.said().to_owned()))
                .collect::<Vec<_>>()
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(results("oops"), [(None, None, "oops".into())]);
        assert_eq!(results("[]"), [(None, None, "[]".into())]);
        assert_eq!(results("[{\"name\": \"g\"}]"), [(None, None, "[{\"name\": \"g\"}]".into())]);
        let (g, h) = ("{\"name\": \"g\", \"results\": null}", "{\"name\": \"h\", \"results\": \"1\"}");
        let both = [(some("call_2"), some("g"), "null".into()), (None, some("h"), "1".into())];
        assert_eq!(results(&format!("[{g}, {h}]")), both);

        let alone = json!([{"from": "assistant", "value": "[f()]"}, {"from": "tool", "value": "41"}]);
        let dialog = read(&json!({"system": "", "conversations": alone})).expect("it can be held");
        assert_eq!(
            (dialog.messages[1].call_id.as_deref(), dialog.messages[1].name.as_deref()),
            (Some("call_1"), Some("f"))
        );
    }

    #[test]
    fn errors_say_where_and_why() {
        let error = |messages: Vec<Message>| {
            write(&Dialog { messages, ..Dialog::default() })
                .expect_err("there is no place for it")
                .to_string()
        };
        let hi = Message::text(Role::User, "Hi");
        let f = |id: &str| Call { id: Some(id.into()), ..call("f", json!({})) };
        let step = Message::calling(vec![f("a"), f("b")]);
        let malformed = Some(Malformed { raw: "{".into(), span: 0..1, why: "cut".into() });
        let cases = [
            (
                vec![hi.clone(), Message::text(Role::System, "")],
                "messages[1]: the format has one system prompt",
            ),
            (
                vec![Message { content: Some("So:".into()), ..step.clone() }],
                "messages[0]: the message both speaks and calls",
            ),
            (vec![Message::calling(vec![call("f(", json!({}))])], "messages[0]: call 0"),
            (vec![Message::text(Role::Assistant, "[f()]")], "messages[0]: the reply would be read as calls"),
            (
                vec![Message { malformed, ..Message::text(Role::Assistant, "Hi") }],
                "messages[0]: the format has no place for malformed",
            ),
            (vec![Message { calls: vec![f("a")], ..hi.clone() }], "messages[0]: only the assistant calls"),
            (vec![hi, Message::text(Role::Tool, "1")], "messages[1]: the result answers no call"),
            (vec![step.clone(), Message::result(&f("b"), "1")], "messages[1]: an earlier call of `f`"),
            (
                vec![step.clone(), Message { name: Some("g".into()), ..Message::result(&f("a"), "1") }],
                "messages[1]: the result answers no call",
            ),
            (
                vec![step.clone(), step, Message::result(&f("c"), "1")],
                "messages[2]: the result answers no call",
            ),
        ];
        for (messages, expected) in cases {
            let error = error(messages);
            assert!(error.starts_with(expected), "{error}");
        }
        let refused = |row: Value| read(&row).expect_err("the row is bad").to_string();
        let bot = json!({"conversations": [{"from": "human", "value": "Hi"}]});
        assert_eq!(refused(bot), "conversations[0]: from: expected user, assistant or tool, found \"human\"");
        assert_eq!(
            refused(json!({"system": 1, "conversations": []})),
            "system: expected text, found a number"
        );
    }

    #[test]
    fn other_formats_are_not_taken_for_this_one() {
        let sharegpt =
            json!({"system": "", "tools": "[]", "conversations": [{"from": "human", "value": "Hi"}]});
        assert!(!sniff(&sharegpt) && read(&sharegpt).is_err());
        let greeting = [(Role::User, "Hi!"), (Role::Assistant, "Hello!")];
        let messages = greeting.map(|(role, text)| Message::text(role, text)).to_vec();
        let greeting = Dialog { messages, ..Dialog::default() };
        for (format, write) in FORMATS.iter().filter_map(|format| Some((format, format.write?))) {
            // A greeting is no pair.
            let Ok(row) = write(&greeting) else { continue };
            assert_eq!(sniff(&row), format.id == "toolace", "{}", format.id);
        }
    }

    #[test]
    fn the_sample_gives_its_tools_and_results() {
        let Some(data) = std::env::var_os("TOOLWRIGHT_DATA") else {
            println!("skipped: TOOLWRIGHT_DATA is not set");
            return;
        };
        let path = std::path::Path::new(&data).join("toolace_sample/dialogs.jsonl");
        let text = std::fs::read_to_string(&path).expect("the sample is there");
        let (mut tools, mut results, mut rows) = (0, 0, 0);
        for line in text.lines() {
            let mut row: Value = serde_json::from_str(line).expect("rows are JSON");
            for turn in row["conversations"].as_array_mut().expect("a list of turns") {
                let from = match turn["from"].as_str() {
                    Some("human") => "user",
                    Some("observation") => "tool",
                    _ => "assistant",
                };
                turn["from"] = from.into();
            }
            let dialog = read(&row).expect("the row is good");
            assert!(dialog.messages.iter().all(|message| message.role != Role::System));
            let split =
                dialog.messages.iter().filter(|message| message.role == Role::Tool && message.name.is_some());
            (tools, results, rows) = (tools + dialog.tools.len(), results + split.count(), rows + 1);
        }
        assert_eq!((rows, tools, results), (60, 258, 92));
    }

    #[test]
    fn hostile_texts_take_linear_time() {
        const SIZE: usize = 1 << 20;
        for piece in [
            "[",
            "[{",
            "[{\"a\":",
            "[{\"",
            "[{\"a\":1},",
            "[{\",\":\"",
            "[{\"name\":\"f\"},",
            "[ ",
            "{}",
            "\"",
            "[{\"a\":[]}]",
            "[f(",
            "f(),",
            "- name: f\n",
            "<tools>",
            "## f\n",
            INSTRUCTIONS,
            &format!("{INSTRUCTIONS}JSON:\n[{{\"name\":\"f\"}},"),
            &format!("{INSTRUCTIONS}YAML:\n- a: |\n"),
            &format!("{INSTRUCTIONS}XML:\n<tools><tool name='"),
            &format!("{INSTRUCTIONS}Markdown:\n## f\n"),
        ] {
            let text = piece.repeat(SIZE / piece.len());
            let turns = json!([{"from": "assistant", "value": text}, {"from": "tool", "value": text}]);
            let start = Instant::now();
            let read = read(&json!({"system": text, "conversations": turns}));
            assert!(read.is_ok(), "{piece}");
            assert!(start.elapsed() < Duration::from_secs(20), "{piece} takes {:?}", start.elapsed());
        }
        let many: Vec<_> =
            (0..20_000).map(|n| Call { id: Some(n.to_string()), ..call("f", json!({})) }).collect();
        let results: Vec<_> = many.iter().rev().map(|call| Message::result(call, "1")).collect();
        let messages = [vec![Message::calling(many)], results].concat();
        let row = write(&Dialog { messages, ..Dialog::default() }).expect("each has its call");
        assert_eq!(read(&row).expect("it was written").messages.len(), 20_001);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(mut dialog in any_dialog(), notation in prop::sample::select(TOOL_NOTATIONS)) {
            simplify(&mut dialog);
            dialog.meta.tool_notation = (notation.id != JSON).then(|| notation.id.to_owned());
            let row = write(&dialog).expect("the dialog is what the format can hold");
            let text = serde_json::to_string(&row).expect("rows are JSON");
            let row: Value = serde_json::from_str(&text).expect("it was just written");
            prop_assert!(sniff(&row));
            prop_assert_eq!(read(&row).expect("so was this"), dialog);
        }

        #[test]
        fn any_row_is_read_or_refused_and_settles(
            system in prop::option::of("(\\[|\\{|\\}|\\]|\"name\":|\"f\"|,| |\n){0,12}"),
            turns in prop::collection::vec(("(user|assistant|tool)", "(\\[|\\]|f|\\(|\\)|a=1|,|\\{\"name\":\"f\",\"results\":1\\}| |<think>|</think>){0,6}"), 0..5),
        ) {
            let turns: Vec<_> = turns.iter().map(|(from, value)| json!({"from": from, "value": value})).collect();
            let mut row = json!({"conversations": turns});
            if let Some(system) = system {
                row["system"] = system.into();
            }
            let mut dialog = read(&row).expect("the turns are turns");
            let Ok(written) = write(&dialog) else { return Ok(()) };
            let again = read(&written).expect("it was written");
            prop_assert_eq!(write(&again).expect("it was read"), written);
            dialog.meta = Meta::default();
            let without_raw = |mut dialog: Dialog| {
                dialog.messages.iter_mut().flat_map(|message| &mut message.calls).for_each(|call| call.raw = None);
                dialog
            };
            prop_assert_eq!(without_raw(again), without_raw(dialog));
        }
    }

    /// Brings a dialog to what the format can hold.
    fn simplify(dialog: &mut Dialog) {
        dialog.meta = Meta::default();
        for tool in &mut dialog.tools {
            *tool = Arc::new(Tool::new(&*tool.name, &*tool.description, normalise(&tool.parameters).schema));
        }
        let (mut messages, mut count) = (Vec::new(), 0);
        for (at, mut message) in std::mem::take(&mut dialog.messages).into_iter().enumerate() {
            if message.role == Role::Tool || (message.role == Role::System && at > 0) {
                continue;
            }
            let said = message.content.take().unwrap_or_default();
            message = Message { calls: message.calls, ..Message::text(message.role, said) };
            if message.role != Role::Assistant {
                message.calls.clear();
            }
            message.calls.iter_mut().for_each(|call| simplify_call(call, &mut count));
            message.calls.retain(|call| call.raw.is_some());
            let speaks = message.role == Role::Assistant && python::parse(message.said()) != Parsed::NoCall;
            if speaks || !message.calls.is_empty() {
                message.content = Some(String::new());
            }
            let results: Vec<_> = message.calls.iter().map(|call| Message::result(call, "{}")).collect();
            messages.push(message);
            messages.extend(results);
        }
        dialog.messages = messages;
    }

    /// Gives a call the id and raw text that reading gives it; no text where it cannot be written.
    fn simplify_call(call: &mut Call, count: &mut usize) {
        let written = python::render(std::slice::from_ref(call)).ok();
        call.raw = written.and_then(|text| Some(text.strip_prefix('[')?.strip_suffix(']')?.to_owned()));
        *count += usize::from(call.raw.is_some());
        call.id = Some(format!("call_{count}"));
    }
}

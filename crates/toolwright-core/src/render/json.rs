//! `json`: a JSON list on one line, as in ToolACE's published rows.
//!
//! Source: ToolACE (arXiv:2409.00920), the published dataset.
//! Ours:   reading takes the wrapper of chat APIs (`{"type": "function", "function": {…}}`), any further keys, and tools
//!         without description or parameters, which are then null: prompts in the wild have all of that.
//! Worked: `[{"name":"get_aqi","description":"Air quality.","parameters":{"type":"object","properties":{}}}]`

use serde_json::{Map, Value, json};

use super::{Found, ToolNotation};
use crate::{Error, Result, Tool};

pub(super) const NOTATION: ToolNotation = ToolNotation {
    id: "json",
    title: "JSON",
    says: "A JSON list on one line, each tool with its name, description and parameters.",
    source: "https://huggingface.co/datasets/Team-ACE/ToolACE",
    write,
    read,
    find,
};

fn write(tools: &[&Tool]) -> String {
    let tool = |tool: &&Tool| json!({"name": tool.name, "description": tool.description, "parameters": tool.parameters});
    tools.iter().map(tool).collect::<Value>().to_string()
}

fn read(text: &str) -> Result<Vec<Tool>> {
    let entries: Vec<Map<String, Value>> = serde_json::from_str(text)
        .map_err(|error| Error::new(format!("expected a JSON list of tools: {error}")).caused_by(error))?;
    if let Some(n) = entries.iter().position(|entry| !is_named(entry)) {
        return Err(Error::new(format!("[{n}]: the tool has no `name`")));
    }
    Ok(entries.into_iter().map(read_tool).collect())
}

fn find(text: &str) -> Option<Found> {
    let (before, entries, after) = find_definitions(text)?;
    let end = text.len() - after.len();
    Some((before.len()..end, entries.into_iter().map(read_tool).collect()))
}

/// Definitions in a text, with what stands before and after them.
type Around<'t> = (&'t str, Vec<Map<String, Value>>, &'t str);

/// The first list of definitions in a text, with what stands before and after it.
///
/// The time is linear: reading gives up at the first thing that is no JSON, and of the places where it begins no more
/// run over one byte than lists nest, twice, for what is text to one reading may be structure to another.
pub(crate) fn find_definitions(text: &str) -> Option<Around<'_>> {
    let starts = memchr::memchr_iter(b'[', text.as_bytes());
    starts
        .filter_map(|at| text.split_at_checked(at))
        .filter(|(_, list)| list[1..].trim_start().starts_with('{'))
        .find_map(|(before, list)| definitions_at(list).map(|(found, after)| (before, found, after)))
}

/// The list of objects with a name that a text starts with, and the rest of the text.
fn definitions_at(text: &str) -> Option<(Vec<Map<String, Value>>, &str)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Vec<Map<String, Value>>>();
    let entries = values.next()?.ok()?;
    entries.iter().all(is_named).then_some(())?;
    Some((entries, text.get(values.byte_offset()..)?))
}

fn is_named(entry: &Map<String, Value>) -> bool {
    let function = entry.get("function").and_then(Value::as_object).unwrap_or(entry);
    function.get("name").is_some_and(Value::is_string)
}

/// An entry that is named, as a tool.
fn read_tool(mut entry: Map<String, Value>) -> Tool {
    if let Some(Value::Object(function)) = entry.get_mut("function") {
        entry = std::mem::take(function);
    }
    let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (name, description) = (text("name"), text("description"));
    Tool::new(name, description, entry.remove("parameters").unwrap_or_default())
}

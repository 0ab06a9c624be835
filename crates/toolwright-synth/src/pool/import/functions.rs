//! Lists of function definitions, as chat APIs, MCP servers and benchmarks write them.
//!
//! A definition is `{"name", "description", "parameters"}`, bare or inside `{"type": "function", "function": …}`; other
//! names of `parameters` are `input_schema` (Anthropic), `inputSchema` (MCP) and `arguments`. They come in a list, in an object
//! with a list (`tools`, `functions`, `function`), or one a line. In Berkeley's data every line has a question beside its
//! `function` list, the types are Python's (`dict`, `float`) and functions come again on many lines: equal ones are
//! taken once.

use std::collections::HashSet;

use serde_json::{Map, Value, json};
use toolwright_core::{Error, Result, Tool};

use super::{Imported, Importer, Skipped};
use crate::pool::hints;

/// Function lists.
pub(super) const IMPORTER: Importer = Importer {
    id: "functions",
    says: "function definitions: OpenAI, Anthropic and MCP tool lists, Berkeley's question files; JSON or JSONL",
    source: "https://platform.openai.com/docs/guides/function-calling",
    sniff: |_, document| elements(document).iter().take(100).any(|one| !definitions(one).is_empty()),
    import,
};

const LISTS: &[&str] = &["tools", "functions", "function"];
const INPUTS: &[&str] = &["parameters", "input_schema", "inputSchema", "arguments"];
const RESULTS: &[&str] = &["returns", "response", "output_schema", "outputSchema"];

fn elements(document: &Value) -> &[Value] {
    match document {
        Value::Array(list) => list,
        one => std::slice::from_ref(one),
    }
}

/// The definitions that one element holds: itself, the one it wraps, or those in its list.
fn definitions(element: &Value) -> Vec<&Value> {
    if let Some(inner) = element.get("function").filter(|inner| inner.is_object()) {
        return vec![inner];
    }
    if let Some(list) = LISTS.iter().find_map(|key| element.get(*key)?.as_array()) {
        return list
            .iter()
            .map(|one| one.get("function").filter(|inner| inner.is_object()).unwrap_or(one))
            .collect();
    }
    let named = element.get("name").is_some_and(Value::is_string);
    let typed = element.get("description").is_some() || INPUTS.iter().any(|key| element.get(*key).is_some());
    if named && typed { vec![element] } else { Vec::new() }
}

fn import(source: &str, document: &Value) -> Result<Imported> {
    let mut imported = Imported::default();
    let mut seen = HashSet::new();
    for (at, element) in elements(document).iter().enumerate() {
        let found = definitions(element);
        if found.is_empty() {
            let reason = "no function definition; expected `name` with `description` or `parameters`";
            imported.skipped.push(Skipped::new(source, format!("element {}", at + 1), reason));
        }
        for definition in found {
            if seen.insert(definition) {
                match tool(definition) {
                    Ok(tool) => imported.tools.push(tool),
                    Err(why) => {
                        let name = definition.get("name").and_then(Value::as_str);
                        let operation = name.map_or_else(|| format!("element {}", at + 1), str::to_string);
                        imported.skipped.push(Skipped::new(source, operation, why.to_string()));
                    }
                }
            }
        }
    }
    imported.tools.iter_mut().for_each(|tool| tool.meta.source = Some(source.to_string()));
    Ok(imported)
}

/// The tool of one definition.
pub(super) fn tool(definition: &Value) -> Result<Tool> {
    let name = definition.get("name").and_then(Value::as_str).filter(|name| !name.trim().is_empty());
    let Some(name) = name else { return Err(Error::new("the definition has no `name`")) };
    let description = definition.get("description").and_then(Value::as_str).unwrap_or_default();
    let inputs = INPUTS.iter().find_map(|key| definition.get(*key));
    let mut tool = Tool::new(name, description.trim(), object(inputs.unwrap_or(&Value::Null))?);
    tool.meta.hints.parameters = hints::lift(&mut tool.parameters);
    tool.returns =
        RESULTS.iter().find_map(|key| definition.get(*key)).filter(|schema| schema.is_object()).cloned();
    if let Some(schema) = &mut tool.returns {
        tool.meta.hints.returns = hints::lift(schema);
    }
    Ok(tool)
}

/// The parameters as an object schema; some lists give the properties alone, or the schema as text.
fn object(inputs: &Value) -> Result<Value> {
    let found = |what: &str| Error::new(format!("`parameters` is {what}; expected an object schema"));
    match inputs {
        Value::Null => Ok(json!({ "type": "object", "properties": {} })),
        Value::String(text) => {
            let inner =
                serde_json::from_str(text).map_err(|error| found("text that is no JSON").caused_by(error))?;
            if matches!(inner, Value::String(_)) { Err(found("text")) } else { object(&inner) }
        }
        Value::Object(map) if is_schema(map) => {
            let mut map = map.clone();
            map.entry("type").or_insert("object".into());
            map.entry("properties").or_insert(json!({}));
            Ok(map.into())
        }
        Value::Object(map) => Ok(json!({ "type": "object", "properties": map })),
        Value::Array(list) if list.is_empty() => Ok(json!({ "type": "object", "properties": {} })),
        Value::Array(_) => Err(found("a list")),
        _ => Err(found("a single value")),
    }
}

/// Whether an object is a schema, and not the properties of one.
fn is_schema(map: &Map<String, Value>) -> bool {
    let shaped = ["type", "$ref", "anyOf", "oneOf", "allOf"]
        .iter()
        .any(|key| map.get(*key).is_some_and(|v| !v.is_object()));
    let listed = map.get("properties").is_some_and(|inner| inner.get("type").is_none_or(Value::is_object));
    map.is_empty() || shaped || listed || !map.values().all(Value::is_object)
}

//! The built-in pool: a dozen everyday domains, written for this project, with wording of their own.
//!
//! Each file under `builtin/` is one domain in YAML. A parameter's schema may say `required: true`, `examples` and `meaning`
//! beside the standard keywords; these are lifted out, so that models never see them. docs/wording.md describes the files.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use toolwright_core::{Hints, Phrase, Tool, Wording};

use super::hints::lift;

macro_rules! domains {
    ($($name:literal)*) => {
        /// The files, by domain.
        const DOMAINS: &[(&str, &str)] = &[$(($name, include_str!(concat!("builtin/", $name, ".yaml")))),*];
    };
}

domains! {
    "banking" "calendar" "entertainment" "health" "maps" "messaging" "restaurants_and_food" "shopping" "smart_home" "travel" "weather" "work"
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    domain: String,
    tools: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    description: String,
    #[serde(default)]
    parameters: IndexMap<String, Value>,
    returns: IndexMap<String, Value>,
    asks: Vec<String>,
    #[serde(default)]
    questions: Vec<String>,
    #[serde(default)]
    parameter_phrases: IndexMap<String, Phrase>,
    #[serde(default)]
    tells: Vec<String>,
}

/// The tools of the built-in pool, about 150 in twelve domains.
#[expect(clippy::panic, reason = "the files are part of the program, and a test reads every one")]
pub fn tools() -> Vec<Tool> {
    let read =
        |(name, text): &(&str, &str)| file(text).unwrap_or_else(|why| panic!("builtin/{name}.yaml: {why}"));
    DOMAINS.iter().flat_map(read).collect()
}

fn file(text: &str) -> Result<Vec<Tool>, String> {
    let file: File = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    Ok(file.tools.into_iter().map(|entry| tool(&file.domain, entry)).collect())
}

fn tool(domain: &str, entry: Entry) -> Tool {
    let (mut parameters, mut returns) = (object(entry.parameters, false), object(entry.returns, true));
    let hints = Hints { parameters: lift(&mut parameters), returns: lift(&mut returns) };
    let mut tool = Tool::new(entry.name, entry.description.trim(), parameters);
    tool.returns = Some(returns);
    tool.meta.domain = Some(domain.to_owned());
    tool.meta.source = Some("builtin".to_owned());
    tool.meta.hints = hints;
    tool.meta.wording = Some(Wording {
        asks: entry.asks,
        questions: entry.questions,
        parameters: entry.parameter_phrases,
        tells: entry.tells,
    });
    tool
}

/// An object schema of these properties. `required: true` in a property (of arguments), or the absence of `optional: true`
/// (of results), puts it on the list.
fn object(properties: IndexMap<String, Value>, results: bool) -> Value {
    let mut required = Vec::new();
    let mut own = Map::new();
    for (name, schema) in properties {
        let mut schema = schema;
        if take_required(&mut schema, results) {
            required.push(Value::from(name.as_str()));
        }
        nested(&mut schema, results);
        own.insert(name, schema);
    }
    let mut out = json!({ "type": "object", "properties": own });
    if !required.is_empty() {
        out["required"] = required.into();
    }
    out
}

fn take_required(schema: &mut Value, results: bool) -> bool {
    let Some(map) = schema.as_object_mut() else { return results };
    let mut flag = |key: &str| match map.get(key) {
        Some(Value::Bool(_)) => map.shift_remove(key).and_then(|flag| flag.as_bool()),
        _ => None,
    };
    let (required, optional) = (flag("required"), flag("optional"));
    if results { !optional.unwrap_or(false) } else { required.unwrap_or(false) }
}

fn nested(schema: &mut Value, results: bool) {
    let Some(map) = schema.as_object_mut() else { return };
    if let Some(items) = map.get_mut("items") {
        nested(items, results);
    }
    let Some(Value::Object(properties)) = map.shift_remove("properties") else { return };
    let listed = map.get("required").and_then(Value::as_array).cloned();
    let made = object(properties.into_iter().collect(), results);
    if let Value::Object(made) = made {
        for (key, value) in made {
            map.insert(key, value);
        }
    }
    if let Some(listed) = listed {
        map.insert("required".into(), listed.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::Pool;

    #[test]
    fn every_file_reads_and_every_tool_is_ready() {
        for (name, text) in DOMAINS {
            let tools = file(text).unwrap_or_else(|why| panic!("{name}: {why}"));
            assert!(tools.len() >= 12, "{name} has {} tools", tools.len());
        }
        let (pool, unusable) = Pool::new(tools());
        assert_eq!(unusable, []);
        assert!(pool.links.iter().filter(|links| !links.is_empty()).count() > 40);
    }
}

//! Tools as text, for prompts: notations, one file each, both ways.
//!
//! A model sees its tools as text, and one that has seen them as JSON only stumbles over anything else. So a notation
//! writes a list of tools as a person would set it down in a prompt, and reads it back. [`TOOL_NOTATIONS`] lists them;
//! help, tables and [`tool_notation`] come from that list.
//!
//! The laws, for any tools whose schemas nest within 120 levels:
//!
//! - What is written is read again: the same names, descriptions and parameters. The keywords of a schema may change their
//!   order, its properties do not. What else a tool has, no model sees.
//! - Any text is read or refused, in linear time and bounded depth.
//! - A written list is whole: no text of a tool can pass for its end, and no rest of a list, from within a text of a tool
//!   on, for a list.
//!
//! ```
//! use serde_json::json;
//! use toolwright_core::{Tool, render::tool_notation};
//!
//! let parameters = json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
//! let tool = Tool::new("get_weather", "Current weather of a city.", parameters);
//! let markdown = tool_notation("markdown")?;
//! let text = (markdown.write)(&[&tool]);
//! assert_eq!(
//!     text,
//!     "## get_weather\n\nCurrent weather of a city.\n\n**Parameters** (object)\n- `city` (string, required)"
//! );
//! assert_eq!((markdown.read)(&text)?, [tool]);
//! # Ok::<(), toolwright_core::Error>(())
//! ```

#[cfg(test)]
mod arbitrary;
mod inline;
mod json;
mod lines;
mod markdown;
#[cfg(test)]
mod tests;
mod xml;
mod yaml;

pub(crate) use json::find_definitions;

use std::collections::HashSet;
use std::ops::Range;

use serde_json::{Map, Value};

use crate::schema::nests_within;
use crate::{Error, Result, Tool, nearest};

/// Every notation, in the order in which a text of unknown notation is searched.
pub const TOOL_NOTATIONS: &[ToolNotation] =
    &[json::NOTATION, yaml::NOTATION, xml::NOTATION, markdown::NOTATION];

/// One notation of a list of tools.
#[derive(Clone, Copy, Debug)]
pub struct ToolNotation {
    /// Its name, in kebab-case.
    pub id: &'static str,
    /// Its name as people write it.
    pub title: &'static str,
    /// What it looks like, in one sentence.
    pub says: &'static str,
    /// Where it is described.
    pub source: &'static str,
    /// Writes the names, descriptions and parameters of tools. No line break ends the text.
    pub write: fn(&[&Tool]) -> String,
    /// Reads what is written and nothing beside it; blank lines and spaces may differ. An error says where, and what was
    /// expected. It is found without a look at what follows.
    pub read: fn(&str) -> Result<Vec<Tool>>,
    /// The first list within a longer text that has a tool, and where it stands.
    pub find: fn(&str) -> Option<Found>,
}

/// A list of tools within a longer text: where it stands, and what it holds.
pub type Found = (Range<usize>, Vec<Tool>);

/// The notation of this name.
///
/// # Errors
/// Where there is none; the message names the nearest and all that there are.
///
/// ```
/// use toolwright_core::render::tool_notation;
/// assert_eq!(tool_notation("yaml")?.title, "YAML");
/// assert_eq!(
///     tool_notation("markdwon").expect_err("mistyped").to_string(),
///     "no tool notation is called `markdwon`; did you mean `markdown`? There are: json, yaml, xml, markdown"
/// );
/// # Ok::<(), toolwright_core::Error>(())
/// ```
pub fn tool_notation(name: &str) -> Result<&'static ToolNotation> {
    TOOL_NOTATIONS.iter().find(|notation| notation.id == name).ok_or_else(|| {
        let known: Vec<&str> = TOOL_NOTATIONS.iter().map(|notation| notation.id).collect();
        let near = nearest(name, known.iter().copied())
            .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let end = if near.is_empty() { "; there are" } else { " There are" };
        Error::new(format!("no tool notation is called `{name}`{near}{end}: {}", known.join(", ")))
    })
}

/// The deepest schema that readers take. JSON within a text may be no deeper than JSON readers go, and they go to 128.
const DEEPEST: usize = 120;

/// Levels that readers follow before they look at what they read: those of [`DEEPEST`], and what wraps a schema.
const LEVELS: usize = DEEPEST + 8;

/// A tool, if its schema is not too deep.
fn tool(name: String, description: String, parameters: Value) -> Result<Tool> {
    if nests_within(&parameters, DEEPEST) {
        Ok(Tool::new(name, description, parameters))
    } else {
        Err(too_deep().at(format_args!("the tool `{name}`")))
    }
}

fn too_deep() -> Error {
    Error::new(format!("the schema is nested deeper than {DEEPEST} levels"))
}

/// Which properties an object schema requires, as notations say it: beside each property.
struct Required<'a> {
    names: HashSet<&'a str>,
    /// Whether that says it all: the list is not empty, in the order of the properties, and names no other.
    said: bool,
}

impl<'a> Required<'a> {
    fn of(schema: &'a Map<String, Value>) -> Self {
        let listed = schema.get("required").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let names: HashSet<&str> = listed.iter().filter_map(Value::as_str).collect();
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        let beside = properties
            .map(|(name, _)| Some(name.as_str()))
            .filter(|name| name.is_some_and(|name| names.contains(name)));
        let said = !listed.is_empty() && beside.eq(listed.iter().map(Value::as_str));
        Self { names, said }
    }
}

/// Adds the list of required properties that were marked as such; a list that is there says it better.
fn require(schema: &mut Map<String, Value>, marked: Vec<String>) {
    if !marked.is_empty() {
        schema.entry("required").or_insert_with(|| marked.into());
    }
}

/// Adds a property to an object schema.
fn declare(schema: &mut Map<String, Value>, name: String, property: Value) -> Result<()> {
    let properties = schema.entry("properties").or_insert_with(|| Map::new().into());
    match properties.as_object_mut() {
        Some(properties) => set(properties, name, property),
        None => Err(twice("properties")),
    }
}

/// Adds what a text says once.
fn set(fields: &mut Map<String, Value>, key: String, value: Value) -> Result<()> {
    if fields.contains_key(&key) {
        return Err(twice(&key));
    }
    fields.insert(key, value);
    Ok(())
}

fn twice(key: &str) -> Error {
    Error::new(format!("`{key}` is given twice"))
}

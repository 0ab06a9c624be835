//! Tools out of documents that people already have.
//!
//! [`IMPORTERS`] is the catalogue: one file each, one line in the list. [`import_bytes`] reads a document (JSON, JSONL,
//! YAML, CSV, text or Python), asks each importer whether it knows it, and brings what it gives to one form: schemas in
//! the standard dialect, names that chat APIs take, unique. What cannot be used is [`Skipped`] with its reason.
//! [`import_path`] goes through folders and archives.
//!
//! Documents come from strangers. Nesting, aliases, references and sizes are bounded, and a document that goes over a
//! bound is refused with a message.

mod api_bank;
mod bfcl_docs;
mod files;
mod functions;
mod inline;
mod mcp;
mod naming;
mod openapi;
mod own;
mod prose;
mod python;
mod read;
mod seal_tools;
mod swagger2;
#[cfg(test)]
mod tests;
mod toolace;
mod toolalpaca;

use serde::Serialize;
use serde_json::Value;
use toolwright_core::schema::{Checker, normalise};
use toolwright_core::{Error, Result, Tool};

pub use files::{import_path, import_paths, together};
pub use own::own_lines;
pub(crate) use prose::{floor_char, subschemas};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 256 << 20;

/// The stack for reading one document; the YAML reader needs some 16 kB a level where it is not optimised.
const STACK: usize = 32 << 20;

/// What documents gave.
#[derive(Debug, Default)]
pub struct Imported {
    /// The tools, in the order of the documents; their names are unique.
    pub tools: Vec<Tool>,
    /// What could not be used.
    pub skipped: Vec<Skipped>,
}

impl Imported {
    /// Takes a tool of the document `source`, or notes why there is none.
    fn add(&mut self, source: &str, operation: &str, tool: Result<Tool>) {
        match tool {
            Ok(mut tool) => {
                tool.meta.source = Some(source.to_string());
                self.tools.push(tool);
            }
            Err(why) => self.skip(source, operation, why.to_string()),
        }
    }

    fn skip(&mut self, source: &str, operation: &str, reason: impl Into<String>) {
        self.skipped.push(Skipped::new(source, operation, reason));
    }
}

/// Something in a document that could not be used, or not as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The file.
    pub source: String,
    /// What it is in the file: a method and path, a function's name, a line; empty for the file as a whole.
    pub operation: String,
    /// What was found and what was expected.
    pub reason: String,
}

impl Skipped {
    fn new(source: impl Into<String>, operation: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { source: source.into(), operation: operation.into(), reason: reason.into() }
    }
}

/// One kind of document that tools come from.
#[derive(Clone, Copy)]
pub struct Importer {
    /// The name in lists.
    pub id: &'static str,
    /// What it reads, in one line.
    pub says: &'static str,
    /// Where the format is defined.
    pub source: &'static str,
    /// Whether a document, with this file name, is of this kind.
    pub sniff: fn(&str, &Value) -> bool,
    /// Reads a document of this kind. A line-based file comes as the list of its lines.
    pub import: fn(&str, &Value) -> Result<Imported>,
}

/// The kinds of documents, in the order in which they are asked: the particular before the general.
pub const IMPORTERS: &[Importer] = &[
    openapi::IMPORTER,
    swagger2::IMPORTER,
    python::IMPORTER,
    own::IMPORTER,
    api_bank::IMPORTER,
    seal_tools::IMPORTER,
    toolalpaca::IMPORTER,
    toolace::IMPORTER,
    mcp::IMPORTER,
    bfcl_docs::IMPORTER,
    functions::IMPORTER,
];

/// The tools of one document, or of an archive of them.
///
/// - `name`: the file's name; it stands in messages and in the tools' `meta.source`.
/// - `bytes`: JSON, one JSON value a line, YAML, or by the name's ending a CSV table, Python or text; UTF-8. They may be packed
///   (gzip, zstd), or be an archive (zip, tar).
///
/// # Errors
/// Says why the document as a whole cannot be read, or that no importer knows it.
///
/// ```
/// let file = br#"[{"name": "add", "description": "Adds.", "parameters": {"type": "dict", "properties": {}}}]"#;
/// let imported = toolwright_synth::pool::import::import_bytes("tools.json", file)?;
/// assert_eq!(imported.tools[0].name, "add");
/// assert_eq!(imported.tools[0].parameters["type"], "object");
/// # Ok::<(), toolwright_core::Error>(())
/// ```
pub fn import_bytes(name: &str, bytes: &[u8]) -> Result<Imported> {
    files::import(name, bytes).map_err(|error| error.at(name))
}

/// One document, unpacked; messages do not name it.
///
/// Documents nest as deep as their authors like, within our bounds, and readers recurse: the work has a stack of its
/// own, so that it does not depend on what the caller has left.
fn from_bytes(name: &str, bytes: &[u8]) -> Result<Imported> {
    let broken = || Error::new("reading the document failed; please report it together with the document");
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(STACK);
        match reader.spawn_scoped(scope, || on_this_stack(name, bytes)) {
            Ok(reader) => reader.join().unwrap_or_else(|_| Err(broken())),
            Err(error) => {
                Err(Error::new(format!("cannot start a thread to read it: {error}")).caused_by(error))
            }
        }
    })
}

fn on_this_stack(name: &str, bytes: &[u8]) -> Result<Imported> {
    let read = read::document(name, bytes)?;
    let Some(importer) = IMPORTERS.iter().find(|importer| (importer.sniff)(name, &read.value)) else {
        return Err(unknown(&read.value));
    };
    let found = (importer.import)(name, &read.value)?;
    let mut imported = Imported { tools: Vec::new(), skipped: read.skipped };
    imported.skipped.extend(found.skipped);
    for tool in found.tools {
        match standard(tool, &mut imported.skipped, name) {
            Ok(tool) => imported.tools.push(tool),
            Err(skipped) => imported.skipped.push(skipped),
        }
    }
    make_unique(&mut imported.tools);
    Ok(imported)
}

fn unknown(document: &Value) -> Error {
    let keys = |map: &serde_json::Map<String, Value>| {
        let keys: Vec<String> = map.keys().take(5).map(|key| format!("`{key}`")).collect();
        keys.join(", ")
    };
    let found = match document {
        Value::Object(map) if !map.is_empty() => format!("an object with {}", keys(map)),
        Value::Object(_) => "an empty object".to_string(),
        Value::Array(list) => match list.first() {
            Some(Value::Object(map)) if !map.is_empty() => {
                format!("a list of {} values, the first an object with {}", list.len(), keys(map))
            }
            _ => format!("a list of {} values", list.len()),
        },
        Value::String(_) => "plain text".to_string(),
        _ => "a single value".to_string(),
    };
    let kinds: Vec<&str> = IMPORTERS.iter().map(|importer| importer.id).collect();
    Error::new(format!(
        "found {found}; expected an OpenAPI document, Python or a list of function definitions (known kinds: {})",
        kinds.join(", ")
    ))
}

/// The tool with standard schemas that compile and a name that chat APIs take.
fn standard(mut tool: Tool, skipped: &mut Vec<Skipped>, source: &str) -> std::result::Result<Tool, Skipped> {
    let operation = tool.meta.operation.clone().unwrap_or_else(|| tool.name.clone());
    if let Some(name) = chat_name(&tool.name) {
        tool.meta.operation.get_or_insert(std::mem::replace(&mut tool.name, name));
    }
    let parameters = normalise(&tool.parameters).schema;
    let compiled = compilable(parameters)
        .map_err(|why| Skipped::new(source, &operation, format!("`parameters`: {why}")))?;
    if compiled.get("type") != Some(&Value::from("object")) {
        return Err(Skipped::new(source, operation, "`parameters` does not describe an object"));
    }
    if compiled != tool.parameters && tool.original.is_none() {
        tool.original = Some(std::mem::take(&mut tool.parameters));
    }
    tool.parameters = compiled;
    if let Some(schema) = tool.returns.take() {
        match compilable(normalise(&schema).schema) {
            Ok(schema) => tool.returns = Some(schema),
            Err(why) => {
                let reason =
                    format!("the result's schema cannot be used, the tool is kept without it: {why}");
                skipped.push(Skipped::new(source, operation, reason));
            }
        }
    }
    Ok(tool)
}

/// The schema if it compiles, or else if it does without its patterns: other languages' patterns are common.
fn compilable(mut schema: Value) -> std::result::Result<Value, String> {
    let Err(why) = Checker::new(&schema) else { return Ok(schema) };
    drop_patterns(&mut schema, 0);
    Checker::new(&schema).map(|_| schema).map_err(|_| why.to_string())
}

fn drop_patterns(schema: &mut Value, depth: usize) {
    let Value::Object(map) = schema else { return };
    if depth <= 128 {
        map.shift_remove("pattern");
        map.shift_remove("patternProperties");
        subschemas(map, |schema| drop_patterns(schema, depth + 1));
    }
}

/// The name in the characters that chat APIs take, where it has others.
fn chat_name(name: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.len() <= naming::LONGEST && name.chars().all(fits) {
        return None;
    }
    let name: String = name.chars().map(|c| if fits(c) { c } else { '_' }).take(naming::LONGEST).collect();
    let name = name.trim_matches('_');
    Some(if name.is_empty() { "tool".to_string() } else { name.to_string() })
}

/// Renames tools whose name is taken: after their part of the domain, or the domain, where that helps, by number where not.
fn make_unique(tools: &mut [Tool]) {
    let mut names = naming::Names::default();
    for tool in tools {
        let domain = tool.meta.sub_domain.as_deref().or(tool.meta.domain.as_deref());
        let domain = domain.map(|domain| format!("{}_{}", domain.replace('-', "_"), tool.name));
        let domain = domain.filter(|name| name.len() <= naming::LONGEST && chat_name(name).is_none());
        tool.name =
            names.take(&[vec![std::mem::take(&mut tool.name)], domain.into_iter().collect()].concat());
    }
}

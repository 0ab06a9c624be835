//! Our own `tools.jsonl`: one [`Tool`] a line, as `toolwright tools import` writes it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde_json::Value;
use toolwright_core::{Error, Result, Tool, ToolMeta};

use super::files::unreadable;
use super::{Imported, Importer, Skipped};
use crate::pool::hints;

/// Our own tools.
pub(super) const IMPORTER: Importer = Importer {
    id: "own",
    says: "tools as this program writes them (`tools.jsonl`)",
    source: "crates/toolwright-core/src/tool.rs",
    sniff,
    import,
};

/// Function lists look alike; only ours say what is known beyond the definition.
fn sniff(_: &str, document: &Value) -> bool {
    let ours = |one: &Value| {
        one.get("name").is_some_and(Value::is_string) && one.get("meta").is_some_and(Value::is_object)
    };
    match document {
        Value::Array(list) => list.iter().take(100).any(ours),
        one => ours(one),
    }
}

fn import(source: &str, document: &Value) -> Result<Imported> {
    let elements = match document {
        Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut imported = Imported::default();
    for (at, element) in elements.iter().enumerate() {
        match serde_json::from_value::<Tool>(element.clone()) {
            Ok(tool) => imported.tools.push(with_hints(tool, source)),
            Err(error) => {
                let name = element.get("name").and_then(Value::as_str);
                let operation = name.map_or_else(|| format!("element {}", at + 1), str::to_string);
                imported.skipped.push(Skipped::new(
                    source,
                    operation,
                    format!("not one of our tools: {error}"),
                ));
            }
        }
    }
    Ok(imported)
}

/// The tools of one of our own files, line by line, so that it may be of any size; `None` where it is another kind.
///
/// # Errors
/// Says why the file cannot be opened; an item says which line is none of our tools.
pub fn own_lines(path: &Path) -> Result<Option<impl Iterator<Item = Result<Tool>>>> {
    let place = path.display().to_string();
    if !path.is_file() || path.extension().is_none_or(|ending| ending != "jsonl") {
        return Ok(None);
    }
    let file = File::open(path).map_err(|error| unreadable(error).at(&place))?;
    let mut lines = BufReader::with_capacity(1 << 20, file).lines().enumerate().peekable();
    let read = |line: &str| {
        let tool = serde_json::from_str::<Tool>(line);
        tool.is_ok_and(|tool| !tool.name.is_empty() && tool.meta != ToolMeta::default())
    };
    let ours = lines.peek().is_some_and(|(_, line)| line.as_ref().is_ok_and(|line| read(line)));
    let tools = lines.filter(|(_, line)| !line.as_ref().is_ok_and(|line| line.trim().is_empty())).map(
        move |(at, line)| {
            let place = format!("{place}:{}", at + 1);
            let line = line.map_err(|error| unreadable(error).at(&place))?;
            serde_json::from_str(&line)
                .map_err(|error| Error::new(format!("the line is none of our tools: {error}")).at(&place))
        },
    );
    Ok(ours.then_some(tools))
}

/// What the schemas themselves say goes after what the file says of them.
fn with_hints(mut tool: Tool, source: &str) -> Tool {
    if !tool.parameters.is_object() {
        tool.parameters = serde_json::json!({ "type": "object", "properties": {} });
    }
    let said = &mut tool.meta.hints;
    for (path, hint) in hints::lift(&mut tool.parameters) {
        said.parameters.entry(path).or_insert(hint);
    }
    for (path, hint) in tool.returns.as_mut().map(hints::lift).unwrap_or_default() {
        said.returns.entry(path).or_insert(hint);
    }
    tool.meta.source.get_or_insert_with(|| source.to_string());
    tool
}

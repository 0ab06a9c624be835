//! Seal-Tools: a tool a line, its parameters by name.
//!
//! Format: `api_name`, `api_description`, `field` (`A/B`: a field and its part), `parameters` by name with a Python type
//!         (`str`, `int`, `float`, `bool`) and a `description`, the names in `required`, and the results by name in
//!         `responses`.
//! Worked: `{"api_name": "getTide", "api_description": "Tides of a port", "field": "Science/Oceanography", "parameters":
//!         {"port": {"type": "str", "description": "…"}}, "required": ["port"], "responses": {"height": {"type": "float",
//!         "description": "…"}}}` is a tool of the domain `science`.
//! Ours:   a tool's `example`, a whole set of arguments, becomes hints of its parameters. Words of the authors' own in a
//!         schema (`unit`, `choices`) stay there; they say nothing that is checked.
//! Lost:   the part of the field, `Oceanography` here.

use std::collections::HashSet;

use serde_json::{Map, Value, json};
use toolwright_core::{Error, Result, Tool};

use super::functions::{self, elements};
use super::{Imported, Importer, naming};
use crate::pool::hints;

/// Seal-Tools' `tool.jsonl`.
pub(super) const IMPORTER: Importer = Importer {
    id: "seal-tools",
    says: "the tools of Seal-Tools (`tool.jsonl`)",
    source: "https://github.com/fairyshine/Seal-Tools",
    sniff,
    import,
};

fn sniff(_: &str, document: &Value) -> bool {
    let ours = |one: &Value| {
        let text = |key: &str| one.get(key).is_some_and(Value::is_string);
        text("api_name") && text("api_description") && one.get("parameters").is_some_and(Value::is_object)
    };
    elements(document).iter().take(100).any(ours)
}

fn import(source: &str, document: &Value) -> Result<Imported> {
    let mut imported = Imported::default();
    let mut seen = HashSet::new();
    for (at, row) in elements(document).iter().enumerate().filter(|(_, row)| seen.insert(*row)) {
        let name = row.get("api_name").and_then(Value::as_str);
        let place = name.map_or_else(|| format!("element {}", at + 1), str::to_string);
        let tool = tool(row);
        let unknown = undeclared(row);
        if tool.is_ok() && !unknown.is_empty() {
            let names = unknown.join(", ");
            let why = format!("`required` names {names}, which `parameters` does not have; left out");
            imported.skip(source, &place, why);
        }
        imported.add(source, &place, tool);
    }
    Ok(imported)
}

fn tool(row: &Value) -> Result<Tool> {
    let parameters = properties(row, "parameters")?;
    let required: Vec<&str> = required(row).filter(|name| parameters.contains_key(*name)).collect();
    let mut definition = json!({
        "name": row.get("api_name"),
        "description": row.get("api_description"),
        "parameters": { "type": "object", "properties": parameters, "required": required },
    });
    let results = properties(row, "responses")?;
    if !results.is_empty() {
        definition["returns"] = json!({ "type": "object", "properties": results });
    }
    let mut tool = functions::tool(&definition)?;
    if let Some(example) = row.get("example") {
        hints::spread(example, &tool.parameters, &mut tool.meta.hints.parameters);
    }
    let field = row.get("field").and_then(Value::as_str).unwrap_or_default();
    let mut parts = field.split('/').map(naming::slug).map(|part| Some(part).filter(|part| !part.is_empty()));
    tool.meta.domain = parts.next().flatten();
    tool.meta.sub_domain = parts.next().flatten();
    Ok(tool)
}

/// The schemas by name under a key; none where the key is absent.
fn properties(row: &Value, key: &str) -> Result<Map<String, Value>> {
    let named = match row.get(key) {
        None | Some(Value::Null) => return Ok(Map::new()),
        Some(Value::Object(named)) => named,
        Some(_) => return Err(Error::new(format!("`{key}` is no object; expected schemas by name"))),
    };
    match named.iter().find(|(_, schema)| !schema.is_object()) {
        Some((name, _)) => {
            let why = format!("`{key}`: `{name}` is no object; expected a `type` and a `description`");
            Err(Error::new(why))
        }
        None => Ok(named.clone()),
    }
}

fn required(row: &Value) -> impl Iterator<Item = &str> {
    row.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The names that `required` has and `parameters` has not, for a message.
fn undeclared(row: &Value) -> Vec<String> {
    let Some(parameters) = row.get("parameters").and_then(Value::as_object) else { return Vec::new() };
    required(row).filter(|name| !parameters.contains_key(*name)).map(|name| format!("`{name}`")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{bring, real, told};
    use super::*;

    #[test]
    fn a_line_becomes_a_tool() {
        let row = json!({
            "api_name": "getTide", "api_description": "Tides of a port", "field": "Earth Science/Sea/Tides",
            "parameters": {
                "type": { "type": "str", "description": "The type (e.g., high, low)", "choices": ["high", "low"] },
                "ports": { "type": "List[str]", "description": "Ports", "example": ["Oslo"] },
                "at": { "type": "datetime", "description": "When" },
            },
            "required": ["ports", "sea"],
            "responses": { "height": { "type": "float", "description": "Metres", "example": 1.5 } },
            "example": { "type": "high" },
        });
        let imported = bring("tool.jsonl", &format!("{row}\n{row}\n"));
        assert_eq!(
            told(&imported),
            ["getTide: `required` names `sea`, which `parameters` does not have; left out"]
        );
        let [tool] = imported.tools.as_slice() else { panic!("{:?}", imported.tools) };
        assert_eq!((tool.name.as_str(), tool.description.as_str()), ("getTide", "Tides of a port"));
        assert_eq!(tool.meta.domain.as_deref(), Some("earth-science"));
        let expected = json!({ "type": "object", "required": ["ports"], "properties": {
            "type": { "type": "string", "description": "The type (e.g., high, low)", "choices": ["high", "low"] },
            "ports": { "type": "array", "items": { "type": "string" }, "description": "Ports" },
            "at": { "type": "string", "format": "date-time", "description": "When" },
        } });
        assert_eq!(tool.parameters, expected);
        let expected = json!({ "type": "object", "properties": {
            "height": { "type": "number", "description": "Metres" },
        } });
        assert_eq!(tool.returns, Some(expected));
        let hints = &tool.meta.hints;
        assert_eq!(hints.parameters["/type"].examples, ["high"]);
        assert_eq!(hints.parameters["/ports"].examples, [json!(["Oslo"])]);
        assert_eq!(hints.returns["/height"].examples, [1.5]);
    }

    #[test]
    fn bad_lines_are_told_and_lose_no_other() {
        let good = json!({ "api_name": "f", "api_description": "F.", "parameters": {} });
        let rows = json!([
            good,
            { "api_name": "g", "parameters": { "x": "str" } },
            { "api_name": "h", "parameters": [], "required": ["x"] },
            { "api_name": "i", "parameters": {}, "responses": "text" },
            { "api_name": " ", "parameters": {} },
            7,
        ]);
        let imported = bring("tool.json", &rows.to_string());
        assert_eq!((imported.tools.len(), &imported.tools[0].returns), (1, &None));
        let expected = [
            "g: `parameters`: `x` is no object; expected a `type` and a `description`",
            "h: `parameters` is no object; expected schemas by name",
            "i: `responses` is no object; expected schemas by name",
            " : the definition has no `name`",
            "element 6: the definition has no `name`",
        ];
        assert_eq!(told(&imported), expected);
    }

    #[test]
    fn real_tools_come_in() {
        let Some(imported) = real("seal-tools", "seal_tools/tool.jsonl.zst") else { return };
        assert_eq!((imported.tools.len(), told(&imported)), (4_076, vec![]));
        assert!(imported.tools.iter().all(|tool| tool.meta.domain.is_some() && tool.returns.is_some()));
    }
}

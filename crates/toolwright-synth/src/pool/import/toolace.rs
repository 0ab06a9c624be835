//! ToolACE and its relatives: dialogs that say in their system prompt, or beside it, which tools there are.
//!
//! Format: a row has `conversations`, turns with `from` and `value`, and the tools as the JSON list that stands somewhere in
//!         `system` (ToolACE, arXiv:2409.00920) or as `tools`, a list or a list's JSON text (conversions to ShareGPT's
//!         shape). A row that has both gives both. A system prompt alone, as a `.txt` file, is read as well.
//! Worked: `{"system": "…you can invoke:\n[{\"name\": \"Get AQI\", \"parameters\": {\"type\": \"dict\", …}}]",
//!         "conversations": […]}` gives `Get_AQI`, whose `meta.operation` is `Get AQI`.
//! Ours:   rows draw their tools from one pool, so that most come again: equal definitions are taken once. Different
//!         ones of one name are told apart by number.
//! Lost:   the dialogs, which the core reads as a format of datasets; and which tools stood together in a row.

use std::collections::HashSet;

use serde_json::Value;
use toolwright_core::format::system_definitions;

use super::functions::{self, elements};
use super::{Imported, Importer};

/// Dialogs with their tools.
pub(super) const IMPORTER: Importer = Importer {
    id: "toolace",
    says: "dialogs of ToolACE or in ShareGPT's shape, with the tools in `system` or `tools`; a system prompt as `.txt`",
    source: "https://huggingface.co/datasets/Team-ACE/ToolACE",
    sniff,
    import,
};

fn sniff(_: &str, document: &Value) -> bool {
    match document {
        Value::String(prompt) => system_definitions(prompt).is_some(),
        rows => elements(rows).iter().take(100).any(is_row),
    }
}

fn is_row(row: &Value) -> bool {
    let speaks = |turn: &Value| turn.get("from").is_some_and(Value::is_string);
    let turns = row.get("conversations").and_then(Value::as_array);
    let lists = row.get("system").is_some_and(Value::is_string)
        || row.get("tools").is_some_and(|tools| tools.is_string() || tools.is_array());
    lists && turns.is_some_and(|turns| turns.iter().all(speaks))
}

fn import(source: &str, document: &Value) -> toolwright_core::Result<Imported> {
    let mut imported = Imported::default();
    let mut seen = HashSet::new();
    for (at, row) in elements(document).iter().enumerate() {
        let place = format!("element {}", at + 1);
        let found = match row {
            Value::String(prompt) => Ok(listed(prompt)),
            row if is_row(row) => definitions(row),
            _ => Err("no dialog; expected `conversations` with turns, and `system` or `tools`".to_string()),
        };
        match found {
            Ok(found) => {
                for definition in found.into_iter().filter(|one| seen.insert(one.clone())) {
                    let named = definition.get("name").and_then(Value::as_str);
                    imported.add(source, named.unwrap_or(&place), functions::tool(&definition));
                }
            }
            Err(why) => imported.skip(source, &place, why),
        }
    }
    Ok(imported)
}

/// The definitions of a row: those beside the dialog, then those in its prompt.
fn definitions(row: &Value) -> Result<Vec<Value>, String> {
    let system = row.get("system").and_then(Value::as_str);
    let mut found = match row.get("tools") {
        Some(Value::Array(tools)) => tools.clone(),
        Some(Value::String(tools)) if !tools.trim().is_empty() => {
            serde_json::from_str::<Vec<Value>>(tools)
                .map_err(|why| format!("`tools` is text that is no list in JSON: {why}"))?
        }
        Some(Value::Null | Value::String(_)) | None => Vec::new(),
        Some(_) => return Err("`tools` is neither a list nor text".to_string()),
    };
    for definition in &mut found {
        if let Some(inner) = definition.get_mut("function").filter(|inner| inner.is_object()) {
            *definition = inner.take();
        }
    }
    found.extend(system.map(listed).unwrap_or_default());
    // An empty `tools` says that there are none; a prompt without a list may have one that we cannot read.
    if found.is_empty() && row.get("tools").is_none() {
        return Err("`system` holds no JSON list of objects with a `name`".to_string());
    }
    Ok(found)
}

fn listed(prompt: &str) -> Vec<Value> {
    let unwrapped = |mut entry: serde_json::Map<String, Value>| match entry.get_mut("function") {
        Some(inner @ Value::Object(_)) => inner.take(),
        _ => entry.into(),
    };
    system_definitions(prompt).unwrap_or_default().into_iter().map(unwrapped).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{bring, real, told};

    #[test]
    fn tools_of_prompts_and_of_lists_are_taken_once() {
        let aqi = json!({ "name": "Get AQI", "description": "Air.", "parameters": { "type": "dict", "properties": {
            "city": { "type": "string" } }, "required": ["city"] }, "required": null });
        let own = json!({ "type": "function", "function": { "name": "now", "description": "The time." } });
        let turns = json!([{ "from": "user", "value": "Hi [there]" }]);
        let prompt = format!("Use [tools]:\n{}\nAnswer with [name(a=1)].", json!([aqi]));
        let rows = json!([
            { "system": prompt, "conversations": turns },
            { "system": prompt, "conversations": turns, "tools": "[]" },
            { "conversations": turns, "tools": [own] },
            { "conversations": turns, "tools": json!([own["function"], aqi]).to_string() },
        ]);
        let imported = bring("rows.json", &rows.to_string());
        let names: Vec<_> = imported.tools.iter().map(|tool| tool.name.as_str()).collect();
        assert_eq!((names, told(&imported)), (vec!["Get_AQI", "now"], vec![]));
        assert_eq!(imported.tools[0].meta.operation.as_deref(), Some("Get AQI"));
        assert_eq!(imported.tools[0].meta.source.as_deref(), Some("rows.json"));
        assert_eq!(imported.tools[0].original.as_ref().map(|schema| &schema["type"]), Some(&json!("dict")));
        let prompt = bring("prompt.txt", &prompt);
        assert_eq!(prompt.tools[0].parameters, imported.tools[0].parameters);
    }

    #[test]
    fn rows_without_tools_are_told_and_lose_no_other() {
        let turns = json!([]);
        let rows = json!([
            { "system": "[{\"name\": \"f\", \"description\": \"F.\"}]", "conversations": turns },
            { "system": "Be kind. [{\"name\": \"f\",}]", "conversations": turns },
            { "tools": "[{", "conversations": turns },
            { "tools": [{ "name": "g", "parameters": 3 }, 4], "conversations": turns },
            { "tools": "", "conversations": turns },
            { "text": "no row" },
        ]);
        let imported = bring("rows.json", &rows.to_string());
        assert_eq!(imported.tools.len(), 1);
        let expected = [
            "element 2: `system` holds no JSON list of objects with a `name`",
            "element 3: `tools` is text that is no list in JSON: EOF while parsing an object at line 1 column 2",
            "g: `parameters` is a single value; expected an object schema",
            "element 4: the definition has no `name`",
            "element 6: no dialog; expected `conversations` with turns, and `system` or `tools`",
        ];
        assert_eq!(told(&imported), expected);
    }

    #[test]
    fn real_dialogs_give_their_tools() {
        let Some(imported) = real("toolace", "toolace_sample/dialogs.jsonl") else { return };
        assert_eq!((imported.tools.len(), told(&imported)), (256, vec![]));
    }
}

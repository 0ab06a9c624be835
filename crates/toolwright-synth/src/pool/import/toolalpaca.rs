//! ToolAlpaca: APIs that a model made up from a public list, each with an OpenAPI document as text.
//!
//! Format: a list of APIs with `Name`, `Documentation` (an OpenAPI document in JSON, as text) and `Function_Description`
//!         (the same functions in words, by name). The document is read as any other. Where it cannot be, the words are:
//!         `…description…\nParameters: {"id": "Required. integer. The user's id."}\nOutput: …`, where a parameter is its
//!         type and its description.
//! Worked: the API `Axolotl`, whose `Documentation` describes `GET /random`, gives `get_random_axolotl_image` in the domain
//!         `axolotl`, the document's title.
//! Lost:   the instructions and answers, the wider `Category`; of functions in words the result's schema and the inner
//!         shape of objects. The public list itself (`public_apis.json`) only links to APIs: it has no operations and is
//!         refused with that reason.

use serde_json::{Map, Value, json};
use toolwright_core::{Error, Result, Tool};

use super::functions::{self, elements};
use super::{Imported, Importer, Skipped, naming, openapi, read};

/// ToolAlpaca's data.
pub(super) const IMPORTER: Importer = Importer {
    id: "toolalpaca",
    says: "the APIs of ToolAlpaca (`train_data.json`, `eval_simulated.json`, `eval_real.json`)",
    source: "https://github.com/tangqiaoyu/ToolAlpaca",
    sniff: |_, document| links(document).is_some() || elements(document).iter().take(100).any(is_api),
    import,
};

fn is_api(one: &Value) -> bool {
    let words = one.get("Function_Description").is_some_and(Value::is_object);
    let document = one.get("Documentation").is_some_and(Value::is_string);
    one.get("Name").is_some_and(Value::is_string) && (words || document)
}

/// The entries of the public list of APIs.
fn links(document: &Value) -> Option<&Vec<Value>> {
    let entries = document.get("entries")?.as_array()?;
    let link = |entry: &Value| ["API", "Link"].iter().all(|key| entry.get(key).is_some_and(Value::is_string));
    entries.first().is_some_and(link).then_some(entries)
}

fn import(source: &str, document: &Value) -> Result<Imported> {
    if let Some(entries) = links(document) {
        let why = format!(
            "the file lists {} public APIs by name and link, without their operations; expected APIs with a \
             `Documentation`, as in ToolAlpaca's `train_data.json` and `eval_simulated.json`",
            entries.len()
        );
        return Err(Error::new(why));
    }
    let mut imported = Imported::default();
    for (at, api) in elements(document).iter().enumerate() {
        let name = api.get("Name").and_then(Value::as_str).filter(|name| !name.trim().is_empty());
        let place = name.map_or_else(|| format!("element {}", at + 1), str::to_string);
        if is_api(api) {
            one_api(source, &place, api, &mut imported);
        } else {
            imported.skip(source, &place, "no API; expected `Name` and `Documentation`");
        }
    }
    Ok(imported)
}

/// The tools of one API: of its document, or else of its words.
fn one_api(source: &str, name: &str, api: &Value, imported: &mut Imported) {
    match documented(source, api) {
        Ok(found) => {
            let placed =
                |skipped: Skipped| Skipped { operation: format!("{name}: {}", skipped.operation), ..skipped };
            imported.tools.extend(found.tools);
            imported.skipped.extend(found.skipped.into_iter().map(placed));
        }
        Err(why) => {
            let described = api.get("Function_Description").and_then(Value::as_object);
            let then = if described.is_some() {
                "`Function_Description` is read instead"
            } else {
                "the API is left out"
            };
            imported.skip(source, name, format!("`Documentation`: {why}; {then}"));
            for (function, words) in described.into_iter().flatten().filter(|(key, _)| *key != "components") {
                let mut tool = described_tool(function, words);
                if let Ok(tool) = &mut tool {
                    tool.meta.domain = Some(naming::slug(name)).filter(|domain| !domain.is_empty());
                }
                imported.add(source, &format!("{name}: {function}"), tool);
            }
        }
    }
}

fn documented(source: &str, api: &Value) -> Result<Imported> {
    let Some(text) = api.get("Documentation").and_then(Value::as_str) else {
        return Err(Error::new("there is no text"));
    };
    let read = read::document("documentation.json", text.as_bytes())?;
    if !(openapi::IMPORTER.sniff)(source, &read.value) {
        return Err(Error::new("the text is no OpenAPI document"));
    }
    (openapi::IMPORTER.import)(source, &read.value)
}

/// The tool of a function in words.
fn described_tool(name: &str, words: &Value) -> Result<Tool> {
    let expected = "expected a description, `Parameters: {…}` and `Output: …`";
    let lines = words.as_str().and_then(|words| words.split_once("\nParameters:"));
    let Some((description, rest)) = lines else {
        return Err(Error::new(format!("found no line `Parameters:`; {expected}")));
    };
    let parameters = rest.split_once("\nOutput:").map_or(rest, |(parameters, _)| parameters);
    let parameters: Map<String, Value> = serde_json::from_str(parameters).map_err(|error| {
        Error::new(format!("the parameters are no JSON object ({error}); {expected}")).caused_by(error)
    })?;
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, words) in parameters {
        let Some(words) = words.as_str() else {
            return Err(Error::new(format!(
                "the parameter `{name}` is no text; expected its type and description"
            )));
        };
        let needed = words.strip_prefix("Required. ");
        properties.insert(name.clone(), described_schema(needed.unwrap_or(words)));
        required.extend(needed.map(|_| name));
    }
    functions::tool(&json!({
        "name": name,
        "description": description,
        "parameters": { "type": "object", "properties": properties, "required": required },
    }))
}

/// `string. One of: [low, high]. How large.` as a schema; a type with inner structure keeps its words.
fn described_schema(words: &str) -> Value {
    let (kind, rest) = words.split_once('.').unwrap_or((words, ""));
    let simple = kind.chars().all(|c| c.is_ascii_alphabetic() || "[]".contains(c));
    let outer: String = kind.chars().take_while(char::is_ascii_alphabetic).collect();
    let mut schema = match simple {
        true => json!({ "type": kind, "description": rest.trim() }),
        false => json!({ "type": outer, "description": words }),
    };
    let options = rest.split_once("One of: [").and_then(|(_, tail)| tail.split_once(']'));
    if let (Some((options, _)), "string") = (options, kind) {
        schema["enum"] = options.split(", ").collect();
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::super::tests::{bring, bytes_of, real, told};
    use super::*;

    const WORDS: &str = "Finds pictures.\nParameters: {\"size\": \"Required. string. One of: [small, large]. How large.\", \
                         \"tags\": \"Array[string]. Tags.\", \"where\": \"Object{x: integer. Left.}. Place.\", \"n\": \
                         \"integer.\"}\nOutput: Pictures.\n - Format: application/json";

    #[test]
    fn documents_inside_are_read() {
        let document = json!({ "openapi": "3.0.0", "info": { "title": "Axolotl" }, "paths": {
            "/random": { "get": { "operationId": "getRandomImage", "description": "A random image." }, "head": {} },
        } });
        let list =
            json!([{ "Name": "Ax", "Documentation": document.to_string(), "Function_Description": {} }]);
        let imported = bring("eval.json", &list.to_string());
        let tool = &imported.tools[0];
        assert_eq!((tool.name.as_str(), tool.meta.domain.as_deref()), ("get_random_image", Some("axolotl")));
        assert_eq!(tool.meta.source.as_deref(), Some("eval.json"));
        assert_eq!(told(&imported), ["Ax: HEAD /random: the method is about HTTP and not about the service"]);
        assert_eq!(imported.skipped[0].source, "eval.json");
    }

    #[test]
    fn words_stand_in_for_a_document_that_cannot_be_read() {
        let list = json!([
            { "Name": "Ax", "Documentation": "{", "Function_Description": { "find": WORDS, "components": "" } },
            { "Name": "By", "Documentation": "{\"paths\": {}}" },
            { "Name": "Cy", "Function_Description": { "f": "F.", "g": 3, "h": "H.\nParameters: {]", "i": "I.\nParameters: {\"x\": 1}" } },
            { "Name": "Di" },
        ]);
        let imported = bring("eval.json", &list.to_string());
        let tool = &imported.tools[0];
        assert_eq!((imported.tools.len(), tool.name.as_str()), (1, "find"));
        assert_eq!((tool.description.as_str(), tool.meta.domain.as_deref()), ("Finds pictures.", Some("ax")));
        let expected = json!({ "type": "object", "required": ["size"], "properties": {
            "size": { "type": "string", "description": "One of: [small, large]. How large.", "enum": ["small", "large"] },
            "tags": { "type": "array", "items": { "type": "string" }, "description": "Tags." },
            "where": { "type": "object", "description": "Object{x: integer. Left.}. Place." },
            "n": { "type": "integer", "description": "" },
        } });
        assert_eq!(tool.parameters, expected);
        let expected = [
            "Ax: `Documentation`: the file is no JSON: EOF while parsing an object at line 1 column 1; \
             `Function_Description` is read instead",
            "By: `Documentation`: the text is no OpenAPI document; the API is left out",
            "Cy: `Documentation`: there is no text; `Function_Description` is read instead",
            "Cy: f: found no line `Parameters:`; expected a description, `Parameters: {…}` and `Output: …`",
            "Cy: g: found no line `Parameters:`; expected a description, `Parameters: {…}` and `Output: …`",
            "Cy: h: the parameters are no JSON object (key must be a string at line 1 column 3); expected a description, \
             `Parameters: {…}` and `Output: …`",
            "Cy: i: the parameter `x` is no text; expected its type and description",
            "Di: no API; expected `Name` and `Documentation`",
        ];
        assert_eq!(told(&imported), expected);
    }

    #[test]
    fn the_real_apis_come_in() {
        let Some(imported) = real("toolalpaca", "toolalpaca/eval_simulated.json") else { return };
        assert_eq!((imported.tools.len(), told(&imported)), (54, Vec::<String>::new()));
    }

    #[test]
    fn the_words_of_the_real_apis_say_the_same_functions() {
        let Some(bytes) = bytes_of("toolalpaca/eval_simulated.json") else { return };
        let mut apis: Vec<Value> = serde_json::from_slice(&bytes).expect("a list");
        for api in &mut apis {
            api["Documentation"].take();
        }
        let imported = bring("words.json", &Value::from(apis).to_string());
        assert_eq!((imported.tools.len(), imported.skipped.len()), (54, 10));
    }

    #[test]
    fn the_public_list_is_refused_with_the_reason() {
        let Some(bytes) = bytes_of("toolalpaca/public_apis.json.zst") else { return };
        let refused =
            super::super::import_bytes("public_apis.json", &bytes).map(|_| ()).expect_err("it has no tools");
        let expected = "public_apis.json: the file lists 1425 public APIs by name and link, without their operations; expected \
                        APIs with a `Documentation`, as in ToolAlpaca's `train_data.json` and `eval_simulated.json`";
        assert_eq!(refused.to_string(), expected);
    }
}

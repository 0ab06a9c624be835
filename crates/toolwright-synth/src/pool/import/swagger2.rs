//! OpenAPI 2.0 (Swagger) documents: one operation, one tool.
//!
//! `POST /pets` with the parameters `{in: query, name: dry, type: boolean}` and `{in: body, name: pet, schema: {$ref:
//! '#/definitions/Pet'}}` is a tool that takes `dry` and the properties of a `Pet`. Beyond what [`openapi`] reads alike for all
//! versions, this one has parameters that are their own schemas, bodies and forms among the parameters, and one
//! schema for all media types of a response.
//!
//! That schema says what the data are, so it stands whatever `consumes` and `produces` name (frameworks fill them in
//! by default, XML and HTML beside JSON); only where all that they name is a picture, a film, an archive, is there
//! nothing for a model. `type: file` is left out where it may be, and loses the operation where not. How lists are written
//! into a URL (`collectionFormat`) is the transport's business.

use serde_json::{Map, Value, json};
use toolwright_core::{Error, Result};

use super::inline::Pieces;
use super::openapi::{self, Body, Declared, Dialect, Operation, Parameters};
use super::{Imported, Importer};

/// OpenAPI 2.0.
pub(super) const IMPORTER: Importer = Importer {
    id: "swagger2",
    says: "OpenAPI 2.0 (Swagger) service descriptions, in JSON or YAML",
    source: "https://spec.openapis.org/oas/v2.0.html",
    sniff: |_, document| document.get("swagger").is_some(),
    import,
};

const DIALECT: Dialect = Dialect { security: "/securityDefinitions", parameter, body, response };

fn import(name: &str, document: &Value) -> Result<Imported> {
    let version = match document.get("swagger") {
        Some(Value::String(version)) => version.chars().take(20).collect(),
        Some(Value::Number(number)) => number.to_string(),
        _ => "(no text)".to_string(),
    };
    if version != "2" && !version.starts_with("2.") {
        return Err(Error::new(format!("the document says `swagger: {version}`; version 2.0 can be read")));
    }
    openapi::read(name, document, DIALECT)
}

/// A parameter outside the body is its own schema.
fn parameter<'a>(pieces: &mut Pieces<'_, 'a>, parameter: &'a Value) -> std::result::Result<Value, String> {
    if parameter.get("schema").is_some() {
        // Not in the standard, but in documents that grew into version 3.
        return openapi::parameter_schema(pieces, parameter);
    }
    let mut schema = pieces.schema(parameter)?;
    if let Value::Object(map) = &mut schema {
        ["in", "name", "required"].iter().for_each(|key| drop(map.shift_remove(*key)));
        if !map.contains_key("enum") {
            map.entry("type").or_insert("string".into());
        }
        if let Some(default) = listed_default(parameter) {
            map.insert("default".into(), default);
        }
    }
    Ok(schema)
}

/// The default of a list of texts that is written as in a URL: `a,b`.
fn listed_default(parameter: &Value) -> Option<Value> {
    let text = parameter.get("default")?.as_str()?;
    let kind = |place| parameter.pointer(place).and_then(Value::as_str);
    if kind("/type") != Some("array") || kind("/items/type") != Some("string") {
        return None;
    }
    let separator = match kind("/collectionFormat") {
        Some("ssv") => ' ',
        Some("tsv") => '\t',
        Some("pipes") => '|',
        Some("multi") => return Some(json!([text])),
        _ => ',',
    };
    Some(text.split(separator).map(str::trim).filter(|one| !one.is_empty()).collect())
}

/// Adds the fields of a form, and what an operation takes as its body.
fn body<'a>(
    pieces: &mut Pieces<'_, 'a>,
    operation: Operation<'a>,
    declared: &Declared<'a>,
    all: &mut Parameters,
) -> std::result::Result<Vec<Value>, String> {
    form(pieces, declared, all)?;
    let body = declared.iter().find(|((place, _), _)| *place == "body");
    let Some((&(_, name), node)) = body else { return Ok(Vec::new()) };
    let required = node.get("required").and_then(Value::as_bool);
    let kinds = kinds(operation, "consumes");
    if !kinds.is_empty() && kinds.iter().all(|kind| is_opaque(kind)) {
        let kinds = openapi::list(kinds.into_iter());
        let why = format!("the body is {kinds}; JSON, a form or text is expected");
        return openapi::needless(why, required == Some(true), all);
    }
    let schema = match node.get("schema") {
        Some(schema) => pieces.schema(schema)?,
        None => Value::Object(Map::new()),
    };
    if openapi::is_file(&schema) {
        let why = "the body is a file; a model gives text and numbers".to_string();
        return openapi::needless(why, required == Some(true), all);
    }
    let text = node.get("description").and_then(Value::as_str);
    let required_alone = required.unwrap_or(operation.method != "delete");
    Ok(Body { name, schema, text, required, required_alone, samples: samples(node) }.add(all))
}

fn form<'a>(
    pieces: &mut Pieces<'_, 'a>,
    declared: &Declared<'a>,
    all: &mut Parameters,
) -> std::result::Result<(), String> {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for (&(_, name), field) in declared.iter().filter(|((place, _), _)| *place == "formData") {
        properties.insert(name.to_string(), parameter(pieces, field)?);
        if field.get("required").and_then(Value::as_bool) == Some(true) {
            required.push(name);
        }
    }
    if properties.is_empty() {
        return Ok(());
    }
    let mut form = json!({ "type": "object", "required": required, "properties": properties });
    openapi::drop_files(&mut form, &mut all.lost)?;
    openapi::flatten(form, Some(true), all);
    Ok(())
}

/// The whole samples of a body, which only vendors have words for.
fn samples(parameter: &Value) -> Vec<Value> {
    let named = parameter.get("x-examples").and_then(Value::as_object);
    let best = named.and_then(|named| openapi::readable_media(named, false));
    best.map(|(_, sample)| sample)
        .or_else(|| parameter.get("x-example"))
        .and_then(sample)
        .into_iter()
        .collect()
}

/// A sample of bearable size, which some authors write as JSON text.
fn sample(sample: &Value) -> Option<Value> {
    let text = sample.as_str().filter(|text| text.len() <= 64 << 10);
    let parsed: Option<Value> = text.and_then(|text| serde_json::from_str(text).ok());
    let sample = parsed.as_ref().filter(|inner| inner.is_object() || inner.is_array()).unwrap_or(sample);
    (super::inline::count(sample, 0) <= openapi::SAMPLE).then(|| sample.clone())
}

fn response<'a>(pieces: &Pieces<'_, 'a>, response: &'a Value) -> Option<(&'a Value, Vec<Value>)> {
    let schema = response.get("schema")?;
    if openapi::is_file(pieces.resolve(schema).unwrap_or(schema)) {
        return None;
    }
    let examples = response.get("examples").and_then(Value::as_object);
    let best = examples.and_then(|examples| openapi::readable_media(examples, false));
    Some((schema, best.and_then(|(_, one)| sample(one)).into_iter().collect()))
}

/// The media types that an operation names, or else the document.
fn kinds<'a>(operation: Operation<'a>, key: &str) -> Vec<&'a str> {
    let own = operation.body.get(key).or_else(|| operation.document.get(key));
    own.and_then(Value::as_array).into_iter().flatten().take(50).filter_map(Value::as_str).collect()
}

/// Whether data of this media type are nothing that a model could write.
fn is_opaque(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let families = ["image/", "audio/", "video/", "font/"];
    let whole = ["application/octet-stream", "application/pdf", "application/zip", "application/gzip"];
    families.iter().any(|family| kind.starts_with(family)) || whole.contains(&kind.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use toolwright_core::Tool;

    use super::super::{Imported, import_bytes};

    fn api(document: Value) -> Imported {
        let mut whole = json!({ "swagger": "2.0", "info": { "title": "Pet shop" } });
        if let (Value::Object(whole), Value::Object(document)) = (&mut whole, document) {
            whole.extend(document);
        }
        import_bytes("api.json", whole.to_string().as_bytes()).expect("the document is whole")
    }

    fn only(document: Value) -> Tool {
        let mut imported = api(document);
        assert_eq!(imported.skipped, []);
        let tool = imported.tools.pop().expect("the operation is usable");
        tool.arguments_checker().expect("the parameters compile");
        tool
    }

    fn reasons(imported: &Imported) -> Vec<String> {
        imported.skipped.iter().map(|skipped| format!("{}: {}", skipped.operation, skipped.reason)).collect()
    }

    #[test]
    fn parameters_of_all_places_become_one_object() {
        let tool = only(json!({
            "securityDefinitions": { "key": { "type": "apiKey", "in": "query", "name": "api_key" } },
            "parameters": {
                "Limit": { "in": "query", "name": "limit", "type": "integer", "minimum": 1, "default": 10, "description": "At most." },
                "Pet": { "in": "body", "name": "pet", "required": true, "schema": { "$ref": "#/definitions/Pet" } },
            },
            "responses": { "Pet": { "description": "A pet.", "schema": { "$ref": "#/definitions/Pet" },
                "examples": { "application/json": "{\"id\": \"p9\", \"name\": \"Rex\"}" } } },
            "definitions": { "Pet": { "type": "object", "required": ["id", "name"], "properties": {
                "id": { "type": "string" }, "name": { "type": "string", "x-nullable": true },
                "parent": { "$ref": "#/definitions/Pet" }, "born": { "type": "string", "format": "date", "readOnly": true },
            }, "example": { "name": "Tom" } } },
            "paths": { "/pets/{id}": {
                "parameters": [{ "in": "path", "name": "id", "required": true, "type": "integer", "format": "int64", "x-example": 7 }],
                "put": {
                    "operationId": "updatePetUsingPUT", "summary": "Updates a pet.", "produces": ["text/html"],
                    "parameters": [
                        { "$ref": "#/parameters/Limit" }, { "$ref": "#/parameters/Pet" },
                        { "in": "query", "name": "tags", "type": "array", "items": { "type": "string", "collectionFormat": "csv" }, "collectionFormat": "pipes", "default": "a|b" },
                        { "in": "query", "name": "api_key", "type": "string" },
                        { "in": "header", "name": "X-Shop", "type": "string", "enum": ["a", "b"] },
                        { "in": "query", "name": "q", "allowEmptyValue": true },
                    ],
                    "responses": { "200": { "$ref": "#/responses/Pet" } },
                },
            } },
        }));
        assert_eq!((tool.name.as_str(), tool.description.as_str()), ("update_pet", "Updates a pet."));
        assert_eq!(
            (tool.meta.domain.as_deref(), tool.meta.operation.as_deref()),
            (Some("pet-shop"), Some("PUT /pets/{id}"))
        );
        let parent = json!({ "$ref": "#/$defs/Pet" });
        let name = json!({ "type": ["string", "null"] });
        let expected = json!({
            "limit": { "type": "integer", "minimum": 1, "default": 10, "description": "At most." },
            "id": { "type": "integer", "format": "int64" },
            "tags": { "type": "array", "items": { "type": "string" }, "default": ["a", "b"] },
            "X-Shop": { "type": "string", "enum": ["a", "b"] },
            "q": { "type": "string" },
            "body_id": { "type": "string" }, "name": name, "parent": parent,
        });
        assert_eq!(tool.parameters["properties"], expected);
        assert_eq!(tool.required().collect::<Vec<_>>(), ["id", "body_id", "name"]);
        let hints = &tool.meta.hints;
        assert_eq!(
            (&hints.parameters["/id"].examples[0], &hints.parameters["/name"].examples[0]),
            (&json!(7), &json!("Tom"))
        );
        let returns = tool.returns.expect("a result");
        assert_eq!(returns["properties"]["born"], json!({ "type": "string", "format": "date" }));
        assert_eq!(hints.returns["/id"].examples, ["p9"]);
    }

    fn form(fields: Value) -> Imported {
        api(json!({ "paths": { "/upload": { "post": { "parameters": fields } } } }))
    }

    #[test]
    fn forms_are_read_and_files_are_left_out() {
        let title = json!({ "in": "formData", "name": "title", "type": "string", "required": true });
        let file = |required: bool| json!({ "in": "formData", "name": "photo", "type": "file", "required": required });
        let imported = form(json!([title, file(false)]));
        assert_eq!(imported.tools[0].required().collect::<Vec<_>>(), ["title"]);
        assert_eq!(imported.tools[0].properties().count(), 1);
        let why =
            "POST /upload: `photo` is a file; a model gives text and numbers; the tool is kept without it";
        assert_eq!(reasons(&imported), [why]);
        let why = "POST /upload: the body needs the file `photo`; a model gives text and numbers";
        assert_eq!(reasons(&form(json!([title, file(true)]))), [why]);
        let why = "POST /upload: the body is only files; a model gives text and numbers";
        assert_eq!(reasons(&form(json!([file(false)]))), [why]);
    }

    #[test]
    fn a_body_that_is_no_object_has_its_own_name() {
        let body = |kinds: Value, required: bool, schema: Value| {
            let body = json!({ "in": "body", "name": "note", "description": "The note.", "required": required, "schema": schema });
            api(json!({ "consumes": kinds, "paths": { "/notes": { "post": { "parameters": [body] } } } }))
        };
        let imported = body(json!(["text/plain"]), true, json!({ "type": "string" }));
        assert_eq!(imported.tools[0].parameters["properties"]["note"]["description"], "The note.");
        let opaque = json!(["image/png", "application/octet-stream"]);
        let why = "POST /notes: the body is `image/png`, `application/octet-stream`; JSON, a form or text is expected";
        assert_eq!(reasons(&body(opaque.clone(), true, json!({ "type": "string" }))), [why]);
        let imported = body(opaque, false, json!({ "type": "string" }));
        assert_eq!(
            (imported.tools.len(), reasons(&imported)),
            (1, vec![format!("{why}; the tool is kept without it")])
        );
        let imported = body(json!([]), true, json!({ "type": "string", "format": "binary" }));
        assert_eq!(reasons(&imported), ["POST /notes: the body is a file; a model gives text and numbers"]);
    }

    #[test]
    fn odd_documents_are_survived() {
        let imported = api(json!({ "consumes": "json", "definitions": [], "paths": {
            "/a": { "get": { "parameters": [{ "$ref": "#/parameters/No" }] } },
            "/b": { "get": { "parameters": [3, { "name": "x" }, { "in": "body", "name": "b" }], "responses": { "200": { "schema": { "type": "file" } } } } },
            "/c": { "get": { "parameters": [{ "in": "query", "name": "x", "schema": { "type": "integer" } }], "responses": { "200": 3 } } },
            "/d": { "post": { "parameters": [{ "in": "body", "name": "b", "schema": { "$ref": "#/definitions/No" } }] } },
            "x-e": 3, "/f": null,
        } }));
        let expected = [
            "GET /a: `$ref: #/parameters/No` points to nothing in the document",
            "GET /b: a parameter has no `name`; the tool is kept without it",
            "GET /b: the parameter `x` says no place (`in`); the tool is kept without it",
            "POST /d: `$ref: #/definitions/No` points to nothing in the document",
            "/f: the path item is no object; expected methods with operations",
        ];
        assert_eq!(reasons(&imported), expected);
        assert_eq!(imported.tools[0].parameters["properties"], json!({ "b": {} }));
        assert_eq!(imported.tools[1].parameters["properties"], json!({ "x": { "type": "integer" } }));
    }

    #[test]
    fn other_versions_are_refused() {
        let refusal = |text: &str| {
            import_bytes("a.yaml", text.as_bytes())
                .map(|_| ())
                .expect_err("the document is refused")
                .to_string()
        };
        let why = "a.yaml: the document says `swagger: 1.2`; version 2.0 can be read";
        assert_eq!(refusal("swagger: 1.2\npaths: {}"), why);
        assert!(refusal("swagger: '2.0'").starts_with("a.yaml: the OpenAPI document has no `paths` object"));
        assert!(import_bytes("a.yaml", b"swagger: 2.0\npaths: {}").is_ok());
    }
}

//! Whole documents, small and real.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::*;

fn api(paths: Value, components: Value) -> Imported {
    let document = json!({
        "openapi": "3.0.3", "info": { "title": "Test API" }, "paths": paths, "components": components,
    });
    import_bytes("api.json", document.to_string().as_bytes()).expect("the document is whole")
}

/// The only tool of one operation.
fn only(path: &str, method: &str, operation: Value, components: Value) -> Tool {
    let mut imported = api(json!({ path: { method: operation } }), components);
    assert_eq!(imported.skipped, []);
    let tool = imported.tools.pop().expect("the operation is usable");
    tool.arguments_checker().expect("the parameters compile");
    tool
}

fn refusal(name: &str, bytes: &[u8]) -> String {
    import_bytes(name, bytes).map(|_| ()).expect_err("the document is refused").to_string()
}

fn json_body(schema: Value) -> Value {
    json!({ "required": true, "content": { "application/json": { "schema": schema } } })
}

#[test]
fn the_catalogue_is_well_formed() {
    let ids: HashSet<_> = IMPORTERS.iter().map(|importer| importer.id).collect();
    assert_eq!(ids.len(), IMPORTERS.len());
    for importer in IMPORTERS {
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(importer.id.chars().all(kebab), "{}", importer.id);
        assert!(!importer.says.is_empty() && !importer.source.is_empty(), "{}", importer.id);
    }
}

#[test]
fn parameters_of_all_places_become_one_object() {
    let tool = only(
        "/v1/users/{id}",
        "put",
        json!({
            "operationId": "updateUser", "summary": "Updates a *user*.",
            "parameters": [
                { "in": "path", "name": "id", "required": true, "schema": { "type": "integer" }, "example": 7 },
                { "in": "query", "name": "dry", "schema": { "type": "boolean", "default": false } },
                { "in": "header", "name": "X-Region", "schema": { "type": "string", "nullable": true } },
                { "in": "header", "name": "X-Api-Key", "required": true, "schema": { "type": "string" } },
                { "in": "header", "name": "X-Request-Id", "schema": { "type": "string" } },
            ],
            "requestBody": { "content": { "application/json": {
                "schema": { "type": "object", "required": ["id", "name", "created"], "properties": {
                    "id": { "type": "string" }, "name": { "type": "string" },
                    "created": { "type": "string", "readOnly": true },
                } },
                "example": { "id": "u1", "name": "Ada" },
            } } },
            "responses": {
                "404": {}, "200": { "content": { "application/json": { "schema": { "type": "object", "properties": {
                    "name": { "type": "string", "example": "Ada" }, "secret": { "type": "string", "writeOnly": true },
                } } } } },
            },
        }),
        json!({}),
    );
    assert_eq!(tool.name, "update_user");
    assert_eq!(tool.description, "Updates a user.");
    let expected = json!({
        "type": "object",
        "properties": {
            "id": { "type": "integer" },
            "dry": { "type": "boolean", "default": false },
            "X-Region": { "type": ["string", "null"] },
            "body_id": { "type": "string" },
            "name": { "type": "string" },
        },
        "required": ["id", "body_id", "name"],
    });
    assert_eq!(tool.parameters, expected);
    assert_eq!(
        tool.returns,
        Some(json!({ "type": "object", "properties": { "name": { "type": "string" } } }))
    );
    assert_eq!(tool.meta.operation.as_deref(), Some("PUT /v1/users/{id}"));
    assert_eq!(tool.meta.summary.as_deref(), Some("Updates a user."));
    assert_eq!(
        (tool.meta.source.as_deref(), tool.meta.domain.as_deref()),
        (Some("api.json"), Some("test-api"))
    );
    let hints = &tool.meta.hints;
    assert_eq!(hints.parameters["/id"].examples, [7]);
    assert_eq!(hints.parameters["/body_id"].examples, ["u1"]);
    assert_eq!(hints.parameters["/name"].examples, ["Ada"]);
    assert_eq!(hints.returns["/name"].examples, ["Ada"]);
}

#[test]
fn an_undeclared_placeholder_is_a_parameter() {
    let tool = only("/things/{thing}", "get", json!({}), json!({}));
    assert_eq!(tool.required().collect::<Vec<_>>(), ["thing"]);
    assert_eq!(tool.description, "Get a thing by thing (GET /things/{thing})");
}

#[test]
fn a_body_that_is_no_object_is_one_parameter() {
    let body = json_body(json!({ "type": "array", "items": { "type": "integer" } }));
    let tool = only("/numbers", "post", json!({ "requestBody": body }), json!({}));
    assert_eq!(tool.parameters["properties"]["body"]["type"], "array");
    assert_eq!(tool.required().collect::<Vec<_>>(), ["body"]);
    let either =
        json_body(json!({ "title": "Pay-out", "oneOf": [{ "type": "object" }, { "type": "string" }] }));
    let tool = only("/payouts", "post", json!({ "requestBody": either }), json!({}));
    assert!(tool.parameters["properties"]["pay_out"]["oneOf"].is_array(), "{}", tool.parameters);
}

#[test]
fn forms_are_read_and_files_are_left_out() {
    let form = |kind: &str, required: Value| {
        let schema = json!({ "type": "object", "required": required, "properties": {
            "title": { "type": "string" }, "file": { "type": "string", "format": "binary" },
        } });
        api(
            json!({ "/f": { "post": { "requestBody": { "content": { kind: { "schema": schema } } } } } }),
            json!({}),
        )
    };
    let imported = form("application/x-www-form-urlencoded", json!(["title"]));
    assert_eq!(imported.tools[0].properties().count(), 2);
    let imported = form("multipart/form-data", json!(["title"]));
    assert_eq!(imported.tools[0].properties().map(|(name, _)| name).collect::<Vec<_>>(), ["title"]);
    let imported = form("multipart/form-data", json!(["file"]));
    assert_eq!(imported.skipped[0].reason, "the body needs the file `file`; a model gives text and numbers");
    let imported = api(
        json!({ "/f": { "post": { "requestBody": { "required": true, "content": { "image/png": {} } } } } }),
        json!({}),
    );
    assert_eq!(imported.skipped[0].reason, "the body is `image/png`; JSON or a form is expected");
}

#[test]
fn references_are_followed_everywhere() {
    let imported = api(
        json!({ "/things": { "$ref": "#/components/pathItems/Things" } }),
        json!({
            "pathItems": { "Things": { "post": {
                "parameters": [{ "$ref": "#/components/parameters/Limit" }],
                "requestBody": { "$ref": "#/components/requestBodies/Thing" },
                "responses": { "201": { "$ref": "#/components/responses/Thing" } },
            } } },
            "parameters": { "Limit": { "in": "query", "name": "limit", "schema": { "$ref": "#/components/schemas/Count" } } },
            "requestBodies": { "Thing": json_body(json!({ "$ref": "#/components/schemas/Thing" })) },
            "responses": { "Thing": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } } },
            "schemas": {
                "Count": { "type": "integer", "minimum": 0, "exclusiveMinimum": true },
                "Thing": { "type": "object", "properties": { "n": { "$ref": "#/components/schemas/Count" } } },
            },
        }),
    );
    let tool = &imported.tools[0];
    let count = json!({ "type": "integer", "exclusiveMinimum": 0 });
    assert_eq!(tool.parameters["properties"], json!({ "limit": count, "n": count }));
    assert_eq!(tool.returns, Some(json!({ "type": "object", "properties": { "n": count } })));
}

#[test]
fn a_reference_to_nothing_loses_its_operation_only() {
    let good = json!({ "operationId": "listGood" });
    let bad = json!({ "requestBody": json_body(json!({ "properties": { "x": { "$ref": "#/components/schemas/No" } } })) });
    let away = json!({ "requestBody": json_body(json!({ "$ref": "other.yaml#/X" })) });
    let imported = api(
        json!({ "/x": { "post": bad, "get": good, "put": away, "head": {}, "parameters": [] } }),
        json!({}),
    );
    assert_eq!(imported.tools.len(), 1);
    let reasons: Vec<_> = imported
        .skipped
        .iter()
        .map(|skipped| (skipped.operation.as_str(), skipped.reason.as_str()))
        .collect();
    let expected = [
        ("POST /x", "`$ref: #/components/schemas/No` points to nothing in the document"),
        ("PUT /x", "`$ref: other.yaml#/X` points outside the document; bundle the files into one first"),
        ("HEAD /x", "the method is about HTTP and not about the service"),
    ];
    assert_eq!(reasons, expected);
}

#[test]
fn a_cycle_is_kept_once_under_defs() {
    let components = json!({ "schemas": {
        "Node": { "type": "object", "properties": {
            "name": { "type": "string", "example": "n" },
            "children": { "type": "array", "items": { "$ref": "#/components/schemas/Node" } },
        } },
        "Unused": { "type": "string" },
    } });
    let body = json_body(json!({ "$ref": "#/components/schemas/Node" }));
    let tool = only("/nodes", "post", json!({ "requestBody": body }), components);
    assert_eq!(tool.parameters["properties"]["children"]["items"], json!({ "$ref": "#/$defs/Node" }));
    let defs = tool.parameters["$defs"].as_object().into_iter().flatten();
    assert_eq!(defs.map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Node"]);
    let checker = tool.arguments_checker().expect("the schema compiles");
    assert!(checker.accepts(&json!({ "name": "a", "children": [{ "name": "b", "children": [] }] })));
    assert!(!checker.accepts(&json!({ "children": [{ "name": 1 }] })));
}

#[test]
fn cycles_without_end_are_refused() {
    let schemas = |a: Value, b: Value| json!({ "schemas": { "A": a, "B": b } });
    let to = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    for (a, b) in [
        (to("A"), json!({})),
        (to("B"), to("A")),
        (json!({ "allOf": [to("B")] }), json!({ "anyOf": [to("A"), { "type": "string" }] })),
        (json!({ "properties": { "x": to("B") } }), json!({ "allOf": [to("B")] })),
    ] {
        let body = json_body(json!({ "type": "object", "properties": { "x": to("A") } }));
        let imported = api(json!({ "/x": { "post": { "requestBody": body } } }), schemas(a, b));
        assert!(imported.skipped[0].reason.contains("without end"), "{:?}", imported.skipped);
    }
    let loops = json!({ "/x": { "$ref": "#/paths/~1y" }, "/y": { "$ref": "#/paths/~1x" } });
    assert!(api(loops, json!({})).skipped[0].reason.contains("without end"));
    let parameters = json!({ "parameters": { "P": { "$ref": "#/components/parameters/P" } } });
    let paths = json!({ "/x": { "get": { "parameters": [{ "$ref": "#/components/parameters/P" }] } } });
    assert!(api(paths, parameters).skipped[0].reason.contains("without end"));
}

#[test]
fn all_of_is_merged_where_nothing_contradicts() {
    let components = json!({ "schemas": { "Base": {
        "type": "object", "required": ["id"], "additionalProperties": false,
        "properties": { "id": { "type": "string" } },
    } } });
    let schema = json!({ "allOf": [
        { "$ref": "#/components/schemas/Base" },
        { "type": "object", "properties": { "size": { "type": "integer" } }, "required": ["size"], "additionalProperties": false },
    ], "discriminator": { "propertyName": "id" } });
    let tool = only("/x", "post", json!({ "requestBody": json_body(schema) }), components);
    let expected = json!({ "type": "object", "properties": { "id": { "type": "string" }, "size": { "type": "integer" } },
        "required": ["id", "size"] });
    assert_eq!(tool.parameters, expected);
    let apart = json!({ "properties": { "x": { "allOf": [{ "type": "string", "maxLength": 3 }, { "maxLength": 5 }] } } });
    let tool = only("/x", "post", json!({ "requestBody": json_body(apart) }), json!({}));
    assert_eq!(
        tool.parameters["properties"]["x"],
        json!({ "type": "string", "maxLength": 3, "allOf": [{ "maxLength": 5 }] })
    );
}

#[test]
fn a_large_schema_is_kept_under_defs_and_a_huge_one_refused() {
    let wide = |n: usize, of: Value| {
        let properties: serde_json::Map<_, _> = (0..n).map(|i| (format!("p{i}"), of.clone())).collect();
        json!({ "type": "object", "properties": properties })
    };
    let large = json!({ "schemas": { "Large": wide(200, json!({ "type": "string" })) } });
    let to_large = json!({ "$ref": "#/components/schemas/Large" });
    let tool = only("/x", "post", json!({ "requestBody": json_body(wide(20, to_large)) }), large);
    assert_eq!(tool.parameters["properties"]["p3"], json!({ "$ref": "#/$defs/Large" }));
    let huge = json_body(wide(30_000, json!({ "type": "string" })));
    let imported = api(json!({ "/x": { "post": { "requestBody": huge } } }), json!({}));
    assert_eq!(imported.skipped[0].reason, "the schema has more than 20000 values");
    let huge = json!({ "responses": { "200": { "content": huge["content"] } } });
    let imported = api(json!({ "/x": { "get": huge } }), json!({}));
    assert!(
        imported.skipped[0].reason.contains("kept without its result's schema"),
        "{:?}",
        imported.skipped
    );
    assert_eq!((imported.tools.len(), imported.tools[0].returns.as_ref()), (1, None));
}

#[test]
fn references_that_double_at_every_step_stay_small() {
    let mut schemas = serde_json::Map::new();
    for n in 0..60 {
        let next = json!({ "$ref": format!("#/components/schemas/S{}", n + 1) });
        schemas.insert(format!("S{n}"), json!({ "type": "object", "properties": { "a": next, "b": next } }));
    }
    schemas.insert("S60".into(), json!({ "type": "string" }));
    let body = json_body(json!({ "$ref": "#/components/schemas/S0" }));
    let tool = only("/x", "post", json!({ "requestBody": body }), json!({ "schemas": schemas }));
    assert!(tool.parameters.to_string().len() < 200_000);
}

#[test]
fn a_long_chain_of_references_ends() {
    let mut schemas = serde_json::Map::new();
    for n in 0..10_000 {
        let next = json!({ "$ref": format!("#/components/schemas/S{}", n + 1) });
        schemas.insert(format!("S{n}"), json!({ "type": "object", "properties": { "next": next } }));
    }
    schemas.insert("S10000".into(), json!({ "type": "string" }));
    let body = json_body(json!({ "$ref": "#/components/schemas/S0" }));
    let imported = api(
        json!({ "/x": { "post": { "requestBody": body } }, "/y": { "get": {} } }),
        json!({ "schemas": schemas }),
    );
    assert_eq!((imported.tools.len(), imported.skipped.len()), (1, 1), "{:?}", imported.skipped);
}

#[test]
fn ten_thousand_operations_are_read() {
    let mut paths = serde_json::Map::new();
    for n in 0..10_000 {
        let body = json_body(json!({ "type": "object", "properties": {
            "name": { "type": "string", "description": "The `name`." }, "size": { "$ref": "#/components/schemas/Size" },
        } }));
        paths.insert(
            format!("/things{n}/{{id}}"),
            json!({ "post": { "operationId": "doThing", "requestBody": body } }),
        );
    }
    let imported = api(paths.into(), json!({ "schemas": { "Size": { "type": "integer" } } }));
    let names: HashSet<_> = imported.tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!((imported.tools.len(), names.len()), (10_000, 10_000));
}

#[test]
fn many_tools_of_one_name_are_numbered() {
    let lines: String =
        (0..20_000).map(|n| format!("{{\"name\": \"f\", \"description\": \"{n}\"}}\n")).collect();
    let imported = import_bytes("f.jsonl", lines.as_bytes()).expect("a function list");
    assert_eq!(imported.tools.last().map(|tool| tool.name.as_str()), Some("f_20000"));
}

#[test]
fn yaml_with_its_quirks_is_read() {
    let text = "\u{feff}openapi: 3.1.0\ninfo: {title: T, version: 2020-01-02}\nx-junk: .nan\npaths:\n  /days/{day}:\n    get:\n\
                \x20     tags: [no]\n      operationId: getDay\n      operationId: readDay\n      parameters:\n      - &p {in: path, name: day, schema: {type: string, \
                default: 2020-01-01}}\n      - *p\n      responses:\n        200:\n          content:\n            application/json:\n              \
                schema: {type: [object, 'null'], properties: {yes: {type: boolean}}}\n";
    let imported = import_bytes("days.yaml", text.as_bytes()).expect("the document is whole");
    let tool = &imported.tools[0];
    assert_eq!(tool.name, "read_day");
    assert_eq!(tool.parameters["properties"]["day"], json!({ "type": "string", "default": "2020-01-01" }));
    assert!(
        tool.returns.as_ref().is_some_and(|schema| schema["properties"]["yes"].is_object()),
        "{:?}",
        tool.returns
    );
}

#[test]
fn odd_documents_are_survived() {
    let imported = api(
        json!({
            "/a": null, "/b": { "get": 3, "x-vendor": {} }, "/c": { "get": { "parameters": "none", "responses": [], "tags": {} } },
            "/d": { "get": { "parameters": [1, { "in": "query" }, { "in": "cookie", "name": "c" }], "requestBody": {} } },
            "/e": { "post": { "requestBody": json_body(json!("text")) } },
            "/f": { "post": { "requestBody": json_body(json!({ "type": "object", "properties": { "p": { "type": "string", "pattern": "[" } } })) } },
            "/g": { "post": { "requestBody": json_body(json!({ "properties": { "p": { "type": "file", "minimum": "1", "required": true, "enum": 3 } } })) } },
        }),
        json!([]),
    );
    let places: Vec<_> = imported.skipped.iter().map(|s| s.operation.as_str()).collect();
    assert_eq!(places, ["/a", "GET /b", "GET /d", "GET /d"]);
    assert_eq!(imported.tools.len(), 5);
    assert_eq!(imported.tools[3].parameters["properties"]["p"], json!({ "type": "string" }));
    assert_eq!(imported.tools[4].parameters["properties"]["p"], json!({ "minimum": 1 }));
}

#[test]
fn function_lists_of_all_shapes_are_read() {
    let schema = json!({ "type": "object", "properties": { "x": { "type": "integer" } }, "required": ["x"] });
    let shapes = [
        json!([{ "type": "function", "function": { "name": "f", "description": "d", "parameters": schema } }]),
        json!([{ "name": "f", "description": "d", "parameters": schema }]),
        json!({ "name": "f", "description": "d", "parameters": schema }),
        json!({ "tools": [{ "name": "f", "description": "d", "inputSchema": schema }] }),
        json!([{ "name": "f", "description": "d", "input_schema": schema.to_string() }]),
        json!([{ "question": [], "function": [{ "name": "f", "description": "d", "parameters": {
            "type": "dict", "properties": { "x": { "type": "int" } }, "required": ["x"] } }] }]),
        json!([{ "name": "f", "description": "d", "parameters": schema }, { "name": "f", "description": "d", "parameters": schema }]),
    ];
    for shape in shapes {
        let imported = import_bytes("f.json", shape.to_string().as_bytes()).expect("a function list");
        assert_eq!((imported.tools.len(), imported.skipped.len()), (1, 0), "{shape}");
        assert_eq!(imported.tools[0].parameters, schema, "{shape}");
        assert_eq!(imported.tools[0].description, "d");
    }
}

#[test]
fn function_lines_are_read_and_bad_ones_named() {
    let lines = "{\"name\": \"math.add\", \"parameters\": {\"type\": \"dict\"}}\n\nnot json\n{\"name\": \"math_add\", \
                 \"parameters\": {\"x\": {\"type\": \"float\"}}}\n{\"name\": 3}\n{\"name\": \"g\", \"parameters\": [1]}\n";
    let imported = import_bytes("f.jsonl", lines.as_bytes()).expect("some lines are good");
    let names: Vec<_> = imported.tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, ["math_add", "math_add_2"]);
    assert_eq!(imported.tools[0].meta.operation.as_deref(), Some("math.add"));
    assert_eq!(imported.tools[0].original, Some(json!({ "type": "dict", "properties": {} })));
    assert_eq!(imported.tools[1].parameters["properties"]["x"], json!({ "type": "number" }));
    let skipped: Vec<_> = imported.skipped.iter().map(|s| format!("{}: {}", s.operation, s.reason)).collect();
    let expected = [
        "line 3: the line is no JSON: expected ident at column 2",
        "element 3: no function definition; expected `name` with `description` or `parameters`",
        "g: `parameters` is a list; expected an object schema",
    ];
    assert_eq!(skipped, expected);
}

#[test]
fn our_own_tools_come_back_as_they_went() {
    let body = json_body(
        json!({ "type": "object", "properties": { "city": { "type": "string", "nullable": true, "example": "Oslo" } } }),
    );
    let tool = only("/weather", "post", json!({ "requestBody": body }), json!({}));
    let line = serde_json::to_string(&tool).expect("a tool is JSON");
    let imported = import_bytes("tools.jsonl", format!("{line}\n").as_bytes()).expect("our own file");
    assert_eq!(imported.tools, [tool]);
    let built_in = r#"{"name":"w","meta":{"domain":"d"},"parameters":{"type":"object","properties":{"c":{"type":"string","meaning":"city"}}}}"#;
    let imported = import_bytes("w.jsonl", built_in.as_bytes()).expect("our own file");
    assert_eq!(imported.tools[0].meta.hints.parameters["/c"].meaning.as_deref(), Some("city"));
}

#[test]
fn documents_that_cannot_be_read_say_why() {
    let deep = format!("openapi: {}{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep_json = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let block = (0..10_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>();
    let bomb = (1..30).fold("a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_string(), |text, n| {
        let all = vec![format!("*a{}", n - 1); 9].join(", ");
        text + &format!("a{n}: &a{n} [{all}]\n")
    });
    let cases: Vec<(&str, &[u8], &str)> = vec![
        (
            "a.yaml",
            b"",
            "a.yaml: the file is empty; expected an OpenAPI document or a list of function definitions",
        ),
        ("a.yaml", b" \n", "a.yaml: the file is empty"),
        ("a.yaml", b"<!doctype html><html>", "a.yaml: the file is HTML or XML; expected JSON or YAML"),
        ("a.json", b"\xff\xfe{\0}\0", "a.json: the file is UTF-16; save it as UTF-8"),
        ("a.json", b"{\"a\": \"\xff\"}", "a.json: the file is not UTF-8 from byte 7 on; save it as UTF-8"),
        ("a.json", b"{\"a\": }", "a.json: the file is no JSON: expected value at line 1 column 7"),
        (
            "a.json",
            b"{\"a\": 1}",
            "a.json: found an object with `a`; expected an OpenAPI document, Python or a list of function definitions",
        ),
        (
            "a.json",
            b"[{\"a\": 1}, 2]",
            "a.json: found a list of 2 values, the first an object with `a`; expected",
        ),
        (
            "a.csv",
            b"a,b\n1,2\n",
            "a.csv: found a list of 1 values, the first an object with `a`, `b`; expected",
        ),
        ("a.txt", b"Be kind.", "a.txt: found plain text; expected"),
        ("a.yaml", b"just words", "a.yaml: found plain text; expected"),
        (
            "a.yaml",
            b"openapi: 4.0.0",
            "a.yaml: the document says `openapi: 4.0.0`; versions 3.0 and 3.1 can be read",
        ),
        ("a.yaml", b"openapi: 3.0.0", "a.yaml: the OpenAPI document has no `paths` object"),
        ("a.yaml", deep.as_bytes(), "a.yaml: the file is no YAML: "),
        ("a.yaml", block.as_bytes(), "a.yaml: the file is no YAML: "),
        ("a.yaml", bomb.as_bytes(), "a.yaml: the file is no YAML: "),
        ("a.json", deep_json.as_bytes(), "a.json: the file is no JSON: nested deeper than 128 levels"),
    ];
    for (name, bytes, expected) in cases {
        let found = refusal(name, bytes);
        assert!(found.starts_with(expected) && !found.contains('\n') && found.len() < 300, "{found}");
    }
}

#[test]
fn folders_are_read_in_order_and_bad_files_are_skipped() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let refused = |path: &Path| import_path(path).map(|_| ()).expect_err("nothing to read").to_string();
    let missing = at("no.yaml");
    assert_eq!(
        refused(&missing),
        format!("{}: there is no such file or folder; check the path", missing.display())
    );
    std::fs::write(at("README.md"), "# Tools").expect("written");
    let empty = "the folder has no file that ends in .json, .jsonl, .yaml, .yml, .csv, .py; expected at least one document with tools";
    assert_eq!(refused(folder.path()), format!("{}: {empty}", folder.path().display()));
    let list = r#"[{"name": "f", "description": "one"}, {"name": "g", "description": "g"}]"#;
    std::fs::write(at("b.json"), list).expect("written");
    std::fs::write(at("a.json"), list.replace("one", "two")).expect("written");
    std::fs::write(at("c.yaml"), "").expect("written");
    let imported = import_path(folder.path()).expect("two files are good");
    let names: Vec<_> =
        imported.tools.iter().map(|t| (t.name.as_str(), t.meta.source.as_deref().unwrap_or(""))).collect();
    assert_eq!(names, [("f", "a.json"), ("g", "a.json"), ("f_2", "b.json"), ("g_2", "b.json")]);
    assert_eq!((imported.skipped[0].source.as_str(), imported.skipped.len()), ("c.yaml", 2));
    assert_eq!(imported.skipped[1].reason, "1 file in .md, such as `README.md`, that no importer knows");
    assert!(refused(&at("c.yaml")).contains("c.yaml: the file is empty"));
    assert_eq!(import_path(&at("a.json")).expect("a good file").tools.len(), 2);
}

/// What a document that can be read gives.
pub(super) fn bring(name: &str, text: &str) -> Imported {
    import_bytes(name, text.as_bytes()).expect("the document can be read")
}

/// What was skipped, as `place: reason`.
pub(super) fn told(imported: &Imported) -> Vec<String> {
    imported.skipped.iter().map(|skipped| format!("{}: {}", skipped.operation, skipped.reason)).collect()
}

/// The bytes of a file of the data folder, decompressed.
pub(super) fn bytes_of(place: &str) -> Option<Vec<u8>> {
    let bytes = std::fs::read(data(place)?).expect("the data folder has the file");
    if !place.ends_with(".zst") {
        return Some(bytes);
    }
    let mut frames = ruzstd::decoding::StreamingDecoder::new(bytes.as_slice()).expect("a compressed file");
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut frames, &mut bytes).expect("a whole file");
    Some(bytes)
}

/// The importers that take a document for theirs.
fn takers(name: &str, document: &Value) -> Vec<&'static str> {
    IMPORTERS.iter().filter(|importer| (importer.sniff)(name, document)).map(|importer| importer.id).collect()
}

/// What a file of the data folder gives; it is taken by the importer `id`.
pub(super) fn real(id: &str, place: &str) -> Option<Imported> {
    let bytes = bytes_of(place)?;
    let name = place.rsplit('/').next().unwrap_or(place).trim_end_matches(".zst");
    let document = read::document(name, &bytes).expect("the file can be read").value;
    let takers = takers(name, &document);
    assert!(
        takers.first() == Some(&id) && takers.iter().all(|taker| [id, "functions"].contains(taker)),
        "{takers:?}"
    );
    let imported = import_bytes(name, &bytes).expect("the file holds tools");
    println!("{place}: {} tools, {} skipped", imported.tools.len(), imported.skipped.len());
    told(&imported).iter().take(20).for_each(|line| println!("  {line}"));
    for tool in &imported.tools {
        if std::env::var_os("TOOLWRIGHT_SHOW").is_some() {
            println!("{}", serde_json::to_string(tool).expect("a tool is JSON"));
        }
        tool.definition().expect("the schemas are schemas");
        assert!(chat_name(&tool.name).is_none(), "{tool:?}");
    }
    Some(imported)
}

/// Prints what a file gave: how many tools, and what was skipped, by reason.
pub(super) fn tell(file: &str, imported: &Imported) {
    println!("{file}: {} tools, {} skipped", imported.tools.len(), imported.skipped.len());
    let mut reasons = std::collections::BTreeMap::<&str, usize>::new();
    imported.skipped.iter().for_each(|skipped| *reasons.entry(&skipped.reason).or_default() += 1);
    reasons.iter().for_each(|(reason, count)| println!("  {count} × {reason}"));
}

pub(super) fn data(folder: &str) -> Option<PathBuf> {
    let data = std::env::var_os("TOOLWRIGHT_DATA").map(|data| PathBuf::from(data).join(folder));
    if data.is_none() {
        println!("skipped: TOOLWRIGHT_DATA is not set, so there are no real documents to read");
    }
    data
}

/// What each real document gives: tools, and what is lost. A ratchet: more is to be written down, less is a fault.
const SERVICES: &[(&str, usize, usize)] = &[
    ("adyen_BinLookupService-v54.yaml", 2, 0),
    ("adyen_CapitalService-v1.yaml", 12, 0),
    ("adyen_DisputeService-v30.yaml", 5, 0),
    ("adyen_ForeignExchangeService-v1.yaml", 1, 0),
    ("adyen_StoredValueService-v46.yaml", 6, 0),
    ("adyen_TestCardService-v1.yaml", 1, 0),
    ("apis-guru_bufferapp.com_1_swagger.yaml", 18, 0),
    ("apis-guru_healthcare.gov_1.0.0_swagger.yaml", 16, 0),
    ("apis-guru_mandrillapp.com_1.0_swagger.yaml", 90, 0),
    ("apis-guru_xkcd.com_1.0.0_openapi.yaml", 2, 0),
    ("apis-guru_yelp.com_v3_swagger.yaml", 6, 0),
    ("emb_bibliothek.json", 8, 0),
    ("emb_catwatch.json", 21, 2),
    ("emb_genome-nexus.json", 23, 0),
    ("emb_gestaohospital-rest.json", 20, 0),
    ("emb_languagetool.json", 2, 0),
    ("emb_reservations-api.json", 7, 0),
    ("emb_rest-ncs.json", 6, 0),
    ("emb_rest-news.json", 7, 0),
    ("emb_restcountries.yaml", 22, 0),
    ("emb_session-service.json", 8, 0),
    ("mcp-registry.yaml", 2, 0),
    ("paypal_catalogs_products_v1.json", 4, 0),
    ("paypal_payment-experience_web_experience_profiles_v1.json", 6, 0),
    ("paypal_reporting_transactions_v1.json", 2, 0),
    ("paypal_shipping_shipment_tracking_v1.json", 5, 0),
    ("qdrant_v1.19.json", 67, 2),
    ("resend.yaml", 103, 1),
    ("spotify_oas.json", 40, 0),
    ("twilio_bulkexports_v1.yaml", 9, 0),
    ("twilio_content_v1.yaml", 9, 0),
    ("twilio_lookups_v1.yaml", 1, 0),
    ("twilio_monitor_v1.yaml", 4, 0),
    ("twilio_oauth_v1.yaml", 2, 0),
    ("twilio_pricing_v1.yaml", 7, 0),
    ("twilio_studio_v2.yaml", 19, 0),
    ("xero-app-store.yaml", 4, 0),
    ("xero-files.yaml", 18, 0),
    ("xero-projects.yaml", 16, 0),
];

#[test]
fn real_service_descriptions_give_tools() {
    let Some(folder) = data("openapi") else { return };
    let entries = std::fs::read_dir(&folder).expect("a folder of documents");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| !name.ends_with(".md"))
        .collect();
    names.sort();
    let mut found = Vec::new();
    for name in &names {
        let imported = import_path(&folder.join(name)).expect("a document that can be read");
        tell(name, &imported);
        for tool in &imported.tools {
            if std::env::var_os("TOOLWRIGHT_SHOW").is_some() {
                println!("{}", serde_json::to_string(tool).expect("a tool is JSON"));
            }
            tool.arguments_checker().expect("the parameters compile");
            tool.returns_checker().transpose().expect("the result's schema compiles");
            assert!(chat_name(&tool.name).is_none() && !tool.description.is_empty(), "{tool:?}");
        }
        found.push((name.as_str(), imported.tools.len(), imported.skipped.len()));
    }
    assert_eq!(found, SERVICES);
}

/// The question files of Berkeley's leaderboard and of ACEBench, and how many tools each has. None is lost.
const QUESTIONS: &[(&str, usize)] = &[
    ("bfcl_v4/BFCL_v4_irrelevance.json", 239),
    ("bfcl_v4/BFCL_v4_live_irrelevance.json", 917),
    ("bfcl_v4/BFCL_v4_live_multiple.json", 1073),
    ("bfcl_v4/BFCL_v4_live_parallel.json", 18),
    ("bfcl_v4/BFCL_v4_live_parallel_multiple.json", 82),
    ("bfcl_v4/BFCL_v4_live_relevance.json", 41),
    ("bfcl_v4/BFCL_v4_live_simple.json", 154),
    ("bfcl_v4/BFCL_v4_multiple.json", 480),
    ("bfcl_v4/BFCL_v4_parallel.json", 198),
    ("bfcl_v4/BFCL_v4_parallel_multiple.json", 482),
    ("bfcl_v4/BFCL_v4_simple_java.json", 100),
    ("bfcl_v4/BFCL_v4_simple_javascript.json", 50),
    ("bfcl_v4/BFCL_v4_simple_python.json", 400),
    ("acebench_en/data_agent_multi_step.json", 15),
    ("acebench_en/data_agent_multi_turn.json", 22),
    ("acebench_en/data_normal_atom_bool.json", 194),
    ("acebench_en/data_normal_atom_list.json", 197),
    ("acebench_en/data_normal_atom_object_deep.json", 159),
    ("acebench_en/data_normal_atom_object_short.json", 127),
    ("acebench_en/data_normal_similar_api.json", 100),
    ("acebench_en/data_normal_single_turn_parallel_function.json", 232),
    ("acebench_en/data_normal_single_turn_single_function.json", 263),
    ("acebench_en/data_special_error_param.json", 141),
    ("acebench_en/data_special_irrelevant.json", 124),
];

#[test]
fn real_question_files_give_tools() {
    for (place, tools) in QUESTIONS {
        let Some(imported) = real("functions", place) else { return };
        assert_eq!((imported.tools.len(), told(&imported)), (*tools, vec![]), "{place}");
        if place.ends_with("atom_bool.json") {
            assert_eq!(imported.tools.iter().filter(|tool| tool.returns.is_some()).count(), 145);
        }
    }
}

#[test]
fn real_files_without_tools_are_nobodys() {
    let nobodys = [
        "acebench_en/possible_answer/data_normal_atom_bool.json",
        "api_bank/dialogs.jsonl.zst",
        "bfcl_v4/BFCL_v4_format_sensitivity.json",
        "bfcl_v4/BFCL_v4_memory.json",
        "bfcl_v4/BFCL_v4_multi_turn_base.json",
        "bfcl_v4/BFCL_v4_multi_turn_long_context.json",
        "bfcl_v4/BFCL_v4_multi_turn_miss_func.json",
        "bfcl_v4/BFCL_v4_multi_turn_miss_param.json",
        "bfcl_v4/BFCL_v4_web_search.json",
        "bfcl_v4/possible_answer/BFCL_v4_simple_python.json",
        "seal_tools/test_in_domain.jsonl.zst",
    ];
    for place in nobodys {
        let Some(bytes) = bytes_of(place) else { return };
        let document = read::document("file.json", &bytes).expect("the file can be read");
        assert_eq!(takers("file.json", &document.value), Vec::<&str>::new(), "{place}");
    }
}

#[test]
fn real_service_descriptions_are_taken_by_their_own_importers() {
    let Some(folder) = data("openapi") else { return };
    for entry in std::fs::read_dir(folder).expect("a folder of documents") {
        let file = entry.expect("a file").path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".md") {
            continue;
        }
        let bytes = std::fs::read(&file).expect("a file");
        let document = read::document(&name, &bytes).expect("the file can be read");
        let takers = takers(&name, &document.value);
        assert!(["openapi", "swagger2"].map(|id| vec![id]).contains(&takers), "{name}: {takers:?}");
    }
}

#[test]
fn tables_are_lists_of_rows() {
    let document = |text: &str| read::document("t.csv", text.as_bytes());
    let read = document("a, b ,\n1,\"x\n\"\"y\"\"\",dropped\n2,3\n,é,\n").expect("a table");
    assert_eq!(read.value, json!([{ "a": "1", "b": "x\n\"y\"" }, { "a": "", "b": "é" }]));
    let skipped: Vec<_> = read.skipped.iter().map(|s| (s.operation.as_str(), s.reason.as_str())).collect();
    assert_eq!(skipped, [("line 4", "the row has 2 cells; the header has 3 columns")]);
    let long = format!("{},b\n1,2", "a".repeat(101));
    let cases = [
        ("a,b", "the table has no row that fits its header; expected one tool a row"),
        ("a,b,a\n1,2,3", "the table has two columns `a`; each needs a name of its own"),
        (long.as_str(), "column 1 has a name of 101 bytes; at most 100 are read"),
    ];
    for (text, expected) in cases {
        assert_eq!(document(text).map(|_| ()).expect_err("refused").to_string(), expected);
    }
}

#[test]
fn a_question_without_functions_is_no_loss() {
    let lines = "{\"question\": \"?\", \"function\": []}\n{\"function\": [{\"name\": \"f\", \"description\": \"F.\"}]}\n";
    let imported = bring("questions.json", lines);
    assert_eq!((imported.tools.len(), told(&imported)), (1, vec![]));
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        drop(import_bytes("any", &bytes));
    }

    #[test]
    fn any_table_is_survived(text in "(类名,input_parameters,api_info\\n)?[a-c,\"'={}\\[\\]\\r\\n]{0,80}") {
        drop(import_bytes("any.csv", text.as_bytes()));
    }

    #[test]
    fn any_prompt_is_survived(text in "[\\[\\]{}:,\"a-c ]{0,40}(\\[\\{\"name\": \"f\"[,}\\] ]{0,5})?[\\[\\]{}\"a-c ]{0,40}") {
        drop(import_bytes("any.txt", text.as_bytes()));
    }

    #[test]
    fn any_text_of_the_right_kind_is_survived(text in "(openapi: 3\\npaths: )?[\\[\\]{}:,\\-&*!|>'\"a-c1 \\n]{0,80}") {
        drop(import_bytes("any.yaml", text.as_bytes()));
    }
}

//! Tool lists of MCP servers, as crawlers, registries and logs keep them.
//!
//! `{"server": "weather", "tools": [{"name": "get-alerts", "inputSchema": {…}, "annotations": {"title": "Alerts"}}]}` is one tool
//! of the domain `weather`, with the summary `Alerts`. A row may also be a raw reply to `tools/list` (`{"result": {"tools": […]}}`)
//! or one tool alone; keys are in either case (`inputSchema`, `input_schema`). A server that says no name lends its label,
//! a tool without a server the name of its file. Registries that write `arguments` as a list of `name`, `type` and `desc`
//! are read as well: an argument is required unless it, or its description, says that it is optional or has a
//! default.
//!
//! Names stay the server's own; where two servers have the same, the later server is named before it. Equal definitions
//! are taken once. Lost: icons, `_meta`, the hints about side effects, and prose about the server.

use std::collections::HashSet;

use serde_json::{Map, Value, json};
use toolwright_core::{Result, Tool};

use super::{Imported, Importer, Skipped, functions, naming, prose};

/// MCP tool lists.
pub(super) const IMPORTER: Importer = Importer {
    id: "mcp",
    says: "tool lists of MCP servers: dumps with a server a row, `tools/list` replies, one tool a row",
    source: "https://modelcontextprotocol.io/specification/2025-06-18/server/tools",
    sniff: |_, document| elements(document).iter().take(100).any(|one| listing(one).is_some()),
    import,
};

/// Where dumps name the server, best first, and what says least about it last.
const SERVERS: &[&str] = &[
    "/server", "/server/name", "/server_name", "/serverName", "/serverInfo/name", "/result/serverInfo/name",
];
const LABELS: &[&str] = &["/primary_label", "/label", "/category"];
const SUMMARY: usize = 200;

fn elements(document: &Value) -> &[Value] {
    match document {
        Value::Array(list) => list,
        one => std::slice::from_ref(one),
    }
}

/// The tools that one element lists, where it is of MCP's kind.
fn listing(element: &Value) -> Option<&[Value]> {
    if let Some(tools) = element.pointer("/result/tools").and_then(Value::as_array) {
        return Some(tools);
    }
    if let Some(tools) = element.get("tools").and_then(Value::as_array) {
        let named = first(element, SERVERS).is_some() && tools.iter().all(|tool| tool.get("name").is_some());
        return (named || tools.iter().take(100).any(is_tool)).then_some(tools.as_slice());
    }
    is_tool(element).then(|| std::slice::from_ref(element))
}

/// `inputSchema` is MCP's own word.
fn is_tool(one: &Value) -> bool {
    one.get("name").is_some_and(Value::is_string) && one.get("inputSchema").is_some_and(Value::is_object)
}

/// The first of these places that holds text.
fn first<'a>(element: &'a Value, places: &[&str]) -> Option<&'a str> {
    places.iter().find_map(|place| element.pointer(place)?.as_str().filter(|text| !text.trim().is_empty()))
}

fn import(source: &str, document: &Value) -> Result<Imported> {
    let mut imported = Imported::default();
    let mut seen = HashSet::new();
    for (at, element) in elements(document).iter().enumerate() {
        let Some(tools) = listing(element) else {
            let reason = element.pointer("/error/message").and_then(Value::as_str).map_or_else(
                || "no tools; expected `tools` with a `server`, a `tools/list` reply, or `name` with `inputSchema`".to_string(),
                |why| format!("the server replied with an error: {}", prose::plain(why, SUMMARY)),
            );
            imported.skipped.push(Skipped::new(source, format!("element {}", at + 1), reason));
            continue;
        };
        if tools.is_empty() {
            let place = first(element, SERVERS).map_or_else(|| format!("element {}", at + 1), str::to_string);
            imported.skipped.push(Skipped::new(source, place, "the list of tools is empty"));
        }
        let domain = domain(source, element);
        for definition in tools.iter().filter(|definition| seen.insert(*definition)) {
            let mut lost = Vec::new();
            match tool(definition, &mut lost) {
                Ok(mut tool) => {
                    let told = lost.iter().map(|what| Skipped::new(source, &tool.name, what));
                    imported.skipped.extend(told);
                    tool.meta.source = Some(source.to_string());
                    tool.meta.domain.clone_from(&domain);
                    imported.tools.push(tool);
                }
                Err(why) => {
                    let name =
                        definition.get("name").and_then(Value::as_str).unwrap_or("a tool without a name");
                    let server =
                        first(element, SERVERS).map(|server| format!("{server}: ")).unwrap_or_default();
                    imported.skipped.push(Skipped::new(source, format!("{server}{name}"), why.to_string()));
                }
            }
        }
    }
    Ok(imported)
}

fn domain(source: &str, element: &Value) -> Option<String> {
    let file = source.rsplit('/').next().unwrap_or_default().split('.').next();
    let said = [first(element, SERVERS), first(element, LABELS), file];
    said.into_iter().flatten().map(naming::slug).find(|slug| !slug.is_empty())
}

fn tool(definition: &Value, lost: &mut Vec<String>) -> Result<Tool> {
    let listed = definition.get("arguments").and_then(Value::as_array).filter(|list| !list.is_empty());
    let mut tool = match (listed, definition.as_object()) {
        (Some(arguments), Some(map)) => {
            let mut map = map.clone();
            map.insert("arguments".into(), schema(arguments, lost));
            functions::tool(&map.into())?
        }
        _ => functions::tool(definition)?,
    };
    // Where the tool is renamed, its server still knows it by this name.
    tool.meta.operation = Some(tool.name.clone());
    let title =
        first(definition, &["/annotations/title", "/title"]).map(|title| prose::plain(title, SUMMARY));
    tool.meta.summary = title.filter(|title| !title.is_empty() && *title != tool.name);
    Ok(tool)
}

/// The schema of arguments that are listed one by one.
fn schema(arguments: &[Value], lost: &mut Vec<String>) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for (at, argument) in arguments.iter().enumerate() {
        let Some(name) = first(argument, &["/name"]) else {
            lost.push(format!("argument {} has no `name`; the tool is kept without it", at + 1));
            continue;
        };
        let mut property = argument.as_object().cloned().unwrap_or_default();
        for key in ["name", "required", "optional"] {
            property.shift_remove(key);
        }
        if let Some(text) = property.shift_remove("desc") {
            property.entry("description").or_insert(text);
        }
        if is_required(argument, &property) {
            required.push(name);
        }
        properties.insert(name.to_string(), property.into());
    }
    json!({ "type": "object", "properties": properties, "required": required })
}

fn is_required(argument: &Value, property: &Map<String, Value>) -> bool {
    let flag = |key| argument.get(key).and_then(Value::as_bool);
    let text = property.get("description").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let free = text.contains("optional") || text.contains("default");
    flag("required").or(flag("optional").map(|optional| !optional)).unwrap_or(!free)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{Imported, import_bytes, tests};

    fn import(document: &Value) -> Imported {
        import_bytes("dump.tools.json", document.to_string().as_bytes()).expect("a list of tools")
    }

    fn echo(key: &str) -> Value {
        let schema =
            json!({ "type": "object", "properties": { "text": { "type": "string" } }, "required": ["text"] });
        json!({ "name": "echo", "description": "Says it again.", key: schema })
    }

    #[test]
    fn every_shape_of_a_dump_is_read() {
        let titled = json!({ "name": "echo", "annotations": { "title": "Echo it", "readOnlyHint": true }, "inputSchema": echo("x")["x"] });
        let shapes = [
            (json!([{ "server": "Say It", "tools": [echo("inputSchema")] }]), "say-it", None),
            (
                json!({ "server_name": "Say It", "primary_label": "Talk", "tools": [echo("input_schema")] }),
                "say-it",
                None,
            ),
            (json!({ "server": { "name": "Say It" }, "tools": [titled] }), "say-it", Some("Echo it")),
            (json!([{ "primary_label": "Small Talk", "tools": [echo("inputSchema")] }]), "small-talk", None),
            (
                json!({ "jsonrpc": "2.0", "id": 1, "result": { "tools": [echo("inputSchema")] } }),
                "dump",
                None,
            ),
            (json!([titled, titled]), "dump", Some("Echo it")),
            (json!({ "tools": [echo("inputSchema")] }), "dump", None),
        ];
        for (shape, domain, summary) in shapes {
            let imported = import(&shape);
            assert_eq!((imported.tools.len(), imported.skipped.len()), (1, 0), "{shape}");
            let tool = &imported.tools[0];
            assert_eq!(tool.parameters, echo("x")["x"]);
            assert_eq!((tool.meta.domain.as_deref(), tool.meta.summary.as_deref()), (Some(domain), summary));
            assert_eq!(tool.meta.operation.as_deref(), Some("echo"));
        }
    }

    #[test]
    fn a_server_goes_before_a_name_only_where_names_clash() {
        let tool = |text: &str, name: &str| json!({ "name": name, "description": text, "inputSchema": { "type": "object" } });
        let server = |name: &str, tools: Value| json!({ "server": name, "tools": tools });
        let imported = import(&json!([
            server("One", json!([tool("a", "wait"), tool("b", "go")])),
            server("Two (beta)", json!([tool("c", "wait"), tool("b", "go"), tool("c", "wait")])),
            server("Two (beta)", json!([tool("d", "wait")])),
        ]));
        let names: Vec<_> = imported.tools.iter().map(|tool| tool.name.as_str()).collect();
        assert_eq!(names, ["wait", "go", "two_beta_wait", "wait_2"]);
        assert_eq!(imported.tools[2].meta.operation.as_deref(), Some("wait"));
    }

    #[test]
    fn references_inside_schemas_keep_working() {
        let node = json!({ "type": "object", "properties": {
            "name": { "type": "string" }, "next": { "$ref": "#/$defs/Node" },
        }, "required": ["name"] });
        let schema = json!({ "type": "object", "properties": { "root": { "$ref": "#/$defs/Node" } }, "$defs": { "Node": node } });
        let imported = import(
            &json!({ "server": "s", "tools": [{ "name": "f", "inputSchema": schema, "outputSchema": schema }] }),
        );
        let tool = &imported.tools[0];
        for checker in [tool.arguments_checker(), tool.returns_checker().expect("a result's schema")] {
            let checker = checker.expect("the schema compiles");
            assert!(checker.accepts(&json!({ "root": { "name": "a", "next": { "name": "b" } } })));
            assert!(!checker.accepts(&json!({ "root": { "name": "a", "next": {} } })));
        }
    }

    #[test]
    fn arguments_one_by_one_become_a_schema() {
        let imported =
            import(&json!({ "server": "s", "tools": [{ "name": "f", "description": "F.", "arguments": [
            { "name": "path", "type": "string", "desc": "The path" },
            { "name": "page", "type": "integer", "desc": "The page (1-based, default: 1)" },
            { "name": "filters", "type": "array", "desc": "Optional filters" },
            { "name": "deep", "type": "boolean", "required": false }, { "type": "string" }, 3,
        ] }, { "name": "g", "description": "G.", "arguments": [] }] }));
        let expected = json!({ "type": "object", "properties": {
            "path": { "type": "string", "description": "The path" },
            "page": { "type": "integer", "description": "The page (1-based, default: 1)" },
            "filters": { "type": "array", "description": "Optional filters" },
            "deep": { "type": "boolean" },
        }, "required": ["path"] });
        assert_eq!((&imported.tools[0].parameters, imported.tools.len()), (&expected, 2));
        let lost: Vec<_> =
            imported.skipped.iter().map(|s| format!("{}: {}", s.operation, s.reason)).collect();
        let why = |n| format!("f: argument {n} has no `name`; the tool is kept without it");
        assert_eq!(lost, [why(5), why(6)]);
    }

    #[test]
    fn bad_rows_and_tools_are_named() {
        let imported = import(&json!([
            { "server": "s", "tools": [{ "name": "f", "inputSchema": [1] }, { "name": 3 }, echo("inputSchema")] },
            { "jsonrpc": "2.0", "error": { "code": -32601, "message": "Method *not* found" } },
            { "server": "none" }, null,
        ]));
        assert_eq!(imported.tools.len(), 1);
        let found: Vec<_> =
            imported.skipped.iter().map(|s| format!("{}: {}", s.operation, s.reason)).collect();
        let none =
            "no tools; expected `tools` with a `server`, a `tools/list` reply, or `name` with `inputSchema`";
        let expected = [
            "s: f: `parameters` is a list; expected an object schema".to_string(),
            "s: a tool without a name: the definition has no `name`".to_string(),
            "element 2: the server replied with an error: Method not found".to_string(),
            format!("element 3: {none}"),
            format!("element 4: {none}"),
        ];
        assert_eq!(found, expected);
    }

    /// A ratchet: what real dumps give. More is to be written down, less is a fault.
    #[test]
    fn real_dumps_give_tools() {
        let Some(folder) = tests::data("mcp") else { return };
        let expected = [
            ("docker_registry_tools.jsonl", 247, 0),
            ("github_mcp_server_tools.jsonl", 117, 0),
            ("toucan_servers.jsonl.zst", 705, 0),
        ];
        for (file, tools, skipped) in expected {
            let imported = super::super::import_path(&folder.join(file)).expect("a dump");
            tests::tell(file, &imported);
            assert_eq!((imported.tools.len(), imported.skipped.len()), (tools, skipped), "{file}");
            assert!(imported.tools.iter().all(|tool| tool.meta.domain.is_some()));
        }
    }
}

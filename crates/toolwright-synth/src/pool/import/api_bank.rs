//! API-Bank: the inventory of its APIs, a table whose cells hold Python.
//!
//! Format: `all_apis.csv`, partly with Chinese headings. `类名` (the class) names the tool, `应用场景` (the scenario) its
//!         domain, `input_parameters` is a signature, and `api_info` holds assignments of Python literals:
//!         `description = "…"`, `input_parameters = {'name': {'type': 'str', 'description': '…'}}` and
//!         `output_parameters`, which become the result's schema. Nothing is run: the literals are read, and whatever else
//!         stands there is refused with its place.
//! Worked: `ModifyPassword`, `(token: str, old_password: str)` with `old_password` described in `api_info` takes both:
//!         what the signature has and `api_info` does not comes after the described ones, by its annotation alone.
//! Ours:   a parameter is required unless the signature gives it a default or `api_info` says `'required': False`.
//!         `datetime` is plain text, for the descriptions give patterns of their own (`%Y-%m-%d`). `{None}` and `None` are
//!         no parameters. The scenarios are translated.
//! Lost:   what only the Chinese columns say, and which API writes and which reads (`类型`).

use std::collections::HashSet;

use serde_json::{Map, Value, json};
use toolwright_core::call::python::literal;
use toolwright_core::{Error, Result, Tool};

use super::functions::{self, elements};
use super::{Imported, Importer, naming};

/// API-Bank's inventory.
pub(super) const IMPORTER: Importer = Importer {
    id: "api-bank",
    says: "the inventory of API-Bank (`all_apis.csv`)",
    source: "https://github.com/AlibabaResearch/DAMO-ConvAI/tree/main/api-bank",
    sniff,
    import,
};

const NAME: &str = "类名";
const SCENARIO: &str = "应用场景";
const SIGNATURE: &str = "input_parameters";
const INFO: &str = "api_info";

/// The scenarios of the inventory, in English.
const DOMAINS: &[(&str, &str)] = &[
    ("信息查询和处理", "information"),
    ("日程安排和管理", "scheduling"),
    ("旅游出行", "travel"),
    ("财务管理", "finance"),
    ("健康管理", "health"),
    ("智能家居控制", "smart-home"),
    ("娱乐消遣", "entertainment"),
    ("账户管理", "accounts"),
    ("学习科研相关", "research"),
    ("工作相关", "work"),
    ("钉钉", "dingtalk"),
];

fn sniff(_: &str, document: &Value) -> bool {
    let has =
        |row: &Value| [NAME, SIGNATURE, INFO].iter().all(|key| row.get(*key).is_some_and(Value::is_string));
    elements(document).first().is_some_and(has)
}

fn import(source: &str, document: &Value) -> Result<Imported> {
    let mut imported = Imported::default();
    for (at, row) in elements(document).iter().enumerate() {
        let name = cell(row, NAME);
        let place = if name.is_empty() { format!("element {}", at + 1) } else { name.to_string() };
        let declared = signature(cell(row, SIGNATURE));
        let tool = tool(row, declared.as_deref().unwrap_or_default());
        if declared.is_none() && tool.is_ok() {
            let why = format!(
                "`{SIGNATURE}` is no signature, `(name: type = default, …)`; the described parameters are all required"
            );
            imported.skip(source, &place, why);
        }
        imported.add(source, &place, tool);
    }
    Ok(imported)
}

fn cell<'a>(row: &'a Value, column: &str) -> &'a str {
    row.get(column).and_then(Value::as_str).unwrap_or_default().trim()
}

fn tool(row: &Value, declared: &[Declared<'_>]) -> Result<Tool> {
    let mut info = assignments(cell(row, INFO)).map_err(|why| why.at(format!("`{INFO}`")))?;
    let description = match info.get("description") {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(_) => return Err(Error::new("`description` is no text")),
    };
    let mut parameters = schemas(&mut info, "input_parameters")?;
    for parameter in declared {
        parameters.entry(parameter.name).or_insert_with(|| match parameter.annotation {
            "" => json!({}),
            kind => json!({ "type": kind }),
        });
    }
    let optional: HashSet<&str> = declared.iter().filter(|one| one.has_default).map(|one| one.name).collect();
    let mut required = Vec::new();
    for (name, schema) in &mut parameters {
        let said = schema.as_object_mut().and_then(|schema| schema.shift_remove("required"));
        if !optional.contains(name.as_str()) && said != Some(Value::Bool(false)) {
            required.push(name.clone());
        }
    }
    let mut definition = json!({
        "name": cell(row, NAME),
        "description": description,
        "parameters": { "type": "object", "properties": parameters, "required": required },
    });
    let results = schemas(&mut info, "output_parameters")?;
    if !results.is_empty() {
        definition["returns"] = json!({ "type": "object", "properties": results });
    }
    let mut tool = functions::tool(&definition)?;
    let given = tool.parameters.clone();
    times_as_text(&mut tool.parameters);
    tool.original = (given != tool.parameters).then_some(given);
    tool.returns.iter_mut().for_each(times_as_text);
    let scenario = cell(row, SCENARIO);
    let known = DOMAINS.iter().find(|(ours, _)| *ours == scenario).map(|(_, domain)| domain.to_string());
    tool.meta.domain = known.or_else(|| Some(naming::slug(scenario))).filter(|domain| !domain.is_empty());
    Ok(tool)
}

/// The schemas by name under a key of `api_info`; none for `None`.
fn schemas(info: &mut Map<String, Value>, key: &str) -> Result<Map<String, Value>> {
    let named = match info.remove(key) {
        None | Some(Value::Null) => return Ok(Map::new()),
        Some(Value::Object(named)) => named,
        Some(_) => return Err(Error::new(format!("`{key}` is no dict; expected parameters by name"))),
    };
    match named.iter().find(|(_, schema)| !schema.is_object()) {
        Some((name, _)) => {
            let why = format!("`{key}`: `{name}` is no dict; expected a `type` and a `description`");
            Err(Error::new(why))
        }
        None => Ok(named),
    }
}

/// A checker would want RFC 3339 of what normalising makes of `datetime`.
fn times_as_text(schema: &mut Value) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for property in properties.into_iter().flat_map(Map::values_mut) {
        if let Some(kind) = property.get_mut("type").filter(|kind| *kind == "datetime") {
            *kind = "str".into();
        }
    }
}

/// The assignments of literals that a text consists of; of those to one name the last counts, as in Python.
fn assignments(text: &str) -> Result<Map<String, Value>> {
    let mut found = Map::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        // What is left is a tail of the text.
        let line = |rest: &str| 1 + breaks(text, text.len().saturating_sub(rest.len()));
        let (name, value) = assigned(rest).ok_or_else(|| {
            let start: String = rest.chars().take(20).take_while(|c| *c != '\n').collect();
            Error::new(format!("line {}: found `{start}`, expected `name = value`", line(rest)))
        })?;
        let (value, after) = match no_items(value) {
            Some(after) => (Value::Null, after),
            None => read(value).map_err(|(at, why)| {
                Error::new(format!("line {}: {why}", line(value.get(at..).unwrap_or_default())))
            })?,
        };
        found.insert(name.to_string(), value);
        rest = after.trim_start();
    }
    Ok(found)
}

/// The line breaks in the first `end` bytes.
fn breaks(text: &str, end: usize) -> usize {
    text.bytes().take(end).filter(|byte| *byte == b'\n').count()
}

/// The name at the start of `name = value …`, and the text from the value on.
fn assigned(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let name = name.trim_end();
    is_identifier(name).then_some((name, value.trim_start()))
}

fn is_identifier(name: &str) -> bool {
    let body = |c: char| c == '_' || c.is_alphanumeric();
    name.starts_with(|c: char| c == '_' || c.is_alphabetic()) && name.chars().all(body)
}

/// `{None}`, a set, is how the inventory writes that there are no items; gives the text after it.
fn no_items(text: &str) -> Option<&str> {
    text.strip_prefix('{')?.trim_start().strip_prefix("None")?.trim_start().strip_prefix('}')
}

/// A literal and the text after it, or at which byte it is none and why.
fn read(text: &str) -> std::result::Result<(Value, &str), (usize, String)> {
    let (value, end) = literal(text).map_err(|malformed| (malformed.span.start, malformed.why))?;
    Ok((value, text.get(end..).unwrap_or_default()))
}

/// One parameter of a signature; an absent annotation is empty.
#[derive(Debug, PartialEq)]
struct Declared<'a> {
    name: &'a str,
    annotation: &'a str,
    has_default: bool,
}

/// The parameters of `(name: type = default, …)`; the inventory writes `None` for an API that has none.
fn signature(text: &str) -> Option<Vec<Declared<'_>>> {
    let text = text.trim();
    if text == "None" || text.is_empty() {
        return Some(Vec::new());
    }
    let inside = text.strip_prefix('(')?.strip_suffix(')')?.trim();
    if inside.is_empty() {
        return Some(Vec::new());
    }
    let inside = inside.strip_suffix(',').unwrap_or(inside);
    parts(inside, ',').into_iter().map(declared).collect()
}

fn declared(text: &str) -> Option<Declared<'_>> {
    let mut halves = parts(text, '=').into_iter();
    let said = halves.next()?;
    let (name, annotation) = said.split_once(':').unwrap_or((said, ""));
    let (name, annotation) = (name.trim(), annotation.trim());
    is_identifier(name).then_some(Declared { name, annotation, has_default: halves.next().is_some() })
}

/// The text cut at each `mark` that stands outside brackets and quotes.
fn parts(text: &str, mark: char) -> Vec<&str> {
    let (mut depth, mut quote) = (0_usize, None);
    text.split(move |c: char| {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, _) => return c == mark && depth == 0,
        }
        false
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{bring, real, told};
    use super::*;

    const HEADER: &str = "id,类型,应用场景,类名,input_parameters,api_info";

    fn row(name: &str, signature: &str, info: &str) -> String {
        let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
        format!("1,x,财务管理,{name},{},{}", quoted(signature), quoted(info))
    }

    fn table(rows: &[String]) -> Imported {
        bring("all_apis.csv", &format!("{HEADER}\n{}\n", rows.join("\n")))
    }

    #[test]
    fn a_row_becomes_a_tool() {
        let info = "description = \"Pays, \" 'at once.'\n\ninput_parameters = {\n    'amount': {'type': 'float', 'description': \
                    'How much (e.g., 12.5).'},\n    'to': {'type': 'list(str)', 'description': 'Names'},\n    'due': \
                    {'type': 'datetime', 'description': 'Format: %Y-%m-%d', 'required': True},\n    'note': {'type': 'str', \
                    'description': 'A note', 'required': False},\n    'type': {'type': 'str', 'description': \
                    'Its type'},\n}\noutput_parameters = {'status': {'type': 'str', 'description': 'success or failed'}}";
        let signature =
            "(token: str, amount: float, to: List[str], due: datetime, type: str = 'a=(b', bare, )";
        let imported = table(&[row("Transfer", signature, info)]);
        assert_eq!(told(&imported), Vec::<String>::new());
        let tool = &imported.tools[0];
        assert_eq!((tool.name.as_str(), tool.description.as_str()), ("Transfer", "Pays, at once."));
        assert_eq!(tool.meta.domain.as_deref(), Some("finance"));
        let expected = json!({
            "amount": { "type": "number", "description": "How much (e.g., 12.5)." },
            "to": { "type": "array", "items": { "type": "string" }, "description": "Names" },
            "due": { "type": "string", "description": "Format: %Y-%m-%d" },
            "note": { "type": "string", "description": "A note" },
            "type": { "type": "string", "description": "Its type" },
            "token": { "type": "string" },
            "bare": {},
        });
        assert_eq!(tool.parameters["properties"], expected);
        assert_eq!(tool.required().collect::<Vec<_>>(), ["amount", "to", "due", "token", "bare"]);
        let original = tool.original.as_ref().expect("the types were Python's");
        assert_eq!(original["properties"]["due"]["type"], "datetime");
        assert_eq!(tool.meta.hints.parameters["/amount"].examples, [12.5]);
        let status = json!({ "type": "string", "description": "success or failed" });
        assert_eq!(tool.returns, Some(json!({ "type": "object", "properties": { "status": status } })));
    }

    #[test]
    fn apis_without_parameters_have_many_spellings() {
        for (signature, none) in [("None", "{\n    None\n}"), ("", "None"), ("()", "{}")] {
            let info = format!("description = 'D.'\ninput_parameters = {none}\noutput_parameters = None");
            let imported = table(&[row("Now", signature, &info)]);
            assert_eq!(told(&imported), Vec::<String>::new());
            assert_eq!((imported.tools[0].properties().count(), &imported.tools[0].returns), (0, &None));
        }
    }

    #[test]
    fn bad_rows_are_told_and_lose_no_other() {
        let refused = |info: &str| row("F", "()", info);
        let deep = format!("input_parameters = {}", "[".repeat(100_000));
        let imported = table(&[
            row("Good", "text", "description = 'D.'\ninput_parameters = {'x': {'type': 'int'}}"),
            "1,too,few".to_string(),
            refused("."),
            refused("description = 'a'\n\nimport os"),
            refused("description = 'a'\ninput_parameters = {\n 'x': open('f')}"),
            refused("description = 1"),
            refused("input_parameters = 'x'"),
            refused("output_parameters = {'x': 'str'}"),
            refused("description = 'open"),
            refused(&deep),
            row(" ", "()", ""),
        ]);
        assert_eq!(imported.tools.len(), 1);
        assert_eq!(imported.tools[0].required().collect::<Vec<_>>(), ["x"]);
        let expected = [
            "line 4: the row has 3 cells; the header has 6 columns",
            "Good: `input_parameters` is no signature, `(name: type = default, …)`; the described parameters are all required",
            "F: `api_info`: line 1: found `.`, expected `name = value`",
            "F: `api_info`: line 3: found `import os`, expected `name = value`",
            "F: `api_info`: line 3: found `open`, expected a value; text stands in quotes",
            "F: `description` is no text",
            "F: `input_parameters` is no dict; expected parameters by name",
            "F: `output_parameters`: `x` is no dict; expected a `type` and a `description`",
            "F: `api_info`: line 1: found the end of the text in a string, expected its closing quote",
            "F: `api_info`: line 1: found `[`, expected values nested no deeper than 120",
            "element 10: the definition has no `name`",
        ];
        assert_eq!(told(&imported), expected);
    }

    #[test]
    fn signatures_are_cut_outside_brackets_and_quotes() {
        let one = |name, annotation, has_default| Declared { name, annotation, has_default };
        let expected = vec![one("a", "Dict[str, int]", false), one("b", "", true), one("c", "str", true)];
        assert_eq!(signature("(a: Dict[str, int], b={'x': 1, 'y': 2}, c: str = ',=')"), Some(expected));
        for none in ["(*rest: str)", "a: str", "(a, 3)", "(", "(,)"] {
            assert_eq!(signature(none), None, "{none}");
        }
    }

    #[test]
    fn the_real_inventory_comes_in() {
        let Some(imported) = real("api-bank", "api_bank/all_apis.csv") else { return };
        assert_eq!(told(&imported), ["ImageCaption: `api_info`: line 1: found `.`, expected `name = value`"]);
        assert_eq!(imported.tools.len(), 100);
        for tool in &imported.tools {
            assert!(
                !tool.description.is_empty() && tool.returns.is_some() && tool.meta.domain.is_some(),
                "{tool:?}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn any_cells_are_survived(info in "([a-c] = )?[\\[\\]{}():,='\"a-cN1.\\\\ \\n]{0,60}", signature in "\\(?[a-c:=,()\\[\\]'é ]{0,30}\\)?") {
            drop(table(&[row("F", &signature, &info)]));
        }
    }
}

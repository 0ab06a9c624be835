//! What values look like in life, taken out of schemas.
//!
//! Authors put sample values into their schemas (`example`, `examples`) and into their prose ("Example: `en-US`"). A
//! generator of dialogs needs them; a model that calls the tool must not be shown them as part of the schema. So they
//! are lifted: collected by property path, and removed from the schema. Prose is read and left as it is.

use indexmap::IndexMap;
use serde_json::{Map, Value};
use toolwright_core::Hint;

use super::import::{floor_char, subschemas};

/// Examples that are kept for one property.
const KEPT: usize = 16;
/// The longest example, in bytes of its JSON.
const LONGEST: usize = 200;
/// Properties that are visited; a schema with more is visited no further.
const PROPERTIES: usize = 10_000;
/// How deep properties are followed.
const DEPTH: usize = 24;

/// Removes sample values, meanings and vendor words from a schema, and returns the former by property path.
///
/// `x-range` is the usual range of a number. A path consists of property names only (`/items/sku`); what is inside an array has the array's path. `meaning` is a
/// key of our own that names the kind of value. Local references are followed. An example is kept if it is of the
/// declared type and, where there is an `enum`, in it.
///
/// ```
/// use serde_json::json;
/// let mut schema = json!({"type": "object", "properties": {
///     "city": {"type": "string", "example": "Oslo", "meaning": "city"},
///     "locale": {"type": "string", "description": "The language. Example: `en-US`"},
/// }});
/// let hints = toolwright_synth::pool::hints::lift(&mut schema);
/// assert_eq!(hints["/city"].meaning.as_deref(), Some("city"));
/// assert_eq!(hints["/city"].examples, ["Oslo"]);
/// assert_eq!(hints["/locale"].examples, ["en-US"]);
/// assert_eq!(schema["properties"]["city"], json!({"type": "string"}));
/// ```
pub fn lift(schema: &mut Value) -> IndexMap<String, Hint> {
    let mut hints = IndexMap::new();
    let mut walk = Walk { root: schema, hints: &mut hints, left: PROPERTIES, open: Vec::new() };
    walk.collect(schema, &mut String::new());
    strip(schema, 0);
    hints.retain(|path, hint: &mut Hint| !path.is_empty() && *hint != Hint::default());
    hints
}

/// Adds a whole sample object's values to the hints of the properties they belong to.
///
/// - `schema`: the schema of the object; values of properties it does not declare are left out.
pub fn spread(example: &Value, schema: &Value, hints: &mut IndexMap<String, Hint>) {
    let mut walk = Walk { root: schema, hints, left: PROPERTIES, open: Vec::new() };
    walk.spread(example, schema, &mut String::new(), 0);
}

struct Walk<'a, 'h> {
    root: &'a Value,
    hints: &'h mut IndexMap<String, Hint>,
    left: usize,
    /// References being followed, by pointer.
    open: Vec<&'a str>,
}

impl<'a> Walk<'a, '_> {
    fn collect(&mut self, schema: &'a Value, path: &mut String) {
        let Value::Object(map) = schema else { return };
        if self.left == 0 || self.open.len() > DEPTH || path.len() > 4_000 {
            return;
        }
        self.left -= 1;
        self.own(schema, map, path);
        if let Some((pointer, target)) = map.get("$ref").and_then(Value::as_str).and_then(|p| self.local(p))
            && !self.open.contains(&pointer)
        {
            self.open.push(pointer);
            self.collect(target, path);
            self.open.pop();
        }
        // The depth of plain nesting is bounded by the readers; it is bounded here as well.
        self.open.push("");
        for (name, property) in map.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let length = path.len();
            path.push('/');
            path.push_str(&name.replace('~', "~0").replace('/', "~1"));
            self.collect(property, path);
            path.truncate(length);
        }
        for key in ["items", "additionalProperties"] {
            map.get(key).into_iter().for_each(|schema| self.collect(schema, path));
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            let parts = map.get(key).and_then(Value::as_array);
            parts.into_iter().flatten().for_each(|schema| self.collect(schema, path));
        }
        self.open.pop();
    }

    fn local(&self, pointer: &'a str) -> Option<(&'a str, &'a Value)> {
        let target = self.root.pointer(pointer.strip_prefix('#')?)?;
        Some((pointer, target))
    }

    /// The hints that one schema states about its own values.
    fn own(&mut self, schema: &'a Value, map: &'a Map<String, Value>, path: &mut String) {
        let declared = ["example", "x-example"].iter().filter_map(|key| map.get(*key));
        let many: Vec<&Value> = match map.get("examples") {
            Some(Value::Array(list)) => list.iter().collect(),
            Some(Value::Object(named)) => named.values().map(|one| one.get("value").unwrap_or(one)).collect(),
            _ => Vec::new(),
        };
        let declared: Vec<&Value> = declared.chain(many).take(KEPT).collect();
        declared.into_iter().for_each(|example| self.spread(example, schema, path, 0));
        if let Some(meaning) = map.get("meaning").and_then(Value::as_str) {
            self.hints.entry(path.clone()).or_default().meaning = Some(meaning.to_string());
        }
        let ends = map.get("x-range").and_then(Value::as_array).map(Vec::as_slice);
        if let Some([least, most]) = ends
            && let (Some(least), Some(most)) = (least.as_f64(), most.as_f64())
        {
            self.hints.entry(path.clone()).or_default().range = Some([least, most]);
        }
        if let Some(text) = map.get("description").and_then(Value::as_str) {
            // `ids=4` is said of the query; the value is `4`.
            let name = path.rsplit('/').next().unwrap_or_default();
            let value =
                |text| str::strip_prefix(text, name).and_then(|rest| rest.strip_prefix('=')).unwrap_or(text);
            let found: Vec<Value> =
                in_prose(text).into_iter().filter_map(|text| typed(map, value(text))).collect();
            for value in found {
                self.add(path, map, value);
            }
        }
    }

    fn spread(&mut self, example: &Value, schema: &Value, path: &mut String, depth: usize) {
        if depth > DEPTH || self.left == 0 {
            return;
        }
        self.left -= 1;
        let reference = schema.get("$ref").and_then(Value::as_str).and_then(|p| p.strip_prefix('#'));
        let schema = reference.and_then(|pointer| self.root.pointer(pointer)).unwrap_or(schema);
        match (example, schema) {
            // A whole object shows what its properties look like.
            (Value::Object(values), Value::Object(map)) if map.contains_key("properties") => {
                for (name, value) in values {
                    let declared = map.get("properties").and_then(|properties| properties.get(name));
                    let Some(property) = declared else { continue };
                    let length = path.len();
                    path.push('/');
                    path.push_str(&name.replace('~', "~0").replace('/', "~1"));
                    self.spread(value, property, path, depth + 1);
                    path.truncate(length);
                }
            }
            (Value::Array(values), Value::Object(map)) if !is_plain(values) => {
                let Some(items) = map.get("items") else { return };
                for value in values.iter().take(KEPT) {
                    self.spread(value, items, path, depth + 1);
                }
            }
            (scalar, Value::Object(map)) => self.add(path, map, scalar.clone()),
            _ => {}
        }
    }

    fn add(&mut self, path: &str, map: &Map<String, Value>, example: Value) {
        let example = match example {
            Value::String(text) => text.trim().into(),
            other => other,
        };
        if path.is_empty() || is_filler(path, &example) || !fits(map, &example) {
            return;
        }
        let examples = &mut self.hints.entry(path.to_string()).or_default().examples;
        if examples.len() < KEPT && !examples.contains(&example) {
            examples.push(example);
        }
    }
}

/// Whether a list holds no objects: it is then an example as a whole.
fn is_plain(values: &[Value]) -> bool {
    !values.iter().any(|value| value.is_object() || value.is_array())
}

/// Whether an example is none: nothing at all, or only the name of the property or of its type.
fn is_filler(path: &str, example: &Value) -> bool {
    let bare = |text: &str| {
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    match example {
        Value::Null => true,
        Value::String(text) => {
            text == "string" || bare(text) == bare(path.rsplit('/').next().unwrap_or_default())
        }
        Value::Array(list) => list.iter().all(|one| is_filler(path, one)),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// Whether an example is short, of the declared type and among the allowed values.
fn fits(map: &Map<String, Value>, example: &Value) -> bool {
    let allowed = map.get("enum").and_then(Value::as_array).is_none_or(|allowed| allowed.contains(example));
    let name = |name: &str| match (name, example) {
        ("string", Value::String(_)) | ("boolean", Value::Bool(_)) => true,
        ("number", Value::Number(_)) | ("array", Value::Array(_)) | ("object", Value::Object(_)) => true,
        ("integer", Value::Number(number)) => !number.is_f64(),
        ("string" | "boolean" | "number" | "array" | "object" | "integer" | "null", _) => false,
        // A type of another dialect says nothing here.
        _ => true,
    };
    let typed = match map.get("type") {
        Some(Value::String(one)) => name(one),
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).any(name),
        _ => true,
    };
    let said = !matches!(example, Value::String(text) if text.trim().is_empty());
    allowed && typed && said && short(example)
}

fn short(example: &Value) -> bool {
    match example {
        Value::String(text) => text.len() <= LONGEST,
        Value::Array(list) if list.len() > 16 => false,
        Value::Object(map) if map.len() > 16 => false,
        _ => example.to_string().len() <= LONGEST,
    }
}

/// A literal of the prose as a value of the declared type; a schema without a scalar type takes none.
fn typed(map: &Map<String, Value>, text: &str) -> Option<Value> {
    let names: Vec<&str> = match map.get("type")? {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    if names.contains(&"string") {
        return (map.get("format").is_none_or(|format| format != "binary")).then(|| text.into());
    }
    let value: Value = serde_json::from_str(text).ok()?;
    (!value.is_string()).then_some(value)
}

/// Literal values that the prose gives as examples: those in code ticks or quotes after "example" or "e.g.", or a
/// bare one that ends its clause.
fn in_prose(text: &str) -> Vec<&str> {
    let text = text.get(..floor_char(text, 2_000)).unwrap_or_default();
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for mark in ["for example", "example:", "examples:", "e.g.", "eg:", "for instance"] {
        for (at, _) in lower.match_indices(mark).take(2) {
            let tail = text.get(at + mark.len()..).unwrap_or_default();
            let tail = tail.trim_start_matches(|c: char| c.is_whitespace() || ",:".contains(c));
            found.extend(literals(tail, mark.starts_with("e") && mark != "eg:"));
        }
    }
    found.retain(|value| !value.is_empty() && value.chars().count() <= 60);
    found.dedup();
    found
}

/// The literals at the start of `text`: quoted ones with commas or "or" between, or one bare one where `bare` allows.
fn literals(text: &str, bare: bool) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((value, tail)) = quoted(rest) {
        found.push(value);
        let tail = tail.trim_start_matches([',', ' ']);
        rest = tail.strip_prefix("or ").or_else(|| tail.strip_prefix("and ")).unwrap_or(tail);
        if found.len() == 4 {
            break;
        }
    }
    if found.is_empty() && bare {
        found.extend(bare_literal(text).map(several).unwrap_or_default());
    }
    found
}

/// One literal, or several where the prose lists them: `NFL, NBA, etc`. A place with its state is one: `Austin, TX`.
fn several(clause: &str) -> Vec<&str> {
    let open = ["etc", "and so on", "..."].iter().find_map(|end| clause.strip_suffix(end));
    let parts: Vec<&str> = open
        .unwrap_or(clause)
        .split(',')
        .map(|part| part.trim().trim_end_matches(" or").trim_end_matches(" and"))
        .filter(|part| !part.is_empty() && *part != "or" && *part != "and")
        .collect();
    let state = |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_uppercase());
    let place = parts.windows(2).any(|pair| state(&pair[1]) && pair[0].contains(|c: char| c.is_lowercase()));
    // Three single words in a row are a list, too.
    let row = parts.len() > 2 && parts.iter().all(|part| !part.contains(' '));
    if !place && (open.is_some() || row) { parts } else { vec![clause] }
}

fn quoted(text: &str) -> Option<(&str, &str)> {
    let mark = text.chars().next().filter(|c| ['`', '"', '\''].contains(c))?;
    let inside = text.get(1..)?.trim_start_matches('`');
    let end = inside.find(mark).filter(|end| *end <= 80)?;
    let value = inside.get(..end)?.trim();
    (!value.contains('\n')).then_some((value, inside.get(end + 1..)?.trim_start_matches('`')))
}

/// A short clause that looks like a value, not like prose: it has a digit or begins with a capital, and few words.
fn bare_literal(text: &str) -> Option<&str> {
    let end = text.find([')', ';', '\n', '<']).unwrap_or(text.len());
    let clause = text.get(..end)?;
    let clause = clause.find(". ").and_then(|end| clause.get(..end)).unwrap_or(clause);
    let clause = clause.trim().trim_end_matches(['.', ',']);
    let words = clause.split_whitespace().count();
    let value_like = clause.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '+')
        || words == 1 && clause.contains(|c: char| c.is_ascii_digit() || "-_@/".contains(c));
    let prose = ["the ", "a ", "if ", "this ", "when ", "you ", "use ", "to "];
    let lower = clause.to_ascii_lowercase();
    let reads_as_prose =
        prose.iter().any(|word| lower.starts_with(word) || lower.contains(&format!(" {word}")));
    let markup = clause.contains(['`', '"', '[', '{', '*', '=']) || clause.contains("//");
    ((1..=6).contains(&words) && value_like && !reads_as_prose && !markup).then_some(clause)
}

/// Removes lifted keys and vendor words from every schema; properties of those names stay.
fn strip(schema: &mut Value, depth: usize) {
    let Value::Object(map) = schema else { return };
    if depth > 128 {
        return;
    }
    map.retain(|key, value| match key.as_str() {
        "example" | "examples" | "xml" | "externalDocs" | "discriminator" | "deprecated" => false,
        "readOnly" | "writeOnly" => false,
        "meaning" => !value.is_string(),
        key => !key.starts_with("x-"),
    });
    subschemas(map, |schema| strip(schema, depth + 1));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn examples_of(schema: Value) -> Vec<Value> {
        let mut schema = json!({ "type": "object", "properties": { "x": schema } });
        lift(&mut schema).shift_remove("/x").unwrap_or_default().examples
    }

    #[test]
    fn prose_gives_only_literals() {
        let said = |text: &str| examples_of(json!({ "type": "string", "description": text }));
        assert_eq!(said("The language. Example: `en-US`"), ["en-US"]);
        assert_eq!(said("The street, e.g. 1 Infinite Loop, Cupertino."), ["1 Infinite Loop, Cupertino"]);
        assert_eq!(said("Types (for example `carrier`, `caller-name`)."), ["carrier", "caller-name"]);
        assert_eq!(said("A city, for example \"Oslo\" or \"Bergen\"."), ["Oslo", "Bergen"]);
        assert_eq!(said("The league (e.g., NFL, NBA, etc.)"), ["NFL", "NBA"]);
        assert_eq!(said("The league (e.g. NFL, NBA, NHL)."), ["NFL", "NBA", "NHL"]);
        assert_eq!(said("The city and state, e.g. Austin, TX"), ["Austin, TX"]);
        assert_eq!(said("The city and state (e.g. Austin, TX, etc.)"), ["Austin, TX, etc"]);
        assert!(said("For example, the name of the thing you want.").is_empty());
        assert!(said("Used for many things, e.g. filtering and sorting of the results in a list").is_empty());
        assert_eq!(examples_of(json!({"type": "integer", "description": "Example: `42`"})), [42]);
        assert!(examples_of(json!({"type": "integer", "description": "Example: `many`"})).is_empty());
    }

    #[test]
    fn properties_called_like_keywords_stay() {
        let mut schema = json!({ "type": "object", "properties": {
            "example": { "type": "string", "x-vendor": 1, "deprecated": true, "example": "e" },
            "readOnly": { "type": "boolean" }, "x-y": { "type": "string" },
        }});
        let hints = lift(&mut schema);
        assert_eq!(hints["/example"].examples, ["e"]);
        let expected = json!({ "type": "object", "properties": {
            "example": { "type": "string" }, "readOnly": { "type": "boolean" }, "x-y": { "type": "string" },
        }});
        assert_eq!(schema, expected);
    }

    #[test]
    fn examples_of_the_wrong_type_are_left_out() {
        assert!(examples_of(json!({ "type": "integer", "example": "12" })).is_empty());
        assert!(examples_of(json!({ "type": "string", "enum": ["a"], "example": "b" })).is_empty());
        assert_eq!(examples_of(json!({ "type": "string", "examples": { "one": { "value": "v" } } })), ["v"]);
    }

    #[test]
    fn whole_objects_and_arrays_reach_their_properties() {
        let mut schema = json!({
            "type": "object",
            "example": { "items": [{ "sku": "a1" }, { "sku": "b2" }], "unknown": 1 },
            "properties": { "items": { "type": "array", "items": { "$ref": "#/$defs/Item" } } },
            "$defs": { "Item": { "type": "object", "properties": {
                "sku": { "type": "string", "example": "c3" },
                "parts": { "type": "array", "items": { "$ref": "#/$defs/Item" } },
            } } },
        });
        let copy = schema.clone();
        let mut hints = lift(&mut schema);
        assert_eq!(hints["/items/sku"].examples, ["a1", "b2", "c3"]);
        hints.clear();
        spread(&copy["example"], &schema, &mut hints);
        assert_eq!(hints["/items/sku"].examples, ["a1", "b2"]);
        assert!(!hints.keys().any(|path| path.contains("unknown")), "{hints:?}");
    }
}

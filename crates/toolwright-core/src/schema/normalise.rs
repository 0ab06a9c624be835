//! Bringing schema dialects to JSON Schema 2020-12.
//!
//! Function-calling datasets write schemas in every dialect there is: Python's type names (`dict`, `float`,
//! `tuple`, as in BFCL), Java's (`ArrayList`, `long`), JSON Schema drafts 3 to 7, OpenAPI 3.0 (`nullable`), bare
//! maps of properties, and plain mistakes. Everything behind this function speaks one dialect.
//!
//! What is recognised is translated; what cannot mean anything is dropped with a note, so that the schema compiles
//! and accepts more rather than nothing. What says nothing about validity (`description`, `example`, unknown
//! keywords) stays as it is, but for a `default` that writes a number as text: those who fill it in would be wrong.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{check, nests_within, resolve};

/// Subschemas within subschemas that are followed. Each adds two levels of JSON, and a text that serde_json
/// reads has at most 128, of which a dataset's own wrapping needs some.
const DEPTH: usize = 48;
/// Passes after the first, more than a schema is known to need.
const PASSES: usize = 6;
/// Containers that a value inside a schema (`default`, `enum`, …) may nest.
const DATA_DEPTH: usize = 24;
/// Notes that are kept; a broken document repeats itself.
const NOTES: usize = 100;

/// A schema in the standard dialect.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalised {
    /// The schema: JSON Schema 2020-12.
    pub schema: Value,
    /// Whether it differs from what was given.
    pub changed: bool,
    /// What was dropped or guessed, one sentence each with its place. Plain translations are not noted.
    pub notes: Vec<String>,
}

/// Brings a schema to JSON Schema 2020-12. Normalising twice changes nothing more.
///
/// ```
/// use serde_json::json;
/// use toolwright_core::schema::normalise;
/// let bfcl = json!({"type": "dict", "properties": {"side": {"type": "float", "required": true}}});
/// assert_eq!(
///     normalise(&bfcl).schema,
///     json!({"type": "object", "properties": {"side": {"type": "number"}}, "required": ["side"]})
/// );
/// ```
pub fn normalise(schema: &Value) -> Normalised {
    let mut work = Work { place: String::new(), notes: Vec::new(), left: DEPTH };
    let mut out = work.document(schema);
    // What one pass drops can leave a shape that the next one reads: a bare map without its junk, for one.
    for _ in 0..PASSES {
        let next = work.document(&out);
        let settled = next == out;
        out = next;
        if settled {
            break;
        }
    }
    // A document deeper than this was cut, so it differs; comparing it whole would recurse as deep as it nests.
    let changed = !nests_within(schema, 4 * DEPTH) || *schema != out;
    Normalised { schema: out, changed, notes: work.notes }
}

/// A schema, and what it said about its place in its parent.
struct Part {
    schema: Value,
    required: Option<bool>,
}

struct Work {
    /// JSON pointer of the schema at hand.
    place: String,
    notes: Vec<String>,
    /// Levels that may still be entered.
    left: usize,
}

type Fields = Map<String, Value>;

impl Work {
    fn note(&mut self, what: impl std::fmt::Display) {
        if self.notes.len() < NOTES {
            let place = if self.place.is_empty() { "the schema" } else { &self.place };
            self.notes.push(format!("{place}: {what}"));
        }
    }

    fn document(&mut self, schema: &Value) -> Value {
        let mut out = self.schema(schema, true).schema;
        self.drop_dead_references(&mut out);
        out
    }

    fn within<T>(&mut self, step: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.place.len();
        push_step(&mut self.place, step);
        let out = work(self);
        self.place.truncate(length);
        out
    }

    /// `infer`: whether a missing `type` may be added. Under `not` and `if` it would change what is meant.
    fn schema(&mut self, schema: &Value, infer: bool) -> Part {
        let anything = |required| Part { schema: Value::Bool(true), required };
        let fields = match schema {
            Value::Object(fields) => fields,
            Value::Bool(_) => return Part { schema: schema.clone(), required: None },
            Value::String(name) if is_type_name(name) => {
                let mut named = Map::new();
                named.insert("type".into(), schema.clone());
                return self.schema(&Value::Object(named), infer);
            }
            _ => {
                self.note("this is no schema; anything is accepted");
                return anything(None);
            }
        };
        let Some(left) = self.left.checked_sub(1) else {
            self.note("nested too deep; anything is accepted from here on");
            return anything(None);
        };
        self.left = left;
        let part = self.object(fields, infer);
        self.left += 1;
        part
    }

    fn object(&mut self, fields: &Fields, infer: bool) -> Part {
        if is_bare_map(fields, 4) {
            let mut out = Map::new();
            out.insert("type".into(), "object".into());
            self.properties(fields, &mut out);
            return Part { schema: Value::Object(out), required: None };
        }
        let mut out = Map::new();
        let mut required = None;
        for (key, value) in fields {
            match key.as_str() {
                "required" if flag(value).is_some() => required = flag(value),
                "type" => self.types(value, &mut out),
                "nullable" | "additionalItems" | "dependencies" | "divisibleBy" | "$schema" => {}
                // One document, one base: every reference is read from the root.
                "$id" | "$recursiveAnchor" => {}
                "$recursiveRef" => self.recursive_reference(value, &mut out),
                "$vocabulary" => self.note("`$vocabulary` is for schemas of schemas; dropped"),
                "exclusiveMinimum" | "exclusiveMaximum" if flag(value).is_some() => {}
                "items" => self.items(value, fields, &mut out),
                "properties" => match value.as_object() {
                    Some(entries) => self.properties(entries, &mut out),
                    None => self.note("`properties` is no object; dropped"),
                },
                _ => self.keyword(key, value, infer, &mut out),
            }
        }
        self.old_keywords(fields, infer, &mut out);
        if infer {
            infer_type(&mut out);
        }
        self.reconcile_enum(&mut out);
        self.reconcile_default(&mut out);
        if fields.get("nullable").and_then(flag) == Some(true) {
            allow_null(&mut out);
        }
        Part { schema: Value::Object(out), required }
    }

    /// Keywords whose meaning is unchanged since draft 4, checked for their kind.
    fn keyword(&mut self, key: &str, value: &Value, infer: bool, out: &mut Fields) {
        if !takes_schema(key) && !nests_within(value, DATA_DEPTH) {
            return self.note(format_args!("`{key}` nests too deep; dropped"));
        }
        let kept = match key {
            "title" | "description" | "$comment" | "format" | "contentEncoding" | "contentMediaType" => {
                text(value)
            }
            "$ref" | "$dynamicRef" => value.as_str().map(|reference| escaped(reference).into()),
            "$anchor" | "$dynamicAnchor" => value.as_str().filter(|name| is_anchor(name)).map(Value::from),
            "pattern" => self.pattern(value),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => number(value),
            "multipleOf" => number(value).filter(|n| n.as_f64().is_some_and(|n| n > 0.0)),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties"
            | "minContains" | "maxContains" => count(value),
            "uniqueItems" | "deprecated" | "readOnly" | "writeOnly" => flag(value).map(Value::Bool),
            "required" => return self.required(value, out),
            "enum" => value.as_array().filter(|options| !options.is_empty()).map(|_| value.clone()),
            "examples" => return drop(out.insert(key.into(), listed(value))),
            "not" | "if" | "then" | "else" | "propertyNames" | "contentSchema" => {
                Some(self.at(key, value, false))
            }
            "contains" | "additionalProperties" | "unevaluatedProperties" | "unevaluatedItems" => {
                match flag(value) {
                    Some(yes) if key != "contains" => Some(Value::Bool(yes)),
                    _ => Some(self.at(key, value, infer && key != "contains")),
                }
            }
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => self.list(key, value, infer),
            "patternProperties" | "$defs" | "definitions" => self.map(key, value, infer),
            "dependentSchemas" => self.map(key, value, false),
            "dependentRequired" => self.dependent_required(value),
            _ => Some(value.clone()),
        };
        match kept {
            Some(kept) => drop(out.insert(key.into(), kept)),
            None if key == "pattern" => {}
            None => self.note(format_args!("`{key}` has a value that it cannot have; dropped")),
        }
    }

    /// Draft 2019-09's reference to the whole; without other documents it is a plain one.
    fn recursive_reference(&mut self, value: &Value, out: &mut Fields) {
        if value == "#" {
            out.entry("$ref").or_insert_with(|| "#".into());
        } else {
            self.note("`$recursiveRef` has a value that it cannot have; dropped");
        }
    }

    fn at(&mut self, step: &str, value: &Value, infer: bool) -> Value {
        self.within(step, |work| work.schema(value, infer).schema)
    }

    fn list(&mut self, key: &str, value: &Value, infer: bool) -> Option<Value> {
        let entries = value.as_array().filter(|entries| !entries.is_empty())?;
        let entries = entries.iter().enumerate();
        Some(self.within(key, |work| {
            let entry = |(at, entry): (usize, &Value)| match is_bare_null(key, entry) {
                true => json!({"type": "null"}),
                false => work.at(&at.to_string(), entry, infer),
            };
            entries.map(entry).collect()
        }))
    }

    fn map(&mut self, key: &str, value: &Value, infer: bool) -> Option<Value> {
        let entries = value.as_object()?;
        let patterns = key == "patternProperties";
        let out = self.within(key, |work| {
            let mut out = Map::new();
            for (name, entry) in entries {
                if patterns && !check::compiles(name) {
                    work.note(format_args!(
                        "the pattern `{name}` is no regular expression that we run; dropped"
                    ));
                    continue;
                }
                out.insert(name.clone(), work.at(name, entry, infer));
            }
            out
        });
        Some(Value::Object(out))
    }

    fn pattern(&mut self, value: &Value) -> Option<Value> {
        let Some(pattern) = value.as_str().filter(|pattern| check::compiles(pattern)) else {
            self.note("the `pattern` is no regular expression that we run; dropped");
            return None;
        };
        Some(pattern.into())
    }

    fn dependent_required(&mut self, value: &Value) -> Option<Value> {
        let entries = value.as_object()?.iter();
        let entries = entries.filter_map(|(name, needed)| Some((name.clone(), names(needed)?)));
        Some(Value::Object(entries.collect()))
    }

    /// `required` as a list; it may already hold names that the properties themselves asked for.
    fn required(&mut self, value: &Value, out: &mut Fields) {
        match names(value) {
            Some(Value::Array(list)) => {
                list.iter().filter_map(Value::as_str).for_each(|name| require(out, name))
            }
            _ => self.note("`required` is no list of names; dropped"),
        }
        if value.as_array().is_some_and(Vec::is_empty) {
            out.entry("required").or_insert_with(|| json!([]));
        }
    }

    fn properties(&mut self, entries: &Fields, out: &mut Fields) {
        let mut properties = Map::new();
        let mut needed = Vec::new();
        self.within("properties", |work| {
            for (name, entry) in entries {
                let part = work.within(name, |work| work.schema(entry, true));
                if part.required == Some(true) {
                    needed.push(name);
                }
                properties.insert(name.clone(), part.schema);
            }
        });
        out.insert("properties".into(), Value::Object(properties));
        for name in needed {
            require(out, name);
        }
    }

    /// One schema for all items, or the tuple form of drafts before 2020-12.
    fn items(&mut self, value: &Value, fields: &Fields, out: &mut Fields) {
        let Some(entries) = value.as_array() else {
            let items = match flag(value) {
                Some(yes) => Value::Bool(yes),
                None => self.at("items", value, true),
            };
            out.insert("items".into(), items);
            return;
        };
        if !fields.contains_key("prefixItems") && !entries.is_empty() {
            let positions = self.list("items", value, true);
            out.extend(positions.map(|positions| ("prefixItems".to_owned(), positions)));
        }
        if let Some(rest) = fields.get("additionalItems") {
            let rest = self.at("additionalItems", rest, true);
            out.insert("items".into(), rest);
        }
    }

    /// Keywords that 2020-12 says in another way.
    fn old_keywords(&mut self, fields: &Fields, infer: bool, out: &mut Fields) {
        for (exclusive, inclusive) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
            if fields.get(exclusive).and_then(flag) == Some(true) {
                let bound = out.remove(inclusive);
                out.extend(bound.map(|bound| (exclusive.to_owned(), bound)));
            }
        }
        if let Some(value) = fields.get("divisibleBy").filter(|_| !fields.contains_key("multipleOf")) {
            self.keyword("multipleOf", value, infer, out);
        }
        let dialect = fields.get("$schema").and_then(Value::as_str);
        if dialect.is_some_and(|dialect| dialect.contains("2020-12/schema")) {
            out.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
        }
        if let Some(Value::Object(entries)) = fields.get("dependencies") {
            self.dependencies(entries, out);
        }
    }

    /// `dependencies` (drafts 3 to 7) is two keywords now.
    fn dependencies(&mut self, entries: &Fields, out: &mut Fields) {
        for (name, needed) in entries {
            let (key, value) = match names(needed) {
                Some(list) => ("dependentRequired", list),
                None => {
                    ("dependentSchemas", self.within("dependencies", |work| work.at(name, needed, false)))
                }
            };
            if let Some(map) = out.entry(key).or_insert_with(|| json!({})).as_object_mut() {
                map.entry(name.clone()).or_insert(value);
            }
        }
    }

    fn types(&mut self, value: &Value, out: &mut Fields) {
        let mut found = Types::default();
        match value {
            Value::String(name) => found.read(name, 4),
            Value::Array(entries) => {
                for entry in entries {
                    match entry {
                        Value::String(name) => found.read(name, 4),
                        Value::Null => found.add("null"),
                        _ => found.unknown = true,
                    }
                }
            }
            Value::Null => found.add("null"),
            _ => found.unknown = true,
        }
        if found.unknown {
            self.note("`type` names something that is no JSON type; ignored");
        }
        if let Some(items) = found.items.take() {
            out.entry("items").or_insert(items);
        }
        if let Some(format) = found.format {
            out.entry("format").or_insert_with(|| format.into());
        }
        let listed =
            value.is_array() && found.names.len() == 1 && value.as_array().is_some_and(|v| v.len() == 1);
        match found.names.as_slice() {
            _ if found.any => {}
            [] => {}
            [name] if !listed => drop(out.insert("type".into(), (*name).into())),
            names => drop(out.insert("type".into(), names.into())),
        }
    }

    /// `type` and `enum` that share no value: the values are what the author took care of.
    fn reconcile_enum(&mut self, out: &mut Fields) {
        let (Some(kinds), Some(Value::Array(options))) = (out.get("type"), out.get("enum")) else { return };
        if options.iter().any(|option| is_of_type(option, kinds)) {
            return;
        }
        self.note(format_args!("none of the `enum` values is of the `type` {kinds}; the values decide"));
        let items = out.get("items").and_then(Value::as_object);
        if kinds == "array" && items.is_none_or(|items| !items.contains_key("enum")) {
            let mut items = items.cloned().unwrap_or_default();
            let options = out.remove("enum").unwrap_or_default();
            items.insert("enum".into(), options);
            self.reconcile_enum(&mut items);
            infer_type(&mut items);
            out.insert("items".into(), Value::Object(items));
            return;
        }
        match types_of(options) {
            Some(kinds) => drop(out.insert("type".into(), kinds)),
            None => drop(out.shift_remove("type")),
        }
    }

    /// A `default` that is text where numbers or truth values are declared: what it writes, or nothing.
    fn reconcile_default(&mut self, out: &mut Fields) {
        let (Some(kinds), Some(default @ Value::String(_))) = (out.get("type"), out.get("default")) else {
            return;
        };
        let texts = ["string", "array", "object"].map(Value::from);
        if texts
            .iter()
            .any(|kind| kind == kinds || kinds.as_array().is_some_and(|kinds| kinds.contains(kind)))
        {
            return;
        }
        let meant = [number(default), flag(default).map(Value::Bool)].into_iter().flatten();
        match meant.into_iter().find(|value| is_of_type(value, kinds)) {
            Some(meant) => drop(out.insert("default".into(), meant)),
            None => {
                self.note(format_args!("the `default` {default} is not of the `type` {kinds}; dropped"));
                out.shift_remove("default");
            }
        }
    }

    /// A reference that leads outside or nowhere would keep the whole schema from compiling.
    fn drop_dead_references(&mut self, schema: &mut Value) {
        let mut anchors = HashSet::new();
        visit(schema, &mut String::new(), &mut |_, fields| {
            let names = ["$anchor", "$dynamicAnchor"].into_iter().filter_map(|key| fields.get(key)?.as_str());
            anchors.extend(names);
        });
        let mut dead = Vec::new();
        visit(schema, &mut String::new(), &mut |place, fields| {
            for key in ["$ref", "$dynamicRef"] {
                if fields.get(key).is_some_and(|reference| !is_alive(reference, schema, &anchors)) {
                    dead.push((place.to_owned(), key));
                }
            }
        });
        for (place, key) in dead {
            let holder = schema.pointer_mut(&place).and_then(Value::as_object_mut);
            if let Some(reference) = holder.and_then(|holder| holder.remove(key)) {
                self.place = place;
                self.note(format_args!(
                    "`{key}` {reference} leads to no part of this schema; anything is accepted"
                ));
            }
        }
        self.place.clear();
    }
}

/// Whether a reference leads to a schema of this document, by pointer or by name.
fn is_alive(reference: &Value, root: &Value, anchors: &HashSet<&str>) -> bool {
    let Some(reference) = reference.as_str() else { return false };
    let named = reference.strip_prefix('#').is_some_and(|name| anchors.contains(name));
    named || resolve(root, reference).is_some_and(|target| target.is_object() || target.is_boolean())
}

/// Visits the schema and all within it, each with its JSON pointer. Only where subschemas stand: a `$ref` inside an
/// example is data.
fn visit<'a>(schema: &'a Value, place: &mut String, visitor: &mut impl FnMut(&str, &'a Fields)) {
    let Value::Object(fields) = schema else { return };
    visitor(place, fields);
    for (key, value) in fields {
        let outside = place.len();
        push_step(place, key);
        let inside = place.len();
        if ONE.contains(&key.as_str()) {
            visit(value, place, visitor);
        } else if LISTS.contains(&key.as_str()) {
            for (at, entry) in value.as_array().into_iter().flatten().enumerate() {
                push_step(place, &at.to_string());
                visit(entry, place, visitor);
                place.truncate(inside);
            }
        } else if MAPS.contains(&key.as_str()) {
            for (name, entry) in value.as_object().into_iter().flatten() {
                push_step(place, name);
                visit(entry, place, visitor);
                place.truncate(inside);
            }
        }
        place.truncate(outside);
    }
}

/// Goes one step further in a JSON pointer.
fn push_step(place: &mut String, step: &str) {
    place.push('/');
    place.push_str(&step.replace('~', "~0").replace('/', "~1"));
}

/// A reference with what no URI holds as percent escapes: `#/definitions/My Model` is written so, and meant.
fn escaped(reference: &str) -> String {
    let mut out = String::with_capacity(reference.len());
    for byte in reference.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            _ if b"-._~!$&'()*+,;=:@/?#%".contains(&byte) => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Whether `$anchor` may be this: letters, digits, `-`, `.` and `_`, not beginning with a digit or `-` or `.`.
fn is_anchor(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

/// What a type name stands for.
#[derive(Default)]
struct Types {
    names: Vec<&'static str>,
    any: bool,
    unknown: bool,
    items: Option<Value>,
    format: Option<&'static str>,
}

impl Types {
    fn add(&mut self, name: &'static str) {
        if !self.names.contains(&name) {
            self.names.push(name);
        }
    }

    /// Reads one name: plain, a union (`string|null`, `int or float`) or a generic (`List[str]`, `Optional[int]`).
    fn read(&mut self, name: &str, left: usize) {
        let name = name.trim();
        let Some(left) = left.checked_sub(1) else {
            self.unknown = true;
            return;
        };
        if let Some(name) = json_type(name) {
            return self.add(name);
        }
        if let Some((outer, inner)) = generic(name) {
            return self.generic(outer, inner, left);
        }
        if let Some((first, rest)) = name.split_once('|').or_else(|| name.split_once(" or ")) {
            self.read(first, left + 1);
            return self.read(rest, left);
        }
        match name.to_ascii_lowercase().as_str() {
            "any" | "mixed" | "unknown" | "*" | "" => self.any = true,
            "date" => self.text("date"),
            "datetime" | "date-time" | "timestamp" => self.text("date-time"),
            "uuid" => self.text("uuid"),
            "email" => self.text("email"),
            "uri" | "url" => self.text("uri"),
            _ => self.unknown = true,
        }
    }

    fn text(&mut self, format: &'static str) {
        self.add("string");
        self.format = Some(format);
    }

    fn generic(&mut self, outer: &str, inner: &str, left: usize) {
        match outer.to_ascii_lowercase().as_str() {
            "optional" => {
                self.read(inner, left);
                self.add("null");
            }
            "union" => inner.split(',').for_each(|name| self.read(name, left)),
            _ => match json_type(outer) {
                Some("array") => {
                    self.add("array");
                    if let Some(item) = json_type(inner.trim()) {
                        self.items = Some(json!({ "type": item }));
                    }
                }
                Some(name) => self.add(name),
                None => self.unknown = true,
            },
        }
    }
}

/// `List[str]`, `array<string>` and `tuple(int)` in two parts.
fn generic(name: &str) -> Option<(&str, &str)> {
    let open = name.find(['[', '<', '('])?;
    let inner = name.get(open + 1..name.len().checked_sub(1)?)?;
    name.ends_with([']', '>', ')']).then(|| (name[..open].trim(), inner))
}

/// The JSON type that a name stands for in some language.
fn json_type(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "string" | "str" | "text" | "char" | "character" | "varchar" => "string",
        "integer" | "int" | "long" | "bigint" | "short" | "byte" | "int32" | "int64" => "integer",
        "number" | "float" | "double" | "decimal" | "numeric" | "real" => "number",
        "boolean" | "bool" => "boolean",
        "array" | "list" | "tuple" | "set" | "arraylist" | "sequence" | "queue" | "stack" | "vector" => {
            "array"
        }
        "object" | "dict" | "dictionary" | "map" | "hashmap" | "hashtable" | "struct" | "record" => "object",
        "null" | "none" | "nil" | "nonetype" => "null",
        _ => return None,
    })
}

fn is_type_name(name: &str) -> bool {
    let mut types = Types::default();
    types.read(name, 4);
    !types.unknown && !name.trim().is_empty()
}

/// A map of properties without the object schema around it. Told by its values: all schemas, and none of its keys
/// a keyword that takes a schema or a map of them.
fn is_bare_map(fields: &Fields, left: usize) -> bool {
    let Some(left) = left.checked_sub(1) else { return false };
    let schema_like = |value: &Value| match value {
        Value::Object(inner) => {
            inner.iter().any(|(key, value)| says_schema(key, value)) || is_bare_map(inner, left)
        }
        _ => false,
    };
    !fields.is_empty() && fields.iter().all(|(key, value)| !takes_object(key) && schema_like(value))
}

/// A keyword with a value of its kind, so that it is hardly a property's name.
fn says_schema(key: &str, value: &Value) -> bool {
    match key {
        "type" => matches!(value, Value::String(_) | Value::Array(_)),
        "$ref" | "description" | "format" => value.is_string(),
        "enum" | "anyOf" | "oneOf" | "allOf" => value.is_array(),
        "properties" => value.is_object(),
        _ => false,
    }
}

/// Keywords that hold one schema.
#[rustfmt::skip]
const ONE: [&str; 11] = [
    "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames", "then",
    "unevaluatedItems", "unevaluatedProperties",
];
/// Keywords that hold a list of schemas.
const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keywords that hold schemas by name.
const MAPS: [&str; 5] = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];
/// Keywords beside those that may hold an object.
#[rustfmt::skip]
const OBJECTS: [&str; 10] = [
    "additionalItems", "const", "default", "dependencies", "dependentRequired", "discriminator", "example",
    "examples", "externalDocs", "xml",
];

fn takes_schema(key: &str) -> bool {
    ONE.contains(&key) || LISTS.contains(&key) || MAPS.contains(&key)
}

fn takes_object(key: &str) -> bool {
    key.starts_with("x-") || ONE.contains(&key) || MAPS.contains(&key) || OBJECTS.contains(&key)
}

/// Adds the `type` that the other keywords speak of, where nothing else decides.
fn infer_type(out: &mut Fields) {
    const DECIDED: [&str; 9] =
        ["type", "$ref", "$dynamicRef", "anyOf", "oneOf", "allOf", "const", "not", "if"];
    if DECIDED.iter().any(|key| out.contains_key(*key)) {
        return;
    }
    let inferred = match out.get("enum").and_then(Value::as_array) {
        Some(options) => types_of(options),
        None if out.contains_key("properties") || out.contains_key("patternProperties") => {
            Some(json!("object"))
        }
        None if out.contains_key("items") || out.contains_key("prefixItems") => Some(json!("array")),
        None => None,
    };
    if let Some(inferred) = inferred {
        out.insert("type".into(), inferred);
    }
}

/// The one type of these values, beside null; `None` where they are mixed.
fn types_of(options: &[Value]) -> Option<Value> {
    let mut one = None;
    let mut null = false;
    for option in options {
        let name = match option {
            Value::Null => {
                null = true;
                continue;
            }
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        one = match (one, name) {
            (None, name) => Some(name),
            (Some(before), name) if before == name => Some(name),
            (Some("integer" | "number"), "integer" | "number") => Some("number"),
            _ => return None,
        };
    }
    match (one, null) {
        (Some(one), false) => Some(json!(one)),
        (Some(one), true) => Some(json!([one, "null"])),
        (None, _) => Some(json!("null")),
    }
}

fn is_of_type(value: &Value, kinds: &Value) -> bool {
    let is = |kind: &Value| match (kind.as_str(), value) {
        (Some("null"), Value::Null)
        | (Some("boolean"), Value::Bool(_))
        | (Some("number"), Value::Number(_))
        | (Some("string"), Value::String(_))
        | (Some("array"), Value::Array(_))
        | (Some("object"), Value::Object(_)) => true,
        (Some("integer"), Value::Number(number)) => number.as_f64().is_some_and(|n| n.fract() == 0.0),
        _ => false,
    };
    match kinds {
        Value::Array(kinds) => kinds.iter().any(is),
        one => is(one),
    }
}

/// OpenAPI 3.0: beside other schemas, one that says only `nullable: true` stands for null.
fn is_bare_null(key: &str, entry: &Value) -> bool {
    let only = entry.as_object().filter(|fields| fields.len() == 1).and_then(|fields| fields.get("nullable"));
    matches!(key, "anyOf" | "oneOf") && only.and_then(flag) == Some(true)
}

/// OpenAPI 3.0's `nullable: true`.
fn allow_null(out: &mut Fields) {
    if let Some(kinds) = out.get_mut("type") {
        let mut list = match kinds.take() {
            Value::Array(list) => list,
            one => vec![one],
        };
        if !list.contains(&json!("null")) {
            list.push("null".into());
        }
        *kinds = if list.len() == 1 { json!("null") } else { Value::Array(list) };
    }
    if let Some(Value::Array(options)) = out.get_mut("enum")
        && !options.contains(&Value::Null)
    {
        options.push(Value::Null);
    }
    if let Some(constant) = out.remove("const") {
        out.insert("enum".into(), json!([constant, null]));
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(Value::Array(branches)) = out.get_mut(key)
            && !branches.iter().any(|branch| branch["type"] == "null")
        {
            branches.push(json!({"type": "null"}));
        }
    }
    for key in ["$ref", "allOf"] {
        if out.contains_key("anyOf") {
            return;
        }
        if let Some(value) = out.remove(key) {
            out.insert("anyOf".into(), json!([{ key: value }, {"type": "null"}]));
        }
    }
}

fn require(out: &mut Fields, name: &str) {
    let list = out.entry("required").or_insert_with(|| json!([]));
    match list.as_array_mut() {
        Some(list) if list.iter().any(|known| known == name) => {}
        Some(list) => list.push(name.into()),
        None => *list = json!([name]),
    }
}

fn text(value: &Value) -> Option<Value> {
    match value {
        Value::String(_) => Some(value.clone()),
        Value::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(yes) => Some(*yes),
        Value::String(word) if word.eq_ignore_ascii_case("true") => Some(true),
        Value::String(word) if word.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn number(value: &Value) -> Option<Value> {
    match value {
        Value::Number(_) => Some(value.clone()),
        Value::String(digits) => {
            let digits = digits.trim();
            let whole = digits.parse::<i64>().ok().map(Value::from);
            whole.or_else(|| serde_json::Number::from_f64(digits.parse().ok()?).map(Value::Number))
        }
        _ => None,
    }
}

fn count(value: &Value) -> Option<Value> {
    let number = number(value)?;
    match (number.as_u64(), number.as_f64()) {
        (Some(whole), _) => Some(whole.into()),
        (None, Some(float)) if float >= 0.0 && float.fract() == 0.0 && float < 9e15 => {
            Some((float as u64).into())
        }
        _ => None,
    }
}

/// A list of different names; one name stands for a list of itself.
fn names(value: &Value) -> Option<Value> {
    let entries = match value {
        Value::Array(entries) => entries,
        Value::String(_) => return Some(json!([value])),
        _ => return None,
    };
    let mut out: indexmap::IndexSet<&str> = indexmap::IndexSet::new();
    out.extend(entries.iter().filter_map(Value::as_str));
    Some(out.into_iter().collect())
}

fn listed(value: &Value) -> Value {
    if value.is_array() { value.clone() } else { json!([value]) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::{Checker, is_schema};
    use super::*;
    use proptest::prelude::*;

    fn nested(key: &str, inner: Value) -> Value {
        Value::Object([(key.to_owned(), inner)].into_iter().collect())
    }

    fn to(schema: Value) -> Value {
        normalise(&schema).schema
    }

    #[test]
    fn type_names_of_other_languages() {
        #[rustfmt::skip]
        let cases = [
            ("dict", "object"), ("HashMap", "object"), ("float", "number"), ("double", "number"), ("int", "integer"),
            ("long", "integer"), ("Integer", "integer"), ("str", "string"), ("text", "string"), ("char", "string"),
            ("String", "string"), ("bool", "boolean"), ("tuple", "array"), ("list", "array"), ("set", "array"),
            ("ArrayList", "array"), ("none", "null"),
        ];
        for (given, expected) in cases {
            assert_eq!(to(json!({ "type": given })), json!({ "type": expected }), "{given}");
        }
        assert_eq!(to(json!({"type": "any"})), json!({}));
        assert_eq!(to(json!({"type": ["str", "None"]})), json!({"type": ["string", "null"]}));
        assert_eq!(to(json!({"type": "string|null"})), json!({"type": ["string", "null"]}));
        assert_eq!(to(json!({"type": "Optional[int]"})), json!({"type": ["integer", "null"]}));
        assert_eq!(to(json!({"type": "List[str]"})), json!({"type": "array", "items": {"type": "string"}}));
        assert_eq!(to(json!({"type": "date"})), json!({"type": "string", "format": "date"}));
        let unknown = normalise(&json!({"type": "wombat"}));
        assert_eq!((unknown.schema, unknown.notes.len()), (json!({}), 1));
    }

    #[test]
    fn dialects_are_translated() {
        let cases = [
            (json!({"properties": {"a": {}}}), json!({"properties": {"a": {}}, "type": "object"})),
            (json!({"items": {"type": "int"}}), json!({"items": {"type": "integer"}, "type": "array"})),
            (json!({"enum": [1, 2]}), json!({"enum": [1, 2], "type": "integer"})),
            (json!({"enum": ["a", null]}), json!({"enum": ["a", null], "type": ["string", "null"]})),
            (json!({"enum": ["a", 1]}), json!({"enum": ["a", 1]})),
            (json!({"type": "string", "nullable": true}), json!({"type": ["string", "null"]})),
            (
                json!({"type": "string", "enum": ["a"], "nullable": true}),
                json!({"type": ["string", "null"], "enum": ["a", null]}),
            ),
            (
                json!({"$ref": "#/$defs/a", "nullable": true, "$defs": {"a": {}}}),
                json!({"anyOf": [{"$ref": "#/$defs/a"}, {"type": "null"}], "$defs": {"a": {}}}),
            ),
            (
                json!({"type": "number", "minimum": 1, "exclusiveMinimum": true, "exclusiveMaximum": false}),
                json!({"type": "number", "exclusiveMinimum": 1}),
            ),
            (
                json!({"type": "array", "items": [{"type": "str"}], "additionalItems": false}),
                json!({"type": "array", "prefixItems": [{"type": "string"}], "items": false}),
            ),
            (
                json!({"city": {"type": "string", "required": true}, "type": {"type": "str"}}),
                json!({
                    "type": "object",
                    "properties": {"city": {"type": "string"}, "type": {"type": "string"}},
                    "required": ["city"],
                }),
            ),
            (
                json!({"type": "object", "required": ["b"], "properties": {"a": {"required": true}, "b": {"required": false}}}),
                json!({"type": "object", "required": ["b", "a"], "properties": {"a": {}, "b": {}}}),
            ),
            (
                json!({"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}),
                json!({"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"required": ["d"]}}}),
            ),
            (json!({"type": "integer", "enum": ["1", "2"]}), json!({"type": "string", "enum": ["1", "2"]})),
            (
                json!({"type": "array", "items": {"type": "string"}, "enum": ["a", "b"]}),
                json!({"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}),
            ),
            (
                json!({"anyOf": [{"type": "int"}, {"nullable": true}]}),
                json!({"anyOf": [{"type": "integer"}, {"type": "null"}]}),
            ),
            (json!({"allOf": [{"nullable": true}]}), json!({"allOf": [{}]})),
            (json!({"type": "integer", "default": "20"}), json!({"type": "integer", "default": 20})),
            (json!({"type": "float", "default": " 1.5"}), json!({"type": "number", "default": 1.5})),
            (json!({"type": "integer", "default": "1.5"}), json!({"type": "integer"})),
            (json!({"type": "boolean", "default": "False"}), json!({"type": "boolean", "default": false})),
            (
                json!({"type": "int", "default": "none", "nullable": true}),
                json!({"type": ["integer", "null"]}),
            ),
            (
                json!({"type": "str|int", "default": "20"}),
                json!({"type": ["string", "integer"], "default": "20"}),
            ),
            (
                json!({"required": true, "enum": [], "minLength": "x", "type": "HashMap", "allOf": [],
                    "properties": [], "pattern": 7, "uniqueItems": "no", "exclusiveMinimum": "low"}),
                json!({"type": "object"}),
            ),
            (json!({"minimum": "5", "minLength": 2.0}), json!({"minimum": 5, "minLength": 2})),
            (
                json!({"type": "array", "items": "string"}),
                json!({"type": "array", "items": {"type": "string"}}),
            ),
            (
                json!({"definitions": {"a": {"type": "int"}}, "$ref": "#/definitions/a"}),
                json!({"definitions": {"a": {"type": "integer"}}, "$ref": "#/definitions/a"}),
            ),
        ];
        for (given, expected) in cases {
            assert_eq!(to(given.clone()), expected, "{given}");
        }
    }

    #[test]
    fn the_standard_dialect_stays() {
        let schema = json!({
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "A city", "example": "Oslo", "default": null},
                "n": {"type": "integer", "format": "int64", "minimum": 0},
                "unit": {"type": "string", "enum": ["C", "F"]},
            },
            "required": ["city"],
            "additionalProperties": false,
        });
        assert_eq!(normalise(&schema), Normalised { schema, changed: false, notes: Vec::new() });
    }

    #[test]
    fn junk_accepts_anything_with_a_note() {
        for junk in [json!("a string"), json!([1]), json!(null), json!(7)] {
            let out = normalise(&junk);
            assert_eq!((out.schema, out.changed), (json!(true), true));
            assert_eq!(out.notes, ["the schema: this is no schema; anything is accepted"]);
        }
        let out = normalise(&json!({"properties": {"a": {"pattern": "(", "type": "string"}}}));
        assert_eq!(out.schema["properties"]["a"], json!({"type": "string"}));
        assert_eq!(out.notes, ["/properties/a: the `pattern` is no regular expression that we run; dropped"]);
        let out = normalise(&json!({"items": {"$ref": "https://example.com/x"}}));
        assert_eq!(out.schema, json!({"items": {}, "type": "array"}));
        assert!(out.notes[0].starts_with("/items: `$ref`"), "{:?}", out.notes);
    }

    #[test]
    fn names_and_references_that_no_schema_may_have_are_dropped() {
        for (given, note) in [
            (json!({"$anchor": "cre,it"}), "the schema: `$anchor` has a value that it cannot have; dropped"),
            (
                json!({"$dynamicAnchor": "a b"}),
                "the schema: `$dynamicAnchor` has a value that it cannot have; dropped",
            ),
            (json!({"$anchor": 3}), "the schema: `$anchor` has a value that it cannot have; dropped"),
            (json!({"$vocabulary": 3}), "the schema: `$vocabulary` is for schemas of schemas; dropped"),
            (
                json!({"$recursiveRef": 3}),
                "the schema: `$recursiveRef` has a value that it cannot have; dropped",
            ),
            (
                json!({"$dynamicRef": "#x"}),
                "the schema: `$dynamicRef` \"#x\" leads to no part of this schema; anything is accepted",
            ),
        ] {
            let out = normalise(&given);
            assert_eq!((out.schema, out.notes), (json!({}), vec![note.to_owned()]), "{given}");
        }
        // An anchor elsewhere brings no dead reference to life.
        let out =
            to(json!({"properties": {"a/b": {"$ref": "#gone", "$anchor": "here"}, "c": {"$ref": "#here"}}}));
        assert_eq!(out["properties"], json!({"a/b": {"$anchor": "here"}, "c": {"$ref": "#here"}}));
        assert_eq!(
            to(json!({"items": {"$recursiveRef": "#"}, "$recursiveAnchor": true}))["items"],
            json!({"$ref": "#"})
        );
    }

    #[test]
    fn notes_and_references_are_pointers() {
        let out = normalise(&json!({"properties": {"a/b": {"properties": 3}}}));
        assert_eq!(out.notes, ["/properties/a~1b: `properties` is no object; dropped"]);
        let out = to(json!({"$ref": "#/$defs/My Mödel", "$defs": {"My Mödel": {"type": "int"}}}));
        assert_eq!(out["$ref"], "#/$defs/My%20M%C3%B6del");
        let checker = Checker::new(&out).expect("compiles");
        assert!(checker.accepts(&json!(3)) && !checker.accepts(&json!("three")));
    }

    #[test]
    fn depth_is_bounded() {
        // Dropping so deep a value takes more stack than a test's thread has.
        let worker = std::thread::Builder::new().stack_size(64 << 20).spawn(deep_schemas_are_cut);
        worker.expect("starts").join().expect("no panic");
    }

    fn deep_schemas_are_cut() {
        let deep = (0..10_000).fold(json!({}), |inner, _| nested("items", inner));
        let out = normalise(&deep);
        assert!(out.changed);
        assert!(nests_within(&out.schema, 2 * DEPTH));
        assert_eq!(out.notes.len(), 1);
        assert_eq!(normalise(&out.schema).schema, out.schema);
        let bare = (0..10_000).fold(json!({"type": "str"}), |inner, _| nested("a", inner));
        normalise(&bare);
        let data = (0..10_000).fold(json!({}), |inner, _| nested("a", inner));
        assert_eq!(to(nested("x-data", data)), json!({}));
    }

    /// Schemas as they come: keywords with values that fit, almost fit or do not fit.
    pub(in super::super) fn wild() -> impl Strategy<Value = Value> {
        #[rustfmt::skip]
        let key = prop::sample::select(vec![
            "type", "properties", "items", "required", "enum", "nullable", "minimum", "exclusiveMinimum",
            "exclusiveMaximum", "maximum", "pattern", "anyOf", "allOf", "oneOf", "not", "$ref", "$defs", "const",
            "city", "additionalItems", "prefixItems", "dependencies", "additionalProperties", "format",
            "description", "default", "if", "then", "uniqueItems", "minLength", "patternProperties", "$schema",
            "divisibleBy", "contains", "examples", "$id", "propertyNames", "$anchor", "$dynamicAnchor",
            "$dynamicRef", "$recursiveRef", "$recursiveAnchor", "$vocabulary",
        ]);
        #[rustfmt::skip]
        let texts = prop::sample::select(vec![
            "dict", "String", "int", "any", "none", "list[str]", "str|null", "true", "#/$defs/city", "#", "(",
            "^a", "5", "", "date", "https://json-schema.org/draft/2020-12/schema", "a b", "#date", "#/$defs/ %",
        ]);
        let leaf = prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(Value::from),
            (-3i64..9).prop_map(Value::from),
            texts.prop_map(Value::from),
            Just(json!(1.5)),
        ];
        leaf.prop_recursive(5, 40, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((key.clone(), inner), 0..5).prop_map(|entries| {
                    Value::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing_more(schema in wild()) {
            let once = normalise(&schema);
            let twice = normalise(&once.schema);
            prop_assert_eq!(&twice.schema, &once.schema, "of {}", schema);
            prop_assert!(!twice.changed);
            prop_assert!(twice.notes.is_empty(), "{:?}", twice.notes);
        }

        #[test]
        fn the_result_is_a_schema(schema in wild()) {
            let out = normalise(&schema).schema;
            prop_assert_eq!(is_schema(&out), Ok(()), "{} of {}", out, schema);
            let compiled = Checker::new(&out);
            prop_assert!(compiled.is_ok(), "{:?}: {} of {}", compiled.err(), out, schema);
        }
    }
}

//! OpenAPI 3.0 and 3.1 documents: one operation, one tool.
//!
//! `GET /v1/users/{id}?limit=` is `get_user_by_id` with the parameters `id` (required) and `limit`.
//!
//! The parameters of an operation, wherever HTTP puts them (path, query, header, body), become one object schema; a
//! body's own properties stand beside the others, because a model fills in one flat list best. Names that clash are
//! told apart by their place (`body_id`), but for what a body repeats. What only the transport needs (keys, content types, trace ids) is left out.
//! The result's schema is that of the first successful JSON response.
//!
//! An operation that cannot be used is skipped with the reason and never loses the rest of the document. What an
//! operation is kept without (a file that may be left out, a body that need not be there) is told as well.
//!
//! Version 2.0 says the same in other places; what differs is a [`Dialect`], and the rest is read here for both.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde_json::{Map, Value, json};
use toolwright_core::{Hints, Tool};

use super::inline::{Direction, Inliner, Pieces};
use super::{Imported, Importer, Skipped, naming, prose};
use crate::pool::hints;

/// OpenAPI 3.0 and 3.1.
pub(super) const IMPORTER: Importer = Importer {
    id: "openapi",
    says: "OpenAPI 3.0 and 3.1 service descriptions, in JSON or YAML",
    source: "https://spec.openapis.org/oas/v3.1.1.html",
    sniff,
    import,
};

/// Characters of a tool's description.
const DESCRIPTION: usize = 600;
/// Characters of a summary.
const SUMMARY: usize = 200;
/// Values of a whole sample.
pub(super) const SAMPLE: usize = 2_000;

const METHODS: &[&str] = &["get", "put", "post", "delete", "patch", "query"];
/// Methods that say something about HTTP and nothing about the service.
const BARE_METHODS: &[&str] = &["head", "options", "trace"];

fn sniff(_: &str, document: &Value) -> bool {
    document.get("openapi").is_some()
}

/// Where the versions of the format differ: each is asked for these and read alike beyond them.
#[derive(Clone, Copy)]
pub(super) struct Dialect {
    /// Where the document declares its keys.
    pub(super) security: &'static str,
    /// The schema of a parameter outside the body.
    pub(super) parameter: for<'a> fn(&mut Pieces<'_, 'a>, &'a Value) -> Result<Value, String>,
    /// Adds what an operation takes in its body; gives the body's samples, keyed by the parameters' final names.
    pub(super) body: ReadBody,
    /// The schema of a response that a model can read, with whole samples of it.
    pub(super) response: ReadResponse,
}

type ReadBody = for<'a> fn(
    &mut Pieces<'_, 'a>,
    Operation<'a>,
    &Declared<'a>,
    &mut Parameters,
) -> Result<Vec<Value>, String>;
type ReadResponse = for<'a> fn(&Pieces<'_, 'a>, &'a Value) -> Option<(&'a Value, Vec<Value>)>;

const DIALECT: Dialect =
    Dialect { security: "/components/securitySchemes", parameter: parameter_schema, body, response };

fn import(name: &str, document: &Value) -> toolwright_core::Result<Imported> {
    check_version(document)?;
    read(name, document, DIALECT)
}

/// The operations of a document of either version.
pub(super) fn read(name: &str, document: &Value, dialect: Dialect) -> toolwright_core::Result<Imported> {
    let Some(paths) = document.get("paths").and_then(Value::as_object) else {
        return Err(toolwright_core::Error::new(
            "the OpenAPI document has no `paths` object; only documents that describe operations give tools",
        ));
    };
    let mut api = Api::new(name, document, paths, dialect);
    for (path, item) in paths {
        if path.starts_with('/') || !path.starts_with("x-") {
            api.path(path, item);
        }
    }
    Ok(Imported { tools: api.tools, skipped: api.skipped })
}

fn check_version(document: &Value) -> toolwright_core::Result<()> {
    let version = match document.get("openapi") {
        Some(Value::String(version)) => version.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => "(no text)".to_string(),
    };
    if version.trim_start_matches('v').starts_with('3') {
        return Ok(());
    }
    let version: String = version.chars().take(20).collect();
    let why = format!("the document says `openapi: {version}`; versions 3.0 and 3.1 can be read");
    Err(toolwright_core::Error::new(why))
}

/// One document on its way in.
struct Api<'a> {
    source: String,
    document: &'a Value,
    dialect: Dialect,
    inliner: Inliner<'a>,
    /// The document's title.
    domain: Option<String>,
    /// Whether the tags tell operations apart.
    tagged: bool,
    keys: HashSet<String>,
    names: naming::Names,
    tools: Vec<Tool>,
    skipped: Vec<Skipped>,
}

/// One operation: where it is, and what its path item says for all of its operations.
#[derive(Clone, Copy)]
pub(super) struct Operation<'a> {
    pub(super) method: &'a str,
    path: &'a str,
    item: &'a Value,
    pub(super) body: &'a Value,
    pub(super) document: &'a Value,
}

/// A parameter's place in HTTP.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Path,
    Query,
    Header,
    Body,
}

impl Place {
    const fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Body => "body",
        }
    }
}

/// The object schema that an operation's parameters become.
#[derive(Default)]
pub(super) struct Parameters {
    properties: Map<String, Value>,
    required: Vec<Value>,
    rest: Map<String, Value>,
    /// What body properties are called, where not by their own name.
    renamed: Vec<(String, String)>,
    /// What the tool is kept without.
    pub(super) lost: Vec<String>,
}

impl Parameters {
    /// Adds a property under its name, or with its place before it; says under which. What a body repeats of the parameters, under the same
    /// name and of the same kind, is one property.
    fn add(&mut self, name: &str, place: Place, schema: Value, required: bool) -> String {
        if place == Place::Body && self.properties.get(name).is_some_and(|known| same_kind(known, &schema)) {
            if required && !self.required.iter().any(|known| known == name) {
                self.required.push(name.into());
            }
            return name.to_owned();
        }
        let placed = || {
            (1..).map(|n| {
                format!("{}_{name}{}", place.name(), if n > 1 { format!("_{n}") } else { String::new() })
            })
        };
        let mut names = std::iter::once(name.to_string()).chain(placed());
        let free = names.find(|name| !self.properties.contains_key(name)).unwrap_or_default();
        if required {
            self.required.push(free.clone().into());
        }
        self.properties.insert(free.clone(), schema);
        free
    }

    fn into_schema(self) -> Value {
        let mut schema = Map::new();
        schema.insert("type".into(), "object".into());
        schema.insert("properties".into(), self.properties.into());
        if !self.required.is_empty() {
            schema.insert("required".into(), self.required.into());
        }
        schema.extend(self.rest);
        schema.into()
    }
}

impl<'a> Api<'a> {
    fn new(source: &str, document: &'a Value, paths: &Map<String, Value>, dialect: Dialect) -> Self {
        let title = document.pointer("/info/title").and_then(Value::as_str).map(naming::slug);
        let operations = paths
            .values()
            .filter_map(Value::as_object)
            .flat_map(|item| METHODS.iter().filter_map(|m| item.get(*m)));
        let tags: HashSet<&str> = operations.filter_map(first_tag).collect();
        let schemes = document.pointer(dialect.security).and_then(Value::as_object);
        let keys =
            schemes.into_iter().flat_map(Map::values).filter_map(|scheme| scheme.get("name")?.as_str());
        Self {
            source: source.to_string(),
            document,
            dialect,
            inliner: Inliner::new(document),
            domain: title.filter(|title| !title.is_empty()),
            tagged: tags.len() > 1,
            keys: keys.map(str::to_ascii_lowercase).collect(),
            names: naming::Names::default(),
            tools: Vec::new(),
            skipped: Vec::new(),
        }
    }

    fn skip(&mut self, operation: String, reason: impl Into<String>) {
        self.skipped.push(Skipped::new(&self.source, operation, reason));
    }

    fn path(&mut self, path: &'a str, item: &'a Value) {
        let item = match self.inliner.resolve(item) {
            Ok(item) => item,
            Err(why) => return self.skip(path.to_string(), why),
        };
        let Some(map) = item.as_object() else {
            return self
                .skip(path.to_string(), "the path item is no object; expected methods with operations");
        };
        for (method, body) in map {
            let label = format!("{} {path}", method.to_ascii_uppercase());
            if BARE_METHODS.contains(&method.as_str()) {
                self.skip(label, "the method is about HTTP and not about the service");
            } else if METHODS.contains(&method.as_str()) {
                let operation = Operation { method, path, item, body, document: self.document };
                match self.tool(operation, &label) {
                    Ok(tool) => self.tools.push(tool),
                    Err(why) => self.skip(label, why),
                }
            }
        }
    }

    fn tool(&mut self, operation: Operation<'a>, label: &str) -> Result<Tool, String> {
        if !operation.body.is_object() {
            return Err("the operation is no object".to_string());
        }
        let (keys, dialect, mut lost) = (&self.keys, self.dialect, Vec::new());
        let inputs = self
            .inliner
            .standalone(Direction::Input, |pieces| parameters(pieces, operation, dialect, keys, &mut lost));
        let (mut inputs, samples) = split_samples(inputs?.ok_or_else(|| self.inliner.too_large())?);
        let results =
            self.inliner.standalone(Direction::Result, |pieces| result(pieces, operation, dialect))?;
        for what in lost {
            self.skip(label.to_string(), format!("{what}; the tool is kept without it"));
        }
        let results = results.unwrap_or_else(|| {
            let why = format!("{}; the tool is kept without its result's schema", self.inliner.too_large());
            self.skipped.push(Skipped::new(&self.source, label, why));
            Value::Object(Map::new())
        });
        let mut hints = Hints { parameters: hints::lift(&mut inputs), ..Hints::default() };
        samples.iter().for_each(|sample| hints::spread(sample, &inputs, &mut hints.parameters));
        let (mut results, samples) = split_samples(results);
        hints.returns = hints::lift(&mut results);
        samples.iter().for_each(|sample| hints::spread(sample, &results, &mut hints.returns));
        for schema in [&mut inputs, &mut results] {
            prose::plain_schema(schema, 0);
            drop_unknown_required(schema, 0);
        }
        let id = operation.body.get("operationId").and_then(Value::as_str);
        let name = self.names.take(&naming::candidates(id, operation.method, operation.path));
        let mut tool = Tool::new(name, "", inputs);
        tool.returns = Some(results).filter(|schema| schema.as_object().is_some_and(|map| !map.is_empty()));
        tool.description = description(operation, label, &tool.name);
        tool.meta.summary = said(operation.body, "summary", SUMMARY);
        tool.meta.operation = Some(label.to_string());
        tool.meta.source = Some(self.source.clone());
        tool.meta.domain.clone_from(&self.domain);
        tool.meta.sub_domain = self.tag_of(operation);
        tool.meta.hints = hints;
        Ok(tool)
    }

    /// The tag, where the document's tags tell its operations apart.
    fn tag_of(&self, operation: Operation<'a>) -> Option<String> {
        first_tag(operation.body).filter(|_| self.tagged).map(naming::slug).filter(|tag| !tag.is_empty())
    }
}

fn first_tag(operation: &Value) -> Option<&str> {
    operation.get("tags")?.get(0)?.as_str()
}

/// The author's words for the operation, or words made from its name.
fn description(operation: Operation<'_>, label: &str, name: &str) -> String {
    let said = |node, key| said(node, key, DESCRIPTION);
    let own = said(operation.body, "description").or_else(|| said(operation.body, "summary"));
    let own = own.or_else(|| said(operation.item, "description")).or_else(|| said(operation.item, "summary"));
    own.unwrap_or_else(|| format!("{} ({label})", naming::sentence(name)))
}

fn said(node: &Value, key: &str, most: usize) -> Option<String> {
    let text = prose::plain(node.get(key)?.as_str()?, most);
    (!text.is_empty()).then_some(text)
}

/// Whole sample values travel with their schema under this key until they are spread over its properties.
const SAMPLES: &str = "x-samples";

fn split_samples(mut schema: Value) -> (Value, Vec<Value>) {
    let samples = schema.as_object_mut().and_then(|map| map.shift_remove(SAMPLES));
    match samples {
        Some(Value::Array(samples)) => (schema, samples),
        _ => (schema, Vec::new()),
    }
}

/// The whole sample values of a media type or parameter, each of bearable size.
fn samples<'a>(pieces: &Pieces<'_, 'a>, node: &'a Value) -> Vec<Value> {
    let many = node.get("examples").and_then(Value::as_object).into_iter().flat_map(Map::values);
    let many = many.filter_map(|one| pieces.resolve(one).ok()?.get("value"));
    let list = node.get("examples").and_then(Value::as_array).into_iter().flatten();
    let all = node.get("example").into_iter().chain(many).chain(list).take(4);
    all.filter(|sample| super::inline::count(sample, 0) <= SAMPLE).cloned().collect()
}

/// The parameters of an operation as one object schema, with the body's samples.
fn parameters<'a>(
    pieces: &mut Pieces<'_, 'a>,
    operation: Operation<'a>,
    dialect: Dialect,
    keys: &HashSet<String>,
    lost: &mut Vec<String>,
) -> Result<Value, String> {
    let mut all = Parameters::default();
    let declared = declared(pieces, operation, &mut all.lost)?;
    for (&(place, name), parameter) in &declared {
        let place = match place {
            "path" => Place::Path,
            "query" => Place::Query,
            "header" => Place::Header,
            _ => continue,
        };
        if place == Place::Header && is_transport(name)
            || place != Place::Path && keys.contains(&name.to_ascii_lowercase())
        {
            continue;
        }
        let required =
            place == Place::Path || parameter.get("required").and_then(Value::as_bool) == Some(true);
        let schema = (dialect.parameter)(pieces, parameter)?;
        all.add(name, place, schema, required);
    }
    for name in placeholders(operation.path) {
        if !all.properties.contains_key(name) {
            all.add(name, Place::Path, json!({ "type": "string" }), true);
        }
    }
    let samples = (dialect.body)(pieces, operation, &declared, &mut all)?;
    *lost = std::mem::take(&mut all.lost);
    let mut schema = all.into_schema();
    if let (Value::Object(map), false) = (&mut schema, samples.is_empty()) {
        map.insert(SAMPLES.into(), samples.into());
    }
    Ok(schema)
}

/// Parameters by their place (`in`) and name.
pub(super) type Declared<'a> = IndexMap<(&'a str, &'a str), &'a Value>;

/// The declared parameters; an operation's own go over those of its path item.
fn declared<'a>(
    pieces: &Pieces<'_, 'a>,
    operation: Operation<'a>,
    lost: &mut Vec<String>,
) -> Result<Declared<'a>, String> {
    let mut found = IndexMap::new();
    for node in [operation.item, operation.body] {
        for parameter in node.get("parameters").and_then(Value::as_array).into_iter().flatten() {
            let parameter = pieces.resolve(parameter)?;
            let text = |key| parameter.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
            match (text("in"), text("name")) {
                (Some(place), Some(name)) => drop(found.insert((place, name), parameter)),
                (None, Some(name)) => lost.push(format!("the parameter `{name}` says no place (`in`)")),
                _ => lost.push("a parameter has no `name`".to_string()),
            }
        }
    }
    Ok(found)
}

pub(super) fn parameter_schema<'a>(
    pieces: &mut Pieces<'_, 'a>,
    parameter: &'a Value,
) -> Result<Value, String> {
    let content =
        parameter.get("content").and_then(Value::as_object).and_then(|content| content.values().next());
    let declared = parameter.get("schema").or_else(|| content?.get("schema"));
    let mut schema =
        declared.map_or_else(|| Ok(json!({ "type": "string" })), |schema| pieces.schema(schema))?;
    let Value::Object(map) = &mut schema else { return Ok(schema) };
    if let Some(text) =
        parameter.get("description").and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    {
        map.insert("description".into(), text.into());
    }
    let samples = samples(pieces, parameter);
    if !samples.is_empty() {
        map.shift_remove("example");
        map.insert("examples".into(), samples.into());
    }
    Ok(schema)
}

/// Whether two schemas are of one kind, whatever else they say.
fn same_kind(one: &Value, other: &Value) -> bool {
    let agree =
        |key: &&str| one.get(key).is_none() || other.get(key).is_none() || one.get(key) == other.get(key);
    one.get("type").is_some()
        && one.get("type") == other.get("type")
        && ["enum", "format", "items", "properties"].iter().all(agree)
}

/// The names in braces of a path.
fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    let inside = path.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0));
    inside.filter(|name| !name.is_empty())
}

/// Whether a header is the transport's business and not the caller's.
fn is_transport(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let whole = [
        "authorization", "proxy-authorization", "accept", "accept-encoding", "content-type",
        "content-length", "host", "user-agent", "cookie", "traceparent", "tracestate", "connection",
        "origin", "referer", "prefer",
    ];
    let part = [
        "api-key", "apikey", "api_key", "auth-token", "access-token", "request-id", "correlation",
        "trace-id", "x-b3-", "csrf", "idempotency", "signature", "auth-assertion", "subscription-key",
        "client-secret",
    ];
    whole.contains(&name.as_str()) || part.iter().any(|part| name.contains(part))
}

/// Adds what an operation takes in its `requestBody`.
fn body<'a>(
    pieces: &mut Pieces<'_, 'a>,
    operation: Operation<'a>,
    _: &Declared<'a>,
    all: &mut Parameters,
) -> Result<Vec<Value>, String> {
    let Some(body) = operation.body.get("requestBody") else { return Ok(Vec::new()) };
    let body = pieces.resolve(body)?;
    let required = body.get("required").and_then(Value::as_bool);
    let Some(content) = body.get("content").and_then(Value::as_object).filter(|map| !map.is_empty()) else {
        return Ok(Vec::new());
    };
    let Some((kind, media)) = readable_media(content, true) else {
        let why = format!("the body is {}; JSON or a form is expected", list(content.keys()));
        return needless(why, required == Some(true), all);
    };
    let Some(node) = media.get("schema") else { return Ok(Vec::new()) };
    let mut schema = pieces.schema(node)?;
    if is_multipart(kind) {
        drop_files(&mut schema, &mut all.lost)?;
    }
    let title = schema.get("title").and_then(Value::as_str).map(|title| naming::short(naming::words(title)));
    let name = title.filter(|title| !title.is_empty()).unwrap_or_else(|| "body".to_string());
    let text = body.get("description").and_then(Value::as_str);
    let required_alone = required.unwrap_or(operation.method != "delete");
    let body = Body { name: &name, schema, text, required, required_alone, samples: samples(pieces, media) };
    Ok(body.add(all))
}

/// A body that a model cannot give: the operation goes without it where it may.
pub(super) fn needless(why: String, required: bool, all: &mut Parameters) -> Result<Vec<Value>, String> {
    if required {
        return Err(why);
    }
    all.lost.push(why);
    Ok(Vec::new())
}

/// A body on its way into the parameters.
pub(super) struct Body<'b> {
    /// What the body is called where it is one parameter.
    pub(super) name: &'b str,
    pub(super) schema: Value,
    /// What is said of it beside its schema.
    pub(super) text: Option<&'b str>,
    /// What its author says; an author who leaves it out of a body that has required fields means the body.
    pub(super) required: Option<bool>,
    /// Whether it is required where it is one parameter.
    pub(super) required_alone: bool,
    pub(super) samples: Vec<Value>,
}

impl Body<'_> {
    /// Adds the body's own properties where they can stand beside the others, and the body as one parameter where
    /// not; gives its samples, keyed by the parameters' final names.
    pub(super) fn add(mut self, all: &mut Parameters) -> Vec<Value> {
        if flat(&self.schema).is_some() {
            self.samples.extend(self.schema.get("example").filter(|sample| sample.is_object()).cloned());
            flatten(self.schema, self.required, all);
            return self.samples.into_iter().map(|sample| renamed(sample, &all.renamed)).collect();
        }
        let text = self.text.filter(|text| !text.trim().is_empty());
        if let (Value::Object(map), Some(text)) = (&mut self.schema, text) {
            map.entry("description").or_insert(text.into());
        }
        let name = all.add(self.name, Place::Body, self.schema, self.required_alone);
        self.samples.into_iter().map(|sample| json!({ name.clone(): sample })).collect()
    }
}

fn renamed(mut sample: Value, names: &[(String, String)]) -> Value {
    if let Value::Object(map) = &mut sample {
        for (from, to) in names {
            if let Some(value) = map.shift_remove(from) {
                map.insert(to.clone(), value);
            }
        }
    }
    sample
}

/// The first few of these, quoted.
pub(super) fn list(keys: impl Iterator<Item = impl std::fmt::Display>) -> String {
    keys.take(4).map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}

/// The media type that is read best: JSON, then other names of JSON, then (for bodies) forms.
pub(super) fn readable_media(content: &Map<String, Value>, forms: bool) -> Option<(&str, &Value)> {
    let rank = |kind: &str| {
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/json" => Some(0),
            kind if kind.ends_with("json") || kind.ends_with("javascript") => Some(1),
            "*/*" | "application/*" => Some(2),
            "application/x-www-form-urlencoded" if forms => Some(3),
            kind if is_multipart(kind) && forms => Some(4),
            _ => None,
        }
    };
    let ranked = content.iter().filter_map(|(kind, media)| Some((rank(kind)?, kind.as_str(), media)));
    ranked.min_by_key(|(rank, ..)| *rank).map(|(_, kind, media)| (kind, media))
}

fn is_multipart(kind: &str) -> bool {
    kind.starts_with("multipart/")
}

/// Leaves the files out of a form.
pub(super) fn drop_files(form: &mut Value, lost: &mut Vec<String>) -> Result<(), String> {
    let required: HashSet<String> = required_of(form).map(str::to_string).collect();
    let Some(properties) = form.get_mut("properties").and_then(Value::as_object_mut) else {
        return Err("the body is a file; a model gives text and numbers".to_string());
    };
    let files: Vec<String> =
        properties.iter().filter(|(_, one)| is_file(one)).map(|(name, _)| name.clone()).collect();
    if let Some(name) = files.iter().find(|name| required.contains(*name)) {
        return Err(format!("the body needs the file `{name}`; a model gives text and numbers"));
    }
    let before = properties.len();
    properties.retain(|name, _| !files.contains(name));
    if properties.is_empty() && before > 0 {
        return Err("the body is only files; a model gives text and numbers".to_string());
    }
    lost.extend(files.iter().map(|name| format!("`{name}` is a file; a model gives text and numbers")));
    Ok(())
}

pub(super) fn is_file(schema: &Value) -> bool {
    let text = |key| schema.get(key).and_then(Value::as_str);
    let media = schema.get("contentMediaType").is_some() && schema.get("contentEncoding").is_none();
    let binary = |format: Option<&str>| format == Some("binary");
    let items = schema.get("items");
    let item = |key| items.and_then(|items| items.get(key)).and_then(Value::as_str);
    media
        || [text("type"), item("type")].contains(&Some("file"))
        || binary(text("format"))
        || binary(item("format"))
}

fn required_of(schema: &Value) -> impl Iterator<Item = &str> {
    schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The properties of a schema that can stand beside other parameters: an object, and nothing that ties its
/// properties to each other.
fn flat(schema: &Value) -> Option<&Map<String, Value>> {
    let ties = [
        "allOf", "anyOf", "oneOf", "not", "if", "$ref", "patternProperties", "minProperties", "maxProperties",
    ];
    let object = schema.get("type").is_none_or(|kind| {
        kind == "object" || kind.as_array().is_some_and(|kinds| kinds.contains(&"object".into()))
    });
    let free = object && !ties.iter().any(|tie| schema.get(*tie).is_some());
    schema.get("properties").and_then(Value::as_object).filter(|map| free && !map.is_empty())
}

pub(super) fn flatten(schema: Value, required: Option<bool>, all: &mut Parameters) {
    let needed: HashSet<String> = required_of(&schema).map(str::to_string).collect();
    let Value::Object(mut schema) = schema else { return };
    let Some(Value::Object(properties)) = schema.shift_remove("properties") else { return };
    for (name, property) in properties {
        // An author who leaves `required` out of a body that has required fields means the body.
        let needed = required != Some(false) && needed.contains(&name);
        let called = all.add(&name, Place::Body, property, needed);
        if called != name {
            all.renamed.push((name, called));
        }
    }
    if let Some(open) = schema.shift_remove("additionalProperties").filter(Value::is_object) {
        all.rest.insert("additionalProperties".into(), open);
    }
}

/// The schema of the first successful JSON response, with its samples; an empty one where there is none.
fn result<'a>(
    pieces: &mut Pieces<'_, 'a>,
    operation: Operation<'a>,
    dialect: Dialect,
) -> Result<Value, String> {
    let none = || Value::Object(Map::new());
    let Some(responses) = operation.body.get("responses").and_then(Value::as_object) else {
        return Ok(none());
    };
    let mut successes: Vec<(&String, &Value)> =
        responses.iter().filter(|(code, _)| code.starts_with('2')).collect();
    successes.sort_by_key(|(code, _)| code.to_ascii_uppercase());
    if successes.is_empty() {
        // Beside other codes `default` is the error.
        successes.extend(responses.iter().filter(|(code, _)| *code == "default" && responses.len() == 1));
    }
    for (_, node) in successes {
        let found = (dialect.response)(pieces, pieces.resolve(node)?);
        let Some((node, samples)) = found else { continue };
        let mut schema = pieces.schema(node)?;
        if let (Value::Object(map), false) = (&mut schema, samples.is_empty()) {
            map.insert(SAMPLES.into(), samples.into());
        }
        return Ok(schema);
    }
    Ok(none())
}

fn response<'a>(pieces: &Pieces<'_, 'a>, response: &'a Value) -> Option<(&'a Value, Vec<Value>)> {
    let (_, media) = readable_media(response.get("content")?.as_object()?, false)?;
    Some((media.get("schema")?, samples(pieces, media)))
}

/// An object requires only properties that it still has.
fn drop_unknown_required(schema: &mut Value, depth: usize) {
    let Value::Object(map) = schema else { return };
    if depth > 128 {
        return;
    }
    let tied = ["allOf", "anyOf", "oneOf", "$ref"].iter().any(|key| map.contains_key(*key));
    if let (Some(Value::Object(properties)), false) = (map.get("properties"), tied) {
        let known: HashSet<String> = properties.keys().cloned().collect();
        if let Some(Value::Array(required)) = map.get_mut("required") {
            required.retain(|name| name.as_str().is_some_and(|name| known.contains(name)));
        }
    }
    prose::subschemas(map, |schema| drop_unknown_required(schema, depth + 1));
}

//! `$ref`s of a document resolved into schemas that stand alone.
//!
//! A model reads a tool's schema from top to bottom, so a reference is replaced by what it refers to wherever that
//! is small and comes to an end. What refers to itself, or is large, is kept once under `$defs` of the tool's own
//! schema, and only what the tool reaches is kept.
//!
//! Which references are kept is decided on the whole document, once: a depth-first walk marks every schema that a
//! walk comes back to, so every cycle has a marked member and inlining ends. Every walk here has a bound on its
//! depth, and every result has a bound on its size; a schema that does not fit is refused with the reason.

use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::{Map, Value};

use super::naming::Names;

/// Inlining limits that are tried in turn: a reference to more values than the first is kept under `$defs`, and
/// a whole tool may have as many as the second.
const LIMITS: [(usize, usize); 2] = [(300, 3_000), (40, 20_000)];
/// The most values that all schemas of one document may have together; about one gigabyte.
const DOCUMENT: usize = 5_000_000;
/// References below this depth are kept under `$defs`, so that a tool's JSON stays shallow.
const INLINE_DEPTH: usize = 40;
/// The deepest schema that is taken; JSON readers commonly stop at 128.
const DEPTH: usize = 100;
/// The longest chain of references from one to the next.
const HOPS: usize = 32;
/// Examples with more values than this are no help to anyone.
const EXAMPLE: usize = 200;

/// Keywords whose value is a schema.
pub(crate) const ONE: &[&str] = &[
    "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames",
    "unevaluatedItems", "unevaluatedProperties", "additionalItems",
];
/// Keywords whose value is a list of schemas.
pub(crate) const LIST: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems", "items"];
/// Keywords whose value is an object of schemas.
pub(crate) const NAMED: &[&str] =
    &["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"];

/// Keywords that say nothing once a schema stands alone; local `$defs` are reached through their references.
const DROPPED: &[&str] = &[
    "xml", "externalDocs", "discriminator", "deprecated", "readOnly", "writeOnly", "$id", "id", "$schema",
    "$anchor", "$dynamicAnchor", "$dynamicRef", "$vocabulary", "$comment", "$defs", "definitions",
    "collectionFormat", "allowEmptyValue",
];

/// Which way the values of a schema go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// To the service: properties that only the service may write are left out.
    Input,
    /// From the service: properties that only the caller may write are left out.
    Result,
}

/// What the walk over the document found out about one referenced value.
#[derive(Clone, Copy, Default)]
struct Target {
    /// The walk is inside it.
    open: bool,
    /// The walk has left it.
    done: bool,
    /// The walk came back to it, or was too deep to enter it.
    kept: bool,
    /// Values in it with everything inlined that is not kept.
    size: usize,
    /// Whether checking a value against it would never end.
    endless: Option<bool>,
}

/// The references of one document. Values are known by their address: one value may have many pointers.
pub(super) struct Inliner<'a> {
    document: &'a Value,
    targets: HashMap<usize, Target>,
    /// Values that may still be kept.
    left: usize,
    /// Values that may still be looked at.
    work: usize,
    /// Whether one of the two was too little for some schema.
    exhausted: bool,
}

impl<'a> Inliner<'a> {
    pub(super) fn new(document: &'a Value) -> Self {
        Self { document, targets: HashMap::new(), left: DOCUMENT, work: 10 * DOCUMENT, exhausted: false }
    }

    /// The value behind a reference, or behind a chain of them; a value that is no reference is itself.
    pub(super) fn resolve(&self, node: &'a Value) -> Result<&'a Value, String> {
        let mut node = node;
        for _ in 0..HOPS {
            match node.as_object().and_then(reference) {
                None => return Ok(node),
                Some(pointer) => node = self.target(pointer)?,
            }
        }
        Err(format!("`{}` leads from reference to reference without end", pointer_of(node)))
    }

    fn target(&self, pointer: &str) -> Result<&'a Value, String> {
        let Some(path) = pointer.strip_prefix('#') else {
            return Err(format!(
                "`$ref: {pointer}` points outside the document; bundle the files into one first"
            ));
        };
        let found = self.document.pointer(&percent_decoded(path));
        found.ok_or_else(|| format!("`$ref: {pointer}` points to nothing in the document"))
    }

    /// Builds one schema out of pieces of the document, with the `$defs` that the pieces need; `None` where it is
    /// larger than is bearable, for which [`too_large`](Self::too_large) has the words.
    pub(super) fn standalone(
        &mut self,
        direction: Direction,
        mut assemble: impl FnMut(&mut Pieces<'_, 'a>) -> Result<Value, String>,
    ) -> Result<Option<Value>, String> {
        for (inline, nodes) in LIMITS {
            let allowed = nodes.min(self.left).min(self.work);
            let mut pieces = Pieces::new(self, direction, inline, allowed);
            let built = assemble(&mut pieces).and_then(|root| pieces.finish(root));
            let (spent, over) = (allowed - pieces.left, pieces.over);
            self.work -= spent;
            self.exhausted |= over && allowed < nodes;
            if !over {
                self.left -= spent;
                return built.map(Some);
            }
        }
        Ok(None)
    }

    /// Why a schema is not built.
    pub(super) fn too_large(&self) -> String {
        if self.exhausted {
            return format!("the document's schemas have more than {DOCUMENT} values together; split it");
        }
        format!("the schema has more than {} values", LIMITS[1].1)
    }

    /// The values in `node` with references inlined; finds cycles on the way.
    fn measure(&mut self, node: &'a Value, depth: usize) -> usize {
        match node {
            Value::Object(map) => {
                let mut size = 1;
                if let Some(target) = reference(map).and_then(|pointer| self.target(pointer).ok()) {
                    size += self.enter(target, depth + 1);
                }
                map.values().fold(size, |size, value| size.saturating_add(self.measure(value, depth + 1)))
            }
            Value::Array(list) => {
                list.iter().fold(1, |size, value| size.saturating_add(self.measure(value, depth + 1)))
            }
            _ => 1,
        }
    }

    /// The values that a reference to `target` stands for.
    fn enter(&mut self, target: &'a Value, depth: usize) -> usize {
        let key = address(target);
        let known = self.targets.entry(key).or_default();
        // Too deep to walk on: kept, and walked from the top when it is needed.
        known.kept |= known.open || (!known.done && depth > 2 * DEPTH);
        if known.kept || known.done {
            return if known.kept { 1 } else { known.size };
        }
        known.open = true;
        let size = self.measure(target, depth + 1);
        let known = self.targets.entry(key).or_default();
        (known.open, known.done, known.size) = (false, true, if size > LIMITS[0].0 { 1 } else { size });
        known.kept |= size > LIMITS[0].0;
        if known.kept { 1 } else { size }
    }

    /// Whether `target` contains itself in place: a check of any value against it would come back to it.
    fn endless(&mut self, target: &'a Value) -> bool {
        let key = address(target);
        if let Some(known) = self.targets.get(&key).and_then(|known| known.endless) {
            return known;
        }
        let endless = self.reaches_itself(target);
        self.targets.entry(key).or_default().endless = Some(endless);
        endless
    }

    fn reaches_itself(&self, target: &'a Value) -> bool {
        let mut seen = HashSet::new();
        let mut open = vec![target];
        while let Some(map) = open.pop().and_then(Value::as_object) {
            let behind = reference(map).and_then(|pointer| self.target(pointer).ok());
            let lists =
                ["allOf", "anyOf", "oneOf"].iter().filter_map(|key| map.get(*key)?.as_array()).flatten();
            let ones = ["not", "if", "then", "else"].iter().filter_map(|key| map.get(*key));
            let named = map.get("dependentSchemas").and_then(Value::as_object);
            let named = named.into_iter().flat_map(Map::values);
            for next in
                behind.into_iter().chain(lists).chain(ones).chain(named).filter(|next| next.is_object())
            {
                if std::ptr::eq(next, target) {
                    return true;
                }
                if seen.insert(address(next)) {
                    open.push(next);
                }
            }
        }
        false
    }
}

/// The pieces of one standalone schema.
pub(super) struct Pieces<'i, 'a> {
    inliner: &'i mut Inliner<'a>,
    direction: Direction,
    inline: usize,
    left: usize,
    over: bool,
    names: HashMap<usize, String>,
    taken: Names,
    queue: VecDeque<(String, &'a Value)>,
}

impl<'i, 'a> Pieces<'i, 'a> {
    fn new(inliner: &'i mut Inliner<'a>, direction: Direction, inline: usize, allowed: usize) -> Self {
        Self {
            inliner,
            direction,
            inline,
            left: allowed,
            over: false,
            names: HashMap::new(),
            taken: Names::default(),
            queue: VecDeque::new(),
        }
    }

    /// See [`Inliner::resolve`].
    pub(super) fn resolve(&self, node: &'a Value) -> Result<&'a Value, String> {
        self.inliner.resolve(node)
    }

    /// A schema of the document, its own references resolved; never a reference itself.
    pub(super) fn schema(&mut self, node: &'a Value) -> Result<Value, String> {
        let node = self.resolve(node)?;
        self.inliner.enter(node, 0);
        if self.inliner.endless(node) {
            return Err("a schema refers to itself without end".to_string());
        }
        self.emit(node, 1)
    }

    /// Adds the `$defs` that were found necessary.
    fn finish(&mut self, mut root: Value) -> Result<Value, String> {
        let mut defs = Map::new();
        while let Some((name, node)) = self.queue.pop_front() {
            if self.inliner.endless(node) {
                return Err(format!("the schema `{name}` refers to itself without end"));
            }
            self.inliner.measure(node, 0);
            let schema = self.emit(node, 2)?;
            defs.insert(name, schema);
        }
        if let (Value::Object(root), false) = (&mut root, defs.is_empty()) {
            root.insert("$defs".into(), defs.into());
        }
        Ok(root)
    }

    fn spend(&mut self, nodes: usize) -> Result<(), String> {
        self.over |= nodes > self.left;
        if self.over {
            return Err("the schema is too large".to_string());
        }
        self.left -= nodes;
        Ok(())
    }

    fn emit(&mut self, node: &'a Value, depth: usize) -> Result<Value, String> {
        self.spend(1)?;
        if depth > DEPTH {
            return Err(format!("its schema is nested deeper than {DEPTH} levels"));
        }
        let Value::Object(map) = node else {
            // Anything but an object or a boolean is no schema; it then says nothing.
            return Ok(if node.is_boolean() { node.clone() } else { Value::Object(Map::new()) });
        };
        let own = self.keywords(map, depth)?;
        let Some(pointer) = reference(map) else { return Ok(Value::Object(merged(own))) };
        let target = self.inliner.target(pointer)?;
        if self.stays(target, depth) {
            return Ok(Value::Object(self.kept(pointer, target, own)));
        }
        match self.emit(target, depth + 1)? {
            Value::Object(behind) => Ok(Value::Object(overlaid(behind, own))),
            other => Ok(other),
        }
    }

    /// The keywords of one schema, except its reference.
    fn keywords(&mut self, map: &'a Map<String, Value>, depth: usize) -> Result<Map<String, Value>, String> {
        let mut out = Map::new();
        for (key, value) in map {
            // What version 2.0 has no word for, vendors and converters call so.
            let word = if key == "x-nullable" { "nullable" } else { key.as_str() };
            if word == "$ref" || word.starts_with("x-") && word != "x-example" || DROPPED.contains(&word) {
                continue;
            }
            let emitted = match value {
                Value::Object(named) if NAMED.contains(&word) => self.named(named, word, depth)?,
                Value::Array(list) if LIST.contains(&word) => {
                    let list: Result<Vec<_>, _> = list.iter().map(|one| self.emit(one, depth + 2)).collect();
                    list?.into()
                }
                _ if ONE.contains(&word) => self.emit(value, depth + 1)?,
                _ => {
                    let size = count(value, 0);
                    if (word.ends_with("example") || word == "examples") && size > EXAMPLE {
                        continue;
                    }
                    self.spend(size)?;
                    value.clone()
                }
            };
            out.insert(word.to_string(), emitted);
        }
        Ok(out)
    }

    fn named(&mut self, named: &'a Map<String, Value>, word: &str, depth: usize) -> Result<Value, String> {
        let mut out = Map::new();
        for (name, schema) in named {
            if word != "properties" || !self.hidden(schema) {
                out.insert(name.clone(), self.emit(schema, depth + 2)?);
            }
        }
        Ok(out.into())
    }

    /// Whether values that go this way do not have the property.
    fn hidden(&self, schema: &'a Value) -> bool {
        let flag = if self.direction == Direction::Input { "readOnly" } else { "writeOnly" };
        let set = |schema: &Value| schema.get(flag).and_then(Value::as_bool) == Some(true);
        set(schema) || self.resolve(schema).is_ok_and(set)
    }

    fn stays(&mut self, target: &'a Value, depth: usize) -> bool {
        let size = self.inliner.enter(target, 0);
        let kept = self.inliner.targets.get(&address(target)).is_some_and(|known| known.kept);
        kept || size > self.inline || depth > INLINE_DEPTH
    }

    /// A reference into `$defs`, with what stands beside it.
    fn kept(
        &mut self,
        pointer: &str,
        target: &'a Value,
        mut beside: Map<String, Value>,
    ) -> Map<String, Value> {
        let key = address(target);
        if !self.names.contains_key(&key) {
            let name = self.free_name(pointer);
            self.queue.push_back((name.clone(), target));
            self.names.insert(key, name);
        }
        let name = self.names.get(&key).map(String::as_str).unwrap_or_default();
        beside.insert("$ref".into(), format!("#/$defs/{name}").into());
        beside
    }

    fn free_name(&mut self, pointer: &str) -> String {
        let last = pointer.rsplit('/').next().unwrap_or_default();
        let safe = |c: char| if c.is_ascii_alphanumeric() || "_-.".contains(c) { c } else { '_' };
        let base: String = percent_decoded(last).chars().map(safe).take(60).collect();
        let base = if base.is_empty() { "schema".to_string() } else { base };
        self.taken.take(&[base])
    }
}

/// The pointer of a reference.
fn reference(map: &Map<String, Value>) -> Option<&str> {
    map.get("$ref").and_then(Value::as_str)
}

fn pointer_of(node: &Value) -> &str {
    node.as_object().and_then(reference).unwrap_or("#")
}

fn address(node: &Value) -> usize {
    std::ptr::from_ref(node).addr()
}

pub(super) fn count(value: &Value, depth: usize) -> usize {
    match value {
        _ if depth > DEPTH => usize::MAX / 2,
        Value::Array(list) => list.iter().fold(1, |n, v| n.saturating_add(count(v, depth + 1))),
        Value::Object(map) => map.values().fold(1, |n, v| n.saturating_add(count(v, depth + 1))),
        // Long text weighs more than one value.
        Value::String(text) => 1 + text.len() / 256,
        _ => 1,
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = tail.get(..2).filter(|_| first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_string())
}

/// What is said beside a reference goes over what is said behind it, as far as it is prose; constraints hold both.
fn overlaid(behind: Map<String, Value>, beside: Map<String, Value>) -> Map<String, Value> {
    if beside.is_empty() {
        return behind;
    }
    let (mut said, mut behind) = (beside, behind);
    if conflicts(&said, &behind, 0) {
        let prose: Vec<_> = said.keys().filter(|key| is_prose(key)).cloned().collect();
        let mut out = Map::new();
        for key in prose {
            if let Some(value) = said.shift_remove(&key) {
                behind.shift_remove(&key);
                out.insert(key, value);
            }
        }
        let parts = vec![Value::Object(behind), Value::Object(said)];
        out.insert("allOf".into(), parts.into());
        return out;
    }
    absorb(&mut said, behind);
    said
}

/// One schema out of a schema and its `allOf`, as far as the parts do not contradict each other.
fn merged(mut schema: Map<String, Value>) -> Map<String, Value> {
    let Some(Value::Array(parts)) = schema.shift_remove("allOf") else { return schema };
    let mut rest = Vec::new();
    for part in parts {
        match part {
            Value::Object(part) if !part.contains_key("$ref") && !conflicts(&schema, &part, 0) => {
                absorb(&mut schema, part);
            }
            Value::Bool(true) => {}
            other => rest.push(other),
        }
    }
    if rest.len() == 1 && schema.is_empty() {
        if let Some(Value::Object(only)) = rest.pop() {
            return only;
        }
    } else if !rest.is_empty() {
        schema.insert("allOf".into(), rest.into());
    }
    schema
}

fn is_prose(key: &str) -> bool {
    matches!(key, "description" | "title" | "default" | "example" | "examples" | "x-example" | "nullable")
}

/// Whether some keyword of the two cannot be said in one schema.
fn conflicts(a: &Map<String, Value>, b: &Map<String, Value>, depth: usize) -> bool {
    depth > 8 || b.iter().any(|(key, theirs)| a.get(key).is_some_and(|ours| differ(key, ours, theirs, depth)))
}

fn differ(key: &str, ours: &Value, theirs: &Value, depth: usize) -> bool {
    match (key, ours, theirs) {
        ("required", Value::Array(_), Value::Array(_)) | ("additionalProperties", ..) => false,
        ("properties", Value::Object(ours), Value::Object(theirs)) => {
            theirs.iter().any(|(name, theirs)| match (ours.get(name), theirs) {
                (Some(Value::Object(ours)), Value::Object(theirs)) => conflicts(ours, theirs, depth + 1),
                (Some(ours), theirs) => ours != theirs,
                (None, _) => false,
            })
        }
        _ => !is_prose(key) && ours != theirs,
    }
}

/// Adds what `b` says to `a`; the two do not conflict, and prose of `a` goes first.
fn absorb(a: &mut Map<String, Value>, b: Map<String, Value>) {
    let declares = a.contains_key("properties");
    for (key, theirs) in b {
        match (key.as_str(), a.get_mut(&key), theirs) {
            // Parts that each forbid the others' properties are meant as one list of properties.
            ("additionalProperties", None, Value::Bool(false)) if declares => {}
            ("additionalProperties", Some(Value::Bool(false)), _) => {
                drop(a.shift_remove("additionalProperties"))
            }
            ("properties", Some(Value::Object(ours)), Value::Object(theirs)) => {
                absorb_properties(ours, theirs)
            }
            ("required", Some(Value::Array(ours)), Value::Array(theirs)) => {
                let known: HashSet<Value> = ours.iter().cloned().collect();
                ours.extend(theirs.into_iter().filter(|name| !known.contains(name)));
            }
            (_, None, theirs) => drop(a.insert(key, theirs)),
            _ => {}
        }
    }
}

fn absorb_properties(ours: &mut Map<String, Value>, theirs: Map<String, Value>) {
    for (name, theirs) in theirs {
        match (ours.get_mut(&name), theirs) {
            (Some(Value::Object(ours)), Value::Object(theirs)) => absorb(ours, theirs),
            (None, theirs) => {
                ours.insert(name, theirs);
            }
            _ => {}
        }
    }
}

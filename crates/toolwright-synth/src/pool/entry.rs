//! A tool made ready for dialogs: its patterns compiled, its parameters named, its values understood.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use toolwright_core::{Error, Hint, Phrase, Result, Tool};

use crate::agent::clause::{Clause, entity};
use crate::agent::name::{GENERIC, spoken, spoken_word};
use crate::agent::pattern::Pattern;
use crate::agent::tell::Tell;
use crate::world::meaning::{Meaning, infer, words_of};

/// A tool of the pool with all that dialogs need of it.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) tool: Arc<Tool>,
    /// The position of its domain in the pool.
    pub(crate) domain: usize,
    pub(crate) params: Vec<Param>,
    pub(crate) asks: Vec<Pattern>,
    pub(crate) questions: Vec<Pattern>,
    pub(crate) tells: Vec<Tell>,
    /// What the tool does, as a verb phrase.
    pub(crate) clause: Clause,
    /// What it is about, in the singular.
    pub(crate) entity: Option<String>,
    pub(crate) arguments: Fields,
    pub(crate) results: Fields,
}

/// A top-level parameter.
#[derive(Debug)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) required: bool,
    /// The words of its name, those of the entity before them where it says too little alone.
    pub(crate) words: Vec<String>,
    /// What people call it: `product ID`.
    pub(crate) label: String,
    pub(crate) phrase: Phrase,
    pub(crate) schema: Map<String, Value>,
}

/// What is known of every property, by its path.
#[derive(Debug, Default)]
pub(crate) struct Fields(HashMap<String, Field>);

/// What is known of one property.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field {
    pub(crate) meaning: Option<&'static Meaning>,
    pub(crate) examples: Vec<Value>,
    /// The usual range of a number.
    pub(crate) range: Option<[f64; 2]>,
    pub(crate) words: Vec<String>,
}

/// Deeper properties are understood when they are met.
const FIELD_DEPTH: usize = 6;
const FIELD_COUNT: usize = 4_000;

impl Fields {
    fn of(schema: &Value, hints: &indexmap::IndexMap<String, Hint>, entity: Option<&str>) -> Self {
        let mut fields = Self::default();
        fields.walk(schema, schema, hints, &mut String::new(), entity.unwrap_or_default(), 0);
        fields
    }

    fn walk(
        &mut self,
        root: &Value,
        schema: &Value,
        hints: &indexmap::IndexMap<String, Hint>,
        path: &mut String,
        owner: &str,
        depth: usize,
    ) {
        if depth > FIELD_DEPTH || self.0.len() > FIELD_COUNT {
            return;
        }
        let schema = resolve(root, schema);
        for branch in
            ["allOf", "oneOf", "anyOf"].iter().filter_map(|key| schema.get(key)?.as_array()).flatten()
        {
            self.walk(root, branch, hints, path, owner, depth + 1);
        }
        if let Some(items) = schema.get("items") {
            self.walk(root, items, hints, path, owner, depth + 1);
            self.note(path, resolve(root, items), hints, owner);
        }
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let kept = path.len();
            path.push('/');
            path.push_str(name);
            let property = resolve(root, property);
            self.note(path, property, hints, owner);
            // `data`, `items` and the like wrap what their owner is about.
            let own = crate::agent::name::singular(words_of(name).last().map_or("", String::as_str));
            let inner = if crate::agent::name::wraps(name) { owner } else { &own };
            self.walk(root, property, hints, path, inner, depth + 1);
            path.truncate(kept);
        }
    }

    fn note(&mut self, path: &str, schema: &Value, hints: &indexmap::IndexMap<String, Hint>, owner: &str) {
        if path.is_empty() {
            return;
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        let hint = hints.get(path);
        let words = full_words(name, owner);
        let meaning = schema.as_object().and_then(|schema| infer(&words, schema, hint));
        let examples = hint.map(|hint| hint.examples.clone()).unwrap_or_default();
        // An array's own note would hide that of its items.
        if schema.get("items").is_none() || !self.0.contains_key(path) {
            let range = hint.and_then(|hint| hint.range);
            self.0.insert(path.to_owned(), Field { meaning, examples, range, words });
        }
    }

    /// What is known of the property at this path.
    pub(crate) fn get(&self, path: &str) -> Option<&Field> {
        self.0.get(path)
    }
}

/// Follows a local reference, a few steps far.
pub(crate) fn resolve<'a>(root: &'a Value, mut schema: &'a Value) -> &'a Value {
    for _ in 0..16 {
        let Some(target) = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'))
        else {
            break;
        };
        let Some(found) = root.pointer(target) else { break };
        schema = found;
    }
    schema
}

/// The words of a name; where it is generic, those of its owner first.
pub(crate) fn full_words(name: &str, owner: &str) -> Vec<String> {
    let words = words_of(name);
    if words.len() == 1 && GENERIC.contains(&words[0].as_str()) && !owner.is_empty() && owner != words[0] {
        let mut full = words_of(owner);
        full.extend(words);
        return full;
    }
    words
}

impl Entry {
    /// Makes a tool ready.
    ///
    /// # Errors
    /// Says what in the definition stands in the way: a schema that does not compile, a pattern that cannot be read.
    pub(crate) fn new(tool: Arc<Tool>, domain: usize) -> Result<Self> {
        let place = |error: Error| error.at(format_args!("tool `{}`", tool.name));
        tool.arguments_checker()
            .map_err(|why| place(Error::new(format!("its parameters are no usable schema: {why}"))))?;
        if let Some(Err(why)) = tool.returns_checker() {
            return Err(place(Error::new(format!("its result is no usable schema: {why}"))));
        }
        let entity = entity(&tool);
        let wording = tool.meta.wording.clone().unwrap_or_default();
        let patterns =
            |texts: &[String]| texts.iter().map(|text| Pattern::parse(text)).collect::<Result<Vec<_>>>();
        let (asks, questions) =
            (patterns(&wording.asks).map_err(place)?, patterns(&wording.questions).map_err(place)?);
        let tells =
            wording.tells.iter().map(|text| Tell::parse(text)).collect::<Result<Vec<_>>>().map_err(place)?;
        let params: Vec<Param> = tool
            .properties()
            .map(|(name, schema)| {
                let owner = owner_in_path(&tool, name).or_else(|| entity.clone()).unwrap_or_default();
                let words = full_words(name, &owner);
                Param {
                    name: name.to_owned(),
                    required: tool.requires(name),
                    label: label(&words),
                    words,
                    phrase: wording.parameters.get(name).cloned().unwrap_or_default(),
                    schema: resolve(&tool.parameters, schema).as_object().cloned().unwrap_or_default(),
                }
            })
            .collect();
        for slot in asks.iter().chain(&questions).flat_map(Pattern::slots).map(|(slot, _)| slot) {
            if !params.iter().any(|param| param.name == slot.parameter) {
                return Err(place(Error::new(format!(
                    "its wording has a slot `{}`; it has no such parameter",
                    slot.parameter
                ))));
            }
        }
        Ok(Self {
            domain,
            params,
            asks,
            questions,
            tells,
            clause: Clause::derive(&tool),
            arguments: Fields::of(&tool.parameters, &tool.meta.hints.parameters, entity.as_deref()),
            results: tool
                .returns
                .as_ref()
                .map(|r| Fields::of(r, &tool.meta.hints.returns, entity.as_deref()))
                .unwrap_or_default(),
            entity,
            tool,
        })
    }

    /// The parameter of this name.
    pub(crate) fn param(&self, name: &str) -> Option<&Param> {
        self.params.iter().find(|param| param.name == name)
    }
}

/// What a path parameter identifies: the segment before it (`artist` for `id` in `/artists/{id}/albums`).
fn owner_in_path(tool: &Tool, name: &str) -> Option<String> {
    let path = tool.meta.operation.as_deref()?.split_whitespace().nth(1)?;
    let segments: Vec<&str> = path.split('/').collect();
    let at = segments
        .iter()
        .position(|segment| segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) == Some(name))?;
    let before = segments.get(at.checked_sub(1)?).filter(|segment| !segment.starts_with('{'))?;
    words_of(before).last().map(|word| crate::agent::name::singular(word)).filter(|word| word.len() > 2)
}

/// What people call a parameter.
fn label(words: &[String]) -> String {
    let spoken: Vec<String> = words.iter().map(|word| spoken_word(word)).collect();
    spoken.join(" ")
}

/// What people call a property, with its owner where it says too little alone.
pub(crate) fn property_label(name: &str, owner: &str) -> String {
    let words = full_words(name, owner);
    if words.is_empty() { spoken(name) } else { label(&words) }
}

//! Checking values: the `jsonschema` crate decides, our words explain.
//!
//! Schemas come from strangers and values from models, so both are bounded: nothing is fetched, patterns may
//! backtrack only so far, references may multiply only so often, and a recursive schema looks only so deep.

use std::collections::HashMap;

use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::Value;

use super::{explain, nests_within, resolve};
use crate::{Error, Result};

/// How many containers a schema may nest; a JSON text that serde_json reads has at most 128.
const SCHEMA_DEPTH: usize = 160;
/// How many containers a value may nest where the schema would follow it down.
const VALUE_DEPTH: usize = 160;
/// Subschemas that one value may visit where branches recurse.
const WORK: f64 = 1e7;
/// How many subschemas may apply to one and the same value.
const ENTANGLED: u64 = 10_000;
/// Steps that one pattern may backtrack, far above what honest patterns need.
const BACKTRACKS: usize = 50_000;
/// Bytes that one compiled pattern may take.
const PATTERN_SIZE: usize = 1 << 20;
/// Problems that one explanation lists.
const PROBLEMS: usize = 64;

/// A compiled schema.
///
/// ```
/// use serde_json::json;
/// use toolwright_core::schema::Checker;
/// let checker = Checker::new(&json!({"type": "object", "properties": {"days": {"type": "integer"}}}))?;
/// assert!(checker.accepts(&json!({"days": 3})));
/// let problems = checker.explain(&json!({"days": "three"}));
/// assert_eq!(problems[0].to_string(), "at `/days`: `three` is a string; an integer is expected");
/// # Ok::<(), toolwright_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Checker {
    validator: Validator,
    /// What sentences quote from; compiled validators do not keep it.
    schema: Value,
    /// How many containers a value may nest.
    reach: usize,
}

/// One reason why a value does not fit its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where in the value: a JSON pointer, `""` for the value itself.
    pub pointer: String,
    /// What was found there and what was expected.
    pub why: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.pointer.is_empty() {
            f.write_str(&self.why)
        } else {
            write!(f, "at `{}`: {}", self.pointer, self.why)
        }
    }
}

impl Checker {
    /// Compiles a normalised schema, read as JSON Schema 2020-12; `format` is checked.
    ///
    /// # Errors
    /// Says what in the schema cannot be compiled: a keyword of the wrong kind, a `$ref` that leads outside or
    /// nowhere, a pattern that is no regular expression, more nesting than we follow.
    pub fn new(schema: &Value) -> Result<Self> {
        bounded(schema).map_err(Error::new)?;
        let built = options().build(schema);
        let validator = built.map_err(|error| Error::new(schema_sentence(&error)))?;
        Ok(Self { validator, schema: schema.clone(), reach: reach(schema) })
    }

    /// Whether the value fits.
    pub fn accepts(&self, value: &Value) -> bool {
        self.reaches(value) && self.validator.is_valid(value)
    }

    /// Why the value does not fit; empty where it does. At most 64 problems, each in one short sentence.
    pub fn explain(&self, value: &Value) -> Vec<Problem> {
        if !self.reaches(value) {
            let why = format!("the value nests deeper than the {} levels that are checked", self.reach);
            return vec![Problem { pointer: String::new(), why }];
        }
        let errors = self.validator.iter_errors(value).take(PROBLEMS);
        errors.map(|error| explain::problem(&error, &self.schema)).collect()
    }

    fn reaches(&self, value: &Value) -> bool {
        self.reach == usize::MAX || nests_within(value, self.reach)
    }
}

/// Whether a value is itself a valid JSON Schema (2020-12).
///
/// # Errors
/// One sentence with the place of the first thing that is wrong.
///
/// ```
/// use serde_json::json;
/// use toolwright_core::schema::is_schema;
/// assert!(is_schema(&json!({"type": "string"})).is_ok());
/// assert_eq!(
///     is_schema(&json!({"minLength": -1})).unwrap_err(),
///     "at `/minLength`: -1 is less than the minimum 0"
/// );
/// ```
pub fn is_schema(value: &Value) -> Result<(), String> {
    bounded(value)?;
    jsonschema::draft202012::meta::validate(value).map_err(|error| schema_sentence(&error))
}

/// Whether a pattern compiles under the limits that checkers use.
pub(super) fn compiles(pattern: &str) -> bool {
    pattern_checker(pattern).is_some()
}

/// A checker of one pattern.
pub(super) fn pattern_checker(pattern: &str) -> Option<Validator> {
    options().build(&serde_json::json!({ "pattern": pattern })).ok()
}

/// A checker of one format.
pub(super) fn format_checker(format: &str) -> Option<Validator> {
    options().build(&serde_json::json!({ "format": format })).ok()
}

fn options<'i>() -> jsonschema::ValidationOptions<'i> {
    let patterns = PatternOptions::fancy_regex()
        .backtrack_limit(BACKTRACKS)
        .size_limit(PATTERN_SIZE)
        .dfa_size_limit(PATTERN_SIZE);
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .with_pattern_options(patterns)
        .offline()
}

fn schema_sentence(error: &ValidationError<'_>) -> String {
    explain::problem(error, &Value::Null).to_string()
}

fn bounded(schema: &Value) -> Result<(), String> {
    if !nests_within(schema, SCHEMA_DEPTH) {
        return Err(format!(
            "the schema nests deeper than the {SCHEMA_DEPTH} levels that are read; flatten it"
        ));
    }
    let mut weights = Weights { root: schema, known: HashMap::new() };
    if weights.anywhere(schema) > ENTANGLED {
        return Err(format!(
            "more than {ENTANGLED} subschemas apply to one value, through `$ref` and `allOf`; untangle them"
        ));
    }
    Ok(())
}

/// How deep a value may be: any depth where the schema ends by itself. A recursive schema with branches can double
/// its work with every level, so the more branches recurse, the less deep it looks; 16 levels are always read.
fn reach(schema: &Value) -> usize {
    if !follows(schema) {
        return usize::MAX;
    }
    let branches = recursive_branches(schema) as f64;
    let levels = (WORK.ln() / branches.max(1.0).ln()) as usize;
    levels.clamp(16, VALUE_DEPTH)
}

/// The most references that stand under one list of branches.
fn recursive_branches(schema: &Value) -> usize {
    fn count(schema: &Value, most: &mut usize) -> usize {
        match schema {
            Value::Array(items) => items.iter().map(|item| count(item, most)).sum(),
            Value::Object(fields) => {
                let mut here = usize::from(fields.contains_key("$ref"));
                for (key, field) in fields {
                    let inside = count(field, most);
                    if matches!(key.as_str(), "anyOf" | "oneOf" | "allOf") {
                        *most = inside.max(*most);
                    }
                    here += inside;
                }
                here
            }
            _ => 0,
        }
    }
    let mut most = 0;
    count(schema, &mut most);
    most
}

/// Whether the schema can follow a value down without end, or compares its parts.
fn follows(schema: &Value) -> bool {
    match schema {
        Value::Object(fields) => fields.iter().any(|(key, field)| {
            matches!(key.as_str(), "$ref" | "$dynamicRef" | "uniqueItems" | "$recursiveRef") || follows(field)
        }),
        Value::Array(items) => items.iter().any(follows),
        _ => false,
    }
}

/// Counts the subschemas that apply to one value: a handful of references can double themselves into millions.
struct Weights<'a> {
    root: &'a Value,
    /// By the schema's address; `None` while it is being counted, which a circle of references meets again.
    known: HashMap<*const Value, Option<u64>>,
}

impl<'a> Weights<'a> {
    /// The largest weight in the document.
    fn anywhere(&mut self, node: &'a Value) -> u64 {
        let here = self.of(node, 0);
        let children: Box<dyn Iterator<Item = &'a Value>> = match node {
            Value::Object(fields) => Box::new(fields.values()),
            Value::Array(items) => Box::new(items.iter()),
            _ => return here,
        };
        children.fold(here, |most, child| most.max(self.anywhere(child)))
    }

    fn of(&mut self, schema: &'a Value, depth: usize) -> u64 {
        let Value::Object(fields) = schema else { return 1 };
        let address: *const Value = schema;
        if let Some(known) = self.known.get(&address) {
            return known.unwrap_or(0);
        }
        // A chain of references this long is refused as a tangle.
        if depth > SCHEMA_DEPTH {
            return ENTANGLED + 1;
        }
        self.known.insert(address, None);
        let mut weight = 1_u64;
        for (key, field) in fields {
            weight = weight.saturating_add(self.keyword(key, field, depth + 1));
        }
        self.known.insert(address, Some(weight));
        weight
    }

    fn keyword(&mut self, key: &str, field: &'a Value, depth: usize) -> u64 {
        match (key, field) {
            ("$ref", Value::String(reference)) => {
                resolve(self.root, reference).map_or(0, |target| self.of(target, depth))
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(items)) => {
                items.iter().fold(0, |sum: u64, item| sum.saturating_add(self.of(item, depth)))
            }
            ("not" | "if" | "then" | "else", _) => self.of(field, depth),
            ("dependentSchemas", Value::Object(fields)) => {
                fields.values().fold(0, |sum: u64, item| sum.saturating_add(self.of(item, depth)))
            }
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn nested(key: &str, inner: Value) -> Value {
        Value::Object([(key.to_owned(), inner)].into_iter().collect())
    }

    fn checker(schema: Value) -> Checker {
        Checker::new(&schema).expect("compiles")
    }

    #[test]
    fn nothing_is_fetched() {
        for reference in ["https://example.com/schema.json", "file:///etc/hostname", "other.json"] {
            assert!(Checker::new(&json!({ "$ref": reference })).is_err(), "{reference}");
        }
    }

    #[test]
    fn formats_are_checked() {
        assert!(!checker(json!({"format": "date"})).accepts(&json!("2024-02-30")));
        assert!(checker(json!({"format": "int32"})).accepts(&json!("anything")));
    }

    #[test]
    fn exploding_patterns_end() {
        let checker = checker(json!({"pattern": r"^(?=(a+)+$)(a+)+\1$"}));
        let text = format!("{}b", "a".repeat(5_000));
        assert!(!checker.accepts(&json!(text)));
        assert!(Checker::new(&json!({"pattern": "((a{1000}){1000}){1000}"})).is_err());
    }

    #[test]
    fn deep_values_end() {
        let deep = |levels: usize| (0..levels).fold(json!(1), |inner, _| Value::Array(vec![inner]));
        let recursive = checker(json!({"items": {"$ref": "#"}}));
        assert!(recursive.accepts(&deep(100)));
        assert!(!recursive.accepts(&deep(5_000)));
        assert_eq!(
            recursive.explain(&deep(5_000))[0].why,
            "the value nests deeper than the 160 levels that are checked"
        );
        assert!(checker(json!({"type": "array"})).accepts(&deep(5_000)));
    }

    #[test]
    fn branches_that_recurse_end() {
        let twice = json!({"anyOf": [{"items": {"$ref": "#"}, "type": "array"}, {"items": {"$ref": "#"}, "type": "array"}]});
        let checker = checker(twice);
        let deep = |levels: usize| (0..levels).fold(json!(1), |inner, _| Value::Array(vec![inner]));
        assert!(!checker.accepts(&deep(12)));
        assert!(!checker.accepts(&deep(150)));
        assert!(checker.accepts(&Value::Array(vec![Value::Array(Vec::new())])));
    }

    #[test]
    fn deep_schemas_are_refused_and_the_deepest_allowed_compile() {
        let deep = |levels: usize| (0..levels).fold(json!({}), |inner, _| nested("items", inner));
        assert!(Checker::new(&deep(5_000)).is_err());
        assert!(Checker::new(&deep(150)).is_ok());
    }

    #[test]
    fn doubling_references_are_refused() {
        let mut definitions = serde_json::Map::new();
        for at in 0..40 {
            let next = format!("#/$defs/d{}", at + 1);
            definitions.insert(format!("d{at}"), json!({"allOf": [{"$ref": next}, {"$ref": next}]}));
        }
        definitions.insert("d40".into(), json!({}));
        let error = Checker::new(&json!({"$ref": "#/$defs/d0", "$defs": definitions})).expect_err("refused");
        assert!(error.to_string().contains("untangle"), "{error}");
    }

    #[test]
    fn circles_of_references_compile_and_end() {
        let checker = checker(
            json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}),
        );
        let _ = checker.accepts(&json!(1));
        let _ = checker.explain(&json!(1));
    }

    #[test]
    fn schemas_are_told_from_other_values() {
        assert_eq!(is_schema(&json!(true)), Ok(()));
        assert!(is_schema(&json!({"type": "dict"})).expect_err("no schema").starts_with("at `/type`: "));
        assert!(is_schema(&json!(3)).is_err());
        assert!(is_schema(&json!("object")).is_err());
    }
}

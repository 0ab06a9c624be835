//! Whether a value fits a schema, decided without compiling it.
//!
//! [`Checker`](super::super::Checker) is compiled once and asked often. A sampler asks once, about a branch of a
//! schema or a value that it was offered, and compiling would cost a hundred times the answer. The rules are those
//! of JSON Schema 2020-12; a property test holds them against the checker. What these rules do not decide
//! (`unevaluatedProperties`, dynamic references, values out of reach) is noted as unsure, and then the sampler
//! asks a compiled checker after all.

use std::cell::Cell;

use serde_json::{Map, Number, Value};

use super::super::resolve;
use super::{number, text};
pub(super) use crate::call::canonical::same;

/// Subschemas that one sample may visit while checking.
const STEPS: u32 = 20_000;
const DEPTH: usize = 100;

/// The rules over one document.
pub(super) struct Fit<'a> {
    pub(super) root: &'a Value,
    steps: Cell<u32>,
    unsure: Cell<bool>,
}

impl<'a> Fit<'a> {
    pub(super) fn new(root: &'a Value) -> Self {
        Self { root, steps: Cell::new(STEPS), unsure: Cell::new(false) }
    }

    /// Something was met that only a compiled checker decides.
    pub(super) fn unsure(&self) -> bool {
        self.unsure.get()
    }

    pub(super) fn doubt(&self) {
        self.unsure.set(true);
    }

    pub(super) fn fits(&self, schema: &Value, value: &Value) -> bool {
        self.schema(schema, value, 0)
    }

    /// As [`fits`](Self::fits), for a schema whose keywords are at hand.
    pub(super) fn fits_all(&self, fields: &Map<String, Value>, value: &Value) -> bool {
        self.keywords(fields, value, 0)
    }

    fn schema(&self, schema: &Value, value: &Value, depth: usize) -> bool {
        match schema {
            Value::Bool(yes) => *yes,
            Value::Object(fields) => self.keywords(fields, value, depth),
            _ => false,
        }
    }

    fn keywords(&self, fields: &Map<String, Value>, value: &Value, depth: usize) -> bool {
        let left = self.steps.get();
        if left == 0 || depth > DEPTH {
            self.doubt();
            return true;
        }
        self.steps.set(left - 1);
        fields.iter().all(|(key, limit)| self.keyword(fields, key, limit, value, depth + 1))
    }

    fn keyword(
        &self,
        fields: &Map<String, Value>,
        key: &str,
        limit: &Value,
        value: &Value,
        depth: usize,
    ) -> bool {
        match key {
            "type" => has_type(limit, value),
            "enum" => limit.as_array().is_none_or(|options| options.iter().any(|option| same(option, value))),
            "const" => same(limit, value),
            "allOf" => each(limit).all(|branch| self.schema(branch, value, depth)),
            "anyOf" => each(limit).any(|branch| self.schema(branch, value, depth)),
            "oneOf" => each(limit).filter(|branch| self.schema(branch, value, depth)).take(2).count() == 1,
            "not" => !self.schema(limit, value, depth),
            "if" => {
                let branch = if self.schema(limit, value, depth) { "then" } else { "else" };
                fields.get(branch).is_none_or(|branch| self.schema(branch, value, depth))
            }
            "$ref" => match limit.as_str().and_then(|reference| resolve(self.root, reference)) {
                Some(target) => self.schema(target, value, depth),
                None => {
                    self.doubt();
                    true
                }
            },
            "$dynamicRef"
            | "unevaluatedProperties"
            | "unevaluatedItems"
            | "$id"
            | "$anchor"
            | "$dynamicAnchor" => {
                self.doubt();
                true
            }
            _ => match value {
                Value::Number(number) => number_fits(key, limit, number, self),
                Value::String(text) => string_fits(key, limit, text),
                Value::Array(items) => self.array(fields, key, limit, items, depth),
                Value::Object(entries) => self.object(fields, key, limit, entries, value, depth),
                Value::Null | Value::Bool(_) => true,
            },
        }
    }

    fn array(
        &self,
        fields: &Map<String, Value>,
        key: &str,
        limit: &Value,
        items: &[Value],
        depth: usize,
    ) -> bool {
        match key {
            "minItems" => at_least(items.len(), limit),
            "maxItems" => at_most(items.len(), limit),
            "uniqueItems" => limit != &Value::Bool(true) || all_differ(items),
            "prefixItems" => each(limit).zip(items).all(|(schema, item)| self.schema(schema, item, depth)),
            "items" => {
                let described = fields.get("prefixItems").map_or(0, |prefix| each(prefix).count());
                items.iter().skip(described).all(|item| self.schema(limit, item, depth))
            }
            "contains" => {
                let found = items.iter().filter(|item| self.schema(limit, item, depth)).count();
                let least = fields.get("minContains").map_or(found >= 1, |least| at_least(found, least));
                least && fields.get("maxContains").is_none_or(|most| at_most(found, most))
            }
            _ => true,
        }
    }

    fn object(
        &self,
        fields: &Map<String, Value>,
        key: &str,
        limit: &Value,
        entries: &Map<String, Value>,
        value: &Value,
        depth: usize,
    ) -> bool {
        match key {
            "required" => each(limit).filter_map(Value::as_str).all(|name| entries.contains_key(name)),
            "minProperties" => at_least(entries.len(), limit),
            "maxProperties" => at_most(entries.len(), limit),
            "properties" => pairs(limit).all(|(name, schema)| {
                entries.get(name).is_none_or(|entry| self.schema(schema, entry, depth))
            }),
            "patternProperties" => entries
                .iter()
                .all(|(name, entry)| matching(limit, name).all(|schema| self.schema(schema, entry, depth))),
            "additionalProperties" => entries
                .iter()
                .filter(|(name, _)| is_additional(fields, name))
                .all(|(_, entry)| self.schema(limit, entry, depth)),
            "propertyNames" => {
                entries.keys().all(|name| self.schema(limit, &Value::String(name.clone()), depth))
            }
            "dependentRequired" => {
                pairs(limit).filter(|(name, _)| entries.contains_key(*name)).all(|(_, needed)| {
                    each(needed).filter_map(Value::as_str).all(|name| entries.contains_key(name))
                })
            }
            "dependentSchemas" => pairs(limit)
                .filter(|(name, _)| entries.contains_key(*name))
                .all(|(_, schema)| self.schema(schema, value, depth)),
            _ => true,
        }
    }
}

fn number_fits(key: &str, limit: &Value, found: &Number, fit: &Fit<'_>) -> bool {
    let Value::Number(limit) = limit else { return true };
    match key {
        "minimum" => number::compare(found, limit).is_ge(),
        "maximum" => number::compare(found, limit).is_le(),
        "exclusiveMinimum" => number::compare(found, limit).is_gt(),
        "exclusiveMaximum" => number::compare(found, limit).is_lt(),
        "multipleOf" => number::is_multiple(found, limit).unwrap_or_else(|| {
            fit.doubt();
            true
        }),
        _ => true,
    }
}

fn string_fits(key: &str, limit: &Value, found: &str) -> bool {
    match key {
        // Bytes bound characters from above, so most strings need no counting.
        "minLength" => at_least(found.chars().count(), limit),
        "maxLength" => at_most(found.len(), limit) || at_most(found.chars().count(), limit),
        "pattern" => limit.as_str().is_none_or(|pattern| text::pattern(pattern).matches(found)),
        "format" => limit.as_str().is_none_or(|format| text::has_format(format, found)),
        _ => true,
    }
}

/// Whether `additionalProperties` speaks of this name.
pub(super) fn is_additional(fields: &Map<String, Value>, name: &str) -> bool {
    let declared =
        fields.get("properties").and_then(Value::as_object).is_some_and(|known| known.contains_key(name));
    !declared
        && fields.get("patternProperties").is_none_or(|patterns| matching(patterns, name).next().is_none())
}

/// The schemas of `patternProperties` whose pattern finds this name.
pub(super) fn matching<'v>(patterns: &'v Value, name: &'v str) -> impl Iterator<Item = &'v Value> {
    pairs(patterns).filter(move |(pattern, _)| text::pattern(pattern).matches(name)).map(|(_, schema)| schema)
}

pub(super) fn each(value: &Value) -> std::slice::Iter<'_, Value> {
    value.as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

fn pairs(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// A keyword that counts, as a number; absent or odd values are no limit.
pub(super) fn count(limit: &Value) -> Option<usize> {
    let whole = limit.as_u64().or_else(|| {
        let float = limit.as_f64()?;
        (float >= 0.0 && float.fract() == 0.0).then_some(float as u64)
    })?;
    Some(usize::try_from(whole).unwrap_or(usize::MAX))
}

fn at_least(found: usize, limit: &Value) -> bool {
    count(limit).is_none_or(|least| found >= least)
}

fn at_most(found: usize, limit: &Value) -> bool {
    count(limit).is_none_or(|most| found <= most)
}

fn has_type(kinds: &Value, value: &Value) -> bool {
    match kinds {
        Value::String(kind) => is_kind(kind, value),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(|kind| is_kind(kind, value)),
        _ => true,
    }
}

fn is_kind(kind: &str, value: &Value) -> bool {
    match value {
        Value::Null => kind == "null",
        Value::Bool(_) => kind == "boolean",
        Value::Number(number) => kind == "number" || kind == "integer" && number::is_whole(number),
        Value::String(_) => kind == "string",
        Value::Array(_) => kind == "array",
        Value::Object(_) => kind == "object",
    }
}

/// Arrays here are short: at most what a sampler makes or a supply offers.
fn all_differ(items: &[Value]) -> bool {
    items.iter().enumerate().all(|(at, item)| !items[..at].iter().any(|before| same(before, item)))
}

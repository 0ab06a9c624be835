//! One schema that says what several say: the way through `allOf`, `$ref` with siblings and chosen branches.
//!
//! Bounds tighten, required names and properties unite, types and enums intersect. What two schemas cannot say in
//! one (two different `not`s) stays in an `allOf` for the next round. The result is for sampling: it may miss a
//! corner, and the sampler checks its values against the schemas as they were written.

use serde_json::{Map, Value, json};

use super::fit::{each, matching, same};
use super::number;

type Fields = Map<String, Value>;

/// Adds to `into` what `from` says.
///
/// # Errors
/// Says which two keywords contradict each other.
pub(super) fn merge(into: &mut Fields, from: &Fields) -> Result<(), String> {
    properties(into, from);
    for (key, value) in from {
        if matches!(key.as_str(), "properties" | "additionalProperties" | "$defs" | "definitions") {
            continue;
        }
        match into.get(key).cloned() {
            None => drop(into.insert(key.clone(), value.clone())),
            Some(known) if known == *value => {}
            Some(known) => keyword(into, key, known, value)?,
        }
    }
    Ok(())
}

fn keyword(into: &mut Fields, key: &str, known: Value, value: &Value) -> Result<(), String> {
    let joined = match key {
        "type" => types(&known, value)?,
        "enum" => options(&known, value)?,
        "const" if !same(&known, value) => return Err(format!("a value cannot be both {known} and {value}")),
        "required" => union(&known, value),
        "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" | "minContains" => {
            bound(known, value, true)
        }
        "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" | "maxContains" => {
            bound(known, value, false)
        }
        "multipleOf" => common_multiple(known, value),
        "uniqueItems" => json!(true),
        "items" | "propertyNames" => both(&known, value),
        "patternProperties" | "dependentSchemas" => by_name(known, value, both),
        "dependentRequired" => by_name(known, value, union),
        "prefixItems" => positions(&known, value),
        "allOf" => each(&known).chain(each(value)).cloned().collect(),
        "anyOf" | "oneOf" | "not" | "$ref" => {
            let rest = into.entry("allOf").or_insert_with(|| json!([]));
            rest.as_array_mut().into_iter().for_each(|rest| rest.push(json!({ key: value })));
            return Ok(());
        }
        // The first word stands: `description`, `format`, and a second pattern, which only the check sees.
        _ => return Ok(()),
    };
    into.insert(key.to_owned(), joined);
    Ok(())
}

fn both(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Bool(true), other) | (other, Value::Bool(true)) => other.clone(),
        (Value::Bool(false), _) | (_, Value::Bool(false)) => Value::Bool(false),
        _ => json!({ "allOf": [a, b] }),
    }
}

/// A property that one side declares and the other does not is additional there.
fn properties(into: &mut Fields, from: &Fields) {
    let additional = match (into.get("additionalProperties"), from.get("additionalProperties")) {
        (Some(a), Some(b)) => Some(both(a, b)),
        (one, other) => one.or(other).cloned(),
    };
    if into.contains_key("properties") || from.contains_key("properties") {
        let empty = Map::new();
        let declared = |fields: &Fields| fields.get("properties").and_then(Value::as_object).cloned();
        let (ours, theirs) =
            (declared(into).unwrap_or_default(), from.get("properties").and_then(Value::as_object));
        let theirs = theirs.unwrap_or(&empty);
        let mut joined = Map::new();
        for (name, schema) in ours.iter().chain(theirs.iter().filter(|(name, _)| !ours.contains_key(*name))) {
            let other = if ours.contains_key(name) {
                undeclared(from, theirs, name)
            } else {
                undeclared(into, &ours, name)
            };
            joined.insert(name.clone(), other.map_or_else(|| schema.clone(), |other| both(schema, &other)));
        }
        into.insert("properties".into(), Value::Object(joined));
    }
    into.extend(additional.map(|additional| ("additionalProperties".to_owned(), additional)));
}

/// What a side says about a name: its declaration, or what it says about additional ones.
fn undeclared(fields: &Fields, declared: &Fields, name: &str) -> Option<Value> {
    if let Some(schema) = declared.get(name) {
        return Some(schema.clone());
    }
    let additional = fields.get("additionalProperties")?;
    let patterned =
        fields.get("patternProperties").is_some_and(|patterns| matching(patterns, name).next().is_some());
    (!patterned).then(|| additional.clone())
}

fn types(a: &Value, b: &Value) -> Result<Value, String> {
    let list = |kinds: &Value| match kinds {
        Value::Array(kinds) => kinds.clone(),
        one => vec![one.clone()],
    };
    let (ours, theirs) = (list(a), list(b));
    let mut joined = Vec::new();
    for kind in &ours {
        for other in &theirs {
            let narrower = match (kind.as_str(), other.as_str()) {
                (one, other) if one == other => kind,
                (Some("integer"), Some("number")) => kind,
                (Some("number"), Some("integer")) => other,
                _ => continue,
            };
            if !joined.contains(narrower) {
                joined.push(narrower.clone());
            }
        }
    }
    match joined.len() {
        0 => Err(format!("no value is of type {a} and of type {b}")),
        1 => Ok(joined.remove(0)),
        _ => Ok(Value::Array(joined)),
    }
}

fn options(a: &Value, b: &Value) -> Result<Value, String> {
    let common = each(a).filter(|option| each(b).any(|other| same(option, other)));
    let common: Vec<Value> = common.cloned().collect();
    if common.is_empty() {
        Err("two `enum`s that apply together share no value".to_owned())
    } else {
        Ok(common.into())
    }
}

fn union(a: &Value, b: &Value) -> Value {
    let mut names: indexmap::IndexSet<&str> = indexmap::IndexSet::new();
    names.extend(each(a).chain(each(b)).filter_map(Value::as_str));
    names.into_iter().collect()
}

fn bound(a: Value, b: &Value, larger: bool) -> Value {
    match (&a, b) {
        (Value::Number(one), Value::Number(other)) if number::compare(other, one).is_gt() == larger => {
            b.clone()
        }
        _ => a,
    }
}

fn common_multiple(a: Value, b: &Value) -> Value {
    match (a.as_u64(), b.as_u64()) {
        (Some(one), Some(other)) if one > 0 && other > 0 => {
            let divisor = number::common_divisor(one.into(), other.into()) as u64;
            (one / divisor).checked_mul(other).map_or(a, Value::from)
        }
        _ => a,
    }
}

fn by_name(a: Value, b: &Value, join: impl Fn(&Value, &Value) -> Value) -> Value {
    let Value::Object(mut joined) = a else { return b.clone() };
    for (name, theirs) in b.as_object().into_iter().flatten() {
        let value = joined.get(name).map_or_else(|| theirs.clone(), |ours| join(ours, theirs));
        joined.insert(name.clone(), value);
    }
    Value::Object(joined)
}

fn positions(a: &Value, b: &Value) -> Value {
    let length = each(a).len().max(each(b).len());
    let at = |list: &Value, at: usize| each(list).nth(at).cloned().unwrap_or(Value::Bool(true));
    (0..length).map(|n| both(&at(a, n), &at(b, n))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(a: Value, b: Value) -> Result<Value, String> {
        let mut into = a.as_object().cloned().unwrap_or_default();
        merge(&mut into, b.as_object().expect("an object"))?;
        Ok(Value::Object(into))
    }

    #[test]
    fn bounds_tighten_and_properties_unite() {
        assert_eq!(
            merged(
                json!({"type": ["number", "null"], "minimum": 1, "maximum": 9}),
                json!({"type": "integer", "minimum": 3, "maximum": 20, "multipleOf": 2}),
            ),
            Ok(json!({"type": "integer", "minimum": 3, "maximum": 9, "multipleOf": 2}))
        );
        assert_eq!(
            merged(
                json!({"properties": {"a": {"type": "string"}}, "required": ["a"]}),
                json!({"properties": {"a": {"minLength": 2}, "b": {}}, "required": ["b", "a"]}),
            ),
            Ok(json!({
                "properties": {"a": {"allOf": [{"type": "string"}, {"minLength": 2}]}, "b": {}},
                "required": ["a", "b"],
            }))
        );
        assert_eq!(
            merged(
                json!({"properties": {"a": {}}, "additionalProperties": false}),
                json!({"properties": {"b": {"type": "string"}}}),
            ),
            Ok(json!({"properties": {"a": {}, "b": false}, "additionalProperties": false}))
        );
    }

    #[test]
    fn contradictions_are_said() {
        let said = merged(json!({"type": "string"}), json!({"type": "integer"}));
        assert_eq!(said, Err(r#"no value is of type "string" and of type "integer""#.to_owned()));
        assert!(merged(json!({"enum": [1]}), json!({"enum": [2]})).is_err());
    }
}

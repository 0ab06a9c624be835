//! The canonical form of a call: equal for calls that mean the same, for comparing, hashing, sorting and voting.
//!
//! The name is trimmed, the members of objects are sorted by key at every depth, numbers are written by value (`1.0` is
//! `1`, `-0.0` is `0`); strings and the order of lists are kept. The id and the raw text play no part.
//!
//! Values nest no deeper than their makers let them: everything read by the [call formats](super::CALL_FORMATS) is bounded.

use std::fmt::{self, Write};

use serde_json::{Map, Number, Value};

use super::Call;

/// A call's canonical form. Equal, with equal hash, exactly where the calls are the same under typed equality.
///
/// It displays as compact text, `name{"argument":value,…}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Canonical {
    name: String,
    arguments: String,
}

impl fmt::Display for Canonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        f.write_str(&self.arguments)
    }
}

/// The canonical form of a call.
///
/// ```
/// use toolwright_core::{Call, call::canonical::canonical};
/// let call = |value: serde_json::Value| Call::new("f", value.as_object().cloned().unwrap_or_default());
/// let one = canonical(&call(serde_json::json!({"b": 1.0, "a": "x"})));
/// assert_eq!(one, canonical(&call(serde_json::json!({"a": "x", "b": 1}))));
/// assert_eq!(one.to_string(), r#"f{"a":"x","b":1}"#);
/// ```
pub fn canonical(call: &Call) -> Canonical {
    let mut arguments = String::new();
    write_members(&mut arguments, &call.arguments);
    Canonical { name: call.name.trim().to_owned(), arguments }
}

/// Typed equality of values: numbers by value, whether whole or floating; strings exactly; lists in order; objects by key.
///
/// ```
/// use serde_json::json;
/// use toolwright_core::call::canonical::same;
/// assert!(same(&json!({"a": 1, "b": [2.0]}), &json!({"b": [2], "a": 1.0})));
/// assert!(!same(&json!(1), &json!("1")));
/// assert!(!same(&json!(1), &json!(true)));
/// ```
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || Exact::of(a) == Exact::of(b),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

/// A number by value: whole where it is one that 64 bits hold.
#[derive(PartialEq)]
enum Exact {
    Whole(i128),
    Float(f64),
}

impl Exact {
    fn of(number: &Number) -> Self {
        if let Some(whole) = number.as_i128() {
            return Self::Whole(whole);
        }
        let float = number.as_f64().unwrap_or_default();
        // Whole numbers beyond 64 bits have no other form that they could be equal to.
        let is_whole = float.fract() == 0.0
            && (-9_223_372_036_854_775_808.0..18_446_744_073_709_551_616.0).contains(&float);
        if is_whole { Self::Whole(float as i128) } else { Self::Float(float) }
    }
}

fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::Number(number) => {
            let _ = match Exact::of(number) {
                Exact::Whole(whole) => write!(out, "{whole}"),
                Exact::Float(_) => write!(out, "{number}"),
            };
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                write_value(out, item);
            }
            out.push(']');
        }
        Value::Object(members) => write_members(out, members),
        scalar => {
            let _ = write!(out, "{scalar}");
        }
    }
}

fn write_members(out: &mut String, members: &Map<String, Value>) {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_unstable_by(|(a, _), (b, _)| Ord::cmp(a, b));
    out.push('{');
    for (at, (key, value)) in sorted.into_iter().enumerate() {
        out.push_str(if at > 0 { "," } else { "" });
        let _ = write!(out, "{}:", Value::from(key.as_str()));
        write_value(out, value);
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::call::arbitrary::{number, value};

    fn of(value: &Value) -> Canonical {
        canonical(&Call::new(" f ", Map::from_iter([("a".to_owned(), value.clone())])))
    }

    #[test]
    fn forms_are_compact_and_sorted() {
        let form = of(&json!({"b": [1.0, -0.0, 1.5, 1e300], "a": {"z": null, "y": "1.0"}}));
        assert_eq!(form.to_string(), r#"f{"a":{"a":{"y":"1.0","z":null},"b":[1,0,1.5,1e+300]}}"#);
    }

    #[test]
    fn numbers_are_compared_exactly() {
        assert!(!same(&json!(9_007_199_254_740_993_u64), &json!(9_007_199_254_740_992.0)));
        assert!(same(&json!(9_007_199_254_740_992_u64), &json!(9_007_199_254_740_992.0)));
        assert!(!same(&json!(u64::MAX), &json!(18_446_744_073_709_551_616.0)));
        assert!(same(&json!(i64::MIN), &json!(-9_223_372_036_854_775_808.0)));
        assert!(same(&json!(0), &json!(-0.0)));
        assert!(!same(&json!(0), &json!(false)));
        assert!(!same(&json!([1, 2]), &json!([2, 1])));
        assert!(!same(&json!({"a": 1}), &json!({"a": 1, "b": null})));
    }

    #[test]
    fn name_and_arguments_stay_apart() {
        let plain = canonical(&Call::new("f", Map::new()));
        assert_ne!(plain, canonical(&Call::new("f{}", Map::new())));
        assert_ne!(plain, canonical(&Call::new("F", Map::new())));
    }

    /// Turns every number into its other form and every object around.
    fn disguised(value: &Value) -> Value {
        match value {
            Value::Number(number) => match number.as_i64().filter(|whole| whole.unsigned_abs() < 1 << 53) {
                Some(whole) => json!(whole as f64),
                None => value.clone(),
            },
            Value::Array(items) => items.iter().map(disguised).collect(),
            Value::Object(members) => {
                members.iter().rev().map(|(key, member)| (key.clone(), disguised(member))).collect()
            }
            scalar => scalar.clone(),
        }
    }

    proptest! {
        #[test]
        fn equal_forms_are_typed_equality(a in value(), b in value()) {
            prop_assert_eq!(of(&a) == of(&b), same(&a, &b));
            prop_assert_eq!(of(&a), of(&disguised(&a)));
            prop_assert!(same(&a, &disguised(&a)));
        }

        #[test]
        fn equal_numbers_have_equal_forms(a in number(), b in number()) {
            let (a, b) = (Value::Number(a), Value::Number(b));
            prop_assert_eq!(of(&a) == of(&b), same(&a, &b));
        }
    }
}

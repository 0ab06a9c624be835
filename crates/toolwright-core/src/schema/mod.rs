//! JSON Schema: bring dialects to one form, check a value and say why not, sample a valid value.
//!
//! One dialect lives inside: JSON Schema 2020-12. [`normalise`] brings what is found in the wild to it,
//! [`Checker`] decides with the `jsonschema` crate and explains in our own words, [`sample`] draws values that the
//! checker accepts. Nothing here opens a file or a connection: a `$ref` reaches only what its own schema holds.

mod check;
mod explain;
mod normalise;
mod sample;

use serde_json::Value;

pub use check::{Checker, Problem, is_schema};
pub use normalise::{Normalised, normalise};
pub use sample::{Plain, Shape, Site, Supply, Unsampleable, sample};

/// Whether a value nests at most `levels` containers; looks no deeper than that.
pub(crate) fn nests_within(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels > 0 && items.iter().all(|item| nests_within(item, levels - 1)),
        Value::Object(fields) => levels > 0 && fields.values().all(|field| nests_within(field, levels - 1)),
        _ => true,
    }
}

/// What a local reference (`#`, `#/$defs/city`) points at.
fn resolve<'a>(root: &'a Value, reference: &str) -> Option<&'a Value> {
    let pointer = reference.strip_prefix('#')?;
    if pointer.contains('%') { root.pointer(&percent_decoded(pointer)?) } else { root.pointer(pointer) }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, after @ ..] = rest else { return None };
        let digit = |b: u8| char::from(b).to_digit(16);
        bytes.push((digit(*high)? * 16 + digit(*low)?) as u8);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_are_pointers_with_percent_escapes() {
        let root = json!({"$defs": {"a b": 1, "c/d": 2}});
        assert_eq!(resolve(&root, "#/$defs/a%20b"), Some(&json!(1)));
        assert_eq!(resolve(&root, "#/$defs/c~1d"), Some(&json!(2)));
        assert_eq!(resolve(&root, "#"), Some(&root));
        assert_eq!(resolve(&root, "#/$defs/%2"), None);
        assert_eq!(resolve(&root, "https://example.com/x"), None);
    }

    #[test]
    fn nesting_counts_containers() {
        assert!(nests_within(&json!(1), 0));
        assert!(nests_within(&json!([{"a": 1}]), 2));
        assert!(!nests_within(&json!([{"a": []}]), 2));
    }
}

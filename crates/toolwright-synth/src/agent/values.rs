//! Argument values in a request: one value, a list, or a whole object.

use serde_json::Value;

use super::name::{capitalised, listed, spoken};
use super::surface::Manner;

/// Words with the argument pointers they give.
#[derive(Clone, Debug, Default)]
pub(crate) struct Worded {
    pub(crate) words: String,
    pub(crate) quotes: Vec<(String, String)>,
}

/// A JSON pointer's step.
pub(crate) fn step(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// A scalar or a list of scalars in running text.
pub(crate) fn inline(pointer: &str, value: &Value, manner: Manner) -> Option<Worded> {
    match value {
        Value::Array(items) => {
            let said: Vec<String> = items
                .iter()
                .map(|item| (!item.is_array()).then(|| manner.say(item))?)
                .collect::<Option<_>>()?;
            let quotes = said
                .iter()
                .enumerate()
                .map(|(at, words)| (format!("{pointer}/{at}"), words.clone()))
                .collect();
            (!said.is_empty()).then(|| Worded { words: listed(&said), quotes })
        }
        other => {
            let words = manner.say(other)?;
            Some(Worded { quotes: vec![(pointer.to_owned(), words.clone())], words })
        }
    }
}

/// A leaf of a value: what it is called, where it is, what it is.
pub(crate) struct Leaf<'a> {
    pub(crate) label: String,
    pub(crate) pointer: String,
    pub(crate) value: &'a Value,
}

/// The leaves of a value, named by the way to them; lists of scalars count as leaves.
pub(crate) fn leaves<'a>(label: &str, pointer: &str, value: &'a Value, out: &mut Vec<Leaf<'a>>) {
    match value {
        Value::Object(properties) => {
            for (name, property) in properties {
                let own = spoken(name);
                let label = within(label, own);
                leaves(&label, &format!("{pointer}{}", step(name)), property, out);
            }
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            let one = super::name::singular(label);
            for (at, item) in items.iter().enumerate() {
                let label = if items.len() == 1 { one.clone() } else { format!("{one} {}", at + 1) };
                leaves(&label, &format!("{pointer}/{at}"), item, out);
            }
        }
        _ => out.push(Leaf { label: label.to_owned(), pointer: pointer.to_owned(), value }),
    }
}

/// What a property is called within what holds it: nothing is said twice.
fn within(label: &str, own: String) -> String {
    let one = super::name::singular(label);
    let last = one.rsplit(' ').next().unwrap_or_default();
    if label.is_empty() || own.starts_with(&one) {
        own
    } else if own.split(' ').next() == Some(last) {
        format!("{}{own}", &one[..one.len() - last.len()])
    } else {
        format!("{label} {own}")
    }
}

/// Any value in running text.
///
/// - `each`: how an object, or each of a list, is said: `{pieces} x {product}`.
pub(crate) fn whole(pointer: &str, value: &Value, each: Option<&str>, manner: Manner) -> Option<Worded> {
    inline(pointer, value, manner)
        .or_else(|| phrased(pointer, value, each?, manner))
        .or_else(|| spread(pointer, value, manner))
}

/// Objects in the words of the tool; `None` where these leave something out.
fn phrased(pointer: &str, value: &Value, each: &str, manner: Manner) -> Option<Worded> {
    let mut worded = Worded::default();
    let mut one = |pointer: &str, value: &Value| {
        let mut words = each.to_owned();
        for (name, inner) in value.as_object()? {
            let slot = format!("{{{name}}}");
            let said = inline(&format!("{pointer}{}", step(name)), inner, manner)?;
            // Its place in the words shows where a value ends, other than with a sentence.
            let marked = each.contains(&format!("\"{slot}\""));
            let sentence = said.words.ends_with(['.', '?', '!']) && !marked;
            let value = if sentence { quoted(&said.words, inner) } else { said.words };
            words = words.contains(&slot).then(|| words.replace(&slot, &value))?;
            worded.quotes.extend(said.quotes);
        }
        Some(words)
    };
    let said = match value {
        Value::Array(items) => {
            let said = items.iter().enumerate().map(|(at, item)| one(&format!("{pointer}/{at}"), item));
            said.collect::<Option<Vec<String>>>()?
        }
        other => vec![one(pointer, other)?],
    };
    let long = said.iter().any(|item| item.contains(", ") || item.contains(" and "));
    worded.words = if long { said.join("; ") } else { listed(&said) };
    // A slot that no property has filled.
    (!worded.words.is_empty() && !worded.words.contains('{')).then_some(worded)
}

/// An object or list of objects in running text: `street 12 Maple Street, city Oslo`; `Ann Lee and Bo Lee` for a list of objects
/// that hold one value each.
fn spread(pointer: &str, value: &Value, manner: Manner) -> Option<Worded> {
    let mut worded = Worded::default();
    let said = match value {
        Value::Array(items) if items.iter().all(Value::is_array) => {
            // `either parking and wifi, or wifi and toilets`
            let mut said = Vec::new();
            for (at, item) in items.iter().enumerate() {
                let group = inline(&format!("{pointer}/{at}"), item, manner)?;
                said.push(group.words);
                worded.quotes.extend(group.quotes);
            }
            let lead = if said.len() > 1 { "either " } else { "" };
            format!("{lead}{}", said.join(", or "))
        }
        Value::Array(items) => {
            let single = items.iter().all(|item| item.as_object().is_some_and(|map| map.len() == 1));
            let mut said = Vec::new();
            for (at, item) in items.iter().enumerate() {
                let parts = parts(&format!("{pointer}/{at}"), item, manner, !single, &mut worded.quotes)?;
                said.push(if single || items.len() == 1 { parts } else { format!("({}) {parts}", at + 1) });
            }
            if single { listed(&said) } else { said.join("; ") }
        }
        other => parts(pointer, other, manner, true, &mut worded.quotes)?,
    };
    worded.words = said;
    (!worded.words.is_empty()).then_some(worded)
}

fn parts(
    pointer: &str,
    value: &Value,
    manner: Manner,
    named: bool,
    quotes: &mut Vec<(String, String)>,
) -> Option<String> {
    let mut all = Vec::new();
    leaves("", pointer, value, &mut all);
    let mut parts = Vec::new();
    for leaf in all {
        let said = inline(&leaf.pointer, leaf.value, manner)?;
        let words = quoted(&said.words, leaf.value);
        parts.push(if named { format!("{} {words}", leaf.label).trim().to_owned() } else { words });
        quotes.extend(said.quotes);
    }
    Some(parts.join(", "))
}

/// One line for each leaf: `- unit price: 12.5`.
pub(crate) fn bullets(
    label: &str,
    pointer: &str,
    value: &Value,
    each: Option<&str>,
    manner: Manner,
) -> Option<Worded> {
    if let Some(said) = each.and_then(|each| phrased(pointer, value, each, manner)) {
        let words = format!("\n- {}: {}", capitalised(label), said.words);
        return Some(Worded { words, quotes: said.quotes });
    }
    let mut all = Vec::new();
    leaves(label, pointer, value, &mut all);
    let mut worded = Worded::default();
    for leaf in all {
        let said = inline(&leaf.pointer, leaf.value, manner)?;
        worded.words.push_str(&format!("\n- {}: {}", capitalised(&leaf.label), said.words));
        worded.quotes.extend(said.quotes);
    }
    Some(worded)
}

/// Prose and phrases stand in quotation marks within a sentence; names, codes and numbers do not.
pub(crate) fn quoted(words: &str, value: &Value) -> String {
    let prose = value.is_string()
        && (words.ends_with(['.', '?', '!']) || words.split_whitespace().count() > 3)
        && !words.contains('"');
    if prose { format!("\"{words}\"") } else { words.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn objects_are_said_as_their_tool_says_them() {
        let said = |value: Value, each: Option<&str>| whole("/lines", &value, each, Manner::plain());
        let lines = json!([{"product": "oat milk", "pieces": 2}, {"product": "rye bread", "pieces": 1}]);
        let worded = said(lines.clone(), Some("{pieces} x {product}")).expect("it can be said");
        assert_eq!(worded.words, "2 x oat milk and 1 x rye bread");
        assert!(worded.quotes.contains(&("/lines/1/product".into(), "rye bread".into())));
        assert_eq!(worded.quotes.len(), 4);
        let plain = said(lines.clone(), None).expect("it can be said");
        assert_eq!(plain.words, "(1) product oat milk, pieces 2; (2) product rye bread, pieces 1");
        // Words that leave something out are no words for it.
        assert_eq!(said(lines, Some("{product}")).expect("it can be said").words, plain.words);
        let places = json!([{"town": "Bonn", "street": "1 Elm Street, rear"}, {"town": "Oslo", "street": "2 Pine Road"}]);
        let worded = said(places, Some("{street} in {town}")).expect("it can be said");
        assert_eq!(worded.words, "1 Elm Street, rear in Bonn; 2 Pine Road in Oslo");
        assert_eq!(
            said(json!({"pieces": 3}), Some("{pieces} x {product}")).map(|w| w.words),
            Some("pieces 3".into())
        );
    }
}

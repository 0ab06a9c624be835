//! What requests can do with a parameter: name several values of it at once, or leave it out.
//!
//! Found once per parameter when a tool is made ready; whoever draws a tool asks for it of many.

use serde_json::Value;

use super::entry::{Entry, Param};
use crate::world::bearing::bearing;

/// Whether parallel calls of one tool can differ in this parameter. Who changes something at once names several things, not
/// several states of one thing.
pub(super) fn varies(entry: &Entry, param: &Param) -> bool {
    #[rustfmt::skip]
    const NAMING: &[&str] = &[
        "id", "key", "code", "number", "sid", "uuid", "reference", "symbol", "email", "phone", "name", "item", "medication", "recipient",
        "contact", "person", "username", "slug",
    ];
    const PROSE: &[&str] =
        &["subject", "text", "title", "note", "message", "body", "comment", "description", "content"];
    let last = param.words.last().map_or("", String::as_str);
    let kind = param.schema.get("type").and_then(Value::as_str);
    let open = !param.schema.contains_key("const")
        && param.schema.get("enum").and_then(Value::as_array).is_none_or(|values| values.len() > 2);
    let naming = NAMING.contains(&last);
    // `and the same for burnt` speaks of no thing.
    let word = entry.is_evolved() && param.schema.contains_key("enum");
    let open = open && !word && !PROSE.contains(&last);
    // Of an action that needs more than a name, what belongs to one name does not belong to the others.
    let bound = entry.is_evolved() && !entry.clause.reads && {
        let identifies = |param: &Param| bearing(&param.words).identifies;
        let ids = entry.params.iter().filter(|param| param.required && identifies(param)).count();
        let others = entry.params.iter().filter(|param| param.required && !identifies(param)).count();
        if identifies(param) { ids > 1 || others > 0 } else { ids > 0 || others > 1 }
    };
    // A place varies with what stands in it: the street of one town is not in another.
    let place = ["city", "town", "country"].contains(&last)
        && entry.params.iter().any(|other| {
            other.required && other.words.iter().any(|word| word == "address" || word == "street")
        });
    // `from here to there, and likewise for elsewhere` does not say which of the two.
    let kind_of = |name: &str| Some(entry.arguments.get(&format!("/{name}"))?.meaning?.id);
    let own = kind_of(&param.name);
    let twin = entry.is_evolved()
        && own.is_some()
        && entry
            .params
            .iter()
            .any(|other| other.required && other.name != param.name && kind_of(&other.name) == own);
    param.required
        && open
        && !bound
        && !place
        && !twin
        && (kind == Some("string") || last == "id")
        && (entry.clause.reads || naming)
}

/// Whether the user can leave this parameter out and the request still reads well.
pub(super) fn withholdable(entry: &Entry, param: &Param) -> bool {
    let simple = param
        .schema
        .get("type")
        .and_then(Value::as_str)
        .is_some_and(|t| t == "string" || t == "integer" || t == "number");
    let open = !param.schema.contains_key("const") && !param.schema.contains_key("default");
    param.required
        && simple
        && open
        && (entry.asks.is_empty() || entry.asks.iter().any(|ask| ask.can_drop(&param.name)))
}

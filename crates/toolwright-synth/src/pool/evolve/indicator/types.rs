//! `mutated-type`: a parameter takes another type.
//!
//! One becomes several (`flight_number` → `flight_numbers`, with one result each), filters or details become one object, flags
//! become a list of what to include, a list becomes a list of alternatives (a list of lists).
//! Source: ToolACE (arXiv 2409.00920), evolution.

use serde_json::{Map, Value, json};
use toolwright_core::seed::Rng;

use super::Indicator;
use crate::agent::name::plural;
use crate::pool::evolve::draft::{Draft, Node, Param, Shape};
use crate::pool::evolve::join::LINKS;
use crate::pool::evolve::words::{code, noun, pick};
use crate::pool::evolve::write::of_several;
use crate::pool::tree::Attribute;

pub(super) const INDICATOR: Indicator = Indicator {
    id: "mutated-type",
    says: "a parameter takes another type: a list, an object, a list of lists",
    fits: |_| true,
    apply,
};

/// One way to change a draft; says whether it could.
type Way = for<'t> fn(&mut Draft<'t>, &mut Rng) -> bool;

fn apply<'t>(draft: &mut Draft<'t>, _: &[Node<'t>], rng: &mut Rng) -> bool {
    let mut ways: [Way; 5] = [batch, any_of, together, alternatives, includes];
    rng.shuffle(&mut ways);
    // Few APIs have a list that can become alternatives.
    rng.chance(0.5) && alternatives(draft, rng) || ways.iter().any(|way| way(draft, rng))
}

/// A list of such values instead of one.
fn listing(schema: &Value, rng: &mut Rng) -> Value {
    let mut item = schema.clone();
    let description = item.as_object_mut().and_then(|item| item.shift_remove("description"));
    let mut list = json!({ "type": "array", "items": item, "minItems": 1, "uniqueItems": true });
    let different = schema.get("enum").and_then(Value::as_array).map_or(usize::MAX, Vec::len);
    if rng.chance(0.5) {
        list["maxItems"] = [5, 10, 20][rng.below(3)].min(different).into();
    }
    if let Some(Value::String(text)) = description {
        list["description"] = format!("{text}; several are possible").into();
    }
    list
}

/// The plural of a name: `flight_numbers`.
fn several(name: &str) -> Option<String> {
    let (head, last) = name.rsplit_once('_').map_or(("", name), |(head, last)| (head, last));
    let many = plural(last);
    // `right_used` and `sold_by` are no nouns.
    let noun = !LINKS.contains(&last) && (!last.ends_with("ed") || last.ends_with("eed") || last.len() < 4);
    (noun && many != last).then(|| if head.is_empty() { many } else { format!("{head}_{many}") })
}

fn scalar(param: &Param<'_>) -> bool {
    param.attribute.is_some_and(Attribute::is_text) && param.schema.get("type").is_some_and(|t| t == "string")
}

/// Verbs of what is done to many things alike.
#[rustfmt::skip]
const IN_BULK: &[&str] = &[
    "cancel", "delete", "remove", "archive", "close", "approve", "reject", "confirm", "skip", "pause", "resume", "renew", "mark", "mute",
    "block", "unblock", "restore", "activate", "deactivate", "enable", "disable", "stop", "pin", "save", "unsubscribe", "revoke", "release",
    "reset", "restart", "retire", "withdraw", "publish", "acknowledge", "dismiss", "lock", "unlock", "return", "reorder", "hide", "print",
    "follow", "unfollow", "verify", "validate", "scan", "test", "export", "flag", "refund", "recall", "discard", "complete", "delist",
];

/// What identifies one thing becomes a list of several, and the result one item each.
fn batch(draft: &mut Draft<'_>, rng: &mut Rng) -> bool {
    let asks_for_one = draft.batch.is_none()
        && draft.list.is_none()
        && draft.shape == Shape::Plain
        && draft.joined.is_empty();
    let required: Vec<&String> =
        draft.params.iter().filter(|(_, param)| param.required).map(|(name, _)| name).collect();
    // What is done to one thing with other details is not done to several alike.
    let few = draft.node.does.in_bulk().unwrap_or_else(|| {
        required.len() == 1 && (draft.node.reads || IN_BULK.contains(&draft.node.verb()))
            || draft.node.reads && required.len() < 3
    });
    let Some(name) =
        required.first().map(|name| (*name).clone()).filter(|_| asks_for_one && few && rng.chance(0.8))
    else {
        return false;
    };
    let Some(param) = draft.params.get(&name).filter(|param| scalar(param)) else { return false };
    let Some(attribute) = param.attribute.filter(|attribute| attribute.identifies(&name)) else {
        return false;
    };
    let sayable = draft.node.does.ask.iter().any(|ask| of_several(ask, &name).is_some());
    let Some(many) = several(&name).filter(|many| sayable && !draft.has(many) && !draft.has("results"))
    else {
        return false;
    };
    let schema = listing(&param.schema, rng);
    let param = Param { schema, required: true, put: param.put.clone(), attribute: None, filters: false };
    draft.rename(&name, &many, param);
    // Items are told apart by what was asked for.
    let mut fields = indexmap::IndexMap::new();
    fields.insert(name.clone(), attribute.schema(true));
    fields.extend(std::mem::take(&mut draft.fields));
    draft.fields = fields;
    draft.list = Some("results".to_owned());
    draft.batch = Some(name.clone());
    let text = pick(
        rng,
        &[
            "Takes several {nouns} at once and returns one result for each.",
            "Works on a list of {nouns} in one call.",
            "Several {nouns} can be passed together.",
            "One call serves many {nouns}; each gets its own entry.",
        ],
    );
    draft.need(text.replace("{nouns}", &plural(&noun(&name))));
    true
}

/// A filter takes several values, of which any may match.
fn any_of(draft: &mut Draft<'_>, rng: &mut Rng) -> bool {
    let open = |name: &String, param: &Param<'_>| {
        let kind = param.schema.get("type").is_some_and(|t| t == "string");
        param.filters
            && kind
            && several(name).is_some_and(|many| !draft.has(&many))
            && param.schema.get("format").is_none()
    };
    let names: Vec<String> =
        draft.params.iter().filter(|(name, param)| open(name, param)).map(|(name, _)| name.clone()).collect();
    let Some(name) = rng.choose(&names).cloned() else { return false };
    let (Some(many), Some(param)) = (several(&name), draft.params.get(&name).cloned()) else { return false };
    let schema = listing(&param.schema, rng);
    let param = Param { schema, attribute: None, ..param };
    draft.rename(&name, &many, param);
    let text = pick(
        rng,
        &[
            "{name} takes a list; any of its values matches.",
            "Several {nouns} can be given in {name}.",
            "Accepts a list of {nouns} to match.",
        ],
    );
    let text = text.replace("{nouns}", &plural(&noun(&name))).replace("{noun}", &noun(&name));
    draft.note(text.replace("{name}", &code(&many)));
    true
}

/// Two or more filters, or details of an action, become one object.
fn together(draft: &mut Draft<'_>, rng: &mut Rng) -> bool {
    let acts = !draft.node.reads;
    let fits = |name: &String, param: &Param<'_>| {
        let own = param.filters || acts && param.attribute.is_some() && draft.node.does.may.contains(name);
        let deep =
            ["/properties", "/items/properties"].iter().any(|place| param.schema.pointer(place).is_some());
        own && !param.required && !draft.in_asks(name) && !deep
    };
    let names: Vec<String> =
        draft.params.iter().filter(|(name, param)| fits(name, param)).map(|(name, _)| name.clone()).collect();
    let into = if acts {
        ["details", "options", "settings", "extras"]
    } else {
        ["filters", "criteria", "filter", "where"]
    }[rng.below(4)];
    if names.len() < 2 || draft.has(into) {
        return false;
    }
    let mut properties = Map::new();
    for name in &names {
        if let Some(param) = draft.params.shift_remove(name) {
            draft.puts.extend(param.put.map(|put| (name.clone(), put)));
            properties.insert(name.clone(), param.schema);
        }
    }
    let (says, put) = if acts {
        ("Further details, all of them optional", "with these details: @")
    } else {
        ("What the entries must meet; all of it together", "that meet these criteria: @")
    };
    let schema =
        json!({ "type": "object", "properties": properties, "description": says, "minProperties": 1 });
    let param = Param { schema, required: false, put: Some(put.to_owned()), attribute: None, filters: false };
    draft.params.insert(into.to_owned(), param);
    let text = if acts {
        pick(
            rng,
            &[
                "Optional details go into {name}.", "Optional details can go into {name}.",
                "Further details are given in {name}.",
            ],
        )
    } else {
        pick(
            rng,
            &[
                "Filters go into {name}.",
                "{name} is an object; everything in it has to match.",
                "Combine filters in {name}.",
            ],
        )
    };
    draft.note(text.replace("{name}", &code(into)));
    true
}

/// Flags that ask for parts of the result become a list of these parts.
fn includes(draft: &mut Draft<'_>, rng: &mut Rng) -> bool {
    let flags: Vec<String> = draft
        .params
        .keys()
        .filter(|name| name.starts_with("include_") && *name != "include_archived")
        .cloned()
        .collect();
    let parts: Vec<&str> = flags.iter().filter_map(|flag| flag.strip_prefix("include_")).collect();
    let into = ["include", "expand"][rng.below(2)];
    if parts.is_empty() || draft.has("include") || draft.has("expand") {
        return false;
    }
    let schema = json!({
        "type": "array",
        "items": { "type": "string", "enum": parts },
        "minItems": 1,
        "uniqueItems": true,
        "description": "Further parts of the answer",
    });
    let names: Vec<String> = parts.iter().map(|part| code(part)).collect();
    let names = crate::agent::name::listed(&names);
    for flag in &flags {
        draft.params.shift_remove(flag);
        draft.notes.retain(|note| !note.text.contains(&code(flag)));
    }
    let param = Param {
        schema,
        required: false,
        put: Some("(including the @)".to_owned()),
        attribute: None,
        filters: false,
    };
    draft.params.insert(into.to_owned(), param);
    let text = pick(
        rng,
        &[
            "{name} adds {parts} to the answer.", "Use {name} to get {parts} as well.",
            "{name} can ask for {parts}.",
        ],
    );
    draft.need(text.replace("{name}", &code(into)).replace("{parts}", &names));
    true
}

/// A list that narrows down becomes a list of alternatives, each a list of its own.
fn alternatives(draft: &mut Draft<'_>, rng: &mut Rng) -> bool {
    let reads = draft.node.reads;
    // Only what has several values itself can have a whole group of them.
    let flat = |param: &Param<'_>| {
        reads
            && draft.list.is_some()
            && param.attribute.is_some_and(|attribute| attribute.list)
            && !param.required
            && param.schema.get("type").is_some_and(|t| t == "array")
            && param
                .schema
                .pointer("/items/type")
                .is_some_and(|t| t == "string" || t == "number" || t == "integer")
    };
    let names: Vec<String> =
        draft.params.iter().filter(|(_, param)| flat(param)).map(|(name, _)| name.clone()).collect();
    let Some(name) = rng.choose(&names).cloned() else { return false };
    let groups = format!("{}_groups", crate::agent::name::singular(&name));
    if draft.has(&groups) {
        return false;
    }
    let Some(mut param) = draft.params.get(&name).cloned() else { return false };
    let inner = {
        let mut inner = param.schema.clone();
        if let Some(map) = inner.as_object_mut() {
            map.shift_remove("description");
            map.insert("minItems".into(), 1.into());
        }
        inner
    };
    param.schema = json!({
        "type": "array",
        "items": inner,
        "minItems": 2,
        "description": format!("Groups of {}; entries match where one whole group does", plural(&noun(&name))),
    });
    param.put = Some(format!("({}: @)", plural(&noun(&name))));
    param.attribute = None;
    draft.rename(&name, &groups, param);
    let text = pick(
        rng,
        &[
            "{name} is a list of lists: one whole group has to match.",
            "Groups of alternatives go into {name}.",
            "Alternatives are written as lists within {name}.",
        ],
    );
    draft.note(text.replace("{name}", &code(&groups)));
    true
}

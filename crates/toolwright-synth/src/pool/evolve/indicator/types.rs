//! `mutated-type`: a parameter takes another type.
//!
//! One becomes several (`flight_number` → `flight_numbers`, with one result each), filters become one object, a list becomes a list
//! of alternatives (a list of lists).
//! Source: ToolACE (arXiv 2409.00920), evolution.

use serde_json::{Map, Value, json};
use toolwright_core::seed::Rng;

use super::Indicator;
use crate::agent::name::plural;
use crate::pool::evolve::draft::{Draft, Node, Param, Shape};
use crate::pool::evolve::words::{code, noun, pick};
use crate::pool::tree::Attribute;

pub(super) const INDICATOR: Indicator = Indicator {
    id: "mutated-type",
    says: "a parameter takes another type: a list, an object, a list of lists",
    apply,
};

/// One way to change a draft; says whether it could.
type Way = for<'t> fn(&mut Draft<'t>, &mut Rng) -> bool;

fn apply<'t>(draft: &mut Draft<'t>, _: &[Node<'t>], rng: &mut Rng) -> bool {
    let mut ways: [Way; 4] = [batch, any_of, filters, alternatives];
    rng.shuffle(&mut ways);
    ways.iter().any(|way| way(draft, rng))
}

/// A list of such values instead of one.
fn listing(schema: &Value, rng: &mut Rng) -> Value {
    let mut item = schema.clone();
    let description = item.as_object_mut().and_then(|item| item.shift_remove("description"));
    let mut list = json!({ "type": "array", "items": item, "minItems": 1, "uniqueItems": true });
    if rng.chance(0.5) {
        list["maxItems"] = [5, 10, 20][rng.below(3)].into();
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
    (many != last).then(|| if head.is_empty() { many } else { format!("{head}_{many}") })
}

fn scalar(param: &Param<'_>) -> bool {
    param.attribute.is_some_and(Attribute::is_text) && param.schema.get("type").is_some_and(|t| t == "string")
}

/// What identifies one thing becomes a list of several, and the result one item each.
fn batch(draft: &mut Draft<'_>, rng: &mut Rng) -> bool {
    let asks_for_one = draft.batch.is_none() && draft.list.is_none() && draft.shape == Shape::Plain;
    let required: Vec<&String> =
        draft.params.iter().filter(|(_, param)| param.required).map(|(name, _)| name).collect();
    let Some(name) = required
        .first()
        .map(|name| (*name).clone())
        .filter(|name| asks_for_one && required.len() < 3 && draft.in_asks(name))
    else {
        return false;
    };
    let Some(param) = draft.params.get(&name).filter(|param| scalar(param)) else { return false };
    let named = |attribute: &&Attribute| attribute.identifies(&name) || attribute.is.is_some();
    let Some(attribute) = param.attribute.filter(named) else { return false };
    let Some(many) = several(&name).filter(|many| !draft.has(many)) else { return false };
    let schema = listing(&param.schema, rng);
    let list = plural(draft.node.thing);
    if draft.has(&list) {
        return false;
    }
    let param = Param { schema, required: true, put: param.put.clone(), attribute: None, filters: false };
    draft.rename(&name, &many, param);
    // Items are told apart by what was asked for.
    let mut fields = indexmap::IndexMap::new();
    fields.insert(name.clone(), attribute.schema(true));
    fields.extend(std::mem::take(&mut draft.fields));
    draft.fields = fields;
    draft.list = Some(list);
    draft.batch = Some(name.clone());
    let text = pick(
        rng,
        &[
            "Takes several {nouns} at once and answers for each.",
            "Works on a list of {nouns} in one call.",
            "Several {nouns} can be passed together.",
            "One call serves many {nouns}; each gets its own entry.",
            "Made for lists: every one of {name} gets an entry of its own.",
        ],
    );
    draft.note(text.replace("{nouns}", &plural(&noun(&name))).replace("{name}", &code(&many)));
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
            "Several {nouns} may be given; any of them matches.",
            "{name} takes a list.",
            "More than one {noun} can be asked for.",
            "Accepts a list of {nouns} to match.",
        ],
    );
    let text = text.replace("{nouns}", &plural(&noun(&name))).replace("{noun}", &noun(&name));
    draft.note(text.replace("{name}", &code(&many)));
    true
}

/// Two or more filters become one object.
fn filters(draft: &mut Draft<'_>, rng: &mut Rng) -> bool {
    let names: Vec<String> = draft
        .params
        .iter()
        .filter(|(name, param)| param.filters && !param.required && !draft.in_asks(name))
        .map(|(name, _)| name.clone())
        .collect();
    let into = ["filters", "criteria", "options", "where"][rng.below(4)];
    if names.len() < 2 || draft.has(into) {
        return false;
    }
    let mut properties = Map::new();
    for name in &names {
        if let Some(param) = draft.params.shift_remove(name) {
            properties.insert(name.clone(), param.schema);
        }
    }
    let schema = json!({ "type": "object", "properties": properties, "description": "What the entries must meet; all of it together", "minProperties": 1 });
    draft.params.insert(
        into.to_owned(),
        Param {
            schema,
            required: false,
            put: Some("that meet these criteria: @".to_owned()),
            attribute: None,
            filters: false,
        },
    );
    let text = pick(
        rng,
        &[
            "What narrows the list down stands together in {name}.",
            "{name} is an object; everything in it has to match.",
            "Conditions go into {name}.",
            "Combine conditions in {name}.",
        ],
    );
    draft.note(text.replace("{name}", &code(into)));
    true
}

/// A list that narrows down becomes a list of alternatives, each a list of its own.
fn alternatives(draft: &mut Draft<'_>, rng: &mut Rng) -> bool {
    let reads = draft.node.reads;
    let flat = |param: &Param<'_>| {
        reads
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
        "minItems": 1,
        "description": format!("Groups of {}; entries match where one whole group does", plural(&noun(&name))),
    });
    param.put = Some(format!("for these groups of {}: @", plural(&noun(&name))));
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

//! `new-parameter`: the API takes something more.
//!
//! A list can be narrowed down by any attribute of what it lists (`max_fare`, `airline`), sorted and cut; a single answer can be
//! had in other units or another language; an action can carry a note or a confirmation.
//! Source: ToolACE (arXiv 2409.00920), evolution.

use serde_json::{Value, json};
use toolwright_core::seed::Rng;

use super::Indicator;
use crate::pool::evolve::draft::{Draft, Node, Param, Shape};
use crate::pool::evolve::words::{code, noun, noun_phrase, pick};
use crate::pool::tree::Attribute;

pub(super) const INDICATOR: Indicator = Indicator {
    id: "new-parameter",
    says: "a parameter is added: a filter, a refinement or an option",
    apply,
};

fn apply<'t>(draft: &mut Draft<'t>, _: &[Node<'t>], rng: &mut Rng) -> bool {
    let mut added = candidates(draft, rng);
    rng.shuffle(&mut added);
    // The thing's own attributes say more than options that every API has.
    added.sort_by_key(|(_, param, _)| param.attribute.is_none() && !param.filters);
    let own = added.iter().filter(|(_, param, _)| param.attribute.is_some() || param.filters).count();
    let at = if own > 0 && rng.chance(0.65) { rng.below(own) } else { own + rng.below(added.len() - own) };
    let Some((name, param, note)) = added.into_iter().nth(at) else { return false };
    draft.params.insert(name, param);
    draft.note(note);
    true
}

type Candidate<'t> = (String, Param<'t>, String);

fn candidates<'t>(draft: &Draft<'t>, rng: &mut Rng) -> Vec<Candidate<'t>> {
    let mut found = Vec::new();
    let node = draft.node;
    let lists = draft.list.is_some() && draft.batch.is_none() && node.reads;
    if lists {
        for (name, attribute) in &node.of.has {
            found.extend(filter(draft, name, attribute, rng));
        }
    } else if !node.reads {
        let taken_by_some = |name: &String| {
            node.of.does.values().any(|does| does.needs.contains(name) || does.may.contains(name))
        };
        for (name, attribute) in node.of.has.iter().filter(|(name, _)| taken_by_some(name)) {
            if let Some(put) =
                attribute.put.clone().filter(|_| !draft.has(name) && !attribute.identifies(name))
            {
                let param = Param {
                    schema: attribute.schema(false),
                    required: false,
                    put: Some(put),
                    attribute: Some(attribute),
                    filters: false,
                };
                let text = pick(
                    rng,
                    &[
                        "{name} can be set in the same call.", "Takes {a noun} as well.",
                        "Optionally sets the {noun}.", "The {noun} may be given right away.",
                    ],
                );
                found.push((name.clone(), param, said(text, name)));
            }
        }
    }
    found.extend(options(draft, lists));
    found.retain(|(name, ..)| !draft.has(name));
    found
}

fn said(text: &str, name: &str) -> String {
    let text = text.replace("{name}", &code(name)).replace("{noun}", &noun(name));
    text.replace("{a noun}", &noun_phrase(name))
}

/// An attribute as a filter of a list.
fn filter<'t>(
    draft: &Draft<'t>,
    name: &str,
    attribute: &'t Attribute,
    rng: &mut Rng,
) -> Option<Candidate<'t>> {
    let plain = attribute.is_number() || attribute.is_text() || attribute.is_flag();
    if draft.params.contains_key(name) || !plain || attribute.identifies(name) {
        return None;
    }
    let words = noun(name);
    let unit = attribute.unit.as_deref().map_or_else(String::new, |unit| format!(" {unit}"));
    let mut schema = attribute.schema(false);
    let (name, put, says, text) = if attribute.is_number() {
        let least = rng.chance(0.4);
        let (word, bound) = if least { ("min", "at least") } else { ("max", "at most") };
        let says =
            format!("{} {words} to accept{}", if least { "Lowest" } else { "Highest" }, in_unit(&unit));
        let text = pick(
            rng,
            &[
                "Filter with {name} to leave out the rest.",
                "{name} bounds the {noun}.",
                "The {noun} can be bounded.",
                "{name} cuts off what lies beyond.",
            ],
        );
        (format!("{word}_{name}"), format!("with a {words} of {bound} @{unit}"), Some(says), text)
    } else if attribute.is_date() {
        let after = rng.chance(0.5);
        let (word, link) = if after { ("from", "from @ on") } else { ("until", "up to @") };
        let says = format!("{} {words} to include (YYYY-MM-DD)", if after { "Earliest" } else { "Latest" });
        let text = pick(
            rng,
            &[
                "The {noun} can be limited to a period.", "{name} limits the period.",
                "Restrict the period with {name}.",
            ],
        );
        if let Value::Object(map) = &mut schema {
            map.insert("format".into(), "date".into());
            map.insert("meaning".into(), "date".into());
        }
        (format!("{name}_{word}"), format!("with a {words} {link}"), Some(says), text)
    } else {
        let text = pick(
            rng,
            &[
                "Can be narrowed down by {noun}.",
                "Filter by {noun} where only some are wanted.",
                "{name} keeps only what matches.",
                "An optional {noun} narrows the list down.",
                "Restrict it to one {noun} with {name}.",
            ],
        );
        let put = attribute.put.clone().unwrap_or_else(|| {
            if attribute.is_flag() { format!("with {words}") } else { format!("where the {words} is @") }
        });
        (name.to_owned(), put, None, text)
    };
    if let (Value::Object(map), Some(says)) = (&mut schema, says) {
        map.insert("description".into(), says.into());
    }
    let note = text.replace("{name}", &code(&name)).replace("{noun}", &words);
    Some((name, Param { schema, required: false, put: Some(put), attribute: None, filters: true }, note))
}

fn in_unit(unit: &str) -> String {
    if unit.is_empty() { String::new() } else { format!(", in{unit}") }
}

/// When an option makes sense.
#[derive(Clone, Copy, PartialEq)]
enum When {
    Lists,
    Looks,
    Acts,
    Always,
}

/// Options that APIs of all kinds have: name, when, schema, how it is said, what it is, what the description says.
type Opt = (&'static str, When, fn() -> Value, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const OPTIONS: &[Opt] = &[
    ("limit", When::Lists, || json!({"type": "integer", "minimum": 1, "maximum": 100, "examples": [3, 5, 10, 15, 20, 25]}),
        "limited to @ results", "Most entries to return", "{name} caps the number of entries."),
    ("page", When::Lists, || json!({"type": "integer", "minimum": 1, "examples": [1, 2, 3, 4]}),
        "from page @", "Page of the results, from 1", "Results come page by page ({name})."),
    ("offset", When::Lists, || json!({"type": "integer", "minimum": 0, "examples": [10, 20, 30, 50]}),
        "leaving out the first @", "How many entries to leave out at the start", "{name} leaves out the first entries."),
    ("sort_order", When::Lists, || json!({"type": "string", "enum": ["ascending", "descending"]}),
        "in @ order", "Direction of the order", "The order can be turned around."),
    ("updated_since", When::Lists, || json!({"type": "string", "format": "date", "meaning": "recent_date"}),
        "changed since @", "Only what has changed since this day (YYYY-MM-DD)", "Ask for recent changes only with {name}."),
    ("include_archived", When::Lists, || json!({"type": "boolean"}),
        "including archived ones", "Whether archived entries count", "Archived entries are left out by default."),
    ("search_text", When::Lists, || json!({"type": "string", "meaning": "topic"}),
        "mentioning @", "Words that the entries must mention", "Free text in {name} narrows it further."),
    ("include_total", When::Lists, || json!({"type": "boolean"}),
        "with the total number", "Whether to count all matches, also those not returned", "The total is counted on request."),
    ("detail_level", When::Looks, || json!({"type": "string", "enum": ["brief", "standard", "full"]}),
        "in @ form", "How much the answer says", "{name} sets how much the answer says."),
    ("as_of", When::Looks, || json!({"type": "string", "format": "date", "meaning": "recent_date"}),
        "as of @", "Day the answer refers to (YYYY-MM-DD); today where absent", "Earlier states can be had with {name}."),
    ("explain", When::Looks, || json!({"type": "boolean"}),
        "with an explanation", "Whether to say how the answer came about", "Set {name} to learn how the answer came about."),
    ("language", When::Always, || json!({"type": "string", "meaning": "language"}),
        "in @", "Language of the texts in the answer", "Texts come in the language asked for."),
    ("timezone", When::Looks, || json!({"type": "string", "meaning": "timezone"}),
        "in the time zone @", "IANA time zone of times in the answer", "Times follow {name}."),
    ("note", When::Acts, || json!({"type": "string", "meaning": "sentence"}),
        "with the note @", "Remark to keep with it", "A remark can be kept with it ({name})."),
    ("notify_by", When::Acts, || json!({"type": "string", "enum": ["email", "sms", "push", "none"]}),
        "with a notice by @", "How those concerned are told", "Those concerned are told in the way {name} says."),
    ("dry_run", When::Acts, || json!({"type": "boolean"}),
        "as a trial run", "Whether to only check the request", "With {name}, nothing is changed; the request is only checked."),
    ("client_reference", When::Acts, || json!({"type": "string", "examples": ["REF-20418", "REF-33817", "REF-58102", "REF-71946", "REF-90257"]}),
        "under our reference @", "The caller's own reference, kept with the record", "The caller's own reference is kept ({name})."),
    ("tags", When::Acts, || json!({"type": "array", "items": {"type": "string", "meaning": "tag"}, "minItems": 1, "maxItems": 3}),
        "tagged @", "Tags to put on it", "Tags can be put on it."),
    ("effective_date", When::Acts, || json!({"type": "string", "format": "date", "meaning": "future_date"}),
        "effective from @", "Day from which it counts (YYYY-MM-DD)", "It takes effect on {name}, or at once."),
    ("priority", When::Acts, || json!({"type": "string", "enum": ["low", "normal", "high", "urgent"]}),
        "with @ priority", "How soon it is dealt with", "Urgent cases can say so in {name}."),
    ("confirmation_email", When::Acts, || json!({"type": "string", "format": "email", "meaning": "email"}),
        "with a confirmation to @", "Where the confirmation is sent", "A confirmation goes to {name}."),
    ("requested_by", When::Acts, || json!({"type": "string", "meaning": "person"}),
        "on behalf of @", "Full name of the person who asked for it", "The request can be made on behalf of someone else."),
];

fn options<'t>(draft: &Draft<'t>, lists: bool) -> Vec<Candidate<'t>> {
    let timed = draft.fields.values().any(|schema| {
        schema.get("format").is_some_and(|format| format == "date-time")
            || schema.get("meaning").is_some_and(|m| m == "time")
    });
    let fits = |when: When, name: &str| match when {
        When::Always => draft.fields.values().any(|schema| schema.get("type").is_some_and(|t| t == "string")),
        When::Lists => lists,
        When::Looks => draft.node.reads && !lists && (name != "timezone" || timed),
        When::Acts => !draft.node.reads,
    };
    let mut found: Vec<Candidate<'t>> = OPTIONS
        .iter()
        .filter(|(name, when, ..)| fits(*when, name))
        .map(|(name, _, schema, put, says, text)| {
            let mut schema = schema();
            schema["description"] = (*says).into();
            candidate(name, schema, put, text)
        })
        .collect();
    let plain =
        |schema: &Value| schema.get("type").is_some_and(|t| t == "number" || t == "integer" || t == "string");
    let fields: Vec<&String> =
        draft.fields.iter().filter(|(_, schema)| plain(schema)).map(|(name, _)| name).collect();
    if lists && fields.len() > 1 && matches!(draft.shape, Shape::Plain | Shape::Paged) {
        let schema =
            json!({ "type": "string", "enum": fields, "description": "What the list is ordered by" });
        found.push(candidate("sort_by", schema, "sorted by @", "{name} sets the order."));
        let items = json!({ "type": "string", "enum": fields });
        let schema = json!({ "type": "array", "items": items, "minItems": 1, "uniqueItems": true, "description": "Which properties to return; all where absent" });
        found.push(candidate(
            "fields",
            schema,
            "showing only @",
            "The answer can be cut down to some of its {name}.",
        ));
    }
    if draft.fields.values().any(|schema| schema.get("type").is_some_and(|t| t == "number")) {
        let schema = json!({ "type": "integer", "minimum": 0, "maximum": 6, "examples": [0, 1, 2, 3, 4], "description": "Decimal places of numbers in the answer" });
        found.push(candidate("decimals", schema, "to @ decimal places", "Numbers are rounded to {name}."));
    }
    let metric = |schema: &Value| {
        let text = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        [" in km", " in kg", " in meters", " in m", " in °C", " in cm", " in liters", " in km/h", " in mm"]
            .iter()
            .any(|unit| text.ends_with(unit))
    };
    if draft.fields.values().any(metric) {
        let schema = json!({ "type": "string", "enum": ["metric", "imperial"], "description": "System of units in the answer" });
        found.push(candidate(
            "units",
            schema,
            "in @ units",
            "Units are metric unless {name} says otherwise.",
        ));
    }
    found
}

fn candidate<'t>(name: &str, schema: Value, put: &str, text: &str) -> Candidate<'t> {
    let param = Param { schema, required: false, put: Some(put.to_owned()), attribute: None, filters: false };
    (name.to_owned(), param, text.replace("{name}", &code(name)))
}

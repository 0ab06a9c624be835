//! Joining: a draft serves another functionality of its subtree as well.
//!
//! What can be joined follows from what each needs and gives. A lookup joins where the draft knows some of what it needs (its
//! result then comes along); an action joins one that makes or changes the same thing (it is then done in the same step).
//! So `search_hotels` may bring each hotel's reviews, and `create_invoice` may send it, but nothing books what it has just
//! cancelled.

use serde_json::{Map, Value, json};
use toolwright_core::seed::Rng;

use super::draft::{Draft, Join, Joined, Node, Param, Shape};
use super::words::{code, noun, noun_phrase, pick};
use crate::agent::name::{is_plural, listed};

/// Verbs that leave something there to go on with.
#[rustfmt::skip]
const MAKES: &[&str] = &[
    "create", "book", "add", "register", "schedule", "open", "submit", "reserve", "place", "order", "update", "set", "enroll", "start",
    "rent", "hire", "file", "issue", "generate", "record", "log", "request", "buy", "subscribe", "reschedule", "renew", "save", "publish",
    "apply", "change", "lease", "deploy", "upload", "report", "post", "adopt", "compose", "draft", "plan", "claim", "install",
];

/// Verbs that go on with something.
#[rustfmt::skip]
const GOES_ON: &[&str] = &[
    "add", "order", "send", "set", "assign", "attach", "request", "apply", "enroll", "invite", "notify", "share", "schedule", "upload",
    "subscribe", "save", "record", "tag", "label", "pay", "deposit", "link", "enable", "publish", "print", "ship", "book", "mark", "rate",
    "pin", "annotate", "activate", "configure", "dispatch", "reserve", "log", "adjust", "insert", "redeem", "confirm", "sign",
];

/// Verbs whose object is what comes back: the rest of the name then names the result.
#[rustfmt::skip]
const NAMES_RESULT: &[&str] = &[
    "get", "list", "search", "find", "track", "fetch", "show", "view", "compare", "calculate", "compute", "estimate", "forecast", "predict",
    "locate", "browse", "discover", "recommend", "suggest", "look", "read", "retrieve",
];

/// Parameters that a joined functionality may bring along.
const BRINGS: usize = 3;

/// Joins another functionality to the draft, if the two go together.
pub(super) fn join<'t>(draft: &mut Draft<'t>, other: Node<'t>, rng: &mut Rng) -> bool {
    if !fits(draft, &other) {
        return false;
    }
    if other.reads { look_up(draft, other, rng) } else { go_on(draft, other, rng) }
}

/// Whether the two go together at all: another object, something in common, and a place for it.
pub(super) fn fits(draft: &Draft<'_>, other: &Node<'_>) -> bool {
    let apart = !draft.serves(other)
        && other.object() != draft.node.object()
        && !draft.has(other.object())
        && !draft.joined.iter().any(|joined| joined.node.object() == other.object());
    let acts = MAKES.contains(&draft.node.verb());
    let named = !other.reads || NAMES_RESULT.contains(&other.verb()) || is_state(other.object());
    let together = named
        && match (draft.node.reads, other.reads) {
            (true, true) => true,
            (false, true) => acts,
            (false, false) => acts && GOES_ON.contains(&other.verb()),
            (true, false) => false,
        };
    let open = matches!(draft.shape, Shape::Plain | Shape::Paged) && draft.batch.is_none();
    apart && together && open && missing(draft, other).is_some_and(|missing| missing.len() <= BRINGS)
}

/// Whether a name says how something stands, so that whoever checks it gets it.
fn is_state(object: &str) -> bool {
    [
        "availability", "status", "eligibility", "coverage", "balance", "progress", "quality", "state",
        "level", "levels",
    ]
    .iter()
    .any(|word| object.rsplit('_').next() == Some(word))
}

/// What the other needs and the draft does not know; `None` where they have nothing in common.
fn missing<'t>(draft: &Draft<'_>, other: &Node<'t>) -> Option<Vec<&'t String>> {
    let known = |name: &String| {
        let same = |own: Option<&_>| own == other.attribute(name);
        draft.fields.contains_key(name) && same(draft.node.attribute(name))
            || draft.params.get(name).is_some_and(|param| param.required && same(param.attribute))
    };
    let missing: Vec<&String> = other.does.needs.iter().filter(|name| !known(name)).collect();
    (missing.len() < other.does.needs.len()).then_some(missing)
}

fn look_up<'t>(draft: &mut Draft<'t>, other: Node<'t>, rng: &mut Rng) -> bool {
    let Some(missing) = missing(draft, &other) else { return false };
    let sayable = |name: &&String| {
        !draft.has(name)
            && other.attribute(name).is_some_and(|attribute| {
                attribute.put.is_some() && (attribute.is_number() || attribute.is_text())
            })
    };
    if missing.len() > 2 || !missing.iter().all(sayable) {
        return false;
    }
    let Some(block) = block(draft, &other) else { return false };
    let object = noun(other.object());
    let come = if is_plural(object.split(' ').next_back().unwrap_or_default()) { "come" } else { "comes" };
    let how = if !missing.is_empty() {
        for name in &missing {
            bring(draft, &other, name);
        }
        let names: Vec<String> = missing.iter().map(|name| code(name)).collect();
        let names = listed(&names);
        let text = pick(
            rng,
            &[
                "With {names} given, the {object} {come} along.",
                "Give {names} to get the {object}, too.",
                "Where {names} is passed, the answer also holds the {object}.",
                "It returns the {object} as well if {names} is there.",
            ],
        );
        draft.note(text.replace("{names}", &names).replace("{object}", &object).replace("{come}", come));
        Join::Given
    } else if rng.chance(0.55) {
        let flag = format!("include_{}", other.object());
        draft.params.insert(flag.clone(), Param {
            schema: json!({ "type": "boolean", "description": format!("Whether to return the {object} as well") }),
            required: false,
            put: Some(format!("with the {object}")),
            attribute: None,
            filters: false,
        });
        let text = pick(
            rng,
            &[
                "Set {flag} to get the {object} in the same answer.",
                "The {object} {come} along on request.",
                "With {flag}, the {object} {come} with it.",
                "Can also bring the {object} ({flag}).",
                "By default the {object} {come} only when {flag} says so.",
            ],
        );
        draft.note(text.replace("{flag}", &code(&flag)).replace("{object}", &object).replace("{come}", come));
        Join::Asked
    } else {
        let text = pick(
            rng,
            &[
                "The answer includes the {object}.",
                "Also returns the {object}.",
                "The {object} {come} along.",
                "Saves a second call by adding the {object}.",
                "The {object} {come} with every answer.",
                "It brings the {object} at the same time.",
            ],
        );
        draft.note(text.replace("{object}", &object).replace("{come}", come));
        Join::Always
    };
    // What hangs on an item of the list stands in it.
    let of_items = other
        .does
        .needs
        .iter()
        .any(|name| draft.fields.contains_key(name) && !draft.params.contains_key(name));
    let place = if draft.list.is_some() && !of_items { &mut draft.beside } else { &mut draft.fields };
    place.insert(other.object().to_owned(), block);
    draft.joined.push(Joined { node: other, how });
    true
}

/// The joined functionality's result as one property; `None` where it says nothing new.
fn block(draft: &Draft<'_>, other: &Node<'_>) -> Option<Value> {
    let mut properties = Map::new();
    for name in other.does.gives.iter().filter(|name| !draft.has(name)) {
        properties.insert(name.clone(), other.attribute(name)?.schema(true));
    }
    if properties.is_empty() {
        return None;
    }
    let required: Vec<String> = properties.keys().cloned().collect();
    let description = other.does.says.clone();
    let one = json!({ "type": "object", "properties": properties, "required": required });
    Some(if other.does.many {
        json!({ "type": "array", "description": description, "minItems": 1, "maxItems": 3, "items": one })
    } else {
        let mut one = one;
        one["description"] = description.into();
        one
    })
}

fn bring<'t>(draft: &mut Draft<'t>, other: &Node<'t>, name: &str) {
    let Some(attribute) = other.attribute(name) else { return };
    let param = Param {
        schema: attribute.schema(false),
        required: false,
        put: attribute.put.clone(),
        attribute: Some(attribute),
        filters: false,
    };
    draft.params.insert(name.to_owned(), param);
}

fn go_on<'t>(draft: &mut Draft<'t>, other: Node<'t>, rng: &mut Rng) -> bool {
    let Some(missing) = missing(draft, &other) else { return false };
    if missing.is_empty() || missing.iter().any(|name| draft.has(name)) {
        return false;
    }
    let act = format!("{} {}", noun(other.verb()), noun_phrase(other.object()));
    let alone = match &missing[..] {
        [name] => other.attribute(name).filter(|attribute| attribute.put.is_some()).map(|_| (*name).clone()),
        _ => None,
    };
    let name = if let Some(name) = alone {
        bring(draft, &other, &name);
        name
    } else {
        let mut properties = Map::new();
        for name in &missing {
            let Some(attribute) = other.attribute(name) else { return false };
            if !attribute.has.is_empty() {
                return false;
            }
            properties.insert((*name).clone(), attribute.schema(false));
        }
        let required: Vec<&String> = missing;
        let object = other.object();
        let schema = json!({
            "type": "object",
            "description": other.does.says,
            "properties": properties,
            "required": required,
        });
        draft.params.insert(
            object.to_owned(),
            Param {
                schema,
                required: false,
                put: Some(format!("with {}: @", noun_phrase(object))),
                attribute: None,
                filters: false,
            },
        );
        object.to_owned()
    };
    let text = pick(
        rng,
        &[
            "Pass {name} to {act} in the same step.",
            "With {name} it can also {act}.",
            "It will {act}, too, where {name} is given.",
            "Give {name} to {act} at once.",
            "{name} makes it {act} as well.",
        ],
    );
    draft.note(text.replace("{name}", &code(&name)).replace("{act}", &act));
    draft.joined.push(Joined { node: other, how: Join::Done });
    true
}

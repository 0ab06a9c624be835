//! Joining: a draft serves another functionality of its subtree as well.
//!
//! The tree says what may be joined (`with`); where it does not, as with what grew out of documents, that follows from what each
//! needs and gives. A lookup joins where the draft knows some of what it needs (its
//! result then comes along); an action joins one that makes or changes the same thing (it is then done in the same step).
//! So `search_hotels` may bring each hotel's reviews, and `create_invoice` may send it, but nothing books what it has just
//! cancelled.

use serde_json::{Map, Value, json};
use toolwright_core::seed::Rng;

use super::draft::{Draft, Join, Joined, Node, Param};
use super::words::{code, lowered, noun, noun_phrase, pick};
use crate::agent::clause::is_imperative;
use crate::agent::name::{capitalised, is_plural, listed, singular};
use crate::pool::tree::Attribute;

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
    "add", "order", "send", "set", "assign", "attach", "enroll", "invite", "notify", "share", "schedule", "upload", "subscribe",
    "tag", "label", "pay", "deposit", "link", "enable", "publish", "print", "ship", "pin", "annotate", "activate",
    "configure", "dispatch", "insert", "redeem", "confirm", "sign",
];

/// Of these, those that act on what is at hand: what has just been made is sent, and not something else.
const AT_HAND: &[&str] =
    &["share", "send", "tag", "confirm", "publish", "sign", "pay", "print", "ship", "activate", "dispatch"];

/// Verbs of what is worked out, and not looked up.
#[rustfmt::skip]
pub(super) const WORKS_OUT: &[&str] = &[
    "calculate", "compute", "predict", "estimate", "forecast", "analyze", "assess", "convert", "detect", "solve", "evaluate", "simulate",
    "classify", "translate", "summarize", "count", "measure", "validate", "verify", "simplify", "factor", "project", "rewrite",
    "correct", "paraphrase", "generate",
];

/// Words that an object does not begin with: `apply_for_permit` has none.
pub(super) const LINKS: &[&str] =
    &["for", "to", "in", "up", "out", "off", "on", "with", "from", "at", "by", "of"];

/// Verbs whose object is what comes back: the rest of the name then names the result.
#[rustfmt::skip]
const NAMES_RESULT: &[&str] = &[
    "get", "list", "search", "find", "track", "fetch", "show", "view", "compare", "calculate", "compute", "estimate", "forecast", "predict",
    "locate", "browse", "discover", "recommend", "suggest", "look", "read", "retrieve",
];

/// Parameters that a joined functionality may bring along: an action, and a lookup.
const BRINGS: usize = 3;
const BRINGS_LOOKUP: usize = 1;

/// Joins another functionality to the draft, if the two go together.
pub(super) fn join<'t>(draft: &mut Draft<'t>, other: Node<'t>, rng: &mut Rng) -> bool {
    if !fits(draft, &other) {
        return false;
    }
    if other.reads { look_up(draft, other, rng) } else { go_on(draft, other, rng) }
}

/// Whether the two go together at all: another object of the same sub-domain, something in common, and a place for it.
fn fits(draft: &Draft<'_>, other: &Node<'_>) -> bool {
    let near = draft.node.sub_domain == other.sub_domain;
    let last = |object: &str| singular(object.rsplit('_').next().unwrap_or_default());
    let itself = draft.list.as_ref().is_some_and(|list| last(list) == last(other.object()));
    let apart = !itself
        && !draft.serves(other)
        && other.object() != draft.node.object()
        && !draft.has(other.object())
        && !draft.joined.iter().any(|joined| joined.node.object() == other.object());
    let most = if other.reads { BRINGS_LOOKUP } else { BRINGS };
    let whole = !LINKS.contains(&other.object().split('_').next().unwrap_or_default());
    let known = || missing(draft, other).is_some_and(|missing| missing.len() <= most);
    if !(near && apart && whole && draft.is_open() && linked(draft, other) && known()) {
        return false;
    }
    if let Some(with) = &draft.node.does.with {
        return with.iter().any(|name| name == other.key);
    }
    let acts = MAKES.contains(&draft.node.verb());
    let named = !other.reads || NAMES_RESULT.contains(&other.verb()) || is_state(other.object());
    let together = match (draft.node.reads, other.reads) {
        // What is worked out stands alone.
        (true, true) => !WORKS_OUT.contains(&draft.node.verb()),
        // What is only just being made has no history to look up.
        (false, true) => {
            acts && ["check", "calculate", "estimate"].contains(&other.verb())
                && !other.does.many
                && !draft.joined.iter().any(|joined| joined.node.reads)
                && !needs_what_is_made(draft, other)
        }
        (false, false) => {
            // It goes on with what is just made, or changes more of what is changed.
            let made = needs_what_is_made(draft, other);
            let more = ["update", "set", "change", "configure"];
            let same = more.contains(&draft.node.verb()) && more.contains(&other.verb());
            GOES_ON.contains(&other.verb())
                && (acts && made || same)
                && (!AT_HAND.contains(&other.verb()) || acts_on(draft, other))
        }
        (true, false) => false,
    };
    named && together
}

/// Whether both are about the same one thing, and not only about the same city or day.
fn linked(draft: &Draft<'_>, other: &Node<'_>) -> bool {
    other.does.needs.iter().any(|name| {
        let known =
            draft.fields.contains_key(name) || draft.params.get(name).is_some_and(|param| param.required);
        known && other.attribute(name).is_some_and(|attribute| attribute.identifies(name))
    })
}

/// Whether the other's object is what the draft makes or changes.
fn acts_on(draft: &Draft<'_>, other: &Node<'_>) -> bool {
    let last = |object: &str| singular(object.rsplit('_').next().unwrap_or_default());
    let object = last(other.object());
    [draft.node.object(), draft.node.thing].iter().any(|own| last(own) == object)
}

fn needs_what_is_made(draft: &Draft<'_>, other: &Node<'_>) -> bool {
    other.does.needs.iter().any(|name| draft.fields.contains_key(name) && !draft.params.contains_key(name))
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
pub(super) fn missing<'t>(draft: &Draft<'_>, other: &Node<'t>) -> Option<Vec<&'t String>> {
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
        let plain =
            |attribute: &Attribute| attribute.put.is_some() && (attribute.is_number() || attribute.is_text());
        !draft.has(name) && other.attribute(name).is_some_and(plain)
    };
    if !missing.iter().all(sayable) {
        return false;
    }
    let Some(fields) = result(draft, &other) else { return false };
    // What hangs on an item of the list stands in it; who looks for others does not ask about the one that is known.
    let of_items = needs_what_is_made(draft, &other);
    let seeks = ["search", "find", "recommend", "suggest", "discover", "compare"];
    if draft.list.is_some() && !of_items && seeks.contains(&draft.node.verb()) {
        return false;
    }
    let object = noun(other.object());
    // Nobody tracks `the bill (including the bill)`.
    let last = |name: &str| singular(name.rsplit('_').next().unwrap_or_default());
    let own = last(other.object()) == last(draft.node.thing);
    let how = if let [name] = &missing[..] {
        bring(draft, &other, name);
        let text = pick(
            rng,
            &[
                "Pass {name} to include the {object}.",
                "With {name}, the answer also has the {object}.",
                "The {object} is part of the answer if {name} is given.",
                "If {name} is given, it also returns the {object}.",
            ],
        );
        draft.need(agreeing(text, &object).replace("{name}", &code(name)));
        Join::Given
    } else if !own
        && rng.chance(0.55)
        && !draft.params.contains_key("include")
        && !draft.params.contains_key("expand")
    {
        let flag = format!("include_{}", other.object());
        draft.params.insert(flag.clone(), Param {
            schema: json!({ "type": "boolean", "description": format!("Whether to return the {object} as well") }),
            required: false,
            put: Some(format!("(including the {object})")),
            attribute: None,
            filters: false,
        });
        let text = pick(
            rng,
            &[
                "Set {name} to include the {object}.",
                "The {object} is included if {name} is set.",
                "Returns the {object} as well when {name} is true.",
                "{name} adds the {object} to the answer.",
            ],
        );
        draft.note(agreeing(text, &object).replace("{name}", &code(&flag)));
        Join::Asked
    } else {
        let text = pick(
            rng,
            &[
                "The answer includes {what}.", "Also returns {what}.", "Includes {what}.",
                "The answer also has {what}.", "Beside that it returns {what}.",
            ],
        );
        // What a lookup gives is what it says; what is worked out has the names of what comes of it.
        let says = other.does.says.as_str();
        let short = says.split(' ').count() < 12 && !says.contains([',', ';', ':']);
        let what = if !is_imperative(says, other.verb()) && short {
            let asks = ["Whether", "How", "What", "Which", "When", "Where", "Why", "Who", "The"];
            let article = if asks.iter().any(|word| says.starts_with(word)) { "" } else { "the " };
            format!("{article}{}", lowered(says))
        } else {
            listed(&fields.iter().map(|(name, _)| code(name)).collect::<Vec<_>>())
        };
        draft.note(text.replace("{what}", &what));
        Join::Always
    };
    let place = if draft.list.is_some() && !of_items { &mut draft.beside } else { &mut draft.fields };
    place.extend(fields);
    draft.joined.push(Joined { node: other, how });
    true
}

/// A sentence about the object, its verb in the number of the object.
fn agreeing(text: &str, object: &str) -> String {
    let many = is_plural(object.split(' ').next_back().unwrap_or_default());
    let text = if many { text.replace("{object} is", "{object} are") } else { text.to_owned() };
    text.replace("{object}", object)
}

/// What the joined functionality adds to the result, by name: an object, a list, or the one value that it gives; `None` where
/// that says nothing new.
fn result(draft: &Draft<'_>, other: &Node<'_>) -> Option<Vec<(String, Value)>> {
    // What narrows the one down tells the items of the other apart.
    let narrows = |name: &String| draft.params.get(name).is_some_and(|param| !param.required);
    if other.does.gives.iter().any(narrows) {
        return None;
    }
    let mut properties = Map::new();
    for name in &other.does.gives {
        // The caller knows what it asked with.
        let asked = draft.params.get(name).is_some_and(|param| param.required);
        let key = other.does.many && !other.does.needs.contains(name);
        if key || !asked && !draft.fields.contains_key(name) {
            properties.insert(name.clone(), other.attribute(name)?.schema(true));
        }
    }
    let object = other.object();
    if properties.is_empty() || properties.contains_key(object) {
        return None;
    }
    let required: Vec<String> = properties.keys().cloned().collect();
    let description = if is_imperative(&other.does.says, other.verb()) {
        capitalised(&noun(object))
    } else {
        other.does.says.clone()
    };
    let mut one = json!({ "type": "object", "properties": properties, "required": required });
    if other.does.many {
        return Some(vec![(
            object.to_owned(),
            json!({ "type": "array", "description": description, "items": one }),
        )]);
    }
    one["description"] = description.into();
    Some(vec![(object.to_owned(), one)])
}

fn bring<'t>(draft: &mut Draft<'t>, other: &Node<'t>, name: &str) {
    let Some(attribute) = other.attribute(name) else { return };
    let put = attribute.put.clone().unwrap_or_else(|| {
        let label = noun(name);
        if attribute.is_flag() { format!("with {label}") } else { format!("with {label} @") }
    });
    draft.params.insert(
        name.to_owned(),
        Param {
            schema: attribute.schema(false),
            required: false,
            put: Some(put),
            attribute: Some(attribute),
            filters: false,
        },
    );
}

fn go_on<'t>(draft: &mut Draft<'t>, other: Node<'t>, rng: &mut Rng) -> bool {
    let Some(missing) = missing(draft, &other) else { return false };
    if missing.is_empty() || missing.iter().any(|name| draft.has(name)) {
        return false;
    }
    // What is sent or shared is what is at hand.
    let object = if AT_HAND.contains(&other.verb()) {
        format!("the {}", noun(other.object()))
    } else {
        noun_phrase(other.object())
    };
    let act = format!("{} {object}", noun(other.verb()));
    // What that gives is there only where it was asked for.
    let made: Vec<(String, Value)> =
        result(draft, &other).unwrap_or_default().into_iter().filter(|(name, _)| !draft.has(name)).collect();
    let name = if let [name] = &missing[..] {
        // What nobody would say has no place in a request.
        if !other.attribute(name).is_some_and(|attribute| attribute.put.is_some() || attribute.is_flag()) {
            return false;
        }
        bring(draft, &other, name);
        // What is done beside is said as such: `and request an inspection for May 2`.
        if let Some(param) = draft.params.get_mut(*name) {
            let put = param.put.take().unwrap_or_default();
            param.put = Some(format!("and {act} {put}"));
        }
        (*name).clone()
    } else {
        let mut properties = Map::new();
        for name in &missing {
            let Some(attribute) = other.attribute(name).filter(|attribute| attribute.has.is_empty()) else {
                return false;
            };
            properties.insert((*name).clone(), attribute.schema(false));
            draft.puts.extend(attribute.put.clone().map(|put| ((*name).clone(), put)));
        }
        let object = other.object();
        let schema = json!({
            "type": "object",
            "description": format!("Details to {act}"),
            "properties": properties,
            "required": missing,
        });
        draft.params.insert(
            object.to_owned(),
            Param {
                schema,
                required: false,
                put: Some(format!("and {act}: @")),
                attribute: None,
                filters: false,
            },
        );
        object.to_owned()
    };
    let text = pick(
        rng,
        &[
            "Pass {name} to also {act}.",
            "If {name} is given, it will also {act}.",
            "Can {act} in the same call ({name}).",
            "With {name}, one call is enough to also {act}.",
        ],
    );
    draft.need(text.replace("{name}", &code(&name)).replace("{act}", &act));
    if draft.list.is_none() {
        draft.fields.extend(made);
    }
    draft.joined.push(Joined { node: other, how: Join::Done });
    true
}

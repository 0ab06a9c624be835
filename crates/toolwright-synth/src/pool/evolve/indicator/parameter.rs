//! `new-parameter`: the API takes something more.
//!
//! A list can be narrowed down by any attribute of what it lists (`max_fare`, `airline`), sorted and cut; a single answer can be
//! had in other units or another language; an action can carry a note or a confirmation.
//! Source: ToolACE (arXiv 2409.00920), evolution.

use serde_json::{Value, json};
use toolwright_core::seed::Rng;

use super::Indicator;
use crate::agent::name::{article, is_plural, measured, plural, spoken_word, tokens};
use crate::pool::evolve::draft::{Draft, Node, Param, Shape};
use crate::pool::evolve::join::LINKS;
use crate::pool::evolve::words::{code, noun, pick};
use crate::pool::tree::Attribute;

pub(super) const INDICATOR: Indicator = Indicator {
    id: "new-parameter",
    says: "a parameter is added: a filter, a refinement or an option",
    fits: |_| true,
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
    let listed = draft.list.is_some() && draft.batch.is_none() && node.reads;
    // What cannot be seen in the list cannot narrow it down.
    let lists = listed && matches!(draft.shape, Shape::Plain | Shape::Paged | Shape::Enveloped);
    // What matches stands in one place.
    let gathered =
        ["filters", "criteria", "filter", "where"].iter().any(|name| draft.params.contains_key(*name));
    if lists && !gathered {
        let open: Vec<&String> = match &node.does.filters {
            Some(filters) => filters.iter().collect(),
            None => node.of.has.keys().collect(),
        };
        for name in open.into_iter().filter(|name| draft.fields.contains_key(*name)) {
            found.extend(node.attribute(name).and_then(|attribute| filter(draft, name, attribute, rng)));
        }
    } else if !listed {
        for name in node.does.may.iter().filter(|name| !draft.has(name)) {
            let Some(attribute) = node.attribute(name) else { continue };
            let Some(put) = attribute.put.clone() else { continue };
            let param = Param {
                schema: attribute.schema(false),
                required: false,
                put: Some(put),
                attribute: Some(attribute),
                filters: false,
            };
            let ways: &[&str] = &["Optionally takes {name}.", "The {noun} can be given in {name}."];
            // `urgent` is no noun.
            let open =
                attribute.is_flag() || name.rsplit('_').next().is_some_and(|last| LINKS.contains(&last));
            let text = pick(rng, if open { &ways[..1] } else { ways });
            found.push((name.clone(), param, said(text, name)));
        }
    }
    found.extend(options(draft, lists));
    found.retain(|(name, ..)| !draft.has(name));
    found
}

fn said(text: &str, name: &str) -> String {
    text.replace("{name}", &code(name)).replace("{noun}", &noun(name))
}

/// An attribute as a filter of a list.
fn filter<'t>(
    draft: &Draft<'t>,
    name: &str,
    attribute: &'t Attribute,
    rng: &mut Rng,
) -> Option<Candidate<'t>> {
    let plain = attribute.is_number() || attribute.is_text() || attribute.is_flag();
    // `playing_for` is no noun.
    let last = name.rsplit('_').next().unwrap_or_default();
    // Nobody asks for the largest number of a section.
    let open = LINKS.contains(&last) || last == "number" && attribute.is_number();
    if draft.params.contains_key(name) || !plain || open || attribute.identifies(name) {
        return None;
    }
    let words = noun(name);
    let unit = attribute.unit.as_deref().map_or_else(String::new, |unit| format!(" {unit}"));
    let mut schema = attribute.schema(false);
    // One limit for one quantity is enough.
    let limits = |param: &Param<'_>| {
        param.filters
            && param
                .schema
                .get("description")
                .is_some_and(|says| says.as_str().is_some_and(|says| says.contains(&words)))
            || param
                .attribute
                .is_some_and(|own| own.is_number() && own.unit == attribute.unit && own.unit.is_some())
    };
    if attribute.is_number() && draft.params.values().any(limits) {
        return None;
    }
    let (name, put, says, text) = if attribute.is_number() {
        // Of what is good people want much, of the rest little.
        // and of what stands first the first.
        let order = draft.node.does.order.as_deref().filter(|order| order.trim_start_matches('-') == name);
        let wanted = || name.split('_').any(|word| WANTED.contains(&word));
        // Nobody wants a fee of at least so much, whatever stands first.
        let paid = name.split('_').any(|word| UNWANTED.contains(&word));
        let least = !paid && order.map_or_else(wanted, |order| order.starts_with('-'));
        let (word, bound) = if least { ("min", "at least") } else { ("max", "at most") };
        let says = format!(
            "{} {words} to accept{}",
            if least { "Lowest" } else { "Highest" },
            in_unit(&unit, &words)
        );
        let texts: &[&str] = if least {
            &[
                "Whatever is below {name} is left out.", "Keeps what is at or above {name}.",
                "{name} leaves out what is below it.", "Set {name} to leave out lower values.",
            ]
        } else {
            &[
                "Whatever is above {name} is left out.", "Keeps what is at or below {name}.",
                "{name} leaves out what is above it.", "Set {name} to leave out higher values.",
            ]
        };
        let text = pick(rng, texts);
        (format!("{word}_{name}"), bounded(name, &unit, bound), Some(says), text)
    } else if attribute.is_date() {
        let after = rng.chance(0.5);
        let (word, link) = if after { ("from", "from @ on") } else { ("until", "@ at the latest") };
        let says = format!("{} {words} to include (YYYY-MM-DD)", if after { "Earliest" } else { "Latest" });
        let text = pick(
            rng,
            &[
                "{name} limits the period.", "Use {name} to limit the period.",
                "Restrict the period with {name}.",
            ],
        );
        if let Value::Object(map) = &mut schema {
            map.insert("format".into(), "date".into());
            map.insert("meaning".into(), "date".into());
        }
        (format!("{name}_{word}"), format!("({words} {link})"), Some(says), text)
    } else {
        let text = pick(
            rng,
            &[
                "Can be filtered by {name}.",
                "Filter by {name} where only some are wanted.",
                "{name} keeps only what matches.",
                "Use {name} to narrow the list down.",
                "Optional filter: {name}.",
            ],
        );
        let put = attribute.put.clone().unwrap_or_else(|| {
            if attribute.is_flag() { format!("({words} only)") } else { format!("({words}: @)") }
        });
        (name.to_owned(), put, None, text)
    };
    if let (Value::Object(map), Some(says)) = (&mut schema, says) {
        map.insert("description".into(), says.into());
    }
    let note = text.replace("{name}", &code(&name)).replace("{noun}", &words);
    Some((name, Param { schema, required: false, put: Some(put), attribute: None, filters: true }, note))
}

/// Words of quantities of which more is better.
#[rustfmt::skip]
const WANTED: &[&str] = &[
    "percent", "score", "rating", "similarity", "stars", "share", "years", "reviews", "followers", "subscribers", "seats", "beds",
    "spaces", "places", "capacity", "credits", "yield", "points", "views", "votes", "quality", "accuracy", "power", "area", "rooms",
    "discount", "cut", "members", "strength", "likes", "listeners", "downloads", "plays", "success", "reward", "savings", "income",
    "balance", "stock", "pay", "salary", "wage", "growth", "move", "gain", "return", "units", "range", "speed", "match", "relevance", "confidence", "experience", "grade", "amount", "wins", "goals",
    "spots", "prize", "limit", "credited", "battery",
];

/// Words of quantities that nobody wants much of.
const UNWANTED: &[&str] = &[
    "fee", "fees", "price", "cost", "costs", "charge", "fare", "rent", "deposit", "premium", "deductible",
    "wait", "waiting", "delay", "surcharge",
];

/// How a bound is put: `with a fee of at most @ USD`, `with at least @ reviews`.
fn bounded(name: &str, unit: &str, bound: &str) -> String {
    let words: Vec<String> = tokens(name);
    let of = |thing: &str, before: &str, after: &str| {
        format!("with {} {thing} of {bound} {before}@{after}", article(thing))
    };
    if let Some((thing, before, after)) = measured(&words) {
        return of(&thing, before, after);
    }
    // `with a cheapest price of at most` says it twice.
    if let Some((_, rest)) = words
        .split_first()
        .filter(|(first, rest)| ["cheapest", "lowest", "least"].contains(&first.as_str()) && !rest.is_empty())
    {
        return bounded(&rest.join("_"), unit, bound);
    }
    let last = words.last().map_or("", String::as_str);
    let first = words.first().map_or("", String::as_str);
    // `nights_left` counts nights, `review_count` reviews.
    if unit.is_empty() || unit.trim() == last || unit.trim() == first {
        if is_plural(first) && words.len() < 3 || is_plural(last) {
            return format!("with {bound} @ {}", noun(name));
        }
        if let ("count", [.., thing, _]) = (last, &words[..]) {
            return format!("with {bound} @ {}", plural(&spoken_word(thing)));
        }
    }
    of(&noun(name), "", unit)
}

fn in_unit(unit: &str, words: &str) -> String {
    let said = unit.is_empty() || words.contains(unit.trim());
    if said { String::new() } else { format!(", in{unit}") }
}

/// When an option makes sense.
#[derive(Clone, Copy, PartialEq)]
enum When {
    /// A list that is searched.
    Searches,
    /// A lookup of how something stands.
    Stands,
    /// Something is ordered or applied for, which is confirmed.
    Orders,
    /// Something is asked of others, by somebody.
    Requests,
}

/// Options that APIs of all kinds have: name, when, schema, how it is said (empty where nobody says it), what it is, what the
/// description says.
type Opt = (&'static str, When, fn() -> Value, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const OPTIONS: &[Opt] = &[
    ("limit", When::Searches, || json!({"type": "integer", "minimum": 1, "maximum": 100, "examples": [3, 5, 10, 15, 20, 25]}),
        "(@ results at most)", "Most entries to return", "Returns at most {name} entries."),
    ("page", When::Searches, || json!({"type": "integer", "minimum": 1, "examples": [1, 2, 3, 4]}),
        "", "Page of the results, from 1", "Results are paged; {name} starts at 1."),
    ("as_of", When::Stands, || json!({"type": "string", "format": "date", "meaning": "recent_date"}),
        "as of @", "Day the answer refers to (YYYY-MM-DD); today by default", "Earlier states can be queried with {name}."),
    ("notify_by", When::Orders, || json!({"type": "string", "enum": ["email", "sms", "push"]}),
        "with a confirmation by @", "Channel of the confirmation", "A confirmation is sent by {name}."),
    ("client_reference", When::Orders, || json!({"type": "string", "examples": ["REF-20418", "REF-33817", "REF-58102", "REF-71946", "REF-90257"]}),
        "under our reference @", "The caller's own reference, kept with the record", "{name} keeps the caller's own reference."),
    ("confirmation_email", When::Orders, || json!({"type": "string", "format": "email", "meaning": "email"}),
        "with a confirmation to @", "Where the confirmation is sent", "A confirmation is sent to {name}."),
    ("requested_by", When::Requests, || json!({"type": "string", "meaning": "person"}),
        "on behalf of @", "Full name of the person who asked for it", "{name} names the person who asked for it."),
];

fn options<'t>(draft: &Draft<'t>, lists: bool) -> Vec<Candidate<'t>> {
    // Numbers over a list hold nothing of its entries.
    let whole = !matches!(draft.shape, Shape::Summarised(_) | Shape::Counted(_));
    let any = |test: &dyn Fn(&Value) -> bool| whole && draft.fields.values().any(test);
    // Nothing in it says already which day or time it is about.
    let dated = |name: &String| {
        let words = [
            "month", "period", "date", "day", "year", "season", "week", "hours", "days", "weeks", "since",
            "until", "from", "time",
        ];
        name.split('_').any(|word| words.contains(&word))
    };
    let present = |schema: &Value| {
        let text = schema.get("description").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        ["today", "now", "present", "current", "next"].iter().any(|word| text.contains(word))
    };
    let timeless = !draft.params.keys().any(dated) && !any(&present);
    let fits = |when: When| match when {
        When::Searches => {
            lists && draft.shape != Shape::Paged && ["search", "find", "browse"].contains(&draft.node.verb())
        }
        When::Stands => {
            let object = draft.node.object();
            const STATES: &[&str] = &[
                "status", "balance", "stock", "inventory", "ranking", "rankings", "rating", "standing",
                "standings", "rate", "rates", "value", "worth", "holdings", "portfolio", "members",
                "subscribers", "limits", "permissions",
            ];
            let state = STATES.contains(&object.rsplit('_').next().unwrap_or_default());
            ["get", "check", "list", "show", "track"].contains(&draft.node.verb()) && state && timeless
        }
        When::Orders => {
            const ORDERS: &[&str] = &[
                "book", "order", "submit", "register", "reserve", "buy", "apply", "pay", "request", "enroll",
            ];
            // One confirmation is enough.
            let told = draft.has("notify_by") || draft.params.keys().any(|name| name.contains("email"));
            ORDERS.contains(&draft.node.verb()) && !told
        }
        When::Requests => {
            // Where somebody is named already, it is done for them.
            let person = |param: &Param<'_>| {
                param.attribute.is_some_and(|attribute| attribute.is.as_deref() == Some("person"))
            };
            ["submit", "request", "order", "reserve"].contains(&draft.node.verb())
                && !draft.params.values().any(person)
                && !draft.params.keys().any(|name| name.ends_with("_id") || name.ends_with("_number"))
        }
    };
    let mut found: Vec<Candidate<'t>> = OPTIONS
        .iter()
        .filter(|(_, when, ..)| fits(*when))
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
        let ordered = |name: &&&String| {
            draft.node.attribute(name).is_some_and(|attribute| attribute.is_number() || attribute.is_date())
        };
        let orders: Vec<&&String> = fields.iter().filter(ordered).collect();
        if orders.len() > 1 {
            let schema =
                json!({ "type": "string", "enum": orders, "description": "What the list is ordered by" });
            found.push(candidate("sort_by", schema, "(sorted by @)", "{name} sets the order."));
        }
    }
    found
}

fn candidate<'t>(name: &str, schema: Value, put: &str, text: &str) -> Candidate<'t> {
    let put = Some(put.to_owned()).filter(|put| !put.is_empty());
    let param = Param { schema, required: false, put, attribute: None, filters: false };
    (name.to_owned(), param, text.replace("{name}", &code(name)))
}

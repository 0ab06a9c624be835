//! Which results feed which arguments: the edges along which dependent dialogs are made.
//!
//! Tool A feeds a parameter of tool B where A's result holds a property that means the same: the same identifying name, or an
//! `id` inside the thing the parameter names. A must not need that very value itself, or the chain would teach nothing.

use std::collections::HashMap;

use serde_json::Value;

use super::entry::{Entry, full_words, resolve};
use crate::agent::clause::own_name;
use crate::agent::name::{singular, wraps};
use crate::world::words::words_of;

/// A result that feeds an argument.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// The position of the tool whose result it is.
    pub(crate) from: usize,
    /// Where in the result: a JSON pointer; list positions are 0.
    pub(crate) pointer: String,
    /// The parameter that it feeds.
    pub(crate) parameter: String,
    /// Whether the value is one of a list.
    pub(crate) listed: bool,
    /// Whether the one undoes what the other does: nobody asks for both in one breath, but people do change their minds.
    pub(crate) undoes: bool,
}

/// The last words of names that identify something.
#[rustfmt::skip]
const IDENTIFYING: &[&str] = &[
    "id", "sid", "uuid", "uid", "key", "code", "number", "reference", "slug", "token", "symbol", "handle",
    "path", "email",
];

/// Names that identify nothing in particular.
#[rustfmt::skip]
const VAGUE: &[&str] = &[
    "status code", "error code", "postal code", "zip code", "country code", "currency code", "language code",
    "page number", "phone number", "house number", "line number", "account number", "card number",
    "state code", "page token", "api key", "email", "path", "code", "number", "key", "token", "reference",
    "request id", "correlation id", "trace id", "user id", "merchant account", "total number", "user email",
    "customer email", "client id", "client secret", "access token", "refresh token", "city code",
    "contact email",
];

fn identifies(words: &[String]) -> bool {
    let spoken = words.join(" ");
    words.len() > 1
        && words.last().is_some_and(|last| IDENTIFYING.contains(&last.as_str()))
        && !VAGUE.contains(&spoken.as_str())
}

/// For every tool of the pool, the links that feed its parameters.
pub(crate) fn links(entries: &[Entry]) -> Vec<Vec<Link>> {
    let mut sources: HashMap<String, Vec<(usize, String, bool, &'static str)>> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        if ["delete", "remove", "cancel", "revoke", "purge"].contains(&entry.clause.verb.as_str()) {
            continue;
        }
        let Some(returns) = &entry.tool.returns else { continue };
        let mut found = Vec::new();
        walk(
            returns,
            returns,
            String::new(),
            entry.entity.as_deref().unwrap_or_default(),
            false,
            0,
            &mut found,
        );
        // Nobody goes on with the first of a list that was not told.
        let told = |pointer: &str| {
            let list = pointer.split('/').nth(1).unwrap_or_default();
            entry.tells.is_empty() || entry.tells.iter().any(|tell| tell.names().0.contains(&list))
        };
        for (key, pointer, listed, kind) in found.into_iter().filter(|(_, at, listed, _)| !listed || told(at))
        {
            sources.entry(key).or_default().push((at, pointer, listed, kind));
        }
    }
    entries.iter().enumerate().map(|(at, entry)| feeding(at, entry, entries, &sources)).collect()
}

fn feeding(
    at: usize,
    entry: &Entry,
    entries: &[Entry],
    sources: &HashMap<String, Vec<(usize, String, bool, &'static str)>>,
) -> Vec<Link> {
    let mut links = Vec::new();
    for param in entry.params.iter().filter(|param| param.required && identifies(&param.words)) {
        let key = param.words.join(" ");
        let Some(found) = sources.get(&key) else { continue };
        // Who brings two things of a kind together names both.
        let shape = param.schema.get("pattern").filter(|pattern| pattern.is_string());
        let paired = shape.is_some()
            && entry.params.iter().any(|other| {
                other.required && other.name != param.name && other.schema.get("pattern") == shape
            });
        for (from, pointer, listed, kind) in found.iter().filter(|(_, _, listed, _)| !(paired && *listed)) {
            let source = &entries[*from];
            let trivial = *from == at
                || source.params.iter().any(|other| other.required && names_same(&other.words, &param.words));
            let typed = param.schema.get("type").and_then(Value::as_str).is_none_or(|t| t == *kind);
            let same = |key: &str| {
                param.schema.get(key).is_none_or(|wanted| {
                    source.tool.returns.as_ref().and_then(|r| declared(r, pointer)).and_then(|s| s.get(key))
                        == Some(wanted)
                })
            };
            let typed = typed && same("format") && same("pattern");
            let near = source.domain == entry.domain || param.words.len() > 2;
            let once = !links.iter().any(|link: &Link| link.from == *from && link.parameter == param.name);
            if !trivial && typed && near && once && !looks_back(source, entry) {
                links.push(Link {
                    undoes: undoes(source, entry),
                    from: *from,
                    pointer: pointer.clone(),
                    parameter: param.name.clone(),
                    listed: *listed,
                });
            }
        }
    }
    links
}

/// Whether two parameters mean the same, or one a list of what the other is.
fn names_same(one: &[String], other: &[String]) -> bool {
    let (Some((a, before_a)), Some((b, before_b))) = (one.split_last(), other.split_last()) else {
        return false;
    };
    before_a == before_b && (a == b || singular(a) == singular(b))
}

/// Whether a tool looks up what has gathered around a thing, and the other one has only just made it.
fn looks_back(from: &Entry, to: &Entry) -> bool {
    let makes = [
        "create", "add", "register", "start", "open", "publish", "make", "plan", "draft", "compose", "set",
        "launch",
    ];
    let lists = |entry: &Entry| {
        let properties =
            entry.tool.returns.as_ref().and_then(|returns| returns.get("properties")?.as_object());
        properties.is_some_and(|properties| {
            properties.iter().any(|(name, property)| property.get("items").is_some() || name == "count")
        })
    };
    makes.contains(&verb(from)) && to.clause.reads && lists(to)
}

/// What a tool does, by its name without its provider's.
fn verb(entry: &Entry) -> &str {
    own_name(&entry.tool).split('_').next().unwrap_or_default()
}

/// Whether a tool undoes or changes what another has just made.
fn undoes(from: &Entry, to: &Entry) -> bool {
    #[rustfmt::skip]
    const MAKES: &[&str] = &[
        "create", "book", "reserve", "send", "place", "checkout", "start", "order", "add", "schedule", "buy", "make", "deploy", "subscribe",
        "request", "open", "apply", "sell", "rent", "set", "register", "submit", "file", "enable", "issue", "hire", "lease", "publish",
    ];
    #[rustfmt::skip]
    const UNDOES: &[&str] = &[
        "cancel", "change", "reschedule", "return", "delete", "dispute", "rebook", "remove", "update", "move", "stop", "start", "rollback",
        "undo", "revert", "end", "unsubscribe", "block", "revoke", "disable", "refund", "restart", "decline", "appeal", "withdraw", "close",
        "archive", "deactivate", "void", "reverse", "reject", "waive",
    ];
    let any = |verbs: &[&str], entry: &Entry| {
        verbs.contains(&verb(entry)) || verbs.contains(&entry.clause.verb.as_str())
    };
    any(MAKES, from) && any(UNDOES, to)
}

/// The schema of what a pointer leads to.
fn declared<'a>(root: &'a Value, pointer: &str) -> Option<&'a Value> {
    pointer.split('/').skip(1).try_fold(resolve(root, root), |schema, step| {
        let name = step.replace("~1", "/").replace("~0", "~");
        let next = schema
            .get("properties")
            .and_then(|properties| properties.get(&name))
            .or_else(|| schema.get("items"))?;
        Some(resolve(root, next))
    })
}

/// Collects the identifying properties of a result: (key, pointer, one of a list, type).
fn walk(
    root: &Value,
    schema: &Value,
    pointer: String,
    owner: &str,
    listed: bool,
    depth: usize,
    found: &mut Vec<(String, String, bool, &'static str)>,
) {
    if depth > 4 || found.len() > 64 {
        return;
    }
    let schema = resolve(root, schema);
    if let Some(items) = schema.get("items") {
        walk(root, items, format!("{pointer}/0"), &singular(owner), true, depth + 1, found);
    }
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let property = resolve(root, property);
        let below = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        let words = full_words(name, owner);
        let kind = match property.get("type").and_then(Value::as_str) {
            Some("string") => "string",
            Some("integer") => "integer",
            _ => {
                // `data`, `items` and the like wrap what the tool is about.
                let own = words_of(name).last().cloned().unwrap_or_default();
                let owner = if wraps(name) { owner.to_owned() } else { own };
                walk(root, property, below, &owner, listed, depth + 1, found);
                continue;
            }
        };
        if identifies(&words) {
            found.push((words.join(" "), below, listed, kind));
        }
    }
}

//! A result in a sentence or two, for tools without answer patterns: what came back, not every field of it.

use serde_json::{Map, Value};

use super::name::{capitalised, is_plural, listed, plural, singular, spoken, tokens, wraps};
use super::surface::Manner;
use crate::pool::entry::Entry;

/// How telling a property is, by the last word of its name.
#[rustfmt::skip]
const TELLING: &[(&str, i32)] = &[
    ("name", 9), ("title", 9), ("status", 6), ("state", 5), ("price", 7), ("amount", 7), ("total", 6),
    ("value", 6), ("result", 7), ("message", 5), ("description", 2), ("type", 4), ("count", 5), ("date", 4),
    ("email", 4), ("city", 4), ("country", 4), ("currency", 4), ("rate", 5), ("score", 5), ("code", 3),
    ("id", 2), ("number", 4), ("summary", 5), ("text", 4), ("label", 5), ("category", 4), ("size", 3),
    ("duration", 4), ("version", 4), ("language", 4), ("url", 0), ("uri", 0), ("href", 0), ("link", 0),
    ("links", 0), ("token", 0), ("hash", 0), ("etag", 0), ("image", 0), ("icon", 0), ("at", 1),
    ("created", 1), ("updated", 1), ("sid", 1), ("uuid", 1), ("key", 1), ("self", 0), ("rel", 0),
    ("method", 0), ("cursor", 0), ("offset", 0), ("limit", 0), ("page", 0), ("time", 1), ("success", 0),
    ("ok", 0), ("to", 0), ("from", 0), ("cc", 0), ("bcc", 0), ("previous", 0), ("next", 0), ("object", 0),
    ("html", 0), ("pages", 1), ("version id", 0),
];

/// A value that can be said, with what it is called.
struct Fact {
    label: String,
    said: String,
    weight: i32,
}

impl Fact {
    /// `the price is 5`, `it expires on March 14, 2026`, `it was created on March 14, 2026`.
    fn say(&self) -> String {
        let words: Vec<&str> = self.label.split(' ').collect();
        let on = if self.said.contains(", 20") { "on " } else { "at " };
        match words[..] {
            [verb, "at" | "on"] | ["date", verb] if verb.ends_with("ed") => {
                format!("it was {verb} {on}{}", self.said)
            }
            [verb @ ("expires" | "starts" | "ends" | "begins" | "renews"), "at" | "on"] => {
                format!("it {verb} {on}{}", self.said)
            }
            _ => format!("the {} {} {}", self.label, verb_for(&self.label), self.said),
        }
    }
}

/// What the items of a result are called: as the tool's own words have it (`all time entries`), else by what it is about.
fn noun_of(entry: &Entry) -> String {
    let rest = entry.clause.rest.as_str();
    let rest = ["a list of ", "the list of "].iter().find_map(|lead| rest.strip_prefix(lead)).unwrap_or(rest);
    let rest = ["the ", "all the ", "all available ", "all "]
        .iter()
        .find_map(|lead| rest.strip_prefix(lead))
        .unwrap_or(rest);
    let phrase: Vec<&str> = rest
        .split(' ')
        .take_while(|word| !["of", "for", "in", "to", "with", "from", "on", "related"].contains(word))
        .collect();
    let plain = phrase.iter().all(|word| word.chars().all(|c| c.is_alphabetic() || c == '-'));
    match phrase.last() {
        Some(last)
            if plain
                && phrase.len() <= 3
                && is_plural(last)
                && !["details", "and", "or"].contains(last)
                && !rest.starts_with("a ") =>
        {
            singular(&phrase.join(" "))
        }
        _ => entry.entity.clone().unwrap_or_else(|| "result".into()),
    }
}

/// How many things a result lists: `3 orders`; `None` where it lists nothing.
pub(crate) fn count(entry: &Entry, result: &Value) -> Option<String> {
    let (noun, items) = list_of(result, &noun_of(entry), 0)?;
    Some(if items.len() == 1 { format!("one {noun}") } else { format!("{} {}", items.len(), plural(&noun)) })
}

/// What a result says, in words; `None` where it says nothing.
pub(crate) fn sum_up(entry: &Entry, arguments: &Map<String, Value>, result: &Value) -> Option<String> {
    let manner = Manner::plain();
    let noun = noun_of(entry);
    let listing = entry.clause.reads || result.is_array();
    if let Some((noun, items)) = list_of(result, &noun, 0).filter(|_| listing) {
        return Some(sum_up_list(&noun, items, arguments, manner));
    }
    match result {
        Value::Object(properties) if properties.is_empty() && entry.clause.reads => {
            Some(format!("There is no {} to show.", singular(&noun)))
        }
        Value::Object(_) => {
            let mut facts = Vec::new();
            collect(result, "", arguments, manner, 0, &mut facts);
            facts.sort_by_key(|fact| -fact.weight);
            // Opaque codes say something only where nothing else does.
            if facts.iter().any(|fact| !is_opaque(&fact.said)) {
                facts.retain(|fact| !is_opaque(&fact.said));
            }
            let mut labels: Vec<String> = Vec::new();
            facts.retain(|fact| {
                let fresh = !labels.contains(&fact.label);
                labels.push(fact.label.clone());
                fresh
            });
            // Of a lookup people want to hear more than of something done.
            facts.truncate(if entry.clause.reads { 4 } else { 2 });
            let said: Vec<String> = facts.iter().map(Fact::say).collect();
            (!said.is_empty()).then(|| format!("{}.", capitalised(&listed(&said))))
        }
        other => manner.say(other).map(|said| format!("The result is {said}.")),
    }
}

fn verb_for(label: &str) -> &'static str {
    if label.split_whitespace().next_back().is_some_and(is_plural) { "are" } else { "is" }
}

/// Whether words are a long code: nobody reads those out.
fn is_opaque(said: &str) -> bool {
    said.len() >= 20
        && !said.contains(' ')
        && !said.contains('@')
        && said.bytes().any(|byte| byte.is_ascii_digit())
}

/// `57.5 EUR` for an object that holds an amount and its currency.
fn money(value: &Value, manner: Manner) -> Option<String> {
    let properties = value.as_object().filter(|properties| properties.len() <= 4)?;
    let of = |names: &[&str]| names.iter().find_map(|name| properties.get(*name));
    let amount =
        of(&["value", "amount", "units"]).filter(|amount| amount.is_number() || amount.is_string())?;
    let currency = of(&["currency", "currencyCode", "currency_code"])?.as_str()?;
    Some(format!("{} {currency}", manner.say(amount)?))
}

/// A moment as a day: `March 14, 2026`. The time of day is rarely what was asked for.
fn day_of(text: &str, manner: Manner) -> Option<String> {
    let (day, time) = text.split_at_checked(10)?;
    let date = super::surface::iso_date(day).filter(|_| time.starts_with('T'))?;
    manner.say(&Value::String(date.to_string()))
}

/// The list that a result is, or wraps, with what its items are called.
fn list_of<'a>(result: &'a Value, noun: &str, depth: usize) -> Option<(String, &'a Vec<Value>)> {
    match result {
        Value::Array(items) => Some((noun.to_owned(), items)),
        Value::Object(properties) => {
            let lists: Vec<(&String, &Vec<Value>)> = properties
                .iter()
                .filter_map(|(name, value)| Some((name, value.as_array()?)))
                .filter(|(name, _)| *name != "links")
                .collect();
            let telling = |name: &str| {
                let last = tokens(name).pop().unwrap_or_default();
                TELLING.iter().find(|(word, _)| *word == last).is_none_or(|(_, weight)| *weight > 0)
            };
            let scalars = properties
                .iter()
                .filter(|(name, value)| !value.is_array() && !value.is_object() && telling(name))
                .count();
            let called = |name: &str| if wraps(name) { noun.to_owned() } else { singular(&spoken(name)) };
            if let ([], [(name, inner)]) = (&lists[..], &whole_objects(properties)[..]) {
                // `albums.items`: a page within an envelope.
                return (scalars <= 2 && depth < 2).then(|| list_of(inner, &called(name), depth + 1))?;
            }
            let [(name, items)] = lists[..] else { return None };
            // What has a name or a number of its own is a thing that holds a list.
            let own = |name: &String| ["id", "sid", "name", "title"].contains(&name.to_lowercase().as_str());
            if properties.keys().any(own) || whole_objects(properties).len() > 1 {
                return None;
            }
            (items.iter().all(Value::is_object) && scalars <= 4).then(|| (called(name), items))
        }
        _ => None,
    }
}

/// The objects of a result that are about things, not about the answer itself.
fn whole_objects(properties: &Map<String, Value>) -> Vec<(&String, &Value)> {
    const ABOUT: &[&str] = &["meta", "links", "pagination", "paging", "usage", "_links", "page"];
    let objects =
        properties.iter().filter(|(name, value)| value.is_object() && !ABOUT.contains(&name.as_str()));
    objects.collect()
}

fn sum_up_list(noun: &str, items: &[Value], arguments: &Map<String, Value>, manner: Manner) -> String {
    if items.is_empty() {
        return format!("There are no {}.", plural(noun));
    }
    let named = item_words(&items[..items.len().min(4)], arguments, manner);
    let more = items.len() - items.len().min(4);
    let count =
        if items.len() == 1 { format!("one {noun}") } else { format!("{} {}", items.len(), plural(noun)) };
    if named.is_empty() {
        return format!("I found {count}.");
    }
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    format!("I found {count}: {}{more}.", listed(&named))
}

/// The items by what tells them apart, each with the same detail: a name that all have, or the most telling property.
fn item_words(items: &[Value], arguments: &Map<String, Value>, manner: Manner) -> Vec<String> {
    if !items.iter().any(Value::is_object) {
        return items.iter().filter_map(|item| manner.say(item)).collect();
    }
    let facts: Vec<Vec<Fact>> = items
        .iter()
        .map(|item| {
            let mut facts = Vec::new();
            collect(item, "", arguments, manner, 0, &mut facts);
            facts.sort_by_key(|fact| -fact.weight);
            facts
        })
        .collect();
    let shared = |label: &str| facts.iter().all(|facts| facts.iter().any(|fact| fact.label == label));
    let labels = || facts.first().into_iter().flatten().filter(|fact| shared(&fact.label));
    let apart = |label: &str| {
        let said =
            |facts: &Vec<Fact>| facts.iter().find(|fact| fact.label == label).map(|fact| fact.said.clone());
        let all: Vec<Option<String>> = facts.iter().map(said).collect();
        (1..all.len()).all(|at| !all[..at].contains(&all[at]))
    };
    let lead = labels()
        .find(|fact| fact.weight >= 9)
        .or_else(|| {
            labels().find(|fact| is_own_id(&fact.label) && apart(&fact.label) && !is_opaque(&fact.said))
        })
        .or_else(|| labels().find(|fact| fact.weight >= 4 && apart(&fact.label)));
    let Some(lead) = lead else {
        return labels()
            .find(|fact| fact.weight >= 4)
            .map(|fact| tally(&fact.label, &facts))
            .unwrap_or_default();
    };
    let detail = labels().find(|fact| {
        fact.label != lead.label && fact.weight > 2 && fact.said.len() < 60 && !is_opaque(&fact.said)
    });
    let words = |facts: &Vec<Fact>| {
        let find = |label: &str| facts.iter().find(|fact| fact.label == label);
        let own = find(&lead.label)?;
        let bare = lead.weight >= 9 || is_own_id(&lead.label);
        let named = if bare { own.said.clone() } else { format!("{} {}", own.label, own.said) };
        let detail = detail
            .and_then(|detail| find(&detail.label))
            .map(|fact| format!(" ({} {})", fact.label, fact.said));
        Some(format!("{named}{}", detail.unwrap_or_default()))
    };
    facts.iter().filter_map(words).collect()
}

/// Whether a label is an identifier of the thing itself, not of its owner.
fn is_own_id(label: &str) -> bool {
    ["ID", "SID", "UUID", "code", "number", "reference"].contains(&label)
}

/// How many items say what of one property: `2 with status active and one with status locked`.
fn tally(label: &str, facts: &[Vec<Fact>]) -> Vec<String> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for fact in facts.iter().filter_map(|facts| facts.iter().find(|fact| fact.label == label)) {
        match counts.iter_mut().find(|(said, _)| *said == fact.said) {
            Some((_, count)) => *count += 1,
            None => counts.push((&fact.said, 1)),
        }
    }
    let count = |count: usize| if count == 1 { "one".to_owned() } else { count.to_string() };
    counts.into_iter().map(|(said, n)| format!("{} with {label} {said}", count(n))).collect()
}

/// Everything of an object that can be said, with its weight.
fn collect(
    value: &Value,
    owner: &str,
    arguments: &Map<String, Value>,
    manner: Manner,
    depth: usize,
    facts: &mut Vec<Fact>,
) {
    let Value::Object(properties) = value else { return };
    for (name, property) in properties {
        let words = tokens(name);
        let last = words.last().map_or("", String::as_str);
        if let Some(said) = money(property, manner) {
            facts.push(Fact { label: spoken(name), said, weight: 7 - 2 * i32::try_from(depth).unwrap_or(2) });
            continue;
        }
        // An envelope's own status and timing are about the call, not the thing.
        let envelope = depth == 0
            && properties.contains_key("result")
            && ["status", "time", "usage"].contains(&name.as_str());
        if envelope {
            continue;
        }
        if matches!(property, Value::Object(_)) && depth < 2 {
            let own = if ["data", "attributes", "result", "response", "details"].contains(&last) {
                owner
            } else {
                name
            };
            collect(property, own, arguments, manner, depth + 1, facts);
            continue;
        }
        let scalar_list = property
            .as_array()
            .is_some_and(|items| items.len() < 5 && items.iter().all(|i| i.is_string() || i.is_number()));
        let plain = if last == "version" { property.as_str().map(str::to_owned) } else { None };
        let day = property.as_str().and_then(|text| day_of(text, manner));
        let Some(said) = day
            .or(plain)
            .or_else(|| manner.say(property))
            .filter(|_| !property.is_array() || scalar_list)
            .filter(|said| said.len() <= 120 && !said.contains('\n'))
        else {
            continue;
        };
        let base = TELLING.iter().find(|(word, _)| *word == last).map_or(3, |(_, weight)| *weight);
        let echoed = arguments.values().any(|argument| argument == property);
        let web = said.starts_with("http") || said.contains("T") && said.ends_with('Z') || said.len() > 60;
        let flag = i32::from(property == "ok");
        let weight = base
            - if echoed { 6 } else { 0 }
            - if web { 3 } else { 0 }
            - 4 * flag
            - 2 * i32::try_from(depth).unwrap_or(2);
        if weight > 0 && !is_hidden(&words) && !property.is_boolean() {
            let said = if said.contains(' ') && property.is_string() && said.ends_with(['.', '?', '!']) {
                format!("\"{}\"", said.trim_end_matches('.'))
            } else {
                said
            };
            let label = if is_plural(last) && property.is_array() {
                spoken(name)
            } else {
                crate::pool::entry::property_label(name, &singular(owner))
            };
            let (label, said) = match super::name::measured(&words).filter(|_| property.is_number()) {
                Some((thing, before, after)) => (thing, format!("{before}{said}{after}")),
                None => (label, said),
            };
            facts.push(Fact { label, said, weight });
        }
    }
}

fn is_hidden(words: &[String]) -> bool {
    const HIDDEN: &[&str] = &[
        "links", "href", "etag", "cursor", "error", "errors", "failure", "warning", "warnings", "exception",
    ];
    words.first().is_none_or(|first| first.starts_with('_'))
        || words.iter().any(|word| HIDDEN.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;
    use toolwright_core::Tool;

    use super::*;

    fn summed(name: &str, result: Value) -> String {
        let tool = Tool::new(name, "", json!({"type": "object", "properties": {}}));
        let entry = Entry::new(Arc::new(tool), 0).expect("a plain tool");
        sum_up(&entry, &Map::new(), &result).expect("something to say")
    }

    #[test]
    fn amounts_are_told_with_their_currency() {
        let said = summed("get_offer", json!({"amount": {"currency": "EUR", "value": 57}, "type": "loan"}));
        assert_eq!(said, "The amount is 57 EUR and the type is loan.");
    }

    #[test]
    fn items_of_a_list_are_told_alike() {
        let offers = json!({"offers": [
            {"id": "OFF-1", "status": "open", "amount": {"currency": "EUR", "value": 57}},
            {"id": "OFF-2", "amount": {"currency": "USD", "value": 16}, "type": "loan"},
        ]});
        assert_eq!(
            summed("list_offers", offers),
            "I found 2 offers: OFF-1 (amount 57 EUR) and OFF-2 (amount 16 USD)."
        );
    }

    #[test]
    fn items_without_names_are_counted() {
        let entries = json!({"items": [{"status": "active"}, {"status": "locked"}, {"status": "active"}]});
        assert_eq!(
            summed("get_time_entries", entries),
            "I found 3 time entries: 2 with status active and one with status locked."
        );
    }

    #[test]
    fn units_stand_after_their_amounts() {
        let said = summed("measure_mix", json!({"loudness_lufs": -16.4, "cost_usd": 57}));
        assert!(
            said.contains("the loudness is -16.4 LUFS") || said.contains("The loudness is -16.4 LUFS"),
            "{said}"
        );
        assert!(said.contains("cost is $57"), "{said}");
    }

    #[test]
    fn things_that_hold_a_list_are_no_lists() {
        let grant = json!({"id": "GRA-1", "status": "open", "collections": [{"type": "a"}]});
        assert!(summed("get_grant", grant).starts_with("The status is open"));
    }

    #[test]
    fn pages_within_envelopes_are_lists() {
        let albums = json!({"albums": {"total": 590, "items": [{"id": "1", "name": "Slow Rivers"}]}});
        assert!(summed("get_new_releases", albums).starts_with("I found one album: Slow Rivers"));
    }

    #[test]
    fn nothing_is_told_as_nothing() {
        assert_eq!(summed("list_contents", json!({})), "There is no content to show.");
        assert_eq!(summed("list_contents", json!({"contents": []})), "There are no contents.");
    }

    #[test]
    fn moments_are_told_as_days() {
        let said = summed("get_plan", json!({"end_date": "2026-01-24T09:50:00Z", "version": "2010-04-01"}));
        assert_eq!(said, "The end date is January 24, 2026 and the version is 2010-04-01.");
    }
}

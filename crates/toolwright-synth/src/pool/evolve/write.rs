//! A draft becomes a tool: names and schemas in the provider's hand, a description, wording.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};
use toolwright_core::seed::Rng;
use toolwright_core::{Hints, Lineage, Phrase, Tool, Wording};

use super::draft::{Draft, Join, Shape};
use super::naming::name_of;
use super::style::{Style, Voice};
use super::words::{is_imperative, lowered, noun, pick, third_person};
use crate::agent::clause::is_base_verb;
use crate::agent::name::{capitalised, is_plural, listed, plural};
use crate::agent::pattern::Pattern;
use crate::agent::tell::Tell;
use crate::pool::hints::lift;

/// The most sentences after the first.
const NOTES: usize = 4;

/// The tool that a draft makes; `None` where no free name is left for it.
///
/// - `taken`: whether a name is taken.
pub(super) fn tool(
    draft: &Draft<'_>,
    style: Style,
    rng: &mut Rng,
    taken: &dyn Fn(&str) -> bool,
) -> Option<Tool> {
    let name = name_of(draft, style, rng, taken)?;
    let mut parameters = parameters(draft, style);
    let mut returns = returns(draft);
    if !style.is_snake() {
        rename(&mut parameters, style);
        rename(&mut returns, style);
    }
    let hints = Hints { parameters: lift(&mut parameters), returns: lift(&mut returns) };
    let mut tool = Tool::new(name, description(draft, style, rng), parameters);
    tool.returns = Some(returns);
    tool.meta.domain = Some(draft.node.domain.domain.clone());
    tool.meta.sub_domain = Some(draft.node.sub_domain.to_owned());
    tool.meta.source = Some("evolved".to_owned());
    tool.meta.summary = Some(draft.node.does.says.clone());
    tool.meta.hints = hints;
    tool.meta.wording = Some(wording(draft, style, rng)).filter(|wording| !wording.asks.is_empty());
    let nodes = std::iter::once(draft.node.key).chain(draft.joined.iter().map(|joined| joined.node.key));
    tool.meta.lineage = Some(Lineage {
        generation: draft.generation,
        parents: draft.parents.clone(),
        indicators: draft.indicators.iter().map(|id| (*id).to_owned()).collect(),
        functionalities: nodes.map(str::to_owned).collect(),
    });
    Some(tool)
}

fn parameters(draft: &Draft<'_>, style: Style) -> Value {
    let properties: Map<String, Value> =
        draft.params.iter().map(|(name, param)| (name.clone(), param.schema.clone())).collect();
    let required: Vec<&String> =
        draft.params.iter().filter(|(_, param)| param.required).map(|(name, _)| name).collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if style.strict {
        schema["additionalProperties"] = false.into();
    }
    schema
}

/// An object of these fields; what is joined on request may be absent.
fn object(draft: &Draft<'_>, fields: &IndexMap<String, Value>) -> Value {
    let optional = |name: &str| {
        draft
            .joined
            .iter()
            .any(|joined| joined.node.object() == name && matches!(joined.how, Join::Asked | Join::Given))
    };
    let required: Vec<&String> = fields.keys().filter(|name| !optional(name)).collect();
    let properties: Map<String, Value> =
        fields.iter().map(|(name, schema)| (name.clone(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn returns(draft: &Draft<'_>) -> Value {
    let one = object(draft, &draft.fields);
    let Some(list) = &draft.list else {
        return match draft.shape {
            Shape::Enveloped => enveloped(one, &draft.beside),
            _ => one,
        };
    };
    let most = if draft.batch.is_some() { 50 } else { 4 };
    let items = || json!({ "type": "array", "items": one.clone(), "minItems": 1, "maxItems": most });
    let mut whole = draft.beside.clone();
    let mut first = |name: &str, schema: Value| {
        whole.shift_insert(0, name.to_owned(), schema);
    };
    match &draft.shape {
        Shape::Plain => first(list, items()),
        Shape::Paged => {
            first(list, items());
            whole.insert("total".into(), json!({ "type": "integer", "minimum": 4, "maximum": 240, "description": "Entries on all pages" }));
            whole.insert(
                "next_page_token".into(),
                json!({ "type": "string", "pattern": "^[a-z0-9]{12}$", "description": "Token of the next page" }),
            );
        }
        Shape::Enveloped => return enveloped(items(), &draft.beside),
        Shape::Best => return one,
        Shape::Summarised(by) => {
            let field = draft.fields.get(by).cloned().unwrap_or_default();
            let bound = |key: &str| field.get(key).cloned();
            let mut average =
                json!({ "type": "number", "description": format!("Mean {} over all entries", noun(by)) });
            if let (Some(least), Some(most)) = (bound("minimum"), bound("maximum")) {
                average["minimum"] = least;
                average["maximum"] = most;
            }
            first(&format!("average_{by}"), average);
            first(
                "count",
                json!({ "type": "integer", "minimum": 2, "maximum": 60, "description": "Entries that match" }),
            );
        }
        Shape::Grouped(by) => {
            let field = draft.fields.get(by).cloned().unwrap_or_default();
            let mut rest = draft.fields.clone();
            rest.shift_remove(by);
            let one = object(draft, &rest);
            let items = json!({ "type": "array", "items": one, "minItems": 1, "maxItems": 2 });
            match field.get("enum").and_then(Value::as_array) {
                Some(values) => {
                    let groups: Map<String, Value> = values
                        .iter()
                        .filter_map(Value::as_str)
                        .map(|value| (value.to_owned(), items.clone()))
                        .collect();
                    let description = format!("Entries by {}", noun(by));
                    first(
                        list,
                        json!({ "type": "object", "properties": groups, "minProperties": 1, "description": description }),
                    );
                }
                None => {
                    let group = json!({ "type": "object", "properties": { by.as_str(): field, list.as_str(): items }, "required": [by, list] });
                    first("groups", json!({ "type": "array", "items": group, "minItems": 1, "maxItems": 3 }));
                }
            }
        }
        Shape::Counted(by) => {
            let field = draft.fields.get(by).cloned().unwrap_or_default();
            let number = json!({ "type": "integer", "minimum": 0, "maximum": 80 });
            let description = format!("How many, by {}", noun(by));
            let counts = match field.get("enum").and_then(Value::as_array) {
                Some(values) => {
                    let each: Map<String, Value> = values
                        .iter()
                        .filter_map(Value::as_str)
                        .map(|value| (value.to_owned(), number.clone()))
                        .collect();
                    let all: Vec<&String> = each.keys().collect();
                    json!({ "type": "object", "properties": each, "required": all, "description": description })
                }
                None => {
                    let one = json!({ "type": "object", "properties": { by.as_str(): field, "count": number }, "required": [by.as_str(), "count"] });
                    json!({ "type": "array", "items": one, "minItems": 1, "maxItems": 4, "description": description })
                }
            };
            first(&format!("{list}_by_{by}"), counts);
        }
    }
    let required: Vec<String> = whole.keys().cloned().collect();
    let properties: Map<String, Value> = whole.into_iter().collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn enveloped(data: Value, beside: &IndexMap<String, Value>) -> Value {
    let mut properties = Map::new();
    properties.insert("data".into(), data);
    properties.extend(beside.iter().map(|(name, schema)| (name.clone(), schema.clone())));
    let meta = json!({
        "type": "object",
        "properties": {
            "request_id": { "type": "string", "pattern": "^rq_[a-z0-9]{10}$", "description": "Identifier of the request" },
            "took_ms": { "type": "integer", "minimum": 4, "maximum": 900, "description": "Milliseconds it took" },
        },
        "required": ["request_id", "took_ms"],
    });
    properties.insert("meta".into(), meta);
    let required: Vec<String> = properties.keys().cloned().collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

/// Gives all declared properties, and values that name them, names in the provider's hand.
fn rename(schema: &mut Value, style: Style) {
    let Value::Object(map) = schema else { return };
    if let Some(Value::Object(properties)) = map.get_mut("properties") {
        // Keys that are values of something, such as `in transit`, stay.
        let plain =
            |name: &String| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        *properties = std::mem::take(properties)
            .into_iter()
            .map(|(name, mut inner)| {
                rename(&mut inner, style);
                if ["sort_by", "fields"].contains(&name.as_str()) {
                    rename_values(&mut inner, style);
                }
                (if plain(&name) { style.name(&name) } else { name }, inner)
            })
            .collect();
        if let Some(Value::Array(required)) = map.get_mut("required") {
            for name in required {
                if let Some(text) = name.as_str().filter(|text| plain(&(*text).to_owned())) {
                    *name = style.name(text).into();
                }
            }
        }
    }
    if let Some(items) = map.get_mut("items") {
        rename(items, style);
    }
}

fn rename_values(schema: &mut Value, style: Style) {
    let place = if schema.get("items").is_some() { schema.get_mut("items") } else { Some(schema) };
    if let Some(Value::Array(values)) = place.and_then(|schema| schema.get_mut("enum")) {
        for value in values {
            if let Some(text) = value.as_str() {
                *value = style.name(text).into();
            }
        }
    }
}

fn description(draft: &Draft<'_>, style: Style, rng: &mut Rng) -> String {
    let mut sentences = vec![opening(&draft.node.does.says, style)];
    if let Some(more) = &draft.node.does.more
        && rng.chance(if draft.generation == 0 && draft.joined.is_empty() { 0.75 } else { 0.35 })
    {
        sentences.push(more.clone());
    }
    // What is new is said; of what is older, some.
    let fresh = draft.notes.len().min(2);
    let (old, new) = draft.notes.split_at(draft.notes.len() - fresh);
    let mut said: Vec<&String> = old.iter().filter(|_| rng.chance(0.55)).chain(new).collect();
    if said.len() > NOTES {
        said.drain(..said.len() - NOTES);
    }
    if rng.chance(0.25) {
        rng.shuffle(&mut said);
    }
    sentences.extend(said.into_iter().map(|note| renamed_ticks(note, style)));
    if sentences.len() < 4 && rng.chance(0.4) {
        sentences.extend(answer(draft, rng));
    }
    if sentences.len() < 4 && rng.chance(0.35) {
        sentences.extend(refinements(draft, rng));
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences.join(" ")
}

fn opening(says: &str, style: Style) -> String {
    let said = match style.voice {
        Voice::Third => third_person(says),
        Voice::Purpose if is_imperative(says) => Some(format!("Use it to {}", lowered(says))),
        Voice::Permission if is_imperative(says) => Some(format!("Lets you {}", lowered(says))),
        _ => None,
    };
    format!("{}.", said.unwrap_or_else(|| says.to_owned()))
}

/// Names in code ticks, in the provider's hand.
fn renamed_ticks(text: &str, style: Style) -> String {
    if style.is_snake() {
        return text.to_owned();
    }
    let mut out = String::new();
    for (at, part) in text.split('`').enumerate() {
        if at > 0 {
            out.push('`');
        }
        let name =
            at % 2 == 1 && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        out.push_str(&if name { style.name(part) } else { part.to_owned() });
    }
    out
}

/// What comes back, as a sentence.
fn answer(draft: &Draft<'_>, rng: &mut Rng) -> Option<String> {
    let mut names: Vec<String> = draft.fields.keys().take(5).map(|name| noun(name)).collect();
    if names.len() < 2 || matches!(draft.shape, Shape::Counted(_) | Shape::Summarised(_)) {
        return None;
    }
    names.truncate(2 + rng.below(3));
    let names = listed(&names);
    let text = if draft.list.is_some() && draft.shape != Shape::Best {
        pick(
            rng,
            &[
                "Each entry has its {names}.", "Lists the {names} of each.",
                "For every entry it gives the {names}.", "Comes back with {names} per entry.",
            ],
        )
    } else {
        pick(
            rng,
            &[
                "Returns the {names}.", "Answers with the {names}.", "Gives back the {names}.",
                "The answer holds the {names}.",
            ],
        )
    };
    Some(text.replace("{names}", &names))
}

/// What may be given, as a sentence.
fn refinements(draft: &Draft<'_>, rng: &mut Rng) -> Option<String> {
    let mut names: Vec<String> = draft
        .params
        .iter()
        .filter(|(_, param)| !param.required && param.attribute.is_some())
        .map(|(name, _)| noun(name))
        .collect();
    if names.is_empty() {
        return None;
    }
    rng.shuffle(&mut names);
    names.truncate(3);
    let names = listed(&names);
    let text = if draft.node.reads {
        pick(
            rng,
            &[
                "Optionally by {names}.",
                "Takes the {names} into account where given.",
                "Can be refined by {names}.",
                "Consider passing the {names} for better results.",
            ],
        )
    } else {
        pick(
            rng,
            &[
                "The {names} can be left out.", "Optional: {names}.", "Also takes the {names}.",
                "May carry the {names}.",
            ],
        )
    };
    Some(text.replace("{names}", &names))
}

fn wording(draft: &Draft<'_>, style: Style, rng: &mut Rng) -> Wording {
    let current = |name: &str| {
        let now = draft.renamed.iter().fold(name, |name, (from, to)| if name == from { to } else { name });
        style.name(now)
    };
    let asks = draft.node.does.ask.iter().filter_map(|ask| {
        let ask = draft.batch.as_ref().map_or_else(|| ask.clone(), |name| of_several(ask, name));
        Some(Pattern::parse(&ask).ok()?.renamed(&current).to_string())
    });
    let asks = asks.collect();
    let parameters = draft
        .params
        .iter()
        .filter_map(|(name, param)| {
            let with = param.put.clone()?;
            Some((style.name(name), Phrase { with: Some(with), ..Phrase::default() }))
        })
        .collect();
    Wording { asks, questions: Vec::new(), parameters, tells: tells(draft, &current, style, rng) }
}

/// Words before a slot that do not name what is in it.
#[rustfmt::skip]
const LINKS: &[&str] = &[
    "of", "for", "in", "on", "at", "to", "from", "with", "by", "as", "about", "under", "near", "and", "or", "is", "are", "the", "a", "an",
    "my", "our", "into", "against", "over", "between", "around", "than", "like", "that", "up", "out", "off", "down", "within", "after",
    "before", "via", "per", "called", "named", "using", "through", "until", "since", "toward", "towards", "behind", "inside", "me", "it",
];

/// A request for one thing as one for several: `flight {flight_number}` → `flights {flight_number}`.
fn of_several(ask: &str, name: &str) -> String {
    let slot = format!("{{{name}");
    let Some(at) = ask.find(&slot) else { return ask.to_owned() };
    let (before, tail) = ask.split_at(at);
    let Some(end) = tail.find('}') else { return ask.to_owned() };
    let known = tail[1..end].split('|').nth(1).and_then(|with| with.strip_suffix(" @"));
    let lead = known.map_or_else(|| before.to_owned(), |known| format!("{before}{known} "));
    let word = lead.trim_end().rsplit(' ').next().unwrap_or_default().to_owned();
    let countable =
        !is_base_verb(&word) && !LINKS.contains(&word.as_str()) && word.chars().all(char::is_lowercase);
    let lead = match lead.trim_end().strip_suffix(&word) {
        Some(head) if countable => format!("{head}{} ", plural(&word)),
        _ => lead,
    };
    format!("{lead}{slot}{}", &tail[end..])
}

/// Answers over the result, the fullest first.
fn tells(draft: &Draft<'_>, current: &dyn Fn(&str) -> String, style: Style, rng: &mut Rng) -> Vec<String> {
    let said = draft.node.does.tell.as_str();
    if said.is_empty() {
        return Vec::new();
    }
    let Ok(tell) = Tell::parse(said) else { return Vec::new() };
    // An amount with its currency is an object now.
    let inner = |path: &[String]| -> Vec<String> {
        let mut out: Vec<String> = path.iter().map(|step| style.name(step)).collect();
        let field = path.first().and_then(|first| draft.fields.get(first));
        if path.len() == 1 && field.is_some_and(|schema| schema.pointer("/properties/amount").is_some()) {
            out.push("amount".into());
        }
        out
    };
    let enveloped = draft.shape == Shape::Enveloped;
    let outer = |path: &[String]| -> Vec<String> {
        let head = enveloped.then(|| "data".to_owned());
        head.into_iter().chain(inner(path)).collect()
    };
    let sayable = |tell: &Tell| {
        let (paths, arguments) = tell.names();
        paths.iter().all(|path| draft.fields.contains_key(*path))
            && arguments.iter().all(|name| draft.params.contains_key(*name))
    };
    let argument = |name: &str| current(name);
    let Some(list) = &draft.list else {
        if !sayable(&tell) {
            return Vec::new();
        }
        let plain = tell.renamed(&outer, &inner, &argument).to_string();
        let joined = draft.joined.iter().filter_map(|joined| along(draft, joined, style, enveloped));
        let full: Vec<String> = joined.map(|more| format!("{plain} {more}")).collect();
        return full.into_iter().chain([plain]).collect();
    };
    // Of one item: a phrase, or the sentence over a single thing, with what was asked for read off the item.
    let item = if let Some(name) = &draft.batch {
        let own =
            said.trim_end_matches(['.', '!']).replace(&format!("{{arg {name}}}"), &format!("{{{name}}}"));
        if own.contains(&format!("{{{name}}}")) { own } else { format!("{{{name}}}: {}", lowered(&own)) }
    } else {
        said.to_owned()
    };
    let Ok(tell) = Tell::parse(&item) else { return Vec::new() };
    if !sayable(&tell) {
        return Vec::new();
    }
    let item = tell.renamed(&inner, &inner, &argument).to_string();
    let nouns = noun(list);
    let many = is_plural(nouns.split(' ').next_back().unwrap_or_default());
    let path = if enveloped { "data".to_owned() } else { style.name(list) };
    match &draft.shape {
        Shape::Plain | Shape::Paged | Shape::Enveloped if draft.batch.is_some() => {
            vec![
                format!("{{each {path};: {item}}}."),
                format!("Here is each of them: {{each {path};: {item}}}."),
            ]
        }
        Shape::Plain | Shape::Paged | Shape::Enveloped => {
            let mut texts = vec![
                format!("I found {{count {path}}}: {{each {path};: {item}}}."),
                format!("Here is what I found: {{each {path};: {item}}}."),
                format!("This is what came back: {{each {path};: {item}}}."),
            ];
            if many {
                texts.push(format!("Here are the {nouns}: {{each {path};: {item}}}."));
                texts.push(format!("{}: {{each {path};: {item}}}.", capitalised(&nouns)));
            }
            rng.shuffle(&mut texts);
            texts.truncate(3);
            texts
        }
        Shape::Best => {
            vec![
                format!("The best match is this: {item}."),
                format!("I would pick this one: {item}."),
                format!("This one comes first: {item}."),
            ]
        }
        Shape::Summarised(by) => {
            let (count, average) = (style.name("count"), style.name(&format!("average_{by}")));
            let unit = draft.node.attribute(by).and_then(|attribute| attribute.unit.clone());
            let average = match unit.as_deref() {
                Some("USD") => format!("${{{average}}}"),
                Some(unit) => format!("{{{average}}} {unit}"),
                None => format!("{{{average}}}"),
            };
            vec![format!("There are {{{count}}} in all, with a mean {} of {average}.", noun(by))]
        }
        Shape::Grouped(_) | Shape::Counted(_) => Vec::new(),
    }
}

/// What is said of a joined lookup that came along.
fn along(
    draft: &Draft<'_>,
    joined: &super::draft::Joined<'_>,
    style: Style,
    enveloped: bool,
) -> Option<String> {
    let object = joined.node.object();
    if !joined.node.reads || joined.node.does.tell.is_empty() {
        return None;
    }
    let block = draft.fields.get(object)?;
    let tell = Tell::parse(&joined.node.does.tell).ok()?;
    let (paths, arguments) = tell.names();
    let declared = block.get("properties").or_else(|| block.pointer("/items/properties"))?;
    let known = |name: &&str| draft.params.get(*name).is_some_and(|param| param.required);
    if !paths.iter().all(|path| declared.get(path).is_some()) || !arguments.iter().all(known) {
        return None;
    }
    let place = style.name(object);
    let place = if enveloped { format!("data.{place}") } else { place };
    let inner = |path: &[String]| -> Vec<String> { path.iter().map(|step| style.name(step)).collect() };
    let argument = |name: &str| style.name(name);
    if joined.node.does.many {
        let item = tell.renamed(&inner, &inner, &argument);
        return Some(format!("{}: {{each {place};: {item}}}.", capitalised(&noun(object))));
    }
    let under =
        |path: &[String]| -> Vec<String> { place.split('.').map(str::to_owned).chain(inner(path)).collect() };
    Some(tell.renamed(&under, &inner, &argument).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_for_one_become_requests_for_several() {
        assert_eq!(
            of_several("check flight {flight_number} now", "flight_number"),
            "check flights {flight_number} now"
        );
        assert_eq!(
            of_several("book {flight_id|flight @|the first} now", "flight_id"),
            "book flights {flight_id} now"
        );
        assert_eq!(of_several("call off {booking}", "booking"), "call off {booking}");
    }
}

//! A draft becomes a tool: names and schemas in the provider's hand, a description, wording.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};
use toolwright_core::seed::Rng;
use toolwright_core::{Hints, Laws, Lineage, Phrase, Rows, Tool, Wording};

use super::draft::{Draft, Join, Shape};
use super::naming::name_of;
use super::style::{Style, Voice};
use super::words::{code, lowered, noun, pick, third_person};
use crate::agent::clause::is_imperative;
use crate::agent::name::{capitalised, is_plural, listed, measured, plural, singular, tokens};
use crate::agent::pattern::{OF_ONE, Pattern};
use crate::agent::tell::Tell;
use crate::pool::hints::lift;
use crate::pool::tree::Attribute;

/// The tool that a draft makes; `None` where no free name is left for it.
///
/// - `taken`: whether a name is taken.
pub(super) fn tool(
    draft: &Draft<'_>,
    style: &Style,
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
    let hints = Hints { parameters: lift(&mut parameters), returns: lift(&mut returns), laws: laws(draft) };
    let mut tool = Tool::new(name, description(draft, style, rng), parameters);
    tool.returns = Some(returns);
    tool.meta.domain = Some(draft.node.domain.domain.clone());
    tool.meta.sub_domain = Some(draft.node.sub_domain.to_owned());
    tool.meta.source = Some("evolved".to_owned());
    tool.meta.summary = Some(draft.node.does.says.clone());
    tool.meta.hints = hints;
    let wording = wording(draft, style, rng);
    // What nobody can ask for in words of the tree is no API that it gives.
    if wording.asks.is_empty() && !draft.node.does.ask.is_empty() {
        return None;
    }
    tool.meta.wording = Some(wording).filter(|wording| !wording.asks.is_empty());
    let nodes = std::iter::once(draft.node.key).chain(draft.joined.iter().map(|joined| joined.node.key));
    tool.meta.lineage = Some(Lineage {
        generation: draft.generation,
        parents: draft.parents.clone(),
        indicators: draft.indicators.iter().map(|id| (*id).to_owned()).collect(),
        functionalities: nodes.map(str::to_owned).collect(),
    });
    Some(tool)
}

/// What holds between arguments and results, as far as this API has them.
fn laws(draft: &Draft<'_>) -> Laws {
    let nodes = || std::iter::once(draft.node).chain(draft.joined.iter().map(|joined| joined.node));
    let given = |name: &str| {
        let within = |block: &Value| {
            block
                .pointer("/properties")
                .or_else(|| block.pointer("/items/properties"))
                .is_some_and(|properties| properties.get(name).is_some())
        };
        let whole = !matches!(draft.shape, Shape::Counted(_) | Shape::Summarised(_));
        whole && draft.fields.contains_key(name)
            || draft.fields.values().chain(draft.beside.values()).any(within)
    };
    // A parameter goes by its present name.
    let asked = |name: &str| draft.params.contains_key(name);
    let mut works = IndexMap::new();
    for node in nodes() {
        for (name, formula) in node.does.works.iter().filter(|(name, _)| given(name)) {
            works.entry(name.clone()).or_insert_with(|| formula.clone());
        }
    }
    let rows = draft.node.sub.rows.iter().filter_map(|rows| {
        let kept: Vec<usize> =
            (0..rows.of.len()).filter(|at| given(&rows.of[*at]) || asked(&rows.of[*at])).collect();
        // What is only looked up by number is known by what was told of it.
        let told = kept.iter().any(|at| given(&rows.of[*at]));
        let kept = if told { (0..rows.of.len()).collect() } else { kept };
        (kept.len() > 1).then(|| Rows {
            of: kept.iter().map(|at| rows.of[*at].clone()).collect(),
            are: rows
                .are
                .iter()
                .map(|row| kept.iter().filter_map(|at| row.get(*at).cloned()).collect())
                .collect(),
        })
    });
    let order = draft.node.does.order.clone();
    let order = order.filter(|order| draft.fields.contains_key(order.trim_start_matches('-')));
    // Of several identifiers, that of the thing whose functionality it is.
    let node = draft.node;
    let ids: Vec<&String> = node
        .does
        .needs
        .iter()
        .filter(|name| {
            node.attribute(name).is_some_and(|attribute| attribute.identifies(name)) && asked(name)
        })
        .collect();
    let own = ids.iter().find(|name| name.starts_with(&format!("{}_", node.thing)));
    let about = own.filter(|_| ids.len() > 1).map(|name| (*name).clone());
    // What comes along with a parameter comes with that alone.
    let mut parts = IndexMap::new();
    for joined in draft.joined.iter().filter(|joined| matches!(joined.how, Join::Given | Join::Done)) {
        let object = joined.node.object();
        let needs = joined.node.does.needs.iter();
        let own = needs.filter(|need| !node.does.needs.contains(need)).find(|need| asked(need));
        let with = own.map(String::as_str).or_else(|| asked(object).then_some(object));
        if let Some(with) =
            with.filter(|_| draft.fields.contains_key(object) || draft.beside.contains_key(object))
        {
            parts.insert(object.to_owned(), with.to_owned());
        }
    }
    let along = draft.joined.iter().filter(|joined| joined.node.does.many);
    let orders =
        along.filter_map(|joined| Some((joined.node.object().to_owned(), joined.node.does.order.clone()?)));
    Laws { works, rows: rows.collect(), about, parts, order, orders: orders.collect() }
}

fn parameters(draft: &Draft<'_>, style: &Style) -> Value {
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
    let required: Vec<&String> = fields.keys().filter(|name| !draft.may_lack(name)).collect();
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
    let items = || json!({ "type": "array", "items": one.clone() });
    let mut whole = draft.beside.clone();
    let mut first = |name: &str, schema: Value| {
        whole.shift_insert(0, name.to_owned(), schema);
    };
    match &draft.shape {
        Shape::Plain => first(list, items()),
        Shape::Paged => {
            first(list, items());
            whole.insert("total".into(), whole_number("Entries on all pages", 6, 48));
            let token = json!({ "type": "string", "pattern": "^[a-z0-9]{12}$", "description": "Token of the next page" });
            whole.insert("next_page_token".into(), token);
        }
        Shape::Enveloped => return enveloped(items(), &draft.beside),
        Shape::Best => return one,
        Shape::Summarised(by) => {
            let mut average = draft.fields.get(by).cloned().unwrap_or_default();
            average["type"] = "number".into();
            average["description"] = format!("Average {} over all entries", noun(by)).into();
            first(&format!("average_{by}"), average);
            first("count", whole_number("Entries that match", 2, 24));
        }
        Shape::Grouped(by) => {
            let mut rest = draft.fields.clone();
            let values = rest.shift_remove(by).as_ref().map(enumerated).unwrap_or_default();
            let items = json!({ "type": "array", "items": object(draft, &rest) });
            let groups: Map<String, Value> = values.into_iter().map(|value| (value, items.clone())).collect();
            let description = format!("Entries by {}", noun(by));
            first(
                list,
                json!({ "type": "object", "properties": groups, "minProperties": 1, "description": description }),
            );
        }
        Shape::Counted(by) => {
            let values = draft.fields.get(by).map(enumerated).unwrap_or_default();
            let each: Map<String, Value> = values
                .iter()
                .map(|value| {
                    (value.clone(), json!({ "type": "integer", "x-range": [0, 18], "meaning": "quantity" }))
                })
                .collect();
            let description = format!("How many, by {}", noun(by));
            first(
                &format!("{list}_by_{by}"),
                json!({ "type": "object", "properties": each, "required": values, "description": description }),
            );
        }
    }
    let required: Vec<&String> = whole.keys().filter(|name| !draft.may_lack(name)).collect();
    json!({ "type": "object", "required": required, "properties": Map::from_iter(whole.clone()) })
}

fn enumerated(schema: &Value) -> Vec<String> {
    let values = schema.get("enum").and_then(Value::as_array);
    values.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn whole_number(says: &str, least: i64, most: i64) -> Value {
    json!({ "type": "integer", "x-range": [least, most], "meaning": "quantity", "description": says })
}

fn enveloped(data: Value, beside: &IndexMap<String, Value>) -> Value {
    let mut properties = Map::new();
    properties.insert("data".into(), data);
    properties.extend(beside.iter().map(|(name, schema)| (name.clone(), schema.clone())));
    let meta = json!({
        "type": "object",
        "properties": {
            "request_id": { "type": "string", "pattern": "^rq_[a-z0-9]{10}$", "description": "Identifier of the request" },
            "took_ms": whole_number("Milliseconds it took", 4, 900),
        },
        "required": ["request_id", "took_ms"],
    });
    properties.insert("meta".into(), meta);
    let required: Vec<String> = properties.keys().cloned().collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

/// Gives all declared properties, and values that name them, names in the provider's hand.
fn rename(schema: &mut Value, style: &Style) {
    let Value::Object(map) = schema else { return };
    if let Some(Value::Object(properties)) = map.get_mut("properties") {
        // Keys that are values of something, such as `in transit`, stay.
        let plain =
            |name: &String| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        *properties = std::mem::take(properties)
            .into_iter()
            .map(|(name, mut inner)| {
                rename(&mut inner, style);
                if NAMING.contains(&name.as_str()) {
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

/// Parameters whose values name properties of the result.
const NAMING: &[&str] = &["sort_by", "include", "expand"];

fn rename_values(schema: &mut Value, style: &Style) {
    let place = if schema.get("items").is_some() { schema.get_mut("items") } else { Some(schema) };
    if let Some(Value::Array(values)) = place.and_then(|schema| schema.get_mut("enum")) {
        for value in values {
            if let Some(text) = value.as_str() {
                *value = style.name(text).into();
            }
        }
    }
}

fn description(draft: &Draft<'_>, style: &Style, rng: &mut Rng) -> String {
    let mut sentences = vec![opening(draft, style)];
    let listed = !matches!(draft.shape, Shape::Best | Shape::Summarised(_) | Shape::Counted(_));
    let more = draft.node.does.more.as_ref().filter(|more| listed && holds(draft, more));
    if let Some(more) = more
        && rng.chance(if draft.generation == 0 && draft.joined.is_empty() { 0.75 } else { 0.35 })
    {
        sentences.push(more.clone());
    }
    // What is new is said, and what the definition would be misread without; of the rest, some.
    let fresh = draft.notes.len().saturating_sub(2);
    let mut said: Vec<&str> = draft
        .notes
        .iter()
        .enumerate()
        .filter(|(at, note)| *at >= fresh || note.needed || rng.chance(0.5))
        .map(|(_, note)| note.text.as_str())
        .collect();
    if rng.chance(0.2) {
        rng.shuffle(&mut said);
    }
    said.retain(|text| !text.is_empty());
    sentences.extend(said.into_iter().map(|note| renamed_ticks(note, style)));
    if sentences.len() < 3 && rng.chance(0.3) {
        sentences.extend(answer(draft, rng).map(|text| renamed_ticks(&text, style)));
    }
    if !style.facts.is_empty() {
        let mut facts = style.facts.clone();
        rng.shuffle(&mut facts);
        sentences.extend(facts.into_iter().take(2));
    }
    sentences.dedup();
    sentences.join(" ")
}

/// Whether what is told of an operation is still so: what happens without an option needs the option, and that it is one.
fn holds(draft: &Draft<'_>, more: &str) -> bool {
    #[rustfmt::skip]
    const WITHOUT: &[&str] = &[
        "if no ", "if none", "if not", "without ", "unless", "where no", "when no", "by default", "is assumed", "are assumed",
        "otherwise", "left out", "not given", "not stated", "not named", "is used", "are used", "is taken",
    ];
    let lower = more.to_lowercase();
    // Where the caller chooses the order, none is promised.
    if draft.params.contains_key("sort_by")
        && ["first", "sorted", "order"].iter().any(|word| lower.contains(word))
    {
        return false;
    }
    let open = |name: &String| draft.params.get(name).is_some_and(|param| !param.required);
    !WITHOUT.iter().any(|words| lower.contains(words)) || draft.node.does.may.iter().all(open)
}

fn opening(draft: &Draft<'_>, style: &Style) -> String {
    let (says, verb) = (draft.node.does.says.as_str(), draft.node.verb());
    // Who counts does not list.
    let instead = match draft.shape {
        Shape::Best => Some("Best match among"),
        Shape::Summarised(_) => Some("Statistics over"),
        Shape::Counted(_) => Some("Overview of"),
        _ => None,
    };
    if let Some(sentence) = instead.zip(listed_things(says, verb)).map(|(what, of)| format!("{what} {of}.")) {
        return sentence;
    }
    let said = match style.voice {
        Voice::Third => third_person(says, verb),
        Voice::Purpose if is_imperative(says, verb) => Some(format!("Use it to {}", lowered(says))),
        Voice::Permission if is_imperative(says, verb) => Some(format!("Lets you {}", lowered(says))),
        _ => None,
    };
    format!("{}.", said.unwrap_or_else(|| says.to_owned()))
}

/// What a sentence says is listed: `flights between two cities` of `Search for flights between two cities`.
fn listed_things(says: &str, verb: &str) -> Option<String> {
    const CLAUSES: &[&str] = &[
        "which", "how", "what", "whether", "when", "where", "who", "out", "up", "into", "and", "or", "again",
    ];
    let things = if is_imperative(says, verb) {
        let rest = says.split_once(' ')?.1;
        rest.strip_prefix("for ").unwrap_or(rest).to_owned()
    } else {
        lowered(says)
    };
    // Numbers stand in no order.
    let things = match things.rsplit_once(", ") {
        Some((head, order)) if order.ends_with(" first") => head.to_owned(),
        _ => things,
    };
    (!CLAUSES.contains(&things.split(' ').next().unwrap_or_default())).then_some(things)
}

/// Names in code ticks, in the provider's hand.
fn renamed_ticks(text: &str, style: &Style) -> String {
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
    let names: Vec<String> = draft.fields.keys().take(2 + rng.below(3)).map(|name| code(name)).collect();
    if names.len() < 2 || matches!(draft.shape, Shape::Counted(_) | Shape::Summarised(_)) {
        return None;
    }
    let names = listed(&names);
    let text = if draft.list.is_some() && draft.shape != Shape::Best {
        pick(rng, &["Each entry has {names}.", "Every entry comes with {names}."])
    } else {
        pick(rng, &["Returns {names}.", "Responds with {names}."])
    };
    Some(text.replace("{names}", &names))
}

fn wording(draft: &Draft<'_>, style: &Style, rng: &mut Rng) -> Wording {
    let current = |name: &str| {
        let now = draft.renamed.iter().fold(name, |name, (from, to)| if name == from { to } else { name });
        style.name(now)
    };
    let asks = draft.node.does.ask.iter().filter_map(|ask| asked_of_all(draft, ask)).filter_map(|ask| {
        let ask = &ask;
        let ask = draft.batch.as_ref().map_or_else(|| Some(ask.clone()), |name| of_several(ask, name))?;
        Some(Pattern::parse(&ask).ok()?.renamed(&current).to_string())
    });
    let asks = asks.collect();
    let parameters = draft
        .params
        .iter()
        .filter_map(|(name, param)| {
            let each = param.attribute.and_then(|attribute| {
                let each = attribute.each.clone()?;
                Some(attribute.has.keys().fold(each, |each, inner| {
                    each.replace(&format!("{{{inner}}}"), &format!("{{{}}}", style.name(inner)))
                }))
            });
            let phrase = Phrase { with: param.put.clone(), each, ..Phrase::default() };
            (phrase != Phrase::default()).then(|| (style.name(name), phrase))
        })
        .chain(draft.params.iter().flat_map(|(name, param)| {
            // `extras/piece_count`
            let inner = param.schema.get("properties").and_then(Value::as_object).into_iter().flatten();
            inner.filter_map(move |(property, _)| {
                let with = draft.puts.get(property)?.clone();
                let place = format!("{}/{}", style.name(name), style.name(property));
                Some((place, Phrase { with: Some(with), ..Phrase::default() }))
            })
        }))
        .collect();
    Wording { asks, questions: Vec::new(), parameters, tells: tells(draft, &current, style, rng) }
}

/// A request for a list as one for what the API gives instead: `find gyms in {city}` → `count gyms in {city} by size`; `None` where
/// the words are no request for a list.
fn asked_of_all(draft: &Draft<'_>, ask: &str) -> Option<String> {
    const LISTS: &[&str] =
        &["list ", "find ", "search for ", "look for ", "show me ", "search ", "get ", "look up ", "show "];
    // What begins with a value would be left without a noun where that is dropped.
    let things = || {
        let things = LISTS.iter().find_map(|verb| ask.strip_prefix(verb))?;
        let first = things.split([' ', '{']).next().unwrap_or_default();
        let plain = !things.starts_with('{')
            && !["a", "an", "what", "which", "who", "where", "when", "how", "me", "out", "whether"]
                .contains(&first);
        const ENDS: &[&str] = &[
            "in", "for", "that", "who", "which", "with", "on", "at", "of", "to", "from", "by", "near",
            "around", "about", "between", "open",
        ];
        let words = things.split([' ', '{']);
        let head = words.take_while(|word| !word.is_empty() && !ENDS.contains(word)).last()?;
        (plain && is_plural(head)).then(|| things.to_owned())
    };
    let all = |things: &str| {
        let known = ["the ", "my ", "our ", "all "].iter().any(|start| things.starts_with(start));
        if known { things.to_owned() } else { format!("the {things}") }
    };
    match &draft.shape {
        Shape::Counted(by) => Some(format!("count {} by {}", all(&things()?), called(draft, by))),
        Shape::Summarised(by) => {
            Some(format!("count {} and give me their average {}", all(&things()?), measure(by)))
        }
        Shape::Best => Some(format!(
            "pick the best of the {}",
            things()?.trim_start_matches("the ").trim_start_matches("my ")
        )),
        _ => Some(ask.to_owned()),
    }
}

/// What people call an attribute: as the tree describes it, where that is short.
fn called(draft: &Draft<'_>, name: &str) -> String {
    let says = draft.node.attribute(name).map(|attribute| lowered(&attribute.says));
    says.filter(|says| says.split(' ').count() < 5 && !says.contains([',', '(', ';']))
        .unwrap_or_else(|| noun(name))
}

/// What is measured, without its unit: `brightness` of `brightness_percent`.
fn measure(name: &str) -> String {
    measured(&tokens(name)).map_or_else(|| noun(name), |(thing, ..)| thing)
}

/// A request for one thing as one for several: `{flight_id|flight @|the first}` → `flights {flight_id}`; `None` where the words
/// around it speak of one.
pub(super) fn of_several(ask: &str, name: &str) -> Option<String> {
    let at = ask.find(&format!("{{{name}"))?;
    let (before, tail) = ask.split_at(at);
    let end = tail.find('}')?;
    let mut forms = tail[1..end].split('|');
    if forms.next() != Some(name) {
        return None;
    }
    let lead = match forms.next().and_then(|with| with.strip_suffix(" @")) {
        Some(thing) => {
            let (head, last) = thing.rsplit_once(' ').unwrap_or(("", thing));
            format!("{head} {} ", plural(last)).trim_start().to_owned()
        }
        None => String::new(),
    };
    let after = tail[end + 1..].trim_start();
    let verb = after.split(' ').next().unwrap_or_default();
    let one = OF_ONE.contains(&verb)
        || ["can", "still"].contains(&verb)
        || after.split([' ', ',']).any(|word| ["it", "its", "itself"].contains(&word));
    let text = format!("{before}{lead}{{{name}{}", &tail[end..]);
    let plain = Pattern::parse(&text).ok()?;
    (!one && (!lead.is_empty() || plain.fits_many(name))).then_some(text)
}

/// Answers over the result, the fullest first.
fn tells(draft: &Draft<'_>, current: &dyn Fn(&str) -> String, style: &Style, rng: &mut Rng) -> Vec<String> {
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
        let told: Vec<Along> =
            draft.joined.iter().filter_map(|joined| along(draft, joined, style, enveloped)).collect();
        let said =
            |some: Vec<&Along>| some.iter().fold(plain.clone(), |all, told| format!("{all} {}", told.text));
        return choices(&told).into_iter().map(said).collect();
    };
    // Of one item: a phrase, or the sentence over a single thing, with what was asked for read off the item.
    let item = if let Some(name) = &draft.batch {
        let said = said.strip_prefix("Thank you. ").unwrap_or(said);
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
    // What comes with every item is told with it, what belongs to the whole after the list.
    let told: Vec<Along> =
        draft.joined.iter().filter_map(|joined| along(draft, joined, style, enveloped)).collect();
    let mut texts = Vec::new();
    for some in choices(&told) {
        let (inside, after): (Vec<&Along>, Vec<&Along>) = some.into_iter().partition(|told| told.in_item);
        let full = inside.iter().fold(item.clone(), |item, told| {
            format!("{item} - {}", lowered(told.text.trim_end_matches(['.', '!'])))
        });
        let after: String = after.iter().map(|told| format!(" {}", told.text)).collect();
        texts.extend(tells_of_list(draft, list, &full, style, rng).into_iter().map(|text| text + &after));
    }
    texts
}

/// What may have come along: all of it first, nothing last.
fn choices(told: &[Along]) -> Vec<Vec<&Along>> {
    let told = &told[..told.len().min(3)];
    let some =
        |mask: usize| told.iter().enumerate().filter(move |(at, _)| mask >> at & 1 == 1).map(|(_, one)| one);
    let mut all: Vec<Vec<&Along>> = (0..1 << told.len()).map(|mask| some(mask).collect()).collect();
    all.sort_by_key(|some| std::cmp::Reverse(some.len()));
    all
}

/// Answers over a list, with the phrase over one item.
fn tells_of_list(draft: &Draft<'_>, list: &str, item: &str, style: &Style, rng: &mut Rng) -> Vec<String> {
    let enveloped = draft.shape == Shape::Enveloped;
    let nouns = noun(list);
    let many = is_plural(nouns.split(' ').next_back().unwrap_or_default());
    let path = if enveloped { "data".to_owned() } else { style.name(list) };
    match &draft.shape {
        Shape::Plain | Shape::Paged | Shape::Enveloped if draft.batch.is_some() => {
            vec![format!("{{each {path}.: {item}}}.")]
        }
        Shape::Paged => {
            let (total, nouns) = (style.name("total"), if many { nouns.as_str() } else { "results" });
            vec![
                format!("I found {{{total}}} {nouns} in all; these come first: {{each {path};: {item}}}."),
                format!("There are {{{total}}} {nouns}. The first of them: {{each {path};: {item}}}."),
                format!(
                    "Of {{{total}}} {nouns} in all, these are on the first page: {{each {path};: {item}}}."
                ),
            ]
        }
        Shape::Plain | Shape::Enveloped => {
            let mut texts = if many {
                vec![
                    format!("Here are the {nouns}: {{each {path};: {item}}}."),
                    format!("{}: {{each {path};: {item}}}.", capitalised(&nouns)),
                    format!("These are the {nouns}: {{each {path};: {item}}}."),
                    format!("I found these {nouns}: {{each {path};: {item}}}."),
                ]
            } else {
                vec![
                    format!("Here is what I found: {{each {path};: {item}}}."),
                    format!("This is what came back: {{each {path};: {item}}}."),
                ]
            };
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
            let thing = measure(by);
            let nouns = if many { nouns.as_str() } else { "entries" };
            let average = match unit.as_deref() {
                Some("USD") => format!("${{{average}}}"),
                Some(unit) => format!("{{{average}}} {unit}"),
                None => format!("{{{average}}}"),
            };
            vec![
                format!("There are {{{count}}} {nouns}; {thing} on average: {average}."),
                format!(
                    "{}: {{{count}}}. {} on average: {average}.",
                    capitalised(nouns),
                    capitalised(&thing)
                ),
            ]
        }
        Shape::Counted(by) => {
            let place = style.name(&format!("{list}_by_{by}"));
            let values = draft.fields.get(by).map(enumerated).unwrap_or_default();
            let plain = |value: &String| value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if values.is_empty() || !values.iter().all(plain) {
                return Vec::new();
            }
            let counts: Vec<String> = values
                .iter()
                .map(|value| format!("{} {{{place}.{value}}}", value.replace('_', " ")))
                .collect();
            vec![format!("{} by {}: {}.", capitalised(&nouns), called(draft, by), counts.join(", "))]
        }
        Shape::Grouped(by) => {
            let key = style.name(by);
            vec![format!(
                "Here are the {nouns} by {}. {{groups {path} by {key}: {item}}}.",
                called(draft, by)
            )]
        }
    }
}

/// What is said of a joined lookup that came along, and whether it is part of every item.
struct Along {
    text: String,
    in_item: bool,
}

fn along(
    draft: &Draft<'_>,
    joined: &super::draft::Joined<'_>,
    style: &Style,
    enveloped: bool,
) -> Option<Along> {
    let object = joined.node.object();
    if joined.node.does.tell.is_empty() {
        return None;
    }
    let in_item = draft.list.is_some() && draft.fields.contains_key(object);
    let block = draft.fields.get(object).or_else(|| draft.beside.get(object))?;
    let declared = block.get("properties").or_else(|| block.pointer("/items/properties"))?;
    // What the block leaves out, because the caller knows it or it stands beside it, is told from there.
    let whole = |name: &str| {
        declared.get(name).is_none() && draft.fields.contains_key(name) && !joined.node.does.many
    };
    let given = |name: &str| draft.params.contains_key(name);
    let mut said = joined.node.does.tell.clone();
    for name in joined.node.does.needs.iter().chain(&joined.node.does.gives) {
        let (argument, value) = (format!("{{arg {name}}}"), format!("{{{name}}}"));
        if !given(name) && (whole(name) || declared.get(name).is_some()) {
            said = said.replace(&argument, &value);
        } else if given(name) && declared.get(name).is_none() && !whole(name) {
            said = said.replace(&value, &argument);
        }
    }
    let tell = Tell::parse(&said).ok()?;
    let (paths, arguments) = tell.names();
    let known = |name: &&str| given(name);
    let inner = |path: &[String]| -> Vec<String> { path.iter().map(|step| style.name(step)).collect() };
    let argument = |name: &str| style.name(name);
    let said =
        arguments.iter().all(known) && paths.iter().all(|path| declared.get(path).is_some() || whole(path));
    // What its own sentence cannot say is listed, and so is what would name the entry again that it stands behind.
    let again =
        in_item && !joined.node.does.many && (!arguments.is_empty() || paths.iter().any(|path| whole(path)));
    let listed = || {
        let plain = |(name, schema): (&String, &Value)| {
            let flat = schema.get("properties").or_else(|| schema.get("items")).is_none();
            flat.then(|| labelled(name, joined.node.attribute(name)))
        };
        let said: Vec<String> = declared.as_object()?.iter().filter_map(plain).take(4).collect();
        // A list alone has no words here.
        if said.is_empty() {
            return None;
        }
        let said = if joined.node.does.many {
            capitalised(&said.join(", "))
        } else if in_item {
            said.join(", ")
        } else {
            format!("{}: {}.", capitalised(&noun(object)), said.join(", "))
        };
        (!declared.as_object()?.is_empty()).then(|| Tell::parse(&said)).and_then(Result::ok)
    };
    let tell = if said && !again { tell } else { listed()? };
    let place = style.name(object);
    // What stands beside a list stands beside its envelope.
    let place = if enveloped && draft.list.is_none() { format!("data.{place}") } else { place };
    if joined.node.does.many {
        let item = tell.renamed(&inner, &inner, &argument);
        let mark = if in_item { "" } else { ";" };
        let text = format!("{}: {{each {place}{mark}: {item}}}.", capitalised(&noun(object)));
        return Some(Along { text, in_item });
    }
    let under = |path: &[String]| -> Vec<String> {
        let beside = path.first().is_some_and(|first| whole(first));
        let place = if beside && !place.contains('.') {
            ""
        } else if beside {
            "data"
        } else {
            place.as_str()
        };
        place.split('.').filter(|step| !step.is_empty()).map(str::to_owned).chain(inner(path)).collect()
    };
    Some(Along { text: tell.renamed(&under, &inner, &argument).to_string(), in_item })
}

/// A value behind what it is: `region area: {region_area} km²`.
fn labelled(name: &str, attribute: Option<&Attribute>) -> String {
    if let Some((thing, before, after)) = measured(&tokens(name)) {
        return format!("{thing}: {before}{{{name}}}{after}");
    }
    let mut label = noun(name);
    // `fund size millions: 430 million USD` says it twice.
    if let (Some(unit), Some((head, last))) =
        (attribute.and_then(|attribute| attribute.unit.as_deref()), label.rsplit_once(' '))
        && singular(last) == unit.split(' ').next().unwrap_or_default()
        && last != unit
    {
        label = head.to_owned();
    }
    if attribute.is_some_and(Attribute::is_flag) {
        return format!("{label}: {{if {name}: yes|else no}}");
    }
    match attribute.and_then(|attribute| attribute.unit.as_deref()) {
        Some("USD") => format!("{label}: ${{{name}}}"),
        Some("percent" | "%") => format!("{label}: {{{name}}}%"),
        Some(unit) if !label.split(' ').any(|word| word == unit) => format!("{label}: {{{name}}} {unit}"),
        _ => format!("{label}: {{{name}}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_for_one_become_requests_for_several() {
        let several = |ask: &str, name: &str| of_several(ask, name);
        assert_eq!(
            several("book {flight_id|flight @|the first} now", "flight_id").as_deref(),
            Some("book flights {flight_id} now")
        );
        assert_eq!(several("check whether {flight_id|flight @|that flight} is late", "flight_id"), None);
        assert_eq!(several("check when {field_id} has to be mown", "field_id"), None);
        assert_eq!(several("say hello", "field_id"), None);
    }
}

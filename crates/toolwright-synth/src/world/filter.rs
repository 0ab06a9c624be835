//! What the arguments of a lookup say of its results: bounds, filters, order, length, and which parts are wanted.
//!
//! Read off names, because that is how APIs of all makers say it: `max_price`, `priceMax` and `price_lte` bound a price from
//! above, `created_since` a day from below, `cabin` says what the cabin of every item is, `waste_kinds` what it is one of. Filters
//! are found at the top and inside an object of filters. It is read once, when a tool is made ready ([`Reading::of`]); at a
//! call only the values are looked at.
//!
//! Ours:  the words. A parameter that no property of the result answers to constrains nothing.

use std::cmp::Ordering;
use std::collections::HashMap;

use jiff::civil::Date;
use serde_json::{Map, Value};
use toolwright_core::Tool;
use toolwright_core::seed::Rng;

use super::bearing::identifying;
use super::meaning::is_integer;
use super::words::{self, words_of};
use crate::agent::name::{singular, wraps};
use crate::pool::entry::{Field, Fields, Nature, Param, full};

/// What the parameters of a tool have to do with one property of its result.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// The parameter, by position, that the property repeats.
    pub(crate) echo: Option<Echo>,
    /// The list parameter, by position, whose values the items are for: `flight_numbers` for `flight_number`.
    pub(crate) each: Option<usize>,
    /// What else holds for it.
    pub(crate) rules: Vec<Rule>,
    /// What brings it into the result.
    pub(crate) part: Option<Part>,
}

/// A parameter that a property repeats.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Echo {
    pub(crate) param: usize,
    /// Whether the property belongs to another thing within the result.
    pub(crate) foreign: bool,
    /// Whether both have the very same name.
    pub(crate) same: bool,
    /// Whether it tells items of a list apart.
    pub(crate) own: bool,
    pub(crate) identifies: bool,
}

/// What a parameter demands of a property.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// Where its value stands in the arguments.
    at: Vec<String>,
    relation: Relation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    AtMost,
    AtLeast,
    Is,
    OneOf,
}

/// What brings an optional property into the result.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub(crate) param: usize,
    pub(crate) how: Brings,
}

/// How a parameter brings a part into the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Brings {
    /// It is a flag.
    Flag,
    /// It names several parts.
    Named,
    /// It is given.
    Given,
}

/// What the parameters of a tool say of its result as a whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    /// The most entries to return.
    pub(crate) caps: Vec<usize>,
    /// Where to go on: a page, an offset, a token.
    pub(crate) skips: Vec<usize>,
    /// The only properties to return.
    pub(crate) only: Option<usize>,
    /// Decimal places of numbers.
    pub(crate) decimals: Option<usize>,
    /// The currency of amounts.
    pub(crate) currency: Option<usize>,
    sort: Option<usize>,
    direction: Option<usize>,
    /// The order that the description speaks of.
    order: Option<Wanted>,
    /// Parameters that say nothing of what the items are.
    pub(crate) technical: Vec<usize>,
    /// Lists with one item for each value of a list parameter: (path of the list, parameter).
    pub(crate) batches: Vec<(String, usize)>,
    /// What is demanded of items: (path of the list, property, the property's words in one, what).
    pub(crate) demands: Vec<Demand>,
}

/// What is demanded of the items of a list.
#[derive(Clone, Debug)]
pub(crate) struct Demand {
    /// The path of the list.
    pub(crate) list: String,
    /// The property of its items; with a slash where it is inside another.
    pub(crate) property: String,
    /// The property's words in one.
    pub(crate) key: String,
    pub(crate) rule: Rule,
}

/// An order of items: by which property, the largest first or not.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    words: Vec<String>,
    descending: bool,
}

const CAPS: &[&str] = &[
    "limit", "max results", "page size", "per page", "count", "top", "size", "num results", "max items",
    "top n", "top k", "n", "k", "results", "max count", "result limit", "number of results",
    "items per page", "rows", "take", "first", "num items", "max", "maximum results", "results per page",
    "result count", "batch size",
];
const SKIPS: &[&str] = &[
    "page", "offset", "skip", "cursor", "page token", "next page token", "page number", "start index",
    "next token", "starting after", "ending before", "page no", "from index", "after", "before",
];
const SORTS: &[&str] = &[
    "sort by", "sort", "order by", "ordering", "sort field", "sort key", "sorted by", "orderby", "sort on",
    "sortby",
];
const DIRECTIONS: &[&str] = &[
    "order", "sort order", "direction", "sort direction", "order direction", "descending", "desc", "reverse",
    "sort descending", "ascending", "sort dir",
];
const ONLY: &[&str] =
    &["fields", "select", "columns", "properties", "return fields", "only fields", "attributes"];
const INTO: &[&str] = &["include", "expand", "embed", "includes", "expansions", "extras"];
const TECHNICAL: &[&str] = &[
    "language", "lang", "locale", "timezone", "time zone", "tz", "units", "unit system", "format",
    "callback", "dry run", "note", "decimals", "precision", "api key", "version", "fields", "as of",
];
const DECIMALS: &[&str] = &["decimals", "decimal places", "precision", "precision digits", "output digits"];
/// What is said of an upper bound, and of a lower one.
const UPPER: &[&str] = &[
    "max", "maximum", "most", "upto", "under", "below", "lte", "lt", "until", "before", "to", "end",
    "latest", "cap", "highest", "ceiling", "limit", "le", "till", "through",
];
const LOWER: &[&str] = &[
    "min", "minimum", "least", "from", "since", "after", "gte", "gt", "above", "over", "start", "earliest",
    "lowest", "floor", "ge",
];
/// Words of a filter that say nothing of its property.
const ASIDE: &[&str] = &["only", "is", "has", "with", "filter", "by", "allowed", "accepted"];
/// What tells items of a list apart, and what is searched for in them.
const SEARCHED: &[&str] = &[
    "name", "title", "description", "text", "query", "q", "search", "keyword", "keywords", "term", "phrase",
];
/// Whether a parameter holds words to look for.
pub(crate) fn searches(param: &Param) -> bool {
    param.words.last().is_some_and(|last| SEARCHED.contains(&last.as_str()))
}

/// Objects that hold filters.
const HOLDERS: &[&str] =
    &["filters", "criteria", "filter", "where", "conditions", "constraints", "query", "limits"];

/// A tool as it is read.
#[derive(Clone, Copy)]
pub(crate) struct About<'t> {
    pub(crate) tool: &'t Tool,
    pub(crate) params: &'t [Param],
    /// What is known of its parameters.
    pub(crate) arguments: &'t Fields,
    /// Whether it only looks things up; others demand nothing of what they give.
    pub(crate) reads: bool,
}

/// A filter as it stands in the definition.
struct Filter<'t> {
    at: Vec<String>,
    field: &'t Field,
    required: bool,
}

impl Reading {
    /// Reads a tool's parameters, and notes at each property of its result what they have to do with it.
    pub(crate) fn of(about: About<'_>, entity: &str, results: &mut Fields) -> Self {
        let params = about.params;
        let joined: Vec<String> = params.iter().map(|param| words_of(&param.name).join(" ")).collect();
        let number = |at: usize| about.nature(at) == Nature::Number;
        let all = |names: &[&str]| -> Vec<usize> {
            (0..params.len()).filter(|at| names.contains(&joined[*at].as_str())).collect()
        };
        let named = |names: &[&str]| all(names).first().copied();
        let currencies =
            || (0..params.len()).filter(|at| params[*at].words.last().is_some_and(|last| last == "currency"));
        let target = |at: &usize| {
            let into = ["to", "target", "quote", "new", "into"];
            params[*at].words.iter().any(|word| into.contains(&word.as_str()))
        };
        let mut reading = Self {
            caps: all(CAPS).into_iter().filter(|at| number(*at)).collect(),
            skips: all(SKIPS).into_iter().filter(|at| about.nature(*at) != Nature::Date).collect(),
            only: named(ONLY),
            decimals: named(DECIMALS),
            sort: named(SORTS).filter(|at| !number(*at)),
            direction: named(DIRECTIONS).filter(|at| !number(*at)),
            order: about.reads.then(|| promised_order(about.tool)).flatten(),
            currency: currencies().find(target).or_else(|| currencies().next()),
            technical: all(TECHNICAL),
            batches: Vec::new(),
            demands: Vec::new(),
        };
        reading.technical.extend(all(INTO));
        reading.technical.extend(reading.caps.iter().chain(&reading.skips));
        reading
            .technical
            .extend([reading.only, reading.decimals, reading.sort, reading.direction].into_iter().flatten());
        parts(about, &joined, results);
        let mut bounds = Vec::new();
        if about.reads {
            for filter in filters(about, &reading) {
                if demand(&filter, results) && filter.at.len() == 1 {
                    bounds.push(filter.at[0].clone());
                }
            }
        }
        echoes(about, entity, &bounds, results);
        reading.note_lists(results);
        reading
    }

    /// Notes what concerns whole lists.
    fn note_lists(&mut self, results: &Fields) {
        for (path, field) in results.iter().filter(|(_, field)| field.listed) {
            let Some(asked) = &field.asked else { continue };
            let Some((above, property)) = path.rsplit_once('/') else { continue };
            // An amount with its currency is a part of the item.
            let is_list = |at: &usize| results.get(&path[..*at]).is_some_and(|field| field.list);
            let at = path.match_indices('/').map(|(at, _)| at).rfind(is_list).unwrap_or(0);
            let (list, inner) = (&path[..at], path.get(at + 1..).unwrap_or(property));
            self.batches.extend(asked.each.map(|at| (above.to_owned(), at)));
            self.demands.extend(asked.rules.iter().map(|rule| Demand {
                list: list.to_owned(),
                property: inner.to_owned(),
                key: field.key.clone(),
                rule: rule.clone(),
            }));
        }
        self.batches.sort();
        self.demands.sort_by(|one, other| (&one.list, &one.property).cmp(&(&other.list, &other.property)));
    }

    /// The most entries that a call asks for.
    pub(crate) fn cap(&self, params: &[Param], call: &Map<String, Value>) -> Option<usize> {
        let given = |at: &usize| call.get(&params[*at].name)?.as_u64().filter(|cap| *cap > 0);
        self.caps.iter().find_map(given).and_then(|cap| usize::try_from(cap).ok())
    }

    /// Whether a call goes on where another has stopped.
    pub(crate) fn goes_on(&self, params: &[Param], call: &Map<String, Value>) -> bool {
        self.skips.iter().any(|at| match call.get(&params[*at].name) {
            Some(Value::Number(number)) => {
                let first =
                    if params[*at].words.last().is_some_and(|last| last == "page") { 1.0 } else { 0.0 };
                number.as_f64().is_some_and(|number| number > first)
            }
            other => other.is_some(),
        })
    }

    /// The order of a list that a call asks for or the description promises: a comparison of items.
    pub(crate) fn wanted(&self, params: &[Param], call: &Map<String, Value>) -> Option<Wanted> {
        let said = self.sort.and_then(|at| {
            let value = call.get(&params[at].name)?;
            wanted(value.as_str().or_else(|| value.get(0)?.as_str())?)
        });
        let direction = self.direction.and_then(|at| match call.get(&params[at].name)? {
            Value::Bool(set) => Some(*set != params[at].name.to_lowercase().contains("asc")),
            Value::String(text) => {
                let text = text.to_lowercase();
                (text.starts_with("desc") || text.starts_with("asc")).then(|| text.starts_with("desc"))
            }
            _ => None,
        });
        let mut wanted = said.or_else(|| self.order.clone())?;
        if let Some(descending) = direction {
            wanted.descending = descending;
        }
        Some(wanted)
    }
}

impl Wanted {
    /// The order of a law: `-price` where the largest comes first.
    pub(crate) fn of(order: &str) -> Self {
        Self { words: words_of(order).to_vec(), descending: order.starts_with('-') }
    }

    pub(crate) fn compare(&self, one: &Value, other: &Value) -> Ordering {
        let order = match (self.key(one), self.key(other)) {
            (Some(one), Some(other)) => compare(one, other).unwrap_or(Ordering::Equal),
            _ => Ordering::Equal,
        };
        if self.descending { order.reverse() } else { order }
    }

    /// What an item is ordered by: the property of that name, else the first that ends so.
    fn key<'v>(&self, item: &'v Value) -> Option<&'v Value> {
        let item = item.as_object()?;
        let fits = |name: &str, exact: bool| {
            let words = words_of(name);
            let any = |suffix: &[String]| if exact { *words == *suffix } else { words.ends_with(suffix) };
            // A superlative gives several words, each of which will do.
            if self.words.first().is_some_and(|first| first == "|") {
                self.words[1..].iter().any(|word| any(std::slice::from_ref(word)))
            } else {
                any(&self.words)
            }
        };
        let found = |exact: bool| item.iter().find(|(name, _)| fits(name, exact)).map(|(_, value)| value);
        let value = found(true).or_else(|| found(false))?;
        value.as_object().map_or(Some(value), |inner| inner.get("amount").or_else(|| inner.get("value")))
    }
}

/// Superlatives, the properties that they speak of, and whether the largest comes first.
const SUPERLATIVES: &[(&str, &[&str], bool)] = &[
    ("cheapest", &["price", "fare", "fee", "cost", "rent", "rate", "charge", "amount"], false),
    ("dearest", &["price", "fare", "fee", "cost", "rent", "rate", "charge", "amount"], true),
    ("newest", &["date", "at", "on", "day", "time", "year", "created", "published", "since"], true),
    ("latest", &["date", "at", "on", "day", "time", "year", "created", "published", "since"], true),
    ("recent", &["date", "at", "on", "day", "time", "year", "created", "published", "since"], true),
    ("oldest", &["date", "at", "on", "day", "time", "year", "created", "published", "since"], false),
    ("earliest", &["date", "at", "on", "day", "time", "start", "departure", "year"], false),
    ("soonest", &["date", "at", "on", "day", "time", "start", "departure"], false),
    ("nearest", &["distance", "km", "meters", "miles", "away", "metres"], false),
    ("closest", &["distance", "km", "meters", "miles", "away", "metres"], false),
    ("fastest", &["minutes", "hours", "duration", "time", "seconds", "days"], false),
    ("quickest", &["minutes", "hours", "duration", "time", "seconds", "days"], false),
    ("shortest", &["minutes", "hours", "duration", "length", "km", "meters", "distance", "days"], false),
    (
        "longest",
        &["minutes", "hours", "duration", "length", "km", "meters", "distance", "days", "late"],
        true,
    ),
    ("best", &["rating", "score", "stars", "similarity", "match", "relevance"], true),
    (
        "popular",
        &["popularity", "followers", "listeners", "views", "downloads", "plays", "likes", "rating"],
        true,
    ),
    ("strongest", &["strength", "score", "similarity", "intensity"], true),
    ("largest", &["size", "area", "population", "capacity", "amount", "count"], true),
    ("biggest", &["size", "area", "population", "capacity", "amount", "count"], true),
    (
        "highest",
        &["rate", "percent", "score", "points", "rating", "yield", "amount", "price", "value", "share"],
        true,
    ),
    (
        "lowest",
        &["price", "rate", "instalment", "cost", "fee", "amount", "rent", "percent", "level", "left"],
        false,
    ),
    ("lightest", &["weight", "kg", "mass"], false),
    ("heaviest", &["weight", "kg", "mass"], true),
];

/// What `sort_by=price`, `-created_at`, `price_desc` and `cheapest` ask for.
fn wanted(text: &str) -> Option<Wanted> {
    let mut words = words_of(text).to_vec();
    let mut descending = text.starts_with('-').then_some(true);
    for (word, down) in [("desc", true), ("descending", true), ("asc", false), ("ascending", false)] {
        if words.last().is_some_and(|last| last == word) && words.len() > 1 {
            words.pop();
            descending = Some(down);
        }
    }
    if let Some(found) = words.iter().find_map(|word| superlative(word)) {
        return Some(found);
    }
    let last = words.last()?;
    // What is rated is sorted by what is best.
    let rated = [
        "rating", "score", "stars", "popularity", "relevance", "similarity", "views", "downloads", "likes",
        "plays", "visits", "votes", "followers", "sales",
    ]
    .contains(&last.as_str());
    Some(Wanted { descending: descending.unwrap_or(rated), words })
}

fn superlative(word: &str) -> Option<Wanted> {
    let (_, properties, descending) = SUPERLATIVES.iter().find(|(name, ..)| *name == word)?;
    let words = std::iter::once("|").chain(properties.iter().copied()).map(str::to_owned).collect();
    Some(Wanted { words, descending: *descending })
}

/// The order that a definition promises, by its laws or in words.
fn promised_order(tool: &Tool) -> Option<Wanted> {
    let law = tool.meta.hints.laws.order.as_deref();
    law.map(Wanted::of).or_else(|| spoken_order(tool))
}

/// The order that a definition promises: `the cheapest comes first`, `newest first`.
fn spoken_order(tool: &Tool) -> Option<Wanted> {
    let texts = [Some(tool.description.as_str()), tool.meta.summary.as_deref()];
    texts.into_iter().flatten().find_map(|text| {
        let text = text.get(..text.len().min(2_000)).unwrap_or_default().to_lowercase();
        text.match_indices(" first").find_map(|(at, mark)| {
            let ends = text[at + mark.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric());
            let clause = text[..at].rsplit(['.', ',', ';', ':', '(']).next().unwrap_or_default();
            let words: Vec<&str> = clause.split_whitespace().collect();
            let near = &words[words.len().saturating_sub(4)..];
            near.iter().rev().find_map(|word| superlative(word)).filter(|_| ends)
        })
    })
}

/// Two values in their natural order: numbers, else texts, of which dates are the case that matters.
pub(crate) fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64()?.partial_cmp(&other.as_f64()?),
        (Value::String(one), Value::String(other)) => Some(one.cmp(other)),
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

impl About<'_> {
    fn nature(&self, at: usize) -> Nature {
        let field = self.arguments.get(&format!("/{}", self.params[at].name));
        field.map_or(Nature::Other, |field| if field.list { Nature::Other } else { field.nature })
    }
}

/// All filters of a tool, those inside an object of filters as well.
fn filters<'t>(about: About<'t>, reading: &Reading) -> Vec<Filter<'t>> {
    let mut found = Vec::new();
    for (at, param) in about.params.iter().enumerate().filter(|(at, _)| !reading.technical.contains(at)) {
        let path = format!("/{}", param.name);
        let Some(field) = about.arguments.get(&path) else { continue };
        let holds = !field.list
            && field.nature == Nature::Other
            && HOLDERS.contains(&field.own().last().map_or("", String::as_str));
        if !holds {
            found.push(Filter { at: vec![param.name.clone()], field, required: about.params[at].required });
            continue;
        }
        let inner = format!("{path}/");
        let mut within: Vec<(&str, &Field)> = about
            .arguments
            .iter()
            .filter_map(|(path, field)| {
                Some((path.strip_prefix(&inner).filter(|rest| !rest.contains('/'))?, field))
            })
            .collect();
        within.sort_by_key(|(_, field)| field.at);
        for (name, field) in within {
            found.push(Filter { at: vec![param.name.clone(), name.to_owned()], field, required: false });
        }
    }
    found
}

/// Notes at the properties of a result what a filter demands of them; says whether it draws a line.
fn demand(filter: &Filter<'_>, results: &mut Fields) -> bool {
    let rule = |relation: Relation| Rule { at: filter.at.clone(), relation };
    if let Some((relation, rest)) = bound(filter) {
        let path = bounded(&rest, filter.field.nature, results);
        if let Some(path) = &path {
            results.asked(path).rules.push(rule(relation));
        }
        if path.is_some() {
            return true;
        }
    }
    let words = filter.field.own();
    let plain: Vec<String> = words.iter().filter(|word| !ASIDE.contains(&word.as_str())).cloned().collect();
    let Some(last) = plain.last() else { return false };
    // A name that is another thing's than the items' own is a filter: the table of a query.
    let named = ["name", "title"].contains(&last.as_str()) && plain.len() > 1;
    if SEARCHED.contains(&last.as_str()) && !named {
        return false;
    }
    let of_items = |path: &str| {
        let list = path.rsplit('/').nth(1).map(words_of).and_then(|words| Some(singular(words.last()?)));
        named && list.is_none_or(|noun| plain.contains(&noun))
    };
    let own_id = |path: &str, field: &Field| {
        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
        filter.required
            && identifying(words)
            && results.kind(above).is_some_and(|kind| kind == field.words.join(" "))
    };
    let mut one = plain.clone();
    if let Some(last) = one.last_mut() {
        *last = singular(last);
    }
    let mut found: Vec<(String, Relation)> = Vec::new();
    for (path, field) in
        results.iter().filter(|(_, field)| field.listed && field.nature == filter.field.nature)
    {
        let own = field.own();
        let same = own == plain || field.words == filter.field.words || own == words;
        let relation = match (filter.field.list, field.list) {
            (false, false) | (true, true)
                if same && field.nature != Nature::Other && !of_items(path) && !own_id(path, field) =>
            {
                Relation::Is
            }
            (true, false) if own == one && !identifying(own) && !filter.required => Relation::OneOf,
            _ => continue,
        };
        found.push((path.to_owned(), relation));
    }
    for (path, relation) in found {
        results.asked(&path).rules.push(rule(relation));
    }
    false
}

/// Notes which properties repeat a parameter, and which a list parameter gives one by one.
///
/// - `bounds`: the parameters that draw lines; their values are not those of the items.
fn echoes(about: About<'_>, entity: &str, bounds: &[String], results: &mut Fields) {
    let lists: Vec<(usize, Vec<String>)> = about
        .params
        .iter()
        .enumerate()
        .filter(|(_, param)| param.schema.contains_key("items"))
        .map(|(at, param)| {
            let mut one = words_of(&param.name).to_vec();
            if let Some(last) = one.last_mut() {
                *last = singular(last);
            }
            (at, one)
        })
        .collect();
    let mut parents: HashMap<&str, String> = HashMap::new();
    let mut found = Vec::new();
    for (path, field) in results.iter() {
        let name = path.rsplit('/').next().unwrap_or_default();
        let own = field.own();
        let each = lists.iter().find(|(at, one)| own == one && about.params[*at].name.len() > name.len());
        let each = each.map(|(at, _)| *at);
        // A list that only narrows down is no list of what to look up.
        let narrows = each.is_some_and(|at| {
            !about.params[at].required
                && field
                    .asked
                    .as_ref()
                    .is_some_and(|asked| asked.rules.iter().any(|rule| rule.relation == Relation::OneOf))
        });
        // What belongs to another thing within the result (`plans/0/id`) is not what the call named.
        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
        let parent = parents.entry(above).or_insert_with(|| parent(above, entity));
        // An attribute of the context tree is the same wherever it stands.
        let foreign = parent != entity && about.tool.meta.lineage.is_none();
        let words = full(own, parent);
        let generic = foreign && full(own, entity).len() != own.len();
        let echo = about.params.iter().position(|param| {
            let bounds = field.listed && bounds.contains(&param.name);
            !bounds && (param.words == words || (param.name == name && !generic))
        });
        // Who asks what is related to a thing is not told of that thing again and again.
        let kinds = results.kind(above).is_some_and(|kind| kind == words.join(" "));
        let echo = echo.map(|param| Echo {
            param,
            foreign,
            same: about.params[param].name == name,
            own: words.last().is_some_and(|last| SEARCHED.contains(&last.as_str()))
                || kinds && identifying(&words) && about.params[param].required,
            identifies: identifying(&words),
        });
        let each = each.filter(|_| !narrows);
        if echo.is_some() || each.is_some() {
            found.push((path.to_owned(), echo, each));
        }
    }
    for (path, echo, each) in found {
        let asked = results.asked(&path);
        (asked.echo, asked.each) = (echo, each);
    }
}

/// What a property belongs to: the nearest name above it that is no wrapper, else what the tool is about.
fn parent(above: &str, entity: &str) -> String {
    let named = above.rsplit('/').filter(|step| !wraps(step)).find_map(|step| words_of(step).last().cloned());
    let owner = named.map(|word| singular(&word)).filter(|word| !word.is_empty());
    owner.unwrap_or_else(|| entity.to_owned())
}

/// Whether a filter is a bound, and the words of what it bounds.
fn bound(filter: &Filter<'_>) -> Option<(Relation, Vec<String>)> {
    let nature = filter.field.nature;
    if filter.field.list || !matches!(nature, Nature::Number | Nature::Date) {
        return None;
    }
    let words = filter.field.own();
    // `not_before` is a lower bound.
    let (words, not) = match words {
        [not, rest @ ..] if not == "not" => (rest, true),
        words => (words, false),
    };
    let of = |word: &String| {
        let (upper, lower) = (UPPER.contains(&word.as_str()), LOWER.contains(&word.as_str()));
        (upper || lower).then_some(if upper == not { Relation::AtLeast } else { Relation::AtMost })
    };
    if let [within, .., unit] = words
        && ["within", "radius"].contains(&within.as_str())
        && nature == Nature::Number
    {
        return Some((Relation::AtMost, vec!["distance".into(), unit.clone()]));
    }
    // In an object of limits, everything is at most so.
    if filter.at.len() > 1
        && filter.at[0].to_lowercase().ends_with("limits")
        && words.iter().all(|word| of(word).is_none())
    {
        let rest = if words == ["longest"] { vec!["km".to_owned()] } else { words.to_vec() };
        return Some((Relation::AtMost, rest));
    }
    let (first, last) = (words.first()?, words.last()?);
    let dated = nature == Nature::Date;
    // `start` and `end` bound days; of numbers they are the ends of something.
    let loose =
        |word: &String| !dated && ["start", "end", "to", "from", "limit", "over"].contains(&word.as_str());
    if let Some(relation) = of(first).filter(|_| !loose(first)) {
        return Some((relation, words[1..].to_vec()));
    }
    let relation = of(last).filter(|_| words.len() > 1 || dated)?;
    (!loose(last) || words.len() > 1).then(|| (relation, words[..words.len() - 1].to_vec()))
}

/// The property that a bound on these words bounds.
fn bounded(rest: &[String], nature: Nature, results: &Fields) -> Option<String> {
    let score = |own: &[String], full: &[String]| {
        if own == rest {
            3
        } else if !rest.is_empty() && (own.ends_with(rest) || full.ends_with(rest)) {
            2
        } else if own.len() == 1 && own[0].len() > 3 && rest.last() == own.last()
            || nature == Nature::Date && (rest.is_empty() || rest == ["date"])
            || rest.first().is_some_and(|first| first == "distance")
                && own.iter().any(|word| word == "distance")
        {
            1
        } else {
            0
        }
    };
    let fits = |path: &str, field: &Field| {
        if field.nature != nature || field.list {
            return None;
        }
        let own = field.own();
        // `fare.amount` is a fare.
        let whole = path.rsplit('/').nth(1).map(words_of).filter(|whole| !whole.is_empty());
        let whole = whole.filter(|_| own.len() == 1 && ["amount", "value"].contains(&own[0].as_str()));
        let (own, full) = whole.as_deref().map_or((own, field.words.as_slice()), |whole| (whole, whole));
        let points = score(own, full);
        (points > 0).then(|| (points, field.listed, std::cmp::Reverse(field.at), path.to_owned()))
    };
    results.iter().filter_map(|(path, field)| fits(path, field)).max().map(|(.., path)| path)
}

/// Notes which optional properties a parameter brings into the result.
fn parts(about: About<'_>, joined: &[String], results: &mut Fields) {
    let mut found: Vec<(String, Part)> = Vec::new();
    for (at, param) in about.params.iter().enumerate() {
        let flag = joined[at].strip_prefix("include ").or_else(|| joined[at].strip_prefix("with "));
        let flag = flag.filter(|_| about.nature(at) == Nature::Flag);
        let named = if INTO.contains(&joined[at].as_str()) { param.schema.get("items") } else { None };
        let named = named.and_then(|items| items.get("enum")).and_then(Value::as_array);
        if flag.is_none() && named.is_none() {
            continue;
        }
        for (path, field) in results.iter() {
            let name = path.rsplit('/').next().unwrap_or_default();
            let listed = named.is_some_and(|names| names.iter().any(|one| one == name));
            if listed || flag.is_some_and(|part| field.own().join(" ") == part) {
                let how = if listed { Brings::Named } else { Brings::Flag };
                found.push((path.to_owned(), Part { param: at, how }));
            }
        }
    }
    for (part, with) in &about.tool.meta.hints.laws.parts {
        let Some(param) = about.params.iter().position(|param| *param.key == *words::key(with)) else {
            continue;
        };
        let named = |path: &str| *words::key(path.rsplit('/').next().unwrap_or_default()) == **part;
        let paths = results.iter().filter(|(path, _)| named(path));
        found.extend(paths.map(|(path, _)| (path.to_owned(), Part { param, how: Brings::Given })));
    }
    for (path, part) in found {
        results.asked(&path).part = Some(part);
    }
}

impl Part {
    /// Whether a call asks for the part of this name.
    pub(crate) fn is_asked_for(self, params: &[Param], call: &Map<String, Value>, name: &str) -> bool {
        match params.get(self.param).and_then(|param| call.get(&param.name)) {
            given if self.how == Brings::Given => given.is_some(),
            Some(Value::Array(names)) => names.iter().any(|one| one == name),
            Some(Value::Bool(set)) => self.how == Brings::Flag && *set,
            _ => false,
        }
    }
}

impl Rule {
    /// Whether it is about this parameter.
    pub(crate) fn is_of(&self, parameter: &str) -> bool {
        self.at.first().is_some_and(|first| first == parameter)
    }

    /// Whether the call demands anything.
    pub(crate) fn is_demanded(&self, call: &Map<String, Value>) -> bool {
        self.demanded(call).is_some()
    }

    /// What the call demands, where it does.
    fn demanded<'c>(&self, call: &'c Map<String, Value>) -> Option<&'c Value> {
        let (first, rest) = self.at.split_first()?;
        rest.iter().try_fold(call.get(first)?, |value, step| value.get(step))
    }

    /// Whether a value is as the call demands; `None` where the call demands nothing.
    pub(crate) fn holds(&self, call: &Map<String, Value>, value: &Value) -> Option<bool> {
        let demanded = self.demanded(call)?;
        Some(match self.relation {
            // A day is a bound of moments, too: all of the last day is before its end.
            Relation::AtMost => compare(&like(value, demanded), demanded).is_none_or(Ordering::is_le),
            Relation::AtLeast => compare(&like(value, demanded), demanded).is_none_or(Ordering::is_ge),
            Relation::Is => same(value, demanded),
            Relation::OneOf => {
                demanded.as_array().is_none_or(|all| all.is_empty() || all.iter().any(|one| same(value, one)))
            }
        })
    }

    /// The value that the call demands, where it is a single one or one of several.
    pub(crate) fn given(&self, call: &Map<String, Value>, rng: &mut Rng) -> Option<Value> {
        match (self.relation, self.demanded(call)?) {
            (Relation::Is, value) => Some(value.clone()),
            (Relation::OneOf, Value::Array(all)) => rng.choose(all).cloned(),
            _ => None,
        }
    }

    /// Whether it draws a line.
    pub(crate) fn bounds(&self) -> bool {
        matches!(self.relation, Relation::AtMost | Relation::AtLeast)
    }

    /// Whether no value can be as this and the other demand.
    pub(crate) fn contradicts(&self, other: &Self, call: &Map<String, Value>) -> bool {
        let lines = self.demanded(call).zip(other.demanded(call));
        let ends = (self.relation, other.relation) == (Relation::AtMost, Relation::AtLeast);
        ends && lines.is_some_and(|(most, least)| compare(most, least).is_some_and(Ordering::is_lt))
    }

    /// Whether no value of this schema can be as the call demands.
    pub(crate) fn rules_out(&self, call: &Map<String, Value>, schema: &Map<String, Value>) -> bool {
        let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
        let demanded = self.demanded(call);
        let line = || demanded.and_then(Value::as_f64);
        match self.relation {
            Relation::AtMost => line().zip(bound("minimum")).is_some_and(|(line, least)| line < least),
            Relation::AtLeast => line().zip(bound("maximum")).is_some_and(|(line, most)| line > most),
            Relation::Is => {
                demanded.zip(schema.get("enum").and_then(Value::as_array)).is_some_and(|(value, options)| {
                    !value.is_array() && !options.iter().any(|option| same(option, value))
                })
            }
            Relation::OneOf => false,
        }
    }
}

/// A moment cut to a day, where a day is asked for.
fn like(value: &Value, demanded: &Value) -> Value {
    match (value.as_str(), demanded.as_str()) {
        (Some(text), Some(line)) if line.len() == 10 && text.len() > 10 => {
            text.get(..10).unwrap_or(text).into()
        }
        _ => value.clone(),
    }
}

/// Whether two values say the same; a list says what another does where it holds all of that.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.eq_ignore_ascii_case(other),
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(all), Value::Array(wanted)) => wanted.iter().all(|one| all.contains(one)),
        _ => one == other,
    }
}

/// A value brought within the bounds that a call draws, near where it was.
pub(crate) fn within(
    value: Value,
    rules: &[Rule],
    call: &Map<String, Value>,
    (schema, usual): (&Map<String, Value>, Option<[f64; 2]>),
    rng: &mut Rng,
) -> Value {
    let line = |relation: Relation| {
        rules.iter().filter(move |rule| rule.relation == relation).filter_map(|rule| rule.demanded(call))
    };
    let held = rules.iter().filter(|rule| rule.bounds()).all(|rule| rule.holds(call, &value) != Some(false));
    if held {
        return value;
    }
    match &value {
        Value::Number(number) => {
            let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
            let most =
                line(Relation::AtMost).filter_map(Value::as_f64).chain(bound("maximum")).reduce(f64::min);
            let least =
                line(Relation::AtLeast).filter_map(Value::as_f64).chain(bound("minimum")).reduce(f64::max);
            // What is usual goes no further because of a bound.
            let most = most.or_else(|| {
                usual.map(|[_, high]| high).filter(|high| least.is_none_or(|least| least < *high))
            });
            let least =
                least.or_else(|| usual.map(|[low, _]| low).filter(|low| most.is_none_or(|most| *low < most)));
            let share = rng.unit();
            let at = match (least, most) {
                (Some(least), Some(most)) => least + (most - least) * share,
                (Some(least), None) => least + (least.abs() * 0.4).max(3.0) * share,
                (None, Some(most)) => most - (most.abs() * 0.4).max(1.0).min(most.abs().max(1.0)) * share,
                (None, None) => return value,
            };
            let whole = number.is_i64() || number.is_u64() || is_integer(schema);
            let rounded = |scale: f64| {
                let down = (at * scale).floor() / scale;
                if least.is_none_or(|least| down >= least) { down } else { (at * scale).ceil() / scale }
            };
            let whole_fits = most.is_none_or(|most| rounded(1.0) <= most);
            if whole && (whole_fits || is_integer(schema)) {
                return (rounded(1.0) as i64).into();
            }
            let fine = rounded(100.0);
            (if most.is_none_or(|most| fine <= most) { fine } else { at }).into()
        }
        Value::String(text) => {
            let day = |value: &Value| value.as_str().and_then(|text| text.get(..10)?.parse::<Date>().ok());
            let most = line(Relation::AtMost).filter_map(day).min();
            let least = line(Relation::AtLeast).filter_map(day).max();
            if day(&value).is_none() || most.is_none() && least.is_none() {
                return value;
            }
            let days = |n: i64| jiff::Span::new().days(n);
            let moved = match (least, most) {
                (Some(least), Some(most)) => {
                    let span = i64::from((most - least).get_days()).max(0);
                    least.saturating_add(days(rng.between(0, span)))
                }
                (Some(least), None) => least.saturating_add(days(rng.between(0, 20))),
                (None, Some(most)) => most.saturating_sub(days(rng.between(0, 20))),
                (None, None) => return value,
            };
            let rest = text.get(10..).unwrap_or_default();
            format!("{moved}{rest}").into()
        }
        _ => value,
    }
}

//! Arguments of a call to come: which optional parameters a request names, and what every value is.

use jiff::civil::Date;
use serde_json::{Map, Value};
use std::sync::Arc;
use toolwright_core::schema::{Shape, Site, Supply, sample};
use toolwright_core::seed::{Rng, Seed};

use super::task::{Argument, Given, Planned};
use crate::pool::entry::{Entry, Param};
use crate::world::value::Values;
use crate::world::words;
use crate::world::{agree, law};

/// A call with arguments drawn from its schema; `fed` parameters are left to earlier results.
pub(crate) fn planned(
    entry: &Entry,
    at: usize,
    rng: &mut Rng,
    today: Date,
    kin: Seed,
    optional: bool,
    fed: &[&str],
) -> Result<Planned, String> {
    let wanted = wanted(entry, rng, optional);
    let values = Values {
        fields: &entry.arguments,
        entity: entry.entity.as_deref().unwrap_or_default(),
        today,
        kin,
        place: None,
        currency: None,
    };
    let mut supply =
        Arguments { values, entry, wanted: &wanted, said: Vec::new(), rows: Vec::new(), apart: Vec::new() };
    let shape = Shape { optional: 0.15, items: 1..=3, depth: 5 };
    for attempt in 0..4 {
        // What belongs together is drawn together; where it does not do, it is drawn anew.
        supply.values.kin = if attempt == 0 { kin } else { kin.index(1_000 + attempt) };
        supply.said.clear();
        supply.rows.clear();
        let mut drawn = sample(&entry.tool.parameters, &shape, &mut supply, rng)
            .map_err(|why| format!("`{}`: {why}", entry.tool.name))?;
        if let Value::Object(drawn) = &mut drawn {
            agree::order(drawn, &Map::new());
            drawn.values_mut().for_each(alternatives);
            drawn
                .values_mut()
                .filter_map(Value::as_object_mut)
                .for_each(|inner| agree::order(inner, &Map::new()));
        }
        let fits = entry.tool.arguments_checker().is_ok_and(|checker| checker.accepts(&drawn));
        let Value::Object(drawn) = drawn else { continue };
        if leaves(&drawn) > MOST_LEAVES {
            return Err(format!("a call of `{}` needs more than {MOST_LEAVES} values", entry.tool.name));
        }
        if !fits || has_null(&drawn) || coincide(entry, &drawn) {
            continue;
        }
        let arguments = drawn.into_iter().filter(|(name, _)| !fed.contains(&name.as_str()));
        let arguments = arguments.map(|(name, value)| Argument {
            given: given(entry, &name, in_order(entry, &name, value)),
            name,
        });
        return Ok(Planned { entry: at, arguments: arguments.collect() });
    }
    Err(format!("no arguments were found for `{}`", entry.tool.name))
}

/// Nobody says more values than this in one request.
const MOST_LEAVES: usize = 200;

fn leaves(arguments: &Map<String, Value>) -> usize {
    fn count(value: &Value) -> usize {
        match value {
            Value::Array(items) => items.iter().map(count).sum(),
            Value::Object(map) => map.values().map(count).sum(),
            _ => 1,
        }
    }
    arguments.values().map(count).sum()
}

fn has_null(arguments: &Map<String, Value>) -> bool {
    fn null(value: &Value, depth: usize) -> bool {
        match value {
            Value::Null => true,
            Value::String(text) => text.trim().is_empty(),
            Value::Array(items) => {
                items.is_empty() || depth > 16 || items.iter().any(|item| null(item, depth + 1))
            }
            Value::Object(map) => {
                map.is_empty() || depth > 16 || map.values().any(|item| null(item, depth + 1))
            }
            _ => false,
        }
    }
    arguments.values().any(|value| null(value, 0))
}

/// Whether two free texts of one call are the same: nobody flies from a city to itself.
fn coincide(entry: &Entry, arguments: &Map<String, Value>) -> bool {
    let free = |name: &str| {
        entry
            .param(name)
            .is_some_and(|param| !param.schema.contains_key("enum") && !param.schema.contains_key("const"))
    };
    let texts: Vec<&str> =
        arguments.iter().filter(|(name, _)| free(name)).filter_map(|(_, value)| value.as_str()).collect();
    texts.iter().enumerate().any(|(at, text)| texts[..at].contains(text))
}

/// Of groups of alternatives, none holds all of another: `quiet room, or quiet room and sauna` says no more than the first.
fn alternatives(value: &mut Value) {
    let Value::Array(groups) = value else { return };
    let holds = |whole: &Value, part: &Value| match (whole, part) {
        (Value::Array(whole), Value::Array(part)) => part.iter().all(|one| whole.contains(one)),
        _ => false,
    };
    for at in (0..groups.len()).rev() {
        if (0..groups.len()).any(|other| other != at && holds(&groups[at], &groups[other])) {
            groups.remove(at);
        }
    }
}

/// A list of codes in the order in which the schema names them, as people list them.
fn in_order(entry: &Entry, name: &str, value: Value) -> Value {
    let codes = entry.param(name).and_then(|param| param.schema.get("items")?.get("enum")?.as_array());
    match (value, codes) {
        (Value::Array(mut items), Some(codes)) => {
            items.sort_by_key(|item| codes.iter().position(|code| code == item));
            Value::Array(items)
        }
        (value, _) => value,
    }
}

/// The user says a value, unless the schema allows only one.
fn given(entry: &Entry, name: &str, value: Value) -> Given {
    let schema = entry.param(name).map(|param| &param.schema);
    let only = schema.is_some_and(|schema| {
        schema.get("const").is_some()
            || schema.get("enum").and_then(Value::as_array).is_some_and(|values| values.len() == 1)
    });
    if only { Given::Default(value) } else { Given::User(value) }
}

/// Optional parameters that nobody names in a request.
const TECHNICAL: &[&str] = &[
    "cursor", "token", "callback", "fields", "expand", "etag", "match", "nonce", "signature", "key",
    "secret", "trace", "metadata", "include", "embed", "version", "requestor", "pagination", "sparse",
    "prefer", "idempotency", "filter",
];

/// The optional parameters that this request names: mostly none or one, those with wording first.
fn wanted(entry: &Entry, rng: &mut Rng, optional: bool) -> Vec<usize> {
    let count = if optional {
        rng.weighted([4.0, 4.0, 2.0]).unwrap_or(0)
    } else {
        rng.weighted([7.0, 3.0]).unwrap_or(0)
    };
    let worded = !entry.asks.is_empty();
    // Who changes something says what; who searches says for what.
    let needs = ["update", "modify", "change", "set", "edit", "patch", "search", "find", "filter", "query"];
    let bare = !worded && needs.contains(&entry.clause.verb.as_str());
    let count = if bare { count.max(1) } else { count };
    let named = |param: &Param| {
        let slot = entry.asks.iter().chain(&entry.questions).any(|ask| ask.slot(&param.name).is_some());
        let simple =
            !matches!(param.schema.get("type").and_then(Value::as_str), None | Some("object" | "array"));
        let technical = param.words.iter().any(|word| TECHNICAL.contains(&word.as_str()));
        let open = !param.schema.contains_key("const");
        !param.required
            && open
            && if worded { slot || param.phrase.with.is_some() } else { simple && !technical }
    };
    let mut open: Vec<usize> = (0..entry.params.len()).filter(|at| named(&entry.params[*at])).collect();
    rng.shuffle(&mut open);
    open.truncate(count);
    open
}

/// Supplies the arguments of one call.
struct Arguments<'a> {
    values: Values<'a>,
    entry: &'a Entry,
    wanted: &'a [usize],
    /// What was drawn so far, by the words of its name.
    said: Vec<(Arc<str>, Value)>,
    /// The rows that were chosen: (table, row).
    rows: Vec<(usize, usize)>,
    /// What must differ: what entries of lists hold, by the name of the property, and people.
    apart: Vec<(String, Value)>,
}

/// How often another value is drawn for what is not to be the same.
const OTHERS: u64 = 8;

impl Arguments<'_> {
    /// A value that goes together with what was drawn before.
    fn row(&mut self, site: &Site<'_>, rng: &mut Rng) -> Option<Value> {
        let key = words::key(site.name);
        for (nth, table) in self.entry.laws.tables.iter().enumerate() {
            let Some(column) = table.column(&key) else { continue };
            let at = match self.rows.iter().find(|(of, _)| *of == nth) {
                Some((_, at)) => *at,
                None => {
                    let said = &self.said;
                    let matching = table.matching(&|column, value| {
                        let (_, known) = said.iter().find(|(name, _)| **name == *table.of[column])?;
                        Some(law::is_known(known, value))
                    });
                    let Some(at) = rng.choose(&matching).copied() else { continue };
                    self.rows.push((nth, at));
                    at
                }
            };
            let value = table.rows.get(at).and_then(|row| row.get(column))?;
            let options = site.schema.get("enum").and_then(Value::as_array);
            return options.is_none_or(|options| options.contains(value)).then(|| value.clone());
        }
        None
    }
}

impl Supply for Arguments<'_> {
    fn value(&mut self, site: &Site<'_>, rng: &mut Rng) -> Option<Value> {
        let composite = ["properties", "items", "allOf", "oneOf", "anyOf", "$ref"]
            .iter()
            .any(|key| site.schema.contains_key(*key));
        if composite
            || site.path.is_empty()
            || site.schema.get("type").is_some_and(|t| t == "object" || t == "array")
        {
            return None;
        }
        if site.schema.get("type").is_some_and(|t| t == "boolean") && !site.path[1..].contains('/') {
            // A flag is named to be set, unless the wording can say the opposite.
            let both = self.entry.param(site.name).is_some_and(|p| p.required || p.phrase.without.is_some());
            return (!both).then_some(Value::Bool(true));
        }
        // Positions set the items of a list apart.
        let mut values = self.values;
        if let Some(item) = site.item {
            values.kin = values.kin.index(item as u64);
        }
        let value = if site.item.is_none() { self.row(site, rng) } else { None };
        let mut value = value.or_else(|| values.leaf(site.path, site.name, site.schema, rng))?;
        // Two entries of a list are about two things, and two people of one call are not the same.
        let field = self.entry.arguments.get(site.path);
        let person = field.and_then(|field| field.meaning).is_some_and(|meaning| meaning.id == "person");
        if person || site.item.is_some() && (value.is_string() || value.is_number()) {
            let whose = if person { "person" } else { site.name };
            let known = |value: &Value| self.apart.iter().any(|(of, told)| of == whose && told == value);
            for again in 0..OTHERS {
                if !known(&value) {
                    break;
                }
                values.kin = values.kin.index(again);
                value = values.leaf(site.path, site.name, site.schema, rng)?;
            }
            self.apart.push((whose.to_owned(), value.clone()));
        }
        if site.item.is_none() && !self.entry.laws.tables.is_empty() {
            self.said.push((words::key(site.name), value.clone()));
        }
        Some(value)
    }

    fn items(&mut self, site: &Site<'_>, rng: &mut Rng) -> Option<usize> {
        // Who has a tool for many names at once names more than one.
        let param = self.entry.param(site.name)?;
        let last = param.words.last().map_or("", String::as_str);
        let names = param.required && ["ids", "numbers", "codes", "keys", "references"].contains(&last)
            || param.phrase.each.is_some();
        let most = site.schema.get("maxItems").and_then(Value::as_u64).unwrap_or(4);
        (names && most > 1).then(|| 2 + rng.below(2).min(usize::try_from(most).unwrap_or(4) - 2))
    }

    fn include(&mut self, site: &Site<'_>, _rng: &mut Rng) -> Option<bool> {
        let top = !site.path.get(1..).is_some_and(|rest| rest.contains('/'));
        top.then(|| self.wanted.iter().any(|at| self.entry.params[*at].name == site.name))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn alternatives_hold_none_of_one_another() {
        let left = |mut groups: Value| {
            alternatives(&mut groups);
            groups
        };
        assert_eq!(left(json!([["a", "b"], ["a"], ["c"]])), json!([["a"], ["c"]]));
        assert_eq!(left(json!([["a"], ["a"]])), json!([["a"]]));
        assert_eq!(left(json!([["a", "b"], ["b", "c"]])), json!([["a", "b"], ["b", "c"]]));
        assert_eq!(left(json!(["a", "a"])), json!(["a", "a"]));
    }
}

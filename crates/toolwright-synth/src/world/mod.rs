//! The simulated world: tools that answer as their definitions say, and agree with themselves.
//!
//! A result follows the tool's `returns` schema. What the arguments said is echoed; everything else is a function of (dialog,
//! thing, property), so that the same order has the same price whichever tool is asked. What a call creates or changes is
//! remembered until the dialog ends. Nothing is read from the network.

#[allow(dead_code, reason = "the turn loop and the world draw failures from it")]
pub(crate) mod failure;
pub(crate) mod lexicon;
pub(crate) mod meaning;
pub(crate) mod value;

use std::collections::HashMap;

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use toolwright_core::schema::{Shape, Site, Supply, sample};
use toolwright_core::seed::{Rng, Seed};
use toolwright_core::{Call, Error, Executor, Result, Tool};

use crate::agent::name::{singular, wraps};
use crate::pool::Pool;
use crate::pool::entry::{Entry, Param, full_words};
use value::Values;

/// The state of the world in one dialog.
#[derive(Debug)]
pub(crate) struct World<'p> {
    pool: &'p Pool,
    seed: Seed,
    today: Date,
    /// The thing that an identifier stands for.
    things: HashMap<String, Seed>,
    /// What calls have said of things: (thing, property) → value.
    facts: HashMap<(Seed, String), Value>,
}

impl<'p> World<'p> {
    pub(crate) fn new(pool: &'p Pool, seed: Seed, today: Date) -> Self {
        Self { pool, seed, today, things: HashMap::new(), facts: HashMap::new() }
    }

    /// The thing a call is about: what its identifying arguments stand for, or what the call asks for.
    fn subject(&self, entry: &Entry, call: &Call) -> Seed {
        // Of several identifiers, the one that names what the tool is about; else the last: tenant, project, task.
        let given =
            || entry.params.iter().filter(|p| identifying(&p.words) && call.arguments.contains_key(&p.name));
        let own = given().find(|p| entry.entity.as_ref().is_some_and(|entity| p.words.contains(entity)));
        let named = own.or_else(|| given().next_back()).and_then(|param| call.arguments.get(&param.name));
        match named.and_then(key) {
            Some(id) => self.thing(&id),
            None => {
                let mut seed = self.seed.child(entry.entity.as_deref().unwrap_or(&entry.tool.name));
                for (name, value) in &call.arguments {
                    seed = seed.child(name).child(&value.to_string());
                }
                seed
            }
        }
    }

    fn thing(&self, id: &str) -> Seed {
        self.things.get(id).copied().unwrap_or_else(|| self.seed.child("thing").child(id))
    }

    /// Remembers what a call says of a thing, and what its result says of the things in it.
    fn remember(&mut self, entry: &Entry, call: &Call, subject: Seed, result: &Value) {
        if entry.clause.reads {
            self.learn(subject, result, 0);
            return;
        }
        // What is made by a call is a thing of its own; it has the call's arguments.
        let made = made(subject, call);
        for (name, value) in call.arguments.iter().chain(result.as_object().into_iter().flatten()) {
            let given = call.arguments.values().any(|argument| argument == value);
            if let Some(id) = key(value).filter(|_| !given && identifying(&meaning::words_of(name))) {
                self.things.insert(id, made);
                self.facts.insert((made, known_as(name)), value.clone());
                continue;
            }
            for thing in [subject, made] {
                self.facts.insert((thing, known_as(name)), value.clone());
            }
        }
    }

    fn learn(&mut self, thing: Seed, result: &Value, depth: usize) {
        match result {
            Value::Object(properties) if depth < 8 => {
                for (name, value) in properties {
                    if value.is_array() || value.is_object() {
                        self.learn(thing.child(name), value, depth + 1);
                        continue;
                    }
                    if let Some(id) = key(value).filter(|_| identifying(&meaning::words_of(name))) {
                        self.things.entry(id).or_insert(thing);
                    }
                    self.facts.insert((thing, known_as(name)), value.clone());
                }
            }
            Value::Array(items) if depth < 8 => {
                for (at, item) in items.iter().enumerate() {
                    self.learn(thing.index(at as u64), item, depth + 1);
                }
            }
            _ => {}
        }
    }
}

/// A property's name, whatever the case that an API writes it in: `hotelName` is `hotel_name`.
fn known_as(name: &str) -> String {
    meaning::words_of(name).join("_")
}

/// A thing as a call asks about it: for this day, for so many people.
fn asked(thing: Seed, entry: &Entry, call: &Call) -> Seed {
    let open = call
        .arguments
        .iter()
        .filter(|(name, _)| entry.param(name).is_some_and(|param| !identifying(&param.words)));
    open.fold(thing, |seed, (name, value)| seed.child(name).child(&value.to_string()))
}

/// The city that a call speaks of, by name or by position.
fn place_of(call: &Call) -> Option<&'static lexicon::City> {
    let named = |value: &Value| {
        let text = value.as_str()?;
        lexicon::CITIES.iter().find(|city| [city.name, city.airport, city.code, city.country].contains(&text))
    };
    let number = |name: &str| call.arguments.get(name).and_then(Value::as_f64);
    let at = number("latitude")
        .or_else(|| number("lat"))
        .zip(number("longitude").or_else(|| number("lng")).or_else(|| number("lon")));
    call.arguments.values().find_map(named).or_else(|| {
        let (latitude, longitude) = at?;
        let far =
            |city: &lexicon::City| (city.latitude - latitude).powi(2) + (city.longitude - longitude).powi(2);
        lexicon::CITIES.iter().min_by(|a, b| far(a).total_cmp(&far(b)))
    })
}

/// The thing that a call makes.
fn made(subject: Seed, call: &Call) -> Seed {
    call.arguments
        .iter()
        .fold(subject.child("made"), |seed, (name, value)| seed.child(name).child(&value.to_string()))
}

/// Whether a name's last word says that it identifies something.
fn identifying(words: &[String]) -> bool {
    words.last().is_some_and(|last| {
        ["id", "sid", "uuid", "uid", "key", "reference", "number", "code", "symbol"].contains(&last.as_str())
    })
}

fn key(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl Executor for World<'_> {
    fn execute(&mut self, tool: &Tool, call: &Call) -> Result<Value> {
        let entry = self
            .pool
            .named(&tool.name)
            .ok_or_else(|| Error::new(format!("the world knows no tool `{}`", tool.name)))?;
        let subject = self.subject(entry, call);
        let Some(returns) = &tool.returns else {
            self.remember(entry, call, subject, &Value::Null);
            return Ok(json!({ "success": true }));
        };
        let shape = Shape { optional: 0.75, items: 2..=4, depth: 4 };
        let mut supply =
            Answers { world: self, entry, call, subject, leaves: 0, place: place_of(call), used: Vec::new() };
        let mut rng = subject.child("shape").rng();
        let result = sample(returns, &shape, &mut supply, &mut rng)
            .map_err(|why| Error::new(format!("the result of `{}` cannot be made: {why}", tool.name)))?;
        let fits = tool
            .returns_checker()
            .is_none_or(|checker| checker.is_ok_and(|checker| checker.accepts(&result)));
        if !fits {
            return Err(Error::new(format!("the result of `{}` does not fit its schema", tool.name)));
        }
        self.remember(entry, call, subject, &result);
        Ok(result)
    }
}

/// What a thing keeps, whatever is asked about it.
const OF_THINGS: &[&str] = &[
    "name", "title", "type", "category", "address", "city", "country", "email", "phone", "brand", "model",
    "id", "code", "currency", "description",
];

/// What results hold only when something went wrong.
const TROUBLE: &[&str] = &["error", "errors", "failure", "failures", "warning", "warnings", "exception"];

/// A result keeps to about this many values, as far as optional ones can be left out.
const LEAVES: usize = 36;

/// Supplies the values of one result.
struct Answers<'w, 'p> {
    world: &'w World<'p>,
    entry: &'w Entry,
    call: &'w Call,
    subject: Seed,
    leaves: usize,
    /// The city that the call speaks of.
    place: Option<&'static lexicon::City>,
    /// What items of lists have been called: (path, words).
    used: Vec<(String, String)>,
}

impl Answers<'_, '_> {
    /// What the call said of this property, where the result repeats it.
    fn echo(&self, site: &Site<'_>) -> Option<Value> {
        if let Some(at) = site.item
            && site.path.matches('/').count() <= 3
            && let Some(values) = self.asked_of_each(site.name)
        {
            return values.get(at).cloned();
        }
        let entity = self.entry.entity.as_deref().unwrap_or_default();
        // Cheap, and true of nearly every property: no parameter's name ends alike.
        let alike = |last: &String| {
            let tail = site.name.len().checked_sub(last.len()).and_then(|at| site.name.get(at..));
            tail.is_some_and(|tail| tail.eq_ignore_ascii_case(last))
        };
        if !self
            .entry
            .params
            .iter()
            .any(|param| param.name == site.name || param.words.last().is_some_and(alike))
        {
            return None;
        }
        // What belongs to another thing within the result (`plans/0/id`) is not what the call named.
        let parent = self.parent(site, entity);
        let foreign = parent != entity;
        let words = full_words(site.name, &parent);
        let generic = foreign && full_words(site.name, entity).len() != meaning::words_of(site.name).len();
        let param = self
            .entry
            .params
            .iter()
            .find(|param| param.words == words || (param.name == site.name && !generic))?;
        let value = self.call.arguments.get(&param.name)?;
        // What a list was searched by holds for its items: mail from a sender.
        let filter = self.entry.clause.reads && site.item.is_some() && param.name == site.name;
        if foreign && (value.is_object() || !(identifying(&words) || filter)) {
            return None;
        }
        // Items of a list share what was searched by, but not what tells them apart.
        let own = ["name", "title", "description", "text", "query"]
            .iter()
            .any(|w| words.last().is_some_and(|last| last == w));
        let search = site.item.is_some() && (own || self.entry.clause.reads && value.is_array());
        (!search && (value.is_string() || value.is_number() || value.is_boolean() || site.item.is_none()))
            .then(|| value.clone())
    }

    /// The values of a list argument whose items have this property: `flight_numbers` for `flight_number`.
    fn asked_of_each(&self, property: &str) -> Option<&Vec<Value>> {
        let values = |param: &Param| self.call.arguments.get(&param.name)?.as_array();
        let each = |param: &&Param| {
            param.name.len() > property.len()
                && param.schema.contains_key("items")
                && meaning::words_of(&param.name).split_last().is_some_and(|(last, head)| {
                    let words = meaning::words_of(property);
                    words.split_last().is_some_and(|(one, before)| before == head && *one == singular(last))
                })
        };
        values(self.entry.params.iter().find(each)?)
    }

    /// What the property belongs to: the nearest name above it that is no wrapper, else what the tool is about.
    fn parent(&self, site: &Site<'_>, entity: &str) -> String {
        let above = site.path.rsplit_once('/').map_or("", |(above, _)| above);
        let named =
            above.rsplit('/').filter(|step| !wraps(step)).find_map(|step| meaning::words_of(step).pop());
        let owner = named.map(|word| singular(&word)).filter(|word| !word.is_empty());
        owner.unwrap_or_else(|| entity.to_owned())
    }

    /// The thing that owns the property.
    fn owner(&self, site: &Site<'_>) -> Seed {
        let above = site.path.rsplit_once('/').map_or("", |(above, _)| above);
        let mut seed = self.subject;
        for step in above.split('/').filter(|step| !step.is_empty()) {
            seed = seed.child(step);
        }
        site.item.map_or(seed, |at| seed.index(at as u64))
    }
}

impl Supply for Answers<'_, '_> {
    fn value(&mut self, site: &Site<'_>, _rng: &mut Rng) -> Option<Value> {
        if let Some(echo) = self.echo(site) {
            self.leaves += 1;
            return Some(echo);
        }
        let composite = site.schema.get("type").is_some_and(|t| t == "object" || t == "array")
            || ["properties", "items", "allOf", "oneOf", "anyOf", "$ref"]
                .iter()
                .any(|key| site.schema.contains_key(*key));
        if composite {
            return None;
        }
        self.leaves += 1;
        let owner = self.owner(site);
        let words = meaning::words_of(site.name);
        let identifying = identifying(&words);
        // What a call makes has a number of its own, whatever was made before.
        let new = identifying && !self.entry.clause.reads;
        if let Some(fact) = self.world.facts.get(&(owner, words.join("_"))).filter(|_| !new) {
            return Some(fact.clone());
        }
        let went_well = words.last().is_some_and(|last| {
            [
                "success", "successful", "ok", "result", "deleted", "updated", "created", "acknowledged",
                "accepted",
            ]
            .contains(&last.as_str())
        });
        if went_well && site.schema.get("type").is_some_and(|t| t == "boolean") {
            return Some(Value::Bool(true));
        }
        // A name belongs to the thing; what is looked up for a day or a number of people belongs to the question.
        let own = words.last().is_some_and(|last| OF_THINGS.contains(&last.as_str()));
        let seed = match (new, own) {
            (true, _) => made(owner, self.call),
            (false, true) => owner,
            (false, false) => asked(owner, self.entry, self.call),
        };
        let seed = seed.child(&words.join("_"));
        let entity = self.entry.entity.as_deref().unwrap_or_default();
        let place = self.place;
        let values =
            Values { fields: &self.entry.results, entity, today: self.world.today, kin: owner, place };
        let mut drawn = None;
        // Items of a list are told apart by their words, and a value is not by chance what the call spoke of.
        for salt in 0..6 {
            let mut rng = seed.index(salt).rng();
            let value = values.leaf(site.path, site.name, site.schema, &mut rng);
            drawn = value.or_else(|| {
                sample(
                    &Value::Object(leaf_schema(site.schema)),
                    &Shape { optional: 1.0, items: 1..=2, depth: 2 },
                    &mut Nothing,
                    &mut rng,
                )
                .ok()
            });
            let Some(words) =
                drawn.as_ref().and_then(Value::as_str).filter(|_| !site.schema.contains_key("enum"))
            else {
                break;
            };
            let taken = self
                .used
                .iter()
                .any(|(path, used)| site.item.is_some() && path == site.path && used == words);
            let spoken = self.call.arguments.values().any(|argument| argument == words);
            if !taken && !spoken {
                self.used.push((site.path.to_owned(), words.to_owned()));
                break;
            }
        }
        drawn
    }

    fn include(&mut self, site: &Site<'_>, _rng: &mut Rng) -> Option<bool> {
        let words = meaning::words_of(site.name);
        if words.iter().any(|word| TROUBLE.contains(&word.as_str())) {
            return Some(false);
        }
        if identifying(&words)
            || words.last().is_some_and(|last| ["name", "title", "status"].contains(&last.as_str()))
        {
            return Some(true);
        }
        // A lookup gives what was looked for: its list is there, if only empty.
        let listing = self.entry.clause.reads
            && site.path.matches('/').count() < 3
            && site.schema.contains_key("items")
            && words.last().is_some_and(|last| last != "links" && crate::agent::name::is_plural(last));
        if listing {
            return Some(true);
        }
        (self.leaves > LEAVES).then_some(false)
    }

    fn items(&mut self, site: &Site<'_>, rng: &mut Rng) -> Option<usize> {
        // One entry for each that was asked for.
        let properties =
            site.schema.get("items").and_then(|items| items.get("properties")).and_then(Value::as_object);
        let each =
            properties.and_then(|properties| properties.keys().find_map(|name| self.asked_of_each(name)));
        if let Some(values) = each.filter(|_| site.path.matches('/').count() <= 2) {
            return Some(values.len());
        }
        #[rustfmt::skip]
        let cap = [
            "limit", "max_results", "page_size", "per_page", "count", "top", "size", "maxResults", "pageSize",
            "num_results", "PageSize",
        ]
        .iter()
        .find_map(|name| self.call.arguments.get(*name)?.as_u64());
        let open = if site.path.matches('/').count() > 1 { 1 + rng.below(2) } else { 2 + rng.below(3) };
        let cap = cap.and_then(|cap| usize::try_from(cap).ok()).filter(|cap| *cap > 0).unwrap_or(open);
        let bound =
            |key: &str| site.schema.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let (least, most) = (bound("minItems").unwrap_or(0), bound("maxItems").unwrap_or(usize::MAX));
        let span =
            if most < 12 && most > least { least.max(1) + rng.below(most - least.max(1) + 1) } else { open };
        Some(span.min(cap).clamp(least, most.max(least)))
    }
}

/// Leaves the schema to itself.
struct Nothing;

impl Supply for Nothing {}

fn leaf_schema(schema: &Map<String, Value>) -> Map<String, Value> {
    #[rustfmt::skip]
    let keep = [
        "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
        "pattern", "minLength", "maxLength", "format",
    ];
    schema
        .iter()
        .filter(|(name, _)| keep.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

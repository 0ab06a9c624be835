//! A tool made ready for dialogs: its patterns compiled, its parameters named, its values understood.

use std::sync::Arc;

use ahash::AHashMap;
use serde_json::{Map, Value};
use toolwright_core::{Error, Hint, Phrase, Result, Tool};

use super::leeway::{varies, withholdable};
use crate::agent::clause::{Clause, entity};
use crate::agent::name::{GENERIC, spoken, spoken_word};
use crate::agent::pattern::Pattern;
use crate::agent::tell::Tell;
use crate::world::bearing::{Bearing, bearing};
use crate::world::compute::{self, Formula};
use crate::world::filter::{self, Asked, Reading};
use crate::world::law::Laws;
use crate::world::life::Deed;
use crate::world::meaning::{Meaning, infer};
use crate::world::words::words_of;

/// A tool of the pool with all that dialogs need of it.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) tool: Arc<Tool>,
    /// The position of its domain in the pool.
    pub(crate) domain: usize,
    pub(crate) params: Vec<Param>,
    pub(crate) asks: Vec<Pattern>,
    pub(crate) questions: Vec<Pattern>,
    pub(crate) tells: Vec<Tell>,
    /// What the tool does, as a verb phrase.
    pub(crate) clause: Clause,
    /// What it is about, in the singular.
    pub(crate) entity: Option<String>,
    pub(crate) arguments: Fields,
    pub(crate) results: Fields,
    /// What its parameters say of its result.
    pub(crate) reading: Reading,
    /// What it does to the thing it is about.
    pub(crate) deed: Deed,
    /// How its result follows from its arguments, where it is exact.
    pub(crate) formula: Option<&'static Formula>,
    /// What holds between the values of a call.
    pub(crate) laws: Laws,
}

/// A top-level parameter.
#[derive(Debug)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) required: bool,
    /// The words of its name, those of the entity before them where it says too little alone.
    pub(crate) words: Vec<String>,
    /// The words of its name alone, in one.
    pub(crate) key: String,
    /// What people call it: `product ID`.
    pub(crate) label: String,
    pub(crate) phrase: Phrase,
    /// How what stands inside it is said, where it is an object.
    pub(crate) inner: Vec<(String, Phrase)>,
    pub(crate) schema: Map<String, Value>,
    /// Whether parallel calls can differ in it.
    pub(crate) varies: bool,
    /// Whether the user can leave it out and the request still reads well.
    pub(crate) withholdable: bool,
}

/// What is known of every property, by its path.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    known: AHashMap<String, Field>,
    /// What the items of lists are, by the path of the list: `order id` where they have one.
    kinds: AHashMap<String, String>,
}

/// What is known of one property.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field {
    pub(crate) meaning: Option<&'static Meaning>,
    pub(crate) examples: Vec<Value>,
    /// Whether nothing but the examples means anything.
    pub(crate) only: bool,
    /// The usual range of a number.
    pub(crate) range: Option<[f64; 2]>,
    /// The words of its name, those of what it belongs to before them where it says too little alone.
    pub(crate) words: Vec<String>,
    /// How many of them are its own.
    own: usize,
    /// Its own words in one: `hotel_name` for `hotelName`.
    pub(crate) key: String,
    pub(crate) bearing: Bearing,
    pub(crate) nature: Nature,
    /// Whether it is a list; the rest is then said of its items.
    pub(crate) list: bool,
    /// Whether it belongs to items of a list.
    pub(crate) listed: bool,
    /// Its position in the definition.
    pub(crate) at: usize,
    /// Whom it is of, where values of several people or places stand side by side; empty for the first.
    pub(crate) role: String,
    /// What the parameters have to do with it.
    pub(crate) asked: Option<Box<Asked>>,
}

/// What kind of value a schema asks for, as far as filters tell kinds apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Nature {
    Text,
    Number,
    Date,
    Flag,
    #[default]
    Other,
}

/// The nature of a schema's values.
fn nature(schema: &Map<String, Value>, meaning: Option<&Meaning>) -> Nature {
    let named = |name: &str| {
        schema
            .get("type")
            .is_some_and(|t| t == name || t.as_array().is_some_and(|all| all.iter().any(|t| t == name)))
    };
    let listed = schema.get("enum").and_then(Value::as_array).and_then(|options| options.first());
    if named("boolean") {
        Nature::Flag
    } else if named("number") || named("integer") {
        Nature::Number
    } else if named("string") || listed.is_some_and(Value::is_string) {
        let dated = schema.get("format").is_some_and(|format| format == "date" || format == "date-time");
        if dated || meaning.is_some_and(|meaning| meaning.id.contains("date")) {
            Nature::Date
        } else {
            Nature::Text
        }
    } else {
        Nature::Other
    }
}

impl Field {
    /// What a property's name and schema tell of it.
    pub(crate) fn of(name: &str, owner: &str, schema: &Map<String, Value>, hint: Option<&Hint>) -> Self {
        let own = words_of(name);
        let words = full(&own, owner);
        let meaning = infer(&words, schema, hint);
        Self {
            meaning,
            examples: hint.map(|hint| hint.examples.clone()).unwrap_or_default(),
            only: hint.is_some_and(|hint| hint.only),
            range: hint.and_then(|hint| hint.range),
            own: own.len(),
            key: own.join("_"),
            bearing: bearing(&own),
            nature: nature(schema, meaning),
            words,
            ..Self::default()
        }
    }

    /// Whether its name alone tells what it is: `doors_open` does, `amount` and `name` do not.
    pub(crate) fn is_telling(&self) -> bool {
        self.own > 1 && !self.bearing.identifies
    }

    /// Whether it is one for a whole result: the `currency` of all amounts, unlike a `base_currency`.
    pub(crate) fn is_common(&self) -> bool {
        ["currency", "currency_code"].contains(&self.key.as_str())
    }

    /// The words of its own name.
    pub(crate) fn own(&self) -> &[String] {
        self.words.get(self.words.len().saturating_sub(self.own)..).unwrap_or_default()
    }
}

/// Where a walk over a schema stands.
#[derive(Clone, Copy)]
struct Place<'o> {
    owner: &'o str,
    listed: bool,
    depth: usize,
}

/// Deeper properties are understood when they are met.
const FIELD_DEPTH: usize = 6;
const FIELD_COUNT: usize = 4_000;

impl Fields {
    fn of(schema: &Value, hints: &indexmap::IndexMap<String, Hint>, entity: Option<&str>) -> Self {
        let mut fields = Self::default();
        let place = Place { owner: entity.unwrap_or_default(), listed: false, depth: 0 };
        fields.walk(schema, schema, hints, &mut String::new(), place);
        fields
    }

    fn walk(
        &mut self,
        root: &Value,
        schema: &Value,
        hints: &indexmap::IndexMap<String, Hint>,
        path: &mut String,
        place: Place<'_>,
    ) {
        if place.depth > FIELD_DEPTH || self.known.len() > FIELD_COUNT {
            return;
        }
        let schema = resolve(root, schema);
        let inside = Place { depth: place.depth + 1, ..place };
        for branch in
            ["allOf", "oneOf", "anyOf"].iter().filter_map(|key| schema.get(key)?.as_array()).flatten()
        {
            self.walk(root, branch, hints, path, inside);
        }
        if let Some(items) = schema.get("items") {
            self.walk(root, items, hints, path, Place { listed: true, ..inside });
            let items = resolve(root, items);
            self.note(path, items, hints, Place { listed: true, ..place });
            if let Some(kind) = kind(items, place.owner) {
                self.kinds.insert(path.clone(), kind);
            }
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        let first = path.len();
        let mut paths = Vec::new();
        for (name, property) in properties.into_iter().flatten() {
            path.push('/');
            path.push_str(name);
            let property = resolve(root, property);
            self.note(path, property, hints, place);
            paths.push(path.clone());
            // `data`, `items` and the like wrap what their owner is about.
            let own = crate::agent::name::singular(words_of(name).last().map_or("", String::as_str));
            let owner = if crate::agent::name::wraps(name) { place.owner } else { &own };
            self.walk(root, property, hints, path, Place { owner, ..inside });
            path.truncate(first);
        }
        self.cast(&paths);
    }

    fn note(
        &mut self,
        path: &str,
        schema: &Value,
        hints: &indexmap::IndexMap<String, Hint>,
        place: Place<'_>,
    ) {
        let Some(map) = schema.as_object().filter(|_| !path.is_empty()) else { return };
        let name = path.rsplit('/').next().unwrap_or_default();
        let list = schema.get("items").is_some();
        // An array's own note would hide that of its items.
        let before = self.known.get(path).map(|field| (field.at, field.list, field.listed));
        if list && before.is_some() {
            return;
        }
        let mut field = Field::of(name, place.owner, map, hints.get(path));
        (field.at, field.list, field.listed) = match before {
            Some((at, list, listed)) => (at, list || place.listed, listed),
            None => (self.known.len(), list, place.listed),
        };
        self.known.insert(path.to_owned(), field);
    }

    /// Tells the people and places apart that stand side by side: the customer's name and address go together, the driver's do not.
    fn cast(&mut self, paths: &[String]) {
        #[rustfmt::skip]
        const PEOPLE: &[&str] = &["person", "first_name", "last_name", "username", "author"];
        #[rustfmt::skip]
        const MANY: &[&str] = &["person", "username", "author", "email", "phone", "city", "airport", "address", "country"];
        #[rustfmt::skip]
        const OF_PEOPLE: &[&str] = &[
            "name", "full", "first", "last", "given", "family", "email", "e", "mail", "address", "phone", "number", "mobile", "user",
            "username", "handle", "display", "city", "airport", "country", "town",
        ];
        let head = |field: &Field| {
            let kept = field.words.iter().filter(|word| !OF_PEOPLE.contains(&word.as_str()));
            kept.map(String::as_str).collect::<Vec<_>>().join(" ")
        };
        let meant: Vec<(usize, &'static str, String)> = paths
            .iter()
            .enumerate()
            .filter_map(|(at, path)| {
                let field = self.known.get(path)?;
                let id = field.meaning.map(|meaning| meaning.id)?;
                (PEOPLE.contains(&id) || MANY.contains(&id)).then(|| (at, id, head(field)))
            })
            .collect();
        if meant.len() < 2 {
            return;
        }
        let mut people: Vec<&str> = Vec::new();
        for (_, id, head) in &meant {
            if PEOPLE.contains(id) && !people.contains(&head.as_str()) {
                people.push(head);
            }
        }
        for (nth, (at, id, head)) in meant.iter().enumerate() {
            let person = people.iter().position(|known| known == head);
            let apart = person.map_or_else(
                // Whoever else has an address, it is not the first person's.
                || {
                    let alike = |(other, (_, kind, whose)): (usize, &(usize, &str, String))| {
                        kind == id && other != nth && (other < nth || people.contains(&whose.as_str()))
                    };
                    MANY.contains(id) && !head.is_empty() && meant.iter().enumerate().any(alike)
                },
                |position| position > 0,
            );
            if apart && let Some(field) = paths.get(*at).and_then(|path| self.known.get_mut(path)) {
                field.role.clone_from(head);
            }
        }
    }

    /// What is known of the property at this path.
    pub(crate) fn get(&self, path: &str) -> Option<&Field> {
        self.known.get(path)
    }

    /// What the items of the list at this path are.
    pub(crate) fn kind(&self, path: &str) -> Option<&str> {
        self.kinds.get(path).map(String::as_str)
    }

    /// All properties, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Field)> {
        self.known.iter().map(|(path, field)| (path.as_str(), field))
    }

    /// What the parameters have to do with the property at this path, to be added to.
    pub(crate) fn asked(&mut self, path: &str) -> &mut Asked {
        let field = self.known.entry(path.to_owned()).or_default();
        field.asked.get_or_insert_default()
    }
}

/// What items of this schema are, by the first property that identifies them, else by what they are called.
fn kind(items: &Value, owner: &str) -> Option<String> {
    let properties = items.get("properties").and_then(Value::as_object)?;
    let found = |test: &dyn Fn(Bearing) -> bool| {
        properties
            .keys()
            .find(|name| test(bearing(&words_of(name))))
            .map(|name| full_words(name, owner).join(" "))
    };
    let own = properties.keys().find_map(|name| {
        let words = full_words(name, owner);
        let named = words.split_last().is_some_and(|(_, head)| head.iter().any(|word| word == owner));
        (named && bearing(&words).identifies).then(|| words.join(" "))
    });
    own.or_else(|| found(&|bearing| bearing.identifies))
        .or_else(|| found(&|bearing| bearing.told && !bearing.status))
}

/// Follows a local reference, a few steps far.
pub(crate) fn resolve<'a>(root: &'a Value, mut schema: &'a Value) -> &'a Value {
    for _ in 0..16 {
        let Some(target) = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'))
        else {
            break;
        };
        let Some(found) = root.pointer(target) else { break };
        schema = found;
    }
    schema
}

/// The words of a name; where it is generic, those of its owner first.
pub(crate) fn full_words(name: &str, owner: &str) -> Vec<String> {
    full(&words_of(name), owner)
}

/// These words; where they are generic, those of their owner first.
pub(crate) fn full(words: &[String], owner: &str) -> Vec<String> {
    let generic = words.len() == 1 && GENERIC.contains(&words[0].as_str());
    let mut full =
        if generic && !owner.is_empty() && owner != words[0] { words_of(owner).to_vec() } else { Vec::new() };
    full.extend_from_slice(words);
    full
}

impl Entry {
    /// Makes a tool ready.
    ///
    /// # Errors
    /// Says what in the definition stands in the way: a schema that does not compile, a pattern that cannot be read.
    pub(crate) fn new(tool: Arc<Tool>, domain: usize) -> Result<Self> {
        let place = |error: Error| error.at(format_args!("tool `{}`", tool.name));
        tool.arguments_checker()
            .map_err(|why| place(Error::new(format!("its parameters are no usable schema: {why}"))))?;
        if let Some(Err(why)) = tool.returns_checker() {
            return Err(place(Error::new(format!("its result is no usable schema: {why}"))));
        }
        let entity = entity(&tool);
        let wording = tool.meta.wording.clone().unwrap_or_default();
        let patterns =
            |texts: &[String]| texts.iter().map(|text| Pattern::parse(text)).collect::<Result<Vec<_>>>();
        let (asks, questions) =
            (patterns(&wording.asks).map_err(place)?, patterns(&wording.questions).map_err(place)?);
        let mut tells =
            wording.tells.iter().map(|text| Tell::parse(text)).collect::<Result<Vec<_>>>().map_err(place)?;
        tells.sort_by_key(|tell| std::cmp::Reverse(tell.reach()));
        let params: Vec<Param> = tool
            .properties()
            .map(|(name, schema)| {
                let owner = owner_in_path(&tool, name).or_else(|| entity.clone()).unwrap_or_default();
                let words = full_words(name, &owner);
                Param {
                    name: name.to_owned(),
                    required: tool.requires(name),
                    label: label(&words),
                    key: words_of(name).join("_"),
                    words,
                    phrase: wording.parameters.get(name).cloned().unwrap_or_default(),
                    inner: wording
                        .parameters
                        .iter()
                        .filter_map(|(place, phrase)| {
                            Some((place.strip_prefix(name)?.strip_prefix('/')?.to_owned(), phrase.clone()))
                        })
                        .collect(),
                    schema: resolve(&tool.parameters, schema).as_object().cloned().unwrap_or_default(),
                    varies: false,
                    withholdable: false,
                }
            })
            .collect();
        for slot in asks.iter().chain(&questions).flat_map(Pattern::slots).map(|(slot, _)| slot) {
            if !params.iter().any(|param| param.name == slot.parameter) {
                return Err(place(Error::new(format!(
                    "its wording has a slot `{}`; it has no such parameter",
                    slot.parameter
                ))));
            }
        }
        let clause = Clause::derive(&tool);
        let arguments = Fields::of(&tool.parameters, &tool.meta.hints.parameters, entity.as_deref());
        let returns = tool.returns.as_ref();
        let mut results =
            returns.map(|r| Fields::of(r, &tool.meta.hints.returns, entity.as_deref())).unwrap_or_default();
        let about =
            filter::About { tool: &tool, params: &params, arguments: &arguments, reads: clause.reads };
        let reading = Reading::of(about, entity.as_deref().unwrap_or_default(), &mut results);
        let mut entry = Self {
            domain,
            deed: if clause.reads { Deed::default() } else { Deed::of(&tool, &clause.verb, &params) },
            formula: compute::formula(&tool),
            laws: Laws::of(&tool).map_err(place)?,
            params,
            asks,
            questions,
            tells,
            clause,
            arguments,
            results,
            reading,
            entity,
            tool,
        };
        let leeway = |param: &Param| (varies(&entry, param), withholdable(&entry, param));
        let leeway: Vec<(bool, bool)> = entry.params.iter().map(leeway).collect();
        for (param, leeway) in entry.params.iter_mut().zip(leeway) {
            (param.varies, param.withholdable) = leeway;
        }
        Ok(entry)
    }

    /// Whether its properties are attributes of the context tree: the same name is the same attribute, wherever it stands.
    pub(crate) fn is_evolved(&self) -> bool {
        self.tool.meta.lineage.is_some()
    }

    /// Whether a property of a part is one of the whole thing.
    pub(crate) fn tells_of_whole(&self, field: &Field) -> bool {
        field.is_telling() || self.is_evolved() && !field.bearing.identifies
    }

    /// The parameter of this name.
    pub(crate) fn param(&self, name: &str) -> Option<&Param> {
        self.params.iter().find(|param| param.name == name)
    }
}

/// What a path parameter identifies: the segment before it (`artist` for `id` in `/artists/{id}/albums`).
fn owner_in_path(tool: &Tool, name: &str) -> Option<String> {
    let path = tool.meta.operation.as_deref()?.split_whitespace().nth(1)?;
    let segments: Vec<&str> = path.split('/').collect();
    let at = segments
        .iter()
        .position(|segment| segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) == Some(name))?;
    let before = segments.get(at.checked_sub(1)?).filter(|segment| !segment.starts_with('{'))?;
    words_of(before).last().map(|word| crate::agent::name::singular(word)).filter(|word| word.len() > 2)
}

/// What people call a parameter.
fn label(words: &[String]) -> String {
    let spoken: Vec<String> = words.iter().map(|word| spoken_word(word)).collect();
    spoken.join(" ")
}

/// What people call a property, with its owner where it says too little alone.
pub(crate) fn property_label(name: &str, owner: &str) -> String {
    let words = full_words(name, owner);
    if words.is_empty() { spoken(name) } else { label(&words) }
}

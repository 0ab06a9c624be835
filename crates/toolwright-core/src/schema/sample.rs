//! Drawing a valid value for a schema.
//!
//! A sampler walks the schema once and writes a value that fits: required properties always, optional ones by
//! chance, values from a [`Supply`] where it has any and plain readable ones where not. `allOf`, `anyOf`, `oneOf`,
//! `$ref` with siblings, `if` and `dependentSchemas` are merged into one schema with a branch chosen, and the value
//! is held against the schema as written; where it does not fit, another branch or another draw is tried.
//!
//! Beyond its means are patterns with look-around, and schemas whose parts only rarely agree: those give
//! [`Unsampleable`], unless the supply has a value. What it gives, a [`Checker`] accepts; there is one exception:
//! a schema that does not compile may still be sampled.

mod fit;
mod merge;
mod number;
mod text;

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::{Checker, resolve};
use crate::seed::Rng;
use fit::{Fit, each, is_additional, matching, same};

/// Items or properties that a schema may ask for.
const MOST_ITEMS: usize = 1_000;
/// Schemas that one value may be drawn from.
const STEPS: u32 = 50_000;
/// Second tries that one value may take, all branches together.
const RETRIES: u32 = 300;
/// Levels that required parts may go beyond [`Shape::depth`].
const BEYOND: usize = 24;
/// Levels in all.
const DEEPEST: usize = 80;
/// Tries for one schema with branches.
const TRIES: usize = 12;
const TYPES: [&str; 7] = ["string", "integer", "boolean", "number", "object", "array", "null"];

/// What the schema leaves open about the size of values.
///
/// ```
/// let shape = toolwright_core::schema::Shape::default();
/// assert_eq!((shape.optional, shape.items, shape.depth), (0.5, 1..=3, 4));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// The probability that an optional property is present.
    pub optional: f64,
    /// The length of an array where the schema leaves it open.
    pub items: RangeInclusive<usize>,
    /// The level beyond which optional parts are left out, so that recursion through `$ref` ends.
    pub depth: usize,
}

impl Default for Shape {
    fn default() -> Self {
        Self { optional: 0.5, items: 1..=3, depth: 4 }
    }
}

/// A place in the value that is being made.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The property path without array positions: `/address/city`; `""` at the root.
    pub path: &'a str,
    /// The last property's name; `""` at the root.
    pub name: &'a str,
    /// The keywords that apply; empty for the schema `true`.
    pub schema: &'a Map<String, Value>,
    /// The position in the innermost array that holds the value, at whatever depth.
    pub item: Option<usize>,
    /// Whether the property is required; true at the root and for items.
    pub required: bool,
}

/// Where better values come from than the sampler's own. Every method may pass.
pub trait Supply {
    /// A value for this place: asked for every leaf, and for arrays, objects and schemas with branches before they
    /// are gone into, so a place may be asked more than once. A value that does not fit the schema is dropped.
    fn value(&mut self, _site: &Site<'_>, _rng: &mut Rng) -> Option<Value> {
        None
    }

    /// Whether an optional property is present.
    fn include(&mut self, _site: &Site<'_>, _rng: &mut Rng) -> Option<bool> {
        None
    }

    /// The length of an array; brought within the schema's bounds.
    fn items(&mut self, _site: &Site<'_>, _rng: &mut Rng) -> Option<usize> {
        None
    }
}

/// The supply that has nothing: all values are the sampler's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Supply for Plain {}

/// Why no value was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsampleable {
    /// The property path where the search ended; `""` at the root.
    pub path: String,
    /// What is in the way.
    pub why: String,
}

impl std::fmt::Display for Unsampleable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = if self.path.is_empty() { "the schema" } else { &self.path };
        write!(f, "{place}: {}", self.why)
    }
}

impl std::error::Error for Unsampleable {}

/// Draws a value that fits the schema.
///
/// # Errors
/// [`Unsampleable`] where the schema contradicts itself, asks for more than 1,000 items, recurses without end, or
/// says what the sampler cannot satisfy.
///
/// ```
/// use serde_json::json;
/// use toolwright_core::schema::{Checker, Plain, Shape, sample};
/// use toolwright_core::seed::Seed;
/// let schema = json!({
///     "type": "object",
///     "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1, "maximum": 7}},
///     "required": ["city", "days"],
/// });
/// let value = sample(&schema, &Shape::default(), &mut Plain, &mut Seed::new(1).rng())?;
/// assert!(Checker::new(&schema).is_ok_and(|checker| checker.accepts(&value)));
/// # Ok::<(), toolwright_core::schema::Unsampleable>(())
/// ```
pub fn sample(
    schema: &Value,
    shape: &Shape,
    supply: &mut dyn Supply,
    rng: &mut Rng,
) -> Result<Value, Unsampleable> {
    let deepest = shape.depth.saturating_add(BEYOND).min(DEEPEST);
    let fit = Fit::new(schema);
    let mut work = Sampler {
        fit,
        shape,
        supply,
        rng,
        path: String::new(),
        left: STEPS,
        retries: RETRIES,
        deepest,
        wide: false,
    };
    let spot = Spot { name: "", item: None, required: true, depth: 0 };
    let value = work.value(schema, spot)?;
    if !work.fit.unsure() {
        return Ok(value);
    }
    work.checked(schema, spot, value)
}

type Fields = Map<String, Value>;
type Drawn = Result<Value, Unsampleable>;

static NOTHING: LazyLock<Fields> = LazyLock::new(Map::new);

/// The part of a [`Site`] that is handed down.
#[derive(Clone, Copy)]
struct Spot<'p> {
    name: &'p str,
    item: Option<usize>,
    required: bool,
    depth: usize,
}

impl Spot<'_> {
    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

struct Sampler<'a> {
    fit: Fit<'a>,
    shape: &'a Shape,
    supply: &'a mut dyn Supply,
    rng: &'a mut Rng,
    path: String,
    left: u32,
    retries: u32,
    deepest: usize,
    /// Draw from many values instead of few nice ones: few were tried and did not do.
    wide: bool,
}

/// A property on its way into an object.
struct Entry<'s> {
    name: &'s str,
    schema: Option<&'s Value>,
    required: bool,
    included: bool,
}

impl<'a> Sampler<'a> {
    fn fail<T>(&self, why: impl Into<String>) -> Result<T, Unsampleable> {
        Err(Unsampleable { path: self.path.clone(), why: why.into() })
    }

    /// The value was made by rules that are not all of JSON Schema: a compiled checker has the last word.
    fn checked(&mut self, schema: &Value, spot: Spot<'_>, first: Value) -> Drawn {
        let Ok(checker) = Checker::new(schema) else { return Ok(first) };
        let mut value = first;
        for _ in 0..TRIES {
            if checker.accepts(&value) {
                return Ok(value);
            }
            value = self.value(schema, spot)?;
        }
        self.fail("the values that were drawn do not fit the schema")
    }

    fn value(&mut self, schema: &Value, spot: Spot<'_>) -> Drawn {
        let fields = match schema {
            Value::Object(fields) => fields,
            Value::Bool(true) => &*NOTHING,
            Value::Bool(false) => return self.fail("no value is allowed here"),
            _ => return self.fail("this is no schema; normalise it first"),
        };
        if spot.depth > self.deepest {
            return self.fail("the schema requires itself without end");
        }
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return self.fail(format!("gave up after {STEPS} values within the value"));
        }
        if fields.keys().any(|key| is_composite(key)) {
            return self.composite(fields, spot);
        }
        if let Some(value) = self.supplied(fields, spot) {
            return Ok(value);
        }
        self.simple(fields, spot)
    }

    fn supplied(&mut self, fields: &Fields, spot: Spot<'_>) -> Option<Value> {
        let site = site(&self.path, fields, spot);
        let value = self.supply.value(&site, self.rng)?;
        self.fit.fits_all(fields, &value).then_some(value)
    }

    /// A schema without branches.
    fn simple(&mut self, fields: &Fields, spot: Spot<'_>) -> Drawn {
        if let Some(value) = fields.get("const") {
            return self.option(fields, std::slice::from_ref(value));
        }
        if let Some(options) = fields.get("enum").and_then(Value::as_array) {
            return self.option(fields, options);
        }
        if ["unevaluatedProperties", "unevaluatedItems", "$id", "$dynamicRef"]
            .iter()
            .any(|key| fields.contains_key(*key))
        {
            self.fit.doubt();
        }
        match fields.get("type") {
            Some(Value::String(kind)) => self.typed(kind, fields, spot),
            Some(Value::Array(kinds)) => self.any_of_types(kinds, fields, spot),
            _ => self.typed(implied_type(fields), fields, spot),
        }
    }

    /// One of the listed values, the first from a random place that fits the other keywords too.
    fn option(&mut self, fields: &Fields, options: &[Value]) -> Drawn {
        let start = self.rng.below(options.len());
        let mut order = options.iter().cycle().skip(start).take(options.len());
        match order.find(|option| self.fit.fits_all(fields, option)) {
            Some(option) => Ok(option.clone()),
            None => self.fail("none of the listed values fits the other keywords"),
        }
    }

    fn any_of_types(&mut self, kinds: &[Value], fields: &Fields, spot: Spot<'_>) -> Drawn {
        let mut names: Vec<&str> = kinds.iter().filter_map(Value::as_str).collect();
        self.rng.shuffle(&mut names);
        // A value is worth more than its absence.
        let null = self.rng.chance(0.1);
        names.sort_by_key(|name| (*name == "null") != null);
        let mut last = self.fail("the list of types is empty");
        for name in names {
            last = self.typed(name, fields, spot);
            if last.is_ok() {
                break;
            }
        }
        last
    }

    fn typed(&mut self, kind: &str, fields: &Fields, spot: Spot<'_>) -> Drawn {
        let leaf = match kind {
            "string" => text::string(fields, self.wide, self.rng).map(Value::String),
            "integer" => number::integer(fields, self.wide, self.rng),
            "number" => number::number(fields, self.wide, self.rng),
            "boolean" => Ok(Value::Bool(self.rng.chance(0.5))),
            "null" => Ok(Value::Null),
            "array" => return self.array(fields, spot),
            "object" => return self.object(fields, spot),
            other => Err(format!("`{other}` is no JSON type; normalise the schema first")),
        };
        leaf.or_else(|why| self.fail(why))
    }

    /// A schema with branches: choose, merge, draw, and check against the schema as written.
    fn composite(&mut self, fields: &Fields, spot: Spot<'_>) -> Drawn {
        if let (1, Some(Value::String(reference))) = (fields.len(), fields.get("$ref")) {
            let target = self.target(reference)?;
            return self.value(target, spot.deeper());
        }
        if let Some(value) = self.supplied(fields, spot) {
            return Ok(value);
        }
        let branches =
            ["anyOf", "oneOf"].iter().filter_map(|key| fields.get(*key)).map(|list| each(list).len());
        let tries = branches.max().unwrap_or(0).clamp(TRIES, 3 * TRIES);
        let (start, was_wide) = (self.rng.below(64), self.wide);
        let mut last = self.fail("no branch gives a value that fits the whole");
        for attempt in 0..tries {
            self.wide = was_wide || attempt >= 4;
            let drawn = self
                .merged(fields, start + attempt, spot)
                .and_then(|merged| self.value(&merged, spot.deeper()));
            match drawn {
                Ok(value) if self.fit.fits_all(fields, &value) => {
                    last = Ok(value);
                    break;
                }
                Ok(_) => {}
                Err(error) => last = Err(error),
            }
            if !self.may_retry() {
                break;
            }
        }
        self.wide = was_wide;
        last
    }

    fn may_retry(&mut self) -> bool {
        let may = self.left > 0 && self.retries > 0;
        self.retries = self.retries.saturating_sub(1);
        may
    }

    fn target(&self, reference: &str) -> Result<&'a Value, Unsampleable> {
        match resolve(self.fit.root, reference) {
            Some(target) => Ok(target),
            None => self.fail(format!("`$ref` \"{reference}\" leads to no part of this schema")),
        }
    }

    /// One schema for the branches of this turn.
    fn merged(&mut self, fields: &Fields, turn: usize, spot: Spot<'_>) -> Drawn {
        let own = fields
            .iter()
            .filter(|(key, _)| !is_composite(key) && !matches!(key.as_str(), "$defs" | "definitions"));
        let mut out: Fields = own.map(|(key, value)| (key.clone(), value.clone())).collect();
        if let Some(Value::String(reference)) = fields.get("$ref") {
            self.join(&mut out, self.target(reference)?)?;
        }
        for branch in fields.get("allOf").into_iter().flat_map(each) {
            self.join(&mut out, branch)?;
        }
        for key in ["anyOf", "oneOf"] {
            let Some(branches) = fields.get(key).and_then(Value::as_array) else { continue };
            match pick(branches, turn, spot.depth >= self.shape.depth) {
                Some(branch) => self.join(&mut out, branch)?,
                None => return self.fail(format!("`{key}` has no branches")),
            }
        }
        self.conditional(fields, turn, &mut out)?;
        for (_, schema) in fields.get("dependentSchemas").and_then(Value::as_object).into_iter().flatten() {
            // The draw decides which properties are there; following all of them is always allowed.
            if turn.is_multiple_of(2) {
                self.join(&mut out, schema)?;
            }
        }
        if let Some(excluded) = fields.get("not") {
            avoid_types(&mut out, excluded);
        }
        Ok(Value::Object(out))
    }

    fn conditional(&mut self, fields: &Fields, turn: usize, out: &mut Fields) -> Result<(), Unsampleable> {
        let Some(condition) = fields.get("if") else { return Ok(()) };
        let branch = if turn.is_multiple_of(2) { "then" } else { "else" };
        if branch == "then" {
            self.join(out, condition)?;
        }
        fields.get(branch).map_or(Ok(()), |branch| self.join(out, branch))
    }

    fn join(&self, out: &mut Fields, schema: &Value) -> Result<(), Unsampleable> {
        match schema {
            Value::Object(fields) => merge::merge(out, fields).or_else(|why| self.fail(why)),
            Value::Bool(false) => self.fail("no value is allowed here"),
            _ => Ok(()),
        }
    }

    fn array(&mut self, fields: &Fields, spot: Spot<'_>) -> Drawn {
        let prefix = fields.get("prefixItems").map(|prefix| each(prefix).as_slice()).unwrap_or_default();
        let rest = fields.get("items").unwrap_or(&Value::Bool(true));
        let contains = fields.get("contains");
        let limit = |key| fields.get(key).and_then(fit::count);
        let wanted = contains.map_or(0, |_| limit("minContains").unwrap_or(1));
        let least = limit("minItems").unwrap_or(0).max(wanted);
        let mut most = limit("maxItems").unwrap_or(usize::MAX);
        if rest == &Value::Bool(false) {
            most = most.min(prefix.len());
        }
        if least > most {
            return self
                .fail(format!("at least {least} items are asked for, and at most {most} are allowed"));
        }
        if least > MOST_ITEMS {
            return self.fail(format!("{least} items are asked for; at most {MOST_ITEMS} are sampled"));
        }
        let plan = Items {
            prefix,
            rest,
            contains,
            wanted,
            least,
            unique: fields.get("uniqueItems") == Some(&Value::Bool(true)),
        };
        let count = self.length(fields, spot, &plan, most.min(MOST_ITEMS));
        let Some(_) = contains else { return self.items(&plan, count, spot) };
        for _ in 0..TRIES {
            let array = self.items(&plan, count, spot)?;
            if self.fit.fits_all(fields, &array) {
                return Ok(array);
            }
            if !self.may_retry() {
                break;
            }
        }
        self.fail("no array was found with the items that it must contain")
    }

    fn length(&mut self, fields: &Fields, spot: Spot<'_>, plan: &Items<'_>, most: usize) -> usize {
        let site = site(&self.path, fields, spot);
        if let Some(count) = self.supply.items(&site, self.rng) {
            return count.clamp(plan.least, most);
        }
        if spot.depth >= self.shape.depth {
            return plan.least;
        }
        let (low, high) = (*self.shape.items.start(), *self.shape.items.end());
        let drawn = low + self.rng.below(high.saturating_sub(low).saturating_add(1));
        drawn.max(plan.prefix.len()).clamp(plan.least, most)
    }

    fn items(&mut self, plan: &Items<'_>, count: usize, spot: Spot<'_>) -> Drawn {
        let mut out: Vec<Value> = Vec::with_capacity(count);
        for at in 0..count {
            let schema = plan.prefix.get(at).unwrap_or(plan.rest);
            let joined;
            let schema = match plan.contains {
                Some(contains) if count - at <= plan.wanted => {
                    joined = json!({ "allOf": [schema, contains] });
                    &joined
                }
                _ => schema,
            };
            let spot = Spot { item: Some(at), required: true, ..spot.deeper() };
            match self.item(schema, plan.unique, &out, spot) {
                Ok(item) => out.push(item),
                // Fewer items are as good where fewer are allowed.
                Err(_) if at >= plan.least => break,
                Err(error) => return Err(error),
            }
        }
        Ok(Value::Array(out))
    }

    fn item(&mut self, schema: &Value, unique: bool, before: &[Value], spot: Spot<'_>) -> Drawn {
        if !unique {
            return self.value(schema, spot);
        }
        let was_wide = self.wide;
        let mut found = self.fail("not enough different items were found");
        for attempt in 0..32 {
            self.wide = was_wide || attempt >= 4;
            match self.value(schema, spot) {
                Ok(item) if before.iter().any(|other| same(other, &item)) => {}
                other => {
                    found = other;
                    break;
                }
            }
        }
        self.wide = was_wide;
        found
    }

    fn object(&mut self, fields: &Fields, spot: Spot<'_>) -> Drawn {
        let mut entries = self.entries(fields, spot)?;
        self.follow_dependencies(fields, &mut entries)?;
        let limit = |key| fields.get(key).and_then(fit::count);
        let least = limit("minProperties").unwrap_or(0);
        let most = limit("maxProperties").unwrap_or(usize::MAX);
        if least > most {
            return self
                .fail(format!("at least {least} properties are asked for, and at most {most} are allowed"));
        }
        if least > MOST_ITEMS.max(entries.len()) {
            return self.fail(format!("{least} properties are asked for; at most {MOST_ITEMS} are sampled"));
        }
        self.bring_within(&mut entries, least, most)?;
        let mut out = Map::new();
        for entry in entries.iter().filter(|entry| entry.included) {
            let drawn = match entry.schema {
                Some(schema) if !fields.contains_key("patternProperties") => {
                    self.property(entry.name, schema, entry.required, spot)
                }
                _ => self.named(fields, entry.name, entry.required, spot),
            };
            match drawn {
                Ok(value) => drop(out.insert(entry.name.to_owned(), value)),
                Err(_) if !entry.required && self.left > 0 => {}
                Err(error) => return Err(error),
            }
        }
        self.extras(fields, spot, least, most, &mut out)?;
        if dependencies_hold(fields, &out) {
            Ok(Value::Object(out))
        } else {
            self.fail("a property that another depends on has no value")
        }
    }

    /// The declared and the required properties, each in or out by chance.
    fn entries<'s>(&mut self, fields: &'s Fields, spot: Spot<'_>) -> Result<Vec<Entry<'s>>, Unsampleable> {
        let declared = fields.get("properties").and_then(Value::as_object).unwrap_or(&NOTHING);
        let names = Names::new(fields.get("required"));
        let mut entries = Vec::with_capacity(declared.len());
        for (name, schema) in declared {
            let required = names.contains(name);
            let included = required || schema != &Value::Bool(false) && self.includes(name, schema, spot);
            entries.push(Entry { name, schema: Some(schema), required, included });
        }
        for name in names.list.iter().filter(|name| !declared.contains_key(**name)) {
            entries.push(Entry { name, schema: None, required: true, included: true });
        }
        if let Some(rule) = fields.get("propertyNames") {
            for entry in entries.iter_mut().filter(|entry| !self.fit.fits(rule, &entry.name.into())) {
                if entry.required {
                    return self.fail(format!(
                        "the required property `{}` has a name that is not allowed",
                        entry.name
                    ));
                }
                entry.included = false;
                entry.schema = Some(&Value::Bool(false));
            }
        }
        Ok(entries)
    }

    fn includes(&mut self, name: &str, schema: &Value, spot: Spot<'_>) -> bool {
        let length = self.path.len();
        self.path.push('/');
        self.path.push_str(name);
        let site = Site {
            path: &self.path,
            name,
            schema: schema.as_object().unwrap_or(&NOTHING),
            item: spot.item,
            required: false,
        };
        let said = self.supply.include(&site, self.rng);
        self.path.truncate(length);
        said.unwrap_or_else(|| spot.depth < self.shape.depth && self.rng.chance(self.shape.optional))
    }

    /// Whoever brings a property in brings in what it depends on.
    fn follow_dependencies<'s>(
        &self,
        fields: &'s Fields,
        entries: &mut Vec<Entry<'s>>,
    ) -> Result<(), Unsampleable> {
        let Some(rules) = fields.get("dependentRequired").and_then(Value::as_object) else { return Ok(()) };
        for _ in 0..=rules.len().min(MOST_ITEMS) {
            let mut grew = false;
            for (name, needed) in rules {
                let Some(holder) = entries.iter().find(|entry| entry.name == name && entry.included) else {
                    continue;
                };
                let required = holder.required;
                for name in each(needed).filter_map(Value::as_str) {
                    match entries.iter_mut().find(|entry| entry.name == name) {
                        Some(entry) if entry.included && (entry.required || !required) => continue,
                        Some(entry) => (entry.included, entry.required) = (true, entry.required || required),
                        None => entries.push(Entry { name, schema: None, required, included: true }),
                    }
                    grew = true;
                }
            }
            if !grew {
                break;
            }
        }
        Ok(())
    }

    fn bring_within(
        &mut self,
        entries: &mut [Entry<'_>],
        least: usize,
        most: usize,
    ) -> Result<(), Unsampleable> {
        let mut count = entries.iter().filter(|entry| entry.included).count();
        for entry in entries.iter_mut() {
            if count > most && entry.included && !entry.required {
                entry.included = false;
                count -= 1;
            } else if count < least && !entry.included && entry.schema != Some(&Value::Bool(false)) {
                entry.included = true;
                count += 1;
            }
        }
        if count > most {
            return self.fail(format!("{count} properties are required, and at most {most} are allowed"));
        }
        Ok(())
    }

    fn property(&mut self, name: &str, schema: &Value, required: bool, spot: Spot<'_>) -> Drawn {
        let length = self.path.len();
        self.path.push('/');
        self.path.push_str(name);
        let drawn = self.value(schema, Spot { name, required, ..spot.deeper() });
        self.path.truncate(length);
        drawn
    }

    /// A property by its name alone: everything that the schema says about such a name applies.
    fn named(&mut self, fields: &Fields, name: &str, required: bool, spot: Spot<'_>) -> Drawn {
        let declared = fields.get("properties").and_then(|known| known.get(name));
        let mut schemas: Vec<&Value> = declared.into_iter().collect();
        schemas.extend(
            fields.get("patternProperties").into_iter().flat_map(|patterns| matching(patterns, name)),
        );
        if schemas.is_empty() && is_additional(fields, name) {
            schemas.extend(fields.get("additionalProperties"));
        }
        match schemas.as_slice() {
            [] => self.property(name, &Value::Bool(true), required, spot),
            [one] => self.property(name, one, required, spot),
            many => self.property(name, &json!({ "allOf": many }), required, spot),
        }
    }

    /// Properties that no schema names: for maps, and where too few are declared.
    fn extras(
        &mut self,
        fields: &Fields,
        spot: Spot<'_>,
        least: usize,
        most: usize,
        out: &mut Fields,
    ) -> Result<(), Unsampleable> {
        let mut wanted = least.saturating_sub(out.len());
        let is_map = !fields.contains_key("properties")
            && (fields.get("additionalProperties").is_some_and(Value::is_object)
                || fields.contains_key("patternProperties"));
        if is_map && spot.depth < self.shape.depth {
            let (low, high) = (*self.shape.items.start(), (*self.shape.items.end()).min(MOST_ITEMS));
            let drawn = low.min(MOST_ITEMS) + self.rng.below(high.saturating_sub(low) + 1);
            wanted = wanted.max(drawn).min(most.saturating_sub(out.len()));
        }
        let tries = 8 + 8 * wanted;
        for attempt in 0..tries {
            if wanted == 0 || self.left == 0 {
                break;
            }
            let Some(name) = self.new_name(fields, attempt) else { continue };
            let known = out.contains_key(&name)
                || fields.get("properties").is_some_and(|known| known.get(&name).is_some());
            let waits = fields.get("dependentRequired").is_some_and(|rules| rules.get(&name).is_some());
            if known || waits {
                continue;
            }
            if let Ok(value) = self.named(fields, &name, false, spot) {
                out.insert(name, value);
                wanted -= 1;
            }
        }
        if out.len() < least {
            return self.fail(format!("{least} properties are asked for, and only {} were found", out.len()));
        }
        Ok(())
    }

    fn new_name(&mut self, fields: &Fields, attempt: usize) -> Option<String> {
        let patterns = fields
            .get("patternProperties")
            .and_then(Value::as_object)
            .filter(|patterns| !patterns.is_empty());
        let closed = fields.get("additionalProperties") == Some(&Value::Bool(false));
        let rule = fields.get("propertyNames");
        let name = match (patterns, rule) {
            (Some(patterns), _) if closed || attempt.is_multiple_of(2) => {
                let (pattern, _) = patterns.iter().nth(self.rng.below(patterns.len()))?;
                let mut asked = Map::new();
                asked.insert("pattern".to_owned(), Value::String(pattern.clone()));
                text::string(&asked, true, self.rng).ok()?
            }
            (_, Some(rule)) => {
                let spot =
                    Spot { name: "", item: None, required: false, depth: self.deepest.saturating_sub(8) };
                let wide = std::mem::replace(&mut self.wide, attempt >= 4);
                let drawn = self.value(&json!({ "allOf": [{"type": "string"}, rule] }), spot);
                self.wide = wide;
                drawn.ok()?.as_str()?.to_owned()
            }
            _ if closed => return None,
            _ if attempt < 8 => text::word(self.rng).to_owned(),
            _ => format!("{}_{}", text::word(self.rng), attempt),
        };
        rule.is_none_or(|rule| self.fit.fits(rule, &Value::String(name.clone()))).then_some(name)
    }
}

/// What an array is to hold.
struct Items<'s> {
    prefix: &'s [Value],
    rest: &'s Value,
    contains: Option<&'s Value>,
    /// How many items `contains` asks for; they come last.
    wanted: usize,
    least: usize,
    unique: bool,
}

/// The required names, quick to ask in small numbers and in large.
struct Names<'s> {
    list: Vec<&'s str>,
    set: Option<HashSet<&'s str>>,
}

impl<'s> Names<'s> {
    fn new(required: Option<&'s Value>) -> Self {
        let list: Vec<&str> = required.into_iter().flat_map(each).filter_map(Value::as_str).collect();
        let set = (list.len() > 16).then(|| list.iter().copied().collect());
        Self { list, set }
    }

    fn contains(&self, name: &str) -> bool {
        self.set.as_ref().map_or_else(|| self.list.contains(&name), |set| set.contains(name))
    }
}

fn site<'s>(path: &'s str, schema: &'s Fields, spot: Spot<'s>) -> Site<'s> {
    Site { path, name: spot.name, schema, item: spot.item, required: spot.required }
}

/// Keywords that bring in other schemas for the same value.
fn is_composite(key: &str) -> bool {
    matches!(key, "$ref" | "allOf" | "anyOf" | "oneOf" | "not" | "if" | "then" | "else" | "dependentSchemas")
}

/// The type that keywords speak of where `type` is absent; text suits where nothing says.
fn implied_type(fields: &Fields) -> &'static str {
    const SPEAK: [(&str, &str); 22] = [
        ("properties", "object"),
        ("required", "object"),
        ("additionalProperties", "object"),
        ("patternProperties", "object"),
        ("minProperties", "object"),
        ("propertyNames", "object"),
        ("dependentRequired", "object"),
        ("items", "array"),
        ("prefixItems", "array"),
        ("minItems", "array"),
        ("contains", "array"),
        ("uniqueItems", "array"),
        ("pattern", "string"),
        ("minLength", "string"),
        ("maxLength", "string"),
        ("format", "string"),
        ("multipleOf", "number"),
        ("minimum", "number"),
        ("maximum", "number"),
        ("exclusiveMinimum", "number"),
        ("exclusiveMaximum", "number"),
        ("maxItems", "array"),
    ];
    SPEAK.iter().find(|(key, _)| fields.contains_key(*key)).map_or("string", |(_, kind)| kind)
}

/// The branch of this turn. Deep down, leaves come first, so that recursion ends.
fn pick(branches: &[Value], turn: usize, deep: bool) -> Option<&Value> {
    let leaf = |branch: &&Value| {
        !["$ref", "properties", "items", "allOf", "anyOf", "oneOf"]
            .iter()
            .any(|key| branch.get(key).is_some())
    };
    if deep {
        let mut leaves = branches.iter().filter(leaf);
        let count = leaves.clone().count();
        if count > 0 && turn % branches.len() < count {
            return leaves.nth(turn % branches.len());
        }
    }
    branches.get(turn.checked_rem(branches.len())?)
}

/// `not` with types leaves the other types.
fn avoid_types(out: &mut Fields, excluded: &Value) {
    if out.contains_key("type") || out.contains_key("enum") || out.contains_key("const") {
        return;
    }
    let names = |kind: &Value| match kind {
        Value::Array(kinds) => kinds.clone(),
        one => vec![one.clone()],
    };
    let excluded = excluded.get("type").map(names).unwrap_or_default();
    let left = TYPES.iter().filter(|kind| {
        !excluded.iter().any(|other| other == *kind || **kind == "integer" && other == "number")
    });
    out.insert("type".into(), left.copied().collect());
}

fn dependencies_hold(fields: &Fields, out: &Fields) -> bool {
    let rules = fields.get("dependentRequired").and_then(Value::as_object);
    rules
        .into_iter()
        .flatten()
        .filter(|(name, _)| out.contains_key(*name))
        .all(|(_, needed)| each(needed).filter_map(Value::as_str).all(|name| out.contains_key(name)))
}

#[cfg(test)]
mod tests;

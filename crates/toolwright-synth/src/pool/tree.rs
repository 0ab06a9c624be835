//! The context tree: what APIs can be about, from domains down to single functionalities.
//!
//! Source: ToolACE (arXiv 2409.00920), tool self-evolution synthesis, *speciation*: domain → sub-domain → fine domain →
//!         functionality; 30, 390 and 3,398 nodes of the first three levels there.
//! Ours:   the tree is written by us as data, one file a domain under `tree/`, and not listed by a language model. The
//!         fine domain is the *thing* that functionalities act on. Every functionality says what it needs and gives, in
//!         typed attributes of its thing, so that an API, its arguments, its results and its wording follow from it.
//!
//! docs/pool.md describes the files. They are part of the program: [`Tree::authored`] parses them when asked.

mod grow;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use toolwright_core::{Error, Result, Rows};

use crate::agent::clause::is_base_verb;
use crate::agent::name::tokens;
use crate::agent::pattern::Pattern;
use crate::agent::tell::Tell;
use crate::world::expression::Expression;
use crate::world::meaning;

pub use grow::Grown;

/// The whole tree.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// The domains, in a fixed order.
    pub domains: Vec<Domain>,
}

/// A domain: `travel`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// Its name.
    pub domain: String,
    /// What it is about, in a few words.
    pub says: String,
    /// Its parts, by name.
    pub sub_domains: IndexMap<String, SubDomain>,
}

/// A part of a domain: `flights`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubDomain {
    /// What it is about, in a few words.
    pub says: String,
    /// Values of attributes that go together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Rows>,
    /// What its functionalities act on, by name: `flight`, `booking`.
    pub things: IndexMap<String, Thing>,
}

/// A thing with its attributes and what can be done with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thing {
    /// Its attributes, by name.
    pub has: IndexMap<String, Attribute>,
    /// What can be done, by the name that an API would have: `search_flights`.
    #[serde(default)]
    pub does: IndexMap<String, Functionality>,
}

/// A typed attribute. Exactly one of its kinds is given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attribute {
    /// An identifier of this shape: `FL-00000`; `0` stands for a digit, `A` and `a` for letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// A kind of value that the world knows: `city`, `person`, `future_date`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is: Option<String>,
    /// One of these words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<String>,
    /// Text like these examples; other texts are possible.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub like: Vec<String>,
    /// A whole number, usually in this range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub int: Option<[i64; 2]>,
    /// A number, usually in this range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num: Option<[f64; 2]>,
    /// Values of this JSON Schema, for what a document says in its own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<Value>,
    /// True or false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub flag: bool,
    /// An object with these attributes.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub has: IndexMap<String, Attribute>,
    /// Whether it is a list of such values.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub list: bool,
    /// The unit of a number, as people write it after the number: `km`, `USD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The description in a schema.
    pub says: String,
    /// How a person puts it in a request; `@` stands for the value: `from @`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub put: Option<String>,
    /// How a person says one such object, with a slot for each of its attributes: `{pieces} x {product}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
}

/// Something that can be done with a thing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Functionality {
    /// The first sentence of an API's description, without its full stop.
    pub says: String,
    /// What is worth knowing beyond that: limits, order, what happens; whole sentences.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more: Option<String>,
    /// Requests for it, as verb phrases with slots.
    pub ask: Vec<String>,
    /// The attributes that it cannot do without.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// The attributes that it can take.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub may: Vec<String>,
    /// The attributes that come back.
    pub gives: Vec<String>,
    /// Whether several come back, each with those attributes.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub many: bool,
    /// The attribute by which several come, with `-` before it where the largest comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// How attributes of the result follow from others, as formulas.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub works: IndexMap<String, String>,
    /// The functionalities of the sub-domain that an API may serve in the same call; where absent, it follows from what they
    /// need and give.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<Vec<String>>,
    /// The attributes of the items by which a list may be narrowed down; where absent, any that can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filters: Option<Vec<String>>,
    /// Whether one call for several things is natural; where absent, none is, or it follows from the verb where `with` is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bulk: Option<bool>,
    /// An answer over the result, as a pattern: whole sentences, or what is said of one item where several come back.
    pub tell: String,
}

macro_rules! domains {
    ($($name:literal)*) => {
        /// The files, by domain.
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("tree/", $name, ".yaml")))),*];
    };
}

domains! {
    "agriculture_and_animals" "banking" "books_and_news" "business" "communication" "education"
    "energy_and_utilities" "film_and_events" "fitness" "food" "games" "government_and_law" "health"
    "investing" "language" "logistics" "maps_and_transit" "mathematics" "music" "productivity"
    "real_estate" "science" "security_and_networks" "shopping" "smart_home" "software" "sports" "travel"
    "vehicles" "weather_and_environment"
}

impl Tree {
    /// The tree that comes with the program.
    #[expect(clippy::panic, reason = "the files are part of the program, and a test reads every one")]
    pub fn authored() -> Self {
        let read = |(name, text): &(&str, &str)| {
            Domain::parse(text).unwrap_or_else(|why| panic!("tree/{name}.yaml: {why}"))
        };
        Self { domains: FILES.iter().map(read).collect() }
    }

    /// The sub-domains of all domains.
    pub fn sub_domains(&self) -> impl Iterator<Item = (&Domain, &str, &SubDomain)> {
        self.domains
            .iter()
            .flat_map(|domain| domain.sub_domains.iter().map(move |(name, sub)| (domain, name.as_str(), sub)))
    }

    /// How many functionalities it holds.
    pub fn functionalities(&self) -> usize {
        self.sub_domains().flat_map(|(_, _, sub)| sub.things.values()).map(|thing| thing.does.len()).sum()
    }
}

impl Domain {
    /// Reads one domain's YAML.
    ///
    /// # Errors
    /// Says which line is no YAML of this form. What is wrong beyond that, [`faults`](Self::faults) lists.
    pub fn parse(text: &str) -> Result<Self> {
        serde_saphyr::from_str(text).map_err(|error| Error::new(error.to_string()))
    }

    /// All that makes the domain unfit for use, each with its place.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        check_name("domain", &self.domain, &mut faults);
        for (name, sub) in &self.sub_domains {
            let mut found = Vec::new();
            check_name("sub-domain", name, &mut found);
            sub.check(&mut found);
            faults.extend(found.into_iter().map(|why| format!("{name}: {why}")));
        }
        let mut seen = std::collections::HashSet::new();
        for key in
            self.sub_domains.values().flat_map(|sub| sub.things.values()).flat_map(|thing| thing.does.keys())
        {
            if !seen.insert(key) {
                faults.push(format!(
                    "`{key}` is there twice; functionalities of a domain have names of their own"
                ));
            }
        }
        faults
    }
}

fn check_name(what: &str, name: &str, faults: &mut Vec<String>) {
    let fits = !name.is_empty()
        && name.len() <= 40
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit() || c == '_');
    if !fits {
        faults
            .push(format!("the {what} `{name}` is no name of at most 40 lower-case letters, digits and `_`"));
    }
}

impl SubDomain {
    /// The attribute of this name: that of the thing itself, or else that of another thing of the sub-domain.
    pub fn attribute<'a>(&'a self, thing: &'a Thing, name: &str) -> Option<&'a Attribute> {
        thing.has.get(name).or_else(|| self.things.values().find_map(|other| other.has.get(name)))
    }

    fn check(&self, faults: &mut Vec<String>) {
        let mut used = std::collections::HashSet::new();
        for (name, thing) in &self.things {
            check_name("thing", name, faults);
            for (attribute, schema) in &thing.has {
                schema.check(attribute, faults);
            }
            for (key, does) in &thing.does {
                let mut found = Vec::new();
                does.check(key, self, thing, &mut found);
                faults.extend(found.into_iter().map(|why| format!("{key}: {why}")));
                used.extend(does.needs.iter().chain(&does.may).chain(&does.gives));
            }
        }
        for rows in &self.rows {
            self.check_rows(rows, faults);
        }
        for attribute in self.things.values().flat_map(|thing| thing.has.keys()) {
            if !used.contains(attribute) {
                faults.push(format!("the attribute `{attribute}` is used nowhere"));
            }
        }
    }
}

impl SubDomain {
    /// The attribute of this name, of whatever thing.
    fn any(&self, name: &str) -> Option<&Attribute> {
        self.things.values().find_map(|thing| thing.has.get(name))
    }

    fn check_rows(&self, rows: &Rows, faults: &mut Vec<String>) {
        let mut fault = |why: String| faults.push(format!("rows of {}: {why}", rows.of.join(", ")));
        if !(2..=6).contains(&rows.of.len()) || !(2..=80).contains(&rows.are.len()) {
            let (columns, count) = (rows.of.len(), rows.are.len());
            fault(format!("{count} rows of {columns} attributes; expected 2 to 80 of 2 to 6"));
        }
        for (at, name) in rows.of.iter().enumerate() {
            let Some(attribute) = self.any(name) else {
                fault(format!("no thing of the sub-domain has an attribute `{name}`"));
                continue;
            };
            let known =
                !attribute.list && attribute.has.is_empty() && attribute.id.is_none() && !attribute.flag;
            if !known {
                fault(format!("`{name}` is no single text or number"));
            }
            for row in &rows.are {
                let fits = match row.get(at) {
                    Some(Value::String(text)) => {
                        attribute.is_text()
                            && (attribute.one_of.is_empty() || attribute.one_of.contains(text))
                            && text.chars().count() <= 80
                    }
                    Some(Value::Number(number)) => {
                        attribute.num.is_some() || attribute.int.is_some() && number.is_i64()
                    }
                    _ => false,
                };
                if !fits {
                    let found = row.get(at).map_or_else(|| "nothing".to_owned(), Value::to_string);
                    fault(format!("{found} is no value of `{name}`"));
                }
            }
            // A value that is asked for and stands in no row has no results that fit.
            let asked = self.things.values().flat_map(|thing| thing.does.values());
            let asked = asked.flat_map(|does| does.needs.iter().chain(&does.may)).any(|need| need == name);
            for value in attribute.one_of.iter().chain(&attribute.like).filter(|_| asked) {
                if !rows.are.iter().any(|row| row.get(at).and_then(Value::as_str) == Some(value)) {
                    fault(format!("no row has the `{name}` {value}, which can be asked for"));
                }
            }
        }
        if let Some(row) = rows.are.iter().find(|row| row.len() != rows.of.len()) {
            fault(format!("a row has {} values: {row:?}", row.len()));
        }
    }
}

impl Attribute {
    fn check(&self, name: &str, faults: &mut Vec<String>) {
        let mut fault = |why: String| faults.push(format!("attribute `{name}`: {why}"));
        let kinds = [
            self.id.is_some(),
            self.is.is_some(),
            !self.one_of.is_empty(),
            !self.like.is_empty(),
            self.int.is_some(),
            self.num.is_some(),
            self.flag,
            self.schema.is_some(),
            !self.has.is_empty(),
        ];
        if kinds.iter().filter(|given| **given).count() != 1 {
            fault("expected exactly one of id, is, one_of, like, int, num, flag, schema, has".into());
        }
        if let Some(is) = &self.is {
            match meaning::named(is) {
                None => fault(format!("no kind of value is called `{is}`")),
                Some(meaning) if !meaning.is_text() => {
                    fault(format!("`{is}` is a number; give `int` or `num` with its range"));
                }
                Some(_) => {}
            }
        }
        if self.one_of.len() == 1 || self.one_of.len() > 16 {
            fault("`one_of` needs 2 to 16 words".into());
        }
        if !self.like.is_empty() && !(6..=16).contains(&self.like.len()) {
            fault(format!("`like` has {} examples; expected 6 to 16", self.like.len()));
        }
        for text in self.like.iter().chain(&self.one_of) {
            if text.chars().count() > 80 || text.trim() != text || text.is_empty() {
                fault(format!("`{text}` is empty, padded or longer than 80 characters"));
            }
        }
        let distinct: std::collections::HashSet<_> = self.like.iter().chain(&self.one_of).collect();
        if distinct.len() != self.like.len() + self.one_of.len() {
            fault("a value is there twice".into());
        }
        if self.int.is_some_and(|[low, high]| low >= high) || self.num.is_some_and(|[low, high]| low >= high)
        {
            fault("the range is empty; expected [least, most]".into());
        }
        let open = |id: &String| id.chars().filter(|c| ['0', 'A', 'a'].contains(c)).count();
        if self.id.as_ref().is_some_and(|id| open(id) < 2 || id.len() > 24) {
            fault("expected at least two of `0`, `A` and `a` in `id`, and at most 24 characters".into());
        }
        let runs =
            |id: &String| id.split(|c: char| !c.is_ascii_alphabetic()).map(str::to_owned).collect::<Vec<_>>();
        let drawn = |run: &String| run.contains(['A', 'a']) && run.contains(|c| c != 'A' && c != 'a');
        if self.id.as_ref().is_some_and(|id| runs(id).iter().any(drawn)) {
            fault("`A` and `a` stand for any letter in `id`, so they cannot be part of a word".into());
        }
        if self.says.is_empty() || self.says.ends_with('.') || self.says.len() > 140 {
            fault("`says` needs 1 to 140 characters without a full stop".into());
        }
        if let Some(put) = &self.put
            && self.flag == put.contains('@')
        {
            fault("`put` needs `@` for the value, and none for a flag".into());
        }
        if let Some(each) = &self.each {
            let slots = self.has.keys().map(|inner| format!("{{{inner}}}"));
            let once = slots.filter(|slot| each.matches(slot.as_str()).count() == 1).count();
            if once == 0 || once < self.has.len() || each.matches('{').count() != once {
                let names: Vec<&str> = self.has.keys().map(String::as_str).collect();
                fault(format!("`each` needs one slot for each of {}", names.join(", ")));
            }
        }
        for (inner, schema) in &self.has {
            check_name("attribute", inner, faults);
            schema.check(inner, faults);
        }
        check_name("attribute", name, faults);
    }

    /// The schema of its values, with `meaning` and `examples` beside the standard keywords.
    ///
    /// - `exact`: the form of identifiers is stated, and numbers are as they come. Otherwise both show in examples, as round
    ///   as people like them.
    pub fn schema(&self, exact: bool) -> Value {
        let mut schema = self.one(exact);
        schema.insert("description".into(), self.description().into());
        if !self.list {
            return schema.into();
        }
        let description = schema.shift_remove("description");
        let mut list = Map::new();
        list.insert("type".into(), "array".into());
        // Nobody names a thing twice; numbers may well come again.
        let text = schema.get("type").is_some_and(|t| t == "string");
        list.insert("items".into(), schema.into());
        if text {
            list.insert("uniqueItems".into(), true.into());
        }
        list.extend(description.map(|description| ("description".to_owned(), description)));
        list.into()
    }

    /// The description, with the unit where it does not name it.
    fn description(&self) -> String {
        // `Length in centimeters` names it in full.
        let tail = self.says.rsplit_once(" in ").map(|(_, tail)| tail);
        let named = tail.is_some_and(|tail| {
            tail.split(' ').count() < 4 && tail.chars().all(|c| c.is_lowercase() || c == ' ')
        });
        match &self.unit {
            Some(unit) if !named && !self.says.to_lowercase().contains(&unit.to_lowercase()) => {
                format!("{}, in {unit}", self.says)
            }
            _ => self.says.clone(),
        }
    }

    /// Whether it identifies a thing.
    pub(crate) fn identifies(&self, name: &str) -> bool {
        let last = || tokens(name).pop().unwrap_or_default();
        self.id.is_some()
            || self.schema.is_some() && ["id", "ids", "uuid", "uid", "sid", "key"].contains(&last().as_str())
    }

    /// Whether its values are single numbers.
    pub(crate) fn is_number(&self) -> bool {
        !self.list && (self.int.is_some() || self.num.is_some() || self.typed(&["integer", "number"]))
    }

    /// Whether its values are single texts.
    pub(crate) fn is_text(&self) -> bool {
        let text = self.id.is_some() || self.is.is_some() || !self.one_of.is_empty() || !self.like.is_empty();
        !self.list && (text || self.typed(&["string"]))
    }

    /// Whether it is true or false.
    pub(crate) fn is_flag(&self) -> bool {
        !self.list && (self.flag || self.typed(&["boolean"]))
    }

    /// Whether its values are days or moments.
    pub(crate) fn is_date(&self) -> bool {
        let format = self.schema.as_ref().and_then(|schema| schema.get("format")?.as_str());
        let format = format.or_else(|| format_of(self.is.as_deref()?));
        !self.list && format.is_some_and(|format| format == "date" || format == "date-time")
    }

    /// How fine its numbers are.
    fn measure(&self) -> &'static str {
        const MONEY: &[&str] = &["USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "SEK", "NOK", "DKK", "INR"];
        let money = self.unit.as_deref().is_some_and(|unit| MONEY.contains(&unit));
        if money { "cents" } else { "quantity" }
    }

    fn typed(&self, types: &[&str]) -> bool {
        let declared = self.schema.as_ref().and_then(|schema| schema.get("type")?.as_str());
        declared.is_some_and(|declared| types.contains(&declared))
    }

    fn one(&self, exact: bool) -> Map<String, Value> {
        let made = if let Some(schema) = &self.schema {
            schema.clone()
        } else if let Some(shape) = &self.id {
            if exact {
                json!({ "type": "string", "pattern": pattern(shape) })
            } else {
                json!({ "type": "string", "examples": shapes(shape) })
            }
        } else if let Some(is) = &self.is {
            let mut made = json!({ "type": "string", "meaning": is });
            if let Some(format) = format_of(is) {
                made["format"] = format.into();
            }
            made
        } else if !self.one_of.is_empty() {
            json!({ "type": "string", "enum": self.one_of })
        } else if !self.like.is_empty() {
            json!({ "type": "string", "examples": self.like })
        } else if let Some([low, high]) = self.int {
            let mut made = json!({ "type": "integer", "x-range": [low, high], "meaning": "quantity" });
            // What people ask for is round, what comes back is not.
            if !exact && high - low >= 8 {
                made["examples"] = spread(low as f64, high as f64, true).into();
            }
            made
        } else if let Some([low, high]) = self.num {
            let mut made = json!({ "type": "number", "x-range": [low, high], "meaning": self.measure() });
            if !exact {
                made["examples"] = spread(low, high, false).into();
            }
            made
        } else if self.has.is_empty() {
            json!({ "type": "boolean" })
        } else {
            let inner: Map<String, Value> =
                self.has.iter().map(|(name, inner)| (name.clone(), inner.schema(exact))).collect();
            let required: Vec<&String> = self.has.keys().collect();
            json!({ "type": "object", "properties": inner, "required": required })
        };
        match made {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }
}

/// The format that a kind of text has in a schema.
fn format_of(meaning: &str) -> Option<&'static str> {
    match meaning {
        "date" | "past_date" | "recent_date" | "future_date" => Some("date"),
        "datetime" | "past_datetime" | "future_datetime" => Some("date-time"),
        "email" => Some("email"),
        "url" => Some("uri"),
        "uuid" => Some("uuid"),
        _ => None,
    }
}

/// The pattern of a shape: `^FL-[0-9]{5}$`.
fn pattern(shape: &str) -> String {
    let class = |c: char| match c {
        '0' => Some("[0-9]"),
        'A' => Some("[A-Z]"),
        'a' => Some("[a-z]"),
        _ => None,
    };
    let mut out = String::from("^");
    let chars: Vec<char> = shape.chars().collect();
    for run in chars.chunk_by(|a, b| a == b && class(*a).is_some()) {
        match class(run[0]) {
            Some(class) if run.len() > 1 => out.push_str(&format!("{class}{{{}}}", run.len())),
            Some(class) => out.push_str(class),
            None if run[0].is_ascii_alphanumeric() || "-_/:# ".contains(run[0]) => out.push(run[0]),
            None => out.extend(['\\', run[0]]),
        }
    }
    out.push('$');
    out
}

/// Eight identifiers of a shape, the same every time.
fn shapes(shape: &str) -> Vec<String> {
    let seed = toolwright_core::seed::Seed::new(0).child(shape);
    (0..8)
        .map(|at| {
            let mut rng = seed.index(at).rng();
            let draw = |c: char| match c {
                '0' => char::from(b'0' + rng.below(10) as u8),
                'A' => char::from(b'A' + rng.below(26) as u8),
                'a' => char::from(b'a' + rng.below(26) as u8),
                other => other,
            };
            shape.chars().map(draw).collect()
        })
        .collect()
}

/// Eight numbers over a range, as round as the range allows.
fn spread(low: f64, high: f64, whole: bool) -> Vec<Value> {
    let span = high - low;
    let step = 10f64.powf((span / 20.0).log10().floor());
    let step = if whole { step.max(1.0) } else { step };
    let mut values: Vec<f64> = Vec::new();
    for part in [0.06, 0.18, 0.3, 0.42, 0.55, 0.67, 0.8, 0.93] {
        let value = ((low + part * span) / step).round() * step;
        let value = value.clamp(low, high);
        if !values.iter().any(|other| (other - value).abs() < step / 2.0) {
            values.push(value);
        }
    }
    let decimals = if step < 1.0 { (-step.log10()).ceil() as i32 } else { 0 };
    let factor = 10f64.powi(decimals);
    values
        .into_iter()
        .map(
            |value| {
                if whole { json!(value.round() as i64) } else { json!((value * factor).round() / factor) }
            },
        )
        .collect()
}

impl Functionality {
    /// Whether one call for several things is natural, as far as somebody has said so.
    pub(crate) fn in_bulk(&self) -> Option<bool> {
        self.bulk.or_else(|| self.with.as_ref().map(|_| false))
    }

    fn check(&self, key: &str, sub: &SubDomain, thing: &Thing, faults: &mut Vec<String>) {
        check_name("functionality", key, faults);
        let words = tokens(key);
        if words.len() < 2 || !words.first().is_some_and(|verb| is_base_verb(verb)) {
            faults.push("the name needs a known verb in base form first and its object after it".into());
        }
        let count = self.says.split_whitespace().count();
        if !(4..=32).contains(&count)
            || self.says.ends_with('.')
            || !self.says.starts_with(char::is_uppercase)
        {
            faults.push(format!(
                "`says` has {count} words; expected 4 to 32, a capital first and no full stop"
            ));
        }
        if self.more.as_ref().is_some_and(|more| !more.ends_with('.') || more.len() > 240) {
            faults.push("`more` needs whole sentences of at most 240 characters".into());
        }
        if self.gives.is_empty() {
            faults.push("`gives` is empty".into());
        }
        for name in self.needs.iter().chain(&self.may).chain(&self.gives) {
            if sub.attribute(thing, name).is_none() {
                faults.push(format!("no thing of the sub-domain has an attribute `{name}`"));
            }
        }
        if let Some(both) = self.needs.iter().find(|name| self.may.contains(name)) {
            faults.push(format!("`{both}` is needed and optional at once"));
        }
        self.check_laws(sub, thing, faults);
        match Tell::parse(&self.tell) {
            Err(error) => faults.push(error.to_string()),
            Ok(tell) => {
                let (paths, arguments) = tell.names();
                for path in paths.iter().filter(|path| !self.gives.iter().any(|name| name == *path)) {
                    faults.push(format!("`tell` speaks of `{path}`; `gives` does not name it"));
                }
                for name in arguments.iter().filter(|name| !self.needs.iter().any(|need| need == *name)) {
                    faults.push(format!("`tell` speaks of the argument `{name}`; `needs` does not name it"));
                }
                if paths.is_empty() && !self.many && arguments.is_empty() {
                    faults.push("`tell` quotes nothing of the result".into());
                }
            }
        }
        let sentence =
            self.tell.ends_with(['.', '!']) && self.tell.starts_with(|c: char| c.is_uppercase() || c == '{');
        if self.many == sentence || self.tell.is_empty() {
            faults.push(
                "`tell` is whole sentences, or a phrase without a full stop where `many` is true".into(),
            );
        }
        if !(2..=6).contains(&self.ask.len()) {
            faults.push(format!("`ask` has {} phrasings; expected 2 to 6", self.ask.len()));
        }
        for ask in &self.ask {
            self.check_ask(ask, sub, thing, faults);
        }
    }

    fn check_laws(&self, sub: &SubDomain, thing: &Thing, faults: &mut Vec<String>) {
        for (name, formula) in &self.works {
            if !self.gives.contains(name) {
                faults.push(format!("`works` has a formula for `{name}`; `gives` does not name it"));
            }
            match Expression::parse(formula) {
                Err(error) => faults.push(error.to_string()),
                Ok(read) => {
                    for unknown in read.names().iter().filter(|name| sub.attribute(thing, name).is_none()) {
                        faults.push(format!(
                            "the formula `{formula}` speaks of `{unknown}`; no thing of the sub-domain has it"
                        ));
                    }
                }
            }
        }
        if let Some(order) = &self.order
            && (!self.many || !self.gives.iter().any(|name| name == order.trim_start_matches('-')))
        {
            faults.push(format!(
                "`order` is `{order}`; expected an attribute of what `gives` names, and `many`"
            ));
        }
        for name in self.with.iter().flatten() {
            if !sub.things.values().any(|thing| thing.does.contains_key(name)) {
                faults.push(format!("`with` names `{name}`; the sub-domain has no such functionality"));
            }
        }
        for name in self.filters.iter().flatten() {
            let plain =
                |attribute: &Attribute| attribute.is_number() || attribute.is_text() || attribute.is_flag();
            let fits = sub.attribute(thing, name).is_some_and(|attribute| {
                plain(attribute) && attribute.id.is_none() && !self.works.contains_key(name)
            });
            if !fits || !self.many || !self.gives.contains(name) {
                faults.push(format!(
                    "`filters` names `{name}`; expected what `gives` names, single, no identifier and not worked out, and `many`"
                ));
            }
        }
    }

    fn check_ask(&self, ask: &str, sub: &SubDomain, thing: &Thing, faults: &mut Vec<String>) {
        if ask.starts_with(char::is_uppercase) || ask.ends_with(['.', '?', '!']) || ask.is_empty() {
            faults
                .push(format!("the request `{ask}` is no verb phrase: no capital first, no mark at the end"));
        }
        let pattern = match Pattern::parse(ask) {
            Ok(pattern) => pattern,
            Err(error) => return faults.push(error.to_string()),
        };
        for (slot, _) in pattern.slots() {
            if !self.needs.contains(&slot.parameter) && !self.may.contains(&slot.parameter) {
                faults.push(format!(
                    "the request `{ask}` has a slot `{}`; it is neither needed nor optional",
                    slot.parameter
                ));
            }
        }
        for name in &self.needs {
            let attribute = sub.attribute(thing, name);
            let put = attribute.is_some_and(|attribute| attribute.put.is_some());
            if pattern.slot(name).is_none() && !put {
                faults.push(format!(
                    "`{name}` has no slot in the request `{ask}` and no `put`, so nobody would say it"
                ));
            }
            let mute = attribute.is_some_and(|one| !one.has.is_empty() && one.each.is_none());
            if mute && pattern.slot(name).is_some() {
                faults.push(format!("`{name}` is an object; in a slot it cannot be said without `each`"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_without_fault() {
        for (name, text) in FILES {
            let domain = Domain::parse(text).unwrap_or_else(|why| panic!("{name}: {why}"));
            assert_eq!(domain.faults(), Vec::<String>::new(), "{name}");
            assert_eq!(domain.domain, *name);
        }
    }

    #[test]
    fn what_is_wrong_with_laws_is_named() {
        let text = "
domain: shop
says: Things to buy
sub_domains:
  lamps:
    says: Lamps of all kinds
    rows:
      - of: [style, maker]
        are: [[modern, Halden], [modern, Lumora], [odd, Lumora]]
    things:
      lamp:
        has:
          lamp_id: {id: \"LM-000\", says: Identifier}
          style: {one_of: [modern, rustic], says: Style, put: in @ style}
          maker: {like: [Halden, Lumora, Orrin, Bexley, Kestrel, Vantera], says: Maker}
          price: {num: [9, 90], says: Price}
        does:
          search_lamps:
            says: Search lamps of one style
            ask: [\"search {style} lamps\", \"find {style} lamps\"]
            needs: [style]
            gives: [lamp_id, maker, price]
            many: true
            order: size
            works: {price: \"cost * 2\", maker: \"join(\"}
            with: [sell_lamp]
            filters: [lamp_id]
            tell: \"{maker}\"
";
        let faults = Domain::parse(text).expect("it is YAML").faults().join("\n");
        for part in [
            "rows of style, maker: \"odd\" is no value of `style`",
            "rows of style, maker: no row has the `style` rustic, which can be asked for",
            "search_lamps: the formula `cost * 2` speaks of `cost`",
            "search_lamps: the formula `join(`: the end stands where a value was expected",
            "search_lamps: `order` is `size`",
            "search_lamps: `with` names `sell_lamp`",
            "search_lamps: `filters` names `lamp_id`",
        ] {
            assert!(faults.contains(part), "{part} is not in:\n{faults}");
        }
    }

    #[test]
    fn shapes_become_patterns() {
        assert_eq!(pattern("FL-00000"), "^FL-[0-9]{5}$");
        assert_eq!(pattern("AA0.00"), "^[A-Z]{2}[0-9]\\.[0-9]{2}$");
    }

    #[test]
    fn ranges_become_round_examples() {
        assert_eq!(spread(1.0, 9.0, true), [1, 2, 3, 4, 5, 6, 7, 8].map(Value::from));
        assert_eq!(spread(20.0, 900.0, true)[..3], [70, 180, 280].map(Value::from));
    }
}

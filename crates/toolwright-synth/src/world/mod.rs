//! The simulated world: tools that answer as their definitions say, and agree with themselves.
//!
//! A result follows the tool's `returns` schema. What the arguments said is echoed; everything else is a function of (dialog,
//! thing, property), so that the same order has the same price whichever tool is asked. What a call creates or changes is
//! remembered until the dialog ends, in a [`State`] that can be written down. Nothing is read from the network.
//!
//! One file an idea: `state.rs` what is so; `life.rs` what actions leave behind; `filter.rs` what arguments demand of results;
//! `agree.rs` what must agree within a result; `compute.rs` what follows exactly; `failure.rs` how calls fail; `bearing.rs`,
//! `meaning.rs`, `value.rs` and `lexicon.rs` what single values look like.
//!
//! Ours:  the words of the lexicon. A library of fake values (the `fake` crate) draws each value alone; here a city goes with its
//!        country, airport, currency and coordinates, a person's address with the name, and all of it with what was said before.

pub(crate) mod agree;
pub(crate) mod bearing;
pub(crate) mod compute;
pub(crate) mod expression;
pub(crate) mod failure;
pub(crate) mod filter;
pub(crate) mod law;
pub(crate) mod lexicon;
pub(crate) mod life;
pub(crate) mod meaning;
pub(crate) mod state;
pub(crate) mod value;

use jiff::civil::{Date, DateTime};
use serde_json::{Map, Value, json};
use toolwright_core::schema::{Shape, Site, Supply, sample};
use toolwright_core::seed::{Rng, Seed};
use toolwright_core::{Call, Error, Executor, Result, Tool};

use crate::agent::clause::own_name;
use crate::agent::name::wraps;
use crate::pool::Pool;
use crate::pool::entry::{Entry, Field, Param};
use bearing::identifying;
use filter::Demand;
use law::Round;
use life::{DONE, MADE};
use state::{Known, State};
use value::Values;

/// The world of one dialog.
#[derive(Debug)]
pub(crate) struct World<'p> {
    pool: &'p Pool,
    state: State,
    expected: Vec<Expected>,
}

/// What a later call will say of the first thing that a tool gives; where nothing speaks against it, that is so.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    pub(crate) tool: String,
    pub(crate) attribute: String,
    pub(crate) value: Value,
}

impl<'p> World<'p> {
    pub(crate) const fn new(pool: &'p Pool, seed: Seed, today: Date) -> Self {
        Self::resumed(pool, State::new(seed, today))
    }

    /// A world that goes on from a state.
    pub(crate) const fn resumed(pool: &'p Pool, state: State) -> Self {
        Self { pool, state, expected: Vec::new() }
    }

    /// The same with what later calls will say.
    pub(crate) fn expecting(self, expected: Vec<Expected>) -> Self {
        Self { expected, ..self }
    }

    /// What is so by now.
    #[allow(dead_code, reason = "for those who write a dialog's world down")]
    pub(crate) const fn state(&self) -> &State {
        &self.state
    }

    /// The thing a call is about: what its identifying arguments stand for, or what the call asks for.
    fn subject(&self, entry: &Entry, call: &Call) -> Seed {
        match named(entry, call).and_then(|param| key(call.arguments.get(&param.name)?)) {
            Some(id) => self.state.thing(&id),
            None => {
                let mut seed = self.state.seed.child(entry.entity.as_deref().unwrap_or(&entry.tool.name));
                for (name, value) in &call.arguments {
                    seed = seed.child(name).child(&value.to_string());
                }
                seed
            }
        }
    }

    /// The answer to a call that names what is no more; `None` where all that it names is there.
    fn missing(&self, entry: &Entry, call: &Call) -> Option<Value> {
        if self.state.none_gone() {
            return None;
        }
        let names = |param: &&Param| identifying(&param.words) || naming(param);
        let (param, value) = entry.params.iter().filter(names).find_map(|param| {
            let value = call.arguments.get(&param.name)?;
            let thing = self.state.thing(&key(value)?);
            (self.state.is_gone(thing) && !self.can_tell(entry, thing)).then_some((param, value))
        })?;
        let head = param.words.split_last().map_or(&[][..], |(_, head)| head);
        let what = if head.is_empty() { param.label.clone() } else { head.join(" ") };
        Some(failure::missing(&entry.tool, &what, value, self.state.seed))
    }

    /// Whether a lookup can say of a thing that it is no more: an order is still there as a canceled one.
    fn can_tell(&self, entry: &Entry, thing: Seed) -> bool {
        let done = self.state.fact(thing, DONE).and_then(Value::as_str).filter(|done| *done == "cancel");
        let Some(done) = done.filter(|_| entry.clause.reads) else { return false };
        let Some(properties) = entry.tool.returns.as_ref().and_then(|returns| returns.get("properties"))
        else {
            return false;
        };
        properties.as_object().into_iter().flatten().any(|(name, schema)| {
            let options = schema.get("enum").and_then(Value::as_array);
            bearing::bearing(&meaning::words_of(name)).status
                && options.is_some_and(|options| life::said_by(life::deed(done), options).is_some())
        })
    }

    /// Remembers what a lookup told.
    fn learn_all(&mut self, entry: &Entry, call: &Call, subject: Seed, result: &Value, lists: &[List]) {
        let question = question(entry, call).map(Value::from);
        let mut told = Told { state: &mut self.state, entry, lists, question };
        told.learn(subject, result, &mut String::new(), 0);
        for list in lists.iter().filter(|list| list.outermost) {
            let Some(kind) = entry.results.kind(&list.path) else { continue };
            let listed_by = Seed::new(0).child(lister(entry, &list.path));
            // A list that came along with something is a list of that.
            let top = result.as_object().into_iter().flatten();
            let whose: Vec<(String, &Value)> = top
                .filter(|(name, value)| identifying(&meaning::words_of(name)) && key(value).is_some())
                .map(|(name, value)| (asked_for(&law::key(name)), value))
                .collect();
            for at in 0..list.count {
                whose.iter().for_each(|(name, value)| self.state.learn(list.thing(at), name, value));
                let thing = list.thing(at);
                self.state.comes_up(kind, Known { thing, listed_by: Some(listed_by) });
                // Items are what they were asked for.
                for (at, param) in entry.params.iter().enumerate() {
                    let value = call.arguments.get(&param.name);
                    let plain = |value: &&Value| !value.is_object() && !entry.reading.technical.contains(&at);
                    if let Some(value) = value.filter(plain) {
                        self.state.learn(thing, &asked_for(&param.key), value);
                    }
                }
            }
        }
    }

    /// Remembers what an action made and changed.
    fn remember(&mut self, entry: &Entry, call: &Call, subject: Seed, result: &Value) {
        if call.arguments.get("dry_run").or_else(|| call.arguments.get("dryRun")) == Some(&Value::Bool(true))
        {
            return;
        }
        let told = told(entry, result);
        let given = |value: &Value| call.arguments.values().any(|argument| argument == value);
        let fresh = |field: Option<&Field>, value: &Value| {
            field.is_some_and(|field| field.bearing.identifies) && !given(value) && key(value).is_some()
        };
        // What is made by a call is a thing of its own; it has the call's arguments.
        let made = made(subject, call);
        let makes = told.iter().any(|(_, field, value)| fresh(*field, value));
        let apart = makes && entry.deed.makes();
        let things = [Some(made), Some(subject).filter(|_| !apart)];
        for (name, value) in &call.arguments {
            let param = entry.param(name);
            let known_as = param.map_or(name.as_str(), |param| &param.key);
            for thing in things.into_iter().flatten() {
                self.state.learn(thing, known_as, value);
                // Changes in an object are changes of the thing.
                for (name, value) in value.as_object().into_iter().flatten() {
                    self.state.learn(thing, &meaning::words_of(name).join("_"), value);
                }
            }
            // What has no number is known by its name.
            if let Some(param) = param.filter(|param| told_of(param) && named(entry, call).is_none()) {
                self.state.comes_up(&param.words.join(" "), Known { thing: made, listed_by: None });
            }
        }
        for (name, field, value) in told {
            let unknown = meaning::words_of(name).join("_");
            let known_as = field.map_or(&unknown, |field| &field.key);
            if let Some((field, id)) = field.filter(|field| fresh(Some(field), value)).zip(key(value)) {
                self.state.name(id, made);
                self.state.learn(made, MADE, &true.into());
                self.state.learn(made, known_as, value);
                let full = field.words.join("_");
                if full != *known_as {
                    self.state.learn(made, &full, value);
                }
                self.state.comes_up(&field.words.join(" "), Known { thing: made, listed_by: None });
                continue;
            }
            for thing in things.into_iter().flatten() {
                self.state.learn(thing, known_as, law::bare(value));
                let parts = value.as_object().into_iter().flatten();
                for (name, value) in parts.filter(|(_, value)| !value.is_object() && !value.is_array()) {
                    let words = meaning::words_of(name);
                    if words.len() > 1 && self.state.fact(thing, &words.join("_")).is_none() {
                        self.state.learn(thing, &words.join("_"), value);
                    }
                }
            }
        }
        if let Some(done) = entry.deed.name() {
            for thing in things.into_iter().flatten() {
                self.state.learn(thing, DONE, &done.into());
            }
        }
        let ended = entry.deed.ends.and_then(|at| key(call.arguments.get(&entry.params.get(at)?.name)?));
        if let Some(id) = ended {
            let thing = self.state.thing(&id);
            self.state.ends(thing);
        }
    }
}

/// The parameter that names what a call is about: of several identifiers, the one that names what the tool is about; else the
/// last: tenant, project, task.
fn named<'e>(entry: &'e Entry, call: &Call) -> Option<&'e Param> {
    let given = || entry.params.iter().filter(|param| call.arguments.contains_key(&param.name));
    let ids = || given().filter(|param| identifying(&param.words));
    let about = entry.tool.meta.hints.laws.about.as_deref();
    if let Some(about) = about.and_then(|about| given().find(|param| param.key == law::key(about))) {
        return Some(about);
    }
    let own = || {
        let of = |param: &&Param| entry.entity.as_ref().is_some_and(|entity| param.words.contains(entity));
        ids().find(|param| param.required && of(param)).or_else(|| ids().find(of))
    };
    // The tree names first what a functionality is about; what is optional is beside it.
    let needed = || {
        let mut needed = ids().filter(|param| param.required);
        if entry.is_evolved() { needed.next() } else { needed.next_back() }
    };
    own().or_else(needed).or_else(|| ids().next_back()).or_else(|| {
        let mut needed = entry.params.iter().filter(|param| param.required);
        let only = needed.next().filter(|param| naming(param) && needed.next().is_none())?;
        call.arguments.contains_key(&only.name).then_some(only)
    })
}

/// Whether a parameter names a thing without identifying it: a path, a user name.
fn naming(param: &Param) -> bool {
    param.words.last().is_some_and(|last| life::NAMES.contains(&last.as_str()))
}

/// Whether a parameter says what a thing is called.
fn told_of(param: &Param) -> bool {
    param.words.last().is_some_and(|last| last == "name" || last == "title")
}

/// The properties of a result that speak of the thing itself, with what is known of them: those inside a wrapper as well.
fn told<'r>(entry: &'r Entry, result: &'r Value) -> Vec<(&'r String, Option<&'r Field>, &'r Value)> {
    let mut out = Vec::new();
    for (name, value) in result.as_object().into_iter().flatten() {
        let path = format!("/{name}");
        let about = |name: &str| {
            wraps(name)
                || entry.entity.as_ref().is_some_and(|entity| meaning::words_of(name).last() == Some(entity))
        };
        if let Some(inner) = value.as_object().filter(|_| about(name)) {
            for (name, value) in inner {
                out.push((name, entry.results.get(&format!("{path}/{name}")), value));
            }
        } else {
            out.push((name, entry.results.get(&path), value));
        }
    }
    out
}

/// The property under which is kept what a thing was asked for by.
fn asked_for(key: &str) -> String {
    format!("~{key}")
}

/// A list of a result: where it is, whose it is, and which things it lists.
#[derive(Debug)]
struct List {
    path: String,
    base: Seed,
    /// The things that were known before; what follows is new.
    known: Vec<Seed>,
    /// The order that the items were brought into, where they were.
    order: Vec<usize>,
    count: usize,
    /// Whether it is inside no other list.
    outermost: bool,
}

impl List {
    /// The thing at this position as it was drawn.
    fn drawn(&self, at: usize) -> Seed {
        self.known.get(at).copied().unwrap_or_else(|| self.base.index(at as u64))
    }

    /// The thing at this position of the result.
    fn thing(&self, at: usize) -> Seed {
        self.drawn(self.order.get(at).copied().unwrap_or(at))
    }
}

/// What a lookup told, on its way into the state.
struct Told<'s, 'e> {
    state: &'s mut State,
    entry: &'e Entry,
    lists: &'s [List],
    /// The question that was answered, where it asked for more than the thing alone.
    question: Option<Value>,
}

impl Told<'_, '_> {
    fn learn(&mut self, thing: Seed, result: &Value, path: &mut String, depth: usize) {
        match result {
            Value::Object(properties) if depth < 8 => {
                for (name, value) in properties {
                    let length = path.len();
                    path.push('/');
                    path.push_str(name);
                    self.property(thing, name, value, path, depth);
                    path.truncate(length);
                }
            }
            Value::Array(items) if depth < 8 => {
                let list = self.lists.iter().find(|list| list.outermost && list.path == *path);
                for (at, item) in items.iter().enumerate() {
                    self.learn(
                        list.map_or_else(|| thing.index(at as u64), |list| list.thing(at)),
                        item,
                        path,
                        depth + 1,
                    );
                }
            }
            _ => {}
        }
    }

    fn property(&mut self, thing: Seed, name: &str, value: &Value, path: &mut String, depth: usize) {
        let inner = match value {
            Value::Object(_) => true,
            Value::Array(items) => items.iter().any(|item| item.is_object() || item.is_array()),
            _ => false,
        };
        if inner {
            self.learn(thing.child(name), value, path, depth + 1);
            if law::bare(value) != value {
                self.state.learn(thing, &law::key(name), law::bare(value));
            }
            if let Value::Object(parts) = value {
                self.parts(thing, parts, path);
            }
            return;
        }
        match self.entry.results.get(path) {
            Some(field) => {
                if let Some(id) = key(value).filter(|_| field.bearing.identifies) {
                    self.state.introduce(id, thing);
                }
                self.state.learn(thing, &field.key, value);
                if let Some(question) =
                    self.question.as_ref().filter(|_| !field.bearing.stays && !field.listed)
                {
                    self.state.learn(thing, &answering(&field.key), question);
                }
            }
            None => {
                let words = meaning::words_of(name);
                if let Some(id) = key(value).filter(|_| identifying(&words)) {
                    self.state.introduce(id, thing);
                }
                self.state.learn(thing, &words.join("_"), value);
            }
        }
    }
}

impl Told<'_, '_> {
    /// What is told of a part of a thing, and could be of nothing else, is told of the thing.
    fn parts(&mut self, thing: Seed, parts: &Map<String, Value>, path: &mut String) {
        let length = path.len();
        for (name, value) in parts.iter().filter(|(_, value)| !value.is_object() && !value.is_null()) {
            path.push('/');
            path.push_str(name);
            if let Some(field) = self.entry.results.get(path).filter(|field| self.entry.tells_of_whole(field))
                && self.state.fact(thing, &field.key).is_none()
            {
                self.state.learn(thing, &field.key, value);
            }
            path.truncate(length);
        }
    }
}

/// A thing as a call asks about it: for this day, for so many people.
fn asked(thing: Seed, entry: &Entry, call: &Call) -> Seed {
    open(entry, call).fold(thing, |seed, (name, value)| seed.child(name).child(&value.to_string()))
}

/// The arguments of a call that ask for more than a thing and are not only about how the answer looks.
fn open<'c>(entry: &'c Entry, call: &'c Call) -> impl Iterator<Item = (&'c String, &'c Value)> {
    let reading = &entry.reading;
    call.arguments.iter().filter(|(name, _)| {
        let at = entry.params.iter().position(|param| param.name == **name);
        at.is_some_and(|at| {
            let looks = reading.technical.contains(&at) && !reading.skips.contains(&at);
            !looks && !identifying(&entry.params[at].words)
        })
    })
}

/// What a lookup asks of a thing, as a mark; `None` where it asks for nothing but the thing.
fn question(entry: &Entry, call: &Call) -> Option<String> {
    named(entry, call)?;
    open(entry, call).next()?;
    Some(format!("{}?{:?}", own_name(&entry.tool), asked(Seed::new(0), entry, call)))
}

/// The property under which is kept which question a property answers.
fn answering(key: &str) -> String {
    format!("?{key}")
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

/// The functionality whose list this is: that of a tool, or one that came along.
fn lister<'e>(entry: &'e Entry, path: &str) -> &'e str {
    let list = law::key(path.rsplit('/').next().unwrap_or_default());
    let lineage = entry.tool.meta.lineage.as_ref();
    let all = lineage.map_or(&[][..], |lineage| lineage.functionalities.as_slice());
    let own = all.iter().skip(1).find(|name| name.split_once('_').is_some_and(|(_, object)| object == list));
    own.map_or_else(|| own_name(&entry.tool), String::as_str)
}

/// What identifies something, as text.
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
        if let Some(missing) = self.missing(entry, call) {
            return Ok(missing);
        }
        self.state.calls = self.state.calls.saturating_add(1);
        let subject = self.subject(entry, call);
        let Some(returns) = &tool.returns else {
            if !entry.clause.reads {
                self.remember(entry, call, subject, &Value::Null);
            }
            return Ok(json!({ "success": true }));
        };
        let fits = |result: &Value| {
            tool.returns_checker().is_none_or(|checker| checker.is_ok_and(|checker| checker.accepts(result)))
        };
        let shape = Shape { optional: 0.75, items: 2..=4, depth: 4 };
        // What was brought into agreement may fit its schema no more; then it stays as it was drawn.
        for agree in [true, false] {
            let mut supply = Answers::new(&self.state, entry, call, subject);
            supply.expected = &self.expected;
            let mut rng = subject.child("shape").rng();
            let mut result = sample(returns, &shape, &mut supply, &mut rng)
                .map_err(|why| Error::new(format!("the result of `{}` cannot be made: {why}", tool.name)))?;
            if agree {
                supply.settle(&mut result);
            }
            if !fits(&result) {
                continue;
            }
            let mut lists = supply.lists;
            if entry.clause.reads {
                lists.iter_mut().for_each(|list| {
                    list.count = items_at(&mut result, &list.path).map_or(0, |items| items.len())
                });
                self.learn_all(entry, call, subject, &result, &lists);
            } else {
                self.remember(entry, call, subject, &result);
            }
            let digits = entry
                .reading
                .decimals
                .and_then(|at| call.arguments.get(&entry.params.get(at)?.name)?.as_u64());
            if let Some(digits) =
                digits.and_then(|digits| i32::try_from(digits).ok()).filter(|digits| *digits < 9)
            {
                let mut rounded = result.clone();
                round(&mut rounded, digits, &call.arguments);
                if fits(&rounded) {
                    return Ok(rounded);
                }
            }
            return Ok(result);
        }
        Err(Error::new(format!("the result of `{}` does not fit its schema", tool.name)))
    }
}

/// Rounds all numbers with decimals, but not those that the call said.
fn round(value: &mut Value, digits: i32, said: &Map<String, Value>) {
    match value {
        Value::Number(number) if said.values().any(|given| given.as_f64() == number.as_f64()) => {}
        Value::Number(number) if number.is_f64() => {
            let scale = 10f64.powi(digits);
            let rounded = number.as_f64().map(|number| (number * scale).round() / scale);
            if let Some(rounded) = rounded.and_then(serde_json::Number::from_f64) {
                *number = rounded;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| round(item, digits, said)),
        Value::Object(object) => object.values_mut().for_each(|inner| round(inner, digits, said)),
        _ => {}
    }
}

/// The list at a path that leads through no other list.
fn items_at<'r>(result: &'r mut Value, path: &str) -> Option<&'r mut Vec<Value>> {
    path.split('/').skip(1).try_fold(result, |value, step| value.get_mut(step))?.as_array_mut()
}

/// A result keeps to about this many values, as far as optional ones can be left out.
const LEAVES: usize = 36;

/// Items that were known before, at most.
const RECALLED: usize = 5;

/// Supplies the values of one result.
struct Answers<'w> {
    state: &'w State,
    entry: &'w Entry,
    call: &'w Call,
    subject: Seed,
    leaves: usize,
    /// The city that the call speaks of.
    place: Option<&'static lexicon::City>,
    /// What items of lists have been called: (path, words).
    used: Vec<(String, String)>,
    lists: Vec<List>,
    /// What follows exactly from the arguments.
    worked: Vec<(&'static str, Value)>,
    /// What the call asks of its subject, as a mark.
    question: Option<String>,
    /// The rows that were chosen: (whose, table, row, the object's path).
    rows: Vec<(Seed, usize, usize, String)>,
    /// What later calls will say.
    expected: &'w [Expected],
    /// What the items of a list share without telling it: (list, attribute, value).
    shared: Vec<(String, String, Value)>,
}

impl<'w> Answers<'w> {
    fn new(state: &'w State, entry: &'w Entry, call: &'w Call, subject: Seed) -> Self {
        let worked = entry.formula.and_then(|formula| formula.work(&call.arguments)).unwrap_or_default();
        let place = place_of(call);
        Self {
            state,
            entry,
            call,
            subject,
            leaves: 0,
            place,
            used: Vec::new(),
            lists: Vec::new(),
            worked,
            question: question(entry, call),
            rows: Vec::new(),
            shared: Vec::new(),
            expected: &[],
        }
    }

    /// The value of the parameter at this position.
    fn given(&self, at: usize) -> Option<&'w Value> {
        self.call.arguments.get(&self.entry.params.get(at)?.name)
    }

    /// What the call said of this property, where the result repeats it or was asked to have it.
    fn echo(&self, site: &Site<'_>, field: &Field) -> Option<Value> {
        let repeats = field.asked.as_deref().is_some_and(|asked| asked.echo.is_some());
        // An attribute that stands inside an object of the call is repeated as well.
        if self.entry.is_evolved() && site.item.is_none() && !repeats {
            let inner = self.call.arguments.values().filter_map(Value::as_object);
            let named = inner.flatten().find(|(name, _)| law::key(name) == field.key);
            if let Some((_, value)) = named.filter(|(_, value)| fits_type(site.schema, value)) {
                return Some(value.clone());
            }
        }
        let asked = field.asked.as_deref()?;
        if let (Some(at), Some(each)) = (site.item, asked.each)
            && site.path.matches('/').count() <= 3
            && let Some(Value::Array(values)) = self.given(each)
        {
            return values.get(at).cloned();
        }
        if let Some((echo, value)) = asked.echo.and_then(|echo| Some((echo, self.given(echo.param)?))) {
            // What a list was searched by holds for its items: mail from a sender.
            let filter = self.entry.clause.reads && site.item.is_some() && echo.same;
            let others = echo.foreign && (value.is_object() || !(echo.identifies || filter));
            // Items of a list share what was searched by, but not what tells them apart.
            let apart = site.item.is_some() && echo.own;
            let plain = !(value.is_object() || value.is_null()) && (field.list || !value.is_array());
            if !others && !apart && (plain || site.item.is_none()) {
                return Some(value.clone());
            }
        }
        let rng = || self.owner(site).child("one of").child(&field.key).rng();
        asked.rules.iter().find_map(|rule| rule.given(&self.call.arguments, &mut rng()))
    }

    /// What follows exactly from the arguments.
    fn follows(&self, site: &Site<'_>, field: &Field) -> Option<Value> {
        if self.worked.is_empty() || site.item.is_some() {
            return None;
        }
        let numeric = site.schema.get("type").is_some_and(|t| t == "number" || t == "integer");
        let fits = |name: &str| {
            if name.is_empty() { numeric && site.path.matches('/').count() <= 1 } else { name == field.key }
        };
        self.worked.iter().find(|(name, _)| fits(name)).map(|(_, value)| value.clone())
    }

    /// The thing that owns the property.
    fn owner(&self, site: &Site<'_>) -> Seed {
        let above = site.path.rsplit_once('/').map_or("", |(above, _)| above);
        let within = |list: &&List| {
            let rest = above.strip_prefix(list.path.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) || list.path == site.path
        };
        let list = self.lists.iter().filter(within).max_by_key(|list| list.path.len());
        let (start, rest) = match (list, site.item) {
            (Some(list), Some(at)) => (list.drawn(at), above.get(list.path.len()..).unwrap_or_default()),
            _ => (self.subject, above),
        };
        rest.split('/').filter(|step| !step.is_empty()).fold(start, Seed::child)
    }

    /// The thing whose list this is.
    fn holder(&self, site: &Site<'_>) -> Seed {
        if site.path.is_empty() { self.subject } else { self.owner(site).child(site.name) }
    }

    /// What was said of it before.
    fn fact(&self, site: &Site<'_>, owner: Seed, field: &Field) -> Option<&'w Value> {
        let own = || {
            if self.state.facts(owner).is_empty() {
                return None;
            }
            self.state.fact(owner, &field.key).or_else(|| {
                (field.bearing.identifies && field.words.len() > 1)
                    .then(|| self.state.fact(owner, &field.words.join("_")))
                    .flatten()
            })
        };
        // `bill_sum.amount` is what a bill comes to.
        let whole = site.path.rsplit('/').nth(1).filter(|_| site.name == "amount");
        if let Some(told) = whole.and_then(|name| self.state.fact(self.whole(site)?, &law::key(name))) {
            return Some(told);
        }
        // The same lookup with another question, for another day, has another answer.
        if let (Some(question), false) = (&self.question, field.bearing.stays)
            && let Some(other) = self.state.fact(owner, &answering(&field.key)).and_then(Value::as_str)
            && other != question
            && other.split('?').next() == question.split('?').next()
        {
            return None;
        }
        // A part of a thing is told of the thing as well: `practicals.doors_open` of a concert.
        own().or_else(|| {
            let whole =
                self.whole(site).filter(|whole| *whole != owner && self.entry.tells_of_whole(field))?;
            self.state.fact(whole, &field.key)
        })
    }

    /// The thing that a property is of in the end: the item of a list, else what the call is about.
    fn whole(&self, site: &Site<'_>) -> Option<Seed> {
        match site.item {
            None => Some(self.subject),
            Some(at) => {
                let mut lists = self.lists.iter().filter(|list| list.outermost);
                let list = lists.find(|list| {
                    site.path.strip_prefix(list.path.as_str()).is_some_and(|rest| rest.starts_with('/'))
                })?;
                // Within a list inside the list, the position is another's.
                let inner = self
                    .lists
                    .iter()
                    .any(|other| !other.outermost && site.path.starts_with(other.path.as_str()));
                (!inner).then(|| list.drawn(at))
            }
        }
    }

    /// Whether a property of a thing that has come up was told; `None` of what is new, and of what has parts.
    fn is_known(&self, site: &Site<'_>) -> Option<bool> {
        let field = self.entry.results.get(site.path)?;
        let again = match site.item {
            None if self.state.facts(self.subject).is_empty() => return None,
            None => false,
            Some(at) => {
                let above = site.path.rsplit_once('/').map(|(above, _)| above);
                let list =
                    self.lists.iter().find(|list| list.outermost && Some(list.path.as_str()) == above)?;
                list.known.get(at)?;
                !site.schema.contains_key("properties") && !site.schema.contains_key("$ref")
            }
        };
        let known = self.fact(site, self.owner(site), field).is_some();
        (known || again).then_some(known)
    }

    /// How a thing stands, where something was done to it or the call does something.
    fn stands(&self, owner: Seed, field: &Field, schema: &Map<String, Value>) -> Option<Value> {
        if !field.bearing.status {
            return None;
        }
        let options = schema.get("enum").and_then(Value::as_array)?;
        if !self.entry.clause.reads {
            return self.entry.deed.status(options).cloned();
        }
        let done = self.state.fact(owner, DONE).and_then(Value::as_str)?;
        life::said_by(life::deed(done), options).cloned()
    }

    /// When something was done that is done now.
    fn now(&self, field: &Field, owner: Seed, schema: &Map<String, Value>) -> Option<Value> {
        let meaning = field.meaning.filter(|_| field.bearing.stamp)?;
        // What was made in this dialog was made today, whoever tells it.
        let made = || field.key.starts_with("creat") && self.state.fact(owner, MADE).is_some();
        if self.entry.clause.reads && !made() {
            return None;
        }
        let today = self.state.today;
        let long =
            meaning.id.contains("datetime") && schema.get("format").is_none_or(|format| format != "date");
        if long {
            return Some(format!("{today}T{}Z", self.state.clock()).into());
        }
        meaning.id.contains("date").then(|| today.to_string().into())
    }

    /// A value that nobody has spoken of.
    fn draw(&mut self, site: &Site<'_>, field: &Field, owner: Seed) -> Option<Value> {
        let bearing = field.bearing;
        // What a call makes has a number of its own, whatever was made before.
        let new = bearing.identifies && !self.entry.clause.reads;
        // A name belongs to the thing; what is looked up for a day or a number of people belongs to the question.
        let seed = match (new, bearing.stays) {
            (true, _) => made(owner, self.call),
            (false, true) => owner,
            (false, false) => asked(owner, self.entry, self.call),
        };
        let seed = seed.child(&field.key);
        if field.is_common()
            && let Some(options) = site.schema.get("enum").and_then(Value::as_array)
        {
            let usual = [self.currency(), "USD", "EUR"];
            let usual =
                usual.iter().find_map(|code| options.iter().find(|option| option.as_str() == Some(code)));
            return usual.or_else(|| options.first()).cloned();
        }
        if let Some(options) = site.schema.get("enum").and_then(Value::as_array) {
            let drawn = seed.rng().choose(options).cloned();
            let sour = drawn.as_ref().and_then(Value::as_str).is_some_and(life::is_sour);
            let better = || {
                options
                    .iter()
                    .find(|option| option.as_str().is_some_and(|text| !life::is_sour(text)))
                    .cloned()
            };
            return if sour && !self.entry.clause.reads { better().or(drawn) } else { drawn };
        }
        if site.schema.get("type").is_some_and(|t| t == "boolean") {
            return Some(seed.rng().chance(0.5).into());
        }
        let mut values = Values {
            fields: &self.entry.results,
            entity: self.entry.entity.as_deref().unwrap_or_default(),
            today: self.state.today,
            kin: owner,
            place: self.place,
            currency: Some(self.currency()),
        };
        let mut drawn = None;
        // Items of a list are told apart by their words, and a value is not by chance what the call spoke of.
        for salt in 0..12 {
            let mut rng = seed.index(salt).rng();
            values.kin = if salt == 0 { owner } else { owner.index(1_000 + salt) };
            let value = values.of(field, site.name, site.schema, &mut rng);
            drawn = value.or_else(|| {
                sample(
                    &Value::Object(leaf_schema(site.schema)),
                    &Shape { optional: 1.0, items: 1..=2, depth: 2 },
                    &mut Nothing,
                    &mut rng,
                )
                .ok()
            });
            let words = match &drawn {
                Some(Value::String(words)) => words.clone(),
                Some(Value::Number(number)) if bearing.identifies => number.to_string(),
                _ => break,
            };
            // Two people, clubs or firms of one result are not the same.
            let person = field
                .meaning
                .is_some_and(|meaning| ["person", "sport_team", "company"].contains(&meaning.id));
            let taken = self
                .used
                .iter()
                .any(|(path, used)| (person || site.item.is_some() && path == site.path) && *used == words);
            // Two things of a dialog are not called the same.
            let named =
                || field.bearing.told && self.entry.is_evolved() && self.state.is_called(&field.key, &words);
            let taken = taken || named();
            let spoken = self.call.arguments.values().any(|argument| argument.as_str() == Some(&words));
            if !taken && !spoken {
                self.used.push((site.path.to_owned(), words));
                break;
            }
        }
        drawn
    }

    /// The value of a property that goes together with others, from a row that agrees with all that is known.
    fn row(&mut self, site: &Site<'_>, field: &Field, owner: Seed) -> Option<Value> {
        let entry = self.entry;
        let above = site.path.rsplit_once('/').map_or("", |(above, _)| above);
        for (nth, table) in entry.laws.tables.iter().enumerate() {
            let Some(column) = table.column(&field.key) else { continue };
            let chosen = self.rows.iter().find(|(whose, of, ..)| *whose == owner && *of == nth);
            let at = match chosen {
                Some((_, _, at, _)) => *at,
                None => {
                    let matching =
                        table.matching(&|column, value| self.holds(table, column, value, Some(owner), above));
                    let matching = self.expected_of(table, matching);
                    let taken = |at: &usize| {
                        self.rows.iter().any(|(_, of, row, path)| *of == nth && row == at && path == above)
                    };
                    let fresh: Vec<usize> = matching.iter().copied().filter(|at| !taken(at)).collect();
                    let open = if site.item.is_none() || fresh.is_empty() { &matching } else { &fresh };
                    let Some(at) = owner.child("row").index(nth as u64).rng().choose(open).copied() else {
                        continue;
                    };
                    self.rows.push((owner, nth, at, above.to_owned()));
                    at
                }
            };
            let value = table.rows.get(at).and_then(|row| row.get(column))?;
            return allows(site.schema, value).then(|| value.clone());
        }
        None
    }

    /// Of these rows, those that are as later calls will say, where there are any.
    fn expected_of(&self, table: &law::Table, rows: Vec<usize>) -> Vec<usize> {
        let said = |column: usize| self.will_be(&table.of[column]);
        let fits = |row: &Vec<Value>| {
            (0..table.of.len())
                .all(|column| said(column).is_none_or(|value| filter::same(value, &row[column])))
        };
        let fitting: Vec<usize> = rows.iter().copied().filter(|at| fits(&table.rows[*at])).collect();
        if fitting.is_empty() { rows } else { fitting }
    }

    /// What a later call will say of this attribute of what this call gives.
    fn will_be(&self, attribute: &str) -> Option<&'w Value> {
        let tool = &self.entry.tool.name;
        let said = self.expected.iter().find(|said| said.attribute == attribute && said.tool == *tool);
        said.map(|said| &said.value).filter(|_| law::argument(&self.call.arguments, attribute).is_none())
    }

    /// Whether a value of a table's column is as all that is known demands; `None` where nothing is known.
    fn holds(
        &self,
        table: &law::Table,
        column: usize,
        value: &Value,
        owner: Option<Seed>,
        above: &str,
    ) -> Option<bool> {
        let attribute = table.of.get(column)?.as_str();
        let arguments = &self.call.arguments;
        let demands = self
            .entry
            .reading
            .demands
            .iter()
            .filter(|demand| demand.list == above && demand.key == attribute);
        let demanded: Vec<bool> = demands.filter_map(|demand| demand.rule.holds(arguments, value)).collect();
        if !demanded.is_empty() {
            return Some(demanded.iter().all(|held| *held));
        }
        if let Some(argument) = law::argument(arguments, attribute) {
            return Some(law::is_known(argument, value));
        }
        let told = |thing: Seed| {
            let fact = self.state.fact(thing, attribute);
            fact.or_else(|| self.state.fact(thing, &asked_for(attribute)))
        };
        let fact = owner.and_then(told).or_else(|| told(self.subject));
        let chosen = || {
            self.rows.iter().filter(|(whose, ..)| Some(*whose) == owner || *whose == self.subject).find_map(
                |(_, of, row, _)| {
                    let other = self.entry.laws.tables.get(*of)?;
                    other.rows.get(*row)?.get(other.column(attribute)?)
                },
            )
        };
        let shared = || {
            let mut shared = self.shared.iter();
            shared.find(|(list, name, _)| list == above && name == attribute).map(|(.., value)| value)
        };
        fact.or_else(chosen).or_else(shared).map(|known| law::is_known(known, value))
    }

    /// The most items that a list can have, each with a row of its own.
    fn rows_for(&mut self, path: &str, properties: &Map<String, Value>) -> Option<usize> {
        let mut most: Option<usize> = None;
        for (nth, table) in self.entry.laws.tables.iter().enumerate() {
            // Free texts tell items apart; what the call says is the same for all.
            let apart: Vec<usize> = properties
                .iter()
                .filter(|(_, schema)| {
                    schema.get("type").is_some_and(|t| t == "string") && schema.get("enum").is_none()
                })
                .filter_map(|(name, _)| table.column(&law::key(name)))
                .filter(|column| law::argument(&self.call.arguments, &table.of[*column]).is_none())
                .collect();
            if apart.is_empty() {
                continue;
            }
            self.share(nth, table, path, properties);
            let mut seen: Vec<Vec<&Value>> = Vec::new();
            for at in table.matching(&|column, value| self.holds(table, column, value, None, path)) {
                let words = apart.iter().filter_map(|column| table.rows[at].get(*column)).collect();
                if !seen.contains(&words) {
                    seen.push(words);
                }
            }
            most = Some(most.unwrap_or(usize::MAX).min(seen.len())).filter(|most| *most > 0);
        }
        most
    }

    /// What the items do not tell belongs to the thing that they are of: the shots of one animal are those of one kind of animal.
    fn share(&mut self, nth: usize, table: &law::Table, path: &str, properties: &Map<String, Value>) {
        if named(self.entry, self.call).is_none() {
            return;
        }
        let told = |attribute: &String| properties.keys().any(|name| law::key(name) == *attribute);
        let known = |column: usize| {
            table.rows.iter().any(|row| self.holds(table, column, &row[column], None, path).is_some())
        };
        let hidden: Vec<usize> =
            (0..table.of.len()).filter(|column| !told(&table.of[*column]) && !known(*column)).collect();
        let matching = table.matching(&|column, value| self.holds(table, column, value, None, path));
        let matching = self.expected_of(table, matching);
        let chosen = self.subject.child("shared").index(nth as u64).rng().choose(&matching).copied();
        if let Some(row) = chosen.and_then(|at| table.rows.get(at)) {
            let values = hidden
                .into_iter()
                .map(|column| (path.to_owned(), table.of[column].clone(), row[column].clone()));
            self.shared.extend(values);
        }
    }

    /// The currency of all amounts: the one that the call names, else that of the place it is about, else any.
    fn currency(&self) -> &'w str {
        let asked = self.entry.reading.currency.and_then(|at| self.given(at)).and_then(Value::as_str);
        asked.or_else(|| self.place.map(|city| city.currency)).unwrap_or_else(|| {
            self.subject.child("currency").rng().choose(lexicon::CITIES).map_or("USD", |city| city.currency)
        })
    }

    /// Some of the listed values, each once, in the schema's order.
    fn some_of(&self, site: &Site<'_>, field: &Field, options: &[Value]) -> Value {
        let mut rng = self.owner(site).child(&field.key).child("some").rng();
        let bound =
            |key: &str| site.schema.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let most = bound("maxItems").unwrap_or(3).min(options.len());
        let count = (1 + rng.below(most.max(1))).max(bound("minItems").unwrap_or(0)).min(options.len());
        let mut places: Vec<usize> = (0..options.len()).collect();
        rng.shuffle(&mut places);
        places.truncate(count);
        places.sort_unstable();
        places.into_iter().filter_map(|at| options.get(at).cloned()).collect()
    }

    /// The things that a list recalls: what was made first, then what the same lookup has listed, as far as the call admits it.
    fn recalled(&self, site: &Site<'_>, most: usize) -> Vec<Seed> {
        let reads = self.entry.clause.reads && site.item.is_none();
        let Some(kind) = self.entry.results.kind(site.path).filter(|_| reads) else { return Vec::new() };
        let mut known = self.state.known(kind).peekable();
        if known.peek().is_none() || self.entry.reading.goes_on(&self.entry.params, &self.call.arguments) {
            return Vec::new();
        }
        let here = Seed::new(0).child(own_name(&self.entry.tool));
        let same = |known: &Known| known.listed_by.is_none_or(|by| by == here);
        known
            .filter(same)
            .filter(|known| self.admits(*known, site.path))
            .map(|known| known.thing)
            .take(most)
            .collect()
    }

    /// Whether what was said of a thing is as the call demands. What nobody has spoken of speaks for what was made only.
    fn admits(&self, known: Known, list: &str) -> bool {
        let made = known.listed_by.is_none();
        let arguments = &self.call.arguments;
        let demands = || self.entry.reading.demands.iter().filter(|demand| demand.list == list);
        for demand in demands().filter(|demand| demand.rule.is_demanded(arguments)) {
            let mut steps: Vec<&str> = demand.property.split('/').collect();
            steps.pop();
            let owner = steps.into_iter().fold(known.thing, Seed::child);
            let fact = self.state.fact(owner, &demand.key);
            let fact = fact.or_else(|| self.state.fact(known.thing, &asked_for(&demand.key)));
            let held = fact.map_or(made, |fact| demand.rule.holds(arguments, fact).unwrap_or(true));
            if !held {
                return false;
            }
        }
        self.entry.params.iter().enumerate().all(|(at, param)| {
            let Some(value) = arguments.get(&param.name) else { return true };
            let ruled = demands().any(|demand| demand.rule.is_of(&param.name));
            if ruled || value.is_object() || self.entry.reading.technical.contains(&at) {
                return true;
            }
            if let (true, Some(text)) = (made && filter::searches(param), value.as_str()) {
                let text = text.to_lowercase();
                let mut facts = self.state.facts(known.thing).iter().filter_map(|(_, fact)| fact.as_str());
                return facts.any(|fact| fact.to_lowercase().contains(&text));
            }
            let fact = self.state.fact(known.thing, &param.key);
            let fact = fact.or_else(|| self.state.fact(known.thing, &asked_for(&param.key)));
            fact.map_or(made, |fact| filter::same(fact, value))
        })
    }

    /// Brings a result into order and into agreement with its laws and with itself.
    fn settle(&mut self, result: &mut Value) {
        let mut said = Map::new();
        let laws = &self.entry.laws;
        let returns = self.entry.tool.returns.as_ref().unwrap_or(&Value::Null);
        laws.work(result, returns, self, (Round::First, None), &mut said);
        self.sort(result);
        let order = self.entry.tool.meta.hints.laws.order.as_deref();
        let order = order.map(law::key);
        laws.work(result, returns, self, (Round::Counting, order.as_deref()), &mut said);
        if said.is_empty() {
            agree::agree(result, &self.call.arguments);
        } else {
            said.extend(self.call.arguments.clone());
            agree::agree(result, &said);
        }
    }

    /// Brings lists into the order that is asked for.
    fn sort(&mut self, result: &mut Value) {
        if let Some(order) = self.entry.reading.order(&self.entry.params, &self.call.arguments) {
            for list in self.lists.iter_mut().filter(|list| list.outermost && list.count > 1) {
                let Some(items) =
                    items_at(result, &list.path).filter(|items| items.iter().all(Value::is_object))
                else {
                    continue;
                };
                let mut places: Vec<usize> = (0..items.len()).collect();
                places.sort_by(|one, other| order(&items[*one], &items[*other]));
                *items = places.iter().map(|at| std::mem::take(&mut items[*at])).collect();
                list.order = places;
            }
        }
    }

    /// The item of a list that is inside no other.
    fn listed(&self, list: &str, at: usize) -> Option<Seed> {
        self.lists.iter().find(|known| known.outermost && known.path == list).map(|list| list.thing(at))
    }
}

impl law::Told for Answers<'_> {
    fn told(&self, attribute: &str, item: Option<(&str, usize)>) -> Option<Value> {
        if let Some(argument) = law::argument(&self.call.arguments, attribute) {
            return Some(argument.clone());
        }
        let things = item.and_then(|(list, at)| self.listed(list, at)).into_iter().chain([self.subject]);
        let mut facts = things.filter_map(|thing| {
            let fact = self.state.fact(thing, attribute);
            fact.or_else(|| self.state.fact(thing, &asked_for(attribute)))
        });
        facts.next().cloned()
    }

    fn before(&self, attribute: &str, start: Option<Value>) -> Value {
        let fact = self.state.fact(self.subject, attribute).cloned();
        let made = || self.state.fact(self.subject, MADE).is_some();
        fact.or_else(|| start.filter(|_| made())).unwrap_or_default()
    }

    fn stays(&self, attribute: &str, list: &str, at: usize) -> bool {
        self.listed(list, at).is_some_and(|thing| self.state.fact(thing, attribute).is_some())
    }

    fn now(&self) -> DateTime {
        let clock = self.state.clock().parse();
        self.state.today.to_datetime(clock.unwrap_or(jiff::civil::time(12, 0, 0, 0)))
    }
}

impl Supply for Answers<'_> {
    fn value(&mut self, site: &Site<'_>, _rng: &mut Rng) -> Option<Value> {
        let entry = self.entry;
        let unknown;
        let field = match entry.results.get(site.path) {
            Some(field) => field,
            None if site.path.is_empty() && self.worked.is_empty() && site.item.is_none() => return None,
            None => {
                unknown =
                    Field::of(site.name, entry.entity.as_deref().unwrap_or_default(), site.schema, None);
                &unknown
            }
        };
        if let Some(value) = self.follows(site, field).or_else(|| self.echo(site, field)) {
            self.leaves += 1;
            return Some(value);
        }
        let composite = site.schema.get("type").is_some_and(|t| t == "object" || t == "array")
            || ["properties", "items", "allOf", "oneOf", "anyOf", "$ref"]
                .iter()
                .any(|key| site.schema.contains_key(*key));
        if composite {
            if !field.list {
                return None;
            }
            let owner = self.owner(site);
            if let Some(fact) = self.fact(site, owner, field).filter(|fact| fact.is_array()) {
                return Some(fact.clone());
            }
            let options =
                site.schema.get("items").and_then(|items| items.get("enum")).and_then(Value::as_array);
            return options.map(|options| self.some_of(site, field, options));
        }
        self.leaves += 1;
        let owner = self.owner(site);
        let new = field.bearing.identifies && !entry.clause.reads;
        if let Some(stands) = self.stands(owner, field, site.schema) {
            let fact =
                self.fact(site, owner, field).filter(|fact| entry.clause.reads && allows(site.schema, fact));
            return Some(fact.cloned().unwrap_or(stands));
        }
        let fact = self.fact(site, owner, field).filter(|_| !new);
        if let Some(fact) = fact.filter(|_| entry.clause.reads || field.key.starts_with("creat")) {
            return Some(fact.clone());
        }
        if let Some(now) = self.now(field, owner, site.schema) {
            return Some(now);
        }
        if let Some(fact) = fact {
            return Some(fact.clone());
        }
        if field.bearing.success && field.nature == crate::pool::entry::Nature::Flag {
            return Some(Value::Bool(true));
        }
        if let Some(value) = self.row(site, field, owner) {
            return Some(value);
        }
        // Nothing else is known of it, and the first of the list is the one that a later call speaks of.
        let first = site.item.unwrap_or(0) == 0 && !field.list && !field.bearing.identifies;
        let sorted =
            || site.item.is_some() && entry.reading.order(&entry.params, &self.call.arguments).is_some();
        if let Some(value) = self.will_be(&field.key).filter(|value| {
            let rules = field.asked.as_deref().map(|asked| asked.rules.as_slice()).unwrap_or_default();
            let asked = rules.iter().all(|rule| rule.holds(&self.call.arguments, value) != Some(false));
            asked
                && first
                && entry.clause.reads
                && allows(site.schema, value)
                && fits_type(site.schema, value)
                && !sorted()
        }) {
            return Some(value.clone());
        }
        let drawn = self.draw(site, field, owner)?;
        let rules = field.asked.as_deref().map(|asked| asked.rules.as_slice()).unwrap_or_default();
        if rules.is_empty() {
            return Some(drawn);
        }
        let mut rng = owner.child(&field.key).child("within").rng();
        Some(filter::within(drawn, rules, &self.call.arguments, site.schema, &mut rng))
    }

    fn include(&mut self, site: &Site<'_>, _rng: &mut Rng) -> Option<bool> {
        let (params, arguments) = (&self.entry.params, &self.call.arguments);
        let unknown;
        let (bearing, asked) = match self.entry.results.get(site.path) {
            Some(field) => (field.bearing, field.asked.as_deref()),
            None => {
                unknown = bearing::bearing(&meaning::words_of(site.name));
                (unknown, None)
            }
        };
        if bearing.trouble {
            return Some(false);
        }
        if let Some(part) = asked.and_then(|asked| asked.part) {
            return Some(part.is_asked_for(params, arguments, site.name));
        }
        // Who asks for some properties only gets those, and what identifies them.
        let only = self.entry.reading.only.and_then(|at| self.given(at)).and_then(Value::as_array);
        if let Some(only) = only.filter(|_| site.item.is_some()) {
            return Some(bearing.identifies || only.iter().any(|one| one == site.name));
        }
        if bearing.identifies || bearing.told {
            return Some(true);
        }
        // What was said of a thing is told of it; of one that is listed again, no more and no less.
        if let Some(told) = self.is_known(site) {
            return Some(told);
        }
        // A lookup gives what was looked for: its list is there, if only empty.
        let listing = self.entry.clause.reads
            && bearing.listing
            && site.path.matches('/').count() < 3
            && site.schema.contains_key("items");
        if listing {
            return Some(true);
        }
        (self.leaves > LEAVES).then_some(false)
    }

    fn items(&mut self, site: &Site<'_>, rng: &mut Rng) -> Option<usize> {
        let reading = &self.entry.reading;
        let outermost = site.item.is_none();
        let base = self.holder(site);
        let base =
            if outermost && self.question.is_some() { asked(base, self.entry, self.call) } else { base };
        self.lists.retain(|list| list.path != site.path);
        let mut list = List {
            path: site.path.to_owned(),
            base,
            known: Vec::new(),
            order: Vec::new(),
            count: 0,
            outermost,
        };
        // One entry for each that was asked for.
        let each = reading.batches.iter().filter(|(path, _)| path == site.path);
        let each = each.filter_map(|(_, at)| self.given(*at)?.as_array()).next();
        if let Some(values) = each.filter(|_| site.path.matches('/').count() <= 2) {
            list.count = values.len();
            self.lists.push(list);
            return Some(values.len());
        }
        let cap = reading.cap(&self.entry.params, &self.call.arguments);
        let open = if site.path.matches('/').count() > 1 { 1 + rng.below(2) } else { 2 + rng.below(3) };
        let cap = cap.unwrap_or(usize::MAX);
        let bound =
            |key: &str| site.schema.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let (least, most) = (bound("minItems").unwrap_or(0), bound("maxItems").unwrap_or(usize::MAX));
        let span =
            if most < 12 && most > least { least.max(1) + rng.below(most - least.max(1) + 1) } else { open };
        let mut count = span.min(cap).clamp(least, most.max(least));
        // Nothing is listed where nothing can be as the call demands.
        let properties = site.schema.get("items").and_then(|items| items.get("properties"));
        let demands = || reading.demands.iter().filter(|demand| demand.list == site.path);
        let ruled_out = demands().any(|demand| {
            let schema = properties.and_then(|all| all.get(&demand.property)).and_then(Value::as_object);
            let against = |other: &Demand| {
                other.property == demand.property
                    && demand.rule.contradicts(&other.rule, &self.call.arguments)
            };
            schema.is_some_and(|schema| demand.rule.rules_out(&self.call.arguments, schema))
                || demands().any(against)
        });
        if ruled_out {
            count = least;
        } else {
            list.known = self.recalled(site, most.min(cap).min(RECALLED));
            let rows = properties.and_then(Value::as_object).and_then(|all| self.rows_for(site.path, all));
            count = count.min(rows.unwrap_or(usize::MAX)).max(list.known.len()).max(least);
        }
        list.count = count;
        self.lists.push(list);
        Some(count)
    }
}

/// Whether a schema's list of values has this one.
fn allows(schema: &Map<String, Value>, value: &Value) -> bool {
    schema.get("enum").and_then(Value::as_array).is_none_or(|options| options.contains(value))
}

/// Whether a value is of the schema's type.
fn fits_type(schema: &Map<String, Value>, value: &Value) -> bool {
    let named = |name: &str| schema.get("type").is_some_and(|t| t == name);
    match value {
        Value::String(_) => named("string"),
        Value::Number(number) => named("number") || named("integer") && (number.is_i64() || number.is_u64()),
        _ => false,
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

#[cfg(test)]
mod tests;

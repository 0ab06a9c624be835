//! The simulated world: tools that answer as their definitions say, and agree with themselves.
//!
//! A result follows the tool's `returns` schema. What the arguments said is echoed; everything else is a function of (dialog,
//! thing, property), so that the same order has the same price whichever tool is asked. What a call creates or changes is
//! remembered until the dialog ends, in a [`State`] that can be written down. Nothing is read from the network.
//!
//! One file an idea: `state.rs` what is so; `memory.rs` what calls leave there, `life.rs` what that means for a thing; `answer.rs`
//! how a result is made, value by value; `filter.rs` what arguments demand of it; `law.rs`, `expression.rs` and `together.rs` what
//! goes together by the tool's laws; `agree.rs` what must agree anyhow; `compute.rs` what follows exactly; `failure.rs` how calls
//! fail; `bearing.rs`, `meaning.rs`, `value.rs` and `lexicon.rs` what single values look like;
//! `words.rs` the words of names.
//!
//! Ours:  the words of the lexicon. A library of fake values (the `fake` crate) draws each value alone; here a city goes with its
//!        country, airport, currency and coordinates, a person's address with the name, and all of it with what was said before.

pub(crate) mod agree;
mod answer;
pub(crate) mod bearing;
pub(crate) mod compute;
pub(crate) mod expression;
pub(crate) mod failure;
pub(crate) mod filter;
pub(crate) mod law;
pub(crate) mod lexicon;
pub(crate) mod life;
pub(crate) mod meaning;
mod memory;
pub(crate) mod state;
mod together;
pub(crate) mod value;
pub(crate) mod words;

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use toolwright_core::schema::{Shape, sample};
use toolwright_core::seed::Seed;
use toolwright_core::{Call, Error, Executor, Result, Tool};

use crate::agent::clause::own_name;
use crate::pool::Pool;
use crate::pool::entry::{Entry, Param};
use answer::Answers;
use bearing::identifying;
use life::DONE;
use state::State;

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
            bearing::bearing(&words::words_of(name)).status
                && options.is_some_and(|options| life::said_by(life::deed(done), options).is_some())
        })
    }
}

/// The parameter that names what a call is about: of several identifiers, the one that names what the tool is about; else the
/// last: tenant, project, task.
fn named<'e>(entry: &'e Entry, call: &Call) -> Option<&'e Param> {
    let given = || entry.params.iter().filter(|param| call.arguments.contains_key(&param.name));
    let ids = || given().filter(|param| identifying(&param.words));
    let about = entry.tool.meta.hints.laws.about.as_deref();
    if let Some(about) = about.and_then(|about| given().find(|param| *param.key == *words::key(about))) {
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

/// The property under which is kept what a thing was asked for by.
fn asked_for(key: &str) -> String {
    format!("~{key}")
}

/// What such a property is kept of.
fn asks_for(property: &str) -> Option<&str> {
    property.strip_prefix('~')
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

/// The thing that a call makes.
fn made(subject: Seed, call: &Call) -> Seed {
    call.arguments
        .iter()
        .fold(subject.child("made"), |seed, (name, value)| seed.child(name).child(&value.to_string()))
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
            self.spoken_of(entry, call, subject);
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

#[cfg(test)]
mod tests;

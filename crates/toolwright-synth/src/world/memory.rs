//! What calls leave behind in the state: what lookups told, what actions made and changed.
//!
//! Ours:  a part of a thing tells of the thing as well (`practicals.doors_open` of a concert); a list that came along with
//!        something is a list of that.

use serde_json::{Map, Value};
use toolwright_core::Call;
use toolwright_core::seed::Seed;

use super::answer::List;
use super::bearing::identifying;
use super::life::{DONE, MADE};
use super::state::{Known, SPOKEN_OF, State};
use super::words;
use super::{World, answering, asked_for, key, law, made, named, question};
use crate::agent::clause::own_name;
use crate::agent::name::wraps;
use crate::pool::entry::{Entry, Field, Param};

impl World<'_> {
    /// Remembers what a lookup told.
    pub(super) fn learn_all(
        &mut self,
        entry: &Entry,
        call: &Call,
        subject: Seed,
        result: &Value,
        lists: &[List],
    ) {
        let question = question(entry, call).map(Value::from);
        let mut told = Told { state: &mut self.state, entry, lists, question };
        told.learn(subject, result, &mut String::new(), 0);
        for list in lists.iter().filter(|list| list.outermost) {
            let Some(kind) = entry.results.kind(&list.path) else { continue };
            let listed_by = Seed::new(0).child(lister(entry, &list.path));
            // A list that came along with something is a list of that.
            let top = result.as_object().into_iter().flatten();
            let whose: Vec<(String, &Value)> = top
                .filter(|(name, value)| identifying(&words::words_of(name)) && key(value).is_some())
                .map(|(name, value)| (asked_for(&words::key(name)), value))
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

    /// Remembers the things that a call names, and in which order it brings what they hold.
    pub(super) fn spoken_of(&mut self, entry: &Entry, call: &Call, subject: Seed) {
        for param in entry.params.iter().filter(|param| ORDERS.contains(&param.key.as_str())) {
            if let Some(value) = call.arguments.get(&param.name).filter(|_| named(entry, call).is_some()) {
                self.state.learn(subject, &param.key, value);
            }
        }
        for param in entry.params.iter().filter(|param| param.words.len() > 1 && identifying(&param.words)) {
            let Some(value) = call.arguments.get(&param.name) else { continue };
            let Some(thing) = key(value).map(|id| self.state.thing(&id)) else { continue };
            self.state.learn(thing, &param.words.join("_"), value);
            self.state.comes_up(&param.words.join(" "), Known { thing, listed_by: Some(SPOKEN_OF) });
        }
    }

    /// Remembers what an action made and changed.
    pub(super) fn remember(&mut self, entry: &Entry, call: &Call, subject: Seed, result: &Value) {
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
                    self.state.learn(thing, &words::words_of(name).join("_"), value);
                }
            }
            // What has no number is known by its name.
            if let Some(param) = param.filter(|param| told_of(param) && named(entry, call).is_none()) {
                self.state.comes_up(&param.words.join(" "), Known { thing: made, listed_by: None });
            }
        }
        for (name, field, value) in told {
            let unknown = words::words_of(name).join("_");
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
                    let words = words::words_of(name);
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

/// What a thing is sorted by, and whether from the largest on: its list stays so.
pub(super) const ORDERS: [&str; 2] = ["order_by", "falling"];

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
                || entry.entity.as_ref().is_some_and(|entity| words::words_of(name).last() == Some(entity))
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

    /// A list within an item is a list of that item, which may be asked for it later.
    fn inner_list(&mut self, thing: Seed, name: &str, count: usize, path: &str) {
        let outermost = self.lists.iter().any(|list| list.outermost && list.path == path);
        let Some(kind) = self.entry.results.kind(path).filter(|_| !outermost) else { return };
        let listed_by = Some(Seed::new(0).child(lister(self.entry, path)));
        let ids = self.state.facts(thing).iter().filter(|(name, _)| identifying(&words::words_of(name)));
        let whose: Vec<(String, Value)> = ids.map(|(name, value)| (asked_for(name), value.clone())).collect();
        for at in 0..count {
            let item = thing.child(name).index(at as u64);
            self.state.comes_up(kind, Known { thing: item, listed_by });
            whose.iter().for_each(|(name, value)| self.state.learn(item, name, value));
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
            if let Value::Array(items) = value {
                self.inner_list(thing, name, items.len(), path);
            }
            if law::bare(value) != value {
                self.state.learn(thing, &words::key(name), law::bare(value));
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
                let words = words::words_of(name);
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

/// The functionality whose list this is: that of a tool, or one that came along.
fn lister<'e>(entry: &'e Entry, path: &str) -> &'e str {
    let list = words::key(path.rsplit('/').next().unwrap_or_default());
    let lineage = entry.tool.meta.lineage.as_ref();
    let all = lineage.map_or(&[][..], |lineage| lineage.functionalities.as_slice());
    let own =
        all.iter().skip(1).find(|name| name.split_once('_').is_some_and(|(_, object)| *object == *list));
    own.map_or_else(|| own_name(&entry.tool), String::as_str)
}

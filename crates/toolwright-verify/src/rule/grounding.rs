//! `grounding`: every argument value comes from somewhere, and does come from there.
//!
//! Source: ours, after ToolACE's hallucination expert (arXiv:2409.00920, model layer), which asks a model whether an
//!         argument is made up. Data that record where their values come from ([`Provenance`]) can be asked by code.
//! Ours:   a call that training must not learn (`train: false`) may hold anything; each leaf of each call's arguments is covered by an entry; a quote stands word for word in an earlier turn of its role
//!         and [gives](crate::ground::supports) the value; a result is earlier and holds the value at its pointer, numbers
//!         compared by value; a default is what the schema says. An empty list or object is a leaf. `tomorrow` gives a date only
//!         where the system prompt or the user has [stated](crate::ground::stated_date) today's before the call; the latest counts.
//! Fails:  `get_weather(city="Oslo")` whose `city` is said to come from `the weather in Bergen`.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Display;

use jiff::civil::Date;
use serde_json::{Map, Value};
use toolwright_core::call::canonical::same;
use toolwright_core::{Call, Dialog, Message, Provenance, Role, Source, Tool};

use super::offer::{DEEPEST, Offer, masked, pointer_token, shallow, shallow_arguments, token_key};
use super::{Answer, Findings, Rule, Short, cut};
use crate::ground::{stated_date, supports, supports_on};

pub(super) const RULE: Rule = Rule {
    id: "grounding",
    code: "",
    says: "Every argument value has a source that exists and gives the value.",
    source: "Toolwright, after the hallucination expert of ToolACE (arXiv:2409.00920)",
    check,
};

/// The most text, in bytes, that is searched for the quotes of one dialog.
const MOST_TEXT: usize = 64 << 20;

fn check(dialog: &Dialog) -> Answer {
    let Some(provenance) = &dialog.meta.provenance else { return Answer::NotApplicable("no provenance") };
    if dialog.calls().next().is_none() {
        return Answer::NotApplicable("no calls");
    }
    let place = |entry: &&Provenance| (entry.message, entry.call);
    let mut entries: Vec<&Provenance> = provenance.iter().collect();
    entries.sort_by_key(place);
    // The calls come in the order of their entries; what lies between is of no call.
    let (mut rest, mut of_none) = (entries.as_slice(), Vec::new());
    let offer = Offer::of(dialog);
    let (mut found, mut sources) = (Findings::of(RULE.id), Sources::of(dialog));
    for (message, n, call) in dialog.calls().filter(|(message, ..)| !masked(dialog, *message)) {
        let before = rest.partition_point(|entry| place(entry) < (message, n));
        of_none.extend(rest.split_off(..before).unwrap_or_default());
        let mine = rest.partition_point(|entry| place(entry) == (message, n));
        let mine = rest.split_off(..mine).unwrap_or_default();
        if shallow_arguments(call) {
            call_grounded((message, n), call, offer.tool(message, call), mine, &mut sources, &mut found);
        } else {
            found.call((message, n), format!("the arguments are nested deeper than {DEEPEST} levels"));
        }
    }
    of_none.extend(rest);
    of_none.dedup_by_key(|entry| place(entry));
    for (message, call) in of_none.iter().map(place).filter(|(message, _)| !masked(dialog, *message)) {
        found.dialog(format!("a source is given for call {call} of turn {message}, which is not there"));
    }
    Answer::Found(found.all())
}

fn call_grounded(
    at: (usize, usize),
    call: &Call,
    tool: Option<&Tool>,
    entries: &[&Provenance],
    sources: &mut Sources,
    found: &mut Findings,
) {
    let mut covered = BTreeSet::new();
    for entry in entries {
        let name = Short(entry.argument.trim_start_matches('/'));
        let whole;
        let value = if entry.argument.is_empty() {
            whole = Value::Object(call.arguments.clone());
            Some(&whole)
        } else {
            within(&call.arguments, &entry.argument)
        };
        let Some(value) = value else {
            found.call(at, format!("a source is given for `{name}`, which the call does not pass"));
            continue;
        };
        if !covered.insert(entry.argument.as_str()) {
            found.call(at, format!("`{name}` has two sources"));
        } else if let Err(why) = sources.gives(entry, value, tool) {
            found.call(at, format!("`{name}` is {}, but {why}", shown(value)));
        }
    }
    if covered.contains("") {
        return;
    }
    let mut pointer = String::new();
    for (key, value) in &call.arguments {
        pointer.push('/');
        pointer.push_str(&pointer_token(key));
        uncovered(value, &mut pointer, &covered, &mut |pointer, value| {
            let name = cut(pointer.trim_start_matches('/'));
            found.call(at, format!("`{name}` is {}, for which no source is given", shown(value)));
        });
        pointer.clear();
    }
}

/// What a pointer into the arguments leads to.
fn within<'a>(arguments: &'a Map<String, Value>, pointer: &str) -> Option<&'a Value> {
    let path = pointer.strip_prefix('/')?;
    let name = path.split('/').next()?;
    let value = arguments.get(&*token_key(name))?;
    match &path[name.len()..] {
        "" => Some(value),
        rest => value.pointer(rest),
    }
}

/// A value for a finding.
fn shown(value: &Value) -> String {
    cut(&value.to_string())
}

/// Visits the leaves that no pointer covers. The arguments are shallow, so the recursion is.
fn uncovered(
    value: &Value,
    pointer: &mut String,
    covered: &BTreeSet<&str>,
    visit: &mut impl FnMut(&str, &Value),
) {
    if covered.contains(pointer.as_str()) {
        return;
    }
    let length = pointer.len();
    let mut below = |token: &str, item: &Value| {
        pointer.push('/');
        pointer.push_str(&pointer_token(token));
        uncovered(item, pointer, covered, visit);
        pointer.truncate(length);
    };
    match value {
        Value::Object(map) if !map.is_empty() => map.iter().for_each(|(key, item)| below(key, item)),
        Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().for_each(|(n, item)| below(&n.to_string(), item));
        }
        leaf => visit(pointer, leaf),
    }
}

/// Where values come from: the dialog's turns, each result read at most once.
pub(crate) struct Sources<'a> {
    dialog: &'a Dialog,
    results: HashMap<usize, Option<Value>>,
    /// The turns that state today's date, with it; looked for where a quote gives no value otherwise.
    days: Option<Vec<(usize, Date)>>,
    /// How much text may still be searched, so that many quotes from long turns take no quadratic time.
    text_left: usize,
}

impl<'a> Sources<'a> {
    pub(crate) fn of(dialog: &'a Dialog) -> Self {
        Self { dialog, results: HashMap::new(), days: None, text_left: MOST_TEXT }
    }

    /// Whether the source of an entry gives the value.
    ///
    /// # Errors
    /// Says why it does not, as the end of a sentence.
    pub(crate) fn gives(
        &mut self,
        entry: &Provenance,
        value: &Value,
        tool: Option<&Tool>,
    ) -> Result<(), String> {
        match &entry.source {
            Source::User { at, quote } => {
                let said = self.earlier(entry, *at, Role::User)?.said();
                self.quoted(entry, &format_args!("turn {at}"), &[said], quote, value)
            }
            Source::System { quote } => {
                let turns = self.dialog.messages.iter().take(entry.message);
                let said: Vec<_> =
                    turns.filter(|message| message.role == Role::System).map(Message::said).collect();
                self.quoted(entry, &"the system prompt", &said, quote, value)
            }
            Source::Result { at, pointer } => {
                self.earlier(entry, *at, Role::Tool)?;
                self.resulted(*at, pointer, value)
            }
            Source::Default => {
                let declared = tool.is_some_and(|tool| defaults(tool, &entry.argument, value));
                declared.then_some(()).ok_or_else(|| "the schema declares no such default".into())
            }
        }
    }

    /// The turn that an entry names, where it is of that role and before the call.
    fn earlier(&self, entry: &Provenance, at: usize, role: Role) -> Result<&'a Message, String> {
        let message = self.dialog.messages.get(at).ok_or_else(|| format!("there is no turn {at}"))?;
        if at >= entry.message {
            return Err(format!("its source, turn {at}, is not before the call"));
        }
        if message.role != role {
            return Err(format!(
                "its source, turn {at}, is of role {}, not {}",
                message.role.name(),
                role.name()
            ));
        }
        Ok(message)
    }

    fn quoted(
        &mut self,
        entry: &Provenance,
        place: &dyn Display,
        said: &[&str],
        quote: &str,
        value: &Value,
    ) -> Result<(), String> {
        let text = said.iter().map(|said| said.len()).sum::<usize>();
        let work = quote.len().saturating_mul(leaves(value)).saturating_add(text);
        self.text_left =
            self.text_left.checked_sub(work).ok_or("the dialog has more quoted text than is searched")?;
        if !said.iter().any(|said| said.contains(quote)) {
            return Err(format!("{place} does not say {:?}", cut(quote)));
        }
        let given = supports(value, quote)
            || self.today(entry.message).is_some_and(|today| supports_on(value, quote, today));
        given.then_some(()).ok_or_else(|| format!("{:?} in {place} does not give it", cut(quote)))
    }

    /// The date that was last stated before a turn.
    fn today(&mut self, before: usize) -> Option<Date> {
        let dialog = self.dialog;
        let days = self.days.get_or_insert_with(|| {
            let said = dialog.messages.iter().enumerate();
            let said = said.filter(|(_, message)| matches!(message.role, Role::System | Role::User));
            said.filter_map(|(at, message)| Some((at, stated_date(message.said())?))).collect()
        });
        days.iter().rev().find(|(at, _)| *at < before).map(|(_, day)| *day)
    }

    fn resulted(&mut self, at: usize, pointer: &str, value: &Value) -> Result<(), String> {
        let dialog = self.dialog;
        let result = self.results.entry(at).or_insert_with(|| {
            let said = dialog.messages.get(at).map(Message::said)?;
            serde_json::from_str(said).ok().or_else(|| Some(Value::String(said.into())))
        });
        let there = result.as_ref().and_then(|result| result.pointer(pointer));
        let there =
            there.ok_or_else(|| format!("the result of turn {at} has nothing at `{}`", cut(pointer)))?;
        same(there, value)
            .then_some(())
            .ok_or_else(|| format!("the result of turn {at} has {} at `{}`", shown(there), cut(pointer)))
    }
}

/// How many leaves a value has, at least one.
fn leaves(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(leaves).sum::<usize>().max(1),
        Value::Object(map) => map.values().map(leaves).sum::<usize>().max(1),
        _ => 1,
    }
}

/// Whether the tool's schema declares the value for this argument: as its `default`, its `const`, the only one of its
/// `enum`, or within the `default` of what holds it.
pub(crate) fn defaults(tool: &Tool, argument: &str, value: &Value) -> bool {
    // A definition that is in order is shallow, and known to be.
    if tool.definition().is_err() && !shallow(&tool.parameters) {
        return false;
    }
    let root = &tool.parameters;
    let mut schema = follow(root, root);
    let mut rest = argument;
    loop {
        if declares(schema, rest, value) {
            return true;
        }
        let Some(path) = rest.strip_prefix('/') else { return false };
        let token = path.split('/').next().unwrap_or_default();
        rest = &path[token.len()..];
        let Some(below) = step(schema, &token_key(token)) else { return false };
        schema = follow(root, below);
    }
}

fn declares(schema: &Value, rest: &str, value: &Value) -> bool {
    let only = schema.get("enum").and_then(Value::as_array).filter(|values| values.len() == 1);
    let declared = [schema.get("default"), schema.get("const"), only.and_then(|only| only.first())];
    declared
        .into_iter()
        .flatten()
        .filter_map(|declared| declared.pointer(rest))
        .any(|declared| same(declared, value))
}

/// The schema of a member: of a property, an item.
fn step<'a>(schema: &'a Value, token: &str) -> Option<&'a Value> {
    let property = || schema.get("properties").and_then(|properties| properties.get(token));
    let other = || schema.get("additionalProperties").filter(|other| other.is_object());
    let item = || {
        let n: usize = token.parse().ok()?;
        schema.get("prefixItems").and_then(|items| items.get(n)).or_else(|| schema.get("items"))
    };
    property().or_else(other).or_else(item)
}

/// Follows `$ref` within the schema, a few times at most.
fn follow<'a>(root: &'a Value, mut schema: &'a Value) -> &'a Value {
    const MOST: usize = 16;
    for _ in 0..MOST {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        let Some(next) = target.and_then(|pointer| root.pointer(pointer)) else { break };
        schema = next;
    }
    schema
}

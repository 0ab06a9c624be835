//! What happens out of the ordinary: which tasks can take it, and how it goes.
//!
//! Source: ToolACE (arXiv:2409.00920) has clarification and irrelevance; failures and their recovery, corrections and changed minds are
//!         ours, after what users and tools do in τ-bench and BFCL's multi-turn categories (missing parameters, missing functions).
//! Ours:   every situation is planned, so that what is right to do is known. A call that the assistant gets wrong is masked from
//!         training; its correction is not.

use serde_json::{Map, Value};
use toolwright_core::Situation;

use super::chain::needed;
use super::plan::{Draft, Episode, Outside};
use super::task::{Amend, Argument, Given, Planned, Task, Twist};
use crate::agent::surface::Manner;
use crate::pool::entry::{Entry, Param};
use crate::world::failure::{self, FAILURES, Failure};

impl Draft<'_> {
    /// Lets it happen in one of the episodes that can take it.
    ///
    /// # Errors
    /// Where none can.
    pub(super) fn twist(&mut self, situation: Situation, episodes: &mut [Episode]) -> Result<(), String> {
        let mut open: Vec<usize> = (0..episodes.len()).collect();
        self.rng.shuffle(&mut open);
        // Those are made of several episodes, which have been drawn for it.
        if matches!(situation, Situation::ChangedMind | Situation::ToolAdded | Situation::ToolRemoved) {
            return Ok(());
        }
        for at in open {
            let needed = needed(episodes, at);
            let Episode::Task(task) = &episodes[at] else { continue };
            let plain = matches!(task.twist, None | Some(Twist::Amended { why: Amend::Again, .. }));
            if !plain {
                continue;
            }
            let new = !episodes[..at].iter().any(|before| matches!(before, Episode::Task(_)));
            let mut task = task.clone();
            task.twist = match situation {
                Situation::Retry => self.fails(&task, true, false),
                Situation::Outage if !needed => self.fails(&task, false, new),
                Situation::WrongArgument => self.wrong(&task),
                Situation::NotFound => self.not_found(&mut task),
                Situation::Correction if !needed => self.corrected(&task),
                Situation::PartialAnswer if task.withheld.len() > 1 => Some(Twist::Halved),
                _ => None,
            };
            if task.twist.is_some() {
                episodes[at] = Episode::Task(task);
                return Ok(());
            }
        }
        Err(format!("no request can show the situation `{}`", situation.name()))
    }

    /// A request of one call that can show this.
    pub(super) fn single_that(&mut self, situation: Situation) -> Result<Task, String> {
        let entry = self.entry(None, &|entry| match situation {
            Situation::NotFound => entry.params.iter().any(names_one),
            Situation::Correction => entry.clause.reads && entry.params.iter().any(changes),
            Situation::WrongArgument => !entry.params.is_empty(),
            _ => true,
        })?;
        Ok(Task::of(vec![vec![self.planned(entry, true, &[])?]]))
    }

    /// A call fails, for a moment or for good.
    ///
    /// - `new`: whether nothing was done before: nobody is shut out of what they have just worked with.
    fn fails(&mut self, task: &Task, recovers: bool, new: bool) -> Option<Twist> {
        let single: Vec<usize> = (0..task.steps.len()).filter(|step| task.steps[*step].len() == 1).collect();
        // After a failure for good, what does not hang on it could still be done: it is the last step that fails.
        let step = if recovers {
            *self.rng.choose(&single)?
        } else {
            *single.last().filter(|at| **at + 1 == task.steps.len())?
        };
        let may_refuse = new && step == 0;
        let kinds: Vec<&'static Failure> = FAILURES
            .iter()
            .filter(|failure| failure.passes || !recovers && may_refuse && failure.id == "forbidden")
            .collect();
        let failure = self.rng.choose(&kinds).copied()?;
        Some(Twist::Fails { step, failure, recovers })
    }

    /// The assistant passes something that the tool does not take.
    fn wrong(&mut self, task: &Task) -> Option<Twist> {
        let mut steps: Vec<usize> =
            (0..task.steps.len()).filter(|step| task.steps[*step].len() == 1).collect();
        self.rng.shuffle(&mut steps);
        for step in steps {
            let Some(call) = task.steps[step].first() else { continue };
            let entry = &self.pool().entries[call.entry];
            let mut ways: Vec<(String, Option<Value>, String)> =
                call.arguments.iter().flat_map(|argument| spoiled(entry, argument)).collect();
            self.rng.shuffle(&mut ways);
            let refused = |(name, value, _): &(String, Option<Value>, String)| {
                let mut arguments: Map<String, Value> = call
                    .arguments
                    .iter()
                    .filter_map(|argument| Some((argument.name.clone(), argument.value()?.clone())))
                    .collect();
                match value {
                    Some(value) => arguments.insert(name.clone(), value.clone()),
                    None => arguments.shift_remove(name),
                };
                let checker = entry.tool.arguments_checker();
                checker.is_ok_and(|checker| !checker.accepts(&Value::Object(arguments)))
            };
            if let Some((argument, value, expected)) = ways.into_iter().find(refused) {
                return Some(Twist::Wrong { step, argument, value, expected });
            }
        }
        None
    }

    /// The user first names what is not there, by a slip in its identifier: the plan then holds the slip, the twist what is meant.
    fn not_found(&mut self, task: &mut Task) -> Option<Twist> {
        let call = task.only().filter(|_| task.withheld.is_empty())?.clone();
        let entry = &self.pool().entries[call.entry];
        for argument in &call.arguments {
            let Some(param) = entry.param(&argument.name) else { continue };
            let named = names_one(param);
            let (Given::User(meant @ Value::String(text)), true) = (&argument.given, named) else { continue };
            let Some(slip) = slipped(text, self.rng.next_u64() as usize) else { continue };
            let mut other = call.clone();
            set(&mut other, &argument.name, &slip.into());
            if self.acceptable(&other) {
                task.steps = vec![vec![other]];
                let (argument, value) = (argument.name.clone(), meant.clone());
                return Some(Twist::Amended { argument, value, why: Amend::Missing });
            }
        }
        None
    }

    /// The user meant another value than they said.
    fn corrected(&mut self, task: &Task) -> Option<Twist> {
        let (argument, value) = self.other_value(task)?;
        Some(Twist::Amended { argument, value, why: Amend::Correction })
    }

    /// Another value for an argument of a lookup.
    pub(super) fn other_value(&mut self, task: &Task) -> Option<(String, Value)> {
        let call = task.only().filter(|_| task.withheld.is_empty())?;
        let entry = &self.pool().entries[call.entry];
        if !entry.clause.reads {
            return None;
        }
        let open = |argument: &&Argument| {
            let plain =
                |value: &Value| value.as_str().is_some_and(|text| text.len() < 40) || value.is_number();
            entry.param(&argument.name).is_some_and(changes)
                && matches!(&argument.given, Given::User(value) if plain(value))
        };
        let names: Vec<String> = call.arguments.iter().filter(open).map(|one| one.name.clone()).collect();
        let name = self.rng.choose(&names)?.clone();
        let used = self.used.len();
        let mut found = None;
        for _ in 0..6 {
            let Ok(other) = self.planned(call.entry, false, &[]) else { continue };
            let value =
                other.arguments.iter().find(|one| one.name == name).and_then(Argument::value).cloned();
            let known = |value: &Value| call.arguments.iter().any(|one| one.value() == Some(value));
            let Some(value) = value.filter(|value| !known(value)) else { continue };
            let mut changed = call.clone();
            set(&mut changed, &name, &value);
            if self.acceptable(&changed) && self.in_rows(&changed) {
                found = Some((name, value));
                break;
            }
        }
        self.used.truncate(used);
        found
    }

    /// A request that nothing on offer serves, the tool for it, and the request again.
    pub(super) fn tool_added(&mut self) -> Result<Vec<Episode>, String> {
        self.episode = 2;
        let task = self.single(None)?;
        let planned = task.only().cloned().ok_or("the request has no call")?;
        let tool = planned.entry;
        Ok(vec![
            Episode::Outside(Outside { planned, foreign: false }),
            Episode::News { tool, added: true },
            Episode::Task(task),
        ])
    }

    /// A request, the end of the tool that served it, and another request for it.
    pub(super) fn tool_removed(&mut self) -> Result<Vec<Episode>, String> {
        let task = self.single(None)?;
        let tool = task.only().map(|planned| planned.entry).ok_or("the request has no call")?;
        let planned = self.planned(tool, true, &[])?;
        let said = |planned: &Planned| -> Vec<Value> {
            planned.arguments.iter().filter_map(|argument| argument.value().cloned()).collect()
        };
        // Nobody asks for what they have just been told.
        if task.only().is_some_and(|before| said(before) == said(&planned)) {
            return Err("the request is the same as before".into());
        }
        Ok(vec![
            Episode::Task(task),
            Episode::News { tool, added: false },
            Episode::Outside(Outside { planned, foreign: false }),
        ])
    }

    /// A request that is dropped when the assistant asks back, and what is wanted instead.
    pub(super) fn changed_mind(&mut self) -> Result<Vec<Episode>, String> {
        let mut dropped = self.clarify(None, 1)?;
        dropped.twist = Some(Twist::Dropped);
        let domain = dropped.only().map(|planned| self.pool().entries[planned.entry].domain);
        self.episode = 1;
        let mut out = vec![Episode::Task(dropped), Episode::Task(self.single(domain)?)];
        self.episode = 2;
        if self.rng.chance(0.5)
            && let Some(task) = self.going_on(&out)
        {
            out.push(Episode::Task(task));
        }
        Ok(out)
    }
}

fn set(call: &mut Planned, argument: &str, value: &Value) {
    for one in call.arguments.iter_mut().filter(|one| one.name == argument) {
        one.given = Given::User(value.clone());
    }
}

/// The last words of names whose values name one thing.
const NAMES: &[&str] = &["id", "number", "code", "reference", "key", "sku"];

fn names_one(param: &Param) -> bool {
    param.required && param.words.last().is_some_and(|last| NAMES.contains(&last.as_str()))
}

/// Whether people change their minds about this value, or want another one as well.
fn changes(param: &Param) -> bool {
    param.varies || param.required && is_date(param)
}

fn is_date(param: &Param) -> bool {
    param.schema.get("format").is_some_and(|format| format == "date")
}

/// An identifier with two neighbouring digits swapped; `None` where there are none that differ.
fn slipped(text: &str, from: usize) -> Option<String> {
    let digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    let open: Vec<usize> = (0..bytes.len().saturating_sub(1))
        .filter(|at| {
            digit(*at)
                && digit(at + 1)
                && bytes[*at] != bytes[at + 1]
                && bytes[*at] != b'0'
                && bytes[at + 1] != b'0'
        })
        .collect();
    let at = *open.get(from % open.len().max(1))?;
    let mut chars: Vec<char> = text.chars().collect();
    (chars.len() == bytes.len()).then(|| {
        chars.swap(at, at + 1);
        chars.into_iter().collect()
    })
}

/// Ways to get an argument wrong that a tool notices: what is passed (`None`: nothing), and what the tool says it expects.
fn spoiled(entry: &Entry, argument: &Argument) -> Vec<(String, Option<Value>, String)> {
    let mut ways = Vec::new();
    let (Some(param), Some(value)) = (entry.param(&argument.name), argument.value()) else { return ways };
    let schema = Value::Object(param.schema.clone());
    let Some(expected) = failure::expected(&schema) else { return ways };
    let mut way = |value: Value| ways.push((argument.name.clone(), Some(value), expected.clone()));
    match value {
        Value::String(text) => {
            // As a person says it: `March 14, 2026`, `premium economy`.
            if let Some(said) = Manner::plain().say(value).filter(|said| said != text) {
                way(said.into());
            }
            if param.schema.contains_key("enum") && text.chars().any(|c| c.is_ascii_lowercase()) {
                way(text.to_uppercase().into());
            }
            if param.schema.contains_key("pattern") {
                way(text.trim_start_matches(|c: char| !c.is_ascii_digit()).into());
            }
        }
        Value::Number(number) => way(number.to_string().into()),
        Value::Array(items) => {
            if let [one] = &items[..] {
                way(one.clone());
            }
        }
        _ => {}
    }
    if param.required {
        ways.push((argument.name.clone(), None, expected));
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_swaps_two_digits() {
        assert_eq!(slipped("FL-12", 0).as_deref(), Some("FL-21"));
        assert_eq!(slipped("FL-11", 0), None);
        assert_eq!(slipped("abc", 3), None);
        for from in 0..9 {
            let slip = slipped("ORD-48213", from).expect("there are digits that differ");
            assert!(slip != "ORD-48213" && slip.len() == 9);
        }
    }
}

//! The turns of a dialog as formats see them whose rows have no ids and one system prompt: steps, and what each holds.
//!
//! A *step* is one message of calls; its results follow it and belong to its calls by id, by name or by order. Many formats have
//! one turn for all results of a step, link them by order alone, train on every reply and know a system prompt only at the
//! start. What must not be learned is then not written, and news of tools stand at the head of what the user says next.

use std::collections::{BTreeSet, HashMap, VecDeque};

use serde_json::Value;

use crate::schema::nests_within;
use crate::{Call, Dialog, Error, Message, Result, Role};

/// The calls of one message, and which of them have no result yet.
#[derive(Clone, Default)]
pub(super) struct Step<'a> {
    pub(super) calls: &'a [Call],
    open: BTreeSet<usize>,
    by_name: HashMap<&'a str, VecDeque<usize>>,
    by_id: HashMap<&'a str, VecDeque<usize>>,
}

impl<'a> Step<'a> {
    pub(super) fn of(calls: &'a [Call]) -> Self {
        let mut step = Self { calls, open: (0..calls.len()).collect(), ..Self::default() };
        for (n, call) in calls.iter().enumerate() {
            step.by_name.entry(&call.name).or_default().push_back(n);
            if let Some(id) = &call.id {
                step.by_id.entry(id).or_default().push_back(n);
            }
        }
        step
    }

    pub(super) fn named(&mut self, name: &str) -> Option<usize> {
        first_open(self.by_name.get_mut(name)?, &mut self.open)
    }

    fn with_id(&mut self, id: &str) -> Option<usize> {
        first_open(self.by_id.get_mut(id)?, &mut self.open)
    }

    /// The one call that has no result, where there is one.
    pub(super) fn only(&mut self) -> Option<usize> {
        if self.open.len() == 1 { self.open.pop_first() } else { None }
    }

    /// The first call that has no result.
    pub(super) fn first(&mut self) -> Option<usize> {
        self.open.pop_first()
    }

    /// The call that a result answers: by id where it has one, else by name where it has one, else the first.
    ///
    /// # Errors
    /// Where the result has calls of its own, or answers no call of the step.
    pub(super) fn answered(&mut self, result: &Message) -> Result<usize> {
        if !result.calls.is_empty() || result.malformed.is_some() {
            return Err(Error::new("only the assistant calls tools; drop the calls of this result"));
        }
        let n = match (&result.call_id, &result.name) {
            (Some(id), _) => self.with_id(id),
            (None, Some(name)) => self.named(name),
            (None, None) => self.first(),
        };
        let call = n
            .and_then(|n| self.calls.get(n))
            .filter(|call| result.name.as_ref().is_none_or(|name| *name == call.name));
        n.filter(|_| call.is_some()).ok_or_else(|| {
            Error::new("the result answers no call of the step before it; the format has no place for results without a call")
        })
    }

    /// Results in the order of their calls, each with the position of its call.
    pub(super) fn in_order<'m>(&mut self, results: &'m [Message]) -> Result<Vec<(usize, &'m Message)>> {
        let mut answers =
            results.iter().map(|result| Ok((self.answered(result)?, result))).collect::<Result<Vec<_>>>()?;
        answers.sort_by_key(|(n, _)| *n);
        Ok(answers)
    }
}

fn first_open(queue: &mut VecDeque<usize>, open: &mut BTreeSet<usize>) -> Option<usize> {
    std::iter::from_fn(|| queue.pop_front()).find(|n| open.remove(n))
}

/// Gives results the ids of their calls. A result without a name belongs to the call that alone is left.
pub(super) fn link_results(messages: &mut [Message]) {
    let mut links = Vec::new();
    let mut step = Step::default();
    for (at, message) in messages.iter().enumerate() {
        if !message.calls.is_empty() {
            step = Step::of(&message.calls);
        }
        if message.role == Role::Tool {
            let answered = match &message.name {
                Some(name) => step.named(name),
                None => step.only(),
            };
            links.extend(
                answered.and_then(|n| step.calls.get(n)).map(|call| (at, call.id.clone(), call.name.clone())),
            );
        }
    }
    for (at, id, name) in links {
        if let Some(message) = messages.get_mut(at) {
            (message.call_id, message.name) = (id, Some(name));
        }
    }
}

/// A message, or the results of a step.
pub(super) struct Run<'d> {
    /// The position of its first message.
    pub(super) at: usize,
    /// The messages, of which there is one at least; several are results.
    pub(super) messages: &'d [Message],
    /// What has become of the tools before it, to be said at its head; only a user's turn has any.
    pub(super) news: String,
}

impl<'d> Run<'d> {
    /// Its message, or the first of the results.
    pub(super) fn first(&self) -> &'d Message {
        &self.messages[0]
    }

    /// What is said, behind the news.
    pub(super) fn said(&self) -> String {
        format!("{}{}", self.news, self.first().said())
    }
}

/// The dialog's own system prompt.
pub(super) fn prompt(dialog: &Dialog) -> Option<&Message> {
    dialog
        .messages
        .first()
        .filter(|first| first.role == Role::System && first.offer.is_none() && calls_nothing(first).is_ok())
}

/// The turns after the prompt.
///
/// - `masks`: whether the format can keep a turn from being learned; where it cannot, calls that must not be learned are left out
///   with their results, since every reply is learned.
pub(super) fn runs(dialog: &Dialog, masks: bool) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let mut at = usize::from(prompt(dialog).is_some());
    let mut news = String::new();
    let mut masked = false;
    let messages = dialog.messages.get(at..).unwrap_or_default();
    for run in messages.chunk_by(|a, b| a.role == Role::Tool && b.role == Role::Tool) {
        let Some(message) = run.first() else { continue };
        let start = at;
        at += run.len();
        let unlearned = !masks && message.train == Some(false) && !message.calls.is_empty();
        if unlearned || masked && message.role == Role::Tool {
            masked = unlearned;
            continue;
        }
        masked = false;
        if message.role == Role::System
            && calls_nothing(message).is_ok()
            && let Some(change) = &message.offer
        {
            news.push_str(&change.news());
            news.push_str("\n\n");
            continue;
        }
        let news = if message.role == Role::User { std::mem::take(&mut news) } else { String::new() };
        runs.push(Run { at: start, messages: run, news });
    }
    runs
}

/// What an assistant's turn of calls says beside them; the formats have a place for thinking alone.
///
/// # Errors
/// Where it says anything else, or some of its calls are malformed.
pub(super) fn beside_calls(message: &Message) -> Result<&str> {
    let said = message.said();
    if let Some(malformed) = &message.malformed {
        return Err(no_place(&malformed.why));
    }
    if thought(said) != said {
        return Err(Error::new(
            "the message both speaks and calls; the format has no place for the text beside calls",
        ));
    }
    Ok(said)
}

/// That a format cannot hold a malformed call as it stands.
pub(super) fn no_place(why: &str) -> Error {
    Error::new(format!("the format has no place for malformed calls beside the text ({why})"))
}

/// That a system message stands where the format has none.
pub(super) fn late_prompt() -> Error {
    Error::new("the format has one system prompt, before all turns; this one comes later")
}

/// That somebody else than the assistant calls.
///
/// # Errors
/// Where that is so.
pub(super) fn calls_nothing(message: &Message) -> Result<()> {
    if message.calls.is_empty() && message.malformed.is_none() {
        return Ok(());
    }
    Err(Error::new("only the assistant calls tools; drop these calls"))
}

/// The `<think>…</think>` that a text starts with; empty where it does not.
pub(super) fn thought(text: &str) -> &str {
    const CLOSE: &str = "</think>";
    let end = text.find(CLOSE).filter(|_| text.trim_start().starts_with("<think>"));
    end.and_then(|at| text.get(..at + CLOSE.len())).unwrap_or_default()
}

/// JSON as what it is; other text, and the JSON text of a string, as a string: [`result_text`] gives both back.
pub(super) fn results_value(content: &str) -> Value {
    match serde_json::from_str(content) {
        Ok(Value::String(_)) | Err(_) => content.into(),
        Ok(value) if nests_within(&value, DEEPEST) => value,
        Ok(_) => content.into(),
    }
}

/// A string is the result's text, whether that is JSON or not.
pub(super) fn result_text(results: Value) -> String {
    match results {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// Deeper results would make a turn too deep to be read again.
const DEEPEST: usize = 100;

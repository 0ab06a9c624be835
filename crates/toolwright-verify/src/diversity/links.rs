//! Does a dialog hang together? What later turns and calls take up from before.
//!
//! Source: ToolFlow (arXiv:2410.18447) asks a trained model for this (EnR, SS) and a judge (COH).
//! Ours:   two shares that need neither. *Linked*: a later request of the user has a content word (`words.rs`) that was said
//!         before in the dialog, by either side, or that stands in a value of an earlier call or result; names of parameters
//!         and fields do not count. *From results*: a value in a call after a result, text or a number, is a value of an earlier
//!         result, and no words of the user gave it. Long results have words in common with anything, so the first share
//!         has a companion: the same for requests of other dialogs.

use std::collections::HashSet;

use serde_json::Value;
use toolwright_core::{Message, Role};

use super::words::{carries_content, folded, words};
use crate::ground::supports;

/// The content words of a dialog so far.
#[derive(Default)]
pub(super) struct Context(HashSet<String>);

impl Context {
    /// Adds what a message says, calls and returns.
    pub(super) fn add(&mut self, message: &Message) {
        match message.role {
            Role::System => {}
            Role::User | Role::Assistant => self.text(message.said()),
            Role::Tool => result(message, &mut |leaf| self.text(leaf)),
        }
        arguments(message).for_each(|value| leaves(value, &mut |leaf| self.text(&plain(leaf))));
    }

    fn text(&mut self, text: &str) {
        self.0.extend(words(text).into_iter().filter(|word| carries_content(word)));
    }

    /// Whether a turn takes up any of it.
    pub(super) fn links(&self, turn: &[String]) -> bool {
        turn.iter().any(|word| self.0.contains(word))
    }
}

/// How many values stand in calls after a result, and how many of them are of an earlier result and not of the user.
pub(super) fn from_results(messages: &[Message]) -> (usize, usize) {
    let (mut all, mut taken) = (0, 0);
    let (mut results, mut asked): (HashSet<String>, String) = (HashSet::new(), String::new());
    for message in messages {
        if message.role == Role::User {
            asked.push_str(message.said());
            asked.push('\n');
        }
        if !results.is_empty() {
            for value in arguments(message) {
                leaves(value, &mut |leaf| {
                    all += 1;
                    taken += usize::from(results.contains(&folded(&plain(leaf))) && !supports(leaf, &asked));
                });
            }
        }
        if message.role == Role::Tool {
            result(message, &mut |leaf| {
                results.insert(folded(leaf));
            });
        }
    }
    (all, taken)
}

fn arguments(message: &Message) -> impl Iterator<Item = &Value> {
    message.calls.iter().flat_map(|call| call.arguments.values())
}

/// The values in a result: those of its JSON, or all of its text.
fn result(message: &Message, each: &mut dyn FnMut(&str)) {
    match serde_json::from_str::<Value>(message.said()) {
        Ok(value) => leaves(&value, &mut |leaf| each(&plain(leaf))),
        Err(_) => each(message.said()),
    }
}

/// Every text that is not blank, and every number.
fn leaves(value: &Value, each: &mut dyn FnMut(&Value)) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::String(text) if text.trim().is_empty() => {}
        Value::String(_) | Value::Number(_) => each(value),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, each)),
        Value::Object(fields) => fields.values().for_each(|field| leaves(field, each)),
    }
}

/// A leaf as text; whole numbers look the same however they are written.
fn plain(leaf: &Value) -> String {
    match leaf {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => {
            number.as_f64().map_or_else(|| number.to_string(), |number| number.to_string())
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use toolwright_core::Call;

    use super::*;

    fn calling(arguments: Value) -> Message {
        Message::calling(vec![Call::new("f", arguments.as_object().cloned().unwrap_or_default())])
    }

    #[test]
    fn turns_are_linked_by_words_and_values() {
        let mut context = Context::default();
        context.add(&Message::text(Role::System, "You are a travel agent."));
        context.add(&Message::text(Role::User, "Find me a flight."));
        context.add(&calling(json!({"carrier": "Loganair", "seats": [12.0]})));
        context.add(&Message::text(Role::Tool, r#"{"gate": {"name": "Quay"}, "late": true}"#));
        let links = |text: &str| context.links(&words(text));
        for linked in ["Which FLIGHT?", "is loganair any good", "I need 12", "Where is Quay?"] {
            assert!(links(linked), "{linked}");
        }
        for other in ["Find me a travel agent", "what carrier, which gate, true?", "and the flights?", ""] {
            assert!(!links(other), "{other}");
        }
    }

    #[test]
    fn values_from_results_are_those_that_nobody_said() {
        let user = |text: &str| Message::text(Role::User, text);
        let result = |text: &str| Message::text(Role::Tool, text);
        let dialog = [
            user("Cancel the order of Ann."),
            calling(json!({"name": "Ann"})),
            result(r#"{"orders": [{"id": 77.0, "by": "Ann", "token": " A-9x"}]}"#),
            calling(json!({"id": 77, "by": "ann", "token": "a-9X", "now": true, "note": "", "why": "none"})),
        ];
        // Of id, by, token and why, the user said one and nobody another.
        assert_eq!(from_results(&dialog), (4, 2));
        let plain = [calling(json!({"a": 1})), result("r 7"), calling(json!({"code": "R  7", "b": 1}))];
        assert_eq!(from_results(&plain), (2, 1));
    }
}

//! The user agent: what the user says next.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use toolwright_core::{Answered, Blank, Tool, definitions, transcript};

use super::{Agents, Lost, SoFar, USER, distance};
use crate::agent::voice::Voice;

/// The longest turn of a user, in bytes.
const LONGEST: usize = 4_000;

/// The form of whatever is one message.
pub(super) static MESSAGE: LazyLock<Blank> = LazyLock::new(|| {
    let message = json!({"type": "string"});
    Blank::new("message", closed(&[("message", message)]))
});

/// The schema of an object that has these properties, all of them, and no other.
pub(crate) fn closed(properties: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let properties: serde_json::Map<String, Value> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({"type": "object", "additionalProperties": false, "required": names, "properties": properties})
}

/// The text of a filled form [`MESSAGE`].
pub(super) fn message(value: &Value) -> Answered<String> {
    let text = value.get("message").and_then(Value::as_str).unwrap_or_default().trim();
    match text.len() {
        0 => Err("`message` is empty".into()),
        LONGEST.. => Err(format!("`message` is too long; at most {LONGEST} bytes are expected")),
        _ => Ok(text.to_owned()),
    }
}

impl Agents<'_, '_> {
    /// The user's next words, with this goal.
    pub(super) async fn user(
        &mut self,
        goal: &str,
        voice: &Voice,
        tools: &[Arc<Tool>],
        so_far: &SoFar<'_>,
    ) -> Result<String, Lost> {
        let data = [
            ("goal", goal),
            ("manner", voice.style.manner),
            ("distance", distance(voice)),
            ("tools", &definitions(tools, false)),
            ("dialog", &transcript(so_far.messages)),
        ];
        let how = ("user", self.config.temperature.user);
        self.ask(how, USER.messages(&data), &MESSAGE, so_far, |value| message(&value)).await
    }
}

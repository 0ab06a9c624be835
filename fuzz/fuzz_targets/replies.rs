//! Bodies of servers and texts of models: whatever they are, reading them ends, and what is read goes into the next prompt as lines of JSON.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use toolwright_core::{Blank, Message, Role, transcript};

static BLANK: LazyLock<Blank> = LazyLock::new(|| {
    let list = json!({"type": "array", "items": {"type": "string"}});
    Blank::new(
        "x",
        json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": list}}),
    )
});

fuzz_target!(|text: &str| {
    let mut messages = vec![Message::text(Role::User, text)];
    if let Ok(reply) = toolwright_llm::read_reply(text) {
        messages.extend(reply.candidates.into_iter().map(|candidate| candidate.message));
    }
    messages.push(Message::text(Role::Tool, text));
    if let Ok(value) = BLANK.read(text) {
        assert!(value["a"].is_i64() || value["a"].is_u64() || value["a"].is_f64());
    }
    let lines = transcript(&messages);
    let turns: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    assert_eq!(turns.len(), messages.len());
    for (turn, message) in turns.iter().zip(&messages) {
        assert_eq!(turn["role"], message.role.name());
    }
});

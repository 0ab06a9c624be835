//! The way through ToolACE's rows and back changes no rule's answer, but for grounding, whose facts the format loses.

use std::sync::Arc;

use serde_json::{Value, json};
use toolwright_core::format::FORMATS;
use toolwright_core::{Call, Dialog, Message, Provenance, Role, Source, Tool};
use toolwright_verify::{Answer, RULES};

fn tools() -> Vec<Arc<Tool>> {
    let weather = json!({"type": "object", "required": ["city"], "properties": {
        "city": {"type": "string"},
        "days": {"type": "integer", "minimum": 1},
        "units": {"type": "array", "items": {"type": "object", "properties": {"scale": {"type": "number"}}}},
    }});
    let trends =
        json!({"type": "object", "properties": {"sector": {"type": "string", "enum": ["tech", "energy"]}}});
    vec![
        Arc::new(Tool::new("get_weather", "The weather of a city.", weather)),
        Arc::new(Tool::new("Market Trends API", "The trends of a market.", trends)),
    ]
}

fn call(id: &str, name: &str, arguments: Value) -> Call {
    Call { id: Some(id.into()), ..Call::new(name, arguments.as_object().cloned().unwrap_or_default()) }
}

fn from_user(message: usize, call: usize, argument: &str, at: usize, quote: &str) -> Provenance {
    Provenance { message, call, argument: argument.into(), source: Source::User { at, quote: quote.into() } }
}

fn dialog(messages: Vec<Message>, provenance: Vec<Provenance>) -> Dialog {
    let mut dialog = Dialog { tools: tools(), messages, ..Dialog::default() };
    dialog.meta.provenance = Some(provenance);
    dialog
}

/// One call, with a system prompt.
fn single() -> Dialog {
    let oslo = call("w1", "get_weather", json!({"city": "Oslo", "days": 3}));
    let messages = vec![
        Message::text(Role::System, "You are brief."),
        Message::text(Role::User, "How is the weather in Oslo in 3 days?"),
        Message::calling(vec![oslo.clone()]),
        Message::result(&oslo, r#"{"celsius": 21.5}"#),
        Message::text(Role::Assistant, "It will be 21.5 °C."),
    ];
    dialog(messages, vec![from_user(2, 0, "/city", 1, "Oslo"), from_user(2, 0, "/days", 1, "3 days")])
}

/// Three calls at once, two of them of one tool, with results that come in another order.
fn parallel() -> Dialog {
    let oslo = call("b", "get_weather", json!({"city": "Oslo"}));
    let tech = call("c", "Market Trends API", json!({"sector": "tech"}));
    let bari = call("a", "get_weather", json!({"city": "Bari"}));
    let messages = vec![
        Message::text(Role::User, "Weather in Oslo and Bari, and the tech trends, please."),
        Message::calling(vec![oslo.clone(), tech.clone(), bari.clone()]),
        Message::result(&bari, "30"),
        Message::result(&oslo, "20"),
        Message::result(&tech, "no data"),
        Message::text(Role::Assistant, "Oslo has 20 °C, Bari 30 °C; there are no trends."),
    ];
    let cities = [(0, "/city", "Oslo"), (1, "/sector", "tech"), (2, "/city", "Bari")];
    dialog(messages, cities.map(|(n, argument, quote)| from_user(1, n, argument, 0, quote)).to_vec())
}

/// Faults of many rules: an unknown tool, a missing and a wrong argument, a cut reply, calls that are none.
fn faulty() -> Dialog {
    let unknown = call("x", "get_wether", json!({"city": "Oslo"}));
    let wrong = call("y", "get_weather", json!({"days": "three"}));
    let raw = "[get_weather('Oslo')]";
    let toolwright_core::call::Parsed::Malformed(malformed) = toolwright_core::call::python::parse(raw)
    else {
        unreachable!("positional arguments are malformed")
    };
    let messages = vec![
        Message::text(Role::User, "Weather in Oslo?"),
        Message::calling(vec![unknown.clone(), wrong.clone()]),
        Message::result(&unknown, r#"{"error": "no such tool"}"#),
        Message::result(&wrong, "null"),
        Message { malformed: Some(malformed), ..Message::text(Role::Assistant, raw) },
        Message::text(Role::User, "Well?"),
        Message::text(Role::Assistant, "It is going to be"),
    ];
    dialog(messages, vec![from_user(1, 0, "/city", 0, "Paris")])
}

#[test]
fn rules_answer_the_same_after_the_way_through_the_format() {
    let format = FORMATS.iter().find(|format| format.id == "toolace").expect("it is in the list");
    let write = format.write.expect("it is written");
    for (name, dialog) in [("single", single()), ("parallel", parallel()), ("faulty", faulty())] {
        let row = write(&dialog).expect("the format holds it");
        let again = (format.read)(&row).expect("it was just written");
        assert_eq!(again.calls().count(), dialog.calls().count(), "{name}");
        for rule in RULES {
            let (before, after) = ((rule.check)(&dialog), (rule.check)(&again));
            if rule.id == "grounding" {
                assert!(matches!(before, Answer::Found(_)), "{name}: {before:?}");
                assert!(matches!(after, Answer::NotApplicable(_)), "{name}: {after:?}");
            } else {
                assert_eq!(after, before, "{name}: {}", rule.id);
            }
        }
    }
}

#[test]
fn the_faults_are_found() {
    let found = |dialog: &Dialog| -> Vec<&str> {
        let found = RULES
            .iter()
            .filter(|rule| matches!((rule.check)(dialog), Answer::Found(found) if !found.is_empty()));
        found.map(|rule| rule.id).collect()
    };
    assert!(found(&single()).is_empty(), "{:?}", found(&single()));
    assert!(found(&parallel()).is_empty(), "{:?}", found(&parallel()));
    for rule in ["unknown-tool", "missing-argument", "argument-format", "malformed-call", "grounding"] {
        assert!(found(&faulty()).contains(&rule), "{rule}");
    }
}

//! Planted faults: that each is planted where it has a place, and found by the rule that should find it.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use toolwright_core::seed::Seed;
use toolwright_core::{Call, Dialog, Message, Role, Tool};
use toolwright_verify::audit::{Audit, Class, FAULTS};
use toolwright_verify::{Judges, Rules};

fn tools() -> Vec<Arc<Tool>> {
    let parameters = json!({
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "day": {"type": "string", "format": "date"},
            "guests": {"type": "integer", "minimum": 1, "maximum": 9},
            "code": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{2}$"},
            "view": {"type": "string", "enum": ["sea", "garden"]},
            "late": {"type": "boolean"}
        },
        "required": ["city", "day", "guests", "code", "view"]
    });
    let mut book = Tool::new("book_table", "Books a table.", parameters);
    book.returns = Some(
        json!({"type": "object", "properties": {"booking": {"type": "integer"}}, "required": ["booking"]}),
    );
    let now = Tool::new("get_hour", "The hour.", json!({"type": "object", "properties": {}}));
    vec![Arc::new(book), Arc::new(now)]
}

fn call(id: &str, city: &str) -> Call {
    let arguments = json!({"city": city, "day": "2026-03-14", "guests": 4, "code": "OS-12", "view": "sea"});
    let arguments: Map<String, Value> = arguments.as_object().expect("an object").clone();
    Call { id: Some(id.into()), ..Call::new("book_table", arguments) }
}

/// Two bookings at once, and their answer.
fn booked() -> Dialog {
    let (oslo, bergen) = (call("a", "Oslo"), call("b", "Bergen"));
    let results = [&oslo, &bergen].map(|call| Message::result(call, r#"{"booking":4711}"#));
    let [one, other] = results;
    let messages = vec![
        Message::text(
            Role::User,
            "Book tables for four in Oslo and Bergen on March 14, 2026, code OS-12, with a view of the sea.",
        ),
        Message::calling(vec![oslo, bergen]),
        one,
        other,
        Message::text(
            Role::Assistant,
            "Both tables are booked under 4711 for the evening of March 14, 2026.",
        ),
    ];
    Dialog { messages, tools: tools(), ..Dialog::default() }
}

/// A request that no tool serves.
fn declined() -> Dialog {
    let messages = vec![
        Message::text(Role::User, "Please water my plants."),
        Message::text(Role::Assistant, "I'm sorry, none of the tools I have here can do that."),
    ];
    Dialog { messages, tools: tools(), ..Dialog::default() }
}

#[test]
fn the_list_is_well_formed() {
    let mut ids = HashSet::new();
    for fault in FAULTS {
        assert!(ids.insert(fault.id), "{} twice", fault.id);
        assert!(fault.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", fault.id);
        assert!(fault.says.ends_with('.'), "{}", fault.says);
    }
    assert!(FAULTS.len() >= 25);
}

#[test]
fn every_fault_has_a_place_and_those_of_form_are_found() {
    let mut audit = Audit::new(Rules::all(), Judges::all(), Seed::new(7));
    for index in 0..40 {
        for dialog in [booked(), declined()] {
            audit.count(audit.judge(index, &dialog));
        }
    }
    let (dialogs, alarms) = audit.alarms();
    assert_eq!((dialogs, alarms.any), (80, 0), "{:?}", audit.alarms_by());
    for (fault, tally) in audit.faults() {
        assert!(tally.planted > 0, "{} was never planted", fault.id);
        let (low, high) = tally.interval();
        let recall = tally.recall().expect("it was planted");
        assert!(low <= recall + 1e-9 && recall <= high + 1e-9, "{}: {low} {recall} {high}", fault.id);
        if fault.class == Class::Structure {
            assert_eq!(tally.caught.any, tally.planted, "{}: {:?}", fault.id, tally.by);
        }
    }
    let found_by = |id: &str| {
        let (_, tally) = audit.faults().find(|(fault, _)| fault.id == id).expect("it is in the list");
        tally.by.keys().copied().collect::<Vec<_>>()
    };
    assert!(found_by("missing-argument").contains(&"missing-argument"));
    assert_eq!(found_by("duplicate-call"), ["duplicate-call"]);
    assert!(found_by("malformed-call").contains(&"malformed-call"));
}

#[test]
fn the_same_seed_plants_the_same() {
    let tallies = |seed: u64| {
        let mut audit = Audit::new(Rules::all(), Judges::all(), Seed::new(seed));
        (0..10).for_each(|index| audit.count(audit.judge(index, &booked())));
        audit.faults().map(|(_, tally)| tally.clone()).collect::<Vec<_>>()
    };
    assert_eq!(tallies(3), tallies(3));
}

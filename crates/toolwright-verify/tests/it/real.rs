//! Real text: how often the rules about text object to dialogs that people published. Needs `TOOLWRIGHT_DATA`.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use toolwright_core::{Call, Dialog, Message, Outcome, Role};
use toolwright_verify::Rules;

/// The rules that read text; the sample's calls and tool names are damaged by its conversion.
const TEXT: [&str; 4] = ["reply-length", "invalid-characters", "mixed-language", "incomplete-reply"];

#[test]
fn rules_about_text_rarely_object_to_published_text() {
    let Some(data) = std::env::var_os("TOOLWRIGHT_DATA") else {
        println!("skipped: TOOLWRIGHT_DATA is not set");
        return;
    };
    let path = Path::new(&data).join("toolace_sample/dialogs.jsonl");
    let text = std::fs::read_to_string(&path).expect("the sample is there");
    let rules = Rules::named(&TEXT).expect("they are there");
    let (mut read, mut rejected, mut by_rule) = (0, 0, BTreeMap::<String, usize>::new());
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).expect("rows are JSON");
        let verdict = rules.verdict(&dialog(&row));
        read += 1;
        rejected += usize::from(verdict.outcome == Outcome::Reject);
        for finding in verdict.findings {
            println!("{}: {}: {}", row["source_index"], finding.rule, finding.why);
            *by_rule.entry(finding.rule).or_default() += 1;
        }
    }
    println!("{rejected} of {read}: {by_rule:?}");
    assert!(rejected * 10 <= read, "{rejected} of {read} rejected: {by_rule:?}");
}

fn dialog(row: &Value) -> Dialog {
    let turns = row["conversations"].as_array().expect("a list of turns");
    let messages = turns.iter().map(|turn| {
        let value = turn["value"].as_str().unwrap_or_default();
        match turn["from"].as_str() {
            Some("human") => Message::text(Role::User, value),
            Some("observation") => Message::text(Role::Tool, value),
            Some("function_call") => Message::calling(vec![call(value)]),
            _ => Message::text(Role::Assistant, value),
        }
    });
    Dialog { messages: messages.collect(), ..Dialog::default() }
}

fn call(text: &str) -> Call {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let arguments = value["arguments"].as_object().cloned().unwrap_or_default();
    Call::new(value["name"].as_str().unwrap_or_default(), arguments)
}

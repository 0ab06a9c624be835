//! Dialogs that nobody would write: deep, long, many, broken. No rule or judge panics, and none takes more than linear time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use toolwright_core::{Call, Dialog, Message, Outcome, Provenance, Role, Source, Tool};
use toolwright_verify::{EXPERTS, Judge, RULES, Rules};

/// Far more than linear time needs for the dialogs below on a slow machine without optimisation.
const LONG: Duration = Duration::from_secs(20);

fn in_time(name: &str, dialog: &Dialog) {
    for rule in RULES {
        let start = Instant::now();
        let _ = (rule.check)(dialog);
        assert!(start.elapsed() < LONG, "{} takes {:?} on {name}", rule.id, start.elapsed());
    }
    for expert in EXPERTS {
        let start = Instant::now();
        let _ = expert.verdict(dialog);
        assert!(start.elapsed() < LONG, "{} takes {:?} on {name}", expert.id, start.elapsed());
    }
}

fn arguments(value: Value) -> Map<String, Value> {
    Map::from_iter([("a".to_string(), value)])
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(json!("leaf"), |value, _| json!([value]))
}

fn from_user(message: usize, call: usize, argument: String, quote: &str) -> Provenance {
    Provenance { message, call, argument, source: Source::User { at: 0, quote: quote.into() } }
}

#[test]
fn deep_values_are_refused() {
    let mut dialog = Dialog {
        tools: vec![Arc::new(Tool::new("t", "A tool.", json!({"type": "object", "properties": {"a": {}}})))],
        messages: vec![
            Message::text(Role::User, "Go."),
            Message::calling(vec![Call::new("t", arguments(nested(1000)))]),
        ],
        ..Dialog::default()
    };
    dialog.meta.provenance = Some(vec![from_user(1, 0, "/a".into(), "Go")]);
    let verdict = Rules::all().verdict(&dialog);
    assert_eq!(verdict.outcome, Outcome::Reject);
    let deep = verdict.findings.iter().filter(|finding| finding.why.contains("nested deeper")).count();
    assert_eq!(deep, 2, "{verdict:?}");

    let schema =
        (0..1000).fold(json!({}), |schema, _| json!({"type": "object", "properties": {"a": schema}}));
    let mut tool = Tool::new("t", "A tool.", schema.clone());
    tool.returns = Some(schema);
    dialog.tools = vec![Arc::new(tool)];
    in_time("a deep schema", &dialog);
}

#[test]
fn schemas_that_refer_to_themselves() {
    let tree = json!({"type": "object", "properties": {"a": {"$ref": "#"}}});
    for schema in
        [json!({"$ref": "#"}), json!({"allOf": [{"$ref": "#"}]}), json!({"$ref": "https://x.invalid/"}), tree]
    {
        let dialog = Dialog {
            tools: vec![Arc::new(Tool::new("t", "A tool.", schema.clone()))],
            messages: vec![Message::calling(vec![Call::new("t", arguments(nested(100)))])],
            ..Dialog::default()
        };
        in_time(&schema.to_string(), &dialog);
    }
}

#[test]
fn long_texts() {
    #[rustfmt::skip]
    let pieces = [
        "(", ")", "a", " ", "`", "\n", ":)", "[x](", "1) ", "```\n", "東", "\u{e000}", "<tool_call>", "[", "a.b(",
        "- ", "\"", "🙂", "\u{fe0f}", "://",
    ];
    for piece in pieces {
        let text = piece.repeat((1 << 20) / piece.len());
        let messages = [Role::System, Role::User, Role::Assistant, Role::User, Role::Assistant]
            .map(|role| Message::text(role, text.as_str()))
            .to_vec();
        in_time(&format!("a megabyte of {piece:?}"), &Dialog { messages, ..Dialog::default() });
    }
}

#[test]
fn many_turns_calls_and_tools() {
    const MANY: usize = 5_000;
    let tools = (0..MANY)
        .map(|n| Arc::new(Tool::new(format!("t{n}"), "A tool.", json!({"type": "object"}))))
        .collect();
    let calls: Vec<_> = (0..MANY).map(|n| Call::new(format!("t{}", 2 * n), arguments(json!(n)))).collect();
    let mut messages = vec![Message::text(Role::User, "Go.")];
    messages.push(Message::calling(calls.clone()));
    messages.extend(calls.iter().rev().map(|call| Message::result(call, "1")));
    messages.extend(calls.iter().map(|call| Message::calling(vec![call.clone()])));
    let provenance = (0..MANY).map(|n| from_user(1, n, "/a".into(), "Go")).collect();
    let mut dialog = Dialog { tools, messages, ..Dialog::default() };
    dialog.meta.provenance = Some(provenance);
    in_time("many calls", &dialog);
    assert!(Rules::all().verdict(&dialog).findings.len() <= RULES.len() * 51);
}

#[test]
fn many_quotes_from_a_long_turn_are_not_searched_without_end() {
    const MANY: usize = 20_000;
    let list = Value::Array(vec![json!("x"); MANY]);
    let tool = Tool::new("t", "A tool.", json!({"type": "object", "properties": {"a": {"type": "array"}}}));
    let user = Message::text(Role::User, "y ".repeat(1 << 19));
    let mut dialog = Dialog {
        tools: vec![Arc::new(tool)],
        messages: vec![user, Message::calling(vec![Call::new("t", arguments(list))])],
        ..Dialog::default()
    };
    dialog.meta.provenance = Some((0..MANY).map(|n| from_user(1, 0, format!("/a/{n}"), "y")).collect());
    in_time("many quotes", &dialog);
    dialog.meta.provenance = Some(vec![from_user(1, 0, "/a".into(), &"y ".repeat(1 << 19))]);
    in_time("many leaves in one quote", &dialog);
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[\\s\\S]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec(("(type|properties|required|a|\\$ref|enum|items|~/)", inner), 0..3)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn any_call() -> impl Strategy<Value = Call> {
    let name = "(t|u| t |)";
    (prop::option::of("(c1|c2)"), name, prop::collection::vec(("(a|b|~/)", any_value()), 0..3))
        .prop_map(|(id, name, arguments)| Call { id, ..Call::new(name, arguments.into_iter().collect()) })
}

fn any_message() -> impl Strategy<Value = Message> {
    let role = prop::sample::select(vec![Role::System, Role::User, Role::Assistant, Role::Tool]);
    (
        role,
        prop::option::of("[\\s\\S]{0,40}"),
        prop::collection::vec(any_call(), 0..3),
        prop::option::of("(c1|c3)"),
    )
        .prop_map(|(role, content, calls, call_id)| Message {
            content,
            calls,
            call_id,
            ..Message::text(role, "")
        })
}

fn any_source() -> impl Strategy<Value = Source> {
    prop_oneof![
        (0..6usize, "[\\s\\S]{0,4}").prop_map(|(at, quote)| Source::User { at, quote }),
        "[a-z]{0,3}".prop_map(|quote| Source::System { quote }),
        (0..6usize, "(/a|/0|)").prop_map(|(at, pointer)| Source::Result { at, pointer }),
        Just(Source::Default),
    ]
}

fn any_provenance() -> impl Strategy<Value = Provenance> {
    (0..6usize, 0..3usize, "(/a|/b/0|/~0~1|)", any_source())
        .prop_map(|(message, call, argument, source)| Provenance { message, call, argument, source })
}

proptest! {
    #[test]
    fn any_dialog_gets_a_verdict(
        schemas in prop::collection::vec(any_value(), 0..3),
        messages in prop::collection::vec(any_message(), 0..6),
        provenance in prop::option::of(prop::collection::vec(any_provenance(), 0..6)),
    ) {
        let tools: Vec<_> = schemas.into_iter().map(|schema| Arc::new(Tool::new("t", "A tool.", schema))).collect();
        let mut dialog = Dialog { tools, messages, ..Dialog::default() };
        dialog.meta.provenance = provenance;
        let verdict = Rules::all().verdict(&dialog);
        prop_assert_eq!(verdict.findings.is_empty(), verdict.outcome == Outcome::Pass);
        dialog.tools.reverse();
        prop_assert_eq!(Rules::all().verdict(&dialog).outcome, verdict.outcome, "the order of tools counts");
    }
}

//! Arbitrary calls, for the properties of this module.

use proptest::prelude::*;
use serde_json::{Map, Number, Value};

use super::Call;

/// Texts with more of what formats must escape than chance would give.
pub(super) fn text() -> impl Strategy<Value = String> {
    #[rustfmt::skip]
    let tricky = prop::sample::select(vec![
        "\"", "'", "\\", "\n", "\r", "\t", "\0", "\u{7f}", "\u{85}", "\u{a0}", "\u{2028}", "😀", "é", "</tool_call>",
        "<tool_call>", "<think>", "```", "[f(a=1)]", "{\"name\":", "\\u", "\\x", "\\N{", "'''", "\"\"\"", "0", "7",
        " ",
    ]);
    prop_oneof![
        any::<String>(),
        "[a-z ]{0,8}",
        prop::collection::vec(tricky, 0..6).prop_map(|parts| parts.concat()),
    ]
}

pub(super) fn number() -> impl Strategy<Value = Number> {
    let float = any::<f64>().prop_filter_map("finite", Number::from_f64);
    let round = (-1000i32..1000).prop_filter_map("finite", |n| Number::from_f64(f64::from(n) / 4.0));
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        (-3i64..4).prop_map(Number::from),
        float,
        round,
    ]
}

pub(super) fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number().prop_map(Value::Number),
        text().prop_map(Value::String),
    ];
    leaf.prop_recursive(6, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((text(), inner), 0..5).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// A value in up to `depth` lists and objects.
pub(super) fn nested(depth: usize) -> Value {
    (0..depth).fold(Value::from(1), |inner, at| match at % 2 {
        0 => Value::Array(vec![inner]),
        _ => Value::Object(Map::from_iter([("k".to_owned(), inner)])),
    })
}

/// A tool's name that every format can write.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_]{1,8}(\\.[a-z]{1,4})?",
        "/v[0-9]/[a-z-]{1,8}",
        "[A-Z][a-z]{0,5} [A-Z][a-z]{0,5}",
        text()
    ]
    .prop_map(|name| {
        let plain: String = name.chars().filter(|c| !"()[]=,'\"\n\r".contains(*c)).collect();
        let plain = plain.trim();
        if plain.is_empty() { "f".to_owned() } else { plain.to_owned() }
    })
}

fn argument_name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z_]{1,8}", "\\$[a-z]{1,5}", "X-[A-Z][a-z]{1,5}", text()].prop_map(|name| {
        let plain: String =
            name.chars().filter(|c| !c.is_whitespace() && !"()[]=,'\"".contains(*c)).collect();
        if plain.is_empty() { "a".to_owned() } else { plain }
    })
}

fn deep_value() -> impl Strategy<Value = Value> {
    prop_oneof![9 => value(), 1 => (0..=super::MAX_DEPTH).prop_map(nested)]
}

pub(super) fn calls() -> impl Strategy<Value = Vec<Call>> {
    let arguments = prop::collection::vec((argument_name(), deep_value()), 0..4);
    let call =
        (name(), arguments).prop_map(|(name, arguments)| Call::new(name, arguments.into_iter().collect()));
    prop::collection::vec(call, 1..4)
}

/// Calls without what rendering does not write.
pub(super) fn plain(calls: Vec<Call>) -> Vec<Call> {
    calls.into_iter().map(|call| Call::new(call.name, call.arguments)).collect()
}

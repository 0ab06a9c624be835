//! Any dialog, for the round trips of the formats.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::{
    Call, Choice, Dialog, Finding, Kind, Malformed, Measurement, Message, Meta, OfferChange, Outcome,
    Provenance, Role, Situation, Source, Thinking, Tool, Verdict,
};

pub(super) fn any_dialog() -> impl Strategy<Value = Dialog> {
    let tools = prop::collection::vec(any_tool().prop_map(Arc::new), 0..3);
    (tools, prop::collection::vec(any_message(), 0..4), any_meta())
        .prop_map(|(tools, messages, meta)| Dialog { tools, messages, meta })
}

/// The calls that training may learn, by name and arguments.
pub(super) fn learned_calls(dialog: &Dialog) -> Vec<(String, Map<String, Value>)> {
    let learned =
        dialog.messages.iter().filter(|one| one.role == Role::Assistant && one.train != Some(false));
    let calls = learned.flat_map(|message| &message.calls);
    calls.map(|call| (call.name.clone(), call.arguments.clone())).collect()
}

fn text() -> impl Strategy<Value = String> {
    "[\\s\\S]{0,8}"
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e300..1e300f64).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            any_map(inner).prop_map(Value::from),
        ]
    })
}

fn any_map(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec((text(), value), 0..3).prop_map(|pairs| pairs.into_iter().collect())
}

fn any_tool() -> impl Strategy<Value = Tool> {
    let returns = prop::option::of(any_map(any_value()).prop_map(Value::from));
    (text(), text(), any_value(), returns).prop_map(|(name, description, parameters, returns)| {
        let mut tool = Tool::new(name, description, parameters);
        tool.returns = returns;
        tool
    })
}

fn any_call() -> impl Strategy<Value = Call> {
    (prop::option::of(text()), text(), any_map(any_value()), prop::option::of(text()))
        .prop_map(|(id, name, arguments, raw)| Call { id, name, arguments, raw })
}

fn any_message() -> impl Strategy<Value = Message> {
    let role = prop::sample::select(vec![Role::System, Role::User, Role::Assistant, Role::Tool]);
    let malformed = (text(), 0..9usize, 0..9usize, text());
    let malformed = malformed.prop_map(|(raw, start, end, why)| Malformed { raw, span: start..end, why });
    let thinking =
        (any::<bool>(), text(), text(), text()).prop_map(|(needed, why, tool, missing)| Thinking {
            needed,
            why,
            choices: vec![Choice { tool, arguments: vec![("a".into(), "b".into())], left_out: Vec::new() }],
            missing: vec![missing],
        });
    let calls = prop::collection::vec(any_call(), 0..3);
    let offer =
        (prop::collection::vec(any_tool().prop_map(Arc::new), 0..2), prop::collection::vec(text(), 0..2))
            .prop_map(|(added, removed)| OfferChange { added, removed });
    let rest = (
        prop::option::of(text()),
        prop::option::of(text()),
        prop::option::of(any::<bool>()),
        prop::option::weighted(0.1, offer),
    );
    (role, prop::option::of(text()), prop::option::of(thinking), calls, prop::option::of(malformed), rest)
        .prop_map(|(role, content, thinking, calls, malformed, (call_id, name, train, offer))| Message {
            role,
            content,
            thinking,
            calls,
            malformed,
            call_id,
            name,
            train,
            offer,
        })
}

fn any_source() -> impl Strategy<Value = Source> {
    prop_oneof![
        (any::<usize>(), text()).prop_map(|(at, quote)| Source::User { at, quote }),
        text().prop_map(|quote| Source::System { quote }),
        (any::<usize>(), text()).prop_map(|(at, pointer)| Source::Result { at, pointer }),
        Just(Source::Default),
    ]
}

fn any_meta() -> impl Strategy<Value = Meta> {
    let provenance = (any::<usize>(), any::<usize>(), text(), any_source())
        .prop_map(|(message, call, argument, source)| Provenance { message, call, argument, source });
    let measurement =
        (text(), -1e9..1e9f64, text()).prop_map(|(name, value, model)| Measurement { name, value, model });
    let verdict = (text(), text(), prop::option::of(any::<usize>())).prop_map(|(by, why, message)| Verdict {
        by,
        outcome: Outcome::Reject,
        findings: vec![Finding { rule: "r".into(), message, call: None, why }],
        notes: Vec::new(),
        not_applicable: Vec::new(),
        undecided: None,
    });
    let other = prop::collection::vec(("x_[a-z]{1,3}", any_value()), 0..3);
    (
        prop::option::of(Just(crate::SCHEMA_VERSION)),
        (
            prop::option::of(prop::sample::select(Kind::ALL.to_vec())),
            prop::option::of(prop::sample::select(Situation::ALL.to_vec())),
        ),
        (prop::option::of(any::<u64>()), prop::option::of(any::<u64>()), prop::option::of(any::<u32>())),
        (prop::option::of(text()), prop::option::of(text())),
        prop::option::of(prop::collection::vec(provenance, 0..3)),
        prop::collection::vec(measurement, 0..2),
        prop::collection::vec(verdict, 0..2),
        other,
    )
        .prop_map(
            |(
                schema,
                (kind, situation),
                (seed, index, attempt),
                (tool_notation, split),
                provenance,
                measurements,
                verdicts,
                other,
            )| {
                Meta {
                    schema,
                    kind,
                    situation,
                    split,
                    seed,
                    index,
                    attempt,
                    tool_notation,
                    provenance,
                    measurements,
                    verdicts,
                    other: other.into_iter().collect(),
                }
            },
        )
}

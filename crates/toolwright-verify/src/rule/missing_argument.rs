//! `missing-argument`: a call gives every required argument.
//!
//! Source: ToolACE (arXiv:2409.00920), rule layer, function calling (CALL-2).
//! Ours:   a call that training must not learn (`train: false`) may be wrong. `null` counts as given only where the parameter's schema says `null`. What is required inside an argument is
//!         `argument-format`'s business.
//! Fails:  `get_weather()` where `city` is required.

use serde_json::Value;
use toolwright_core::{Call, Dialog, Tool};

use super::offer::Offer;
use super::{Answer, Findings, Rule, cut, listed};

pub(super) const RULE: Rule = Rule {
    id: "missing-argument",
    code: "CALL-2",
    says: "A call gives every required argument.",
    source: "ToolACE (arXiv:2409.00920), rule layer, function calling",
    check,
};

fn check(dialog: &Dialog) -> Answer {
    let offer = Offer::of(dialog);
    let mut calls = offer.calls().peekable();
    if calls.peek().is_none() {
        return Answer::NotApplicable("no calls to tools on offer");
    }
    let mut found = Findings::of(RULE.id);
    for (at, call, tool) in calls {
        for parameter in missing(call, tool) {
            let (name, tool_name) = (cut(parameter), cut(&tool.name));
            let fault = if call.arguments.contains_key(parameter) {
                format!("gives `{name}` as null")
            } else {
                format!("leaves `{name}` out")
            };
            let why = format!("the call {fault}; `{tool_name}` requires {}", listed(tool.required()));
            found.call(at, why);
        }
    }
    Answer::Found(found.all())
}

/// The required parameters that the call does not give.
pub(super) fn missing<'a>(call: &'a Call, tool: &'a Tool) -> impl Iterator<Item = &'a str> {
    tool.required().filter(|parameter| match call.arguments.get(*parameter) {
        None => true,
        Some(Value::Null) => !allows_null(tool, parameter),
        Some(_) => false,
    })
}

fn allows_null(tool: &Tool, parameter: &str) -> bool {
    let schema = tool.parameters.get("properties").and_then(|properties| properties.get(parameter));
    let Some(schema) = schema.and_then(Value::as_object) else { return false };
    let says_null = |kind: &Value| kind == "null";
    let kind = schema.get("type");
    let by_type =
        kind.is_some_and(|kind| says_null(kind) || kind.as_array().is_some_and(|k| k.iter().any(says_null)));
    let by_value = schema.get("const") == Some(&Value::Null)
        || schema.get("enum").and_then(Value::as_array).is_some_and(|values| values.contains(&Value::Null));
    let by_branch = ["anyOf", "oneOf"].iter().any(|key| {
        let branches = schema.get(*key).and_then(Value::as_array);
        branches
            .is_some_and(|branches| branches.iter().any(|branch| branch.get("type").is_some_and(says_null)))
    });
    by_type || by_value || by_branch
}

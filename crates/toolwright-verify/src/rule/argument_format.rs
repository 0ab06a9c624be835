//! `argument-format`: a call's arguments fit their parameters.
//!
//! Source: ToolACE (arXiv:2409.00920), rule layer, function calling: formats and patterns (CALL-3); the overview figure
//!         also names type checking and value constraints. Nothing is executed.
//! Ours:   a call that training must not learn (`train: false`) may be wrong. A tool that lists its `properties` and does not speak of `additionalProperties` takes no others: an invented
//!         argument fails a real function, although JSON Schema lets it pass. A tool that says `true`, gives a schema, or
//!         declares parameters elsewhere (`$ref`, `anyOf`, …) is taken at its word. Below the top level JSON
//!         Schema's own reading holds.
//! Fails:  `get_weather(city="Oslo", units="c")` where `get_weather` declares only `city`.

use std::collections::HashSet;

use serde_json::Value;
use toolwright_core::schema::Problem;
use toolwright_core::{Call, Dialog, Tool};

use super::missing_argument::missing;
use super::offer::{DEEPEST, Offer, checker, pointer_token, shallow_arguments};
use super::tool_fields::properties_only;
use super::{Answer, Findings, Rule, cut, listed};

pub(super) const RULE: Rule = Rule {
    id: "argument-format",
    code: "CALL-3",
    says: "A call's arguments are declared and fit their types, formats and bounds.",
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
        if shallow_arguments(call) {
            let undeclared = undeclared(call, tool);
            undeclared.iter().for_each(|name| found.call(at, no_parameter(tool, name)));
            unfit(call, tool, &undeclared).into_iter().for_each(|why| found.call(at, why));
        } else {
            found.call(at, format!("the arguments are nested deeper than {DEEPEST} levels"));
        }
    }
    Answer::Found(found.all())
}

fn no_parameter(tool: &Tool, name: &str) -> String {
    let declared = listed(tool.properties().map(|(name, _)| name));
    format!("`{}` has no parameter `{}`; it declares {declared}", cut(&tool.name), cut(name))
}

/// The arguments that the tool does not declare, where it takes no others.
fn undeclared<'a>(call: &'a Call, tool: &Tool) -> Vec<&'a str> {
    let properties = tool.parameters.get("properties").and_then(Value::as_object);
    let Some(properties) = properties else { return Vec::new() };
    let mut names: Vec<_> = call.arguments.keys().map(String::as_str).collect();
    names.retain(|name| !properties.contains_key(*name));
    // Few calls have such arguments; only theirs need the tool looked at.
    if !names.is_empty() && !closed(tool) {
        names.clear();
    }
    names
}

/// Whether a tool that lists its parameters takes no others.
fn closed(tool: &Tool) -> bool {
    let Some(schema) = tool.parameters.as_object() else { return false };
    matches!(schema.get("additionalProperties"), None | Some(Value::Bool(false))) && properties_only(schema)
}

/// Why the declared arguments do not fit their schemas.
fn unfit(call: &Call, tool: &Tool, undeclared: &[&str]) -> Vec<String> {
    // A schema that does not compile is `tool-schema`'s finding.
    let Ok(checker) = checker(tool) else { return Vec::new() };
    let mut arguments = call.arguments.clone();
    if !undeclared.is_empty() {
        let undeclared: HashSet<_> = undeclared.iter().copied().collect();
        arguments.retain(|name, _| !undeclared.contains(name.as_str()));
    }
    let arguments = Value::Object(arguments);
    if checker.accepts(&arguments) {
        return Vec::new();
    }
    let missing: Vec<&str> = missing(call, tool).collect();
    let problems = checker.explain(&arguments);
    problems.iter().filter(|problem| !of_missing(problem, &missing)).map(|p| said(p, &arguments)).collect()
}

/// Whether the problem is only that a required argument is missing or null, which is `missing-argument`'s finding.
fn of_missing(problem: &Problem, missing: &[&str]) -> bool {
    match problem.pointer.strip_prefix('/') {
        None => {
            let required = problem.why.strip_prefix("missing the required property `");
            required.and_then(|required| required.strip_suffix('`')).is_some_and(|required| {
                // A long name is cut there, and ends with an ellipsis.
                let cut = required.strip_suffix('…');
                missing.iter().any(|name| cut.map_or(*name == required, |start| name.starts_with(start)))
            })
        }
        Some(name) => missing.iter().any(|missing| pointer_token(missing) == name),
    }
}

/// The problem in words: where, what was found, what was expected.
fn said(problem: &Problem, arguments: &Value) -> String {
    let why = cut(&problem.why);
    if problem.pointer.is_empty() {
        return why;
    }
    let place = cut(problem.pointer.trim_start_matches('/'));
    match arguments.pointer(&problem.pointer) {
        // What an object or array lacks is told of it; every other sentence opens with the value it is about.
        Some(value) if !opens_with_value(&problem.why, value) => {
            format!("`{place}` is {}: {why}", cut(&value.to_string()))
        }
        _ => format!("`{place}`: {why}"),
    }
}

/// Whether a sentence shows the value that it is about: text and containers in backticks, the rest bare.
fn opens_with_value(why: &str, value: &Value) -> bool {
    match value {
        Value::String(_) | Value::Array(_) | Value::Object(_) => why.starts_with('`'),
        other => why.starts_with(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_shown_once() {
        let arguments = json!({"a": "k", "b": [1, 2], "c": {"d": 7}, "e": null, "f": "array"});
        for (pointer, why, expected) in [
            ("/a", "`k` is none of 1", "`a`: `k` is none of 1"),
            (
                "/b",
                "the array has 2 items; at most 1 are allowed",
                "`b` is [1,2]: the array has 2 items; at most 1 are allowed",
            ),
            (
                "/c",
                "`{\"d\":7}` is an object; a string is expected",
                "`c`: `{\"d\":7}` is an object; a string is expected",
            ),
            ("/c/d", "7 is less than the minimum 8", "`c/d`: 7 is less than the minimum 8"),
            ("/e", "null is null; a string is expected", "`e`: null is null; a string is expected"),
            ("", "missing the required property `g`", "missing the required property `g`"),
        ] {
            let problem = Problem { pointer: pointer.into(), why: why.into() };
            assert_eq!(said(&problem, &arguments), expected);
        }
    }

    #[test]
    fn only_what_is_missing_is_left_to_its_own_rule() {
        let problem = |why: &str| Problem { pointer: String::new(), why: why.into() };
        let long = "n".repeat(80);
        assert!(of_missing(&problem("missing the required property `city`"), &["city"]));
        assert!(of_missing(&problem(&format!("missing the required property `{}…`", &long[..59])), &[&long]));
        assert!(!of_missing(&problem("missing the required property `city`"), &["city_code"]));
        assert!(!of_missing(&problem("`{}` fits none of the alternatives: a required key"), &["a"]));
    }
}

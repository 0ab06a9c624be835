//! `tool-fields`: a tool says all that a caller must know.
//!
//! Source: ToolACE (arXiv:2409.00920), rule layer, API definition: necessary fields (API-2).
//! Ours:   `properties` and `required` may be absent and then mean none, as JSON Schema has it and tools without
//!         parameters are written; names must tell the tools of a dialog apart; `required` names declared parameters only,
//!         unless the schema declares them elsewhere (`$ref`, `allOf`, …).
//! Fails:  a tool without a description, or one that requires a parameter that it does not declare.

use std::collections::HashSet;

use serde_json::Value;
use toolwright_core::{Dialog, Tool};

use super::{Answer, Findings, Rule, Short, cut};

pub(super) const RULE: Rule = Rule {
    id: "tool-fields",
    code: "API-2",
    says: "A tool has a name of its own, a description and an object of declared parameters.",
    source: "ToolACE (arXiv:2409.00920), rule layer, API definition",
    check,
};

fn check(dialog: &Dialog) -> Answer {
    if dialog.tools.is_empty() {
        return Answer::NotApplicable("no tools");
    }
    let mut found = Findings::of(RULE.id);
    let mut names = HashSet::with_capacity(dialog.tools.len());
    for (at, tool) in dialog.tools.iter().enumerate() {
        if tool.name.trim().is_empty() {
            found.dialog(format!("tool {at} has no name"));
        } else if !names.insert(tool.name.trim()) {
            found.dialog(format!("two tools are called `{}`", cut(&tool.name)));
        }
        fields(tool, &mut found);
    }
    Answer::Found(found.all())
}

fn fields(tool: &Tool, found: &mut Findings) {
    let name = Short(&tool.name);
    if tool.description.trim().is_empty() {
        found.dialog(format!("`{name}` has no description"));
    }
    let Some(schema) = tool.parameters.as_object() else {
        found.dialog(format!("`{name}` has no parameters; expected an object schema, even for none"));
        return;
    };
    if schema.get("type").and_then(Value::as_str) != Some("object") {
        let kind = schema.get("type").and_then(Value::as_str).map(|kind| format!("`{}`", cut(kind)));
        let kind = kind.as_deref().unwrap_or("no one");
        found.dialog(format!("the parameters of `{name}` are of {kind} type; expected `object`"));
    }
    let properties = match schema.get("properties") {
        None => None,
        Some(Value::Object(properties)) => Some(properties),
        Some(_) => {
            found.dialog(format!("`properties` of `{name}` is no object"));
            return;
        }
    };
    let required = match schema.get("required") {
        None => return,
        Some(Value::Array(required)) => required,
        Some(_) => {
            found.dialog(format!("`required` of `{name}` is no list of names"));
            return;
        }
    };
    for parameter in required {
        let Some(parameter) = parameter.as_str() else {
            found.dialog(format!("`required` of `{name}` holds something that is no name"));
            continue;
        };
        if !properties.is_some_and(|declared| declared.contains_key(parameter)) && properties_only(schema) {
            found.dialog(format!("`{name}` requires `{}`, which it does not declare", cut(parameter)));
        }
    }
}

/// Whether `properties` is the only place where a schema declares parameters.
pub(super) fn properties_only(schema: &serde_json::Map<String, Value>) -> bool {
    #[rustfmt::skip]
    const ELSEWHERE: [&str; 9] = [
        "$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "patternProperties", "dependentSchemas", "not",
    ];
    !ELSEWHERE.iter().any(|key| schema.contains_key(*key))
}

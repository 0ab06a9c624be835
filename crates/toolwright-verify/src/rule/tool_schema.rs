//! `tool-schema`: a tool's definition obeys JSON Schema.
//!
//! Source: ToolACE (arXiv:2409.00920), rule layer, API definition: syntax (API-1).
//! Ours:   the schemas are judged in the standard dialect (`dict` and `float` are brought to it on import), the result's
//!         schema as well as the parameters'. A schema nested deeper than 128 levels is refused.
//! Fails:  a parameter of type `"strnig"`, or one whose `pattern` is no regular expression.

use toolwright_core::{Dialog, Tool};

use super::offer::{DEEPEST, checker, shallow};
use super::{Answer, Findings, Rule, Short, cut};

pub(super) const RULE: Rule = Rule {
    id: "tool-schema",
    code: "API-1",
    says: "A tool's definition obeys JSON Schema.",
    source: "ToolACE (arXiv:2409.00920), rule layer, API definition",
    check,
};

fn check(dialog: &Dialog) -> Answer {
    if dialog.tools.is_empty() {
        return Answer::NotApplicable("no tools");
    }
    let mut found = Findings::of(RULE.id);
    for tool in &dialog.tools {
        // Found out once for all dialogs that share the tool.
        if let Err(why) = tool.definition() {
            faults(tool, why, &mut found);
        }
    }
    Answer::Found(found.all())
}

/// Names each of the schemas that is none.
///
/// - `whole`: what is wrong with the definition as a whole.
fn faults(tool: &Tool, whole: &str, found: &mut Findings) {
    let name = Short(&tool.name);
    // Parameters that are not there at all are `tool-fields`' finding.
    let parameters = if tool.parameters.is_null() { None } else { checker(tool).err() };
    let returns = match &tool.returns {
        Some(schema) if !shallow(schema) => {
            Some(format!("the schema is nested deeper than {DEEPEST} levels"))
        }
        _ => tool.returns_checker().and_then(|checker| checker.err().map(str::to_owned)),
    };
    if let Some(why) = &parameters {
        found.dialog(format!("the parameters of `{name}` are no JSON Schema: {}", cut(why)));
    }
    if let Some(why) = &returns {
        found.dialog(format!("the result of `{name}` is no JSON Schema: {}", cut(why)));
    }
    if parameters.is_none() && returns.is_none() {
        found.dialog(format!("the definition of `{name}` is no JSON Schema: {}", cut(whole)));
    }
}

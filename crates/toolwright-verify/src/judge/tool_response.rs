//! `tool-response`: does a result fit its tool and its call?
//!
//! Source: ToolACE (arXiv:2409.00920), model layer, tool response expert: does the simulated output fit the API's definition?
//! Ours:   a result conforms to the schema that its tool returns, where the definition has one, unless it tells of a failure; and an identifier
//!         or a day that it repeats from its call is that of the call.
//! Fails:  a definition without a result leaves only the second question. Values that conform and make no sense pass.

use serde_json::Value;
use toolwright_core::{Dialog, Role};

use super::heard::{answered, result};
use super::{Expert, Opinion};
use crate::failure;
use crate::finding::{Findings, cut};
use crate::rule::offer::{DEEPEST, shallow};

pub(super) const EXPERT: Expert = Expert {
    id: "tool-response",
    asks: "Does every result fit its tool's definition and its call?",
    source: "ToolACE (arXiv:2409.00920), model layer, tool response expert",
    judge,
};

fn judge(dialog: &Dialog) -> Opinion {
    let mut found = Findings::of(EXPERT.id);
    let (mut any, mut open) = (false, None);
    for (at, message) in dialog.messages.iter().enumerate().filter(|(_, one)| one.role == Role::Tool) {
        let Some((from, n)) = answered(dialog, at) else { continue };
        let Some(call) = dialog.messages.get(from).and_then(|one| one.calls.get(n)) else { continue };
        any = true;
        let value = result(message);
        if failure::of_value(message.said(), value.as_ref()).is_some() {
            continue;
        }
        let tool = dialog.tool_at(from, &call.name);
        match (&value, tool.and_then(|tool| tool.returns_checker())) {
            (_, None) => {}
            (_, Some(Err(why))) => {
                open = Some(format!("what `{}` returns is no usable schema: {}", cut(&call.name), cut(why)));
            }
            (None, Some(Ok(_))) => {
                found.message(
                    at,
                    format!("the result of `{}` is no JSON: {:?}", cut(&call.name), cut(message.said())),
                );
            }
            (Some(value), Some(Ok(_))) if !shallow(value) => {
                open = Some(format!("a result is nested deeper than {DEEPEST} levels"));
            }
            (Some(value), Some(Ok(checker))) if checker.accepts(value) => {}
            (Some(value), Some(Ok(checker))) => {
                if let Some(first) = checker.explain(value).into_iter().next() {
                    let why =
                        format!("the result of `{}` does not fit what it returns: {first}", cut(&call.name));
                    found.message(at, why);
                }
            }
        }
        let repeated = value.as_ref().and_then(Value::as_object).into_iter().flatten();
        for (key, own) in repeated.filter(|(_, own)| identifies(own)) {
            let Some(passed) = call.arguments.get(key).filter(|passed| identifies(passed)) else { continue };
            if !alike(passed, own) {
                let why = format!("`{}` is {own} in the result and {passed} in its call", cut(key));
                found.message(at, cut(&why));
            }
        }
    }
    let found = found.all();
    match open {
        _ if !any => Opinion::NotApplicable("no results of calls"),
        Some(why) if found.is_empty() => Opinion::Undecided(why),
        _ => Opinion::Found(found),
    }
}

/// Whether a value is an identifier of letters and digits, or a day.
fn identifies(value: &Value) -> bool {
    let Some(text) = value.as_str() else { return false };
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    digits > 2 && plain && text.len() <= 64
}

/// Whether two identifiers are one, written in two ways.
fn alike(one: &Value, other: &Value) -> bool {
    let plain = |value: &Value| {
        let text = value.as_str().unwrap_or_default().to_lowercase();
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>()
    };
    let (one, other) = (plain(one), plain(other));
    one.contains(&other) || other.contains(&one)
}

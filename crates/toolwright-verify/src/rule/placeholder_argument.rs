//! `placeholder-argument`: no argument stands in for a value.
//!
//! Source: ours. Models that lack a value write `<city>`, `YOUR_API_KEY` or `{{user_id}}` where they should ask; verifier pitfalls
//!         (`docs/papers.md`) name such texts among what passes a check of types.
//! Ours:   a text is a placeholder as a whole or not at all, so that text which holds one, such as a template to be filled, passes. What the user, the system prompt or a result
//!         says word for word is a value, and so is what the schema lists. A reference to an earlier call (`$var1.id$`, `API_call_0`), as plans write
//!         it, is a placeholder in a dialog whose calls are run.
//! Fails:  `get_weather(city="<city>")`.

use serde_json::Value;
use toolwright_core::{Dialog, Role, Tool};

use super::offer::{Offer, shallow_arguments};
use super::{Answer, Findings, Rule, cut};

pub(super) const RULE: Rule = Rule {
    id: "placeholder-argument",
    code: "",
    says: "No argument stands in for a value that is not known.",
    source: "ours",
    check,
};

/// Texts that say that a value is missing.
const WORDS: &[&str] = &[
    "...", "…", "???", "tbd", "to be determined", "todo", "placeholder", "undefined", "xxx", "insert here",
    "your_value", "to be filled", "not provided", "not specified", "value_here",
];

fn check(dialog: &Dialog) -> Answer {
    let offer = Offer::of(dialog);
    let mut calls = offer.calls().peekable();
    if calls.peek().is_none() {
        return Answer::NotApplicable("no calls to tools on offer");
    }
    let mut found = Findings::of(RULE.id);
    for ((at, n), call, tool) in calls.filter(|(_, call, _)| shallow_arguments(call)) {
        for (name, value) in &call.arguments {
            texts(value, &mut |text| {
                if stands_in(text) && !listed(tool, name, text) && !said(dialog, at, text) {
                    found.call(
                        (at, n),
                        format!("`{}` is {:?}, which stands in for a value", cut(name), cut(text)),
                    );
                }
            });
        }
    }
    Answer::Found(found.all())
}

/// The texts within a value.
fn texts(value: &Value, each: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => each(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, each)),
        Value::Object(map) => map.values().for_each(|item| texts(item, each)),
        _ => {}
    }
}

/// Whether a text as a whole stands in for a value.
fn stands_in(text: &str) -> bool {
    const LONGEST: usize = 60;
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return false;
    }
    let plain = |inner: &str| {
        !inner.is_empty()
            && inner.chars().all(|c| c.is_alphanumeric() || " _-.[]".contains(c))
            && inner.chars().any(char::is_alphabetic)
    };
    let within = |open: &str, close: &str| {
        text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).is_some_and(plain)
    };
    // Most texts begin as none of these does.
    let first = text.bytes().next().unwrap_or_default().to_ascii_lowercase();
    if first.is_ascii_digit() || first.is_ascii_alphabetic() && !b"aimnptuvxy".contains(&first) {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    let bracketed = || {
        within("[", "]")
            && ["your", "insert", "name of", "enter"].iter().any(|word| lower[1..].starts_with(word))
    };
    let yours = || {
        (lower.starts_with("your_") || lower.starts_with("your-") || lower.starts_with("my_api_key"))
            && !lower.contains(' ')
            && lower.len() > 6
    };
    let earlier =
        || lower.strip_prefix("api_call_").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    within("<", ">")
        || within("{{", "}}")
        || within("${", "}")
        || within("{", "}")
        || within("$", "$")
        || bracketed()
        || yours()
        || earlier()
        || WORDS.contains(&lower.as_str())
}

/// Whether the schema of the parameter lists the text.
fn listed(tool: &Tool, name: &str, text: &str) -> bool {
    let schema = tool.parameters.get("properties").and_then(|properties| properties.get(name));
    let items = schema.and_then(|schema| schema.get("items"));
    [schema, items].into_iter().flatten().any(|schema| {
        let listed = |key: &str| {
            schema.get(key).and_then(Value::as_array).is_some_and(|all| all.iter().any(|one| one == text))
        };
        listed("enum") || listed("examples") || schema.get("default").is_some_and(|one| one == text)
    })
}

/// Whether somebody else than the assistant has said it before, word for word.
fn said(dialog: &Dialog, before: usize, text: &str) -> bool {
    let others = dialog.messages.iter().take(before).filter(|message| message.role != Role::Assistant);
    others.into_iter().any(|message| message.said().contains(text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stand_in_is_known_as_one() {
        let marked = [
            "<city>", "{{user.id}}", "${id}", "{name}", "$var1.id$", "[your name]", "your_key", "API_call_0",
        ];
        for text in WORDS.iter().copied().chain(marked) {
            assert!(stands_in(text) && stands_in(&text.to_uppercase()), "{text}");
        }
        for text in [
            "", "city", "Xavier", "a < b", "{}", "[1]", "<a href=\"x\">", "your mail", "$5", "api_call_back",
            "none",
        ] {
            assert!(!stands_in(text), "{text}");
        }
    }
}

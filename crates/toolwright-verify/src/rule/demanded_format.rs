//! `demanded-format`: where the system prompt demands a form of calls, the calls are in that form.
//!
//! Source: ToolACE (arXiv:2409.00920), rule layer, sample: no clash with the system prompt's format demand (SMP-2).
//! Ours:   a demand is recognised by the example that such prompts give ([`DEMANDS`]). Calls that carry their own text must
//!         have it in the demanded form; a turn without calls whose text is calls in whatever form has failed to
//!         make them; and a prompt that wants nothing beside the calls gets nothing beside them. Typed calls without text are
//!         in no form yet, so they pass: whoever writes them out gives them one.
//! Fails:  `<tool_call>{"name": "get_weather"}</tool_call>` where the prompt demands `[func_name(param=value)]`.

use toolwright_core::{Dialog, Message, Role};

use super::{Answer, Findings, Rule, cut};

pub(super) const RULE: Rule = Rule {
    id: "demanded-format",
    code: "SMP-2",
    says: "Calls are in the form that the system prompt demands.",
    source: "ToolACE (arXiv:2409.00920), rule layer, sample",
    check,
};

/// The forms in which calls stand in text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `[f(a=1)]`
    Python,
    /// `{"name": "f", "arguments": {…}}`, in tags or bare.
    Json,
    /// `<function=f><parameter=a>…`
    Tags,
}

impl Form {
    const fn example(self) -> &'static str {
        match self {
            Self::Python => "[f(a=1)]",
            Self::Json => "{\"name\": …}",
            Self::Tags => "<function=…>",
        }
    }
}

/// What in a prompt gives a demand away. The first hit counts, so that the more specific come first.
const DEMANDS: &[(&str, Form)] = &[
    ("<function=", Form::Tags),
    ("<tool_call>", Form::Json),
    ("[func_name", Form::Python),
    ("func_name1(", Form::Python),
    ("[function_name(", Form::Python),
    ("{\"name\": function name", Form::Json),
    ("{\"name\": <function-name>", Form::Json),
    ("{\"name\": \"function_name\"", Form::Json),
    ("{\"name\":\"function_name\"", Form::Json),
];

/// What says that nothing may stand beside the calls.
const ALONE: &[&str] = &[
    "only return the function call", "should not include any other text", "no other text must be included",
    "must not include any other text", "nothing else in that message",
];

fn check(dialog: &Dialog) -> Answer {
    let Some((form, alone)) = demand(dialog) else {
        return Answer::NotApplicable("no format demanded by the system prompt");
    };
    let mut found = Findings::of(RULE.id);
    for (at, message) in dialog.messages.iter().enumerate().filter(|(_, m)| m.role == Role::Assistant) {
        if let Some(why) = clash(message, form, alone) {
            found.message(at, why);
        }
    }
    Answer::Found(found.all())
}

fn demand(dialog: &Dialog) -> Option<(Form, bool)> {
    let prompts = dialog.messages.iter().filter(|message| message.role == Role::System).map(Message::said);
    let (prompt, form) = prompts
        .filter_map(|prompt| {
            let hit = DEMANDS.iter().find(|(example, _)| prompt.contains(example))?;
            Some((prompt, hit.1))
        })
        .next()?;
    let lower = prompt.to_lowercase();
    Some((form, ALONE.iter().any(|words| lower.contains(words))))
}

fn clash(message: &Message, form: Form, alone: bool) -> Option<String> {
    let text = message.said().trim();
    let expected = form.example();
    if message.calls.is_empty() {
        // What is malformed is another rule's finding.
        let found = form_of(text).filter(|_| message.malformed.is_none())?;
        let also = if found == form {
            "but they were not read as calls"
        } else {
            "which the prompt does not ask for"
        };
        return Some(format!(
            "the text is calls in the form `{}`, {also}; expected `{expected}`",
            found.example()
        ));
    }
    let wrong = message
        .calls
        .iter()
        .filter_map(|call| form_of(call.raw.as_deref()?.trim()))
        .find(|found| *found != form);
    if let Some(found) = wrong {
        return Some(format!(
            "the calls are in the form `{}`; the prompt demands `{expected}`",
            found.example()
        ));
    }
    (alone && !text.is_empty() && form_of(text).is_none())
        .then(|| format!("{:?} stands beside the calls; the prompt demands the calls alone", cut(text)))
}

/// The form of calls that a text begins with; `None` of prose.
fn form_of(text: &str) -> Option<Form> {
    let text = text.strip_prefix("<tool_call>").map_or(text, str::trim_start);
    if text.starts_with("<function=") {
        return Some(Form::Tags);
    }
    let inner = text.trim_start_matches(['[', '{']).trim_start();
    if text.starts_with(['{', '[']) && (inner.starts_with("\"name\"") || inner.starts_with("\"function\"")) {
        return Some(Form::Json);
    }
    python(text).then_some(Form::Python)
}

/// Whether the text begins with `name(key=` or `name()`, in a list or bare.
fn python(text: &str) -> bool {
    let text = text.trim_start_matches('[').trim_start();
    let Some((name, arguments)) = text.split_once('(') else { return false };
    let key = arguments.trim_start();
    let keyed = key.split_once('=').is_some_and(|(key, _)| word(key.trim_end()));
    word(name) && (keyed || key.starts_with(')') && text.ends_with([')', ']']))
}

fn word(text: &str) -> bool {
    const LONGEST: usize = 100;
    (1..=LONGEST).contains(&text.len())
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_apart() {
        for (text, form) in [
            ("[get_weather(city=\"Oslo\"), now()]", Some(Form::Python)),
            ("get_weather(city='Oslo')", Some(Form::Python)),
            ("[now()]", Some(Form::Python)),
            ("<tool_call>\n{\"name\": \"now\"}\n</tool_call>", Some(Form::Json)),
            ("[{\"name\": \"now\", \"arguments\": {}}]", Some(Form::Json)),
            ("<tool_call>\n<function=now>", Some(Form::Tags)),
            ("It is sunny (in Oslo).", None),
            ("[1, 2] are the numbers.", None),
            ("Oslo(Norway) is it.", None),
            ("", None),
        ] {
            assert_eq!(form_of(text), form, "{text}");
        }
    }
}

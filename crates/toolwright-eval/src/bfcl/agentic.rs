//! The agentic check: whether the last thing that a model says holds an accepted answer.
//!
//! Source: the agentic checker of the package `bfcl-eval` 2026.3.23, for stored results of the memory and web-search categories. Tools of those categories are not
//! run: the verdict is made of what the model said last.

use super::decode::{Answer, Decoder, Flavour};
use super::turns::{all_steps, calls};
use crate::python::json::loads;
use crate::python::ops::{Object, is_true};
use crate::python::{Dict, Value, str_of};

/// The accepted answers of a test.
#[derive(Debug)]
pub(crate) struct Accepted(Vec<String>);

/// Why an answer is wrong.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) kind: &'static str,
    /// The official error, as it stands in a score file.
    pub(crate) error: Object,
    /// What was said last, where it was looked at.
    pub(crate) last: Option<Object>,
}

fn dict(members: Vec<(&'static str, Object)>) -> Object {
    Value::Dict(Dict::of(members.into_iter().map(|(name, value)| (Value::text(name), value)).collect()))
}

impl Fault {
    fn unseen(kind: &'static str, message: &'static str) -> Self {
        let message = Value::List(vec![Value::text(message)]);
        Self {
            kind,
            error: dict(vec![("error_message", message), ("error_type", Value::text(kind))]),
            last: None,
        }
    }
}

impl Accepted {
    /// Reads the accepted answers.
    pub(crate) fn read(answer: &str) -> Result<Self, String> {
        match loads(answer).map_err(|fault| fault.to_string())? {
            Value::List(items) => Ok(Self(items.iter().map(str_of).collect())),
            _ => Err("expected a list of answers".to_owned()),
        }
    }

    /// The official verdict.
    pub(crate) fn check(
        &self,
        answer: &Answer<'_>,
        decoder: &Decoder,
        flavour: Flavour,
    ) -> Result<(), Fault> {
        let one = matches!(answer, Answer::List(turns) if turns.len() == 1);
        if !one {
            let why = "Error during inference phase. Model did not output a list of model responses.";
            return Err(Fault::unseen("agentic:inference_error", why));
        }
        let steps = all_steps(answer);
        let said = steps.iter().rev().find(|step| calls(step, decoder, flavour).is_none());
        let said = said.map(|step| match step {
            Answer::Text(text) => Value::text(text.clone().into_owned()),
            Answer::List(items) => Value::List(items.clone()).into_owned(),
            Answer::Other(value) => value.clone().into_owned(),
        });
        let Some(said) = said.filter(is_true) else {
            let why = "Cannot find the last chat message that is not a function call.";
            return Err(Fault::unseen("agentic:no_last_message", why));
        };
        let text = match &said {
            Value::List(items) => items.first().map(str_of).unwrap_or_default(),
            other => str_of(other),
        };
        let (standard, accepted) = (standard(&text), self.0.iter().map(|answer| standard(answer)));
        let accepted: Vec<String> = accepted.collect();
        if accepted.iter().any(|answer| holds(&standard, answer)) {
            return Ok(());
        }
        let list =
            |items: &[String]| Value::List(items.iter().map(|item| Value::text(item.clone())).collect());
        let details = dict(vec![
            ("model_response", Value::text(text)),
            ("possible_answers", list(&self.0)),
            ("standardized_model_response", Value::text(standard)),
            ("standardized_possible_answers", list(&accepted)),
        ]);
        let kind = "agentic:answer_not_found";
        let message = Value::text("None of the expected answers were found in the model response.");
        let error =
            dict(vec![("error_message", message), ("error_type", Value::text(kind)), ("details", details)]);
        Err(Fault { kind, error, last: Some(said) })
    }
}

/// A text without some punctuation, in lower case, with double quotes for single ones.
fn standard(text: &str) -> String {
    let kept: String = text.chars().filter(|next| !",./-_*^()".contains(*next)).collect();
    kept.to_lowercase().replace('\'', "\"")
}

/// Whether the words stand in the text with a word's border at each end: `\bwords\b`.
fn holds(text: &str, words: &str) -> bool {
    let is_word = |next: char| next.is_alphanumeric() || next == '_';
    let border = |at: usize| {
        let before = text[..at].chars().next_back().is_some_and(is_word);
        before != text[at..].chars().next().is_some_and(is_word)
    };
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find(words)) {
        let at = from + found;
        if border(at) && border(at + words.len()) {
            return true;
        }
        from = at + text[at..].chars().next().map_or(1, char::len_utf8);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bfcl::DECODERS;

    #[test]
    fn the_last_words_that_are_no_call_decide() {
        let accepted = Accepted::read(r#"["35", "thirty-five"]"#).expect("a list");
        let judged = |answer: &str, format: &str| {
            let decoder = DECODERS.iter().find(|decoder| decoder.id == format).expect("it is in the list");
            let answer = Answer::read(answer).expect("JSON");
            accepted.check(&answer, decoder, Flavour::Current).map_err(|fault| fault.kind)
        };
        for (answer, format, expected) in [
            (r#"[["[get(key='age')]", "You are 35."]]"#, "text", Ok(())),
            (r#"[["You are Thirty-Five!", "[get(key='age')]"]]"#, "text", Ok(())),
            (r#"[["You are 135."]]"#, "text", Err("agentic:answer_not_found")),
            (r#"[["[get(key='age')]"]]"#, "text", Err("agentic:no_last_message")),
            (r#"[[[{"get": "{}"}], []]]"#, "json", Err("agentic:no_last_message")),
            (r#"[[[{"get": "{}"}], ["35"]]]"#, "json", Ok(())),
            (r#"["35"]"#, "json", Err("agentic:answer_not_found")),
            (r#"[["35"], ["x"]]"#, "json", Err("agentic:inference_error")),
            (r#""35""#, "json", Err("agentic:inference_error")),
        ] {
            assert_eq!(judged(answer, format), expected, "{answer}");
        }
    }

    #[test]
    fn words_need_borders() {
        for (text, words, expected) in [
            ("it is seattle", "seattle", true),
            ("it is seattles", "seattle", false),
            ("seattles seattle", "seattle", true),
            ("aa", "a", false),
            ("$5", "$5", false),
            ("x$5", "$5", true),
            ("école", "cole", false),
        ] {
            assert_eq!(holds(text, words), expected, "{text} {words}");
        }
        assert_eq!(standard("It's (April) 1, 2024."), "it\"s april 1 2024");
    }
}

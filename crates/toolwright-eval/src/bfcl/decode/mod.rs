//! What a model answered, as calls: one decoder a file, and their list.
//!
//! Source: the handlers of the package `bfcl-eval` 2026.3.23. There a model's name chooses the decoder; here a result
//! format does, [found](detect) in the answers themselves where it is not given.

mod detect;
mod hermes;
mod java;
mod javascript;
mod json;
mod text;
mod tool_calls;
mod tree;

use std::borrow::Cow;

use super::check::Language;
use crate::python::calls::Call;
use crate::python::json::{Fault, loads};
use crate::python::{Dict, Value};

pub(crate) use detect::Evidence;

/// A way in which results hold calls.
#[derive(Clone, Copy, Debug)]
pub struct Decoder {
    /// The name by which `--result-format` knows it.
    pub id: &'static str,
    /// What a result looks like, in a phrase.
    pub says: &'static str,
    /// Whose results have this form.
    pub source: &'static str,
    /// A result in this form, as it stands in a result file.
    pub example: &'static str,
    pub(crate) decode: for<'a> fn(&'a Answer<'a>, Language, Flavour) -> Decoded<'a>,
    /// Whether an answer looks like one of this format.
    pub(crate) recognises: fn(&Answer<'_>) -> bool,
}

/// Every decoder; of those that recognise an answer, the first is meant.
pub const DECODERS: &[Decoder] = &[json::DECODER, hermes::DECODER, tool_calls::DECODER, text::DECODER];

/// Which rules the text decoder follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flavour {
    /// Those of `bfcl-eval` 2026.3.23.
    #[default]
    Current,
    /// Those of December 2024: brackets and quotes are taken off both ends, however many there are.
    December2024,
}

/// A result as a model gave it, read and not yet decoded.
#[derive(Clone, Debug)]
pub(crate) enum Answer<'a> {
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Other(Value<'a>),
}

impl<'a> Answer<'a> {
    /// Reads the raw JSON of a result.
    pub(crate) fn read(raw: &'a str) -> Result<Self, Fault> {
        Ok(match loads(raw)? {
            Value::Str(text) => Self::Text(text),
            Value::List(items) => Self::List(items),
            other => Self::Other(other),
        })
    }
}

/// What decoding an answer gave.
#[derive(Clone, Debug)]
pub(crate) enum Decoded<'a> {
    /// Calls; none is possible, too.
    Calls(Vec<Call<'a>>),
    /// Something that is no list of calls with named arguments.
    Misshapen(Value<'a>),
    /// The decoder failed.
    Failed(String),
}

/// A call's name, and what should be its arguments.
type Pair<'a> = (Value<'a>, Value<'a>);

impl<'a> Decoded<'a> {
    /// Calls, if all arguments are dicts; what cannot be read fails the whole.
    fn of_pairs(pairs: impl ExactSizeIterator<Item = Result<Pair<'a>, String>>) -> Self {
        let mut calls = Vec::with_capacity(pairs.len());
        let mut misshapen: Option<Vec<Value<'a>>> = None;
        for pair in pairs {
            match (pair, &mut misshapen) {
                (Err(why), _) => return Self::Failed(why),
                (Ok((name, Value::Dict(arguments))), None) => calls.push(Call { name, arguments }),
                (Ok(pair), None) => {
                    let mut items: Vec<Value<'a>> = calls.iter().map(Call::as_item).collect();
                    items.push(Value::Dict(Dict::of(vec![pair])));
                    misshapen = Some(items);
                }
                (Ok(pair), Some(items)) => items.push(Value::Dict(Dict::of(vec![pair]))),
            }
        }
        misshapen.map_or(Self::Calls(calls), |items| Self::Misshapen(Value::List(items)))
    }
}

/// What an object has under `name` and `arguments`.
fn named(item: Value<'_>) -> Result<Pair<'_>, String> {
    let Value::Dict(item) = item else {
        return Err(format!("expected an object, found a {}", item.kind().name()));
    };
    let (mut name, mut arguments) = (None, None);
    for (key, value) in item.into_members() {
        match key.as_str() {
            Some("name") => name = Some(value),
            Some("arguments") => arguments = Some(value),
            _ => {}
        }
    }
    match (name, arguments) {
        (Some(name), Some(arguments)) if name.is_hashable() => Ok((name, arguments)),
        (Some(_), Some(_)) => Err("expected a name, found a list or an object".to_owned()),
        _ => Err("expected the keys `name` and `arguments`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bfcl::check::Names;
    use crate::python::repr;

    #[test]
    fn each_decoder_recognises_and_reads_its_own_example() {
        for (at, decoder) in DECODERS.iter().enumerate() {
            assert!(DECODERS[..at].iter().all(|other| other.id != decoder.id), "{} twice", decoder.id);
            let answer = Answer::read(decoder.example).expect("examples are JSON");
            let first = DECODERS.iter().find(|decoder| (decoder.recognises)(&answer));
            assert_eq!(first.map(|first| first.id), Some(decoder.id));
            let decoded = (decoder.decode)(&answer, Language::Python, Flavour::Current);
            let Decoded::Calls(calls) = decoded else { unreachable!("{}: {decoded:?}", decoder.id) };
            assert_eq!(repr(&calls[0].as_item()), "{'get_weather': {'city': 'Oslo'}}");
        }
    }

    #[test]
    fn the_form_of_most_answers_is_the_model_s() {
        let seen = |raws: &[&str], dotted: &[String]| {
            let mut evidence = Evidence::default();
            raws.iter().for_each(|raw| evidence.see(&Answer::read(raw).expect("JSON"), dotted));
            (evidence.decoder().id, evidence.names(evidence.decoder()))
        };
        let dotted = ["a.f".to_owned()];
        assert_eq!(seen(&["\"I cannot.\"", "\"f(a=1)\""], &[]), ("text", Names::Dots));
        assert_eq!(
            seen(&[r#"[{"a_f": "{}"}]"#, "\"[f(a=1)]\"", "[]"], &dotted),
            ("json", Names::Underscores)
        );
        assert_eq!(seen(&[r#"[{"a.f": "{}"}]"#], &dotted), ("json", Names::Dots));
        assert_eq!(seen(&["[]"], &[]), ("json", Names::Underscores));
        assert_eq!(seen(&["\"<tool_call>\"", "\"Hello.\""], &[]), ("hermes", Names::Dots));
        assert_eq!(seen(&["\" {\\\"tool_calls\\\": []}\""], &[]), ("tool-calls", Names::Dots));
    }

    #[test]
    fn the_rules_of_december_2024_take_all_brackets_off() {
        let read = |text: &str, flavour| {
            let answer = Answer::Text(text.into());
            match (text::DECODER.decode)(&answer, Language::Python, flavour) {
                Decoded::Calls(calls) => Some(calls.len()),
                _ => None,
            }
        };
        for (text, current, earlier) in [
            ("[f(a=1), g()]", Some(2), Some(2)),
            ("f(a=1)", Some(1), Some(1)),
            ("f(a=[1])", Some(1), Some(1)),
            ("[[f(a=1)]]", None, Some(1)),
            ("['f(a=1)']", None, Some(1)),
            ("[]", Some(0), None),
            ("", Some(0), None),
            ("```\n[f()]\n```", Some(1), Some(1)),
        ] {
            assert_eq!(
                (read(text, Flavour::Current), read(text, Flavour::December2024)),
                (current, earlier),
                "{text}"
            );
        }
    }
}

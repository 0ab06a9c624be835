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
use crate::python::json::{Fault, Reader};
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

/// A result as a model gave it.
#[derive(Clone, Debug)]
pub(crate) enum Answer<'a> {
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Other(Value<'a>),
}

impl<'a> Answer<'a> {
    /// Reads the raw text of a result.
    pub(crate) fn read(raw: &'a str) -> Result<Self, Fault> {
        let mut reader = Reader::new(raw);
        let value = reader.value()?;
        reader.end()?;
        Ok(match value {
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
    fn of_pairs(pairs: Vec<Pair<'a>>) -> Self {
        if pairs.iter().all(|(_, arguments)| matches!(arguments, Value::Dict(_))) {
            let call = |(name, arguments)| match arguments {
                Value::Dict(arguments) => Some(Call { name, arguments }),
                _ => None,
            };
            return Self::Calls(pairs.into_iter().filter_map(call).collect());
        }
        let item = |pair| Value::Dict(Dict::of(vec![pair]));
        Self::Misshapen(Value::List(pairs.into_iter().map(item).collect()))
    }
}

/// What an object has under `name` and `arguments`.
fn named<'a>(item: &Value<'a>) -> Result<Pair<'a>, String> {
    let Value::Dict(item) = item else {
        return Err(format!("expected an object, found a {}", item.kind().name()));
    };
    let get = |key: &str| item.get(key).ok_or_else(|| format!("expected the key `{key}`"));
    let (name, arguments) = (get("name")?, get("arguments")?);
    if !name.is_hashable() {
        return Err("expected a name, found a list or an object".to_owned());
    }
    Ok((name.clone(), arguments.clone()))
}

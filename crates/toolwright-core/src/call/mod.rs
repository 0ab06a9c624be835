//! Calls: what a model wrote, what was meant, and when two of them are the same.
//!
//! [`Call`] is one use of a tool. Model text is read by the [`CALL_FORMATS`], with three outcomes ([`Parsed`]): no call,
//! calls, or [`Malformed`] text. [`canonical`] brings calls to one form; [`matching`] compares them under the `Typed` policy.

#[cfg(test)]
mod arbitrary;
pub mod canonical;
pub mod hermes;
pub mod json;
pub mod matching;
pub mod python;
mod text;

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Result;

pub use text::MAX_DEPTH;

/// One use of a tool.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Wire", into = "Wire")]
pub struct Call {
    /// What the result will refer to.
    pub id: Option<String>,
    /// The tool's name.
    pub name: String,
    /// The arguments, typed.
    pub arguments: Map<String, Value>,
    /// The text the call was read from, where it was read from text; never changed.
    pub raw: Option<String>,
}

impl Call {
    /// A call without an id or raw text.
    pub fn new(name: impl Into<String>, arguments: Map<String, Value>) -> Self {
        Self { id: None, name: name.into(), arguments, raw: None }
    }
}

/// [`Call`] as it stands in files: OpenAI's shape, with typed arguments.
#[derive(Serialize, Deserialize)]
struct Wire {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(rename = "type", default = "function")]
    kind: String,
    function: WireFunction,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    raw: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct WireFunction {
    name: String,
    #[serde(default)]
    arguments: Map<String, Value>,
}

fn function() -> String {
    "function".into()
}

impl From<Wire> for Call {
    fn from(wire: Wire) -> Self {
        Self { id: wire.id, name: wire.function.name, arguments: wire.function.arguments, raw: wire.raw }
    }
}

impl From<Call> for Wire {
    fn from(call: Call) -> Self {
        let function_ = WireFunction { name: call.name, arguments: call.arguments };
        Self { id: call.id, kind: function(), function: function_, raw: call.raw }
    }
}

/// What reading a model's text for calls can give.
#[derive(Clone, Debug, PartialEq)]
pub enum Parsed {
    /// The text makes no call and does not try to.
    NoCall,
    /// The calls, in order; each keeps its own text in `raw`.
    Calls(Vec<Call>),
    /// The text sets out to make calls and fails.
    Malformed(Malformed),
}

/// Text that set out to be calls and is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Malformed {
    /// The text, whole.
    pub raw: String,
    /// The bytes of `raw` at which reading failed.
    pub span: Range<usize>,
    /// What was found there and what was expected.
    pub why: String,
}

/// A way of writing calls as text.
#[derive(Clone, Copy, Debug)]
pub struct CallFormat {
    /// The name by which recipes and commands know it.
    pub id: &'static str,
    /// What the text looks like, in a phrase.
    pub says: &'static str,
    /// Who writes it.
    pub source: &'static str,
    /// Calls in this form, as [`render`](Self::render) writes them.
    pub example: &'static str,
    /// Reads text; the format's file says what counts as no call and what as malformed.
    pub parse: fn(&str) -> Parsed,
    /// Writes calls so that [`parse`](Self::parse) gives their names and arguments back; ids are not written. It fails
    /// where the form has no way to write a call, and where there are no calls.
    pub render: fn(&[Call]) -> Result<String>,
}

/// Every format of call text, the strictest first.
///
/// ```
/// use toolwright_core::call::{CALL_FORMATS, Parsed};
/// for format in CALL_FORMATS {
///     let Parsed::Calls(calls) = (format.parse)(format.example) else { unreachable!() };
///     assert_eq!((format.render)(&calls)?, format.example);
/// }
/// # Ok::<(), toolwright_core::Error>(())
/// ```
pub const CALL_FORMATS: &[CallFormat] = &[python::FORMAT, json::FORMAT, hermes::FORMAT];

/// Reads text in whatever format it is: the first format that finds calls, else the first that finds malformed text.
///
/// ```
/// use toolwright_core::call::{Parsed, detect};
/// let (format, parsed) = detect(r#"{"name": "now", "arguments": {}}"#);
/// assert_eq!(format.map(|format| format.id), Some("json"));
/// assert!(matches!(parsed, Parsed::Calls(calls) if calls.len() == 1));
/// assert!(matches!(detect("It is noon."), (None, Parsed::NoCall)));
/// ```
pub fn detect(text: &str) -> (Option<&'static CallFormat>, Parsed) {
    let mut best = (None, Parsed::NoCall);
    for format in CALL_FORMATS {
        match (format.parse)(text) {
            Parsed::Calls(calls) => return (Some(format), Parsed::Calls(calls)),
            Parsed::Malformed(malformed) if best.0.is_none() => {
                best = (Some(format), Parsed::Malformed(malformed))
            }
            _ => {}
        }
    }
    best
}

#[cfg(test)]
mod tests;

//! What is wrong with an answer, in the official scorer's words.

use std::fmt;

use super::{Failure, Names, Test};
use crate::python::calls::Call;
use crate::python::json::Reader;
use crate::python::{Type, Value, dumps, repr, str_of};

/// Why a call is wrong: the official error type, and its complaints.
#[derive(Clone, Debug)]
pub(crate) struct Fault<'a> {
    pub(crate) kind: &'static str,
    complaints: Vec<Complaint<'a>>,
}

impl<'a> Fault<'a> {
    pub(super) fn new(kind: &'static str, complaint: Complaint<'a>) -> Self {
        Self { kind, complaints: vec![complaint] }
    }

    /// A fault without complaints.
    pub(super) const fn unclear(kind: &'static str) -> Self {
        Self { kind, complaints: Vec::new() }
    }

    /// Adds a complaint, whose error type is now the fault's.
    pub(super) fn add(&mut self, kind: &'static str, complaint: Complaint<'a>) {
        self.kind = kind;
        self.complaints.push(complaint);
    }

    pub(super) const fn is_unclear(&self) -> bool {
        self.complaints.is_empty()
    }
}

/// One thing that is wrong. It displays as the official message.
#[derive(Clone, Debug)]
pub(crate) enum Complaint<'a> {
    Count,
    Function(&'a str),
    Required(&'a str),
    Unexpected(Value<'a>),
    Optional(&'a str),
    Kind {
        parameter: &'a str,
        expected: &'a str,
        value: Value<'a>,
    },
    Items {
        parameter: &'a str,
        expected: &'a str,
        items: Type,
        value: Value<'a>,
    },
    Text {
        parameter: &'a str,
        value: Value<'a>,
        accepted: &'a [Value<'static>],
    },
    List {
        parameter: &'a str,
        value: Value<'a>,
        accepted: &'a [Value<'static>],
    },
    Value {
        parameter: &'a str,
        value: Value<'a>,
        accepted: &'a [Value<'static>],
    },
    DictKey(Value<'a>),
    DictValue {
        key: Value<'a>,
        value: Value<'a>,
        accepted: Vec<Value<'static>>,
    },
    DictMissing(Value<'a>),
    DictCount,
    /// No call is left that fits the expected call at this place.
    NoMatch {
        place: usize,
        tried: Vec<usize>,
        calls: &'a [Call<'a>],
        test: &'a Test,
        names: Names,
    },
}

/// Values as Python writes a list of them.
struct Shown<'a>(&'a [Value<'static>]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let items: Vec<String> = self.0.iter().map(repr).collect();
        write!(f, "[{}]", items.join(", "))
    }
}

fn quoted(text: &str) -> String {
    repr(&Value::text(text))
}

impl fmt::Display for Complaint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count => f.write_str("Wrong number of functions."),
            Self::Function(name) => write!(f, "Function name {} not found in model output.", quoted(name)),
            Self::Required(name) => write!(f, "Missing required parameter: {}.", quoted(name)),
            Self::Unexpected(name) => write!(f, "Unexpected parameter: {}.", repr(name)),
            Self::Optional(name) => {
                write!(f, "Optional parameter {} not provided and not marked as optional.", quoted(name))
            }
            Self::Kind { parameter, expected, value } => write!(
                f,
                "Incorrect type for parameter {}. Expected type {expected}, got {}. Parameter value: {}.",
                quoted(parameter),
                value.kind().name(),
                repr(value)
            ),
            Self::Items { parameter, expected, items, value } => write!(
                f,
                "Nested type checking failed for parameter {}. Expected outer type {expected} with inner type \
                 <class '{}'>. Parameter value: {}.",
                quoted(parameter),
                items.name(),
                repr(value)
            ),
            Self::Text { parameter, value, accepted } => write!(
                f,
                "Invalid value for parameter {}: {}. Expected one of {}. Case insensitive.",
                quoted(parameter),
                repr(value),
                Shown(accepted)
            ),
            Self::List { parameter, value, accepted } | Self::Value { parameter, value, accepted } => write!(
                f,
                "Invalid value for parameter {}: {}. Expected one of {}.",
                quoted(parameter),
                repr(value),
                Shown(accepted)
            ),
            Self::DictKey(key) => write!(f, "Unexpected dict key parameter: '{}'.", str_of(key)),
            Self::DictValue { key, value, accepted } => write!(
                f,
                "Invalid value for parameter {}: {}. Expected one of {}.",
                repr(key),
                repr(value),
                Shown(accepted)
            ),
            Self::DictMissing(key) => write!(f, "Missing dict key parameter: '{}'.", str_of(key)),
            Self::DictCount => f.write_str("Wrong number of dictionaries in the list."),
            Self::NoMatch { place, tried, .. } => {
                let considered: Vec<String> = tried.iter().map(usize::to_string).collect();
                write!(
                    f,
                    "Could not find a matching function among index [{}] of model output for index {place} of possible \
                     answers.",
                    considered.join(", ")
                )
            }
        }
    }
}

/// Appends the complaints as the official score files have them: a list of messages, and after a match that was not
/// found, what each call lacks.
pub(crate) fn dumps_errors(out: &mut String, fault: &Fault<'_>) {
    out.push('[');
    for (at, complaint) in fault.complaints.iter().enumerate() {
        out.push_str(if at > 0 { ", " } else { "" });
        dumps(out, &Value::text(complaint.to_string()));
        if let Complaint::NoMatch { place, tried, calls, test, names } = complaint
            && let Some(expected) = test.expected.get(*place)
        {
            for (at, call) in tried.iter().filter_map(|at| Some((at, calls.get(*at)?))) {
                // What a call lacks was found before and not kept, because most matches go well.
                let Err(Failure::Fault(fault)) = test.one(expected, call, *names) else { continue };
                out.push_str(&format!(", {{\"Model Result Index {at}\": {{\"sub_error\": "));
                dumps_errors(out, &fault);
                out.push_str(&format!(", \"sub_error_type\": \"{}\", \"model_output_item\": ", fault.kind));
                dumps(out, &call.as_item());
                out.push_str(", \"possible_answer_item\": ");
                out.push('{');
                dumps(out, &Value::text(expected.name.as_str()));
                out.push_str(": ");
                let _ = Reader::new(&expected.raw).rewrite(out);
                out.push_str("}}}");
            }
        }
    }
    out.push(']');
}

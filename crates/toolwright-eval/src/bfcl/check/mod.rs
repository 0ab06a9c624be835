//! The check: do these calls answer the question, as the official scorer sees it?
//!
//! Source: the package `bfcl-eval` 2026.3.23, whose verdicts, error types and messages these are; the structure is ours.
//! What a test expects is compiled once ([`Expected`]); checking then compares, and words are made only for a verdict
//! that is shown ([`Complaint`]). Its quirks are kept: an int passes for a declared float at the top level only, a value
//! of the accepted values' own type passes as a "variable", parallel calls are matched greedily, a declared order of
//! accepted values decides which message is given.
//!
//! Where the official checker raises an exception, there is no official verdict (its whole run ends). We count the answer
//! as wrong and say so: [`Failure::Exception`].

mod complaint;
mod expected;
mod java;
mod javascript;

pub(crate) use complaint::{Complaint, Fault, dumps_errors};
pub(crate) use expected::{Expected, Language, names as expected_names};

use expected::{Accepted, Declared, Gold};

use crate::python::calls::Call;
use crate::python::{Dict, Type, Value};

/// A pattern that is compiled once.
macro_rules! pattern {
    ($text:expr) => {
        LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"))
    };
}
use pattern;

/// How many calls a test expects, and how they are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One call of the one function on offer.
    Simple,
    /// One call of one of several functions.
    Multiple,
    /// Several calls, in any order.
    Parallel,
}

/// How called names relate to declared ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// As declared.
    Dots,
    /// Each dot of a declared name is an underscore in calls: some providers allow no dots.
    Underscores,
}

/// What a test expects.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    pub(crate) shape: Shape,
    pub(crate) language: Language,
    pub(crate) expected: Vec<Expected>,
}

/// Why an answer is wrong.
#[derive(Clone, Debug)]
pub(crate) enum Failure<'a> {
    Fault(Fault<'a>),
    /// The official checker raises this exception.
    Exception(String),
}

impl<'a> From<Fault<'a>> for Failure<'a> {
    fn from(fault: Fault<'a>) -> Self {
        Self::Fault(fault)
    }
}

type Result<'a, T = ()> = std::result::Result<T, Failure<'a>>;

fn exception<'a, T>(raised: impl Into<String>) -> Result<'a, T> {
    Err(Failure::Exception(raised.into()))
}

impl Test {
    /// Whether these calls are right.
    pub(crate) fn check<'a>(&'a self, calls: &'a [Call<'a>], names: Names) -> Result<'a> {
        let wrong_count = match self.shape {
            Shape::Simple if calls.len() != 1 => "simple_function_checker:wrong_count",
            Shape::Multiple if calls.len() != self.expected.len() => "multiple_function_checker:wrong_count",
            Shape::Parallel if calls.len() != self.expected.len() => {
                "parallel_function_checker_no_order:wrong_count"
            }
            Shape::Parallel => return self.parallel(calls, names),
            Shape::Simple | Shape::Multiple => match (self.expected.first(), calls.first()) {
                (Some(expected), Some(call)) => return self.one(expected, call, names),
                _ => return exception("IndexError: list index out of range"),
            },
        };
        Err(Fault::new(wrong_count, Complaint::Count).into())
    }

    /// Each expected call takes the first call that fits and is still free.
    fn parallel<'a>(&'a self, calls: &'a [Call<'a>], names: Names) -> Result<'a> {
        let mut taken = vec![false; calls.len()];
        for (place, expected) in self.expected.iter().enumerate() {
            let mut tries = Vec::new();
            let mut found = None;
            for (at, call) in calls.iter().enumerate().filter(|(at, _)| !taken[*at]) {
                match self.one(expected, call, names) {
                    Ok(()) => {
                        found = Some(at);
                        break;
                    }
                    Err(Failure::Fault(fault)) => tries.push((at, fault)),
                    Err(raised) => return Err(raised),
                }
            }
            match found {
                Some(at) => taken[at] = true,
                None => {
                    let tried = Complaint::NoMatch { place, tries, calls, expected };
                    return Err(
                        Fault::new("parallel_function_checker_no_order:cannot_find_match", tried).into()
                    );
                }
            }
        }
        Ok(())
    }

    /// Whether this call is the expected one.
    fn one<'a>(&'a self, expected: &'a Expected, call: &'a Call<'a>, names: Names) -> Result<'a> {
        let function = match &expected.function {
            Ok(function) => function,
            Err(raised) => return exception(raised),
        };
        let name = function.name(names);
        if call.name.as_str() != Some(name) {
            let fault = Fault::new("simple_function_checker:wrong_func_name", Complaint::Function(name));
            return Err(fault.into());
        }
        for parameter in &function.required {
            if call.arguments.get(parameter).is_none() {
                let missing = Complaint::Required(parameter);
                return Err(Fault::new("simple_function_checker:missing_required", missing).into());
            }
        }
        for (parameter, value) in call.arguments.iter() {
            self.argument(expected, parameter, value)?;
        }
        self.left_out(expected, call)
    }

    /// Whether this argument has an accepted value.
    fn argument<'a>(
        &'a self,
        expected: &'a Expected,
        parameter: &'a Value<'a>,
        value: &'a Value<'a>,
    ) -> Result<'a> {
        let declared =
            expected.function.as_ref().ok().zip(parameter.as_str()).and_then(|(f, name)| f.parameter(name));
        let accepted = match &expected.gold {
            Gold::Arguments(gold) => parameter.as_str().and_then(|name| gold.get(name)),
            Gold::Other(values) if declared.is_some() && values.contains(parameter) => {
                return exception("TypeError: list indices must be integers or slices, not str");
            }
            Gold::Other(_) => None,
        };
        let (Some(declared), Some(accepted)) = (declared, accepted) else {
            let unexpected = Complaint::Unexpected(parameter.clone());
            return Err(Fault::new("simple_function_checker:unexpected_param", unexpected).into());
        };
        let declared = match declared {
            Ok(declared) => declared,
            Err(raised) => return exception(raised),
        };
        let value = self.converted(&declared.name, declared, value)?;
        let variable = type_check(declared, &value, accepted)?;
        if !variable {
            match (declared.kind, declared.items_kind()) {
                (Type::Dict, _) => return dict_check(&value, &accepted.values),
                (Type::List, Some(Type::Dict)) => return dicts_check(&value, &accepted.values),
                (Type::Str, _) => return string_check(&declared.name, value, accepted),
                (Type::List, _) => return list_check(&declared.name, value, accepted),
                _ => {}
            }
        }
        if accepted.values.contains(&value) {
            return Ok(());
        }
        let complaint = Complaint::Value { parameter: &declared.name, value, accepted: &accepted.values };
        Err(Fault::new("value_error:others", complaint).into())
    }

    /// The value to be checked: in Java and JavaScript what its text means, in Python itself, with an int made a float
    /// where one is declared.
    fn converted<'a>(
        &self,
        name: &'a str,
        declared: &'a Declared,
        value: &'a Value<'a>,
    ) -> Result<'a, Value<'a>> {
        let (kind, convert): (_, fn(&'a str, &str, Option<&str>) -> _) = match self.language {
            Language::Python => {
                return match value {
                    Value::Tuple(items) if declared.description == "tuple" => Ok(Value::List(items.clone())),
                    Value::Int(int) if declared.description == "float" => Ok(Value::Float(*int as f64)),
                    Value::Big(big) if declared.description == "float" => {
                        match num_traits::ToPrimitive::to_f64(&**big).filter(|float| float.is_finite()) {
                            Some(float) => Ok(Value::Float(float)),
                            None => exception("OverflowError: int too large to convert to float"),
                        }
                    }
                    value => Ok(value.clone()),
                };
            }
            Language::Java => ("type_error:java", java::convert),
            Language::JavaScript => ("type_error:js", javascript::convert),
        };
        let Value::Str(text) = value else {
            let complaint = Complaint::Kind { parameter: name, expected: "String", value: value.clone() };
            return Err(Fault::new(kind, complaint).into());
        };
        let items = match &declared.items {
            None => None,
            Some(Ok(items)) => Some(items.description.as_str()),
            Some(Err(raised)) => return exception(raised),
        };
        convert(text, &declared.description, items).map_err(Failure::Exception)
    }

    /// Whether what is left out may be.
    fn left_out<'a>(&self, expected: &'a Expected, call: &Call<'_>) -> Result<'a> {
        match &expected.gold {
            Gold::Arguments(gold) => {
                let missing = gold
                    .iter()
                    .find(|(name, accepted)| !accepted.optional && call.arguments.get(name).is_none());
                match missing {
                    None => Ok(()),
                    Some((name, _)) => {
                        let complaint = Complaint::Optional(name);
                        Err(Fault::new("simple_function_checker:missing_optional", complaint).into())
                    }
                }
            }
            Gold::Other(values) if values.iter().any(|value| !value.is_hashable()) => {
                exception("TypeError: unhashable type in the accepted values")
            }
            Gold::Other(values) if values.is_empty() => Ok(()),
            Gold::Other(_) => exception("TypeError: list indices must be integers or slices, not str"),
        }
    }
}

/// Whether the value's type is accepted; `true` where it is one that only the accepted values have, a "variable".
fn type_check<'a>(declared: &'a Declared, value: &Value<'a>, accepted: &'a Accepted) -> Result<'a, bool> {
    let items = match &declared.items {
        None => None,
        Some(Ok(items)) => Some(items.kind),
        Some(Err(raised)) => return exception(raised),
    };
    let parameter = declared.name.as_str();
    let mut complaints = Vec::new();
    if value.kind() == declared.kind {
        let variable = accepted.kind.is_some_and(|kind| kind != declared.kind);
        let Some(items) = items else { return Ok(variable) };
        let found = match value {
            Value::List(found) => found.as_slice(),
            _ => &[],
        };
        // A value that is no list accepts whatever the items are.
        if accepted.values.iter().any(|accepted| items_fit(found, items, accepted)) {
            return Ok(variable);
        }
        let expected = &declared.description;
        complaints.push(Complaint::Items { parameter, expected, items, value: value.clone() });
    }
    if accepted.kind == Some(value.kind()) {
        return match complaints.is_empty() {
            true => Ok(true),
            false => Err(Fault { kind: "type_error:nested", complaints }.into()),
        };
    }
    complaints.push(Complaint::Kind { parameter, expected: &declared.description, value: value.clone() });
    Err(Fault { kind: "type_error:simple", complaints }.into())
}

/// Whether each item has the declared type, or that of the accepted items.
fn items_fit(found: &[Value<'_>], declared: Type, accepted: &Value<'_>) -> bool {
    let Value::List(accepted) = accepted else { return true };
    let kind = expected::kind_of(accepted);
    found.iter().all(|item| item.kind() == declared || kind == Some(item.kind()))
}

fn string_check<'a>(parameter: &'a str, value: Value<'a>, accepted: &'a Accepted) -> Result<'a> {
    let standard = standard(value.as_str().unwrap_or_default());
    if accepted.texts.contains(&standard) {
        return Ok(());
    }
    let complaint = Complaint::Text { parameter, value, accepted: &accepted.values };
    Err(Fault::new("value_error:string", complaint).into())
}

/// A text without blanks and `,./-_*^`, in lower case and with double quotes for single ones.
pub(crate) fn standard(text: &str) -> String {
    let counts = |next: &char| !matches!(next, ' ' | ',' | '.' | '/' | '-' | '_' | '*' | '^');
    if text.is_ascii() {
        let quoted = |next: char| if next == '\'' { '"' } else { next.to_ascii_lowercase() };
        return text.chars().filter(counts).map(quoted).collect();
    }
    text.chars().filter(counts).collect::<String>().to_lowercase().replace('\'', "\"")
}

/// The value in standard form where it is a text, else itself.
fn standardised<'a>(value: &Value<'a>) -> Value<'a> {
    match value {
        Value::Str(text) => Value::text(standard(text)),
        value => value.clone(),
    }
}

fn list_check<'a>(parameter: &'a str, value: Value<'a>, accepted: &'a Accepted) -> Result<'a> {
    let found: Vec<Value<'_>> = match &value {
        Value::List(items) => items.iter().map(standardised).collect(),
        _ => Vec::new(),
    };
    let lists = match accepted.lists() {
        Ok(lists) => lists,
        Err(raised) => return exception(raised),
    };
    if lists.contains(&found) {
        return Ok(());
    }
    let complaint = Complaint::List { parameter, value, accepted: &accepted.values };
    Err(Fault::new("value_error:list/tuple", complaint).into())
}

/// Whether a dict is one of the accepted ones: each of its keys with one of its own accepted values.
fn dict_check<'a>(found: &Value<'a>, accepted: &'a [Value<'static>]) -> Result<'a> {
    let mut last = Fault { kind: "dict_checker:unclear", complaints: Vec::new() };
    for accepted in accepted.iter().filter(|accepted| accepted.as_str() != Some("")) {
        let Value::Dict(found) = found else {
            return exception(format!(
                "AttributeError: '{}' object has no attribute 'items'",
                found.kind().name()
            ));
        };
        let Value::Dict(accepted) = accepted else {
            return exception(format!("TypeError: a {} is accepted where a dict is", accepted.kind().name()));
        };
        match dict_fault(found, accepted)? {
            None => return Ok(()),
            Some(fault) => last = fault,
        }
    }
    Err(last.into())
}

fn dict_fault<'a>(found: &Dict<'a>, accepted: &'a Dict<'static>) -> Result<'a, Option<Fault<'a>>> {
    let mut fault = Fault { kind: "dict_checker:unclear", complaints: Vec::new() };
    for (key, value) in found.iter() {
        let Some(values) = accepted.get_value(key) else {
            fault.add("value_error:dict_key", Complaint::DictKey(key.clone()));
            break;
        };
        let values = match expected::standard_items(values) {
            Ok(values) => values,
            Err(raised) => return exception(raised),
        };
        if !values.contains(&standardised(value)) {
            let complaint = Complaint::DictValue { key: key.clone(), value: value.clone(), accepted: values };
            fault.add("value_error:dict_value", complaint);
            break;
        }
    }
    for (key, values) in accepted.iter().filter(|(key, _)| found.get_value(key).is_none()) {
        let optional = match values {
            Value::List(values) => values.contains(&Value::text("")),
            Value::Str(_) => true,
            Value::Dict(values) => values.get("").is_some(),
            other => {
                return exception(format!(
                    "TypeError: argument of type '{}' is not iterable",
                    other.kind().name()
                ));
            }
        };
        if !optional {
            fault.add("value_error:dict_key", Complaint::DictMissing(key.clone()));
            break;
        }
    }
    Ok((!fault.complaints.is_empty()).then_some(fault))
}

/// Whether a list of dicts is one of the accepted ones, in order.
fn dicts_check<'a>(found: &Value<'a>, accepted: &'a [Value<'static>]) -> Result<'a> {
    let Value::List(found) = found else { return exception("TypeError: the value is no list") };
    let mut last = Fault { kind: "list_dict_checker:unclear", complaints: Vec::new() };
    for accepted in accepted {
        let items: &[Value<'static>] = match accepted {
            Value::List(items) => items,
            Value::Str(text) if text.is_empty() => &[],
            other => {
                return exception(format!(
                    "TypeError: a {} is accepted where a list is",
                    other.kind().name()
                ));
            }
        };
        if found.len() != items.len() {
            last = Fault::new("value_error:list_dict_count", Complaint::DictCount);
            continue;
        }
        let checked = found
            .iter()
            .zip(items)
            .try_for_each(|(found, item)| dict_check(found, std::slice::from_ref(item)));
        match checked {
            Ok(()) => return Ok(()),
            Err(Failure::Fault(fault)) => last = fault,
            Err(raised) => return Err(raised),
        }
    }
    Err(last.into())
}

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
pub(crate) use expected::{Expected, Language, Offer, called, offered};

use expected::{Accepted, Declared, Function, Gold, Slot};

use std::borrow::Cow;

use num_traits::ToPrimitive;

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
        let mut free: Vec<usize> = (0..calls.len()).collect();
        for (place, expected) in self.expected.iter().enumerate() {
            let mut found = None;
            for (at, free) in free.iter().enumerate() {
                match self.one(expected, &calls[*free], names) {
                    Ok(()) => {
                        found = Some(at);
                        break;
                    }
                    Err(Failure::Fault(_)) => {}
                    Err(raised) => return Err(raised),
                }
            }
            match found {
                Some(at) => {
                    free.remove(at);
                }
                None => {
                    let tried = Complaint::NoMatch { place, tried: free, calls, test: self, names };
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
        let given = Given::of(function, call);
        if let Some(missing) = function.required.iter().find(|slot| !given.has(**slot)) {
            let missing = Complaint::Required(&function.slots[*missing].name);
            return Err(Fault::new("simple_function_checker:missing_required", missing).into());
        }
        for (at, (parameter, value)) in call.arguments.iter().enumerate() {
            let slot = given.place(function, parameter, at).map(|place| &function.slots[place]);
            self.argument(expected, slot, parameter, value)?;
        }
        left_out(expected, function, &given)
    }

    /// Whether this argument has an accepted value.
    fn argument<'a>(
        &'a self,
        expected: &'a Expected,
        slot: Option<&'a Slot>,
        parameter: &'a Value<'a>,
        value: &'a Value<'a>,
    ) -> Result<'a> {
        let declared = slot.and_then(|slot| slot.declared.as_ref());
        if let Gold::Other(values) = &expected.gold
            && declared.is_some()
            && values.contains(parameter)
        {
            return exception("TypeError: list indices must be integers or slices, not str");
        }
        let accepted = slot.and_then(|slot| Some((&slot.name, slot.accepted.as_ref()?)));
        let (Some(declared), Some((name, accepted))) = (declared, accepted) else {
            let unexpected = Complaint::Unexpected(parameter.clone());
            return Err(Fault::new("simple_function_checker:unexpected_param", unexpected).into());
        };
        let declared = match declared {
            Ok(declared) => declared,
            Err(raised) => return exception(raised),
        };
        let value = self.converted(name, declared, value)?;
        let variable = type_check(name, declared, &value, accepted)?;
        if !variable {
            match (declared.kind, declared.items_kind()) {
                (Type::Dict, _) => return dict_check(&value, &accepted.values),
                (Type::List, Some(Type::Dict)) => return dicts_check(&value, &accepted.values),
                (Type::Str, _) => return string_check(name, &value, accepted),
                (Type::List, _) => return list_check(name, &value, accepted),
                _ => {}
            }
        }
        if accepted.values.contains(&value) {
            return Ok(());
        }
        let complaint =
            Complaint::Value { parameter: name, value: value.into_owned(), accepted: &accepted.values };
        Err(Fault::new("value_error:others", complaint).into())
    }

    /// The value to be checked: in Java and JavaScript what its text means, in Python itself, with an int made a float
    /// where one is declared.
    fn converted<'a>(
        &self,
        name: &'a str,
        declared: &'a Declared,
        value: &'a Value<'a>,
    ) -> Result<'a, Cow<'a, Value<'a>>> {
        let (kind, convert): (_, fn(&'a str, &str, Option<&str>) -> _) = match self.language {
            Language::Python => {
                return Ok(match value {
                    Value::Tuple(items) if declared.description == "tuple" => {
                        Cow::Owned(Value::List(items.clone()))
                    }
                    Value::Int(int) if declared.description == "float" => {
                        Cow::Owned(Value::Float(*int as f64))
                    }
                    Value::Big(big) if declared.description == "float" => {
                        match big.to_f64().filter(|float| float.is_finite()) {
                            Some(float) => Cow::Owned(Value::Float(float)),
                            None => return exception("OverflowError: int too large to convert to float"),
                        }
                    }
                    value => Cow::Borrowed(value),
                });
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
            Some(Ok(items)) => Some(items.description),
            Some(Err(raised)) => return exception(raised),
        };
        convert(text, declared.description, items).map(Cow::Owned).map_err(Failure::Exception)
    }
}

/// Which arguments a call gives, and the slots that they belong to.
struct Given {
    /// The place of the slot of each of the first arguments.
    places: [Option<u16>; Given::MANY],
    /// A bit for each of the first slots.
    few: u64,
    /// The places of other slots.
    others: Vec<usize>,
}

impl Given {
    /// Calls with more arguments are rare, and looked up again.
    const MANY: usize = 16;

    fn of(function: &Function, call: &Call<'_>) -> Self {
        let mut given = Self { places: [None; Self::MANY], few: 0, others: Vec::new() };
        let mut hint = 0;
        for (at, (parameter, _)) in call.arguments.iter().enumerate() {
            let Some(place) = parameter.as_str().and_then(|name| function.place(name, hint)) else {
                continue;
            };
            hint = place + 1;
            if let (Some(kept), Ok(place)) = (given.places.get_mut(at), u16::try_from(place)) {
                *kept = Some(place);
            }
            match place {
                0..64 => given.few |= 1 << place,
                place => given.others.push(place),
            }
        }
        given
    }

    fn has(&self, slot: usize) -> bool {
        if slot < 64 { self.few >> slot & 1 == 1 } else { self.others.contains(&slot) }
    }

    /// The place of the slot of the argument at this position.
    fn place(&self, function: &Function, parameter: &Value<'_>, at: usize) -> Option<usize> {
        match self.places.get(at) {
            Some(Some(place)) => Some(usize::from(*place)),
            Some(None) if function.slots.len() < usize::from(u16::MAX) => None,
            _ => parameter.as_str().and_then(|name| function.place(name, 0)),
        }
    }
}

/// Whether what is left out may be.
fn left_out<'a>(expected: &'a Expected, function: &'a Function, given: &Given) -> Result<'a> {
    match &expected.gold {
        Gold::Arguments(count) => {
            let accepted = function.slots.iter().take(*count).enumerate();
            let must = |slot: &Slot| slot.accepted.as_ref().is_some_and(|accepted| !accepted.optional);
            let missing = accepted.into_iter().find(|(at, slot)| must(slot) && !given.has(*at));
            match missing {
                None => Ok(()),
                Some((_, slot)) => {
                    let complaint = Complaint::Optional(&slot.name);
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

/// Whether the value's type is accepted; `true` where it is one that only the accepted values have, a "variable".
fn type_check<'a>(
    parameter: &'a str,
    declared: &'a Declared,
    value: &Value<'a>,
    accepted: &'a Accepted,
) -> Result<'a, bool> {
    let items = match &declared.items {
        None => None,
        Some(Ok(items)) => Some(items.kind),
        Some(Err(raised)) => return exception(raised),
    };
    let expected = declared.description;
    let mut fault = Fault::unclear("type_error:nested");
    if value.kind() == declared.kind {
        let variable = accepted.kind.is_some_and(|kind| kind != declared.kind);
        let Some(items) = items else { return Ok(variable) };
        let found = match value {
            Value::List(found) => found.as_slice(),
            _ => &[],
        };
        if accepted.values.iter().any(|accepted| items_fit(found, items, accepted)) {
            return Ok(variable);
        }
        fault.add("type_error:nested", Complaint::Items { parameter, expected, items, value: value.clone() });
    }
    if accepted.kind == Some(value.kind()) {
        return if fault.is_unclear() { Ok(true) } else { Err(fault.into()) };
    }
    fault.add("type_error:simple", Complaint::Kind { parameter, expected, value: value.clone() });
    Err(fault.into())
}

/// Whether each item has the declared type, or that of the accepted items. An accepted value that is no list takes any.
fn items_fit(found: &[Value<'_>], declared: Type, accepted: &Value<'_>) -> bool {
    let Value::List(accepted) = accepted else { return true };
    let kind = expected::kind_of(accepted);
    found.iter().all(|item| item.kind() == declared || kind == Some(item.kind()))
}

fn string_check<'a>(parameter: &'a str, value: &Value<'a>, accepted: &'a Accepted) -> Result<'a> {
    let text = value.as_str().unwrap_or_default();
    if accepted.texts.iter().any(|accepted| is_standard(text, accepted)) {
        return Ok(());
    }
    let complaint = Complaint::Text { parameter, value: value.clone(), accepted: &accepted.values };
    Err(Fault::new("value_error:string", complaint).into())
}

/// What counts of a text's ASCII character: nothing of blanks and `,./-_*^`; letters in lower case, `"` for `'`.
const fn standard_byte(byte: u8) -> Option<u8> {
    match byte {
        b' ' | b',' | b'.' | b'/' | b'-' | b'_' | b'*' | b'^' => None,
        b'\'' => Some(b'"'),
        byte => Some(byte.to_ascii_lowercase()),
    }
}

/// A text without blanks and `,./-_*^`, in lower case and with double quotes for single ones.
pub(crate) fn standard(text: &str) -> String {
    if text.is_ascii() {
        return text.bytes().filter_map(standard_byte).map(char::from).collect();
    }
    let counts = |next: &char| !next.is_ascii() || standard_byte(*next as u8).is_some();
    text.chars().filter(counts).collect::<String>().to_lowercase().replace('\'', "\"")
}

/// Whether a text's standard form is this.
fn is_standard(text: &str, form: &str) -> bool {
    match text.is_ascii() {
        true => text.bytes().filter_map(standard_byte).eq(form.bytes()),
        false => standard(text) == form,
    }
}

/// Whether a value, in standard form where it is a text, is this one.
fn is_standard_value(value: &Value<'_>, form: &Value<'_>) -> bool {
    match (value, form) {
        (Value::Str(text), Value::Str(form)) => is_standard(text, form),
        (value, form) => value == form,
    }
}

fn list_check<'a>(parameter: &'a str, value: &Value<'a>, accepted: &'a Accepted) -> Result<'a> {
    let found: &[Value<'a>] = match value {
        Value::List(items) => items,
        _ => &[],
    };
    let lists = match accepted.lists() {
        Ok(lists) => lists,
        Err(raised) => return exception(raised),
    };
    let is = |list: &Vec<Value<'static>>| {
        list.len() == found.len()
            && found.iter().zip(list).all(|(found, form)| is_standard_value(found, form))
    };
    if lists.iter().any(is) {
        return Ok(());
    }
    let complaint = Complaint::List { parameter, value: value.clone(), accepted: &accepted.values };
    Err(Fault::new("value_error:list/tuple", complaint).into())
}

/// Whether a dict is one of the accepted ones: each of its keys with one of its own accepted values.
fn dict_check<'a>(found: &Value<'a>, accepted: &'a [Value<'static>]) -> Result<'a> {
    let mut last = Fault::unclear("dict_checker:unclear");
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
    let mut fault = Fault::unclear("dict_checker:unclear");
    for (key, value) in found.iter() {
        let Some(values) = accepted.get_value(key) else {
            fault.add("value_error:dict_key", Complaint::DictKey(key.clone()));
            break;
        };
        let values = match expected::standard_items(values) {
            Ok(values) => values,
            Err(raised) => return exception(raised),
        };
        if !values.iter().any(|form| is_standard_value(value, form)) {
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
    Ok((!fault.is_unclear()).then_some(fault))
}

/// Whether a list of dicts is one of the accepted ones, in order.
fn dicts_check<'a>(found: &Value<'a>, accepted: &'a [Value<'static>]) -> Result<'a> {
    let Value::List(found) = found else { return exception("TypeError: the value is no list") };
    let mut last = Fault::unclear("list_dict_checker:unclear");
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

//! Arithmetic; it has no state.
//!
//! Numbers of `decimal` and `mpmath` are no values here; a result that holds one is the text that Python would write for the whole.

use ruff_python_ast::Operator;

use super::Setting;
use super::backend::{Backend, Method, Parameter, dict, error, text};
use crate::python::ops::{
    self, Kind, Object, Order, Outcome, Raised, binary, compare, hashable, is_real, is_true, iterate, round,
};
use crate::python::{Dict, Value, precise, str_of};

use Parameter::{Needed, Optional};

/// Arithmetic.
#[derive(Clone, Debug)]
pub(super) struct Math;

/// Metres of a unit.
fn metres(unit: &str) -> Option<Object> {
    Some(match unit {
        "km" => Value::Int(1000),
        "m" => Value::Int(1),
        "cm" => Value::Float(0.01),
        "mm" => Value::Float(0.001),
        "um" => Value::Float(1e-6),
        "nm" => Value::Float(1e-9),
        _ => return None,
    })
}

/// What a value of one unit is multiplied with for another.
const FACTORS: &[(&str, &str, f64)] = &[
    ("cm", "in", 0.393701),
    ("in", "cm", 2.54),
    ("m", "ft", 3.28084),
    ("ft", "m", 0.3048),
    ("m", "yd", 1.09361),
    ("yd", "m", 0.9144),
    ("km", "miles", 0.621371),
    ("miles", "km", 1.60934),
    ("kg", "lb", 2.20462),
    ("lb", "kg", 0.453592),
    ("celsius", "fahrenheit", 1.8),
    ("fahrenheit", "celsius", 5.0 / 9.0),
];

fn result(value: Object) -> Object {
    dict([("result", value)])
}

/// The result, or these words where an operation does not go with the types.
fn or_words(outcome: Outcome, words: &str) -> Outcome {
    match outcome {
        Ok(value) => Ok(result(value)),
        Err(raised) if raised.kind == Kind::Type => error(words),
        Err(raised) => Err(raised),
    }
}

const NUMBERS: &str = "Both inputs must be numbers";
const ELEMENTS: &str = "All elements in the list must be numbers";

fn sum(numbers: &Object) -> Outcome {
    iterate(numbers)?.iter().try_fold(Value::Int(0), |sum, number| binary(&sum, Operator::Add, number))
}

fn length(numbers: &Object) -> Outcome {
    let length = match numbers {
        Value::List(items) | Value::Tuple(items) => items.len(),
        Value::Dict(dict) => dict.len(),
        Value::Str(text) => text.chars().count(),
        other => return Err(Raised::of_type(format!("object of type '{}' has no len()", ops::kind(other)))),
    };
    Ok(Value::Int(length as i64))
}

fn mean(numbers: &Object) -> Outcome {
    binary(&sum(numbers)?, Operator::Div, &length(numbers)?)
}

fn deviation(numbers: &Object) -> Outcome {
    let mean = mean(numbers)?;
    let mut squares = Value::Int(0);
    for number in iterate(numbers)? {
        let square = binary(&binary(&number, Operator::Sub, &mean)?, Operator::Pow, &Value::Int(2))?;
        squares = binary(&squares, Operator::Add, &square)?;
    }
    let variance = binary(&squares, Operator::Div, &length(numbers)?)?;
    match variance {
        Value::Float(variance) => Ok(Value::Float(variance.sqrt())),
        other => Err(Raised::of_type(format!("must be real number, not {}", ops::kind(&other)))),
    }
}

/// The first of the least numbers, or of the greatest.
fn extreme(numbers: &Object, order: Order) -> Outcome {
    let mut best: Option<Object> = None;
    for number in iterate(numbers)? {
        match &best {
            Some(best) if !compare(&number, order, best)? => {}
            _ => best = Some(number),
        }
    }
    best.ok_or_else(|| Raised::of_value("arg is an empty sequence"))
}

/// What a list comes to.
fn of_list(numbers: &Object, what: &str, compute: impl FnOnce(&Object) -> Outcome) -> Outcome {
    if !is_true(numbers) {
        return error(format!("Cannot {what} of an empty list"));
    }
    or_words(compute(numbers), ELEMENTS)
}

fn si(value: &Object, from: &Object, to: &Object) -> Outcome {
    if !is_real(value) {
        return error("Value must be a number");
    }
    let unit = |unit: &Object| {
        hashable(unit)?;
        Ok(unit.as_str().and_then(metres))
    };
    let Some(metres_in) = unit(from)? else { return unsupported(from, to) };
    let Some(metres_out) = unit(to)? else { return unsupported(from, to) };
    let converted = || {
        let metres = binary(value, Operator::Mult, &metres_in)?;
        binary(&metres, Operator::Mult, &binary(&Value::Int(1), Operator::Div, &metres_out)?)
    };
    large(converted())
}

fn unsupported(from: &Object, to: &Object) -> Outcome {
    error(format!("Conversion from '{}' to '{}' is not supported", str_of(from), str_of(to)))
}

/// The result, or the words for one that is too large.
fn large(outcome: Outcome) -> Outcome {
    match outcome {
        Err(raised) if raised.kind == Kind::Overflow => {
            error("Conversion resulted in a value too large to represent")
        }
        outcome => outcome.map(result),
    }
}

fn imperial(value: &Object, from: &Object, to: &Object) -> Outcome {
    if !is_real(value) {
        return error("Value must be a number");
    }
    if from == to {
        return Ok(result(value.clone()));
    }
    let key = format!("{}_to_{}", str_of(from), str_of(to));
    let found = FACTORS.iter().find(|(from, to, _)| format!("{from}_to_{to}") == key);
    let Some((_, _, factor)) = found else { return unsupported(from, to) };
    let (factor, frost) = (Value::Float(*factor), Value::Int(32));
    let converted = || match (from.as_str(), to.as_str()) {
        (Some("celsius"), Some("fahrenheit")) => {
            binary(&binary(value, Operator::Mult, &factor)?, Operator::Add, &frost)
        }
        (Some("fahrenheit"), Some("celsius")) => {
            binary(&binary(value, Operator::Sub, &frost)?, Operator::Mult, &factor)
        }
        _ => binary(value, Operator::Mult, &factor),
    };
    large(converted())
}

fn divide(a: &Object, b: &Object) -> Outcome {
    if *b == Value::Int(0) {
        return error("Cannot divide by zero");
    }
    or_words(binary(a, Operator::Div, b), NUMBERS)
}

fn multiply(a: &Object, b: &Object) -> Outcome {
    if !is_real(a) || !is_real(b) {
        return error(NUMBERS);
    }
    Ok(result(binary(a, Operator::Mult, b)?))
}

fn percentage(part: &Object, whole: &Object) -> Outcome {
    if *whole == Value::Int(0) {
        return error("Whole value cannot be zero");
    }
    let share = binary(part, Operator::Div, whole);
    or_words(share.and_then(|share| binary(&share, Operator::Mult, &Value::Int(100))), NUMBERS)
}

fn square_root(number: &Object, digits: &Object) -> Outcome {
    const WORDS: &str = "Input must be a number or computation resulted in an invalid operation";
    let root = || {
        if compare(number, Order::Less, &Value::Int(0))? {
            return error("Cannot calculate square root of a negative number");
        }
        Ok(text(format!("{{'result': {}}}", precise::square_root(number, digits)?)))
    };
    match root() {
        Err(raised) if raised.kind == Kind::Type => error(WORDS),
        outcome => outcome,
    }
}

fn logarithm(value: &Object, base: &Object, digits: &Object) -> Outcome {
    match precise::logarithm(value, base, digits) {
        Ok(quotient) => Ok(text(format!("{{'result': {quotient}}}"))),
        Err(raised) => error(raised.text),
    }
}

fn absolute(number: &Object) -> Outcome {
    match number {
        Value::Float(float) => Ok(result(Value::Float(float.abs()))),
        Value::Complex(real, imaginary) => Ok(result(Value::Float(real.hypot(*imaginary)))),
        number => match number.as_whole() {
            Some(whole) => Ok(result(Value::whole(whole.magnitude().clone().into()))),
            None => error("Input must be a number"),
        },
    }
}

impl Backend for Math {
    const NAME: &'static str = "MathAPI";
    const METHODS: &'static [Method<Self>] = &[
        Method("logarithm", &[Needed("value"), Needed("base"), Needed("precision")], |_, a| {
            logarithm(&a[0], &a[1], &a[2])
        }),
        Method("mean", &[Needed("numbers")], |_, a| of_list(&a[0], "calculate mean", mean)),
        Method("standard_deviation", &[Needed("numbers")], |_, a| {
            of_list(&a[0], "calculate standard deviation", deviation)
        }),
        Method("si_unit_conversion", &[Needed("value"), Needed("unit_in"), Needed("unit_out")], |_, a| {
            si(&a[0], &a[1], &a[2])
        }),
        Method(
            "imperial_si_conversion",
            &[Needed("value"), Needed("unit_in"), Needed("unit_out")],
            |_, a| imperial(&a[0], &a[1], &a[2]),
        ),
        Method("add", &[Needed("a"), Needed("b")], |_, a| {
            or_words(binary(&a[0], Operator::Add, &a[1]), NUMBERS)
        }),
        Method("subtract", &[Needed("a"), Needed("b")], |_, a| {
            or_words(binary(&a[0], Operator::Sub, &a[1]), NUMBERS)
        }),
        Method("multiply", &[Needed("a"), Needed("b")], |_, a| multiply(&a[0], &a[1])),
        Method("divide", &[Needed("a"), Needed("b")], |_, a| divide(&a[0], &a[1])),
        Method("power", &[Needed("base"), Needed("exponent")], |_, a| {
            or_words(binary(&a[0], Operator::Pow, &a[1]), NUMBERS)
        }),
        Method("square_root", &[Needed("number"), Needed("precision")], |_, a| square_root(&a[0], &a[1])),
        Method("absolute_value", &[Needed("number")], |_, a| absolute(&a[0])),
        Method("round_number", &[Needed("number"), Optional("decimal_places", || Value::Int(0))], |_, a| {
            or_words(round(&a[0], &a[1]), "First input must be a number, second input must be an integer")
        }),
        Method("percentage", &[Needed("part"), Needed("whole")], |_, a| percentage(&a[0], &a[1])),
        Method("min_value", &[Needed("numbers")], |_, a| {
            of_list(&a[0], "find minimum", |numbers| extreme(numbers, Order::Less))
        }),
        Method("max_value", &[Needed("numbers")], |_, a| {
            of_list(&a[0], "find maximum", |numbers| extreme(numbers, Order::Greater))
        }),
        Method("sum_values", &[Needed("numbers")], |_, a| of_list(&a[0], "calculate sum", sum)),
    ];

    fn load(_: &Dict<'static>, _: &Setting) -> Outcome<Self> {
        Ok(Self)
    }

    fn restore(_: &Dict<'static>, _: &Setting) -> Outcome<Self> {
        Ok(Self)
    }

    fn attributes(&self) -> Vec<(&'static str, Object)> {
        Vec::new()
    }

    fn differences(&self, _: &Self) -> Outcome<Vec<&'static str>> {
        Ok(Vec::new())
    }

    fn saved(&self) -> Vec<(&'static str, Object)> {
        Vec::new()
    }
}

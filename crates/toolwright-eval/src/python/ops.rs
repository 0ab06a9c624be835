//! What Python does to values while it runs: operators, membership, iteration and conversion, with the exceptions that it raises.
//!
//! The words of exceptions are those of Python 3.11, because programs hand them on as results. Work is bounded: whole numbers, texts and lists that would grow
//! beyond what [`arithmetic`] allows raise an exception of our own.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::{FromPrimitive, Signed, ToPrimitive, Zero};
use ruff_python_ast::Operator;

use super::arithmetic::{self, truth};
use super::{Dict, Value, repr};

/// A value that holds on to no text.
pub(crate) type Object = Value<'static>;

/// A value, or the exception instead of it.
pub(crate) type Outcome<T = Object> = std::result::Result<T, Raised>;

/// An exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Raised {
    pub(crate) kind: Kind,
    /// `str(exception)`.
    pub(crate) text: String,
}

/// An exception's class, as far as some program tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Type,
    Value,
    Overflow,
    /// Calls that nest too deep.
    Recursion,
    Other,
}

impl Raised {
    pub(crate) fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    pub(crate) fn of_type(text: impl Into<String>) -> Self {
        Self::new(Kind::Type, text)
    }

    pub(crate) fn of_value(text: impl Into<String>) -> Self {
        Self::new(Kind::Value, text)
    }

    pub(crate) fn other(text: impl Into<String>) -> Self {
        Self::new(Kind::Other, text)
    }

    /// Ours: what Python would do, and goes beyond the bounds here.
    pub(crate) fn too_large() -> Self {
        Self::other("a value grows too large")
    }

    /// A key that is not there.
    pub(crate) fn key(key: &Value<'_>) -> Self {
        Self::other(repr(key))
    }
}

/// The name of a value's type.
pub(crate) const fn kind(value: &Value<'_>) -> &'static str {
    value.kind().name()
}

/// An order between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    const fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// `left < right`, or another order.
pub(crate) fn compare(left: &Value<'_>, order: Order, right: &Value<'_>) -> Outcome<bool> {
    match (left, right) {
        // Bytes of UTF-8 are ordered as the characters are.
        (Value::Str(a), Value::Str(b)) => Ok(order.holds(a.cmp(b))),
        (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) => {
            match a.iter().zip(b).find(|(a, b)| a != b) {
                Some((a, b)) => compare(a, order, b),
                None => Ok(order.holds(a.len().cmp(&b.len()))),
            }
        }
        _ if is_real(left) && is_real(right) => {
            Ok(numbers(left, right).is_some_and(|ordering| order.holds(ordering)))
        }
        _ => Err(Raised::of_type(format!(
            "'{}' not supported between instances of '{}' and '{}'",
            order.sign(),
            kind(left),
            kind(right)
        ))),
    }
}

/// Whether it is an `int` or a `float`; a `bool` is an `int` here.
pub(crate) const fn is_real(value: &Value<'_>) -> bool {
    matches!(value, Value::Bool(_) | Value::Int(_) | Value::Big(_) | Value::Float(_))
}

/// How two real numbers are ordered, exactly; none where one is no number.
fn numbers(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::Float(a), b) => beside(*a, &b.as_whole()?),
        (a, Value::Float(b)) => beside(*b, &a.as_whole()?).map(Ordering::reverse),
        (a, b) => Some(a.as_whole()?.cmp(&b.as_whole()?)),
    }
}

fn beside(float: f64, whole: &BigInt) -> Option<Ordering> {
    match float {
        _ if float.is_nan() => None,
        f64::INFINITY => Some(Ordering::Greater),
        f64::NEG_INFINITY => Some(Ordering::Less),
        float => {
            let floor = BigInt::from_f64(float.floor())?;
            let fraction = if float.fract() == 0.0 { Ordering::Equal } else { Ordering::Greater };
            Some(floor.cmp(whole).then(fraction))
        }
    }
}

/// `left + right`, or another operator.
pub(crate) fn binary(left: &Value<'_>, operator: Operator, right: &Value<'_>) -> Outcome {
    named(left, operator, right, "")
}

/// `left += right`, or another operator.
pub(crate) fn augmented(left: &Value<'_>, operator: Operator, right: &Value<'_>) -> Outcome {
    named(left, operator, right, "=")
}

fn named(left: &Value<'_>, operator: Operator, right: &Value<'_>, suffix: &str) -> Outcome {
    let number = |value: &Value<'_>| is_real(value) || matches!(value, Value::Complex(..));
    if number(left) && number(right) {
        return numeric(left, operator, right);
    }
    let sequence = |value: &Value<'_>| {
        matches!(value, Value::Str(_) | Value::List(_) | Value::Tuple(_) | Value::Bytes(_))
    };
    match (operator, left, right) {
        (Operator::Add, Value::Str(_), Value::Str(_))
        | (Operator::Add, Value::List(_), Value::List(_))
        | (Operator::Add, Value::Tuple(_), Value::Tuple(_)) => {
            if length(left) + length(right) > arithmetic::MAX_ITEMS {
                return Err(Raised::too_large());
            }
            arithmetic::binary(left, operator, right).map_err(Raised::other)
        }
        (Operator::Add, Value::Str(_) | Value::List(_) | Value::Tuple(_), _) => {
            let (own, other) = (kind(left), kind(right));
            Err(Raised::of_type(format!("can only concatenate {own} (not \"{other}\") to {own}")))
        }
        (Operator::Mult, many, number) | (Operator::Mult, number, many) if sequence(many) => {
            if number.as_whole().is_none() {
                let other = kind(number);
                let why = format!("can't multiply sequence by non-int of type '{other}'");
                return Err(Raised::of_type(why));
            }
            arithmetic::binary(left, operator, right).map_err(|_| Raised::too_large())
        }
        (Operator::Mod, Value::Str(_), _) => Err(Raised::other("`%` on a text is not evaluated")),
        _ => {
            let sign = match (operator, suffix) {
                (Operator::Pow, "") => "** or pow()".to_owned(),
                _ => format!("{}{suffix}", operator.as_str()),
            };
            let why =
                format!("unsupported operand type(s) for {sign}: '{}' and '{}'", kind(left), kind(right));
            Err(Raised::of_type(why))
        }
    }
}

/// Characters in bytes, or items.
fn length(value: &Value<'_>) -> usize {
    match value {
        Value::Str(text) => text.len(),
        Value::List(items) | Value::Tuple(items) => items.len(),
        _ => 0,
    }
}

fn numeric(left: &Value<'_>, operator: Operator, right: &Value<'_>) -> Outcome {
    let floats = matches!(left, Value::Float(_)) || matches!(right, Value::Float(_));
    let complex = matches!(left, Value::Complex(..)) || matches!(right, Value::Complex(..));
    if !floats && !complex {
        return whole(left, operator, right);
    }
    if complex {
        return arithmetic::binary(left, operator, right).map_err(Raised::other);
    }
    let (a, b) = (to_float(left)?, to_float(right)?);
    let zero = match operator {
        Operator::Div => Some("float division by zero"),
        Operator::FloorDiv => Some("float floor division by zero"),
        Operator::Mod => Some("float modulo"),
        _ => None,
    };
    match (operator, zero) {
        (_, Some(why)) if b == 0.0 => Err(Raised::other(why)),
        (Operator::Pow, _) => power(a, b),
        (Operator::LShift | Operator::RShift | Operator::BitOr | Operator::BitXor | Operator::BitAnd, _)
        | (Operator::MatMult, _) => {
            let sign = operator.as_str();
            let why =
                format!("unsupported operand type(s) for {sign}: '{}' and '{}'", kind(left), kind(right));
            Err(Raised::of_type(why))
        }
        _ => arithmetic::float(a, operator, b).map(Value::Float).map_err(Raised::other),
    }
}

fn whole(left: &Value<'_>, operator: Operator, right: &Value<'_>) -> Outcome {
    if let (Value::Int(a), Value::Int(b)) = (left, right) {
        let quick = match operator {
            Operator::Add => a.checked_add(*b),
            Operator::Sub => a.checked_sub(*b),
            Operator::Mult => a.checked_mul(*b),
            _ => None,
        };
        if let Some(quick) = quick {
            return Ok(Value::Int(quick));
        }
    }
    let (Some(a), Some(b)) = (left.as_whole(), right.as_whole()) else {
        return Err(Raised::other("no whole number"));
    };
    match operator {
        Operator::Div if b.is_zero() => Err(Raised::other("division by zero")),
        Operator::FloorDiv if b.is_zero() => Err(Raised::other("integer division or modulo by zero")),
        Operator::Mod if b.is_zero() => Err(Raised::other("integer modulo by zero")),
        Operator::Pow if b.is_negative() => power(to_float(left)?, to_float(right)?),
        Operator::MatMult => {
            let why = format!("unsupported operand type(s) for @: '{}' and '{}'", kind(left), kind(right));
            Err(Raised::of_type(why))
        }
        _ => arithmetic::whole(&a, operator, &b).map_err(|_| Raised::too_large()),
    }
}

/// `a ** b` of floats, which may leave the real numbers.
fn power(a: f64, b: f64) -> Outcome {
    if a == 0.0 && b < 0.0 {
        return Err(Raised::other("0.0 cannot be raised to a negative power"));
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b.fract() != 0.0 {
        let (length, phase) = (a.hypot(0.0).powf(b), 0.0f64.atan2(a) * b);
        return Ok(Value::Complex(length * phase.cos(), length * phase.sin()));
    }
    let power = a.powf(b);
    if power.is_infinite() && a.is_finite() && b.is_finite() {
        return Err(Raised::new(Kind::Overflow, "(34, 'Numerical result out of range')"));
    }
    Ok(Value::Float(power))
}

/// A number as a float, as operators take it.
fn to_float(value: &Value<'_>) -> Outcome<f64> {
    let large = || Raised::new(Kind::Overflow, "int too large to convert to float");
    match value {
        Value::Float(float) => Ok(*float),
        Value::Int(int) => Ok(*int as f64),
        value => {
            let whole = value.as_whole().and_then(|whole| whole.to_f64());
            whole.filter(|float| float.is_finite()).ok_or_else(large)
        }
    }
}

/// `float(value)`.
pub(crate) fn float(value: &Value<'_>) -> Outcome<f64> {
    match value {
        Value::Str(text) => super::text::float(text)
            .ok_or_else(|| Raised::of_value(format!("could not convert string to float: {}", repr(value)))),
        value if is_real(value) => to_float(value),
        other => Err(Raised::of_type(format!(
            "float() argument must be a string or a real number, not '{}'",
            kind(other)
        ))),
    }
}

/// `int(value)`.
pub(crate) fn int(value: &Value<'_>) -> Outcome {
    match value {
        Value::Str(text) => super::text::int(text).ok_or_else(|| {
            Raised::of_value(format!("invalid literal for int() with base 10: {}", repr(value)))
        }),
        Value::Float(float) if float.is_nan() => Err(Raised::of_value("cannot convert float NaN to integer")),
        Value::Float(float) => match BigInt::from_f64(float.trunc()) {
            Some(whole) => Ok(Value::whole(whole)),
            None => Err(Raised::new(Kind::Overflow, "cannot convert float infinity to integer")),
        },
        value => value.as_whole().map(Value::whole).ok_or_else(|| {
            let kind = kind(value);
            Raised::of_type(format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{kind}'"
            ))
        }),
    }
}

/// Raises what a dict raises at a key that it cannot have.
pub(crate) fn hashable(key: &Value<'_>) -> Outcome<()> {
    match key {
        Value::Tuple(items) => items.iter().try_for_each(hashable),
        key if key.is_hashable() => Ok(()),
        key => Err(Raised::of_type(format!("unhashable type: '{}'", kind(key)))),
    }
}

/// `item in container`.
pub(crate) fn contains(container: &Value<'_>, item: &Value<'_>) -> Outcome<bool> {
    match (container, item) {
        (Value::Str(text), Value::Str(part)) => Ok(text.contains(&**part)),
        (Value::Str(_), other) => Err(Raised::of_type(format!(
            "'in <string>' requires string as left operand, not {}",
            kind(other)
        ))),
        (Value::List(items) | Value::Tuple(items), item) => Ok(items.contains(item)),
        (Value::Dict(dict), key) => {
            hashable(key)?;
            Ok(dict.get_value(key).is_some())
        }
        (other, _) => Err(Raised::of_type(format!("argument of type '{}' is not iterable", kind(other)))),
    }
}

/// What a loop over the value meets.
pub(crate) fn iterate(value: &Value<'_>) -> Outcome<Vec<Object>> {
    Ok(match value {
        Value::List(items) | Value::Tuple(items) => {
            items.iter().map(|item| item.clone().into_owned()).collect()
        }
        Value::Str(text) => text.chars().map(|next| Value::text(next.to_string())).collect(),
        Value::Dict(dict) => dict.iter().map(|(key, _)| key.clone().into_owned()).collect(),
        other => return Err(Raised::of_type(format!("'{}' object is not iterable", kind(other)))),
    })
}

/// `value[key]`.
pub(crate) fn item<'v>(value: &'v Object, key: &Value<'_>) -> Outcome<&'v Object> {
    match value {
        Value::Dict(dict) => {
            hashable(key)?;
            dict.get_value(key).ok_or_else(|| Raised::key(key))
        }
        Value::List(items) | Value::Tuple(items) => {
            let (own, other) = (kind(value), kind(key));
            let at = key.as_whole().ok_or_else(|| {
                Raised::of_type(format!("{own} indices must be integers or slices, not {other}"))
            })?;
            let at = if at.is_negative() { at + items.len() } else { at };
            let found = at.to_usize().and_then(|at| items.get(at));
            found.ok_or_else(|| Raised::other(format!("{own} index out of range")))
        }
        Value::Str(_) => {
            Err(Raised::of_type(format!("string indices must be integers, not '{}'", kind(key))))
        }
        other => Err(Raised::of_type(format!("'{}' object is not subscriptable", kind(other)))),
    }
}

/// `value[key]` of a key that is a text.
pub(crate) fn member<'v>(value: &'v Object, key: &'static str) -> Outcome<&'v Object> {
    item(value, &Value::text(key))
}

/// The text on which a method is called.
pub(crate) fn text_of<'v>(value: &'v Value<'_>, method: &str) -> Outcome<&'v str> {
    value.as_str().ok_or_else(|| no_attribute(value, method))
}

/// The dict on which a method is called.
pub(crate) fn dict_of<'v>(value: &'v Object, method: &str) -> Outcome<&'v Dict<'static>> {
    match value {
        Value::Dict(dict) => Ok(dict),
        other => Err(no_attribute(other, method)),
    }
}

/// The dict into which something is put.
pub(crate) fn dict_mut(value: &mut Object) -> Outcome<&mut Dict<'static>> {
    match value {
        Value::Dict(dict) => Ok(dict),
        other => Err(Raised::of_type(format!("'{}' object does not support item assignment", kind(other)))),
    }
}

/// The list on which a method is called.
pub(crate) fn list_mut<'v>(value: &'v mut Object, method: &str) -> Outcome<&'v mut Vec<Object>> {
    match value {
        Value::List(items) => Ok(items),
        other => Err(no_attribute(other, method)),
    }
}

pub(crate) fn no_attribute(value: &Value<'_>, method: &str) -> Raised {
    Raised::other(format!("'{}' object has no attribute '{method}'", kind(value)))
}

/// `bool(value)`.
pub(crate) fn is_true(value: &Value<'_>) -> bool {
    truth(value)
}

/// `round(value, places)`.
pub(crate) fn round(value: &Value<'_>, places: &Value<'_>) -> Outcome {
    let places = match places {
        Value::None => None,
        places => Some(places.as_whole().ok_or_else(|| {
            Raised::of_type(format!("'{}' object cannot be interpreted as an integer", kind(places)))
        })?),
    };
    match (value, places) {
        (Value::Float(float), Some(places)) => Ok(Value::Float(rounded(*float, &places))),
        (Value::Float(float), None) => int(&Value::Float(float.round_ties_even())),
        (value, places) => {
            let Some(whole) = value.as_whole() else {
                let kind = kind(value);
                return Err(Raised::of_type(format!("type {kind} doesn't define __round__ method")));
            };
            let Some(places) = places.filter(Signed::is_negative) else { return Ok(Value::whole(whole)) };
            // No number that is allowed here has as many digits.
            let Some(digits) = (-places).to_u32().filter(|digits| *digits <= 20_000) else {
                return Ok(Value::Int(0));
            };
            let unit = BigInt::from(10).pow(digits);
            Ok(Value::whole(nearest(&whole, &unit) * unit))
        }
    }
}

/// `whole / unit` rounded, halves to even.
fn nearest(whole: &BigInt, unit: &BigInt) -> BigInt {
    let (floor, rest) = arithmetic::floor(whole, unit);
    match (&rest * 2i32).cmp(unit) {
        Ordering::Less => floor,
        Ordering::Greater => floor + 1,
        Ordering::Equal if (&floor % 2i32).is_zero() => floor,
        Ordering::Equal => floor + 1,
    }
}

/// A float rounded to so many decimal places, from its exact value, halves to even.
fn rounded(float: f64, places: &BigInt) -> f64 {
    /// Beyond so many places every float is what it was.
    const MOST: i64 = 323;
    let places = places.to_i64().unwrap_or(if places.is_negative() { i64::MIN } else { i64::MAX });
    if !float.is_finite() || places > MOST {
        return float;
    }
    if places < -308 {
        return 0.0f64.copysign(float);
    }
    if places >= 0 {
        let places = usize::try_from(places).unwrap_or_default();
        return format!("{float:.places$}").parse().unwrap_or(float);
    }
    // What stands behind the point breaks ties only.
    let (whole, fraction) = (BigInt::from_f64(float.abs().trunc()).unwrap_or_default(), float.fract() != 0.0);
    let unit = BigInt::from(10).pow(u32::try_from(-places).unwrap_or_default());
    let tie = (&whole % &unit) * 2i32 == unit;
    let whole = if tie && fraction { whole + 1 } else { whole };
    let rounded: BigInt = nearest(&whole, &unit) * unit;
    rounded.to_f64().unwrap_or_default().copysign(float)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(outcome: Outcome) -> String {
        outcome.map_or_else(|raised| format!("! {}", raised.text), |value| repr(&value))
    }

    #[test]
    fn operators_give_what_python_gives() {
        let (int, float, text) = (Value::Int, Value::Float, |text: &'static str| Value::text(text));
        for (left, operator, right, expected) in [
            (int(2), Operator::Add, float(0.5), "2.5"),
            (int(i64::MAX), Operator::Add, int(1), "9223372036854775808"),
            (int(7), Operator::Div, int(2), "3.5"),
            (Value::Bool(true), Operator::Add, Value::Bool(true), "2"),
            (int(1), Operator::Div, int(0), "! division by zero"),
            (float(1.0), Operator::Div, int(0), "! float division by zero"),
            (int(2), Operator::Pow, int(-1), "0.5"),
            (int(0), Operator::Pow, int(-1), "! 0.0 cannot be raised to a negative power"),
            (int(-8), Operator::Pow, float(0.5), "(1.7319121124709868e-16+2.8284271247461903j)"),
            (float(1e300), Operator::Pow, int(2), "! (34, 'Numerical result out of range')"),
            (text("a"), Operator::Add, int(1), "! can only concatenate str (not \"int\") to str"),
            (int(1), Operator::Add, text("a"), "! unsupported operand type(s) for +: 'int' and 'str'"),
            (text("ab"), Operator::Mult, int(2), "'abab'"),
            (text("ab"), Operator::Mult, float(2.0), "! can't multiply sequence by non-int of type 'float'"),
            (int(7), Operator::Mod, int(-5), "-3"),
        ] {
            assert_eq!(told(binary(&left, operator, &right)), expected);
        }
        assert_eq!(
            told(augmented(&int(1), Operator::Sub, &text("a"))),
            "! unsupported operand type(s) for -=: 'int' and 'str'"
        );
    }

    #[test]
    fn orders_are_exact_and_types_are_told() {
        let less = |a: Object, b: Object| compare(&a, Order::Less, &b).map(Value::Bool);
        assert_eq!(
            told(less(Value::Int(9_007_199_254_740_993), Value::Float(9_007_199_254_740_992.0))),
            "False"
        );
        assert_eq!(told(less(Value::Float(1.5), Value::Int(2))), "True");
        assert_eq!(told(less(Value::Float(f64::NAN), Value::Int(2))), "False");
        assert_eq!(told(less(Value::Int(2), Value::Float(f64::INFINITY))), "True");
        assert_eq!(told(less(Value::text("a"), Value::text("b"))), "True");
        assert_eq!(
            told(less(Value::None, Value::Int(1))),
            "! '<' not supported between instances of 'NoneType' and 'int'"
        );
        let list = |items: &[i64]| Value::List(items.iter().copied().map(Value::Int).collect());
        assert_eq!(told(less(list(&[1, 2]), list(&[1, 2, 0]))), "True");
    }

    #[test]
    fn numbers_are_rounded_from_their_exact_value() {
        for (value, places, expected) in [
            (Value::Float(2.675), 2, "2.67"),
            (Value::Float(0.5), 0, "0.0"),
            (Value::Float(2.5), 0, "2.0"),
            (Value::Float(1234.5), -2, "1200.0"),
            (Value::Float(-1250.0), -2, "-1200.0"),
            (Value::Float(1250.5), -2, "1300.0"),
            (Value::Float(1e22), 400, "1e+22"),
            (Value::Int(1250), -2, "1200"),
            (Value::Int(1350), -2, "1400"),
            (Value::Int(7), 3, "7"),
        ] {
            assert_eq!(told(round(&value, &Value::Int(places))), expected);
        }
        assert_eq!(told(round(&Value::Float(2.5), &Value::None)), "2");
        assert_eq!(
            told(round(&Value::Int(1), &Value::Float(1.0))),
            "! 'float' object cannot be interpreted as an integer"
        );
    }
}

//! Operations on literals, `2 * 3.5` or `"a" + "b"`: what `eval` would give, by arithmetic alone.
//!
//! Only literals, lists, tuples and operators count. Names, calls, subscripts and the like are refused, and so is
//! whatever would grow beyond [`MAX_BITS`] or [`MAX_ITEMS`], `%` on text, and powers that leave the real numbers.

use num_bigint::{BigInt, Sign};
use num_traits::{Signed, ToPrimitive, Zero};
use ruff_python_ast::{Expr, Operator, UnaryOp};

use super::Value;
use super::calls::constant;

/// Whole numbers grow to so many bits at most.
const MAX_BITS: u64 = 1 << 16;

/// Texts and lists grow to so many characters or items at most.
pub(super) const MAX_ITEMS: usize = 1 << 16;

type Result<T> = std::result::Result<T, String>;

/// The value of an expression of literals.
pub(super) fn value(node: &Expr) -> Result<Value<'static>> {
    if let Expr::EllipsisLiteral(_) = node {
        return Err("`...` is no number".to_owned());
    }
    if let Some(constant) = constant(node) {
        return constant;
    }
    match node {
        Expr::UnaryOp(operation) => unary(operation.op, &value(&operation.operand)?),
        Expr::BinOp(operation) => binary(&value(&operation.left)?, operation.op, &value(&operation.right)?),
        Expr::List(list) => Ok(Value::List(list.elts.iter().map(value).collect::<Result<_>>()?)),
        Expr::Tuple(tuple) => Ok(Value::Tuple(tuple.elts.iter().map(value).collect::<Result<_>>()?)),
        _ => Err("an operation holds something that is no literal".to_owned()),
    }
}

/// `-value`, of a number.
pub(super) fn negative(value: &Value<'_>) -> Option<Value<'static>> {
    Some(match value {
        Value::Float(float) => Value::Float(-float),
        Value::Complex(real, imaginary) => Value::Complex(-real, -imaginary),
        value => Value::whole(-value.as_whole()?),
    })
}

pub(super) fn unary(operator: UnaryOp, value: &Value<'_>) -> Result<Value<'static>> {
    let number = || format!("`{}` stands before something that is no number", operator.as_str());
    match operator {
        UnaryOp::USub => negative(value).ok_or_else(number),
        UnaryOp::UAdd => negative(value).as_ref().and_then(negative).ok_or_else(number),
        UnaryOp::Invert => value.as_whole().map(|whole| Value::whole(!whole)).ok_or_else(number),
        UnaryOp::Not => Ok(Value::Bool(!truth(value))),
    }
}

pub(super) fn truth(value: &Value<'_>) -> bool {
    match value {
        Value::None => false,
        Value::Str(text) => !text.is_empty(),
        Value::Bytes(bytes) => !bytes.is_empty(),
        Value::List(items) | Value::Tuple(items) => !items.is_empty(),
        Value::Dict(dict) => dict.len() > 0,
        number => *number != Value::Int(0),
    }
}

/// A number: whole ones stay whole as long as they meet only whole ones.
enum Number {
    Whole(BigInt),
    Float(f64),
    Complex(f64, f64),
}

impl Number {
    fn of(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Float(float) => Some(Self::Float(*float)),
            Value::Complex(real, imaginary) => Some(Self::Complex(*real, *imaginary)),
            value => value.as_whole().map(Self::Whole),
        }
    }

    fn float(&self) -> Result<f64> {
        match self {
            Self::Float(float) => Ok(*float),
            Self::Whole(whole) => match whole.to_f64() {
                Some(float) if float.is_finite() => Ok(float),
                _ => Err("a whole number is too large for a float".to_owned()),
            },
            Self::Complex(..) => Err("a complex number is no float".to_owned()),
        }
    }
}

pub(super) fn binary(left: &Value<'_>, operator: Operator, right: &Value<'_>) -> Result<Value<'static>> {
    let (a, b) = match (Number::of(left), Number::of(right)) {
        (Some(a), Some(b)) => (a, b),
        _ => return sequence(left, operator, right),
    };
    match (&a, &b) {
        (Number::Whole(a), Number::Whole(b)) => {
            if let (Value::Bool(a), Value::Bool(b)) = (left, right) {
                match operator {
                    Operator::BitAnd => return Ok(Value::Bool(a & b)),
                    Operator::BitOr => return Ok(Value::Bool(a | b)),
                    Operator::BitXor => return Ok(Value::Bool(a ^ b)),
                    _ => {}
                }
            }
            whole(a, operator, b)
        }
        (Number::Complex(..), _) | (_, Number::Complex(..)) => complex(&a, operator, &b),
        _ => float(a.float()?, operator, b.float()?).map(Value::Float),
    }
}

fn unsupported(operator: Operator) -> String {
    format!("`{}` does not go with these values", operator.as_str())
}

pub(super) fn whole(a: &BigInt, operator: Operator, b: &BigInt) -> Result<Value<'static>> {
    let zero = || "division by zero".to_owned();
    let large = || "a whole number grows too large".to_owned();
    let grown = |bits: u64| if bits > MAX_BITS { Err(large()) } else { Ok(()) };
    Ok(Value::whole(match operator {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => {
            grown(a.bits() + b.bits())?;
            a * b
        }
        Operator::Div if b.is_zero() => return Err(zero()),
        Operator::Div => return quotient(a, b).map(Value::Float),
        Operator::FloorDiv | Operator::Mod if b.is_zero() => return Err(zero()),
        Operator::FloorDiv => floor(a, b).0,
        Operator::Mod => floor(a, b).1,
        Operator::Pow if b.is_negative() && a.is_zero() => return Err(zero()),
        Operator::Pow if b.is_negative() => {
            let (a, b) = (Number::Whole(a.clone()).float()?, Number::Whole(b.clone()).float()?);
            return Ok(Value::Float(a.powf(b)));
        }
        Operator::Pow => {
            let exponent = b.to_u32().ok_or_else(large)?;
            grown(a.bits().saturating_mul(u64::from(exponent)))?;
            a.pow(exponent)
        }
        Operator::LShift | Operator::RShift if b.is_negative() => return Err("a negative shift".to_owned()),
        Operator::LShift => {
            let shift = b.to_u64().ok_or_else(large)?;
            grown(a.bits().saturating_add(shift))?;
            a << shift
        }
        Operator::RShift => match b.to_u64() {
            Some(shift) => a >> shift,
            None if a.is_negative() => BigInt::from(-1),
            None => BigInt::zero(),
        },
        Operator::BitOr => a | b,
        Operator::BitXor => a ^ b,
        Operator::BitAnd => a & b,
        Operator::MatMult => return Err(unsupported(operator)),
    }))
}

/// Quotient rounded down, and the remainder that goes with it: its sign is the divisor's.
pub(super) fn floor(a: &BigInt, b: &BigInt) -> (BigInt, BigInt) {
    let (quotient, remainder) = (a / b, a % b);
    match remainder.sign() != Sign::NoSign && remainder.sign() != b.sign() {
        true => (quotient - 1, remainder + b),
        false => (quotient, remainder),
    }
}

/// The float nearest to `a / b`.
fn quotient(a: &BigInt, b: &BigInt) -> Result<f64> {
    match (a.to_i64(), b.to_i64()) {
        // Both floats are exact, so that one division rounds once.
        (Some(a), Some(b)) if a.unsigned_abs() <= 1 << 53 && b.unsigned_abs() <= 1 << 53 => {
            Ok(a as f64 / b as f64)
        }
        _ => Ok(Number::Whole(a.clone()).float()? / Number::Whole(b.clone()).float()?),
    }
}

pub(super) fn float(a: f64, operator: Operator, b: f64) -> Result<f64> {
    Ok(match operator {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        Operator::Div | Operator::FloorDiv | Operator::Mod if b == 0.0 => {
            return Err("division by zero".to_owned());
        }
        Operator::Div => a / b,
        Operator::Mod => modulo(a, b),
        Operator::FloorDiv => {
            let quotient = (a - modulo(a, b)) / b;
            let floor = quotient.floor();
            if quotient - floor > 0.5 { floor + 1.0 } else { floor }
        }
        Operator::Pow if a == 0.0 && b < 0.0 => return Err("division by zero".to_owned()),
        Operator::Pow if a < 0.0 && b.is_finite() && b.fract() != 0.0 => {
            return Err("a power that leaves the real numbers".to_owned());
        }
        Operator::Pow => {
            let power = a.powf(b);
            if power.is_infinite() && a.is_finite() && b.is_finite() {
                return Err("a power that is too large for a float".to_owned());
            }
            power
        }
        _ => return Err(unsupported(operator)),
    })
}

/// The remainder with the divisor's sign.
fn modulo(a: f64, b: f64) -> f64 {
    let remainder = a % b;
    match remainder != 0.0 {
        true if (b < 0.0) != (remainder < 0.0) => remainder + b,
        true => remainder,
        false => 0.0f64.copysign(b),
    }
}

fn complex(a: &Number, operator: Operator, b: &Number) -> Result<Value<'static>> {
    let parts = |number: &Number| match number {
        Number::Complex(real, imaginary) => Ok((*real, *imaginary)),
        number => Ok::<_, String>((number.float()?, 0.0)),
    };
    let ((a, b), (c, d)) = (parts(a)?, parts(b)?);
    Ok(match operator {
        Operator::Add => Value::Complex(a + c, b + d),
        Operator::Sub => Value::Complex(a - c, b - d),
        Operator::Mult => Value::Complex(a * c - b * d, a * d + b * c),
        _ => return Err(unsupported(operator)),
    })
}

/// Texts and lists: added to their like, or repeated.
fn sequence(left: &Value<'_>, operator: Operator, right: &Value<'_>) -> Result<Value<'static>> {
    match (operator, left, right) {
        (Operator::Add, Value::Str(a), Value::Str(b)) => Ok(Value::text(format!("{a}{b}"))),
        (Operator::Add, Value::Bytes(a), Value::Bytes(b)) => Ok(Value::Bytes([a.as_slice(), b].concat())),
        (Operator::Add, Value::List(a), Value::List(b)) => Ok(Value::List(joined(a, b))),
        (Operator::Add, Value::Tuple(a), Value::Tuple(b)) => Ok(Value::Tuple(joined(a, b))),
        (Operator::Mult, sequence, number) | (Operator::Mult, number, sequence)
            if number.as_whole().is_some() && sequence.as_whole().is_none() =>
        {
            let times = number.as_whole().unwrap_or_default();
            repeated(sequence, &times).ok_or_else(|| unsupported(operator))
        }
        _ => Err(unsupported(operator)),
    }
}

fn joined(a: &[Value<'_>], b: &[Value<'_>]) -> Vec<Value<'static>> {
    a.iter().chain(b).map(|item| item.clone().into_owned()).collect()
}

/// The sequence `times` times; none where it is none, or grows too long.
fn repeated(sequence: &Value<'_>, times: &BigInt) -> Option<Value<'static>> {
    let length = match sequence {
        Value::Str(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(items) | Value::Tuple(items) => items.len(),
        _ => return None,
    };
    let times = if times.is_negative() || length == 0 { 0 } else { times.to_usize()? };
    if length.checked_mul(times)? > MAX_ITEMS {
        return None;
    }
    let many = |items: &[Value<'_>]| (0..times).flat_map(|_| joined(items, &[])).collect();
    Some(match sequence {
        Value::Str(text) => Value::text(text.repeat(times)),
        Value::Bytes(bytes) => Value::Bytes(bytes.repeat(times)),
        Value::List(items) => Value::List(many(items)),
        Value::Tuple(items) => Value::Tuple(many(items)),
        _ => return None,
    })
}

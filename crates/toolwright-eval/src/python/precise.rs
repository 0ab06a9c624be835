//! Numbers with a chosen precision: square roots as `decimal` takes them, logarithms as `mpmath` does, and how each writes its result.
//!
//! `decimal` is exact but for one rounding, halves to even. `mpmath` computes logarithms with some bits to spare and rounds to its precision; so does this, with
//! more of them, so the two can differ only where a logarithm lies within 2^-40 of a half of the last bit. Logarithms of negative numbers, which are complex
//! there, are refused here.

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::Value;
use super::ops::{Object, Outcome, Raised, int, kind};

/// Digits beyond which nothing is computed: bounded work.
const MOST_DIGITS: i64 = 4_000;

/// Bits of a decimal digit, as `mpmath` has them.
const BITS_A_DIGIT: f64 = 3.321_928_094_887_362_6;

/// `Decimal(number).sqrt()` in a context of so many digits, as `repr` writes it. The number is none below zero.
pub(crate) fn square_root(number: &Object, digits: &Object) -> Outcome<String> {
    let Some(digits) = digits.as_whole() else {
        return Err(Raised::of_type(format!("an integer is required (got type {})", kind(digits))));
    };
    let digits = digits.to_i64().filter(|digits| *digits >= 1);
    let digits = digits.ok_or_else(|| Raised::of_value("valid range for prec is [1, MAX_PREC]"))?;
    if digits > MOST_DIGITS {
        return Err(Raised::too_large());
    }
    let (coefficient, exponent) = match number {
        Value::Float(float) if float.is_nan() => return Ok("Decimal('NaN')".to_owned()),
        Value::Float(float) if float.is_infinite() => return Ok("Decimal('Infinity')".to_owned()),
        Value::Float(float) => decimal_of(*float),
        number => match number.as_whole() {
            Some(whole) => (whole.magnitude().clone(), 0),
            None => return Err(Raised::of_type("no number")),
        },
    };
    let digits = digits.to_usize().unwrap_or(1);
    if coefficient.is_zero() {
        return Ok(format!("Decimal('{}')", scientific("0", exponent.div_euclid(2))));
    }
    let (coefficient, exponent) = root(coefficient, exponent, digits);
    let (text, exponent) = fixed(&coefficient, exponent, digits);
    Ok(format!("Decimal('{}')", scientific(&text, exponent)))
}

/// A float's exact value as digits and a power of ten.
fn decimal_of(float: f64) -> (BigUint, i64) {
    let (mantissa, exponent) = binary_of(float);
    match exponent >= 0 {
        true => (mantissa << exponent.unsigned_abs(), 0),
        // m / 2^e is m * 5^e / 10^e.
        false => {
            let power = u32::try_from(exponent.unsigned_abs()).unwrap_or_default();
            (mantissa * BigUint::from(5u32).pow(power), exponent)
        }
    }
}

/// A finite float's magnitude as an odd number, or 0, and a power of two.
fn binary_of(float: f64) -> (BigUint, i64) {
    let bits = float.abs().to_bits();
    let (raw, fraction) = ((bits >> 52) as i64, bits & ((1 << 52) - 1));
    let (mantissa, exponent) = if raw == 0 { (fraction, -1074) } else { (fraction | 1 << 52, raw - 1075) };
    if mantissa == 0 {
        return (BigUint::zero(), 0);
    }
    let zeros = mantissa.trailing_zeros();
    (BigUint::from(mantissa >> zeros), exponent + i64::from(zeros))
}

/// The root with one digit to spare, which is no half where the root goes on behind it.
fn root(coefficient: BigUint, exponent: i64, digits: usize) -> (BigUint, i64) {
    let ten = |power: u64| BigUint::from(10u32).pow(u32::try_from(power).unwrap_or(u32::MAX));
    let length = coefficient.to_string().len();
    let odd = exponent.rem_euclid(2) == 1;
    let mut exponent = exponent.div_euclid(2);
    let (mut coefficient, half) =
        if odd { (coefficient * 10u32, (length >> 1) + 1) } else { (coefficient, (length + 1) >> 1) };
    let shift = digits as i64 + 1 - half as i64;
    let mut exact = true;
    if shift >= 0 {
        coefficient *= ten(2 * shift.unsigned_abs());
    } else {
        let unit = ten(2 * shift.unsigned_abs());
        exact = (&coefficient % &unit).is_zero();
        coefficient /= unit;
    }
    exponent -= shift;
    let mut found = coefficient.sqrt();
    exact = exact && &found * &found == coefficient;
    if exact {
        match shift >= 0 {
            true => found /= ten(shift.unsigned_abs()),
            false => found *= ten(shift.unsigned_abs()),
        }
        exponent += shift;
    } else if (&found % 5u32).is_zero() {
        found += 1u32;
    }
    (found, exponent)
}

/// At the most so many digits, halves to even.
fn fixed(coefficient: &BigUint, exponent: i64, digits: usize) -> (String, i64) {
    let text = coefficient.to_string();
    let Some(extra) = text.len().checked_sub(digits).filter(|extra| *extra > 0) else {
        return (text, exponent);
    };
    let unit = BigUint::from(10u32).pow(u32::try_from(extra).unwrap_or_default());
    let (floor, rest) = (coefficient / &unit, coefficient % &unit);
    let odd = (&floor % 2u32).is_one();
    let up = match (&rest * 2u32).cmp(&unit) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => odd,
        std::cmp::Ordering::Less => false,
    };
    let (text, exponent) = ((floor + u32::from(up)).to_string(), exponent + extra as i64);
    // 99.9 becomes 100, which is a digit too long.
    match text.len() > digits {
        true => (text[..digits].to_owned(), exponent + 1),
        false => (text, exponent),
    }
}

/// Digits and a power of ten as `decimal` writes them.
fn scientific(digits: &str, exponent: i64) -> String {
    let point = exponent + digits.len() as i64;
    if exponent <= 0 && point > -6 {
        return match usize::try_from(point) {
            Ok(0) | Err(_) => {
                let zeros = usize::try_from(-point).unwrap_or_default();
                format!("0.{}{digits}", "0".repeat(zeros)).trim_end_matches('.').to_owned()
            }
            Ok(point) if exponent == 0 => digits[..point].to_owned(),
            Ok(point) => format!("{}.{}", &digits[..point], &digits[point..]),
        };
    }
    let (first, rest) = digits.split_at(1);
    let dot = if rest.is_empty() { "" } else { "." };
    format!("{first}{dot}{rest}E{:+}", point - 1)
}

/// A number with a sign, as a whole number and a power of two.
#[derive(Clone, Debug, PartialEq)]
enum Binary {
    Finite(BigInt, i64),
    /// Beyond all numbers; negative where it is so.
    Infinite(bool),
    Nan,
}

/// `mpmath.log(value) / mpmath.log(base)` with so many digits, as `repr` writes it.
pub(crate) fn logarithm(value: &Object, base: &Object, digits: &Object) -> Outcome<String> {
    let digits = match int(digits)? {
        Value::Int(digits) if digits <= MOST_DIGITS => digits,
        Value::Big(big) if big.is_negative() => 0,
        Value::Int(_) | Value::Big(_) => return Err(Raised::too_large()),
        _ => 0,
    };
    #[expect(clippy::cast_possible_truncation, reason = "the digits are bounded")]
    let bits = ((digits.saturating_add(1) as f64 * BITS_A_DIGIT).round_ties_even() as i64).max(1);
    let bits = bits.unsigned_abs();
    let (above, below) = (ln(&binary(value)?, bits)?, ln(&binary(base)?, bits)?);
    let quotient = match (above, below) {
        (Binary::Nan, _) | (_, Binary::Nan) | (Binary::Infinite(_), Binary::Infinite(_)) => Binary::Nan,
        (_, Binary::Finite(below, _)) if below.is_zero() => return Err(Raised::other("")),
        (Binary::Infinite(negative), Binary::Finite(below, _)) => {
            Binary::Infinite(negative != below.is_negative())
        }
        (Binary::Finite(..), Binary::Infinite(_)) => Binary::Finite(BigInt::zero(), 0),
        (Binary::Finite(a, x), Binary::Finite(b, y)) => {
            // Enough bits that the rest decides no more than which half it is.
            let shift = (bits + 2 + b.bits()).saturating_sub(a.bits()) + 2;
            let (quotient, rest) = divided(&(a << shift), &b);
            let sticky = if rest { (quotient << 1u32) + 1 } else { quotient << 1u32 };
            round(sticky, x - y - shift as i64 - 1, bits)
        }
    };
    Ok(format!("mpf('{}')", shown(&quotient, bits)))
}

/// Quotient towards zero, and whether something is left; the sign goes to the quotient.
fn divided(a: &BigInt, b: &BigInt) -> (BigInt, bool) {
    let (quotient, rest) = (a / b, a % b);
    // What is left is added to the magnitude by the caller, as one bit behind the quotient.
    let negative = a.is_negative() != b.is_negative();
    let rest = !rest.is_zero();
    match negative && rest {
        // -(2q + 1) is 2(-q - 1) + 1.
        true => (quotient - 1, true),
        false => (quotient, rest),
    }
}

/// What `mpmath` makes of a value.
fn binary(value: &Object) -> Outcome<Binary> {
    let of_float = |float: f64| match float {
        _ if float.is_nan() => Binary::Nan,
        _ if float.is_infinite() => Binary::Infinite(float < 0.0),
        float => {
            let (mantissa, exponent) = binary_of(float);
            let sign = if float < 0.0 { Sign::Minus } else { Sign::Plus };
            Binary::Finite(BigInt::from_biguint(sign, mantissa), exponent)
        }
    };
    match value {
        Value::Float(float) => Ok(of_float(*float)),
        Value::None | Value::List(_) | Value::Tuple(_) | Value::Dict(_) | Value::Bytes(_) => {
            Err(Raised::of_type(format!("cannot create mpf from {}", super::repr(value))))
        }
        Value::Str(text) => match super::text::float(text) {
            None => Err(Raised::of_type(format!("cannot create mpf from {}", super::repr(value)))),
            Some(float) if !float.is_finite() => Ok(of_float(float)),
            Some(_) => Err(Raised::other("a number is needed here")),
        },
        Value::Complex(..) => Err(Raised::other("a number is needed here")),
        value => Ok(Binary::Finite(value.as_whole().unwrap_or_default(), 0)),
    }
}

/// The natural logarithm, rounded to so many bits.
fn ln(value: &Binary, bits: u64) -> Outcome<Binary> {
    let (whole, exponent) = match value {
        Binary::Nan => return Ok(Binary::Nan),
        Binary::Infinite(false) => return Ok(Binary::Infinite(false)),
        Binary::Infinite(true) => return Err(Raised::other("the logarithm of a negative number")),
        Binary::Finite(whole, exponent) => (whole, *exponent),
    };
    match whole.sign() {
        Sign::NoSign => return Ok(Binary::Infinite(true)),
        Sign::Minus => return Err(Raised::other("the logarithm of a negative number")),
        Sign::Plus => {}
    }
    // value = y * 2^k with y from 0.7 to 1.4.
    let length = whole.bits();
    let mut power = exponent + length as i64;
    // Near 1 a logarithm has as many zeros first as the distance has, and half of all bits may be such.
    let spare = bits + 64 + length;
    let one = BigInt::one() << spare;
    let mut near: BigInt = (whole.clone() << spare) >> length;
    if near < &one * 7 / 10 {
        near <<= 1u32;
        power -= 1;
    }
    let series = |y: &BigInt| twice_artanh(&(((y - &one) << spare) / (y + &one)), spare);
    let two = twice_artanh(&(&one / 3), spare);
    let sum = series(&near) + two * power;
    Ok(round(sum, -(spare as i64), bits))
}

/// `2 artanh(t)` of a fixed-point number with so many bits behind the point.
fn twice_artanh(t: &BigInt, spare: u64) -> BigInt {
    let square: BigInt = (t * t) >> spare;
    let (mut term, mut sum, mut odd) = (t.clone(), t.clone(), 1u32);
    while !term.is_zero() && term != BigInt::from(-1) {
        term = (term * &square) >> spare;
        odd += 2;
        sum += &term / odd;
    }
    sum << 1u32
}

/// Rounded to so many bits, halves to even, with an odd whole number.
fn round(whole: BigInt, exponent: i64, bits: u64) -> Binary {
    let negative = whole.is_negative();
    let (mut whole, mut exponent) = (whole.magnitude().clone(), exponent);
    if let Some(extra) = whole.bits().checked_sub(bits).filter(|extra| *extra > 0) {
        let half = BigUint::one() << (extra - 1);
        let rest = &whole & ((BigUint::one() << extra) - 1u32);
        whole >>= extra;
        exponent += extra as i64;
        if rest > half || (rest == half && whole.bit(0)) {
            whole += 1u32;
        }
    }
    let zeros = whole.trailing_zeros().unwrap_or_default();
    let sign = if negative { Sign::Minus } else { Sign::Plus };
    let exponent = if whole.is_zero() { 0 } else { exponent + zeros as i64 };
    Binary::Finite(BigInt::from_biguint(sign, whole >> zeros), exponent)
}

/// `str` of a number with so many bits, in the digits that `mpmath` shows for them.
fn shown(number: &Binary, bits: u64) -> String {
    let (whole, exponent) = match number {
        Binary::Nan => return "nan".to_owned(),
        Binary::Infinite(negative) => return if *negative { "-inf" } else { "+inf" }.to_owned(),
        Binary::Finite(whole, _) if whole.is_zero() => return "0.0".to_owned(),
        Binary::Finite(whole, exponent) => (whole, *exponent),
    };
    #[expect(clippy::cast_possible_truncation, reason = "the bits are bounded")]
    let kept = ((bits as f64 / BITS_A_DIGIT).round_ties_even() as i64 - 1).max(1);
    let digits = if kept == 15 { 17 } else { usize::try_from(kept).unwrap_or(1) + 3 };
    let (mut text, mut power) = leading(whole.magnitude(), exponent, digits + 3);
    if text.as_bytes().get(digits).is_some_and(|next| *next >= b'5') {
        // Rounded up from the first digit behind.
        let up = text[..digits].parse::<BigUint>().unwrap_or_default() + 1u32;
        text = up.to_string();
        if text.len() > digits {
            text.truncate(digits);
            power += 1;
        }
    } else {
        text.truncate(digits);
    }
    let (least, most) = ((-(digits as i64 / 3)).min(-5), digits as i64);
    let (mut split, mut shown_power) = (1, power);
    if least < power && power < most {
        if power < 0 {
            text = format!("{}{text}", "0".repeat(usize::try_from(-power).unwrap_or_default()));
        } else {
            split = usize::try_from(power + 1).unwrap_or(1);
            let missing = split.saturating_sub(text.len());
            text.push_str(&"0".repeat(missing));
        }
        shown_power = 0;
    }
    let (before, after) = text.split_at(split.min(text.len()));
    let after = after.trim_end_matches('0');
    let sign = if whole.is_negative() { "-" } else { "" };
    let plain = format!("{sign}{before}.{}", if after.is_empty() { "0" } else { after });
    match shown_power {
        0 => plain,
        power if power > 0 => format!("{plain}e+{power}"),
        power => format!("{plain}e{power}"),
    }
}

/// The first digits of a number, cut off, and the power of ten of the first.
fn leading(whole: &BigUint, exponent: i64, digits: usize) -> (String, i64) {
    #[expect(clippy::cast_possible_truncation, reason = "a float's exponent is small")]
    let guess = ((exponent + whole.bits() as i64) as f64 / BITS_A_DIGIT).floor() as i64;
    let places = digits as i64 - guess + 1;
    let scaled = match places >= 0 {
        true => whole * BigUint::from(10u32).pow(u32::try_from(places).unwrap_or_default()),
        false => whole.clone(),
    };
    let shifted =
        if exponent >= 0 { scaled << exponent.unsigned_abs() } else { scaled >> exponent.unsigned_abs() };
    let cut = match places >= 0 {
        true => shifted,
        false => shifted / BigUint::from(10u32).pow(u32::try_from(-places).unwrap_or_default()),
    };
    let text = cut.to_string();
    let power = text.len() as i64 - 1 - places;
    (text.chars().take(digits).collect(), power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn square_roots_are_those_of_decimal() {
        for (number, digits, expected) in [
            (Value::Int(16), 10, "Decimal('4')"),
            (Value::Int(2), 10, "Decimal('1.414213562')"),
            (Value::Float(2.25), 5, "Decimal('1.5')"),
            (Value::Float(0.1), 5, "Decimal('0.31623')"),
            (Value::Int(0), 3, "Decimal('0')"),
            (Value::Float(0.0), 3, "Decimal('0')"),
            (Value::whole(BigInt::from(10).pow(20)), 5, "Decimal('1.0000E+10')"),
            (Value::whole(BigInt::from(10).pow(20)), 20, "Decimal('10000000000')"),
            (Value::Float(1e-20), 3, "Decimal('1.00E-10')"),
            (Value::Int(152_399_025), 2, "Decimal('1.2E+4')"),
            (Value::Int(99_999), 3, "Decimal('316')"),
            (Value::Int(998_001), 2, "Decimal('1.0E+3')"),
        ] {
            assert_eq!(square_root(&number, &Value::Int(digits)).as_deref(), Ok(expected), "{number:?}");
        }
        let raised = square_root(&Value::Int(2), &Value::Int(0)).map_err(|raised| raised.text);
        assert_eq!(raised, Err("valid range for prec is [1, MAX_PREC]".to_owned()));
    }

    #[test]
    fn logarithms_are_those_of_mpmath() {
        for (value, base, digits, expected) in [
            (Value::Int(100), Value::Int(10), 15, "mpf('2.0')"),
            (Value::Int(8), Value::Int(2), 5, "mpf('3.0')"),
            (Value::Int(10), Value::Float(std::f64::consts::E), 10, "mpf('2.302585092984')"),
            (
                Value::Int(2),
                Value::Int(10),
                50,
                "mpf('0.30102999566398119521373889472449302676818988146210811')",
            ),
            (Value::Float(1.000_001), Value::Int(10), 15, "mpf('4.3429426472042769e-7')"),
            (Value::Int(0), Value::Int(10), 15, "mpf('-inf')"),
            (Value::Int(1), Value::Int(10), 15, "mpf('0.0')"),
            (Value::Float(0.5), Value::Int(3), 3, "mpf('-0.630859')"),
            (Value::Int(20), Value::Int(10), 5, "mpf('1.3010292')"),
        ] {
            let own = logarithm(&value, &base, &Value::Int(digits));
            assert_eq!(own.as_deref(), Ok(expected), "{value:?}, {base:?}, {digits}");
        }
        let raised = logarithm(&Value::Int(2), &Value::Int(1), &Value::Int(5)).map_err(|raised| raised.text);
        assert_eq!(raised, Err(String::new()));
    }
}

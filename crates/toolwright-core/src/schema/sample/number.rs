//! Numbers within bounds, and the exact comparisons that bounds need.

use std::cmp::Ordering;

use serde_json::{Map, Number, Value};

use crate::seed::Rng;

/// The integers that JSON numbers hold here.
const LEAST: i128 = i64::MIN as i128;
const MOST: i128 = u64::MAX as i128;

/// By value, exact for integers of any size.
pub(super) fn compare(a: &Number, b: &Number) -> Ordering {
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => float(a).partial_cmp(&float(b)).unwrap_or(Ordering::Equal),
    }
}

/// Whether the number counts as an integer; `2.0` does.
pub(super) fn is_whole(number: &Number) -> bool {
    !number.is_f64() || float(number).fract() == 0.0
}

/// Whether `number` is a multiple of `step`, in the decimals that both are written with; `None` where that is
/// out of reach.
pub(super) fn is_multiple(number: &Number, step: &Number) -> Option<bool> {
    let ((a, a_places), (b, b_places)) = (decimal(number)?, decimal(step)?);
    let places = a_places.max(b_places);
    let scale = |n: i128, have: u32| n.checked_mul(10_i128.checked_pow(places - have)?);
    let (a, b) = (scale(a, a_places)?, scale(b, b_places)?);
    (b != 0).then(|| a % b == 0)
}

/// The number as digits and how many of them stand after the point.
fn decimal(number: &Number) -> Option<(i128, u32)> {
    if let Some(whole) = whole(number) {
        return (whole.unsigned_abs() < 1 << 53 || !number.is_f64()).then_some((whole, 0));
    }
    let written = float(number).to_string();
    let (before, after) = written.split_once('.')?;
    if before.len() + after.len() > 20 {
        return None;
    }
    Some((format!("{before}{after}").parse().ok()?, after.len() as u32))
}

fn whole(number: &Number) -> Option<i128> {
    if let Some(n) = number.as_i64() {
        return Some(n.into());
    }
    if let Some(n) = number.as_u64() {
        return Some(n.into());
    }
    let float = float(number);
    (float.fract() == 0.0 && float.abs() < 1e30).then_some(float as i128)
}

fn float(number: &Number) -> f64 {
    number.as_f64().unwrap_or(0.0)
}

/// A bound of a schema.
struct Bound<'a> {
    limit: &'a Number,
    exclusive: bool,
}

fn bounds<'a>(
    fields: &'a Map<String, Value>,
    inclusive: &str,
    exclusive: &str,
) -> impl Iterator<Item = Bound<'a>> {
    let get = |key: &str, exclusive| match fields.get(key) {
        Some(Value::Number(limit)) => Some(Bound { limit, exclusive }),
        _ => None,
    };
    [get(inclusive, false), get(exclusive, true)].into_iter().flatten()
}

/// An integer within the bounds; where they are open, a small one, or with `wide` one of many.
pub(super) fn integer(fields: &Map<String, Value>, wide: bool, rng: &mut Rng) -> Result<Value, String> {
    let step = match fields.get("multipleOf") {
        Some(Value::Number(step)) => {
            whole_step(step).ok_or_else(|| format!("no integer is a multiple of {step}"))?
        }
        _ => 1,
    };
    let (mut low, mut high) = integer_bounds(fields);
    if fields.get("format").is_some_and(|format| format == "int32") {
        low = low.map(|low| low.max(i32::MIN.into()));
        high = high.map(|high| high.min(i32::MAX.into()));
    }
    let steps_low = low.map(|low| -(-low).div_euclid(step));
    let steps_high = high.map(|high| high.div_euclid(step));
    let (first, last) = close(steps_low, steps_high, if wide { 1_000_000 } else { 100 });
    let (first, last) = (first.max(-(-LEAST).div_euclid(step)), last.min(MOST.div_euclid(step)));
    if first > last {
        return Err(empty(fields, "integer"));
    }
    integer_value(between(first, last, rng) * step).ok_or_else(|| empty(fields, "integer"))
}

fn integer_bounds(fields: &Map<String, Value>) -> (Option<i128>, Option<i128>) {
    let low = bounds(fields, "minimum", "exclusiveMinimum").map(|bound| match whole(bound.limit) {
        Some(limit) => limit.saturating_add(bound.exclusive.into()),
        None => float(bound.limit).ceil() as i128,
    });
    let high = bounds(fields, "maximum", "exclusiveMaximum").map(|bound| match whole(bound.limit) {
        Some(limit) => limit.saturating_sub(bound.exclusive.into()),
        None => float(bound.limit).floor() as i128,
    });
    // Far outside of what a JSON integer holds, and near enough for sums not to overflow.
    let clamp = |bound: i128| bound.clamp(2 * LEAST, 2 * MOST);
    (low.max().map(clamp), high.min().map(clamp))
}

/// The smallest integer that is a multiple of the step.
fn whole_step(step: &Number) -> Option<i128> {
    let (digits, places) = decimal(step)?;
    let scale = 10_i128.checked_pow(places)?;
    (digits > 0).then(|| digits / common_divisor(digits, scale))
}

pub(super) fn common_divisor(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn integer_value(n: i128) -> Option<Value> {
    i64::try_from(n).map(Value::from).or_else(|_| u64::try_from(n).map(Value::from)).ok()
}

/// A range whose open ends are closed `span` away, starting from 1 where nothing says otherwise.
fn close(low: Option<i128>, high: Option<i128>, span: i128) -> (i128, i128) {
    match (low, high) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => (low, low + span - 1),
        (None, Some(high)) if high >= 1 => (1, high),
        (None, Some(high)) => (high - span + 1, high),
        (None, None) => (1, span),
    }
}

fn between(low: i128, high: i128, rng: &mut Rng) -> i128 {
    let span = (high - low) as u128 + 1;
    low + ((u128::from(rng.next_u64()) * span.min(1 << 64)) >> 64) as i128
}

/// A number within the bounds, with two decimals where there is room.
pub(super) fn number(fields: &Map<String, Value>, wide: bool, rng: &mut Rng) -> Result<Value, String> {
    if let Some(Value::Number(step)) = fields.get("multipleOf") {
        return multiple(fields, step, wide, rng);
    }
    let low = bounds(fields, "minimum", "exclusiveMinimum").map(|bound| float(bound.limit)).reduce(f64::max);
    let high = bounds(fields, "maximum", "exclusiveMaximum").map(|bound| float(bound.limit)).reduce(f64::min);
    let span = if wide { 1_000_000.0 } else { 100.0 };
    let (first, last) = match (low, high) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => (low, low + span),
        (None, Some(high)) if high >= 1.0 => (1.0_f64.min(high), high),
        (None, Some(high)) => (high - span, high),
        (None, None) => (1.0, span),
    };
    let drawn = first + rng.unit() * (last - first);
    // Halves first: the width of a huge range is no finite number, its middle is.
    let middle = first / 2.0 + last / 2.0;
    let candidates =
        [(drawn * 100.0).round() / 100.0, drawn, middle, first, last, first.next_up(), last.next_down()];
    let found = candidates.into_iter().filter_map(Number::from_f64).find(|n| within(fields, n));
    found.map(Value::Number).ok_or_else(|| empty(fields, "number"))
}

fn within(fields: &Map<String, Value>, number: &Number) -> bool {
    bounds(fields, "minimum", "exclusiveMinimum").all(|bound| match compare(number, bound.limit) {
        Ordering::Equal => !bound.exclusive,
        order => order.is_gt(),
    }) && bounds(fields, "maximum", "exclusiveMaximum").all(|bound| match compare(number, bound.limit) {
        Ordering::Equal => !bound.exclusive,
        order => order.is_lt(),
    })
}

/// Multiples are made in decimals: `3 * 0.1` in binary is no multiple of `0.1`.
fn multiple(fields: &Map<String, Value>, step: &Number, wide: bool, rng: &mut Rng) -> Result<Value, String> {
    let Some((digits, places)) = decimal(step).filter(|(digits, places)| *digits > 0 && *places < 16) else {
        return Err(format!("multiples of {step} are out of reach"));
    };
    let scale = 10_f64.powi(places as i32);
    let size = digits as f64 / scale;
    let low =
        bounds(fields, "minimum", "exclusiveMinimum").map(|bound| float(bound.limit) / size).reduce(f64::max);
    let high =
        bounds(fields, "maximum", "exclusiveMaximum").map(|bound| float(bound.limit) / size).reduce(f64::min);
    let whole = |steps: f64| (steps as i128).clamp(2 * LEAST, 2 * MOST);
    let (first, last) = close(
        low.map(|n| whole(n.ceil())),
        high.map(|n| whole(n.floor())),
        if wide { 1_000_000 } else { 100 },
    );
    // Division rounds, so the ends may be one off; exclusive ends are tried like others.
    let mut tried = vec![between(first, last.max(first), rng)];
    tried.extend([first, last, first + 1, last - 1, first - 1, last + 1]);
    let made = tried.into_iter().filter_map(|steps| {
        let digits = steps.checked_mul(digits)?;
        if places == 0 { number_of(digits) } else { Number::from_f64(digits as f64 / scale) }
    });
    let mut fitting = made.filter(|n| within(fields, n) && is_multiple(n, step) == Some(true));
    fitting.next().map(Value::Number).ok_or_else(|| empty(fields, "number"))
}

fn number_of(n: i128) -> Option<Number> {
    i64::try_from(n).map(Number::from).or_else(|_| u64::try_from(n).map(Number::from)).ok()
}

fn empty(fields: &Map<String, Value>, kind: &str) -> String {
    const KEYS: [&str; 5] = ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"];
    let said = KEYS.iter().filter_map(|key| fields.get(*key).map(|limit| format!("`{key}` {limit}")));
    format!("no {kind} fits {}", said.collect::<Vec<_>>().join(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use serde_json::json;

    fn draw(schema: Value, whole: bool) -> Result<Value, String> {
        let fields = schema.as_object().cloned().unwrap_or_default();
        let mut rng = Seed::new(1).rng();
        if whole { integer(&fields, false, &mut rng) } else { number(&fields, false, &mut rng) }
    }

    #[test]
    fn bounds_are_exact() {
        let max = u64::MAX;
        assert_eq!(draw(json!({"minimum": max}), true), Ok(json!(max)));
        assert_eq!(draw(json!({"minimum": i64::MIN, "maximum": i64::MIN}), true), Ok(json!(i64::MIN)));
        assert_eq!(draw(json!({"exclusiveMinimum": 1, "exclusiveMaximum": 3}), true), Ok(json!(2)));
        assert_eq!(draw(json!({"minimum": 1.2, "maximum": 2.9}), true), Ok(json!(2)));
        assert_eq!(draw(json!({"minimum": 7, "maximum": 13, "multipleOf": 2.5}), true), Ok(json!(10)));
        assert_eq!(draw(json!({"minimum": 0.25, "maximum": 0.35, "multipleOf": 0.1}), false), Ok(json!(0.3)));
        assert_eq!(
            draw(json!({"minimum": 5, "maximum": 4}), true),
            Err("no integer fits `minimum` 5 and `maximum` 4".to_owned())
        );
        assert!(draw(json!({"exclusiveMinimum": 1e308, "exclusiveMaximum": -1e308}), false).is_err());
        assert!(draw(json!({"minimum": -1.7e308, "maximum": 1.7e308}), false).is_ok());
        assert!(draw(json!({"minimum": 1e300}), true).is_err());
    }
}

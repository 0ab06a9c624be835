//! Values of one result that must agree: totals with what they count or sum up, an end with its start.
//!
//! A result is drawn value by value; this file looks at it as a whole and mends what cannot be so. What the call itself said
//! stays as it is, the other side moves. The mended result is held against the tool's schema by the caller, who keeps the
//! unmended one where it does not fit.
//!
//! Ours:  the words by which totals, averages and ends are known.

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::words::words_of;
use crate::agent::name::singular;

/// How deep a result is looked into.
const DEPTH: usize = 12;

/// Mends a result in place.
///
/// - `said`: what the call said; such values are not touched.
pub(crate) fn agree(result: &mut Value, said: &Map<String, Value>) {
    mend(result, said, DEPTH);
}

fn mend(value: &mut Value, said: &Map<String, Value>, depth: usize) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            items.iter_mut().for_each(|item| mend(item, said, depth - 1));
        }
        Value::Object(object) => {
            for inner in object.values_mut().filter(|inner| inner.is_object() || inner.is_array()) {
                mend(inner, said, depth - 1);
            }
            totals(object, said);
            order(object, said);
        }
        _ => {}
    }
}

/// What a number over a list says.
#[derive(Clone, Copy, PartialEq)]
enum Over {
    Count,
    Sum,
    Mean,
}

/// Words of a name that say a number is over a list, and what they leave of the name.
fn over(words: &[String]) -> Option<(Over, Vec<String>)> {
    const COUNTED: &[&str] =
        &["results", "items", "entries", "records", "matches", "hits", "rows", "elements"];
    let (first, last) = (words.first()?.as_str(), words.last()?.as_str());
    let rest = |from: usize, to: usize| words.get(from..to).map(<[String]>::to_vec).unwrap_or_default();
    let count = words.len();
    match (first, last) {
        ("average" | "mean" | "avg", _) if count > 1 => Some((Over::Mean, rest(1, count))),
        ("subtotal", "subtotal") => Some((Over::Sum, Vec::new())),
        ("count" | "total" | "matches" | "returned" | "hits", _) if count == 1 => {
            Some((Over::Count, Vec::new()))
        }
        ("total" | "num", "count") if count == 2 => Some((Over::Count, Vec::new())),
        (_, "count") => Some((Over::Count, rest(0, count - 1))),
        ("count", _) => Some((Over::Count, rest(1, count))),
        ("number", _) if count > 2 && words[1] == "of" => Some((Over::Count, rest(2, count))),
        ("total" | "num" | "result", last) if count == 2 && COUNTED.contains(&last) => {
            Some((Over::Count, Vec::new()))
        }
        ("total", _) => Some((Over::Sum, rest(1, count))),
        (_, "total") => Some((Over::Sum, rest(0, count - 1))),
        _ => None,
    }
}

/// What amounts of money are called.
const MONEY: &[&str] = &[
    "amount", "price", "cost", "total", "fee", "fare", "charge", "subtotal", "value", "rent", "paid", "sum",
];

/// Brings numbers over a list into agreement with the list.
fn totals(object: &mut Map<String, Value>, said: &Map<String, Value>) {
    let mut numbers: Vec<(String, Over, Vec<String>)> = Vec::new();
    let mut lists = 0;
    for (name, value) in object.iter() {
        if value.is_number() {
            if let Some((over, rest)) = over(&words_of(name)).filter(|_| !said.contains_key(name)) {
                numbers.push((name.clone(), over, rest));
            }
        } else if value.is_array() {
            lists += 1;
        }
    }
    if numbers.is_empty() {
        return;
    }
    // Pages hold less than all there is.
    let goes_on = object.iter().any(|(name, value)| {
        let words = words_of(name);
        let next = words.iter().any(|word| ["next", "cursor"].contains(&word.as_str()));
        let more = words.first().is_some_and(|word| word == "has") && value == &Value::Bool(true);
        more || next && !value.is_null() && value != &Value::Bool(false)
    });
    for (name, over, rest) in numbers {
        let lists =
            object.iter().filter(|_| lists > 0).filter_map(|(name, value)| Some((name, value.as_array()?)));
        let found = match over {
            // `slide_count` counts slides; `count` whatever the only list holds.
            Over::Count if !rest.is_empty() => {
                let noun = rest.last().map(|word| singular(word)).unwrap_or_default();
                lists
                    .clone()
                    .find(|(list, _)| words_of(list).last().is_some_and(|last| singular(last) == noun))
            }
            _ => {
                let mut of_objects = lists.clone().filter(|(_, items)| items.iter().all(Value::is_object));
                of_objects.next().filter(|_| of_objects.next().is_none())
            }
        };
        let Some((_, items)) = found else {
            match over {
                Over::Count if rest.is_empty() => counted(object, &name),
                Over::Mean => averaged(object, &name),
                _ => {}
            }
            continue;
        };
        let old = object.get(&name).cloned().unwrap_or_default();
        let new = match over {
            Over::Count => {
                let count = items.len() as u64;
                match old.as_u64() {
                    // `total` with decimals is an amount.
                    None => sum(items, &[]),
                    Some(old) if goes_on && name.to_lowercase().contains("total") => {
                        Some(old.max(count + 1 + old % 7).into())
                    }
                    Some(_) => Some(count.into()),
                }
            }
            Over::Sum => sum(items, &rest),
            Over::Mean => mean(items, &rest),
        };
        if let Some(new) = new {
            object.insert(name, new);
        }
    }
}

/// A total beside numbers by group is their sum.
fn counted(object: &mut Map<String, Value>, name: &str) {
    let groups = object.iter().find_map(|(other, value)| {
        let groups = value.as_object().filter(|_| other.to_lowercase().contains("by"))?;
        groups.values().map(Value::as_u64).sum::<Option<u64>>()
    });
    if let Some(all) = groups {
        object.insert(name.to_owned(), all.into());
    }
}

/// An average beside how many it is over, without them, is one that so many whole numbers can have.
fn averaged(object: &mut Map<String, Value>, name: &str) {
    let over = object.get("count").and_then(Value::as_u64).filter(|count| (1..=1000).contains(count));
    let (Some(count), Some(mean)) = (over, object.get(name).and_then(Value::as_f64)) else { return };
    let sum = (mean * count as f64).round();
    let mean = (sum / count as f64 * 100.0).round() / 100.0;
    if let Some(mean) = serde_json::Number::from_f64(mean) {
        object.insert(name.to_owned(), mean.into());
    }
}

/// The numbers of a property of all items: the one of these words, or what is an amount where none are given.
fn column(items: &[Value], words: &[String]) -> Option<Vec<(f64, bool)>> {
    let first = items.first()?.as_object()?;
    let fits = |name: &str| {
        let own = words_of(name);
        if words.is_empty() {
            own.last().is_some_and(|last| MONEY.contains(&last.as_str()))
        } else {
            *own == *words || own.ends_with(words)
        }
    };
    let name = first.keys().find(|name| fits(name))?;
    let times = first.keys().find(|name| ["quantity", "qty"].contains(&name.to_lowercase().as_str()));
    let line = words_of(name).iter().any(|word| ["line", "total", "subtotal"].contains(&word.as_str()));
    let value = |item: &Value| {
        let value = item.get(name)?;
        let value = value.get("amount").unwrap_or(value);
        let times = times.filter(|_| !line);
        let times = times.and_then(|times| item.get(times)?.as_f64()).unwrap_or(1.0);
        Some((value.as_f64()? * times, value.is_f64()))
    };
    items.iter().map(value).collect()
}

fn sum(items: &[Value], words: &[String]) -> Option<Value> {
    let values = column(items, words)?;
    let all: f64 = values.iter().map(|(value, _)| value).sum();
    let fine = values.iter().any(|(_, fine)| *fine);
    Some(if fine { rounded(all, 100.0) } else { (all as i64).into() })
}

fn mean(items: &[Value], words: &[String]) -> Option<Value> {
    let values = items
        .iter()
        .map(|item| {
            let object = item.as_object()?;
            let value = object.iter().find(|(name, _)| *words_of(name) == *words)?.1;
            value.get("amount").unwrap_or(value).as_f64()
        })
        .collect::<Option<Vec<f64>>>()?;
    (!values.is_empty()).then(|| rounded(values.iter().sum::<f64>() / values.len() as f64, 100.0))
}

fn rounded(value: f64, scale: f64) -> Value {
    let value = (value * scale).round() / scale;
    if value.fract() == 0.0 && value.abs() < 1e15 { (value as i64).into() } else { value.into() }
}

/// Pairs of words of which the second comes after the first.
const PAIRS: &[(&str, &str)] = &[
    ("start", "end"),
    ("starts", "ends"),
    ("from", "to"),
    ("from", "until"),
    ("start", "finish"),
    ("begin", "end"),
    ("departure", "arrival"),
    ("departs", "arrives"),
    ("created", "updated"),
    ("checkin", "checkout"),
    ("in", "out"),
    ("opened", "closed"),
    ("issued", "expires"),
    ("started", "finished"),
    ("started", "ended"),
    ("started", "completed"),
    ("pickup", "return"),
    ("departure", "return"),
    ("min", "max"),
    ("low", "high"),
    ("lowest", "highest"),
    ("minimum", "maximum"),
    ("ordered", "delivered"),
    ("created", "modified"),
    ("created", "published"),
    ("created", "sent"),
    ("opens", "closes"),
];

/// Puts ends after their starts, and the larger bound above the smaller.
pub(crate) fn order(object: &mut Map<String, Value>, said: &Map<String, Value>) {
    let mut pairs: Vec<(String, String)> = Vec::new();
    // Days and times of day have an order; places from which and to which one goes have none.
    let ordered = |value: &Value| {
        value.is_number() || value.as_str().is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit()))
    };
    for (name, value) in object.iter() {
        if !ordered(value) {
            continue;
        }
        let words = words_of(name);
        for (first, second) in PAIRS {
            let Some(at) = words.iter().position(|word| word == first) else { continue };
            let other = object.keys().find(|other| {
                let partner = words_of(other);
                partner.len() == words.len()
                    && partner[at] == *second
                    && partner
                        .iter()
                        .zip(&*words)
                        .enumerate()
                        .all(|(nth, (one, two))| nth == at || one == two)
            });
            if let Some(other) = other {
                pairs.push((name.clone(), other.clone()));
            }
        }
    }
    for (first, second) in pairs {
        let (Some(start), Some(end)) = (object.get(&first).cloned(), object.get(&second).cloned()) else {
            continue;
        };
        if !super::filter::compare(&start, &end).is_some_and(std::cmp::Ordering::is_gt) {
            continue;
        }
        // A night begins late and ends early: times of day alone may.
        let clock = |value: &Value| value.as_str().is_some_and(|text| text.len() <= 8 && text.contains(':'));
        let fixed = |value: &Value| said.values().any(|given| given == value);
        if clock(&start) && fixed(&start) && fixed(&end) {
            continue;
        }
        match (fixed(&start), fixed(&end)) {
            (true, true) => {}
            (false, false) => {
                object.insert(first, end);
                object.insert(second, start);
            }
            (true, false) => drop(moved(&start, &end, 1).map(|value| object.insert(second, value))),
            (false, true) => drop(moved(&end, &start, -1).map(|value| object.insert(first, value))),
        }
    }
}

/// A value on the other side of a fixed one, as far from it as the two were apart.
fn moved(fixed: &Value, other: &Value, way: i64) -> Option<Value> {
    if let (Some(fixed), Some(value)) = (fixed.as_f64(), other.as_f64()) {
        let value = fixed + (fixed - value).abs() * way as f64;
        return Some(if other.is_f64() { rounded(value, 100.0) } else { (value as i64).into() });
    }
    let day = |value: &Value| value.as_str()?.get(..10)?.parse::<Date>().ok();
    let (line, value) = (day(fixed)?, day(other)?);
    let days = i64::from((line - value).get_days()).abs().clamp(1, 60);
    let moved = line.saturating_add(jiff::Span::new().days(days * way));
    Some(format!("{moved}{}", other.as_str()?.get(10..)?).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mended(mut value: Value) -> Value {
        agree(&mut value, &Map::new());
        value
    }

    #[test]
    fn totals_are_those_of_their_lists() {
        let items =
            json!([{"id": "a", "price": 2.5, "quantity": 2}, {"id": "b", "price": 4.0, "quantity": 1}]);
        assert_eq!(mended(json!({"items": items, "total": 91.7}))["total"], 9);
        assert_eq!(mended(json!({"items": items, "total": 17}))["total"], 2);
        assert_eq!(mended(json!({"items": items, "total_count": 17}))["total_count"], 2);
        assert_eq!(mended(json!({"items": items, "average_price": 17.0}))["average_price"], json!(3.25));
        assert_eq!(mended(json!({"items": items, "subtotal": 1.0}))["subtotal"], 9);
        let paged = mended(json!({"items": items, "total": 1, "next_page_token": "abc"}));
        assert!(paged["total"].as_u64().is_some_and(|total| total > 2), "{paged}");
        // A count of something else is left alone.
        assert_eq!(mended(json!({"items": items, "seat_count": 17}))["seat_count"], 17);
        assert_eq!(mended(json!({"slides": ["a", "b", "c"], "slide_count": 9}))["slide_count"], 3);
        assert_eq!(mended(json!({"count": 9, "orders_by_state": {"open": 2, "closed": 3}}))["count"], 5);
        assert_eq!(mended(json!({"data": {"users": [], "count": 3}}))["data"]["count"], 0);
    }

    #[test]
    fn ends_come_after_starts() {
        let stay = mended(json!({"check_in": "2026-05-09", "check_out": "2026-05-02"}));
        assert_eq!(stay, json!({"check_in": "2026-05-02", "check_out": "2026-05-09"}));
        let said = json!({"day": "2026-05-09"});
        let mut stay = json!({"startDate": "2026-05-09", "endDate": "2026-05-02"});
        agree(&mut stay, said.as_object().expect("an object"));
        assert_eq!(stay, json!({"startDate": "2026-05-09", "endDate": "2026-05-16"}));
        assert_eq!(mended(json!({"temp_min": 9, "temp_max": 3})), json!({"temp_min": 3, "temp_max": 9}));
        let apart = json!({"flight_start": 9, "hotel_end": 3});
        assert_eq!(mended(apart.clone()), apart);
    }
}

//! Values of single properties: by the author's examples, by meaning, or by schema alone.

use jiff::civil::Date;
use serde_json::{Map, Value};
use toolwright_core::schema::{Plain, Shape, sample};
use toolwright_core::seed::{Rng, Seed};

use super::lexicon;
use super::meaning::{Draw, Meaning, reshape, title_case};
use crate::pool::entry::{Field, Fields};

/// What values are drawn from within one dialog.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Values<'a> {
    /// What is known of the properties.
    pub(crate) fields: &'a Fields,
    /// What the tool is about.
    pub(crate) entity: &'a str,
    /// The day on which the dialog takes place.
    pub(crate) today: Date,
    /// The same for all values that belong together.
    pub(crate) kin: Seed,
    /// The city that everything is about, where one was named.
    pub(crate) place: Option<&'static lexicon::City>,
    /// The currency of all amounts, where one was named.
    pub(crate) currency: Option<&'a str>,
}

/// Names that set two values of one kind apart: an origin is not a destination.
#[rustfmt::skip]
const SIDES: &[&str] = &[
    "from", "to", "origin", "destination", "source", "target", "departure", "arrival", "home", "away",
    "sender", "recipient", "base", "billing", "shipping", "pickup", "dropoff", "start", "end", "work",
    "previous", "new", "old", "return",
];

impl Values<'_> {
    /// A value for the property at this path; `None` leaves it to the schema (lists of codes, booleans, patterns).
    pub(crate) fn leaf(
        &self,
        path: &str,
        name: &str,
        schema: &Map<String, Value>,
        rng: &mut Rng,
    ) -> Option<Value> {
        let unknown;
        let field = match self.fields.get(path) {
            Some(field) => field,
            None => {
                unknown = Field::of(name, self.entity, schema, None);
                &unknown
            }
        };
        self.of(field, name, schema, rng)
    }

    /// A value for a property of which this is known.
    pub(crate) fn of(
        &self,
        field: &Field,
        name: &str,
        schema: &Map<String, Value>,
        rng: &mut Rng,
    ) -> Option<Value> {
        if field.only {
            return rng.choose(&field.examples).cloned();
        }
        if schema.contains_key("enum") || schema.contains_key("const") || is_boolean(schema) {
            return None;
        }
        if let Some(example) = self.example(field, rng) {
            return Some(example);
        }
        if name == "object" && is_text(schema) && !self.entity.is_empty() {
            return Some(self.entity.into());
        }
        match field.meaning {
            Some(meaning) if meaning.id == "id" && schema.contains_key("pattern") => patterned(schema, rng),
            Some(meaning) if meaning.id == "currency" && self.currency.is_some() && field.is_common() => {
                self.currency.map(Value::from)
            }
            Some(meaning) => Some(self.meant(meaning, field, schema, rng)),
            None if is_text(schema) && !schema.contains_key("format") && !schema.contains_key("pattern") => {
                Some(word(rng))
            }
            None => None,
        }
    }

    fn meant(&self, meaning: &Meaning, field: &Field, schema: &Map<String, Value>, rng: &mut Rng) -> Value {
        let usual;
        let schema = match field.range {
            Some([least, most]) => {
                let mut within = schema.clone();
                within.insert("minimum".into(), least.into());
                within.insert("maximum".into(), most.into());
                usual = within;
                &usual
            }
            None => schema,
        };
        // Days of one life are in order with each other, whichever side they are on.
        let dated = meaning.id.contains("date");
        let side = field
            .words
            .iter()
            .filter(|_| !dated)
            .find(|word| SIDES.contains(&word.as_str()))
            .map_or("", String::as_str);
        let kin = if field.role.is_empty() || dated { self.kin } else { self.kin.child(&field.role) };
        let mut draw = Draw {
            rng,
            kin: kin.child(side),
            place: self.place.filter(|_| side.is_empty() && field.role.is_empty()),
            today: self.today,
            schema,
            words: &field.words,
        };
        meaning.value(&mut draw)
    }

    /// One of the author's examples: always where there are several, else in most cases, with its digits redrawn if it is a code.
    fn example(&self, field: &Field, rng: &mut Rng) -> Option<Value> {
        // One or two examples are too few to live by, unless nothing else is known of the property.
        let few = field.examples.len() < 3;
        // A single day of long ago agrees with no other date.
        if few && field.meaning.is_some_and(|meaning| meaning.id.contains("date")) {
            return None;
        }
        let plain = field.meaning.is_none_or(|m| {
            ["id", "token", "sku", "sentence", "title", "name", "slug", "tag"].contains(&m.id)
        });
        if few && rng.chance(if plain { 0.25 } else { 0.6 }) {
            return None;
        }
        let example = rng.choose(&field.examples).filter(|example| !is_placeholder(example))?.clone();
        match &example {
            Value::String(text) if few && is_code(text) => Some(redrawn(text, rng).into()),
            _ => Some(example),
        }
    }
}

/// An identifier of a given pattern, of a length that identifies: `^[A-Z0-9]*$` allows `T`, nobody's transaction is called so.
fn patterned(schema: &Map<String, Value>, rng: &mut Rng) -> Option<Value> {
    // A pattern of fixed length needs no help.
    schema
        .get("pattern")
        .and_then(Value::as_str)
        .filter(|pattern| pattern.contains(['*', '+']) || pattern.contains(",}"))?;
    let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
    let least = bound("minLength").unwrap_or(0).max(bound("maxLength").unwrap_or(10).min(10));
    let mut wanted = Map::new();
    for key in ["type", "pattern", "maxLength"] {
        if let Some(value) = schema.get(key) {
            wanted.insert(key.to_owned(), value.clone());
        }
    }
    wanted.insert("minLength".to_owned(), least.into());
    let shape = Shape { optional: 1.0, items: 1..=1, depth: 1 };
    sample(&Value::Object(wanted), &shape, &mut Plain, rng).ok()
}

fn is_text(schema: &Map<String, Value>) -> bool {
    schema
        .get("type")
        .is_none_or(|t| t == "string" || t.as_array().is_some_and(|t| t.iter().any(|t| t == "string")))
}

fn is_boolean(schema: &Map<String, Value>) -> bool {
    schema.get("type").is_some_and(|t| t == "boolean")
}

/// An example that stands for something to be filled in: `YOUR_TENANT_ID`, `<id>`, `string`.
fn is_placeholder(example: &Value) -> bool {
    example.as_str().is_some_and(|text| {
        let lower = text.to_lowercase();
        filler(text)
            || lower.starts_with("your")
            || lower == "string"
            || lower.contains("xxx")
            || text.starts_with(['<', '{', '"', '$'])
    })
}

/// A code whose digits or letters only fill its length: `ACaaaaaaaaaaaa`, `00000000-0000-0000`.
fn filler(text: &str) -> bool {
    let bytes = text.as_bytes();
    !text.contains(' ')
        && bytes.windows(8).any(|run| run.iter().all(|byte| *byte == run[0] && byte.is_ascii_alphanumeric()))
}

/// A code of letters and digits, of which another one looks alike. Dates, addresses and prose are none.
fn is_code(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (4..=48).contains(&text.len())
        && digits >= 3
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        && !is_dated(text)
        && text.parse::<std::net::IpAddr>().is_err()
}

/// `2026-03-14`, `2026-03` and `2026-03-14T08:00:00Z`, of which no part may be drawn anew alone.
fn is_dated(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    digits(0..4)
        && bytes.get(4) == Some(&b'-')
        && digits(5..7)
        && bytes.get(7).is_none_or(|byte| *byte == b'-')
}

/// Another code of the same kind: parts that are words stay, the others are drawn anew.
fn redrawn(code: &str, rng: &mut Rng) -> String {
    let mut out = String::with_capacity(code.len());
    for part in code.split_inclusive(['-', '_', '.']) {
        let digits = part.bytes().any(|b| b.is_ascii_digit());
        out.push_str(&if digits { reshape(part, rng) } else { part.to_owned() });
    }
    out
}

fn word(rng: &mut Rng) -> Value {
    title_case(rng.choose(lexicon::WORDS).copied().unwrap_or("atlas")).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fillers_and_dates_are_no_codes() {
        assert!(is_placeholder(&json!("ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")));
        assert!(is_placeholder(&json!("00000000-0000-0000-0000-000000000000")));
        assert!(!is_placeholder(&json!("PRO-10442")));
        assert!(is_code("0TnOYISbd1XYRBk9myaseg"));
        for dated in ["1981-12", "2020-02-28", "2020-02-28T03:24:29Z"] {
            assert!(!is_code(dated), "{dated}");
        }
    }

    #[test]
    fn identifiers_are_long_enough_to_identify() {
        let schema = json!({"type": "string", "pattern": "^[A-Z0-9]*$", "maxLength": 50});
        let drawn = patterned(schema.as_object().expect("an object"), &mut Seed::new(3).rng());
        assert!(drawn.and_then(|value| value.as_str().map(str::len)).is_some_and(|length| length >= 10));
        let short = json!({"type": "string", "pattern": "^[A-Z]{2}$"});
        let drawn = patterned(short.as_object().expect("an object"), &mut Seed::new(3).rng());
        assert!(drawn.is_none_or(|value| value.as_str().is_some_and(|text| text.len() == 2)));
    }

    #[test]
    fn what_changes_or_ends_does_so_later() {
        let fields = Fields::default();
        let schema = json!({"type": "string", "format": "date-time"});
        let schema = schema.as_object().expect("an object");
        for seed in 0..50 {
            let values = Values {
                fields: &fields,
                entity: "order",
                today: jiff::civil::date(2026, 3, 14),
                place: None,
                currency: None,
                kin: Seed::new(seed),
            };
            let at = |name: &str| {
                let drawn =
                    values.leaf(&format!("/{name}"), name, schema, &mut Seed::new(seed).child(name).rng());
                drawn.and_then(|value| value.as_str().map(str::to_owned)).expect("a moment")
            };
            assert!(at("create_time") < at("update_time"), "{seed}");
            assert!(at("startDate") < at("endDate"), "{seed}");
        }
    }
}

//! A sentence for every way in which a value can miss its schema.
//!
//! The sentences say what was found and what was expected; they are read by people in reports and by models that
//! repair their own calls, so they stay short: values and lists are cut.

use std::fmt::Write;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::{Map, Value};

use super::check::Problem;

/// Characters of one value.
const SHOWN: usize = 60;
/// Entries of one list.
const LISTED: usize = 12;
/// Characters of a whole sentence.
const SENTENCE: usize = 600;

/// The error in our words; `schema` is what the value was checked against.
pub(super) fn problem(error: &ValidationError<'_>, schema: &Value) -> Problem {
    let why = shortened(&sentence(error, schema), SENTENCE);
    Problem { pointer: error.instance_path().to_string(), why }
}

fn sentence(error: &ValidationError<'_>, schema: &Value) -> String {
    let value = error.instance().as_ref();
    let found = shown(value);
    match error.kind() {
        Kind::Type { kind } => format!("{found} is {}; {} is expected", article(value), expected(kind)),
        Kind::Required { property } => format!("missing the required property {}", shown(property)),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            unknown_properties(unexpected, declared(error, schema))
        }
        Kind::Enum { options } => format!("{found} is none of {}", options_listed(options)),
        Kind::Constant { expected_value } => {
            format!("{found} is not {}, the only value allowed", literal(expected_value))
        }
        Kind::Maximum { limit } => format!("{found} is more than the maximum {limit}"),
        Kind::Minimum { limit } => format!("{found} is less than the minimum {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("{found} is not less than {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("{found} is not more than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("{found} is not a multiple of {multiple_of}"),
        Kind::MaxLength { limit } => format!("{found} is longer than {}", counted(*limit, "character")),
        Kind::MinLength { limit } => format!("{found} is shorter than {}", counted(*limit, "character")),
        Kind::Pattern { pattern } => {
            format!("{found} does not match the pattern `{}`", shortened(pattern, SHOWN))
        }
        Kind::Format { format } => format!("{found} is not in the format `{}`", shortened(format, SHOWN)),
        Kind::MaxItems { limit } => format!("the array has {}; at most {limit} are allowed", sized(value)),
        Kind::MinItems { limit } => format!("the array has {}; at least {limit} are expected", sized(value)),
        Kind::AdditionalItems { limit } => {
            format!("the array has {}; at most {limit} are allowed", sized(value))
        }
        Kind::UnevaluatedItems { .. } => "the array has items that its schema does not describe".to_owned(),
        Kind::UniqueItems => "the array has equal items; each must differ from the others".to_owned(),
        Kind::Contains => "the array lacks the kind of item that it must contain".to_owned(),
        Kind::MaxProperties { limit } => {
            format!("the object has {}; at most {limit} are allowed", sized(value))
        }
        Kind::MinProperties { limit } => {
            format!("the object has {}; at least {limit} are expected", sized(value))
        }
        Kind::PropertyNames { error } => {
            format!("a property has a name that is not allowed: {}", sentence(error, schema))
        }
        Kind::AnyOf { context } => alternatives(&found, context, schema),
        Kind::OneOfNotValid { context } => alternatives(&found, context, schema),
        Kind::OneOfMultipleValid { .. } => {
            format!("{found} fits more than one alternative; exactly one is expected")
        }
        Kind::Not { .. } => format!("{found} is what the schema excludes"),
        Kind::FalseSchema => format!("{found} is given where no value is allowed"),
        Kind::ContentEncoding { content_encoding } => {
            format!("{found} is not encoded as `{}`", shortened(content_encoding, SHOWN))
        }
        Kind::ContentMediaType { content_media_type } => {
            format!("{found} is not of the media type `{}`", shortened(content_media_type, SHOWN))
        }
        Kind::FromUtf8 { .. } => format!("{found} does not decode to text"),
        Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. } => {
            format!("{found} takes the schema's pattern too long to match; simplify the pattern")
        }
        Kind::Custom { message, .. } => shortened(message, SENTENCE),
        Kind::Referencing(error) => {
            format!(
                "{}; a `$ref` may only lead to a part of its own schema",
                shortened(&error.to_string(), 200)
            )
        }
    }
}

/// The properties that are declared beside the keyword that failed.
fn declared<'a>(error: &ValidationError<'_>, schema: &'a Value) -> Option<&'a Map<String, Value>> {
    let (parent, _) = error.schema_path().as_str().rsplit_once('/')?;
    schema.pointer(parent)?.get("properties")?.as_object()
}

fn unknown_properties(unexpected: &[String], declared: Option<&Map<String, Value>>) -> String {
    let noun = if unexpected.len() == 1 { "property" } else { "properties" };
    let out = format!("unknown {noun} {}", listed(unexpected.iter().map(|name| quoted(name))));
    match declared.filter(|declared| !declared.is_empty()) {
        Some(declared) => {
            let names: Vec<_> = declared.keys().map(|name| quoted(name)).collect();
            format!("{out}; it declares {}", listed(names.into_iter()))
        }
        None => format!("{out}; it declares none"),
    }
}

fn alternatives(found: &str, context: &[Vec<ValidationError<'static>>], schema: &Value) -> String {
    let mut reasons: Vec<String> = Vec::new();
    for error in context.iter().filter_map(|errors| errors.first()) {
        // Alternatives within alternatives are not unfolded: the sentence would be longer than its use.
        let reason = match error.kind() {
            Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => "it fits none of its alternatives".to_owned(),
            _ => problem(error, schema).to_string(),
        };
        if reasons.len() < 3 && !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    if reasons.is_empty() {
        return format!("{found} fits none of the alternatives");
    }
    format!("{found} fits none of the alternatives: {}", reasons.join("; or "))
}

/// A found value: text in backticks without JSON's own quotes, everything else as JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(_) | Value::Object(_) => format!("`{}`", compact(value)),
        other => other.to_string(),
    }
}

/// A value of the schema, as JSON.
fn literal(value: &Value) -> String {
    compact(value)
}

fn quoted(text: &str) -> String {
    format!("`{}`", shortened(text, SHOWN))
}

/// JSON of at most [`SHOWN`] characters, without writing out a huge value first.
fn compact(value: &Value) -> String {
    struct Short(Vec<u8>);
    impl std::io::Write for Short {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if self.0.len() > 4 * SHOWN {
                return Err(std::io::ErrorKind::WriteZero.into());
            }
            self.0.extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut out = Short(Vec::new());
    // The only error is our own: enough was written.
    let _ = serde_json::to_writer(&mut out, value);
    shortened(&String::from_utf8_lossy(&out.0), SHOWN)
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
    }
}

fn listed(entries: impl ExactSizeIterator<Item = String>) -> String {
    let more = entries.len().saturating_sub(LISTED);
    let mut out = entries.take(LISTED).collect::<Vec<_>>().join(", ");
    if more > 0 {
        let _ = write!(out, " and {more} more");
    }
    out
}

fn options_listed(options: &Value) -> String {
    match options.as_array() {
        Some(options) => listed(options.iter().map(literal)),
        None => literal(options),
    }
}

fn article(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn expected(kind: &TypeKind) -> String {
    let name = |name: &str| match name {
        "null" => "null".to_owned(),
        "integer" | "array" | "object" => format!("an {name}"),
        _ => format!("a {name}"),
    };
    match kind {
        TypeKind::Single(one) => name(one.as_str()),
        TypeKind::Multiple(many) => {
            many.iter().map(|one| name(one.as_str())).collect::<Vec<_>>().join(" or ")
        }
    }
}

fn counted(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

fn sized(value: &Value) -> String {
    match value {
        Value::Array(items) => counted(items.len() as u64, "item"),
        Value::Object(fields) if fields.len() == 1 => "1 property".to_owned(),
        Value::Object(fields) => format!("{} properties", fields.len()),
        _ => "no items".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::Checker;
    use serde_json::{Value, json};

    fn why(schema: Value, value: Value) -> String {
        let problems = Checker::new(&schema).expect("compiles").explain(&value);
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn every_kind_has_its_sentence() {
        let cases = [
            (json!({"type": "integer"}), json!("twelve"), "`twelve` is a string; an integer is expected"),
            (
                json!({"type": ["integer", "null"]}),
                json!([1]),
                "`[1]` is an array; null or an integer is expected",
            ),
            (json!({"type": "integer"}), json!(1.5), "1.5 is a number; an integer is expected"),
            (json!({"type": "string"}), json!(null), "null is null; a string is expected"),
            (json!({"required": ["city"]}), json!({}), "missing the required property `city`"),
            (
                json!({"enum": ["celsius", "fahrenheit"]}),
                json!("kelvin"),
                r#"`kelvin` is none of "celsius", "fahrenheit""#,
            ),
            (json!({"const": 3}), json!(4), "4 is not 3, the only value allowed"),
            (json!({"maximum": 10}), json!(17), "17 is more than the maximum 10"),
            (json!({"minimum": 10}), json!(7), "7 is less than the minimum 10"),
            (json!({"exclusiveMaximum": 10}), json!(10), "10 is not less than 10"),
            (json!({"exclusiveMinimum": 10}), json!(10), "10 is not more than 10"),
            (json!({"multipleOf": 5}), json!(7), "7 is not a multiple of 5"),
            (json!({"maxLength": 1}), json!("ab"), "`ab` is longer than 1 character"),
            (json!({"minLength": 3}), json!("ab"), "`ab` is shorter than 3 characters"),
            (json!({"pattern": "^[0-9]+$"}), json!("ab"), "`ab` does not match the pattern `^[0-9]+$`"),
            (json!({"format": "date"}), json!("soon"), "`soon` is not in the format `date`"),
            (json!({"maxItems": 1}), json!([1, 2]), "the array has 2 items; at most 1 are allowed"),
            (json!({"minItems": 2}), json!([1]), "the array has 1 item; at least 2 are expected"),
            (
                json!({"prefixItems": [{}], "items": false}),
                json!([1, 2]),
                "at `/1`: 2 is given where no value is allowed",
            ),
            (
                json!({"uniqueItems": true}),
                json!([1, 1]),
                "the array has equal items; each must differ from the others",
            ),
            (
                json!({"contains": {"const": 1}}),
                json!([2]),
                "the array lacks the kind of item that it must contain",
            ),
            (
                json!({"maxProperties": 0}),
                json!({"a": 1}),
                "the object has 1 property; at most 0 are allowed",
            ),
            (json!({"minProperties": 1}), json!({}), "the object has 0 properties; at least 1 are expected"),
            (
                json!({"propertyNames": {"maxLength": 1}}),
                json!({"ab": 1}),
                "a property has a name that is not allowed: `ab` is longer than 1 character",
            ),
            (
                json!({"properties": {"city": {}, "days": {}}, "additionalProperties": false}),
                json!({"city": 1, "units": 2}),
                "unknown property `units`; it declares `city`, `days`",
            ),
            (
                json!({"properties": {"city": {}}, "unevaluatedProperties": false}),
                json!({"units": 2}),
                "unknown property `units`; it declares `city`",
            ),
            (
                json!({"anyOf": [{"type": "integer"}, {"type": "null"}]}),
                json!("x"),
                "`x` fits none of the alternatives: `x` is a string; an integer is expected; or `x` is a \
                 string; null is expected",
            ),
            (
                json!({"oneOf": [{"type": "integer"}, {"minimum": 2}]}),
                json!(3),
                "3 fits more than one alternative; exactly one is expected",
            ),
            (json!({"not": {"type": "integer"}}), json!(3), "3 is what the schema excludes"),
            (json!(false), json!(3), "3 is given where no value is allowed"),
            (
                json!({"properties": {"a": {"type": "string"}}}),
                json!({"a": 3}),
                "at `/a`: 3 is a number; a string is expected",
            ),
        ];
        for (schema, value, expected) in cases {
            assert_eq!(why(schema, value), expected);
        }
    }

    #[test]
    fn sentences_are_short() {
        let long = "é".repeat(10_000);
        let said = why(json!({"type": "integer"}), json!(long));
        assert_eq!(said, format!("`{}…` is a string; an integer is expected", "é".repeat(59)));
        let options: Vec<Value> = (0..1_000).map(|n| json!(n)).collect();
        let said = why(json!({ "enum": options }), json!("x"));
        assert_eq!(said, "`x` is none of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 988 more");
        let huge: Vec<Value> = (0..100_000).map(|n| json!(n)).collect();
        assert!(why(json!({"type": "string"}), json!(huge)).len() < 120);
    }
}

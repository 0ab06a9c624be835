//! How calls fail: what goes wrong with tools in life, and how they say so.
//!
//! [`FAILURES`] is the one list of what can go wrong. A failure is a result like any other, a JSON value that stands where the
//! answer would: bad luck is data. Tools of different makers say the same thing in different shapes, here called *hands*; a tool's
//! name decides its hand, so that one tool always fails alike.
//!
//! Source: the hands follow how services answer: a flat `error`; the nested object of many vendors; problem details (RFC 9457);
//!         a tool result of the Model Context Protocol with `isError`.
//! Ours:   the words, and which tool has which hand.
//! Fails:  nothing; a kind that finds nothing to speak of in the call speaks in general.

use serde_json::{Map, Value, json};
use toolwright_core::seed::{Rng, Seed};
use toolwright_core::{Call, Tool};

use super::words::words_of;
use crate::agent::clause::entity;
use crate::agent::name::{article, capitalised, spoken};

/// Something that goes wrong.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The name of the kind, and the code that results give.
    pub(crate) id: &'static str,
    /// What an HTTP service would answer with.
    status: u16,
    /// The standard name of that status.
    title: &'static str,
    /// Whether the same call may succeed a little later.
    pub(crate) passes: bool,
    /// What is said of a call, drawn from the call itself.
    says: fn(&mut Case<'_>) -> Said,
}

/// What goes wrong with tools.
pub(crate) const FAILURES: &[Failure] = &[
    Failure {
        id: "not_found",
        status: 404,
        title: "Not Found",
        passes: false,
        says: |case| match case.named() {
            Some((label, value)) => not_found(&label, &value, case.rng),
            None => Said::plain("Nothing was found that matches the request."),
        },
    },
    Failure {
        id: "invalid_argument",
        status: 400,
        title: "Bad Request",
        passes: false,
        says: |case| match case.parameter() {
            Some((name, expected)) => invalid(&name, &expected, case.rng),
            None => Said::plain("The request could not be understood."),
        },
    },
    Failure {
        id: "rate_limited",
        status: 429,
        title: "Too Many Requests",
        passes: true,
        says: |case| {
            let wait = *case.rng.choose(&[2, 5, 10, 15, 30, 60]).unwrap_or(&30);
            let forms = [
                format!("Too many requests. Try again in {wait} seconds."),
                format!("Rate limit exceeded; retry after {wait} seconds."),
            ];
            Said { text: pick(&forms, case.rng), more: vec![("retry_after_s", wait.into())] }
        },
    },
    Failure {
        id: "timeout",
        status: 504,
        title: "Gateway Timeout",
        passes: true,
        says: |case| {
            let seconds = *case.rng.choose(&[10, 15, 30, 60]).unwrap_or(&30);
            let forms = [
                format!("The request timed out after {seconds} seconds."),
                format!("No answer within {seconds} seconds."),
            ];
            Said::plain(&pick(&forms, case.rng))
        },
    },
    Failure {
        id: "unavailable",
        status: 503,
        title: "Service Unavailable",
        passes: true,
        says: |case| {
            let forms = [
                "The service is temporarily unavailable.".to_owned(),
                "The service is down for maintenance; please try again later.".to_owned(),
            ];
            Said::plain(&pick(&forms, case.rng))
        },
    },
    Failure {
        id: "forbidden",
        status: 403,
        title: "Forbidden",
        passes: false,
        says: |case| {
            // Nobody is shut out of a city or a topic.
            let about = case.identified().map(|(label, value)| format!("{label} {value}"));
            let about = about.unwrap_or_else(|| "this resource".to_owned());
            let forms = [
                format!("You do not have permission to access {about}."),
                format!("Access to {about} is denied."),
            ];
            Said::plain(&pick(&forms, case.rng))
        },
    },
];

/// The failure of this name.
pub(crate) fn named(id: &str) -> Option<&'static Failure> {
    FAILURES.iter().find(|failure| failure.id == id)
}

/// The result of a call that fails in this way.
///
/// - `seed`: decides the wording and, where the kind leaves a choice, what is complained of.
pub(crate) fn failure(kind: &Failure, tool: &Tool, call: &Call, seed: Seed) -> Value {
    let mut rng = seed.child("failure").child(kind.id).rng();
    let said = (kind.says)(&mut Case { tool, call, rng: &mut rng });
    written(kind, tool, said)
}

/// The result of a call that speaks of what is not there: `what` is said of it (`order`), `value` names it (`ORD-10442`).
pub(crate) fn missing(tool: &Tool, what: &str, value: &Value, seed: Seed) -> Value {
    let mut rng = seed.child("failure").rng();
    written(&FAILURES[0], tool, not_found(what, &bare(value), &mut rng))
}

/// The result of a call with an argument that the tool does not take: `expected` says what it takes (`a date as YYYY-MM-DD`).
pub(crate) fn refused(tool: &Tool, call: &Call, parameter: &str, expected: &str, seed: Seed) -> Value {
    let mut rng = seed.child("failure").rng();
    let said = match call.arguments.contains_key(parameter) {
        true => invalid(parameter, expected, &mut rng),
        false => absent(parameter, expected, &mut rng),
    };
    written(&FAILURES[1], tool, said)
}

/// Which failure a result is, whatever the hand it is written in; `None` for an answer.
pub(crate) fn read(result: &Value) -> Option<&'static Failure> {
    let code = result
        .pointer("/error/code")
        .or_else(|| result.get("code").filter(|_| result.get("error").is_some_and(Value::is_string)))
        .or_else(|| result.get("type").filter(|_| result.get("status").is_some_and(Value::is_u64)));
    if let Some(code) = code.and_then(Value::as_str) {
        return named(code.rsplit('/').next().unwrap_or(code));
    }
    let text = result.pointer("/content/0/text").filter(|_| result.get("isError") == Some(&true.into()))?;
    let (code, _) = text.as_str()?.split_once(':')?;
    named(code)
}

/// What is said of a failure.
struct Said {
    text: String,
    /// What a program reads: the parameter, the seconds to wait.
    more: Vec<(&'static str, Value)>,
}

impl Said {
    fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), more: Vec::new() }
    }
}

/// The shapes in which tools tell of failures.
const HANDS: &[fn(&Failure, Said) -> Value] = &[
    // A flat message, and a code beside it.
    |kind, said| object([("error", said.text.into()), ("code", kind.id.into())], said.more),
    // An object of its own.
    |kind, said| {
        let inner = object([("code", kind.id.into()), ("message", said.text.into())], said.more);
        json!({ "error": inner })
    },
    // Problem details.
    |kind, said| {
        let known = [
            ("type", format!("/problems/{}", kind.id).into()),
            ("title", kind.title.into()),
            ("status", kind.status.into()),
            ("detail", said.text.into()),
        ];
        object(known, said.more)
    },
    // A tool result of the Model Context Protocol: all in words.
    |kind, said| {
        let text = format!("{}: {}", kind.id, said.text);
        json!({ "isError": true, "content": [{ "type": "text", "text": text }] })
    },
];

fn written(kind: &Failure, tool: &Tool, said: Said) -> Value {
    let hand = Seed::new(0).child("hand").child(&tool.name).rng().below(HANDS.len());
    HANDS[hand](kind, said)
}

fn object<const N: usize>(known: [(&str, Value); N], more: Vec<(&'static str, Value)>) -> Value {
    let named = known.into_iter().chain(more).map(|(name, value)| (name.to_owned(), value));
    Value::Object(named.collect::<Map<_, _>>())
}

fn not_found(what: &str, value: &str, rng: &mut Rng) -> Said {
    let forms = [
        format!("No {what} was found for `{value}`."),
        format!("{} {value} does not exist.", capitalised(what)),
        format!("There is no {what} {value}."),
    ];
    Said::plain(&pick(&forms, rng))
}

fn invalid(parameter: &str, expected: &str, rng: &mut Rng) -> Said {
    let forms = [
        format!("Invalid value for `{parameter}`: expected {expected}."),
        format!("`{parameter}` must be {expected}."),
    ];
    about(parameter, expected, pick(&forms, rng))
}

fn absent(parameter: &str, expected: &str, rng: &mut Rng) -> Said {
    let forms = [
        format!("Missing required parameter `{parameter}`: expected {expected}."),
        format!("`{parameter}` is required and must be {expected}."),
    ];
    about(parameter, expected, pick(&forms, rng))
}

fn about(parameter: &str, expected: &str, text: String) -> Said {
    Said { text, more: vec![("parameter", parameter.into()), ("expected", expected.into())] }
}

fn pick(forms: &[String], rng: &mut Rng) -> String {
    rng.choose(forms).cloned().unwrap_or_default()
}

fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The call that a failure speaks of.
struct Case<'a> {
    tool: &'a Tool,
    call: &'a Call,
    rng: &'a mut Rng,
}

impl Case<'_> {
    /// The short values of the call.
    fn given(&self) -> impl DoubleEndedIterator<Item = (&String, &Value)> {
        let short = |text: &str| text.len() <= 60 && !text.trim().is_empty();
        self.call
            .arguments
            .iter()
            .filter(move |(_, value)| value.is_u64() || value.as_str().is_some_and(short))
    }

    /// The last thing that the call names by an identifier, in words.
    fn identified(&self) -> Option<(String, String)> {
        let (name, value) =
            self.given().rev().find(|(name, _)| super::bearing::identifying(&words_of(name)))?;
        let words = words_of(name);
        let label = match words.split_last() {
            // `order_id` speaks of an order; `id` of what the tool is about.
            Some((_, head)) if !head.is_empty() => head.join(" "),
            _ => entity(self.tool).unwrap_or_else(|| "record".to_owned()),
        };
        Some((label, bare(value)))
    }

    /// What the call names, in words: the last identifier, else the first short text.
    fn named(&self) -> Option<(String, String)> {
        self.identified().or_else(|| {
            let (name, value) = self.given().find(|(_, value)| value.is_string())?;
            Some((spoken(name), bare(value)))
        })
    }

    /// One of the call's parameters and what it takes, in words.
    fn parameter(&mut self) -> Option<(String, String)> {
        let stated: Vec<(String, String)> = self
            .tool
            .properties()
            .filter(|(name, _)| self.call.arguments.contains_key(*name))
            .filter_map(|(name, schema)| Some((name.to_owned(), expected(schema)?)))
            .collect();
        self.rng.choose(&stated).cloned()
    }
}

/// What a parameter takes, in words; `None` where its schema says nothing.
pub(crate) fn expected(schema: &Value) -> Option<String> {
    if let Some(options) = schema.get("enum").and_then(Value::as_array).filter(|options| options.len() <= 12)
    {
        let options: Vec<String> = options.iter().map(bare).collect();
        return Some(format!("one of {}", options.join(", ")));
    }
    let kind = schema.get("type").and_then(Value::as_str)?;
    let bound = |key: &str| schema.get(key).filter(|bound| bound.is_number());
    let number = || match (bound("minimum"), bound("maximum")) {
        (Some(least), Some(most)) => format!(" between {least} and {most}"),
        (Some(least), None) => format!(" of at least {least}"),
        (None, Some(most)) => format!(" of at most {most}"),
        (None, None) => String::new(),
    };
    Some(match (kind, schema.get("format").and_then(Value::as_str)) {
        ("string", Some("date")) => "a date as YYYY-MM-DD".to_owned(),
        ("string", Some("date-time")) => "a moment as YYYY-MM-DDThh:mm:ssZ".to_owned(),
        ("string", Some("email")) => "an email address".to_owned(),
        ("string", _) => match (bound("maxLength"), schema.get("pattern").and_then(Value::as_str)) {
            (_, Some(pattern)) if pattern.len() < 40 => format!("a string of the form {pattern}"),
            (Some(most), _) => format!("a string of at most {most} characters"),
            _ => "a string".to_owned(),
        },
        ("integer" | "number", _) => format!("{} {kind}{}", article(kind), number()),
        ("array", _) => "a list".to_owned(),
        ("object" | "boolean", _) => format!("{} {kind}", article(kind)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(name: &str) -> Tool {
        let schema = json!({"type": "object", "properties": {
            "order_id": {"type": "string"}, "speed": {"enum": ["standard", "express"]},
        }});
        Tool::new(name, "Looks an order up.", schema)
    }

    fn call() -> Call {
        let arguments = json!({"order_id": "ORD-10442", "speed": "express"});
        Call::new("get_order", arguments.as_object().cloned().unwrap_or_default())
    }

    #[test]
    fn the_list_is_well_formed() {
        for (at, kind) in FAILURES.iter().enumerate() {
            assert!(FAILURES[..at].iter().all(|other| other.id != kind.id), "{} twice", kind.id);
            assert!((400..600).contains(&kind.status), "{}", kind.id);
            assert_eq!(named(kind.id).map(|found| found.status), Some(kind.status));
        }
    }

    #[test]
    fn one_tool_always_fails_in_one_hand_and_is_read_again() {
        let mut keys = std::collections::BTreeSet::new();
        for at in 0..40 {
            let tool = tool(&format!("get_order_{at}"));
            let mut hands = std::collections::BTreeSet::new();
            for kind in FAILURES {
                for seed in 0..8 {
                    let result = failure(kind, &tool, &call(), Seed::new(seed));
                    assert_eq!(result, failure(kind, &tool, &call(), Seed::new(seed)));
                    assert_eq!(read(&result).map(|found| found.id), Some(kind.id), "{result}");
                    let first = result.as_object().and_then(|map| map.iter().next());
                    hands.insert(first.map(|(name, inner)| (name.clone(), inner.is_object())));
                }
            }
            assert_eq!(hands.len(), 1, "{hands:?}");
            keys.extend(hands);
        }
        assert_eq!(keys.len(), HANDS.len(), "{keys:?}");
        for answer in [json!({"status": "open"}), json!({"error": null}), json!({"type": "x", "status": "y"})]
        {
            assert!(read(&answer).is_none(), "{answer}");
        }
    }

    #[test]
    fn failures_speak_of_the_call() {
        for seed in 0..20 {
            let said = |id: &str| {
                let kind = named(id).expect("it is in the list");
                failure(kind, &tool("get_order"), &call(), Seed::new(seed)).to_string()
            };
            assert!(
                said("not_found").contains("rder ORD-10442") || said("not_found").contains("`ORD-10442`")
            );
            let refused = said("invalid_argument");
            assert!(
                refused.contains("one of standard, express") || refused.contains("a string"),
                "{refused}"
            );
        }
        let gone = missing(&tool("get_order"), "order", &"ORD-1".into(), Seed::new(1)).to_string();
        assert!(gone.contains("ORD-1"), "{gone}");
        let refused = refused(&tool("get_order"), &call(), "day", "a date as YYYY-MM-DD", Seed::new(1));
        assert!(refused.to_string().contains("a date as YYYY-MM-DD"), "{refused}");
    }

    #[test]
    fn what_a_parameter_takes_is_said_in_words() {
        let said = |schema: Value| expected(&schema).unwrap_or_default();
        assert_eq!(
            said(json!({"type": "integer", "minimum": 1, "maximum": 9})),
            "an integer between 1 and 9"
        );
        assert_eq!(said(json!({"type": "string", "format": "date"})), "a date as YYYY-MM-DD");
        assert_eq!(said(json!({"type": "array"})), "a list");
        assert_eq!(said(json!({})), "");
    }
}

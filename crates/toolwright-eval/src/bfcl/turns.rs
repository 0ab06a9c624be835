//! The multi-turn check: a model's calls and the expected ones, each run on services of their own, turn by turn.
//!
//! Source: the multi-turn checker of the package `bfcl-eval` 2026.3.23. After each turn that expects calls, the services' public attributes must be equal, and the
//! results of the turn's expected calls must all be among the results of the model's calls so far, in any order. A turn that expects none is run and not checked.
//! What does not decode in a step, and a step without calls, is passed over.
//! Ours:   a test ends as wrong, with the error type [`BOUNDS`], where a model makes more than 20,000 calls, or their results have more than 64 MiB.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::check::Language;
use super::decode::{Answer, Decoded, Decoder, Flavour};
use super::question::EXCEPTION;
use crate::python::json::{Fault as Broken, loads, members};
use crate::python::ops::Object;
use crate::python::{Dict, Value, repr, str_of};
use crate::world::{Large, Setting, World};

/// Calls of a test, beyond which it is no longer run.
const MOST_CALLS: usize = 20_000;
/// Bytes of results of a test, beyond which it is no longer run.
const MOST_BYTES: usize = 64 << 20;

/// The error type of an answer that goes beyond our bounds.
pub(crate) const BOUNDS: &str = "checker:bounds";

/// The calls of a turn, step by step.
pub(crate) type Turn = Vec<Vec<String>>;

/// A test of several turns.
#[derive(Debug)]
pub(crate) struct Turns {
    id: String,
    /// The services with their first states.
    start: World,
    /// The expected calls of each turn.
    expected: Vec<Vec<String>>,
    /// What they give, where that does not hang on the model's calls.
    gold: Option<Vec<Gold>>,
}

/// What the expected calls of a turn give: their results, and the services after them.
#[derive(Debug)]
struct Gold {
    results: Vec<String>,
    after: World,
}

/// Why an answer is wrong.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) kind: &'static str,
    /// The official error, as it stands in a score file.
    pub(crate) error: Object,
}

fn text(text: impl Into<String>) -> Object {
    Value::text(text.into())
}

fn texts(items: &[String]) -> Object {
    Value::List(items.iter().map(|item| text(item.as_str())).collect())
}

fn dict<const N: usize>(members: [(&'static str, Object); N]) -> Object {
    Value::Dict(Dict::of(members.into_iter().map(|(name, value)| (Value::text(name), value)).collect()))
}

impl Fault {
    fn new(kind: &'static str, message: Object, more: Vec<(&'static str, Object)>) -> Self {
        let mut error = Dict::of(vec![(text("error_message"), message), (text("error_type"), text(kind))]);
        more.into_iter().for_each(|(name, value)| error.insert(Value::text(name), value));
        Self { kind, error: Value::Dict(error) }
    }

    /// An answer of which no call is run; its message is a list.
    fn unrun(kind: &'static str, message: String) -> Self {
        Self::new(kind, Value::List(vec![text(message)]), Vec::new())
    }
}

impl Turns {
    /// Reads a question's line and its expected calls.
    pub(crate) fn read(line: &str, answer: &str, large: Option<Arc<Large>>) -> Result<Self, String> {
        let broken = |fault: Broken| fault.to_string();
        let own = members(line).map_err(broken)?;
        let get = |key: &str| own.iter().find(|(known, _)| known == key).map(|(_, raw)| *raw);
        let classes =
            loads(get("involved_classes").ok_or("expected the key `involved_classes`")?).map_err(broken)?;
        let expected = loads(answer).map_err(broken)?;
        let Value::List(expected) = expected else { return Err("expected a list of turns".to_owned()) };
        let classes = strings(&classes).ok_or("expected names of services")?;
        let classes: Vec<&str> = classes.iter().map(String::as_str).collect();
        let start = World::new(&classes, get("initial_config").unwrap_or("{}"), &Setting::new(large));
        let expected = expected.iter().map(|turn| strings(turn).ok_or("expected a list of calls"));
        let mut turns = Self {
            id: super::benchmark::identity(get("id").ok_or("expected the key `id`")?),
            start: start.map_err(|error| error.to_string())?,
            expected: expected.collect::<Result<_, _>>()?,
            gold: None,
        };
        let (_, mut gold) = turns.worlds();
        let run = |expected: &Vec<String>| {
            let results = expected.iter().map(|call| gold.run(call)).collect();
            Gold { results, after: gold.clone() }
        };
        let known: Vec<Gold> = turns.expected.iter().map(run).collect();
        if !gold.shares() {
            turns.gold = Some(known);
        }
        Ok(turns)
    }

    /// The services for the model's calls, and those for the expected ones.
    fn worlds(&self) -> (World, World) {
        let (mut own, mut gold) = self.start.pair();
        own.name(&format!("model_eval_{}", self.id));
        gold.name(&format!("model_ground_truth_eval_{}", self.id));
        (own, gold)
    }

    /// The official verdict of an answer, and its calls where they were run.
    pub(crate) fn check(
        &self,
        answer: &Answer<'_>,
        decoder: &Decoder,
        flavour: Flavour,
    ) -> (Result<(), Fault>, Option<Vec<Turn>>) {
        let Some(turns) = turns(answer) else {
            let why = "Error during inference phase. Model did not output a list of model responses.";
            return (Err(Fault::unrun("multi_turn:inference_error", why.to_owned())), None);
        };
        let (own, expected) = (turns.len(), self.expected.len());
        if own != expected {
            let why = format!(
                "Model was force-terminated during inference phase. The length of the model result turns ({own}) does not match the length \
                 of the ground truth turns ({expected})."
            );
            return (Err(Fault::unrun("multi_turn:force_terminated", why)), None);
        }
        let decoded: Vec<Turn> = turns
            .iter()
            .map(|turn| steps(turn).iter().filter_map(|step| calls(step, decoder, flavour)).collect())
            .collect();
        (self.run(&decoded), Some(decoded))
    }

    /// The verdict of calls.
    fn run(&self, turns: &[Turn]) -> Result<(), Fault> {
        let exception =
            |error: toolwright_core::Error| Fault::new(EXCEPTION, text(error.to_string()), Vec::new());
        let (mut own, mut gold) = self.worlds();
        let (mut calls, mut bytes, mut executed) = (0, 0, Vec::<Executed<'_>>::with_capacity(turns.len()));
        for (at, (expected, turn)) in self.expected.iter().zip(turns).enumerate() {
            let mut by_step = Vec::with_capacity(turn.len());
            for step in turn {
                let mut results = Vec::with_capacity(step.len());
                for call in step {
                    results.push(own.run(call));
                    calls += 1;
                    bytes += results.last().map_or(0, String::len);
                    if calls > MOST_CALLS || bytes > MOST_BYTES {
                        let why = format!(
                            "The model makes more than {MOST_CALLS} calls, or their results have more than {MOST_BYTES} bytes."
                        );
                        return Err(Fault::new(BOUNDS, text(why), Vec::new()));
                    }
                }
                by_step.push(results);
            }
            let known = self.gold.as_ref().and_then(|turns| turns.get(at));
            let wanted = match known {
                Some(known) => Cow::Borrowed(known.results.as_slice()),
                None => Cow::Owned(expected.iter().map(|call| gold.run(call)).collect()),
            };
            executed.push(Executed { by_step, wanted });
            if expected.is_empty() {
                continue;
            }
            if turn.is_empty() {
                let more = vec![("details", dict([("execution_result", results(&executed))]))];
                let why = text(format!("Model response list is empty for turn {at}"));
                return Err(Fault::new("multi_turn:empty_turn_model_response", why, more));
            }
            let after = known.map_or(&gold, |known| &known.after);
            let differing = own.differences(after).map_err(exception)?;
            if let Some((class, _)) = differing.first() {
                return Err(states(class, &differing, (&own, after), &executed));
            }
            let missing = missing(&executed);
            if !missing.is_empty() {
                return Err(lacking(at, &missing, &executed));
            }
        }
        Ok(())
    }
}

/// What a turn's calls gave.
struct Executed<'t> {
    by_step: Vec<Vec<String>>,
    wanted: Cow<'t, [String]>,
}

fn results(executed: &[Executed<'_>]) -> Object {
    let turn = |turn: &Executed<'_>| {
        let model = Value::List(turn.by_step.iter().map(|step| texts(step)).collect());
        dict([("model", model), ("ground_truth", texts(&turn.wanted))])
    };
    Value::List(executed.iter().map(turn).collect())
}

/// The first service whose state differs.
fn states(
    class: &str,
    differing: &[(&'static str, &'static str)],
    (own, gold): (&World, &World),
    executed: &[Executed<'_>],
) -> Fault {
    let (own, gold) = (own.public(class), gold.public(class));
    let value = |all: &[(&'static str, Object)], name: &str| {
        all.iter().find(|(known, _)| *known == name).map_or(Value::None, |(_, value)| value.clone())
    };
    let mut differences = Dict::default();
    for (_, name) in differing.iter().filter(|(known, _)| *known == class) {
        let both = dict([("model", value(&own, name)), ("ground_truth", value(&gold, name))]);
        differences.insert(Value::text(*name), both);
    }
    let state = |all: Vec<(&'static str, Object)>| {
        Value::Dict(Dict::of(all.into_iter().map(|(name, value)| (Value::text(name), value)).collect()))
    };
    let details = dict([
        ("differences", Value::Dict(differences)),
        ("model_instance_state", state(own)),
        ("ground_truth_instance_state", state(gold)),
    ]);
    let why = format!("Model instance for {class} does not match the state with ground truth instance.");
    let more = vec![("details", details), ("execution_result", results(executed))];
    Fault::new("multi_turn:instance_state_mismatch", text(why), more)
}

/// The results that the last turn wants more often than they are there, of all turns so far.
fn missing(executed: &[Executed<'_>]) -> Vec<String> {
    let Some(last) = executed.last() else { return Vec::new() };
    let mut there: HashMap<&str, usize> = last.wanted.iter().map(|wanted| (wanted.as_str(), 0)).collect();
    // Those wanted are few, and those there may be many.
    for result in all(executed) {
        if let Some(count) = there.get_mut(result.as_str()) {
            *count += 1;
        }
    }
    let lacks = |wanted: &&String| match there.get_mut(wanted.as_str()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    last.wanted.iter().filter(lacks).cloned().collect()
}

/// All results of the model's calls, in order.
fn all<'e>(executed: &'e [Executed<'_>]) -> impl Iterator<Item = &'e String> {
    executed.iter().flat_map(|turn| &turn.by_step).flatten()
}

/// What is said of missing results.
fn lacking(at: usize, missing: &[String], executed: &[Executed<'_>]) -> Fault {
    let there: Vec<String> = all(executed).cloned().collect();
    let wanted = executed.last().map(|turn| &*turn.wanted).unwrap_or_default();
    let details = dict([
        ("missing_items", texts(missing)),
        ("model_response (including all previous turns)", texts(&there)),
        ("ground_truth_response (only the current turn)", texts(wanted)),
    ]);
    let why = format!(
        "Model response execution results so far does not contain all the ground truth response execution results for turn {at}."
    );
    Fault::new("multi_turn:execution_response_mismatch", text(why), vec![("details", details)])
}

fn strings(value: &Value<'_>) -> Option<Vec<String>> {
    match value {
        Value::List(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

/// The turns of an answer; none where it is no list.
fn turns<'a, 'v>(answer: &'a Answer<'v>) -> Option<&'a [Value<'v>]> {
    match answer {
        Answer::List(turns) => Some(turns),
        _ => None,
    }
}

/// The steps of a turn: its items, or whatever else a loop over it meets.
fn steps<'v>(turn: &Value<'v>) -> Vec<Answer<'v>> {
    let step = |step: &Value<'v>| match step {
        Value::Str(text) => Answer::Text(text.clone()),
        Value::List(items) => Answer::List(items.clone()),
        other => Answer::Other(other.clone()),
    };
    match turn {
        Value::List(items) => items.iter().map(step).collect(),
        Value::Str(text) => text.chars().map(|next| Answer::Text(next.to_string().into())).collect(),
        Value::Dict(dict) => dict.iter().map(|(key, _)| step(key)).collect(),
        _ => Vec::new(),
    }
}

/// All steps of an answer, for telling in which format they are.
pub(crate) fn all_steps<'v>(answer: &Answer<'v>) -> Vec<Answer<'v>> {
    turns(answer).unwrap_or_default().iter().flat_map(steps).collect()
}

/// The calls of a step as text to be run; none where it does not decode or holds none.
pub(crate) fn calls(step: &Answer<'_>, decoder: &Decoder, flavour: Flavour) -> Option<Vec<String>> {
    let calls = match (decoder.id, step) {
        ("json", step) => from_json(step)?,
        (format, step) => match (decoder.decode)(step, Language::Python, flavour) {
            Decoded::Calls(calls) => {
                let one = |call: &crate::python::calls::Call<'_>| match format {
                    "text" => nested(&call.name, &call.arguments),
                    _ => Some(plain(&call.name, &call.arguments)),
                };
                calls.iter().map(one).collect::<Option<Vec<_>>>()?
            }
            Decoded::Misshapen(_) | Decoded::Failed(_) => return None,
        },
    };
    (!calls.is_empty()).then_some(calls)
}

/// Every member of every object is a call there.
fn from_json(step: &Answer<'_>) -> Option<Vec<String>> {
    let items = match step {
        Answer::List(items) => Cow::Borrowed(items.as_slice()),
        Answer::Other(item @ Value::Dict(_)) => Cow::Owned(vec![item.clone()]),
        _ => return None,
    };
    let mut calls = Vec::new();
    for item in items.iter() {
        let Value::Dict(item) = item else { return None };
        for (name, arguments) in item.iter() {
            match arguments {
                Value::Dict(arguments) => calls.push(plain(name, arguments)),
                Value::Str(text) => match loads(text) {
                    Ok(Value::Dict(arguments)) => calls.push(plain(name, &arguments)),
                    _ => return None,
                },
                _ => return None,
            }
        }
    }
    Some(calls)
}

fn plain(name: &Value<'_>, arguments: &Dict<'_>) -> String {
    let arguments = arguments.iter().map(|(key, value)| format!("{}={}", str_of(key), repr(value)));
    format!("{}({})", str_of(name), arguments.collect::<Vec<_>>().join(","))
}

/// A call with calls in it; none where the official decoder raises an exception.
fn nested(name: &Value<'_>, arguments: &Dict<'_>) -> Option<String> {
    let arguments = arguments.iter().map(|(key, value)| Some(format!("{}={}", str_of(key), inner(value)?)));
    Some(format!("{}({})", str_of(name), arguments.collect::<Option<Vec<_>>>()?.join(", ")))
}

/// A dict whose values are all dicts is taken for a call.
fn inner(value: &Value<'_>) -> Option<String> {
    let Value::Dict(dict) = value else { return Some(repr(value)) };
    if dict.iter().all(|(_, value)| matches!(value, Value::Dict(_))) {
        return match dict.iter().next() {
            Some((name, Value::Dict(arguments))) => nested(name, arguments),
            _ => None,
        };
    }
    let members = dict.iter().map(|(key, value)| Some(format!("'{}': {}", str_of(key), inner(value)?)));
    Some(format!("{{{}}}", members.collect::<Option<Vec<_>>>()?.join(", ")))
}

/// Decoded turns as a value.
pub(crate) fn as_value(turns: Vec<Turn>) -> Object {
    let step = |step: Vec<String>| Value::List(step.into_iter().map(text).collect());
    let turn = |turn: Turn| Value::List(turn.into_iter().map(step).collect());
    Value::List(turns.into_iter().map(turn).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bfcl::DECODERS;

    const LINE: &str = r#"{"id": "multi_turn_base_0", "involved_classes": ["GorillaFileSystem"], "initial_config": {"GorillaFileSystem": {"root": {
        "w": {"type": "directory", "contents": {"a.txt": {"type": "file", "content": "x"}, "d": {"type": "directory", "contents": {}}}}}}}}"#;

    fn judged(answer: &str) -> String {
        let expected = r#"[["mv('a.txt', 'd')"], [], ["cd('d')", "cat('a.txt')"]]"#;
        let turns = Turns::read(LINE, expected, None).expect("a test");
        let answer = Answer::read(answer).expect("JSON");
        let mut evidence = crate::bfcl::decode::Evidence::default();
        all_steps(&answer).iter().for_each(|step| evidence.see(step, &[]));
        match turns.check(&answer, evidence.decoder(), Flavour::Current).0 {
            Ok(()) => "right".to_owned(),
            Err(fault) => fault.kind.to_owned(),
        }
    }

    #[test]
    fn states_and_results_decide() {
        for (answer, expected) in [
            (
                r#"[["[mv(source='a.txt', destination='d')]", "done"], ["What?"], ["[cd(folder='d')]", "[cat(file_name='a.txt')]"]]"#,
                "right",
            ),
            (
                r#"[[[{"mv": "{\"source\": \"a.txt\", \"destination\": \"d\"}"}], []], [], [[{"cd": {"folder": "d"}}, {"cat": "{\"file_name\": \"a.txt\"}"}]]]"#,
                "right",
            ),
            (r#"[["[ls()]"], [], ["[cd(folder='d')]"]]"#, "multi_turn:instance_state_mismatch"),
            (
                r#"[["[mv(source='a.txt', destination='d')]"], [], ["[ls()]"]]"#,
                "multi_turn:execution_response_mismatch",
            ),
            (r#"[["I cannot."], [], ["[ls()]"]]"#, "multi_turn:empty_turn_model_response"),
            (r#"[["[ls()]"], []]"#, "multi_turn:force_terminated"),
            (r#""no""#, "multi_turn:inference_error"),
            (
                r#"[["[mv(source='a.txt', destination='d')]"], ["[rm(file_name='d')]"], ["[ls()]"]]"#,
                "multi_turn:instance_state_mismatch",
            ),
        ] {
            assert_eq!(judged(answer), expected, "{answer}");
        }
    }

    #[test]
    fn endless_and_huge_answers_end_in_a_verdict() {
        let many = format!("[[{}], [], []]", vec![r#""[ls()]""#; MOST_CALLS + 1].join(", "));
        assert_eq!(judged(&many), BOUNDS);
        let long = "x".repeat(200_000);
        let write = format!(r#""[echo(content='{long}', file_name='a.txt'), cat(file_name='a.txt')]""#);
        assert_eq!(judged(&format!("[[{}], [], []]", vec![write; 400].join(", "))), BOUNDS);
        let deep = format!(r#"[["[cd(folder={}1)]"], [], []]"#, "-".repeat(20_000));
        assert_ne!(judged(&deep), "right");
        let copies: Vec<String> =
            (0..40).map(|_| r#""[cp(source='d', destination='d')]""#.to_owned()).collect();
        let expected = "multi_turn:instance_state_mismatch";
        assert_eq!(judged(&format!("[[{}], [], []]", copies.join(", "))), expected);
    }

    #[test]
    fn steps_become_the_text_that_the_official_program_runs() {
        let read = |format: &str, step: &str| {
            let decoder = DECODERS.iter().find(|decoder| decoder.id == format).expect("it is in the list");
            calls(&Answer::read(step).expect("JSON"), decoder, Flavour::Current).map(|calls| calls.join("; "))
        };
        for (format, step, expected) in [
            ("text", r#""[f(a=1, b=[{'c': 2}]), g()]""#, Some("f(a=1, b=[{'c': 2}]); g()")),
            ("text", r#""[f(a=g(b=1), c={'d': 'x'})]""#, Some("f(a=g(b=1), c={'d': 'x'})")),
            ("text", r#""[f(a={})]""#, None),
            ("text", r#""Done.""#, None),
            ("text", r#""[]""#, None),
            (
                "json",
                r#"[{"f": "{\"a\": true, \"b\": \"it's\"}"}, {"g": {}}]"#,
                Some("f(a=True,b=\"it's\"); g()"),
            ),
            ("json", r#"[{"f": "[1]"}]"#, None),
            ("json", r#""text""#, None),
            (
                "hermes",
                r#""<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n</tool_call>""#,
                Some("f(a=1)"),
            ),
        ] {
            assert_eq!(read(format, step).as_deref(), expected, "{step}");
        }
    }
}

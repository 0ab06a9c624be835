//! [`Recorder`] writes down what is asked and answered, [`Recorded`] answers from that: for tests of recipes and prompts without a server.
//!
//! A journal answers a run's own questions again; a record is a file to keep beside a test. It holds the requests, too, so that a prompt that has changed since is
//! noticed and named, and never answered with what was said to another one.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};
use toolwright_core::{Asking, Endpoint, Error, Finish, Place, Reply, Request, Result, Unanswered};

use crate::server::Server;
use crate::wire;

/// Asks another endpoint and writes down every question with its reply, a JSON line each, in the order in which replies come.
pub struct Recorder {
    inner: Arc<dyn Endpoint>,
    path: PathBuf,
    out: Mutex<File>,
}

impl Recorder {
    /// - `path`: made anew.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn new(inner: Arc<dyn Endpoint>, path: &Path) -> Result<Self> {
        let out = File::create(path).map_err(|error| cannot("made", path, error))?;
        Ok(Self { inner, path: path.to_owned(), out: Mutex::new(out) })
    }

    async fn asked(&self, place: &Place, request: &Request) -> Result<Reply, Unanswered> {
        let reply = self.inner.ask(place, request).await?;
        let line = json!({"at": key(place), "request": body(request)?, "reply": written(&reply)});
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = writeln!(out, "{line}");
        kept.map_err(|error| Unanswered::Stopped(cannot("written", &self.path, error).to_string()))?;
        Ok(reply)
    }
}

impl Endpoint for Recorder {
    fn ask<'a>(&'a self, place: &'a Place, request: &'a Request) -> Asking<'a> {
        Box::pin(self.asked(place, request))
    }
}

/// Answers from a record.
///
/// ```
/// use toolwright_core::{Endpoint, Message, Place, Request, Role};
/// use toolwright_llm::Recorded;
/// let dir = tempfile::tempdir()?;
/// let path = dir.path().join("record.jsonl");
/// let request = r#"{"messages": [{"role": "user", "content": "Hi"}]}"#;
/// let reply = r#"{"choices": [{"message": {"role": "assistant", "content": "Hello."}}]}"#;
/// let line = format!(r#"{{"at": ["test", 0, 0, 0, 0], "request": {request}, "reply": {reply}}}"#);
/// std::fs::write(&path, line)?;
/// let recorded = Recorded::read(&path)?;
/// let asked = |text: &str| Request { messages: vec![Message::text(Role::User, text)], ..Request::default() };
/// let place = Place::new("test");
/// let reply = toolwright_llm::run(recorded.ask(&place, &asked("Hi")))?;
/// assert_eq!(reply.map(|reply| reply.candidates[0].message.said().to_owned()), Ok("Hello.".into()));
/// let other = toolwright_llm::run(recorded.ask(&place, &asked("Ho")))?.unwrap_err();
/// assert!(other.to_string().contains("differs from what was recorded at `/messages/0/content`: \"Ho\", recorded \"Hi\""));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Recorded {
    path: PathBuf,
    /// By place; the later of two counts, as where a run was recorded over several sessions.
    rows: HashMap<String, (Value, String)>,
}

impl Recorded {
    /// Reads a record.
    ///
    /// # Errors
    /// The file cannot be read, or a line of it is none of a record: file, line and reason.
    pub fn read(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|error| cannot("read", path, error))?;
        let mut rows = HashMap::new();
        for (number, line) in (1..).zip(BufReader::new(file).lines()) {
            let at = |why: String| Error::new(why).at(format_args!("{}:{number}", path.display()));
            let line = line.map_err(|error| at(format!("cannot be read: {error}")))?;
            if line.trim().is_empty() {
                continue;
            }
            let row: Value = serde_json::from_str(&line).map_err(|error| at(format!("no JSON: {error}")))?;
            let reply = row.get("reply").map(Value::to_string).unwrap_or_default();
            wire::read_reply(&reply).map_err(|error| at(format!("`reply` is none: {error}")))?;
            let (Some(place), Some(request)) = (row.get("at"), row.get("request")) else {
                return Err(at("expected `at`, `request` and `reply`".into()));
            };
            rows.insert(place.to_string(), (request.clone(), reply));
        }
        Ok(Self { path: path.to_owned(), rows })
    }

    fn answer(&self, place: &Place, request: &Request) -> Result<Reply, Unanswered> {
        let stop = |why: String| Unanswered::Stopped(format!("{}: {why}", self.path.display()));
        let Some((recorded, reply)) = self.rows.get(&key(place).to_string()) else {
            return Err(stop(format!("nothing was recorded for {place}; record it anew")));
        };
        if let Some(difference) = differs(&mut String::new(), &body(request)?, recorded) {
            return Err(stop(format!(
                "what is asked for {place} differs from what was recorded at {difference}; record it anew"
            )));
        }
        wire::read_reply(reply).map_err(|error| stop(error.to_string()))
    }
}

impl Endpoint for Recorded {
    fn ask<'a>(&'a self, place: &'a Place, request: &'a Request) -> Asking<'a> {
        let answer = self.answer(place, request);
        Box::pin(async move { answer })
    }
}

fn cannot(what: &str, path: &Path, error: std::io::Error) -> Error {
    Error::new(format!("cannot be {what}: {error}")).at(path.display()).caused_by(error)
}

fn key(place: &Place) -> Value {
    json!([place.stage, place.sample, place.attempt, place.step, place.draw])
}

/// A request as its body; which model is asked is not compared.
fn body(request: &Request) -> Result<Value, Unanswered> {
    let refused = |why: String| Unanswered::Refused(why);
    let bytes = wire::body(&Server::new("", ""), request).map_err(|error| refused(error.to_string()))?;
    let mut body: Value = serde_json::from_slice(&bytes).map_err(|error| refused(error.to_string()))?;
    if let Value::Object(body) = &mut body {
        body.shift_remove("model");
    }
    Ok(body)
}

/// Where two values first differ, and how.
fn differs(pointer: &mut String, a: &Value, b: &Value) -> Option<String> {
    let length = pointer.len();
    let mut below = |step: &str, a: &Value, b: &Value| {
        pointer.push('/');
        pointer.push_str(step);
        let found = differs(pointer, a, b);
        pointer.truncate(length);
        found
    };
    match (a, b) {
        (Value::Object(one), Value::Object(other)) => {
            let keys = one.keys().chain(other.keys().filter(|key| !one.contains_key(*key)));
            let null = Value::Null;
            keys.into_iter()
                .find_map(|key| below(key, one.get(key).unwrap_or(&null), other.get(key).unwrap_or(&null)))
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            one.iter().zip(other).enumerate().find_map(|(n, (a, b))| below(&n.to_string(), a, b))
        }
        _ if a == b => None,
        _ => {
            let short = |value: &Value| value.to_string().chars().take(120).collect::<String>();
            Some(format!("`{pointer}`: {}, recorded {}", short(a), short(b)))
        }
    }
}

/// A reply as a body that is read back as it was.
fn written(reply: &Reply) -> Value {
    let choices: Vec<Value> = reply.candidates.iter().map(|candidate| {
        let message = &candidate.message;
        let mut said = Map::new();
        said.insert("role".into(), "assistant".into());
        said.insert("content".into(), message.content.clone().into());
        if let Some(reasoning) = &candidate.reasoning {
            said.insert("reasoning_content".into(), reasoning.as_str().into());
        }
        let calls: Vec<Value> = message.calls.iter().map(|call| {
            let arguments = Value::Object(call.arguments.clone()).to_string();
            let arguments = call.raw.clone().unwrap_or(arguments);
            json!({"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}})
        }).collect();
        if !calls.is_empty() {
            said.insert("tool_calls".into(), calls.into());
        }
        let finish = match candidate.finish {
            Finish::Stop => Some("stop"),
            Finish::Calls => Some("tool_calls"),
            Finish::Length => Some("length"),
            Finish::Filtered => Some("content_filter"),
            Finish::Unknown => None,
        };
        let mut choice = json!({"finish_reason": finish, "message": said});
        if let Some(tokens) = &candidate.logprobs {
            let tokens: Vec<Value> =
                tokens.iter().map(|one| json!({"token": one.token, "logprob": one.logprob})).collect();
            choice["logprobs"] = json!({"content": tokens});
        }
        choice
    }).collect();
    let mut body = json!({"choices": choices});
    if let Some(model) = &reply.model {
        body["model"] = model.as_str().into();
    }
    if let Some(usage) = reply.usage {
        body["usage"] = json!({
            "prompt_tokens": usage.prompt,
            "completion_tokens": usage.completion,
            "prompt_tokens_details": {"cached_tokens": usage.cached},
        });
    }
    body
}

#[cfg(test)]
mod tests {
    use toolwright_core::{Message, Role};

    use super::*;

    /// Answers everything with one body.
    struct Says(&'static str);

    impl Endpoint for Says {
        fn ask<'a>(&'a self, _: &'a Place, _: &'a Request) -> Asking<'a> {
            Box::pin(async {
                wire::read_reply(self.0).map_err(|error| Unanswered::Refused(error.to_string()))
            })
        }
    }

    #[test]
    fn what_was_recorded_is_answered_as_it_was() {
        let bodies = [
            r#"{"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}, {"message": {"content": null}}], "model": "m"}"#,
            r#"{"choices": [{"message": {"content": "", "reasoning_content": "Hm.", "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{\"a\": [1, 2.5]}"}}]}, "finish_reason": "tool_calls"}], "usage": {"prompt_tokens": 9, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 4}}}"#,
            r#"{"choices": [{"message": {"content": "Hi"}, "finish_reason": "length", "logprobs": {"content": [{"token": "Hi", "logprob": -0.25}]}}]}"#,
        ];
        let dir = tempfile::tempdir().expect("a folder");
        for (n, body) in bodies.into_iter().enumerate() {
            let path = dir.path().join(format!("{n}.jsonl"));
            let recorder = Recorder::new(Arc::new(Says(body)), &path).expect("a file");
            let place = Place { sample: n as u64, ..Place::new("test") };
            let request =
                Request { messages: vec![Message::text(Role::User, "Hello")], ..Request::default() };
            let first = crate::run(recorder.ask(&place, &request)).expect("a runtime").expect("a reply");
            let recorded = Recorded::read(&path).expect("a record");
            let again = crate::run(recorded.ask(&place, &request)).expect("a runtime");
            assert_eq!(again, Ok(first));
            let elsewhere = Place { step: 1, ..place };
            let none =
                crate::run(recorded.ask(&elsewhere, &request)).expect("a runtime").expect_err("not there");
            let expected =
                format!("{}: nothing was recorded for {elsewhere}; record it anew", path.display());
            assert_eq!(none, Unanswered::Stopped(expected));
        }
    }

    #[test]
    fn what_is_no_record_is_said_with_its_line() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("r.jsonl");
        let why = |text: &str| {
            std::fs::write(&path, text).expect("a file");
            let error = Recorded::read(&path).expect_err(text).to_string();
            error.strip_prefix(&format!("{}:", path.display())).expect("the file").to_owned()
        };
        assert!(why("\n{").starts_with("2: no JSON: "));
        assert!(why("{}").starts_with("1: `reply` is none: "));
        assert_eq!(
            why(r#"{"reply": {"choices": [{"message": {"content": "x"}}]}}"#),
            "1: expected `at`, `request` and `reply`"
        );
    }
}

//! OpenAI's chat completions as bytes: a request's body, and a reply out of what came.
//!
//! Source: OpenAI's API reference, Chat Completions; what vLLM, SGLang, llama.cpp and Ollama add to it or leave out.
//! Ours:   reading is lenient where nothing is lost by it: calls without an id or with one that is taken get another, `reasoning` stands
//!         for `reasoning_content`, arguments may be an object. The role is always the assistant's, whatever the reply says.

use std::collections::HashSet;

use std::ops::Range;

use serde_json::{Map, Value, json};
use toolwright_core::format::FORMATS;
use toolwright_core::{
    Candidate, Dialog, Finish, Form, Loss, Message, Reply, Request, Result, TokenLogprob, ToolChoice, Usage,
};

use crate::fault::{Fault, shortened};
use crate::server::Server;

/// The body of a request: the same bytes for the same request and server.
///
/// # Errors
/// The messages cannot be written, such as those with malformed calls.
pub(crate) fn body(server: &Server, request: &Request) -> Result<Vec<u8>> {
    let dialog =
        Dialog { messages: request.messages.clone(), tools: request.tools.clone(), ..Dialog::default() };
    let mut body = Map::new();
    body.insert("model".into(), server.model.clone().into());
    if let Value::Object(row) = openai(&dialog)? {
        body.extend(row.into_iter().filter(|(key, _)| key != "parallel_tool_calls"));
    }
    let choice = match request.choice {
        ToolChoice::Auto => None,
        ToolChoice::None => Some("none"),
        ToolChoice::Required => Some("required"),
    };
    if let Some(choice) = choice.filter(|_| !request.tools.is_empty()) {
        body.insert("tool_choice".into(), choice.into());
    }
    if let Some(form) = &request.form {
        let Form { name, schema, strict } = &**form;
        let schema = json!({"name": name, "schema": schema, "strict": strict});
        body.insert("response_format".into(), json!({"type": "json_schema", "json_schema": schema}));
    }
    let sampling = &request.sampling;
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(key.to_owned(), value);
        }
    };
    put("temperature", sampling.temperature.map(Value::from));
    put("top_p", sampling.top_p.map(Value::from));
    put(&server.max_tokens_key, sampling.max_tokens.map(Value::from));
    put("seed", sampling.seed.map(Value::from));
    put("stop", Some(&sampling.stop).filter(|stop| !stop.is_empty()).map(|stop| stop.clone().into()));
    put("n", sampling.draws.filter(|draws| *draws != 1).map(Value::from));
    put("logprobs", sampling.logprobs.map(|_| true.into()));
    put("top_logprobs", sampling.logprobs.filter(|likeliest| *likeliest > 0).map(Value::from));
    body.extend(server.extra.clone());
    body.extend(sampling.extra.clone());
    Ok(Value::Object(body).to_string().into_bytes())
}

/// A dialog as a row of our `openai` format, which is what the API takes.
fn openai(dialog: &Dialog) -> Result<Value> {
    let format = FORMATS.iter().find(|format| format.id == "openai");
    format.and_then(|format| format.write).map_or(Ok(Value::Null), |write| write(dialog))
}

/// The reply in a body that claims success.
///
/// ```
/// let reply = toolwright_llm::read_reply(
///     r#"{"choices": [{"message": {"content": "Hello."}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 9, "completion_tokens": 3}}"#,
/// )?;
/// assert_eq!(reply.candidates[0].message.said(), "Hello.");
/// assert_eq!(reply.usage.map(|usage| usage.completion), Some(3));
/// # Ok::<(), toolwright_core::Error>(())
/// ```
///
/// # Errors
/// It is no reply, or one without choices, or an error.
pub fn read_reply(body: &str) -> Result<Reply> {
    reply(body).map_err(|fault| toolwright_core::Error::new(fault.to_string()))
}

pub(crate) fn reply(body: &str) -> Result<Reply, Fault> {
    let garbled = |why: String| Fault::Garbled { why, body: body.to_owned() };
    let value: Value = serde_json::from_str(body).map_err(|error| {
        let begins = shortened(&body.chars().take(80).collect::<String>());
        garbled(if body.trim().is_empty() {
            "it is empty".into()
        } else {
            format!("{error}; it begins `{begins}`")
        })
    })?;
    if let Some(error) = value.get("error").filter(|error| !error.is_null()) {
        return Err(Fault::of_error(error, body));
    }
    let choices = match &value["choices"] {
        Value::Array(choices) => choices,
        _ => return Err(garbled("it has no list `choices`".into())),
    };
    if choices.is_empty() {
        return Err(Fault::Empty { body: body.to_owned() });
    }
    let candidate = |(n, choice): (usize, &Value)| {
        candidate(choice).map_err(|why| garbled(format!("choices[{n}]: {why}")))
    };
    Ok(Reply {
        candidates: choices.iter().enumerate().map(candidate).collect::<Result<_, _>>()?,
        usage: usage(&value),
        model: value["model"].as_str().map(str::to_owned),
    })
}

/// The body that asks how likely a text is, token by token: it is given back with one token more.
pub(crate) fn scored(server: &Server, text: &str) -> Vec<u8> {
    let mut body = Map::new();
    body.insert("model".into(), server.model.clone().into());
    let rest = json!({"prompt": text, "max_tokens": 1, "temperature": 0, "echo": true, "logprobs": 1});
    body.extend(rest.as_object().cloned().unwrap_or_default());
    body.extend(server.extra.clone());
    Value::Object(body).to_string().into_bytes()
}

/// The loss of the characters `within` of the text that was scored. Tokens that begin before them are not theirs.
pub(crate) fn loss(body: &str, within: Range<u64>) -> Result<(Loss, Option<Usage>), Fault> {
    let garbled = |why: &str| Fault::Garbled { why: why.to_owned(), body: body.to_owned() };
    let value: Value = serde_json::from_str(body).map_err(|error| garbled(&error.to_string()))?;
    if let Some(error) = value.get("error").filter(|error| !error.is_null()) {
        return Err(Fault::of_error(error, body));
    }
    let Some(choice) = value["choices"].get(0) else { return Err(Fault::Empty { body: body.to_owned() }) };
    let list = |key: &str| choice["logprobs"][key].as_array();
    let (Some(offsets), Some(logprobs)) = (list("text_offset"), list("token_logprobs")) else {
        let said = "it gives no log-probabilities of a prompt (`echo` with `logprobs`), and these are what is asked for".into();
        return Err(Fault::Barred { status: 200, said });
    };
    let own =
        offsets.iter().zip(logprobs).filter(|(at, _)| at.as_u64().is_some_and(|at| within.contains(&at)));
    let (mut tokens, mut total) = (0, 0.0);
    for (_, logprob) in own {
        // The first token of a text has no likelihood, for nothing stands before it.
        let Some(logprob) = logprob.as_f64() else { continue };
        tokens += 1;
        total -= logprob;
    }
    if tokens == 0 {
        return Err(garbled("no token of the text is in it"));
    }
    Ok((Loss { tokens, total }, usage(&value)))
}

fn candidate(choice: &Value) -> Result<Candidate, String> {
    let Some(Value::Object(given)) = choice.get("message") else {
        return Err("expected an object `message`".into());
    };
    let mut given = given.clone();
    given.insert("role".into(), "assistant".into());
    let reasoning = ["reasoning_content", "reasoning"]
        .iter()
        .find_map(|key| given.get(*key)?.as_str().map(str::to_owned))
        .filter(|reasoning| !reasoning.is_empty());
    let calls = given.get("tool_calls").and_then(Value::as_array).is_some_and(|calls| !calls.is_empty());
    let mut message = read(given.into())?;
    name_calls(&mut message);
    let finish = match choice["finish_reason"].as_str() {
        Some("length" | "max_tokens") => Finish::Length,
        Some("content_filter") => Finish::Filtered,
        Some("tool_calls" | "function_call") => Finish::Calls,
        // Some servers say `stop` whatever the reply holds.
        Some("stop" | "eos" | "end_turn") => {
            if calls {
                Finish::Calls
            } else {
                Finish::Stop
            }
        }
        _ => Finish::Unknown,
    };
    let logprobs = choice["logprobs"]["content"].as_array().map(|tokens| {
        let token = |token: &Value| {
            Some(TokenLogprob {
                token: token["token"].as_str()?.to_owned(),
                logprob: token["logprob"].as_f64()?,
            })
        };
        tokens.iter().filter_map(token).collect()
    });
    Ok(Candidate { message, reasoning, finish, logprobs })
}

/// A message as our `openai` format reads it.
fn read(message: Value) -> Result<Message, String> {
    let format = FORMATS.iter().find(|format| format.id == "openai").ok_or("no format is called `openai`")?;
    let dialog = (format.read)(&json!({"messages": [message]})).map_err(|error| error.to_string())?;
    dialog.messages.into_iter().next().ok_or_else(|| "no message".into())
}

/// Gives each call an id of its own.
fn name_calls(message: &mut Message) {
    let mut taken = HashSet::new();
    for n in 0..message.calls.len() {
        let given = message.calls[n].id.take().filter(|id| !id.is_empty() && !taken.contains(id));
        let id = given.unwrap_or_else(|| {
            (n..).map(|n| format!("call_{n}")).find(|id| !taken.contains(id)).unwrap_or_default()
        });
        taken.insert(id.clone());
        message.calls[n].id = Some(id);
    }
}

/// What the server counted, where it did.
pub(crate) fn usage(reply: &Value) -> Option<Usage> {
    /// No reply has more; what claims to must not make sums overflow.
    const MOST: u64 = 1 << 40;
    let usage = reply.get("usage")?;
    let count = |value: &Value| value.as_u64().map(|tokens| tokens.min(MOST));
    Some(Usage {
        prompt: count(&usage["prompt_tokens"])?,
        cached: count(&usage["prompt_tokens_details"]["cached_tokens"]).unwrap_or_default(),
        completion: count(&usage["completion_tokens"]).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use toolwright_core::{Role, Sampling, Tool};

    use super::*;

    fn server() -> Server {
        Server::new("http://h/v1", "tiny")
    }

    fn ask(text: &str) -> Request {
        Request { messages: vec![Message::text(Role::User, text)], ..Request::default() }
    }

    fn written(server: &Server, request: &Request) -> Value {
        serde_json::from_slice(&body(server, request).unwrap()).unwrap()
    }

    #[test]
    fn a_plain_request_says_no_more_than_it_must() {
        let expected = json!({"model": "tiny", "messages": [{"role": "user", "content": "Hi"}]});
        assert_eq!(written(&server(), &ask("Hi")), expected);
    }

    #[test]
    fn everything_that_is_set_is_said() {
        let parameters = json!({"type": "object", "properties": {}});
        let form = Form { name: "verdict".into(), schema: json!({"type": "object"}), strict: true };
        let request = Request {
            tools: vec![Arc::new(Tool::new("now", "The time.", parameters.clone()))],
            choice: ToolChoice::Required,
            form: Some(Arc::new(form)),
            sampling: Sampling {
                temperature: Some(0.5),
                top_p: Some(0.9),
                max_tokens: Some(64),
                seed: Some(7),
                stop: vec!["END".into()],
                draws: Some(3),
                logprobs: Some(2),
                extra: [("top_k".to_owned(), json!(20))].into_iter().collect(),
            },
            ..ask("Hi")
        };
        let server = Server {
            max_tokens_key: "max_completion_tokens".into(),
            extra: [("user".to_owned(), json!("t"))].into_iter().collect(),
            ..server()
        };
        let expected = json!({
            "model": "tiny",
            "messages": [{"role": "user", "content": "Hi"}],
            "tools": [{"type": "function", "function": {"name": "now", "description": "The time.", "parameters": parameters}}],
            "tool_choice": "required",
            "response_format": {"type": "json_schema", "json_schema": {"name": "verdict", "schema": {"type": "object"}, "strict": true}},
            "temperature": 0.5, "top_p": 0.9, "max_completion_tokens": 64, "seed": 7, "stop": ["END"], "n": 3,
            "logprobs": true, "top_logprobs": 2, "user": "t", "top_k": 20
        });
        assert_eq!(written(&server, &request), expected);
    }

    #[test]
    fn a_reply_is_read_with_its_calls_reasoning_usage_and_ends() {
        let body = json!({
            "model": "tiny-0613",
            "choices": [
                {"finish_reason": "stop", "message": {"role": "system", "content": null, "reasoning_content": "Hm.", "tool_calls": [
                    {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{\"x\": 1}"}},
                    {"id": "a", "type": "function", "function": {"name": "f", "arguments": {"x": 2}}},
                    {"type": "function", "function": {"name": "g", "arguments": ""}},
                ]}},
                {"finish_reason": "length", "message": {"content": "cut o"},
                 "logprobs": {"content": [{"token": "cut", "logprob": -0.5}, {"token": " o", "logprob": -1}]}},
                {"finish_reason": "tool_calls", "message": {"tool_calls": [{"function": {"name": "f", "arguments": "{\"x\": "}}]}},
            ],
            "usage": {"prompt_tokens": 12, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 8}},
        });
        let reply = reply(&body.to_string()).unwrap();
        let [first, second, third] = &reply.candidates[..] else { panic!("three choices") };
        assert_eq!(first.message.role, Role::Assistant, "a reply cannot choose its role");
        let ids: Vec<_> = first.message.calls.iter().map(|call| call.id.as_deref().unwrap()).collect();
        assert_eq!(ids, ["a", "call_1", "call_2"]);
        assert_eq!(first.message.calls[1].arguments, json!({"x": 2}).as_object().unwrap().clone());
        assert_eq!((first.reasoning.as_deref(), &first.finish), (Some("Hm."), &Finish::Calls));
        assert_eq!((second.message.said(), &second.finish), ("cut o", &Finish::Length));
        let sum: f64 = second.logprobs.iter().flatten().map(|token| token.logprob).sum();
        assert!((sum + 1.5).abs() < 1e-12);
        assert!(third.message.malformed.is_some() && third.message.calls.is_empty());
        assert_eq!(reply.usage, Some(Usage { prompt: 12, cached: 8, completion: 5 }));
        assert_eq!(reply.model.as_deref(), Some("tiny-0613"));
    }

    #[test]
    fn what_is_no_reply_is_said_to_be_none() {
        let fault = |body: &str| reply(body).unwrap_err();
        for (body, why) in [
            ("", "what came is no reply: it is empty"),
            (
                "<html>gateway</html>",
                "what came is no reply: expected value at line 1 column 1; it begins `<html>gateway</html>`",
            ),
            (
                r#"{"choices": [{"mess"#,
                "what came is no reply: EOF while parsing a string at line 1 column 19; it begins `{\"choices\": [{\"mess`",
            ),
            (r#"{"object": "list"}"#, "what came is no reply: it has no list `choices`"),
            (
                r#"{"choices": [{"text": "x"}]}"#,
                "what came is no reply: choices[0]: expected an object `message`",
            ),
            (r#"{"choices": []}"#, "a reply without choices"),
            (r#"{"error": {"message": "worker died"}, "choices": []}"#, "status 200, worker died"),
        ] {
            assert_eq!(fault(body).to_string(), why);
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(matches!(fault(&deep), Fault::Garbled { .. }));
    }

    /// JSON in the shape of a reply, with whatever in its places.
    fn odd_reply() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
            Just(json!("{\"x\": 1}")),
        ];
        let key = prop_oneof![
            Just("choices"),
            Just("message"),
            Just("content"),
            Just("tool_calls"),
            Just("function"),
            Just("name"),
            Just("arguments"),
            Just("id"),
            Just("role"),
            Just("usage"),
            Just("prompt_tokens"),
            Just("error"),
            Just("finish_reason"),
            Just("logprobs"),
            Just("reasoning_content"),
            Just("function_call"),
        ];
        leaf.prop_recursive(7, 64, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((key.clone(), inner), 0..6).prop_map(|members| members
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_body_is_read_with_a_panic_and_every_reply_is_the_assistants(choices in odd_reply(), usage in odd_reply(), cut in 0usize..400) {
            let body = json!({"choices": [{"message": choices}], "usage": usage}).to_string();
            let end = (0..=cut.min(body.len())).rev().find(|end| body.is_char_boundary(*end)).unwrap_or(0);
            for text in [&body, &body[..end], &choices.to_string()] {
                if let Ok(reply) = reply(text) {
                    prop_assert!(!reply.candidates.is_empty());
                    prop_assert!(reply.candidates.iter().all(|one| one.message.role == Role::Assistant));
                    let ids: HashSet<_> = reply.candidates[0].message.calls.iter().map(|call| &call.id).collect();
                    prop_assert_eq!(ids.len(), reply.candidates[0].message.calls.len());
                }
            }
        }
    }

    #[test]
    fn losses_are_of_the_response_alone() {
        let body = r#"{"choices": [{"text": "ab cd ef!", "logprobs": {
            "tokens": ["ab", " cd", " ef", "!"], "text_offset": [0, 2, 5, 8], "token_logprobs": [null, -0.5, -1.5, -9.0]}}],
            "usage": {"prompt_tokens": 3, "completion_tokens": 1}}"#;
        let of = |within: Range<u64>| loss(body, within).map(|(loss, _)| (loss.tokens, loss.total));
        assert_eq!(of(2..8), Ok((2, 2.0)));
        assert_eq!(of(0..8), Ok((2, 2.0)));
        assert_eq!(of(3..8), Ok((1, 1.5)), "a token that begins before is not counted");
        assert!(matches!(of(8..8), Err(Fault::Garbled { .. })));
        let plain = r#"{"choices": [{"text": "x", "logprobs": null}]}"#;
        assert!(matches!(loss(plain, 0..1), Err(Fault::Barred { .. })));
        assert!(matches!(loss(r#"{"choices": []}"#, 0..1), Err(Fault::Empty { .. })));
        assert!(matches!(loss("x", 0..1), Err(Fault::Garbled { .. })));
    }
}

//! `bfcl`: the questions of the Berkeley Function-Calling Leaderboard, with their accepted answers.
//!
//! Source: `BFCL_v*_*.json` and `possible_answer/` of gorilla's leaderboard (versions 1 to 4): a `question` (text in version 1, later turns that
//!         are lists of messages), the `function`s on offer (one or a list), and in a file of its own, by `id`, the `ground_truth`: for each call the values
//!         that are accepted for each argument, `""` among them where it may be left out; in multi-turn categories lists of call text, one a turn.
//! Ours:   only read. A row may hold its `ground_truth`, as it does where the file of answers is found beside the questions. Of accepted values the first
//!         is taken, and an argument that may be left out is left out unless its tool requires it. Names of types are read as the standard's. Answers that are no calls stay in
//!         `meta.row`.
//! Worked: `{"id": "simple_0", "question": [[{"role": "user", "content": "AQI in Turin?"}]], "function": [{"name": "get_aqi", …}],
//!         "ground_truth": [{"get_aqi": {"city": ["Turin", "Torino"], "day": ["", "today"]}}]}`

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{DatasetFormat, keep_rest, malformed, openai, toolace, wrong};
use crate::call::{Parsed, python};
use crate::{Call, Dialog, Message, Result, Role};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "bfcl",
    says: "The questions of the Berkeley Function-Calling Leaderboard, with their accepted answers where these stand beside them.",
    source: "https://github.com/ShishirPatil/gorilla, berkeley-function-call-leaderboard/bfcl_eval/data",
    sniff,
    read,
    parts: None,
    write: None,
    tools_as_text: false,
    loses: &[],
};

/// Keys that say what a row is for.
const MARKS: [&str; 5] = ["function", "involved_classes", "initial_config", "ground_truth", "path"];

fn sniff(row: &Value) -> bool {
    row.get("id").is_some_and(Value::is_string)
        && row.get("question").is_some_and(|question| question.is_string() || question.is_array())
        && MARKS.iter().any(|mark| row.get(mark).is_some())
}

fn read(row: &Value) -> Result<Dialog> {
    let object = row.as_object().ok_or_else(|| wrong("an object with `question`", row))?;
    let mut dialog = Dialog { tools: offered(object)?, ..Dialog::default() };
    let question = object.get("question").unwrap_or(&Value::Null);
    let turns = turns(question).map_err(|error| error.at("question"))?;
    let answers = match object.get("ground_truth") {
        Some(Value::Array(calls)) => Some(Cow::Borrowed(&**calls)),
        // Version 1 has the calls as members of one object.
        Some(Value::Object(calls)) => {
            let named = |(name, call): (&String, &Value)| json!({ unnumbered(name, &dialog.tools): call });
            Some(calls.iter().map(named).collect())
        }
        _ => None,
    };
    let answers = answers.as_deref();
    let of_turns = answers.is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_array));
    let last = turns.len().saturating_sub(1);
    for (n, turn) in turns.into_iter().enumerate() {
        dialog.messages.extend(turn);
        let answer = if of_turns {
            answers.and_then(|all| all.get(n)?.as_array()).map(|turn| &**turn)
        } else {
            answers
        };
        if let Some(answer) = answer.filter(|_| of_turns || n == last) {
            dialog.messages.extend(reply(answer, &dialog.tools));
        }
    }
    let known = answers.is_some_and(|_| dialog.messages.iter().any(|one| one.role == Role::Assistant));
    let kept = |key: &str| key != "question" && key != "function" && !(known && key == "ground_truth");
    let rest = object.iter().filter(|(key, _)| kept(key));
    keep_rest(&mut dialog.meta, rest.map(|(key, value)| (key.clone(), value.clone())).collect());
    Ok(dialog)
}

/// The tools of a row: one definition, or a list of them.
pub(super) fn offered(row: &Map<String, Value>) -> Result<Vec<Arc<crate::Tool>>> {
    let all = match row.get("function") {
        None | Some(Value::Null) => &[][..],
        Some(Value::Array(all)) => all,
        Some(one) => std::slice::from_ref(one),
    };
    let tool = |(n, tool): (usize, &Value)| {
        let read = openai::read_tool(tool).map_err(|error| error.at(format!("function[{n}]")))?;
        Ok(Arc::new(toolace::in_our_types(read)))
    };
    all.iter().enumerate().map(tool).collect()
}

/// The name of a call without the number that tells calls of one tool apart: `play_2` or `play 2` of `play`.
fn unnumbered<'n>(name: &'n str, tools: &[Arc<crate::Tool>]) -> &'n str {
    let known = |name: &str| tools.iter().any(|tool| tool.name == name);
    let numbered = |tail: &str| !tail.is_empty() && tail.bytes().all(|byte| byte.is_ascii_digit());
    match name.rsplit_once(['_', ' ']) {
        Some((head, tail)) if !known(name) && numbered(tail) && known(head) => head,
        _ => name,
    }
}

/// The messages of each turn.
fn turns(question: &Value) -> Result<Vec<Vec<Message>>> {
    match question {
        Value::String(text) => Ok(vec![vec![Message::text(Role::User, text)]]),
        Value::Array(turns) if turns.iter().all(Value::is_array) => {
            turns.iter().map(|turn| turn.as_array().into_iter().flatten().map(message).collect()).collect()
        }
        Value::Array(messages) => Ok(vec![messages.iter().map(message).collect::<Result<_>>()?]),
        other => Err(wrong("text, or turns that are lists of messages", other)),
    }
}

fn message(value: &Value) -> Result<Message> {
    let text = |key: &str| {
        let value = value.get(key).unwrap_or(&Value::Null);
        value.as_str().ok_or_else(|| wrong("text", value).at(key))
    };
    let role = match text("role")? {
        "system" => Role::System,
        "user" => Role::User,
        "assistant" => Role::Assistant,
        "tool" => Role::Tool,
        _ => return Err(wrong("a role", value.get("role").unwrap_or(&Value::Null)).at("role")),
    };
    Ok(Message::text(role, text("content")?))
}

/// The calls that are accepted; `None` where the answer is none of calls.
fn reply(answer: &[Value], tools: &[Arc<crate::Tool>]) -> Option<Message> {
    if answer.is_empty() {
        return None;
    }
    if let Some(calls) = answer.iter().map(|call| accepted(call, tools)).collect::<Option<Vec<Call>>>() {
        return Some(Message::calling(calls));
    }
    let texts: Vec<&str> = answer.iter().map(Value::as_str).collect::<Option<_>>()?;
    let text = format!("[{}]", texts.join(", "));
    match python::parse(&text) {
        Parsed::Calls(calls) => Some(Message::calling(calls)),
        Parsed::Malformed(why) => {
            Some(Message { malformed: Some(why), ..Message::text(Role::Assistant, text) })
        }
        // Answers in words are what other categories are scored by.
        Parsed::NoCall if texts.iter().any(|text| text.contains('(')) => Some(Message {
            malformed: Some(malformed(&*text, "the answer is a list of calls, and its text is none")),
            ..Message::text(Role::Assistant, text)
        }),
        Parsed::NoCall => None,
    }
}

/// `{"name": {"argument": [accepted, …]}}` as a call.
fn accepted(value: &Value, tools: &[Arc<crate::Tool>]) -> Option<Call> {
    let (name, arguments) = value.as_object().filter(|map| map.len() == 1)?.iter().next()?;
    let tool = tools.iter().find(|tool| tool.name == *name);
    let requires = |argument: &str| tool.is_some_and(|tool| tool.requires(argument));
    let taken = arguments.as_object()?.iter().filter_map(|(name, values)| {
        let value = first(values).or_else(|| {
            let other = values.as_array()?.iter().find(|value| *value != "")?;
            requires(name).then(|| first(&Value::Array(vec![other.clone()])))?
        })?;
        Some((name.clone(), value))
    });
    Some(Call::new(name.clone(), taken.collect()))
}

/// The first accepted value; `None` where the argument may be left out.
fn first(values: &Value) -> Option<Value> {
    let Some(values) = values.as_array() else { return Some(values.clone()) };
    if values.is_empty() || values.iter().any(|value| value == "") {
        return None;
    }
    let value = values.first()?;
    // Inside an object the values are lists of accepted ones, too.
    Some(match value {
        Value::Object(map) => {
            let inner = map.iter().filter_map(|(name, values)| Some((name.clone(), first(values)?)));
            Value::Object(inner.collect())
        }
        Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_object) => {
            Value::Array(items.iter().filter_map(|item| first(&Value::Array(vec![item.clone()]))).collect())
        }
        other => other.clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::detect;
    use super::*;

    fn function() -> Value {
        json!({"name": "get_aqi", "description": "The air.", "parameters": {"type": "dict", "properties": {
            "city": {"type": "string"}, "day": {"type": "string"}}, "required": ["city"]}})
    }

    #[test]
    fn the_first_accepted_values_are_the_call() {
        let row = json!({"id": "simple_0", "question": [[{"role": "user", "content": "AQI in Turin?"}]],
            "function": [function()], "ground_truth": [{"get_aqi": {"city": ["Turin", "Torino"], "day": ["", "today"]}}]});
        assert_eq!(detect(&row).map(|format| format.id), Some("bfcl"));
        let dialog = read(&row).expect("the row is good");
        assert_eq!(
            dialog.messages[1].calls[0].arguments,
            *json!({"city": "Turin"}).as_object().expect("an object")
        );
        assert_eq!(dialog.tools[0].parameters["type"], "object");
        assert_eq!(dialog.meta.other["row"], json!({"id": "simple_0"}));
        let mut first = row.clone();
        (first["question"], first["ground_truth"]) =
            (json!("AQI in Turin?"), json!({"get_aqi_1": {"city": ["Turin"]}}));
        assert_eq!(read(&first).expect("the row is good").messages, dialog.messages);
        let needed = json!([{"get_aqi": {"city": ["Turin", ""]}}]);
        let call = accepted(&needed[0], &dialog.tools).expect("a call");
        assert_eq!(call.arguments["city"], "Turin");
        let nested = json!([{"search": {"budget": [{"min": [3], "max": ["", 4]}], "points": [[1, 2]]}}]);
        let call = accepted(&nested[0], &[]).expect("a call");
        assert_eq!(Value::Object(call.arguments), json!({"budget": {"min": 3}, "points": [1, 2]}));
    }

    #[test]
    fn turns_have_answers_of_their_own() {
        let user = |text: &str| json!([{"role": "user", "content": text}]);
        let row = json!({"id": "multi_turn_base_0", "question": [user("Go in."), user("What is there?"), user("Thanks.")],
            "path": [], "ground_truth": [["cd(folder='a')", "mkdir(dir_name='b')"], ["ls(a=True)"], []]});
        let dialog = read(&row).expect("the row is good");
        let calls: Vec<usize> = dialog.messages.iter().map(|message| message.calls.len()).collect();
        assert_eq!(calls, [0, 2, 0, 1, 0]);
        assert_eq!(dialog.messages[1].calls[1].arguments["dir_name"], "b");
    }

    #[test]
    fn other_versions_and_answers_are_read() {
        let row = json!({"id": "java_0", "question": "How?", "function": function()});
        let dialog = read(&row).expect("the row is good");
        assert_eq!((dialog.messages.len(), dialog.tools.len()), (1, 1));
        let row = json!({"id": "web_search_0", "question": [[{"role": "user", "content": "Who?"}]],
            "involved_classes": ["WebSearchAPI"], "ground_truth": ["Zhang Yiming"]});
        let dialog = read(&row).expect("the row is good");
        assert_eq!(
            (dialog.messages.len(), &dialog.meta.other["row"]["ground_truth"]),
            (1, &json!(["Zhang Yiming"]))
        );
        let refused = |row: Value| read(&row).expect_err("the row is bad").to_string();
        assert_eq!(
            refused(json!({"question": 1})),
            "question: expected text, or turns that are lists of messages, found a number"
        );
        assert_eq!(
            refused(json!({"question": [[{"role": "bot", "content": ""}]]})),
            "question: role: expected a role, found \"bot\""
        );
    }
}

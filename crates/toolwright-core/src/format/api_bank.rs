//! `api-bank`: the dialogs of API-Bank.
//!
//! Source: API-Bank (arXiv:2304.08244), its level-1 and level-2 dialogs, a dialog a row: `turns` by User, AI and API, where an
//!         API turn is a call and its result at once: `api_name`, `param_dict`, `result` with `input`, `output`, `exception`.
//! Ours:   only read. The text of the AI right before an API turn stands beside the call, as one turn of the assistant. What
//!         a result says beyond its output is kept in `meta.row.results`, by the id of its call, where it differs from the call.
//!         An exception is the result, with the output beside it. The rows name no tools on offer; the inventory is a
//!         table of its own.
//! Worked: `{"level": "level-1-given-desc", "file": "…", "turns": [{"role": "User", "text": "AQI in Turin?"}, {"role": "API",
//!         "api_name": "GetAqi", "param_dict": {"city": "Turin"}, "result": {"input": {"city": "Turin"}, "output": {"aqi": 41},
//!         "exception": null}}, {"role": "AI", "text": "It is 41."}]}`

use serde_json::{Map, Value, json};

use super::openai::{DEEPEST, read_arguments};
use super::{DatasetFormat, keep_rest, malformed, steps, wrong};
use crate::schema::nests_within;
use crate::{Call, Dialog, Malformed, Message, Result, Role};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "api-bank",
    says: "API-Bank's dialogs: turns by User, AI and API, a call and its result in one turn.",
    source: "https://github.com/AlibabaResearch/DAMO-ConvAI, api-bank (arXiv:2304.08244)",
    sniff,
    read,
    parts: None,
    write: None,
    tools_as_text: false,
    loses: &[],
};

fn sniff(row: &Value) -> bool {
    let role = |turn: &Value| matches!(turn.get("role").and_then(Value::as_str), Some("User" | "AI" | "API"));
    let turns = row.get("turns").and_then(Value::as_array);
    turns.is_some_and(|turns| turns.iter().all(role) && (!turns.is_empty() || row.get("level").is_some()))
}

fn read(row: &Value) -> Result<Dialog> {
    let object = row.as_object().ok_or_else(|| wrong("an object with `turns`", row))?;
    let turns = object.get("turns").unwrap_or(&Value::Null);
    let turns = turns.as_array().ok_or_else(|| wrong("a list of turns", turns).at("turns"))?;
    let mut dialog = Dialog::default();
    let mut rest: Map<String, Value> = object.clone();
    rest.shift_remove("turns");
    let (mut calls, mut others) = (0, Map::new());
    for (n, turn) in turns.iter().enumerate() {
        read_turn(turn, &mut calls, &mut others, &mut dialog.messages)
            .map_err(|error| error.at(format!("turns[{n}]")))?;
    }
    if !others.is_empty() {
        rest.entry("results").or_insert(Value::Object(others));
    }
    keep_rest(&mut dialog.meta, rest);
    Ok(dialog)
}

/// `count`: the calls of the dialog so far; `others`: what results say beyond their output, by call.
fn read_turn(
    turn: &Value,
    count: &mut usize,
    others: &mut Map<String, Value>,
    messages: &mut Vec<Message>,
) -> Result<()> {
    let text = |key: &str| {
        let value = turn.get(key).unwrap_or(&Value::Null);
        value.as_str().ok_or_else(|| wrong("text", value).at(key))
    };
    match text("role")? {
        "User" => messages.push(Message::text(Role::User, text("text")?)),
        "AI" => messages.push(Message::text(Role::Assistant, text("text")?)),
        "API" => read_call(text("api_name")?, turn, count, others, messages),
        other => return Err(wrong("User, AI or API", &other.into()).at("role")),
    }
    Ok(())
}

/// Adds the call to the assistant's turn, and its result after it.
fn read_call(
    name: &str,
    turn: &Value,
    count: &mut usize,
    others: &mut Map<String, Value>,
    messages: &mut Vec<Message>,
) {
    let speaks = |message: &Message| {
        message.role == Role::Assistant && message.calls.is_empty() && message.malformed.is_none()
    };
    let mut message = match messages.pop_if(|last| speaks(last)) {
        Some(said) => said,
        None => Message::text(Role::Assistant, ""),
    };
    *count += 1;
    let call = match arguments(name, turn.get("param_dict").unwrap_or(&Value::Null)) {
        Ok(arguments) => {
            let call = Call { id: Some(format!("call_{count}")), ..Call::new(name, arguments) };
            message.calls.push(call.clone());
            Some(call)
        }
        Err(why) => {
            message.malformed = Some(why);
            None
        }
    };
    messages.push(message);
    if let Some(result) = turn.get("result") {
        let said = output(result);
        messages.push(match &call {
            Some(call) => Message::result(call, said),
            None => Message { name: Some(name.to_owned()), ..Message::text(Role::Tool, said) },
        });
        let other = beyond(name, turn, result);
        if !other.is_empty() {
            others.insert(format!("call_{count}"), Value::Object(other));
        }
    }
}

fn arguments(name: &str, given: &Value) -> Result<Map<String, Value>, Malformed> {
    let refused = |why: &str| malformed(given.to_string(), format!("the arguments of `{name}` {why}"));
    match given {
        Value::Null => Ok(Map::new()),
        Value::Object(given) if given.values().all(|value| nests_within(value, DEEPEST)) => Ok(given.clone()),
        Value::Object(_) => Err(refused(&format!("are nested deeper than {DEEPEST} levels"))),
        Value::String(text) => read_arguments(name, text),
        _ => Err(refused("are no object")),
    }
}

/// What the tool answers.
fn output(result: &Value) -> String {
    match (result.get("output"), result.get("exception").filter(|exception| !exception.is_null())) {
        (Some(output), None) => steps::result_text(output.clone()),
        (output, Some(exception)) => json!({"exception": exception, "output": output}).to_string(),
        (None, None) => steps::result_text(result.clone()),
    }
}

/// What a result says beyond its output and beside its call.
fn beyond(name: &str, turn: &Value, result: &Value) -> Map<String, Value> {
    let Some(result) = result.as_object().filter(|result| result.contains_key("output")) else {
        return Map::new();
    };
    let known = |key: &str, value: &Value| match key {
        "output" | "exception" => true,
        "input" => turn.get("param_dict") == Some(value),
        "api_name" => value == name,
        _ => false,
    };
    let other = result.iter().filter(|(key, value)| !known(key, value));
    other.map(|(key, value)| (key.clone(), value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(parameters: Value, result: Value) -> Value {
        json!({"role": "API", "api_name": "GetAqi", "param_dict": parameters, "result": result})
    }

    fn dialog(turns: Vec<Value>) -> Dialog {
        let row = json!({"level": "level-1-given-desc", "file": "a", "turns": turns});
        assert!(sniff(&row));
        read(&row).expect("the row is good")
    }

    #[test]
    fn a_dialog_is_read() {
        let city = json!({"city": "Turin", "days": "2"});
        let result = json!({"api_name": "GetAqi", "input": {"city": "Turin", "days": 2}, "output": {"aqi": 41}, "exception": null});
        let says = |role: &str, text: &str| json!({"role": role, "text": text});
        let turns = vec![
            says("User", "AQI?"),
            says("AI", "Let me see."),
            api(city.clone(), result),
            api(city, json!({"output": "ok"})),
            says("AI", "It is 41."),
        ];
        let dialog = dialog(turns);
        let said: Vec<_> =
            dialog.messages.iter().map(|message| (message.role.name(), message.said())).collect();
        let expected = [
            ("user", "AQI?"),
            ("assistant", "Let me see."),
            ("tool", "{\"aqi\":41}"),
            ("assistant", ""),
            ("tool", "ok"),
            ("assistant", "It is 41."),
        ];
        assert_eq!(said, expected);
        assert_eq!(dialog.calls().count(), 2);
        assert_eq!(dialog.messages[4].call_id.as_deref(), Some("call_2"));
        let rest = json!({"level": "level-1-given-desc", "file": "a", "results": {"call_1": {"input": {"city": "Turin", "days": 2}}}});
        assert_eq!(dialog.meta.other["row"], rest);
    }

    #[test]
    fn what_goes_wrong_is_kept() {
        let dialog = dialog(vec![api(json!({}), json!({"output": null, "exception": "no such city"}))]);
        assert_eq!(dialog.messages[1].said(), r#"{"exception":"no such city","output":null}"#);
        for (given, raw) in [(json!([1]), "[1]"), (json!("{\"a\""), "{\"a\""), (json!(7), "7")] {
            let message =
                &super::read(&json!({"turns": [api(given, json!("?"))]})).expect("it can be held").messages;
            let malformed = message[0].malformed.as_ref().expect("it is no call");
            assert_eq!((malformed.raw.as_str(), message[1].name.as_deref()), (raw, Some("GetAqi")));
            assert!(malformed.why.starts_with("the arguments of `GetAqi` "), "{}", malformed.why);
        }
        let text = read(&json!({"turns": [api(json!("{\"a\": 1}"), json!("?"))]})).expect("it is good");
        assert_eq!(text.messages[0].calls[0].arguments["a"], 1);
    }

    #[test]
    fn errors_say_where_and_why() {
        let refused = |row: Value| read(&row).expect_err("the row is bad").to_string();
        assert_eq!(
            refused(json!({"turns": [{"role": "Bot"}]})),
            "turns[0]: role: expected User, AI or API, found \"Bot\""
        );
        assert_eq!(
            refused(json!({"turns": [{"role": "API"}]})),
            "turns[0]: api_name: expected text, found null"
        );
        assert!(!sniff(&json!({"turns": []})) && sniff(&json!({"level": "1", "turns": []})));
    }
}

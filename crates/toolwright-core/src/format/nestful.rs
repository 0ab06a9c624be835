//! `nestful`: the tasks of NESTFUL with their gold sequences of calls.
//!
//! Source: NESTFUL (arXiv:2409.03797), `*-data.json`: an `input` and its `output`, calls with `name`, `arguments` and a `label`; an argument
//!         `$var1.city$` stands for what the call of that label gives. The last entry, `var_result`, names what is asked for and is no call.
//! Ours:   only read. A dialog is the input and one turn with all calls; a label is the id of its call, and `var_result` goes to
//!         `meta.row.var_result`. The tools are in a file of their own and not in the row, so a dialog has none.
//! Worked: `{"input": "AQI at the mayor's home?", "output": [{"name": "find", "arguments": {}, "label": "var1"}, {"name": "get_aqi", "arguments":
//!         {"city": "$var1.city$"}, "label": "var2"}, {"name": "var_result", "arguments": {"aqi": "$var2$"}}]}`

use serde_json::{Map, Value};

use super::{DatasetFormat, keep_rest, wrong};
use crate::{Call, Dialog, Message, Result, Role};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "nestful",
    says: "NESTFUL's tasks with their gold calls, which stand on one another; the tools are elsewhere.",
    source: "https://github.com/IBM/NESTFUL, data_v1 (arXiv:2409.03797)",
    sniff,
    read,
    parts: None,
    write: None,
    tools_as_text: false,
    loses: &[],
};

/// The entry that is no call.
const RESULT: &str = "var_result";

fn sniff(row: &Value) -> bool {
    row.get("input").is_some_and(Value::is_string)
        && row.get("output").and_then(Value::as_array).is_some_and(|output| {
            !output.is_empty()
                && output.iter().all(|call| call.get("name").is_some() && call.get("arguments").is_some())
        })
}

fn read(row: &Value) -> Result<Dialog> {
    let object = row.as_object().ok_or_else(|| wrong("an object with `input`", row))?;
    let input = object.get("input").unwrap_or(&Value::Null);
    let input = input.as_str().ok_or_else(|| wrong("text", input).at("input"))?;
    let output = object.get("output").unwrap_or(&Value::Null);
    let output = output.as_array().ok_or_else(|| wrong("a list of calls", output).at("output"))?;
    let mut dialog = Dialog::default();
    let rest = object.iter().filter(|(key, _)| !["input", "output"].contains(&key.as_str()));
    let mut rest: Map<String, Value> = rest.map(|(key, value)| (key.clone(), value.clone())).collect();
    let mut calls = Vec::new();
    for (n, call) in output.iter().enumerate() {
        let call = read_call(call).map_err(|error| error.at(format!("output[{n}]")))?;
        if call.name == RESULT {
            rest.insert(RESULT.into(), call.arguments.into());
        } else {
            calls.push(call);
        }
    }
    keep_rest(&mut dialog.meta, rest);
    dialog.messages.push(Message::text(Role::User, input));
    dialog.messages.push(Message::calling(calls));
    Ok(dialog)
}

fn read_call(value: &Value) -> Result<Call> {
    let name = value.get("name").and_then(Value::as_str).ok_or_else(|| wrong("a call with a name", value))?;
    let arguments = match value.get("arguments") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(arguments)) => arguments.clone(),
        Some(other) => return Err(wrong("an object", other).at("arguments")),
    };
    let id = value.get("label").and_then(Value::as_str).map(str::to_owned);
    Ok(Call { id, ..Call::new(name, arguments) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::detect;
    use super::*;

    #[test]
    fn labels_are_the_ids_of_calls() {
        let row = json!({"input": "AQI?", "output": [
            {"name": "find", "arguments": {}, "label": "var1"},
            {"name": "get_aqi", "arguments": {"city": "$var1.city$"}, "label": "var2"},
            {"name": "var_result", "arguments": {"aqi": "$var2$"}},
        ]});
        assert_eq!(detect(&row).map(|format| format.id), Some("nestful"));
        let dialog = read(&row).expect("the row is good");
        let ids: Vec<_> = dialog.calls().map(|(.., call)| call.id.as_deref()).collect();
        assert_eq!(ids, [Some("var1"), Some("var2")]);
        assert_eq!(dialog.meta.other["row"], json!({"var_result": {"aqi": "$var2$"}}));
    }

    #[test]
    fn errors_say_where_and_why() {
        let refused = |row: Value| read(&row).expect_err("the row is bad").to_string();
        assert_eq!(
            refused(json!({"input": "?", "output": [{"name": "f", "arguments": [1]}]})),
            "output[0]: arguments: expected an object, found a list"
        );
        assert_eq!(refused(json!({"input": "?"})), "output: expected a list of calls, found null");
    }
}

//! `seal-tools`: the queries of Seal-Tools with their gold calls.
//!
//! Source: Seal-Tools (arXiv:2405.08355), `test_*.jsonl`: a `query` and its `calling`, a list of `{"api", "parameters", "responses"}`. An argument
//!         such as `API_call_0` stands for an earlier response.
//! Ours:   only read. A dialog is the query and one turn with all calls; the name of a response is the id of its call, so that what refers to it is
//!         found. The tools are in a file of their own and not in the row, so a dialog has none.
//! Worked: `{"id": "t-0", "query": "AQI in Turin?", "calling": [{"api": "getAqi", "parameters": {"city": "Turin"}, "responses": ["API_call_0"]}]}`

use serde_json::{Map, Value};

use super::{DatasetFormat, keep_rest, wrong};
use crate::{Call, Dialog, Message, Result, Role};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "seal-tools",
    says: "Seal-Tools' queries with their gold calls, which may stand on one another; the tools are elsewhere.",
    source: "https://github.com/fairyshine/Seal-Tools, Seal-Tools_Dataset/test_*.jsonl (arXiv:2405.08355)",
    sniff,
    read,
    parts: None,
    write: None,
    tools_as_text: false,
    loses: &[],
};

fn sniff(row: &Value) -> bool {
    row.get("query").is_some_and(Value::is_string) && row.get("calling").is_some_and(Value::is_array)
}

fn read(row: &Value) -> Result<Dialog> {
    let object = row.as_object().ok_or_else(|| wrong("an object with `query`", row))?;
    let query = object.get("query").unwrap_or(&Value::Null);
    let query = query.as_str().ok_or_else(|| wrong("text", query).at("query"))?;
    let calling = object.get("calling").unwrap_or(&Value::Null);
    let calling = calling.as_array().ok_or_else(|| wrong("a list of calls", calling).at("calling"))?;
    let mut dialog = Dialog::default();
    let rest = object.iter().filter(|(key, _)| !["query", "calling"].contains(&key.as_str()));
    keep_rest(&mut dialog.meta, rest.map(|(key, value)| (key.clone(), value.clone())).collect());
    dialog.messages.push(Message::text(Role::User, query));
    let call =
        |(n, call): (usize, &Value)| read_call(call).map_err(|error| error.at(format!("calling[{n}]")));
    let calls = calling.iter().enumerate().map(call).collect::<Result<Vec<_>>>()?;
    dialog.messages.push(Message::calling(calls));
    Ok(dialog)
}

fn read_call(value: &Value) -> Result<Call> {
    let name =
        value.get("api").and_then(Value::as_str).ok_or_else(|| wrong("a call with an `api`", value))?;
    let arguments = match value.get("parameters") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(arguments)) => arguments.clone(),
        Some(other) => return Err(wrong("an object", other).at("parameters")),
    };
    let id = value.pointer("/responses/0").and_then(Value::as_str).map(str::to_owned);
    Ok(Call { id, ..Call::new(name, arguments) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::detect;
    use super::*;

    #[test]
    fn calls_keep_the_names_of_what_they_give() {
        let row = json!({"id": "t-0", "query": "AQI?", "calling": [
            {"api": "find", "parameters": {}, "responses": ["API_call_0"]},
            {"api": "get", "parameters": {"place": "API_call_0"}, "responses": ["API_call_1"]},
        ]});
        assert_eq!(detect(&row).map(|format| format.id), Some("seal-tools"));
        let dialog = read(&row).expect("the row is good");
        let ids: Vec<_> = dialog.calls().map(|(.., call)| call.id.as_deref()).collect();
        assert_eq!(ids, [Some("API_call_0"), Some("API_call_1")]);
        assert_eq!(dialog.meta.other["row"], json!({"id": "t-0"}));
    }

    #[test]
    fn errors_say_where_and_why() {
        let refused = |row: Value| read(&row).expect_err("the row is bad").to_string();
        assert_eq!(
            refused(json!({"query": "?", "calling": [{"parameters": {}}]})),
            "calling[0]: expected a call with an `api`, found an object"
        );
        assert_eq!(refused(json!({"query": 1})), "query: expected text, found a number");
    }
}

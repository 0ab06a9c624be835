//! `trl`: the rows of TRL's trainer for supervised fine-tuning.
//!
//! Source: TRL 1.16, `SFTTrainer`: `messages` as chat templates take them, arguments of calls as objects, and `tools` as a list or its JSON
//!         text. `assistant_only_loss` learns every turn of the assistant.
//! Ours:   `tools` is JSON text, so that a loader which makes columns of it cannot fill one tool's schema with another's keys; arguments
//!         are objects, which the `datasets` library reads as they are from version 4.7 on, and TRL wants that version. Calls that must not be learned are left out with their
//!         results. A row without the key is read as `openai`, which comes to the same.
//! Worked: `{"messages": [{"role": "user", "content": "AQI?"}, {"role": "assistant", "content": "", "tool_calls": [{"type": "function",
//!         "function": {"name": "get_aqi", "arguments": {"city": "Turin"}}}]}, {"role": "tool", "name": "get_aqi", "content":
//!         "{\"aqi\": 41}"}, {"role": "assistant", "content": "41."}], "tools": "[{\"type\": \"function\", …}]"}`

use serde_json::{Map, Value};

use super::DatasetFormat;
use super::chat::{self, Manner};
use crate::{Dialog, Result};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "trl",
    says: "TRL's rows for SFT: messages with tool_calls whose arguments are objects, tools as JSON text.",
    source: "https://huggingface.co/docs/trl/dataset_formats, tool calling",
    sniff,
    read: |row| chat::read(row, None),
    parts: None,
    write: Some(write),
    tools_as_text: false,
    loses: LOSES,
};

/// What rows of messages without ids lose whose trainer learns every reply.
pub(super) const LOSES: &[&str] = &[
    "meta: kind, situation, seed, provenance, measurements, verdicts",
    "the structured thinking",
    "the ids of calls, and the text that a call was read from",
    "the order of a step's results where it is not that of the calls",
    "calls that training must not learn, with their results",
    "who says that tools come or go in the course of the dialog: the next user turn begins with it",
    "the schema of a tool's result, and what is known of a tool beyond its definition",
    "which turns training learns from, and the names of speakers",
    "the difference between no content and empty content",
];

pub(super) const MANNER: Manner = Manner { arguments: |arguments| arguments.clone().into(), train: None };

fn sniff(row: &Value) -> bool {
    row.get("messages").is_some_and(Value::is_array)
        && row.get("tools").is_some_and(|tools| tools.is_string() || tools.is_null())
}

fn write(dialog: &Dialog) -> Result<Value> {
    let messages = chat::messages(dialog, MANNER)?.into_iter().map(|(_, message)| message);
    let mut row = Map::new();
    row.insert("messages".into(), messages.collect());
    add_tools(dialog, &mut row);
    Ok(row.into())
}

/// The tools as JSON text; `null` where there are none: some templates print a list that is empty, and `datasets` 4.7 wants the key in every
/// row.
pub(super) fn add_tools(dialog: &Dialog, row: &mut Map<String, Value>) {
    let tools: Vec<Value> = dialog.tools.iter().map(|tool| tool.to_openai()).collect();
    let text = (!tools.is_empty()).then(|| Value::from(tools).to_string());
    row.insert("tools".into(), text.into());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::arbitrary::{any_dialog, learned_calls};
    use super::super::detect;
    use super::*;
    use crate::{Call, Message, Role};

    #[test]
    fn a_row_is_read_and_written_as_it_was() {
        let call = |city: &str| json!({"type": "function", "function": {"name": "get_aqi", "arguments": {"city": city}}});
        let row = json!({
            "messages": [
                {"role": "system", "content": "Be kind."},
                {"role": "user", "content": "AQI in Turin and Bari?"},
                {"role": "assistant", "content": "Let me look.", "tool_calls": [call("Turin"), call("Bari")]},
                {"role": "tool", "name": "get_aqi", "content": "{\"aqi\": 41}"},
                {"role": "tool", "name": "get_aqi", "content": "{\"aqi\": 37}"},
                {"role": "assistant", "content": "41 and 37."}
            ],
            "tools": r#"[{"type":"function","function":{"name":"get_aqi","description":"AQI","parameters":{"type":"object"}}}]"#
        });
        assert_eq!(detect(&row).map(|format| format.id), Some("trl"));
        let dialog = (FORMAT.read)(&row).expect("the row is good");
        let ids: Vec<_> = dialog.messages.iter().filter_map(|message| message.call_id.as_deref()).collect();
        assert_eq!((ids, dialog.tools[0].name.as_str()), (vec!["call_1", "call_2"], "get_aqi"));
        assert_eq!(write(&dialog).expect("it has all it needs"), row);
    }

    #[test]
    fn what_must_not_be_learned_is_left_out() {
        let call = |id: &str, n: i64| Call {
            id: Some(id.into()),
            ..Call::new("f", [("n".to_owned(), n.into())].into_iter().collect())
        };
        let messages = vec![
            Message::text(Role::User, "Go"),
            Message { train: Some(false), ..Message::calling(vec![call("a", 1)]) },
            Message::result(&call("a", 1), "no"),
            Message::calling(vec![call("b", 2)]),
            Message::result(&call("b", 2), "yes"),
        ];
        let row = write(&Dialog { messages, ..Dialog::default() }).expect("it can be written");
        let said: Vec<&str> = row["messages"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|one| one["content"].as_str())
            .collect();
        assert_eq!(said, ["Go", "", "yes"]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_to_the_same_row(dialog in any_dialog()) {
            if let Ok(row) = write(&dialog) {
                let again = (FORMAT.read)(&row).expect("it was just written");
                let turns = |row: &Value| row["messages"].clone();
                prop_assert_eq!(write(&again).as_ref().map(turns).ok(), Some(turns(&row)));
                prop_assert_eq!(learned_calls(&again), learned_calls(&dialog));
            }
        }
    }
}

//! `axolotl`: the rows of Axolotl's `type: chat_template`.
//!
//! Source: Axolotl (main, 2026-07), default columns: `messages`, in which a message may have `train`, and `tools`. Where the arguments of
//!         calls or the parameters of tools differ from row to row, they may be JSON text, which the loader reads.
//! Ours:   both are always JSON text, because rows of one file do differ. A row without tools is read as `openai`, and loses `train` then.
//! Worked: `{"messages": [{"role": "user", "content": "AQI?"}, {"role": "assistant", "content": "", "tool_calls": [{"type": "function",
//!         "function": {"name": "get_aqi", "arguments": "{\"city\":\"Turin\"}"}}], "train": true}], "tools": [{"type": "function",
//!         "function": {"name": "get_aqi", "description": "AQI", "parameters": "{\"type\":\"object\"}"}}]}`

use serde_json::{Map, Value};

use super::DatasetFormat;
use super::chat::{self, Manner};
use crate::{Dialog, Result};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "axolotl",
    says: "Axolotl's rows for chat_template: messages with `train`, arguments and parameters as JSON text.",
    source: "https://docs.axolotl.ai, dataset formats: conversation",
    sniff,
    read: |row| chat::read(row, Some(TRAIN)),
    parts: None,
    write: Some(write),
    tools_as_text: false,
    loses: &[
        "meta: kind, situation, seed, provenance, measurements, verdicts",
        "the structured thinking",
        "the ids of calls, and the text that a call was read from",
        "the order of a step's results where it is not that of the calls",
        "who says that tools come or go in the course of the dialog: the next user turn begins with it",
        "the schema of a tool's result, and what is known of a tool beyond its definition",
        "whether what others than the assistant say is learned, and the names of speakers",
        "the difference between no content and empty content",
    ],
};

const TRAIN: &str = "train";

const MANNER: Manner =
    Manner { arguments: |arguments| Value::Object(arguments.clone()).to_string().into(), train: Some(TRAIN) };

/// A message says whether it is learned, or the parameters of a tool are text.
fn sniff(row: &Value) -> bool {
    let any = |key: &str, test: fn(&Value) -> bool| {
        row.get(key).and_then(Value::as_array).is_some_and(|list| list.iter().any(test))
    };
    row.get("messages").is_some_and(Value::is_array)
        && (any("messages", |message| message.get(TRAIN).is_some_and(Value::is_boolean))
            || any("tools", |tool| tool.pointer("/function/parameters").is_some_and(Value::is_string)))
}

fn write(dialog: &Dialog) -> Result<Value> {
    let messages = chat::messages(dialog, MANNER)?.into_iter().map(|(_, message)| message);
    let mut row = Map::new();
    row.insert("messages".into(), messages.collect());
    if !dialog.tools.is_empty() {
        let tools = dialog.tools.iter().map(|tool| {
            let mut tool = tool.to_openai();
            tool["function"]["parameters"] = tool["function"]["parameters"].to_string().into();
            tool
        });
        row.insert("tools".into(), tools.collect());
    }
    Ok(row.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::arbitrary::{any_dialog, learned_calls};
    use super::super::detect;
    use super::*;

    #[test]
    fn a_row_is_read_and_written_as_it_was() {
        let row = json!({
            "messages": [
                {"role": "user", "content": "AQI in Turin?"},
                {"role": "assistant", "content": "", "tool_calls": [
                    {"type": "function", "function": {"name": "get_aqi", "arguments": "{\"city\":\"Turin\"}"}}
                ], "train": false},
                {"role": "tool", "name": "get_aqi", "content": "{\"aqi\": 41}"},
                {"role": "assistant", "content": "41.", "train": true}
            ],
            "tools": [{"type": "function", "function": {"name": "get_aqi", "description": "AQI", "parameters": "{\"type\":\"object\"}"}}]
        });
        assert_eq!(detect(&row).map(|format| format.id), Some("axolotl"));
        let dialog = (FORMAT.read)(&row).expect("the row is good");
        assert_eq!(dialog.tools[0].parameters, json!({"type": "object"}));
        assert_eq!((dialog.messages[1].train, dialog.messages[3].train), (Some(false), Some(true)));
        assert_eq!(dialog.messages[1].calls[0].arguments["city"], "Turin");
        assert_eq!(write(&dialog).expect("it has all it needs"), row);
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

//! `trl-dpo`: the rows of TRL's trainers for preferences.
//!
//! Source: TRL 1.16, `DPOTrainer` with an explicit prompt: `prompt`, `chosen` and `rejected` are lists of messages, `tools` a list or its JSON text.
//! Ours:   a pair is what a dialog shows by itself: a turn of calls that must not be learned, and the turn that does it right, after the tool or
//!         the user objected. The prompt ends before the first of the two. A dialog without such a turn gives no row, and one with several gives the first. Read, a row is
//!         its prompt and what was chosen; what was rejected goes to `meta.row.rejected`.
//! Worked: `{"prompt": [{"role": "user", "content": "AQI?"}], "chosen": [{"role": "assistant", "content": "", "tool_calls": […]}],
//!         "rejected": [{"role": "assistant", "content": "", "tool_calls": […]}], "tools": "[…]"}`

use serde_json::{Map, Value};

use super::DatasetFormat;
use super::chat::{self, Manner};
use super::{steps, trl, wrong};
use crate::{Dialog, Error, Message, Result, Role};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "trl-dpo",
    says: "TRL's rows for DPO: a prompt, the calls that mend a wrong turn, and that turn as what is rejected.",
    source: "https://huggingface.co/docs/trl/dataset_formats, preference with an explicit prompt",
    sniff,
    read,
    parts: None,
    write: Some(write),
    tools_as_text: false,
    loses: &[
        "whatever comes after the pair",
        "between the two, what the tool or the user said against the rejected turn",
        "meta: kind, situation, seed, provenance, measurements, verdicts",
        "the structured thinking",
        "the ids of calls, and the text that a call was read from",
        "who says that tools come or go in the course of the dialog: the next user turn begins with it",
        "the schema of a tool's result, and what is known of a tool beyond its definition",
    ],
};

const MANNER: Manner = trl::MANNER;

fn sniff(row: &Value) -> bool {
    ["prompt", "chosen", "rejected"].iter().all(|key| row.get(key).is_some_and(Value::is_array))
}

fn read(row: &Value) -> Result<Dialog> {
    let mut object = row.as_object().ok_or_else(|| wrong("an object with `prompt`", row))?.clone();
    let mut messages = Vec::new();
    for key in ["prompt", "chosen"] {
        match object.shift_remove(key) {
            Some(Value::Array(some)) => messages.extend(some),
            other => return Err(wrong("a list of messages", &other.unwrap_or_default()).at(key)),
        }
    }
    object.insert("messages".into(), messages.into());
    chat::read(&object.into(), None)
}

fn write(dialog: &Dialog) -> Result<Value> {
    let calls = |message: &Message| message.role == Role::Assistant && !message.calls.is_empty();
    let masked = |message: &Message| calls(message) && message.train == Some(false);
    let pair = dialog.messages.iter().position(masked).and_then(|wrong| {
        let later = dialog.messages.iter().enumerate().skip(wrong + 1);
        let mended = later.into_iter().find(|(_, message)| calls(message))?;
        (!masked(mended.1)).then_some((wrong, mended.0))
    });
    let (wrong, mended) = pair
        .ok_or_else(|| Error::new("no turn of the dialog is masked and then mended, so there is no pair"))?;
    let side = |at: usize| {
        let message = &dialog.messages[at];
        chat::assistant(message, MANNER).map_err(|error| error.at(format!("messages[{at}]")))
    };
    let before = Dialog { messages: dialog.messages[..wrong].to_vec(), ..dialog.clone() };
    let prompt = chat::messages(&before, MANNER)?.into_iter().map(|(_, message)| message);
    let mut row = Map::new();
    row.insert("prompt".into(), prompt.collect());
    row.insert("chosen".into(), vec![side(mended)?].into());
    row.insert("rejected".into(), vec![side(wrong)?].into());
    trl::add_tools(dialog, &mut row);
    if steps::prompt(&before).is_none() && before.messages.is_empty() {
        return Err(Error::new("the pair stands at the start of the dialog; a prompt is wanted before it"));
    }
    Ok(row.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::detect;
    use super::*;
    use crate::Call;

    fn mended() -> Dialog {
        let call = |id: &str, n: Value| Call {
            id: Some(id.into()),
            ..Call::new("f", [("n".to_owned(), n)].into_iter().collect())
        };
        let (wrong, right) = (call("a", "1".into()), call("b", 1.into()));
        let messages = vec![
            Message::text(Role::User, "Go"),
            Message { train: Some(false), ..Message::calling(vec![wrong.clone()]) },
            Message::result(&wrong, "no number"),
            Message::calling(vec![right.clone()]),
            Message::result(&right, "yes"),
        ];
        Dialog { messages, ..Dialog::default() }
    }

    #[test]
    fn a_mended_turn_gives_a_pair() {
        let side = |n: Value| {
            json!([{"role": "assistant", "content": "", "tool_calls": [
                {"type": "function", "function": {"name": "f", "arguments": {"n": n}}}
            ]}])
        };
        let row = write(&mended()).expect("there is a pair");
        let expected = json!({
            "prompt": [{"role": "user", "content": "Go"}], "chosen": side(1.into()), "rejected": side("1".into()),
            "tools": null,
        });
        assert_eq!(row, expected);
        assert_eq!(detect(&row).map(|format| format.id), Some("trl-dpo"));
        let dialog = read(&row).expect("the row is good");
        assert_eq!((dialog.messages.len(), &dialog.messages[1].calls[0].arguments["n"]), (2, &json!(1)));
        assert_eq!(dialog.meta.other["row"]["rejected"], side("1".into()));
    }

    #[test]
    fn dialogs_without_a_pair_are_refused() {
        let refused = |messages: Vec<Message>| {
            write(&Dialog { messages, ..Dialog::default() }).expect_err("there is no pair").to_string()
        };
        let all = mended().messages;
        assert!(refused(all[..1].to_vec()).starts_with("no turn of the dialog is masked"));
        assert!(refused(all[..3].to_vec()).starts_with("no turn of the dialog is masked"));
        assert!(refused(vec![all[0].clone(), all[3].clone()]).starts_with("no turn of the dialog is masked"));
        assert!(refused(all[1..].to_vec()).starts_with("the pair stands at the start"));
    }

    #[test]
    fn errors_say_where_and_why() {
        let refused = |row: Value| read(&row).expect_err("the row is bad").to_string();
        assert_eq!(refused(json!({"prompt": 1})), "prompt: expected a list of messages, found a number");
        assert_eq!(refused(json!([])), "expected an object with `prompt`, found a list");
    }
}

//! `acebench`: the questions of ACEBench, with their answers.
//!
//! Source: ACEBench (arXiv:2501.12851), `data_*.json` and `possible_answer/`: a `question` that is a conversation in text (`user: …`, `system: …` for the
//!         assistant, a line each), the `function`s on offer, and in a file of its own, by `id`, the `ground_truth`: `{"tool": {argument: value}}`, or words.
//! Ours:   only read. A row may hold its `ground_truth`, as it does where the file of answers is found beside the questions; words stay in `meta.row`.
//!         Calls that the conversation holds are text there, without results. A call whose name ends with `_1`, `_2` after that of a tool is one of several calls to it.
//! Worked: `{"id": "normal_atom_bool_0", "question": "user: AQI in Turin?\n", "function": [{"name": "get_aqi", …}], "ground_truth": {"get_aqi":
//!         {"city": "Turin"}}}`

use serde_json::{Map, Value};

use super::{DatasetFormat, bfcl, keep_rest, wrong};
use crate::call::{Parsed, python};
use crate::{Call, Dialog, Message, Result, Role};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "acebench",
    says: "The questions of ACEBench, conversations as text, with their answers where these stand beside them.",
    source: "https://github.com/ACEBench/ACEBench, data_all (arXiv:2501.12851)",
    sniff,
    read,
    parts: None,
    write: None,
    tools_as_text: false,
    loses: &[],
};

/// How turns begin.
const ROLES: [(&str, Role); 3] =
    [("user:", Role::User), ("system:", Role::Assistant), ("assistant:", Role::Assistant)];

fn sniff(row: &Value) -> bool {
    let question = row.get("question").and_then(Value::as_str);
    row.get("function").is_some() && question.is_some_and(|text| text.starts_with(ROLES[0].0))
}

fn read(row: &Value) -> Result<Dialog> {
    let object = row.as_object().ok_or_else(|| wrong("an object with `question`", row))?;
    let question = object.get("question").unwrap_or(&Value::Null);
    let question = question.as_str().ok_or_else(|| wrong("text", question).at("question"))?;
    let mut dialog = Dialog { tools: bfcl::offered(object)?, messages: turns(question), ..Dialog::default() };
    let answer = object.get("ground_truth").and_then(Value::as_object);
    let named = |name: &str| dialog.tools.iter().any(|tool| tool.name == name);
    let plain = |name: &str| match name.rsplit_once('_') {
        Some((stem, number)) if !named(name) && named(stem) && number.bytes().all(|b| b.is_ascii_digit()) => {
            stem.to_owned()
        }
        _ => name.to_owned(),
    };
    let calls: Option<Vec<Call>> = answer.map(|calls| {
        let call = |(name, arguments): (&String, &Value)| {
            Call::new(plain(name), arguments.as_object().cloned().unwrap_or_else(Map::new))
        };
        calls.iter().map(call).collect()
    });
    let known = calls.as_ref().is_some_and(|calls| !calls.is_empty());
    if let Some(calls) = calls.filter(|calls| !calls.is_empty()) {
        dialog.messages.push(Message::calling(calls));
    }
    let kept = |key: &str| key != "question" && key != "function" && !(known && key == "ground_truth");
    let rest = object.iter().filter(|(key, _)| kept(key));
    keep_rest(&mut dialog.meta, rest.map(|(key, value)| (key.clone(), value.clone())).collect());
    Ok(dialog)
}

/// The turns of a conversation; lines that name no role go on with what is said before them.
fn turns(text: &str) -> Vec<Message> {
    let mut all: Vec<Message> = Vec::new();
    for line in text.lines() {
        let named =
            ROLES.iter().find_map(|(mark, role)| Some((*role, line.strip_prefix(mark)?.trim_start())));
        match (named, all.last_mut()) {
            (Some((role, said)), _) => all.push(Message::text(role, said)),
            (None, Some(last)) => {
                let said = last.content.get_or_insert_default();
                said.push('\n');
                said.push_str(line);
            }
            (None, None) => all.push(Message::text(Role::User, line)),
        }
    }
    for message in &mut all {
        let said = message.said().trim_end().to_owned();
        // What the assistant called before stands as call text.
        if message.role == Role::Assistant
            && let Parsed::Calls(calls) = python::parse(&said)
        {
            *message = Message::calling(calls);
            continue;
        }
        message.content = Some(said);
    }
    all
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::detect;
    use super::*;

    #[test]
    fn conversations_are_taken_apart() {
        let row = json!({"id": "normal_0", "question": "user: AQI?\nsystem: Where?\nuser: In Turin,\nand in Oslo.\n",
            "function": [{"name": "get_aqi", "description": "The air.", "parameters": {"type": "object", "properties": {}}}],
            "ground_truth": {"get_aqi_1": {"city": "Turin"}, "get_aqi_2": {"city": "Oslo"}}});
        assert_eq!(detect(&row).map(|format| format.id), Some("acebench"));
        let dialog = read(&row).expect("the row is good");
        let said: Vec<(Role, &str)> = dialog.messages.iter().map(|one| (one.role, one.said())).collect();
        assert_eq!(said[1..3], [(Role::Assistant, "Where?"), (Role::User, "In Turin,\nand in Oslo.")]);
        let made = turns("user: AQI?\nsystem: [get_aqi(city='Turin')]\nsystem: It is 41.");
        assert_eq!((made[1].calls.len(), made[2].said()), (1, "It is 41."));
        assert!(dialog.calls().all(|(.., call)| call.name == "get_aqi"));
        assert_eq!(dialog.calls().count(), 2);
    }

    #[test]
    fn answers_in_words_are_kept() {
        let row = json!({"id": "special_0", "question": "user: Water my plants.", "function": [], "ground_truth": "I cannot."});
        let dialog = read(&row).expect("the row is good");
        assert_eq!(
            (dialog.messages.len(), &dialog.meta.other["row"]["ground_truth"]),
            (1, &json!("I cannot."))
        );
        let refused = read(&json!({"question": 1, "function": []})).expect_err("the row is bad").to_string();
        assert_eq!(refused, "question: expected text, found a number");
    }
}

//! Dataset formats, one file each, both ways where somebody trains on them.
//!
//! A format reads one row into a [`Dialog`] and writes a dialog as one row; some are only read. [`FORMATS`] lists them; help, tables and the
//! choice by [`detect`] come from that list. What a format cannot hold it says in [`DatasetFormat::loses`], in words, so
//! that an exporter can tell before anything is lost.

mod acebench;
mod api_bank;
#[cfg(test)]
mod arbitrary;
mod axolotl;
mod bfcl;
mod chat;
mod glaive;
mod hermes;
mod ms_swift;
mod nestful;
mod openai;
mod own;
mod seal_tools;
mod sharegpt;
mod steps;
mod toolace;
mod toolalpaca;
mod trl;
mod trl_dpo;
mod when2call;

pub(crate) use own::offered;
pub use own::{Interner, Rows};
pub use toolace::system_definitions;

use serde_json::{Map, Value};

use crate::{Dialog, Error, Malformed, Meta, Result};

/// Every format, in the order in which [`detect`] asks them: the particular before the general.
pub const FORMATS: &[DatasetFormat] = &[
    own::FORMAT,
    toolace::FORMAT,
    hermes::FORMAT,
    sharegpt::FORMAT,
    ms_swift::FORMAT,
    api_bank::FORMAT,
    toolalpaca::FORMAT,
    seal_tools::FORMAT,
    nestful::FORMAT,
    glaive::FORMAT,
    acebench::FORMAT,
    bfcl::FORMAT,
    when2call::FORMAT,
    trl_dpo::FORMAT,
    axolotl::FORMAT,
    trl::FORMAT,
    openai::FORMAT,
];

/// One dataset format.
#[derive(Clone, Copy, Debug)]
pub struct DatasetFormat {
    /// Its name, in kebab-case.
    pub id: &'static str,
    /// What it is, in one sentence.
    pub says: &'static str,
    /// Where it is described.
    pub source: &'static str,
    /// Whether a row looks like this format.
    pub sniff: fn(&Value) -> bool,
    /// Reads a row. Faulty data is held as far as a dialog can hold it, to be judged later; an error says what cannot.
    pub read: fn(&Value) -> Result<Dialog>,
    /// Takes a row of several dialogs apart into rows of one, which alone [`read`](Self::read) reads; `None` where a row
    /// is a dialog.
    pub parts: Option<Parts>,
    /// Writes a dialog as a row. An error says which part of it the format cannot express at all. `None` where the format
    /// is only read: it is that of a published dataset, and nobody trains on it as it stands.
    pub write: Option<fn(&Dialog) -> Result<Value>>,
    /// Whether the tools are text within a row, written in the notation that `meta.tool_notation` names.
    pub tools_as_text: bool,
    /// What is lost in writing, in words; empty where nothing is, or where nothing is written.
    pub loses: &'static [&'static str],
}

/// Takes a row apart.
type Parts = fn(&Value) -> Result<Vec<Value>>;

/// The first format that a row looks like.
///
/// ```
/// use serde_json::json;
/// use toolwright_core::format::detect;
/// let row = json!({"messages": [{"role": "user", "content": "Hi!"}]});
/// assert_eq!(detect(&row).map(|format| format.id), Some("openai"));
/// assert!(detect(&json!([1, 2])).is_none());
/// ```
pub fn detect(row: &Value) -> Option<&'static DatasetFormat> {
    FORMATS.iter().find(|format| (format.sniff)(row))
}

/// Keeps what else a row says, under `row` in `meta`: among the keys of `meta` itself a foreign `seed` or `kind` would be
/// taken for ours.
fn keep_rest(meta: &mut Meta, rest: Map<String, Value>) {
    if rest.is_empty() {
        return;
    }
    if let Value::Object(row) = meta.other.entry("row").or_insert_with(|| Map::new().into()) {
        rest.into_iter().for_each(|(key, value)| {
            row.entry(key).or_insert(value);
        });
    }
}

/// A turn that is a call by its label and none by its content; the text is kept whole.
fn malformed(raw: impl Into<String>, why: impl Into<String>) -> Malformed {
    let raw = raw.into();
    Malformed { span: 0..raw.len(), raw, why: why.into() }
}

/// That a value is not what is expected; a short text is shown.
fn wrong(expected: &str, found: &Value) -> Error {
    match found.as_str() {
        Some(text) if text.len() <= 40 => Error::new(format!("expected {expected}, found {text:?}")),
        _ => Error::new(format!("expected {expected}, found {}", kind(found))),
    }
}

/// A value's JSON type, for errors.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::{Call, Message, Role, Tool};

    #[test]
    fn formats_are_well_formed() {
        let mut ids = HashSet::new();
        for format in FORMATS {
            assert!(
                ids.insert(format.id)
                    && format.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            );
            assert!(format.says.ends_with('.') && !format.source.is_empty(), "{}", format.id);
            assert!(format.write.is_some() || format.loses.is_empty(), "{}", format.id);
        }
    }

    #[test]
    fn what_a_format_writes_it_recognises() {
        let say = |role: Role, text: &str| Message::text(role, text);
        let call = Call { id: Some("call_1".into()), ..Call::new("now", Map::new()) };
        let result = Message::result(&call, "{\"hour\":9}");
        let tool = Tool::new("now", "The hour.", json!({"type": "object", "properties": {}}));
        let greeting = vec![say(Role::User, "Hi!"), say(Role::Assistant, "Hello!")];
        let served = vec![
            say(Role::User, "What time is it?"),
            Message::calling(vec![call]),
            result,
            say(Role::Assistant, "Nine."),
        ];
        // A pair needs a turn that is mended; its own tests have one.
        let whole = FORMATS.iter().filter(|format| format.id != "trl-dpo");
        for (format, write) in whole.filter_map(|format| Some((format, format.write?))) {
            let dialog =
                Dialog { messages: served.clone(), tools: vec![Arc::new(tool.clone())], ..Dialog::default() };
            let row = write(&dialog).expect("a served request can be written");
            assert_eq!(detect(&row).map(|format| format.id), Some(format.id));
            let mut again = (format.read)(&row).expect("it was just written");
            again.messages.iter_mut().flat_map(|message| &mut message.calls).for_each(|call| call.raw = None);
            let ids: Vec<_> = again.messages.iter().map(|message| message.call_id.clone()).collect();
            assert_eq!(
                (&again.messages, ids[2].as_deref()),
                (&dialog.messages, Some("call_1")),
                "{}",
                format.id
            );
            // A row without calls may pass for another format's, if that reads the same.
            let dialog = Dialog { messages: greeting.clone(), ..Dialog::default() };
            let row = write(&dialog).expect("a greeting can be written");
            let found = detect(&row).expect("some format reads it");
            assert_eq!(
                (found.read)(&row).expect("it was just written").messages,
                dialog.messages,
                "{}",
                format.id
            );
        }
    }

    #[test]
    fn rows_of_no_shape_are_refused_by_all() {
        for row in
            [json!(null), json!([]), json!("messages"), json!({"messages": 7}), json!({"messages": [7]})]
        {
            for format in FORMATS {
                assert!((format.read)(&row).is_err(), "{}: {row}", format.id);
            }
        }
    }
}

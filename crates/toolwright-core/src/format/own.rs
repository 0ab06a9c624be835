//! `toolwright`: our own rows, which hold a dialog whole.
//!
//! Source: `design.md`, run folder: OpenAI-style `messages` and `tools` with a `meta` object; call arguments are typed
//!         objects. `meta.schema` is the version; a row of a newer version is refused, one without is of the first.
//! Worked: `{"messages": [{"role": "user", "content": "Hi!"}], "tools": [], "meta": {"schema": 1, "kind": "chat"}}`
//!
//! [`Dialog`] is serialised to this shape directly, without a [`Value`] between.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use serde::de::Error as _;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{DatasetFormat, keep_rest, kind};
use crate::{Dialog, Error, Message, Meta, Result, SCHEMA_VERSION, Tool};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "toolwright",
    says: "Our own rows: messages, tools and meta, with typed arguments.",
    source: "docs: the dialog format",
    sniff,
    read,
    parts: None,
    write: Some(write),
    tools_as_text: false,
    loses: &["what is known of a tool beyond its definition; that stays with the pool"],
};

fn sniff(row: &Value) -> bool {
    row.get("messages").is_some_and(Value::is_array) && row.get("meta").is_some_and(Value::is_object)
}

fn read(row: &Value) -> Result<Dialog> {
    if !row.is_object() {
        return Err(Error::new(format!("expected an object with `messages`, found {}", kind(row))));
    }
    // First of all: a newer row may have any shape.
    if let Some(version) = row.pointer("/meta/schema").and_then(Value::as_u64) {
        known(version).map_err(Error::new)?;
    }
    Row::deserialize(row).map(Dialog::from).map_err(|error| Error::new(error.to_string()).caused_by(error))
}

fn write(dialog: &Dialog) -> Result<Value> {
    serde_json::to_value(dialog).map_err(|error| Error::new(error.to_string()).caused_by(error))
}

/// Whether rows of this version can be read.
fn known(version: u64) -> Result<(), String> {
    if version <= u64::from(SCHEMA_VERSION) {
        return Ok(());
    }
    Err(format!(
        "`meta.schema` is {version}; this program reads up to {SCHEMA_VERSION}, a newer one reads the row"
    ))
}

#[derive(Deserialize)]
struct Row {
    messages: Vec<Message>,
    #[serde(default)]
    tools: Vec<Offered>,
    #[serde(default)]
    meta: Meta,
    /// What others put beside; it goes to `meta`, so that it is not lost.
    #[serde(flatten)]
    other: Map<String, Value>,
}

impl From<Row> for Dialog {
    fn from(mut row: Row) -> Self {
        keep_rest(&mut row.meta, row.other);
        let tools = row.tools.into_iter().map(|offered| Arc::new(Tool::from(offered.function))).collect();
        Self { tools, messages: row.messages, meta: row.meta }
    }
}

#[derive(Deserialize)]
struct Offered {
    function: Function,
}

#[derive(Deserialize)]
struct Function {
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    parameters: Value,
    #[serde(default)]
    returns: Option<Value>,
}

impl From<Function> for Tool {
    fn from(function: Function) -> Self {
        let mut tool = Self::new(function.name, function.description, function.parameters);
        tool.returns = function.returns;
        tool
    }
}

/// A tool as a row holds it: the definition and nothing that models never see.
struct Offer<'a>(&'a Tool);

impl Serialize for Offer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut offer = serializer.serialize_struct("Offer", 2)?;
        offer.serialize_field("type", "function")?;
        offer.serialize_field("function", &Definition(self.0))?;
        offer.end()
    }
}

struct Definition<'a>(&'a Tool);

impl Serialize for Definition<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tool = self.0;
        let mut function =
            serializer.serialize_struct("Function", 3 + usize::from(tool.returns.is_some()))?;
        function.serialize_field("name", &tool.name)?;
        function.serialize_field("description", &tool.description)?;
        function.serialize_field("parameters", &tool.parameters)?;
        if let Some(returns) = &tool.returns {
            function.serialize_field("returns", returns)?;
        }
        function.end()
    }
}

struct Offers<'a>(&'a [Arc<Tool>]);

impl Serialize for Offers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|tool| Offer(tool)))
    }
}

impl Serialize for Dialog {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_struct("Dialog", 3)?;
        row.serialize_field("messages", &self.messages)?;
        row.serialize_field("tools", &Offers(&self.tools))?;
        row.serialize_field("meta", &self.meta)?;
        row.end()
    }
}

impl<'de> Deserialize<'de> for Dialog {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let row = Row::deserialize(deserializer)?;
        known(row.meta.schema.unwrap_or(SCHEMA_VERSION).into()).map_err(D::Error::custom)?;
        Ok(row.into())
    }
}

/// Writes dialogs as rows, and remembers how each tool is written: dialogs of one pool share their tools.
///
/// ```
/// use toolwright_core::{Dialog, format::Rows};
/// let dialog = Dialog::default();
/// let row = Rows::default().write(&dialog).unwrap();
/// assert_eq!(row, serde_json::to_string(&dialog).unwrap());
/// ```
#[derive(Debug, Default)]
pub struct Rows {
    /// By the address of the tool, which is held, so that nothing else can come to stand there.
    known: HashMap<usize, (Arc<Tool>, Box<str>)>,
}

impl Rows {
    /// As many tools are remembered.
    const MOST: usize = 1 << 16;

    /// The row, without a line break.
    ///
    /// # Errors
    /// Where something cannot be written as JSON.
    pub fn write(&mut self, dialog: &Dialog) -> Result<String> {
        let place = |error: serde_json::Error| {
            Error::new(format!("the dialog cannot be written: {error}")).caused_by(error)
        };
        let mut row = Vec::with_capacity(1 << 13);
        row.extend_from_slice(b"{\"messages\":");
        serde_json::to_writer(&mut row, &dialog.messages).map_err(place)?;
        row.extend_from_slice(b",\"tools\":[");
        for (at, tool) in dialog.tools.iter().enumerate() {
            if at > 0 {
                row.push(b',');
            }
            row.extend_from_slice(self.offer(tool).map_err(place)?.as_bytes());
        }
        row.extend_from_slice(b"],\"meta\":");
        serde_json::to_writer(&mut row, &dialog.meta).map_err(place)?;
        row.push(b'}');
        String::from_utf8(row).map_err(|error| Error::new(error.to_string()).caused_by(error))
    }

    fn offer(&mut self, tool: &Arc<Tool>) -> Result<&str, serde_json::Error> {
        if self.known.len() >= Self::MOST {
            self.known.clear();
        }
        Ok(match self.known.entry(Arc::as_ptr(tool).addr()) {
            Entry::Occupied(known) => &known.into_mut().1,
            Entry::Vacant(open) => {
                let text = serde_json::to_string(&Offer(tool))?;
                &open.insert((Arc::clone(tool), text.into())).1
            }
        })
    }
}

/// Tools within a message, as a row's own tools are written.
pub(crate) mod offered {
    use super::{Arc, Deserialize, Deserializer, Offered, Offers, Serialize, Serializer, Tool};

    pub(crate) fn serialize<S: Serializer>(tools: &[Arc<Tool>], serializer: S) -> Result<S::Ok, S::Error> {
        Offers(tools).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Arc<Tool>>, D::Error> {
        let offered = Vec::<Offered>::deserialize(deserializer)?;
        Ok(offered.into_iter().map(|one| Arc::new(Tool::from(one.function))).collect())
    }
}

/// Makes dialogs that were read one by one share their equal tools, and so the tools' compiled schemas.
///
/// ```
/// use std::sync::Arc;
/// use toolwright_core::{Dialog, format::Interner};
/// let row = r#"{"messages": [], "tools": [{"type": "function", "function": {"name": "now"}}]}"#;
/// let mut interner = Interner::default();
/// let [a, b] = [(); 2].map(|()| {
///     let mut dialog: Dialog = serde_json::from_str(row).unwrap();
///     interner.share(&mut dialog);
///     dialog
/// });
/// assert!(Arc::ptr_eq(&a.tools[0], &b.tools[0]));
/// ```
#[derive(Debug, Default)]
pub struct Interner {
    known: HashMap<String, Vec<Arc<Tool>>>,
    size: usize,
}

impl Interner {
    /// As many tools are remembered; then the interner begins anew, so that no stream of rows fills the memory.
    const MOST: usize = 1 << 17;
    /// As many tools of one name are remembered.
    const MOST_OF_A_NAME: usize = 16;

    /// Replaces each tool of the dialog by an equal one seen before.
    pub fn share(&mut self, dialog: &mut Dialog) {
        let changes = dialog.messages.iter_mut().filter_map(|message| message.offer.as_mut());
        for tool in dialog.tools.iter_mut().chain(changes.flat_map(|change| &mut change.added)) {
            if self.size >= Self::MOST {
                *self = Self::default();
            }
            self.share_tool(tool);
        }
    }

    fn share_tool(&mut self, tool: &mut Arc<Tool>) {
        let Some(namesakes) = self.known.get_mut(&tool.name) else {
            self.known.insert(tool.name.clone(), vec![tool.clone()]);
            self.size += 1;
            return;
        };
        if let Some(known) = namesakes.iter().find(|known| ***known == **tool) {
            *tool = known.clone();
        } else if namesakes.len() < Self::MOST_OF_A_NAME {
            namesakes.push(tool.clone());
            self.size += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::arbitrary::any_dialog;
    use super::*;

    proptest! {
        #[test]
        fn a_dialog_comes_back_whole(dialog in any_dialog()) {
            let text = serde_json::to_string(&dialog).expect("dialogs are JSON");
            prop_assert_eq!(&serde_json::from_str::<Dialog>(&text).expect("it was just written"), &dialog);
            let mut rows = Rows::default();
            for _ in 0..2 {
                prop_assert_eq!(&rows.write(&dialog).expect("dialogs are JSON"), &text);
            }
            let row = write(&dialog).expect("dialogs are JSON");
            prop_assert_eq!(serde_json::to_string(&row).expect("rows are JSON"), text);
            prop_assert_eq!(&read(&row).expect("it was just written"), &dialog);
        }

        #[test]
        fn any_row_is_refused_or_comes_back(
            dialog in any_dialog(),
            at in 0..600usize,
            piece in "([\"\\[\\]{}0n:,-]|\"seed\":1,|\"row\":\\{\\},|\"tools\":|\"from\":\"user\",)",
        ) {
            let mut text = serde_json::to_string(&dialog).expect("dialogs are JSON");
            if text.is_char_boundary(at) {
                text.insert_str(at, &piece);
            }
            if let Ok(read) = serde_json::from_str::<Dialog>(&text) {
                let again = serde_json::to_string(&read).expect("dialogs are JSON");
                prop_assert_eq!(serde_json::from_str::<Dialog>(&again).expect("it was just written"), read);
            }
        }

        #[test]
        fn shared_tools_are_equal_tools(mut dialogs in prop::collection::vec(any_dialog(), 1..4)) {
            let before = dialogs.clone();
            let mut interner = Interner::default();
            dialogs.iter_mut().for_each(|dialog| interner.share(dialog));
            prop_assert_eq!(dialogs, before);
        }
    }

    #[test]
    fn a_row_of_the_future_is_refused() {
        let row = json!({"messages": {"shape": "of the future"}, "meta": {"schema": SCHEMA_VERSION + 1}});
        let error = read(&row).expect_err("it is too new").to_string();
        assert_eq!(error, "`meta.schema` is 2; this program reads up to 1, a newer one reads the row");
        let text = r#"{"messages": [], "meta": {"schema": 2}}"#;
        assert!(
            serde_json::from_str::<Dialog>(text).expect_err("it is too new").to_string().contains("up to 1")
        );
    }

    #[test]
    fn keys_stand_in_a_fixed_order() {
        let mut dialog =
            Dialog { tools: vec![Arc::new(Tool::new("now", "The time.", json!({})))], ..Dialog::default() };
        dialog.messages.push(Message::calling(vec![crate::Call::new("now", serde_json::Map::new())]));
        dialog.meta.schema = Some(1);
        assert_eq!(
            serde_json::to_string(&dialog).expect("it can be written"),
            concat!(
                r#"{"messages":[{"role":"assistant","content":"","tool_calls":[{"type":"function","function":"#,
                r#"{"name":"now","arguments":{}}}]}],"tools":[{"type":"function","function":{"name":"now","#,
                r#""description":"The time.","parameters":{}}}],"meta":{"schema":1}}"#
            )
        );
    }

    #[test]
    fn what_a_row_lacks_is_empty() {
        let dialog = read(&json!({"messages": [{"role": "user"}]})).expect("that is a row");
        assert_eq!(dialog.messages[0].content, None);
        assert!(dialog.tools.is_empty() && dialog.meta == Meta::default());
    }

    #[test]
    fn what_others_put_beside_is_kept() {
        let dialog = read(&json!({"messages": [], "meta": {"seed": 7}, "kind": "x"})).expect("that is a row");
        assert_eq!(read(&write(&dialog).expect("dialogs are JSON")).expect("it was just written"), dialog);
        assert_eq!((dialog.meta.seed, &dialog.meta.other["row"]["kind"]), (Some(7), &json!("x")));
    }
}

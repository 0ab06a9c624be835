//! [`Message`]: one turn of a dialog.

use serde::{Deserialize, Serialize};

use std::sync::Arc;

use crate::format::offered;
use crate::{Call, Malformed, Thinking, Tool};

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Standing instructions and facts.
    #[serde(alias = "developer")]
    System,
    /// The person.
    User,
    /// The model.
    Assistant,
    /// A tool's result.
    #[serde(alias = "function")]
    Tool,
}

impl Role {
    /// The role's name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
        }
    }
}

/// One turn, in the shape of OpenAI's chat messages, so lenient that faulty data can be held and judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said. A tool's result is its JSON text; an assistant that only calls says nothing (`""`).
    #[serde(default)]
    pub content: Option<String>,
    /// The assistant's structured thinking before it acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thinking: Option<Thinking>,
    /// The assistant's calls.
    #[serde(rename = "tool_calls", default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Call>,
    /// Text that set out to be calls and is none; neither "calls" nor "no call".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub malformed: Option<Malformed>,
    /// The call a tool message answers, by its id.
    #[serde(rename = "tool_call_id", default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<String>,
    /// The tool a tool message speaks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `false` where training must not learn this message; absent means the trainer's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train: Option<bool>,
    /// A change of the tools on offer that holds from this message on; its text says it as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferChange>,
}

/// A change of the tools on offer in the course of a dialog.
///
/// ```
/// use toolwright_core::{Message, OfferChange, Role};
/// let mut news = Message::text(Role::System, "The tool `now` is no longer available.");
/// news.offer = Some(OfferChange { removed: vec!["now".into()], ..OfferChange::default() });
/// let line = serde_json::to_string(&news).unwrap();
/// assert_eq!(
///     line,
///     r#"{"role":"system","content":"The tool `now` is no longer available.","offer":{"removed":["now"]}}"#,
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OfferChange {
    /// Tools that come on offer.
    #[serde(with = "offered", skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<Arc<Tool>>,
    /// The names of tools that are no longer on offer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
}

/// How news of tools that come on offer begin.
const ADDED: &str = "From now on this tool is available as well:\n";
/// What stands around the name of a tool that goes.
const REMOVED: (&str, &str) = ("The tool `", "` is no longer available. Do not call it.");

impl OfferChange {
    /// The change in words, a line or two a tool, for formats that have no other place for it; [`read`](Self::read) gives it back.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use serde_json::json;
    /// use toolwright_core::{OfferChange, Tool};
    /// let tool = Tool::new("now", "The time.", json!({"type": "object"}));
    /// let change = OfferChange { added: vec![Arc::new(tool)], removed: vec!["then".into()] };
    /// let text = format!("{}\n\nWhat time is it?", change.news());
    /// assert_eq!(OfferChange::read(&text), Some((change, "\n\nWhat time is it?")));
    /// assert_eq!(OfferChange::read("What time is it?"), None);
    /// ```
    pub fn news(&self) -> String {
        let added = self.added.iter().map(|tool| {
            let (name, description, parameters) = (&tool.name, &tool.description, &tool.parameters);
            let definition =
                serde_json::json!({ "name": name, "description": description, "parameters": parameters });
            format!("{ADDED}{definition}")
        });
        let removed = self.removed.iter().map(|name| format!("{}{name}{}", REMOVED.0, REMOVED.1));
        added.chain(removed).collect::<Vec<_>>().join("\n")
    }

    /// A change that stands in words at the head of a text, and what follows it; `None` where none does.
    pub fn read(text: &str) -> Option<(Self, &str)> {
        let (mut change, mut rest) = (Self::default(), text);
        loop {
            let line = rest.strip_prefix('\n').filter(|_| rest.len() < text.len()).unwrap_or(rest);
            if let Some(definition) = line.strip_prefix(ADDED) {
                let end = definition.find('\n').unwrap_or(definition.len());
                let Some(tool) = definition.get(..end).and_then(defined) else { break };
                change.added.push(Arc::new(tool));
                rest = &definition[end..];
            } else if let Some((name, after)) =
                line.strip_prefix(REMOVED.0).and_then(|named| named.split_once(REMOVED.1))
                && !name.contains(['`', '\n'])
            {
                change.removed.push(name.to_owned());
                rest = after;
            } else {
                break;
            }
        }
        (change != Self::default()).then_some((change, rest))
    }
}

/// A tool from the line that defines it.
fn defined(line: &str) -> Option<Tool> {
    let definition: serde_json::Value = serde_json::from_str(line).ok()?;
    let text = |key: &str| definition.get(key)?.as_str().map(str::to_owned);
    Some(Tool::new(text("name")?, text("description")?, definition.get("parameters")?.clone()))
}

impl Message {
    /// A message of this role that says this and nothing more.
    pub fn text(role: Role, content: impl Into<String>) -> Self {
        Self {
            role,
            content: Some(content.into()),
            thinking: None,
            calls: Vec::new(),
            malformed: None,
            call_id: None,
            name: None,
            train: None,
            offer: None,
        }
    }

    /// An assistant message that makes these calls and says nothing.
    pub fn calling(calls: Vec<Call>) -> Self {
        Self { calls, ..Self::text(Role::Assistant, "") }
    }

    /// A tool's result: `content` is JSON text.
    pub fn result(call: &Call, content: impl Into<String>) -> Self {
        Self { call_id: call.id.clone(), name: Some(call.name.clone()), ..Self::text(Role::Tool, content) }
    }

    /// What is said; empty where nothing is.
    pub fn said(&self) -> &str {
        self.content.as_deref().unwrap_or_default()
    }
}

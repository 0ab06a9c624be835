//! [`Dialog`]: tools, messages, and where they come from.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Call, Measurement, Message, Provenance, Tool, Verdict};

/// The version of the dialog format, in `meta.schema`. A reader accepts its own version and earlier ones.
pub const SCHEMA_VERSION: u32 = 1;

/// One sample: what the model may call, what was said, and what is known about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dialog {
    /// The tools on offer; dialogs of one pool share them.
    pub tools: Vec<Arc<Tool>>,
    /// The turns, in order.
    pub messages: Vec<Message>,
    /// Where the dialog comes from and what was made of it.
    pub meta: Meta,
}

/// What kind of situation a dialog shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One request, one call.
    Single,
    /// One request, several calls of one tool at once.
    ParallelSame,
    /// One request, calls of several tools at once.
    ParallelMixed,
    /// A later argument is an earlier result.
    Dependent,
    /// No tool on offer fits; the assistant says so.
    NoTool,
    /// A required argument is missing; the assistant asks, then calls.
    Clarify,
    /// Small talk.
    Chat,
    /// A question that needs no tool.
    Direct,
    /// Several requests of different kinds.
    Multi,
}

impl Kind {
    /// Every kind, in the order of reports.
    pub const ALL: [Self; 9] = [
        Self::Single,
        Self::ParallelSame,
        Self::ParallelMixed,
        Self::Dependent,
        Self::NoTool,
        Self::Clarify,
        Self::Chat,
        Self::Direct,
        Self::Multi,
    ];

    /// The kind's name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::ParallelSame => "parallel_same",
            Self::ParallelMixed => "parallel_mixed",
            Self::Dependent => "dependent",
            Self::NoTool => "no_tool",
            Self::Clarify => "clarify",
            Self::Chat => "chat",
            Self::Direct => "direct",
            Self::Multi => "multi",
        }
    }
}

/// Something out of the ordinary that a dialog shows beside its [`Kind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Situation {
    /// A tool fails for a moment (rate limit, timeout, outage); the assistant makes the same call again.
    Retry,
    /// A tool fails for good; the assistant says so and makes nothing up.
    Outage,
    /// The assistant gets an argument wrong, is told so by the tool and corrects it. The wrong call has `train: false`.
    WrongArgument,
    /// What the user named does not exist; the user gives the right name when asked.
    NotFound,
    /// The user corrects a value after the answer.
    Correction,
    /// The user drops a request that the assistant asked back about, and wants something else.
    ChangedMind,
    /// The user answers only half of what the assistant asked.
    PartialAnswer,
    /// A tool comes on offer after the assistant had to decline.
    ToolAdded,
    /// A tool is withdrawn after it was used.
    ToolRemoved,
}

impl Situation {
    /// Every situation, in the order of reports.
    pub const ALL: [Self; 9] = [
        Self::Retry,
        Self::Outage,
        Self::WrongArgument,
        Self::NotFound,
        Self::Correction,
        Self::ChangedMind,
        Self::PartialAnswer,
        Self::ToolAdded,
        Self::ToolRemoved,
    ];

    /// The situation's name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Outage => "outage",
            Self::WrongArgument => "wrong_argument",
            Self::NotFound => "not_found",
            Self::Correction => "correction",
            Self::ChangedMind => "changed_mind",
            Self::PartialAnswer => "partial_answer",
            Self::ToolAdded => "tool_added",
            Self::ToolRemoved => "tool_removed",
        }
    }
}

/// What is known of a dialog beyond its words. Everything is optional: foreign data has little of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Meta {
    /// The version of the dialog format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<u32>,
    /// What kind of situation it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// What happens in it that is out of the ordinary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub situation: Option<Situation>,
    /// The split it belongs to: `train`, `validation` or `test`; absent where nothing is split.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// The run's seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The sample's index in its run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
    /// The try that gave this dialog, from 0.
    #[serde(rename = "try", skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// The notation, of [`TOOL_NOTATIONS`](crate::render::TOOL_NOTATIONS), in which formats that hold the tools as text
    /// write them; absent: `json`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_notation: Option<String>,
    /// Where each argument comes from; absent where nobody recorded it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Vec<Provenance>>,
    /// What models measured on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub measurements: Vec<Measurement>,
    /// What checks made of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub verdicts: Vec<Verdict>,
    /// Whatever else the source said.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Dialog {
    /// The tool of this name, if it is on offer.
    pub fn tool(&self, name: &str) -> Option<&Arc<Tool>> {
        self.tools.iter().find(|tool| tool.name == name)
    }

    /// The tool of this name that is on offer when the message at this position is made: what the dialog starts with, and what
    /// came or went before.
    pub fn tool_at(&self, message: usize, name: &str) -> Option<&Arc<Tool>> {
        let before = self.messages.get(..message).unwrap_or(&self.messages);
        for change in before.iter().rev().filter_map(|message| message.offer.as_ref()) {
            if let Some(tool) = change.added.iter().find(|tool| tool.name == name) {
                return Some(tool);
            }
            if change.removed.iter().any(|removed| removed == name) {
                return None;
            }
        }
        self.tool(name)
    }

    /// Every call with its place: (message, call in the message, call).
    pub fn calls(&self) -> impl Iterator<Item = (usize, usize, &Call)> {
        let messages = self.messages.iter().enumerate();
        messages
            .flat_map(|(at, message)| message.calls.iter().enumerate().map(move |(n, call)| (at, n, call)))
    }
}

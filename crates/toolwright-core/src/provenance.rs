//! [`Provenance`]: where a value in a call comes from.

use serde::{Deserialize, Serialize};

/// Says where one argument value of one call comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The assistant message that makes the call, by its position in the dialog.
    pub message: usize,
    /// The call in that message.
    pub call: usize,
    /// The value: a JSON pointer into the call's arguments. It covers everything below it.
    pub argument: String,
    /// Where the value comes from.
    #[serde(flatten)]
    pub source: Source,
}

/// A place that a value can come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "lowercase")]
pub enum Source {
    /// A user turn.
    User {
        /// The user's message, by its position in the dialog.
        at: usize,
        /// The words that give the value, as they stand there.
        quote: String,
    },
    /// The system prompt.
    System {
        /// The words that give the value, as they stand there.
        quote: String,
    },
    /// The result of an earlier call.
    Result {
        /// The tool message, by its position in the dialog.
        at: usize,
        /// A JSON pointer into the result.
        pointer: String,
    },
    /// The `default` that the tool's schema declares, or the only value it allows.
    Default,
}

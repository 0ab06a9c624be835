//! [`Thinking`]: the assistant's structured thinking before it acts.
//!
//! Source: ToolACE (arXiv:2409.00920, first version), structured thinking: is a tool needed, which one, how is each
//! argument filled, what about the optional ones. It has a field of its own, so that a trainer may use it or not.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What the assistant weighed before an action.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thinking {
    /// Whether a tool is needed now.
    pub needed: bool,
    /// Why, in one sentence.
    pub why: String,
    /// The tools chosen, one entry a call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// Required parameters for which no value is known yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

/// One tool chosen, and how its arguments are filled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The tool.
    pub tool: String,
    /// For each argument, where its value comes from, in words.
    pub arguments: Vec<(String, String)>,
    /// Optional parameters left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

impl fmt::Display for Thinking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.why)?;
        for choice in &self.choices {
            write!(f, "\n{}:", choice.tool)?;
            for (name, from) in &choice.arguments {
                write!(f, "\n- {name}: {from}")?;
            }
            if !choice.left_out.is_empty() {
                write!(f, "\n- left out: {}", choice.left_out.join(", "))?;
            }
        }
        if !self.missing.is_empty() {
            write!(f, "\nmissing: {}", self.missing.join(", "))?;
        }
        Ok(())
    }
}

//! [`Verdict`]: what a check made of a sample, and [`Measurement`]: what a model made of it.

use serde::{Deserialize, Serialize};

/// What one check (a layer of rules, a judge) made of a sample. Kept with the sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Who judged: `rules`, or a judge's id.
    pub by: String,
    /// The outcome.
    pub outcome: Outcome,
    /// What was found; empty unless the sample is rejected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Checks that could not apply, with the reason: `grounding: no provenance`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_applicable: Vec<String>,
    /// Why the check has no opinion, where it is undecided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undecided: Option<String>,
}

/// How a check can end. A judge that did not answer is `Undecided`, never a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Nothing wrong was found.
    Pass,
    /// Something wrong was found.
    Reject,
    /// The check did not come to an end.
    Undecided,
}

/// One thing wrong with a sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule or judge that says so.
    pub rule: String,
    /// The message it is about, by its position in the dialog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<usize>,
    /// The call in that message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<usize>,
    /// What was found and what was expected, in one sentence.
    pub why: String,
}

/// A number that a model gave for a sample. It expires with the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// What was measured: `loss`, `pass_rate`, `vote_share`.
    pub name: String,
    /// The number.
    pub value: f64,
    /// The model, or the endpoint with the prompt's hash.
    pub model: String,
}

//! [`Verdict`]: what a check made of a sample, and [`Measurement`]: what a model made of it.

use serde::{Deserialize, Serialize};

/// What one check (a layer of rules, a judge) made of a sample. Kept with the sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Who judged: `rules`, a judge's id, or several of them.
    pub by: String,
    /// The outcome.
    pub outcome: Outcome,
    /// What was found; empty unless the sample is rejected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// What was found by checks whose findings are only noted, not held against the sample.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Finding>,
    /// Checks that could not apply, with the reason: `grounding: no provenance`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_applicable: Vec<String>,
    /// Why the check has no opinion, where it is undecided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undecided: Option<String>,
}

impl Verdict {
    /// The verdict with the findings of these rules or judges as notes, which reject nothing; of a judge that is only noted, nothing is
    /// undecided either.
    ///
    /// ```
    /// use toolwright_core::{Finding, Outcome, Verdict};
    /// let finding = |rule: &str| Finding { rule: rule.into(), message: Some(1), call: None, why: "…".into() };
    /// let mut verdict = Verdict::passed("rules");
    /// (verdict.outcome, verdict.findings) = (Outcome::Reject, vec![finding("reply-length")]);
    /// let noted = verdict.noted(&["reply-length".into()]);
    /// assert_eq!((noted.outcome, noted.findings.len(), noted.notes.len()), (Outcome::Pass, 0, 1));
    /// ```
    #[must_use]
    pub fn noted(mut self, ids: &[String]) -> Self {
        let (notes, findings) =
            std::mem::take(&mut self.findings).into_iter().partition(|one| ids.contains(&one.rule));
        self.findings = findings;
        self.notes.extend::<Vec<Finding>>(notes);
        if ids.contains(&self.by) {
            self.undecided = None;
        }
        self.outcome = match (&self.findings[..], &self.undecided) {
            ([], None) => Outcome::Pass,
            ([], Some(_)) => Outcome::Undecided,
            _ => Outcome::Reject,
        };
        self
    }

    /// That nothing was found, by these.
    pub fn passed(by: impl Into<String>) -> Self {
        Self {
            by: by.into(),
            outcome: Outcome::Pass,
            findings: Vec::new(),
            notes: Vec::new(),
            not_applicable: Vec::new(),
            undecided: None,
        }
    }

    /// Several verdicts on one sample as one: it is rejected where any rejects, else undecided where any is.
    ///
    /// ```
    /// use toolwright_core::{Outcome, Verdict};
    /// let mut open = Verdict::passed("hallucination");
    /// (open.outcome, open.undecided) = (Outcome::Undecided, Some("`unit` is \"c\"".into()));
    /// let both = Verdict::joined([Verdict::passed("rules"), open]);
    /// assert_eq!((both.outcome, &*both.by), (Outcome::Undecided, "rules, hallucination"));
    /// assert_eq!(both.undecided.as_deref(), Some("hallucination: `unit` is \"c\""));
    /// ```
    pub fn joined(verdicts: impl IntoIterator<Item = Self>) -> Self {
        let (mut by, mut undecided) = (Vec::new(), Vec::new());
        let mut all = Self::passed("");
        for one in verdicts {
            all.outcome = match (all.outcome, one.outcome) {
                (Outcome::Reject, _) | (_, Outcome::Reject) => Outcome::Reject,
                (Outcome::Undecided, _) | (_, Outcome::Undecided) => Outcome::Undecided,
                (Outcome::Pass, Outcome::Pass) => Outcome::Pass,
            };
            all.findings.extend(one.findings);
            all.notes.extend(one.notes);
            all.not_applicable.extend(one.not_applicable);
            undecided.extend(one.undecided.map(|why| format!("{}: {why}", one.by)));
            by.push(one.by);
        }
        all.by = by.join(", ");
        all.undecided = (!undecided.is_empty()).then(|| undecided.join("; "));
        all
    }
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

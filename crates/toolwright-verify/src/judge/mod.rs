//! Judges, one narrow question each: is what a dialog says and does, in a form that is right, also right in sense?
//!
//! Source: ToolACE (arXiv:2409.00920), dual-layer verification, model layer: experts for hallucination, consistency and tool responses, and
//!         prompts against repeated replies and meaningless text, each asked alone because judging a whole sample at once worked poorly.
//! Ours:   the [`EXPERTS`] here are code and no models: they answer the same questions as far as words, numbers, dates and schemas tell, and
//!         say *undecided* where they do not. The judges that ask a model stand in `model/`; they answer with the same verdicts.
//! Fails:  what needs knowledge of the world is undecided at best, and a wrong answer in words that stand in the result passes.
//!
//! A rule says what must never be; a judge weighs evidence and quotes it. So rules come first, and judges see what passes them.

mod consistency;
mod fact;
mod hallucination;
mod heard;
mod meaningless_text;
mod model;
mod repetition;
mod tool_response;

use std::fmt::Debug;
use std::sync::Arc;

use toolwright_core::{Dialog, Error, Finding, Outcome, Result, Verdict, nearest};

use crate::finding::cut;

pub(crate) use heard::answered;
pub use model::{MODEL_JUDGES, ModelJudge, Panel, PanelConfig};

/// Every embedded judge, in the order of reports.
pub const EXPERTS: &[Expert] = &[
    hallucination::EXPERT,
    consistency::EXPERT,
    tool_response::EXPERT,
    repetition::EXPERT,
    meaningless_text::EXPERT,
];

/// Whoever answers a question about a dialog.
pub trait Judge: Debug + Send + Sync {
    /// The id of the question, which findings name: `hallucination`.
    fn id(&self) -> &'static str;

    /// The answer: pass, reject with what was found, or undecided with the reason, never a pass for want of an answer.
    fn verdict(&self, dialog: &Dialog) -> Verdict;
}

/// A judge that is code.
#[derive(Clone, Copy, Debug)]
pub struct Expert {
    /// Its name, in kebab-case.
    pub id: &'static str,
    /// Its question, in one sentence.
    pub asks: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Reads a dialog, in time about linear in its size.
    judge: fn(&Dialog) -> Opinion,
}

/// What an expert makes of a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Opinion {
    /// What is wrong; empty where nothing is.
    Found(Vec<Finding>),
    /// Nothing is known to be wrong, and what could not be decided.
    Undecided(String),
    /// What the question needs and the dialog lacks, as a clause: `no calls`.
    NotApplicable(&'static str),
}

impl Judge for Expert {
    fn id(&self) -> &'static str {
        self.id
    }

    fn verdict(&self, dialog: &Dialog) -> Verdict {
        let blank = Verdict::passed(self.id);
        match (self.judge)(dialog) {
            Opinion::Found(findings) if findings.is_empty() => blank,
            Opinion::Found(findings) => Verdict { outcome: Outcome::Reject, findings, ..blank },
            Opinion::Undecided(why) => Verdict { outcome: Outcome::Undecided, undecided: Some(why), ..blank },
            Opinion::NotApplicable(why) => {
                Verdict { not_applicable: vec![format!("{}: {why}", self.id)], ..blank }
            }
        }
    }
}

/// A chosen set of judges.
///
/// ```
/// use toolwright_core::{Dialog, Message, Outcome, Role};
/// use toolwright_verify::Judges;
/// let reply = "Ths wrld ### {{user_name}}";
/// let messages = vec![Message::text(Role::User, "Hello!"), Message::text(Role::Assistant, reply)];
/// let dialog = Dialog { messages, ..Dialog::default() };
/// let verdicts = Judges::named(&["meaningless-text"])?.verdicts(&dialog);
/// assert_eq!(verdicts[0].outcome, Outcome::Reject);
/// assert_eq!(verdicts[0].findings[0].why, "a placeholder was left in the text: \"{{user_name}}\"");
/// # Ok::<(), toolwright_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Judges(Vec<Arc<dyn Judge>>);

impl Judges {
    /// Every embedded judge.
    pub fn all() -> Self {
        Self(EXPERTS.iter().map(|expert| Arc::new(*expert) as Arc<dyn Judge>).collect())
    }

    /// The embedded judges of these names, in the order of [`EXPERTS`], each once.
    ///
    /// # Errors
    /// Names the first name that no judge has, and the judge that was most likely meant.
    pub fn named(names: &[&str]) -> Result<Self> {
        if let Some(unknown) = names.iter().find(|name| !EXPERTS.iter().any(|expert| expert.id == **name)) {
            let near = nearest(unknown, EXPERTS.iter().map(|expert| expert.id));
            let meant = near.map(|id| format!(" did you mean `{id}`?")).unwrap_or_default();
            return Err(Error::new(format!(
                "no judge is called `{}`;{meant} `toolwright judges` lists them",
                cut(unknown)
            )));
        }
        let chosen = EXPERTS.iter().filter(|expert| names.contains(&expert.id));
        Ok(Self(chosen.map(|expert| Arc::new(*expert) as Arc<dyn Judge>).collect()))
    }

    /// Adds a judge of another make.
    pub fn push(&mut self, judge: Arc<dyn Judge>) {
        self.0.push(judge);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The judges of the set.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Judge> {
        self.0.iter().map(|judge| &**judge)
    }

    /// Asks every judge of the set.
    pub fn verdicts(&self, dialog: &Dialog) -> Vec<Verdict> {
        self.iter().map(|judge| judge.verdict(dialog)).collect()
    }
}

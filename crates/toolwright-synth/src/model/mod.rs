//! Agents that ask a model: user, planner, assistant, tool, and the wording of planned dialogs.
//!
//! Source: ToolACE (arXiv:2409.00920), SDG: a user, an assistant and a tool agent play dialogs on sampled tools; the assistant thinks in a structured way first, and
//!         its calls are settled by agreement among several drafts.
//! Ours:   the prompts, which the paper does not give: one file each under `prompts/`. Every agent fills in a form ([`Blank`]); a reply that cannot be read
//!         is repaired once, and then the try ends *undecided*. Nothing here has a network: an [`Endpoint`](toolwright_core::Endpoint) answers.
//!
//! What tools, documents and models say reaches a prompt as JSON in a message of its own, and what comes back is read by its form. So text can
//! neither change who speaks nor which tools are on offer.

mod assistant;
mod converse;
mod goal;
mod tool;
mod user;
mod wording;

use serde_json::Value;
use toolwright_core::{
    Answered, Asker, Blank, Dialog, Finding, Message, Outcome, Prompt, Question, SCHEMA_VERSION, Sampling,
    Unanswered, Verdict,
};

use crate::agent::voice::Voice;
use crate::recipe::AgentsConfig;

pub(crate) use converse::converse;
pub(crate) use user::closed;

const USER: Prompt = Prompt::new(include_str!("prompts/user.md"));
const PLANNER: Prompt = Prompt::new(include_str!("prompts/planner.md"));
const ASSISTANT: Prompt = Prompt::new(include_str!("prompts/assistant.md"));
const TOOL: Prompt = Prompt::new(include_str!("prompts/tool.md"));
const WORDING: Prompt = Prompt::new(include_str!("prompts/wording.md"));
pub(crate) const SPECIATE: Prompt = Prompt::new(include_str!("prompts/speciate.md"));
pub(crate) const EXTEND: Prompt = Prompt::new(include_str!("prompts/extend.md"));
pub(crate) const DEFINE: Prompt = Prompt::new(include_str!("prompts/define.md"));

/// The words that do not depend on a sample: prompts, manners and distances, for hashing.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    let manners = crate::agent::style::STYLES.iter().map(|style| style.manner);
    [USER, PLANNER, ASSISTANT, TOOL, WORDING]
        .into_iter()
        .map(|prompt| prompt.text())
        .chain(manners)
        .chain(DISTANCE)
}

/// Why a try gave no dialog that can be verified.
#[derive(Debug)]
pub(crate) enum Lost {
    /// There is nothing to show: no plan came about, or it could not be played.
    Plan(String),
    /// It broke off: what there is of it, and why.
    Ended(Box<Dialog>, Verdict),
    /// A reply or a result did not come, for this reason; the sample waits for another time.
    Waits(String),
}

impl From<Unanswered> for Lost {
    fn from(unanswered: Unanswered) -> Self {
        Self::Waits(unanswered.to_string())
    }
}

/// The agents of one try.
pub(crate) struct Agents<'a, 'e> {
    pub(crate) config: &'a AgentsConfig,
    /// The model's name with a hash of what it is told: what measurements name.
    pub(crate) model: &'a str,
    pub(crate) asker: &'a mut Asker<'e>,
}

impl Agents<'_, '_> {
    /// Puts a question; one that stays without a usable answer ends the try undecided.
    async fn ask<T: Send>(
        &mut self,
        (stage, temperature): (&'static str, f64),
        messages: Vec<Message>,
        blank: &Blank,
        so_far: &SoFar<'_>,
        read: impl Fn(Value) -> Answered<T> + Send + Sync,
    ) -> Result<T, Lost> {
        let question = Question { stage, messages, blank, sampling: self.sampling(temperature) };
        self.asker.ask(&question, read).await?.map_err(|why| so_far.unusable(stage, &why))
    }

    fn sampling(&self, temperature: f64) -> Sampling {
        Sampling {
            temperature: Some(temperature),
            max_tokens: Some(self.config.max_tokens),
            ..Sampling::default()
        }
    }
}

/// A dialog in the making, for what is kept of it where it breaks off.
pub(crate) struct SoFar<'a> {
    pub(crate) tools: &'a [std::sync::Arc<toolwright_core::Tool>],
    pub(crate) messages: &'a [Message],
}

impl SoFar<'_> {
    fn dialog(&self) -> Dialog {
        let mut dialog =
            Dialog { tools: self.tools.to_vec(), messages: self.messages.to_vec(), ..Dialog::default() };
        dialog.meta.schema = Some(SCHEMA_VERSION);
        dialog
    }

    /// The try ends because this agent gave nothing that can be used.
    fn unusable(&self, by: &str, why: &str) -> Lost {
        self.undecided(by, format!("no usable reply, after a round of repair: {why}"))
    }

    /// The try ends, and nobody can say whether it was right.
    pub(crate) fn undecided(&self, by: &str, why: String) -> Lost {
        let verdict = Verdict { outcome: Outcome::Undecided, undecided: Some(why), ..Verdict::passed(by) };
        Lost::Ended(Box::new(self.dialog()), verdict)
    }

    /// The try ends because of what was found in it.
    pub(crate) fn rejected(&self, by: &str, message: Option<usize>, why: String) -> Lost {
        let finding = Finding { rule: by.to_owned(), message, call: None, why };
        let verdict = Verdict { outcome: Outcome::Reject, findings: vec![finding], ..Verdict::passed(by) };
        Lost::Ended(Box::new(self.dialog()), verdict)
    }
}

/// How far a user's words are from the API's own, by degree.
const DISTANCE: [&str; 4] = [
    "Use the words of the tools' descriptions where they fit.",
    "Ask as people ask, in everyday words.",
    "Stay away from the words in which the tools are described; find others for the same.",
    "Say what the need is and what lies behind it, and leave it to the assistant to see what has to be done.",
];

/// What a model is told of how far the user's words are to be from the API's own.
fn distance(voice: &Voice) -> &'static str {
    DISTANCE[usize::from(voice.degree).min(DISTANCE.len() - 1)]
}

//! Judges that ask a model: the same questions as the embedded [experts](super::EXPERTS), one narrow question each.
//!
//! Source: ToolACE (arXiv:2409.00920), dual-layer verification, model layer: one expert a question, because judging a whole sample at once worked poorly.
//! Ours:   the paper gives neither prompts nor a way of voting. A judge is asked for several votes, three at temperature 0.3, and decides by more than half of
//!         them. A vote that rejects must quote the dialog word for word; one that quotes what is not there counts as undecided, so that a model cannot make a
//!         fault up. A reply that cannot be read, after one round of repair, is an undecided vote, and what is undecided is never accepted.
//! Fails:  a model may be talked round by the text that it judges; the words that follow the question warn it, and `toolwright audit` measures what is left.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use toolwright_core::{
    Answered, Asker, Blank, Dialog, Error, Finding, Outcome, Prompt, Question, Result, Sampling, Unanswered,
    Verdict, definitions, nearest, transcript,
};

use crate::finding::cut;

/// What every judge is told, around its question.
const FRAME: Prompt = Prompt::new(include_str!("judge.md"));

/// One judge.
#[derive(Clone, Copy, Debug)]
pub struct ModelJudge {
    /// Its name: that of the embedded expert with the same question, after `model-`.
    pub id: &'static str,
    /// What it asks, in one sentence.
    pub asks: &'static str,
    /// The question as the model reads it.
    question: &'static str,
    /// Whether it needs calls.
    of_calls: bool,
}

/// Every judge that asks a model, in the order of reports.
pub const MODEL_JUDGES: &[ModelJudge] = &[
    ModelJudge {
        id: "model-hallucination",
        asks: "Is there an argument whose value nobody gave?",
        question: include_str!("hallucination.md"),
        of_calls: true,
    },
    ModelJudge {
        id: "model-consistency",
        asks: "Does the assistant do what was asked, and say what the results say?",
        question: include_str!("consistency.md"),
        of_calls: false,
    },
    ModelJudge {
        id: "model-tool-response",
        asks: "Could the tool have given this result to this call?",
        question: include_str!("tool-response.md"),
        of_calls: true,
    },
    ModelJudge {
        id: "model-repetition",
        asks: "Does the assistant repeat itself?",
        question: include_str!("repetition.md"),
        of_calls: false,
    },
    ModelJudge {
        id: "model-meaningless-text",
        asks: "Is there text that means nothing?",
        question: include_str!("meaningless-text.md"),
        of_calls: false,
    },
];

/// Which judges ask a model, and how: a section of recipes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PanelConfig {
    /// The judges to ask; all of them where the list is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judges: Option<Vec<String>>,
    /// How many votes each has.
    pub votes: u32,
    /// How varied the votes are.
    pub temperature: f64,
}

impl Default for PanelConfig {
    fn default() -> Self {
        Self { judges: None, votes: 3, temperature: 0.3 }
    }
}

/// The most votes.
const VOTES: u32 = 99;

/// Judges that ask a model, chosen.
///
/// ```
/// use toolwright_verify::{Panel, PanelConfig};
/// let config = PanelConfig { judges: Some(vec!["model-repetitions".into()]), ..PanelConfig::default() };
/// assert_eq!(
///     Panel::new(&config).unwrap_err().to_string(),
///     "no judge that asks a model is called `model-repetitions`; did you mean `model-repetition`? `toolwright judges` lists them",
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Panel {
    judges: Vec<ModelJudge>,
    votes: u32,
    temperature: f64,
}

/// One vote.
struct Vote {
    outcome: Outcome,
    finding: Option<(Option<usize>, String)>,
}

impl Panel {
    /// The judges that are meant.
    ///
    /// # Errors
    /// A name is unknown, or a number makes no sense.
    pub fn new(config: &PanelConfig) -> Result<Self> {
        if !(1..=VOTES).contains(&config.votes) {
            return Err(Error::new(format!("votes is {}; expected 1 to {VOTES}", config.votes)));
        }
        if !(0.0..=2.0).contains(&config.temperature) {
            return Err(Error::new(format!("temperature is {}; expected 0 to 2", config.temperature)));
        }
        let ids = || MODEL_JUDGES.iter().map(|judge| judge.id);
        let named = config.judges.as_deref().unwrap_or_default();
        if let Some(unknown) = named.iter().find(|name| !ids().any(|id| id == name.as_str())) {
            let near = nearest(unknown, ids());
            let meant = near.map(|id| format!(" did you mean `{id}`?")).unwrap_or_default();
            return Err(Error::new(format!(
                "no judge that asks a model is called `{}`;{meant} `toolwright judges` lists them",
                cut(unknown)
            )));
        }
        let chosen = |judge: &&ModelJudge| {
            config.judges.as_ref().is_none_or(|names| names.iter().any(|name| name == judge.id))
        };
        let judges = MODEL_JUDGES.iter().filter(chosen).copied().collect();
        Ok(Self { judges, votes: config.votes, temperature: config.temperature })
    }

    /// The judges of the panel.
    pub fn iter(&self) -> impl Iterator<Item = &ModelJudge> {
        self.judges.iter()
    }

    /// What judges are told, for hashing: every word of it.
    pub fn words() -> impl Iterator<Item = &'static str> {
        std::iter::once(FRAME.text()).chain(MODEL_JUDGES.iter().map(|judge| judge.question))
    }

    /// Asks every judge.
    ///
    /// # Errors
    /// No reply came; the sample has to wait.
    pub async fn verdicts(&self, dialog: &Dialog, asker: &mut Asker<'_>) -> Result<Vec<Verdict>, Unanswered> {
        let mut verdicts = Vec::new();
        for judge in &self.judges {
            verdicts.push(self.verdict(judge, dialog, asker).await?);
        }
        Ok(verdicts)
    }

    /// Asks one judge.
    ///
    /// # Errors
    /// As [`verdicts`](Self::verdicts).
    pub async fn verdict(
        &self,
        judge: &ModelJudge,
        dialog: &Dialog,
        asker: &mut Asker<'_>,
    ) -> Result<Verdict, Unanswered> {
        let blank = Verdict::passed(judge.id);
        if judge.of_calls && dialog.calls().next().is_none() {
            return Ok(Verdict { not_applicable: vec![format!("{}: no calls", judge.id)], ..blank });
        }
        let (tools, said) = (definitions(&dialog.tools, true), transcript(&dialog.messages));
        let haystack = haystack(dialog, &said);
        let data = [("question", judge.question.trim()), ("tools", &tools), ("dialog", &said)];
        let question = Question {
            stage: judge.id,
            messages: FRAME.messages(&data),
            blank: &VERDICT,
            sampling: Sampling { temperature: Some(self.temperature), ..Sampling::default() },
        };
        let read = |value: Value| vote(&value, dialog.messages.len(), &haystack);
        let votes = asker.draw(&question, self.votes, read).await?;
        Ok(self.settled(blank, votes))
    }

    /// What the votes come to.
    fn settled(&self, blank: Verdict, votes: Vec<Answered<Vote>>) -> Verdict {
        let all = self.votes as usize;
        let count = |outcome| votes.iter().flatten().filter(|vote| vote.outcome == outcome).count();
        let (passes, rejects) = (count(Outcome::Pass), count(Outcome::Reject));
        if passes * 2 > all {
            return blank;
        }
        if rejects * 2 > all {
            let found = votes.into_iter().flatten().find_map(|vote| vote.finding);
            let (message, why) = found.unwrap_or_default();
            let why = format!("{why} ({rejects} of {all} votes)");
            let finding = Finding { rule: blank.by.clone(), message, call: None, why };
            return Verdict { outcome: Outcome::Reject, findings: vec![finding], ..blank };
        }
        let unread = votes.iter().find_map(|vote| vote.as_ref().err());
        let unread =
            unread.map_or_else(String::new, |why| format!("; a vote could not be read: {}", cut(why)));
        let why = format!("of {all} votes {passes} pass and {rejects} reject{unread}");
        Verdict { outcome: Outcome::Undecided, undecided: Some(why), ..blank }
    }
}

/// What a vote must be.
static VERDICT: LazyLock<Blank> = LazyLock::new(|| {
    Blank::new(
        "verdict",
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["evidence", "turn", "why", "verdict"],
            "properties": {
                "evidence": {"type": "string"},
                "turn": {"type": "integer"},
                "why": {"type": "string"},
                "verdict": {"type": "string", "enum": ["pass", "reject", "undecided"]}
            }
        }),
    )
});

/// A vote out of a reply; one that quotes what nobody said is no rejection.
fn vote(value: &Value, turns: usize, haystack: &str) -> Answered<Vote> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let plain = |outcome| Vote { outcome, finding: None };
    match text("verdict") {
        "pass" => Ok(plain(Outcome::Pass)),
        "reject" => {
            let evidence = text("evidence");
            let words = squeezed(evidence);
            if words.is_empty() || !haystack.contains(&words) {
                return Ok(plain(Outcome::Undecided));
            }
            let turn = value.get("turn").and_then(Value::as_u64).and_then(|turn| usize::try_from(turn).ok());
            let why = format!("{} It says {:?}", cut(text("why").trim()), cut(evidence.trim()));
            let finding = Some((turn.filter(|turn| *turn < turns), why));
            Ok(Vote { outcome: Outcome::Reject, finding })
        }
        _ => Ok(plain(Outcome::Undecided)),
    }
}

/// All that a judge may quote: the turns as it read them, and as they were said.
fn haystack(dialog: &Dialog, transcript: &str) -> String {
    let said = dialog.messages.iter().map(|message| squeezed(message.said()));
    said.chain([squeezed(transcript)]).collect::<Vec<_>>().join("\n")
}

/// Words in lower case with one space between them, without quotation marks around all of it.
fn squeezed(text: &str) -> String {
    let words = text.trim().trim_matches(['"', '“', '”', '…']).split_whitespace();
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Poll, Waker};

    use toolwright_core::{Asking, Call, Candidate, Endpoint, Finish, Message, Place, Reply, Request, Role};

    use super::*;

    /// Answers each question with these votes, in turn.
    struct Votes(Vec<Value>, AtomicUsize);

    impl Endpoint for Votes {
        fn ask<'a>(&'a self, _: &'a Place, request: &'a Request) -> Asking<'a> {
            let candidate = |_: u32| {
                let at = self.1.fetch_add(1, Ordering::Relaxed) % self.0.len();
                Candidate {
                    message: Message::text(Role::Assistant, self.0[at].to_string()),
                    reasoning: None,
                    finish: Finish::Stop,
                    logprobs: None,
                }
            };
            let candidates = (0..request.sampling.draws.unwrap_or(1)).map(candidate).collect();
            Box::pin(async move { Ok(Reply { candidates, ..Reply::default() }) })
        }
    }

    fn dialog() -> Dialog {
        let call = Call::new("get_weather", serde_json::from_str(r#"{"city": "Bergen"}"#).expect("JSON"));
        let messages = vec![
            Message::text(Role::User, "How warm is it in  Oslo?"),
            Message::calling(vec![call.clone()]),
            Message::result(&call, r#"{"celsius": 12}"#),
            Message::text(Role::Assistant, "It is 12 degrees."),
        ];
        Dialog { messages, ..Dialog::default() }
    }

    fn verdict(votes: &[Value], dialog: &Dialog) -> Verdict {
        let config =
            PanelConfig { judges: Some(vec!["model-hallucination".into()]), ..PanelConfig::default() };
        let panel = Panel::new(&config).expect("it is there");
        let votes = Votes(votes.to_vec(), AtomicUsize::new(0));
        let mut asker = Asker::new(&votes, 0, 0);
        let asking = std::pin::pin!(panel.verdicts(dialog, &mut asker));
        match asking.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(verdicts) => verdicts.expect("it answers").remove(0),
            Poll::Pending => panic!("nothing here waits"),
        }
    }

    fn vote_of(verdict: &str, evidence: &str) -> Value {
        json!({"evidence": evidence, "turn": 1, "why": "Nobody named it.", "verdict": verdict})
    }

    #[test]
    fn more_than_half_of_the_votes_decide() {
        let (pass, reject) = (vote_of("pass", ""), vote_of("reject", "\"Bergen\""));
        let open = vote_of("undecided", "");
        let outcome = |votes: [&Value; 3]| verdict(&votes.map(Clone::clone), &dialog()).outcome;
        assert_eq!(outcome([&pass, &reject, &pass]), Outcome::Pass);
        assert_eq!(outcome([&reject, &pass, &reject]), Outcome::Reject);
        assert_eq!(outcome([&pass, &reject, &open]), Outcome::Undecided);
        assert_eq!(outcome([&open, &open, &pass]), Outcome::Undecided);
        let rejected = verdict(&[reject], &dialog());
        let Finding { rule, message, why, .. } = &rejected.findings[0];
        assert_eq!((rule.as_str(), *message), ("model-hallucination", Some(1)));
        assert_eq!(why, "Nobody named it. It says \"\\\"Bergen\\\"\" (3 of 3 votes)");
    }

    #[test]
    fn a_vote_that_quotes_what_is_not_there_rejects_nothing() {
        for (evidence, outcome) in [
            ("Trondheim", Outcome::Undecided),
            ("", Outcome::Undecided),
            ("how warm is it in oslo", Outcome::Reject),
            ("{\"celsius\":12}", Outcome::Reject),
        ] {
            assert_eq!(verdict(&[vote_of("reject", evidence)], &dialog()).outcome, outcome, "{evidence}");
        }
        let odd = verdict(&[json!({"verdict": "pass"})], &dialog());
        let why = odd.undecided.expect("it cannot be read");
        assert!(why.starts_with("of 3 votes 0 pass and 0 reject; a vote could not be read: "), "{why}");
    }

    #[test]
    fn what_has_no_calls_is_not_asked_about_calls() {
        let quiet = Dialog { messages: vec![Message::text(Role::User, "Hi")], ..Dialog::default() };
        let verdict = verdict(&[vote_of("reject", "hi")], &quiet);
        assert_eq!(verdict.not_applicable, ["model-hallucination: no calls"]);
        assert_eq!(verdict.outcome, Outcome::Pass);
    }

    #[test]
    fn every_judge_has_its_expert_and_every_place_in_the_frame_is_filled() {
        let experts: HashSet<String> =
            crate::EXPERTS.iter().map(|expert| format!("model-{}", expert.id)).collect();
        assert_eq!(MODEL_JUDGES.iter().map(|judge| judge.id.to_owned()).collect::<HashSet<_>>(), experts);
        let messages = FRAME.messages(&[("question", "q"), ("tools", "t"), ("dialog", "d")]);
        assert!(messages.len() == 2 && messages.iter().all(|message| !message.said().contains("{{")));
    }
}

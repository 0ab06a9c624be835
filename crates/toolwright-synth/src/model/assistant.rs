//! The assistant agent: structured thinking, several drafts of an action, and agreement on their calls.
//!
//! Source: ToolACE (arXiv:2409.00920). The first version names the questions of the structured thinking and compares the tool calls of several drafts, and only
//!         those: where they disagree, the turn is dropped or masked; else the majority holds.
//! Ours:   the paper gives neither the number of drafts nor a quorum: five, of which three must agree. Calls are compared in canonical form as multisets, so neither
//!         the order of arguments nor that of parallel calls parts drafts. Drafts without calls agree with one another, whatever they say.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use toolwright_core::call::canonical::canonical;
use toolwright_core::{
    Answered, Blank, Call, Choice, Message, Question, Role, Thinking, Tool, definitions, transcript,
};

use super::user::closed;
use super::{ASSISTANT, Agents, Lost, SoFar};
use crate::recipe::Disagreement;

/// One draft of what the assistant does.
#[derive(Clone, Debug, Deserialize)]
struct Draft {
    thinking: Thoughts,
    action: Action,
    calls: Vec<Drafted>,
    message: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Action {
    Call,
    Ask,
    Answer,
}

#[derive(Clone, Debug, Deserialize)]
struct Drafted {
    name: String,
    arguments: Map<String, Value>,
}

/// [`Thinking`] as models fill it in: lists of objects, where strict forms allow no pairs.
#[derive(Clone, Debug, Deserialize)]
struct Thoughts {
    needed: bool,
    why: String,
    choices: Vec<Chosen>,
    missing: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Chosen {
    tool: String,
    arguments: Vec<Source>,
    left_out: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Source {
    name: String,
    from: String,
}

static ACTION: LazyLock<Blank> = LazyLock::new(|| {
    let text = json!({"type": "string"});
    let texts = json!({"type": "array", "items": text});
    let source = closed(&[("name", text.clone()), ("from", text.clone())]);
    let choice = closed(&[
        ("tool", text.clone()),
        ("arguments", json!({"type": "array", "items": source})),
        ("left_out", texts.clone()),
    ]);
    let thinking = closed(&[
        ("needed", json!({"type": "boolean"})),
        ("why", text.clone()),
        ("choices", json!({"type": "array", "items": choice})),
        ("missing", texts),
    ]);
    let call = closed(&[("name", text.clone()), ("arguments", json!({"type": "object"}))]);
    Blank::new(
        "action",
        closed(&[
            ("thinking", thinking),
            ("action", json!({"type": "string", "enum": ["call", "ask", "answer"]})),
            ("calls", json!({"type": "array", "items": call})),
            ("message", text),
        ]),
    )
});

/// What the assistant does, settled.
pub(super) struct Settled {
    pub(super) message: Message,
    /// Whether it asks the user for something.
    pub(super) asks: bool,
    /// The share of the drafts that make the same calls.
    pub(super) share: f64,
}

impl Draft {
    /// A draft out of a filled form.
    fn read(value: Value, tools: &[Arc<Tool>]) -> Answered<Self> {
        let draft: Self = serde_json::from_value(value).map_err(|error| error.to_string())?;
        match (draft.action, draft.calls.is_empty()) {
            (Action::Call, true) => return Err("the action is `call`, and `calls` is empty".into()),
            (Action::Ask | Action::Answer, false) => {
                return Err("`calls` is not empty, though the action is not `call`".into());
            }
            (Action::Ask | Action::Answer, true) if draft.message.trim().is_empty() => {
                return Err("`message` is empty, though the action is not `call`".into());
            }
            _ => {}
        }
        let unknown = draft.calls.iter().find(|call| !tools.iter().any(|tool| tool.name == call.name));
        match unknown {
            Some(call) => {
                let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
                Err(format!("no tool is called `{}`; there are: {}", call.name, names.join(", ")))
            }
            None => Ok(draft),
        }
    }

    fn calls(&self) -> impl Iterator<Item = Call> {
        self.calls.iter().map(|call| Call::new(call.name.clone(), call.arguments.clone()))
    }

    /// The same for drafts that make the same calls, in whatever order.
    fn key(&self) -> String {
        let mut calls: Vec<String> = self.calls().map(|call| canonical(&call).to_string()).collect();
        calls.sort_unstable();
        calls.join("\n")
    }

    fn thinking(&self) -> Thinking {
        let Thoughts { needed, why, choices, missing } = &self.thinking;
        let choice = |chosen: &Chosen| Choice {
            tool: chosen.tool.clone(),
            arguments: chosen.arguments.iter().map(|one| (one.name.clone(), one.from.clone())).collect(),
            left_out: chosen.left_out.clone(),
        };
        Thinking {
            needed: *needed,
            why: why.clone(),
            choices: choices.iter().map(choice).collect(),
            missing: missing.clone(),
        }
    }
}

/// The draft whose calls most drafts make, the first of them, and how many make them.
fn most(drafts: &[Draft]) -> Option<(&Draft, usize)> {
    let keys: Vec<String> = drafts.iter().map(Draft::key).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for key in &keys {
        *counts.entry(key).or_default() += 1;
    }
    let count = |at: usize| counts[keys[at].as_str()];
    // Of several with the same count, the first.
    let best = (0..drafts.len()).rev().max_by_key(|at| count(*at))?;
    Some((&drafts[best], count(best)))
}

impl Agents<'_, '_> {
    /// What the assistant does next.
    ///
    /// - `made`: calls made so far, for the ids of new ones.
    pub(super) async fn assistant(&mut self, made: usize, so_far: &SoFar<'_>) -> Result<Settled, Lost> {
        let (tools, said) = (definitions(so_far.tools, false), transcript(so_far.messages));
        let question = Question {
            stage: "assistant",
            messages: ASSISTANT.messages(&[("tools", &tools), ("dialog", &said)]),
            blank: &ACTION,
            sampling: self.sampling(self.config.temperature.assistant),
        };
        let of = self.config.drafts;
        let drawn = self.asker.draw(&question, of, |value| Draft::read(value, so_far.tools)).await?;
        let mut unread = None;
        let drafts: Vec<Draft> =
            drawn.into_iter().filter_map(|draft| draft.map_err(|why| unread = Some(why)).ok()).collect();
        let Some((draft, votes)) = most(&drafts) else {
            return Err(so_far.unusable("assistant", &unread.unwrap_or_default()));
        };
        let agreed = votes >= self.config.quorum as usize;
        if !agreed && self.config.disagreement == Disagreement::Drop {
            let why = format!(
                "of {of} drafts {votes} make the same calls; expected at least {}",
                self.config.quorum
            );
            return Err(so_far.rejected("agreement", None, why));
        }
        let mut calls: Vec<Call> = draft.calls().collect();
        for (call, n) in calls.iter_mut().zip(made + 1..) {
            call.id = Some(format!("call_{n}"));
        }
        let content = if calls.is_empty() { draft.message.trim() } else { "" };
        let message = Message {
            thinking: Some(draft.thinking()),
            calls,
            train: (!agreed).then_some(false),
            ..Message::text(Role::Assistant, content)
        };
        let share = votes as f64 / f64::from(of);
        Ok(Settled { message, asks: draft.action == Action::Ask, share })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(calls: &[Value], message: &str) -> Value {
        json!({
            "thinking": {"needed": !calls.is_empty(), "why": "because", "choices": [], "missing": []},
            "action": if calls.is_empty() { "answer" } else { "call" },
            "calls": calls,
            "message": message,
        })
    }

    fn tools() -> Vec<Arc<Tool>> {
        ["f", "g"].map(|name| Arc::new(Tool::new(name, "", json!({"type": "object"})))).to_vec()
    }

    fn read(value: Value) -> Answered<Draft> {
        let text = value.to_string();
        Draft::read(ACTION.read(&text)?, &tools())
    }

    #[test]
    fn drafts_agree_on_their_calls_alone() {
        let f = |a: Value| json!({"name": "f", "arguments": {"a": a, "b": 2}});
        let g = json!({"name": "g", "arguments": {}});
        let turned = json!({"name": "f", "arguments": {"b": 2.0, "a": 1}});
        let drafts = [
            draft(&[f(json!("1"))], ""),
            draft(&[g.clone(), f(json!(1))], ""),
            draft(&[turned, g], ""),
            draft(&[], "No."),
        ];
        let drafts: Vec<Draft> = drafts.into_iter().map(|one| read(one).expect("a draft")).collect();
        let (best, votes) = most(&drafts).expect("there are drafts");
        assert_eq!((best.calls.len(), votes), (2, 2));
        assert_eq!(best.calls[0].name, "g", "the first of those that agree");
        let no: Vec<Draft> =
            ["No.", "Not at all."].map(|text| read(draft(&[], text)).expect("a draft")).to_vec();
        assert_eq!(most(&no).map(|(draft, votes)| (draft.message.as_str(), votes)), Some(("No.", 2)));
        assert!(most(&[]).is_none());
    }

    #[test]
    fn what_contradicts_itself_or_calls_what_is_not_there_is_no_draft() {
        let call = json!({"name": "rm", "arguments": {}});
        assert_eq!(
            read(draft(&[call], "")).expect_err("not on offer"),
            "no tool is called `rm`; there are: f, g"
        );
        let mut asks = draft(&[], "");
        assert_eq!(
            read(asks.clone()).expect_err("silent"),
            "`message` is empty, though the action is not `call`"
        );
        asks["action"] = "call".into();
        assert_eq!(read(asks).expect_err("no call"), "the action is `call`, and `calls` is empty");
        let mut odd = draft(&[json!({"name": "f", "arguments": {}})], "");
        odd["action"] = "answer".into();
        assert!(read(odd).expect_err("calls").starts_with("`calls` is not empty"));
    }
}

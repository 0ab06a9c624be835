//! A dialog without gold: the agents play it, and what the assistant does is settled by agreement.
//!
//! Source: ToolACE (arXiv:2409.00920), SDG: the user agent speaks, the assistant calls, asks back or answers, the tool agent returns results, until the
//!         request is served.
//! Ours:   the kind of a sample is assigned to its index, so the plan of that kind (see [`Director`](crate::dialog::plan::Director)) chooses tools, their
//!         neighbours and what each request is to show; the words, the values and the calls are the agents' own. A dialog that turns out to be of another kind is rejected.

use std::sync::Arc;

use toolwright_core::{Call, Dialog, Kind, Measurement, Message, Role, SCHEMA_VERSION, Tool};

use super::{Agents, Lost, SoFar};
use crate::agent::voice::Voice;
use crate::dialog::plan::Plan;
use crate::pool::Pool;
use crate::runner::Runner;

/// Plays a dialog of the plan's kind.
pub(crate) async fn converse(
    agents: &mut Agents<'_, '_>,
    pool: &Pool,
    plan: &Plan,
    voice: &Voice,
    runner: &mut Runner<'_, '_>,
) -> Result<Dialog, Lost> {
    let tools: Vec<Arc<Tool>> = plan.offered.iter().map(|at| Arc::clone(&pool.entries[*at].tool)).collect();
    let mut play = Play { tools: &tools, messages: Vec::new(), calls: 0, share: 1.0 };
    play.messages.extend(plan.system.iter().map(|system| Message::text(Role::System, system.clone())));
    let goals = agents.goals(pool, plan, &play.so_far()).await?;
    for goal in goals {
        let mut goal = goal.said();
        for asked in 0..=agents.config.questions {
            let words = agents.user(&goal, voice, &tools, &play.so_far()).await?;
            play.messages.push(Message::text(Role::User, words));
            if !play.serve(agents, runner).await? || asked == agents.config.questions {
                break;
            }
            goal = format!("Answer the assistant's question. What the user wants is still: {goal}");
        }
    }
    if let Err(why) = shows(plan.kind, &play.messages) {
        return Err(play.so_far().rejected("kind", None, why));
    }
    let mut dialog = play.so_far().dialog();
    dialog.meta.schema = Some(SCHEMA_VERSION);
    dialog.meta.kind = Some(plan.kind);
    let measured =
        Measurement { name: "vote_share".into(), value: play.share, model: agents.model.to_owned() };
    dialog.meta.measurements.push(measured);
    Ok(dialog)
}

/// A dialog being played.
struct Play<'a> {
    tools: &'a [Arc<Tool>],
    messages: Vec<Message>,
    calls: usize,
    /// The least share of drafts that agreed on a turn.
    share: f64,
}

impl Play<'_> {
    fn so_far(&self) -> SoFar<'_> {
        SoFar { tools: self.tools, messages: &self.messages }
    }

    /// The assistant's turns until it speaks; whether it asks for something.
    async fn serve(
        &mut self,
        agents: &mut Agents<'_, '_>,
        runner: &mut Runner<'_, '_>,
    ) -> Result<bool, Lost> {
        for _ in 0..=agents.config.rounds {
            let settled = agents.assistant(self.calls, &self.so_far()).await?;
            self.share = self.share.min(settled.share);
            let calls = settled.message.calls.clone();
            self.messages.push(settled.message);
            if calls.is_empty() {
                return Ok(settled.asks);
            }
            self.calls += calls.len();
            for call in &calls {
                let tool = self.tools.iter().find(|tool| tool.name == call.name);
                let tool = tool.ok_or_else(|| Lost::Plan(format!("`{}` is not on offer", call.name)))?;
                let ran = runner.run(Some(&mut *agents), tool, call, &self.so_far()).await?;
                self.messages.push(Message::result(call, ran.result.to_string()));
            }
        }
        let why = format!("the assistant still calls after {} rounds", agents.config.rounds);
        Err(self.so_far().rejected("rounds", Some(self.messages.len() - 1), why))
    }
}

/// Whether a dialog is of this kind.
fn shows(kind: Kind, messages: &[Message]) -> Result<(), String> {
    let steps: Vec<&[Call]> =
        messages.iter().map(|message| message.calls.as_slice()).filter(|calls| !calls.is_empty()).collect();
    let calls: usize = steps.iter().map(|step| step.len()).sum();
    let names = |step: &[Call]| {
        let mut names: Vec<&str> = step.iter().map(|call| call.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    };
    let asked = messages.windows(2).position(|pair| {
        pair[0].role == Role::Assistant && pair[0].calls.is_empty() && pair[1].role == Role::User
    });
    let first_call = messages.iter().position(|message| !message.calls.is_empty());
    let is = match kind {
        Kind::Single => calls == 1,
        Kind::ParallelSame => steps.iter().any(|step| step.len() > 1 && names(step) == 1),
        Kind::ParallelMixed => steps.iter().any(|step| names(step) > 1),
        Kind::Dependent => steps.len() > 1,
        Kind::Clarify => asked.zip(first_call).is_some_and(|(asked, call)| asked < call),
        Kind::NoTool | Kind::Chat | Kind::Direct => calls == 0,
        Kind::Multi => calls > 0 && messages.iter().filter(|one| one.role == Role::User).count() > 1,
    };
    let many = |n: usize, what: &str| if n == 1 { format!("{n} {what}") } else { format!("{n} {what}s") };
    if is {
        Ok(())
    } else {
        let made = format!("{} in {}", many(calls, "call"), many(steps.len(), "step"));
        Err(format!("the dialog was to be of kind `{}`, and it makes {made}", kind.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_their_calls() {
        let say = |role| Message::text(role, "…");
        let call = |names: &[&str]| {
            Message::calling(names.iter().map(|name| Call::new(*name, serde_json::Map::new())).collect())
        };
        let (user, reply) = (|| say(Role::User), || say(Role::Assistant));
        let single = [user(), call(&["f"]), reply()];
        let same = [user(), call(&["f", "f"]), reply()];
        let mixed = [user(), call(&["f", "g"]), reply()];
        let chain = [user(), call(&["f"]), call(&["g"]), reply()];
        let none = [user(), reply()];
        let clarify = [user(), reply(), user(), call(&["f"]), reply()];
        let cases: [(&[Message], &[Kind]); 6] = [
            (&single, &[Kind::Single]),
            (&same, &[Kind::ParallelSame]),
            (&mixed, &[Kind::ParallelMixed]),
            (&chain, &[Kind::Dependent]),
            (&none, &[Kind::NoTool, Kind::Chat, Kind::Direct]),
            (&clarify, &[Kind::Single, Kind::Clarify, Kind::Multi]),
        ];
        for (messages, kinds) in cases {
            for kind in Kind::ALL {
                assert_eq!(shows(kind, messages).is_ok(), kinds.contains(&kind), "{kind:?} {messages:?}");
            }
        }
        assert_eq!(
            shows(Kind::Dependent, &same).expect_err("one step"),
            "the dialog was to be of kind `dependent`, and it makes 2 calls in 1 step"
        );
    }
}

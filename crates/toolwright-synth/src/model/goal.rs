//! What each request of a dialog is about: from the plan of its kind, and in the planner's words where there is one.
//!
//! Source: the planner is ToolFlow's idea (arXiv:2410.18447): what is wanted is laid out for the whole dialog before a word of it is written. ToolACE's user
//!         agent invents as it goes, which is what happens without one.

use serde_json::{Value, json};
use toolwright_core::{Answered, Blank, definitions};

use super::user::closed;
use super::{Agents, Lost, PLANNER, SoFar};
use crate::dialog::plan::{Episode, Plan};
use crate::dialog::task::Task;
use crate::pool::Pool;

/// A request to come.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Goal {
    /// What the request is to show.
    pub(super) situation: String,
    /// What the user wants, where somebody planned it.
    pub(super) wanted: Option<String>,
}

impl Goal {
    /// What a request of this episode is to show; `None` where the user says nothing.
    pub(super) fn of(pool: &Pool, episode: &Episode) -> Option<Self> {
        let situation = match episode {
            Episode::Task(task) => of_task(pool, task),
            Episode::Outside(_) => {
                "The user wants something that none of the tools can do, though it sounds as if one could."
                    .into()
            }
            Episode::Chat(_) => "The user makes small talk; no tool is needed.".into(),
            Episode::Direct(_) => {
                "The user asks something that can be answered from general knowledge, without any tool."
                    .into()
            }
            Episode::News { .. } => return None,
        };
        Some(Self { situation, wanted: None })
    }

    /// The goal in words for the user agent.
    pub(super) fn said(&self) -> String {
        match &self.wanted {
            Some(wanted) => format!("{wanted} ({})", self.situation),
            None => self.situation.clone(),
        }
    }
}

/// The names of the tools that a task's calls use, and how it uses them.
fn of_task(pool: &Pool, task: &Task) -> String {
    let name = |entry: usize| format!("`{}`", pool.entries[entry].tool.name);
    let step = |at: usize| task.steps.get(at).map(Vec::as_slice).unwrap_or_default();
    let first = step(0).first().map(|planned| planned.entry);
    let tool = first.map_or_else(|| "a tool".to_owned(), name);
    if !task.withheld.is_empty() {
        let left_out: Vec<String> = task.withheld.iter().map(|name| format!("`{name}`")).collect();
        return format!(
            "The user wants what {tool} does, and leaves out the value of {} until the assistant asks for it.",
            left_out.join(" and ")
        );
    }
    match task.steps.len() {
        0 | 1 => {
            let calls = step(0);
            let same = calls.iter().all(|planned| Some(planned.entry) == first);
            match (calls.len(), same) {
                (0 | 1, _) => format!("The user wants one thing, which one call of {tool} gives."),
                (n, true) => format!(
                    "The user wants the same of {n} different things at once; each takes one call of {tool}."
                ),
                (_, false) => {
                    let names: Vec<String> = calls.iter().map(|planned| name(planned.entry)).collect();
                    format!(
                        "The user wants several things at once that do not depend on each other; they take a call each of {}.",
                        names.join(", ")
                    )
                }
            }
        }
        _ => {
            let names: Vec<String> = task
                .steps
                .iter()
                .filter_map(|step| step.first())
                .map(|planned| name(planned.entry))
                .collect();
            format!(
                "The user wants something that takes several calls one after another, each with a value that only the result before it gives: {}. The user knows none of these values.",
                names.join(", then ")
            )
        }
    }
}

impl Agents<'_, '_> {
    /// The goals of a plan, in the planner's words where the recipe has one.
    pub(super) async fn goals(
        &mut self,
        pool: &Pool,
        plan: &Plan,
        so_far: &SoFar<'_>,
    ) -> Result<Vec<Goal>, Lost> {
        let mut goals: Vec<Goal> =
            plan.episodes.iter().filter_map(|episode| Goal::of(pool, episode)).collect();
        if !self.config.planner {
            return Ok(goals);
        }
        let requests: Vec<String> =
            goals.iter().map(|goal| json!({"situation": goal.situation}).to_string()).collect();
        let data = [("requests", requests.join("\n")), ("tools", definitions(so_far.tools, false))];
        let data = data.each_ref().map(|(name, value)| (*name, value.as_str()));
        let goal = json!({"type": "string", "minLength": 1});
        let list = json!({"type": "array", "items": goal, "minItems": goals.len(), "maxItems": goals.len()});
        let blank = Blank::new("goals", closed(&[("goals", list)]));
        let read = |value: Value| -> Answered<Vec<String>> {
            let goals = value.get("goals").and_then(Value::as_array).into_iter().flatten();
            Ok(goals.filter_map(Value::as_str).map(str::to_owned).collect())
        };
        let how = ("planner", self.config.temperature.planner);
        let wanted = self.ask(how, PLANNER.messages(&data), &blank, so_far, read).await?;
        for (goal, wanted) in goals.iter_mut().zip(wanted) {
            goal.wanted = Some(wanted);
        }
        Ok(goals)
    }
}

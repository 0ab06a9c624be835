//! `response-without-call`: every result answers an earlier call that has no result yet.
//!
//! Source: ToolACE (arXiv:2409.00920), rule layer, sample (SMP-4).
//! Ours:   a result finds its call by id where it has one and the calls have ids, else by name where it has one, else in order.
//! Fails:  a tool turn right after the user's.

use std::collections::{HashMap, VecDeque};

use toolwright_core::{Dialog, Message, Role};

use super::{Answer, Findings, Rule, cut};

pub(super) const RULE: Rule = Rule {
    id: "response-without-call",
    code: "SMP-4",
    says: "Every result answers an earlier call that has no result yet.",
    source: "ToolACE (arXiv:2409.00920), rule layer, sample",
    check,
};

fn check(dialog: &Dialog) -> Answer {
    if !dialog.messages.iter().any(|message| message.role == Role::Tool) {
        return Answer::NotApplicable("no tool turns");
    }
    let (mut found, mut pending) = (Findings::of(RULE.id), Pending::default());
    for (at, message) in dialog.messages.iter().enumerate() {
        if message.role == Role::Tool
            && let Err(why) = pending.close(message)
        {
            found.message(at, why);
        }
        message.calls.iter().for_each(|call| pending.open(call.id.as_deref(), call.name.trim()));
    }
    Answer::Found(found.all())
}

/// The calls made so far, in three queues; a call that was answered stays in the queues it was not taken from and is
/// passed over there.
#[derive(Default)]
struct Pending<'a> {
    answered: Vec<bool>,
    by_id: HashMap<&'a str, VecDeque<usize>>,
    by_name: HashMap<&'a str, VecDeque<usize>>,
    in_order: VecDeque<usize>,
}

impl<'a> Pending<'a> {
    fn open(&mut self, id: Option<&'a str>, name: &'a str) {
        let call = self.answered.len();
        self.answered.push(false);
        if let Some(id) = id {
            self.by_id.entry(id).or_default().push_back(call);
        }
        self.by_name.entry(name).or_default().push_back(call);
        self.in_order.push_back(call);
    }

    /// Takes the call that this result answers.
    fn close(&mut self, result: &Message) -> Result<(), String> {
        let answered = &mut self.answered;
        if let Some(id) = result.call_id.as_deref().filter(|_| !self.by_id.is_empty()) {
            let Some(queue) = self.by_id.get_mut(id) else {
                return Err(format!(
                    "the result answers call `{}`, but no earlier turn made a call `{0}`",
                    cut(id)
                ));
            };
            return take(queue, answered).ok_or_else(|| format!("call `{}` already has a result", cut(id)));
        }
        if let Some(name) = result.name.as_deref().map(str::trim) {
            let taken = self.by_name.get_mut(name).and_then(|queue| take(queue, answered));
            return taken.ok_or_else(|| format!("no earlier call of `{}` waits for this result", cut(name)));
        }
        take(&mut self.in_order, answered).ok_or_else(|| "no earlier call waits for this result".into())
    }
}

/// Answers the first call of the queue that has no result yet.
fn take(queue: &mut VecDeque<usize>, answered: &mut [bool]) -> Option<()> {
    while let Some(call) = queue.pop_front() {
        if let Some(done) = answered.get_mut(call).filter(|done| !**done) {
            *done = true;
            return Some(());
        }
    }
    None
}

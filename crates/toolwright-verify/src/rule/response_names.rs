//! `response-names`: the calls of a step and the results that follow name the same tools, equally often.
//!
//! Source: ToolACE (arXiv:2409.00920), rule layer, sample: API names of calls and responses (SMP-1).
//! Ours:   a result without a name may stand for any call; a result that gives a call's id takes the name of that call, and
//!         must not contradict it. The last calls of a dialog may be left without results: such data ends at
//!         the call on purpose. Results that no call precedes are `response-without-call`'s finding.
//! Fails:  a call of `get_weather` that is followed by a result of `get_time`.

use std::collections::BTreeMap;

use toolwright_core::{Call, Dialog, Message, Role};

use super::{Answer, Findings, Rule, cut};

pub(super) const RULE: Rule = Rule {
    id: "response-names",
    code: "SMP-1",
    says: "The calls of a step and the results that follow name the same tools, equally often.",
    source: "ToolACE (arXiv:2409.00920), rule layer, sample",
    check,
};

fn check(dialog: &Dialog) -> Answer {
    if dialog.calls().next().is_none() {
        return Answer::NotApplicable("no calls");
    }
    let mut results = dialog.messages.iter().filter(|message| message.role == Role::Tool).peekable();
    if results.peek().is_none() {
        return Answer::NotApplicable("no tool turns");
    }
    if results.all(|result| result.name.is_none() && result.call_id.is_none()) {
        return Answer::NotApplicable("no names on tool turns");
    }
    let mut found = Findings::of(RULE.id);
    for (at, message) in dialog.messages.iter().enumerate().filter(|(_, message)| !message.calls.is_empty()) {
        let rest = dialog.messages.get(at + 1..).unwrap_or_default();
        let results = rest.split(|message| message.role != Role::Tool).next().unwrap_or_default();
        // Without results and without anything after it, the dialog ends at the call.
        if !rest.is_empty() {
            step(at, &message.calls, results, &mut found);
        }
    }
    Answer::Found(found.all())
}

/// Compares one step: calls open accounts by name, results close them.
fn step(at: usize, calls: &[Call], results: &[Message], found: &mut Findings) {
    let names: BTreeMap<&str, &str> =
        calls.iter().filter_map(|call| Some((call.id.as_deref()?, call.name.trim()))).collect();
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    for call in calls {
        *open.entry(call.name.trim()).or_default() += 1;
    }
    let mut nameless = 0;
    for (n, result) in results.iter().enumerate() {
        let called = result.call_id.as_deref().and_then(|id| names.get(id).copied());
        let says = result.name.as_deref().map(str::trim);
        if let (Some(called), Some(says)) = (called, says)
            && called != says
        {
            let why = format!(
                "the result is named `{}`, but the call it answers is of `{}`",
                cut(says),
                cut(called)
            );
            found.message(at + 1 + n, why);
        }
        let Some(name) = called.or(says) else {
            nameless += 1;
            continue;
        };
        match open.get_mut(name) {
            Some(left) if *left > 0 => *left -= 1,
            Some(_) => found.message(at + 1 + n, format!("more results of `{}` than calls", cut(name))),
            None => found
                .message(at + 1 + n, format!("a result of `{}`, which this step does not call", cut(name))),
        }
    }
    for (name, mut left) in open {
        let stood_for = left.min(nameless);
        nameless -= stood_for;
        left -= stood_for;
        if left > 0 {
            let calls = if left == 1 { "call" } else { "calls" };
            found.message(at, format!("{left} {calls} of `{}` without a result", cut(name)));
        }
    }
}

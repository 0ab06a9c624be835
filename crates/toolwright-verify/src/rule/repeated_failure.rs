//! `repeated-failure`: a call that failed for good is not made again as it was.
//!
//! Source: ours. Models that were trained on dialogs with such calls make them until a limit of turns stops them; what is to be learned is to
//!         change the call, to ask, or to say that it did not work.
//! Ours:   within one turn of the user. A failure that may pass (a limit, a timeout, an outage) is a reason to try again, and so is the user's word.
//!         What tells of a failure, and which pass, is read from the result (`failure.rs`).
//! Fails:  `get_order(id="OR-1")` → `{"error": "no such order"}` → `get_order(id="OR-1")`.

use std::collections::HashMap;

use toolwright_core::call::canonical::canonical;
use toolwright_core::{Dialog, Role};

use super::offer::{masked, shallow_arguments};
use super::{Answer, Findings, Rule, cut};
use crate::failure;

pub(super) const RULE: Rule = Rule {
    id: "repeated-failure",
    code: "",
    says: "A call that failed for good is not made again as it was.",
    source: "ours",
    check,
};

fn check(dialog: &Dialog) -> Answer {
    if !dialog.messages.iter().any(|message| message.role == Role::Tool) {
        return Answer::NotApplicable("no results");
    }
    let mut found = Findings::of(RULE.id);
    // The calls of this turn that failed for good, by what they are, with their message.
    let mut failed = HashMap::new();
    for (at, message) in dialog.messages.iter().enumerate() {
        match message.role {
            Role::User | Role::System => failed.clear(),
            Role::Assistant => {
                if failed.is_empty() {
                    continue;
                }
                for (n, call) in message.calls.iter().enumerate().filter(|(_, call)| shallow_arguments(call))
                {
                    if let Some(before) = failed.get(&canonical(call))
                        && !masked(dialog, at)
                    {
                        let name = cut(&call.name);
                        found.call((at, n), format!("`{name}` failed for good in turn {before}, and is called again with the same arguments"));
                    }
                }
            }
            Role::Tool => {
                let Some((from, n)) = crate::judge::answered(dialog, at) else { continue };
                let call = dialog.messages.get(from).and_then(|message| message.calls.get(n));
                let Some(call) = call.filter(|call| shallow_arguments(call)) else { continue };
                match failure::of(message.said()) {
                    Some(failure) if !failure.passes => drop(failed.insert(canonical(call), from)),
                    _ if failed.is_empty() => {}
                    _ => drop(failed.remove(&canonical(call))),
                }
            }
        }
    }
    Answer::Found(found.all())
}

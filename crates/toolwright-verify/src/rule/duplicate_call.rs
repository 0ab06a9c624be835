//! `duplicate-call`: the calls of one turn differ from one another.
//!
//! Source: ours. Calls of one turn are made at once, so the same call twice gives nothing that once would not give, and books,
//!         pays or sends twice. BFCL's checkers refuse it by counting.
//! Ours:   calls are the same under the core's typed equality: `1` is `1.0`, the order of members does not count. The same call in a
//!         later turn is another matter: things may have changed.
//! Fails:  `[get_weather(city="Oslo"), get_weather(city="Oslo")]`.

use std::collections::HashMap;

use toolwright_core::call::canonical::canonical;
use toolwright_core::{Call, Dialog};

use super::offer::{masked, shallow_arguments};
use super::{Answer, Findings, Rule, cut};

pub(super) const RULE: Rule = Rule {
    id: "duplicate-call",
    code: "",
    says: "The calls of one turn differ from one another.",
    source: "ours, after BFCL's parallel categories, where the number of calls counts",
    check,
};

fn check(dialog: &Dialog) -> Answer {
    let several = dialog.messages.iter().enumerate().filter(|(_, message)| message.calls.len() > 1);
    let mut several = several.filter(|(at, _)| !masked(dialog, *at)).peekable();
    if several.peek().is_none() {
        return Answer::NotApplicable("no turn of several calls");
    }
    let mut found = Findings::of(RULE.id);
    for (at, message) in several {
        let mut first = HashMap::new();
        // What is nested too deep is another rule's finding.
        let calls = message.calls.iter().enumerate().filter(|(_, call)| shallow_arguments(call));
        for (n, call) in calls {
            if let Some(earlier) = first.get(&canonical(call)) {
                found.call((at, n), again(call, *earlier));
            } else {
                first.insert(canonical(call), n);
            }
        }
    }
    Answer::Found(found.all())
}

fn again(call: &Call, earlier: usize) -> String {
    format!("`{}` is called with the same arguments as in call {earlier} of the turn", cut(&call.name))
}

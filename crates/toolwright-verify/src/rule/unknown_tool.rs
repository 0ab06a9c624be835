//! `unknown-tool`: a call names a tool on offer.
//!
//! Source: ToolACE (arXiv:2409.00920), rule layer, function calling (CALL-1).
//! Ours:   names are compared trimmed, and otherwise exactly. A tool that comes on offer in the course of the dialog is there
//!         from then on, one that is withdrawn no more. A dialog that offers no tool at all and still calls is
//!         `dialog-fields`' finding: its tools were lost.
//! Fails:  `get_wether(city="Oslo")` where `get_weather` is on offer.

use toolwright_core::{Dialog, nearest};

use super::offer::Offer;
use super::{Answer, Findings, Rule, cut, listed};

pub(super) const RULE: Rule = Rule {
    id: "unknown-tool",
    code: "CALL-1",
    says: "A call names a tool on offer.",
    source: "ToolACE (arXiv:2409.00920), rule layer, function calling",
    check,
};

fn check(dialog: &Dialog) -> Answer {
    if dialog.calls().next().is_none() {
        return Answer::NotApplicable("no calls");
    }
    if !Offer::any(dialog) {
        return Answer::NotApplicable("no tools");
    }
    let (offer, mut found) = (Offer::of(dialog), Findings::of(RULE.id));
    for (at, n, call) in dialog.calls().filter(|(at, _, call)| offer.tool(*at, call).is_none()) {
        // Looking for the nearest name takes time; findings that are only counted do without.
        let hint = if found.full() { String::new() } else { hint(&offer.names(at), &call.name) };
        found.call((at, n), format!("`{}` is not on offer; {hint}", cut(&call.name)));
    }
    Answer::Found(found.all())
}

/// The name that was meant, or the names there are.
fn hint(names: &[&str], name: &str) -> String {
    const LONGEST: usize = 64;
    let names = names.iter().copied();
    let near = (name.len() <= LONGEST)
        .then(|| nearest(name, names.clone().filter(|name| name.len() <= LONGEST)))
        .flatten();
    near.map_or_else(|| format!("on offer: {}", listed(names)), |near| format!("did you mean `{near}`?"))
}

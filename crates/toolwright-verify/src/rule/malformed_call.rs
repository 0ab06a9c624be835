//! `malformed-call`: no message sets out to make calls and fails.
//!
//! Source: ours. A text that breaks off within a call, or breaks the call syntax, is neither calls nor an answer; the readers
//!         of call text keep it, with the bytes at which they failed.
//! Fails:  `[get_weather(city="Oslo"`.

use toolwright_core::Dialog;

use super::{Answer, Findings, Rule, cut};

pub(super) const RULE: Rule = Rule {
    id: "malformed-call",
    code: "",
    says: "No message sets out to make calls and fails.",
    source: "Toolwright: malformed calls are a third outcome beside calls and none",
    check,
};

fn check(dialog: &Dialog) -> Answer {
    let mut found = Findings::of(RULE.id);
    for (at, message) in dialog.messages.iter().enumerate() {
        if let Some(malformed) = &message.malformed {
            let (start, end) = (malformed.span.start, malformed.span.end);
            found.message(
                at,
                format!("the calls cannot be read at bytes {start}..{end}: {}", cut(&malformed.why)),
            );
        }
    }
    Answer::Found(found.all())
}

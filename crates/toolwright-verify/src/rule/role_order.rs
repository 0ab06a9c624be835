//! `role-order`: the turns follow one another as in a conversation.
//!
//! Source: ToolACE (arXiv:2409.00920), rule layer, sample: role order (SMP-3).
//! Ours:   the machine is (system)? user assistant (tool+ assistant | user assistant)*: one system turn, and only first, but for
//!         one that changes the tools on offer, which may stand between an answer and the next user turn; no two user or
//!         assistant turns in a row; results go to the assistant; the assistant has the last word, which may be a call that is
//!         left unanswered.
//! Fails:  a dialog that ends with the user.

use toolwright_core::{Dialog, Role};

use super::{Answer, Findings, Rule};

pub(super) const RULE: Rule = Rule {
    id: "role-order",
    code: "SMP-3",
    says: "Turns go system, user, assistant, tools, assistant; the assistant has the last word.",
    source: "ToolACE (arXiv:2409.00920), rule layer, sample",
    check,
};

fn check(dialog: &Dialog) -> Answer {
    let mut found = Findings::of(RULE.id);
    let mut before = None;
    for (at, message) in dialog.messages.iter().enumerate() {
        let expected = next(before);
        // News about the tools on offer.
        let news = message.role == Role::System && message.offer.is_some() && before == Some(Role::Assistant);
        if !news && !expected.contains(&message.role) {
            let names: Vec<_> = expected.iter().map(|role| role.name()).collect();
            let place = before.map_or_else(
                || format!("the dialog starts with {} {} turn", article(message.role), message.role.name()),
                |b| {
                    format!(
                        "{} {} turn follows {} {} turn",
                        article(message.role),
                        message.role.name(),
                        article(b),
                        b.name()
                    )
                },
            );
            found.message(at, format!("{place}; expected {}", names.join(" or ")));
        }
        before = Some(message.role);
    }
    match before {
        None => found.dialog("the dialog has no turns"),
        Some(Role::Assistant) => {}
        Some(last) => {
            let why =
                format!("the dialog ends with {} {} turn; expected assistant", article(last), last.name());
            found.message(dialog.messages.len() - 1, why);
        }
    }
    Answer::Found(found.all())
}

/// Who may speak after whom.
const fn next(before: Option<Role>) -> &'static [Role] {
    match before {
        None => &[Role::System, Role::User],
        Some(Role::System) => &[Role::User],
        Some(Role::User) => &[Role::Assistant],
        Some(Role::Assistant) => &[Role::User, Role::Tool],
        Some(Role::Tool) => &[Role::Tool, Role::Assistant],
    }
}

const fn article(role: Role) -> &'static str {
    if matches!(role, Role::Assistant) { "an" } else { "a" }
}

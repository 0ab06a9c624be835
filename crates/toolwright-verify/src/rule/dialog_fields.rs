//! `dialog-fields`: a dialog has all that a dialog must have.
//!
//! Source: ToolACE (arXiv:2409.00920), rule layer, dialog (DLG-1).
//! Ours:   a result may be empty text (a tool may have nothing to say) but not absent; nobody but the assistant calls; a
//!         dialog that calls offers tools.
//! Fails:  an assistant turn with neither text nor calls.

use toolwright_core::{Dialog, Message, Role};

use super::offer::Offer;
use super::{Answer, Findings, Rule};

pub(super) const RULE: Rule = Rule {
    id: "dialog-fields",
    code: "DLG-1",
    says: "A dialog has a user and an assistant turn, every turn has content, and calls come with tools.",
    source: "ToolACE (arXiv:2409.00920), rule layer, dialog",
    check,
};

fn check(dialog: &Dialog) -> Answer {
    let mut found = Findings::of(RULE.id);
    for role in [Role::User, Role::Assistant] {
        if !dialog.messages.iter().any(|message| message.role == role) {
            found.dialog(format!("the dialog has no {} turn", role.name()));
        }
    }
    if !Offer::any(dialog) && dialog.calls().next().is_some() {
        found.dialog("the dialog makes calls, but no tools are on offer");
    }
    for (at, message) in dialog.messages.iter().enumerate() {
        if let Some(why) = fault(message) {
            found.message(at, why);
        }
        for (n, _) in message.calls.iter().enumerate().filter(|(_, call)| call.name.trim().is_empty()) {
            found.call((at, n), "the call names no tool");
        }
    }
    Answer::Found(found.all())
}

fn fault(message: &Message) -> Option<String> {
    let role = message.role.name();
    let acts = !message.calls.is_empty() || message.malformed.is_some();
    match message.role {
        Role::Assistant if acts || !blank(message) => None,
        Role::Assistant => Some("the assistant turn has neither text nor calls".into()),
        _ if acts => Some(format!("a {role} turn makes calls; only the assistant may")),
        Role::Tool if message.content.is_none() => Some("the tool turn has no content".into()),
        Role::Tool => None,
        Role::System | Role::User if blank(message) => Some(format!("the {role} turn has no text")),
        Role::System | Role::User => None,
    }
}

fn blank(message: &Message) -> bool {
    message.said().trim().is_empty()
}

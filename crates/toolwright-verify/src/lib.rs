//! Is this sample right, and how far can that answer be trusted?
//!
//! The rule layer: code that reads a [`Dialog`](toolwright_core::Dialog) and says what is wrong with it, without a
//! model and without running a tool. Source: ToolACE (arXiv:2409.00920), dual-layer verification, rule layer. Each
//! rule is one file with its own source and its differences; [`RULES`] lists them, [`Rules`] runs a chosen set. What a whole
//! set of dialogs is like, not whether it is right, is told by [`diversity`]; how much the rules find, by [`audit`].
//!
//! ```
//! use toolwright_core::{Dialog, Message, Outcome, Role};
//! let dialog = Dialog {
//!     messages: vec![Message::text(Role::User, "Hello!"), Message::text(Role::User, "Anyone there?")],
//!     ..Dialog::default()
//! };
//! let verdict = toolwright_verify::Rules::named(&["role-order"])?.verdict(&dialog);
//! assert_eq!(verdict.outcome, Outcome::Reject);
//! assert_eq!(verdict.findings[0].why, "a user turn follows a user turn; expected assistant");
//! # Ok::<(), toolwright_core::Error>(())
//! ```
#![deny(missing_docs)]

pub mod audit;
pub mod dedup;
pub mod diversity;
mod failure;
mod finding;
pub mod ground;
mod judge;
mod rule;

pub use judge::{EXPERTS, Expert, Judge, Judges, MODEL_JUDGES, ModelJudge, Panel, PanelConfig};
pub use rule::{Answer, RULES, Rule, Rules};

/// Whether all of these are names of rules or judges.
///
/// # Errors
/// Names the first that is neither, and the one that was most likely meant.
pub fn known(names: &[String]) -> toolwright_core::Result<()> {
    let judges = || EXPERTS.iter().map(|expert| expert.id).chain(MODEL_JUDGES.iter().map(|judge| judge.id));
    let all = || RULES.iter().map(|rule| rule.id).chain(judges());
    match names.iter().find(|name| !all().any(|id| id == **name)) {
        None => Ok(()),
        Some(unknown) => {
            let near = toolwright_core::nearest(unknown, all());
            let meant = near.map(|id| format!(" did you mean `{id}`?")).unwrap_or_default();
            Err(toolwright_core::Error::new(format!(
                "no rule and no judge is called `{}`;{meant} `toolwright rules` and `toolwright judges` list them",
                finding::cut(unknown)
            )))
        }
    }
}

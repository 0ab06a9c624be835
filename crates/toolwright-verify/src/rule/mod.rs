//! Rules, one file each: what a dialog must be, decided by code.
//!
//! A rule reads a dialog and [answers](Answer): it found nothing, it found these faults, or what it needs is not
//! there. Rules know nothing of each other, but each leaves to its neighbour what is its neighbour's: a call to a
//! tool that is not on offer is `unknown-tool`'s finding and nobody else's.
//!
//! How a finding is put: [`crate::finding`].

mod argument_format;
mod demanded_format;
mod dialog_fields;
mod duplicate_call;
pub(crate) mod grounding;
mod incomplete_reply;
mod invalid_characters;
mod malformed_call;
mod missing_argument;
mod mixed_language;
pub(crate) mod offer;
mod placeholder_argument;
mod repeated_failure;
mod reply_length;
mod response_names;
mod response_without_call;
mod role_order;
mod tool_fields;
mod tool_schema;
mod unknown_tool;

use toolwright_core::{Dialog, Error, Finding, Outcome, Result, Verdict, nearest};

use crate::finding::{Findings, Short, cut, listed};

/// Every rule, in the order of reports: of tools, of calls, of the dialog, of the sample as a whole.
pub const RULES: &[Rule] = &[
    tool_schema::RULE,
    tool_fields::RULE,
    unknown_tool::RULE,
    missing_argument::RULE,
    argument_format::RULE,
    malformed_call::RULE,
    duplicate_call::RULE,
    placeholder_argument::RULE,
    repeated_failure::RULE,
    dialog_fields::RULE,
    reply_length::RULE,
    invalid_characters::RULE,
    mixed_language::RULE,
    incomplete_reply::RULE,
    response_names::RULE,
    demanded_format::RULE,
    role_order::RULE,
    response_without_call::RULE,
    grounding::RULE,
];

/// One rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name, in kebab-case.
    pub id: &'static str,
    /// The row of the paper's table in our short code, `API-1` to `SMP-4`; `""` where the rule is ours.
    pub code: &'static str,
    /// What it demands, in one sentence.
    pub says: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Reads a dialog, in time linear in its size.
    pub check: fn(&Dialog) -> Answer,
}

/// What a rule makes of a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What is wrong; empty where nothing is.
    Found(Vec<Finding>),
    /// What the rule needs and the dialog lacks, as a clause: `no calls`.
    NotApplicable(&'static str),
}

/// A chosen set of rules.
///
/// ```
/// use toolwright_verify::Rules;
/// let error = Rules::named(&["unkown-tool"]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "no rule is called `unkown-tool`; did you mean `unknown-tool`? `toolwright rules` lists them",
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Rules(Vec<Rule>);

impl Rules {
    /// Every rule.
    pub fn all() -> Self {
        Self(RULES.to_vec())
    }

    /// The rules of these names, in the order of [`RULES`], each once.
    ///
    /// # Errors
    /// Names the first name that no rule has, and the rule that was most likely meant.
    pub fn named(names: &[&str]) -> Result<Self> {
        if let Some(unknown) = names.iter().find(|name| !RULES.iter().any(|rule| rule.id == **name)) {
            let near = nearest(unknown, RULES.iter().map(|rule| rule.id));
            let meant = near.map(|id| format!(" did you mean `{id}`?")).unwrap_or_default();
            return Err(Error::new(format!(
                "no rule is called `{}`;{meant} `toolwright rules` lists them",
                cut(unknown)
            )));
        }
        Ok(Self(RULES.iter().filter(|rule| names.contains(&rule.id)).copied().collect()))
    }

    /// The rules of the set.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.iter()
    }

    /// Asks every rule of the set. The verdict is by `rules`; it rejects where any rule found anything, and is
    /// never undecided. A rule that does not apply is named with its reason: `grounding: no provenance`.
    pub fn verdict(&self, dialog: &Dialog) -> Verdict {
        let (mut findings, mut not_applicable) = (Vec::new(), Vec::new());
        for rule in &self.0 {
            match (rule.check)(dialog) {
                Answer::Found(mut found) => findings.append(&mut found),
                Answer::NotApplicable(why) => not_applicable.push(format!("{}: {why}", rule.id)),
            }
        }
        let outcome = if findings.is_empty() { Outcome::Pass } else { Outcome::Reject };
        Verdict { outcome, findings, not_applicable, ..Verdict::passed("rules") }
    }
}

/// The first byte that is not ASCII, at or after `from`. Blocks are looked over as a whole, which is fast.
fn next_not_ascii(bytes: &[u8], from: usize) -> Option<usize> {
    const BLOCK: usize = 64;
    let mut start = from;
    for block in bytes.get(from..)?.chunks(BLOCK) {
        if !block.is_ascii() {
            return Some(start + block.iter().position(|byte| !byte.is_ascii())?);
        }
        start += block.len();
    }
    None
}

//! Rules and judges beside the verdicts of somebody else, which the dialogs bring along in `meta.verdicts`.

use std::collections::BTreeMap;

use toolwright_core::{Dialog, Outcome};

use super::{Alarms, Tally, objections};
use crate::{Judges, Rules};

/// How often rules and judges object to what somebody else rejects, finding by finding, and to what they pass.
///
/// ```
/// use toolwright_core::{Dialog, Message, Role, Verdict};
/// use toolwright_verify::{Judges, Rules, audit::Beside};
/// let mut dialog = Dialog { messages: vec![Message::text(Role::User, "Hi!")], ..Dialog::default() };
/// let mut beside = Beside::new(Rules::all(), Judges::all(), "tests");
/// assert!(beside.judge(&dialog).is_none());
/// dialog.meta.verdicts.push(Verdict::passed("tests"));
/// beside.count(beside.judge(&dialog).expect("tests have judged it"));
/// assert_eq!(beside.passed().planted, 1);
/// ```
#[derive(Clone, Debug)]
pub struct Beside {
    rules: Rules,
    judges: Judges,
    by: String,
    passed: Tally,
    rejected: BTreeMap<String, Tally>,
}

/// What was made of one dialog.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The finding for which it was rejected; `None` where it passed.
    finding: Option<String>,
    alarms: Alarms,
}

impl Beside {
    /// Compares with the verdicts of `by`.
    pub fn new(rules: Rules, judges: Judges, by: impl Into<String>) -> Self {
        Self { rules, judges, by: by.into(), passed: Tally::default(), rejected: BTreeMap::new() }
    }

    /// Asks rules and judges; `None` where the other has no verdict, or is undecided.
    pub fn judge(&self, dialog: &Dialog) -> Option<Compared> {
        let verdict = dialog.meta.verdicts.iter().rev().find(|verdict| verdict.by == self.by)?;
        let finding = match verdict.outcome {
            Outcome::Pass => None,
            Outcome::Reject => {
                Some(verdict.findings.first().map_or_else(String::new, |finding| finding.rule.clone()))
            }
            Outcome::Undecided => return None,
        };
        Some(Compared { finding, alarms: objections(&self.rules, &self.judges, dialog).0 })
    }

    /// Takes up what was made of a dialog.
    pub fn count(&mut self, compared: Compared) {
        let tally = match compared.finding {
            None => &mut self.passed,
            Some(finding) => self.rejected.entry(finding).or_default(),
        };
        tally.count(compared.alarms);
    }

    /// Of the dialogs that the other passes, how many somebody objects to.
    pub const fn passed(&self) -> &Tally {
        &self.passed
    }

    /// The same for those that the other rejects, by finding.
    pub fn rejected(&self) -> impl Iterator<Item = (&str, &Tally)> {
        self.rejected.iter().map(|(finding, tally)| (&**finding, tally))
    }

    /// All that the other rejects, together.
    pub fn all_rejected(&self) -> Tally {
        let mut all = Tally::default();
        for tally in self.rejected.values() {
            all.planted += tally.planted;
            all.caught.any += tally.caught.any;
            all.caught.rules += tally.caught.rules;
            all.caught.judges += tally.caught.judges;
            tally.by.iter().for_each(|(id, count)| *all.by.entry(id).or_default() += count);
        }
        all
    }
}

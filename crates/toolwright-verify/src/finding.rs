//! How findings are put: where, by whom, and in words that stay short.
//!
//! Text that a dialog brings along is cut before it is put into a finding, so that findings stay readable and a hostile dialog cannot
//! blow them up.

use std::fmt;

use toolwright_core::Finding;

/// The most findings of one rule or judge that are kept of one dialog; the last one then counts the rest.
const MOST: usize = 50;

/// What one rule or judge has found so far.
pub(crate) struct Findings {
    rule: &'static str,
    found: Vec<Finding>,
    more: usize,
}

impl Findings {
    /// Nothing yet; `by` is the id of the rule or judge.
    pub(crate) const fn of(by: &'static str) -> Self {
        Self { rule: by, found: Vec::new(), more: 0 }
    }

    /// A fault of the dialog or its tools.
    pub(crate) fn dialog(&mut self, why: impl Into<String>) {
        self.push(None, None, why.into());
    }

    /// A fault of one message.
    pub(crate) fn message(&mut self, message: usize, why: impl Into<String>) {
        self.push(Some(message), None, why.into());
    }

    /// A fault of one call.
    pub(crate) fn call(&mut self, (message, call): (usize, usize), why: impl Into<String>) {
        self.push(Some(message), Some(call), why.into());
    }

    fn push(&mut self, message: Option<usize>, call: Option<usize>, why: String) {
        if self.found.len() < MOST {
            self.found.push(Finding { rule: self.rule.into(), message, call, why });
        } else {
            self.more += 1;
        }
    }

    /// Whether more findings are only counted.
    pub(crate) fn full(&self) -> bool {
        self.found.len() >= MOST
    }

    /// What was found, in order.
    pub(crate) fn all(mut self) -> Vec<Finding> {
        if self.more > 0 {
            let why = format!("{} more of the same rule", self.more);
            self.found.push(Finding { rule: self.rule.into(), message: None, call: None, why });
        }
        self.found
    }
}

/// Text from a dialog, shown short enough for a finding.
pub(crate) struct Short<'a>(pub(crate) &'a str);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 160;
        match self.0.char_indices().nth(LONGEST) {
            Some((end, _)) => write!(f, "{}…", &self.0[..end]),
            None => f.write_str(self.0),
        }
    }
}

/// Text from a dialog, short enough for a finding.
pub(crate) fn cut(text: &str) -> String {
    Short(text).to_string()
}

/// Names from a dialog as a list in backticks, the first few.
pub(crate) fn listed<'a>(mut names: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<_> = names.by_ref().take(SHOWN).map(|name| format!("`{}`", cut(name))).collect();
    let more = names.count();
    match (shown.is_empty(), more) {
        (true, _) => "none".into(),
        (_, 0) => shown.join(", "),
        _ => format!("{} and {more} more", shown.join(", ")),
    }
}

//! What looks across samples, in index order: exact duplicates, and the numbers of the report.
//!
//! The state is a function of the lines that are kept, so a resumed run and merged shards come to the same end as an undisturbed
//! run. It holds fingerprints and counters, never dialogs: 300,000 dialogs take some 20 MB.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Value, json};
use toolwright_core::{Dialog, Kind};

/// What is kept of one sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// A hash of what was said and called and of the tools on offer.
    pub fingerprint: u128,
    kind: Option<Kind>,
    user_turns: usize,
    offered: usize,
    calls: Vec<String>,
    findings: Vec<String>,
}

impl Sketch {
    /// The sketch of a dialog.
    pub fn of(dialog: &Dialog) -> Self {
        let mut hasher = blake3::Hasher::new();
        let mut add = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        for message in &dialog.messages {
            add(message.role.name());
            add(message.said());
            for call in &message.calls {
                add(&call.name);
                for (name, value) in &call.arguments {
                    add(name);
                    add(&value.to_string());
                }
            }
        }
        for tool in &dialog.tools {
            add(&tool.name);
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        let verdicts = dialog.meta.verdicts.iter().flat_map(|verdict| &verdict.findings);
        Self {
            fingerprint: u128::from_le_bytes(bytes),
            kind: dialog.meta.kind,
            user_turns: dialog
                .messages
                .iter()
                .filter(|message| message.role == toolwright_core::Role::User)
                .count(),
            offered: dialog.tools.len(),
            calls: dialog.calls().map(|(_, _, call)| call.name.clone()).collect(),
            findings: verdicts.map(|finding| finding.rule.clone()).collect(),
        }
    }
}

/// The state of the finalise step.
#[derive(Debug, Default)]
pub struct Finalise {
    seen: HashSet<u128>,
    by_kind: BTreeMap<Kind, u64>,
    by_rule: BTreeMap<String, u64>,
    user_turns: BTreeMap<usize, u64>,
    offered: BTreeMap<usize, u64>,
    calls: BTreeMap<usize, u64>,
    tools: BTreeMap<String, u64>,
}

impl Finalise {
    /// Whether an accepted sample says word for word what an earlier one said.
    pub fn repeats(&self, sketch: &Sketch) -> bool {
        self.seen.contains(&sketch.fingerprint)
    }

    /// Takes note of a sample that is kept as accepted.
    pub fn accepted(&mut self, sketch: Sketch) {
        self.seen.insert(sketch.fingerprint);
        if let Some(kind) = sketch.kind {
            *self.by_kind.entry(kind).or_default() += 1;
        }
        *self.user_turns.entry(sketch.user_turns).or_default() += 1;
        *self.offered.entry(sketch.offered).or_default() += 1;
        *self.calls.entry(sketch.calls.len()).or_default() += 1;
        for tool in sketch.calls {
            *self.tools.entry(tool).or_default() += 1;
        }
    }

    /// Takes note of a sample that is kept as rejected: each rule that found anything counts once.
    pub fn rejected(&mut self, sketch: Sketch) {
        let mut rules = sketch.findings;
        rules.sort_unstable();
        rules.dedup();
        for rule in rules {
            *self.by_rule.entry(rule).or_default() += 1;
        }
    }

    /// How many accepted samples of each kind there are.
    pub fn by_kind(&self) -> Value {
        Kind::ALL
            .iter()
            .filter_map(|kind| Some((kind.name().to_owned(), json!(self.by_kind.get(kind)?))))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    /// The numbers of the report: accepted samples by kind, user turns, calls and tools on offer; rejected samples by rule.
    pub fn report(&self) -> Value {
        let histogram = |counts: &BTreeMap<usize, u64>| -> Value {
            counts
                .iter()
                .map(|(size, count)| (size.to_string(), json!(count)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        json!({
            "by_kind": self.by_kind(),
            "by_rule": self.by_rule,
            "user_turns": histogram(&self.user_turns),
            "calls": histogram(&self.calls),
            "tools_on_offer": histogram(&self.offered),
            "tools_called": self.tools.len(),
        })
    }
}

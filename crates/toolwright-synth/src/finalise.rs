//! What looks across samples, in index order: exact duplicates, and the numbers of the report.
//!
//! The state is a function of the lines that are kept, so a resumed run and merged shards come to the same end as an undisturbed
//! run. It holds fingerprints and counters, never dialogs: 300,000 dialogs take some 20 MB.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use toolwright_core::{Dialog, Error, Kind, Result, Role};

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
        let mut said = Said::default();
        for message in &dialog.messages {
            said.message(message.role, message.said());
            for call in &message.calls {
                said.call(&call.name, &call.arguments);
            }
        }
        for tool in &dialog.tools {
            said.add(&tool.name);
        }
        let findings = dialog.meta.verdicts.iter().flat_map(|verdict| &verdict.findings);
        said.sketch(
            dialog.meta.kind,
            dialog.tools.len(),
            findings.map(|finding| finding.rule.clone()).collect(),
        )
    }

    /// The index and the sketch of a dialog's line: what [`of`](Self::of) gives, without reading all of it.
    ///
    /// # Errors
    /// Says why the line is no dialog of a run.
    pub fn read(line: &str) -> Result<(u64, Self)> {
        let row: Row<'_> = serde_json::from_str(line)
            .map_err(|error| Error::new(format!("the line is no dialog: {error}")).caused_by(error))?;
        let index = row
            .meta
            .index
            .ok_or_else(|| Error::new("the dialog has no `meta.index`; this is no line of a run"))?;
        let mut said = Said::default();
        for message in &row.messages {
            said.message(message.role, message.content.as_deref().unwrap_or_default());
            for call in &message.tool_calls {
                said.call(&call.function.name, &call.function.arguments);
            }
        }
        for tool in &row.tools {
            said.add(&tool.function.name);
        }
        let findings = row.meta.verdicts.into_iter().flat_map(|verdict| verdict.findings);
        Ok((
            index,
            said.sketch(row.meta.kind, row.tools.len(), findings.map(|finding| finding.rule).collect()),
        ))
    }
}

/// What is said and called, on its way into a sketch.
#[derive(Default)]
struct Said {
    hasher: blake3::Hasher,
    user_turns: usize,
    calls: Vec<String>,
}

impl Said {
    fn add(&mut self, text: &str) {
        self.hasher.update(&(text.len() as u64).to_le_bytes());
        self.hasher.update(text.as_bytes());
    }

    fn message(&mut self, role: Role, content: &str) {
        self.user_turns += usize::from(role == Role::User);
        self.add(role.name());
        self.add(content);
    }

    fn call(&mut self, name: &str, arguments: &Map<String, Value>) {
        self.add(name);
        for (name, value) in arguments {
            self.add(name);
            self.add(&value.to_string());
        }
        self.calls.push(name.to_owned());
    }

    fn sketch(self, kind: Option<Kind>, offered: usize, findings: Vec<String>) -> Sketch {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.hasher.finalize().as_bytes()[..16]);
        let fingerprint = u128::from_le_bytes(bytes);
        Sketch { fingerprint, kind, user_turns: self.user_turns, offered, calls: self.calls, findings }
    }
}

/// The parts of a line that a sketch looks at.
#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    messages: Vec<RowMessage<'a>>,
    #[serde(borrow)]
    tools: Vec<RowTool<'a>>,
    meta: RowMeta,
}

#[derive(Deserialize)]
struct RowMessage<'a> {
    role: Role,
    #[serde(borrow, default)]
    content: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tool_calls: Vec<RowCall<'a>>,
}

#[derive(Deserialize)]
struct RowCall<'a> {
    #[serde(borrow)]
    function: RowFunction<'a>,
}

#[derive(Deserialize)]
struct RowFunction<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(default)]
    arguments: Map<String, Value>,
}

#[derive(Deserialize)]
struct RowTool<'a> {
    #[serde(borrow)]
    function: RowName<'a>,
}

#[derive(Deserialize)]
struct RowName<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
}

#[derive(Deserialize)]
struct RowMeta {
    index: Option<u64>,
    kind: Option<Kind>,
    #[serde(default)]
    verdicts: Vec<RowVerdict>,
}

#[derive(Deserialize)]
struct RowVerdict {
    #[serde(default)]
    findings: Vec<RowFinding>,
}

#[derive(Deserialize)]
struct RowFinding {
    rule: String,
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

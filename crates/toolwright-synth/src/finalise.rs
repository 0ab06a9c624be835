//! What looks across samples, in index order: exact duplicates, and the numbers of the report.
//!
//! The state is a function of the lines that are kept, so a resumed run and merged shards come to the same end as an undisturbed
//! run. It holds fingerprints and counters, and the lines of a handful of dialogs for the report's page: those whose fingerprints
//! are the smallest, so that they do not depend on the order either.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use toolwright_core::seed::Seed;
use toolwright_core::{Dialog, Error, Kind, Result, Role, Situation, Source};

/// What is kept of one sample.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    /// A hash of what was said and called and of the tools on offer.
    pub fingerprint: u128,
    kind: Option<Kind>,
    situation: Option<Situation>,
    user: Vec<Turn>,
    /// The lengths, in words, of what the assistant says.
    assistant: Vec<usize>,
    offered: usize,
    calls: Vec<String>,
    /// Arguments by the type of their value, in the order of [`TYPES`].
    types: [u32; TYPES.len()],
    /// Values by where they come from, in the order of [`ORIGINS`].
    origins: [u32; ORIGINS.len()],
    findings: Vec<String>,
}

/// What is kept of a user turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Turn {
    words: usize,
    /// A hash of the words.
    hash: u64,
}

/// The types of arguments.
const TYPES: [&str; 7] = ["string", "integer", "number", "boolean", "array", "object", "null"];

/// Where arguments come from.
const ORIGINS: [&str; 4] = ["user", "system", "result", "default"];

/// The place of a value's type in [`TYPES`].
fn type_of(value: &Value) -> usize {
    match value {
        Value::String(_) => 0,
        Value::Number(number) if number.is_f64() => 2,
        Value::Number(_) => 1,
        Value::Bool(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
        Value::Null => 6,
    }
}

/// The place of a source in [`ORIGINS`].
const fn origin_of(source: &Source) -> usize {
    match source {
        Source::User { .. } => 0,
        Source::System { .. } => 1,
        Source::Result { .. } => 2,
        Source::Default => 3,
    }
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
        let meta = &dialog.meta;
        for provenance in meta.provenance.iter().flatten() {
            said.sketch.origins[origin_of(&provenance.source)] += 1;
        }
        let findings = meta.verdicts.iter().flat_map(|verdict| &verdict.findings);
        said.sketch.findings = findings.map(|finding| finding.rule.clone()).collect();
        said.sketch.situation = meta.situation;
        said.end(meta.kind, dialog.tools.len())
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
        for origin in row.meta.provenance.into_iter().flatten() {
            said.sketch.origins[origin.from.place()] += 1;
        }
        let findings = row.meta.verdicts.into_iter().flat_map(|verdict| verdict.findings);
        said.sketch.findings = findings.map(|finding| finding.rule).collect();
        said.sketch.situation = row.meta.situation;
        Ok((index, said.end(row.meta.kind, row.tools.len())))
    }
}

/// What is said and called, on its way into a sketch.
#[derive(Default)]
struct Said {
    hasher: blake3::Hasher,
    sketch: Sketch,
}

impl Said {
    fn add(&mut self, text: &str) {
        self.hasher.update(&(text.len() as u64).to_le_bytes());
        self.hasher.update(text.as_bytes());
    }

    fn message(&mut self, role: Role, content: &str) {
        let words = || content.split_ascii_whitespace().count();
        match role {
            Role::User => {
                self.sketch.user.push(Turn { words: words(), hash: Seed::new(0).child(content).value() })
            }
            Role::Assistant if !content.is_empty() => self.sketch.assistant.push(words()),
            Role::System | Role::Assistant | Role::Tool => {}
        }
        self.add(role.name());
        self.add(content);
    }

    fn call(&mut self, name: &str, arguments: &Map<String, Value>) {
        self.add(name);
        for (name, value) in arguments {
            self.sketch.types[type_of(value)] += 1;
            self.add(name);
            self.add(&value.to_string());
        }
        self.sketch.calls.push(name.to_owned());
    }

    fn end(self, kind: Option<Kind>, offered: usize) -> Sketch {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.hasher.finalize().as_bytes()[..16]);
        Sketch { fingerprint: u128::from_le_bytes(bytes), kind, offered, ..self.sketch }
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
    situation: Option<Situation>,
    #[serde(default)]
    provenance: Option<Vec<RowOrigin>>,
    #[serde(default)]
    verdicts: Vec<RowVerdict>,
}

#[derive(Deserialize)]
struct RowOrigin {
    from: Origin,
}

/// [`Source`] without what it holds.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Origin {
    User,
    System,
    Result,
    Default,
}

impl Origin {
    /// The place in [`ORIGINS`].
    const fn place(self) -> usize {
        match self {
            Self::User => 0,
            Self::System => 1,
            Self::Result => 2,
            Self::Default => 3,
        }
    }
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
    by_situation: BTreeMap<Situation, u64>,
    by_rule: BTreeMap<String, u64>,
    user_turns: Histogram,
    offered: Histogram,
    calls: Histogram,
    tools: BTreeMap<String, u64>,
    /// Hashes of user turns.
    said: HashSet<u64>,
    user_words: Histogram,
    assistant_words: Histogram,
    types: [u64; TYPES.len()],
    origins: [u64; ORIGINS.len()],
    /// By kind, the accepted lines with the smallest fingerprints, which come first.
    shown: BTreeMap<Kind, Vec<(u128, String)>>,
    /// By rule, the rejected line with the smallest fingerprint.
    shown_rejected: BTreeMap<String, (u128, String)>,
}

type Histogram = BTreeMap<usize, u64>;

/// Accepted lines shown of each kind.
const SHOWN: usize = 2;
/// Rejected lines shown.
const SHOWN_REJECTED: usize = 6;
/// Tools named as those that are called most.
const MOST_CALLED: usize = 5;

fn count<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K) {
    *counts.entry(key).or_default() += 1;
}

impl Finalise {
    /// Whether an accepted sample says word for word what an earlier one said.
    pub fn repeats(&self, sketch: &Sketch) -> bool {
        self.seen.contains(&sketch.fingerprint)
    }

    /// Takes note of a sample that is kept as accepted, in this line.
    pub fn accepted(&mut self, sketch: Sketch, line: &str) {
        self.seen.insert(sketch.fingerprint);
        if let Some(kind) = sketch.kind {
            count(&mut self.by_kind, kind);
            self.show(kind, sketch.fingerprint, line);
        }
        if let Some(situation) = sketch.situation {
            count(&mut self.by_situation, situation);
        }
        count(&mut self.user_turns, sketch.user.len());
        for turn in sketch.user {
            count(&mut self.user_words, turn.words);
            self.said.insert(turn.hash);
        }
        for words in sketch.assistant {
            count(&mut self.assistant_words, words);
        }
        count(&mut self.offered, sketch.offered);
        count(&mut self.calls, sketch.calls.len());
        for tool in sketch.calls {
            count(&mut self.tools, tool);
        }
        let add = |sums: &mut [u64], more: &[u32]| {
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += u64::from(*more));
        };
        add(&mut self.types, &sketch.types);
        add(&mut self.origins, &sketch.origins);
    }

    fn show(&mut self, kind: Kind, fingerprint: u128, line: &str) {
        let shown = self.shown.entry(kind).or_default();
        let place = shown.partition_point(|(other, _)| *other < fingerprint);
        if place < SHOWN {
            shown.insert(place, (fingerprint, line.to_owned()));
            shown.truncate(SHOWN);
        }
    }

    /// Takes note of a sample that is kept as rejected, in this line: each rule that found anything counts once.
    pub fn rejected(&mut self, sketch: Sketch, line: &str) {
        let mut rules = sketch.findings;
        rules.sort_unstable();
        rules.dedup();
        for rule in rules {
            if self.shown_rejected.get(&rule).is_none_or(|(other, _)| sketch.fingerprint < *other) {
                self.shown_rejected.insert(rule.clone(), (sketch.fingerprint, line.to_owned()));
            }
            count(&mut self.by_rule, rule);
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

    /// How often each tool is called.
    pub const fn calls_by_tool(&self) -> &BTreeMap<String, u64> {
        &self.tools
    }

    /// The lines of a few dialogs that stand for all: some of each kind, then rejected ones, of the most frequent rules first.
    pub fn handful(&self) -> Vec<&str> {
        let accepted = Kind::ALL.iter().filter_map(|kind| self.shown.get(kind)).flatten();
        let mut lines: Vec<&str> = accepted.map(|(_, line)| line.as_str()).collect();
        let mut rules: Vec<(&String, &u64)> = self.by_rule.iter().collect();
        rules.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        let most = lines.len() + SHOWN_REJECTED;
        for (rule, _) in rules {
            if let Some((_, line)) = self.shown_rejected.get(rule)
                && lines.len() < most
                && !lines.contains(&line.as_str())
            {
                lines.push(line);
            }
        }
        lines
    }

    /// The numbers of the report: accepted samples by what they are and hold, rejected samples by rule.
    pub fn report(&self) -> Value {
        let histogram = |counts: &Histogram| -> Value {
            counts
                .iter()
                .map(|(size, count)| (size.to_string(), json!(count)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        let named = |names: &[&str], counts: &[u64]| -> Value {
            let all = names.iter().zip(counts).filter(|(_, count)| **count > 0);
            all.map(|(name, count)| ((*name).to_owned(), json!(count)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        let mut tool_calls = Histogram::new();
        for times in self.tools.values() {
            count(&mut tool_calls, usize::try_from(*times).unwrap_or(usize::MAX));
        }
        let mut most_called: Vec<(&String, &u64)> = self.tools.iter().collect();
        most_called.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        most_called.truncate(MOST_CALLED);
        let mut report = json!({
            "by_kind": self.by_kind(),
            "by_rule": self.by_rule,
            "user_turns": histogram(&self.user_turns),
            "calls": histogram(&self.calls),
            "tools_on_offer": histogram(&self.offered),
            "tools_called": self.tools.len(),
            "tool_calls": histogram(&tool_calls),
            "most_called": most_called,
            "distinct_user_turns": self.said.len(),
            "user_words": histogram(&self.user_words),
            "assistant_words": histogram(&self.assistant_words),
            "argument_types": named(&TYPES, &self.types),
            "argument_sources": named(&ORIGINS, &self.origins),
        });
        if let (Value::Object(report), false) = (&mut report, self.by_situation.is_empty()) {
            report.insert("by_situation".into(), json!(self.by_situation));
        }
        report
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use toolwright_core::{Finding, Outcome, Verdict};

    use super::*;
    use crate::pool::{Pool, builtin};
    use crate::{DialogConfig, Synth, VerifyConfig};

    /// Dialogs of a small run, some with a situation or a finding.
    fn dialogs() -> Vec<Dialog> {
        let pool = Arc::new(Pool::new(builtin::tools(300)).0);
        let synth = Synth::new(Arc::clone(&pool), pool, DialogConfig::default(), &VerifyConfig::default(), 7)
            .expect("a synth");
        let mut dialogs: Vec<Dialog> = (0..120).filter_map(|index| synth.make(index).accepted).collect();
        dialogs.iter_mut().for_each(|dialog| dialog.meta.situation = None);
        for dialog in dialogs.iter_mut().step_by(7) {
            dialog.meta.situation = Some(Situation::Retry);
            let finding = Finding { rule: "a-rule".into(), message: None, call: None, why: "why".into() };
            dialog.meta.verdicts.push(Verdict {
                by: "test".into(),
                outcome: Outcome::Reject,
                findings: vec![finding.clone(), finding],
                notes: Vec::new(),
                not_applicable: Vec::new(),
                undecided: None,
            });
        }
        dialogs
    }

    fn line(dialog: &Dialog) -> String {
        serde_json::to_string(dialog).expect("dialogs are JSON")
    }

    #[test]
    fn a_line_gives_the_sketch_of_its_dialog() {
        for dialog in dialogs() {
            let line = line(&dialog);
            // Read back first: what is known beside the fields goes where the format puts it.
            let read: Dialog = serde_json::from_str(&line).expect("it was just written");
            let (index, sketch) = Sketch::read(&line).expect("a line of a run");
            assert_eq!((Some(index), &sketch), (dialog.meta.index, &Sketch::of(&read)));
            assert_eq!(sketch, Sketch::of(&dialog));
        }
    }

    #[test]
    fn the_handful_does_not_depend_on_the_order() {
        let mut dialogs = dialogs();
        let handful = |dialogs: &[Dialog]| {
            let mut finalise = Finalise::default();
            for dialog in dialogs {
                let (sketch, line) = (Sketch::of(dialog), line(dialog));
                if dialog.meta.verdicts.len() > 1 {
                    finalise.rejected(sketch, &line);
                } else {
                    finalise.accepted(sketch, &line);
                }
            }
            (finalise.handful().iter().map(|line| (*line).to_owned()).collect::<Vec<_>>(), finalise.report())
        };
        let (lines, report) = handful(&dialogs);
        assert_eq!(lines.len(), 2 * Kind::ALL.len() + 1);
        assert_eq!(report["by_rule"]["a-rule"], 18);
        dialogs.reverse();
        assert_eq!(handful(&dialogs), (lines, report));
    }

    #[test]
    fn the_numbers_add_up() {
        let mut finalise = Finalise::default();
        let mut dialogs = dialogs();
        dialogs.iter_mut().for_each(|dialog| dialog.meta.verdicts.truncate(1));
        for dialog in &dialogs {
            finalise.accepted(Sketch::of(dialog), &line(dialog));
        }
        let report = finalise.report();
        let sum = |key: &str| -> u64 {
            let counts = report[key].as_object().expect("counts");
            counts.values().filter_map(Value::as_u64).sum()
        };
        let users =
            |dialog: &Dialog| dialog.messages.iter().filter(|message| message.role == Role::User).count();
        let arguments =
            |dialog: &Dialog| dialog.calls().map(|(_, _, call)| call.arguments.len()).sum::<usize>();
        let provenance = |dialog: &Dialog| dialog.meta.provenance.as_ref().map_or(0, Vec::len);
        let all = |of: &dyn Fn(&Dialog) -> usize| dialogs.iter().map(of).sum::<usize>() as u64;
        assert_eq!(sum("by_kind"), dialogs.len() as u64);
        assert_eq!(sum("user_words"), all(&users));
        assert_eq!(sum("argument_types"), all(&arguments));
        assert_eq!(sum("argument_sources"), all(&provenance));
        assert_eq!(sum("tool_calls"), report["tools_called"].as_u64().expect("a count"));
        assert_eq!(report["by_situation"]["retry"], 18);
        assert!(report["distinct_user_turns"].as_u64() <= Some(sum("user_words")));
    }
}

//! A small run for tests: a maker with every kind of outcome, and a fold that depends on what came before.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::{Value, json};
use toolwright_core::{Error, Result};

use crate::{Admit, Ended, Fate, Fold, Identity, Line, Opened, Run, Sample, Totals, Work, Writer};

pub(crate) const N: u64 = 60;

pub(crate) fn identity(n: u64) -> Identity {
    let tools = b"{\"name\":\"a\"}\n{\"name\":\"b\"}\n".to_vec();
    Identity { recipe: "seed = 7\n[kinds]\nsingle = 0.3\n".into(), tools, shard: None, n }
}

/// Rejects a value that an earlier accepted line has; like a near-duplicate filter, but exact.
#[derive(Debug, Default)]
pub(crate) struct Distinct {
    seen: BTreeSet<u64>,
    sum: u64,
}

impl Distinct {
    /// Lines of `rejected.jsonl` in a run of `n`, counted apart.
    pub(crate) fn rejected(n: u64) -> usize {
        let mut seen = BTreeSet::new();
        let lines = (0..n).filter_map(|index| make(index).ok()).flat_map(|sample| sample.lines);
        lines
            .filter(|line| {
                line.fate == Fate::Rejected || (line.fate == Fate::Accepted && !seen.insert(line.item))
            })
            .count()
    }
}

fn parse(line: &str) -> Result<Value> {
    serde_json::from_str(line).map_err(|error| Error::new(error.to_string()))
}

impl Fold for Distinct {
    type Item = u64;

    fn read(&self, _: Fate, line: &str) -> Result<(u64, u64)> {
        let value = parse(line)?;
        let number = |key: &str| {
            value
                .get(key)
                .and_then(Value::as_u64)
                .ok_or_else(|| Error::new(format!("expected a number `{key}`")))
        };
        Ok((number("index")?, number("value")?))
    }

    fn admit(&self, _: u64, item: &u64, line: &str) -> Result<Admit> {
        if !self.seen.contains(item) {
            return Ok(Admit::Keep);
        }
        let mut value = parse(line)?;
        value["finding"] = json!(format!("{item} was there before"));
        Ok(Admit::Reject(value.to_string()))
    }

    fn note(&mut self, fate: Fate, item: u64, line: &str) {
        if fate == Fate::Accepted {
            self.seen.insert(item);
        }
        // Depends on order, fate and text, so that a fold which missed or swapped a line is found out.
        self.sum = self.sum.wrapping_mul(31).wrapping_add(item + line.len() as u64 + fate.place() as u64);
    }

    fn report(&self, totals: &Totals) -> Value {
        json!({
            "accepted": totals.accepted,
            "rejected": totals.rejected,
            "undecided": totals.undecided,
            "sum": self.sum,
        })
    }

    fn page(&self, dir: &Path, report: &Value) -> Result<Option<String>> {
        let recipe =
            fs::read_to_string(dir.join("recipe.toml")).map_err(|error| Error::new(error.to_string()))?;
        Ok(Some(format!("<p>{}, {report}</p>\n", recipe.lines().count())))
    }
}

/// Zero to three lines: tries that were rejected or undecided, then perhaps an accepted one.
#[allow(clippy::unnecessary_wraps)]
pub(crate) fn make(index: u64) -> Result<Sample<u64>> {
    let line = |fate: Fate, value: u64| {
        let pad = "é".repeat((index % 5) as usize);
        let text = json!({"index": index, "value": value, "pad": pad}).to_string();
        Line { fate, text, item: value }
    };
    let mut lines = Vec::new();
    if index % 3 == 1 {
        lines.push(line(Fate::Undecided, 100));
    }
    if index.is_multiple_of(4) {
        lines.push(line(Fate::Rejected, 200));
        lines.push(line(Fate::Rejected, 300));
    }
    if index % 7 != 6 {
        lines.push(line(Fate::Accepted, (index * index) % 41));
    }
    Ok(Sample { index, lines })
}

pub(crate) fn open(dir: &Path, identity: &Identity) -> Writer<Distinct> {
    match Run::open(dir, identity).expect("opened") {
        Opened::Unfinished(run) => run.writer(Distinct::default()).expect("restored"),
        Opened::Finished(done) => panic!("finished: {done:?}"),
    }
}

pub(crate) fn fresh(dir: &Path, n: u64) -> Writer<Distinct> {
    open(dir, &identity(n))
}

/// Runs, or runs on, to the end; gives the folder.
pub(crate) fn run_whole(dir: &Path, n: u64, threads: usize) -> BTreeMap<String, String> {
    let ended = fresh(dir, n).generate(&Work { threads, ..Work::default() }, make);
    assert!(matches!(ended, Ended::Done(_)), "{ended:?}");
    snapshot(dir)
}

/// Every file of a folder, by name.
pub(crate) fn snapshot(dir: &Path) -> BTreeMap<String, String> {
    fs::read_dir(dir)
        .expect("a folder")
        .map(|entry| {
            let entry = entry.expect("an entry");
            let text = fs::read_to_string(entry.path()).expect("text");
            (entry.file_name().into_string().expect("a name"), text)
        })
        .collect()
}

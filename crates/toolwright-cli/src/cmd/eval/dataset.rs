//! `toolwright eval dataset`: answers to the turns of a dataset, under the policy `Typed`.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufReader, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use toolwright_core::Dialog;
use toolwright_core::format::FORMATS;
use toolwright_core::jsonl::Lines;
use toolwright_eval::dataset::{Outcome, judge, tests};

use super::{share, share_json};
use crate::Exit;
use crate::args;
use crate::data::Dataset;
use crate::talk::{self, say};

pub(crate) fn run(args: &args::EvalDataset) -> Result<Exit> {
    let data = Dataset::open(&args.data, args.format.as_deref())?;
    for output in [&args.output, &args.prompts].into_iter().flatten() {
        crate::cmd::apart(data.path(), output)?;
    }
    match (&args.prompts, &args.results) {
        (Some(prompts), _) => write_prompts(args, &data, prompts),
        (None, Some(results)) => score(args, &data, results),
        (None, None) => bail!("expected --results or --prompts"),
    }
}

/// Writes what is to be answered.
fn write_prompts(args: &args::EvalDataset, data: &Dataset, prompts: &Path) -> Result<Exit> {
    let written = FORMATS.iter().find(|format| format.id == "openai").and_then(|format| format.write);
    let write = written.context("the format `openai` is in the list and is written")?;
    let mut out = crate::cmd::create(prompts)?;
    let (mut written, mut unreadable) = (0u64, 0u64);
    data.each(
        args.threads,
        |row| {
            let place = row.place;
            let dialog = row.dialog.map_err(|why| format!("{}:{place}: {why}", args.data.display()))?;
            let prompt = |test: toolwright_eval::dataset::Test<'_>| {
                let before = Dialog {
                    tools: dialog.tools.clone(),
                    messages: test.before.to_vec(),
                    ..Dialog::default()
                };
                let mut value = write(&before).map_err(|error| format!("{}: {error}", test.id))?;
                if let Some(object) = value.as_object_mut() {
                    object.shift_insert(0, "id".to_owned(), json!(test.id));
                }
                Ok(value.to_string())
            };
            tests(&dialog, place).into_iter().map(prompt).collect::<Result<Vec<String>, String>>()
        },
        |lines| {
            match lines {
                Ok(lines) => {
                    for line in lines {
                        writeln!(out, "{line}")?;
                        written += 1;
                    }
                }
                Err(why) => {
                    unreadable += 1;
                    if unreadable <= 5 && !args.quiet {
                        say(&why);
                    }
                }
            }
            Ok(())
        },
    )?;
    out.flush()?;
    if args.json {
        talk::json(
            &json!({ "out": prompts.display().to_string(), "written": written, "unreadable": unreadable }),
        )?;
    }
    if !args.quiet {
        say(&format!("{}: {written} tests written, {unreadable} rows unreadable", prompts.display()));
    }
    Ok(if unreadable > 0 { Exit::Found } else { Exit::Done })
}

/// What the tests came to.
#[derive(Default)]
struct Tally {
    outcomes: BTreeMap<&'static str, usize>,
    /// Right and all, by the dialog's kind.
    kinds: BTreeMap<&'static str, (usize, usize)>,
    missing: usize,
    unreadable: usize,
}

impl Tally {
    fn counts(&self) -> (usize, usize) {
        self.kinds.values().fold((0, 0), |sum, (right, all)| (sum.0 + right, sum.1 + all))
    }

    fn count(&mut self, kind: &'static str, outcome: &Outcome) {
        *self.outcomes.entry(outcome.name()).or_default() += 1;
        let (right, all) = self.kinds.entry(kind).or_default();
        *right += usize::from(*outcome == Outcome::Right);
        *all += 1;
    }
}

/// The answers of a file, by test.
#[derive(Default)]
pub(super) struct Answers {
    pub(super) by_id: HashMap<String, Value>,
    pub(super) repeated: usize,
    pub(super) problems: Vec<String>,
}

impl Answers {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let file = std::fs::File::open(path).with_context(|| {
            format!("{}: there is no such file, or it cannot be read; check the path", path.display())
        })?;
        let mut answers = Self::default();
        for line in Lines::new(BufReader::new(file)) {
            let (number, read) = match line {
                Ok((number, text)) => (number, row(&text)),
                Err((number, error)) => (number, Err(error.to_string())),
            };
            match read {
                Err(why) => answers.problems.push(format!("{}:{number}: {why}", path.display())),
                Ok((id, _)) if answers.by_id.contains_key(&id) => {
                    answers.repeated += 1;
                    let why = format!("`{id}` has an answer already, which counts");
                    answers.problems.push(format!("{}:{number}: {why}", path.display()));
                }
                Ok((id, result)) => {
                    answers.by_id.insert(id, result);
                }
            }
        }
        if answers.by_id.is_empty() {
            let first = answers.problems.first().map_or_else(String::new, |problem| format!(": {problem}"));
            bail!(
                "{}: found no answers; expected rows like {{\"id\": \"1:1\", \"result\": \"[f(a=1)]\"}}{first}",
                path.display()
            );
        }
        Ok(answers)
    }
}

/// The id and the result of a row.
fn row(text: &str) -> Result<(String, Value), String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?;
    let Value::Object(mut row) = value else {
        return Err("expected an object with `id` and `result`".to_owned());
    };
    match (row.remove("id"), row.remove("result")) {
        (Some(Value::String(id)), Some(result)) => Ok((id, result)),
        (Some(Value::String(_)), None) => Err("expected the key `result`".to_owned()),
        _ => Err("expected the key `id`, a text such as \"1:1\"".to_owned()),
    }
}

fn score(args: &args::EvalDataset, data: &Dataset, results: &Path) -> Result<Exit> {
    let answers = Answers::read(results)?;
    let mut out = args.output.as_deref().map(crate::cmd::create).transpose()?;
    let (mut tally, mut used) = (Tally::default(), 0);
    data.each(
        args.threads,
        |row| {
            let place = row.place;
            let dialog = row.dialog.map_err(|why| format!("{}:{place}: {why}", args.data.display()))?;
            let kind = dialog.meta.kind.map_or("unknown", |kind| kind.name());
            let judged = |test: toolwright_eval::dataset::Test<'_>| {
                let outcome = answers.by_id.get(&test.id).map(|result| judge(&test, result));
                (test.id, outcome)
            };
            Ok::<_, String>((kind, tests(&dialog, place).into_iter().map(judged).collect::<Vec<_>>()))
        },
        |judged| {
            let (kind, judged) = match judged {
                Ok(judged) => judged,
                Err(why) => {
                    tally.unreadable += 1;
                    if tally.unreadable <= 5 && !args.quiet {
                        say(&why);
                    }
                    return Ok(());
                }
            };
            for (id, outcome) in judged {
                let Some(outcome) = outcome else {
                    tally.missing += 1;
                    continue;
                };
                used += 1;
                tally.count(kind, &outcome);
                if let Some(out) = &mut out {
                    let why = match &outcome {
                        Outcome::Wrong(_, why) | Outcome::Malformed(why) => Some(why),
                        _ => None,
                    };
                    writeln!(out, "{}", json!({ "id": id, "outcome": outcome.name(), "why": why }))?;
                }
            }
            Ok(())
        },
    )?;
    if let Some(out) = &mut out {
        out.flush()?;
    }
    let unknown = answers.by_id.len() - used;
    if args.json {
        talk::json(&summary(&tally, &answers, unknown))?;
    } else {
        table(&tally)?;
    }
    if !args.quiet {
        answers.problems.iter().take(5).for_each(|problem| say(problem));
        say(&format!(
            "{} tests scored, {} without an answer, {unknown} answers to no test, {} answers unreadable, {} rows unreadable",
            used,
            tally.missing,
            answers.problems.len() - answers.repeated,
            tally.unreadable
        ));
    }
    let gaps = tally.missing + tally.unreadable + unknown + answers.problems.len();
    Ok(if gaps > 0 { Exit::Found } else { Exit::Done })
}

fn table(tally: &Tally) -> Result<()> {
    let mut rows = vec![["kind", "tests", "right", "accuracy", "95 % interval"].map(str::to_owned).to_vec()];
    let (right, all) = tally.counts();
    let kinds = tally.kinds.iter().map(|(kind, counts)| (*kind, *counts));
    for (kind, (right, all)) in kinds.chain([("= all tests", (right, all))]) {
        let [accuracy, interval] = share(right, all);
        rows.push(vec![kind.to_owned(), all.to_string(), right.to_string(), accuracy, interval]);
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}\n", talk::table(&rows))?;
    let outcomes: Vec<Vec<String>> = Outcome::NAMES
        .iter()
        .map(|name| vec![(*name).to_owned(), tally.outcomes.get(name).unwrap_or(&0).to_string()])
        .collect();
    Ok(writeln!(out, "{}", talk::table(&outcomes))?)
}

fn summary(tally: &Tally, answers: &Answers, unknown: usize) -> Value {
    let (right, all) = tally.counts();
    let mut summary = share_json(right, all);
    let count = |name: &&str| ((*name).to_owned(), json!(tally.outcomes.get(name).unwrap_or(&0)));
    summary["outcomes"] = Outcome::NAMES.iter().map(count).collect::<Map<_, _>>().into();
    let kind =
        |(kind, (right, all)): (&&str, &(usize, usize))| ((*kind).to_owned(), share_json(*right, *all));
    summary["by_kind"] = tally.kinds.iter().map(kind).collect::<Map<_, _>>().into();
    for (key, count) in [
        ("missing", tally.missing),
        ("unknown", unknown),
        ("repeated", answers.repeated),
        ("unreadable", tally.unreadable + answers.problems.len() - answers.repeated),
    ] {
        summary[key] = json!(count);
    }
    summary
}

//! `toolwright eval bfcl --llm`: puts the questions to a model and writes its answers as result files.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use toolwright_core::{Endpoint, Place, Sampling, Unanswered};
use toolwright_eval::bfcl::ask::{Ask, Mode, asks, result_file, row};
use toolwright_eval::bfcl::{Benchmark, CATEGORIES, Category};
use toolwright_llm::{Llm, in_order};
use toolwright_run::{Journal, Progress, hold};

use super::bfcl::one_of;
use crate::args;
use crate::cmd::cancel_on_interrupt;
use crate::llm;
use crate::talk::say;

/// Where answers go, where no folder is given.
const RESULTS: &str = "runs/bfcl";
/// Samples in the works for each request in flight, so that one that waits keeps nobody else waiting.
const WINDOW: usize = 4;

/// What came of asking.
pub(crate) enum Asking {
    /// Every question has its answer, or none that it will ever have; the results lie in this folder.
    Done { results: PathBuf, asked: Value },
    /// Some questions are still to be asked.
    Stopped,
}

/// Asks all questions of these categories; none stands for all that the benchmark's folder holds.
pub(crate) fn run(args: &args::EvalBfcl, benchmark: &Benchmark, categories: &[String]) -> Result<Asking> {
    let [model] = &args.models[..] else {
        bail!("--llm asks one model, and {} are named; give --model NAME once", args.models.len());
    };
    let mode = one_of("mode", &args.mode, Mode::ALL.map(|mode| (mode.name(), mode)), &[])?;
    if !(0.0..=2.0).contains(&args.temperature) {
        bail!("--temperature {}: expected 0 to 2", args.temperature);
    }
    let sampling = Sampling { temperature: Some(args.temperature), ..Sampling::default() };
    let questions = questions(benchmark, categories, mode, &sampling)?;
    let results = args.results.clone().unwrap_or_else(|| RESULTS.into());
    let folder = results.join(folder_name(model, mode));
    std::fs::create_dir_all(&folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
    let _hold = hold(&folder)?;
    let cancel = cancel_on_interrupt();
    let llm = llm::open(&args.llm, model, Arc::new(Journal::open(&folder)?))?;
    let (answers, left) = put(&llm, &questions, args.quiet, cancel)?;
    if !args.quiet {
        say(&llm::said(&llm.asked()));
    }
    if let Some(why) = left {
        let answered = answers.len();
        say(&format!(
            "{}: {why}; {answered} of {} are answered, the same command goes on",
            folder.display(),
            total(&questions)
        ));
        return Ok(Asking::Stopped);
    }
    for (category, questions) in &questions {
        write(&folder.join(result_file(benchmark.version(), category)), questions, &answers)?;
    }
    Ok(Asking::Done { results: folder, asked: llm::summary(&llm.asked()) })
}

/// The questions by category, in the order of the catalogue.
fn questions(
    benchmark: &Benchmark,
    categories: &[String],
    mode: Mode,
    sampling: &Sampling,
) -> Result<Vec<(&'static Category, Vec<Ask>)>> {
    let mut read = Vec::new();
    for category in CATEGORIES {
        let named = categories.iter().any(|id| id == category.id);
        if !category.is_single_turn() {
            if named {
                bail!(
                    "{}: a model is asked single-turn categories only; give --results to score this one",
                    category.id
                );
            }
            continue;
        }
        if named || (categories.is_empty() && benchmark.holds(category)) {
            read.push((category, asks(benchmark, category, mode, sampling)?));
        }
    }
    Ok(read)
}

fn total(questions: &[(&Category, Vec<Ask>)]) -> usize {
    questions.iter().map(|(_, asks)| asks.len()).sum()
}

/// A model's folder: its name, which may hold slashes, and the mode.
fn folder_name(model: &str, mode: Mode) -> String {
    let name: String =
        model.chars().map(|c| if c.is_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let name = name.trim_start_matches('.');
    match mode {
        Mode::Functions => format!("{name}-FC"),
        Mode::Prompt => name.to_owned(),
    }
}

/// The answers by the ids of their questions, and why not all were asked, where that is so.
fn put(
    llm: &Arc<Llm>,
    questions: &[(&'static Category, Vec<Ask>)],
    quiet: bool,
    cancel: toolwright_run::Cancel,
) -> Result<(BTreeMap<String, Value>, Option<String>)> {
    let all: Vec<(Place, Ask)> = questions
        .iter()
        .flat_map(|(category, asks)| {
            let place = |n: usize| Place { sample: n as u64, ..Place::new(category.id) };
            asks.iter().enumerate().map(move |(n, ask)| (place(n), ask.clone()))
        })
        .collect();
    let all = Arc::new(all);
    let n = all.len() as u64;
    let (mut answers, mut refused, mut left) = (BTreeMap::new(), 0u64, None);
    let mut meter = Progress::stderr(quiet).start("tests", 0, n);
    let make = |index: u64| {
        let (llm, all) = (Arc::clone(llm), Arc::clone(&all));
        async move {
            let (place, ask) = &all[usize::try_from(index).unwrap_or_default()];
            llm.ask(place, &ask.request).await.map(|reply| row(&ask.id, &reply))
        }
    };
    let each = |index: u64, answer: Result<Value, Unanswered>| {
        let (_, ask) = &all[usize::try_from(index).unwrap_or_default()];
        match answer {
            Ok(row) => drop(answers.insert(ask.id.clone(), row)),
            Err(Unanswered::Refused(why)) => {
                refused += 1;
                say(&format!("{}: not answered, and scored as missing: {why}", ask.id));
            }
            Err(why @ (Unanswered::Exhausted(_) | Unanswered::Stopped(_))) => {
                left.get_or_insert_with(|| format!("{}: {why}", ask.id));
            }
        }
        meter.update(answers.len() as u64 + refused, || {
            format!("{} sent, {refused} refused", llm.asked().sent)
        });
        ControlFlow::Continue(())
    };
    let stopped = Arc::clone(llm);
    llm::run(cancel, move |why| stopped.stop(why), in_order(0..n, llm.in_flight() * WINDOW, make, each))?;
    let left = llm.stopped().or(left);
    meter.end(answers.len() as u64 + refused, &format!("{} sent, {refused} refused", llm.asked().sent));
    Ok((answers, left))
}

/// The result file of a category, whole or not at all.
fn write(path: &Path, questions: &[Ask], answers: &BTreeMap<String, Value>) -> Result<()> {
    let cannot = || format!("{}: cannot be written", path.display());
    let mut text = String::new();
    for row in questions.iter().filter_map(|ask| answers.get(&ask.id)) {
        text.push_str(&row.to_string());
        text.push('\n');
    }
    std::fs::create_dir_all(path.parent().unwrap_or(path)).with_context(cannot)?;
    let draft = path.with_extension("tmp");
    std::fs::write(&draft, text).with_context(cannot)?;
    std::fs::rename(&draft, path).with_context(cannot)
}

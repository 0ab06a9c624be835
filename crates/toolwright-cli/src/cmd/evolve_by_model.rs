//! `toolwright tools evolve --llm`: a model reads documents, and defines the tools of a pool.

use std::collections::HashSet;
use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use serde_json::json;
use toolwright_core::seed::Seed;
use toolwright_core::{Answered, Asker, Tool, Unanswered};
use toolwright_llm::{Llm, in_order};
use toolwright_run::{Journal, Progress, hold};
use toolwright_synth::pool::builtin;
use toolwright_synth::pool::by_model::{Adaptation, Outline, Task, define, extend, speciate};
use toolwright_synth::pool::tree::Tree;
use toolwright_verify::dedup::{Grams, Near};

use super::tools::{place, write_tool};
use crate::Exit;
use crate::args;
use crate::llm;
use crate::talk::{self, say};

/// Definitions that are asked for before those that came join the examples.
const BATCH: u64 = 256;
/// Of so many tries in a row …
const WINDOW: usize = 200;
/// … at least this share has to give a tool.
const LEAST: f64 = 0.2;
/// Tools of the authored tree that are the first examples.
const EXAMPLES: usize = 396;
/// The most of a document that a model reads, in characters.
const READ: usize = 24_000;
/// What is read as a document in a folder.
const KINDS: [&str; 8] = ["md", "txt", "rst", "json", "yaml", "yml", "html", "py"];

/// What came of the work.
struct Grown {
    tools: Vec<Arc<Tool>>,
    parts: usize,
    functions: usize,
    tries: u64,
    twins: u64,
    unusable: u64,
}

pub(super) fn run(args: &args::Evolve) -> Result<Exit> {
    let Some(model) = &args.model else {
        bail!("no model is named; give --model NAME, as the server knows it")
    };
    let documents = documents(&args.documents)?;
    let folder = &args.journal;
    std::fs::create_dir_all(folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
    let _hold = hold(folder)?;
    let llm = llm::open(&args.llm, model, Arc::new(Journal::open(folder)?))?;
    let stopped = Arc::clone(&llm);
    let cancel = super::cancel_on_interrupt();
    let grown = llm::run(cancel, move |why| stopped.stop(why), grow(args, &llm, documents))?;
    if !args.quiet {
        say(&llm::said(&llm.asked()));
    }
    let grown = match (grown, llm.stopped()) {
        (Ok(grown), None) => grown?,
        (Err(why), None) | (_, Some(why)) => {
            say(&format!("{}: {why}; the same command goes on", folder.display()));
            return Ok(Exit::Stopped);
        }
    };
    let mut out = super::output(args.output.as_deref())?;
    for tool in &grown.tools {
        write_tool(&mut out, tool).with_context(|| place(args.output.as_deref()))?;
    }
    out.flush().with_context(|| place(args.output.as_deref()))?;
    let made = grown.tools.len();
    if args.json {
        talk::json(&json!({
            "tools": made,
            "asked_for": args.n,
            "sub_domains": grown.parts,
            "functionalities": grown.functions,
            "tries": {"written": grown.tries, "near_duplicates": grown.twins, "unusable": grown.unusable},
            "asked": llm::summary(&llm.asked()),
        }))?;
    }
    if !args.quiet {
        say(&format!(
            "{made} tools out of {} functionalities in {} sub-domains; of {} definitions {} were near-duplicates and {} unusable",
            grown.functions, grown.parts, grown.tries, grown.twins, grown.unusable
        ));
    }
    if made < args.n {
        bail!(
            "{made} of {} tools were made; of the last definitions too few could be used, so give more --documents, another --seed, or ask for fewer",
            args.n
        );
    }
    Ok(Exit::Done)
}

/// The documents of files and folders: name and text.
fn documents(paths: &[PathBuf]) -> Result<Vec<(String, String)>> {
    let mut open: Vec<PathBuf> = paths.iter().rev().cloned().collect();
    let mut read = Vec::new();
    while let Some(path) = open.pop() {
        let cannot = || format!("{}: cannot be read", path.display());
        if path.is_dir() {
            let inner: std::io::Result<Vec<PathBuf>> =
                std::fs::read_dir(&path).with_context(cannot)?.map(|entry| Ok(entry?.path())).collect();
            let mut inner = inner.with_context(cannot)?;
            let known =
                |path: &Path| path.extension().and_then(|e| e.to_str()).is_some_and(|e| KINDS.contains(&e));
            inner.retain(|path| path.is_dir() || known(path));
            inner.sort_unstable_by(|a, b| b.cmp(a));
            open.extend(inner);
            continue;
        }
        let bytes = std::fs::read(&path).with_context(cannot)?;
        let text: String = String::from_utf8_lossy(&bytes).chars().take(READ).collect();
        if !text.trim().is_empty() {
            read.push((path.display().to_string(), text));
        }
    }
    if read.is_empty() && !paths.is_empty() {
        bail!("the documents hold no text; expected files of these kinds: {}", KINDS.join(", "));
    }
    Ok(read)
}

/// The outer error says why the work has to wait for another time.
async fn grow(
    args: &args::Evolve,
    llm: &Arc<Llm>,
    documents: Vec<(String, String)>,
) -> Result<Result<Grown>, String> {
    let progress = Progress::stderr(args.quiet);
    let mut outline = if args.only_documents { Outline::default() } else { Outline::of(&Tree::authored()) };
    let known = Arc::new(outline.clone());
    let documents = Arc::new(documents);
    let n = documents.len() as u64;
    let mut meter = progress.start("documents", 0, n);
    let species = asked(llm, 0..n, |index| {
        let (llm, documents, known) = (Arc::clone(llm), Arc::clone(&documents), Arc::clone(&known));
        async move {
            let mut asker = Asker::new(&*llm, index, 0);
            speciate(&mut asker, &documents[at(index)].1, &known).await
        }
    })
    .await?;
    let mut touched = HashSet::new();
    for (index, part) in species.into_iter().enumerate() {
        match part {
            Ok(part) => {
                touched.insert((part.domain.clone(), part.part.clone()));
                outline.add(part);
            }
            Err(why) => say(&format!("skipped: {}: {why}", documents[index].0)),
        }
        meter.update(index as u64 + 1, String::new);
    }
    meter.end(n, "read");
    // What documents gave is completed; the authored tree is complete as it is.
    let open: Vec<usize> = (0..outline.parts.len())
        .filter(|at| touched.contains(&(outline.parts[*at].domain.clone(), outline.parts[*at].part.clone())))
        .collect();
    let parts: Arc<Vec<_>> = Arc::new(open.iter().map(|at| outline.parts[*at].clone()).collect());
    let more = asked(llm, 0..open.len() as u64, |index| {
        let (llm, parts) = (Arc::clone(llm), Arc::clone(&parts));
        async move { extend(&mut Asker::new(&*llm, index, 0), &parts[at(index)]).await }
    })
    .await?;
    for (at, functions) in open.into_iter().zip(more) {
        outline.parts[at].extend(functions.unwrap_or_default());
    }
    if outline.parts.is_empty() {
        return Ok(Err(anyhow::anyhow!("the model found no functionality in the documents; give others")));
    }
    Ok(Ok(defined(args, llm, &outline, &progress).await?))
}

fn at(index: u64) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

/// The answers to all of these, in order, or why some have to wait.
async fn asked<T, F>(
    llm: &Arc<Llm>,
    indices: Range<u64>,
    ask: impl FnMut(u64) -> F,
) -> Result<Vec<Answered<T>>, String>
where
    F: Future<Output = Result<Answered<T>, Unanswered>> + Send + 'static,
    T: Send + 'static,
{
    let (mut answers, mut waits) = (Vec::new(), None);
    in_order(indices, llm.in_flight() * 4, ask, |_, answer| {
        match answer {
            Ok(answer) => answers.push(answer),
            Err(why) => drop(waits.get_or_insert_with(|| why.to_string())),
        }
        ControlFlow::Continue(())
    })
    .await;
    waits.map_or(Ok(answers), Err)
}

/// Adaptation and evolution, batch by batch.
async fn defined(
    args: &args::Evolve,
    llm: &Arc<Llm>,
    outline: &Outline,
    progress: &Progress,
) -> Result<Grown, String> {
    let functions = outline.parts.iter().map(|part| part.functions.len()).sum();
    let mut grown =
        Grown { tools: Vec::new(), parts: outline.parts.len(), functions, tries: 0, twins: 0, unusable: 0 };
    let mut examples: Vec<Arc<Tool>> = builtin::tools(EXAMPLES).into_iter().map(Arc::new).collect();
    let mut adaptation = Adaptation::new(outline, Seed::new(args.seed).child("by model"));
    let (mut near, mut names) = (Near::default(), HashSet::new());
    let mut last: Vec<bool> = Vec::new();
    let mut meter = progress.start("tools", 0, args.n as u64);
    while grown.tools.len() < args.n {
        let left = (args.n - grown.tools.len()) as u64;
        let batch = grown.tries..grown.tries + left.min(BATCH);
        let tasks: Vec<Option<Task>> = batch.clone().map(|index| adaptation.task(index, &examples)).collect();
        let tasks = Arc::new(tasks);
        let first = batch.start;
        let tools = asked(llm, batch.clone(), |index| {
            let (llm, tasks) = (Arc::clone(llm), Arc::clone(&tasks));
            async move {
                match &tasks[at(index - first)] {
                    Some(task) => define(&mut Asker::new(&*llm, index, 0), task).await,
                    None => Ok(Err("every subtree that was drawn has its API".into())),
                }
            }
        })
        .await?;
        for tool in tools {
            grown.tries += 1;
            let Ok(tool) = tool else {
                grown.unusable += 1;
                last.push(false);
                continue;
            };
            let grams = Grams::of(&tool);
            let new = near.find(&grams).is_none() && names.insert(tool.name.clone());
            last.push(new);
            if !new {
                grown.twins += 1;
                continue;
            }
            near.push(grams);
            let tool = Arc::new(tool);
            examples.push(Arc::clone(&tool));
            grown.tools.push(tool);
        }
        meter.update(grown.tools.len() as u64, || format!("{} requests sent", llm.asked().sent));
        let window = &last[last.len().saturating_sub(WINDOW)..];
        let accepted = window.iter().filter(|new| **new).count();
        if window.len() == WINDOW && (accepted as f64) < LEAST * WINDOW as f64 {
            break;
        }
    }
    grown.tools.truncate(args.n);
    meter.end(grown.tools.len() as u64, &format!("{} requests sent", llm.asked().sent));
    Ok(grown)
}

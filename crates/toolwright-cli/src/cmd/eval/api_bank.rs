//! `toolwright eval api-bank`: predicted calls beside the annotated ones of API-Bank, by level.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use toolwright_core::format::FORMATS;
use toolwright_core::{Dialog, Tool};
use toolwright_eval::api_bank::{Level, Outcome, judge, tests};

use super::dataset::Answers;
use super::{share, share_json};
use crate::Exit;
use crate::args;
use crate::data::Dataset;
use crate::sources::{self, McpConfig};
use crate::talk::{self, say};

/// The format of its dialogs.
const FORMAT: &str = "api-bank";

pub(crate) fn run(args: &args::EvalApiBank) -> Result<Exit> {
    let data = Dataset::open(&args.data, Some(FORMAT))?;
    for output in [&args.output, &args.prompts].into_iter().flatten() {
        crate::cmd::apart(data.path(), output)?;
    }
    match (&args.prompts, &args.apis, &args.results) {
        (Some(prompts), Some(apis), _) => write_prompts(args, &data, prompts, apis),
        (None, _, Some(results)) => score(args, &data, results),
        _ => bail!("expected --results, or --prompts with --apis"),
    }
}

/// Goes through the dialogs; rows that cannot be read are told and counted.
fn each(
    args: &args::EvalApiBank,
    data: &Dataset,
    mut each: impl FnMut(&Dialog, &str) -> Result<()>,
) -> Result<usize> {
    let mut unreadable = 0;
    data.each(
        1,
        |row| (row.place, row.dialog),
        |(place, dialog)| match dialog {
            Ok(dialog) => each(&dialog, &place.to_string()),
            Err(why) => {
                unreadable += 1;
                if unreadable <= 5 && !args.quiet {
                    say(&format!("{}:{place}: {why}", args.data.display()));
                }
                Ok(())
            }
        },
    )?;
    Ok(unreadable)
}

/// Writes what is to be answered, with the APIs that are on offer.
fn write_prompts(args: &args::EvalApiBank, data: &Dataset, prompts: &Path, apis: &Path) -> Result<Exit> {
    let written = FORMATS.iter().find(|format| format.id == "openai").and_then(|format| format.write);
    let write = written.context("the format `openai` is in the list and is written")?;
    let imported = sources::import(&[apis.to_string_lossy()], &McpConfig::default())?;
    let known: BTreeMap<&str, &Tool> = imported.tools.iter().map(|tool| (tool.name.as_str(), tool)).collect();
    let mut out = crate::cmd::create(prompts)?;
    let (mut written, mut unknown) = (0u64, BTreeMap::<String, usize>::new());
    let unreadable = each(args, data, |dialog, place| {
        for test in tests(dialog, place) {
            let mut tools = Vec::new();
            for name in test.offer(dialog) {
                match known.get(name.as_str()) {
                    Some(tool) => tools.push(std::sync::Arc::new((*tool).clone())),
                    None => *unknown.entry(name).or_default() += 1,
                }
            }
            let before = Dialog { tools, messages: test.before.to_vec(), ..Dialog::default() };
            let mut value = write(&before).with_context(|| test.id.clone())?;
            if let Some(object) = value.as_object_mut() {
                object.shift_insert(0, "id".to_owned(), json!(test.id));
            }
            writeln!(out, "{value}")?;
            written += 1;
        }
        Ok(())
    })?;
    out.flush()?;
    let without: usize = unknown.values().sum();
    if args.json {
        let out = prompts.display().to_string();
        talk::json(
            &json!({ "out": out, "written": written, "unreadable": unreadable, "unknown_apis": unknown }),
        )?;
    }
    if !args.quiet {
        for (name, times) in unknown.iter().take(5) {
            say(&format!("{}: no API is called `{name}`; {times} tests go without it", apis.display()));
        }
        say(&format!("{}: {written} tests written, {unreadable} rows unreadable", prompts.display()));
    }
    Ok(if unreadable + without > 0 { Exit::Found } else { Exit::Done })
}

/// What the tests came to: outcomes by level.
#[derive(Default)]
struct Tally {
    outcomes: BTreeMap<Level, BTreeMap<&'static str, usize>>,
    missing: usize,
}

impl Tally {
    fn count(&self, level: Level, name: &str) -> usize {
        self.outcomes.get(&level).and_then(|outcomes| outcomes.get(name)).copied().unwrap_or_default()
    }

    /// Tests of a level.
    fn all(&self, level: Level) -> usize {
        self.outcomes.get(&level).map_or(0, |outcomes| outcomes.values().sum())
    }
}

fn score(args: &args::EvalApiBank, data: &Dataset, results: &Path) -> Result<Exit> {
    let answers = Answers::read(results)?;
    let mut out = args.output.as_deref().map(crate::cmd::create).transpose()?;
    let (mut tally, mut used) = (Tally::default(), 0);
    let unreadable = each(args, data, |dialog, place| {
        for test in tests(dialog, place) {
            let Some(result) = answers.by_id.get(&test.id) else {
                tally.missing += 1;
                continue;
            };
            used += 1;
            let outcome = judge(&test, result);
            *tally.outcomes.entry(test.level).or_default().entry(outcome.name()).or_default() += 1;
            if let Some(out) = &mut out {
                let why = match &outcome {
                    Outcome::Wrong(why) | Outcome::Malformed(why) => Some(why),
                    _ => None,
                };
                let row = json!({ "id": test.id, "level": test.level.name(), "outcome": outcome.name(), "why": why });
                writeln!(out, "{row}")?;
            }
        }
        Ok(())
    })?;
    if let Some(out) = &mut out {
        out.flush()?;
    }
    let unknown = answers.by_id.len() - used;
    let broken = answers.problems.len() - answers.repeated;
    if args.json {
        let mut summary = summary(&tally);
        for (key, count) in [
            ("missing", tally.missing),
            ("unknown", unknown),
            ("repeated", answers.repeated),
            ("unreadable", unreadable + broken),
        ] {
            summary[key] = json!(count);
        }
        talk::json(&summary)?;
    } else {
        table(&tally)?;
    }
    if !args.quiet {
        answers.problems.iter().take(5).for_each(|problem| say(problem));
        say(&format!(
            "{used} tests scored, {} without an answer, {unknown} answers to no test, {broken} answers unreadable, {unreadable} rows unreadable",
            tally.missing
        ));
    }
    let gaps = tally.missing + unreadable + unknown + answers.problems.len();
    Ok(if gaps > 0 { Exit::Found } else { Exit::Done })
}

fn table(tally: &Tally) -> Result<()> {
    let mut head = vec!["level", "tests", "right", "accuracy", "95 % interval", "of those decided"];
    head.extend(Outcome::NAMES.iter().skip(1));
    let mut rows = vec![head.into_iter().map(str::to_owned).collect::<Vec<_>>()];
    for level in Level::ALL {
        let (right, all) = (tally.count(level, "right"), tally.all(level));
        let [accuracy, interval] = share(right, all);
        let [decided, _] = share(right, all - tally.count(level, "undecided"));
        let mut row =
            vec![level.name().to_owned(), all.to_string(), right.to_string(), accuracy, interval, decided];
        row.extend(Outcome::NAMES.iter().skip(1).map(|name| tally.count(level, name).to_string()));
        rows.push(row);
    }
    Ok(writeln!(std::io::stdout(), "{}", talk::table(&rows))?)
}

fn summary(tally: &Tally) -> Value {
    let level = |level: Level| {
        let (right, all) = (tally.count(level, "right"), tally.all(level));
        let mut value = share_json(right, all);
        value["decided"] = share_json(right, all - tally.count(level, "undecided"));
        let outcomes =
            Outcome::NAMES.iter().map(|name| ((*name).to_owned(), json!(tally.count(level, name))));
        value["outcomes"] = outcomes.collect::<Map<_, _>>().into();
        (level.name().to_owned(), value)
    };
    json!({ "levels": Level::ALL.map(level).into_iter().collect::<Map<_, _>>() })
}

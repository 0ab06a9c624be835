//! `toolwright eval bfcl`: the Berkeley leaderboard, with the official verdicts.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use toolwright_core::format::Rows;
use toolwright_core::nearest;
use toolwright_eval::bfcl::{
    BY, Benchmark, CATEGORIES, Comparison, DECODERS, Flavour, Group, Mean, Model, Names, Options, Report,
    Results, Version, compare, dialogs, explain, score, score_file,
};

use super::ask::{self, Asking};
use super::{share, share_json};
use crate::Exit;
use crate::args;
use crate::talk::{self, say};

pub(crate) fn run(args: &args::EvalBfcl) -> Result<Exit> {
    let mut benchmark = Benchmark::open(&args.data)?;
    if let Some(path) = &args.long_context {
        benchmark = benchmark.with_long_context(path);
    }
    let version = benchmark.version();
    let categories = categories(&args.categories, version)?;
    let options = Options {
        decoder: match args.result_format.as_str() {
            "auto" => None,
            id => Some(one_of(
                "result format",
                id,
                DECODERS.iter().map(|decoder| (decoder.id, decoder)),
                &["auto"],
            )?),
        },
        flavour: one_of(
            "decoder",
            &args.decoder,
            [("current", Flavour::Current), ("2024-12", Flavour::December2024)],
            &[],
        )?,
        names: match args.names.as_str() {
            "auto" => None,
            id => Some(one_of(
                "spelling",
                id,
                [("dots", Names::Dots), ("underscores", Names::Underscores)],
                &["auto"],
            )?),
        },
        categories: &categories,
        threads: args.threads,
        lines: args.score_dir.is_some(),
    };
    let (folder, asked) = match &args.results {
        Some(folder) if !args.llm.is_given() => (folder.clone(), None),
        _ => match ask::run(args, &benchmark, &categories)? {
            Asking::Done { results, asked } => (results, Some(asked)),
            Asking::Stopped => return Ok(Exit::Stopped),
        },
    };
    let mut results = Results::find(&folder, version)?;
    if asked.is_none() {
        choose_models(&mut results, &args.models)?;
    }
    if let Some(id) = &args.explain {
        write!(std::io::stdout(), "{}", explain(&benchmark, &results, &options, id)?)?;
        return Ok(Exit::Done);
    }
    let report = score(&benchmark, &results, &options);
    if let Some(folder) = &args.score_dir {
        let written = score_file::write(&report, version, folder, args.threads)?;
        if !args.quiet {
            say(&format!("{}: {written} score files written", folder.display()));
        }
    }
    if let Some(path) = &args.dialogs {
        let written = write_dialogs(&benchmark, &results, &options, path)?;
        if !args.quiet {
            say(&format!(
                "{}: {written} answers written as dialogs, with their verdicts by `{BY}`",
                path.display()
            ));
        }
    }
    let comparisons = match &args.diff {
        Some(folder) => compare(&benchmark, &report, folder)?,
        None => Vec::new(),
    };
    if args.json {
        let mut summary = summary(version, &report, &results, &comparisons);
        if let Some(asked) = asked {
            summary["asked"] = asked;
        }
        talk::json(&summary)?;
    } else {
        table(version, &report)?;
        differences(&comparisons, version)?;
    }
    if !args.quiet {
        report.problems.iter().for_each(|problem| say(problem));
        for (category, files) in results.not_scored() {
            say(&format!("{category}: {files} files, which are not scored here"));
        }
    }
    let gaps = report.models.iter().flat_map(|model| &model.scores).any(|score| score.has_gaps());
    let differ = comparisons.iter().any(|comparison| !comparison.differences.is_empty());
    let found = gaps || differ || !report.problems.is_empty();
    // The process ends here; taking everything apart first would be a tenth of its time.
    std::mem::forget((benchmark, results, report));
    Ok(if found { Exit::Found } else { Exit::Done })
}

/// Writes every answer as a dialog in our own format.
fn write_dialogs(
    benchmark: &Benchmark,
    results: &Results,
    options: &Options<'_>,
    path: &Path,
) -> Result<u64> {
    let mut out = crate::cmd::create(path)?;
    let (mut written, mut rows) = (0, Rows::default());
    dialogs(benchmark, results, options, |dialog| {
        written += 1;
        let place = |error: std::io::Error| toolwright_core::Error::new(error.to_string()).at(path.display());
        writeln!(out, "{}", rows.write(&dialog)?).map_err(place)
    })?;
    out.flush().with_context(|| format!("{}: cannot be written", path.display()))?;
    Ok(written)
}

/// The value of this name; an error names the nearest.
pub(super) fn one_of<'n, T>(
    what: &str,
    name: &str,
    known: impl IntoIterator<Item = (&'n str, T)>,
    other: &[&str],
) -> Result<T> {
    let mut names: Vec<&str> = other.to_vec();
    for (id, value) in known {
        if id == name {
            return Ok(value);
        }
        names.push(id);
    }
    let near = nearest(name, names.iter().copied())
        .map_or_else(String::new, |near| format!(" did you mean `{near}`?"));
    bail!("no {what} is called `{name}`;{near} expected one of {}", names.join(", "))
}

/// The ids of the categories that are asked for by their names in this version.
fn categories(asked: &[String], version: Version) -> Result<Vec<String>> {
    let known = || CATEGORIES.iter().filter_map(|category| Some((category.name_in(version)?, category.id)));
    asked.iter().map(|name| one_of("category", name, known(), &[]).map(str::to_owned)).collect()
}

fn choose_models(results: &mut Results, asked: &[String]) -> Result<()> {
    for name in asked {
        if !results.models().any(|model| model == name) {
            let near = nearest(name, results.models())
                .map_or_else(String::new, |near| format!(" did you mean `{near}`?"));
            bail!(
                "no model is called `{name}`;{near} found {}",
                results.models().collect::<Vec<_>>().join(", ")
            );
        }
    }
    if !asked.is_empty() {
        results.keep(|model| asked.iter().any(|name| name == model));
    }
    Ok(())
}

/// How results of a model were read, for the table's head.
fn reading(model: &Model) -> String {
    let names = match model.names {
        Names::Dots => "dots kept",
        Names::Underscores => "underscores for dots",
    };
    format!("{}, {names}", model.decoder.id)
}

/// The leaderboard's means of a model, where something of them is there.
fn means(model: &Model) -> Vec<(String, Mean)> {
    let groups = Group::ALL.into_iter().map(|group| (group.name().to_owned(), model.group(group)));
    let overall = Version::ALL.into_iter().map(|version| (overall(version), model.overall(version)));
    groups.chain(overall).filter_map(|(name, mean)| Some((name, mean?))).collect()
}

fn overall(version: Version) -> String {
    format!("overall_{}", version.name())
}

fn table(version: Version, report: &Report) -> Result<()> {
    let mut out = std::io::stdout().lock();
    for model in &report.models {
        writeln!(out, "{} ({})", model.name, reading(model))?;
        let mut rows = vec![
            ["  category", "tests", "right", "accuracy", "95 % interval", "strict"]
                .map(str::to_owned)
                .to_vec(),
        ];
        for score in &model.scores {
            let [accuracy, interval] = share(score.correct, score.total);
            let name = format!("  {}", score.category.name_in(version).unwrap_or(score.category.id));
            let strict =
                score.strict.map_or_else(String::new, |strict| share(strict, score.total)[0].clone());
            rows.push(vec![
                name,
                score.total.to_string(),
                score.correct.to_string(),
                accuracy,
                interval,
                strict,
            ]);
        }
        let mut lacking = Vec::new();
        for (name, mean) in means(model) {
            let accuracy = match mean {
                Ok(accuracy) => format!("{:.1} %", accuracy * 100.0),
                Err(missing) => {
                    lacking.push(format!("  no {name} without {}", missing.join(", ")));
                    "–".to_owned()
                }
            };
            rows.push(vec![format!("  = {name}"), String::new(), String::new(), accuracy]);
        }
        let (right, all) = model.counts();
        let [accuracy, interval] = share(right, all);
        rows.push(vec!["  = all tests".to_owned(), all.to_string(), right.to_string(), accuracy, interval]);
        writeln!(out, "{}", talk::table(&rows))?;
        lacking.iter().try_for_each(|line| writeln!(out, "{line}"))?;
        writeln!(out)?;
    }
    Ok(())
}

fn differences(comparisons: &[Comparison], version: Version) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let verdict = |kind: &Option<String>| kind.clone().unwrap_or_else(|| "right".to_owned());
    for comparison in comparisons {
        let category = comparison.category.name_in(version).unwrap_or(comparison.category.id);
        let (own, all) = comparison.own;
        let published = match comparison.published {
            Some((right, all)) => format!("published {right} of {all}"),
            None => "no published score".to_owned(),
        };
        writeln!(
            out,
            "{} {category}: {published}, own {own} of {all}, {} verdicts and {} error types differ",
            comparison.model,
            comparison.verdicts().count(),
            comparison.differences.len() - comparison.verdicts().count()
        )?;
        for difference in &comparison.differences {
            writeln!(
                out,
                "  {}: published {}, own {}",
                difference.id,
                verdict(&difference.published),
                verdict(&difference.own)
            )?;
        }
    }
    Ok(())
}

fn summary(version: Version, report: &Report, results: &Results, comparisons: &[Comparison]) -> Value {
    let models: Map<String, Value> =
        report.models.iter().map(|model| (model.name.clone(), model_json(version, model))).collect();
    let mut summary = json!({
        "version": version.name(),
        "models": models,
        "not_scored": results.not_scored().map(|(category, files)| (category.to_owned(), json!(files))).collect::<Map<_, _>>(),
        "problems": report.problems,
    });
    if !comparisons.is_empty() {
        summary["diff"] = comparisons
            .iter()
            .map(|comparison| {
                let differences = comparison.differences.iter().map(|difference| {
                    json!({ "id": difference.id, "published": difference.published, "own": difference.own })
                });
                json!({
                    "model": comparison.model,
                    "category": comparison.category.name_in(version),
                    "published": comparison.published.map(|(correct, total)| json!({ "correct": correct, "total": total })),
                    "own": { "correct": comparison.own.0, "total": comparison.own.1 },
                    "verdicts": comparison.verdicts().count(),
                    "differences": differences.collect::<Vec<_>>(),
                })
            })
            .collect();
    }
    summary
}

fn model_json(version: Version, model: &Model) -> Value {
    let category = |score: &toolwright_eval::bfcl::Score| {
        let mut value = share_json(score.correct, score.total);
        if let Some(strict) = score.strict {
            value["strict"] = share_json(strict, score.total);
        }
        for (key, count) in [
            ("missing", score.missing),
            ("unknown", score.unknown),
            ("repeated", score.repeated),
            ("unreadable", score.unreadable),
            ("exceptions", score.exceptions),
        ] {
            value[key] = json!(count);
        }
        value["errors"] =
            score.by_error_type().into_iter().map(|(kind, count)| (kind.to_owned(), json!(count))).collect();
        (score.category.name_in(version).unwrap_or(score.category.id).to_owned(), value)
    };
    let mean = |(name, mean): (String, Mean)| match mean {
        Ok(accuracy) => (name, json!({ "accuracy": accuracy, "missing": [] })),
        Err(missing) => (name, json!({ "accuracy": null, "missing": missing })),
    };
    let (right, all) = model.counts();
    let groups: Map<String, Value> = means(model).into_iter().map(mean).collect();
    json!({
        "result_format": model.decoder.id,
        "names": format!("{:?}", model.names).to_lowercase(),
        "categories": model.scores.iter().map(category).collect::<Map<_, _>>(),
        "groups": groups,
        "overall": share_json(right, all),
    })
}

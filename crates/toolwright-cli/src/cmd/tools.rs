//! `toolwright tools`: documents in, a pool of tools out; and what a pool holds.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;
use toolwright_core::Tool;
use toolwright_core::seed::Seed;
use toolwright_synth::pool::evolve::{Evolution, indicators};
use toolwright_synth::pool::import;
use toolwright_synth::pool::stats::Stats;
use toolwright_synth::pool::tree::Tree;
use toolwright_view::pools::{self, Plot};

use crate::Exit;
use crate::args::{self, ToolsCommand};
use crate::recipe::PoolConfig;
use crate::sources::{self, McpConfig};
use crate::talk::{self, say};

/// Between two lines of progress.
const TELL_EVERY: Duration = Duration::from_secs(2);

pub(crate) fn run(args: &args::Tools) -> Result<Exit> {
    match &args.command {
        ToolsCommand::Import(args) => import(args),
        ToolsCommand::Evolve(args) => evolve(args),
        ToolsCommand::Stats(args) => stats(args),
    }
}

fn import(args: &args::Import) -> Result<Exit> {
    if let Some(output) = &args.output {
        args.sources.iter().try_for_each(|source| super::apart(source.as_ref(), output))?;
    }
    let all = sources::import(&args.sources, &McpConfig::default())?;
    if all.tools.is_empty() {
        all.skipped.iter().take(5).for_each(tell);
        bail!(
            "{}: no tool was found; expected operations of an OpenAPI document, or function definitions{}",
            args.sources.join(", "),
            match all.skipped.len() {
                0 => String::new(),
                skipped => format!(" ({skipped} were skipped)"),
            }
        );
    }
    let mut out = super::output(args.output.as_deref())?;
    for tool in &all.tools {
        write_tool(&mut out, tool).with_context(|| place(args.output.as_deref()))?;
    }
    out.flush().with_context(|| place(args.output.as_deref()))?;
    if args.json {
        talk::json(&json!({ "tools": all.tools.len(), "skipped": all.skipped }))?;
    }
    if !args.quiet {
        all.skipped.iter().for_each(tell);
        say(&format!("{} tools, {} skipped", all.tools.len(), all.skipped.len()));
    }
    Ok(Exit::Done)
}

/// Says what was skipped, and why.
fn tell(skipped: &import::Skipped) {
    let operation =
        if skipped.operation.is_empty() { String::new() } else { format!(" {}", skipped.operation) };
    say(&format!("skipped: {}{operation}: {}", skipped.source, skipped.reason));
}

pub(super) fn write_tool(out: &mut dyn Write, tool: &Tool) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, tool)?;
    out.write_all(b"\n")
}

pub(super) fn place(path: Option<&Path>) -> String {
    path.map_or_else(|| "stdout".to_owned(), |path| format!("{}: cannot be written", path.display()))
}

/// Grows a pool out of the context tree.
fn evolve(args: &args::Evolve) -> Result<Exit> {
    if args.n == 0 {
        bail!("--n is 0; expected at least 1 tool");
    }
    if let Some(output) = &args.output {
        args.documents.iter().try_for_each(|source| super::apart(source, output))?;
    }
    if args.llm.is_given() {
        return super::evolve_by_model::run(args);
    }
    let start = Instant::now();
    let mut tree = if args.only_documents { Tree::default() } else { Tree::authored() };
    if !args.documents.is_empty() {
        let imported = import::import_paths(&args.documents)?;
        let grown = tree.grow(&imported.tools);
        if !args.quiet {
            say(&format!(
                "{} functionalities in {} domains and {} sub-domains from {} operations",
                grown.functionalities,
                grown.domains,
                grown.sub_domains,
                imported.tools.len()
            ));
        }
        if grown.functionalities == 0 {
            bail!(
                "the documents give no operation that an API could be made from; `toolwright tools import` lists what they hold"
            );
        }
    }
    let evolution = Evolution::new(&tree, Seed::new(args.seed), args.n);
    let mut out = super::output(args.output.as_deref())?;
    let (mut made, mut told) = (0, Instant::now());
    let tries = crate::evolved::evolve(&evolution, args.threads, |tool| {
        made += 1;
        if !args.quiet && told.elapsed() > TELL_EVERY {
            told = Instant::now();
            say(&format!("{made} of {} tools", args.n));
        }
        out.write_all(tool.json.as_bytes())?;
        out.write_all(b"\n")
    })
    .and_then(|tries| out.flush().map(|()| tries))
    .with_context(|| place(args.output.as_deref()))?;
    let seconds = start.elapsed().as_secs_f64();
    let share = tries.near_duplicates as f64 / tries.written.max(1) as f64;
    if args.json {
        talk::json(&json!({
            "tools": made,
            "asked": args.n,
            "domains": tree.domains.len(),
            "sub_domains": tree.sub_domains().count(),
            "functionalities": tree.functionalities(),
            "tries": tries,
            "near_duplicates_before": share,
            "seconds": seconds,
        }))?;
    }
    if !args.quiet {
        say(&format!(
            "{made} tools in {seconds:.1} s out of {} functionalities; of {} definitions {} ({:.1} %) were near-duplicates and {} unusable",
            tree.functionalities(),
            tries.written,
            tries.near_duplicates,
            100.0 * share,
            tries.unusable
        ));
    }
    if made < args.n {
        bail!(
            "{made} of {} tools were made: {} functionalities give no more without near-duplicates; ask for fewer, or give --documents",
            args.n,
            tree.functionalities()
        );
    }
    Ok(Exit::Done)
}

fn stats(args: &args::Stats) -> Result<Exit> {
    let mut pools: Vec<(String, Stats)> = Vec::new();
    if args.sources.is_empty() {
        pools.push(("built-in".into(), Stats::of(&crate::evolved::pool(PoolConfig::default(), 0)?)));
    }
    for source in &args.sources {
        pools.push((source.display().to_string(), counted(source)?));
    }
    if let Some(path) = &args.plots {
        let names: Vec<String> = pools.iter().map(|(name, _)| name.clone()).collect();
        let page = pools::page("Pools of tools", &names, &plots(&pools));
        std::fs::write(path, page).with_context(|| format!("{}: cannot be written", path.display()))?;
    }
    if args.json {
        match &pools[..] {
            [(_, one)] => talk::json(&serde_json::to_value(one)?)?,
            _ => {
                let all: serde_json::Map<String, serde_json::Value> = pools
                    .iter()
                    .map(|(name, stats)| Ok((name.clone(), serde_json::to_value(stats)?)))
                    .collect::<Result<_>>()?;
                talk::json(&json!({ "pools": all }))?;
            }
        }
        return Ok(Exit::Done);
    }
    writeln!(std::io::stdout(), "{}", talk::table(&rows(&pools)))?;
    Ok(Exit::Done)
}

/// The numbers of a file or folder. Our own files are read line by line, so that they may be of any size.
fn counted(source: &Path) -> Result<Stats> {
    let mut stats = Stats::of(&[]);
    if let Some(lines) = import::own_lines(source)? {
        for tool in lines {
            stats.add(&tool?);
        }
        return Ok(stats);
    }
    import::import_path(source)?.tools.iter().for_each(|tool| stats.add(tool));
    Ok(stats)
}

/// One row a number, one column a pool.
fn rows(pools: &[(String, Stats)]) -> Vec<Vec<String>> {
    let share =
        |part: usize, stats: &Stats| format!("{:.1} %", 100.0 * part as f64 / stats.tools.max(1) as f64);
    let mean = |sum: usize, stats: &Stats| format!("{:.2}", sum as f64 / stats.tools.max(1) as f64);
    let of_types = |stats: &Stats| {
        let all: usize = stats.by_type.values().sum();
        let mut types: Vec<(&String, &usize)> = stats.by_type.iter().collect();
        types.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let said = |(name, count): &(&String, &usize)| {
            format!("{name} {:.0}", 100.0 * **count as f64 / all.max(1) as f64)
        };
        types.iter().take(6).map(said).collect::<Vec<_>>().join(" ")
    };
    let deepest = |stats: &Stats| stats.by_depth.keys().next_back().copied().unwrap_or_default();
    type Row<'a> = (&'a str, &'a dyn Fn(&Stats) -> String);
    let rows: &[Row<'_>] = &[
        ("tools", &|s| s.tools.to_string()),
        ("domains", &|s| s.domains.to_string()),
        ("sub-domains", &|s| s.sub_domains.to_string()),
        ("parameters a tool", &|s| mean(s.parameters, s)),
        ("required a tool", &|s| mean(s.required, s)),
        ("types of parameters, %", &of_types),
        ("nested parameters", &|s| share(s.nested, s)),
        ("lists of objects", &|s| share(s.lists_of_objects, s)),
        ("lists of lists", &|s| share(s.lists_of_lists, s)),
        ("deepest nesting", &|s| deepest(s).to_string()),
        ("constrained parameters", &|s| share(s.constrained, s)),
        ("declared results", &|s| share(s.with_returns, s)),
        ("words of description", &|s| {
            format!("{} / {} / {}", s.words_at(0.1), s.words_at(0.5), s.words_at(0.9))
        }),
        ("near-duplicates", &|s| format!("{} ({})", s.near_duplicates, share(s.near_duplicates, s))),
    ];
    let several = pools.len() > 1;
    let mut out: Vec<Vec<String>> = Vec::new();
    if several {
        out.push(std::iter::once(String::new()).chain(pools.iter().map(|(name, _)| short(name))).collect());
    }
    for (label, value) in rows {
        out.push(
            std::iter::once((*label).to_owned()).chain(pools.iter().map(|(_, stats)| value(stats))).collect(),
        );
    }
    if pools.iter().any(|(_, stats)| stats.by_indicator.values().any(|count| *count > 0)) {
        for (id, _) in indicators() {
            let used = |stats: &Stats| stats.by_indicator.get(id).copied().unwrap_or_default();
            let cells = pools.iter().map(|(_, stats)| share(used(stats), stats));
            out.push(std::iter::once(format!("  {id}")).chain(cells).collect());
        }
    }
    out
}

/// A path by its last parts.
pub(super) fn short(name: &str) -> String {
    let parts: Vec<&str> = name.trim_end_matches('/').rsplit('/').take(2).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}

fn plots(pools: &[(String, Stats)]) -> Vec<Plot> {
    let of = |title: &str,
              labels: Vec<String>,
              count: &dyn Fn(&Stats, usize) -> usize,
              all: &dyn Fn(&Stats) -> usize| {
        let shares = pools
            .iter()
            .map(|(_, stats)| {
                (0..labels.len()).map(|at| count(stats, at) as f64 / all(stats).max(1) as f64).collect()
            })
            .collect();
        Plot { title: title.to_owned(), labels, shares }
    };
    let tools = |stats: &Stats| stats.tools;
    let up_to = |most: usize| {
        (0..=most).map(|n| if n == most { format!("{n} or more") } else { n.to_string() }).collect()
    };
    let binned =
        |counts: &std::collections::BTreeMap<usize, usize>, at: usize, wide: usize, most: usize| -> usize {
            let end = if at == most { usize::MAX } else { (at + 1) * wide };
            counts.range(at * wide..end).map(|(_, count)| count).sum()
        };
    let mut types: Vec<String> = pools.iter().flat_map(|(_, stats)| stats.by_type.keys().cloned()).collect();
    types.sort();
    types.dedup();
    let mut domains: Vec<String> =
        pools.iter().flat_map(|(_, stats)| stats.by_domain.keys().cloned()).collect();
    domains.sort();
    domains.dedup();
    let words = (0..=12)
        .map(|at| if at == 12 { "96 or more".to_owned() } else { format!("{} to {}", at * 8, at * 8 + 7) })
        .collect();
    let ids: Vec<String> = indicators().map(|(id, _)| id.to_owned()).collect();
    let mut plots = vec![
        of("Parameters a tool", up_to(10), &|s, at| binned(&s.by_parameters, at, 1, 10), &tools),
        of(
            "Types of parameters, nested ones too",
            types.clone(),
            &|s, at| s.by_type.get(&types[at]).copied().unwrap_or(0),
            &|s| s.by_type.values().sum(),
        ),
        of("Depth of nesting", up_to(6), &|s, at| binned(&s.by_depth, at, 1, 6), &tools),
        of("Words of the description", words, &|s, at| binned(&s.by_words, at, 8, 12), &tools),
        of(
            "Diversity indicators",
            ids.clone(),
            &|s, at| s.by_indicator.get(&ids[at]).copied().unwrap_or(0),
            &tools,
        ),
        of(
            "Steps of evolution",
            up_to(6),
            &|s, at| {
                let counts = s
                    .by_generation
                    .iter()
                    .map(|(generation, count)| (*generation as usize, *count))
                    .collect();
                binned(&counts, at, 1, 6)
            },
            &tools,
        ),
    ];
    if domains.len() <= 60 {
        plots.push(of(
            "Domains",
            domains.clone(),
            &|s, at| s.by_domain.get(&domains[at]).copied().unwrap_or(0),
            &tools,
        ));
    }
    plots
}

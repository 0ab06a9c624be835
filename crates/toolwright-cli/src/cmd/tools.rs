//! `toolwright tools`: documents in, a pool of tools out; and what a pool holds.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::json;
use toolwright_core::Tool;
use toolwright_synth::pool::{builtin, import, stats::Stats};

use crate::Exit;
use crate::args::{self, ToolsCommand};
use crate::talk::{self, say};

pub(crate) fn run(args: &args::Tools) -> Result<Exit> {
    match &args.command {
        ToolsCommand::Import(args) => import(args),
        ToolsCommand::Stats(args) => stats(args),
    }
}

fn import(args: &args::Import) -> Result<Exit> {
    if let Some(output) = &args.output {
        args.sources.iter().try_for_each(|source| super::apart(source, output))?;
    }
    let all = import::import_paths(&args.sources)?;
    if all.tools.is_empty() {
        all.skipped.iter().take(5).for_each(tell);
        bail!(
            "{}: no tool was found; expected operations of an OpenAPI document, or function definitions{}",
            args.sources.iter().map(|source| source.display().to_string()).collect::<Vec<_>>().join(", "),
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

fn write_tool(out: &mut dyn Write, tool: &Tool) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, tool)?;
    out.write_all(b"\n")
}

fn place(path: Option<&Path>) -> String {
    path.map_or_else(|| "stdout".to_owned(), |path| format!("{}: cannot be written", path.display()))
}

fn stats(args: &args::Stats) -> Result<Exit> {
    let tools = match &args.source {
        Some(source) => import::import_path(source)?.tools,
        None => builtin::tools(),
    };
    let stats = Stats::of(&tools);
    if args.json {
        talk::json(&json!({
            "tools": stats.tools,
            "domains": stats.domains,
            "sub_domains": 0,
            "parameters": stats.parameters,
            "required": stats.required,
            "nested": stats.nested,
            "with_returns": stats.with_returns,
            "near_duplicates": stats.near_duplicates,
            "by_indicator": {},
        }))?;
        return Ok(Exit::Done);
    }
    let mean = |sum: usize| format!("{sum}, {:.1} a tool", sum as f64 / stats.tools.max(1) as f64);
    let rows = [
        ("tools", stats.tools.to_string()),
        ("domains", stats.domains.to_string()),
        ("parameters", mean(stats.parameters)),
        ("required", mean(stats.required)),
        ("nested parameters", format!("{} tools", stats.nested)),
        ("declared results", format!("{} tools", stats.with_returns)),
        ("near-duplicates", format!("{} tools (5-grams alike to 0.7 or more)", stats.near_duplicates)),
    ];
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect();
    writeln!(std::io::stdout(), "{}", talk::table(&rows))?;
    Ok(Exit::Done)
}

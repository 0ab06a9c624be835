//! `toolwright merge`: all shards of a run become the run.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::json;
use toolwright_run::{Ended, Progress, Work, merge};

use crate::Exit;
use crate::args;
use crate::finalise::{Across, Finaliser};
use crate::recipe::Recipe;
use crate::talk::{self, say};

pub(crate) fn run(args: &args::Merge) -> Result<Exit> {
    let start = Instant::now();
    let work =
        Work { threads: 1, progress: Progress::stderr(args.quiet), cancel: super::cancel_on_interrupt() };
    let across = Arc::new(across(&args.shards)?);
    let finished = match merge(&args.shards, &args.out, Finaliser::new(across), &work)? {
        Ended::Done(finished) => finished,
        Ended::Stopped(stopped) => {
            say(&format!("{}: {stopped}", args.out.display()));
            return Ok(Exit::Stopped);
        }
    };
    let (totals, seconds) = (&finished.totals, start.elapsed().as_secs_f64());
    if args.json {
        let by_kind = finished.report.get("by_kind").cloned().unwrap_or_else(|| json!({}));
        talk::json(&json!({
            "out": args.out.display().to_string(),
            "accepted": totals.accepted,
            "rejected": totals.rejected,
            "undecided": totals.undecided,
            "by_kind": by_kind,
            "seconds": seconds,
            "resumed": finished.resumed,
        }))?;
    }
    if !args.quiet {
        let shards = args.shards.len();
        say(&format!(
            "{}: {} dialogs accepted of {} indices from {shards} shards in {seconds:.1} s",
            args.out.display(),
            totals.accepted,
            totals.done
        ));
    }
    Ok(Exit::Done)
}

/// What the shards' recipe holds a run against. Where there is no recipe, merging says what is wrong with the folder.
fn across(shards: &[PathBuf]) -> Result<Across> {
    let Some(path) = shards.first().map(|shard| shard.join("recipe.toml")).filter(|path| path.exists())
    else {
        return Ok(Across::default());
    };
    let place = path.display().to_string();
    let text = std::fs::read_to_string(&path).with_context(|| format!("{place}: cannot be read"))?;
    Across::of(&mut Recipe::parse(&place, &text)?.finalise, 0)
}

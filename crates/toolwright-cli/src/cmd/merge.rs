//! `toolwright merge`: all shards of a run become the run.

use std::time::Instant;

use anyhow::Result;
use serde_json::json;
use toolwright_run::{Ended, Progress, Work, merge};

use crate::Exit;
use crate::args;
use crate::finalise::Finaliser;
use crate::talk::{self, say};

pub(crate) fn run(args: &args::Merge) -> Result<Exit> {
    let start = Instant::now();
    let work =
        Work { threads: 1, progress: Progress::stderr(args.quiet), cancel: super::cancel_on_interrupt() };
    let finished = match merge(&args.shards, &args.out, Finaliser::default(), &work)? {
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
